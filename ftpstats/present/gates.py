"""The matches of gates, in one line each, with the number behind each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftpstats.analysis.gates import EmptyRunMatch, FailureRate, Missing, MoreFailures, UnpairedRun, VerdictMatch
from ftpstats.present.tables import p_equals, percent_text, shown_label, shown_text
from ftpstats.present.verdicts import percent_interval
from ftpstats.units import format_count, format_kind, format_seconds, significant

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.gates import Match
    from ftpstats.analysis.outcomes import Outcomes

__all__ = ["match_line"]


def match_line(matched: Match) -> str:
    """Return the option of the gate, what matched it, and the number behind it."""
    match matched:
        case VerdictMatch():
            return f"--fail-on {matched.comparison.verdict}: {_verdict(matched.comparison)}"
        case MoreFailures():
            kind, reference = format_kind(matched.bytes, matched.direction), matched.reference
            ours = f"{shown_label(matched.other.label)}: {_failed(matched.other)}"
            theirs = f"{shown_label(reference.label)} {reference.failed} of {reference.attempts}"
            return f"--fail-on failures: {kind}, {ours}, {theirs} ({p_equals(matched.p)})"
        case FailureRate():
            share = f"{significant(100 * matched.outcomes.failed / matched.outcomes.attempts, 3)} %"
            where = f"{format_kind(matched.bytes, matched.direction)}, {shown_label(matched.outcomes.label)}"
            return f"--max-failure-rate {100 * matched.limit:.4g}%: {where}: {share}, {_failed(matched.outcomes)}"
        case Missing():
            return f"--fail-on missing: {_missing(matched)}"
        case EmptyRunMatch():
            none = f"none of its {format_count(matched.attempts, 'transfer')} completed{_reason(matched.reason)}"
            return f"--fail-on missing: run {matched.run} of {shown_label(matched.label)}: {none}"
        case UnpairedRun():
            kind = format_kind(matched.bytes, matched.direction)
            run, partner = f"run {matched.run} of {shown_label(matched.label)}", shown_label(matched.partner)
            return f"--fail-on missing: {kind}: {run} has no matching run of {partner}"


def _verdict(c: Comparison) -> str:
    about = f"{format_kind(c.bytes, c.direction)}, {shown_label(c.label)} against {shown_label(c.reference)}"
    p = c.equivalence_p_adjusted if c.verdict == "equivalent" else c.p_adjusted
    return f"{about}: {_difference(c)}" + ("" if p is None else f", {p_equals(p)}")


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
