"""What became of an experiment's transfers so far, read from its log by the same parser as anyone's log."""

import time
from collections import Counter
from dataclasses import dataclass, field

from ftpstats.manifest import FileUsed
from ftpstats.schedule import Step

__all__ = ["Count", "Tally"]

# Reading a block costs as much as a small transfer, whether it holds one attempt or a thousand.
_READ_EVERY_SECONDS = 2.0


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


class Tally:
    """Counts attempts. They are read some at a time, so that reading does not take the time of the next transfer."""

    def __init__(self, *, at_once: bool) -> None:
        self.counts: dict[tuple[str, str], Count] = {}  # by label and file
        self.warm_ups: dict[tuple[str, str], Count] = {}
        self._every = 0.0 if at_once else _READ_EVERY_SECONDS
        self._waiting: list[tuple[Step, str]] = []
        _rows(b"FTP-TEST 1 any\n")  # Polars is imported and put to work before the first client's clock runs
        self._read_at = time.monotonic()

    @property
    def failed(self) -> int:
        """How many attempts have failed, of those read; a warm-up that fails is one, too."""
        return sum(count.failed for count in (*self.counts.values(), *self.warm_ups.values()))

    @property
    def completed(self) -> int:
        """How many were completed, of those read, warm-ups aside."""
        return sum(count.completed for count in self.counts.values())

    def add(self, step: Step, text: str) -> None:
        """Count an attempt of a step, by its lines in the log."""
        self._waiting.append((step, text))
        if time.monotonic() - self._read_at >= self._every:
            self.read()

    def read(self) -> None:
        """Count what is waiting."""
        if self._waiting:
            log = "".join(f"FTP-TEST {number} any\n{text}" for number, (_, text) in enumerate(self._waiting))
            rows = {row["iteration"]: row for row in _rows(log.encode())}
            for number, (step, _) in enumerate(self._waiting):
                counts = self.warm_ups if step.warm_up else self.counts
                _count(counts.setdefault((step.label, step.file.name), Count()), rows[number], step.file)
            self._waiting.clear()
        self._read_at = time.monotonic()


def _rows(log: bytes) -> list[dict[str, object]]:
    from ftpstats.logs.reader import read_text

    return read_text(log).to_dicts()


def _count(count: Count, row: dict[str, object], file: FileUsed) -> None:
    from ftpstats.table import COMPLETED

    short = file.bytes is not None and row["bytes"] is not None and row["bytes"] != file.bytes
    if row["completion"] in COMPLETED and not short:
        count.completed += 1
        if isinstance(row["seconds"], float):
            count.last = row["seconds"]
            count.seconds += row["seconds"]
            count.timed += 1
    else:
        sizes = f"{row['bytes']} of {file.bytes} bytes" if short else None
        count.failures[str(row["note"] or sizes or row["completion"])] += 1
