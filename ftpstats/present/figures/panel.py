"""One panel of a figure: whose data it shows, and the texts around it, broken to the width they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["POINTS", "TITLE_RATIO", "Panel", "ceil", "in_rows", "line_count", "texts_of", "width_of", "wrap"]

POINTS, TITLE_RATIO = 7.0, 9 / 7  # of tick labels and captions, and what titles are in these
_BESIDE = 0.4  # inches that a title may extend beyond its x axis
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
    rows : int
        Lines of a list that it shows, which make it as high as they need; 0 for a panel of the usual height.
    is_wide : bool
        Whether its x axis needs as much room as labels side by side.
    narrow : Panel or None
        What stands in its place where the page is too narrow for it, and on axes of the user's.
    """

    title: str
    names: tuple[str, ...]
    counts: tuple[tuple[str, ...], ...]
    across: str | None
    draw: Callable[[Axes], None]
    rows: int = 0
    is_wide: bool = False
    narrow: Panel | None = None


def texts_of(panel: Panel, inches: float, points: float = POINTS) -> tuple[str, list[str]]:
    """Return what stands above and below so many inches of x axis."""
    if panel.across is None:
        return panel.title, _side_by_side(panel, inches, points)
    names = [wrap(name, inches / TITLE_RATIO, points) for name in panel.names]
    below = [wrap(text, inches, points) for texts in panel.counts for text in texts]
    title = wrap(panel.title, (inches + _BESIDE) / TITLE_RATIO, points)
    return "\n".join(filter(None, [title, *names])), ["\n".join(filter(None, [panel.across, *below]))]


def _side_by_side(panel: Panel, inches: float, points: float) -> list[str]:
    """Names broken to the width they have, padded so that every n stands on one line."""
    each = 0.94 * inches / max(1, len(panel.names))
    names = [wrap(name, each, points) for name in panel.names]
    counts = [[wrap(text, each, points) for text in texts] for texts in panel.counts]
    most = max(map(line_count, names), default=0)
    padded = [name + "\n" * (most - line_count(name)) for name in names]
    return ["\n".join([name, *texts]) for name, texts in zip(padded, counts, strict=True)]


def line_count(text: str) -> int:
    """Return how many lines a text has."""
    return text.count("\n") + 1


def wrap(text: str, inches: float, points: float = POINTS) -> str:
    """Break a text into lines no wider than so many inches: within a word only where the word is wider."""

    def is_narrow(line: str) -> bool:
        return width_of(line.rstrip(), points) <= inches

    lines = [""]
    for word in _BREAKS.findall(" ".join(text.split())):
        if lines[-1] and not is_narrow(lines[-1] + word):
            lines.append("")
        for part in [word] if is_narrow(word) else word:
            if lines[-1] and not is_narrow(lines[-1] + part):
                lines.append("")
            lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def width_of(line: str, points: float) -> float:
    """Return the inches that a line of text takes, in the fonts of the style that is in force."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=points)
    return float(text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]) / 72


def in_rows(groups: Sequence[Sequence[Panel]], room: Callable[[Panel], int]) -> list[list[Panel]]:
    """
    Break panels into rows of about equal length that the page has room for: four into two and two.

    Several groups begin rows of their own, unless each is but one panel.
    """
    if all(len(panels) == 1 for panels in groups):
        groups = ([panel for panels in groups for panel in panels],)
    most = min(room(panel) for panels in groups for panel in panels)
    longest = max(map(len, groups))
    columns = ceil(longest, ceil(longest, most))
    return [list(panels[i : i + columns]) for panels in groups for i in range(0, len(panels), columns)]


def ceil(number: int, divisor: int) -> int:
    """Return the quotient, rounded up."""
    return -(-number // divisor)
