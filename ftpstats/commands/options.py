"""The options that commands share, their parsers and their completion. Nothing here computes or prints."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import ftpstats
from ftpstats.api.comparing import GATES, METHODS, REQUIRED, VERDICTS
from ftpstats.api.history import CHANGE_GATES, HISTORY_BY
from ftpstats.api.rates import BY, RATE, RATES
from ftpstats.errors import FtpstatsError, MachineError, UsageError
from ftpstats.places import Place, is_url, place
from ftpstats.units import UNITS, format_size

DEFAULT_STORE = place("ftpstats-store")
_STORE_VARIABLE = "FTPSTATS_STORE"
KEY_VARIABLE = "FTPSTATS_KEY"
DEFAULT_CONFIDENCE = "95%"
DEFAULT_RATE = RATE
DEFAULT_MARGIN: Any = ("5%",)  # no list: a default of a dataclass may not change

STDOUT = place("-")

# What a suffix of --output says of the format.
_SUFFIXES = {
    ".txt": "table", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".md": "markdown",
    ".tex": "latex", ".parquet": "parquet", ".png": "png", ".svg": "svg", ".pdf": "pdf", ".eps": "eps", ".xml": "junit",
    ".html": "html", ".htm": "html",
}  # fmt: skip


def _store(ctx: typer.Context, folder: Place) -> Place:
    # The environment may name a store for every command; only one that is asked for here contradicts --from.
    asked = getattr(ctx.get_parameter_source("store"), "name", None) == "COMMANDLINE"
    if asked and ctx.params.get("logs"):
        raise UsageError("--store names a store; --from reads logs without one")
    return folder


def store_folder(named: Place | None = None) -> Place:
    """Return the folder of the store: the one that is named, else the environment's, else the default."""
    return named or place(os.environ.get(_STORE_VARIABLE) or DEFAULT_STORE)


def _stored(ctx: typer.Context, key: str) -> list[Any]:
    """Return what the logs of the store have under a key, for completion: nothing where they cannot be read."""
    folder = store_folder(ctx.params.get("store"))
    try:
        logs = ftpstats.open_store(folder).logs() if folder.exists() else ()
    except FtpstatsError:
        return []
    return list(dict.fromkeys(value for log in logs for value in log[key]))


