"""What an entry of the registry of records says: how a line looks, and which columns its fields give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from ftpstats.logs.records.intervals import Columns, whole
from ftpstats.schema import SCHEMA

__all__ = ["Evidence", "Record", "completed", "found", "found_plain", "one_of"]

Evidence = Literal["recorded", "source"]
Timed = Literal["data", "whole", "server"]


@dataclass(frozen=True, slots=True)
class Record:
    """
    One kind of records: a line, or a few, for each transfer.

    Attributes
    ----------
    name : str
        As the column ``client`` shows it and ``--format-of`` takes it.
    log : str
        The log that it is of, in words.
    evidence : "recorded" or "source"
        Recorded from the running program, or read from its source or documentation.
    pattern : str
        Regular expression of a whole line. Its named groups are the fields; ``time`` is the stamp.
    columns : Mapping[str, Expr]
        Columns of the tidy table, as expressions over the fields. `Interval rules <intervals>` give those of seconds.
    timed : "data", "whole" or "server"
        What the seconds cover.
    samples : tuple of str
        Lines of it; each has to match this entry and no other.
    is_utc : bool
        Whether a stamp without an offset is UTC; else it is local time of the log.
    ends : bool
        Whether the stamp is that of the end; else of the beginning.
    tells : str, optional
        A regular expression of the lines by which a log is one of records; the pattern unless given. For a record that
        may be a result of a transcript too.
    others : tuple of str
        Regular expressions of the lines that the program writes beside its records, and that are no transfers.
    between : tuple of (str, str)
        Regular expressions of two lines between which all others are the program's too: names of files, say. A second
        beginning without an end makes the first none.
    read : callable, optional
        For what no expression can read (JSON, several lines): takes all lines that are still unclaimed, and returns
        ``at``, the index of the line that each transfer stands for, and the fields. `pattern` has to match these lines.
    begins : str
        Of a format whose transfers take several lines: what the first of them matches, so that a large log can be read
        in parts.
    insisted : str
        The pattern that counts where this entry is named by ``--format-of``; empty for `pattern`.
    elsewhere : str
        The entry that also prints such lines: a log in which lines only of that one stand is read as its. Empty: none.
    form : str
        The entry whose lines look like its own, where that is another: one record has one form, whichever of the two
        it is read by. Empty: its own.
    refuted : str
        What only this entry's lines hold, which refutes `elsewhere`.
    plain : str
        What most of its lines match, without groups: stamp, a blank, and `split` with one blank between each. They
        are split, which is several times as fast as capturing. Empty: none are.
    split : tuple of str
        The fields of a plain line behind its stamp, in order; the last may hold blanks.
    stamp_width : int
        Characters of a plain line's stamp.
    hint : str
        Regular expression of what only its lines hold: one that holds it and does not match is no other line of the
        program's, but not understood. Empty: nothing tells.
    header : str
        How a line begins that says what the lines below it are; the latest before a block stands in front of it.
    stamp : str
        The format of its stamps as strftime has it, where they are none of `stamps`. Empty: they are.
    since : str
        The field with the stamp of the beginning, where both are known and nothing else times the transfer: the time
        is between one unit of the stamps less and one more than their difference.
    assumes : str
        What `check` says of a log of it: what was assumed.
    """

    name: str
    log: str
    evidence: Evidence
    pattern: str
    columns: Columns
    timed: Timed
    samples: tuple[str, ...]
    is_utc: bool = False
    ends: bool = True
    tells: str | None = None
    others: tuple[str, ...] = ()
    between: tuple[str, str] | None = None
    read: Callable[[pl.Series], pl.DataFrame] | None = field(default=None)
    begins: str = ""
    insisted: str = ""
    elsewhere: str = ""
    form: str = ""
    refuted: str = ""
    plain: str = ""
    split: tuple[str, ...] = ()
    stamp_width: int = 0
    hint: str = ""
    header: str = ""
    stamp: str = ""
    since: str = ""
    assumes: str = ""


def found(lines: pl.Series, pattern: str) -> pl.DataFrame:
    """Return ``at`` of the lines that match, and their fields."""
    fits = lines.str.contains(pattern)
    fields = lines.filter(fits).str.extract_groups(pattern).struct.unnest()
    return fields.insert_column(0, fits.arg_true().rename("at"))


def found_plain(lines: pl.Series, entry: Record) -> pl.DataFrame:
    """Return what `found` does, of the lines of an entry that has plain ones."""
    plain = lines.str.contains(entry.plain)
    own = lines if plain.all() else lines.filter(plain)
    behind = own.str.slice(entry.stamp_width + 1)
    fields = behind.str.splitn(" ", len(entry.split)).struct.rename_fields(list(entry.split)).struct.unnest()
    fields = fields.with_columns(at=plain.arg_true(), time=own.str.head(entry.stamp_width))
    if len(own) == len(lines):
        return fields
    at = (~plain).arg_true()
    others = found(lines.gather(at), entry.pattern)
    others = others.with_columns(at=at.gather(others["at"]))
    return pl.concat([fields, others.select(name for name in fields.columns if name in others.columns)], how="diagonal")


def one_of(name: str, column: str, words: Mapping[str, str]) -> pl.Expr:
    """A column of few values, from the words that a field has for them; null for any other word."""
    values = [pl.when(pl.col(name) == word).then(pl.lit(value, SCHEMA[column])) for word, value in words.items()]
    return pl.coalesce(values)


def completed(is_complete: pl.Expr, size: pl.Expr | None = None) -> pl.Expr:
    """``confirmed`` where the log says so; else ``partial``, or ``failed`` where nothing moved."""
    nothing = (whole("bytes") if size is None else size).fill_null(0) == 0
    confirmed, failed, partial = (
        pl.lit(word, SCHEMA["completion"])  # a number in place of a text, which is a fraction of the work
        for word in ("confirmed", "failed", "partial")
    )
    return pl.when(is_complete).then(confirmed).when(nothing).then(failed).otherwise(partial)
