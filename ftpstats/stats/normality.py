"""Is a sample of seconds far from normal? Shapiro–Wilk; it can show non-normality and never normality."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from ftpstats.stats.describe import as_sample

__all__ = ["ShapiroWilk", "shapiro_wilk"]

_SMALLEST, _LARGEST = 3, 5000  # where Royston's approximation holds


@dataclass(frozen=True, slots=True)
class ShapiroWilk:
    """W, 1 for a sample like a normal one, and the p-value of normality."""

    w: float
    p: float


def shapiro_wilk(values: ArrayLike) -> ShapiroWilk | None:
    """
    Test a sample against normality with an unknown mean and variance.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds, taken as independent; NaN and infinity are refused.

    Returns
    -------
    ShapiroWilk or None
        None for n < 3, n > 5000 (the approximation of p ends there) and for equal values.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    Shapiro and Wilk (1965) by Royston (1995), algorithm AS R94, in SciPy's implementation; R's `shapiro.test`
    gives the same p to about 1e−8. Ties, as coarse clocks make them, lower W without any non-normality.

    Examples
    --------
    >>> found = shapiro_wilk([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    >>> print(f"W = {found.w:.6f}, p = {found.p:.6f}")
    W = 0.925806, p = 0.407929
    """
    from scipy.stats import shapiro

    sample = as_sample(values)
    spread = float(sample.max() - sample.min())
    if not _SMALLEST <= sample.size <= _LARGEST or spread == 0:
        return None
    # W knows no unit, but the algorithm takes a range below 1e−19 for none.
    w, p = shapiro((sample - sample.min()) / spread)
    return ShapiroWilk(w=float(w), p=float(p))
