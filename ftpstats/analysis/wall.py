"""The wall time of a label, and bytes per second of it: rows with begin and end in, seconds and rates out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import numpy as np
import polars as pl

from ftpstats.analysis.concurrency import SECOND
from ftpstats.analysis.hours import Calendar, stretches
from ftpstats.stats.concurrency import Times, spread, union

__all__ = ["UNKNOWN", "Wall", "wall_of"]

UNKNOWN: Mapping[str, Any] = {"aggregate": None, "wall": None}
_COARSE = 10  # seconds of wall time: below it, stamps of whole seconds hide bytes per second of it


@dataclass(frozen=True, slots=True)
class Wall:
    """
    The time that a label's logs cover: from the first begin to the last end in each, once where they overlap.

    Attributes
    ----------
    begins, ends : array of int64
        Of stretches apart from each other, in microseconds since 1970; none where no stamp is known.
    is_coarse : bool
        Whether stamps are whole seconds.
    """

    begins: Times
    ends: Times
    is_coarse: bool

    def rate(self, moved: float, seconds: float | None = None) -> dict[str, Any]:
        """Return the wall time, of which some may be given, and bytes per second of it; None where hidden."""
        wall = float((self.ends - self.begins).sum()) / SECOND if seconds is None else seconds
        if not wall or not len(self.begins):
            return dict(UNKNOWN)
        is_hidden = self.is_coarse and wall < _COARSE
        return {"aggregate": None if is_hidden else moved / wall, "wall": wall}

    def by_calendar(self, rows: pl.DataFrame, by: Calendar, zone: tzinfo | None) -> dict[str, dict[str, Any]]:
        """
        Return the wall time in each hour of the day or each day, and the bytes per second that were moved in it.

        Parameters
        ----------
        rows : DataFrame
            With ``begin``, ``end`` and ``moved``. The bytes of a transfer are spread evenly over its time.
        by : {"hour", "day"}
        zone : tzinfo or None
        """
        moving = rows.filter(pl.col("moved") > 0)
        if not len(self.begins) or moving["begin"].has_nulls():
            return {}
        edges, names = stretches(int(self.begins[0]), int(self.ends[-1]), by, zone)
        ran = [moving[name].to_numpy() for name in ("begin", "until")]
        of_day, place = np.unique(names, return_inverse=True)
        walls = np.bincount(place, spread(self.begins, self.ends, (self.ends - self.begins) / SECOND, edges))
        moved = np.bincount(place, spread(ran[0], ran[1], moving["moved"].cast(pl.Float64).to_numpy(), edges))
        numbers = zip(of_day.tolist(), moved.tolist(), walls.tolist(), strict=True)
        return {name: self.rate(total, seconds) for name, total, seconds in numbers if seconds}


def wall_of(rows: pl.DataFrame) -> Wall:
    """Return the wall time of some transfers: with ``source``, ``begin``, ``until`` and ``is_coarse``."""
    spans = (
        rows.filter(pl.col("begin").is_not_null()).group_by("source").agg(pl.col("begin").min(), pl.col("until").max())
    )
    begins, ends = union(*(spans[name].to_numpy() for name in ("begin", "until")))
    return Wall(begins, ends, bool(rows["is_coarse"].any()))
