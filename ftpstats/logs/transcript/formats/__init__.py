"""The registry of result lines: one entry for each client, with sample lines that are its tests.

To read one more client, add an entry to its family; no other module changes. Entries are tried in order and none may
match another's samples. A line is found wherever it stands: layouts are not anchored.
"""

# The grammar of a layout stands beside it, in the notation of `transcript.grammar`; bytes, seconds, rate and unit are
# the entry's own, `Digits` of them in `resolution`. One pattern for each client and none for all of them: "in 0.01 secs
# (8746.3 kB/s)" and "in 0.00 secs (350.4464 kB/s)" differ by their digits alone, and have other resolutions.

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

# hint ::= (?i) "byte" | "octet" | "ftp" " "? ":" | the words of Windows's and lftp's other languages
# What every sample holds: the cheap question asked of each line before any entry is tried. Chinese Windows has "字节".
PREFILTER = "(?i:byte|octet|ftp ?:)|bajt|байт|バイト|字节"
