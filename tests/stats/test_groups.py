import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.oneway import anova_oneway

from ftpstats.stats.contrast import difference, independent_mean
from ftpstats.stats.groups import (
    FTest,
    _sums_of_squares,
    brown_forsythe,
    games_howell,
    holm,
    one_way,
    welch_anova,
)

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


# --- three and more groups

TICKS = st.sampled_from([0.1, 0.2, 0.3, 0.4])
SAMPLES = st.lists(st.integers(1, 10**5).map(lambda ms: ms / 1000), min_size=2, max_size=20) | st.lists(
    TICKS, min_size=2, max_size=20
)
GROUPS = st.lists(SAMPLES, min_size=2, max_size=5)
PLANT_GROWTH = (
    [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
)


def spread_out(groups):
    return all(np.ptp(group) > 0.01 for group in groups)


def long_table(groups):
    rows = [(label, value) for label, group in enumerate(groups) for value in group]
    return pd.DataFrame(rows, columns=["group", "seconds"])


def test_r_welch_anova():
    # R: oneway.test(weight ~ group, PlantGrowth)
    found = welch_anova(PLANT_GROWTH)
    assert (found.f, found.df_between) == (pytest.approx(5.18097240811319, rel=1e-13), 2)
    assert found.df_within == pytest.approx(17.1284186166441, rel=1e-13)
    assert found.p == pytest.approx(0.01739282149017, rel=1e-12)


def test_r_games_howell():
    # R: rstatix::games_howell_test(PlantGrowth, weight ~ group)
    found = games_howell(PLANT_GROWTH)
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (0, 2), (1, 2)]
    assert [pair.p for pair in found] == pytest.approx([0.474555, 0.112889, 0.023703], abs=5e-7)
    assert [pair.estimate for pair in found] == pytest.approx([-0.371, 0.494, 0.865])


@settings(deadline=None)
@given(GROUPS)
def test_welch_anova_agrees_with_scipy_and_pingouin(groups):
    assume(spread_out(groups))
    found, expected = welch_anova(groups), stats.f_oneway(*groups, equal_var=False)
    assert (found.f, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-6, abs=1e-9)
    row = pingouin.welch_anova(long_table(groups), dv="seconds", between="group").iloc[0]
    assert found.df_within == pytest.approx(row["ddof2"], rel=1e-6)


@given(SAMPLES, SAMPLES)
def test_welch_anova_of_two_groups_is_welchs_t_test(x, y):
    assume(spread_out([x, y]))
    found, expected = welch_anova([x, y]), difference(independent_mean(x), independent_mean(y))
    assert found.df_within == pytest.approx(expected.df, rel=1e-9)
    assert found.p == pytest.approx(expected.p, rel=1e-7)


@settings(deadline=None, max_examples=25)
@given(st.lists(SAMPLES, min_size=2, max_size=4))
def test_games_howell_agrees_with_scipy_and_pingouin(groups):
    assume(spread_out(groups))
    found = games_howell(groups)
    expected = stats.tukey_hsd(*groups, equal_var=False)
    table = pingouin.pairwise_gameshowell(long_table(groups), dv="seconds", between="group")
    for pair, (_, row) in zip(found, table.iterrows(), strict=True):
        assert (pair.first, pair.second) == (row["A"], row["B"])
        assert pair.estimate == pytest.approx(-row["diff"])
        assert pair.p == pytest.approx(row["pval"], abs=1e-7)
        assert pair.p == pytest.approx(expected.pvalue[pair.first, pair.second], abs=1e-7)


@given(SAMPLES, SAMPLES)
@settings(max_examples=25)
def test_games_howell_of_two_groups_is_welchs_t_test(x, y):
    assume(spread_out([x, y]))
    (found,), expected = games_howell([x, y]), difference(independent_mean(y), independent_mean(x))
    assert found.estimate == expected.estimate
    assert found.p == pytest.approx(expected.p, abs=1e-7)


@given(st.lists(SAMPLES, min_size=2, max_size=5))
def test_brown_forsythe_agrees_with_scipy_and_pingouin(groups):
    found = brown_forsythe(groups)
    assume(
        found is not None and all(np.ptp(np.abs(group - np.median(group))) > 1e-6 for group in map(np.array, groups))
    )
    expected = stats.levene(*groups, center="median")
    assert (found.f, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-6, abs=1e-9)
    assert (found.df_between, found.df_within) == (len(groups) - 1, sum(map(len, groups)) - len(groups))
    row = pingouin.homoscedasticity(groups, method="levene").iloc[0]
    assert (found.f, found.p) == pytest.approx((row["W"], row["pval"]), rel=1e-6, abs=1e-9)


def test_brown_forsythe_sees_spread_and_not_level():
    rng = np.random.default_rng(12)
    x = rng.normal(0, 1, 50)
    assert brown_forsythe([x, x + 100, x - 3]).f == pytest.approx(0, abs=1e-9)
    assert brown_forsythe([x, 3 * x]).p < 1e-4


