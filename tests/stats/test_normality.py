import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.diagnostic import normal_ad

from ftpstats.stats.normality import _p_of_a2, anderson_darling, dagostino, shapiro_wilk

# R's morley$Speed where Expt is 3, and R's rivers
MORLEY_3 = """
    880 880 880 860 720 720 620 860 970 950 880 910 850 870 840 840 850 840 840 840
"""
RIVERS = """
    735 320 325 392 524 450 1459 135 465 600 330 336 280 315 870 906 202 329 290 1000 600 505 1450 840
    1243 890 350 407 286 280 525 720 390 250 327 230 265 850 210 630 260 230 360 730 600 306 390 420 291
    710 340 217 281 352 259 250 470 680 570 350 300 560 900 625 332 2348 1171 3710 2315 2533 780 280 410
    460 260 255 431 350 760 618 338 981 1306 500 696 605 250 411 1054 735 233 435 490 310 460 383 375
    1270 545 445 1885 380 300 380 377 425 276 210 800 420 350 360 538 1100 1205 314 237 610 360 540 1038
    424 310 300 444 301 268 620 215 652 900 525 246 360 529 500 720 270 430 671 1770
"""


def unequal(n):
    """Samples of n and more, without ties or on a coarse clock, that are not all one value."""
    ticks = st.lists(st.integers(1, 4), min_size=n, max_size=80).filter(lambda values: len(set(values)) > 1)
    return st.lists(st.integers(1, 10**6), min_size=n, max_size=80, unique=True) | ticks


def test_r_sleep(sleep):
    # R: tapply(sleep$extra, sleep$group, shapiro.test)
    first, second = (shapiro_wilk(group) for group in sleep)
    assert (first.w, first.p) == pytest.approx((0.925806028936641, 0.407928796429989), rel=1e-8)
    assert (second.w, second.p) == pytest.approx((0.919297701281497, 0.35113468540765), rel=1e-8)


def test_r_morley():
    # R: shapiro.test(morley$Speed[morley$Expt == 3]); p agrees to about 1e−8
    found = shapiro_wilk(np.array(MORLEY_3.split(), float))
    assert found.w == pytest.approx(0.836848526360163, rel=1e-8)
    assert found.p == pytest.approx(0.00323451880447654, abs=1e-8)


def test_r_rivers():
    # R: shapiro.test(rivers), p-value = 1.869e-16
    found = shapiro_wilk(np.array(RIVERS.split(), float))
    assert found.w == pytest.approx(0.666624194236353, rel=1e-8)
    assert found.p == pytest.approx(1.869e-16, rel=3e-4)


