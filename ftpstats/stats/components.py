"""The runs of one sample to what varies between them and within them: whether more runs would help, or longer ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.describe import as_sample, mean, variance
from ftpstats.stats.serial import long_run_variance

__all__ = ["VarianceComponents", "variance_components"]

Remedy = Literal["runs", "transfers"]


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """
    Where the variance of a mean of runs comes from. Variances in squared seconds.

    Attributes
    ----------
    runs : int
        Number of runs, two or more.
    run_mean : float
        s² of the run means; over `runs`, it is the variance of their mean.
    within : float
        Variance of a transfer about its run's mean, pooled over the runs with n − 1 for each.
    explained : float
        What `run_mean` would be if runs differed by nothing but their transfers.
    between : float
        Variance of the runs' own levels: `run_mean` − `explained`, and 0 where that is negative.
    p : float or None
        Of runs that have one level: how often `run_mean` would exceed `explained` by as much. None where no run has
        any spread.
    helps : {'runs', 'transfers'} or None
        What would make the mean more precise: more runs, where their levels make up half of `run_mean` or more; else
        longer ones do nearly as well. None where nothing varies.
    """

    runs: int
    run_mean: float
    within: float
    explained: float
    between: float
    p: float | None
    helps: Remedy | None


def variance_components(runs: Sequence[ArrayLike]) -> VarianceComponents | None:
    """
    Split the variance of run means into what runs and what transfers contribute.

    Parameters
    ----------
    runs : sequence of array_like, each of shape (nᵢ,)
        Seconds in the order of measurement, one array per run, nᵢ ≥ 1; NaN and infinity are refused.

    Returns
    -------
    VarianceComponents or None
        None for fewer than two runs, and where every run is one transfer: nothing then tells the two apart.

    Raises
    ------
    ValueError
        If a run is empty or a value is not finite.

    Notes
    -----
    The one-way random-effects model with unweighted means, for unequal n (Searle, Casella and McCulloch, "Variance
    Components", 1992, section 3.6): E(`run_mean`) = σ²_between + Ω·mean(1/nᵢ). The transfers of a run are correlated,
    so Ω is the long-run variance, pooled over the runs of n ≥ 8 by their ν; only where none is so long is it
    `within`. p is then that of the one-way analysis of variance, else its F refers to the ν in all.
    With two or three runs σ²_between is hardly known: read it together with p.

    Examples
    --------
    >>> found = variance_components([[1.0, 1.1, 1.2], [2.0, 2.1, 2.2], [1.5, 1.6, 1.7]])
    >>> print(f"{found.within:.4f} within, {found.between:.4f} between, more {found.helps}")
    0.0100 within, 0.2467 between, more runs
    """
    from scipy.special import fdtrc

    samples = [as_sample(run) for run in runs]
    run_mean = variance(as_sample([mean(sample) for sample in samples])) if samples else None
    df_within = sum(sample.size - 1 for sample in samples)
    if run_mean is None or df_within == 0:
        return None
    within = _sum_of_squares(samples) / df_within
    noise, df = _long_run(samples) or (within, float(df_within))
    explained = noise * math.fsum(1 / sample.size for sample in samples) / len(samples)
    between = max(0.0, run_mean - explained)
    return VarianceComponents(
        runs=len(samples),
        run_mean=run_mean,
        within=within,
        explained=explained,
        between=between,
        p=float(fdtrc(len(samples) - 1, df, run_mean / explained)) if explained > 0 else None,
        helps=_remedy(between, run_mean),
    )


def _sum_of_squares(samples: Sequence[NDArray[np.float64]]) -> float:
    return math.fsum((variance(sample) or 0.0) * (sample.size - 1) for sample in samples)


def _long_run(samples: Sequence[NDArray[np.float64]]) -> tuple[float, float] | None:
    """Return the runs' common long-run variance and its degrees of freedom; None where all are short."""
    found = [long_run for long_run in map(long_run_variance, samples) if long_run is not None]
    if not found:
        return None
    df = sum(long_run.df for long_run in found)
    return math.fsum(long_run.variance * long_run.df for long_run in found) / df, float(df)


def _remedy(between: float, run_mean: float) -> Remedy | None:
    if run_mean == 0:
        return None
    return "runs" if between >= run_mean / 2 else "transfers"
