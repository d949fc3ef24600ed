"""Two samples of seconds to the textbook's tests and effect sizes: shown beside a decision, never making it.

All of them take the transfers as independent and identically distributed; correlated ones make their p-values
too small. The decision is made in `contrast`.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri, poch

from ftpstats.stats.contrast import difference
from ftpstats.stats.describe import as_sample, check_confidence, mean, variance
from ftpstats.stats.means import independent_mean

__all__ = ["MannWhitney", "Shift", "TTest", "hedges_g", "hodges_lehmann", "is_exact", "mann_whitney", "welch"]

_EXACT_BELOW = 50  # values per sample, as in R
_HALVINGS = 40  # of the range in which an order statistic is looked for: 1e−12 of it remains


@dataclass(frozen=True, slots=True)
class TTest:
    """Welch's t, its degrees of freedom, its two-sided p-value, and the difference's interval in seconds."""

    t: float
    df: float
    p: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """U, the pairs in which the sample exceeds the reference (ties count half), and its two-sided p-value."""

    u: float
    p: float


@dataclass(frozen=True, slots=True)
class Shift:
    """
    Median of all differences sample − reference, and its interval, in seconds.

    `low` and `high` are None where the samples are too small for the confidence.
    """

    estimate: float
    low: float | None
    high: float | None


def welch(sample: ArrayLike, reference: ArrayLike, confidence: float = 0.95) -> TTest | None:
    """
    Welch's t test of equal means, without equal variances.

    Parameters
    ----------
    sample, reference : array_like, shapes (n,) and (m,)
        Seconds; NaN and infinity are refused.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    TTest or None
        None where a sample is a single value or neither has any spread.

    Raises
    ------
    ValueError
        If a sample is empty, a value is not finite, or the confidence is out of range.

    Notes
    -----
    Welch (1947), as R's `t.test`. Ours, because it is the contrast of independent means, which every short run has to
    agree with, and SciPy's takes half a second to import.

    Examples
    --------
    >>> found = welch(range(1, 11), range(7, 21))
    >>> print(f"t = {found.t:.5f}, df = {found.df:.5f}, p = {found.p:.6g}")
    t = -5.43493, df = 21.98221, p = 1.85528e-05
    """
    found = difference(independent_mean(sample), independent_mean(reference), confidence)
    if found.se is None or found.df is None or found.p is None or found.low is None or found.high is None:
        return None
    return TTest(t=found.estimate / found.se, df=found.df, p=found.p, low=found.low, high=found.high)


def mann_whitney(sample: ArrayLike, reference: ArrayLike) -> MannWhitney | None:
    """
    Mann–Whitney U test of whether a value of one sample is as often above as below one of the other.

    Parameters
    ----------
    sample, reference : array_like, shapes (n,) and (m,)
        Seconds, n, m ≥ 1; NaN and infinity are refused.

    Returns
    -------
    MannWhitney or None
        None where all values of both samples are one value.

    Raises
    ------
    ValueError
        If a sample is empty or a value is not finite.

    Notes
    -----
    Mann and Whitney (1947), as R's `wilcox.test`: exact where both samples are below 50 and nothing is tied,
    else by the normal approximation with corrections for ties and continuity. Ours, because `compare` makes it at every
    call, and SciPy's takes half a second to import and is exact from 8 values down only.

    Examples
    --------
    >>> mann_whitney([1, 2, 3], [4, 5, 6])
    MannWhitney(u=0.0, p=0.1)
    """
    x, y = as_sample(sample), np.sort(as_sample(reference))
    if np.all(x == y[0]) and np.all(y == y[0]):
        return None
    below, up_to = np.searchsorted(y, x, "left"), np.searchsorted(y, x, "right")
    u = float((below + up_to).sum()) / 2
    farther = max(u, x.size * y.size - u)
    tail = _exact_tail(x.size, y.size, farther) if is_exact(x, y) else _normal_tail(x, y, farther)
    return MannWhitney(u=u, p=min(1.0, 2 * tail))


def is_exact(sample: ArrayLike, reference: ArrayLike) -> bool:
    """
    Whether `mann_whitney` is exact: both samples below 50, and nothing tied.

    Raises
    ------
    ValueError
        If a sample is empty or a value is not finite.

    Examples
    --------
    >>> is_exact([1, 2], [3, 4]), is_exact([1, 2], [2, 4])
    (True, False)
    """
    x, y = as_sample(sample), as_sample(reference)
    return max(x.size, y.size) < _EXACT_BELOW and np.unique(np.concatenate((x, y))).size == x.size + y.size


def hodges_lehmann(sample: ArrayLike, reference: ArrayLike, confidence: float = 0.95) -> Shift:
    """
    Hodges–Lehmann shift: by how much a typical value of the sample exceeds one of the reference.

    Parameters
    ----------
    sample, reference : array_like, shapes (n,) and (m,)
        Seconds, n, m ≥ 1; NaN and infinity are refused.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    Shift
        Without an interval where even the whole range of differences falls short of the confidence: at 95 %
        for fewer than 4 values against 4. The interval of two samples without spread has no width.

    Raises
    ------
    ValueError
        If a sample is empty, a value is not finite, or the confidence is out of range.

    Notes
    -----
    Hodges and Lehmann (1963); the interval lies between the order statistics of the n·m differences that
    invert `mann_whitney`, exact where that is, as R's `wilcox.test(conf.int = TRUE)`; else from the normal
    approximation with a continuity correction and none for ties, which makes it wide rather than narrow.
    The differences are counted and never stored, in (n + m)·log m steps and n + m memory. Ours, because neither
    pingouin nor SciPy has it for two samples.

    Examples
    --------
    >>> hodges_lehmann([11, 12, 13, 14], [1, 2, 3, 4])
    Shift(estimate=10.0, low=7.0, high=13.0)
    """
    check_confidence(confidence)
    x, y = np.sort(as_sample(sample)), np.sort(as_sample(reference))
    pairs = x.size * y.size
    middle = {_kth_difference(x, y, (pairs - 1) // 2), _kth_difference(x, y, pairs // 2)}
    estimate = sum(middle) / len(middle)
    rank = (_exact_rank if is_exact(x, y) else _normal_rank)(x.size, y.size, (1 - confidence) / 2)
    if rank < 1:
        return Shift(estimate=estimate, low=None, high=None)
    low, high = _kth_difference(x, y, rank - 1), _kth_difference(x, y, pairs - rank)
    return Shift(estimate=estimate, low=low, high=high)


def hedges_g(sample: ArrayLike, reference: ArrayLike) -> float | None:
    """
    Hedges' g: the difference of the means in pooled standard deviations, freed of its small-sample bias.

    Parameters
    ----------
    sample, reference : array_like, shapes (n,) and (m,)
        Seconds; NaN and infinity are refused.

    Returns
    -------
    float or None
        A pure number, positive where the sample's mean is larger; None where a sample is a single value or
        neither has any spread.

    Raises
    ------
    ValueError
        If a sample is empty or a value is not finite.

    Notes
    -----
    Hedges (1981) with the exact correction J = Γ(k/2) / (√(k/2)·Γ((k − 1)/2)), k = n + m − 2, where many
    programs take 1 − 3/(4k − 1) for it, pingouin too: so it is ours.

    Examples
    --------
    >>> print(f"{hedges_g([1, 2, 3, 4], [3, 4, 5, 6]):.4f}")
    -1.3457
    """
    x, y = as_sample(sample), as_sample(reference)
    spread_x, spread_y = variance(x), variance(y)
    if spread_x is None or spread_y is None or spread_x + spread_y == 0:
        return None
    df = x.size + y.size - 2
    pooled = ((x.size - 1) * spread_x + (y.size - 1) * spread_y) / df
    correction = float(poch((df - 1) / 2, 0.5)) / math.sqrt(df / 2)
    return correction * (mean(x) - mean(y)) / math.sqrt(pooled)


def _kth_difference(x: NDArray[np.float64], y: NDArray[np.float64], k: int) -> float:
    """Return the k-th smallest, from 0, of all xᵢ − yⱼ of two sorted samples, without making them all."""
    low, high = float(x[0] - y[-1]), float(x[-1] - y[0])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = int(np.searchsorted(y, x - middle).sum())
        low, high = (low, middle) if x.size * y.size - above > k else (middle, high)
    return _nearest_difference(x, y, high)


def _nearest_difference(x: NDArray[np.float64], y: NDArray[np.float64], target: float) -> float:
    right = np.searchsorted(y, x - target).clip(max=y.size - 1)
    candidates = np.concatenate((x - y[right], x - y[(right - 1).clip(min=0)]))
    return float(candidates[np.argmin(np.abs(candidates - target))])


def _exact_tail(n: int, m: int, u: float) -> float:
    """P(U ≥ u), exact."""
    return sum(_orderings(n, m)[int(u) :]) / math.comb(n + m, n)


def _normal_tail(x: NDArray[np.float64], y: NDArray[np.float64], u: float) -> float:
    """P(U ≥ u) of a normal U with the variance that its ties leave."""
    values, pairs = x.size + y.size, x.size * y.size
    ties = np.unique(np.concatenate((x, y)), return_counts=True)[1].astype(np.float64)
    lost = float((ties**3 - ties).sum()) / (values * (values - 1))
    return float(ndtr(-(u - pairs / 2 - 0.5) / math.sqrt(pairs / 12 * (values + 1 - lost))))


def _exact_rank(n: int, m: int, tail: float) -> int:
    """Return the smallest u with P(U ≤ u) ≥ tail, as R's `qwilcox`."""
    fuzz = 1 - 1e-12  # (1 − 0.95)/2 is a little above 1/40, which P can be
    return bisect_left(list(accumulate(_orderings(n, m))), tail * math.comb(n + m, n) * fuzz)


def _orderings(n: int, m: int) -> list[int]:
    """Return in how many orderings of n and m values U is 0, 1, … n·m: a Gaussian binomial's coefficients."""
    counts = [1] + [0] * (n * m)
    for i in range(1, n + 1):
        for u in range(n * m, m + i - 1, -1):
            counts[u] -= counts[u - m - i]
        for u in range(i, n * m + 1):
            counts[u] += counts[u - i]
    return counts


def _normal_rank(n: int, m: int, tail: float) -> int:
    return math.floor((n * m + 1) / 2 + float(ndtri(tail)) * math.sqrt(n * m * (n + m + 1) / 12))
