"""Panels in, a page out: how wide and high, panels in rows, tick texts and a caption that fit, one style.

What a panel shows is not known here, nor how a figure becomes bytes. matplotlib is imported where it is used, and
never through pyplot: no display, no global figure, none of the user's settings, unless the user brings them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Panel", "in_rows", "lay_out", "style"]

_POINTS, _TITLE_POINTS = 7.0, 9.0  # of tick labels and caption, and of titles
_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same glyphs on every machine
    "font.size": 7.5,
    "axes.titlesize": _TITLE_POINTS,
    "xtick.labelsize": _POINTS,
    "ytick.labelsize": _POINTS,
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

# Inches: a journal's text and column width; a panel at least, with labels side by side or an x axis that measures; a
# label, and a y axis with its numbers; a panel's height without its tick labels, and a line of text.
_PAGE_WIDTH, _COLUMN_WIDTH = 7.2, 3.5
_PANEL_WIDTH, _MEASURED_WIDTH, _LABEL_WIDTH, _AXIS_WIDTH = 2.3, 1.75, 0.56, 0.7
_PANEL_HEIGHT, _LINE_HEIGHT = 2.1, 0.125
_BREAKS = re.compile(r"[^\s_/-]*[\s_/-]?")  # a label may be broken after these


@dataclass(frozen=True, slots=True)
class Panel:
    """
    One pair of axes.

    Attributes
    ----------
    title : str
    names : tuple of str
        Whose data it shows: side by side below it, at 1, 2, 3 … of the x axis.
    counts : tuple of tuple of str
        Below each name, a line each.
    across : str or None
        What the x axis measures, where it does; names then stand below the title.
    draw : callable
        Draws it on the axes.
    """

    title: str
    names: tuple[str, ...]
    counts: tuple[tuple[str, ...], ...]
    across: str | None
    draw: Callable[[Axes], None]


@contextmanager
def style() -> Iterator[None]:
    """Set the defaults that matplotlib ships and ours for the block, whatever the user's matplotlibrc says."""
    from matplotlib import style

    with warnings.catch_warnings(), style.context(_STYLE, after_reset=True):
        warnings.filterwarnings("ignore", "Glyph ")  # a letter that the font lacks is a box, which says so by itself
        yield


def in_rows(*groups: Sequence[Panel]) -> list[Sequence[Panel]]:
    """
    Break panels into rows of about equal length that the page has room for: four into two and two.

    Several groups begin rows of their own, unless each is but one panel.
    """
    if all(len(panels) == 1 for panels in groups):
        groups = ([panel for panels in groups for panel in panels],)
    room = max(1, int(_PAGE_WIDTH // max(_least_width(panel) for panels in groups for panel in panels)))
    longest = max(map(len, groups))
    columns = _ceil(longest, _ceil(longest, room))
    return [panels[i : i + columns] for panels in groups for i in range(0, len(panels), columns)]


def lay_out(rows: Sequence[Sequence[Panel]], caption: str, onto: Axes | Figure | None = None) -> Figure:
    """
    Draw panels in rows, and the caption below.

    Parameters
    ----------
    rows : sequence of sequence of Panel
        The figure is as wide as a journal's column, or its page, unless the panels of a row need more.
    caption : str
        Broken to the figure's width.
    onto : Figure or Axes, optional
        An empty figure to fill, a new one unless given; or axes of the user's for the only panel: in the user's
        style, and without a caption.

    Returns
    -------
    Figure
        Its layout is settled.

    Raises
    ------
    ValueError
        If one pair of axes is given for several panels.
    """
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(onto, Axes):
        return _draw_alone(rows, onto)
    columns = max(map(len, rows))
    cells = [(columns * i + j, panel) for i, row in enumerate(rows) for j, panel in enumerate(row, start=1)]
    width = _width(columns * max(_least_width(panel) for _, panel in cells))
    with style():
        texts = [_texts(panel, width / columns - _AXIS_WIDTH) for _, panel in cells]
        caption = _wrap(caption, width - 0.2)
        lines = max(title.count("\n") + max(map(_lines, below)) for title, below in texts)
        height = len(rows) * (_PANEL_HEIGHT + lines * _LINE_HEIGHT) + _lines(caption) * _LINE_HEIGHT
        figure = Figure() if onto is None else onto
        figure.set_size_inches(width, height)
        figure.set_layout_engine("constrained")
        for (place, panel), (title, below) in zip(cells, texts, strict=True):
            _draw(panel, title, below, figure.add_subplot(len(rows), columns, place))
        figure.supxlabel(caption, x=0.1 / width, ha="left", fontsize=_POINTS, color="0.25", linespacing=1.3)
        # The layout is settled once, here: it would move a little at every drawing, and with the resolution.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


def _draw_alone(rows: Sequence[Sequence[Panel]], axes: Axes) -> Figure:
    """Draw the only panel on axes of the user's."""
    panels = [panel for row in rows for panel in row]
    if len(panels) > 1:
        raise UsageError(f"{len(panels)} panels do not fit into one Axes: choose one file size, or leave out ax")
    figure = axes.figure.figure  # of axes in a SubFigure, too
    width = axes.get_position().width * figure.get_size_inches()[0]
    _draw(panels[0], *_texts(panels[0], float(width)), axes)
    return figure


def _draw(panel: Panel, title: str, below: Sequence[str], axes: Axes) -> None:
    axes.set_title(title)
    if panel.across:
        axes.set_xlabel("\n".join(below))
    else:
        _stand_side_by_side(axes, below)
    panel.draw(axes)


def _stand_side_by_side(axes: Axes, texts: Sequence[str]) -> None:
    """Set texts below a panel as the ticks of its x axis."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    places, middle = range(1, len(texts) + 1), (len(texts) + 1) / 2
    half = max(len(texts), 2) / 2 + 0.1  # a lone box would fill its panel
    axes.set_xlim(middle - half, middle + half)
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(FixedFormatter(texts))


def _ceil(number: int, divisor: int) -> int:
    return -(-number // divisor)


def _least_width(panel: Panel) -> float:
    return _MEASURED_WIDTH if panel.across else max(_PANEL_WIDTH, _AXIS_WIDTH + len(panel.names) * _LABEL_WIDTH)


def _width(least: float) -> float:
    """Return the figure's width: a column's or a page's, unless one panel alone is wider."""
    return _COLUMN_WIDTH if least <= _COLUMN_WIDTH else max(_PAGE_WIDTH, least)


def _texts(panel: Panel, inches: float) -> tuple[str, list[str]]:
    """Return what stands above and below so many inches of x axis."""
    if panel.across is None:
        return panel.title, _side_by_side(panel, inches)
    names = [_wrap(name, inches * _POINTS / _TITLE_POINTS) for name in panel.names]
    below = [_wrap(text, inches) for texts in panel.counts for text in texts]
    return "\n".join([panel.title, *names]), ["\n".join([panel.across, *below])]


def _side_by_side(panel: Panel, inches: float) -> list[str]:
    """Names broken to the width they have, padded so that every n stands on one line."""
    each = 0.94 * inches / len(panel.names)
    names = [_wrap(name, each) for name in panel.names]
    counts = [[_wrap(text, each) for text in texts] for texts in panel.counts]
    most = max(map(_lines, names))
    padded = [name + "\n" * (most - _lines(name)) for name in names]
    return ["\n".join([name, *texts]) for name, texts in zip(padded, counts, strict=True)]


def _lines(text: str) -> int:
    return text.count("\n") + 1


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
