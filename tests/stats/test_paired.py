import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ftpstats.stats.contrast import Contrast, Difference, contrast, difference
from ftpstats.stats.equivalence import equivalence_p
from ftpstats.stats.means import PairedMean, independent_mean, mean_of_blocks, mean_of_runs
from ftpstats.stats.paired import means_in_alternation, means_of_blocks, means_of_rounds
from ftpstats.stats.ratio import RatioInterval, ratio_interval
from ftpstats.stats.serial import long_run_variance

SECONDS = st.integers(1, 10**4).map(lambda ms: ms / 1000)
PAIRS = st.lists(st.tuples(SECONDS, SECONDS), min_size=2, max_size=40)
C = st.floats(0.1, 10)


def columns(pairs):
    return tuple(np.array(column) for column in zip(*pairs, strict=True))


def rounds_of_one(pairs, *roundings):
    x, y = columns(pairs)
    return means_of_rounds(x[:, None], y[:, None], *roundings)


def in_alternation(pairs, *roundings):
    return means_in_alternation(*columns(pairs), *roundings)


DESIGNS = pytest.mark.parametrize("design", [rounds_of_one, in_alternation])


# --- blocks of runs

BLOCKS = st.lists(st.lists(st.lists(SECONDS, min_size=1, max_size=5), min_size=1, max_size=4), min_size=3, max_size=8)


@given(BLOCKS, BLOCKS)
def test_blocks_agree_with_the_paired_t_test_of_scipy_on_their_means(sample, reference):
    blocks = min(len(sample), len(reference))
    x, y = ([np.mean([np.mean(run) for run in runs]) for runs in side[:blocks]] for side in (sample, reference))
    assume(np.std(np.subtract(x, y)) > 1e-6)
    one, other = means_of_blocks(sample[:blocks], reference[:blocks])
    assert difference(one, other).p == pytest.approx(stats.ttest_rel(x, y).pvalue, rel=1e-6, abs=1e-12)
    assert (one.runs, one.n) == (blocks, sum(len(run) for runs in sample[:blocks] for run in runs))


@given(BLOCKS, BLOCKS)
def test_blocks_without_partners_agree_with_welch_of_scipy_on_their_means(sample, reference):
    x, y = ([np.mean([np.mean(run) for run in runs]) for runs in side] for side in (sample, reference))
    assume(np.std(x) > 1e-6 and np.std(y) > 1e-6)
    found = difference(mean_of_blocks(sample), mean_of_blocks(reference))
    assert found.p == pytest.approx(stats.ttest_ind(x, y, equal_var=False).pvalue, rel=1e-6, abs=1e-12)


@given(BLOCKS)
def test_blocks_of_one_run_are_runs(blocks):
    runs = [block[0] for block in blocks]
    assert mean_of_blocks([[run] for run in runs]) == mean_of_runs(runs)


@pytest.mark.parametrize("blocks", [[], [[]], [[[1.0]], []]])
def test_a_block_without_a_run_is_the_callers_mistake(blocks):
    with pytest.raises(ValueError, match="at least one block, and every block a run"):
        mean_of_blocks(blocks)


# --- the variance of a contrast is that of the pairs' contrasts


@given(PAIRS, C)
def test_rounds_take_the_variance_of_their_contrasts(pairs, c):
    x, y = columns(pairs)
    found = contrast(*rounds_of_one(pairs), c)
    contrasts = x - c * y
    assert found.estimate == pytest.approx(contrasts.mean(), abs=1e-9)
    assume(found.df is not None)
    assert found.se**2 == pytest.approx(np.var(contrasts, ddof=1) / len(x), rel=1e-6, abs=1e-15)
    assert found.df == len(x) - 1


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=8, max_size=60), C)
def test_alternation_takes_the_long_run_variance_of_the_contrasts_in_order(pairs, c):
    x, y = columns(pairs)
    found, expected = contrast(*in_alternation(pairs), c), long_run_variance(x - c * y)
    assume(found.df is not None)
    assert found.se**2 == pytest.approx(expected.variance / len(x), rel=1e-6, abs=1e-15)
    assert found.df == expected.df


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=2, max_size=7))
def test_few_pairs_in_alternation_are_taken_as_independent(pairs):
    assert difference(*in_alternation(pairs)) == difference(*rounds_of_one(pairs))


