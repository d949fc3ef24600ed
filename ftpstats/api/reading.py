"""Logs to tables, and what their lines are: read_log, read_logs, check; and parse, piece by piece."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ftpstats.api.arguments import Columns, Names, as_file, as_files, as_flag, as_label, as_options
from ftpstats.api.sources import EXPERIMENTS, Found, Logs, read
from ftpstats.errors import InputError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ftpstats.api.results import Inspections
    from ftpstats.logs.inspection import Inspection
    from ftpstats.logs.records import Options

__all__ = ["Parsed", "as_table", "check", "parse", "read_log", "read_logs"]


def read_log(  # noqa: PLR0913 - each is an option of the command
    log: str | os.PathLike[str],
    *,
    label: str | None = None,
    encoding: str | None = None,
    time_zone: str | None = None,
    format_of: str | None = None,
    log_format: str | None = None,
    columns: Columns = None,
) -> pd.DataFrame:
    """
    Read the log of a file-transfer client or server.

    Parameters
    ----------
    log : str or Path
        A file, compressed (gzip, xz, zstd, bzip2) or not; ``-`` for standard input.
    label : str, optional
        The label of every transfer. Default: the labels in the log.
    encoding : str, optional
        The encoding of the log, like ``cp866``. Default: detected.
    time_zone : str, optional
        The time zone of local times in server logs, like ``Europe/Berlin`` or ``+01:00``. Default: this machine's.
    format_of : str, optional
        The format of the records in a server's or client's log, like ``proftpd-xferlog``. Default: detected.
    log_format : str, optional
        The LogFormat of ProFTPD's ExtendedLog, as in the configuration of the server. Default: the usual ones.
    columns : str, iterable of str or mapping, optional
        Which column of a table holds which of the tidy table, like ``seconds=time_total,bytes=size_download`` or
        ``{"seconds": "time_total"}``. Default: columns of the same name.

    Returns
    -------
    DataFrame
        The tidy table (pandas): one row per attempted transfer, in seconds, bytes and bytes per second; unknown is
        NA. ``attrs["account"]`` counts the lines of each kind: ``lines`` is the sum of ``headers``, ``results``,
        ``listings``, ``chatter``, ``blank`` and ``unparsed``. ``attrs["experiments"]`` has the FTP.json beside the
        log.

    Raises
    ------
    ValueError
        If an argument is wrong.
    InputError
        If the log cannot be read, is not text, or contains no transfer.

    See Also
    --------
    read_logs : several logs, each transfer once.
    check : what is unusual in a log, line by line.

    Examples
    --------
    >>> import ftpstats
    >>> log = ftpstats.read_log("sample_logs/inetutils/FTP.log")
    >>> log.groupby(["label", "bytes"], sort=False)["seconds"].count().unstack().loc["Xen"].tolist()
    [100, 100, 100]
    >>> log.attrs["account"]["unparsed"]
    0
    """
    how = {"time_zone": time_zone, "format_of": format_of, "log_format": log_format, "columns": columns}
    from ftpstats.schema import SCHEMA

    found = read(Logs(as_file(log, "log"), label, encoding, **how), columns=tuple(SCHEMA))  # type: ignore[arg-type]
    table = as_table(found)
    table.attrs["account"] = found.accounts[0] if found.accounts else {}
    return table


def read_logs(  # noqa: PLR0913 - each is an option of the command
    logs: Names,
    *,
    label: str | None = None,
    encoding: str | None = None,
    same: bool | None = None,
    time_zone: str | None = None,
    format_of: str | None = None,
    log_format: str | None = None,
    columns: Columns = None,
) -> pd.DataFrame:
    """
    Read several logs. A transfer that is in several of them appears once.

    Parameters
    ----------
    logs : str, Path or iterable of them
        Files, folders or globs; ``-`` is standard input; ``NAME=PATH`` sets the label of every transfer in a log.
    label : str, optional
        The label of every transfer. Default: the labels in the logs.
    encoding : str, optional
        The encoding of the logs, like ``cp866``. Default: detected.
    time_zone : str, optional
        The time zone of local times in server logs, like ``Europe/Berlin`` or ``+01:00``. Default: this machine's.
    format_of : str, optional
        The format of the records in a server's or client's log, like ``proftpd-xferlog``. Default: detected.
    log_format : str, optional
        The LogFormat of ProFTPD's ExtendedLog, as in the configuration of the server. Default: the usual ones.
    columns : str, iterable of str or mapping, optional
        Which column of a table holds which of the tidy table, like ``seconds=time_total,bytes=size_download`` or
        ``{"seconds": "time_total"}``. Default: columns of the same name.
    same : bool, optional
        How to count logs that may be copies of each other, where too few different results decide: once (True) or
        each separately (False). Default: separately, and ``attrs["copies"]`` names them.

    Returns
    -------
    DataFrame
        The tidy table, as `read_log` returns it. ``attrs["accounts"]`` has the account of each log by its name,
        ``attrs["copies"]`` a sentence for each log that is a copy or may be one, and ``attrs["experiments"]`` the
        FTP.json beside each log.

    Raises
    ------
    ValueError
        If an argument is wrong.
    InputError
        If a log cannot be read, is not text, or contains no transfer.

    Examples
    --------
    >>> import ftpstats
    >>> logs = ftpstats.read_logs("sample_logs/inetutils")
    >>> len(logs), list(logs.attrs["accounts"])
    (900, ['sample_logs/inetutils/FTP.log', 'sample_logs/inetutils/RESULT.log'])
    """
    how = {"time_zone": time_zone, "format_of": format_of, "log_format": log_format, "columns": columns}
    from ftpstats.schema import SCHEMA

    found = read(Logs(_names(logs), label, encoding, same, **how), columns=tuple(SCHEMA))  # type: ignore[arg-type]
    table = as_table(found)
    table.attrs["accounts"] = {account["source"]: account for account in found.accounts}
    return table


def _names(logs: Names) -> list[str]:
    names = as_files(logs, "log")
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


def check(  # noqa: PLR0913 - each is an option of the command
    logs: Names,
    *,
    label: str | None = None,
    encoding: str | None = None,
    skip_bad: bool = False,
    time_zone: str | None = None,
    format_of: str | None = None,
    log_format: str | None = None,
    columns: Columns = None,
) -> Inspections:
    """
    Account for every line of logs: what each contains, and what is unusual.

    Parameters
    ----------
    logs : str, Path or iterable of them
        Files, folders or globs; ``-`` is standard input; ``NAME=PATH`` sets the label of every transfer in a log.
    label : str, optional
        The label of every transfer. Default: the labels in the logs.
    encoding : str, optional
        The encoding of the logs, like ``cp866``. Default: detected.
    time_zone : str, optional
        The time zone of local times in server logs, like ``Europe/Berlin`` or ``+01:00``. Default: this machine's.
    format_of : str, optional
        The format of the records in a server's or client's log, like ``proftpd-xferlog``. Default: detected.
    log_format : str, optional
        The LogFormat of ProFTPD's ExtendedLog, as in the configuration of the server. Default: the usual ones.
    columns : str, iterable of str or mapping, optional
        Which column of a table holds which of the tidy table, like ``seconds=time_total,bytes=size_download`` or
        ``{"seconds": "time_total"}``. Default: columns of the same name.
    skip_bad : bool
        Whether to leave out a log that cannot be read or contains no transfer, and keep its error in
        ``Inspections.errors``; else it is raised.

    Returns
    -------
    Inspections
        One `Inspection` per log: the number of lines of each kind, its transfers, and its unusual lines (``odd``).

    Raises
    ------
    ValueError
        If an argument is wrong.
    InputError
        If a log cannot be read, is not text, or contains no transfer.

    Examples
    --------
    >>> import ftpstats
    >>> [found] = ftpstats.check("sample_logs/inetutils/RESULT.log")
    >>> found.lines, found.headers + found.results, found.odd
    (1800, 1800, ())
    """
    from ftpstats.api.results import Inspections
    from ftpstats.logs.inspection import inspect_log
    from ftpstats.logs.reader import hint_of, require_transfers
    from ftpstats.present.answers import inspection_answer

    as_flag(skip_bad, "skip-bad")
    options = as_options(time_zone, format_of, log_format, columns)
    names = [name for name, _ in Logs(_names(logs), label, encoding).files()]
    found: list[Inspection] = []
    errors: list[InputError] = []
    for name in names:
        try:
            found.append(inspect_log(name, as_label(label), encoding, options))
            unparsed = [(line, text) for line, _, text in found[-1].odd if text is not None]
            require_transfers(found[-1].contents.height, name, found[-1].lines, options, hint_of(unparsed))
        except InputError as error:
            if not skip_bad:
                raise
            errors.append(error)
    return Inspections(found, partial(inspection_answer, found), names, (), errors)


class Parsed(Iterable[Any]):
    """
    The tidy rows of logs, read piece by piece while it is iterated over. See `parse`.

    Attributes
    ----------
    names : tuple of str
        The logs.
    errors : list of InputError
        The errors of logs that were left out; complete after the last piece.
    """

    def __init__(self, names: Sequence[str], label: str | None, encoding: str | None, options: Options) -> None:
        self.names, self._label, self._encoding, self._options = tuple(names), label, encoding, options
        self.errors: list[InputError] = []

    def __iter__(self) -> Iterator[pl.DataFrame]:
        from ftpstats.logs.reader import LogReader

        for name in self.names:
            try:
                reader = LogReader(name, self._label, encoding=self._encoding, options=self._options, keys=False)
                yield from reader.transfers()
            except InputError as error:
                self.errors.append(error)


def parse(  # noqa: PLR0913 - each is an option of the command
    logs: Names,
    *,
    label: str | None = None,
    encoding: str | None = None,
    time_zone: str | None = None,
    format_of: str | None = None,
    log_format: str | None = None,
    columns: Columns = None,
) -> Parsed:
    """
    Read logs of any size piece by piece, with constant memory. Copies are not recognised.

    Parameters
    ----------
    logs : str, Path or iterable of them
        Files, folders or globs; ``-`` is standard input; ``NAME=PATH`` sets the label of every transfer in a log.
    label : str, optional
        The label of every transfer. Default: the labels in the logs.
    encoding : str, optional
        The encoding of the logs, like ``cp866``. Default: detected.
    time_zone : str, optional
        The time zone of local times in server logs, like ``Europe/Berlin`` or ``+01:00``. Default: this machine's.
    format_of : str, optional
        The format of the records in a server's or client's log, like ``proftpd-xferlog``. Default: detected.
    log_format : str, optional
        The LogFormat of ProFTPD's ExtendedLog, as in the configuration of the server. Default: the usual ones.
    columns : str, iterable of str or mapping, optional
        Which column of a table holds which of the tidy table, like ``seconds=time_total,bytes=size_download`` or
        ``{"seconds": "time_total"}``. Default: columns of the same name.

    Returns
    -------
    Parsed
        An iterable of Polars DataFrames, each the tidy table of a part of a log. A log that cannot be read is left
        out, and its error is in ``Parsed.errors``.

    Raises
    ------
    ValueError
        If an argument is wrong.
    InputError
        If a name stands for no log.

    Examples
    --------
    >>> import ftpstats
    >>> sum(rows.height for rows in ftpstats.parse("sample_logs/inetutils"))
    1800
    """
    options = as_options(time_zone, format_of, log_format, columns)
    names = [name for name, _ in Logs(_names(logs), label, encoding).files()]
    return Parsed(names, as_label(label), encoding, options)
