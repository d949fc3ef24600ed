"""Samples to Comparisons: every label against the reference, per size and direction, and the verdict on each."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ftpstats.analysis.design import Design, design_of, means, means_of_few
from ftpstats.analysis.select import Sample, samples
from ftpstats.analysis.summary import is_coarse, sample_warnings
from ftpstats.analysis.verdict import FIVE_PER_CENT, Evidence, Margin, Scope, Verdict, verdict
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.errors import SelectionError, UsageError
from ftpstats.stats.contrast import (
    Difference,
    PairedMean,
    RatioInterval,
    SampleMean,
    difference,
    equivalence_p,
    ratio_interval,
)
from ftpstats.stats.describe import Description, describe
from ftpstats.stats.difference import hedges_g, mann_whitney, welch
from ftpstats.stats.failures import fisher_exact
from ftpstats.stats.groups import holm
from ftpstats.stats.power import runs_needed, transfers_needed
from ftpstats.units import kind_order

__all__ = ["Comparison", "compare"]

_MANY = 0.05  # of a label's attempts: above this share, a verdict on those completed is not the whole answer


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    One label against the reference, for one file size and direction. Seconds; less is better; None is unknown.

    Attributes
    ----------
    n, n_reference, runs, runs_reference, failed, failed_reference : int
        Transfers analysed, runs, and attempts that did not complete (failed or broken off).
    failure_p : float or None
        Fisher's exact test of the shares that did not complete.
    mean, mean_reference : float
        As the contrast takes them: of several runs, the unweighted mean of their means.
    difference, standard_error, df, difference_low, difference_high : float or None
        mean − mean_reference, its standard error, degrees of freedom and interval.
    percent, percent_low, percent_high : float or None
        The same as a ratio, (mean / mean_reference − 1)·100; an end is None where nothing bounds it.
    p, p_adjusted : float or None
        Of no difference: as the contrast gives it, and as the verdict reads it (Holm over all comparisons).
    equivalence_p, equivalence_p_adjusted : float or None
        Of a difference beyond the margin; likewise.
    welch_p, mann_whitney_p, hedges_g : float or None
        Companions. They take transfers as independent and decide nothing.
    intervals_overlap : bool or None
        The thesis's rule: whether the two t intervals overlap.
    verdict, scope : str
        See `ftpstats.analysis.verdict`.
    transfers_needed, runs_needed : int or None
        How many would decide.
    """

    label: str | None
    reference: str | None
    bytes: int | None
    direction: str | None
    n: int
    n_reference: int
    runs: int
    runs_reference: int
    failed: int
    failed_reference: int
    failure_p: float | None
    mean: float
    mean_reference: float
    difference: float
    standard_error: float | None
    df: float | None
    difference_low: float | None
    difference_high: float | None
    percent: float | None
    percent_low: float | None
    percent_high: float | None
    p: float | None
    p_adjusted: float | None
    equivalence_p: float | None
    equivalence_p_adjusted: float | None
    welch_p: float | None
    mann_whitney_p: float | None
    hedges_g: float | None
    intervals_overlap: bool | None
    verdict: Verdict
    scope: Scope
    transfers_needed: int | None
    runs_needed: int | None
    warnings: tuple[Warning, ...]

    def taken_alone(self, alpha: float) -> Verdict:
        """Return what the contrast would say without Welch's test and without an eye to the other comparisons."""
        return verdict(Evidence(self.difference, self.p, self.equivalence_p, alpha))

    def is_told_from_zero(self, alpha: float) -> bool:
        """Whether the difference is, as the verdict reads it."""
        return Evidence(self.difference, self.p_adjusted, self.equivalence_p_adjusted, alpha).different


@dataclass(frozen=True, slots=True)
class _Pair:
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


def compare(  # noqa: PLR0913 - the options of the command, each with a default
    transfers: pd.DataFrame,
    labels: Sequence[str],
    sizes: Sequence[int] = (),
    *,
    confidence: float = 0.95,
    margin: Margin = FIVE_PER_CENT,
    as_printed: bool = False,
) -> tuple[Comparison, ...]:
    """
    Compare labels with the first of them.

    Parameters
    ----------
    transfers : DataFrame
        Rows with the columns of `table.SCHEMA`, each transfer once.
    labels : sequence of str
        The reference, then one or more others, as the table writes them.
    sizes : sequence of int
        Only these file sizes, in bytes; all unless given.
    confidence : float
        1 − α.
    margin : Margin
        The difference that does not matter.
    as_printed : bool
        Analyse what the client printed, not what its digits allow.

    Returns
    -------
    tuple of Comparison
        By size and direction, then label. Holm's adjustment is over all of them.

    Raises
    ------
    SelectionError
        If two labels share no size with a completed transfer.
    UsageError
        If a label is named twice.
    """
    for label in labels:
        if list(labels).count(label) > 1:
            raise UsageError(f"'{label}' is named twice; a label is compared with others")
    every = samples(transfers, labels, sizes, as_printed=as_printed)
    found = [sample for sample in every if sample.runs and sample.bytes is not None]
    _require_common_sizes(every, found, labels)
    pairs = [_pair(other, reference, confidence, margin) for other, reference in _pairs(found, labels)]
    adjusted = holm([pair.decisive_p for pair in pairs])
    equivalence_adjusted = holm([pair.decisive_equivalence_p for pair in pairs])
    tested = sum(p is not None for p in adjusted)
    return tuple(
        _comparison(pair, p, equivalence, confidence, _unshared(pair, found), tested)
        for pair, p, equivalence in zip(pairs, adjusted, equivalence_adjusted, strict=True)
    )


