"""Comparisons as a forest: each label's difference from the reference in per cent, its interval, margin and verdict."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.present.figures.marks import INK
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import Panel, line_count, wrap
from ftpstats.units import format_kind, label_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ftpstats.analysis.comparison import Comparison

__all__ = ["difference"]

_MOST_ROWS, _MOST_TICKS = 34, 5  # on a page; of a logarithmic axis
_WIDE = 200.0  # per cent from which on ratios are drawn on a logarithmic axis
_BAND = "0.88"
_NAME_WIDTH = 2.4  # inches
_MARKS = {"faster": "v", "slower": "^", "equivalent": "o", "inconclusive": "D"}
_Row = "Comparison | str"  # a comparison, or a heading


def difference(matter: Matter) -> Contents:
    """Draw each comparison's difference in per cent with its interval, on the band of the margin, and its verdict."""
    from ftpstats.present.verdicts import margin_text

    if not matter.comparisons:
        raise ValueError("there are no comparisons to draw")
    pages = _pages(matter.comparisons)
    references = {label_name(one.reference) for one in matter.comparisons}
    labels = {label_name(one.label) for one in matter.comparisons}
    title = f"{labels.pop() if len(labels) == 1 else 'each label'} against {' or '.join(sorted(references))}"
    span = _span(matter)
    panels = [
        Panel(title, (), (), "difference of mean elapsed times, less is better", partial(_draw, rows, span, matter),
              rows=sum(map(line_count, _names(rows))))
        for rows in pages
    ]  # fmt: skip
    margin = f"; band: the margin, {margin_text(matter.margin)}" if matter.margin else ""
    caption = (
        f"mean and {matter.confidence * 100:g} % confidence interval of the contrast, which accounts for "
        f"autocorrelation and for runs{margin}; verdicts are adjusted for the number of comparisons, intervals are "
        "not; filled: conclusive; an arrow: the interval goes on"
    )
    return Contents([[panel] for panel in panels], caption)


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


def _margin_of(one: Comparison, matter: Matter) -> tuple[float, float] | None:
    """Return the margin as ratios of the means."""
    if matter.margin is None:
        return None
    share = matter.margin.value if matter.margin.relative else matter.margin.value / one.mean_reference
    return 1 - share, 1 + share


def _span(matter: Matter) -> tuple[float, float, bool]:
    """Return the ratios that the axis shows, and whether it is logarithmic."""
    ends = [1.0]
    for one in matter.comparisons:
        ends += [
            1 + percent / 100 for percent in (one.percent_low, one.percent, one.percent_high) if percent is not None
        ]
        ends += _margin_of(one, matter) or ()
    is_log = max(ends) > 1 + _WIDE / 100 or min(ends) < 1 / (1 + _WIDE / 100)
    low, high = min(ends), max(ends)
    if is_log:  # an interval may reach to a ratio of zero and below: it is drawn with an arrow
        low = max(low, min(0.5, *(end / 2 for end in ends if end > 0.02)))
        return max(low, 0.01) / 1.1, min(high, 1000) * 1.1, True
    return low - 0.05 * (high - low), high + 0.05 * (high - low), False


