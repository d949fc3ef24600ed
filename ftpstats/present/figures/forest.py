"""Comparisons as a forest: each label's difference from the reference in per cent, its interval, margin and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.present.figures.marks import INK
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import POINTS, Panel, line_count, width_of, wrap
from ftpstats.present.figures.ratios import Span, margin_of, ratios_of, span_of
from ftpstats.units import format_kind, label_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ftpstats.analysis.comparison import Comparison

__all__ = ["difference"]

_MOST_ROWS = 34  # on a page
_BAND = "0.88"
_NAME_WIDTH, _NARROW_NAME = 2.4, 1.2  # inches
_DIGITS = ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 5), (1,))  # of the numbers of a logarithmic axis, fewer and fewer
# In time, and in throughput: a triangle points to where less time or more throughput is.
_MARKS = {"faster": "v^", "slower": "^v", "equivalent": "oo", "inconclusive": "DD"}


def difference(matter: Matter) -> Contents:
    """Draw each comparison's difference in per cent with its interval, on the band of the margin, and its verdict."""
    if not matter.comparisons:
        raise ValueError("there are no comparisons to draw")
    references = {label_name(one.reference) for one in matter.comparisons}
    labels = {label_name(one.label) for one in matter.comparisons}
    title = f"{labels.pop() if len(labels) == 1 else 'each label'} against {' or '.join(sorted(references))}"
    span = span_of(matter)
    panels = [_panel(title, rows, span, matter) for rows in _pages(matter.comparisons)]
    return Contents([[panel] for panel in panels], _caption(span, matter))


def _panel(title: str, rows: Sequence[Any], span: Span, matter: Matter) -> Panel:
    """Return a page's panel, with the numbers beside it; on a narrow page they stand below each mark."""
    noun, better = ("throughput", "more") if matter.unit.is_throughput else ("elapsed times", "less")

    def panel(between: str, *, is_narrow: bool) -> Panel:
        lines = sum(line_count(name) for name in _names(rows, is_narrow=is_narrow))
        lines += is_narrow * sum(not isinstance(row, str) for row in rows)
        across = f"difference of mean {noun},{between}{better} is better"
        return Panel(title, (), (), across, partial(_draw, rows, span, matter, is_narrow), rows=lines)

    return replace(panel(" ", is_narrow=False), narrow=panel("\n", is_narrow=True))


def _caption(span: Span, matter: Matter) -> str:
    """Return what is drawn, and nothing of what is not."""
    from ftpstats.present.tables import margins_text

    several = matter.comparisons
    has_interval = any(one.difference_low is not None for one in several)
    interval = f"{matter.confidence * 100:g} % confidence interval of the contrast"
    accounts = "" if any(one.published for one in several) else ", which accounts for autocorrelation and for runs"
    parts = [
        f"mean and {interval}{accounts}" if has_interval else "mean; no interval: too few transfers",
        *_assumed(several),
        f"band: the margin, {margins_text(matter.margin)}" if matter.margin else "",
        "verdicts are adjusted for the number of comparisons, intervals are not" if len(several) > 1 else "",
        "filled: conclusive" if any(one.verdict != "inconclusive" for one in several) else "hollow: inconclusive",
        "an arrow: the interval goes on" if any(span.leaves(one, matter) for one in several) else "",
    ]
    return "; ".join(filter(None, parts))


def _assumed(comparisons: Sequence[Comparison]) -> list[str]:
    """Return what is assumed of published summaries, in brief."""
    from ftpstats.analysis.warnings import WARNINGS
    from ftpstats.present.papers import ASSUMED

    found = {warning.code for one in comparisons if one.published for warning in one.warnings}
    return [WARNINGS[code].brief for code in ASSUMED if code in found]


