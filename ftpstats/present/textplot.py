"""Box plots in lines of text, on one axis for all that are compared. Characters out; where they stand is `terminal`'s.

Whiskers reach to minimum and maximum, as in the thesis's figures; no value is marked as an outlier.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ftpstats.units import Unit, fixed, seconds_unit

__all__ = ["NARROWEST", "WIDEST", "Axis", "Box", "Panel", "Plot", "draw", "legend", "panel", "tick_line"]

NARROWEST, WIDEST = 24, 60  # columns
_SQUASHED = 1 / 3  # of the axis: where boxes are narrower than this share, whiskers leave it
_TENFOLD = 10  # from this ratio on, the axis is logarithmic
_NICE = (1, 2, 5, 10)
_COLUMNS_PER_TICK = 10


@dataclass(frozen=True, slots=True)
class Box:
    """
    One sample, drawn in one line. Seconds; None is unknown.

    Attributes
    ----------
    five : tuple of float
        Minimum, quartiles and maximum; empty without a time.
    mean, low, high : float or None
        The mean, and the ends of its interval.
    """

    five: tuple[float, ...]
    mean: float | None
    low: float | None
    high: float | None

    def core(self) -> list[float]:
        """Return what has to be on the axis: all but the whiskers, and ends that are infinite."""
        values = (*self.five[1:4], self.mean, self.low, self.high)
        return [value for value in values if value is not None and math.isfinite(value)]


@dataclass(frozen=True, slots=True)
class Panel:
    """Boxes on one axis: in a unit of so many seconds, over a band from one time to another where there is a margin."""

    boxes: tuple[Box | None, ...]
    scale: float
    unit: str
    band: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Plot:
    """The panels of a table's sections, the column that they stand in front of, and what interval and band are."""

    panels: tuple[Panel, ...]
    before: int
    interval: str
    band: str

    def lines(self, width: int) -> list[str]:
        """Return what stands beside each row: an axis beside the heading of a section, a box beside any other."""
        return [line for one in self.panels for line in draw(one, width)]

    def legend(self, lines: Iterable[str]) -> str:
        """Return what the marks mean that stand in these lines."""
        return legend(self, lines)


def panel(boxes: Sequence[Box], band: tuple[float, float] | None, size: int | None, unit: Unit) -> Panel:
    """
    Return boxes of seconds as a panel in the unit that suits them, or as throughput.

    Parameters
    ----------
    boxes : sequence of Box
    band : tuple of float, or None
        Seconds.
    size : int or None
        Bytes of each file, for throughput.
    unit : Unit
    """
    if unit.bytes_per_second is not None and size is not None and all(not box.five or box.five[0] > 0 for box in boxes):
        as_rates = tuple(_as_rates(box, size) for box in boxes)
        edges = None if band is None else (size / band[1], size / band[0] if band[0] > 0 else math.inf)
        return Panel(as_rates, unit.bytes_per_second, unit.name, edges)
    scale, name = seconds_unit(max((value for box in boxes for value in box.core()), default=1.0))
    return Panel(tuple(boxes), scale, name, band)


def _as_rates(box: Box, size: int) -> Box:
    """Return bytes per second: the longest time is the lowest throughput."""

    def rate(seconds: float | None) -> float | None:
        if seconds is None:
            return None
        return math.inf if seconds <= 0 else size / seconds

    return Box(tuple(size / value for value in reversed(box.five)), rate(box.mean), rate(box.high), rate(box.low))


def draw(panel: Panel, width: int) -> list[str]:
    """Return the axis, and below it a line for each box, so many columns wide."""
    low, high = _ends(panel)
    if not high > low:
        return [""] * (len(panel.boxes) + 1)
    axis = Axis(low, high, width, is_log=_is_log(panel))
    return [tick_line(axis, panel.scale, panel.unit), *(_line(box, panel.band, axis) for box in panel.boxes)]


