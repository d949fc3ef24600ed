"""What every command does with its input and its output."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import typer

import ftpstats
from ftpstats.commands import options as opt
from ftpstats.commands.remarks import complain, stop_waiting
from ftpstats.errors import InputError, MachineError, UsageError
from ftpstats.places import Place, is_url, writing

if TYPE_CHECKING:
    from ftpstats.api.results import Results
    from ftpstats.api.sources import Transfers

__all__ = [
    "OF_LOGS", "Shown", "ShownFigure", "ShownReport", "Which", "asked_for", "deliver", "exit_if_any", "interruptible",
    "leave_pipe", "opened", "refuse_overwriting", "screen", "write",
]  # fmt: skip


_COLUMNS = 80  # where nothing says how wide a terminal is

# What names logs, and what takes their place.
OF_LOGS = {
    "labels": "LABEL", "logs": "--from", "label": "--label", "encoding": "--encoding",
    "time_zone": "--time-zone", "format_of": "--format-of", "log_format": "--log-format", "columns": "--columns",
    "store": "--store", "source": "--source", "same": "--same or --distinct", "client": "--client", "size": "--size",
    "where": "--where", "label_from": "--label-from", "as_printed": "--as-printed",
}  # fmt: skip


def asked_for(ctx: typer.Context, options: Mapping[str, str]) -> list[str]:
    """
    Return which of these were written on the command line.

    Parameters
    ----------
    ctx : Context
        The command's. The environment may name a store for every command: that is not asked for here.
    options : Mapping
        By a parameter's name, what it is called in messages.
    """
    return [
        word for name, word in options.items() if getattr(ctx.get_parameter_source(name), "name", None) == "COMMANDLINE"
    ]


@contextmanager
def opened(output: Place | None) -> Iterator[BinaryIO]:
    """Open the file to write to, or standard output."""
    stop_waiting()
    file = None if output == opt.STDOUT else output
    try:
        with writing(file) if file else os.fdopen(os.dup(sys.stdout.fileno()), "wb") as target:
            yield target
    except BrokenPipeError:
        leave_pipe()
    except OSError as error:
        raise MachineError(f"{file or 'standard output'}: cannot be written: {error.strerror}") from error


def leave_pipe() -> NoReturn:
    """End quietly: whoever read us has had enough. Without this, Python would complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(0)


def write(content: str | bytes, output: Place | None) -> None:
    """Write an answer."""
    with opened(output) as target:
        # A file name may hold bytes that are no UTF-8; the escape is one in JSON too.
        target.write(content.encode(errors="backslashreplace") if isinstance(content, str) else content)


def screen(parts: Sequence[Any], output: Place | None, *, is_verbose: bool = False) -> str:
    """Lay an answer out in the terminal's width, coloured where there is a terminal, in the characters that it has."""
    from ftpstats.present.terminal import Screen, is_ascii, is_dumb, render

    is_screen = output in {None, opt.STDOUT} and sys.stdout.isatty()
    # FORCE_COLOR is for `| less -R`; see https://force-color.org and https://no-color.org.
    color = "NO_COLOR" not in os.environ and ("FORCE_COLOR" in os.environ or (is_screen and not is_dumb()))
    return render(parts, Screen(_columns(), color=color, is_ascii=is_ascii(), is_verbose=is_verbose))


def _columns() -> int:
    """Return the width of the terminal: also where standard output leads to a pager on it."""
    if os.environ.get("COLUMNS", "").isdecimal():
        return int(os.environ["COLUMNS"]) or _COLUMNS
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        with suppress(OSError, ValueError, AttributeError):
            return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    return _COLUMNS


def exit_if_any(bad: Sequence[InputError]) -> None:
    """Say what was bad, and exit with 1."""
    for error in bad:
        complain(str(error))
    if bad:
        raise typer.Exit(1)


def interruptible() -> None:
    """Let Ctrl-C end the reading of a log that comes from a pipe or a terminal."""
    # Importing Polars makes the system begin an interrupted read again: a pipe or a terminal could not be left.
    signal.siginterrupt(signal.SIGINT, True)


def refuse_overwriting(logs: Iterable[str], output: Place | None) -> None:
    """Refuse an output that is one of the logs."""
    if output is not None and is_url(output):
        if str(output) in {*logs}:
            raise UsageError(f"--output {output}: is one of the input logs; name another file")
        return
    if output is None or not output.is_file():  # a terminal may be both
        return
    for name in logs:
        if _is_same_file(0 if name == "-" else name, output):
            raise UsageError(f"--output {output}: is one of the input logs; name another file")


def _is_same_file(log: str | int, output: Place) -> bool:
    try:
        return os.path.samestat(os.stat(log), os.stat(str(output)))  # noqa: PTH116 - it takes a descriptor too
    except (OSError, ValueError):  # no such log: reading it says so
        return False


