"""The options that commands share, and their parsers. Nothing here reads, computes or prints."""

import codecs
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, get_args

import typer

from ftpstats.analysis.verdict import GATE_NAMES, Margin, Verdict
from ftpstats.errors import UsageError
from ftpstats.units import parse_seconds, parse_size

DEFAULT_STORE = Path("ftpstats-store")
DEFAULT_CONFIDENCE = 0.95

STDOUT = Path("-")

# The format that a suffix of --output stands for.
_SUFFIXES = {
    ".txt": "table", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".md": "markdown",
    ".tex": "latex", ".parquet": "parquet", ".png": "png", ".svg": "svg", ".pdf": "pdf",
}  # fmt: skip


def read_by(option: str, parse: Callable[[str], float]) -> Callable[[str], float]:
    """Return the parser of an option; invalid text is wrong usage."""

    def read(text: str) -> float:
        try:
            return parse(text)
        except ValueError as error:
            raise UsageError(f"{option}: {error}") from error

    return read


def duration(option: str, least: float = 0.0, most: float = math.inf) -> Callable[[str | float], float]:
    """Return the parser of an option that takes a duration within bounds in seconds."""

    def parse(given: str | float) -> float:
        seconds = read_by(option, parse_seconds)(str(given))  # Typer sends the default through here too
        if not least <= seconds <= most:
            raise UsageError(f"{option} {given}: must be from {least:g}s to {most:g}s")
        return seconds

    return parse


def _store(ctx: typer.Context, folder: Path) -> Path:
    # The environment may name a store for every command; only one that is asked for here contradicts --from.
    asked = getattr(ctx.get_parameter_source("store"), "name", None) == "COMMANDLINE"
    if asked and ctx.params.get("logs"):
        raise UsageError("--store names a store; --from reads logs without one")
    return folder


def _label(text: str) -> str:
    if not text.strip():
        raise UsageError("--label: the label is empty")
    return text.strip()


def level(option: str) -> Callable[[str | float], float]:
    """Return the parser of an option that takes a probability of one half and above."""

    def parse(given: str | float) -> float:
        text = str(given)  # Typer sends the default through here too
        try:
            value = float(text.removesuffix("%") + "e-2" if text.endswith("%") else text)
        except ValueError:
            value = math.nan
        if not 0.5 <= value <= 0.9999:
            raise UsageError(f"{option} {text}: write it like 0.95 or 95%, from 50% to 99.99%")
        return value

    return parse


def one_of(option: str, words: Sequence[str]) -> Callable[[str], str]:
    """Return the parser of an option that takes one of these words."""

    def parse(text: str) -> str:
        if text not in words:
            raise UsageError(f"{option} {text}: choose from {', '.join(words)}")
        return text

    return parse


def _share(text: str) -> float:
    try:
        value = float(text.removesuffix("%") + "e-2" if text.endswith("%") else text)
    except ValueError:
        value = math.nan
    if not 0 <= value < 1:
        raise UsageError(f"--max-failure-rate {text}: write it like 5% or 0.05, from 0% to below 100%")
    return value


