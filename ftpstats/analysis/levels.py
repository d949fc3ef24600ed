"""The parts of a series to levels: the mean of each, and its comparison with the one before by the rules of `compare`.

A point stands for what a transfer is in one run there: so the contrast allows for autocorrelation between points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftpstats.analysis.contrasts import Pair, contrast_pair
from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.series import Point
from ftpstats.analysis.throughput import throughput
from ftpstats.analysis.verdict import Evidence, Margins, Verdict, verdict
from ftpstats.stats.changes import LevelChange
from ftpstats.stats.describe import t_critical
from ftpstats.stats.means import mean_of_runs
from ftpstats.stats.multiplicity import holm
from ftpstats.stats.shift import level_shift
from ftpstats.stats.stack import as_sample, variance

__all__ = ["Level", "Part", "levels_of_parts"]


@dataclass(frozen=True, slots=True)
class Level:
    """
    Neighbouring points of one level, and how it differs from the one before. Seconds; None is unknown.

    Attributes
    ----------
    label : str or None
    bytes : int or None
    direction : str or None
    number : int
        From 1, the oldest.
    first, last : int
        The places of its first and last point in the series.
    points : int
    n : int
        Transfers.
    began, ended : float or None
        When its first and its last point began, in seconds since 1970.
    mean, mean_low, mean_high : float or None
        The unweighted mean of its points and its interval, which allows for autocorrelation between them.
    sd : float or None
        Standard deviation of its points.
    throughput : float or None
        bytes / mean, in bytes per second.
    change_low, change_high : int or None
        The 95 % interval of the place of the change: it is after one of these points. None for the first level, as all
        that follows.
    change_p : float or None
        Simulated, of no change.
    shift_p : float or None
        What `stats.shift.level_shift` gives of this level and the one before together; None for fewer than 16 points.
    difference, difference_low, difference_high : float or None
        mean minus that of the level before, and its interval.
    percent, percent_low, percent_high : float or None
        The same as a ratio, (mean / mean before − 1)·100; an end is None where it is unbounded.
    p, p_adjusted : float or None
        Of the null hypothesis of no difference: of the contrast, and as the verdict uses it (Holm over all changes of
        the question).
    equivalence_p, equivalence_p_adjusted : float or None
        Of the null hypothesis of a difference beyond the margin; likewise.
    verdict : str or None
        See `ftpstats.analysis.verdict`.
    """

    label: str | None
    bytes: int | None
    direction: str | None
    number: int
    first: int
    last: int
    points: int
    n: int
    began: float | None
    ended: float | None
    mean: float
    mean_low: float | None
    mean_high: float | None
    sd: float | None
    throughput: float | None
    change_low: int | None
    change_high: int | None
    change_p: float | None
    shift_p: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    percent: float | None
    percent_low: float | None
    percent_high: float | None
    p: float | None
    p_adjusted: float | None
    equivalence_p: float | None
    equivalence_p_adjusted: float | None
    verdict: Verdict | None


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Part:
    """The points of one level of a sample's series, and the change that it begins with; None for the first."""

    sample: Sample
    points: Sequence[Point]
    change: LevelChange | None

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The means of the points."""
        return as_sample([point.mean for point in self.points])

    @property
    def as_one_run(self) -> Sample:
        """The points in order, as if they were the transfers of one run."""
        first = self.points[0]
        run = Run(self.values, first.name, np.arange(len(self.points)), first.began, 1, self.sample.runs[0].scheduled)
        return replace(self.sample, runs=(run,))


def levels_of_parts(series: Sequence[Sequence[Part]], confidence: float, margin: Margins) -> list[tuple[Level, ...]]:
    """
    Compare each part with the one before.

    Parameters
    ----------
    series : sequence of sequence of Part
        The parts of each series, in order.
    confidence : float
        1 − α.
    margin : Margin or SizedMargins
        The difference that is of no practical importance.

    Returns
    -------
    list of tuple of Level
        One for each part. Holm's adjustment is over all changes of all series.
    """
    pairs = [
        [contrast_pair(part.as_one_run, before.as_one_run, confidence, margin) for before, part in pairwise(parts)]
        for parts in series
    ]
    every = [pair for those in pairs for pair in those]
    adjusted = iter(holm([pair.decisive_p for pair in every]))
    equivalence = iter(holm([pair.decisive_equivalence_p for pair in every]))
    found = []
    for parts, those in zip(series, pairs, strict=True):
        told = [{}, *(_told(pair, next(adjusted), next(equivalence)) for pair in those)]
        found.append(tuple(_level(parts, place, confidence, told[place]) for place in range(len(parts))))
    return found


_OF_CHANGES = (
    "change_low", "change_high", "change_p", "shift_p", "difference", "difference_low", "difference_high", "percent",
    "percent_low", "percent_high", "p", "p_adjusted", "equivalence_p", "equivalence_p_adjusted", "verdict",
)  # fmt: skip


def _level(parts: Sequence[Part], place: int, confidence: float, told: dict[str, Any]) -> Level:
    part, sample, spread = parts[place], parts[place].sample, variance(parts[place].values)
    mean, low, high = _mean(part, confidence)
    seen = _seen(parts[place - 1], part) if place else {}
    return Level(
        label=sample.label,
        bytes=sample.bytes,
        direction=sample.direction,
        number=place + 1,
        first=part.points[0].place,
        last=part.points[-1].place,
        points=len(part.points),
        n=sum(point.n for point in part.points),
        began=part.points[0].began,
        ended=part.points[-1].began,
        mean=mean,
        mean_low=low,
        mean_high=high,
        sd=None if spread is None else math.sqrt(spread),
        throughput=throughput(sample.bytes, mean),
        **{**dict.fromkeys(_OF_CHANGES), **seen, **told},
    )


def _mean(part: Part, confidence: float) -> tuple[float, float | None, float | None]:
    """Return the mean of a level and its interval."""
    found = mean_of_runs([part.values])
    if found.variance is None:
        return found.mean, None, None
    half = t_critical(confidence, found.df) * math.sqrt(found.variance)
    return found.mean, found.mean - half, found.mean + half


def _seen(before: Part, part: Part) -> dict[str, Any]:
    """Return the place of a change, and what another test says of it."""
    shift = level_shift(np.concatenate((before.values, part.values)))
    found: dict[str, Any] = {"shift_p": shift.p if shift else None}
    if part.change:
        found |= {f"change_{name}": getattr(part.change, name) for name in ("low", "high", "p")}
    return found


def _told(pair: Pair, p: float | None, equivalence_p: float | None) -> dict[str, Any]:
    """Return what `compare` says of a level and the one before."""
    found, ratio = pair.difference, pair.ratio
    ends = {"percent": ratio.estimate, "percent_low": ratio.low, "percent_high": ratio.high}
    return {
        "difference": found.estimate,
        "difference_low": found.low,
        "difference_high": found.high,
        **{name: None if end is None else (end - 1) * 100 for name, end in ends.items()},
        "p": found.p,
        "p_adjusted": p,
        "equivalence_p": pair.equivalence_p,
        "equivalence_p_adjusted": equivalence_p,
        "verdict": verdict(Evidence(found.estimate, p, equivalence_p, 1 - pair.confidence)),
    }
