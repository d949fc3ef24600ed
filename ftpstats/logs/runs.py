"""From blocks to tidy rows: what only the order of blocks can tell. Run numbers, ids, line numbers.

A label's new run begins where its iteration does not grow. Blocks arrive in order; what is open between two of them
(each label's last iteration, run and sum of elements) is carried over.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.identity import Hashes, hex_ids, mixed
from ftpstats.logs.transcript.block import Block
from ftpstats.table import SCHEMA

__all__ = ["Numbering"]

# Each label's open run: where it stands when a block ends.
_OPEN = pl.Schema({"label": pl.Categorical(), "iteration": pl.Int64(), "run": pl.Int64(), "total": pl.UInt64()})


class Numbering:
    """Turns the blocks of one log, in order, into tidy rows."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = 0
        self._open = pl.DataFrame(schema=_OPEN)
        self._begun = pl.DataFrame(schema={"label": pl.Categorical(), "total": pl.UInt64(), "times": pl.Int64()})
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
        fresh = attempts.with_columns(run=pl.lit(None, dtype=pl.Int64)).select(_OPEN.names())
        frame = pl.concat([self._open, fresh])
        known, continues = self._open.height, not self._latest.is_empty()
        # Each label's attempts together, in their order.
        codes = frame["label"].to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        order = np.argsort(codes, kind="stable")
        same_label = np.diff(codes[order], prepend=-2) == 0
        begins = same_label & _does_not_grow(frame["iteration"].cast(pl.Float64).fill_null(np.nan).to_numpy()[order])
        begins &= ~(continues & (order == known))  # the attempt that goes on from the block before begins nothing
        label_starts, run_starts = _starts(~same_label), _starts(~same_label | begins)
        number = np.cumsum(begins) + frame["run"].fill_null(1).to_numpy()[order][label_starts]
        total = frame["total"].to_numpy()[order]
        exclusive = np.cumsum(total, dtype=np.uint64) - total
        within = exclusive - exclusive[run_starts]
        salt = np.zeros(len(order), dtype=np.uint64)
        announces = (total != 0) & (within == 0) & (order >= known)  # the first attempt of its run that says anything
        if announces.any():
            salt[run_starts[announces]] = self._salts(frame[order[announces]].select("label", "total"))
        run, before = np.empty_like(order), np.empty_like(total)
        run[order] = number - np.cumsum(begins)[label_starts]
        before[order] = within + salt[run_starts]
        frame = frame.with_columns(run=pl.Series(run), before=pl.Series(before))
        frame = frame.with_columns(total=pl.col("before") + pl.col("total"))
        self._open = frame[order[np.append(~same_label[1:], True)]].select(_OPEN.names())
        self._latest = frame.tail(1).select(_OPEN.names())
        return frame.slice(known).select("label", "iteration", "run", "before")

    def _salts(self, begun: pl.DataFrame) -> Hashes:
        """
        Tell apart runs of one log that begin alike, in the order in which they begin.

        A coarse clock prints the same for many transfers, and a server that is down gives nothing to print: what a run
        says in its first attempt may well be said again. The first such run of a label is not salted, so a log that
        holds it alone gives it the same ids.
        """
        alike = ["label", "total"]
        known = begun.join(self._begun, on=alike, how="left", nulls_equal=True, maintain_order="left")["times"]
        ordinal = known.fill_null(0) + begun.select(pl.int_range(pl.len()).over(alike)).to_series()
        together = pl.concat([self._begun, begun.with_columns(times=pl.lit(1, dtype=pl.Int64))])
        self._begun = together.group_by(alike).agg(pl.col("times").sum())
        order = ordinal.to_numpy()
        return np.where(order > 0, mixed(order), np.uint64(0))

    def _finished(self, rows: pl.DataFrame) -> pl.DataFrame:
        ids = hex_ids((rows["before"] + rows["key"]).to_numpy())
        return rows.with_columns(
            id=ids,
            source=pl.lit(self._source),
            line=pl.col("line") + self._lines,
            time=pl.lit(None, dtype=SCHEMA["time"]),
        ).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _does_not_grow(iteration: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether each iteration is known and no larger than the known one before it."""
    return np.concatenate(([False], iteration[1:] <= iteration[:-1]))


def _starts(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each place, the last one up to it that is marked."""
    return np.maximum.accumulate(np.where(mask, np.arange(len(mask)), 0))
