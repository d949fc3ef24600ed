"""Annotations of GitHub Actions and JUnit XML: what a gate matched, and nothing that breaks either."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from ftpstats.analysis.matches import EmptyRunMatch, FailureRate, NotShown, SlowerByMargin, VerdictMatch
from ftpstats.analysis.outcomes import Outcomes
from ftpstats.present.annotations import Case, cases, github, junit
from ftpstats.present.gates import Said
from tests.present.examples import comparison

SLOWER = Said("--fail-on slower", "10 MB, B against A", "10 MB, B against A: +17.2 %")
MISSING = Said("--fail-on missing", "run 3 of B", "run 3 of B: none of its 6 transfers completed")
FAILED = Case(SLOWER.subject, "slower", "B is slower.", SLOWER)
OPEN = Case("1 MB, B against A", "inconclusive", "inconclusive: B may be either.", None)
FINE = Case("1 KB, B against A", "equivalent", "B and A are equivalent.", None)
GONE = Case(MISSING.subject, None, MISSING.text, MISSING)


def test_an_annotation_is_an_error_where_a_gate_matched_and_else_a_notice():
    assert github([FAILED, OPEN, GONE]) == (
        "::error title=--fail-on slower::10 MB, B against A: +17.2 %25\n"
        "::notice title=inconclusive%3A 1 MB%2C B against A::inconclusive: B may be either.\n"
        "::error title=--fail-on missing::run 3 of B: none of its 6 transfers completed\n"
    )


def test_nothing_ends_an_annotation_before_its_end():
    case = Case("a:b,c%\r\nd", "faster", "50 %\r\n::error::x", None)
    title, text = "faster%3A a%3Ab%2Cc%25%0D%0Ad", "50 %25%0D%0A::error::x"
    assert github([case]) == f"::notice title={title}::{text}\n"


# What the schemas of Jenkins and of Ant's task have in common: attributes and parts of each element.
SUITE = {"name", "tests", "failures", "errors", "skipped", "time"}
TEST = {"classname", "name", "time"}
PARTS = {"failure": {"type", "message"}, "skipped": {"message"}, "system-out": set()}


def read(text):
    """The tests of a document, whose structure is that of JUnit XML."""
    suite = ElementTree.fromstring(text)
    assert (suite.tag, set(suite.attrib)) == ("testsuite", SUITE)
    assert {test.tag for test in suite} <= {"testcase"}
    assert all(set(test.attrib) == TEST for test in suite)
    assert all(set(part.attrib) == PARTS[part.tag] for test in suite for part in test)
    counts = {"failures": "failure", "skipped": "skipped"}
    assert int(suite.get("tests")) == len(suite)
    assert {name: int(suite.get(name)) for name in counts} == {
        name: len(suite.findall(f"testcase/{tag}")) for name, tag in counts.items()
    }
    names = [(test.get("classname"), test.get("name")) for test in suite]
    assert len(set(names)) == len(names)
    return list(suite)


def test_a_test_case_fails_where_a_gate_matched_and_is_skipped_where_nothing_is_known():
    failed, skipped, passed, gone = read(junit([FAILED, OPEN, FINE, GONE]))
    assert [test[0].tag for test in (failed, skipped, passed, gone)] == ["failure", "skipped", "system-out", "failure"]
    assert failed[0].get("message") == "--fail-on slower: 10 MB, B against A: +17.2 %"
    assert (failed[0].text, passed[0].text) == ("B is slower.", "B and A are equivalent.")
    assert skipped[0].get("message") == OPEN.sentence
    assert [test.get("classname") for test in (failed, gone)] == ["ftpstats.verdict", "ftpstats.missing"]


def test_an_inconclusive_verdict_that_is_not_accepted_fails():
    (test,) = read(junit([replace(OPEN, matched=SLOWER)]))
    assert [part.tag for part in test] == ["failure"]


def test_nothing_compared_is_a_suite_without_tests():
    assert (read(junit([])), github([])) == ([], "")


@pytest.mark.parametrize("label", ['<b>&"', "]]>", "\x00\x1b[1m\n", "caf\udce9", "\ufffe", "日 'x'"])
def test_whatever_a_label_contains_the_document_is_well_formed(label):
    compared, said = replace(comparison(), label=label), "slower"
    matches = [VerdictMatch(replace(compared, verdict=said)), EmptyRunMatch(label, 1, 6, label)]
    found = cases([replace(compared, verdict=said)], ["a sentence"], matches)
    one, other = read(junit(found))
    assert one.get("name").endswith(" against Xen")
    assert other.get("name").startswith("run 1 of ")
    assert len(github(found).splitlines()) == 2


def test_a_comparison_that_matches_several_gates_fails_once_for_each():
    c = comparison(verdict="slower", slower_by_margin_p_adjusted=0.01, not_slower_p=0.99)
    said = cases([c], ["B is slower."], [VerdictMatch(c), SlowerByMargin(c), NotShown(c)])
    assert [(one.verdict, one.matched.gate) for one in said] == [
        ("slower", "slower"), (None, "slower-by-margin"), (None, "not-slower")
    ]  # fmt: skip
    (alone,) = cases([c], ["B is slower."], [NotShown(c)])
    assert (alone.verdict, alone.sentence, alone.matched.gate) == ("slower", "B is slower.", "not-slower")
    read(junit(said))


def test_only_the_comparison_that_matched_fails():
    slower, other = replace(comparison(), verdict="slower"), replace(comparison(), bytes=1, verdict="slower")
    outcomes = Outcomes("VMware", 10, 5, 0, 5, 0, None)
    rate = FailureRate(1, "download", outcomes, 0.05)
    found = cases([slower, other], ["one", "other"], [VerdictMatch(slower), rate])
    assert [(case.verdict, case.matched.gate if case.matched else None) for case in found] == [
        ("slower", "slower"), ("slower", None), (None, "max-failure-rate"),
    ]  # fmt: skip
