"""The command that reports: report."""

import typer

from ftpstats.commands import options as opt
from ftpstats.commands.groups import grouped
from ftpstats.commands.remarks import complain
from ftpstats.commands.shared import ShownReport, Which, exit_if_any, write
from ftpstats.errors import UsageError
from ftpstats.places import Place, place

__all__ = ["report"]

_PAGE = place("report.html")


@grouped
def report(
    ctx: typer.Context,
    labels: opt.ReportLabels = None,
    *,
    which: Which,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    margin: opt.Margins = opt.DEFAULT_MARGIN,
    unit: opt.Unit = "s",
    title: opt.ReportTitle = None,
    personal: opt.Personal = False,
    shown: ShownReport,
) -> None:
    """
    Write a report that can be mailed.

    One file with verdicts, figures, tables, warnings, log lines, failures and methods, in a page without scripts that
    opens without network. Formats: html, markdown (for an issue, without figures).
    """
    from ftpstats.api.reporting import FORMATS, make_report

    form = opt.format_of(shown.format_, shown.output, FORMATS, default="html")
    output = shown.output or (_PAGE if form == "html" else opt.STDOUT)
    if shown.open_ and output == opt.STDOUT:
        raise UsageError("--open opens a file; name one with --output")
    made = make_report(
        which.transfers(output),
        *labels or (),
        command=["ftpstats", *ctx.obj],
        **which.asked(),
        confidence=confidence,
        margin=margin,
        unit=unit,
        title=title,
        personal=personal,
    )
    for note in () if shown.quiet else made.notes:
        complain(note)
    write(made.text(form), output)
    if not (output == opt.STDOUT or shown.quiet):
        write(f"{output}\n", None)
    if shown.open_:
        _open(output)
    exit_if_any(made.errors)


def _open(page: Place) -> None:
    import webbrowser

    if not webbrowser.open(page.resolve().as_uri()):
        complain(f"--open: no browser is found; open {page} yourself")
