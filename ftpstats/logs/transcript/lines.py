"""Lines as a terminal would show them: a block's bytes in, clean lines and their headers out; wrapped lines rejoined.

Nothing here but `rejoined` looks at a line's neighbours. The notation of the grammars is that of `grammar`.
"""

import codecs
import re
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import polars as pl

from ftpstats.logs.transcript.columns import Bools

__all__ = [
    "CONTINUED", "HEADER_START", "HEADER_WORD", "WRAPPED", "Kind", "Lines", "headers", "read_lines", "rejoined",
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

# header    ::= (ANY* non-WORD)? "FTP-TEST" blank+ iteration (blank+ label)? EOL   /* blank: space or tab */
# iteration ::= "-"? DIGIT{1,18}   /* 18 fit into 64 bits for sure; 0 and below are warm-up */
# label     ::= ANY*
# Anything may stand in front: a prompt, a quote, a clock. It is not left to `grammar.PREFIX`, which knows only some of
# it: a header that is missed gives its transfers to another label. Of several in a line, the last counts.
_HEADER = r"^(?:.*\W)?FTP-TEST[ \t]+(?P<iteration>-?[0-9]{1,18})(?:[ \t]+(?P<label>.*))?$"
_MOST_DIGITS = 18

# plain ::= "FTP-TEST " DIGIT+ " " label   /* as scripts write it; the label neither begins nor ends with a blank */
# The end of one, for the headers of a run all have it: so they are read without a regular expression for each.
_PLAIN_HEADER = re.compile(r"FTP-TEST [0-9]+(?P<end> (?P<label>\S(?:.*\S)?))$")

# untidy ::= blank at either end, nothing, or a header within: a label that only the grammar above can tell
_UNTIDY = rf"^\s|\s$|^$|{HEADER_WORD}"

# escape ::= ESC "[" [0-9;?]* [ -/]* [@-~]   /* ECMA-48: colours, cursor, erasing */
#          | ESC [@-_] | U+FEFF | control    /* all but TAB, LF and CR */
_ESCAPES = r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]|\x{FEFF}|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"

# glued ::= "Bytes transferred: " DIGIT* code [ -]   /* Bytes transferred: 102400226 Transfer complete. */
# With `tick` on the client draws over its line until the server replies. Only the last three digits can be the code.
_GLUED_TICK = r"Bytes transferred: \d*([1-5]\d\d[ -])"

# wrapped ::= ANY* (?i) ("byte" | "octet") ANY* " (" number WS* EOL  /* 2573621 bytes received in 0.69 secs (3.6e+03 */
# rest    ::= [>#\s]* [KMGTkmgt]? "i"? [Bb] "ytes"? "/s" "ec"? ")"   /* > Kbytes/s) */
# Mail wraps at a blank, and the last one that a result line has stands before its unit.
WRAPPED = r"(?i)(?:byte|octet).* \(-?[\d.,]+(?:e[+-]\d+)?\s*$"
_WRAPPED_REST = r"^[>#\s]*[KMGTkmgt]?i?[Bb](?:ytes?)?/s(?:ec)?\)"
CONTINUED = "\x00"  # stands for the second half of a wrapped line; no cleaned line holds it


@dataclass(frozen=True, slots=True)
class Lines:
    """
    The lines of a block, and those of them that are headers.

    Attributes
    ----------
    text : Series of String, shape (n,)
        Without escape sequences, control characters, and blanks at either end.
    is_header : array of bool, shape (n,)
    headers : DataFrame, shape (h + 1, 2)
        ``iteration`` and ``label`` of what precedes any header, which has neither, and of each header.
    """

    text: pl.Series
    is_header: Bools
    headers: pl.DataFrame


