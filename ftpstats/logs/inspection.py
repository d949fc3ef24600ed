"""What a log holds and what is odd about it: the account behind `ftpstats check`."""

import re
from dataclasses import dataclass

import polars as pl

from ftpstats.logs.reader import Account, LogReader
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.transcript.formats import LOOK_ALIKES, PREFILTER, UNKNOWN, UNLISTED
from ftpstats.logs.transcript.lines import HEADER_WORD, Kind
from ftpstats.schema import SCHEMA

__all__ = ["ODD_KEPT", "Inspection", "inspect_log", "line_counts", "reason"]

ODD_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Inspection:
    """
    One log, accounted for.

    Attributes
    ----------
    source : str
    lines, headers, results, listings, chatter, blank, unparsed : int
        The last six add up to the first. `listings` are the result lines of directory listings; replies are chatter.
    table : str or None
        CSV, JSON or Parquet, where the log is a table. Its header is one of `headers`, its rows are `results`; its
        lines are rows, where it has no lines.
    contents : DataFrame
        ``label``, ``runs``, ``client``, ``direction``, ``bytes``, ``completion``, ``transfers``.
    odd : tuple of (int, str, str or None)
        Line, what is odd, and its text where nothing recognised it (None where a transfer's note tells), by line. At
        most a thousand of each of the two sorts.
    """

    source: str
    lines: int
    headers: int
    results: int
    listings: int
    chatter: int
    blank: int
    unparsed: int
    table: str | None
    contents: pl.DataFrame
    odd: tuple[tuple[int, str, str | None], ...]


def inspect_log(
    name: str, label: str | None = None, encoding: str | None = None, options: Options = AS_FOUND
) -> Inspection:
    """
    Read a log to its end and account for it. A log without any transfer is inspected like any other.

    Parameters
    ----------
    name : str
        A file, or ``-`` for standard input.
    label : str, optional
        Stands in for every label of the log.
    encoding : str, optional
        The log's; what its lines say unless given.
    options : Options
        How records are to be read.

    Raises
    ------
    InputError
        If it cannot be read, or is no text.
    """
    reader = LogReader(
        name, label, encoding=encoding, options=options, keys=False, columns=(*_CONTENTS, "run", "line", "note")
    )
    counted, noted = (
        [_counted(pl.DataFrame(schema=SCHEMA))],
        pl.DataFrame(schema={"line": pl.Int64(), "note": pl.String()}),
    )
    assumed: list[tuple[int, str, str | None]] = []
    for rows in reader.frames():
        counted.append(_counted(rows))
        unknown = rows.filter(pl.col("client") == UNKNOWN)["line"]
        assumed = assumed or [(line, _ASSUMED, None) for line in unknown.head(1)]
        notes = rows.filter(pl.col("note").is_not_null()).select("line", "note")
        noted = pl.concat([noted, notes.head(ODD_KEPT - noted.height)])
    account = reader.account
    assumed += [(line, said, None) for line, said in account.assumed]
    odd: list[tuple[int, str, str | None]] = [*assumed, *((line, note, None) for line, note in noted.rows())]
    odd += [(line, reason(text), text) for line, text in account.unparsed]
    contents = (
        pl.concat(counted)
        .group_by(_CONTENTS, maintain_order=True)
        .agg(pl.col("runs").explode().n_unique(), pl.col("transfers").sum())
    )
    return Inspection(
        source=name,
        **line_counts(account),
        contents=contents,
        odd=tuple(sorted(odd, key=lambda found: found[0])),
        table=account.form,
    )


_KINDS = {
    "headers": Kind.HEADER, "results": Kind.RESULT, "listings": Kind.LISTING, "chatter": Kind.CHATTER,
    "blank": Kind.BLANK, "unparsed": Kind.UNPARSED,
}  # fmt: skip


def line_counts(account: Account) -> dict[str, int]:
    """Return how many lines a log has, and how many of each kind: these add up to the first."""
    return {"lines": account.lines, **{word: account.counts[kind] for word, kind in _KINDS.items()}}


_ASSUMED = (
    "from here on, results of an unlisted client: digits are taken as printed, k is 1024 or 1000, whichever "
    "makes bytes, time and rate agree"
)
_CONTENTS = ["label", "client", "direction", "bytes", "completion"]


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(_CONTENTS, maintain_order=True).agg(
        pl.col("run").unique().alias("runs"), pl.len().cast(pl.Int64).alias("transfers")
    )


def reason(text: str) -> str:
    """Why nothing recognised a line."""
    if HEADER_WORD in text:
        return f"unreadable header; a header is {HEADER_WORD}, a number, and a label"
    if any(re.search(entry.pattern, text) for entry in UNLISTED) and not re.search(LOOK_ALIKES, text):
        return "looks like a result, but bytes, time and rate agree neither with k = 1024 nor with k = 1000"
    if re.search(PREFILTER, text) and re.search(r"\d", text):
        return "mentions bytes, but no known client prints such a result"
    return "not the output of a known client or server"
