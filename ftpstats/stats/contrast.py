"""The one formula behind every decision: L(c) = x̄ − c·x̄ᵣ with its standard error and degrees of freedom.

Runs in the order of measurement come in, the difference goes out; `ratio` and `equivalence` stand on it.
Tests that take all transfers as independent do not belong here (see `difference`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from ftpstats.stats.describe import as_sample, check_confidence, mean, t_critical, variance
from ftpstats.stats.serial import long_run_variance

__all__ = [
    "Contrast",
    "Difference",
    "PairedMean",
    "SampleMean",
    "contrast",
    "difference",
    "half_width",
    "independent_mean",
    "least_variance",
    "mean_of_runs",
    "rounding_slack",
]

# A standard error below this share of the means is what float64 makes of none: two runs whose means agree in
# decimals and differ in the last bit are no evidence of anything.
_ROUNDING_NOISE = 8 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class SampleMean:
    """
    The mean of one sample and what is known of its error, in seconds.

    Attributes
    ----------
    mean : float
        Mean of the transfers of one run, or unweighted mean of the runs' means.
    variance : float or None
        V, the estimated variance of `mean`, in squared seconds, at least `least_variance`; None where one value leaves
        it unknown.
    df : float
        f, the degrees of freedom of `variance`; 0 where that is None.
    n : int
        Transfers in all runs.
    runs : int
        Number of runs.
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


