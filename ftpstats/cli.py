"""The command line: options in, exit code out. The only module that prints and exits.

Heavy imports are made where they are used, so that `ftpstats --help` is instant.
"""

import gc
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO
from urllib.parse import quote

import typer
from typer.core import TyperGroup

from ftpstats import __version__
from ftpstats import options as opt
from ftpstats.errors import FtpstatsError, InputError, MachineError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ftpstats.analysis.compare import Comparison
    from ftpstats.analysis.summary import Summary
    from ftpstats.experiment.server import Address, ServerSettings
    from ftpstats.manifest import Manifest

__all__ = ["app", "main"]

GATE_TRIPPED = 3
INTERRUPTED = 130
_SHOWN_FILES = 5

# What a plan's duration is reckoned with: the thesis's link, and the start of a client.
_ASSUMED_RATE, _ASSUMED_SECONDS = 100e6 / 8, 0.02


class _Commands(TyperGroup):
    """The one place where our errors become one line and an exit status, and where arguments get their names."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as the class above declares it
        command = super().get_command(ctx, cmd_name)
        for argument in getattr(command, "params", ()):
            if argument.param_type_name == "argument":
                # Typer would write {FILE...}... and <list[str]>; a metavar says it as people write it.
                pieces, no_type = partial(_given, [argument.display_name_raw]), partial(_given, None)
                vars(argument).update(get_usage_pieces=pieces, display_type_rich=no_type)
        return command

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the class above declares it
        try:
            return super().invoke(ctx)
        except FtpstatsError as error:
            _complain(str(error))
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read us has had enough; without this, Python would complain when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


def _given(value: object, ctx: object) -> object:  # noqa: ARG001 - as Typer calls it
    return value


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help, in a third of the time
    pretty_exceptions_enable=False,
    help="Read file-transfer logs and say which platform is faster, by how much, and whether it matters.",
    epilog="Exit status: 0 fine, 1 an error, 2 wrong usage, 3 a gate of --fail-on tripped, 130 interrupted.",
)
plot = typer.Typer(cls=_Commands, no_args_is_help=True, help="Draw box plots, or means with intervals.")
app.add_typer(plot, name="plot")


def main() -> None:
    """Run the command line."""
    # A command is over before garbage would matter, and imports and blocks make much that lives: collect rarely.
    gc.set_threshold(50_000, 20, 100)
    try:
        app()
    except OSError as error:  # of --help and --version, which no command of ours writes
        _complain(f"standard output: cannot be written: {error.strerror}")
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"ftpstats {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


# --- what every command does with input and output --------------------------------------------------------------


def _complain(message: str) -> None:
    print(f"ftpstats: {message}", file=sys.stderr)


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Open the file to write to, or standard output."""
    file = None if output == opt.STDOUT else output
    try:
        with file.open("wb") if file else os.fdopen(os.dup(sys.stdout.fileno()), "wb") as target:
            yield target
    except BrokenPipeError:
        raise
    except OSError as error:
        raise MachineError(f"{file or 'standard output'}: cannot be written: {error.strerror}") from error


def _write(content: str | bytes, output: Path | None) -> None:
    with _opened(output) as target:
        # A file name may hold bytes that are no UTF-8; the escape is one in JSON too.
        target.write(content.encode(errors="backslashreplace") if isinstance(content, str) else content)


def _screen(parts: Sequence[Any], output: Path | None) -> str:
    """Lay an answer out in the terminal's width, coloured where there is a terminal."""
    from ftpstats.present.terminal import render

    color = output in {None, opt.STDOUT} and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return render(parts, width=shutil.get_terminal_size((120, 24)).columns, color=color)


def _each(names: Sequence[str], work: Callable[[str], None]) -> list[InputError]:
    """Do the work for every input; a bad one does not keep the others from being done. Return what was bad."""
    bad = []
    for name in names:
        try:
            work(name)
        except InputError as error:
            bad.append(error)
    return bad


def _exit_if_any(bad: Sequence[InputError]) -> None:
    for error in bad:
        _complain(str(error))
    if bad:
        raise typer.Exit(1)


