"""Throughput of groups of transfers: by file size and by hour of the day, a row of panels per label."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.present.figures.axis import ValueAxis, set_axis
from ftpstats.present.figures.marks import INK, say_none
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import Panel
from ftpstats.units import label_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ftpstats.analysis.rates import ByGroup, Throughput
    from ftpstats.present.figures.marks import Look

__all__ = ["throughput"]

_ALIKE = 1.1  # times as large as the lower end: a median is drawn as a line up to there
_HALF = 0.38  # of the width of a group
_BELOW = 10.0  # how far below the rates the axis reaches for aggregates
_HOURS = 24
_TITLES = {"size-class": ("by size", "file size"), "hour": ("by hour of the day", "hour")}


def throughput(matter: Matter) -> Contents:
    """Draw the rates of single transfers of each group, and its aggregate throughput, on one axis for all."""
    labels = [one.label for one in matter.rates[0].labels]
    axis = _axis(matter)
    panels = [[_panel(found, label, axis, matter) for found in matter.rates] for label in labels]
    return Contents(panels, _caption(axis, matter))


def _axis(matter: Matter) -> ValueAxis | None:
    """Return the axis of all panels, in the figure's unit; None where the clock hides every rate."""
    every = [one for found in matter.rates for one in found.groups]
    rates = [end for one in every for ends in _shown(one).values() for end in ends]
    if not rates:
        return None
    slowest = min(rates) / _BELOW
    known = [*rates, *(one.aggregate for one in every if one.aggregate and one.aggregate > slowest)]
    scale = matter.unit.bytes_per_second or 1.0
    return ValueAxis(min(known) / scale, max(known) / scale, True, False, None, matter.unit)


def _shown(one: Throughput) -> dict[str, tuple[float, float]]:
    """Return the median and the range of 80 % as far as the clock tells them, each by its outer bounds."""
    found = {}
    for name, low, high in (("median", one.median_low, one.median_high), ("range", one.p10_low, one.p90_high)):
        ends = ((low, high),) if name == "median" else ((one.p10_low, one.p10_high), (one.p90_low, one.p90_high))
        if low is not None and high is not None and all(map(_is_told, ends)):
            found[name] = (low, high)
    return found


def _is_told(ends: tuple[float | None, float | None]) -> bool:
    from ftpstats.analysis.rates import HIDDEN

    low, high = ends
    return low is not None and high is not None and high <= HIDDEN * low


def _panel(found: ByGroup, label: str | None, axis: ValueAxis | None, matter: Matter) -> Panel:
    groups = [one for one in found.groups if one.label == label]
    (whole,) = (one for one in found.labels if one.label == label)
    unfinished = whole.partial + whole.failed
    counts = f"n = {whole.transfers}" + (f", {unfinished} failed" if unfinished else "")
    title, across = _TITLES[groups[0].by]
    draw = partial(_draw, groups, [place for place, _ in _places(found.groups)], axis, matter.looks[label])
    return Panel(title, (label_name(label),), ((counts,),), across, draw, is_wide=True)


def _caption(axis: ValueAxis | None, matter: Matter) -> str:
    """Return what is drawn, and what is not."""
    every = [one for found in matter.rates for one in found.groups]
    shown = [_shown(one) for one in every]
    aggregates = [one.aggregate for one in every if one.aggregate]
    lowest = axis.low * (matter.unit.bytes_per_second or 1.0) if axis else 0.0
    zone = matter.time_zone or "this machine's time zone"
    parts = [
        "box: 10 % to 90 % of the rates of single transfers; line: median" if any(shown) else "",
        "grey: the interval that the clock leaves of a median" if any(map(_is_wide, every)) else "",
        "no box: the clock hides its ends" if any(one.keys() == {"median"} for one in shown) else "",
        "diamond: aggregate, all bytes per second of wall time" if aggregates else "",
        "triangle: an aggregate below the axis" if any(_is_below(rate, lowest) for rate in aggregates) else "",
        "hatched: the clock hides the median" if any(_is_hatched(one) for one in every) else "",
        f"hours are those of {zone}" if len(matter.rates) > 1 else "not by hour: no transfer has a time stamp",
        "unknown sizes are left out" if any(one.group is None for one in matter.rates[0].groups) else "",
    ]
    return "; ".join(filter(None, parts))


def _is_wide(one: Throughput) -> bool:
    low, high = _shown(one).get("median", (1.0, 1.0))
    return high > _ALIKE * low


