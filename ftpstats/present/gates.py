"""The matches of gates in words, with the number behind each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.analysis.matches import (
    EmptyRunMatch,
    FailureRate,
    Missing,
    MoreFailures,
    NotShown,
    OfComparison,
    SlowerByMargin,
    UnpairedLog,
    UnpairedRun,
    VerdictMatch,
)
from ftpstats.present.tables import margin_text, p_equals, percent_text, shown_label, shown_text
from ftpstats.present.verdicts import percent_interval
from ftpstats.units import format_count, format_kind, format_seconds, significant

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.matches import Match
    from ftpstats.analysis.outcomes import Outcomes

__all__ = ["Said", "comparison_subject", "match_line", "match_said"]


@dataclass(frozen=True, slots=True)
class Said:
    """
    A match in words.

    Attributes
    ----------
    option : str
        Of the gate, as on the command line.
    subject : str
        What it is about, without numbers: the same in every comparison of the same labels.
    text : str
        What matched, with the number behind it.
    """

    option: str
    subject: str
    text: str

    @property
    def gate(self) -> str:
        """The name of the gate: a verdict, slower-by-margin, failures, missing, not-slower or max-failure-rate."""
        option, value = self.option.split(" ")
        return value if option in {"--fail-on", "--require"} else option.removeprefix("--")


def match_line(match: Match) -> str:
    """Return the option of the gate, what matched it, and the number behind it."""
    said = match_said(match)
    return f"{said.option}: {said.text}"


def match_said(match: Match) -> Said:
    """Return a match in words."""
    match match:
        case VerdictMatch() | SlowerByMargin() | NotShown():
            option, text = _of_comparison(match)
            subject = comparison_subject(match.comparison)
            return Said(option, subject, f"{subject}: {_difference(match.comparison)}{text}")
        case MoreFailures():
            kind, reference = format_kind(match.bytes, match.direction), match.reference
            ours = f"{shown_label(match.other.label)}: {_failed(match.other)}"
            theirs = f"{shown_label(reference.label)} {reference.failed} of {reference.attempts}"
            text = f"{kind}, {ours}, {theirs} ({p_equals(match.p)})"
            return Said("--fail-on failures", _subject(match, match.other.label), text)
        case FailureRate():
            share = f"{significant(100 * match.outcomes.failed / match.outcomes.attempts, 3)} %"
            where = _subject(match, match.outcomes.label)
            option = f"--max-failure-rate {100 * match.limit:.4g}%"
            return Said(option, where, f"{where}: {share}, {_failed(match.outcomes)}")
        case Missing():
            label = match.outcomes.label
            subject = shown_label(label) if match.is_all else _subject(match, label)
            return Said("--fail-on missing", subject, _missing(match))
        case EmptyRunMatch():
            none = f"none of its {format_count(match.attempts, 'transfer')} completed{_reason(match.reason)}"
            run = f"run {match.run} of {shown_label(match.label)}"
            return Said("--fail-on missing", run, f"{run}: {none}")
        case UnpairedRun() | UnpairedLog():
            return _unpaired(match)


def _unpaired(match: UnpairedRun | UnpairedLog) -> Said:
    kind, label = format_kind(match.bytes, match.direction), shown_label(match.label)
    match match:
        case UnpairedRun():
            what, lacks = f"run {match.run} of {label}", f" has no matching run of {shown_label(match.partner)}"
        case UnpairedLog():
            what, lacks = f"{shown_text(match.log)} holds {label}", f" and no {shown_label(match.partner)}"
    return Said("--fail-on missing", f"{kind}, {what}", f"{kind}: {what}{lacks}")


def comparison_subject(c: Comparison) -> str:
    """Return what is compared, and with what."""
    return f"{format_kind(c.bytes, c.direction)}, {shown_label(c.label)} against {shown_label(c.reference)}"


def _subject(match: MoreFailures | FailureRate | Missing, label: str | None) -> str:
    return f"{format_kind(match.bytes, match.direction)}, {shown_label(label)}"


def _of_comparison(match: OfComparison) -> tuple[str, str]:
    """Return the option, and what of the comparison matched it."""
    c = match.comparison
    match match:
        case SlowerByMargin():
            p = p_equals(c.slower_by_margin_p_adjusted)
            return "--fail-on slower-by-margin", f", slower by more than {margin_text(c.margin)} ({p})"
        case NotShown():
            p = "a test is not possible" if c.not_slower_p is None else p_equals(c.not_slower_p)
            return "--require not-slower", f", not shown to be less than {margin_text(c.margin)} slower ({p})"
    p_value = c.equivalence_p_adjusted if c.verdict == "equivalent" else c.p_adjusted
    return f"--fail-on {c.verdict}", "" if p_value is None else f", {p_equals(p_value)}"


def _difference(c: Comparison) -> str:
    if c.percent is None:
        return format_seconds(c.difference, 3)
    return f"{percent_text(c.percent)} ({percent_interval(c)})"


def _failed(found: Outcomes) -> str:
    unsized = f", {found.unsized} of them of unknown size" if found.unsized else ""
    return f"{found.failed} of {found.attempts} failed{unsized}{_reason(found.reason)}"


def _missing(match: Missing) -> str:
    found = match.outcomes
    what = "" if match.is_all else f"{format_kind(match.bytes, match.direction)}: "
    if not found.attempts:
        return f"{what}{shown_label(found.label)} has no transfer"
    if found.untimed:
        counts = f"completed {found.untimed} of {found.attempts}, none with a valid time"
    else:
        counts = f"completed 0 of {found.attempts}"
    return f"{what}{shown_label(found.label)} {counts}{_reason(found.reason)}"


def _reason(reason: str | None) -> str:
    return "" if reason is None else f" ({shown_text(reason)})"
