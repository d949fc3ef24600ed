"""An experiment in words: its schedule, its progress and its outcome."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any, TextIO, cast

from ftpstats.present.tables import MISSING, Table, shown_text
from ftpstats.present.terminal import is_ascii, is_dumb
from ftpstats.schedule import SEEDED
from ftpstats.units import format_seconds

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from ftpstats.experiment.counts import Count, Counts, Progress, Stop
    from ftpstats.manifest import ClientUsed, Manifest
    from ftpstats.schedule import Step

__all__ = [
    "Waiting", "client_words", "counts_table", "failure_lines", "format_duration", "plan_parts", "stop_line",
    "watching",
]  # fmt: skip

_LINE_SECONDS = 5.0  # between two lines, where there is no terminal
_LABEL_SHOWN = 20  # characters
_SECONDS_UNSEEN = 1.0  # what is done by then shows no progress


@contextmanager
def watching(stream: TextIO, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """
    Give what shows each step of progress on a stream.

    Parameters
    ----------
    stream : text file
        A terminal that can move its cursor gets a bar that is drawn over, anything else a line every few seconds.
    quiet : bool
        Show nothing.
    """
    unread = cast("TextIO", _Unread(stream))
    if quiet:
        yield lambda _: None
    elif stream.isatty() and not is_dumb():
        with _bar(unread) as (bar, task):
            yield lambda progress: bar.update(
                task, completed=progress.done, total=progress.total, description=_words(progress)
            )
    else:
        yield _Lines(unread)


@contextmanager
def _bar(stream: TextIO) -> Iterator[tuple[Bar, TaskID]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    # What does not fit is cut at the end of the words; bar and count keep their room.
    words = TextColumn(
        "{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)
    )
    columns = (BarColumn(12), MofNCompleteColumn(table_column=Column(no_wrap=True, min_width=9)), words)
    # Twice a second: drawing takes time from the clients.
    with Progress(*columns, console=Console(file=stream), refresh_per_second=2, transient=True, expand=True) as bar:
        yield bar, bar.add_task("", total=None)


class Waiting:
    """
    A line on a terminal, from the second second on: what is being done, and for how long. It is gone when it ends.

    Parameters
    ----------
    stream : text file
        Anything but a terminal that can move its cursor is shown nothing.
    words : callable
        Says what is being done.
    """

    def __init__(self, stream: TextIO, words: Callable[[], str]) -> None:
        self._stream, self._words = cast("TextIO", _Unread(stream)), words
        self._lock, self._has_ended = threading.Lock(), False
        self._shown: Bar | None = None
        self._timer = threading.Timer(_SECONDS_UNSEEN, self._show)
        self._timer.daemon = True
        if stream.isatty() and not is_dumb():
            self._timer.start()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.text import Text

        class Words(ProgressColumn):
            def render(_, task: object) -> Text:  # noqa: ARG002, N805 - `self` is the line
                return Text(self._words(), no_wrap=True, overflow="ellipsis")

        spinner = "line" if is_ascii() else "dots"
        columns = (SpinnerColumn(spinner), Words(), TextColumn(""), TimeElapsedColumn())
        with self._lock:
            if not self._has_ended:
                self._shown = Progress(
                    *columns, console=Console(file=self._stream), refresh_per_second=4, transient=True
                )
                self._shown.add_task("", total=None)
                self._shown.start()

    def end(self) -> None:
        """Take the line away; once is enough."""
        self._timer.cancel()
        with self._lock:
            self._has_ended = True
            if self._shown is not None:
                self._shown.stop()
                self._shown = None


class _Unread:
    """A stream that may be closed at the other end: the experiment continues without it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


