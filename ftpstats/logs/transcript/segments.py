"""Which replies belong to which transfer. Arrays over lines in, arrays over segments out.

A segment begins at a header, where a data connection is set up, and after each result line; so it holds at most one
transfer, and ends in its result if it has one. Every client recorded prints the server's 226 before the result; where
a log has it the other way round, the segment behind the result lends it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ftpstats.logs.transcript.lines import Role

__all__ = ["Segments", "openings"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Roles = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Segments:
    """Consecutive stretches of lines: the index of each one's first line, and of the line behind its last."""

    starts: Ints
    ends: Ints

    @classmethod
    def beginning_at(cls, boundary: Bools) -> "Segments":
        """Cut where `boundary` is True, and before the first line."""
        starts = np.flatnonzero(boundary).astype(np.int64)
        if len(boundary) and not boundary[0]:
            starts = np.concatenate(([0], starts))
        return cls(starts, np.append(starts[1:], len(boundary)))

    def count(self, mask: Bools) -> Ints:
        """How many lines of each segment are marked."""
        if not mask.any():  # a filtered log marks nothing; looking is far cheaper than counting
            return np.zeros_like(self.starts)
        before = np.concatenate(([0], np.cumsum(mask)))
        return before[self.ends] - before[self.starts]

    def last(self, mask: Bools) -> Ints:
        """Index of each segment's last marked line, -1 where there is none."""
        if not mask.any():
            return np.full_like(self.starts, -1)
        latest = np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))
        found = latest[self.ends - 1]
        return np.where(found >= self.starts, found, -1)

    def first(self, mask: Bools) -> Ints:
        """Index of each segment's first marked line, -1 where there is none."""
        if not mask.any():
            return np.full_like(self.starts, -1)
        size = len(mask)
        marked = np.where(mask, np.arange(size), size)
        following = np.minimum.accumulate(marked[::-1])[::-1]
        found = following[self.starts]
        return np.where(found < self.ends, found, -1)


def openings(role: Roles, is_header: Bools) -> Bools:
    """
    Return the lines at which a transfer (or a listing) begins.

    A data connection being set up opens one; a 125 or 150 does where nothing set it up just before, and the second
    line of a 150 in two does not.

    Parameters
    ----------
    role : array of uint8, shape (n,)
        `lines.Role` of each line.
    is_header : array of bool, shape (n,)

    Returns
    -------
    array of bool, shape (n,)
    """
    if not role.any():
        return np.zeros_like(is_header)
    talks = (role != Role.NONE) | is_header
    latest = np.maximum.accumulate(np.where(talks, np.arange(len(role)), 0))
    previous = np.concatenate(([0], latest[:-1]))
    continues = np.isin(role[previous], (Role.SETUP, Role.START)) & ~is_header[previous]
    return np.asarray((role == Role.SETUP) | ((role == Role.START) & ~continues))
