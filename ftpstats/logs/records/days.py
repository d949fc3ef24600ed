"""From blocks of records to tidy rows: each day of the log is a run. What `runs` does for transcripts."""

from dataclasses import replace

import polars as pl

from ftpstats.logs.records.block import RecordBlock
from ftpstats.logs.runs import PLACE, Before, finished
from ftpstats.schema import SCHEMA

__all__ = ["by_days"]

_NO_DAY = -1  # of records without a stamp


def by_days(block: RecordBlock, before: Before, label: str, source: str) -> tuple[pl.DataFrame, Before]:
    """
    Finish the rows of a block by what came before it.

    Parameters
    ----------
    block : RecordBlock
    before : Before
        As the call for the block before returned it; `runs.NOTHING` for the first. Its runs have the day in the place
        of an iteration.
    label : str
        Of all transfers of the log.
    source : str
        The log's name, as the column has it.

    Returns
    -------
    DataFrame, Before
        The columns of `schema.SCHEMA`, and PLACE, with the day in the place of an attempt.
    """
    days = block.rows["day"].cast(pl.Int64).fill_null(_NO_DAY).alias("iteration")
    fresh = days.unique(maintain_order=True).to_frame()
    fresh = fresh.filter(~pl.col("iteration").is_in(before.runs["iteration"].implode()))
    numbered = fresh.select(
        pl.lit(label, dtype=SCHEMA["label"]).alias("label"),
        "iteration",
        run=pl.int_range(pl.len()) + before.runs.height + 1,
    )
    runs = pl.concat([before.runs, numbered])
    run = days.to_frame().join(runs, on="iteration", how="left", maintain_order="left")["run"]
    element = pl.col("element")
    rows = block.rows.with_columns(
        source=pl.lit(source, dtype=SCHEMA["source"]),
        line=pl.col("line") + before.lines,
        label=pl.lit(label, dtype=SCHEMA["label"]),
        run=run,
        attempt=days,
        element=pl.when(element < -1).then(element).otherwise(element + before.elements),
    )
    lines, elements = before.lines + sum(block.counts.values()), before.elements + len(block.skeleton)
    return finished(rows, SCHEMA | PLACE), replace(before, lines=lines, elements=elements, runs=runs)
