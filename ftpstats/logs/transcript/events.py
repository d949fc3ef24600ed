"""What a line tells of a transfer: the grammars of replies, commands, listings and failures, as tables.

One line at a time, whole columns at once. What a sequence of them means is for `attempts`.
"""

from enum import IntEnum

import polars as pl

__all__ = ["ASKED", "FAILING", "TALK", "Event", "events", "without_prefix"]


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

# What a terminal, a mailer or a logger puts in front of a line.
_DATE = (
    r"\d{4}-\d\d-\d\d[T _]|\d{1,4}[/.]\d{1,2}[/.]\d{2,4}[ T]|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d |"
    r"\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]|\d{1,2}-(?:[A-Z]{3}|[A-Z][a-z]{2})-\d{4} |\d{8}[ T-](?:\d{6}\s)?"
)
_TIME = (
    r"\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: ?[AP]M)?(?: (?:[A-Z]{3,4} )?\d{4})?(?:[:|;]\s?|\s|$)|"
    r"\d{9,10}(?:\.\d+)?:?\s"
)
_LOGGER = r"[\w.-]+ [\w./-]+(?:\[\d+\])?: "  # syslog's host and program, behind its date and time
_PROMPT = r"(?i:l?ftp)(?: [\w.@:/~-]+)?> ?|\[[~*]?[\w.-]*ftp\] ?"
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR)(?::[\w.]+:|:?\s)|(?:stdout|stderr) [FP]\s|<\d{1,3}>\d?\s?"
# `cat -n`, `grep -n`, and the name of a service
_NUMBER = r"\d{1,7}(?::\s|\t)|[\w./-]+\.\w+:\d+:\s?|[A-Za-z][\w.-]*(?: - |\s*\| )"
_PREFIX = (
    rf"^(?:.*\r)?(?:[>#%|*;+\"\s]|//\s|-\s|\.{{2,}}|{_PROMPT}|{_LEVEL}|<[-<]*\s|-+>\s|EZ[AY]\d{{4}}I\s|"
    r"(?i:response|status|server|command) ?:(?:\s|$)|"
    rf"\[[^\]]{{0,40}}\]:?\s?|\((?:{_DATE})?(?:\d{{1,2}}:\d\d:\d\d[^)]{{0,12}})\)\s|"
    rf"{_DATE}|(?:{_TIME})(?:{_LOGGER})?|{_NUMBER})*"
)

# RFC 959: three digits and a blank, or a hyphen where more lines follow.
_REPLY = r"^(?P<code>[1-5][0-5]\d)(?:(?P<more>-)| |$)(?P<text>.*)$"
_COUNTS_BYTES = r"(?i)^ *(?:byte|octet|байт|バイト|字节)"  # "573 bytes received" is no reply 573
# A client's line that lost the line end in front of it; a server would put a blank there.
_GLUED = r"[.!)](?:(?i:ftp) ?: ?)?[0-9]+ ?(?i:byte|octet)"
_ANNOUNCED = r"(?i)\((\d[\d.,]*) (?:bytes?|octets?)\)"
_ACTIVE = r"(?i)^(?:PORT|EPRT|LPRT) |^Active data connection"

# A file may be named like a listing; but only of a file is the size announced, or of the program that lists.
_LISTING_PROGRAM = r"/bin/ls\b"
_LISTING = (
    r"(?i)/bin/ls\b|\b(?:NLST|MLSD)\b|^(?:here comes|sending) .*director|\bdirectory(?:\s|[.,]?$)|"
    r"\b(?:file|directory|dir|name) ?list(?:ing)?(?:\s|[.,]?$)|\blisting(?:\s|[.,]?$)|\bfor \*[.,]?$|"
    r"\bLIST(?:\s|[.,]?$)"
)
_LISTING_SENT = r"(?i)^(?:LIST )?directory (?:send|transfer)|matches total|\blisting (?:completed?|sent)|^options: -"
_LISTED = (
    r"^(?:total \d+$|[-dlbcps][-rwxsStT]{9}[ .+@]|"  # `ls -l`
    r"\d\d[-./]\d\d[-./]\d\d(?:\d\d)?\s+\d\d:\d\d ?(?:[AP]M)?\s+(?:<DIR>|<JUNCTION>|[\d., ]+)\s|"  # DOS
    r"\d{4}-\d\d-\d\d\s+\d\d:\d\d\s+<DIR>|Directory \S+:\[|Total of \d+ file|"  # ... and VMS
    r"(?i:(?:type|modify|size|perm|unique|unix\.\w+)=[^;]*;)+)"  # MLSD
)

