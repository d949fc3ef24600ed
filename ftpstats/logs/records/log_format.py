"""ProFTPD's LogFormat: the text of the server's configuration in, an entry that reads such lines out."""

import re
from collections.abc import Callable

import polars as pl

from ftpstats.errors import UsageError
from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.intervals import Columns, between, number, whole
from ftpstats.logs.records.stamps import CLF, ISO_LOG
from ftpstats.schema import SCHEMA

__all__ = ["DEFAULT_FORMAT", "TRANSFER_FORMAT", "log_format_entry"]

DEFAULT_FORMAT = '%h %l %u %t "%r" %s %b'
# What docs/formats.md tells people to configure: all that ProFTPD knows of a transfer.
TRANSFER_FORMAT = '%{iso8601} %a %u %m "%f" %b %T %{transfer-millisecs} %{transfer-status} "%{transfer-failure}" %s'

# pasted    ::= (?i) "LogFormat" (name quoted | quoted name?) | quoted   /* a line of the configuration */
# quoted    ::= '"' ([^"\\] | "\\" ANY)* '"'
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_PASTED = re.compile(rf"^(?:LogFormat\s+(?:\S+\s+)?{_QUOTED}(?:\s+\w+)?|{_QUOTED})$", re.IGNORECASE)
_NGINX = re.compile(r"^log_format\b|\$[a-z_]{3,}")
# directive ::= "%" ">"? ("{" [^}]+ "}" [te]? | "!"? LETTER)
_DIRECTIVE = re.compile(r"%>?(\{[^}]+\}[te]?|[A-Za-z])")
_METHOD = "RETR|STOR|APPE|STOU"
_ANY_METHOD = "[A-Z]{3,5}"
# By directive, the field that it is and how it looks; `-` stands for what is unknown. All others look like anything.
_FIELDS = {
    "a": ("peer", r"\S+"),
    "h": ("host", r"\S+"),
    "f": ("file", ".+?"),
    "F": ("path", ".+?"),
    "J": ("argument", ".*?"),
    "b": ("bytes", "[0-9]+|-"),
    "T": ("seconds", r"[0-9]+\.[0-9]{3}|-"),
    "s": ("code", "[0-9]{3}|-"),
    "t": ("time", rf"\[{CLF}\]"),
    "m": ("method", _METHOD),
    "r": ("command", f"(?:{_METHOD})(?: .*?)?"),
    "{transfer-millisecs}": ("millis", "[0-9]+|-"),
    "{transfer-status}": ("status", "success|failed|cancelled|timeout|-"),
    "{transfer-failure}": ("failure", ".*?"),
    "{iso8601}": ("time", ISO_LOG),
    "{epoch}": ("time", "[0-9]+"),
    "{microsecs}": ("micros", "[0-9]+"),
    "{millisecs}": ("milli", "[0-9]+"),
}
_STRFTIME = {
    "Y": "[0-9]{4}", "y": "[0-9]{2}", "b": "[A-Z][a-z]{2}", "B": "[A-Z][a-z]+", "a": "[A-Z][a-z]{2}",
    "A": "[A-Z][a-z]+", "z": "[+-][0-9]{4}", "Z": "[A-Za-z]+", "e": "[ 0-9][0-9]", "T": "[0-9:]{8}",
    "F": "[0-9-]{10}", "D": "[0-9/]{8}", "j": "[0-9]{3}", "s": "[0-9]+", "n": r"\s", "t": r"\s", "%": "%", "p": "[AP]M",
}  # fmt: skip
_SEEN: Callable[[str], pl.Expr] = lambda field: pl.when(pl.col(field) != "-").then(pl.col(field))  # noqa: E731


def log_format_entry(name: str, text: str, samples: tuple[str, ...], *, log: str) -> Record:
    """
    Return the entry of a LogFormat.

    Parameters
    ----------
    name : str
        Of the entry.
    text : str
        The format, as the configuration has it: quotes may be escaped there, and it may be the whole line.
    samples : tuple of str
        Lines of it.
    log : str
        What it is, in words.

    Raises
    ------
    UsageError
        If the format says nothing of a transfer.
    """
    text = text.strip()
    pasted = _PASTED.match(text)
    text = (text if pasted is None else pasted[1] or pasted[2] or "").replace('\\"', '"').strip()
    pattern, fields, stamp = _compiled(text, transfers_only=True)
    if not fields & {"method", "command", "bytes", "seconds", "millis", "status"}:
        why = "this is nginx's, whose logs are of a web server" if _NGINX.search(text) else "no transfer in it"
        raise UsageError(f"log-format {text}: {why}; ProFTPD's LogFormat is needed, with %m or %r, %b, and %T")
    return Record(
        name=name,
        log=log,
        evidence="recorded",
        pattern=pattern,
        columns=_columns(fields),
        timed="server",
        stamp=stamp,
        others=(_compiled(text, transfers_only=False)[0],),
        samples=samples,
    )


