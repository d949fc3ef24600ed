"""ncftpget and ncftpput: the last frame of their meter, which shows the expected size even where it was cut."""

import polars as pl

from ftpstats.logs.records.context import COMMAND, near
from ftpstats.logs.records.entry import Record, found
from ftpstats.logs.records.intervals import Columns, factor, number, of_printed_rate, step
from ftpstats.schema import SCHEMA

__all__ = ["NCFTP"]

# line ::= (ANY* CR)? name ":" " "+ (done "/" " "*)? size " " unit " "+ rate " " unit "/s" " "*
_NUMBER = r"[0-9]+[.,][0-9]{2}"
_LINE = (
    rf"^(?P<frames>.*\r)?(?P<file>.+?): +(?:(?P<done>{_NUMBER})/ *)?(?P<size>{_NUMBER}) (?P<size_unit>[kMGT]?B) +"
    rf"(?P<rate>{_NUMBER}) (?P<unit>[kMGT]?B/s) *$"
)
_ERROR = r"^ncftp(?:get|put) (?P<which>.*?): (?P<error>.*)$"
_NOT_CUT = "not necessary"


def _frames(lines: pl.Series) -> pl.DataFrame:
    """Read each last frame; it stands twice, behind the others and on a line of its own."""
    rows = found(lines, _LINE).filter(~pl.col("file").str.contains(" ETA: "))
    same = pl.all_horizontal(
        pl.col("at") == pl.col("at").shift(1) + 1, *(pl.col(n) == pl.col(n).shift(1) for n in ("file", "size", "rate"))
    )
    rows = rows.with_columns(is_repeated=same.fill_null(value=False) & pl.col("frames").is_null())
    rows = rows.with_columns(last=pl.col("at") + pl.col("is_repeated").shift(-1).fill_null(value=False))
    rows = near(rows.filter(~pl.col("is_repeated")), lines, _ERROR, behind=True)
    cut = pl.col("which").str.ends_with(pl.col("file")) & ~pl.col("error").str.contains(_NOT_CUT)
    rows = rows.with_columns(error=pl.when(cut).then("error"))
    return near(rows, lines, COMMAND, of_command=True)


_EXACT = pl.col("size_unit") == "B"
_SIZE = number("size") * factor("size_unit")
_HALF = pl.when(_EXACT).then(0.0).otherwise(step("size") / 2 * factor("size_unit"))
_LEAST, _MOST = (_SIZE - _HALF).ceil(), (_SIZE + _HALF).floor()
_CUT = pl.col("error").is_not_null()
_IS_PUT = pl.col("command").str.contains(r"^(?:\S*/)?ncftpput")
_IS_GET = pl.col("command").str.contains(r"^(?:\S*/)?ncftpget")
# The rate of an upload was up to 2 % below the bytes by the time; the clock runs into the server's reply.
_MAY_BE_LOW = 0.97
_RATED = of_printed_rate("rate", "unit", _LEAST, _MOST)


def _columns() -> Columns:
    low = pl.when(_IS_GET.fill_null(value=False)).then(1.0).otherwise(_MAY_BE_LOW)
    return {
        "bytes": pl.when(_EXACT & ~_CUT).then(_SIZE).cast(pl.Int64),
        "bytes_low": pl.when(~_CUT).then(_LEAST).cast(pl.Int64),
        "bytes_high": pl.when(~_CUT).then(_MOST).cast(pl.Int64),
        "rate": _RATED["rate"],
        "seconds_low": pl.when(~_CUT).then(_RATED["seconds_low"] * low),
        "seconds_high": pl.when(~_CUT).then(_RATED["seconds_high"]),
        "direction": pl.when(_IS_PUT)
        .then(pl.lit("upload"))
        .when(_IS_GET)
        .then(pl.lit("download"))
        .cast(SCHEMA["direction"]),
        "completion": pl.when(_CUT).then(pl.lit("partial")).otherwise(pl.lit("reported")).cast(SCHEMA["completion"]),
        "note": pl.col("error"),
    }


NCFTP = (
    Record(
        name="ncftp-meter",
        log="ncftpget and ncftpput",
        evidence="recorded",
        pattern=_LINE,
        read=_frames,
        columns=_columns(),
        timed="data",
        others=(r"^ncftp(?:get|put) ", r" ETA: ", "^Could not read reply", "^Remote (?:read|write) failed"),
        samples=(
            "c d.img:                                               100.00 kB  249.74 kB/s",
            "a.img:   ETA:   0:00    1.00/  1.00 MB   21.24 MB/s  \ra.img:     1.00 MB   21.24 MB/s\n"
            "a.img:     1.00 MB   21.24 MB/s",
        ),
    ),
)
