"""One run of seconds in the order of measurement to what that order does to the variance of its mean."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import dct

from ftpstats.stats.stack import Stack, as_stack

__all__ = [
    "SMALLEST", "LongRunVariance", "cosines", "lag1", "lag1_by_run", "long_run_variance", "long_run_variances",
    "variance_inflation", "variance_inflation_by_run",
]  # fmt: skip

SMALLEST = 8  # below it, four cosines are most of what the data hold


@dataclass(frozen=True, slots=True)
class LongRunVariance:
    """
    The long-run variance Ω̂ of a run, in squared units of the values, and its degrees of freedom ν.

    Ω̂/n is the variance of the run's mean; (mean − μ)/√(Ω̂/n) is referred to Student's t with ν.
    """

    variance: float
    df: int


def long_run_variance(values: ArrayLike) -> LongRunVariance | None:
    """
    Estimate the long-run variance of a run: n times the variance of its mean, autocorrelation included.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds in the order of measurement; NaN and infinity are refused.

    Returns
    -------
    LongRunVariance or None
        None for n < 8. Equal values have the variance 0.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    The equal-weighted-cosine estimator of Lazarus, Lewis, Stock and Watson, "HAR inference: recommendations
    for practice", JBES 36 (2018) 541–559: Ω̂ = mean of Λⱼ², j = 1 … ν, with
    Λⱼ = √(2/n) Σₜ cos(πj(t − ½)/n) xₜ and ν = ⌊0.41·n^⅔⌋, here at least 4. The Λⱼ are the first coefficients
    of the orthonormal type-2 discrete cosine transform, whose zeroth is the mean.

    Examples
    --------
    >>> found = long_run_variance([1, 2, 3, 4, 5, 6, 7, 8])
    >>> print(f"{found.variance:.4f} with {found.df}")
    10.4893 with 4
    """
    deviations = as_stack(values).deviations
    n = deviations.shape[1]
    if n < SMALLEST:
        return None
    return LongRunVariance(variance=float(long_run_variances(deviations)[0]), df=cosines(n))


def long_run_variances(deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Estimate the long-run variance of every row, as `long_run_variance` does, with `cosines(n)` degrees of freedom.

    Parameters
    ----------
    deviations : array of shape (m, n)
        Of every run from its mean, n ≥ 8. The cosines ignore a constant; taking the mean out first keeps its rounding
        errors from them.

    Returns
    -------
    array of shape (m,)
    """
    coefficients = dct(deviations, type=2, norm="ortho", axis=1)[:, 1 : cosines(deviations.shape[1]) + 1]
    return np.asarray(np.mean(coefficients**2, axis=1))


def cosines(n: int) -> int:
    """
    ν, how many cosines tell the long-run variance of n values: its degrees of freedom.

    Examples
    --------
    >>> cosines(30), cosines(100), cosines(1000)
    (4, 8, 41)
    """
    # Not 0.41 * n ** (2 / 3): that is 40.999… for n = 1000.
    return max(4, math.floor(41 * math.cbrt(n * n) / 100))


def lag1(values: ArrayLike) -> float | None:
    """
    Autocorrelation at lag 1: how much one transfer tells about the next.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds in the order of measurement; NaN and infinity are refused.

    Returns
    -------
    float or None
        Between −1 and 1; None for n < 3 and for equal values.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    r₁ = Σ(xₜ − x̄)(xₜ₊₁ − x̄) / Σ(xₜ − x̄)² of Box and Jenkins, as R's `acf`; its bias is about −(1 + 3ρ)/n.

    Examples
    --------
    >>> lag1([1, 2, 3, 4, 5])
    0.4
    """
    return lag1_by_run(as_stack(values))[0]


def lag1_by_run(runs: Stack) -> Sequence[float | None]:
    """Return `lag1` of every run."""
    deviations = runs.deviations
    m, n = deviations.shape
    if n < 3:
        return [None] * m
    return _ratios(np.sum(deviations[:, :-1] * deviations[:, 1:], axis=1), np.sum(deviations**2, axis=1))


def variance_inflation(values: ArrayLike) -> float | None:
    """
    Ω̂/s²: how many times the order of measurement multiplies the variance of the mean.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds in the order of measurement; NaN and infinity are refused.

    Returns
    -------
    float or None
        About 1 for independent values, above it where slow components dominate; None for n < 8 and for
        equal values.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    Preferred to `lag1`: a slow component of lag-1 0.1 can hide a factor 5. For independent normal values it
    is distributed about as χ²/ν with ν of `long_run_variance`.

    Examples
    --------
    >>> print(f"{variance_inflation([1, 2, 3, 4, 5, 6, 7, 8]):.3f}")
    1.748
    """
    return variance_inflation_by_run(as_stack(values))[0]


def variance_inflation_by_run(runs: Stack) -> Sequence[float | None]:
    """Return `variance_inflation` of every run."""
    m, n = runs.values.shape
    return [None] * m if n < SMALLEST else _ratios(long_run_variances(runs.deviations), runs.variances)


def _ratios(values: NDArray[np.float64], divisors: NDArray[np.float64]) -> list[float | None]:
    return [
        value / divisor if divisor else None for value, divisor in zip(values.tolist(), divisors.tolist(), strict=True)
    ]
