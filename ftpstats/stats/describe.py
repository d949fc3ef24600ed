"""One sample of seconds to its numbers: mean, spread, t interval, k1 and the five numbers of a boxplot.

Also what most other modules need: what counts as a sample, its mean and its variance (of `stack`), Student's t.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from ftpstats.stats.stack import as_sample, mean, variance

__all__ = ["Description", "as_sample", "check_confidence", "describe", "mean", "t_critical", "variance"]


@dataclass(frozen=True, slots=True)
class Description:
    """
    One sample in numbers, all but `n` and `k1` in the unit of the values.

    Attributes
    ----------
    n : int
        Number of values.
    mean : float
        Arithmetic mean.
    sd : float or None
        Standard deviation with n − 1; None for one value.
    k1 : float or None
        t₁₋α⸝₂,ₙ₋₁/√n, what sd is multiplied with to give half the interval; None for one value.
    ci_low, ci_high : float or None
        mean ± k1·sd; None for one value.
    min, q1, median, q3, max : float
        The five numbers, with inclusive quartiles.
    """

    n: int
    mean: float
    sd: float | None
    k1: float | None
    ci_low: float | None
    ci_high: float | None
    min: float
    q1: float
    median: float
    q3: float
    max: float


def describe(values: ArrayLike, confidence: float = 0.95) -> Description:
    """
    Describe one sample: what the thesis shows as mean ± interval and as a Hunt-style boxplot.

    The interval takes the values as independent; a decision never rests on it (see `contrast`).

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds, n ≥ 1; NaN and infinity are refused.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    Description
        `sd`, `k1` and the interval are None for n = 1. Equal values have sd 0 and an interval of no width.

    Raises
    ------
    ValueError
        If there are no values, one is not finite, or the confidence is out of range.

    Notes
    -----
    Student's t interval; quartiles by linear interpolation between order statistics, type 7 of Hyndman and
    Fan (1996), which is Excel's QUARTILE, R's default and numpy's `linear`.

    Examples
    --------
    >>> found = describe([10, 20, 40, 70, 100])
    >>> found.min, found.q1, found.median, found.q3, found.max
    (10.0, 20.0, 40.0, 70.0, 100.0)
    >>> print(f"{found.mean:.1f} ± {found.k1:.6f} * {found.sd:.4f}")
    48.0 ± 1.241664 * 37.0135
    """
    check_confidence(confidence)
    sample = as_sample(values)
    center, sd, k1 = mean(sample), _sd(sample), _k1(sample.size, confidence)
    half = None if sd is None or k1 is None else k1 * sd
    low, q1, median, q3, high = (float(number) for number in np.percentile(sample, (0, 25, 50, 75, 100)))
    return Description(
        n=sample.size,
        mean=center,
        sd=sd,
        k1=k1,
        ci_low=None if half is None else center - half,
        ci_high=None if half is None else center + half,
        min=low,
        q1=q1,
        median=median,
        q3=q3,
        max=high,
    )


def check_confidence(confidence: float) -> None:
    """
    Refuse a confidence that is not at least 0.5 and below 1: 95 and 0.05 are both meant to be 0.95.

    Raises
    ------
    ValueError
        If it is out of range, or NaN.

    Examples
    --------
    >>> check_confidence(95)
    Traceback (most recent call last):
    ValueError: a confidence of 95 is not between 0.5 and 1
    """
    if not 0.5 <= confidence < 1:
        raise ValueError(f"a confidence of {confidence} is not between 0.5 and 1")


def t_critical(confidence: float, df: float) -> float:
    """
    Two-sided critical value of Student's t: t₁₋α⸝₂ with `df` degrees of freedom, whole or not.

    Raises
    ------
    ValueError
        If the confidence is out of range.

    Examples
    --------
    >>> print(f"{t_critical(0.95, 9):.6f}")
    2.262157
    """
    check_confidence(confidence)
    return -float(stdtrit(df, (1 - confidence) / 2))


def _sd(sample: NDArray[np.float64]) -> float | None:
    spread = variance(sample)
    return None if spread is None else math.sqrt(spread)


def _k1(n: int, confidence: float) -> float | None:
    return None if n == 1 else t_critical(confidence, n - 1) / math.sqrt(n)
