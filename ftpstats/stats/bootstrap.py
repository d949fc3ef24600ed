"""Two samples of seconds to the differences of their quantiles, with intervals by resampling blocks.

Shown beside a decision, never making it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample, check_confidence

__all__ = ["QuantileDifference", "block_length", "quantile_differences"]

_BEYOND = 5  # values on the short side of a quantile, below which resampling says nothing about it
_REPLICATES = 2000

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QuantileDifference:
    """
    One quantile of the sample minus that of the reference, in seconds, and its interval.

    `low` and `high` are None where either sample has fewer than five values beyond the quantile: the median needs 10
    values, p90 50 and p99 500.
    """

    quantile: float
    estimate: float
    low: float | None
    high: float | None


def quantile_differences(
    runs: Sequence[ArrayLike],
    reference_runs: Sequence[ArrayLike],
    quantiles: Sequence[float] = (0.5, 0.9, 0.99),
    confidence: float = 0.95,
    *,
    seed: int = 0,
) -> tuple[QuantileDifference, ...]:
    """
    Compare two samples in their middle and in their tails.

    Parameters
    ----------
    runs, reference_runs : sequence of array_like, each of shape (nᵢ,)
        Seconds in the order of measurement, one array per run, nᵢ ≥ 1; NaN and infinity are refused.
    quantiles : sequence of float
        Above 0 and below 1.
    confidence : float
        Of each interval, at least 0.5 and below 1.
    seed : int
        Of the random numbers: the same seed and data give the same intervals.

    Returns
    -------
    tuple of QuantileDifference
        One for each quantile. Swapped samples give the negative; a common shift, nothing.

    Raises
    ------
    ValueError
        If there are no runs, a run is empty, a value is not finite, or a quantile or the confidence is out of range.

    Notes
    -----
    Quantiles as in `describe`, of all runs together. The percentile interval of 2000 moving-block bootstrap samples:
    Künsch, "The jackknife and the bootstrap for general stationary observations", Ann. Statist. 17 (1989) 1217–1241.
    A run is put together again from blocks of `block_length` neighbours, so that its autocorrelation stays. Of
    several runs, as many are drawn first, with replacement: with fewer than five the intervals are too short.

    Examples
    --------
    >>> fast = [1.0, 1.3, 1.1, 1.2, 1.0, 1.1, 1.4, 1.2, 1.1, 1.3, 1.0, 1.2]
    >>> found = quantile_differences([[1.2 * seconds for seconds in fast]], [fast], [0.5])[0]
    >>> print(f"{found.estimate:.2f} s, {found.low:.2f} to {found.high:.2f}")
    0.23 s, 0.12 to 0.34
    """
    check_confidence(confidence)
    tail = (1 - confidence) / 2
    wanted = np.asarray(quantiles, dtype=np.float64)
    if not np.all((wanted > 0) & (wanted < 1)):
        raise ValueError("a quantile lies between 0 and 1")
    sides = _checked(runs), _checked(reference_runs)
    x, y = (np.concatenate(side) for side in sides)
    estimates = np.quantile(x, wanted) - np.quantile(y, wanted)
    fewest = min(x.size, y.size) * np.minimum(wanted, 1 - wanted)
    known = fewest > _BEYOND - 1e-9  # 500 · (1 − 0.99) is a little below 5
    lows, highs = np.empty((2, wanted.size))
    if known.any():
        lows, highs = np.quantile(_resampled(sides, wanted, seed), (tail, 1 - tail), axis=0)
    return tuple(
        QuantileDifference(
            quantile=float(quantile),
            estimate=float(estimate),
            low=float(low) if is_known else None,
            high=float(high) if is_known else None,
        )
        for quantile, estimate, low, high, is_known in zip(wanted, estimates, lows, highs, known, strict=True)
    )


def block_length(n: int) -> int:
    """
    How many neighbours stay together: the cube root of n, rounded up.

    Notes
    -----
    n^⅓ is the order that makes the bootstrap's error smallest (Hall, Horowitz and Jing, "On blocking rules for the
    bootstrap with dependent data", Biometrika 82 (1995) 561–574); for the mean of an AR(1) of 0.5 the best factor
    is 1.4, for one of 0.3 it is 0.9.

    Examples
    --------
    >>> block_length(30), block_length(100), block_length(1000)
    (4, 5, 10)
    """
    return math.ceil(math.cbrt(n) - 1e-9)


def _checked(runs: Sequence[ArrayLike]) -> list[_Array]:
    samples = [as_sample(run) for run in runs]
    if not samples:
        raise ValueError("a sample needs at least one run")
    return samples


def _resampled(sides: tuple[list[_Array], list[_Array]], quantiles: _Array, seed: int) -> _Array:
    """Return the quantiles' differences by replicate."""
    streams = [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(2)]
    # Swapped samples keep their streams, whatever the unit, so that they give exactly the negative.
    if [run.tolist() for run in sides[1]] < [run.tolist() for run in sides[0]]:
        streams.reverse()
    x, y = (_replicates(side, quantiles, stream) for side, stream in zip(sides, streams, strict=True))
    return x - y


def _replicates(runs: list[_Array], quantiles: _Array, stream: np.random.Generator) -> _Array:
    pooled = np.concatenate(runs)
    order = pooled.argsort(kind="stable")
    ordered, edges = pooled[order], pooled.size + 1
    firsts = np.cumsum([0, *(run.size for run in runs)])
    lengths = [_block_lengths(run.size) for run in runs]
    found = np.empty((_REPLICATES, quantiles.size))
    for row in found:
        chosen = stream.integers(len(runs), size=len(runs)) if len(runs) > 1 else [0]
        starts = np.concatenate([firsts[i] + _starts(runs[i].size, lengths[i], stream) for i in chosen])
        ends = starts + np.concatenate([lengths[i] for i in chosen])
        # How often each value is drawn: what begins at it or before, less what has ended.
        times = np.cumsum(np.bincount(starts, minlength=edges) - np.bincount(ends, minlength=edges))
        row[:] = _quantiles(ordered, times[order], quantiles)
    return found


def _block_lengths(n: int) -> NDArray[np.int64]:
    """Return the lengths of blocks that make up n: one length, but for the last."""
    length = block_length(n)
    blocks = -(-n // length)
    return np.array([length] * (blocks - 1) + [n - (blocks - 1) * length], dtype=np.int64)


def _starts(n: int, lengths: NDArray[np.int64], stream: np.random.Generator) -> NDArray[np.int64]:
    return stream.integers(n - lengths[0] + 1, size=lengths.size)


def _quantiles(ordered: _Array, times: NDArray[np.int64], quantiles: _Array) -> _Array:
    """Return the quantiles of ordered values of which each stands there so many times."""
    until = np.cumsum(times)
    places = quantiles * (until[-1] - 1)
    below = np.floor(places)
    low = ordered[np.searchsorted(until, below, side="right")]
    high = ordered[np.searchsorted(until, np.ceil(places), side="right")]
    return np.asarray(low + (places - below) * (high - low))
