"""How a figure is to look: options as people write them, to what `present.figures` takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from ftpstats.api.arguments import Sizes, one_of
from ftpstats.errors import UsageError
from ftpstats.present.figures.axis import Scale
from ftpstats.present.figures.page import Layout
from ftpstats.units import UNITS, Unit

__all__ = ["InUnit", "Levels", "Measured", "OfSummaries", "Options", "Rates", "layout_of", "scale_of", "unit_of"]

_INCHES = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4}
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(in|cm|mm)\s*")
_MOST_INCHES = 60
_PAGE = ("width", "height", "font_size", "title", "caption")


class Options(TypedDict, total=False):
    """What every figure may be given."""

    size: Sizes
    client: str | Iterable[str] | None
    where: str | None
    label_from: str | None
    as_printed: bool
    width: str | float | None
    height: str | float | None
    font_size: float | None
    title: str | None
    caption: str | None


class InUnit(Options, total=False):
    """And a figure of times or throughput."""

    unit: str


class OfSummaries(InUnit, total=False):
    """And a figure of comparisons, which may be of published summaries."""

    summaries: Any
    inflation: str | float | None
    run_sd: str | float | None


class Measured(InUnit, total=False):
    """And a figure with an axis of times."""

    log: bool
    from_zero: bool


class Levels(Measured, total=False):
    """What a figure of levels over time may be given."""

    by: str
    false_alarm_rate: str | float
    time_zone: str | None


class Rates(Options, total=False):
    """What a figure of throughput may be given."""

    unit: str
    time_zone: str | None


def layout_of(options: Mapping[str, Any], *, is_on_axes: bool) -> Layout:
    """
    Return how the page looks.

    Raises
    ------
    UsageError
        If a value cannot be read, or the figure is the user's.
    """
    given = {name: options[name] for name in _PAGE if options.get(name) is not None}
    if given and is_on_axes:
        raise UsageError(f"{next(iter(given))}: with ax the figure is yours; set it there")
    caption = given.get("caption")
    return Layout(
        width=_inches(given["width"], "width") if "width" in given else None,
        height=_inches(given["height"], "height") if "height" in given else None,
        font_size=_points(given["font_size"]) if "font_size" in given else Layout().font_size,
        title=given.get("title"),
        caption="" if caption == "none" else caption,
    )


def _inches(value: str | float, name: str) -> float:
    """Return a length in inches: a number of them, or ``89mm``, ``9cm``, ``3.5in``; text needs a unit."""
    match = _LENGTH.fullmatch(value if isinstance(value, str) else f"{value}in")
    found = float(match[1]) * _INCHES[match[2]] if match else 0.0
    if not 1 <= found <= _MOST_INCHES:
        raise UsageError(f"{name} {value}: write it like 3.5in, 9cm or 89mm, from 1in to {_MOST_INCHES}in")
    return found


def _points(value: str | float) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = 0.0
    if not 4 <= found <= 40:
        raise UsageError(f"font-size {value}: write it in points, like 7, from 4 to 40")
    return found


def scale_of(options: Mapping[str, Any]) -> Scale:
    """Return which scale is asked for."""
    if options.get("log") and options.get("from_zero"):
        raise UsageError("log: a logarithmic axis has no zero to start from; leave out one of log and from-zero")
    return "log" if options.get("log") else "zero" if options.get("from_zero") else "auto"


def unit_of(options: Mapping[str, Any]) -> Unit:
    """Return the unit that times are shown in."""
    return UNITS[one_of(options.get("unit", "s"), tuple(UNITS), "unit")]
