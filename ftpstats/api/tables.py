"""Tables of transfers, in and out: anybody's DataFrame to the rows of the analysis, and these to pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import polars as pl

from ftpstats.errors import UsageError
from ftpstats.schema import SCHEMA, plain_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_rows", "to_pandas"]

_NEEDED = ("label", "seconds")


def as_rows(table: Any) -> pl.DataFrame:  # noqa: ANN401 - of any library
    """
    Return a table of transfers with the columns and types of `schema.SCHEMA`.

    Parameters
    ----------
    table : DataFrame
        Of pandas, of Polars, or anything with the Arrow PyCapsule interface, one row per transfer. ``label`` and
        ``seconds`` it must have. Where there is no ``run``, all transfers of a label are one run; where there is no
        ``completion``, transfers with a time are ``reported`` and the others ``failed``; what else is missing is
        unknown. Other columns do not matter.

    Raises
    ------
    UsageError
        If it is no table, lacks a column, or holds what a transfer cannot have.
    """
    rows = _as_polars(table)
    for name in _NEEDED:
        if name not in rows.columns:
            raise UsageError(
                f"the table has no column '{name}': it needs {' and '.join(_NEEDED)}, as read_log gives them"
            )
    if "line" not in rows.columns:
        rows = rows.with_row_index("line", 1)
    typed = rows.select(_typed(rows, name) for name in SCHEMA)
    _refuse_impossible(typed)
    typed = _runs_apart(typed)
    ended = pl.when(pl.col("seconds").is_null()).then(pl.lit("failed")).otherwise(pl.lit("reported"))
    return typed.with_columns(
        pl.col("run").fill_null(1),
        pl.col("completion").fill_null(ended.cast(SCHEMA["completion"])),
        pl.col("seconds_printed").fill_null(pl.col("seconds")),
    )


def _as_polars(table: Any) -> pl.DataFrame:  # noqa: ANN401 - of any library
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if isinstance(table, pl.DataFrame):
        return table
    if type(table).__module__.startswith("pandas."):
        return cast("pl.DataFrame", pl.from_pandas(table))  # takes NaN for unknown
    if hasattr(table, "__arrow_c_stream__"):
        return pl.DataFrame(table)
    raise UsageError(
        f"transfers: a {type(table).__name__} is no table; give what read_log returns, a DataFrame of pandas or "
        "Polars, a store, or the name of a log"
    )


def _typed(rows: pl.DataFrame, name: str) -> pl.Series:
    """Return a column with the type that the tidy table gives it; one that is missing is unknown."""
    dtype = SCHEMA[name]
    if name not in rows.columns:
        return pl.repeat(None, rows.height, dtype=dtype, eager=True).alias(name)
    column = rows[name]
    try:
        if column.dtype.is_float():
            column = column.fill_nan(None)
        if isinstance(dtype, pl.Categorical | pl.Enum):
            column = column.cast(pl.String)
        return column.cast(dtype)
    except pl.exceptions.PolarsError as error:
        raise UsageError(
            f"the table's column '{name}' cannot be read as {dtype}: {str(error).splitlines()[0]}"
        ) from error


def _runs_apart(rows: pl.DataFrame) -> pl.DataFrame:
    """Number runs anew where tables were put together in which each log's runs begin with 1."""
    each = ["label", "run", "iteration", "bytes", "direction"]
    sources = rows.filter(pl.col("iteration").is_not_null()).group_by(each).agg(pl.col("source").n_unique())
    mixed = sources.filter(pl.col("source") > 1)["label"].unique().cast(pl.String)
    if mixed.is_empty():
        return rows
    first = pl.int_range(pl.len()).min().over("label", "run", "source").rank("dense").over("label").cast(pl.Int64)
    is_mixed = pl.col("label").cast(pl.String).is_in(mixed, nulls_equal=True)
    return rows.with_columns(run=pl.when(is_mixed).then(first).otherwise("run"))


def _refuse_impossible(rows: pl.DataFrame) -> None:
    for name in ("seconds", "bytes"):
        odd = rows.filter((pl.col(name) < 0) | (pl.col(name) == float("inf")))
        if odd.height:
            raise UsageError(
                f"the table's column '{name}' holds {odd[name][0]} (row {odd['line'][0]}): it is 0 or more"
            )
    twice = rows.filter(pl.col("source").is_not_null() & pl.col("seconds").is_not_null())
    twice = twice.filter(twice.select("source", "line", "label", "run", "seconds").is_duplicated())
    if twice.height:
        where = f"{twice['source'].cast(pl.String)[0]}:{twice['line'][0]}"
        raise UsageError(
            f"the table holds a transfer twice ({where}): read logs together by read_logs, or drop_duplicates()"
        )


def to_pandas(rows: pl.DataFrame) -> pd.DataFrame:
    """Return rows as pandas has them: whole numbers stay whole where some are unknown, words are text."""
    import pandas as pd
    import pyarrow as pa

    return plain_text(rows).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
