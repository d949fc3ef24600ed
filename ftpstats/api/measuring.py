"""Experiments from a notebook and behind the commands: make one, or plan one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from ftpstats.api.arguments import Sizes, as_count, as_list, as_paces, as_sizes, as_wait, one_of, refuse_unknown
from ftpstats.errors import UsageError
from ftpstats.units import KIB, MIB

if TYPE_CHECKING:
    import pandas as pd

    from ftpstats.experiment.counts import Counts, Progress
    from ftpstats.experiment.journal import Journal
    from ftpstats.manifest import Manifest, ServerUsed
    from ftpstats.schedule import Step

__all__ = ["DEFAULT_SIZES", "Design", "Experiment", "Planned", "Watcher", "plan_run", "run"]

DEFAULT_SIZES = (100 * KIB, 10 * MIB, 100 * MIB)  # the thesis's
# What the duration of a plan is computed with: the thesis's link, the loopback interface as curl uses it with checked
# downloads, and the start of a client.
_LINK_RATE, _LOOPBACK_RATE, _ASSUMED_SECONDS = 100e6 / 8, 300 * MIB, 0.02


class Design(TypedDict, total=False):
    """How an experiment is made; see `run`."""

    client: str
    times: int
    runs: int
    size: Sizes
    file: str | Iterable[str] | None
    upload: bool
    warm_up: int
    pause: str | float
    before: str | None
    after: str | None
    order: str | None
    seed: int | None
    timeout: str | float
    parallel: int
    tls: bool
    certificate: str | Path | None
    insecure: bool
    throttle: str | Iterable[str] | Mapping[str, str] | None
    keep: bool
    max_failures: int | None


class Watcher:
    """Follows an experiment: called when it is planned, when it begins, and after each transfer."""

    def planned(self, manifest: Manifest) -> None:
        """Take what is to be done."""

    def begun(self, journal: Journal) -> None:
        """Take the experiment's files; its servers are up."""

    def made(self, progress: Progress) -> None:
        """Take how far it is."""


@dataclass(frozen=True, slots=True)
class Planned:
    """
    What an experiment would do.

    Attributes
    ----------
    manifest : Manifest
    steps : list of Step
    seconds : float
        Approximate duration, under the assumption that `assumed` states.
    assumed : str
    """

    manifest: Manifest
    steps: list[Step]
    seconds: float
    assumed: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """
    An experiment that was made, or gone on with.

    Attributes
    ----------
    folder : Path
        Where FTP.log, RESULT.log and FTP.json are.
    counts : Counts
        What became of the transfers made now.
    left : Mapping
        By label, how many transfers are left to make; labels that have none are not in it.
    without_completed : tuple of str
        Labels of which no transfer was ever completed.
    """

    folder: Path
    counts: Counts
    left: Mapping[str, int]
    without_completed: tuple[str, ...]

    @property
    def log(self) -> Path:
        """The log of all transfers."""
        return self.folder / "FTP.log"

    def transfers(self) -> pd.DataFrame:
        """Return the tidy table, as `read_log` does."""
        from ftpstats.api.reading import read_log

        return read_log(self.log)


def run(
    *targets: str,
    folder: str | Path = "ftp-experiment",
    user: str | None = None,
    resume: bool = False,
    watcher: Watcher | None = None,
    **design: Unpack[Design],
) -> Experiment:
    """
    Measure servers with a real FTP client: transfer each file from each server so many times.

    Parameters
    ----------
    *targets : str
        ``LABEL=HOST`` or ``LABEL=HOST:PORT``; a label alone is a server that ftpstats starts.
    folder : str or Path
        Where FTP.log and RESULT.log go, as the thesis's script writes them, and FTP.json.
    user : str, optional
        Else by ~/.netrc, else anonymous. The environment variable FTPSTATS_PASSWORD holds the password.
    resume : bool
        Finish the experiment in `folder`, with its settings and users; of `design` only `max_failures` may be given.
    watcher : Watcher, optional
        Follows the experiment.
    client : str
        ``auto``, ``legacy``, ``inetutils``, ``netkit``, ``tnftp``, ``lftp``, ``curl`` or ``builtin``.
    times, runs, warm_up : int
        Transfers of each file in each run (100), runs of each label (1), warm-up transfers before each run (0).
    size : str, int or iterable of them
        Of test files that ftpstats makes; 100KB, 10MB and 100MB unless given.
    file : str or iterable of str
        Names of files on the servers; with `upload` of files here.
    order : {"sequential", "rounds", "interleaved", "random"}
        ``rounds`` for several runs, ``sequential`` for one, unless given.
    seed, parallel, upload, tls, certificate, insecure, keep, before, after, max_failures
        As of ``ftpstats run --help``.
    pause, timeout : float or str
        Seconds, or like ``5ms``: between sub-experiments (0), for each transfer (600).
    throttle : str, iterable of str or mapping
        Pace of servers that ftpstats starts: ``20MB/s``, ``slow=20MB/s`` or ``{"slow": "20MB/s"}``.

    Returns
    -------
    Experiment

    Raises
    ------
    ValueError
        If what is wanted cannot be done.
    MachineError
        If the client is not installed, a server does not start, or the log cannot be written.

    Examples
    --------
    >>> import ftpstats, tempfile
    >>> made = ftpstats.run("fast", "slow", folder=tempfile.mkdtemp() + "/experiment", client="builtin", times=2,
    ...                     size="1KB", order="interleaved")
    >>> made.counts.completed, made.left
    (4, {})
    """
    from ftpstats.experiment.journal import Journal
    from ftpstats.experiment.programs import terminable
    from ftpstats.experiment.runner import run as make
    from ftpstats.experiment.setup import ready

    refuse_unknown(design, Design.__annotations__, "run")
    where, watcher = Path(folder), watcher or Watcher()
    manifest = _left_of(where, user, targets, design) if resume else _new(targets, design)
    watcher.planned(manifest)
    most = design.get("max_failures")
    any_client = not resume and design.get("client", "auto") == "auto"
    with (
        terminable(),
        ready(manifest, user, any_client=any_client) as prepared,
        Journal.resumed(where) if resume else Journal.began(where, prepared.manifest) as journal,
    ):
        journal.record_users(prepared.manifest.servers)
        watcher.begun(journal)
        counts = make(journal, prepared.endpoints, prepared.sources, max_failures=most, report=watcher.made)
    return _made(journal, counts, resumed=resume)


