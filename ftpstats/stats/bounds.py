"""Quantiles of values of which each is known as an interval only: bounds on the quantiles of the values themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Bounds", "quantile_bounds"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The smallest and the largest value that a quantile may have; None where it has no upper bound."""

    low: float
    high: float | None


def quantile_bounds(low: ArrayLike, high: ArrayLike, probabilities: Sequence[float]) -> list[Bounds]:
    """
    Return between which values the quantiles of a sample lie, of whose values only intervals are known.

    Parameters
    ----------
    low, high : array_like, shape (n,)
        The ends of each value's interval, in any unit, n ≥ 1; an upper end may be infinite. NaN is refused.
    probabilities : sequence of float
        Of the quantiles, from 0 to 1.

    Returns
    -------
    list of Bounds
        One for each probability.

    Raises
    ------
    ValueError
        If there are no values, an end is unknown, or a lower end is above its upper end.

    Notes
    -----
    A quantile by linear interpolation (type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996) is
    a weighted mean of order statistics with weights that are not negative, and an order statistic never falls where a
    value grows. So the quantile of the lower ends is a lower bound, that of the upper ends an upper bound, and both
    are attained. No value is left out: of transfers timed by a clock of seconds, leaving out the short ones would
    select slow ones.

    Examples
    --------
    >>> quantile_bounds([1.0, 2.0, 3.0], [1.5, float("inf"), 4.0], [0, 0.5, 1])
    [Bounds(low=1.0, high=1.5), Bounds(low=2.0, high=4.0), Bounds(low=3.0, high=None)]
    """
    below, above = (np.sort(np.asarray(ends, dtype=np.float64)) for ends in (low, high))
    if not below.size or np.isnan(below).any() or np.isnan(above).any():
        raise ValueError("there are no values, or an end of an interval is unknown")
    if (np.asarray(low, dtype=np.float64) > np.asarray(high, dtype=np.float64)).any():
        raise ValueError("an interval ends below its begin")
    found = ((_quantile(below, p), _quantile(above, p)) for p in probabilities)
    return [Bounds(least, most if np.isfinite(most) else None) for least, most in found]


def _quantile(ordered: NDArray[np.float64], p: float) -> float:
    """Return a quantile of ascending values. NumPy's gives NaN beside infinite values."""
    place = (len(ordered) - 1) * p
    below = int(place)
    lower = float(ordered[below])
    if place == below:
        return lower
    upper = float(ordered[below + 1])
    return lower if lower == upper else lower + (place - below) * (upper - lower)
