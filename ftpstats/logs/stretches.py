"""Stretches of a log that begin at headers, each read as if it were the whole log: what moves one to its place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ftpstats.logs.resume import Point
from ftpstats.logs.runs import Before

__all__ = ["Shift", "following", "shift_behind"]

Label = str | None


@dataclass(frozen=True, slots=True)
class Shift:
    """
    What is added to the numbers of a stretch.

    Attributes
    ----------
    lines, attempts, elements : int
    runs : mapping
        By label; a label that is new there keeps its numbers.
    """

    lines: int
    attempts: int
    elements: int
    runs: Mapping[Label, int]

    def rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows of the stretch, with the columns of `schema.SCHEMA` and `runs.PLACE`, as they are in the log."""
        label = pl.col("label").cast(pl.String)
        labels = pl.Series([*self.runs], dtype=pl.String)
        more = label.replace_strict(labels, [*self.runs.values()], default=0, return_dtype=pl.Int64)
        return rows.with_columns(
            line=pl.col("line") + self.lines,
            attempt=pl.col("attempt") + self.attempts,
            element=pl.col("element") + self.elements,
            run=pl.col("run") + more,
        )


def shift_behind(before: Point, first: Mapping[Label, int | None]) -> Shift:
    """
    Return what moves a stretch behind a point.

    Parameters
    ----------
    before : Point
    first : mapping
        By label, the iteration of its first attempt in the stretch: a run begins there where it does not grow.
    """
    runs = {}
    for label, iteration, run in before.before.runs.rows():
        if label in first:
            begins = None not in {iteration, first[label]} and first[label] <= iteration
            runs[label] = run if begins else run - 1
    return Shift(before.before.lines, before.before.attempts, before.before.elements, runs)


def following(before: Point, behind: Point, shift: Shift) -> Point:
    """
    Return a point of a stretch as it is in the log.

    Parameters
    ----------
    before, behind : Point
        Where the stretch begins in the log, and the point as the stretch has it.
    shift : Shift
        Of the stretch.
    """
    stretch = behind.before
    runs = shift.rows(_as_rows(stretch.runs)).select(stretch.runs.columns)
    if before.offset:  # what stands before the first header of a stretch is no attempt of it
        runs = runs.filter(pl.col("label").is_not_null() | pl.col("iteration").is_not_null())
    seen = set(runs["label"])
    is_open = pl.Series([label not in seen for label in before.before.runs["label"]], dtype=pl.Boolean)
    return Point(
        behind.offset,
        behind.is_records,
        behind.headers,
        {**behind.meanings, **before.meanings},
        Counter(before.counts) + Counter(behind.counts),
        Before(
            before.before.lines + stretch.lines,
            before.before.attempts + stretch.attempts,
            before.before.elements + stretch.elements,
            pl.concat([before.before.runs.filter(is_open), runs]),
            shift.rows(_as_rows(stretch.latest)).select(stretch.latest.columns),
        ),
    )


def _as_rows(attempts: pl.DataFrame) -> pl.DataFrame:
    return attempts.with_columns(line=0, attempt=0, element=0)
