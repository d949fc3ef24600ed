"""How many intervals of time overlap: begins and ends in, in whole microseconds; counts and integrals out, exact.

What the intervals are of, and how exactly they are known, is not known here.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Occupancy", "Times", "occupancy", "spread", "union"]

Times: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """
    How many of some intervals hold a time: each from its begin to before its end.

    Attributes
    ----------
    begins, ends : array of int64, shape (n,)
        Of intervals that are not empty, each in ascending order: microseconds since any instant.
    """

    begins: Times
    ends: Times

    def at(self, times: Times) -> NDArray[np.int64]:
        """Return how many hold each of these times."""
        held = np.searchsorted(self.begins, times, "right") - np.searchsorted(self.ends, times, "right")
        return held.astype(np.int64)

    def integral(self, begins: Times, ends: Times) -> Times:
        """
        Return the number at once, integrated over some intervals, in microseconds.

        Divided by the length of an interval it is the mean number at once while it lasts.

        Parameters
        ----------
        begins, ends : array of int64
            Any intervals; an empty one gives 0.

        Examples
        --------
        >>> import numpy as np
        >>> found = occupancy(np.array([0, 5]), np.array([10, 15]))
        >>> found.integral(np.array([0, 5, 3]), np.array([10, 15, 3])).tolist()
        [15, 15, 0]
        """
        # Sums of times overflow, and wrap around: differences of the integral do not, and are exact.
        sums = [np.concatenate([[0], np.cumsum(times)]) for times in (self.begins, self.ends)]
        upto_end, upto_begin = (self._integral(times, sums) for times in (ends, begins))
        return np.where(ends > begins, upto_end - upto_begin, 0)

    def _integral(self, times: Times, sums: list[Times]) -> Times:
        begun, ended = (np.searchsorted(one, times, "right") for one in (self.begins, self.ends))
        return (begun - ended) * times - sums[0][begun] + sums[1][ended]

    def peak(self, begins: Times, ends: Times) -> NDArray[np.int64]:
        """
        Return the largest number at once during some of the intervals that this counts.

        Parameters
        ----------
        begins, ends : array of int64
            Some of these intervals; an empty one gives 0.

        Examples
        --------
        >>> import numpy as np
        >>> found = occupancy(np.array([0, 5, 20]), np.array([10, 15, 30]))
        >>> found.peak(np.array([0, 20, 7]), np.array([10, 30, 7])).tolist()
        [2, 1, 0]
        """
        found = np.zeros(len(begins), dtype=np.int64)
        lasting = np.flatnonzero(ends > begins)
        if not lasting.size:
            return found
        # The number grows at begins only, so the largest is found at one of those within an interval: from `first` to
        # before `last`. In ascending order no stretch between two intervals is reduced too.
        distinct = self.begins[np.diff(self.begins, prepend=self.begins[0] - 1) > 0]  # np.unique would sort again
        counts = np.append(self.at(distinct), 0)
        order = lasting[np.argsort(begins[lasting], kind="stable")]
        first, last = np.searchsorted(distinct, begins[order]), np.searchsorted(distinct, ends[order])
        found[order] = np.maximum.reduceat(counts, np.column_stack([first, last]).ravel())[::2]
        return found


def occupancy(begins: Times, ends: Times) -> Occupancy:
    """
    Count intervals of time; those that are empty hold no time.

    Parameters
    ----------
    begins, ends : array of int64, shape (n,)
        Microseconds since any instant.
    """
    lasting = ends > begins
    if not lasting.all():
        begins, ends = begins[lasting], ends[lasting]
    return Occupancy(_ascending(begins), _ascending(ends))


def _ascending(times: Times) -> Times:
    """Return times in order: as logs mostly have them."""
    return times if (times[1:] >= times[:-1]).all() else np.sort(times)


def union(begins: Times, ends: Times) -> tuple[Times, Times]:
    """
    Return the times that any of some intervals holds, as intervals apart from each other, in ascending order.

    Examples
    --------
    >>> import numpy as np
    >>> [times.tolist() for times in union(np.array([5, 0, 20]), np.array([15, 10, 30]))]
    [[0, 20], [15, 30]]
    """
    if not len(begins):
        return begins, ends
    order = np.argsort(begins, kind="stable")
    begin, until = begins[order], np.maximum.accumulate(ends[order])
    is_apart = np.concatenate([[True], begin[1:] > until[:-1]])
    first = np.flatnonzero(is_apart)
    return begin[first], until[np.append(first[1:], len(begin)) - 1]


def spread(begins: Times, ends: Times, amounts: NDArray[np.float64], edges: Times) -> NDArray[np.float64]:
    """
    Divide amounts, each spread evenly over an interval of time, among the stretches between edges.

    Parameters
    ----------
    begins, ends : array of int64, shape (n,)
        All from the first edge to the last.
    amounts : array of float, shape (n,)
        One of an empty interval falls where that begins.
    edges : array of int64, shape (m + 1,)
        In ascending order.

    Returns
    -------
    array of float, shape (m,)
        What falls between each edge and the next.

    Examples
    --------
    >>> import numpy as np
    >>> begins, ends, amounts = np.array([0, 5, 9]), np.array([10, 5, 12]), np.array([100.0, 7.0, 3.0])
    >>> spread(begins, ends, amounts, np.array([0, 5, 10, 15])).tolist()
    [50.0, 58.0, 2.0]
    """
    most = len(edges) - 2
    first = np.clip(np.searchsorted(edges, begins, "right") - 1, 0, most)
    last = np.clip(np.searchsorted(edges, ends, "left") - 1, first, most)
    each = last - first + 1
    of = np.repeat(np.arange(len(begins)), each)
    place = np.arange(len(of)) - np.repeat(np.cumsum(each) - each, each) + first[of]
    length = ends[of] - begins[of]
    covered = np.minimum(edges[place + 1], ends[of]) - np.maximum(edges[place], begins[of])
    share = np.where(length > 0, covered / np.maximum(length, 1), 1.0)
    return np.bincount(place, share * amounts[of], minlength=most + 1).astype(np.float64)
