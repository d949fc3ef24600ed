"""Plans to a table, and to one sentence each: the number of transfers or runs, and their approximate duration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftpstats.analysis.throughput import throughput
from ftpstats.present.progress import format_duration
from ftpstats.present.tables import (
    MISSING,
    Columns,
    Side,
    Table,
    grouped_table,
    kind_names,
    margin_text,
    percent_text,
    shown_label,
)
from ftpstats.units import UNITS, format_count, format_kind, format_seconds, format_throughput

if TYPE_CHECKING:
    from ftpstats.analysis.designs import Aim, DesignSize
    from ftpstats.analysis.sample_size import SampleSize
    from ftpstats.analysis.simulation import Simulated

__all__ = [
    "STOPPING",
    "designs_table",
    "duration_text",
    "sample_size_sentences",
    "sample_size_table",
    "seconds_text",
    "simulation_table",
]

STOPPING = (
    "Fix the sample size beforehand and repeat the measurement: adding data to the same experiment until the result is "
    "significant (optional stopping) finds differences that do not exist."
)
_ANY = "any file"
_DAYS_FROM = 100 * 3600.0  # from this many seconds on, hours are hard to imagine
_DAY, _YEAR = 86400.0, 365.25 * 86400.0


def sample_size_table(plans: Sequence[SampleSize], aim: Aim, unit: str) -> Table:
    """Return by file size what each plan is computed from, a row per label, and what is needed of each label."""
    rate = unit if UNITS[unit].is_throughput else "MiB/s"
    columns: Columns[Side[SampleSize]] = (
        ("label", False, lambda row: "  " + _label(row)),
        ("based on", True, _from),
        ("mean", True, lambda row: seconds_text(row.pick(row.result.mean_reference, row.result.mean))),
        ("sd", True, lambda row: seconds_text(row.pick(row.result.sd_reference, row.result.sd), 3)),
        (rate, True, lambda row: _rate(row, rate)),
        (aim.goal if aim.goal == "difference" else "margin", True, _of_plan(lambda p: format_seconds(p.margin, 3))),
        ("transfers", True, _of_plan(lambda p: _needed(p, p.transfers_needed, "transfers"))),
        ("runs", True, _of_plan(lambda p: _needed(p, p.runs_needed, "runs"))),
        ("logs", True, _of_plan(lambda p: _needed(p, p.logs_needed, "logs"))),
        ("duration", True, _of_plan(lambda p: MISSING if p.duration is None else duration_text(p.duration))),
    )
    groups, name = _groups(plans), kind_names(plans)
    rows = [row for alike in groups for row in _rows(alike)]
    said = [column for column in columns if any(column[2](row) not in {MISSING, ""} for row in rows)]
    return grouped_table(
        "required sample size of each label",
        [(_ANY if alike[0].bytes is None else name(alike[0]), said, _rows(alike)) for alike in groups],
    ).leaving_out("based on", rate, "sd")


def _groups(plans: Sequence[SampleSize]) -> list[list[SampleSize]]:
    """Return the plans of one file size with one reference together."""
    found: dict[tuple[object, ...], list[SampleSize]] = {}
    for plan in plans:
        key = (plan.bytes, plan.direction, plan.reference, plan.mean_reference, plan.sd_reference, plan.n_reference)
        found.setdefault(key, []).append(plan)
    return list(found.values())


def _rows(alike: Sequence[SampleSize]) -> list[Side[SampleSize]]:
    """Return the reference, if there is one, and the labels below it."""
    reference = [Side(alike[0], is_reference=True)] if alike[0].n_reference else []
    return [*reference, *(Side(plan, is_reference=False) for plan in alike)]


def _of_plan(text: Callable[[SampleSize], str]) -> Callable[[Side[SampleSize]], str]:
    """Say it once, in the row of the label."""
    return lambda row: row.pick("", text(row.result))


def _label(row: Side[SampleSize]) -> str:
    return "each" if row.result.n is None else shown_label(row.pick(row.result.reference, row.result.label))


def _from(row: Side[SampleSize]) -> str:
    """Return the number of transfers that the plan is computed from, and of runs where there are several."""
    n, runs = row.pick((row.result.n_reference, row.result.runs_reference), (row.result.n, row.result.runs))
    if n is None:
        return MISSING
    return f"{n} in {format_count(runs, 'run')}" if runs is not None and runs > 1 else str(n)


def _rate(row: Side[SampleSize], unit: str) -> str:
    mean = row.pick(row.result.mean_reference, row.result.mean)
    return format_throughput(throughput(row.result.bytes, mean), unit)


def seconds_text(seconds: float | None, digits: int = 4) -> str:
    """Return a time as a cell; a dash where it is unknown."""
    return MISSING if seconds is None else format_seconds(seconds, digits)


def _needed(plan: SampleSize, count: int | None, unit: str) -> str:
    if count is not None:
        return str(count)
    return "> 10¹²" if _is_out_of_reach(plan, unit) else MISSING


def _is_out_of_reach(plan: SampleSize, unit: str) -> bool:
    return any(warning.code == f"{unit}-out-of-reach" for warning in plan.warnings)


def duration_text(seconds: float) -> str:
    """Return a duration; long ones in days or years."""
    if seconds >= _YEAR:
        return format_count(round(seconds / _YEAR), "year")
    return f"{seconds / _DAY:.0f} days" if seconds >= _DAYS_FROM else format_duration(seconds)


_WAYS = {
    "run": "one run of each",
    "alternation": "interleaved in one run",
    "duet": "at the same moment",
    "runs": "several runs of each",
    "rounds": "runs in rounds",
    "blocks": "logs that hold both",
    "logs": "logs of each",
}
_HOLDS_FOR = {"runs": "these runs", "session": "that session", "labels": "the platforms"}


def designs_table(plans: Sequence[SampleSize]) -> Table | None:
    """Return what each design would take, by file size; None where there is nothing to choose."""
    columns: Columns[DesignSize] = (
        ("measure", False, lambda one: f"  {_WAYS[one.design]}"),
        ("run length", True, lambda one: MISSING if one.unit == "transfers" else _or_missing(one.transfers_each)),
        ("needed", True, _needed_of_design),
        ("duration", True, lambda one: MISSING if one.duration is None else duration_text(one.duration)),
        ("verdict about", False, lambda one: _HOLDS_FOR[one.scope]),
    )
    heading = _headings(plans)
    groups = [(heading(plan), columns, plan.designs) for plan in plans if plan.designs]
    return grouped_table("what each design would take", groups) if groups else None


def _needed_of_design(one: DesignSize) -> str:
    unit = "pair" if one.design == "duet" else one.unit[:-1]
    return MISSING if one.needed is None else format_count(one.needed, unit)


def simulation_table(plans: Sequence[SampleSize]) -> Table | None:
    """Return how often each verdict would come, by file size and true difference; None where nothing was simulated."""
    shown, heading = [plan for plan in plans if plan.simulated], _headings(plans)
    groups = [(heading(plan), _shares(plan.mean_reference or plan.mean or 0.0), plan.simulated) for plan in shown]
    if not groups:
        return None
    counts = " to ".join(map(str, sorted({one.experiments for plan in shown for one in plan.simulated})))
    return grouped_table(f"how often each verdict would come, in {counts} simulated experiments of this size", groups)


def _shares(mean: float) -> Columns[Simulated]:
    def of_mean(one: Simulated) -> str:
        if not one.difference:
            return "  none"
        return f"  {percent_text(100 * one.difference / mean)}" if mean else f"  {seconds_text(one.difference, 3)}"

    return (
        ("true difference", False, of_mean),
        ("equivalent", True, lambda one: _share(one.equivalent)),
        ("faster", True, lambda one: _share(one.faster)),
        ("slower", True, lambda one: _share(one.slower)),
        ("inconclusive", True, lambda one: _share(one.inconclusive)),
        ("not slower", True, lambda one: _share(one.not_slower)),
    )


def _headings(plans: Sequence[SampleSize]) -> Callable[[SampleSize], str]:
    """Return what names each plan: its file, and its labels where there are several of one file."""
    name = kind_names(plans)
    several = len({(plan.bytes, plan.direction) for plan in plans}) < len(plans)

    def heading(plan: SampleSize) -> str:
        kind = _ANY if plan.design == "given" else name(plan)
        return f"{kind}: {_whose(plan)}" if several else kind

    return heading


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"


def _whose(plan: SampleSize) -> str:
    label = shown_label(plan.label)
    return label if plan.reference is None else f"{label} against {shown_label(plan.reference)}"


def _or_missing(count: int | None) -> str:
    return MISSING if count is None else str(count)


def sample_size_sentences(plans: Sequence[SampleSize], aim: Aim) -> list[str]:
    """Return one sentence per plan: what to measure and what that shows."""
    return [f"{_kind(plan)}{_sentence(plan, aim)}" for plan in plans]


def _kind(plan: SampleSize) -> str:
    return "" if plan.bytes is None else f"{format_kind(plan.bytes, plan.direction)}: "


def _sentence(plan: SampleSize, aim: Aim) -> str:
    amounts = _amounts(plan)
    if not amounts:
        return f"{_why_unknown(plan)}."
    chance = f"with a power of {100 * aim.power:.4g} % at {100 * aim.confidence:.4g} % confidence"
    alone = f" {amounts[1]} would show it for these runs only." if len(amounts) > 1 else ""
    return f"{amounts[0]} {_shown(plan, aim)}, {chance}{_like(plan)}.{alone}{_remedy(plan)}"


def _amounts(plan: SampleSize) -> list[str]:
    """Return the sample size for a verdict about platforms, where known, then that for two single runs."""
    found = []
    length = (
        ""
        if plan.transfers_per_run is None
        else f", of about {format_count(round(plan.transfers_per_run), 'transfer')},"
    )
    if plan.logs_needed is not None:
        whose = "with both" if plan.design == "blocks" else _of_each(plan)
        found.append(f"{format_count(plan.logs_needed, 'log')} {whose}{length}")
    if plan.runs_needed is not None:
        how = " in rounds" if plan.design == "rounds" else ""
        found.append(f"{format_count(plan.runs_needed, 'run')} {_of_each(plan)}{length}{how}")
    if plan.transfers_needed is not None:
        how = ", interleaved," if plan.design == "alternation" else " in one run"
        found.append(f"{format_count(plan.transfers_needed, 'transfer')} {_of_each(plan)}{how}")
    return found


def _of_each(plan: SampleSize) -> str:
    both = plan.mean_reference is not None
    return f"each of {shown_label(plan.reference)} and {shown_label(plan.label)}" if both else "of each"


def _shown(plan: SampleSize, aim: Aim) -> str:
    margin = aim.margin.of(plan.bytes)
    size = margin_text(margin) + (f" ({format_seconds(plan.margin, 3)})" if margin.relative else "")
    if aim.goal == "difference":
        return f"find a difference of {size}"
    if aim.goal == "not-slower":
        return f"show that of two equal platforms one is not slower than the other by {size} or more"
    return f"show that two equal platforms differ by less than {size}"


def _like(plan: SampleSize) -> str:
    return f", if the other platform varies like {shown_label(plan.label)}" if plan.design == "one-label" else ""


def _why_unknown(plan: SampleSize) -> str:
    codes = {warning.code for warning in plan.warnings}
    if "below-resolution" in codes:
        return "no number of transfers suffices: the printed resolution hides more than the margin"
    if codes & {"transfers-out-of-reach", "runs-out-of-reach", "logs-out-of-reach"}:
        return "more than 10¹² would be needed, which is not feasible"
    if plan.runs_reference is not None and 1 == min(plan.runs or 1, plan.runs_reference) < max(
        plan.runs or 1, plan.runs_reference
    ):
        return "unknown: one label has one run and the other several; select comparable runs by `--source` or labels"
    return "unknown: these transfers have no spread"


def _remedy(plan: SampleSize) -> str:
    """Return which helps more, more runs or longer runs."""
    if plan.between is None:
        return ""
    share = f"{100 * plan.between:.0f} % of the variance of run means is between runs"
    if plan.helps == "runs":
        return f" More runs help, longer runs hardly: {share}."
    return f" Longer runs help about as much as more runs: {share}, the rest within."
