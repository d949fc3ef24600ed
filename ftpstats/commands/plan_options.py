"""The options of `ftpstats plan` alone."""

import math
from collections.abc import Callable
from typing import Annotated

import typer

from ftpstats.commands.options import level, read_by
from ftpstats.errors import UsageError
from ftpstats.units import parse_seconds


def above_zero(option: str, parse: Callable[[str], float]) -> Callable[[str], float]:
    """Return the parser of an option whose value must be above 0."""

    def read(text: str) -> float:
        value = read_by(option, parse)(text)
        if not 0 < value < math.inf:
            raise UsageError(f"{option} {text}: must be above 0")
        return value

    return read


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a number") from error


PlanLabels = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LABEL]...", help="Labels, each against the first; default: all."),
]
PlanMargin = Annotated[
    str | None,
    typer.Option(
        "--margin",
        metavar="MARGIN",
        help="Plan to show equal platforms to be equivalent within this margin, like 5%, 20ms or 0.2s; default: 5%.",
    ),
]
DifferenceText = Annotated[
    str | None,
    typer.Option(
        "--difference", metavar="SIZE", help="Plan to detect a difference of this size instead, like 5% or 2ms."
    ),
]
Power = Annotated[
    float | None,
    typer.Option(
        "--power",
        metavar="CHANCE",
        parser=level("--power"),
        help="Set the power of the test, like 0.9 or 90%; default: that of --confidence.",
    ),
]
GivenSd = Annotated[
    float | None,
    typer.Option(
        "--sd",
        metavar="TIME",
        parser=above_zero("--sd", parse_seconds),
        help="Plan without a log, from this standard deviation of single transfers, like 2ms.",
    ),
]
GivenMean = Annotated[
    float | None,
    typer.Option(
        "--mean",
        metavar="TIME",
        parser=above_zero("--mean", parse_seconds),
        help="Set the mean time of a transfer without a log, like 100ms; a relative margin needs it.",
    ),
]
GivenRunSd = Annotated[
    float | None,
    typer.Option(
        "--run-sd",
        metavar="TIME",
        parser=above_zero("--run-sd", parse_seconds),
        help="Plan without a log, from this standard deviation of run means, like 3ms.",
    ),
]
Inflation = Annotated[
    float | None,
    typer.Option(
        "--inflation",
        metavar="FACTOR",
        parser=above_zero("--inflation", _factor),
        help="Multiply the variance of a mean by this factor for autocorrelation, like 2.5; needs --sd; default: 1.",
    ),
]
