"""One sample to a smooth curve of where its values lie. A picture; nothing is decided by it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample

__all__ = ["Density", "density"]

_MOST = 5000  # values that the curve is computed from; of more, as many quantiles
_LEVEL = 1e-9  # of the spread: quartiles that are nearer to each other are one value, but for rounding
_NORMAL_IQR = 1.34  # interquartile range of a normal distribution in standard deviations


@dataclass(frozen=True, slots=True)
class Density:
    """
    A kernel density estimate.

    Attributes
    ----------
    grid : array of shape (m,)
        Ascending, from the smallest value to the largest.
    heights : array of shape (m,)
        Per unit of the values.
    bandwidth : float
        Standard deviation of the normal kernel, in the unit of the values.
    """

    grid: NDArray[np.float64]
    heights: NDArray[np.float64]
    bandwidth: float


def density(values: ArrayLike) -> Density | None:
    """
    Estimate the density of a sample with a normal kernel.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds or a rate; NaN and infinity are refused.

    Returns
    -------
    Density or None
        None for fewer than 3 values, and for equal ones. Nothing is estimated beyond the extremes.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    Bandwidth 0.9 · min(s, IQR / 1.34) · n^(−1/5): Silverman, "Density Estimation for Statistics and Data Analysis"
    (1986), equation 3.31; s alone where half of the values are one. An outlier does not widen it. Of more than 5000
    values, 5000 quantiles stand for the sample; the bandwidth is that of all.

    Examples
    --------
    >>> found = density([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> print(f"{found.bandwidth:.3f}, {found.heights.max():.3f} at {found.grid[found.heights.argmax()]:.0f}")
    0.974, 0.199 at 3
    """
    from scipy.stats import gaussian_kde

    ordered = np.sort(as_sample(values))
    # Not by the spread: of equal floats it is what rounding leaves of 0.
    if ordered.size < 3 or ordered[0] == ordered[-1]:
        return None
    spread = float(np.std(ordered, ddof=1))
    if not spread:  # squares of differences below 1e-162 vanish
        return None
    low, high = np.quantile(ordered, (0.25, 0.75))
    is_level = high - low <= _LEVEL * spread
    bandwidth = 0.9 * (spread if is_level else min(spread, (high - low) / _NORMAL_IQR)) * ordered.size**-0.2
    kept = np.quantile(ordered, np.linspace(0, 1, _MOST)) if ordered.size > _MOST else ordered
    # The kernel knows no unit and no level; in standard deviations from the median, none is too small for it.
    center = np.median(kept)
    evenly = np.linspace(0, 1, 120)
    grid = np.unique([*np.quantile(kept, evenly), *np.quantile(kept[[0, -1]], evenly), *_around(kept, bandwidth)])
    scaled = (kept - center) / spread
    kernel = gaussian_kde(scaled, bw_method=bandwidth / spread / float(np.std(scaled, ddof=1)))
    return Density(grid, kernel((grid - center) / spread) / spread, float(bandwidth))


def _around(ordered: NDArray[np.float64], bandwidth: float) -> NDArray[np.float64]:
    """Return places beyond both ends of each gap: without them the curve would cross it as a straight line."""
    steps = bandwidth * np.arange(1, 11) / 2  # at five bandwidths the kernel is a millionth of its height
    wide = np.flatnonzero(np.diff(ordered) > steps[0])
    after, before = ordered[wide][:, None] + steps, ordered[wide + 1][:, None] - steps
    is_within = steps < np.diff(ordered)[wide][:, None]
    return np.concatenate([after[is_within], before[is_within]])
