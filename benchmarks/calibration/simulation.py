"""Transfer times as a simulation has them: a description comes in, pairs of samples whose true means are known go out.

A time is level · (1 + spread · noise), rounded as a client prints it. The noise of a run is a normal AR(1) whose every
value is then turned into one of the named marginal (a Gaussian copula): the times are distributed exactly as named,
however correlated, with mean 0 and variance 1. Nothing is judged here.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.special import ndtr, ndtri, stdtrit

from ftpstats.analysis.sample import Run, Sample

__all__ = ["MARGINALS", "PLAIN", "Replicate", "Rng", "Times", "autoregressive", "noise", "simulate"]

Floats = NDArray[np.float64]
Rng = np.random.Generator

_BLOCK = 500  # replicates drawn at once
_LOWEST, _WIDTH = 1.0, 0.01  # seconds: a level lies anywhere between two values of the coarsest client
_SIGMA = 0.5  # of the logarithm: skewness 1.75
_SLOW_MODE, _APART = 0.3, 4.0  # share of the slow mode, and how many of its own standard deviations it is slower by
_STALLS, _STALL = 0.01, 20.0  # share of transfers that stall, and for how many standard deviations


@dataclass(frozen=True, slots=True)
class Times:
    """
    How the times of a label and of its reference come about.

    Attributes
    ----------
    marginal : str
        A key of MARGINALS.
    correlation : float
        Of neighbours in a run, before they are turned into the marginal.
    counts, runs : tuple of int
        Transfers in each run, and runs, of the label and of the reference.
    run_effect : float
        Standard deviation of the runs' own levels, in standard errors of the mean of a run's independent transfers.
    rounds : bool
        Runs take turns, and each round moves both labels by as much again; else one label comes first.
    disturbance : str
        A key of _DISTURBANCES: what else happens in a run, for each run by itself.
    spread : float
        Standard deviation of a time, as a share of its level.
    decimals : int or None
        Of the printed seconds; None for all digits.
    """

    marginal: str
    correlation: float
    counts: tuple[int, int]
    runs: tuple[int, int]
    run_effect: float
    rounds: bool
    disturbance: str
    spread: float
    decimals: int | None


PLAIN = Times(
    marginal="normal",
    correlation=0.0,
    counts=(100, 100),
    runs=(1, 1),
    run_effect=0.0,
    rounds=False,
    disturbance="none",
    spread=0.01,
    decimals=None,
)


@dataclass(frozen=True, slots=True)
class Replicate:
    """A reference of the true mean `level` in seconds, a label of the same, and that label `ratio` times as slow."""

    level: float
    reference: Sample
    equal: Sample
    apart: Sample


def simulate(times: Times, ratio: float, rng: Rng, replicates: int) -> Iterator[Replicate]:
    """Yield replicates. Both of a label's samples have one noise."""
    labels = [_sampler(times, side) for side in (0, 1)]
    for begin in range(0, replicates, _BLOCK):
        size = min(_BLOCK, replicates - begin)
        level = rng.uniform(_LOWEST, _LOWEST + _WIDTH, (size, 1, 1))
        own, reference = (1 + times.spread * values for values in noise(times, rng, size))
        rows = (_printed(level * factors, times) for factors in (reference, own, ratio * own))
        for mean, *seconds in zip(level.ravel().tolist(), *rows, strict=True):
            yield Replicate(mean, labels[1](seconds[0]), labels[0](seconds[1]), labels[0](seconds[2]))


def noise(times: Times, rng: Rng, replicates: int) -> tuple[Floats, Floats]:
    """Return the noise of both labels, each of shape (replicates, runs, transfers), in standard deviations."""
    moved = rng.normal(0, 1, (replicates, max(times.runs), 1)) if times.rounds else 0.0
    own, reference = (
        _undisturbed(times, rng, (replicates, runs, count)) + times.run_effect / math.sqrt(count) * moved
        for runs, count in zip(times.runs, times.counts, strict=True)
    )
    disturb = _DISTURBANCES[times.disturbance]
    return disturb(own, rng), disturb(reference, rng)


def _undisturbed(times: Times, rng: Rng, shape: tuple[int, int, int]) -> Floats:
    values = MARGINALS[times.marginal](autoregressive(rng, shape, times.correlation))
    return values + times.run_effect / math.sqrt(shape[-1]) * rng.normal(0, 1, (*shape[:-1], 1))


def autoregressive(rng: Rng, shape: tuple[int, ...], correlation: float) -> Floats:
    """Return a stationary normal AR(1) of variance 1 along the last axis."""
    shocks = rng.normal(0, 1, shape)
    if not correlation:
        return shocks
    shocks[..., 1:] *= math.sqrt(1 - correlation**2)
    return np.asarray(lfilter([1.0], [1.0, -correlation], shocks), dtype=np.float64)


