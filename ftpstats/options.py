"""The options that commands share, and what their words mean. Nothing here reads, computes or prints."""

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, get_args

import typer

from ftpstats.analysis.verdict import Margin, Verdict
from ftpstats.errors import UsageError
from ftpstats.units import KIB, MIB, parse_rate, parse_seconds, parse_size

DEFAULT_STORE = Path("ftpstats-store")
DEFAULT_CONFIDENCE = 0.95
DEFAULT_SIZES = (100 * KIB, 10 * MIB, 100 * MIB)  # the thesis's

STDOUT = Path("-")

# As the experiment knows them; named here, because it is not imported for --help.
CLIENT_NAMES = ("auto", "legacy", "inetutils", "netkit", "tnftp", "lftp", "curl", "builtin")
ORDERS = ("sequential", "rounds", "interleaved", "random")

# What a suffix of --output says of the format.
_SUFFIXES = {
    ".txt": "table", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".md": "markdown",
    ".tex": "latex", ".parquet": "parquet", ".png": "png", ".svg": "svg", ".pdf": "pdf",
}  # fmt: skip


def _read_by(option: str, parse: Callable[[str], float]) -> Callable[[str], float]:
    """Return the parser of an option: what it does not understand is wrong usage."""

    def read(text: str) -> float:
        try:
            return parse(text)
        except ValueError as error:
            raise UsageError(f"{option}: {error}") from error

    return read


def _store(ctx: typer.Context, folder: Path) -> Path:
    # The environment may name a store for every command; only one that is asked for here contradicts --from.
    asked = getattr(ctx.get_parameter_source("store"), "name", None) == "COMMANDLINE"
    if asked and ctx.params.get("logs"):
        raise UsageError("--store names a store; --from reads logs without one")
    return folder


def _label(text: str) -> str:
    if not text.strip():
        raise UsageError("--label: an empty label names nothing")
    return text


def _level(option: str) -> Callable[[str | float], float]:
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


def _above_zero(option: str, parse: Callable[[str], float]) -> Callable[[str], float]:
    """Return the parser of an option whose value has to be above 0."""

    def read(text: str) -> float:
        value = _read_by(option, parse)(text)
        if not 0 < value < math.inf:
            raise UsageError(f"{option} {text}: it has to be above 0")
        return value

    return read


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is no number") from error


