"""Times as throughput: of means, bytes over mean seconds; of samples and summaries, the rates of single transfers.

A mean throughput is the bytes moved over the time that they took, not the mean of rates.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ftpstats.errors import SelectionError
from ftpstats.stats.describe import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from ftpstats.analysis.sample import Sample
    from ftpstats.analysis.summary import Summary
    from ftpstats.units import Unit

__all__ = ["percent_of_throughput", "rate_of", "sample_in", "summary_in", "throughput"]

_FIVE = ("min", "q1", "median", "q3", "max")


def throughput(size: int | None, seconds: float | None) -> float | None:
    """Return bytes per second; None where either is unknown, and for hardly any time, where it is unbounded."""
    if size is None or seconds is None or seconds <= 0:
        return None
    found = size / seconds
    return found if math.isfinite(found) else None


def percent_of_throughput(percent: float | None) -> float | None:
    """
    Return by how much throughput differs where the mean time differs by so many per cent.

    An interval's ends change places: the end with the longer time is the end with the lower throughput.

    Parameters
    ----------
    percent : float or None
        (mean / mean_reference − 1)·100.

    Returns
    -------
    float or None
        None where it is unknown, or unbounded: for no time at all.

    Examples
    --------
    >>> percent_of_throughput(-50.0), percent_of_throughput(300.0), percent_of_throughput(-100.0)
    (100.0, -75.0, None)
    """
    return None if percent is None or percent <= -100 else (1 / (1 + percent / 100) - 1) * 100


def sample_in(unit: Unit, sample: Sample) -> Sample:
    """
    Return a sample with its seconds in a unit; transfers of 0 s, which have no rate, are left out of throughput.

    Raises
    ------
    SelectionError
        If the size is unknown and there is a time.
    """
    if not unit.is_throughput or not sample.runs:
        return sample
    rate = rate_of(unit, sample.bytes)
    # The resolution of a rate is none of the client's digits alone.
    runs = [replace(run, seconds=rate(run.seconds[run.seconds > 0])) for run in sample.runs]
    return replace(sample, runs=tuple(run for run in runs if len(run.seconds)), resolution=None)


def summary_in(unit: Unit, summary: Summary, sample: Sample) -> Summary:
    """Return a sample's summary in a unit: five numbers of the rates, and the mean of all bytes over all time."""
    if not unit.is_throughput or not sample.runs:
        return summary
    rates = sample_in(unit, sample).seconds
    if not len(rates):
        nothing: dict[str, Any] = dict.fromkeys((*_FIVE, "mean", "ci_low", "ci_high"))
        return replace(summary, n=0, **nothing)
    five, means = describe(rates), _means(summary, rate_of(unit, sample.bytes))
    return replace(summary, n=len(rates), **means, **{name: getattr(five, name) for name in _FIVE})


def _means(summary: Summary, rate: Callable[[float], npt.NDArray[np.float64]]) -> dict[str, Any]:
    """Return the mean throughput and its interval; one of time that reaches zero has no end in throughput."""
    seconds = summary.mean, summary.ci_high, summary.ci_low
    mean, low, high = (None if one is None or one <= 0 else float(rate(one)) for one in seconds)
    return {"mean": mean, "ci_low": low if high is not None else None, "ci_high": high}


def rate_of(unit: Unit, size: int | None) -> Callable[[npt.ArrayLike], npt.NDArray[np.float64]]:
    """Return what makes throughput in a unit of the seconds that a file of a size takes."""
    if size is None or unit.bytes_per_second is None:
        raise SelectionError(f"unit {unit.name}: transfers of unknown size have no throughput; show them in s")
    per_second = size / unit.bytes_per_second
    return lambda seconds: per_second / np.asarray(seconds, dtype=np.float64)
