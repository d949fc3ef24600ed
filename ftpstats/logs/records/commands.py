"""Commands of a recorded shell whose client printed no record: their exit status is all that says that they failed."""

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
    _Client("busybox (?:ftpget|ftpput|tftp|wget)", r": read error: |% \|", _NEVER, r"^\S*busybox "),
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
        ends = found(lines, EXIT).join_asof(begins, left_on="at", right_on="begin", check_sortedness=False).drop_nulls()
        is_record = lines.str.contains(_KILLED)
        for pattern in records:
            is_record |= lines.str.contains(pattern)
        told = [_told(client, _own(client, ends), lines, is_record) for client in _CLIENTS]
        return pl.concat(told).sort("at")

    return (_entry(silent),)


def _own(client: _Client, ends: pl.DataFrame) -> pl.DataFrame:
    return ends.filter(pl.col("command").str.contains(rf"^(?:\S*/)?{client.program}(?: |$)"))


def _told(client: _Client, own: pl.DataFrame, lines: pl.Series, is_record: pl.Series) -> pl.DataFrame:
    """Return what is known of a client's commands by status and output, if that holds no record."""
    status = pl.col("exit").cast(pl.Int64, strict=False)
    has_failed = lines.str.contains(client.failed)
    own = own.with_columns(
        recorded=_holds(own, is_record & ~has_failed),
        moved=_holds(own, lines.str.contains(client.moved)),
        failed=_holds(own, has_failed),
        done=_holds(own, lines.str.contains(client.done)) | own["command"].str.contains(client.done),
    )
    lost = pl.when("moved").then(pl.lit("partial")).otherwise(pl.lit("failed"))
    word = pl.when(status != 0).then(lost).when("failed").then(pl.lit("failed")).when("done").then(pl.lit("reported"))
    return own.filter(~pl.col("recorded")).select("at", exit=status, completion=word).drop_nulls("completion")


def _holds(own: pl.DataFrame, mask: pl.Series) -> pl.Series:
    """Whether any line between a command and its exit status is of a mask."""
    before = pl.concat([pl.Series([0], dtype=pl.Int64), mask.cast(pl.Int64).cum_sum()])
    return before.gather(own["at"]) > before.gather(own["begin"] + 1)


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
