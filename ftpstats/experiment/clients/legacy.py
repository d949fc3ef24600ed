"""The thesis's own script, legacy/ftp-test.sh: one more way to make transfers, and the filter that makes RESULT.log.

The script starts the clients and logs by itself, download after download. What it logs is taken over attempt by
attempt as each is finished.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import ftpstats
from ftpstats.errors import MachineError
from ftpstats.experiment.clients.base import Outcome, Request, was_killed
from ftpstats.experiment.clients.registry import CLIENTS, bsd_word
from ftpstats.experiment.programs import Finished, Programs
from ftpstats.experiment.transcript import tidy
from ftpstats.manifest import LOG, RESULT

__all__ = ["LEGACY", "legacy_downloads", "legacy_script", "numbered", "write_result"]

LEGACY = "legacy"  # as --client has it

_POLL_SECONDS = 0.1
# Larger files are checked between two downloads, not beside the next one, and do not pile up on the disk.
_AT_ONCE_UP_TO = 1024**2
_FILTER_SECONDS = 600.0
_KEPT_BYTES = 1024**2  # of what a client prints; a server that never stops talking must fill neither memory nor disk


def legacy_script() -> Path:
    """
    Return the script's path: in the installed package, or beside it where ftpstats runs from its sources.

    Raises
    ------
    MachineError
        If it is in neither.
    """
    package = Path(ftpstats.__file__).parent
    for folder in (package / "legacy", package.parent / "legacy"):
        if (folder / "ftp-test.sh").is_file():
            return folder / "ftp-test.sh"
    raise MachineError(f"{package}: legacy/ftp-test.sh is missing; install ftpstats again")


def numbered(name: str, number: int) -> str:
    """
    Return the name that the script gives to a download.

    Examples
    --------
    >>> numbered("ftp-test1.img", 7), numbered("README", 7)
    ('ftp-test1-7.img', 'README-7')
    """
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}-{number}.{suffix}" if dot else f"{name}-{number}"


def write_result(folder: Path) -> None:
    """
    Write RESULT.log from FTP.log with the script's own filter: its loop over no downloads at all.

    Raises
    ------
    MachineError
        If the script fails.
    """
    settings = {"TIMES": "0", "LABEL": "none", "FTP": "sh", "FILE": "none", "LOG": LOG, "RESULT": RESULT}
    finished = Programs().run(["sh", str(legacy_script())], folder=folder, timeout=_FILTER_SECONDS, settings=settings)
    if finished.status:
        raise MachineError(f"{folder / RESULT}: {tidy(finished.output, '').strip() or 'the filter was ended'}")


def legacy_downloads(
    request: Request, count: int, size: int | None, inherited: Sequence[int], allowed: Callable[[int], int] = int
) -> Iterator[tuple[Outcome, Path]]:
    """
    Let the script download a file so many times.

    Parameters
    ----------
    request : Request
        What each download is; `local` names the folder. The deadline is for each download.
    count : int
        How many.
    size : int or None
        The file's bytes, where they are known.
    inherited : sequence of int
        Descriptors that the script holds open.
    allowed : callable
        How many of so many may be begun before one of them is looked at; 0 ends it. All, unless given.

    Yields
    ------
    Outcome, Path
        Each download when it is finished, and the file that it made, if it did.
    """
    while at_once := allowed(count if size is not None and size <= _AT_ONCE_UP_TO else min(count, 1)):
        for outcome, path in _Loop(request, at_once, inherited, allowed).downloads():
            yield outcome, path
            count -= 1


class _Loop:
    """One run of the script, and the log that it writes."""

    def __init__(self, request: Request, times: int, inherited: Sequence[int], allowed: Callable[[int], int]) -> None:
        self._request, self._times, self._allowed = request, times, allowed
        self._folder = request.local.parent
        self._log = self._folder / "script.log"
        self._log.unlink(missing_ok=True)
        # Nobody else knows this label, so nothing that a server says can be taken for a header.
        self._label = secrets.token_hex(16)
        self._header = re.compile(rf"^FTP-TEST \d+ {self._label}\n".encode(), re.MULTILINE)
        self._read, self._begun = 0, b""  # how much of the log has been read; the download that may not be finished
        self._programs = Programs(inherited)

    def downloads(self) -> Iterator[tuple[Outcome, Path]]:
        with ThreadPoolExecutor(1) as pool:
            script = pool.submit(self._run)
            try:
                yield from self._watched(script)
            finally:
                self._programs.stop()

    def _run(self) -> Finished:
        return self._programs.run(
            ["sh", str(legacy_script())],
            folder=self._folder,
            timeout=threading.TIMEOUT_MAX / 2,
            settings=self._settings(),
        )

    def _settings(self) -> Mapping[str, str]:
        client = CLIENTS["inetutils"].program()
        if client is None:
            raise MachineError("the legacy script needs a client: apt-get install inetutils-ftp")
        request = self._request
        return {
            "TIMES": str(self._times),
            "FIRST": "1",
            "LABEL": self._label,
            "SERVER": request.host,
            "PORT": str(request.port),
            "FTP": client,
            "FTP_USER": bsd_word(request.user),
            "FTP_PASS": bsd_word(request.password),
            "FILE": request.remote,
            "LOG": self._log.name,
            "RESULT": "script-result.log",
        }

    def _watched(self, script: "Future[Finished]") -> Iterator[tuple[Outcome, Path]]:
        """Give each download when the header of the next one, or the end of the script, says that it is finished."""
        given, since = 0, time.monotonic()
        while True:
            is_over = script.done()  # asked before the log is read: nothing is written behind it
            for block in self._finished(is_over=is_over):
                given += 1
                yield self._outcome(given, block, time.monotonic() - since)
                since = time.monotonic()
            if is_over:
                break
            if not self._allowed(1):
                yield from self._cut_short(given, script)
                return
            trouble = self._trouble(time.monotonic() - since)
            if trouble:
                yield self._given_up(given + 1, script, trouble)
                return
            wait([script], timeout=_POLL_SECONDS)
        done = script.result()
        if given < self._times:
            raise MachineError(f"legacy/ftp-test.sh: {tidy(done.output, '').strip() or f'ended with {done.status}'}")

    def _finished(self, *, is_over: bool = False) -> list[bytes]:
        """Return what the log says of each download that has been finished meanwhile, without its header."""
        if self._log.exists():
            with self._log.open("rb") as log:
                log.seek(self._read)
                new = log.read(-1 if is_over else 2 * _KEPT_BYTES)
            self._read += len(new)
            self._begun += new
        headers = list(self._header.finditer(self._begun))
        ends = [header.start() for header in headers[1:]] + ([len(self._begun)] if is_over else [])
        blocks = [self._begun[header.end() : end] for header, end in zip(headers, ends, strict=False)]
        if headers:
            self._begun = self._begun[headers[-1].start() :]
        return blocks

    def _trouble(self, seconds: float) -> str | None:
        """What is wrong with the client of the download that has been running for so long."""
        if seconds > self._request.timeout:
            return was_killed(self._request.timeout)
        return "the client did not stop printing; it was killed" if len(self._begun) > _KEPT_BYTES else None

    def _cut_short(self, given: int, script: "Future[Finished]") -> Iterator[tuple[Outcome, Path]]:
        """End the script; give what it has finished meanwhile. What it was about is no attempt: we have cut it off."""
        self._programs.stop()
        script.result()
        for number, block in enumerate(self._finished(), given + 1):
            yield self._outcome(number, block, 0.0)
        (self._folder / self._request.remote).unlink(missing_ok=True)  # the next script would refuse to overwrite it

    def _given_up(self, number: int, script: "Future[Finished]", trouble: str) -> tuple[Outcome, Path]:
        self._programs.stop()
        script.result()
        (*_, block) = self._header.split(self._begun)
        what, path = self._outcome(number, block, self._request.timeout, trouble)
        with suppress(FileNotFoundError):  # as the script would have: the next one refuses to overwrite what came of it
            (self._folder / self._request.remote).rename(path)
        return what, path

    def _outcome(self, number: int, block: bytes, seconds: float, trouble: str | None = None) -> tuple[Outcome, Path]:
        secret = "" if self._request.user == "anonymous" else self._request.password
        path = self._folder / numbered(self._request.remote, number)
        return Outcome.ended(tidy(block, secret), seconds, trouble), path
