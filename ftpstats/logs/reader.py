"""A log from its name to tidy rows: blocks read side by side on two threads, finished in order, memory bounded.

One path for small and large logs; another for tables, whose rows are read as they stand.
"""

import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from typing import BinaryIO

import numpy as np
import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.kinds import AnyBlock, KindOfLog
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.resume import BEGIN, Point
from ftpstats.logs.runs import NOTHING, Before, begin_times, in_order
from ftpstats.logs.skeleton import Elements
from ftpstats.logs.source import begun, last_attempt_in, open_log, placed_blocks, shown_name
from ftpstats.logs.tables.columns import as_columns
from ftpstats.logs.tables.parted import Parted, parted
from ftpstats.logs.tables.reading import Table, table_in
from ftpstats.logs.transcript.block import read_block
from ftpstats.logs.transcript.classify import Glossary
from ftpstats.logs.transcript.lines import Kind
from ftpstats.manifest import Manifest, manifest_beside
from ftpstats.schema import SCHEMA
from ftpstats.units import format_count

__all__ = ["Account", "LogReader", "Piece", "hint_of", "read_log", "read_text", "require_transfers"]

# Two blocks are being read while others wait for their turn; more of either only add memory. A worker of a cluster has
# one thread.
_THREADS = min(2, pl.thread_pool_size())
_WAITING = 5 if _THREADS > 1 else 1
_UNPARSED_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Account:
    """
    Every line of a log, accounted for.

    Attributes
    ----------
    counts : Mapping[Kind, int]
        Lines of each kind; their sum is the number of lines.
    unparsed : tuple of (int, str)
        Number and text of the first thousand lines that nothing recognised.
    digest : str or None
        SHA-256 of the log's bytes, decompressed, where the reader was asked for it.
    size : int
        Bytes, decompressed, as UTF-8.
    assumed : tuple of (int, str)
        What was assumed of records or of a table, and the first line of which.
    form : str or None
        CSV, JSON or Parquet, where the log is a table; its lines are rows then, where it has no lines.
    """

    counts: Mapping[Kind, int]
    unparsed: tuple[tuple[int, str], ...]
    digest: str | None
    size: int
    assumed: tuple[tuple[int, str], ...]
    form: str | None = None

    @property
    def lines(self) -> int:
        """How many lines the log has."""
        return sum(self.counts.values())

    @property
    def unparsed_lines(self) -> int:
        """How many lines nothing recognised."""
        return self.counts[Kind.UNPARSED]


