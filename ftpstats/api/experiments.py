"""What a user of the library has of an experiment: its plan, what happens in it, and its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.places import Place

if TYPE_CHECKING:
    import pandas as pd

    from ftpstats.experiment.counts import Counts, Progress
    from ftpstats.experiment.journal import Journal
    from ftpstats.manifest import Manifest
    from ftpstats.schedule import Step

__all__ = ["Experiment", "Planned", "Watcher"]


class Watcher:
    """
    Follows an experiment: `run` calls its methods, which do nothing unless overridden.

    Examples
    --------
    >>> import ftpstats, tempfile
    >>> class Printer(ftpstats.Watcher):
    ...     def planned(self, manifest):
    ...         print("client", manifest.client.name)
    ...     def begun(self, journal):
    ...         print("folder", journal.folder.name)
    ...     def made(self, progress):
    ...         print(progress.label, progress.done, "of", progress.total)
    >>> folder = tempfile.mkdtemp() + "/experiment"
    >>> _ = ftpstats.run("a", folder=folder, client="builtin", times=2, size="1KB", watcher=Printer())
    client builtin
    folder experiment
    a 1 of 2
    a 2 of 2
    """

    def planned(self, manifest: Manifest) -> None:
        """
        Called once, before any server is asked or started.

        Parameters
        ----------
        manifest : Manifest
            The plan: client, servers, files and settings.
        """

    def begun(self, journal: Journal) -> None:
        """
        Called once, when the servers are up, before the first transfer.

        Parameters
        ----------
        journal : Journal
            The files that the experiment writes, in ``journal.folder``.
        """

    def made(self, progress: Progress) -> None:
        """
        Called after each transfer.

        Parameters
        ----------
        progress : Progress
            The last transfer (``label``, ``run``, ``file``), numbers of transfers (``done``, ``total``), and the
            estimated ``seconds_left``.
        """


@dataclass(frozen=True, slots=True)
class Planned:
    """
    The plan of an experiment.

    Attributes
    ----------
    manifest : Manifest
        Client, servers, files and settings.
    steps : list of Step
        Series of transfers of one file from one server, in the order of measurement.
    seconds : float
        The approximate duration in seconds, pauses included, under the assumption in `assumed`.
    assumed : str
        The assumed throughput, in words.
    """

    manifest: Manifest
    steps: list[Step]
    seconds: float
    assumed: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """
    An experiment after `run`.

    Attributes
    ----------
    folder : Path or UPath
        The folder with FTP.log, RESULT.log and FTP.json.
    counts : Counts
        The numbers of transfers that this call completed (``completed``) and that failed (``failed``).
    left : Mapping of str to int
        The number of planned transfers that were not made, by label; only labels that have any.
    without_completed : tuple of str
        Labels without any completed transfer.

    Examples
    --------
    >>> import ftpstats, tempfile
    >>> folder = tempfile.mkdtemp() + "/experiment"
    >>> made = ftpstats.run("fast", folder=folder, client="builtin", times=2, size="1KB")
    >>> made.counts, made.log.name
    (2 transfers: 2 completed, 0 failed, 'FTP.log')
    """

    folder: Place
    counts: Counts
    left: Mapping[str, int]
    without_completed: tuple[str, ...]

    @property
    def log(self) -> Place:
        """The path of the log of all transfers."""
        return self.folder / "FTP.log"

    def transfers(self) -> pd.DataFrame:
        """
        Return the transfers of the experiment.

        Returns
        -------
        DataFrame
            The tidy table (pandas), as `read_log` returns it.

        Raises
        ------
        InputError
            If the log cannot be read, or contains no transfer.

        Examples
        --------
        >>> import ftpstats, tempfile
        >>> folder = tempfile.mkdtemp() + "/experiment"
        >>> made = ftpstats.run("fast", folder=folder, client="builtin", times=2, size="1KB")
        >>> made.transfers()[["label", "bytes", "completion"]].values.tolist()
        [['fast', 1024, 'confirmed'], ['fast', 1024, 'confirmed']]
        """
        from ftpstats.api.reading import read_log

        return read_log(str(self.log))
