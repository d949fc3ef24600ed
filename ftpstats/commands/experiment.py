"""Commands that measure: run, serve."""

import os
import secrets
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import typer

from ftpstats import options as opt
from ftpstats.commands import run_options as of_run
from ftpstats.commands.shared import asked_for, complain, screen, write
from ftpstats.errors import MachineError, UsageError

if TYPE_CHECKING:
    from ftpstats.experiment.server import Address, ServerSettings
    from ftpstats.manifest import Manifest

__all__ = ["run", "serve"]

_SHOWN_FILES = 5
# What a plan's duration is reckoned with: the thesis's link, and the start of a client.
_ASSUMED_RATE, _ASSUMED_SECONDS = 100e6 / 8, 0.02


# What may be said again when an experiment goes on; all else is in its FTP.json.
_OF_RESUME = {"user", "max_failures", "resume", "folder", "quiet"}


def run(
    ctx: typer.Context,
    targets: of_run.Targets = None,
    client: of_run.ClientName = "auto",
    times: of_run.Times = 100,
    runs: of_run.Runs = 1,
    size: of_run.TestSizes = None,
    file: of_run.RemoteFiles = None,
    upload: of_run.Upload = False,
    warm_up: of_run.WarmUp = 0,
    pause: of_run.Pause = 0.0,
    before: of_run.Before = None,
    after: of_run.After = None,
    order: of_run.Order = None,
    seed: of_run.Seed = None,
    timeout: of_run.Timeout = 600.0,
    parallel: of_run.Parallel = 1,
    tls: of_run.WithTls = False,
    certificate: of_run.Certificate = None,
    insecure: of_run.Insecure = False,
    user: of_run.User = None,
    throttle: of_run.Throttles = None,
    keep: of_run.Keep = False,
    max_failures: of_run.MaxFailures = None,
    resume: of_run.Resume = False,
    dry_run: of_run.DryRun = False,
    folder: of_run.Folder = Path("ftp-experiment"),
    quiet: opt.Quiet = False,
) -> None:
    """
    Measure servers with a real FTP client.

    Transfers each file from each server so many times, and writes FTP.log and RESULT.log as the thesis's script did,
    and FTP.json, which says what was measured with what.
    """
    from ftpstats.experiment import setup
    from ftpstats.manifest import MANIFEST, Settings, read_manifest

    if resume:
        rest = {name: f"--{name.replace('_', '-')}" for name in ctx.params if name not in _OF_RESUME}
        for option in asked_for(ctx, rest | {"targets": "a label"}):
            raise UsageError(f"--resume goes on with the experiment in --output as it was planned; leave out {option}")
        if not (folder / MANIFEST).is_file():
            raise UsageError(f"--resume: {folder} holds no experiment (no {MANIFEST}); --output names its folder")
        _experiment(folder, read_manifest(folder / MANIFEST), _Doing(user, max_failures, quiet, resume=True))
        return
    if not targets:
        raise UsageError("name a label, like `ftpstats run baseline`, or servers, like `ftpstats run xen=192.168.1.3`")
    if (certificate or insecure) and not tls:
        raise UsageError("--certificate and --insecure are about TLS; ask for it with --tls")
    if certificate and not certificate.is_file():
        raise UsageError(f"--certificate {certificate}: there is no such file")
    settings = Settings(
        times=times,
        runs=runs,
        warm_up=warm_up,
        order=order or ("rounds" if runs > 1 else "sequential"),
        seed=secrets.randbits(32) if seed is None else seed,
        upload=upload,
        parallel=parallel,
        tls=tls,
        certificate=str(certificate.resolve()) if certificate else None,
        checked=not insecure,
        timeout=timeout,
        pause=pause,
        before=before,
        after=after,
        keep=keep,
    )
    sizes = tuple(size or ()) if file else tuple(size or of_run.DEFAULT_SIZES)
    servers = setup.find_targets(targets, of_run.parse_throttles(throttle or ()))
    manifest = setup.new_manifest(servers, setup.Wanted(client, sizes, tuple(file or ()), settings))
    if dry_run:
        write(screen(_plan(manifest), None), None)
    else:
        _experiment(folder, manifest, _Doing(user, max_failures, quiet, any_client=client == "auto"))


def _plan(manifest: "Manifest") -> list[Any]:
    from ftpstats.present.progress import plan_parts
    from ftpstats.schedule import expected_seconds, steps

    seconds = expected_seconds(manifest, _ASSUMED_RATE, _ASSUMED_SECONDS)
    has_pace = all(server.bytes_per_second for server in manifest.servers)
    assumed = "as fast as the throttles allow" if has_pace else "over a link of 100 Mbit/s"
    if any(file.bytes is None for file in manifest.files):
        assumed += ", and what files take whose size is not known yet"
    return plan_parts(manifest, steps(manifest), seconds, assumed)


