"""Results put together: which parts an answer has, and what each form of it holds."""

from dataclasses import asdict, replace

import pytest

from ftpstats.analysis.aa import SelfComparison
from ftpstats.analysis.verdict import FIVE_PER_CENT
from ftpstats.analysis.warnings import warn
from ftpstats.present.answers import comparison_answer, self_answer, summary_answer
from ftpstats.present.comparisons import ABOUT_OVERLAP
from tests.analysis.rows import KB100, compare, rows, table
from tests.present.examples import TERMS, comparison, some
from tests.present.test_textbook import RIG, WELCH

TRANSFERS = table(rows("Xen", [1.0, 1.1, 1.3]), rows("VMware", [1.0, 1.2, 1.3]))


def compared(comparisons=None, tests=None, thesis=None, reference="Xen"):
    return comparison_answer(comparisons or [comparison()], tests, TERMS, dict, reference=reference, thesis=thesis)


def titles(answer):
    return [shown.title.split(";")[0].split(",")[0] for shown in answer.tables]


@pytest.mark.parametrize("details", [False, True])
@pytest.mark.parametrize("tests", [None, [], [WELCH]])
def test_a_comparison_has_the_parts_asked_for(details, tests):
    shown = compared([replace(c, warnings=()) for c in compare(TRANSFERS, ["Xen", "VMware"], details=details)], tests)
    assert titles(shown) == ["mean time per download against Xen", *["details"] * details, *["all tests"] * bool(tests)]
    (record,) = shown.content["comparisons"]
    assert (record["details"] is not None) == details
    assert shown.content["tests"] == (None if tests is None else [asdict(test) for test in tests])
    assert (shown.rows, shown.content["aa"]) == ("comparisons", None)
    assert shown.notes == tuple(shown.parts[1].split("\n"))  # the sentences, and nothing to be careful about


@pytest.mark.parametrize("details", [False, True])
@pytest.mark.parametrize("tests", [None, [WELCH]])
def test_a_summary_has_the_parts_asked_for(details, tests):
    shown = summary_answer([replace(some(), warnings=())], tests, 0.95, "s", details=details)
    expected = (
        ["mean time ± 95 % interval (Student's t)"]
        + ["shape and autocorrelation", "order"] * details
        + ["all tests"] * bool(tests)
    )
    assert titles(shown) == expected
    assert (len(shown.content["groups"]), shown.content["tests"] is None) == (1, tests is None)
    assert shown.rows == "groups"


@pytest.mark.parametrize("reference", ["Xen", None])
def test_what_all_are_compared_with_is_in_the_document(reference):
    content = compared(reference=reference).content
    assert (content["reference"], content["confidence"], content["margin"]) == (
        reference, 0.95, {"value": 0.05, "relative": True},
    )  # fmt: skip


def test_the_thesis_rule_is_shown_with_why_it_proves_nothing():
    shown = compared(thesis=[some("Xen"), some("VMware")])
    assert ABOUT_OVERLAP in shown.notes
    assert shown.parts[1].startswith(ABOUT_OVERLAP)
    assert ABOUT_OVERLAP not in compared().notes


def test_that_tests_disagree_is_said_once_below_its_mark():
    warning = warn("tests-disagree", tests="Mann–Whitney (p = 0.01)", word="find a difference", reason="for a reason")
    shown = compared([replace(comparison(), warnings=(warning,)), comparison(label="KVM")])
    table, sentences, found = shown.parts
    assert [row[-1] for row in table.rows] == ["", "", "inconclusive †", "inconclusive"]
    assert "for a reason" not in sentences
    assert [note.brief for note in found.notes] == [
        "† 100 KB VMware: Mann–Whitney (p = 0.01) would find a difference: for a reason"
    ]
    assert sum(note.count("for a reason") for note in shown.notes) == 1


def test_a_label_against_itself():
    shown = self_answer([RIG, SelfComparison("VMware", KB100, "download", 2, 0, 0, None)], FIVE_PER_CENT, 0.9)
    assert "10 % significant by chance" in shown.tables[0].title
    assert shown.parts[1] == shown.notes[0]
    assert (shown.rows, shown.content["comparisons"], shown.content["reference"]) == ("aa", [], None)
    assert [one["share"] for one in shown.content["aa"]] == [RIG.share, None]
