"""Every textbook test of some samples: which are made of how many, with whose numbers, and where none can be.

Then pingouin's traps, one by one: each is shown to be there, and to be stepped around.
"""

import math
import sys
import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats
from scipy.special import gammaln
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_ind

from ftpstats.analysis import pingouin_tests
from ftpstats.analysis.select import samples
from ftpstats.analysis.textbook import textbook_tests
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.errors import MachineError
from ftpstats.stats.normality import shapiro_wilk
from ftpstats.stats.two_sample import mann_whitney, welch
from tests.analysis.rows import KB100, MB10, assert_known, rows, table

# Of unequal sizes, and with ties.
SECONDS = {
    label: np.random.default_rng(seed).gamma(3, scale, n).round(2).tolist()
    for label, seed, n, scale in (("A", 1, 25, 1.0), ("B", 2, 30, 1.4), ("C", 3, 21, 1.2))
}
A, B, C = SECONDS.values()
ONE = ["Shapiro–Wilk", "D'Agostino–Pearson", "Anderson–Darling"]
TWO = ["Welch t", "Hedges' g", "Power at the margin", "TOST", "Mann–Whitney U", "Brunner–Munzel"]
AT_A_MARGIN = {"Power at the margin", "TOST"}
WITHOUT_P = {"Hedges' g", "Power at the margin"}
ALL = ["Welch ANOVA", "Kruskal–Wallis", "Brown–Forsythe"]
PAIRS_IN_ALL = ["Games–Howell", "Welch t, Holm", "Dunn"]
MARGIN = Margin(0.4, relative=False)


def made(seconds, confidence=0.95, margin=MARGIN, **columns):
    every = samples(table(*(rows(label, values, **columns) for label, values in seconds.items())))
    found = textbook_tests(every, confidence=confidence, margin=margin)
    for one in found:
        assert_known(one)
    return found


def of(test, labels, seconds=SECONDS, **options):
    (found,) = (one for one in made(seconds, **options) if one.test == test and one.labels == tuple(labels))
    return found


@pytest.mark.parametrize("margin", [None, MARGIN])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_is_made_of_how_many(count, margin):
    labels = [*SECONDS][:count]
    pairs = list(combinations(labels, 2))
    expected = [(test, (label,), 1) for test in ONE for label in labels]
    expected += [(test, pair, 1) for test in TWO if margin or test not in AT_A_MARGIN for pair in pairs]
    if count > 2:
        expected += [(test, tuple(labels), 1) for test in ALL]
        expected += [(test, pair, 3) for test in PAIRS_IN_ALL for pair in pairs]
    found = made({label: SECONDS[label] for label in labels}, margin=margin)
    assert [(one.test, one.labels, one.adjusted_for) for one in found] == expected
    for one in found:
        assert (one.p is None) == (one.test in WITHOUT_P)
        assert (one.estimate is None) == (one.effect is None)
        assert one.question


def test_each_is_of_its_size_and_direction():
    found = made(SECONDS, size=MB10, direction="upload")
    assert {(one.bytes, one.direction) for one in found} == {(MB10, "upload")} != {(KB100, "download")}


# The reference comes first, and the statistic is positive where the other takes longer.
OUTSIDE = [
    ("Shapiro–Wilk", "A", lambda: (*stats.shapiro(A), ())),
    ("D'Agostino–Pearson", "B", lambda: (*stats.normaltest(B), (2,))),
    ("Welch t", "AB", lambda: ((t := stats.ttest_ind(B, A, equal_var=False)).statistic, t.pvalue, (t.df,))),
    ("TOST", "AC", lambda: (None, (t := ttost_ind(C, A, -0.4, 0.4, usevar="unequal"))[0], (t[1][2],))),
    ("Mann–Whitney U", "AC", lambda: (*stats.mannwhitneyu(C, A), ())),
    ("Brunner–Munzel", "BC", lambda: (*stats.brunnermunzel(B, C), None)),
    ("Welch ANOVA", "ABC", lambda: ((t := anova_oneway([A, B, C])).statistic, t.pvalue, None)),
    ("Kruskal–Wallis", "ABC", lambda: (*stats.kruskal(A, B, C), (2,))),
    ("Brown–Forsythe", "ABC", lambda: (*stats.levene(A, B, C), (2, 73))),
]


