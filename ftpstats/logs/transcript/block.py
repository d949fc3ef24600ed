"""Lines to attempts: headers, results and replies put together, and how each transfer ended.

A block is a stretch of whole attempts. Blocks are read side by side, so nothing here needs another block: run numbers
and ids are finished in `runs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.identity import Hashes, label_hashes, mixed
from ftpstats.logs.resolution import ODDITIES
from ftpstats.logs.transcript.classify import Facts, Glossary, read_facts
from ftpstats.logs.transcript.lines import (
    HEADER_START,
    HEADER_WORD,
    Kind,
    Role,
    mask_secrets,
    rejoin_wrapped,
)
from ftpstats.logs.transcript.results import rows_at
from ftpstats.logs.transcript.segments import Segments
from ftpstats.logs.transcript.transfers import Transfers, find_transfers

__all__ = ["Block", "read_block"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_RESULT_COLUMNS = (
    "client", "direction", "bytes", "seconds", "seconds_low", "seconds_high", "seconds_printed", "rate", "oddity",
)  # fmt: skip
_WORKING = (
    "has_result", "unnamed", "replies", "done", "done_226", "failures", "unread", "announced", "failure", "short",
    "oddity", "bytes",
)  # fmt: skip

_NOTE_LENGTH = 200
_NO_REPLY = "no 226 reply for it"
_NO_RESULT = "the client printed no result line"
_UNREAD_RESULT = "no result line that any known client prints"
_NO_SIZE = "a negative byte count, or one too large: the size is unknown"
_NO_LABEL = "its header has no label"
_TOO_MANY = "more bytes than announced: was it an ASCII transfer?"


@dataclass(frozen=True, slots=True)
class Block:
    """
    What one stretch of a log holds.

    Attributes
    ----------
    rows : DataFrame
        One row per attempted transfer: the tidy columns that need no other block, ``attempt`` (index into `attempts`)
        and ``key`` (the sum of the attempt's elements up to this row, see `identity`). Lines count from this block.
    attempts : DataFrame
        ``label``, ``iteration`` and ``total`` (sum of elements) of each attempt. The first stands for what precedes
        any header: unless the log begins here, it continues the attempt before.
    counts : Mapping[Kind, int]
        How many lines of each kind.
    unparsed : DataFrame
        ``line`` and ``text`` of the lines that nothing recognised.
    votes : Mapping[str, int]
        By client whose rate unit has two meanings, how much the block speaks for the second.
    """

    rows: pl.DataFrame
    attempts: pl.DataFrame
    counts: Mapping[Kind, int]
    unparsed: pl.DataFrame
    votes: Mapping[str, int]


def read_block(lines: pl.Series, label: str | None, meanings: Mapping[str, int], glossary: Glossary) -> Block:
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

    Returns
    -------
    Block
        Its counts add up to n. No line is an error: what nothing recognises is in `unparsed`.
    """
    named = lines.str.starts_with(HEADER_START)
    facts = read_facts(lines, named, meanings, glossary)
    if facts.described["neighbours"].any():
        lines = rejoin_wrapped(lines)
        facts = read_facts(lines, named | lines.str.contains(HEADER_WORD, literal=True), meanings, glossary)
    attempts = _attempts(facts.headers, label)
    elements = _elements(facts, attempts)
    odd = np.flatnonzero(facts.kind == Kind.UNPARSED)
    counts = np.bincount(facts.kind, minlength=len(Kind))
    return Block(
        rows=_rows(lines, facts, elements, attempts["label"]),
        attempts=attempts.with_columns(total=_totals(elements, facts.is_header)),
        counts={kind: int(counts[kind]) for kind in Kind},
        unparsed=pl.DataFrame({"line": odd + 1, "text": mask_secrets(lines.gather(odd))}),
        votes=_votes(facts),
    )


def _attempts(found: pl.DataFrame, label: str | None) -> pl.DataFrame:
    """Label and iteration of each attempt: one for what precedes any header, then one for each header."""
    before = pl.DataFrame({"iteration": [None], "label": [None]}, schema=found.schema)
    attempts = pl.concat([before, found])
    return attempts if label is None else attempts.with_columns(label=pl.lit(label).cast(pl.Categorical))


def _votes(facts: Facts) -> dict[str, int]:
    """Sum of the votes of all results, by client."""
    voting = facts.described.with_row_index("row").filter(pl.col("vote").is_not_null())
    if voting.is_empty():
        return {}
    times = np.bincount(facts.row[facts.row >= 0], minlength=facts.described.height)
    weighted = voting.with_columns(votes=pl.col("vote") * pl.Series(times).gather(voting["row"]))
    return dict(weighted.group_by("client").agg(pl.col("votes").sum()).iter_rows())


def _elements(facts: Facts, attempts: pl.DataFrame) -> Hashes:
    """Each line's element: 0 for lines that are neither header nor result."""
    attempt = facts.attempt
    headed = mixed(label_hashes(attempts["label"]), attempts["iteration"].fill_null(0).to_numpy())
    elements = np.zeros(len(attempt), dtype=np.uint64)
    elements[facts.is_header] = headed[1:]
    at = np.flatnonzero(facts.kind == Kind.RESULT)
    printed = facts.described.select(pl.col("bytes", "seconds_printed", "rate_printed").fill_null(-1))
    said = mixed(*(column.to_numpy() for column in printed))
    elements[at] = mixed(headed[attempt[at]], _ordinals(attempt[at]), said[facts.row[at]])
    return elements


def _ordinals(groups: Ints) -> Ints:
    """0, 1, 2 … within each stretch of equal numbers."""
    index = np.arange(len(groups))
    begins = np.diff(groups, prepend=-1) != 0
    return index - np.maximum.accumulate(np.where(begins, index, 0))


def _sums_before(elements: Hashes) -> Hashes:
    """Sum of the elements before each line, and of all of them last."""
    return np.concatenate((np.zeros(1, np.uint64), np.cumsum(elements, dtype=np.uint64)))


def _totals(elements: Hashes, is_header: Bools) -> Hashes:
    """Sum of the elements of each attempt, the one before any header first."""
    before = _sums_before(elements)
    cuts = np.concatenate(([0], np.flatnonzero(is_header), [len(elements)]))
    return np.diff(before[cuts])


def _rows(lines: pl.Series, facts: Facts, elements: Hashes, labels: pl.Series) -> pl.DataFrame:
    """Every attempted transfer of the block, in the log's order."""
    transfers = find_transfers(facts)
    attempt = facts.attempt[transfers.at]
    begins = np.concatenate(([-1], np.flatnonzero(facts.is_header)))[attempt]
    line = np.where(transfers.has_result | (attempt == 0), transfers.at, begins) + 1
    placed = pl.DataFrame(
        {"line": line, "attempt": attempt, "key": _keys(transfers, attempt, np.maximum(begins, 0), elements, labels)}
    )
    results = rows_at(
        facts.described.select(_RESULT_COLUMNS), np.where(transfers.has_result, facts.row[transfers.at], -1)
    )
    rows = pl.concat([placed, results, _evidence(lines, facts, transfers, attempt)], how="horizontal")
    unnamed = labels.gather(attempt).is_null() & pl.Series(attempt > 0)
    rows = rows.with_columns(completion=_completion(), short=_short(), unnamed=unnamed)
    return rows.select(*placed.columns, pl.exclude(*placed.columns, *_WORKING), _bytes(), note=_note())


def _evidence(lines: pl.Series, facts: Facts, transfers: Transfers, attempt: Ints) -> pl.DataFrame:
    """What the lines around each transfer say of it."""
    spans, failing = transfers.spans, facts.role == Role.FAILED
    concerns = (facts.role >= Role.START) & (facts.code >= 0)
    return pl.DataFrame(
        {
            "has_result": transfers.has_result,
            "replies": _attempt_segments(facts.is_header).count(facts.role != Role.NONE)[attempt] > 0,
            "done": spans.count(facts.role == Role.DONE) > 0,
            "done_226": (spans.count(facts.code == 226) > 0) & (spans.count(facts.listing) == 0),
            "failures": spans.count(failing) > 0,
            "unread": spans.count(facts.kind == Kind.UNPARSED) > 0,
            "announced": _at(pl.Series(facts.announced), spans.last(facts.announced >= 0)),
            "reply_code": _at(pl.Series(facts.code), spans.last(concerns)),
            "failure": _failure_text(lines, spans.first(failing)),
        }
    )


def _attempt_segments(is_header: Bools) -> Segments:
    """Return the lines of each attempt, those before any header first, though there be none."""
    cuts = np.concatenate(([0], np.flatnonzero(is_header)))
    return Segments(cuts, np.append(cuts[1:], len(is_header)))


def _failure_text(lines: pl.Series, at: Ints) -> pl.Series:
    """Return the line that told of a failure, without control characters or passwords; null where none did."""
    told = at >= 0
    text = mask_secrets(lines.gather(at[told]).str.replace_all("\r", " ", literal=True).str.head(_NOTE_LENGTH))
    return _at(text, np.where(told, np.cumsum(told) - 1, -1))


def _at(column: pl.Series, index: Ints) -> pl.Series:
    return rows_at(column.to_frame(), index).to_series()


def _short() -> pl.Expr:
    return (pl.col("bytes") < pl.col("announced")).fill_null(value=False)


def _completion() -> pl.Expr:
    clean = ~pl.col("failures") & ~_short()
    of_result = (
        pl.when(~pl.col("replies"))
        .then(pl.lit("reported"))
        .when(pl.col("done") & clean)
        .then(pl.lit("confirmed"))
        .otherwise(pl.lit("partial"))
    )
    of_silence = pl.when(pl.col("done_226") & clean).then(pl.lit("confirmed")).otherwise(pl.lit("failed"))
    return pl.when("has_result").then(of_result).otherwise(of_silence)


def _bytes() -> pl.Expr:
    """As printed; without a result line what the server announced, or 0 where it confirmed a transfer of nothing."""
    nothing = pl.when((pl.col("completion") == "confirmed") & ~pl.col("unread")).then(0)
    return pl.when("has_result").then("bytes").otherwise(pl.coalesce("announced", nothing)).alias("bytes")


def _note() -> pl.Expr:
    """Why it is partial or failed, or what is odd about it; null where all is well."""
    counted = pl.format("{} of {} bytes announced", "bytes", "announced")
    odd_time = pl.col("oddity").replace_strict(dict(enumerate(ODDITIES)), return_dtype=pl.String)
    silent_server = (pl.col("completion") == "partial") & ~pl.col("failures") & ~pl.col("short")
    reasons = (
        pl.when(pl.col("failures")).then("failure"),
        pl.when(pl.col("short")).then(counted),
        pl.when(silent_server).then(pl.lit(_NO_REPLY)),
        pl.when(pl.col("has_result") & (pl.col("bytes") > pl.col("announced"))).then(pl.lit(_TOO_MANY)),
        pl.when(pl.col("has_result") & pl.col("bytes").is_null()).then(pl.lit(_NO_SIZE)),
        pl.when(pl.col("oddity") > 0).then(odd_time),
        pl.when(pl.col("unnamed")).then(pl.lit(_NO_LABEL)),
        pl.when(~pl.col("has_result") & pl.col("unread")).then(pl.lit(_UNREAD_RESULT)),
        pl.when(~pl.col("has_result") & ~pl.col("unread") & ~pl.col("failures") & (pl.coalesce("announced", 1) > 0))
        .then(pl.lit(_NO_RESULT)),
    )  # fmt: skip
    said = pl.concat_str(reasons, separator="; ", ignore_nulls=True)
    return pl.when(said != "").then(said)


def _keys(transfers: Transfers, attempt: Ints, begins: Ints, elements: Hashes, labels: pl.Series) -> Hashes:
    """
    Sum of the attempt's elements up to each row.

    A transfer without a result line is no element, because a filtered log does not show it. The first in an attempt
    without results stands for its header; others are told apart by their ordinal, and by their label where they have
    no header.
    """
    before = _sums_before(elements)
    key = before[transfers.at + 1] - before[begins]
    mute = ~transfers.has_result
    has_results = np.bincount(attempt[~mute], minlength=attempt.max(initial=0) + 1) > 0
    of = attempt[mute]
    ordinal = _ordinals(of) + (has_results[of] | (of == 0))
    key[mute] += np.where(ordinal > 0, mixed(ordinal, label_hashes(labels.gather(of))), np.uint64(0))
    return key
