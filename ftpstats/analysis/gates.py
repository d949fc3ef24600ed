"""Gates of a comparison: comparisons and samples in, matches with their numbers out. No words here.

Any gate implies `missing`: missing data never pass a gate.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import get_args

from ftpstats.analysis.comparison import Comparison
from ftpstats.analysis.design import design_of
from ftpstats.analysis.matches import (
    EmptyRunMatch,
    FailureRate,
    Match,
    Missing,
    MoreFailures,
    NotShown,
    SlowerByMargin,
    UnpairedLog,
    UnpairedRun,
    VerdictMatch,
)
from ftpstats.analysis.outcomes import Attempted, Outcomes, failure_p, kinds_of, outcomes_of
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.verdict import Verdict
from ftpstats.stats.multiplicity import holm

__all__ = ["GATES", "Compared", "Gates", "matches", "matches_of_comparisons"]


@dataclass(frozen=True, slots=True)
class Gates:
    """What is not accepted, by name; the largest failure rate accepted, if one is given; what has to be shown."""

    names: tuple[str, ...]
    max_failure_rate: float | None
    required: tuple[str, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether there is any gate."""
        return bool(self.names or self.required) or self.max_failure_rate is not None


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Compared:
    """
    The data that gates examine.

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
        return outcomes_of(self.attempted, label, size, direction)

    @cached_property
    def attempted(self) -> Attempted:
        """The samples, by label and size."""
        return Attempted(self.every)

    def kinds(self, *labels: str) -> list[tuple[int | None, str | None]]:
        """Return the sizes and directions that labels attempted; the unknown one where none is known."""
        return [*kinds_of(self.every, labels)] or [(None, None)]


def matches(gates: Gates, compared: Compared) -> list[Match]:
    """
    Return the matches.

    Parameters
    ----------
    gates : Gates
        With one gate at least; `missing` is always added.
    compared : Compared
        What was compared, and what should have been.
    """
    wanted = [name for name in GATES if name in {*gates.names, "missing"}]
    found = [match for name in wanted for match in GATES[name](compared)]
    return [*found, *_rates(compared, gates.max_failure_rate), *(_not_shown(compared) if gates.required else ())]


def matches_of_comparisons(
    names: Sequence[str], comparisons: Sequence[Comparison], alpha: float, required: Sequence[str] = ()
) -> list[Match]:
    """Return what matches gates that look at comparisons alone."""
    compared = Compared(comparisons, (), (), (), alpha)
    found = [match for name, gate in _OF_COMPARISONS.items() if name in names for match in gate(compared)]
    return [*found, *(_not_shown(compared) if required else ())]


def _verdicts(word: Verdict, compared: Compared) -> Iterator[Match]:
    return (VerdictMatch(one) for one in compared.comparisons if one.verdict == word)


def _slower_by_margin(compared: Compared) -> Iterator[Match]:
    for one in compared.comparisons:
        if one.slower_by_margin_p_adjusted is not None and one.slower_by_margin_p_adjusted < compared.alpha:
            yield SlowerByMargin(one)


def _not_shown(compared: Compared) -> Iterator[Match]:
    for one in compared.comparisons:
        if one.not_slower_p is None or one.not_slower_p >= compared.alpha:
            yield NotShown(one)


def _failures(compared: Compared) -> Iterator[Match]:
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


def _rates(compared: Compared, limit: float | None) -> Iterator[Match]:
    if limit is None:
        return
    for label in compared.labels:
        for kind in compared.kinds(label):
            found = compared.outcomes(label, *kind)
            if found.attempts and found.failed / found.attempts > limit:
                yield FailureRate(*kind, found, limit)


def _missing(compared: Compared) -> Iterator[Match]:
    lacking = list(_missing_sizes(compared))
    yield from lacking
    reported = {(match.outcomes.label, match.bytes, match.direction) for match in lacking}
    gone = {match.outcomes.label for match in lacking if match.is_all}
    others = [
        one for one in compared.every if one.label not in gone and (one.label, one.bytes, one.direction) not in reported
    ]
    yield from _empty_runs(compared, others)
    yield from dict.fromkeys(_unpaired_runs(compared))
    yield from dict.fromkeys(_unpaired_logs(compared))


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


def _empty_runs(compared: Compared, samples: Sequence[Sample]) -> Iterator[Match]:
    for label in compared.labels:
        own = [one for one in samples if one.label == label]
        for number in sorted({run.number for one in own for run in one.empty_runs}):
            made = [(one, run) for one in own for run in one.empty_runs if run.number == number]
            reason = max(made, key=lambda found: found[1].attempts)[0].reason
            yield EmptyRunMatch(label, number, sum(run.attempts for _, run in made), reason)


def _unpaired_runs(compared: Compared) -> Iterator[Match]:
    """Yield runs without a partner, where those that have one are rounds; empty runs are reported already."""
    for one, partner in _partners(compared):
        yield from _unpaired(one, partner)
        yield from _unpaired(partner, one)


def _unpaired_logs(compared: Compared) -> Iterator[Match]:
    """Yield logs that hold one label only, where another holds both: also where too few do to compare log by log."""
    for one, partner in _partners(compared):
        both = _in_both(one, partner)
        for sample, lacking in ((one, partner), (partner, one)) if both and _is_scheduled(one, partner) else ():
            for log in dict.fromkeys(run.source for run in sample.runs if run.source not in both):
                yield UnpairedLog(sample.name, log, lacking.name, one.bytes, one.direction)


def _in_both(one: Sample, partner: Sample) -> set[str]:
    """Return the logs that hold runs of both samples."""
    return {run.source for run in one.runs} & {run.source for run in partner.runs}


def _is_scheduled(*samples: Sample) -> bool:
    return all(run.scheduled for sample in samples for run in sample.runs)


def _partners(compared: Compared) -> Iterator[tuple[Sample, Sample]]:
    """Yield the samples of each pair that have times."""
    for reference, other in compared.pairs:
        for one in (sample for sample in compared.every if sample.label == reference and sample.runs):
            alike = compared.attempted.of(other, one.bytes, one.direction)
            partner = next((sample for sample in alike if sample.runs), None)
            if partner is not None and (partner.bytes, partner.direction) == (one.bytes, one.direction):
                yield one, partner


def _unpaired(one: Sample, partner: Sample) -> Iterator[Match]:
    numbers, others = ({run.number for run in sample.runs} for sample in (one, partner))
    rounds = [_of_runs(sample, numbers & others) for sample in (one, partner)]
    if len(numbers & others) < 2 or design_of(*rounds).kind != "rounds":
        return
    both = _in_both(one, partner)  # a log that lacks the partner is reported as a whole
    numbers = {run.number for run in one.runs if not both or run.source in both}
    for number in sorted(numbers - others - {run.number for run in partner.empty_runs}):
        yield UnpairedRun(one.name, number, partner.name, one.bytes, one.direction)


def _of_runs(sample: Sample, numbers: set[int]) -> Sample:
    return replace(sample, runs=tuple(run for run in sample.runs if run.number in numbers))


_OF_COMPARISONS: dict[str, Callable[[Compared], Iterator[Match]]] = {
    **{word: partial(_verdicts, word) for word in get_args(Verdict)},
    "slower-by-margin": _slower_by_margin,
}

# By their names on the command line, in the order of the output.
GATES: dict[str, Callable[[Compared], Iterator[Match]]] = {
    **_OF_COMPARISONS,
    "failures": _failures,
    "missing": _missing,
}
