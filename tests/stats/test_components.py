import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.signal import lfilter

from ftpstats.stats.components import VarianceComponents, variance_components
from ftpstats.stats.means import mean_of_runs
from ftpstats.stats.serial import long_run_variance

SECONDS = st.integers(1, 10**4).map(lambda ms: ms / 1000)
RUNS = st.lists(st.lists(SECONDS, min_size=1, max_size=20), min_size=2, max_size=6)


@st.composite
def balanced(draw):
    n = draw(st.integers(2, 7))
    return draw(st.lists(st.lists(SECONDS, min_size=n, max_size=n), min_size=2, max_size=6))


@given(balanced())
def test_short_runs_are_the_one_way_analysis_of_variance(runs):
    assume(all(np.ptp(run) > 0 for run in runs))
    found, expected = variance_components(runs), stats.f_oneway(*runs)
    assume(expected.statistic > 1e-12)  # SciPy can lose an F of none below 0
    assert found.run_mean / found.explained == pytest.approx(expected.statistic, rel=1e-8)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-8)


def test_by_hand():
    # Means 2, 5, 4.5; sums of squares 2, 0, 0.5 with 2, 0, 1; mean of 1/n = (1/3 + 1 + 1/2)/3 = 11/18
    found = variance_components([[1, 2, 3], [5], [4, 5]])
    assert found.run_mean == pytest.approx(31 / 12)
    assert found.within == pytest.approx(2.5 / 3)
    assert found.explained == pytest.approx(2.5 / 3 * 11 / 18)
    assert found.between == pytest.approx(31 / 12 - 2.5 / 3 * 11 / 18)
    assert (found.runs, found.helps) == (3, "runs")


def test_long_runs_pool_their_long_run_variance():
    rng = np.random.default_rng(8)
    runs = [rng.gamma(4, 1, n) for n in (20, 60, 5)]
    one, other = (long_run_variance(run) for run in runs[:2])
    noise = (one.variance * one.df + other.variance * other.df) / (one.df + other.df)
    found = variance_components(runs)
    assert found.explained == pytest.approx(noise * (1 / 20 + 1 / 60 + 1 / 5) / 3)
    assert found.p == pytest.approx(stats.f.sf(found.run_mean / found.explained, 2, one.df + other.df))


@given(RUNS)
def test_splits_the_variance_that_decides(runs):
    found = variance_components(runs)
    assume(found is not None)
    assert found.run_mean == pytest.approx(mean_of_runs(runs).variance * len(runs))
    assert found.between == max(0, found.run_mean - found.explained)
    assert found.p is None or 0 <= found.p <= 1
    assert all(not isinstance(v, float) or math.isfinite(v) for v in dataclasses.astuple(found))


@given(RUNS, st.floats(0.1, 10), st.floats(0, 10))
def test_follows_shift_and_scale(runs, scale, shift):
    before = variance_components(runs)
    assume(before is not None and before.within > 0)
    after = variance_components([np.array(run) * scale + shift for run in runs])
    for name in ("run_mean", "within", "explained", "between"):
        assert getattr(after, name) == pytest.approx(scale**2 * getattr(before, name), rel=1e-6, abs=1e-9)


@given(RUNS, st.randoms(use_true_random=False))
def test_order_of_runs_does_not_count(runs, random):
    assert variance_components(random.sample(runs, len(runs))) == variance_components(runs)


@pytest.mark.parametrize(("level", "helps"), [(0.0, "transfers"), (5.0, "runs")])
def test_says_what_would_help(level, helps):
    rng = np.random.default_rng(9)
    runs = rng.normal(10, 1, (10, 50)) + level * rng.normal(0, 1, (10, 1))
    assert variance_components(runs).helps == helps


def test_estimates_are_unbiased_under_autocorrelation():
    # Ten runs of 50 with levels of variance 1 and transfers of an AR(1) 0.5 with Ω = 4: 1 + 4/50 between run means.
    rng = np.random.default_rng(10)
    levels, shocks = rng.normal(0, 1, (500, 10, 1)), rng.normal(0, 1, (500, 10, 150))
    runs = 10 + levels + lfilter([1], [1, -0.5], shocks)[..., 100:]
    found = [variance_components(one) for one in runs]
    assert np.mean([one.run_mean - one.explained for one in found]) == pytest.approx(1, abs=3 * 0.51 / math.sqrt(500))
    # Five cosines of 50 transfers miss an eighth of such an Ω.
    assert np.mean([one.explained for one in found]) == pytest.approx(7 / 8 * 4 / 50, rel=0.05)
    assert np.mean([one.within for one in found]) == pytest.approx(4 / 3, rel=0.05)


def test_false_alarms_of_runs_that_differ():
    shocks = np.random.default_rng(11).normal(0, 1, (1000, 4, 200))
    runs = lfilter([1], [1, -0.5], shocks)[..., 100:]
    rate = np.mean([variance_components(one).p < 0.05 for one in runs])
    assert rate == pytest.approx(0.06, abs=3 * math.sqrt(0.06 * 0.94 / 1000))


@pytest.mark.parametrize("runs", [[], [[1, 2, 3]], [[1], [2], [3]]])
def test_nothing_to_split(runs):
    assert variance_components(runs) is None


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        ([[1, 1], [1, 1]], VarianceComponents(2, 0, 0, 0, 0, None, None)),
        ([[1] * 9, [3] * 9], VarianceComponents(2, 2, 0, 0, 2, None, "runs")),
    ],
)
def test_no_spread_within(runs, found):
    assert variance_components(runs) == found


@pytest.mark.parametrize("runs", [[[1, 2], []], [[1, 2], [math.nan]], [[1, math.inf], [1]]])
def test_no_sample_is_the_callers_mistake(runs):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        variance_components(runs)
