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
# --- of the experiment ------------------------------------------------------------------------------------------------

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LABEL[=HOST[:PORT]]]...", help="Servers to measure; a label alone is a server that ftpstats starts."
    ),
]
ClientName = Annotated[
    Literal["auto", "legacy", "inetutils", "netkit", "tnftp", "lftp", "curl", "builtin"],
    typer.Option("--client", help="legacy is the thesis's script; auto: it, or what there is."),
]
Times = Annotated[int, typer.Option("--times", min=1, help="Transfers of each file from each server.")]
TestSizes = Annotated[
    list[int] | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        parser=_read_by(parse_size),
        help="ftp-test-SIZE.img; 100KB, 10MB, 100MB unless given.",
    ),
]
RemoteFiles = Annotated[
    list[str] | None, typer.Option("--file", metavar="NAME", help="A file on your servers; or yours, to upload.")
]
Upload = Annotated[bool, typer.Option("--upload", help="Send files instead of fetching them.")]
WarmUp = Annotated[int, typer.Option("--warm-up", min=0, help="Transfers of each file beforehand, not analysed.")]
Pause = Annotated[float, typer.Option("--pause", min=0, metavar="SECONDS", help="Between sub-experiments.")]
Before = Annotated[str | None, typer.Option("--before", metavar="COMMAND", help="Run before each sub-experiment.")]
After = Annotated[str | None, typer.Option("--after", metavar="COMMAND", help="Run after each sub-experiment.")]
Order = Annotated[
    Literal["sequential", "interleaved", "random"],
    typer.Option("--order", help="sequential is the thesis's; interleaved lets the servers take turns."),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Of --order random; it is recorded.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="For each transfer.")]
Parallel = Annotated[int, typer.Option("--parallel", min=1, max=256, help="Clients at once.")]
WithTls = Annotated[bool, typer.Option("--tls", help="Explicit FTPS, with curl, lftp or builtin.")]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", metavar="FILE", help="PEM of whom to trust, else whom the system does.")
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Do not check certificates.")]
User = Annotated[
    str | None,
    typer.Option("--user", help="Else by ~/.netrc, else anonymous. FTPSTATS_PASSWORD holds the password, or ask."),
]
Keep = Annotated[bool, typer.Option("--keep", help="Keep what was downloaded.")]
MaxFailures = Annotated[int | None, typer.Option("--max-failures", min=1, help="Stop after so many.")]
Resume = Annotated[bool, typer.Option("--resume", help="Finish the experiment in --output.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and how long it may take.")]
Throttles = Annotated[
    list[str] | None,
    typer.Option("--throttle", metavar="LABEL=RATE", help="Pace of the server that ftpstats starts, like slow=20MB/s."),
]
Folder = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where FTP.log and RESULT.log go.")]

# --- of the server ----------------------------------------------------------------------------------------------------

Host = Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")]
Port = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port to listen on; 0 takes any free one.")
]
Root = Annotated[Path | None, typer.Option("--root", metavar="DIR", help="Serve this folder, not files made for it.")]
ServerUser = Annotated[str, typer.Option("--user", metavar="NAME", help="The one user who may log in.")]
Writable = Annotated[bool, typer.Option("--writable", help="Let clients upload, change and delete.")]
ServerTls = Annotated[bool, typer.Option("--tls", help="Demand TLS (AUTH TLS), with a certificate made for it.")]
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


def parse_throttles(texts: Sequence[str]) -> dict[str, float]:
    """
    Read paces like ``slow=20MB/s``: bytes per second by label.

    Raises
    ------
    UsageError
        If a text is none.
    """
    paces: dict[str, float] = {}
    for text in texts:
        label, _, rate = text.rpartition("=")
        try:
            paces[label] = parse_rate(rate)
        except ValueError as error:
            raise UsageError(f"--throttle {text}: write it like LABEL=20MB/s") from error
    return paces


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
