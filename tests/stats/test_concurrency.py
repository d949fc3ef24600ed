"""How many intervals overlap, against what a count of all pairs finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.stats.concurrency import occupancy, spread, union

TIMES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), min_size=1, max_size=25)
EPOCH = 1_790_000_000_000_000  # sums of such times overflow


def ends_of(pairs, since=EPOCH):
    begins = np.array([since + begin for begin, _ in pairs], dtype=np.int64)
    return begins, begins + np.array([length for _, length in pairs], dtype=np.int64)


def naive(pairs):
    """The count of each microsecond, one by one."""
    return [sum(begin <= time < begin + length for begin, length in pairs) for time in range(60)]


@given(TIMES)
def test_counts_integrals_and_peaks_are_those_of_a_count_of_all_pairs(pairs):
    begins, ends = ends_of(pairs)
    found, counts = occupancy(begins, ends), naive(pairs)
    during = [counts[begin : begin + length] for begin, length in pairs]
    assert found.at(np.arange(60) + EPOCH).tolist() == counts
    assert found.integral(begins, ends).tolist() == [sum(some) for some in during]
    assert found.peak(begins, ends).tolist() == [max(some, default=0) for some in during]


@given(TIMES, st.randoms())
def test_the_order_of_intervals_does_not_matter(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    one, other = (
        dict(zip(some, occupancy(*ends_of(some)).peak(*ends_of(some)), strict=True)) for some in (pairs, shuffled)
    )
    assert one == other


def test_the_integral_of_many_long_intervals_is_exact():
    """Beyond 2⁶³ in its sums, where floats would lose whole seconds."""
    begins = EPOCH + np.arange(20_000, dtype=np.int64) * 1_000_000
    ends = begins + 1_000_000
    assert set(occupancy(begins, ends).integral(begins, ends).tolist()) == {1_000_000}


@given(TIMES)
def test_a_union_holds_the_times_that_any_interval_holds(pairs):
    begins, ends = union(*ends_of(pairs))
    assert (begins[1:] > ends[:-1]).all()
    held = naive(list(zip((begins - EPOCH).tolist(), (ends - begins).tolist(), strict=True)))
    assert held == [min(count, 1) for count in naive(pairs)]


def test_a_union_of_nothing_is_nothing():
    nothing = np.array([], dtype=np.int64)
    assert [len(times) for times in union(nothing, nothing)] == [0, 0]


@given(TIMES, st.sets(st.integers(1, 59), max_size=6))
def test_what_is_spread_is_neither_lost_nor_moved(pairs, inner):
    edges = np.array([0, *sorted(inner), 60], dtype=np.int64)
    begins, ends = ends_of(pairs, since=0)
    amounts = np.arange(1.0, len(pairs) + 1)
    found = spread(begins, ends, amounts, edges)
    assert found.sum() == pytest.approx(amounts.sum())
    expected = np.zeros(len(edges) - 1)
    for (begin, length), amount in zip(pairs, amounts, strict=True):
        for time in range(begin, begin + max(length, 1)):
            expected[np.searchsorted(edges, time, "right") - 1] += amount / max(length, 1)
    assert found == pytest.approx(expected)
