"""Comparisons and gates for services that build software: annotations of GitHub Actions, and JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ftpstats.analysis.matches import OfComparison
from ftpstats.present.gates import Said, comparison_subject, match_said

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.matches import Match

__all__ = ["Case", "cases", "github", "junit"]


@dataclass(frozen=True, slots=True)
class Case:
    """
    A comparison, or what else matched a gate.

    Attributes
    ----------
    subject : str
        What it is about.
    verdict : str or None
        None where nothing was compared.
    sentence : str
        What was found.
    matched : Said or None
        The gate that it matched.
    """

    subject: str
    verdict: str | None
    sentence: str
    matched: Said | None


def cases(comparisons: Sequence[Comparison], sentences: Sequence[str], matches: Sequence[Match]) -> tuple[Case, ...]:
    """
    Return a case per comparison, then one per match that is about none, or the second about one.

    Parameters
    ----------
    comparisons : sequence of Comparison
    sentences : sequence of str
        One per comparison at least, in the same order.
    matches : sequence of Match
    """
    of_comparisons: dict[str, Said] = {}
    others: list[Said] = []
    for match, said in ((match, match_said(match)) for match in matches):
        if isinstance(match, OfComparison) and said.subject not in of_comparisons:
            of_comparisons[said.subject] = said
        else:
            others.append(said)
    compared = [
        Case(subject := comparison_subject(c), c.verdict, sentence, of_comparisons.get(subject))
        for c, sentence in zip(comparisons, sentences, strict=False)
    ]
    return (*compared, *(Case(said.subject, None, said.text, said) for said in others))


# --- GitHub Actions ---------------------------------------------------------------------------------------------------

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def github(found: Sequence[Case]) -> str:
    """Return a workflow command per case: an error where a gate matched, else a notice."""
    return "".join(map(_command, found))


def _command(case: Case) -> str:
    if case.matched:
        level, title, text = "error", case.matched.option, case.matched.text
    else:
        level, title, text = "notice", f"{case.verdict}: {case.subject}", case.sentence
    return f"::{level} title={title.translate(_PROPERTY)}::{text.translate(_MESSAGE)}\n"


# --- JUnit ------------------------------------------------------------------------------------------------------------


def junit(found: Sequence[Case]) -> str:
    """Return JUnit XML: a failure where a gate matched, else skipped where the verdict is inconclusive."""
    failures = sum(case.matched is not None for case in found)
    skipped = sum(_is_skipped(case) for case in found)
    counts = {"tests": len(found), "failures": failures, "errors": 0, "skipped": skipped, "time": 0}
    attributes = {"name": "ftpstats compare", **{name: str(count) for name, count in counts.items()}}
    suite = ElementTree.Element("testsuite", attributes)
    suite.extend(map(_testcase, found))
    ElementTree.indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suite, encoding="unicode")}\n'


def _is_skipped(case: Case) -> bool:
    return case.matched is None and case.verdict == "inconclusive"


def _testcase(case: Case) -> ElementTree.Element:
    # Two gates may match one label: a test is known by class and name.
    kind = case.matched.gate if case.matched and case.verdict is None else "verdict"
    test = ElementTree.Element("testcase", {"classname": f"ftpstats.{kind}", "name": case.subject, "time": "0"})
    if case.matched:
        said = case.matched
        failure = {"type": said.option, "message": f"{said.option}: {said.text}"}
        ElementTree.SubElement(test, "failure", failure).text = case.sentence
    elif _is_skipped(case):
        ElementTree.SubElement(test, "skipped", {"message": case.sentence})
    else:
        ElementTree.SubElement(test, "system-out").text = case.sentence
    return test
