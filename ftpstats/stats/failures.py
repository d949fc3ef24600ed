"""Attempts that did not complete, of two samples: whole numbers in, the p-value of equal shares out."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ftpstats.stats.describe import check_confidence

__all__ = ["Alternative", "RateDifference", "fisher_exact", "rate_difference"]

Alternative = Literal["two-sided", "greater"]

_ROUNDING = 1e-7  # likelihoods that are equal differ by less, as in R


@dataclass(frozen=True, slots=True)
class RateDifference:
    """The failure rate of a sample minus that of the reference, and its interval: shares from −1 to 1."""

    estimate: float
    low: float
    high: float


def fisher_exact(
    failed: int,
    attempts: int,
    failed_reference: int,
    attempts_reference: int,
    *,
    alternative: Alternative = "two-sided",
) -> float | None:
    """
    Test whether two samples fail equally often.

    Parameters
    ----------
    failed, failed_reference : int
        Attempts that did not complete.
    attempts, attempts_reference : int
        All attempts.
    alternative : {'two-sided', 'greater'}
        Against what: that the shares differ, or that the sample fails more often than the reference.

    Returns
    -------
    float or None
        The p-value; 1 where none or all attempts failed. None where a sample made no attempts.

    Raises
    ------
    ValueError
        If a number is negative, or more failed than were made.

    Notes
    -----
    Fisher's exact test (1935), summing the tables that are no likelier than the one found, as R's `fisher.test`;
    against a sample that fails more often, the tables with as many failures of it or more. It takes the attempts as
    independent: a server that is down for a minute fails many at once. Ours, because `compare` makes it at every call,
    and SciPy's takes half a second to import.

    Examples
    --------
    >>> print(f"{fisher_exact(7, 100, 0, 100):.4f}, {fisher_exact(7, 100, 0, 100, alternative='greater'):.4f}")
    0.0140, 0.0070
    """
    _check((failed, attempts), (failed_reference, attempts_reference))
    if 0 in (attempts, attempts_reference):
        return None
    total = failed + failed_reference
    fewest = max(0, total - attempts_reference)
    number = np.arange(fewest, min(attempts, total), dtype=np.float64)
    growth = (attempts - number) * (total - number) / ((number + 1) * (attempts_reference - total + number + 1))
    likelihood = _likelihoods(growth)
    if alternative == "greater":
        return float(likelihood[failed - fewest :].sum() / likelihood.sum())
    no_likelier = likelihood <= likelihood[failed - fewest] * (1 + _ROUNDING)
    return float(likelihood[no_likelier].sum() / likelihood.sum())


def rate_difference(
    failed: int, attempts: int, failed_reference: int, attempts_reference: int, confidence: float = 0.95
) -> RateDifference | None:
    """
    Estimate by how much more often a sample fails than the reference.

    Parameters
    ----------
    failed, attempts, failed_reference, attempts_reference : int
        As for `fisher_exact`.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Returns
    -------
    RateDifference or None
        None where a sample made no attempts.

    Raises
    ------
    ValueError
        If a number is negative, or more failed than were made, or the confidence is out of range.

    Notes
    -----
    Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven methods",
    Statistics in Medicine 17 (1998) 873–890, method 10: Wilson's score intervals of both rates, squared and added. It
    covers with few failures and none too, stays within −1 and 1, and is not Fisher's test turned around: near the
    level the two may disagree. It takes the attempts as independent.

    Examples
    --------
    >>> found = rate_difference(7, 100, 0, 100)
    >>> print(f"{found.estimate:.3f}, {found.low:.3f} to {found.high:.3f}")
    0.070, 0.019 to 0.137
    """
    _check((failed, attempts), (failed_reference, attempts_reference))
    check_confidence(confidence)
    if 0 in (attempts, attempts_reference):
        return None
    (rate, low, high), (reference, least, most) = (
        _wilson(part, whole, confidence) for part, whole in ((failed, attempts), (failed_reference, attempts_reference))
    )
    estimate = rate - reference
    return RateDifference(
        estimate,
        # No difference of shares is beyond 1, but for rounding.
        max(-1.0, estimate - math.hypot(rate - low, most - reference)),
        min(1.0, estimate + math.hypot(high - rate, reference - least)),
    )


def _wilson(failed: int, attempts: int, confidence: float) -> tuple[float, float, float]:
    """Return a rate and its score interval (Wilson 1927)."""
    z, rate = float(ndtri((1 + confidence) / 2)), failed / attempts
    middle = rate + z * z / (2 * attempts)
    half = z * math.sqrt(rate * (1 - rate) / attempts + (z / (2 * attempts)) ** 2)
    scale = 1 + z * z / attempts
    # At no and at all failures an end is the rate itself; rounding must not pass it.
    return rate, min((middle - half) / scale, rate), max((middle + half) / scale, rate)


def _check(*counts: tuple[int, int]) -> None:
    for part, whole in counts:
        if not 0 <= part <= whole:
            raise ValueError(f"{part} of {whole} attempts cannot have failed")


def _likelihoods(growth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return likelihoods in units of the largest, from the ratio of each to the one before: it falls, and passes 1."""
    largest = int((growth > 1).sum())
    # Outwards from the largest nothing overflows, and what is far too unlikely becomes 0.
    below, above = np.cumprod(1 / growth[:largest][::-1])[::-1], np.cumprod(growth[largest:])
    return np.concatenate((below, [1.0], above))
