"""Quantiles of values known as intervals: they hold those of every sample that the intervals allow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.stats.bounds import Bounds, quantile_bounds

VALUES = st.floats(0, 1e6)
INTERVALS = st.lists(st.tuples(VALUES, VALUES, st.floats(0, 1)), min_size=1, max_size=30)
TENTHS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


@given(INTERVALS)
def test_the_quantiles_of_every_possible_sample_lie_within(parts):
    low, high = (np.array([pick(a, b) for a, b, _ in parts]) for pick in (min, max))
    sample = low + np.array([share for *_, share in parts]) * (high - low)
    for bound, quantile in zip(quantile_bounds(low, high, TENTHS), np.quantile(sample, TENTHS), strict=True):
        slack = 1e-9 * max(1.0, quantile)
        assert bound.low - slack <= quantile <= bound.high + slack


@given(st.lists(VALUES, min_size=1, max_size=30))
def test_exact_values_have_one_quantile_which_is_numpys(values):
    found = quantile_bounds(values, values, TENTHS)
    assert [one.low for one in found] == pytest.approx(np.quantile(values, TENTHS).tolist())
    assert [one.high for one in found] == [one.low for one in found]


def test_an_infinite_end_is_no_bound_and_spoils_no_other():
    assert quantile_bounds([1, 2, 3, 4], [math.inf, 3, 4, math.inf], (0, 0.5, 0.9)) == [
        Bounds(1.0, 3.0),
        Bounds(2.5, None),
        Bounds(3.7, None),
    ]
    assert quantile_bounds([1, 2, 3], [2, 3, math.inf], [0.5]) == [Bounds(2.0, 3.0)]


@pytest.mark.parametrize(("low", "high"), [([], []), ([1.0], [math.nan]), ([2.0], [1.0])])
def test_what_is_no_sample_of_intervals_is_refused(low, high):
    with pytest.raises(ValueError, match=r"no values|ends below"):
        quantile_bounds(low, high, [0.5])
