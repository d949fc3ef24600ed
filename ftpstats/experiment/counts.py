"""What became of an experiment's transfers so far, read from its log by the same parser as anyone's log.

And so, which labels are stopped: those whose transfers fail again and again.
"""

import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ftpstats.manifest import FileUsed
from ftpstats.schedule import Step
from ftpstats.units import format_count

__all__ = ["REFUSALS", "Count", "Counts", "Course", "Progress", "Stop"]

REFUSALS = (
    3  # refused log-ins in a row: the next one will be refused too, and servers lock out clients that keep trying
)

# Reading a block costs as much as a small transfer, whether it holds one attempt or a thousand.
_READ_EVERY_SECONDS = 2.0
_NOT_LOGGED_IN = 530
# How a row's note says it, where a later reply has the last word: some clients go on after the refusal.
_REFUSED = re.compile(r"^530[ -]|\blog-?in (?:incorrect|failed)\b", re.IGNORECASE)
_PERHAPS = re.compile(rf"{_NOT_LOGGED_IN}|log-?in (?:incorrect|failed)", re.IGNORECASE)  # in every refused attempt


@dataclass(slots=True)
class Count:
    """One label's transfers of one file: how many were completed, their seconds, and why the others failed."""

    completed: int = 0
    timed: int = 0
    seconds: float = 0.0
    last: float | None = None
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def mean(self) -> float | None:
        """Mean of the seconds of those completed that have any."""
        return self.seconds / self.timed if self.timed else None

    @property
    def failed(self) -> int:
        """How many were not completed."""
        return self.failures.total()


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a label is stopped: so many attempts in a row failed, or were refused the log-in, mostly for this reason."""

    label: str
    attempts: int
    refused: bool
    reason: str


@dataclass(slots=True)
class _Streak:
    """One label's failures since its last completed transfer, and its refused log-ins since the last other outcome."""

    failed: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    waiting: int = 0  # attempts that are not read yet
    doubtful: int = 0  # those of them that may be refused log-ins


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: what has just been finished, the seconds that the rest may take, and who has been stopped."""

    label: str
    run: int
    runs: int
    file: str
    done: int
    total: int
    count: Count
    seconds_left: float
    stops: tuple[Stop, ...]


class Counts:
    """
    Counts attempts. They are read some at a time, so that reading does not take the time of the next transfer.

    But they are read before there can be more failures in a row than a label may have.

    Parameters
    ----------
    max_failures : int
        Failures in a row after which a label is stopped; 0 for never.
    together : bool
        Labels are transferred from at the same moment: where one is stopped, the others are.
    """

    def __init__(self, max_failures: int, *, together: bool = False) -> None:
        self.measured: dict[tuple[str, str], Count] = {}  # by label and file
        self.warm_ups: dict[tuple[str, str], Count] = {}
        self._stops: dict[str, Stop] = {}
        self._max_failures, self._together = max_failures, together
        self._streaks: dict[str, _Streak] = {}
        self._waiting: list[tuple[Step, str]] = []
        _rows(b"FTP-TEST 1 any\n")  # Polars is imported and put to work before the first client's clock runs
        self._read_at = time.monotonic()

    @property
    def failed(self) -> int:
        """How many attempts have failed, of those read; a warm-up that fails is one, too."""
        return sum(count.failed for count in (*self.measured.values(), *self.warm_ups.values()))

    @property
    def completed(self) -> int:
        """How many were completed, of those read, warm-ups aside."""
        return sum(count.completed for count in self.measured.values())

    @property
    def stops(self) -> Mapping[str, Stop]:
        """The labels that are stopped because they fail."""
        return self._stops

    def is_stopped(self, label: str) -> bool:
        """Whether no more transfers of a label are to be made."""
        return label in self._stops or (self._together and bool(self._stops))

    def __repr__(self) -> str:
        completed, failed = self.completed, sum(count.failed for count in self.measured.values())
        warm_ups = self.failed - failed
        return f"{format_count(completed + failed, 'transfer')}: {completed} completed, {failed} failed" + (
            f"; {format_count(warm_ups, 'warm-up transfer')} failed" if warm_ups else ""
        )

    @property
    def fruitless(self) -> list[str]:
        """The labels that have completed nothing, of those attempted, warm-ups aside."""
        tried = dict.fromkeys(label for label, _ in (*self.measured, *self.warm_ups))
        done = {label for (label, _), count in self.measured.items() if count.completed}
        return [label for label in tried if label not in done]

    def allowed(self, label: str, wanted: int) -> int:
        """
        Return how many more attempts of a label may be made before one of them is looked at; 0 if it is stopped.

        Parameters
        ----------
        label : str
            Whose.
        wanted : int
            How many there are to be made.
        """
        if wanted > 1:
            self.read()
        if self.is_stopped(label):
            return 0
        streak = self._streaks.get(label)
        succeeds = streak is not None and not streak.failed  # the last one that was read was completed
        return wanted if succeeds else min(wanted, *self._margins(streak or _Streak()))

    def add(self, step: Step, text: str) -> None:
        """Count an attempt of a step, by its lines in the log."""
        self._waiting.append((step, text))
        streak = self._streaks.setdefault(step.label, _Streak())
        streak.waiting += 1
        streak.doubtful += _PERHAPS.search(text) is not None
        if min(self._margins(streak)) <= 0 or time.monotonic() - self._read_at >= _READ_EVERY_SECONDS:
            self.read()

    def _margins(self, streak: _Streak) -> list[int]:
        """How many more attempts of a label may be refused, and may fail, if those that are not read yet were."""
        margins = [REFUSALS - streak.refused - streak.doubtful]
        return margins + ([self._max_failures - streak.failed - streak.waiting] if self._max_failures else [])

    def read(self) -> None:
        """Count what is waiting."""
        if self._waiting:
            log = "".join(f"FTP-TEST {number} any\n{text}" for number, (_, text) in enumerate(self._waiting))
            rows = {row["iteration"]: row for row in _rows(log.encode())}
            for number, (step, _) in enumerate(self._waiting):
                counts = self.warm_ups if step.warm_up else self.measured
                failure = _count(counts.setdefault((step.name, step.file.name), Count()), rows[number], step.file)
                self._follow(step.label, failure, refused=_is_refused(rows[number]))
            self._waiting.clear()
        self._read_at = time.monotonic()

    def _follow(self, label: str, failure: str | None, *, refused: bool) -> None:
        """Count failures in a row; stop the label where there are too many."""
        if failure is None:
            self._streaks[label] = _Streak()
            return
        streak = self._streaks[label]
        streak.waiting = streak.doubtful = 0
        streak.failed += 1
        streak.refused = streak.refused + 1 if refused else 0
        streak.reasons[failure] += 1
        if streak.refused >= REFUSALS:
            self._stops.setdefault(label, Stop(label, streak.refused, refused=True, reason=failure))
        elif self._max_failures and streak.failed >= self._max_failures:
            ((reason, _),) = streak.reasons.most_common(1)
            self._stops.setdefault(label, Stop(label, streak.failed, refused=False, reason=reason))


class Course:
    """How far a plan has been followed: what was made now, and what is left of each label."""

    def __init__(self, plan: Iterable[Step], counts: Counts, runs: int) -> None:
        self._counts, self._runs, self._done = counts, runs, 0
        self._begin = time.monotonic()
        self._left: Counter[str] = Counter()
        for step in plan:
            self._left[step.label] += step.count

    def after(self, step: Step) -> Progress:
        """Count one more attempt of a step; say how far it is."""
        self._done += 1
        self._left[step.label] -= 1
        return self.at(step)

    def at(self, step: Step) -> Progress:
        """Say how far it is when a step's attempt has been made; labels that are stopped have nothing more to come."""
        counts, done = self._counts, self._done
        of_files = counts.warm_ups if step.warm_up else counts.measured
        left = sum(number for label, number in self._left.items() if not counts.is_stopped(label))
        return Progress(
            label=step.name,
            run=step.run,
            runs=self._runs,
            file=step.file.name,
            done=done,
            total=done + left,
            count=of_files.get((step.name, step.file.name), Count()),
            seconds_left=(time.monotonic() - self._begin) / done * left,
            stops=tuple(counts.stops.values()),
        )


def _rows(log: bytes) -> list[dict[str, object]]:
    from ftpstats.logs.reader import read_text

    return read_text(log).to_dicts()


def _count(count: Count, row: dict[str, object], file: FileUsed) -> str | None:
    """Count an attempt; say why it failed, None if it was completed."""
    from ftpstats.schema import COMPLETED

    short = file.bytes is not None and row["bytes"] is not None and row["bytes"] != file.bytes
    if row["completion"] in COMPLETED and not short:
        count.completed += 1
        if isinstance(row["seconds"], float):
            count.last = row["seconds"]
            count.seconds += row["seconds"]
            count.timed += 1
        return None
    sizes = f"{row['bytes']} of {file.bytes} bytes" if short else None
    failure = str(row["note"] or sizes or row["completion"])
    count.failures[failure] += 1
    return failure


def _is_refused(row: dict[str, object]) -> bool:
    """Whether an attempt ended at the log-in: the server said 530, or its client what that means; nothing was moved."""
    said = row["reply_code"] == _NOT_LOGGED_IN or _REFUSED.search(str(row["note"]))
    return row["completion"] == "failed" and bool(said)
