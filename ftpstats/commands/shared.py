"""What every command does with its input and its output. The one place that prints."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

from ftpstats.commands import options as opt
from ftpstats.errors import InputError, MachineError, SelectionError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from ftpstats.analysis.sample import Sample
    from ftpstats.analysis.summary import Summary
    from ftpstats.logs.identity import OnDoubt
    from ftpstats.manifest import Manifest
    from ftpstats.present.answers import Answer

__all__ = [
    "Question", "Which", "ask", "asked_for", "complain", "deliver", "each", "exit_if_any", "logs_named", "on_doubt",
    "opened", "remark", "screen", "write",
]  # fmt: skip


def complain(message: str) -> None:
    """Say what is wrong, or what is being done, in one line beside the answer."""
    remark(f"ftpstats: {message}")


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


def remark(text: str) -> None:
    """Write on standard error. Whether anybody can read it there is no reason to stop."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


@contextmanager
def opened(output: Path | None) -> Iterator[BinaryIO]:
    """Open the file to write to, or standard output."""
    file = None if output == opt.STDOUT else output
    try:
        with file.open("wb") if file else os.fdopen(os.dup(sys.stdout.fileno()), "wb") as target:
            yield target
    except BrokenPipeError:
        raise
    except OSError as error:
        raise MachineError(f"{file or 'standard output'}: cannot be written: {error.strerror}") from error


def write(content: str | bytes, output: Path | None) -> None:
    """Write an answer."""
    with opened(output) as target:
        # A file name may hold bytes that are no UTF-8; the escape is one in JSON too.
        target.write(content.encode(errors="backslashreplace") if isinstance(content, str) else content)


def screen(parts: Sequence[Any], output: Path | None) -> str:
    """Lay an answer out in the terminal's width, coloured where there is a terminal."""
    from ftpstats.present.terminal import is_dumb, render

    is_screen = output in {None, opt.STDOUT} and sys.stdout.isatty()
    color = is_screen and "NO_COLOR" not in os.environ and not is_dumb()
    return render(parts, width=shutil.get_terminal_size((120, 24)).columns, color=color)


def each(names: Sequence[str], work: Callable[[str], None]) -> list[InputError]:
    """Do the work for every input; a bad one does not keep the others from being done. Return what was bad."""
    bad = []
    for name in names:
        try:
            work(name)
        except InputError as error:
            bad.append(error)
    return bad


def exit_if_any(bad: Sequence[InputError]) -> None:
    """Say what was bad, and exit with 1."""
    for error in bad:
        complain(str(error))
    if bad:
        raise typer.Exit(1)


def logs_named(names: Sequence[str], output: Path | None = None) -> list[str]:
    """Return the logs that arguments name, each once, none of them the output; Ctrl-C ends the reading of one."""
    from ftpstats.logs.source import STDIN, find_logs

    # Importing Polars makes the system begin an interrupted read again: a pipe or a terminal could not be left.
    signal.siginterrupt(signal.SIGINT, True)
    found = find_logs(names)
    if output is not None and output.is_file():  # a terminal may be both
        for name in found:
            if _is_same_file(0 if name == STDIN else name, output):
                raise UsageError(f"--output {output}: is one of the input logs; name another file")
    return found


def _is_same_file(log: str | int, output: Path) -> bool:
    try:
        return os.path.samestat(os.stat(log), output.stat())  # noqa: PTH116 - it takes a descriptor too
    except (OSError, ValueError):  # no such log: reading it says so
        return False


def on_doubt(same: bool | None) -> "OnDoubt":
    """Return what --same, --distinct or neither of them says of logs that may be copies."""
    return "say" if same is None else "same" if same else "distinct"


@dataclass(frozen=True, slots=True)
class Which:
    """Which transfers a question is about, as options say it: those of logs, or of the store."""

    logs: list[str] | None
    label: str | None
    encoding: str | None
    store: Path
    source: str | None
    same: bool | None
    clients: list[str] | None

    @property
    def on_doubt(self) -> "OnDoubt":
        """What is done with logs that may be copies."""
        return on_doubt(self.same)


@dataclass(frozen=True, slots=True)
class Transfers:
    """
    The transfers that a question is about, each once; the experiments that they are of.

    And what was bad about logs, and which of them were taken for copies.
    """

    rows: "pl.DataFrame"
    manifests: Mapping[str, "Manifest"]
    bad: Sequence[InputError]
    copies: Sequence[str]

    @property
    def sources(self) -> list[str]:
        """The logs that they are from."""
        import polars as pl

        return sorted(self.rows["source"].unique().cast(pl.String))


def transfers_of(which: Which, output: Path | None, labels: Sequence[str] | None = None) -> Transfers:
    """Return the transfers that a question is about, from logs or from the store; there only those of these labels."""
    from ftpstats.analysis.attempts import with_schedules
    from ftpstats.analysis.select import of_clients

    found = _from_logs(which, output) if which.logs else _from_store(which, labels)
    rows = of_clients(found.rows, which.clients) if which.clients else found.rows
    return replace(found, rows=with_schedules(rows, found.manifests))


