"""Where a file arrives, and whether it is what was asked for: its size, and its SHA-256 where that is known.

What is not to be on the disk arrives in a pipe, and is counted and hashed as it comes.
"""

import fcntl
import hashlib
import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ftpstats.errors import MachineError
from ftpstats.experiment.transcript import OUR_WORDS
from ftpstats.manifest import FileUsed

__all__ = ["PIPED_ABOVE", "check_file", "piped"]

PIPED_ABOVE = 4 * 1024**3
_PIPE_BYTES = 1024**2
_POLL_SECONDS = 0.05
_CLOSED_SECONDS = 0.001  # a client may open it again
_WAKING_RATE = 512 * 1024**2  # bytes per second


def check_file(path: Path, expected: FileUsed) -> str:
    """
    Return what is wrong with a file that has arrived, as a line for the log; empty where nothing is.

    A file that is not there is for the client's words to explain.
    """
    if not path.is_file():
        return ""
    size, digest = path.stat().st_size, None
    if expected.sha256 is not None and size == expected.bytes:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _what_is_wrong(size, digest, expected)


def _what_is_wrong(size: int, digest: str | None, expected: FileUsed) -> str:
    """Return how size and SHA-256 of what arrived differ from what was expected, as a line for the log."""
    if expected.bytes is not None and size != expected.bytes:
        return f"{OUR_WORDS}{size} of {expected.bytes} bytes arrived\n"
    if digest is not None and expected.sha256 is not None and digest != expected.sha256:
        return f"{OUR_WORDS}the bytes that arrived are not those of the file (SHA-256)\n"
    return ""


class _Drain:
    """Reads a pipe on a thread until the writer has ended, and keeps nothing of it."""

    def __init__(self, path: Path, expected: FileUsed) -> None:
        self._size, self._expected, self._was_opened = 0, expected, False
        self._digest = hashlib.sha256() if expected.sha256 is not None else None
        self._over = threading.Event()
        # Not blocking: a client that fails before it opens the pipe would leave us waiting for ever.
        self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._capacity = _enlarged(self._pipe)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        """
        Read until the writer has ended; what it has written by then is in the pipe.

        Waking up for each few kilobytes that a client writes would take as much of the processor as the client does.
        So where less than half a pipe was in it, more is let in, for as long as it does not fill.
        """
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        room = memoryview(bytearray(self._capacity))
        is_last = False
        while not is_last:
            is_last = self._over.is_set()
            events = poll.poll(1000 * _POLL_SECONDS)  # none before the pipe is opened; at once when it is closed again
            if not events:
                continue
            self._was_opened = True
            read = self._take(room)
            if read == 0:
                self._over.wait(_CLOSED_SECONDS)
            elif read < self._capacity // 2:
                self._over.wait(self._capacity / _WAKING_RATE)

    def _take(self, room: memoryview) -> int:
        """Read what is in the pipe, and return how much that was."""
        try:
            read = os.readv(self._pipe, [room])
        except BlockingIOError:
            return 0
        if self._digest:
            self._digest.update(room[:read])
        self._size += read
        return read

    def verdict(self) -> str:
        """Return what is wrong with what came, when the writer has ended, as `check_file` does."""
        self.end()
        digest = self._digest.hexdigest() if self._digest else None
        return _what_is_wrong(self._size, digest, self._expected) if self._was_opened else ""

    def end(self) -> None:
        """Read what is left, and close the pipe."""
        if self._over.is_set():
            return
        self._over.set()
        self._thread.join()
        os.close(self._pipe)


def _enlarged(pipe: int) -> int:
    """Let a pipe hold as much as the system allows without privileges; return how many bytes that is."""
    with suppress(OSError):  # a user's pipes hold so much together
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)


@contextmanager
def piped(path: Path, expected: FileUsed) -> Iterator[_Drain]:
    """
    Make a pipe of that name, and read the file that is written into it; it is gone at the end.

    Raises
    ------
    MachineError
        If the file system has no pipes.
    """
    path.unlink(missing_ok=True)
    try:
        os.mkfifo(path)
    except OSError as error:
        raise MachineError(f"{path.parent}: cannot hold a pipe: {error.strerror}; --keep needs none") from error
    drain = _Drain(path, expected)
    try:
        yield drain
    finally:
        drain.end()
        path.unlink(missing_ok=True)
