"""The data set that `ingest` fills and everything else reads: a folder of Parquet segments, and decisions about logs.

Logs are kept whole, copies too: which transfer counts is found when they are read (`logs.identity`).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cache
from pathlib import PurePath
from typing import TypeVar

from ftpstats.errors import InputError, MachineError
from ftpstats.logs.identity import Copies, Log, OnDoubt, find_copies, natural
from ftpstats.logs.together import NEEDED, Together, each_once
from ftpstats.manifest import Manifest, parse_manifest
from ftpstats.places import Place
from ftpstats.schema import SCHEMA
from ftpstats.store.changes import Change, read_changes, write_change
from ftpstats.store.files import listed
from ftpstats.store.rows import Stored, are_enough, as_logs, rows_of
from ftpstats.store.segments import SUFFIX, Segment, read_segment

__all__ = ["Store", "Stored"]

_TRIES = 100
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Store:
    """A store: the folder it is in. It need not exist until something is put into it."""

    folder: Place

    def logs(self) -> list[Stored]:
        """
        Return the logs in the store, in the natural order of their names.

        Raises
        ------
        InputError
            If a file in it is damaged or newer than this ftpstats.
        MachineError
            If the store is a file, or it or a file in it may not be read.
        """
        return sorted(_standing(*self._contents()), key=lambda log: (natural(log.entry.name), log.entry.digest))

    def _contents(self) -> tuple[list[Segment], Sequence[Change]]:
        # Changes first: whoever puts segments together removes a decision only when no segment needs it any more.
        return self._retried(
            lambda: (read_changes(self.folder), [read_segment(path) for path in listed(self.folder, SUFFIX)])[::-1]
        )

    def _retried(self, read: Callable[[], Found]) -> Found:
        """Read again where a file is gone since it was listed: its contents were merged with others."""
        for _ in range(_TRIES):
            try:
                return read()
            except FileNotFoundError as error:
                gone = error
        raise MachineError(f"{self.folder}: the store cannot be read: {gone}; its files keep changing")

    def segments(self) -> list[Segment]:
        """Return the files of the store, and what the index of each says."""
        return self._contents()[0]

    def labels(self, source: str | None = None) -> list[str | None]:
        """Return the labels that transfers count under, in the order of the logs; None is the lack of one."""
        return list(dict.fromkeys(label for log in self.chosen(source) for label in log.labels))

    def read(
        self,
        source: str | None = None,
        labels: Sequence[str | None] | None = None,
        on_doubt: OnDoubt = "say",
        columns: Sequence[str] = tuple(SCHEMA),
        sizes: Sequence[int] = (),
    ) -> Together:
        """
        Return the store's transfers, each once.

        Parameters
        ----------
        source : str, optional
            Only the logs of this path, or of this name without its folders; else those that match it as a pattern.
        labels : sequence of str or None, optional
            Only transfers that count under these.
        on_doubt : "say", "same" or "distinct"
            See `identity.find_copies`.
        columns : sequence of str
            Of `schema.SCHEMA`, those that are wanted.
        sizes : sequence of int
            In bytes, of the transfers that are asked about. Where others tell nothing of these, only the
            first of each run are read with them, see `rows.are_enough`. Default: all.

        Raises
        ------
        InputError
            If there is no store, it is empty, no log matches, or a file in it is damaged or newer than this ftpstats.
        MachineError
            If the store is a file, or it or a file in it may not be read.
        """
        return self._retried(lambda: self._read(self.chosen(source), labels, on_doubt, columns, sizes))

    def _read(
        self,
        chosen: Sequence[Stored],
        labels: Sequence[str | None] | None,
        on_doubt: OnDoubt,
        columns: Sequence[str],
        sizes: Sequence[int],
    ) -> Together:
        # Copies have the labels of what they are copies of, so nothing else is needed to find them.
        chosen = chosen if labels is None else [log for log in chosen if not set(labels).isdisjoint(log.labels)]
        logs, found = self.copies(chosen, on_doubt)
        asked = sizes if sizes and not found.copies and are_enough(chosen, labels, sizes) else ()
        rows = each_once(rows_of(chosen, labels, asked, {*columns, *NEEDED}), logs, found)
        return Together(rows.select(columns), tuple(log.name for log in logs), found, ())

    def chosen(self, source: str | None = None, called: str = "--source") -> list[Stored]:
        """
        Return the logs of this path, or of this name without its folders; else those that match it as a pattern.

        Parameters
        ----------
        source : str, optional
            All logs unless given.
        called : str
            What it is called where it was given, for the error message.

        Raises
        ------
        InputError
            If there are none.
        """
        everything = self.logs()
        if not everything:
            raise InputError(f"{self.folder}: the store is empty; `ftpstats ingest FILE` fills it, --from reads a log")
        chosen = everything if source is None else _picked(everything, source)
        if not chosen:
            sources = ", ".join(dict.fromkeys(log.entry.name for log in everything))
            raise InputError(f"{self.folder}: no log matches {called} '{source}'; there are: {sources}")
        return chosen

    def copies(self, chosen: Sequence[Stored], on_doubt: OnDoubt = "say") -> tuple[list[Log], Copies]:
        """Find which of these logs are copies of each other."""
        logs = as_logs(chosen)
        return logs, find_copies(logs, on_doubt)

    def manifests(self) -> dict[str, Manifest]:
        """Return the experiments that the store's logs are of, by the path that rows have; other logs have none."""
        parsed = cache(parse_manifest)
        return {
            log.entry.of or log.entry.name: parsed(log.segment.manifests[log.entry.manifest], str(log.segment.path))
            for log in self.logs()
            if log.entry.manifest is not None
        }

    def forget(self, logs: Sequence[Stored]) -> None:
        """
        Leave logs out from now on; who ingests one again has it back.

        Raises
        ------
        MachineError
            If the store cannot be written.
        """
        self._decide(logs, forgotten=True, given=None)

    def relabel(self, logs: Sequence[Stored], label: str | None) -> None:
        """
        Count the transfers of logs under another label, or (None) under those that they write themselves.

        Raises
        ------
        MachineError
            If the store cannot be written.
        """
        self._decide(logs, forgotten=False, given=label)

    def _decide(self, logs: Sequence[Stored], *, forgotten: bool, given: str | None) -> None:
        keys = tuple(log.entry.key for log in logs)
        write_change(self.folder, Change(keys, self.now(), forgotten, given))

    def now(self) -> int:
        """Return the time, later than all that was put into the store: clocks are set back now and then."""
        segments, changes = self._contents()
        kept = [entry.kept for segment in segments for entry in segment.entries]
        return max([time.time_ns(), *(1 + when for when in kept), *(1 + change.made for change in changes)])


def _standing(segments: Sequence[Segment], changes: Sequence[Change]) -> Iterator[Stored]:
    """Yield each log as it was put in last, unless it is forgotten; with the label that it has."""
    logs = [
        Stored(entry, segment, number, entry.given)
        for segment in segments
        for number, entry in enumerate(segment.entries)
    ]
    latest = {log.entry.key: log for log in sorted(logs, key=lambda log: log.entry.kept)}
    for change in changes:
        for key in change.logs:
            log = latest.get(key)
            if log is None or log.entry.kept > change.made:
                continue
            if change.forgotten:
                del latest[key]
            else:
                latest[key] = replace(log, given=change.given)
    yield from latest.values()


def _picked(logs: Sequence[Stored], source: str) -> list[Stored]:
    """Return the logs of this path or name; where there is none, those that it matches as a pattern."""
    named = [(log, (log.entry.name, PurePath(log.entry.name).name)) for log in logs]
    literally = [log for log, names in named if source in names]
    return literally or [log for log, names in named if any(fnmatch(name, source) for name in names)]
