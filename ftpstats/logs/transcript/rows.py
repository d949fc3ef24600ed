"""Attempts to rows: what each transfer's lines say of it, and how it ended. Columns in, columns out."""

import re

import numpy as np
import polars as pl

from ftpstats.logs.privacy import mask_secrets
from ftpstats.logs.resolution import ODDITIES, ZERO
from ftpstats.logs.transcript.attempts import Attempts
from ftpstats.logs.transcript.classify import Facts
from ftpstats.logs.transcript.columns import Ints, last_in, rows_at
from ftpstats.logs.transcript.events import ASKED, TALK, Event
from ftpstats.schema import SCHEMA

__all__ = ["OWN_NOTES", "transfer_rows", "without_label_note"]

_RESULT_COLUMNS = (
    "client", "direction", "bytes", "seconds", "seconds_low", "seconds_high", "seconds_printed", "rate", "oddity",
)  # fmt: skip
_WORKING = (
    "has_result", "unnamed", "replies", "done", "failed", "announced", "failure", "short", "unread", "oddity", "bytes",
)  # fmt: skip

# What the lines around a result say of it where there are none.
_NOTHING_SAID = {
    "has_result": pl.lit(value=True),
    **dict.fromkeys(("replies", "done", "failed", "unnamed"), pl.lit(value=False)),
    **dict.fromkeys(("announced", "reply_code"), pl.lit(None, pl.Int64)),
    **dict.fromkeys(("failure", "unread"), pl.lit(None, pl.String)),
}

_TALKS = np.isin(np.arange(len(Event)), TALK)

_NOTE_LENGTH = 200
_NO_REPLY = "no 226 reply for it"
_NO_RESULT = "the client printed no result line"
_NOT_UNDERSTOOD = "the client's line was not understood"
_NO_SIZE = "a negative byte count, or one too large: the size is unknown"
_NO_LABEL = "its header has no label"
_TOO_MANY = "more bytes than announced: was it an ASCII transfer?"

# What a note may say that is no text of a log: expressions, a reason each.
_OWN_SENTENCES = (_NO_REPLY, _NO_RESULT, _NO_SIZE, _NO_LABEL, _TOO_MANY, *filter(None, ODDITIES))
OWN_NOTES = (
    *map(re.escape, _OWN_SENTENCES),
    r"[0-9]+ of [0-9]+ bytes announced",
    rf"{re.escape(ODDITIES[ZERO])}: between 0 and [0-9.e+-]+ ms",
)


def transfer_rows(facts: Facts, transfers: Attempts, labels: pl.Series, where: Ints) -> pl.DataFrame:
    """
    Return the row of each transfer.

    Parameters
    ----------
    facts : Facts
        Of all lines.
    transfers : Attempts
        In the order of the lines that they stand for.
    labels : Series, shape (h + 1,)
        The label of each header, behind that of what precedes any.
    where : array of int64
        The line, from 0, of each element of the skeleton.

    Returns
    -------
    DataFrame
        The tidy columns that need no other block; ``attempt``, the number of the header; and ``element``, the number
        of the last element up to the line that the row stands for, -1 before any.
    """
    at, has_result = transfers.at, transfers.result >= 0
    attempt = facts.attempt[at]
    begins = np.concatenate(([-1], np.flatnonzero(facts.is_header)))[attempt]
    element = _elements_up_to(where, len(facts.kind))[at] - 1
    placed = pl.DataFrame(
        {"line": np.where(has_result | (attempt == 0), at, begins) + 1, "attempt": attempt, "element": element}
    )
    results = facts.described.select(_RESULT_COLUMNS)
    if has_result.all() and not labels.slice(1).has_nulls() and _is_filtered(facts):
        # What is said of a transfer is said of its line, once where that repeats.
        return placed.hstack(rows_at(_concluded(results.with_columns(**_NOTHING_SAID)), facts.row[at]))
    results = rows_at(results, np.where(has_result, facts.row[at], -1))
    if facts.asks.any():
        results = results.with_columns(direction=pl.coalesce("direction", _asked(facts, transfers)))
    unnamed = labels.gather(attempt).is_null() & pl.Series(attempt > 0)
    evidence = _evidence(facts, transfers, attempt).with_columns(unnamed=unnamed)
    return placed.hstack(_concluded(results.hstack(evidence)))


def _is_filtered(facts: Facts) -> bool:
    """Whether a log says nothing but headers and results."""
    return not (facts.event.any() or facts.asks.any() or (facts.announced >= 0).any())


def _concluded(rows: pl.DataFrame) -> pl.DataFrame:
    """Say how each transfer ended, and what is odd about it, from its result and the evidence."""
    rows = rows.with_columns(completion=_completion(), short=_short())
    timed = pl.when(pl.col("seconds").is_not_null()).then(_as("timed", "data"))  # as all classic clients do
    return rows.select(pl.exclude(*_WORKING), _bytes(), timed=timed, note=_note())


def _elements_up_to(where: Ints, lines: int) -> Ints:
    """How many elements stand at each line or before it."""
    counts = np.zeros(lines, dtype=np.int64)
    counts[where] = 1
    return np.cumsum(counts, dtype=np.int64)


def _asked(facts: Facts, transfers: Attempts) -> pl.Series:
    """Return the direction that the command before each result asked for, where there was one."""
    told = last_in(facts.asks > 0, transfers.begin, transfers.end + 1)
    way = np.where((transfers.result >= 0) & (told >= 0), facts.asks[told], 0)
    return pl.Series(ASKED, dtype=SCHEMA["direction"]).gather(way)