# A command and the names behind it, no sentence that begins like one.
_NAMES = r"""(?: +(?:"[^"]*"|'[^']*'|\S+)){0,2}(?: +\(?replace\)?)?$"""
_GET = rf"(?i)^(?:get|recv|reget|newer|pget|fget|bget){_NAMES}"
_PUT = rf"(?i)^(?:put|send|append|bput){_NAMES}"
_NAMED = r"^local: .*\bremote: "
_RETR = r"^RETR(?: |$)"
_STOR = r"^(?:STOR|STOU|APPE)(?: |$)"
_LIST = r"^(?:(?i:ls|dir|nlist|nls|mls|mdir|mlsd|mlst|rels|mlist)|LIST|NLST|MLSD)(?: |$)"
# At a prompt only: elsewhere these are everyday words. Of `mget` and `mput` each file is a transfer of its own.
_COMMAND = (
    rf"(?i)(?:{_PROMPT})\s*(?:cd|cdup|lcd|pwd|user|open|close|quit|bye|exit|disconnect|bin|binary|ascii|image|type|mode|"
    r"prompt|hash|tick|verbose|debug|passive|epsv4?|delete|mdelete|rm|rename|mkdir|rmdir|size|modtime|status|system|"
    r"rstatus|help|rhelp|quote|site|literal|idle|mget|mput|mreget|mirror|account|trace|bell|glob|case|runique|sunique|"
    r"struct|form|reset|restart|chmod|umask|noop)(?: |$)"
)

_COMMAND_REFUSED = (500, 501, 502, 503, 504, 522)
_CRASH = r"(?:Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted|Killed)"
_UNREACHED = r"(?i)can't connect to|\bconnect(?:: | to address )"
# A client's own words for a failure.
_FAILURE = (
    r"(?i)^Not connected\.|^Login (?:failed|incorrect)|^(?:receive|send) aborted|Connection refused|"
    r"no response from host|No control connection for command|"
    r"Connection (?:reset|closed|timed out)|lost connection|Broken pipe|No route to host|unreachable|"
    r"unknown host|Name or service not known|name resolution|^\S*: bind: |Address already in use|"
    r"No such file or directory|Permission denied|No space left on device|File not found|"
    # Of a client that crashed, as the shell writes them; bash names script, line and process before.
    rf"(?-i:^{_CRASH}(?: \(core dumped\))?$|: line \d+: +\d+ {_CRASH} )"
)

_OUR_WORDS = "ftpstats: "  # as `experiment.transcript` writes them

# The ways that a line may ask for; the number stands for the way in bulk columns.
ASKED = (None, "download", "upload")


def without_prefix(lines: pl.Series) -> pl.Series:
    """Take off what terminals, prompts, mailers and loggers put in front of lines."""
    return lines.str.replace(_PREFIX, "")


