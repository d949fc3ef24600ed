"""The registry of result lines: one entry for each client, with sample lines that are its tests.

To read one more client, add an entry to its family; no other module changes. Entries are tried in order and none may
match another's samples. A line is found wherever it stands: layouts are not anchored.
"""

from ftpstats.logs.transcript.formats.base import Format, Rate, StoppedClock
from ftpstats.logs.transcript.formats.bsd import BSD
from ftpstats.logs.transcript.formats.devices import DEVICES
from ftpstats.logs.transcript.formats.mainframe import MAINFRAME
from ftpstats.logs.transcript.formats.modern import MODERN
from ftpstats.logs.transcript.formats.unlisted import DIRECTION_WORDS, LOOK_ALIKES, UNKNOWN, UNLISTED
from ftpstats.logs.transcript.formats.windows import WINDOWS

__all__ = [
    "DIRECTION_WORDS", "FORMATS", "LOOK_ALIKES", "PREFILTER", "UNKNOWN", "UNLISTED", "Format", "Rate", "StoppedClock",
]  # fmt: skip

FORMATS: tuple[Format, ...] = (*BSD, *WINDOWS, *MAINFRAME, *DEVICES, *MODERN)

# What every sample holds: the cheap question asked of each line before any entry is tried.
PREFILTER = "(?i:byte|octet|ftp ?:)|байт|バイト|字节"
