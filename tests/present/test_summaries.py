"""Summaries in one unit per size."""

from dataclasses import replace

import pytest

from ftpstats.present.summaries import summary_table
from ftpstats.present.tables import shown_label
from tests.analysis.rows import MB10
from tests.present.examples import some


def test_a_summary_has_one_unit_per_size():
    found = [some("A", [0.5]), some("B", [2.0, 2.2]), some("A", [20.0], size=MB10), some("B", [None, None])]
    shown = summary_table(found, 0.95, "s")
    assert [(row[0], row[2], row[3], row[4]) for row in shown.rows] == [
        ("100 KB download, s", "", "", ""),
        ("  A", "1", "0", "0.5000"),
        ("  B", "2", "0", "2.100"),
        ("10 MB download, s", "", "", ""),
        ("  A", "1", "0", "20.00"),
        ("size unknown, s", "", "", ""),
        ("  B", "0", "2", "–"),
    ]
    assert shown.sections == {0, 3, 5}
    assert {len(row) for row in shown.rows} == {len(shown.columns)}


PRECISION = [
    (0.14197, 0.00023, ("141.97", "0.23")),
    (0.14197, 0.0022, ("142.0", "2.2")),
    (0.14197, 0.022, ("142.0", "22")),
    (0.14, 3e-17, ("140.000000000", "2.8e−14")),
    (0.14, 0.0, ("140.0", "0")),
    (0.14, None, ("140.0", "–")),
]


@pytest.mark.parametrize(("mean", "half", "shown"), PRECISION)
def test_a_mean_has_the_decimals_of_its_half_width(mean, half, shown):
    summary = replace(some(), mean=mean, ci_high=None if half is None else mean + half)
    assert summary_table([summary], 0.95, "s").rows[1][4:6] == shown


def test_a_label_that_is_lacking_has_words():
    assert shown_label(None) == "(no label)"


def test_normality_is_said_once_where_all_is_alike():
    alike = summary_table([some("A"), some("B")], 0.95, "s")
    assert list(alike.instead.values()) == ["Shapiro–Wilk p (a small one shows non-normality): all 0.64"]
    mixed = summary_table([some("A"), some("B", [1.0, 1.0, 1.0, 5.0, 1.1], size=MB10)], 0.95, "s")
    assert list(mixed.instead.values()) == [
        "Shapiro–Wilk p (a small one shows non-normality): 100 KB 0.64; 10 MB 0.00023"
    ]
