"""curl on a terminal: its meter, whose last frame has bytes and the average speed, and the replies that `-v` shows.

Where one command shows more than one of `-w`, the meter and `-v`, its transfer is counted once, in that order.
"""

import polars as pl

from ftpstats.logs.records.context import near, without_exit
from ftpstats.logs.records.entry import Record, completed, found, one_of
from ftpstats.logs.records.intervals import Columns, factor, meet, number, step, whole
from ftpstats.schema import SCHEMA

__all__ = ["CURL_TERMINAL"]

# frame ::= (ANY* CR)? percent total percent received percent sent down up span spent span speed   /* blanks between */
# size  ::= DIGIT+ ("." DIGIT+)? [kMGTP]?   /* cut, not rounded */
_SIZE = r"[0-9]+(?:\.[0-9]+)?[kMGTP]?"
_SPAN = r"(?:-+:[-:]+|[0-9]+:[0-9:]+|[0-9]+[dhm] ?[0-9]*[hms]?)"
_NAMED = r"(?P<%s>[0-9]+(?:\.[0-9]+)?)(?P<%s_unit>[kMGTP]?)"
_RECEIVED, _SENT, _DOWN, _UP = (_NAMED % (name, name) for name in ("received", "sent", "down", "up"))
_FRAME = (
    rf"^(?:.*\r)? *[0-9]+ +{_SIZE} +[0-9]+ +{_RECEIVED} +[0-9]+ +{_SENT} +{_DOWN} +{_UP} +{_SPAN} +(?P<spent>{_SPAN}) +"
    rf"{_SPAN} +{_SIZE}\s*$"
)
_ANY_FRAME = rf"(?:^|\r) *(?P<frame>[0-9]+(?: +{_SIZE}){{7}} +{_SPAN}) "
_HEADER = r"^\s*% Total +% Received +% Xferd "
# parallel ::= (ANY* CR)? percent percent received sent transfers live span span span speed   /* all transfers of -Z */
_PARALLEL_HEADER = r"^DL% +UL% +Dled +Uled +Xfers "
_PARALLEL = rf"(?:^|\r) *(?:[0-9]+|--) +(?:[0-9]+|--) +{_SIZE} +{_SIZE} +[0-9]+ +[0-9]+ +{_SPAN} "
_WRITTEN = r'^(?P<written>[a-z]+://[^\t]*\t[0-9]+\t|\{.*"time_total":)'
_ERROR = r"^curl: \((?P<code>[0-9]+)\) (?P<error>.*)$"
_UPLOADS = r"^\$ (?:\S*/)?curl (?:.* )?(?P<uploads>-T|--upload-file)"

# reply ::= "< " code " " ANY*   /* the answer to the latest command "> " VERB " " name */
_REPLY = r"^< (?P<reply_code>226|250|[45][0-9]{2}) "
_VERB = r"^> (?P<verb>[A-Z]+)(?: (?P<file>.*))?$"
_VERBS = {"RETR": "download", "STOR": "upload", "APPE": "upload"}


def _frames(lines: pl.Series) -> pl.DataFrame:
    """Read the last frame below each header, with the error behind it."""
    headers = lines.str.contains(_HEADER).arg_true().rename("header").to_frame()
    rows = found(lines, _FRAME).sort("at")
    rows = rows.join_asof(headers, left_on="at", right_on="header", check_sortedness=False)
    rows = rows.filter(pl.col("header").is_not_null()).group_by("header", maintain_order=True).last()
    for pattern in (_ERROR, _WRITTEN):
        rows = near(rows, lines, pattern, behind=True)
    return near(rows.filter(pl.col("written").is_null()), lines, _UPLOADS, of_command=True)


def _replies(lines: pl.Series) -> pl.DataFrame:
    """Read the last reply to each transfer's command; where it refuses, only if no exit status does."""
    rows = near(found(lines, _REPLY), lines, _VERB).filter(pl.col("verb").is_in(list(_VERBS)))
    for pattern in (_WRITTEN, _ANY_FRAME):
        rows = near(rows, lines, pattern, behind=True)
    rows = rows.filter(pl.col("written").is_null() & pl.col("frame").is_null())
    is_good = pl.col("reply_code").str.starts_with("2")
    return pl.concat([rows.filter(is_good), without_exit(rows.filter(~is_good), lines)])


