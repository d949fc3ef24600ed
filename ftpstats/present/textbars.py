"""A series as one line of bars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

__all__ = ["bars"]

_BARS = "▁▂▃▄▅▆▇█"
_MOST = 64  # characters; of more values, neighbours share one
_BETWEEN = "│"


def bars(values: Sequence[float], places: Collection[int] = (), most: int = _MOST) -> str:
    """
    Return a bar per value, from the smallest to the largest; of many values, one per so many neighbours: their mean.

    Parameters
    ----------
    values : sequence of float
        One at least.
    places : collection of int
        Values before a rule between two bars.
    most : int
        Bars.

    Examples
    --------
    >>> bars([1, 2, 1, 8, 7], [3])
    '▁▂▁│█▇'
    """
    each = -(-len(values) // most)
    edges = sorted({0, *places, len(values)})
    parts = [[values[at : min(at + each, end)] for at in range(begin, end, each)] for begin, end in pairwise(edges)]
    means = [[sum(some) / len(some) for some in part] for part in parts]
    low, high = min(map(min, means)), max(map(max, means))
    return _BETWEEN.join("".join(_bar(value, low, high) for value in part) for part in means)


def _bar(value: float, low: float, high: float) -> str:
    return _BARS[0] if high <= low else _BARS[round((value - low) / (high - low) * (len(_BARS) - 1))]