def test_rounds_count_by_their_unweighted_means():
    one, other = means_of_rounds([[1, 3], [4.0] * 100, [6, 6, 6]], [[1], [2, 2], [3, 5]], 0.1, 0.2)
    assert (one.mean, one.df, one.n, one.runs, one.rounding) == (pytest.approx(4), 2, 105, 3, 0.1)
    assert (other.mean, other.df, other.n, other.runs, other.rounding) == (pytest.approx(7 / 3), 2, 5, 3, 0.2)
    assert one.variance == pytest.approx(np.var([2, 4, 6], ddof=1) / 3)
    assert one.difference_variance == pytest.approx(np.var([1, 2, 2], ddof=1) / 3)


@settings(deadline=None)
@given(PAIRS, st.sampled_from([0.9, 0.95, 0.99]))
def test_rounds_of_one_transfer_are_scipys_paired_t_test(pairs, confidence):
    x, y = columns(pairs)
    assume(np.ptp(x - y) > 1e-9)
    found, expected = difference(*rounds_of_one(pairs), confidence), stats.ttest_rel(x, y)
    interval = expected.confidence_interval(confidence)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-8)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)


def test_r_paired_sleep(sleep):
    # R: t.test(sleep$extra[1:10], sleep$extra[11:20], paired = TRUE)
    found = difference(*rounds_of_one(list(zip(*sleep, strict=True))))
    assert found.estimate / found.se == pytest.approx(-4.062127683382037, rel=1e-13)
    assert found.p == pytest.approx(0.00283289019738427, rel=1e-12)
    assert (found.low, found.high) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)


def test_what_moves_both_cancels():
    hour = np.linspace(0, 5, 40)
    noise = np.random.default_rng(4).normal(0, 0.1, (2, 40))
    paired = difference(*means_in_alternation(10.2 + hour + noise[0], 10 + hour + noise[1]))
    unpaired = difference(mean_of_runs([10.2 + hour + noise[0]]), mean_of_runs([10 + hour + noise[1]]))
    assert paired.p < 0.001
    assert unpaired.p > 0.5


# --- the same coherence as for independent samples


@DESIGNS
@settings(max_examples=200)
@given(pairs=PAIRS, confidence=st.sampled_from([0.5, 0.9, 0.95]), rounding=st.sampled_from([0.0, 0.05]))
def test_ratio_excludes_one_exactly_when_difference_excludes_zero(design, pairs, confidence, rounding):
    partners = design(pairs, rounding, rounding / 2)
    ratio, found = ratio_interval(*partners, confidence), difference(*partners, confidence)
    assume(found.p is not None and abs(found.p / (1 - confidence) - 1) > 1e-6)
    assume(_proportional(pairs) > 1e-6)
    assert (ratio.high is not None and ratio.high < 1) == (found.high < 0)
    assert (ratio.low is not None and ratio.low > 1) == (found.low > 0)


def _proportional(pairs):
    """Share of the spread that is left when one sample is taken for a multiple of the other."""
    x, y = columns(pairs)
    return np.ptp(x / y - x.mean() / y.mean())


@given(PAIRS)
def test_fieller_of_pairs_in_closed_form(pairs):
    x, y = columns(pairs)
    found = ratio_interval(*rounds_of_one(pairs))
    # Roots of (x̄ − c·ȳ)² = t²·(s²ₓ − 2c·sₓᵧ + c²·s²ᵧ)/n, Fieller (1954)
    covariance = np.cov(x, y) * stats.t.isf(0.025, len(x) - 1) ** 2 / len(x)
    a, b, c = (
        y.mean() ** 2 - covariance[1, 1],
        covariance[0, 1] - x.mean() * y.mean(),
        x.mean() ** 2 - covariance[0, 0],
    )
    discriminant = b**2 - a * c
    assume(min(abs(a), abs(c), discriminant) > 1e-6 and _proportional(pairs) > 1e-6)
    first, second = sorted((-b + sign * math.sqrt(discriminant)) / a for sign in (-1, 1))
    assume(abs(math.log(abs(first))) > 1e-6 and abs(math.log(abs(second))) > 1e-6)
    if a > 0:  # between the roots
        low, high = (first if c > 0 else None), second
    elif 0 < first < 1 < second:  # outside them: closed up on the estimate's side of 1
        low, high = (second, None) if found.estimate > 1 else (None, first)
    else:
        low, high = (second if c > 0 else None), None
    assert found.low is None if low is None else found.low == pytest.approx(low, rel=1e-6)
    assert found.high is None if high is None else found.high == pytest.approx(high, rel=1e-6)


