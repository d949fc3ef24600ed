"""What makes a comparison fail: comparisons and samples in, what trips a gate out, with its numbers. No words here.

Any gate implies `missing`: a gate is never green on what is not there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args

from ftpstats.analysis.comparison import Comparison
from ftpstats.analysis.design import design_of
from ftpstats.analysis.outcomes import Outcomes, failure_p, kinds_of, outcomes_of
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.verdict import Verdict
from ftpstats.stats.multiplicity import holm

__all__ = [
    "GATES", "Compared", "EmptyRunTrip", "FailureRate", "Gates", "Missing", "MoreFailures", "Trip", "UnpairedRun",
    "VerdictTrip", "trips",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gates:
    """What is not accepted: gates by their names, and the largest share of attempts that may fail, if any is given."""

    names: tuple[str, ...]
    max_failure_rate: float | None

    @property
    def asked(self) -> bool:
        """Whether there is any gate."""
        return bool(self.names) or self.max_failure_rate is not None


@dataclass(frozen=True, slots=True)
class Compared:
    """
    What gates look at.

    Attributes
    ----------
    comparisons : sequence of Comparison
    every : sequence of Sample
        All of the labels', also those that completed nothing.
    pairs : sequence of (str, str)
        The reference and the other of each pair that was asked for.
    sizes : sequence of int
        File sizes that were asked for; empty for all that there are.
    alpha : float
        1 − confidence.
    """

    comparisons: Sequence[Comparison]
    every: Sequence[Sample]
    pairs: Sequence[tuple[str, str]]
    sizes: Sequence[int]
    alpha: float

    @property
    def labels(self) -> list[str]:
        """The labels compared, each once."""
        return list(dict.fromkeys(label for pair in self.pairs for label in pair))

    def outcomes(self, label: str, size: int | None, direction: str | None) -> Outcomes:
        """Return how a label's attempts at one size ended."""
        return outcomes_of(self.every, label, size, direction)

    def kinds(self, *labels: str) -> list[tuple[int | None, str | None]]:
        """Return the sizes and directions that labels attempted; the unknown one where nothing tells any."""
        return [*kinds_of(self.every, labels)] or [(None, None)]


# --- what trips


@dataclass(frozen=True, slots=True)
class VerdictTrip:
    """A verdict that is not accepted."""

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class MoreFailures:
    """A label that fails more often than the reference; p is one-sided, and allows for all comparisons."""

    bytes: int | None
    direction: str | None
    other: Outcomes
    reference: Outcomes
    p: float


@dataclass(frozen=True, slots=True)
class FailureRate:
    """A label of whose attempts a larger share failed than may."""

    bytes: int | None
    direction: str | None
    outcomes: Outcomes
    limit: float


@dataclass(frozen=True, slots=True)
class Missing:
    """A label without a completed transfer of one size, or of any (`is_all`)."""

    bytes: int | None
    direction: str | None
    outcomes: Outcomes
    is_all: bool


@dataclass(frozen=True, slots=True)
class EmptyRunTrip:
    """A run in which nothing completed."""

    label: str
    run: int
    attempts: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class UnpairedRun:
    """A run that has no partner, where runs are compared round by round."""

    label: str
    run: int
    partner: str
    bytes: int | None
    direction: str | None


Trip = VerdictTrip | MoreFailures | FailureRate | Missing | EmptyRunTrip | UnpairedRun


def trips(gates: Gates, compared: Compared) -> list[Trip]:
    """
    Return what trips.

    Parameters
    ----------
    gates : Gates
        With a gate at least; `missing` is always one of them.
    compared : Compared
        What was compared, and what was to be.
    """
    wanted = [name for name in GATES if name in {*gates.names, "missing"}]
    found = [trip for name in wanted for trip in GATES[name](compared)]
    return [*found, *_rates(compared, gates.max_failure_rate)]


def _verdicts(word: Verdict, compared: Compared) -> Iterator[Trip]:
    return (VerdictTrip(one) for one in compared.comparisons if one.verdict == word)


def _failures(compared: Compared) -> Iterator[Trip]:
    """Fisher's exact test of more failures than the reference's, Holm over all pairs and sizes."""
    both = [
        (kind, compared.outcomes(other, *kind), compared.outcomes(reference, *kind))
        for reference, other in compared.pairs
        for kind in compared.kinds(reference, other)
    ]
    adjusted = holm([failure_p(other, reference, "greater") for _, other, reference in both])
    for (kind, other, reference), p in zip(both, adjusted, strict=True):
        if p is not None and p < compared.alpha:
            yield MoreFailures(*kind, other, reference, p)


