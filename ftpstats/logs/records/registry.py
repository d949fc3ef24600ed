"""The registry of records: an entry for each kind of log in which a line is a transfer; its samples are its tests.

To read one more kind, add an entry to its family's module; no other module changes. None may match another's samples.
"""

from dataclasses import replace

from ftpstats.errors import UsageError
from ftpstats.logs.records.aria2 import ARIA2
from ftpstats.logs.records.busybox import BUSYBOX
from ftpstats.logs.records.commands import commands
from ftpstats.logs.records.curl import CURL
from ftpstats.logs.records.curl_terminal import CURL_TERMINAL
from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.iperf3 import IPERF3
from ftpstats.logs.records.lftp import LFTP
from ftpstats.logs.records.log_format import log_format_entry
from ftpstats.logs.records.ncftp import NCFTP
from ftpstats.logs.records.options import Options
from ftpstats.logs.records.proftpd import PROFTPD
from ftpstats.logs.records.pureftpd import PUREFTPD
from ftpstats.logs.records.pyftpdlib import PYFTPDLIB
from ftpstats.logs.records.rclone import RCLONE
from ftpstats.logs.records.rsync import RSYNC
from ftpstats.logs.records.rsync_client import RSYNC_CLIENT
from ftpstats.logs.records.ssh import SSH
from ftpstats.logs.records.ssh_client import SSH_CLIENT
from ftpstats.logs.records.tftp import TFTP
from ftpstats.logs.records.vsftpd import VSFTPD
from ftpstats.logs.records.w3c import W3C
from ftpstats.logs.records.wget import WGET
from ftpstats.logs.records.xferlog import XFERLOG

__all__ = ["RECORDS", "TRANSCRIPT", "entries"]

_SERVERS: tuple[Record, ...] = (*XFERLOG, *VSFTPD, *PROFTPD, *PUREFTPD, *W3C, *PYFTPDLIB, *SSH, *RSYNC)
_CLIENTS: tuple[Record, ...] = (
    *CURL, *CURL_TERMINAL, *WGET, *LFTP, *NCFTP, *ARIA2, *RSYNC_CLIENT, *RCLONE, *IPERF3, *SSH_CLIENT, *TFTP, *BUSYBOX,
)  # fmt: skip
RECORDS: tuple[Record, ...] = (*_SERVERS, *_CLIENTS, *commands(_CLIENTS))

TRANSCRIPT = "transcript"  # what --format-of takes beside the names of the entries


def entries(options: Options) -> tuple[Record, ...]:
    """
    Return the entries by which a log is to be read.

    Raises
    ------
    UsageError
        If there is no entry of the name that is insisted on, or a LogFormat says nothing of a transfer.
    """
    name = options.format_of
    if options.log_format is not None:
        return (_asked_for(options.log_format, name),)
    if name is None:
        return RECORDS
    if name == TRANSCRIPT:
        return ()
    for entry in RECORDS:
        if entry.name == name:
            return (replace(entry, pattern=entry.insisted or entry.pattern, plain="", elsewhere="", assumes=""),)
    known = ", ".join([TRANSCRIPT, *(entry.name for entry in RECORDS)])
    raise UsageError(f"format-of {name}: unknown; it is one of {known}")


def _asked_for(log_format: str, name: str | None) -> Record:
    """Return the entry of a LogFormat, which stands alone: its lines may look like another's."""
    if name not in {None, "proftpd"}:
        raise UsageError(f"format-of {name}: --log-format is about proftpd")
    return log_format_entry("proftpd", log_format, (), log="ProFTPD, ExtendedLog")
