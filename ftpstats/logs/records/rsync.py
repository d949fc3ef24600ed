"""rsync's daemon: a line for each file, with its length and no time."""

import polars as pl

from ftpstats.logs.records.entry import Record, found, one_of
from ftpstats.logs.records.intervals import whole
from ftpstats.logs.records.stamps import SLASHED
from ftpstats.schema import SCHEMA

__all__ = ["RSYNC"]

# line ::= slashed " [" pid "] " ("send" | "recv") " " host " [" peer "] " module " (" user ") " name " " length
_LINE = (
    rf"^(?P<time>{SLASHED}) \[(?P<pid>[0-9]+)\] (?P<way>send|recv) \S+ \[(?P<peer>[^\]]*)\] \S+ \([^)]*\) (?P<file>.+) "
    r"(?P<bytes>[0-9]+)$"
)
_ERROR = rf"^{SLASHED} \[(?P<pid>[0-9]+)\] rsync error: (?P<error>.*)$"


def _files(lines: pl.Series) -> pl.DataFrame:
    """Read each file; the last one of a process that ended with an error was cut, whatever length is printed."""
    files, errors = found(lines, _LINE), found(lines, _ERROR).select("pid", "error", "at")
    last = files.group_by("pid").agg(pl.col("at").max())
    cut = last.join(errors.rename({"at": "where"}), on="pid").filter(pl.col("where") > pl.col("at"))
    return files.join(cut.unique("at").select("at", "error"), on="at", how="left", maintain_order="left")


RSYNC = (
    Record(
        name="rsyncd",
        log="rsync's daemon",
        evidence="recorded",
        pattern=_LINE,
        read=_files,
        columns={
            "direction": one_of("way", "direction", {"send": "download", "recv": "upload"}),
            "completion": pl.when(pl.col("error").is_null())
            .then(pl.lit("reported", dtype=SCHEMA["completion"]))
            .otherwise(pl.lit("partial", dtype=SCHEMA["completion"])),
            "bytes": pl.when(pl.col("error").is_null()).then(whole("bytes")),
            "note": pl.col("error"),
        },
        timed="server",
        hint=r"\] (?:send|recv) ",
        others=(rf"^{SLASHED} \[[0-9]+\] ",),
        samples=("2026/11/30 00:12:51 [4895] send localhost [127.0.0.1] pub () c d.img 15",),
    ),
)
