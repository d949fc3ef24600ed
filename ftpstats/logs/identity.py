"""Which logs are copies of each other, and what of each counts: every transfer once, none lost.

Logs overlap: one that has grown, RESULT.log beside FTP.log, a compressed copy, `cat a b`, a part per label. Others only
look alike: two days that begin with the same coarse times. A log is a **copy** of another where

1. all that it prints of headers and results is a stretch of what the other prints (`skeleton`), and both have the same
   label, where they were given one;
2. no reply and no time stamp of an attempt that both show differs;
3. the agreement is none of chance: with n shared results that differ from the result before them, and pᵥ the shares of
   the results in the longer log, (Σ pᵥ²)ⁿ is below 10⁻⁶. Where the printed digits are too coarse for that, these are
   copies all the same: byte-identical files, a file that has grown under its name, a filtered log beside its
   transcript in one folder, a table whose rows name the log. Whatever else agrees is counted twice and told of as a
   doubt.

`find_copies` decides this; `together` puts the rows together.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress, islice
from operator import not_
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from ftpstats.logs.skeleton import (
    Elements,
    Ints,
    Stretch,
    begins_attempt,
    changes,
    collision,
    find_stretches,
    is_header,
    label_hash,
    labels_of,
)  # fmt: skip

__all__ = ["Copies", "Copy", "Doubt", "Log", "OnDoubt", "find_copies", "natural"]

_CHANCE = 1e-6
_TRIED = 32  # wholes that a log is compared with in detail; who fits none of so many stands alone

OnDoubt = Literal["say", "same", "distinct"]
Why = Literal["results", "identical", "grown", "filtered", "table", "said"]


@dataclass(frozen=True, slots=True)
class Log:
    """
    What has to be known of a log to find its copies.

    Attributes
    ----------
    name : str
        As given.
    size : int
        In bytes, decompressed, as UTF-8.
    digest : str
        SHA-256 of its bytes, decompressed.
    given : str or None
        The label that it was given in place of its own.
    skeleton : array of uint32
        See `skeleton`.
    replies, stamped : bool
        Whether any attempt of it has a reply, and a time.
    said : callable
        Returns ``element``, ``reply_code`` and ``time`` of its rows, in order. Asked for only where it may refute.
    of : str or None
        Of a table, the log that its rows name.
    """

    name: str
    size: int
    digest: str
    given: str | None
    skeleton: Elements
    replies: bool
    stamped: bool
    said: Callable[[], pl.DataFrame]
    of: str | None = None

    @property
    def folder(self) -> Path:
        """Where it was read."""
        return Path(self.name).parent

    @property
    def is_of_records(self) -> bool:
        """Whether all that it holds are stamped records, each of which is told by itself: see `together`."""
        return self.stamped and not len(self.skeleton)

    @property
    def rank(self) -> tuple[object, ...]:
        """The longest first, then replies, then logs before tables: so the order of the names does not matter."""
        return (
            -len(self.skeleton), not self.replies, self.of is not None, -self.size, natural(self.name), self.digest,
            self.given or "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Copy:
    """
    A log that is a copy: of which one, the place there of each of its elements, and why.

    `of` is no copy itself, or one that comes before this one.
    """

    log: int
    of: int
    places: Ints
    why: Why


@dataclass(frozen=True, slots=True)
class Doubt:
    """A log that may be a copy of another: too little tells."""

    log: int
    of: int


@dataclass(frozen=True, slots=True)
class Copies:
    """What was found among some logs, by their numbers."""

    copies: tuple[Copy, ...]
    doubts: tuple[Doubt, ...]


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return the key that sorts names as people do: day2 before day10."""
    parts = re.split(r"([0-9]+)", name)
    return tuple((1, int(part), part) if part.isdecimal() else (0, 0, part) for part in parts)


def find_copies(logs: Sequence[Log], on_doubt: OnDoubt = "say") -> Copies:
    """
    Find which logs are copies of others.

    Parameters
    ----------
    logs : sequence of Log
        In any order.
    on_doubt : "say", "same" or "distinct"
        What may be a copy but for chance is told of and counted twice; is one; is none, whatever the files' names say.
    """
    return _Search(logs, on_doubt).result() if len(logs) > 1 else Copies((), ())


