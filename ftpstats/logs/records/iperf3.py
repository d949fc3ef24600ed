"""iperf3: one JSON document for each test (`-J`), or its parts (`--json-stream`), or the receiver's lines as text.

Both ends count. The row of a test is what the receiver got, in the time that it took there; the sender's own count
holds what was still on its way in the end.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import polars as pl

from ftpstats.logs.records.context import near
from ftpstats.logs.records.entry import Record, found
from ftpstats.logs.records.intervals import Columns, factor, number, rounded, step, whole
from ftpstats.schema import SCHEMA

__all__ = ["IPERF3"]

# What each document has near its begin, whatever came of the test.
_VERSION = r'^\s*"version":\s*"iperf 3[^"]*",?$'
_BEGIN = r"^\s*\{$"
_FIELDS = {
    "at": pl.UInt32, "last": pl.UInt32, "bytes": pl.String, "seconds": pl.String, "direction": pl.String,
    "completion": pl.String, "note": pl.String, "peer": pl.String, "time": pl.String,
}  # fmt: skip


def _documents(lines: pl.Series) -> pl.DataFrame:
    """Read each document; a command above it is part of the record."""
    begins = lines.str.contains(_BEGIN).arg_true().to_list()
    rows = []
    for begin, end in _stretches(begins, lines):
        at = begin - 1 if begin and re.match(r"\$ (?:\S*/)?iperf3 ", lines[begin - 1]) else begin
        document, last = _decoded("\n".join(lines[begin:end].to_list()))
        rows += [{"at": at, "last": begin + last} | row for row in _transfers(document)]
    return pl.DataFrame(rows, schema=_FIELDS)


# event ::= '{"event":"' ("start" | "interval" | "error" | "end" | "server_output_text" | …) '","data":' ANY* "}"
_EVENT = r'^\{"event": ?"[a-z_]+", ?"data": ?.*\}$'
_END = r'^\{"event": ?"end", ?"data": ?.*\}$'


def _streams(lines: pl.Series) -> pl.DataFrame:
    """Read each test's events as the document that they are the parts of; it is over with its end."""
    rows, document = [], dict[str, Any]()
    for at in lines.str.contains(_EVENT).arg_true():
        event, _ = _decoded(lines[at])
        name = event.get("event")
        document = {"start": event.get("data")} if name == "start" else document | {str(name): event.get("data")}
        if name == "end":
            rows += [{"at": at, "last": at} | row for row in _transfers(document)]
            document = {}
    return pl.DataFrame(rows, schema=_FIELDS)


def _stretches(begins: list[int], lines: pl.Series) -> Iterator[tuple[int, int]]:
    """Yield from where to where each document may go: those whose version is near their begin."""
    versions = set(lines.str.contains(_VERSION).arg_true())
    for begin, end in pairwise([*begins, len(lines)]):
        if any(at in versions for at in range(begin, end)):
            yield begin, end


def _decoded(text: str) -> tuple[Mapping[str, Any], int]:
    """Return the document and how many line ends it holds; an empty one where it is damaged."""
    try:
        document, length = json.JSONDecoder().raw_decode(text)
    except (json.JSONDecodeError, RecursionError):
        return {}, 0
    return (document, text.count("\n", 0, length)) if isinstance(document, dict) else ({}, 0)


def _transfers(document: Mapping[str, Any]) -> Iterator[dict[str, str | None]]:
    """Yield a row for each direction that was tested."""
    start, end, error = document.get("start") or {}, document.get("end") or {}, document.get("error")
    is_reverse = bool(start.get("test_start", {}).get("reverse"))
    common = {
        "note": error,
        "peer": start.get("connecting_to", {}).get("host"),
        "time": str(start["timestamp"]["timesecs"]) if "timestamp" in start else None,
    }
    for suffix, direction in (("", "download" if is_reverse else "upload"), ("_bidir_reverse", "download")):
        told = _told(end.get(f"sum_received{suffix}"), end.get(f"sum_sent{suffix}"), end.get(f"sum{suffix}"))
        if told:
            size, seconds = told["bytes"], f"{told['seconds']:.6f}"
            completion = "reported" if error is None else "partial"
            yield common | {"bytes": str(size), "seconds": seconds, "direction": direction, "completion": completion}
        elif not suffix and document:
            yield common | {"bytes": None, "seconds": None, "direction": None, "completion": "failed"}


