"""What a client printed, made fit for a log: nobody's password, nothing that a terminal obeys, nothing forged.

A server's words go into the log too. It may not write headers or results of its own there.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ftpstats.units import KIB

__all__ = ["OUR_WORDS", "doubted", "prepare", "replies", "result_line", "tidy"]

OUR_WORDS = "ftpstats: "  # begins each line that is ours: why a transfer failed, where the client does not say

_KEPT = 32768  # characters of one transfer
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_REPLY = re.compile(r"([1-5]\d\d)([ -])(?!bytes? (?:received|sent) in )")
_BEGUN = re.compile(r"1[25][05][ -]")
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
    rate = size / KIB / (seconds or 1.0)  # the classic clients divide by a second where their clock did not move
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
    text = "\n".join(_masked(line, secret) for line in text.replace("\r\n", "\n").split("\n"))
    text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    text = _HEADER.sub("FTP_TEST", text)
    if len(text) > _KEPT:
        half = _KEPT // 2
        text = f"{text[:half]}\n[{len(text) - _KEPT} characters left out]\n{text[-half:]}"
    lines = text.split("\n")
    return "".join(f"{_masked(line, secret)}\n" for line in _harmless(lines if lines[-1] else lines[:-1]))


def _masked(line: str, secret: str) -> str:
    """Hide a password, which may be digits, but in what the log is read by: results, the codes of replies, our mark."""
    if secret not in line or not secret or _reads_as_result(line):
        return line
    kept = len(OUR_WORDS) if line.startswith(OUR_WORDS) else 4 if _REPLY.match(line) else 0
    return line[:kept] + line[kept:].replace(secret, "********")


def _harmless(lines: Sequence[str]) -> Iterator[str]:
    """
    Let no server write a result: of one transfer there is one, behind the reply that begins it.

    Clients print a line that is no reply at all just as they print their own. Where two claim to be the result,
    neither is believed.
    """
    said = list(_attributed(lines))
    begun = next((at for at, (line, _) in enumerate(said) if _BEGUN.match(line)), len(said))
    results = {at for at, (line, _) in enumerate(said) if _reads_as_result(line)}
    claims = {at for at in results if at > begun and not said[at][1]}
    for at, (line, _) in enumerate(said):
        believed = at not in results or claims == {at}
        yield line if believed else _spoilt(line)


def _attributed(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it surely is no result: a reply, a part of one, which is marked as such, or ours."""
    unfinished = None  # the code of a reply of several lines that has not ended
    for line in lines:
        match = _REPLY.match(line)
        if line.startswith(OUR_WORDS):
            yield line, True
        elif unfinished is not None and (match is None or match[1] != unfinished):
            yield f"{unfinished}-{line}", True
        elif match is None:
            yield line, False
        else:
            unfinished = match[1] if match[2] == "-" else None
            yield line, True


def _reads_as_result(line: str) -> bool:
    hint, *patterns = _results()
    return hint.search(line) is not None and any(pattern.search(line) for pattern in patterns)


def doubted(text: str, doubt: str) -> str:
    """
    Return an attempt's lines with one that says what is wrong with what arrived.

    It stands in front of the result line: what comes behind that concerns the transfer no more.
    """
    lines = text.splitlines(keepends=True)
    at = next((at for at, line in enumerate(lines) if _reads_as_result(line)), len(lines))
    return "".join([*lines[:at], doubt, *lines[at:]])


def prepare() -> None:
    """Import and compile what transcripts are read with, so that it takes no time from a transfer."""
    _results()


@cache
def _results() -> tuple[re.Pattern[str], ...]:
    """Return what every result line holds, and how each looks."""
    from ftpstats.logs.transcript import formats  # with numpy behind it, which the client of ours does not need

    known = (entry.pattern for entry in (*formats.FORMATS, *formats.UNLISTED))
    return tuple(re.compile(pattern) for pattern in (formats.PREFILTER, *known))


def replies(output: bytes, mark: bytes) -> bytes:
    """Return what the server said, none of it a result, for a client that marks it with something in front."""
    said = (line.removeprefix(mark) for line in output.split(b"\n") if line.startswith(mark))
    return b"".join(_no_result(line) + b"\n" for line in said)


def _no_result(line: bytes) -> bytes:
    text = line.decode("utf-8", errors="surrogateescape")
    return _spoilt(text).encode("utf-8", errors="surrogateescape") if _reads_as_result(text) else line


def _spoilt(line: str) -> str:
    """Return a line with other words and another rate, so that it reads as no result."""
    return _results()[0].sub(r"\g<0>_", line).replace("/", "/0")
