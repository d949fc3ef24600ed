"""Summaries to a table: one row per label, in one unit per file size, with a box plot in text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from ftpstats.present.tables import (
    ABOUT_BOX,
    BOX,
    Columns,
    Table,
    grouped_table,
    mean_text,
    number,
    p_text,
    shown_label,
)
from ftpstats.units import format_kind, kind_order, seconds_unit

if TYPE_CHECKING:
    from ftpstats.analysis.summary import Summary

__all__ = ["half_width", "summary_sentences", "summary_table", "text_boxplot"]

_BOX_WIDTH = 25


def summary_table(summaries: Sequence[Summary], confidence: float) -> Table:
    """
    Return one row per label, size and direction, in one unit per size, with a box plot in text.

    Parameters
    ----------
    summaries : sequence of Summary
        In any order; the table sorts by size and keeps the order of labels.
    confidence : float
        Of their intervals.
    """
    groups = [
        (f"{format_kind(group[0].bytes, group[0].direction)}, {_unit(group)[1]}", _summary_columns(group), group)
        for group in _by_kind(summaries)
    ]
    return grouped_table(
        f"mean ± {100 * confidence:.4g} % interval (t); a small Shapiro–Wilk p shows non-normality{ABOUT_BOX}", groups
    )


def summary_sentences(summaries: Sequence[Summary], confidence: float) -> list[str]:
    """Return one sentence per label, size and direction: the mean with its interval, how many, and how many failed."""
    return [_sentence(summary, confidence) for group in _by_kind(summaries) for summary in group]


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


def _by_kind(summaries: Iterable[Summary]) -> Iterable[list[Summary]]:
    def key(summary: Summary) -> tuple[float, str]:
        return kind_order(summary.bytes, summary.direction)

    for _, group in groupby(sorted(summaries, key=key), key):
        yield list(group)


def _unit(group: Sequence[Summary]) -> tuple[float, str]:
    return seconds_unit(max((summary.mean for summary in group if summary.mean is not None), default=1.0))


def _summary_columns(group: Sequence[Summary]) -> Columns[Summary]:
    """Return the columns for summaries of one size and direction: their times in one unit, their boxes on one scale."""
    scale, _ = _unit(group)
    low = min((summary.min for summary in group if summary.min is not None), default=0.0)
    high = max((summary.max for summary in group if summary.max is not None), default=0.0)
    return (
        ("label", False, lambda s: "  " + shown_label(s.label)),
        ("runs", True, lambda s: str(s.runs)),
        ("n", True, lambda s: str(s.n)),
        ("failed", True, lambda s: str(s.failed + s.partial or "")),
        ("mean", True, lambda s: mean_text(s.mean, half_width(s), scale)),
        ("±", True, lambda s: number(half_width(s), scale, 2)),
        ("sd", True, lambda s: number(s.sd, scale, 3)),
        ("Shapiro p", True, _shapiro),
        ("min", True, lambda s: number(s.min, scale)),
        ("q1", True, lambda s: number(s.q1, scale)),
        ("median", True, lambda s: number(s.median, scale)),
        ("q3", True, lambda s: number(s.q3, scale)),
        ("max", True, lambda s: number(s.max, scale)),
        (BOX, False, lambda s: text_boxplot(s, low, high)),
    )


def _shapiro(summary: Summary) -> str:
    coarse = any(warning.code == "resolution-limited" for warning in summary.warnings)
    return p_text(summary.shapiro_p) + (" (coarse)" if coarse else "")


def half_width(summary: Summary) -> float | None:
    """Return half the width of the interval of the mean."""
    return None if summary.ci_high is None or summary.mean is None else summary.ci_high - summary.mean


def _five(summary: Summary) -> tuple[float | None, ...]:
    return summary.min, summary.q1, summary.median, summary.q3, summary.max


def text_boxplot(summary: Summary, low: float, high: float, width: int = _BOX_WIDTH) -> str:
    """
    Return Hunt's box plot in one line of text, on the scale from `low` to `high`.

    Whiskers reach to minimum and maximum; no value is marked as an outlier.
    """
    known = [value for value in _five(summary) if value is not None]
    if not known or high <= low:
        return ""
    at = [round((value - low) / (high - low) * (width - 1)) for value in known]
    line = [" "] * width
    for begin, end, mark in ((at[0], at[4], "─"), (at[1], at[3], "═")):
        line[begin : end + 1] = mark * (end - begin + 1)
    for place, mark in zip((at[0], at[4], at[1], at[3], at[2]), "├┤[]│", strict=True):
        line[place] = mark
    return "".join(line).rstrip()
