"""The registry of records: an entry for each kind of log in which a line is a transfer; its samples are its tests.

To read one more kind, add an entry to its family's module; no other module changes. None may match another's samples.
"""

from dataclasses import replace

from ftpstats.errors import UsageError
from ftpstats.logs.records.curl import CURL
from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.options import AS_FOUND, Options
from ftpstats.logs.records.xferlog import XFERLOG

__all__ = ["AS_FOUND", "RECORDS", "TRANSCRIPT", "Options", "Record", "entries"]

RECORDS: tuple[Record, ...] = (*XFERLOG, *CURL)

TRANSCRIPT = "transcript"  # what --format-of takes beside the names of the entries


def entries(options: Options) -> tuple[Record, ...]:
    """
    Return the entries by which a log is to be read.

    Raises
    ------
    UsageError
        If there is no entry of the name that is insisted on.
    """
    name = options.format_of
    if name is None:
        return RECORDS
    if name == TRANSCRIPT:
        return ()
    for entry in RECORDS:
        if entry.name == name:
            return (replace(entry, pattern=entry.insisted or entry.pattern, elsewhere="", assumes=""),)
    known = ", ".join([TRANSCRIPT, *(entry.name for entry in RECORDS)])
    raise UsageError(f"format-of {name}: unknown; it is one of {known}")
