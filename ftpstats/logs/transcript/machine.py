"""The grammar of a transcript as a small machine: the events of a stretch of log in, the transfers attempted in it out.

A transfer is asked for, its data connection is agreed on, it starts, a 226 closes it, and the client prints a result;
any of these may be missing from a log. What follows a 226 and the result behind it belongs to the next transfer, or to
none: another command, a 421 of an idle server, the 550 of a `cd`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ftpstats.logs.transcript.events import Event

__all__ = ["Attempt", "attempts_in"]


@dataclass(slots=True)
class Attempt:
    """
    One attempted transfer, or one listing, by the positions of its events; -1 where there is none.

    Attributes
    ----------
    begin, end : int
        Its first and its last event.
    start, done, result : int
        The 125 or 150, the 226 or 250, the client's result line.
    failure : int
        The first event that tells of a failure.
    reply : int
        The last reply that concerns the transfer.
    unread : int
        The first line from its start on, or from its prompt where it has none, that nothing recognised.
    listing : bool
        It is a listing, and no transfer.
    """

    begin: int
    end: int
    start: int = -1
    done: int = -1
    result: int = -1
    failure: int = -1
    reply: int = -1
    unread: int = -1
    listing: bool = False

    @property
    def at(self) -> int:
        """The event that it stands for: its result, else its first."""
        return self.result if self.result >= 0 else self.begin


class _Machine:
    """Reads events one after the other; `found` are the attempts that are over."""

    def __init__(self) -> None:
        self.found: list[Attempt] = []
        self._now: Attempt | None = None
        self._headed = False
        self._alone: Attempt | None = None
        # Of the attempt now open: a transfer, not a listing, was asked for, at a prompt, and the client has named its
        # files; how its data connection was agreed on; its failure is one after which a client gives up.
        self._asked = self._prompted = self._named = False
        self._setup: Event | None = None
        self._failed: Event | None = None
        self._gave_up = False
        # What went wrong before anything was asked for: who could not log in is told so again and again.
        self._trouble = -1
        self._names_behind = False  # the client names files behind the result of the transfer that has just ended
        self._shown = False  # lines of a listing stand where no data connection was agreed on

    # --- opening and closing ---

    def open(self, at: int) -> Attempt:
        """Begin an attempt; the one before is over."""
        self.close()
        self._now = Attempt(at, at)
        self._asked = self._prompted = self._named = self._names_behind = False
        self._setup, self._failed, self._gave_up = None, None, False
        return self._now

    def close(self) -> None:
        """Keep the open attempt, if anything happened in it: a command alone, or an agreed port, moves nothing."""
        now, self._now = self._now, None
        if now is None:
            return
        begun = self._asked or self._setup is not None
        self._names_behind = now.start >= 0 and now.result >= 0 and not self._named
        answered = now.done >= 0 or now.failure >= 0 or (self._prompted and now.unread >= 0)
        if now.result >= 0 or now.start >= 0 or (begun and answered):
            self.found.append(now)
            self._trouble = -1
        elif self._headed and now.done >= 0 and self._alone is None:
            self._alone = now

    def end(self) -> list[Attempt]:
        """Return what was found. A 226 alone is an attempt where a header stands above it, and no other below."""
        self.close()
        return self.found or ([self._alone] if self._alone is not None else [])

    def _open_unless(self, at: int, *, goes_on: bool) -> Attempt:
        """Go on with the open attempt where there is one and it may, else begin another."""
        now = self._now if self._now is not None and goes_on else self.open(at)
        now.end = at
        return now

    def _is_over(self) -> bool:
        return self._now is None or self._now.done >= 0 or self._now.result >= 0

    def _is_under_way(self) -> bool:
        """Whether anything but being asked for has happened."""
        return self._is_over() or self._setup is not None or self._started() or self._failed is not None

    def _started(self) -> bool:
        return self._now is not None and self._now.start >= 0

    # --- one event each ---

    def header(self, _: int) -> None:
        self._headed = True

    def ask(self, at: int) -> None:
        self._open_unless(at, goes_on=not (self._is_under_way() or self._prompted))
        self._asked = self._prompted = True
        self._shown = False

    def ask_bare(self, at: int) -> None:
        self._open_unless(at, goes_on=not self._is_under_way())
        self._asked = True

    def named(self, at: int) -> None:
        """Take the names of files: in front of a transfer, or of its result, or behind that, as this client does."""
        now = self._now
        if now is None and self._names_behind:
            self._names_behind = False
        elif now is not None and not self._named and now.start >= 0 and now.result < 0:
            self._named = True
        else:
            self.ask_bare(at)
            self._named = True

    def verb(self, at: int) -> None:
        self._open_unless(at, goes_on=not (self._is_over() or self._started() or self._gave_up))
        self._asked = True

    def list(self, at: int) -> None:
        self._open_unless(at, goes_on=not (self._is_over() or self._started() or self._gave_up)).listing = True
        self._asked = False

    def command(self, _: int) -> None:
        self.close()
        self._trouble = -1

    def passive(self, at: int) -> None:
        self._agree(at, Event.PASSIVE)

    def active(self, at: int) -> None:
        self._agree(at, Event.ACTIVE)

    def _agree(self, at: int, how: Event) -> None:
        """Agree on a data connection: for the transfer asked for, or in another way where the first one failed."""
        unreached = self._failed is Event.UNREACHED and not (self._setup is Event.PASSIVE and how is Event.ACTIVE)
        goes_on = not (self._is_over() or self._started() or self._gave_up or (self._setup is not None and unreached))
        self._open_unless(at, goes_on=goes_on)
        self._forgive()
        self._setup, self._shown = how, False

    def start(self, at: int) -> None:
        now = self._open_unless(at, goes_on=not (self._is_over() or self._gave_up or self._started()))
        self._forgive()
        now.start = now.reply = at
        now.unread = -1  # what stands in front of it is no result

    def _forgive(self) -> None:
        """Forget a failure that the client found a way around."""
        if self._now is not None and not self._gave_up:
            self._now.failure, self._failed = -1, None

    def start_list(self, at: int) -> None:
        self.start(at)
        self._call_listing()

    def listed(self, at: int) -> None:
        if not self._is_over() and (self._setup is not None or self._started()):
            self._call_listing()
            self._open_unless(at, goes_on=True)
        self._shown = self._now is None

    def _call_listing(self) -> None:
        if self._now is not None and not self._asked:
            self._now.listing = True

    def done(self, at: int) -> None:
        shown, self._shown = self._shown and self._now is None, False
        now = self._open_unless(at, goes_on=self._now is not None and self._now.done < 0)
        now.done = now.reply = at
        now.listing = now.listing or shown
        if now.result >= 0:
            self.close()

    def done_list(self, at: int) -> None:
        if self._now is None or self._now.done >= 0:
            self.open(at)
        self._call_listing()
        self.done(at)

    def maybe_done(self, at: int) -> None:
        if self._started() and self._now is not None and self._now.done < 0:
            self.done(at)

    def refused(self, at: int) -> None:
        self._fail(at, Event.REFUSED, gives_up=self._started(), replied=True)

    def unreached(self, at: int) -> None:
        self._fail(at, Event.UNREACHED, gives_up=self._started(), replied=False)

    def failed(self, at: int) -> None:
        self._fail(at, Event.FAILED, gives_up=self._setup is not None or self._started(), replied=True)

    def broken(self, at: int) -> None:
        self._fail(at, Event.BROKEN, gives_up=self._setup is not None or self._started(), replied=False)

    def doubted(self, at: int) -> None:
        # Even behind the 226: what arrived was looked at. Of 226s that nobody asked for, one may count.
        for found in (self._now, self._alone):
            if found is not None:
                found.failure, found.end = (found.failure if found.failure >= 0 else at), at

    def _fail(self, at: int, how: Event, *, gives_up: bool, replied: bool) -> None:
        """Note a failure, unless there is nothing that could fail: a 226 has closed it, or nothing was begun."""
        now = self._now
        if now is None and how is not Event.REFUSED and self._trouble < 0 and self._headed and not self.found:
            self._trouble = at
        if now is None or now.done >= 0:
            return
        now.end = at
        if now.failure < 0:
            now.failure = at if self._setup or self._started() or self._trouble < 0 else self._trouble
        if replied:
            now.reply = at
        self._failed = how
        self._gave_up = self._gave_up or gives_up or now.result >= 0

    def result(self, at: int) -> None:
        now = self._open_unless(at, goes_on=self._now is not None and self._now.result < 0)
        now.result = at
        if now.done >= 0:
            self.close()

    def unread(self, at: int) -> None:
        now = self._now
        if now is not None and now.unread < 0 and (now.start >= 0 or now.done >= 0 or self._prompted):
            now.unread = at


def attempts_in(events: Sequence[int]) -> list[Attempt]:
    """
    Find the attempts in the events of one stretch of log, which no attempt crosses.

    Parameters
    ----------
    events : sequence of int
        `Event` numbers.

    Returns
    -------
    list of Attempt
        Listings too. In the order in which they begin.

    Examples
    --------
    >>> E = Event
    >>> [found] = attempts_in([E.PASSIVE, E.UNREACHED, E.ACTIVE, E.START, E.DONE, E.RESULT])
    >>> found.start, found.done, found.result, found.failure
    (3, 4, 5, -1)
    >>> [found.failure for found in attempts_in([E.ASK, E.START, E.DONE, E.RESULT, E.ASK, E.FAILED])]
    [-1, 5]
    """
    machine = _Machine()
    for at, event in enumerate(events):
        getattr(machine, Event(event).name.lower())(at)
    return machine.end()
