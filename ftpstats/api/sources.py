"""What a question is about: a table of transfers, logs, or a store; in, their rows for the analysis.

Tables may be of pandas, Polars, or anything else with the Arrow PyCapsule interface. pandas is not imported here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ftpstats.api.arguments import Columns, Names, as_encoding, as_file, as_files, as_flag, as_label, as_options
from ftpstats.errors import InputError, SelectionError, UsageError
from ftpstats.manifest import LOG, RESULT

if TYPE_CHECKING:
    import polars as pl

    from ftpstats.analysis.subset import Selection
    from ftpstats.api.store import TransferStore
    from ftpstats.logs.identity import Copies, OnDoubt
    from ftpstats.logs.records import Options
    from ftpstats.manifest import Manifest

__all__ = [
    "EXPERIMENTS",
    "Found",
    "Logs",
    "Told",
    "Transfers",
    "look",
    "on_doubt",
    "read",
    "reading",
    "refuse_odd",
    "with_zone_said",
]

EXPERIMENTS = "experiments"  # where a pandas table keeps what is known of the experiments that its rows are of

Transfers: TypeAlias = "Logs | TransferStore | Any"  # or a table


@dataclass(frozen=True, slots=True)
class Logs:
    """
    Logs with options, for functions that take *transfers*. They are read when a function uses them.

    Attributes
    ----------
    names : str, Path or iterable of them
        Files, folders or globs; ``-`` is standard input; NAME=PATH sets the label of every transfer in a log.
    label : str or None
        The label of every transfer; None for the labels in the logs.
    encoding : str or None
        The encoding of the logs, like ``cp866``; None to detect it.
    same : bool or None
        How to count logs that may be copies of each other, where too few different results decide: once (True) or
        each separately (False); None counts them separately, and a note names them.
    skip_bad : bool
        Whether to leave out a log that cannot be read, and keep its error in ``errors`` of the result; else it is
        raised.
    time_zone : str or None
        The time zone of local times in server logs, like ``Europe/Berlin`` or ``+01:00``. None for this machine's.
    format_of : str or None
        The format of the records in a server's or client's log, like ``proftpd-xferlog``. None to detect it.
    log_format : str or None
        The LogFormat of ProFTPD's ExtendedLog, as in the configuration of the server. None for the usual ones.
    columns : str, iterable of str, mapping or None
        Which column of a table holds which of the tidy table, like ``seconds=time_total,bytes=size_download`` or
        ``{"seconds": "time_total"}``. None for columns of the same name.

    Examples
    --------
    >>> import ftpstats
    >>> logs = ftpstats.Logs(["old=sample_logs/inetutils/FTP.log"])
    >>> [(one.label, one.n) for one in ftpstats.summarize(logs, size="10MB")]
    [('old', 300)]
    """

    names: Names
    label: str | None = None
    encoding: str | None = None
    same: bool | None = None
    skip_bad: bool = False
    time_zone: str | None = None
    format_of: str | None = None
    log_format: str | None = None
    columns: Columns = None

    def __post_init__(self) -> None:
        as_files(self.names, "log"), as_label(self.label), as_encoding(self.encoding)
        as_flag(self.skip_bad, "skip-bad"), on_doubt(self.same)
        if (self.time_zone, self.format_of, self.log_format, self.columns) != (
            None,
            None,
            None,
            None,
        ):  # else nothing need be imported
            _options(self)

    def files(self) -> list[tuple[str, str | None]]:
        """
        Return the logs that the names stand for, each once.

        Returns
        -------
        list of (str, str or None)
            Each log's path and the label of its transfers; None for the labels in the log.

        Raises
        ------
        InputError
            If a name stands for no log.

        Examples
        --------
        >>> import ftpstats
        >>> ftpstats.Logs(["sample_logs/inetutils", "new=sample_logs/inetutils/FTP.log"]).files()[1:]
        [('sample_logs/inetutils/RESULT.log', None), ('sample_logs/inetutils/FTP.log', 'new')]
        """
        from ftpstats.logs.source import find_logs

        named = [_labelled(name, as_label(self.label)) for name in as_files(self.names, "log")]
        return list(dict.fromkeys((file, label) for label, name in named for file in find_logs([name])))


def _options(logs: Logs) -> Options:
    """Return how records and tables are read."""
    return as_options(logs.time_zone, logs.format_of, logs.log_format, logs.columns)


def _labelled(text: str, label: str | None) -> tuple[str | None, str]:
    """Return the label that NAME=LOG gives, and the log; a log that has that whole name is just that."""
    name, equals, log = text.partition("=")
    if not equals or "://" in name or os.path.exists(text) or glob(text):  # noqa: PTH110, PTH207 - text of any length, any pattern
        return label, text
    if not name.strip() or not log:
        raise UsageError(f"{text}: write NAME=FILE or FILE")
    return name.strip(), log


@dataclass(frozen=True, slots=True)
class Found:
    """
    The transfers that a question is about, each once.

    Attributes
    ----------
    rows : DataFrame
        Polars', with at least `select.COLUMNS`.
    manifests : Mapping
        By source, the experiments that are known.
    notes : tuple of str
        Which logs were taken for copies, and which may be; what was assumed of any.
    errors : tuple of InputError
        What was wrong with logs that were left out.
    accounts : tuple of dict
        What became of each line of the logs that were read.
    doubts : tuple of (str, str)
        Of a store, the logs that may be copies, which notes tell of, each with that of which it may be one.
    logs : tuple of str
        Of a store, the logs that were read, in the order of the rows.
    """

    rows: pl.DataFrame
    manifests: Mapping[str, Manifest]
    notes: tuple[str, ...] = ()
    errors: tuple[InputError, ...] = ()
    accounts: tuple[dict[str, Any], ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    logs: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The logs that the transfers are from."""
        import polars as pl

        return tuple(sorted(self.rows["source"].unique().cast(pl.String).drop_nulls()))


