"""lftp: its transfer log, which has each file that was finished, and what it says on a terminal."""

import polars as pl

from ftpstats.logs.records.context import COMMAND, near, without_exit
from ftpstats.logs.records.entry import Record, found
from ftpstats.logs.records.intervals import between, meet, number, of_printed_rate, whole
from ftpstats.logs.records.stamps import ISO_LOG
from ftpstats.schema import SCHEMA

__all__ = ["LFTP", "LFTP_FAILURE"]

# line ::= stamp " " url " -> " path " " span | stamp " " path " -> " url " " span
# span ::= from "-" to " " (rate " " unit)?   /* no rate at 0 bytes; blanks and " -> " may be in a path, not in a URL */
_URL = r"[a-z]+://\S+"
_RATE = r"(?P<rate>[0-9]+(?:[.,][0-9]+)?) ?(?P<unit>[KMGT]?(?:i?B)?/s)"
_LOGGED = (
    rf"^(?P<time>{ISO_LOG}) (?:(?P<got>{_URL}) -> (?P<into>.+)|(?P<put>.+) -> (?P<url>{_URL})) "
    rf"(?P<from>[0-9]+)-(?P<to>[0-9]+)(?: (?:{_RATE})?)?$"
)
_MOVED = whole("to") - whole("from")
_IS_GET = pl.col("got").is_not_null()
_BETWEEN_SERVERS = _IS_GET & pl.col("into").str.contains(f"^{_URL}$")

# line ::= (ANY* CR)? bytes " bytes transferred" (" in " seconds " second" "s"? " (" rate " " unit ")")?
_LINE = (
    r"^(?:.*\r)?\s*(?P<bytes>[0-9]+) (?:bytes?|Bytes?|octets?|байт\w*) "
    r"(?:transferred|übertragen|transférés?|transferidos|trasferiti|передано)"
    rf"(?: \S+ (?P<seconds>[0-9]+) [^ (]+ \({_RATE}\))?$"
)
LFTP_FAILURE = r"^(?:.*\r)?(?P<error>(?:get|put|mget|mput|pget|mirror): .*(?:[45][0-9]{2} |[Ff]atal error|failed).*)$"
# What stands in the frames and what was asked for; a frame that only waits says nothing.
_SENDS = r"(?:^|\r).*(?:\[(?P<sends>Sending data|Waiting for transfer to complete)|\[(?P<receives>Receiving data))"
_ASKED = r"^(?:\$ lftp .*['\"; ]|.*lftp .*> ?|)(?P<asked>get|mget|pget|put|mput) .*$"


def _transfers(lines: pl.Series) -> pl.DataFrame:
    """Read each result, and each failure of a command whose exit status does not tell."""
    errors = without_exit(found(lines, LFTP_FAILURE), lines)
    rows = pl.concat([found(lines, _LINE), errors], how="diagonal")
    return near(near(near(rows, lines, _ASKED), lines, _SENDS), lines, COMMAND, of_command=True)


_WHOLE_SECONDS = between(number("seconds"), 0.5, 0.5)
_RATED = meet(of_printed_rate("rate", "unit", whole("bytes"), whole("bytes")), _WHOLE_SECONDS)
_IS_SHORT = pl.col("seconds").is_null() & (whole("bytes") > 0)
_PUT = pl.col("asked").str.contains("put").fill_null(pl.col("sends").is_not_null())
_TOLD = pl.col("asked").is_not_null() | pl.col("sends").is_not_null() | pl.col("receives").is_not_null()
_DIRECTION = pl.when(_TOLD & _PUT).then(pl.lit("upload")).when(_TOLD).then(pl.lit("download"))
_COMPLETION = pl.when(pl.col("error").is_null()).then(pl.lit("reported")).otherwise(pl.lit("failed"))

LFTP = (
    Record(
        name="lftp-log",
        log="lftp, transfer_log",
        evidence="recorded",
        pattern=_LOGGED,
        columns={
            "bytes": _MOVED,
            "direction": pl.when(_BETWEEN_SERVERS.not_())
            .then(pl.when(_IS_GET).then(pl.lit("download")).otherwise(pl.lit("upload")))
            .cast(SCHEMA["direction"]),
            "completion": pl.lit("reported", dtype=SCHEMA["completion"]),
            "file": pl.coalesce("got", "url"),
            **of_printed_rate("rate", "unit", _MOVED, _MOVED),
        },
        timed="data",
        samples=(
            "2026-11-30 00:12:09 ftp://tester@127.0.0.1/c%20d.img -> /srv/files/c d.img 0-102400 246.6 KiB/s",
            "2026-11-30 00:12:14 /srv/files/a -> b.img -> ftp://tester@127.0.0.1/up/v.img 0-1048576 726.1 KiB/s",
            "2026-11-30 00:12:15 ftp://tester@127.0.0.1/empty.img -> /srv/files/empty.img 0-0 ",
        ),
    ),
    Record(
        name="lftp-terminal",
        log="lftp on a terminal",
        evidence="recorded",
        # Alone on its line a result is one of a transcript.
        tells=r"' at [0-9]+ \(.*\s[0-9]+ bytes transferred"
        r"|^(?:.*\r)?(?:get|put|mget|mput|pget|mirror): .*(?:[45][0-9]{2} |failed)",
        pattern=f"{_LINE}|{LFTP_FAILURE.replace('<error>', '<failure>')}",
        read=_transfers,
        columns={
            **_RATED,
            "seconds_low": pl.when(_IS_SHORT).then(0.0).otherwise(_RATED["seconds_low"]),
            "seconds_high": pl.when(_IS_SHORT).then(1.0).otherwise(_RATED["seconds_high"]),
            "direction": _DIRECTION.cast(SCHEMA["direction"]),
            "completion": _COMPLETION.cast(SCHEMA["completion"]),
            "note": pl.col("error"),
        },
        timed="data",
        others=(
            r"' at [0-9]+ \(",
            r"^lftp .*>",
            r"^\s*\r",
            LFTP_FAILURE,
            "^Session terminated",
            r"^Total [0-9]+ files? transferred$",
            r"^cd ",
        ),
        samples=(
            "`c d.img' at 0 (0%) [Receiving data]\r          \r1048576 bytes transferred in 3 seconds (393.6 KiB/s)",
            "`a.img' at 102400 (100%) [Receiving data]\r          \r102400 bytes transferred",
            "get: Access failed: 550 No such file or directory. (missing.img)",
        ),
    ),
)
