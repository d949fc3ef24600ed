"""The store in a notebook and behind the commands: put logs in, take transfers out, decide about logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.api.arguments import (
    Columns,
    Names,
    Sizes,
    as_encoding,
    as_file,
    as_files,
    as_flag,
    as_key,
    as_label,
    as_list,
    as_optional_text,
    as_options,
    as_selection,
    as_sizes,
    as_workers,
)
from ftpstats.api.sources import Found, on_doubt
from ftpstats.places import Place, place
from ftpstats.schedule import solo_label

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ftpstats.api.results import StoredLogs
    from ftpstats.errors import InputError
    from ftpstats.store import Store, Stored
    from ftpstats.store.compact import Compacted
    from ftpstats.store.ingest import Candidate, Ingested

__all__ = ["TransferStore", "meant", "open_store"]


def open_store(folder: str | Place, *, source: str | None = None, same: bool | None = None) -> TransferStore:
    """
    Open a store of transfers: a folder of Parquet files that `ingest` fills.

    Parameters
    ----------
    folder : str, Path or UPath
        The folder, or its URL, like ``s3://bucket/store``. It need not exist before `TransferStore.ingest` writes to
        it.
    source : str, optional
        Read only logs with this path or name, or that match this pattern, like ``day*.log``. Default: all.
    same : bool, optional
        How to count logs that may be copies of each other, where too few different results decide: once (True) or
        each separately (False). Default: separately, and a note names them.

    Returns
    -------
    TransferStore
        A store, which every function that takes *transfers* accepts.

    Raises
    ------
    ValueError
        If an argument is wrong.

    Examples
    --------
    >>> import ftpstats, tempfile
    >>> store = ftpstats.open_store(tempfile.mkdtemp())
    >>> [done.transfers for done in store.ingest("sample_logs/inetutils/FTP.log")]
    [900]
    >>> print(ftpstats.compare(store, "xen", "vmware", size="10MB").verdict)
    equivalent
    """
    on_doubt(same)
    return TransferStore(place(as_file(folder, "folder")), as_optional_text(source, "source"), same)


@dataclass(frozen=True, slots=True)
class TransferStore:
    """
    A store of transfers. See `open_store`.

    Attributes
    ----------
    folder : Path or UPath
        The folder of the store.
    source : str or None
        The logs that are read; None for all.
    same : bool or None
        How logs that may be copies of each other are counted.
    """

    folder: Place
    source: str | None = None
    same: bool | None = None

    def ingest(  # noqa: PLR0913 - each is an option of the command
        self,
        files: Names,
        *,
        label: str | None = None,
        encoding: str | None = None,
        skip_bad: bool = False,
        time_zone: str | None = None,
        format_of: str | None = None,
        log_format: str | None = None,
        columns: Columns = None,
        anonymize: str | bytes | None = None,
        workers: int | None = None,
        cluster: str | None = None,
    ) -> list[Ingested | InputError]:
        """
        Add logs to the store. A log that is in the store already changes nothing.

        Parameters
        ----------
        files : str, Path or iterable of them
            Files, folders or globs; ``-`` is standard input.
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
        anonymize : str or bytes, optional
            A key of 16 bytes or more: the store then holds a keyed hash in place of each file's name and each peer, and
            no text of servers and clients. The key is not kept; all logs of a store need the same. Default: names are
            kept.
        workers : int, optional
            Read the logs in so many processes of this machine. Default: in this one. Needs ``ftpstats[cluster]``, and
            in a script the usual ``if __name__ == "__main__":``.
        cluster : str, optional
            Read them on the workers of a Dask cluster: the address of its scheduler, like ``tcp://scheduler:8786``.
            They have to see the same store and the same logs, at URLs or on a shared disk.
        skip_bad : bool
            Whether to return the error of a log that cannot be read in the place of its result. Default: False, which
            raises the first error after the other logs have been added.

        Returns
        -------
        list of Ingested
            The outcome of each log: numbers of transfers, and of which log it is a copy.

        Raises
        ------
        ValueError
            If an argument is wrong.
        InputError
            If a log cannot be read.
        MachineError
            If the store cannot be written.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> [(one.source, one.transfers, one.new) for one in store.ingest("sample_logs/inetutils/FTP.log")]
        [('sample_logs/inetutils/FTP.log', 900, 900)]
        """
        from ftpstats.logs.source import find_logs
        from ftpstats.store.anonymous import Anonymizer
        from ftpstats.store.ingest import ingest
        from ftpstats.workers import workers as crew_of

        as_flag(skip_bad, "skip-bad")
        options = as_options(time_zone, format_of, log_format, columns)
        anonymizer = None if anonymize is None else Anonymizer(as_key(anonymize, "anonymize"))
        names = find_logs(as_files(files, "file"))
        with crew_of(*as_workers(workers, cluster)) as who:
            done = ingest(self._store(), names, as_label(label), as_encoding(encoding), options, anonymizer, who)
        for one in done:
            if isinstance(one, Exception) and not skip_bad:
                raise one
        return done

    def candidates(self, files: Names) -> list[Candidate | InputError]:
        """
        Return the logs that `ingest` would read, without reading any.

        Parameters
        ----------
        files : str, Path or iterable of them
            As for `ingest`.

        Returns
        -------
        list of Candidate or InputError
            Each log's ``name``, ``size`` in bytes, and ``is_stored``, whether the store has a log of this name; or why
            it cannot be read.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> [(one.name, one.is_stored) for one in store.candidates("sample_logs/inetutils")]
        [('sample_logs/inetutils/FTP.log', False), ('sample_logs/inetutils/RESULT.log', False)]
        """
        from ftpstats.logs.source import find_logs
        from ftpstats.store.ingest import candidates

        return candidates(self._store(), find_logs(as_files(files, "file")))

    def transfers(
        self,
        label: str | Iterable[str] | None = None,
        size: Sizes = None,
        *,
        where: str | None = None,
        label_from: str | None = None,
    ) -> pd.DataFrame:
        """
        Return the transfers in the store, each once.

        Parameters
        ----------
        label : str or iterable of str, optional
            Only these labels, in upper or lower case. Default: all.
        size : str, int or iterable of them, optional
            Only these file sizes, like ``10MB`` or in bytes. Default: all.
        where : str, optional
            Only transfers that meet this condition, as for `compare`.
        label_from : str, optional
            The column whose values become the labels, as for `compare`.

        Returns
        -------
        DataFrame
            The tidy table (pandas), with ``attrs["copies"]`` and ``attrs["experiments"]`` as `read_logs` gives them.

        Raises
        ------
        ValueError
            If an argument is wrong, or there is no such label.
        InputError
            If there is no store, or it is empty or damaged.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> len(store.transfers()), len(store.transfers("xen", "10MB"))
        (900, 100)
        """
        import polars as pl

        from ftpstats.api.reading import as_table
        from ftpstats.schema import SCHEMA

        labels, sizes, selected = as_list(label, "label"), as_sizes(size), as_selection(where, label_from)
        found = self.find(() if label_from else labels, tuple(SCHEMA))
        rows = selected.of(found.rows).select(SCHEMA.names())
        if labels:
            from ftpstats.analysis.select import find_labels

            rows = rows.filter(pl.col("label").cast(pl.String).is_in(find_labels(rows, labels)))
        if sizes:
            rows = rows.filter(pl.col("bytes").is_in(sizes))
        return as_table(replace(found, rows=rows))

    def find(self, labels: Sequence[str] = (), columns: Sequence[str] = (), sizes: Sequence[int] = ()) -> Found:
        """
        Return the rows that a question about some labels needs, as the functions of the library use them.

        Parameters
        ----------
        labels : sequence of str
            The labels, in upper or lower case. Default: all.
        columns : sequence of str
            The columns of the tidy table. Default: those of a comparison.
        sizes : sequence of int
            The sizes in bytes; rows of others are left out where they tell nothing of these. Default: all.

        Returns
        -------
        Found
            Rows as a Polars DataFrame, each transfer once, with what is known of their experiments.

        Raises
        ------
        InputError
            If there is no store, or it is empty or damaged.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> store.find(["xen"]).rows.height
        300
        """
        return self._read(meant(self._store().labels(self.source), labels), columns, sizes)

    def _read(self, labels: Sequence[str | None] | None, columns: Sequence[str], sizes: Sequence[int]) -> Found:
        """Return what `find` does, of labels as the store writes them; None for all."""
        from ftpstats.analysis.select import COLUMNS
        from ftpstats.present.copies import doubts_said

        store = self._store()
        wanted = tuple(dict.fromkeys(columns or COLUMNS))
        found = store.read(self.source, labels, on_doubt(self.same), wanted, sizes)
        # `ingest` said which logs are copies, `logs` shows it; a doubt is said until it is decided.
        doubts = tuple((found.names[doubt.log], found.names[doubt.of]) for doubt in found.copies.doubts)
        return Found(found.rows, store.manifests(), tuple(doubts_said(doubts)), doubts=doubts, logs=found.names)

    def logs(self) -> StoredLogs:
        """
        Return the logs in the store.

        Returns
        -------
        StoredLogs
            One dict per log: ``log`` (its name), ``labels``, ``runs``, ``transfers``, ``sizes`` in bytes,
            ``clients``, ``ingested`` (ISO 8601, UTC), ``copy_of``, ``why``, ``may_be_copy_of`` and ``digest``.

        Raises
        ------
        InputError
            If there is no store, it is empty, or no log matches.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> [(log["transfers"], log["copy_of"]) for log in store.logs()]
        [(900, None), (900, 'sample_logs/inetutils/FTP.log')]
        """
        from ftpstats.api.results import StoredLogs
        from ftpstats.present.answers import stored_answer
        from ftpstats.present.stored import stored_records

        store = self._store()
        chosen = store.chosen(self.source)
        records = stored_records(chosen, store.copies(chosen, on_doubt(self.same))[1])
        return StoredLogs(records, partial(stored_answer, records), (str(self.folder),))

    def named(self, *names: str) -> list[Stored]:
        """
        Return the logs with some names, each once.

        Parameters
        ----------
        *names : str
            Paths, names or patterns. Default: all logs.

        Returns
        -------
        list of Stored
            The logs; ``entry.name`` is the name of each.

        Raises
        ------
        InputError
            If there is no store, it is empty, or no log matches a name.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> [log.entry.name for log in store.named("RESULT*")]
        ['sample_logs/inetutils/RESULT.log']
        """
        store = self._store()
        chosen = [log for name in as_list(names, "log") for log in store.chosen(name, "LOG")] if names else store.logs()
        return list({log.entry.key: log for log in chosen}.values())

    def forget(self, *names: str) -> int:
        """
        Exclude logs from every answer. `ingest` restores a log, and `compact` deletes its transfers for good.

        Parameters
        ----------
        *names : str
            Paths, names or patterns of logs.

        Returns
        -------
        int
            The number of logs that were excluded; 0 without a name.

        Raises
        ------
        InputError
            If there is no store, it is empty, or no log matches a name.
        MachineError
            If the store cannot be written.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> store.forget("RESULT.log"), len(store.logs())
        (1, 1)
        """
        chosen = self.named(*names) if names else []
        if chosen:
            self._store().forget(chosen)
        return len(chosen)

    def relabel(self, *names: str, label: str | None) -> int:
        """
        Set the label of every transfer of logs.

        Parameters
        ----------
        *names : str
            Paths, names or patterns of logs.
        label : str or None
            The label; None restores the labels in the logs.

        Returns
        -------
        int
            The number of logs that were relabelled; 0 without a name.

        Raises
        ------
        ValueError
            If the label is empty or not text.
        InputError
            If there is no store, it is empty, or no log matches a name.
        MachineError
            If the store cannot be written.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> store.relabel("*.log", label="Monday"), store.transfers()["label"].unique().tolist()
        (2, ['Monday'])
        """
        given = as_label(label)
        chosen = self.named(*names) if names else []
        if chosen:
            self._store().relabel(chosen, given)
        return len(chosen)

    def forgotten(self) -> list[str]:
        """
        Return the logs whose transfers `compact` would delete for good.

        Returns
        -------
        list of str
            Their names.

        Raises
        ------
        InputError
            If there is no store, or it is damaged.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> _ = store.forget("RESULT.log")
        >>> store.forgotten()
        ['sample_logs/inetutils/RESULT.log']
        """
        from ftpstats.store.compact import forgotten

        return forgotten(self._store())

    def compact(self) -> Compacted:
        """
        Merge the files of the store, and delete what was forgotten or replaced.

        Returns
        -------
        Compacted
            The number of files ``before`` and ``after``.

        Raises
        ------
        InputError
            If there is no store, or it is damaged.
        MachineError
            If the store cannot be written.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> _ = store.ingest("sample_logs/inetutils/FTP.log", label="again")
        >>> store.compact()
        Compacted(before=2, after=1)
        """
        from ftpstats.store.compact import compact

        return compact(self._store())

    def tidy(self, *, personal: bool = False) -> pl.DataFrame:
        """
        Return the tidy table that ``ftpstats store export`` writes.

        Parameters
        ----------
        personal : bool
            Whether to keep names of files, of peers, and in the notes. Default: False, which leaves ``file`` and
            ``peer`` empty.

        Returns
        -------
        DataFrame
            The table as a Polars DataFrame, with columns of text in place of categories.

        Raises
        ------
        InputError
            If there is no store, or it is empty or damaged.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> store = ftpstats.open_store(tempfile.mkdtemp())
        >>> _ = store.ingest("sample_logs/inetutils")
        >>> store.tidy().height
        900
        """
        from ftpstats.logs.privacy import without_names
        from ftpstats.schema import plain_text

        as_flag(personal, "personal")
        rows = plain_text(self._store().read(self.source, on_doubt=on_doubt(self.same)).rows)
        return rows if personal else without_names(rows)

    def _store(self) -> Store:
        from ftpstats.store import Store

        return Store(self.folder)


def meant(known: Sequence[str | None], names: Sequence[str]) -> list[str | None] | None:
    """
    Return the labels that names may mean, whatever their case; None, for all, where one means none of them.

    With them come those of their solo transfers, if there are any.
    """
    meant = [[label for label in known if label and label.casefold() == name.casefold()] for name in names]
    solos = {solo_label(name).casefold() for name in names}
    of_duets = [label for label in known if label and label.casefold() in solos]
    found = [label for labels in (*meant, of_duets) for label in labels]
    return list(dict.fromkeys(found)) if meant and all(meant) else None
