"""The command that plans: how many transfers or runs a new experiment needs."""

from typing import TYPE_CHECKING

import typer

from ftpstats.commands import options as opt
from ftpstats.commands import plan_options as of_plan
from ftpstats.commands.shared import Question, Which, ask, asked_for, deliver, exit_if_any
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.analysis.sample_size import Aim, Plan

__all__ = ["plan"]

# What names logs, and what takes their place.
_OF_LOGS = {
    "labels": "LABEL", "logs": "--from", "label": "--label", "encoding": "--encoding", "store": "--store",
    "source": "--source", "same": "--same or --distinct", "client": "--client", "size": "--size",
    "as_printed": "--as-printed",
}  # fmt: skip
_GIVEN = {"sd": "--sd", "run_sd": "--run-sd", "mean": "--mean", "inflation": "--inflation"}


def plan(
    ctx: typer.Context,
    labels: of_plan.PlanLabels = None,
    logs: opt.From = None,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    same: opt.Same = None,
    client: opt.Clients = None,
    size: opt.Sizes = None,
    margin: of_plan.PlanMargin = None,
    difference: of_plan.DifferenceText = None,
    power: of_plan.Power = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    sd: of_plan.GivenSd = None,
    run_sd: of_plan.GivenRunSd = None,
    mean: of_plan.GivenMean = None,
    inflation: of_plan.Inflation = None,
    as_printed: opt.AsPrinted = False,
    format_: opt.Format = None,
    output: opt.Output = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Estimate the required sample size.

    Uses the measured spread, or the one given with --sd or --run-sd, never the observed difference. With one label,
    the other platform is assumed to vary like it. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.analysis.given_spread import plan_from_spread
    from ftpstats.present.answers import plan_answer
    from ftpstats.present.export import TABLE_FORMATS

    form = opt.format_of(format_, output, TABLE_FORMATS)
    aim = _aim(margin, difference, power, confidence)
    if _is_given(ctx, aim):
        found = [plan_from_spread(aim, sd=sd, run_sd=run_sd, mean=mean, inflation=inflation)]
        deliver(plan_answer(found, aim), [], form, output, quiet=quiet)
    else:
        asked = ask(
            Which(logs, label, encoding, store, source, same, client),
            labels,
            size,
            output,
            as_printed=as_printed,
            quiet=quiet,
        )
        deliver(plan_answer(_from_logs(asked, aim), aim), asked.transfers.sources, form, output, quiet=quiet)
        exit_if_any(asked.transfers.bad)


def _from_logs(asked: Question, aim: "Aim") -> list["Plan"]:
    from ftpstats.analysis.sample_size import plan as plan_from_logs
    from ftpstats.analysis.settings import with_settings

    rows = asked.transfers.rows
    found = plan_from_logs(rows, asked.labels, asked.sizes, aim, as_printed=asked.as_printed)
    return with_settings(found, _labels_of, rows, asked.transfers.manifests)


def _labels_of(plan: "Plan") -> list[str | None]:
    return [plan.label] if plan.n_reference is None else [plan.label, plan.reference]


def _aim(margin: str | None, difference: str | None, power: float | None, confidence: float) -> "Aim":
    """Return the aim of the plan."""
    from ftpstats.analysis.sample_size import Aim

    if margin and difference:
        raise UsageError("--margin plans for equivalence, --difference for a difference to detect; use one of them")
    chance = confidence if power is None else power
    if difference:
        return Aim("difference", opt.parse_margin(difference, "--difference"), confidence, chance)
    return Aim("equivalence", opt.parse_margin(margin or "5%"), confidence, chance)


def _is_given(ctx: typer.Context, aim: "Aim") -> bool:
    """Whether the spread is given; refuse options that contradict it."""
    given, of_logs = asked_for(ctx, _GIVEN), asked_for(ctx, _OF_LOGS)
    if given and of_logs:
        raise UsageError(f"{given[0]} plans without logs, {of_logs[0]} from logs; use one of them")
    if not given:
        return False
    if not {"--sd", "--run-sd"} & set(given):
        raise UsageError(f"{given[0]} needs --sd, the standard deviation of transfers, or --run-sd, that of run means")
    if "--inflation" in given and "--sd" not in given:
        raise UsageError("--inflation needs --sd: it applies to transfers, not to run means")
    if aim.margin.relative and "--mean" not in given:
        raise UsageError("a relative margin (5% by default) needs --mean; or write it in seconds, like 5ms")
    return True
