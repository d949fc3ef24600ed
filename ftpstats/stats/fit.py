"""Estimates with variances of their own to whether they follow a line, or are all alike: weighted sums of squares."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtrc

from ftpstats.stats.contrast import contrast, rounding_slack
from ftpstats.stats.means import SampleMean

__all__ = ["equal_ratios_p", "johansen_p", "lack_of_fit_p"]

Floats = NDArray[np.float64]

_LARGEST = 1e100  # beyond it, or its inverse, float64 does not hold the square


def johansen_p(estimates: ArrayLike, variances: ArrayLike, dfs: ArrayLike, columns: ArrayLike) -> float:
    """
    P-value that K independent estimates are a combination of p columns, each with a variance that is estimated.

    Parameters
    ----------
    estimates, variances, dfs : array_like, shape (K,)
        Variances above 0, with their degrees of freedom.
    columns : array_like, shape (K, p)
        p < K: of ones, that all are alike; of ones and sizes, that they lie on a line.

    Raises
    ------
    ValueError
        If there are no more estimates than columns, or a variance is not above 0.

    Notes
    -----
    Johansen, "The Welch–James approximation to the distribution of the residual sum of squares in a weighted linear
    regression", Biometrika 67 (1980) 85–92: Q = Σ(yₖ − ŷₖ)²/Vₖ, q = K − p, A = Σ(1 − hₖ)²/fₖ;
    Q / (q + 2A − 6A/(q + 2)) is about F with q and q(q + 2)/(3A). With one column of ones it is Welch's analysis of
    variance (1951), and of two estimates his t test.

    Examples
    --------
    >>> print(f"{johansen_p([1.0, 2.1, 2.9], [0.01] * 3, [9] * 3, [[1, 0], [1, 1], [1, 2]]):.3f}")
    0.236
    """
    y, v, f = (np.asarray(one, dtype=np.float64) for one in (estimates, variances, dfs))
    x = np.asarray(columns, dtype=np.float64)
    q = x.shape[0] - x.shape[1]
    if q < 1 or not (v > 0).all():
        raise ValueError("a test of fit needs more estimates than columns, each with a variance above 0")
    scale = 1 / np.sqrt(v)
    basis = np.linalg.qr(x * scale[:, None])[0]
    z = y * scale
    residual = float(np.sum((z - basis @ (basis.T @ z)) ** 2))
    a = float(np.sum((1 - np.sum(basis**2, axis=1)) ** 2 / f))
    if not math.isfinite(residual):
        return 0.0
    return float(fdtrc(q, q * (q + 2) / (3 * a), residual / (q + 2 * a - 6 * a / (q + 2))))


def lack_of_fit_p(sizes: ArrayLike, means: Sequence[SampleMean]) -> float | None:
    """
    P-value that mean times are linear in size.

    Parameters
    ----------
    sizes : array_like, shape (K,)
        Bytes, no two alike.
    means : sequence of SampleMean
        Of each size, in seconds.

    Returns
    -------
    float or None
        None for two sizes, which a line always fits, and where a spread is unknown or none. Within what the printed
        digits may have moved each mean, those values are taken that follow a line best.

    Examples
    --------
    >>> from ftpstats.stats.means import mean_of_runs
    >>> print(f"{lack_of_fit_p([1, 2, 3], [mean_of_runs([[t - 1, t, t + 1]]) for t in (5, 9, 20)]):.3f}")
    0.008
    """
    if len(means) < 3 or not all(one.variance for one in means):
        return None
    known = np.asarray(sizes, dtype=np.float64)
    columns = np.column_stack([np.ones(known.size), known / known.max()])
    variances = [one.variance or 0.0 for one in means]
    times = _moved([one.mean for one in means], variances, columns, [one.rounding for one in means])
    return johansen_p(times, variances, [one.df for one in means], columns)


def equal_ratios_p(pairs: Sequence[tuple[SampleMean, SampleMean]]) -> float | None:
    """
    P-value that the ratio of two labels' means is the same at all sizes.

    Parameters
    ----------
    pairs : sequence of (SampleMean, SampleMean)
        The sample's mean and the reference's, of each size.

    Returns
    -------
    float or None
        None for one size, and where a mean is not above 0, a spread is unknown or none, or beyond what a number holds.
        Within what the printed digits may have moved each ratio, those values are taken that are most alike.

    Notes
    -----
    Johansen's test of log(x̄/x̄ᵣ) with the standard error of x̄ − c·x̄ᵣ at c = x̄/x̄ᵣ, divided by x̄.

    Examples
    --------
    >>> from ftpstats.stats.means import mean_of_runs
    >>> half, all_of_it = mean_of_runs([[1.0, 1.1, 1.2]]), mean_of_runs([[2.1, 2.2, 2.4]])
    >>> print(f"{equal_ratios_p([(half, all_of_it), (all_of_it, half)]):.4f}")
    0.0000
    """
    if len(pairs) < 2 or any(one.mean <= 0 for pair in pairs for one in pair):
        return None
    ratios = [sample.mean / reference.mean for sample, reference in pairs]
    found = [contrast(*pair, ratio) for pair, ratio in zip(pairs, ratios, strict=True)]
    errors = [(one.se or 0.0) / sample.mean for one, (sample, _) in zip(found, pairs, strict=True)]
    if not all(1 / _LARGEST < error < _LARGEST for error in errors):
        return None
    dfs, columns = [one.df or 1.0 for one in found], np.ones((len(pairs), 1))
    widths = [rounding_slack(*pair, ratio) / pair[0].mean for pair, ratio in zip(pairs, ratios, strict=True)]
    logs = _moved([math.log(ratio) for ratio in ratios], np.square(errors), columns, widths)
    return johansen_p(logs, np.square(errors), dfs, columns)


def _moved(estimates: ArrayLike, variances: ArrayLike, columns: Floats, widths: ArrayLike) -> Floats:
    """Return estimates, each moved by its width at most, that are closest to a combination of the columns."""
    from scipy.optimize import lsq_linear  # half a second, and only where digits are coarse

    y, reach = np.asarray(estimates, dtype=np.float64), np.asarray(widths, dtype=np.float64)
    free = np.flatnonzero(reach > 0)
    if not free.size:
        return y
    scale = 1 / np.sqrt(np.asarray(variances, dtype=np.float64))
    design = np.column_stack([columns, np.diag(reach)[:, free]]) * scale[:, None]  # in units of each width
    ends = np.concatenate([np.full(columns.shape[1], np.inf), np.ones(free.size)])
    moves = lsq_linear(design, y * scale, (-ends, ends)).x[columns.shape[1] :]
    moved = y.copy()
    moved[free] -= reach[free] * moves
    return moved
