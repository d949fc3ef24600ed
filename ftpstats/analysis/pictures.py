"""A sample to what figures show of it beyond its numbers: density, correlogram, and every attempt in its order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.analysis.checks import clearest_change
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.select import attempts, is_timed
from ftpstats.analysis.summary import Summary
from ftpstats.stats.correlogram import Correlogram, correlogram
from ftpstats.stats.density import Density, density

__all__ = ["Correlogram", "Density", "Event", "Timeline", "correlogram_of", "density_of", "events_of", "timelines"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """
    Every attempt of one label, size and direction, run by run in the order of measurement.

    Attributes
    ----------
    runs : array of shape (n,)
        The number of each attempt's run.
    seconds : array of shape (n,)
        NaN where it did not complete, or without a valid time.
    completed : array of shape (n,)
        Whether it did.
    began : array of shape (n,) or None
        Seconds since 1970; None where one is unknown.
    """

    label: str | None
    bytes: int | None
    direction: str | None
    runs: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.float64]
    completed: npt.NDArray[np.bool_]
    began: npt.NDArray[np.float64] | None


def density_of(sample: Sample) -> Density | None:
    """Return the density of a sample's times; None of fewer than three and of equal ones."""
    return density(sample.seconds) if len(sample.seconds) else None


def correlogram_of(sample: Sample) -> Correlogram | None:
    """Return the autocorrelation of a sample by lag; None of runs that are too short or have equal times."""
    return correlogram([run.seconds for run in sample.runs])


def timelines(
    transfers: pl.DataFrame, labels: Sequence[str] | None, sizes: Sequence[int], *, as_printed: bool
) -> list[Timeline]:
    """Return every attempt of the samples that `select.samples` makes of the same arguments, those that failed too."""
    column = "seconds_printed" if as_printed else "seconds"
    rows = attempts(transfers, labels, sizes).sort("run", "place")
    seconds = pl.when(is_timed(as_printed=as_printed)).then(column).cast(pl.Float64)
    shown = rows.with_columns(shown=seconds, began=pl.col("time").dt.epoch("us") / 1e6)
    return [_timeline(group) for group in shown.partition_by("label", "bytes", "direction", maintain_order=True)]


def _timeline(rows: pl.DataFrame) -> Timeline:
    label, direction = (rows[name].head(1).cast(pl.String).item() for name in ("label", "direction"))
    began = None if rows["began"].has_nulls() else rows["began"].to_numpy()
    seconds = rows["shown"].fill_null(np.nan).to_numpy()
    completed = rows["completed"].to_numpy()
    return Timeline(label, rows["bytes"].item(0), direction, rows["run"].to_numpy(), seconds, completed, began)


@dataclass(frozen=True, slots=True)
class Event:
    """
    Where in a run a warning applies.

    Attributes
    ----------
    code : {"warm-up", "trend", "level-shift", "halves-differ"}
        Of the warning.
    run : int
        The number of the run.
    after : int
        Timed transfers of the run before the change; of a warm-up, that are slower.
    """

    code: str
    run: int
    after: int


def events_of(summary: Summary) -> tuple[Event, ...]:
    """Return where the changes are that a summary warns of."""
    codes = {warning.code for warning in summary.warnings}
    warm = [Event("warm-up", order.run, order.warm_up) for order in summary.order if order.warm_up]
    change = clearest_change(summary.order)
    found = warm if "warm-up" in codes else []
    if change is None or change.code not in codes:
        return tuple(found)
    order = change.order
    shift = order.level_shift.after if change.code == "level-shift" and order.level_shift else order.n // 2
    return (*found, Event(change.code, order.run, shift))
