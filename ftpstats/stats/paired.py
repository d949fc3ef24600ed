"""Two samples measured side by side to two means that know of each other, for `contrast` to compare.

Seconds of both labels in the order of measurement come in, round by round or transfer by transfer. Which design
a log has is not decided here.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample, mean
from ftpstats.stats.means import PairedMean, block_means, least_variance, precision

__all__ = ["means_in_alternation", "means_of_blocks", "means_of_rounds"]


def means_of_rounds(
    sample: Sequence[ArrayLike],
    reference: Sequence[ArrayLike],
    rounding: float = 0.0,
    rounding_reference: float = 0.0,
) -> tuple[PairedMean, PairedMean]:
    """
    Reduce rounds that hold either label once to two means, and the variance of every contrast of them.

    Parameters
    ----------
    sample, reference : sequence of array_like, each of shape (nᵢ,)
        Seconds, one array per round, nᵢ ≥ 1; the i-th arrays are of one round. NaN and infinity are refused.
    rounding, rounding_reference : float
        Half a sample's resolution in seconds where that is coarse, else 0.

    Returns
    -------
    tuple of PairedMean
        The sample's and the reference's: unweighted means of the rounds' means. The variance of a contrast is
        that of the rounds' contrasts over their number, with rounds − 1 degrees of freedom; None for one round.
        Of coarse samples none is below `least_variance`, and that of the difference not below the sum of both.

    Raises
    ------
    ValueError
        If there are no rounds, or not as many of either label; a round is empty or a value is not finite; a
        rounding is no width.

    Notes
    -----
    Rounds of one transfer each make `difference` the paired t test of "Student" (1908). What moves a whole round
    cancels, at the price of half the degrees of freedom that unpaired runs would have.

    Examples
    --------
    >>> from ftpstats.stats.contrast import difference
    >>> found = difference(*means_of_rounds([[1.1], [2.2], [3.0]], [[1.0], [2.0], [2.9]]))
    >>> print(f"{found.estimate:.4f} ± {found.se:.4f} with {found.df:.0f}")
    0.1333 ± 0.0333 with 2
    """
    return means_of_blocks([[run] for run in sample], [[run] for run in reference], rounding, rounding_reference)


def means_of_blocks(
    sample: Sequence[Sequence[ArrayLike]],
    reference: Sequence[Sequence[ArrayLike]],
    rounding: float = 0.0,
    rounding_reference: float = 0.0,
) -> tuple[PairedMean, PairedMean]:
    """
    Reduce blocks that hold runs of both labels, like days, to two means, and the variance of every contrast of them.

    Parameters
    ----------
    sample, reference : sequence of sequence of array_like
        Each block's runs, each of shape (nᵢ,) in seconds, nᵢ ≥ 1; the j-th blocks are one block. NaN and infinity are
        refused.
    rounding, rounding_reference : float
        Half a sample's resolution in seconds where that is coarse, else 0.

    Returns
    -------
    tuple of PairedMean
        The sample's and the reference's: unweighted means of the blocks' means, each the unweighted mean of its run
        means. Variances as of `means_of_rounds`, with blocks − 1 degrees of freedom.

    Raises
    ------
    ValueError
        If there are no blocks, or not as many of either label; a block has no run; a run is empty or a value is not
        finite; a rounding is no width.

    Notes
    -----
    A randomised block design with the block as unit: what a day does to both labels cancels in its difference, also
    where it multiplies their times, because the ratio is Fieller's.

    Examples
    --------
    >>> from ftpstats.stats.contrast import difference
    >>> found = difference(*means_of_blocks([[[1.1], [1.3]], [[2.3]]], [[[1.0], [1.2]], [[2.1]]]))
    >>> print(f"{found.estimate:.4f} with {found.df:.0f}")
    0.1500 with 1
    """
    (means, n), (means_reference, n_reference) = block_means(sample), block_means(reference)
    partners = _partners(means, means_reference, (rounding, rounding_reference), in_order=False)
    return _at_least(replace(partners[0], n=n, runs=means.size), replace(partners[1], n=n_reference, runs=means.size))


def means_in_alternation(
    sample: ArrayLike, reference: ArrayLike, rounding: float = 0.0, rounding_reference: float = 0.0
) -> tuple[PairedMean, PairedMean]:
    """
    Reduce one run in which single transfers of both labels alternate to two means, and the variance of every contrast.

    Parameters
    ----------
    sample, reference : array_like, both of shape (n,)
        Seconds in the order of measurement, n ≥ 1; the i-th transfers are neighbours. NaN and infinity are refused.
    rounding, rounding_reference : float
        Half a sample's resolution in seconds where that is coarse, else 0.

    Returns
    -------
    tuple of PairedMean
        The sample's and the reference's. The variance of a contrast is the long-run variance of the pairs'
        contrasts over n, with ν of `long_run_variance`; for n < 8, s²/n with n − 1; for n = 1, None.
        Of coarse samples none is below `least_variance`, and that of the difference not below the sum of both.

    Raises
    ------
    ValueError
        If the samples are not of one length, empty, or a value is not finite; a rounding is no width.

    Notes
    -----
    Lazarus, Lewis, Stock and Watson (2018) on x − c·r. What is slow against the alternation moves both transfers
    of a pair and cancels; what is left in the pairs' order stays in the variance.

    Examples
    --------
    >>> from ftpstats.stats.contrast import difference
    >>> load = [0, 1, 2, 3, 4, 5, 4, 3, 2, 1]  # of the machine, which both labels feel
    >>> xen = [10.0 + noise + hour for noise, hour in zip([1, -1, 0, 1, -1, 1, 0, -1, 1, -1], load)]
    >>> found = difference(*means_in_alternation(xen, [9.0 + hour for hour in load]))
    >>> print(f"{found.estimate:.2f}, {found.low:.2f} to {found.high:.2f}")
    1.00, 0.70 to 1.30
    """
    return _at_least(*_partners(as_sample(sample), as_sample(reference), (rounding, rounding_reference), in_order=True))


def _partners(
    x: NDArray[np.float64], y: NDArray[np.float64], roundings: tuple[float, float], *, in_order: bool
) -> tuple[PairedMean, PairedMean]:
    if x.size != y.size:
        raise ValueError(f"{x.size} and {y.size} values make no pairs")
    # x − y is a series of its own: its variance from those of x and y would be lost where they nearly cancel.
    own, others, differences = (precision(series, in_order=in_order) for series in (x, y, x - y))
    spreads = zip((x, y), (own, others), roundings, strict=True)
    one, other = (
        PairedMean(mean(series), spread, df, series.size, 1, rounding, differences[0])
        for series, (spread, df), rounding in spreads
    )
    return one, other


def _at_least(one: PairedMean, other: PairedMean) -> tuple[PairedMean, PairedMean]:
    """Raise the variances of both, and of their difference, to the least spread that their digits can show."""
    least, least_other = (least_variance(mean.rounding, mean.n) for mean in (one, other))
    return _raised(one, least, least + least_other), _raised(other, least_other, least + least_other)


def _raised(mean: PairedMean, least: float, least_of_difference: float) -> PairedMean:
    if mean.variance is None or mean.difference_variance is None:
        return mean
    of_difference = max(mean.difference_variance, least_of_difference)
    return replace(mean, variance=max(mean.variance, least), difference_variance=of_difference)
