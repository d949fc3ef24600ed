"""Histories to how many runs show a step: from the spread of run means about their levels, or from a given one."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ftpstats.analysis.history import History
from ftpstats.analysis.sample_size import rough_spread
from ftpstats.analysis.spread import seconds_of
from ftpstats.analysis.verdict import Margins
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats import serial
from ftpstats.stats.changes import residuals
from ftpstats.stats.segments import SMALLEST
from ftpstats.stats.steps import MOST_CORRELATED, MOST_RUNS, runs_for_step, step_found
from ftpstats.units import label_name

__all__ = ["HistorySize", "Shown", "StepAim", "given_history_size", "history_sizes"]

# Runs at which to look: each look may raise a false alarm, so they are few.
_LOOKS = (16, 32, 64, 100, 200, MOST_RUNS)
_FEWEST = 3  # runs that a spread is estimated from


@dataclass(frozen=True, slots=True)
class StepAim:
    """The step that is to be found; how often, and at what rate of false alarms."""

    step: Margins
    power: float
    false_alarm_rate: float


@dataclass(frozen=True, slots=True)
class Shown:
    """The smallest step in the middle that so many runs show, in seconds; None where it is beyond 6 deviations."""

    runs: int
    step: float | None


@dataclass(frozen=True, slots=True)
class HistorySize:
    """
    How many runs show a step in the times of one label, size and direction. Seconds; None is unknown.

    Attributes
    ----------
    label, bytes, direction
        None for a given spread.
    n, runs : int or None
        Transfers and runs that it is computed from.
    mean : float or None
        Of the newest level; as given.
    run_sd : float or None
        Standard deviation of run means about their levels; as given.
    lag1 : float or None
        The correlation of neighbours about their levels, or about a drift, corrected for its bias; None for fewer than
        16 runs, where the least favourable from 0 to 0.5 is assumed.
    step : float
        The step to find.
    runs_needed : int or None
        Half of them before the step; None where 400 are too few, or the spread is unknown.
    looks : tuple of Shown
        What so many runs show, each time half of them before the step.
    transfers_per_run : float or None
        Mean length of these runs.
    duration : float or None
        Total seconds of the transfers needed.
    """

    label: str | None
    bytes: int | None
    direction: str | None
    n: int | None
    runs: int | None
    mean: float | None
    run_sd: float | None
    lag1: float | None
    step: float
    runs_needed: int | None
    looks: tuple[Shown, ...]
    transfers_per_run: float | None
    duration: float | None
    warnings: tuple[Warning, ...]


def history_sizes(found: Sequence[History], aim: StepAim) -> tuple[HistorySize, ...]:
    """
    Compute how many runs show a step.

    Parameters
    ----------
    found : sequence of History
        By run.
    aim : StepAim

    Returns
    -------
    tuple of HistorySize
        One for each history.
    """
    return tuple(_of_history(one, aim) for one in found)


def given_history_size(aim: StepAim, run_sd: float, mean: float | None) -> HistorySize:
    """
    Compute it from a given spread of run means about their level, in seconds.

    Raises
    ------
    ValueError
        If the step is a share and there is no mean.
    """
    step = aim.step.of(None)
    if step.relative and mean is None:
        raise ValueError("a step in per cent needs a mean")
    needed, looks = _numbers(run_sd, seconds_of(step, mean or 0.0), None, aim)
    return HistorySize(
        label=None,
        bytes=None,
        direction=None,
        n=None,
        runs=None,
        mean=mean,
        run_sd=run_sd,
        lag1=None,
        step=seconds_of(step, mean or 0.0),
        runs_needed=needed,
        looks=looks,
        transfers_per_run=None,
        duration=None,
        warnings=(),
    )


def _of_history(one: History, aim: StepAim) -> HistorySize:
    runs, mean = len(one.points), one.newest.mean
    rest, df = _rest(one)
    sd = None if df is None else math.sqrt(float(rest @ rest) / df)
    step = seconds_of(aim.step.of(one.bytes), mean)
    lag1 = None if one.lag1 is None else _unbiased(serial.lag1(rest), runs)
    needed, looks = _numbers(sd, step, lag1, aim) if sd is not None else (None, ())
    each = one.n / runs
    return HistorySize(
        label=one.label,
        bytes=one.bytes,
        direction=one.direction,
        n=one.n,
        runs=runs,
        mean=mean,
        run_sd=sd,
        lag1=lag1,
        step=step,
        runs_needed=needed,
        looks=looks,
        transfers_per_run=each,
        duration=None if needed is None else needed * each * mean,
        warnings=(*one.warnings, *_limits(one, needed, df, lag1)),
    )


def _limits(one: History, needed: int | None, df: float | None, lag1: float | None) -> Iterator[Warning]:
    """Yield warnings of a spread that is known roughly, and of a correlation that was not simulated."""
    if lag1 is not None and lag1 > MOST_CORRELATED:
        yield warn("beyond-simulated", label=label_name(one.label), correlation=lag1)
    if needed is not None:
        yield from rough_spread(df)


def _rest(one: History) -> tuple[NDArray[np.float64], float | None]:
    """Return run means less their levels, or a drift, with their degrees of freedom; None where these are too few."""
    values = np.array([point.mean for point in one.points])
    if one.drift:
        values = values - one.drift.slope * np.arange(len(values))
    df = len(values) - len(one.levels) - (one.drift is not None)
    rest = residuals(values, [level.last for level in one.levels[:-1]])
    return rest, float(df) if len(values) >= _FEWEST and df >= 1 else None


def _unbiased(lag1: float | None, runs: int) -> float | None:
    """Return a correlation without its bias: of short series, estimates are too small (Marriott & Pope 1954)."""
    return None if lag1 is None else min(lag1 + (1 + 4 * lag1) / runs, 1.0)


def _numbers(sd: float, step: float, lag1: float | None, aim: StepAim) -> tuple[int | None, tuple[Shown, ...]]:
    """Return how many runs show the step, and what some numbers of runs show."""
    if sd <= 0:
        return SMALLEST, ()
    power, rate = aim.power, aim.false_alarm_rate
    steps = [step_found(runs, power, rate, lag1) for runs in _LOOKS]
    looks = tuple(Shown(runs, None if one is None else one * sd) for runs, one in zip(_LOOKS, steps, strict=True))
    return runs_for_step(step / sd, power, rate, lag1), looks
