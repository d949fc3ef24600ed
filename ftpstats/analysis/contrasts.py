"""Two samples to the contrast of their means: design, difference, ratio, equivalence, and decisive p-values.

Every verdict is computed here; words and warnings are in `compare` and `checks`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ftpstats.analysis.design import Design, design_of, means, means_of_few
from ftpstats.analysis.duet import Competition, Solos, paired
from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.spread import Unit, seconds_of, spread_of
from ftpstats.analysis.verdict import Margin, Margins
from ftpstats.stats.contrast import Difference, difference
from ftpstats.stats.equivalence import equivalence_p, not_slower_p, slower_by_margin_p
from ftpstats.stats.means import SampleMean
from ftpstats.stats.ratio import RatioInterval, ratio_interval

__all__ = ["Contrasted", "Pair", "contrast_means", "contrast_pair", "roundings"]


@dataclass(frozen=True)
class Contrasted:
    """
    Two means and their contrast, wherever they come from.

    What no verdict needs is computed on demand: it takes several times as long as the rest.
    """

    confidence: float
    margin: Margin
    mean: SampleMean
    mean_reference: SampleMean
    difference: Difference
    equivalence_p: float | None
    # What the verdict reads: for few transfers the larger of the contrast's and Welch's.
    decisive_p: float | None
    decisive_equivalence_p: float | None
    # One-sided, of not being slower by the margin and of being slower by more: decisive likewise.
    not_slower_p: float | None
    slower_by_margin_p: float | None

    @property
    def may_hide_difference(self) -> bool:
        """Whether a difference within the margin says nothing; see `Pair`."""
        return False

    @property
    def costs(self) -> tuple["Contrasted | None", ...]:
        """What has to be shown beside the contrast; see `Pair`."""
        return ()

    @cached_property
    def ratio(self) -> RatioInterval:
        """The mean over the reference's, and its interval."""
        return ratio_interval(self.mean, self.mean_reference, self.confidence)


@dataclass(frozen=True)
class Pair(Contrasted):
    """Two samples of one size and direction, and their contrast."""

    other: Sample
    reference: Sample
    design: Design
    # In a duet, what the same moment costs the reference and the other: None where one has no solo transfers.
    # `not_slower_p` and `decisive_equivalence_p` are no smaller than theirs: a link that is shared hides a difference.
    against_solo: tuple["Pair | None", ...]
    competition: tuple[Competition, ...]

    @property
    def costs(self) -> tuple[Contrasted | None, ...]:
        """In a duet, each label's transfers at the same moment against its solo transfers."""
        return self.against_solo

    @property
    def may_compete(self) -> bool:
        """Whether it is a duet, and not shown of both labels that they do not slow each other by the margin."""
        return self.design.scope == "session-competing"

    @property
    def may_hide_difference(self) -> bool:
        """Whether labels that may slow each other differ by less than the margin, as the contrast alone shows."""
        return self.may_compete and self.equivalence_p is not None and self.equivalence_p < 1 - self.confidence

    @property
    def labels(self) -> tuple[str | None, str | None]:
        """The label of the reference, and the other's."""
        return self.reference.label, self.other.label

    @property
    def runs(self) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
        """The runs of the other and of the reference that the means are of."""
        logs = self.design.logs
        other, reference = (
            tuple(run for run in sample.runs if not logs or run.source in logs)
            for sample in (self.other, self.reference)
        )
        return other, reference

    @property
    def several(self) -> Unit:
        """What the means are of, where they are means of several."""
        return "logs" if self.design.kind in {"blocks", "logs"} else "runs"

    @property
    def transfers_needed(self) -> int | None:
        """Required transfers of each label, in one run, at this margin."""
        return self._needed("transfers")

    @property
    def runs_needed(self) -> int | None:
        """Required runs of each label at this margin."""
        return self._needed("runs")

    @property
    def logs_needed(self) -> int | None:
        """Required logs, of each label or that hold both, at this margin."""
        return self._needed("logs")

    def _needed(self, unit: Unit) -> int | None:
        """Return the required number, if the data give the spread of this unit, and more of the same would do."""
        if self.may_compete:
            return None
        spread = spread_of(self.mean, self.mean_reference, self.several)
        if spread is None or spread.of != unit:
            return None
        delta = seconds_of(self.margin, self.mean_reference.mean)
        return spread.needed(delta, "equivalence", 1 - self.confidence, None)


