"""xferlog, the format of wu-ftpd that vsftpd, ProFTPD and Pure-FTPd write too. They differ in what a second means.

Pure-FTPd ends every line in the same four fields. ProFTPD cuts, and prints 0; wu-ftpd and vsftpd print the difference
of two counters of seconds, and 1 in place of 0. Where a log holds no 0, nothing tells these apart: the interval of the
latter holds that of the former.
"""

import polars as pl

from ftpstats.logs.records.entry import Record, completed, one_of
from ftpstats.logs.records.intervals import cut, rounded, second_counter
from ftpstats.logs.records.stamps import CTIME
from ftpstats.schema import SCHEMA

__all__ = ["XFERLOG"]

# line ::= ctime " "+ seconds " " host " " bytes " " name " " [ab] " " flags " " [oi] " " [agr] " " user " " service " "
#          [01] " " ident " " [ci]
# flags ::= "_" | [CUTRP]+   /* what the server did with the file */
# Names have "_" in place of blanks, but a patched server may keep them: so a name is what is left of both ends.
_LINE = (
    rf"^(?P<time>{CTIME}) +(?P<seconds>%s) (?P<peer>\S+) (?P<bytes>[0-9]+) (?P<file>.+) [ab] [_CUTRP]+ "
    r"(?P<way>[oi]) (?P<rest>[agr] .* \S+ %s [ci])$"
)
# … and without a blank in any of its fields, as nearly all lines are.
_PLAIN = rf"^{CTIME} %s \S+ [0-9]+ \S+ [ab] [_CUTRP]+ [oi] [agr] \S+ \S+ %s [ci]$"
_SPLIT = ("seconds", "peer", "bytes", "file", "type", "flags", "way", "rest")
_STAMP_WIDTH = 24
_WAYS = {"o": "download", "i": "upload"}
_COMMON = {"direction": one_of("way", "direction", _WAYS), "completion": completed(pl.col("rest").str.ends_with("c"))}
_UNTOLD = _COMMON | {"completion": pl.lit("reported", dtype=SCHEMA["completion"])}

# deleted ::= as a line, with "d" for the way: ProFTPD and vsftpd log those too
_DELETED = rf"^{CTIME} +[0-9]+ \S+ [0-9]+ .+ [ab] [_CUTRP]+ d [agr] .* [ci]$"

# What ProFTPD does not print and vsftpd does: an address of IPv4 as one of IPv6, and bytes beyond ASCII as "?".
_NOT_PROFTPD = r" ::ffff:[0-9.]+ [0-9]+ | [0-9]+ [^ ]*\?[^ ]* [ab] _"

XFERLOG = (
    Record(
        name="xferlog",
        log="xferlog of vsftpd, wu-ftpd",
        evidence="recorded",
        pattern=_LINE % ("[1-9][0-9]*", r"(?:0 \S+|1 [^* ]\S*|1 \*\S+)"),
        plain=_PLAIN % ("[1-9][0-9]*", r"(?:0 \S+|1 [^* ]\S*|1 \*\S+)"),
        split=_SPLIT,
        stamp_width=_STAMP_WIDTH,
        insisted=_LINE % ("[0-9]+", r"[01] \S+"),
        columns=_COMMON | second_counter("seconds"),
        timed="server",
        others=(_DELETED,),
        elsewhere="proftpd-xferlog",
        refuted=_NOT_PROFTPD,
        assumes="nothing in this xferlog shows which server wrote it: n seconds are read as more than n − 1 and less "
        "than n + 1; `--format-of proftpd-xferlog` reads them as ProFTPD's",
        samples=(
            "Mon Nov 30 00:01:41 2026 1 ::ffff:127.0.0.1 15 /note.txt b _ o r tester ftp 0 * c",
            "Thu Sep  3 14:02:09 1998 12 host.example.org 1048576 /pub/a.img b _ i a me@example.org ftp 0 * i",
        ),
    ),
    Record(
        name="proftpd-xferlog",
        log="xferlog of ProFTPD",
        evidence="recorded",
        pattern=_LINE % ("0", r"(?:0 \S+|1 [^* ]\S*|1 \*\S+)"),
        plain=_PLAIN % ("0", r"(?:0 \S+|1 [^* ]\S*|1 \*\S+)"),
        split=_SPLIT,
        stamp_width=_STAMP_WIDTH,
        insisted=_LINE % ("[0-9]+", r"[01] \S+"),
        columns=_COMMON | cut("seconds", 1),
        timed="server",
        form="xferlog",
        samples=("Mon Nov 30 00:01:41 2026 0 127.0.0.1 15 /srv/ftp/note.txt b _ o r tester ftp 0 * c",),
    ),
    Record(
        name="pureftpd-xferlog",
        log="xferlog of Pure-FTPd",
        evidence="recorded",
        pattern=_LINE % ("[0-9]+", r"1 \*"),
        plain=_PLAIN % ("[0-9]+", r"1 \*"),
        split=_SPLIT,
        stamp_width=_STAMP_WIDTH,
        columns=_UNTOLD | rounded("seconds", 1),
        timed="server",
        samples=("Mon Nov 30 00:01:41 2026 0 127.0.0.1 15 /srv/ftp/note.txt b _ o r tester ftp 1 * c",),
    ),
)
