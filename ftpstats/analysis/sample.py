"""A sample: the transfers of one label, size and direction, run by run. The data behind every answer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ftpstats.stats.components import VarianceComponents, components_of_stacks
from ftpstats.stats.describe import describe
from ftpstats.stats.serial import variance_inflation_by_run
from ftpstats.stats.stack import Stack, stacks, variance
from ftpstats.units import format_kind, label_name

__all__ = ["EmptyRun", "Run", "Sample", "VarianceComponents"]

_Value = TypeVar("_Value")

# Above this share of equal values, the resolution and not the transfers determines the spread.
_COARSE_SHARE = 0.5
# Resolution over standard deviation from which rounding affects a normality test.
_RESOLUTION_LIMIT = 0.2


@dataclass(frozen=True, slots=True)
class Run:
    """
    One run.

    Attributes
    ----------
    seconds : array of shape (n,)
        Elapsed seconds in the order of measurement.
    source : str
        Its log.
    lines : array of shape (n,)
        The line of each transfer in the log.
    began : float or None
        When the first of them began, in seconds since 1970; None where unknown.
    number : int
        Its place among the label's runs, from 1; a run that completed nothing has a number too.
    scheduled : bool
        Whether its transfers have iterations, by which a script or an experiment numbers them.
    iterations : array of shape (n,), or None
        These, where each has one.
    """

    seconds: npt.NDArray[np.float64]
    source: str
    lines: npt.NDArray[np.int64]
    began: float | None
    number: int
    scheduled: bool = True
    iterations: npt.NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class EmptyRun:
    """A run in which nothing completed, in any size: its number among the label's runs, and the attempts made."""

    number: int
    attempts: int


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Sample:
    """
    One label's transfers of one size in one direction.

    Attributes
    ----------
    label : str or None
    bytes : int or None
        File size; None for attempts of unknown size.
    direction : str or None
    clients : tuple of str
        The formats of its result lines.
    runs : tuple of Run
    resolution : float or None
        Median width in seconds of the interval that the printed digits allow.
    partial, failed : int
        Attempts that were aborted, and that gave no result.
    untimed : int
        Completed transfers without a valid time.
    reason : str or None
        The most frequent note of the attempts that did not complete.
    empty_runs : tuple of EmptyRun
        The label's runs that completed nothing and made attempts of this size.
    timed : tuple of str
        What its seconds cover, of `schema.TIMED`, as far as that is known.
    timeouts : tuple of float or None
        Of each attempt that was stopped because it took too long, after how many seconds, if its log tells.
    """

    label: str | None
    bytes: int | None
    direction: str | None
    clients: tuple[str, ...]
    runs: tuple[Run, ...]
    resolution: float | None
    partial: int
    failed: int
    untimed: int
    reason: str | None
    empty_runs: tuple[EmptyRun, ...]
    timed: tuple[str, ...] = ()
    timeouts: tuple[float | None, ...] = ()

    @cached_property
    def seconds(self) -> npt.NDArray[np.float64]:
        """The elapsed times of all runs, one after the other."""
        return np.concatenate([run.seconds for run in self.runs]) if self.runs else np.empty(0)

    @property
    def five_numbers(self) -> tuple[float, ...]:
        """Minimum, quartiles and maximum; nothing where nothing was measured."""
        if not self.runs:
            return ()
        found = describe(self.seconds)
        return found.min, found.q1, found.median, found.q3, found.max

    @property
    def attempts(self) -> int:
        """All transfers, however they ended."""
        return len(self.seconds) + self.untimed + self.partial + self.failed

    @property
    def name(self) -> str:
        """The label as messages write it."""
        return label_name(self.label)

    @property
    def kind(self) -> str:
        """The size and direction as messages write them."""
        return format_kind(self.bytes, self.direction)

    @property
    def completed(self) -> int:
        """Attempts that completed, with a time or without."""
        return len(self.seconds) + self.untimed

    def may_be_of(self, size: int | None, direction: str | None) -> bool:
        """Whether these attempts are, or may have been, of this size and direction."""
        return self.bytes in {size, None} and self.direction in {direction, None}

    @property
    def unfinished(self) -> int:
        """Attempts that were aborted or gave no result."""
        return self.partial + self.failed

    @property
    def commonest(self) -> tuple[float, float]:
        """The value that most transfers share, and their share; there has to be one."""
        values, times = np.unique(self.seconds, return_counts=True)
        return float(values[times.argmax()]), float(times.max() / times.sum())

    @property
    def is_coarse(self) -> bool:
        """Whether more than half of the sample prints one value; False where nothing was measured."""
        if not self.runs:
            return False
        seconds = self.seconds
        middle = np.partition(seconds, len(seconds) // 2)[len(seconds) // 2]  # what more than half print is the median
        return bool(np.mean(seconds == middle) > _COARSE_SHARE)

    @property
    def hides_shape(self) -> bool:
        """Whether the resolution is so coarse, relative to the spread, that it affects a test of normality."""
        spread = variance(self.seconds) if self.runs else None
        return bool(spread) and (self.resolution or 0.0) > _RESOLUTION_LIMIT * math.sqrt(spread or 0.0)

    @cached_property
    def inflation(self) -> float | None:
        """Ω̂/s²: variance of a run's mean, divided by that of independent transfers."""
        return self.mean_over_runs(variance_inflation_by_run)

    @cached_property
    def components(self) -> VarianceComponents | None:
        """Variance between and within its runs; None for one run."""
        return components_of_stacks([stack for _, stack in self._stacks])

    @cached_property
    def _stacks(self) -> list[tuple[npt.NDArray[np.intp], Stack]]:
        return stacks([run.seconds for run in self.runs])

    def by_run(self, statistic: Callable[[Stack], Sequence[_Value]]) -> list[_Value]:
        """Return a statistic of each run, computed for all runs of one length at once."""
        found = {
            place: value
            for places, stack in self._stacks
            for place, value in zip(places.tolist(), statistic(stack), strict=True)
        }
        return [found[place] for place in range(len(self.runs))]

    def mean_over_runs(self, statistic: Callable[[Stack], Sequence[float | None]]) -> float | None:
        """Return the mean of a statistic of each run, over the runs that have it."""
        known = [value for value in self.by_run(statistic) if value is not None]
        return float(np.mean(known)) if known else None