@dataclass(frozen=True)
class Which:
    """Which transfers a question is about: of logs, or of the store; of which clients and sizes; and which times."""

    logs: opt.From = None
    label: opt.Label = None
    encoding: opt.Encoding = None
    time_zone: opt.TimeZone = None
    format_of: opt.FormatOf = None
    log_format: opt.LogFormat = None
    columns: opt.Columns = None
    store: opt.StoreFolder = opt.DEFAULT_STORE
    source: opt.Source = None
    same: opt.Same = None
    client: opt.Clients = None
    size: opt.Sizes = None
    where: opt.Where = None
    label_from: opt.LabelFrom = None
    as_printed: opt.AsPrinted = False

    def transfers(self, output: Place | None, *, has_hours: bool = False) -> "Transfers":
        """Return what the library is asked about; the output is none of the logs. A zone may be one of hours only."""
        interruptible()
        if not self.logs:
            for option, given in self._of_logs():
                if given is not None and not (has_hours and option == "--time-zone"):
                    raise UsageError(
                        f"{option} is about logs that --from reads; those of the store have it from `ingest {option}`"
                    )
            return ftpstats.open_store(self.store, source=self.source, same=self.same)
        if self.source is not None:
            raise UsageError("--source picks among the store's logs; --from already names the logs")
        logs = ftpstats.Logs(
            self.logs,
            self.label,
            self.encoding,
            self.same,
            skip_bad=True,
            time_zone=self.time_zone,
            format_of=self.format_of,
            log_format=self.log_format,
            columns=self.columns,
        )
        refuse_overwriting([name for name, _ in logs.files()], output)
        return logs

    def _of_logs(self) -> tuple[tuple[str, str | list[str] | None], ...]:
        """Return the options that are about logs, not about the store."""
        return (
            ("--label", self.label),
            ("--encoding", self.encoding),
            ("--time-zone", self.time_zone),
            ("--format-of", self.format_of),
            ("--log-format", self.log_format),
            ("--columns", self.columns),
        )

    def asked(self) -> dict[str, Any]:
        """Return what else the library calls these options."""
        names = ("size", "client", "where", "label_from", "as_printed")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Shown:
    """In which form an answer is shown, and where."""

    format_: opt.Format = None
    output: opt.Output = None
    verbose: opt.Verbose = False
    quiet: opt.QuietAnswer = False

    def table_form(self, *, has_gates: bool = False) -> str:
        """Return the form asked for, of those that a table of results has, or comparisons with gates."""
        from ftpstats.present.export import GATE_FORMATS, TABLE_FORMATS

        return opt.format_of(self.format_, self.output, GATE_FORMATS if has_gates else TABLE_FORMATS)


@dataclass(frozen=True)
class ShownFigure:
    """How a figure looks, in which form it is written, and where."""

    width: opt.Width = None
    height: opt.Height = None
    font_size: opt.FontSize = None
    title: opt.Title = None
    caption: opt.Caption = None
    format_: opt.Format = None
    output: opt.Figure = None
    verbose: opt.Verbose = False
    quiet: opt.Quiet = False

    def page(self) -> dict[str, Any]:
        """Return what the library calls the options of the page."""
        return {name: getattr(self, name) for name in ("width", "height", "font_size", "title", "caption")}


@dataclass(frozen=True)
class ShownReport:
    """In which form a report is written, where, and whether it is opened."""

    format_: opt.Format = None
    output: opt.ReportFile = None
    open_: opt.Open = False
    quiet: opt.Quiet = False


def deliver(found: "Results[Any]", form: str, shown: Shown, remarks: Sequence[str] = ()) -> None:
    """
    Write an answer in the form asked for, and say what was bad.

    Where all else is to be quiet, only documents are printed, without their notes; a file is written whatever its form.

    Parameters
    ----------
    found : Results
    form : str
    shown : Shown
    remarks : sequence of str
        To be said below it, quiet or not.
    """
    for note in () if shown.quiet else found.notes:
        complain(note)
    # Who names a form wants it, quiet or not: a gate's report that is empty would say nothing.
    is_wanted = form != "table" and shown.format_ is not None
    if is_wanted or not (shown.quiet and shown.output in {None, opt.STDOUT}):
        _deliver(found, form, shown)
    for line in remarks:
        complain(line)
    exit_if_any(found.errors)


def _deliver(found: "Results[Any]", form: str, shown: Shown) -> None:
    from ftpstats.present.export import answer_text

    if form == "table":
        write(screen(found.answer.parts, shown.output, is_verbose=shown.verbose), shown.output)
        return
    if form == "csv" and found.answer.beyond_rows:
        complain("CSV contains one line per result; use --format json for details and tests")
    write(answer_text(form, found.answer, found.inputs, has_notes=not shown.quiet), shown.output)