@dataclass(frozen=True, slots=True)
class Piece:
    """
    What a stretch of a log gives.

    Attributes
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA` and `runs.PLACE`.
    skeleton : array of uint32
        The stretch's elements, see `skeleton`.
    point : Point or None
        Where it begins, and the log can be read on when it has grown; None where it cannot.
    """

    rows: pl.DataFrame
    skeleton: Elements
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A block that is being read: where it begins, what was known there, and how it is read by assumed meanings."""

    offset: int | None
    state: tuple[bool | None, Mapping[str, str]]
    read: Callable[[Mapping[str, int]], AnyBlock]
    assumed: Mapping[str, int]
    result: "Future[AnyBlock]"


class LogReader:
    """
    One log being read, once: `frames` or `transfers` gives its rows, `account` what became of its lines so far.

    Parameters
    ----------
    name : str
        A file, or ``-``. It is opened when the first row is asked for.
    label : str, optional
        Stands in for every label of the log.
    digest : bool
        Whether the account is to have the SHA-256 of the log's bytes.
    encoding : str, optional
        The log's; what its lines say unless given.
    options : Options
        How records are to be read.
    keys : bool
        Whether stamped records get their keys, see `records.keys`: none is asked for where no other log is read.
    columns : collection of str
        Of `schema.SCHEMA`, those that are wanted: names of files and peers are not read from records for nobody.
    point : Point
        Where reading begins, of a log that was read before it grew.
    digested : hash object, optional
        SHA-256 of the bytes up to there, where the digest is wanted.
    until : int, optional
        The byte that reading stops before, where an attempt begins, see `source.cuts_of`.

    Attributes
    ----------
    end : Point or None
        Where what was read ends; None of records, of a table, and of what is not in UTF-8 with LF.
    """

    def __init__(  # noqa: PLR0913 - each is said of a log by itself
        self,
        name: str,
        label: str | None = None,
        *,
        digest: bool = False,
        encoding: str | None = None,
        options: Options = AS_FOUND,
        keys: bool = True,
        columns: Collection[str] = tuple(SCHEMA),
        point: Point = BEGIN,
        digested: "hashlib._Hash | None" = None,
        until: int | None = None,
    ) -> None:
        self.name = name
        self._point, self._until = point, until
        self.end: Point | None = None
        self._encoding, self._options, self._label = encoding, options, label
        self._kind = KindOfLog(name, label, options, keys=keys, columns=columns)
        self._table: Table | None = None
        self._of_logs = False
        self._meanings = dict(point.meanings)
        self._counts: Counter[Kind] = Counter(point.counts)
        self._unparsed: list[tuple[int, str]] = []
        self._assumed: dict[str, int] = {}
        self._size = point.offset
        self._digest = digested or (hashlib.sha256() if digest else None)
        if point.offset:
            self._kind.go_on(point.is_records, point.headers)

    @cached_property
    def manifest(self) -> Manifest | None:
        """The experiment that the log is of, where an FTP.json beside it says so."""
        return manifest_beside(self.name)

    @cached_property
    def _times(self) -> pl.DataFrame | None:
        # Asked for behind the first block: a log that cannot be read is what is wrong, whatever stands beside it.
        return begin_times(self.manifest) if self.manifest else None

    @property
    def account(self) -> Account:
        """The lines read so far."""
        counts = {kind: self._counts[kind] for kind in Kind}
        digest = self._digest.hexdigest() if self._digest else None
        assumed = tuple((line, said) for said, line in self._assumed.items())
        form = None if self._table is None else self._table.form
        return Account(counts, tuple(self._unparsed), digest, self._size, assumed, form)

    def frames(self) -> Iterator[pl.DataFrame]:
        """
        Yield the log's rows, a frame per block, with the columns of `schema.SCHEMA`.

        Raises
        ------
        InputError
            As `pieces`.
        """
        yield from self._rows_of(self.pieces())

    def _rows_of(self, pieces: Iterator[Piece]) -> Iterator[pl.DataFrame]:
        first = next(pieces, None)
        both = () if first is None else chain((first,), pieces)
        # Under a label that was given, the runs of a table are counted over all of its rows.
        found = self.logs([*both]) if self.is_table and self._label is not None else both
        for piece in found:
            yield piece.rows.select(SCHEMA.names())

    def pieces(self) -> Iterator[Piece]:
        """
        Yield the log's rows and skeleton, a piece per block.

        Raises
        ------
        InputError
            If the log, or the manifest beside it, cannot be read or is something else.
        """
        with open_log(self.name, self._point.offset, self._until) as file:
            start, stream = begun(file, self._digest)
            if not self._point.offset:
                self._table = table_in(start, self.name, self._encoding, self._options, self._kind.clock)
            yield from self._of_text(stream) if self._table is None else self._of_table(stream, self._table)

    def _of_table(self, stream: BinaryIO, table: Table) -> Iterator[Piece]:
        """Yield the rows of a table; of which logs they are is told when all are there, see `logs`."""
        for read in table.read(stream):
            self._counts.update(read.counts)
            for line, said in read.assumed:
                self._assumed.setdefault(said, line)
            self._size += read.size
            self._of_logs |= read.of_logs
            yield Piece(read.rows, np.empty(0, dtype=np.uint32))

    @property
    def is_table(self) -> bool:
        """Whether the log is a table, as far as its first piece tells."""
        return self._table is not None

    def whole(self) -> Parted:
        """Return the log that this is, where it is no table, without its rows."""
        return Parted(self.name, self.account.digest or "", None, pl.DataFrame(), np.empty(0, dtype=np.uint32))

    def logs(self, pieces: Sequence[Piece]) -> list[Parted]:
        """Return the logs that a table is of, from all of its pieces; a log that is none is one."""
        rows = pl.concat([piece.rows for piece in pieces])
        skeleton = np.concatenate([piece.skeleton for piece in pieces])
        whole = replace(self.whole(), rows=rows, skeleton=skeleton)
        return parted(whole, self._label, self._kind.clock, of_logs=self._of_logs) if self.is_table else [whole]

    def _of_text(self, stream: BinaryIO) -> Iterator[Piece]:
        before, offset = self._point.before, self._point.offset
        cut = partial(last_attempt_in, last_attempt=self._kind.last_attempt)
        is_as_found = True
        for reading in self._readings(placed_blocks(stream, shown_name(self.name), self._encoding, cut, offset)):
            is_as_found = reading.offset is not None
            point = self._point_at(reading, before)
            block = self._settled(reading)
            self._note(block, before.lines)
            rows, before = self._kind.finished(block, before, self._times)
            yield Piece(rows, block.skeleton, point)
        is_records, headers = self._kind.state
        if is_as_found and is_records is False:
            self.end = Point(self._size, is_records, headers, self._meanings, self._counts, before)

    def _point_at(self, reading: _Reading, before: Before) -> Point | None:
        """Return where a block begins that follows those accounted for; None where it is of records, or recoded."""
        is_records, headers = reading.state
        if reading.offset is None or is_records:
            return None
        return Point(reading.offset, is_records, headers, dict(self._meanings), dict(self._counts), before)

    def _note(self, block: AnyBlock, lines: int) -> None:
        """Account for the lines of a block that follows so many."""
        self._counts.update(block.counts)
        room = _UNPARSED_KEPT - len(self._unparsed)
        self._unparsed += [(line + lines, text) for line, text in block.unparsed.head(room).rows()]
        for line, said in block.assumed:
            self._assumed.setdefault(said, line + lines)

    def transfers(self) -> Iterator[pl.DataFrame]:
        """
        Yield the log's rows as `frames` does, and refuse a log that had none: it is some other file.

        Raises
        ------
        InputError
            As `frames`; in the end, if there was no transfer.
        """
        yield from self._rows_of(self.pieces_with_transfers())

    def pieces_with_transfers(self) -> Iterator[Piece]:
        """
        Yield the log's pieces as `pieces` does, and refuse a log that had no transfer.

        Raises
        ------
        InputError
            As `transfers`.
        """
        count = 0
        for piece in self.pieces():
            count += piece.rows.height
            yield piece
        require_transfers(count, self.name, self.account.lines, self._options, hint_of(self._unparsed))

    def _readings(self, texts: Iterable[tuple[int | None, bytes]]) -> Iterator[_Reading]:
        """Read blocks on threads, and give them in order, each to be settled before the next."""
        waiting: deque[_Reading] = deque()
        with ThreadPoolExecutor(_THREADS) as pool:
            for offset, text in texts:
                self._size += len(text)
                meanings, state = dict(self._meanings), self._kind.state
                kind = self._kind
                read = partial(kind.read, text, is_records=kind.is_records(text), headers=kind.headers(text))
                waiting.append(_Reading(offset, state, read, meanings, pool.submit(read, meanings)))
                if len(waiting) >= _WAITING:
                    yield waiting.popleft()
            while waiting:
                yield waiting.popleft()

    def _settled(self, reading: _Reading) -> AnyBlock:
        """
        Settle what a client's unit means from the first block that tells, and read again what assumed otherwise.

        A block has some hundred thousand results; what it says is what the whole log would say.
        """
        block = reading.result.result()
        votes = dict(block.votes.group_by("client").agg(pl.col("vote").sum()).iter_rows())
        told = {client: int(vote > 0) for client, vote in votes.items() if vote}
        self._meanings = told | self._meanings
        wrong = any(self._meanings.get(client, 0) != reading.assumed.get(client, 0) for client in votes)
        return reading.read(self._meanings) if wrong else block


def read_log(
    name: str, label: str | None = None, *, encoding: str | None = None, options: Options = AS_FOUND
) -> tuple[pl.DataFrame, Account]:
    """
    Read a whole log into memory.

    Parameters
    ----------
    name : str
        A file, or ``-``.
    label : str, optional
        Stands in for every label of the log.
    encoding : str, optional
        The log's; what its lines say unless given.
    options : Options
        How records are to be read.

    Returns
    -------
    DataFrame, Account
        Its rows with the columns of `schema.SCHEMA`, and what became of its lines.

    Raises
    ------
    InputError
        If the log cannot be read, is no text, or holds no transfer.
    """
    reader = LogReader(name, label, digest=True, encoding=encoding, options=options)
    rows = pl.concat([pl.DataFrame(schema=SCHEMA), *reader.transfers()])
    return rows, reader.account


def read_text(text: bytes) -> pl.DataFrame:
    """
    Read a piece of a log that is in memory already.

    Parameters
    ----------
    text : bytes
        Whole attempts, as UTF-8 with LF.

    Returns
    -------
    DataFrame
        Its rows with the columns of `schema.SCHEMA`.
    """
    block = read_block(text, None, {}, Glossary())
    rows, _ = in_order(block, NOTHING, None, "-")
    return rows.select(SCHEMA.names())


# What lines that nothing recognised may be, and the option that reads them.
_HINTS = (
    (r"^DL% +UL% ", "curl -Z shows all transfers in one meter, and -w '%{json}\\n' each of them"),
    (
        r"[0-9]+% \|[* ]*\|",
        "busybox shows no result: record its commands and their exit status, as docs/formats.md says",
    ),
    (r"\b(?:RETR|STOR|APPE)\b", "an ExtendedLog of its own layout needs --log-format"),
    (r"^[\[{]|^[^,;\t]+[,;\t][^,;\t]+", "a table needs a column 'seconds', or --columns seconds=NAME"),
)


def hint_of(unparsed: Sequence[tuple[int, str]]) -> str:
    """Return what the first line that nothing recognised may be; empty where it looks like nothing."""
    first = unparsed[0][1] if unparsed else ""
    return next((f"; {hint}" for pattern, hint in _HINTS if re.search(pattern, first)), "")


def require_transfers(count: int, name: str, lines: int, options: Options, hint: str = "") -> None:
    """Refuse a log without any transfer: it is some other file, or not what the options say."""
    if count == 0:
        said = format_count(lines, "line")
        if options.log_format is not None:
            hint = "; none is as --log-format says"
        if options.columns is not None:
            needed = as_columns(options.columns).needed
            raise InputError(f"{shown_name(name)}: no table with a column '{needed}', and no transfer in its {said}")
        raise InputError(
            f"{shown_name(name)}: no transfer in its {said}{hint}; `ftpstats check` shows what the log holds"
        )