def _cut(name: str) -> tuple[pl.Expr, pl.Expr]:
    """From what to below what a number can be that was cut in its unit; without a unit it is exact to one."""
    worth = factor(f"{name}_unit")
    return number(name) * worth, (number(name) + step(name)) * worth


_IS_UPLOAD = (number("sent") > 0) | ((number("received") == 0) & pl.col("uploads").is_not_null())


def _either(sent: pl.Expr, received: pl.Expr) -> pl.Expr:
    return pl.when(_IS_UPLOAD).then(sent).otherwise(received)


_LEAST, _BEYOND = (_either(*ends) for ends in zip(_cut("sent"), _cut("received"), strict=True))
_SLOWEST, _FASTEST = (_either(*ends) for ends in zip(_cut("up"), _cut("down"), strict=True))
_IS_EXACT = _either(pl.col("sent_unit"), pl.col("received_unit")) == ""


def _seconds() -> Columns:
    parts = [pl.col("spent").str.extract(r"^([0-9]+):([0-9]+):([0-9]+)$", n).cast(pl.Float64) for n in (1, 2, 3)]
    spent = parts[0] * 3600 + parts[1] * 60 + parts[2]
    tells = (_LEAST > 0) & (_SLOWEST > 0)
    rule = {
        "rate": _SLOWEST,
        "seconds_low": pl.when(tells).then(_LEAST / _FASTEST),
        "seconds_high": pl.when(tells).then(_BEYOND / _SLOWEST),
    }
    return meet(rule, {"seconds_printed": spent, "seconds_low": spent, "seconds_high": spent + 1})


def _frame_completion() -> pl.Expr:
    word = pl.when(pl.col("error").is_null()).then(pl.lit("reported")).when(_LEAST > 0).then(pl.lit("partial"))
    return word.otherwise(pl.lit("failed")).cast(SCHEMA["completion"])


CURL_TERMINAL = (
    Record(
        name="curl-meter",
        log="curl, its progress meter",
        evidence="recorded",
        pattern=_FRAME,
        read=_frames,
        columns={
            "bytes": pl.when(_IS_EXACT).then(_LEAST).cast(pl.Int64),
            "bytes_low": _LEAST.ceil().cast(pl.Int64),
            "bytes_high": (_BEYOND.ceil() - 1).cast(pl.Int64),
            "direction": _either(pl.lit("upload"), pl.lit("download")).cast(SCHEMA["direction"]),
            "completion": _frame_completion(),
            "note": pl.when(pl.col("error").is_not_null()).then(pl.format("curl: ({}) {}", "code", "error")),
            **_seconds(),
        },
        timed="whole",
        begins=_HEADER,
        others=(_HEADER, r"^\s*Dload +Upload ", _ANY_FRAME, _ERROR, _PARALLEL_HEADER, _PARALLEL),
        samples=(
            "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
            "                                 Dload  Upload   Total   Spent    Left  Speed\n"
            "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r"
            "100 1024k  100 1024k    0     0   730k      0  0:00:01  0:00:01 --:--:--  730k",
        ),
    ),
    Record(
        name="curl-v",
        log="curl -v",
        evidence="recorded",
        pattern=_REPLY,
        read=_replies,
        columns={
            "direction": one_of("verb", "direction", _VERBS),
            "completion": completed(pl.col("reply_code").str.starts_with("2"), pl.lit(0)),
            "reply_code": whole("reply_code"),
        },
        timed="whole",
        others=(r"^[<>*] ", r"^[{}] \[[0-9]+ bytes data\]$", _ERROR),
        samples=("> RETR c d.img\n< 150 Opening BINARY mode\n< 226 Transfer complete.",),
    ),
)
