"""The comparison of one label with the reference: numbers, verdict and warnings. Data, for `compare`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ftpstats.analysis.design import Kind
from ftpstats.analysis.duet import Competition
from ftpstats.analysis.verdict import Evidence, Margin, Scope, Verdict, verdict
from ftpstats.analysis.warnings import Warning

if TYPE_CHECKING:
    from ftpstats.analysis.details import Details

__all__ = ["Comparison", "LogDifference", "Published"]


@dataclass(frozen=True, slots=True)
class LogDifference:
    """
    What one log that holds both labels says of their difference.

    Attributes
    ----------
    source : str
        The log.
    began : float or None
        When the first of its runs began, in seconds since 1970; None where unknown.
    first : str or None
        The label that came first.
    mean, mean_reference : float
        Unweighted means of the run means, in seconds.
    percent : float or None
        (mean / mean_reference − 1)·100; None where that is 0.
    """

    source: str
    began: float | None
    first: str | None
    mean: float
    mean_reference: float
    percent: float | None


@dataclass(frozen=True, slots=True)
class Published:
    """
    What a comparison of published summaries assumes, and how far its verdict holds.

    Attributes
    ----------
    inflation, inflation_reference : float or None
        The factor by which autocorrelation multiplies the variance of the mean, as the row has it or as assumed; None
        where the spread of runs is published.
    run_sd, run_sd_reference : float or None
        The standard deviation between runs in seconds, as the row has it or as assumed; None where runs are assumed to
        differ by their transfers only.
    largest_inflation : float or None
        Up to which assumed inflation the verdict holds, all else as assumed; None where it is `inconclusive`, where no
        row depends on it, and beyond 1000.
    largest_run_sd : Margin or None
        Up to which assumed standard deviation between runs it holds, a share of each mean or seconds; likewise.
    """

    inflation: float | None
    inflation_reference: float | None
    run_sd: float | None
    run_sd_reference: float | None
    largest_inflation: float | None
    largest_run_sd: Margin | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    One label against the reference, for one file size and direction. Seconds; less is better; None is unknown.

    Attributes
    ----------
    n, n_reference, runs, runs_reference : int
        Transfers analysed, and their runs.
    logs, logs_reference : int or None
        The logs that these are in; of published summaries this and the next six are None.
    attempts, attempts_reference : int or None
        All transfers that were attempted, those of unknown size too.
    failed, failed_reference : int or None
        Attempts of this size that did not complete (failed or aborted).
    unsized, unsized_reference : int or None
        Attempts that did not complete and whose size or direction is unknown: counted at each size of their label.
    failure_difference, failure_difference_low, failure_difference_high : float or None
        The failure rate minus the reference's and its interval, as shares; attempts of unknown size included.
    failure_p : float or None
        Fisher's exact test of the failure rates, attempts of unknown size included.
    mean, mean_reference : float
        As the contrast uses them: of several runs, the unweighted mean of the run means.
    difference, standard_error, df, difference_low, difference_high : float or None
        mean − mean_reference, its standard error, degrees of freedom and interval.
    percent, percent_low, percent_high : float or None
        The same as a ratio, (mean / mean_reference − 1)·100; an end is None where it is unbounded.
    throughput, throughput_reference : float or None
        bytes / mean, in bytes per second.
    throughput_percent, throughput_percent_low, throughput_percent_high : float or None
        (throughput / throughput_reference − 1)·100 and its interval: the same contrast; an end is None where it is
        unbounded.
    p, p_adjusted : float or None
        Of the null hypothesis of no difference: of the contrast, and as the verdict uses it (Holm over all
        comparisons).
    equivalence_p, equivalence_p_adjusted : float or None
        Of the null hypothesis of a difference beyond the margin; likewise.
    not_slower_p, not_slower_p_adjusted : float or None
        One-sided, of the null hypothesis of a mean that exceeds the reference's by the margin or more
        (non-inferiority); in one run of fewer than 30 transfers the larger of the contrast's and Welch's. Adjusted by
        Holm.
    slower_by_margin_p, slower_by_margin_p_adjusted : float or None
        Of the null hypothesis of a mean that exceeds it by the margin or less; likewise.
    margin : Margin
        That of this size.
    smallest_margin : float or None
        The smallest margin at which equivalence would have been shown: a share where the margin is one, else seconds.
    unseen_share : float
        1 − α^(1/n) of the smaller sample of n transfers: an event with this share is observed at least once with
        probability 1 − α. Rarer events may not have been observed. About 3/n at 95 % confidence (the rule of three).
    welch_p, mann_whitney_p, hedges_g : float or None
        For orientation. They assume independent transfers and no verdict uses them.
    intervals_overlap : bool or None
        The rule of the thesis: whether the two t intervals overlap.
    verdict, scope : str
        See `ftpstats.analysis.verdict`.
    design : str
        See `ftpstats.analysis.design`; ``summaries`` where nothing is known but published numbers.
    transfers_needed, runs_needed, logs_needed : int or None
        The estimated number that would give a conclusive verdict.
    by_log : tuple of LogDifference
        The difference in each log, where labels are compared log by log, in order of time; empty else.
    competition : tuple of Competition
        In a duet, what the same moment costs the reference and the label; empty else.
    published : Published or None
        Of published summaries; None of logs.
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
    logs: int | None
    logs_reference: int | None
    attempts: int | None
    attempts_reference: int | None
    failed: int | None
    failed_reference: int | None
    unsized: int | None
    unsized_reference: int | None
    failure_difference: float | None
    failure_difference_low: float | None
    failure_difference_high: float | None
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
    throughput: float | None
    throughput_reference: float | None
    throughput_percent: float | None
    throughput_percent_low: float | None
    throughput_percent_high: float | None
    p: float | None
    p_adjusted: float | None
    equivalence_p: float | None
    equivalence_p_adjusted: float | None
    not_slower_p: float | None
    not_slower_p_adjusted: float | None
    slower_by_margin_p: float | None
    slower_by_margin_p_adjusted: float | None
    margin: Margin
    smallest_margin: float | None
    unseen_share: float
    welch_p: float | None
    mann_whitney_p: float | None
    hedges_g: float | None
    intervals_overlap: bool | None
    verdict: Verdict
    scope: Scope
    design: Kind | Literal["summaries"]
    transfers_needed: int | None
    runs_needed: int | None
    logs_needed: int | None
    by_log: tuple[LogDifference, ...]
    competition: tuple[Competition, ...]
    published: Published | None
    details: "Details | None"
    warnings: tuple[Warning, ...]

    def unadjusted_verdict(self, alpha: float) -> Verdict:
        """Return the verdict of the contrast alone: without Welch's test and the adjustment for other comparisons."""
        return verdict(Evidence(self.difference, self.p, self.equivalence_p, alpha))

    def is_significant(self, alpha: float) -> bool:
        """Whether the difference is significantly different from zero, adjusted for all comparisons."""
        return Evidence(self.difference, self.p_adjusted, self.equivalence_p_adjusted, alpha).different
