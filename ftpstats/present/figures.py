"""Summaries in, figures out: the thesis's boxplots (figures 5, 7, 9) and means (figures 6, 8, 10).

Nothing is computed but where things stand on the page, and nothing is written: `render` gives bytes.
matplotlib is imported where it is used, and never through pyplot: no display, no global figure, none of the
user's settings.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftpstats.analysis.summary import Summary
from ftpstats.units import format_kind, kind_order, label_name, seconds_unit

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "boxplot", "means", "render"]

FORMATS = ("png", "svg", "pdf")

_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same glyphs on every machine
    "font.size": 7.5,
    "axes.titlesize": 9,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.formatter.useoffset": False,  # 1.3420, not 0.0020 and a "+1.34" in the corner
    "grid.color": "0.87",
    "grid.linewidth": 0.5,
    "ytick.major.width": 0.6,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 0,
    "hatch.linewidth": 0.6,
    "figure.constrained_layout.w_pad": 0.06,
    "figure.constrained_layout.h_pad": 0.05,
    "text.parse_math": False,  # a label such as "a$b$" is text
    "savefig.dpi": 200,
    # Text in SVG is outlines: where DejaVu Sans is missing, a viewer would put other letters in its place, and
    # labels would overlap. PDF embeds the font (42, TrueType; journals refuse type 3) and stays searchable.
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "svg.hashsalt": "ftpstats",  # ids inside the file are random without one
}
# What would tell one rendering from the next: when it was made, and by which version.
_METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

# Okabe and Ito's palette without black (lines) and yellow (too pale on paper). In grey print orange and sky blue
# are one shade, so labels differ in hatch and marker too. 6 and 5 have no common divisor: 30 labels differ.
_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00")
_HATCHES = ("", "////", "||||", "\\\\\\\\", "xxxx")  # dots would make an SVG five times as large
_MARKERS = ("o", "s", "^", "D", "v")
_INK = "0.1"
_LINE: dict[str, Any] = {"colors": _INK, "linewidth": 0.8}

# Inches: a journal's text and column width; a panel and a label at least, a y axis with its numbers; a panel's
# height without its tick labels, and a line of text.
_PAGE_WIDTH, _COLUMN_WIDTH = 7.2, 3.5
_PANEL_WIDTH, _LABEL_WIDTH, _AXIS_WIDTH = 2.3, 0.56, 0.7
_PANEL_HEIGHT, _LINE_HEIGHT = 2.1, 0.125
_POINTS = 7.0  # of tick labels and caption
_BREAKS = re.compile(r"[^\s_/-]*[\s_/-]?")  # a label may be broken after these
_LOG_FROM = 20  # times between two medians, from which the smaller box is a line on a linear axis


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    summaries: tuple[Summary, ...]
    axis: _Axis | None  # None where there is nothing to draw


@dataclass(frozen=True, slots=True)
class _Axis:
    """
    A panel's y axis: the smallest and the largest value drawn, in seconds.

    Points and boxes are read by position, not by length, so the axis need not start at zero; where all times are
    alike that would hide what differs. It does start there while the data keep half of the height, else a break
    says that it does not. Where medians are worlds apart (loopback and a slow network), a linear axis shows one
    box and a row of lines: then it is logarithmic, and says so.
    """

    low: float
    high: float
    is_logarithmic: bool

    @property
    def is_cut(self) -> bool:
        """Whether it is linear and starts above zero; values alike to a millionth have nothing to show."""
        return not self.is_logarithmic and self.low > 0.5 * self.high and self.high - self.low > 1e-6 * self.high


@dataclass(frozen=True, slots=True)
class _Look:
    colour: str
    hatch: str
    marker: str


@dataclass(frozen=True, slots=True)
class _Chart:
    """What tells the two figures apart: how a summary is drawn, between which values, and what that means."""

    draw: Callable[[Axes, float, Summary, float, _Look], None]
    ends: Callable[[Summary], tuple[float, float] | None]
    caption: str


def boxplot(summaries: Sequence[Summary], labels: Sequence[str | None] = ()) -> Figure:
    """
    Draw Hunt-style boxplots: box from q1 to q3, line at the median, whiskers to minimum and maximum.

    Parameters
    ----------
    summaries : sequence of Summary
        One panel per size and direction, labels in this order.
    labels : sequence of str or None
        All labels of the data, drawn or not: a label's colour follows from its place among them.

    Returns
    -------
    Figure
        Laid out; `render` turns it into bytes.

    Raises
    ------
    ValueError
        If there are no summaries.
    """
    caption = "box: quartiles, line: median, whiskers: minimum and maximum; no point is left out"
    return _figure(summaries, labels, _Chart(_draw_box, _extremes, caption))


def means(summaries: Sequence[Summary], confidence: float, labels: Sequence[str | None] = ()) -> Figure:
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
    return _figure(summaries, labels, _Chart(_draw_mean, _interval, caption))


def render(figure: Figure, format: str) -> bytes:
    """
    Return a figure as a file's bytes: the same bytes for the same figure, whenever and how often it is asked.

    Parameters
    ----------
    figure : Figure
        From `boxplot` or `means`.
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
    with _style():
        figure.savefig(buffer, format=format, metadata=_METADATA[format])
    return buffer.getvalue()


