"""Lines to rows: headers, results and replies put together, and how each transfer ended.

A block is a stretch of whole attempts. Blocks are read side by side, so nothing here needs another block: run numbers
and ids are finished in `runs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ftpstats.logs.privacy import mask_secrets
from ftpstats.logs.skeleton import Elements, elements_of
from ftpstats.logs.transcript.attempts import attempts_of, find_transfers
from ftpstats.logs.transcript.classify import Glossary, describe_lines, read_facts
from ftpstats.logs.transcript.columns import Ints
from ftpstats.logs.transcript.lines import Kind, read_lines
from ftpstats.logs.transcript.rows import transfer_rows

__all__ = ["Block", "last_attempt", "read_block"]


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
    assumed: tuple[tuple[int, str], ...] = ()  # of records only


def read_block(text: bytes, label: str | None, meanings: Mapping[str, int], glossary: Glossary) -> Block:
    """
    Read a stretch of whole attempts.

    Parameters
    ----------
    text : bytes
        As UTF-8, not empty. Where its last line has no end, more of that may come.
    label : str or None
        Stands in for every label of the log.
    meanings : Mapping[str, int]
        See `results.read_results`.
    glossary : Glossary
        What the log's earlier blocks said; this one's lines are added.

    Returns
    -------
    Block
        Its counts add up to the number of lines. No line is an error: what nothing recognises is in `unparsed`.
    """
    facts = read_facts(read_lines(text), meanings, glossary)
    votes = facts.votes
    where = np.flatnonzero(facts.is_header | (facts.kind == Kind.RESULT))  # a filtered log cannot tell listings
    printed = facts.described.select("bytes", "seconds_printed", "rate_usual")
    skeleton = elements_of(facts.headers[1:], printed, facts.row[where])
    attempts = facts.headers if label is None else facts.headers.with_columns(label=pl.lit(label, pl.Categorical()))
    rows = transfer_rows(facts, find_transfers(facts), attempts["label"], where)
    if not text.endswith(b"\n") and len(where) and where[-1] == len(facts.lines) - 1:
        where = where[:-1]
    odd = np.flatnonzero(facts.kind == Kind.UNPARSED)
    counts = np.bincount(facts.kind, minlength=len(Kind))
    return Block(
        rows=rows,
        attempts=attempts,
        skeleton=skeleton[: len(where)],
        where=where,
        counts={kind: int(counts[kind]) for kind in Kind},
        unparsed=pl.DataFrame({"line": odd + 1, "text": mask_secrets(facts.lines.gather(odd))}),
        votes=votes,
    )


def last_attempt(text: bytes) -> int | None:
    """Return the byte at which the last attempt begins in whole lines without headers; None where nothing tells."""
    lines = read_lines(text.decode(errors="replace").encode(), has_headers=False)
    begins = attempts_of(describe_lines(lines, {}, Glossary())).begin
    if not len(begins):
        return None
    before = text.split(b"\n", int(begins.max()))[:-1]
    return sum(map(len, before)) + len(before)
