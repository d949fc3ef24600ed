"""How many transfers ran at once, as far as their stamps tell: rows of the tidy table in, counts and a warning out.

Transfers are counted with those of their own source, whatever the labels: the transfers of one server share its link.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.concurrency import Times, occupancy
from ftpstats.units import label_name

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.summary import Summary

__all__ = [
    "AtOnce", "at_once", "means_at_once", "means_of", "overlap_differs", "running", "with_means", "with_overlap",
]  # fmt: skip

_Result = TypeVar("_Result", bound="Summary | Comparison")

SECOND = 1_000_000  # microseconds
_LONGEST = 366 * 86_400.0  # seconds; what a garbled log prints beyond is no duration
_ROUNDING = 2  # microseconds that a sum of a time and a duration may be off
_FACTOR = 1.2  # from which on a difference between labels is worth a warning
_ENOUGH = 20_000  # transfers of a label whose overlap gives its mean
_SHORT = 1 << 16  # codes of labels below it
_NEEDED = ("source", "label", "time", "seconds", "seconds_low", "seconds_high", "seconds_printed")
_ENDS = {"sure": ("sure_begin", "sure_end"), "may": ("may_begin", "may_end")}
_TIMES = tuple(name for pair in _ENDS.values() for name in pair)


def running(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Add when each transfer ran, in microseconds since 1970.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `select.COLUMNS`.

    Returns
    -------
    DataFrame
        The rows, with ``begin`` and ``end`` as the log tells them; ``sure_begin`` and ``sure_end``, between which it
        ran whatever the clocks hide, if the one is before the other; ``may_begin`` and ``may_end``, outside which it
        did not run; ``took_low`` and ``took_high``, how long; ``is_coarse``, whether its source's stamps are whole
        seconds; and ``dated``, the begin, or where these leave it open, the latest up to the stamp: whose hour and day
        count. Null where unknown.

    Notes
    -----
    A stamp of whole seconds stands for the second that follows it. Those are whole that all transfers of a source
    end at, as in logs of servers, or else begin at; any other is taken as exact. The seconds lie in their interval.
    """
    known = pl.col("seconds_low").is_not_null() | pl.col("seconds").is_not_null()
    took = pl.coalesce("seconds_printed", "seconds")
    low, high = (pl.coalesce(f"seconds_{name}", "seconds") for name in ("low", "high"))
    is_usable = known & took.is_between(0, _LONGEST) & high.is_between(0, _LONGEST)
    timed = rows.with_columns(
        begin=pl.col("time").dt.epoch("us"),
        end=pl.col("time").dt.epoch("us") + pl.when(is_usable).then(_microseconds(took)),
        took_low=_microseconds(low),
        took_high=(high.clip(0, _LONGEST) * SECOND).ceil().cast(pl.Int64),
    )
    timed = _with_steps(timed)
    step = pl.when("is_coarse").then(SECOND).otherwise(0)
    is_timed = pl.col("end").is_not_null()
    by_end = {
        "sure_begin": pl.col("end") + step - pl.col("took_low"),
        "sure_end": pl.col("end"),
        "may_begin": pl.col("end") - pl.col("took_high"),
        "may_end": pl.col("end") + step,
    }
    by_begin = {
        "sure_begin": pl.col("begin") + step,
        "sure_end": pl.col("begin") + pl.col("took_low"),
        "may_begin": pl.col("begin"),
        "may_end": pl.col("begin") + step + pl.col("took_high"),
    }
    latest = pl.min_horizontal("end", by_end["sure_begin"] - 1)
    return timed.with_columns(
        *(
            pl.when(is_timed & pl.col("_by_end")).then(by_end[name]).when(is_timed).then(by_begin[name]).alias(name)
            for name in by_end
        ),
        dated=pl.when(is_timed & pl.col("_by_end")).then(latest).otherwise("begin"),
    ).drop("_by_end")


