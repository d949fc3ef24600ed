"""A series of run means, or of days', in the order of time, to the places where its level changes; or to its drift.

How clearly a segment of it stands out is in `segments`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.drift import Trend, trend
from ftpstats.stats.segments import SHORTEST, SMALLEST, p_of, rank_scores, refined, scan
from ftpstats.stats.serial import cosines, long_run_variances
from ftpstats.stats.stack import ROUNDING_NOISE, as_sample, mean

__all__ = ["LevelChange", "drift_of", "level_changes", "levels_of", "residuals"]

_BAI = 11  # of the 95 % interval of a place: Bai 1997
_TOLD = 0.05  # level at which a slope differs significantly from 0, where changes are found already
_LEFT = 0.2  # of the level, for a slope where no steps are found

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelChange:
    """
    A place where the level of a series changes.

    Attributes
    ----------
    after : int
        Units before it, at least 5.
    low, high : int
        The 95 % interval of `after`.
    p : float
        Of no change in the part of the series that it was found in; 0.0001 stands for that and less.
    """

    after: int
    low: int
    high: int
    p: float


def level_changes(values: ArrayLike, level: float = 0.01) -> tuple[LevelChange, ...]:
    """
    Find the places where the level of a series changes.

    Parameters
    ----------
    values : array_like, shape (n,)
        In the order of time; NaN and infinity are refused.
    level : float
        Share of series without a change in which one is found at most, about: above 0, below 1.

    Returns
    -------
    tuple of LevelChange
        In order; none for n < 16 and for equal values. Levels have at least 5 values each.

    Raises
    ------
    ValueError
        If there are no values, one is not finite, or the level is out of range.

    Notes
    -----
    Circular binary segmentation (see `segments.scan`) of the ranks, as normal scores. The clearest segment is taken
    where its simulated p is at most the level; it is a step, with one end that of the series, unless its inner
    segment gains more than 2·ln n in U²/Ω̂ (the penalty of a place more). Each part of m of n values is searched again
    at level·m/n. The interval of a place is k ± (⌊11·Ω̂/Δ²⌋ + 1) of Bai, "Estimation of a change point in multiple
    regression models", Rev. Econ. Stat. 79 (1997) 551–563, with the cosine long-run variance Ω̂ about the levels.

    Examples
    --------
    >>> level_changes([1.0, 1.2, 1.1, 1.3] * 5 + [2.0, 2.2, 2.1, 2.3] * 5)
    (LevelChange(after=20, low=19, high=21, p=0.0001),)
    """
    sample = as_sample(values)
    if not 0 < level < 1:
        raise ValueError(f"a level of {level} is not between 0 and 1")
    found = sorted(_searched(sample, 0, level / len(sample)))
    if not found:
        return ()
    places = _settled(sample, [at for at, _ in found])
    omega, levels = _scale(residuals(sample, places), len(places)), levels_of(sample, places)
    reaches = [_reach(omega, after - before, len(sample)) for before, after in pairwise(levels)]
    return tuple(
        LevelChange(at, max(1, at - reach), min(len(sample) - 1, at + reach), p)
        for at, reach, (_, p) in zip(places, reaches, found, strict=True)
    )


def _searched(sample: _Array, start: int, level_each: float) -> Iterator[tuple[int, float]]:
    """Yield the places of changes and their p, of a part that begins at `start`: its level is in proportion."""
    n = len(sample)
    if n < SMALLEST or np.ptp(sample) <= ROUNDING_NOISE * np.abs(sample).max():
        return
    begin, end, p = _clearest(rank_scores(sample))
    if p > level_each * n:
        return
    for at in sorted({begin, end} - {0, n}):
        yield start + at, p
    for first, last in ((0, begin), (begin, end), (end, n)):
        yield from _searched(sample[first:last], start + first, level_each)


def _clearest(scores: _Array) -> tuple[int, int, float]:
    """Return both ends of the clearest segment, and its p; a step unless two places gain enough more than one."""
    n = len(scores)
    found = scan(scores[np.newaxis])
    gains, scale = found.gains[0], float(found.scales[0])
    best = int(gains.argmax())
    is_step = (found.begins == 0) | (found.ends == n)
    step = int(np.where(is_step, gains, -1.0).argmax())
    if gains[best] ** 2 - gains[step] ** 2 <= 2 * math.log(n) * scale:
        best = step
    return *refined(scores, int(found.begins[best]), int(found.ends[best])), p_of(float(found.statistics[0]), n)


def _settled(sample: _Array, places: Sequence[int]) -> list[int]:
    """Return each place anew, as the clearest between its neighbours: it was found before these were known."""
    edges = [0, *places, len(sample)]
    for number in range(1, len(edges) - 1):
        begin, end = edges[number - 1], edges[number + 1]
        scores = rank_scores(sample[begin:end])
        before = np.arange(SHORTEST, end - begin - SHORTEST + 1)
        moved = np.cumsum(scores - scores.mean())[before - 1] ** 2 / (before * (end - begin - before))
        edges[number] = begin + int(before[moved.argmax()])
    return edges[1:-1]


def levels_of(values: ArrayLike, places: Sequence[int]) -> list[float]:
    """
    Return the mean of each level.

    Parameters
    ----------
    values : array_like, shape (n,)
        In the order of time; NaN and infinity are refused.
    places : sequence of int
        Values before each change, in order.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Examples
    --------
    >>> levels_of([1, 1, 2, 4], [2])
    [1.0, 3.0]
    """
    return [mean(part) for part in np.split(as_sample(values), list(places))]


def residuals(values: ArrayLike, places: Sequence[int]) -> _Array:
    """
    Return each value less its level's mean.

    Parameters
    ----------
    values, places
        As for `levels_of`.

    Examples
    --------
    >>> residuals([1, 1, 2, 4], [2])
    array([ 0.,  0., -1.,  1.])
    """
    sample = as_sample(values)
    lengths = np.diff([0, *places, len(sample)])
    return np.asarray(sample - np.repeat(levels_of(sample, places), lengths))


def _scale(rest: _Array, changes: int) -> float:
    """Return Ω̂ about the levels: each takes about one of the cosines."""
    nu = cosines(len(rest))
    return float(long_run_variances(rest[np.newaxis])[0]) * nu / max(1, nu - changes)


def _reach(omega: float, moved: float, n: int) -> int:
    """Return how many units before and after a change its interval goes."""
    widths = _BAI * omega / moved**2 if moved**2 else math.inf
    return math.floor(min(widths, n)) + 1


def drift_of(values: ArrayLike, places: Sequence[int], level: float = 0.01) -> Trend | None:
    """
    Return the trend of a series where a line describes it no worse than the levels that were found.

    Parameters
    ----------
    values, places
        As for `levels_of`.
    level : float
        Share of series without a change in which one is found at most, about. Where no change was found, a fifth of it
        is left for a slope: steps are hard to tell in a steady drift.

    Returns
    -------
    Trend or None
        None where the slope does not differ significantly from 0 (see `drift.trend`): at 5 % where changes were found,
        at `level`/5 where none was; and where the line leaves more squares than the levels.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Examples
    --------
    >>> drift_of([0.0, 0.2, 0.1, 0.3] * 5 + [2.0, 2.2, 2.1, 2.3] * 5, [20]) is None
    True
    >>> import math
    >>> slow = [t / 10 + math.sin(2 * t) for t in range(100)]
    >>> print(f"{drift_of(slow, []).slope:.2f}")
    0.10
    """
    sample = as_sample(values)
    line = trend(sample) if len(sample) >= SMALLEST else None
    if line is None or line.p is None or line.p >= (_TOLD if len(places) else level * _LEFT):
        return None
    time = np.arange(len(sample)) - (len(sample) - 1) / 2
    about_line = sample - mean(sample) - line.slope * time
    return line if np.sum(about_line**2) <= np.sum(residuals(sample, places) ** 2) else None
