import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftpstats.stats.equivalence import equivalence_p, smallest_margin
from ftpstats.stats.means import SampleMean, mean_of_runs
from ftpstats.stats.paired import means_in_alternation

SECONDS = st.integers(1, 10**4).map(lambda ms: ms / 1000)
ROUNDING = st.sampled_from([0.0, 0.01])


@st.composite
def independent(draw):
    runs = st.lists(SECONDS, min_size=2, max_size=30)
    return mean_of_runs([draw(runs)], draw(ROUNDING)), mean_of_runs([draw(runs)], draw(ROUNDING))


@st.composite
def partners(draw):
    pairs = draw(st.lists(st.tuples(SECONDS, SECONDS), min_size=2, max_size=30))
    return means_in_alternation(*zip(*pairs, strict=True), draw(ROUNDING), draw(ROUNDING))


@given(independent() | partners(), st.sampled_from([0.05, 0.01, 0.2]))
def test_equivalence_holds_from_there_on(means, alpha):
    for kind, relative in (("ratio_margin", True), ("absolute_margin", False)):
        found = smallest_margin(*means, alpha, relative=relative)
        if found is not None and found > 1e-9:
            assert equivalence_p(*means, **{kind: found}) == pytest.approx(alpha, rel=1e-5)


@given(independent() | partners())
def test_a_margin_that_holds_is_no_smaller(means):
    for kind, relative in (("ratio_margin", True), ("absolute_margin", False)):
        found = smallest_margin(*means, relative=relative)
        for margin in (0.05, 0.5, 1.0):
            p = equivalence_p(*means, **{kind: margin})
            assume(p is not None and abs(p / 0.05 - 1) > 1e-6)
            assert p > 0.05 or found is None or found <= margin or math.isclose(found, margin)


@given(independent() | partners())
def test_swapping_the_labels_changes_nothing(means):
    for relative in (True, False):
        one, other = smallest_margin(*means, relative=relative), smallest_margin(*means[::-1], relative=relative)
        assert one is None if other is None else one == pytest.approx(other, rel=1e-9, abs=1e-12)


@given(independent(), st.integers(-10, 10))
def test_a_share_knows_no_unit_and_seconds_are_in_it(means, exponent):
    unit = 2.0**exponent
    scaled = [
        replace(mean, mean=unit * mean.mean, variance=unit**2 * mean.variance, rounding=unit * mean.rounding)
        for mean in means
    ]
    assert smallest_margin(*scaled) == smallest_margin(*means)
    seconds = smallest_margin(*means, relative=False)
    assert smallest_margin(*scaled, relative=False) == (None if seconds is None else unit * seconds)


def test_no_margin_will_do():
    unknown = SampleMean(mean=1.0, variance=9.0, df=10.0, n=30, runs=1, rounding=0.0)
    assert smallest_margin(unknown, unknown) is None
    assert smallest_margin(unknown, unknown, relative=False) > 1


@pytest.mark.parametrize("runs", [[[1.0]], [[1.0, 1.0]]])
def test_unknown_or_no_spread(runs):
    one = mean_of_runs(runs)
    assert smallest_margin(one, one) is None
    assert smallest_margin(one, one, relative=False) is None


@pytest.mark.parametrize("alpha", [0, 0.3, 0.95, math.nan])
def test_no_level_is_the_callers_mistake(alpha):
    with pytest.raises(ValueError, match="level"):
        smallest_margin(*[mean_of_runs([[1, 2]])] * 2, alpha)
