"""Throughput of groups of transfers: rows of the tidy table in, one `Throughput` for each group of each label out.

The rates of single transfers as intervals, where clocks count seconds; all bytes over wall time; how many ran at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

import numpy as np
import polars as pl

from ftpstats.analysis.concurrency import AtOnce, at_once, means_of, overlap_differs, running
from ftpstats.analysis.grouping import CALENDAR, By, grouped, in_order, require_groups
from ftpstats.analysis.select import There, asked_attempts, first_logs, is_timed
from ftpstats.analysis.wall import UNKNOWN, Wall, wall_of
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.bounds import quantile_bounds
from ftpstats.units import format_count, format_seconds, label_name

__all__ = [
    "HIDDEN", "QUANTILES", "ByGroup", "Measured", "OfLabel", "RateBin", "Throughput", "counted", "measured_of",
    "throughputs", "together",
]  # fmt: skip

HIDDEN = 4.0  # times as large as the lower end: from there on, the clock hides a rate
QUANTILES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}
_BINS = 10  # in a decade, of histograms
_NEEDED = (
    "source", "label", "run", "iteration", "time", "client", "direction", "file", "bytes", "bytes_low", "bytes_high",
    "seconds", "seconds_low", "seconds_high", "seconds_printed", "completion", "planned_bytes", "planned_direction",
    "log", "begin", "end", "dated", "took_low", "took_high", "is_coarse", "overlap_low", "overlap_high", "peak_low",
    "peak_high",
)  # fmt: skip
_LOOKED_AT = (
    "label", "group", "source", "client", "seconds", "seconds_high", "begin", "until", "moved", "is_partial",
    "is_failed", "is_hidden", "is_coarse", "rate_low", "rate_high", "rate_middle", "took_low", "took_high",
    "overlap_low", "overlap_high", "peak_low", "peak_high",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RateBin:
    """How many transfers have a rate from the one to below the other, in bytes per second."""

    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """
    The throughput of one group of a label's transfers. Bytes per second; None is unknown.

    Attributes
    ----------
    label : str or None
    by : str
        What groups have in common.
    group : str or None
        What this one has: an hour, a date, a peer, and so on; None where the log does not tell it.
    transfers, partial, failed : int
        Attempts, those that were aborted, and those without a result.
    incomplete : float
        The share of attempts that did not complete.
    bytes : int
        What was moved, by aborted transfers too.
    rated : int
        Completed transfers with a time and a size above 0: those that have a rate.
    hidden : int
        Those of them whose rate the clock hides: its upper end is more than HIDDEN times the lower, or unbounded.
    p10_low, p10_high, p25_low, p25_high, median_low, median_high, p75_low, p75_high, p90_low, p90_high : float or None
        Between which values the quantiles of the rates of all `rated` transfers lie; None where there is none, and
        for an upper end that the clock leaves unbounded.
    aggregate : float or None
        Bytes per second of wall time. Of an hour or a day, the bytes that the label moved in it, those of a transfer
        spread evenly over its time; of any other group, its own bytes. None where a transfer that moved bytes has no
        stamp, and where stamps of whole seconds hide it (wall time below 10 s).
    wall : float or None
        Seconds from the first begin to the last end in each log of the label, where logs overlap once; of an hour or a
        day, what lies in it.
    at_once_low, at_once_high : float or None
        The number of transfers of its log that ran at once while one of the group did, itself included, on average
        over that time: what is certain, and what the clocks allow. None where begin and end are unknown; the second
        also where it has no limit.
    peak_low, peak_high : int or None
        The most that ran at one time while one of the group did, likewise.
    histogram : tuple of RateBin
        The rates that the clock does not hide, in tenths of a decade; of an interval, bytes over its middle.
    warnings : tuple of Warning
        About the label.
    """

    label: str | None
    by: str
    group: str | None
    transfers: int
    partial: int
    failed: int
    incomplete: float
    bytes: int
    rated: int
    hidden: int
    p10_low: float | None
    p10_high: float | None
    p25_low: float | None
    p25_high: float | None
    median_low: float | None
    median_high: float | None
    p75_low: float | None
    p75_high: float | None
    p90_low: float | None
    p90_high: float | None
    aggregate: float | None
    wall: float | None
    at_once_low: float | None
    at_once_high: float | None
    peak_low: int | None
    peak_high: int | None
    histogram: tuple[RateBin, ...]
    warnings: tuple[Warning, ...]


@dataclass(frozen=True, slots=True)
class ByGroup:
    """Groups within each label, and each label as a whole."""

    groups: tuple[Throughput, ...]
    labels: tuple[Throughput, ...]


def throughputs(  # noqa: PLR0913 - the question's options, by name
    transfers: pl.DataFrame,
    labels: Sequence[str] | None,
    sizes: Sequence[int],
    *,
    by: By,
    zone: tzinfo | None,
    as_printed: bool,
) -> ByGroup:
    """
    Measure the throughput of groups of transfers.

    Parameters
    ----------
    transfers : DataFrame
        As `counted` returns them, or some of these.
    labels : sequence of str, optional
        Only these, in this order; all, in the table's order, unless given.
    sizes : sequence of int
        Only these file sizes, in bytes; all unless given.
    by : str
        One of `grouping.BY`.
    zone : tzinfo or None
        Of hours and days; None for this machine's.
    as_printed : bool
        Take the printed seconds as exact.

    Returns
    -------
    ByGroup
        By label, then group.

    Raises
    ------
    SelectionError
        If nothing is left, or no transfer tells what groups should have in common.
    """
    found = measured_of(transfers, labels, sizes, by=by, zone=zone, as_printed=as_printed)
    return together(found, labels, sizes, by)


@dataclass(frozen=True, slots=True)
class OfLabel:
    """A label's groups, and all of it; without the warnings that come of a comparison with other labels."""

    groups: tuple[Throughput, ...]
    whole: Throughput


