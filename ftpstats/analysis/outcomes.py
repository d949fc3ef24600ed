"""How the attempts of one label at one file size ended: samples in, counts out. Failures are outcomes of their own."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ftpstats.analysis.sample import Sample
from ftpstats.stats.failures import Alternative, RateDifference, fisher_exact, rate_difference
from ftpstats.units import kind_order, label_name

__all__ = ["Attempted", "Kind", "Outcomes", "failure_difference", "failure_p", "kinds_of", "outcomes_of"]

Kind = tuple[int, str | None]  # bytes and direction


@dataclass(frozen=True, slots=True)
class Outcomes:
    """
    The outcomes of one label's attempts at one size and direction, and of those that may have had this size.

    Attributes
    ----------
    label : str or None
    attempts : int
        However they ended; and those of `unsized`.
    timed, untimed : int
        Completed transfers with a valid time, and without.
    failed : int
        Attempts that were aborted or gave no result.
    unsized : int
        Those of them whose size or direction is unknown: they count at each size of their label.
    reason : str or None
        The most frequent note of the failed attempts.
    """

    label: str | None
    attempts: int
    timed: int
    untimed: int
    failed: int
    unsized: int
    reason: str | None

    @property
    def name(self) -> str:
        """The label as messages write it."""
        return label_name(self.label)

    @property
    def counts(self) -> tuple[int, int]:
        """Failed attempts, and all."""
        return self.failed, self.attempts


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Attempted:
    """All samples of labels, also those that completed nothing, and where among them each size and direction is."""

    samples: Sequence[Sample]

    def of(self, label: str | None, size: int | None, direction: str | None) -> Iterator[Sample]:
        """Yield the samples of a label that are, or may have been, of one size and direction: its own first."""
        for kind in dict.fromkeys((each, way) for each in (size, None) for way in (direction, None)):
            yield from self._places.get((label, *kind), ())

    @cached_property
    def _places(self) -> dict[tuple[str | None, int | None, str | None], list[Sample]]:
        found: dict[tuple[str | None, int | None, str | None], list[Sample]] = {}
        for one in self.samples:
            found.setdefault((one.label, one.bytes, one.direction), []).append(one)
        return found


def outcomes_of(every: Attempted, label: str | None, size: int | None, direction: str | None) -> Outcomes:
    """
    Count the outcomes of a label's attempts at one size and direction.

    Parameters
    ----------
    every : Attempted
        All of the label's, and of other labels too.
    label, size, direction
        What is asked about.
    """
    found = list(every.of(label, size, direction))
    own = [one for one in found if (one.bytes, one.direction) == (size, direction)]
    failed, of_own = (sum(one.unfinished for one in part) for part in (found, own))
    most = max(found, key=lambda one: one.unfinished, default=None)
    return Outcomes(
        label=label,
        attempts=sum(one.attempts for one in own) + failed - of_own,
        timed=sum(len(one.seconds) for one in own),
        untimed=sum(one.untimed for one in own),
        failed=failed,
        unsized=failed - of_own,
        reason=most.reason if most else None,
    )


def kinds_of(every: Iterable[Sample], labels: Collection[str | None]) -> list[Kind]:
    """
    Return the known sizes that labels attempted, with their directions, small files first.

    Attempts of a known size that completed nothing and have no direction are counted with the directions of others.
    """
    known = [one for one in every if one.label in labels and one.bytes is not None]
    directed = {one.bytes for one in known if one.direction is not None}
    told = {(one.bytes, one.direction) for one in known if one.direction or one.runs or one.bytes not in directed}
    return sorted(((size, way) for size, way in told if size is not None), key=lambda kind: kind_order(*kind))


def failure_p(other: Outcomes, reference: Outcomes, alternative: Alternative = "two-sided") -> float | None:
    """Return the p-value of Fisher's exact test of the failure rates."""
    return fisher_exact(*other.counts, *reference.counts, alternative=alternative)


def failure_difference(other: Outcomes, reference: Outcomes, confidence: float) -> RateDifference | None:
    """Return the difference of the failure rates with its interval; None where a label made no attempts."""
    return rate_difference(*other.counts, *reference.counts, confidence)
