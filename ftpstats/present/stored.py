"""The logs of a store: rows for a table, and plain values."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ftpstats.errors import InputError
from ftpstats.logs.identity import Copies
from ftpstats.present.copies import reason
from ftpstats.present.tables import MISSING, Columns, Table, columns_table, shown_label, shown_text
from ftpstats.store import Stored
from ftpstats.store.ingest import Candidate, Ingested
from ftpstats.units import format_count, format_size, size_text

__all__ = ["candidates_text", "outcome_line", "stored_records", "stored_table"]

_SIZES_SHOWN = 3


def stored_records(logs: Sequence[Stored], found: Copies) -> list[dict[str, Any]]:
    """
    Return what a store holds as plain values, a log each.

    Parameters
    ----------
    logs : sequence of Stored
    found : Copies
        Of these logs.
    """
    copies = {copy.log: copy for copy in found.copies}
    doubts = {doubt.log: doubt for doubt in found.doubts}
    return [
        {
            "log": log.entry.name,
            "labels": list(log.labels),
            "runs": log.entry.runs,
            "transfers": log.entry.rows,
            "sizes": sorted({size for size, _ in log.entry.kinds if size is not None}),
            "clients": list(log.entry.clients),
            "ingested": datetime.fromtimestamp(log.entry.kept / 1e9, UTC).isoformat(timespec="seconds"),
            "copy_of": logs[copies[place].of].entry.name if place in copies else None,
            "why": reason(copies[place].why) if place in copies else None,
            "may_be_copy_of": logs[doubts[place].of].entry.name if place in doubts else None,
            "digest": log.entry.digest,
        }
        for place, log in enumerate(logs)
    ]


def _whole(log: Mapping[str, Any]) -> str:
    if log["copy_of"] is not None:
        return shown_text(log["copy_of"])
    return f"maybe {shown_text(log['may_be_copy_of'])}" if log["may_be_copy_of"] is not None else ""


_COLUMNS: Columns[Mapping[str, Any]] = (
    ("log", False, lambda log: shown_text(log["log"])),
    ("label", False, lambda log: ", ".join(map(shown_label, log["labels"]))),
    ("runs", True, lambda log: str(log["runs"])),
    ("n", True, lambda log: str(log["transfers"])),
    ("sizes", False, lambda log: _some([format_size(size) for size in log["sizes"]])),
    ("client", False, lambda log: ", ".join(log["clients"]) or MISSING),
    ("ingested", False, lambda log: log["ingested"][:16].replace("T", " ")),
    ("copy of", False, _whole),
)


def stored_table(records: Sequence[Mapping[str, Any]]) -> Table:
    """Return these values as a table."""
    return columns_table("times are UTC; transfers in several logs count once", _COLUMNS, records).leaving_out(
        "client", "sizes", "ingested"
    )


def _some(sizes: Sequence[str]) -> str:
    more = len(sizes) - _SIZES_SHOWN
    return ", ".join(sizes[:_SIZES_SHOWN]) + (f" and {more} more" if more > 0 else "") or MISSING


def candidates_text(found: Sequence[Candidate | InputError]) -> str:
    """Return a line for each log that would be read, and one for all of them."""
    logs = [one for one in found if isinstance(one, Candidate)]
    lines = [
        f"{shown_text(log.name)}: {'unknown size' if log.size is None else size_text(log.size)}"
        + (", the store has a log of this name" if log.is_stored else "")
        for log in logs
    ]
    total = size_text(sum(log.size or 0 for log in logs))
    return "\n".join([*lines, f"{format_count(len(logs), 'log')}, {total}: none was read (--dry-run)"]) + "\n"


def outcome_line(done: Ingested) -> str:
    """Return in one line what became of a log that was put into a store."""
    odd = format_count(done.unparsed, "line")
    told = {
        f"they replace {done.replaced} under other labels": done.replaced,
        f"a copy of {done.copy_of} ({reason(done.why) if done.why else ''})": done.why,
        f"it may be a copy of {done.doubt}; both count; use --same or --distinct": done.doubt,
        f"{odd} not understood: `ftpstats check {done.source}` shows them": done.unparsed,
    }
    transfers = format_count(done.transfers, "transfer")
    said = [f"{transfers}, {done.new} of them new", *(line for line, is_so in told.items() if is_so)]
    return f"{done.source}: {'; '.join(said)}"
