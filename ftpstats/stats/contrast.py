"""The one formula behind every decision: L(c) = x̄ − c·x̄ᵣ with its standard error and degrees of freedom.

Two means of `means` or `paired` come in, their difference goes out; `ratio` and `equivalence` stand on it.
"""

import math
from dataclasses import dataclass

from scipy.special import stdtr

from ftpstats.stats.describe import check_confidence, t_critical
from ftpstats.stats.means import PairedMean, SampleMean
from ftpstats.stats.stack import ROUNDING_NOISE

__all__ = ["Contrast", "Difference", "contrast", "difference", "half_width", "rounding_slack"]


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
    >>> from ftpstats.stats.means import independent_mean
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
    if math.sqrt(total) <= ROUNDING_NOISE * (abs(sample.mean) + abs(c * reference.mean)):
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
    >>> from ftpstats.stats.means import mean_of_runs
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
