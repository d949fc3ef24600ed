"""Several logs put together, each transfer once: what is a copy, what of a copy counts, and which run is which."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.identity import Copies, Copy, Log, OnDoubt, find_copies, natural
from ftpstats.logs.reader import Account, LogReader
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.records.keys import is_record
from ftpstats.logs.records.once import records_once
from ftpstats.logs.runs import PLACE
from ftpstats.logs.skeleton import Elements, Ints, begins_attempt, is_header
from ftpstats.schema import SCHEMA

__all__ = ["NEEDED", "Together", "as_log", "each_once", "read_logs", "wholes"]

# The tidy columns that `each_once` looks at, and `runs.relabelled`.
NEEDED = ("label", "run", "iteration", "time", "completion", "note")
_OF_LOGS = ("element", "reply_code", "time")  # what `as_log` looks at


@dataclass(frozen=True, slots=True)
class Together:
    """
    Logs read together.

    Attributes
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA`, each transfer once.
    names : tuple of str
        The logs that could be read, as `copies` numbers them.
    copies : Copies
        Which of them are copies of others, and which may be.
    bad : tuple of InputError
        What was wrong with the others.
    accounts : tuple of (str, Account)
        What became of the lines of each log that was read here, by the name that it was given as; a table may be of
        several logs. None of those of a store.
    """

    rows: pl.DataFrame
    names: tuple[str, ...]
    copies: Copies
    bad: tuple[InputError, ...]
    accounts: tuple[tuple[str, Account], ...] = ()


def read_logs(
    logs: Iterable[tuple[str, str | None]],
    *,
    encoding: str | None = None,
    on_doubt: OnDoubt = "say",
    options: Options = AS_FOUND,
    columns: Sequence[str] = tuple(SCHEMA),
) -> Together:
    """
    Read logs into memory, each transfer once.

    Parameters
    ----------
    logs : iterable of (str, str or None)
        Each log's name, and the label that stands in for all of its labels.
    encoding : str, optional
        Theirs; what their lines say unless given.
    on_doubt : "say", "same" or "distinct"
        See `identity.find_copies`.
    options : Options
        How records are to be read.
    columns : sequence of str
        Of `schema.SCHEMA`, those that are wanted.
    """
    found: list[Log] = []
    accounts: list[tuple[str, Account]] = []
    asked = {*columns, *NEEDED}
    schema = pl.Schema({name: SCHEMA[name] for name in SCHEMA if name in asked} | PLACE | {"log": pl.Int64()})
    read = [*dict.fromkeys((*schema.names()[:-1], *_OF_LOGS))]
    frames, bad = [pl.DataFrame(schema=schema)], []
    logs = list(logs)
    for name, label in logs:
        try:
            parts, account = _read(name, label, encoding, options, read, alone=len(logs) == 1)
        except InputError as error:
            bad.append(error)
        else:
            accounts.append((name, account))
            for log, rows in parts:
                frames.append(rows.with_columns(log=pl.lit(len(found), pl.Int64)).select(schema.names()))
                found.append(log)
    copies = find_copies(found, on_doubt)
    rows = each_once(pl.concat(frames), found, copies)
    return Together(rows.select(columns), tuple(log.name for log in found), copies, tuple(bad), tuple(accounts))


def _read(  # noqa: PLR0913 - what is said of each log, and of all
    name: str, label: str | None, encoding: str | None, options: Options, columns: Sequence[str], *, alone: bool
) -> tuple[list[tuple[Log, pl.DataFrame]], Account]:
    """Read the logs that a file is of, and of their rows these columns; a table's are all needed until it is parted."""
    reader = LogReader(name, label, digest=True, encoding=encoding, options=options, keys=not alone, columns=columns)
    pieces = (
        piece if reader.is_table else replace(piece, rows=piece.rows.select(columns))
        for piece in reader.pieces_with_transfers()
    )
    logs = reader.logs([*pieces])
    account = reader.account
    found = [(as_log(one.name, label, account, one.skeleton, one.rows, one.digest, one.of), one.rows) for one in logs]
    return found, account


def as_log(  # noqa: PLR0913, PLR0917 - each is known of a log by itself
    name: str,
    given: str | None,
    account: Account,
    skeleton: Elements,
    rows: pl.DataFrame,
    digest: str | None = None,
    of: str | None = None,
) -> Log:
    """
    Return what identity has to know of a log whose rows are in memory.

    Its digest is the account's unless given; a table's rows may name the log that they are of.
    """
    replies, stamped = (bool(rows[column].is_not_null().any()) for column in ("reply_code", "time"))
    said = rows.select(_OF_LOGS)
    return Log(name, account.size, digest or account.digest or "", given, skeleton, replies, stamped, lambda: said, of)


def each_once(rows: pl.DataFrame, logs: Sequence[Log], found: Copies) -> pl.DataFrame:
    """
    Put the rows of several logs together, each transfer once.

    Of a copy each attempt is taken from where the server's replies are, else from the longer log; what lies beyond a
    cut copy's last attempt always from the longer.

    Parameters
    ----------
    rows : DataFrame
        Columns of `schema.SCHEMA`, NEEDED among them, those of `runs.PLACE`,
        and ``log``, the number of each row's log.
    logs : sequence of Log
    found : Copies
        Of these logs.

    Returns
    -------
    DataFrame
        The columns of the table. By log, in the natural order of their names, then as the log has them;
        runs are numbered by begin time where known, else in this order, 1-based within the label.
    """
    whole = wholes(found.copies)
    order = sorted(range(len(logs)), key=lambda number: (natural(logs[number].name), logs[number].digest))
    rank = pl.Series(np.argsort(np.array(order, dtype=np.int64)), dtype=pl.Int64)
    lenders = defaultdict(list)
    for copy in found.copies:
        root, places = whole[copy.log]
        if logs[copy.log].replies and not logs[root].replies and len(places):
            lenders[root].append((copy.log, places))
    if whole:
        involved = [*whole, *lenders]
        mended = [_mended(rows, logs, root, copies) for root, copies in lenders.items()]
        rows = pl.concat([rows.filter(~pl.col("log").is_in(involved)), *mended])
    rows = rows.with_columns(log=rank.gather(rows["log"]))
    if not rows["log"].is_sorted():
        rows = rows.sort("log", maintain_order=True)
    return _numbered(records_once(rows)).drop("attempt", "element")


def wholes(copies: Iterable[Copy]) -> dict[int, tuple[int, Ints]]:
    """By copy, the log that is none, and the place there of each element."""
    whole: dict[int, tuple[int, Ints]] = {}
    for copy in copies:
        root, places = whole.get(copy.of, (copy.of, None))
        whole[copy.log] = root, copy.places if places is None else places[copy.places]
    return whole


def _mended(rows: pl.DataFrame, logs: Sequence[Log], root: int, copies: Sequence[tuple[int, Ints]]) -> pl.DataFrame:
    """Return the rows of a log without replies, and in the place of some those of its copies that have replies."""
    length = len(logs[root].skeleton)
    own = rows.filter(pl.col("log") == root)
    headers = np.cumsum(is_header(logs[root].skeleton))
    owner = np.full(length + 2, root)  # by element + 1: what stands before any, each, what follows the last
    parts = [(root, own)]
    for number, places in copies:
        lent, told = _lent(rows.filter(pl.col("log") == number), logs[number].skeleton, places, length)
        owner[told[owner[told + 1] == root] + 1] = number
        parts.append((number, lent))
    kept = [part.filter(pl.Series(owner[part["element"].to_numpy() + 1] == number)) for number, part in parts]
    together = pl.concat(kept).sort("element", maintain_order=True).drop("run", "attempt")
    attempt = np.append(headers, [headers[-1], 0])[together["element"].to_numpy()]  # -1, before any, is the last here
    runs = own.group_by("attempt").agg(pl.col("run").first())
    placed = together.with_columns(attempt=pl.Series(attempt)).join(
        runs, on="attempt", how="left", maintain_order="left"
    )
    return placed.with_columns(log=pl.lit(root, rows.schema["log"])).select(rows.columns)


def _lent(rows: pl.DataFrame, skeleton: Elements, places: Ints, length: int) -> tuple[pl.DataFrame, Ints]:
    """
    Return the rows of a copy that tell all of their attempts, and the elements of the whole of which they tell all.

    The rows have the whole's elements for their own. Unless both logs end together, the last attempt has to be
    confirmed, and what follows it is the longer log's.
    """
    element = rows["element"].to_numpy()
    last, begins = len(places) - 1, int(np.flatnonzero(begins_attempt(skeleton))[-1])
    result = int(np.searchsorted(element, last))  # the last element's row
    settled = (pl.col("element") == last) & (pl.col("completion") == "confirmed")
    end_together = places[-1] == length - 1
    if end_together:
        upto, count = last + 1, len(rows)
    elif not is_header(skeleton[-1:])[0] and rows.slice(result, 1).select(settled).to_series().any():
        upto, count = last + 1, result + 1
    else:
        upto, count = begins, int(np.searchsorted(element, begins))
    before, behind = [-1] if places[0] == 0 else [], [length] if end_together else []
    at = np.concatenate((before or [_NOWHERE], places, behind or [_NOWHERE]))[element + 1]
    placed = rows.with_columns(element=pl.Series(at)).head(count)
    told = np.concatenate((np.array(before, dtype=np.int64), places[:upto], np.array(behind, dtype=np.int64)))
    return placed.filter(pl.col("element") != _NOWHERE), told


_NOWHERE = -9


_DAYS = 1 << 40  # more than there are days that a log can print, times the runs of one that a table can tell apart


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Number the runs over all logs: by begin time where known, else in the order of the rows."""
    label = pl.col("label").to_physical().cast(pl.Int64).fill_null(-1)
    # One number for each run of each label of each log: to join by all three takes ten times as long.
    run = (pl.col("log") * (label.max() + 2) + label + 1) * (pl.col("run").max() + 1) + pl.col("run")
    # A day of a label's records is one run, in however many logs they are.
    run = pl.when(is_record()).then(-(label + 2) * _DAYS - pl.col("attempt")).otherwise(run)
    # Beside the rows: a join copies every column of what it joins.
    keyed = rows.select("label", "time", key=run.cast(pl.Int64)).with_row_index("at")
    begins = keyed.group_by("key").agg(pl.col("label").first(), pl.col("time").min(), pl.col("at").min())
    ordered = begins.sort("time", "at", nulls_last=True)
    numbers = ordered.select("key", number=pl.int_range(1, pl.len() + 1).over("label"))
    found = keyed.select("key").join(numbers, on="key", how="left", maintain_order="left")
    return rows.with_columns(run=found["number"])