@dataclass(frozen=True, slots=True)
class Contrast:
    """
    L(c), its standard error and its degrees of freedom.

    Two outcomes carry no inference and have `df` None: `se` None, the spread is unknown because a sample is a
    single value; `se` 0, there is no spread, and no resolution that limits how small it may be.
    """

    estimate: float
    se: float | None
    df: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """
    Sample minus reference in mean seconds, its interval, and the two-sided p-value of no difference.

    `df`, `low`, `high` and `p` are None where the spread is unknown (`se` None) or none (`se` 0).
    """

    estimate: float
    se: float | None
    df: float | None
    low: float | None
    high: float | None
    p: float | None


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
    parts = _one_run(samples[0]) if len(samples) == 1 else _several_runs(samples)
    return _sample_mean(parts, sum(sample.size for sample in samples), len(samples), rounding)


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
    For Welch's test, and to check the contrast against textbooks: with it, `difference` is Welch's test and
    `equivalence_p` with an absolute margin is Schuirmann's two one-sided tests.

    Examples
    --------
    >>> independent_mean([1.0, 2.0, 3.0]).variance
    0.3333333333333333
    """
    sample = as_sample(values)
    return _sample_mean(_independent(sample), sample.size, 1, rounding)


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


def contrast(sample: SampleMean, reference: SampleMean, c: float) -> Contrast:
    """
    L(c) = x̄ − c·x̄ᵣ with SE² = V + c²·Vᵣ and the Welch–Satterthwaite degrees of freedom.

    Parameters
    ----------
    sample, reference : SampleMean
        Independent of each other, or the two partners of a paired design.
    c : float
        What the reference mean is multiplied with: 1 for the difference.

    Returns
    -------
    Contrast
        In seconds.

    Raises
    ------
    ValueError
        If one mean is paired and the other is not its partner.

    Notes
    -----
    Of partners, SE² is the variance of the pairs' own contrasts x − c·r, V − 2c·C + c²·Vᵣ with the covariance C
    that the variance of their difference implies, and their one number of degrees of freedom holds for every c.

    Welch (1947), Satterthwaite (1946): df = SE⁴ / (V²/f + c⁴Vᵣ²/fᵣ). Where one sample has two runs and the
    other more, f = fᵣ = 1: by chance two run means often agree, and the larger sample would then lend its
    degrees of freedom to a standard error that is much too small.

    Examples
    --------
    >>> found = contrast(independent_mean([1, 2, 3]), independent_mean([4, 5, 6]), 1.0)
    >>> print(f"{found.estimate:.1f}, {found.se:.4f}, {found.df:.1f}")
    -3.0, 0.8165, 4.0
    """
    estimate = sample.mean - c * reference.mean
    if sample.variance is None or reference.variance is None:
        return Contrast(estimate=estimate, se=None, df=None)
    own, others = sample.variance, c * c * reference.variance
    paired = _paired_variance(sample, reference, c)
    total = own + others if paired is None else paired
    if math.sqrt(total) <= _ROUNDING_NOISE * (abs(sample.mean) + abs(c * reference.mean)):
        return Contrast(estimate=estimate, se=0.0, df=None)
    if paired is not None:
        return Contrast(estimate=estimate, se=math.sqrt(total), df=sample.df)
    f, f_reference = _degrees_of_freedom(sample, reference)
    df = 1 / ((own / total) ** 2 / f + (others / total) ** 2 / f_reference)  # shares: squares would underflow
    return Contrast(estimate=estimate, se=math.sqrt(total), df=df)


def difference(sample: SampleMean, reference: SampleMean, confidence: float = 0.95) -> Difference:
    """
    Difference of the means, sample − reference: the decision between `faster`, `slower` and neither.

    Parameters
    ----------
    sample, reference : SampleMean
        Independent of each other, in seconds.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    Difference
        The interval excludes 0 exactly when p < 1 − `confidence`. Both samples' `rounding` widens the
        interval at each end and is taken off the distance from 0 before p is read; p is 1 where nothing
        remains.

    Raises
    ------
    ValueError
        If the confidence is out of range.

    Examples
    --------
    >>> found = difference(mean_of_runs([[1.1, 1.2, 1.3]]), mean_of_runs([[2.1, 2.2, 2.4]]))
    >>> print(f"{found.estimate:.3f} s, {found.low:.3f} to {found.high:.3f}, p = {found.p:.5f}")
    -1.033 s, -1.345 to -0.721, p = 0.00123
    """
    check_confidence(confidence)
    found = contrast(sample, reference, 1.0)
    reach = half_width(found, confidence)
    if found.se is None or found.df is None or reach is None:
        return Difference(found.estimate, se=found.se, df=None, low=None, high=None, p=None)
    slack = rounding_slack(sample, reference, 1.0)
    return Difference(
        estimate=found.estimate,
        se=found.se,
        df=found.df,
        low=found.estimate - reach - slack,
        high=found.estimate + reach + slack,
        p=2 * float(stdtr(found.df, -max(abs(found.estimate) - slack, 0.0) / found.se)),
    )


def _sample_mean(parts: tuple[float, float | None, float], n: int, runs: int, rounding: float) -> SampleMean:
    center, spread, df = parts
    least = least_variance(rounding, n)
    spread = None if spread is None else max(spread, least)
    return SampleMean(mean=center, variance=spread, df=df, n=n, runs=runs, rounding=rounding)


def _one_run(sample: NDArray[np.float64]) -> tuple[float, float | None, float]:
    long_run = long_run_variance(sample)
    if long_run is None:
        return _independent(sample)
    return mean(sample), long_run.variance / sample.size, float(long_run.df)


def _several_runs(samples: Sequence[NDArray[np.float64]]) -> tuple[float, float | None, float]:
    return _independent(as_sample([mean(sample) for sample in samples]))


def _independent(sample: NDArray[np.float64]) -> tuple[float, float | None, float]:
    spread = variance(sample)
    return mean(sample), None if spread is None else spread / sample.size, float(sample.size - 1)


def _paired_variance(sample: SampleMean, reference: SampleMean, c: float) -> float | None:
    """Return V − 2c·C + c²·Vᵣ of partners, which is exactly the variance of the difference for c = 1; else None."""
    if not isinstance(sample, PairedMean) and not isinstance(reference, PairedMean):
        return None
    one, other = (getattr(mean, "difference_variance", None) for mean in (sample, reference))
    if one is None or one != other or sample.df != reference.df:
        raise ValueError("a paired mean is compared with its partner only")
    v, v_reference = sample.variance or 0.0, reference.variance or 0.0
    return max(0.0, float(c * one + (1 - c) * (v - c * v_reference)))


def _degrees_of_freedom(sample: SampleMean, reference: SampleMean) -> tuple[float, float]:
    if sample.runs != reference.runs and min(sample.runs, reference.runs) == 2:
        return 1.0, 1.0
    return sample.df, reference.df


def rounding_slack(sample: SampleMean, reference: SampleMean, c: float) -> float:
    """Return by how much the printed digits of both may have moved L(c), in seconds."""
    return sample.rounding + c * reference.rounding


def half_width(found: Contrast, confidence: float) -> float | None:
    """Return half the width of the interval of L(c), without rounding; None where there is no inference."""
    return None if found.se is None or found.df is None else t_critical(confidence, found.df) * found.se
