"""How many runs show a step of a history, and how small a step so many runs show: from a simulated table.

The table, `segments_power`, holds how often `changes.level_changes` finds a step in the middle of a series.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ftpstats.stats.segments_power import CORRELATIONS, FOUND, RATES, RUNS, STEPS

__all__ = ["MOST_CORRELATED", "MOST_RUNS", "STEPS", "found_share", "runs_for_step", "step_found"]

MOST_CORRELATED, MOST_RUNS = CORRELATIONS[-1], RUNS[-1]
_CERTAIN = 0.0002  # a share that no simulation of some thousand series tells from 0, or from 1
_IN_TENS = 100
_FINE = 401  # steps among which the smallest is looked for

_Array = NDArray[np.float64]


def found_share(step: float, runs: int, rate: float = 0.01, correlation: float | None = None) -> float:
    """
    How often a step in the middle of a series is found.

    Parameters
    ----------
    step : float
        In standard deviations of runs about their levels, above 0.
    runs : int
        Of the whole series, 16 or more; more than 400 count as 400.
    rate : float
        Of false alarms, from 0.0005 to 0.25.
    correlation : float, optional
        Of neighbours about their levels; what is beyond 0 to 0.5 counts as the nearest. The least favourable unless
        given.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    Interpolated in the normal quantiles of the shares: along the logarithms of runs, step and rate, and along the
    correlation.

    Examples
    --------
    >>> f"{found_share(2.0, 60):.2f}", f"{found_share(2.0, 60, correlation=0.0):.2f}"
    ('0.42', '0.83')
    """
    if not step > 0 or runs < RUNS[0] or not RATES[-1] <= rate <= RATES[0]:
        raise ValueError(f"a step of {step}, {runs} runs or a rate of {rate} is out of range")
    return float(_shares(np.array([step]), np.array([float(runs)]), rate, correlation)[0, 0])


def runs_for_step(step: float, power: float, rate: float = 0.01, correlation: float | None = None) -> int | None:
    """
    How many runs show a step in their middle.

    Parameters
    ----------
    step, rate, correlation
        As for `found_share`.
    power : float
        How often it shall be found, above 0 and below 1.

    Returns
    -------
    int or None
        Half of it before the step; from 100 on rounded up to tens. None where 400 are too few.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> runs_for_step(2.0, 0.9), runs_for_step(0.2, 0.9)
    (120, None)
    """
    found_share(step, RUNS[0], rate, correlation)
    runs = np.arange(RUNS[0], MOST_RUNS + 1, 2, dtype=np.float64)
    enough = _shares(np.array([step]), runs, rate, correlation)[:, 0] >= _wanted(power)
    fewest = int(runs[enough.argmax()])
    return (fewest if fewest < _IN_TENS else -(-fewest // 10) * 10) if enough.any() else None


def step_found(runs: int, power: float, rate: float = 0.01, correlation: float | None = None) -> float | None:
    """
    How small a step in their middle so many runs show.

    Parameters
    ----------
    runs, rate, correlation
        As for `found_share`.
    power : float
        As for `runs_for_step`.

    Returns
    -------
    float or None
        In standard deviations of runs; None where none of up to 6 of them is found so often.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> f"{step_found(100, 0.9):.1f}", step_found(16, 0.9)
    ('2.2', None)
    """
    found_share(1.0, runs, rate, correlation)
    steps = np.geomspace(STEPS[0], STEPS[-1], _FINE)
    enough = _shares(steps, np.array([float(runs)]), rate, correlation)[0] >= _wanted(power)
    return float(steps[enough.argmax()]) if enough.any() else None


def _wanted(power: float) -> float:
    if not 0 < power < 1:
        raise ValueError(f"a power of {power} is not between 0 and 1")
    return power


def _shares(steps: _Array, runs: _Array, rate: float, correlation: float | None) -> _Array:
    """Return the share for each of `runs`, and each of `steps`."""
    several = CORRELATIONS if correlation is None else _around(correlation, CORRELATIONS)
    scores = [_of_correlation(steps, runs, rate, one) for one in several]
    if correlation is None:
        return np.asarray(ndtr(np.min(scores, axis=0)))
    return np.asarray(ndtr(_between(correlation, several, scores)))


def _of_correlation(steps: _Array, runs: _Array, rate: float, correlation: float) -> _Array:
    """Return normal quantiles of shares, of one correlation that was simulated."""
    rates = _around(rate, RATES)
    score = _between(math.log(rate), [math.log(one) for one in rates], [_scores(one, correlation) for one in rates])
    along = np.array([np.interp(np.log(runs), np.log(RUNS), column) for column in score.T])  # by step, then runs
    return np.array([np.interp(np.log(steps), np.log(STEPS), row) for row in along.T])


def _scores(rate: float, correlation: float) -> _Array:
    """Return normal quantiles of the simulated shares, which larger steps never make smaller."""
    shares = np.clip(np.array(FOUND[rate, correlation]) / 100, _CERTAIN, 1 - _CERTAIN)
    return np.asarray(ndtri(np.maximum.accumulate(shares, axis=1)))


def _around(value: float, known: Sequence[float]) -> tuple[float, ...]:
    """Return the two simulated values that one lies between, or the nearest where it lies beyond."""
    inside = min(max(value, min(known)), max(known))
    return max(one for one in known if one <= inside), min(one for one in known if one >= inside)


def _between(value: float, ends: Sequence[float], parts: Sequence[_Array]) -> _Array:
    """Interpolate, as far as the ends."""
    low, high = ends
    share = 0.0 if low == high else min(max((value - low) / (high - low), 0.0), 1.0)
    return np.asarray((1 - share) * parts[0] + share * parts[1])