@settings(deadline=None)
@given(unequal(3))
def test_agrees_with_scipy(values):
    w, p = stats.shapiro(values)
    found = shapiro_wilk(values)
    assert (found.w, found.p) == pytest.approx((w, p), rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(unequal(3), st.integers(-30, 30))
def test_knows_no_unit(values, exponent):
    found, rescaled = shapiro_wilk(values), shapiro_wilk(np.array(values) * 10.0**exponent)
    assert (rescaled.w, rescaled.p) == pytest.approx((found.w, found.p), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("values", [[1], [1, 2], [1, 1, 1, 1], np.linspace(0, 1, 5001)])
def test_nothing_to_test(values):
    assert shapiro_wilk(values) is None


def test_three_values_and_5000_are_tested():
    assert 0 < shapiro_wilk([1, 2, 4]).p <= 1
    assert shapiro_wilk(np.linspace(0, 1, 5000)).p < 1e-20


@pytest.mark.parametrize("values", [[], [1, 2, math.nan], [1, 2, math.inf]])
def test_no_sample_is_the_callers_mistake(values):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        shapiro_wilk(values)


# --- D'Agostino–Pearson and Anderson–Darling


@given(unequal(20))
def test_dagostino_agrees_with_scipy(values):
    assume(abs(stats.skew(values)) > 1e-9)
    found, expected = dagostino(values), stats.normaltest(values)
    assert (found.statistic, found.p) == pytest.approx(tuple(expected), rel=1e-6, abs=1e-12)


def test_dagostino_of_a_mirrored_sample_is_its_kurtosis_alone():
    # SciPy takes 1 for this skewness: stats.normaltest(np.arange(-10, 11)) is 4.219.
    found = dagostino(np.arange(-10, 11))
    assert found.statistic == pytest.approx(stats.kurtosistest(np.arange(-10.0, 11.0)).statistic ** 2)
    assert found.p == pytest.approx(stats.chi2.sf(found.statistic, 2))


@pytest.mark.filterwarnings("ignore:As of SciPy 1.17")  # says to choose a p, which is not compared; SciPy 1.13 has none
@given(unequal(8))
def test_anderson_darling_agrees_with_scipy_and_statsmodels(values):
    found = anderson_darling(values)
    assert found.statistic == pytest.approx(stats.anderson(values).statistic, rel=1e-8)
    statistic, p = normal_ad(np.array(values, float))
    assert found.statistic == pytest.approx(statistic, rel=1e-8)
    assert found.p == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize(("statistic", "p"), [(0.1, 0.99), (0.251, 0.737), (0.561, 0.15), (0.752, 0.05), (1.035, 0.01)])
def test_p_of_a2_at_stephens_points(statistic, p):
    # D'Agostino and Stephens (1986), table 4.7: 0.15, 0.05 and 0.01 of the adjusted A²
    assert _p_of_a2(statistic) == pytest.approx(p, rel=0.08)


@pytest.mark.parametrize("edge", [0.2, 0.34, 0.6])
def test_p_of_a2_hardly_jumps_between_its_pieces(edge):
    assert _p_of_a2(edge - 1e-9) == pytest.approx(_p_of_a2(edge + 1e-9), rel=0.03)


def test_p_of_a2_never_turns():
    found = [_p_of_a2(a) for a in np.linspace(0.6, 1000, 5000)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(3.7e-24, rel=0.1)  # as R's nortest::ad.test


@pytest.mark.parametrize("function", [dagostino, anderson_darling])
@given(values=unequal(20), exponent=st.integers(-30, 30))
def test_both_know_no_unit(function, values, exponent):
    found, rescaled = function(values), function(np.array(values) * 10.0**exponent)
    assert (rescaled.statistic, rescaled.p) == pytest.approx((found.statistic, found.p), rel=1e-6, abs=1e-12)


@given(unequal(20), st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_none_knows_a_shift_or_an_order(values, shift, random):
    moved = np.array(random.sample(values, len(values))) + shift
    for function in (shapiro_wilk, dagostino, anderson_darling):
        found, again = (dataclasses.astuple(function(each)) for each in (values, moved))
        assert again == pytest.approx(found, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(("function", "smallest"), [(dagostino, 20), (anderson_darling, 8)])
def test_both_of_few_or_equal_values(function, smallest):
    values = np.arange(20) ** 2
    assert function(values[: smallest - 1]) is None
    assert 0 <= function(values[:smallest]).p <= 1
    assert function([0.1] * 50) is None


@pytest.mark.parametrize("function", [dagostino, anderson_darling])
@pytest.mark.parametrize("values", [[0.1] * 49 + [0.1 + 1e-16], [0.0] * 49 + [1e140], [0.01] * 25 + [0.02] * 25])
def test_both_of_hardly_any_spread_and_of_much(function, values):
    found = function(values)
    assert found is None or (math.isfinite(found.statistic) and 0 <= found.p <= 1)


@pytest.mark.parametrize("function", [dagostino, anderson_darling])
@pytest.mark.parametrize("values", [[], [1] * 30 + [math.nan], [1] * 30 + [math.inf]])
def test_no_sample_is_the_callers_mistake_here_too(function, values):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        function(values)
