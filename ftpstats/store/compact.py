"""Many segments to few, without dead rows: of logs that were forgotten, or ingested again under another label."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from ftpstats.errors import MachineError
from ftpstats.places import Place
from ftpstats.schema import SCHEMA_VERSION
from ftpstats.store import Store, Stored
from ftpstats.store.changes import Change, changes_by_file
from ftpstats.store.files import remove
from ftpstats.store.rows import scans
from ftpstats.store.segments import COLUMNS, ENOUGH, Draft, Segment, write_segment

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
    Merge the segments of a store. Whenever it is interrupted, each valid log is there, and counts once.

    The new segments are written first; a log that two of them hold counts once. Then the old ones are deleted, then the
    decisions that are part of the new ones, the oldest first: those that are left give the same again. A large segment
    in which nothing is dead stays as it is, so memory is that of one segment.

    Raises
    ------
    InputError
        If a file of the store is damaged, or newer than this ftpstats.
    MachineError
        If the store cannot be read or written, or another process puts it together at the same time.
    """
    decisions, segments, logs = changes_by_file(store.folder), store.segments(), store.logs()
    kept = _kept(segments, logs)
    old = [segment.path for segment in segments if segment.path not in kept]
    gathered = [log for log in logs if log.segment.path not in kept]
    settled = _settled(decisions, [log for log in logs if log.segment.path in kept])
    before = len(segments) + len(decisions)
    if not settled and _is_together([segment for segment in segments if segment.path not in kept], gathered):
        return Compacted(before, before)
    written: list[Place] = []
    try:
        for batch in _batches(gathered):
            draft = Draft()
            written.append(write_segment(store.folder, iter([_taken(batch, draft)]), draft))
    except FileNotFoundError as error:
        raise MachineError(f"{store.folder}: another process is compacting this store; try again later") from error
    for path in [*old, *settled]:
        if path not in written:  # it holds just that
            remove(path)
    return Compacted(before, before - len(old) - len(settled) + len(written))


def _kept(segments: Sequence[Segment], logs: Iterable[Stored]) -> set[Place]:
    """Return the segments that stay: large ones of today's in which every log stands."""
    standing: dict[Place, int] = {}
    for log in logs:
        standing[log.segment.path] = standing.get(log.segment.path, 0) + 1
    return {
        segment.path
        for segment in segments
        if segment.version == SCHEMA_VERSION
        and standing.get(segment.path) == len(segment.entries)
        and sum(entry.rows for entry in segment.entries) >= ENOUGH // 2
    }


def _is_together(segments: Sequence[Segment], logs: Sequence[Stored]) -> bool:
    """Whether segments are as few as they may be, of today's schema, and nothing in them is dead."""
    return (
        len(segments) <= sum(1 for _ in _batches(logs))
        and all(segment.version == SCHEMA_VERSION for segment in segments)
        and sum(len(segment.entries) for segment in segments) == len(logs)
    )


def _settled(decisions: Sequence[tuple[Place, Change]], kept: Sequence[Stored]) -> list[Place]:
    """
    Return the decisions that no log needs whose segment stays, in their order.

    Of one that is needed all later ones stay: without them an older one would count again.
    """
    needed = {log.entry.key for log in kept if log.given != log.entry.given}
    settled = []
    for path, change in decisions:
        if not needed.isdisjoint(change.logs):
            break
        settled.append(path)
    return settled


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
            manifest, name=entry.name, digest=entry.digest, given=log.given, encoding=entry.encoding,
            options=entry.options, anonymized=entry.anonymized, kept=entry.kept, size=entry.size, lines=entry.lines,
            unparsed=entry.unparsed,
        )  # fmt: skip
    return draft.taken(pl.concat(frames).sort("log", maintain_order=True))


def _numbered(rows: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    return rows.with_columns(log=places.gather(rows["log"]))
