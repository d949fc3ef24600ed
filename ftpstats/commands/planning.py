"""The command that says how much to measure before it is measured: plan."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

import ftpstats
from ftpstats.commands import options as opt
from ftpstats.commands.groups import grouped
from ftpstats.commands.shared import OF_LOGS, Shown, Which, asked_for, deliver
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.api.results import Results

__all__ = ["plan"]

_GIVEN = {"sd": "--sd", "run_sd": "--run-sd", "mean": "--mean", "inflation": "--inflation"}
_OPTIONS = {
    "margin": "--margin", "latency_margin": "--latency-margin", "difference": "--difference", "require": "--require",
    "power": "--power", "confidence": "--confidence", "false_alarm_rate": "--false-alarm-rate", **_GIVEN,
    "unit": "--unit", "simulate": "--simulate", "seed": "--seed",
}  # fmt: skip
# The call of each purpose, and which of the options it takes.
_CALLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "compare": (
        "sample_size",
        ("margin", "difference", "require", "power", "confidence", *_GIVEN, "unit", "simulate", "seed"),
    ),
    "scaling": ("sample_size_for_scaling", ("margin", "latency_margin", "power", "confidence", "unit")),
    "history": ("sample_size_for_history", ("margin", "difference", "power", "false_alarm_rate", "run_sd", "mean")),
}


@grouped
def plan(
    ctx: typer.Context,
    labels: opt.PlanLabels = None,
    *,
    which: Which,
    purpose: opt.Purpose = "compare",
    margin: opt.PlanMargins = None,
    latency_margin: opt.LatencyMargin = None,
    difference: opt.Difference = None,
    require: opt.PlanRequire = None,
    power: opt.Power = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    false_alarm_rate: opt.FalseAlarmRate = "1%",
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
    Estimate the required sample size: of a comparison, or with --for of scaling or history.

    Uses the measured spread, or the one given with --sd or --run-sd, never the observed difference. With one label,
    the other platform is assumed to vary like it. Formats: table, json, csv, markdown, latex.
    """
    form = shown.table_form()
    call, taken = _call(ctx, purpose)
    given, of_logs = asked_for(ctx, _GIVEN), asked_for(ctx, OF_LOGS)
    if given and of_logs:
        raise UsageError(f"{given[0]} plans without logs, {of_logs[0]} from logs; use one of them")
    options: dict[str, Any] = {
        "margin": margin,
        "latency_margin": latency_margin,
        "difference": difference,
        "require": require,
        "power": power,
        "confidence": confidence,
        "false_alarm_rate": false_alarm_rate,
        "sd": sd,
        "run_sd": run_sd,
        "mean": mean,
        "inflation": inflation,
        "unit": opt.DEFAULT_RATE if unit == "s" and purpose == "scaling" else unit,
        "simulate": opt.EXPERIMENTS if simulate else None,
        "seed": seed,
    }
    transfers = None if given else which.transfers(shown.output)
    found = call(transfers, *labels or (), **which.asked(), **{name: options[name] for name in taken})
    deliver(found, form, shown)


def _call(ctx: typer.Context, purpose: str) -> tuple[Callable[..., "Results[Any]"], tuple[str, ...]]:
    """Return the call of a purpose and what it takes, unless there is no such one or more is asked for."""
    if purpose not in _CALLS:
        raise UsageError(f"for {purpose}: choose from {', '.join(_CALLS)}")
    name, taken = _CALLS[purpose]
    foreign = {name: word for name, word in _OPTIONS.items() if name not in taken}
    for option in asked_for(ctx, foreign):
        raise UsageError(f"{option} does not go with --for {purpose}")
    return getattr(ftpstats, name), taken
