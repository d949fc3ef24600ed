"""Attempts that did not complete, of two samples: whole numbers in, the p-value of equal shares out."""

import numpy as np

__all__ = ["fisher_exact"]


def fisher_exact(failed: int, attempts: int, failed_reference: int, attempts_reference: int) -> float | None:
    """
    Test whether two samples fail equally often.

    Parameters
    ----------
    failed, failed_reference : int
        Attempts that did not complete.
    attempts, attempts_reference : int
        All attempts.

    Returns
    -------
    float or None
        Two-sided p-value; 1 where none or all attempts failed. None where a sample made no attempts.

    Raises
    ------
    ValueError
        If a number is negative, or more failed than were made.

    Notes
    -----
    Fisher's exact test (1935), summing the tables that are no likelier than the one found, as R's `fisher.test`. It
    takes the attempts as independent: a server that is down for a minute fails many at once.

    Examples
    --------
    >>> print(f"{fisher_exact(7, 100, 0, 100):.4f}")
    0.0140
    """
    from scipy.stats import fisher_exact as exact

    for part, whole in ((failed, attempts), (failed_reference, attempts_reference)):
        if not 0 <= part <= whole:
            raise ValueError(f"{part} of {whole} attempts cannot have failed")
    if 0 in (attempts, attempts_reference):
        return None
    table = np.array([[failed, attempts - failed], [failed_reference, attempts_reference - failed_reference]])
    return min(1.0, float(exact(table).pvalue))