def read_lines(block: bytes, *, has_headers: bool = True) -> Lines:
    """
    Split a block into lines, clean them, and read the headers.

    A CR ends a line in front of a header: a log may go on with other line ends than it began with.

    Parameters
    ----------
    block : bytes
        UTF-8 with LF or CR LF.
    has_headers : bool
        False: no line is taken for a header.
    """
    if b"\r" in block:
        start = HEADER_START.encode()
        block = block.replace(b"\r" + start, b"\n" + start)
    text = _split(block)
    if _needs_cleaning(block, len(text) - (not block.endswith(b"\n"))):
        text = _clean(text)
    return _headed(text, text.str.starts_with(HEADER_START) & has_headers)


def _split(block: bytes) -> pl.Series:
    """
    Split UTF-8 into lines.

    The reader sniffs for compression: it would take text that begins "x^" for zlib. A line end in front keeps it from
    that; most blocks begin with a header, and copying them all would be a waste.
    """
    if block.startswith(b"F"):
        return pl.read_lines(block).to_series()
    return pl.read_lines(b"\n" + block).to_series().slice(1)


def _needs_cleaning(block: bytes, line_ends: int) -> bool:
    """Whether the block has control characters other than its line ends, or a byte order mark."""
    control = np.count_nonzero(np.frombuffer(block, dtype=np.uint8) < 32)
    crlf = control == 2 * line_ends and block.count(b"\r\n") == line_ends
    return block.startswith(codecs.BOM_UTF8) or b"\x7f" in block or not (crlf or control == line_ends)


def _clean(lines: pl.Series) -> pl.Series:
    """Take out what a terminal would not show; CR stays, it marks where a frame was drawn over."""
    text = lines.str.replace_all(_ESCAPES, "").str.strip_chars(" \t\r")
    return text.str.replace_all(_GLUED_TICK, "\r${1}")


def _headed(text: pl.Series, named: pl.Series) -> Lines:
    """Read the headers among the lines that may be some."""
    found = headers(text.filter(named))
    valid = found["iteration"].is_not_null()
    is_header = named.to_numpy().copy()
    is_header[is_header] = valid.to_numpy()
    before = pl.DataFrame({"iteration": [None], "label": [None]}, schema=found.schema)
    return Lines(text, is_header, pl.concat([before, found.filter(valid)]))


def rejoined(lines: Lines, unsure: Bools) -> Lines:
    """
    Put result lines that mail wrapped at the rate together again, and look for headers behind something else.

    Parameters
    ----------
    lines : Lines
        In the log's order.
    unsure : array of bool, shape (n,)
        Lines that may have been wrapped, or be such headers; no other is touched.

    Returns
    -------
    Lines
        As many as before, so that line numbers stay; the second half of a wrapped line becomes chatter.
    """
    may_be = pl.Series(unsure)
    text = _rejoin_wrapped(lines.text, may_be)
    return _headed(text, pl.Series(lines.is_header) | may_be & text.str.contains(HEADER_WORD, literal=True))


def _rejoin_wrapped(lines: pl.Series, unsure: pl.Series) -> pl.Series:
    """Put each of these lines that was wrapped together with the next, which becomes CONTINUED."""
    broken = unsure & lines.str.contains(WRAPPED) & lines.shift(-1).str.contains(_WRAPPED_REST).fill_null(value=False)
    if not broken.any():
        return lines
    rest = lines.shift(-1).str.strip_chars_start("># \t")
    joined = pl.select(pl.when(broken).then(lines.str.strip_chars_end() + " " + rest).otherwise(lines)).to_series()
    continued = broken.shift(1, fill_value=False)
    return pl.select(pl.when(continued).then(pl.lit(CONTINUED)).otherwise(joined)).to_series()


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
    untidy = frame["label"].unique().cast(pl.String).str.contains(_UNTIDY).any()
    return _any_headers(lines) if untidy else frame


def _label() -> pl.Expr:
    label = pl.col("label").cast(pl.String).str.strip_chars(" \t\r")
    return pl.when(label.str.len_bytes() > 0).then(label).cast(pl.Categorical).alias("label")
