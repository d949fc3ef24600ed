"""Stamped records of several logs, each once: as often as in the log that holds it most often.

Logs overlap where one was rotated, copied, cut or filtered: then they share most of what both hold of their common
time. Logs of one label that share less, as two servers' do that print the same line now and then, are of different
transfers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ftpstats.logs.records.keys import UNENDED, is_record

__all__ = ["records_once"]

_LEAST_SHARED = 0.5  # of what the log with less of the common time holds of it


@dataclass(frozen=True, slots=True)
class _Held:
    """What some logs of a label hold together: ``element``, ``time`` and how often (``times``); and which they are."""

    records: pl.DataFrame
    logs: tuple[int, ...]

    def shares_with(self, other: "_Held") -> bool:
        """Whether both hold most of their common time alike."""
        spans = [(held.records["time"].min(), held.records["time"].max()) for held in (self, other)]
        begin, end = max(span[0] for span in spans), min(span[1] for span in spans)  # type: ignore[type-var]
        if begin > end:  # type: ignore[operator]
            return False
        inside = [held.records.filter(pl.col("time").is_between(begin, end)) for held in (self, other)]
        both = inside[0].join(inside[1], on="element")
        shared = both.select(pl.min_horizontal("times", "times_right").sum()).item()
        return bool(shared > 0 and shared >= _LEAST_SHARED * min(int(part["times"].sum()) for part in inside))

    def with_all(self, others: list["_Held"]) -> "_Held":
        """Return what these and others hold together."""
        records = pl.concat([self.records, *(other.records for other in others)])
        together = records.group_by("element").agg(pl.col("time").min(), pl.col("times").max())
        return _Held(together, (*self.logs, *(log for other in others for log in other.logs)))


def records_once(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Return rows with each stamped record once.

    The last record of a log that ends in the middle of its line counts where no other log of the label has that day.

    Parameters
    ----------
    rows : DataFrame
        With ``label``, ``time``, ``log``, and the columns of `runs.PLACE`; by log, in the order in which logs count.
    """
    if not rows.select(is_record().any()).item():  # asked first: to filter rows puts all their pieces together
        return rows
    shared = rows.filter(is_record()).filter(pl.col("log").n_unique().over("label") > 1)
    if shared.is_empty():
        return rows
    groups = pl.DataFrame(
        list(_groups(shared)),
        schema={"label": shared.schema["label"], "log": pl.Int64, "group": pl.Int64},
        orient="row",
    ).cast({"log": shared.schema["log"]})
    again = pl.int_range(pl.len()).over("label", "log", "element")
    placed = shared.with_columns(again=again).join(groups, on=["label", "log"], how="left", maintain_order="left")
    once = placed.unique(["label", "group", "element", "again"], keep="first", maintain_order=True)
    begun = (pl.col("element") == UNENDED) & (pl.col("log").n_unique().over("label", "attempt") > 1)
    kept = once.filter(~begun).select(rows.columns)
    others = rows.filter(~is_record() | ~pl.col("label").is_in(shared["label"].unique().implode()))
    return pl.concat([others, kept]).sort("log", maintain_order=True)


def _groups(rows: pl.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Yield the group of each log under each label: logs of one group overlap."""
    for (label,), part in rows.partition_by("label", as_dict=True).items():
        held: list[_Held] = []
        logs = [
            _Held(own.group_by("element").agg(pl.col("time").first(), times=pl.len().cast(pl.Int64)), (number,))
            for (number,), own in part.partition_by("log", as_dict=True).items()
        ]
        for log in sorted(logs, key=lambda one: -one.records.height):
            related = [other for other in held if other.shares_with(log)]
            apart = [other for other in held if all(other is not one for one in related)]
            held = [*apart, log.with_all(related)]
        yield from ((label, number, group) for group, one in enumerate(held) for number in one.logs)
