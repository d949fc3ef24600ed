r"""Tables as LaTeX with the package booktabs alone: decimals aligned, as wide as a two-column page's `table*`.

Any engine compiles it, pdfLaTeX included: letters with accents are written as commands, and characters that its fonts
lack as escapes, like \u65e5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from ftpstats.present.tables import Table

__all__ = ["escaped", "latex"]

_HEAD = r"""% \usepackage{booktabs}
% \begin{table*} \centering \caption{...} \input{this file} \end{table*}
"""

# --- characters -------------------------------------------------------------------------------------------------------

_DIGIT, _POINT = "\u2007", "\u2008"  # blanks as wide as these; text from outside is shown without such characters
_BREAK = "\u200b"  # between two characters that would become one; likewise
_LIGATURES = re.compile(r"([-',])(?=\1)")
_CHARACTERS = {
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "`": r"\`{}", "|": r"\textbar{}",
    '"': "''", "[": "{[}", "*": "{*}",  # the last two would be arguments of the \\ above them
    "<": "$<$", ">": "$>$", "−": "$-$", "±": r"$\pm$", "×": r"$\times$", "·": r"$\cdot$", "∞": r"$\infty$",
    "≤": r"$\leq$", "≥": r"$\geq$", "√": r"$\surd$", "†": r"$\dagger$", "α": r"$\alpha$", "µ": r"$\mu$",
    "μ": r"$\mu$", "Ω": r"$\Omega$", "¹": "$^1$", "²": "$^2$", "³": "$^3$", "ⁿ": "$^n$", "₁": "$_1$", "₂": "$_2$",
    "₋": "$_-$", "ₙ": "$_n$", "–": "--", "—": "---", "…": r"\ldots{}", "‘": "`", "’": "'", "“": "``", "”": "''",
    "\xa0": "~", _BREAK: "{}", _DIGIT: r"\phantom{0}",
    _POINT: r"\phantom{.}", "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "ø": r"\o{}", "Ø": r"\O{}", "œ": r"\oe{}",
    "Œ": r"\OE{}", "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip


def escaped(text: str) -> str:
    """Return text as LaTeX prints it."""
    return "".join(map(_character, _LIGATURES.sub(rf"\1{_BREAK}", text)))


def _character(character: str) -> str:
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    if character.isascii():
        return character
    match tuple(unicodedata.normalize("NFD", character)):
        case letter, mark if letter.isascii() and mark in _ACCENTS:
            return rf"\{_ACCENTS[mark]}{{{letter}}}"
    return character.encode("ascii", "backslashreplace").decode().replace("\\", r"\textbackslash{}")


# --- layout -----------------------------------------------------------------------------------------------------------

# In digits of \footnotesize: a `table*` of the class article at 10pt, the space between two columns, the longest text
# that is not folded, and what a capital letter takes.
_LINE, _GAP, _FOLDED_FROM, _CAPITAL = 110.0, 2.0, 50.0, 1.6
_NARROW = frozenset(" .,:;'ijlt()")
_INDENTS = {0: "", 1: r"\enspace ", 2: r"\quad "}


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns that a page holds, and the width of each."""

    places: tuple[int, ...]
    widths: tuple[float, ...]

    @property
    def folded(self) -> frozenset[int]:
        """The columns whose text is folded."""
        return frozenset(p for p, width in zip(self.places, self.widths, strict=True) if width > _FOLDED_FROM)


def latex(tables: Sequence[Table], notes: Sequence[str], *, has_notes: bool) -> str:
    """
    Return tables, each a complete `tabular`, and notes in small type below them.

    Parameters
    ----------
    tables : sequence of Table
    notes : sequence of str
    has_notes : bool
        Whether anything stands below the tables: also what takes the place of columns that a page does not hold.
    """
    tables = [_aligned(table) for table in tables]
    layouts = [_layout(table) for table in tables]
    texts = [_tabular(table, layout) for table, layout in zip(tables, layouts, strict=True)]
    below = [*_instead(tables, layouts), *notes] if has_notes else []
    return _HEAD + "\n\\par\\medskip\n".join(texts) + (_small(below) if below else "")


def _instead(tables: Sequence[Table], layouts: Sequence[_Layout]) -> Iterator[str]:
    """Yield what stands for the columns that were left out."""
    for table, layout in zip(tables, layouts, strict=True):
        yield from (f"{text}." for place, text in table.instead.items() if place not in layout.places)


def _small(notes: Sequence[str]) -> str:
    lines = "".join(f"{escaped(note)}\\par\n" for note in notes)
    return f"\\par\\smallskip\n\\begingroup\\footnotesize\\raggedright\n{lines}\\endgroup\n"


