"""Where a log's text comes from: files, folders, globs, standard input; compressed or not, in any common encoding.

Gives blocks of UTF-8 bytes that end where an attempt ends, so that each can be read by itself. Nothing here knows what
a line means, except that a header begins an attempt.
"""

import bz2
import glob
import gzip
import hashlib
import io
import lzma
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from ftpstats.errors import InputError
from ftpstats.logs.encoding import Recoder
from ftpstats.places import is_url, place, reading, remote_faults, shown, under

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = [
    "STDIN", "Meter", "as_utf8", "begun", "blocks_of", "cuts_of", "find_logs", "last_attempt_in", "meter", "open_log",
    "placed_blocks", "shown_name",
]  # fmt: skip

STDIN = "-"
BLOCK_SIZE = 8 * 1024**2

# name ::= (?i) (ANY* "." ("log" | "txt" | "xferlog") | "xferlog") rotated? compressed? EOL   /* in a folder */
# compressed ::= "." ("gz" | "xz" | "zst" | "bz2")
# rotated ::= [.-] DIGIT (DIGIT | "-")*
_LOG_NAME = re.compile(
    r"(?:\.(?:log|txt|xferlog)|^xferlog)(?:[.-][0-9][0-9-]*)?(?:\.(?:gz|xz|zst|bz2))?$", re.IGNORECASE
)
_COMPRESSIONS: tuple[tuple[bytes, Callable[[BinaryIO], IO[bytes]]], ...] = (
    (b"\x1f\x8b", lambda stream: cast("IO[bytes]", gzip.GzipFile(fileobj=stream))),
    (b"\xfd7zXZ\x00", lzma.open),
    (b"\x28\xb5\x2f\xfd", lambda stream: cast("IO[bytes]", zstd.ZstdFile(stream))),
    (b"BZh", bz2.open),
)
_LONGEST_MAGIC = max(len(magic) for magic, _ in _COMPRESSIONS)
_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstd.ZstdError)
_HEADER_START = b"\nFTP-TEST "
_PROBE = _TAIL = 65536


class Meter:
    """What is being read, for whoever waits for it: the log that was opened last, and how many were opened."""

    def __init__(self) -> None:
        self.name, self.opened = "", 0
        self._file: IO[bytes] | None = None

    def begin(self, name: str, file: IO[bytes]) -> None:
        """Take note of a log that is opened."""
        self.name, self._file = shown_name(name), file
        self.opened += 1

    @property
    def share(self) -> float | None:
        """How much of the log was read; None where its size is unknown."""
        file = self._file
        try:
            if file is None:
                return None
            size = getattr(file, "size", None)  # of what is at a URL
            at = os.lseek(file.fileno(), 0, os.SEEK_CUR) if size is None else file.tell()
            return at / (size or os.fstat(file.fileno()).st_size)
        except (OSError, ValueError, ZeroDivisionError):  # a pipe, closed meanwhile, or empty
            return None


meter = Meter()  # one for the process: a person looks at one command


def find_logs(names: Iterable[str]) -> list[str]:
    """
    Return the logs that arguments name, each once, in order.

    Parameters
    ----------
    names : iterable of str
        Files, folders (their ``*.log``, ``*.txt`` and ``xferlog``, rotated and compressed or not, and those of their
        subfolders), quoted globs, URLs of either, ``-`` for standard input.

    A name that stands for nothing is returned as it is: `open_log` says what is wrong with it, and the others are read.
    """
    return list(dict.fromkeys(path for name in names for path in _expand(name)))


