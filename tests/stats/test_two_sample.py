import math

import numpy as np
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ftpstats.stats.two_sample import hedges_g, hodges_lehmann, mann_whitney, welch

# Steps of a millisecond: spread and ties are then what they look like.
SAMPLES = st.lists(st.integers(1, 10**5).map(lambda ms: ms / 1000), min_size=2, max_size=40)
TIED = st.lists(st.sampled_from([0.01, 0.02, 0.03, 0.04]), min_size=1, max_size=40)
EITHER = SAMPLES | TIED.filter(lambda values: len(values) > 1)

# R: help(wilcox.test), Hollander & Wolfe (1973), 69f
PERMEABILITY = (
    [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    [1.15, 0.88, 0.90, 0.74, 1.21],
)
# R: na.omit(airquality$Ozone[airquality$Month == 5]), and 8
OZONE_MAY = [
    41,
    36,
    12,
    18,
    28,
    23,
    19,
    8,
    7,
    16,
    11,
    14,
    18,
    14,
    34,
    6,
    30,
    11,
    1,
    11,
    4,
    32,
    23,
    45,
    115,
    37,
]
OZONE_AUGUST = [
    *(39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118),
    *(84, 85),
]


def test_r_welch_of_sleep(sleep):
    # R: t.test(extra ~ group, sleep)
    found = welch(*sleep)
    assert found.t == pytest.approx(-1.86081346748685, rel=1e-13)
    assert found.df == pytest.approx(17.7764735161785, rel=1e-13)
    assert found.p == pytest.approx(0.0793941401873582, rel=1e-13)
    assert (found.low, found.high) == pytest.approx((-3.36548323071171, 0.20548323071171), rel=1e-12)


@pytest.mark.parametrize(
    ("y", "t", "df", "p"),
    [
        # R: t.test(1:10, y = 7:20), t.test(1:10, y = c(7:20, 200))
        ([*range(7, 21)], -5.43492976389406, 21.982212340189, 1.85528183251181e-05),
        ([*range(7, 21), 200], -1.63290263320121, 14.1645989530125, 0.124513498089745),
    ],
)
def test_r_welch_of_whole_numbers(y, t, df, p):
    found = welch(range(1, 11), y)
    assert (found.t, found.df, found.p) == pytest.approx((t, df, p), rel=1e-13)


@pytest.mark.filterwarnings("ignore:.* encountered in _nct_sf:RuntimeWarning")  # of SciPy 1.13, in pingouin's power
@settings(deadline=None)
@given(EITHER, EITHER, st.sampled_from([0.9, 0.95, 0.99]))
def test_welch_agrees_with_scipy_and_pingouin(x, y, confidence):
    assume(np.ptp(x) > 0 and np.ptp(y) > 0)  # SciPy and pingouin warn otherwise
    found, expected = welch(x, y, confidence), stats.ttest_ind(x, y, equal_var=False)
    assert (found.t, found.df) == pytest.approx((expected.statistic, expected.df), rel=1e-9, abs=1e-9)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-8)
    interval = expected.confidence_interval(confidence)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)
    row = pingouin.ttest(x, y, correction=True).iloc[0]
    assert (found.t, found.df, found.p) == pytest.approx((row["T"], row["dof"], row["p_val"]), rel=1e-8)


def test_r_mann_whitney_exact():
    # R: wilcox.test(x, y, conf.int = TRUE)
    found, shift = mann_whitney(*PERMEABILITY), hodges_lehmann(*PERMEABILITY)
    assert found.u == 35
    assert found.p == pytest.approx(0.254412254412254, rel=1e-13)
    assert (shift.estimate, shift.low, shift.high) == pytest.approx((0.305, -0.15, 0.76), abs=1e-15)


def test_r_mann_whitney_with_ties():
    # R: wilcox.test(Ozone ~ Month, airquality, subset = Month %in% c(5, 8))
    found = mann_whitney(OZONE_MAY, OZONE_AUGUST)
    assert found.u == 127.5
    assert found.p == pytest.approx(0.000120807830768774, rel=1e-12)


@settings(deadline=None)
@given(SAMPLES | TIED, SAMPLES | TIED)
def test_mann_whitney_agrees_with_pingouin(x, y):
    assume(len({*x, *y}) > 1)
    exact = len({*x, *y}) == len(x) + len(y)
    row = pingouin.mwu(x, y, method="exact" if exact else "asymptotic").iloc[0]
    found = mann_whitney(x, y)
    assert (found.u, found.p) == pytest.approx((row["U_val"], row["p_val"]), rel=1e-9)