@dataclass(frozen=True, slots=True)
class Axis:
    """From which value to which, on so many columns."""

    low: float
    high: float
    width: int
    is_log: bool

    def column(self, value: float) -> int:
        """Return where a value stands; beyond the ends where it is not on the axis."""
        if math.isinf(value):
            return -1 if value < 0 else self.width
        if self.is_log:
            share = math.log(max(value, self.low / 2) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(share * (self.width - 1))

    def span(self, begin: float, end: float) -> range:
        """Return the columns between two values."""
        return range(max(self.column(begin), 0), min(self.column(end), self.width - 1) + 1)


def _core(panel: Panel) -> list[float]:
    """Return what has to be on the axis."""
    found = [value for box in panel.boxes if box is not None for value in box.core()]
    return [*found, *(edge for edge in panel.band or () if math.isfinite(edge))] if found else []


def _is_log(panel: Panel) -> bool:
    """Whether boxes are so far apart that a linear axis would show a point of some."""
    core = _core(panel)
    return bool(core) and 0 < _TENFOLD * min(core) < max(core)


def _ends(panel: Panel) -> tuple[float, float]:
    """Return the ends of the axis: all values; or, where a few would squash the boxes, what is around these."""
    core = _core(panel)
    if not core:
        return 0.0, 0.0
    low, high = min(core), max(core)
    everything = [value for box in panel.boxes if box is not None for value in (*box.five, *core)]
    least, most = min(everything), max(everything)
    if _is_log(panel):
        return (least if least > 0 else low / 2), most
    if high - low >= _SQUASHED * (most - least):
        return least, most
    return max(least, low - (high - low) / 2), min(most, high + (high - low) / 2)


def tick_line(axis: Axis, scale: float, unit: str) -> str:
    """Return the labels of the ticks, each centred on its column; the first has the unit."""
    line = [" "] * axis.width
    taken = 0
    for number, (value, text) in enumerate(_ticks(axis, scale)):
        label = text if number else f"{text} {unit}"
        begin = max(min(axis.column(value) - len(text) // 2, axis.width - len(label)), 0)
        if begin >= taken:
            line[begin : begin + len(label)] = label
            taken = begin + len(label) + 2
    return "".join(line).rstrip()


def _ticks(axis: Axis, scale: float) -> Iterator[tuple[float, str]]:
    """Yield round values on the axis, with their text."""
    if axis.is_log:
        first, last = (math.floor(math.log10(end / scale)) for end in (axis.low, axis.high))
        steps = [(nice, power) for power in range(first, last + 1) for nice in _NICE[:3]]
        values = [(nice * 10.0**power, max(-power, 0)) for nice, power in steps]
    else:
        rough = (axis.high - axis.low) / scale / max(axis.width // _COLUMNS_PER_TICK, 3)
        values = _round_values(axis, scale, rough)
        values = values if len(values) > 1 else _round_values(axis, scale, rough / 2)  # one number is no scale
    for value, decimals in values:
        if axis.low <= value * scale * (1 + 1e-9) and value * scale <= axis.high * (1 + 1e-9):
            yield value * scale, fixed(value, decimals)


def _round_values(axis: Axis, scale: float, rough: float) -> list[tuple[float, int]]:
    """Return the multiples of a round step, not below a rough one, that are on the axis, each with its decimals."""
    power = math.floor(math.log10(rough))
    step = 10.0**power * next(nice for nice in _NICE if nice * 10.0**power >= rough * (1 - 1e-9))
    first, last = math.ceil(axis.low / scale / step - 1e-9), math.floor(axis.high / scale / step + 1e-9)
    return [(number * step, max(-math.floor(math.log10(step) + 1e-9), 0)) for number in range(first, last + 1)]


def _line(box: Box | None, band: tuple[float, float] | None, axis: Axis) -> str:
    line = [" "] * axis.width
    for begin, end, mark in _strokes(box, band):
        for column in axis.span(begin, end):
            line[column] = mark
    for value, mark in _marks(box):
        column = axis.column(value)
        if 0 <= column < axis.width:
            line[column] = mark
    ends = [] if box is None else [end for end in (*box.five[:1], *box.five[4:], box.low, box.high) if end is not None]
    if any(axis.column(end) < 0 for end in ends):
        line[0] = "◂"
    if any(axis.column(end) >= axis.width for end in ends):
        line[-1] = "▸"
    return "".join(line).rstrip()


def _strokes(box: Box | None, band: tuple[float, float] | None) -> Iterator[tuple[float, float, str]]:
    if band is not None:
        yield *band, "░"
    if box is not None and box.five:
        yield box.five[0], box.five[4], "─"
        yield box.five[1], box.five[3], "▒"


def _marks(box: Box | None) -> Iterator[tuple[float, str]]:
    """Yield single characters, the most important last: it covers the others."""
    if box is None:
        return
    if box.five:
        yield from zip((box.five[i] for i in (0, 4, 1, 3)), "├┤[]", strict=True)
    yield from ((end, mark) for end, mark in ((box.low, "("), (box.high, ")")) if end is not None)
    if box.five:
        yield box.five[2], "┃"
    if box.mean is not None:
        yield box.mean, "◆"


def legend(plot: Plot, lines: Iterable[str]) -> str:
    """Return what the marks mean that stand in these lines."""
    drawn = set().union(*lines)
    meanings = (
        ("├┤", "├ ┤ minimum, maximum"), ("[]", "[ ] quartiles"), ("┃", "┃ median"), ("◆", "◆ mean"),
        ("()", f"( ) {plot.interval}"), ("░", f"░ {plot.band}"), ("◂▸", "◂ ▸ beyond the axis"),
    )  # fmt: skip
    found = [text for marks, text in meanings if drawn & set(marks)]
    if any(_is_log(panel) for panel in plot.panels):
        found.append("logarithmic where values differ tenfold")
    return "   ".join(text.replace(" ", "\N{NO-BREAK SPACE}") for text in dict.fromkeys(found))
