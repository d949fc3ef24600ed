"""The label of a log without headers: its own name, whatever rotation and compression made of that."""

import re
from pathlib import PurePath

from ftpstats.logs.source import STDIN

__all__ = ["log_label"]

# suffix ::= (?i) "." ("gz" | "xz" | "zst" | "bz2" | "Z") | ".old" | ".bak" | "~" | [._-] date | "." DIGIT{1,3}
#            /* at the end; a date also before an extension of letters: vsftpd-20261130.log */
# date   ::= year "-"? month ("-"? day (time | "-" epoch)?)? | year "-"? "W" week
_COMPRESSED = re.compile(r"\.(?:gz|xz|zst|bz2|z)$", re.IGNORECASE)
_TIME = r"[-_T.]?\d{2}[-:.]?\d{2}(?:[-:.]?\d{2})?|-\d{10}"
_DATE = rf"(?:19|20)\d\d(?:-?[01]\d(?:-?[0-3]\d(?:{_TIME})?)?|-?W[0-5]\d)(?:\.\d{{1,3}})?"
_ROTATED = re.compile(rf"(?:[._-]{_DATE}|\.\d{{1,3}}|\.old|\.bak|~)$")
_DATED = re.compile(rf"[._-]{_DATE}(?=\.[A-Za-z]\w*$)|(?<=ex)\d{{6}}(?:\d{{2}})?(?=\.log$)")  # IIS: u_ex261130.log


def log_label(name: str) -> str:
    """
    Return the label of a log's transfers where the log itself says none.

    Parameters
    ----------
    name : str
        Of the file, or ``-``.

    Examples
    --------
    >>> log_label("/var/log/vsftpd.log.1.gz"), log_label("xferlog-20261130"), log_label("vsftpd-2026-11-30.log")
    ('vsftpd.log', 'xferlog', 'vsftpd.log')
    """
    if name == STDIN:
        return "standard input"
    own = PurePath(name).name
    bare = _COMPRESSED.sub("", own)
    while (shorter := _ROTATED.sub("", bare)) != bare and shorter:
        bare = shorter
    return _DATED.sub("", bare) or own
