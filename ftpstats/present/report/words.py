"""What a report says in words: what leads it, one line for each verdict, and how a verdict is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.present.tables import kind_among, shown_label, shown_text
from ftpstats.units import format_count

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.present.report.contents import Contents, Origin

__all__ = ["MARKS", "Line", "leads", "origin_text", "remaining", "sentence", "verdict_lines", "versions", "word_in"]

# The shapes that `plot difference` draws: nobody needs the colours to tell verdicts apart.
MARKS = {"faster": "▼", "slower": "▲", "equivalent": "●", "inconclusive": "◆"}
_NAMED = 3  # logs in the first sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One verdict, and its sentence."""

    verdict: str
    sentence: str


def leads(comparisons: Sequence[Comparison]) -> list[str]:
    """Return one sentence for each label: its verdicts, with the files that each is about."""
    found: dict[tuple[str | None, str | None], dict[str, list[str]]] = {}
    for c in comparisons:
        verdicts = found.setdefault((c.label, c.reference), {})
        verdicts.setdefault(c.verdict, []).append(kind_among(c, comparisons))
    return [
        f"{shown_label(label)} compared with {shown_label(reference)}: "
        + "; ".join(f"{verdict} at {', '.join(kinds)}" for verdict, kinds in verdicts.items())
        + "."
        for (label, reference), verdicts in found.items()
    ]


def verdict_lines(contents: Contents) -> list[Line]:
    """Return each comparison's verdict with its sentence."""
    sentences = contents.comparison.sentences if contents.comparison else ()
    return [Line(c.verdict, sentence) for c, sentence in zip(contents.comparisons, sentences, strict=False)]


def remaining(contents: Contents) -> list[str]:
    """Return the sentences that belong to no comparison alone."""
    answer = contents.comparison or contents.summary
    return list(answer.sentences[len(contents.comparisons) :])


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
