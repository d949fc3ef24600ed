"""What the same moment costs: how much longer transfers of a duet take than solo ones, by label, and the margin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ftpstats.errors import UsageError
from ftpstats.present.figures.marks import INK
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents
from ftpstats.present.figures.panel import Panel
from ftpstats.present.tables import margins_text, percent_text
from ftpstats.units import format_kind, label_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.duet import Competition
    from ftpstats.analysis.verdict import Margin

__all__ = ["duet"]


def duet(matter: Matter) -> Contents:
    """Draw what the same moment costs either label, a panel for each comparison."""
    found = [one for one in matter.comparisons if one.competition]
    if not found:
        raise UsageError("no labels transferred at the same moment: see `ftpstats run --order duet`")
    return Contents([[_panel(one, matter) for one in found]], _caption(matter))


def _panel(one: Comparison, matter: Matter) -> Panel:
    names = tuple(label_name(cost.label) for cost in one.competition)
    counts = tuple((f"n = {cost.n}", f"solo n = {cost.n_solo}") for cost in one.competition)
    found = f"{label_name(one.label)} against {label_name(one.reference)}: {one.verdict}"
    title = f"{format_kind(one.bytes, one.direction)}\n{found}"
    return Panel(title, names, counts, None, partial(_draw, one, matter))


def _caption(matter: Matter) -> str:
    parts = [
        "how much longer a transfer takes at the same moment as one of the other label than alone, in per cent",
        f"bar: {100 * matter.confidence:.4g} % interval",
        f"dashed: the margin, {margins_text(matter.margin)}" if matter.margin else "",
        "filled: shown to be below the margin, as has to be of both for labels to be equivalent",
    ]
    return "; ".join(filter(None, parts))


def _draw(one: Comparison, matter: Matter, axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.set_xlim(0.5, len(one.competition) + 0.5)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_text(value)))
    axes.axhline(0, color=INK, linewidth=0.6, zorder=1.5, label="_zero")
    for place, cost in enumerate(one.competition, start=1):
        _draw_cost(axes, place, cost, matter)
        limit = _limit(one.margin, cost)
        if matter.margin and limit is not None:
            ends = place - 0.5, place + 0.5
            axes.hlines(limit, *ends, colors=INK, linewidth=0.8, linestyles=(0, (3, 2)), zorder=1.6, label="_margin")
    axes.margins(y=0.15)


def _draw_cost(axes: Axes, place: int, cost: Competition, matter: Matter) -> None:
    if cost.percent is None:
        return
    look = matter.looks[cost.label]
    if cost.percent_low is not None and cost.percent_high is not None:
        axes.vlines(
            place, cost.percent_low, cost.percent_high, colors=look.colour, linewidth=1.2, zorder=2, label="_interval"
        )
    is_shown = cost.not_slower_p is not None and cost.not_slower_p < 1 - matter.confidence
    face = look.colour if is_shown else "white"
    axes.plot(place, cost.percent, look.marker, color=look.colour, markerfacecolor=face, markersize=5, zorder=3)


def _limit(margin: Margin, cost: Competition) -> float | None:
    """Return the margin in per cent of a label's mean solo time."""
    if margin.relative:
        return 100 * margin.value
    return 100 * margin.value / cost.mean_solo if cost.mean_solo else None
