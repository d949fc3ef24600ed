"""Many small logs read as one: what it costs to read a block is paid once for some hundred of them.

Only plain logs can stand in one block: text without anything to clean or to recode, that begins with a header and ends
with a line end, whose units have their usual meaning. All others are read by themselves.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import BinaryIO

import numpy as np
import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.reader import LogReader, require_transfers
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.runs import PLACE, Ints, begin_times, finished, label_codes, run_numbers, timed
from ftpstats.logs.skeleton import Elements
from ftpstats.logs.source import STDIN, as_utf8, open_log, shown_name
from ftpstats.logs.transcript.block import Block, read_block
from ftpstats.logs.transcript.classify import Glossary
from ftpstats.manifest import Manifest, manifest_beside
from ftpstats.schema import SCHEMA

__all__ = ["Alone", "Bad", "Batch", "Known", "Read", "digests_of", "read_many"]

_SMALL = 2**20  # bytes
_TOGETHER = 12 * 2**20
# start ::= "FTP-TEST " "-"? DIGIT{1,18} (" " | LF)   /* `lines` allows more: here nothing may stand in front */
# What begins otherwise would belong to the log before it in the block.
_HEADER = re.compile(rb"FTP-TEST -?[0-9]{1,18}[ \n]")
_CONTROL = bytes(byte for byte in range(32) if byte != ord("\n")) + b"\x7f"


@dataclass(frozen=True, slots=True)
class Read:
    """A log that was read together with others: its place among those asked for, and what became of its lines."""

    place: int
    name: str
    digest: str
    size: int
    lines: int
    unparsed: int
    manifest: Manifest | None


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Logs that were read together.

    Attributes
    ----------
    logs : tuple of Read
    rows : DataFrame
        Of all of them, in order, with the columns of `schema.SCHEMA` and `runs.PLACE`, and ``log``, the number in
        `logs`.
    skeleton : array of uint32
        Of all of them.
    bounds : array of int64, shape (len(logs) + 1,)
        Where the elements of each begin, and where they end.
    """

    logs: tuple[Read, ...]
    rows: pl.DataFrame
    skeleton: Elements
    bounds: Ints


@dataclass(frozen=True, slots=True)
class Alone:
    """A log that has to be read by itself, and the digests of its beginnings of the sizes that were asked for."""

    place: int
    reader: LogReader
    begins: "Mapping[int, hashlib._Hash]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """A log that need not be read."""

    place: int
    digest: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A log that cannot be read, is no text, or holds no transfer."""

    place: int
    error: InputError


@dataclass(frozen=True, slots=True)
class _Small:
    place: int
    name: str
    text: bytes
    digest: str


def read_many(  # noqa: PLR0913, PLR0917 - what is asked of the caller, and said of all logs
    names: Sequence[str],
    encoding: str | None,
    is_known: Callable[[str, str], bool],
    may_be_known: Callable[[str], bool],
    options: Options = AS_FOUND,
    beginnings: Callable[[str], Sequence[int]] = lambda _: (),
) -> Iterator[Batch | Alone | Known | Bad]:
    """
    Read logs, the small ones together.

    Parameters
    ----------
    names : sequence of str
        Files, or ``-``.
    encoding : str, optional
        Theirs; what their lines say unless given.
    is_known : callable
        Of a log's name and digest, whether it need not be read.
    may_be_known : callable
        Of a log's name, whether its digest is wanted before it is read; that of a small one costs nothing.
    options : Options
        How records are to be read.
    beginnings : callable
        Of a log's name, of how many of its first bytes the digest is wanted, where it is large and may be known.

    Yields
    ------
    Batch, Alone, Known or Bad
        Each log once, about in the order of the names.
    """
    with ThreadPoolExecutor(1) as pool:
        reading: Future[list[Batch | Alone | Bad]] | None = None
        for found in _sorted_out(names, encoding, is_known, may_be_known, options, beginnings):
            if not isinstance(found, list):
                yield found
                continue
            # While one batch is read, the text of the next is fetched.
            before, reading = reading, pool.submit(_read_together, found)
            yield from before.result() if before else ()
        yield from reading.result() if reading else ()


