import math

import numpy as np
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ftpstats.stats.multiplicity import holm
from ftpstats.stats.ranks import BrunnerMunzel, brunner_munzel, dunn
from ftpstats.stats.two_sample import mann_whitney

SAMPLES = st.lists(st.integers(1, 10**5).map(lambda ms: ms / 1000), min_size=2, max_size=30)
TIED = st.lists(st.sampled_from([0.01, 0.02, 0.03, 0.04]), min_size=2, max_size=30)
EITHER = SAMPLES | TIED
GROUPS = st.lists(EITHER, min_size=2, max_size=5)


# --- Brunner–Munzel


def test_r_brunner_munzel_of_pain_scores():
    # Brunner and Munzel (2000), table 1; R: lawstat::brunner.munzel.test(x, y)
    # statistic 3.1375, df 17.683, p 0.005786, P(X<Y)+.5·P(X=Y) 0.788961, interval 0.5952169 … 0.9827052
    x = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
    y = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    found = brunner_munzel(y, x)
    assert found.t == pytest.approx(3.1375, abs=5e-5)
    assert found.df == pytest.approx(17.683, abs=5e-4)
    assert found.p == pytest.approx(0.005786, abs=5e-7)
    assert (found.probability, found.low, found.high) == pytest.approx((0.788961, 0.5952169, 0.9827052), abs=5e-7)


@settings(deadline=None)
@given(EITHER, EITHER)
def test_brunner_munzel_agrees_with_scipy(x, y):
    found = brunner_munzel(x, y)
    assume(found.p is not None)
    expected = stats.brunnermunzel(x, y)
    assert (found.t, found.p) == pytest.approx((-expected.statistic, expected.pvalue), rel=1e-8, abs=1e-12)


@given(EITHER, EITHER)
def test_probability_of_superiority_is_counted_over_all_pairs(x, y):
    found = brunner_munzel(x, y)
    assert found.probability == pytest.approx(np.mean((np.sign(np.subtract.outer(x, y)) + 1) / 2))
    assert found.probability == pytest.approx(pingouin.compute_effsize(x, y, eftype="CLES"))
    ranks = mann_whitney(x, y)
    assert ranks is None or found.probability == pytest.approx(ranks.u / (len(x) * len(y)))


@given(EITHER, EITHER, st.sampled_from([0.5, 0.9, 0.95]))
def test_interval_excludes_a_half_exactly_when_p_is_small(x, y, confidence):
    found = brunner_munzel(x, y, confidence)
    assume(found.p is not None and abs(found.p / (1 - confidence) - 1) > 1e-9)
    assert (found.p < 1 - confidence) == (not found.low <= 0.5 <= found.high)
    assert 0 <= found.low <= found.probability <= found.high <= 1


@given(EITHER, EITHER)
def test_swapping_the_samples(x, y):
    one, other = brunner_munzel(x, y), brunner_munzel(y, x)
    assert one.probability == pytest.approx(1 - other.probability)
    assert (one.p is None) == (other.p is None)
    assert one.p is None or (one.t, one.low, one.p) == pytest.approx((-other.t, 1 - other.high, other.p), abs=1e-12)


@given(EITHER, EITHER, st.floats(0.1, 10), st.floats(0, 10))
def test_only_the_order_counts(x, y, scale, shift):
    moved = [np.round(np.exp(np.array(values) / 50) * scale + shift, 9) for values in (x, y)]
    assume(len(np.unique(np.concatenate(moved))) == len({*x, *y}))
    assert brunner_munzel(*moved) == brunner_munzel(x, y)


@pytest.mark.parametrize(
    ("x", "y", "probability"),
    [([1], [2, 3], 0), ([2], [2], 0.5), ([3, 4], [1, 2], 1), ([0.01] * 5, [0.01] * 9, 0.5), ([2, 2], [1, 3], 0.5)],
)
def test_single_separate_or_tied_samples_carry_no_inference(x, y, probability):
    found = brunner_munzel(x, y)
    if found.p is None:
        assert found == BrunnerMunzel(probability, None, None, None, None, None)
    assert found.probability == probability
    assert (found.p is None) == (y != [1, 3])


