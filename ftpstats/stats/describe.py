"""One sample of seconds to its numbers: mean, spread, t interval, k1 and the five numbers of a boxplot.

Also the ground that the other modules stand on: what counts as a sample, its mean, its variance, Student's t.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

__all__ = ["Description", "as_sample", "check_confidence", "describe", "mean", "t_critical", "variance"]

_LARGEST = 1e150  # beyond it a square overflows


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


def as_sample(values: ArrayLike) -> NDArray[np.float64]:
    """
    Return values as a sample: one dimension, at least one value, every one finite.

    Raises
    ------
    ValueError
        For anything else: the caller decides what becomes of a missing value, not the statistics.

    Examples
    --------
    >>> as_sample([1, 2])
    array([1., 2.])
    >>> as_sample([1, float("nan")])
    Traceback (most recent call last):
    ValueError: every value must be a finite number below 1e+150
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1:
        raise ValueError(f"a sample has one dimension, not {sample.ndim}")
    if sample.size == 0:
        raise ValueError("a sample needs at least one value")
    if not np.all(np.abs(sample) < _LARGEST):  # false for NaN too
        raise ValueError(f"every value must be a finite number below {_LARGEST:g}")
    return sample


def mean(sample: NDArray[np.float64]) -> float:
    """
    Arithmetic mean of what `as_sample` gave; the same to the last bit in any order.

    Notes
    -----
    Shewchuk's exact sum (`math.fsum`), rounded once and kept within the sample's range: so equal values
    have exactly that mean, and two orders of one sample never differ by a spread that is none.

    Examples
    --------
    >>> mean(as_sample([0.1, 0.1, 0.1]))
    0.1
    """
    average = math.fsum(sample.tolist()) / sample.size
    return min(max(average, float(sample.min())), float(sample.max()))


def variance(sample: NDArray[np.float64]) -> float | None:
    """
    Variance with n − 1 of what `as_sample` gave; None for one value, exactly 0 for equal ones.

    Notes
    -----
    The corrected two-pass algorithm of Chan, Golub and LeVeque (1983), with exact sums.

    Examples
    --------
    >>> variance(as_sample([1, 2, 3, 4])), variance(as_sample([1]))
    (1.6666666666666667, None)
    """
    if sample.size == 1:
        return None
    deviations = sample - mean(sample)
    squares = math.fsum((deviations**2).tolist())
    correction = math.fsum(deviations.tolist()) ** 2 / sample.size
    return (squares - correction) / (sample.size - 1)


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
