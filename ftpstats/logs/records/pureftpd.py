"""Pure-FTPd: stats, CLF, W3C and syslog lines. It never logs whether a transfer was aborted, so all are `reported`."""

import polars as pl

from ftpstats.logs.records.entry import Record, one_of
from ftpstats.logs.records.intervals import Columns, of_rate, rounded
from ftpstats.logs.records.stamps import CLF, EPOCH, ISO_LOG, SYSLOG_LINE
from ftpstats.schema import SCHEMA

__all__ = ["PUREFTPD"]

_UNTOLD: Columns = {"completion": pl.lit("reported", dtype=SCHEMA["completion"])}


def _ways(down: str, up: str) -> Columns:
    return _UNTOLD | {"direction": one_of("way", "direction", {down: "download", up: "upload"})}


# stats  ::= epoch " " session " " user " " peer " " [DU] " " bytes " " seconds " " name   /* raw, with its blanks */
# clf    ::= peer " - " user " [" clf '] "' ("GET" | "PUT") " " name '" 200 ' bytes   /* no protocol behind the name, as
#            web servers write it, and a user */
# w3c    ::= date " " time " " peer " []" ("sent" | "created") " " name " 226 " user " " bytes
# syslog ::= front "pure-ftpd: (" user "@" peer ") [NOTICE] " name " " ("down" | "up") "loaded  (" bytes " bytes, "
#            rate "KB/sec)"
_STATS = (
    rf"^(?P<time>{EPOCH}) [0-9a-f]+\.[0-9a-f]+ \S+ (?P<peer>\S+) (?P<way>[DU]) (?P<bytes>[0-9]+) (?P<seconds>[0-9]+) "
    r"(?P<file>.+)$"
)
_CLF = (
    rf'^(?P<peer>\S+) - (?:[^- ]|[^ ]{{2,}}) \[(?P<time>{CLF})\] "(?P<way>GET|PUT) (?P<file>/\S*)" 200 '
    r"(?P<bytes>[0-9]+)$"
)
_W3C = rf"^(?P<time>{ISO_LOG}) (?P<peer>\S+) \[\](?P<way>sent|created) (?P<file>\S+) 226 \S+ (?P<bytes>[0-9]+)$"
_SYSLOG = (
    rf"{SYSLOG_LINE}pure-ftpd(?:\[[0-9]+\])?: \(.*?@(?P<peer>[^)]*)\) \[NOTICE\] (?P<file>.+) "
    r"(?P<way>downloaded|uploaded)  \((?P<bytes>[0-9]+) bytes, (?P<rate>[0-9]+[.,][0-9]{2})KB/sec\)$"
)

PUREFTPD = (
    Record(
        name="pureftpd-stats",
        log="Pure-FTPd, stats",
        evidence="recorded",
        pattern=_STATS,
        columns=_ways("D", "U") | rounded("seconds", 1),
        timed="server",
        samples=("1795996901 6b0cbce5.62db tester 127.0.0.1 D 15 0 /srv/ftp/a note.txt",),
    ),
    Record(
        name="pureftpd-clf",
        log="Pure-FTPd, CLF",
        evidence="recorded",
        pattern=_CLF,
        columns=_ways("GET", "PUT"),
        timed="server",
        samples=('127.0.0.1 - tester [30/Nov/2026:00:01:42 -0000] "GET /srv/ftp/c%20d.img" 200 102400',),
    ),
    Record(
        name="pureftpd-w3c",
        log="Pure-FTPd, W3C",
        evidence="recorded",
        pattern=_W3C,
        columns=_ways("sent", "created"),
        timed="server",
        is_utc=True,
        samples=("2026-11-30 00:01:42 127.0.0.1 []created /srv/ftp/up/u1.img 226 tester 102400",),
    ),
    Record(
        name="pureftpd-syslog",
        log="Pure-FTPd through syslog",
        evidence="recorded",
        pattern=_SYSLOG,
        columns=_ways("downloaded", "uploaded") | of_rate("rate", 0.01),
        timed="server",
        hint=r"\[NOTICE\] .* (?:down|up)loaded  \(",
        samples=(
            "Nov 30 00:01:41 srv pure-ftpd: (tester@127.0.0.1) [NOTICE] /srv/ftp//c d.img downloaded  (15 bytes, "
            "311.88KB/sec)",
        ),
    ),
)