@pytest.mark.parametrize(("test", "labels", "outside"), OUTSIDE, ids=[case[0] for case in OUTSIDE])
def test_numbers_are_those_of_scipy_and_statsmodels(test, labels, outside):
    statistic, p, df = outside()
    found = of(test, labels)
    assert found.p == pytest.approx(p, rel=1e-9)
    assert found.statistic == (None if statistic is None else pytest.approx(statistic, rel=1e-9))
    assert df is None or found.df == pytest.approx(df)


@pytest.mark.parametrize("confidence", [0.95, 0.9, 0.999])
def test_effects_and_their_intervals(confidence):
    found = of("Welch t", "AB", confidence=confidence)
    means = CompareMeans(DescrStatsW(B), DescrStatsW(A))
    assert (found.effect, found.unit, found.estimate) == ("difference", "s", pytest.approx(np.mean(B) - np.mean(A)))
    expected = means.tconfint_diff(alpha=1 - confidence, usevar="unequal")
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-9)
    found = of("Brunner–Munzel", "AB", confidence=confidence)
    above = np.mean([(b > a) + (b == a) / 2 for a in A for b in B])
    assert (found.effect, found.unit, found.estimate) == ("P(slower)", None, pytest.approx(above))
    assert found.low < found.estimate < found.high
    found = of("Mann–Whitney U", "AB", confidence=confidence)
    assert (found.statistic, found.estimate) == pytest.approx((above * len(A) * len(B), above))


@pytest.mark.parametrize("margin", [MARGIN, FIVE_PER_CENT])
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_power_is_that_of_students_test_at_the_margin(margin, confidence):
    seconds = margin.value * np.mean(A) if margin.relative else margin.value
    pooled = math.sqrt((24 * np.var(A, ddof=1) + 29 * np.var(B, ddof=1)) / 53)
    expected = TTestIndPower().power(seconds / pooled, len(A), 1 - confidence, len(B) / len(A))
    found = of("Power at the margin", "AB", margin=margin, confidence=confidence)
    assert (found.estimate, found.statistic, found.p) == (pytest.approx(expected), None, None)
    assert of("TOST", "AB", margin=margin, confidence=confidence).estimate == pytest.approx(seconds)