def _from_store(which: Which, labels: Sequence[str] | None) -> Transfers:
    from ftpstats.analysis.select import COLUMNS
    from ftpstats.present.copies import copies_said
    from ftpstats.store import Store

    for option, given in (("--label", which.label), ("--encoding", which.encoding)):
        if given is not None:
            raise UsageError(
                f"{option} is about logs that --from reads; those of the store have it from `ingest {option}`"
            )
    store = Store(which.store)
    needed = _needed(store.labels(which.source), labels or ())
    found = store.read(which.source, needed, which.on_doubt, COLUMNS)
    # `ingest` said which logs are copies, `store list` shows it; a doubt is said until it is decided.
    doubts = copies_said(found.names, replace(found.copies, copies=()))
    return Transfers(found.rows, store.manifests(), [], doubts)


def _needed(known: Sequence[str | None], names: Sequence[str]) -> list[str | None] | None:
    """Return the labels that names may mean, whatever their case; None, for all, where one means none of them."""
    meant = [[label for label in known if label and label.casefold() == name.casefold()] for name in names]
    return [label for labels in meant for label in labels] if meant and all(meant) else None


def _from_logs(which: Which, output: Path | None) -> Transfers:
    from ftpstats.logs.together import read_logs
    from ftpstats.manifest import manifest_beside
    from ftpstats.present.copies import copies_said

    if which.source is not None:
        raise UsageError("--source picks among the store's logs; --from already names the logs")
    labels = [_labelled(text, which.label) for text in which.logs or ()]
    labelled = [(name, label) for label, text in labels for name in logs_named([text], output)]
    found = read_logs(dict.fromkeys(labelled), encoding=which.encoding, on_doubt=which.on_doubt)
    if not found.names:
        exit_if_any(found.bad)
    known = {name: manifest_beside(name) for name in found.names}
    said = copies_said(found.names, found.copies)
    return Transfers(found.rows, {n: m for n, m in known.items() if m}, found.bad, said)


def _labelled(text: str, label: str | None) -> tuple[str | None, str]:
    """Return the label that --from gives, and the log that it names: NAME=LOG, where no log has that whole name."""
    name, equals, log = text.partition("=")
    if not equals or os.path.exists(text) or glob(text):  # noqa: PTH110, PTH207 - text of any length, any pattern
        return label, text
    if not name.strip() or not log:
        raise UsageError(f"--from {text}: write NAME=FILE or FILE")
    return name.strip(), log


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of which transfers: labels as the table writes them (None is all), sizes, and which times count."""

    transfers: Transfers
    labels: list[str] | None
    sizes: Sequence[int]
    as_printed: bool

    def samples(self) -> list["Sample"]:
        """Return the samples asked about."""
        from ftpstats.analysis.select import samples

        return samples(self.transfers.rows, self.labels, self.sizes, as_printed=self.as_printed)

    def described(self, chosen: Sequence["Sample"], confidence: float) -> list["Summary"]:
        """Describe samples, and say where the experiments that they are of differ."""
        from ftpstats.analysis.settings import with_settings
        from ftpstats.analysis.summary import summarise_together

        everyone = [one.label for one in chosen]
        found = summarise_together(chosen, confidence)
        return with_settings(found, lambda _: everyone, self.transfers.rows, self.transfers.manifests)


def ask(
    which: Which,
    labels: list[str] | None,
    sizes: list[int] | None,
    output: Path | None,
    *,
    as_printed: bool,
    quiet: bool = False,
) -> Question:
    """Return the question that options ask; say what was taken for a copy, unless all is to be quiet."""
    transfers = transfers_of(which, output, labels)
    for line in () if quiet else transfers.copies:
        complain(line)
    return Question(transfers, _labels_named(transfers, labels) if labels else None, sizes or (), as_printed)


def _labels_named(transfers: Transfers, names: Sequence[str]) -> list[str]:
    """Return the labels that arguments mean."""
    from ftpstats.analysis.select import find_labels

    found = []
    for name in names:
        try:
            found += find_labels(transfers.rows, [name])
        except SelectionError:
            if os.path.isfile(name):  # noqa: PTH113 - unlike Path's, it takes a name of any length
                raise UsageError(f"'{name}' is a file, not a label; to analyse a log write --from {name}") from None
            raise
    return found


def deliver(answer: "Answer", sources: Sequence[str], form: str, output: Path | None, *, quiet: bool = False) -> None:
    """Write an answer, about these logs, in the form asked for; only to a file where all else is to be quiet."""
    from ftpstats.present import export

    if quiet and output in {None, opt.STDOUT}:
        return
    if form == "csv" and answer.beyond_rows:
        complain("CSV contains one line per result; use --format json for details and tests")
    if form == "table":
        write(screen(answer.parts, output), output)
    else:
        content = export.document(sources, **answer.content)
        write(export.answer(form, content, answer.rows, answer.tables, answer.notes), output)