def _pairs(found: Sequence[Sample], labels: Sequence[str]) -> list[tuple[Sample, Sample]]:
    """Return (other, reference) for each size and direction that both have."""
    reference, *others = labels
    of_kind: dict[tuple[int | None, str | None], dict[str | None, Sample]] = {}
    for sample in sorted(found, key=lambda sample: kind_order(sample.bytes, sample.direction)):
        of_kind.setdefault((sample.bytes, sample.direction), {})[sample.label] = sample
    return [
        (alike[other], alike[reference])
        for alike in of_kind.values()
        for other in others
        if other in alike and reference in alike
    ]


def _require_common_sizes(every: Sequence[Sample], found: Sequence[Sample], labels: Sequence[str]) -> None:
    """Refuse a label that shares no size with the reference, and say what each has."""
    reference, *others = labels
    kinds = {label: [sample.kind for sample in found if sample.label == label] for label in labels}
    attempts = {label: sum(sample.attempts for sample in every if sample.label == label) for label in labels}

    def has(label: str) -> str:
        if kinds[label]:
            return f"{label} has completed transfers of {', '.join(kinds[label])}"
        if not attempts[label]:
            return f"{label} has none"
        return f"all {attempts[label]} transfers of {label} failed or have no size; see `ftpstats check FILE`"

    for other in others:
        if not set(kinds[other]) & set(kinds[reference]):
            raise SelectionError(f"no size in common to compare: {has(reference)}; {has(other)}")


def _unshared(pair: _Pair, found: Sequence[Sample]) -> tuple[Warning, ...]:
    """Warn of what only one of two labels completed: it is in no comparison, and no verdict speaks of it."""
    labels = pair.reference.label, pair.other.label
    kinds = [sample.kind for sample in found if sample.label in labels]
    alone = ", ".join(kind for kind in kinds if kinds.count(kind) == 1)
    return (warn("not-compared", labels=" and ".join(map(str, labels)), kinds=alone),) if alone else ()


def _pair(other: Sample, reference: Sample, confidence: float, margin: Margin) -> _Pair:
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
    return _Pair(other, reference, design, mean, mean_reference, found, ratio, equivalence, p, decisive, *needed)


def _needed(mean: SampleMean, reference: SampleMean, margin: Margin, alpha: float) -> tuple[int | None, int | None]:
    """
    Return how many transfers of each, in one run, or how many runs of each would decide at this margin.

    From the spread alone, never from the difference that was found; of the two, what the data tell the spread of.
    """
    delta = margin.value * reference.mean if margin.relative else margin.value
    both = (mean, reference)
    if isinstance(mean, PairedMean):
        spreads: list[float | None] = [mean.difference_variance]
    else:
        spreads = [each.variance for each in both]
    if delta <= 0 or any(spread is None for spread in spreads):
        return None, None
    in_runs = min(each.runs for each in both) > 1
    counts = [each.runs if in_runs else each.n for each in both]
    variances = [(spread or 0.0) * count for spread, count in zip(spreads, counts, strict=False)]
    if in_runs:
        return None, runs_needed(variances, delta, alpha=alpha)
    return (
        (transfers_needed(variances, delta, alpha=alpha), None)
        if max(each.runs for each in both) == 1
        else (None, None)
    )


def _roundings(other: Sample, reference: Sample) -> tuple[float, float]:
    """Half of either sample's resolution where one of them is coarse: what its digits may hide of the mean."""
    if not (is_coarse(other) or is_coarse(reference)):
        return 0.0, 0.0
    return (other.resolution or 0.0) / 2, (reference.resolution or 0.0) / 2


