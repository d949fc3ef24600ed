"""Commands about the store: list, forget, relabel, compact, export."""

import sys
from typing import Annotated

import typer

import ftpstats
from ftpstats.commands import options as opt
from ftpstats.commands.shared import Shown, deliver, opened, write
from ftpstats.errors import UsageError
from ftpstats.places import Place, place
from ftpstats.units import format_count

__all__ = ["COMMANDS", "compact", "export", "forget", "list_", "relabel"]

Logs = Annotated[
    list[str],
    typer.Argument(metavar="LOG", help="Logs of the store: paths, names or quoted patterns, like 'day*.log'."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]


def list_(
    source: opt.Source = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    same: opt.Same = None,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    List the logs of the store, with labels, runs, transfers, sizes, client, time of ingestion and copies.

    Formats: table, json, csv.
    """
    form = opt.format_of(format_, output, ("table", "json", "csv"))
    deliver(ftpstats.open_store(store, source=source, same=same).logs(), form, Shown(format_, output))


def forget(logs: Logs, store: opt.StoreFolder = opt.DEFAULT_STORE, yes: Yes = False, quiet: opt.Quiet = False) -> None:
    """
    Exclude logs from every answer.

    Their rows stay until `store compact`; `ingest` restores a log.
    """
    opened_store = ftpstats.open_store(store)
    chosen = opened_store.named(*logs)
    transfers = format_count(sum(log.entry.rows for log in chosen), "transfer")
    what = f"{format_count(len(chosen), 'log')} with {transfers}"
    _ask(f"Forget {what} ({_some([log.entry.name for log in chosen])})?", yes)
    opened_store.forget(*logs)
    if not quiet:
        write(f"forgot {what}; `ftpstats ingest` restores a log\n", None)


def relabel(
    logs: Logs,
    label: opt.Label = None,
    own: Annotated[bool, typer.Option("--own", help="Restore the labels that are written in the logs.")] = False,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    quiet: opt.Quiet = False,
) -> None:
    """
    Count the transfers of logs under another label.

    --own undoes it.
    """
    if (label is None) != own:
        raise UsageError("name the label with --label NAME, or restore the labels of the logs with --own")
    changed = ftpstats.open_store(store).relabel(*logs, label=label)
    if not quiet:
        to = "their own labels" if own else f"the label {label}"
        write(f"{format_count(changed, 'log')} now under {to}\n", None)


def compact(store: opt.StoreFolder = opt.DEFAULT_STORE, yes: Yes = False, quiet: opt.Quiet = False) -> None:
    """
    Merge the files of the store, and delete forgotten or replaced rows.

    Files of ftpstats 0.1.0 are converted.
    """
    opened_store = ftpstats.open_store(store)
    gone = opened_store.forgotten()
    if gone:
        _ask(f"Delete {format_count(len(gone), 'forgotten log')} ({_some(gone)}) permanently?", yes)
    done = opened_store.compact()
    if not quiet:
        write(f"{store}: {format_count(done.before, 'file')} before, {done.after} now\n", None)


def export(
    output: Annotated[
        Place,
        typer.Argument(metavar="FILE", parser=place, help="Write this .parquet, .csv, .json or .jsonl file; or -."),
    ],
    source: opt.Source = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    same: opt.Same = None,
    personal: opt.Personal = False,
    format_: opt.Format = None,
) -> None:
    """
    Export the tidy table, each transfer once, for pandas, Polars, DuckDB, R or Spark.

    Names of files and peers are left out unless --personal is given. Formats: parquet, csv, json, jsonl.
    """
    from ftpstats.present.export import ROW_FORMATS, write_rows

    form = opt.format_of(format_, output, [form for form in ROW_FORMATS if form != "table"])
    rows = ftpstats.open_store(store, source=source, same=same).tidy(personal=personal)
    with opened(output) as target:
        write_rows(iter([rows]), form, f"exported {store}", target, rows.schema)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _ask(question: str, yes: bool) -> None:
    """Ask before a step that only the log itself can undo."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{question} There is no terminal to answer on; use --yes")
    if not typer.confirm(question, err=True):
        raise typer.Exit(1)


COMMANDS = (list_, forget, relabel, compact, export)