def _evidence(facts: Facts, transfers: Attempts, attempt: Ints) -> pl.DataFrame:
    """What the lines around each transfer say of it."""
    talks = np.bincount(facts.attempt[_TALKS[facts.event]], minlength=int(facts.attempt[-1]) + 1)
    announced = last_in(facts.announced >= 0, transfers.begin, transfers.end + 1)
    failure, unread = _texts(facts.lines, transfers.failure, np.where(transfers.result < 0, transfers.unread, -1))
    return pl.DataFrame(
        {
            "has_result": transfers.result >= 0,
            "replies": talks[attempt] > 0,
            "done": transfers.done >= 0,
            "failed": transfers.failure >= 0,
            "announced": _at(pl.Series(facts.announced), announced),
            "reply_code": _at(pl.Series(facts.code), transfers.reply),
            "failure": failure,
            "unread": unread,
        }
    )


def _texts(lines: pl.Series, *places: Ints) -> list[pl.Series]:
    """Return the lines at these places without control characters or passwords, for notes; null at -1."""
    told = [at >= 0 for at in places]
    shown = lines.gather(np.concatenate([at[known] for at, known in zip(places, told, strict=True)]))
    text = mask_secrets(shown.str.replace_all("\r", " ", literal=True).str.head(_NOTE_LENGTH))
    number = np.cumsum(np.concatenate(told)) - 1
    index = np.where(np.concatenate(told), number, -1)
    return [_at(text, part) for part in np.split(index, len(places))]


def _at(column: pl.Series, index: Ints) -> pl.Series:
    """Return values by number; null at -1."""
    if (index < 0).all():
        return column.clear(len(index))
    return column.gather(pl.Series(index).set(pl.Series(index < 0), None))


def _short() -> pl.Expr:
    return (pl.col("bytes") < pl.col("announced")).fill_null(value=False)


def _completion() -> pl.Expr:
    clean = pl.col("done") & ~pl.col("failed") & ~_short()
    of_result = (
        pl.when(~pl.col("replies"))
        .then(_as("completion", "reported"))
        .when(clean)
        .then(_as("completion", "confirmed"))
        .otherwise(_as("completion", "partial"))
    )
    of_silence = pl.when(clean).then(_as("completion", "confirmed")).otherwise(_as("completion", "failed"))
    return pl.when("has_result").then(of_result).otherwise(of_silence)


def _as(column: str, value: str) -> pl.Expr:
    """Return a value of a column of few: a number in place of a text, which is a fraction of the work."""
    return pl.lit(value, dtype=SCHEMA[column])


def _bytes() -> pl.Expr:
    """As printed; without a result line what the server announced, or 0 where it confirmed a transfer of nothing."""
    nothing = pl.when((pl.col("completion") == "confirmed") & pl.col("unread").is_null()).then(0)
    return pl.when("has_result").then("bytes").otherwise(pl.coalesce("announced", nothing)).alias("bytes")


def _note() -> pl.Expr:
    """Why it is partial or failed, or what is odd about it; null where all is well."""
    counted = pl.format("{} of {} bytes announced", "bytes", "announced")
    silent_server = (pl.col("completion") == "partial") & ~pl.col("failed") & ~pl.col("short")
    has_result, unread = pl.col("has_result"), pl.col("unread").is_not_null()
    reasons = (
        pl.when(pl.col("failed")).then("failure"),
        pl.when(pl.col("short")).then(counted),
        pl.when(silent_server).then(pl.lit(_NO_REPLY)),
        pl.when(has_result & (pl.col("bytes") > pl.col("announced"))).then(pl.lit(_TOO_MANY)),
        pl.when(has_result & pl.col("bytes").is_null()).then(pl.lit(_NO_SIZE)),
        pl.when(pl.col("oddity") > 0).then(_odd_time()),
        pl.when(pl.col("unnamed")).then(pl.lit(_NO_LABEL)),
        pl.when(~has_result & unread).then(pl.format("{}: '{}'", pl.lit(_NOT_UNDERSTOOD), "unread")),
        pl.when(~has_result & ~unread & ~pl.col("failed") & (pl.coalesce("announced", 1) > 0))
        .then(pl.lit(_NO_RESULT)),
    )  # fmt: skip
    said = pl.concat_str(reasons, separator="; ", ignore_nulls=True)
    return pl.when(said != "").then(said)


def without_label_note() -> pl.Expr:
    """The note of a transfer to which a label was given: that its header has none is nothing odd then."""
    # note ::= reason ("; " reason)*   /* without this one; where it was the first, "; " is left in front */
    note = pl.col("note").str.replace(rf"(?:^|; ){_NO_LABEL}(; |$)", "$1").str.strip_prefix("; ")
    return pl.when(note != "").then(note)


def _odd_time() -> pl.Expr:
    """What is odd about a time; of a clock that stood still, what it leaves possible."""
    words = pl.col("oddity").replace_strict(dict(enumerate(ODDITIES)), return_dtype=pl.String)
    most = (pl.col("seconds_high") * 1000).round_sig_figs(3).cast(pl.String).str.strip_suffix(".0")
    stood = pl.format("{}: between 0 and {} ms", words, most)
    return pl.when(pl.col("oddity") == ZERO).then(stood).otherwise(words)