def _draw(rows: Sequence[Any], span: tuple[float, float, bool], matter: Matter, axes: Axes) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator

    _set_x(axes, span)
    names = _names(rows)
    lines = [line_count(name) for name in names]
    places = [sum(lines[:i]) + (line - 1) / 2 for i, line in enumerate(lines)]
    axes.set_ylim(sum(lines) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.yaxis.set_major_locator(FixedLocator(places))
    axes.yaxis.set_major_formatter(FixedFormatter(names))
    axes.tick_params(axis="y", length=0)
    axes.axvline(1.0, color=INK, linewidth=0.7, zorder=1, label="_zero")
    for place, height, tick, row in zip(places, lines, axes.yaxis.get_major_ticks(), rows, strict=True):
        if isinstance(row, str):
            tick.label1.set_fontweight("bold")
        else:
            _draw_margin(axes, (place - height / 2, height), row, span, matter)
            _draw_row(axes, place, row, span)


def _names(rows: Sequence[Any]) -> list[str]:
    """Return what stands beside each line."""
    is_headed = isinstance(rows[0], str)
    return [
        row if isinstance(row, str)
        else wrap(label_name(row.label), _NAME_WIDTH) if is_headed
        else format_kind(row.bytes, row.direction)
        for row in rows
    ]  # fmt: skip


def _set_x(axes: Axes, span: tuple[float, float, bool]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    low, high, is_log = span
    if is_log:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(_ratios(low, high)))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        found = MaxNLocator(7, steps=(1, 2, 2.5, 5, 10)).tick_values(100 * (low - 1), 100 * (high - 1))
        axes.xaxis.set_major_locator(FixedLocator([1 + tick / 100 for tick in found if low <= 1 + tick / 100 <= high]))
    axes.xaxis.set_major_formatter(FuncFormatter(_percent))
    axes.set_xlim(low, high)


def _ratios(low: float, high: float) -> list[float]:
    """Return round ratios between two: as many as have room for their numbers."""
    found: list[float] = []
    for digits in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 5), (1,)):
        every = [digit * 10.0**power for power in range(-2, 4) for digit in digits]
        found = [ratio for ratio in every if low <= ratio <= high]
        if len(found) <= _MOST_TICKS:
            break
    return found


def _percent(ratio: float, _: object = None) -> str:
    percent = round(100 * (ratio - 1), 6)
    return f"{'+' if percent > 0 else ''}{percent:g} %".replace("-", "−")


def _draw_margin(
    axes: Axes, where: tuple[float, float], one: Comparison, span: tuple[float, float, bool], matter: Matter
) -> None:
    from matplotlib.patches import Rectangle

    margin = _margin_of(one, matter)
    if margin:
        low, high = max(margin[0], span[0]), min(margin[1], span[1])
        shape: dict[str, Any] = {"facecolor": _BAND, "edgecolor": "none", "zorder": 0, "label": "_margin"}
        axes.add_patch(Rectangle((low, where[0]), high - low, where[1], **shape))


def _draw_row(axes: Axes, place: float, one: Comparison, span: tuple[float, float, bool]) -> None:
    left, right, _ = span
    if one.difference_low is not None:
        _draw_interval(axes, place, _ends(one, left, right), (left, right))
    if one.percent is not None and left <= 1 + one.percent / 100 <= right:
        is_sure = one.verdict != "inconclusive"
        axes.plot(
            [1 + one.percent / 100], [place], _MARKS[one.verdict], markersize=4.5, color=INK,
            markerfacecolor=INK if is_sure else "w", markeredgewidth=0.8, zorder=4, label="_difference",
        )  # fmt: skip
    axes.text(1.02, place, _numbers(one), transform=axes.get_yaxis_transform(), va="center", fontsize="small")


def _ends(one: Comparison, left: float, right: float) -> tuple[float, float]:
    """Return the ratios between which an interval is drawn; one that is unbounded leaves the panel."""
    low = 0.0 if one.percent_low is None else 1 + one.percent_low / 100
    high = 2 * right if one.percent_high is None else 1 + one.percent_high / 100
    return (low if low >= left else left / 2), (high if high <= right else 2 * right)


def _draw_interval(axes: Axes, place: float, ends: tuple[float, float], limits: tuple[float, float]) -> None:
    (low, high), (left, right) = ends, limits
    drawn = max(low, left), min(high, right)
    axes.hlines(place, *drawn, colors=INK, linewidth=1.0, zorder=3, label="_interval")
    for end, limit, marker in ((low, left, "<"), (high, right, ">")):
        is_beyond = end < left or end > right
        shape: dict[str, Any] = {"color": INK, "zorder": 3, "clip_on": False, "label": "_end"}
        axes.plot([limit if is_beyond else end], [place], marker if is_beyond else "|", markersize=5, **shape)


def _numbers(one: Comparison) -> str:
    """Return the difference, its interval and the verdict as text."""
    from ftpstats.present.tables import percent_text
    from ftpstats.present.verdicts import percent_interval

    shown = "" if one.percent is None else percent_text(one.percent)
    interval = "" if one.difference_low is None else f" ({percent_interval(one)})"
    return f"{shown}{interval}  {one.verdict}"