def _one_of(option: str, words: Sequence[str]) -> Callable[[str], str]:
    """Return the parser of an option that takes one of these words."""

    def parse(text: str) -> str:
        if text not in words:
            raise UsageError(f"{option} {text}: there are {', '.join(words)}")
        return text

    return parse


Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Logs: files, folders, quoted globs, - (stdin).")]
Labels = Annotated[list[str] | None, typer.Argument(metavar="[LABEL]...", help="All labels unless given.")]
StoreFolder = Annotated[
    Path,
    typer.Option("--store", envvar="FTPSTATS_STORE", metavar="DIR", callback=_store, help="Folder of the store."),
]
From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="PATH",
        is_eager=True,  # read before --store, which looks whether it is there
        help="Analyse these logs, not the store: file, folder, quoted glob, -.",
    ),
]
Source = Annotated[
    str | None, typer.Option("--source", metavar="GLOB", help="Only the store's logs of this path or name.")
]
Sizes = Annotated[
    list[int] | None,
    typer.Option(
        "--size", metavar="SIZE", parser=_read_by("--size", parse_size), help="Only this file size, like 100KB."
    ),
]
Confidence = Annotated[
    float,
    typer.Option(
        "--confidence",
        metavar="LEVEL",
        parser=_level("--confidence"),
        help="Confidence of every interval; 1 − α of every test.",
    ),
]
AsPrinted = Annotated[
    bool,
    typer.Option("--as-printed", help="Analyse the seconds as printed, not what the rate beside them tells."),
]
Label = Annotated[
    str | None,
    typer.Option("--label", metavar="NAME", parser=_label, help="Label of every transfer in these logs."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="How to write the answer; else as FILE's suffix says."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file; - is standard output.")
]
MarginText = Annotated[
    str,
    typer.Option("--margin", metavar="MARGIN", help="The difference that does not matter: 5% of the mean, or 0.2s."),
]
Method = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="METHOD",
        parser=_one_of("--method", ["contrast", "thesis"]),
        help="thesis: its rule, whether the intervals overlap, beside the verdict.",
    ),
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="VERDICT",
        parser=_one_of("--fail-on", get_args(Verdict)),
        help=f"Exit with status 3 where a verdict is this one: {', '.join(get_args(Verdict))}; repeatable.",
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
Figure = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The figure's file, else named after it; - is standard output."
    ),
]
# --- of the plan ------------------------------------------------------------------------------------------------------

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
        parser=_level("--power"),
        help="Chance to show it where it is so, like 0.9; as high as --confidence unless given.",
    ),
]
GivenSd = Annotated[
    float | None,
    typer.Option(
        "--sd",
        metavar="TIME",
        parser=_above_zero("--sd", parse_seconds),
        help="Without a log: standard deviation of single transfers, like 2ms.",
    ),
]
GivenMean = Annotated[
    float | None,
    typer.Option(
        "--mean",
        metavar="TIME",
        parser=_above_zero("--mean", parse_seconds),
        help="Without a log: mean time of a transfer, for a margin in per cent.",
    ),
]
GivenRunSd = Annotated[
    float | None,
    typer.Option(
        "--run-sd",
        metavar="TIME",
        parser=_above_zero("--run-sd", parse_seconds),
        help="Without a log: standard deviation of the means of runs.",
    ),
]
Inflation = Annotated[
    float | None,
    typer.Option(
        "--inflation",
        metavar="FACTOR",
        parser=_above_zero("--inflation", _factor),
        help="With --sd: how many times neighbours being alike multiplies the variance of a mean; 1 unless given.",
    ),
]
# --- of the experiment ------------------------------------------------------------------------------------------------

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LABEL[=HOST[:PORT]]]...", help="Servers to measure; a label alone is a server that ftpstats starts."
    ),
]
ClientName = Annotated[
    str,
    typer.Option(
        "--client",
        metavar="CLIENT",
        parser=_one_of("--client", CLIENT_NAMES),
        help=f"{', '.join(CLIENT_NAMES)}; legacy is the thesis's script, auto takes it or what there is.",
    ),
]
Times = Annotated[int, typer.Option("--times", min=1, help="Transfers of each file from each server, in each run.")]
Runs = Annotated[
    int,
    typer.Option("--runs", min=1, help="Runs of each label; several, in rounds, let a verdict reach beyond one run."),
]
TestSizes = Annotated[
    list[int] | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        parser=_read_by("--size", parse_size),
        help="ftp-test-SIZE.img; 100KB, 10MB, 100MB unless given.",
    ),
]
RemoteFiles = Annotated[
    list[str] | None, typer.Option("--file", metavar="NAME", help="A file on your servers; or yours, to upload.")
]
Upload = Annotated[bool, typer.Option("--upload", help="Send files instead of fetching them.")]
WarmUp = Annotated[int, typer.Option("--warm-up", min=0, help="Transfers of each file before each run, not analysed.")]
Pause = Annotated[float, typer.Option("--pause", min=0, metavar="SECONDS", help="Between sub-experiments.")]
Before = Annotated[str | None, typer.Option("--before", metavar="COMMAND", help="Run before each sub-experiment.")]
After = Annotated[str | None, typer.Option("--after", metavar="COMMAND", help="Run after each sub-experiment.")]
Order = Annotated[
    str | None,
    typer.Option(
        "--order",
        metavar="ORDER",
        parser=_one_of("--order", ORDERS),
        help=f"{', '.join(ORDERS)}. sequential, label after label, is the thesis's and the default of one run; rounds, "
        "each with every label once, shuffled, is that of several, and advised; in interleaved, servers take turns "
        "within a run.",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Of --order rounds and random; it is recorded.")]
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
    typer.Option(
        "--throttle",
        metavar="RATE",
        parser=_read_by("--throttle", parse_rate),
        help="Pace of each transfer, like 20MB/s.",
    ),
]
Latency = Annotated[
    float | None,
    typer.Option(
        "--latency",
        metavar="TIME",
        parser=_read_by("--latency", parse_seconds),
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
        If the command does not write it, nothing tells it, or name and suffix contradict each other.
    """
    to_file = output is not None and output != STDOUT
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


def parse_margin(text: str, option: str = "--margin") -> Margin:
    """
    Read a margin: ``5%`` of the mean, or ``0.2s``, ``20ms``.

    Raises
    ------
    UsageError
        If it is neither, or not above 0.
    """
    for unit, factor in (("%", 0.01), ("ms", 0.001), ("s", 1.0)):
        if text.endswith(unit):
            try:
                value = float(text.removesuffix(unit)) * factor
            except ValueError:
                break
            if 0 < value < float("inf"):
                return Margin(value, relative=unit == "%")
            break
    raise UsageError(f"{option} {text}: write it like 5% or 0.2s, above 0")
