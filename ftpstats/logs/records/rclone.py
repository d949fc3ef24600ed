"""rclone: a line for each file that was copied, as text or JSON; its statistics are sums over a whole run."""

import json

import polars as pl

from ftpstats.logs.records.context import COMMAND, copied_to, near, without_exit
from ftpstats.logs.records.entry import Record, found
from ftpstats.logs.records.stamps import SLASHED
from ftpstats.schema import SCHEMA

__all__ = ["RCLONE"]

# text ::= slashed " INFO  : " name ": " ("Multi-thread " "C" | "C") "opied (" how ")" (" to: " name)?
# fail ::= slashed " ERROR : " name ": Failed to copy: " error
_COPIED = r"(?:Multi-thread )?(?:c|C)opied \((?:new|replaced existing|server-side copy|Rcat)[^)]*\)"
_LINE = rf"^(?P<time>{SLASHED}) (?:INFO  |NOTICE): (?P<file>.+): {_COPIED}(?: to: .*)?$"
_FAILURE = rf"^(?P<time>{SLASHED}) ERROR : (?P<file>.+): Failed to copy: (?P<error>.*)$"
_REMOVED = rf"^{SLASHED} NOTICE: (?P<removed>.+): Removing partially written file"
_JSON = rf'^\{{.*"msg":"(?:{_COPIED}|Failed to copy: ).*\}}$'


def _lines(lines: pl.Series) -> pl.DataFrame:
    """Read each file, and each that failed in a run whose exit status the log does not have."""
    failures = near(found(lines, _FAILURE), lines, _REMOVED)
    rows = pl.concat([found(lines, _LINE), without_exit(failures, lines)], how="diagonal")
    return near(rows, lines, COMMAND, of_command=True)


def _objects(lines: pl.Series) -> pl.DataFrame:
    """Read the object of each line, whose order of fields differs by release."""
    fits = lines.str.contains(_JSON)
    objects = zip(fits.arg_true(), map(_decoded, lines.filter(fits)), strict=True)
    names = {"time": "time", "file": "object", "kind": "objectType", "msg": "msg", "bytes": "size"}  # size: since 1.70
    rows = [
        {"at": at} | {column: str(found.get(name, "")) for column, name in names.items()}
        for at, found in objects
        if found
    ]
    frame = pl.DataFrame(rows, schema={"at": pl.UInt32} | dict.fromkeys(names, pl.String))
    frame = frame.with_columns(error=pl.col("msg").str.extract("^Failed to copy: (.*)"))
    failed = without_exit(frame.filter(pl.col("error").is_not_null()), lines)
    told = pl.concat([frame.filter(pl.col("error").is_null()), failed.select(frame.columns)])
    return near(told, lines, COMMAND, of_command=True)


def _decoded(line: str) -> dict[str, object]:
    """Return the object of a line; an empty one where it is damaged."""
    try:
        decoded = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _completion(cut: pl.Expr) -> pl.Expr:
    word = pl.when(pl.col("error").is_null()).then(pl.lit("reported")).when(cut).then(pl.lit("partial"))
    return word.otherwise(pl.lit("failed")).cast(SCHEMA["completion"])


_SOURCE = pl.col("kind").str.extract(r"^\*(local)\.")
_FROM_KIND = pl.when(_SOURCE.is_not_null()).then(pl.lit("upload")).when(pl.col("kind") != "").then(pl.lit("download"))

RCLONE = (
    Record(
        name="rclone",
        log="rclone -v",
        evidence="recorded",
        pattern=_LINE,
        read=_lines,
        columns={
            "direction": copied_to(),
            "completion": _completion((pl.col("removed") == pl.col("file")).fill_null(value=False)),
            "note": pl.col("error"),
        },
        timed="whole",
        others=(
            rf"^{SLASHED} (?:INFO  |NOTICE|ERROR |DEBUG ):",
            rf"^{SLASHED} (?:Failed to|Fatal error)",
            "^Transferred:? ",
            r"^Elapsed time: ",
            r"^(?:Errors|Checks|Deleted|Renamed|Listed|Transferring|Server Side \w+):",
            r"^ ?\* +",
        ),
        samples=(
            "2026/11/30 00:12:29 INFO  : c d.img: Copied (new)",
            '2026/11/30 00:12:35 INFO  : q"1.img: Copied (replaced existing)',
        ),
    ),
    Record(
        name="rclone-json",
        log="rclone --use-json-log -v",
        evidence="recorded",
        pattern=_JSON,
        read=_objects,
        columns={
            "direction": pl.coalesce(copied_to(), _FROM_KIND.cast(SCHEMA["direction"])),
            "completion": _completion(pl.lit(value=False)),
            "note": pl.col("error"),
        },
        timed="whole",
        others=(r'^\{"(?:level|time)":".*"msg":', rf"^{SLASHED} (?:Failed to|Fatal error)"),
        samples=(
            '{"level":"info","msg":"Copied (new)","object":"c \\"d.img","objectType":"*ftp.Object",'
            '"time":"2026-11-30T00:12:44.260628+00:00"}',
            '{"time":"2026-11-30T00:12:44.260628+00:00","level":"info","msg":"Copied (new)","size":102400,'
            '"object":"a.img","objectType":"*local.Object","source":"operations/copy.go:360"}',
        ),
    ),
)