def _sorted_out(  # noqa: PLR0913, PLR0917 - as above
    names: Sequence[str],
    encoding: str | None,
    is_known: Callable[[str, str], bool],
    may_be_known: Callable[[str], bool],
    options: Options,
    beginnings: Callable[[str], Sequence[int]],
) -> Iterator[list[_Small] | Alone | Known | Bad]:
    """Yield lists of logs to be read together, and all others."""
    waiting: list[_Small] = []
    size = 0
    for place, name in enumerate(names):
        sizes = beginnings(name) if may_be_known(name) else None
        try:
            text, digest, begins = _fetched(name, sizes) if name != STDIN else (b"", None, {})
        except InputError as error:
            yield Bad(place, error)
            continue
        if digest is not None and is_known(name, digest):
            yield Known(place, digest)
        elif digest is None or encoding is not None or options.format_of or not _is_plain(text):
            yield Alone(place, LogReader(name, digest=True, encoding=encoding, options=options), begins)
        else:
            waiting.append(_Small(place, name, text, digest))
            size += len(text)
            if size >= _TOGETHER:
                yield waiting
                waiting, size = [], 0
    if waiting:
        yield waiting


def _fetched(name: str, sizes: Sequence[int] | None) -> "tuple[bytes, str | None, Mapping[int, hashlib._Hash]]":
    """
    Return the text of a small log and its digest; of a large one no text, and digests only where they are wanted.

    Those are that of all of it, and of its beginnings of some sizes.
    """
    with open_log(name) as stream:
        text = stream.read(_SMALL + 1)
        if len(text) <= _SMALL:
            return text, hashlib.sha256(text).hexdigest(), {}
        if sizes is None:
            return b"", None, {}
        digest, begins = _digested(chain([text], _chunks(stream)), sizes)
    return b"", digest.hexdigest(), begins


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_SMALL):
        yield chunk


def _digested(chunks: Iterator[bytes], sizes: Sequence[int]) -> "tuple[hashlib._Hash, dict[int, hashlib._Hash]]":
    """Return the digest of bytes, and those of their beginnings that are there."""
    digest, at, begins = hashlib.sha256(), 0, {}
    for chunk in chunks:
        ends = sorted(size - at for size in sizes if at < size <= at + len(chunk))
        for begin, end in pairwise([0, *ends, len(chunk)]):
            digest.update(memoryview(chunk)[begin:end])
            if at + end in sizes:
                begins[at + end] = digest.copy()
        at += len(chunk)
    return digest, begins


def digests_of(name: str, sizes: Sequence[int]) -> list[str]:
    """
    Return the SHA-256 of the first bytes of a log, as many as each size says; they grow.

    Raises
    ------
    InputError
        If it cannot be read, or has fewer bytes.
    """
    with open_log(name, end=sizes[-1]) as stream:
        _, begins = _digested(_chunks(stream), sizes)
    if len(begins) < len(sizes):
        raise InputError(f"{shown_name(name)}: became shorter while it was read")
    return [begins[size].hexdigest() for size in sizes]


def _is_plain(text: bytes) -> bool:
    """Whether a log's text is what `read_block` takes as it is."""
    is_whole = _HEADER.match(text) is not None and text.endswith(b"\n")
    return is_whole and text.isascii() and len(text.translate(None, _CONTROL)) == len(text)


