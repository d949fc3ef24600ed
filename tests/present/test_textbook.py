"""What `--all-tests` and `--aa` show, row by row."""

from dataclasses import replace

import pytest

from ftpstats.analysis.aa import SelfComparison
from ftpstats.analysis.textbook import TextbookTest
from ftpstats.present.terminal import Screen, render
from ftpstats.present.textbook import self_table, textbook_table
from tests.analysis.rows import KB100, MB10

WELCH = TextbookTest(
    KB100, "download", "Welch t", "equal means", ("A", "B"), -2.34567, (17.7765,), 0.0312, 1,
    "difference", "s", -0.0123456, -0.02, -0.001, coarse=False,
)  # fmt: skip
NO_EFFECT = {"effect": None, "unit": None, "estimate": None, "low": None, "high": None}
ROWS = [
    ({}, ("  Welch t", "A, B", "−2.346", "17.78", "0.031", "−12.3 ms (−20.0 to −1.00)")),
    ({"low": None, "high": None}, ("  Welch t", "A, B", "−2.346", "17.78", "0.031", "−12.3 ms")),
    (
        {"statistic": None, "df": (), "p": None, "estimate": None, "low": None, "high": None},
        ("  Welch t", "A, B", "–", "", "–", ""),
    ),
    (
        {"test": "Hedges' g", "effect": "Hedges' g", "unit": None, "estimate": 0.1389, "low": -0.1, "high": 0.41773},
        ("  Hedges' g", "A, B", "−2.346", "17.78", "0.031", "0.139 (−0.100 to 0.418)"),
    ),
    (
        {"effect": "P(slower)", "unit": None, "estimate": 0.5, "low": None, "high": None},
        ("  Welch t", "A, B", "−2.346", "17.78", "0.031", "P(slower) 0.500"),
    ),
    (
        {"effect": "margin", "low": None, "high": None},
        ("  Welch t", "A, B", "−2.346", "17.78", "0.031", "margin −12.3 ms"),
    ),
    ({"adjusted_for": 3}, ("  Welch t, 3 pairs", "A, B", "−2.346", "17.78", "0.031", "−12.3 ms (−20.0 to −1.00)")),
    ({"labels": (None,)}, ("  Welch t", "(no label)", "−2.346", "17.78", "0.031", "−12.3 ms (−20.0 to −1.00)")),
    ({"labels": ("A\x1b[1m",)}, ("  Welch t", "A\\x1b[1m", "−2.346", "17.78", "0.031", "−12.3 ms (−20.0 to −1.00)")),
    ({"labels": ("A", "B", "C")}, ("  Welch t", "all 3", "−2.346", "17.78", "0.031", "−12.3 ms (−20.0 to −1.00)")),
    (
        {"df": (2.0, 17.1284), "p": 1e-9, **NO_EFFECT, "coarse": True},
        ("  Welch t", "A, B", "−2.346", "2, 17.13", "< 0.0001", "the printed resolution is too coarse"),
    ),
]


@pytest.mark.parametrize(("fields", "row"), ROWS)
def test_a_test_is_a_row_below_its_question(fields, row):
    _, heading, *shown = textbook_table([replace(WELCH, **fields), WELCH], 0.95).rows
    assert heading == (" equal means", "", "", "", "", "")
    assert shown == [row, ROWS[0][1]]


@pytest.mark.parametrize(
    ("confidence", "heading"), [(0.95, "effect, 95 % interval"), (0.999, "effect, 99.9 % interval")]
)
def test_the_interval_is_named_where_there_is_an_effect(confidence, heading):
    assert textbook_table([WELCH], confidence).columns[-1] == heading
    assert textbook_table([replace(WELCH, **NO_EFFECT)], confidence).columns[-1] == "p"


def test_tests_of_one_question_stand_together():
    other = replace(WELCH, test="Dunn", question="one distribution")
    shown = textbook_table([WELCH, other, WELCH], 0.95)
    assert [row[0] for row in shown.rows] == [
        "100 KB download", " equal means", "  Welch t", "  Welch t", " one distribution", "  Dunn",
    ]  # fmt: skip


def test_two_usual_labels_fit_eighty_columns():
    rows = [replace(WELCH, labels=("Xen", "VMware")), replace(WELCH, test="Power at the margin", adjusted_for=1)]
    assert max(map(len, render([textbook_table(rows, 0.95)], Screen(80)).splitlines())) <= 80


def test_each_size_and_direction_has_a_section():
    found = [WELCH, WELCH, replace(WELCH, bytes=MB10), replace(WELCH, bytes=MB10, direction="upload")]
    shown = textbook_table(found, 0.95)
    assert [shown.rows[place][0] for place in sorted(shown.sections)] == [
        "100 KB download", "10 MB download", "10 MB upload",
    ]  # fmt: skip
    assert len(shown.rows) == len(found) + 2 * 3
    assert "no verdict uses them" in shown.title


RIG = SelfComparison("Xen", KB100, "download", 3, 3, 2, 2 / 3)


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({}, ("100 KB download", "Xen", "3", "3", "2", "67 %")),
        ({"pairs": 0, "different": 0, "share": None}, ("100 KB download", "Xen", "3", "0", "0", "–")),
        ({"different": 0, "share": 0.0}, ("100 KB download", "Xen", "3", "3", "0", "0 %")),
    ],
)
def test_a_label_against_itself_is_a_row(fields, row):
    assert self_table([replace(RIG, **fields)], 0.95).rows == (row,)


@pytest.mark.parametrize(
    ("confidence", "text"), [(0.95, "5 % significant by chance"), (0.999, "0.1 % significant by chance")]
)
def test_what_chance_would_call_different_is_said(confidence, text):
    assert text in self_table([RIG], confidence).title
