"""Runs of seconds in the order of measurement to their autocorrelation by lag. See `serial` for what follows of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample

__all__ = ["Correlogram", "correlogram"]

_SMALLEST = 8  # below it, the band is as wide as the axis


@dataclass(frozen=True, slots=True)
class Correlogram:
    """
    Autocorrelation by lag.

    Attributes
    ----------
    lags : array of shape (m,)
        1, 2, … transfers.
    correlations : array of shape (m,)
        Between −1 and 1.
    limit : float
        1.96/√n, n of all runs: of independent transfers, each lag exceeds it with a probability of 5 %.
    """

    lags: NDArray[np.int64]
    correlations: NDArray[np.float64]
    limit: float


def correlogram(runs: Sequence[ArrayLike]) -> Correlogram | None:
    """
    Compute the autocorrelation of transfers that are 1, 2, 3 … apart.

    Parameters
    ----------
    runs : sequence of array_like
        Seconds in the order of measurement; NaN and infinity are refused.

    Returns
    -------
    Correlogram or None
        Of several runs, the mean of their autocorrelations, weighted by their transfers. None if no run has 8 transfers
        that differ.

    Raises
    ------
    ValueError
        If a run has no values or one is not finite.

    Notes
    -----
    r_k = Σ(xₜ − x̄)(xₜ₊ₖ − x̄) / Σ(xₜ − x̄)² of Box and Jenkins, as R's `acf`, up to lag 10·log₁₀ n of the longest run,
    as there; the limits are Bartlett's (1946).

    Examples
    --------
    >>> found = correlogram([[1, 2, 3, 4, 5, 6, 7, 8]])
    >>> print(found.lags[:3], found.correlations[:3].round(3), f"{found.limit:.3f}")
    [1 2 3] [ 0.625  0.274 -0.03 ] 0.693
    """
    samples = [sample for sample in map(as_sample, runs) if sample.size >= _SMALLEST and np.ptp(sample)]
    if not samples:
        return None
    longest = max(sample.size for sample in samples)
    most = min(longest - 1, int(10 * math.log10(longest)))
    sums, weights = np.zeros(most), np.zeros(most)
    for sample in samples:
        found = _correlations(sample, min(most, sample.size - 1))
        sums[: found.size] += sample.size * found
        weights[: found.size] += sample.size
    n = sum(sample.size for sample in samples)
    return Correlogram(np.arange(1, most + 1), sums / weights, 1.96 / math.sqrt(n))


def _correlations(sample: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    deviations = (sample - sample.mean()) / np.ptp(sample)
    products = [np.dot(deviations[:-lag], deviations[lag:]) for lag in range(1, most + 1)]
    return np.asarray(products, dtype=np.float64) / float(np.dot(deviations, deviations))
