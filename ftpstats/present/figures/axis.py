"""The axis of times or of throughput: from where to where, and on which scale. One rule for all panels of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ftpstats.errors import UsageError
from ftpstats.present.figures.broken import mark_foot, set_broken
from ftpstats.units import UNITS, Unit, seconds_unit

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["Extent", "Scale", "Side", "ValueAxis", "set_axis", "value_axes"]

Scale = Literal["auto", "log", "zero"]
Side = Literal["x", "y"]

_LOG_FROM = 20  # times between two medians, from which the smaller box is a line on a linear axis
_SQUASHED = 1 / 10  # of the height: a box that is lower is hard to read
_GAP = 0.5  # of the height: a stretch as long without data may be left out


@dataclass(frozen=True, slots=True)
class Extent:
    """
    What one panel has to show, in seconds or in units of throughput.

    Attributes
    ----------
    values : sequence or array of float
        Whatever is drawn, in any order.
    boxes : tuple of (float, float)
        Quartiles, which no outlying maximum may squash; none where the picture is not about them.
    medians : tuple of float
    may_rescale : bool
        Whether an axis may go on in another scale where there is no gap to leave out.
    """

    values: Sequence[float] | NDArray[np.float64]
    boxes: tuple[tuple[float, float], ...] = ()
    medians: tuple[float, ...] = ()
    may_rescale: bool = False

    @property
    def low(self) -> float:
        """The smallest value."""
        return float(min(self.values)) if isinstance(self.values, Sequence) else float(self.values.min())

    @property
    def high(self) -> float:
        """The largest value."""
        return float(max(self.values)) if isinstance(self.values, Sequence) else float(self.values.max())


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """
    A panel's axis: the smallest and the largest value drawn, and how they are.

    Points and boxes are read by position, not by length, so the axis need not start at zero; where all times are
    similar that would hide the differences. It does start there while the data of every panel keep half of the height;
    otherwise a break marks that it does not. Where medians differ by a factor of 20 or more (loopback and a slow
    network), a linear axis shows one box and a row of lines: then it is logarithmic, and labelled so. Where a few large
    values would squash all boxes, it is broken between the two numbers of `gap`.
    """

    low: float
    high: float
    is_logarithmic: bool
    is_cut: bool
    gap: tuple[float, float] | None
    unit: Unit


def value_axes(
    extents: Sequence[Extent | None], scale: Scale = "auto", unit: Unit = UNITS["s"]
) -> list[ValueAxis | None]:
    """
    Return the axis of each panel of a figure; None where there is nothing to draw.

    Raises
    ------
    UsageError
        If a logarithmic axis is wanted for zero, or for an interval that reaches below it.
    """
    known = [extent for extent in extents if extent is not None]
    is_positive = all(extent.low > 0 for extent in known)
    if scale == "log" and not is_positive:
        raise UsageError("log: a logarithmic axis cannot show 0, or an interval that reaches below it")
    is_log = scale == "log" or (scale == "auto" and is_positive and any(map(_are_apart, known)))
    gaps = [_gap(extent) if extent and scale == "auto" and not is_log else None for extent in extents]
    is_cut = scale == "auto" and not is_log and any(map(_needs_cut, extents, gaps))
    return [
        None
        if extent is None
        else ValueAxis(extent.low, extent.high, is_log, is_cut and _can_be_cut(extent), gap, unit)
        for extent, gap in zip(extents, gaps, strict=True)
    ]


def _are_apart(extent: Extent) -> bool:
    return bool(extent.medians) and max(extent.medians) > _LOG_FROM * min(extent.medians)


def _can_be_cut(extent: Extent) -> bool:
    """Whether it may start above zero; values alike to a millionth have nothing to show."""
    low, high = extent.low, extent.high
    return low > 0 and high - low > 1e-6 * high


def _needs_cut(extent: Extent | None, gap: tuple[float, float] | None) -> bool:
    """Whether the axis would waste more than half of its height below the data."""
    if extent is None or not _can_be_cut(extent):
        return False
    return extent.low > 0.5 * (gap[0] if gap else extent.high)


def _gap(extent: Extent) -> tuple[float, float] | None:
    """Return between which values an axis is broken, where those above would squash all boxes."""
    import numpy as np

    if not extent.boxes:
        return None
    low, top = extent.low, max(q3 for _, q3 in extent.boxes)
    span = extent.high - low
    thickest = max(q3 - q1 for q1, q3 in extent.boxes) or top - min(q1 for q1, _ in extent.boxes)
    if not 0 < thickest < _SQUASHED * span:
        return None
    values = np.asarray(extent.values)
    above = np.unique([top, *values[values > top].tolist()])
    if len(above) == 1:
        return None
    widest = int(np.diff(above).argmax())
    if above[widest + 1] - above[widest] >= _GAP * span:
        return float(above[widest]), float(above[widest + 1])
    # Nothing can be left out: from four box heights above the boxes on, all is drawn closer together.
    begin = int(np.searchsorted(above, top + 4 * thickest, side="right"))
    # That helps only where the rest is short: boxes that are far from each other stay as they are.
    if not extent.may_rescale or begin == len(above) or above[begin - 1] - low > (1 - _GAP) * span:
        return None
    return float(above[begin - 1]), float(above[begin])


def set_axis(axes: Axes, axis: ValueAxis, side: Side = "y") -> float:
    """Scale one side of a panel and label it; return the base units in its unit."""
    most = axis.gap[0] if axis.gap else max(abs(axis.low), abs(axis.high))
    scale, symbol = (1.0, axis.unit.name) if axis.unit.is_throughput else seconds_unit(most)
    noun = "throughput" if axis.unit.is_throughput else "elapsed time"
    low, high = axis.low / scale, axis.high / scale
    if axis.is_logarithmic:
        _set_logarithmic(axes, low, high, side)
        _of(axes, side).set_label_text(f"{noun} ({symbol}, logarithmic)")
        return scale
    if axis.gap:
        set_broken(axes, side, (low if axis.is_cut else 0.0, axis.gap[0] / scale, axis.gap[1] / scale, high))
        if not axis.unit.is_throughput:
            _name_far_units(axes, side, scale, axis.gap[1])
    else:
        _set_linear(axes, low, high, side, is_cut=axis.is_cut)
    if axis.is_cut:
        mark_foot(axes, side)
    _of(axes, side).set_label_text(f"{noun} ({symbol})")
    return scale


def _name_far_units(axes: Axes, side: Side, scale: float, resume: float) -> None:
    """Give numbers above a break in a unit of their own where that is another: 15 min, not 900000 ms."""
    from matplotlib.ticker import FuncFormatter

    larger, symbol = seconds_unit(resume)
    if larger == scale:
        return

    def text(value: float, _: object) -> str:
        return f"{value * scale / larger:g} {symbol}" if value * scale >= resume / 2 else f"{value:g}"

    _of(axes, side).set_major_formatter(FuncFormatter(text))


def _of(axes: Axes, side: Side):  # type: ignore[no-untyped-def]  # noqa: ANN202 - XAxis or YAxis
    return axes.xaxis if side == "x" else axes.yaxis


def _set_limits(axes: Axes, side: Side, low: float, high: float) -> None:
    (axes.set_xlim if side == "x" else axes.set_ylim)(low, high)


def _set_logarithmic(axes: Axes, low: float, high: float, side: Side) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    (axes.set_xscale if side == "x" else axes.set_yscale)("log")
    _set_limits(axes, side, low / 1.4, high * 1.4)
    one = _of(axes, side)
    few = side == "x" or high > 1000 * low
    one.set_major_locator(LogLocator(subs=(1,) if few and high > 30 * low else (1, 2, 5), numticks=15))
    one.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    one.set_minor_formatter(NullFormatter())


def _set_linear(axes: Axes, low: float, high: float, side: Side, *, is_cut: bool) -> None:
    from matplotlib.ticker import FixedLocator, MaxNLocator

    base, top = (low, high) if is_cut else (min(low, 0.0), max(high, 0.0))
    pad = 0.06 * (top - base) or 1.0
    _set_limits(axes, side, 0.0 if base == 0 else base - 2 * pad, top + pad)
    locator = MaxNLocator(6 if side == "y" else 4, steps=(1, 2, 2.5, 5, 10))
    if is_cut:  # no number beside the mark at the foot
        ticks = [tick for tick in locator.tick_values(base, top) if base - pad / 2 < tick <= top + pad]
        _of(axes, side).set_major_locator(FixedLocator(ticks))
    else:
        _of(axes, side).set_major_locator(locator)
