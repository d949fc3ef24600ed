import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.signal import lfilter

from ftpstats.stats.contrast import Difference
from ftpstats.stats.drift import Trend, halves, trend, warm_up
from ftpstats.stats.serial import long_run_variance
from ftpstats.stats.shift import level_shift

SECONDS = st.integers(1, 10**4).map(lambda ms: ms / 1000)
RUNS = st.lists(SECONDS, min_size=16, max_size=80)
TIED = st.lists(st.sampled_from([0.01, 0.02]), min_size=1, max_size=60)


def autoregressive(seed, replicates, n, coefficient=0.5):
    shocks = np.random.default_rng(seed).normal(0, 1, (replicates, n + 100))
    return 100 + lfilter([1], [1, -coefficient], shocks)[:, 100:]


def three_errors(rate, replicates):
    return 3 * math.sqrt(rate * (1 - rate) / replicates)


# --- trend


@given(RUNS)
def test_slope_is_that_of_least_squares(values):
    found, expected = trend(values), stats.linregress(np.arange(len(values)), values)
    assert found.slope == pytest.approx(expected.slope, rel=1e-9, abs=1e-12)


@given(RUNS)
def test_error_of_the_slope_is_the_long_run_one_about_the_line(values):
    found, n = trend(values), len(values)
    line = np.polyval(np.polyfit(range(n), values, 1), range(n))
    about = long_run_variance(values - line)
    assume(about.variance > 1e-12)
    assert found.df == about.df - 1
    # Σ(t − t̄)² = n(n² − 1)/12
    expected = about.variance * about.df / found.df / (n * (n**2 - 1) / 12)
    assert found.se**2 == pytest.approx(expected, rel=1e-6)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.slope) / found.se, found.df), rel=1e-9)


@given(RUNS, st.floats(0.1, 10), st.floats(0, 10), st.floats(-1, 1))
def test_trend_follows_shift_scale_and_slope(values, scale, shift, slope):
    before = trend(values)
    assume(before.p is not None and before.se > 1e-6)
    after = trend(np.array(values) * scale + shift + slope * np.arange(len(values)))
    assert after.slope == pytest.approx(scale * before.slope + slope, rel=1e-6, abs=1e-9)
    assert after.se == pytest.approx(scale * before.se, rel=1e-6)


@given(RUNS)
def test_a_reversed_run_has_the_opposite_slope(values):
    there, back = trend(values), trend(values[::-1])
    assert back.slope == pytest.approx(-there.slope, abs=1e-12)
    assert there.p is None or back.p == pytest.approx(there.p, rel=1e-6)


@pytest.mark.parametrize(
    ("values", "slope"),
    [([0.5] * 9, 0), (range(50), 1), (0.1 + np.arange(40) / 10, 0.1), (np.arange(8) * -1e-9, -1e-9)],
)
def test_a_line_has_no_error_to_test_with(values, slope):
    assert trend(values) == Trend(pytest.approx(slope, abs=1e-20), 0.0, None, None)


# --- halves


@given(RUNS, st.sampled_from([0.9, 0.95]))
def test_halves_differ_by_their_means(values, confidence):
    found, half = halves(values, confidence), len(values) // 2
    expected = np.mean(values[-half:]) - np.mean(values[:half])
    assert found.estimate == pytest.approx(expected, abs=1e-9)
    assume(found.p is not None and abs(found.p / (1 - confidence) - 1) > 1e-9)
    assert (found.p < 1 - confidence) == (not found.low <= 0 <= found.high)
    assert found.low + found.high == pytest.approx(2 * found.estimate, abs=1e-9)


def test_error_of_the_halves_by_hand():
    values = np.random.default_rng(3).gamma(3, 1, 40)
    about = long_run_variance(values - np.repeat([values[:20].mean(), values[20:].mean()], 20))
    found = halves(values)
    assert found.df == about.df - 1
    assert found.se**2 == pytest.approx(about.variance * about.df / found.df * (1 / 20 + 1 / 20))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.estimate) / found.se, found.df))


def test_the_middle_one_is_in_neither_half():
    values = [*range(10), 1000, *range(10)]
    assert halves(values).estimate == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("values", "estimate"), [([0.5] * 16, 0), ([1] * 10 + [3] * 10, 2)])
def test_two_levels_without_spread_have_no_error_to_test_with(values, estimate):
    assert halves(values) == Difference(estimate, 0.0, None, None, None, None)


def test_no_confidence_is_the_callers_mistake():
    with pytest.raises(ValueError, match="confidence"):
        halves([1.0], 95)


# --- warm-up


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1.0, 1.1] * 20, 0),
        ([9.0] + [1.0, 1.1] * 20, 1),
        ([9.0, 5.0, 3.0] + [1.0, 1.1] * 20, 3),
        ([9.0, 1.0, 9.0] + [1.0, 1.1] * 20, 1),  # up to the first that is like the others
        ([9.0] + [1.0, 1.1] * 20 + [20.0], 1),  # a stall later hides nothing
        ([0.1] + [1.0, 1.1] * 20, 0),  # fast is not warming up
        ([1.3] + [1.0, 1.1] * 20, 0),  # on the fence, 1.1 + 3·0.1, and not over it
        ([1.5] + [1.0, 1.1] * 20, 1),
        ([2.0] * 20 + [1.0, 1.1] * 10, 20),  # half of the run at most
        ([2.0] * 30 + [1.0, 1.1] * 5, 0),
        ([0.02] + [0.01] * 30, 1),
        ([0.02] + [0.01] * 17 + [0.02] * 3 + [0.01] * 10, 0),  # ties: no fence, but the slowest 5 % are like it
        ([0.5] * 20, 0),
    ],
)
def test_warm_up(values, found):
    assert warm_up(values) == found