def _made(journal: Journal, counts: Counts, *, resumed: bool) -> Experiment:
    from ftpstats.experiment.credentials import completed_labels

    nothing = counts.fruitless
    if resumed and nothing:
        earlier = completed_labels(journal.folder / "FTP.log")
        nothing = [label for label in nothing if label not in earlier]
    return Experiment(journal.folder, counts, dict(journal.left()), tuple(nothing))


def plan_run(*targets: str, **design: Unpack[Design]) -> Planned:
    """
    Return what `run` would do, and about how long it takes; nothing is transferred.

    Parameters
    ----------
    *targets, **design
        As for `run`.

    Examples
    --------
    >>> import ftpstats
    >>> planned = ftpstats.plan_run("xen", "vmware", client="builtin", times=20, runs=3, size="10MB", seed=1)
    >>> len(planned.steps), planned.manifest.settings.order
    (6, 'rounds')
    """
    from ftpstats.schedule import expected_seconds, steps

    refuse_unknown(design, Design.__annotations__, "plan_run")
    manifest = _new(targets, design)
    assumed = " and ".join(dict.fromkeys(_assumed(server)[1] for server in manifest.servers))
    if any(file.bytes is None for file in manifest.files):
        assumed += ", without files whose size is not known yet"
    seconds = expected_seconds(manifest, lambda server: _assumed(server)[0], _ASSUMED_SECONDS)
    return Planned(manifest, steps(manifest), seconds, assumed)


def _assumed(server: ServerUsed) -> tuple[float, str]:
    """Return the throughput that a server is expected to have, in bytes per second, and in words."""
    if server.bytes_per_second:
        return server.bytes_per_second, "at the rate of the throttle"
    if server.host is None:
        return _LOOPBACK_RATE, "at 300 MiB/s on the loopback interface"
    return _LINK_RATE, "over a link of 100 Mbit/s"


def _left_of(folder: Path, user: str | None, targets: Sequence[str], design: Design) -> Manifest:
    """Return the manifest of the experiment in a folder that is to be finished."""
    from ftpstats.experiment.credentials import as_user
    from ftpstats.manifest import LOG, MANIFEST, read_manifest

    for option in ["a label"] * bool(targets) + [name for name in design if name != "max_failures"]:
        raise UsageError(f"--resume continues the experiment in --output as planned; leave out {option}")
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"--resume: {folder} contains no experiment (no {MANIFEST}); name its folder with --output")
    manifest = read_manifest(folder / MANIFEST)
    return manifest if user is None else as_user(manifest, user, folder / LOG)


def _new(targets: Sequence[str], design: Design) -> Manifest:
    """Return the manifest of an experiment that begins now."""
    from ftpstats.experiment import setup
    from ftpstats.experiment.clients.legacy import LEGACY
    from ftpstats.experiment.clients.registry import CLIENTS
    from ftpstats.manifest import MAX_FAILURES, Settings
    from ftpstats.schedule import ORDERS

    if not targets:
        raise UsageError("name a label, like `ftpstats run baseline`, or servers, like `ftpstats run xen=192.168.1.3`")
    certificate = _certificate(design)
    runs, seed, most = as_count(design.get("runs", 1), "runs", 1), design.get("seed"), design.get("max_failures")
    settings = Settings(
        times=as_count(design.get("times", 100), "times", 1),
        runs=runs,
        warm_up=as_count(design.get("warm_up", 0), "warm-up", 0),
        order=one_of(design.get("order") or ("rounds" if runs > 1 else "sequential"), ORDERS, "order"),
        seed=secrets.randbits(32) if seed is None else as_count(seed, "seed", 0),
        upload=design.get("upload", False),
        parallel=as_count(design.get("parallel", 1), "parallel", 1, 256),
        tls=design.get("tls", False),
        certificate=None if certificate is None else str(certificate.resolve()),
        checked=not design.get("insecure", False),
        timeout=as_wait(design.get("timeout", 600.0), "timeout", least=0.1, most=604800),
        pause=as_wait(design.get("pause", 0.0), "pause"),
        before=design.get("before"),
        after=design.get("after"),
        keep=design.get("keep", False),
        max_failures=MAX_FAILURES if most is None else as_count(most, "max-failures", 0),
    )
    files = tuple(as_list(design.get("file")))
    sizes = as_sizes(design.get("size")) or (() if files else DEFAULT_SIZES)
    servers = setup.find_targets(targets, as_paces(design.get("throttle")))
    client = one_of(design.get("client", "auto"), ("auto", LEGACY, *CLIENTS), "client")
    return setup.new_manifest(servers, setup.Wanted(client, sizes, files, settings))


def _certificate(design: Design) -> Path | None:
    """Return the certificate that is to be trusted, and refuse what speaks of TLS without it."""
    given = design.get("certificate")
    if (given is not None or design.get("insecure")) and not design.get("tls"):
        raise UsageError("--certificate and --insecure need --tls")
    if given is None:
        return None
    if not Path(given).is_file():
        raise UsageError(f"--certificate {given}: no such file")
    return Path(given)
