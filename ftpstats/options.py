"""The options that commands share, and what their words mean. Nothing here reads, computes or prints."""

import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ftpstats.errors import UsageError
from ftpstats.units import KIB, MIB, parse_rate, parse_seconds, parse_size

if TYPE_CHECKING:
    from ftpstats.analysis.verdict import Margin

DEFAULT_STORE = Path("ftpstats-store")
DEFAULT_CONFIDENCE = 0.95
DEFAULT_SIZES = (100 * KIB, 10 * MIB, 100 * MIB)  # the thesis's

# Suffixes of --output that are no format's name.
_SUFFIXES = {"md": "markdown", "tex": "latex", "txt": "table", "ndjson": "jsonl"}


class VerdictWord(StrEnum):
    """The verdicts, as --fail-on takes them."""

    FASTER = "faster"
    SLOWER = "slower"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


def _read_by(parse: Callable[[str], float]) -> Callable[[str], float]:
    """Return the parser of an option: what it does not understand is wrong usage."""

    def read(text: str) -> float:
        try:
            return parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    return read


Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Logs: files, folders, quoted globs, - (stdin).")]
Labels = Annotated[list[str] | None, typer.Argument(metavar="[LABEL]...", help="All labels unless given.")]
StoreFolder = Annotated[
    Path, typer.Option("--store", envvar="FTPSTATS_STORE", metavar="DIR", help="Folder of the store.")
]
From = Annotated[
    list[str] | None,
    typer.Option("--from", metavar="PATH", help="Analyse these logs, not the store: file, folder, quoted glob, -."),
]
Source = Annotated[str | None, typer.Option("--source", metavar="GLOB", help="Only the store's logs of this name.")]
Sizes = Annotated[
    list[int] | None,
    typer.Option("--size", metavar="SIZE", parser=_read_by(parse_size), help="Only this file size, like 100KB."),
]
Confidence = Annotated[
    float,
    typer.Option("--confidence", min=0.5, max=0.9999, help="Confidence of every interval; 1 − α of every test."),
]
AsPrinted = Annotated[
    bool,
    typer.Option("--as-printed", help="Analyse the seconds as printed, not what the rate beside them tells."),
]
Label = Annotated[str | None, typer.Option("--label", metavar="NAME", help="Label of every transfer in these logs.")]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="How to write the answer; else as FILE's suffix says."),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")]
MarginText = Annotated[
    str,
    typer.Option("--margin", metavar="MARGIN", help="The difference that does not matter: 5% of the mean, or 0.2s."),
]
Method = Annotated[
    Literal["contrast", "thesis"],
    typer.Option("--method", help="thesis: its rule, whether the intervals overlap, beside the verdict."),
]
FailOn = Annotated[
    list[VerdictWord] | None,
    typer.Option("--fail-on", help="Exit with status 3 where a verdict is this one; repeatable."),
]
FigureFormat = Annotated[
    Literal["png", "svg", "pdf"] | None, typer.Option("--format", help="Else as FILE's suffix says.")
]
Figure = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="The figure's file, else named after it; - is the pipe."),
]
Host = Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")]
Port = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port to listen on; 0 takes any free one.")
]
TestSizes = Annotated[
    list[int] | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        parser=_read_by(parse_size),
        help="Make and serve a file of this size; repeatable. 100KB, 10MB and 100MB unless given.",
    ),
]
Root = Annotated[Path | None, typer.Option("--root", metavar="DIR", help="Serve this folder, not files made for it.")]
User = Annotated[str, typer.Option("--user", metavar="NAME", help="The one user who may log in.")]
Writable = Annotated[bool, typer.Option("--writable", help="Let clients upload, change and delete.")]
Tls = Annotated[bool, typer.Option("--tls", help="Demand TLS (AUTH TLS, PROT P), with a certificate made for it.")]
Throttle = Annotated[
    float | None,
    typer.Option("--throttle", metavar="RATE", parser=_read_by(parse_rate), help="Pace of each transfer, like 20MB/s."),
]
Latency = Annotated[
    float | None,
    typer.Option(
        "--latency",
        metavar="TIME",
        parser=_read_by(parse_seconds),
        help="Wait before each reply and before the first byte of data, like 5ms.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def format_of(wanted: str | None, output: Path | None, fitting: Sequence[str], default: str | None = None) -> str:
    """
    Return the format asked for: by name, else by the file's suffix, else `default`, else a table or, in a pipe, CSV.

    Raises
    ------
    UsageError
        If the command does not write it.
    """
    named = f"--format {wanted}"
    if wanted is None and output is not None:
        named, suffix = f"--output {output}", output.suffix.removeprefix(".").lower()
        wanted = _SUFFIXES.get(suffix, suffix)
    if wanted is None:
        return default or ("table" if sys.stdout.isatty() else "csv")
    if wanted not in fitting:
        raise UsageError(f"{named}: this command writes {', '.join(fitting)}")
    return wanted


def parse_margin(text: str) -> "Margin":
    """
    Read a margin: ``5%`` of the mean, or ``0.2s``, ``20ms``.

    Raises
    ------
    UsageError
        If it is neither, or not above 0.
    """
    from ftpstats.analysis.verdict import Margin

    for unit, factor in (("%", 0.01), ("ms", 0.001), ("s", 1.0)):
        if text.endswith(unit):
            try:
                value = float(text.removesuffix(unit)) * factor
            except ValueError:
                break
            if 0 < value < float("inf"):
                return Margin(value, relative=unit == "%")
            break
    raise UsageError(f"--margin {text}: write it like 5% or 0.2s, above 0")
