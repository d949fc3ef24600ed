"""Samples in the order of measurement: every attempt, with what a summary warns of, and the correlogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.present.figures.axis import Extent, set_axis
from ftpstats.present.figures.boxes import extent_of_boxes, thinned
from ftpstats.present.figures.marks import INK, draw_points, make_room, say_beside, say_none, spread_evenly
from ftpstats.present.figures.matter import Group, Matter, caption_of, groups_of, panel_of
from ftpstats.present.figures.page import Contents

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ftpstats.analysis.pictures import Event, Timeline
    from ftpstats.analysis.summary import Summary

__all__ = ["autocorrelation", "order"]

_TIMES = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
_FULL = 0.1  # share of the whole time that runs fill at least, where time is the x axis; else they would be strokes
_WORDS = {"level-shift": "level shift", "trend": "trend", "halves-differ": "halves differ"}
_PALE = "0.88"


@dataclass(frozen=True, slots=True)
class _Track:
    """The attempts of one panel: where they stand on the x axis, their values, and their runs."""

    x: NDArray[np.float64]
    values: NDArray[np.float64]
    runs: NDArray[np.int64]
    completed: NDArray[np.bool_]


def order(matter: Matter) -> Contents:
    """Draw every attempt in its order, or by time; runs, failures, and where a warning applies."""

    def values(summary: Summary) -> NDArray[np.float64]:
        return matter.sample_of(summary).seconds

    scale = _time_scale(matter)
    across = f"time since the first transfer ({scale[1]})" if scale else "transfer"
    groups = groups_of(matter, partial(extent_of_boxes, values, may_rescale=False), is_each_alone=True)
    panels = [
        [panel_of(group, partial(_draw_order, group, matter, scale), across, is_wide=True) for group in kind]
        for kind in groups
    ]
    shown = ["every transfer in the order of measurement, each panel with an axis of its own", *_marks(matter)]
    return Contents(panels, caption_of("; ".join([*shown, *thinned(matter)]), groups, matter.summaries))


def _marks(matter: Matter) -> list[str]:
    """Return what the marks mean that are drawn."""
    import numpy as np

    from ftpstats.analysis.pictures import events_of

    marks = {
        "thin lines: a run begins": any(len(np.unique(one.runs)) > 1 for one in matter.timelines),
        "crosses at the foot: failed or without a valid time": any(
            not np.isfinite(one.seconds).all() for one in matter.timelines
        ),
        "words and steps: where a warning of `summary` applies, with means before and after": any(
            map(events_of, matter.summaries)
        ),
    }
    return [words for words, is_drawn in marks.items() if is_drawn]


def _time_scale(matter: Matter) -> tuple[float, str, float] | None:
    """Return seconds per unit of the x axis, its name, and the beginning; None where attempts are only counted."""
    import numpy as np

    times = [timeline.began for timeline in matter.timelines]
    known = [began for began in times if began is not None and len(began)]
    if len(known) < len(times) or not known:
        return None
    first, last = min(float(began.min()) for began in known), max(float(began.max()) for began in known)
    filled = sum(
        float(np.ptp(began[timeline.runs == run]))
        for timeline, began in zip(matter.timelines, known, strict=True)
        for run in np.unique(timeline.runs)
    )
    if not filled or filled < _FULL * (last - first):
        return None
    seconds, name = next((unit for unit in _TIMES if last - first >= 2 * unit[0]), _TIMES[-1])
    return seconds, name, first


def _track(timeline: Timeline, matter: Matter, scale: tuple[float, str, float] | None) -> _Track:
    import numpy as np

    from ftpstats.analysis.throughput import rate_of

    values = timeline.seconds
    if matter.unit.is_throughput and np.isfinite(values).any():
        values = rate_of(matter.unit, timeline.bytes)(np.where(values > 0, values, np.nan))
    x = np.arange(1.0, len(values) + 1)
    if scale and timeline.began is not None:
        x = (timeline.began - scale[2]) / scale[0]
    return _Track(x, values, timeline.runs, timeline.completed)


def _draw_order(group: Group, matter: Matter, time: tuple[float, str, float] | None, axes: Axes) -> None:
    import numpy as np

    from ftpstats.analysis.pictures import events_of

    (summary,) = group.summaries
    track = _track(matter.timeline_of(summary), matter, time)
    _set_x(axes, track.x, is_count=time is None)
    if group.axis is None:
        axes.set_yticks([])
        say_none(axes)
    else:
        scale = set_axis(axes, group.axis)
        is_timed = np.isfinite(track.values)
        x, y = track.x[is_timed], track.values[is_timed] / scale
        kept = _some(y, matter.most) if len(y) > matter.most else np.arange(len(y))
        draw_points(axes, x[kept], y[kept], matter.looks[summary.label], 3 if len(kept) < 500 else 1.6)
        events = events_of(summary)
        if events and not group.axis.gap:
            make_room(axes)
        _draw_events(axes, events, x, y, track.runs[is_timed])
    _draw_runs(axes, track)
    _draw_failures(axes, track, matter.most)


def _set_x(axes: Axes, x: NDArray[np.float64], *, is_count: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    low, high = float(x.min()), float(x.max())
    pad = 0.03 * (high - low) or 1.0
    axes.set_xlim(low - pad, high + pad)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=(1, 2, 2.5, 5, 10), integer=is_count))


def _some(y: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """Return which of many values in order to draw: evenly spread, and the extremes."""
    import numpy as np

    kept = spread_evenly(len(y), most - 2)
    return np.unique([*kept, y.argmin(), y.argmax()]).astype(np.intp)


def _draw_runs(axes: Axes, track: _Track) -> None:
    """Draw a line where a run begins, but the first."""
    import numpy as np

    begins = np.flatnonzero(np.diff(track.runs)) + 1
    if len(begins) > 200:  # a line for each would hide the transfers
        return
    places = (track.x[begins - 1] + track.x[begins]) / 2
    for place in places:
        axes.axvline(float(place), color="0.6", linewidth=0.5, zorder=0.8, label="_run")


def _draw_failures(axes: Axes, track: _Track, most: int) -> None:
    """Draw a cross at the foot of the panel for each attempt without a time."""
    import numpy as np

    places = track.x[~np.isfinite(track.values)]
    if len(places):
        places = places[spread_evenly(len(places), most)]
        where: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 7}
        axes.plot(places, np.zeros(len(places)), "x", color="#A00000", markersize=4, label="_failed", **where)


def _draw_events(
    axes: Axes, events: Sequence[Event], x: NDArray[np.float64], y: NDArray[np.float64], runs: NDArray[np.int64]
) -> None:
    import numpy as np

    for event in events:
        of_run = np.flatnonzero(runs == event.run)
        before, after = of_run[: event.after], of_run[event.after :]
        if not len(before) or not len(after):
            continue
        edge = float(x[before[-1]] + x[after[0]]) / 2
        if event.code == "warm-up":
            half = float(x[after[0]] - x[before[-1]]) / 2
            axes.axvspan(float(x[before[0]]) - half, edge, facecolor=_PALE, edgecolor="none", zorder=0, label="_event")
            if event is events[0]:
                words = "first slower" if len(before) == 1 else f"first {len(before)} slower"
                say_beside(axes, float(x[before[0]]), 0.995, words)
            continue
        for part in (before, after):
            ends = (float(x[part[0]]), float(x[part[-1]]))
            axes.plot(ends, [float(y[part].mean())] * 2, color="k", linewidth=1.4, zorder=4, label="_event")
        if event.code == "level-shift":
            axes.axvline(edge, color=INK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=4, label="_event")
        say_beside(axes, edge, 0.91, _WORDS[event.code])


def autocorrelation(matter: Matter) -> Contents:
    """Draw each sample's autocorrelation by lag, and the band in which independent transfers have theirs."""
    groups = groups_of(matter, lambda kind: Extent((0.0, 1.0)) if kind[0].n else None, is_each_alone=True)
    groups = [[Group(group.summaries, None) for group in kind] for kind in groups]
    panels = [
        [panel_of(group, partial(_draw_correlogram, group, matter), "lag (transfers)", is_wide=True) for group in kind]
        for kind in groups
    ]
    shown = (
        "autocorrelation of transfers that are so many apart; band: ±1.96/√n, in which 95 % of the lags of independent "
        "transfers lie; several runs: the mean of their autocorrelations"
    )
    return Contents(panels, caption_of(shown, groups, matter.summaries))


