"""wget: the line behind each file, in any language; without `-nv` also the time in which the bar or the dots end."""

import polars as pl

from ftpstats.logs.records.context import near
from ftpstats.logs.records.entry import Record, found
from ftpstats.logs.records.intervals import Columns, meet, of_printed_rate, whole
from ftpstats.logs.records.stamps import ISO_LOG
from ftpstats.schema import SCHEMA

__all__ = ["WGET"]

# line  ::= stamp " (" rate " " unit ")" dash words " [" bytes ("/" bytes)? "]" ")"?   /* a quoted name and "saved" */
# dash  ::= (" " | NBSP) ("-" | "--" | "–" | "—") " "   /* by language; the Chinese one has a bracket too many */
# quiet ::= stamp " URL:" " "? url " [" bytes ("/" bytes)? '] -> "' name '" [' tries "]"
_SIZE = r"\[(?P<bytes>[0-9]+)(?:/[0-9]+)?\]"
_DASH = r"[ \xa0](?:--?|–|—) "
_LINE = (
    rf"^(?P<time>{ISO_LOG}) \((?P<rate>[0-9]+(?:[.,][0-9]+)?) (?P<unit>[KMGT]?[Bb]/s)\){_DASH}(?P<words>.+) {_SIZE}\)?$"
)
_QUIET = rf'^(?P<time>{ISO_LOG}) URL: ?(?P<url>\S+) {_SIZE} -> "(?P<file>.*)" \[[0-9]+\]$'
_LISTING = r"\.listing$"

# took ::= ("=" | blank word blank) (DIGIT+ [dhm] " "?)* DIGIT+ ("." DIGIT+)? [dhms]   /* 63.4M=0.008s; in 1m 30s */
_TOOK = r"(?:=|\s\S{1,8} )(?P<took>(?:[0-9]+[dhm] ?)*[0-9]+(?:[.,][0-9]+)?[dhms])\s*$"
# length ::= words ":" " " bytes " (" … ")"? ", " bytes " (" … ") " words   /* of a file of which a part was there */
_REST = r"^[^:]+: [0-9]+(?: \([^)]*\))?, (?P<rest>[0-9]+) \([^)]*\) "
_REPLY = "^(?P<reply_code>226|250) "
# quoted ::= quote (" " | NBSP)? name (" " | NBSP)? quote   /* from the first to the last: a name may hold quotes */
_QUOTED = """['‘"“«»„「`][ \xa0]?(.+?)[ \xa0]?['’"”«»“」][^'’"”«»“」]*$"""


def _files(lines: pl.Series) -> pl.DataFrame:
    """Read each result with the bar above it, and the server's reply where `-S` shows that."""
    rows = found(lines, _LINE).with_columns(file=pl.col("words").str.extract(_QUOTED))
    for pattern in (_TOOK, _REST, _REPLY):
        rows = near(rows, lines, pattern)
    rows = rows.filter(~pl.col("file").fill_null("").str.contains(_LISTING))
    return rows.with_columns(bytes=pl.coalesce("rest", "bytes"))


def _part(letter: str) -> pl.Expr:
    text = pl.col("took").str.extract(rf"([0-9.,]+){letter}").str.replace(",", ".", literal=True)
    return text.cast(pl.Float64, strict=False).fill_null(0)


def _taken() -> Columns:
    """Whole seconds from 10 on, and no seconds beside hours; below that to the digits shown."""
    parts = _part("d") * 86400 + _part("h") * 3600 + _part("m") * 60 + _part("s")
    printed = pl.when(pl.col("took").is_not_null()).then(parts)
    decimals = pl.col("took").str.extract(r"[.,]([0-9]+)s$").str.len_chars().fill_null(0).cast(pl.Int64)
    half = pl.lit(10.0).pow(-decimals) / 2
    last = pl.col("took").str.slice(-1).replace_strict({"m": 60.0, "h": 3600.0}, default=0.0, return_dtype=pl.Float64)
    return {
        "seconds_printed": printed,
        "seconds_low": (printed - half).clip(lower_bound=0),
        "seconds_high": printed + half + last,
    }


