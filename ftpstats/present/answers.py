"""Results to an answer: what a terminal shows, what a document contains, what a program reads.

What one kind of answer alone needs is imported where it is made: `compare` on a small log waits for what it imports.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftpstats.present.annotations import Case, cases
from ftpstats.present.comparisons import ABOUT_OVERLAP, comparison_table, thesis_table
from ftpstats.present.details import details_table, order_table, shape_table
from ftpstats.present.export import inspection_record, margins_content, records
from ftpstats.present.notes import Footnotes, footnotes, warning_notes
from ftpstats.present.summaries import about_plus_minus, summary_sentences, summary_table
from ftpstats.present.tables import Table
from ftpstats.present.verdicts import Terms, comparison_sentences
from ftpstats.units import format_count

if TYPE_CHECKING:
    from ftpstats.analysis.aa import SelfComparison
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.designs import Aim
    from ftpstats.analysis.history import History
    from ftpstats.analysis.history_size import HistorySize, StepAim
    from ftpstats.analysis.matches import Match
    from ftpstats.analysis.rates import ByGroup
    from ftpstats.analysis.sample_size import SampleSize
    from ftpstats.analysis.scaling import Scaling
    from ftpstats.analysis.scaling_size import LinePrecision, ScalingSize
    from ftpstats.analysis.summary import Summary
    from ftpstats.analysis.textbook import TextbookTest
    from ftpstats.analysis.verdict import Margins
    from ftpstats.logs.inspection import Inspection
    from ftpstats.present.comparisons import Boxes, Described
    from ftpstats.present.histories import Asked as AskedHistory
    from ftpstats.present.rates import Asked

NOTHING = (
    "nothing to compare: the labels have no completed transfers of one size in common; `ftpstats throughput` describes "
    "transfers of any size"
)

__all__ = [
    "Answer", "comparison_answer", "history_answer", "history_size_answer", "inspection_answer", "sample_size_answer",
    "scaling_answer", "scaling_size_answer", "self_answer", "stored_answer", "summary_answer", "textbook_answer",
    "throughput_answer",
]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """
    One answer in all its forms.

    Attributes
    ----------
    parts : tuple of Table, Footnotes or str
        For a terminal, from top to bottom.
    sentences : tuple of str
        What it says in words.
    notes : tuple of str
        Below its tables in a document: sentences and warnings, which must not be lost where the tables are pasted.
    make_content : callable
        Gives `content`: records of many results take time, and most forms need none.
    rows : str
        The key of `content` whose value are the rows of the CSV.
    beyond_rows : bool
        Whether more was asked for than these rows hold.
    cases : tuple of Case
        Of a comparison, what a service that builds software is told.
    """

    parts: tuple[Table | Footnotes | str, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    make_content: Callable[[], Mapping[str, Any]]
    rows: str
    beyond_rows: bool = False
    cases: tuple[Case, ...] = ()

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The JSON document's keys but those that every document has."""
        return self.make_content()

    @property
    def records(self) -> Sequence[Mapping[str, Any]]:
        """The rows of the CSV."""
        rows: Sequence[Mapping[str, Any]] = self.content[self.rows]
        return rows

    @property
    def tables(self) -> list[Table]:
        """The tables among the parts."""
        return [part for part in self.parts if isinstance(part, Table)]


def summary_answer(
    summaries: Sequence[Summary], tests: Sequence[TextbookTest] | None, confidence: float, unit: str, *, details: bool
) -> Answer:
    """
    Answer with summaries.

    Parameters
    ----------
    summaries : sequence of Summary
    tests : sequence of TextbookTest, or None
        None unless asked for.
    confidence : float
        Of every interval.
    unit : str
        Of `units.UNITS`.
    details : bool
        Show shape and order too.
    """
    more = [shape_table(summaries), order_table(summaries)] if details else []
    return Answer(
        parts=(
            summary_table(summaries, confidence, unit, is_continued=details),
            *more,
            *_tests(tests, confidence),
            *footnotes(summaries),
        ),
        sentences=tuple(summary_sentences(summaries, confidence)),
        notes=(about_plus_minus(confidence), *warning_notes(summaries)),
        make_content=lambda: {"confidence": confidence, "groups": records(summaries), "tests": records(tests)},
        rows="groups",
        beyond_rows=details or tests is not None,
    )


