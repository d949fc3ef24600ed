"""Commands that answer: summary, compare, history, scaling, throughput."""

from typing import TYPE_CHECKING, Any

import typer

import ftpstats
from ftpstats.commands import options as opt
from ftpstats.commands.groups import grouped
from ftpstats.commands.shared import OF_LOGS, Shown, Which, asked_for, deliver, refuse_overwriting
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.api.results import Comparisons

__all__ = ["GATE_MATCHED", "compare", "history", "refuse_unpublished", "scaling", "summary", "throughput"]

GATE_MATCHED = 3


@grouped
def summary(
    labels: opt.Labels = None,
    *,
    which: Which,
    by: opt.By = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    unit: opt.Unit = "s",
    details: opt.Details = False,
    all_tests: opt.AllTests = False,
    workers: opt.Workers = None,
    cluster: opt.Cluster = None,
    shown: Shown,
) -> None:
    """
    Describe each label and file size.

    Mean with interval, standard deviation, normality, five-number summary, box plot. Formats: table, json, csv,
    markdown, latex.
    """
    form = shown.table_form()
    found = ftpstats.summarize(
        which.transfers(shown.output),
        *labels or (),
        **which.asked(),
        by=by,
        confidence=confidence,
        unit=unit,
        details=details,
        all_tests=all_tests,
        workers=workers,
        cluster=cluster,
    )
    deliver(found, form, shown)


# What says nothing about runs of one label.
_OF_COMPARISONS = {
    "margin": "--margin", "unit": "--unit", "method": "--method", "all_pairs": "--all-pairs", "details": "--details",
    "all_tests": "--all-tests", "fail_on": "--fail-on", "max_failure_rate": "--max-failure-rate",
    "require": "--require",
}  # fmt: skip


# What published numbers do not tell.
_NOT_PUBLISHED = {
    **{name: option for name, option in OF_LOGS.items() if name not in {"labels", "size"}},
    "aa": "--aa", "details": "--details", "all_tests": "--all-tests", "max_failure_rate": "--max-failure-rate",
}  # fmt: skip
_OF_SUMMARIES = {"inflation": "--inflation", "run_sd": "--run-sd"}


@grouped
def compare(
    ctx: typer.Context,
    reference: opt.Reference = None,
    others: opt.Others = None,
    *,
    which: Which,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    margin: opt.Margins = opt.DEFAULT_MARGIN,
    unit: opt.Unit = "s",
    method: opt.Method = "contrast",
    all_pairs: opt.AllPairs = False,
    aa: opt.AgainstItself = False,
    details: opt.Details = False,
    all_tests: opt.AllTests = False,
    fail_on: opt.FailOn = None,
    max_failure_rate: opt.MaxFailureRate = None,
    require: opt.Require = None,
    summaries: opt.Summaries = None,
    inflation: opt.AssumedInflation = None,
    run_sd: opt.AssumedRunSd = None,
    shown: Shown,
) -> None:
    """
    Show which label is faster, by how much, and whether it matters.

    The verdict on each label against the reference, per file size, is equivalent, faster, slower or inconclusive.
    --aa compares each label with itself, --summaries published numbers. Formats: table, json, csv, markdown, latex; for
    CI github (annotations) and junit.
    """
    form = shown.table_form(has_gates=not aa)
    _refuse_others(ctx, aa=aa, summaries=summaries)
    names = [] if reference is None else [reference, *(others or ())]
    options: dict[str, Any] = {
        "confidence": confidence,
        "margin": margin,
        "unit": unit,
        "method": method,
        "all_pairs": all_pairs,
        "fail_on": fail_on or (),
        "require": require or (),
    }
    if summaries is not None:
        refuse_overwriting([summaries], shown.output)
        assumed: dict[str, Any] = {"inflation": inflation, "run_sd": run_sd}
        _deliver(ftpstats.compare_summaries(summaries, *names, size=which.size, **assumed, **options), form, shown)
        return
    transfers = which.transfers(shown.output)
    if aa:
        deliver(ftpstats.aa_test(transfers, *names, **which.asked(), confidence=confidence), form, shown)
        return
    more: dict[str, Any] = {"details": details, "all_tests": all_tests, "max_failure_rate": max_failure_rate}
    _deliver(ftpstats.compare(transfers, *names, **which.asked(), **more, **options), form, shown)


