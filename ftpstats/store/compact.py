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
from ftpstats.store.grown import linked, outgrown
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
    segments = store.segments()
    keys = {entry.key for segment in segments for entry in segment.entries}
    continued = {(name, digest) for name, digest, _ in outgrown(linked(segments), standing)}
    return sorted(name for name, _ in keys - standing - continued)


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
    old = [segment.path for segment in sorted(segments, key=_last_to_go) if segment.path not in kept]
    gathered = [log for log in logs if log.segment.path not in kept]
    settled = _settled(decisions, [log for log in logs if log.segment.path in kept])
    before = len(segments) + len(decisions)
    if not settled and _is_together([segment for segment in segments if segment.path not in kept], gathered):
        return Compacted(before, before)
    written: list[Place] = []
    for batch in _batches(gathered):
        draft = Draft()
        written.append(write_segment(store.folder, _taken(store, batch, draft), draft))
    for path in [*old, *settled]:
        if path not in written:  # it holds just that
            remove(path)
    return Compacted(before, before - len(old) - len(settled) + len(written))


def _last_to_go(segment: Segment) -> int:
    """Sort segments so that a log stands as long as one that continues it: else what that was would be back."""
    return max(entry.kept if entry.continues else 0 for entry in segment.entries)


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
        and not any(entry.continues for entry in segment.entries)
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
    """Yield logs in their order, as many as a segment holds; a large one in several parts by itself."""
    batch: list[Stored] = []
    rows = 0
    for log in logs:
        if _is_large(log):
            yield [log]
            continue
        batch.append(log)
        rows += log.entry.rows
        if rows >= ENOUGH:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _is_large(log: Stored) -> bool:
    """Whether a log that continues another is too large to be read at once."""
    return log.older is not None and log.entry.rows >= ENOUGH // 2


def _stretches(logs: Sequence[Stored]) -> Iterator[pl.Expr]:
    """Yield which lines of logs are read at once: all but of a large one."""
    entry = logs[0].entry
    if not _is_large(logs[0]):
        yield pl.lit(value=True)
        return
    step = max(1, entry.lines * (ENOUGH // 2) // entry.rows)
    for begin in range(0, entry.lines + 1, step):
        yield pl.col("line").is_between(begin, begin + step, closed="left")


def _taken(store: Store, logs: Sequence[Stored], draft: Draft) -> Iterator[pl.DataFrame]:
    """Add logs to a draft, and yield their rows."""
    for log in logs:
        entry = log.entry
        manifest = None if entry.manifest is None else log.segment.manifests[entry.manifest]
        draft.add_log(
            manifest, name=entry.name, digest=entry.digest, given=log.given, encoding=entry.encoding,
            options=entry.options, of=entry.of, anonymized=entry.anonymized, kept=entry.kept, size=entry.size,
            lines=entry.lines, unparsed=entry.unparsed, resume=entry.resume,
        )  # fmt: skip
    for lines in _stretches(logs):
        try:
            frames = [
                segment.collect(scan.filter(lines).select(COLUMNS.names())).pipe(_numbered, places)
                for segment, scan, places, _ in scans(logs)
            ]
        except FileNotFoundError as error:
            raise MachineError(f"{store.folder}: another process is compacting this store; try again later") from error
        rows = pl.concat(frames).sort("log", maintain_order=True)
        # Sorted or filtered, Polars' nulls have lengths too, and to write them takes gigabytes: so they are made again.
        yield draft.taken(rows.with_columns(skeleton=pl.Series(rows["skeleton"].to_list(), dtype=pl.Binary)))


def _numbered(rows: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    return rows.with_columns(log=places.gather(rows["log"]))
