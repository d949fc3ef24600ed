"""The command line: commands, exit status of errors, help.

Heavy imports are made where they are used, so that `ftpstats --help` is instant.
"""

import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from ftpstats import __version__
from ftpstats.commands import answers, drawing, experiment, planning, reading, storing
from ftpstats.commands.shared import complain
from ftpstats.errors import FtpstatsError, UsageError

__all__ = ["app", "main"]

INTERRUPTED = 130


class _Commands(TyperGroup):
    """The one place where our errors become one line and an exit status, and where arguments get their names."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as the class above declares it
        command = super().get_command(ctx, cmd_name)
        for argument in getattr(command, "params", ()):
            if argument.param_type_name == "argument":
                # Typer would write {FILE...}... and <list[str]>; a metavar says it as people write it.
                pieces, no_type = partial(_given, [argument.display_name_raw]), partial(_given, None)
                vars(argument).update(get_usage_pieces=pieces, display_type_rich=no_type)
        return command

    def main(self, *arguments: Any, **options: Any) -> NoReturn:  # noqa: ANN401 - as the class above declares it
        """Run the command and exit; wrong usage is one line, like any other error."""
        try:
            status = super().main(*arguments, **{**options, "standalone_mode": False})
        except typer.TyperException as error:
            sys.exit(_said(error))
        except typer.Abort:
            sys.exit(1)
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the class above declares it
        try:
            return super().invoke(ctx)
        except FtpstatsError as error:
            complain(str(error))
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            _leave_pipe()


def _said(error: Any) -> int:  # noqa: ANN401 - Typer gives its errors no type that has their context
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


def _leave_pipe() -> NoReturn:
    """The reader has closed the pipe; without this, Python would report an error when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _given(value: object, ctx: object) -> object:  # noqa: ARG001 - as Typer calls it
    return value


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help, in a third of the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Read file-transfer logs and show which platform is faster, by how much, and whether it matters.",
    epilog="Exit status: 0 success, 1 error, 2 wrong usage, 3 a gate of compare matched, 130 interrupted.",
)
plot = typer.Typer(
    cls=_Commands, no_args_is_help=True, help="Draw box plots, means with intervals, or normal Q-Q plots."
)
app.add_typer(plot, name="plot")
store = typer.Typer(cls=_Commands, no_args_is_help=True, help="List, change and export the contents of the store.")
app.add_typer(store, name="store")


def main() -> None:
    """Run the command line."""
    _open_closed_streams()
    # A command is over before garbage would matter, and imports and blocks make much that lives: collect rarely.
    gc.set_threshold(50_000, 20, 100)
    # Polars gives memory back after half a second, and would soon ask for it again, cleared page by page.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")
    try:
        app()
    except BrokenPipeError:
        _leave_pipe()
    except OSError as error:  # of --help and --version, which no command of ours writes
        complain(f"standard output: cannot be written: {error.strerror}")
        sys.exit(1)


def _open_closed_streams() -> None:
    """Let what a caller has closed lead nowhere; else the next file that is opened would take its place."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: SIM115, PTH123


def _version(wanted: bool) -> None:
    if wanted:
        print(f"ftpstats {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


_COMMANDS: tuple[Callable[..., None], ...] = (
    reading.ingest,
    reading.parse,
    reading.check,
    answers.summary,
    answers.compare,
    planning.plan,
    experiment.run,
    experiment.serve,
)
_PLOTS: tuple[Callable[..., None], ...] = (drawing.boxplot, drawing.means, drawing.qq)

_STORE: tuple[Callable[..., None], ...] = (
    storing.list_,
    storing.forget,
    storing.relabel,
    storing.compact,
    storing.export,
)

for _command in _COMMANDS:
    app.command()(_command)
for _command in _PLOTS:
    plot.command()(_command)
for _command in _STORE:
    store.command(_command.__name__.rstrip("_"))(_command)
