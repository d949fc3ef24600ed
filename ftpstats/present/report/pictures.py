"""The figures of a report: by file size, and of all attempts; drawn as SVG for a page, with captions and their data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftpstats.present.report.tables import differences_table, distributions_table
from ftpstats.present.tables import by_kind, shown_label, shown_text
from ftpstats.units import UNITS, format_count, format_kind

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.summary import Summary
    from ftpstats.present.figures.matter import Matter
    from ftpstats.present.report.contents import Contents
    from ftpstats.present.tables import Table

__all__ = [
    "IN_ORDER",
    "OF_LINES",
    "OF_SIZE",
    "OfSize",
    "Picture",
    "Pictured",
    "by_size",
    "drawn_of_each",
    "in_order",
    "of_lines",
]

_POINTS = 20_000  # of all panels of a figure together; a point takes about a hundred bytes
_FEWEST, _MOST = 200, 5000  # of one panel
_LABELS, _PANELS = 16, 48  # more labels side by side are not legible, more panels not looked at
_INCHES, _LONG = 3.5, 20  # of a list beside short labels, as wide as a telephone; characters


@dataclass(frozen=True, slots=True)
class Pictured:
    """A kind of figure in a report: its name among `kinds.KINDS`, its heading, and its width where labels are short."""

    kind: str
    heading: str
    inches: float | None = None

    def width(self, matter: Matter) -> float | None:
        """Return the inches that it is drawn in; None for what it takes by itself."""
        is_long = any(len(shown_label(one.label)) > _LONG for one in matter.summaries)
        return None if is_long else self.inches


OF_SIZE = (
    Pictured("difference", "Differences", _INCHES),
    Pictured("means", "Means"),
    Pictured("boxplot", "Distributions"),
)
OF_LINES = (Pictured("scaling", "Time against file size"),)
IN_ORDER = (Pictured("order", "Every transfer in its order"),)


@dataclass(frozen=True, slots=True)
class Picture:
    """
    One figure on a page.

    Attributes
    ----------
    name : str
        Its id: another for each figure of a report.
    kind, heading, caption : str
    svg : str
        An element without scripts whose text is escaped; empty where the page has no room for it.
    points : float
        Its width: letters of one size need figures that are shown in proportion to it.
    """

    name: str
    kind: str
    heading: str
    caption: str
    svg: str
    points: float


@dataclass(frozen=True, slots=True)
class OfSize:
    """The figures of one file size, and tables of what they show; none, where no transfer completed."""

    heading: str
    pictures: Sequence[Picture]
    tables: Sequence[Table]
    missing: str


def drawn_of_each(samples: int) -> int:
    """Return how many transfers of each sample are drawn one by one."""
    return max(_FEWEST, min(_MOST, _POINTS // max(1, samples)))


def in_order(contents: Contents, wanted: Sequence[Pictured], room: int) -> list[Picture]:
    """
    Draw the figures of all attempts; none where nothing completed.

    Parameters
    ----------
    contents : Contents
    wanted : sequence of Pictured
        A kind that there is not, or that has nothing to show, is left out.
    room : int
        Characters that they may take together.
    """
    few = _few(contents.matter)
    return _fitting(_drawn(wanted, few.matter, few.left_out, 1), room) if contents.has_completed else []


def of_lines(contents: Contents, wanted: Sequence[Pictured], room: int) -> list[Picture]:
    """Draw time against size; none where there is no line. As `in_order`."""
    return _fitting(_drawn(wanted, contents.matter, "", 1), room) if contents.scaling else []


def by_size(contents: Contents, wanted: Sequence[Pictured], room: int) -> tuple[list[OfSize], str]:
    """
    Draw the figures of each file size, small files first; and say which sizes are left out.

    Parameters
    ----------
    contents, wanted, room
        As for `in_order`.
    """
    if not contents.has_completed:
        return [], ""
    found, few = [], _few(contents.matter)
    for number, alike in enumerate(by_kind(few.matter.summaries), start=1):
        found.append(_of_size(contents, wanted, _matter_of(alike, few.matter), few.labels, number, room))
        room -= sum(len(one.svg) for one in found[-1].pictures)
    return found, few.sizes


def _of_size(  # noqa: PLR0913, PLR0917 - what is drawn, how much of it, and under which number
    contents: Contents, wanted: Sequence[Pictured], matter: Matter, left_out: str, number: int, room: int
) -> OfSize:
    first, *_ = matter.summaries
    heading = format_kind(first.bytes, first.direction)
    if not any(one.n for one in matter.summaries):
        return OfSize(heading, (), (), f"No transfer completed: {', '.join(map(_failed, matter.summaries))}.")
    tables = [distributions_table(matter.summaries, matter.unit, contents.terms.level)]
    if matter.comparisons:
        tables.insert(0, differences_table(matter.comparisons, contents.terms))
    return OfSize(heading, _fitting(_drawn(wanted, matter, left_out, number), room), tables, "")


def _failed(summary: Summary) -> str:
    return f"{format_count(summary.failed + summary.partial, 'attempt')} of {shown_label(summary.label)} failed"


def _fitting(found: Iterator[Picture], room: int) -> list[Picture]:
    """Return the figures, and those without their drawing for which there is no room."""
    kept = []
    for one in found:
        fits = len(one.svg) <= room
        room -= len(one.svg) if fits else 0
        kept.append(one if fits else replace(one, caption="", svg=""))
    return kept


@dataclass(frozen=True, slots=True)
class _Few:
    """What is drawn where there is much of it; and in words, which labels and which sizes these are."""

    matter: Matter
    labels: str
    sizes: str

    @property
    def left_out(self) -> str:
        """Both in words."""
        return " and ".join(filter(None, (self.labels, self.sizes)))


def _few(matter: Matter) -> _Few:
    labels = list(dict.fromkeys(one.label for one in matter.summaries))
    kinds = [_kind(alike[0]) for alike in by_kind(matter.summaries)]
    most = _PANELS // max(1, len(labels[:_LABELS]))
    some = labels[:_LABELS], _commonest([one for one in matter.summaries if one.label in labels[:_LABELS]], most)

    def is_shown(one: Summary | Comparison) -> bool:
        return one.label in some[0] and _kind(one) in some[1]

    shown = replace(
        matter,
        summaries=[one for one in matter.summaries if is_shown(one)],
        comparisons=[one for one in matter.comparisons if is_shown(one)],
    )
    few_labels = f"the first {len(some[0])} of {len(labels)} labels" if len(some[0]) < len(labels) else ""
    is_few = len(some[1]) < len(kinds)
    return _Few(shown, few_labels, f"the {len(some[1])} commonest of {len(kinds)} file sizes" if is_few else "")


def _commonest(summaries: Sequence[Summary], most: int) -> set[tuple[int | None, str | None]]:
    """Return the sizes and directions of which most transfers completed: a server's log has many that few did."""
    completed: Counter[tuple[int | None, str | None]] = Counter()
    for one in summaries:
        completed[_kind(one)] += one.n
    return {kind for kind, _ in completed.most_common(most)}


