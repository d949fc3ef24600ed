"""Logs that have grown: from where they are read on, and what of the store a log is that continues another.

Only what was added is read and stored: the last block of the older log again, and all behind it. In the index such a
log says which one it `continues`; where it stands that one does not, because its transfers are part of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ftpstats import __version__
from ftpstats.logs.resume import Point, point_of
from ftpstats.store.facts import Facts
from ftpstats.store.segments import Draft, Entry, Segment

__all__ = ["Older", "Stored", "linked", "older_of", "outgrown", "resume_of"]

_VERSION = "version"


@dataclass(frozen=True, slots=True)
class Stored:
    """
    A log in the store.

    Attributes
    ----------
    entry, segment, number
        What the index says of it, where it is, and its number there.
    given : str or None
        The label that it has been given.
    older : Stored or None
        The log that it continues.
    upto : int or None
        The last of its lines that counts, where another log continues it.
    """

    entry: Entry
    segment: Segment
    number: int
    given: str | None
    older: "Stored | None" = None
    upto: int | None = None

    @property
    def labels(self) -> tuple[str | None, ...]:
        """The labels that its transfers count under."""
        return self.entry.labels if self.given is None else (self.given,)

    @property
    def version(self) -> tuple[str, str, int]:
        """What makes it this log, as it was put in then."""
        return *self.entry.key, self.entry.kept

    @property
    def parts(self) -> "list[Stored]":
        """The logs that its rows are of, in order: those that it continues, and itself."""
        if self.older is None or self.entry.continues is None:
            return [self]
        before = replace(self.older, given=self.given, upto=self.entry.continues.lines)
        return [*before.parts, self]


@dataclass(frozen=True, slots=True)
class Older:
    """A log of the store that may have grown: what tells it, and what has to be known to read on."""

    digest: str
    kept: int
    size: int
    elements: int
    facts: Facts
    point: Point


def resume_of(draft: Draft) -> Mapping[str, Any] | None:
    """Return what the index keeps of a log, so that it can be read on; None where it cannot."""
    found = draft.resume()
    return None if found is None else {_VERSION: __version__, **found}


def older_of(log: Stored) -> Older | None:
    """Return from where a log can be read on; None where it cannot, or another ftpstats read it."""
    entry, resume = log.entry, log.entry.resume
    if resume is None or resume[_VERSION] != __version__:
        return None
    point = point_of(resume["point"])
    return Older(entry.digest, entry.kept, entry.size, resume["elements"], resume["facts"], point)


def linked(segments: Iterable[Segment]) -> list[Stored]:
    """Return all logs that are there wholly: of what continues another log, that one has to be there."""
    logs = [
        Stored(entry, segment, number, entry.given)
        for segment in segments
        for number, entry in enumerate(segment.entries)
    ]
    found: list[Stored] = []
    versions: dict[tuple[str, str, int], Stored] = {}
    for log in sorted(logs, key=lambda log: (log.entry.continues is not None, log.entry.kept)):
        continues = log.entry.continues
        older = None if continues is None else versions.get((log.entry.name, continues.digest, continues.kept))
        if continues is None or older is not None:
            found.append(replace(log, older=older))
            versions.setdefault(log.version, found[-1])
    return found


def outgrown(logs: Sequence[Stored], standing: Iterable[tuple[str, str]]) -> set[tuple[str, str, int]]:
    """Return which versions of logs others continue, of those whose keys stand, or are continued themselves."""
    keys, found = set(standing), set()
    for log in sorted(logs, key=lambda log: log.entry.kept, reverse=True):
        if log.older is not None and log.entry.key in keys:
            keys.add(log.older.entry.key)
            found.add(log.older.version)
    return found
