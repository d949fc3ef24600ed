"""The store's files: each appears whole or not at all. The one module that writes and deletes in its folder.

A file is written beside, flushed to the disk, and given its name only if nothing has it: one object created is one
commit. So a killed ingest, a full disk, or several at once cannot hurt what is there.
"""

import errno
import fcntl
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ftpstats.errors import MachineError

__all__ = ["commit", "listed", "remove", "sweep"]

_PARTIAL = ".partial"


def listed(folder: Path, suffix: str) -> list[Path]:
    """
    Return the folder's files with this suffix, by name; none where there is no folder yet.

    Raises
    ------
    MachineError
        If it is a file, or may not be read.
    """
    if folder.is_file():
        raise MachineError(f"{folder}: is a file; a store is a folder")
    if folder.exists() and not os.access(folder, os.R_OK | os.X_OK):  # to glob it would look empty
        raise MachineError(f"{folder}: the store cannot be read: {os.strerror(errno.EACCES)}")
    return sorted(folder.glob(f"*{suffix}"))


@contextmanager
def commit(folder: Path, suffix: str) -> Iterator[IO[bytes]]:
    """
    Write a file that appears, with a name of its own, when the block ends without an error.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    suffix : str
        Of the name.

    Raises
    ------
    MachineError
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        with _partial(folder) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                _create(Path(file.name), folder / f"{uuid.uuid4().hex}{suffix}")
                _flush(folder)
            finally:
                Path(file.name).unlink(missing_ok=True)
    except OSError as error:
        raise MachineError(f"{folder}: the store cannot be written: {error.strerror or error}") from error


def remove(path: Path) -> None:
    """
    Delete a file of the store; another process may have done it.

    Raises
    ------
    MachineError
        If it cannot be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise MachineError(f"{path}: cannot be deleted: {error.strerror or error}") from error


def _create(written: Path, name: Path) -> None:
    """Give a file its name if nothing has it. Where the file system has no links a new name has to be enough."""
    try:
        os.link(written, name)
    except FileExistsError:
        raise
    except OSError:
        written.rename(name)


def _partial(folder: Path) -> IO[bytes]:
    """Make a new file and lock it; another ingest's sweep may have taken it away before the lock, so look."""
    while True:
        file = tempfile.NamedTemporaryFile(dir=folder, suffix=_PARTIAL, delete=False)  # noqa: SIM115
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            os.fchmod(file.fileno(), 0o666 & ~_umask())
            return file
        file.close()


def sweep(folder: Path) -> None:
    """Remove what a killed ingest left: partial files that nobody holds."""
    for path in folder.glob(f"*{_PARTIAL}"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    """Return the permissions that new files go without; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
