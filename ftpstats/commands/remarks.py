"""What is said beside an answer, on standard error: remarks, and a line while the answer is awaited."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ftpstats.errors import masked

if TYPE_CHECKING:
    from ftpstats.present.progress import Waiting

__all__ = ["complain", "remark", "stop_waiting", "waiting"]

_waiting: "list[Waiting]" = []


@contextmanager
def waiting(*, is_quiet: bool) -> Iterator[None]:
    """Show on the terminal what takes longer than a second, until something is written."""
    if sys.stderr.isatty() and not is_quiet:
        from ftpstats.api.sources import reading
        from ftpstats.present.progress import Waiting

        _waiting.append(Waiting(sys.stderr, reading))
    try:
        yield
    finally:
        stop_waiting()


def stop_waiting() -> None:
    """Take that line away."""
    while _waiting:
        _waiting.pop().end()


def complain(message: str) -> None:
    """Say what is wrong, or what is being done, in one line beside the answer."""
    remark(f"ftpstats: {masked(message)}")


def remark(text: str) -> None:
    """Write on standard error. Whether anybody can read it there is no reason to stop."""
    stop_waiting()
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