class _Lines:
    """Writes a line now and then, and for the last transfer."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._written = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if progress.done == progress.total or time.monotonic() - self._written >= _LINE_SECONDS:
            self._stream.write(f"{progress.done} of {progress.total}: {_words(progress)}\n")
            self._stream.flush()
            self._written = time.monotonic()


def _words(progress: Progress) -> str:
    """Return the time left, failures, label, file, run, last and mean time: what matters most first."""
    count = progress.count
    run = f", run {progress.run} of {progress.runs}" if progress.runs > 1 else ""
    failed = f", {count.failed} failed" if count.failed else ""
    label = _shortened(shown_text(progress.label))
    return (
        f"{format_duration(progress.seconds_left)} left{failed}; {label} {progress.file}{run}: "
        f"last {_seconds(count.last)}, mean {_seconds(count.mean)}"
    )


def _shortened(label: str) -> str:
    return label if len(label) <= _LABEL_SHOWN else f"{label[: _LABEL_SHOWN - 1]}…"


def _seconds(seconds: float | None) -> str:
    return MISSING if seconds is None else format_seconds(seconds)


def format_duration(seconds: float) -> str:
    """
    Return a duration in words.

    Examples
    --------
    >>> format_duration(4.2), format_duration(750), format_duration(9000)
    ('4 s', '12 min 30 s', '2 h 30 min')
    """
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def client_words(client: ClientUsed) -> str:
    """Return which client it is."""
    return shown_text(" ".join(filter(None, (client.name, client.program, client.version and f"({client.version})"))))


def plan_parts(manifest: Manifest, plan: Sequence[Step], seconds: float, assumed: str) -> list[Table | str]:
    """Return the schedule of an experiment, and its approximate duration."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for step in plan:
        counts[shown_text(step.name), step.file.name, "warm-up" if step.warm_up else ""] += step.count
    rows = tuple((*names, str(times)) for names, times in counts.items())
    settings = manifest.settings
    seed = f", seed {settings.seed}" if settings.order in SEEDED else ""
    runs = f" in {settings.runs} runs of each label" if settings.runs > 1 else ""
    client = client_words(manifest.client)
    return [
        Table(
            f"Schedule: {settings.order}{seed}", ("label", "file", "", "transfers"), frozenset({3}), rows, frozenset()
        ),
        *_order_of_runs(plan),
        f"{counts.total()} transfers{runs} by {client}; about {format_duration(seconds)} {assumed}.",
    ]


def _order_of_runs(plan: Sequence[Step]) -> list[str]:
    """Return the runs in their order, where there are several and each is uninterrupted."""
    runs = [run for run, _ in groupby(plan, key=lambda step: (step.label, step.run))]
    if len(runs) > len(set(runs)) or all(run == 1 for _, run in runs):
        return []
    return [f"Order of runs: {', '.join(f'{shown_text(label)} {run}' for label, run in runs)}."]


def counts_table(counts: Counts, title: str) -> Table:
    """Return the outcome of the transfers, by label and file; of warm-ups, only where some failed."""
    rows = tuple(
        (label, file, str(count.completed), str(count.failed), _seconds(count.mean))
        for label, file, count in _counts(counts)
    )
    columns = ("label", "file", "completed", "failed", "mean")
    return Table(title, columns, frozenset({2, 3, 4}), rows, frozenset())


def failure_lines(counts: Counts) -> list[str]:
    """Return why transfers failed, with the number of each reason."""
    return [
        f"! {label} {file}: {times} failed: {shown_text(reason)}"
        for label, file, count in _counts(counts)
        for reason, times in count.failures.most_common()
    ]


def stop_line(stop: Stop, going_on: str) -> str:
    """Return why a label was stopped, and what to do; `going_on` is the way to continue."""
    label, reason = shown_text(stop.label), shown_text(stop.reason)
    if stop.refused:
        return (
            f"{label}: stopped: the log-in was refused {stop.attempts} times in a row: {reason}; correct user or "
            f"password (--user, FTPSTATS_PASSWORD, ~/.netrc); {going_on}"
        )
    return f"{label}: stopped after {stop.attempts} consecutive failures (--max-failures), mostly: {reason}; {going_on}"


def _counts(counts: Counts) -> Iterator[tuple[str, str, Count]]:
    for (label, file), count in counts.measured.items():
        yield shown_text(label), file, count
    for (label, file), count in counts.warm_ups.items():
        if count.failed:
            yield shown_text(label), f"{file}, warm-up", count
