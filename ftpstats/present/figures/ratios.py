"""Comparisons as ratios of means, of time or throughput: what a forest's axis shows, where intervals leave it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.present.figures.matter import Matter

__all__ = ["Span", "margin_of", "ratios_of", "span_of"]

_WIDE = 3.0  # the ratio from which on the axis is logarithmic
_BEYOND = 10.0  # how many times as far as the outermost mean an interval is drawn; a wider one ends in an arrow

Ratios = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Span:
    """The ratios that an axis shows: all means are among them."""

    low: float
    high: float
    is_log: bool

    def shows(self, ratio: float) -> bool:
        """Whether it lies on the axis."""
        return self.low <= ratio <= self.high

    def place(self, ratio: float) -> float:
        """Return where it lies, as a share of the axis."""
        if self.is_log:
            return math.log(ratio / self.low) / math.log(self.high / self.low)
        return (ratio - self.low) / (self.high - self.low)

    def leaves(self, one: Comparison, matter: Matter) -> bool:
        """Whether an interval has an end that is not on the axis, or none."""
        low, _, high = ratios_of(one, matter)
        return one.difference_low is not None and not all(end is not None and self.shows(end) for end in (low, high))


def ratios_of(one: Comparison, matter: Matter) -> Ratios:
    """Return the lower end of the interval, the ratio of means, and the upper end; None where there is none."""
    if matter.unit.is_throughput:
        if one.throughput is None and one.bytes is None:
            raise UsageError(f"unit {matter.unit.name}: transfers of unknown size have no throughput")
        percents = (one.throughput_percent_low, one.throughput_percent, one.throughput_percent_high)
    else:
        percents = (one.percent_low, one.percent, one.percent_high)
    low, middle, high = (None if percent is None else 1 + percent / 100 for percent in percents)
    return low, middle, high


def margin_of(one: Comparison, matter: Matter) -> tuple[float, float] | None:
    """Return the margin as ratios of the means; of throughput, an end is infinite where that of time is 0 or less."""
    if matter.margin is None or not one.mean_reference:
        return None
    share = one.margin.value if one.margin.relative else one.margin.value / one.mean_reference
    if not matter.unit.is_throughput:
        return 1 - share, 1 + share
    return 1 / (1 + share), 1 / (1 - share) if share < 1 else math.inf


def span_of(matter: Matter) -> Span:
    """Return the ratios that the axis shows: every mean, and intervals unless they are very wide."""
    ratios = [ratios_of(one, matter) for one in matter.comparisons]
    means = [1.0, *(middle for _, middle, _ in ratios if middle is not None)]
    ends = [end for low, _, high in ratios for end in (low, high) if end is not None]
    ends += [end for one in matter.comparisons for end in margin_of(one, matter) or ()]
    low, high = min(means), max(means)
    # A mean time of 0 is nowhere on a logarithmic axis.
    if low > 0 and (max(high, *ends, 1) > _WIDE or min(low, *ends, 1) < 1 / _WIDE):
        far = [end for end in ends if low / _BEYOND <= end <= high * _BEYOND]
        return Span(min([low, *far]) / 1.2, max([high, *far]) * 1.2, is_log=True)
    far = [end for end in ends if math.isfinite(end)]
    low, high = min([low, *far]), max([high, *far])
    pad = 0.05 * (high - low) or 0.05
    return Span(low - pad, high + pad, is_log=False)
