"""Samples to Comparisons: every label against the reference, per size and direction, and the verdict on each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

import pandas as pd

from ftpstats.analysis.caveats import failure_p, pair_caveats
from ftpstats.analysis.contrasts import Pair, contrast_pair
from ftpstats.analysis.design import Kind
from ftpstats.analysis.details import Details, details_of
from ftpstats.analysis.dissent import RANKS, dissent
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.select import samples
from ftpstats.analysis.verdict import FIVE_PER_CENT, Evidence, Margin, Scope, Verdict, verdict
from ftpstats.analysis.warnings import Warning
from ftpstats.errors import SelectionError, UsageError
from ftpstats.stats.describe import Description, describe
from ftpstats.stats.difference import hedges_g, mann_whitney, welch
from ftpstats.stats.equivalence import smallest_margin
from ftpstats.stats.groups import holm
from ftpstats.units import kind_order

__all__ = ["Comparison", "by_kind", "compare"]

_LARGEST_LEVEL = 0.25  # beyond it there is no 1 − 2α interval to find a margin by


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
    smallest_margin : float or None
        From which margin on equivalence would have been shown: a share where the margin is one, else seconds.
    unseen_share : float
        3/n of the smaller sample: events that are rarer would probably not have been seen (the rule of three).
    welch_p, mann_whitney_p, hedges_g : float or None
        Companions. They take transfers as independent and decide nothing.
    intervals_overlap : bool or None
        The thesis's rule: whether the two t intervals overlap.
    verdict, scope : str
        See `ftpstats.analysis.verdict`.
    design : str
        See `ftpstats.analysis.design`.
    transfers_needed, runs_needed : int or None
        How many would decide.
    details : Details or None
        None unless asked for.
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
    smallest_margin: float | None
    unseen_share: float
    welch_p: float | None
    mann_whitney_p: float | None
    hedges_g: float | None
    intervals_overlap: bool | None
    verdict: Verdict
    scope: Scope
    design: Kind
    transfers_needed: int | None
    runs_needed: int | None
    details: Details | None
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
    all_pairs: bool = False,
    details: bool = False,
) -> tuple[Comparison, ...]:
    """
    Compare labels with the first of them, or every two.

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
    all_pairs : bool
        Compare every label with each before it.
    details : bool
        Reckon `Comparison.details` too.

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
    asked = list(combinations(labels, 2)) if all_pairs else [(labels[0], other) for other in labels[1:]]
    _require_common_sizes(every, found, asked)
    pairs = [
        contrast_pair(alike[other], alike[reference], confidence, margin)
        for alike in by_kind(found)
        for reference, other in asked
        if other in alike and reference in alike
    ]
    adjusted = holm([pair.decisive_p for pair in pairs])
    equivalence_adjusted = holm([pair.decisive_equivalence_p for pair in pairs])
    evidence = [
        Evidence(pair.difference.estimate, p, equivalence, 1 - confidence)
        for pair, p, equivalence in zip(pairs, adjusted, equivalence_adjusted, strict=True)
    ]
    tested = sum(p is not None for p in adjusted)
    return tuple(
        replace(
            _comparison(pair, one, margin, tested, found),
            details=details_of(pair, confidence) if details else None,
        )
        for pair, one in zip(pairs, evidence, strict=True)
    )


def by_kind(found: Sequence[Sample]) -> list[dict[str | None, Sample]]:
    """Return the samples of each size and direction by their labels, small files first."""
    of_kind: dict[tuple[int | None, str | None], dict[str | None, Sample]] = {}
    for sample in sorted(found, key=lambda sample: kind_order(sample.bytes, sample.direction)):
        of_kind.setdefault((sample.bytes, sample.direction), {})[sample.label] = sample
    return list(of_kind.values())


def _require_common_sizes(every: Sequence[Sample], found: Sequence[Sample], asked: Sequence[tuple[str, str]]) -> None:
    """Refuse a label that shares no size with any that it is asked to be compared with, and say what each has."""

    def kinds(label: str) -> list[str]:
        return [sample.kind for sample in found if sample.label == label]

    def has(label: str) -> str:
        if kinds(label):
            return f"{label} has completed transfers of {', '.join(kinds(label))}"
        attempts = sum(sample.attempts for sample in every if sample.label == label)
        if not attempts:
            return f"{label} has none"
        return f"none of {label}'s {attempts} transfers completed with a size and a time; see `ftpstats check FILE`"

    for label in dict.fromkeys(chain.from_iterable(asked)):
        with_others = [pair for pair in asked if label in pair]
        if not any(set(kinds(one)) & set(kinds(other)) for one, other in with_others):
            reference, other = with_others[0]
            raise SelectionError(f"no size in common to compare: {has(reference)}; {has(other)}")


def _comparison(pair: Pair, evidence: Evidence, margin: Margin, tested: int, every: Sequence[Sample]) -> Comparison:
    other, reference, found = pair.other, pair.reference, pair.difference
    confidence = pair.confidence
    described = describe(other.seconds, confidence), describe(reference.seconds, confidence)
    t_test, ranks = welch(other.seconds, reference.seconds), mann_whitney(other.seconds, reference.seconds)
    p_values = {"Welch's test": t_test.p if t_test else None, RANKS: ranks.p if ranks else None}
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
        smallest_margin=_smallest_margin(pair, margin, evidence.alpha),
        unseen_share=min(1.0, 3 / min(pair.mean.n, pair.mean_reference.n)),
        welch_p=p_values["Welch's test"],
        mann_whitney_p=p_values[RANKS],
        hedges_g=hedges_g(other.seconds, reference.seconds),
        intervals_overlap=_overlap(*described),
        verdict=verdict(evidence),
        scope=pair.design.scope,
        design=pair.design.kind,
        transfers_needed=pair.transfers_needed,
        runs_needed=pair.runs_needed,
        details=None,
        warnings=(
            *dissent(pair, evidence, p_values, tested),
            *pair_caveats(pair, described, evidence, tested, every),
        ),
    )


def _smallest_margin(pair: Pair, margin: Margin, alpha: float) -> float | None:
    """Return the margin from which on the contrast alone shows equivalence."""
    if alpha > _LARGEST_LEVEL:
        return None
    return smallest_margin(pair.mean, pair.mean_reference, alpha, relative=margin.relative)


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else (ratio - 1) * 100


def _overlap(one: Description, other: Description) -> bool | None:
    if one.ci_low is None or one.ci_high is None or other.ci_low is None or other.ci_high is None:
        return None
    return one.ci_low <= other.ci_high and other.ci_low <= one.ci_high
