"""vsftpd's native log, as a file or through syslog: the time is in the rate, of a clock of microseconds."""

import polars as pl

from ftpstats.logs.records.entry import Record, completed, one_of
from ftpstats.logs.records.intervals import Columns, of_rate, whole
from ftpstats.logs.records.stamps import CTIME, SYSLOG_LINE

__all__ = ["VSFTPD"]

# message ::= ("[" user "] ")? ("OK" | "FAIL") " " ("DOWNLOAD" | "UPLOAD") ': Client "' peer '", "' name '", '
#             (bytes " bytes, ")? rate "Kbyte/sec"
# A name is in quotes and not escaped, so that it may hold quotes: it ends at the last that can be its end.
_MESSAGE = (
    r'(?:\[.*?\] )?(?P<status>OK|FAIL) (?P<way>DOWNLOAD|UPLOAD): Client "(?P<peer>[^"]*)", "(?P<file>.*)", '
    r"(?:(?P<bytes>[0-9]+) bytes, )?(?P<rate>[0-9]+[.,][0-9]{2})Kbyte/sec$"
)
_OTHERS = (
    r'(?:\[.*?\] )?(?:CONNECT|FTP (?:command|response)): Client "',
    r'(?:\[.*?\] )?(?:OK|FAIL) (?:LOGIN|MKDIR|RMDIR|DELETE|RENAME|CHMOD): Client "',
    r"(?:\[.*?\] )?DEBUG: ",
)
_COLUMNS: Columns = {
    "bytes": whole("bytes").fill_null(0),  # it is not printed where nothing moved
    "direction": one_of("way", "direction", {"DOWNLOAD": "download", "UPLOAD": "upload"}),
    "completion": completed(pl.col("status") == "OK"),
} | of_rate("rate", 0.01)
_OWN_FRONT, _SYSLOG_FRONT = rf"^(?P<time>{CTIME}) (?:\[pid [0-9]+\] )?", rf"{SYSLOG_LINE}vsftpd(?:\[[0-9]+\])?: "

VSFTPD = (
    Record(
        name="vsftpd",
        log="vsftpd's own log",
        evidence="recorded",
        pattern=_OWN_FRONT + _MESSAGE,
        columns=_COLUMNS,
        timed="server",
        others=tuple(rf"^{CTIME} (?:\[pid [0-9]+\] )?{other}" for other in _OTHERS),
        samples=(
            'Mon Nov 30 00:01:41 2026 [pid 25316] [tester] OK DOWNLOAD: Client "::ffff:127.0.0.1", "/note.txt", 15 '
            "bytes, 81.83Kbyte/sec",
            'Thu Sep  3 14:02:09 2026 [pid 2] [ftp] FAIL UPLOAD: Client "192.0.2.7", "/a "b" c.img", 0.00Kbyte/sec',
        ),
    ),
    Record(
        name="vsftpd-syslog",
        log="vsftpd through syslog",
        evidence="recorded",
        pattern=_SYSLOG_FRONT + _MESSAGE,
        columns=_COLUMNS,
        timed="server",
        hint='(?:OK|FAIL) (?:DOWNLOAD|UPLOAD): Client "',
        samples=(
            'Nov 30 00:01:41 srv vsftpd[25318]: [tester] OK DOWNLOAD: Client "::ffff:127.0.0.1", "/note.txt", 15 '
            "bytes, 70.43Kbyte/sec",
            '2026-11-30T00:01:41.123456+00:00 srv vsftpd[25318]: [tester] FAIL UPLOAD: Client "192.0.2.7", "/x", '
            "0.00Kbyte/sec",
        ),
    ),
)
