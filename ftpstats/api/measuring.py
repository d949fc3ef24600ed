"""Experiments from a notebook and behind the commands: make one, or plan one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from ftpstats.api.arguments import (
    Names,
    Rates,
    Sizes,
    as_count,
    as_file,
    as_files,
    as_flag,
    as_list,
    as_optional_text,
    as_paces,
    as_sizes,
    as_wait,
    one_of,
    refuse_unknown,
)
from ftpstats.api.experiments import Experiment, Planned, Watcher
from ftpstats.errors import UsageError
from ftpstats.places import Place, is_url, place
from ftpstats.units import KIB, MIB

if TYPE_CHECKING:
    from ftpstats.experiment.counts import Counts
    from ftpstats.experiment.journal import Journal
    from ftpstats.manifest import Manifest, ServerUsed

__all__ = ["DEFAULT_SIZES", "Design", "plan_run", "run"]

DEFAULT_SIZES = (100 * KIB, 10 * MIB, 100 * MIB)  # the thesis's
# What the duration of a plan is computed with: the thesis's link, the loopback interface as curl uses it with checked
# downloads, and the start of a client.
_LINK_RATE, _LOOPBACK_RATE, _ASSUMED_SECONDS = 100e6 / 8, 300 * MIB, 0.02


class Design(TypedDict, total=False):
    """The keywords of `run`, which documents them."""

    client: str
    times: int
    runs: int
    size: Sizes
    file: Names | None
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
    throttle: Rates
    keep: bool
    max_failures: int | None


def run(
    *targets: str,
    folder: str | Place = "ftp-experiment",
    user: str | None = None,
    resume: bool = False,
    watcher: Watcher | None = None,
    **design: Unpack[Design],
) -> Experiment:
    """
    Measure FTP servers: transfer each file from each server repeatedly with a real FTP client, and log it.

    Parameters
    ----------
    *targets : str
        Servers, like ``xen=192.168.1.3`` or ``xen=192.168.1.3:2121``; a label alone is a server that ftpstats starts.
    folder : str, Path or UPath
        The new folder for FTP.log and RESULT.log, in the format of the thesis's script, and FTP.json. At a URL they are
        put when the experiment ends, because that would disturb transfers.
    user : str, optional
        The user who logs in, with the password in the environment variable FTPSTATS_PASSWORD or in ~/.netrc. Default:
        the user in ~/.netrc, else anonymous.
    resume : bool
        Whether to continue the experiment in `folder` with its settings and users. Only `user`, `watcher` and
        `max_failures` may be given besides.
    watcher : Watcher, optional
        An object whose methods are called as the experiment proceeds.
    client : {"auto", "legacy", "inetutils", "netkit", "tnftp", "lftp", "curl", "builtin"}
        The FTP client. ``legacy`` is the thesis's script; ``auto`` (default) is the script or another installed
        client; ``builtin`` needs no program.
    times : int
        The number of transfers of each file in each run. Default: 100.
    runs : int
        The number of runs of each label. Default: 1; several support a verdict about platforms.
    warm_up : int
        The number of transfers of each file before each run that are logged but not analysed. Default: 0.
    size : str, int or iterable of them
        The sizes of test files, like ``10MB`` or in bytes. Default: 100KB, 10MB and 100MB.
    file : str or iterable of str
        Names of files on the servers, or with `upload` paths of local files.
    upload : bool
        Whether to upload the files instead of downloading them.
    order : {"sequential", "rounds", "balanced", "interleaved", "random", "duet"}
        The order of measurement: label after label; every label once per round, shuffled; the same, with each of every
        two labels first equally often; alternating labels within a run; random; or two labels at the same moment, and
        then each alone, `times` times. Default: ``sequential`` for one run, ``rounds`` for several.
    seed : int
        The seed of the orders ``rounds``, ``balanced`` and ``random``. Default: random; it is recorded.
    parallel : int
        The number of clients at once, from 1 (default) to 256.
    pause : float or str
        The time between sub-experiments, in seconds or like ``60s``. Default: 0.
    timeout : float or str
        The time after which a transfer is stopped and counts as failed, in seconds or like ``60s``. Default: 600.
    before, after : str
        A shell command that runs before or after each sub-experiment.
    tls : bool
        Whether to use explicit FTPS, with the clients curl, lftp or builtin.
    certificate : str or Path
        With `tls`, the trusted CA certificate (PEM file). Default: the system's.
    insecure : bool
        With `tls`, whether to accept any certificate.
    throttle : str, float, iterable of str or mapping
        The rate limit of servers that ftpstats starts: ``20MB/s`` for all of them, ``slow=20MB/s`` or
        ``{"slow": "20MB/s"}`` for one. Numbers are bytes per second.
    keep : bool
        Whether to keep the downloaded files.
    max_failures : int
        The number of consecutive failures after which a label stops. Default: 20; 0 is never.

    Returns
    -------
    Experiment
        The folder of the experiment, and numbers of transfers.

    Raises
    ------
    ValueError
        If an argument is wrong, or the client does not support what is asked for.
    InputError
        If the experiment to continue, or a file to upload, cannot be read.
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
    from ftpstats.experiment.remote import made_in
    from ftpstats.experiment.runner import run as make
    from ftpstats.experiment.setup import ready

    refuse_unknown(design, Design.__annotations__, "run")
    output, watcher = place(as_file(folder, "folder")), Watcher() if watcher is None else watcher
    if not isinstance(watcher, Watcher):
        raise UsageError(f"watcher {watcher!r}: must be a ftpstats.Watcher")
    as_flag(resume, "resume"), as_optional_text(user, "user")
    most = design.get("max_failures")
    any_client = not resume and design.get("client", "auto") == "auto"
    if is_url(output) and design.get("keep"):
        raise UsageError("keep: downloaded files are kept in a folder of this machine; a URL takes the logs only")
    with made_in(output, resume=resume) as where:
        manifest = _left_of(where, user, targets, design) if resume else _new(targets, design)
        watcher.planned(manifest)
        with (
            terminable(),
            ready(manifest, user, any_client=any_client) as prepared,
            Journal.resumed(where) if resume else Journal.began(where, prepared.manifest) as journal,
        ):
            journal.record_users(prepared.manifest.servers)
            watcher.begun(journal)
            counts = make(journal, prepared.endpoints, prepared.sources, max_failures=most, report=watcher.made)
        return _made(output, journal, counts, resumed=resume)


