"""Tables, sentences and footnotes for a terminal, by Rich. Width, colour and characters are passed in."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING, Literal

from ftpstats.present.notes import Footnotes
from ftpstats.present.tables import DAGGER, Table
from ftpstats.present.textplot import NARROWEST, WIDEST

if TYPE_CHECKING:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

__all__ = ["Part", "Screen", "is_ascii", "is_dumb", "render"]

Part = Table | Footnotes | str

_ANY_WIDTH = _ANY_HEIGHT = 10_000
_GAP = 2  # columns between two of a table
_FOLDED = 12  # columns that text is not folded below
_BEFORE_UNIT, _NO_BREAK = re.compile(r"(?<=\d) (?=%|[nµm]?s\b|[KMGT]?i?B\b)|(?<=<) (?=\d)"), "\N{NO-BREAK SPACE}"
_WORD = re.compile(" *[^ ]+")  # with the blanks in front of it
_AT_LINE_END = re.compile(r"(?: |\x1b\[[0-9;]*m)+$")  # blanks, and codes of colours among them
_VERDICT_STYLES = {"faster": "green", "slower": "red", "equivalent": "cyan", "inconclusive": "yellow"}
_ASCII = str.maketrans(
    {
        "−": "-", "–": "-", "±": "+/-", "µ": "u", "≥": ">=", "≤": "<=", "×": "x", "†": "*", "α": "alpha", "∞": "inf",
        "¹": "^1", "²": "2", "…": "...", "’": "'", "─": "-", "│": "|", "├": "|", "┤": "|", "▒": "=", "┃": "#", "◆": "*",
        "░": ":", "▸": ">", "◂": "<", "▁": "_", "▂": ".", "▃": ":", "▄": "-", "▅": "=", "▆": "+", "▇": "*", "█": "#",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Screen:
    """What shows an answer: columns, whether it knows colours and more than ASCII, and whether all is to be said."""

    width: int
    color: bool = False
    is_ascii: bool = False
    is_verbose: bool = False


def is_dumb() -> bool:
    """Whether the terminal, by its name, moves no cursor and shows no colours; as Rich has it."""
    return os.environ.get("TERM", "").lower() in {"dumb", "unknown"}


def is_ascii() -> bool:
    """Whether the environment asks for an encoding that is not UTF-8; where it says nothing, UTF-8 is assumed."""
    if not (sys.stdout.encoding or "utf-8").lower().startswith("utf"):
        return True
    # Python itself sets LC_CTYPE where the locale is C (PEP 538): that is not what the user says.
    coerced = sys.flags.utf8_mode == 1 and os.environ.get("LC_CTYPE") == "C.UTF-8"
    names = ("LC_ALL", "LANG") if coerced else ("LC_ALL", "LC_CTYPE", "LANG")
    locale = next(filter(None, map(os.environ.get, names)), "C.UTF-8")
    encoding = locale.partition(".")[2].partition("@")[0].lower()
    return locale in {"C", "POSIX"} or (encoding != "" and not encoding.startswith("utf"))


def render(parts: Iterable[Part], screen: Screen) -> str:
    """
    Lay out tables, paragraphs and footnotes for a terminal, a blank line between two.

    A table that is too wide leaves out its plot and what is optional; then its text wraps. Nothing is cut.
    """
    blocks: list[str] = []
    for part in parts:
        if isinstance(part, Table):
            blocks += _table(part, screen)
        elif isinstance(part, Footnotes):
            blocks.append(_footnotes(part, screen, room=_lines(blocks) or _ANY_HEIGHT))
        else:
            blocks.append(_wrapped(_plain(part, screen), screen.width))
    return "\n\n".join(blocks) + "\n"


def _plain(text: str, screen: Screen) -> str:
    """Return text in the characters that the terminal has."""
    if not screen.is_ascii:
        return text
    parts = (part.encode("ascii", "backslashreplace").decode() for part in text.translate(_ASCII).split(_NO_BREAK))
    return _NO_BREAK.join(parts)  # until lines are wrapped


def _lines(blocks: Iterable[str]) -> int:
    return sum(1 for block in blocks for line in block.splitlines() if line)


# --- text -------------------------------------------------------------------------------------------------------------


def _wrapped(text: str, width: int) -> str:
    """Wrap every line, its continuation indented by two more; a number keeps its unit."""
    lines: list[str] = []
    for line in _BEFORE_UNIT.sub(_NO_BREAK, text).splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + (0 if line.startswith(" ") else 2))
        lines += _filled(line, width, indent)
    return "\n".join(lines).replace(_NO_BREAK, " ")


def _filled(line: str, width: int, indent: str) -> Iterator[str]:
    """Yield a line in parts that are no wider, in columns: a character may take two. Only a wider word is broken."""
    from rich.cells import cell_len, chop_cells

    part = ""
    for word in _WORD.findall(line):
        if part.strip() and cell_len(part + word) > width:
            yield part
            part, word = indent, word.lstrip(" ")  # noqa: PLW2901
        part += word
        while cell_len(part) > width > len(indent) + 1:
            begin = chop_cells(part, width)[0]
            yield begin
            part = indent + part[len(begin) :]
    yield part


def _footnotes(found: Footnotes, screen: Screen, room: int) -> str:
    """Return warnings in no more lines than the answer above them; those that limit a verdict in any case."""
    if screen.is_verbose:
        return _wrapped(_plain(found.full, screen), screen.width)
    texts = [_wrapped(_plain(f"! {note.brief}", screen), screen.width) for note in found.notes]
    left = room - 1 - sum(_lines([text]) for note, text in zip(found.notes, texts, strict=True) if note.limits)
    shown = []
    for note, text in zip(found.notes, texts, strict=True):
        left -= 0 if note.limits else _lines([text])
        if note.limits or left >= 0:
            shown.append(text)
    more = len(texts) - len(shown)
    advice = f"  {more} more: --verbose" if more else "  advice: --verbose"
    return "\n".join([*shown, advice])


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(table: Table, screen: Screen) -> Iterator[str]:
    """Yield a table, what its plot means, and what stands for the columns that were left out."""
    table = _in_characters(table, screen)
    places, plot_width = _fitting(table, screen.width)
    out = [place for place in range(len(table.columns)) if place not in places]
    plot = table.make_plot() if plot_width and table.make_plot else None
    lines = plot.lines(plot_width) if plot else []
    yield _printed(table, places, screen, (plot.before, [_plain(line, screen) for line in lines]) if plot else None)
    instead = [_plain(table.instead[place], screen) for place in out if place in table.instead]
    below = [*([_plain(plot.legend(lines), screen)] if plot else []), *instead]
    if below:
        yield _wrapped("\n".join(below), screen.width)
    if table.is_continued and out:
        yield from _table(_only(table, [0, *out]), screen)


def _only(table: Table, places: Sequence[int]) -> Table:
    """Return these columns as a table without a title, of which nothing is left out."""
    return Table(
        "",
        tuple(table.columns[place] for place in places),
        frozenset(new for new, place in enumerate(places) if place in table.numeric),
        tuple(tuple(row[place] for place in places) for row in table.rows),
        table.sections,
    )


def _in_characters(table: Table, screen: Screen) -> Table:
    if not screen.is_ascii:
        return table
    rows = tuple(tuple(_plain(cell, screen) for cell in row) for row in table.rows)
    columns = tuple(_plain(heading, screen) for heading in table.columns)
    return replace(table, title=_plain(table.title, screen), columns=columns, rows=rows)


def _fitting(table: Table, width: int) -> tuple[list[int], int]:
    """Return the columns that fit, and the width of the plot: 0 where there is no room for one."""
    widths = _widths(table)
    choices = [
        (plot, count)
        for plot in ((NARROWEST, 0) if table.make_plot else (0,))
        for count in range(len(table.optional) + 1)
    ]
    for plot, count in sorted(choices, key=lambda choice: choice[1]) if table.has_plot_last else choices:
        places = _places(table, count)
        left = width - sum(widths[place] for place in places) - _GAP * (len(places) - 1 + bool(plot))
        if left >= plot:
            return places, min(left, WIDEST) if plot else 0
    return _places(table, len(table.optional)), 0


def _widths(table: Table) -> list[int]:
    """Return how wide each column is."""
    from rich.cells import cell_len

    return [max(map(cell_len, cells)) for cells in zip(table.columns, *table.rows, strict=True)]


def _places(table: Table, count: int) -> list[int]:
    """Return the columns without the first so many groups of those that may be left out."""
    out = set(chain.from_iterable(table.optional[:count]))
    return [place for place in range(len(table.columns)) if place not in out]


def _printed(table: Table, places: Sequence[int], screen: Screen, plot: tuple[int, list[str]] | None) -> str:
    from rich.console import Console

    written = StringIO()
    # As wide as anything may be, for Rich cuts cells that do not fit; what the terminal holds is decided here.
    # The height means nothing, but without one Rich takes 80 columns where TERM is dumb.
    console = Console(
        file=written,
        width=_ANY_WIDTH,
        height=25,
        force_terminal=screen.color,
        no_color=not screen.color,
        highlight=False,
    )
    rich = _rich_table(table, places, plot)
    console.print(rich, width=_printed_width(console, rich, screen.width))
    text = "\n".join(
        _AT_LINE_END.sub(lambda end: end[0].replace(" ", ""), line)
        for line in written.getvalue().strip("\n").splitlines()
    )
    text = text.replace("─", "-") if screen.is_ascii else text
    return f"{_wrapped(table.title, screen.width)}\n\n{text}" if table.title else text


def _printed_width(console: "Console", rich: "RichTable", width: int) -> int:
    """Return the width that a table is given: the terminal's where its text can fold, never less than it needs."""
    needed = sum(column.min_width or 0 for column in rich.columns) + _GAP * (len(rich.columns) - 1)
    return max(min(console.measure(rich).maximum, width), needed)


