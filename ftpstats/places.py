"""Where a file is: a path of this machine, or a URL of any protocol that fsspec knows, like ``s3://bucket/FTP.log``.

Whatever opens a file that a user named asks `place` for it. A URL's credentials come from where its protocol looks for
them: the environment, a configuration file, fsspec's own. Those that stand in a URL itself are used and never shown.
"""

import errno
import glob
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

from ftpstats.errors import FtpstatsError, UsageError, masked

if TYPE_CHECKING:
    from upath import UPath

    Place: TypeAlias = Path | UPath
else:
    Place = Any  # Typer would make a Path of it

__all__ = ["Place", "is_url", "place", "put", "reading", "remote_faults", "shown", "under", "writing"]

# url ::= protocol ("::" protocol)* "://" ANY*
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z][A-Za-z0-9+.-]*)*://")
_ERRNO = {FileNotFoundError: errno.ENOENT, PermissionError: errno.EACCES, FileExistsError: errno.EEXIST}


def is_url(name: object) -> bool:
    """Whether a name is a URL; a path of this machine is none, whatever it looks like otherwise."""
    return _URL.match(str(name)) is not None


def place(name: "str | os.PathLike[str] | UPath") -> Place:
    """
    Return where a name points to.

    Parameters
    ----------
    name : str, Path or UPath
        A path, or a URL.

    Returns
    -------
    Path or UPath
        The latter has the methods of the former. What is in its folders is asked anew each time.

    Raises
    ------
    UsageError
        If its protocol is unknown, or is of a package that is not installed.

    Examples
    --------
    >>> place("logs/FTP.log").name, place("memory://logs/FTP.log").name
    ('FTP.log', 'FTP.log')
    """
    if not is_url(name):
        return Path(cast("str", name))
    try:
        from upath import UPath

        found = UPath(str(name), use_listings_cache=False)
        _ = found.fs  # whose package is imported only now
    except ImportError as error:
        raise UsageError(f"{name}: URLs need more packages ({error}); `pip install 'ftpstats[cluster]'`") from error
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error
    return found


def shown(name: str) -> str:
    """Return a name without the password of its URL."""
    return masked(name) if is_url(name) else name


@contextmanager
def remote_faults(where: object) -> Iterator[None]:
    """Let what is wrong with a URL be a fault of the system with a number: each protocol has exceptions of its own."""
    try:
        yield
    except FtpstatsError:
        raise
    except OSError as error:
        if error.errno is not None or not is_url(where):
            raise
        number = next((number for kind, number in _ERRNO.items() if isinstance(error, kind)), errno.EIO)
        raise OSError(number, _line(error)) from error
    except Exception as error:
        if not is_url(where):
            raise
        raise OSError(errno.EIO, _line(error)) from error


def _line(error: Exception) -> str:
    """Return an error's text in one line: the system's words where there are none."""
    said = " ".join(str(error).split()) or type(error).__name__
    return masked(said)


class _Reading(io.RawIOBase):
    """A remote file, whose faults are those of a file."""

    def __init__(self, file: IO[bytes], where: Place) -> None:
        self._file, self._where = file, where
        self.size: int | None = getattr(file, "size", None)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as the class above declares it
        with remote_faults(self._where):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def reading(where: Place) -> Iterator[BinaryIO]:
    """
    Open a file to read from.

    Raises
    ------
    OSError
        If it cannot be read; also while it is being read.
    """
    with remote_faults(where):
        file = where.open("rb")
    with file:
        yield cast("BinaryIO", _Reading(file, where)) if is_url(where) else file


@contextmanager
def writing(where: Place) -> Iterator[BinaryIO]:
    """
    Open a file to write to. At a URL it appears when the block ends without an error, and as a whole.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    if not is_url(where):
        with where.open("wb") as file:
            yield file
        return
    with tempfile.NamedTemporaryFile() as local:
        yield cast("BinaryIO", local)
        local.flush()
        put(local.name, where)


def put(local: str, where: Place, *, anew: bool = False) -> None:
    """
    Put a file of this machine to a URL, as a whole.

    Parameters
    ----------
    local : str
    where : UPath
    anew : bool
        Whether nothing may be there: of several that do so at once, one succeeds.

    Raises
    ------
    FileExistsError
        If something is.
    OSError
        If it cannot be written.
    """
    target = cast("UPath", where)
    with remote_faults(where):
        target.fs.put_file(local, target.path, mode="create" if anew else "overwrite")


def under(name: str, pattern: re.Pattern[str]) -> list[str] | None:
    """
    Return the files at a URL that is a folder or a pattern; None where it is neither.

    Parameters
    ----------
    name : str
        With ``*``, ``?`` or ``[`` a pattern.
    pattern : re.Pattern
        What the name of a file in a folder has to hold.

    Raises
    ------
    OSError
        If the protocol's host cannot be asked.
    """
    where = cast("UPath", place(name))
    fs, base = where.fs, where.path
    with remote_faults(where):
        if glob.has_magic(base):
            found = [path for path in fs.glob(base) if fs.isfile(path)]
            fixed = re.split(r"[*?\[]", base, maxsplit=1)[0]
        elif not pattern.search(base.rpartition("/")[2]) and fs.isdir(base):  # named like a file it is one
            found = [path for path in fs.find(base) if pattern.search(path.rpartition("/")[2])]
            fixed = base.rstrip("/")
        else:
            return None
    begin = name[: name.find(fixed) + len(fixed)] if fixed else name
    return sorted(f"{begin}{path[len(fixed) :]}" for path in found)
