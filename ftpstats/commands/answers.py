"""Commands that answer: summary, compare."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ftpstats import options as opt
from ftpstats.commands.shared import complain, exit_if_any, labels_named, screen, summaries_of, transfers_of, write

if TYPE_CHECKING:
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
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Describe each label and file size.

    Mean with its interval, spread, normality, five numbers, box plot. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.present import export, notes, summaries

    form = opt.format_of(format_, output, export.TABLE_FORMATS)
    transfers = transfers_of(logs, store, source, output)
    found = summaries_of(transfers, labels, size, confidence, as_printed)
    table = summaries.summary_table(found, confidence)
    if form == "table":
        write(screen([table, *notes.warning_lines(found)], output), output)
    else:
        content = export.document(transfers.sources, confidence=confidence, groups=export.records(found))
        write(export.answer(form, content, "groups", table, notes.warning_notes(found)), output)
    exit_if_any(transfers.bad)


def compare(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="The label that the others are compared with.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="One label or more.")],
    logs: opt.From = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    size: opt.Sizes = None,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    margin: opt.MarginText = "5%",
    method: opt.Method = "contrast",
    as_printed: opt.AsPrinted = False,
    fail_on: opt.FailOn = None,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Say which label is faster, and by how much.

    Each label against the reference, per file size: equivalent, faster, slower or inconclusive, and how far the
    verdict reaches. Formats: table, json, csv, markdown, latex.
    """
    from ftpstats.analysis.compare import compare as compare_labels
    from ftpstats.analysis.settings import with_settings
    from ftpstats.present import comparisons, export, notes

    form = opt.format_of(format_, output, export.TABLE_FORMATS)
    limit = opt.parse_margin(margin)
    transfers = transfers_of(logs, store, source, output)
    known = labels_named(transfers, [reference, *others])
    compared = compare_labels(
        transfers.rows, known, size or (), confidence=confidence, margin=limit, as_printed=as_printed
    )
    found = with_settings(compared, lambda c: (c.label, c.reference), transfers.rows, transfers.manifests)
    table = comparisons.comparison_table(found, confidence)
    if method == "thesis":
        table = comparisons.thesis_table(
            found, summaries_of(transfers, known, size, confidence, as_printed), confidence
        )
    if form == "table":
        sentences = "\n".join(comparisons.comparison_sentences(found, limit, confidence))
        write(screen([table, sentences, *notes.warning_lines(found)], output), output)
    else:
        settings = {"reference": known[0], "confidence": confidence, "margin": asdict(limit)}
        content = export.document(transfers.sources, **settings, comparisons=export.records(found))
        write(export.answer(form, content, "comparisons", table, notes.warning_notes(found)), output)
    exit_if_any(transfers.bad)
    _gate(found, fail_on or [])


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
