"""Two samples to the contrast of their means: design, difference, ratio, equivalence, and decisive p-values.

Every verdict is computed here; words and warnings are in `compare` and `checks`.
"""

from dataclasses import dataclass
from functools import cached_property

from ftpstats.analysis.design import Design, design_of, means, means_of_few
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.spread import Unit, seconds_of, spread_of
from ftpstats.analysis.verdict import Margin
from ftpstats.stats.contrast import Difference, difference
from ftpstats.stats.equivalence import equivalence_p
from ftpstats.stats.means import SampleMean
from ftpstats.stats.ratio import RatioInterval, ratio_interval

__all__ = ["Pair", "contrast_pair", "roundings"]


@dataclass(frozen=True)
class Pair:
    """
    Two samples of one size and direction, and their contrast.

    What no verdict needs is computed on demand: it takes several times as long as the rest.
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

    @property
    def labels(self) -> tuple[str | None, str | None]:
        """The label of the reference, and the other's."""
        return self.reference.label, self.other.label

    @cached_property
    def ratio(self) -> RatioInterval:
        """The mean over the reference's, and its interval."""
        return ratio_interval(self.mean, self.mean_reference, self.confidence)

    @property
    def transfers_needed(self) -> int | None:
        """Required transfers of each label, in one run, at this margin."""
        return self._needed("transfers")

    @property
    def runs_needed(self) -> int | None:
        """Required runs of each label at this margin."""
        return self._needed("runs")

    def _needed(self, unit: Unit) -> int | None:
        """Return the required number, if the data give the spread of this unit."""
        spread = spread_of(self.mean, self.mean_reference)
        if spread is None or spread.of != unit:
            return None
        delta = seconds_of(self.margin, self.mean_reference.mean)
        return spread.needed(delta, "equivalence", 1 - self.confidence, None)


def contrast_pair(other: Sample, reference: Sample, confidence: float, margin: Margin) -> Pair:
    """
    Contrast two samples by their design.

    Parameters
    ----------
    other, reference : Sample
        Of one size and direction, with one run or more each.
    confidence : float
        1 − α, at least 0.5 and below 1.
    margin : Margin
        The difference that is of no practical importance.

    Raises
    ------
    ValueError
        If a sample is empty or the confidence is out of range.
    """
    design = design_of(other, reference)
    rounding, rounding_reference = roundings(other, reference)
    widths = rounding, rounding_reference
    mean, mean_reference = means(other, reference, design, widths)
    found = difference(mean, mean_reference, confidence)
    equivalence = _equivalence(mean, mean_reference, margin)
    p, decisive = found.p, equivalence
    if design.has_few:
        simple = means_of_few(other, reference, design, widths)
        p = _larger(p, difference(*simple, confidence).p)
        decisive = _larger(decisive, _equivalence(*simple, margin))
    return Pair(other, reference, confidence, margin, design, mean, mean_reference, found, equivalence, p, decisive)


def roundings(*samples: Sample) -> tuple[float, ...]:
    """Return half of each sample's resolution where one of them is coarse: what its digits may hide of the mean."""
    coarse = any(sample.is_coarse for sample in samples)
    return tuple((sample.resolution or 0.0) / 2 if coarse else 0.0 for sample in samples)


def _larger(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def _equivalence(mean: SampleMean, reference: SampleMean, margin: Margin) -> float | None:
    if margin.relative:
        return equivalence_p(mean, reference, ratio_margin=margin.value)
    return equivalence_p(mean, reference, absolute_margin=margin.value)
