import math
from dataclasses import replace

import numpy as np
import pingouin
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.stats import t as student
from scipy.stats import ttest_ind

from ftpstats.stats.contrast import Contrast, Difference, contrast, difference
from ftpstats.stats.equivalence import equivalence_p, not_slower_p, slower_by_margin_p
from ftpstats.stats.means import SampleMean, independent_mean, mean_of_runs
from ftpstats.stats.ratio import RatioInterval, ratio_interval
from ftpstats.stats.serial import long_run_variance
from ftpstats.stats.two_sample import welch

RUN = st.lists(st.integers(1, 10**4).map(lambda ms: ms / 1000), min_size=1, max_size=20)
RUNS = st.lists(RUN, min_size=1, max_size=5)


@st.composite
def sample_means(draw, roundings):
    """A sample mean of any precision, from hardly known to exact."""
    mean = draw(st.floats(1e-3, 1e3))
    share = draw(st.sampled_from([0.0, 1e-6]) | st.floats(1e-4, 3))
    runs, df = draw(st.integers(1, 6)), draw(st.floats(1, 50))
    rounding = mean * draw(roundings)
    return SampleMean(mean, (share * mean) ** 2, df if runs == 1 else runs - 1.0, 10 * runs, runs, rounding)


COARSE = sample_means(roundings=st.sampled_from([0.0, 0.001, 0.1]))
ONE_SECOND = SampleMean(mean=1.0, variance=0.01, df=10.0, n=30, runs=1, rounding=0.0)


def summary(mean, sd, n):
    return SampleMean(mean=mean, variance=sd**2 / n, df=n - 1.0, n=n, runs=1, rounding=0.0)


def degenerate(mean, variance):
    return SampleMean(mean, variance, df=0.0 if variance is None else 9.0, n=10, runs=1, rounding=0.0)


# --- from runs to a mean and its variance


def test_one_run_takes_its_long_run_variance():
    run = np.random.default_rng(1).gamma(9, 1, 100)
    found, long_run = mean_of_runs([run], rounding=0.005), long_run_variance(run)
    assert found.variance == long_run.variance / 100
    assert (found.df, found.n, found.runs, found.rounding) == (8, 100, 1, 0.005)
    assert found.mean == pytest.approx(run.mean())


@pytest.mark.parametrize(("n", "independent"), [(2, True), (7, True), (8, False)])
def test_a_short_run_is_taken_as_independent(n, independent):
    run = np.arange(n) ** 2.0
    assert (mean_of_runs([run]) == independent_mean(run)) == independent


def test_several_runs_count_by_their_unweighted_means():
    found = mean_of_runs([[1, 3], [4.0] * 100, [6, 6, 6]])
    assert found.mean == pytest.approx(4)
    assert found.variance == pytest.approx(np.var([2, 4, 6], ddof=1) / 3)
    assert (found.df, found.n, found.runs) == (2, 105, 3)


@given(RUNS, st.randoms(use_true_random=False))
def test_order_of_runs_and_within_several_runs_does_not_count(runs, random):
    assume(len(runs) > 1)
    shuffled = [random.sample(run, len(run)) for run in random.sample(runs, len(runs))]
    assert mean_of_runs(shuffled) == mean_of_runs(runs)


def test_order_within_one_run_counts():
    assert mean_of_runs([range(20)]).variance > mean_of_runs([[0, 19, 1, 18, 2, 17, 3, 16, 4, 15]]).variance


@pytest.mark.parametrize(("runs", "rounding"), [([], 0), ([[1], []], 0), ([[math.nan]], 0)])
def test_no_runs_are_the_callers_mistake(runs, rounding):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        mean_of_runs(runs, rounding)


@pytest.mark.parametrize("rounding", [-0.1, math.inf, math.nan])
def test_no_rounding_is_the_callers_mistake(rounding):
    with pytest.raises(ValueError, match="rounding"):
        mean_of_runs([[1.0]], rounding)


# --- the contrast


