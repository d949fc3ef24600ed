"""Where a textbook test disagrees with the verdict, and why. A comparison's numbers in, a warning out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ftpstats.analysis.contrasts import Pair
from ftpstats.analysis.design import means_of_few
from ftpstats.analysis.verdict import Evidence
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.contrast import contrast
from ftpstats.stats.means import PairedMean
from ftpstats.units import p_equals

__all__ = ["RANKS", "disagreement"]

RANKS = "Mann–Whitney"
# Ratio of variances from which autocorrelation explains a disagreement; independent transfers have 1.
_AUTOCORRELATED = 1.5


@dataclass(frozen=True, slots=True)
class _Case:
    """What may explain why tests and verdict disagree."""

    pair: Pair
    evidence: Evidence
    disagreeing: frozenset[str]
    tested: int

    @property
    def inflation(self) -> float:
        """Variance of the difference (or of the pairs' differences), divided by that of independent transfers."""
        own = self.pair.difference.se or 0.0
        roundings = self.pair.mean.rounding, self.pair.mean_reference.rounding
        simple = contrast(*means_of_few(self.pair.other, self.pair.reference, self.pair.design, roundings), 1.0).se
        return (own / simple) ** 2 if simple else 1.0

    @property
    def cancels(self) -> bool:
        """Whether changes that affect both labels of a pair or a round cancel in their difference."""
        mean, reference = self.pair.mean, self.pair.mean_reference
        if not isinstance(mean, PairedMean) or mean.difference_variance is None:
            return False
        return mean.difference_variance < (mean.variance or 0.0) + (reference.variance or 0.0)

    @property
    def is_significant_alone(self) -> bool:
        """Whether the difference is significant before the adjustment for other comparisons."""
        return self.pair.decisive_p is not None and self.pair.decisive_p < self.evidence.alpha


_IN_RUNS = frozenset({"runs", "rounds", "blocks", "logs"})
_Reasons = tuple[tuple[Callable[[_Case], bool], str], ...]
# Tried from the top. Why tests may find a difference where the verdict does not:
_FINDS_MORE: _Reasons = (
    (
        lambda case: case.is_significant_alone,
        "without adjustment for the {tested} comparisons made here",
    ),
    (
        lambda case: case.pair.design.kind in _IN_RUNS,
        "all transfers are assumed independent; the verdict uses the variation between {units}",
    ),
    (
        lambda case: case.disagreeing == {RANKS},
        "ranks are compared, not means, and transfers are assumed independent",
    ),
    (
        lambda case: case.inflation > _AUTOCORRELATED,
        "transfers are assumed independent; here autocorrelation makes the variance {inflation:.1f} times as large",
    ),
    (
        lambda case: case.pair.mean.rounding + case.pair.mean_reference.rounding > 0,
        "printed times are assumed exact; their resolution may explain the difference",
    ),
    (
        lambda _: True,
        "transfers are assumed independent, which requires less evidence than the long-run variance",
    ),
)
# And why they may find none where the verdict does:
_FINDS_LESS: _Reasons = (
    (
        lambda case: case.cancels,
        "the pairing is ignored, so changes that affect both labels do not cancel",
    ),
    (
        lambda case: case.disagreeing == {RANKS},
        "ranks are compared, not means",
    ),
    (
        lambda case: case.pair.design.kind in _IN_RUNS,
        "{units} are ignored; here their means vary less than their transfers suggest",
    ),
    (
        lambda _: True,
        "the order of transfers is ignored; here negative autocorrelation makes the variance smaller",
    ),
)


def disagreement(
    pair: Pair, evidence: Evidence, p_values: Mapping[str, float | None], tested: int
) -> tuple[Warning, ...]:
    """
    Warn where tests that assume independent transfers disagree with the verdict.

    Parameters
    ----------
    pair : Pair
        What is compared.
    evidence : Evidence
        What the verdict reads.
    p_values : Mapping
        By the tests' names.
    tested : int
        The number of comparisons that the verdict is adjusted for.
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
            tests=" and ".join(f"{name} ({p_equals(p)})" for name, p in other_way.items()),
            word="find no significant difference" if evidence.different else "find a significant difference",
            reason=reason.format(inflation=case.inflation, tested=tested, units=pair.several),
        ),
    )
