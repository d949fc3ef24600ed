"""From blocks to tidy rows: what only the order of blocks can tell. Run numbers, line numbers, places in the skeleton.

A label's new run begins where its iteration does not grow. Blocks arrive in order; what is open between two of them
(each label's last iteration and run) is carried over.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.transcript.block import Block
from ftpstats.table import SCHEMA

__all__ = ["ELEMENT", "Numbering"]

# Beside the tidy columns, for `identity`: the element of its log's skeleton that each row stands at, -1 before any.
ELEMENT = pl.Schema({"element": pl.Int64()})

# Each label's open run: where it stands when a block ends.
_OPEN = pl.Schema({"label": pl.Categorical(), "iteration": pl.Int64(), "run": pl.Int64()})


class Numbering:
    """Turns the blocks of one log, in order, into tidy rows."""

    def __init__(self, source: str) -> None:
        self._source = pl.lit(source, dtype=SCHEMA["source"])
        self._lines = self._elements = 0
        self._open = pl.DataFrame(schema=_OPEN)
        self._latest = pl.DataFrame(schema=_OPEN)  # the run that the block before ended in: one row, or none

    def rows(self, block: Block) -> pl.DataFrame:
        """Return the block's rows, finished: the columns of `table.SCHEMA`, and ELEMENT."""
        attempts = self._numbered(self._continued(block.attempts))
        rows = self._finished(block.rows.hstack(attempts.select(pl.all().gather(block.rows["attempt"]))))
        self._lines += sum(block.counts.values())
        self._elements += len(block.skeleton)
        return rows

    def _continued(self, attempts: pl.DataFrame) -> pl.DataFrame:
        """Lines before a block's first header belong to the attempt that the block before ended in."""
        if self._latest.is_empty():
            return attempts
        return pl.concat([self._latest.select(attempts.columns), attempts.slice(1)])

    def _numbered(self, attempts: pl.DataFrame) -> pl.DataFrame:
        """Label, iteration and run of each attempt."""
        fresh = attempts.with_columns(run=pl.lit(None, dtype=pl.Int64)).select(_OPEN.names())
        frame = pl.concat([self._open, fresh])
        known, continues = self._open.height, not self._latest.is_empty()
        # Each label's attempts together, in their order.
        codes = frame["label"].to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        order = np.argsort(codes, kind="stable")
        same_label = np.diff(codes[order], prepend=-2) == 0
        begins = same_label & _does_not_grow(frame["iteration"].cast(pl.Float64).fill_null(np.nan).to_numpy()[order])
        begins &= ~(continues & (order == known))  # the attempt that goes on from the block before begins nothing
        label_starts = _starts(~same_label)
        number = np.cumsum(begins) + frame["run"].fill_null(1).to_numpy()[order][label_starts]
        run = np.empty_like(order)
        run[order] = number - np.cumsum(begins)[label_starts]
        frame = frame.with_columns(run=pl.Series(run))
        self._open = frame[order[np.append(~same_label[1:], True)]].select(_OPEN.names())
        self._latest = frame.tail(1)
        return frame.slice(known)

    def _finished(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(
            source=self._source,
            line=pl.col("line") + self._lines,
            element=pl.col("element") + self._elements,
        ).select(
            (pl.col(name) if name in rows.columns or name == "source" else pl.lit(None, dtype).alias(name)).cast(dtype)
            for name, dtype in (SCHEMA | ELEMENT).items()
        )


def _does_not_grow(iteration: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether each iteration is known and no larger than the known one before it."""
    return np.concatenate(([False], iteration[1:] <= iteration[:-1]))


def _starts(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each place, the last one up to it that is marked."""
    return np.maximum.accumulate(np.where(mask, np.arange(len(mask)), 0))