def _encoding(name: str) -> str:
    try:
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, UnicodeError):  # also of what is no encoding of text, or cannot be read piece by piece
        raise UsageError(f"--encoding {name}: unknown encoding; write it like utf-8, cp866, cp932 or utf-16") from None
    return name


Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Logs: files, folders, quoted globs, or - (stdin).")
]
Labels = Annotated[list[str] | None, typer.Argument(metavar="[LABEL]...", help="Labels; default: all.")]
StoreFolder = Annotated[
    Path,
    typer.Option("--store", envvar="FTPSTATS_STORE", metavar="DIR", callback=_store, help="The folder of the store."),
]
From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="[NAME=]PATH",
        is_eager=True,  # read before --store, which looks whether it is there
        help="Analyse this file, folder, quoted glob or - instead of the store, like FTP.log or xen=day1.log (NAME= "
        "sets the label); repeatable.",
    ),
]
Clients = Annotated[
    list[str] | None,
    typer.Option(
        "--client",
        metavar="NAME",
        help="Analyse only transfers of this client, like netkit, and failures of unknown client; repeatable.",
    ),
]
Source = Annotated[
    str | None,
    typer.Option(
        "--source", metavar="GLOB", help="Use only logs of the store with this path or name, like 'day*.log'."
    ),
]
Same = Annotated[
    bool | None,
    typer.Option(
        "--same/--distinct",
        help="Count logs that may be copies of each other once, or each separately; default: separately, with a "
        "message.",
    ),
]
Sizes = Annotated[
    list[int] | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        parser=read_by("--size", parse_size),
        help="Analyse only this file size, like 100KB; repeatable.",
    ),
]
Confidence = Annotated[
    float,
    typer.Option(
        "--confidence",
        metavar="LEVEL",
        parser=level("--confidence"),
        help="Set the confidence of intervals, 1 − α of tests, like 0.95 or 95%.",
    ),
]
AsPrinted = Annotated[
    bool,
    typer.Option("--as-printed", help="Analyse the seconds as printed, without the precision of the printed rate."),
]
Label = Annotated[
    str | None,
    typer.Option("--label", metavar="NAME", parser=_label, help="Set the label of every transfer in these logs."),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        parser=_encoding,
        help="Read the logs in this encoding, like cp866; default: detected.",
    ),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="Write this format; default: by the suffix of FILE."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, like answer.json; - is standard output."),
]
MarginText = Annotated[
    str,
    typer.Option(
        "--margin", metavar="MARGIN", help="Set the equivalence margin, like 5% of the mean, or 20ms or 0.2s."
    ),
]
Method = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="METHOD",
        parser=one_of("--method", ["contrast", "thesis"]),
        help="Use this method: contrast, or thesis (adds its rule, whether the intervals overlap).",
    ),
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="GATE",
        parser=one_of("--fail-on", GATE_NAMES),
        help=f"Exit with status 3 if a verdict is {', '.join(get_args(Verdict))}, if a label has more failures than "
        "the reference (failures), or if transfers are missing (missing; part of every gate); repeatable.",
    ),
]
MaxFailureRate = Annotated[
    float | None,
    typer.Option(
        "--max-failure-rate",
        metavar="SHARE",
        parser=_share,
        help="Exit with status 3 if more than this share of a label's transfers failed, like 5%.",
    ),
]
Details = Annotated[bool, typer.Option("--details", help="Show what the answer is based on, and further statistics.")]
AllTests = Annotated[
    bool, typer.Option("--all-tests", help="Show the textbook tests too, which assume independent transfers.")
]
AllPairs = Annotated[bool, typer.Option("--all-pairs", help="Compare every pair of labels, not each with the first.")]
AgainstItself = Annotated[
    bool,
    typer.Option(
        "--aa", help="Compare the runs of each label with each other instead (A/A test: false positives of the set-up)."
    ),
]
Figure = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write to this file; default: named after the figure; - is stdout."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]


def format_of(wanted: str | None, output: Path | None, fitting: Sequence[str], default: str | None = None) -> str:
    """
    Return the format asked for: by name, else by the file's suffix, else `default`, else a table or, in a pipe, CSV.

    Raises
    ------
    UsageError
        If the command does not write it, it is unknown, or name and suffix contradict each other.
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
    """Whether output goes to a device like /dev/null, whose name stands for no format."""
    return output.is_char_device() or output.is_fifo()


def parse_margin(text: str, option: str = "--margin") -> Margin:
    """
    Read a margin: ``5%`` of the mean, or ``0.2s``, ``20ms``, ``50us``.

    Raises
    ------
    UsageError
        If it is neither, or not above 0.
    """
    relative = text.endswith("%")
    try:
        value = float(text.removesuffix("%")) / 100 if relative else parse_seconds(text)
    except ValueError:
        value = math.nan
    if 0 < value < math.inf:
        return Margin(value, relative=relative)
    raise UsageError(f"{option} {text}: write it like 5%, 0.2s, 20ms or 50us, above 0")
