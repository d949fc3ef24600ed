"""Samples to Comparisons: every label against the reference, per size and direction, and the verdict on each."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, combinations

from ftpstats.analysis.checks import labels_checks, pair_checks
from ftpstats.analysis.comparison import Comparison, LogDifference
from ftpstats.analysis.contrasts import Pair, contrast_pair
from ftpstats.analysis.decided import decided, evidence_of, one_sided_of, percent_of
from ftpstats.analysis.design import came_first, logs_of
from ftpstats.analysis.disagreement import RANKS, disagreement
from ftpstats.analysis.duet import solos_of
from ftpstats.analysis.outcomes import Attempted, failure_difference, failure_p, outcomes_of
from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.select import by_kind, refuse_repeated, usable
from ftpstats.analysis.verdict import Evidence, Margins
from ftpstats.analysis.warnings import Warning
from ftpstats.errors import SelectionError
from ftpstats.stats.describe import Description, describe
from ftpstats.stats.means import block_means
from ftpstats.stats.two_sample import hedges_g, mann_whitney, welch
from ftpstats.units import listed

__all__ = ["asked_pairs", "compare_samples"]


def asked_pairs(labels: Sequence[str], *, all_pairs: bool) -> list[tuple[str, str]]:
    """
    Return what is compared: the reference of each pair, and the other.

    Raises
    ------
    UsageError
        If a label is named twice.
    """
    refuse_repeated(labels, "compared with")
    return list(combinations(labels, 2)) if all_pairs else [(labels[0], other) for other in labels[1:]]


def compare_samples(  # noqa: PLR0913 - the options of a comparison, by name
    every: Sequence[Sample],
    asked: Sequence[tuple[str, str]],
    *,
    confidence: float,
    margin: Margins,
    details: bool,
    may_lack: bool,
    solos: Sequence[Sample] = (),
) -> tuple[Comparison, ...]:
    """
    Compare samples in pairs, per size and direction.

    Parameters
    ----------
    every : sequence of Sample
        All of the labels', also those that completed nothing.
    asked : sequence of (str, str)
        The reference and the other of each pair; see `asked_pairs`.
    confidence : float
        1 − α.
    margin : Margin or SizedMargins
        The difference that is of no practical importance.
    details : bool
        Compute `Comparison.details` too.
    may_lack : bool
        Whether a label may have no size in common with another: then it is in no comparison, and there may be none.
    solos : sequence of Sample
        The labels' solo transfers, where there are any: see `duet`.

    Returns
    -------
    tuple of Comparison
        By size and direction, then pair. Holm's adjustment is over all of them.

    Raises
    ------
    SelectionError
        If two labels share no size with a completed transfer, unless `may_lack`.
    """
    found = usable(every)
    if not may_lack:
        _require_common_sizes(every, found, asked)
    pairs = [
        contrast_pair(*both, confidence, margin, solos_of(*both, solos))
        for alike in by_kind(found)
        for reference, other in asked
        if other in alike and reference in alike
        for both in [(alike[other], alike[reference])]
    ]
    evidence, one_sided = evidence_of(pairs, 1 - confidence), one_sided_of(pairs)
    tested = sum(one.p is not None for one in evidence)
    attempted = Attempted(every)
    of_labels = {labels: labels_checks(*labels, attempted) for labels in {pair.labels for pair in pairs}}
    compared = tuple(
        _comparison(pair, one, adjusted, tested, attempted, of_labels[pair.labels])
        for pair, one, adjusted in zip(pairs, evidence, one_sided, strict=True)
    )
    return _detailed(compared, pairs, confidence) if details else compared


def _detailed(found: Sequence[Comparison], pairs: Sequence[Pair], confidence: float) -> tuple[Comparison, ...]:
    from ftpstats.analysis.details import details_of

    return tuple(replace(one, details=details_of(pair, confidence)) for one, pair in zip(found, pairs, strict=True))


def _require_common_sizes(every: Sequence[Sample], found: Sequence[Sample], asked: Sequence[tuple[str, str]]) -> None:
    """Refuse a label that shares no size with any label that it should be compared with; name the sizes of each."""
    of_label: dict[str | None, list[str]] = {}
    for sample in found:
        of_label.setdefault(sample.label, []).append(sample.kind)

    def kinds(label: str) -> list[str]:
        return of_label.get(label, [])

    def has(label: str) -> str:
        if kinds(label):
            return f"{label} has completed transfers of {listed(kinds(label))}"
        attempts = sum(sample.attempts for sample in every if sample.label == label)
        if not attempts:
            return f"{label} has none"
        return f"none of {label}'s {attempts} transfers completed with a valid size and time; see `ftpstats check FILE`"

    for label in dict.fromkeys(chain.from_iterable(asked)):
        with_others = [pair for pair in asked if label in pair]
        if not any(set(kinds(one)) & set(kinds(other)) for one, other in with_others):
            reference, other = with_others[0]
            instead = (
                "; `ftpstats throughput` describes transfers of any size" if kinds(reference) and kinds(other) else ""
            )
            raise SelectionError(f"no size in common to compare: {has(reference)}; {has(other)}{instead}")


def _comparison(  # noqa: PLR0913, PLR0917 - a pair, and what is known of all
    pair: Pair,
    evidence: Evidence,
    one_sided: tuple[float | None, float | None],
    tested: int,
    every: Attempted,
    of_labels: tuple[Warning, ...],
) -> Comparison:
    other, reference = pair.other, pair.reference
    confidence = pair.confidence
    described = describe(other.seconds, confidence), describe(reference.seconds, confidence)
    t_test, ranks = welch(other.seconds, reference.seconds), mann_whitney(other.seconds, reference.seconds)
    ended, ended_reference = (outcomes_of(every, one.label, one.bytes, one.direction) for one in (other, reference))
    rates = failure_difference(ended, ended_reference, confidence)
    p_values = {"Welch's test": t_test.p if t_test else None, RANKS: ranks.p if ranks else None}
    return Comparison(
        label=other.label,
        reference=reference.label,
        bytes=other.bytes,
        direction=other.direction,
        n=pair.mean.n,
        n_reference=pair.mean_reference.n,
        runs=len(pair.runs[0]),
        runs_reference=len(pair.runs[1]),
        logs=len({run.source for run in pair.runs[0]}),
        logs_reference=len({run.source for run in pair.runs[1]}),
        attempts=ended.attempts,
        attempts_reference=ended_reference.attempts,
        failed=ended.failed - ended.unsized,
        failed_reference=ended_reference.failed - ended_reference.unsized,
        unsized=ended.unsized,
        unsized_reference=ended_reference.unsized,
        failure_difference=rates.estimate if rates else None,
        failure_difference_low=rates.low if rates else None,
        failure_difference_high=rates.high if rates else None,
        failure_p=failure_p(ended, ended_reference),
        **decided(pair, other.bytes, evidence, one_sided),
        welch_p=p_values["Welch's test"],
        mann_whitney_p=p_values[RANKS],
        hedges_g=hedges_g(other.seconds, reference.seconds),
        intervals_overlap=_overlap(*described),
        scope=pair.design.scope,
        design=pair.design.kind,
        transfers_needed=pair.transfers_needed,
        runs_needed=pair.runs_needed,
        logs_needed=pair.logs_needed,
        by_log=_by_log(pair),
        competition=pair.competition,
        published=None,
        details=None,
        warnings=(
            *disagreement(pair, evidence, p_values, tested),
            *of_labels,
            *pair_checks(pair, described, evidence, tested, every),
        ),
    )


def _by_log(pair: Pair) -> tuple[LogDifference, ...]:
    """Return the difference within each log that holds both labels, in order of time where all tell it."""
    own, others = logs_of(pair.other), logs_of(pair.reference)
    found = [_of_log(log, pair, own[log], others[log]) for log in pair.design.logs]
    return tuple(
        sorted(found, key=lambda one: one.began or 0.0) if all(one.began is not None for one in found) else found
    )


def _of_log(log: str, pair: Pair, own: Sequence[Run], others: Sequence[Run]) -> LogDifference:
    means, _ = block_means([[run.seconds for run in runs] for runs in (own, others)])
    mean, mean_reference = means.tolist()
    times = [run.began for run in (*own, *others) if run.began is not None]
    return LogDifference(
        source=log,
        began=min(times) if len(times) == len(own) + len(others) else None,
        first=pair.reference.label if came_first(others, own) else pair.other.label,
        mean=mean,
        mean_reference=mean_reference,
        percent=percent_of(mean / mean_reference) if mean_reference else None,
    )


def _overlap(one: Description, other: Description) -> bool | None:
    if one.ci_low is None or one.ci_high is None or other.ci_low is None or other.ci_high is None:
        return None
    return one.ci_low <= other.ci_high and other.ci_low <= one.ci_high
