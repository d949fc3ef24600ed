"""Published numbers of a sample to its mean as `contrast` reads it, and which numbers cannot be of one sample."""

import math

from ftpstats.stats.describe import t_critical
from ftpstats.stats.means import SampleMean

__all__ = ["published_mean", "published_mean_of_runs", "sd_bounds", "sd_of_half_width"]


def sd_of_half_width(half_width: float, n: int, confidence: float = 0.95) -> float:
    """
    Return the standard deviation behind a published t interval: half its width is t₁₋α⸝₂,ₙ₋₁·s/√n, the thesis's k1·s.

    Parameters
    ----------
    half_width : float
        Half the width of the interval of the mean, not negative, in the unit of the values.
    n : int
        Number of values, 2 or more.
    confidence : float
        Of the interval, at least 0.5 and below 1.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> from ftpstats.stats.describe import describe
    >>> found = describe([10, 20, 40, 70, 100])
    >>> print(f"{sd_of_half_width(found.ci_high - found.mean, 5):.4f}, {found.sd:.4f}")
    37.0135, 37.0135
    """
    _check_values(n, half_width)
    return half_width * math.sqrt(n) / t_critical(confidence, n - 1)


def published_mean(  # noqa: PLR0913 - the numbers of a sample, and what is assumed, by name
    mean: float, sd: float, n: int, *, inflation: float = 1.0, run_sd: float = 0.0, runs: int = 1
) -> SampleMean:
    """
    Return a published mean with the variance that it has under what is assumed of autocorrelation and runs.

    Parameters
    ----------
    mean, sd : float
        Mean and standard deviation s of n transfers, in seconds.
    n : int
        Transfers in all runs, 2 or more.
    inflation : float
        F, the factor by which autocorrelation multiplies the variance of a mean: 1 for independent transfers.
    run_sd : float
        The standard deviation by which runs differ beyond what their transfers explain, in seconds.
    runs : int
        Number of runs that the transfers are of, in equal parts.

    Returns
    -------
    SampleMean
        V = F·s²/n + run_sd²/runs, with max(1, min(n, n/F) − 1) degrees of freedom.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    n transfers whose mean has F times the variance are worth n/F independent ones (the equivalent number of independent
    observations of Bayley and Hammersley, "The 'effective' number of independent observations in an autocorrelated time
    series", JRSS Suppl. 8 (1946) 184–197), and s² is taken to be as uncertain. What is assumed of runs is taken as
    known: by Satterthwaite it would add degrees of freedom, and is not allowed to.

    Examples
    --------
    >>> found = published_mean(0.142, 0.002, 100, inflation=4.0, run_sd=0.003)
    >>> print(f"{found.variance:.3g}, {found.df:.0f}")
    9.16e-06, 24
    """
    _check_values(n, sd, run_sd)
    if not 0 < inflation < math.inf or runs < 1 or not math.isfinite(mean):
        raise ValueError(f"no sample has a mean of {mean}, an inflation of {inflation} and {runs} runs")
    variance = inflation * sd**2 / n + run_sd**2 / runs
    return SampleMean(mean, variance, max(1.0, min(n, n / inflation) - 1), n, runs=1, rounding=0.0)


def published_mean_of_runs(mean: float, run_sd: float, runs: int, n: int) -> SampleMean:
    """
    Return a published mean of the means of runs.

    Parameters
    ----------
    mean, run_sd : float
        Mean and standard deviation of the means of runs, in seconds.
    runs : int
        2 or more.
    n : int
        Transfers in all runs.

    Returns
    -------
    SampleMean
        V = run_sd²/runs with runs − 1 degrees of freedom, as of `mean_of_runs`.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> published_mean_of_runs(1.4, 0.2, 4, 400).df
    3.0
    """
    _check_values(runs, run_sd)
    if n < runs or not math.isfinite(mean):
        raise ValueError(f"no sample of {n} transfers in {runs} runs has a mean of {mean}")
    return SampleMean(mean, run_sd**2 / runs, float(runs - 1), n, runs=runs, rounding=0.0)


def sd_bounds(
    n: int, *, low: float, high: float, q1: float | None = None, q3: float | None = None
) -> tuple[float, float]:
    """
    Return between which values the standard deviation of n values lies that have these extremes and quartiles.

    Parameters
    ----------
    n : int
        2 or more.
    low, high : float
        Smallest and largest value.
    q1, q3 : float, optional
        Quartiles, both or none.

    Returns
    -------
    tuple of (float, float)
        Each is reached by some sample, but for the lower one with quartiles, which rounds n/4 down.

    Raises
    ------
    ValueError
        If a number is out of its range, or they are not in order.

    Notes
    -----
    With n − 1: at most range/2·√(n/(n − 1)), with half of the values at either end (Popoviciu 1935); at least
    range/√(2(n − 1)), with all others in the middle (Nair 1948; both in David, "Order Statistics", 1981). Where a
    quarter of the values is at most q1 and a quarter at least q3, their squares sum to n/4·(q3 − q1)²/2 or more.

    Examples
    --------
    >>> [round(bound, 3) for bound in sd_bounds(100, low=10.0, high=20.0)]
    [0.711, 5.025]
    >>> [round(bound, 3) for bound in sd_bounds(100, low=10.0, high=20.0, q1=13.0, q3=17.0)]
    [1.421, 5.025]
    """
    _check_values(n, high - low)
    least, most = (high - low) / math.sqrt(2 * (n - 1)), (high - low) / 2 * math.sqrt(n / (n - 1))
    if q1 is None or q3 is None:
        return least, most
    if not low <= q1 <= q3 <= high:
        raise ValueError(f"{low}, {q1}, {q3}, {high} are not extremes and quartiles: they are not in order")
    return max(least, (q3 - q1) * math.sqrt((n // 4) / (2 * (n - 1)))), most


def _check_values(n: int, *widths: float) -> None:
    if n < 2:
        raise ValueError(f"{n} values have no spread")
    if not all(0 <= width < math.inf for width in widths):
        raise ValueError(f"{', '.join(map(str, widths))}: a spread is not negative, and finite")
