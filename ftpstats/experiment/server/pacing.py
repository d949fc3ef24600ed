"""How long a transfer has to wait, so that it keeps its pace. Time comes in as a number; nothing here waits."""

from dataclasses import dataclass

__all__ = ["Pace", "chunk_size"]

_CATCH_UP_SECONDS = 0.1
_CHUNK_SECONDS = 0.001
_SMALLEST_CHUNK, _LARGEST_CHUNK = 1024, 64 * 1024


@dataclass(slots=True)
class Pace:
    """
    The pace of one transfer that began at a time, on a clock of seconds.

    pyftpdlib's own ThrottledDTPHandler counts whole seconds: a file smaller than one second's ration is not slowed
    at all, and a larger one comes in bursts. Here each byte has a time at which it is due. What the server's machine
    is late by is caught up with; what a stalled client is late by, beyond a tenth of a second, is not.
    """

    bytes_per_second: float
    began: float

    def wait(self, transferred: int, now: float) -> float:
        """Return the seconds until so many bytes are due, 0 where they are overdue."""
        planned = transferred / self.bytes_per_second
        self.began = max(self.began, now - planned - _CATCH_UP_SECONDS)
        return max(0.0, self.began + planned - now)


def chunk_size(bytes_per_second: float) -> int:
    """
    Return how many bytes go between two pauses: a millisecond's worth, within reason.

    Examples
    --------
    >>> chunk_size(20e6), chunk_size(1e9), chunk_size(1e3)
    (20000, 65536, 1024)
    """
    return round(min(max(bytes_per_second * _CHUNK_SECONDS, _SMALLEST_CHUNK), _LARGEST_CHUNK))
