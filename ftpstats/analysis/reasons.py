"""Attempts that did not complete, counted by why: tidy rows in, frozen results out."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ftpstats.analysis.select import attempts
from ftpstats.units import kind_order

__all__ = ["Failure", "failures_of"]


@dataclass(frozen=True, slots=True)
class Failure:
    """
    Attempts of one label, size and direction that ended alike.

    Attributes
    ----------
    label, direction : str or None
    bytes : int or None
        The size that they were meant to have; None where it is unknown.
    completion : {"partial", "failed"}
    reason : str or None
        The note on them; None where nothing says why.
    count : int
    first : str or None
        Log and line of the first.
    """

    label: str | None
    bytes: int | None
    direction: str | None
    completion: str
    reason: str | None
    count: int
    first: str | None


_ALIKE = ("label", "bytes", "direction", "completion", "note")


def failures_of(transfers: pl.DataFrame, labels: Sequence[str] | None, sizes: Sequence[int]) -> list[Failure]:
    """
    Return the attempts that did not complete, by reason: small files first, then the most frequent reason.

    Parameters
    ----------
    transfers : DataFrame
        With the columns of `select.COLUMNS`.
    labels : sequence of str or None
        None for all.
    sizes : sequence of int
        In bytes; none for all.

    Returns
    -------
    list of Failure
        Of the attempts that `select.samples` counts, so without warm-ups.
    """
    unfinished = attempts(transfers, labels, sizes).filter(~pl.col("completed")).sort("place")
    counted = unfinished.group_by(_ALIKE, maintain_order=True).agg(
        pl.len(), pl.col("source").first().cast(pl.String), pl.col("line").first()
    )
    texts = counted.with_columns(pl.col(*_ALIKE).exclude("bytes").cast(pl.String))
    found = [
        Failure(label, size, direction, completion, note, count, source and f"{source}:{line}")
        for label, size, direction, completion, note, count, source, line in texts.iter_rows()
    ]
    return sorted(found, key=lambda one: (*kind_order(one.bytes, one.direction), -one.count))
