"""An experiment at a URL: made in a folder of this machine, and put there as whole files when it ends.

Nothing is sent there while transfers are measured: that would disturb them. Until all of it is there, the folder of
this machine stays, and holds every finished transfer whatever happens.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ftpstats.errors import MachineError, UsageError
from ftpstats.experiment.journal import JOURNAL
from ftpstats.manifest import LOG, MANIFEST, RESULT
from ftpstats.places import Place, put, reading, remote_faults, shown

__all__ = ["made_in"]

_FILES = (LOG, RESULT, JOURNAL, MANIFEST)  # the last says that the others are there
_STATE = "XDG_STATE_HOME"  # of the XDG Base Directory Specification


@contextmanager
def made_in(folder: Place, *, resume: bool) -> Iterator[Path]:
    """
    Give the folder of this machine in which an experiment is made, and put what is there to the URL at the end.

    Parameters
    ----------
    folder : Path or UPath
        That of the experiment: one of this machine is given as it is.
    resume : bool
        Whether the experiment is there: it is fetched, unless some of it is on this machine still.

    Raises
    ------
    UsageError
        If an experiment is at the URL, and is not to be resumed.
    MachineError
        If the URL cannot be read or written.
    """
    if isinstance(folder, Path):
        yield folder
        return
    here = _working_folder(folder)
    with _faults(folder, "read"):
        is_there = (folder / MANIFEST).is_file() or (folder / LOG).is_file()
        if resume and is_there and not (here / MANIFEST).is_file():
            _fetch(folder, here)
    if resume and not (here / MANIFEST).is_file():
        raise UsageError(
            f"--resume: {shown(str(folder))} contains no experiment (no {MANIFEST}); name its URL with --output"
        )
    if is_there and not resume:
        raise UsageError(
            f"{shown(str(folder))}: already contains an experiment; --resume continues it, --output names another"
        )
    try:
        yield here
    finally:
        if (here / MANIFEST).is_file():
            with _faults(folder, "written", f"; it is whole in {here}, and --resume puts it there"):
                _send(here, folder)
            shutil.rmtree(here)


def _working_folder(folder: Place) -> Path:
    """Return where on this machine an experiment at a URL is made: the same for the same URL."""
    state = Path(os.environ.get(_STATE) or Path.home() / ".local" / "state")
    return state / "ftpstats" / "runs" / hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def _fetch(folder: Place, here: Path) -> None:
    here.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        if (folder / name).is_file():
            with reading(folder / name) as there, (here / name).open("wb") as file:
                shutil.copyfileobj(there, file)


def _send(here: Path, folder: Place) -> None:
    for name in _FILES:
        if (here / name).is_file():
            put(str(here / name), folder / name)
        elif (folder / name).is_file():  # the journal of an experiment that had not ended
            (folder / name).unlink()


@contextmanager
def _faults(folder: Place, what: str, more: str = "") -> Iterator[None]:
    try:
        with remote_faults(folder):
            yield
    except OSError as error:
        raise MachineError(
            f"{shown(str(folder))}: the experiment cannot be {what}: {error.strerror or error}{more}"
        ) from error
