"""Commands that measure: run, serve."""

import os
import secrets
import shlex
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import typer

from ftpstats.commands import options as opt
from ftpstats.commands import run_options as of_run
from ftpstats.commands.shared import asked_for, complain, screen, write
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.experiment.counts import Counts, Progress
    from ftpstats.experiment.journal import Journal
    from ftpstats.experiment.server.settings import Address, ServerSettings
    from ftpstats.manifest import Manifest

__all__ = ["SAID_AGAIN", "run", "serve"]

_SHOWN_FILES = 5
# What a plan's duration is computed with: the thesis's link, and the start of a client.
_ASSUMED_RATE, _ASSUMED_SECONDS = 100e6 / 8, 0.02
_NOTHING_LEFT = "none of its transfers are left: start another experiment with another --output"


# Options that may be given again with --resume, and why; all others come from FTP.json.
SAID_AGAIN = {
    "user": "FTP.json records it since version 3; a mistyped one may be corrected",
    "max_failures": "FTP.json records it; it decides when to stop, not how a transfer is made",
    "resume": "it is the request itself",
    "folder": "it names the experiment",
    "quiet": "it changes only what is printed",
}


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
    Run an experiment: measure servers with a real FTP client.

    Transfers each file from each server, and writes FTP.log and RESULT.log, as the thesis's script did, and FTP.json,
    which records machine, client, servers, files and settings.
    """
    from ftpstats.experiment import setup
    from ftpstats.manifest import MAX_FAILURES, Settings

    if resume:
        _resume(ctx, folder, _Doing(user, max_failures, quiet, resume=True))
        return
    if not targets:
        raise UsageError("name a label, like `ftpstats run baseline`, or servers, like `ftpstats run xen=192.168.1.3`")
    of_run.check_tls(tls, certificate, insecure)
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
        max_failures=MAX_FAILURES if max_failures is None else max_failures,
    )
    sizes = tuple(size or ()) if file else tuple(size or of_run.DEFAULT_SIZES)
    servers = setup.find_targets(targets, of_run.parse_throttles(throttle or ()))
    manifest = setup.new_manifest(servers, setup.Wanted(client, sizes, tuple(file or ()), settings))
    if dry_run:
        write(screen(_plan(manifest), None), None)
    else:
        _experiment(folder, manifest, _Doing(user, max_failures, quiet, any_client=client == "auto"))


def _resume(ctx: typer.Context, folder: Path, doing: "_Doing") -> None:
    """Continue the experiment in a folder."""
    from ftpstats.experiment.credentials import as_user
    from ftpstats.manifest import LOG, MANIFEST, read_manifest

    rest = {name: f"--{name.replace('_', '-')}" for name in ctx.params if name not in SAID_AGAIN}
    for option in asked_for(ctx, rest | {"targets": "a label"}):
        raise UsageError(f"--resume continues the experiment in --output as planned; leave out {option}")
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"--resume: {folder} contains no experiment (no {MANIFEST}); name its folder with --output")
    manifest = read_manifest(folder / MANIFEST)
    _experiment(folder, manifest if doing.user is None else as_user(manifest, doing.user, folder / LOG), doing)


def _plan(manifest: "Manifest") -> list[Any]:
    from ftpstats.present.progress import plan_parts
    from ftpstats.schedule import expected_seconds, steps

    seconds = expected_seconds(manifest, _ASSUMED_RATE, _ASSUMED_SECONDS)
    has_pace = all(server.bytes_per_second for server in manifest.servers)
    assumed = "as fast as the throttles allow" if has_pace else "over a link of 100 Mbit/s"
    if any(file.bytes is None for file in manifest.files):
        assumed += ", without files whose size is not known yet"
    return plan_parts(manifest, steps(manifest), seconds, assumed)


@dataclass(frozen=True, slots=True)
class _Doing:
    """Options of an experiment that are given each time that it is started or continued."""

    user: str | None
    max_failures: int | None
    quiet: bool
    resume: bool = False
    any_client: bool = False


def _experiment(folder: Path, manifest: "Manifest", doing: _Doing) -> None:
    """Start an experiment, or continue the one in the folder; print the outcome at the end."""
    from ftpstats.experiment.journal import Journal
    from ftpstats.experiment.programs import Terminated, terminable
    from ftpstats.experiment.runner import run as run_experiment
    from ftpstats.experiment.setup import ready
    from ftpstats.present import progress

    begun, going_on = doing.resume, _going_on(folder, manifest, doing)
    try:
        with (
            terminable(),
            ready(manifest, doing.user, any_client=doing.any_client) as rig,
            Journal.resumed(folder) if doing.resume else Journal.began(folder, rig.manifest) as journal,
            progress.watching(sys.stderr, quiet=doing.quiet) as report,
        ):
            begun, going_on = True, _going_on(folder, rig.manifest, doing)
            journal.record_users(rig.manifest.servers)
            if not doing.quiet:
                complain(f"client: {progress.client_words(journal.manifest.client)}")
            watch = _telling_stops(journal, going_on, report)
            counts = run_experiment(journal, rig.endpoints, rig.sources, max_failures=doing.max_failures, report=watch)
    except (KeyboardInterrupt, Terminated):
        complain(f"interrupted; {going_on}" if begun else "interrupted")
        raise
    _say_result(journal, doing, counts, going_on)


def _telling_stops(
    journal: "Journal", going_on: str, report: "Callable[[Progress], None]"
) -> "Callable[[Progress], None]":
    """Return a reporter of progress that also prints at once which label is stopped: others may take hours."""
    from ftpstats.present.progress import stop_line

    told: set[str] = set()

    def watch(progress: "Progress") -> None:
        report(progress)
        for stop in progress.stops:
            if stop.label not in told:
                told.add(stop.label)
                complain(stop_line(stop, going_on if journal.left()[stop.label] else _NOTHING_LEFT))

    return watch


def _going_on(folder: Path, manifest: "Manifest", doing: _Doing) -> str:
    """Return the command that continues an experiment, and what else it needs."""
    from ftpstats.experiment.credentials import PASSWORD, has_password_in_environment

    words = ["ftpstats", "run", "--resume", "--output", str(folder)]
    if doing.resume and doing.user is not None:  # an option given now may not be in FTP.json
        words += ["--user", doing.user]
    if doing.resume and doing.max_failures is not None:
        words += ["--max-failures", str(doing.max_failures)]
    again = f", with {PASSWORD} set again" if has_password_in_environment(manifest, doing.user) else ""
    return f"`{shlex.join(words)}` continues{again}"


def _say_result(journal: "Journal", doing: _Doing, counts: "Counts", going_on: str) -> None:
    """Print the outcome of the transfers; exit with 1 if a label completed nothing or has transfers left."""
    from ftpstats.experiment.credentials import completed_labels
    from ftpstats.present import progress

    log = journal.folder / "FTP.log"
    if not doing.quiet and doing.resume and not (counts.completed or counts.failed):
        complain("nothing was left to do")
    elif not doing.quiet:
        title = "Transfers made now" if doing.resume else "Transfers"
        write(screen([progress.counts_table(counts, title), *progress.failure_lines(counts)], None), None)
    if not doing.quiet:
        write(f"{log}\n", None)
    left, nothing = journal.left(), counts.fruitless
    if doing.resume and nothing:
        earlier = completed_labels(log)
        nothing = [label for label in nothing if label not in earlier]
    for label in nothing:
        complain(f"{label}: no transfer completed; {log} shows why")
    for label in left:
        if label not in nothing:
            complain(f"{label}: {left[label]} transfers are left; {going_on}")
    if left or nothing:
        raise typer.Exit(1)


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

    Read-only and on the loopback interface by default, until Ctrl-C or SIGTERM. The password is that of the
    environment variable FTPSTATS_PASSWORD; otherwise a random one is made and shown.
    """
    from ftpstats.experiment.files import temporary_files
    from ftpstats.experiment.server.process import serve as serve_files
    from ftpstats.experiment.server.process import until_terminated
    from ftpstats.experiment.server.settings import Address, ServerSettings

    if root is not None and size:
        raise UsageError("--size makes test files, --root serves existing ones; use one of them")
    chosen = os.environ.get("FTPSTATS_PASSWORD")
    password = chosen or secrets.token_urlsafe(9)
    with until_terminated(), nullcontext(root) if root else temporary_files(size or of_run.DEFAULT_SIZES) as folder:
        settings = ServerSettings(folder, user, password, host, port, writable, throttle, latency or 0.0, tls)

        def started(address: Address) -> None:
            shown = "$FTPSTATS_PASSWORD" if chosen else password
            write(f"{_served(settings, address, shown)}; Ctrl-C stops it\n", None)

        serve_files(settings, started)


def _served(settings: "ServerSettings", address: "Address", password: str) -> str:
    """Return the address of a server and its files."""
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