def _matter_of(alike: Sequence[Summary], matter: Matter) -> Matter:
    """Return what is drawn of one file size."""
    comparisons = [one for one in matter.comparisons if _kind(one) == _kind(alike[0])]
    return replace(matter, summaries=alike, comparisons=comparisons)


def _kind(one: Summary | Comparison) -> tuple[int | None, str | None]:
    return one.bytes, one.direction


def _drawn(wanted: Sequence[Pictured], matter: Matter, left_out: str, number: int) -> Iterator[Picture]:
    """Draw each kind; the number tells its figures from those of another size."""
    from ftpstats.present.figures.kinds import KINDS

    for one in wanted:
        kind = KINDS.get(one.kind)
        if kind is None or (kind.of == "comparisons" and not matter.comparisons):
            continue
        shown = matter if "unit" in kind.takes else replace(matter, unit=UNITS["s"])
        yield from _pages(one, shown, left_out, number)


def _pages(one: Pictured, matter: Matter, left_out: str, number: int) -> Iterator[Picture]:
    from matplotlib.figure import Figure

    from ftpstats.present.figures.files import inline_svg
    from ftpstats.present.figures.kinds import contents_of
    from ftpstats.present.figures.page import Layout, lay_out

    ((_, drawn),) = contents_of(one.kind, matter)
    caption = "; ".join(filter(None, [drawn.caption, left_out and f"{left_out}; `ftpstats plot {one.kind}` draws all"]))
    pages = lay_out(drawn, Layout(width=one.width(matter), caption=""), Figure)
    for i, page in enumerate(pages, start=1):
        name = f"{one.kind}-{number}" + (f"-{i}" if i > 1 else "")
        of_pages = f" ({i} of {len(pages)})" if len(pages) > 1 else ""
        points = 72 * float(page.get_figwidth())
        yield Picture(name, one.kind, one.heading + of_pages, caption, _visible(inline_svg(page, name)), points)


def _visible(svg: str) -> str:
    """
    Return a figure with the characters written as escapes that would turn or hide the text around them.

    A screen reader is given the name of the figure and its data, not the words in it one by one.
    """
    svg = svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    for character in {one for one in set(svg) if not (one.isprintable() or one == "\n")}:
        svg = svg.replace(character, shown_text(character))
    return svg
