"""Series of run means to how clearly a segment of each stands out: the statistic that `changes` tests, and its p-value.

The distribution under no change is a table, `segments_null`: nothing is simulated here.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.special import ndtri

from ftpstats.stats.segments_null import LEVELS, QUANTILES
from ftpstats.stats.serial import cosines

__all__ = ["SHORTEST", "SMALLEST", "SMALLEST_P", "Scanned", "p_of", "rank_scores", "refined", "scan"]

SMALLEST = 16  # units, below which no change is looked for
SHORTEST = 5  # units to a level: one outlier is none
SMALLEST_P = min(LEVELS)
_PLACES = 56  # at which a segment may begin or end, at most; `refined` looks between them
_MOST_CORRELATED = 0.8  # what a lag-1 estimate is cut at: beyond it, the scale would have no bound
_MORE = (114, 229, 302, 400)  # units, from which on one segment more is no noise: rows of `segments_null`
_FITTED = 5  # values that two segments, of three levels and two places, take of a series

_Array = NDArray[np.float64]
_Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scanned:
    """
    Series and their segments, each of shape (m, segments) unless said otherwise.

    Attributes
    ----------
    begins, ends : array of shape (segments,)
        Units before each segment, and before its end. A step has a segment that begins at 0 or ends at n.
    gains : array
        U: how far a segment lies from the rest of its series, in standard deviations of independent units.
    scales : array of shape (m,)
        Ω̂, the long-run variance with the clearest segments taken out.
    """

    begins: _Places
    ends: _Places
    gains: _Array
    scales: _Array

    @property
    def statistics(self) -> _Array:
        """T = max U/√Ω̂ of each series; infinite where nothing is left of it without its clearest segments."""
        most = self.gains.max(axis=1)
        return np.asarray(np.divide(most, np.sqrt(self.scales), out=np.full(len(most), np.inf), where=self.scales > 0))


def rank_scores(series: _Array) -> _Array:
    """Replace each value of a series by the normal value of the same rank (Blom 1958), so that outliers stay near."""
    from scipy.stats import rankdata

    n = series.shape[-1]
    return np.asarray(ndtri((rankdata(series, axis=-1) - 0.375) / (n + 0.25)), dtype=np.float64)


def scan(scores: _Array) -> Scanned:
    """
    Compare every segment of every series with the rest of the series.

    Parameters
    ----------
    scores : array of shape (m, n)
        As `rank_scores` returns them, n ≥ SMALLEST.

    Returns
    -------
    Scanned

    Notes
    -----
    U(i, j) = |Σ(z − z̄) over [i, j)|/√((j − i)(1 − (j − i)/n)): circular binary segmentation of Olshen, Venkatraman,
    Lucito and Wigler, "Circular binary segmentation for the analysis of array-based DNA copy number data",
    Biostatistics 5 (2004) 557–572. Its scale allows for autocorrelation, as Chakar, Lebarbier, Lévy-Leduc and Robin,
    "A robust approach for estimating change-points in the mean of an AR(1) process", Bernoulli 23 (2017) 1408–1447:
    Ω̂ is the larger of Σr²/(n − 5)·(1 + ρ̂)/(1 − ρ̂) and the sum of squared cosines of r by ν − 2, where r is what is
    left without the clearest segments, two, and up to six of long series (other changes are no noise).
    """
    begins, ends, units = _segments(scores.shape[1])
    gains = _gains(scores, begins, ends, units)
    rest = _without(scores, gains, begins, ends)
    for _ in range(_taken_out(scores.shape[1]) - 1):
        rest = _without(rest, _gains(rest, begins, ends, units), begins, ends)
    return Scanned(begins, ends, gains, _scales(rest))


def _taken_out(n: int) -> int:
    """Return how many segments are no noise: long series have more changes."""
    return 2 + sum(n >= more for more in _MORE)


@lru_cache(maxsize=256)
def _segments(n: int) -> tuple[_Places, _Places, _Array]:
    """Return where segments of n units begin and end, and the standard deviation of their sums."""
    places = np.linspace(SHORTEST, n - SHORTEST, min(n - 2 * SHORTEST + 1, _PLACES)).round().astype(np.int64)
    begins, ends = (one.ravel() for one in np.meshgrid([0, *places], [*places, n], indexing="ij"))
    long_enough = (ends - begins >= SHORTEST) & (n - ends + begins >= SHORTEST)
    begins, ends = begins[long_enough], ends[long_enough]
    return begins, ends, _units(ends - begins, n)


def _units(lengths: _Places, n: int) -> _Array:
    return np.asarray(np.sqrt(lengths * (1 - lengths / n)))


def _sums(series: _Array) -> _Array:
    """Return the sums of deviations of the first 0, 1, … n units."""
    sums = np.cumsum(series - series.mean(axis=1, keepdims=True), axis=1)
    return np.concatenate((np.zeros((len(series), 1)), sums), axis=1)


def _gains(series: _Array, begins: _Places, ends: _Places, units: _Array) -> _Array:
    sums = _sums(series)
    return np.asarray(np.abs(sums[:, ends] - sums[:, begins]) / units)


def _without(series: _Array, gains: _Array, begins: _Places, ends: _Places) -> _Array:
    """Return each series about its levels inside and outside of its clearest segment."""
    at = gains.argmax(axis=1)
    places = np.arange(series.shape[1])
    inside = (places >= begins[at, np.newaxis]) & (places < ends[at, np.newaxis])
    levels = [series.mean(axis=1, keepdims=True, where=part) for part in (inside, ~inside)]
    return np.asarray(series - np.where(inside, *levels))


def _scales(rest: _Array) -> _Array:
    n = rest.shape[1]
    squares, products = np.sum(rest**2, axis=1), np.sum(rest[:, 1:] * rest[:, :-1], axis=1)
    rho = np.divide(products, squares, out=np.zeros(len(rest)), where=squares > 0).clip(0, _MOST_CORRELATED)
    nu = cosines(n)
    slow = np.sum(dct(rest, type=2, norm="ortho", axis=1)[:, 1 : nu + 1] ** 2, axis=1) / (nu - 2)
    return np.asarray(np.maximum(squares / (n - _FITTED) * (1 + rho) / (1 - rho), slow))


def refined(scores: _Array, begin: int, end: int) -> tuple[int, int]:
    """
    Return both ends of a series' clearest segment, to the unit, where `scan` looked at some places only.

    Parameters
    ----------
    scores : array of shape (n,)
    begin, end : int
        The segment that was found; an end of the series stays one.
    """
    n = len(scores)
    step = -(-n // _PLACES)
    if n - 2 * SHORTEST + 1 <= _PLACES:
        return begin, end
    firsts = np.arange(max(SHORTEST, begin - step), begin + step + 1) if begin else np.zeros(1, dtype=np.int64)
    lasts = np.arange(end - step, min(n - SHORTEST, end + step) + 1) if end < n else np.full(1, n)
    begins, ends = (one.ravel() for one in np.meshgrid(firsts, lasts, indexing="ij"))
    fits = (ends - begins >= SHORTEST) & (n - ends + begins >= SHORTEST)
    begins, ends = begins[fits], ends[fits]
    best = int(_gains(scores[np.newaxis], begins, ends, _units(ends - begins, n)).argmax())
    return int(begins[best]), int(ends[best])


def p_of(statistic: float, n: int) -> float:
    """
    Probability that a series of n units without a change has so large a T.

    Parameters
    ----------
    statistic : float
    n : int
        At least SMALLEST.

    Returns
    -------
    float
        From SMALLEST_P, which stands for itself and less, to the largest of LEVELS, which stands for itself and more.

    Notes
    -----
    The worst of three simulated distributions, of normal AR(1) series with ρ = 0, 0.25 and 0.5: see `segments_null`.
    Between its levels log p is interpolated; of its numbers of units, the larger p of the two next to n is taken where
    as many segments are no noise, else that of the smaller number.

    Examples
    --------
    >>> p_of(2.0, 100), p_of(9.0, 100)
    (0.5, 0.0001)
    """
    below = max(size for size in QUANTILES if size <= n)
    alike = (size for size in QUANTILES if size >= n and _taken_out(size) == _taken_out(n))
    above = min(alike, default=below)
    rows = (QUANTILES[size] for size in (below, above))
    found = max(10 ** float(np.interp(statistic, row, np.log10(LEVELS))) for row in rows)
    return min(max(found, LEVELS[-1]), LEVELS[0])  # whatever the logarithm has rounded
