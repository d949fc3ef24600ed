"""Which transfers were attempted, in arrays over lines: what the `machine` finds, placed in a whole stretch of log.

Most stretches of a log are alike, so the machine reads each different sequence of events once. Listings are no
transfers; a header that none stands under is one that came to nothing.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ftpstats.logs.skeleton import mixed
from ftpstats.logs.transcript.classify import Facts
from ftpstats.logs.transcript.columns import Bools, Ints, first_in, last_in
from ftpstats.logs.transcript.events import FAILING, Event
from ftpstats.logs.transcript.lines import Kind
from ftpstats.logs.transcript.machine import attempts_in

__all__ = ["Attempts", "attempts_of", "find_attempts", "find_transfers", "results_alone"]

Events = npt.NDArray[np.uint8]

_REMEMBERED = 4096  # different sequences of events
_LONG = 512  # events; a longer sequence hardly comes twice


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts of a whole stretch as arrays of shape (m,): the lines that `Attempt` names positions of, or -1."""

    at: Ints
    begin: Ints
    end: Ints
    start: Ints
    done: Ints
    result: Ints
    failure: Ints
    reply: Ints
    unread: Ints
    listing: Bools

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


def find_transfers(facts: Facts) -> Attempts:
    """
    Find the transfers attempted in what all lines tell.

    The lines of listings are accounted for: their results become those of listings, names of files chatter.
    """
    return _with_empty(facts, _without_listings(facts, attempts_of(facts)))


def attempts_of(facts: Facts) -> Attempts:
    """Find the attempts, listings too, in what all lines tell."""
    results, said = np.flatnonzero(facts.kind == Kind.RESULT), facts.event
    if not (said > Event.UNREAD).any():
        return results_alone(results)
    told, heads = np.flatnonzero(said > Event.REPLY), np.flatnonzero(facts.is_header)
    at = np.concatenate((heads, told, results))
    events = np.concatenate((np.full(len(heads), Event.HEADER), said[told], np.full(len(results), Event.RESULT)))
    order = np.argsort(at, kind="stable")  # a result with a reply glued in front comes behind it
    return find_attempts(at[order], events[order].astype(np.uint8))


def _without_listings(facts: Facts, attempts: Attempts) -> Attempts:
    """Take out listings, and account for their lines."""
    if not attempts.listing.any():
        return attempts
    listings = attempts.where(attempts.listing)
    results = listings.result[listings.result >= 0]
    facts.kind[results] = Kind.LISTING
    for start, end in zip(listings.start[listings.start >= 0], listings.end[listings.start >= 0], strict=True):
        shown = facts.kind[start:end]
        shown[shown == Kind.UNPARSED] = Kind.CHATTER
    return attempts.where(~attempts.listing)


_CONCERNING = (Event.START, Event.START_LIST, Event.DONE, Event.DONE_LIST, Event.MAYBE_DONE, *FAILING)


def _with_empty(facts: Facts, transfers: Attempts) -> Attempts:
    """Add the headers that no transfer stands under: each is an attempt that came to nothing."""
    begins = np.flatnonzero(facts.is_header)
    used = np.bincount(facts.attempt[transfers.begin], minlength=len(begins) + 1)[1:] > 0
    if used.all():
        return transfers
    ends = np.append(begins[1:], len(facts.is_header))[~used]
    begins = begins[~used]
    failing, coded = np.isin(facts.event, FAILING), (facts.code >= 0) & np.isin(facts.event, _CONCERNING)
    missing = np.full_like(begins, -1)
    empty = Attempts(
        at=begins,
        begin=begins,
        end=ends - 1,
        start=missing,
        done=missing,
        result=missing,
        failure=first_in(failing, begins, ends),
        reply=last_in(coded, begins, ends),
        unread=first_in(facts.event == Event.UNREAD, begins, ends),
        listing=np.zeros(len(begins), dtype=bool),
    )
    return transfers.merged(empty)


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
    columns: dict[str, Any] = dict.fromkeys(_COLUMNS, missing) | {"at": at, "begin": at, "end": at, "result": at}
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
