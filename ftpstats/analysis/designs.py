"""What each way to measure would take: two samples and an aim in, a size for each design out.

A log shows what varies within its runs, between them if there are several, or between logs; what it does not show is
left open, and says what to measure first.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ftpstats.analysis.sample import Sample
from ftpstats.analysis.spread import Spread, Unit, needed_of, seconds_of
from ftpstats.analysis.verdict import Margins, Scope
from ftpstats.stats.means import SampleMean
from ftpstats.stats.power import Goal

__all__ = ["Aim", "DesignSize", "Goal", "Side", "design_sizes", "given_designs"]

Side = tuple[Sample, SampleMean]

_UNITS: dict[str, Unit] = {"runs": "runs", "rounds": "runs", "blocks": "logs", "logs": "logs"}
_PAIRED = {"alternation", "duet"}
# Of runs of these lengths the number is given, beside runs as long as those analysed.
_LENGTHS = (10, 30, 100, 300)


@dataclass(frozen=True, slots=True)
class Aim:
    """
    The aim of a new experiment.

    Attributes
    ----------
    goal : str
        ``equivalence``: show that equal means are equivalent; ``difference``: detect a difference; ``not-slower``: show
        that one of equal means does not exceed the other by the margin.
    margin : Margin or SizedMargins
        The equivalence margin, or the difference to detect.
    confidence : float
        1 − α, at least 0.5 and below 1.
    power : float
        Power of the test, at least 0.5 and below 1.
    """

    goal: Goal
    margin: Margins
    confidence: float
    power: float


@dataclass(frozen=True, slots=True)
class DesignSize:
    """
    What one design would take.

    Attributes
    ----------
    design : str
        ``run``: one run each; ``alternation``: one run of interleaved transfers; ``duet``: one run of pairs at the same
        moment, and as many transfers of each label alone, which show what that costs; ``runs``: several runs in mixed
        order; ``rounds``: one run of each label in every round; ``blocks``: logs, like days, that hold both labels;
        ``logs``: logs of each label.
    scope : str
        What the verdict would generalise to.
    unit : {'transfers', 'runs', 'logs'}
        What is counted: transfers of each label, those of pairs in a duet; runs of each label; or logs.
    needed : int or None
        None where the data do not show the variation that it depends on, or none suffices.
    transfers_each : int or None
        Transfers of each label in a run, or in a log; None of runs of a given spread whose transfers' is not given.
    duration : float or None
        Total seconds of all transfers; a pair takes as long as the slower.
    between : tuple of float
        The variances between runs or logs that it is computed from, in squared seconds: of each label, or of the
        differences of partners.
    """

    design: Literal["run", "alternation", "duet", "runs", "rounds", "blocks", "logs"]
    scope: Scope
    unit: Unit
    needed: int | None
    transfers_each: int | None
    duration: float | None
    between: tuple[float, ...]


_OPEN = DesignSize("rounds", "labels", "runs", None, None, None, ())  # one run shows nothing of what runs vary


def design_sizes(
    sides: tuple[Side, Side], design: str, spread: Spread, aim: Aim, margin: float
) -> tuple[DesignSize, ...]:
    """
    Return what designs would take.

    Parameters
    ----------
    sides : tuple of (Sample, SampleMean)
        The other and the reference.
    design : str
        How they were measured.
    spread : Spread
        What varies, as the contrast has it.
    aim : Aim
        What is to be shown.
    margin : float
        In seconds.
    """
    return tuple(_sizes(sides, design, spread, aim, margin))


def given_designs(
    aim: Aim, margin: float, transfers: float | None, runs: float | None, mean: float | None
) -> tuple[DesignSize, ...]:
    """
    Return what designs would take of a spread that is given, the same for both labels.

    Parameters
    ----------
    aim : Aim
        What is to be shown.
    margin : float
        In seconds.
    transfers, runs : float or None
        Variances in squared seconds: the long-run variance of transfers, and that between runs.
    mean : float or None
        In seconds.
    """
    wanted = _Wanted(aim, margin, None if mean is None else 2 * mean)
    found: list[DesignSize] = []
    if transfers is not None:
        alternation = wanted.transfers("alternation", (2 * transfers,))
        found += [wanted.transfers("run", (transfers,) * 2), alternation]
        found += (
            [] if mean is None else [_duet(alternation, [SampleMean(mean, transfers, 0.0, 1, 1, 0.0)] * 2, aim, None)]
        )
    if runs is None:
        return (*found, _OPEN)
    lengths = (None,) if transfers is None else _LENGTHS
    return (*found, *(wanted.several("runs", ((runs, transfers or 0.0),) * 2, length) for length in lengths))


def _sizes(sides: tuple[Side, Side], design: str, spread: Spread, aim: Aim, margin: float) -> Iterator[DesignSize]:
    wanted = _Wanted(aim, margin - spread.hidden, sum(mean.mean for _, mean in sides))
    if spread.of == "transfers":
        if design not in _PAIRED:
            yield wanted.transfers("run", spread.variances)
        # Of independent noise the differences of neighbours vary as both together; what both feel cancels.
        alternation = wanted.transfers("alternation", (math.fsum(spread.variances),))
        yield alternation
        yield _duet(alternation, [mean for _, mean in sides], aim, sides[0][0].bytes)
        yield _OPEN
        return
    within, own = _within(sides), _length(sides)
    parts = _parts(spread, within, own)
    if spread.of == "logs":
        yield wanted.several("blocks" if design == "blocks" else "logs", parts, max(1, round(own)))
        return
    if within is not None:
        yield wanted.transfers("run", within)
    several: Literal["rounds", "runs"] = "rounds" if design == "rounds" else "runs"
    for length in sorted({max(1, round(own)), *(_LENGTHS if within is not None else ())}):
        yield wanted.several(several, parts, length)


def _duet(alternation: DesignSize, means: Sequence[SampleMean], aim: Aim, size: int | None) -> DesignSize:
    """
    Return what a duet takes: the pairs of an alternation, and enough of both kinds to show what pairs cost.

    Of each label that has to be less than the margin, against as many transfers alone.
    """
    alone = [_alone_needed(mean, aim, size) for mean in means]
    counts = [count for count in (alternation.needed, *alone) if count is not None]
    needed = max(counts) if len(counts) == 1 + len(alone) else None
    seconds = [mean.mean for mean in means]
    duration = None if needed is None else needed * (max(seconds) + sum(seconds))
    return replace(alternation, design="duet", needed=needed, transfers_each=needed, duration=duration)


def _alone_needed(mean: SampleMean, aim: Aim, size: int | None) -> int | None:
    """Return how many pairs, and as many transfers alone, show of one label that a pair costs less than the margin."""
    delta = seconds_of(aim.margin.of(size), mean.mean) - 2 * mean.rounding
    if delta <= 0 or mean.variance is None:
        return None
    # Both labels have to show it, so each may fail half as often.
    chance = (1 + aim.power) / 2
    both = (mean.variance * mean.n,) * 2
    return needed_of("transfers", both, delta, goal="not-slower", alpha=1 - aim.confidence, power=chance)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The aim, the seconds that are to be shown, and the seconds of a transfer of both labels together, if known."""

    aim: Aim
    delta: float
    seconds: float | None

    def transfers(self, design: Literal["run", "alternation"], variances: tuple[float, ...]) -> DesignSize:
        needed = self._count("transfers", variances)
        duration = None if needed is None or self.seconds is None else needed * self.seconds
        scope: Scope = "session" if design == "alternation" else "runs"
        return DesignSize(design, scope, "transfers", needed, needed, duration, ())

    def several(
        self,
        design: Literal["runs", "rounds", "blocks", "logs"],
        parts: Sequence[tuple[float, float]],
        length: int | None,
    ) -> DesignSize:
        variances = tuple(between + noise / (length or math.inf) for between, noise in parts)
        unit = _UNITS[design]
        needed = self._count(unit, variances)
        transfers = None if needed is None or length is None else needed * length
        duration = None if transfers is None or self.seconds is None else transfers * self.seconds
        return DesignSize(design, "labels", unit, needed, length, duration, tuple(between for between, _ in parts))

    def _count(self, unit: Unit, variances: tuple[float, ...]) -> int | None:
        aim = self.aim
        return needed_of(unit, variances, self.delta, goal=aim.goal, alpha=1 - aim.confidence, power=aim.power)


def _length(sides: tuple[Side, Side]) -> float:
    return sum(mean.n / mean.runs for _, mean in sides) / len(sides)


def _within(sides: tuple[Side, Side]) -> tuple[float, ...] | None:
    """Return the long-run variance of each label's transfers within runs; None where the runs do not show it."""
    components = [sample.components for sample, _ in sides]
    known = [
        found.explained * mean.n / mean.runs
        for found, (_, mean) in zip(components, sides, strict=True)
        if found is not None
    ]
    return tuple(known) if len(known) == len(sides) else None


def _parts(spread: Spread, within: tuple[float, ...] | None, length: float) -> list[tuple[float, float]]:
    """
    Return of each variance what is between runs or logs, and what is within them, of a single transfer.

    Neither is negative, and at the length of those analysed the first and as much of the second are what was measured.
    """
    noise = within or (0.0,) * len(spread.variances)
    noise = noise if len(noise) == len(spread.variances) else (math.fsum(noise),)
    inside = [min(part / length, variance) for variance, part in zip(spread.variances, noise, strict=True)]
    return [(variance - own, own * length) for variance, own in zip(spread.variances, inside, strict=True)]