def refuse_unpublished(ctx: typer.Context, summaries: str | None) -> None:
    """Refuse options that are about transfers where there are published summaries, and the reverse."""
    for option in asked_for(ctx, _OF_SUMMARIES if summaries is None else _NOT_PUBLISHED):
        if summaries is None:
            raise UsageError(f"{option} is assumed of published numbers; it needs --summaries FILE")
        raise UsageError(f"{option} does not go with --summaries, which has no transfers")


def _refuse_others(ctx: typer.Context, *, aa: bool, summaries: str | None) -> None:
    """Refuse options that say nothing about what is compared."""
    refuse_unpublished(ctx, summaries)
    for option in asked_for(ctx, _OF_COMPARISONS) if aa else ():
        raise UsageError(f"{option} does not go with --aa, which compares each label with itself")


def _deliver(found: "Comparisons", form: str, shown: Shown) -> None:
    """Write comparisons, say what matched a gate, and exit with its status."""
    deliver(found, form, shown, found.matches)
    if found.matches:
        raise typer.Exit(GATE_MATCHED)


@grouped
def history(
    labels: opt.Labels = None,
    *,
    which: Which,
    by: opt.HistoryBy = "run",
    false_alarm_rate: opt.FalseAlarmRate = "1%",
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    margin: opt.Margins = opt.DEFAULT_MARGIN,
    unit: opt.Unit = "s",
    fail_on: opt.FailOnChange = None,
    shown: Shown,
) -> None:
    """
    Show whether a label's runs changed over time: levels, where they change, and by how much.

    Each level is compared with the one before, as `compare` does labels; a steady drift is distinguished from steps.
    At least 16 runs are needed. Formats: table, json, csv, markdown, latex.
    """
    form = shown.table_form()
    found = ftpstats.history(
        which.transfers(shown.output, has_hours=True),
        *labels or (),
        **which.asked(),
        by=by,
        false_alarm_rate=false_alarm_rate,
        confidence=confidence,
        margin=margin,
        unit=unit,
        time_zone=which.time_zone,
        fail_on=fail_on or (),
    )
    deliver(found, form, shown, found.matches)
    if found.matches:
        raise typer.Exit(GATE_MATCHED)


@grouped
def scaling(
    labels: opt.Labels = None,
    *,
    which: Which,
    at: opt.At = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    unit: opt.RateUnit = "MiB/s",
    shown: Shown,
) -> None:
    """
    Show what influence the file size has: latency and throughput of each label.

    The line time = latency + size / throughput, whether times follow it, and what sets labels apart from the first.
    Formats: table, json, csv, markdown, latex.
    """
    form = shown.table_form()
    found = ftpstats.scaling(
        which.transfers(shown.output), *labels or (), **which.asked(), at=at, confidence=confidence, unit=unit
    )
    deliver(found, form, shown)


@grouped
def throughput(
    labels: opt.Labels = None,
    *,
    which: Which,
    by: opt.Grouping = "size-class",
    unit: opt.RateUnit = "MiB/s",
    workers: opt.Workers = None,
    cluster: opt.Cluster = None,
    shown: Shown,
) -> None:
    """
    Show how fast transfers are, by size, hour, day, peer, direction or client.

    Rates of single transfers, as far as the clock of the log tells them; all bytes over wall time; and how many
    transfers ran at once. Formats: table, json, csv, markdown, latex.
    """
    form = shown.table_form()
    found = ftpstats.throughput(
        which.transfers(shown.output, has_hours=True),
        *labels or (),
        **which.asked(),
        by=by,
        unit=unit,
        time_zone=which.time_zone,
        workers=workers,
        cluster=cluster,
    )
    deliver(found, form, shown)
