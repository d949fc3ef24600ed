"""Commands that draw: plot boxplot, plot means, plot qq."""

from collections.abc import Collection
from pathlib import Path

from ftpstats.commands import options as opt
from ftpstats.commands.groups import grouped
from ftpstats.commands.shared import ShownFigure, Which, complain, exit_if_any, remark, write

__all__ = ["boxplot", "means", "qq"]


@grouped
def boxplot(labels: opt.Labels = None, *, which: Which, shown: ShownFigure) -> None:
    """
    Draw Hunt-style box plots.

    They show quartiles, median, minimum and maximum; no outliers are marked. Formats: png, svg, pdf.
    """
    _draw("boxplot", labels, which, shown, without=("autocorrelated", "resolution-limited"))


@grouped
def means(
    labels: opt.Labels = None,
    *,
    which: Which,
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE,
    shown: ShownFigure,
) -> None:
    """
    Draw means with confidence intervals.

    The intervals are Student's t intervals. Formats: png, svg, pdf.
    """
    _draw("means", labels, which, shown, confidence, without=("resolution-limited",))


@grouped
def qq(labels: opt.Labels = None, *, which: Which, shown: ShownFigure) -> None:
    """
    Draw normal Q-Q plots.

    One panel per sample; departures from the line show non-normality, steps a coarse clock. Formats: png, svg, pdf.
    """
    _draw("qq", labels, which, shown, without=("autocorrelated",))


def _draw(
    kind: str,
    labels: list[str] | None,
    which: Which,
    shown: ShownFigure,
    confidence: str = opt.DEFAULT_CONFIDENCE,
    *,
    without: Collection[str],
) -> None:
    """Write a figure and print its name; print its warnings on standard error."""
    from matplotlib.figure import Figure

    from ftpstats.api import plot
    from ftpstats.present.figures.plots import FORMATS, render
    from ftpstats.present.notes import warning_lines

    form = opt.format_of(shown.format_, shown.output, FORMATS, default="png")
    output = shown.output or Path(f"{kind}.{form}")
    drawn = plot.draw(
        kind,
        which.transfers(shown.output),
        *labels or (),
        **which.asked(),
        confidence=confidence,
        figure=Figure(),
    )
    for note in () if shown.quiet else drawn.found.notes:
        complain(note)
    write(render(drawn.figure, form), output)
    if not (output == opt.STDOUT or shown.quiet):
        write(f"{output}\n", None)
    for line in () if shown.quiet else warning_lines(drawn.summaries, without=without):
        remark(line)
    exit_if_any(drawn.found.errors)
