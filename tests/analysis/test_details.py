"""What a comparison tells beside its verdict: whose numbers these are, which way round, and where they are unknown."""

import numpy as np
import pytest
from scipy import stats

from ftpstats.stats.bootstrap import quantile_differences
from ftpstats.stats.components import variance_components
from ftpstats.stats.two_sample import hodges_lehmann
from tests.analysis.rows import assert_known, compare, rows, table

RNG = np.random.default_rng(11)
A, B = [RNG.gamma(9, 0.1, 60).tolist() for _ in range(2)], [RNG.gamma(9, 0.12, 60).tolist() for _ in range(2)]


def details(parts_a, parts_b, **options):
    """Of B against A, each run by run."""
    runs = [rows("A", part, run=i) for i, part in enumerate(parts_a, 1)]
    runs += [rows("B", part, run=i) for i, part in enumerate(parts_b, 1)]
    (found,) = compare(table(*runs), ["A", "B"], details=True, **options)
    assert_known(found)
    return found.details


def test_only_who_asks_is_told():
    (found,) = compare(table(rows("A", A[0]), rows("B", B[0])), ["A", "B"])
    assert found.details is None


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_numbers_are_those_of_stats_label_minus_reference(confidence):
    found, a, b = details(A, B, confidence=confidence), np.concatenate(A), np.concatenate(B)
    assert found.shift == hodges_lehmann(b, a, confidence)
    assert 0 < found.shift.estimate == pytest.approx(np.median(np.subtract.outer(b, a)))
    assert found.quantiles == quantile_differences(B, A, confidence=confidence)
    assert [q.quantile for q in found.quantiles] == [0.5, 0.9, 0.99]
    assert [q.estimate for q in found.quantiles] == pytest.approx(
        np.quantile(b, [0.5, 0.9, 0.99]) - np.quantile(a, [0.5, 0.9, 0.99])
    )
    assert (found.components, found.components_reference) == (variance_components(B), variance_components(A))


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_superiority_counts_the_pairs_in_which_the_label_takes_longer(confidence):
    found, a, b = details(A, B, confidence=confidence).superiority, np.concatenate(A), np.concatenate(B)
    assert 0.5 < found.probability == pytest.approx(np.mean(np.subtract.outer(b, a) > 0))
    se = np.sqrt(
        np.var([np.mean(value > a) for value in b], ddof=1) / 120
        + np.var([np.mean(b > value) for value in a], ddof=1) / 120
    )
    assert (found.high - found.low) / 2 == pytest.approx(stats.norm.isf((1 - confidence) / 2) * se, rel=0.02)


@pytest.mark.parametrize(("n", "known"), [(1, []), (9, []), (10, [0.5]), (50, [0.5, 0.9]), (500, [0.5, 0.9, 0.99])])
def test_tails_are_told_where_there_are_values_enough(n, known):
    found = details([RNG.gamma(9, 0.1, n)], [RNG.gamma(9, 0.1, n + 3)])
    assert [q.quantile for q in found.quantiles if q.low is not None] == known
    assert (found.components, found.components_reference) == (None, None)


@pytest.mark.parametrize(
    ("a", "b", "probability"), [([1.0], [2.0], 1), ([2.0] * 9, [2.0] * 9, 0.5), ([3.0], [2.0] * 9, 0)]
)
def test_what_one_value_or_no_spread_leaves_unknown(a, b, probability):
    found = details([a], [b])
    assert (found.superiority.probability, found.superiority.low, found.superiority.high) == (probability, None, None)
    assert found.shift.estimate == b[0] - a[0]
