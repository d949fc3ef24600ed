"""Where a textbook test would say otherwise than the verdict, and why. A comparison's numbers in, a warning out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ftpstats.analysis.contrasts import Pair
from ftpstats.analysis.design import means_of_few
from ftpstats.analysis.verdict import Evidence
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.contrast import contrast
from ftpstats.stats.means import PairedMean

__all__ = ["RANKS", "disagreement"]

RANKS = "Mann–Whitney"
# Times the variance from which to blame the order: half as much again as independence has.
_ALIKE = 1.5


@dataclass(frozen=True, slots=True)
class _Case:
    """What may explain that tests and verdict disagree."""

    pair: Pair
    evidence: Evidence
    disagreeing: frozenset[str]
    tested: int

    @property
    def inflation(self) -> float:
        """How many times the order multiplies the variance of the difference, or of the pairs' differences."""
        own = self.pair.difference.se or 0.0
        roundings = self.pair.mean.rounding, self.pair.mean_reference.rounding
        simple = contrast(*means_of_few(self.pair.other, self.pair.reference, self.pair.design, roundings), 1.0).se
        return (own / simple) ** 2 if simple else 1.0

    @property
    def cancels(self) -> bool:
        """Whether what moved both labels of a pair or a round cancels in their difference."""
        mean, reference = self.pair.mean, self.pair.mean_reference
        if not isinstance(mean, PairedMean) or mean.difference_variance is None:
            return False
        return mean.difference_variance < (mean.variance or 0.0) + (reference.variance or 0.0)

    @property
    def is_told_alone(self) -> bool:
        """Whether the difference is told from zero before other comparisons are allowed for."""
        return self.pair.decisive_p is not None and self.pair.decisive_p < self.evidence.alpha


_IN_RUNS = frozenset({"runs", "rounds"})
_Reasons = tuple[tuple[Callable[[_Case], bool], str], ...]
# Tried from the top. Why tests may find a difference where the verdict does not:
_FINDS_MORE: _Reasons = (
    (
        lambda case: case.is_told_alone,
        "the {tested} comparisons made here are not allowed for there",
    ),
    (
        lambda case: case.pair.design.kind in _IN_RUNS,
        "every transfer counts there as independent, but how far whole runs differ is what decides",
    ),
    (
        lambda case: case.disagreeing == {RANKS},
        "ranks ask how often one takes longer, not by how much, and count neighbours as independent",
    ),
    (
        lambda case: case.inflation > _ALIKE,
        "transfers count there as independent; here their order makes the variance {inflation:.1f} times as large",
    ),
    (
        lambda case: case.pair.mean.rounding + case.pair.mean_reference.rounding > 0,
        "printed digits count there as exact; what they hide may be the difference",
    ),
    (
        lambda _: True,
        "transfers count there as independent, which asks for less evidence than their order does",
    ),
)
# And why they may find none where the verdict does:
_FINDS_LESS: _Reasons = (
    (
        lambda case: case.cancels,
        "that the labels took turns is overlooked there, and what moved both is not taken out",
    ),
    (
        lambda case: case.disagreeing == {RANKS},
        "ranks ask how often one takes longer, not by how much",
    ),
    (
        lambda case: case.pair.design.kind in _IN_RUNS,
        "every transfer counts there by itself; whole runs agree better than their transfers suggest",
    ),
    (
        lambda _: True,
        "the order of the transfers is overlooked there; here it makes the variance smaller",
    ),
)


def disagreement(
    pair: Pair, evidence: Evidence, p_values: Mapping[str, float | None], tested: int
) -> tuple[Warning, ...]:
    """
    Warn where tests that take the transfers as independent would say otherwise.

    Parameters
    ----------
    pair : Pair
        What is compared.
    evidence : Evidence
        What the verdict reads.
    p_values : Mapping
        By the tests' names.
    tested : int
        How many comparisons the verdict allows for.
    """
    if evidence.p is None or evidence.equivalent:  # a difference inside the margin contradicts nothing
        return ()
    known = {name: p for name, p in p_values.items() if p is not None}
    other_way = {name: p for name, p in known.items() if (p < evidence.alpha) != evidence.different}
    if not other_way:
        return ()
    case = _Case(pair, evidence, frozenset(other_way), tested)
    reasons = _FINDS_LESS if evidence.different else _FINDS_MORE
    reason = next(words for holds, words in reasons if holds(case))
    return (
        warn(
            "tests-disagree",
            tests=" and ".join(f"{name} (p = {p:.1g})" for name, p in other_way.items()),
            word="find no difference" if evidence.different else "find a difference",
            reason=reason.format(inflation=case.inflation, tested=tested),
        ),
    )
