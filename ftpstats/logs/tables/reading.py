"""A table from its bytes to tidy rows: each column by its rule, and what it does not say by default."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.privacy import mask_secrets, mask_urls
from ftpstats.logs.records.names import log_label
from ftpstats.logs.records.odd_hours import odd_hours
from ftpstats.logs.records.options import Options
from ftpstats.logs.records.stamps import Clock, in_utc, needs_zone, zone_assumed
from ftpstats.logs.source import as_utf8, blocks_of, shown_name
from ftpstats.logs.tables.columns import Columns, as_columns
from ftpstats.logs.tables.files import (
    CSV,
    PARQUET,
    Found,
    Part,
    csv_parts,
    found_in,
    json_end,
    json_parts,
    parquet_parts,
    row_end,
)
from ftpstats.logs.tables.rules import TableFault, all_typed, stamps_of, with_defaults
from ftpstats.logs.transcript.lines import Kind
from ftpstats.schema import SCHEMA, plain_text

__all__ = ["Read", "Table", "table_in"]


@dataclass(frozen=True, slots=True)
class Read:
    """
    Some rows of a table, and what became of its lines.

    Attributes
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA`.
    counts : Mapping[Kind, int]
        Lines of each kind.
    assumed : tuple of (int, str)
        What is to be said of how they are read, and of which line.
    size : int
        Bytes.
    of_logs : bool
        Whether they name the line of a log.
    """

    rows: pl.DataFrame
    counts: Mapping[Kind, int]
    assumed: tuple[tuple[int, str], ...]
    size: int
    of_logs: bool


@dataclass(frozen=True, slots=True)
class Table:
    """
    How a log is read that is a table.

    Attributes
    ----------
    name : str
        A file, or ``-``.
    found : Found
    columns : Columns
    encoding : str or None
        The table's; what its lines say unless given.
    clock : Clock
        For times without an offset.
    """

    name: str
    found: Found
    columns: Columns
    encoding: str | None
    clock: Clock

    @property
    def form(self) -> str:
        """CSV, JSON or Parquet."""
        return self.found.form

    def read(self, stream: BinaryIO) -> Iterator[Read]:
        """
        Yield the rows of a table, a part at a time.

        Raises
        ------
        InputError
            If it lacks a column, or a row holds what a transfer cannot have.
        """
        seen = _Seen()
        for part in self._parts(stream):
            said = list(_assumed(part, self.columns, self.clock)) if part.cells.height else []
            rows = _tidy(part, self) if part.cells.height else pl.DataFrame(schema=SCHEMA)
            of_logs = {"source", "line"} <= set(part.cells.columns)
            if of_logs:
                again = seen.again(rows)
                said += [(int(part.line[place]), _TWICE) for place in again.arg_true().head(1)]
                rows = rows.filter(~again)
            yield Read(rows, part.counts, tuple(said), part.size, of_logs=of_logs)

    def _parts(self, stream: BinaryIO) -> Iterator[Part]:
        name = shown_name(self.name)
        if self.form == PARQUET:
            return parquet_parts(stream, self.columns, name)
        blocks = blocks_of(stream, name, self.encoding, row_end if self.form == CSV else json_end)
        if self.form == CSV:
            return csv_parts(blocks, self.found, self.columns, name)
        return json_parts(blocks, self.columns, name)


def table_in(start: bytes, name: str, encoding: str | None, options: Options, clock: Clock) -> Table | None:
    """Return how a log is read that begins so, where it is a table; None where it is none, or said to be none."""
    columns = as_columns(options.columns)
    if (options.format_of, options.log_format) != (None, None):
        return None
    found = found_in(start, encoding, columns)
    return None if found is None else Table(name, found, columns, encoding, clock)


_TWICE = "a row is there twice, with its source and line; from here on such rows count once"


class _Seen:
    """The rows of a table of logs so far, by their hashes: which come again, with their source, line and all else."""

    def __init__(self) -> None:
        self._hashes = [pl.Series(dtype=pl.UInt64)]
        self._last = pl.DataFrame(schema={"source": SCHEMA["source"], "last": pl.Int64})

    def again(self, rows: pl.DataFrame) -> pl.Series:
        """Return whether each row was there before. Where lines go on from those seen, none is looked for."""
        hashes = plain_text(rows).hash_rows()
        again = ~hashes.is_first_distinct()
        known = rows.select("source", "line").join(self._last, on="source", how="left", maintain_order="left")
        is_back = (known["line"] <= known["last"]).fill_null(value=False)
        if is_back.any():
            again |= is_back & hashes.is_in(pl.concat(self._hashes).implode())
        self._hashes.append(hashes.filter(~again))
        last = pl.concat([self._last, rows.select("source", last="line")])
        self._last = last.group_by("source").agg(pl.col("last").max())
        return again


def _tidy(part: Part, table: Table) -> pl.DataFrame:
    """Return the tidy rows of a part, or say what no transfer can have."""
    cells, given = part.cells, part.cells.columns
    try:
        rows = all_typed(cells, table.clock)
    except TableFault as fault:
        raise _blamed(fault, part.line, table) from fault
    label = pl.lit(as_utf8(log_label(table.name)), SCHEMA["label"])
    rows = rows.with_columns(
        pl.col("source").fill_null(pl.lit(as_utf8(table.name), SCHEMA["source"])),
        pl.col("line").fill_null(part.line),
        pl.col("label") if "label" in given else label.alias("label"),
        mask_urls(rows["file"]),
        mask_urls(rows["peer"]),
        mask_secrets(rows["note"]),
    )
    return with_defaults(rows, given)


def _blamed(fault: TableFault, line: pl.Series, table: Table) -> InputError:
    """Return the error that says where in the file a fault is."""
    name = shown_name(table.name)
    where = name if fault.row is None else f"{name}:{line[fault.row]}"
    ought = f": {fault.ought}" if fault.ought else ""
    column = table.columns.theirs.get(fault.column, fault.column)
    return InputError(f"{where}: column '{column}' {fault.what}{ought}")


def _assumed(part: Part, columns: Columns, clock: Clock) -> Iterator[tuple[int, str]]:
    """Yield what is to be said of how a part is read, and of which of its lines."""
    ignored = _ignored(part.names, part.cells.columns, columns)
    if ignored:
        named = ", ".join(ignored)
        yield 1, f"{'a column is' if len(ignored) == 1 else f'{len(ignored)} columns are'} ignored: {named}"
    if "time" not in part.cells.columns or not _is_local(part.cells["time"]):
        return
    if clock.zone is None:
        yield int(part.line[0]), zone_assumed()
    stamps = stamps_of(part.cells["time"])
    for place, said in odd_hours(stamps, in_utc(stamps, clock)["day"], clock):
        yield int(part.line[place]), said


def _ignored(names: Sequence[str], read: Sequence[str], columns: Columns) -> list[str]:
    taken = {columns.theirs.get(name, name) for name in read}
    return [name or "one without a name" for name in dict.fromkeys(names) if name not in taken]


def _is_local(times: pl.Series) -> bool:
    if isinstance(times.dtype, pl.Datetime):
        return times.dtype.time_zone is None
    return times.dtype == pl.Date or (times.dtype == pl.String and needs_zone(times.filter(times != "")))
