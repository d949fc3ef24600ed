"""The Parquet data set that `ingest` fills and everything else reads: one file per log, named by its SHA-256.

All paths and file access of the store are in here. A file appears whole or not at all: it is written beside, flushed to
the disk, and renamed. So a killed ingest, a full disk, or two at once cannot hurt what is there.
"""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, TYPE_CHECKING

import polars as pl

from ftpstats.errors import InputError, MachineError
from ftpstats.manifest import Manifest, parse_manifest
from ftpstats.parquet import MANIFEST_KEY, VERSION_KEY, write_parquet
from ftpstats.table import SCHEMA, SCHEMA_VERSION

if TYPE_CHECKING:
    from ftpstats.logs.reader import Account

__all__ = ["Ingested", "Store"]

_PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class Ingested:
    """
    What became of one log.

    Transfers in it, how many of them the store had not, how many of the same log under other labels they took the
    place of, and the account of its lines.
    """

    source: str
    transfers: int
    new: int
    replaced: int
    account: "Account"


@dataclass(frozen=True, slots=True)
class Store:
    """A store: the folder it is in. It need not exist until something is put into it."""

    folder: Path

    def ingest(self, name: str, label: str | None = None, encoding: str | None = None) -> Ingested:
        """
        Put a log into the store. Doing so again changes nothing.

        Parameters
        ----------
        name : str
            A file, or ``-`` for standard input. The experiment that a manifest beside it tells of is kept with it.
        label : str, optional
            Stands in for every label of the log.
        encoding : str, optional
            The log's; what its lines say unless given.

        Returns
        -------
        Ingested
            What became of it.

        Raises
        ------
        InputError
            If the log cannot be read, is no text, or holds no transfer.
        MachineError
            If the store is a file, or may not be read, or cannot be written.
        """
        from ftpstats.logs.reader import LogReader  # reading a store needs none of it

        known = self._ids()
        reader = LogReader(name, label, digest=True, encoding=encoding)
        with self._written_beside() as file:
            write_parquet(reader.transfers(), f"read {name}", file, reader.manifest)
            ids = pl.read_parquet(file.name, columns=["id"], memory_map=False)["id"]
            os.fsync(file.fileno())
            place = self.folder / f"{reader.account.digest}.parquet"
            before = _read(place, ["id"])["id"] if place.exists() else ids  # an id is made of the label too
            Path(file.name).replace(place)
            self._flush()
        return Ingested(name, ids.n_unique(), _missing(ids, known), _missing(before, ids), reader.account)

    def read(self, source: str | None = None) -> pl.DataFrame:
        """
        Return the store's transfers, each once, with the columns of `table.SCHEMA`.

        Parameters
        ----------
        source : str, optional
            Only the logs of this path, or of this name without its folders; else those that match it as a pattern.

        Returns
        -------
        DataFrame
            By log, then line.

        Raises
        ------
        InputError
            If there is no store, it is empty, no log matches, or a file in it is damaged or newer than this ftpstats.
        MachineError
            If the store is a file, or it or a file in it may not be read.
        """
        frames = sorted((_read(path) for path in self._files()), key=lambda rows: rows["source"][0])
        if not frames:
            raise InputError(
                f"{self.folder}: nothing in this store; `ftpstats ingest FILE` fills it, --from reads a log"
            )
        kept = frames if source is None else _picked(frames, source)
        if not kept:
            sources = ", ".join(dict.fromkeys(rows["source"][0] for rows in frames))
            raise InputError(f"{self.folder}: no log matches --source '{source}'; there are: {sources}")
        return kept

    def manifests(self) -> dict[str, Manifest]:
        """Return the experiments that the store's logs are of, by the log's path; other logs have none."""
        found = {}
        for path in self._files():
            text = pl.read_parquet_metadata(path).get(MANIFEST_KEY)
            if text is not None:
                found[_read(path, ["source"])["source"][0]] = parse_manifest(text, str(path))
        return found

    def _files(self) -> list[Path]:
        if self.folder.is_file():
            raise MachineError(f"{self.folder}: is a file; a folder is needed for a store")
        if self.folder.exists() and not os.access(self.folder, os.R_OK | os.X_OK):  # to glob it would look empty
            raise MachineError(f"{self.folder}: the store cannot be read: {os.strerror(errno.EACCES)}")
        return sorted(self.folder.glob("*.parquet"))

    def _ids(self) -> pl.Series:
        empty = pl.Series("id", dtype=pl.String)
        return pl.concat([empty, *(_read(path, ["id"])["id"] for path in self._files())])

    @contextmanager
    def _written_beside(self) -> Iterator[IO[bytes]]:
        """Open a file in the store that readers do not see; whoever does not rename it leaves nothing behind."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            with self._partial() as file:
                try:
                    yield file
                finally:
                    Path(file.name).unlink(missing_ok=True)
        except OSError as error:
            raise MachineError(f"{self.folder}: the store cannot be written: {error.strerror or error}") from error

    def _partial(self) -> IO[bytes]:
        """Make a new file and lock it; another ingest's sweep may have taken it away before the lock, so look."""
        while True:
            file = tempfile.NamedTemporaryFile(dir=self.folder, suffix=_PARTIAL, delete=False)  # noqa: SIM115
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                os.fchmod(file.fileno(), 0o666 & ~_umask())
                return file
            file.close()

    def _sweep(self) -> None:
        """Remove what a killed ingest left: partial files that nobody holds."""
        for path in self.folder.glob(f"*{_PARTIAL}"):
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()

    def _flush(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _missing(ids: pl.Series, known: pl.Series) -> int:
    """Return how many transfers are not among those known."""
    transfers = ids.unique()
    return int((~transfers.is_in(known.implode())).sum())


def _picked(logs: Sequence[pl.DataFrame], source: str) -> list[pl.DataFrame]:
    """Return the logs of this path or name; where there is none, those that it matches as a pattern."""
    named = [(rows, (rows["source"][0], Path(rows["source"][0]).name)) for rows in logs]
    literally = [rows for rows, names in named if source in names]
    return literally or [rows for rows, names in named if any(fnmatch(name, source) for name in names)]


def _umask() -> int:
    """Return the permissions that new files go without; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _read(path: Path, columns: Sequence[str] = tuple(SCHEMA)) -> pl.DataFrame:
    """Read columns of one log; refuse by name what another version wrote, and what no version did."""
    try:
        version = int(pl.read_parquet_metadata(path).get(VERSION_KEY, "0"))
        if version > SCHEMA_VERSION:
            newer = f"schema {version}, and this one reads {SCHEMA_VERSION}"
            raise InputError(f"{path}: written by a newer ftpstats ({newer}); upgrade ftpstats")
        rows = pl.read_parquet(path, columns=list(columns), memory_map=False)
    except PermissionError as error:
        raise MachineError(f"{path}: cannot be read: {os.strerror(errno.EACCES)}") from error
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise _foreign(path, str(error).splitlines()[0]) from error
    if version < 1 or rows.is_empty():
        raise _foreign(path, "no ftpstats wrote it" if version < 1 else "it holds no transfer")
    return rows


def _foreign(path: Path, reason: str) -> InputError:
    return InputError(f"{path}: not a file of this store ({reason}); move it away and ingest its log again")
