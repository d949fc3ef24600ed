"""One line at a time, whole columns at once: clean it, say what it is, and take out what it says.

Nothing here looks at a line's neighbours; `blocks` does. The tables below are the grammar.
"""

from collections.abc import Mapping
from enum import IntEnum

import polars as pl

from ftpstats.logs.transcript.results import lay_out, read_results

__all__ = [
    "HEADER_START",
    "HEADER_WORD",
    "Kind",
    "Role",
    "clean",
    "describe",
    "headers",
    "mask_secrets",
    "rejoin_wrapped",
]


class Kind(IntEnum):
    """What a line is. Every line of a log is exactly one of these."""

    BLANK = 0
    HEADER = 1
    RESULT = 2
    CHATTER = 3  # replies included
    UNPARSED = 4


class Role(IntEnum):
    """What a line of chatter says about the transfer it stands near; from START on, it concerns the transfer itself."""

    NONE = 0
    REPLY = 1  # a server's reply that says nothing about a transfer
    SETUP = 2  # a data connection is agreed on: a transfer, or a listing, begins
    START = 3  # 125, 150
    DONE = 4  # 226, 250
    FAILED = 5  # 4xx, 5xx, or the client's own words


HEADER_WORD = "FTP-TEST"
HEADER_START = HEADER_WORD + " "
_HEADER = r"^(?:.*\W)?FTP-TEST[ \t]+(?P<iteration>-?\d{1,18})(?:[ \t]+(?P<label>.*))?$"

# What a terminal, a mailer or a logger puts in front of a line.
_DATE = r"\d{4}-\d\d-\d\d[T ]|\d{1,4}[/.]\d{1,2}[/.]\d{2,4}[ T]|[A-Z][a-z]{2} [ \d]\d "
_TIME = r"\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?: ?[AP]M)?:?\s|\d{9,10}\.\d+:?\s"
_LOGGER = r"[\w.-]+ [\w./-]+(?:\[\d+\])?: "  # syslog's host and program, behind its date and time
_PREFIX = (
    rf"^(?:.*\r)?(?:[>#%|*\s]|ftp>|<-+\s|\[[^\]]{{0,40}}\]\s|\((?:{_DATE})?(?:\d{{1,2}}:\d\d:\d\d[^)]{{0,12}})\)\s|"
    rf"{_DATE}|(?:{_TIME})(?:{_LOGGER})?)*"
)
_REPLY = r"^(?P<code>[1-5]\d\d)(?:[ -](?P<text>.*))?$"
_ANNOUNCED = r"\((\d+) bytes\)"
_DATA_SETUP = r"(?i)^(?:PORT|EPRT|LPRT) |^Active data connection"
_LISTING = r"(?i)director|listing|file list|/bin/ls|\bNLST\b|\bMLSD\b"
_LISTED = r"^(?:total \d+$|[-dlbcps][-rwxsStT]{9})"  # what `ls -l` writes

_CRASH = r"(?:Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted|Killed)"
# A client's own words for a failure.
_FAILURE = (
    r"(?i)^Not connected\.|^Login (?:failed|incorrect)|^(?:receive|send) aborted|Connection refused|"
    r"connect(?:: | to address )|no response from host|No control connection for command|"
    r"Connection (?:reset|closed|timed out)|lost connection|Broken pipe|No route to host|unreachable|"
    r"unknown host|Name or service not known|name resolution|^\S*: bind: |Address already in use|"
    r"No such file or directory|Permission denied|No space left on device|^ftpstats: |"
    # Of a client that crashed, as the shell writes them; bash names script, line and process before.
    rf"(?-i:^{_CRASH}(?: \(core dumped\))?$|: line \d+: +\d+ {_CRASH} )"
)

