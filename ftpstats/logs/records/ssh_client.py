"""sftp and scp on a terminal: the last frame of their meter, which they draw nowhere else."""

import polars as pl

from ftpstats.logs.records.context import COMMAND, copied_to, near
from ftpstats.logs.records.entry import Record, found, one_of
from ftpstats.logs.records.intervals import Columns, factor, meet, number
from ftpstats.schema import SCHEMA

__all__ = ["SSH_CLIENT"]

# frame ::= (ANY* CR)? name " "+ "100% " size unit? " "+ rate unit "/s" " "+ (h ":")? m ":" s
_LINE = (
    r"^(?:.*\r)?(?P<file>\S.*?) +100% +(?P<size>[0-9]+)(?P<size_unit>[KMGT]B)? +(?P<rate>[0-9]+\.[0-9])"
    r"(?P<unit>[KMGT]B)/s +(?:(?P<hours>[0-9]+):)?(?P<minutes>[0-9]{2}):(?P<clock>[0-9]{2})\s*$"
)
_ASKED = r"^(?P<asked>Uploading|Fetching) .* to .*$"


def _frames(lines: pl.Series) -> pl.DataFrame:
    """Read each last frame; a name that ends in blanks and digits stays whole."""
    return near(near(found(lines, _LINE), lines, _ASKED, of_command=True), lines, COMMAND, of_command=True)


# Sizes go through hundredths on their way to a whole number, rates to a tenth: half of the digit, and what that adds.
_SIZE, _SIZE_STEP, _RATE_STEP = number("size") * factor("size_unit"), 0.51, 0.056
_HALF = pl.when(pl.col("size_unit").is_null()).then(0.0).otherwise(_SIZE_STEP * factor("size_unit"))


def _seconds() -> Columns:
    worth, tells = factor("unit"), (number("rate") > 0) & (_SIZE > 0)
    slowest = (number("rate") - _RATE_STEP) * worth
    rule = {
        "rate": number("rate") * worth,
        "seconds_low": pl.when(tells).then((_SIZE - _HALF) / ((number("rate") + _RATE_STEP) * worth)),
        "seconds_high": pl.when(tells & (slowest > 0)).then((_SIZE + _HALF) / slowest),
    }
    clock = _clock()
    return meet(rule, {"seconds_printed": clock, "seconds_low": clock, "seconds_high": clock + 1})


def _clock() -> pl.Expr:
    """The clock of a frame in seconds."""
    hours = pl.col("hours").cast(pl.Float64).fill_null(0)
    return hours * 3600 + pl.col("minutes").cast(pl.Float64) * 60 + pl.col("clock").cast(pl.Float64)


_SAYS = one_of("asked", "direction", {"Uploading": "upload", "Fetching": "download"})
_OTHERS = (
    r"^Connected to \S+\.$", r"^sftp> ",
    r"^(?:Uploading|Fetching) .* to ", r"^(?:scp|sftp): ", r'^File ".*" not found\.',
    r"[0-9]+% .* ETA$", "^Session terminated", r"^(?:Connection|client_loop|Couldn't) ",
)  # fmt: skip

SSH_CLIENT = (
    Record(
        name="sftp",
        log="sftp and scp on a terminal",
        evidence="recorded",
        pattern=_LINE,
        read=_frames,
        columns={
            "bytes": pl.when(pl.col("size_unit").is_null()).then(_SIZE).cast(pl.Int64),
            "bytes_low": (_SIZE - _HALF).ceil().cast(pl.Int64),
            "bytes_high": (_SIZE + _HALF).floor().cast(pl.Int64),
            "direction": pl.coalesce(_SAYS, copied_to()),
            "completion": pl.lit("reported", dtype=SCHEMA["completion"]),
            **_seconds(),
        },
        timed="data",
        others=_OTHERS,
        samples=(
            "c d.img    100%  100KB  65.6MB/s   00:00",
            "a.img   0%  0  0.0KB/s  --:-- ETA\ra.img  100% 1024KB 393.8KB/s   00:02",
        ),
    ),
)