class _Search:
    """
    One search. Logs are taken the longest first, and each looks for its whole among those before it.

    Logs whose skeletons are alike are one class, so that only classes are compared. A scope is a label that was given.
    """

    def __init__(self, logs: Sequence[Log], on_doubt: OnDoubt) -> None:
        self._logs, self._on_doubt = logs, on_doubt
        numbers: dict[bytes, int] = {}
        self._class = [numbers.setdefault(log.skeleton.tobytes(), len(numbers)) for log in logs]
        self._skeletons = [np.frombuffer(text, dtype=np.uint32) for text in numbers]
        self._size = Counter(self._class)
        self._stretches: dict[int, list[Stretch]] = {}
        for stretch in find_stretches(self._skeletons):
            self._stretches.setdefault(stretch.part, []).append(stretch)
        self._scope = [None if _writes(log.skeleton, log.given) else log.given for log in logs]
        self._seen: dict[tuple[object, ...], list[int]] = defaultdict(list)
        self._rows = cache(lambda number: _said(self._logs[number]))
        self._collision = cache(lambda number: collision(self._skeletons[number]))
        self._agreements = cache(self._found)

    def result(self) -> Copies:
        copies, doubts = [], []
        for number in sorted(range(len(self._logs)), key=lambda number: self._logs[number].rank):
            found = self._whole(number)
            copies += [found] if isinstance(found, Copy) else []
            doubts += [found] if isinstance(found, Doubt) else []
            self._remember(number)
        return Copies(tuple(copies), tuple(doubts))

    def _remember(self, number: int) -> None:
        log, own, scope = self._logs[number], self._class[number], self._scope[number]
        for key in (
            ("class", own, scope),
            ("bytes", log.digest, scope),
            ("name", log.name, scope),
            ("of", log.of, scope),
            ("folder", log.folder, log.replies, own, scope),
        ):
            self._seen[key].append(number)

    def _whole(self, number: int) -> Copy | Doubt | None:
        """Look for what a log is a copy of: what the results prove, else what the files tell, else what may be."""
        log, own, scope = self._logs[number], self._class[number], self._scope[number]
        if log.is_of_records:
            return None
        proven, thin = self._agreements(own)
        found = self._first(number, "results", ((s, self._seen["class", s.whole, scope]) for s in proven))
        if found or self._on_doubt == "distinct":
            return found
        found = self._told(number, thin)
        if found:
            return found
        tables = self._tables(number)
        if isinstance(tables, Copy):
            return tables
        alike = [(s, self._seen["class", s.whole, scope]) for s in thin]
        if not _results(log):
            alike = [(self._itself(own), self._seen["bytes", log.digest, scope])]
        found = self._first(number, "said", alike)
        if found is None:
            return tables
        return found if self._on_doubt == "same" else Doubt(number, found.of)

    def _itself(self, own: int) -> Stretch:
        return Stretch(own, own, np.arange(len(self._skeletons[own])))

    def _found(self, own: int) -> tuple[list[Stretch], list[Stretch]]:
        """Where a class stands in others and in itself: beyond chance, and where chance may be all there is to it."""
        skeleton = self._skeletons[own]
        if is_header(skeleton).all() or (self._size[own] == 1 and own not in self._stretches):
            return [], []
        changed = changes(skeleton)
        stretches = [self._itself(own), *self._stretches.get(own, ())]
        proven = [self._collision(stretch.whole) ** changed < _CHANCE for stretch in stretches]
        return list(compress(stretches, proven)), list(compress(stretches, map(not_, proven)))

    def _told(self, number: int, thin: Sequence[Stretch]) -> Copy | None:
        """Look for a whole that the files' bytes, names or folders tell of."""
        log, own, scope = self._logs[number], self._class[number], self._scope[number]
        alone = [(s, self._seen["bytes", log.digest, scope]) for s in thin[:1]]
        before = [other for other in self._seen["name", log.name, scope] if _begins(self._logs[other], log)]
        beside = ((s, self._seen["folder", log.folder, not log.replies, s.whole, scope]) for s in thin)
        return (
            self._first(number, "identical", alone)
            or self._first(number, "grown", [(self._itself(own), before)])
            or self._first(number, "filtered", ((s, logs) for s, logs in beside if logs and self._is_all(s)))
        )

    def _tables(self, number: int) -> Copy | Doubt | None:
        """Look for the log that a table names, or for a table of this log: it has no listings, which a log may have."""
        log, scope = self._logs[number], self._scope[number]
        for other in (*self._seen["of", log.name, scope], *self._seen["name", log.of, scope]):
            places = _places(log.skeleton, self._logs[other].skeleton)
            if places is None:
                return Doubt(number, other)
            if not self._refuted(number, other, places):
                return Copy(number, other, places, "table")
        return None

    def _is_all(self, stretch: Stretch) -> bool:
        """Whether a stretch is all that the whole says of its labels."""
        labels = labels_of(self._skeletons[stretch.whole])
        return len(stretch.places) == np.count_nonzero(np.isin(labels, labels[stretch.places]))

    def _first(self, number: int, why: Why, among: Iterable[tuple[Stretch, Sequence[int]]]) -> Copy | None:
        """Return the first whole that no reply and no time refutes."""
        for stretch, wholes in among:
            for whole in islice(wholes, _TRIED):
                if not self._refuted(number, whole, stretch.places):
                    return Copy(number, whole, stretch.places, why)
        return None

    def _refuted(self, part: int, whole: int, places: Ints) -> bool:
        """Whether a reply or a time stamp of a shared attempt, but the last of the part, tells them apart."""
        one, other = self._logs[part], self._logs[whole]
        if not (one.replies and other.replies) and not (one.stamped and other.stamped):
            return False
        mine, theirs = self._rows(part), self._rows(whole)
        last = np.flatnonzero(begins_attempt(one.skeleton))[-1] if len(places) else 0
        first = -1 if len(places) and places[0] == 0 else 0  # what stands before any element is shared by a beginning
        shared = (mine.element >= first) & (mine.element < last)
        keys = _keys(np.append(places, -1)[mine.element[shared]])
        others = _keys(theirs.element)
        at = np.minimum(np.searchsorted(others, keys), len(others) - 1)
        both = others[at] == keys
        return any(
            bool(np.any(both & (told >= 0) & (heard[at] >= 0) & (told != heard[at])))
            for told, heard in ((mine.code[shared], theirs.code), (mine.time[shared], theirs.time))
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    """What may refute: of each row its element, its reply code and when it began; -1 where that is unknown."""

    element: Ints
    code: Ints
    time: Ints


def _said(log: Log) -> _Rows:
    rows = log.said().filter(pl.col("element") >= -1).sort("element", maintain_order=True)
    columns = rows.select("element", "reply_code", pl.col("time").to_physical()).cast(pl.Int64).fill_null(-1)
    return _Rows(*(column.to_numpy() for column in columns))


def _results(log: Log) -> bool:
    """Whether a log holds a result at all."""
    return not is_header(log.skeleton).all()


def _writes(skeleton: Elements, label: str | None) -> bool:
    """Whether a log's own headers all have this label."""
    return label is not None and set(labels_of(skeleton).tolist()) == {label_hash(label)}


def _begins(whole: Log, part: Log) -> bool:
    """Whether a log begins with all that another says."""
    return np.array_equal(whole.skeleton[: len(part.skeleton)], part.skeleton)


def _places(part: Elements, whole: Elements) -> Ints | None:
    """Return where the elements of one log stand in another that has them in this order; None where it has not."""
    left = iter(enumerate(whole.tolist()))
    found = [next((place for place, other in left if other == element), None) for element in part.tolist()]
    return None if None in found[-1:] else np.array(found, dtype=np.int64)


_ROWS = 1 << 20  # of one element; no attempt has more


def _keys(elements: Ints) -> Ints:
    """One number for each row: its element, and which of that element's rows it is. Elements do not fall."""
    index = np.arange(len(elements))
    begins = np.diff(elements, prepend=-2) != 0
    return elements * _ROWS + index - np.maximum.accumulate(np.where(begins, index, 0))
