"""What was decided about stored logs afterwards: that one is forgotten, or has another label. The latest counts.

Each is a small file of its own, so nothing is rewritten, and a log that is ingested again is back.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ftpstats.errors import InputError, MachineError
from ftpstats.places import Place, remote_faults
from ftpstats.schema import SCHEMA_VERSION
from ftpstats.store.files import commit, listed

__all__ = ["SUFFIX", "Change", "changes_by_file", "read_changes", "write_change"]

SUFFIX = ".change.json"
_VERSION = "schema_version"


@dataclass(frozen=True, slots=True)
class Change:
    """
    A decision about logs.

    Attributes
    ----------
    logs : tuple of (str, str)
        Names and digests.
    made : int
        When, in nanoseconds since 1970: logs that were put into the store later are not concerned.
    forgotten : bool
        They are; else they have another label.
    given : str or None
        The label that stands in for their own; None: their own.
    """

    logs: tuple[tuple[str, str], ...]
    made: int
    forgotten: bool
    given: str | None


def write_change(folder: Place, change: Change) -> None:
    """Put a decision into the store."""
    text = json.dumps({_VERSION: SCHEMA_VERSION, **asdict(change)})
    with commit(folder, SUFFIX, lambda: text) as file:
        file.write(text.encode())


def read_changes(folder: Place) -> Sequence[Change]:
    """
    Return all decisions, in the order in which they were made.

    Raises
    ------
    InputError
        If a file is damaged, or newer than this ftpstats.
    MachineError
        If one may not be read.
    FileNotFoundError
        If one is gone since it was listed.
    """
    return [change for _, change in changes_by_file(folder)]


def changes_by_file(folder: Place) -> list[tuple[Place, Change]]:
    """Return what `read_changes` does, each with its file."""
    return sorted(((path, _read(path)) for path in listed(folder, SUFFIX)), key=lambda found: found[1].made)


def _read(path: Place) -> Change:
    try:
        with remote_faults(path):
            document = json.loads(path.read_bytes())
        version = int(document.pop(_VERSION))
        if version > SCHEMA_VERSION:
            newer = f"schema {version}, and this one reads {SCHEMA_VERSION}"
            raise InputError(f"{path}: written by a newer ftpstats ({newer}); upgrade ftpstats")
        return Change(**document | {"logs": tuple((name, digest) for name, digest in document["logs"])})
    except FileNotFoundError:
        raise
    except OSError as error:
        raise MachineError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: not a file of this store ({error}); move it away") from error