# --- Kruskal–Wallis and Dunn

PLANT_GROWTH = (
    [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
)


def test_r_dunn():
    # R: rstatix::dunn_test(PlantGrowth, weight ~ group, p.adjust.method = "holm")
    found = dunn(PLANT_GROWTH)
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (0, 2), (1, 2)]
    assert [pair.p for pair in found] == pytest.approx([0.263684, 0.091164, 0.005000], abs=5e-7)
    assert [pair.p_adjusted for pair in found] == pytest.approx([0.263684, 0.182328, 0.015001], abs=5e-7)
    assert [math.copysign(1, pair.z) for pair in found] == [-1, 1, 1]


@given(EITHER, EITHER)
def test_dunn_of_two_groups_is_kruskal_wallis(x, y):
    assume(len({*x, *y}) > 1)
    (pair,), overall = dunn([x, y]), stats.kruskal(x, y)
    assert pair.z**2 == pytest.approx(overall.statistic, rel=1e-8, abs=1e-9)
    assert (
        pair.p == pair.p_adjusted == pytest.approx(overall.pvalue, rel=1e-8, abs=1e-6)
    )  # H of none has rounding errors


@given(GROUPS)
def test_dunn_by_its_definition(groups):
    assume(len({value for group in groups for value in group}) > 1)
    ranks = stats.rankdata(np.concatenate(groups))
    n, (_, ties) = len(ranks), np.unique(ranks, return_counts=True)
    variance = (n * (n + 1) - np.sum(ties**3 - ties) / (n - 1)) / 12
    means = [part.mean() for part in np.split(ranks, np.cumsum([len(group) for group in groups])[:-1])]
    found = dunn(groups)
    for pair in found:
        sizes = 1 / len(groups[pair.first]) + 1 / len(groups[pair.second])
        z = (means[pair.second] - means[pair.first]) / math.sqrt(variance * sizes)
        assert pair.z == pytest.approx(z, rel=1e-9, abs=1e-9)
        assert pair.p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-7)
    assert [pair.p_adjusted for pair in found] == holm([pair.p for pair in found])


@given(GROUPS, st.randoms(use_true_random=False))
def test_order_of_groups_and_within_them_does_not_count(groups, random):
    shuffled = [random.sample(group, len(group)) for group in random.sample(groups, len(groups))]
    raw = [sorted(pair.p for pair in dunn(each)) for each in (groups, shuffled)]
    assert raw[0] == pytest.approx(raw[1], rel=1e-7)


@given(GROUPS, st.floats(0.1, 10), st.floats(0, 10))
def test_only_the_order_counts_among_groups(groups, scale, shift):
    moved = [np.round(np.exp(np.array(values) / 50) * scale + shift, 9) for values in groups]
    assume(len(np.unique(np.concatenate(moved))) == len({value for group in groups for value in group}))
    assert dunn(moved) == dunn(groups)


@pytest.mark.parametrize("groups", [[], [[1, 2, 3]], [[0.01] * 4, [0.01] * 5], [[1], [1]]])
def test_nothing_to_rank(groups):
    assert dunn(groups) == ()


def test_single_values_are_ranked():
    assert dunn([[1], [2]])[0].z == pytest.approx(1)


@pytest.mark.parametrize("bad", [[], [1, math.nan], [1, math.inf]])
@pytest.mark.parametrize("function", [dunn, lambda groups: brunner_munzel(*groups)])
def test_no_sample_is_the_callers_mistake(function, bad):
    for groups in ([bad, [1, 2]], [[1, 2], bad]):
        with pytest.raises(ValueError, match=r"a sample|every value"):
            function(groups)


def test_no_confidence_is_the_callers_mistake():
    with pytest.raises(ValueError, match="confidence"):
        brunner_munzel([1, 1], [1, 1], 95)
