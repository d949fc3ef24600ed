"""Samples as curves: normal Q-Q plots, and the share of transfers that took no longer than a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.present.figures.axis import Extent, set_axis
from ftpstats.present.figures.boxes import extent_of_boxes, thinned
from ftpstats.present.figures.marks import MOST_POINTS, draw_quantiles, say_none, spread_evenly
from ftpstats.present.figures.matter import Group, Matter, caption_of, counts_of, groups_of, panel_of
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import Panel, wrap
from ftpstats.units import format_kind, label_name

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

    from ftpstats.analysis.summary import Summary

__all__ = ["ecdf", "key_of", "qq"]

_KEY_WIDTH = 1.1  # inches of a label in the key
_ACROSS = "normal quantile"
_QQ_CAPTION = (
    "elapsed times in ascending order against quantiles of a standard normal distribution; line: through the "
    "quartiles; points on the line: normal, steps: a coarse clock; the order of measurement is not shown; each panel "
    "has its own axes"
)


def qq(matter: Matter) -> Contents:
    """
    Draw each sample's times in order against normal quantiles, with a line through the quartiles.

    Each has an axis of its own: on one for all, the times of a label that varies less than another would be a level
    line.
    """

    def extent(kind: Sequence[Summary]) -> Extent | None:
        (one,) = kind
        return None if one.min is None or one.max is None else Extent((one.min, one.max))

    groups = groups_of(matter, extent, is_each_alone=True)
    panels = [[panel_of(group, partial(_draw_qq, group, matter), _ACROSS) for group in kind] for kind in groups]
    shown = _QQ_CAPTION if not matter.unit.is_throughput else _QQ_CAPTION.replace("elapsed times", "throughputs")
    if any(summary.n > MOST_POINTS for summary in matter.summaries):
        shown += f"; of more than {MOST_POINTS} points, overlapping ones are omitted"
    return Contents(panels, caption_of(shown, groups, matter.summaries, has_points=True))


def _draw_qq(group: Group, matter: Matter, axes: Axes) -> None:
    from ftpstats.analysis.quantiles import quantile_plot

    (summary,) = group.summaries
    points = quantile_plot(matter.sample_of(summary), summary).quantiles
    if group.axis is None or points is None:
        axes.set_xticks([])
        say_none(axes)
    else:
        draw_quantiles(axes, points, set_axis(axes, group.axis), matter.looks[summary.label])


def ecdf(matter: Matter) -> Contents:
    """Draw, for each time, the share of a label's transfers that took no longer."""

    def values(summary: Summary) -> NDArray[np.float64]:
        return matter.sample_of(summary).seconds

    groups = groups_of(matter, partial(extent_of_boxes, values, may_rescale=False))
    flat = [group for kind in groups for group in kind]
    panels = [_ecdf_panel(group, matter) for group in flat]
    noun = "have no more throughput" if matter.unit.is_throughput else "took no longer"
    shown = "; ".join([f"share of the completed transfers that {noun}; line at one half: median", *thinned(matter)])
    return Contents([panels], caption_of(shown, groups, matter.summaries), _key(flat, matter))


def _ecdf_panel(group: Group, matter: Matter) -> Panel:
    first, *_ = group.summaries
    counts = [f"{label_name(one.label)}: {', '.join(counts_of(one))}" for one in group.summaries]
    if len({counts_of(one) for one in group.summaries}) == 1:  # said once
        counts = [", ".join(counts_of(first)) + (" each" if len(counts) > 1 else "")]
    title = format_kind(first.bytes, first.direction)
    return Panel(title, (), (tuple(counts),), " ", partial(_draw_ecdf, group, matter), is_wide=True)


def _draw_ecdf(group: Group, matter: Matter, axes: Axes) -> None:
    below = axes.get_xlabel().strip()
    if group.axis is None:
        axes.set_xticks([])
        say_none(axes)
        return
    scale = set_axis(axes, group.axis, "x")
    axes.set_xlabel(f"{axes.get_xlabel()}\n{below}")
    axes.grid(visible=True, axis="both")
    axes.axhline(0.5, color="0.6", linewidth=0.6, label="_half")
    axes.set_ylim(-0.02, 1.02)
    axes.set_ylabel("share of transfers")
    for summary in group.summaries:
        _draw_steps(axes, summary, matter, scale)


def _draw_steps(axes: Axes, summary: Summary, matter: Matter, scale: float) -> None:
    import numpy as np

    ordered = np.sort(matter.sample_of(summary).seconds)
    if not len(ordered):
        return
    kept = spread_evenly(len(ordered), matter.most)
    x, share = ordered[kept] / scale, (kept + 1) / len(ordered)
    look, low, high = matter.looks[summary.label], *axes.get_xlim()
    # From the left end of the panel to its right end: below the fastest the share is 0, above the slowest 1.
    x, share = np.concatenate([[low], x, [high]]), np.concatenate([[0.0], share, [1.0]])
    axes.step(x, share, where="post", color=look.colour, linestyle=look.line, linewidth=1.3, label="_steps")


def _key(groups: Sequence[Group], matter: Matter) -> list[Line2D]:
    return key_of([summary.label for group in groups for summary in group.summaries if summary.n], matter)


def key_of(labels: Iterable[str | None], matter: Matter) -> list[Line2D]:
    """Return a line for each label that is drawn, unless there is but one."""
    from matplotlib.lines import Line2D

    looks = [(label_name(label), matter.looks[label]) for label in dict.fromkeys(labels)]
    if len(looks) < 2:
        return []
    return [
        Line2D([], [], color=look.colour, linestyle=look.line, linewidth=1.3, label=_plain(name))
        for name, look in looks
    ]


def _plain(name: str) -> str:
    """Return a name for a legend, from which matplotlib leaves out those that begin with an underscore."""
    return wrap(name, _KEY_WIDTH) if not name.startswith("_") else f" {wrap(name, _KEY_WIDTH)}"
