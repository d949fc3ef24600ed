"""Several logs read together: their rows, each transfer once, and what was taken for a copy."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from ftpstats.errors import InputError
from ftpstats.logs.identity import Copies, Log, OnDoubt, find_copies
from ftpstats.logs.once import each_once
from ftpstats.logs.reader import Account, LogReader
from ftpstats.logs.runs import PLACE
from ftpstats.logs.skeleton import Elements
from ftpstats.schema import SCHEMA

__all__ = ["Together", "as_log", "read_logs"]


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
    accounts : tuple of Account
        What became of the lines of each log that was read here; none of those of a store.
    """

    rows: pl.DataFrame
    names: tuple[str, ...]
    copies: Copies
    bad: tuple[InputError, ...]
    accounts: tuple[Account, ...] = ()


def read_logs(
    logs: Iterable[tuple[str, str | None]], *, encoding: str | None = None, on_doubt: OnDoubt = "say"
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
    """
    found: list[Log] = []
    accounts: list[Account] = []
    frames, bad = [pl.DataFrame(schema=SCHEMA | PLACE | {"log": pl.Int64()})], []
    for name, label in logs:
        try:
            log, rows, account = _read(name, label, encoding)
        except InputError as error:
            bad.append(error)
        else:
            frames.append(rows.with_columns(log=pl.lit(len(found), pl.Int64)))
            found.append(log)
            accounts.append(account)
    copies = find_copies(found, on_doubt)
    rows = each_once(pl.concat(frames), found, copies)
    return Together(rows, tuple(log.name for log in found), copies, tuple(bad), tuple(accounts))


def _read(name: str, label: str | None, encoding: str | None) -> tuple[Log, pl.DataFrame, Account]:
    reader = LogReader(name, label, digest=True, encoding=encoding)
    pieces = list(reader.pieces_with_transfers())
    rows = pl.concat([piece.rows for piece in pieces])
    skeleton = np.concatenate([piece.skeleton for piece in pieces])
    account = reader.account
    return as_log(name, label, account, skeleton, rows), rows, account


def as_log(name: str, given: str | None, account: Account, skeleton: Elements, rows: pl.DataFrame) -> Log:
    """Return what identity has to know of a log whose rows are in memory."""
    replies, stamped = (bool(rows[column].is_not_null().any()) for column in ("reply_code", "time"))
    said = rows.select("element", "reply_code", "time")
    return Log(name, account.size, account.digest or "", given, skeleton, replies, stamped, lambda: said)
