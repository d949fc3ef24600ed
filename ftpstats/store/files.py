"""The store's files: each appears whole or not at all. The one module that writes and deletes in its folder.

A file is written beside, flushed to the disk, and given its name only if nothing has it: one object created is one
commit. So a killed ingest, a full disk, or several at once cannot hurt what is there. At a URL it is put as a whole, on
the same condition. Its name is that of its contents: whoever commits them again changes nothing.
"""

import errno
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ftpstats.errors import MachineError
from ftpstats.places import Place, is_url, put, remote_faults

__all__ = ["WAITING", "commit", "listed", "name_of", "remove", "sweep", "sweep_waiting"]

WAITING = ".part"  # rows of a part of a log, see `parts`
_PARTIAL = ".partial"
_DAY = 86_400  # seconds


def listed(folder: Place, suffix: str) -> list[Place]:
    """
    Return the folder's files with this suffix, by name; none where there is no folder yet.

    Raises
    ------
    MachineError
        If it is a file, or may not be read.
    """
    try:
        with remote_faults(folder):
            if folder.is_file():
                raise MachineError(f"{folder}: is a file; a store is a folder")
            if not is_url(folder) and folder.exists() and not os.access(str(folder), os.R_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # to glob it would look empty
            return sorted(folder.glob(f"*{suffix}"), key=str)
    except FileNotFoundError:  # no bucket, say
        return []
    except OSError as error:
        raise MachineError(f"{folder}: the store cannot be read: {error.strerror or error}") from error


@contextmanager
def commit(folder: Place, suffix: str, contents: Callable[[], str]) -> Iterator[IO[bytes]]:
    """
    Write a file that appears when the block ends without an error, unless the same is there.

    Parameters
    ----------
    folder : Path or UPath
        Made where it is missing.
    suffix : str
        Of the name.
    contents : callable
        Returns, when all is written, the text that tells the file from any other.

    Yields
    ------
    binary file

    Raises
    ------
    MachineError
        If the folder cannot be written.
    """
    written = _put_whole(folder) if is_url(folder) else _written_beside(folder)
    try:
        with written as (file, create):
            yield file
            create(name_of(contents(), suffix))
    except OSError as error:
        raise MachineError(f"{folder}: the store cannot be written: {error.strerror or error}") from error


def name_of(contents: str, suffix: str) -> str:
    """Return the name of a file with these contents."""
    return hashlib.sha256(contents.encode(errors="backslashreplace")).hexdigest()[:32] + suffix


@contextmanager
def _put_whole(folder: Place) -> Iterator[tuple[IO[bytes], Callable[[str], None]]]:
    """Write a file of this machine, and put it to a URL."""
    with tempfile.NamedTemporaryFile() as file:

        def create(name: str) -> None:
            file.flush()
            with suppress(FileExistsError):
                put(file.name, folder / name, anew=True)

        yield file, create


@contextmanager
def _written_beside(folder: Place) -> Iterator[tuple[IO[bytes], Callable[[str], None]]]:
    """Write a file in the folder, and give it its name."""
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    with _partial(folder) as file:

        def create(name: str) -> None:
            file.flush()
            os.fsync(file.fileno())
            _create(Path(file.name), folder / name)
            _flush(folder)

        try:
            yield file, create
        finally:
            Path(file.name).unlink(missing_ok=True)


def remove(path: Place) -> None:
    """
    Delete a file of the store; another process may have done it.

    Raises
    ------
    MachineError
        If it cannot be deleted.
    """
    try:
        with remote_faults(path):
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise MachineError(f"{path}: cannot be deleted: {error.strerror or error}") from error


def _create(written: Path, name: Place) -> None:
    """Give a file its name unless the same is there. Where the file system has no links it takes that one's place."""
    try:
        os.link(written, str(name))
    except FileExistsError:
        return
    except OSError:
        written.rename(str(name))


def _partial(folder: Place) -> IO[bytes]:
    """Make a new file and lock it; another ingest's sweep may have taken it away before the lock, so look."""
    while True:
        file = tempfile.NamedTemporaryFile(dir=str(folder), suffix=_PARTIAL, delete=False)  # noqa: SIM115
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            os.fchmod(file.fileno(), 0o666 & ~_umask())
            return file
        file.close()


def sweep(folder: Place) -> None:
    """Remove what a killed ingest left: partial files that nobody holds. A URL has none."""
    for path in () if is_url(folder) else folder.glob(f"*{_PARTIAL}"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def sweep_waiting(folder: Place) -> None:
    """Remove parts of logs that have waited for a day: whoever was to move them to their place was killed."""
    with suppress(OSError), remote_faults(folder):
        for path in folder.glob(f"*{WAITING}"):
            if time.time() - path.stat().st_mtime > _DAY:
                path.unlink(missing_ok=True)


def _flush(folder: Place) -> None:
    descriptor = os.open(str(folder), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    """Return the permissions that new files go without; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