@pytest.mark.parametrize("function", [welch_anova, one_way, brown_forsythe])
@given(groups=GROUPS, scale=st.floats(0.1, 10), shift=st.floats(0, 10), random=st.randoms(use_true_random=False))
def test_unit_shift_and_order_do_not_count(function, groups, scale, shift, random):
    assume(spread_out(groups))
    before = function(groups)
    assume(before is not None and before.f < 1e6)
    moved = [np.array(random.sample(group, len(group))) * scale + shift for group in random.sample(groups, len(groups))]
    after = function(moved)
    assume(after is not None)
    assert (after.f, after.df_within) == pytest.approx((before.f, before.df_within), rel=1e-5, abs=1e-7)


@settings(max_examples=15)
@given(groups=GROUPS, scale=st.floats(0.1, 10), shift=st.floats(0, 10), random=st.randoms(use_true_random=False))
def test_games_howell_knows_no_unit_and_no_order(groups, scale, shift, random):
    assume(spread_out(groups))
    before = {(pair.first, pair.second): pair for pair in games_howell(groups)}
    places = random.sample(range(len(groups)), len(groups))
    moved = [np.array(random.sample(groups[place], len(groups[place]))) * scale + shift for place in places]
    for pair in games_howell(moved):
        first, second = places[pair.first], places[pair.second]
        match, sign = before[min(first, second), max(first, second)], 1 if first < second else -1
        assert pair.estimate == pytest.approx(sign * scale * match.estimate, rel=1e-6, abs=1e-9)
        assert pair.p == pytest.approx(match.p, abs=1e-5)


# --- one-way analysis of variance, on NIST's certified sets

NIST = Path(scipy.stats.__file__).parent / "tests/data/nist_anova"
# Digits of F that are left; float64 itself rounds the middle three sets to 9 digits of their spread, and the last three
# to 4. The sums of squares keep one digit less.
DIGITS = {
    **{"SiRstv": 13, "AtmWtAg": 10, "SmLs01": 15, "SmLs02": 15, "SmLs03": 15},
    **{"SmLs04": 10, "SmLs05": 10, "SmLs06": 10, "SmLs07": 4, "SmLs08": 4, "SmLs09": 4},
}


def nist(name):
    """Return the data by group, and the certified sums of squares and F."""
    lines = (NIST / f"{name}.dat").read_text().splitlines()
    between = next(line for line in lines if line.startswith("Between")).split()
    within = next(line for line in lines if line.startswith("Within")).split()
    start = next(i for i, line in enumerate(lines) if re.match(r"Data:\s+(Treatment|Instrument)", line)) + 1
    rows = [line.split() for line in lines[start:] if line.strip()]
    groups = {}
    for label, value in rows:
        groups.setdefault(label, []).append(float(value))
    return list(groups.values()), float(between[-3]), float(within[-2]), float(between[-1])


def test_no_set_of_nists_is_left_out():
    assert {path.stem for path in NIST.glob("*.dat")} == DIGITS.keys()


@pytest.mark.parametrize("name", DIGITS)
def test_nist_analysis_of_variance(name):
    groups, between, within, f = nist(name)
    assert one_way(groups).f == pytest.approx(f, rel=10.0 ** -DIGITS[name])
    assert _sums_of_squares(groups)[:2] == pytest.approx((between, within), rel=10.0 ** (1 - DIGITS[name]))


@given(GROUPS)
def test_one_way_agrees_with_scipy_and_statsmodels(groups):
    assume(spread_out(groups))
    found, expected = one_way(groups), stats.f_oneway(*groups)
    assume(expected.statistic > 1e-9)
    theirs = anova_oneway(groups, use_var="equal")
    assert (found.f, found.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-6)
    assert (found.f, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-6)


# --- degenerate data: each a named outcome


@pytest.mark.parametrize("groups", [[], [[1, 2, 3]], [[1], [2]], [[1, 1], [2, 2]], [[0.1] * 5, [0.1] * 9]])
def test_nothing_to_compare(groups):
    assert welch_anova(groups) is None
    assert one_way(groups) is None
    assert brown_forsythe(groups) is None
    assert [pair.p for pair in games_howell(groups)] == [None] * (len(groups) == 2)


def test_a_single_value_among_groups():
    groups = [[1, 2, 3], [5], [2, 4, 9]]
    assert welch_anova(groups) is None
    assert one_way(groups).df_within == 4
    assert [pair.p is None for pair in games_howell(groups)] == [True, False, True]
    assert isinstance(brown_forsythe(groups), FTest)


def test_a_group_of_hardly_any_spread():
    # The inverse of its variance, 2e320, is more than float64 can hold: the weight is all its own.
    found = welch_anova([[0.0, 2.0], [0.0, 1e-160]])
    assert (found.f, found.df_within) == pytest.approx((1.0, 1.0))


def test_a_group_without_spread():
    assert welch_anova([[1, 1], [2, 3]]) is None
    assert games_howell([[1, 1], [2, 3]])[0].p == pytest.approx(difference(*map(independent_mean, ([1, 1], [2, 3]))).p)


@pytest.mark.parametrize("function", [welch_anova, games_howell, one_way, brown_forsythe])
@pytest.mark.parametrize("bad", [[], [1, math.nan], [1, math.inf]])
def test_no_sample_is_the_callers_mistake(function, bad):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        function([[1, 2], bad, [3, 4]])