def events(lines: pl.Series, bare: pl.Series, *, claimed: pl.Series) -> pl.DataFrame:
    """
    Say what each line tells of a transfer.

    Parameters
    ----------
    lines, bare : Series of String, shape (n,)
        Cleaned lines, and without what stands in front.
    claimed : Series of Boolean, shape (n,)
        Lines that have the form of a result.

    Returns
    -------
    DataFrame, shape (n, 6)
        ``event`` (UInt8), ``code`` (Int64) of a reply, ``more`` (it goes on in the next lines), ``announced`` (Int64,
        bytes that a 125 or 150 announces), ``asks`` (UInt8, index into ASKED), ``result`` (it is one: what a server
        says never is). A line that is a reply and a result says both.
    """
    frame = pl.DataFrame({"text": lines, "bare": bare, "claimed": claimed})
    reply = pl.col("bare").str.extract_groups(_REPLY).struct
    frame = frame.with_columns(
        reply.field("code").cast(pl.Int64), more=reply.field("more").is_not_null(), said=reply.field("text")
    )
    counts_bytes = pl.col("said").str.contains(_COUNTS_BYTES) & ~pl.col("more")
    frame = frame.with_columns(
        code=pl.when(~counts_bytes).then("code"), more=pl.col("more") & ~counts_bytes, said=pl.col("said").fill_null("")
    )
    is_reply = pl.col("code").is_not_null()
    result = pl.col("claimed") & (~is_reply | pl.col("said").str.contains(_GLUED))
    starts = pl.col("code").is_in([125, 150])
    told = pl.col("said").str.extract(_ANNOUNCED).str.replace_all("[.,]", "").cast(pl.Int64, strict=False)
    lists = pl.col("said").str.contains(_LISTING) & (told.is_null() | pl.col("said").str.contains(_LISTING_PROGRAM))
    frame = frame.with_columns(lists=starts & lists, announced=pl.when(starts & ~lists).then(told))
    event = pl.when(is_reply).then(_of_reply()).when(result).then(Event.NONE).otherwise(_of_words())
    return frame.select(
        event=event.cast(pl.UInt8), code="code", more="more", announced="announced", asks=_asks(), result=result
    )


def _of_reply() -> pl.Expr:
    code, said = pl.col("code"), pl.col("said")
    return (
        pl.when(code.is_in(_COMMAND_REFUSED))
        .then(Event.REFUSED)
        .when(code >= 400)
        .then(Event.FAILED)
        .when(code == 226)
        .then(pl.when(said.str.contains(_LISTING_SENT)).then(Event.DONE_LIST).otherwise(Event.DONE))
        .when(code == 250)
        .then(Event.MAYBE_DONE)
        .when(code.is_in([125, 150]))
        .then(pl.when("lists").then(Event.START_LIST).otherwise(Event.START))
        .when(code.is_in([227, 228, 229]))
        .then(Event.PASSIVE)
        .when((code == 200) & said.str.contains(_ACTIVE))
        .then(Event.ACTIVE)
        .otherwise(Event.REPLY)
    )


def _of_words() -> pl.Expr:
    text, bare = pl.col("text"), pl.col("bare")
    return (
        pl.when(bare.str.contains(_NAMED))
        .then(Event.NAMED)
        .when(bare.str.contains(rf"{_GET}|{_PUT}"))
        .then(pl.when(text.str.contains(_PROMPT)).then(Event.ASK).otherwise(Event.ASK_BARE))
        .when(bare.str.contains(rf"{_RETR}|{_STOR}"))
        .then(Event.VERB)
        .when(bare.str.contains(_LIST))
        .then(Event.LIST)
        .when(text.str.contains(_COMMAND))
        .then(Event.COMMAND)
        .when(bare.str.contains(_UNREACHED))
        .then(Event.UNREACHED)
        .when(bare.str.starts_with(_OUR_WORDS))
        .then(Event.DOUBTED)
        .when(bare.str.contains(_FAILURE))
        .then(Event.BROKEN)
        .when(bare.str.contains(_LISTED) | text.str.contains(_LISTED))
        .then(Event.LISTED)
        .otherwise(Event.NONE)
    )


def _asks() -> pl.Expr:
    bare, is_reply = pl.col("bare"), pl.col("code").is_not_null()
    return (
        pl.when(~is_reply & bare.str.contains(rf"{_GET}|{_RETR}"))
        .then(1)
        .when(~is_reply & bare.str.contains(rf"{_PUT}|{_STOR}"))
        .then(2)
        .otherwise(0)
        .cast(pl.UInt8)
    )