def test_standard_error_and_degrees_of_freedom():
    # By hand, with V = 4, f = 3, Vᵣ = 1, fᵣ = 5, c = 3: SE² = 13, df = 13²/(4²/3 + 9²/5)
    found = contrast(SampleMean(10, 4, 3, 4, 1, 0), SampleMean(2, 1, 5, 6, 1, 0), 3)
    assert found.estimate == 4
    assert found.se == pytest.approx(math.sqrt(13))
    assert found.df == pytest.approx(169 / (16 / 3 + 81 / 5))


@pytest.mark.parametrize(
    ("runs", "df"),
    [((2, 2), 2), ((3, 3), 4), ((3, 5), 64 / (16 / 2 + 16 / 4)), ((2, 3), 2), ((5, 2), 2), ((1, 2), 2)],
)
def test_two_runs_against_more_have_one_degree_of_freedom_each(runs, df):
    one, other = (SampleMean(1, 4, max(k - 1.0, 1.0), 10 * k, k, 0) for k in runs)
    assert contrast(one, other, 1).df == pytest.approx(df)


def test_tiny_variances_do_not_underflow():
    tiny = SampleMean(1e-90, 1e-200, 4, 5, 1, 0)
    assert contrast(tiny, tiny, 1).df == pytest.approx(8)


# --- the difference


def test_r_welch_from_independent_means(sleep):
    # R: t.test(extra ~ group, sleep)
    found = difference(*map(independent_mean, sleep))
    assert found.df == pytest.approx(17.7764735161785, rel=1e-13)
    assert found.p == pytest.approx(0.0793941401873582, rel=1e-13)
    assert (found.low, found.high) == pytest.approx((-3.36548323071171, 0.20548323071171), rel=1e-12)


