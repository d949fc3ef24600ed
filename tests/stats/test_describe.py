import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ftpstats.stats.describe import as_sample, describe, mean, t_critical, variance

SECONDS = st.floats(1e-6, 1e6)
SAMPLES = st.lists(SECONDS, min_size=2, max_size=60) | st.lists(st.sampled_from([0.01, 0.02]), min_size=2, max_size=60)

# NIST StRD, univariate: the certified means and standard deviations hold exactly by construction.
NUMACC = {
    "NumAcc1": ([10000001, 10000003, 10000002], 10000002, 1, 15),
    "NumAcc2": ([1.2] + [1.1, 1.3] * 500, 1.2, 0.1, 14),
    "NumAcc3": ([1000000.2] + [1000000.1, 1000000.3] * 500, 1000000.2, 0.1, 9),
    # float64 holds 10000000.1 to 1e−9, that is 0.1 to 8 digits: no algorithm gets more out of it.
    "NumAcc4": ([10000000.2] + [10000000.1, 10000000.3] * 500, 10000000.2, 0.1, 8),
}


@pytest.mark.parametrize(("values", "center", "sd", "digits"), NUMACC.values(), ids=NUMACC)
def test_numacc_to_the_digits_that_float64_holds(values, center, sd, digits):
    found = describe(values)
    assert found.mean == pytest.approx(center, rel=1e-15)
    assert found.sd == pytest.approx(sd, rel=10.0**-digits)


@pytest.mark.parametrize("values", [case[0] for case in NUMACC.values()], ids=NUMACC)
def test_numacc_as_stored_to_all_digits(values):
    stored = [Fraction(value) for value in values]
    center = sum(stored) / len(stored)
    exact = sum((value - center) ** 2 for value in stored) / (len(stored) - 1)
    assert mean(as_sample(values)) == pytest.approx(float(center), rel=2e-16)
    assert variance(as_sample(values)) == pytest.approx(float(exact), rel=1e-14)


@pytest.mark.parametrize(("n", "k1"), [(10, 0.715357), (20, 0.468014), (100, 0.198422)])
def test_k1_of_the_thesis(n, k1):
    # In R: qt(0.975, n - 1) / sqrt(n)
    found = describe(range(n))
    assert found.k1 == pytest.approx(k1, abs=5e-7)
    assert found.ci_high - found.mean == pytest.approx(found.k1 * found.sd)


@pytest.mark.parametrize(
    ("values", "five"),
    [
        ([10, 20, 40, 70, 100], (10, 20, 40, 70, 100)),  # Hunt's boxplots A, B, C
        ([110, 15, 75, 22, 45], (15, 22, 45, 75, 110)),
        ([18, 18, 30, 42, 50, 50, 57, 71, 90], (18, 30, 50, 57, 90)),
        ([1, 2, 3, 4], (1, 1.75, 2.5, 3.25, 4)),  # R: quantile(1:4), type 7
    ],
)
def test_five_numbers(values, five):
    found = describe(values)
    assert (found.min, found.q1, found.median, found.q3, found.max) == five


@settings(deadline=None)
@given(SAMPLES, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_agrees_with_scipy(values, confidence):
    found = describe(values, confidence)
    assert found.mean == pytest.approx(np.mean(values))
    assert found.sd == pytest.approx(np.std(values, ddof=1), rel=1e-9, abs=1e-9 * found.mean)
    if found.sd > 1e-6 * found.mean:
        low, high = stats.t.interval(confidence, found.n - 1, np.mean(values), stats.sem(values))
        assert (found.ci_low, found.ci_high) == pytest.approx((low, high), rel=1e-9, abs=1e-9 * found.mean)
    assert found.k1 == pytest.approx(stats.t.isf((1 - confidence) / 2, found.n - 1) / math.sqrt(found.n), rel=1e-12)
    assert [found.q1, found.median, found.q3] == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]))


@given(SAMPLES, st.randoms(use_true_random=False))
def test_order_does_not_count(values, random):
    shuffled = random.sample(values, len(values))
    assert describe(shuffled) == describe(values)


@given(SAMPLES, st.floats(0.01, 100), st.floats(0, 1000))
def test_follows_shift_and_scale(values, scale, shift):
    before, after = describe(values), describe(np.array(values) * scale + shift)
    close = {"rel": 1e-9, "abs": 1e-9 * (scale * before.max + shift)}
    assert after.sd == pytest.approx(scale * before.sd, **close)
    for name in ("mean", "ci_low", "ci_high", "min", "q1", "median", "q3", "max"):
        assert getattr(after, name) == pytest.approx(scale * getattr(before, name) + shift, **close)


@given(st.lists(SECONDS, min_size=1))
def test_numbers_are_in_order_and_unknown_is_none(values):
    found = describe(values)
    assert found.min <= found.q1 <= found.median <= found.q3 <= found.max
    assert found.min <= found.mean <= found.max
    assert not any(isinstance(v, float) and math.isnan(v) for v in dataclasses.astuple(found))


def test_one_value_has_no_spread_to_speak_of():
    found = describe([0.25])
    assert (found.n, found.mean, found.min, found.q1, found.max) == (1, 0.25, 0.25, 0.25, 0.25)
    assert (found.sd, found.k1, found.ci_low, found.ci_high) == (None, None, None, None)


@given(SECONDS, st.integers(2, 100))
def test_equal_values_have_exactly_no_spread(value, n):
    found = describe([value] * n)
    assert (found.mean, found.sd, found.ci_low, found.ci_high) == (value, 0.0, value, value)


@pytest.mark.parametrize("values", [[], [1, math.nan], [math.inf], [-math.inf, 1], [None], [1e200], [[1, 2]], 3.0])
def test_no_sample_is_the_callers_mistake(values):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        describe(values)


@pytest.mark.parametrize("confidence", [0.05, 0.0, 1.0, 95, math.nan])
@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0]])
def test_no_confidence_is_the_callers_mistake(values, confidence):
    with pytest.raises(ValueError, match="confidence"):
        describe(values, confidence)


@pytest.mark.parametrize("df", [1, 1.5, 4, 19.3, 1e3, 1e6])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999999])
def test_critical_values_without_scipy_stats(confidence, df):
    assert t_critical(confidence, df) == pytest.approx(stats.t.isf((1 - confidence) / 2, df), rel=1e-12)