_OTHERS = (
    rf"^--{ISO_LOG}--  ", r"^\s*=> ", r"^==> ", r"^--> ", r"^[1-5][0-5][0-9][ -]", r"^\s*[0-9]+[KM] [ .,]*",
    r"^Length: ", r"^Connecting to ", r"^Logging in as ", r"^Resolving ", r"^Reusing ", r"^HTTP request sent",
    r"[0-9]+%\s?\[", r"\[[ <=>]+\]", r"^FINISHED --", r"^Total wall clock time: ", r"^Downloaded: ",
    r"^Saving to: ", r"^Removed ", r"^Retrying\.$", r"^Giving up\.$",
    r"^No such (?:file|directory) ", r"^Remote file ", r"^The file is already fully retrieved", r"\.listing",
    r"^\s+\((?:try|Versuch|essai|intento): ?[0-9]+\)", r"^failed: ", r"^wget: ", r"^\s*\[ (?:skipping|[0-9]+K)",
    r"unauthoritative", r" Logged in!$",
    rf"^{ISO_LOG} \([0-9.,]+ [KMGT]?[Bb]/s\){_DASH}",
)  # fmt: skip

_CONFIRMED = pl.when(pl.col("reply_code").is_not_null()).then(pl.lit("confirmed")).otherwise(pl.lit("reported"))
_RATED = of_printed_rate("rate", "unit", whole("bytes"), whole("bytes"))
_DOWNLOAD = {"direction": pl.lit("download", dtype=SCHEMA["direction"])}

WGET = (
    Record(
        name="wget",
        log="wget",
        evidence="recorded",
        pattern=_LINE,
        read=_files,
        columns=_DOWNLOAD
        | meet(_RATED, _taken())
        | {
            "seconds_printed": pl.when(_RATED["seconds_low"].is_not_null()).then(_taken()["seconds_printed"]),
            "completion": _CONFIRMED.cast(SCHEMA["completion"]),
            "reply_code": whole("reply_code"),
            "note": pl.when(pl.col("rest").is_not_null()).then(pl.lit("resumed: the bytes are those of this run")),
        },
        timed="data",
        begins=rf"^--{ISO_LOG}--  ",
        others=_OTHERS,
        samples=(
            "2026-11-29 23:56:39 (255 KB/s) - ‘c d.img’ saved [102400]",
            "2026-11-29 23:57:27 (85,3 KB/s) - »a.img« gespeichert [1048576/1048576]",
            "2026-11-29 23:57:27 (85,3 KB/s)\xa0– „a.img“ uložen [1048576]",
            "2026-11-29 23:57:27 (85,3 KB/s) — « a.img » sauvegardé [1048576/1048576]",
            "2026-11-29 23:57:27 (85,3 KB/s) -- “a.img” mentve [1048576]",
            "2026-11-29 23:57:27 (85.3 KB/s) - 已保存 “a.img” [1048576/1048576])",
            "     0K .......... 100%  255K=0.4s\n\n2026-11-29 23:56:39 (255 KB/s) - 'it's \"x\".img' saved [102400]",
        ),
    ),
    Record(
        name="wget-nv",
        log="wget -nv",
        evidence="recorded",
        pattern=_QUIET,
        read=lambda lines: found(lines, _QUIET).filter(~pl.col("file").str.contains(_LISTING)),
        columns=_DOWNLOAD | {"completion": pl.lit("reported", dtype=SCHEMA["completion"])},
        timed="data",
        others=(rf"^{ISO_LOG} URL: ?\S+ \[",),
        samples=('2026-11-29 23:56:51 URL: ftp://127.0.0.1/c%20d.img [102400] -> "c d.img" [1]',),
    ),
)