def _is_hatched(one: Throughput) -> bool:
    return one.rated > 0 and "median" not in _shown(one)


def _draw(groups: Sequence[Throughput], known: Sequence[float], axis: ValueAxis | None, look: Look, axes: Axes) -> None:
    below = axes.get_xlabel()
    if axis is None:
        say_none(axes, words="the clock hides all rates")
        axes.set_xticks([])
        return
    scale = set_axis(axes, axis) * (axis.unit.bytes_per_second or 1.0)
    axes.set_xlabel(below)
    (_set_hours if groups[0].by == "hour" else _set_sizes)(axes, known)
    for place, one in _places(groups):
        _draw_group(axes, place, one, scale, look)
        if one.aggregate:
            _draw_aggregate(axes, place, one.aggregate / scale, axis.low)


def _is_below(rate: float, lowest: float) -> bool:
    return rate < lowest * (1 - 1e-9)


def _draw_aggregate(axes: Axes, place: float, rate: float, lowest: float) -> None:
    """Draw a diamond; where idle time puts it below the axis of the rates, a triangle at its foot that points there."""
    look: dict[str, Any] = {"markersize": 4, "markeredgecolor": INK, "markeredgewidth": 0.8, "zorder": 4}
    look |= {"markerfacecolor": "w", "linestyle": "none"}
    if _is_below(rate, lowest):
        foot: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "label": "_below", "clip_on": False}
        axes.plot([place], [0], marker="v", **foot, **look)
    else:
        axes.plot([place], [rate], marker="D", label="_aggregate", **look)


def _places(groups: Sequence[Throughput]) -> Iterator[tuple[float, Throughput]]:
    """Yield where each group stands: an hour in the middle of its hour, a class of sizes at its number."""
    from ftpstats.analysis.grouping import CLASSES

    for one in groups:
        if one.group is not None:
            yield (int(one.group) + 0.5 if one.by == "hour" else CLASSES.index(one.group)), one


def _draw_group(axes: Axes, place: float, one: Throughput, scale: float, look: Look) -> None:
    from matplotlib.patches import Rectangle

    shown = {name: (low / scale, high / scale) for name, (low, high) in _shown(one).items()}
    left, width = place - _HALF, 2 * _HALF
    if "range" in shown:
        low, high = shown["range"]
        shape: dict[str, Any] = {"facecolor": look.colour, "edgecolor": INK, "linewidth": 0.6, "label": "_range"}
        axes.add_patch(Rectangle((left, low), width, high - low, **shape))
    if "median" in shown:
        _draw_median(axes, place, shown["median"])
    elif one.rated:
        hidden: dict[str, Any] = {"fill": False, "hatch": "////", "edgecolor": "0.75", "linewidth": 0, "zorder": 0.5}
        where: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "label": "_hidden"}
        axes.add_patch(Rectangle((left, 0), width, 1, **hidden, **where))


def _draw_median(axes: Axes, place: float, ends: tuple[float, float]) -> None:
    """Draw a line, or the interval that the clock leaves of it, narrower than the box around it."""
    from matplotlib.patches import Rectangle

    low, high = ends
    is_wide = high > _ALIKE * low
    half = _HALF / 2 if is_wide else _HALF
    look: dict[str, Any] = {
        "facecolor": "0.55" if is_wide else INK,
        "edgecolor": INK,
        "linewidth": 0.6 if is_wide else 1.2,
    }
    axes.add_patch(Rectangle((place - half, low), 2 * half, high - low, **look, label="_median"))


def _set_hours(axes: Axes, _: Sequence[float]) -> None:
    axes.set_xlim(0, _HOURS)
    axes.set_xticks(range(0, _HOURS + 1, 6))


def _set_sizes(axes: Axes, places: Sequence[float]) -> None:
    """Set the ends of the classes as ticks between them, a unit below its number."""
    from ftpstats.analysis.grouping import CLASSES

    first, last = int(min(places)), int(max(places))
    axes.set_xlim(first - 0.5, last + 0.5)
    ends = [CLASSES[place].partition(" to ")[0] for place in range(1, len(CLASSES) - 1)]
    ends.append(CLASSES[-1].partition(" and ")[0])
    ticks = [place + 0.5 for place in range(first - 1, last + 1) if 0 <= place < len(ends)]
    axes.set_xticks(ticks, [ends[math.floor(tick)].replace(" ", "\n") for tick in ticks])
