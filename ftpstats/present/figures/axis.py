"""The y axis of a panel: elapsed times, from where to where and on which scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftpstats.units import seconds_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TimeAxis", "set_time_axis", "time_axis"]

_LOG_FROM = 20  # times between two medians, from which the smaller box is a line on a linear axis


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """
    A panel's y axis: the smallest and the largest value drawn, in seconds.

    Points and boxes are read by position, not by length, so the axis need not start at zero; where all times are
    similar that would hide the differences. It does start there while the data keep half of the height; otherwise a
    break marks that it does not. Where medians differ by a factor of 20 or more (loopback and a slow network), a
    linear axis shows one box and a row of lines: then it is logarithmic, and labelled so.
    """

    low: float
    high: float
    is_logarithmic: bool

    @property
    def is_cut(self) -> bool:
        """Whether it is linear and starts above zero; values alike to a millionth have nothing to show."""
        return not self.is_logarithmic and self.low > 0.5 * self.high and self.high - self.low > 1e-6 * self.high


def time_axis(spans: Sequence[tuple[float, float]], medians: Sequence[float]) -> TimeAxis | None:
    """Return the axis on which all spans of seconds can be seen; None where there are none."""
    if not spans:
        return None
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    return TimeAxis(low, high, is_logarithmic=bool(medians) and low > 0 and max(medians) > _LOG_FROM * min(medians))


def set_time_axis(axes: Axes, axis: TimeAxis) -> float:
    """Scale the y axis, and return the seconds in its unit."""
    scale, symbol = seconds_unit(max(abs(axis.low), abs(axis.high)))
    if axis.is_logarithmic:
        _set_logarithmic(axes, axis.low / scale, axis.high / scale)
        axes.set_ylabel(f"elapsed time ({symbol}, logarithmic)")
    else:
        _set_linear(axes, axis.low / scale, axis.high / scale, is_cut=axis.is_cut)
        axes.set_ylabel(f"elapsed time ({symbol})")
    return scale


def _set_logarithmic(axes: Axes, low: float, high: float) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.set_ylim(low / 1.4, high * 1.4)
    axes.yaxis.set_major_locator(LogLocator(subs=(1,) if high > 1000 * low else (1, 2, 5), numticks=15))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _set_linear(axes: Axes, low: float, high: float, *, is_cut: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    base, top = (low, high) if is_cut else (min(low, 0.0), max(high, 0.0))
    pad = 0.06 * (top - base) or 1.0
    axes.set_ylim(0.0 if base == 0 else base - 2 * pad, top + pad)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 2.5, 5, 10)))
    if is_cut:  # two short strokes across the foot of the axis, with a gap between them
        stroke: dict[str, Any] = {"marker": [(-1, -0.5), (1, 0.5)], "markersize": 6, "markeredgewidth": 0.6}
        feet = axes.plot([0, 0], [0.022, 0.042], "w", transform=axes.transAxes, clip_on=False, zorder=5, **stroke)
        feet[0].set(markeredgecolor="k", gid="break")
