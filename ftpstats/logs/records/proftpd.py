"""ProFTPD: ExtendedLog by its LogFormat, and what it says of a transfer in its own log."""

import polars as pl

from ftpstats.logs.records.entry import Record, completed
from ftpstats.logs.records.intervals import cut
from ftpstats.logs.records.log_format import DEFAULT_FORMAT, TRANSFER_FORMAT, log_format_entry
from ftpstats.logs.records.stamps import SYSLOG_LINE

__all__ = ["PROFTPD"]

# own ::= front "proftpd[" pid "] " server " (" name "[" peer "])" (":" | " -") " Transfer "
#         ("completed:" | "aborted after") " " bytes " bytes in " seconds " seconds"
_OWN = (
    rf"{SYSLOG_LINE}proftpd\[[0-9]+\]:? \S+ \(\S*\[(?P<peer>[^\]]*)\]\)(?::| -) Transfer "
    r"(?P<status>completed:|aborted after) (?P<bytes>[0-9]+) bytes in (?P<seconds>[0-9]+\.[0-9]{2}) seconds$"
)

PROFTPD = (
    log_format_entry(
        "proftpd",
        TRANSFER_FORMAT,
        (
            '2026-11-30 00:01:41,615 127.0.0.1 tester RETR "/srv/ftp/q"1.img" 15 0.001 1 success "-" 226',
            '2026-11-30 00:02:20,701 127.0.0.1 tester RETR "-" - - - failed "mg: No such file or directory" 550',
        ),
        log="ProFTPD, ExtendedLog as below",
    ),
    log_format_entry(
        "proftpd-default",
        DEFAULT_FORMAT,
        ('127.0.0.1 UNKNOWN tester [30/Nov/2026:00:01:41 +0000] "RETR note.txt" 226 15',),
        log="ProFTPD, ExtendedLog by default",
    ),
    Record(
        name="proftpd-debug",
        log="ProFTPD, SystemLog with DebugLevel 1",
        evidence="recorded",
        pattern=_OWN,
        columns={"completion": completed(pl.col("status") == "completed:")} | cut("seconds", 0.01),
        timed="server",
        hint=r"Transfer (?:completed: |aborted after )[0-9]",
        others=(rf"{SYSLOG_LINE}proftpd\[[0-9]+\]:? ",),
        samples=(
            "2026-11-30 00:01:41,615 srv proftpd[25308] 127.0.0.1 (127.0.0.1[127.0.0.1]): Transfer completed: 15 bytes "
            "in 0.00 seconds",
        ),
    ),
)
