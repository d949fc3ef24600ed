import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ftpstats.stats.contrast import difference
from ftpstats.stats.describe import describe
from ftpstats.stats.means import independent_mean, mean_of_runs
from ftpstats.stats.published import published_mean, published_mean_of_runs, sd_bounds, sd_of_half_width

SAMPLES = st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=40)


def test_of_independent_transfers_the_contrast_is_welchs_test_from_summaries():
    """scipy.stats.ttest_ind_from_stats(0.145, 0.011, 100, 0.142, 0.0012, 90, equal_var=False)."""
    expected = stats.ttest_ind_from_stats(0.145, 0.011, 100, 0.142, 0.0012, 90, equal_var=False)
    found = difference(published_mean(0.145, 0.011, 100), published_mean(0.142, 0.0012, 90))
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    one, two = 0.011**2 / 100, 0.0012**2 / 90
    assert found.df == pytest.approx((one + two) ** 2 / (one**2 / 99 + two**2 / 89))  # Welch–Satterthwaite


def test_a_published_mean_is_that_of_the_sample_it_was_published_of():
    values = [1.0, 1.5, 2.5, 1.2]
    described = describe(values)
    assert published_mean(described.mean, described.sd, 4).variance == pytest.approx(independent_mean(values).variance)


def test_published_runs_are_the_runs_that_they_were_published_of():
    runs = [[1.0, 1.2], [1.3, 1.5], [1.6, 1.8]]
    means = [np.mean(run) for run in runs]
    found = published_mean_of_runs(float(np.mean(means)), float(np.std(means, ddof=1)), 3, 6)
    measured = mean_of_runs(runs)
    assert (found.df, found.runs, found.n) == (measured.df, measured.runs, measured.n)
    assert found.variance == pytest.approx(measured.variance)


@pytest.mark.parametrize(
    ("n", "inflation", "df"), [(100, 1.0, 99), (100, 4.0, 24), (100, 0.5, 99), (5, 6.0, 1), (2, 1.0, 1)]
)
def test_degrees_of_freedom_are_those_of_as_many_independent_transfers(n, inflation, df):
    assert published_mean(1.0, 0.1, n, inflation=inflation).df == df


def test_both_assumptions_add_to_the_variance():
    found = published_mean(1.0, 0.2, 100, inflation=3.0, run_sd=0.05, runs=2)
    assert found.variance == pytest.approx(3 * 0.2**2 / 100 + 0.05**2 / 2)


def test_a_half_width_is_undone():
    """R: qt(0.975, 99)/sqrt(100) is 0.1984217, so that 0.235 ms are k1·s of s = 1.184346 ms."""
    assert sd_of_half_width(0.235, 100) == pytest.approx(1.184346, rel=1e-6)
    assert sd_of_half_width(0.1, 10, 0.9) == pytest.approx(0.1 * math.sqrt(10) / stats.t.ppf(0.95, 9))


@given(values=SAMPLES)
def test_no_sample_is_outside_of_its_bounds(values):
    found = describe(values)
    for quartiles in ({}, {"q1": found.q1, "q3": found.q3}):
        least, most = sd_bounds(found.n, low=found.min, high=found.max, **quartiles)
        assert least * (1 - 1e-9) - 1e-9 <= found.sd <= most * (1 + 1e-9) + 1e-9


def test_the_bounds_are_reached():
    halves, single = describe([0.0, 0.0, 1.0, 1.0]), describe([0.0, 0.5, 0.5, 1.0])
    assert sd_bounds(4, low=0.0, high=1.0) == pytest.approx((single.sd, halves.sd))
    quarters = describe([0.0] * 25 + [0.5] * 50 + [1.0] * 25)
    assert sd_bounds(100, low=0.0, high=1.0, q1=0.0, q3=1.0)[0] == pytest.approx(quarters.sd)


@pytest.mark.parametrize(
    "call",
    [
        lambda: published_mean(1.0, 0.1, 1),
        lambda: published_mean(1.0, -0.1, 10),
        lambda: published_mean(math.nan, 0.1, 10),
        lambda: published_mean(1.0, math.inf, 10),
        lambda: published_mean(1.0, 0.1, 10, inflation=0.0),
        lambda: published_mean(1.0, 0.1, 10, run_sd=math.nan),
        lambda: published_mean(1.0, 0.1, 10, runs=0),
        lambda: published_mean_of_runs(1.0, 0.1, 1, 10),
        lambda: published_mean_of_runs(1.0, 0.1, 5, 4),
        lambda: sd_of_half_width(-1.0, 10),
        lambda: sd_of_half_width(1.0, 1),
        lambda: sd_of_half_width(1.0, 10, 95),
        lambda: sd_bounds(10, low=2.0, high=1.0),
        lambda: sd_bounds(10, low=1.0, high=2.0, q1=1.8, q3=1.2),
    ],
)
def test_what_no_sample_has_is_refused(call):
    with pytest.raises(ValueError, match=r"no sample|no spread|not negative|not between|not in order"):
        call()
