"""OpenSSH's sftp-server with LogLevel VERBOSE: bytes of each file, and the seconds between two stamps of syslog."""

import polars as pl

from ftpstats.logs.records.entry import Record, found
from ftpstats.logs.records.intervals import Columns, whole
from ftpstats.logs.records.stamps import SYSLOG_LINE
from ftpstats.schema import SCHEMA

__all__ = ["SSH"]

# A server in a chroot logs through sshd, which puts its own name in front and "[postauth]" behind.
# open  ::= front program "[" pid ']: open "' name '" flags ' flags " mode " mode
# close ::= front program "[" pid ']: ' "forced "? 'close "' name '" bytes read ' down " written " up
_FRONT = rf"{SYSLOG_LINE}(?:internal-sftp|sftp-server|sshd|sshd-session)\[(?P<pid>[0-9]+)\]: "
_CLOSE = (
    _FRONT
    + r'(?P<forced>forced )?close "(?P<file>.*)" bytes read (?P<down>[0-9]+) written (?P<up>[0-9]+)(?: \[postauth\])?$'
)
_OPEN = _FRONT + r'open "(?P<file>.*)" flags \S+ mode '


def _files(lines: pl.Series) -> pl.DataFrame:
    """Read each file's close, with the latest open of the same process and name before it."""
    opened = found(lines, _OPEN).rename({"time": "opened"})
    closed = found(lines, _CLOSE).sort("at")
    return closed.join_asof(opened.sort("at"), on="at", by=["pid", "file"], strategy="backward", check_sortedness=False)


_DOWN, _UP = whole("down"), whole("up")
_DIRECTION = (  # unknown where nothing moved, or where a file was changed in place
    pl.when((_DOWN > 0) & (_UP == 0)).then(pl.lit("download")).when((_UP > 0) & (_DOWN == 0)).then(pl.lit("upload"))
)
_FORCED = pl.col("forced").is_not_null()
_COMPLETION = pl.when(_FORCED).then(pl.lit("partial")).otherwise(pl.lit("reported"))
_COLUMNS: Columns = {
    "bytes": pl.max_horizontal(_DOWN, _UP),
    "direction": _DIRECTION.cast(SCHEMA["direction"]),
    "completion": _COMPLETION.cast(SCHEMA["completion"]),
}

SSH = (
    Record(
        name="sftp-server",
        log="OpenSSH's sftp-server, LogLevel VERBOSE",
        evidence="recorded",
        pattern=_CLOSE,
        read=_files,
        columns=_COLUMNS,
        timed="server",
        hint='close ".*bytes read',
        since="opened",
        samples=(
            'Nov 30 00:16:23 srv internal-sftp[9503]: close "/srv/ftp/a b.img" bytes read 1048576 written 0',
            'Nov 30 00:16:23 srv sshd-session[9503]: close "/a" bytes read 5 written 0 [postauth]',
            '2026-11-30T00:16:23+01:00 srv sftp-server[9503]: forced close "x" bytes read 0 written 5',
        ),
    ),
)
