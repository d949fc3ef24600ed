"""Single transfers of any sizes to a line of time against size, and to whether the line is bent. See `size_line`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import dct
from scipy.special import stdtr

from ftpstats.stats.describe import as_sample
from ftpstats.stats.means import SampleMean
from ftpstats.stats.serial import SMALLEST, cosines
from ftpstats.stats.size_line import LEAST_SHARE, SizeLine, line_rows, relative_weights
from ftpstats.stats.stack import ROUNDING_NOISE, known_sum

__all__ = ["bend_p", "line_of_transfers"]

Floats = NDArray[np.float64]

_FITS = 3  # of the weights: they change by less than a thousandth from the third on


def line_of_transfers(
    sizes: ArrayLike, seconds: ArrayLike, runs: Sequence[int] | None = None, widths: ArrayLike = 0.0
) -> SizeLine:
    """
    Fit a line to single transfers of any sizes, in the order of measurement.

    Parameters
    ----------
    sizes, seconds : array_like, shape (n,)
        Bytes, two sizes at least; and the time of each.
    runs : sequence of int, optional
        The number of transfers in each run, one after the other; one run unless given.
    widths : array_like, shape (n,), or float
        Of the intervals that printed digits allow, in seconds. They widen all intervals where they are more than twice
        the spread of times around the line: rounding is not averaged out then.

    Returns
    -------
    SizeLine
        Without a variance of one run of fewer than 8 transfers.

    Raises
    ------
    ValueError
        If there are no two sizes, a value is not finite, or no time is above 0.

    Notes
    -----
    Weighted least squares with the weights 1/fitted². The variance is that of the scores, wₜeₜxₜ(XᵀWX)⁻¹, summed: of
    one run by equally weighted cosines (Lazarus, Lewis, Stock & Watson, "HAR inference", JBES 36 (2018) 541–559), with
    their ν degrees of freedom; of several by the sums of each run, with the effective number of runs less one (Carter,
    Schnepel & Steigerwald, "Asymptotic behavior of a t-test robust to cluster heterogeneity", REStat 99 (2017)
    698–709). Both are multiplied by n/(n − 2).

    Examples
    --------
    >>> size = [100, 200, 300, 400, 500, 600, 700, 800]
    >>> line = line_of_transfers(size, [1.1, 1.9, 3.1, 3.9, 5.1, 5.9, 7.1, 7.9])
    >>> print(f"{line.latency.mean:.2f} s, {line.cost.mean:.4f} s per byte, df {line.cost.df:.0f}")
    0.10 s, 0.0098 s per byte, df 4
    """
    fit = _fitted(sizes, seconds)
    moved = _moved(fit, widths)
    lengths = [fit.seconds.size] if runs is None else list(runs)

    def combine(u: float, v: float) -> SampleMean:
        weights = u * fit.rows[0] + v * fit.rows[1]
        variance, df = _variance(weights, fit, lengths, 2)
        mean = known_sum(weights * fit.seconds)
        return SampleMean(mean, variance, df, fit.seconds.size, len(lengths), float(np.abs(weights) @ moved))

    return SizeLine(combine, None)


def bend_p(
    sizes: ArrayLike, seconds: ArrayLike, runs: Sequence[int] | None = None, widths: ArrayLike = 0.0
) -> float | None:
    """
    P-value that single transfers of any sizes follow a line: of a term in √size, which bends it in the middle.

    Parameters
    ----------
    sizes, seconds, runs, widths
        As for `line_of_transfers`, as is what is refused.

    Returns
    -------
    float or None
        None for fewer than three sizes, without a variance, and where all times lie on the line.

    Examples
    --------
    >>> size = [100, 400, 900, 1600, 2500, 3600, 4900, 6400] * 2
    >>> print(f"{bend_p(size, [10 * n ** 0.5 + n % 3 for n in size]):.4f}")
    0.0000
    """
    fit = _fitted(sizes, seconds)
    root = np.sqrt(fit.sizes)
    beside = root - root @ fit.rows.T @ np.vstack([np.ones(root.size), fit.sizes])  # what no line has of it
    if np.unique(fit.sizes).size < 3 or not fit.residuals.any():
        return None
    weights = fit.weights * beside / (fit.weights @ beside**2)
    bend = float(weights @ fit.seconds)
    bent = replace(fit, residuals=fit.residuals - bend * beside)
    variance, df = _variance(weights, bent, [root.size] if runs is None else list(runs), 3)
    if variance is None or variance <= 0:
        return None
    slack = float(np.abs(weights) @ _moved(fit, widths))
    return 2 * float(stdtr(df, -max(abs(bend) - slack, 0.0) / math.sqrt(variance)))


@dataclass(frozen=True, slots=True)
class _Fit:
    """Transfers and the line through them: `rows` @ seconds is latency and cost."""

    sizes: Floats
    seconds: Floats
    weights: Floats
    rows: Floats
    fitted: Floats
    residuals: Floats


def _fitted(sizes: ArrayLike, seconds: ArrayLike) -> _Fit:
    """Fit a line with weights of 1/fitted², which follow from the line itself."""
    x, y = as_sample(sizes), as_sample(seconds)
    if x.size != y.size or np.unique(x).size < 2:
        raise ValueError("a line needs two sizes, and a time of each transfer")
    fitted = np.full(y.size, y.mean())
    for _ in range(_FITS):
        weights = relative_weights(fitted)
        rows = line_rows(x, weights)
        line = (rows @ y) @ np.vstack([np.ones(x.size), x])
        fitted = np.maximum(line, max(y[y > 0].min() / 2, LEAST_SHARE * y.max()))
    return _Fit(x, y, weights, rows, fitted, _residuals(x, y, rows))


def _residuals(x: Floats, y: Floats, rows: Floats) -> Floats:
    """Return times less the line's; all 0 where they are what the rounding of floats leaves of none."""
    sides = np.vstack([np.ones(x.size), x])
    noise = ROUNDING_NOISE * (np.abs(rows) @ np.abs(y) @ sides + np.abs(y))
    residuals = y - rows @ y @ sides
    return np.zeros(y.size) if (np.abs(residuals) <= noise).all() else residuals


def _variance(weights: Floats, fit: _Fit, runs: Sequence[int], parameters: int) -> tuple[float | None, float]:
    """Return the variance of Σ weights · seconds, and its degrees of freedom."""
    scores, n = weights * fit.residuals, fit.residuals.size
    correction = n / (n - parameters) if n > parameters else 1.0
    if len(runs) == 1:
        if n < SMALLEST:
            return None, 0.0
        nu = cosines(n)
        return float(np.mean(dct(scores, type=2, norm="ortho")[1 : nu + 1] ** 2)) * n * correction, float(nu)
    starts = np.cumsum([0, *runs[:-1]])
    sums, count = np.add.reduceat(scores, starts), len(runs)
    parts = np.abs(weights * fit.fitted)
    loads = np.add.reduceat((parts / parts.max()) ** 2, starts)  # squares of parts may be beyond what a number holds
    effective = float(loads.sum() ** 2 / (loads**2).sum())
    return float(sums @ sums) * count / (count - 1) * correction, max(effective - 1, 1.0)


def _moved(fit: _Fit, widths: ArrayLike) -> Floats:
    """Return by how much digits may have moved each time that rounding is not averaged out of."""
    each = np.broadcast_to(np.asarray(widths, dtype=np.float64), fit.seconds.shape)
    spread = float(np.median(np.abs(fit.residuals) / fit.fitted)) / 0.6745  # of normal residuals, their sd
    return np.where(each > 2 * spread * fit.fitted, each / 2, 0.0)
