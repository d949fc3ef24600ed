"""The experiment itself: the steps of the schedule, each transfer made, checked, logged and counted.

A failed transfer is logged, and the next one is made. A callback reports progress.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from itertools import count, takewhile
from pathlib import Path

from ftpstats.errors import MachineError
from ftpstats.experiment.clients.base import Endpoint, Outcome, Request
from ftpstats.experiment.clients.legacy import LEGACY, legacy_downloads, numbered, write_result
from ftpstats.experiment.clients.registry import CLIENTS
from ftpstats.experiment.counts import Counts, Course, Progress
from ftpstats.experiment.integrity import PIPED_ABOVE, check_file, piped
from ftpstats.experiment.journal import WORK, Journal, now
from ftpstats.experiment.programs import Programs
from ftpstats.experiment.transcript import doubted, prepare, tidy
from ftpstats.manifest import FileUsed
from ftpstats.schedule import DUET, Step, moments, remaining, steps, sub_experiments

__all__ = ["Progress", "run"]

_Transfer = tuple[Step, str, Outcome]  # a transfer: its step, when it began, what became of it
_HOOK_SECONDS = 3600.0  # a hook may restart a machine, but nothing waits for ever
_PAIR = 2  # transfers of a duet at once
_KEPT = "downloads/*/*-*"


def run(
    journal: Journal,
    endpoints: Mapping[str, Endpoint],
    sources: Mapping[str, Path],
    *,
    max_failures: int | None,
    report: Callable[[Progress], None],
) -> Counts:
    """
    Make the transfers that are left of an experiment.

    Parameters
    ----------
    journal : Journal
        Its log and its plan.
    endpoints : Mapping
        Each label's server.
    sources : Mapping
        The file that an upload of each name sends.
    max_failures : int or None
        Failures of one label in a row after which it is stopped, 0 for never; None as the manifest says.
    report : callable
        Called after each transfer.

    Returns
    -------
    Counts
        What became of the transfers made now, and which labels were stopped: their part of the plan is not finished.

    Raises
    ------
    MachineError
        If the log cannot be written, or a hook fails.
    """
    work = journal.folder / WORK
    shutil.rmtree(work, ignore_errors=True)
    try:
        with _Worker(journal, endpoints, sources, work) as worker:
            counts = _run_steps(worker, journal, max_failures, report)
        journal.save(end=None if journal.left() else journal.manifest.end or now())
    finally:
        shutil.rmtree(work, ignore_errors=True)
    write_result(journal.folder)
    return counts


def _run_steps(
    worker: "_Worker", journal: Journal, max_failures: int | None, report: Callable[[Progress], None]
) -> Counts:
    settings = journal.manifest.settings
    plan = remaining(steps(journal.manifest), journal.attempts)
    most = settings.max_failures if max_failures is None else max_failures
    counts = Counts(most, together=settings.order == DUET)
    prepare()
    course, made = Course(plan, counts, settings.runs), None
    for part in sub_experiments(plan):
        if counts.is_stopped(part[0].label):
            continue
        if made:
            time.sleep(settings.pause)
        _hooks(settings.before, part)
        for transfers in _transfers(worker, part, counts):
            journal.add(*((step, began, outcome.text) for step, began, outcome in transfers))
            for step, _, outcome in transfers:
                counts.add(step, outcome.text)
                made, progress = step, course.after(step)
                if progress.done < progress.total:
                    report(progress)
        _hooks(settings.after, part)
    counts.read()
    if made:
        report(course.at(made))
    return counts


def _transfers(worker: "_Worker", part: Iterable[Step], counts: Counts) -> Iterator[list[_Transfer]]:
    """Make the transfers of a sub-experiment; yield each when it is finished, and those of one moment together."""
    for together in moments(part):
        if len(together) == 1:
            (step,) = together
            for began, outcome in worker.transfers(step, partial(counts.allowed, step.label)):
                yield [(step, began, outcome)]
        elif all(counts.allowed(step.label, 1) for step in together):
            yield worker.pair(together)


def _hooks(command: str | None, part: Iterable[Step]) -> None:
    """Run a command of the user's for each label of a sub-experiment."""
    if command is not None:
        for step in {step.label: step for step in part}.values():
            _hook(command, step)


