"""The options of `ftpstats plan` alone."""

import math
from collections.abc import Callable
from typing import Annotated

import typer

from ftpstats.commands.options import level, read_by
from ftpstats.errors import UsageError
from ftpstats.units import parse_seconds


def above_zero(option: str, parse: Callable[[str], float]) -> Callable[[str], float]:
    """Return the parser of an option whose value has to be above 0."""

    def read(text: str) -> float:
        value = read_by(option, parse)(text)
        if not 0 < value < math.inf:
            raise UsageError(f"{option} {text}: it has to be above 0")
        return value

    return read


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is no number") from error


PlanLabels = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LABEL]...", help="Each against the first; all labels unless given."),
]
PlanMargin = Annotated[
    str | None,
    typer.Option(
        "--margin",
        metavar="MARGIN",
        help="How many show equal platforms to be equivalent within 5% of the mean, or 0.2s; 5% unless given.",
    ),
]
DifferenceText = Annotated[
    str | None,
    typer.Option(
        "--difference", metavar="SIZE", help="Instead: how many find a difference of 5% of the mean, or of 2ms."
    ),
]
Power = Annotated[
    float | None,
    typer.Option(
        "--power",
        metavar="CHANCE",
        parser=level("--power"),
        help="Chance to show it where it is so, like 0.9; as high as --confidence unless given.",
    ),
]
GivenSd = Annotated[
    float | None,
    typer.Option(
        "--sd",
        metavar="TIME",
        parser=above_zero("--sd", parse_seconds),
        help="Without a log: standard deviation of single transfers, like 2ms.",
    ),
]
GivenMean = Annotated[
    float | None,
    typer.Option(
        "--mean",
        metavar="TIME",
        parser=above_zero("--mean", parse_seconds),
        help="Without a log: mean time of a transfer, for a margin in per cent.",
    ),
]
GivenRunSd = Annotated[
    float | None,
    typer.Option(
        "--run-sd",
        metavar="TIME",
        parser=above_zero("--run-sd", parse_seconds),
        help="Without a log: standard deviation of the means of runs.",
    ),
]
Inflation = Annotated[
    float | None,
    typer.Option(
        "--inflation",
        metavar="FACTOR",
        parser=above_zero("--inflation", _factor),
        help="With --sd: how many times neighbours being alike multiplies the variance of a mean; 1 unless given.",
    ),
]
