"""From blocks to tidy rows: what only the order of blocks can tell. Run numbers, line numbers, places in the skeleton.

A label's new run begins where its iteration does not grow. Blocks arrive in order; what is open between two of them
(each label's last iteration and run) is carried over.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.transcript.block import Block
from ftpstats.logs.transcript.rows import without_label_note
from ftpstats.schema import SCHEMA

__all__ = ["PLACE", "Numbering", "finished", "label_codes", "relabelled", "run_numbers"]

Ints = npt.NDArray[np.int64]

# Beside the tidy columns, for `identity`: how many headers its log has up to each row, and the element of the log's
# skeleton that the row stands at, -1 before any.
PLACE = pl.Schema({"attempt": pl.Int64(), "element": pl.Int64()})

# Each label's open run: where it stands when a block ends.
_OPEN = pl.Schema({"label": pl.Categorical(), "iteration": pl.Int64(), "run": pl.Int64()})


class Numbering:
    """Turns the blocks of one log, in order, into tidy rows."""

    def __init__(self, source: str) -> None:
        self._source = pl.lit(source, dtype=SCHEMA["source"])
        self._lines = self._attempts = self._elements = 0
        self._open = pl.DataFrame(schema=_OPEN)
        self._latest = pl.DataFrame(schema=_OPEN)  # the run that the block before ended in: one row, or none

    def rows(self, block: Block) -> pl.DataFrame:
        """Return the block's rows, finished: the columns of `schema.SCHEMA`, and PLACE."""
        attempts = self._numbered(self._continued(block.attempts))
        rows = self._finished(block.rows.hstack(attempts.select(pl.all().gather(block.rows["attempt"]))))
        self._lines += sum(block.counts.values())
        self._attempts += block.attempts.height - 1
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
        codes = label_codes(frame["label"])
        # The attempt that goes on from the block before begins nothing.
        run = run_numbers(codes, frame["iteration"], frame["run"], known if continues else None)
        frame = frame.with_columns(run=pl.Series(run))
        last = np.unique(codes[::-1], return_index=True)[1]
        self._open = frame[np.sort(len(codes) - 1 - last)].select(_OPEN.names())
        self._latest = frame.tail(1)
        return frame.slice(known)

    def _finished(self, rows: pl.DataFrame) -> pl.DataFrame:
        placed = rows.with_columns(
            source=self._source,
            line=pl.col("line") + self._lines,
            attempt=pl.col("attempt") + self._attempts,
            element=pl.col("element") + self._elements,
        )
        return finished(placed, SCHEMA | PLACE)


def finished(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return the columns of a schema; what no line of a transcript tells is unknown."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None).alias(name)).cast(dtype)
        for name, dtype in schema.items()
    )


def label_codes(labels: pl.Series) -> Ints:
    """Return a number for each label, given as Categorical; -1 for the lack of one."""
    return labels.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()


def run_numbers(groups: Ints, iterations: pl.Series, known: pl.Series, continues: int | None = None) -> Ints:
    """
    Number the runs of attempts, 1-based within each group: one begins where the iteration does not grow.

    Parameters
    ----------
    groups : array of int64, shape (n,)
        One number for each label of each log.
    iterations : Series of Int64, shape (n,)
    known : Series of Int64, shape (n,)
        The number of an attempt that an earlier stretch had; it is the first of its group. Null for all others.
    continues : int, optional
        The attempt that goes on from an earlier stretch and begins nothing.
    """
    order = np.argsort(groups, kind="stable")  # each group's attempts together, in their order
    same_group = np.concatenate(([False], groups[order][1:] == groups[order][:-1]))
    begins = same_group & _does_not_grow(iterations.cast(pl.Float64).fill_null(np.nan).to_numpy()[order])
    if continues is not None:
        begins &= order != continues
    starts = _starts(~same_group)
    number = np.cumsum(begins)
    run = np.empty_like(order)
    run[order] = number - number[starts] + known.fill_null(1).to_numpy()[order][starts]
    return run


def _does_not_grow(iteration: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether each iteration is known and no larger than the known one before it."""
    return np.concatenate(([False], iteration[1:] <= iteration[:-1]))


def _starts(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each place, the last one up to it that is marked."""
    return np.maximum.accumulate(np.where(mask, np.arange(len(mask)), 0))


def relabelled(rows: pl.DataFrame, given: pl.Series) -> pl.DataFrame:
    """
    Return rows of whole logs under the labels that these were given.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA` and PLACE, and ``log``; of each log in order.
    given : Series of String
        By log: the label that stands in for its own, null where it keeps them.
    """
    label = given.cast(SCHEMA["label"]).gather(rows["log"])
    attempts = rows.select("log", "attempt", "iteration").unique(["log", "attempt"], keep="first", maintain_order=True)
    begins = (pl.col("iteration") <= pl.col("iteration").shift().over("log")).fill_null(value=False)
    runs = attempts.with_columns(begins=begins).with_columns(
        under_one=1 + pl.col("begins").cum_sum().over("log").cast(pl.Int64)
    )
    changed = rows.with_columns(given=label).join(
        runs.drop("iteration", "begins"), on=["log", "attempt"], how="left", maintain_order="left"
    )
    is_given = pl.col("given").is_not_null()
    return changed.with_columns(
        label=pl.coalesce("given", "label"),
        run=pl.when(is_given).then("under_one").otherwise("run"),
        note=pl.when(is_given).then(without_label_note()).otherwise("note"),
    ).drop("given", "under_one")
