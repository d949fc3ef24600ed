"""The experiment's files: FTP.log and FTP.json, written so that whatever happens every finished transfer is in them.

An attempt is written whole or not at all. A journal beside the log says which step each belongs to and where the log
ends with it; what a crash left behind that is cut off before the experiment continues. A power cut may take the last
seconds with it: they are written to the disk every few seconds, because doing so after each transfer would also write
the files that were just downloaded, and disturb the next one.
"""

import fcntl
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ftpstats.errors import MachineError, UsageError
from ftpstats.manifest import LOG, MANIFEST, RESULT, Attempt, Manifest, ServerUsed, read_manifest, runs_of
from ftpstats.schedule import Step, first_iteration, remaining, steps, whole

__all__ = ["JOURNAL", "WORK", "Journal", "now"]

WORK = ".work"  # the folder that clients work in, gone at the end
JOURNAL = "FTP.journal"
_SYNC_SECONDS = 5.0
_END_SECONDS = 2.0  # for what was killed to be gone


def now() -> str:
    """Return the time, as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Journal:
    """The open files of one experiment; `began` and `resumed` make one."""

    def __init__(self, folder: Path, manifest: Manifest, log: BinaryIO, journal: BinaryIO) -> None:
        self.folder = folder
        self.manifest = manifest
        self.attempts: list[Attempt] = list(manifest.attempts)
        self._log, self._journal = log, journal
        self._synced = time.monotonic()
        self._latest = {
            (attempt.label, run): attempt.iteration
            for attempt, run in zip(self.attempts, runs_of(self.attempts), strict=True)
        }

    @property
    def lock(self) -> int:
        """The descriptor that holds the folder: clients inherit it, so that an orphan keeps others away."""
        return self._journal.fileno()

    @classmethod
    @contextmanager
    def began(cls, folder: Path, manifest: Manifest) -> Iterator["Journal"]:
        """
        Begin an experiment in a folder that holds none.

        Raises
        ------
        UsageError
            If it holds one.
        MachineError
            If it cannot be written.
        """
        with ExitStack() as stack:
            with _writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
                held = [name for name in (MANIFEST, LOG, RESULT, WORK) if (folder / name).exists()]
                if held:
                    raise UsageError(
                        f"{folder}: already contains an experiment ({', '.join(held)}); --resume continues it, "
                        "--output names another folder"
                    )
                journal = stack.enter_context(_locked(folder))
                log = stack.enter_context((folder / LOG).open("xb", buffering=0))
                _replace(folder / MANIFEST, manifest.to_json())
            yield cls(folder, manifest, log, journal)

    @classmethod
    @contextmanager
    def resumed(cls, folder: Path) -> Iterator["Journal"]:
        """
        Open an experiment again, where it was left.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        MachineError
            If another one runs in this folder, or it cannot be written.
        """
        manifest = read_manifest(folder / MANIFEST)
        with ExitStack() as stack:
            with _writing(folder):
                journal = stack.enter_context(_locked(folder))
                log = stack.enter_context((folder / LOG).open("ab", buffering=0))
                written = log.seek(0, os.SEEK_END)
                attempts = [*manifest.attempts, *_read(journal)]
                known = list({(a.step, a.iteration): a for a in attempts if a.end <= written}.values())
                known = whole(steps(manifest), known)
                log.truncate(known[-1].end if known else 0)
            yield cls(folder, replace(manifest, attempts=tuple(known)), log, journal)

    def add(self, *made: tuple[Step, str, str]) -> None:
        """
        Log finished attempts of one moment: the step of each, when it began, its text.

        Each is numbered as the next of its label's run. They are logged together: half of a pair is never there.

        Raises
        ------
        MachineError
            If the disk is full: the log ends with the attempts before.
        """
        end, attempts, blocks = self._log.seek(0, os.SEEK_END), [], []
        for step, began, text in made:
            first = first_iteration(self.manifest, solo=step.is_solo)
            iteration = self._latest.get((step.name, step.run), first - 1) + 1
            blocks.append(f"FTP-TEST {iteration} {step.name}\n{text}".encode())
            end += len(blocks[-1])
            attempts.append(Attempt(step.number, step.name, iteration, began, end))
        with _writing(self.folder):
            _append(self._journal, b"".join(json.dumps(asdict(attempt)).encode() + b"\n" for attempt in attempts))
            _append(self._log, b"".join(blocks))
            if time.monotonic() - self._synced >= _SYNC_SECONDS:
                self._sync()
        self.attempts += attempts
        self._latest |= {
            (step.name, step.run): attempt.iteration for (step, *_), attempt in zip(made, attempts, strict=True)
        }

    def left(self) -> Counter[str]:
        """Return how many attempts are left to be made, by label, of those of which some are."""
        found: Counter[str] = Counter()
        for step in remaining(steps(self.manifest), self.attempts):
            found[step.label] += step.count
        return found

    def record_users(self, servers: Iterable[ServerUsed]) -> None:
        """Record at once as whom these servers are asked from now on, where that is known and has been another."""
        users = {server.label: server.user for server in servers}
        recorded = tuple(
            replace(server, user=users.get(server.label)) if server.user else server for server in self.manifest.servers
        )
        if recorded != self.manifest.servers:
            self.manifest = replace(self.manifest, servers=recorded)
            self.save(end=self.manifest.end)

    def _sync(self) -> None:
        for file in (self._journal, self._log):
            os.fdatasync(file.fileno())
        self._synced = time.monotonic()

    def save(self, *, end: str | None) -> None:
        """Rewrite FTP.json with the attempts so far, and empty the journal."""
        self.manifest = replace(self.manifest, attempts=tuple(self.attempts), end=end)
        with _writing(self.folder):
            self._sync()
            _replace(self.folder / MANIFEST, self.manifest.to_json())
            self._journal.truncate(0)
            if end is not None:
                (self.folder / JOURNAL).unlink()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MachineError(
            f"{folder}: the experiment cannot be written: {error.strerror}; free space and --resume"
        ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[BinaryIO]:
    with (folder / JOURNAL).open("a+b", buffering=0) as journal:
        if not _taken(journal) and not (_claimed(journal) and _freed(journal, folder)):
            holding = ", ".join(map(str, _holding(folder / JOURNAL))) or "not to be seen"
            raise MachineError(
                f"{folder}: an experiment or its client is still running here (process {holding}); wait, or end it"
            )
        os.set_inheritable(journal.fileno(), False)  # only clients inherit it
        yield journal


def _taken(journal: BinaryIO) -> bool:
    """Take two locks: one that clients inherit, and one that ends with this process, however it ends."""
    with suppress(BlockingIOError):
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _claimed(journal)
        return True
    return False


def _claimed(journal: BinaryIO) -> bool:
    """Take the lock that clients do not inherit; say whether it was free, so that no experiment runs here."""
    with suppress(OSError):
        fcntl.lockf(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _freed(journal: BinaryIO, folder: Path) -> bool:
    """End the clients of an experiment that was killed: some would hold its folder for as long as they may hang."""
    work, deadline = (folder / WORK).resolve(), time.monotonic() + _END_SECONDS
    while not (taken := _taken(journal)) and time.monotonic() < deadline:
        for process in _holding(folder / JOURNAL):
            with suppress(OSError):
                if Path(f"/proc/{process}/cwd").readlink().is_relative_to(work):  # nobody else works there
                    os.kill(process, signal.SIGKILL)
        time.sleep(0.05)
    return taken


def _holding(path: Path) -> list[int]:
    """Return the other processes that have a file open, as far as we may see them."""
    held = path.stat()
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # not ours to look at, or gone
            if os.path.samestat(link.stat(), held):
                found.add(int(link.parts[2]))
    return sorted(found - {os.getpid()})


def _read(journal: BinaryIO) -> list[Attempt]:
    """Return the journal's attempts; the last line may have been cut off."""
    journal.seek(0)
    found = []
    for line in journal.read().splitlines():
        with suppress(ValueError, TypeError):
            found.append(Attempt(**json.loads(line)))
    return found


def _append(file: BinaryIO, content: bytes) -> None:
    """Write all of it, or nothing."""
    begin = file.seek(0, os.SEEK_END)
    try:
        left = memoryview(content)
        while left:
            left = left[file.write(left) or 0 :]
    except OSError:
        with suppress(OSError):
            file.truncate(begin)
        raise


def _replace(path: Path, text: str) -> None:
    """Write a file whole, or leave the one that is there."""
    beside = path.with_name(path.name + ".partial")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
