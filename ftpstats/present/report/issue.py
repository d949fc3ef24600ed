"""A report as Markdown for an issue: verdict, tables, warnings, failures, how it was measured; no figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ftpstats.present.documents import as_markdown, markdown
from ftpstats.present.inspections import account_sentence, odd_lines
from ftpstats.present.report import words
from ftpstats.present.report.tables import experiment_rows, failures_table, shortened
from ftpstats.present.tables import margins_text, shown_text

if TYPE_CHECKING:
    from ftpstats.present.report.contents import Contents
    from ftpstats.present.tables import Table

__all__ = ["to_markdown"]

_ROWS, _LINES, _LENGTH, _EXPERIMENTS = 60, 40, 200, 3  # an issue takes 65,536 characters


def to_markdown(contents: Contents) -> str:
    """Return a report to be pasted into an issue: every text from outside is escaped."""
    return "\n\n".join(part for part in _parts(contents) if part) + "\n"


def _parts(contents: Contents) -> Iterator[str]:
    yield f"# {_plain(contents.title)}"
    yield _plain(words.origin_text(contents))
    yield from (f"**{_plain(lead)}**" for lead in words.leads(contents.comparisons)[:_LINES])
    answer = contents.comparison or contents.summary
    yield _listed([*answer.sentences[: len(contents.comparisons)], *words.remaining(contents)])
    if contents.comparisons and contents.comparison:
        yield _table(contents.comparison.tables[0])
    yield _warnings(contents)
    yield "## Summary"
    yield _table(contents.summary.tables[0])
    if contents.scaling:
        yield "## Influence of the file size"
        yield _table(contents.scaling.tables[0])
        yield _listed(contents.scaling.notes)
    if contents.failures:
        yield "## Failures"
        yield _table(failures_table(contents.failures))
    yield from _folded(contents)


def _warnings(contents: Contents) -> str:
    said = [
        " ".join(filter(None, [f"- **{_plain(one.message)}.**", _plain(words.sentence(one.advice))]))
        for one in words.warnings(contents)[:_LINES]
    ]
    return "## Warnings\n\n" + "\n".join(said) if said else ""


def _folded(contents: Contents) -> Iterator[str]:
    """Yield what only some readers want."""
    origin = contents.origin
    lines = list(map(account_sentence, origin.inspections))
    odd = [line[:_LENGTH] for log in origin.inspections for line in odd_lines(log)]
    terms = contents.terms
    yield _details("Log lines", _listed([*lines, *origin.notes, *origin.errors, *odd]))
    for manifest, _ in origin.by_experiment[:_EXPERIMENTS]:
        yield _details("Experiment", _listed(f"{term}: {value}" for term, value in experiment_rows(manifest)))
    asked = f"confidence {terms.level}, margin {margins_text(terms.margin)}"
    made = _listed([asked, *(f"{name} {number}" for name, number in words.versions())])
    yield _details("How this was made", f"    {shown_text(origin.command)}\n\n{made}")


def _details(summary: str, inside: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{inside}\n\n</details>" if inside else ""


def _table(table: Table) -> str:
    cut = len(table.rows) - _ROWS
    more = f"\n\nAnd {cut} more rows: the page, or `ftpstats summary` and `ftpstats compare`." if cut > 0 else ""
    return markdown([shortened(table, _ROWS, "")], ()).rstrip() + more


def _listed(lines: Iterable[str]) -> str:
    every = list(lines)
    more = [f"- and {len(every) - _LINES} more"] if len(every) > _LINES else []
    return "\n".join([*(f"- {_plain(line)}" for line in every[:_LINES]), *more])


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return as_markdown(shown_text(text))
