"""Tables of transfers, in and out: anybody's DataFrame to the rows of the analysis, and these to pandas."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import polars as pl

from ftpstats.errors import UsageError
from ftpstats.logs.privacy import mask_secrets, mask_urls
from ftpstats.logs.tables.rules import TableFault, all_typed, runs_apart, with_defaults
from ftpstats.schema import plain_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_polars", "as_rows", "to_pandas"]

_NEEDED = ("label", "seconds")
_INSTEAD = "give what read_log returns, a DataFrame of pandas or Polars, a store, or the name of a log"


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
    rows = as_polars(
        table, "transfers", "give what read_log returns, a DataFrame of pandas or Polars, a store, or the name of a log"
    )
    for name in _NEEDED:
        if name not in rows.columns:
            needed = " and ".join(_NEEDED)
            raise UsageError(f"the table has no column '{name}': it needs {needed}, as read_log gives them")
    if rows.is_empty():
        raise UsageError("the table is empty: it needs a row per transfer")
    given = rows.columns
    is_of_logs = {"source", "line"} <= set(given)
    try:
        found = all_typed(rows)
    except TableFault as fault:
        raise _blamed(fault) from fault
    found = found.with_columns(mask_urls(found["file"]), mask_urls(found["peer"]), mask_secrets(found["note"]))
    if "line" not in given:
        found = found.with_columns(line=pl.int_range(1, pl.len() + 1))
    if "completion" not in given and found["seconds"].is_null().all():
        raise UsageError("the table's column 'seconds' holds no time: give seconds; NaN stands for a failed transfer")
    if is_of_logs:  # in the order of measurement, however the table was sorted since
        found = found.sort(pl.col("source").cast(pl.String), "line", maintain_order=True)
        _refuse_copies(found)
    return with_defaults(runs_apart(found, by_iteration="iteration" in given), given)


def _blamed(fault: TableFault) -> UsageError:
    row = "" if fault.row is None else f" (row {fault.row + 1})"
    ought = f": {fault.ought}" if fault.ought else ""
    return UsageError(f"the table's column '{fault.column}' {fault.what}{row}{ought}")


def as_polars(table: Any, name: str, instead: str) -> pl.DataFrame:  # noqa: ANN401 - of any library
    """Return a table of any library; of what is none, say under which argument's name what to give instead."""
    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    found: object = None
    try:
        if isinstance(table, pl.DataFrame):
            found = table
        elif type(table).__module__.split(".")[0] == "pandas":
            found = pl.from_pandas(table)  # takes NaN for unknown
        elif hasattr(table, "__arrow_c_stream__"):
            found = pl.DataFrame(table)
    except (Exception, pl.exceptions.PanicException) as error:  # of Arrow, of Polars, and of whatever a column holds
        raise UsageError(f"the table cannot be read: {str(error).splitlines()[0]}") from error
    if isinstance(found, pl.DataFrame):
        return found
    raise UsageError(f"{name}: {type(table).__name__} is not a table; {instead}")


def _refuse_copies(rows: pl.DataFrame) -> None:
    """Refuse a transfer that is in the table twice, from one log or from a log and its copy."""
    timed = rows.filter(pl.col("source").is_not_null() & pl.col("seconds").is_not_null())
    twice = timed.filter(timed.select("source", "line", "label", "run", "seconds").is_duplicated())
    if twice.height:
        where = f"{twice['source'].cast(pl.String)[0]}:{twice['line'][0]}"
        raise UsageError(f"the table holds a transfer twice ({where}): read logs together by read_logs")
    printed = ["label", "iteration", "bytes", "seconds_printed", "rate"]
    sources = timed.select(pl.col("source").cast(pl.String), *printed).unique().partition_by("source", as_dict=True)
    for (one, smaller), (other, larger) in combinations(sources.items(), 2):
        shared = smaller.join(larger, on=printed, how="semi", nulls_equal=True)
        of_all = shared.height / min(smaller.height, larger.height)
        if of_all >= _NEARLY_ALL and shared["seconds_printed"].n_unique() >= _DIFFERENT:
            names = " and ".join(sorted((str(one[0]), str(other[0]))))
            raise UsageError(f"the table holds transfers twice ({names}): read logs together by read_logs")


# Two logs hold the same transfers where nearly all results of the smaller are in both, and not a few values only.
_NEARLY_ALL, _DIFFERENT = 0.9, 10


def to_pandas(rows: pl.DataFrame) -> pd.DataFrame:
    """Return rows as pandas has them: whole numbers stay whole where some are unknown, words are text."""
    import pandas as pd
    import pyarrow as pa

    return plain_text(rows).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
