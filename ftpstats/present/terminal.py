"""Tables and sentences for a terminal, by Rich. Width and colour are passed in; the text comes from `tables`."""

import os
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from textwrap import fill
from typing import TYPE_CHECKING, Literal

from ftpstats.present.tables import ABOUT_BOX, BOX, DAGGER, Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

__all__ = ["is_dumb", "render"]

_ANY_WIDTH = 10_000
_BEFORE_UNIT, _NO_BREAK = re.compile(r"(?<=\d) (?=%|[nµm]?s\b|[KMGT]?B\b)"), "\N{NO-BREAK SPACE}"
_VERDICT_STYLES = {"faster": "green", "slower": "red", "equivalent": "cyan", "inconclusive": "yellow"}


def is_dumb() -> bool:
    """Whether the terminal, by its name, moves no cursor and shows no colours; as Rich has it."""
    return os.environ.get("TERM", "").lower() in {"dumb", "unknown"}


def render(parts: Iterable[Table | str], *, width: int, color: bool) -> str:
    """
    Lay out tables and paragraphs for a terminal.

    Parameters
    ----------
    parts : iterable of Table or str
        From top to bottom, a blank line between two.
    width : int
        Columns of the terminal. A wider table goes without its box plots, and then over the edge, but is not cut.
    color : bool
        Whether to write ANSI codes.
    """
    from rich.console import Console

    written = StringIO()
    # As wide as anything may be, for Rich cuts cells that do not fit; what the terminal holds is decided here.
    # The height means nothing, but without one Rich takes 80 columns where TERM is dumb.
    console = Console(
        file=written, width=_ANY_WIDTH, height=25, force_terminal=color, no_color=not color, highlight=False
    )
    for part in parts:
        if isinstance(part, Table):
            table = _fitting(console, part, width)
            console.print(table, width=console.measure(table).maximum)  # its box ends in a blank line
        else:
            console.print(_wrapped(part, width) + "\n", markup=False, emoji=False)
    text = "\n".join(line.rstrip() for line in written.getvalue().rstrip().splitlines()) + "\n"
    return text.replace("\n\n\n", "\n\n")  # the box of a table without a title begins with another blank line


def _wrapped(text: str, width: int) -> str:
    """Wrap every line, its continuation indented as it is; a number keeps its unit."""
    lines = []
    for line in _BEFORE_UNIT.sub(_NO_BREAK, text).splitlines():
        indent = " " * (2 if line.startswith("! ") else len(line) - len(line.lstrip()))
        lines.append(fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))
    return "\n".join(lines).replace(_NO_BREAK, " ")


def _fitting(console: "Console", table: Table, width: int) -> "RichTable":
    """Return the table; without its box plots where the terminal is too narrow for them."""
    places = range(len(table.columns))
    whole = _rich_table(table, places)
    if console.measure(whole).maximum <= width:
        return whole
    return _rich_table(table, [place for place in places if table.columns[place] != BOX])


def _rich_table(table: Table, places: Sequence[int]) -> "RichTable":
    from rich import box
    from rich.table import Table as RichTable

    title = table.title if len(places) == len(table.columns) else table.title.removesuffix(ABOUT_BOX)
    rich = RichTable(
        title=title or None,
        title_justify="left",
        title_style="italic",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for place in places:
        justify: Literal["left", "right"] = "right" if place in table.numeric else "left"
        rich.add_column(table.columns[place], justify=justify, no_wrap=True)
    for number, row in enumerate(table.rows):
        cells = [_styled(row[place]) for place in places]
        rich.add_row(*cells, style="bold" if number in table.sections else None)
    return rich


def _styled(cell: str) -> "Text":
    from rich.text import Text

    return Text(cell, style=_VERDICT_STYLES.get(cell.removesuffix(DAGGER), ""))
