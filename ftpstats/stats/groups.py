"""Three and more samples of seconds, and the p-values of many questions made honest about their number.

The tests take the transfers as independent; they are shown beside a decision and never make it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc

from ftpstats.stats.contrast import contrast, independent_mean
from ftpstats.stats.describe import as_sample, mean, variance

__all__ = ["FTest", "GamesHowell", "brown_forsythe", "games_howell", "holm", "one_way", "welch_anova"]


@dataclass(frozen=True, slots=True)
class FTest:
    """F, its degrees of freedom between and within groups, and the p-value of groups that are all alike."""

    f: float
    df_between: float
    df_within: float
    p: float


@dataclass(frozen=True, slots=True)
class GamesHowell:
    """
    Two groups by their place, and the mean of the second minus that of the first, in seconds.

    `p` is adjusted for all pairs; None where a group is a single value or neither has any spread.
    """

    first: int
    second: int
    estimate: float
    p: float | None


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """
    Adjust p-values so that the chance of any false claim among them stays at the level of one test.

    Parameters
    ----------
    p_values : sequence of float or None, length m ≥ 0
        One per comparison; None where none could be made.

    Returns
    -------
    list of float or None
        In the order given, never below the p-value put in. None stays None and counts for nothing.

    Raises
    ------
    ValueError
        If a p-value is NaN or not between 0 and 1.

    Notes
    -----
    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979) 65–70; as R's
    `p.adjust(p, "holm")`. It holds under any dependence between the tests.

    Examples
    --------
    >>> holm([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    if not all(0 <= p <= 1 for p, _ in known):
        raise ValueError("a p-value lies between 0 and 1")
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = largest
    return adjusted


def welch_anova(groups: Sequence[ArrayLike]) -> FTest | None:
    """
    Test equal means of several groups, without equal variances.

    Parameters
    ----------
    groups : sequence of array_like, each of shape (nᵢ,)
        Seconds; NaN and infinity are refused.

    Returns
    -------
    FTest or None
        None for fewer than two groups, and where a group is a single value or without spread.

    Raises
    ------
    ValueError
        If a group is empty or a value is not finite.

    Notes
    -----
    Welch, "On the comparison of several mean values: an alternative approach", Biometrika 38 (1951) 330–336, as R's
    `oneway.test`. For two groups it is Welch's t test.

    Examples
    --------
    >>> found = welch_anova([[1, 2, 3, 4], [2, 3, 4, 6], [5, 6, 9, 9]])
    >>> print(f"F = {found.f:.3f}, df {found.df_between:.0f} and {found.df_within:.3f}, p = {found.p:.4f}")
    F = 6.842, df 2 and 5.781, p = 0.0299
    """
    means = [independent_mean(group) for group in groups]
    if len(means) < 2 or any(not known.variance for known in means):
        return None
    k, centers = len(means), np.array([known.mean for known in means])
    variances = np.array([known.variance for known in means], dtype=np.float64)
    weights = variances.min() / variances  # their inverses may be more than float64 can hold
    shares = weights / weights.sum()
    spread = sum((1 - share) ** 2 / known.df for share, known in zip(shares, means, strict=True))
    between = float(np.sum((centers - shares @ centers) ** 2 / variances)) / (k - 1)
    f = between / (1 + 2 * (k - 2) / (k**2 - 1) * float(spread))
    df_within = (k**2 - 1) / (3 * float(spread))
    return FTest(f=f, df_between=k - 1.0, df_within=df_within, p=float(fdtrc(k - 1, df_within, f)))


def games_howell(groups: Sequence[ArrayLike]) -> tuple[GamesHowell, ...]:
    """
    Compare the means of every pair of groups, without equal variances, at one level for all pairs together.

    Parameters
    ----------
    groups : sequence of array_like, each of shape (nᵢ,)
        Seconds; NaN and infinity are refused.

    Returns
    -------
    tuple of GamesHowell
        (0, 1), (0, 2), … (1, 2), …; empty for fewer than two groups.

    Raises
    ------
    ValueError
        If a group is empty or a value is not finite.

    Notes
    -----
    Games and Howell, "Pairwise multiple comparison procedures with unequal n's and/or variances", J. Educational
    Statistics 1 (1976) 113–125: Welch's t times √2 on the studentized range. p is good to about 1e−10 absolutely.

    Examples
    --------
    >>> [round(pair.p, 4) for pair in games_howell([[1, 2, 3, 4], [2, 3, 4, 6], [5, 6, 9, 9]])]
    [0.5148, 0.0253, 0.0905]
    """
    from scipy.stats import studentized_range

    means = [independent_mean(group) for group in groups]
    found = []
    for i, j in combinations(range(len(means)), 2):
        pair = contrast(means[j], means[i], 1.0)
        p = None
        if pair.se and pair.df is not None:
            distance = math.sqrt(2) * abs(pair.estimate) / pair.se
            p = min(1.0, max(0.0, float(studentized_range.sf(distance, len(means), pair.df))))
        found.append(GamesHowell(first=i, second=j, estimate=pair.estimate, p=p))
    return tuple(found)


def one_way(groups: Sequence[ArrayLike]) -> FTest | None:
    """
    Test equal means of several groups of equal variance: the textbook's analysis of variance.

    Parameters
    ----------
    groups : sequence of array_like, each of shape (nᵢ,)
        Seconds, nᵢ ≥ 1; NaN and infinity are refused.

    Returns
    -------
    FTest or None
        None for fewer than two groups, and where no group has any spread.

    Raises
    ------
    ValueError
        If a group is empty or a value is not finite.

    Notes
    -----
    Fisher (1925), with exact sums of deviations: of NIST's sets F keeps the digits that float64 leaves in the data, 15
    of SmLs01–03, 10 of SmLs04–06 with their seven constant leading digits, 4 of SmLs07–09 with thirteen.

    Examples
    --------
    >>> found = one_way([[1, 2, 3], [2, 3, 4], [5, 6, 7]])
    >>> print(f"F = {found.f:.1f}, p = {found.p:.4f}")
    F = 13.0, p = 0.0066
    """
    squares = _sums_of_squares(groups)
    if squares is None or squares[1] == 0:
        return None
    between, within, df_between, df_within = squares
    f = (between / df_between) / (within / df_within)
    return FTest(f=f, df_between=df_between, df_within=df_within, p=float(fdtrc(df_between, df_within, f)))


def brown_forsythe(groups: Sequence[ArrayLike]) -> FTest | None:
    """
    Test whether groups spread equally.

    Parameters
    ----------
    groups : sequence of array_like, each of shape (nᵢ,)
        Seconds, nᵢ ≥ 1; NaN and infinity are refused.

    Returns
    -------
    FTest or None
        None for fewer than two groups, and where no group's distances from its median differ.

    Raises
    ------
    ValueError
        If a group is empty or a value is not finite.

    Notes
    -----
    Brown and Forsythe, "Robust tests for the equality of variances", JASA 69 (1974) 364–367: `one_way` of the
    distances from the groups' medians, Levene's test as R's `car::leveneTest` and SciPy make it.

    Examples
    --------
    >>> found = brown_forsythe([[1, 2, 3, 4], [1, 3, 7, 12]])
    >>> print(f"F = {found.f:.3f}, p = {found.p:.3f}")
    F = 5.113, p = 0.064
    """
    samples = [as_sample(group) for group in groups]
    return one_way([np.abs(sample - np.median(sample)) for sample in samples])


def _sums_of_squares(groups: Sequence[ArrayLike]) -> tuple[float, float, float, float] | None:
    """Return the sums of squares between and within groups, and their degrees of freedom; None where one is 0."""
    samples = [as_sample(group) for group in groups]
    n, k = sum(sample.size for sample in samples), len(samples)
    if k < 2 or n <= k:
        return None
    # What all values have in common goes first, exactly: it would take the digits of the means.
    samples = [sample - samples[0][0] for sample in samples]
    center = mean(np.concatenate(samples))
    between = math.fsum(sample.size * (mean(sample) - center) ** 2 for sample in samples)
    within = math.fsum((variance(sample) or 0.0) * (sample.size - 1) for sample in samples)
    return between, within, k - 1.0, float(n - k)
