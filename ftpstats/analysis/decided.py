"""Contrasts to what they decide together: evidence that is adjusted for all, and the numbers of a comparison."""

import math
from collections.abc import Sequence
from typing import Any

from ftpstats.analysis.contrasts import Contrasted
from ftpstats.analysis.throughput import percent_of_throughput, throughput
from ftpstats.analysis.verdict import Evidence, verdict
from ftpstats.stats.equivalence import smallest_margin
from ftpstats.stats.multiplicity import holm

__all__ = ["OneSided", "decided", "evidence_of", "one_sided_of", "percent_of"]

OneSided = tuple[float | None, float | None]  # adjusted: of not being slower by the margin, and of being slower by more

_LARGEST_LEVEL = 0.25  # beyond it there is no 1 − 2α interval to find a margin by


def evidence_of(contrasts: Sequence[Contrasted], alpha: float) -> list[Evidence]:
    """Return the evidence of each verdict: p-values adjusted for all comparisons."""
    adjusted = holm([one.decisive_p for one in contrasts])
    equivalence_adjusted = holm([one.decisive_equivalence_p for one in contrasts])
    return [
        Evidence(one.difference.estimate, p, equivalence, alpha, is_hidden=one.may_hide_difference)
        for one, p, equivalence in zip(contrasts, adjusted, equivalence_adjusted, strict=True)
    ]


def one_sided_of(contrasts: Sequence[Contrasted]) -> list[OneSided]:
    """Return the one-sided p-values of each, adjusted for all comparisons."""
    not_slower, slower = (
        holm([one.not_slower_p for one in contrasts]), holm([one.slower_by_margin_p for one in contrasts])
    )  # fmt: skip
    return list(zip(not_slower, slower, strict=True))


def decided(found: Contrasted, size: int | None, evidence: Evidence, one_sided: OneSided) -> dict[str, Any]:
    """Return the fields of a `Comparison` that follow from a contrast, and from the evidence that is adjusted."""
    percent, low, high = map(percent_of, (found.ratio.estimate, found.ratio.low, found.ratio.high))
    return {
        "mean": found.mean.mean,
        "mean_reference": found.mean_reference.mean,
        "difference": found.difference.estimate,
        "standard_error": found.difference.se,
        "df": found.difference.df,
        "difference_low": found.difference.low,
        "difference_high": found.difference.high,
        "percent": percent,
        "percent_low": low,
        "percent_high": high,
        "throughput": throughput(size, found.mean.mean),
        "throughput_reference": throughput(size, found.mean_reference.mean),
        "throughput_percent": percent_of_throughput(percent),
        "throughput_percent_low": percent_of_throughput(high),
        "throughput_percent_high": percent_of_throughput(low),
        "p": found.difference.p,
        "p_adjusted": evidence.p,
        "equivalence_p": found.equivalence_p,
        "equivalence_p_adjusted": evidence.equivalence_p,
        "not_slower_p": found.not_slower_p,
        "not_slower_p_adjusted": one_sided[0],
        "slower_by_margin_p": found.slower_by_margin_p,
        "slower_by_margin_p_adjusted": one_sided[1],
        "margin": found.margin,
        "smallest_margin": _smallest_margin(found, evidence.alpha),
        "unseen_share": _unseen_share(min(found.mean.n, found.mean_reference.n), evidence.alpha),
        "verdict": verdict(evidence),
    }


def percent_of(ratio: float | None) -> float | None:
    """Return by how much per cent a ratio exceeds 1."""
    return None if ratio is None else (ratio - 1) * 100


def _smallest_margin(found: Contrasted, alpha: float) -> float | None:
    """Return the smallest margin at which the contrast alone shows equivalence, and in a duet what it costs either."""
    if alpha > _LARGEST_LEVEL:
        return None
    every = [(found, True), *((cost, False) for cost in found.costs)]
    margins = [
        smallest_margin(one.mean, one.mean_reference, alpha, relative=found.margin.relative, either_way=both)
        if one
        else None
        for one, both in every
    ]
    known = [margin for margin in margins if margin is not None]
    return max(known) if len(known) == len(margins) else None


def _unseen_share(n: int, alpha: float) -> float:
    """Return the share p of rare events at which n transfers show none with probability α: (1 − p)ⁿ = α."""
    return -math.expm1(math.log(alpha) / n)
