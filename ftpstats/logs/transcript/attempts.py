"""Which transfers were attempted, in arrays over lines: what the `machine` finds, placed in a whole stretch of log.

Most stretches of a log are alike, so the machine reads each different sequence of events once.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ftpstats.logs.skeleton import mixed
from ftpstats.logs.transcript.events import Event
from ftpstats.logs.transcript.machine import attempts_in

__all__ = ["Attempts", "find_attempts", "first_in", "last_in", "results_alone"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Events = npt.NDArray[np.uint8]

_REMEMBERED = 4096  # different sequences of events
_LONG = 512  # events; a longer sequence hardly comes twice


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts of a whole stretch as arrays of shape (m,): the lines that `Attempt` names positions of, or -1."""

    begin: Ints
    end: Ints
    start: Ints
    done: Ints
    result: Ints
    failure: Ints
    reply: Ints
    unread: Ints
    listing: Bools

    @property
    def at(self) -> Ints:
        """The line that each stands for: its result, else its first."""
        return np.where(self.result >= 0, self.result, self.begin)

    def where(self, which: Bools | Ints) -> "Attempts":
        """Return those that are marked, or numbered."""
        return Attempts(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def in_order(self) -> "Attempts":
        """Return them by the line that each stands for."""
        return self.where(np.argsort(self.at, kind="stable"))

    def merged(self, others: "Attempts") -> "Attempts":
        """Return these and others, in order."""
        parts = {
            field.name: np.concatenate([getattr(self, field.name), getattr(others, field.name)])
            for field in fields(self)
        }
        return Attempts(**parts).in_order()


_COLUMNS = tuple(field.name for field in fields(Attempts))  # as `machine.Attempt` has them


def find_attempts(lines: Ints, events: Events) -> Attempts:
    """
    Find all attempts.

    Parameters
    ----------
    lines : array of int64, shape (n,)
        The line of each event, not falling.
    events : array of uint8, shape (n,)
        `Event` numbers, none of them NONE or REPLY.

    Returns
    -------
    Attempts
        Listings too, by the line that each stands for.
    """
    # What a listing shows and what nobody understands is told once.
    repeats = np.zeros(len(events), dtype=bool)
    repeats[1:] = (events[1:] == events[:-1]) & ((events[1:] == Event.LISTED) | (events[1:] == Event.UNREAD))
    lines, events = lines[~repeats], events[~repeats]
    starts = _sequence_starts(events)
    table = np.concatenate([_placed(begins, found) for begins, found in _sequences(events, starts)])
    positions = table[:, :-1]
    at_lines = np.where(positions >= 0, lines[positions], -1).T
    columns = dict(zip(_COLUMNS, [*at_lines, table[:, -1] > 0], strict=True))
    return Attempts(**columns).in_order()


def results_alone(at: Ints) -> Attempts:
    """Return the attempts of a filtered log, which has nothing but headers and results: the fast way."""
    missing = np.full_like(at, -1)
    columns: dict[str, Any] = dict.fromkeys(_COLUMNS, missing) | {"begin": at, "end": at, "result": at}
    return Attempts(**columns | {"listing": np.zeros(len(at), dtype=bool)})


def _sequence_starts(events: Events) -> Ints:
    """
    Cut before headers, and behind a start, a 226 and a result in a row: nothing then is open.

    Some clients name files behind the result; a name there only begins another transfer where one stood in front.
    """
    cut = events == Event.HEADER
    begun = (events[:-2] == Event.START) | cut[:-2]
    ended = begun & (events[1:-1] == Event.DONE) & (events[2:] == Event.RESULT)
    named_before = np.append([False, False], events[:-4] == Event.NAMED)
    cut[3:] |= ended[:-1] & ((events[3:] != Event.NAMED) | named_before[: len(ended) - 1])
    cut[:1] = True
    return np.flatnonzero(cut)


def _sequences(events: Events, starts: Ints) -> list[tuple[Ints, tuple[tuple[int, ...], ...]]]:
    """Return, for each different sequence, where it begins each time, and the attempts in it."""
    lengths = np.diff(np.append(starts, len(events)))
    place = np.arange(len(events)) - np.repeat(starts, lengths)
    sums = np.add.reduceat(mixed(events.astype(np.int64), place), starts)
    _, first, which = np.unique(sums, return_index=True, return_inverse=True)
    members = np.split(starts[np.argsort(which, kind="stable")], np.cumsum(np.bincount(which))[:-1])
    found = []
    for number, begins in zip(first, members, strict=True):
        sequence = events[starts[number] : starts[number] + lengths[number]].tobytes()
        found.append((begins, _remembered(sequence) if len(sequence) <= _LONG else _as_rows(sequence)))
    return found


def _as_rows(sequence: bytes) -> tuple[tuple[int, ...], ...]:
    """Return the attempts in a sequence as rows of numbers."""
    return tuple(tuple(getattr(found, name) for name in _COLUMNS) for found in attempts_in(sequence))


_remembered = lru_cache(_REMEMBERED)(_as_rows)


def _placed(begins: Ints, rows: tuple[tuple[int, ...], ...]) -> Ints:
    """Place the attempts of a sequence wherever it begins."""
    if not rows:
        return np.empty((0, len(_COLUMNS)), dtype=np.int64)
    table = np.tile(np.array(rows, dtype=np.int64), (len(begins), 1))
    positions, shift = table[:, :-1], np.repeat(begins, len(rows))[:, None]
    positions[...] = np.where(positions >= 0, positions + shift, -1)
    return table


def first_in(mask: Bools, begins: Ints, ends: Ints) -> Ints:
    """Return the first marked line of each stretch, -1 where there is none."""
    marked = np.append(np.flatnonzero(mask), len(mask))
    found = marked[np.searchsorted(marked, begins)]
    return np.where(found < ends, found, -1)


def last_in(mask: Bools, begins: Ints, ends: Ints) -> Ints:
    """Return the last marked line of each stretch, -1 where there is none."""
    marked = np.concatenate(([-1], np.flatnonzero(mask)))
    found = marked[np.searchsorted(marked, ends) - 1]
    return np.where(found >= begins, found, -1)
