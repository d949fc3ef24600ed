"""Changes of level: where they are, their intervals, and a drift in their place."""

import math

import numpy as np
import pytest

from ftpstats.stats.changes import drift_of, level_changes, levels_of, residuals
from ftpstats.stats.drift import trend
from ftpstats.stats.serial import cosines, long_run_variance


def noise(n, seed=1):
    return np.random.default_rng(seed).normal(size=n)


def after(found):
    return [change.after for change in found]


def test_a_step_is_found_where_it_is():
    values = noise(100)
    values[60:] += 3
    (change,) = level_changes(values)
    assert abs(change.after - 60) <= 1
    assert change.low <= 60 <= change.high
    assert change.p == 0.0001


@pytest.mark.parametrize("sign", [1, -1])
def test_up_and_down_again_are_two_changes(sign):
    values = noise(100)
    values[40:60] += sign * 4
    assert after(level_changes(values)) == [40, 60]


def test_stairs_are_found_by_going_on_inside():
    values = noise(150, 3)
    values[50:] += 4
    values[100:] += 4
    assert [round(at, -1) for at in after(level_changes(values))] == [50, 100]


def test_many_changes_of_a_long_series_do_not_hide_each_other():
    values, places = noise(400, 6), [60, 120, 200, 260, 330]
    for number, place in enumerate(places):
        values[place:] += 4 * (-1) ** number
    found = after(level_changes(values))
    assert len(found) == 5
    assert np.abs(np.array(found) - places).max() <= 2


def test_noise_has_none_and_one_outlier_is_none():
    values = noise(100)
    assert level_changes(values) == ()
    values[50] += 1e6
    assert level_changes(values) == ()


@pytest.mark.parametrize("values", [[1.0] * 40, [1.0, 2.0] * 7, [0.1 + 0.2, 0.3] * 20])
def test_too_few_and_equal_values_have_none(values):
    assert level_changes(values) == ()


def test_a_change_depends_on_ranks_and_no_unit():
    values = noise(80, 5)
    values[30:] += 2.5
    assert (
        after(level_changes(1e-9 * values + 5)) == after(level_changes(values)) == after(level_changes(np.exp(values)))
    )


def test_a_higher_rate_finds_more():
    values = noise(60, 8)
    values[30:] += 1.8
    assert [len(level_changes(values, rate)) for rate in (0.0005, 0.25)] == [0, 1]


def test_the_interval_of_a_place_is_bai_s():
    values = noise(100, 2)
    values[50:] += 1.8
    (change,) = level_changes(values)
    rest = np.concatenate([part - part.mean() for part in np.split(values, [change.after])])
    omega = long_run_variance(rest).variance * cosines(100) / (cosines(100) - 1)
    moved = values[change.after :].mean() - values[: change.after].mean()
    reach = math.floor(11 * omega / moved**2) + 1
    assert (change.low, change.high) == (change.after - reach, change.after + reach)


def test_levels_and_residuals_are_those_between_the_places():
    values = [1.0, 3.0, 10.0, 20.0, 30.0]
    assert levels_of(values, [2]) == [2.0, 20.0]
    assert residuals(values, [2]).tolist() == [-1.0, 1.0, -10.0, 0.0, 10.0]
    assert residuals(values, []) == pytest.approx(np.array(values) - 12.8)


def test_a_line_is_a_drift_and_a_step_is_none():
    line = 0.1 * np.arange(100) + noise(100)
    assert drift_of(line, []).slope == drift_of(line, [50]).slope == pytest.approx(0.1, abs=0.02)
    step = noise(100)
    step[50:] += 5
    assert drift_of(step, after(level_changes(step))) is None
    assert drift_of(noise(100), []) is None
    assert drift_of(noise(15) + np.arange(15.0), []) is None


def test_without_a_change_a_slope_has_a_fifth_of_the_rate():
    values = noise(60, 4) + np.linspace(0, 1.1, 60)
    p = trend(values).p
    assert 0.0001 < p < 0.05
    assert [drift_of(values, [], 5 * level) is None for level in (p * 0.99, p * 1.01)] == [True, False]


@pytest.mark.parametrize("level", [0.0, 1.0, math.nan, -1.0])
def test_a_level_is_a_share(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        level_changes([1.0, 2.0], level)


def test_400_runs_take_no_time():
    values = noise(400)
    values[::50] += 30
    import time

    begin = time.perf_counter()
    level_changes(values)
    assert time.perf_counter() - begin < 1