PLANT_GROWTH = {
    "ctrl": [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    "trt1": [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    "trt2": [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
}


def test_r_welch_anova():
    # R: oneway.test(weight ~ group, PlantGrowth)
    found = of("Welch ANOVA", PLANT_GROWTH, PLANT_GROWTH)
    assert (found.statistic, found.p) == pytest.approx((5.18097240811319, 0.01739282149017), rel=1e-12)
    assert found.df == pytest.approx((2, 17.1284186166441), rel=1e-13)


def test_r_games_howell():
    # R: rstatix::games_howell_test(PlantGrowth, weight ~ group)
    found = [of("Games–Howell", pair, PLANT_GROWTH) for pair in combinations(PLANT_GROWTH, 2)]
    assert [one.p for one in found] == pytest.approx([0.474555, 0.112889, 0.023703], abs=5e-7)
    assert [one.estimate for one in found] == pytest.approx([-0.371, 0.494, 0.865])


# R: split(airquality$Ozone, airquality$Month), without NA
OZONE = {
    "May": [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37],
    "June": [29, 71, 39, 23, 21, 37, 20, 12, 13],
    "July": [135, 49, 32, 64, 40, 77, 97, 97, 85, 10, 27, 7, 48, 35, 61, 79, 63, 16, 80, 108, 20, 52, 82, 50, 64, 59],
    "August": [
        39,
        9,
        16,
        78,
        35,
        66,
        122,
        89,
        110,
        44,
        28,
        65,
        22,
        59,
        23,
        31,
        44,
        21,
        9,
        45,
        168,
        73,
        76,
        118,
        84,
        85,
    ],
    "September": [
        96,
        78,
        73,
        91,
        47,
        32,
        20,
        23,
        21,
        24,
        44,
        21,
        28,
        9,
        13,
        46,
        18,
        13,
        24,
        16,
        13,
        23,
        36,
        7,
        14,
        30,
        14,
        18,
        20,
    ],
}


def test_r_kruskal_wallis():
    # R: kruskal.test(Ozone ~ Month, airquality)
    found = of("Kruskal–Wallis", OZONE, OZONE)
    assert (found.statistic, found.df) == (pytest.approx(29.2665763061169, rel=1e-13), (4,))
    assert found.p == pytest.approx(6.90071411854678e-06, rel=1e-11)


def test_eta_squared_is_the_share_of_the_sum_of_squares():
    every = np.concatenate([A, B, C])
    within = sum(len(x) * np.var(x) for x in (A, B, C))
    found = of("Welch ANOVA", "ABC")
    assert (found.effect, found.estimate) == ("eta squared", pytest.approx(1 - within / (len(every) * np.var(every))))


def test_pairs_allow_for_all_pairs():
    pairs = ("AB", "AC", "BC")
    welch = [stats.ttest_ind(x, y, equal_var=False) for x, y in combinations((A, B, C), 2)]
    assert [of("Games–Howell", pair).p for pair in pairs] == pytest.approx(
        [stats.studentized_range.sf(math.sqrt(2) * abs(t.statistic), 3, t.df) for t in welch], abs=1e-7
    )
    ranks, sizes = stats.rankdata([*A, *B, *C]), np.array([25, 30, 21])
    means = [part.mean() for part in np.split(ranks, np.cumsum(sizes)[:-1])]
    scores = [
        (means[j] - means[i]) / np.sqrt(np.var(ranks, ddof=1) * (1 / sizes[i] + 1 / sizes[j]))
        for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    adjusted = pingouin.multicomp(2 * stats.norm.sf(np.abs(scores)), method="holm")[1]
    found = [of("Dunn", pair) for pair in pairs]
    assert [(one.statistic, one.p) for one in found] == [
        pytest.approx(pair) for pair in zip(scores, adjusted, strict=True)
    ]
    frame = pd.DataFrame([(label, value) for label, values in SECONDS.items() for value in values])
    theirs = pingouin.pairwise_tests(frame, dv=1, between=0, correction=True, padjust="holm")
    found = [of("Welch t, Holm", pair) for pair in pairs]
    assert [one.p for one in found] == pytest.approx(list(theirs["p_corr"]))
    assert [-one.statistic for one in found] == pytest.approx(list(theirs["T"]))


@pytest.mark.parametrize(
    ("seconds", "known"),
    [
        ({"A": [1.0], "B": [2.0], "C": [3.0]}, {"Mann–Whitney U", "Kruskal–Wallis", "Dunn"}),
        ({"A": [0.01] * 30, "B": [0.01] * 30, "C": [0.01] * 30}, set()),
        ({"A": [0.01] * 30, "B": [0.02] * 30, "C": [0.03] * 30}, {"Mann–Whitney U", "Kruskal–Wallis", "Dunn"}),
    ],
)
def test_what_can_not_be_tested_is_unknown(seconds, known):
    found = made(seconds)
    assert {one.test for one in found} == {*ONE, *TWO, *ALL, *PAIRS_IN_ALL}
    assert {one.test for one in found if one.p is not None} == known
    for one in found:
        assert one.p is not None or (one.statistic, one.df, one.low) == (None, (), None)
        assert one.test not in WITHOUT_P or one.estimate is None


def test_a_confidence_out_of_range_is_the_callers_mistake():
    with pytest.raises(ValueError, match=r"between 0\.5 and 1"):
        made(SECONDS, confidence=95)


# --- pingouin's traps

MS10, MS11 = [0.0100, 0.0102, 0.0104, 0.0101], [0.0110, 0.0113, 0.0111, 0.0115]


def test_trap_intervals_of_95_per_cent_have_two_decimals():
    bare = pingouin.ttest(MS11, MS10, correction=True)["CI95"].iloc[0]
    assert list(bare) == [0, 0]
    expected, found = welch(MS11, MS10), of("Welch t", "AB", {"A": MS10, "B": MS11})
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9)
    assert 0.0007 < found.low < found.high < 0.0015


def test_trap_options_are_the_users(monkeypatch):
    before = made(SECONDS)
    for name, value in {"round": 1, "round.column.T": 0, "round.column.U_val": -2, "round.cell.[0]x[F]": 0}.items():
        monkeypatch.setitem(pingouin.options, name, value)
    kept = dict(pingouin.options)
    assert made(SECONDS) == before
    assert pingouin.options == kept


def test_trap_options_come_back_where_a_test_fails(monkeypatch):
    kept = dict(pingouin.options)
    monkeypatch.setattr(pingouin, "kruskal", None)
    with pytest.raises(TypeError):
        made(SECONDS)
    assert pingouin.options == kept


@pytest.mark.parametrize("confidence", [0.95, 0.9])
def test_trap_intervals_of_effect_sizes_have_two_decimals(confidence):
    found = of("Hedges' g", "AB", confidence=confidence)
    assert found.low != round(found.low, 2)
    exact = math.sqrt(1 / 25 + 1 / 30 + found.estimate**2 / 110)
    assert (found.high - found.low) / 2 == pytest.approx(stats.t.ppf((1 + confidence) / 2, 53) * exact)


@pytest.mark.parametrize("values", [[0.01] * 30, [0.3] * 29 + [math.nextafter(0.3, 1)]])
def test_trap_equal_values_are_called_normal(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bare = pingouin.normality([0.01] * 30)
    assert bare["normal"].dtype == bool  # it answers, yes or no by SciPy's version, where nothing can be known
    assert of("Shapiro–Wilk", "A", {"A": values}).p is None


@pytest.mark.parametrize("scale", [1.0, 1e-25])
def test_trap_three_values_are_refused(scale):
    values = [1.0 * scale, 1.1 * scale, 1.7 * scale]
    with pytest.raises(AssertionError):
        pingouin.normality(values)
    expected, found = shapiro_wilk(values), of("Shapiro–Wilk", "A", {"A": values})
    assert (found.statistic, found.p) == (expected.w, expected.p)


@pytest.mark.parametrize("n", [2, 5001])
def test_trap_shapiro_wilk_ends_somewhere(n):
    assert of("Shapiro–Wilk", "A", {"A": np.linspace(1, 2, n).tolist()}).p is None


@pytest.mark.parametrize("one", ["A", "B"])
def test_trap_a_single_value_is_taken_for_a_populations_mean(one):
    seconds = {**SECONDS, one: [1.0]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert math.isfinite(pingouin.ttest(C, 1.0, correction=True)["p_val"].iloc[0])
    unknown = {test.test for test in made(seconds) if test.p is None and test.labels == (one, "C")}
    assert unknown == {"Welch t", "Games–Howell", "Welch t, Holm", "TOST", "Brunner–Munzel", *WITHOUT_P}
    assert of("Hedges' g", (one, "C"), seconds).estimate is None


def test_trap_welch_anova_of_a_group_without_spread():
    seconds = {**SECONDS, "B": [1.5] * 20}
    found = of("Welch ANOVA", "ABC", seconds)
    assert (found.statistic, found.p, found.estimate) == (None, None, None)
    assert all(of(test, "ABC", seconds).p is not None for test in ("Kruskal–Wallis", "Brown–Forsythe"))


@pytest.mark.parametrize("labels", [("c", "b", "a"), ("10", "9", "1"), (None, "b", "a"), ("b", None, "B")])
def test_trap_games_howell_sorts_by_name_and_subtracts_the_other(labels):
    # SciPy knows no names: its rows are in the order given, and its statistic is the first minus the second.
    seconds = dict(zip(labels, (A, B, C), strict=True))
    every = {one.label: one for one in samples(table(*(rows(label, values) for label, values in seconds.items())))}
    found = textbook_tests([every[label] for label in labels])
    for test in ("Games–Howell", "Welch t, Holm"):
        pairs = [one for one in found if one.test == test]
        assert [one.labels for one in pairs] == list(combinations(labels, 2))
        for one, (x, y) in zip(pairs, combinations((A, B, C), 2), strict=True):
            assert one.statistic == pytest.approx(stats.ttest_ind(y, x, equal_var=False).statistic)
            assert one.estimate == pytest.approx(np.mean(y) - np.mean(x))


def test_trap_two_groups_without_spread_are_certainly_different():
    seconds = {"A": [1.0] * 9, "B": [1.5] * 9, "C": C}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert pingouin.ttest([1.0] * 9, [1.5] * 9, correction=True)["p_val"].iloc[0] == 0
    for test in ("Games–Howell", "Welch t, Holm"):
        assert [of(test, pair, seconds).p is None for pair in ("AB", "AC", "BC")] == [True, False, False]
    # What cannot be tested counts among the three for which p allows.
    raw = sorted(of("Welch t", pair, seconds).p for pair in ("AC", "BC"))
    adjusted = sorted(of("Welch t, Holm", pair, seconds).p for pair in ("AC", "BC"))
    assert adjusted == pytest.approx([min(1, 3 * raw[0]), min(1, max(3 * raw[0], 2 * raw[1]))])


def test_trap_the_correction_of_hedges_is_approximate():
    x, y = [1.0, 1.2, 1.5], [1.9, 2.4, 2.2, 2.0]
    found = of("Hedges' g", "AB", {"A": x, "B": y}).estimate
    exact = math.exp(gammaln(2.5) - gammaln(2)) / math.sqrt(2.5)
    assert found == pytest.approx(pingouin.compute_effsize(y, x, eftype="cohen") * exact, rel=1e-12)
    assert abs(found / pingouin.compute_effsize(y, x, eftype="hedges") - 1) > 1e-3


def test_trap_two_groups_that_differ_in_their_last_bits_are_certainly_different():
    seconds = {"A": [0.3] * 8 + [math.nextafter(0.3, 1)], "B": [0.4] * 9, "C": C}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert pingouin.ttest(seconds["A"], seconds["B"], correction=True)["p_val"].iloc[0] < 1e-99
    for test in ("Welch t", "Games–Howell", "Welch t, Holm"):
        assert of(test, "AB", seconds).p is None


@pytest.mark.parametrize(
    "seconds",
    [
        {"A": A, "B": B},
        {"A": MS10, "B": MS11},
        {"A": A[:1], "B": [*range(2, 40)]},
        {"A": [*range(1, 40, 2)], "B": [*range(10, 40, 2)]},
    ],
)
@pytest.mark.parametrize("most", [0, 10**7])
def test_trap_u_holds_every_difference(monkeypatch, seconds, most):
    """Beyond that many it is ours; and exact or not, it is the one that `compare` shows."""
    monkeypatch.setattr(pingouin_tests, "_MOST_PAIRS", most)
    if not most:
        monkeypatch.setattr(pingouin, "mwu", None)
    expected, found = mann_whitney(seconds["B"], seconds["A"]), of("Mann–Whitney U", "AB", seconds)
    assert (found.statistic, found.p) == (expected.u, pytest.approx(expected.p, rel=1e-9))
    assert found.estimate == pytest.approx(expected.u / len(seconds["A"]) / len(seconds["B"]))


@pytest.mark.parametrize("level", [0, 1000])
def test_trap_brown_forsythe_of_pairs_tests_rounding(level):
    pairs = {
        label: [level + one, level + other] for label, one, other in (("A", 1, 2), ("B", 0.1, 0.3), ("C", 0.7, 0.8))
    }
    assert pingouin.homoscedasticity([np.array(x) for x in pairs.values()])["pval"].iloc[0] < 1e-9
    assert of("Brown–Forsythe", "ABC", pairs).p is None


def test_trap_it_warns(capfd, recwarn):
    made({"A": [0.3] * 29 + [math.nextafter(0.3, 1)], "B": [0.3] * 4, "C": [1.0], "D": C})
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("seconds", [{"A": [5e-324, 1e-300], "B": [9e99, 1e99], "C": C}])
def test_trap_what_is_not_finite_is_unknown(seconds):
    for one in made(seconds):
        assert one.p is not None or one.statistic is None


def test_without_pingouin_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "pingouin", None)
    with pytest.raises(MachineError, match=r"pingouin.*pip install pingouin"):
        made(SECONDS)
