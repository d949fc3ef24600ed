"""Runs that are computed together: each has what it has alone, whatever stands beside it."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftpstats.stats.components import variance_components
from ftpstats.stats.drift import halves, halves_by_run, trend, trend_by_run, warm_up, warm_up_by_run
from ftpstats.stats.serial import lag1, lag1_by_run, variance_inflation, variance_inflation_by_run
from ftpstats.stats.shift import level_shift, level_shift_by_run
from ftpstats.stats.stack import as_stack, means, stacks, variance

ALONE = {
    lag1: lag1_by_run,
    variance_inflation: variance_inflation_by_run,
    trend: trend_by_run,
    halves: halves_by_run,
    warm_up: warm_up_by_run,
    level_shift: level_shift_by_run,
}
# Ordinary seconds, ticks of a clock, one value, what is hardly apart, and both ends of what a sample may hold.
VALUES = st.sampled_from(
    [
        st.floats(1e-3, 1e3),
        st.sampled_from([0.01, 0.02]),
        st.just(0.1),
        st.sampled_from([0.3, math.nextafter(0.3, 1)]),
        st.floats(1e-300, 1e-290),
        st.floats(-1e100, 1e100),
    ]
)
LENGTHS = st.sampled_from([1, 2, 3, 7, 8, 9, 16, 20, 37])
RUNS = st.lists(
    st.tuples(VALUES, LENGTHS).flatmap(lambda of: st.lists(of[0], min_size=of[1], max_size=of[1])),
    min_size=1,
    max_size=12,
)


def by_run(statistic, runs):
    found = {}
    for places, alike in stacks(runs):
        found.update(zip(places.tolist(), statistic(alike), strict=True))
    return [found[place] for place in range(len(runs))]


@pytest.mark.parametrize("alone", ALONE, ids=lambda alone: alone.__name__)
@settings(max_examples=100, deadline=None)
@given(RUNS)
@example([[0.1] * 20, [0.1, 0.2] * 10, [*range(20)], [1e100, *[0.0] * 19]])
def test_a_run_has_the_same_to_the_last_bit_alone_and_among_others(alone, runs):
    assert by_run(ALONE[alone], runs) == [alone(run) for run in runs]


@settings(max_examples=50, deadline=None)
@given(RUNS, st.randoms())
def test_the_order_of_runs_does_not_change_their_variance_components(runs, random):
    shuffled = random.sample(runs, len(runs))
    assert variance_components(shuffled) == variance_components(runs)


@pytest.mark.parametrize("seed", range(5))
def test_as_many_runs_of_a_length_as_there_are(seed):
    rng = np.random.default_rng(seed)
    runs = [rng.gamma(50, 1 / 50, n) for n in (67, 200, 67, 66) for _ in range(15)]
    for alone, together in ALONE.items():
        assert by_run(together, runs) == [alone(run) for run in runs]


def test_no_runs_make_no_stack():
    assert stacks([]) == []


def test_a_stack_has_an_end_so_that_memory_does_not_grow_with_the_runs():
    parts = stacks([[float(place)] for place in range(10_000)])
    assert max(len(places) for places, _ in parts) < 5000
    assert [place for places, _ in parts for place in places] == [*range(10_000)]
    assert all(alike.values[:, 0].tolist() == places.tolist() for places, alike in parts)


@given(st.lists(st.floats(-1e100, 1e100), min_size=2, max_size=30), st.data())
def test_means_of_some_values_are_exact(values, data):
    where = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)).filter(any))
    chosen = [value for value, taken in zip(values, where, strict=True) if taken]
    (found,) = means(np.array([values]), np.array([where]))
    assert found == pytest.approx(float(sum(map(Fraction, chosen)) / len(chosen)), rel=1e-15, abs=1e-300)
    assert min(chosen) <= found <= max(chosen)


def test_the_variance_of_each_run_is_that_of_the_run():
    (stack,) = [alike for _, alike in stacks([[1.0, 2.0, 4.0], [5.0, 5.0, 5.0]])]
    assert stack.variances.tolist() == [variance(row) for row in stack.values] == [pytest.approx(7 / 3), 0.0]
    assert np.isnan(as_stack([1.0]).variances).all()
