"""A sample to its normal Q-Q plot: the points, and the summary with label and warnings."""

from dataclasses import dataclass

from ftpstats.analysis.sample import Sample
from ftpstats.analysis.summary import Summary
from ftpstats.stats.quantiles import NormalQuantiles, normal_quantiles

__all__ = ["NormalQuantiles", "QuantilePlot", "quantile_plot"]


@dataclass(frozen=True, slots=True)
class QuantilePlot:
    """
    One label's transfers of one size in one direction, with normal quantiles.

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
    Compute the points of a normal Q-Q plot.

    Parameters
    ----------
    sample : Sample
        It may be empty.
    summary : Summary
        Its summary, with all warnings to show.

    Returns
    -------
    QuantilePlot
    """
    seconds = sample.seconds
    return QuantilePlot(summary, normal_quantiles(seconds) if len(seconds) else None)