# Everything else that a client, its user or the thesis's script is known to write.
_CHATTER = (
    r"(?i)^(?:Connected to |Trying |Name \(|Password:|User \(|Remote system type is|Using \S+ mode|"
    r"local: |remote: |Interactive mode|Verbose mode|Hash mark|Tick counter|Passive mode|"
    r"Bytes transferred: |---> |\$ |\[exit status|\?|Ambiguous|WARNING! \d+ bare|"
    r"waiting for remote to finish abort|"
    r"File may not have transferred|Bye|Goodbye|total \d|[-dlbcps][-rwxst]{9}|\d{1,3}% |"
    r"Run test: |Choose: ?|disabling epsv|(?:Please )?log ?in with USER and PASS|"
    r"(?:binary|ascii|get|put|recv|send|mget|mput|user|quote|open|close|quit|bye|cd|lcd|ls|dir|passive|hash|"
    r"tick|prompt|verbose|type|epsv4?)(?: |$))"
)

_SAID = {
    "kind": pl.UInt8, "role": pl.UInt8, "code": pl.Int64, "announced": pl.Int64, "listing": pl.Boolean,
    "neighbours": pl.Boolean,
}  # fmt: skip

_ESCAPES = r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]|\x{FEFF}|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_GLUED_TICK = r"Bytes transferred: \d*([1-5]\d\d[ -])"
_WRAPPED = r"(?i)(?:byte|octet).* \(-?[\d.,]+(?:e[+-]\d+)?\s*$"
_WRAPPED_REST = r"^[>#\s]*[KMGTkmgt]?i?[Bb](?:ytes?)?/s(?:ec)?\)"
_CONTINUED = "\x00"  # stands for the second half of a wrapped line; no cleaned line holds it
_CREDENTIAL = r"(?i)\b(PASS|ACCT|password|passwd)(\s*[:=]\s*|\s+)\S.*"
_CREDENTIAL_IN_URL = r"(//[^/\s:@]*:)[^@\s]+@"


def clean(lines: pl.Series) -> pl.Series:
    """
    Take out what a terminal would not show; CR stays, it marks where a frame was drawn over.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Without line ends.

    Returns
    -------
    Series of String, shape (n,)
        Without escape sequences, control characters, and blanks at either end.
    """
    text = lines.str.replace_all(_ESCAPES, "").str.strip_chars(" \t\r")
    return text.str.replace_all(_GLUED_TICK, "\r${1}")


def rejoin_wrapped(lines: pl.Series) -> pl.Series:
    """
    Put a result line that mail wrapped at the rate together again; its second half becomes chatter.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Cleaned lines, in the log's order.

    Returns
    -------
    Series of String, shape (n,)
        The same lines; as many as before, so that line numbers stay.
    """
    broken = lines.str.contains(_WRAPPED) & lines.shift(-1).str.contains(_WRAPPED_REST).fill_null(value=False)
    if not broken.any():
        return lines
    rest = lines.shift(-1).str.strip_chars_start("># \t")
    joined = pl.select(pl.when(broken).then(lines.str.strip_chars_end() + " " + rest).otherwise(lines)).to_series()
    continued = broken.shift(1, fill_value=False)
    return pl.select(pl.when(continued).then(pl.lit(_CONTINUED)).otherwise(joined)).to_series()


def headers(lines: pl.Series) -> pl.DataFrame:
    """
    Iteration and label of each FTP-TEST header.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Lines that hold ``FTP-TEST``.

    Returns
    -------
    DataFrame, shape (n, 2)
        ``iteration`` (Int64), null where the line is no header after all, and ``label`` (Categorical: numbers
        group several times faster than text), null where empty.
    """
    plain = lines.str.starts_with(HEADER_START)
    if plain.all():
        # The common case, without a regular expression: a header as the scripts write it.
        fields = lines.str.slice(len(HEADER_START)).str.splitn(" ", 2).struct.rename_fields(["iteration", "label"])
        frame = fields.struct.unnest().with_columns(
            pl.col("iteration").cast(pl.Int64, strict=False), pl.col("label").cast(pl.Categorical)
        )
        if not frame["iteration"].has_nulls():
            untidy = frame["label"].unique().cast(pl.String).str.contains(r"^\s|\s$|^$").any()
            return frame.with_columns(_label()) if untidy else frame
    fields = lines.str.strip_chars_end().str.extract_groups(_HEADER)
    return fields.struct.unnest().with_columns(pl.col("iteration").cast(pl.Int64, strict=False), _label())


def _label() -> pl.Expr:
    label = pl.col("label").cast(pl.String).str.strip_chars(" \t\r")
    return pl.when(label.str.len_bytes() > 0).then(label).cast(pl.Categorical).alias("label")


