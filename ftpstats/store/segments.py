"""A segment: rows of some logs in one Parquet file, with an index of the logs in its footer.

Rows have the tidy columns, each under the label that its log writes; `runs.PLACE`; ``log``, the number of the log in
the index; and ``skeleton``: at the first row of each piece of a log the elements of that piece, null elsewhere. Rows of
a log stand together, in order.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from ftpstats.errors import InputError, MachineError
from ftpstats.logs.resume import Point
from ftpstats.logs.runs import PLACE
from ftpstats.logs.skeleton import Elements
from ftpstats.parquet import VERSION_KEY, parquet_metadata, scan_parquet, write_parquet
from ftpstats.places import Place, remote_faults
from ftpstats.schema import SCHEMA, SCHEMA_VERSION
from ftpstats.store.facts import Facts, facts_of, joined, noted
from ftpstats.store.files import commit, name_of

__all__ = [
    "COLUMNS",
    "ENOUGH",
    "SUFFIX",
    "Continued",
    "Draft",
    "Entry",
    "Segment",
    "foreign",
    "read_segment",
    "segment_of",
    "skeletons",
    "write_segment",
]

SUFFIX = ".parquet"
COLUMNS = pl.Schema(SCHEMA | PLACE | {"log": pl.UInt32(), "skeleton": pl.Binary()})
_INDEX_KEY = "ftpstats.logs"
ENOUGH = 1_000_000  # rows of a segment


class Continued(NamedTuple):
    """The log that another continues: its digest, when it was put in, and how many of its lines count."""

    digest: str
    kept: int
    lines: int


@dataclass(frozen=True, slots=True)
class Entry:
    """
    What the index says of a log.

    Attributes
    ----------
    name, digest : str
        As given, and the SHA-256 of its bytes, decompressed: together they are the log. Of one that is anonymised, a
        keyed hash of that.
    given : str or None
        The label that it was given in place of its own.
    encoding : str or None
        The encoding that was named when it was read.
    labels : tuple of str or None
        Those that it writes itself; None is the lack of one.
    kept : int
        When it was put into the store, in nanoseconds since 1970.
    size, lines, unparsed, rows, runs : int
        Bytes as UTF-8, lines, those that nothing recognised, transfers, and runs under its own labels.
    replies, stamped : bool
        Whether any transfer has a reply, and a time.
    clients : tuple of str
    kinds : tuple of (int or None, str or None)
        Sizes and directions of its transfers.
    manifest : int or None
        The number of its experiment among the segment's.
    options : tuple of str or None
        What was said of its records or its columns when it was read, see `records.options`.
    of : str or None
        Of a table, the log that its rows name.
    anonymized : str or None
        The mark of the key that its names are hashed by, see `anonymous`; None where they stand as they are.
    continues : Continued or None
        The log of this name, before it grew, whose rows come before those of the segment; what the index says is of
        all of them.
    resume : Mapping or None
        What has to be known to read on from here when the log has grown, see `grown`.
    """

    name: str
    digest: str
    given: str | None
    encoding: str | None
    labels: tuple[str | None, ...]
    kept: int
    size: int
    lines: int
    unparsed: int
    rows: int
    runs: int
    replies: bool
    stamped: bool
    clients: tuple[str, ...]
    kinds: tuple[tuple[int | None, str | None], ...]
    manifest: int | None
    options: tuple[str | None, ...] = (None, None, None, None)  # as in segments that were written before
    of: str | None = None
    anonymized: str | None = None
    continues: Continued | None = None
    resume: Mapping[str, Any] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it this log."""
        return self.name, self.digest


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of the store: its schema, its logs, the experiments that they are of as JSON, how its rows are read."""

    path: Place
    version: int
    entries: tuple[Entry, ...]
    manifests: tuple[str, ...]
    scan: Callable[[], pl.LazyFrame]

    def collect(self, rows: pl.LazyFrame) -> pl.DataFrame:
        """
        Return rows of a query of `scan`.

        Raises
        ------
        InputError
            If the file is damaged.
        MachineError
            If it may not be read.
        FileNotFoundError
            If it is gone: what it held is in another one.
        """
        with _faults_named(self.path):
            return rows.collect()


@dataclass(slots=True)
class Draft:
    """A segment that is being put together; of one log only, what came before its rows."""

    before: Facts | None = None
    elements: int = 0
    rows: int = 0
    _logs: list[dict[str, Any]] = field(default_factory=list)
    _manifests: dict[str, int] = field(default_factory=dict)
    _notes: list[pl.DataFrame] = field(default_factory=list)
    _mute: bytes = b""
    _point: tuple[Point, int] | None = None

    def __len__(self) -> int:
        return len(self._logs)

    def add_log(self, manifest: str | None, **known: object) -> int:
        """Add a log by what is known of it beside its rows, and the JSON of its experiment; return its number."""
        place = None if manifest is None else self._manifests.setdefault(manifest, len(self._manifests))
        self._mute = b""
        self._logs.append(known | {"manifest": place})
        return len(self._logs) - 1

    def begin(self, point: Point | None) -> None:
        """Take note of where the next frame of a log begins; None where it cannot be read on from there."""
        if point is None or not point.offset:
            self._point = None
        elif not self._mute:  # elements that wait for a row are of an earlier frame
            self._point = point, len(self._notes)

    @property
    def is_settled(self) -> bool:
        """Whether every element stands at a row."""
        return not self._mute

    def facts(self) -> Facts:
        """Return what the rows of the only log tell."""
        return joined(self.before, self._notes)

    def resume(self) -> Mapping[str, Any] | None:
        """Return from where the log of which all was framed can be read on, and what its rows up to there tell."""
        if self._point is None:
            return None
        point, notes = self._point
        facts = joined(self.before, self._notes[:notes])
        return {"point": point.to_json(), "facts": facts, "elements": self.elements - len(self._mute) // 4}

    def framed(self, rows: pl.DataFrame, skeletons: Sequence[Elements], begins: Sequence[int]) -> pl.DataFrame:
        """
        Return rows as they are stored, and take note of what the index is to say of them.

        Parameters
        ----------
        rows : DataFrame
            With the columns of COLUMNS but the last.
        skeletons, begins : sequences of the same length
            Elements, and the row that they are to stand at. Elements before any row wait for the next frame.
        """
        cells: list[bytes | None] = [None] * rows.height
        for elements, row in zip(skeletons, begins, strict=True):
            self._mute += elements.tobytes()
            self.elements += len(elements)
            if row < rows.height:
                cells[row], self._mute = self._mute, b""
        return self.taken(rows.with_columns(skeleton=pl.Series(cells, dtype=pl.Binary)))

    def taken(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows with the columns of COLUMNS as they are stored, and take note of what the index is to say."""
        self._notes.append(noted(rows))
        self.rows += rows.height
        return rows.select(pl.col(name).cast(dtype) for name, dtype in COLUMNS.items())

    def metadata(self) -> Mapping[str, str]:
        """Return the index, when all rows were framed."""
        if self.before is None:
            facts = facts_of(self._notes)
        else:
            facts = [{**self.facts()}]
            del facts[0]["last"]
        logs = [known | told for known, told in zip(self._logs, facts, strict=True)]
        return {_INDEX_KEY: json.dumps({"logs": logs, "manifests": list(self._manifests)}, ensure_ascii=False)}


