"""What trips a gate, in one line each, with the number that tripped it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftpstats.analysis.gates import EmptyRunTrip, FailureRate, Missing, MoreFailures, UnpairedRun, VerdictTrip
from ftpstats.present.comparisons import percent_interval
from ftpstats.present.tables import p_equals, shown_label, shown_text
from ftpstats.units import format_count, format_kind, format_seconds

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.gates import Trip
    from ftpstats.analysis.outcomes import Outcomes

__all__ = ["trip_line"]


def trip_line(trip: Trip) -> str:
    """Return the option that asked for the gate, what tripped it, and by how much."""
    match trip:
        case VerdictTrip():
            return f"--fail-on {trip.comparison.verdict}: {_verdict(trip.comparison)}"
        case MoreFailures():
            kind, reference = format_kind(trip.bytes, trip.direction), trip.reference
            ours = f"{shown_label(trip.other.label)}: {_failed(trip.other)}"
            theirs = f"{shown_label(reference.label)} {reference.failed} of {reference.attempts}"
            return f"--fail-on failures: {kind}, {ours}, {theirs} ({p_equals(trip.p)})"
        case FailureRate():
            share = f"{100 * trip.outcomes.failed / trip.outcomes.attempts:.3g} %"
            where = f"{format_kind(trip.bytes, trip.direction)}, {shown_label(trip.outcomes.label)}"
            return f"--max-failure-rate {100 * trip.limit:.4g}%: {where}: {share}, {_failed(trip.outcomes)}"
        case Missing():
            return f"--fail-on missing: {_missing(trip)}"
        case EmptyRunTrip():
            none = f"none of its {format_count(trip.attempts, 'transfer')} completed{_reason(trip.reason)}"
            return f"--fail-on missing: run {trip.run} of {shown_label(trip.label)}: {none}"
        case UnpairedRun():
            kind = format_kind(trip.bytes, trip.direction)
            unpaired = f"run {trip.run} of {shown_label(trip.label)} has no partner among {shown_label(trip.partner)}'s"
            return f"--fail-on missing: {kind}: {unpaired}"


def _verdict(c: Comparison) -> str:
    about = f"{format_kind(c.bytes, c.direction)}, {shown_label(c.label)} against {shown_label(c.reference)}"
    p = c.equivalence_p_adjusted if c.verdict == "equivalent" else c.p_adjusted
    return f"{about}: {_difference(c)}" + ("" if p is None else f", {p_equals(p)}")


def _difference(c: Comparison) -> str:
    if c.percent is None:
        return format_seconds(c.difference, 3)
    return f"{c.percent:+.1f} % ({percent_interval(c)})"


def _failed(found: Outcomes) -> str:
    unsized = f", {found.unsized} of them of unknown size" if found.unsized else ""
    return f"{found.failed} of {found.attempts} failed{unsized}{_reason(found.reason)}"


def _missing(trip: Missing) -> str:
    found = trip.outcomes
    what = "" if trip.is_all else f"{format_kind(trip.bytes, trip.direction)}: "
    if not found.attempts:
        return f"{what}{shown_label(found.label)} has no transfer"
    if found.untimed:
        counts = f"completed {found.untimed} of {found.attempts}, none with a usable time"
    else:
        counts = f"completed 0 of {found.attempts}"
    return f"{what}{shown_label(found.label)} {counts}{_reason(found.reason)}"


def _reason(reason: str | None) -> str:
    return "" if reason is None else f" ({shown_text(reason)})"
