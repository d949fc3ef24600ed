"""Lines to rows: headers, results and replies put together, and how each transfer ended.

A block is a stretch of whole attempts. Blocks are read side by side, so nothing here needs another block: run numbers
and ids are finished in `runs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ftpstats.logs.skeleton import Elements, header_elements, result_elements
from ftpstats.logs.transcript.attempts import attempts_of, find_transfers
from ftpstats.logs.transcript.classify import Facts, Glossary, read_facts
from ftpstats.logs.transcript.columns import Ints
from ftpstats.logs.transcript.lines import Kind, mask_secrets, read_lines
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
    headed = _headed(facts.headers, label)
    where, skeleton = _skeleton(facts)
    transfers = find_transfers(facts)
    rows = transfer_rows(facts, transfers, headed["label"], where)
    if not text.endswith(b"\n") and len(where) and where[-1] == len(facts.lines) - 1:
        where = where[:-1]
    odd = np.flatnonzero(facts.kind == Kind.UNPARSED)
    counts = np.bincount(facts.kind, minlength=len(Kind))
    return Block(
        rows=rows,
        attempts=headed,
        skeleton=skeleton[: len(where)],
        where=where,
        counts={kind: int(counts[kind]) for kind in Kind},
        unparsed=pl.DataFrame({"line": odd + 1, "text": mask_secrets(facts.lines.gather(odd))}),
        votes=_votes(facts),
    )


def last_attempt(text: bytes) -> int | None:
    """Return the byte at which the last attempt begins in whole lines without headers; None where nothing tells."""
    lines = read_lines(text.decode(errors="replace").encode())
    begins = attempts_of(read_facts(lines, {}, Glossary(), has_headers=False)).begin
    if not len(begins):
        return None
    before = text.split(b"\n", int(begins.max()))[:-1]
    return sum(map(len, before)) + len(before)


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
    return described.select(pl.lit(pl.Series("line", at + 1)), pl.all().gather(pl.Series(facts.row[at])))


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
