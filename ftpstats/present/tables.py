"""What a table of text is, and how numbers are written in it: the same for terminal, Markdown and LaTeX.

Rounding and units live in `present`; exports in full precision are in `export`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from ftpstats.units import fixed, label_name, p_equals, p_text, significant

__all__ = [
    "ABOUT_BOX", "BOX", "DAGGER", "MISSING", "Columns", "Table", "columns_table", "grouped_table", "mean_text",
    "number", "p_equals", "p_text", "percent_text", "shown_label", "shown_text",
]  # fmt: skip

MISSING = "–"
DAGGER = " †"  # behind a verdict that a note speaks of
BOX = "box plot"
ABOUT_BOX = f"; {BOX}: quartiles, median, whiskers to minimum and maximum"
_MOST_DECIMALS = 9  # an interval of equal values is as wide as the rounding of floats


@dataclass(frozen=True, slots=True)
class Table:
    """Text in rows; `numeric` are the columns to align on the right, `sections` the rows to rule above, by place."""

    title: str
    columns: tuple[str, ...]
    numeric: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    sections: frozenset[int]


Item = TypeVar("Item")
# By column: heading, whether it holds numbers, and what it says of an item.
Columns = Sequence[tuple[str, bool, Callable[[Item], str]]]


def columns_table(title: str, columns: Columns[Item], items: Iterable[Item]) -> Table:
    """Return a table with one row per item."""
    return Table(
        title, _headings(columns), _numeric(columns), tuple(_cells(columns, item) for item in items), frozenset()
    )


def grouped_table(title: str, groups: Sequence[tuple[str, Columns[Item], Sequence[Item]]]) -> Table:
    """
    Return a table of groups, each ruled off and under a heading of its own.

    Parameters
    ----------
    title : str
        Of the whole table.
    groups : sequence of (heading, columns, items)
        One group at least; the columns are alike but for the units of what they say.
    """
    columns = groups[0][1]
    rows: list[tuple[str, ...]] = []
    sections = set()
    for heading, cells, items in groups:
        sections.add(len(rows))
        rows.append((heading, *[""] * (len(columns) - 1)))
        rows += [_cells(cells, item) for item in items]
    return Table(title, _headings(columns), _numeric(columns), tuple(rows), frozenset(sections))


def _headings(columns: Columns[Item]) -> tuple[str, ...]:
    return tuple(heading for heading, _, _ in columns)


def _numeric(columns: Columns[Item]) -> frozenset[int]:
    return frozenset(place for place, (_, is_numeric, _) in enumerate(columns) if is_numeric)


def _cells(columns: Columns[Item], item: Item) -> tuple[str, ...]:
    return tuple(cell(item) for _, _, cell in columns)


def shown_label(label: str | None) -> str:
    """Return a label as text that a terminal can show."""
    return shown_text(label_name(label))


def shown_text(text: str) -> str:
    """Return text from outside with the characters that a terminal would obey written as escapes."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def number(value: float | None, scale: float = 1.0, digits: int = 4) -> str:
    """Return a number with so many significant digits, in units of the scale."""
    return MISSING if value is None else significant(value / scale, digits)


def percent_text(percent: float | None) -> str:
    """Return a relative difference with its sign."""
    return MISSING if percent is None else f"{fixed(percent, 1, signed=True)} %"


def mean_text(value: float | None, half: float | None, scale: float) -> str:
    """Return a mean to four digits, and to the decimals of the half-width that stands beside it."""
    text = number(value, scale)
    if value is None or not half:
        return text
    decimals = min(-_exponent(number(half, scale, 2)), _MOST_DECIMALS)
    return text if decimals <= -_exponent(text) else fixed(value / scale, decimals)


def _exponent(text: str) -> int:
    """Return the power of ten of a number's last digit."""
    return int(Decimal(text.replace("−", "-")).as_tuple().exponent)
