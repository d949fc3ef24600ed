"""What stands for one label in a figure: its colour, hatch and marker, and the shapes drawn with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftpstats.analysis.quantiles import NormalQuantiles
from ftpstats.analysis.summary import Summary

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["MOST_POINTS", "Look", "draw_box", "draw_mean", "draw_quantiles", "looks_of", "say_none"]

# Okabe and Ito's palette without black (lines) and yellow (too pale on paper). In grey print orange and sky blue
# are one shade, so labels differ in hatch and marker too. 6 and 5 have no common divisor: 30 labels differ.
_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00")
_HATCHES = ("", "////", "||||", "\\\\\\\\", "xxxx")  # dots would make an SVG five times as large
_MARKERS = ("o", "s", "^", "D", "v")
_INK = "0.1"
_LINE: dict[str, Any] = {"colors": _INK, "linewidth": 0.8}
MOST_POINTS = 300  # across less than three inches; more would lie on each other, and swell the file


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, hatch and marker of a label, distinct in colour and in grey."""

    colour: str
    hatch: str
    marker: str


def looks_of(labels: Iterable[str | None]) -> dict[str | None, Look]:
    """A label's colour, hatch and marker, the same in every panel, and in every figure of the same data."""
    cycles = (_COLOURS, _HATCHES, _MARKERS)
    return {label: Look(*(cycle[i % len(cycle)] for cycle in cycles)) for i, label in enumerate(dict.fromkeys(labels))}


def draw_box(axes: Axes, place: float, summary: Summary, scale: float, look: Look) -> None:
    """Draw five numbers at a place on the x axis, in units of so many seconds; one transfer is a point."""
    # Not by Axes.bxp: it reads all of matplotlib's settings, and with them imports pyplot and chooses a display.
    from matplotlib.patches import Rectangle

    numbers = (summary.min, summary.q1, summary.median, summary.q3, summary.max)
    low, q1, median, q3, high = (number / scale for number in numbers if number is not None)
    if summary.n == 1:
        _draw_point(axes, place, median, look)
        return
    left, right = place - 0.25, place + 0.25
    # Before matplotlib 3.11, a hatch has the colour of the edge: the outline is a shape of its own.
    where = (left, q1), right - left, q3 - q1
    axes.add_patch(Rectangle(*where, facecolor=look.colour, hatch=look.hatch, edgecolor="w", linewidth=0))
    axes.add_patch(Rectangle(*where, fill=False, edgecolor=_INK, linewidth=0.7))
    axes.vlines([place, place], [low, q3], [q1, high], **_LINE)
    axes.hlines([low, high], place - 0.12, place + 0.12, **_LINE)
    axes.hlines(median, left, right, colors="k", linewidth=1.6)


def draw_mean(axes: Axes, place: float, summary: Summary, scale: float, look: Look) -> None:
    """Draw a mean and its interval, if it has one, at a place on the x axis, in units of so many seconds."""
    if summary.mean is None:
        return
    if summary.ci_low is not None and summary.ci_high is not None:
        low, high = summary.ci_low / scale, summary.ci_high / scale
        axes.vlines(place, low, high, **_LINE)
        axes.hlines([low, high], place - 0.12, place + 0.12, **_LINE)
    _draw_point(axes, place, summary.mean / scale, look)


def draw_quantiles(axes: Axes, quantiles: NormalQuantiles, scale: float, look: Look) -> None:
    """Draw values in units of so many seconds against their normal scores, and the line through the quartiles."""
    from matplotlib.ticker import MaxNLocator

    x, y = quantiles.scores, quantiles.values / scale
    end = 1.1 * float(x[-1]) or 1.0
    axes.set_xlim(-end, end)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=(1, 2, 5, 10)))
    if quantiles.intercept is None or quantiles.slope is None:
        _draw_point(axes, float(x[0]), float(y[0]), look)
        return
    kept = _spread(x)
    # Edges would make one dark band of points that touch.
    axes.plot(x[kept], y[kept], look.marker, color=look.colour, markersize=3, markeredgewidth=0, clip_on=False)
    line = [(quantiles.intercept + quantiles.slope * z) / scale for z in (-end, end)]
    axes.plot([-end, end], line, color="k", linewidth=0.8, gid="line")


def _spread(x: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return which of many ascending places to draw: both ends, and the tails point by point."""
    import numpy as np

    if len(x) <= MOST_POINTS:
        return np.arange(len(x))
    return np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], MOST_POINTS)))


def _draw_point(axes: Axes, place: float, value: float, look: Look) -> None:
    edge: dict[str, Any] = {"markeredgecolor": _INK, "markeredgewidth": 0.7, "clip_on": False}
    axes.plot([place], [value], look.marker, color=look.colour, markersize=4, **edge)


def say_none(axes: Axes, place: float | None = None) -> None:
    """Say that nothing completed: at one label's place, or of the whole panel."""
    where: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "center"}
    behind = {"facecolor": "w", "edgecolor": "none", "pad": 1}  # the grid would strike the words through
    if place is None:
        axes.set_yticks([])
    x, rotation = (sum(axes.get_xlim()) / 2, 0) if place is None else (place, 90)
    axes.text(x, 0.5, "no completed transfer", rotation=rotation, color="0.35", bbox=behind, **where)