def contrast_pair(
    other: Sample, reference: Sample, confidence: float, margins: Margins, solos: Solos | None = None
) -> Pair:
    """
    Contrast two samples by their design.

    Parameters
    ----------
    other, reference : Sample
        Of one size and direction, with one run or more each.
    confidence : float
        1 − α, at least 0.5 and below 1.
    margins : Margin or SizedMargins
        The difference that is of no practical importance.
    solos : tuple of Sample, optional
        Solo samples of both labels, where there are any; see `duet`. They matter only where the samples make pairs.

    Raises
    ------
    ValueError
        If a sample is empty or the confidence is out of range.
    """
    pairs = paired(other, reference) if solos else None
    of_other, of_reference = pairs or (other, reference)
    duet = (of_reference, of_other) if solos and pairs else ()
    alone = solos[::-1] if solos and pairs else ()
    against_solo = tuple(_against_solo(*both, confidence, margins) for both in zip(duet, alone, strict=True))
    competition = tuple(_cost(*both) for both in zip(duet, against_solo, strict=True))
    design = _design(of_other, of_reference, competition, 1 - confidence)
    rounding, rounding_reference = roundings(of_other, of_reference)
    widths = rounding, rounding_reference
    read = [means(of_other, of_reference, design, widths)]
    if design.has_few:
        read.append(means_of_few(of_other, of_reference, design, widths))
    found = contrast_means(read, confidence, margins.of(other.bytes))
    costs = [one.not_slower_p for one in competition]
    if competition:  # an intersection–union test: all of it has to be shown
        found = replace(
            found,
            decisive_equivalence_p=_largest([found.decisive_equivalence_p, *costs]),
            not_slower_p=_largest([found.not_slower_p, *costs]),
        )
    return Pair(
        **vars(found),
        other=other,
        reference=reference,
        design=design,
        against_solo=against_solo,
        competition=competition,
    )


def contrast_means(read: Sequence[tuple[SampleMean, SampleMean]], confidence: float, margin: Margin) -> Contrasted:
    """
    Contrast two means, a label's and its reference's.

    Parameters
    ----------
    read : sequence of (SampleMean, SampleMean)
        The first are shown; of what the others show, each claim has to be shown too.
    confidence : float
        1 − α.
    margin : Margin
        The difference that is of no practical importance.
    """
    both, *_ = read
    ratio, absolute = (margin.value, None) if margin.relative else (None, margin.value)

    def decisive(claim: Callable[..., float | None]) -> float | None:
        return _largest(claim(*two, ratio_margin=ratio, absolute_margin=absolute) for two in read)

    return Contrasted(
        confidence,
        margin,
        *both,
        difference(*both, confidence),
        equivalence_p(*both, ratio_margin=ratio, absolute_margin=absolute),
        decisive_p=_largest(difference(*two, confidence).p for two in read),
        decisive_equivalence_p=decisive(equivalence_p),
        not_slower_p=decisive(not_slower_p),
        slower_by_margin_p=decisive(slower_by_margin_p),
    )


def _design(other: Sample, reference: Sample, competition: Sequence[Competition], alpha: float) -> Design:
    """Return the design of two samples; of a duet's pairs, with what is not shown of them in the scope."""
    design = design_of(other, reference)
    if not competition:
        return design
    found = replace(design, kind="duet") if design.kind == "alternation" else design
    shown = all(one.not_slower_p is not None and one.not_slower_p < alpha for one in competition)
    return found if shown else replace(found, scope="session-competing")


def _against_solo(duet: Sample, solo: Sample | None, confidence: float, margins: Margins) -> Pair | None:
    """Contrast a label's transfers at the same moment with its solo transfers."""
    return None if solo is None or not duet.runs else contrast_pair(duet, solo, confidence, margins)


def _cost(duet: Sample, found: Pair | None) -> Competition:
    if found is None:
        return Competition(duet.label, len(duet.seconds), 0, None, None, None, None, None, None)
    percent, low, high = (
        None if end is None else 100 * (end - 1) for end in (found.ratio.estimate, found.ratio.low, found.ratio.high)
    )
    means = found.mean.mean, found.mean_reference.mean
    return Competition(duet.label, found.mean.n, found.mean_reference.n, *means, percent, low, high, found.not_slower_p)


def roundings(*samples: Sample) -> tuple[float, ...]:
    """Return half of each sample's resolution where one of them is coarse: what its digits may hide of the mean."""
    coarse = any(sample.is_coarse for sample in samples)
    return tuple((sample.resolution or 0.0) / 2 if coarse else 0.0 for sample in samples)


def _largest(p_values: Iterable[float | None]) -> float | None:
    """Return the p-value of what all of several tests show; None where one of them shows nothing."""
    found = list(p_values)
    known = [p for p in found if p is not None]
    return max(known) if len(known) == len(found) else None