def comparison_answer(  # noqa: PLR0913 - what is shown, and how
    comparisons: Sequence[Comparison],
    tests: Sequence[TextbookTest] | None,
    terms: Terms,
    boxes: Boxes,
    *,
    reference: str | None,
    thesis: Sequence[Described] | None,
    matches: Sequence[Match] = (),
    silent: Collection[str] = (),
) -> Answer:
    """
    Answer with comparisons.

    Parameters
    ----------
    comparisons : sequence of Comparison
        With details, where these were asked for; none where the labels share no size, and that is no error.
    tests : sequence of TextbookTest, or None
        None unless asked for.
    terms : Terms
        Theirs.
    boxes : callable
        Gives the five numbers of each label, size and direction.
    reference : str or None
        The label that all are compared with; None where every two are.
    thesis : sequence of Described, or None
        What the thesis's own reading is made of, where that is asked for.
    matches : sequence of Match
        Of gates.
    silent : collection of str
        Codes of warnings that are said elsewhere.
    """
    below = [] if thesis is None else [ABOUT_OVERLAP]
    verdicts = comparison_sentences(comparisons, terms)
    sentences = [*below, *verdicts] if comparisons else [NOTHING]
    has_details = any(c.details for c in comparisons)
    details = [details_table(comparisons, terms.confidence)] if has_details else []
    return Answer(
        parts=(
            *([_table(comparisons, terms, boxes, thesis)] if comparisons else []),
            "\n".join(sentences),
            *details,
            *_tests(tests, terms.confidence),
            *footnotes(comparisons, silent),
        ),
        sentences=tuple(sentences),
        notes=(
            *([] if thesis is None else [about_plus_minus(terms.confidence)]),
            *sentences,
            *warning_notes(comparisons, silent),
        ),
        make_content=lambda: {
            "reference": reference,
            "confidence": terms.confidence,
            **margins_content(terms.margin),
            "comparisons": records(comparisons),
            "tests": records(tests),
            "aa": None,
        },
        rows="comparisons",
        beyond_rows=bool(details) or tests is not None,
        cases=cases(comparisons, verdicts, matches),
    )


def _table(comparisons: Sequence[Comparison], terms: Terms, boxes: Boxes, thesis: Sequence[Described] | None) -> Table:
    return comparison_table(comparisons, terms, boxes) if thesis is None else thesis_table(comparisons, thesis, terms)


def sample_size_answer(plans: Sequence[SampleSize], aim: Aim, unit: str) -> Answer:
    """Answer with what would decide."""
    from ftpstats.present.sample_sizes import (
        STOPPING,
        designs_table,
        sample_size_sentences,
        sample_size_table,
        simulation_table,
    )

    sentences = [*sample_size_sentences(plans, aim), STOPPING]
    return Answer(
        parts=(
            sample_size_table(plans, aim, unit),
            "\n".join(sentences),
            *filter(None, [designs_table(plans), simulation_table(plans)]),
            *footnotes(plans),
        ),
        sentences=tuple(sentences),
        notes=(*sentences, *warning_notes(plans)),
        make_content=lambda: {
            **margins_content(aim.margin),
            "goal": aim.goal,
            "confidence": aim.confidence,
            "power": aim.power,
            "plans": records(plans),
        },
        rows="plans",
    )


def scaling_size_answer(found: Sequence[ScalingSize], aim: LinePrecision, unit: str) -> Answer:
    """Answer with what makes lines precise."""
    from ftpstats.present.plans import scaling_size_sentences, scaling_size_table

    sentences = scaling_size_sentences(found, aim)
    return Answer(
        parts=(scaling_size_table(found, aim, unit), "\n".join(sentences), *footnotes(found)),
        sentences=tuple(sentences),
        notes=(*sentences, *warning_notes(found)),
        make_content=lambda: {
            "margin": aim.throughput,
            "latency_margin": asdict(aim.latency),
            "confidence": aim.confidence,
            "power": aim.chance,
            "plans": records(found),
        },
        rows="plans",
    )


def history_size_answer(found: Sequence[HistorySize], aim: StepAim) -> Answer:
    """Answer with how many runs show a step."""
    from ftpstats.present.histories import LOOKING
    from ftpstats.present.plans import history_size_sentences, history_size_table, looks_table

    looks = looks_table(found)
    sentences = [*history_size_sentences(found, aim), *([LOOKING] if looks else [])]
    return Answer(
        parts=(history_size_table(found), "\n".join(sentences), *([looks] if looks else []), *footnotes(found)),
        sentences=tuple(sentences),
        notes=(*sentences, *warning_notes(found)),
        make_content=lambda: {
            "difference": asdict(aim.step.of(None)),
            "differences": [{"bytes": size, **asdict(step)} for size, step in aim.step.sizes],
            "power": aim.power,
            "false_alarm_rate": aim.false_alarm_rate,
            "plans": records(found),
        },
        rows="plans",
    )