def _made(folder: Place, journal: Journal, counts: Counts, *, resumed: bool) -> Experiment:
    from ftpstats.experiment.credentials import completed_labels

    nothing = counts.fruitless
    if resumed and nothing:
        earlier = completed_labels(journal.folder / "FTP.log")
        nothing = [label for label in nothing if label not in earlier]
    return Experiment(folder, counts, dict(journal.left()), tuple(nothing))


def plan_run(*targets: str, **design: Unpack[Design]) -> Planned:
    """
    Plan an experiment without transferring anything: its order and approximate duration.

    Parameters
    ----------
    *targets : str
        Servers, as for `run`.
    **design
        The other keywords of `run`, except `folder`, `user`, `resume` and `watcher`.

    Returns
    -------
    Planned
        The steps of the experiment, and its approximate duration in seconds.

    Raises
    ------
    ValueError
        If an argument is wrong, or the client does not support what is asked for.
    MachineError
        If the client is not installed.

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
    from ftpstats.schedule import DUET, ORDERS

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
        upload=as_flag(design.get("upload", False), "upload"),
        parallel=as_count(design.get("parallel", 1), "parallel", 1, 256),
        tls=as_flag(design.get("tls", False), "tls"),
        certificate=None if certificate is None else str(certificate.resolve()),
        checked=not as_flag(design.get("insecure", False), "insecure"),
        timeout=as_wait(design.get("timeout", 600.0), "timeout", least=0.1, most=604800),
        pause=as_wait(design.get("pause", 0.0), "pause"),
        before=as_optional_text(design.get("before"), "before"),
        after=as_optional_text(design.get("after"), "after"),
        keep=as_flag(design.get("keep", False), "keep"),
        max_failures=MAX_FAILURES if most is None else as_count(most, "max-failures", 0),
    )
    files = tuple(as_files(design.get("file") or (), "file"))
    sizes = as_sizes(design.get("size")) or (() if files else DEFAULT_SIZES)
    servers = setup.find_targets(as_list(targets, "label"), as_paces(design.get("throttle")))
    if settings.order == DUET:
        setup.check_duet(servers, settings.parallel)
    client = one_of(design.get("client", "auto"), ("auto", LEGACY, *CLIENTS), "client")
    return setup.new_manifest(servers, setup.Wanted(client, sizes, files, settings))


def _certificate(design: Design) -> Path | None:
    """Return the certificate that is to be trusted, and refuse what speaks of TLS without it."""
    given = design.get("certificate")
    if (given is not None or design.get("insecure")) and not design.get("tls"):
        raise UsageError("--certificate and --insecure need --tls")
    if given is None:
        return None
    file = Path(as_file(given, "certificate"))
    if not file.is_file():
        raise UsageError(f"--certificate {given}: no such file")
    return file
