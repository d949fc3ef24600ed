"""Commands that answer: summary, compare, history, scaling, throughput, plan."""

import typer

import ftpstats
from ftpstats.commands import options as opt
from ftpstats.commands.groups import grouped
from ftpstats.commands.shared import Shown, Which, asked_for, deliver
from ftpstats.errors import UsageError

__all__ = ["GATE_MATCHED", "compare", "history", "plan", "scaling", "summary", "throughput"]

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
    )
    deliver(found, form, shown)


# What says nothing about runs of one label.
_OF_COMPARISONS = {
    "margin": "--margin", "unit": "--unit", "method": "--method", "all_pairs": "--all-pairs", "details": "--details",
    "all_tests": "--all-tests", "fail_on": "--fail-on", "max_failure_rate": "--max-failure-rate",
    "require": "--require",
}  # fmt: skip


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
    shown: Shown,
) -> None:
    """
    Show which label is faster, by how much, and whether it matters.

    The verdict on each label against the reference, per file size, is equivalent, faster, slower or inconclusive.
    --aa compares each label with itself. Formats: table, json, csv, markdown, latex; for CI github (annotations) and
    junit.
    """
    form = shown.table_form(has_gates=not aa)
    for option in asked_for(ctx, _OF_COMPARISONS) if aa else ():
        raise UsageError(f"{option} does not go with --aa, which compares each label with itself")
    transfers = which.transfers(shown.output)
    names = [] if reference is None else [reference, *(others or ())]
    if aa:
        deliver(ftpstats.aa_test(transfers, *names, **which.asked(), confidence=confidence), form, shown)
        return
    found = ftpstats.compare(
        transfers,
        *names,
        **which.asked(),
        confidence=confidence,
        margin=margin,
        unit=unit,
        method=method,
        all_pairs=all_pairs,
        details=details,
        all_tests=all_tests,
        fail_on=fail_on or (),
        max_failure_rate=max_failure_rate,
        require=require or (),
    )
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

    Each level is compared with the one before, as `compare` does labels; a steady drift is told from steps. At least 16
    runs are needed. Formats: table, json, csv, markdown, latex.
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
    )
    deliver(found, form, shown)


# What names logs, and what takes their place.
_OF_LOGS = {
    "labels": "LABEL", "logs": "--from", "label": "--label", "encoding": "--encoding",
    "time_zone": "--time-zone", "format_of": "--format-of", "log_format": "--log-format", "columns": "--columns",
    "store": "--store", "source": "--source", "same": "--same or --distinct", "client": "--client", "size": "--size",
    "where": "--where", "label_from": "--label-from", "as_printed": "--as-printed",
}  # fmt: skip
_GIVEN = {"sd": "--sd", "run_sd": "--run-sd", "mean": "--mean", "inflation": "--inflation"}


@grouped
def plan(
    ctx: typer.Context,
    labels: opt.PlanLabels = None,
    *,
    which: Which,
    margin: opt.PlanMargins = None,
    difference: opt.Difference = None,
    require: opt.PlanRequire = None,
    power: opt.Power = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    sd: opt.GivenSd = None,
    run_sd: opt.GivenRunSd = None,
    mean: opt.GivenMean = None,
    inflation: opt.Inflation = None,
    unit: opt.Unit = "s",
    simulate: opt.Simulate = False,
    seed: opt.SimulationSeed = 0,
    shown: Shown,
) -> None:
    """
    Estimate the required sample size.

    Uses the measured spread, or the one given with --sd or --run-sd, never the observed difference. With one label,
    the other platform is assumed to vary like it. Formats: table, json, csv, markdown, latex.
    """
    form = shown.table_form()
    given, of_logs = asked_for(ctx, _GIVEN), asked_for(ctx, _OF_LOGS)
    if given and of_logs:
        raise UsageError(f"{given[0]} plans without logs, {of_logs[0]} from logs; use one of them")
    found = ftpstats.sample_size(
        None if given else which.transfers(shown.output),
        *labels or (),
        **which.asked(),
        margin=margin,
        difference=difference,
        require=require,
        power=power,
        confidence=confidence,
        sd=sd,
        run_sd=run_sd,
        mean=mean,
        inflation=inflation,
        unit=unit,
        simulate=opt.EXPERIMENTS if simulate else None,
        seed=seed,
    )
    deliver(found, form, shown)
