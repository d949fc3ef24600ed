"""Logs into the store: read, put together into segments, committed."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import chain

import numpy as np
import polars as pl

from ftpstats.errors import InputError, UsageError
from ftpstats.logs.identity import Why, natural
from ftpstats.logs.many import Alone, Bad, Batch, Known, read_many
from ftpstats.logs.reader import LogReader, Piece
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.source import as_utf8
from ftpstats.logs.tables.parted import Parted
from ftpstats.manifest import Manifest, manifest_beside
from ftpstats.store import Store, Stored
from ftpstats.store.anonymous import Anonymizer, names_somebody
from ftpstats.store.counted import Counted
from ftpstats.store.files import sweep
from ftpstats.store.segments import ENOUGH, Draft, Entry, write_segment

__all__ = ["Ingested", "ingest"]

_LARGE = 250_000  # rows of a log that has a segment of its own: so an error in its middle costs nothing else


@dataclass(frozen=True, slots=True)
class Ingested:
    """
    The outcome of ingesting one log.

    Attributes
    ----------
    source : str
    transfers : int
        In it.
    new : int
        How many of them the store had not.
    replaced : int
        How many of the same log under another label they took the place of.
    unparsed : int
        Lines that were not recognised.
    copy_of, why : str or None
        The log that it is a copy of, and what tells.
    doubt : str or None
        The log that it may be a copy of.
    assumed : tuple of str
        What was assumed about it, such as the time zone, a sentence each.
    """

    source: str
    transfers: int
    new: int
    replaced: int
    unparsed: int
    copy_of: str | None = None
    why: Why | None = None
    doubt: str | None = None
    assumed: tuple[str, ...] = ()


def ingest(  # noqa: PLR0913, PLR0917 - each is an option of the command
    store: Store,
    names: Sequence[str],
    label: str | None = None,
    encoding: str | None = None,
    options: Options = AS_FOUND,
    anonymizer: Anonymizer | None = None,
) -> list[Ingested | InputError]:
    """
    Put logs into a store. Doing so again changes nothing.

    Parameters
    ----------
    store : Store
    names : sequence of str
        Files, or ``-`` for standard input. The experiment of a manifest beside a log is kept with it.
    label : str, optional
        Stands in for every label of the logs.
    encoding : str, optional
        The logs'; what their lines say unless given.
    options : Options
        How records are to be read.
    anonymizer : Anonymizer, optional
        Hashes what is personal; the logs of a store are all hashed by one key, or none is.

    Returns
    -------
    list of Ingested or InputError
        What became of each, in order, of a table of each log that it is of; one that cannot be read, is no text, or
        holds no transfer, costs nothing else.

    Raises
    ------
    InputError
        If a file of the store is damaged, or newer than this ftpstats.
    UsageError
        If the store's logs are anonymised otherwise.
    MachineError
        If the store is a file, or may not be read, or cannot be written.
    """
    _refuse_mixing(store, anonymizer)
    return _Ingest(store, label, encoding, options, anonymizer).outcomes(names)


def _refuse_mixing(store: Store, anonymizer: Anonymizer | None) -> None:
    """Refuse to put logs beside others whose names are hashed otherwise: nothing could tell what is counted twice."""
    mark = anonymizer.mark if anonymizer else None
    others = {entry.anonymized for segment in store.segments() for entry in segment.entries} - {mark}
    if not others:
        return
    folder = store.folder
    if mark is None:
        raise UsageError(f"{folder}: the logs in this store are anonymised; add `--anonymize`, with the same key")
    if None in others:
        raise UsageError(
            f"{folder}: this store holds logs that are not anonymised (forgotten ones until `store compact`); name a "
            "store of its own: --store DIR"
        )
    raise UsageError(f"{folder}: the logs in this store are anonymised with another key; use that one")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A log of this call: where it was named, its key, whether it was in the store already, what was assumed of it."""

    place: int
    key: tuple[str, str]
    is_known: bool
    assumed: tuple[str, ...] = ()


