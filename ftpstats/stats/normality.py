"""Is a sample of seconds far from normal? A test can show non-normality and never normality.

All of them take the values as independent, and see rounding: a coarse clock is not normal.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample, mean, variance

__all__ = ["NormalityTest", "ShapiroWilk", "anderson_darling", "dagostino", "shapiro_wilk"]

_SMALLEST, _LARGEST = 3, 5000  # where Royston's approximation holds
_SMALLEST_K2 = 20  # from which on the kurtosis of a normal sample is nearly normal itself
_SMALLEST_A2 = 8
# p of the adjusted A² by D'Agostino and Stephens (1986), table 4.9: from here on, polynomial of log p or log(1 − p).
_A2_TAILS = ((0.6, (1.2937, -5.709, 0.0186)), (0.34, (0.9177, -4.279, -1.38)))
_A2_HEADS = ((0.2, (-8.318, 42.796, -59.938)), (-math.inf, (-13.436, 101.14, -223.73)))
_LARGEST_A2 = 10.0  # beyond it the polynomial turns


@dataclass(frozen=True, slots=True)
class ShapiroWilk:
    """W, 1 for a sample like a normal one, and the p-value of normality."""

    w: float
    p: float


@dataclass(frozen=True, slots=True)
class NormalityTest:
    """A statistic that is the larger the less normal the sample, and the p-value of normality."""

    statistic: float
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
    gives the same p to about 1e−8. Ties, as coarse clocks make them, lower W without any non-normality. Here, not
    in pingouin's adapter, because `summary` shows it at every call.

    Examples
    --------
    >>> found = shapiro_wilk([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    >>> print(f"W = {found.w:.6f}, p = {found.p:.6f}")
    W = 0.925806, p = 0.407929
    """
    sample = as_sample(values)
    spread = float(sample.max() - sample.min())
    if not _SMALLEST <= sample.size <= _LARGEST or spread == 0:
        return None
    from scipy.stats import shapiro  # half a second, for nothing where there are more than it takes

    # W knows no unit, but the algorithm takes a range below 1e−19 for none.
    w, p = shapiro((sample - sample.min()) / spread)
    return ShapiroWilk(w=float(w), p=float(p))


def dagostino(values: ArrayLike) -> NormalityTest | None:
    """
    Test whether skewness and kurtosis together are those of a normal sample.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds, taken as independent; NaN and infinity are refused.

    Returns
    -------
    NormalityTest or None
        K²; None for n < 20 and for equal values.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    D'Agostino and Pearson (1973): the squares of the skewness as D'Agostino (1970) and of the kurtosis as Anscombe and
    Glynn (1983) make them standard normal, the latter by SciPy; K² is referred to χ² with 2 degrees of freedom.
    Ours, because SciPy's `normaltest`, which is pingouin's, takes 1 for a skewness of exactly 0, which mirrored samples
    and clock ticks have.

    Examples
    --------
    >>> found = dagostino([*range(20), 60])
    >>> print(f"K² = {found.statistic:.3f}, p = {found.p:.2g}")
    K² = 36.112, p = 1.4e-08
    """
    from scipy.stats import kurtosistest, skew

    scaled = _scaled(as_sample(values))
    if scaled is None or scaled.size < _SMALLEST_K2:
        return None
    statistic = (
        _normal_score_of_skewness(float(skew(scaled)), scaled.size) ** 2 + float(kurtosistest(scaled).statistic) ** 2
    )
    return NormalityTest(statistic=statistic, p=math.exp(-statistic / 2))


def anderson_darling(values: ArrayLike) -> NormalityTest | None:
    """
    Test how far a sample's distribution runs from a normal one, the tails before all.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds, taken as independent; NaN and infinity are refused.

    Returns
    -------
    NormalityTest or None
        A²; None for n < 8 and for equal values. A p of about 4e−24 means that or less.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    Anderson and Darling (1954) with estimated mean and variance; p by Stephens in D'Agostino and Stephens,
    "Goodness-of-Fit Techniques" (1986), table 4.9, as R's `nortest::ad.test`. Ours, because pingouin gives no p, and
    SciPy's ends at 0.01 and 0.15.

    Examples
    --------
    >>> found = anderson_darling([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    >>> print(f"A² = {found.statistic:.4f}, p = {found.p:.4f}")
    A² = 0.3469, p = 0.4019
    """
    from scipy.special import log_ndtr

    sample = as_sample(values)
    scaled, n = _scaled(sample), sample.size
    if scaled is None or n < _SMALLEST_A2:
        return None
    z = np.sort(scaled) / math.sqrt(variance(scaled) or 1.0)
    weights = 2 * np.arange(n) + 1
    statistic = -n - float(weights @ (log_ndtr(z) + log_ndtr(-z[::-1]))) / n
    return NormalityTest(statistic=statistic, p=_p_of_a2(statistic * (1 + 0.75 / n + 2.25 / n**2)))


def _scaled(sample: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the deviations from the mean in units of the largest; None where there are none."""
    deviations = sample - mean(sample)
    largest = float(np.abs(deviations).max())
    return None if largest == 0 else deviations / largest


def _normal_score_of_skewness(skewness: float, n: int) -> float:
    """Return what is standard normal for a normal sample: D'Agostino, Biometrika 57 (1970) 679–681."""
    y = skewness * math.sqrt((n + 1) * (n + 3) / (6 * (n - 2)))
    beta = 3 * (n**2 + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
    w2 = math.sqrt(2 * (beta - 1)) - 1
    return math.asinh(y / math.sqrt(2 / (w2 - 1))) / math.sqrt(math.log(w2) / 2)


def _p_of_a2(adjusted: float) -> float:
    def exponential(polynomial: tuple[float, float, float]) -> float:
        a, b, c = polynomial
        return math.exp(a + b * adjusted + c * adjusted**2)

    if adjusted > _LARGEST_A2:
        return _p_of_a2(_LARGEST_A2)
    for least, polynomial in _A2_TAILS:
        if adjusted >= least:
            return exponential(polynomial)
    return 1 - next(exponential(polynomial) for least, polynomial in _A2_HEADS if adjusted >= least)