def _told(*sums: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the first sum in which anything moved: the far side's is 0 in a test that was interrupted."""
    return next((one for one in sums if one and one.get("bytes") and one.get("seconds")), None)


# line ::= "[SUM]" | "[" " "* id "]" ("[" role "]")? " "+ from "-" to " "+ "sec" " "+ size " " unit "Bytes" … "receiver"
_LINE = (
    r"^\[ *(?P<id>SUM|[0-9]+)\](?:\[[TR]X-[CS]\])? +(?P<from>[0-9.]+)-(?P<seconds>[0-9.]+) +sec +(?P<size>[0-9.]+) "
    r"(?P<unit>[KMGT]?)Bytes +[0-9.]+ [KMGT]?[Bb](?:its|ytes)/sec .*receiver$"
)
_REVERSE = r"^(?P<reverse>Reverse mode, remote host) "
_CONNECTING = r"^Connecting to host (?P<peer>\S+), port [0-9]+$"


def _lines(lines: pl.Series) -> pl.DataFrame:
    """Read the receiver's line of each test; where there are several streams, that of their sum."""
    rows = found(lines, _LINE)
    for pattern in (_REVERSE, _CONNECTING):
        rows = near(rows, lines, pattern, of_command=True)
    test = lines.str.contains(_CONNECTING).arg_true().rename("test").to_frame()
    rows = rows.sort("at").join_asof(test, left_on="at", right_on="test", check_sortedness=False)
    has_sum = (pl.col("id") == "SUM").any().over("test")
    return rows.filter((pl.col("id") == "SUM") | ~has_sum)


_SIZE, _HALF = number("size") * factor("unit"), step("size") / 2 * factor("unit")
_SECONDS = rounded("seconds", 1e-6)
_TEXT_DIRECTION = pl.when(pl.col("reverse").is_null()).then(pl.lit("upload")).otherwise(pl.lit("download"))

_OF_JSON: Columns = {
    **_SECONDS,
    "bytes": whole("bytes"),
    "direction": pl.col("direction").cast(SCHEMA["direction"]),
    "completion": pl.col("completion").cast(SCHEMA["completion"]),
}

IPERF3 = (
    Record(
        name="iperf3-json",
        log="iperf3 -J",
        evidence="recorded",
        pattern=_VERSION,
        read=_documents,
        columns=_OF_JSON,
        timed="data",
        ends=False,
        begins=_BEGIN,
        samples=(
            '{\n"start": {\n"version": "iperf 3.12",\n"test_start": {"reverse": 0}\n},\n"end": {\n'
            '"sum_received": {"seconds": 1.000448, "bytes": 1054122496}\n}\n}',
        ),
    ),
    Record(
        name="iperf3-stream",
        log="iperf3 --json-stream",
        evidence="source",
        pattern=_END,
        read=_streams,
        columns=_OF_JSON,
        timed="data",
        ends=False,
        begins=r'^\{"event": ?"start"',
        others=(_EVENT,),
        samples=(
            '{"event":"start","data":{"version":"iperf 3.17.1","test_start":{"reverse":0}}}\n'
            '{"event":"end","data":{"sum_received":{"seconds":1.000448,"bytes":1054122496}}}',
        ),
    ),
    Record(
        name="iperf3",
        log="iperf3, text",
        evidence="recorded",
        pattern=_LINE,
        read=_lines,
        columns={
            **rounded("seconds", 0.01),
            "bytes_low": (_SIZE - _HALF).ceil().cast(pl.Int64),
            "bytes_high": (_SIZE + _HALF).floor().cast(pl.Int64),
            "direction": _TEXT_DIRECTION.cast(SCHEMA["direction"]),
            "completion": pl.lit("reported", dtype=SCHEMA["completion"]),
        },
        timed="data",
        others=(
            r"^\[ *(?:ID|SUM|[0-9]+)\]",
            r"^Connecting to host ",
            r"^Reverse mode",
            r"^(?:- )+-?$",
            r"^iperf Done\.$",
        ),
        samples=(
            "[  5]   0.00-2.05   sec  4.00 MBytes  1998 KBytes/sec                  receiver",
            "[SUM]   0.00-1.00   sec  9.56 MBytes  80.2 Mbits/sec                  receiver",
        ),
    ),
)
