"""Options that go together as one dataclass: its fields are the options, whose command gets it filled in.

Typer reads a command's options from its signature, so `grouped` gives it one in which each group is spelt out.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints

__all__ = ["grouped"]

_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def grouped(command: Callable[..., None], more: Mapping[str, type] | None = None) -> Callable[..., None]:
    """
    Let the fields of each dataclass among a command's parameters stand for that parameter.

    Parameters
    ----------
    command : callable
        Its parameters are annotated as Typer reads them, or with a dataclass whose fields are.
    more : Mapping, optional
        Dataclasses by name, which it takes as ``**`` beside its named parameters.
    """
    parameters = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.kind != one.VAR_KEYWORD
    ]
    parameters += [inspect.Parameter(name, _KEYWORD, annotation=kind) for name, kind in (more or {}).items()]
    groups: dict[str, Any] = {one.name: one.annotation for one in parameters if is_dataclass(one.annotation)}
    options = [option for one in parameters for option in (_options(groups[one.name]) if one.name in groups else [one])]

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
            _KEYWORD,
            default=inspect.Parameter.empty if one.default is MISSING else one.default,
            annotation=hints[one.name],
        )
        for one in fields(kind)
    ]