@DESIGNS
def test_equal_partners_are_not_equivalent_by_the_spread_that_a_margin_lends_them(design):
    # x − 1.05·x varies with x, though nothing varies in x − x.
    partners = design([(1.0, 1.0), (1.1, 1.1), (0.9, 0.9)] * 10)
    assert difference(*partners).p is None
    assert equivalence_p(*partners, ratio_margin=0.05) is None


@DESIGNS
@given(pairs=PAIRS, margin=st.floats(0.01, 1))
def test_swapping_the_labels(design, pairs, margin):
    one, other = design(pairs)
    there, back = difference(one, other), difference(other, one)
    assert (there.estimate, there.se, there.df, there.p) == (-back.estimate, back.se, back.df, back.p)
    for kind in ("ratio_margin", "absolute_margin"):
        assert equivalence_p(one, other, **{kind: margin}) == equivalence_p(other, one, **{kind: margin})


@DESIGNS
@given(pairs=PAIRS, scale=st.floats(0.1, 10), shift=st.floats(0, 10))
def test_a_common_shift_is_nothing_and_a_scale_is_a_unit(design, pairs, scale, shift):
    before = difference(*design(pairs))
    after = difference(*design(np.array(pairs) * scale + shift))
    assume(before.p is not None and before.se > 1e-6)
    assert after.p == pytest.approx(before.p, rel=1e-5, abs=1e-12)
    assert (after.low, after.high) == pytest.approx((scale * before.low, scale * before.high), abs=1e-6)


@given(PAIRS, st.randoms(use_true_random=False))
def test_order_of_rounds_does_not_count(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    assert rounds_of_one(shuffled) == rounds_of_one(pairs)


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=3, max_size=40), st.integers(1, 500).map(lambda ms: ms / 1000))
def test_equivalence_is_the_paired_one_sided_tests(pairs, margin):
    x, y = columns(pairs)
    assume(np.ptp(x - y) > 1e-9)
    expected = max(
        stats.ttest_1samp(x - y, margin, alternative="less").pvalue,
        stats.ttest_1samp(x - y, -margin, alternative="greater").pvalue,
    )
    assert equivalence_p(*rounds_of_one(pairs), absolute_margin=margin) == pytest.approx(expected, rel=1e-8)
    expected = max(
        stats.ttest_1samp(x - 1.5 * y, 0, alternative="less").pvalue,
        stats.ttest_1samp(y - 1.5 * x, 0, alternative="less").pvalue,
    )
    assume(min(np.ptp(x - 1.5 * y), np.ptp(y - 1.5 * x)) > 1e-6)
    assert equivalence_p(*rounds_of_one(pairs), ratio_margin=0.5) == pytest.approx(expected, rel=1e-6)


# --- degenerate data: each a named outcome


@DESIGNS
def test_one_pair_has_no_known_spread(design):
    partners = design([(2.0, 1.0)])
    assert partners[0] == PairedMean(2.0, None, 0.0, 1, 1, 0.0, None)
    assert difference(*partners) == Difference(1.0, None, None, None, None, None)
    assert ratio_interval(*partners) == RatioInterval(2.0, None, None)
    assert equivalence_p(*partners, ratio_margin=0.05) is None


@DESIGNS
@pytest.mark.parametrize("n", [2, 3, 7, 8, 30])
def test_pairs_that_all_differ_alike_carry_no_inference(design, n):
    partners = design([(i / 10 + 0.1, i / 10) for i in range(1, n + 1)])
    assert contrast(*partners, 1.0) == Contrast(pytest.approx(0.1), 0.0, None)
    assert difference(*partners).p is None
    assert ratio_interval(*partners).low is None
    assert equivalence_p(*partners, absolute_margin=0.5) is None


