"""Comparisons of published summaries to an answer: what they assume first, then what `compare` shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftpstats.present.answers import Answer, comparison_answer

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.matches import Match
    from ftpstats.analysis.published import PublishedSample
    from ftpstats.present.comparisons import Five
    from ftpstats.present.verdicts import Terms

__all__ = ["ASSUMED", "assumptions", "published_answer"]

ASSUMED = ("assumed-independent", "assumed-inflation", "assumed-one-level", "assumed-run-sd")


@dataclass(frozen=True, slots=True)
class _Interval:
    """What the thesis shows of a sample."""

    label: str
    bytes: int
    direction: str | None
    mean: float
    ci_high: float | None


def published_answer(  # noqa: PLR0913 - what is shown, and how
    comparisons: Sequence[Comparison],
    terms: Terms,
    samples: Sequence[PublishedSample],
    *,
    reference: str | None,
    thesis: bool,
    matches: Sequence[Match],
) -> Answer:
    """
    Answer with comparisons of published summaries.

    Parameters
    ----------
    comparisons, terms, reference, matches
        As for `comparison_answer`.
    samples : sequence of PublishedSample
        What is compared.
    thesis : bool
        Whether the thesis's own reading is shown.
    """
    intervals = [_interval(one, terms.confidence) for one in samples] if thesis else None
    answer = comparison_answer(
        comparisons,
        None,
        terms,
        lambda: {(one.label, *one.kind): _box(one) for one in samples},
        reference=reference,
        thesis=intervals,
        matches=matches,
        silent=ASSUMED,
    )
    said = assumptions(comparisons)
    return replace(
        answer,
        parts=("\n".join(said), *answer.parts),
        sentences=(*said, *answer.sentences),
        notes=(*said, *answer.notes),
    )


def assumptions(comparisons: Sequence[Comparison]) -> list[str]:
    """Return what comparisons assume, a sentence each."""
    found = {warning.code: warning for one in comparisons for warning in one.warnings if warning.code in ASSUMED}
    said = [f"{one.message}; {one.advice}." for one in (found[code] for code in ASSUMED if code in found)]
    return [each[0].upper() + each[1:] for each in said] or [
        "Nothing is assumed of autocorrelation and runs: the table tells both."
    ]


def _interval(one: PublishedSample, confidence: float) -> _Interval:
    half = one.half_width(confidence)
    return _Interval(one.label, *one.kind, one.mean, None if half is None else one.mean + half)


def _box(one: PublishedSample) -> Five:
    """Return the five numbers of a box plot; none where not all are published."""
    known = tuple(value for value in one.box if value is not None)
    return known if len(known) == len(one.box) else ()
