"""Runs of seconds to arrays that are computed at once: what counts as a sample, and the means and variances of all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ROUNDING_NOISE", "Stack", "as_sample", "as_stack", "known_sum", "mean", "means", "stacks", "variance"]

# A spread below this share of the values is what float64 makes of none: two runs whose means agree in decimals and
# differ in the last bit are no evidence of anything.
ROUNDING_NOISE = 8 * float(np.finfo(np.float64).eps)
_LARGEST = 1e150  # beyond it a square overflows
_TALLEST = 4096  # runs to a stack, so that memory does not grow with their number

_Array = NDArray[np.float64]


def known_sum(parts: _Array) -> float:
    """
    Return the sum of parts; 0 where it is what the rounding of floats leaves of none.

    Examples
    --------
    >>> known_sum(np.array([0.3, -0.2, -0.1])), known_sum(np.array([0.3, -0.2]))
    (0.0, 0.09999999999999998)
    """
    found = float(parts.sum())
    return found if abs(found) > ROUNDING_NOISE * float(np.abs(parts).sum()) else 0.0


def as_sample(values: ArrayLike) -> _Array:
    """
    Return values as a sample: one dimension, at least one value, every one finite.

    Raises
    ------
    ValueError
        For anything else: the caller decides what becomes of a missing value, not the statistics.

    Examples
    --------
    >>> as_sample([1, 2])
    array([1., 2.])
    >>> as_sample([1, float("nan")])
    Traceback (most recent call last):
    ValueError: every value must be a finite number below 1e+150
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1:
        raise ValueError(f"a sample has one dimension, not {sample.ndim}")
    return _checked(sample)


def _checked(values: _Array) -> _Array:
    if values.size == 0:
        raise ValueError("a sample needs at least one value")
    if not np.all(np.abs(values) < _LARGEST):  # false for NaN too
        raise ValueError(f"every value must be a finite number below {_LARGEST:g}")
    return values


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Stack:
    """
    Runs of one length, and what several statistics need of each of them.

    Whatever is computed of a run is the same to the last bit in any stack. So nothing here is left to a matrix product,
    whose rounding depends on how many rows there are.

    Attributes
    ----------
    values : array of shape (m, n)
        One run to a row, in the order of measurement.
    """

    values: _Array

    @cached_property
    def means(self) -> _Array:
        """Of each run; see `mean`. Shape (m,)."""
        return means(self.values)

    @cached_property
    def deviations(self) -> _Array:
        """Of each value from its run's mean. Shape (m, n)."""
        return self.values - self.means[:, np.newaxis]

    @cached_property
    def variances(self) -> _Array:
        """Of each run; see `variance`. Shape (m,); NaN for runs of one value."""
        n = self.values.shape[1]
        if n == 1:
            return np.full(len(self.values), math.nan)
        correction = _sums(self.deviations) ** 2 / n
        return np.asarray((_sums(self.deviations**2) - correction) / (n - 1))


def as_stack(values: ArrayLike) -> Stack:
    """
    Return one run as a stack of one.

    Raises
    ------
    ValueError
        As by `as_sample`.
    """
    return Stack(as_sample(values)[np.newaxis])


def stacks(runs: Sequence[ArrayLike]) -> list[tuple[NDArray[np.intp], Stack]]:
    """
    Stack runs, those of one length together, so that all of them are computed at once.

    Parameters
    ----------
    runs : sequence of array_like, each of shape (nᵢ,)
        One array per run, nᵢ ≥ 1; NaN and infinity are refused.

    Returns
    -------
    list of (array of int, Stack)
        By length: the places of its rows among the runs, and the stack.

    Raises
    ------
    ValueError
        If a run is empty, is no run, or a value is not finite.

    Examples
    --------
    >>> [(places.tolist(), stack.values.tolist()) for places, stack in stacks([[1, 2], [3], [4, 5]])]
    [([1], [[3.0]]), ([0, 2], [[1.0, 2.0], [4.0, 5.0]])]
    """
    samples = [np.asarray(run, dtype=np.float64) for run in runs]
    if any(sample.ndim != 1 for sample in samples):
        raise ValueError("a sample has one dimension")
    lengths = np.array([sample.size for sample in samples], dtype=np.intp)
    parts = [
        places
        for alike in (np.flatnonzero(lengths == length) for length in np.unique(lengths))
        for places in np.split(alike, range(_TALLEST, len(alike), _TALLEST))
    ]
    return [(places, Stack(_checked(np.stack([samples[place] for place in places])))) for places in parts]


def mean(sample: _Array) -> float:
    """
    Arithmetic mean of what `as_sample` gave; the same to the last bit in any order.

    Notes
    -----
    Shewchuk's exact sum (`math.fsum`), rounded once and kept within the sample's range: so equal values
    have exactly that mean, and two orders of one sample never differ by a spread that is none.

    Examples
    --------
    >>> mean(as_sample([0.1, 0.1, 0.1]))
    0.1
    """
    return float(means(sample[np.newaxis])[0])


def means(rows: _Array, where: NDArray[np.bool_] | None = None) -> _Array:
    """
    Arithmetic mean of every row, as `mean` has it.

    Parameters
    ----------
    rows : array of shape (m, n)
        Each row as `as_sample` gives it.
    where : array of bool, shape (m, n), optional
        The values to take, one of every row at least; all unless given.

    Returns
    -------
    array of shape (m,)
    """
    if where is None:
        return _clipped(_sums(rows) / rows.shape[1], rows.min(axis=1), rows.max(axis=1))
    low = rows.min(axis=1, where=where, initial=math.inf)
    high = rows.max(axis=1, where=where, initial=-math.inf)
    return _clipped(_sums(np.where(where, rows, 0.0)) / where.sum(axis=1), low, high)


def _clipped(values: _Array, low: _Array, high: _Array) -> _Array:
    return np.minimum(np.maximum(values, low), high)


def _sums(rows: _Array) -> _Array:
    return np.array([math.fsum(row) for row in rows.tolist()])


def variance(sample: _Array) -> float | None:
    """
    Variance with n − 1 of what `as_sample` gave; None for one value, exactly 0 for equal ones.

    Notes
    -----
    The corrected two-pass algorithm of Chan, Golub and LeVeque (1983), with exact sums.

    Examples
    --------
    >>> variance(as_sample([1, 2, 3, 4])), variance(as_sample([1]))
    (1.6666666666666667, None)
    """
    return None if sample.size == 1 else float(Stack(sample[np.newaxis]).variances[0])
