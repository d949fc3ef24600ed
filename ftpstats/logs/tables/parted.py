"""The logs that a table is of: each with its skeleton, so that `identity` knows them from the logs themselves.

What `parse` writes of several logs is read as these logs, and each of their transfers counts once, as theirs do.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cache

import numpy as np
import polars as pl

from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.keys import form_key, has_key, record_keys
from ftpstats.logs.records.stamps import Clock, local_days
from ftpstats.logs.runs import relabelled
from ftpstats.logs.skeleton import Bools, Elements, Ints, elements_of
from ftpstats.logs.tables.rules import mixed_labels, runs_apart

__all__ = ["Parted", "parted"]

_IS_STAMPED = pl.col("time").is_not_null() & pl.col("iteration").is_null()


@dataclass(frozen=True, slots=True)
class Parted:
    """
    One log of a table.

    Attributes
    ----------
    name : str
        The table's; where it is of several logs, with that of the log behind it.
    digest : str
        The table's; where it is of several logs, one for each.
    of : str or None
        The log that the rows name, where they name one.
    rows : DataFrame
        With the columns of `schema.SCHEMA` and `runs.PLACE`.
    skeleton : array of uint32
    """

    name: str
    digest: str
    of: str | None
    rows: pl.DataFrame
    skeleton: Elements


def parted(table: Parted, label: str | None, clock: Clock, *, of_logs: bool) -> list[Parted]:
    """
    Return the logs of a table.

    Parameters
    ----------
    table : Parted
        All of it: rows with the columns of `schema.SCHEMA`, and no skeleton yet.
    label : str or None
        Stands in for every label.
    clock : Clock
        In whose zone days are.
    of_logs : bool
        Whether its rows name logs, and the line there.
    """
    sources = table.rows["source"].unique(maintain_order=True).cast(pl.String)
    if not of_logs:
        has_iterations = bool(table.rows["iteration"].is_not_null().any())
        found = [replace(table, rows=runs_apart(table.rows, by_iteration=has_iterations))]
    elif len(sources) == 1 or not _are_apart(table.rows):
        found = [replace(table, of=str(sources[0]) if len(sources) == 1 else None)]
    else:
        found = [_of_source(table, source) for source in sources]
    return [_placed(log, label, clock) for log in found]


def _of_source(table: Parted, source: str) -> Parted:
    digest = hashlib.sha256(f"{table.digest} {source}".encode()).hexdigest()
    return replace(
        table,
        name=f"{table.name}:{source}",
        digest=digest,
        of=source,
        rows=table.rows.filter(pl.col("source") == source),
    )


def _are_apart(rows: pl.DataFrame) -> bool:
    """
    Whether each source has runs of its own.

    `parse` numbers the runs of each log from 1, and so one iteration of a run may be in two; what a store exports has
    runs of which some transfers are from a log and some from its copy.
    """
    headed = rows.filter(~_IS_STAMPED)
    shared = headed.group_by("label", "run").agg(pl.col("source").n_unique())["source"]
    has_iterations = bool(headed["iteration"].is_not_null().any())
    return not (shared > 1).any() or not mixed_labels(headed, by_iteration=has_iterations).is_empty()


def _placed(log: Parted, label: str | None, clock: Clock) -> Parted:
    """Return a log with its skeleton, the place of each row in it, and under the label that it was given."""
    rows = _in_order(log.rows)
    alone = rows["iteration"].is_null().to_numpy()
    stamped = has_key(rows) & alone
    begins, results = _elements(rows, stamped)
    if stamped.any():  # beside them, what has neither a stamp nor a result: a failure of a size that is known
        stamped |= alone & (results == 0)
    element, attempt = np.cumsum(begins + results) - 1, np.cumsum(begins)
    if stamped.any():
        records = rows.filter(pl.Series(stamped))
        element[stamped] = record_keys(records.with_columns(form=_forms(records["client"])))
        attempt[stamped] = _days(records, clock)
    placed = rows.with_columns(attempt=pl.Series(attempt), element=pl.Series(element))
    if label is not None:
        numbered = placed.with_columns(log=pl.lit(0, pl.UInt32))
        placed = relabelled(numbered, pl.Series([label], dtype=pl.String)).select(placed.columns)
    return replace(log, rows=placed, skeleton=_skeleton(rows, begins, results))


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in the order of their log, however the table was sorted; what failed stands at its header's line."""
    results = rows.filter(pl.col("seconds_printed").is_not_null())["line"]
    return rows if results.is_sorted() else rows.sort("line", maintain_order=True)


