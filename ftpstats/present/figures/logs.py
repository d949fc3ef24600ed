"""Comparisons log by log: the difference within each log, the mean of all with its interval, and the margin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ftpstats.errors import UsageError
from ftpstats.present.figures.marks import INK
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import Panel
from ftpstats.present.figures.ratios import margin_of, ratios_of
from ftpstats.present.tables import margins_text, percent_text
from ftpstats.units import format_count, format_kind, label_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ftpstats.analysis.comparison import Comparison

__all__ = ["logs"]

_INTERVAL = "#C9D8E8"


def logs(matter: Matter) -> Contents:
    """Draw each comparison that is made log by log, a panel each."""
    found = [one for one in matter.comparisons if one.by_log]
    if not found:
        raise UsageError("no labels are compared log by log: three logs or more have to hold both of two labels")
    return Contents([[_panel(one, matter)] for one in found], _caption(found, matter))


def _panel(one: Comparison, matter: Matter) -> Panel:
    counts = f"{format_count(len(one.by_log), 'log')}, {one.verdict}"
    has_times = all(log.began is not None for log in one.by_log)
    across = "log, in order of time" if has_times else "log"
    names = f"{label_name(one.label)} against {label_name(one.reference)}"
    draw = partial(_draw, one, matter)
    return Panel(format_kind(one.bytes, one.direction), (names,), ((counts,),), across, draw, is_wide=True)


def _caption(found: list[Comparison], matter: Matter) -> str:
    noun = "throughput" if matter.unit.is_throughput else "elapsed time"
    parts = [
        f"points: difference of mean {noun} within each log, in per cent",
        "filled: the reference came first"
        if any(log.first == one.reference for one in found for log in one.by_log)
        else "",
        f"line and band: the mean difference, with its {100 * matter.confidence:.4g} % interval",
        "a band up to the edge has no end" if any(None in ratios_of(one, matter) for one in found) else "",
        f"dashed: the margin, {margins_text(matter.margin)}" if matter.margin else "",
    ]
    return "; ".join(filter(None, parts))


def _draw(one: Comparison, matter: Matter, axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    count = len(one.by_log)
    axes.set_xlim(0.5, count + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 5, 10), integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_text(value)))
    margin = margin_of(one, matter)
    for ratio in margin or ():
        axes.axhline(100 * (ratio - 1), color=INK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1.6, label="_margin")
    low, middle, high = (None if ratio is None else 100 * (ratio - 1) for ratio in ratios_of(one, matter))
    if middle is not None:
        axes.axhline(middle, color="k", linewidth=1.2, zorder=2, label="_difference")
    axes.axhline(0, color=INK, linewidth=0.6, zorder=1.5, label="_zero")
    look = matter.looks[one.label]
    for place, log in enumerate(one.by_log, start=1):
        percent = _percent(log.percent, matter)
        if percent is not None:
            face = look.colour if log.first == one.reference else "white"
            axes.plot(place, percent, look.marker, color=look.colour, markerfacecolor=face, markersize=5, zorder=3)
    if one.difference_low is not None:
        _fill(low, high, axes)


def _fill(low: float | None, high: float | None, axes: Axes) -> None:
    """Fill the interval; where it has no end, as far as the panel goes."""
    bottom, top = axes.get_ylim()
    ends = bottom if low is None else low, top if high is None else high
    axes.axhspan(*ends, facecolor=_INTERVAL, edgecolor="none", zorder=1, label="_interval")
    if low is None or high is None:
        axes.set_ylim(bottom if low is None else None, top if high is None else None)


def _percent(percent: float | None, matter: Matter) -> float | None:
    """Return a difference of time in per cent as the figure shows it: of time, or of throughput."""
    if percent is None or not matter.unit.is_throughput:
        return percent
    ratio = 1 + percent / 100
    return 100 * (1 / ratio - 1) if ratio > 0 else None