def describe(lines: pl.Series, meanings: Mapping[str, int]) -> pl.DataFrame:
    """
    Say what each line is that is no header.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Cleaned lines.
    meanings : Mapping[str, int]
        Passed on to `read_results`.

    Returns
    -------
    DataFrame, shape (n, ...)
        The columns of RESULT_SCHEMA but ``plain``, and ``kind``, ``role`` (UInt8), ``code`` (Int64), ``announced``
        (Int64, bytes that a 125 or 150 reply announces), ``listing`` (it speaks of a directory listing),
        ``neighbours`` (it cannot be told without the next line, or is a header with something in front).
    """
    lines = lines.str.strip_chars_end(" \t")
    results = read_results(lines, meanings)
    # A plain result line says nothing else; anything may be glued in front of the others.
    plain = results["plain"].fill_null(value=False)
    said = lay_out(_said(lines.filter(~plain), results["client"].filter(~plain)), (~plain).arg_true(), len(lines))
    return results.drop("plain").hstack(
        said.with_columns(
            pl.col("kind").fill_null(Kind.RESULT),
            pl.col("role").fill_null(Role.NONE),
            pl.col("listing", "neighbours").fill_null(value=False),
        )
    )


def _said(lines: pl.Series, client: pl.Series) -> pl.DataFrame:
    """Kind, role, code, announced size and listing of each line."""
    if lines.is_empty():  # as in every block of a filtered log
        return pl.DataFrame(schema=_SAID)
    frame = pl.DataFrame({"text": lines, "client": client, "bare": lines.str.replace(_PREFIX, "")})
    reply = pl.col("bare").str.extract_groups(_REPLY).struct
    frame = frame.with_columns(reply.field("code").cast(pl.Int64), reply=reply.field("text").fill_null(""))
    counts_bytes = pl.col("reply").str.contains(r"(?i)^(?:bytes?|octets) ")  # "314 bytes received" is no reply 314
    frame = frame.with_columns(code=pl.when(~counts_bytes).then("code")).with_columns(role=_role())
    starts = pl.col("role") == Role.START
    return frame.select(
        kind=_kind().cast(pl.UInt8),
        role=pl.col("role").cast(pl.UInt8),
        code=pl.col("code"),
        announced=pl.when(starts).then(pl.col("reply").str.extract(_ANNOUNCED).cast(pl.Int64, strict=False)),
        listing=(starts & pl.col("reply").str.contains(_LISTING)) | pl.col("bare").str.contains(_LISTED),
        neighbours=pl.col("client").is_null() & pl.col("text").str.contains(_WRAPPED + "|" + HEADER_WORD),
    )


def _role() -> pl.Expr:
    code, words = pl.col("code"), pl.col("bare")
    sets_up = code.is_in([227, 228, 229]) | ((code == 200) & pl.col("reply").str.contains(_DATA_SETUP))
    return (
        pl.when((code >= 400) | (code.is_null() & words.str.contains(_FAILURE)))
        .then(Role.FAILED)
        .when(code.is_null())
        .then(Role.NONE)
        .when(code.is_in([226, 250]))
        .then(Role.DONE)
        .when(code.is_in([125, 150]))
        .then(Role.START)
        .when(sets_up)
        .then(Role.SETUP)
        .otherwise(Role.REPLY)
    )


def _kind() -> pl.Expr:
    text, words = pl.col("text"), pl.col("bare")
    said_before = (pl.col("role") != Role.NONE) | (text == _CONTINUED)
    return (
        pl.when(pl.col("client").is_not_null())
        .then(Kind.RESULT)
        .when(text == "")
        .then(Kind.BLANK)
        .when(said_before | (words == "") | words.str.contains(_CHATTER))
        .then(Kind.CHATTER)
        .otherwise(Kind.UNPARSED)
    )


def mask_secrets(text: pl.Series) -> pl.Series:
    """Hide passwords: netkit with ``-d`` logs them in clear, and we never repeat them."""
    if text.is_empty():
        return text
    return text.str.replace_all(_CREDENTIAL_IN_URL, "${1}********@").str.replace_all(_CREDENTIAL, "${1}${2}********")
