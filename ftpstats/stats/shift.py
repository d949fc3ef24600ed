"""One run of seconds in the order of measurement to the place where it changes its level.

The p-value allows for autocorrelation; it says that the run is not one experiment, never that it is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import dct

from ftpstats.stats.serial import cosines
from ftpstats.stats.stack import Stack, as_stack, means

__all__ = ["SMALLEST_P", "LevelShift", "level_shift", "level_shift_by_run"]

_SMALLEST = 16
_TRIM = 0.15  # of the run at either end, where no level shift is looked for: Andrews's choice
_PLACES = 200  # at which a shift is looked for, at most
_SIMULATED, _LONGEST_SIMULATED = 1999, 400
SMALLEST_P = 1 / (1 + _SIMULATED)

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelShift:
    """
    The place where a run changes its level most clearly, and the p-value of one level throughout.

    Attributes
    ----------
    after : int
        Transfers before the shift.
    size : float
        Mean from there on minus mean before, in seconds.
    p : float
        Simulated: a multiple of 1/2000.
    """

    after: int
    size: float
    p: float


def level_shift(values: ArrayLike) -> LevelShift | None:
    """
    Look for the one place where a run most clearly changes its level, and test whether it does.

    Parameters
    ----------
    values : array_like, shape (n,)
        Seconds in the order of measurement; NaN and infinity are refused.

    Returns
    -------
    LevelShift or None
        None for n < 16 and for equal values. Above 285 values, the place is the best of 200.

    Raises
    ------
    ValueError
        If there are no values or one is not finite.

    Notes
    -----
    The largest F of a step over all places but 15 % of the run at either end: Andrews, "Tests for parameter
    instability and structural change with unknown change point", Econometrica 61 (1993) 821–856. Its scale is the
    cosine long-run variance with that step taken out, so that a large shift cannot hide behind itself. p compares
    it with 1999 simulated runs of independent normal values (fixed seed), as long as so many cosines are used, at most
    400: that is the distribution under autocorrelation too while the cosines are few, see Cho and Vogelsang, "Fixed-b
    inference for testing structural change in a time series regression", Econometrics 5 (2017) 2; for longer runs it
    errs on the large side. A trend is found as a shift too.

    Examples
    --------
    >>> level_shift([1.0, 1.1] * 10 + [1.5, 1.6] * 10)
    LevelShift(after=20, size=0.5, p=0.0005)
    """
    return level_shift_by_run(as_stack(values))[0]


def level_shift_by_run(runs: Stack) -> Sequence[LevelShift | None]:
    """Return `level_shift` of every run."""
    m, n = runs.values.shape
    lows = runs.values.min(axis=1, keepdims=True)
    spreads = runs.values.max(axis=1, keepdims=True) - lows
    varied = np.flatnonzero(spreads)
    found: list[LevelShift | None] = [None] * m
    if n < _SMALLEST or not varied.size:
        return found
    values = runs.values[varied]
    # The statistic knows no unit; its squares may not overflow, nor vanish.
    places, statistics = _steps((values - lows[varied]) / spreads[varied])
    after = places[statistics.argmax(axis=1)]
    is_after = np.arange(n) >= after[:, np.newaxis]
    sizes = means(values, is_after) - means(values, ~is_after)
    p = _simulated_p(statistics.max(axis=1), n)
    for place, *shift in zip(varied.tolist(), after.tolist(), sizes.tolist(), p.tolist(), strict=True):
        found[place] = LevelShift(*shift)
    return found


@lru_cache(maxsize=1024)
def _longest_alike(n: int) -> int:
    """Return the largest size that has as many cosines as n: the distribution depends on little else."""
    if n >= _LONGEST_SIMULATED:
        return _LONGEST_SIMULATED
    return max(size for size in range(n, _LONGEST_SIMULATED + 1) if cosines(size) == cosines(n))


@lru_cache(maxsize=64)
def _simulated(n: int) -> _Array:
    """Return the largest statistic of each simulated run without a shift, the smallest first."""
    runs = np.random.default_rng(1993).normal(size=(_SIMULATED, n))
    return np.sort(_steps(runs)[1].max(axis=1))


def _simulated_p(statistics: _Array, n: int) -> _Array:
    """Return the probability that the largest statistic of a run of n without a shift is at least as large as these."""
    below = np.searchsorted(_simulated(_longest_alike(n)), statistics)
    return np.asarray((1 + _SIMULATED - below) / (1 + _SIMULATED))


def _steps(runs: _Array) -> tuple[NDArray[np.int64], _Array]:
    """
    Return the places where a step may be, and by run and place F/(1 + F) of it.

    A step after k of n values, with mean 0 and length 1, has the coordinate θ in a run, and the cosine coefficients b
    in closed form. Λ − θ·b are those of the run without the step, and their squares sum up to Ω·(ν − b·b) on average.
    """
    n = runs.shape[1]
    nu, margin = cosines(n), math.ceil(_TRIM * n)
    places = np.unique(np.linspace(margin, n - margin, min(n - 2 * margin + 1, _PLACES)).round().astype(np.int64))
    unit = np.sqrt(n / (places * (n - places)))
    centered = runs - runs.mean(axis=1, keepdims=True)
    theta = -unit * np.cumsum(centered, axis=1)[:, places - 1]
    coefficients = dct(centered, type=2, norm="ortho", axis=1)[:, 1 : nu + 1]
    j = np.arange(1, nu + 1)
    step = -unit[:, np.newaxis] * np.sin(np.pi * np.outer(places, j) / n) / np.sin(np.pi * j / (2 * n)) / np.sqrt(2 * n)
    lengths = np.sum(step**2, axis=1)
    common = np.einsum("ij,kj->ik", coefficients, step)  # no matrix product: see `Stack`
    rest = np.sum(coefficients**2, axis=1, keepdims=True) - 2 * theta * common + theta**2 * lengths
    explained = theta**2 * (nu - lengths)
    return places, explained / (explained + rest.clip(min=0.0))
