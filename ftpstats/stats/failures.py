"""Attempts that did not complete, of two samples: whole numbers in, the p-value of equal shares out."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Alternative", "fisher_exact"]

Alternative = Literal["two-sided", "greater"]

_ROUNDING = 1e-7  # likelihoods that are equal differ by less, as in R


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
    for part, whole in ((failed, attempts), (failed_reference, attempts_reference)):
        if not 0 <= part <= whole:
            raise ValueError(f"{part} of {whole} attempts cannot have failed")
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


def _likelihoods(growth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return likelihoods in units of the largest, from the ratio of each to the one before: it falls, and passes 1."""
    largest = int((growth > 1).sum())
    # Outwards from the largest nothing overflows, and what is far too unlikely becomes 0.
    below, above = np.cumprod(1 / growth[:largest][::-1])[::-1], np.cumprod(growth[largest:])
    return np.concatenate((below, [1.0], above))
