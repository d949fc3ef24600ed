"""Small helpers over columns: rows by number, rows laid out in a longer frame, marks within stretches of lines."""

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Bools", "Ints", "first_in", "last_in", "lay_out", "rows_at"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def rows_at(frame: pl.DataFrame, index: Ints) -> pl.DataFrame:
    """
    Return rows by number.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
    index : array of int64, shape (m,)
        From 0 to n - 1; -1 gives a row of nulls.

    Returns
    -------
    DataFrame, shape (m, ...)
        With the frame's columns and types.
    """
    if not (index < 0).any():
        return frame.select(pl.all().gather(pl.Series(index.astype(np.uint32))))
    if (index < 0).all():
        return frame.clear(len(index))
    places = pl.Series(index, dtype=pl.Int64)
    return frame.select(pl.all().gather(places.set(places < 0, None)))


def lay_out(rows: pl.DataFrame, at: pl.Series, height: int) -> pl.DataFrame:
    """
    Put each row at its place in a longer frame; the other places are null.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
    at : Series of integers, shape (n,)
        The place of each row, from 0 to height - 1, none twice.
    height : int
        n or more.

    Returns
    -------
    DataFrame, shape (height, ...)
        With the rows' columns and types.
    """
    if rows.height == height and at.is_sorted():
        return rows
    place = np.full(height, -1)
    place[at.to_numpy()] = np.arange(rows.height)
    return rows_at(rows, place)


def first_in(mask: Bools, begins: Ints, ends: Ints) -> Ints:
    """Return the first marked line of each stretch, -1 where there is none."""
    marked = np.append(np.flatnonzero(mask), len(mask))
    found = marked[np.searchsorted(marked, begins)]
    return np.where(found < ends, found, -1)


def last_in(mask: Bools, begins: Ints, ends: Ints) -> Ints:
    """Return the last marked line of each stretch, -1 where there is none."""
    marked = np.concatenate(([-1], np.flatnonzero(mask)))
    found = marked[np.searchsorted(marked, ends) - 1]
    return np.where(found >= begins, found, -1)
