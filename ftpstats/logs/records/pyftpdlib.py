"""pyftpdlib: whatever logging puts in front, a line ends in how the transfer ended, its bytes and its seconds."""

import polars as pl

from ftpstats.logs.records.entry import Record, completed, one_of
from ftpstats.logs.records.intervals import rounded
from ftpstats.logs.records.stamps import ISO_LOG

__all__ = ["PYFTPDLIB"]

# line   ::= front ("RETR" | "STOR" | "APPE" | "STOU") " " name " completed=" [01] " bytes=" bytes " seconds=" seconds
# front  ::= (ANY* iso)? ANY*    /* by default "[I 2026-11-30 00:01:41] 192.0.2.7:51000-[user] " */
_LINE = (
    rf"^(?:.*?(?P<time>{ISO_LOG}))?(?P<front>.*?)(?P<way>RETR|STOR|APPE|STOU) (?P<file>.+) completed="
    r"(?P<status>[01]) bytes=(?P<bytes>[0-9]+) seconds=(?P<seconds>[0-9]+(?:\.[0-9]+)?)$"
)
# peer ::= IPv4 | IPv6 (":" port "-[")?
_PEER = r"([0-9a-fA-F]*:[0-9a-fA-F:.]*[0-9a-fA-F]|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::[0-9]+-\[|[^0-9a-fA-F:.]|$)"
_DEFAULT_PEER = r"(\S+):[0-9]+-\["

PYFTPDLIB = (
    Record(
        name="pyftpdlib",
        log="pyftpdlib",
        evidence="recorded",
        pattern=_LINE,
        columns={
            "direction": one_of(
                "way", "direction", {"RETR": "download", "STOR": "upload", "APPE": "upload", "STOU": "upload"}
            ),
            "completion": completed(pl.col("status") == "1"),
            "peer": pl.coalesce(pl.col("front").str.extract(_DEFAULT_PEER), pl.col("front").str.extract(_PEER)),
        }
        | rounded("seconds", 0.001),
        timed="server",
        hint=" completed=[01]",
        others=(
            r"FTP session (?:opened|closed)|USER '.*' (?:logged in|failed login)|Transfer aborted via ABOR",
            r"(?:concurrency model|masquerade \(NAT\) address|passive ports): |(?:starting|shutting down) FTP",
            r"(?:\] ?|\s)(?:MKD|RMD|DELE|RNFR|RNTO|RENAME|CWD|CDUP|SITE|MFMT) ",
        ),
        samples=(
            "[I 2026-11-30 00:01:41] ::ffff:127.0.0.1:37246-[tester] RETR /srv/ftp/note.txt completed=1 bytes=15 "
            "seconds=0.0",
            "INFO:pyftpdlib:192.0.2.7:51000-[me] STOR /srv/ftp/a b.img completed=0 bytes=425984 seconds=0.488",
        ),
    ),
)