@dataclass(frozen=True, slots=True)
class Measured:
    """
    What `together` makes the throughput of labels from: small, and of parts of the labels it adds up.

    Attributes
    ----------
    there : There
    is_known : bool
        Whether any transfer tells its group.
    found : tuple of OfLabel
    means : Mapping
        By label, the mean number at once.
    logs : Mapping
        As `select.first_logs` gives it.
    """

    there: There
    is_known: bool
    found: tuple[OfLabel, ...]
    means: Mapping[str | None, AtOnce]
    logs: Mapping[str | None, int | None]


def measured_of(  # noqa: PLR0913 - as `throughputs`
    transfers: pl.DataFrame,
    labels: Sequence[str] | None,
    sizes: Sequence[int],
    *,
    by: By,
    zone: tzinfo | None,
    as_printed: bool,
) -> Measured:
    """Measure each label by itself; there may be none. See `throughputs` for the parameters."""
    needed = transfers.select(_needed(by, transfers.columns)).with_columns(moved="bytes")
    asked, there = asked_attempts(needed, labels, sizes)
    rows = _measured(asked, as_printed=as_printed)
    logs = first_logs(rows)
    order: Sequence[str | None] = list(logs) if labels is None else labels
    keyed = grouped(rows.with_columns(pl.col("label").cast(pl.String)), by, zone).select(_LOOKED_AT)
    parts = {label: keyed.filter(pl.col("label").eq_missing(pl.lit(label))) for label in order}
    return Measured(
        there,
        keyed["group"].null_count() < keyed.height,
        tuple(_of_label(label, part, by, zone) for label, part in parts.items() if part.height),
        means_of(keyed.filter(pl.col("overlap_low").is_not_null()), "label"),
        logs,
    )


def together(measured: Measured, labels: Sequence[str] | None, sizes: Sequence[int], by: By) -> ByGroup:
    """
    Return the throughput of labels, and warn where more transfers ran at once with one than with another.

    Raises
    ------
    SelectionError
        As `throughputs`.
    """
    measured.there.require(labels, sizes)
    require_groups(by, is_known=measured.is_known)
    order = [one.whole.label for one in measured.found]
    differs = overlap_differs({label: measured.means[label] for label in order if label in measured.means})
    groups, wholes = (
        tuple(replace(one, warnings=(*one.warnings, *differs)) for one in those)
        for those in (
            [group for one in measured.found for group in one.groups],
            [one.whole for one in measured.found],
        )
    )
    return ByGroup(groups, wholes)


def counted(transfers: pl.DataFrame) -> pl.DataFrame:
    """
    Count the transfers that ran at once with each: to be asked of all, before some are chosen.

    Parameters
    ----------
    transfers : DataFrame
        Rows with the columns of `schema.SCHEMA`, each transfer once.

    Returns
    -------
    DataFrame
        The rows, with the columns of `concurrency.running` and `concurrency.at_once`.
    """
    return at_once(running(transfers))


def _needed(by: By, known: Collection[str]) -> list[str]:
    """Return the columns that are looked at: filtering a large table copies all that it has."""
    others = [by] if by in {"peer", "client"} else []
    return [name for name in dict.fromkeys((*_NEEDED, *others)) if name in known]


def _measured(rows: pl.DataFrame, *, as_printed: bool) -> pl.DataFrame:
    """Add the bytes that each attempt moved, and the ends of its rate, null where it has none; and when it was over."""
    word = pl.col("completion").cast(pl.String)
    # An attempt that was to move several files is there for each of them.
    is_moved = (word != "failed") & pl.col("place").is_first_distinct()
    least, most = (pl.coalesce(f"bytes_{name}", "bytes") for name in ("low", "high"))
    names = ("seconds_printed",) * 2 if as_printed else ("seconds_low", "seconds_high")
    shortest, longest = (pl.coalesce(name, "seconds") for name in names)
    is_rated = is_timed(as_printed=as_printed) & (pl.col("bytes") > 0) & (longest > 0)
    return rows.with_columns(
        bytes=pl.coalesce("bytes", "moved"),  # the class of an aborted attempt, where its file's size is unknown
        moved=pl.when(is_moved).then("moved").fill_null(0),
        until=pl.coalesce("end", "begin"),
        is_partial=word == "partial",
        is_failed=word == "failed",
        rate_low=pl.when(is_rated).then(least / longest),
        rate_high=pl.when(is_rated).then(most / shortest),
        rate_middle=pl.when(is_rated).then(pl.col("bytes") / pl.col("seconds_printed" if as_printed else "seconds")),
    ).with_columns(is_hidden=pl.col("rate_high") > HIDDEN * pl.col("rate_low"))


