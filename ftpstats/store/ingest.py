"""Logs into the store: put there, and told what became of each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ftpstats.errors import InputError, UsageError
from ftpstats.logs.identity import Why
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.source import STDIN, as_utf8, shown_name
from ftpstats.places import is_url, place, remote_faults
from ftpstats.store import Store, Stored
from ftpstats.store.anonymous import Anonymizer, names_somebody
from ftpstats.store.by_workers import put_by
from ftpstats.store.counted import Counted
from ftpstats.store.grown import Older, older_of
from ftpstats.store.put import Call, Kept, Key
from ftpstats.store.segments import Entry
from ftpstats.workers import ALONE, Crew

__all__ = ["Candidate", "Ingested", "candidates", "ingest"]


@dataclass(frozen=True, slots=True)
class Ingested:
    """
    The outcome of ingesting one log.

    Attributes
    ----------
    source : str
    transfers : int
        In it.
    new : int
        How many of them the store had not.
    replaced : int
        How many of the same log under another label they took the place of.
    unparsed : int
        Lines that were not recognised.
    copy_of, why : str or None
        The log that it is a copy of, and what tells.
    doubt : str or None
        The log that it may be a copy of.
    assumed : tuple of str
        What was assumed about it, such as the time zone, a sentence each.
    """

    source: str
    transfers: int
    new: int
    replaced: int
    unparsed: int
    copy_of: str | None = None
    why: Why | None = None
    doubt: str | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A log that an ingest would read.

    Attributes
    ----------
    name : str
    size : int or None
        Bytes of its file, compressed or not. None for standard input.
    is_stored : bool
        Whether the store has a log of this name; where that has the same bytes, nothing would be added.
    """

    name: str
    size: int | None
    is_stored: bool


def candidates(store: Store, names: Sequence[str]) -> list[Candidate | InputError]:
    """
    Return the logs that an ingest would read, without reading any.

    Raises
    ------
    InputError, MachineError
        If the store cannot be read.
    """
    stored = {log.entry.name for log in store.logs()}
    return [_candidate(name, as_utf8(name) in stored) for name in names]


def _candidate(name: str, is_stored: bool) -> Candidate | InputError:
    if name == STDIN:
        return Candidate(name, None, is_stored)
    try:
        with remote_faults(name):
            return Candidate(as_utf8(name), place(name).stat().st_size, is_stored)
    except OSError as error:
        return InputError(f"{shown_name(name)}: cannot be read: {error.strerror or error}")


def ingest(  # noqa: PLR0913, PLR0917 - each is an option of the command
    store: Store,
    names: Sequence[str],
    label: str | None = None,
    encoding: str | None = None,
    options: Options = AS_FOUND,
    anonymizer: Anonymizer | None = None,
    crew: Crew = ALONE,
) -> list[Ingested | InputError]:
    """
    Put logs into a store. Doing so again changes nothing.

    Parameters
    ----------
    store : Store
    names : sequence of str
        Files, or ``-`` for standard input. The experiment of a manifest beside a log is kept with it.
    label : str, optional
        Stands in for every label of the logs.
    encoding : str, optional
        The logs'; what their lines say unless given.
    options : Options
        How records are to be read.
    anonymizer : Anonymizer, optional
        Hashes what is personal; the logs of a store are all hashed by one key, or none is.
    crew : Crew
        Who reads the logs.

    Returns
    -------
    list of Ingested or InputError
        What became of each, in order, of a table of each log that it is of; one that cannot be read, is no text, or
        holds no transfer, costs nothing else.

    Raises
    ------
    InputError
        If a file of the store is damaged, or newer than this ftpstats.
    UsageError
        If the store's logs are anonymised otherwise.
    MachineError
        If the store is a file, or may not be read, or cannot be written.
    """
    _refuse_mixing(store, anonymizer)
    before = {log.entry.key: log for log in store.logs()}
    known = {
        key: (log.given, log.entry.encoding, log.entry.options)
        for key, log in before.items()
        if log.entry.size  # of what 0.1.0 stored too little is known
    }
    folder = store.folder if is_url(store.folder) else store.folder.absolute()  # workers stand elsewhere
    call = Call(str(folder), store.now(), label, encoding, options, anonymizer, known)
    named = {as_utf8(name) for name in names}
    growing = [log for key, log in before.items() if key[0] in named and known.get(key) == call.told]
    call = replace(call, older=_older(growing))
    done = put_by(crew, call, names)
    told: list[tuple[int, Ingested | InputError]] = [*done.bad, *_Telling(store, call, before).told(done.kept)]
    return [one for _, one in sorted(told, key=lambda one: one[0])]


def _older(logs: Iterable[Stored]) -> Mapping[str, Sequence[Older]]:
    """Return, by name, the logs that can be read on when they have grown."""
    found: dict[str, list[Older]] = defaultdict(list)
    for log in logs:
        older = older_of(log)
        if older is not None:
            found[log.entry.name].append(older)
    return {**found}


