"""Results to an answer: what a terminal shows, what a document contains, what a program reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ftpstats.present import comparisons as shown
from ftpstats.present.details import details_table, order_table, shape_table
from ftpstats.present.export import records
from ftpstats.present.notes import warning_lines, warning_notes
from ftpstats.present.sample_sizes import STOPPING, plan_sentences, plan_table
from ftpstats.present.summaries import summary_table
from ftpstats.present.tables import Table
from ftpstats.present.textbook import companions_table, self_table

if TYPE_CHECKING:
    from ftpstats.analysis.aa import SelfComparison
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.sample_size import Aim, Plan
    from ftpstats.analysis.summary import Summary
    from ftpstats.analysis.textbook import Companion
    from ftpstats.analysis.verdict import Margin

NOTHING = "nothing to compare: the labels have no completed transfers of one size in common"

__all__ = ["Answer", "comparison_answer", "plan_answer", "self_answer", "summary_answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """
    One answer in all its forms.

    Attributes
    ----------
    parts : tuple of Table or str
        For a terminal, from top to bottom.
    notes : tuple of str
        Below its tables in a document: what must not be lost where they are pasted.
    content : Mapping
        The JSON document's keys but those that every document has.
    rows : str
        The one of them whose value are the rows of the CSV.
    beyond_rows : bool
        Whether more was asked for than these rows hold.
    """

    parts: tuple[Table | str, ...]
    notes: tuple[str, ...]
    content: Mapping[str, Any]
    rows: str
    beyond_rows: bool

    @property
    def tables(self) -> list[Table]:
        """The tables among the parts."""
        return [part for part in self.parts if isinstance(part, Table)]


def summary_answer(
    summaries: Sequence[Summary], tests: Sequence[Companion] | None, confidence: float, *, details: bool
) -> Answer:
    """
    Answer with summaries.

    Parameters
    ----------
    summaries : sequence of Summary
    tests : sequence of Companion, or None
        None unless asked for.
    confidence : float
        Of every interval.
    details : bool
        Show shape and order too.
    """
    more = [shape_table(summaries), order_table(summaries)] if details else []
    return Answer(
        parts=(summary_table(summaries, confidence), *more, *_tests(tests), *warning_lines(summaries)),
        notes=tuple(warning_notes(summaries)),
        content={"confidence": confidence, "groups": records(summaries), "tests": records(tests)},
        rows="groups",
        beyond_rows=details or tests is not None,
    )


def comparison_answer(  # noqa: PLR0913 - what is shown, and how
    comparisons: Sequence[Comparison],
    tests: Sequence[Companion] | None,
    margin: Margin,
    confidence: float,
    *,
    reference: str | None,
    thesis: Sequence[Summary] | None,
) -> Answer:
    """
    Answer with comparisons.

    Parameters
    ----------
    comparisons : sequence of Comparison
        With details, where these were asked for; none where the labels share no size, and that is no error.
    tests : sequence of Companion, or None
        None unless asked for.
    margin : Margin
        Theirs.
    confidence : float
        1 − α.
    reference : str or None
        The label that all are compared with; None where every two are.
    thesis : sequence of Summary, or None
        What the thesis's own reading is made of, where that is asked for.
    """
    table = shown.comparison_table(comparisons, confidence)
    if thesis is not None:
        table = shown.thesis_table(comparisons, thesis, confidence)
    below = [] if thesis is None else [shown.ABOUT_OVERLAP]
    sentences = [*below, *shown.comparison_sentences(comparisons, margin, confidence)] if comparisons else [NOTHING]
    details = [details_table(comparisons, confidence, margin)] if any(c.details for c in comparisons) else []
    warnings = warning_lines(comparisons, without=(shown.DISAGREEMENT,))
    return Answer(
        parts=(table, "\n".join(sentences), *details, *_tests(tests), *warnings),
        notes=(*sentences, *warning_notes(comparisons, without=(shown.DISAGREEMENT,))),
        content={
            "reference": reference,
            "confidence": confidence,
            "margin": asdict(margin),
            "comparisons": records(comparisons),
            "tests": records(tests),
            "aa": None,
        },
        rows="comparisons",
        beyond_rows=bool(details) or tests is not None,
    )


def plan_answer(plans: Sequence[Plan], aim: Aim) -> Answer:
    """Answer with what would decide."""
    sentences = [*plan_sentences(plans, aim), STOPPING]
    return Answer(
        parts=(plan_table(plans, aim), "\n".join(sentences), *warning_lines(plans)),
        notes=(*sentences, *warning_notes(plans)),
        content={**asdict(aim), "plans": records(plans)},
        rows="plans",
        beyond_rows=False,
    )


def self_answer(found: Sequence[SelfComparison], margin: Margin, confidence: float) -> Answer:
    """Answer with each label against itself."""
    about = (
        "Two runs of one label should not differ. If more pairs differ significantly than chance explains, runs vary "
        "by more than their transfers show: measure several runs of each label in mixed order."
    )
    return Answer(
        parts=(self_table(found, confidence), about),
        notes=(about,),
        content={
            "reference": None,
            "confidence": confidence,
            "margin": asdict(margin),
            "comparisons": [],
            "tests": None,
            "aa": records(found),
        },
        rows="aa",
        beyond_rows=False,
    )


def _tests(tests: Sequence[Companion] | None) -> list[Table]:
    return [companions_table(tests)] if tests else []
