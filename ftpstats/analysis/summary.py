"""A sample to its Summary: the numbers per label and size, and what to be careful about."""

from dataclasses import dataclass

import numpy as np

from ftpstats.analysis.select import Sample
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.describe import Description, describe
from ftpstats.stats.normality import shapiro_wilk
from ftpstats.stats.serial import lag1, variance_inflation
from ftpstats.units import format_seconds

__all__ = ["Summary", "is_coarse", "sample_warnings", "summarise"]

# More than this share of one sample printing one value: the digits, not the transfers, decide its spread.
COARSE_SHARE = 0.5
# Resolution over standard deviation from which a normality test sees the rounding.
_RESOLUTION_LIMIT = 0.2
# Ω̂/s² from which to warn. With independent transfers one sample in twenty exceeds it at n = 30, fewer at more.
_INFLATION_LIMIT = 2.0


@dataclass(frozen=True, slots=True)
class Summary:
    """
    One label's transfers of one size in one direction, described. Seconds; None is unknown.

    Attributes
    ----------
    runs, n, partial, failed : int
        Runs, transfers analysed, attempts that broke off, attempts without a result.
    mean, sd : float or None
        Of all transfers; sd with n − 1.
    k1, ci_low, ci_high : float or None
        t₁₋α⸝₂,ₙ₋₁/√n, and the t interval of the mean: mean ± k1·sd. It takes transfers as independent.
    min, q1, median, q3, max : float or None
        Five numbers with inclusive quartiles.
    shapiro_w, shapiro_p : float or None
        Shapiro–Wilk test of non-normality.
    lag1, variance_inflation : float or None
        Autocorrelation of neighbours, and Ω̂/s²; of several runs, their means.
    resolution : float or None
        Median width of the interval that the printed digits allow.
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
    min: float | None
    q1: float | None
    median: float | None
    q3: float | None
    max: float | None
    shapiro_w: float | None
    shapiro_p: float | None
    lag1: float | None
    variance_inflation: float | None
    resolution: float | None
    warnings: tuple[Warning, ...]


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
    return Summary(
        label=sample.label,
        bytes=sample.bytes,
        direction=sample.direction,
        runs=len(sample.runs),
        n=len(seconds),
        partial=sample.partial,
        failed=sample.failed,
        **{name: getattr(described, name, None) for name in _NUMBERS},
        shapiro_w=normality.w if normality else None,
        shapiro_p=normality.p if normality else None,
        lag1=_mean([lag1(run.seconds) for run in sample.runs]),
        variance_inflation=_inflation(sample),
        resolution=sample.resolution,
        warnings=(*sample_warnings(sample, described), *_rounding_warnings(sample, described)),
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _inflation(sample: Sample) -> float | None:
    return _mean([variance_inflation(run.seconds) for run in sample.runs])


def is_coarse(sample: Sample) -> bool:
    """Whether more than half of the sample prints one value; False where nothing was measured."""
    return bool(sample.runs) and _commonest(sample)[1] > COARSE_SHARE


def _commonest(sample: Sample) -> tuple[float, float]:
    """Return the value that most transfers share, and their share."""
    values, times = np.unique(sample.seconds, return_counts=True)
    return float(values[times.argmax()]), float(times.max() / times.sum())


def sample_warnings(sample: Sample, described: Description | None) -> tuple[Warning, ...]:
    """Return what to be careful about in one sample."""
    return tuple(_outcome_warnings(sample)) + (() if described is None else tuple(_time_warnings(sample, described)))


def _outcome_warnings(sample: Sample) -> list[Warning]:
    unfinished = sample.partial + sample.failed
    found = []
    if unfinished:
        found.append(warn("unfinished", label=sample.name, unfinished=unfinished, attempts=sample.attempts))
    if sample.untimed:
        found.append(warn("untimed", label=sample.name, untimed=sample.untimed))
    return found


def _time_warnings(sample: Sample, described: Description) -> list[Warning]:
    if described.n == 1:
        return [warn("single", label=sample.name)]
    value, share = _commonest(sample)
    shown, half = format_seconds(value), (sample.resolution or 0.0) / 2
    if not described.sd:
        low, high = format_seconds(max(value - half, 0.0)), format_seconds(value + half)
        return [warn("no-spread", label=sample.name, n=described.n, value=shown, low=low, high=high)]
    found = []
    if share > COARSE_SHARE:
        found.append(warn("coarse", label=sample.name, share=share, value=shown))
    inflation = _inflation(sample)
    if inflation is not None and inflation > _INFLATION_LIMIT:
        found.append(warn("autocorrelated", label=sample.name, inflation=inflation))
    return found


def _rounding_warnings(sample: Sample, described: Description | None) -> list[Warning]:
    """Warn of digits that a test of normality sees; only a summary shows one."""
    if described is None or not described.sd or (sample.resolution or 0.0) <= _RESOLUTION_LIMIT * described.sd:
        return []
    resolution, sd = format_seconds(sample.resolution or 0.0), format_seconds(described.sd)
    return [warn("resolution-limited", label=sample.name, resolution=resolution, sd=sd)]
