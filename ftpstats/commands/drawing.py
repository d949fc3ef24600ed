"""Commands that draw: plot boxplot, plot means, plot qq."""

from collections.abc import Sequence
from pathlib import Path

from ftpstats.commands import options as opt
from ftpstats.commands.shared import Which, ask, exit_if_any, remark, write

__all__ = ["boxplot", "means", "qq"]


def boxplot(
    labels: opt.Labels = None,
    logs: opt.From = None,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    same: opt.Same = None,
    client: opt.Clients = None,
    size: opt.Sizes = None,
    as_printed: opt.AsPrinted = False,
    format_: opt.Format = None,
    output: opt.Figure = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Draw Hunt-style box plots.

    They show quartiles, median, minimum and maximum; no outliers are marked. Formats: png, svg, pdf.
    """
    from ftpstats.analysis.select import all_labels
    from ftpstats.present import notes
    from ftpstats.present.figures import plots as figures

    form = opt.format_of(format_, output, figures.FORMATS, default="png")
    asked = ask(
        Which(logs, label, encoding, store, source, same, client),
        labels,
        size,
        output,
        as_printed=as_printed,
        quiet=quiet,
    )
    found = asked.described(asked.samples(), opt.DEFAULT_CONFIDENCE)
    drawn = figures.render(figures.boxplot(found, all_labels(asked.transfers.rows)), form)
    warnings = [] if quiet else notes.warning_lines(found, without=("autocorrelated", "resolution-limited"))
    _write_figure(drawn, output or Path(f"boxplot.{form}"), warnings, quiet)
    exit_if_any(asked.transfers.bad)


def means(
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
    format_: opt.Format = None,
    output: opt.Figure = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Draw means with confidence intervals.

    The intervals are Student's t intervals. Formats: png, svg, pdf.
    """
    from ftpstats.analysis.select import all_labels
    from ftpstats.present import notes
    from ftpstats.present.figures import plots as figures

    form = opt.format_of(format_, output, figures.FORMATS, default="png")
    asked = ask(
        Which(logs, label, encoding, store, source, same, client),
        labels,
        size,
        output,
        as_printed=as_printed,
        quiet=quiet,
    )
    found = asked.described(asked.samples(), confidence)
    drawn = figures.render(figures.means(found, confidence, all_labels(asked.transfers.rows)), form)
    warnings = [] if quiet else notes.warning_lines(found, without=("resolution-limited",))
    _write_figure(drawn, output or Path(f"means.{form}"), warnings, quiet)
    exit_if_any(asked.transfers.bad)


def qq(
    labels: opt.Labels = None,
    logs: opt.From = None,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    source: opt.Source = None,
    same: opt.Same = None,
    client: opt.Clients = None,
    size: opt.Sizes = None,
    as_printed: opt.AsPrinted = False,
    format_: opt.Format = None,
    output: opt.Figure = None,
    quiet: opt.Quiet = False,
) -> None:
    """
    Draw normal Q-Q plots.

    One panel per sample; departures from the line show non-normality, steps a coarse clock. Formats: png, svg, pdf.
    """
    from ftpstats.analysis.quantiles import quantile_plot
    from ftpstats.analysis.select import all_labels
    from ftpstats.present import notes
    from ftpstats.present.figures import plots as figures

    form = opt.format_of(format_, output, figures.FORMATS, default="png")
    asked = ask(
        Which(logs, label, encoding, store, source, same, client),
        labels,
        size,
        output,
        as_printed=as_printed,
        quiet=quiet,
    )
    chosen = asked.samples()
    found = asked.described(chosen, opt.DEFAULT_CONFIDENCE)
    plots = [quantile_plot(sample, summary) for sample, summary in zip(chosen, found, strict=True)]
    drawn = figures.render(figures.qq(plots, all_labels(asked.transfers.rows)), form)
    warnings = [] if quiet else notes.warning_lines(found, without=("autocorrelated",))
    _write_figure(drawn, output or Path(f"qq.{form}"), warnings, quiet)
    exit_if_any(asked.transfers.bad)


def _write_figure(drawn: bytes, output: Path, warnings: Sequence[str], quiet: bool) -> None:
    """Write a figure and print its name; print its warnings on standard error."""
    write(drawn, output)
    if not (output == opt.STDOUT or quiet):
        write(f"{output}\n", None)
    for warning in warnings:
        remark(warning)
