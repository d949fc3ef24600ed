"""Logs read, put together into segments, and committed: what any process may do of an ingest, and do again.

What became of a log is told in numbers; its rows are in the store. Whoever puts the same logs of the same call again
commits nothing new: see `files`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from itertools import chain, islice

import numpy as np
import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.identity import natural
from ftpstats.logs.many import Alone, Bad, Batch, Known, read_many
from ftpstats.logs.reader import LogReader, Piece
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.source import as_utf8, cuts_of
from ftpstats.logs.tables.parted import Parted
from ftpstats.manifest import Manifest, manifest_beside
from ftpstats.places import Place, place
from ftpstats.store import Store
from ftpstats.store.anonymous import Anonymizer
from ftpstats.store.files import sweep
from ftpstats.store.grown import Older, resume_of
from ftpstats.store.segments import ENOUGH, Continued, Draft, write_segment

__all__ = ["Call", "Kept", "Key", "Put", "Told", "put"]

Key = tuple[str, str]  # of a log in the store: its name and digest
Told = tuple[str | None, str | None, tuple[str | None, ...]]  # how it was read: label, encoding, options

_LARGE = 250_000  # rows of a log that has a segment of its own: so an error in its middle costs nothing else


@dataclass(frozen=True, slots=True)
class Call:
    """
    What one ingest says of all of its logs.

    Attributes
    ----------
    folder : str
        Of the store.
    now : int
        When it began, in nanoseconds since 1970.
    label, encoding, options, anonymizer
        As `ingest.ingest` takes them.
    known : Mapping
        The logs that the store has, and how each was read.
    older : Mapping
        By name, the logs that the store has, read as these are, which may have grown.
    parts : tuple of (int, int), optional
        Bytes of a log that is left to be put in parts, see `parts`, and of a part. Default: none is.
    """

    folder: str
    now: int
    label: str | None = None
    encoding: str | None = None
    options: Options = AS_FOUND
    anonymizer: Anonymizer | None = None
    known: Mapping[Key, Told] = field(default_factory=dict)
    older: Mapping[str, Sequence[Older]] = field(default_factory=dict)
    parts: tuple[int, int] | None = None

    @property
    def told(self) -> Told:
        """How its logs are read."""
        return self.label, self.encoding, astuple(self.options)

    def key(self, name: str, digest: str) -> Key:
        """Return what makes a log this log in the store."""
        return as_utf8(name), self.anonymizer.digest(digest) if self.anonymizer else digest

    def is_known(self, name: str, digest: str) -> bool:
        """Whether the store has a log, read as these are."""
        return self.known.get(self.key(name, digest)) == self.told

    def framed(self, draft: Draft, pieces: Iterable[Piece], number: int) -> Iterator[pl.DataFrame]:
        """Yield a log's pieces as they are stored, under its number in a draft."""
        for piece in pieces:
            draft.begin(piece.point)
            rows = self.anonymous(piece.rows).with_columns(log=pl.lit(number, pl.UInt32))
            yield draft.framed(rows, [piece.skeleton], [0])

    def anonymous(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows with what is personal hashed, if that was asked for."""
        return self.anonymizer.rows(rows) if self.anonymizer else rows

    def noted(
        self, draft: Draft, name: str, digest: str, manifest: Manifest | None = None, of: str | None = None,
        **more: object,
    ) -> Key:  # fmt: skip
        """Take note of a log in a draft; return its key."""
        key = self.key(name, digest)
        if manifest is not None:
            manifest = replace(self.anonymizer.manifest(manifest) if self.anonymizer else manifest, attempts=())
        draft.add_log(
            None if manifest is None else manifest.to_json(),
            name=key[0],
            digest=key[1],
            given=self.label,
            encoding=self.encoding,
            options=astuple(self.options),
            of=of,
            anonymized=self.anonymizer.mark if self.anonymizer else None,
            kept=self.now,
            **more,
        )
        return key


@dataclass(frozen=True, slots=True)
class Kept:
    """A log that is in the store: where it was named, whether it was there before, what was assumed of it."""

    place: int
    key: Key
    is_known: bool
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """What became of logs: those in the store; by place, what was wrong with others, and where parts of some end."""

    kept: tuple[Kept, ...]
    bad: tuple[tuple[int, InputError], ...]
    large: tuple[tuple[int, Sequence[int]], ...] = ()


def put(call: Call, names: Sequence[str]) -> Put:
    """
    Put logs into the store.

    Parameters
    ----------
    call : Call
    names : sequence of str
        Files, or ``-``.

    Raises
    ------
    MachineError
        If the store cannot be written.
    """
    return _Putting(call).done(names)


class _Putting:
    """What is put together, and what became of each log so far."""

    def __init__(self, call: Call) -> None:
        self._call, self._folder = call, place(call.folder)
        self._draft = Draft()
        self._frames: list[pl.DataFrame] = []
        self._kept: list[Kept] = []
        self._names = {name for name, _ in call.known}

    def done(self, names: Sequence[str]) -> Put:
        sweep(self._folder)
        bad: dict[int, InputError] = {}
        large: list[tuple[int, Sequence[int]]] = []
        order = sorted(range(len(names)), key=lambda place: natural(names[place]))  # as they are read again
        sorted_names = [names[place] for place in order]
        for found in self._read(sorted_names):
            match found:
                case Bad(place, error):
                    bad[order[place]] = error
                case Known(place, digest):
                    key = self._call.key(names[order[place]], digest)
                    self._kept.append(Kept(order[place], key, is_known=True))
                case Alone(place, reader, begins):
                    try:
                        if ends := self._cuts(reader.name):
                            large.append((order[place], ends))
                        elif not self._add_grown(order[place], reader.name, begins):
                            self._add_one(order[place], reader)
                    except InputError as error:
                        bad[order[place]] = error
                case Batch():
                    self._add(found, order)
            if self._draft.rows >= ENOUGH:
                self._commit()
        self._commit()
        return Put(tuple(self._kept), tuple(sorted(bad.items())), tuple(large))

    def _read(self, names: Sequence[str]) -> Iterator[Batch | Alone | Known | Bad]:
        call = self._call
        return read_many(names, call.encoding, call.is_known, self._may_be_known, call.options, self._beginnings)

    def _may_be_known(self, name: str) -> bool:
        return as_utf8(name) in self._names

    def _cuts(self, name: str) -> Sequence[int]:
        """Return where the parts of a log end; none where it is read here, as whatever has times of its own or grew."""
        call = self._call
        if call.parts is None or call.encoding or call.options.format_of or self._may_be_known(name):
            return []
        try:
            return [] if manifest_beside(name) else cuts_of(name, *call.parts)
        except OSError:  # reading it says what is wrong
            return []

    def _add(self, batch: Batch, order: Sequence[int]) -> None:
        first = len(self._draft)
        starts = np.searchsorted(batch.rows["log"].to_numpy(), np.arange(len(batch.logs)))
        skeletons = np.split(batch.skeleton, batch.bounds[1:-1])
        rows = self._call.anonymous(batch.rows.with_columns(pl.col("log") + first))
        self._frames.append(self._draft.framed(rows, skeletons, starts.tolist()))
        for log in batch.logs:
            key = self._call.noted(
                self._draft, log.name, log.digest, log.manifest, size=log.size, lines=log.lines, unparsed=log.unparsed
            )
            self._kept.append(Kept(order[log.place], key, is_known=False))

    def _add_one(self, place: int, reader: LogReader) -> None:
        """Add a log that is read by itself; commit it by itself where it is large."""
        pieces = reader.pieces_with_transfers()
        begun, rows = [], 0
        for piece in pieces:
            begun.append(piece)
            rows += piece.rows.height
            if rows > _LARGE and not reader.is_table:  # of which logs a table is tell all of its rows
                self._kept.append(self._commit_alone(place, reader, chain(begun, pieces))[0])
                return
        for log in reader.logs(begun):
            if self._call.is_known(log.name, log.digest):  # one of several of a table
                self._kept.append(Kept(place, self._call.key(log.name, log.digest), is_known=True))
                continue
            self._frames += self._call.framed(self._draft, [Piece(log.rows, log.skeleton)], len(self._draft))
            self._kept.append(self._noted_read(place, self._draft, reader, log))

    def _beginnings(self, name: str) -> list[int]:
        return [size for older in self._call.older.get(as_utf8(name), ()) for size in (older.point.offset, older.size)]

    def _add_grown(self, place: int, name: str, begins: "Mapping[int, hashlib._Hash]") -> bool:
        """Add what was added to a log that the store has from before it grew; return whether it is such a log."""
        older = self._older(name, begins)
        if older is None or manifest_beside(name) is not None:  # its times may be of any transfer
            return False
        reader = LogReader(
            name, encoding=self._call.encoding, options=self._call.options,
            point=older.point, digested=begins[older.point.offset],
        )  # fmt: skip
        pieces = reader.pieces()
        begun = [*islice(pieces, 1)]
        while begun and not begun[-1].rows.height:
            begun += (more := [*islice(pieces, 1)])
            if not more:
                return False
        kept, where = self._commit_alone(place, reader, chain(begun, pieces), older)
        # Whoever put the store together meanwhile, without knowing of this, may have dropped what it continues.
        is_whole = Store(self._folder).holds((kept.key[0], older.digest, older.kept), apart_from=where)
        self._kept += [kept] if is_whole else []
        return is_whole

    def _older(self, name: str, begins: "Mapping[int, hashlib._Hash]") -> Older | None:
        """Return the log that one begins with, of those that the store has by its name."""
        for older in self._call.older.get(as_utf8(name), ()):
            begin = begins.get(older.size)
            if begin is not None and self._call.key(name, begin.hexdigest())[1] == older.digest:
                return older
        return None

    def _commit_alone(
        self, place: int, reader: LogReader, pieces: Iterator[Piece], older: Older | None = None
    ) -> tuple[Kept, Place]:
        """Commit a log by itself, or what was added to an older one; return where it is."""
        draft = Draft()
        kept: list[Kept] = []
        more: dict[str, object] = {}
        if older is not None:
            draft = Draft(older.facts, older.point.before.elements)
            more["continues"] = Continued(older.digest, older.kept, older.point.before.lines)

        def frames() -> Iterator[pl.DataFrame]:
            yield from self._call.framed(draft, pieces, 0)
            if reader.manifest is None:
                more["resume"] = resume_of(draft)
            kept.append(self._noted_read(place, draft, reader, reader.whole(), **more))

        where = write_segment(self._folder, frames(), draft)
        return kept[0], where

    def _noted_read(self, place: int, draft: Draft, reader: LogReader, log: Parted, **more: object) -> Kept:
        account = reader.account
        manifest = reader.manifest if log.of is None else manifest_beside(log.of)
        key = self._call.noted(
            draft, log.name, log.digest, manifest, log.of,
            size=account.size, lines=account.lines, unparsed=account.unparsed_lines, **more,
        )  # fmt: skip
        return Kept(place, key, is_known=False, assumed=tuple(said for _, said in account.assumed))

    def _commit(self) -> None:
        if len(self._draft):
            write_segment(self._folder, iter(self._frames), self._draft)
            self._draft, self._frames = Draft(), []
