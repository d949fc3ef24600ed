"""The kinds of figures, as data: what library and command line call them, and what they show.

Nothing is computed here, and nothing written: `files` gives bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftpstats.present.figures import boxes, curves, forest, order
from ftpstats.present.figures.duet import duet
from ftpstats.present.figures.fonts import FONT, fonts_for
from ftpstats.present.figures.history import history
from ftpstats.present.figures.logs import logs
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Contents, Layout, Onto, lay_out, style
from ftpstats.present.figures.scaling import scaling
from ftpstats.present.figures.thesis import thesis
from ftpstats.present.figures.throughput import throughput

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "Kind", "contents_of", "draw"]


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of figure.

    Attributes
    ----------
    name : str
        Of the function and of the command.
    title, more : str
        What it draws, and what else its help says.
    of : {"samples", "attempts", "comparisons", "histories", "lines", "rates"}
        What it is made of.
    takes : tuple of str
        Which options it has beside those of all: ``confidence``, ``margin``, ``unit``, ``published``, ``scale``,
        ``rates``, ``levels``.
    silent : tuple of str
        Codes of warnings about what it does not show.
    contents : callable
        What each of its figures shows, with the name of each where there are several.
    """

    name: str
    title: str
    more: str
    of: str
    takes: tuple[str, ...]
    silent: tuple[str, ...]
    contents: Callable[[Matter], Contents] | Callable[[Matter], Iterator[tuple[str, Contents]]]


_MEASURED = ("unit", "scale")
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "boxplot",
            "Draw Hunt-style box plots.",
            "They show quartiles, median, minimum and maximum; no outliers are marked.",
            "samples",
            _MEASURED,
            ("autocorrelated", "resolution-limited"),
            boxes.boxplot,
        ),
        Kind(
            "means",
            "Draw means with confidence intervals.",
            "The intervals are Student's t intervals; a band shows the margin around the first label's mean.",
            "samples",
            ("confidence", "margin", *_MEASURED),
            ("resolution-limited",),
            boxes.means,
        ),
        Kind(
            "difference",
            "Draw the difference of each label from the first, in per cent.",
            "A forest plot of what `compare` answers: interval, margin and verdict for each file size and label.",
            "comparisons",
            ("confidence", "margin", "unit", "published"),
            (),
            forest.difference,
        ),
        Kind(
            "logs",
            "Draw the difference within each log, where labels are compared log by log.",
            "Like days: a point per log, filled where the first label came first; the mean difference and the margin.",
            "comparisons",
            ("confidence", "margin", "unit", "published"),
            (),
            logs,
        ),
        Kind(
            "duet",
            "Draw what transferring at the same moment costs each label.",
            "How much longer transfers of `run --order duet` take than solo ones, with interval and margin.",
            "comparisons",
            ("confidence", "margin"),
            (),
            duet,
        ),
        Kind(
            "order",
            "Draw every transfer in the order of measurement.",
            "By time where all times are known; runs and failures are marked, and where warnings apply.",
            "attempts",
            _MEASURED,
            ("resolution-limited",),
            order.order,
        ),
        Kind(
            "ecdf",
            "Draw cumulative distributions.",
            "The share of transfers that took no longer than a time, a line per label.",
            "samples",
            _MEASURED,
            ("autocorrelated", "resolution-limited"),
            curves.ecdf,
        ),
        Kind(
            "density",
            "Draw densities with box plots and every transfer.",
            "A raincloud plot: a smooth density, quartiles, and the transfers themselves.",
            "samples",
            _MEASURED,
            ("autocorrelated",),
            boxes.density,
        ),
        Kind(
            "autocorrelation",
            "Draw autocorrelation by lag.",
            "A correlogram per label and file size, with the band of independent transfers.",
            "samples",
            (),
            ("resolution-limited",),
            order.autocorrelation,
        ),
        Kind(
            "qq",
            "Draw normal Q-Q plots.",
            "One panel per sample; departures from the line show non-normality, steps a coarse clock.",
            "samples",
            _MEASURED,
            ("autocorrelated",),
            curves.qq,
        ),
        Kind(
            "scaling",
            "Draw time against file size, with the line of each label.",
            "Mean times, or single transfers of mixed sizes; latency + size / throughput with its confidence band.",
            "lines",
            ("confidence",),
            (),
            scaling,
        ),
        Kind(
            "throughput",
            "Draw rates of transfers and aggregate throughput, by size and by hour of the day.",
            "Boxes hold 80 % of the rates of single transfers; what the clock of the log hides is hatched.",
            "rates",
            ("rates",),
            (),
            throughput,
        ),
        Kind(
            "history",
            "Draw run means in the order of time, with their levels.",
            "Bands are intervals of the levels' means, and of the places of changes; each change has its verdict.",
            "histories",
            ("confidence", "margin", "levels", *_MEASURED),
            (),
            history,
        ),
        Kind(
            "thesis",
            "Draw the figures 5 to 10 of the thesis, a file each.",
            "For each file size, box plots and then means with confidence intervals.",
            "samples",
            ("confidence", *_MEASURED),
            ("resolution-limited",),
            thesis,
        ),
    )
}


def draw(kind: str, matter: Matter, layout: Layout | None = None, onto: Onto = None) -> list[tuple[str, Figure]]:
    """
    Draw the figures of a kind.

    Parameters
    ----------
    kind : str
        A key of KINDS.
    matter : Matter
    layout : Layout, optional
    onto : Axes or callable, optional
        See `page.lay_out`.

    Returns
    -------
    list of (str, Figure)
        What tells each from the others, and is empty of an only one: its number, or that of its page. Laid out;
        `files.render` turns them into bytes.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    UsageError
        If what is asked for cannot be drawn.
    """
    layout = layout or Layout()
    layout = replace(layout, fonts=fonts_for([*matter.labels, layout.title, layout.caption]))
    drawn = [(name, lay_out(one, layout, onto)) for name, one in contents_of(kind, matter, layout.fonts)]
    return [
        ("-".join(filter(None, [name, str(i) if len(pages) > 1 else ""])), page)
        for name, pages in drawn
        for i, page in enumerate(pages, start=1)
    ]


def contents_of(kind: str, matter: Matter, fonts: Sequence[str] = (FONT,)) -> list[tuple[str, Contents]]:
    """
    Return what each figure of a kind shows, with its name; an only one has none. Its texts will be in these fonts.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    """
    with style(fonts=fonts):  # texts are measured
        found = KINDS[kind].contents(matter)
        return [("", found)] if isinstance(found, Contents) else list(found)
