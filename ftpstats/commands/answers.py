"""Commands that answer: summary, compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ftpstats.commands import options as opt
from ftpstats.commands.shared import Question, Which, ask, asked_for, complain, deliver, exit_if_any
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.analysis.gates import Gates
    from ftpstats.analysis.sample import Sample
    from ftpstats.analysis.textbook import Companion
    from ftpstats.analysis.verdict import Margin
    from ftpstats.present.answers import Answer

__all__ = ["GATE_MATCHED", "compare", "summary"]

GATE_MATCHED = 3


def summary(
    labels: opt.Labels = None,
    logs: opt.From = None,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    same: opt.Same = None,
    client: opt.Clients = None,
    size: opt.Sizes = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    as_printed: opt.AsPrinted = False,
    details: opt.Details = False,
    all_tests: opt.AllTests = False,
    format_: opt.Format = None,
    output: opt.Output = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Describe each label and file size.

    Mean with interval, standard deviation, normality, five-number summary, box plot. Formats: table, json, csv,
    markdown, latex.
    """
    from ftpstats.present.answers import summary_answer
    from ftpstats.present.export import TABLE_FORMATS

    form = opt.format_of(format_, output, TABLE_FORMATS)
    asked = ask(
        Which(logs, label, encoding, store, source, same, client),
        labels,
        size,
        output,
        as_printed=as_printed,
        quiet=quiet,
    )
    every = asked.samples()
    found = asked.described(every, confidence)
    tests = _tests(every, together=False) if all_tests else None
    answer = summary_answer(found, tests, confidence, details=details)
    deliver(answer, asked.transfers.sources, form, output, quiet=quiet)
    exit_if_any(asked.transfers.bad)


def compare(
    ctx: typer.Context,
    labels: Annotated[
        list[str] | None,
        typer.Argument(metavar="REFERENCE OTHER...", help="The reference label, and the labels to compare with it."),
    ] = None,
    logs: opt.From = None,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    same: opt.Same = None,
    client: opt.Clients = None,
    size: opt.Sizes = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    margin: opt.MarginText = "5%",
    method: opt.Method = "contrast",
    as_printed: opt.AsPrinted = False,
    all_pairs: opt.AllPairs = False,
    aa: opt.AgainstItself = False,
    details: opt.Details = False,
    all_tests: opt.AllTests = False,
    fail_on: opt.FailOn = None,
    max_failure_rate: opt.MaxFailureRate = None,
    format_: opt.Format = None,
    output: opt.Output = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Show which label is faster, by how much, and whether it matters.

    The verdict on each label against the reference, per file size, is equivalent, faster, slower or inconclusive.
    --aa compares each label with itself. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.analysis.gates import Gates
    from ftpstats.present.export import TABLE_FORMATS

    form = opt.format_of(format_, output, TABLE_FORMATS)
    limit = opt.parse_margin(margin)
    _check(ctx, labels or (), aa)
    asked = ask(
        Which(logs, label, encoding, store, source, same, client),
        labels,
        size,
        output,
        as_printed=as_printed,
        quiet=quiet,
    )
    gates = Gates(tuple(fail_on or ()), max_failure_rate)
    how = _How(confidence, limit, all_pairs, details, all_tests, is_thesis=method == "thesis")
    answer, matched = (_against_itself(asked, how), []) if aa else _compared(asked, how, gates)
    deliver(answer, asked.transfers.sources, form, output, quiet=quiet)
    for line in matched:
        complain(line)
    exit_if_any(asked.transfers.bad)
    if matched:
        raise typer.Exit(GATE_MATCHED)


@dataclass(frozen=True, slots=True)
class _How:
    """How labels are compared, and what is shown."""

    confidence: float
    margin: "Margin"
    all_pairs: bool
    details: bool
    all_tests: bool
    is_thesis: bool


def _against_itself(asked: Question, how: _How) -> "Answer":
    from ftpstats.analysis.aa import compare_with_self
    from ftpstats.present.answers import self_answer

    rows, printed = asked.transfers.rows, asked.as_printed
    found = compare_with_self(rows, asked.labels, asked.sizes, confidence=how.confidence, as_printed=printed)
    return self_answer(found, how.margin, how.confidence)


def _compared(asked: Question, how: _How, gates: "Gates") -> tuple["Answer", list[str]]:
    """Return the answer, and the matches of gates in one line each."""
    from ftpstats.analysis.compare import asked_pairs, compare_samples
    from ftpstats.analysis.gates import Compared, matches
    from ftpstats.analysis.settings import with_settings
    from ftpstats.present.answers import comparison_answer
    from ftpstats.present.gates import match_line

    labels = asked.labels or []
    pairs = asked_pairs(labels, all_pairs=how.all_pairs)
    every = asked.samples()
    compared = compare_samples(
        every, pairs, confidence=how.confidence, margin=how.margin, details=how.details, may_lack=gates.asked
    )
    found = with_settings(compared, lambda c: (c.label, c.reference), asked.transfers.rows, asked.transfers.manifests)
    answer = comparison_answer(
        found,
        _tests(every, together=True) if how.all_tests else None,
        how.margin,
        how.confidence,
        reference=None if how.all_pairs else labels[0],
        thesis=asked.described(every, how.confidence) if how.is_thesis else None,
    )
    if not gates.asked:
        return answer, []
    # Where every two are compared, each is the other's reference.
    both_ways = [*pairs, *((other, reference) for reference, other in pairs)] if how.all_pairs else pairs
    looked_at = Compared(found, every, both_ways, asked.sizes, 1 - how.confidence)
    return answer, [match_line(match) for match in matches(gates, looked_at)]


# What says nothing about runs of one label.
_OF_COMPARISONS = {
    "margin": "--margin", "method": "--method", "all_pairs": "--all-pairs", "details": "--details",
    "all_tests": "--all-tests", "fail_on": "--fail-on", "max_failure_rate": "--max-failure-rate",
}  # fmt: skip


def _check(ctx: typer.Context, labels: Sequence[str], aa: bool) -> None:
    for option in asked_for(ctx, _OF_COMPARISONS) if aa else ():
        raise UsageError(f"{option} does not go with --aa, which compares each label with itself")
    if not aa and len(labels) < 2:
        raise UsageError("name at least two labels, the reference first, like `ftpstats compare xen vmware`")


def _tests(every: Sequence["Sample"], *, together: bool) -> list["Companion"]:
    """Make every textbook test, of all samples of one size and direction together or of each alone."""
    from ftpstats.analysis.compare import by_kind
    from ftpstats.analysis.textbook import companions

    groups = [list(alike.values()) for alike in by_kind([one for one in every if one.runs and one.bytes is not None])]
    parts = groups if together else [[sample] for group in groups for sample in group]
    return [companion for part in parts for companion in companions(part)]
