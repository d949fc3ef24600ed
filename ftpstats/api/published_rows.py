"""A table of published summaries, or a CSV file of them, to summaries in base units; what is wrong with which row."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftpstats.api.arguments import as_file
from ftpstats.errors import InputError, UsageError
from ftpstats.units import format_count, listed

if TYPE_CHECKING:
    from ftpstats.analysis.published import PublishedSample

__all__ = ["published"]

_SEPARATORS = ",;\t"


def published(
    summaries: Any,  # noqa: ANN401 - as above
    confidence: float,
) -> tuple[list[PublishedSample], list[str], list[str]]:
    """
    Return the summaries of a table, what it is called, and what is to be said of how it is read.

    Raises
    ------
    InputError, UsageError
        If it cannot be read, or a row is wrong.
    """
    from ftpstats.analysis.published import RowFault, published_sample
    from ftpstats.present.tables import shown_text

    is_file = isinstance(summaries, str | os.PathLike)
    name = as_file(summaries, "summaries") if is_file else "the table"
    fault = InputError if is_file else UsageError
    found: dict[tuple[object, ...], str] = {}
    samples: list[PublishedSample] = []
    names: dict[str, None] = {}
    bare: set[bool] = set()
    for where, row in _rows_of_file(name) if is_file else _rows_of_table(summaries):
        names |= dict.fromkeys(row)
        try:
            sample = published_sample(row, confidence)
        except RowFault as error:
            raise fault(f"{where}: {shown_text(str(error))}") from error
        if (before := found.setdefault((sample.label, *sample.kind), where)) != where:
            raise fault(f"{where}: {shown_text(sample.label)} has {sample.kind_name} in {before} already")
        samples.append(sample)
        bare.add(str(row["mean"]).strip()[-1].isdigit())
    if not samples:
        raise fault(f"{name}: no row; there has to be one for each label and size")
    mixed = ["mean: some cells have a unit; the others are taken as seconds"] if len(bare) > 1 else []
    return samples, [name] if is_file else [], [*mixed, *_ignored(names)]


def _rows_of_file(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the rows of a CSV file, each with its place."""
    from ftpstats.logs.source import blocks_of, open_log, shown_name

    shown = shown_name(name)
    _refuse_no_table(Path(name), shown)
    with open_log(name) as stream:
        content = b"".join(blocks_of(stream, shown, None, lambda _: 0))
    text = content.decode(errors="replace").removeprefix("\ufeff")
    header = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names: list[str] = []
    try:
        for cells in rows:
            where = f"{shown}:{rows.line_num}"
            if not names:
                names = _named(cells, where, InputError)
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(names):
                    raise InputError(f"{where}: {format_count(len(cells), 'field')}, and the header has {len(names)}")
                yield where, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        raise InputError(f"{shown}:{rows.line_num}: not CSV ({error})") from error


def _refuse_no_table(path: Path, shown: str) -> None:
    """Refuse what is no table at all; `open_log` would speak of logs."""
    if path.is_dir():
        raise InputError(f"{shown}: a folder; name a CSV file")
    if path.is_file() and not path.stat().st_size:
        raise InputError(f"{shown}: the file is empty; it has to have a header, and a row for each label and size")


def _rows_of_table(table: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 - of any library
    from ftpstats.api.tables import as_polars

    found = as_polars(table, "summaries", "give a DataFrame of pandas or Polars, or the name of a CSV file")
    names = _named(found.columns, "the table", UsageError)
    for number, cells in enumerate(found.iter_rows(), start=1):
        yield f"row {number} of the table", dict(zip(names, cells, strict=True))


def _named(cells: Sequence[str], where: str, fault: type[InputError] | type[UsageError]) -> list[str]:
    """Return the names of the columns as `published_sample` has them, or say that some are missing."""
    names = [cell.strip().lower().replace("·", "").replace(" ", "_").replace("-", "_") for cell in cells]
    names = ["size" if name == "bytes" else name for name in names]
    lacking = [name for name in ("label", "size", "n", "mean") if name not in names]
    if lacking:
        raise fault(f"{where}: no column {listed(lacking)}; the header needs label, size, n, mean and a spread like sd")
    twice = [name for name in names if name and names.count(name) > 1]
    if twice:
        raise fault(f"{where}: two columns {twice[0]}")
    return names


def _ignored(names: Mapping[str, None]) -> list[str]:
    from ftpstats.analysis.published import COLUMNS
    from ftpstats.present.tables import shown_text

    others = [shown_text(name) or "one without a name" for name in names if name not in COLUMNS]
    return [f"{'a column is' if len(others) == 1 else f'{len(others)} columns are'} ignored: {listed(others)}"] * bool(
        others
    )
