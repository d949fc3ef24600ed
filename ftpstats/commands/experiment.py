"""Commands that measure: run, serve."""

import os
import shlex
import sys
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

import ftpstats
from ftpstats.commands import options as opt
from ftpstats.commands import run_options as of_run
from ftpstats.commands.groups import grouped
from ftpstats.commands.remarks import complain
from ftpstats.commands.run_options import Design, Serving
from ftpstats.commands.shared import asked_for, screen, write
from ftpstats.errors import UsageError
from ftpstats.places import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftpstats.api.experiments import Experiment
    from ftpstats.api.serving import Served
    from ftpstats.experiment.counts import Progress
    from ftpstats.experiment.journal import Journal
    from ftpstats.manifest import Manifest

__all__ = ["SAID_AGAIN", "run", "serve"]

_SHOWN_FILES = 5
_NOTHING_LEFT = "none of its transfers are left: start another experiment with another --output"


# What may be given again when an experiment continues, and why; all else is in its FTP.json.
SAID_AGAIN = {
    "user": "FTP.json records it since version 3; a mistyped one may be corrected",
    "max_failures": "FTP.json records it; it decides when to stop, not how a transfer is made",
    "resume": "it is the request itself",
    "folder": "it names the experiment",
    "quiet": "it changes only what is printed",
}


@grouped
def run(
    ctx: typer.Context,
    targets: of_run.Targets = None,
    *,
    design: Design,
    user: of_run.User = None,
    resume: of_run.Resume = False,
    dry_run: of_run.DryRun = False,
    folder: of_run.Folder = of_run.DEFAULT_FOLDER,
    quiet: opt.Quiet = False,
) -> None:
    """
    Run an experiment: measure servers with a real FTP client.

    Transfers each file from each server, and writes FTP.log and RESULT.log, as the thesis's script did, and FTP.json,
    which records machine, client, servers, files and settings.
    """
    asked = asdict(design)
    if resume:
        rest = {name: f"--{name.replace('_', '-')}" for name in ctx.params if name not in SAID_AGAIN}
        for option in asked_for(ctx, rest | {"targets": "a label"}):
            raise UsageError(f"--resume continues the experiment in --output as planned; leave out {option}")
        asked = {"max_failures": design.max_failures}
    if dry_run:
        _show_plan(targets or (), asked)
        return
    screen_watcher = _Screen(folder, user, design.max_failures, resume=resume, quiet=quiet)
    with screen_watcher as watcher:
        made = ftpstats.run(*targets or (), folder=folder, user=user, resume=resume, watcher=watcher, **asked)
    _show_result(made, screen_watcher)


def _show_plan(targets: "list[str] | tuple[()]", asked: dict[str, object]) -> None:
    from ftpstats.present.progress import plan_parts

    planned = ftpstats.plan_run(*targets, **asked)  # type: ignore[arg-type]
    write(screen(plan_parts(planned.manifest, planned.steps, planned.seconds, planned.assumed), None), None)


