"""Where a log can be read on when it has grown: at the beginning of its last block, with what came before that.

As JSON it is part of the store's index.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from ftpstats.logs.runs import NOTHING, Before
from ftpstats.logs.transcript.lines import Kind

__all__ = ["BEGIN", "Point", "point_of"]


@dataclass(frozen=True, slots=True)
class Point:
    """
    A place in a log at which a block begins.

    Attributes
    ----------
    offset : int
        Bytes before it, decompressed.
    is_records : bool or None
        Whether the log is one of records; None where nothing has told.
    headers : Mapping[str, str]
        The headers of records that are in force.
    meanings : Mapping[str, int]
        What the units of clients mean, as far as that is settled.
    counts : Mapping[Kind, int]
        Lines of each kind before it.
    before : Before
    """

    offset: int
    is_records: bool | None
    headers: Mapping[str, str]
    meanings: Mapping[str, int]
    counts: Mapping[Kind, int]
    before: Before

    def to_json(self) -> dict[str, Any]:
        """Return what `point_of` makes a point of."""
        before = self.before
        return {
            "offset": self.offset,
            "is_records": self.is_records,
            "headers": dict(self.headers),
            "meanings": dict(self.meanings),
            "counts": {kind.name: count for kind, count in self.counts.items()},
            "before": [before.lines, before.attempts, before.elements, before.runs.rows(), before.latest.rows()],
        }


BEGIN = Point(0, None, {}, {}, {}, NOTHING)


def point_of(told: Mapping[str, Any]) -> Point:
    """Return the point that JSON tells of."""
    *counts, runs, latest = told["before"]
    frames = (pl.DataFrame(rows, schema=NOTHING.runs.schema, orient="row") for rows in (runs, latest))
    return Point(
        told["offset"],
        told["is_records"],
        told["headers"],
        told["meanings"],
        {Kind[name]: count for name, count in told["counts"].items()},
        Before(*counts, *frames),
    )