def _rich_table(table: Table, places: Sequence[int], plot: tuple[int, list[str]] | None) -> "RichTable":
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    rich = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    at = {plot[0]: plot[1]} if plot else {}
    widths = _widths(table)
    for place in places:
        if place in at:
            rich.add_column("", no_wrap=True, min_width=max(map(len, at[place])))
        is_number = place in table.numeric
        justify: Literal["left", "right"] = "right" if is_number else "left"
        least = widths[place] if is_number else min(widths[place], _FOLDED)
        rich.add_column(table.columns[place], justify=justify, no_wrap=is_number, overflow="fold", min_width=least)
    for number, row in enumerate(table.rows):
        cells: list[Text | Padding] = []
        for place in places:
            cells += [Text(at[place][number])] if place in at else []
            cells.append(_styled(row[place]))
        rich.add_row(*cells, style="bold" if number in table.sections else None)
    return rich


def _styled(cell: str) -> "Text | Padding":
    """Return a cell in its colour; where its text is indented and has to fold, all of its lines are."""
    from rich.padding import Padding
    from rich.text import Text

    own = cell.lstrip(" ")
    text = Text(own, style=_VERDICT_STYLES.get(cell.removesuffix(DAGGER), ""))
    return Padding(text, (0, 0, 0, len(cell) - len(own))) if own != cell else text
