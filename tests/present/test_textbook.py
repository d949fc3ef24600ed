"""What `--all-tests` and `--aa` show, row by row."""

from dataclasses import replace

import pytest

from ftpstats.analysis.aa import SelfComparison
from ftpstats.analysis.textbook import Companion
from ftpstats.present.textbook import companions_table, self_table
from tests.analysis.rows import KB100, MB10

WELCH = Companion(KB100, "download", "Welch t", "equal means", ("A", "B"), -2.34567, (17.7765,), 0.0312, 1)
ROWS = [
    ({}, ("  Welch t", "A, B", "−2.346", "17.78", "0.031", "equal means")),
    ({"statistic": None, "df": (), "p": None}, ("  Welch t", "A, B", "–", "", "–", "equal means")),
    ({"df": (2.0, 17.1284), "p": 1e-9}, ("  Welch t", "A, B", "−2.346", "2, 17.13", "< 0.0001", "equal means")),
    ({"adjusted_for": 3}, ("  Welch t", "A, B", "−2.346", "17.78", "0.031", "equal means, allowing for 3 pairs")),
    ({"labels": (None,)}, ("  Welch t", "(no label)", "−2.346", "17.78", "0.031", "equal means")),
    ({"labels": ("A\x1b[1m",)}, ("  Welch t", "A\\x1b[1m", "−2.346", "17.78", "0.031", "equal means")),
]


@pytest.mark.parametrize(("fields", "row"), ROWS)
def test_a_test_is_a_row(fields, row):
    assert companions_table([replace(WELCH, **fields)]).rows[1] == row


def test_each_size_and_direction_has_a_section():
    found = [WELCH, WELCH, replace(WELCH, bytes=MB10), replace(WELCH, bytes=MB10, direction="upload")]
    shown = companions_table(found)
    assert [shown.rows[place][0] for place in sorted(shown.sections)] == [
        "100 KB download", "10 MB download", "10 MB upload",
    ]  # fmt: skip
    assert len(shown.rows) == len(found) + 3
    assert "none decides" in shown.title


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


@pytest.mark.parametrize(("confidence", "text"), [(0.95, "by chance 5 %"), (0.999, "by chance 0.1 %")])
def test_what_chance_would_call_different_is_said(confidence, text):
    assert text in self_table([RIG], confidence).title
