"""The store in a notebook and behind the commands: put logs in, take transfers out, decide about logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ftpstats.api.arguments import Sizes, as_encoding, as_label, as_list, as_sizes
from ftpstats.api.sources import Found, on_doubt

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ftpstats.api.results import StoredLogs
    from ftpstats.errors import InputError
    from ftpstats.store import Store, Stored
    from ftpstats.store.compact import Compacted
    from ftpstats.store.ingest import Ingested

__all__ = ["TransferStore", "open_store"]


def open_store(folder: str | Path, *, source: str | None = None, same: bool | None = None) -> TransferStore:
    """
    Open a store of transfers: a folder of Parquet files that `ingest` fills.

    Parameters
    ----------
    folder : str or Path
        It need not exist until something is put into it.
    source : str, optional
        Look only at the logs of this path or name, literally or as a pattern.
    same : bool, optional
        What logs are that may be copies of each other: one (True), or each its own; both count unless given.

    Returns
    -------
    TransferStore
        Every function that takes transfers takes it.

    Examples
    --------
    >>> import ftpstats, tempfile
    >>> store = ftpstats.open_store(tempfile.mkdtemp())
    >>> [done.transfers for done in store.ingest("sample_logs/inetutils/FTP.log")]
    [900]
    >>> print(ftpstats.compare(store, "xen", "vmware", size="10MB").verdict)
    equivalent
    """
    return TransferStore(Path(folder), source, same)


@dataclass(frozen=True, slots=True)
class TransferStore:
    """
    A store of transfers. See `open_store`.

    Attributes
    ----------
    folder : Path
    source : str or None
    same : bool or None
    """

    folder: Path
    source: str | None = None
    same: bool | None = None

    def ingest(
        self,
        files: str | Sequence[str],
        *,
        label: str | None = None,
        encoding: str | None = None,
        skip_bad: bool = False,
    ) -> list[Ingested | InputError]:
        """
        Put logs into the store; doing it again changes nothing.

        Parameters
        ----------
        files : str or sequence of str
            Files, folders, quoted globs, ``-`` for standard input.
        label : str, optional
            Of every transfer in them.
        encoding : str, optional
            Theirs; what their lines say unless given.
        skip_bad : bool
            Return the error of a log that cannot be read in its place; else the first is raised, when the others are
            in the store.

        Returns
        -------
        list of Ingested
            What became of each log.

        Raises
        ------
        InputError
            If a log cannot be read.
        MachineError
            If the store cannot be written.
        """
        from ftpstats.logs.source import find_logs
        from ftpstats.store.ingest import ingest

        done = ingest(self._store(), find_logs(as_list(files)), as_label(label), as_encoding(encoding))
        for one in done:
            if isinstance(one, Exception) and not skip_bad:
                raise one
        return done

    def transfers(self, label: str | Sequence[str] | None = None, size: Sizes = None) -> pd.DataFrame:
        """
        Return the transfers in the store, each once.

        Parameters
        ----------
        label : str or sequence of str, optional
            Only these labels, whatever their case.
        size : str, int or iterable of them, optional
            Only these file sizes, like ``10MB``.

        Returns
        -------
        DataFrame
            The tidy table, with ``attrs["copies"]`` and ``attrs["experiments"]`` as `read_logs` has them.

        Raises
        ------
        InputError
            If there is no store, or it is empty or damaged.
        SelectionError
            If there is no such label.
        """
        import polars as pl

        from ftpstats.api.reading import as_table
        from ftpstats.schema import SCHEMA

        labels, sizes = as_list(label), as_sizes(size)
        found = self.find(labels, tuple(SCHEMA))
        rows = found.rows
        if labels:
            from ftpstats.analysis.select import find_labels

            rows = rows.filter(pl.col("label").cast(pl.String).is_in(find_labels(rows, labels)))
        if sizes:
            rows = rows.filter(pl.col("bytes").is_in(sizes))
        return as_table(replace(found, rows=rows))

    def find(self, labels: Sequence[str] = (), columns: Sequence[str] = ()) -> Found:
        """Return the rows that a question about these labels looks at, for the functions of the library."""
        from ftpstats.analysis.select import COLUMNS
        from ftpstats.present.copies import copies_said

        store = self._store()
        known = _meant(store.labels(self.source), labels)
        found = store.read(self.source, known, on_doubt(self.same), columns or COLUMNS)
        # `ingest` said which logs are copies, `logs` shows it; a doubt is said until it is decided.
        doubts = copies_said(found.names, replace(found.copies, copies=()))
        return Found(found.rows, store.manifests(), tuple(doubts))

    def logs(self) -> StoredLogs:
        """
        Return the logs in the store: labels, runs, transfers, sizes, clients, when, and what is a copy of what.

        Raises
        ------
        InputError
            If there is no store, it is empty, or no log matches.
        """
        from ftpstats.api.results import StoredLogs
        from ftpstats.present.answers import stored_answer
        from ftpstats.present.stored import stored_records

        store = self._store()
        chosen = store.chosen(self.source)
        records = stored_records(chosen, store.copies(chosen, on_doubt(self.same))[1])
        return StoredLogs(records, partial(stored_answer, records), (str(self.folder),))

    def named(self, *names: str) -> list[Stored]:
        """Return the logs that names or patterns mean, each once; all without a name."""
        chosen = [log for name in names for log in self._store().chosen(name, "LOG")] if names else self._store().logs()
        return list({log.entry.key: log for log in chosen}.values())

    def forget(self, *names: str) -> int:
        """
        Leave logs out of every answer; `ingest` brings a log back, and `compact` drops it for good.

        Parameters
        ----------
        *names : str
            Logs by path or name, literally or as a pattern.

        Returns
        -------
        int
            How many logs.
        """
        chosen = self.named(*names) if names else []
        if chosen:
            self._store().forget(chosen)
        return len(chosen)

    def relabel(self, *names: str, label: str | None) -> int:
        """
        Count the transfers of logs under another label, or (None) under those that they write themselves.

        Returns
        -------
        int
            How many logs.
        """
        given = as_label(label)
        chosen = self.named(*names) if names else []
        if chosen:
            self._store().relabel(chosen, given)
        return len(chosen)

    def forgotten(self) -> list[str]:
        """Return the names of logs that `compact` would drop for good."""
        from ftpstats.store.compact import forgotten

        return forgotten(self._store())

    def compact(self) -> Compacted:
        """Put the store's files together, without what was forgotten or replaced; return how many there are."""
        from ftpstats.store.compact import compact

        return compact(self._store())

    def tidy(self) -> pl.DataFrame:
        """Return the tidy table as Polars has it, with words as text: what `ftpstats store export` writes."""
        from ftpstats.schema import plain_text

        return plain_text(self._store().read(self.source, on_doubt=on_doubt(self.same)).rows)

    def _store(self) -> Store:
        from ftpstats.store import Store

        return Store(self.folder)


def _meant(known: Sequence[str | None], names: Sequence[str]) -> list[str | None] | None:
    """Return the labels that names may mean, whatever their case; None, for all, where one means none of them."""
    meant = [[label for label in known if label and label.casefold() == name.casefold()] for name in names]
    return [label for labels in meant for label in labels] if meant and all(meant) else None
