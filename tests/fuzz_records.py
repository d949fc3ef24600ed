"""Mutated recordings of records, read: every line accounted for, no traceback, no warning, no record lost.

`python -m tests.fuzz_records --seconds 600` continues as long as one likes, over all families; `make test` gives each
five seconds. A failure names its family and seed.
"""

import argparse
import random
import sys
import tempfile
import time
import warnings
from itertools import count
from pathlib import Path

import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.reader import LogReader
from ftpstats.logs.records import AS_FOUND
from ftpstats.logs.records.registry import RECORDS, entries
from ftpstats.logs.transcript.lines import Kind
from tests.fuzz import CODECS, MUTATIONS, Chance, _insert, lines_in

DATA = Path(__file__).parent / "data" / "records"
SAMPLES = [line.encode() for entry in RECORDS for sample in entry.samples for line in sample.splitlines()]
ODD_LINES = (
    b"", b"noise", b"#Fields: date time cs-method", b"Nov 30 00:01:41 srv cron[1]: x", b"{", b"}", b"{}", b"[1]",
    b"\x1b[31m",
    b"1795996901", b"Mon Feb 30 99:99:99 2026 1 h 5 /a b _ o r u ftp 0 * c", b"\xff\xfe\x00", b"$ curl x", b"a" * 3000,
    b"Mon Nov 30 00:01:41 2026 99999999999999999999 h 99999999999999999999 /a b _ o r u ftp 0 * c",
    b"0000-00-00 00:00:00 h []sent /a 226 u 5", b"9999999999 0.0 u h D 5 5 /a", b'{"time_total": 1e999}',
)  # fmt: skip
_NAMES = [entry.name for entry in RECORDS]
# What an expression reads alone, wherever it stands.
_LINES_ALONE = [entry for entry in RECORDS if entry.read is None]


def _families() -> dict[str, list[list[bytes]]]:
    """Return the lines of each recording, by the program that wrote it."""
    families: dict[str, list[list[bytes]]] = {}
    for rows in sorted(DATA.glob("*.rows.jsonl")):
        log = rows.with_name(rows.name.removesuffix(".rows.jsonl"))
        program = log.name.removeprefix("server-").split("-")[0].split(".")[0]
        families.setdefault(program, []).append(log.read_bytes().splitlines())
    return families


FAMILIES = _families()


def _insert_odd(lines: list[bytes], chance: Chance) -> list[bytes]:
    at = chance.randrange(len(lines) + 1)
    return [*lines[:at], chance.choice((*ODD_LINES, *SAMPLES)), *lines[at:]]


_MUTATIONS = (_insert_odd, *(mutation for mutation in MUTATIONS if mutation is not _insert))


def mutated(family: str, seed: int) -> bytes:
    """Return a log: a stretch of one recording of a family, with some changes."""
    chance = Chance(seed)
    lines = chance.choice(FAMILIES[family])
    begin = chance.randrange(len(lines))
    lines = lines[begin : begin + chance.randrange(1, 120)]
    for _ in range(chance.randrange(8)):
        lines = chance.choice(_MUTATIONS)(list(lines), chance)
    end = chance.choice((b"\n", b"\n", b"\n", b"\r\n"))
    log = end.join(lines) + chance.choice((end, b""))
    if chance.random() < 0.2:
        log = log.decode(errors="replace").encode(chance.choice(CODECS), errors="replace")
    return log if chance.random() < 0.9 else log[: chance.randrange(len(log) + 1)]


def records_in(log: bytes) -> set[int]:
    """Return the lines that are a record by themselves, from 1."""
    lines = pl.Series([line.decode().strip(" \t\r") for line in log.split(b"\n")], dtype=pl.String)
    found = pl.Series([False] * len(lines))
    for entry in _LINES_ALONE:
        found |= lines.str.contains(entry.pattern)
    return {int(at) + 1 for at in found.arg_true()}


def check(log: bytes, path: Path) -> None:
    """
    Read a log.

    Raises
    ------
    AssertionError
        If a line or a record is not accounted for. Any other error or warning goes through: none is expected.
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
    if rows.is_empty() or not rows["client"].is_in(_NAMES).fill_null(value=False).all():  # a transcript
        return
    assert rows["line"].n_unique() == account.counts[Kind.RESULT], "as many lines with a record as results"
    if log.isascii() and not any(odd in log for odd in (b"\x1b", b"\x00", b"\x08")) and b"\r" not in log:
        missing = records_in(log) - set(rows["line"])
        assert not missing, f"records that were lost: lines {sorted(missing)}"


def fuzz(family: str, seconds: float, first: int = 0, most: int | None = None) -> int:
    """Check one mutated log after the other, by seeds in order; return how many were checked."""
    assert entries(AS_FOUND)
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in count():
            if time.monotonic() > end or number == most:
                return number
            try:
                check(mutated(family, first + number), Path(folder) / "server.log")
            except BaseException as error:
                error.add_note(f"python -m tests.fuzz_records --family {family} --seed {first + number}")
                raise
    raise AssertionError


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of each family")
    parser.add_argument("--family", choices=[*FAMILIES], help="only this one")
    parser.add_argument("--seed", type=int, help="only this one; its log is written to fuzz.log")
    options = parser.parse_args()
    for family in [options.family] if options.family else FAMILIES:
        if options.seed is not None:
            Path("fuzz.log").write_bytes(mutated(family, options.seed))
            fuzz(family, 1e9, options.seed, most=1)
            continue
        read = fuzz(family, options.seconds, random.SystemRandom().randrange(2**32))
        print(f"{family}: {read} logs read, nothing lost", file=sys.stderr)


if __name__ == "__main__":
    main()
