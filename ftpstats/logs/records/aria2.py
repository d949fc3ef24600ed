"""aria2: the table of results that it prints in the end, with a status and an average speed of each file."""

import polars as pl

from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.intervals import factor, number
from ftpstats.schema import SCHEMA

__all__ = ["ARIA2"]

# line ::= gid "|" status "|" " "* (speed unit "/s" | "n/a") "|" path
_LINE = (
    r"^(?P<gid>[0-9a-f]{6})\|(?P<status>OK|ERR|INPR|RM) *\| *(?:(?P<rate>[0-9.]+)(?P<unit>[KMGT]?i?B)/s|n/a) *\|"
    r"(?P<file>.*)$"
)
_MOVED = number("rate").fill_null(0) > 0

_OTHERS = (
    r"^[0-9/]{5} [0-9:]{8} \[\w+\] ", r"^Download Results:$", r"^gid +\|stat\|", r"^=+\+", r"^Status Legend:$",
    r"^\((?:OK|ERR|INPR|RM)\)", r"\[#[0-9a-f]{6} ", r"^Exception: ", r"^\s*->", r"^aria2 will resume",
    r"^If there are any errors", r"^\s*\[[A-Za-z]+\.cc:", r"^FILE: ", r"^[-=]+$", r"^ \*\*\* Download Progress",
)  # fmt: skip

ARIA2 = (
    Record(
        name="aria2",
        log="aria2c",
        evidence="recorded",
        pattern=_LINE,
        columns={
            "direction": pl.lit("download", dtype=SCHEMA["direction"]),
            "rate": number("rate") * factor("unit"),
            "completion": pl.when(pl.col("status") == "OK")
            .then(pl.lit("reported"))
            .when(_MOVED)
            .then(pl.lit("partial"))
            .otherwise(pl.lit("failed"))
            .cast(SCHEMA["completion"]),
        },
        timed="data",
        others=_OTHERS,
        samples=("ad1ef0|OK  |   234KiB/s|/srv/files/x.img", "0fd0c6|ERR |       0B/s|ftp://127.0.0.1/missing.img"),
    ),
)
