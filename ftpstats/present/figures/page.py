"""Panels in, pages out: how wide and high, panels in rows, tick texts and a caption that fit, one style.

What a panel shows is not known here, nor how a figure becomes bytes. matplotlib is imported where it is used, and
never through pyplot: no display, no global figure, none of the user's settings, unless the user brings them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ftpstats.errors import UsageError
from ftpstats.present.figures.fit import settle
from ftpstats.present.figures.fonts import FONT, silent_search
from ftpstats.present.figures.panel import POINTS, TITLE_RATIO, Panel, ceil, in_rows, line_count, texts_of, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

__all__ = ["KEY", "Contents", "Layout", "Onto", "lay_out", "style"]

KEY = "_key"  # the label of axes that hold no data but the key to the lines
_STYLE: dict[str, Any] = {
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
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "savefig.dpi": 200,
    # Text is text in every format: it can be searched, copied and read aloud. PDF and EPS embed the font (42,
    # TrueType; journals refuse type 3); SVG names fonts of about the same widths, see `files`.
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.hashsalt": "ftpstats",  # ids inside the file are random without one
}

# Inches: a journal's text and column width, and the height of a page's text; a panel at least, with labels side by
# side or an x axis that measures; a label, and a y axis with its numbers; a panel's height without its tick labels,
# the least of it, and a line of text.
_PAGE_WIDTH, _COLUMN_WIDTH, _PAGE_HEIGHT = 7.2, 3.5, 10.2
_PANEL_WIDTH, _MEASURED_WIDTH, _LABEL_WIDTH, _AXIS_WIDTH = 2.3, 1.75, 0.56, 0.7
_PANEL_HEIGHT, _LEAST_HEIGHT, _LINE_HEIGHT = 2.1, 1.0, 0.125
_LEAST_INCHES, _FRAME_HEIGHT, _LIST_SPACING = 0.4, 0.55, 1.5  # of an x axis; around a list, and between its lines
_NARROW_LIST = 3.0
_MOST_PANELS = 12


@dataclass(frozen=True, slots=True)
class Contents:
    """What a figure shows: panels in groups that begin rows of their own, a caption, and a key to lines if any."""

    groups: Sequence[Sequence[Panel]]
    caption: str
    key: Sequence[Line2D] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """
    How a page looks.

    Attributes
    ----------
    width, height : float or None
        In inches; None for as wide as a journal's column, or its page, unless one panel needs more, and as high as the
        panels need.
    font_size : float
        Of tick labels and caption, in points; titles are in proportion.
    title : str or None
        Above all panels.
    caption : str or None
        In place of what the figure says of itself; empty for none.
    fonts : tuple of str
        Families, see `fonts.fonts_for`.
    """

    width: float | None = None
    height: float | None = None
    font_size: float = POINTS
    title: str | None = None
    caption: str | None = None
    fonts: tuple[str, ...] = (FONT,)

    @property
    def zoom(self) -> float:
        """How large letters are, and with them what has to hold them."""
        return self.font_size / POINTS

    def least_width(self, panel: Panel) -> float:
        """Return the inches that a panel needs."""
        if panel.rows and panel.title:  # a list with names and numbers beside it, not the key
            return (_NARROW_LIST if panel.narrow is None else _PAGE_WIDTH) * self.zoom
        if panel.across is not None:
            return (_PANEL_WIDTH if panel.is_wide else _MEASURED_WIDTH) * self.zoom
        return max(_PANEL_WIDTH, _AXIS_WIDTH + len(panel.names) * _LABEL_WIDTH) * self.zoom

    def fitting(self, panel: Panel) -> Panel:
        """Return a panel, or what stands in its place where the page is too narrow for it."""
        is_narrow = self.width is not None and self.width < self.least_width(panel)
        return panel.narrow if is_narrow and panel.narrow else panel

    def room(self, panel: Panel) -> int:
        """Return how many such panels fit beside each other."""
        return max(1, int((self.width or _PAGE_WIDTH) / self.least_width(panel) + 1e-9))

    def page_width(self, columns: int, panels: Sequence[Panel]) -> float:
        """Return the width asked for, or a column's or a page's, unless one panel alone is wider."""
        least = columns * max(map(self.least_width, panels))
        return self.width or (_COLUMN_WIDTH if least <= _COLUMN_WIDTH else max(_PAGE_WIDTH, least))


Onto: TypeAlias = "Axes | Callable[[], Figure] | None"


@contextmanager
def style(points: float = POINTS, fonts: Sequence[str] = (FONT,)) -> Iterator[None]:
    """Set the defaults that matplotlib ships and ours for the block, whatever the user's matplotlibrc says."""
    from matplotlib import style

    sizes = dict.fromkeys(("xtick.labelsize", "ytick.labelsize", "legend.fontsize"), points)
    sizes |= {"font.size": points * 7.5 / POINTS, "axes.titlesize": points * TITLE_RATIO}
    family = {"font.family": [*fonts]}
    with warnings.catch_warnings(), silent_search(), style.context(_STYLE | sizes | family, after_reset=True):
        warnings.filterwarnings("ignore", "Glyph ")  # a letter that no font has is a box: see `fonts.lacking`
        yield


