"""Time against size on two logarithmic axes: what was measured, the line of each label and its confidence band."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.present.figures.axis import ValueAxis, set_axis
from ftpstats.present.figures.curves import key_of
from ftpstats.present.figures.marks import draw_point, draw_points, spread_evenly
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import Panel
from ftpstats.units import UNITS, format_size, label_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ftpstats.analysis.scaling import SizePicture
    from ftpstats.present.figures.marks import Look

__all__ = ["scaling"]

_MOST_TICKS = 6  # sizes that are named below the axis where they were measured
_LONGEST_NAME = 6
_BEYOND = 1.4  # how far the axis goes on beyond what is drawn


def scaling(matter: Matter) -> Contents:
    """Draw a panel per direction: the mean time of each size, or each transfer where sizes are mixed, and the lines."""
    ways = dict.fromkeys(one.direction for one in matter.lines)
    panels = [_panel([one for one in matter.lines if one.direction == way], matter) for way in ways]
    return Contents([panels], _caption(matter), key_of([one.label for one in matter.lines], matter))


def _panel(lines: Sequence[SizePicture], matter: Matter) -> Panel:
    title = f"time by file size{f', {lines[0].direction}' if lines[0].direction else ''}"
    counts = tuple(f"{label_name(one.label)}: n = {one.n}" for one in lines)
    return Panel(title, (), (counts,), "file size (logarithmic)", partial(_draw, lines, matter), is_wide=True)


def _caption(matter: Matter) -> str:
    """Return what is drawn, and what is not."""
    several = matter.lines
    parts = [
        "point: mean time of a size" if any(one.points for one in several) else "",
        "dots: single transfers" if any(not one.points for one in several) else "",
        "bar: its interval, where it is wider than the point" if any(one.points for one in several) else "",
        "line: latency + size / throughput, between the sizes measured" if any(one.curve for one in several) else "",
        f"band: {matter.confidence * 100:g} % confidence at each size" if any(one.curve for one in several) else "",
        "no line: time is not linear in size" if any(one.is_linear is False for one in several) else "",
        "files of 0 bytes are not shown" if any(one.sizes.min() <= 0 for one in several) else "",
    ]
    return "; ".join(filter(None, parts))


def _draw(lines: Sequence[SizePicture], matter: Matter, axes: Axes) -> None:
    below = axes.get_xlabel()
    times = [time for one in lines for time in _times(one) if time > 0]
    scale = set_axis(axes, ValueAxis(min(times), max(times), True, False, None, UNITS["s"]))
    axes.set_xlabel(below)
    axes.grid(visible=True, axis="both")
    _set_sizes(axes, lines)
    for one in lines:
        look = matter.looks[one.label]
        if one.curve:
            _draw_curve(axes, one, scale, look)
        _draw_measured(axes, one, scale, look, matter.most)


def _times(one: SizePicture) -> list[float]:
    """Return what the axis of times has to hold: not the ends of a band, which may be anywhere."""
    means = [point.seconds for point in (*one.points, *one.curve) if point.seconds is not None and point.bytes > 0]
    return means if one.points else [*means, *one.seconds[one.sizes > 0].tolist()]


def _draw_curve(axes: Axes, one: SizePicture, scale: float, look: Look) -> None:
    x = [point.bytes for point in one.curve]
    style: dict[str, Any] = {"color": look.colour, "linestyle": look.line, "linewidth": 1.3, "label": "_line"}
    axes.plot(x, [(point.seconds or 0.0) / scale for point in one.curve], **style)
    if not any(point.low is None for point in one.curve):
        least = axes.get_ylim()[0]
        low, high = ([max((end or 0.0) / scale, least) for end in ends] for ends in _ends(one))
        axes.fill_between(x, low, high, color=look.colour, alpha=0.2, linewidth=0, label="_band")


def _ends(one: SizePicture) -> tuple[list[float | None], list[float | None]]:
    return [point.low for point in one.curve], [point.high for point in one.curve]


def _draw_measured(axes: Axes, one: SizePicture, scale: float, look: Look, most: int) -> None:
    if not one.points:
        shown = one.sizes > 0
        kept = spread_evenly(int(shown.sum()), most)
        draw_points(axes, one.sizes[shown][kept], one.seconds[shown][kept] / scale, look, 1.8)
        return
    least = axes.get_ylim()[0]
    for point in one.points:
        if point.bytes > 0 and point.seconds:
            if point.low is not None and point.high is not None:
                ends = max(point.low / scale, least), point.high / scale
                axes.vlines(point.bytes, *ends, color=look.colour, linewidth=1.0, label="_interval")
            draw_point(axes, point.bytes, point.seconds / scale, look)


def _set_sizes(axes: Axes, lines: Sequence[SizePicture]) -> None:
    """Name the sizes that were measured, if they are few; else powers of ten of KB, MB and GB, or both ends."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    from ftpstats.present.scaling import short_size

    sizes = sorted({size for one in lines for size in one.sizes.tolist() if size > 0})
    low, high = sizes[0], sizes[-1]
    ticks = [10.0**digit * 1024**power for power in range(5) for digit in range(3)]
    inside = [tick for tick in ticks if low / _BEYOND <= tick <= high * _BEYOND]
    axes.set_xscale("log")
    axes.set_xlim(low / _BEYOND, high * _BEYOND)
    axes.xaxis.set_minor_locator(NullLocator())
    is_short = len(sizes) <= _MOST_TICKS and all(len(format_size(round(size))) <= _LONGEST_NAME for size in sizes)
    several = inside if len(inside) > 1 else [low, high]
    axes.xaxis.set_major_locator(FixedLocator(sizes if is_short else several))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: short_size(round(size))))
