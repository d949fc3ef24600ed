"""Warnings to text: as footnotes on a terminal, or as notes in a document. Each once, the most important first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ftpstats.analysis.warnings import WARNINGS
from ftpstats.present.tables import OfFile, kind_names, shown_label, shown_text
from ftpstats.units import label_name, listed

if TYPE_CHECKING:
    from ftpstats.analysis.warnings import Warning

__all__ = ["Footnote", "Footnotes", "Remark", "Warned", "footnotes", "remarks", "warning_lines", "warning_notes"]


class Warned(OfFile, Protocol):
    """What carries warnings: about a label, and files of one size, transferred in one direction."""

    @property
    def label(self) -> str | None:
        """The label."""

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """The warnings."""


_MOST_ALIKE = 3  # warnings that differ in their numbers only
_ORDER = {code: place for place, code in enumerate(WARNINGS)}


@dataclass(frozen=True, slots=True)
class Footnote:
    """
    What all warnings of one code say.

    Attributes
    ----------
    brief : str
        In one sentence, with the labels and files that it is about.
    limits : bool
        Whether it limits the scope or the resolution of a verdict: never left out.
    """

    brief: str
    limits: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """
    One warning in full.

    Attributes
    ----------
    message : str
        With the files that it is about in front.
    advice : str
        Empty where it was given before.
    limits : bool
        Whether it limits the scope or the resolution of a verdict.
    """

    message: str
    advice: str
    limits: bool


@dataclass(frozen=True, slots=True)
class Footnotes:
    """Warnings below an answer: by code, in brief; and each in full with its advice below it, for `--verbose`."""

    notes: tuple[Footnote, ...]
    full: str


def footnotes(results: Sequence[Warned], without: Collection[str] = ()) -> list[Footnotes]:
    """
    Return the warnings of results, the most important first; nothing where there are none.

    Parameters
    ----------
    results : sequence of Warned
        Summaries, comparisons, and whatever else carries warnings.
    without : collection of str
        Codes of warnings about what is not shown.
    """
    found = _by_code(results, without)
    notes = tuple(
        Footnote(text, WARNINGS[code].limits)
        for code, about in found.items()
        for text in _briefly(code, about, results)
    )
    return [Footnotes(notes, "\n".join(warning_lines(results, without)))] if notes else []


def warning_lines(results: Sequence[Warned], without: Collection[str] = ()) -> list[str]:
    """Return each warning for a terminal, in full: with the files it is about in front, and its advice below."""
    return [f"! {one.message}" + (f"\n  {one.advice}" if one.advice else "") for one in remarks(results, without)]


def warning_notes(results: Sequence[Warned], without: Collection[str] = ()) -> list[str]:
    """Return each warning as one line, to stand below a table in a document."""
    return ["; ".join(filter(None, (one.message, one.advice))) + "." for one in remarks(results, without)]


About = list[tuple["Warned", "Warning"]]


def _by_code(results: Iterable[Warned], without: Collection[str]) -> Mapping[str, About]:
    """Return the warnings of each code with the results that have them, in order of importance."""
    found: dict[str, About] = {}
    for result in results:
        for warning in result.warnings:
            if warning.code not in without:
                found.setdefault(warning.code, []).append((result, warning))
    return {code: found[code] for code in sorted(found, key=lambda code: _ORDER[code])}


def _by_warning(about: About) -> dict[Warning, list[Warned]]:
    """Return each warning once, with the results that have it."""
    found: dict[Warning, list[Warned]] = {}
    for result, warning in about:
        found.setdefault(warning, []).append(result)
    return found


def remarks(results: Sequence[Warned], without: Collection[str] = ()) -> list[Remark]:
    """Return each warning once, the most important first."""
    said, advised = [], set()
    for code, about in _by_code(results, without).items():
        for warning, its in _by_warning(about).items():
            where = _where(warning, its, results)
            advice = "" if warning.advice in advised else warning.advice
            said.append(Remark(where + shown_text(warning.message), advice, WARNINGS[code].limits))
            advised.add(warning.advice)
    return said


def _where(
    warning: Warning,
    about: Sequence[Warned],
    results: Sequence[Warned],
) -> str:
    """Return the beginning of a warning: its mark, and what it is about where the message does not say it."""
    kind = WARNINGS[warning.code]
    mark = f"{kind.mark} " if kind.mark else ""
    places = set(map(id, about))
    if kind.names_file or len(places) == len(results):
        return mark
    name = kind_names(results)
    named = dict.fromkeys(map(name, about))
    labels = dict.fromkeys(shown_label(one.label) for one in about if label_name(one.label) not in warning.message)
    kinds = list(map(name, results))
    files = listed(list(named))
    if warning.label is None and labels and sum(kind in named for kind in kinds) > len(places):
        return mark + f"{files} {', '.join(labels)}: ".lstrip()
    return mark if len(named) == len(set(kinds)) else f"{mark}{files}: "


def _briefly(code: str, about: About, results: Sequence[Warned]) -> list[str]:
    """
    Return one warning in full; several in brief, with what they are about.

    Where they have no brief form each is shown; of many the first, and how many more there are.
    """
    distinct = _by_warning(about)
    if len(distinct) > 1 and WARNINGS[code].brief:
        return [_brief(code, about, results)]
    shown = [_where(warning, its, results) + shown_text(warning.message) for warning, its in distinct.items()]
    more = len(shown) - _MOST_ALIKE
    return shown if more <= 1 else [*shown[:_MOST_ALIKE], f"... and {more} more like this"]


def _brief(code: str, about: About, results: Sequence[Warned]) -> str:
    """Return what several warnings have in common, and which labels of which files they are about."""
    labels: dict[str, dict[str, None]] = {}
    name, concerned = kind_names(results), {(one.label, one.bytes, one.direction) for one, _ in about}
    for result, warning in about:
        named = labels.setdefault(name(result), {})
        if warning.label is not None:
            named[shown_text(warning.label)] = None
        elif len(concerned) < len(results):
            named[shown_label(result.label)] = None
    subjects = listed([f"{kind} {', '.join(names)}".lstrip() for kind, names in labels.items() if names], between="; ")
    mark = f"{WARNINGS[code].mark} " if WARNINGS[code].mark else ""
    return mark + WARNINGS[code].brief + (f": {subjects}" if subjects else "")