def _pages(comparisons: Sequence[Comparison]) -> list[list[Any]]:
    """Return the lines of each panel: comparisons, below the name of their size where several labels share it."""
    kinds: dict[str, list[Comparison]] = {}
    for one in comparisons:
        kinds.setdefault(format_kind(one.bytes, one.direction), []).append(one)
    if all(len(several) == 1 for several in kinds.values()):
        return _broken([[one] for one in comparisons])
    return _broken([[kind, *several] for kind, several in kinds.items()])


def _broken(blocks: Sequence[Sequence[Any]]) -> list[list[Any]]:
    pages: list[list[Any]] = [[]]
    for block in blocks:
        if pages[-1] and len(pages[-1]) + len(block) > _MOST_ROWS:
            pages.append([])
        pages[-1].extend(block)
    return pages


def _draw(rows: Sequence[Any], span: Span, matter: Matter, is_narrow: bool, axes: Axes) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator

    names = _names(rows, is_narrow=is_narrow)
    numbers = ["" if isinstance(row, str) else _numbers(row, matter) for row in rows]
    _set_x(axes, span, _inches(axes, names, numbers, is_narrow=is_narrow))
    lines = [line_count(name) + (is_narrow and bool(words)) for name, words in zip(names, numbers, strict=True)]
    places = [sum(lines[:i]) + (line_count(name) - 1) / 2 for i, name in enumerate(names)]
    axes.set_ylim(sum(lines) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.yaxis.set_major_locator(FixedLocator(places))
    axes.yaxis.set_major_formatter(FixedFormatter(names))
    axes.tick_params(axis="y", length=0)
    axes.axvline(1.0, color=INK, linewidth=0.7, zorder=1, label="_zero")
    for i, (place, tick, row) in enumerate(zip(places, axes.yaxis.get_major_ticks(), rows, strict=True)):
        if isinstance(row, str):
            tick.label1.set_fontweight("bold")
            continue
        _draw_margin(axes, (sum(lines[:i]) - 0.5, lines[i]), row, span, matter)
        _draw_row(axes, place, row, span, matter)
        below = (0.5, sum(lines[: i + 1]) - 1.0) if is_narrow else (1.02, place)
        where: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "ha": "center" if is_narrow else "left"}
        if is_narrow:  # the line at zero does not cross the numbers
            where["bbox"] = {"facecolor": "w", "edgecolor": "none", "pad": 0.8}
        axes.text(*below, numbers[i], va="center", fontsize="small", **where)


def _inches(axes: Axes, names: Sequence[str], numbers: Sequence[str], *, is_narrow: bool) -> float:
    """Return about how wide the axis will be, when its page is laid out."""
    from matplotlib import rcParams

    figure = axes.figure.figure
    width = float(figure.get_size_inches()[0])
    if axes.get_subplotspec() is None or not figure.get_constrained_layout():
        return float(axes.get_position().width) * width
    points = float(rcParams["font.size"])
    beside = [*([] if is_narrow else numbers), ""]
    texts = max(width_of(line, points) for name in names for line in name.split("\n"))
    return max(0.3, width - texts - max(width_of(words, points / 1.2) for words in beside) - 0.4)


def _names(rows: Sequence[Any], *, is_narrow: bool) -> list[str]:
    """Return what stands beside each line."""
    is_headed = isinstance(rows[0], str)
    return [
        row if isinstance(row, str)
        else wrap(label_name(row.label), _NARROW_NAME if is_narrow else _NAME_WIDTH) if is_headed
        else format_kind(row.bytes, row.direction)
        for row in rows
    ]  # fmt: skip


def _set_x(axes: Axes, span: Span, inches: float) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    if span.is_log:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(FixedLocator(_ticks(span, inches)))
    axes.xaxis.set_major_formatter(FuncFormatter(_percent))
    axes.set_xlim(span.low, span.high)


