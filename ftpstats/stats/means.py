"""Runs of seconds in the order of measurement to their mean and what is known of its error, as `contrast` reads it.

Two samples that were measured side by side are for `paired`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample, mean, variance
from ftpstats.stats.serial import long_run_variance

__all__ = [
    "PairedMean", "SampleMean", "block_means", "independent_mean", "least_variance", "mean_of_blocks", "mean_of_runs",
    "precision",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleMean:
    """
    The mean of one sample and what is known of its error, in seconds.

    Attributes
    ----------
    mean : float
        Mean of the transfers of one run, or unweighted mean of the means of runs, or of blocks.
    variance : float or None
        V, the estimated variance of `mean`, in squared seconds, at least `least_variance`; None where one value leaves
        it unknown.
    df : float
        f, the degrees of freedom of `variance`; 0 where that is None.
    n : int
        Transfers in all runs.
    runs : int
        Number of runs, or of blocks where `mean` is one of blocks.
    rounding : float
        How far the printed digits may have moved `mean` either way: half the resolution of a coarse sample,
        0 of a fine one, or where the resolution is unknown. Every interval is widened by it and every claim has to
        overcome it.
    """

    mean: float
    variance: float | None
    df: float
    n: int
    runs: int
    rounding: float


@dataclass(frozen=True, slots=True)
class PairedMean(SampleMean):
    """
    One of two means that were measured side by side: what moved both cancels in their difference (see `paired`).

    Attributes
    ----------
    difference_variance : float or None
        The estimated variance of this mean minus its partner's, in squared seconds, with `df` degrees of freedom
        as `variance` has; None where one pair leaves it unknown.
    """

    difference_variance: float | None


def mean_of_runs(runs: Sequence[ArrayLike], rounding: float = 0.0) -> SampleMean:
    """
    Reduce a sample to its mean and the variance of that mean, as its design demands.

    Parameters
    ----------
    runs : sequence of array_like, each of shape (nᵢ,)
        Seconds in the order of measurement, one array per run, nᵢ ≥ 1; NaN and infinity are refused.
    rounding : float
        Half the sample's resolution in seconds where that is coarse, else 0.

    Returns
    -------
    SampleMean
        One run of n ≥ 8: Ω̂/n with ν of `long_run_variance`. One shorter run: s²/n with n − 1. Two and more
        runs: the variance of the unweighted run means over their number, with runs − 1; what differs from
        run to run then counts, and what happens within them needs no model. Never below `least_variance`.

    Raises
    ------
    ValueError
        If there are no runs, a run is empty, a value is not finite, or the rounding is no width.

    Notes
    -----
    Lazarus, Lewis, Stock and Watson (2018) within a run; Kalibera and Jones, "Rigorous benchmarking in
    reasonable time" (2013), between runs.

    Examples
    --------
    >>> mean_of_runs([[1.0, 1.2], [1.3, 1.5], [1.6, 1.8]]).df
    2.0
    >>> mean_of_runs([[1.0]])
    SampleMean(mean=1.0, variance=None, df=0.0, n=1, runs=1, rounding=0.0)
    """
    samples = [as_sample(run) for run in runs]
    if not samples:
        raise ValueError("a sample needs at least one run")
    n = sum(sample.size for sample in samples)
    if len(samples) == 1:
        return _sample_mean(samples[0], n, 1, rounding, in_order=True)
    return _sample_mean(as_sample([mean(sample) for sample in samples]), n, len(samples), rounding, in_order=False)


def mean_of_blocks(blocks: Sequence[Sequence[ArrayLike]], rounding: float = 0.0) -> SampleMean:
    """
    Reduce a sample that was measured in several blocks, like days, to its mean with the blocks as units.

    Parameters
    ----------
    blocks : sequence of sequence of array_like
        Each block's runs, each of shape (nᵢ,) in seconds, nᵢ ≥ 1; NaN and infinity are refused.
    rounding : float
        Half the sample's resolution in seconds where that is coarse, else 0.

    Returns
    -------
    SampleMean
        The unweighted mean of the blocks' means, each the unweighted mean of its run means; its variance is theirs over
        their number, with blocks − 1 degrees of freedom, at least `least_variance`; None for one block.

    Raises
    ------
    ValueError
        If there are no blocks, a block has no run, a run is empty or a value is not finite; the rounding is no width.

    Notes
    -----
    Runs of one block share its conditions, so they are no independent repetitions (Kalibera and Jones, "Rigorous
    benchmarking in reasonable time", ISMM 2013: the highest level of repetition decides).

    Examples
    --------
    >>> found = mean_of_blocks([[[1.0, 1.2], [1.2]], [[1.6, 1.8]]])
    >>> print(f"{found.mean:.3f}, {found.df:.0f} degree of freedom, {found.n} transfers")
    1.425, 1 degree of freedom, 5 transfers
    """
    means, n = block_means(blocks)
    return _sample_mean(means, n, means.size, rounding, in_order=False)


def block_means(blocks: Sequence[Sequence[ArrayLike]]) -> tuple[NDArray[np.float64], int]:
    """Return each block's unweighted mean of its run means, and the number of all transfers, as `mean_of_blocks`."""
    samples = [[as_sample(run) for run in runs] for runs in blocks]
    if not samples or not all(samples):
        raise ValueError("a sample needs at least one block, and every block a run")
    means = as_sample([mean(as_sample([mean(run) for run in runs])) for runs in samples])
    return means, sum(run.size for runs in samples for run in runs)


def independent_mean(values: ArrayLike, rounding: float = 0.0) -> SampleMean:
    """
    Reduce a sample to its mean and s²/n with n − 1 degrees of freedom: what holds for independent values.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds, n ≥ 1; NaN and infinity are refused. For n = 1 the variance is None; else it is at least
        `least_variance`.
    rounding : float
        Half the sample's resolution in seconds where that is coarse, else 0.

    Raises
    ------
    ValueError
        If there are no values or one is not finite, or the rounding is no width.

    Notes
    -----
    For the textbook tests, and to check the contrast against textbooks: with it, `difference` is Welch's test and
    `equivalence_p` with an absolute margin is Schuirmann's two one-sided tests.

    Examples
    --------
    >>> independent_mean([1.0, 2.0, 3.0]).variance
    0.3333333333333333
    """
    sample = as_sample(values)
    return _sample_mean(sample, sample.size, 1, rounding, in_order=False)


def least_variance(rounding: float, n: int) -> float:
    """
    Return the smallest variance that the mean of a coarse sample is taken to have, in squared seconds.

    Parameters
    ----------
    rounding : float
        Half the sample's resolution h in seconds where that is coarse; 0 where it is not, or is unknown.
    n : int
        Transfers in all runs, n ≥ 1.

    Raises
    ------
    ValueError
        If the rounding is no width.

    Notes
    -----
    (h/n)² is s²/n of n transfers of which one printed the next value: the least spread that digits can show. So a
    sample that prints one value never says less than one that prints a little more, and it is the same of several
    runs, (h/n₁)²/R² for R runs of n₁.

    Examples
    --------
    >>> print(f"{least_variance(0.05e-3, 40):.3g}, {independent_mean([30e-3] * 39 + [30.1e-3]).variance:.3g}")
    6.25e-12, 6.25e-12
    """
    if not 0 <= rounding < math.inf:
        raise ValueError(f"a rounding of {rounding} seconds is not a width")
    return (2 * rounding / n) ** 2


def precision(series: NDArray[np.float64], *, in_order: bool) -> tuple[float | None, float]:
    """
    Return the variance of a series' mean and its degrees of freedom.

    Parameters
    ----------
    series : array of shape (n,)
        Finite, n ≥ 1: transfers, or differences of pairs.
    in_order : bool
        Whether their order may matter: then the long-run variance where the series is long enough for one.

    Returns
    -------
    tuple of (float or None, float)
        Ω̂/n with ν of `long_run_variance`, or s²/n with n − 1; None and 0 for one value.

    Examples
    --------
    >>> precision(as_sample([1.0, 2.0, 3.0]), in_order=True)
    (0.3333333333333333, 2.0)
    """
    long_run = long_run_variance(series) if in_order else None
    if long_run is not None:
        return long_run.variance / series.size, float(long_run.df)
    spread = variance(series)
    return None if spread is None else spread / series.size, float(series.size - 1)


def _sample_mean(series: NDArray[np.float64], n: int, runs: int, rounding: float, *, in_order: bool) -> SampleMean:
    """Return the mean of transfers, or of the means of runs."""
    least = least_variance(rounding, n)
    spread, df = precision(series, in_order=in_order)
    spread = None if spread is None else max(spread, least)
    return SampleMean(mean=mean(series), variance=spread, df=df, n=n, runs=runs, rounding=rounding)
