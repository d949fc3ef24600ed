"""Two samples to the contrast of their means: design, difference, ratio, equivalence, and what decides.

The one road to every verdict. What it is called, and what to be careful about, is for `compare` and `caveats`.
"""

from dataclasses import dataclass

from ftpstats.analysis.design import Design, design_of, means, means_of_few
from ftpstats.analysis.needed import seconds_of, spread_of
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.verdict import Margin
from ftpstats.stats.contrast import (
    Difference,
    RatioInterval,
    SampleMean,
    difference,
    equivalence_p,
    ratio_interval,
)

__all__ = ["Pair", "contrast_pair"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two samples of one size and direction, and what the contrast makes of them."""

    other: Sample
    reference: Sample
    design: Design
    mean: SampleMean
    mean_reference: SampleMean
    difference: Difference
    ratio: RatioInterval
    equivalence_p: float | None
    # What the verdict reads: for few transfers the larger of the contrast's and Welch's.
    decisive_p: float | None
    decisive_equivalence_p: float | None
    transfers_needed: int | None
    runs_needed: int | None


def contrast_pair(other: Sample, reference: Sample, confidence: float, margin: Margin) -> Pair:
    """
    Contrast two samples as their design demands.

    Parameters
    ----------
    other, reference : Sample
        Of one size and direction, with one run or more each.
    confidence : float
        1 − α, at least 0.5 and below 1.
    margin : Margin
        The difference that does not matter.

    Raises
    ------
    ValueError
        If a sample is empty or the confidence is out of range.
    """
    design = design_of(other, reference)
    mean, mean_reference = means(other, reference, design, _roundings(other, reference))
    found = difference(mean, mean_reference, confidence)
    equivalence = _equivalence(mean, mean_reference, margin)
    p, decisive = found.p, equivalence
    if design.has_few:
        simple = means_of_few(other, reference, design)
        p = _larger(p, difference(*simple, confidence).p)
        decisive = _larger(decisive, _equivalence(*simple, margin))
    ratio = ratio_interval(mean, mean_reference, confidence)
    needed = _needed(mean, mean_reference, margin, 1 - confidence)
    return Pair(other, reference, design, mean, mean_reference, found, ratio, equivalence, p, decisive, *needed)


def _needed(mean: SampleMean, reference: SampleMean, margin: Margin, alpha: float) -> tuple[int | None, int | None]:
    """Return how many transfers of each, in one run, or how many runs of each would decide at this margin."""
    spread = spread_of(mean, reference)
    if spread is None:
        return None, None
    needed = spread.needed(seconds_of(margin, reference.mean), "equivalence", alpha, None)
    return (needed, None) if spread.of == "transfers" else (None, needed)


def _roundings(other: Sample, reference: Sample) -> tuple[float, float]:
    """Half of either sample's resolution where one of them is coarse: what its digits may hide of the mean."""
    if not (other.is_coarse or reference.is_coarse):
        return 0.0, 0.0
    return (other.resolution or 0.0) / 2, (reference.resolution or 0.0) / 2


def _larger(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def _equivalence(mean: SampleMean, reference: SampleMean, margin: Margin) -> float | None:
    if margin.relative:
        return equivalence_p(mean, reference, ratio_margin=margin.value)
    return equivalence_p(mean, reference, absolute_margin=margin.value)
