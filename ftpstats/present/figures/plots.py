"""Summaries in, figures out: the thesis's boxplots (figures 5, 7, 9) and means (figures 6, 8, 10); and Q-Q plots.

Nothing is computed but where things stand on the page, and nothing is written: `render` gives bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.analysis.quantiles import NormalQuantiles, QuantilePlot
from ftpstats.analysis.summary import Summary
from ftpstats.present.figures.axis import TimeAxis, set_time_axis, time_axis
from ftpstats.present.figures.marks import MOST_POINTS, Look, draw_box, draw_mean, draw_quantiles, looks_of, say_none
from ftpstats.present.figures.page import Panel, in_rows, lay_out, style
from ftpstats.units import format_kind, kind_order, label_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "boxplot", "means", "qq", "render"]

FORMATS = ("png", "svg", "pdf")

# What would tell one rendering from the next: when it was made, and by which version.
_METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

_ACROSS = "normal quantile"
_QQ_CAPTION = (
    "elapsed times in ascending order against quantiles of a standard normal distribution; line: through the "
    "quartiles; points on the line: normal, steps: a coarse clock; the order of measurement is not shown; each panel "
    "has its own axes"
)
_COARSE = ("resolution-limited", "no-spread", "no-resolution")  # warnings of a summary

_Ends = Callable[[Summary], tuple[float, float] | None]  # between which values a summary is drawn


@dataclass(frozen=True, slots=True)
class _Group:
    """What one panel shows; no axis where there is nothing to draw."""

    summaries: tuple[Summary, ...]
    axis: TimeAxis | None


@dataclass(frozen=True, slots=True)
class _Chart:
    """What tells two figures of summaries apart: how one is drawn, between which values, and what that means."""

    draw: Callable[[Axes, float, Summary, float, Look], None]
    ends: _Ends
    caption: str


def boxplot(
    summaries: Sequence[Summary], labels: Sequence[str | None] = (), onto: Axes | Figure | None = None
) -> Figure:
    """
    Draw Hunt-style boxplots: box from q1 to q3, line at the median, whiskers to minimum and maximum.

    Parameters
    ----------
    summaries : sequence of Summary
        One panel per size and direction, labels in this order.
    labels : sequence of str or None
        All labels of the data, drawn or not: a label's colour follows from its place among them.
    onto : Figure or Axes, optional
        See `page.lay_out`.

    Returns
    -------
    Figure
        Laid out; `render` turns it into bytes.

    Raises
    ------
    ValueError
        If there are no summaries.
    """
    caption = "box: quartiles, line: median, whiskers: minimum and maximum; no outliers are removed"
    return _figure(summaries, labels, _Chart(draw_box, _extremes, caption), onto)


def means(
    summaries: Sequence[Summary],
    confidence: float,
    labels: Sequence[str | None] = (),
    onto: Axes | Figure | None = None,
) -> Figure:
    """
    Draw each mean with its t-based interval.

    Parameters
    ----------
    summaries : sequence of Summary
        One panel per size and direction, labels in this order.
    confidence : float
        What the summaries' intervals were computed with; it is only named here.
    labels : sequence of str or None
        All labels of the data, as for `boxplot`.
    onto : Figure or Axes, optional
        See `page.lay_out`.

    Returns
    -------
    Figure
        Laid out; `render` turns it into bytes.

    Raises
    ------
    ValueError
        If there are no summaries.
    """
    caption = f"mean with {confidence * 100:g} % confidence interval (t)"
    return _figure(summaries, labels, _Chart(draw_mean, _interval, caption), onto)


def qq(plots: Sequence[QuantilePlot], labels: Sequence[str | None] = (), onto: Axes | Figure | None = None) -> Figure:
    """
    Draw each sample's times in order against normal quantiles, with a line through the quartiles.

    Parameters
    ----------
    plots : sequence of QuantilePlot
        One panel each, labels in this order, sizes and directions one after the other. Each has an axis of its own:
        on one for all, the times of a label that varies less than another would be a level line.
    labels : sequence of str or None
        All labels of the data, as for `boxplot`.
    onto : Figure or Axes, optional
        See `page.lay_out`.

    Returns
    -------
    Figure
        Laid out; `render` turns it into bytes.

    Raises
    ------
    ValueError
        If there are no plots.
    """
    summaries, quantiles = [plot.summary for plot in plots], {plot.summary: plot.quantiles for plot in plots}
    looks = looks_of([*labels, *(summary.label for summary in summaries)])
    kinds = [[_Group((one,), _axis([one], _extremes)) for one in kind] for kind in _kinds(summaries)]
    panels = [[_panel(group, partial(_draw_one, group, quantiles, looks), _ACROSS) for group in kind] for kind in kinds]
    thinned = f"; of more than {MOST_POINTS} points, overlapping ones are omitted"
    caption = _QQ_CAPTION + (thinned if any(summary.n > MOST_POINTS for summary in summaries) else "")
    caption = _caption(caption, [group for kind in kinds for group in kind], summaries)
    return lay_out(in_rows(*panels), caption, onto)


def render(figure: Figure, format: str) -> bytes:
    """
    Return a figure as a file's bytes: the same bytes for the same figure, whenever it is rendered.

    Parameters
    ----------
    figure : Figure
        From `boxplot`, `means` or `qq`.
    format : {"png", "svg", "pdf"}

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the format is none of `FORMATS`.
    """
    if format not in FORMATS:
        raise ValueError(f"'{format}' is no figure format; there are: {', '.join(FORMATS)}")
    buffer = io.BytesIO()
    with style():
        figure.savefig(buffer, format=format, metadata=_METADATA[format])
    return buffer.getvalue()


def _figure(
    summaries: Sequence[Summary], labels: Sequence[str | None], chart: _Chart, onto: Axes | Figure | None
) -> Figure:
    looks = looks_of([*labels, *(summary.label for summary in summaries)])
    groups = [_Group(kind, _axis(kind, chart.ends)) for kind in _kinds(summaries)]
    panels = [_panel(group, partial(_draw_side_by_side, group, chart, looks)) for group in groups]
    return lay_out(in_rows(panels), _caption(chart.caption, groups, summaries), onto)


def _kinds(summaries: Sequence[Summary]) -> list[tuple[Summary, ...]]:
    """Return the summaries by size and direction, small files first: those of which anything completed."""
    if not summaries:
        raise ValueError("there are no summaries to draw")
    known = [summary for summary in summaries if summary.bytes is not None] or summaries
    kinds = sorted({(s.bytes, s.direction) for s in known}, key=lambda kind: kind_order(*kind))
    of_kind = [tuple(s for s in known if (s.bytes, s.direction) == kind) for kind in kinds]
    return [kind for kind in of_kind if any(summary.n for summary in kind)] or of_kind


def _axis(kind: Sequence[Summary], ends: _Ends) -> TimeAxis | None:
    spans = [span for span in map(ends, kind) if span is not None]
    return time_axis(spans, [summary.median for summary in kind if summary.median is not None])


def _panel(group: _Group, draw: Callable[[Axes], None], across: str | None = None) -> Panel:
    first, *_ = group.summaries
    names = tuple(label_name(summary.label) for summary in group.summaries)
    counts = tuple(map(_counts_and_clock if across else _counts, group.summaries))
    return Panel(format_kind(first.bytes, first.direction), names, counts, across, draw)


def _draw_side_by_side(group: _Group, chart: _Chart, looks: Mapping[str | None, Look], axes: Axes) -> None:
    if group.axis is None:
        say_none(axes)
        return
    scale = set_time_axis(axes, group.axis)
    for place, summary in enumerate(group.summaries, start=1):
        if chart.ends(summary) is None:
            say_none(axes, place)
        else:
            chart.draw(axes, place, summary, scale, looks[summary.label])


def _draw_one(
    group: _Group,
    quantiles: Mapping[Summary, NormalQuantiles | None],
    looks: Mapping[str | None, Look],
    axes: Axes,
) -> None:
    (summary,) = group.summaries
    points = quantiles[summary]
    if group.axis is None or points is None:
        axes.set_xticks([])
        say_none(axes)
    else:
        draw_quantiles(axes, points, set_time_axis(axes, group.axis), looks[summary.label])


def _caption(shown: str, groups: Sequence[_Group], summaries: Sequence[Summary]) -> str:
    """Return what is drawn, with everything that a reader might misinterpret."""
    drawn = [summary for group in groups for summary in group.summaries]
    parts = [shown]
    if any(summary.n == 1 for summary in drawn):
        parts.append("single point: the only completed transfer")
    if any(group.axis is not None and group.axis.is_cut for group in groups):
        parts.append("an axis with a break starts above zero")
    hidden = [summary for summary in summaries if summary not in drawn]
    empty = [f"{format_kind(s.bytes, s.direction)} {_counted(s)}" for s in hidden if s.bytes is not None]
    if empty:
        parts.append(f"not shown because no transfer completed: {', '.join(empty)}")
    unknown = [_counted(summary) for summary in hidden if summary.bytes is None]
    if unknown:
        parts.append(f"not shown because the size is unknown: {', '.join(unknown)}")
    return "; ".join(parts)


def _counted(summary: Summary) -> str:
    return f"{label_name(summary.label)} ({', '.join(_counts(summary))})"


def _counts(summary: Summary) -> tuple[str, ...]:
    unfinished = summary.partial + summary.failed
    return (f"n = {summary.n}", f"{unfinished} failed") if unfinished else (f"n = {summary.n}",)


def _counts_and_clock(summary: Summary) -> tuple[str, ...]:
    """Return the counts, and where the rounding makes the picture, that it does."""
    is_coarse = any(warning.code in _COARSE for warning in summary.warnings)
    return (*_counts(summary), "coarse clock") if is_coarse else _counts(summary)


def _extremes(summary: Summary) -> tuple[float, float] | None:
    return None if summary.min is None or summary.max is None else (summary.min, summary.max)


def _interval(summary: Summary) -> tuple[float, float] | None:
    if summary.ci_low is not None and summary.ci_high is not None:
        return summary.ci_low, summary.ci_high
    return None if summary.mean is None else (summary.mean, summary.mean)