def _logs(names: Sequence[str]) -> list[str]:
    """Return the logs that arguments name, each once; Ctrl-C ends the reading of one."""
    from ftpstats.logs.source import find_logs

    # Importing Polars makes the system begin an interrupted read again: a pipe or a terminal could not be left.
    signal.siginterrupt(signal.SIGINT, True)
    return find_logs(names)


def _transfers(logs: list[str] | None, store: Path, source: str | None) -> tuple["pd.DataFrame", list[InputError]]:
    """Return the transfers that a question is about, each once, and what was bad about any log."""
    from ftpstats.store import Store
    from ftpstats.table import distinct_transfers, to_pandas

    if not logs:
        return to_pandas(Store(store).read(source)), []
    if source is not None:
        raise UsageError("--source picks among the store's logs; --from already names the logs")
    from ftpstats.logs.reader import read_log

    found: list[pl.DataFrame] = []
    bad = _each(_logs(logs), lambda name: found.append(read_log(name)[0]))
    if not found:
        _exit_if_any(bad)
    return to_pandas(distinct_transfers(found)), bad


def _sources(transfers: "pd.DataFrame") -> list[str]:
    return sorted(transfers["source"].unique())


# --- reading logs -----------------------------------------------------------------------------------------------


@app.command()
def ingest(
    files: opt.Files,
    label: opt.Label = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    quiet: opt.Quiet = False,
) -> None:
    """
    Put logs into the store.

    Doing it again changes nothing: each transfer is counted once, whatever file it comes in.
    """
    from ftpstats.store import Store
    from ftpstats.units import format_count

    def work(name: str) -> None:
        done = Store(store).ingest(name, label)
        odd = format_count(done.account.unparsed_lines, "line")
        told = f"; {odd} not understood: `ftpstats check {name}` says which" if done.account.unparsed_lines else ""
        replaced = f"; they replace {done.replaced} under other labels" if done.replaced else ""
        if not quiet:
            transfers = format_count(done.transfers, "transfer")
            _write(f"{name}: {transfers}, {done.new} of them new{replaced}{told}\n", None)

    _exit_if_any(_each(_logs(files), work))


@app.command()
def parse(files: opt.Files, label: opt.Label = None, format_: opt.Format = None, output: opt.Output = None) -> None:
    """
    Write the tidy rows of logs.

    Formats: table, csv, json, jsonl, parquet.
    """
    from ftpstats.present.export import ROW_FORMATS, write_rows
    from ftpstats.present.tables import rows_table

    form = opt.format_of(format_, output, ROW_FORMATS)
    names = _logs(files)
    bad: list[InputError] = []
    frames = _frames(names, label, bad)
    if form == "table":
        table = rows_table(frames)
        if table.rows:
            _write(_screen([table], output), output)
    else:
        with _opened(output) as target:
            write_rows(frames, form, f"read {', '.join(names)}", target)
    _exit_if_any(bad)


def _frames(names: Sequence[str], label: str | None, bad: list[InputError]) -> Iterator["pl.DataFrame"]:
    """Yield the rows of every log; what is wrong with one is kept, and the next is read."""
    from ftpstats.logs.reader import LogReader, require_transfers

    for name in names:
        reader, count = LogReader(name, label), 0
        try:
            for frame in reader.frames():
                count += frame.height
                yield frame
            require_transfers(count, name, reader.account.lines)
        except InputError as error:
            bad.append(error)


@app.command()
def check(files: opt.Files, format_: opt.Format = None, output: opt.Output = None) -> None:
    """
    Account for every line of a log.

    Shows what it holds and what is odd. Formats: table, json.
    """
    from ftpstats.logs.inspection import Inspection, inspect_log
    from ftpstats.logs.reader import require_transfers
    from ftpstats.present import export, tables

    form = opt.format_of(format_, output, ("table", "json"), default="table")
    found: list[Inspection] = []
    names = _logs(files)

    def work(name: str) -> None:
        found.append(inspect_log(name))
        require_transfers(found[-1].contents.height, name, found[-1].lines)

    bad = _each(names, work)
    if form == "json":
        _write(
            export.to_json(export.document(names, logs=[export.inspection_record(log) for log in found])),
            output,
        )
    else:
        _write(_screen([part for log in found for part in tables.inspection_parts(log)], output), output)
    _exit_if_any(bad)


# --- analysing transfers ----------------------------------------------------------------------------------------


