"""Where a download arrives, and whether it is what was asked for: its size, and its SHA-256 where that is known.

A file too large to be kept on the disk arrives in a pipe, and is counted and hashed as it comes.
"""

import hashlib
import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ftpstats.experiment.transcript import OUR_WORDS
from ftpstats.manifest import FileUsed

__all__ = ["PIPED_ABOVE", "check_file", "piped", "what_is_wrong"]

PIPED_ABOVE = 4 * 1024**3
_CHUNK = 1024**2
_POLL_MILLISECONDS = 50


def check_file(path: Path, expected: FileUsed) -> str:
    """
    Return what is wrong with a file that was downloaded, as a line for the log; empty where nothing is.

    A file that is not there is for the client's words to explain.
    """
    if not path.is_file():
        return ""
    size, digest = path.stat().st_size, None
    if expected.sha256 is not None and size == expected.bytes:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return what_is_wrong(size, digest, expected)


def what_is_wrong(size: int, digest: str | None, expected: FileUsed) -> str:
    """Return how size and SHA-256 of what arrived differ from what was expected, as a line for the log."""
    if expected.bytes is not None and size != expected.bytes:
        return f"{OUR_WORDS}{size} of {expected.bytes} bytes arrived\n"
    if digest is not None and expected.sha256 is not None and digest != expected.sha256:
        return f"{OUR_WORDS}the bytes that arrived are not those of the file (SHA-256)\n"
    return ""


class _Drain:
    """Reads a pipe to its end on a thread, and keeps nothing of it."""

    def __init__(self, path: Path) -> None:
        self.size = 0
        self._digest = hashlib.sha256()
        self._over = threading.Event()
        # Not blocking: a client that fails before it opens the pipe would leave us waiting for ever.
        self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        while True:
            is_last = self._over.is_set()  # asked first: what was written before is still read
            ready = poll.poll(_POLL_MILLISECONDS)
            piece = b""
            if ready:
                with suppress(BlockingIOError):
                    piece = os.read(self._pipe, _CHUNK)
            self._digest.update(piece)
            self.size += len(piece)
            if not piece:
                if is_last:
                    return
                self._over.wait(_POLL_MILLISECONDS / 1000)  # no writer yet, or no more: poll would not wait

    def verdict(self, expected: FileUsed) -> str:
        """Return what is wrong with what came, when the writer has ended, as `what_is_wrong` does."""
        self.end()
        return what_is_wrong(self.size, self._digest.hexdigest(), expected) if self.size else ""

    def end(self) -> None:
        """Read what is left, and close the pipe."""
        if self._over.is_set():
            return
        self._over.set()
        self._thread.join()
        os.close(self._pipe)


@contextmanager
def piped(path: Path) -> Iterator[_Drain]:
    """Make a pipe of that name, and read whatever is written into it; it is gone at the end."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    drain = _Drain(path)
    try:
        yield drain
    finally:
        drain.end()
        path.unlink(missing_ok=True)
