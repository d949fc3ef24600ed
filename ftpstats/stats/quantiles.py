"""A sample beside the normal quantiles that a normal one of its size would have: the points of a Q-Q plot.

A picture of how a sample is not normal, where `normality` has tests of whether. The order of measurement is lost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from ftpstats.stats.describe import as_sample

__all__ = ["NormalQuantiles", "normal_quantiles", "normal_scores"]

_QUARTILES = (0.25, 0.75)


@dataclass(frozen=True, slots=True)
class NormalQuantiles:
    """
    The points of a normal Q-Q plot, and its line: intercept + slope · score.

    Attributes
    ----------
    scores : array of shape (n,)
        Standard normal quantiles, ascending; a pure number.
    values : array of shape (n,)
        The sample, ascending.
    intercept, slope : float or None
        Of the line through the quartiles, in the unit of the values: about the mean and the standard deviation of a
        normal sample. None for one value; slope 0 where both quartiles are one value.
    """

    scores: NDArray[np.float64]
    values: NDArray[np.float64]
    intercept: float | None
    slope: float | None


def normal_scores(n: int) -> NDArray[np.float64]:
    """
    Return about where the smallest, the second, … the largest of n standard normal values lie.

    Parameters
    ----------
    n : int
        Size of the sample.

    Returns
    -------
    array of shape (n,)
        Standard normal quantiles, ascending and symmetric.

    Raises
    ------
    ValueError
        If n < 1.

    Notes
    -----
    At the plotting positions (i − 3/8)/(n + 1/4) of Blom, "Statistical Estimates and Transformed Beta-Variables"
    (1958): within 0.03 of the expected order statistics of a normal sample. R's `ppoints` has them for n ≤ 10, and
    (i − 1/2)/n for more, where the largest lies up to 0.1 further out; one rule for every n lets samples be compared.

    Examples
    --------
    >>> print(*(f"{score:.4f}" for score in normal_scores(5)))
    -1.1798 -0.4972 0.0000 0.4972 1.1798
    """
    if n < 1:
        raise ValueError(f"there are no normal scores of {n} values")
    scores = ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    return np.asarray((scores - scores[::-1]) / 2, dtype=np.float64)  # symmetric to the last bit


def normal_quantiles(values: ArrayLike) -> NormalQuantiles:
    """
    Pair a sample's values in order with the normal scores of its size.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds; NaN and infinity are refused.

    Returns
    -------
    NormalQuantiles
        On the line: like a normal sample. Steps are values that a clock rounds to one.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    Wilk and Gnanadesikan, "Probability plotting methods for the analysis of data", Biometrika 55 (1968) 1–17. The line
    runs through both quartiles, inclusive as in `describe`, as R's `qqline` draws it: up to a quarter of the values
    may be far off without moving it.

    Examples
    --------
    >>> found = normal_quantiles([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    >>> print(f"{found.scores[0]:.3f} {found.values[0]}, line {found.intercept:.4f} + {found.slope:.4f} z")
    -1.547 -1.6, line 0.7625 + 1.3899 z
    """
    ordered = np.sort(as_sample(values))
    scores = normal_scores(ordered.size)
    if ordered.size == 1:
        return NormalQuantiles(scores, ordered, intercept=None, slope=None)
    low, high = (float(quartile) for quartile in np.quantile(ordered, _QUARTILES))
    slope = (high - low) / (2 * float(ndtri(_QUARTILES[1])))
    return NormalQuantiles(scores, ordered, intercept=low + (high - low) / 2, slope=slope)