def write_segment(folder: Place, frames: Iterator[pl.DataFrame], draft: Draft) -> Place:
    """
    Commit rows that a draft has framed, or frames while they are taken, and return where they are.

    Raises
    ------
    MachineError
        If the folder cannot be written.
    """
    index = cache(draft.metadata)
    with commit(folder, SUFFIX, lambda: index()[_INDEX_KEY]) as file:
        write_parquet(frames, COLUMNS, "ingest", file, index)
    return folder / name_of(index()[_INDEX_KEY], SUFFIX)


def read_segment(path: Place) -> Segment:
    """
    Read the index of a file of the store.

    Raises
    ------
    InputError
        If another version wrote it, or no version did.
    MachineError
        If it may not be read.
    FileNotFoundError
        If it is gone: what it held is in another one.
    """
    from ftpstats.store import schema1

    with _faults_named(path):
        metadata = parquet_metadata(path)
        version = int(metadata.get(VERSION_KEY, "0"))
        if version > SCHEMA_VERSION:
            newer = f"schema {version}, and this one reads {SCHEMA_VERSION}"
            raise InputError(f"{path}: written by a newer ftpstats ({newer}); upgrade ftpstats")
        if version == 1:
            return schema1.read_segment(path, metadata)
        if version < 1:
            raise foreign(path, "no ftpstats wrote it")
        return segment_of(path, version, metadata, lambda: scan_parquet(path, COLUMNS))


@contextmanager
def _faults_named(path: Place) -> Iterator[None]:
    """Say whose fault it is that a file cannot be read; that it is gone is nobody's."""
    try:
        with remote_faults(path):
            yield
    except FileNotFoundError:
        raise
    except PermissionError as error:
        raise MachineError(f"{path}: cannot be read: {os.strerror(error.errno or 13)}") from error
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise foreign(path, str(error).splitlines()[0]) from error


def segment_of(path: Place, version: int, metadata: Mapping[str, str], scan: Callable[[], pl.LazyFrame]) -> Segment:
    """Return the segment that a file's metadata describes."""
    index = json.loads(metadata[_INDEX_KEY])
    return Segment(path, version, tuple(map(_entry, index["logs"])), tuple(index["manifests"]), scan)


def _entry(log: dict[str, Any]) -> Entry:
    tuples = {name: tuple(log[name]) for name in ("labels", "clients", "options") if name in log}
    continues = Continued(*log["continues"]) if log.get("continues") else None
    return Entry(
        **log | tuples | {"continues": continues} | {"kinds": tuple((size, way) for size, way in log["kinds"])}
    )


def foreign(path: Place, reason: str) -> InputError:
    """Return the error that names a file which is none of the store's."""
    return InputError(f"{path}: not a file of this store ({reason}); move it away and ingest its log again")


def skeletons(rows: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Elements]]:
    """Put the pieces of skeletons together: numbers of logs and pieces in, by number, in order."""
    parts: dict[int, list[bytes]] = {}
    for number, piece in rows:
        parts.setdefault(number, []).append(piece)
    for number, pieces in parts.items():
        yield number, np.frombuffer(b"".join(pieces), dtype="<u4")
