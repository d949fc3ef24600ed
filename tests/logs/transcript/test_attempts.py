"""Which transfers were attempted, by the events of a log: the kinds of sequences that clients and servers write."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.logs.transcript.attempts import find_attempts, results_alone
from ftpstats.logs.transcript.events import Event
from ftpstats.logs.transcript.machine import attempts_in

(
    NONE, REPLY, UNREAD, HEADER, ASK, VERB, LIST, COMMAND, PASSIVE, ACTIVE, START, START_LIST, LISTED, DONE,
    DONE_LIST, MAYBE_DONE, REFUSED, UNREACHED, FAILED, BROKEN, DOUBTED, RESULT, ASK_BARE, NAMED,
) = Event  # fmt: skip

# Events, and of each transfer in them: start, done, result, failure; of a listing nothing.
SEQUENCES = {
    "a transfer": ([ACTIVE, START, DONE, RESULT], [(1, 2, 3, -1)]),
    "the result before the 226": ([ACTIVE, START, RESULT, DONE], [(1, 3, 2, -1)]),
    "a 250 behind a 150": ([ACTIVE, START, MAYBE_DONE, RESULT], [(1, 2, 3, -1)]),
    "a 250 of a cd": ([MAYBE_DONE, ACTIVE, START, MAYBE_DONE, RESULT], [(2, 3, 4, -1)]),
    "226 and no result": ([ACTIVE, START, DONE], [(1, 2, -1, -1)]),
    "neither": ([ACTIVE, START], [(1, -1, -1, -1)]),
    "a filtered log": ([RESULT, RESULT], [(-1, -1, 0, -1), (-1, -1, 1, -1)]),
    "226 and result alone": ([DONE, RESULT, DONE, RESULT], [(-1, 0, 1, -1), (-1, 2, 3, -1)]),
    "result and 226 alone": ([RESULT, DONE, RESULT, DONE], [(-1, 1, 0, -1), (-1, 3, 2, -1)]),
    "a 226 of nothing": ([DONE], []),
    "a 226 under a header": ([HEADER, DONE], [(-1, 1, -1, -1)]),
    "many 226s under a header, doubted": ([HEADER, DONE, DONE, DONE, DOUBTED], [(-1, 1, -1, 4)]),
    "a 226 of nobody, then a transfer": ([HEADER, DONE, ACTIVE, START, DONE, RESULT], [(3, 4, 5, -1)]),
    "doubted behind the 226": ([HEADER, ACTIVE, START, DONE, DOUBTED, RESULT], [(2, 3, 5, 4)]),
    "two, the first cut off": ([ACTIVE, START, ACTIVE, START, DONE], [(1, -1, -1, -1), (3, 4, -1, -1)]),
    "a command alone": ([ASK, ASK, COMMAND], []),
    "a port alone": ([ACTIVE], []),
    # Another way to the data connection.
    "EPSV not understood": ([REFUSED, PASSIVE, START, DONE, RESULT], [(2, 3, 4, -1)]),
    "EPSV refused, once asked": ([ASK, REFUSED, PASSIVE, START, DONE, RESULT], [(3, 4, 5, -1)]),
    "passive not reached, then active": (
        [ASK, PASSIVE, UNREACHED, ACTIVE, START, DONE, RESULT],
        [(4, 5, 6, -1)],
    ),
    "passive not reached twice": (
        [PASSIVE, UNREACHED, PASSIVE, UNREACHED],
        [(-1, -1, -1, 1), (-1, -1, -1, 3)],
    ),
    "no size, then the transfer": ([ASK, FAILED, PASSIVE, START, DONE, RESULT], [(3, 4, 5, -1)]),
    # Failures.
    "a missing file": ([ACTIVE, FAILED, ACTIVE, START, DONE], [(-1, -1, -1, 1), (3, 4, -1, -1)]),
    "broken, and a normal result": ([ACTIVE, START, FAILED, RESULT], [(1, -1, 3, 2)]),
    "broken, a 226, a result": ([ACTIVE, START, FAILED, DONE, RESULT], [(1, 3, 4, 2)]),
    "aborted by the client": ([ACTIVE, START, BROKEN, DONE, RESULT], [(1, 3, 4, 2)]),
    "not reached in mid-transfer": ([ACTIVE, START, UNREACHED], [(1, -1, -1, 2)]),
    "before anything was asked for": ([FAILED, ACTIVE, START, DONE, RESULT], [(2, 3, 4, -1)]),
    "asked for and refused": ([ASK, FAILED], [(-1, -1, -1, 1)]),
    # What comes later.
    "421 at idle": ([ACTIVE, START, DONE, RESULT, FAILED], [(1, 2, 3, -1)]),
    "421 at idle, no result": ([ACTIVE, START, DONE, FAILED], [(1, 2, -1, -1)]),
    "550 of a cd": ([ASK, ACTIVE, START, DONE, RESULT, COMMAND, FAILED], [(2, 3, 4, -1)]),
    "421 of the next get": (
        [ASK, ACTIVE, START, DONE, RESULT, ASK, FAILED],
        [(2, 3, 4, -1), (-1, -1, -1, 6)],
    ),
    "421 of a get behind no result": (
        [ASK, ACTIVE, START, DONE, COMMAND, FAILED, ASK, FAILED],
        [(2, 3, -1, -1), (-1, -1, -1, 7)],
    ),
    # Names of files: in front, of the result, or behind it.
    "named in front": ([NAMED, ACTIVE, START, DONE, RESULT, NAMED, FAILED], [(2, 3, 4, -1), (-1, -1, -1, 6)]),
    "named in front of the result": ([ASK, ACTIVE, START, DONE, NAMED, RESULT], [(2, 3, 5, -1)]),
    "named in front of the result, broken": ([ACTIVE, START, FAILED, NAMED, RESULT], [(1, -1, 4, 2)]),
    "named behind the result": ([ACTIVE, START, DONE, RESULT, NAMED, FAILED], [(1, 2, 3, -1)]),
    "named behind each result": (
        [ACTIVE, START, DONE, RESULT, NAMED, ACTIVE, START, DONE, RESULT, NAMED],
        [(1, 2, 3, -1), (6, 7, 8, -1)],
    ),
    "asked for and named": ([ASK, NAMED, ACTIVE, FAILED], [(-1, -1, -1, 3)]),
    # Asked for, and answered by nothing that anybody knows.
    "a prompt and a strange line": ([ASK, UNREAD, ASK, ACTIVE, START, DONE], [(-1, -1, -1, -1), (4, 5, -1, -1)]),
    "a script's lines": ([ASK_BARE, UNREAD, ACTIVE, START, DONE], [(3, 4, -1, -1)]),
    "a listing that nothing set up": ([HEADER, LISTED, DONE, RESULT], []),
    "the shell's listing, then a transfer": ([HEADER, LISTED, ACTIVE, START, DONE], [(3, 4, -1, -1)]),
    # Listings.
    "ls": ([LIST, ACTIVE, START, DONE, RESULT], []),
    "a listing by its 150": ([ACTIVE, START_LIST, DONE, RESULT], []),
    "a listing by its lines": ([ACTIVE, START, LISTED, DONE, RESULT], []),
    "a listing by its 226": ([ACTIVE, START, DONE_LIST, RESULT], []),
    "a listing by NLST": ([ACTIVE, LIST, START, DONE, RESULT], []),
    "a listing that failed": ([LIST, ACTIVE, FAILED], []),
    "ls, then get": (
        [LIST, ACTIVE, START, DONE, RESULT, ASK, ACTIVE, START, DONE, RESULT],
        [(7, 8, 9, -1)],
    ),
    "a listing without result, then get": (
        [ACTIVE, START_LIST, DONE, ACTIVE, START, DONE, RESULT],
        [(4, 5, 6, -1)],
    ),
    "get a file named like a listing": ([ASK, ACTIVE, START_LIST, DONE, RESULT], [(2, 3, 4, -1)]),
}  # fmt: skip


@pytest.mark.parametrize(("events", "expected"), SEQUENCES.values(), ids=SEQUENCES)
def test_a_sequence_of_events_is_these_transfers(events, expected):
    found = [(a.start, a.done, a.result, a.failure) for a in attempts_in(events) if not a.listing]
    assert found == expected


def test_the_reply_is_the_last_that_concerns_the_transfer():
    events = [Event.ACTIVE, Event.START, Event.FAILED, Event.BROKEN, Event.DONE, Event.RESULT, Event.FAILED]
    assert [a.reply for a in attempts_in(events)] == [4]


def test_who_cannot_log_in_fails_for_that_reason():
    (found,) = attempts_in([Event.HEADER, Event.FAILED, Event.ASK, Event.FAILED])
    assert (found.failure, found.reply) == (1, 3)


TOLD = [event for event in Event if event not in {Event.NONE, Event.REPLY}]
EVENTS = st.lists(st.sampled_from(TOLD), min_size=1, max_size=60) | st.lists(
    st.sampled_from([Event.HEADER, Event.START, Event.DONE, Event.RESULT]), min_size=1, max_size=60
)


@settings(max_examples=500, deadline=None)
@given(EVENTS)
def test_the_arrays_hold_what_the_machine_finds_in_each_attempt(events):
    codes, lines = np.array(events, dtype=np.uint8), np.arange(len(events)) * 3 + 7
    found = find_attempts(lines, codes)
    cuts = sorted({0, *np.flatnonzero(codes == Event.HEADER).tolist(), len(events)})
    expected = []
    for begin, end in pairwise(cuts):
        # Repetitions say nothing new; they are left out of both.
        kept = [
            i
            for i in range(begin, end)
            if not (i > begin and events[i] == events[i - 1] in {Event.LISTED, Event.UNREAD})
        ]
        for a in attempts_in([events[i] for i in kept]):
            at = [lines[kept[i]] if i >= 0 else -1 for i in (a.begin, a.start, a.done, a.result, a.failure, a.unread)]
            expected.append((*at, a.listing))
    columns = (found.begin, found.start, found.done, found.result, found.failure, found.unread, found.listing)
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == sorted(expected)
    assert (np.diff(found.at) >= 0).all()


@given(st.lists(st.sampled_from([Event.HEADER, Event.RESULT]), min_size=1, max_size=30))
def test_the_fast_way_is_the_same(events):
    codes, lines = np.array(events, dtype=np.uint8), np.arange(len(events))
    slow, fast = find_attempts(lines, codes), results_alone(lines[codes == Event.RESULT])
    for name in ("begin", "start", "done", "result", "failure", "reply", "unread", "listing"):
        assert getattr(slow, name).tolist() == getattr(fast, name).tolist()
