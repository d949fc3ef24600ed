"""What a line tells of a transfer besides a result: replies, commands, listings, failures; by `grammar`, as events.

One line at a time, whole columns at once. What a sequence of them means is for `attempts`.
"""

from enum import IntEnum

import polars as pl

from ftpstats.logs.transcript import grammar
from ftpstats.logs.transcript.lines import CONTINUED, HEADER_WORD, WRAPPED, Kind

__all__ = ["ASKED", "FAILING", "SAID", "TALK", "Event", "said"]


class Event(IntEnum):
    """What a line tells of the transfer that it stands near."""

    NONE = 0
    REPLY = 1  # a server's reply that says nothing about a transfer
    UNREAD = 2  # nothing recognised the line
    HEADER = 3  # FTP-TEST
    ASK = 4  # the user asks for a transfer at a prompt
    VERB = 5  # the client does: RETR, STOR, APPE
    LIST = 6  # a listing is asked for
    COMMAND = 7  # the user asks for something else
    PASSIVE = 8  # a data connection is agreed on: by EPSV or PASV
    ACTIVE = 9  # ... by EPRT or PORT
    START = 10  # 125, 150
    START_LIST = 11  # ... of a listing
    LISTED = 12  # a line of a listing
    DONE = 13  # 226
    DONE_LIST = 14  # ... of a listing
    MAYBE_DONE = 15  # 250, which answers other commands, too
    REFUSED = 16  # a command was not understood: the client may try another one
    UNREACHED = 17  # the client could not connect: likewise
    FAILED = 18  # any other 4xx or 5xx
    BROKEN = 19  # the client's own words for a failure
    DOUBTED = 20  # ftpstats's own words for what is wrong with a transfer that it made
    RESULT = 21  # a client's result line
    ASK_BARE = 22  # what reads as such a command, without a prompt
    NAMED = 23  # the client's "local: … remote: …", in front of a transfer or, by some, of its result or behind it


FAILING = (Event.REFUSED, Event.UNREACHED, Event.FAILED, Event.BROKEN, Event.DOUBTED)
# Somebody answered: a log with any of these holds replies.
TALK = (
    Event.REPLY, Event.PASSIVE, Event.ACTIVE, Event.START, Event.START_LIST, Event.DONE, Event.DONE_LIST,
    Event.MAYBE_DONE, *FAILING,
)  # fmt: skip

# The ways that a line may ask for; the number stands for the way in bulk columns.
ASKED = (None, "download", "upload")

_COMMAND_REFUSED = (500, 501, 502, 503, 504, 522)
_OUR_WORDS = "ftpstats: "  # as `experiment.transcript` writes them

SAID = pl.Schema(
    {
        "kind": pl.UInt8(),
        "event": pl.UInt8(),
        "code": pl.Int64(),  # of a reply
        "more": pl.Boolean(),  # it goes on in the next lines
        "announced": pl.Int64(),  # bytes that a 125 or 150 announces
        "asks": pl.UInt8(),  # index into ASKED
        "result": pl.Boolean(),  # it is one: what a server says never is
        "neighbours": pl.Boolean(),  # it cannot be told without the next line, or may be a header
    }
)


def said(lines: pl.Series, claimed: pl.Series) -> pl.DataFrame:
    """
    Say what each line tells of a transfer, and what kind of line it is.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Cleaned lines.
    claimed : Series of Boolean, shape (n,)
        Lines that have the form of a result.

    Returns
    -------
    DataFrame, shape (n, len(SAID))
        A line that is a reply and a result says both.
    """
    if lines.is_empty():  # as in every block of a filtered log
        return pl.DataFrame(schema=SAID)
    frame = _replies(pl.DataFrame({"text": lines, "bare": lines.str.replace(grammar.PREFIX, ""), "claimed": claimed}))
    event = pl.when(_IS_REPLY).then(_of_reply()).when("result").then(Event.NONE).otherwise(_of_words())
    frame = frame.with_columns(event=event.cast(pl.UInt8), asks=_asks())
    frame = frame.with_columns(kind=_kind().cast(pl.UInt8))
    unread = (pl.col("kind") == Kind.UNPARSED) & (pl.col("event") == Event.NONE)
    return frame.with_columns(
        event=pl.when(unread).then(Event.UNREAD).otherwise("event").cast(pl.UInt8),
        neighbours=~pl.col("result") & pl.col("text").str.contains(WRAPPED + "|" + HEADER_WORD),
    ).select(SAID.names())


