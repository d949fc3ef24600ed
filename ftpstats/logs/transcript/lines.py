"""One line at a time, whole columns at once: clean it, say what it is, and take out what it says.

Nothing here but `rejoin_wrapped` looks at a line's neighbours; `classify` and `attempts` do. The tables are the
grammar.
"""

import re
from collections.abc import Mapping
from enum import IntEnum

import polars as pl

from ftpstats.logs.transcript.columns import lay_out
from ftpstats.logs.transcript.events import Event, events, without_prefix
from ftpstats.logs.transcript.results import read_results

__all__ = [
    "HEADER_START", "HEADER_WORD", "Kind", "clean", "describe", "headers", "mask_secrets", "rejoin_wrapped",
]  # fmt: skip


class Kind(IntEnum):
    """What a line is. Every line of a log is exactly one of these."""

    BLANK = 0
    HEADER = 1
    RESULT = 2
    CHATTER = 3  # replies included
    UNPARSED = 4
    LISTING = 5  # the result line of a directory listing: no transfer


HEADER_WORD = "FTP-TEST"
HEADER_START = HEADER_WORD + " "
_HEADER = r"^(?:.*\W)?FTP-TEST[ \t]+(?P<iteration>-?[0-9]{1,18})(?:[ \t]+(?P<label>.*))?$"
_MOST_DIGITS = 18
_PLAIN_HEADER = re.compile(r"FTP-TEST [0-9]+(?P<end> (?P<label>\S(?:.*\S)?))$")

# Everything else that a client, its user or the thesis's script is known to write.
_CHATTER = (
    r"(?i)^(?:Connect(?:ed|ing) to:? |Trying |Name \(|Password:|User \(|Remote system type is|Using \S+ mode|"
    r"local: |remote: |Interactive mode|Verbose mode|Hash mark|Tick counter|Passive mode|"
    r"Bytes transferred: |\$ |\[exit status|\?|Ambiguous|WARNING! \d+ bare|"
    r"waiting for remote to finish abort|Requesting |Retrieving |Local directory now |Already connected|"
    r"File may not have transferred|Bye|Goodbye|total \d|\d{1,3} ?%(?: |$)|"
    r"Run test: |Choose: ?|disabling epsv|(?:Please )?log ?in with USER and PASS|"
    r"(?:binary|ascii|get|put|recv|send|mget|mput|user|quote|open|close|quit|bye|cd|lcd|ls|dir|passive|hash|"
    r"tick|prompt|verbose|type|epsv4?|"
    r"PASS|ACCT|PORT|EPRT|PASV|EPSV|SIZE|MDTM|SYST|FEAT|OPTS|RETR|STOR|APPE|STOU|CWD|PWD|NOOP|ABOR|REST|SITE|AUTH|"
    r"PBSZ|PROT|HELP|STAT|LIST|NLST|MLSD)(?: |$))"
)

