"""The tidy table: one row per attempted transfer. Its columns, their types and its version."""

import polars as pl

__all__ = ["COMPLETED", "COMPLETIONS", "SCHEMA", "SCHEMA_VERSION", "plain_text"]

# 1 (2026): the first, with an id for each transfer. 2 (2026): what other formats tell has columns too, and no id.
# A reader refuses a newer one by name.
SCHEMA_VERSION = 2

DIRECTIONS = ("download", "upload")
# The data connection; all of it, with connecting and log-in; what the server's own clock says.
TIMED = ("data", "whole", "server")
# confirmed: the server said so. reported: the client's word alone, in a log without replies.
COMPLETIONS = ("confirmed", "reported", "partial", "failed")
COMPLETED = COMPLETIONS[:2]  # whose times count

# Times are seconds, sizes are bytes, rates are bytes per second. Unknown is null, never 0.
SCHEMA = pl.Schema(
    {
        "source": pl.Categorical(),  # the log's path as given
        "line": pl.Int64(),  # 1-based, of the result line, or of the header where there is none
        "label": pl.Categorical(),
        "run": pl.Int64(),  # 1-based within source and label: a new one where the iteration does not grow
        "iteration": pl.Int64(),  # 0 and below: warm-up, kept and not analysed
        "time": pl.Datetime("us", "UTC"),  # when it began
        "client": pl.Categorical(),  # name of the format that matched
        "direction": pl.Enum(DIRECTIONS),
        "file": pl.String(),  # its name, where the log tells
        "peer": pl.String(),  # the other host, where the log tells
        "bytes": pl.Int64(),
        "bytes_low": pl.Int64(),  # where a client prints a rounded number of bytes, what it may stand for
        "bytes_high": pl.Int64(),
        "seconds": pl.Float64(),  # best estimate of the elapsed time
        "seconds_low": pl.Float64(),
        "seconds_high": pl.Float64(),
        "seconds_printed": pl.Float64(),
        "rate": pl.Float64(),  # as printed, in bytes per second
        "timed": pl.Enum(TIMED),  # what the seconds cover
        "completion": pl.Enum(COMPLETIONS),
        "reply_code": pl.Int64(),  # last FTP reply that concerns the transfer
        "note": pl.String(),  # why it is partial or failed, or what is odd about it
    }
)


def plain_text(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with text where a column holds one of a few words: what other programs make of those differs."""
    return rows.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
