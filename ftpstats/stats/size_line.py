"""Times of files of several sizes to a line, latency + cost per byte · size, and the error of all that follows.

A line comes of the means of sizes or of runs that hold every size; of single transfers, see `transfers_line`. Which of
them a log has is not decided here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample, t_critical
from ftpstats.stats.means import SampleMean, mean_of_runs
from ftpstats.stats.stack import ROUNDING_NOISE, known_sum

__all__ = [
    "LEAST_SHARE", "Interval", "SizeLine", "combination", "interval_of", "line_of_means", "line_of_runs", "line_rows",
    "relative_span", "relative_weights",
]  # fmt: skip

Floats = NDArray[np.float64]

LEAST_SHARE = 1e-6  # of the longest time: a shorter one weighs as much, for the weight of a time of 0 is infinite


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its confidence interval; the ends are None where the spread is unknown or none."""

    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SizeLine:
    """
    time = latency + cost · size.

    Attributes
    ----------
    combine : callable
        Gives u · latency + v · cost with its error, for any u and v, as a `SampleMean`: of two lines, `difference` and
        `ratio_interval` compare them.
    rounds : array of shape (R, 2), or None
        Latency and cost of each run, where the line is the mean of theirs.
    """

    combine: Callable[[float, float], SampleMean]
    rounds: Floats | None

    @property
    def latency(self) -> SampleMean:
        """The time of a file of no bytes, in seconds."""
        return self.combine(1.0, 0.0)

    @property
    def cost(self) -> SampleMean:
        """Seconds per byte; its inverse is the throughput that ever larger files approach."""
        return self.combine(0.0, 1.0)

    def at(self, size: float) -> SampleMean:
        """Return the mean time of files of a size in bytes, in seconds."""
        return self.combine(1.0, float(size))


def line_of_means(sizes: ArrayLike, means: Sequence[SampleMean]) -> SizeLine:
    """
    Fit a line to the means of sizes that were measured independently of each other.

    Parameters
    ----------
    sizes : array_like, shape (K,)
        Bytes, K ≥ 2, no two alike.
    means : sequence of SampleMean
        Of each size, in seconds.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, two are alike, or no time is above 0.

    Notes
    -----
    L = Σlₖx̄ₖ has SE² = Σlₖ²Vₖ and df = SE⁴ / Σ(lₖ²Vₖ)²/fₖ (Satterthwaite 1946), with l the rows of (XᵀWX)⁻¹XᵀW. The
    weights are nₖ/x̄ₖ², or runs/x̄ₖ²: a spread in proportion to the time. Not 1/Vₖ, which with few degrees of freedom
    favours the sizes whose error is underestimated: intervals then cover as little as 58 %.

    Examples
    --------
    >>> line = line_of_means([0, 100, 200], [mean_of_runs([[one, one + 2]]) for one in (1, 2, 3)])
    >>> print(f"{line.latency.mean:.3f} s, {line.cost.mean:.4f} s per byte")
    2.000 s, 0.0100 s per byte
    """
    rows = line_rows(_sizes(sizes), _units(means) * relative_weights([one.mean for one in means]))
    return SizeLine(lambda u, v: combination(means, u * rows[0] + v * rows[1]), None)


def line_of_runs(sizes: ArrayLike, means: ArrayLike, roundings: Sequence[float] | None = None) -> SizeLine:
    """
    Fit a line to each of several runs that hold every size, and take the mean of these lines.

    What moves all sizes of a run together is in the spread of the lines then.

    Parameters
    ----------
    sizes : array_like, shape (K,)
        Bytes, K ≥ 2, no two alike.
    means : array_like, shape (R, K)
        The mean time of each size in each run, in seconds.
    roundings : sequence of float, optional
        By how much the digits of each size may have moved its mean; 0 unless given.

    Raises
    ------
    ValueError
        As `line_of_means`; and if a mean is not finite.

    Examples
    --------
    >>> line = line_of_runs([0, 100], [[1.0, 2.0], [1.2, 2.4], [1.4, 2.5]])
    >>> print(f"{line.latency.mean:.2f} s, {line.cost.mean:.4f} s per byte, df {line.cost.df:.0f}")
    1.20 s, 0.0110 s per byte, df 2
    """
    by_run = np.vstack([as_sample(run) for run in np.atleast_2d(np.asarray(means, dtype=np.float64))])
    rows = line_rows(_sizes(sizes), relative_weights(by_run.mean(axis=0)))
    widths = np.zeros(by_run.shape[1]) if roundings is None else np.asarray(roundings, dtype=np.float64)
    rounds = by_run @ rows.T

    def combine(u: float, v: float) -> SampleMean:
        found = mean_of_runs([[each] for each in rounds @ (u, v)])
        return replace(found, rounding=float(np.abs(u * rows[0] + v * rows[1]) @ widths))

    return SizeLine(combine, rounds)


