import math

import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.stats.multiplicity import holm

P_VALUES = st.lists(st.none() | st.floats(0, 1), max_size=12)


def test_r_p_adjust():
    # R: p.adjust(c(0.263684, 0.091164, 0.005000), "holm"), the Dunn case of PlantGrowth
    assert holm([0.263684, 0.091164, 0.005]) == pytest.approx([0.263684, 0.182328, 0.015])


@given(st.lists(st.floats(0, 1) | st.sampled_from([0.01, 0.05]), min_size=1, max_size=12))
def test_agrees_with_pingouin(p_values):
    assert holm(p_values) == pytest.approx(list(pingouin.multicomp(p_values, method="holm")[1]))


@given(P_VALUES)
def test_none_passes_through_and_does_not_count(p_values):
    adjusted = holm(p_values)
    assert [p is None for p in adjusted] == [p is None for p in p_values]
    assert [p for p in adjusted if p is not None] == holm([p for p in p_values if p is not None])


@given(P_VALUES, st.randoms(use_true_random=False))
def test_order_does_not_count(p_values, random):
    places = random.sample(range(len(p_values)), len(p_values))
    adjusted = holm(p_values)
    assert holm([p_values[place] for place in places]) == [adjusted[place] for place in places]


@given(P_VALUES)
def test_never_below_the_raw_value_nor_above_one(p_values):
    for p, adjusted in zip(p_values, holm(p_values), strict=True):
        assert p is None or p <= adjusted <= 1


def test_nothing_and_one():
    assert holm([]) == []
    assert holm([None]) == [None]
    assert holm([0.03]) == [0.03]


@pytest.mark.parametrize("p", [math.nan, -0.01, 1.01, math.inf])
def test_no_p_value_is_the_callers_mistake(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, p])
