"""Throughput of groups of transfers to a table, a row per group under each label, with sentences and footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftpstats.analysis.rates import HIDDEN, Throughput
from ftpstats.present.tables import MISSING, Columns, Table, columns_table, grouped_table, shown_label, shown_text
from ftpstats.present.texthistogram import Histograms
from ftpstats.units import UNITS, fixed, format_count, significant, size_text

if TYPE_CHECKING:
    from ftpstats.analysis.rates import RateBin
    from ftpstats.analysis.warnings import Warning

__all__ = [
    "Asked",
    "Labelled",
    "group_name",
    "labelled",
    "range_text",
    "throughput_sentences",
    "throughput_table",
]

_MOST = 20  # peers of a label in a table
_ALIKE = 1.1  # times as large as the lower end: an interval that is no wider is shown as one number
_SMALLEST = 0.001  # of a unit of rates: what is below is not worth its digits
_SEEN = 0.1  # of rates that are hidden: with more, a histogram would be one of the slow transfers
_TITLES = {
    "hour": "hour of the day", "day": "day", "peer": "peer, largest first", "size-class": "size",
    "direction": "direction", "client": "client", "label": "label",
}  # fmt: skip
_ABOUT = "aggregate: all bytes per second of wall time; at once: the most transfers at one time"
_HEADINGS = {"size-class": "size"}
_DURATIONS = ((2 * 86_400.0, 86_400.0, "days"), (7200.0, 3600.0, "h"), (120.0, 60.0, "min"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What groups have in common, the unit of rates, and the time zone of hours and days: None is this machine's."""

    by: str
    unit: str
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """The warnings about a label, for footnotes, which are about files elsewhere."""

    label: str | None
    warnings: tuple[Warning, ...]
    bytes: None = None
    direction: None = None


def labelled(labels: Sequence[Throughput]) -> list[Labelled]:
    """Return the warnings of each label, once for all of its groups."""
    return [Labelled(one.label, one.warnings) for one in labels]


# --- the table --------------------------------------------------------------------------------------------------------


def throughput_table(groups: Sequence[Throughput], asked: Asked) -> Table:
    """
    Return one row per group, below the label that it is of.

    Parameters
    ----------
    groups : sequence of Throughput
        By label. Of more than 20 peers of a label, the table sums up the last.
    asked : Asked
    """
    columns = _columns(asked)
    title = f"rates of single transfers in {asked.unit}, by {_by(asked)}\n{_ABOUT}"
    if asked.by == "label":
        rows: list[Throughput | None] = list(groups)
        table = columns_table(title, columns, groups)
    else:
        parts = [
            _fewer([one for one in groups if one.label == label]) for label in dict.fromkeys(g.label for g in groups)
        ]
        rows = [row for part in parts for row in (None, *part)]
        table = grouped_table(title, [(shown_label(part[0].label), columns, part) for part in parts])
    table = table.leaving_out("bytes", "at once", "aggregate")
    before = table.columns.index("p10")
    return replace(table, make_plot=lambda: _histograms(rows, before, asked.unit), has_plot_last=True)


def _by(asked: Asked) -> str:
    zone = asked.time_zone or "this machine's time zone"
    return _TITLES[asked.by] + (f" ({zone})" if asked.by in {"hour", "day"} else "")


def _columns(asked: Asked) -> Columns[Throughput]:
    scale = UNITS[asked.unit].bytes_per_second or 1.0
    indent = "" if asked.by == "label" else "  "
    return (
        (_HEADINGS.get(asked.by, asked.by), False, lambda one: indent + group_name(one)),
        ("n", True, lambda one: str(one.transfers)),
        ("failed", True, lambda one: f"{fixed(100 * one.incomplete, 1)} %"),
        ("bytes", True, lambda one: size_text(one.bytes)),
        ("p10", True, lambda one: _quantile(one, one.p10_low, one.p10_high, scale)),
        ("median", True, lambda one: _quantile(one, one.median_low, one.median_high, scale)),
        ("p90", True, lambda one: _quantile(one, one.p90_low, one.p90_high, scale)),
        ("aggregate", True, lambda one: _rate(one.aggregate, scale)),
        ("at once", True, _peak),
    )


