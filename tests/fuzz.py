"""Mutated recordings, read: every line accounted for, no traceback, no warning, no result line lost.

`python -m tests.fuzz --seconds 600` continues as long as one likes; `make test` runs it for 20 seconds. A failure names
its seed: `--seed N` repeats it, and writes the log that it stumbled over.
"""

import argparse
import random
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from itertools import count
from pathlib import Path

import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.reader import LogReader
from ftpstats.logs.transcript.formats import FORMATS
from ftpstats.logs.transcript.lines import Kind

DATA = Path(__file__).parent / "data"
LINES = [
    path.read_bytes().splitlines()
    for folder in ("recordings", "cases")
    for path in sorted((DATA / folder).rglob("*.log"))
]
SAMPLES = [sample.encode() for entry in FORMATS for sample in entry.samples]
ODD_LINES = (
    b"", b"226- one of several", b"226 ", b"150-", b"421 Timeout.", b"550 no", b"ftp> ls", b"ftp> get f", b"ftp> cd x",
    b"Not connected.", b"FTP-TEST +5 Xen", b"> FTP-TEST 6 Xen", b"FTP-TEST x", b"total 4", b"-rw-r--r-- 1 a b 5 f",
    b"229 Passive (|||1|)", b"ftp: Can't connect to `h:1': no", b"local: a remote: b", b"\xff\xfe\x00", b"\x1b[31m",
    b"ftp: ", b"bytes", b"102400 bytes received in 0.69 seconds (3.6e+03", b"Kbytes/s)", "байт 1 за".encode("cp866"),
)  # fmt: skip
FRONTS = (b"> ", b"[12:45:33] ", b"####", b"ftp> ", b"\r", b"# ", b"\x00", b"226 ", b"226-")
CODECS = ("utf-8", "latin-1", "utf-16", "utf-16-le", "cp850", "cp932")

Chance = random.Random
Mutation = Callable[[list[bytes], Chance], list[bytes]]


def _insert(lines: list[bytes], chance: Chance) -> list[bytes]:
    at = chance.randrange(len(lines) + 1)
    return [*lines[:at], chance.choice((*ODD_LINES, *SAMPLES, *chance.choice(LINES))), *lines[at:]]


def _swap(lines: list[bytes], chance: Chance) -> list[bytes]:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def _damage(lines: list[bytes], chance: Chance) -> list[bytes]:
    at = chance.randrange(len(lines))
    line = bytearray(lines[at] or b" ")
    line[chance.randrange(len(line))] = chance.choice(b"0123456789 \t\x00\x1b\xe9\x85(.)-,:")
    return [*lines[:at], bytes(line), *lines[at + 1 :]]


def _at_one(change: Callable[[bytes, Chance], bytes]) -> Mutation:
    def mutate(lines: list[bytes], chance: Chance) -> list[bytes]:
        at = chance.randrange(len(lines))
        return [*lines[:at], change(lines[at], chance), *lines[at + 1 :]]

    return mutate


MUTATIONS: tuple[Mutation, ...] = (
    _insert,
    _swap,
    _damage,
    lambda lines, chance: [line for line in lines if chance.random() > 0.1] or lines,
    lambda lines, chance: [line for line in lines for _ in range(1 + (chance.random() < 0.1))],
    lambda lines, chance: lines[: chance.randrange(len(lines)) + 1],
    _at_one(lambda line, chance: chance.choice(FRONTS) + line),
    _at_one(lambda line, chance: line[: chance.randrange(len(line) + 1)]),
    _at_one(lambda line, chance: line + chance.choice(SAMPLES)),
    _at_one(lambda line, chance: line.replace(b".", b",")),
)


def mutated(seed: int) -> bytes:
    """Return a log: a stretch of one recording, with some changes."""
    chance = Chance(seed)
    lines = chance.choice(LINES)
    begin = chance.randrange(len(lines))
    lines = lines[begin : begin + chance.randrange(1, 120)]
    for _ in range(chance.randrange(8)):
        lines = chance.choice(MUTATIONS)(list(lines), chance)
    end = chance.choice((b"\n", b"\n", b"\n", b"\r\n", b"\r"))
    log = end.join(lines) + chance.choice((end, b""))
    if chance.random() < 0.2:
        log = log.decode(errors="replace").encode(chance.choice(CODECS), errors="replace")
    return log if chance.random() < 0.9 else log[: chance.randrange(len(log) + 1)]


def lines_in(log: bytes) -> int | None:
    """Count lines without the parser's help; None for UTF-16, whose line ends are not ours to find."""
    if b"\x00" in log:
        return None
    end = b"\r" if b"\r" in log and b"\n" not in log else b"\n"
    text = log.replace(b"\rFTP-TEST ", end + b"FTP-TEST ")
    return text.count(end) + (not text.endswith(end))


_REPLY = re.compile(rb"([1-5][0-5]\d)(-| |$)")
_PATTERNS = [re.compile(f"^(?:{entry.pattern})") for entry in FORMATS if entry.name != "lftp-short"]


def plain_results(log: bytes) -> int:
    """Count lines that begin with what a client prints, but for those inside a reply of several lines."""
    lines, found = log.replace(b"\r\n", b"\n").split(b"\n"), 0
    for at, line in enumerate(lines):
        inside = any((first := _REPLY.match(before)) and first[2] == b"-" for before in lines[:at])
        text = line.decode(errors="replace")
        found += not inside and any(pattern.search(text) for pattern in _PATTERNS)
    return found


def check(log: bytes, path: Path) -> None:
    """
    Read a log.

    Raises
    ------
    AssertionError
        If a line or a result is not accounted for. Any other error or warning goes through: none is expected.
    """
    path.write_bytes(log)
    reader = LogReader(str(path))
    try:
        rows = pl.concat(list(reader.frames()))
    except InputError as error:
        assert "\n" not in str(error), error  # noqa: PT017
        return
    account = reader.account
    lines = lines_in(log)
    assert lines in {None, account.lines}, f"{lines} lines, {account.lines} accounted for"
    results = rows["client"].is_not_null().sum()
    assert results == account.counts[Kind.RESULT], f"{results} rows of {account.counts[Kind.RESULT]} results"
    if lines is not None and log.isascii() and b"\r" not in log.replace(b"\r\n", b"") and b"\x1b" not in log:
        kept = account.counts[Kind.RESULT] + account.counts[Kind.LISTING]
        assert kept >= plain_results(log), f"{plain_results(log)} results in the log, {kept} found"


def fuzz(seconds: float, first: int = 0, most: int | None = None) -> int:
    """Check one mutated log after the other, by seeds in order; return how many were checked."""
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in count():
            if time.monotonic() > end or number == most:
                return number
            try:
                check(mutated(first + number), Path(folder) / "FTP.log")
            except BaseException as error:
                error.add_note(f"seed {first + number}: python -m tests.fuzz --seed {first + number}")
                raise
    raise AssertionError


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, help="only this one; its log is written to fuzz.log")
    options = parser.parse_args()
    if options.seed is not None:
        Path("fuzz.log").write_bytes(mutated(options.seed))
        fuzz(1e9, options.seed, most=1)
        return
    print(f"{fuzz(options.seconds, random.SystemRandom().randrange(2**32))} logs read, nothing lost", file=sys.stderr)


if __name__ == "__main__":
    main()