def _of_label(label: str | None, rows: pl.DataFrame, by: By, zone: tzinfo | None) -> OfLabel:
    wall = wall_of(rows)
    (whole,) = _described(rows.with_columns(group=pl.lit(label, dtype=pl.String)), label, "label", wall)
    warnings = tuple(_about(whole, rows))
    whole = replace(whole, warnings=warnings)
    if by == "label":
        return OfLabel((whole,), whole)
    found = _described(rows, label, by, wall)
    if by in CALENDAR:
        walls = wall.by_calendar(rows, by, zone)
        found = [replace(one, **walls.get(one.group or "", UNKNOWN)) for one in found]
    return OfLabel(tuple(replace(one, warnings=warnings) for one in in_order(found, by)), whole)


def _described(rows: pl.DataFrame, label: str | None, by: By, wall: Wall) -> list[Throughput]:
    """Return each group of a label without warnings, and with all of its wall time."""
    sums = rows.group_by("group").agg(
        pl.len().alias("transfers"),
        pl.col("is_partial", "is_failed", "moved", "is_hidden").sum(),
        pl.col("rate_low").count().alias("rated"),
        ((pl.col("moved") > 0) & pl.col("begin").is_null()).any().alias("lacks_stamp"),
        pl.col("peak_low", "peak_high").max(),
    )
    means = means_of(rows.filter(pl.col("overlap_low").is_not_null()), "group")
    rates = rows.select("group", "rate_low", "rate_high", "rate_middle", "is_hidden").drop_nulls("rate_low")
    parts = {part["group"][0]: part for part in rates.partition_by("group")}
    return [
        _throughput(one, parts.get(one["group"]), means.get(one["group"]), wall, {"label": label, "by": by})
        for one in sums.iter_rows(named=True)
    ]


def _throughput(
    sums: Mapping[str, Any], rates: pl.DataFrame | None, mean: AtOnce | None, wall: Wall, named: Mapping[str, Any]
) -> Throughput:
    return Throughput(
        **named,
        group=sums["group"],
        transfers=sums["transfers"],
        partial=sums["is_partial"],
        failed=sums["is_failed"],
        incomplete=(sums["is_partial"] + sums["is_failed"]) / sums["transfers"],
        bytes=sums["moved"],
        rated=sums["rated"],
        hidden=sums["is_hidden"],
        **_quantiles(rates),
        **(UNKNOWN if sums["lacks_stamp"] else wall.rate(sums["moved"])),
        at_once_low=mean.low if mean else None,
        at_once_high=mean.high if mean else None,
        peak_low=sums["peak_low"],
        peak_high=sums["peak_high"],
        histogram=() if rates is None else _histogram(rates),
        warnings=(),
    )


def _quantiles(rates: pl.DataFrame | None) -> dict[str, Any]:
    names = [f"{name}_{end}" for name in QUANTILES for end in ("low", "high")]
    if rates is None:
        return dict.fromkeys(names)
    found = quantile_bounds(rates["rate_low"], rates["rate_high"], list(QUANTILES.values()))
    return dict(zip(names, (end for one in found for end in (one.low, one.high)), strict=True))


def _histogram(rates: pl.DataFrame) -> tuple[RateBin, ...]:
    shown = rates.filter(~pl.col("is_hidden"))["rate_middle"].to_numpy()
    places, counts = np.unique(np.floor(np.log10(shown) * _BINS).astype(np.int64), return_counts=True)
    return tuple(
        RateBin(10 ** (place / _BINS), 10 ** ((place + 1) / _BINS), n)
        for place, n in zip(places.tolist(), counts.tolist(), strict=True)
    )


def _about(whole: Throughput, rows: pl.DataFrame) -> list[Warning]:
    """Return the warnings about a label: rates that its clock hides, and transfers that have none."""
    name, found = label_name(whole.label), []
    if whole.hidden:
        hidden = rows.filter("is_hidden")
        longest = format_seconds(hidden.select(pl.coalesce("seconds_high", "seconds").max()).item(), 2)
        clients = " and ".join(hidden["client"].drop_nulls().unique().cast(pl.String).sort()) or "an unknown client"
        told = {"hidden": whole.hidden, "rated": whole.rated, "clients": clients, "longest": longest}
        found.append(warn("rates-hidden", label=name, **told))
    unrated = whole.transfers - whole.partial - whole.failed - whole.rated
    if unrated:
        found.append(warn("no-rate", label=name, count=format_count(unrated, "completed transfer")))
    return found
