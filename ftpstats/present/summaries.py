"""Summaries to a table: one row per label, in one unit per file size, with a plot in text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ftpstats.present.tables import (
    Columns,
    Table,
    by_kind,
    grouped_table,
    kind_names,
    mean_text,
    number,
    p_text,
    shown_label,
)
from ftpstats.units import UNITS, format_kind, format_throughput, listed, seconds_unit

if TYPE_CHECKING:
    from ftpstats.analysis.summary import Summary
    from ftpstats.present.comparisons import Described
    from ftpstats.present.textplot import Plot

__all__ = ["about_plus_minus", "half_width", "summary_sentences", "summary_table"]


def summary_table(summaries: Sequence[Summary], confidence: float, unit: str, *, is_continued: bool = False) -> Table:
    """
    Return one row per label, size and direction, in one unit per size, with a plot on one axis per size.

    Parameters
    ----------
    summaries : sequence of Summary
        In any order; the table sorts by size and keeps the order of labels.
    confidence : float
        Of their intervals.
    unit : str
        Of throughput: of `units.UNITS`, MiB/s for seconds.
    is_continued : bool
        Whether what does not fit follows in a table of its own.
    """
    groups = list(by_kind(summaries))
    rate, name = unit if UNITS[unit].is_throughput else "MiB/s", kind_names(summaries)
    table = grouped_table(
        f"mean time ± {100 * confidence:.4g} % interval (Student's t), and throughput",
        [(f"{name(group[0])}, {_unit(group)[1]}", _columns(group, rate), group) for group in groups],
    ).leaving_out(_SHAPIRO, ("min", "max"), ("q1", "q3"), "sd", instead={_SHAPIRO: _normality(summaries)})
    before = table.columns.index("median")
    return replace(table, is_continued=is_continued, make_plot=lambda: _plot(groups, confidence, before))


_SHAPIRO = "Shapiro p"


def _plot(groups: Sequence[Sequence[Summary]], confidence: float, before: int) -> Plot:
    from ftpstats.present.textplot import Box, Plot, panel

    def box(s: Summary) -> Box:
        five = tuple(value for value in (s.min, s.q1, s.median, s.q3, s.max) if value is not None)
        return Box(five, s.mean, None if s.ci_low is None else max(s.ci_low, 0.0), s.ci_high)  # no time is negative

    panels = [panel(list(map(box, group)), None, None, UNITS["s"]) for group in groups]
    return Plot(tuple(panels), before, f"{100 * confidence:.4g} % interval of the mean", "")


def _normality(summaries: Sequence[Summary]) -> str:
    """Return the p-values of all normality tests in one line, what is alike once."""
    texts = set(map(_shapiro, summaries))
    if len(texts) == 1:
        said = f"{'all ' if len(summaries) > 1 else ''}{texts.pop()}"
    else:
        name = kind_names(summaries)
        said = listed([f"{name(group[0])} {_of_labels(group)}" for group in by_kind(summaries)], 12, "; ")
    return f"Shapiro–Wilk p (a small one shows non-normality): {said}"


def _of_labels(group: Sequence[Summary]) -> str:
    """Return the p-values of one file size: with their labels, where these differ."""
    found: dict[str, list[str]] = {}
    for summary in group:
        found.setdefault(_shapiro(summary), []).append(shown_label(summary.label))
    return ", ".join(found) if len(found) == 1 else ", ".join(f"{', '.join(who)} {p}" for p, who in found.items())


def about_plus_minus(confidence: float) -> str:
    """Return what ± means, for documents, whose readers have no title above the table."""
    return f"± is half the width of the {100 * confidence:.4g} % interval of the mean (Student's t)."


def summary_sentences(summaries: Sequence[Summary], confidence: float) -> list[str]:
    """Return one sentence per label, size and direction: the mean with its interval, how many, and how many failed."""
    return [_sentence(summary, confidence) for group in by_kind(summaries) for summary in group]


def _sentence(summary: Summary, confidence: float) -> str:
    about = f"{format_kind(summary.bytes, summary.direction)}, {shown_label(summary.label)}"
    unfinished = summary.partial + summary.failed
    counts = f"n = {summary.n}" + (f", {unfinished} failed" if unfinished else "")
    if summary.mean is None:
        return f"{about}: no completed transfer with a valid time ({counts})."
    scale, unit = seconds_unit(summary.mean)
    if summary.ci_high is None:
        return f"{about}: {number(summary.mean, scale)} {unit} ({counts})."
    half = half_width(summary)
    mean = f"{mean_text(summary.mean, half, scale)} ± {number(half, scale, 2)} {unit}"
    return f"{about}: mean {mean} ({100 * confidence:.4g} % t interval, {counts})."


def _unit(group: Sequence[Summary]) -> tuple[float, str]:
    return seconds_unit(max((summary.mean for summary in group if summary.mean is not None), default=1.0))


def _columns(group: Sequence[Summary], rate: str) -> Columns[Summary]:
    """Return the columns for summaries of one size and direction: their times in one unit."""
    scale, _ = _unit(group)
    return (
        ("label", False, lambda s: "  " + shown_label(s.label)),
        ("runs", True, lambda s: str(s.runs)),
        ("n", True, lambda s: str(s.n)),
        ("failed", True, lambda s: str(s.failed + s.partial)),
        ("mean", True, lambda s: mean_text(s.mean, half_width(s), scale)),
        ("±", True, lambda s: number(half_width(s), scale, 2)),
        ("sd", True, lambda s: number(s.sd, scale, 3)),
        (rate, True, lambda s: format_throughput(s.throughput, rate)),
        (_SHAPIRO, True, _shapiro),
        ("min", True, lambda s: number(s.min, scale)),
        ("q1", True, lambda s: number(s.q1, scale)),
        ("median", True, lambda s: number(s.median, scale)),
        ("q3", True, lambda s: number(s.q3, scale)),
        ("max", True, lambda s: number(s.max, scale)),
    )


def _shapiro(summary: Summary) -> str:
    coarse = any(warning.code == "resolution-limited" for warning in summary.warnings)
    return p_text(summary.shapiro_p) + (" (coarse)" if coarse else "")


def half_width(summary: Described) -> float | None:
    """Return half the width of the interval of the mean."""
    return None if summary.ci_high is None or summary.mean is None else summary.ci_high - summary.mean