@app.command()
def summary(
    labels: opt.Labels = None,
    logs: opt.From = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    size: opt.Sizes = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    as_printed: opt.AsPrinted = False,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Describe each label and file size.

    Mean with its interval, spread, normality, five numbers, box plot. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.present import export, tables

    form = opt.format_of(format_, output, export.TABLE_FORMATS)
    transfers, bad = _transfers(logs, store, source)
    found = _summaries(transfers, labels, size, confidence, as_printed)
    table = tables.summary_table(found, confidence)
    if form == "table":
        _write(_screen([table, *tables.warning_lines(found)], output), output)
    else:
        content = export.document(_sources(transfers), confidence=confidence, groups=export.records(found))
        _write(export.answer(form, content, "groups", table, tables.warning_notes(found)), output)
    _exit_if_any(bad)


def _summaries(
    transfers: "pd.DataFrame",
    labels: list[str] | None,
    sizes: list[int] | None,
    confidence: float,
    printed: bool,
) -> list["Summary"]:
    from ftpstats.analysis.select import find_labels, samples
    from ftpstats.analysis.summary import summarise

    known = find_labels(transfers, labels) if labels else None
    return [summarise(found, confidence) for found in samples(transfers, known, sizes or (), as_printed=printed)]


@app.command()
def compare(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="The label that the others are compared with.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="One label or more.")],
    logs: opt.From = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    size: opt.Sizes = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    margin: opt.MarginText = "5%",
    method: opt.Method = "contrast",
    as_printed: opt.AsPrinted = False,
    fail_on: opt.FailOn = None,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Say which label is faster, and by how much.

    Each label against the reference, per file size: equivalent, faster, slower or inconclusive, and how far the
    verdict reaches. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.analysis.compare import compare as compare_labels
    from ftpstats.analysis.select import find_labels
    from ftpstats.present import export, tables

    form = opt.format_of(format_, output, export.TABLE_FORMATS)
    limit = opt.parse_margin(margin)
    transfers, bad = _transfers(logs, store, source)
    known = find_labels(transfers, [reference, *others])
    found = compare_labels(transfers, known, size or (), confidence=confidence, margin=limit, as_printed=as_printed)
    table = tables.comparison_table(found, confidence)
    if method == "thesis":
        table = tables.thesis_table(found, _summaries(transfers, known, size, confidence, as_printed), confidence)
    if form == "table":
        sentences = "\n".join(tables.comparison_sentences(found, limit, confidence))
        _write(_screen([table, sentences, *tables.warning_lines(found)], output), output)
    else:
        settings = {"reference": known[0], "confidence": confidence, "margin": asdict(limit)}
        content = export.document(_sources(transfers), **settings, comparisons=export.records(found))
        _write(export.answer(form, content, "comparisons", table, tables.warning_notes(found)), output)
    _exit_if_any(bad)
    _gate(found, fail_on or [])


def _gate(found: Sequence["Comparison"], fail_on: Sequence[str]) -> None:
    """Exit with 3, and say why, where a verdict is one that the caller does not accept."""
    from ftpstats.present.tables import kind

    tripped = [c for c in found if c.verdict in fail_on]
    for c in tripped:
        _complain(f"--fail-on {c.verdict}: {c.label}, {kind(c.bytes, c.direction)}, against {c.reference}")
    if tripped:
        raise typer.Exit(GATE_TRIPPED)


# --- the experiment ---------------------------------------------------------------------------------------------


@app.command()
def run(
    targets: opt.Targets = None,
    client: opt.ClientName = "auto",
    times: opt.Times = 100,
    size: opt.TestSizes = None,
    file: opt.RemoteFiles = None,
    upload: opt.Upload = False,
    warm_up: opt.WarmUp = 0,
    pause: opt.Pause = 0.0,
    before: opt.Before = None,
    after: opt.After = None,
    order: opt.Order = "sequential",
    seed: opt.Seed = None,
    timeout: opt.Timeout = 600.0,
    parallel: opt.Parallel = 1,
    tls: opt.WithTls = False,
    certificate: opt.Certificate = None,
    insecure: opt.Insecure = False,
    user: opt.User = None,
    throttle: opt.Throttles = None,
    keep: opt.Keep = False,
    max_failures: opt.MaxFailures = None,
    resume: opt.Resume = False,
    dry_run: opt.DryRun = False,
    folder: opt.Folder = Path("ftp-experiment"),
    quiet: opt.Quiet = False,
) -> None:
    """
    Measure servers with a real FTP client.

    Transfers each file from each server so many times, and writes FTP.log and RESULT.log as the thesis's script did,
    and FTP.json, which says what was measured with what.
    """
    from ftpstats.experiment import setup
    from ftpstats.manifest import MANIFEST, Settings, read_manifest

    if resume:
        if targets:
            raise UsageError("--resume goes on with the experiment in --output; labels are known from there")
        _experiment(folder, read_manifest(folder / MANIFEST), True, user, max_failures, quiet)
        return
    if not targets:
        raise UsageError("name a label, like `ftpstats run baseline`, or servers, like `ftpstats run xen=192.168.1.3`")
    settings = Settings(
        times=times,
        warm_up=warm_up,
        order=order,
        seed=secrets.randbits(32) if seed is None else seed,
        upload=upload,
        parallel=parallel,
        tls=tls,
        certificate=str(certificate.resolve()) if certificate else None,
        checked=not insecure,
        timeout=timeout,
        pause=pause,
        before=before,
        after=after,
        keep=keep,
    )
    sizes = tuple(size or ()) if file else tuple(size or opt.DEFAULT_SIZES)
    servers = setup.find_targets(targets, opt.parse_throttles(throttle or ()))
    manifest = setup.new_manifest(servers, setup.Wanted(client, sizes, tuple(file or ()), settings))
    if dry_run:
        _write(_screen(_plan(manifest), None), None)
    else:
        _experiment(folder, manifest, False, user, max_failures, quiet)


def _plan(manifest: "Manifest") -> list[Any]:
    from ftpstats.experiment.plan import expected_seconds, steps
    from ftpstats.present.progress import plan_parts

    seconds = expected_seconds(manifest, _ASSUMED_RATE, _ASSUMED_SECONDS)
    return plan_parts(manifest, steps(manifest), seconds, "over a link of 100 Mbit/s")


def _experiment(
    folder: Path, manifest: "Manifest", resume: bool, user: str | None, max_failures: int | None, quiet: bool
) -> None:
    """Begin an experiment, or go on with the one in the folder; say in the end what became of it."""
    from ftpstats.experiment.journal import Journal
    from ftpstats.experiment.runner import run as run_experiment
    from ftpstats.experiment.setup import ready
    from ftpstats.present import progress

    try:
        with (
            _terminable(),
            ready(manifest, user) as rig,
            Journal.resumed(folder) if resume else Journal.began(folder, rig.manifest) as journal,
            progress.watching(sys.stderr, quiet=quiet) as report,
        ):
            if not quiet:
                _complain(f"client: {progress.client_words(manifest.client)}")
            tally = run_experiment(journal, rig.endpoints, rig.sources, max_failures=max_failures, report=report)
    except (KeyboardInterrupt, _Terminated):
        _complain(f"interrupted; `ftpstats run --resume --output {folder}` goes on")
        raise
    if not quiet:
        _write(_screen([progress.tally_table(tally), *progress.failure_lines(tally)], None), None)
    if max_failures is not None and tally.failed >= max_failures:
        raise MachineError(f"{tally.failed} transfers failed (--max-failures); `--resume --output {folder}` goes on")
    if not quiet:
        _write(f"{folder / 'FTP.log'}\n", None)
    if not tally.completed:
        raise MachineError(f"no transfer was completed; {folder / 'FTP.log'} says why")


class _Terminated(SystemExit):
    """SIGTERM, as an exception: what is open is closed, and the exit status says so."""


@contextmanager
def _terminable() -> Iterator[None]:
    def stop(number: int, _frame: object) -> None:
        raise _Terminated(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# --- figures ----------------------------------------------------------------------------------------------------


@plot.command()
def boxplot(
    labels: opt.Labels = None,
    logs: opt.From = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    size: opt.Sizes = None,
    as_printed: opt.AsPrinted = False,
    format_: opt.Format = None,
    output: opt.Figure = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Draw Hunt's box plots.

    Quartiles, median, minimum and maximum; no outliers are marked. Formats: png, svg, pdf.
    """
    from ftpstats.analysis.select import all_labels
    from ftpstats.present import figures, tables

    form = opt.format_of(format_, output, figures.FORMATS, default="png")
    transfers, bad = _transfers(logs, store, source)
    found = _summaries(transfers, labels, size, opt.DEFAULT_CONFIDENCE, as_printed)
    drawn = figures.render(figures.boxplot(found, all_labels(transfers)), form)
    warnings = [] if quiet else tables.warning_lines(found, without=("autocorrelated", "resolution-limited"))
    _write_figure(drawn, output or Path(f"boxplot.{form}"), warnings, quiet)
    _exit_if_any(bad)


@plot.command()
def means(
    labels: opt.Labels = None,
    logs: opt.From = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    size: opt.Sizes = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    as_printed: opt.AsPrinted = False,
    format_: opt.Format = None,
    output: opt.Figure = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Draw means with their intervals.

    The intervals are Student's t. Formats: png, svg, pdf.
    """
    from ftpstats.analysis.select import all_labels
    from ftpstats.present import figures, tables

    form = opt.format_of(format_, output, figures.FORMATS, default="png")
    transfers, bad = _transfers(logs, store, source)
    found = _summaries(transfers, labels, size, confidence, as_printed)
    drawn = figures.render(figures.means(found, confidence, all_labels(transfers)), form)
    warnings = [] if quiet else tables.warning_lines(found, without=("resolution-limited",))
    _write_figure(drawn, output or Path(f"means.{form}"), warnings, quiet)
    _exit_if_any(bad)


def _write_figure(drawn: bytes, output: Path, warnings: Sequence[str], quiet: bool) -> None:
    """Write a figure; say where it is, and on standard error what to be careful about in it."""
    _write(drawn, output)
    if not (output == opt.STDOUT or quiet):
        _write(f"{output}\n", None)
    for warning in warnings:
        print(warning, file=sys.stderr)


# --- the experiment ---------------------------------------------------------------------------------------------


@app.command()
def serve(
    host: opt.Host = "127.0.0.1",
    port: opt.Port = 2121,
    size: opt.TestSizes = None,
    root: opt.Root = None,
    user: opt.ServerUser = "ftpstats",
    writable: opt.Writable = False,
    tls: opt.ServerTls = False,
    throttle: opt.Throttle = None,
    latency: opt.Latency = None,
) -> None:
    """
    Serve files by FTP, to measure against.

    Read-only and on the loopback interface unless told otherwise, until Ctrl-C or SIGTERM. The password is that of
    the environment variable FTPSTATS_PASSWORD, else one made up and shown.
    """
    from ftpstats.experiment.files import temporary_files
    from ftpstats.experiment.server import Address, ServerSettings, until_terminated
    from ftpstats.experiment.server import serve as serve_files

    if root is not None and size:
        raise UsageError("--size makes files; --root serves those that are there")
    chosen = os.environ.get("FTPSTATS_PASSWORD")
    password = chosen or secrets.token_urlsafe(9)
    with until_terminated(), nullcontext(root) if root else temporary_files(size or opt.DEFAULT_SIZES) as folder:
        settings = ServerSettings(folder, user, password, host, port, writable, throttle, latency or 0.0, tls)

        def started(address: Address) -> None:
            shown = "$FTPSTATS_PASSWORD" if chosen else password
            _write(f"{_served(settings, address, shown)}; Ctrl-C stops it\n", None)

        serve_files(settings, started)


def _served(settings: "ServerSettings", address: "Address", password: str) -> str:
    """Say how to reach a server, and what it has."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    files = sorted((file for file in settings.root.iterdir() if file.is_file()), key=lambda file: file.stat().st_size)
    told = [
        f"AUTH TLS, certificate {address.certificate}; " if settings.tls else "",
        "writable: " if settings.writable else "read-only: ",
        ", ".join(file.name for file in files[:_SHOWN_FILES]) or "no file",
        f" and {len(files) - _SHOWN_FILES} more" if len(files) > _SHOWN_FILES else "",
    ]
    return f"ftp://{quote(settings.user)}:{password}@{host}:{address.port}/ ({''.join(told)})"
