"""Hours and days of a time zone, as stretches of time: a span in, edges and names out."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ftpstats.errors import SelectionError
from ftpstats.stats.concurrency import Times

__all__ = ["Calendar", "stretches"]

Calendar: TypeAlias = Literal["hour", "day"]

_SECOND = 1_000_000  # microseconds
_QUARTER = 900  # seconds: offsets from UTC are multiples of it, and change at one
_LENGTHS = {"hour": 3600, "day": 86_400}
_MOST = 4_000_000  # quarters of an hour: 114 years


def stretches(first: int, last: int, by: Calendar, zone: tzinfo | None) -> tuple[Times, npt.NDArray[np.str_]]:
    """
    Divide a span of time into the hours or days of a time zone.

    Parameters
    ----------
    first, last : int
        Microseconds since 1970, UTC.
    by : {"hour", "day"}
    zone : tzinfo or None
        None for this machine's.

    Returns
    -------
    edges : array of int64, shape (m + 1,)
        Microseconds since 1970, UTC; all of the span lies between the first and the last.
    names : array of str, shape (m,)
        The hour of the day, from 00 to 23, or the date. Where clocks are set back, an hour has two stretches.

    Raises
    ------
    SelectionError
        If the span is longer than 114 years, which no log is.
    """
    begin, end = first // (_QUARTER * _SECOND), -(-(last + 1) // (_QUARTER * _SECOND))
    if end - begin > _MOST:
        years = (end - begin) * _QUARTER // (365 * 86_400)
        raise SelectionError(f"the times of the transfers are {years} years apart: no hours or days of so long a span")
    quarters = np.arange(begin, end, dtype=np.int64) * _QUARTER
    offsets = np.array([_offset(second, zone) for second in quarters.tolist()], dtype=np.int64)
    numbers = (quarters + offsets) // _LENGTHS[by]
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    edges = np.append(quarters[starts], end * _QUARTER) * _SECOND
    return edges, _names(numbers[starts], by)


def _offset(second: int, zone: tzinfo | None) -> int:
    offset = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def _names(numbers: Times, by: Calendar) -> npt.NDArray[np.str_]:
    if by == "day":
        return numbers.astype("datetime64[D]").astype(str)
    return np.array([f"{hour:02d}" for hour in range(24)])[numbers % 24]
