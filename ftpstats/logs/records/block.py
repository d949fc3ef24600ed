"""Lines to rows, of a log of records: each line by its own entry of the registry, and every line accounted for."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.privacy import mask_secrets
from ftpstats.logs.records.entry import Record, found, found_plain
from ftpstats.logs.records.keys import UNENDED, form_key, has_key, record_keys
from ftpstats.logs.records.odd_hours import odd_hours
from ftpstats.logs.records.rows import NAMES, NOTHING, stamps_of, tidy
from ftpstats.logs.records.stamps import SYSLOG_LINE, Clock, needs_zone, zone_assumed
from ftpstats.logs.skeleton import Elements, result_elements
from ftpstats.logs.transcript.lines import Kind, read_lines

__all__ = ["RecordBlock", "has_record", "last_record", "read_records"]

_PROBE = 64
# named ::= "(?P<" [a-z_]+ ">"
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
# What a shell script writes around its clients, and what is no record of anyone.
_SHELL = (r"^\$ ", r"^\[exit status [0-9]+\]$")
# program ::= front name ("[" pid "]")? ": "   /* what syslog has of all other programs */
_SYSLOG = rf"{SYSLOG_LINE}[^\s:\[]+(?:\[[0-9]+\])?: "


@dataclass(frozen=True, slots=True)
class RecordBlock:
    """
    What one stretch of a log of records holds.

    Attributes
    ----------
    rows : DataFrame
        One row per transfer: the tidy columns that need no other block; ``day``, that of its stamp in the log's zone;
        and ``element``, the index into `skeleton`, or the key of a stamped record, see `keys`. Lines count from this
        block.
    skeleton : array of uint32
        Of the records without a stamp.
    counts : Mapping[Kind, int]
        How many lines of each kind.
    unparsed : DataFrame
        ``line`` and ``text`` of the lines that nothing recognised.
    votes : DataFrame
        ``client`` and ``vote`` of each entry whose lines may be another's: +1, they are.
    assumed : tuple of (int, str)
        The first line of each sentence that says what was assumed.
    """

    rows: pl.DataFrame
    skeleton: Elements
    counts: Mapping[Kind, int]
    unparsed: pl.DataFrame
    votes: pl.DataFrame
    assumed: tuple[tuple[int, str], ...]


def read_records(  # noqa: PLR0913 - what the log says of each of its blocks
    text: bytes,
    entries: Sequence[Record],
    meanings: Mapping[str, int],
    clock: Clock,
    headers: Mapping[str, str],
    *,
    keys: bool = True,
    names: Collection[str] = NAMES,
) -> RecordBlock:
    """
    Read a stretch of whole lines.

    Parameters
    ----------
    text : bytes
        As UTF-8, not empty. Where its last line has no end, more of that may come.
    entries : sequence of Record
    meanings : Mapping[str, int]
        1 for an entry whose lines are its `elsewhere`'s in this log.
    clock : Clock
        The log's.
    headers : Mapping[str, str]
        By how it begins, the latest header before this stretch.
    keys : bool
        Whether each stamped record gets its key; else all get the same.
    names : collection of str
        Of `rows.NAMES`, the columns that are wanted. Keys are computed from all of them.
    """
    lines = read_lines(text, has_headers=False).text
    claims = _claimed(lines, entries, headers)
    told = [
        tidy(_meant(entry, entries, meanings), fields, clock, NAMES if keys else names).with_columns(
            form=pl.lit(form_key(entry.form or entry.name), pl.Int64)
        )
        for entry, fields in claims
    ]
    rows = pl.concat([NOTHING, *told])
    rows = rows if len(told) == 1 and rows["line"].is_sorted() else rows.sort("line", maintain_order=True)
    kinds = _kinds(lines, rows, entries)
    ended = len(lines) if text.endswith(b"\n") else len(lines) - 1
    rows, skeleton = _placed(rows, ended, keys=keys)
    odd = np.flatnonzero(kinds == Kind.UNPARSED)
    counts = np.bincount(kinds, minlength=len(Kind))
    return RecordBlock(
        rows=rows,
        skeleton=skeleton,
        counts={kind: int(counts[kind]) for kind in Kind},
        unparsed=pl.DataFrame({"line": odd + 1, "text": mask_secrets(lines.gather(odd))}),
        votes=_votes(lines, claims),
        assumed=tuple(_assumed(claims, [part["day"] for part in told], meanings, clock)),
    )


def has_record(text: bytes, entries: Sequence[Record]) -> bool:
    """Whether any line of a text is a record."""
    if not entries or not text:
        return False
    lines = read_lines(text, has_headers=False).text
    pattern = _either(tuple(entry.tells or entry.pattern for entry in entries))
    return bool(lines.head(_PROBE).str.contains(pattern).any() or lines.str.contains(pattern).any())


def last_record(text: bytes, entries: Sequence[Record]) -> int | None:
    """Return the byte at which a record of several lines may begin last; the end where each takes one line."""
    readable = text.decode(errors="replace").encode()  # its encoding is not known yet
    if not has_record(readable, entries):
        return None
    begins = tuple(entry.begins for entry in entries if entry.begins)
    lines = read_lines(readable, has_headers=False).text
    found = lines.str.contains(_either(begins)) if begins else lines.is_null()
    if not found.any():
        return len(text)
    before = text.split(b"\n", int(found.arg_true()[-1]))[:-1]
    return sum(map(len, before)) + len(before) or None


def _patterns(entries: Sequence[Record]) -> tuple[str, ...]:
    return tuple(entry.pattern for entry in entries)


@cache
def _either(patterns: tuple[str, ...]) -> str:
    """Return a pattern that matches what any of them does, and captures nothing."""
    return "|".join(f"(?:{_NAMED_GROUP.sub('(?:', pattern)})" for pattern in patterns)


def _claimed(
    lines: pl.Series, entries: Sequence[Record], headers: Mapping[str, str]
) -> list[tuple[Record, pl.DataFrame]]:
    """Let each entry claim its lines, the one that most of the first are of before all others."""
    waiting = pl.DataFrame({"at": pl.int_range(len(lines), eager=True, dtype=pl.UInt32), "text": lines})
    first = _likeliest(waiting["text"].head(_PROBE), entries)
    claims = []
    for number, entry in enumerate(first):
        if entry.read is not None:
            fields = _read(entry, entry.read, lines, headers)
        else:
            fields = found_plain(waiting["text"], entry) if entry.plain else found(waiting["text"], entry.pattern)
            fields = fields.with_columns(waiting["at"].gather(fields["at"]))
        if fields.height:
            claims.append((entry, fields))
            waiting = _without(waiting, fields["at"])
        if number == 0:  # what is left is looked at for all the others at once
            waiting = waiting.filter(pl.col("text").str.contains(_either(_patterns(entries))))
        if waiting.is_empty():
            break
    return claims


def _without(waiting: pl.DataFrame, claimed: pl.Series) -> pl.DataFrame:
    """Return the lines that were not claimed."""
    if waiting.height == claimed.len() == claimed.n_unique():
        return waiting.clear()
    return waiting.filter(~waiting["at"].is_in(claimed.implode()))


def _read(
    entry: Record, read: Callable[[pl.Series], pl.DataFrame], lines: pl.Series, headers: Mapping[str, str]
) -> pl.DataFrame:
    """Let an entry read the lines, below the header that is in force where they begin."""
    if not lines.str.contains(entry.pattern).any():
        return pl.DataFrame()
    header = headers.get(entry.header)
    if header is None:
        return read(lines)
    fields = read(pl.concat([pl.Series([header]).alias(lines.name), lines]))
    return fields.filter(pl.col("at") > 0).with_columns(pl.col("at") - 1)


def _likeliest(probe: pl.Series, entries: Sequence[Record]) -> list[Record]:
    """Return the entries, those that most of these lines are of before the others."""
    counts = []
    for entry in entries:
        counts.append(int(probe.str.contains(entry.pattern).sum()))
        if counts[-1] == len(probe):  # no other can be of more
            break
    order = sorted(range(len(counts)), key=lambda number: -counts[number])
    return [*(entries[number] for number in order), *entries[len(counts) :]]


def _meant(entry: Record, entries: Sequence[Record], meanings: Mapping[str, int]) -> Record:
    """Return the entry whose rules hold for the lines of one."""
    if not meanings.get(entry.name):
        return entry
    return next((other for other in entries if other.name == entry.elsewhere), entry)


def _kinds(lines: pl.Series, rows: pl.DataFrame, entries: Sequence[Record]) -> npt.NDArray[np.uint8]:
    """Return what each line is."""
    kinds = np.full(len(lines), Kind.UNPARSED, dtype=np.uint8)
    at = rows["line"].to_numpy() - 1
    ends = rows["last"].to_numpy()
    for begin, last in zip(at, ends, strict=True) if (ends != at).any() else ():
        kinds[begin : last + 1] = Kind.CHATTER  # a record of several lines is one result
    kinds[at] = Kind.RESULT
    rest = np.flatnonzero(kinds == Kind.UNPARSED)
    text = lines.gather(rest)
    known = (*_SHELL, _SYSLOG, *dict.fromkeys(other for entry in entries for other in entry.others))
    hints = tuple(dict.fromkeys(entry.hint for entry in entries if entry.hint)) or ("[^\\x00-\\x{10FFFF}]",)
    is_other = text.str.contains(_either(known)) & ~text.str.contains(_either(hints))
    kinds[rest[is_other.to_numpy()]] = Kind.CHATTER
    unknown = rest[kinds[rest] == Kind.UNPARSED]
    for first, last in dict.fromkeys(entry.between for entry in entries if entry.between) if len(unknown) else ():
        kinds[unknown[_between(lines, first, last)[unknown]]] = Kind.CHATTER
    kinds[rest[(text.str.len_bytes() == 0).to_numpy()]] = Kind.BLANK
    return kinds


def _between(lines: pl.Series, first: str, last: str) -> npt.NDArray[np.bool_]:
    """Whether a line stands behind one that begins something and before one that ends it."""
    begins, ends = (lines.str.contains(pattern) for pattern in (first, last))
    mark = pl.select(pl.when(begins).then(1).when(ends).then(-1)).to_series()
    inside = (mark.forward_fill() == 1) & (mark.backward_fill() == -1)
    return inside.fill_null(value=False).to_numpy()


def _placed(rows: pl.DataFrame, ended: int, *, keys: bool) -> tuple[pl.DataFrame, Elements]:
    """Return rows with their elements, and those; a line without its end has none."""
    keyed = has_key(rows)
    whole = (rows["line"] <= ended).to_numpy()
    tells = ~keyed & whole
    printed = rows.filter(pl.Series(tells)).select("bytes", "seconds_printed", "rate")
    own = record_keys(rows) if keys and keyed.any() else np.full(rows.height, UNENDED - 1)
    element = np.where(keyed, np.where(whole, own, UNENDED), np.cumsum(tells) - 1)
    skeleton = result_elements(printed) if printed.height else np.empty(0, dtype=np.uint32)
    return rows.drop("last", "form").with_columns(element=pl.Series(element, dtype=pl.Int64)), skeleton


def _votes(lines: pl.Series, claims: Sequence[tuple[Record, pl.DataFrame]]) -> pl.DataFrame:
    """Say of each entry that may be another's whether the block holds what only that one prints."""
    names = {entry.name for entry, _ in claims}
    votes = [
        (entry.name, int(entry.elsewhere in names and not lines.str.contains(entry.refuted).any()))
        for entry, _ in claims
        if entry.elsewhere
    ]
    return pl.DataFrame(votes, schema={"client": pl.String, "vote": pl.Int64}, orient="row")


def _assumed(
    claims: Sequence[tuple[Record, pl.DataFrame]],
    days: Sequence[pl.Series],
    meanings: Mapping[str, int],
    clock: Clock,
) -> Iterator[tuple[int, str]]:
    """Yield the first line of each sentence that says what was assumed."""
    for (entry, fields), printed in zip(claims, days, strict=True):
        line = int(fields["at"][0]) + 1
        if entry.assumes and not meanings.get(entry.name):
            yield line, entry.assumes
        stamps = None if entry.is_utc else stamps_of(entry, fields)
        if stamps is None:
            continue
        if clock.zone is None and needs_zone(stamps):
            yield line, zone_assumed()
        for place, said in odd_hours(stamps, printed, clock, form=entry.stamp):
            yield int(fields["at"][place]) + 1, said