def _fewer(groups: Sequence[Throughput]) -> list[Throughput]:
    """Return the groups of a label as the table has them: of many peers, the last as one row without rates."""
    if groups[0].by != "peer" or len(groups) <= _MOST + 1:
        return list(groups)
    kept, others = groups[:_MOST], groups[_MOST:]
    rates = [one.aggregate for one in others]
    known = [rate for rate in rates if rate is not None]
    failed, partial, transfers = (
        sum(getattr(one, name) for one in others) for name in ("failed", "partial", "transfers")
    )
    summed = replace(
        others[0],
        group=f"others ({len(others)})",
        transfers=transfers,
        failed=failed,
        partial=partial,
        incomplete=(failed + partial) / transfers,
        bytes=sum(one.bytes for one in others),
        rated=0,
        aggregate=sum(known) if len(known) == len(rates) else None,
        peak_low=None,
        histogram=(),
    )
    return [*kept, summed]


def group_name(one: Throughput) -> str:
    """Return the name of a group as tables and figures write it: 1–10 MB for 1 MB to 10 MB."""
    if one.by == "label":
        return shown_label(one.label)
    if one.group is None:
        return "unknown"
    low, _, high = one.group.partition(" to ")
    if one.by == "size-class" and high:
        return f"{low.removesuffix(high[-3:])}–{high}"
    return shown_text(one.group)


def _rate(value: float | None, scale: float, digits: int = 3) -> str:
    if value is None:
        return MISSING
    return f"< {_SMALLEST:g}" if 0 < value / scale < _SMALLEST else significant(value / scale, digits)


def _quantile(one: Throughput, low: float | None, high: float | None, scale: float) -> str:
    return range_text(low, high, scale) if one.rated else ""


def range_text(low: float | None, high: float | None, scale: float) -> str:
    """Return an interval: one number where its ends are alike, a dash where they say little."""
    if low is None or high is None or high > HIDDEN * low:
        return MISSING
    if high <= _ALIKE * low:
        return _rate((low + high) / 2, scale, 3 if high < 1.01 * low else 2)
    return (
        _rate(high, scale)
        if high / scale < _SMALLEST
        else f"{significant(low / scale, 2)}–{significant(high / scale, 2)}"
    )


def _peak(one: Throughput) -> str:
    if one.peak_low is None or one.peak_high is None:
        return "" if one.group and one.group.startswith("others (") else MISSING
    return str(one.peak_low) if one.peak_low == one.peak_high else f"{one.peak_low}–{one.peak_high}"


def _histograms(rows: Sequence[Throughput | None], before: int, unit: str) -> Histograms:
    shown: list[tuple[RateBin, ...] | None] = [
        None if one is None else one.histogram if one.hidden <= _SEEN * one.rated else () for one in rows
    ]
    return Histograms(tuple(shown), before, UNITS[unit].bytes_per_second or 1.0, unit)


# --- sentences --------------------------------------------------------------------------------------------------------


def throughput_sentences(labels: Sequence[Throughput], unit: str) -> list[str]:
    """Return one sentence per label: how many transfers, how much in which time, and how many at once."""
    return [_sentence(one, unit) for one in labels]


def _sentence(one: Throughput, unit: str) -> str:
    unfinished = one.partial + one.failed
    counts = format_count(one.transfers, "transfer") + (f", {unfinished} not completed" if unfinished else "")
    moved = f"{size_text(one.bytes)} in {_duration(one.wall)}" if one.wall else size_text(one.bytes)
    scale = UNITS[unit].bytes_per_second or 1.0
    rate = f" ({_rate(one.aggregate, scale)} {unit})" if one.aggregate is not None else ""
    most = "" if one.peak_low is None else f"; {_peak(one)} at once at most"
    return f"{shown_label(one.label)}: {counts}; {moved}{rate}{most}."


def _duration(seconds: float) -> str:
    """Return a duration as a log is described."""
    for least, scale, name in _DURATIONS:
        if seconds >= least:
            return f"{significant(seconds / scale, 2)} {name}"
    return f"{significant(seconds, 2)} s"