def _labels(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a label of the store that was not given yet, in the case in which it was begun."""
    named = [ctx.params.get("reference"), *(ctx.params.get("others") or ()), *(ctx.params.get("labels") or ())]
    given = {name.lower() for name in named if name}
    labels = [label for label in _stored(ctx, "labels") if label is not None and label.lower() not in given]
    return [incomplete + label[len(incomplete) :] for label in labels if label.lower().startswith(incomplete.lower())]


def _sizes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a file size of the store."""
    sizes = [format_size(size).replace(" ", "") for size in sorted(set(_stored(ctx, "sizes")))]
    return [size for size in sizes if size.lower().startswith(incomplete.lower())]


def _columns(incomplete: str) -> list[str]:
    """Complete a column of the tidy table."""
    from ftpstats.schema import SCHEMA

    return [name for name in SCHEMA if name.startswith(incomplete)]


def _one_of(*words: str) -> Callable[[str], list[str]]:
    """Complete one of these words."""
    return lambda incomplete: [word for word in words if word.startswith(incomplete)]


Files = Annotated[list[str], typer.Argument(metavar="FILE", help="Logs: files, folders, quoted globs, or - (stdin).")]
Labels = Annotated[
    list[str] | None, typer.Argument(metavar="LABEL", autocompletion=_labels, help="Labels; default: all.")
]
Reference = Annotated[
    str | None,
    typer.Argument(metavar="REFERENCE", autocompletion=_labels, help="The label that the others are compared with."),
]
Others = Annotated[list[str] | None, typer.Argument(metavar="OTHER", autocompletion=_labels, help="The other labels.")]
StoreFolder = Annotated[
    Place,
    typer.Option(
        "--store",
        envvar=_STORE_VARIABLE,
        metavar="DIR",
        parser=place,
        callback=_store,
        help="The folder or URL of the store.",
    ),
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
Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="EXPR",
        help="Analyse only transfers that meet this SQL condition, like \"direction = 'upload' AND bytes > 1000000\".",
    ),
]
LabelFrom = Annotated[
    str | None,
    typer.Option(
        "--label-from",
        metavar="COLUMN",
        autocompletion=_columns,
        help="Take the labels from this column of the tidy table, like peer, client or direction.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="COLUMN",
        autocompletion=_columns,
        help="Describe each value of this column of the tidy table on its own, like peer.",
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
    list[str] | None,
    typer.Option(
        "--size", metavar="SIZE", autocompletion=_sizes, help="Analyse only this file size, like 100KB; repeatable."
    ),
]
Confidence = Annotated[
    str,
    typer.Option(
        "--confidence",
        metavar="LEVEL",
        help="Set the confidence of intervals, 1 − α of tests, like 0.95 or 95%.",
    ),
]
AsPrinted = Annotated[
    bool,
    typer.Option("--as-printed", help="Analyse the seconds as printed, without the precision of the printed rate."),
]
Label = Annotated[
    str | None,
    typer.Option("--label", metavar="NAME", help="Set the label of every transfer in these logs."),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Read the logs in this encoding, like cp866; default: detected.",
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(
        "--time-zone",
        metavar="ZONE",
        help="Read local times of server logs in this time zone, like Europe/Berlin or +01:00, and show hours and days "
        "in it; default: this machine's.",
    ),
]
FormatOf = Annotated[
    str | None,
    typer.Option(
        "--format-of",
        metavar="NAME",
        help="Read the logs as this format of docs/formats.md, like proftpd-xferlog, or as a transcript; default: "
        "detected.",
    ),
]
LogFormat = Annotated[
    str | None,
    typer.Option(
        "--log-format",
        metavar="FORMAT",
        help="Read ProFTPD's ExtendedLog with this LogFormat of the server's configuration.",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="TIDY=NAME,...",
        help="Name the columns of tables (CSV, JSON, Parquet), like seconds=time_total,bytes=size; repeatable.",
    ),
]
Personal = Annotated[
    bool, typer.Option("--personal", help="Show names of files, users and hosts, which are personal data.")
]
Anonymize = Annotated[
    bool,
    typer.Option(
        "--anonymize",
        help="Keep a keyed hash in place of each file name and peer, and no text of servers; the key is that of "
        f"--key-file or {KEY_VARIABLE}.",
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="FILE", help="Read the key of --anonymize from this file: 16 bytes or more."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Share the work among this many processes of this machine."),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Share the work among the workers of the Dask cluster with this scheduler, like tcp://scheduler:8786.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="List the logs that would be read, and read none.")]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="Write this format; default: by the suffix of FILE."),
]
Output = Annotated[
    Place | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        parser=place,
        help="Write to this file or URL, like answer.json; - is standard output.",
    ),
]
Margins = Annotated[
    list[str],
    typer.Option(
        "--margin",
        metavar="[SIZE=]MARGIN",
        help="Set the margin, like 5% of the mean, 20ms or 0.2s; with a size in front that of this size, like "
        "100KB=20%; repeatable.",
    ),
]
Method = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="METHOD",
        autocompletion=_one_of(*METHODS),
        help="Use this method: contrast, or thesis (adds its rule, whether the intervals overlap).",
    ),
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="GATE",
        autocompletion=_one_of(*GATES),
        help=f"Exit with status 3 if a verdict is {', '.join(VERDICTS)}, if a label is shown to be slower by more than "
        "the margin (slower-by-margin; best for CI), if it has more failures than the reference (failures), or if "
        "transfers are missing (missing; part of every gate); repeatable.",
    ),
]
Require = Annotated[
    list[str] | None,
    typer.Option(
        "--require",
        metavar="CLAIM",
        autocompletion=_one_of(*REQUIRED),
        help="Exit with status 3 unless every label is shown not to be slower by the margin or more (not-slower).",
    ),
]
MaxFailureRate = Annotated[
    str | None,
    typer.Option(
        "--max-failure-rate",
        metavar="SHARE",
        help="Exit with status 3 if more than this share of a label's transfers failed, like 5%.",
    ),
]
Summaries = Annotated[
    str | None,
    typer.Option(
        "--summaries",
        metavar="FILE",
        help="Compare the summaries in this CSV file instead, with a row per label and size: label, size, n, mean, and "
        "sd, k1s, or ci_low and ci_high; see docs/papers.md.",
    ),
]
AssumedInflation = Annotated[
    str | None,
    typer.Option(
        "--inflation",
        metavar="FACTOR",
        help="With --summaries, assume that autocorrelation multiplies the variance of a mean by this factor, like "
        "2.5; default: 1.",
    ),
]
AssumedRunSd = Annotated[
    str | None,
    typer.Option(
        "--run-sd",
        metavar="SPREAD",
        help="With --summaries, assume that runs of one label vary with this standard deviation, like 3% of the mean "
        "or 2ms; default: not at all.",
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
PlanLabels = Annotated[
    list[str] | None,
    typer.Argument(metavar="LABEL", autocompletion=_labels, help="Labels, each against the first; default: all."),
]
PlanMargins = Annotated[
    list[str] | None,
    typer.Option(
        "--margin",
        metavar="[SIZE=]MARGIN",
        help="Plan to show equal platforms to be equivalent within this margin, like 5%, 20ms or 100KB=20%; default: "
        "5%; repeatable.",
    ),
]
PURPOSES = ("compare", "scaling", "history")
Purpose = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="QUESTION",
        autocompletion=_one_of(*PURPOSES),
        help="Plan for what is to be asked: compare; scaling, precise lines; history, steps that are found.",
    ),
]
LatencyMargin = Annotated[
    str | None,
    typer.Option(
        "--latency-margin",
        metavar="MARGIN",
        help="For scaling: plan for a latency within this margin, like 10% or 2ms; default: that of --margin.",
    ),
]
EXPERIMENTS = 500
Simulate = Annotated[
    bool,
    typer.Option(
        "--simulate",
        help=f"Simulate {EXPERIMENTS} experiments of the planned size at several true differences, with the spread at "
        "hand: how often each verdict would come.",
    ),
]
SimulationSeed = Annotated[int, typer.Option("--seed", min=0, help="Set the seed of --simulate.")]
PlanRequire = Annotated[
    str | None,
    typer.Option(
        "--require",
        metavar="CLAIM",
        autocompletion=_one_of(*REQUIRED),
        help="Plan to show that an equal platform is not slower by the margin or more instead (not-slower).",
    ),
]
Difference = Annotated[
    str | None,
    typer.Option(
        "--difference", metavar="SIZE", help="Plan to detect a difference of this size instead, like 5% or 2ms."
    ),
]
Power = Annotated[
    str | None,
    typer.Option(
        "--power",
        metavar="CHANCE",
        help="Set the power of the test, like 0.9 or 90%; default: that of --confidence.",
    ),
]
GivenSd = Annotated[
    str | None,
    typer.Option(
        "--sd",
        metavar="TIME",
        help="Plan without a log, from this standard deviation of single transfers, like 2ms.",
    ),
]
GivenMean = Annotated[
    str | None,
    typer.Option(
        "--mean",
        metavar="TIME",
        help="Set the mean time of a transfer without a log, like 100ms; a relative margin needs it.",
    ),
]
GivenRunSd = Annotated[
    str | None,
    typer.Option(
        "--run-sd",
        metavar="TIME",
        help="Plan without a log, from this standard deviation of run means, like 3ms.",
    ),
]
Inflation = Annotated[
    str | None,
    typer.Option(
        "--inflation",
        metavar="FACTOR",
        help="Multiply the variance of a mean by this factor for autocorrelation, like 2.5; needs --sd; default: 1.",
    ),
]
ReportLabels = Annotated[
    list[str] | None,
    typer.Argument(metavar="LABEL", help="Labels, each compared with the first; default: all."),
]
ReportTitle = Annotated[
    str | None, typer.Option("--title", metavar="TEXT", help="Set the heading; default: the labels.")
]
ReportFile = Annotated[
    Place | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        parser=place,
        help="Write to this file; default: report.html, or standard output for markdown; - is standard output.",
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]
Figure = Annotated[
    Place | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        parser=place,
        help="Write to this file; default: named after the figure; - is stdout.",
    ),
]
Unit = Annotated[
    str,
    typer.Option(
        "--unit",
        metavar="UNIT",
        autocompletion=_one_of(*UNITS),
        help=f"Give differences as time (s), with throughput beside it, or as throughput: {', '.join(UNITS)}.",
    ),
]
Grouping = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="WHAT",
        autocompletion=_one_of(*BY),
        help=f"Group the transfers of each label by this: {', '.join(BY)}.",
    ),
]
HistoryBy = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="WHAT",
        autocompletion=_one_of(*HISTORY_BY),
        help="Take each run as a point of the history, or each day (the mean of its run means): run or day.",
    ),
]
FalseAlarmRate = Annotated[
    str,
    typer.Option(
        "--false-alarm-rate",
        metavar="SHARE",
        help="Find a change in at most this share of histories that have none, like 1%.",
    ),
]
FailOnChange = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="GATE",
        autocompletion=_one_of(*CHANGE_GATES),
        help="change: exit with status 3 if the newest level is slower than the one before.",
    ),
]
RateUnit = Annotated[
    str,
    typer.Option(
        "--unit", metavar="UNIT", autocompletion=_one_of(*RATES), help=f"Give rates in this unit: {', '.join(RATES)}."
    ),
]
At = Annotated[
    list[str] | None,
    typer.Option("--at", metavar="SIZE", help="Predict the mean time of files of this size, like 1MB; repeatable."),
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show every warning in full, with what to do about it.")]
Log = Annotated[bool, typer.Option("--log", help="Draw on logarithmic axes.")]
FromZero = Annotated[bool, typer.Option("--from-zero", help="Start axes at zero, and do not break them.")]
Width = Annotated[
    str | None, typer.Option("--width", metavar="LENGTH", help="Set the width of a page, like 89mm, 9cm or 3.5in.")
]
Height = Annotated[str | None, typer.Option("--height", metavar="LENGTH", help="Set the height of a page, likewise.")]
FontSize = Annotated[
    str | None,
    typer.Option("--font-size", metavar="POINTS", help="Set the size of letters in points; default: 7, titles 9."),
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Write this above the figure.")]
Caption = Annotated[
    str | None,
    typer.Option(
        "--caption", metavar="TEXT", help="Write this below the figure, or none; default: what the figure shows."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
QuietAnswer = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Print errors only, and what gates matched; of markdown and latex, the tables without notes. A file is "
        "written as without.",
    ),
]


def key_of(key_file: Path | None, *, is_wanted: bool) -> bytes | None:
    """
    Return the key that names are hashed by; None where they are not.

    Raises
    ------
    UsageError
        If there is none, or one that is not wanted.
    MachineError
        If its file cannot be read.
    """
    if not is_wanted:
        if key_file is not None:
            raise UsageError("--key-file is the key of --anonymize; add that")
        return None
    if key_file is None:
        key = os.environb.get(KEY_VARIABLE.encode(), b"")
        source = KEY_VARIABLE
    else:
        key, source = _key_in(key_file), f"--key-file {key_file}"
    if not key:
        what = "is empty" if key_file else "is not set"
        raise UsageError(f"--anonymize needs a key: {source} {what}; `head -c 32 /dev/urandom > FILE` makes one")
    return key


def _key_in(file: Path) -> bytes:
    try:
        return file.read_bytes().rstrip(b"\r\n")  # which an editor adds
    except OSError as error:
        raise MachineError(f"--key-file {file}: cannot be read: {error.strerror}") from error


def format_of(wanted: str | None, output: Place | None, fitting: Sequence[str], default: str | None = None) -> str:
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


def _is_device(output: Place) -> bool:
    """Whether output goes to a device like /dev/null, whose name stands for no format."""
    return not is_url(output) and (output.is_char_device() or output.is_fifo())
