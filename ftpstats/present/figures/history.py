"""Histories: the mean of each run, or day, in order; the levels, where they change, and by how much."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.present.figures.axis import Extent, ValueAxis, set_axis, value_axes
from ftpstats.present.figures.marks import INK, draw_points, make_room, say_over
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import Panel
from ftpstats.present.tables import percent_text
from ftpstats.units import format_count, format_kind, format_seconds, label_name

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ftpstats.analysis.history import History
    from ftpstats.analysis.levels import Level

__all__ = ["history"]

_BAND, _PLACE = "0.88", "#F5E3C8"
_HEIGHTS = (0.995, 0.91)  # of words beside changes, in turn: neighbours' would touch


def history(matter: Matter) -> Contents:
    """Draw the points of each history, its levels with their intervals, and its changes with theirs."""
    axes = value_axes([_extent(one, matter) for one in matter.histories], matter.scale, matter.unit)
    panels = [_panel(one, axis, matter) for one, axis in zip(matter.histories, axes, strict=True)]
    return Contents([[panel] for panel in panels], _caption(matter))


def _extent(one: History, matter: Matter) -> Extent:
    ends = [end for level in one.levels for end in (level.mean_low, level.mean_high) if end is not None]
    means = [point.mean for point in one.points]
    return Extent(_shown([*means, *(end for end in ends if end > 0)], one, matter))


def _shown(seconds: Any, one: History, matter: Matter) -> NDArray[np.float64]:  # noqa: ANN401 - numbers
    """Return times in the figure's unit: seconds, or a rate."""
    import numpy as np

    from ftpstats.analysis.throughput import rate_of

    values = np.asarray(seconds, dtype=np.float64)
    return rate_of(matter.unit, one.bytes)(values) if matter.unit.is_throughput else values


def _panel(one: History, axis: ValueAxis | None, matter: Matter) -> Panel:
    from ftpstats.present.histories import when_of  # with the analysis behind it, which no help needs

    counts = (format_count(len(one.points), one.by), when_of(one, matter.zone), f"n = {one.n}")
    across = one.by if one.ordered_by == "time" else "run, by number"
    draw = partial(_draw, one, axis, matter)
    title = format_kind(one.bytes, one.direction)
    return Panel(title, (label_name(one.label),), (tuple(filter(None, counts)),), across, draw, is_wide=True)


def _caption(matter: Matter) -> str:
    """Return what is drawn, and what is not."""
    every = matter.histories
    confidence = f"{100 * matter.confidence:.4g} %"
    has_changes = any(len(one.levels) > 1 for one in every)
    point = "run" if every[0].by == "run" else "day"
    parts = [
        f"points: the mean of each {point}, in order",
        f"lines: means of levels, with {confidence} intervals" if any(_has_levels(one) for one in every) else "",
        "one line: no change was found" if any(one.outcome == "none" for one in every) else "",
        "dashed: a change, with the 95 % interval of its place and the verdict on it" if has_changes else "",
        "sloped line: times drift, and no levels describe them better" if any(one.drift for one in every) else "",
        "too few to look for levels: no lines" if any(one.outcome == "too-few" for one in every) else "",
    ]
    return "; ".join(filter(None, parts))


def _has_levels(one: History) -> bool:
    return one.outcome in {"changes", "none"}


def _draw(one: History, axis: ValueAxis | None, matter: Matter, axes: Axes) -> None:
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    if axis is None:
        return
    scale = set_axis(axes, axis)
    axes.set_xlim(0, len(one.points) + 1)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=(1, 2, 2.5, 5, 10), integer=True))
    if len(one.levels) > 1:
        make_room(axes)
    x = np.arange(1.0, len(one.points) + 1)
    means = _shown([point.mean for point in one.points], one, matter) / scale
    draw_points(axes, x, means, matter.looks[one.label], 3.5 if len(x) < 100 else 2)
    if one.drift is not None:
        _draw_drift(axes, one, x, partial(_scaled, one, matter, scale))
    elif _has_levels(one):
        for level in one.levels:
            _draw_level(axes, level, partial(_scaled, one, matter, scale))
        for number, level in enumerate(one.levels[1:]):
            _draw_change(axes, level, _HEIGHTS[number % len(_HEIGHTS)])


def _scaled(one: History, matter: Matter, scale: float, seconds: Any) -> NDArray[np.float64]:  # noqa: ANN401
    return _shown(seconds, one, matter) / scale


def _draw_level(axes: Axes, level: Level, scaled: Any) -> None:  # noqa: ANN401 - a callable
    ends = level.first - 0.5, level.last + 0.5
    if level.mean_low is not None and level.mean_high is not None and level.mean_low > 0:
        low, high = scaled([level.mean_low, level.mean_high])
        axes.fill_between(ends, [low] * 2, [high] * 2, facecolor=_BAND, edgecolor="none", zorder=1, label="_interval")
    axes.plot(ends, scaled([level.mean] * 2), color="k", linewidth=1.2, zorder=4, label="_level")


def _draw_change(axes: Axes, level: Level, height: float) -> None:
    """Draw where a level begins, the interval of that place, and what `compare` says of it."""
    place = level.first - 0.5
    low, high = level.change_low or level.first - 1, level.change_high or level.first - 1
    axes.axvspan(low + 0.5, high + 0.5, facecolor=_PLACE, edgecolor="none", zorder=0, label="_place")
    axes.axvline(place, color=INK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=3, label="_change")
    moved = format_seconds(level.difference or 0.0, 3) if level.percent is None else percent_text(level.percent)
    say_over(axes, place, height, f"{moved}, {level.verdict}")


def _draw_drift(axes: Axes, one: History, x: NDArray[np.float64], scaled: Any) -> None:  # noqa: ANN401
    middle, slope = one.levels[0].mean, one.drift.slope if one.drift else 0.0
    line = middle + slope * (x - x.mean())
    axes.plot(x[line > 0], scaled(line[line > 0]), color="k", linewidth=1.2, zorder=4, label="_drift")
