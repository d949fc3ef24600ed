"""What a table of transfers may hold, wherever it comes from: types, what stands for unknown, and what is impossible.

Who is to blame for a fault, a file or a caller, decides whoever asks.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

import polars as pl

from ftpstats.logs.records.stamps import Clock, in_utc
from ftpstats.schema import SCHEMA

__all__ = ["TableFault", "all_typed", "mixed_labels", "runs_apart", "stamps_of", "typed", "with_defaults"]

_UTC = Clock(UTC, datetime.max.replace(tzinfo=UTC))
_KINDS = {
    "completion": f"one of {', '.join(SCHEMA['completion'].categories)}",  # type: ignore[attr-defined]
    "direction": "download or upload",
    "timed": f"one of {', '.join(SCHEMA['timed'].categories)}",  # type: ignore[attr-defined]
    "time": "a time",
    "seconds": "seconds",
}
_HOW = {
    "completion": "", "direction": "", "timed": "",
    "time": "; write it in ISO 8601, like 2026-11-30T12:00:00Z, or as seconds since 1970",
}  # fmt: skip
_A_NUMBER = "; write a number with a decimal point, or nothing where it is unknown"
_UNKNOWN = ("", "na", "nan", "null")
_LITERAL = ("label", "file", "source")  # a label may be NA


class TableFault(ValueError):  # noqa: N818 - it becomes an error of ours, which says whose it is
    """
    A cell that no transfer can have.

    Attributes
    ----------
    column : str
        As the tidy table calls it.
    row : int or None
        Its index; None for all of the column.
    what, ought : str
        What is wrong, behind the name of the column; and what is to be there.
    """

    def __init__(self, column: str, row: int | None, what: str, ought: str = "") -> None:
        super().__init__(f"column '{column}' {what}")
        self.column, self.row, self.what, self.ought = column, row, what, ought


def typed(column: pl.Series, name: str, clock: Clock = _UTC) -> pl.Series:
    """
    Return a column with the type that the tidy table gives it.

    Parameters
    ----------
    column : Series
        Of the type, of text or of numbers. Of text, what is empty is unknown; also NA, NaN and null, but in names.
    name : str
        The tidy table's.
    clock : Clock
        For times without an offset.

    Raises
    ------
    TableFault
        If it holds something else.
    """
    dtype = SCHEMA[name]
    if column.dtype == pl.Boolean and dtype.is_numeric():
        raise TableFault(name, None, "holds true and false, not numbers")
    if column.dtype.is_nested() or column.dtype in {pl.Binary, pl.Object}:
        raise TableFault(name, None, f"cannot be read as {_kind(name)}", f"it is {column.dtype}")
    if dtype.is_numeric() and column.dtype.is_temporal():
        column = _seconds(column, name)
    if isinstance(column.dtype, pl.Categorical | pl.Enum):
        column = column.cast(pl.String)
    if column.dtype == pl.String:
        column = _known(column.str.strip_chars() if name == "label" else column, is_literal=name in _LITERAL)
    read = _READ.get(type(dtype), _text)
    return read(column, name, clock).alias(name)


def all_typed(cells: pl.DataFrame, clock: Clock = _UTC) -> pl.DataFrame:
    """
    Return the columns of `schema.SCHEMA`, each with its type; those that a table lacks are unknown.

    Raises
    ------
    TableFault
        If one holds what no transfer can have: another type, or seconds or bytes below 0 or infinite.
    """
    read = pl.DataFrame([typed(cells[name], name, clock) for name in SCHEMA if name in cells.columns])
    lacking = (pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name not in cells.columns)
    rows = read.with_columns(lacking).select(SCHEMA.names())
    _refuse_impossible(rows)
    return rows


def _known(text: pl.Series, *, is_literal: bool) -> pl.Series:
    """Return text in which what stands for unknown is null."""
    if is_literal:
        return pl.select(pl.when(text != "").then(text)).to_series()
    bare = text.str.strip_chars()
    is_known = ~bare.str.to_lowercase().is_in(_UNKNOWN)
    return pl.select(pl.when(is_known).then(bare)).to_series()


def _checked(found: pl.Series, given: pl.Series, name: str) -> pl.Series:
    """Return what was found, where nothing that was given got lost."""
    lost = found.is_null() & given.is_not_null()
    if lost.any():
        row = int(lost.arg_true()[0])
        raise _unreadable(name, row, given[row])
    return found


def _unreadable(name: str, row: int | None, value: object) -> TableFault:
    shown = f"'{value}'" if isinstance(value, str) else value
    return TableFault(name, row, f"cannot be read as {_kind(name)}", f"{shown}{_HOW.get(name, _A_NUMBER)}")


def _kind(name: str) -> str:
    dtype = SCHEMA[name]
    return _KINDS.get(name, "a whole number" if dtype.is_integer() else "a number" if dtype.is_float() else "text")


def _seconds(column: pl.Series, name: str) -> pl.Series:
    """Return durations in seconds; a date or a time of day is no number."""
    if isinstance(column.dtype, pl.Duration) and SCHEMA[name].is_float():
        return column.dt.total_nanoseconds() / 1e9
    raise TableFault(name, None, f"cannot be read as {_kind(name)}", f"it is {column.dtype}")


def _cast(column: pl.Series, dtype: pl.DataType, name: str) -> pl.Series:
    try:
        return column.cast(dtype, strict=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise TableFault(name, None, f"cannot be read as {_kind(name)}", f"it is {column.dtype}") from error


def _floats(column: pl.Series, name: str, _: Clock) -> pl.Series:
    return _checked(_cast(column, pl.Float64(), name).fill_nan(None), _without_nan(column), name)


def _without_nan(column: pl.Series) -> pl.Series:
    return column.fill_nan(None) if column.dtype.is_float() else column


def _integers(column: pl.Series, name: str, _: Clock) -> pl.Series:
    if column.dtype.is_integer():
        return _checked(_cast(column, pl.Int64(), name), column, name)
    column = _without_nan(column)
    number = _floats(column, name, _)
    whole = pl.select(pl.when(number == number.floor()).then(number.cast(pl.Int64, strict=False))).to_series()
    exact = _cast(column, pl.Int64(), name) if column.dtype == pl.String else whole  # beyond 2⁵³ too
    found = pl.select(pl.coalesce(exact, whole)).to_series()
    odd = found.is_null() & number.is_not_null()
    if odd.any():
        row = int(odd.arg_true()[0])
        what = "holds a number beyond 2⁶³" if float(number[row]).is_integer() else "holds a number that is not whole"
        raise TableFault(name, row, what, f"{column[row]}")
    return found


def _words(column: pl.Series, name: str, _: Clock) -> pl.Series:
    return _checked(_cast(column, SCHEMA[name], name), column, name)


def _text(column: pl.Series, name: str, _: Clock) -> pl.Series:
    return _cast(_cast(column, pl.String(), name), SCHEMA[name], name)


# What ISO 8601 lets out and `stamps` wants, the time of a date, seconds, minutes of an offset; and what Polars and SQL
# print.
_ISO = (
    (r"^(\d{4}-\d{2}-\d{2})$", "${1}T00:00:00"),
    (r" ?UTC$", "Z"),
    (r" ([+-]\d)", "${1}"),
    (r"([T ]\d{2}:\d{2})(Z|[+-]\d{2}(?::?\d{2})?)?$", "${1}:00$2"),
    (r"(:\d{2}(?:[.,]\d+)?[+-]\d{2})$", "${1}:00"),
)
_LATEST = 1e10  # seconds since 1970; above it they are milliseconds


def _times(column: pl.Series, name: str, clock: Clock) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None:
        return column.cast(SCHEMA[name])
    if column.dtype.is_temporal() or column.dtype == pl.String:
        return _checked(in_utc(stamps_of(column), clock)["time"], column, name)
    seconds = _floats(column, name, clock)
    within = pl.select(pl.when(seconds.abs() < _LATEST).then(seconds)).to_series()
    found = (within * 1e6).round().cast(pl.Int64).cast(SCHEMA[name])
    return _checked(found, seconds, name)


def stamps_of(column: pl.Series) -> pl.Series:
    """Return times without an offset, or text, as stamps that `records.stamps` reads."""
    if column.dtype == pl.String:
        return _as_iso(column)
    return _cast(column, pl.Datetime("us"), "time").dt.to_string("iso:strict")


def _as_iso(text: pl.Series) -> pl.Series:
    """Return stamps in ISO 8601 as `stamps` has them, and others as they are."""
    is_iso = text.str.contains(r"^\d{4}-\d{2}-\d{2}").fill_null(value=False)
    found = text
    for pattern, written in _ISO if is_iso.any() else ():
        found = found.str.replace(pattern, written)
    return pl.select(pl.when(is_iso).then(found).otherwise(text)).to_series()


_READ: dict[type[pl.DataType], Callable[[pl.Series, str, Clock], pl.Series]] = {
    pl.Float64: _floats,
    pl.Int64: _integers,
    pl.Enum: _words,
    pl.Datetime: _times,
}


def _refuse_impossible(rows: pl.DataFrame) -> None:
    """Refuse what no transfer takes or moves."""
    for name in ("seconds", "bytes"):
        odd = ((rows[name] < 0) | (rows[name] == float("inf"))).fill_null(value=False)
        if odd.any():
            row = int(odd.arg_true()[0])
            raise TableFault(name, row, f"holds {rows[name][row]}", "must be finite, 0 or more")
        _refuse_outside(rows, name)


def _refuse_outside(rows: pl.DataFrame, name: str) -> None:
    """Refuse what is not within the interval that the table gives for it."""
    low, high = (f"{name}_{bound}" for bound in ("low", "high"))
    for lower, upper in ((low, high), (low, name), (name, high)):
        odd = (rows[lower] > rows[upper]).fill_null(value=False)
        if odd.any():
            row = int(odd.arg_true()[0])
            told = f"holds {rows[lower][row]}, which is more than {upper}, {rows[upper][row]}"
            raise TableFault(lower, row, told, f"{name} is from {low} to {high}")


def with_defaults(rows: pl.DataFrame, given: Collection[str]) -> pl.DataFrame:
    """
    Return rows in which what a table does not say is as for anybody's transfers.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA`.
    given : collection of str
        Which of them the table has.
    """
    ended = pl.when(pl.col("seconds").is_null()).then(pl.lit("failed")).otherwise(pl.lit("reported"))
    printed = pl.col("seconds_printed")
    return rows.with_columns(
        pl.col("run").fill_null(1),
        pl.col("completion").fill_null(ended.cast(SCHEMA["completion"])),
        printed if "seconds_printed" in given else printed.fill_null(pl.col("seconds")),
    )


def runs_apart(rows: pl.DataFrame, *, by_iteration: bool) -> pl.DataFrame:
    """
    Number runs again where tables were put together in which the runs of each source begin with 1.

    What tells is one iteration in two sources; without iterations, each source has runs of its own.
    """
    mixed = mixed_labels(rows, by_iteration=by_iteration)
    if mixed.is_empty():
        return rows
    begins = rows.with_row_index("row").with_columns(begin=pl.col("row").min().over("label", "run", "source"))
    numbered = begins.with_columns(number=pl.col("begin").rank("dense").over("label").cast(pl.Int64))
    is_mixed = pl.col("label").cast(pl.String).is_in(mixed.implode(), nulls_equal=True)
    return numbered.with_columns(run=pl.when(is_mixed).then("number").otherwise("run")).select(rows.columns)


def mixed_labels(rows: pl.DataFrame, *, by_iteration: bool) -> pl.Series:
    """Return the labels whose runs have the same numbers in several sources."""
    each = ["label", "run", "iteration", "bytes", "direction"] if by_iteration else ["label", "run"]
    known = rows.filter(pl.col("iteration").is_not_null()) if by_iteration else rows
    sources = known.group_by(each).agg(pl.col("source").n_unique())
    return sources.filter(pl.col("source") > 1)["label"].unique().cast(pl.String)
