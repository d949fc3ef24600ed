"""Commands that are imported when they are called: `ftpstats --help` needs only their names and first lines."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, TypeAlias

import typer
from typer.core import TyperCommand
from typer.main import get_command

__all__ = ["Deferred", "add_command", "add_group", "new_app"]

_Command: TypeAlias = Any  # Typer has no public name for what commands and groups of them are


def new_app(**settings: Any) -> typer.Typer:  # noqa: ANN401 - what Typer takes
    """Return a command line without commands, of plain help, which takes a third of the time."""
    return typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, **settings)


class Deferred(TyperCommand):
    """What stands for a command, or a group of them, in a list of commands. Its callback returns what it stands for."""

    def made(self) -> _Command:
        """Import the command."""
        return self.callback() if self.callback else None

    def make_context(self, *arguments: Any, **more: Any) -> _Command:  # noqa: ANN401 - as Typer does
        """Let the command itself read its arguments: it is what the context then invokes."""
        return self.made().make_context(*arguments, **more)


def add_command(app: typer.Typer, module: str, name: str, line: str) -> None:
    """Add a command: the function of this name in a module of `commands/`, whose docstring begins with the line."""

    def make() -> _Command:
        return _made([_of(module, name)], new_app(add_completion=False))

    _add(app, name, line, make)


def add_group(app: typer.Typer, module: str, name: str, line: str) -> None:
    """Add a group of commands: those of COMMANDS in a module of `commands/`."""

    def make() -> _Command:
        return _made(_of(module, "COMMANDS"), new_app(add_completion=False, no_args_is_help=True, help=line))

    _add(app, name, line, make)


def _add(app: typer.Typer, name: str, line: str, make: Callable[[], _Command]) -> None:
    app.command(name, help=line, cls=Deferred)(make)


def _of(module: str, name: str) -> Any:  # noqa: ANN401 - a function, or several
    return getattr(import_module(f"ftpstats.commands.{module}"), name)


def _made(functions: Iterable[Callable[..., None]], app: typer.Typer) -> _Command:
    for function in functions:
        app.command(function.__name__.rstrip("_"))(function)  # one may be called as what Python has, like list
    return get_command(app)