def _layout(table: Table) -> _Layout:
    """Return as many columns as fit; those that a narrow terminal leaves out first go first."""
    rows = [row for row in table.rows if not _is_spanning(table, row)]
    widths = [max(map(_width, cells)) for cells in zip(table.columns, *rows, strict=True)]
    for count in range(len(table.optional) + 1):
        out = set(chain.from_iterable(table.optional[:count]))
        places = tuple(place for place in range(len(widths)) if place not in out)
        if sum(widths[place] for place in places) + _GAP * (len(places) - 1) <= _LINE:
            break
    return _Layout(places, tuple(widths[place] for place in places))


def _width(cell: str) -> float:
    wide = sum(character.isupper() or character in "mwMW%+−±<>–" for character in cell)
    narrow = sum(character in _NARROW for character in cell)
    return len(cell) + (_CAPITAL - 1) * wide - narrow / 2


def _tabular(table: Table, layout: _Layout) -> str:
    end = r" \tabularnewline" if layout.folded else r" \\"
    headings = " & ".join(escaped(table.columns[place]) for place in layout.places)
    body = "".join(line + end + "\n" for line in _lines(table, layout))
    left_out = [heading for place, heading in enumerate(table.columns) if place not in layout.places]
    comments = [table.title, f"left out, for the page is too narrow: {', '.join(left_out)}" if left_out else ""]
    return (
        "".join(f"% {line}\n" for comment in comments for line in comment.splitlines())
        + "\\begingroup\\footnotesize\\setlength{\\tabcolsep}{4pt}%\n"
        + f"\\begin{{tabular}}{{@{{}}{_specification(table, layout)}@{{}}}}\n\\toprule\n"
        + f"{headings}{end}\n\\midrule\n{body}\\bottomrule\n\\end{{tabular}}\\endgroup\n"
    )


def _specification(table: Table, layout: _Layout) -> str:
    """Return what each column is: to the right, to the left, or folded in what the others leave of the line."""
    folded = layout.folded
    others = sum(width for p, width in zip(layout.places, layout.widths, strict=True) if p not in folded)
    left = 0.97 * _LINE - others - _GAP * (len(layout.places) - 1)  # their widths are estimates
    share = max(left / _LINE, 0.2) / max(len(folded), 1)
    paragraph = f"p{{{share:.2f}\\linewidth}}"
    return "".join(paragraph if p in folded else "r" if p in table.numeric else "l" for p in layout.places)


def _lines(table: Table, layout: _Layout) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        if _is_spanning(table, row):
            space = "\\addlinespace\n" if number in table.sections and number else ""
            text = rf"\textbf{{{escaped(row[0])}}}" if number in table.sections else _first(table, row[0])
            yield rf"{space}\multicolumn{{{len(layout.places)}}}{{@{{}}l@{{}}}}{{{text}}}"
        else:
            yield " & ".join(
                [_first(table, row[0]), *(_cell(row[place], place, layout) for place in layout.places[1:])]
            )


def _cell(cell: str, place: int, layout: _Layout) -> str:
    return ("\\raggedright " if place in layout.folded else "") + escaped(cell.strip(" "))


def _is_spanning(table: Table, row: Sequence[str]) -> bool:
    """Whether a row is the heading of those below it: also one below the heading of a section."""
    return bool(table.sections) and not any(row[1:])


def _first(table: Table, cell: str) -> str:
    """Return the cell of the first column, indented below the heading of its section."""
    blanks = min(len(cell) - len(cell.lstrip(" ")), max(_INDENTS)) if table.sections else 0
    return _INDENTS[blanks] + escaped(cell.strip())


_NUMBER = re.compile(r"(?P<whole>(?:[<>] )?[+−]?\d+)(?P<decimals>(?:\.\d+)?)(?P<unit>(?: .+)?)")


def _aligned(table: Table) -> Table:
    """Return a table with its decimals aligned, section by section: in one, a column has one unit."""
    begins = sorted({0, *table.sections, len(table.rows)})
    rows: list[tuple[str, ...]] = []
    for begin, end in pairwise(begins):
        columns = enumerate(zip(*table.rows[begin:end], strict=True))
        rows += zip(*(_column(cells) if place in table.numeric else cells for place, cells in columns), strict=True)
    return replace(table, rows=tuple(rows))


def _column(cells: Sequence[str]) -> Sequence[str]:
    """Return numbers of one unit with the room of the decimals that others have; with several units, as they are."""
    numbers = [_NUMBER.fullmatch(cell.strip()) for cell in cells]
    if len({found["unit"] for found in numbers if found}) > 1:
        return cells
    decimals = max((found["decimals"] for found in numbers if found), key=len, default="")
    return [_padded(found, decimals) if found else cell for cell, found in zip(cells, numbers, strict=True)]


def _padded(found: re.Match[str], decimals: str) -> str:
    missing = decimals[len(found["decimals"]) :]
    room = "".join(_POINT if character == "." else _DIGIT for character in missing)
    return found["whole"] + found["decimals"] + room + found["unit"]