def _with_steps(timed: pl.DataFrame) -> pl.DataFrame:
    """Add whether all stamps of a source are whole seconds, and whether they are those of ends."""
    # A remainder is never below 0 here: what is 2 µs short of a second is moved up to it.
    whole = {
        "_by_end": ((pl.col("end") + _ROUNDING).mod(SECOND) <= 2 * _ROUNDING).all(),
        "is_coarse": (pl.col("begin").mod(SECOND) == 0).all(),
    }
    if timed["source"].n_unique() > 1:  # a window costs as much as all else
        whole = {name: every.over("source") for name, every in whole.items()}
    return timed.with_columns(**whole).with_columns(pl.col("is_coarse") | pl.col("_by_end"))


def _microseconds(seconds: pl.Expr) -> pl.Expr:
    return (seconds.clip(0, _LONGEST) * SECOND).cast(pl.Int64)


def at_once(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Count the transfers that ran at once with each.

    Parameters
    ----------
    rows : DataFrame
        As `running` returns them.

    Returns
    -------
    DataFrame
        The rows, with ``overlap_low`` and ``overlap_high``, the microseconds for which others ran meanwhile, summed
        over these others; and ``peak_low`` and ``peak_high``, the most that ran at one time, itself included: what is
        certain, and what the clocks allow. Null where it is unknown when the transfer ran.
    """
    is_timed = rows["end"].is_not_null()
    timed = _apart(rows.select("source", *_TIMES).filter(is_timed))
    found = {}
    for kind, name in (("sure", "low"), ("may", "high")):
        begins, ends = _ends(timed, kind)
        held = occupancy(begins, ends)
        found[f"overlap_{name}"] = held.integral(begins, ends) - (ends - begins).clip(0)
        found[f"peak_{name}"] = held.peak(begins, ends).clip(1)
    counted = pl.DataFrame(found)
    if timed.height < rows.height:
        places = rows.with_row_index("_place").filter(is_timed)["_place"]
        indexed = rows.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("_place"))
        counted = indexed.join(counted.with_columns(places), on="_place", how="left", maintain_order="left")
    return rows.drop(_TIMES).hstack(counted.select(list(found)))


def _apart(timed: pl.DataFrame) -> pl.DataFrame:
    """Move the times of each source behind those of the one before it: then one pass counts all of them."""
    spans = timed.group_by("source", maintain_order=True).agg(
        _first=pl.col("may_begin").min(), _length=pl.col("may_end").max() - pl.col("may_begin").min() + 2 * SECOND
    )
    shifts = spans.select("source", _shift=pl.col("_length").cum_sum() - pl.col("_length") - pl.col("_first"))
    if shifts.height < 2:
        return timed
    moved = timed.join(shifts, on="source", nulls_equal=True, how="left", maintain_order="left")
    return moved.with_columns(pl.col(name) + pl.col("_shift") for name in _TIMES).drop("_shift")


def _ends(timed: pl.DataFrame, kind: str) -> tuple[Times, Times]:
    begins, ends = (timed[name].to_numpy() for name in _ENDS[kind])
    return begins, ends


@dataclass(frozen=True, slots=True)
class AtOnce:
    """
    The number of transfers at once while one of a group runs, on average over that time: itself included.

    Attributes
    ----------
    low : float
        What is certain; 1 where no overlap is.
    high : float or None
        What the clocks allow; None where they set no limit.
    """

    low: float
    high: float | None

    @property
    def text(self) -> str:
        """The number as a message gives it."""
        if self.high is None:
            return f"at least {self.low:.1f}"
        ends = dict.fromkeys((f"{self.low:.1f}", f"{self.high:.1f}"))
        return " to ".join(ends)


def overlap_differs(found: Mapping[str | None, AtOnce]) -> tuple[Warning, ...]:
    """Warn where it is certain that more transfers ran at once with one label than with another."""
    differs = any(one.low > _FACTOR * other.high for one, other in permutations(found.values(), 2) if other.high)
    if not differs:
        return ()
    said = ", ".join(f"{number.text} with {label_name(label)}" for label, number in found.items())
    return (warn("overlap-differs", said=said),)


def with_overlap(
    results: Sequence[_Result], labels_of: Callable[[_Result], Collection[str | None]], rows: pl.DataFrame
) -> list[_Result]:
    """
    Warn where more transfers ran at once with one of the compared labels than with another.

    Parameters
    ----------
    results : sequence of Summary, or of Comparison
        What is shown.
    labels_of : callable
        The labels that a result compares.
    rows : DataFrame
        The transfers that they are of, and others of their sources; with the columns of `select.COLUMNS`.
    """
    labels = {label for one in results for label in labels_of(one)}
    return with_means(results, labels_of, means_at_once(rows) if len(labels) > 1 else {})


def with_means(
    results: Sequence[_Result],
    labels_of: Callable[[_Result], Collection[str | None]],
    means: Mapping[str | None, AtOnce],
) -> list[_Result]:
    """Warn as `with_overlap` does, by what `means_at_once` gives."""
    said = {
        labels: overlap_differs({label: means[label] for label in labels if label in means})
        for labels in {tuple(labels_of(one)) for one in results}
    }
    return [replace(one, warnings=(*one.warnings, *said[tuple(labels_of(one))])) for one in results]


def means_at_once(rows: pl.DataFrame, *, is_all: bool = True) -> dict[str | None, AtOnce]:
    """
    Return the mean number at once of each label.

    Of a large label, every k-th transfer is looked at: this is asked with every comparison.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `select.COLUMNS`.
    is_all : bool
        Whether these are all: then nothing is returned where no label is certain to be above any other.
    """
    if rows["time"].null_count() == rows.height:
        return {}
    ran = running(rows.select(_NEEDED))
    timed = _apart(ran if not ran["end"].has_nulls() else ran.filter(pl.col("end").is_not_null()))
    if timed.is_empty() or (is_all and not (timed["sure_end"] > timed["sure_begin"]).any()):
        return {}
    some = timed[_some_of_each(timed["label"])]
    least = some.with_columns(overlap_low=_overlap(timed, some, "sure"), overlap_high=0)
    if is_all and not any(one.low > _FACTOR for one in means_of(least, "label").values()):
        return {}
    return means_of(least.with_columns(overlap_high=_most(timed, least)), "label")


def _most(timed: pl.DataFrame, least: pl.DataFrame) -> pl.Series:
    """Return for how long others may have run at once: what is certain, in sources whose clocks hide nothing."""
    is_exact = pl.all_horizontal(
        (pl.col(f"may_{name}") - pl.col(f"sure_{name}")).abs() <= _ROUNDING for name in ("begin", "end")
    )
    exact = timed.group_by("source").agg(is_exact.all().alias("exact")).filter("exact")["source"]
    if exact.len() == timed["source"].n_unique():
        return least["overlap_low"]
    found = least.with_columns(may=_overlap(timed, least, "may"))
    is_known = pl.col("source").is_in(exact.implode())
    return found.select(pl.when(is_known).then("overlap_low").otherwise("may")).to_series()


def _some_of_each(labels: pl.Series) -> NDArray[np.intp]:
    """Return the places of every k-th transfer of each label, by label: a partition of all takes ten times as long."""
    codes = labels.cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1).to_numpy() + 1
    small = codes.astype(np.uint16) if codes.max() < _SHORT else codes  # sorted by its digits
    order = np.argsort(small, kind="stable")
    begins = np.flatnonzero(np.diff(codes[order], prepend=-1))
    parts = np.split(order, begins[1:])
    return np.concatenate([part[:: max(1, len(part) // _ENOUGH)] for part in parts])


def _overlap(timed: pl.DataFrame, some: pl.DataFrame, kind: str) -> pl.Series:
    """Return for how long others of these transfers ran at once with some of them, summed over the others."""
    begins, ends = _ends(some, kind)
    return pl.Series(occupancy(*_ends(timed, kind)).integral(begins, ends) - (ends - begins).clip(0))


def means_of(counted: pl.DataFrame, by: str) -> dict[str | None, AtOnce]:
    """Return the mean number at once of each group of transfers, by a column: rows as `at_once` returns them."""
    sums = counted.group_by(by, maintain_order=True).agg(
        pl.col("overlap_low", "overlap_high", "took_low", "took_high").sum()
    )
    named = sums.with_columns(pl.col(by).cast(pl.String))
    return {
        name: AtOnce(1 + (low / most if most else 0.0), 1 + high / least if least else None)
        for name, low, high, least, most in named.iter_rows()
    }