def _larger(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def _equivalence(mean: SampleMean, reference: SampleMean, margin: Margin) -> float | None:
    if margin.relative:
        return equivalence_p(mean, reference, ratio_margin=margin.value)
    return equivalence_p(mean, reference, absolute_margin=margin.value)


def _comparison(  # noqa: PLR0913, PLR0917 - a pair, and what only all of them together tell
    pair: _Pair,
    p: float | None,
    equivalence: float | None,
    confidence: float,
    unshared: tuple[Warning, ...],
    tested: int,
) -> Comparison:
    other, reference, found = pair.other, pair.reference, pair.difference
    described = describe(other.seconds, confidence), describe(reference.seconds, confidence)
    t_test, ranks = welch(other.seconds, reference.seconds), mann_whitney(other.seconds, reference.seconds)
    evidence = Evidence(found.estimate, p, equivalence, 1 - confidence)
    return Comparison(
        label=other.label,
        reference=reference.label,
        bytes=other.bytes,
        direction=other.direction,
        n=pair.mean.n,
        n_reference=pair.mean_reference.n,
        runs=pair.mean.runs,
        runs_reference=pair.mean_reference.runs,
        failed=_unfinished(other),
        failed_reference=_unfinished(reference),
        failure_p=fisher_exact(_unfinished(other), other.attempts, _unfinished(reference), reference.attempts),
        mean=pair.mean.mean,
        mean_reference=pair.mean_reference.mean,
        difference=found.estimate,
        standard_error=found.se,
        df=found.df,
        difference_low=found.low,
        difference_high=found.high,
        percent=_percent(pair.ratio.estimate),
        percent_low=_percent(pair.ratio.low),
        percent_high=_percent(pair.ratio.high),
        p=found.p,
        p_adjusted=p,
        equivalence_p=pair.equivalence_p,
        equivalence_p_adjusted=equivalence,
        welch_p=t_test.p if t_test else None,
        mann_whitney_p=ranks.p if ranks else None,
        hedges_g=hedges_g(other.seconds, reference.seconds),
        intervals_overlap=_overlap(*described),
        verdict=verdict(evidence),
        scope=pair.design.scope,
        transfers_needed=pair.transfers_needed,
        runs_needed=pair.runs_needed,
        warnings=(
            *unshared,
            *_failures(pair, confidence),
            *_warnings(pair, described),
            *_held_back(pair, evidence, tested),
        ),
    )


def _unfinished(sample: Sample) -> int:
    return sample.partial + sample.failed


def _failures(pair: _Pair, confidence: float) -> tuple[Warning, ...]:
    """Warn where what did not complete is an outcome of its own: many attempts, or not as many of either label."""
    both = (pair.reference, pair.other)
    counts = [number for sample in both for number in (_unfinished(sample), sample.attempts)]
    p = fisher_exact(*counts)
    said = " and ".join(f"{_unfinished(sample)} of {sample.attempts} of {sample.name}" for sample in both)
    if p is not None and p < 1 - confidence:
        return (warn("failures-differ", counts=said, p=f"{p:.2g}"),)
    if any(_unfinished(sample) > _MANY * sample.attempts for sample in both):
        return (warn("many-failures", counts=said),)
    return ()


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else (ratio - 1) * 100


def _overlap(one: Description, other: Description) -> bool | None:
    if one.ci_low is None or one.ci_high is None or other.ci_low is None or other.ci_high is None:
        return None
    return one.ci_low <= other.ci_high and other.ci_low <= one.ci_high


def _warnings(pair: _Pair, described: tuple[Description, Description]) -> tuple[Warning, ...]:
    other, reference = pair.other, pair.reference
    found = [*sample_warnings(reference, described[1]), *sample_warnings(other, described[0])]
    if other.clients != reference.clients:
        found.append(
            warn(
                "clients-differ",
                reference=reference.name,
                reference_client=" and ".join(reference.clients),
                label=other.name,
                label_client=" and ".join(other.clients),
            )
        )
    single = [sample.name for sample in (reference, other) if len(sample.runs) == 1]
    code = {"runs": "one-run", "session": "one-session", "labels-confounded": "confounded"}.get(pair.design.scope)
    if code:
        found.append(warn(code, labels=" and ".join(single)))
    return tuple(found)


def _held_back(pair: _Pair, evidence: Evidence, tested: int) -> tuple[Warning, ...]:
    """Warn where the contrast alone would decide: of Welch's test where that does not agree, else of Holm."""
    alone = verdict(Evidence(pair.difference.estimate, pair.difference.p, pair.equivalence_p, evidence.alpha))
    if alone == "inconclusive" or verdict(evidence) != "inconclusive":
        return ()
    decisive = pair.decisive_equivalence_p if alone == "equivalent" else pair.decisive_p
    if decisive is None or decisive >= evidence.alpha:
        test = "the paired t test" if pair.design.turns else "Welch's test"
        return (warn("welch-decides", test=test),)
    return (warn("holm-decides", tested=tested),)
