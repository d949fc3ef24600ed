"""The runs of one sample to what varies between them and within them: whether more runs would help, or longer ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ftpstats.stats.serial import SMALLEST, cosines, long_run_variances
from ftpstats.stats.stack import Stack, stacks, variance

__all__ = ["VarianceComponents", "components_of_stacks", "variance_components"]

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
        For the null hypothesis of one level: probability that `run_mean` exceeds `explained` by as much. None where no
        run has any spread.
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
    return components_of_stacks([stack for _, stack in stacks(runs)])


def components_of_stacks(runs: Sequence[Stack]) -> VarianceComponents | None:
    """Split the variance of run means as `variance_components` does, of runs that are stacked."""
    from scipy.special import fdtrc

    means = np.concatenate([stack.means for stack in runs]) if runs else np.empty(0)
    run_mean = variance(means) if means.size else None
    df_within = sum(stack.values.size - len(stack.values) for stack in runs)
    if run_mean is None or df_within == 0:
        return None
    within = _pooled([(stack.variances, stack.values.shape[1] - 1) for stack in runs if stack.values.shape[1] > 1])
    noise, df = _long_run(runs) or (within, float(df_within))
    explained = noise * math.fsum(len(stack.values) / stack.values.shape[1] for stack in runs) / means.size
    between = max(0.0, run_mean - explained)
    return VarianceComponents(
        runs=means.size,
        run_mean=run_mean,
        within=within,
        explained=explained,
        between=between,
        p=float(fdtrc(means.size - 1, df, run_mean / explained)) if explained > 0 else None,
        helps=_remedy(between, run_mean),
    )


def _pooled(parts: Sequence[tuple[NDArray[np.float64], int]]) -> float:
    """Return the mean of all variances, each weighted by its degrees of freedom."""
    total = math.fsum(value for variances, df in parts for value in (variances * df).tolist())
    return total / sum(len(variances) * df for variances, df in parts)


def _long_run(runs: Sequence[Stack]) -> tuple[float, float] | None:
    """Return the runs' common long-run variance and its degrees of freedom; None where all are short."""
    parts = [
        (long_run_variances(stack.deviations), cosines(stack.values.shape[1]))
        for stack in runs
        if stack.values.shape[1] >= SMALLEST
    ]
    return (_pooled(parts), float(sum(len(variances) * df for variances, df in parts))) if parts else None


def _remedy(between: float, run_mean: float) -> Remedy | None:
    if run_mean == 0:
        return None
    return "runs" if between >= run_mean / 2 else "transfers"
