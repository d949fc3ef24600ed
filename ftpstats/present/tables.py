"""What a table of text is, and how numbers are written in it: the same for terminal, Markdown and LaTeX.

Rounding and units live in `present`; exports in full precision are in `export`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from ftpstats.units import (
    fixed,
    format_kind,
    format_size,
    kind_order,
    label_name,
    p_equals,
    p_text,
    seconds_unit,
    significant,
)

if TYPE_CHECKING:
    from ftpstats.analysis.verdict import Margin, Margins

__all__ = [
    "DAGGER", "MISSING", "Columns", "OfFile", "RowPlot", "Side", "Table", "by_kind", "columns_table", "grouped_table",
    "kind_names", "margin_text", "margins_text", "mean_text", "number", "p_equals", "p_text", "percent_text",
    "shown_label", "shown_text",
]  # fmt: skip

MISSING = "–"
DAGGER = " †"  # behind a verdict that a note speaks of
_NO_DECIMALS_FROM = 1000  # per cent
_MOST_DECIMALS = 9  # an interval of equal values is as wide as the rounding of floats


@dataclass(frozen=True, slots=True)
class Table:
    """
    Text in rows. Columns and rows are named by their place.

    Attributes
    ----------
    title : str
    columns : tuple of str
        Headings.
    numeric : frozenset of int
        The columns to align on the right.
    rows : tuple of tuple of str
    sections : frozenset of int
        The rows that are headings of those below them.
    optional : tuple of tuple of int
        The columns that a narrow terminal leaves out, the first group of them first.
    instead : mapping of int to str
        What stands below the table where a column was left out.
    is_continued : bool
        Whether what was left out follows in a table of its own.
    make_plot : callable, or None
        Gives the plot that a wide terminal shows beside the rows. Only it needs the values behind them.
    has_plot_last : bool
        Whether columns are left out for nothing but width; else the plot, which shows them too, takes their place.
    """

    title: str
    columns: tuple[str, ...]
    numeric: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    sections: frozenset[int]
    optional: tuple[tuple[int, ...], ...] = ()
    instead: Mapping[int, str] = field(default_factory=dict)
    is_continued: bool = False
    make_plot: Callable[[], RowPlot] | None = None
    has_plot_last: bool = False

    def leaving_out(self, *headings: str | tuple[str, ...], instead: Mapping[str, str] = MappingProxyType({})) -> Table:
        """Return the table with columns that a narrow terminal leaves out, alone or together: the first first."""
        places = {heading: place for place, heading in enumerate(self.columns)}
        groups = [(heading,) if isinstance(heading, str) else heading for heading in headings]
        return replace(
            self,
            optional=tuple(tuple(places[one] for one in group if one in places) for group in groups),
            instead={places[heading]: text for heading, text in instead.items() if heading in places},
        )


class RowPlot(Protocol):
    """What a wide terminal draws beside the rows of a table."""

    @property
    def before(self) -> int:
        """The column that it stands in front of."""

    def lines(self, width: int) -> list[str]:
        """Return what stands beside each row, in so many columns."""

    def legend(self, lines: Iterable[str]) -> str:
        """Return what its marks mean."""


class OfFile(Protocol):
    """What is about files of one size, transferred in one direction."""

    @property
    def bytes(self) -> int | None:
        """Their size."""

    @property
    def direction(self) -> str | None:
        """Download or upload."""


Item = TypeVar("Item")
File = TypeVar("File", bound=OfFile)
Pair = TypeVar("Pair")
# By column: heading, whether it holds numbers, and what it says of an item.
Columns = Sequence[tuple[str, bool, Callable[[Item], str]]]


@dataclass(frozen=True, slots=True)
class Side(Generic[Pair]):
    """One of the two labels of a result about two: the reference, or the label that stands below it."""

    result: Pair
    is_reference: bool

    def pick(self, of_reference: Item, of_label: Item) -> Item:
        """Return what belongs to this label."""
        return of_reference if self.is_reference else of_label


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


def kind_names(results: Iterable[OfFile]) -> Callable[[OfFile], str]:
    """
    Return what names the file of each of these results: without the direction where that of all is the same.

    What is about files of all sizes has ``is_of_sizes``, and is named by its direction alone.
    """
    ways = {result.direction for result in results}

    def name(one: OfFile) -> str:
        if getattr(one, "is_of_sizes", False):
            return "" if ways == {one.direction} else one.direction or "direction unknown"
        is_plain = one.bytes is not None and ways == {one.direction}
        return format_kind(one.bytes, None if is_plain else one.direction)

    return name


def by_kind(results: Iterable[File]) -> list[list[File]]:
    """Return results of one size and direction together, small files first, each in the order given."""
    found: dict[tuple[float, str], list[File]] = {}
    for result in results:
        found.setdefault(kind_order(result.bytes, result.direction), []).append(result)
    return [found[kind] for kind in sorted(found)]


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
    if percent is None:
        return MISSING
    return f"{fixed(percent, 1 if abs(percent) < _NO_DECIMALS_FROM else 0, signed=True)} %"


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


def margins_text(margins: Margins) -> str:
    """Return margins as people write them: those of single sizes behind that of all others."""
    of_sizes = (f"{margin_text(margin)} for {format_size(size)}" for size, margin in margins.sizes)
    return ", ".join((margin_text(margins.of(None)), *of_sizes))


def margin_text(margin: Margin) -> str:
    """Return a margin as people write it."""
    if margin.relative:
        return f"{100 * margin.value:.4g} %"
    scale, unit = seconds_unit(margin.value)
    return f"{margin.value / scale:.4g} {unit}"
