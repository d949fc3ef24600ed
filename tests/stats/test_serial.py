import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from statsmodels.tsa.stattools import acf

from ftpstats.stats.serial import lag1, long_run_variance, variance_inflation

RUNS = st.lists(st.floats(1e-3, 1e3), min_size=8, max_size=120)
TIED = st.lists(st.sampled_from([0.01, 0.02]), min_size=8, max_size=60)


def direct_cosines(values, nu):
    """Ω̂ written out as Lazarus, Lewis, Stock and Watson (2018) define it."""
    n = len(values)
    squares = []
    for j in range(1, nu + 1):
        weighted = (math.cos(math.pi * j * (t - 0.5) / n) * x for t, x in enumerate(values, start=1))
        squares.append((math.sqrt(2 / n) * math.fsum(weighted)) ** 2)
    return math.fsum(squares) / nu


@given(RUNS)
def test_is_the_mean_of_squared_cosine_weighted_sums(values):
    found = long_run_variance(values)
    expected = direct_cosines(values, found.df)
    assert found.variance == pytest.approx(expected, rel=1e-9, abs=1e-20 * max(values) ** 2)


@pytest.mark.parametrize(
    ("n", "nu"),
    [
        (8, 4),
        (30, 4),
        (36, 4),
        (43, 5),
        (100, 8),
        (300, 18),
        (999, 40),
        (1000, 41),
        (8000, 164),
        (10**6, 4100),
    ],
)
def test_degrees_of_freedom(n, nu):
    assert long_run_variance(np.arange(float(n))).df == nu


@given(st.integers(1, 300))
def test_degrees_of_freedom_by_whole_numbers(k):
    # 0.41·n^⅔ ≥ ν exactly where 41³·n² ≥ 100³·ν³
    n = 10 * k
    if n >= 37:
        nu = long_run_variance(np.arange(float(n))).df
        assert 100**3 * nu**3 <= 41**3 * n**2 < 100**3 * (nu + 1) ** 3


def test_mean_over_many_independent_runs_is_their_variance():
    runs = np.random.default_rng(2018).normal(5, 2, size=(4000, 50))
    found = [long_run_variance(run) for run in runs]
    assert {one.df for one in found} == {5}
    # χ² with 5·4000 degrees of freedom: one standard error is 1 %.
    assert np.mean([one.variance for one in found]) == pytest.approx(4, rel=0.03)


def test_sees_a_slow_component_that_lag1_hides():
    # White noise and AR(1) 0.95 of a ninth its variance: lag-1 is 0.95/10, as of an AR(1) with inflation 1.2.
    rng = np.random.default_rng(7)
    slow = lfilter([math.sqrt((1 - 0.95**2) / 9)], [1, -0.95], rng.normal(0, 1, (200, 2000)))[:, 1000:]
    runs = 10 + slow + rng.normal(0, 1, (200, 1000))
    assert np.mean([lag1(run) for run in runs]) == pytest.approx(0.095, abs=0.01)
    frequencies = np.pi * np.arange(1, 42) / 1000
    spectrum = 1 + (1 - 0.95**2) / 9 / np.abs(1 - 0.95 * np.exp(1j * frequencies)) ** 2
    expected = spectrum.mean() / (10 / 9)
    assert expected > 2.5
    assert np.mean([variance_inflation(run) for run in runs]) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    ("values", "certified"),
    [
        ([10000001, 10000003, 10000002], -0.5),  # NIST NumAcc1 to NumAcc3, certified lag-1 autocorrelation
        ([1.2] + [1.1, 1.3] * 500, -0.999),
        ([1000000.2] + [1000000.1, 1000000.3] * 500, -0.999),
    ],
)
def test_lag1_of_numacc(values, certified):
    assert lag1(values) == pytest.approx(certified, rel=1e-8)


@given(RUNS | TIED)
def test_lag1_agrees_with_statsmodels_and_numpy(values):
    deviations = np.array(values) - np.mean(values)
    if np.ptp(values) > 1e-6 * max(values):
        assert lag1(values) == pytest.approx(acf(np.array(values), nlags=1, fft=False)[1], abs=1e-9)
        expected = np.correlate(deviations, deviations, "full")[len(values)] / np.sum(deviations**2)
        assert lag1(values) == pytest.approx(expected, abs=1e-9)
        assert -1 <= lag1(values) <= 1


@given(RUNS, st.floats(0.01, 100), st.floats(0, 1000))
def test_follows_shift_scale_and_reversal(values, scale, shift):
    values = np.array(values)
    before = long_run_variance(values).variance
    noise = 1e-12 * (scale * values.max() + shift) ** 2
    assert long_run_variance(values * scale + shift).variance == pytest.approx(scale**2 * before, 1e-6, noise)
    assert long_run_variance(values[::-1]).variance == pytest.approx(before, rel=1e-9, abs=noise)


def test_inflation_is_the_ratio_of_the_variances():
    values = np.random.default_rng(1).gamma(3, 1, 64)
    expected = long_run_variance(values).variance / np.var(values, ddof=1)
    assert variance_inflation(values) == pytest.approx(expected)


@pytest.mark.parametrize("n", range(1, 8))
def test_too_few_values(n):
    assert long_run_variance(range(n)) is None
    assert variance_inflation(range(n)) is None
    assert (lag1(range(n)) is None) == (n < 3)


@given(st.floats(1e-6, 1e6), st.integers(8, 100))
def test_no_spread(value, n):
    assert long_run_variance([value] * n).variance == 0
    assert variance_inflation([value] * n) is None
    assert lag1([value] * n) is None


@pytest.mark.parametrize("function", [long_run_variance, lag1, variance_inflation])
@pytest.mark.parametrize("values", [[], [1.0] * 9 + [math.nan], [math.inf] * 10])
def test_no_sample_is_the_callers_mistake(function, values):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        function(values)
