"""Histograms in lines of text, on one logarithmic axis for all. Characters out; where they stand is `terminal`'s."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.present.textplot import Axis, tick_line
from ftpstats.units import significant

if TYPE_CHECKING:
    from ftpstats.analysis.rates import RateBin

__all__ = ["Histograms", "draw_bins"]

_LEVELS = "▁▂▃▄▅▆▇█"
_ROUND = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Histograms:
    """
    What stands beside the rows of a table: the histogram of each, or nothing; an axis beside the first heading.

    Attributes
    ----------
    rows : tuple of tuple of RateBin, or None
        By row of the table; None is a heading, an empty one has no histogram.
    before : int
        The column that they stand in front of.
    scale : float
        Of the unit of the axis, in that of the bins.
    unit : str
    """

    rows: tuple[tuple[RateBin, ...] | None, ...]
    before: int
    scale: float
    unit: str

    def lines(self, width: int) -> list[str]:
        """Return what stands beside each row, in so many columns."""
        bins = [one for row in self.rows for one in row or ()]
        if not bins:
            return [""] * len(self.rows)
        low, high = (
            _round(end / self.scale, up=up) * self.scale for end, up in zip(_ends(bins), (False, True), strict=True)
        )
        axis = Axis(low, high, width, is_log=True)
        return [tick_line(axis, self.scale, self.unit) if row is None else draw_bins(row, axis) for row in self.rows]

    def legend(self, lines: Iterable[str]) -> str:
        """Return what the bars mean, where there are any."""
        if not set().union(*lines) & set(_LEVELS):
            return ""
        ends = (significant(end / self.scale, 2) for end in _ends([one for row in self.rows for one in row or ()]))
        axis = "" if None in self.rows else f" from {' to '.join(ends)} {self.unit}"
        return f"▁▄█ transfers by rate{axis}, logarithmic; none where the clock hides more than a tenth of the rates"


def _ends(bins: Sequence[RateBin]) -> tuple[float, float]:
    return min(one.low for one in bins), max(one.high for one in bins)


def _round(value: float, *, up: bool) -> float:
    """Return the round number beyond a value: an axis that ends there has numbers at its ends."""
    power = 10.0 ** math.floor(math.log10(value))
    numbers = [number * power for number in _ROUND]
    if up:
        return next((number for number in numbers if number >= value), numbers[-1])
    return next((number for number in reversed(numbers) if number <= value), numbers[0])


def draw_bins(bins: Sequence[RateBin], axis: Axis) -> str:
    """Return a line of bars, the highest of full height: what a bin counts is spread evenly over its columns."""
    heights = [0.0] * axis.width
    for one in bins:
        first, last = (_column(end, axis) for end in (one.low, one.high))
        for column in range(max(math.floor(first), 0), min(math.ceil(last), axis.width)):
            covered = min(last, column + 1) - max(first, column)
            heights[column] += one.n * covered / (last - first)
    top = max(heights, default=0.0)
    return "".join(_bar(height / top if top else 0.0) for height in heights).rstrip()


def _column(value: float, axis: Axis) -> float:
    return axis.width * math.log(value / axis.low) / math.log(axis.high / axis.low)


def _bar(share: float) -> str:
    """Return a bar of this share of the full height: what is not nothing is seen."""
    return _LEVELS[max(0, math.ceil(share * len(_LEVELS)) - 1)] if share > 1e-9 else " "