@given(st.lists(SECONDS, min_size=20, max_size=80), st.integers(-3, 3), st.integers(0, 10))
def test_warm_up_knows_no_unit(values, exponent, shift):
    scaled = np.array(values) * 2.0**exponent
    assert warm_up(scaled) == warm_up(values)


def test_warm_up_is_rarely_seen_where_there_is_none():
    rng = np.random.default_rng(6)
    for runs in (rng.normal(10, 1, (1000, 100)), rng.lognormal(0, 0.5, (1000, 100)), rng.integers(1, 3, (1000, 100))):
        assert np.mean([warm_up(run) > 0 for run in runs]) < 0.05


# --- level shift


def f_of_a_step(values, k):
    """F/(1 + F) of a step after k values, with every sum written out."""
    n, nu = len(values), long_run_variance(values).df
    step = np.where(np.arange(n) < k, k / n - 1, k / n)
    step /= np.linalg.norm(step)
    cosine = np.array([np.sqrt(2 / n) * np.cos(np.pi * j * (np.arange(n) + 0.5) / n) for j in range(1, nu + 1)])
    theta, lengths = step @ values, np.sum((cosine @ step) ** 2)
    rest = np.sum((cosine @ (values - np.mean(values) - theta * step)) ** 2)
    f = theta**2 * (nu - lengths) / rest
    return f / (1 + f)


@given(st.lists(SECONDS, min_size=16, max_size=40))
def test_the_shift_is_where_f_is_largest(values):
    found = level_shift(values)
    assume(found is not None and np.ptp(values) > 0.01)
    n = len(values)
    places = range(math.ceil(0.15 * n), n - math.ceil(0.15 * n) + 1)
    largest = max(f_of_a_step(values, k) for k in places)
    assert f_of_a_step(values, found.after) == pytest.approx(largest, rel=1e-6)
    expected = np.mean(values[found.after :]) - np.mean(values[: found.after])
    assert found.size == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("n", [40, 100, 2000])
def test_finds_a_shift(n):
    values = np.random.default_rng(4).normal(10, 1, n)
    values[n // 4 :] += 5
    found = level_shift(values)
    assert found.after == pytest.approx(n // 4, abs=4)
    assert found.size == pytest.approx(5, abs=0.6)
    assert found.p <= 0.01


def test_a_larger_shift_is_never_less_certain():
    values = np.random.default_rng(5).normal(10, 1, 100)
    step = np.arange(100) >= 60
    p = [level_shift(values + size * step).p for size in (0, 0.5, 1, 2, 4, 100, 10**6)]
    assert p == sorted(p, reverse=True)
    assert p[-1] == 0.0005


@given(RUNS, st.floats(0.1, 10), st.floats(0, 10))
def test_shift_knows_no_unit(values, scale, shift):
    assume(np.ptp(values) > 0.01)
    before, after = level_shift(values), level_shift(np.array(values) * scale + shift)
    assume(before.after == after.after)  # two places can be alike but for rounding
    assert after.p == pytest.approx(before.p, abs=0.002)
    assert after.size == pytest.approx(scale * before.size, rel=1e-6, abs=1e-9)


# --- all of them


@pytest.mark.parametrize("n", [16, 30, 100])
def test_false_alarms_of_independent_values(n):
    runs = autoregressive(1, 1000, n, coefficient=0)
    for function in (trend, halves, level_shift):
        assert np.mean([function(run).p < 0.05 for run in runs]) < 0.05 + three_errors(0.05, 1000)


def test_false_alarms_under_autocorrelation():
    runs = autoregressive(2, 1000, 100)
    for function in (trend, halves, level_shift):
        rate = np.mean([function(run).p < 0.05 for run in runs])
        assert rate == pytest.approx(0.05, abs=three_errors(0.05, 1000))
    # Mann–Kendall, which takes the values as independent
    by_rank = np.mean([stats.kendalltau(range(100), run).pvalue < 0.05 for run in runs[:300]])
    assert by_rank == pytest.approx(0.28, abs=three_errors(0.28, 300))


@pytest.mark.parametrize(("function", "smallest"), [(trend, 8), (halves, 16), (level_shift, 16), (warm_up, 20)])
def test_smallest_run(function, smallest):
    values = np.arange(30) % 7
    for n in (1, 2, 3, smallest - 1):
        assert function(values[:n]) is None
    assert function(values[:smallest]) is not None


@pytest.mark.parametrize("unit", [1e-200, 1e-6, 1e148])
def test_shift_in_any_unit(unit):
    found = level_shift(np.repeat([1.0, 2.0], 10) * unit)
    assert (found.after, found.p) == (10, 0.0005)


def test_equal_values_do_not_shift():
    assert level_shift([0.1] * 50) is None


@given(TIED)
def test_nothing_is_nan_whatever_the_data(values):
    found, split, shift = trend(values), halves(values), level_shift(values)
    numbers = [found and found.p, split and split.p, split and split.low, shift and shift.p, shift and shift.size]
    assert all(number is None or math.isfinite(number) for number in numbers)


@pytest.mark.parametrize("function", [trend, halves, warm_up, level_shift])
@pytest.mark.parametrize("values", [[], [1.0] * 29 + [math.nan], [math.inf] * 30])
def test_no_sample_is_the_callers_mistake(function, values):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        function(values)


@pytest.mark.parametrize("unit", [1e-155, 1e-160, 1e-170, 1e-300])
def test_numbers_whose_squares_vanish_have_no_standard_error_and_no_p(unit):
    values = np.random.default_rng(1).normal(size=40) * unit
    for found in (trend(values), halves(values)):
        assert (found.se == 0) == (found.p is None)
