"""Samples to Comparisons: every label against the reference, per size and direction, and the verdict on each."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ftpstats.analysis.caveats import failure_p, pair_caveats
from ftpstats.analysis.contrasts import Pair, contrast_pair
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.select import samples
from ftpstats.analysis.verdict import FIVE_PER_CENT, Evidence, Margin, Scope, Verdict, verdict
from ftpstats.analysis.warnings import Warning
from ftpstats.errors import SelectionError, UsageError
from ftpstats.stats.describe import Description, describe
from ftpstats.stats.difference import hedges_g, mann_whitney, welch
from ftpstats.stats.groups import holm
from ftpstats.units import kind_order

__all__ = ["Comparison", "compare"]


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
    pairs = [contrast_pair(other, reference, confidence, margin) for other, reference in _pairs(found, labels)]
    adjusted = holm([pair.decisive_p for pair in pairs])
    equivalence_adjusted = holm([pair.decisive_equivalence_p for pair in pairs])
    tested = sum(p is not None for p in adjusted)
    return tuple(
        _comparison(pair, Evidence(pair.difference.estimate, p, equivalence, 1 - confidence), tested, found)
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


def _comparison(pair: Pair, evidence: Evidence, tested: int, every: Sequence[Sample]) -> Comparison:
    other, reference, found = pair.other, pair.reference, pair.difference
    confidence = 1 - evidence.alpha
    described = describe(other.seconds, confidence), describe(reference.seconds, confidence)
    t_test, ranks = welch(other.seconds, reference.seconds), mann_whitney(other.seconds, reference.seconds)
    return Comparison(
        label=other.label,
        reference=reference.label,
        bytes=other.bytes,
        direction=other.direction,
        n=pair.mean.n,
        n_reference=pair.mean_reference.n,
        runs=pair.mean.runs,
        runs_reference=pair.mean_reference.runs,
        failed=other.unfinished,
        failed_reference=reference.unfinished,
        failure_p=failure_p(other, reference),
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
        p_adjusted=evidence.p,
        equivalence_p=pair.equivalence_p,
        equivalence_p_adjusted=evidence.equivalence_p,
        welch_p=t_test.p if t_test else None,
        mann_whitney_p=ranks.p if ranks else None,
        hedges_g=hedges_g(other.seconds, reference.seconds),
        intervals_overlap=_overlap(*described),
        verdict=verdict(evidence),
        scope=pair.design.scope,
        transfers_needed=pair.transfers_needed,
        runs_needed=pair.runs_needed,
        warnings=pair_caveats(pair, described, evidence, tested, every),
    )


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else (ratio - 1) * 100


def _overlap(one: Description, other: Description) -> bool | None:
    if one.ci_low is None or one.ci_high is None or other.ci_low is None or other.ci_high is None:
        return None
    return one.ci_low <= other.ci_high and other.ci_low <= one.ci_high
