"""What a report says in words: what leads it, one line for each verdict, and how a verdict is marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.present.notes import Remark, footnotes, remarks
from ftpstats.present.tables import DAGGER, kind_names, shown_label, shown_text
from ftpstats.present.verdicts import marks
from ftpstats.units import format_count, listed

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.present.report.contents import Contents, Origin

__all__ = [
    "MARKS", "Line", "leads", "limits", "origin_text", "others_counted", "remaining", "sentence",
    "verdict_lines", "versions", "warnings", "word_in",
]  # fmt: skip

# The shapes that `plot difference` draws: nobody needs the colours to tell verdicts apart.
MARKS = {"faster": "▼", "slower": "▲", "equivalent": "●", "inconclusive": "◆"}
_AGAINST = {"faster": "than", "slower": "than", "equivalent": "to", "inconclusive": "against"}
_NAMED = 3  # logs in the first sentence
_APART, _SERIES, _LISTED = 3, 4, 12  # labels with a sentence each; in a row that is written in short; listed at most
_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One verdict, and its sentence."""

    verdict: str
    sentence: str


def leads(comparisons: Sequence[Comparison]) -> list[str]:
    """Return what leads a report: each label's verdicts; of many labels, for each file size who has which verdict."""
    return _by_label(comparisons) if len({c.label for c in comparisons}) <= _APART else _by_verdict(comparisons)


def _by_label(comparisons: Sequence[Comparison]) -> list[str]:
    found: dict[tuple[str | None, str | None], dict[str, list[str]]] = {}
    name = kind_names(comparisons)
    for c in comparisons:
        verdicts = found.setdefault((c.label, c.reference), {})
        verdicts.setdefault(c.verdict, []).append(name(c))
    return [
        f"{shown_label(label)} compared with {shown_label(reference)}: "
        + "; ".join(f"{verdict} at {listed(kinds, 12)}" for verdict, kinds in verdicts.items())
        + "."
        for (label, reference), verdicts in found.items()
    ]


_Verdicts = tuple[tuple[str, tuple[str, ...]], ...]  # by verdict, the labels that have it


def _by_verdict(comparisons: Sequence[Comparison]) -> list[str]:
    sizes: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    name = kind_names(comparisons)
    for c in comparisons:
        verdicts = sizes.setdefault((c.reference, name(c)), {})
        verdicts.setdefault(c.verdict, []).append(shown_label(c.label))
    alike: dict[tuple[str | None, _Verdicts], list[str]] = {}
    for (reference, kind), verdicts in sizes.items():
        found = tuple((word, tuple(verdicts[word])) for word in MARKS if word in verdicts)
        alike.setdefault((reference, found), []).append(kind)
    return [_grouped(shown_label(reference), found, kinds) for (reference, found), kinds in alike.items()]


def _grouped(reference: str, verdicts: _Verdicts, kinds: Sequence[str]) -> str:
    (first, labels), *others = verdicts
    begin = f"{first.capitalize()} {_AGAINST[first]} {reference} at {', '.join(kinds)}: {_listed(labels)}"
    return "; ".join([begin, *(f"{verdict}: {_listed(each)}" for verdict, each in others)]) + "."


def _listed(labels: Sequence[str]) -> str:
    """Return labels in a row; those that are numbered on from one to the next, as the first and the last of them."""
    series: list[list[str]] = []
    for label in labels:
        if series and _is_next(series[-1][-1], label):
            series[-1].append(label)
        else:
            series.append([label])
    named = [name for one in series for name in ([f"{one[0]} to {one[-1]}"] if len(one) >= _SERIES else one)]
    more = [f"and {len(named) - _LISTED} more"] if len(named) > _LISTED else []
    return ", ".join([*named[:_LISTED], *more])


def _is_next(before: str, label: str) -> bool:
    found = _NUMBERED.fullmatch(before)
    return found is not None and label == f"{found[1]}{int(found[2]) + 1:0{len(found[2])}}"


def verdict_lines(contents: Contents) -> list[Line]:
    """Return each comparison's verdict with its sentence."""
    sentences = contents.comparison.sentences if contents.comparison else ()
    return [Line(c.verdict, sentence) for c, sentence in zip(contents.comparisons, sentences, strict=False)]


def remaining(contents: Contents) -> list[str]:
    """Return the sentences that belong to no comparison alone, or say that there is none."""
    if not contents.has_completed:
        failed = sum(one.failed + one.partial for one in contents.summaries)
        attempts = f"{format_count(failed, 'attempt')} failed" if failed else "there are no attempts"
        return [f"No transfer completed: {attempts}, so there is nothing to compare or to describe."]
    answer = contents.comparison or contents.summary
    found = list(answer.sentences[len(contents.comparisons) :])
    disagreeing = sum(bool(marks(c)) for c in contents.comparisons)
    if disagreeing:
        found.append(
            f"{DAGGER.strip()} In {disagreeing} of {format_count(len(contents.comparisons), 'comparison')}, other "
            "tests disagree; the warnings say which, and why."
        )
    return [f"{one[:1].upper()}{one[1:].removesuffix('.')}." for one in found]


def limits(contents: Contents) -> list[str]:
    """Return what limits the verdicts, or the results of one label; nothing where nothing completed."""
    if not contents.has_completed:
        return []
    notes = [note for one in footnotes(contents.comparisons or contents.summaries) for note in one.notes]
    # That other tests disagree is counted above.
    return [note.brief for note in notes if note.limits and not note.brief.startswith(DAGGER.strip())]


def warnings(contents: Contents) -> list[Remark]:
    """Return each warning in full."""
    return remarks(contents.results)


def others_counted(others: int, *, is_more: bool) -> str:
    """Return how many warnings do not limit the result."""
    more = "more " if is_more else ""
    return format_count(others, f"{more}warning that does", f"{more}warnings that do") + " not limit the result"


def sentence(phrase: str) -> str:
    """Return a phrase of a warning as a sentence; nothing of none."""
    return f"{phrase[:1].upper()}{phrase[1:]}." if phrase else ""


def word_in(cell: str) -> str:
    """Return the verdict that a cell of a table begins with; empty where it has none."""
    word = cell.split(" ", maxsplit=1)[0]
    return word if word in MARKS else ""


def origin_text(contents: Contents) -> str:
    """Return in one sentence what the report is about."""
    transfers = sum(one.n for one in contents.summaries)
    labels = dict.fromkeys(shown_label(one.label) for one in contents.summaries)
    counted = f"{format_count(transfers, 'completed transfer')} of {format_count(len(labels), 'label')}"
    return f"{counted}, from {_logs(contents.origin)}."


def _logs(origin: Origin) -> str:
    if not origin.inputs:
        return "a table"
    if len(origin.inputs) > _NAMED:
        return format_count(len(origin.inputs), "log")
    return ", ".join(map(shown_text, origin.inputs))


_PACKAGES = ("numpy", "scipy", "polars", "pandas", "matplotlib", "Jinja2")


def versions() -> list[tuple[str, str]]:
    """Return the versions of what computed and drew the report."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from ftpstats import __version__

    found = [("ftpstats", __version__), ("Python", platform.python_version())]
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # not installed by a package manager: what it is, nobody knows
            found.append((name, "unknown"))
    return found