@dataclass(frozen=True, slots=True)
class _Doing:
    """What is said of an experiment each time that it is begun or gone on with."""

    user: str | None
    max_failures: int | None
    quiet: bool
    resume: bool = False
    any_client: bool = False


def _experiment(folder: Path, manifest: "Manifest", doing: _Doing) -> None:
    """Begin an experiment, or go on with the one in the folder; say in the end what became of it."""
    from ftpstats.experiment.journal import Journal
    from ftpstats.experiment.process import Terminated, terminable
    from ftpstats.experiment.runner import run as run_experiment
    from ftpstats.experiment.setup import ready
    from ftpstats.present import progress

    limit, quiet, begun = doing.max_failures, doing.quiet, doing.resume
    try:
        with (
            terminable(),
            ready(manifest, doing.user, any_client=doing.any_client) as rig,
            Journal.resumed(folder) if doing.resume else Journal.began(folder, rig.manifest) as journal,
            progress.watching(sys.stderr, quiet=quiet) as report,
        ):
            begun = True
            if not quiet:
                complain(f"client: {progress.client_words(journal.manifest.client)}")
            tally = run_experiment(journal, rig.endpoints, rig.sources, max_failures=limit, report=report)
    except (KeyboardInterrupt, Terminated):
        complain(f"interrupted; `ftpstats run --resume --output {folder}` goes on" if begun else "interrupted")
        raise
    if not quiet and doing.resume and not (tally.completed or tally.failed):
        complain("nothing was left to do")
    elif not quiet:
        title = "Transfers made now" if doing.resume else "Transfers"
        write(screen([progress.tally_table(tally, title), *progress.failure_lines(tally)], None), None)
    if limit is not None and tally.failed >= limit:
        raise MachineError(f"{tally.failed} transfers failed (--max-failures); `--resume --output {folder}` goes on")
    if not quiet:
        write(f"{folder / 'FTP.log'}\n", None)
    if tally.failed and not tally.completed:
        raise MachineError(f"no transfer was completed; {folder / 'FTP.log'} says why")


def serve(
    host: of_run.Host = "127.0.0.1",
    port: of_run.Port = 2121,
    size: of_run.TestSizes = None,
    root: of_run.Root = None,
    user: of_run.ServerUser = "ftpstats",
    writable: of_run.Writable = False,
    tls: of_run.ServerTls = False,
    throttle: of_run.Throttle = None,
    latency: of_run.Latency = None,
) -> None:
    """
    Serve files by FTP, to measure against.

    Read-only and on the loopback interface unless told otherwise, until Ctrl-C or SIGTERM. The password is that of
    the environment variable FTPSTATS_PASSWORD, else one made up and shown.
    """
    from ftpstats.experiment.files import temporary_files
    from ftpstats.experiment.server import Address, ServerSettings, until_terminated
    from ftpstats.experiment.server import serve as serve_files

    if root is not None and size:
        raise UsageError("--size makes files; --root serves those that are there")
    chosen = os.environ.get("FTPSTATS_PASSWORD")
    password = chosen or secrets.token_urlsafe(9)
    with until_terminated(), nullcontext(root) if root else temporary_files(size or of_run.DEFAULT_SIZES) as folder:
        settings = ServerSettings(folder, user, password, host, port, writable, throttle, latency or 0.0, tls)

        def started(address: Address) -> None:
            shown = "$FTPSTATS_PASSWORD" if chosen else password
            write(f"{_served(settings, address, shown)}; Ctrl-C stops it\n", None)

        serve_files(settings, started)


def _served(settings: "ServerSettings", address: "Address", password: str) -> str:
    """Say how to reach a server, and what it has."""
    from ftpstats.present.tables import shown_text

    host = f"[{address.host}]" if ":" in address.host else address.host
    files = sorted((file for file in settings.root.iterdir() if file.is_file()), key=lambda file: file.stat().st_size)
    told = [
        f"AUTH TLS, certificate {address.certificate}; " if settings.tls else "",
        "writable: " if settings.writable else "read-only: ",
        ", ".join(shown_text(file.name) for file in files[:_SHOWN_FILES]) or "no file",
        f" and {len(files) - _SHOWN_FILES} more" if len(files) > _SHOWN_FILES else "",
    ]
    return f"ftp://{quote(settings.user)}:{password}@{host}:{address.port}/ ({''.join(told)})"