@dataclass(frozen=True, slots=True)
class Told:
    """
    What there is of what a question names; of parts of the transfers it adds up.

    Attributes
    ----------
    clients : frozenset of str
        Those of the transfers, where the question names any.
    read, met : int
        Transfers of these clients, and those of them that meet the condition.
    labels : frozenset of str or None
        Those of the latter.
    """

    clients: frozenset[str]
    read: int
    met: int
    labels: frozenset[str | None]

    def __add__(self, other: Told) -> Told:
        return Told(
            self.clients | other.clients, self.read + other.read, self.met + other.met, self.labels | other.labels
        )

    def require(self, labels: Sequence[str], clients: Sequence[str], selected: Selection) -> list[str]:
        """
        Return the labels that a question names as the table writes them.

        Raises
        ------
        UsageError
            If a label is the name of a file.
        SelectionError
            If there is no such label or client, or no transfer meets the condition.
        """
        from ftpstats.analysis.select import require_clients

        require_clients(self.clients, clients)
        selected.require(self.read, self.met)
        return [_label(self.labels, name) for name in labels]


def refuse_odd(labels: Sequence[object]) -> None:
    """Refuse labels that are no text."""
    for name in labels:
        if not isinstance(name, str):
            raise UsageError(f"label {name}: write labels as text, one argument each")


def look(
    transfers: Transfers,
    labels: Sequence[str],
    clients: Sequence[str],
    selected: Selection,
    sizes: Sequence[int] = (),
) -> tuple[Found, Told]:
    """
    Return the transfers that a question is about, there may be none; and what there is of what it names.

    Parameters
    ----------
    transfers : DataFrame, Logs or TransferStore
    labels : sequence of str
        Of a store only their transfers are read.
    clients : sequence of str
        Only transfers of these clients; all where none is named.
    selected : Selection
        Of these, only those that meet a condition, perhaps with other labels.
    sizes : sequence of int
        Those that are asked about: of a store others are left out where they tell nothing of these.

    Raises
    ------
    UsageError
        If a table lacks a column, or a column holds what it may not; or a condition cannot be computed.
    InputError
        If a log or the store cannot be read.
    """
    from ftpstats.analysis.attempts import with_schedules
    from ftpstats.analysis.select import all_labels, known_clients, with_clients

    refuse_odd(labels)
    alone = () if clients or selected.columns else sizes  # clients and conditions are looked for among all
    found = read(transfers, labels, selected, sizes=alone)
    known = known_clients(found.rows) if clients else frozenset()
    rows = with_clients(found.rows, clients) if clients else found.rows
    kept = selected.within(with_schedules(rows, found.manifests))
    return replace(found, rows=kept), Told(known, rows.height, kept.height, frozenset(all_labels(kept)))


def _label(known: Iterable[str | None], name: str) -> str:
    from ftpstats.analysis.select import find_label

    try:
        return find_label(name, known)
    except SelectionError:
        if os.path.isfile(name):  # noqa: PTH113 - unlike Path's, it takes a name of any length
            raise UsageError(f"'{name}' is a file, not a label; to analyse a log write --from {name}") from None
        raise


