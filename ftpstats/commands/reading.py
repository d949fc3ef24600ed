"""Commands that read logs: ingest, parse, check."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ftpstats.commands import options as opt
from ftpstats.commands.shared import each, exit_if_any, logs_named, opened, screen, write
from ftpstats.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from ftpstats.store.ingest import Ingested

__all__ = ["check", "ingest", "parse"]


def ingest(
    files: opt.Files,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    quiet: opt.Quiet = False,
) -> None:
    """
    Put logs into the store.

    Repeating it changes nothing: each transfer counts once, in whichever log it appears.
    """
    from ftpstats.store import Store
    from ftpstats.store.ingest import ingest as put_into

    bad = []
    for done in put_into(Store(store), logs_named(files), label, encoding):
        if isinstance(done, InputError):
            bad.append(done)
        elif not quiet:
            write(_outcome(done) + "\n", None)
    exit_if_any(bad)


def _outcome(done: "Ingested") -> str:
    """Return the outcome for one log in one line."""
    from ftpstats.present.copies import reason
    from ftpstats.units import format_count

    odd = format_count(done.unparsed, "line")
    told = {
        f"they replace {done.replaced} under other labels": done.replaced,
        f"a copy of {done.copy_of} ({reason(done.why) if done.why else ''})": done.why,
        f"it may be a copy of {done.doubt}; both count; use --same or --distinct": done.doubt,
        f"{odd} not understood: `ftpstats check {done.source}` shows them": done.unparsed,
    }
    transfers = format_count(done.transfers, "transfer")
    said = [f"{transfers}, {done.new} of them new", *(line for line, is_so in told.items() if is_so)]
    return f"{done.source}: {'; '.join(said)}"


def parse(
    files: opt.Files,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Write the transfers of logs as a tidy table.

    Formats: table, csv, json, jsonl, parquet.
    """
    from ftpstats.present.export import ROW_FORMATS, write_rows
    from ftpstats.present.inspections import rows_table

    form = opt.format_of(format_, output, ROW_FORMATS)
    names = logs_named(files, output)
    bad: list[InputError] = []
    frames = _frames(names, label, encoding, bad)
    if form == "table":
        table = rows_table(frames)
        if table.rows:
            write(screen([table], output), output)
    else:
        with opened(output) as target:
            write_rows(frames, form, f"read {', '.join(names)}", target)
    exit_if_any(bad)


def _frames(
    names: Sequence[str], label: str | None, encoding: str | None, bad: list[InputError]
) -> Iterator["pl.DataFrame"]:
    """Yield the rows of every log; errors are collected, and reading continues with the next log."""
    from ftpstats.logs.reader import LogReader

    for name in names:
        try:
            yield from LogReader(name, label, encoding=encoding).transfers()
        except InputError as error:
            bad.append(error)


def check(
    files: opt.Files,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Account for every line of a log.

    Shows its transfers, and unusual or unrecognised lines. Formats: table, json.
    """
    from ftpstats.logs.inspection import Inspection, inspect_log
    from ftpstats.logs.reader import require_transfers
    from ftpstats.present import export, inspections

    form = opt.format_of(format_, output, ("table", "json"), default="table")
    found: list[Inspection] = []
    names = logs_named(files, output)

    def work(name: str) -> None:
        found.append(inspect_log(name, label, encoding))
        require_transfers(found[-1].contents.height, name, found[-1].lines)

    bad = each(names, work)
    if form == "json":
        write(
            export.to_json(export.document(names, logs=[export.inspection_record(log) for log in found])),
            output,
        )
    else:
        write(screen([part for log in found for part in inspections.inspection_parts(log)], output), output)
    exit_if_any(bad)
