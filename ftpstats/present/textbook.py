"""What `--all-tests` and `--aa` show, as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from ftpstats.present.tables import MISSING, Columns, Table, columns_table, grouped_table, number, p_text, shown_label
from ftpstats.units import format_count, format_kind, seconds_unit

if TYPE_CHECKING:
    from ftpstats.analysis.aa import SelfComparison
    from ftpstats.analysis.textbook import TextbookTest

__all__ = ["self_table", "textbook_table"]

_DIGITS = 3  # of an effect


def textbook_table(found: Sequence[TextbookTest], confidence: float) -> Table:
    """
    Return one row per test, by size and direction, then by what a small p speaks against.

    Parameters
    ----------
    found : sequence of TextbookTest
        One at least, those of one size and direction together.
    confidence : float
        Of their intervals.
    """
    columns: list[tuple[str, bool, Callable[[TextbookTest | str], str]]] = [
        ("test", False, lambda row: f" {row}" if isinstance(row, str) else f"  {_name(row)}"),
        ("of", False, _of_test(_labels)),
        ("statistic", True, _of_test(lambda t: number(t.statistic))),
        ("df", True, _of_test(lambda t: ", ".join(f"{df:.4g}" for df in t.df))),
        ("p", True, _of_test(lambda t: p_text(t.p))),
    ]
    if any(map(_effect, found)):
        columns.append((f"effect, {100 * confidence:.4g} % interval", False, _of_test(_effect)))
    groups = [
        (format_kind(*kind), columns, _by_question(list(tests)))
        for kind, tests in groupby(found, lambda test: (test.bytes, test.direction))
    ]
    about = "a small p contradicts the line above; all assume independent transfers, and no verdict uses them"
    return grouped_table(f"all tests; {about}", groups)


def _of_test(cell: Callable[[TextbookTest], str]) -> Callable[[TextbookTest | str], str]:
    return lambda row: "" if isinstance(row, str) else cell(row)


def _by_question(tests: Sequence[TextbookTest]) -> list[TextbookTest | str]:
    """Return the tests below the questions that they answer, in the order in which these first come up."""
    rows: list[TextbookTest | str] = []
    for question in dict.fromkeys(test.question for test in tests):
        rows += [question, *(test for test in tests if test.question == question)]
    return rows


def _name(test: TextbookTest) -> str:
    return test.test if test.adjusted_for == 1 else f"{test.test}, {format_count(test.adjusted_for, 'pair')}"


def _labels(test: TextbookTest) -> str:
    if len(test.labels) > 2:
        return f"all {len(test.labels)}"
    return ", ".join(shown_label(label) for label in test.labels)


def _effect(test: TextbookTest) -> str:
    if test.coarse:
        return "the printed resolution is too coarse"
    if test.estimate is None or test.effect is None:
        return ""
    scale, unit = seconds_unit(test.estimate) if test.unit == "s" else (1.0, "")
    estimate, low, high = (number(value, scale, _DIGITS) for value in (test.estimate, test.low, test.high))
    # A test may be named like its effect, and a number with a unit beside a test of means is their difference.
    name = "" if test.effect in {"difference", test.test} else test.effect
    ends = "" if test.low is None else f"({low} to {high})"
    return " ".join(part for part in (name, estimate, unit, ends) if part)


def self_table(found: Sequence[SelfComparison], confidence: float) -> Table:
    """Return one row per label and size: how often its own runs would be called different."""
    columns: Columns[SelfComparison] = (
        ("file", False, lambda s: format_kind(s.bytes, s.direction)),
        ("label", False, lambda s: shown_label(s.label)),
        ("runs", True, lambda s: str(s.runs)),
        ("pairs of runs", True, lambda s: str(s.pairs)),
        ("significant", True, lambda s: str(s.different)),
        ("share", True, lambda s: MISSING if s.share is None else f"{100 * s.share:.0f} %"),
    )
    title = (
        f"A/A test: runs of each label compared with each other; {100 * (1 - confidence):.3g} % significant by chance"
    )
    return columns_table(title, columns, found)
