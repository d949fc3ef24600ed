"""What each line of a stretch of log is: headers and all others described, as arrays over lines.

Most lines of a log are the same few over and over, so each distinct one is described once, and remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.transcript.columns import Bools, Ints, lay_out
from ftpstats.logs.transcript.events import Event, said
from ftpstats.logs.transcript.lines import Kind, Lines, rejoined
from ftpstats.logs.transcript.results import read_results

__all__ = ["Facts", "Glossary", "describe_lines", "read_facts"]

# Describing distinct lines only pays where no more than this share of the first lines is distinct.
_REPETITIVE = 0.7
_PROBE = 20_000
# A glossary of more lines than this costs more than it saves.
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class _Entries:
    """Lines that are known: `rows` numbers each ``text``, `described` holds what the text of each number says."""

    meanings: Mapping[str, int]
    rows: pl.DataFrame
    described: pl.DataFrame

    @classmethod
    def of(cls, distinct: pl.Series, meanings: Mapping[str, int]) -> "_Entries":
        numbers = pl.int_range(len(distinct), eager=True)
        return cls(meanings, pl.DataFrame({"text": distinct, "row": numbers}), _describe(distinct, meanings))

    def look_up(self, body: pl.Series) -> pl.Series:
        """Return the number of each line, null where it is not known."""
        return body.to_frame("text").join(self.rows, on="text", how="left", maintain_order="left")["row"]

    def extended(self, distinct: pl.Series) -> "_Entries":
        """Return these entries, numbered as they are, and new ones behind them."""
        new = self.of(distinct, self.meanings)
        rows = new.rows.with_columns(pl.col("row") + self.rows.height)
        return _Entries(self.meanings, pl.concat([self.rows, rows]), pl.concat([self.described, new.described]))


class Glossary:
    """What the lines of one log say, remembered from block to block. Threads may share it."""

    _entries: _Entries | None = None

    def describe(self, body: pl.Series, meanings: Mapping[str, int]) -> tuple[pl.DataFrame, Ints]:
        """
        Describe lines that are no headers.

        Parameters
        ----------
        body : Series of String, shape (n,)
            Cleaned lines.
        meanings : Mapping[str, int]
            See `results.read_results`.

        Returns
        -------
        DataFrame, array of shape (n,)
            Descriptions as `_describe` gives them, and the number of the one that fits each line.
        """
        probe = body.head(_PROBE)
        if probe.n_unique() > _REPETITIVE * len(probe):
            return _describe(body, meanings), np.arange(len(body))
        entries = self._entries  # read once: another thread may replace it
        if entries is None or entries.meanings != meanings:
            entries = _Entries.of(body.clear(), meanings)
        row = entries.look_up(body)
        if row.has_nulls():
            entries = entries.extended(body.filter(row.is_null()).unique())
            row = entries.look_up(body)
            # A line that needs its neighbours makes its block be read twice; other blocks need not be.
            if entries.rows.height <= _REMEMBERED and not entries.described["neighbours"].any():
                self._entries = entries
        return entries.described, row.to_numpy()


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What each line is.

    Attributes
    ----------
    lines : Series of String, shape (n,)
        Those of a wrapped result put together.
    headers : DataFrame, shape (h + 1, 2)
        ``iteration`` and ``label`` of what precedes any header, which has neither, and of each header.
    described : DataFrame
        One row per distinct other line, with the columns of `results.RESULT_SCHEMA` but ``plain``, and `events.SAID`.
    row : array of int64, shape (n,)
        The number of each line's row in `described`; -1 for a header.
    is_header : array of bool, shape (n,)
    attempt : array of int64, shape (n,)
        The number of the header that each line stands under or is, from 1; 0 before any.
    kind : array of uint8, shape (n,)
        `lines.Kind`.
    event : array of uint8, shape (n,)
        `events.Event` of what a line says besides a result that it may be.
    code, announced : array of int64, shape (n,)
        Reply code, and bytes that a reply announces; -1 where there is none.
    asks : array of uint8, shape (n,)
        Index into `events.ASKED`.
    """

    lines: pl.Series
    headers: pl.DataFrame
    described: pl.DataFrame
    row: Ints
    is_header: Bools
    attempt: Ints
    kind: npt.NDArray[np.uint8]
    event: npt.NDArray[np.uint8]
    code: Ints
    announced: Ints
    asks: npt.NDArray[np.uint8]

    @property
    def unsure(self) -> Bools:
        """Lines that cannot be told without the next one, or that may be headers with something in front."""
        return _at_lines(self.described["neighbours"].to_numpy(), self.row, missing=False)

    @property
    def votes(self) -> pl.DataFrame:
        """``line``, from 1, ``client`` and ``vote`` of each result that has one."""
        described = self.described.select("client", pl.col("vote").cast(pl.Int64))
        votes = described["vote"].is_not_null().to_numpy()
        at = np.flatnonzero(np.append(votes, False)[self.row]) if votes.any() else np.empty(0, dtype=np.int64)
        return described.select(pl.lit(pl.Series("line", at + 1)), pl.all().gather(pl.Series(self.row[at])))