def throughput_answer(found: ByGroup, asked: Asked) -> Answer:
    """Answer with the throughput of groups of transfers."""
    from ftpstats.present.rates import labelled, throughput_sentences, throughput_table

    sentences = throughput_sentences(found.labels, asked.unit)
    about = labelled(found.labels)
    return Answer(
        parts=(throughput_table(found.groups, asked), "\n".join(sentences), *footnotes(about)),
        sentences=tuple(sentences),
        notes=(*sentences, *warning_notes(about)),
        make_content=lambda: {
            "by": asked.by,
            "time_zone": asked.time_zone,
            "groups": records(found.groups),
            "labels": records(found.labels),
        },
        rows="groups",
    )


def history_answer(found: Sequence[History], asked: AskedHistory) -> Answer:
    """Answer with the levels of runs over time."""
    from ftpstats.present.histories import LOOKING, history_blocks, history_sentences, history_table

    sentences = history_sentences(found, asked)
    looking = [sentence for sentence in sentences if sentence == LOOKING]
    return Answer(
        parts=(history_table(found, asked), *history_blocks(found, asked), *looking, *footnotes(found)),
        sentences=tuple(sentences),
        notes=(*sentences, *warning_notes(found)),
        make_content=lambda: {
            "by": found[0].by,
            "time_zone": asked.time_zone,
            "false_alarm_rate": asked.false_alarm_rate,
            "confidence": asked.terms.confidence,
            **margins_content(asked.terms.margin),
            "histories": [_without_levels(one) for one in records(found) or ()],
            "levels": records([level for one in found for level in one.levels]),
        },
        rows="levels",
    )


def _without_levels(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "levels"}


def scaling_answer(found: Sequence[Scaling], confidence: float, unit: str) -> Answer:
    """Answer with lines of time against size."""
    from ftpstats.present.scaling import Lines, scaling_sentences, scaling_table, times_table

    lines = Lines(confidence, unit)
    sentences, times = scaling_sentences(found, lines), times_table(found, lines)
    below = sentences[len(found) :]  # what the table does not say
    return Answer(
        parts=(
            scaling_table(found, lines),
            *([times] if times else []),
            *(["\n".join(below)] if below else []),
            *footnotes(found),
        ),
        sentences=tuple(sentences),
        notes=(*below, *warning_notes(found)),
        make_content=lambda: {"confidence": confidence, "lines": records(found)},
        rows="lines",
        beyond_rows=times is not None,
    )


def self_answer(found: Sequence[SelfComparison], margin: Margins, confidence: float) -> Answer:
    """Answer with each label against itself."""
    from ftpstats.present.textbook import self_table

    about = (
        "Two runs of one label should not differ. If more pairs differ significantly than chance explains, runs vary "
        "by more than their transfers show: measure several runs of each label in mixed order."
    )
    return Answer(
        parts=(self_table(found, confidence), about),
        sentences=(about,),
        notes=(about,),
        make_content=lambda: {
            "reference": None,
            "confidence": confidence,
            **margins_content(margin),
            "comparisons": [],
            "tests": None,
            "aa": records(found),
        },
        rows="aa",
    )


def textbook_answer(tests: Sequence[TextbookTest], confidence: float) -> Answer:
    """Answer with textbook tests alone."""
    about = "All of them assume independent transfers; no verdict uses them."
    return Answer(
        parts=tuple(_tests(tests, confidence)),
        sentences=(about,),
        notes=(about,),
        make_content=lambda: {"tests": records(tests)},
        rows="tests",
    )


def inspection_answer(logs: Sequence[Inspection]) -> Answer:
    """Answer with what logs hold, and what is odd about them."""
    from ftpstats.present.inspections import account_sentence, inspection_parts, odd_lines

    return Answer(
        parts=tuple(part for log in logs for part in inspection_parts(log)),
        sentences=tuple(map(account_sentence, logs)),
        notes=tuple(line for log in logs for line in (account_sentence(log), *odd_lines(log))),
        make_content=lambda: {"logs": [inspection_record(log) for log in logs]},
        rows="logs",
    )


def stored_answer(logs: Sequence[Mapping[str, Any]]) -> Answer:
    """Answer with the logs of a store."""
    from ftpstats.present.stored import stored_table  # with the store behind it, which no other answer needs

    about = f"{format_count(len(logs), 'log')}, {format_count(sum(log['transfers'] for log in logs), 'transfer')}"
    return Answer(
        parts=(stored_table(logs),), sentences=(about,), notes=(), make_content=lambda: {"logs": logs}, rows="logs"
    )


def _tests(tests: Sequence[TextbookTest] | None, confidence: float) -> list[Table]:
    if not tests:
        return []
    from ftpstats.present.textbook import textbook_table

    return [textbook_table(tests, confidence)]