@pytest.mark.parametrize("sizes", [(49, 49), (50, 10), (10, 50)])
def test_exact_below_50_values(sizes):
    x, y = np.arange(sizes[0]) + 0.5, np.arange(sizes[1]) * 2.0
    method = "exact" if max(sizes) < 50 else "asymptotic"
    # SciPy adds up rounded shares of the orderings; ours are counted.
    assert mann_whitney(x, y).p == pytest.approx(stats.mannwhitneyu(x, y, method=method).pvalue, rel=2e-14)


@settings(deadline=None)
@given(SAMPLES | TIED, SAMPLES | TIED)
def test_shift_is_the_median_of_all_differences(x, y):
    found = hodges_lehmann(x, y)
    differences = np.subtract.outer(x, y)
    assert found.estimate == pytest.approx(np.median(differences), abs=1e-9)
    for end in (found.low, found.high):
        assert end is None or np.min(np.abs(differences - end)) == 0


@settings(deadline=None)
@given(SAMPLES, SAMPLES)
def test_shift_interval_inverts_the_exact_test(x, y):
    assume(len({*x, *y}) == len(x) + len(y))
    found = hodges_lehmann(x, y)
    excluded = found.low is not None and not found.low <= 0 <= found.high
    assert excluded == (mann_whitney(x, y).p < 0.05 * (1 - 1e-9))


def test_shift_interval_holds_zero_where_the_exact_p_is_just_the_level():
    # One value below 39 others: p = 2/40.
    assert mann_whitney([0], range(1, 40)).p == pytest.approx(0.05, rel=1e-12)
    assert hodges_lehmann([0], range(1, 40)).high is None
    assert hodges_lehmann([0], range(1, 41)).high == -1


def test_shift_of_large_samples_by_brute_force():
    rng = np.random.default_rng(3)
    x, y = rng.gamma(3, 1, 301), rng.gamma(3, 1.2, 400)
    differences = np.sort(np.subtract.outer(x, y).ravel())
    # R: wilcox.test(x, y, conf.int = TRUE) takes Z at these order statistics to ± qnorm(0.975)
    rank = math.floor(301 * 400 / 2 + 0.5 - 1.959963984540054 * math.sqrt(301 * 400 * 702 / 12))
    found = hodges_lehmann(x, y)
    assert found.estimate == pytest.approx(np.median(differences), rel=1e-12)
    assert (found.low, found.high) == (differences[rank - 1], differences[-rank])
    assert stats.mannwhitneyu(x - differences[rank - 1], y).pvalue == pytest.approx(0.05, abs=1e-4)


@given(TIED, TIED, st.sampled_from([0.9, 0.95]))
def test_shift_interval_of_ties_lies_where_rs_normal_approximation_has_it(x, y, confidence):
    assume(len({*x, *y}) < len(x) + len(y))
    found, differences = hodges_lehmann(x, y, confidence), np.sort(np.subtract.outer(x, y).ravel())
    n, m = len(x), len(y)
    reach = stats.norm.isf((1 - confidence) / 2) * math.sqrt(n * m * (n + m + 1) / 12)
    rank = math.floor(n * m / 2 + 0.5 - reach)
    if rank < 1:
        assert (found.low, found.high) == (None, None)
    else:
        assert (found.low, found.high) == pytest.approx((differences[rank - 1], differences[-rank]), abs=1e-12)


@given(EITHER, EITHER, st.randoms(use_true_random=False))
def test_order_within_samples_does_not_count(x, y, random):
    shuffled = random.sample(x, len(x)), random.sample(y, len(y))
    for function in (welch, mann_whitney, hodges_lehmann, hedges_g):
        assert function(*shuffled) == function(x, y)


@given(EITHER, EITHER, st.floats(0.1, 10), st.floats(0, 10))
def test_only_the_ranks_count_for_mann_whitney(x, y, scale, shift):
    moved = [np.round(np.exp(np.array(values) / 50) * scale + shift, 9) for values in (x, y)]
    assume(len(np.unique(np.concatenate(moved))) == len({*x, *y}))
    assert mann_whitney(*moved) == mann_whitney(x, y)


