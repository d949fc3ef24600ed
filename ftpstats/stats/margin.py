"""Two means to the smallest margin at which they are shown to be equivalent. The test itself is in `contrast`."""

from ftpstats.stats.contrast import SampleMean, difference, ratio_interval

__all__ = ["smallest_margin"]


def smallest_margin(
    sample: SampleMean, reference: SampleMean, alpha: float = 0.05, *, relative: bool = True
) -> float | None:
    """
    Find the margin from which on `equivalence_p` is below `alpha`.

    Parameters
    ----------
    sample, reference : SampleMean
        Independent of each other, or the two partners of a paired design, in seconds.
    alpha : float
        Level of either one-sided test, above 0 and at most 0.25.
    relative : bool
        A share of the mean, or else seconds.

    Returns
    -------
    float or None
        None where no margin would do, and where the spread is unknown or none.

    Raises
    ------
    ValueError
        If the level is out of range.

    Notes
    -----
    The farther end of the 1 − 2α interval: of the difference from 0, or of the ratio from 1, either way round
    (Schuirmann, 1987). A margin that is chosen after it was seen proves nothing: this says what the data could show.

    Examples
    --------
    >>> from ftpstats.stats.contrast import mean_of_runs
    >>> one, two = mean_of_runs([[1.10, 1.20, 1.30]]), mean_of_runs([[1.11, 1.19, 1.31]])
    >>> print(f"{smallest_margin(one, two):.3f}, or {smallest_margin(one, two, relative=False):.3f} s")
    0.161, or 0.178 s
    """
    if not 0 < alpha <= 0.25:
        raise ValueError(f"a level of {alpha} is not above 0 and at most 0.25")
    if not relative:
        found = difference(sample, reference, 1 - 2 * alpha)
        return None if found.low is None or found.high is None else max(-found.low, found.high)
    ratio = ratio_interval(sample, reference, 1 - 2 * alpha)
    return None if ratio.low is None or ratio.high is None else max(1 / ratio.low, ratio.high) - 1
