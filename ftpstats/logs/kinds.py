"""Whether a log is a transcript or one of records, and what is done with its blocks in either case.

The first line that is a header or a record decides for the whole log; a log that has neither is a transcript.
"""

import os
import re
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property

import polars as pl

from ftpstats.logs.records import Options
from ftpstats.logs.records.block import RecordBlock, has_record, last_record, read_records
from ftpstats.logs.records.days import by_days
from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.names import log_label
from ftpstats.logs.records.stamps import Clock, as_zone
from ftpstats.logs.runs import Before, in_order
from ftpstats.logs.source import STDIN, as_utf8
from ftpstats.logs.transcript.block import Block, last_attempt, read_block
from ftpstats.logs.transcript.classify import Glossary
from ftpstats.places import is_url, place, remote_faults
from ftpstats.schema import SCHEMA

__all__ = ["AnyBlock", "KindOfLog"]

AnyBlock = Block | RecordBlock

# header ::= as in `transcript.lines`, in bytes
_HEADER = re.compile(rb"^(?:.*\W)?FTP-TEST[ \t]+-?[0-9]{1,18}(?=\s|$)", re.MULTILINE)


class KindOfLog:
    """
    How one log is read.

    Parameters
    ----------
    name : str
        A file, or ``-``.
    label : str or None
        Stands in for every label of the log.
    options : Options
    keys : bool
        Whether stamped records get their keys.
    columns : collection of str
        Of the tidy columns, those that are wanted.
    """

    def __init__(
        self,
        name: str,
        label: str | None,
        options: Options,
        *,
        keys: bool = True,
        columns: Collection[str] = tuple(SCHEMA),
    ) -> None:
        self._name, self._label, self._keys, self._columns = name, label, keys, columns
        self._options = options
        self._zone = as_zone(options.time_zone)
        self._glossary = Glossary()
        self._is_records = None if options.format_of is None else bool(self._entries)
        self._clock: Clock | None = None
        self._headers: dict[str, str] = {}

    @property
    def state(self) -> tuple[bool | None, Mapping[str, str]]:
        """What the blocks so far tell: whether the log is one of records, and the headers in force."""
        return self._is_records, dict(self._headers)

    def go_on(self, is_records: bool | None, headers: Mapping[str, str]) -> None:
        """Go on from a state."""
        self._is_records, self._headers = is_records, dict(headers)

    @cached_property
    def _entries(self) -> tuple[Record, ...]:
        """What records may be like."""
        from ftpstats.logs.records.registry import entries  # with hundreds of expressions, which no transcript needs

        return entries(self._options)

    def is_records(self, text: bytes) -> bool:
        """Whether the log is one of records, as far as this block and those before it tell."""
        if self._is_records is None:
            self._is_records = self._told(text)
        return bool(self._is_records)

    def _told(self, text: bytes) -> bool | None:
        header = _HEADER.search(text) if b"FTP-TEST" in text else None
        before = text if header is None else text[: header.start()]
        if before and has_record(before, self._entries):
            return True
        return None if header is None else False

    def last_attempt(self, text: bytes) -> int | None:
        """Return where the last attempt begins in whole lines without headers; None where nothing tells."""
        found = None if self._is_records is False else last_record(text, self._entries)
        return last_attempt(text) if found is None else found

    def headers(self, text: bytes) -> Mapping[str, str]:
        """Return what headers are in force where a block begins; blocks have to be given in order."""
        before = dict(self._headers)
        if self._is_records is False:
            return before
        for start in {entry.header for entry in self._entries if entry.header}:
            at = max(text.rfind(b"\n" + start.encode()) + 1, 0)
            if text.startswith(start.encode(), at):
                self._headers[start] = text[at:].split(b"\n", 1)[0].decode(errors="replace").strip()
        return before

    def read(
        self, text: bytes, meanings: Mapping[str, int], *, is_records: bool, headers: Mapping[str, str]
    ) -> AnyBlock:
        """Read a block."""
        if is_records:
            return read_records(
                text, self._entries, meanings, self.clock, headers, keys=self._keys, names=self._columns
            )
        return read_block(text, self._label, meanings, self._glossary)

    @property
    def clock(self) -> Clock:
        """What has to be known to read the log's stamps."""
        if self._clock is None:
            self._clock = Clock(self._zone, _written(self._name))
        return self._clock

    def finished(self, block: AnyBlock, before: Before, times: pl.DataFrame | None) -> tuple[pl.DataFrame, Before]:
        """Finish the rows of a block, see `runs.in_order` and `days.by_days`."""
        source = as_utf8(self._name)
        if isinstance(block, RecordBlock):
            return by_days(block, before, self._label or as_utf8(log_label(self._name)), source)
        return in_order(block, before, times, source)


def _written(name: str) -> datetime:
    """Return when a log was last written: a file says so, and a pipe is being written now."""
    if name != STDIN and (is_url(name) or os.path.isfile(name)):  # noqa: PTH113 - a name of any length
        with suppress(OSError), remote_faults(name):  # where it is, it is asked for its contents only
            return datetime.fromtimestamp(place(name).stat().st_mtime or time.time(), UTC)
    return datetime.now(UTC)