class _Screen(ftpstats.Watcher):
    """Shows progress, which label is stopped and what to do, and what an interrupt has left."""

    def __init__(self, folder: Place, user: str | None, max_failures: int | None, *, resume: bool, quiet: bool) -> None:
        self.folder, self.resume, self.quiet = folder, resume, quiet
        self._user, self._max_failures = user, max_failures
        self._begun = resume
        self._manifest: Manifest | None = None
        self._journal: Journal | None = None
        self._told: set[str] = set()
        self._stack = ExitStack()
        self._report: Callable[[Progress], None] | None = None

    def __enter__(self) -> "_Screen":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        from ftpstats.experiment.programs import Terminated

        self._stack.close()
        if kind is not None and issubclass(kind, KeyboardInterrupt | Terminated):
            complain(f"interrupted; {self.going_on}" if self._begun and self._manifest else "interrupted")

    def planned(self, manifest: "Manifest") -> None:
        """Keep what is to be done."""
        self._manifest = manifest

    def is_server(self, label: str) -> bool:
        """Whether a label is that of a server; solo transfers of a duet have labels of their own."""
        return self._manifest is not None and label in {server.label for server in self._manifest.servers}

    def begun(self, journal: "Journal") -> None:
        """Say which client it is, and begin to show progress."""
        from ftpstats.present import progress

        self._journal, self._manifest, self._begun = journal, journal.manifest, True
        if not self.quiet:
            complain(f"client: {progress.client_words(journal.manifest.client)}")
        self._report = self._stack.enter_context(progress.watching(sys.stderr, quiet=self.quiet))

    def made(self, progress: "Progress") -> None:
        """Show progress; say at once which label is stopped: the others may take hours."""
        from ftpstats.present.progress import stop_line

        if self._report is None or self._journal is None:
            return
        self._report(progress)
        for stop in progress.stops:
            if stop.label not in self._told:
                self._told.add(stop.label)
                complain(stop_line(stop, self.going_on if self._journal.left()[stop.label] else _NOTHING_LEFT))

    @property
    def going_on(self) -> str:
        """The command that continues the experiment, and what else it needs."""
        from ftpstats.experiment.credentials import PASSWORD, has_password_in_environment

        words = ["ftpstats", "run", "--resume", "--output", str(self.folder)]
        if self.resume and self._user is not None:  # what was said again may not be in FTP.json
            words += ["--user", self._user]
        if self.resume and self._max_failures is not None:
            words += ["--max-failures", str(self._max_failures)]
        has_password = self._manifest is not None and has_password_in_environment(self._manifest, self._user)
        return f"`{shlex.join(words)}` continues{f', with {PASSWORD} set again' if has_password else ''}"


def _show_result(made: "Experiment", watcher: _Screen) -> None:
    """Print the outcome of the transfers; exit with 1 if a label completed nothing or has transfers left."""
    from ftpstats.present import progress

    if not watcher.quiet:
        if watcher.resume and not (made.counts.completed or made.counts.failed):
            complain("nothing was left to do")
        else:
            title = "Transfers made now" if watcher.resume else "Transfers"
            parts = [progress.counts_table(made.counts, title), *progress.failure_lines(made.counts)]
            write(screen(parts, None), None)
        write(f"{made.log}\n", None)
    for label in made.without_completed:
        complain(f"{label}: no transfer completed; {made.log} shows why")
    for label, left in made.left.items():
        if label not in made.without_completed:
            complain(f"{label}: {left} transfers are left; {watcher.going_on}")
    if made.left or made.without_completed:
        raise typer.Exit(1)
    if not watcher.quiet:
        labels = [
            label for label in dict.fromkeys(label for label, _ in made.counts.measured) if watcher.is_server(label)
        ]
        words = ["ftpstats", "compare" if len(labels) > 1 else "summary", *labels, "--from", str(made.folder)]
        complain(f"next: {shlex.join(words)}")


@grouped
def serve(*, serving: Serving) -> None:
    """
    Serve files by FTP, to measure against.

    Read-only and on the loopback interface by default, until Ctrl-C or SIGTERM. The password is that of the
    environment variable FTPSTATS_PASSWORD; otherwise a random one is made and shown.
    """
    from ftpstats.api.serving import serve_here

    serve_here(lambda served: write(f"{_served(served)}; Ctrl-C stops it\n", None), **asdict(serving))


def _served(served: "Served") -> str:
    """Return the address of a server and its files."""
    from ftpstats.api.serving import PASSWORD
    from ftpstats.present.tables import shown_text

    files = served.files
    told = [
        f"AUTH TLS, certificate {served.certificate}; " if served.certificate else "",
        "writable: " if served.writable else "read-only: ",
        ", ".join(shown_text(file.name) for file in files[:_SHOWN_FILES]) or "no file",
        f" and {len(files) - _SHOWN_FILES} more" if len(files) > _SHOWN_FILES else "",
    ]
    url = served.url(f"${PASSWORD}" if os.environ.get(PASSWORD) else None)
    return f"{url} ({''.join(told)})"