def read_facts(lines: Lines, meanings: Mapping[str, int], glossary: Glossary) -> Facts:
    """
    Describe every line of a stretch, again where some of them cannot be told without their neighbours.

    Parameters
    ----------
    lines : Lines
        Of a stretch of log.
    meanings : Mapping[str, int]
        See `results.read_results`.
    glossary : Glossary
        Of this log; it grows.
    """
    facts = describe_lines(lines, meanings, glossary)
    unsure = facts.unsure
    return describe_lines(rejoined(lines, unsure), meanings, glossary) if unsure.any() else facts


def describe_lines(lines: Lines, meanings: Mapping[str, int], glossary: Glossary) -> Facts:
    """Describe lines as they are, the arguments as `read_facts` has them: each distinct one once, where they repeat."""
    is_header = lines.is_header
    described, row = glossary.describe(lines.text.filter(~is_header), meanings)
    where = np.full(len(is_header), -1)
    where[~is_header] = row
    column = {
        name: _at_lines(described[name].fill_null(missing).to_numpy(), where, missing)
        for name, missing in (
            ("kind", Kind.HEADER), ("event", Event.NONE), ("code", -1), ("more", False), ("announced", -1), ("asks", 0),
        )
    }  # fmt: skip
    attempt = np.cumsum(is_header, dtype=np.int64)
    _join_replies(column, column.pop("more"), attempt)
    return Facts(lines.text, lines.headers, described, where, is_header, attempt, **column)


def _describe(lines: pl.Series, meanings: Mapping[str, int]) -> pl.DataFrame:
    """Say what each line is that is no header, in the columns of RESULT_SCHEMA but ``plain``, and of SAID."""
    lines = lines.str.strip_chars_end(" \t")
    results = read_results(lines, meanings)
    # A plain result line says nothing else; anything may stand in front of the others, a server's reply included.
    plain = results["plain"].fill_null(value=False)
    told = said(lines.filter(~plain), results["client"].filter(~plain).is_not_null())
    told = lay_out(told, (~plain).arg_true(), len(lines)).with_columns(
        pl.col("kind").fill_null(Kind.RESULT),
        pl.col("event", "asks").fill_null(0),
        pl.col("result").fill_null(value=True),
        pl.col("more", "neighbours").fill_null(value=False),
    )
    results = results.drop("plain").hstack(told)
    spoken = ~results["result"] & results["client"].is_not_null()
    if not spoken.any():
        return results
    of_result = pl.exclude(*told.columns)
    return results.with_columns(pl.when(pl.col("result")).then(of_result).name.keep())


def _join_replies(column: dict[str, npt.NDArray[Any]], more: Bools, attempt: Ints) -> None:
    """
    Join each reply of several lines: what stands between ``226-`` and its ``226`` is the server's, whatever it is.

    Where its last line is missing, as another reply or a header shows, nothing behind the first one was its.
    """
    if not more.any():
        return
    code, kind, event = column["code"], column["kind"], column["event"]
    at = np.flatnonzero(code >= 0)
    # Replies of one code in a row; those up to the last one without a hyphen go on to it.
    group = np.cumsum((np.diff(code[at], prepend=-1) != 0) | (np.diff(attempt[at], prepend=-1) != 0)) - 1
    last = np.full(group[-1] + 1, -1)
    np.maximum.at(last, group[~more[at]], np.flatnonzero(~more[at]))
    goes_on = more[at] & (np.arange(len(at)) < last[group])
    latest = np.searchsorted(at, np.arange(len(code)), side="right") - 1
    inside = (latest >= 0) & goes_on[latest] & (code < 0)
    said = inside & np.isin(kind, (Kind.RESULT, Kind.UNPARSED))
    kind[said], event[inside] = Kind.CHATTER, Event.NONE
    # One of its lines tells what all of them do: the last that it is done, the first that a transfer starts.
    closes = goes_on & np.isin(event[at], (Event.DONE, Event.DONE_LIST, Event.MAYBE_DONE))
    event[at[closes]] = Event.REPLY
    goes_on_from = np.append(False, more[at][:-1]) & (np.diff(group, prepend=-1) == 0)
    repeats = np.flatnonzero(goes_on_from & np.isin(event[at], (Event.START, Event.START_LIST)))
    begins = np.maximum.accumulate(np.where(goes_on_from, 0, np.arange(len(at))))  # the first line of each reply
    event[at[begins[repeats[event[at[repeats]] == Event.START_LIST]]]] = Event.START_LIST
    event[at[repeats]] = Event.REPLY


def _at_lines(said: npt.NDArray[Any], where: Ints, missing: int) -> npt.NDArray[Any]:
    """Return what is said of each line, in as few bytes as of a distinct one; -1 stands for what is missing."""
    value = said.dtype.type(missing)
    if not (said != value).any():  # in a filtered log nobody replies
        return np.full(len(where), value)
    return np.append(said, value)[where]
