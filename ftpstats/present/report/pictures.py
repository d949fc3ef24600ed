"""The figures of a report: which there are, drawn as SVG for a page, each with a caption and its data as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftpstats.present.tables import by_kind, shown_text

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.summary import Summary
    from ftpstats.present.figures.matter import Matter
    from ftpstats.present.report.contents import Contents
    from ftpstats.present.tables import Table

__all__ = ["IN_ORDER", "OF_RESULTS", "Picture", "Pictured", "drawn_of_each", "pictures"]

_POINTS = 20_000  # of all panels of a figure together; a point takes about a hundred bytes
_FEWEST, _MOST = 200, 5000  # of one panel
_LABELS, _PANELS = 16, 48  # more labels side by side are not legible, more panels not looked at


@dataclass(frozen=True, slots=True)
class Pictured:
    """A kind of figure in a report: its name among `kinds.KINDS`, its heading, and which table holds its data."""

    kind: str
    heading: str
    data: Callable[[Contents], Table]


def _compared(contents: Contents) -> Table:
    return (contents.comparison or contents.summary).tables[0]


def _summarised(contents: Contents) -> Table:
    return contents.summary.tables[0]


def _in_order(contents: Contents) -> Table:
    return contents.summary.tables[-1]


OF_RESULTS = (
    Pictured("difference", "Differences", _compared),
    Pictured("means", "Means", _summarised),
    Pictured("boxplot", "Distributions", _summarised),
)
IN_ORDER = (Pictured("order", "Every transfer in its order", _in_order),)


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
    table : Table
        The data.
    """

    name: str
    kind: str
    heading: str
    caption: str
    svg: str
    table: Table


def drawn_of_each(samples: int) -> int:
    """Return how many transfers of each sample are drawn one by one."""
    return max(_FEWEST, min(_MOST, _POINTS // max(1, samples)))


def pictures(contents: Contents, wanted: Sequence[Pictured], room: int) -> list[Picture]:
    """
    Draw the figures of one section.

    Parameters
    ----------
    contents : Contents
    wanted : sequence of Pictured
        A kind that there is not, or that has nothing to show, is left out.
    room : int
        Characters that they may take together.
    """
    found = []
    matter, only = _few(contents.matter)
    for one in wanted:
        for picture in _drawn(contents, one, matter, only):
            fits = len(picture.svg) <= room
            room -= len(picture.svg) if fits else 0
            found.append(picture if fits else Picture(picture.name, one.kind, one.heading, "", "", picture.table))
    return found


def _few(matter: Matter) -> tuple[Matter, str]:
    """Return what is drawn of it: some labels and file sizes, where there are many; and which, in words."""
    labels = list(dict.fromkeys(one.label for one in matter.summaries))
    kinds = [_kind(alike[0]) for alike in by_kind(matter.summaries)]
    shown = labels[:_LABELS], kinds[: max(1, _PANELS // len(labels[:_LABELS]))]
    counted = ((shown[0], labels, "labels"), (shown[1], kinds, "file sizes"))
    only = [f"the first {len(some)} of {len(every)} {what}" for some, every, what in counted if len(some) < len(every)]

    def is_shown(one: Summary | Comparison) -> bool:
        return one.label in shown[0] and _kind(one) in shown[1]

    few = replace(
        matter,
        summaries=[one for one in matter.summaries if is_shown(one)],
        comparisons=[one for one in matter.comparisons if is_shown(one)],
    )
    return few, " and ".join(only)


def _kind(one: Summary | Comparison) -> tuple[int | None, str | None]:
    return one.bytes, one.direction


def _drawn(contents: Contents, one: Pictured, matter: Matter, only: str) -> Iterator[Picture]:
    from matplotlib.figure import Figure

    from ftpstats.present.figures.files import inline_svg
    from ftpstats.present.figures.kinds import KINDS, contents_of
    from ftpstats.present.figures.page import Layout, lay_out

    kind = KINDS.get(one.kind)
    if kind is None or (kind.of == "comparisons" and not matter.comparisons):
        return
    ((_, drawn),) = contents_of(one.kind, matter)
    caption = "; ".join(filter(None, [drawn.caption, only and f"{only}; `ftpstats plot {one.kind}` draws all"]))
    pages = lay_out(drawn, Layout(caption=""), Figure)
    for i, page in enumerate(pages, start=1):
        of_pages = f" ({i} of {len(pages)})" if len(pages) > 1 else ""
        svg = _visible(inline_svg(page, f"{one.kind}-{i}"))
        yield Picture(f"{one.kind}-{i}", one.kind, one.heading + of_pages, caption, svg, one.data(contents))


def _visible(svg: str) -> str:
    """
    Return a figure with the characters written as escapes that would turn or hide the text around them.

    A screen reader is given the name of the figure and its data, not the words in it one by one.
    """
    svg = svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    for character in {one for one in set(svg) if not (one.isprintable() or one == "\n")}:
        svg = svg.replace(character, shown_text(character))
    return svg
