"""Commands that answer: summary, compare."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ftpstats import options as opt
from ftpstats.commands.shared import (
    Transfers,
    asked_for,
    complain,
    deliver,
    exit_if_any,
    labels_named,
    samples_named,
    summaries_of,
    transfers_of,
)
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.analysis.companions import Companion
    from ftpstats.analysis.compare import Comparison

__all__ = ["GATE_TRIPPED", "compare", "summary"]

GATE_TRIPPED = 3


def summary(
    labels: opt.Labels = None,
    logs: opt.From = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    size: opt.Sizes = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    as_printed: opt.AsPrinted = False,
    details: opt.Details = False,
    all_tests: opt.AllTests = False,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Describe each label and file size.

    Mean with its interval, spread, normality, five numbers, box plot. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.present.answers import summary_answer
    from ftpstats.present.export import TABLE_FORMATS

    form = opt.format_of(format_, output, TABLE_FORMATS)
    transfers = transfers_of(logs, store, source, output)
    found = summaries_of(transfers, labels, size, confidence, as_printed)
    tests = _tests(transfers, labels, size, as_printed, together=False) if all_tests else None
    deliver(summary_answer(found, tests, confidence, details=details), transfers.sources, form, output)
    exit_if_any(transfers.bad)


def compare(
    ctx: typer.Context,
    labels: Annotated[
        list[str] | None,
        typer.Argument(metavar="REFERENCE OTHER...", help="The label that others are compared with, and those."),
    ] = None,
    logs: opt.From = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
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
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Say which label is faster, and by how much.

    Each label against the reference, per file size: equivalent, faster, slower or inconclusive, and how far the
    verdict reaches. --aa compares each label with itself. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.analysis.compare import compare as compare_labels
    from ftpstats.analysis.rig import compare_with_self
    from ftpstats.analysis.settings import with_settings
    from ftpstats.present.answers import comparison_answer, self_answer
    from ftpstats.present.export import TABLE_FORMATS

    form = opt.format_of(format_, output, TABLE_FORMATS)
    limit = opt.parse_margin(margin)
    _check(ctx, labels or (), aa)
    transfers = transfers_of(logs, store, source, output)
    known, sizes = labels_named(transfers, labels or ()), size or ()
    found: list[Comparison] = []
    if aa:
        rig = compare_with_self(transfers.rows, known or None, sizes, confidence=confidence, as_printed=as_printed)
        answer = self_answer(rig, limit, confidence)
    else:
        compared = compare_labels(
            transfers.rows, known, sizes, confidence=confidence, margin=limit, as_printed=as_printed,
            all_pairs=all_pairs, details=details,
        )  # fmt: skip
        found = with_settings(compared, lambda c: (c.label, c.reference), transfers.rows, transfers.manifests)
        answer = comparison_answer(
            found,
            _tests(transfers, known, size, as_printed, together=True) if all_tests else None,
            limit,
            confidence,
            reference=None if all_pairs else known[0],
            thesis=summaries_of(transfers, known, size, confidence, as_printed) if method == "thesis" else None,
        )
    deliver(answer, transfers.sources, form, output)
    exit_if_any(transfers.bad)
    _gate(found, fail_on or ())


# What says nothing about runs of one label.
_OF_COMPARISONS = {
    "margin": "--margin", "method": "--method", "all_pairs": "--all-pairs", "details": "--details",
    "all_tests": "--all-tests", "fail_on": "--fail-on",
}  # fmt: skip


def _check(ctx: typer.Context, labels: Sequence[str], aa: bool) -> None:
    for option in asked_for(ctx, _OF_COMPARISONS) if aa else ():
        raise UsageError(f"{option} is about labels compared with others; --aa compares each with itself")
    if not aa and len(labels) < 2:
        raise UsageError("name two labels or more, the reference first, like `ftpstats compare xen vmware`")


def _tests(
    transfers: Transfers, labels: list[str] | None, sizes: list[int] | None, as_printed: bool, *, together: bool
) -> list["Companion"]:
    """Make every textbook test, of all samples of one size and direction together or of each alone."""
    from ftpstats.analysis.companions import companions
    from ftpstats.analysis.compare import by_kind

    every = [one for one in samples_named(transfers, labels, sizes, as_printed) if one.runs and one.bytes is not None]
    groups = [list(alike.values()) for alike in by_kind(every)]
    parts = groups if together else [[sample] for group in groups for sample in group]
    return [companion for part in parts for companion in companions(part)]


def _gate(found: Sequence["Comparison"], fail_on: Sequence[str]) -> None:
    """Exit with 3, and say why, where a verdict is one that the caller does not accept."""
    from ftpstats.present.tables import shown_label
    from ftpstats.units import format_kind

    tripped = [c for c in found if c.verdict in fail_on]
    for c in tripped:
        kind = format_kind(c.bytes, c.direction)
        complain(f"--fail-on {c.verdict}: {shown_label(c.label)}, {kind}, against {shown_label(c.reference)}")
    if tripped:
        raise typer.Exit(GATE_TRIPPED)
