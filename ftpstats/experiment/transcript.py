"""What a client printed, made fit for a log: nobody's password, nothing that a terminal obeys, nothing forged.

A server's words go into the log too. It may not write headers or results of its own there.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ftpstats.units import KIB

__all__ = ["OUR_WORDS", "replies", "result_line", "tidy"]

OUR_WORDS = "ftpstats: "  # begins each line that is ours: why a transfer failed, where the client does not say

_KEPT = 32768  # characters of one transfer
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_REPLY = re.compile(r"([1-5]\d\d)([ -])(?!bytes? (?:received|sent) in )")
_SIZE_WORD = re.compile(r"(?i)(byte|octet)")
_HEADER = re.compile(r"FTP-TEST")


def result_line(size: int, seconds: float, *, upload: bool, decimals: int) -> str:
    """
    Return a result line as the classic clients print it.

    Parameters
    ----------
    size : int
        Bytes.
    seconds : float
        What the transfer took.
    upload : bool
        Sent, not received.
    decimals : int
        Digits of the seconds that the clock was good for, 6 to 9. The rate has fewer, so that it claims no more.

    Examples
    --------
    >>> result_line(102400, 0.011433, upload=False, decimals=9)
    '102400 bytes received in 0.011433000 secs (8.75e+03 kB/s)'
    """
    rate = size / KIB / seconds if seconds > 0 else 0.0
    return f"{size} bytes {'sent' if upload else 'received'} in {seconds:.{decimals}f} secs ({rate:.3g} kB/s)"


def tidy(output: bytes, secret: str) -> str:
    """
    Return a program's output as lines of a log.

    Parameters
    ----------
    output : bytes
        Standard output and error.
    secret : str
        The password: no line shows it. Not masked where it is empty.
    """
    text = output.decode("utf-8", errors="backslashreplace")
    if secret:
        text = text.replace(secret, "********")
    text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    text = _HEADER.sub("FTP_TEST", text)
    if len(text) > _KEPT:
        half = _KEPT // 2
        text = f"{text[:half]}\n[{len(text) - _KEPT} characters left out]\n{text[-half:]}"
    return "".join(f"{line}\n" for line in _harmless(text.splitlines()))


def _harmless(lines: Sequence[str]) -> Iterator[str]:
    """What a server says within its replies is never a result, whatever it looks like."""
    unfinished = None  # the code of a reply of several lines that has not ended
    for line in lines:
        match = _REPLY.match(line)
        if match is None and unfinished is None:
            yield line
            continue
        said = line if match else f"{unfinished}-{line}"  # so that it reads as the reply that it is a part of
        if match and unfinished in {None, match[1]}:
            unfinished = match[1] if match[2] == "-" else None
        yield _SIZE_WORD.sub(r"\1_", said) if _reads_as_result(said) else said


def _reads_as_result(line: str) -> bool:
    return _SIZE_WORD.search(line) is not None and any(pattern.search(line) for pattern in _results())


@cache
def _results() -> tuple[re.Pattern[str], ...]:
    from ftpstats.logs.formats import FORMATS  # with numpy behind it, which the client of ours does not need

    return tuple(re.compile(entry.pattern) for entry in FORMATS)


def replies(output: bytes, mark: bytes) -> bytes:
    """Return the server's replies, for a client that marks them with something in front."""
    return b"".join(line[len(mark) :] + b"\n" for line in output.splitlines() if line.startswith(mark))