_SAID = {
    "kind": pl.UInt8, "event": pl.UInt8, "code": pl.Int64, "more": pl.Boolean, "announced": pl.Int64,
    "asks": pl.UInt8, "result": pl.Boolean, "neighbours": pl.Boolean,
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


def rejoin_wrapped(lines: pl.Series, unsure: pl.Series) -> pl.Series:
    """
    Put a result line that mail wrapped at the rate together again; its second half becomes chatter.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Cleaned lines, in the log's order.
    unsure : Series of Boolean, shape (n,)
        Lines that may have been wrapped; no other is touched.

    Returns
    -------
    Series of String, shape (n,)
        The same lines; as many as before, so that line numbers stay.
    """
    broken = unsure & lines.str.contains(_WRAPPED) & lines.shift(-1).str.contains(_WRAPPED_REST).fill_null(value=False)
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
    if not lines.str.starts_with(HEADER_START).all():
        return _any_headers(lines)
    same = _under_one_label(lines)
    return _plain_headers(lines) if same is None else same


def _under_one_label(lines: pl.Series) -> pl.DataFrame | None:
    """Read plain headers that all end like the first, as those of a run do; None where they do not, or are not."""
    first = _PLAIN_HEADER.match(lines[0]) if len(lines) else None
    if first is None or HEADER_WORD in first["label"] or not lines.str.ends_with(first["end"]).all():
        return None
    iteration = _iterations(lines.str.slice(len(HEADER_START)).str.head(-len(first["end"])))
    if iteration is None:
        return None
    label = pl.repeat(first["label"], len(lines), dtype=pl.Categorical, eager=True)
    return pl.DataFrame({"iteration": iteration, "label": label})


def _iterations(digits: pl.Series) -> pl.Series | None:
    """Return numbers as the scripts write them; None where one is written in another way, or is none."""
    found = digits.cast(pl.Int64, strict=False)
    foreign = (digits.str.len_bytes() > _MOST_DIGITS).any() or digits.str.starts_with("+").any()
    return None if foreign or found.has_nulls() else found


def _any_headers(lines: pl.Series) -> pl.DataFrame:
    """Read headers by the grammar."""
    fields = lines.str.strip_chars_end().str.extract_groups(_HEADER)
    return fields.struct.unnest().with_columns(pl.col("iteration").cast(pl.Int64, strict=False), _label())


def _plain_headers(lines: pl.Series) -> pl.DataFrame:
    """Read headers as the scripts write them without a regular expression; leave all others to the grammar."""
    fields = lines.str.slice(len(HEADER_START)).str.splitn(" ", 2).struct.rename_fields(["iteration", "label"])
    frame = fields.struct.unnest()
    iteration = _iterations(frame["iteration"])
    if iteration is None:
        return _any_headers(lines)
    frame = frame.with_columns(iteration, pl.col("label").cast(pl.Categorical))
    untidy = frame["label"].unique().cast(pl.String).str.contains(rf"^\s|\s$|^$|{HEADER_WORD}").any()
    return _any_headers(lines) if untidy else frame


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
        The columns of RESULT_SCHEMA but ``plain``, those of `events.events`, ``kind`` (UInt8), and ``neighbours`` (it
        cannot be told without the next line, or is a header with something in front).
    """
    lines = lines.str.strip_chars_end(" \t")
    results = read_results(lines, meanings)
    # A plain result line says nothing else; anything may stand in front of the others, a server's reply included.
    plain = results["plain"].fill_null(value=False)
    said = _said(lines.filter(~plain), results["client"].filter(~plain).is_not_null())
    said = lay_out(said, (~plain).arg_true(), len(lines)).with_columns(
        pl.col("kind").fill_null(Kind.RESULT),
        pl.col("event", "asks").fill_null(0),
        pl.col("result").fill_null(value=True),
        pl.col("more", "neighbours").fill_null(value=False),
    )
    results = results.drop("plain").hstack(said)
    spoken = ~results["result"] & results["client"].is_not_null()
    if not spoken.any():
        return results
    of_result = pl.exclude(*said.columns)
    return results.with_columns(pl.when(pl.col("result")).then(of_result).name.keep())


def _said(lines: pl.Series, claimed: pl.Series) -> pl.DataFrame:
    """What each line says that has not only a result, and its kind."""
    if lines.is_empty():  # as in every block of a filtered log
        return pl.DataFrame(schema=_SAID)
    bare = without_prefix(lines)
    frame = events(lines, bare, claimed=claimed).with_columns(text=lines, bare=bare)
    frame = frame.with_columns(kind=_kind().cast(pl.UInt8))
    unread = (pl.col("kind") == Kind.UNPARSED) & (pl.col("event") == Event.NONE)
    return frame.with_columns(
        event=pl.when(unread).then(Event.UNREAD).otherwise("event").cast(pl.UInt8),
        neighbours=~pl.col("result") & pl.col("text").str.contains(_WRAPPED + "|" + HEADER_WORD),
    ).select(_SAID.keys())


def _kind() -> pl.Expr:
    text, words = pl.col("text"), pl.col("bare")
    said_before = (pl.col("event") != Event.NONE) | (text == _CONTINUED)
    return (
        pl.when(pl.col("result"))
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