def _printed(seconds: Floats, times: Times) -> Floats:
    return seconds if times.decimals is None else np.round(seconds, times.decimals)


def _sampler(times: Times, side: int) -> Callable[[Floats], Sample]:
    """Return what makes a sample of one label's seconds, of shape (runs, transfers)."""
    runs, count = times.runs[side], times.counts[side]
    single = max(times.runs) == 1
    # One run each is two logs; several are one log, in which the runs stand in order.
    source = f"{side}.log" if single else "all.log"
    places = [2 * run + side if times.rounds else run + side * times.runs[0] for run in range(runs)]
    lines = [place * max(times.counts) + np.arange(count) for place in places]
    resolution = None if times.decimals is None else 10.0**-times.decimals

    def sample(seconds: Floats) -> Sample:
        made = tuple(
            Run(run, source, where, None, number)
            for number, (run, where) in enumerate(zip(seconds, lines, strict=True), start=1)
        )
        return Sample(
            ("label", "reference")[side], 102400, "download", ("inetutils",), made, resolution, 0, 0, 0, None, ()
        )

    return sample


# --- marginals: of a standard normal value, the one of the same rank, with mean 0 and variance 1


def _log_normal(z: Floats) -> Floats:
    mean = math.exp(_SIGMA**2 / 2)
    return (np.exp(_SIGMA * z) - mean) / (mean * math.sqrt(math.expm1(_SIGMA**2)))


def _bimodal(z: Floats) -> Floats:
    return _of_same_rank(z, *_ranks_of_bimodal())


def _t3(z: Floats) -> Floats:
    return _of_same_rank(z, *_ranks_of_t3())


def _of_same_rank(z: Floats, ranks: Floats, values: Floats) -> Floats:
    return np.asarray(np.interp(z, ranks, values), dtype=np.float64)


@cache
def _ranks_of_bimodal() -> tuple[Floats, Floats]:
    """Return normal values and those of the same rank in the mixture of two normal modes."""
    x = np.linspace(-9, _APART + 9, 20001)
    below = (1 - _SLOW_MODE) * ndtr(x) + _SLOW_MODE * ndtr(x - _APART)
    above = (1 - _SLOW_MODE) * ndtr(-x) + _SLOW_MODE * ndtr(_APART - x)
    z = np.where(below < 0.5, ndtri(below), -ndtri(above))  # each tail by itself: 1 − tiny is 1
    mean, variance = _SLOW_MODE * _APART, 1 + _SLOW_MODE * (1 - _SLOW_MODE) * _APART**2
    return z, (x - mean) / math.sqrt(variance)


@cache
def _ranks_of_t3() -> tuple[Floats, Floats]:
    """Return normal values and those of the same rank in Student's t with 3 degrees of freedom."""
    z = np.linspace(-7, 0, 20001)
    x = stdtrit(3, ndtr(z)) / math.sqrt(3)
    return np.concatenate((z, -z[-2::-1])), np.concatenate((x, -x[-2::-1]))


def _normal(z: Floats) -> Floats:
    return z


MARGINALS: dict[str, Callable[[Floats], Floats]] = {
    "normal": _normal,
    "log-normal": _log_normal,
    "bimodal": _bimodal,
    "t3": _t3,
}

# --- disturbances


def _shift(values: Floats, rng: Rng, *, size: float) -> Floats:
    """Move the level up or down, once, somewhere between a fifth and four fifths of the run."""
    shape = (*values.shape[:-1], 1)
    places = np.arange(values.shape[-1]) / values.shape[-1]
    up = rng.integers(0, 2, shape)
    moved = np.where(places >= rng.uniform(0.2, 0.8, shape), np.where(up, size, -size), 0.0)
    return values + moved


def _slow(values: Floats, rng: Rng) -> Floats:
    """Add half an AR(1) 0.95: neighbours correlate by 0.19, and a mean varies 8 times as much as if they did not."""
    return values + 0.5 * autoregressive(rng, values.shape, 0.95)


def _stalls(values: Floats, rng: Rng) -> Floats:
    return values + _STALL * ((rng.random(values.shape) < _STALLS) - _STALLS)


def _undisturbing(values: Floats, _: Rng) -> Floats:
    return values


_DISTURBANCES: dict[str, Callable[[Floats, Rng], Floats]] = {
    "none": _undisturbing,
    "a level shift of 1 sd": partial(_shift, size=1.0),
    "a level shift of 2 sd": partial(_shift, size=2.0),
    "a slow component": _slow,
    "rare stalls": _stalls,
}
