"""Every textbook test of some samples: which are made of how many, with whose numbers, and where none can be."""

from math import comb

import numpy as np
import pingouin
import pytest
from scipy import stats

from ftpstats.analysis.select import samples
from ftpstats.analysis.textbook import companions
from tests.analysis.rows import KB100, MB10, assert_known, rows, table

# Of unequal sizes, and with ties.
SECONDS = {
    label: np.random.default_rng(seed).gamma(3, scale, n).round(2).tolist()
    for label, seed, n, scale in (("A", 1, 25, 1.0), ("B", 2, 30, 1.4), ("C", 3, 21, 1.2))
}
A, B, C = SECONDS.values()
ONE = ["Shapiro–Wilk", "D'Agostino–Pearson", "Anderson–Darling"]
TWO = ["Welch t", "Mann–Whitney U", "Brunner–Munzel"]
ALL = ["Welch ANOVA", "Kruskal–Wallis", "Brown–Forsythe"]
PAIRS_IN_ALL = ["Games–Howell", "Dunn"]


def made(seconds, **columns):
    found = companions(samples(table(*(rows(label, values, **columns) for label, values in seconds.items()))))
    for one in found:
        assert_known(one)
    return found


def numbers(test, *labels):
    (found,) = (one for one in made(SECONDS) if one.test == test and one.labels == labels)
    return found.statistic, found.df, found.p


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_is_made_of_how_many(count):
    labels = [*SECONDS][:count]
    pairs = [("A", "B"), ("A", "C"), ("B", "C")][: comb(count, 2)]
    expected = [(test, (label,), 1) for test in ONE for label in labels]
    expected += [(test, pair, 1) for test in TWO for pair in pairs]
    if count > 2:
        expected += [(test, tuple(labels), 1) for test in ALL]
        expected += [(test, pair, 3) for test in PAIRS_IN_ALL for pair in pairs]
    found = made({label: SECONDS[label] for label in labels})
    assert [(one.test, one.labels, one.adjusted_for) for one in found] == expected
    assert all(one.p is not None and one.question for one in found)


def test_each_is_of_its_size_and_direction():
    found = made(SECONDS, size=MB10, direction="upload")
    assert {(one.bytes, one.direction) for one in found} == {(MB10, "upload")} != {(KB100, "download")}


# The reference comes first, and the statistic is positive where the other takes longer.
OUTSIDE = [
    ("Shapiro–Wilk", "A", lambda: (*stats.shapiro(A), ())),
    ("D'Agostino–Pearson", "B", lambda: (*stats.normaltest(B), (2,))),
    ("Welch t", "AB", lambda: ((t := stats.ttest_ind(B, A, equal_var=False)).statistic, t.pvalue, (t.df,))),
    ("Mann–Whitney U", "AC", lambda: (*stats.mannwhitneyu(C, A), ())),
    ("Brunner–Munzel", "BC", lambda: (*stats.brunnermunzel(B, C), None)),
    ("Welch ANOVA", "ABC", lambda: (*stats.f_oneway(A, B, C, equal_var=False), None)),
    ("Kruskal–Wallis", "ABC", lambda: (*stats.kruskal(A, B, C), (2,))),
    ("Brown–Forsythe", "ABC", lambda: (*stats.levene(A, B, C), (2, 73))),
]


@pytest.mark.parametrize(("test", "labels", "outside"), OUTSIDE, ids=[case[0] for case in OUTSIDE])
def test_numbers_are_scipys(test, labels, outside):
    statistic, p, df = outside()
    found = numbers(test, *labels)
    assert (found[0], found[2]) == pytest.approx((statistic, p), rel=1e-9)
    assert df is None or found[1] == pytest.approx(df)


def test_pairs_allow_for_all_pairs():
    tukey = stats.tukey_hsd(A, B, C, equal_var=False)
    assert [numbers("Games–Howell", *pair)[2] for pair in ("AB", "AC", "BC")] == pytest.approx(
        [tukey.pvalue[0, 1], tukey.pvalue[0, 2], tukey.pvalue[1, 2]], abs=1e-7
    )
    ranks, sizes = stats.rankdata([*A, *B, *C]), np.array([25, 30, 21])
    means = [part.mean() for part in np.split(ranks, np.cumsum(sizes)[:-1])]
    scores = [
        (means[j] - means[i]) / np.sqrt(np.var(ranks, ddof=1) * (1 / sizes[i] + 1 / sizes[j]))
        for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    adjusted = pingouin.multicomp(2 * stats.norm.sf(np.abs(scores)), method="holm")[1]
    found = [numbers("Dunn", *pair) for pair in ("AB", "AC", "BC")]
    assert [(z, p) for z, _, p in found] == [pytest.approx(pair) for pair in zip(scores, adjusted, strict=True)]


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
        assert one.p is not None or (one.statistic, one.df) == (None, ())
