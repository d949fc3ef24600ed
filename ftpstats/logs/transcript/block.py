"""Lines to rows: headers, results and replies put together, and how each transfer ended.

A block is a stretch of whole attempts. Blocks are read side by side, so nothing here needs another block: run numbers
and ids are finished in `runs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.skeleton import Elements, header_elements, result_elements
from ftpstats.logs.source import split_lines
from ftpstats.logs.transcript.attempts import Attempts, find_attempts, first_in, last_in, results_alone
from ftpstats.logs.transcript.classify import Facts, Glossary, read_facts
from ftpstats.logs.transcript.columns import rows_at
from ftpstats.logs.transcript.events import FAILING, Event
from ftpstats.logs.transcript.lines import HEADER_START, HEADER_WORD, Kind, clean, mask_secrets, rejoin_wrapped
from ftpstats.logs.transcript.rows import transfer_rows

__all__ = ["Block", "last_attempt", "read_block"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Block:
    """
    What one stretch of a log holds.

    Attributes
    ----------
    rows : DataFrame
        One row per attempted transfer: the tidy columns that need no other block, ``attempt`` (index into `attempts`)
        and ``element`` (index into `skeleton` of the last element up to the line that the row stands for, -1 before
        any). Lines count from this block.
    attempts : DataFrame
        ``label`` and ``iteration`` of each attempt. The first stands for what precedes any header: unless the log
        begins here, it continues the attempt before.
    skeleton : array of uint32
        Elements of the headers and results in order, see `skeleton`; without that of a last line that has no end yet.
    where : array of int64
        The line, from 0, of each element.
    counts : Mapping[Kind, int]
        How many lines of each kind.
    unparsed : DataFrame
        ``line`` and ``text`` of the lines that nothing recognised.
    votes : DataFrame
        ``line``, ``client`` and ``vote`` of each result whose rate unit has two meanings: how much it speaks for the
        second.
    """

    rows: pl.DataFrame
    attempts: pl.DataFrame
    skeleton: Elements
    where: Ints
    counts: Mapping[Kind, int]
    unparsed: pl.DataFrame
    votes: pl.DataFrame


def read_block(
    lines: pl.Series, label: str | None, meanings: Mapping[str, int], glossary: Glossary, *, is_cut: bool = False
) -> Block:
    """
    Read a stretch of whole attempts.

    Parameters
    ----------
    lines : Series of String, shape (n,), n > 0
        Cleaned lines.
    label : str or None
        Stands in for every label of the log.
    meanings : Mapping[str, int]
        See `results.read_results`.
    glossary : Glossary
        What the log's earlier blocks said; this one's lines are added.
    is_cut : bool
        The last line has no end: more of it may come.

    Returns
    -------
    Block
        Its counts add up to n. No line is an error: what nothing recognises is in `unparsed`.
    """
    named = lines.str.starts_with(HEADER_START)
    facts = read_facts(lines, named, meanings, glossary)
    unsure = pl.Series(facts.unsure)
    if unsure.any():
        lines = rejoin_wrapped(lines, unsure)
        named |= unsure & lines.str.contains(HEADER_WORD, literal=True)
        facts = read_facts(lines, named, meanings, glossary)
    headed = _headed(facts.headers, label)
    where, skeleton = _skeleton(facts)
    placed = where
    if is_cut and len(where) and where[-1] == len(lines) - 1:
        where = where[:-1]
    transfers = _with_empty(facts, _without_listings(facts, _find(facts)))
    odd = np.flatnonzero(facts.kind == Kind.UNPARSED)
    counts = np.bincount(facts.kind, minlength=len(Kind))
    return Block(
        rows=transfer_rows(lines, facts, transfers, headed["label"]).with_columns(
            element=_elements_up_to(placed, len(lines))[transfers.at] - 1
        ),
        attempts=headed,
        skeleton=skeleton[: len(where)],
        where=where,
        counts={kind: int(counts[kind]) for kind in Kind},
        unparsed=pl.DataFrame({"line": odd + 1, "text": mask_secrets(lines.gather(odd))}),
        votes=_votes(facts),
    )


def _elements_up_to(where: Ints, lines: int) -> Ints:
    """How many elements stand at each line or before it."""
    counts = np.zeros(lines, dtype=np.int64)
    counts[where] = 1
    return np.cumsum(counts, dtype=np.int64)


def last_attempt(text: bytes) -> int | None:
    """Return the byte at which the last attempt begins in whole lines without headers; None where nothing tells."""
    lines, dirty = split_lines(text.decode(errors="replace").encode())
    facts = read_facts(clean(lines) if dirty else lines, pl.repeat(False, len(lines), eager=True), {}, Glossary())
    begins = _find(facts).begin
    if not len(begins):
        return None
    before = text.split(b"\n", int(begins.max()))[:-1]
    return sum(map(len, before)) + len(before)


def _find(facts: Facts) -> Attempts:
    """Find the attempts, listings too, in what all lines tell."""
    results, said = np.flatnonzero(facts.kind == Kind.RESULT), facts.event
    if not (said > Event.UNREAD).any():
        return results_alone(results)
    told, heads = np.flatnonzero(said > Event.REPLY), np.flatnonzero(facts.is_header)
    at = np.concatenate((heads, told, results))
    events = np.concatenate((np.full(len(heads), Event.HEADER), said[told], np.full(len(results), Event.RESULT)))
    order = np.argsort(at, kind="stable")  # a result with a reply glued in front comes behind it
    return find_attempts(at[order], events[order].astype(np.uint8))


def _without_listings(facts: Facts, attempts: Attempts) -> Attempts:
    """Take out listings, and account for their lines: their results are none of a transfer, names of files chatter."""
    if not attempts.listing.any():
        return attempts
    listings = attempts.where(attempts.listing)
    results = listings.result[listings.result >= 0]
    facts.kind[results] = Kind.LISTING
    for start, end in zip(listings.start[listings.start >= 0], listings.end[listings.start >= 0], strict=True):
        shown = facts.kind[start:end]
        shown[shown == Kind.UNPARSED] = Kind.CHATTER
    return attempts.where(~attempts.listing)


def _with_empty(facts: Facts, transfers: Attempts) -> Attempts:
    """Add the headers that no transfer stands under: each is an attempt that came to nothing."""
    begins = np.flatnonzero(facts.is_header)
    used = np.bincount(facts.attempt[transfers.begin], minlength=len(begins) + 1)[1:] > 0
    if used.all():
        return transfers
    ends = np.append(begins[1:], len(facts.is_header))[~used]
    begins = begins[~used]
    failing, coded = np.isin(facts.event, FAILING), (facts.code >= 0) & np.isin(facts.event, _CONCERNING)
    missing = np.full_like(begins, -1)
    empty = Attempts(
        begin=begins,
        end=ends - 1,
        start=missing,
        done=missing,
        result=missing,
        failure=first_in(failing, begins, ends),
        reply=last_in(coded, begins, ends),
        unread=first_in(facts.event == Event.UNREAD, begins, ends),
        listing=np.zeros(len(begins), dtype=bool),
    )
    return transfers.merged(empty)


_CONCERNING = (Event.START, Event.START_LIST, Event.DONE, Event.DONE_LIST, Event.MAYBE_DONE, *FAILING)


def _headed(found: pl.DataFrame, label: str | None) -> pl.DataFrame:
    """Label and iteration of each attempt: one for what precedes any header, then one for each header."""
    before = pl.DataFrame({"iteration": [None], "label": [None]}, schema=found.schema)
    attempts = pl.concat([before, found])
    return attempts if label is None else attempts.with_columns(label=pl.lit(label).cast(pl.Categorical))


def _votes(facts: Facts) -> pl.DataFrame:
    """Return the vote of each result that has one."""
    described = facts.described.select("client", pl.col("vote").cast(pl.Int64))
    votes = described["vote"].is_not_null().to_numpy()
    at = np.flatnonzero(np.append(votes, False)[facts.row]) if votes.any() else np.empty(0, dtype=np.int64)
    return rows_at(described, facts.row[at]).insert_column(0, pl.Series("line", at + 1))


def _skeleton(facts: Facts) -> tuple[Ints, Elements]:
    """Return the lines that are headers or results, and their elements."""
    is_result = facts.kind == Kind.RESULT  # those of listings too: a filtered log cannot know them
    where = np.flatnonzero(facts.is_header | is_result)
    elements = np.empty(len(where), dtype=np.uint32)
    headers = facts.is_header[where]
    elements[headers] = header_elements(facts.headers["label"], facts.headers["iteration"])
    said = result_elements(facts.described.select("bytes", "seconds_printed", "rate_usual"))
    elements[~headers] = said[facts.row[where[~headers]]]
    return where, elements