@DESIGNS
@given(pairs=PAIRS | st.lists(st.sampled_from([(0.01, 0.01), (0.01, 0.02)]), min_size=1, max_size=20))
def test_nothing_in_a_result_is_nan_whatever_the_data(design, pairs):
    partners = design(pairs)
    found, ratio = difference(*partners), ratio_interval(*partners)
    p = equivalence_p(*partners, ratio_margin=0.05)
    numbers = [found.estimate, found.se, found.df, found.low, found.high, found.p, ratio.low, ratio.high, p]
    assert all(number is None or math.isfinite(number) for number in numbers)


@pytest.mark.parametrize("function", [means_in_alternation, lambda x, y: means_of_rounds([[v] for v in x], [y])])
def test_no_pairs_are_the_callers_mistake(function):
    with pytest.raises(ValueError, match="make no pairs"):
        function([1.0, 2.0], [1.0])


@pytest.mark.parametrize("bad", [[], [1.0, math.nan], [1.0, math.inf]])
def test_no_sample_is_the_callers_mistake(bad):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        means_in_alternation(bad, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"a sample|every value"):
        means_of_rounds([bad], [[1.0, 2.0]])


@pytest.mark.parametrize("rounding", [-0.1, math.inf, math.nan])
def test_no_rounding_is_the_callers_mistake(rounding):
    with pytest.raises(ValueError, match="rounding"):
        means_in_alternation([1.0], [2.0], 0.0, rounding)


def test_only_partners_are_compared():
    (one, other), (stranger, _) = in_alternation([(1, 2), (2, 5), (4, 4)]), in_alternation([(1, 2), (2, 4), (4, 3)])
    for reference in (stranger, independent_mean([1, 2, 3])):
        with pytest.raises(ValueError, match="partner"):
            difference(one, reference)
        with pytest.raises(ValueError, match="partner"):
            difference(reference, other)


@pytest.mark.parametrize("steady", [rounds_of_one, in_alternation])
@pytest.mark.parametrize("n", [2, 7, 8, 40])
def test_pairs_that_print_one_value_each_differ_as_if_one_of_each_had_printed_the_next(steady, n):
    one, other = steady([(0.04, 0.03)] * n, 0.5e-4, 2e-4)
    assert (one.variance, other.variance) == (pytest.approx((1e-4 / n) ** 2), pytest.approx((4e-4 / n) ** 2))
    assert one.difference_variance == other.difference_variance == one.variance + other.variance
    found = difference(one, other)
    assert (found.df, found.p < 0.05, found.low) == (one.df, True, pytest.approx(found.estimate * 2 - found.high))


def test_partners_that_vary_together_differ_by_no_less_than_their_digits_show():
    pairs = [(0.04, 0.03)] * 39 + [(0.05, 0.04)]
    for one, other in (rounds_of_one(pairs, 5e-3, 5e-3), in_alternation(pairs, 5e-3, 5e-3)):
        assert one.difference_variance == pytest.approx(2 * (0.01 / 40) ** 2)
        assert one.variance >= (0.01 / 40) ** 2 <= other.variance


def test_rounds_count_all_their_transfers():
    one, _ = means_of_rounds([[0.04] * 10] * 3, [[0.03] * 20] * 3, 5e-5, 5e-5)
    assert (one.n, one.variance, one.df) == (30, pytest.approx((1e-4 / 30) ** 2), 2)


# --- calibration


def test_false_positives_of_alternation_under_autocorrelation():
    # Each label drifts for itself as an AR(1) 0.5; pairs hide none of it. Three Monte Carlo standard errors.
    from scipy.signal import lfilter

    shocks = np.random.default_rng(5).normal(0, 1, (1000, 2, 200))
    runs = 100 + lfilter([1], [1, -0.5], shocks)[..., 100:]
    rate = np.mean([difference(*means_in_alternation(*pair)).p < 0.05 for pair in runs])
    assert rate == pytest.approx(0.055, abs=3 * math.sqrt(0.05 * 0.95 / 1000))
