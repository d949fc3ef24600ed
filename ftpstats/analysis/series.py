"""A sample as a series in the order of time: the mean of each run, or of each day's runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby
from typing import Literal, TypeAlias

from ftpstats.analysis.sample import Run, Sample
from ftpstats.errors import SelectionError
from ftpstats.stats.stack import mean
from ftpstats.units import format_count

__all__ = ["BY", "By", "OrderedBy", "Point", "series_of"]

By: TypeAlias = Literal["run", "day"]
BY = ("run", "day")
OrderedBy: TypeAlias = Literal["time", "number"]


@dataclass(frozen=True, slots=True)
class Point:
    """
    One run, or one day.

    Attributes
    ----------
    place : int
        In the series, from 1.
    name : str
        The number of the run among the label's runs, or the date.
    began : float or None
        When its first transfer began, in seconds since 1970; None where unknown.
    n : int
        Transfers.
    mean : float
        Of the run's transfers; of a day, of its run means. Seconds.
    """

    place: int
    name: str
    began: float | None
    n: int
    mean: float


def series_of(sample: Sample, by: By, zone: tzinfo | None) -> tuple[tuple[Point, ...], OrderedBy]:
    """
    Return the points of a sample in order, and what orders them.

    Runs are ordered by time where that of each is known, else by number: that of runs of several logs follows the
    natural order of their names, then the lines.

    Parameters
    ----------
    sample : Sample
        With a run.
    by : {"run", "day"}
    zone : tzinfo or None
        Of days; None for this machine's.

    Raises
    ------
    SelectionError
        If days are asked for and the time of a run is unknown.
    """
    began = [(run.began, run) for run in sample.runs if run.began is not None]
    is_timed = len(began) == len(sample.runs)
    if by == "day":
        if not is_timed:
            unknown = format_count(len(sample.runs) - len(began), "run")
            raise SelectionError(f"by day: {sample.name} has {unknown} without a time, of {len(sample.runs)}")
        return _days([run for _, run in sorted(began, key=_by_time)], zone), "time"
    runs = [run for _, run in sorted(began, key=_by_time)] if is_timed else sorted(sample.runs, key=_number)
    points = [_point(place, str(run.number), [run]) for place, run in enumerate(runs, start=1)]
    return tuple(points), "time" if is_timed else "number"


def _by_time(timed: tuple[float, Run]) -> tuple[float, int]:
    return timed[0], timed[1].number


def _number(run: Run) -> int:
    return run.number


def _days(runs: Sequence[Run], zone: tzinfo | None) -> tuple[Point, ...]:
    def day(run: Run) -> date:
        return datetime.fromtimestamp(run.began or 0.0, UTC).astimezone(zone).date()

    days = groupby(runs, key=day)
    return tuple(_point(place, one.isoformat(), list(its)) for place, (one, its) in enumerate(days, start=1))


def _point(place: int, name: str, runs: Sequence[Run]) -> Point:
    """Return the point of runs: the unweighted mean of their means."""
    import numpy as np

    means = np.array([mean(run.seconds) for run in runs])
    return Point(place, name, runs[0].began, sum(len(run.seconds) for run in runs), mean(means))
