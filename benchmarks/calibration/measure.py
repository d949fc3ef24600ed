"""A cell to its estimates, each with its Monte Carlo standard error: what the public functions say, counted."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.calibration import days, duets, papers, series, sizes
from benchmarks.calibration.cells import (
    BY_MARGIN,
    COVERED,
    COVERED_APART,
    EQUIVALENT,
    FOUND,
    LOST,
    NOT_SLOWER,
    RATIO,
    Cell,
)
from benchmarks.calibration.simulation import Replicate, Rng, Times, simulate
from ftpstats.analysis.checks import pair_checks
from ftpstats.analysis.contrasts import Pair, contrast_pair
from ftpstats.analysis.disagreement import RANKS, disagreement
from ftpstats.analysis.outcomes import Attempted
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.summary import summarise
from ftpstats.analysis.verdict import FIVE_PER_CENT, Evidence
from ftpstats.stats.describe import describe
from ftpstats.stats.two_sample import mann_whitney, welch

__all__ = ["Estimate", "Result", "measure"]

CONFIDENCE = 0.95
ALPHA = 1 - CONFIDENCE
EVERY = 10  # what takes long is looked at in every tenth replicate
WRITTEN_EVERY = 10  # of those of days and duets, many logs that are written and read
LINES_EVERY = 4  # of those of lines, what takes three times as long

# By measure, what one replicate showed: 1 or 0, or a difference of two of them.
Outcome = dict[str, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share, and its Monte Carlo standard error."""

    value: float
    se: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a cell showed: estimates by measure, and by code the share of replicates with a warning."""

    estimates: dict[str, Estimate]
    warnings: dict[str, float]


def measure(cell: Cell, replicates: int, seed: int) -> Result:
    """
    Simulate a cell. Its random numbers depend on the seed and its own name, not on other cells.

    Parameters
    ----------
    cell : Cell
    replicates : int
        1 or more; every tenth shows warnings and what takes long; of series of runs and of lines a tenth are made.
    seed : int
        0 or more.
    """
    rng = np.random.default_rng([seed, *f"{cell.group}: {cell.name}".encode()])
    outcomes: list[Outcome] = []
    codes: Counter[str] = Counter()
    for outcome, seen in _looked_at(cell, replicates, rng):
        outcomes.append(outcome)
        codes.update(seen)
    names = dict.fromkeys(name for outcome in outcomes for name in outcome)
    looked_at = math.ceil(replicates / EVERY)
    return Result(
        {name: _estimate([outcome[name] for outcome in outcomes if name in outcome]) for name in names},
        {code: times / looked_at for code, times in codes.most_common()},
    )


def _looked_at(cell: Cell, replicates: int, rng: Rng) -> Iterator[tuple[Outcome, set[str]]]:
    """Yield what each replicate showed; of those that ask the library itself there are fewer."""
    if not isinstance(cell.times, Times):
        is_slow = isinstance(cell.times, days.Days | duets.Duets) and cell.times.is_written
        for number in range(math.ceil(replicates / EVERY / (WRITTEN_EVERY if is_slow else 1))):
            outcome, seen = _ASKING[type(cell.times)](cell.times, rng, number)
            yield outcome, set() if cell.bounds else seen
        return
    for number, replicate in enumerate(simulate(cell.times, cell.ratio, rng, replicates)):
        yield _LOOKS[cell.looks](replicate, cell, number % EVERY == 0)


# What asks the library itself, by what it simulates.
_ASKING: dict[type, Callable[[Any, Rng, int], tuple[Outcome, set[str]]]] = {
    series.Series: lambda times, rng, _: series.look(times, rng),
    sizes.Sizes: lambda times, rng, number: sizes.look(times, rng, closely=number % LINES_EVERY == 0),
    days.Days: lambda times, rng, _: days.look(times, rng),
    duets.Duets: lambda times, rng, _: duets.look(times, rng),
    papers.Papers: lambda times, rng, _: papers.look(times, rng),
}


def _estimate(values: list[float]) -> Estimate:
    return Estimate(float(np.mean(values)), float(np.std(values)) / math.sqrt(len(values)))


def _decisions(replicate: Replicate, cell: Cell, closely: bool) -> tuple[Outcome, set[str]]:
    equal, apart = (_contrast(label, replicate.reference) for label in (replicate.equal, replicate.apart))
    t_test = welch(replicate.equal.seconds, replicate.reference.seconds, CONFIDENCE)
    outcome = {
        FOUND: _below(equal.decisive_p),
        "Welch": _below(t_test.p if t_test else None),
        EQUIVALENT: _below(apart.decisive_equivalence_p),
    }
    # Without any spread there is no interval, and nothing is claimed.
    if equal.difference.low is not None:
        outcome[COVERED] = _holds(equal.difference.low, 0.0, equal.difference.high)
    if apart.difference.low is not None:
        outcome[COVERED_APART] = _holds(apart.difference.low, (cell.ratio - 1) * replicate.level, apart.difference.high)
    if not closely:
        return outcome, set()
    ranks = mann_whitney(replicate.equal.seconds, replicate.reference.seconds)
    outcome["Mann–Whitney"] = _below(ranks.p if ranks else None)
    if apart.difference.low is not None:
        outcome[RATIO] = _holds(apart.ratio.low, cell.ratio, apart.ratio.high)
    p_values = {"Welch's test": t_test.p if t_test else None, RANKS: ranks.p if ranks else None}
    return outcome, set() if cell.bounds else _codes(equal, p_values)


def _power(replicate: Replicate, _cell: Cell, _closely: bool) -> tuple[Outcome, set[str]]:
    t_test = welch(replicate.apart.seconds, replicate.reference.seconds, CONFIDENCE)
    by_welch = _below(t_test.p if t_test else None)
    found = _below(_contrast(replicate.apart, replicate.reference).decisive_p)
    return {"found by Welch": by_welch, "found": found, LOST: by_welch - found}, set()


def _gates(replicate: Replicate, cell: Cell, closely: bool) -> tuple[Outcome, set[str]]:
    pair = _contrast(replicate.apart, replicate.reference)
    outcome = {NOT_SLOWER: _below(pair.not_slower_p), BY_MARGIN: _below(pair.slower_by_margin_p)}
    return outcome, _codes(pair, {}) if closely and not cell.bounds else set()


def _mean(replicate: Replicate, _cell: Cell, closely: bool) -> tuple[Outcome, set[str]]:
    described = describe(replicate.equal.seconds, CONFIDENCE)
    outcome = {"mean covered": _holds(described.ci_low, replicate.level, described.ci_high)}
    seen = summarise(replicate.equal, CONFIDENCE).warnings if closely else ()
    return outcome, {warning.code for warning in seen}


_LOOKS: dict[str, Callable[[Replicate, Cell, bool], tuple[Outcome, set[str]]]] = {
    "decisions": _decisions,
    "power": _power,
    "mean": _mean,
    "gates": _gates,
}


def _contrast(label: Sample, reference: Sample) -> Pair:
    return contrast_pair(label, reference, CONFIDENCE, FIVE_PER_CENT)


def _codes(pair: Pair, p_values: Mapping[str, float | None]) -> set[str]:
    """Return the codes of the warnings that a user of `compare` would get."""
    described = describe(pair.other.seconds, CONFIDENCE), describe(pair.reference.seconds, CONFIDENCE)
    evidence = Evidence(pair.difference.estimate, pair.decisive_p, pair.decisive_equivalence_p, ALPHA)
    found = pair_checks(pair, described, evidence, tested=1, every=Attempted((pair.other, pair.reference)))
    return {warning.code for warning in (*found, *disagreement(pair, evidence, p_values, tested=1))}


def _below(p: float | None) -> float:
    return float(p is not None and p < ALPHA)


def _holds(low: float | None, truth: float, high: float | None) -> float:
    """Whether an interval holds the truth; an end that is None is unbounded."""
    return float((low is None or low <= truth) and (high is None or truth <= high))