@given(COARSE, COARSE, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_interval_excludes_zero_exactly_when_p_is_small(sample, reference, confidence):
    found = difference(sample, reference, confidence)
    assume(found.p is not None and abs(found.p / (1 - confidence) - 1) > 1e-9)
    assert (found.p < 1 - confidence) == (not found.low <= 0 <= found.high)
    assert 0 <= found.p <= 1


@given(COARSE, COARSE)
def test_swapping_the_labels_turns_the_sign_and_nothing_else(sample, reference):
    one, other = difference(sample, reference), difference(reference, sample)
    assert (one.se, one.df, one.p) == (other.se, other.df, other.p)
    assert one.estimate == -other.estimate
    assert one.low is None or (one.low, one.high) == (-other.high, -other.low)


@given(RUNS, RUNS, st.floats(0.1, 10), st.floats(0, 10))
def test_a_common_shift_is_nothing_and_a_scale_is_a_unit(runs, others, scale, shift):
    before = difference(mean_of_runs(runs), mean_of_runs(others))
    moved = ([np.array(run) * scale + shift for run in side] for side in (runs, others))
    after = difference(*map(mean_of_runs, moved))
    assume(before.p is not None and before.se > 1e-6)
    assert after.p == pytest.approx(before.p, rel=1e-5, abs=1e-12)
    assert (after.low, after.high) == pytest.approx((scale * before.low, scale * before.high), abs=1e-6)


def test_rounding_widens_the_interval_and_weakens_p():
    fine = difference(replace(ONE_SECOND, mean=1.5), ONE_SECOND)
    one, other = replace(ONE_SECOND, mean=1.5, rounding=0.03), replace(ONE_SECOND, rounding=0.02)
    coarse = difference(one, other)
    assert (coarse.estimate, coarse.se, coarse.df) == (fine.estimate, fine.se, fine.df)
    assert (coarse.low, coarse.high) == pytest.approx((fine.low - 0.05, fine.high + 0.05))
    assert coarse.p == pytest.approx(2 * student.sf(0.45 / fine.se, fine.df))


def test_a_difference_within_the_rounding_has_p_one():
    assert difference(replace(ONE_SECOND, mean=1.5, rounding=0.5), ONE_SECOND).p == 1


# --- the ratio


@settings(max_examples=500, deadline=None)
@given(COARSE, COARSE, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_ratio_excludes_one_exactly_when_difference_excludes_zero(sample, reference, confidence):
    ratio, found = ratio_interval(sample, reference, confidence), difference(sample, reference, confidence)
    assume(found.p is not None and abs(found.p / (1 - confidence) - 1) > 1e-9)
    assert (ratio.high is not None and ratio.high < 1) == (found.high < 0)
    assert (ratio.low is not None and ratio.low > 1) == (found.low > 0)


@settings(max_examples=500, deadline=None)
@given(COARSE, COARSE)
def test_ends_of_the_ratio_are_where_the_contrast_is_just_significant(sample, reference):
    found = ratio_interval(sample, reference)
    for c in (found.low, found.high):
        if c is not None:
            at = contrast(sample, reference, c)
            reach = student.isf(0.025, at.df) * at.se if at.df else 0
            slack = sample.rounding + c * reference.rounding
            assert abs(at.estimate) == pytest.approx(reach + slack, rel=1e-9, abs=1e-12 * sample.mean)


@settings(deadline=None)
@given(COARSE, COARSE)
def test_swapping_the_labels_inverts_the_ratio(sample, reference):
    one, other = ratio_interval(sample, reference), ratio_interval(reference, sample)
    assert one.estimate == pytest.approx(1 / other.estimate)
    assert (one.low is None) == (other.high is None)
    assert one.low is None or one.low == pytest.approx(1 / other.high)
    assert one.low is None or one.low < one.estimate
    assert one.high is None or one.estimate < one.high


@settings(deadline=None)
@given(st.floats(0.5, 2), st.floats(0.01, 0.3), st.floats(0.01, 0.3))
def test_fieller_in_closed_form_where_the_degrees_of_freedom_are_many(mean, sd, sd_reference):
    found = ratio_interval(
        SampleMean(mean, sd**2, 1e12, 2, 1, 0.0), replace(ONE_SECOND, variance=sd_reference**2, df=1e12)
    )
    # Roots of (x̄ − c·x̄ᵣ)² = z²·(V + c²·Vᵣ), Fieller (1954)
    z2 = 1.959963984540054**2
    a, b, c = 1 - z2 * sd_reference**2, -2 * mean, mean**2 - z2 * sd**2
    assume(abs(a) > 1e-6 and abs(c) > 1e-6)
    roots = sorted(root for root in np.roots([a, b, c]).real)
    assert (found.low is None) == (c < 0)
    assert (found.high is None) == (a < 0)
    assert found.low is None or found.low == pytest.approx(min(r for r in roots if r > 0))
    assert found.high is None or found.high == pytest.approx(max(roots))


def test_an_unknown_reference_bounds_no_ratio_above():
    found = ratio_interval(replace(ONE_SECOND, mean=5.0), replace(ONE_SECOND, variance=0.5))
    assert found.estimate == 5
    assert 1 < found.low < 5
    assert found.high is None
    assert ratio_interval(replace(ONE_SECOND, variance=9.0), ONE_SECOND).low is None


def test_sample_without_spread_still_has_a_ratio():
    found = ratio_interval(replace(ONE_SECOND, variance=0.0), ONE_SECOND)
    assert found.low == pytest.approx(1 / (1 + student.isf(0.025, 10) * 0.1))


# --- equivalence


def test_r_tost_of_sleep(sleep):
    # R: TOSTER::tsum_TOST / t_TOST(extra ~ group, sleep, eqb = 2), Welch
    one, other = map(independent_mean, sleep)
    assert equivalence_p(one, other, absolute_margin=2) == pytest.approx(0.313453625975, rel=1e-11)
    found = difference(one, other, confidence=0.9)
    assert (found.low, found.high) == pytest.approx((-3.053381, -0.106619), abs=5e-7)


def test_r_tost_from_summaries():
    # R: TOSTER::tsum_TOST(m1 = 5.25, sd1 = 0.95, n1 = 95, m2 = 5.22, sd2 = 0.83, n2 = 89, eqb = 0.384)
    one, other = summary(5.25, 0.95, 95), summary(5.22, 0.83, 89)
    p = equivalence_p(one, other, absolute_margin=0.384)
    assert p == pytest.approx(0.00383899428324, rel=1e-10)
    found = contrast(one, other, 1)
    lower = student.sf((found.estimate + 0.384) / found.se, found.df)
    assert lower == pytest.approx(0.000945874496548, rel=1e-10)


@settings(deadline=None)
@given(st.lists(st.integers(1, 999), min_size=3, max_size=30, unique=True), st.data())
def test_absolute_margin_agrees_with_pingouin(values, data):
    others = data.draw(st.lists(st.integers(1, 999), min_size=3, max_size=30, unique=True))
    margin = data.draw(st.integers(1, 500))
    row = pingouin.tost(values, others, bound=margin, correction=True).iloc[0]
    p = equivalence_p(independent_mean(values), independent_mean(others), absolute_margin=margin)
    assert p == pytest.approx(row["pval"], rel=1e-8, abs=1e-15)


@settings(deadline=None)
@given(st.lists(st.integers(1, 999), min_size=3, max_size=30, unique=True), st.data())
def test_either_side_of_a_margin_agrees_with_scipy(values, data):
    others = data.draw(st.lists(st.integers(1, 999), min_size=3, max_size=30, unique=True))
    margin = data.draw(st.integers(1, 500))
    shifted = [value - margin for value in values]
    means = independent_mean(values), independent_mean(others)
    for claim, alternative in ((not_slower_p, "less"), (slower_by_margin_p, "greater")):
        expected = ttest_ind(shifted, others, equal_var=False, alternative=alternative).pvalue
        assert claim(*means, absolute_margin=margin) == pytest.approx(expected, rel=1e-8, abs=1e-15)


@given(COARSE, COARSE, st.floats(0.01, 1))
def test_no_claim_and_its_opposite_are_both_shown(sample, reference, margin):
    for kind in ("ratio_margin", "absolute_margin"):
        below, above = (claim(sample, reference, **{kind: margin}) for claim in (not_slower_p, slower_by_margin_p))
        assert (below is None) == (above is None)
        assert below is None or below + above >= 1 - 1e-12  # the sum is 1 where no digits hide anything
        assert sample.rounding or reference.rounding or below is None or below + above == pytest.approx(1)


@given(COARSE, COARSE, st.floats(0.01, 1))
def test_equivalence_is_the_same_for_swapped_labels(sample, reference, margin):
    for kind in ("ratio_margin", "absolute_margin"):
        p = equivalence_p(sample, reference, **{kind: margin})
        assert p == equivalence_p(reference, sample, **{kind: margin})


@given(COARSE, COARSE, st.floats(0.01, 1), st.sampled_from([0.05, 0.01]))
def test_absolute_equivalence_is_the_wider_interval_within_the_margin(sample, reference, margin, alpha):
    p = equivalence_p(sample, reference, absolute_margin=margin)
    assume(p is not None and abs(p / alpha - 1) > 1e-9)
    found = difference(sample, reference, confidence=1 - 2 * alpha)
    assert (p < alpha) == (-margin < found.low and found.high < margin)


@settings(deadline=None)
@given(COARSE, COARSE, st.floats(0.01, 1))
def test_ratio_equivalence_is_the_wider_ratio_interval_within_the_margin(sample, reference, margin):
    p = equivalence_p(sample, reference, ratio_margin=margin)
    assume(p is not None and abs(p / 0.05 - 1) > 1e-9)
    found = ratio_interval(sample, reference, confidence=0.9)
    inside = found.low is not None and found.high is not None
    inside = inside and 1 / (1 + margin) < found.low and found.high < 1 + margin
    assert not inside or p < 0.05


@given(COARSE, COARSE, st.floats(0.01, 1), st.integers(-10, 10))
def test_no_decision_knows_a_unit(sample, reference, margin, exponent):
    unit = 2.0**exponent
    scaled = [
        replace(mean, mean=unit * mean.mean, variance=unit**2 * mean.variance, rounding=unit * mean.rounding)
        for mean in (sample, reference)
    ]
    assert ratio_interval(*scaled) == ratio_interval(sample, reference)
    assert equivalence_p(*scaled, ratio_margin=margin) == equivalence_p(sample, reference, ratio_margin=margin)
    assert equivalence_p(*scaled, absolute_margin=unit * margin) == equivalence_p(
        sample, reference, absolute_margin=margin
    )


def test_ratio_margin_by_hand():
    # x̄ − 1.5·x̄ᵣ = −0.4, SE² = 0.01 + 1.5²·0.01, and the same against 1.1: −0.65
    p = equivalence_p(replace(ONE_SECOND, mean=1.1), ONE_SECOND, ratio_margin=0.5)
    df = 0.0325**2 / (0.01**2 / 10 + 0.0225**2 / 10)
    assert p == pytest.approx(student.cdf(-0.4 / math.sqrt(0.0325), df))


def test_rounding_counts_against_equivalence():
    coarse = replace(ONE_SECOND, rounding=0.01)
    se, df = math.sqrt(0.0325), 0.0325**2 / (0.01**2 / 10 + 0.0225**2 / 10)
    expected = student.cdf((-0.5 + 0.01 + 1.5 * 0.01) / se, df)
    assert equivalence_p(coarse, coarse, ratio_margin=0.5) == pytest.approx(expected)
    narrow = equivalence_p(ONE_SECOND, ONE_SECOND, absolute_margin=0.48)
    assert equivalence_p(coarse, coarse, absolute_margin=0.5) == pytest.approx(narrow)


@pytest.mark.parametrize(
    "margins",
    [
        {},
        {"ratio_margin": 0.05, "absolute_margin": 0.1},
        {"ratio_margin": 0.0},
        {"absolute_margin": -1},
        {"ratio_margin": math.nan},
        {"absolute_margin": math.inf},
    ],
)
def test_no_margin_is_the_callers_mistake(margins):
    with pytest.raises(ValueError, match="one margin above 0"):
        equivalence_p(ONE_SECOND, ONE_SECOND, **margins)
    with pytest.raises(ValueError, match="one margin above 0"):
        slower_by_margin_p(ONE_SECOND, ONE_SECOND, **margins)


# --- degenerate data: each a named outcome


@pytest.mark.parametrize(
    ("sample", "reference", "se"),
    [
        (degenerate(2.0, None), ONE_SECOND, None),
        (ONE_SECOND, degenerate(1.0, None), None),
        (degenerate(2.0, 0.0), degenerate(1.0, 0.0), 0.0),
        (mean_of_runs([[0.01] * 100]), mean_of_runs([[0.02] * 100]), 0.0),
        (mean_of_runs([[0.1, 0.2, 0.3], [0.15, 0.2, 0.25]]), mean_of_runs([[1.0], [1.0]]), 0.0),
    ],
)
def test_unknown_or_no_spread_carries_no_inference(sample, reference, se):
    found = difference(sample, reference)
    estimate = sample.mean - reference.mean
    assert contrast(sample, reference, 1) == Contrast(estimate, se, None)
    assert found == Difference(estimate, se, None, None, None, None)
    assert ratio_interval(sample, reference) == RatioInterval(sample.mean / reference.mean, None, None)
    assert equivalence_p(sample, reference, ratio_margin=0.05) is None
    assert equivalence_p(sample, reference, absolute_margin=0.05) is None


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_no_ratio_of_times_that_are_not_positive(mean):
    bad = replace(ONE_SECOND, mean=mean)
    assert ratio_interval(bad, ONE_SECOND) == RatioInterval(None, None, None)
    assert ratio_interval(ONE_SECOND, bad) == RatioInterval(None, None, None)


@pytest.mark.parametrize("mean", [1e-105, 5e-324, 1e105])
def test_no_ratio_that_float64_may_not_hold(mean):
    far = replace(ONE_SECOND, mean=mean, variance=(mean / 10) ** 2)
    assert ratio_interval(far, ONE_SECOND) == RatioInterval(None, None, None)
    assert ratio_interval(ONE_SECOND, far) == RatioInterval(None, None, None)


@pytest.mark.parametrize("function", [difference, ratio_interval])
@pytest.mark.parametrize("sample", [ONE_SECOND, degenerate(1.0, None), degenerate(0.0, 0.0)])
def test_no_confidence_is_the_callers_mistake(function, sample):
    with pytest.raises(ValueError, match="confidence"):
        function(sample, ONE_SECOND, 0.05)


@settings(deadline=None)
@given(RUNS, RUNS, st.sampled_from([0.0, 0.005]))
@example([[0.01]], [[0.01]], 0.0)
@example([[0.01] * 9], [[0.01, 0.02] * 9], 0.005)
def test_nothing_in_a_result_is_nan_whatever_the_data(runs, others, rounding):
    sample, reference = mean_of_runs(runs, rounding), mean_of_runs(others, rounding)
    found, ratio = difference(sample, reference), ratio_interval(sample, reference)
    p = equivalence_p(sample, reference, ratio_margin=0.05)
    numbers = [found.estimate, found.se, found.df, found.low, found.high, found.p, ratio.low, ratio.high, p]
    assert all(number is None or math.isfinite(number) for number in numbers)


@pytest.mark.parametrize("values", [[0.03] * 40, [0.03] * 2, [0.03] * 39 + [0.0301], [0.03] * 20 + [0.04] * 20])
@pytest.mark.parametrize("reduce", [lambda v, r: mean_of_runs([v], r), independent_mean])
def test_a_coarse_sample_varies_as_if_one_value_were_the_next_at_least(values, reduce):
    fine, coarse = reduce(values, 0.0), reduce(values, 0.5e-4)
    assert coarse == replace(fine, variance=max(fine.variance, (1e-4 / len(values)) ** 2), rounding=0.5e-4)


def test_one_value_leaves_the_variance_unknown_however_coarse():
    assert mean_of_runs([[0.03]], 0.005).variance is independent_mean([0.03], 0.005).variance is None


# --- calibration


def autoregressive(rng, replicates, n, coefficient):
    """Stationary AR(1) around 100, one replicate a row."""
    shocks = rng.normal(0, 1, (replicates, n + 100))
    return 100 + lfilter([1], [1, -coefficient], shocks)[:, 100:]


@pytest.mark.parametrize(
    ("n", "coefficient", "ours", "textbook"),
    [(30, 0.5, 0.059, 0.26), (100, 0.5, 0.053, 0.25), (100, 0.7, 0.069, 0.42)],
)
def test_false_positives_under_autocorrelation(n, coefficient, ours, textbook):
    # Lazarus, Lewis, Stock & Watson (2018) against Welch, at 5 %; within 3 Monte Carlo standard errors.
    rng = np.random.default_rng(2018)
    pairs = list(zip(*(autoregressive(rng, 2000, n, coefficient) for _ in "xy"), strict=True))
    decided = np.mean([difference(mean_of_runs([x]), mean_of_runs([y])).p < 0.05 for x, y in pairs])
    by_welch = np.mean([welch(x, y).p < 0.05 for x, y in pairs])
    assert decided == pytest.approx(ours, abs=3 * math.sqrt(ours * (1 - ours) / 2000))
    assert by_welch == pytest.approx(textbook, abs=3 * math.sqrt(textbook * (1 - textbook) / 2000) + 0.005)


@pytest.mark.parametrize(("runs", "runs_reference"), [(2, 2), (2, 5), (3, 3), (10, 10)])
def test_false_positives_between_runs(runs, runs_reference):
    rng = np.random.default_rng(2013)
    means = rng.normal(10, 1, (2000, runs + runs_reference, 1))
    samples = [(mean_of_runs(row[:runs]), mean_of_runs(row[runs:])) for row in means]
    rate = np.mean([difference(*pair).p < 0.05 for pair in samples])
    assert rate < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)
