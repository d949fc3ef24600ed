"""Samples to histories: the levels of run means over time, where they change, and the verdict on each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ftpstats.analysis.checks import mixed_sizes, sample_checks
from ftpstats.analysis.levels import Level, Part, levels_of_parts
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.select import usable
from ftpstats.analysis.series import By, OrderedBy, Point, series_of
from ftpstats.analysis.verdict import Margins
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.errors import SelectionError
from ftpstats.stats.changes import LevelChange, drift_of, level_changes, residuals
from ftpstats.stats.drift import Trend
from ftpstats.stats.segments import SMALLEST
from ftpstats.stats.serial import lag1
from ftpstats.stats.stack import as_sample
from ftpstats.stats.steps import STEPS, found_share
from ftpstats.units import label_name, p_equals

__all__ = ["NEEDED", "History", "Outcome", "histories", "is_slower"]

NEEDED = SMALLEST  # points, below which no levels are looked for

# What was seen: changes of level; none; a drift, which no levels describe better; or too few points to look.
Outcome: TypeAlias = Literal["changes", "none", "drift", "too-few"]

_MOST_CORRELATED = 0.6  # of neighbours about their levels; up to 0.5 the rate of false alarms holds, but estimates vary
_CORROBORATED = 0.05
_SURE = 0.95  # chance from which on so many points show a large step


@dataclass(frozen=True, slots=True)
class History:
    """
    The runs of one label, size and direction over time. Seconds; None is unknown.

    Attributes
    ----------
    label : str or None
    bytes : int or None
    direction : str or None
    by : {"run", "day"}
        What a point is.
    ordered_by : {"time", "number"}
        What orders them: time, or the numbers of runs where the time of one is unknown.
    n : int
        Transfers.
    points : tuple of Point
    outcome : {"changes", "none", "drift", "too-few"}
    levels : tuple of Level
        One where no change was found, or none was looked for.
    drift : Trend or None
        The slope in seconds per point, where the outcome is that.
    lag1 : float or None
        The correlation of neighbours about their levels; None for fewer than 16 points.
    warnings : tuple of Warning
    """

    label: str | None
    bytes: int | None
    direction: str | None
    by: By
    ordered_by: OrderedBy
    n: int
    points: tuple[Point, ...]
    outcome: Outcome
    levels: tuple[Level, ...]
    drift: Trend | None
    lag1: float | None
    warnings: tuple[Warning, ...]

    @property
    def newest(self) -> Level:
        """The last level."""
        return self.levels[-1]


def is_slower(level: Level) -> bool:
    """Whether a level is slower than the one before it: what the gate ``change`` looks for in the newest."""
    return level.verdict == "slower"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sample's series, and what was found in it."""

    sample: Sample
    points: tuple[Point, ...]
    ordered_by: OrderedBy
    values: NDArray[np.float64]
    changes: tuple[LevelChange, ...]
    drift: Trend | None


def histories(  # noqa: PLR0913 - the question's options, by name
    samples: Sequence[Sample],
    *,
    by: By,
    zone: tzinfo | None,
    false_alarm_rate: float,
    confidence: float,
    margin: Margins,
) -> tuple[History, ...]:
    """
    Look for changes of level in the runs of each sample.

    Parameters
    ----------
    samples : sequence of Sample
    by : {"run", "day"}
        Whether each run is a point, or each day: the mean of its run means.
    zone : tzinfo or None
        Of days; None for this machine's.
    false_alarm_rate : float
        Share of histories without a change in which one is found at most, about.
    confidence, margin
        Of the comparison of each level with the one before.

    Returns
    -------
    tuple of History
        One per sample with a completed transfer. Holm's adjustment is over the changes of all.

    Raises
    ------
    SelectionError
        If no sample has one, or days are asked for and times are unknown.
    """
    known = usable(samples)
    if not known:
        raise SelectionError("no completed transfer with a valid time; see `ftpstats check FILE`")
    seen = [_looked_at(sample, by, zone, false_alarm_rate) for sample in known]
    found = levels_of_parts([_parts(one) for one in seen], confidence, margin)
    mixed = mixed_sizes([[len(one.seconds)] for one in known], len({one.kind for one in known}), "one label")
    return tuple(
        _history(one, levels, by, (*mixed, *_unseen(one, by, false_alarm_rate)))
        for one, levels in zip(seen, found, strict=True)
    )


def _looked_at(sample: Sample, by: By, zone: tzinfo | None, false_alarm_rate: float) -> _Seen:
    points, ordered_by = series_of(sample, by, zone)
    values = as_sample([point.mean for point in points])
    changes = level_changes(values, false_alarm_rate)
    drift = drift_of(values, [change.after for change in changes], false_alarm_rate)
    return _Seen(sample, points, ordered_by, values, () if drift else changes, drift)


def _parts(seen: _Seen) -> list[Part]:
    """Return the points of each level."""
    edges = [0, *(change.after for change in seen.changes), len(seen.points)]
    parts = zip(edges, edges[1:], (None, *seen.changes), strict=False)
    return [Part(seen.sample, seen.points[begin:end], change) for begin, end, change in parts]


def _history(seen: _Seen, levels: tuple[Level, ...], by: By, warnings: tuple[Warning, ...]) -> History:
    sample, places = seen.sample, [change.after for change in seen.changes]
    is_enough = len(seen.points) >= NEEDED
    found = History(
        label=sample.label,
        bytes=sample.bytes,
        direction=sample.direction,
        by=by,
        ordered_by=seen.ordered_by,
        n=len(sample.seconds),
        points=seen.points,
        outcome=_outcome(seen, is_enough=is_enough),
        levels=levels,
        drift=seen.drift,
        lag1=lag1(residuals(seen.values, places)) if is_enough else None,
        warnings=(),
    )
    return replace(found, warnings=(*sample_checks(sample, None, ()), *warnings, *_doubts(found)))


def _outcome(seen: _Seen, *, is_enough: bool) -> Outcome:
    if seen.drift:
        return "drift"
    if seen.changes:
        return "changes"
    return "none" if is_enough else "too-few"


def _unseen(seen: _Seen, by: By, false_alarm_rate: float) -> Iterator[Warning]:
    """Yield a warning where no change was found among so few points that a large one may be missed."""
    n = len(seen.points)
    if seen.changes or seen.drift or n < NEEDED:
        return
    chance = found_share(STEPS[-1], n, false_alarm_rate, correlation=0.0)  # of independent points: the most
    if chance < _SURE:
        yield warn("few-points", label=label_name(seen.sample.label), points=f"{n} {by}s", chance=100 * chance)


def _doubts(history: History) -> Iterator[Warning]:
    """Yield warnings of a machine that wanders, and of changes that another test does not find."""
    name = label_name(history.label)
    if history.outcome == "changes" and history.lag1 is not None and history.lag1 > _MOST_CORRELATED:
        points = "run means" if history.by == "run" else "days"
        yield warn("wandering", label=name, points=points, correlation=history.lag1)
    for before, level in pairwise(history.levels):
        last = history.points[before.last - 1]
        point = f"run {last.name}" if history.by == "run" else last.name
        if level.difference_low is None:
            yield warn("level-without-spread", label=name, point=point)
        if level.shift_p is not None and level.shift_p >= _CORROBORATED:
            yield warn("not-corroborated", label=name, point=point, p=p_equals(level.shift_p))
