"""Logs to tables, and what their lines are: read_log, read_logs, check; and parse, piece by piece."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.api.arguments import as_label
from ftpstats.api.sources import EXPERIMENTS, Found, Logs, read
from ftpstats.errors import InputError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ftpstats.api.results import Inspections
    from ftpstats.logs.inspection import Inspection

__all__ = ["Parsed", "as_table", "check", "parse", "read_log", "read_logs"]

Names = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def read_log(log: str | os.PathLike[str], *, label: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """
    Read the log of a file-transfer client.

    Parameters
    ----------
    log : str or Path
        A file, compressed (gzip, xz, zstd, bzip2) or not; ``-`` for standard input.
    label : str, optional
        Of every transfer, in place of those that the log writes.
    encoding : str, optional
        The log's, like ``cp866``; what its lines say unless given.

    Returns
    -------
    DataFrame
        The tidy table: one row per attempted transfer; seconds, bytes and bytes per second; unknown is NA. In
        ``attrs``: ``account``, what became of each line (``lines`` is the sum of ``headers``, ``results``,
        ``listings``, ``chatter``, ``blank`` and ``unparsed``); ``experiments``, what an FTP.json beside the log says.

    Raises
    ------
    InputError
        If it cannot be read, is no text, or holds no transfer.

    See Also
    --------
    read_logs : several logs, each transfer once.
    check : what is odd about a log, line by line.

    Examples
    --------
    >>> import ftpstats
    >>> log = ftpstats.read_log("sample_logs/inetutils/FTP.log")
    >>> log.groupby(["label", "bytes"], sort=False)["seconds"].count().unstack().loc["Xen"].tolist()
    [100, 100, 100]
    >>> log.attrs["account"]["unparsed"]
    0
    """
    found = read(Logs([os.fspath(log)], label, encoding))
    table = as_table(found)
    table.attrs["account"] = found.accounts[0] if found.accounts else {}
    return table


def read_logs(
    logs: Names, *, label: str | None = None, encoding: str | None = None, same: bool | None = None
) -> pd.DataFrame:
    """
    Read several logs, each transfer once however many of them hold it.

    Parameters
    ----------
    logs : str, Path or iterable of them
        Files, folders, globs; ``NAME=PATH`` sets the label of all transfers of a log.
    label, encoding
        As for `read_log`.
    same : bool, optional
        What logs are that may be copies of each other, where too few different results show it: one (True), or each
        its own (False); both count unless given, and ``attrs["copies"]`` says so.

    Returns
    -------
    DataFrame
        As of `read_log`. In ``attrs``: ``accounts``, the account of each log by its name; ``copies``, which logs are
        taken for copies of others, a sentence each; ``experiments``.

    Raises
    ------
    InputError
        If a log cannot be read, is no text, or holds no transfer.

    Examples
    --------
    >>> import ftpstats
    >>> logs = ftpstats.read_logs("sample_logs/inetutils")
    >>> len(logs), list(logs.attrs["accounts"])
    (900, ['sample_logs/inetutils/FTP.log', 'sample_logs/inetutils/RESULT.log'])
    """
    found = read(Logs(_names(logs), label, encoding, same))
    table = as_table(found)
    table.attrs["accounts"] = {account["source"]: account for account in found.accounts}
    return table


def _names(logs: Names) -> list[str]:
    names = [os.fspath(logs)] if isinstance(logs, str | os.PathLike) else [os.fspath(log) for log in logs]
    if not names:
        raise UsageError("name at least one log")
    return names


def as_table(found: Found) -> pd.DataFrame:
    """Return transfers as pandas has them, and with them what is known of their logs."""
    from ftpstats.api.tables import to_pandas

    table = to_pandas(found.rows)
    # Text, for pandas copies what is here with every operation: without the attempts, which the rows are themselves.
    experiments = {name: replace(one, attempts=()).to_json() for name, one in found.manifests.items()}
    table.attrs |= {"copies": found.notes, EXPERIMENTS: experiments}
    return table


def check(logs: Names, *, label: str | None = None, encoding: str | None = None, skip_bad: bool = False) -> Inspections:
    """
    Account for every line of logs: what they hold, and what is odd about them.

    Parameters
    ----------
    logs : str, Path or iterable of them
        Files, folders, globs.
    label, encoding
        As for `read_log`.
    skip_bad : bool
        Go on without a log that cannot be read or holds no transfer, and keep its error in ``errors``; else it is
        raised.

    Returns
    -------
    Inspections
        One `Inspection` per log.

    Raises
    ------
    InputError
        If a log cannot be read, is no text, or holds no transfer.

    Examples
    --------
    >>> import ftpstats
    >>> [found] = ftpstats.check("sample_logs/inetutils/RESULT.log")
    >>> found.lines, found.headers + found.results, found.odd
    (1800, 1800, ())
    """
    from ftpstats.api.results import Inspections
    from ftpstats.logs.inspection import inspect_log
    from ftpstats.logs.reader import require_transfers
    from ftpstats.present.answers import inspection_answer

    names = [name for name, _ in Logs(_names(logs), label, encoding).files()]
    found: list[Inspection] = []
    errors: list[InputError] = []
    for name in names:
        try:
            found.append(inspect_log(name, as_label(label), encoding))
            require_transfers(found[-1].contents.height, name, found[-1].lines)
        except InputError as error:
            if not skip_bad:
                raise
            errors.append(error)
    return Inspections(found, partial(inspection_answer, found), names, (), errors)


class Parsed(Iterable[Any]):
    """
    The tidy rows of logs, piece by piece, so that memory does not grow with them. See `parse`.

    Attributes
    ----------
    names : tuple of str
        The logs.
    errors : list of InputError
        What was wrong with logs that were left out, as far as they have been read.
    """

    def __init__(self, names: Sequence[str], label: str | None, encoding: str | None) -> None:
        self.names, self._label, self._encoding = tuple(names), label, encoding
        self.errors: list[InputError] = []

    def __iter__(self) -> Iterator[pl.DataFrame]:
        from ftpstats.logs.reader import LogReader

        for name in self.names:
            try:
                yield from LogReader(name, self._label, encoding=self._encoding).transfers()
            except InputError as error:
                self.errors.append(error)


def parse(logs: Names, *, label: str | None = None, encoding: str | None = None) -> Parsed:
    """
    Read logs of any size piece by piece, every row of every log.

    Parameters
    ----------
    logs, label, encoding
        As for `check`. A log that cannot be read costs nothing else: see `Parsed.errors`.

    Returns
    -------
    Parsed
        An iterable of Polars DataFrames, the tidy table of a stretch of a log each. Copies are not looked for.

    Examples
    --------
    >>> import ftpstats
    >>> sum(rows.height for rows in ftpstats.parse("sample_logs/inetutils"))
    1800
    """
    return Parsed([name for name, _ in Logs(_names(logs), label, encoding).files()], as_label(label), encoding)
