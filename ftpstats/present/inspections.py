"""The contents of logs as tables and lines of text: the account of `check`, and the tidy rows of `parse`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftpstats.present.tables import MISSING, Columns, Table, columns_table, shown_label, shown_text
from ftpstats.units import format_count, format_kind, significant

if TYPE_CHECKING:
    import polars as pl

    from ftpstats.logs.inspection import Inspection

__all__ = ["account_sentence", "inspection_parts", "odd_lines", "rows_table"]


def _file(row: Mapping[str, Any]) -> str:
    others = row.get("others")
    if others is None:
        return format_kind(row["bytes"], row["direction"])
    return " ".join(filter(None, [format_count(others, "other size"), row["direction"]]))


_CONTENTS: Columns[Mapping[str, Any]] = (
    ("label", False, lambda row: shown_label(row["label"])),
    ("runs", True, lambda row: MISSING if row["runs"] is None else str(row["runs"])),
    ("client", False, lambda row: row["client"] or MISSING),
    ("file", False, _file),
    ("completion", False, lambda row: row["completion"]),
    ("transfers", True, lambda row: str(row["transfers"])),
)


_MOST_KINDS = 40  # a server's log may have a size of its own for each transfer


def _most(contents: pl.DataFrame) -> pl.DataFrame:
    """Return the contents of a log, of many the most frequent; the others are counted together, whatever their size."""
    import polars as pl

    if contents.height <= _MOST_KINDS:
        return contents
    ranked = contents.with_row_index("place").sort("transfers", descending=True, maintain_order=True)
    most, rest = ranked.head(_MOST_KINDS // 2).sort("place"), ranked.tail(-(_MOST_KINDS // 2)).sort("place")
    others = rest.group_by("label", "client", "direction", "completion", maintain_order=True).agg(
        pl.col("transfers").sum(), others=pl.len().cast(pl.Int64)
    )
    return pl.concat([most.drop("place"), others], how="diagonal")


def inspection_parts(log: Inspection) -> list[Table | str]:
    """Return the contents of a log: the account of its lines, its transfers, and unusual lines."""
    contents = columns_table("", _CONTENTS, _most(log.contents).iter_rows(named=True))
    odd = odd_lines(log)
    return [account_sentence(log), *([contents] if contents.rows else []), *(["\n".join(odd)] if odd else [])]


def account_sentence(log: Inspection) -> str:
    """Return what the lines of a log are: the parts add up to the whole."""
    if log.table is not None:
        return _table_sentence(log)
    of_listings = (
        f"{format_count(log.listings, 'result of a listing', 'results of listings')} + " if log.listings else ""
    )
    return (
        f"{shown_text(log.source)}: {format_count(log.lines, 'line')} = {format_count(log.headers, 'header')} + "
        f"{format_count(log.results, 'result')} + {of_listings}"
        f"{format_count(log.chatter, 'reply or other output', 'replies and other output')} + "
        f"{log.blank} blank + {log.unparsed} not understood"
    )


def _table_sentence(log: Inspection) -> str:
    transfers = format_count(int(log.contents["transfers"].sum()), "transfer")
    counted = ((log.headers, "header"), (log.results, "result"), (log.chatter, "other"), (log.blank, "blank line"))
    parts = " + ".join(
        format_count(count, what, "others" if what == "other" else None) for count, what in counted if count
    )
    lines = format_count(log.lines, "row") if log.table == "Parquet" else f"{format_count(log.lines, 'line')} = {parts}"
    return f"{shown_text(log.source)}: a table ({log.table}): {transfers}; {lines}"


_ODD_SHOWN = 10  # of each kind


def odd_lines(log: Inspection) -> list[str]:
    """Return what is odd, kind by kind: where it stands, and how many more. Numbers and quotes make no kind."""
    from ftpstats.logs.inspection import ODD_KEPT

    kinds: dict[str, list[str]] = {}
    for line, what, text in log.odd:
        quoted = "" if text is None else f": '{text}'"
        kinds.setdefault(re.sub(r"\d+|'.*'", "0", what), []).append(shown_text(f"{log.source}:{line}: {what}{quoted}"))
    least = "at least " if len(log.odd) >= ODD_KEPT else ""
    lines = []
    for alike in kinds.values():
        more = len(alike) - _ODD_SHOWN
        lines += [*alike[:_ODD_SHOWN], *([f"... and {least}{more} more like this"] if more > 0 else [])]
    return lines


_ROWS_SHOWN = 1000


# The columns that a reader wants; exports have them all.
_TIDY: Columns[Mapping[str, Any]] = (
    ("log", False, lambda row: shown_text(row["source"])),
    ("line", True, lambda row: str(row["line"])),
    ("label", False, lambda row: shown_label(row["label"])),
    ("run", True, lambda row: _known(row["run"])),
    ("i", True, lambda row: _known(row["iteration"])),
    ("client", False, lambda row: _known(row["client"])),
    ("direction", False, lambda row: _known(row["direction"])),
    ("bytes", True, lambda row: _known(row["bytes"])),
    ("seconds", True, lambda row: MISSING if row["seconds"] is None else significant(row["seconds"], 6)),
    ("±", True, lambda row: _half_width(row["seconds_low"], row["seconds_high"])),
    ("completion", False, lambda row: row["completion"]),
    ("note", False, lambda row: shown_text(row["note"] or "")),
)


def _known(value: object) -> str:
    return MISSING if value is None else str(value)


def _half_width(low: float | None, high: float | None) -> str:
    return MISSING if low is None or high is None else significant((high - low) / 2, 1)


def rows_table(frames: Iterable[pl.DataFrame]) -> Table:
    """Return the first thousand tidy rows."""
    rows: list[Mapping[str, Any]] = []
    total = 0
    for frame in frames:
        rows += frame.head(_ROWS_SHOWN - len(rows)).iter_rows(named=True)
        total += frame.height
    more = f"; the first {len(rows)} of {total}, --format csv writes all" if total > len(rows) else ""
    logs = {row["source"] for row in rows}
    of_one = f" of {shown_text(logs.pop())}" if len(logs) == 1 else ""
    columns = _TIDY[1:] if of_one else _TIDY
    return columns_table(f"transfers{of_one}{more}", columns, rows).leaving_out("±", "client", "direction", "i")
