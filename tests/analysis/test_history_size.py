"""How many runs show a step: by simulation of histories, and what can not be planned."""

import numpy as np
import pytest
from scipy.signal import lfilter

from ftpstats.analysis.history import histories
from ftpstats.analysis.history_size import StepAim, given_history_size, history_sizes
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin, SizedMargins
from ftpstats.stats.changes import level_changes
from ftpstats.stats.serial import lag1
from ftpstats.stats.steps import runs_for_step, step_found
from tests.analysis.rows import assert_known, codes
from tests.analysis.test_history import noise, sample

AIM = StepAim(FIVE_PER_CENT, 0.9, 0.01)


def planned(means, aim=AIM, **fields):
    found = histories(
        [sample(means, **fields)], by="run", zone=None, false_alarm_rate=0.01, confidence=0.95, margin=aim.step
    )
    (one,) = history_sizes(found, aim)
    assert_known(one)
    return one


def test_the_spread_is_about_the_levels():
    steady, stepped = noise(80), noise(80) + np.where(np.arange(80) < 40, 0.0, 0.02)
    one, two = planned(steady), planned(stepped)
    assert two.run_sd == pytest.approx(one.run_sd, rel=0.05)
    assert one.run_sd == pytest.approx(0.002, rel=0.25)
    rest = stepped - np.repeat([stepped[:40].mean(), stepped[40:].mean()], 40)
    assert two.run_sd == pytest.approx(np.sqrt(np.sum(rest**2) / 78))
    assert two.step == pytest.approx(0.05 * stepped[40:].mean(), rel=0.01)  # of the newest level
    assert codes(one) == []


def test_a_drift_is_no_spread():
    drifting = noise(80) + 0.001 * np.arange(80)
    found = planned(drifting)
    assert found.run_sd == pytest.approx(planned(noise(80)).run_sd, rel=0.1)
    assert abs(found.lag1) < 0.3  # about the drift; about the mean it is 1
    assert "beyond-simulated" not in codes(found)


def test_a_correlation_beyond_the_simulated_is_said():
    random = np.random.default_rng(4)
    wave = 0.1 + 0.002 * lfilter([np.sqrt(1 - 0.9**2)], [1, -0.9], random.normal(size=400))
    assert "beyond-simulated" in codes(planned(wave[:100]))


def test_as_many_runs_show_the_step_with_the_planned_power():
    found = planned(noise(200), StepAim(Margin(0.004, relative=False), 0.9, 0.01))
    assert found.runs_needed == runs_for_step(0.004 / found.run_sd, 0.9, 0.01, found.lag1)
    n, random = found.runs_needed, np.random.default_rng(8)
    half = np.where(np.arange(n) < n // 2, 0.0, 0.004)
    shown = [bool(level_changes(random.normal(0.1, found.run_sd, n) + half)) for _ in range(300)]
    assert np.mean(shown) == pytest.approx(0.9, abs=0.06)


def test_autocorrelation_takes_more_runs():
    random = np.random.default_rng(4)
    wave = 0.1 + 0.002 * lfilter([np.sqrt(1 - 0.45**2)], [1, -0.45], random.normal(size=400))
    calm, slow = planned(random.permutation(wave)), planned(wave)
    assert slow.lag1 == pytest.approx(0.45, abs=0.12)
    assert abs(calm.lag1) < 0.12
    assert slow.runs_needed > calm.runs_needed


def test_of_few_runs_the_least_favourable_correlation_is_assumed():
    found = planned(noise(10))
    assert found.lag1 is None
    assert found.runs_needed == runs_for_step(found.step / found.run_sd, 0.9, 0.01, None)
    assert "rough-spread" in codes(found)


def test_two_runs_show_no_spread():
    found = planned([0.1, 0.11])
    assert (found.run_sd, found.runs_needed, found.looks, found.duration) == (None, None, (), None)


def test_a_step_that_400_runs_do_not_show_is_out_of_reach():
    found = planned(noise(60), StepAim(Margin(0.0001, relative=False), 0.9, 0.01))
    assert found.runs_needed is None
    assert found.looks[-1].step == pytest.approx(step_found(400, 0.9, 0.01, found.lag1) * found.run_sd)


def test_of_more_runs_smaller_steps_are_found():
    looks = planned(noise(60)).looks
    steps = [one.step for one in looks if one.step is not None]
    assert [one.runs for one in looks] == [16, 32, 64, 100, 200, 400]
    assert looks[0].step is None
    assert steps == sorted(steps, reverse=True)


def test_each_size_may_have_a_step_of_its_own():
    steps = SizedMargins(FIVE_PER_CENT, ((102400, Margin(0.003, relative=False)),))
    assert planned(noise(40), StepAim(steps, 0.9, 0.01)).step == 0.003


def test_runs_without_spread_show_any_step_at_once():
    assert planned([0.1] * 20).runs_needed == 16


def test_a_given_spread():
    found = given_history_size(AIM, 0.02, 1.0)
    assert (found.step, found.runs_needed) == (0.05, runs_for_step(2.5, 0.9, 0.01, None))
    assert found.duration is None
    with pytest.raises(ValueError, match="needs a mean"):
        given_history_size(AIM, 0.02, None)


def test_the_correlation_is_without_its_bias():
    """Marriott & Pope 1954: of 40 values, an estimate is (1 + 4ρ)/40 too small on average."""
    means = noise(40)
    raw = lag1(means - np.mean(means))
    assert planned(means).lag1 == pytest.approx(raw + (1 + 4 * raw) / 40)
    random = np.random.default_rng(9)
    series = lfilter([np.sqrt(0.84)], [1, -0.4], random.normal(size=(400, 140)), axis=1)[:, 100:]
    found = [lag1(one) for one in series]
    assert np.mean(found) < 0.37
    assert np.mean([one + (1 + 4 * one) / 40 for one in found]) == pytest.approx(0.4, abs=0.02)