def _rates(compared: Compared, limit: float | None) -> Iterator[Trip]:
    if limit is None:
        return
    for label in compared.labels:
        for kind in compared.kinds(label):
            found = compared.outcomes(label, *kind)
            if found.attempts and found.failed / found.attempts > limit:
                yield FailureRate(*kind, found, limit)


def _missing(compared: Compared) -> Iterator[Trip]:
    lacking = list(_missing_sizes(compared))
    yield from lacking
    told = {(trip.outcomes.label, trip.bytes, trip.direction) for trip in lacking}
    gone = {trip.outcomes.label for trip in lacking if trip.is_all}
    others = [
        one for one in compared.every if one.label not in gone and (one.label, one.bytes, one.direction) not in told
    ]
    yield from _empty_runs(compared, others)
    yield from dict.fromkeys(_unpaired_runs(compared))


def _missing_sizes(compared: Compared) -> Iterator[Missing]:
    """Yield labels that completed nothing, then the sizes of a reference, or asked for, that a label lacks."""
    gone = [label for label in compared.labels if not any(one.runs for one in compared.every if one.label == label)]
    for label in gone:
        yield Missing(None, None, _all_outcomes(compared, label), is_all=True)
    seen = set()
    for reference, other in compared.pairs:
        kinds = kinds_of(compared.every, [reference])
        there = {size for size, _ in kinds}
        wanted = [(label, size, way) for size, way in kinds for label in (reference, other)]
        wanted += [(reference, size, None) for size in compared.sizes if size not in there]
        for label, size, way in wanted:
            found = compared.outcomes(label, size, way)
            if label not in gone and not found.timed and (label, size, way) not in seen:
                seen.add((label, size, way))
                yield Missing(size, way, found, is_all=False)


def _all_outcomes(compared: Compared, label: str) -> Outcomes:
    """Return how all of a label's attempts ended, each counted once."""
    sized = [compared.outcomes(label, *kind) for kind in compared.kinds(label)]
    first, *rest = sized
    more = sum(one.attempts - one.unsized for one in rest)
    return replace(
        first,
        attempts=first.attempts + more,
        untimed=sum(one.untimed for one in sized),
        failed=first.failed + sum(one.failed - one.unsized for one in rest),
    )


def _empty_runs(compared: Compared, samples: Sequence[Sample]) -> Iterator[Trip]:
    for label in compared.labels:
        own = [one for one in samples if one.label == label]
        for number in sorted({run.number for one in own for run in one.empty_runs}):
            made = [(one, run) for one in own for run in one.empty_runs if run.number == number]
            reason = max(made, key=lambda found: found[1].attempts)[0].reason
            yield EmptyRunTrip(label, number, sum(run.attempts for _, run in made), reason)


def _unpaired_runs(compared: Compared) -> Iterator[Trip]:
    """Yield runs without a partner, where all that have one are rounds; empty runs are told already."""
    for reference, other in compared.pairs:
        for one in (sample for sample in compared.every if sample.label == reference and sample.runs):
            alike = (s for s in compared.every if (s.bytes, s.direction) == (one.bytes, one.direction))
            partner = next((sample for sample in alike if sample.label == other and sample.runs), None)
            if partner is not None:
                yield from _unpaired(one, partner)
                yield from _unpaired(partner, one)


def _unpaired(one: Sample, partner: Sample) -> Iterator[Trip]:
    numbers, others = ({run.number for run in sample.runs} for sample in (one, partner))
    rounds = [_of_runs(sample, numbers & others) for sample in (one, partner)]
    if len(numbers & others) < 2 or design_of(*rounds).kind != "rounds":
        return
    for number in sorted(numbers - others - {run.number for run in partner.empty_runs}):
        yield UnpairedRun(one.name, number, partner.name, one.bytes, one.direction)


def _of_runs(sample: Sample, numbers: set[int]) -> Sample:
    return replace(sample, runs=tuple(run for run in sample.runs if run.number in numbers))


# By their names on the command line, in the order in which they are told.
GATES: dict[str, Callable[[Compared], Iterator[Trip]]] = {
    **{word: partial(_verdicts, word) for word in get_args(Verdict)},
    "failures": _failures,
    "missing": _missing,
}
