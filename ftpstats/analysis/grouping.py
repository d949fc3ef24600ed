"""What transfers are grouped by within a label: rows in, rows with their group out; and the order of groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftpstats.analysis.hours import Calendar, stretches
from ftpstats.errors import SelectionError
from ftpstats.units import KIB, format_size

if TYPE_CHECKING:
    from ftpstats.analysis.rates import Throughput

__all__ = ["BY", "CALENDAR", "CLASSES", "By", "grouped", "in_order", "require_groups"]

By: TypeAlias = Literal["hour", "day", "peer", "size-class", "direction", "client", "label"]
BY: tuple[By, ...] = get_args(By)
CALENDAR: tuple[Calendar, ...] = get_args(Calendar)

_EDGES = (*(tens * KIB**power for power in (1, 2, 3) for tens in (1, 10, 100)), KIB**4)
_NAMES = tuple(map(format_size, _EDGES))
# The lower end belongs to a class.
CLASSES = (
    f"below {_NAMES[0]}",
    *(f"{low} to {high}" for low, high in pairwise(_NAMES)),
    f"{_NAMES[-1]} and above",
)
_WHAT = {
    "hour": "the times of the transfers are", "day": "the times of the transfers are",
    "peer": "the other host of the transfers is", "size-class": "the sizes of the transfers are",
    "direction": "the direction of the transfers is", "client": "the client of the transfers is",
}  # fmt: skip


def grouped(rows: pl.DataFrame, by: By, zone: tzinfo | None) -> pl.DataFrame:
    """
    Add the group of each transfer; null where its log does not tell it.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA`, and ``dated``, in microseconds since 1970.
    by : str
        One of BY.
    zone : tzinfo or None
        Of hours and days; None for this machine's.
    """
    if by == "label":
        return rows.with_columns(group=pl.col("label").cast(pl.String))
    return rows.with_columns(_group(rows, by, zone).alias("group"))


def require_groups(by: By, *, is_known: bool) -> None:
    """
    Refuse to group by what is known of no transfer.

    Raises
    ------
    SelectionError
        Saying what is not known.
    """
    if not is_known and by != "label":
        why = f"{_WHAT[by]} unknown: these logs do not contain what to group by"
        raise SelectionError(f"by {by}: {why}; use `--by label`")


def _group(rows: pl.DataFrame, by: By, zone: tzinfo | None) -> pl.Series:
    if by == "hour" or by == "day":  # noqa: PLR1714 - a type checker reads this
        return _calendar(rows["dated"], by, zone)
    if by == "size-class":
        return _named(CLASSES, np.searchsorted(np.array(_EDGES), rows["bytes"].fill_null(0), "right"), rows["bytes"])
    text = pl.col(by).cast(pl.String)
    return rows.select(pl.when(text != "").then(text)).to_series()  # some write nothing for unknown


def _calendar(begins: pl.Series, by: Calendar, zone: tzinfo | None) -> pl.Series:
    known = begins.drop_nulls().to_numpy()
    if not len(known):
        return pl.repeat(None, len(begins), dtype=pl.String, eager=True)
    edges, names = stretches(int(known.min()), int(known.max()), by, zone)
    return _named(names.tolist(), np.searchsorted(edges, begins.fill_null(edges[0]), "right") - 1, begins)


def _named(names: Sequence[str], places: NDArray[np.intp], known: pl.Series) -> pl.Series:
    """Return the name at each place; null where it is not known."""
    found = pl.Series(names, dtype=pl.String).gather(pl.Series(places))
    return pl.select(pl.when(known.is_not_null()).then(found)).to_series()


def in_order(found: Iterable[Throughput], by: By) -> list[Throughput]:
    """Return groups as tables show them: peers by the bytes moved, largest first; what is unknown last."""
    if by == "peer":
        return sorted(found, key=lambda one: (one.group is None, -one.bytes, one.group))
    places = {name: place for place, name in enumerate(CLASSES)} if by == "size-class" else {}
    return sorted(found, key=lambda one: (one.group is None, places.get(one.group or "", 0), one.group))