def _style() -> AbstractContextManager[None]:
    """Return a context with the defaults that matplotlib ships and ours, whatever the user's matplotlibrc says."""
    from matplotlib import style

    return style.context(_STYLE, after_reset=True)


def _figure(summaries: Sequence[Summary], labels: Sequence[str | None], chart: _Chart) -> Figure:
    from matplotlib.figure import Figure

    panels, looks = _panels(summaries, chart), _looks([*labels, *(summary.label for summary in summaries)])
    with _style():
        columns, width = _columns(panels)
        rows = -(-len(panels) // columns)
        ticks = [_tick_texts(panel, width / columns - _AXIS_WIDTH) for panel in panels]
        caption = _wrap(_caption(chart, panels, summaries), width - 0.2)
        lines = max(text.count("\n") + 1 for texts in ticks for text in texts)
        height = rows * (_PANEL_HEIGHT + lines * _LINE_HEIGHT) + (caption.count("\n") + 1) * _LINE_HEIGHT
        figure = Figure(figsize=(width, height), layout="constrained")
        for place, (panel, texts) in enumerate(zip(panels, ticks, strict=True), start=1):
            _draw_panel(figure.add_subplot(rows, columns, place), panel, chart, looks, texts)
        figure.supxlabel(caption, x=0.1 / width, ha="left", fontsize=_POINTS, color="0.25", linespacing=1.3)
        # The layout is settled once, here: it would move a little at every drawing, and with the resolution.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


def _panels(summaries: Sequence[Summary], chart: _Chart) -> list[_Panel]:
    """One panel per size and direction of which anything completed, small files first."""
    if not summaries:
        raise ValueError("there are no summaries to draw")
    drawn = [summary for summary in summaries if summary.bytes is not None] or summaries
    kinds = sorted({(s.bytes, s.direction) for s in drawn}, key=lambda kind: kind_order(*kind))
    of_kind = [tuple(s for s in drawn if (s.bytes, s.direction) == kind) for kind in kinds]
    panels = [_Panel(format_kind(*kind), s, _axis(s, chart)) for kind, s in zip(kinds, of_kind, strict=True)]
    return [panel for panel in panels if any(summary.n for summary in panel.summaries)] or panels


def _looks(labels: Iterable[str | None]) -> dict[str | None, _Look]:
    """A label's colour, hatch and marker, the same in every panel, and in every figure of the same data."""
    cycles = (_COLOURS, _HATCHES, _MARKERS)
    return {label: _Look(*(cycle[i % len(cycle)] for cycle in cycles)) for i, label in enumerate(dict.fromkeys(labels))}


def _columns(panels: Sequence[_Panel]) -> tuple[int, float]:
    """Panels in a row, and the figure's width: a column's or a page's, unless one panel alone is wider."""
    most = max(len(panel.summaries) for panel in panels)
    width = max(_PANEL_WIDTH, _AXIS_WIDTH + most * _LABEL_WIDTH)
    columns = min(len(panels), 3, max(1, int(_PAGE_WIDTH // width)))
    if len(panels) == 4 and columns == 3:
        columns = 2  # two and two, not three and one
    return columns, _COLUMN_WIDTH if columns * width <= _COLUMN_WIDTH else max(_PAGE_WIDTH, columns * width)


def _caption(chart: _Chart, panels: Sequence[_Panel], summaries: Sequence[Summary]) -> str:
    """Say what is drawn, and all that a reader might take for something else."""
    drawn = [summary for panel in panels for summary in panel.summaries]
    parts = [chart.caption]
    if any(summary.n == 1 for summary in drawn):
        parts.append("lone point: the only completed transfer")
    if any(panel.axis is not None and panel.axis.is_cut for panel in panels):
        parts.append("an axis with a break starts above zero")
    hidden = [summary for summary in summaries if summary not in drawn]
    empty = [f"{format_kind(s.bytes, s.direction)} {_counted(s)}" for s in hidden if s.bytes is not None]
    if empty:
        parts.append(f"not shown, as no transfer completed: {', '.join(empty)}")
    unknown = [_counted(summary) for summary in hidden if summary.bytes is None]
    if unknown:
        parts.append(f"not shown, as their size is unknown: {', '.join(unknown)}")
    return "; ".join(parts)


def _counted(summary: Summary) -> str:
    return f"{label_name(summary.label)} ({', '.join(_counts(summary))})"


def _counts(summary: Summary) -> list[str]:
    unfinished = summary.partial + summary.failed
    return [f"n = {summary.n}"] + ([f"{unfinished} failed"] if unfinished else [])


def _tick_texts(panel: _Panel, inches: float) -> list[str]:
    """Labels broken to the width they have, padded so that every n stands on one line."""
    each = 0.94 * inches / len(panel.summaries)
    names = [_wrap(label_name(summary.label), each) for summary in panel.summaries]
    counts = [[_wrap(text, each) for text in _counts(summary)] for summary in panel.summaries]
    most = max(name.count("\n") for name in names)
    padded = [name + "\n" * (most - name.count("\n")) for name in names]
    return ["\n".join([name, *texts]) for name, texts in zip(padded, counts, strict=True)]


def _wrap(text: str, inches: float) -> str:
    """Break a text into lines no wider than so many inches: within a word only where the word is wider."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=_POINTS)

    def is_narrow(line: str) -> bool:
        return text_to_path.get_text_width_height_descent(line.rstrip(), font, ismath=False)[0] <= 72 * inches

    lines = [""]
    for word in _BREAKS.findall(" ".join(text.split())):
        if lines[-1] and not is_narrow(lines[-1] + word):
            lines.append("")
        for part in [word] if is_narrow(word) else word:
            if lines[-1] and not is_narrow(lines[-1] + part):
                lines.append("")
            lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def _draw_panel(axes: Axes, panel: _Panel, chart: _Chart, looks: dict[str | None, _Look], texts: Sequence[str]) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator

    places, middle = range(1, len(texts) + 1), (len(texts) + 1) / 2
    half = max(len(texts), 2) / 2 + 0.1  # a lone box would fill its panel
    axes.set_title(panel.title)
    axes.set_xlim(middle - half, middle + half)
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(FixedFormatter(texts))
    if panel.axis is None:
        axes.set_yticks([])
        _say_none(axes, middle, rotation=0)
        return
    scale = _set_axis(axes, panel.axis)
    for place, summary in zip(places, panel.summaries, strict=True):
        if chart.ends(summary) is None:
            _say_none(axes, place, rotation=90)
        else:
            chart.draw(axes, place, summary, scale, looks[summary.label])


def _say_none(axes: Axes, place: float, rotation: float) -> None:
    where: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "center"}
    behind = {"facecolor": "w", "edgecolor": "none", "pad": 1}  # the grid would strike the words through
    axes.text(place, 0.5, "no completed transfer", rotation=rotation, color="0.35", bbox=behind, **where)


def _set_axis(axes: Axes, axis: _Axis) -> float:
    """Scale the y axis, and return the seconds in its unit."""
    scale, symbol = seconds_unit(max(abs(axis.low), abs(axis.high)))
    if axis.is_logarithmic:
        _set_logarithmic(axes, axis.low / scale, axis.high / scale)
        axes.set_ylabel(f"elapsed time ({symbol}, logarithmic)")
    else:
        _set_linear(axes, axis.low / scale, axis.high / scale, is_cut=axis.is_cut)
        axes.set_ylabel(f"elapsed time ({symbol})")
    return scale


def _set_logarithmic(axes: Axes, low: float, high: float) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.set_ylim(low / 1.4, high * 1.4)
    axes.yaxis.set_major_locator(LogLocator(subs=(1,) if high > 1000 * low else (1, 2, 5), numticks=15))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _set_linear(axes: Axes, low: float, high: float, *, is_cut: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    base, top = (low, high) if is_cut else (min(low, 0.0), max(high, 0.0))
    pad = 0.06 * (top - base) or 1.0
    axes.set_ylim(0.0 if base == 0 else base - 2 * pad, top + pad)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 2.5, 5, 10)))
    if is_cut:  # two short strokes across the foot of the axis, with a gap between them
        stroke: dict[str, Any] = {"marker": [(-1, -0.5), (1, 0.5)], "markersize": 6, "markeredgewidth": 0.6}
        feet = axes.plot([0, 0], [0.022, 0.042], "w", transform=axes.transAxes, clip_on=False, zorder=5, **stroke)
        feet[0].set(markeredgecolor="k", gid="break")


def _axis(summaries: Sequence[Summary], chart: _Chart) -> _Axis | None:
    """Return between which values summaries are drawn, and how; None where there is nothing to draw."""
    spans = [ends for ends in map(chart.ends, summaries) if ends is not None]
    if not spans:
        return None
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    medians = [summary.median for summary in summaries if summary.median is not None]
    return _Axis(low, high, is_logarithmic=bool(medians) and low > 0 and max(medians) > _LOG_FROM * min(medians))


def _extremes(summary: Summary) -> tuple[float, float] | None:
    return None if summary.min is None or summary.max is None else (summary.min, summary.max)


def _interval(summary: Summary) -> tuple[float, float] | None:
    if summary.ci_low is not None and summary.ci_high is not None:
        return summary.ci_low, summary.ci_high
    return None if summary.mean is None else (summary.mean, summary.mean)


def _draw_box(axes: Axes, place: float, summary: Summary, scale: float, look: _Look) -> None:
    # Not by Axes.bxp: it reads all of matplotlib's settings, and with them imports pyplot and chooses a display.
    from matplotlib.patches import Rectangle

    numbers = (summary.min, summary.q1, summary.median, summary.q3, summary.max)
    low, q1, median, q3, high = (number / scale for number in numbers if number is not None)
    if summary.n == 1:
        _draw_point(axes, place, median, look)
        return
    left, right = place - 0.25, place + 0.25
    box = Rectangle((left, q1), right - left, q3 - q1, facecolor=look.colour, edgecolor=_INK, linewidth=0.7)
    box.set(hatch=look.hatch, hatchcolor="w")
    axes.add_patch(box)
    axes.vlines([place, place], [low, q3], [q1, high], **_LINE)
    axes.hlines([low, high], place - 0.12, place + 0.12, **_LINE)
    axes.hlines(median, left, right, colors="k", linewidth=1.6)


def _draw_mean(axes: Axes, place: float, summary: Summary, scale: float, look: _Look) -> None:
    if summary.mean is None:
        return
    if summary.ci_low is not None and summary.ci_high is not None:
        low, high = summary.ci_low / scale, summary.ci_high / scale
        axes.vlines(place, low, high, **_LINE)
        axes.hlines([low, high], place - 0.12, place + 0.12, **_LINE)
    _draw_point(axes, place, summary.mean / scale, look)


def _draw_point(axes: Axes, place: float, value: float, look: _Look) -> None:
    edge: dict[str, Any] = {"markeredgecolor": _INK, "markeredgewidth": 0.7, "clip_on": False}
    axes.plot([place], [value], look.marker, color=look.colour, markersize=4, **edge)
