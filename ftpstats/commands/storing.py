"""Commands about the store: list, forget, relabel, compact, export."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftpstats.commands import options as opt
from ftpstats.commands.shared import on_doubt, opened, screen, write
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.store import Store, Stored

__all__ = ["compact", "export", "forget", "list_", "relabel"]

Logs = Annotated[
    list[str],
    typer.Argument(metavar="LOG...", help="Logs of the store: paths, names or quoted patterns, like 'day*.log'."),
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
    from ftpstats.present import export as exported
    from ftpstats.present.stored import flat, stored_records, stored_table
    from ftpstats.store import Store

    form = opt.format_of(format_, output, ("table", "json", "csv"))
    logs = Store(store).chosen(source)
    records = stored_records(logs, Store(store).copies(logs, on_doubt(same))[1])
    if form == "table":
        write(screen([stored_table(records)], output), output)
    elif form == "json":
        write(exported.to_json(exported.document([str(store)], logs=records)), output)
    else:
        write(exported.to_csv([flat(one) for one in records]), output)


def forget(logs: Logs, store: opt.StoreFolder = opt.DEFAULT_STORE, yes: Yes = False, quiet: opt.Quiet = False) -> None:
    """
    Exclude logs from every answer.

    Their rows stay until `store compact`; `ingest` restores a log.
    """
    from ftpstats.store import Store
    from ftpstats.units import format_count

    chosen = _named(Store(store), logs)
    transfers = format_count(sum(log.entry.rows for log in chosen), "transfer")
    what = f"{format_count(len(chosen), 'log')} with {transfers}"
    _ask(f"Forget {what} ({_names(chosen)})?", yes)
    Store(store).forget(chosen)
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
    from ftpstats.store import Store
    from ftpstats.units import format_count

    if (label is None) != own:
        raise UsageError("name the label with --label NAME, or restore the labels of the logs with --own")
    chosen = _named(Store(store), logs)
    Store(store).relabel(chosen, label)
    if not quiet:
        to = "their own labels" if own else f"the label {label}"
        write(f"{format_count(len(chosen), 'log')} now under {to}\n", None)


def compact(store: opt.StoreFolder = opt.DEFAULT_STORE, yes: Yes = False, quiet: opt.Quiet = False) -> None:
    """
    Merge the files of the store, and delete forgotten or replaced rows.

    Files of ftpstats 0.1.0 are converted.
    """
    from ftpstats.store import Store
    from ftpstats.store import compact as compacting
    from ftpstats.units import format_count

    gone = compacting.forgotten(Store(store))
    if gone:
        _ask(f"Delete {format_count(len(gone), 'forgotten log')} ({_some(gone)}) permanently?", yes)
    done = compacting.compact(Store(store))
    if not quiet:
        write(f"{store}: {format_count(done.before, 'file')} before, {done.after} now\n", None)


def export(
    output: Annotated[
        Path, typer.Argument(metavar="FILE", help="Write this .parquet, .csv, .json or .jsonl file; or -.")
    ],
    source: opt.Source = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    same: opt.Same = None,
    format_: opt.Format = None,
) -> None:
    """
    Export the tidy table, each transfer once, for pandas, Polars, DuckDB, R or Spark.

    Formats: parquet, csv, json, jsonl.
    """
    from ftpstats.present.export import ROW_FORMATS, write_rows
    from ftpstats.schema import plain_text
    from ftpstats.store import Store

    form = opt.format_of(format_, output, [form for form in ROW_FORMATS if form != "table"])
    rows = plain_text(Store(store).read(source, on_doubt=on_doubt(same)).rows)
    with opened(output) as target:
        write_rows(iter([rows]), form, f"exported {store}", target, rows.schema)


def _named(store: "Store", names: list[str]) -> list["Stored"]:
    """Return the logs that arguments name, each once."""
    found = {log.entry.key: log for name in names for log in store.chosen(name, "LOG")}
    return list(found.values())


def _names(logs: list["Stored"]) -> str:
    return _some([log.entry.name for log in logs])


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
