"""The command line: commands, exit status of errors, help.

A command is imported when it is called, and what is heavy where it is used, so that `ftpstats --help` is instant.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer

from ftpstats import __version__
from ftpstats.commands.deferred import add_command, add_group, new_app
from ftpstats.commands.remarks import complain, waiting
from ftpstats.errors import FtpstatsError, UsageError

__all__ = ["app", "main"]

INTERRUPTED = 130

app = new_app(
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Read file-transfer logs and show which platform is faster, by how much, and whether it matters.",
    epilog="Exit status: 0 success, 1 error, 2 wrong usage, 3 a gate matched, 130 interrupted.",
)


def main(arguments: Sequence[str] | None = None, name: str | None = None) -> NoReturn:
    """
    Run the command line, and exit: the one place where errors become one line each and an exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process unless given.
    name : str, optional
        What the program is called in usage lines; as it was called unless given.
    """
    _open_closed_streams()
    _start_lightly()
    try:
        words = list(sys.argv[1:] if arguments is None else arguments)
        with waiting(is_quiet=not {"-q", "--quiet"}.isdisjoint(words)):
            status = app(words, prog_name=name, standalone_mode=False, obj=words)  # a command may name its origin
    except FtpstatsError as error:
        for line in str(error).splitlines():
            complain(line)
        status = 2 if isinstance(error, UsageError) else 1
    except typer.TyperException as error:
        status = _wrong_usage(error)
    except typer.Abort:
        status = 1
    except KeyboardInterrupt:
        status = INTERRUPTED
    except OSError as error:  # of --help and --version, which no command of ours writes
        complain(f"standard output: cannot be written: {error.strerror}")
        status = 1
    sys.exit(status if isinstance(status, int) else 0)


def _wrong_usage(error: Any) -> int:  # noqa: ANN401 - Typer gives its errors no type that has their context
    """Say what is wrong with how a command was called, in one line; return the exit status."""
    message, context = error.format_message(), getattr(error, "ctx", None)
    if "\n" in message:  # a group without a command shows its help
        error.show()
    elif type(error) is typer.BadParameter:  # of a value it says itself what it may be
        complain(message.removesuffix("."))
    else:
        see = context and f"See `{context.command_path} --help`."
        complain(" ".join(filter(None, [message if message.endswith((".", "?")) else f"{message}.", see])))
    return int(error.exit_code)


def _open_closed_streams() -> None:
    """Let what a caller has closed lead nowhere; else the next file that is opened would take its place."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: SIM115, PTH123


def _start_lightly() -> None:
    """Leave out what takes a sixth of the processor time of a small comparison, and does nothing for it."""
    # Nothing here multiplies matrices worth a second thread, but two libraries start some each; and a sum that is split
    # over threads differs in its last digits between machines.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imports make a hundred thousand objects, and two hundred searches for cycles among them find nothing to free.
    gc.set_threshold(50_000)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"ftpstats {__version__}")
        raise typer.Exit


_FIRST_STEPS = """\
ftpstats reads file-transfer logs and shows which platform is faster. To begin:
  ftpstats check FTP.log      account for every line of an FTP client's log
  ftpstats ingest FTP.log     keep its transfers; then: ftpstats summary
  ftpstats run a=HOST b=HOST  measure two FTP servers, with a real client
  ftpstats --help             list all commands
"""


@app.callback(invoke_without_command=True)
def _options(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback shows it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        from ftpstats.commands.options import store_folder

        print(ctx.get_help() if store_folder().exists() else _FIRST_STEPS, end="")


# Of each module of commands/, its commands in the order of the help, with the first line of theirs.
_COMMANDS = {
    "reading": {
        "ingest": "Put logs into the store.",
        "parse": "Write the transfers of logs as a tidy table.",
        "check": "Account for every line of a log.",
    },
    "answers": {
        "summary": "Describe each label and file size.",
        "compare": "Show which label is faster, by how much, and whether it matters.",
        "history": "Show whether a label's runs changed over time: levels, where they change, and by how much.",
        "scaling": "Show what influence the file size has: latency and throughput of each label.",
        "throughput": "Show how fast transfers are, by size, hour, day, peer, direction or client.",
    },
    "planning": {"plan": "Estimate the required sample size: of a comparison, or with --for of scaling or history."},
    "reporting": {"report": "Write a report that can be mailed."},
    "experiment": {
        "run": "Run an experiment: measure servers with a real FTP client.",
        "serve": "Serve files by FTP, to measure against.",
    },
}
# A module that is a group of commands.
_GROUPS = {
    "drawing": ("plot", "Draw figures: distributions, means, differences, order."),
    "storing": ("store", "List, change and export the contents of the store."),
}

for _module, _commands in _COMMANDS.items():
    for _name, _line in _commands.items():
        add_command(app, _module, _name, _line)
for _module, (_name, _line) in _GROUPS.items():
    add_group(app, _module, _name, _line)