def combination(means: Sequence[SampleMean], weights: ArrayLike) -> SampleMean:
    """
    Σlₖx̄ₖ of independent means, with its variance and degrees of freedom.

    Parameters
    ----------
    means : sequence of SampleMean
    weights : array_like, shape (K,)
        l, the number that each is multiplied with.

    Returns
    -------
    SampleMean
        Its variance is None where that of a mean is, and 0 where no more than the rounding of floats is left.

    Notes
    -----
    Satterthwaite (1946): df = V² / Σ(lₖ²Vₖ)²/fₖ. With the weights 1 and −c it is the contrast of two means.

    Examples
    --------
    >>> found = combination([mean_of_runs([[1, 2, 3]]), mean_of_runs([[4, 5, 6]])], [1, -1])
    >>> print(f"{found.mean:.1f}, {found.variance:.4f}, {found.df:.1f}")
    -3.0, 0.6667, 4.0
    """
    factors = np.asarray(weights, dtype=np.float64)
    n, runs = sum(one.n for one in means), min(one.runs for one in means)
    rounding = float(np.abs(factors) @ [one.rounding for one in means])
    parts = factors * [one.mean for one in means]
    found = SampleMean(known_sum(parts), None, 0.0, n, runs, rounding)
    if any(one.variance is None for one in means):
        return found
    variances = factors**2 * [one.variance or 0.0 for one in means]
    total = float(variances.sum())
    if math.sqrt(total) <= ROUNDING_NOISE * float(np.abs(parts).sum()):
        return replace(found, variance=0.0, df=min(one.df for one in means))
    shares = variances / total
    return replace(found, variance=total, df=1 / float(shares**2 @ [1 / one.df for one in means]))


def interval_of(mean: SampleMean, confidence: float = 0.95) -> Interval:
    """
    Return a mean with its interval: Student's t, widened by what the printed digits may have moved it.

    Raises
    ------
    ValueError
        If the confidence is out of range.

    Examples
    --------
    >>> interval_of(mean_of_runs([[1.0]]))
    Interval(estimate=1.0, low=None, high=None)
    """
    critical = t_critical(confidence, mean.df or 1.0)
    if not mean.variance:
        return Interval(mean.mean, None, None)
    half = critical * math.sqrt(mean.variance) + mean.rounding
    return Interval(mean.mean, mean.mean - half, mean.mean + half)


def relative_span(line: SizeLine, small: float, large: float) -> SampleMean | None:
    """
    Log of the time of a small file over that of a large one: alike of two lines exactly where their ratio is constant.

    Returns
    -------
    SampleMean or None
        A pure number, to be compared by `difference`; None where a time is not above 0.

    Notes
    -----
    The variance is by the delta method.

    Examples
    --------
    >>> line = line_of_runs([0, 100], [[1.0, 2.0], [1.0, 2.2]])
    >>> print(f"{relative_span(line, 0, 100).mean:.3f}")
    -0.742
    """
    low, high = line.at(small).mean, line.at(large).mean
    if low <= 0 or high <= 0:
        return None
    return replace(line.combine(1 / low - 1 / high, small / low - large / high), mean=math.log(low / high))


# --- least squares ----------------------------------------------------------------------------------------------------


def line_rows(sizes: Floats, weights: Floats) -> Floats:
    """Return by what the values are multiplied to give latency and cost: the rows of (XᵀWX)⁻¹XᵀW."""
    shares, largest = weights / weights.sum(), float(np.abs(sizes).max())
    scaled = sizes / largest  # squares of sizes are far from 1
    center = float(shares @ scaled)
    slope = shares * (scaled - center)
    slope = slope / float(slope @ (scaled - center))
    return np.vstack([shares - center * slope, slope / largest])


def _sizes(sizes: ArrayLike) -> Floats:
    known = as_sample(sizes)
    if known.size < 2 or np.unique(known).size < known.size:
        raise ValueError("a line needs two sizes, each of them once")
    return known


def _units(means: Sequence[SampleMean]) -> Floats:
    """Return what each mean is a mean of: transfers where each is of one run, else runs."""
    has_runs = any(one.runs > 1 for one in means)
    return np.array([one.runs if has_runs else one.n for one in means], dtype=np.float64)


def relative_weights(times: ArrayLike) -> Floats:
    """Return weights in inverse proportion to the squares of times: 1 for the longest."""
    known = np.asarray(times, dtype=np.float64)
    if not known.max() > 0:
        raise ValueError("a line needs a time above 0")
    return np.asarray((1 / np.maximum(np.maximum(known, 0.0) / known.max(), LEAST_SHARE)) ** 2)