_IS_REPLY = pl.col("code").is_not_null()


def _replies(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what each line is as a reply: its code and words, what it announces; and whether it is a result."""
    reply = pl.col("bare").str.extract_groups(grammar.REPLY).struct
    frame = frame.with_columns(
        reply.field("code").cast(pl.Int64), more=reply.field("more").is_not_null(), said=reply.field("text")
    )
    counts_bytes = pl.col("said").str.contains(grammar.COUNTS_BYTES) & ~pl.col("more")
    frame = frame.with_columns(
        code=pl.when(~counts_bytes).then("code"), more=pl.col("more") & ~counts_bytes, said=pl.col("said").fill_null("")
    )
    words, starts = pl.col("said"), pl.col("code").is_in([125, 150])
    told = words.str.extract(grammar.ANNOUNCED).str.replace_all("[.,]", "").cast(pl.Int64, strict=False)
    lists = words.str.contains(grammar.LISTING) & (told.is_null() | words.str.contains(grammar.LISTING_PROGRAM))
    return frame.with_columns(
        lists=starts & lists,
        announced=pl.when(starts & ~lists).then(told),
        result=pl.col("claimed") & (~_IS_REPLY | words.str.contains(grammar.GLUED)),
    )


def _of_reply() -> pl.Expr:
    code, said = pl.col("code"), pl.col("said")
    return (
        pl.when(code.is_in(_COMMAND_REFUSED))
        .then(Event.REFUSED)
        .when(code >= 400)
        .then(Event.FAILED)
        .when(code == 226)
        .then(pl.when(said.str.contains(grammar.LISTING_SENT)).then(Event.DONE_LIST).otherwise(Event.DONE))
        .when(code == 250)
        .then(Event.MAYBE_DONE)
        .when(code.is_in([125, 150]))
        .then(pl.when("lists").then(Event.START_LIST).otherwise(Event.START))
        .when(code.is_in([227, 228, 229]))
        .then(Event.PASSIVE)
        .when((code == 200) & said.str.contains(grammar.ACTIVE))
        .then(Event.ACTIVE)
        .otherwise(Event.REPLY)
    )


def _of_words() -> pl.Expr:
    text, bare = pl.col("text"), pl.col("bare")
    return (
        pl.when(bare.str.contains(grammar.NAMED))
        .then(Event.NAMED)
        .when(bare.str.contains(rf"{grammar.GET}|{grammar.PUT}"))
        .then(pl.when(text.str.contains(grammar.PROMPT)).then(Event.ASK).otherwise(Event.ASK_BARE))
        .when(bare.str.contains(rf"{grammar.RETR}|{grammar.STOR}"))
        .then(Event.VERB)
        .when(bare.str.contains(grammar.LIST))
        .then(Event.LIST)
        .when(text.str.contains(grammar.COMMAND))
        .then(Event.COMMAND)
        .when(bare.str.contains(grammar.UNREACHED))
        .then(Event.UNREACHED)
        .when(bare.str.starts_with(_OUR_WORDS))
        .then(Event.DOUBTED)
        .when(bare.str.contains(grammar.FAILURE))
        .then(Event.BROKEN)
        .when(bare.str.contains(grammar.LISTED) | text.str.contains(grammar.LISTED))
        .then(Event.LISTED)
        .otherwise(Event.NONE)
    )


def _asks() -> pl.Expr:
    bare = pl.col("bare")
    return (
        pl.when(~_IS_REPLY & bare.str.contains(rf"{grammar.GET}|{grammar.RETR}"))
        .then(1)
        .when(~_IS_REPLY & bare.str.contains(rf"{grammar.PUT}|{grammar.STOR}"))
        .then(2)
        .otherwise(0)
        .cast(pl.UInt8)
    )


def _kind() -> pl.Expr:
    text, words = pl.col("text"), pl.col("bare")
    told_before = (pl.col("event") != Event.NONE) | (text == CONTINUED)
    return (
        pl.when("result")
        .then(Kind.RESULT)
        .when(text == "")
        .then(Kind.BLANK)
        .when(told_before | (words == "") | words.str.contains(grammar.CHATTER))
        .then(Kind.CHATTER)
        .otherwise(Kind.UNPARSED)
    )
