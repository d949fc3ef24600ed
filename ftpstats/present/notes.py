"""Warnings to text: below a table on a terminal, or as notes in a document. Each advice is given once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ftpstats.present.tables import shown_text
from ftpstats.units import format_kind

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.sample_size import SampleSize
    from ftpstats.analysis.summary import Summary
    from ftpstats.analysis.warnings import Warning

__all__ = ["warning_lines", "warning_notes"]


def warning_lines(results: Iterable[Summary | Comparison | SampleSize], without: Collection[str] = ()) -> list[str]:
    """
    Return each warning for a terminal: with the files it is about in front, and its advice below.

    Parameters
    ----------
    results : iterable of Summary, Comparison or SampleSize
        Whatever carries warnings.
    without : collection of str
        Codes of warnings about what is not shown.
    """
    lines = [f"! {message}" + (f"\n  {advice}" if advice else "") for message, advice in _warnings(results, without)]
    return ["\n".join(lines)] if lines else []


def warning_notes(results: Iterable[Summary | Comparison | SampleSize], without: Collection[str] = ()) -> list[str]:
    """Return each warning as one line, to stand below a table in a document."""
    return ["; ".join(filter(None, told)) + "." for told in _warnings(results, without)]


def _warnings(
    results: Iterable[Summary | Comparison | SampleSize], without: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return message and advice of each warning, once; the advice is empty where it was given before."""
    files: dict[Warning, dict[str, None]] = {}
    everything = set()
    for result in results:
        named = format_kind(result.bytes, result.direction)
        everything.add(named)
        for warning in (warning for warning in result.warnings if warning.code not in without):
            files.setdefault(warning, {})[named] = None
    found, advised = [], set()
    for warning, about in files.items():
        where = "" if len(about) == len(everything) else f"{', '.join(about)}: "
        found.append((where + shown_text(warning.message), "" if warning.advice in advised else warning.advice))
        advised.add(warning.advice)
    return found