class _Ingest:
    """One call: what is put together, and what became of each log so far."""

    def __init__(
        self,
        store: Store,
        label: str | None,
        encoding: str | None,
        options: Options,
        anonymizer: Anonymizer | None,
    ) -> None:
        self._store, self._label, self._encoding, self._options = store, label, encoding, options
        self._anonymizer = anonymizer
        self._before = {log.entry.key: log for log in store.logs()}
        self._names = {name for name, _ in self._before}
        self._now = store.now()
        self._draft = Draft()
        self._frames: list[pl.DataFrame] = []
        self._kept: list[_Kept] = []

    def outcomes(self, names: Sequence[str]) -> list[Ingested | InputError]:
        sweep(self._store.folder)
        bad: dict[int, InputError] = {}
        order = sorted(range(len(names)), key=lambda place: natural(names[place]))  # as they are read again
        sorted_names = [names[place] for place in order]
        for found in read_many(sorted_names, self._encoding, self._is_known, self._may_be_known, self._options):
            match found:
                case Bad(place, error):
                    bad[order[place]] = error
                case Known(place, digest):
                    key = as_utf8(names[order[place]]), self._stored_digest(digest)
                    self._kept.append(_Kept(order[place], key, is_known=True))
                case Alone(place, reader):
                    try:
                        self._add_one(order[place], reader)
                    except InputError as error:
                        bad[order[place]] = error
                case Batch():
                    self._add(found, order)
            if self._draft.rows >= ENOUGH:
                self._commit()
        self._commit()
        told: list[tuple[int, Ingested | InputError]] = [*bad.items(), *self._told()]
        return [done for _, done in sorted(told, key=lambda one: one[0])]

    def _stored_digest(self, digest: str) -> str:
        return self._anonymizer.digest(digest) if self._anonymizer else digest

    def _anonymous(self, rows: pl.DataFrame) -> pl.DataFrame:
        return self._anonymizer.rows(rows) if self._anonymizer else rows

    def _framed(self, draft: Draft, pieces: Iterator[Piece] | Sequence[Piece], number: int) -> Iterator[pl.DataFrame]:
        for piece in pieces:
            rows = self._anonymous(piece.rows).with_columns(log=pl.lit(number, pl.UInt32))
            yield draft.framed(rows, [piece.skeleton], [0])

    def _may_be_known(self, name: str) -> bool:
        return as_utf8(name) in self._names

    def _is_known(self, name: str, digest: str) -> bool:
        stored = self._before.get((as_utf8(name), self._stored_digest(digest)))
        if stored is None or not stored.entry.size:  # of what 0.1.0 stored too little is known
            return False
        told = (stored.given, stored.entry.encoding, stored.entry.options)
        return told == (self._label, self._encoding, astuple(self._options))

    def _add(self, batch: Batch, order: Sequence[int]) -> None:
        first = len(self._draft)
        starts = np.searchsorted(batch.rows["log"].to_numpy(), np.arange(len(batch.logs)))
        skeletons = np.split(batch.skeleton, batch.bounds[1:-1])
        rows = self._anonymous(batch.rows.with_columns(pl.col("log") + first))
        self._frames.append(self._draft.framed(rows, skeletons, starts.tolist()))
        for log in batch.logs:
            self._note(
                order[log.place], self._draft, log.name, log.digest, log.manifest,
                size=log.size, lines=log.lines, unparsed=log.unparsed,
            )  # fmt: skip

    def _add_one(self, place: int, reader: LogReader) -> None:
        """Add a log that is read by itself; commit it by itself where it is large."""
        pieces = reader.pieces_with_transfers()
        begun, rows = [], 0
        for piece in pieces:
            begun.append(piece)
            rows += piece.rows.height
            if rows > _LARGE and not reader.is_table:  # of which logs a table is tell all of its rows
                self._commit_alone(place, reader, chain(begun, pieces))
                return
        for log in reader.logs(begun):
            if self._is_known(log.name, log.digest):  # one of several of a table
                self._kept.append(_Kept(place, (as_utf8(log.name), self._stored_digest(log.digest)), is_known=True))
                continue
            self._frames += self._framed(self._draft, [Piece(log.rows, log.skeleton)], len(self._draft))
            self._note_read(place, self._draft, reader, log)

    def _commit_alone(self, place: int, reader: LogReader, pieces: Iterator[Piece]) -> None:
        draft = Draft()

        def frames() -> Iterator[pl.DataFrame]:
            yield from self._framed(draft, pieces, 0)
            self._note_read(place, draft, reader, reader.whole())

        self._write(frames(), draft)

    def _note_read(self, place: int, draft: Draft, reader: LogReader, log: Parted) -> None:
        account = reader.account
        assumed = tuple(said for _, said in account.assumed)
        manifest = reader.manifest if log.of is None else manifest_beside(log.of)
        self._note(
            place, draft, log.name, log.digest, manifest, assumed, of=log.of,
            size=account.size, lines=account.lines, unparsed=account.unparsed_lines,
        )  # fmt: skip

    def _note(  # noqa: PLR0913, PLR0917 - each is known of a log by itself
        self,
        place: int,
        draft: Draft,
        name: str,
        digest: str,
        manifest: Manifest | None,
        assumed: tuple[str, ...] = (),
        of: str | None = None,
        **counts: int,
    ) -> None:
        key = (as_utf8(name), self._stored_digest(digest))
        if manifest is not None:
            manifest = replace(self._anonymizer.manifest(manifest) if self._anonymizer else manifest, attempts=())
        draft.add_log(
            None if manifest is None else manifest.to_json(),
            name=key[0],
            digest=key[1],
            given=self._label,
            encoding=self._encoding,
            options=astuple(self._options),
            of=of,
            anonymized=self._anonymizer.mark if self._anonymizer else None,
            kept=self._now,
            **counts,
        )
        self._kept.append(_Kept(place, key, is_known=False, assumed=assumed))

    def _commit(self) -> None:
        if len(self._draft):
            self._write(iter(self._frames), self._draft)
            self._draft, self._frames = Draft(), []

    def _write(self, frames: Iterator[pl.DataFrame], draft: Draft) -> None:
        write_segment(self._store.folder, frames, draft)

    def _told(self) -> Iterator[tuple[int, Ingested]]:
        """Yield what became of each log that was read, by its place; copies are looked for among all logs at once."""
        if all(log.is_known for log in self._kept):  # nothing to look for
            yield from ((log.place, _known(self._before[log.key])) for log in self._kept)
            return
        stored = {log.entry.key: log for log in self._store.logs()}
        kept = [log for log in self._kept if log.key in stored]  # another process may have forgotten one
        labels = {label for log in kept for label in stored[log.key].labels}
        chosen = [log for log in stored.values() if not labels.isdisjoint(log.labels)]
        number = {log.entry.key: place for place, log in enumerate(chosen)}
        logs, found = self._store.copies(chosen)
        counted = Counted(logs, found, [log.labels for log in chosen])
        for key, had in self._before.items():
            if key in number and _counts_as(had, chosen[number[key]]):
                counted.add(number[key])
        copies, doubts = {copy.log: copy for copy in found.copies}, {doubt.log: doubt for doubt in found.doubts}
        for log in sorted(kept, key=lambda one: one.place):
            at = number[log.key]
            entry, before, whole, doubt = chosen[at].entry, self._before.get(log.key), copies.get(at), doubts.get(at)
            yield (
                log.place,
                Ingested(
                    source=entry.name,
                    transfers=entry.rows,
                    new=counted.missing(at, entry.rows),
                    replaced=0 if before is None or _counts_as(before, chosen[at]) else before.entry.rows,
                    unparsed=entry.unparsed,
                    copy_of=None if whole is None else chosen[whole.of].entry.name,
                    why=None if whole is None else whole.why,
                    doubt=None if doubt is None else chosen[doubt.of].entry.name,
                    assumed=(*log.assumed, *self._said(chosen[at], chosen, is_copy=whole is not None)),
                ),
            )
            counted.add(at)

    def _said(self, log: Stored, stored: Sequence[Stored], *, is_copy: bool) -> Iterator[str]:
        """Yield what is to be said of a log beside what was assumed when it was read."""
        if not is_copy:
            yield from _other_zone(log.entry, self._before.get(log.entry.key), stored)
        named = [label for label in log.labels if names_somebody(label)] if self._anonymizer else []
        if named:
            yield (
                f"the label {named[0]} looks like an address or a host's name{_more(named)}: labels are kept as they "
                "are; --label NAME gives another"
            )


def _more(named: Sequence[str | None]) -> str:
    return f", as do {len(named) - 1} more" if len(named) > 1 else ""


def _other_zone(entry: Entry, before: Stored | None, stored: Sequence[Stored]) -> Iterator[str]:
    """Yield what is to be said of a log whose local times the store has in another zone: they are other records."""
    if before is not None and before.entry.options[0] != entry.options[0]:
        yield f"its local times were read in {_zone(before.entry)} before; now in {_zone(entry)}"
    for log in stored:
        same = log.entry.digest == entry.digest and log.entry.key != entry.key
        if same and log.entry.options[0] != entry.options[0]:
            yield f"{log.entry.name} has the same bytes and was read in {_zone(log.entry)}: its records count too"


def _zone(entry: Entry) -> str:
    return entry.options[0] or "this machine's time zone"


def _known(log: Stored) -> Ingested:
    """Say that a log was in the store already."""
    return Ingested(log.entry.name, transfers=log.entry.rows, new=0, replaced=0, unparsed=log.entry.unparsed)


def _counts_as(before: Stored, now: Stored) -> bool:
    """Whether a log counts under the labels that it had."""
    return set(before.labels) == set(now.labels)
