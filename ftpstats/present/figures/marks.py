"""What stands for one label in a figure: its colour, hatch, marker and line, and the shapes drawn with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ftpstats.analysis.pictures import Density
    from ftpstats.analysis.quantiles import NormalQuantiles
    from ftpstats.analysis.summary import Summary

__all__ = [
    "INK", "LINE", "MOST_DRAWN", "MOST_POINTS", "Look", "draw_box", "draw_cloud", "draw_mean", "draw_points",
    "draw_quantiles", "draw_rain", "looks_of", "make_room", "say_beside", "say_none", "say_over", "spread_evenly",
]  # fmt: skip

# Okabe and Ito's palette without black (lines) and yellow (too pale on paper). In grey print orange and sky blue
# are one shade, so labels differ in hatch and marker too. 6 and 5 have no common divisor: 30 labels differ.
_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00")
_HATCHES = ("", "////", "||||", "\\\\\\\\", "xxxx")  # dots would make an SVG five times as large
_MARKERS = ("o", "s", "^", "D", "v")
_LINES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
INK = "0.1"
LINE: dict[str, Any] = {"colors": INK, "linewidth": 0.8}
MOST_DRAWN = 5000  # transfers of a sample that are drawn one by one
_LEAST_SEEN = 1e-3  # of a density's greatest height; a lower one would be a stroke where there are no data
_HEADROOM = 0.16  # of the height of a panel
_EDGE = 0.2  # share of the width of a panel, near which words do not stand over a place
MOST_POINTS = 300  # across less than three inches; more would lie on each other, and swell the file


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, hatch, marker and line style of a label, distinct in colour and in grey."""

    colour: str
    hatch: str
    marker: str
    line: Any


def looks_of(labels: Iterable[str | None]) -> dict[str | None, Look]:
    """A label's looks, the same in every panel, and in every figure of the same data."""
    cycles: Sequence[Sequence[Any]] = (_COLOURS, _HATCHES, _MARKERS, _LINES)
    return {label: Look(*(cycle[i % len(cycle)] for cycle in cycles)) for i, label in enumerate(dict.fromkeys(labels))}


def draw_box(  # noqa: PLR0913 - where, what, and how
    axes: Axes, place: float, summary: Summary, scale: float, look: Look, *, half: float = 0.25
) -> None:
    """Draw five numbers at a place on the x axis, in units of so many seconds; one transfer is a point."""
    # Not by Axes.bxp: it reads all of matplotlib's settings, and with them imports pyplot and chooses a display.
    from matplotlib.patches import Rectangle

    numbers = (summary.min, summary.q1, summary.median, summary.q3, summary.max)
    low, q1, median, q3, high = (number / scale for number in numbers if number is not None)
    if summary.n == 1:
        draw_point(axes, place, median, look)
        return
    left, right = place - half, place + half
    # Before matplotlib 3.11, a hatch has the colour of the edge: the outline is a shape of its own.
    where = (left, q1), right - left, q3 - q1
    axes.add_patch(Rectangle(*where, facecolor=look.colour, hatch=look.hatch, edgecolor="w", linewidth=0))
    axes.add_patch(Rectangle(*where, fill=False, edgecolor=INK, linewidth=0.7))
    axes.vlines([place, place], [low, q3], [q1, high], **LINE)
    axes.hlines([low, high], place - half / 2, place + half / 2, **LINE)
    axes.hlines(median, left, right, colors="k", linewidth=1.6)


def draw_mean(axes: Axes, place: float, summary: Summary, scale: float, look: Look) -> None:
    """Draw a mean and its interval, if it has one, at a place on the x axis, in units of so many seconds."""
    if summary.mean is None:
        return
    if summary.ci_low is not None and summary.ci_high is not None:
        low, high = summary.ci_low / scale, summary.ci_high / scale
        axes.vlines(place, low, high, **LINE)
        axes.hlines([low, high], place - 0.12, place + 0.12, **LINE)
    draw_point(axes, place, summary.mean / scale, look)


def draw_quantiles(axes: Axes, quantiles: NormalQuantiles, scale: float, look: Look) -> None:
    """Draw values in units of so many seconds against their normal scores, and the line through the quartiles."""
    from matplotlib.ticker import MaxNLocator

    x, y = quantiles.scores, quantiles.values / scale
    end = 1.1 * float(x[-1]) or 1.0
    axes.set_xlim(-end, end)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=(1, 2, 5, 10)))
    if quantiles.intercept is None or quantiles.slope is None:
        draw_point(axes, float(x[0]), float(y[0]), look)
        return
    kept = _spread(x)
    # Edges would make one dark band of points that touch.
    axes.plot(x[kept], y[kept], look.marker, color=look.colour, markersize=3, markeredgewidth=0, clip_on=False)
    line = [(quantiles.intercept + quantiles.slope * z) / scale for z in (-end, end)]
    axes.plot([-end, end], line, color="k", linewidth=0.8, label="_line")