def _refuse_mixing(store: Store, anonymizer: Anonymizer | None) -> None:
    """Refuse to put logs beside others whose names are hashed otherwise: nothing could tell what is counted twice."""
    mark = anonymizer.mark if anonymizer else None
    others = {entry.anonymized for segment in store.segments() for entry in segment.entries} - {mark}
    if not others:
        return
    folder = store.folder
    if mark is None:
        raise UsageError(f"{folder}: the logs in this store are anonymised; add `--anonymize`, with the same key")
    if None in others:
        raise UsageError(
            f"{folder}: this store holds logs that are not anonymised (forgotten ones until `store compact`); name a "
            "store of its own: --store DIR"
        )
    raise UsageError(f"{folder}: the logs in this store are anonymised with another key; use that one")


class _Telling:
    """What became of each log, where the store knew others before."""

    def __init__(self, store: Store, call: Call, before: Mapping[Key, Stored]) -> None:
        self._store, self._call, self._before = store, call, before

    def told(self, kept: Sequence[Kept]) -> Iterator[tuple[int, Ingested]]:
        """Yield what became of each log that was read, by its place; copies are looked for among all logs at once."""
        if all(log.is_known for log in kept):  # nothing to look for
            yield from ((log.place, _known(self._before[log.key])) for log in kept)
            return
        stored = {log.entry.key: log for log in self._store.logs()}
        kept = [log for log in kept if log.key in stored]  # another process may have forgotten one
        labels = {label for log in kept for label in stored[log.key].labels}
        chosen = [log for log in stored.values() if not labels.isdisjoint(log.labels)]
        number = {log.entry.key: place for place, log in enumerate(chosen)}
        logs, found = self._store.copies(chosen)
        counted = Counted(logs, found, [log.labels for log in chosen])
        for key, had in self._before.items():
            if key in number and _counts_as(had, chosen[number[key]]):
                counted.add(number[key])
        copies, doubts = {copy.log: copy for copy in found.copies}, {doubt.log: doubt for doubt in found.doubts}
        versions = {log.version for log in self._before.values()}
        for at, one in enumerate(chosen):
            if one.older is not None and one.older.version in versions and one.older.entry.resume is not None:
                counted.add_beginning(at, one.older.entry.resume["elements"])
        for log in sorted(kept, key=lambda one: one.place):
            at = number[log.key]
            entry, before, whole, doubt = chosen[at].entry, self._before.get(log.key), copies.get(at), doubts.get(at)
            yield (
                log.place,
                Ingested(
                    source=entry.name,
                    transfers=entry.rows,
                    new=counted.missing(at, entry.rows),
                    replaced=0 if before is None or _counts_as(before, chosen[at]) else before.entry.rows,
                    unparsed=entry.unparsed,
                    copy_of=None if whole is None else chosen[whole.of].entry.name,
                    why=None if whole is None else whole.why,
                    doubt=None if doubt is None else chosen[doubt.of].entry.name,
                    assumed=(*log.assumed, *self._said(chosen[at], chosen, is_copy=whole is not None)),
                ),
            )
            counted.add(at)

    def _said(self, log: Stored, stored: Sequence[Stored], *, is_copy: bool) -> Iterator[str]:
        """Yield what is to be said of a log beside what was assumed when it was read."""
        if not is_copy:
            yield from _other_zone(log.entry, self._before.get(log.entry.key), stored)
        named = [label for label in log.labels if names_somebody(label)] if self._call.anonymizer else []
        if named:
            yield (
                f"the label {named[0]} looks like an address or a host's name{_more(named)}: labels are kept as they "
                "are; --label NAME gives another"
            )


def _more(named: Sequence[str | None]) -> str:
    return f", as do {len(named) - 1} more" if len(named) > 1 else ""


def _other_zone(entry: Entry, before: Stored | None, stored: Sequence[Stored]) -> Iterator[str]:
    """Yield what is to be said of a log whose local times the store has in another zone: they are other records."""
    if before is not None and before.entry.options[0] != entry.options[0]:
        yield f"its local times were read in {_zone(before.entry)} before; now in {_zone(entry)}"
    for log in stored:
        same = log.entry.digest == entry.digest and log.entry.key != entry.key
        if same and log.entry.options[0] != entry.options[0]:
            yield f"{log.entry.name} has the same bytes and was read in {_zone(log.entry)}: its records count too"


def _zone(entry: Entry) -> str:
    return entry.options[0] or "this machine's time zone"


def _known(log: Stored) -> Ingested:
    """Say that a log was in the store already."""
    return Ingested(log.entry.name, transfers=log.entry.rows, new=0, replaced=0, unparsed=log.entry.unparsed)


def _counts_as(before: Stored, now: Stored) -> bool:
    """Whether a log counts under the labels that it had."""
    return set(before.labels) == set(now.labels)