def _elements(rows: pl.DataFrame, stamped: Bools) -> tuple[Ints, Ints]:
    """Return whether a header stands before each row, and whether the row has a result of its own: 1 or 0."""
    each = rows.select("label", "iteration", "run")
    is_headed = rows["iteration"].is_not_null().to_numpy() & ~stamped
    changes = each.select(pl.any_horizontal(pl.all().ne_missing(pl.all().shift()))).to_series().to_numpy()
    changes[:1] = True
    tells = pl.any_horizontal(pl.col("client", "seconds_printed", "rate").is_not_null())
    has_result = rows.select(tells).to_series().to_numpy() & ~stamped
    return (is_headed & changes).astype(np.int64), has_result.astype(np.int64)


def _skeleton(rows: pl.DataFrame, begins: Ints, results: Ints) -> Elements:
    """Return the elements of headers and results, in order."""
    headed = rows.filter(pl.Series(begins == 1)).select("label", "iteration")
    printed = rows.filter(pl.Series(results == 1)).select("bytes", "seconds_printed", "rate")
    each = np.repeat(np.array([[-2, -2]]), len(rows), axis=0)
    each[begins == 1, 0] = -1
    each[results == 1, 1] = np.arange(printed.height)
    row = each.ravel()
    return elements_of(headed, printed, row[row > -2])


@cache
def _entries() -> tuple[Record, ...]:
    from ftpstats.logs.records.registry import RECORDS

    return RECORDS


def _forms(clients: pl.Series) -> pl.Series:
    """Return the number of the entry whose lines these clients write."""
    distinct = clients.cast(pl.String).unique().drop_nulls()
    forms = {entry.name: form_key(entry.form or entry.name) for entry in _entries()}
    table = {client: forms.get(client, form_key(client)) for client in distinct}
    return clients.cast(pl.String).replace_strict(table, default=form_key(""), return_dtype=pl.Int64)


_RUNS = 1 << 16  # more than there are days that a log can print


def _days(records: pl.DataFrame, clock: Clock) -> Ints:
    """Return a number for each run: the day that its records print, as `days` has it; of several, each its own."""
    client, took = pl.col("client").cast(pl.String), pl.coalesce("seconds_printed", "seconds").fill_null(0)
    begun, of_utc = [e.name for e in _entries() if not e.ends], [e.name for e in _entries() if e.is_utc]
    ends = ~client.is_in(begun).fill_null(value=False)
    stamp = pl.col("time") + pl.duration(microseconds=(took.clip(0, 1e9) * 1e6).cast(pl.Int64) * ends.cast(pl.Int64))
    runs = records.group_by("label", "run", maintain_order=True).agg(
        stamp=stamp.drop_nulls().first(), in_utc=client.first().is_in(of_utc).fill_null(value=False)
    )
    local, utc = (local_days(runs["stamp"], zone) for zone in (clock.zone, UTC))
    days = runs.select("label", "run", day=pl.when("in_utc").then(utc).otherwise(local).cast(pl.Int64).fill_null(0))
    again = pl.int_range(pl.len()).over("label", "day")
    numbered = days.select("label", "run", number=pl.col("day") + again * _RUNS)
    found = records.join(numbered, on=["label", "run"], how="left", nulls_equal=True, maintain_order="left")
    return found["number"].to_numpy()
