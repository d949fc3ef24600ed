"""Samples of seconds to what their ranks say: Brunner–Munzel, Dunn. Shown, never deciding.

All of them take the transfers as independent; correlated ones make their p-values too small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtr

from ftpstats.stats.contrast import contrast
from ftpstats.stats.describe import as_sample, check_confidence, t_critical
from ftpstats.stats.means import independent_mean
from ftpstats.stats.multiplicity import holm

__all__ = ["BrunnerMunzel", "Dunn", "brunner_munzel", "dunn"]


@dataclass(frozen=True, slots=True)
class BrunnerMunzel:
    """
    Probability of superiority: that a value of the sample exceeds one of the reference, ties counting half.

    `low`, `high`, `t`, `df` and `p` (of a probability of ½) are None where its error is unknown because a sample is
    a single value, or none because the samples do not overlap or are all ties.
    """

    probability: float
    low: float | None
    high: float | None
    t: float | None
    df: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Dunn:
    """Two groups by their place, z > 0 where the second ranks higher, and p-values, raw and by Holm over all pairs."""

    first: int
    second: int
    z: float
    p: float
    p_adjusted: float


def brunner_munzel(sample: ArrayLike, reference: ArrayLike, confidence: float = 0.95) -> BrunnerMunzel:
    """
    Estimate the probability of superiority and test it against ½, without assuming equal spread.

    Parameters
    ----------
    sample, reference : array_like, shapes (n,) and (m,)
        Seconds, n, m ≥ 1; NaN and infinity are refused.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    BrunnerMunzel
        With an interval and a test from two values each; below ten each they are rough.

    Raises
    ------
    ValueError
        If a sample is empty, a value is not finite, or the confidence is out of range.

    Notes
    -----
    Brunner and Munzel, "The nonparametric Behrens–Fisher problem", Biometrical J. 42 (2000) 17–25: Welch's standard
    error of the placements, the shares of one sample below each value of the other. SciPy's statistic has the
    opposite sign. The interval is cut off at 0 and 1. U of Mann and Whitney is n·m times the probability. Ours, because
    SciPy's has no interval and pingouin has none of it.

    Examples
    --------
    >>> found = brunner_munzel([2, 4, 5, 6, 8], [1, 2, 3, 4, 5])
    >>> print(f"{found.probability:.2f}, {found.low:.2f} to {found.high:.2f}, p = {found.p:.3f}")
    0.78, 0.41 to 1.00, p = 0.119
    """
    check_confidence(confidence)
    x, y = as_sample(sample), as_sample(reference)
    above, below = independent_mean(_placements(x, y)), independent_mean(_placements(y, x))
    found, probability = contrast(above, below, 1.0), above.mean
    if not found.se or found.df is None:
        return BrunnerMunzel(probability, low=None, high=None, t=None, df=None, p=None)
    critical = t_critical(confidence, found.df)
    t = (probability - 0.5) / found.se
    return BrunnerMunzel(
        probability=probability,
        low=max(0.0, probability - critical * found.se),
        high=min(1.0, probability + critical * found.se),
        t=t,
        df=found.df,
        p=2 * float(stdtr(found.df, -abs(t))),
    )


def dunn(groups: Sequence[ArrayLike]) -> tuple[Dunn, ...]:
    """
    Compare every pair of groups by the ranks that Kruskal–Wallis gives them.

    Parameters
    ----------
    groups : sequence of array_like, each of shape (nᵢ,)
        Seconds, nᵢ ≥ 1; NaN and infinity are refused.

    Returns
    -------
    tuple of Dunn
        (0, 1), (0, 2), … (1, 2), …; empty for fewer than two groups and where all values are one value.

    Raises
    ------
    ValueError
        If a group is empty or a value is not finite.

    Notes
    -----
    Dunn, "Multiple comparisons using rank sums", Technometrics 6 (1964) 241–252, with the correction for ties; p from
    the normal distribution. For two groups z² is H of Kruskal and Wallis. Ours, because neither pingouin nor SciPy
    has it.

    Examples
    --------
    >>> [round(pair.p_adjusted, 4) for pair in dunn([[1, 2, 3], [4, 5, 6], [7, 8, 9]])]
    [0.3594, 0.0219, 0.3594]
    """
    ranked = _ranked(groups)
    if ranked is None:
        return ()
    means, sizes, variance = ranked
    pairs = list(combinations(range(means.size), 2))
    scores = [float((means[j] - means[i]) / np.sqrt(variance * (1 / sizes[i] + 1 / sizes[j]))) for i, j in pairs]
    raw = [2 * float(ndtr(-abs(z))) for z in scores]
    return tuple(
        Dunn(first=i, second=j, z=z, p=p, p_adjusted=p if adjusted is None else adjusted)
        for (i, j), z, p, adjusted in zip(pairs, scores, raw, holm(raw), strict=True)
    )


def _placements(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each x the share of y below it, ties counting half."""
    ordered = np.sort(y)
    return (np.searchsorted(ordered, x, "left") + np.searchsorted(ordered, x, "right")) / (2 * y.size)


def _ranked(groups: Sequence[ArrayLike]) -> tuple[NDArray[np.float64], NDArray[np.float64], float] | None:
    """Return the groups' mean ranks, their sizes, and the variance of one rank; None where nothing can differ."""
    from scipy.stats import rankdata

    samples = [as_sample(group) for group in groups]
    if len(samples) < 2:
        return None
    ranks = rankdata(np.concatenate(samples))
    variance = float(np.var(ranks, ddof=1))
    if variance == 0:
        return None
    sizes = np.array([sample.size for sample in samples], dtype=np.float64)
    ends = np.cumsum(sizes).astype(np.int64)
    means = np.array([part.mean() for part in np.split(ranks, ends[:-1])])
    return means, sizes, variance
