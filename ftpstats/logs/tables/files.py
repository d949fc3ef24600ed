"""Tables as they stand in files: told by their content, and read a part at a time, each row with its line."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.encoding import Recoder
from ftpstats.logs.tables.columns import Columns, MissingColumnError
from ftpstats.logs.transcript.lines import Kind

__all__ = [
    "CSV",
    "JSON",
    "PARQUET",
    "Found",
    "Part",
    "csv_parts",
    "found_in",
    "json_end",
    "json_parts",
    "parquet_parts",
    "row_end",
]

CSV, JSON, PARQUET = "CSV", "JSON", "Parquet"
_MAGIC = b"PAR1"
_SEPARATORS = (",", ";", "\t")
_AT_ONCE = 131_072  # rows of Parquet
_FIELD = 1 << 24  # characters of a field; a quote that is never closed makes it longer


@dataclass(frozen=True, slots=True)
class Found:
    """What a log is, where it is a table: its form, and what separates the fields of CSV."""

    form: str
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """
    Some rows of a table.

    Attributes
    ----------
    cells : DataFrame
        The columns that are read, under their tidy names.
    line : Series of Int64
        Where each row stands; of Parquet, which row it is.
    counts : Mapping[Kind, int]
        How many lines of each kind: their sum is the number of lines, or of rows of Parquet.
    names : tuple of str
        All columns that the file has, as far as is known.
    size : int
        Bytes of it.
    """

    cells: pl.DataFrame
    line: pl.Series
    counts: Mapping[Kind, int]
    names: tuple[str, ...]
    size: int


def _counts(results: int, lines: int, *, header: int = 0, blank: int = 0) -> dict[Kind, int]:
    other = lines - results - header - blank  # brackets of JSON, line ends in quotes
    return {Kind.RESULT: results, Kind.HEADER: header, Kind.BLANK: blank, Kind.CHATTER: other}


def found_in(start: bytes, encoding: str | None, columns: Columns) -> Found | None:
    """Return what a log is by how it begins, where it is a table; None where it is none."""
    if start.startswith(_MAGIC):
        return Found(PARQUET)
    try:
        text = Recoder(start, encoding).text(start).decode(errors="replace").removeprefix("\ufeff")
    except UnicodeError:  # whoever reads it says so
        return None
    first = _behind(text, 0)
    if text[first : first + 1] == "{":
        return Found(JSON) if _tells(text, first, columns) else None
    header = text.split("\n", 1)[0].removesuffix("\r")
    for separator in _SEPARATORS:
        if columns.needed in header and columns.needed in _fields(header, separator):
            return Found(CSV, separator)
    return None


def _tells(text: str, first: int, columns: Columns) -> bool:
    """Whether the first object has the key, or columns were named for objects like it."""
    try:
        row, _ = _DECODER.raw_decode(text, first)
    except ValueError:
        return False
    return columns.needed in row or bool(columns.theirs)


def _fields(header: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([header], delimiter=separator, skipinitialspace=True), [])]
    except csv.Error:  # a frame of a terminal
        return []


def row_end(text: bytes) -> int:
    """Return where the last whole row of CSV ends: behind a line end that is in no quotes."""
    last = end = text.rfind(b"\n") + 1
    quotes = text.count(b'"', 0, end)
    while end and quotes % 2:
        before = text.rfind(b"\n", 0, end - 1) + 1
        quotes -= text.count(b'"', before, end)
        end = before
    return end or (last if len(text) > _FIELD else 0)


def json_end(text: bytes) -> int:
    """Return where JSON may be cut: what is not whole there waits for the rest."""
    return max(text.rfind(b"\n"), text.rfind(b"}")) + 1


def csv_parts(blocks: Iterable[bytes], found: Found, columns: Columns, name: str) -> Iterator[Part]:
    """
    Yield the rows of CSV.

    Parameters
    ----------
    blocks : iterable of bytes
        Whole rows, as UTF-8.
    found : Found
    columns : Columns
    name : str
        As error messages have it.

    Raises
    ------
    InputError
        If a row has not as many fields as the header, or the header lacks a column.
    """
    names: list[str] = []
    line, rows_of = 0, _csv_rows
    for block in blocks:
        text, header = block.replace(b"\r\n", b"\n"), 0
        if not names:
            first, _, text = text.removeprefix(codecs.BOM_UTF8).partition(b"\n")
            heading = first.decode(errors="replace")
            names, header, line = _fields(heading, found.separator), 1, 1
            rows_of = _spaced_rows if f"{found.separator} " in heading else _csv_rows
        read = _among(columns, names, name)
        rows, at, blank = rows_of(text, found.separator, names, line, name)
        cells = pl.DataFrame([rows[names.index(theirs)].alias(tidy) for tidy, theirs in read.items()])
        lines = text.count(b"\n") + (text[-1:] not in b"\n")
        yield Part(cells, at, _counts(len(at), lines + header, header=header, blank=blank), tuple(names), len(block))
        line += lines


def _among(columns: Columns, names: Sequence[str], name: str) -> dict[str, str]:
    try:
        return columns.among(names)
    except MissingColumnError as error:
        raise InputError(f"{name}: a table with {error}") from error


def _csv_rows(
    text: bytes, separator: str, names: Sequence[str], before: int, name: str
) -> tuple[list[pl.Series], pl.Series, int]:
    """Return a series of text for each column, the line of each row, and the number of blank lines."""
    lines = pl.Series(text.decode(errors="replace").split("\n"), dtype=pl.String)
    lines = lines.head(len(lines) - 1) if text.endswith(b"\n") or not text else lines
    is_quoted = b'"' in text
    bare = lines.str.replace_all('"[^"]*"', "") if is_quoted else lines
    is_row = lines.str.len_bytes() > 0
    at = is_row.arg_true().cast(pl.Int64) + before + 1
    fields = bare.filter(is_row).str.count_matches(separator, literal=True) + 1
    odd = (fields != len(names)).arg_true()
    if is_quoted and (len(odd) or bare.str.contains('"', literal=True).any()):
        return _read_by_one(text, separator, names, before, name)
    if len(odd):
        raise _ragged(name, int(at[int(odd[0])]), int(fields[int(odd[0])]), len(names))
    rows = lines.filter(is_row)
    read = _unquoted if is_quoted else _split
    split = read(rows, separator, len(names))
    if split.height != len(rows):
        return _read_by_one(text, separator, names, before, name)
    return split.get_columns(), at, len(lines) - len(at)


def _split(rows: pl.Series, separator: str, fields: int) -> pl.DataFrame:
    return rows.str.split_exact(separator, fields - 1).struct.unnest()


def _unquoted(rows: pl.Series, separator: str, _: int) -> pl.DataFrame:
    """Return the fields of rows that are a line each."""
    text = (rows.str.join("\n").item() + "\n").encode()
    try:
        return pl.read_csv(text, has_header=False, infer_schema=False, separator=separator)
    except pl.exceptions.PolarsError:
        return pl.DataFrame()


def _ragged(name: str, line: int, found: int, wanted: int) -> InputError:
    fields = "1 field" if found == 1 else f"{found} fields"
    return InputError(f"{name}:{line}: {fields}, and the header has {wanted}; the row is cut, or a field needs quotes")


def _read_by_one(  # noqa: PLR0913, PLR0917 - as `_csv_rows`
    text: bytes, separator: str, names: Sequence[str], before: int, name: str, is_spaced: bool = False
) -> tuple[list[pl.Series], pl.Series, int]:
    """Do what `_csv_rows` does where a line end or a quote may stand in quotes."""
    csv.field_size_limit(_FIELD)
    stream = io.StringIO(text.decode(errors="replace"), newline="")
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=is_spaced)
    rows, at, begins, blank = [], [], 1, 0
    try:
        for row in reader:
            blank += not row
            if row:
                if len(row) != len(names):
                    raise _ragged(name, before + begins, len(row), len(names))
                rows.append(row)
                at.append(before + begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{name}:{before + begins}: not CSV ({error}); a quote is not closed") from error
    by_column = list(zip(*rows, strict=True)) or [()] * len(names)
    return [pl.Series(values, dtype=pl.String) for values in by_column], pl.Series(at, dtype=pl.Int64), blank


# Where the header has blanks behind its separators, those of the rows are no part of their fields.
_spaced_rows = partial(_read_by_one, is_spaced=True)


_DECODER = json.JSONDecoder()
# between ::= (BLANK | "," | "[" | "]")*   /* objects may be items of a list, as `parse --format json` writes them */
_BETWEEN = re.compile(r"[\s,\[\]]*")


def _behind(text: str, place: int) -> int:
    """Return where the next object begins, or the text ends."""
    found = _BETWEEN.match(text, place)
    return place if found is None else found.end()


def json_parts(blocks: Iterable[bytes], columns: Columns, name: str) -> Iterator[Part]:
    """
    Yield the rows of JSON: objects, one to a line or not, in a list or not.

    Raises
    ------
    InputError
        If something else stands there, or the first object lacks a key.
    """
    waiting, line, last, is_ended = "", 1, 0, True
    names: dict[str, None] = {}
    for block in _and_end(blocks):
        text = waiting + ("" if block is None else block.decode(errors="replace")).removeprefix("\ufeff")
        is_ended = is_ended if block is None else block.endswith(b"\n")
        rows, at, end, behind = _objects(text, line, name, is_last=block is None)
        names |= dict.fromkeys(key for row in rows for key in row)
        read = _among(columns, list(names), name) if rows else {}
        cells = pl.DataFrame([_series([row.get(key) for row in rows], tidy) for tidy, key in read.items()])
        results = len({*at} - {last})  # a line may hold several
        lines = behind - line + (block is None and not is_ended)
        yield Part(
            cells,
            pl.Series(at, dtype=pl.Int64),
            _counts(results, lines),
            tuple(names),
            0 if block is None else len(block),
        )
        waiting, line, last = text[end:], behind, max([last, *at])


def _and_end(blocks: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from blocks
    yield None


def _objects(text: str, line: int, name: str, *, is_last: bool) -> tuple[list[dict[str, Any]], list[int], int, int]:
    """Return the objects that are whole, the line of each, and where the rest begins: its place and its line."""
    rows, at, place = [], [], 0
    while True:
        begin = _behind(text, place)
        line += text.count("\n", place, begin)
        place = begin
        if place == len(text):
            break
        try:
            row, end = _DECODER.raw_decode(text, place)
        except ValueError as error:
            if is_last or text[place] != "{":
                raise _no_object(name, line, text[place:]) from error
            break
        if not isinstance(row, dict):
            raise _no_object(name, line, text[place:])
        rows.append(row)
        at.append(line)
        line += text.count("\n", place, end)
        place = end
    return rows, at, place, line


def _no_object(name: str, line: int, text: str) -> InputError:
    shown = text.split("\n", 1)[0][:40]
    return InputError(f'{name}:{line}: not a JSON object: {shown}; each transfer is one, like {{"seconds": 0.012}}')


def _series(values: list[Any], name: str) -> pl.Series:
    """Return values of one kind as they are, and of several as text."""
    kinds = {type(value) for value in values} - {type(None)}
    try:
        if kinds <= {int} or kinds <= {int, float}:
            return pl.Series(name, values, dtype=pl.Int64 if kinds == {int} else pl.Float64)
        if kinds in ({str}, {bool}):
            return pl.Series(name, values)
    except (OverflowError, TypeError):
        pass  # of more than 64 bits: said when it is read as what the column is
    return pl.Series(name, [one if one is None or isinstance(one, str) else json.dumps(one) for one in values])


def parquet_parts(stream: BinaryIO, columns: Columns, name: str) -> Iterator[Part]:
    """
    Yield the rows of Parquet.

    Raises
    ------
    InputError
        If it is damaged, or lacks a column.
    """
    try:
        content = stream.read()
        table = pl.scan_parquet(io.BytesIO(content))
        names = table.collect_schema().names()
        read = _among(columns, names, name)
        chosen = table.select(pl.col(theirs).alias(tidy) for tidy, theirs in read.items())
        for place in range(0, table.select(pl.len()).collect().item(), _AT_ONCE):
            cells = chosen.slice(place, _AT_ONCE).collect()
            line = pl.int_range(place + 1, place + cells.height + 1, eager=True).alias("line")
            yield Part(cells, line, _counts(cells.height, cells.height), tuple(names), 0 if place else len(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"{name}: a damaged Parquet file ({str(error).splitlines()[0]}); fetch it again") from error
