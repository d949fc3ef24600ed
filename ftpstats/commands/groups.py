"""Options that go together as one dataclass: its fields are the options, whose command gets it filled in.

Typer reads a command's options from its signature, so `grouped` gives it one in which each group is spelt out.
"""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints

__all__ = ["grouped"]


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """
    Let the fields of each dataclass among a command's parameters stand for that parameter.

    Parameters
    ----------
    command : callable
        Its parameters are annotated as Typer reads them, or with a dataclass whose fields are.
    """
    parameters = inspect.signature(command, eval_str=True).parameters
    groups: dict[str, Any] = {name: one.annotation for name, one in parameters.items() if is_dataclass(one.annotation)}
    options = [
        option
        for one in parameters.values()
        for option in (_options(groups[one.name]) if one.name in groups else [one])
    ]

    @wraps(command)
    def called(**given: Any) -> None:  # noqa: ANN401 - what the options are
        made = {name: kind(**{one.name: given.pop(one.name) for one in fields(kind)}) for name, kind in groups.items()}
        command(**given, **made)

    vars(called).update(__signature__=inspect.Signature([one.replace(kind=one.KEYWORD_ONLY) for one in options]))
    called.__annotations__ = {one.name: one.annotation for one in options}
    return called


def _options(kind: Any) -> list[inspect.Parameter]:  # noqa: ANN401 - a dataclass
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if one.default is MISSING else one.default,
            annotation=hints[one.name],
        )
        for one in fields(kind)
    ]
