"""Programs run to their end or to a deadline: what they print, and when. Nothing here knows FTP.

No shell, a session of their own so that whatever they start ends with them, and never a wait without an end.
"""

import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Finished", "Programs", "Terminated", "terminable"]

_KEPT_BYTES = 1024**2  # of what a program prints; a server that never stops talking must not fill our memory
_CHUNK = 65536
_ENDS = (signal.SIGTERM, signal.SIGHUP)  # a terminal or an ssh session that is gone sends the latter
_LOOK_AGAIN = 0.5  # seconds until it is asked whether a program has gone whose child holds its output open
# A proxy or a mode set for the user's own sessions would change what is measured; the password is ours to hand on.
_HIDDEN = {"FTPMODE", "FTPPROMPT", "FTPRPROMPT", "FTPUSERAGENT", "PAGER", "FTPSTATS_PASSWORD"}
_HIDDEN |= {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}  # homes by another name


@dataclass(frozen=True, slots=True)
class Finished:
    """
    A program that has ended.

    Attributes
    ----------
    printed : tuple of (float, bytes)
        What it wrote to standard output and error, and the monotonic clock's seconds when each piece was read.
    status : int
        Exit status; minus the signal's number where a signal ended it.
    seconds : float
        From its start to its end.
    timed_out : bool
        The deadline passed, and it was killed.
    """

    printed: tuple[tuple[float, bytes], ...]
    status: int
    seconds: float
    timed_out: bool

    @property
    def output(self) -> bytes:
        """All that it printed."""
        return b"".join(piece for _, piece in self.printed)


class Terminated(SystemExit):
    """SIGTERM as an exception: what is open is closed. An event loop lets SystemExit through, and few others."""


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM, and SIGHUP unless it is ignored, raise `Terminated` in the block: its status is a shell's."""

    def stop(number: int, _frame: object) -> None:
        raise Terminated(128 + number)

    heeded = [number for number in _ENDS if signal.getsignal(number) is not signal.SIG_IGN]  # by nohup, say
    before = [signal.signal(number, stop) for number in heeded]
    try:
        yield
    finally:
        for number, handler in zip(heeded, before, strict=True):
            signal.signal(number, handler)


class Programs:
    """The programs that are running. Threads may share it; `stop` ends them all."""

    def __init__(self, inherited: Sequence[int] = ()) -> None:
        self._inherited = tuple(inherited)  # descriptors that each program holds open: a lock, say
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def run(
        self,
        command: Sequence[str],
        *,
        script: bytes = b"",
        folder: Path,
        timeout: float,
        settings: Mapping[str, str] | None = None,
    ) -> Finished:
        """
        Run a program to its end.

        Parameters
        ----------
        command : sequence of str
            The program and its arguments.
        script : bytes
            What it reads on standard input.
        folder : Path
            Its working folder. Its home is no folder: no configuration of the user's is read, no history written.
        timeout : float
            Seconds after which it is killed.
        settings : Mapping, optional
            Environment variables of its own.

        Raises
        ------
        OSError
            If it cannot be started.
        """
        begin = time.monotonic()
        process = self._start(command, folder, settings or {})
        try:
            with suppress(BrokenPipeError):  # it ended without reading; what it printed says why
                _input(process).write(script)
            with suppress(BrokenPipeError):
                _input(process).close()
            printed, timed_out = _listen(process, begin + timeout)
        finally:
            _kill(process)
            process.wait()
            _output(process).close()
            with self._lock:
                self._running.discard(process)
        return Finished(printed, process.returncode, time.monotonic() - begin, timed_out)

    def _start(self, command: Sequence[str], folder: Path, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._stopped:
                raise InterruptedError("no program is started any more")
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**_environment(), **settings},
                start_new_session=True,
                pass_fds=self._inherited,
            )
            self._running.add(process)
            return process

    def stop(self) -> None:
        """Kill what is running, and start nothing any more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _kill(process)


def _environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in _HIDDEN and not name.lower().endswith("_proxy")
    }
    return kept | {"LC_ALL": "C", "TERM": "dumb", "HOME": os.devnull}


def _listen(process: "subprocess.Popen[bytes]", deadline: float) -> tuple[tuple[tuple[float, bytes], ...], bool]:
    """Read what the program prints until it has ended; also say whether the deadline came first."""
    printed: list[tuple[float, bytes]] = []
    room, output = _KEPT_BYTES, _output(process).fileno()
    poll = select.poll()
    poll.register(output, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if poll.poll(1000 * min(left, _LOOK_AGAIN)):
            piece = os.read(output, _CHUNK)
            if not piece:
                break
            printed.append((time.monotonic(), piece[:room]))
            room -= len(printed[-1][1])
        elif process.poll() is not None and not poll.poll(0):  # it may have printed since it was listened to
            break
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(deadline - time.monotonic(), 0))
    return tuple(printed), process.returncode is None


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the program and whatever it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _input(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101 - for the type checker: it was asked for
    return process.stdin


def _output(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdout is not None  # noqa: S101
    return process.stdout
