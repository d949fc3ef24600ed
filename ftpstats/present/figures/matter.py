"""What a figure is made of, the panels of its samples, and what a caption has to say of those that it does not show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ftpstats.present.figures.axis import Extent, Scale, ValueAxis, value_axes
from ftpstats.present.figures.marks import MOST_DRAWN, Look, looks_of
from ftpstats.present.figures.panel import Panel
from ftpstats.units import UNITS, Unit, format_kind, kind_order, label_name

if TYPE_CHECKING:
    from datetime import tzinfo

    from matplotlib.axes import Axes

    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.history import History
    from ftpstats.analysis.pictures import Timeline
    from ftpstats.analysis.rates import ByGroup
    from ftpstats.analysis.sample import Sample
    from ftpstats.analysis.scaling import SizePicture
    from ftpstats.analysis.summary import Summary
    from ftpstats.analysis.verdict import Margins

__all__ = ["Group", "Matter", "caption_of", "counts_of", "groups_of", "panel_of"]

_COARSE = ("resolution-limited", "no-spread", "no-resolution")  # warnings of a summary


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Matter:
    """
    What a figure is made of; a kind takes what it needs.

    Attributes
    ----------
    summaries : sequence of Summary
        One per label, size and direction, labels in the order of the figure; in the figure's unit.
    samples : sequence of Sample
        What they are of, likewise.
    labels : sequence of str or None
        All labels of the data, drawn or not: a label's colour follows from its place among them.
    confidence : float
        Of the intervals of summaries and comparisons.
    margin : Margin, SizedMargins or None
    comparisons : sequence of Comparison
    timelines : sequence of Timeline
        In seconds.
    rates : sequence of ByGroup
        Throughput by size, and by hour where times are known.
    histories : sequence of History
        In seconds.
    lines : sequence of SizePicture
        Time against size.
    time_zone : str or None
        Of hours; None for this machine's.
    zone : tzinfo or None
        The same, of the times of histories.
    unit : Unit
    scale : {"auto", "log", "zero"}
    most : int
        Transfers of a sample that are drawn one by one.
    """

    summaries: Sequence[Summary] = ()
    samples: Sequence[Sample] = ()
    labels: Sequence[str | None] = ()
    confidence: float = 0.95
    margin: Margins | None = None
    comparisons: Sequence[Comparison] = ()
    timelines: Sequence[Timeline] = ()
    rates: Sequence[ByGroup] = ()
    histories: Sequence[History] = ()
    lines: Sequence[SizePicture] = ()
    time_zone: str | None = None
    zone: tzinfo | None = None
    unit: Unit = UNITS["s"]
    scale: Scale = "auto"
    most: int = MOST_DRAWN

    @cached_property
    def looks(self) -> dict[str | None, Look]:
        """Colour, hatch, marker and line of each label."""
        return looks_of([*self.labels, *(summary.label for summary in self.summaries)])

    def sample_of(self, summary: Summary) -> Sample:
        """Return the sample that a summary is of."""
        return next(one for one in self.samples if _key(one) == _key(summary))

    def timeline_of(self, summary: Summary) -> Timeline:
        """Return the attempts that a summary is of."""
        return next(one for one in self.timelines if _key(one) == _key(summary))


def _key(one: Summary | Sample | Timeline) -> tuple[object, ...]:
    return one.label, one.bytes, one.direction


@dataclass(frozen=True, slots=True)
class Group:
    """What one panel shows; no axis where there is nothing to draw."""

    summaries: tuple[Summary, ...]
    axis: ValueAxis | None


def groups_of(
    matter: Matter, extent: Callable[[Sequence[Summary]], Extent | None], *, is_each_alone: bool = False
) -> list[list[Group]]:
    """
    Return what panels there are, by size and direction.

    Parameters
    ----------
    matter : Matter
    extent : callable
        What a panel of these summaries has to show; None where there is nothing.
    is_each_alone : bool
        Whether a label has a panel of its own.

    Raises
    ------
    ValueError
        If there are no summaries.
    """
    kinds = [[[one] for one in kind] if is_each_alone else [list(kind)] for kind in _kinds(matter.summaries)]
    extents = [extent(shown) for kind in kinds for shown in kind]
    axes: Iterator[ValueAxis | None] = iter(value_axes(extents, matter.scale, matter.unit))
    return [[Group(tuple(shown), next(axes)) for shown in kind] for kind in kinds]


def _kinds(summaries: Sequence[Summary]) -> list[tuple[Summary, ...]]:
    """Return the summaries by size and direction, small files first: those of which anything completed."""
    if not summaries:
        raise ValueError("there are no summaries to draw")
    known = [summary for summary in summaries if summary.bytes is not None] or summaries
    kinds = sorted({(s.bytes, s.direction) for s in known}, key=lambda kind: kind_order(*kind))
    of_kind = [tuple(s for s in known if (s.bytes, s.direction) == kind) for kind in kinds]
    return [kind for kind in of_kind if any(summary.n for summary in kind)] or of_kind


def panel_of(group: Group, draw: Callable[[Axes], None], across: str | None = None, *, is_wide: bool = False) -> Panel:
    """Return a panel of some labels: side by side, or by what its x axis measures."""
    first, *_ = group.summaries
    names = tuple(label_name(summary.label) for summary in group.summaries)
    counts = tuple(map(_counts_and_clock if across else counts_of, group.summaries))
    return Panel(format_kind(first.bytes, first.direction), names, counts, across, draw, is_wide=is_wide)


def caption_of(
    shown: str, groups: Sequence[Sequence[Group]], summaries: Sequence[Summary], *, has_points: bool = False
) -> str:
    """Return what is drawn, with everything that a reader might misinterpret."""
    flat = [group for kind in groups for group in kind]
    axes = [group.axis for group in flat if group.axis is not None]
    drawn = [summary for group in flat for summary in group.summaries]
    parts = [shown]
    if has_points and any(summary.n == 1 for summary in drawn):
        parts.append("single point: the only completed transfer")
    if any(axis.is_cut for axis in axes):
        parts.append("an axis with a break starts above zero")
    if any(axis.gap for axis in axes):
        parts.append("double line: the axis is broken there, and has another scale beyond it")
    hidden = [summary for summary in summaries if summary not in drawn]
    empty = [f"{format_kind(s.bytes, s.direction)} {_counted(s)}" for s in hidden if s.bytes is not None]
    if empty:
        parts.append(f"not shown because no transfer completed: {', '.join(empty)}")
    unknown = [_counted(summary) for summary in hidden if summary.bytes is None]
    if unknown:
        parts.append(f"not shown because the size is unknown: {', '.join(unknown)}")
    return "; ".join(filter(None, parts))


def _counted(summary: Summary) -> str:
    return f"{label_name(summary.label)} ({', '.join(counts_of(summary))})"


def counts_of(summary: Summary) -> tuple[str, ...]:
    """Return how many transfers there are, and how many failed, a line each."""
    unfinished = summary.partial + summary.failed
    return (f"n = {summary.n}", f"{unfinished} failed") if unfinished else (f"n = {summary.n}",)


def _counts_and_clock(summary: Summary) -> tuple[str, ...]:
    """Return the counts, and where the rounding makes the picture, that it does."""
    is_coarse = any(warning.code in _COARSE for warning in summary.warnings)
    return (*counts_of(summary), "coarse clock") if is_coarse else counts_of(summary)
