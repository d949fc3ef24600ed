"""What the index says of a log's transfers, from its rows: labels, runs, sizes; also of a log that is read on."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

__all__ = ["Facts", "facts_of", "followed", "joined", "noted"]

_KINDS = ["log", "label", "run", "client", "bytes", "direction"]

Facts = Mapping[str, Any]  # of one log, by the names that `segments.Entry` has; `last` is the last run of each label


def noted(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what `facts_of` needs of rows of some logs: one row for all that are alike."""
    return rows.group_by(_KINDS, maintain_order=True).agg(
        pl.len(), replies=pl.col("reply_code").is_not_null().any(), stamped=pl.col("time").is_not_null().any()
    )


def facts_of(notes: Sequence[pl.DataFrame]) -> list[dict[str, Any]]:
    """Return the facts of each log with rows, by its number."""
    facts = pl.concat(notes).group_by("log").agg(
        labels=pl.col("label").unique(maintain_order=True),
        rows=pl.col("len").sum(),
        runs=pl.struct("label", "run").n_unique(),
        replies=pl.col("replies").any(),
        stamped=pl.col("stamped").any(),
        clients=pl.col("client").drop_nulls().unique().sort(),
        kinds=pl.struct("bytes", "direction").unique(maintain_order=True),
    )  # fmt: skip
    return [
        {**told, "kinds": [list(kind.values()) for kind in told["kinds"]]}
        for told in facts.sort("log").drop("log").iter_rows(named=True)
    ]


def joined(before: Facts | None, notes: Sequence[pl.DataFrame]) -> dict[str, Any]:
    """
    Return the facts of one log that was read on, and the last run of each label as ``last``.

    Parameters
    ----------
    before : mapping or None
        The facts of the rows before, as this returned them.
    notes : sequence of DataFrame
        Those of the rows behind, see `noted`.
    """
    before = before or {**_NONE}
    if not any(note.height for note in notes):
        return {**before}
    (told,) = facts_of(notes)
    last = dict(zip(before["labels"], before["last"], strict=True))
    runs = pl.concat(notes).select("label", "run").unique(maintain_order=True).rows()
    fresh = sum(label not in last or run > last[label] for label, run in runs)  # a label's runs only grow
    for label, run in runs:
        last[label] = max(run, last.get(label, run))
    return _both(before, told, last, before["runs"] + fresh)


def followed(before: Facts | None, behind: Facts, shift: Mapping[str | None, int]) -> dict[str, Any]:
    """
    Return the facts of two parts of a log, of which the second was read as if it were the whole log.

    Parameters
    ----------
    before, behind : mapping
        As `joined` returns them.
    shift : mapping
        By label, what the number of a run in the second part is less than in the whole log.
    """
    before = before or {**_NONE}
    last = dict(zip(before["labels"], before["last"], strict=True))
    shared = sum(label in last and last[label] > shift.get(label, 0) for label in behind["labels"])
    last |= {label: run + shift.get(label, 0) for label, run in zip(behind["labels"], behind["last"], strict=True)}
    return _both(before, behind, last, before["runs"] + behind["runs"] - shared)


def _both(before: Facts, behind: Facts, last: Mapping[str | None, int], runs: int) -> dict[str, Any]:
    return {
        "labels": [*last],
        "rows": before["rows"] + behind["rows"],
        "runs": runs,
        "replies": before["replies"] or behind["replies"],
        "stamped": before["stamped"] or behind["stamped"],
        "clients": sorted({*before["clients"], *behind["clients"]}),
        "kinds": [list(kind) for kind in dict.fromkeys(map(tuple, (*before["kinds"], *behind["kinds"])))],
        "last": [*last.values()],
    }


_NONE: Facts = {
    "labels": [], "rows": 0, "runs": 0, "replies": False, "stamped": False, "clients": [], "kinds": [], "last": []
}  # fmt: skip
