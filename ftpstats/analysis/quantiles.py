"""A sample to its normal Q-Q plot: the points, and the summary that says whose they are and what to mind."""

from dataclasses import dataclass

from ftpstats.analysis.sample import Sample
from ftpstats.analysis.summary import Summary
from ftpstats.stats.quantiles import NormalQuantiles, normal_quantiles

__all__ = ["NormalQuantiles", "QuantilePlot", "quantile_plot"]


@dataclass(frozen=True, slots=True)
class QuantilePlot:
    """
    One label's transfers of one size in one direction, beside normal quantiles.

    Attributes
    ----------
    summary : Summary
        Of the same transfers.
    quantiles : NormalQuantiles or None
        Elapsed seconds; None where no transfer completed.
    """

    summary: Summary
    quantiles: NormalQuantiles | None


def quantile_plot(sample: Sample, summary: Summary) -> QuantilePlot:
    """
    Put a sample beside normal quantiles.

    Parameters
    ----------
    sample : Sample
        It may be empty.
    summary : Summary
        Its own, with all warnings that are to be shown.

    Returns
    -------
    QuantilePlot
    """
    seconds = sample.seconds
    return QuantilePlot(summary, normal_quantiles(seconds) if len(seconds) else None)
