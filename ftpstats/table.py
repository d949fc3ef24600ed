"""The tidy table: one row per attempted transfer. Its columns, their types and its version."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMPLETED", "COMPLETIONS", "SCHEMA", "SCHEMA_VERSION", "distinct_transfers", "to_pandas"]

# 1 (2026): the first. A reader refuses a newer one by name.
SCHEMA_VERSION = 1

# Times are seconds, sizes are bytes, rates are bytes per second. Unknown is null, never 0.
SCHEMA = pl.Schema(
    {
        "id": pl.String(),  # hash of the run's headers and result lines up to and including this one
        "source": pl.String(),  # the log's path as given
        "line": pl.Int64(),  # 1-based, of the result line, or of the header where there is none
        "label": pl.String(),
        "run": pl.Int64(),  # 1-based within source and label: a new one where the iteration does not grow
        "iteration": pl.Int64(),  # 0 and below: warm-up, kept and not analysed
        "time": pl.Datetime("us", "UTC"),
        "client": pl.String(),  # name of the format that matched
        "direction": pl.String(),  # download or upload
        "bytes": pl.Int64(),
        "seconds": pl.Float64(),  # best estimate of the elapsed time
        "seconds_low": pl.Float64(),
        "seconds_high": pl.Float64(),
        "seconds_printed": pl.Float64(),
        "rate": pl.Float64(),  # as printed, in bytes per second
        "completion": pl.String(),  # one of COMPLETIONS
        "reply_code": pl.Int64(),  # last FTP reply that concerns the transfer
        "note": pl.String(),  # why it is partial or failed, or what is odd about it
    }
)

# confirmed: the server said so. reported: the client's word alone, in a log without replies.
COMPLETIONS = ("confirmed", "reported", "partial", "failed")
COMPLETED = COMPLETIONS[:2]  # whose times count


def distinct_transfers(logs: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """
    Put the rows of several logs together, each transfer once.

    Logs overlap: one that has grown, RESULT.log beside its FTP.log, a compressed copy. Rows with one id are one
    transfer, and the copy that shows the server's replies wins. A log's run whose last result stands in a longer run is
    a part of it, so runs are numbered anew: 1-based within the label, over all logs; and a transfer that was still
    under way when its log was read is not counted once a longer copy shows how it went on.

    Parameters
    ----------
    logs : iterable of DataFrame
        The rows of each log, with the columns of SCHEMA, in the order in which runs are to be numbered.

    Returns
    -------
    DataFrame
        The columns of SCHEMA, one row per id.
    """
    numbered = [rows.with_columns(log=pl.lit(number, dtype=pl.Int64)) for number, rows in enumerate(logs)]
    if not numbered:
        return pl.DataFrame(schema=SCHEMA)
    rows = _whole_runs(pl.concat(numbered))
    replied = pl.col("reply_code").is_not_null()
    best_first = rows.sort(replied, replied.any().over("log"), descending=True, maintain_order=True)
    kept = best_first.unique("id", keep="first", maintain_order=True)
    begins = pl.struct(pl.col("log").min().over("whole"), pl.col("line").min().over("whole"))
    kept = kept.with_columns(run=begins.rank("dense").over("label").cast(pl.Int64))
    return kept.sort("log", "line", maintain_order=True).select(SCHEMA.names())


def _whole_runs(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``whole``: the number of the longest run, over all logs, that each row's run is a part of."""
    rows = rows.with_columns(part=pl.struct("log", "label", "run").rank("dense"))
    rows = rows.with_columns(length=pl.len().over("part"))
    longest = rows.sort("length", descending=True, maintain_order=True).unique("id", keep="first", maintain_order=True)
    last_result = pl.col("id").filter(pl.col("client").is_not_null()).last()
    ends = rows.group_by("part").agg(pl.coalesce(last_result, pl.col("id").last()))
    whole = ends.join(longest.select("id", whole="part"), on="id", how="left").select("part", "whole")
    rows = rows.join(whole, on="part", how="left", maintain_order="left")
    return rows.join(_under_way(rows), on="id", how="anti", maintain_order="left")


def _under_way(rows: pl.DataFrame) -> pl.DataFrame:
    """Ids of last transfers without a result line, in copies whose longer copy does not know them."""
    in_copies = pl.col("part") != pl.col("whole")
    last = rows.filter(in_copies).group_by("part").last().filter(pl.col("client").is_null())
    return last.join(rows.filter(~in_copies), on="id", how="anti").select("id")


def to_pandas(rows: pl.DataFrame) -> "pd.DataFrame":
    """Return rows for the analysis: whole numbers stay whole where some are unknown."""
    import pandas as pd
    import pyarrow as pa

    return rows.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
