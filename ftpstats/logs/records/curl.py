"""curl: what `-w` writes, as JSON or as tab-separated fields that docs/formats.md names."""

import json
from typing import Any

import polars as pl

from ftpstats.logs.records.entry import Record, completed
from ftpstats.logs.records.intervals import Columns, cut, whole
from ftpstats.schema import SCHEMA

__all__ = ["CURL"]

# object ::= "{" ANY* '"time_total":' ANY* "}"   /* glued to the next one where the format has no "\n" behind it */
_OBJECT = r'^\{.*"time_total": ?[0-9].*\}$'
_FIELDS = (
    "size_download", "size_upload", "time_total", "response_code", "exitcode", "errormsg", "url_effective", "remote_ip",
    "method",
)  # fmt: skip


def _objects(lines: pl.Series) -> pl.DataFrame:
    """Read the objects of each line."""
    fits = lines.str.contains(_OBJECT)
    rows = [
        {"at": at} | {name: _text(found.get(name)) for name in _FIELDS}
        for at, line in zip(fits.arg_true(), lines.filter(fits), strict=True)
        for found in _decoded(line)
    ]
    return pl.DataFrame(rows, schema={"at": pl.UInt32} | dict.fromkeys(_FIELDS, pl.String))


def _decoded(line: str) -> list[dict[str, Any]]:
    """Return the objects of a line; none where it is damaged."""
    decoder, at, objects = json.JSONDecoder(), 0, []
    while at < len(line):
        try:
            found, at = decoder.raw_decode(line, at)
        except (json.JSONDecodeError, RecursionError):
            return []
        if isinstance(found, dict) and isinstance(found.get("time_total"), int | float):
            objects.append(found)
    return objects


def _text(value: object) -> str | None:
    # The time as C prints it: with six places, so that the digits are those of the log.
    return f"{value:.6f}" if isinstance(value, float) else None if value is None else str(value)


_UP, _DOWN = whole("size_upload").fill_null(0), whole("size_download").fill_null(0)
_MOVED = pl.max_horizontal(_UP, _DOWN)
_ASKED = pl.col("method").replace_strict({"GET": "download", "PUT": "upload"}, default=None, return_dtype=pl.String)
_SEEN = pl.when(_UP > 0).then(pl.lit("upload")).when(_DOWN > 0).then(pl.lit("download"))
# Before 7.75 an object has no exit code: then the reply tells, and of HTTP only that there was one.
_EXIT, _CODE = whole("exitcode"), whole("response_code")
_REPORTED = (_EXIT == 0) | (_EXIT.is_null() & _CODE.is_between(200, 299))
_COMPLETION = (
    pl.when((_EXIT.fill_null(0) == 0) & _CODE.is_in([226, 250]))
    .then(pl.lit("confirmed"))
    .when(_REPORTED)
    .then(pl.lit("reported"))
    .when(_MOVED > 0)
    .then(pl.lit("partial"))
    .otherwise(pl.lit("failed"))
)
_OTHERS = (r"^curl: \([0-9]+\) ", r"^Warning: ")

# tab   ::= url TAB size_download TAB size_upload TAB time_total TAB response_code TAB exitcode
# short ::= size TAB time_total TAB time_starttransfer TAB response_code
_TIME = r"[0-9]+[.,][0-9]{6}"
_TAB = (
    r"^(?P<url_effective>[a-z0-9]+://[^\t]*)\t(?P<size_download>[0-9]+)\t(?P<size_upload>[0-9]+)\t"
    rf"(?P<time_total>{_TIME})\t(?P<response_code>[0-9]{{3}})\t(?P<exitcode>[0-9]+)$"
)
_SHORT = rf"^(?P<bytes>[0-9]+)\t(?P<time_total>{_TIME})\t{_TIME}\t(?P<response_code>[0-9]{{3}})$"
_REPLY = pl.when(whole("response_code") > 0).then(whole("response_code"))

_COLUMNS: Columns = {
    "bytes": _MOVED,
    "direction": _SEEN.otherwise(_ASKED).cast(SCHEMA["direction"]),
    "completion": _COMPLETION.cast(SCHEMA["completion"]),
    "reply_code": _REPLY,
    "file": pl.col("url_effective"),
    **cut("time_total", 1e-6),
}

CURL = (
    Record(
        name="curl-json",
        log="curl -w '%{json}\\n'",
        evidence="recorded",
        pattern=_OBJECT,
        read=_objects,
        columns=_COLUMNS
        | {
            "peer": pl.col("remote_ip").replace("", None),  # where it did not connect
            "note": pl.when(whole("exitcode") != 0).then(pl.format("curl: ({}) {}", "exitcode", "errormsg")),
        },
        timed="whole",
        others=_OTHERS,
        samples=(
            '{"errormsg":null,"exitcode":0,"response_code":226,"size_download":15,"size_upload":0,'
            '"time_total":0.047928,"url_effective":"ftp://127.0.0.1/note.txt"}',
            '{"http_code":200,"response_code":200,"size_download":15,"size_upload":0,"time_total":0.047928}',
        ),
    ),
    Record(
        name="curl-tab",
        log=r"curl -w '%{url_effective}\t%{size_download}\t%{size_upload}\t%{time_total}\t%{response_code}"
        r"\t%{exitcode}\n'",
        evidence="recorded",
        pattern=_TAB,
        columns=_COLUMNS
        | {
            "direction": _SEEN.otherwise(pl.lit("download")).cast(SCHEMA["direction"]),
            "note": pl.when(whole("exitcode") != 0).then(pl.format("curl: exit code {}", "exitcode")),
        },
        timed="whole",
        samples=(
            "ftp://127.0.0.1/c%20d.img\t102400\t0\t0.602361\t226\t0",
            "ftp://[::1]/up/w.img\t0\t577536\t0.765163\t150\t55",
        ),
    ),
    Record(
        name="curl-short",
        log=r"curl -w '%{size_download}\t%{time_total}\t%{time_starttransfer}\t%{response_code}\n'",
        evidence="source",
        pattern=_SHORT,
        columns={
            "direction": pl.lit("download", dtype=SCHEMA["direction"]),
            "completion": completed(whole("response_code").is_in([226, 250])),
            "reply_code": _REPLY,
            **cut("time_total", 1e-6),
        },
        timed="whole",
        samples=("1048576\t1.401492\t0.012345\t226",),
    ),
)
