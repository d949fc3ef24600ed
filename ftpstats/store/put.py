"""Logs read, put together into segments, and committed: what any process may do of an ingest, and do again.

What became of a log is told in numbers; its rows are in the store. Whoever puts the same logs of the same call again
commits nothing new: see `files`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from itertools import chain

import numpy as np
import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.identity import natural
from ftpstats.logs.many import Alone, Bad, Batch, Known, read_many
from ftpstats.logs.reader import LogReader, Piece
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.source import as_utf8
from ftpstats.logs.tables.parted import Parted
from ftpstats.manifest import Manifest, manifest_beside
from ftpstats.places import place
from ftpstats.store.anonymous import Anonymizer
from ftpstats.store.files import sweep
from ftpstats.store.segments import ENOUGH, Draft, write_segment

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
    """

    folder: str
    now: int
    label: str | None = None
    encoding: str | None = None
    options: Options = AS_FOUND
    anonymizer: Anonymizer | None = None
    known: Mapping[Key, Told] = field(default_factory=dict)

    @property
    def told(self) -> Told:
        """How its logs are read."""
        return self.label, self.encoding, astuple(self.options)


@dataclass(frozen=True, slots=True)
class Kept:
    """A log that is in the store: where it was named, whether it was there before, what was assumed of it."""

    place: int
    key: Key
    is_known: bool
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """What became of logs: those that are in the store, and by place what was wrong with the others."""

    kept: tuple[Kept, ...]
    bad: tuple[tuple[int, InputError], ...]


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
        self._call, self._folder, self._anonymizer = call, place(call.folder), call.anonymizer
        self._names = {name for name, _ in call.known}
        self._draft = Draft()
        self._frames: list[pl.DataFrame] = []
        self._kept: list[Kept] = []

    def done(self, names: Sequence[str]) -> Put:
        sweep(self._folder)
        bad: dict[int, InputError] = {}
        order = sorted(range(len(names)), key=lambda place: natural(names[place]))  # as they are read again
        sorted_names = [names[place] for place in order]
        for found in self._read(sorted_names):
            match found:
                case Bad(place, error):
                    bad[order[place]] = error
                case Known(place, digest):
                    key = as_utf8(names[order[place]]), self._stored_digest(digest)
                    self._kept.append(Kept(order[place], key, is_known=True))
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
        return Put(tuple(self._kept), tuple(sorted(bad.items())))

    def _read(self, names: Sequence[str]) -> Iterator[Batch | Alone | Known | Bad]:
        return read_many(names, self._call.encoding, self._is_known, self._may_be_known, self._call.options)

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
        return self._call.known.get((as_utf8(name), self._stored_digest(digest))) == self._call.told

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
                self._kept.append(Kept(place, (as_utf8(log.name), self._stored_digest(log.digest)), is_known=True))
                continue
            self._frames += self._framed(self._draft, [Piece(log.rows, log.skeleton)], len(self._draft))
            self._note_read(place, self._draft, reader, log)

    def _commit_alone(self, place: int, reader: LogReader, pieces: Iterator[Piece]) -> None:
        draft = Draft()

        def frames() -> Iterator[pl.DataFrame]:
            yield from self._framed(draft, pieces, 0)
            self._note_read(place, draft, reader, reader.whole())

        write_segment(self._folder, frames(), draft)

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
            given=self._call.label,
            encoding=self._call.encoding,
            options=astuple(self._call.options),
            of=of,
            anonymized=self._anonymizer.mark if self._anonymizer else None,
            kept=self._call.now,
            **counts,
        )
        self._kept.append(Kept(place, key, is_known=False, assumed=assumed))

    def _commit(self) -> None:
        if len(self._draft):
            write_segment(self._folder, iter(self._frames), self._draft)
            self._draft, self._frames = Draft(), []