def read(
    transfers: Transfers,
    labels: Sequence[str] = (),
    selected: Selection | None = None,
    columns: Sequence[str] | None = None,
    sizes: Sequence[int] = (),
) -> Found:
    """
    Return the rows of logs, of a store or of a table, and what is known of them.

    Of logs and of a store only what a question needs is read: the columns that it looks at, those of a comparison
    unless given, and of a store the transfers of its labels and, where others tell nothing of these, of its sizes.
    Where a condition asks for hours of UTC, and the time zone of the logs is another, a note says so.
    """
    from ftpstats.analysis.select import COLUMNS

    wanted = tuple(dict.fromkeys((*(columns or COLUMNS), *(selected.columns if selected else ()))))
    found = _read(transfers, labels, selected, wanted, sizes)
    zone = transfers.time_zone if isinstance(transfers, Logs) else None
    return found if isinstance(transfers, Found) else with_zone_said(found, selected, zone)


def with_zone_said(found: Found, selected: Selection | None, time_zone: str | None) -> Found:
    """Say of a condition on hours or days that it is in UTC, where the time zone of a question is another."""
    from ftpstats.logs.records.stamps import as_zone, is_utc

    if selected is None or selected.where is None or not selected.where.in_utc or is_utc(as_zone(time_zone)):
        return found
    zone = time_zone or "this machine's time zone"
    said = f"where {selected.where.text}: hours and days of a condition are in UTC, not in {zone}"
    return replace(found, notes=tuple(dict.fromkeys((*found.notes, said))))


def _read(
    transfers: Transfers,
    labels: Sequence[str],
    selected: Selection | None,
    columns: Sequence[str],
    sizes: Sequence[int],
) -> Found:
    from ftpstats.api.store import TransferStore

    if isinstance(transfers, Found):  # read before: a report asks several questions
        return transfers
    if isinstance(transfers, str | Path):
        transfers = Logs(as_file(transfers, "log"))
    if isinstance(transfers, Logs):
        return _of_logs(transfers, columns)
    if isinstance(transfers, TransferStore):
        named = labels if selected is None or selected.label_from is None else ()
        return transfers.find(named, columns, sizes)
    return _of_table(transfers)


def on_doubt(same: bool | None) -> OnDoubt:
    """Return what is done with logs that may be copies of each other."""
    return "say" if same is None else "same" if as_flag(same, "same") else "distinct"


def _of_logs(logs: Logs, columns: Sequence[str]) -> Found:
    import polars as pl

    from ftpstats.logs.inspection import line_counts
    from ftpstats.logs.together import read_logs
    from ftpstats.manifest import manifest_beside
    from ftpstats.present.copies import assumptions_said, copies_said

    found = read_logs(
        logs.files(), encoding=logs.encoding, on_doubt=on_doubt(logs.same), options=_options(logs), columns=columns
    )
    if found.bad and not (logs.skip_bad and found.names):
        raise _together(found.bad)
    sources = found.rows["source"].unique().cast(pl.String)  # a table's rows name other logs
    known = {name: manifest_beside(name) for name in dict.fromkeys((*found.names, *sources.sort()))}
    manifests = {name: manifest for name, manifest in known.items() if manifest}
    accounts = tuple({"source": name, **line_counts(account)} for name, account in found.accounts)
    assumed = ((name, [said for _, said in account.assumed]) for name, account in found.accounts)
    notes = copies_said(found.names, _worth_saying(found.copies, found.names, manifests)) + assumptions_said(assumed)
    return Found(found.rows, manifests, tuple(notes), found.bad, accounts)


def _worth_saying(copies: Copies, names: Sequence[str], manifests: Mapping[str, Manifest]) -> Copies:
    """Return copies without each RESULT.log of an experiment beside its FTP.log: `run` writes both."""
    said = tuple(
        copy
        for copy in copies.copies
        if not (
            names[copy.of] in manifests
            and Path(names[copy.of]).name == LOG
            and Path(names[copy.log]) == Path(names[copy.of]).with_name(RESULT)
        )
    )
    return replace(copies, copies=said)


def _together(errors: Sequence[InputError]) -> InputError:
    """Return one error that says what was wrong with each log, a line each."""
    return errors[0] if len(errors) == 1 else InputError("\n".join(map(str, errors)))


def _of_table(table: Any) -> Found:  # noqa: ANN401 - of any library
    from ftpstats.api.tables import as_rows
    from ftpstats.manifest import parse_manifest

    kept = getattr(table, "attrs", {}).get(EXPERIMENTS, {})
    manifests = {source: parse_manifest(text, f"{source}: its experiment") for source, text in kept.items()}
    return Found(as_rows(table), manifests)


def reading() -> str:
    """Return what is being read, as a line of progress."""
    from ftpstats.logs.source import meter
    from ftpstats.workers import progress

    if progress.tasks:
        return str(progress)
    if not meter.opened:
        return "working"
    many = f"{meter.opened} logs, " if meter.opened > 1 else ""
    share = meter.share  # asked once: the log may be closed meanwhile
    return f"{many}{meter.name}: {'analysing' if share is None else f'{100 * share:.0f} % read'}"
