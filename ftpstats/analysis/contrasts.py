"""Two samples to the contrast of their means: design, difference, ratio, equivalence, and what decides.

The one road to every verdict. What it is called, and what to be careful about, is for `compare` and `caveats`.
"""

from dataclasses import dataclass
from functools import cached_property

from ftpstats.analysis.design import Design, design_of, means, means_of_few
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.verdict import Margin
from ftpstats.stats.contrast import (
    Difference,
    PairedMean,
    RatioInterval,
    SampleMean,
    difference,
    equivalence_p,
    ratio_interval,
)
from ftpstats.stats.power import runs_needed, transfers_needed

__all__ = ["Pair", "contrast_pair"]


@dataclass(frozen=True)
class Pair:
    """
    Two samples of one size and direction, and what the contrast makes of them.

    What a verdict does not read is computed when it is asked for: it takes several times as long as the rest.
    """

    other: Sample
    reference: Sample
    confidence: float
    margin: Margin
    design: Design
    mean: SampleMean
    mean_reference: SampleMean
    difference: Difference
    equivalence_p: float | None
    # What the verdict reads: for few transfers the larger of the contrast's and Welch's.
    decisive_p: float | None
    decisive_equivalence_p: float | None

    @cached_property
    def ratio(self) -> RatioInterval:
        """The mean over the reference's, and its interval."""
        return ratio_interval(self.mean, self.mean_reference, self.confidence)

    @property
    def transfers_needed(self) -> int | None:
        """How many transfers of each label, in one run, would decide at this margin."""
        spreads = self._spreads(among_runs=False)
        return transfers_needed(spreads, self._delta, alpha=1 - self.confidence) if spreads else None

    @property
    def runs_needed(self) -> int | None:
        """How many runs of each label would decide at this margin."""
        spreads = self._spreads(among_runs=True)
        return runs_needed(spreads, self._delta, alpha=1 - self.confidence) if spreads else None

    @property
    def _delta(self) -> float:
        """The margin in seconds."""
        return self.margin.value * self.mean_reference.mean if self.margin.relative else self.margin.value

    def _spreads(self, *, among_runs: bool) -> list[float]:
        """
        Return the variances of transfers, or of run means, that more of them would have; none where unknown.

        From the spread alone, never from the difference that was found; of the two, what the data tell the spread of.
        """
        both = (self.mean, self.mean_reference)
        told = min(each.runs for each in both) > 1 if among_runs else max(each.runs for each in both) == 1
        if not told or self._delta <= 0:
            return []
        counts = [each.runs if among_runs else each.n for each in both]
        if isinstance(self.mean, PairedMean):
            variances = [self.mean.difference_variance]
        else:
            variances = [each.variance for each in both]
        known = [variance for variance in variances if variance is not None]
        return [variance * count for variance, count in zip(known, counts, strict=False)] if known == variances else []


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
    return Pair(other, reference, confidence, margin, design, mean, mean_reference, found, equivalence, p, decisive)


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