def lay_out(contents: Contents, layout: Layout = Layout(), onto: Onto = None) -> list[Figure]:
    """
    Draw panels in rows, and the caption below; as many pages as the panels need.

    Parameters
    ----------
    contents : Contents
    layout : Layout
    onto : Axes or callable, optional
        Axes of the user's for the only panel: in the user's style, and without a caption. Or what makes an empty
        figure in the user's style, to be filled; one of matplotlib's in ours unless given.

    Returns
    -------
    list of Figure
        Their layouts are settled.

    Raises
    ------
    UsageError
        If one pair of axes is given for several panels, or the page is too small for one.
    """
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(onto, Axes):
        return [_draw_alone(contents, onto)]
    with style(layout.font_size, layout.fonts):
        rows = in_rows([[layout.fitting(one) for one in group] for group in _with_key(contents)], layout.room)
        width = layout.page_width(max(map(len, rows)), [panel for row in rows for panel in row])
        pages = _pages(rows, width, layout)
        figures = [] if onto else [Figure() for _ in pages]
    # What the user's style makes is not made in ours: pyplot sets itself up with its first figure.
    figures = [onto() for _ in pages] if onto else figures
    caption = contents.caption if layout.caption is None else layout.caption
    said = [f"page {i} of {len(pages)}; " if caption and len(pages) > 1 else "" for i in range(1, len(pages) + 1)]
    with style(layout.font_size, layout.fonts):
        for page, before, figure in zip(pages, said, figures, strict=True):
            _fill(figure, page, before + caption, width, layout)
    return figures


def _with_key(contents: Contents) -> list[Sequence[Panel]]:
    """Return the groups of panels, and the key to their lines as a panel of the last."""
    if not contents.key:
        return list(contents.groups)
    lines = sum(line_count(str(line.get_label())) for line in contents.key)
    key = Panel("", (), (), "", lambda axes: _draw_key(contents.key, axes), lines)
    return [*contents.groups[:-1], [*contents.groups[-1], key]]


