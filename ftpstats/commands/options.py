"""The options that commands share, and what their words mean. Nothing here reads, computes or prints."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ftpstats.api.comparing import VERDICTS
from ftpstats.errors import UsageError

DEFAULT_STORE = Path("ftpstats-store")
DEFAULT_CONFIDENCE = "95%"

STDOUT = Path("-")

# What a suffix of --output says of the format.
_SUFFIXES = {
    ".txt": "table", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".md": "markdown",
    ".tex": "latex", ".parquet": "parquet", ".png": "png", ".svg": "svg", ".pdf": "pdf",
}  # fmt: skip


def _store(ctx: typer.Context, folder: Path) -> Path:
    # The environment may name a store for every command; only one that is asked for here contradicts --from.
    asked = getattr(ctx.get_parameter_source("store"), "name", None) == "COMMANDLINE"
    if asked and ctx.params.get("logs"):
        raise UsageError("--store names a store; --from reads logs without one")
    return folder


Files = Annotated[list[str], typer.Argument(metavar="FILE", help="Logs: files, folders, quoted globs, - (stdin).")]
Labels = Annotated[list[str] | None, typer.Argument(metavar="LABEL", help="All labels unless given.")]
Reference = Annotated[
    str | None, typer.Argument(metavar="REFERENCE", help="The label that the others are compared with.")
]
Others = Annotated[list[str] | None, typer.Argument(metavar="OTHER", help="The other labels.")]
StoreFolder = Annotated[
    Path,
    typer.Option("--store", envvar="FTPSTATS_STORE", metavar="DIR", callback=_store, help="Folder of the store."),
]
From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="[NAME=]PATH",
        is_eager=True,  # read before --store, which looks whether it is there
        help="Analyse these logs, not the store: file, folder, quoted glob, -; NAME= sets the label of all their "
        "transfers, unless a file has that whole name.",
    ),
]
Clients = Annotated[
    list[str] | None,
    typer.Option(
        "--client",
        metavar="NAME",
        help="Only transfers of this client, as `parse` names it; failures that name none count; repeatable.",
    ),
]
Source = Annotated[
    str | None,
    typer.Option(
        "--source", metavar="GLOB", help="Only the store's logs of this path or name, literally or as a pattern."
    ),
]
Same = Annotated[
    bool | None,
    typer.Option(
        "--same/--distinct",
        help="What logs are that may be copies of each other, where too few different results tell: one, or each its "
        "own. Unless given, both count and a line says so.",
    ),
]
Sizes = Annotated[
    list[str] | None,
    typer.Option("--size", metavar="SIZE", help="Only this file size, like 100KB."),
]
Confidence = Annotated[
    str,
    typer.Option(
        "--confidence",
        metavar="LEVEL",
        help="Confidence of every interval; 1 − α of every test.",
    ),
]
AsPrinted = Annotated[
    bool,
    typer.Option("--as-printed", help="Analyse the seconds as printed, not what the rate beside them tells."),
]
Label = Annotated[
    str | None,
    typer.Option("--label", metavar="NAME", help="Label of every transfer in these logs."),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Encoding of the logs, like cp866; what their lines say unless given.",
    ),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="How to write the answer; else as FILE's suffix says."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file; - is standard output.")
]
Margin = Annotated[
    str,
    typer.Option("--margin", metavar="MARGIN", help="The difference that does not matter: 5% of the mean, or 0.2s."),
]
Method = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="METHOD",
        help="thesis: its rule, whether the intervals overlap, beside the verdict.",
    ),
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="GATE",
        help=f"Exit with status 3 where a verdict is this one: {', '.join(VERDICTS)}; where a label fails "
        "more often than the reference: failures; where transfers are missing, as for every gate: missing. Repeatable.",
    ),
]
MaxFailureRate = Annotated[
    str | None,
    typer.Option(
        "--max-failure-rate",
        metavar="SHARE",
        help="Exit with status 3 where more than this share of a label's transfers failed, like 5%.",
    ),
]
Details = Annotated[
    bool, typer.Option("--details", help="Show all that the answer rests on, and what else the transfers tell.")
]
AllTests = Annotated[
    bool, typer.Option("--all-tests", help="Show every textbook test too; they take transfers as independent.")
]
AllPairs = Annotated[bool, typer.Option("--all-pairs", help="Compare every two labels, not each with the first.")]
AgainstItself = Annotated[
    bool,
    typer.Option(
        "--aa", help="Compare each label's own runs instead: how often this rig calls the same thing different."
    ),
]
PlanLabels = Annotated[
    list[str] | None,
    typer.Argument(metavar="LABEL", help="Each against the first; all labels unless given."),
]
PlanMargin = Annotated[
    str | None,
    typer.Option(
        "--margin",
        metavar="MARGIN",
        help="How many show equal platforms to be equivalent within 5% of the mean, or 0.2s; 5% unless given.",
    ),
]
Difference = Annotated[
    str | None,
    typer.Option(
        "--difference", metavar="SIZE", help="Instead: how many find a difference of 5% of the mean, or of 2ms."
    ),
]
Power = Annotated[
    str | None,
    typer.Option(
        "--power",
        metavar="CHANCE",
        help="Chance to show it where it is so, like 0.9; as high as --confidence unless given.",
    ),
]
GivenSd = Annotated[
    str | None,
    typer.Option(
        "--sd",
        metavar="TIME",
        help="Without a log: standard deviation of single transfers, like 2ms.",
    ),
]
GivenMean = Annotated[
    str | None,
    typer.Option(
        "--mean",
        metavar="TIME",
        help="Without a log: mean time of a transfer, for a margin in per cent.",
    ),
]
GivenRunSd = Annotated[
    str | None,
    typer.Option(
        "--run-sd",
        metavar="TIME",
        help="Without a log: standard deviation of the means of runs.",
    ),
]
Inflation = Annotated[
    str | None,
    typer.Option(
        "--inflation",
        metavar="FACTOR",
        help="With --sd: how many times neighbours being alike multiplies the variance of a mean; 1 unless given.",
    ),
]
Figure = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The figure's file, else named after it; - is standard output."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def format_of(wanted: str | None, output: Path | None, fitting: Sequence[str], default: str | None = None) -> str:
    """
    Return the format asked for: by name, else by the file's suffix, else `default`, else a table or, in a pipe, CSV.

    Raises
    ------
    UsageError
        If the command does not write it, nothing tells it, or name and suffix contradict each other.
    """
    to_file = output is not None and output != STDOUT and not _is_device(output)
    told = _SUFFIXES.get(output.suffix.lower()) if output else None
    if wanted is None and not to_file:
        return default or ("table" if sys.stdout.isatty() else "csv")
    if wanted is None and told not in fitting:
        suffixes = ", ".join(suffix for suffix, form in _SUFFIXES.items() if form in fitting)
        raise UsageError(f"--output {output}: the suffixes are {suffixes}; --format decides for any other name")
    if wanted is not None and wanted not in fitting:
        raise UsageError(f"--format {wanted}: this command writes {', '.join(fitting)}")
    if wanted and told and wanted != told:
        raise UsageError(f"--format {wanted} contradicts the suffix of --output {output}")
    return str(wanted or told)


def _is_device(output: Path) -> bool:
    """Whether output goes to what is no file, like /dev/null: its name says nothing of a format."""
    return output.is_char_device() or output.is_fifo()