def _ticks(span: Span, inches: float) -> list[float]:
    """Return round ratios within a span: as many as have room for their numbers, but 0 % at least."""
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    points = FontProperties(size=rcParams["xtick.labelsize"]).get_size_in_points()  # the user's may be "medium"

    def fit(ratios: Sequence[float]) -> bool:
        halves = [width_of(_percent(ratio), points) / 2 for ratio in ratios]
        places = [inches * span.place(ratio) for ratio in ratios]
        return all(
            places[i + 1] - places[i] > halves[i] + halves[i + 1] + 0.12 * points / POINTS
            for i in range(len(ratios) - 1)
        )

    return next((found for found in _choices(span) if len(found) > 1 and fit(found)), [1.0])


def _choices(span: Span) -> Iterator[list[float]]:
    """Yield round ratios within a span, fewer and fewer."""
    import math

    from matplotlib.ticker import MaxNLocator

    if span.is_log:
        powers = range(math.floor(math.log10(span.low)), math.ceil(math.log10(span.high)) + 1)
        sets = [[digit * 10.0**power for power in powers for digit in digits] for digits in _DIGITS]
        sets += [[10.0**power for power in powers if power % step == 0] for step in (2, 3, 5)]
    else:
        low, high = 100 * (span.low - 1), 100 * (span.high - 1)
        locators = [MaxNLocator(most, steps=(1, 2, 2.5, 5, 10)) for most in range(7, 0, -1)]
        sets = [[1 + float(tick) / 100 for tick in locator.tick_values(low, high)] for locator in locators]
    yield from ([ratio for ratio in ratios if span.low <= ratio <= span.high] for ratios in sets)


def _percent(ratio: float, _: object = None) -> str:
    percent = round(100 * (ratio - 1), 6)
    return f"{'+' if percent > 0 else ''}{percent:g} %".replace("-", "−")


def _draw_margin(axes: Axes, where: tuple[float, float], one: Comparison, span: Span, matter: Matter) -> None:
    from matplotlib.patches import Rectangle

    margin = margin_of(one, matter)
    if margin:
        low, high = max(margin[0], span.low), min(margin[1], span.high)
        shape: dict[str, Any] = {"facecolor": _BAND, "edgecolor": "none", "zorder": 0, "label": "_margin"}
        axes.add_patch(Rectangle((low, where[0]), high - low, where[1], **shape))


def _draw_row(axes: Axes, place: float, one: Comparison, span: Span, matter: Matter) -> None:
    low, middle, high = ratios_of(one, matter)
    if one.difference_low is not None:
        _draw_interval(axes, place, (low, high), span)
    if middle is None:
        return
    is_sure = one.verdict != "inconclusive"
    mark = _MARKS[one.verdict][matter.unit.is_throughput]
    axes.plot(
        [middle], [place], mark, markersize=4.5, color=INK, markerfacecolor=INK if is_sure else "w",
        markeredgewidth=0.8, zorder=4, clip_on=False, label="_difference",
    )  # fmt: skip


def _draw_interval(axes: Axes, place: float, ends: tuple[float | None, float | None], span: Span) -> None:
    """Draw a line with a stroke at each end, or an arrow where it goes on."""
    limits = (span.low, span.high)
    drawn = [limit if end is None or not span.shows(end) else end for end, limit in zip(ends, limits, strict=True)]
    axes.hlines(place, drawn[0], drawn[1], colors=INK, linewidth=1.0, zorder=3, label="_interval")
    for end, at, arrow in zip(ends, drawn, "<>", strict=True):
        shape: dict[str, Any] = {"color": INK, "zorder": 3, "clip_on": False, "label": "_end"}
        axes.plot([at], [place], "|" if end == at else arrow, markersize=5, **shape)


def _numbers(one: Comparison, matter: Matter) -> str:
    """Return the difference, its interval and the verdict as text."""
    from ftpstats.present.tables import percent_text
    from ftpstats.present.verdicts import percent_interval

    of_time = not matter.unit.is_throughput
    percent = one.percent if of_time else one.throughput_percent
    shown = "" if percent is None else percent_text(percent)
    interval = "" if one.difference_low is None else f" ({percent_interval(one, of_time=of_time)})"
    return f"{shown}{interval}  {one.verdict}"
