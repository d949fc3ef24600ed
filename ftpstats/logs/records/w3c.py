"""W3C extended logs of IIS: a line of fields that ``#Fields:`` names, wherever it stands before."""

import polars as pl

from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.intervals import Columns, between, number, whole
from ftpstats.schema import SCHEMA

__all__ = ["W3C"]

_HEADER = "#Fields:"
_METHODS = {
    "RETR": "download",
    "STOR": "upload",
    "APPE": "upload",
    "STOU": "upload",
    "sent": "download",
} | dict.fromkeys(("created", "appended"), "upload")
# line ::= (date " ")? time " " (field " ")* method " " name " " (number | "-") (" " field)*
# method ::= "RETR" | "STOR" | "APPE" | "STOU" | "[" DIGIT+ "]" ("sent" | "created" | "appended")   /* of IIS 6 */
_LINE = (
    r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9:]{8} (?:\S+ )*(?:\[[0-9]+\](?:sent|created|appended)|RETR|STOR|APPE|STOU) "
    r"\S+ (?:-|[0-9]+)(?: \S+)*$"
)
_NAMES = {
    "cs-method": "method", "cs-uri-stem": "stem", "x-fullpath": "path", "sc-status": "code", "sc-bytes": "sent",
    "cs-bytes": "received", "time-taken": "taken", "c-ip": "peer", "sc-win32-status": "error", "date": "date",
    "time": "clock",
}  # fmt: skip


def _lines(lines: pl.Series) -> pl.DataFrame:
    """Read the lines below each header by what it names."""
    parts = [pl.DataFrame(schema=_SCHEMA)]
    headers = lines.str.starts_with(_HEADER).arg_true().to_list()
    ends = [*headers[1:], len(lines)] if headers else []
    days = lines.str.extract(r"^#Date: ([0-9-]{10})").forward_fill()
    for begin, end in zip(headers, ends, strict=True):
        names = lines[begin].removeprefix(_HEADER).split()
        stretch = pl.DataFrame(
            {
                "at": pl.int_range(begin, end, dtype=pl.UInt32, eager=True),
                "text": lines[begin:end],
                "day": days[begin:end],
            }
        )
        parts.append(_fields(stretch.filter(pl.col("text").str.contains(_LINE)), names))
    return pl.concat(parts)


_SCHEMA = {"at": pl.UInt32(), "time": pl.String()} | {
    name: pl.String() for name in _NAMES.values() if name not in {"date", "clock"}
}


def _fields(stretch: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Split lines into the fields of their header; lines with another number of fields are left out."""
    split = stretch.with_columns(parts=pl.col("text").str.split(" "))
    split = split.filter(pl.col("parts").list.len() == len(names))
    known = {_NAMES[name]: pl.col("parts").list.get(place) for place, name in enumerate(names) if name in _NAMES}
    rows = split.with_columns(**known)
    missing = [name for name in _NAMES.values() if name not in known]
    rows = rows.with_columns(**dict.fromkeys(missing, pl.lit(None, dtype=pl.String)))
    rows = rows.with_columns(time=pl.format("{} {}", pl.coalesce("date", "day"), "clock"))
    rows = rows.with_columns(method=pl.col("method").str.replace(r"^\[[0-9]+\]", ""))
    return rows.filter(pl.col("method").is_in(list(_METHODS))).select(
        pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items()
    )


_DIRECTION = pl.col("method").replace_strict(_METHODS, default=None, return_dtype=pl.String)
_BYTES = pl.when(_DIRECTION == "download").then(whole("sent")).otherwise(whole("received"))
_CODE = whole("code")
_COMPLETION = (
    pl.when(_CODE.is_in([226, 250]))
    .then(pl.lit("confirmed"))
    .when((_CODE >= 400) & (_BYTES > 0))
    .then(pl.lit("partial"))
    .when(_CODE >= 400)
    .then(pl.lit("failed"))
    .otherwise(pl.lit("reported"))
)
_NAME = pl.coalesce(pl.when(pl.col("path") != "-").then(pl.col("path")), pl.col("stem"))
_COLUMNS: Columns = {
    "bytes": _BYTES,
    "direction": _DIRECTION.cast(SCHEMA["direction"]),
    "completion": _COMPLETION.cast(SCHEMA["completion"]),
    "reply_code": _CODE,
    "file": _NAME,
} | between(number("taken") / 1000, 0.001, 0.001)

W3C = (
    Record(
        name="iis",
        log="IIS FTP, W3C",
        evidence="source",
        pattern=_LINE,
        read=_lines,
        columns=_COLUMNS,
        timed="server",
        is_utc=True,
        header=_HEADER,
        others=(
            r"^#(?:Software|Version|Date|Fields|Remark|Start-Date|End-Date): ",
            r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} \S+ ",
        ),
        samples=(
            "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status sc-win32-status sc-bytes cs-bytes "
            "time-taken\n2026-11-30 00:01:41 192.0.2.7 me RETR a.img 226 0 1048576 12 93",
        ),
    ),
)