def _pages(rows: Sequence[Sequence[Panel]], width: float, layout: Layout) -> list[Sequence[Sequence[Panel]]]:
    """Break rows into pages of about equal length that hold twelve panels at most and are no higher than a page."""
    columns = max(map(len, rows))
    inches = width / columns - _AXIS_WIDTH * layout.zoom
    if inches < _LEAST_INCHES:
        raise UsageError(f"width: {width:g} in are too narrow for the panels and their numbers")
    by_height = int((layout.height or _PAGE_HEIGHT) / _row_height(rows, inches, layout, is_least=bool(layout.height)))
    if not by_height and layout.height:
        raise UsageError(f"height: {layout.height:g} in are too low for the panels and their texts")
    most = max(1, min(_MOST_PANELS // columns, by_height))
    each = ceil(len(rows), ceil(len(rows), most))
    return [rows[i : i + each] for i in range(0, len(rows), each)]


def _row_height(rows: Sequence[Sequence[Panel]], inches: float, layout: Layout, *, is_least: bool = False) -> float:
    """Return the inches that a row of panels takes, or at least needs, with the texts around them."""
    panels = [panel for row in rows for panel in row]
    texts = [texts_of(panel, inches, layout.font_size) for panel in panels]
    lines = max(title.count("\n") + max(map(line_count, below), default=0) for title, below in texts)
    grown = max(1.0, layout.zoom)  # the title of an axis is as long
    height = _LEAST_HEIGHT if is_least else _PANEL_HEIGHT * grown
    line = _LIST_SPACING * _LINE_HEIGHT * layout.zoom
    heights = [_FRAME_HEIGHT * grown + panel.rows * line for panel in panels if panel.rows]
    is_list = all(panel.rows for panel in panels)
    height = max([0.0 if is_list else height, *heights])
    return height + lines * _LINE_HEIGHT * layout.zoom


def _fill(figure: Figure, rows: Sequence[Sequence[Panel]], caption: str, width: float, layout: Layout) -> None:
    columns = max(map(len, rows))
    inches = width / columns - _AXIS_WIDTH * layout.zoom
    caption = wrap(caption, 0.98 * (width - 0.2), layout.font_size)  # letters on pixels are a little wider
    title = wrap(layout.title or "", (width - 0.2) / TITLE_RATIO, layout.font_size)
    around = (line_count(caption) * bool(caption) + 1.5 * line_count(title) * bool(title)) * layout.zoom
    height = len(rows) * _row_height(rows, inches, layout) + around * _LINE_HEIGHT
    figure.set_size_inches(width, layout.height or height)
    figure.set_layout_engine("constrained")
    if title:
        figure.suptitle(title, fontsize=layout.font_size * TITLE_RATIO * 1.1)
    for i, row in enumerate(rows):
        for j, panel in enumerate(row, start=1):
            axes = figure.add_subplot(len(rows), columns, columns * i + j, label="" if panel.title else KEY)
            _draw(panel, *texts_of(panel, inches, layout.font_size), axes)
    if caption:
        where: dict[str, Any] = {"x": 0.1 / width, "ha": "left"}
        figure.supxlabel(caption, **where, fontsize=layout.font_size, color="0.25", linespacing=1.3)
    settle(figure, is_free=layout == Layout(title=layout.title, caption=layout.caption, fonts=layout.fonts))


def _draw_alone(contents: Contents, axes: Axes) -> Figure:
    """Draw the only panel on axes of the user's."""
    panels = [panel for group in contents.groups for panel in group]
    if len(panels) > 1:
        raise UsageError(f"{len(panels)} panels do not fit into one Axes: choose one file size, or leave out ax")
    figure = axes.figure.figure  # of axes in a SubFigure, too
    width = axes.get_position().width * figure.get_size_inches()[0]
    panel = panels[0].narrow or panels[0]
    _draw(panel, *texts_of(panel, float(width)), axes)
    if contents.key:
        axes.legend(handles=list(contents.key))
    return figure


def _draw(panel: Panel, title: str, below: Sequence[str], axes: Axes) -> None:
    axes.set_title(title)
    if panel.across is not None:
        axes.set_xlabel("\n".join(below))
    else:
        _stand_side_by_side(axes, below)
    panel.draw(axes)


def _draw_key(lines: Sequence[Line2D], axes: Axes) -> None:
    axes.set_axis_off()
    axes.legend(handles=list(lines), loc="center left").set_in_layout(False)


def _stand_side_by_side(axes: Axes, texts: Sequence[str]) -> None:
    """Set texts below a panel as the ticks of its x axis."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    places, middle = range(1, len(texts) + 1), (len(texts) + 1) / 2
    half = max(len(texts), 2) / 2 + 0.1  # a lone box would fill its panel
    axes.set_xlim(middle - half, middle + half)
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(FixedFormatter(texts))
