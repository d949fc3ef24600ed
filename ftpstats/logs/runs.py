"""From blocks to tidy rows: what only the order of blocks can tell, and only an FTP.json. Run and line numbers, times.

A label's new run begins where its iteration does not grow. Blocks arrive in order; what is open between two of them
(each label's last iteration and run) is handed from each to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.records.keys import is_record
from ftpstats.logs.transcript.block import Block
from ftpstats.logs.transcript.rows import without_label_note
from ftpstats.manifest import Manifest, runs_of
from ftpstats.schema import SCHEMA

__all__ = [
    "NOTHING", "PLACE", "Before", "begin_times", "finished", "in_order", "label_codes", "relabelled", "run_numbers",
    "timed",
]  # fmt: skip

Ints = npt.NDArray[np.int64]

# Beside the tidy columns, for `identity`: how many headers its log has up to each row, and the element of the log's
# skeleton that the row stands at, -1 before any. Of a stamped record its day, and its key, which is below -1.
PLACE = pl.Schema({"attempt": pl.Int64(), "element": pl.Int64()})

# A label's open run: where it stands when a block ends.
_OPEN = pl.Schema({"label": pl.Categorical(), "iteration": pl.Int64(), "run": pl.Int64()})


@dataclass(frozen=True, slots=True)
class Before:
    """
    What the blocks of a log so far leave for the next one.

    Attributes
    ----------
    lines, attempts, elements : int
        How many there were.
    runs : DataFrame
        ``label``, ``iteration`` and ``run`` of each label's last attempt.
    latest : DataFrame
        Those of the attempt that the last block ended in: one row, or none.
    """

    lines: int
    attempts: int
    elements: int
    runs: pl.DataFrame
    latest: pl.DataFrame


NOTHING = Before(0, 0, 0, pl.DataFrame(schema=_OPEN), pl.DataFrame(schema=_OPEN))


def in_order(block: Block, before: Before, times: pl.DataFrame | None, source: str) -> tuple[pl.DataFrame, Before]:
    """
    Finish the rows of a block by what came before it.

    Parameters
    ----------
    block : Block
    before : Before
        As the call for the block before returned it; NOTHING for the first.
    times : DataFrame or None
        When the experiment's transfers began, see `begin_times`; None where no FTP.json says so.
    source : str
        The log's name, as the column has it.

    Returns
    -------
    DataFrame, Before
        The columns of `schema.SCHEMA`, and PLACE; and what the block leaves for the next one.
    """
    attempts = _numbered(_continued(block.attempts, before), before)
    placed = block.rows.hstack(attempts.select(pl.all().gather(block.rows["attempt"]))).with_columns(
        source=pl.lit(source, dtype=SCHEMA["source"]),
        line=pl.col("line") + before.lines,
        attempt=pl.col("attempt") + before.attempts,
        element=pl.col("element") + before.elements,
    )
    rows = finished(placed, SCHEMA | PLACE)
    return rows if times is None else timed(rows, times), _behind(block, attempts, before)


def _continued(attempts: pl.DataFrame, before: Before) -> pl.DataFrame:
    """Lines before a block's first header belong to the attempt that the block before ended in."""
    if before.latest.is_empty():
        return attempts
    return pl.concat([before.latest.select(attempts.columns), attempts.slice(1)])


def _numbered(attempts: pl.DataFrame, before: Before) -> pl.DataFrame:
    """Label, iteration and run of each attempt."""
    fresh = attempts.with_columns(run=pl.lit(None, dtype=pl.Int64)).select(_OPEN.names())
    frame = pl.concat([before.runs, fresh])
    known, continues = before.runs.height, not before.latest.is_empty()
    codes = label_codes(frame["label"])
    # The attempt that goes on from the block before begins nothing.
    run = run_numbers(codes, frame["iteration"], frame["run"], known if continues else None)
    return frame.with_columns(run=pl.Series(run)).slice(known)


def _behind(block: Block, attempts: pl.DataFrame, before: Before) -> Before:
    """Return what a block, whose attempts are numbered, leaves for the next one."""
    frame = pl.concat([before.runs, attempts])
    last = np.unique(label_codes(frame["label"])[::-1], return_index=True)[1]
    return Before(
        lines=before.lines + sum(block.counts.values()),
        attempts=before.attempts + block.attempts.height - 1,
        elements=before.elements + len(block.skeleton),
        runs=frame[np.sort(frame.height - 1 - last)],
        latest=attempts.tail(1),
    )


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


def begin_times(manifest: Manifest) -> pl.DataFrame:
    """Return when each transfer of an experiment began, by its header."""
    attempts = manifest.attempts
    began = pl.Series("began", [attempt.time for attempt in attempts], dtype=pl.String)
    return pl.DataFrame(
        {
            "label": pl.Series([attempt.label for attempt in attempts], dtype=SCHEMA["label"]),
            "run": pl.Series(runs_of(attempts), dtype=pl.Int64),
            "iteration": pl.Series([attempt.iteration for attempt in attempts], dtype=pl.Int64),
            "began": began.str.to_datetime(time_unit="us", time_zone="UTC", strict=False),
        }
    )


def timed(rows: pl.DataFrame, times: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the begin times that a frame has by the columns that it shares with them."""
    on = [name for name in times.columns if name != "began"]
    found = rows.join(times, on=on, how="left", maintain_order="left")
    return found.with_columns(time="began").select(rows.columns)


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
        run=pl.when(is_given & ~is_record()).then("under_one").otherwise("run"),
        note=pl.when(is_given).then(without_label_note()).otherwise("note"),
    ).drop("given", "under_one")
