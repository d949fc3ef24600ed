"""A broken axis: two stretches of one scale each, a gap between them, and the marks that say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BREAK", "mark_foot", "set_broken"]

BREAK = "_break"  # what a mark of a break is labelled with, so that nobody takes it for data
_LOWER, _UPPER = 0.78, 0.84  # where on the axis the gap begins and ends


def mark_foot(axes: Axes, side: str) -> None:
    """Mark at its foot that an axis does not start at zero: two short strokes across it, with a gap between them."""
    across = [(-1, -0.5), (1, 0.5)]
    marker: Any = across if side == "y" else [(y, x) for x, y in across]
    along = [0.022, 0.042]
    places = ([0, 0], along) if side == "y" else (along, [0, 0])
    stroke: dict[str, Any] = {"marker": marker, "markersize": 6, "markeredgewidth": 0.6, "markeredgecolor": "k"}
    axes.plot(*places, "w", transform=axes.transAxes, clip_on=False, zorder=5, label=BREAK, **stroke)


def set_broken(axes: Axes, side: str, ends: tuple[float, float, float, float]) -> None:
    """
    Scale one side of a panel in two stretches.

    Parameters
    ----------
    axes : Axes
    side : {"x", "y"}
    ends : tuple of float
        Where the lower stretch begins and ends, and where the upper one does; all that is drawn lies in these.
    """
    from matplotlib.ticker import FixedLocator, NullLocator

    low, cut, resume, high = ends
    lower, upper = 0.08 * (cut - low), 0.25 * (high - resume) or 0.05 * (resume - cut)
    knots = (low - 2 * lower if low else 0.0, cut + lower, resume - upper, high + upper)
    if knots[2] <= knots[1]:  # the margins would overlap: no value lies between these two
        knots = (knots[0], (2 * cut + resume) / 3, (cut + 2 * resume) / 3, knots[3])
    (axes.set_xscale if side == "x" else axes.set_yscale)("function", functions=_pieces(knots))
    (axes.set_xlim if side == "x" else axes.set_ylim)(knots[0], knots[3])
    one = axes.xaxis if side == "x" else axes.yaxis
    above = _upper_ticks(*knots[2:])
    if side == "x":  # beside each other, two would meet
        above = sorted(above, key=lambda tick: abs(tick - (resume + high) / 2))[:1]
    one.set_major_locator(FixedLocator(_ticks(low, cut, 5 if side == "y" else 3) + above))
    one.set_minor_locator(NullLocator())
    _mark_gap(axes, side)


_Function = Callable[["ArrayLike"], "NDArray[np.float64]"]


def _pieces(knots: tuple[float, ...]) -> tuple[_Function, _Function]:
    """Return what gives the place on the axis of a value, and back."""
    import numpy as np

    places = (0.0, _LOWER, _UPPER, 1.0)
    slopes = [(knots[i + 1] - knots[i]) / (places[i + 1] - places[i]) for i in (0, 2)]
    # Beyond its ends the axis goes on as it began: what is drawn there is cut off, not bent back.
    values = np.array([knots[0] - 1e3 * slopes[0], *knots, knots[3] + 1e3 * slopes[1]])
    where = np.array([-1e3, *places, 1e3 + 1])
    return (lambda value: np.interp(value, values, where)), (lambda place: np.interp(place, where, values))


def _ticks(low: float, high: float, most: int) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(most, steps=(1, 2, 2.5, 5, 10)).tick_values(low, high)
    margin = 0.08 * (high - low)
    return [float(tick) for tick in found if low - margin / 2 <= tick <= high + margin / 2]


def _upper_ticks(low: float, high: float) -> list[float]:
    """Return one tick or two: the stretch is short."""
    found = [tick for tick in _ticks(low, high, 2) if low + 0.1 * (high - low) <= tick <= high]
    return found[-2:] if len(found) < 3 else found[::2][-2:]


def _mark_gap(axes: Axes, side: str) -> None:
    """Interrupt all that is drawn between the stretches: a white band between two lines, across the panel."""
    from matplotlib.patches import Rectangle

    along, ends = _LOWER + 0.015, (_LOWER + 0.015, _UPPER - 0.015)
    height = _UPPER - _LOWER - 0.03
    where: Any = (-0.015, along, 1.015, height) if side == "y" else (along, -0.03, height, 1.03)
    common: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False, "label": BREAK}
    axes.add_patch(Rectangle(where[:2], *where[2:], facecolor="w", edgecolor="none", zorder=5, **common))
    for end in ends:
        line = ([-0.015, 1], [end, end]) if side == "y" else ([end, end], [-0.03, 1])
        axes.plot(*line, color="0.45", linewidth=0.6, zorder=6, **common)