def _spread(x: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return which of many ascending places to draw: both ends, and the tails point by point."""
    import numpy as np

    if len(x) <= MOST_POINTS:
        return np.arange(len(x))
    return np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], MOST_POINTS)))


def spread_evenly(n: int, most: int = MOST_DRAWN) -> NDArray[np.intp]:
    """Return which of n values in order to draw, evenly spread, both ends among them."""
    import numpy as np

    return np.linspace(0, n - 1, min(n, most)).round().astype(np.intp)


def draw_points(
    axes: Axes, x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]], look: Look, size: float
) -> None:
    """Draw many points, without edges, which would make one dark band of those that touch."""
    axes.plot(x, y, look.marker, color=look.colour, markersize=size, markeredgewidth=0, label="_points")


def draw_rain(  # noqa: PLR0913 - where, what, and how
    axes: Axes, place: float, values: NDArray[np.float64], scale: float, look: Look, *, most: int
) -> None:
    """Draw single values to the left of a place, apart from each other by a pattern that is always the same."""
    import numpy as np

    ordered = np.sort(values)
    kept = ordered[spread_evenly(len(ordered), most)]
    # Multiples of the golden ratio, less their whole parts, lie evenly however many there are.
    aside = (np.arange(len(kept)) * 0.6180339887498949) % 1.0
    draw_points(axes, place - 0.17 - 0.25 * aside, kept / scale, look, 1.6 if len(kept) < 1000 else 1.0)


def draw_cloud(axes: Axes, place: float, density: Density, scale: float, look: Look) -> None:
    """Draw a density to the right of a place, and nothing where it is too low to be seen."""
    import numpy as np

    y, share = density.grid / scale, density.heights / density.heights.max()
    is_seen = np.flatnonzero(share > _LEAST_SEEN)
    for part in np.split(is_seen, np.flatnonzero(np.diff(is_seen) > 1) + 1):
        xs = place + 0.12 + 0.36 * np.concatenate([[0.0], share[part], [0.0]])
        ys = np.concatenate([y[part[:1]], y[part], y[part[-1:]]])
        axes.fill(xs, ys, facecolor=look.colour, edgecolor=INK, linewidth=0.6, label="_cloud")


def draw_point(axes: Axes, place: float, value: float, look: Look) -> None:
    edge: dict[str, Any] = {"markeredgecolor": INK, "markeredgewidth": 0.7, "clip_on": False}
    axes.plot([place], [value], look.marker, color=look.colour, markersize=4, **edge)


def say_none(axes: Axes, place: float | None = None, words: str | None = None) -> None:
    """Say that nothing completed, or why there is nothing else: at one label's place, or of the whole panel."""
    where: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "center"}
    behind = {"facecolor": "w", "edgecolor": "none", "pad": 1}  # the grid would strike the words through
    if place is None:
        axes.set_yticks([])
    x, rotation = (sum(axes.get_xlim()) / 2, 0) if place is None else (place, 90)
    axes.text(x, 0.5, words or "no completed transfer", rotation=rotation, color="0.35", bbox=behind, **where)


def make_room(axes: Axes) -> None:
    """Raise the top of a panel, for words."""
    low, high = axes.get_ylim()
    axes.set_ylim(
        low, high * (high / low) ** _HEADROOM if axes.get_yscale() == "log" else high + _HEADROOM * (high - low)
    )


def say_beside(axes: Axes, x: float, height: float, words: str) -> None:
    """Write words beside a place, on the side that has room."""
    low, high = axes.get_xlim()
    is_left = x < (low + high) / 2
    _say(axes, x + (0.015 if is_left else -0.015) * (high - low), height, words, "left" if is_left else "right")


def say_over(axes: Axes, x: float, height: float, words: str) -> None:
    """Write words over a place; beside it where it is near an edge."""
    low, high = axes.get_xlim()
    if _EDGE < (x - low) / (high - low) < 1 - _EDGE:
        _say(axes, x, height, words, "center")
    else:
        say_beside(axes, x, height, words)


def _say(axes: Axes, x: float, height: float, words: str, align: Literal["left", "center", "right"]) -> None:
    behind = {"facecolor": "w", "edgecolor": "none", "pad": 0.8}
    across = axes.get_xaxis_transform()
    axes.text(x, height, words, transform=across, ha=align, va="top", bbox=behind, zorder=6, fontsize="small")