def _compiled(text: str, *, transfers_only: bool) -> tuple[str, set[str], str]:
    """Return the pattern of a format, its fields, and the format of its stamp where that is one of strftime."""
    parts, fields, stamp, at = ["^"], set[str](), "", 0
    for directive in _DIRECTIVE.finditer(text):
        parts.append(_literal(text[at : directive.start()]))
        at = directive.end()
        field, looks = _looks(directive[1])
        if not transfers_only and field in {"method", "command"}:
            looks = _ANY_METHOD if field == "method" else f"{_ANY_METHOD}(?: .*?)?"
        if field == "time" and directive[1].endswith("}t"):
            stamp = directive[1][1:-2]
        is_new = field and field not in fields
        parts.append(f"(?P<{field}>{looks})" if is_new else f"(?:{looks})")
        fields |= {field} if field else set()
    return "".join([*parts, _literal(text[at:]), "$"]), fields, stamp


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\ ", " ").replace("%%", "%")


def _looks(directive: str) -> tuple[str, str]:
    """Return the field that a directive is, empty where none is made of it, and its pattern."""
    if directive.endswith("}t"):
        looks = re.sub(r"%(.)", lambda found: _STRFTIME.get(found[1], "[0-9]{2}"), directive[1:-2])
        return "time", looks
    return _FIELDS.get(directive, ("", ".*?"))


def _columns(fields: set[str]) -> Columns:
    columns: Columns = {}
    if fields & {"seconds", "millis"}:
        columns |= _of_milliseconds(number("seconds") if "seconds" in fields else number("millis") / 1000)
    for column, among in (("file", ("file", "path", "argument")), ("peer", ("peer", "host"))):
        known = [_SEEN(field) for field in among if field in fields]
        columns |= {column: pl.coalesce(known)} if known else {}
    if "command" in fields and not fields & {"file", "path", "argument"}:
        columns["file"] = pl.col("command").str.extract(r"^[A-Z]+ (.*)$")
    if "code" in fields:
        columns["reply_code"] = whole("code")
    if "failure" in fields:
        columns["note"] = _SEEN("failure")
    if "time" in fields:
        columns["time"] = _stamp(fields)
    method = pl.col("command").str.extract("^([A-Z]+)") if "command" in fields else None
    method = pl.col("method") if "method" in fields else method
    if method is not None:
        columns["direction"] = pl.when(method == "RETR").then(pl.lit("download")).otherwise(pl.lit("upload"))
    return columns | _ended(fields)


def _stamp(fields: set[str]) -> pl.Expr:
    """The stamp, with the fraction of its second where the format has that beside it."""
    stamp = pl.col("time").str.strip_chars("[]")
    for field, digits in (("micros", 6), ("milli", 3)):
        if field in fields:
            parts = stamp.str.extract_groups(r"^(?P<second>.*:[0-9]{2})(?P<offset>Z|[+-][0-9]{4})?$").struct
            offset = parts.field("offset").fill_null("")
            return pl.coalesce(
                pl.format("{}.{}{}", parts.field("second"), pl.col(field).str.zfill(digits), offset), stamp
            )
    return stamp


def _of_milliseconds(printed: pl.Expr) -> Columns:
    """The difference of two clocks that were cut to milliseconds: n = (n − 1, n + 1) ms."""
    return between(printed, 0.001, 0.001)


def _ended(fields: set[str]) -> Columns:
    """How a transfer ended: by its status, else by the reply; and its bytes, none where it failed."""
    status = pl.col("status") if "status" in fields else pl.lit("-")
    code = whole("code") if "code" in fields else pl.lit(None, dtype=pl.Int64)
    size = whole("bytes") if "bytes" in fields else pl.lit(None, dtype=pl.Int64)
    took = [number(field).is_not_null() for field in ("seconds", "millis") if field in fields]
    moved = (size > 0).fill_null(pl.any_horizontal(took) if took else pl.lit(value=False))
    good = (status == "success") | ((status == "-") & code.is_in([226, 250]))
    bad = status.is_in(["failed", "cancelled", "timeout"]) | ((status == "-") & (code >= 400))
    word = (
        pl.when(good)
        .then(pl.lit("confirmed"))
        .when(bad & moved)
        .then(pl.lit("partial"))
        .when(bad)
        .then(pl.lit("failed"))
        .otherwise(pl.lit("reported"))
    )
    columns: Columns = {"completion": word.cast(SCHEMA["completion"])}
    if "bytes" in fields:
        columns["bytes"] = pl.when(bad & size.is_null()).then(0).otherwise(size)
    return columns
