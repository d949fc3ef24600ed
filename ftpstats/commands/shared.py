"""What every command does with its input and its output. The one place that prints."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

from ftpstats import options as opt
from ftpstats.errors import InputError, MachineError, SelectionError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ftpstats.analysis.sample import Sample
    from ftpstats.analysis.summary import Summary
    from ftpstats.manifest import Manifest
    from ftpstats.present.answers import Answer

__all__ = [
    "Transfers", "asked_for", "complain", "deliver", "described", "each", "exit_if_any", "labels_named", "logs_named",
    "opened", "remark", "samples_named", "screen", "summaries_of", "transfers_of", "write",
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
    from ftpstats.present.terminal import render

    color = output in {None, opt.STDOUT} and sys.stdout.isatty() and "NO_COLOR" not in os.environ
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
                raise UsageError(f"--output {output}: is one of the logs to read; name another file")
    return found


def _is_same_file(log: str | int, output: Path) -> bool:
    try:
        return os.path.samestat(os.stat(log), output.stat())  # noqa: PTH116 - it takes a descriptor too
    except (OSError, ValueError):  # no such log: reading it says so
        return False


@dataclass(frozen=True, slots=True)
class Transfers:
    """The transfers that a question is about, each once; the experiments that they are of; what was bad about logs."""

    rows: "pd.DataFrame"
    manifests: Mapping[str, "Manifest"]
    bad: Sequence[InputError]

    @property
    def sources(self) -> list[str]:
        """The logs that they are from."""
        return sorted(self.rows["source"].unique())


def transfers_of(logs: list[str] | None, store: Path, source: str | None, output: Path | None) -> Transfers:
    """Return the transfers that a question is about, from logs or from the store."""
    from ftpstats.store import Store
    from ftpstats.table import distinct_transfers, to_pandas

    if not logs:
        return Transfers(to_pandas(Store(store).read(source)), Store(store).manifests(), [])
    if source is not None:
        raise UsageError("--source picks among the store's logs; --from already names the logs")
    from ftpstats.logs.reader import read_log
    from ftpstats.manifest import manifest_beside

    found: list[pl.DataFrame] = []
    names = logs_named(logs, output)
    bad = each(names, lambda name: found.append(read_log(name)[0]))
    if not found:
        exit_if_any(bad)
    known = {rows["source"][0]: manifest_beside(rows["source"][0]) for rows in found}
    return Transfers(to_pandas(distinct_transfers(found)), {n: m for n, m in known.items() if m}, bad)


def labels_named(transfers: Transfers, names: Sequence[str]) -> list[str]:
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


def summaries_of(
    transfers: Transfers,
    labels: list[str] | None,
    sizes: list[int] | None,
    confidence: float,
    as_printed: bool,
) -> list["Summary"]:
    """Describe the samples asked for."""
    return described(transfers, samples_named(transfers, labels, sizes, as_printed), confidence)


def samples_named(
    transfers: Transfers, labels: list[str] | None, sizes: list[int] | None, as_printed: bool
) -> list["Sample"]:
    """Return the samples asked for."""
    from ftpstats.analysis.select import samples

    known = labels_named(transfers, labels) if labels else None
    return samples(transfers.rows, known, sizes or (), as_printed=as_printed)


def described(transfers: Transfers, chosen: Sequence["Sample"], confidence: float) -> list["Summary"]:
    """Describe samples, and say where the experiments that they are of differ."""
    from ftpstats.analysis.settings import with_settings
    from ftpstats.analysis.summary import summarise

    everyone = [one.label for one in chosen]
    found = [summarise(one, confidence) for one in chosen]
    return with_settings(found, lambda _: everyone, transfers.rows, transfers.manifests)


def deliver(answer: "Answer", sources: Sequence[str], form: str, output: Path | None) -> None:
    """Write an answer, about these logs, in the form asked for."""
    from ftpstats.present import export

    if form == "csv" and answer.beyond_rows:
        complain("CSV holds one line to each result; --format json has the details and tests as well")
    if form == "table":
        write(screen(answer.parts, output), output)
    else:
        content = export.document(sources, **answer.content)
        write(export.answer(form, content, answer.rows, answer.tables, answer.notes), output)
