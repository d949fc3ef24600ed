"""One run of seconds in the order of measurement to how its level changes: trend, halves, warm-up.

The p-values allow for autocorrelation; each says that the run is not one experiment, never that it is.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from ftpstats.stats.contrast import Difference
from ftpstats.stats.describe import check_confidence, t_critical
from ftpstats.stats.serial import cosines, long_run_variances
from ftpstats.stats.stack import ROUNDING_NOISE, Stack, as_stack

__all__ = ["Trend", "halves", "halves_by_run", "trend", "trend_by_run", "warm_up", "warm_up_by_run"]

_SMALLEST, _SMALLEST_TREND = 16, 8
_SMALLEST_WARM_UP = 20  # ten transfers to compare the first ones with
_FAR_OUT = 3.0  # Tukey's outer fence, in interquartile ranges beyond the quartile

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trend:
    """
    Slope in seconds per transfer, its standard error and degrees of freedom, and the two-sided p-value of no slope.

    `df` and `p` are None where `se` is 0: the values lie on a line, or are equal.
    """

    slope: float
    se: float
    df: int | None
    p: float | None


def trend(values: ArrayLike) -> Trend | None:
    """
    Fit a line to a run and test its slope with the long-run variance about the line.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds in the order of measurement; NaN and infinity are refused.

    Returns
    -------
    Trend or None
        None for n < 8.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    Least squares; se² = Ω̂/Σ(t − t̄)² with the cosine estimate Ω̂ of the residuals (see `long_run_variance`). The
    line takes nearly all of one of the ν cosines, so the sum of squares is divided by ν − 1 and t has ν − 1
    degrees of freedom: series-variance inference on a trend as by Sun, "Robust trend inference with series variance
    estimator and testing-optimal smoothing parameter", J. Econometrics 164 (2011) 345–366. With an AR(1) of 0.5
    and n = 100 it raises 5 % false alarms at 5 %, where Mann–Kendall raises 28 %.

    Examples
    --------
    >>> found = trend([1.0, 1.3, 1.1, 1.4, 1.2, 1.5, 1.3, 1.6, 1.4, 1.7])
    >>> print(f"{found.slope:.4f} s per transfer, p = {found.p:.4f}")
    0.0576 s per transfer, p = 0.0005
    """
    return trend_by_run(as_stack(values))[0]


def trend_by_run(runs: Stack) -> Sequence[Trend | None]:
    """Return `trend` of every run."""
    m, n = runs.values.shape
    if n < _SMALLEST_TREND:
        return [None] * m
    fitted = _regressions(runs, _centered_time(n))
    return [Trend(slope, se, df if se else None, p if se else None) for slope, se, p, df in fitted]


def halves(values: ArrayLike, confidence: float = 0.95) -> Difference | None:
    """
    Second half of a run minus its first half, in mean seconds; the middle one of an odd number is in neither.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds in the order of measurement; NaN and infinity are refused.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    Difference or None
        None for n < 16.

    Raises
    ------
    ValueError
        If there are no values, one is not finite, or the confidence is out of range.

    Notes
    -----
    As `trend`, with a step from −½ to ½ for the line: one long-run variance about both levels, and ν − 1 degrees of
    freedom. Two variances, one of either half, would be of half as many transfers each: at n = 30 and an AR(1) of
    0.5 they raise 9 % false alarms at 5 %, this one 5 %.

    Examples
    --------
    >>> found = halves([1, 2, 1, 2, 1, 2, 1, 2, 3, 2, 3, 2, 3, 2, 3, 2])
    >>> print(f"{found.estimate:.1f} s, p = {found.p:.5f}")
    1.0 s, p = 0.00239
    """
    return halves_by_run(as_stack(values), confidence)[0]


def halves_by_run(runs: Stack, confidence: float = 0.95) -> Sequence[Difference | None]:
    """Return `halves` of every run."""
    check_confidence(confidence)
    m, n = runs.values.shape
    if n < _SMALLEST:
        return [None] * m
    # −½ before the middle, ½ after it, and 0 at it.
    fitted = _regressions(runs, np.sign(_centered_time(n)) / 2)
    critical = t_critical(confidence, cosines(n) - 1)
    return [
        Difference(estimate, se=se, df=df, low=estimate - critical * se, high=estimate + critical * se, p=p)
        if se
        else Difference(estimate, se=0.0, df=None, low=None, high=None, p=None)
        for estimate, se, p, df in fitted
    ]


def warm_up(values: ArrayLike) -> int | None:
    """
    How many first transfers are so slow that they belong to warming up.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds in the order of measurement; NaN and infinity are refused.

    Returns
    -------
    int or None
        At most half of the run; 0 where the first transfer is like the others. None for n < 20.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    A rule, not a test. The second half of the run stands for its steady state. Counted are the transfers up to the
    first that is not slower than both the outer fence of Tukey, "Exploratory Data Analysis" (1977), q₃ + 3·(q₃ − q₁),
    and 95 % of that half. So where nothing warms up about one run in twenty is warned of, however the values
    spread or tie, of few and heavy-tailed ones one in ten, of normal ones hardly any; and a stall later on hides no
    warm-up.

    Examples
    --------
    >>> warm_up([2.0, 1.6] + [1.0, 1.1] * 10)
    2
    """
    return warm_up_by_run(as_stack(values))[0]


def warm_up_by_run(runs: Stack) -> Sequence[int | None]:
    """Return `warm_up` of every run."""
    m, n = runs.values.shape
    if n < _SMALLEST_WARM_UP:
        return [None] * m
    half = n // 2
    q1, q3, most = np.percentile(runs.values[:, half:], (25, 75, 95), axis=1)
    steady = runs.values[:, :half] <= np.maximum(q3 + _FAR_OUT * (q3 - q1), most)[:, np.newaxis]
    return [int(first) for first in np.where(steady.any(axis=1), steady.argmax(axis=1), half)]


def _centered_time(n: int) -> _Array:
    return np.arange(n, dtype=np.float64) - (n - 1) / 2


def _regressions(runs: Stack, regressor: _Array) -> Iterator[tuple[float, float, float, int]]:
    """
    Yield of every run the coefficient of a regressor of mean 0, its standard error, p and the degrees of freedom.

    Where there is no more than rounding about the fitted values the standard error is 0, and p means nothing.
    """
    m, n = runs.values.shape
    total, cosines_used = np.sum(regressor**2), cosines(n)
    coefficients = np.sum(runs.deviations * regressor, axis=1) / total
    long_run = long_run_variances(runs.deviations - coefficients[:, np.newaxis] * regressor)
    is_exact = np.sqrt(long_run) <= ROUNDING_NOISE * np.abs(runs.values).max(axis=1)
    df = cosines_used - 1
    errors = np.where(is_exact, 0.0, np.sqrt(long_run * cosines_used / df / total))
    is_exact |= errors == 0  # of the smallest numbers the square is 0
    p = 2 * stdtr(df, -np.abs(coefficients) / np.where(is_exact, math.inf, errors))
    yield from zip(coefficients.tolist(), errors.tolist(), p.tolist(), [df] * m, strict=True)
