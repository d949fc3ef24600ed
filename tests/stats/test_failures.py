import math
import warnings
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from ftpstats.stats.failures import fisher_exact, rate_difference

SHARES = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_r_fisher_test_of_tea():
    # R: fisher.test(matrix(c(3, 1, 1, 3), nrow = 2)), p-value = 0.4857142857142857
    assert fisher_exact(3, 4, 1, 4) == pytest.approx(17 / 35, rel=1e-12)


def test_r_fisher_test_of_convictions():
    # R: help(fisher.test), Convictions: matrix(c(2, 10, 15, 3), nrow = 2), p-value = 0.0005367
    assert fisher_exact(2, 12, 15, 18) == pytest.approx(0.0005367, abs=5e-8)


@given(SHARES, SHARES)
def test_sums_the_tables_that_are_no_likelier(one, other):
    (a, n), (b, m) = one, other
    tables = [math.comb(n, k) * math.comb(m, a + b - k) for k in range(max(0, a + b - m), min(n, a + b) + 1)]
    found = math.comb(n, a) * math.comb(m, b)
    assert fisher_exact(a, n, b, m) == pytest.approx(sum(t for t in tables if t <= found) / sum(tables), rel=1e-9)


@given(SHARES, SHARES)
def test_agrees_with_scipy(one, other):
    (a, n), (b, m) = one, other
    assert fisher_exact(a, n, b, m) == pytest.approx(stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue, rel=1e-9)


def test_r_fisher_test_of_tea_against_more():
    # R: help(fisher.test), fisher.test(TeaTasting, alternative = "greater"), p-value = 0.2428571
    assert fisher_exact(3, 4, 1, 4, alternative="greater") == pytest.approx(17 / 70, rel=1e-12)


@given(SHARES, SHARES)
def test_against_more_failures_it_agrees_with_scipy(one, other):
    (a, n), (b, m) = one, other
    expected = stats.fisher_exact([[a, n - a], [b, m - b]], alternative="greater").pvalue
    assert fisher_exact(a, n, b, m, alternative="greater") == pytest.approx(expected, rel=1e-9)


NEWCOMBE = [  # Statistics in Medicine 17 (1998) 873-890, table II, method 10
    ((56, 70, 48, 80), 0.0524, 0.3339),
    ((9, 10, 3, 10), 0.1705, 0.8090),
    ((6, 7, 2, 7), 0.0582, 0.8062),
    ((5, 56, 0, 29), -0.0381, 0.1926),
    ((0, 10, 0, 20), -0.1611, 0.2775),
    ((0, 10, 0, 10), -0.2775, 0.2775),
    ((10, 10, 0, 20), 0.6791, 1.0000),
    ((10, 10, 0, 10), 0.6075, 1.0000),
]


@pytest.mark.parametrize(("counts", "low", "high"), NEWCOMBE)
def test_the_intervals_of_newcombe(counts, low, high):
    found = rate_difference(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(SHARES, SHARES, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
@example(one=(0, 1), other=(40, 40), confidence=0.95)
def test_a_difference_of_rates_lies_in_its_interval_and_swaps_with_the_labels(one, other, confidence):
    found, swapped = rate_difference(*one, *other, confidence), rate_difference(*other, *one, confidence)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert (found.low, found.high) == pytest.approx((-swapped.high, -swapped.low))


def test_no_attempts_have_no_rate():
    assert rate_difference(0, 0, 1, 2) is None
    with pytest.raises(ValueError, match="3 of 2"):
        rate_difference(3, 2, 1, 2)
    with pytest.raises(ValueError, match="confidence"):
        rate_difference(1, 2, 1, 2, 1.0)


@given(SHARES, SHARES)
def test_swapping_the_labels_or_the_outcomes_changes_nothing(one, other):
    p = fisher_exact(*one, *other)
    assert fisher_exact(*other, *one) == pytest.approx(p)
    assert fisher_exact(one[1] - one[0], one[1], other[1] - other[0], other[1]) == pytest.approx(p)
    assert 0 < p <= 1


def test_many_attempts():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fisher_exact(0, 10**6, 0, 10**6) == 1
        assert 0 <= fisher_exact(1000, 10**6, 10, 10**6) < 1e-100


def test_many_attempts_are_as_exact_as_few():
    a, n, b, m = 2000, 10**5, 2100, 10**5
    tables = [math.comb(n, 0) * math.comb(m, a + b)]
    for k in range(a + b):
        tables.append(tables[-1] * (n - k) * (a + b - k) // ((k + 1) * (m - a - b + k + 1)))
    exact = Fraction(sum(t for t in tables if t <= tables[a]), sum(tables))
    assert fisher_exact(a, n, b, m) == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize("counts", [(0, 0, 0, 5), (0, 5, 0, 0), (0, 0, 0, 0)])
def test_no_attempts(counts):
    assert fisher_exact(*counts) is None


@pytest.mark.parametrize("counts", [(3, 2, 0, 5), (0, 5, 6, 5), (-1, 5, 0, 5)])
def test_no_share_is_the_callers_mistake(counts):
    with pytest.raises(ValueError, match="attempts"):
        fisher_exact(*counts)
