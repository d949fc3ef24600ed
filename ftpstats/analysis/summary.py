"""A sample to its Summary: the numbers per label and size, and warnings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ftpstats.analysis.checks import clients_differ, mixed_sizes, summary_checks
from ftpstats.analysis.order import Order, order_of
from ftpstats.analysis.sample import Sample, VarianceComponents
from ftpstats.analysis.throughput import throughput
from ftpstats.analysis.warnings import Warning
from ftpstats.stats.describe import describe, mean
from ftpstats.stats.normality import shapiro_wilk
from ftpstats.stats.serial import lag1_by_run
from ftpstats.units import label_name

__all__ = ["Described", "Summary", "described", "summarise", "summarise_together", "warned_together"]


@dataclass(frozen=True, slots=True)
class Summary:
    """
    One label's transfers of one size in one direction, described. Seconds; None is unknown.

    Attributes
    ----------
    runs, n, partial, failed : int
        Runs, transfers analysed, aborted attempts, attempts without a result.
    mean, sd : float or None
        Of all transfers; sd with n − 1.
    k1, ci_low, ci_high : float or None
        t₁₋α⸝₂,ₙ₋₁/√n, and the t interval of the mean: mean ± k1·sd. It assumes independent transfers.
    throughput, throughput_low, throughput_high : float or None
        bytes / mean, in bytes per second, and the ends of the interval likewise.
    min, q1, median, q3, max : float or None
        Five numbers with inclusive quartiles.
    shapiro_w, shapiro_p : float or None
        Shapiro–Wilk test of non-normality; None above 5000 transfers, where its approximation ends.
    skewness, kurtosis : float or None
        Both 0 for a normal distribution, and unbiased for samples of one: G₁ and G₂ of Joanes and Gill (1998), as
        Excel's SKEW and KURT; the kurtosis is the excess over 3. None for equal values and fewer than 3 or 4.
    lag1, variance_inflation : float or None
        Autocorrelation of consecutive transfers, and Ω̂/s²; of several runs, their means.
    resolution : float or None
        Median width of the interval that the printed digits allow.
    order : tuple of Order
        Warm-up, trend, halves and level shift, run by run.
    components : VarianceComponents or None
        Variance between and within runs; None for one run.
    """

    label: str | None
    bytes: int | None
    direction: str | None
    runs: int
    n: int
    partial: int
    failed: int
    mean: float | None
    sd: float | None
    k1: float | None
    ci_low: float | None
    ci_high: float | None
    throughput: float | None
    throughput_low: float | None
    throughput_high: float | None
    min: float | None
    q1: float | None
    median: float | None
    q3: float | None
    max: float | None
    shapiro_w: float | None
    shapiro_p: float | None
    skewness: float | None
    kurtosis: float | None
    lag1: float | None
    variance_inflation: float | None
    resolution: float | None
    order: tuple[Order, ...]
    components: VarianceComponents | None
    warnings: tuple[Warning, ...]


_SMALLEST_SKEWNESS = 3  # and one more for the kurtosis
_THROUGHPUT = {"throughput": "mean", "throughput_low": "ci_high", "throughput_high": "ci_low"}
_NUMBERS = ("mean", "sd", "k1", "ci_low", "ci_high", "min", "q1", "median", "q3", "max")


def summarise(sample: Sample, confidence: float = 0.95) -> Summary:
    """
    Describe one sample.

    Parameters
    ----------
    sample : Sample
        It may be empty.
    confidence : float
        Of the interval of the mean, at least 0.5 and below 1.

    Returns
    -------
    Summary
        With n = 0 every statistic is None; with n = 1 every measure of spread.

    Raises
    ------
    ValueError
        If the confidence is out of range and there is a time to describe.
    """
    seconds = sample.seconds
    described = describe(seconds, confidence) if len(seconds) else None
    normality = shapiro_wilk(seconds) if len(seconds) else None
    skewness, kurtosis = _shape(seconds)
    order = order_of(sample, confidence)
    return Summary(
        label=sample.label,
        bytes=sample.bytes,
        direction=sample.direction,
        runs=len(sample.runs),
        n=len(seconds),
        partial=sample.partial,
        failed=sample.failed,
        **{name: getattr(described, name, None) for name in _NUMBERS},
        **{name: throughput(sample.bytes, getattr(described, time, None)) for name, time in _THROUGHPUT.items()},
        shapiro_w=normality.w if normality else None,
        shapiro_p=normality.p if normality else None,
        skewness=skewness,
        kurtosis=kurtosis,
        lag1=sample.mean_over_runs(lag1_by_run),
        variance_inflation=sample.inflation,
        resolution=sample.resolution,
        order=order,
        components=sample.components,
        warnings=summary_checks(sample, described, order),
    )


def _shape(seconds: npt.NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Return skewness and kurtosis."""
    if len(seconds) < _SMALLEST_SKEWNESS or not np.ptp(seconds):
        return None, None
    from scipy.stats import kurtosis, skew

    # Neither knows a unit or a level, but SciPy takes a spread that is small against the level for none.
    deviations = seconds - mean(seconds)
    scaled = deviations / np.abs(deviations).max()
    enough = len(seconds) > _SMALLEST_SKEWNESS
    return float(skew(scaled, bias=False)), float(kurtosis(scaled, bias=False)) if enough else None


def summarise_together(samples: Sequence[Sample], confidence: float = 0.95) -> list[Summary]:
    """
    Describe samples that are shown together; warn where those of one size and direction had different clients.

    Parameters
    ----------
    samples : sequence of Sample
        In the order of the answer.
    confidence : float
        Of the intervals of the means, at least 0.5 and below 1.

    Raises
    ------
    ValueError
        If the confidence is out of range and there is a time to describe.
    """
    return warned_together([described(sample, confidence) for sample in samples])


@dataclass(frozen=True, slots=True)
class Described:
    """A summary, and the clients of its transfers: what has to be known of samples that are shown together."""

    summary: Summary
    clients: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its label as messages name it."""
        return label_name(self.summary.label)


def described(sample: Sample, confidence: float) -> Described:
    """Describe one sample: see `summarise`."""
    return Described(summarise(sample, confidence), sample.clients)


def warned_together(found: Sequence[Described]) -> list[Summary]:
    """Return summaries that are shown together, with the warnings of `summarise_together`."""
    alike: dict[tuple[int | None, str | None], list[Described]] = {}
    for one in found:
        alike.setdefault((one.summary.bytes, one.summary.direction), []).append(one)
    differing = {kind: clients_differ(those) for kind, those in alike.items()}
    mixed = mixed_sizes([[one.summary.n] for one in found], len(alike), "one label")
    return [
        replace(one, warnings=(*one.warnings, *differing[one.bytes, one.direction], *mixed))
        for one in (each.summary for each in found)
    ]
