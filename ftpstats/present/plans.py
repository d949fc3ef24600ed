"""Plans for lines and for histories to tables, and to one sentence each: what makes a line precise, or shows a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftpstats.present.sample_sizes import duration_text, seconds_text
from ftpstats.present.tables import (
    MISSING,
    Columns,
    Table,
    grouped_table,
    kind_names,
    margin_text,
    mean_text,
    percent_text,
    shown_label,
)
from ftpstats.units import UNITS, format_count, format_kind, format_seconds

if TYPE_CHECKING:
    from ftpstats.analysis.history_size import HistorySize, Shown, StepAim
    from ftpstats.analysis.scaling_size import LinePrecision, ScalingSize

__all__ = [
    "history_size_sentences",
    "history_size_table",
    "looks_table",
    "scaling_size_sentences",
    "scaling_size_table",
]

_ANY = "any file"
_MOST_RUNS = 400  # of the simulated table


# --- lines ------------------------------------------------------------------------------------------------------------

_COUNTED = {
    "transfers": "transfers of each size",
    "mixed": "transfers of such sizes",
    "runs": "runs of all sizes",
    "logs": "logs with all sizes",
}
_WHY = {
    "no-line": "there is no line",
    "not-linear": "time is not linear in size",
    "no-spread": "these transfers have no spread that is known",
    "not-from-zero": "it may be 0, and a share of 0 is no margin; name a time, like --latency-margin 2ms",
    "not-growing": "time does not grow with size",
    "below-resolution": "the printed resolution hides more than the margin",
    "out-of-reach": "more than 10¹² would be needed",
}


def scaling_size_table(found: Sequence[ScalingSize], aim: LinePrecision, unit: str) -> Table:
    """Return by what is counted, a row per label: the precision wanted, and how many each estimate needs."""
    scale = UNITS[unit].bytes_per_second or 1.0
    columns: Columns[ScalingSize] = (
        ("label", False, lambda one: "  " + _label(one, found)),
        ("now", True, lambda one: f"{one.units:.0f}"),
        ("latency", True, lambda one: seconds_text(one.latency)),
        ("±", True, lambda one: seconds_text(one.latency_margin, 3)),
        ("needed", True, lambda one: _count(one.latency_needed)),
        (unit, True, lambda one: mean_text(one.throughput, one.throughput_margin, scale)),
        ("± ", True, lambda one: mean_text(one.throughput_margin, one.throughput_margin, scale)),
        ("needed ", True, lambda one: _count(one.throughput_needed)),
        ("duration", True, lambda one: MISSING if one.duration is None else duration_text(one.duration)),
    )
    units = dict.fromkeys(one.unit for one in found)
    groups = [(_COUNTED[each], columns, [one for one in found if one.unit == each]) for each in units]
    title = f"required for {100 * aim.confidence:g} % intervals no wider than ±; time = latency + size / throughput"
    return grouped_table(title, groups).leaving_out("now", "duration")


def scaling_size_sentences(found: Sequence[ScalingSize], aim: LinePrecision) -> list[str]:
    """Return a sentence per label: what to measure, and how precise that makes its line."""
    return [f"{_label(one, found)}: {_of_line(one, aim)}" for one in found]


def _label(one: ScalingSize, found: Sequence[ScalingSize]) -> str:
    several = len({each.direction for each in found}) > 1
    return shown_label(one.label) + (f" ({one.direction or 'direction unknown'})" if several else "")


def _of_line(one: ScalingSize, aim: LinePrecision) -> str:
    if one.needed is None and one.latency_unknown == one.throughput_unknown:
        return f"nothing to plan: {_WHY[one.throughput_unknown or 'no-line']}."
    wanted = (
        ("latency", one.latency_needed, one.latency_unknown, margin_text(aim.latency)),
        ("throughput", one.throughput_needed, one.throughput_unknown, f"{100 * aim.throughput:g} %"),
    )
    known = [f"{name} within ±{margin}" for name, needed, _, margin in wanted if needed is not None]
    left = "".join(f" Its {name} is not planned: {_WHY[why]}." for name, _, why, _ in wanted if why)
    if one.needed is None:
        return left.strip().replace("Its", "its", 1)
    counted = _COUNTED[one.unit].split(" ", 1)
    amount = f"{format_count(one.needed, counted[0][:-1])} {counted[1]}"
    return f"{amount} give {' and '.join(known)}, with a chance of {100 * aim.chance:.4g} %.{left}"


def _count(needed: int | None) -> str:
    return MISSING if needed is None else str(needed)


# --- histories --------------------------------------------------------------------------------------------------------


def history_size_table(found: Sequence[HistorySize]) -> Table:
    """Return by file size, a row per label: the spread of its runs, the step, and how many runs show it."""
    columns: Columns[HistorySize] = (
        ("label", False, lambda one: "  " + ("each" if one.runs is None else shown_label(one.label))),
        ("based on", True, lambda one: MISSING if one.runs is None else format_count(one.runs, "run")),
        ("mean", True, lambda one: seconds_text(one.mean)),
        ("sd of runs", True, lambda one: seconds_text(one.run_sd, 3)),
        ("correlation", True, lambda one: MISSING if one.lag1 is None else f"{one.lag1:.2f}".replace("-", "−")),
        ("step", True, lambda one: seconds_text(one.step, 3)),
        ("runs", True, _runs),
        ("duration", True, lambda one: MISSING if one.duration is None else duration_text(one.duration)),
    )
    groups = [(name, columns, alike) for name, alike in _by_kind(found)]
    return grouped_table("runs needed to find a step in their middle", groups).leaving_out("correlation", "duration")


def looks_table(found: Sequence[HistorySize]) -> Table | None:
    """Return what some numbers of runs show of each label; None where no spread is known."""
    several = len(found) > 1
    name = kind_names(found)
    groups = [(_heading(one, name, several=several), _looks(one.mean or 0.0), one.looks) for one in found if one.looks]
    return grouped_table("the smallest step that is found at so many runs", groups) if groups else None


def _looks(mean: float) -> Columns[Shown]:
    return (
        ("runs", False, lambda one: f"  {one.runs}"),
        ("step", True, lambda one: "none" if one.step is None else format_seconds(one.step, 3)),
        ("of the mean", True, lambda one: percent_text(100 * one.step / mean) if one.step and mean else MISSING),
    )


def _by_kind(found: Sequence[HistorySize]) -> list[tuple[str, list[HistorySize]]]:
    name = kind_names(found)
    groups: dict[str, list[HistorySize]] = {}
    for one in found:
        groups.setdefault(_ANY if one.bytes is None and one.runs is None else name(one), []).append(one)
    return list(groups.items())


def _heading(one: HistorySize, name: Callable[[HistorySize], str], *, several: bool) -> str:
    if one.runs is None:
        return _ANY
    return f"{name(one)}, {shown_label(one.label)}" if several else name(one)


def _runs(one: HistorySize) -> str:
    if one.runs_needed is not None:
        return str(one.runs_needed)
    return MISSING if one.run_sd is None else f"> {_MOST_RUNS}"


def history_size_sentences(found: Sequence[HistorySize], aim: StepAim) -> list[str]:
    """Return a sentence per label: how many runs show the step."""
    return [f"{_whose(one)}{_of_step(one, aim)}" for one in found]


def _whose(one: HistorySize) -> str:
    return "" if one.runs is None else f"{format_kind(one.bytes, one.direction)}, {shown_label(one.label)}: "


def _of_step(one: HistorySize, aim: StepAim) -> str:
    if one.run_sd is None:
        return f"unknown: a spread of run means takes 3 runs or more, not {one.runs}."
    margin = aim.step.of(one.bytes)
    deviations = f"{one.step / one.run_sd:.2g} standard deviations of runs" if one.run_sd else "these runs do not vary"
    seconds = f"{format_seconds(one.step, 3)}, " if margin.relative else ""
    step = f"a step of {margin_text(margin)} ({seconds}{deviations})"
    rate = f"at {100 * aim.false_alarm_rate:g} % false alarms"
    if one.runs_needed is None:
        return f"{_MOST_RUNS} runs do not show {step} with a power of {100 * aim.power:.4g} % {rate}."
    before, after = one.runs_needed // 2, -(-one.runs_needed // 2)
    length = (
        "" if one.transfers_per_run is None else f" of about {format_count(round(one.transfers_per_run), 'transfer')}"
    )
    is_assumed = one.lag1 is None and one.run_sd
    assumed = "" if not is_assumed else " The correlation of runs is assumed: the least favourable up to 0.5."
    return (
        f"{format_count(one.runs_needed, 'run')}{length}, {before} before and {after} after it, show {step}, with a "
        f"power of {100 * aim.power:.4g} % {rate}.{assumed}"
    )
