"""Commands of a recorded shell whose client printed no record: their exit status is all that says that they failed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from ftpstats.logs.records.context import COMMAND, EXIT
from ftpstats.logs.records.entry import Record, found
from ftpstats.logs.records.lftp import LFTP_FAILURE
from ftpstats.schema import SCHEMA

__all__ = ["commands"]


@dataclass(frozen=True, slots=True)
class _Client:
    """
    A program that may end without a record.

    Attributes
    ----------
    program : str
        Regular expression of how the command begins.
    moved : str
        What its output holds where bytes had moved before it failed.
    failed : str
        The line that says that it failed, whatever the status.
    done : str
        What the command or its output holds where it transferred and says no more.
    """

    program: str
    moved: str
    failed: str
    done: str


_NEVER = r"[^\x00-\x{10FFFF}]"
_RCLONE_MOVED = r"(?:Transferred:|INFO  :)(?:\s|\\t)+[0-9.]*[1-9][0-9.]* ?\w*B / |Removing partially written"
_CLIENTS = (
    _Client("wget", r"\([0-9.,]+ [KMGT]?[Bb]/s\) - ", _NEVER, r"^\S*wget (?:.* )?(?:-q|--quiet) "),
    _Client("curl", r"^[{}] \[[0-9]+ bytes data\]", "^< [45][0-9]{2} ", r"^\S*curl (?:.* )?-(?:sS?|-silent) .*-[oOT] "),
    _Client("lftp", r"\((?:[1-9]|[0-9]{2,})%\)", LFTP_FAILURE, r"' at [0-9]+ \([0-9]+%\)"),
    _Client("(?:ncftpget|ncftpput)", _NEVER, _NEVER, _NEVER),
    _Client("rclone", _RCLONE_MOVED, r'ERROR : .*: Failed to copy: |"msg":"Failed to copy: ', _NEVER),
    _Client("rsync", _NEVER, _NEVER, _NEVER),
    _Client("(?:scp|sftp)", _NEVER, _NEVER, _NEVER),
    _Client("tftp", _NEVER, "^Error code [0-9]+: ", _NEVER),
    _Client("busybox (?:ftpget|ftpput|wget)", r": read error: |% \|", _NEVER, r"^\S*busybox "),
)  # fmt: skip
# A terminal's own program ended the client: the status is not the client's.
_KILLED = "^Session terminated, killing shell"
_PROGRAMS = "|".join(client.program for client in _CLIENTS)
_KNOWN = rf"^\$ (?:\S*/)?(?:{_PROGRAMS})(?: .*)?$"


def commands(entries: Sequence[Record]) -> tuple[Record, ...]:
    """Return the entry of the commands in whose output none of these entries has a record."""
    records = tuple(entry.pattern for entry in entries)

    def silent(lines: pl.Series) -> pl.DataFrame:
        begins = found(lines, COMMAND).rename({"at": "begin"})
        ends = found(lines, EXIT).join_asof(begins, left_on="at", right_on="begin", check_sortedness=False)
        rows = [
            (end, int(status), told)
            for begin, end, command, status in ends.select("begin", "at", "command", "exit").drop_nulls().rows()
            if (told := _told(command, status, lines.slice(begin + 1, end - begin - 1), records))
        ]
        return pl.DataFrame(rows, schema={"at": pl.UInt32, "exit": pl.Int64, "completion": pl.String}, orient="row")

    return (_entry(silent),)


def _told(command: str, status: str, output: pl.Series, records: Sequence[str]) -> str | None:
    """Return what is known of a command by its status and its output, if that holds no record."""
    client = _client(command)
    if client is None:
        return None
    has_failed = output.str.contains(client.failed)
    rest = output.filter(~has_failed)
    if any(rest.str.contains(pattern).any() for pattern in (*records, _KILLED)):
        return None
    if status != "0":
        return "partial" if output.str.contains(client.moved).any() else "failed"
    if has_failed.any():
        return "failed"
    is_done = pl.concat([pl.Series([command]), output]).str.contains(client.done).any()
    return "reported" if is_done else None


def _client(command: str) -> _Client | None:
    """Return the client that a command runs."""
    return next((client for client in _CLIENTS if re.match(rf"(?:\S*/)?{client.program}(?: |$)", command)), None)


def _entry(silent: Callable[[pl.Series], pl.DataFrame]) -> Record:
    return Record(
        name="command",
        log="a recorded shell: `$ command` and `[exit status N]`",
        evidence="recorded",
        pattern=_KNOWN,
        read=silent,
        columns={
            "direction": pl.lit(None, dtype=SCHEMA["direction"]),
            "completion": pl.col("completion").cast(SCHEMA["completion"]),
            "note": pl.when(pl.col("exit") == 0)
            .then(pl.lit("its client printed no result"))
            .otherwise(pl.format("its client printed no result: exit status {}", "exit")),
        },
        timed="data",
        begins=r"^\$ ",
        samples=("$ wget -q ftp://127.0.0.1/missing.img\n[exit status 8]",),
    )
