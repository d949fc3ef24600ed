"""Many segments to few, without what is dead: logs that were forgotten, or put in anew under another label."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from ftpstats.errors import MachineError
from ftpstats.store import Store, Stored, scans
from ftpstats.store.changes import SUFFIX as CHANGE
from ftpstats.store.files import listed, remove
from ftpstats.store.segments import COLUMNS, ENOUGH, SUFFIX, Draft, write_segment

__all__ = ["Compacted", "compact", "forgotten"]


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many files there were, and how many there are."""

    before: int
    after: int


def forgotten(store: Store) -> list[str]:
    """Return the logs that compacting drops for good: those that nothing but their rows are left of."""
    standing = {log.entry.key for log in store.logs()}
    keys = {entry.key for segment in store.segments() for entry in segment.entries}
    return sorted(name for name, _ in keys - standing)


def compact(store: Store) -> Compacted:
    """
    Put a store together anew. Whenever it is interrupted, each log that stands is there, and counts once.

    The new segments are written first; a log that two of them hold counts once. Then the old ones are deleted, then the
    decisions, which are part of the new ones.

    Raises
    ------
    InputError
        If a file of the store is damaged, or newer than this ftpstats.
    MachineError
        If the store cannot be read or written, or another process puts it together at the same time.
    """
    decisions, segments = listed(store.folder, CHANGE), listed(store.folder, SUFFIX)
    logs = store.logs()
    if not decisions and len(segments) <= sum(1 for _ in _batches(logs)) and not forgotten(store):
        return Compacted(len(segments), len(segments))
    written = 0
    try:
        for batch in _batches(logs):
            draft = Draft()
            write_segment(store.folder, iter([_taken(batch, draft)]), draft)
            written += 1
    except FileNotFoundError as error:
        raise MachineError(f"{store.folder}: another process compacts this store; try again") from error
    for path in [*segments, *decisions]:
        remove(path)
    return Compacted(len(segments) + len(decisions), written)


def _batches(logs: Sequence[Stored]) -> Iterator[list[Stored]]:
    """Yield logs in their order, as many as a segment holds."""
    batch: list[Stored] = []
    rows = 0
    for log in logs:
        batch.append(log)
        rows += log.entry.rows
        if rows >= ENOUGH:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _taken(logs: Sequence[Stored], draft: Draft) -> pl.DataFrame:
    """Read the rows of logs, and add these to a draft."""
    frames = [
        segment.collect(scan.select(COLUMNS.names())).pipe(_numbered, places)
        for segment, scan, places, _ in scans(logs)
    ]
    for log in logs:
        entry = log.entry
        manifest = None if entry.manifest is None else log.segment.manifests[entry.manifest]
        draft.add_log(
            manifest, name=entry.name, digest=entry.digest, given=log.given, encoding=entry.encoding, kept=entry.kept,
            size=entry.size, lines=entry.lines, unparsed=entry.unparsed,
        )  # fmt: skip
    return draft.taken(pl.concat(frames).sort("log", maintain_order=True))


def _numbered(rows: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    return rows.with_columns(log=places.gather(rows["log"]))