def test_shift_needs_no_memory_for_all_pairs():
    x = np.arange(50_000.0)
    assert hodges_lehmann(x + 7, x).estimate == 7


@pytest.mark.parametrize(("n", "known"), [(1, False), (3, False), (4, True)])
def test_shift_of_few_values_has_no_interval(n, known):
    found = hodges_lehmann(np.arange(n) + 0.5, np.arange(n))
    assert found.estimate == 0.5
    assert (found.low is not None) == (found.high is not None) == known


@settings(deadline=None)
@given(EITHER, EITHER)
def test_hedges_g_agrees_with_pingouin(x, y):
    assume(np.ptp(x) + np.ptp(y) > 0)
    df = len(x) + len(y) - 2
    # pingouin takes 1 − 3/(4·df − 1) for the correction, with df + 2 values in all.
    exact = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    theirs = pingouin.compute_effsize(x, y, eftype="hedges") / (1 - 3 / (4 * df - 1)) * exact
    assert hedges_g(x, y) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(EITHER, EITHER)
def test_swapping_the_samples_turns_the_sign(x, y):
    assume(np.ptp(x) + np.ptp(y) > 0)
    one, other = welch(x, y), welch(y, x)
    assert (one.t, one.df, one.p, one.low) == pytest.approx((-other.t, other.df, other.p, -other.high))
    assert hedges_g(x, y) == pytest.approx(-hedges_g(y, x))
    assert mann_whitney(x, y).p == pytest.approx(mann_whitney(y, x).p)
    assert mann_whitney(x, y).u == len(x) * len(y) - mann_whitney(y, x).u
    shift, back = hodges_lehmann(x, y), hodges_lehmann(y, x)
    assert shift.estimate == pytest.approx(-back.estimate, abs=1e-9)
    assert (shift.low is None) == (back.high is None)
    assert shift.low is None or shift.low == pytest.approx(-back.high, abs=1e-9)


@settings(deadline=None)
@given(SAMPLES, SAMPLES, st.floats(0.1, 10), st.floats(0, 100))
def test_a_common_shift_is_nothing_and_a_scale_is_a_unit(x, y, scale, shift):
    assume(np.ptp(x) + np.ptp(y) > 0)
    moved = [np.array(values) * scale + shift for values in (x, y)]
    one, other = welch(x, y), welch(*moved)
    assert (other.t, other.df, other.p) == pytest.approx((one.t, one.df, one.p), rel=1e-6, abs=1e-6)
    assert (other.low, other.high) == pytest.approx((scale * one.low, scale * one.high), rel=1e-6, abs=1e-6)
    assert hedges_g(*moved) == pytest.approx(hedges_g(x, y), rel=1e-6, abs=1e-6)
    assert hodges_lehmann(*moved).estimate == pytest.approx(scale * hodges_lehmann(x, y).estimate, abs=1e-6)


@pytest.mark.parametrize(("x", "y"), [([1], [2, 3]), ([1, 2], [3]), ([2, 2], [2, 2]), ([1, 1], [2, 2])])
def test_no_spread_or_one_value_has_no_test_of_means(x, y):
    assert welch(x, y) is None
    assert hedges_g(x, y) is None


def test_one_sample_without_spread_is_tested():
    assert welch([1, 1, 1], [2, 3, 4]).df == pytest.approx(2)
    assert hedges_g([1, 1, 1], [2, 3, 4]) < 0


def test_all_ties():
    assert mann_whitney([0.01] * 5, [0.01] * 7) is None
    assert hodges_lehmann([0.01] * 50, [0.01] * 50).estimate == 0
    assert mann_whitney([0.01] * 5, [0.02] * 7).p < 0.01
    assert mann_whitney([1], [2]).p == 1


@pytest.mark.parametrize("function", [welch, mann_whitney, hodges_lehmann, hedges_g])
@pytest.mark.parametrize("bad", [[], [1, math.nan], [1, math.inf]])
def test_no_sample_is_the_callers_mistake(function, bad):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        function(bad, [1, 2])
    with pytest.raises(ValueError, match=r"a sample|every value"):
        function([1, 2], bad)


@pytest.mark.parametrize("function", [welch, hodges_lehmann])
def test_no_confidence_is_the_callers_mistake(function):
    with pytest.raises(ValueError, match="confidence"):
        function([1, 1], [1, 1], 95)
