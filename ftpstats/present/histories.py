"""Histories to a table, a row per level, with a line of bars and sentences: what changed, where, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from ftpstats.analysis.history import NEEDED
from ftpstats.present.tables import (
    MISSING,
    Columns,
    Table,
    grouped_table,
    kind_names,
    margin_text,
    margins_text,
    p_equals,
    percent_text,
    shown_label,
)
from ftpstats.present.textbars import bars
from ftpstats.present.verdicts import Terms, percent_range
from ftpstats.units import UNITS, format_count, format_kind, format_seconds, format_throughput, listed

if TYPE_CHECKING:
    from ftpstats.analysis.history import History
    from ftpstats.analysis.levels import Level
    from ftpstats.analysis.series import Point

__all__ = [
    "LOOKING", "Asked", "about_history", "change_line", "history_blocks", "history_sentences", "history_table",
    "point_names", "when_of",
]  # fmt: skip

# From `benchmarks/calibration.md`.
LOOKING = (
    "Repeating this as runs come in raises more false alarms: at 1 % each, up to 13 % of series without a change "
    "show one at some time if it is repeated after every run from 16 to 100, up to 4 % if after 16, 32, 64 and 100 "
    "runs only."
)
_NEEDS = (
    "Levels are not looked for: that takes {needed} {by}s at least, and about 60 to find changes of two standard "
    "deviations."
)
_DATE, _MINUTE, _SECOND = "%Y-%m-%d", "%H:%M", "%H:%M:%S"
_HALF_DAY, _A_MINUTE = 43_200.0, 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """What histories were asked for with: the terms of verdicts, the rate of false alarms, and the zone of times."""

    terms: Terms
    false_alarm_rate: float
    time_zone: str | None
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class _Row:
    """A level; or, where there are too few to look for levels, a point."""

    points: tuple[Point, ...]
    level: Level | None
    n: int
    mean: float
    throughput: float | None


# --- the table --------------------------------------------------------------------------------------------------------


def history_table(histories: Sequence[History], asked: Asked) -> Table:
    """
    Return a row per level, below the label and file size that it is of.

    Of an only history with too few points to look for levels, a row per point.

    Parameters
    ----------
    histories : sequence of History
    asked : Asked
    """
    rate = asked.terms.unit if UNITS[asked.terms.unit].is_throughput else "MiB/s"
    has_times = any(one.by == "run" and one.ordered_by == "time" for one in histories)
    groups = [
        (_heading(one, histories), _columns(one, asked, rate, has_times=has_times), _rows(one, histories))
        for one in histories
    ]
    by = "runs" if histories[0].by == "run" else "days"
    title = f"mean time of {by} by level, each against the level before, margin {margins_text(asked.terms.margin)}"
    return grouped_table(title, groups).leaving_out("when", "n", rate)


def _heading(one: History, histories: Sequence[History]) -> str:
    return f"{kind_names(histories)(one)}, {shown_label(one.label)}"


def _rows(one: History, histories: Sequence[History]) -> list[_Row]:
    if one.outcome == "too-few" and len(histories) == 1:
        only = one.levels[0]
        size = only.throughput and only.throughput * only.mean  # bytes, where they are known
        return [_Row((p,), None, p.n, p.mean, size / p.mean if size and p.mean else None) for p in one.points]
    return [
        _Row(one.points[level.first - 1 : level.last], level, level.n, level.mean, level.throughput)
        for level in one.levels
    ]


def _columns(one: History, asked: Asked, rate: str, *, has_times: bool) -> Columns[_Row]:
    heading, clock = "runs" if one.by == "run" else "days", _clock(one, asked.zone)
    when: Columns[_Row] = (("when", False, lambda row: _when(row.points, clock, asked.zone)),) if has_times else ()
    return (
        (heading, False, lambda row: f"  {_span_of(row)}"),
        *when,
        ("n", True, lambda row: str(row.n)),
        ("mean", True, lambda row: format_seconds(row.mean)),
        (rate, True, lambda row: format_throughput(row.throughput, rate)),
        ("difference", True, lambda row: _difference(row.level)),
        (f"{asked.terms.level} interval", False, lambda row: _interval(row.level)),
        ("verdict", False, lambda row: (row.level and row.level.verdict) or ""),
    )


def _span_of(row: _Row) -> str:
    first, last = row.points[0].name, row.points[-1].name
    if first == last:
        return first
    return f"{first}–{last}" if first.isdecimal() else _shortened(first, last)


def _difference(level: Level | None) -> str:
    if level is None or level.difference is None:
        return ""
    return percent_text(level.percent) if level.percent is not None else format_seconds(level.difference, 3)


def _interval(level: Level | None) -> str:
    if level is None or level.difference is None:
        return ""
    return MISSING if level.difference_low is None else percent_range(level.percent_low, level.percent_high)


# --- times ------------------------------------------------------------------------------------------------------------


def _clock(one: History, zone: tzinfo | None) -> str:
    """Return how the times of a history are written: dates; of some days, minutes; within a day, minutes alone."""
    began = [point.began for point in one.points if point.began is not None]
    if began and _time(min(began), zone, _DATE) == _time(max(began), zone, _DATE):
        return _MINUTE if max(began) - min(began) >= len(began) * _A_MINUTE else _SECOND
    return _DATE if not began or max(began) - min(began) >= len(began) * _HALF_DAY else f"{_DATE} {_MINUTE}"


def when_of(one: History, zone: tzinfo | None) -> str:
    """Return when the first and the last point of a history began, with the date; nothing where that is unknown."""
    clock = _clock(one, zone)
    return _when(one.points, clock if _DATE in clock else f"{_DATE} {_MINUTE}", zone)


def _when(points: Sequence[Point], clock: str, zone: tzinfo | None) -> str:
    """Return when the first and the last of some points began; nothing where that is unknown."""
    began = [point.began for point in (points[0], points[-1])]
    texts = ["" if one is None else _time(one, zone, clock) for one in began]
    return _shortened(*texts) if all(texts) else ""


def _time(began: float, zone: tzinfo | None, clock: str) -> str:
    return datetime.fromtimestamp(began, UTC).astimezone(zone).strftime(clock)


def _shortened(first: str, last: str) -> str:
    """Return both times, the second without what it has in common with the first: the year, or the date."""
    if first == last:
        return first
    for common in (last[: len("2026-11-30 ")], last[: len("2026-")]):
        if first.startswith(common) and common[-1] in " -":
            return f"{first} to {last.removeprefix(common)}"
    return f"{first} to {last}"


# --- bars and sentences -----------------------------------------------------------------------------------------------


def history_blocks(histories: Sequence[History], asked: Asked) -> list[str]:
    """Return, for a terminal, what each history says: a sentence, bars of its points, and a line per change."""
    short = [one for one in histories if one.outcome == "too-few"]
    shown = histories if len(histories) == 1 else [one for one in histories if one not in short]
    blocks = ["\n".join([_about(one, asked), _bars(one), *_found(one, asked)]) for one in shown]
    return blocks if shown is histories or not short else [*blocks, "\n".join(_too_short(short))]


def history_sentences(histories: Sequence[History], asked: Asked) -> list[str]:
    """Return the same as sentences that stand alone, without bars; the last is about looking repeatedly."""
    short = [one for one in histories if one.outcome == "too-few"]
    if len(histories) == 1:
        found = [_about(histories[0], asked), *(line.strip() for line in _found(histories[0], asked))]
    else:
        long = [one for one in histories if one not in short]
        told = [(one, line.strip()) for one in long for line in _found(one, asked)]
        found = [_about(one, asked) for one in long] + [f"{about_history(one)}: {line}" for one, line in told]
        found += _too_short(short) if short else []
    return found if len(short) == len(histories) else [*found, LOOKING]


def about_history(one: History) -> str:
    """Return which files and label a history is of."""
    return f"{format_kind(one.bytes, one.direction)}, {shown_label(one.label)}"


def _about(one: History, asked: Asked) -> str:
    """Return how many points there are, and when."""
    points, when = format_count(len(one.points), one.by), when_of(one, asked.zone)
    if one.by == "day":
        when += f", in {asked.time_zone or 'this machine’s time zone'}"
    order = when or ("in the order of their numbers, as times are unknown" if len(one.points) > 1 else "")
    return f"{about_history(one)}: {points}{order and ', '}{order}."


def _bars(one: History) -> str:
    means = [point.mean for point in one.points]
    what = "run means" if one.by == "run" else "means of days"
    low, high = format_seconds(min(means)), format_seconds(max(means))
    drawn = bars(means, [level.first - 1 for level in one.levels[1:]])
    return f"  {what}, {low} to {high}:\n  {drawn}" if low != high else f"  {what}: all {low}"


def _too_short(short: Sequence[History]) -> list[str]:
    names = [f"{about_history(one)} ({len(one.points)})" for one in short]
    return [f"{_NEEDS.format(needed=NEEDED, by=short[0].by)} There are fewer of {listed(names, 12, '; ')}."]


def _found(one: History, asked: Asked) -> list[str]:
    """Return what was found, a line each, indented."""
    if one.outcome == "too-few":
        return [f"  {_NEEDS.format(needed=NEEDED, by=one.by)}"]
    if one.outcome == "none":
        return [f"  No change of level was found, at a rate of false alarms of {100 * asked.false_alarm_rate:.4g} %."]
    if one.drift is not None:
        way, slope = ("rise" if one.drift.slope > 0 else "fall"), abs(one.drift.slope)
        total = format_seconds(slope * (len(one.points) - 1), 3)
        each = f"by {format_seconds(slope, 3)} per {one.by}, {total} in all"
        return [f"  Drift: times {way} steadily, {each} ({p_equals(one.drift.p)}); no levels describe them better."]
    return [_change(one, level, asked) for level in one.levels[1:]]


def _change(one: History, level: Level, asked: Asked) -> str:
    """Return one change: where, with its interval, and what `compare` says of it."""
    after = one.points[level.first - 2]
    low, high = (one.points[(place or level.first - 1) - 1] for place in (level.change_low, level.change_high))
    names = f"{low.name} to {high.name}" if low != high else low.name
    when = _when((low, high), _clock(one, asked.zone), asked.zone) if one.by == "run" else ""
    place = f"{point_names(after, one.by)} (95 %: {'; '.join(filter(None, [names, when]))})"
    way, moved = ("more" if (level.difference or 0) > 0 else "less"), format_seconds(abs(level.difference or 0), 3)
    return f"  After {place}: {moved} {way}, {_in_per_cent(level)}: {_word(level, asked)}."


def _in_per_cent(level: Level) -> str:
    """Return the difference, with its interval where it has one."""
    return _difference(level) + ("" if level.difference_low is None else f" ({_interval(level)})")


def point_names(point: Point, by: str) -> str:
    """Return what a point is called in a sentence."""
    return f"run {point.name}" if by == "run" else point.name


def _word(level: Level, asked: Asked) -> str:
    margin = margin_text(asked.terms.margin.of(level.bytes))
    if level.verdict == "equivalent":
        return f"equivalent within {margin}"
    if level.verdict == "inconclusive":
        return f"inconclusive at a margin of {margin}"
    return str(level.verdict)


def change_line(one: History) -> str:
    """Return what matched the gate ``change``, with the number behind it."""
    level = one.newest
    after = point_names(one.points[level.first - 2], one.by)
    p = "" if level.p_adjusted is None else f", {p_equals(level.p_adjusted)}"
    return f"--fail-on change: {about_history(one)}: after {after} {_in_per_cent(level)}{p}"