def _hook(command: str, step: Step) -> None:
    """Run a command of the user's, in a shell, with label, run and file in its environment."""
    finished = Programs().run(
        ["sh", "-c", command],
        folder=Path.cwd(),
        timeout=_HOOK_SECONDS,
        settings={
            "FTPSTATS_LABEL": step.label,
            "FTPSTATS_RUN": str(step.run),
            "FTPSTATS_FILE": step.file.name,
            "HOME": str(Path.home()),
        },
    )
    if finished.status:
        said = tidy(finished.output, "").strip().rpartition("\n")[2] or "it said nothing"
        raise MachineError(f"the hook '{command}' failed with status {finished.status}: {said}; fix it and --resume")


def _with_doubt(outcome: Outcome, wrong: str) -> Outcome:
    return replace(outcome, text=doubted(outcome.text, wrong)) if wrong else outcome


def _numbers(paths: Iterable[Path]) -> Iterator[int]:
    """Yield the numbers that names of kept downloads end with."""
    for path in paths:
        _, _, number = path.stem.rpartition("-")
        if number.isdecimal():
            yield int(number)


class _Worker:
    """Makes a step's transfers, as many at once as the settings say; each in a folder of its own."""

    def __init__(
        self, journal: Journal, endpoints: Mapping[str, Endpoint], sources: Mapping[str, Path], work: Path
    ) -> None:
        self._manifest, self._folder = journal.manifest, journal.folder
        self._endpoints, self._sources, self._work = endpoints, sources, work
        self._inherited = (journal.lock,)
        self._programs = Programs(self._inherited)
        self._keeps = journal.manifest.settings.keep and not journal.manifest.settings.upload
        # A continued experiment adds to them.
        self._next_kept = count(max(_numbers(self._folder.glob(_KEPT)), default=0) + 1)

    def __enter__(self) -> "_Worker":
        for slot in range(max(self._manifest.settings.parallel, _PAIR)):
            (self._work / str(slot)).mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._programs.stop()

    def transfers(self, step: Step, allowed: Callable[[int], int]) -> Iterator[tuple[str, Outcome]]:
        """
        Make a step's transfers; yield each when it is finished, with the time at which it began.

        `allowed` says how many of so many may be begun before one of them is looked at. Those that run are finished.
        """
        step = self._as_served(step)
        if self._manifest.client.name == LEGACY:
            yield from self._by_script(step, allowed)
        elif self._manifest.settings.parallel == 1:
            yield from (self._one(step, 0) for _ in takewhile(lambda _: allowed(1), range(step.count)))
        else:
            yield from self._at_once(step, allowed)

    def pair(self, steps: Sequence[Step]) -> list[_Transfer]:
        """Make a transfer of each step at the same moment; nothing is prepared or checked while one of them runs."""
        with ExitStack() as stack, ThreadPoolExecutor(len(steps)) as pool:
            served = [self._as_served(step) for step in steps]
            requests = [self._ready(step, slot) for slot, step in enumerate(served)]
            checks = [stack.enter_context(self._arriving(*one)) for one in zip(requests, served, strict=True)]
            try:
                made = list(pool.map(self._transferred, requests))
            except BaseException:
                self._programs.stop()  # else the pool would wait for them
                raise
            return [
                (step, began, _with_doubt(outcome, wrong()))
                for step, (began, outcome), wrong in zip(steps, made, checks, strict=True)
            ]

    def _as_served(self, step: Step) -> Step:
        """Return a step with the size that its file has on its server: they may differ."""
        size = self._endpoints[step.label].sizes.get(step.file.name, step.file.bytes)
        return replace(step, file=replace(step.file, bytes=size))

    def _by_script(self, step: Step, allowed: Callable[[int], int]) -> Iterator[tuple[str, Outcome]]:
        request = self._request(step, self._work / "0")
        began = now()
        for outcome, path in legacy_downloads(request, step.count, step.file.bytes, self._inherited, allowed):
            found = _with_doubt(outcome, check_file(path, step.file))
            self._put_away(path, step)
            yield began, found
            began = now()

    def _at_once(self, step: Step, allowed: Callable[[int], int]) -> Iterator[tuple[str, Outcome]]:
        """Keep as many transfers running as the settings say: where one has ended, the next begins."""
        free = list(range(self._manifest.settings.parallel))
        running: dict[Future[tuple[str, Outcome]], int] = {}
        left = step.count
        with ThreadPoolExecutor(len(free)) as pool:
            try:
                while (left and allowed(1)) or running:
                    while left and free and allowed(1):
                        slot = free.pop()
                        running[pool.submit(self._one, step, slot)] = slot
                        left -= 1
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        free.append(running.pop(future))
                        yield future.result()
            except BaseException:
                self._programs.stop()  # else the pool would wait for them
                raise

    def _one(self, step: Step, slot: int) -> tuple[str, Outcome]:
        request = self._ready(step, slot)
        with self._arriving(request, step) as wrong:
            began, outcome = self._transferred(request)
            return began, _with_doubt(outcome, wrong())

    def _ready(self, step: Step, slot: int) -> Request:
        """Return what is asked of a client that works in this slot, and put there what it uploads."""
        request = self._request(step, self._work / str(slot))
        if request.upload:
            request.local.unlink(missing_ok=True)
            request.local.symlink_to(self._sources[step.file.name].resolve())
        return request

    def _transferred(self, request: Request) -> tuple[str, Outcome]:
        """Make a transfer; say when it began."""
        return now(), CLIENTS[self._manifest.client.name].transfer(request, self._programs)

    @contextmanager
    def _arriving(self, request: Request, step: Step) -> Iterator[Callable[[], str]]:
        """Prepare where the file arrives, if that is here, and give what tells afterwards what is wrong with it."""
        root = self._endpoints[step.label].root
        path = request.local if not request.upload else root / request.remote if root else None
        if path is None:
            yield lambda: ""
        elif self._is_piped(step.file):
            with piped(path, step.file) as drain:
                yield drain.verdict
        else:
            path.unlink(missing_ok=True)
            try:
                yield lambda: check_file(path, step.file)
            finally:
                self._put_away(path, step)

    def _is_piped(self, file: FileUsed) -> bool:
        """
        Whether a file is checked as it comes, and is never on the disk, where it is not to be kept.

        It may be too large; and of files that arrive at once, each would be written and read while others are timed.
        """
        settings = self._manifest.settings
        large = (file.bytes or 0) > PIPED_ABOVE
        return not self._keeps and (large or (settings.parallel > 1 and not settings.upload))

    def _request(self, step: Step, folder: Path) -> Request:
        endpoint, settings = self._endpoints[step.label], self._manifest.settings
        name = Path(step.file.name).name
        return Request(
            host=endpoint.host,
            port=endpoint.port,
            user=endpoint.user,
            password=endpoint.password,
            remote=f"upload-{folder.name}-{name}" if settings.upload else step.file.name,
            local=folder / name,
            upload=settings.upload,
            delete=settings.upload and endpoint.root is None,
            tls=endpoint.tls,
            timeout=settings.timeout,
        )

    def _put_away(self, path: Path, step: Step) -> None:
        """Remove what has arrived; with --keep, number a download as the thesis's script did."""
        if not path.is_file():
            return
        if not self._keeps:
            path.unlink()
            return
        labels = [server.label for server in self._manifest.servers]
        folder = self._folder / "downloads" / str(labels.index(step.label) + 1)
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(folder / numbered(Path(step.file.name).name, next(self._next_kept)))