def _expand(name: str) -> list[str]:
    if is_url(name):
        try:
            return under(name, _LOG_NAME) or [name]
        except OSError:  # opening it says what is wrong
            return [name]
    # os.path, because a Path may not be asked about a name that is too long to be one.
    if name == STDIN or os.path.isfile(name):  # noqa: PTH113
        return [name]
    if os.path.isdir(name):  # noqa: PTH112
        inside = (path for path in Path(name).rglob("*") if _LOG_NAME.search(path.name) and path.is_file())
        return sorted(str(path) for path in inside) or [name]
    matches = glob.glob(name, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    return sorted(path for path in matches if Path(path).is_file()) or [name]


def as_utf8(name: str) -> str:
    """Return a file name as text that can be stored: bytes that are no UTF-8 become escapes, passwords of URLs go."""
    return shown(name).encode(errors="backslashreplace").decode()


def shown_name(name: str) -> str:
    """Return a log's name as error messages have it."""
    return "standard input" if name == STDIN else shown(name)


class _Begun(io.RawIOBase):
    """A stream of which the beginning was read already, up to some length; what it gives goes into a digest too."""

    def __init__(
        self, start: bytes, rest: BinaryIO, digest: "hashlib._Hash | None" = None, length: int | None = None
    ) -> None:
        self._start, self._rest, self._digest, self._left = start, rest, digest, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - as the class above declares it
        if self._left is not None:
            buffer = memoryview(buffer)[: self._left]
        count = self._given(buffer)
        if self._left is not None:
            self._left -= count or 0
        if self._digest is not None and count:
            self._digest.update(memoryview(buffer)[:count])
        return count

    def _given(self, buffer: Any) -> int | None:  # noqa: ANN401 - likewise
        if not self._start:
            return cast("io.BufferedIOBase", self._rest).readinto(buffer)
        part, self._start = self._start[: len(buffer)], self._start[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@contextmanager
def open_log(name: str, offset: int = 0, end: int | None = None) -> Iterator[BinaryIO]:
    """
    Open a log and take its compression off, whatever its name says.

    Parameters
    ----------
    name : str
        A file, or ``-`` for standard input.
    offset : int
        How many of its bytes, decompressed, are skipped.
    end : int, optional
        The byte that reading stops before, of a log that is not compressed.

    Yields
    ------
    binary file
        Decompressed bytes. It need not be seekable.

    Raises
    ------
    InputError
        If it cannot be read, is empty, or its compression is damaged; also while it is being read.
    """
    said = shown_name(name)
    try:
        with reading(place(name)) if name != STDIN else open(0, "rb", closefd=False) as file:
            meter.begin(name, file)
            start = file.read(_LONGEST_MAGIC)  # not peek, which is content with the first byte that a pipe gives
            if not start:
                raise InputError(f"{said}: the file is empty; a log has a line or more for each transfer")
            opener = next((opener for magic, opener in _COMPRESSIONS if start.startswith(magic)), None)
            if opener is None and offset and file.seekable():
                file.seek(offset)
                end = None if end is None else end - offset
                start, offset = b"", 0
            whole = cast("BinaryIO", io.BufferedReader(_Begun(start, file, length=end)))
            yield _skipped(whole if opener is None else cast("BinaryIO", opener(whole)), offset)
    except _DAMAGED as error:
        raise _damaged(said, error) from error
    except IsADirectoryError as error:
        raise InputError(f"{said}: no *.log or *.txt in this folder; name the files themselves") from error
    except FileNotFoundError as error:
        pattern = "; no file matches the pattern" if glob.has_magic(name) else ""
        raise InputError(f"{said}: no such file{pattern}") from error
    except OSError as error:
        if error.errno is None:  # not the system's: bz2 has no exception of its own
            raise _damaged(said, error) from error
        raise InputError(f"{said}: cannot be read: {error.strerror or error}") from error


def cuts_of(name: str, least: int, step: int) -> list[int]:
    """
    Return the bytes at which a large log may be cut into parts, and its size; none where it may not.

    Parameters
    ----------
    name : str
        A file.
    least : int
        Bytes of a log that is worth it. A compressed one cannot be read from the middle.
    step : int
        Each cut is at the first header behind so many bytes more.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    where = place(name)
    with remote_faults(where):
        size = where.stat().st_size
    if size < least:
        return []
    found = []
    with reading(where) as file:
        start = file.read(_LONGEST_MAGIC)
        if not file.seekable() or any(start.startswith(magic) for magic, _ in _COMPRESSIONS):
            return []
        for at in range(step, size - step // 2, step):
            file.seek(at)
            header = file.read(_PROBE).find(_HEADER_START)
            if header >= 0:
                found.append(at + header + 1)
    return [*found, size] if found else []


def _skipped(stream: BinaryIO, count: int) -> BinaryIO:
    while count and (chunk := stream.read(min(count, BLOCK_SIZE))):
        count -= len(chunk)
    return stream


def _damaged(said: str, error: Exception) -> InputError:
    return InputError(f"{said}: the compressed file is damaged or cut short ({error}); fetch it again")


def begun(stream: BinaryIO, digest: "hashlib._Hash | None") -> tuple[bytes, BinaryIO]:
    """
    Return how a stream begins, and a stream that begins so.

    Parameters
    ----------
    stream : binary file
    digest : hash object or None
        Updated with the bytes that are read, so that a log and its compressed copy have one name in the store.
    """
    start = stream.read(_PROBE)
    return start, cast("BinaryIO", io.BufferedReader(_Begun(start, stream, digest), _PROBE))


def blocks_of(stream: BinaryIO, name: str, encoding: str | None, cut: Callable[[bytes], int]) -> Iterator[bytes]:
    """
    Read a log as blocks that each can be read by themselves, in UTF-8 with LF line ends.

    Parameters
    ----------
    stream : binary file
        See `open_log`.
    name : str
        As error messages have it.
    encoding : str or None
        The log's; what its lines say unless given.
    cut : callable
        Returns where a text may be cut, as far behind as it knows; 0 where it may not.

    Raises
    ------
    InputError
        If the log holds no text, or none in the encoding that was named.
    """
    for _, text in placed_blocks(stream, name, encoding, cut):
        yield text


def placed_blocks(
    stream: BinaryIO, name: str, encoding: str | None, cut: Callable[[bytes], int], offset: int = 0
) -> Iterator[tuple[int | None, bytes]]:
    """
    Read a log as `blocks_of` does, and give with each block the byte of the log that it begins at.

    From there the log may be read again as the only `offset`, with the same blocks, whatever was added to it. That of a
    block is None where it, or one before it, is not in UTF-8 with LF.
    """
    try:
        yield from _blocks(stream, name, encoding, cut, offset)
    except UnicodeError as error:
        raise InputError(f"{name}: is not in the encoding {encoding} ({error}); leave --encoding out") from error


def _blocks(
    stream: BinaryIO, name: str, encoding: str | None, cut: Callable[[bytes], int], offset: int
) -> Iterator[tuple[int | None, bytes]]:
    chunk, carry, wanted = stream.read(BLOCK_SIZE), b"", BLOCK_SIZE
    recoder = Recoder(b"" if offset else chunk[:_PROBE], encoding)  # what begins at an offset is as it was found
    if not recoder.is_text:
        raise InputError(f"{name}: a binary file, not a log; name the log that the client wrote")

    def block(text: bytes) -> tuple[int | None, bytes]:
        block = recoder.utf8(text)
        return (offset if recoder.is_as_found else None), block

    while chunk:
        carry += recoder.text(chunk)
        # Where a block ends follows from where it begins: the end of the log, which may grow, cuts none.
        end = cut(carry) if len(carry) >= BLOCK_SIZE and len(chunk) == wanted else 0
        if end:
            yield block(carry[:end])
            offset, carry = offset + end, carry[end:]
        elif len(carry) > 8 * BLOCK_SIZE:
            raise InputError(f"{name}: {len(carry)} bytes without a line end; this is no log")
        wanted = BLOCK_SIZE - len(carry) % BLOCK_SIZE
        chunk = stream.read(wanted)
    stray = recoder.text(b"", last=True)
    if stray and carry and not carry.endswith(b"\n"):
        stray = b"\n" + stray  # on a line of its own, for the last line may be a result
    if carry + stray:
        yield block(carry + stray)


def last_attempt_in(text: bytes, last_attempt: Callable[[bytes], int | None]) -> int:
    """
    Where the last attempt of a text begins: by its header, else by what its lines say, else behind the last line.

    Parameters
    ----------
    text : bytes
    last_attempt : callable
        Where the last attempt begins in text without headers; None where nothing tells.
    """
    header = text.rfind(_HEADER_START)
    if header >= 0:
        return header + 1
    decorated = text.rfind(_HEADER_START[1:])
    if decorated >= 0:
        begins = text.rfind(b"\n", 0, decorated) + 1
        if begins:
            return begins
    end = text.rfind(b"\n") + 1
    for size in (_TAIL, end):
        begin = text.find(b"\n", max(end - size, 0), end) + 1
        found = last_attempt(text[begin:end])
        if found:
            return begin + found
    return end
