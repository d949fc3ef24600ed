"""Statistics of two samples besides the verdict: Hodges–Lehmann shift, P(slower), quantiles, variance components.

Shown on request; no verdict uses them.
"""

from dataclasses import dataclass

from ftpstats.analysis.contrasts import Pair
from ftpstats.analysis.sample import VarianceComponents
from ftpstats.stats.bootstrap import QuantileDifference, quantile_differences
from ftpstats.stats.ranks import brunner_munzel
from ftpstats.stats.two_sample import Shift, hodges_lehmann

__all__ = ["Details", "Superiority", "details_of"]


@dataclass(frozen=True, slots=True)
class Superiority:
    """P(slower): the probability that a transfer of the label takes longer, ties counting half; with its interval."""

    probability: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Details:
    """
    Statistics of two samples besides the verdict. Seconds; differences are label − reference.

    Attributes
    ----------
    shift : Shift
        The Hodges–Lehmann shift: the median of all differences. It assumes independent transfers.
    superiority : Superiority
        It assumes independent transfers.
    quantiles : tuple of QuantileDifference
        Of the median, p90 and p99, by a moving-block bootstrap with a fixed seed.
    components, components_reference : VarianceComponents or None
        Variance between and within runs; None for one run, and where logs, like days, are compared: what a day does to
        its runs is no variation of theirs.
    """

    shift: Shift
    superiority: Superiority
    quantiles: tuple[QuantileDifference, ...]
    components: VarianceComponents | None
    components_reference: VarianceComponents | None


def details_of(pair: Pair, confidence: float = 0.95) -> Details:
    """
    Compute the statistics of a comparison besides the verdict.

    Parameters
    ----------
    pair : Pair
        What is compared.
    confidence : float
        Of every interval, at least 0.5 and below 1.
    """
    other, reference = pair.other, pair.reference
    ranks = brunner_munzel(other.seconds, reference.seconds, confidence)
    return Details(
        shift=hodges_lehmann(other.seconds, reference.seconds, confidence),
        superiority=Superiority(ranks.probability, ranks.low, ranks.high),
        quantiles=quantile_differences(
            [run.seconds for run in other.runs], [run.seconds for run in reference.runs], confidence=confidence
        ),
        components=other.components if pair.several == "runs" else None,
        components_reference=reference.components if pair.several == "runs" else None,
    )
