"""The ratio of two means and its interval: every c that the contrast L(c) cannot tell from 0. Two means in."""

from dataclasses import dataclass
from functools import partial

from ftpstats.stats.contrast import contrast, half_width, rounding_slack
from ftpstats.stats.describe import check_confidence
from ftpstats.stats.means import SampleMean

__all__ = ["RatioInterval", "ratio_interval"]

_LARGEST_RATIO = 1e100  # beyond it, or its inverse, float64 may not hold the ends either
_HALVINGS = 52  # of where an end of the ratio's set is looked for: as many as float64 has bits


@dataclass(frozen=True, slots=True)
class RatioInterval:
    """
    Sample mean over reference mean, a pure number, and its interval; an end is None where nothing bounds it.

    `estimate` is None where a mean is not positive, for then there is no ratio of times, and where one is more than
    10¹⁰⁰ times the other.
    """

    estimate: float | None
    low: float | None
    high: float | None


def ratio_interval(sample: SampleMean, reference: SampleMean, confidence: float = 0.95) -> RatioInterval:
    """
    Sample mean over reference mean, and every positive c that L(c) cannot tell from 0.

    Parameters
    ----------
    sample, reference : SampleMean
        Independent of each other, in seconds.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    RatioInterval
        `low` is None where the sample mean itself, and `high` where the reference mean itself, is not
        shown to exceed 0; both are None where the spread is unknown or none. The interval excludes 1 exactly
        when `difference` excludes 0, and swapping the samples inverts it.

    Raises
    ------
    ValueError
        If the confidence is out of range.

    Notes
    -----
    Fieller (1954), with degrees of freedom that move with c, hence a numerical root; `rounding` moves with
    it too: L(c) may be off by rounding + c·roundingᵣ. Where the degrees of freedom, or what partners
    have in common, make the set fall into pieces, it is closed up on the estimate's side of 1.

    Examples
    --------
    >>> from ftpstats.stats.means import mean_of_runs
    >>> found = ratio_interval(mean_of_runs([[1.1, 1.2, 1.3]]), mean_of_runs([[2.1, 2.2, 2.4]]))
    >>> print(f"{found.estimate:.3f}, {found.low:.3f} to {found.high:.3f}")
    0.537, 0.446 to 0.638
    """
    check_confidence(confidence)
    if sample.mean <= 0 or reference.mean <= 0:
        return RatioInterval(estimate=None, low=None, high=None)
    estimate = sample.mean / reference.mean
    if not 1 / _LARGEST_RATIO < estimate < _LARGEST_RATIO:
        return RatioInterval(estimate=None, low=None, high=None)
    if contrast(sample, reference, 1.0).df is None:
        return RatioInterval(estimate, low=None, high=None)
    inverse = _lowest_ratio(reference, sample, confidence)
    high = None if inverse is None else 1 / inverse
    return RatioInterval(estimate, _lowest_ratio(sample, reference, confidence), high)


def _excess(sample: SampleMean, reference: SampleMean, confidence: float, c: float) -> float:
    """By how much |L(c)| exceeds what chance and rounding explain: not at all for c in the ratio's set."""
    found = contrast(sample, reference, c)
    # At the end c = 0 a sample without spread has no standard error, and nothing within its reach.
    reach = half_width(found, confidence) or 0.0
    return abs(found.estimate) - rounding_slack(sample, reference, c) - reach


def _lowest_ratio(sample: SampleMean, reference: SampleMean, confidence: float) -> float | None:
    """Return the low end of the ratio's set on the estimate's side of 1; None where it reaches 0."""
    excess = partial(_excess, sample, reference, confidence)
    estimate = sample.mean / reference.mean
    if excess(1.0) <= 0:
        outside, inside = 0.0, min(estimate, 1.0)
    else:
        outside, inside = (1.0 if estimate > 1 else 0.0), estimate
    if excess(outside) <= 0 or excess(inside) > 0:  # the latter where one spread is lost in rounding noise
        return None
    for _ in range(_HALVINGS):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if excess(middle) > 0 else (outside, middle)
    return inside
