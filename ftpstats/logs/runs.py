"""From blocks to tidy rows: what only the order of blocks can tell. Run numbers, ids, line numbers.

A label's new run begins where its iteration does not grow. Blocks arrive in order; what is open between two of them
(each label's last iteration, run and sum of elements) is carried over.
"""

import polars as pl

from ftpstats.logs.blocks import Block
from ftpstats.logs.identity import hex_ids
from ftpstats.table import SCHEMA

__all__ = ["Numbering"]

# Each label's open run: where it stands when a block ends.
_OPEN = pl.Schema({"label": pl.String(), "iteration": pl.Int64(), "run": pl.Int64(), "total": pl.UInt64()})
_MOST_RUNS = 2**32


class Numbering:
    """Turns the blocks of one log, in order, into tidy rows."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = 0
        self._open = pl.DataFrame(schema=_OPEN)
        self._latest = pl.DataFrame(schema=_OPEN)  # the run that the block before ended in: one row, or none

    def rows(self, block: Block) -> pl.DataFrame:
        """Return the block's rows, finished: the columns of `table.SCHEMA`."""
        attempts = self._numbered(self._continued(block.attempts))
        rows = self._finished(block.rows.hstack(attempts.select(pl.all().gather(block.rows["attempt"]))))
        self._lines += sum(block.counts.values())
        return rows

    def _continued(self, attempts: pl.DataFrame) -> pl.DataFrame:
        """Lines before a block's first header belong to the attempt that the block before ended in."""
        if self._latest.is_empty():
            return attempts
        carried = self._latest.select("iteration", "label")
        first = carried.with_columns(total=attempts["total"].head(1))
        return pl.concat([first.select(attempts.columns), attempts.slice(1)])

    def _numbered(self, attempts: pl.DataFrame) -> pl.DataFrame:
        """Run, iteration, label and the sum of the run's elements before each attempt."""
        known = self._open.with_columns(attempt=pl.lit(-1, dtype=pl.Int64))
        fresh = attempts.with_columns(run=pl.lit(None, dtype=pl.Int64), attempt=pl.int_range(pl.len()))
        frame = pl.concat([known, fresh.select(known.columns)])
        # Grouping by a number is several times faster than by text.
        frame = frame.with_columns(group=pl.col("label").cast(pl.Categorical).to_physical().cast(pl.Int64))
        # The attempt that continues the block before has that one's iteration and begins nothing.
        continues = (pl.col("attempt") == 0) & (not self._latest.is_empty())
        begins = (pl.col("iteration") <= pl.col("iteration").shift().over("group")).fill_null(value=False)
        frame = frame.with_columns(begins=begins & ~continues)
        begun = pl.col("begins").cum_sum().over("group")
        frame = frame.with_columns(run=pl.col("run").first().over("group").fill_null(1) + begun)
        run = pl.col("group").fill_null(-1) * _MOST_RUNS + pl.col("run")
        frame = frame.with_columns(before=pl.col("total").cum_sum().over(run) - pl.col("total"))
        last = frame.with_columns(total=pl.col("before") + pl.col("total"))
        ends = pl.col("iteration", "run", "total").last()
        self._open = last.group_by("label", maintain_order=True).agg(ends).select(_OPEN.names())
        self._latest = last.tail(1).select(_OPEN.names())
        return frame.filter(pl.col("attempt") >= 0).select("label", "iteration", "run", "before")

    def _finished(self, rows: pl.DataFrame) -> pl.DataFrame:
        ids = hex_ids((rows["before"] + rows["key"]).to_numpy())
        return rows.with_columns(
            id=ids,
            source=pl.lit(self._source),
            line=pl.col("line") + self._lines,
            time=pl.lit(None, dtype=SCHEMA["time"]),
        ).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