def _draw_correlogram(group: Group, matter: Matter, axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    from ftpstats.analysis.pictures import correlogram_of

    (summary,) = group.summaries
    found = correlogram_of(matter.sample_of(summary))
    if found is None:
        axes.set_xticks([])
        say_none(axes, words="fewer than 8 transfers,\nor equal times" if summary.n else None)
        return
    axes.axhspan(-found.limit, found.limit, facecolor=_PALE, edgecolor="none", zorder=0, label="_band")
    axes.axhline(0, color=INK, linewidth=0.6, zorder=1, label="_zero")
    look = matter.looks[summary.label]
    axes.vlines(found.lags, 0, found.correlations, colors=INK, linewidth=0.8, label="_stems")
    axes.plot(
        found.lags, found.correlations, look.marker, color=look.colour, markersize=3.2, markeredgecolor=INK,
        markeredgewidth=0.4, label="_lags",
    )  # fmt: skip
    axes.set_ylabel("autocorrelation")
    low = min(-0.3, -1.3 * found.limit, float(found.correlations.min()) - 0.1)
    axes.set_ylim(max(low, -1.05), max(0.5, 1.3 * found.limit, float(found.correlations.max()) + 0.1))
    axes.set_xlim(0, float(found.lags[-1]) + 1)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=(1, 2, 5, 10)))
