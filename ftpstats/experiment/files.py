"""Test files: sizes go in, files of these sizes come out, the same on every machine."""

import hashlib
import random
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path

from ftpstats.errors import MachineError
from ftpstats.manifest import FileUsed
from ftpstats.units import MIB, format_size

__all__ = ["file_name", "make_files", "temporary_files"]

_CHUNK = MIB
_RANDOM_BYTES = 256 * MIB  # what follows is a hole: a file of 5 GiB takes neither the disk nor the time to write it
_ZEROS = bytes(_CHUNK)


def make_files(root: Path, sizes: Iterable[int]) -> dict[int, FileUsed]:
    """
    Make a file of each size in a folder, unless the right one is there, and return them by their sizes.

    The content depends on nothing but the size: random bytes, which no link compresses, then zeros beyond 256 MiB.

    Raises
    ------
    MachineError
        If a file cannot be written.
    """
    return {size: _make_file(root, size) for size in sizes}


@contextmanager
def temporary_files(sizes: Iterable[int]) -> Iterator[Path]:
    """Make files in a folder that goes away with them, and give the folder."""
    with tempfile.TemporaryDirectory(prefix="ftpstats-") as folder:
        make_files(Path(folder), sizes)
        yield Path(folder)


def file_name(size: int) -> str:
    """
    Return the name of the test file of that size.

    Examples
    --------
    >>> file_name(102400)
    'ftp-test-100KB.img'
    """
    return f"ftp-test-{format_size(size).replace(' ', '')}.img"


def _make_file(root: Path, size: int) -> FileUsed:
    if size < 0:
        raise ValueError(f"a file cannot have {size} bytes")
    path = root / file_name(size)
    try:
        if path.is_file() and path.stat().st_size == size:
            digest = _digest(_content(size))
            if digest == _digest(_read(path)):
                return FileUsed(path.name, size, digest, is_ours=True)
        return FileUsed(path.name, size, _write(path, size), is_ours=True)
    except OSError as error:
        raise MachineError(f"{path}: cannot be made: {error.strerror}") from error


def _write(path: Path, size: int) -> str:
    """Write a file's content, except for what is a hole in it, and return its digest."""
    with path.open("wb") as target:

        def writing() -> Iterator[bytes]:
            for chunk in _content(size):
                if chunk is not _ZEROS:
                    target.write(chunk)
                yield chunk

        digest = _digest(writing())
        target.truncate(size)
    return digest


def _content(size: int) -> Iterator[bytes]:
    """Yield a file's content in chunks; one of the hole is `_ZEROS` itself, or its beginning."""
    source = random.Random(size)  # noqa: S311 - the same on every machine, and secret to nobody
    written = min(size, _RANDOM_BYTES)
    for chunk_size in _chunk_sizes(written):
        yield source.randbytes(chunk_size)
    for chunk_size in _chunk_sizes(size - written):
        yield _ZEROS if chunk_size == _CHUNK else _ZEROS[:chunk_size]


def _chunk_sizes(size: int) -> Iterator[int]:
    return chain(repeat(_CHUNK, size // _CHUNK), [size % _CHUNK] if size % _CHUNK else [])


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _digest(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