def _read_together(logs: list[_Small]) -> list[Batch | Alone | Bad]:
    """Read logs as one block; those in which a unit has its second meaning have to be read by themselves."""
    block = read_block(b"".join(log.text for log in logs), None, {}, Glossary())
    ends = np.cumsum([log.text.count(b"\n") for log in logs])
    rows = _numbered(block, ends, logs)
    lengths = np.diff(np.searchsorted(block.where, ends), prepend=0)
    unparsed = np.bincount(_log_at(ends, block.unparsed["line"]), minlength=len(logs))
    counts = np.diff(ends, prepend=0).tolist()
    alone, has_rows = _unusual(block, ends), set(rows["log"].unique())
    found: list[Batch | Alone | Bad] = [
        Alone(logs[number].place, LogReader(logs[number].name, digest=True)) for number in alone
    ]
    read: dict[int, Read] = {}
    for number in sorted(set(range(len(logs))) - alone):
        log = logs[number]
        try:
            require_transfers(number in has_rows, log.name, counts[number], AS_FOUND)
            manifest = manifest_beside(log.name)
        except InputError as error:
            found.append(Bad(log.place, error))
        else:
            size, odd = len(log.text), int(unparsed[number])
            read[number] = Read(log.place, log.name, log.digest, size, counts[number], odd, manifest)
    if read:
        rows = _with_times(rows.filter(pl.col("log").is_in(list(read))), read)
        kept = np.isin(np.arange(len(logs)), list(read))
        skeleton = block.skeleton[np.repeat(kept, lengths)]
        found.append(Batch(tuple(read.values()), rows, skeleton, np.append(0, np.cumsum(lengths[kept]))))
    return found


def _with_times(rows: pl.DataFrame, read: Mapping[int, Read]) -> pl.DataFrame:
    """Return rows with the begin times of experiments, and the number of each log among those that were read."""
    times = [
        begin_times(log.manifest).with_columns(log=pl.lit(number, pl.UInt32))
        for number, log in read.items()
        if log.manifest is not None
    ]
    rows = timed(rows, pl.concat(times)) if times else rows
    number = np.zeros(max(read) + 1, dtype=np.uint32)
    number[list(read)] = np.arange(len(read))
    return rows.with_columns(log=pl.Series(number).gather(rows["log"]))


def _numbered(block: Block, ends: Ints, logs: list[_Small]) -> pl.DataFrame:
    """Return the rows of a block of many logs, finished: each log's lines, runs and places counted by themselves."""
    rows, attempts = block.rows, block.attempts
    log = _log_at(ends, rows["line"])
    of_attempt = np.zeros(attempts.height, dtype=np.int64)
    of_attempt[rows["attempt"].to_numpy()] = log  # each header has a row
    labels = label_codes(attempts["label"])
    runs = run_numbers(
        of_attempt * (labels.max() + 2) + labels,
        attempts["iteration"],
        pl.repeat(None, attempts.height, dtype=pl.Int64, eager=True),
    )
    lines_before = np.append(0, ends[:-1])
    attempts_before = np.searchsorted(of_attempt[1:], np.arange(len(logs)))
    elements_before = np.searchsorted(block.where, lines_before)
    names = pl.Series([as_utf8(one.name) for one in logs]).cast(SCHEMA["source"])
    of = rows["attempt"]
    placed = rows.with_columns(
        source=names.gather(log),
        line=pl.col("line") - lines_before[log],
        attempt=pl.col("attempt") - attempts_before[log],
        element=pl.col("element") - elements_before[log],
        run=pl.Series(runs).gather(of),
        log=pl.Series(log, dtype=pl.UInt32),
        **{name: attempts[name].gather(of) for name in ("label", "iteration")},
    )
    return finished(placed, SCHEMA | PLACE | {"log": pl.UInt32()})


def _log_at(ends: Ints, lines: pl.Series) -> Ints:
    """Return which log each line of the block is in."""
    return np.searchsorted(ends, lines.to_numpy() - 1, side="right")


def _unusual(block: Block, ends: Ints) -> set[int]:
    """Return the logs whose results say that a client's unit has its second meaning there."""
    votes = block.votes.with_columns(log=_log_at(ends, block.votes["line"]))
    against = votes.group_by("log", "client").agg(pl.col("vote").sum()).filter(pl.col("vote") > 0)
    return set(against["log"])
