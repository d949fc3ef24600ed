"""How often each verdict would come: a plan and the transfers it is made from in, simulated experiments judged.

Noise is drawn from the transfers themselves, in blocks of neighbours, so that its shape and autocorrelation stay; of a
spread that is given it is normal, and autoregressive. What varies between runs or logs is normal.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from ftpstats.analysis.contrasts import contrast_pair
from ftpstats.analysis.designs import Aim, DesignSize, Side
from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.verdict import Evidence, Verdict, verdict
from ftpstats.stats.bootstrap import block_length

__all__ = ["Simulated", "Simulation", "simulated", "simulated_of_spread"]

Floats = npt.NDArray[np.float64]
Noise = Callable[[tuple[int, int], np.random.Generator], Floats]  # of runs, and transfers of each

# The true differences, in margins.
_DIFFERENCES = (0.0, 0.5, 1.0, 2.0)
_MOST_TRANSFERS = 20_000_000  # drawn in all; of longer experiments fewer are simulated
_FEWEST = 100


@dataclass(frozen=True, slots=True)
class Simulation:
    """How many experiments to simulate at each difference, and the seed of all random numbers."""

    experiments: int
    seed: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """
    How often each verdict comes at one true difference.

    Attributes
    ----------
    difference : float
        True mean of the label minus that of the reference, in seconds.
    experiments : int
        How many were simulated.
    equivalent, faster, slower, inconclusive : float
        Shares of the verdicts.
    not_slower, slower_by_margin : float
        Shares of experiments that show it, as `--require not-slower` and `--fail-on slower-by-margin` read it.
    """

    difference: float
    experiments: int
    equivalent: float
    faster: float
    slower: float
    inconclusive: float
    not_slower: float
    slower_by_margin: float


def simulated(sides: tuple[Side, Side], size: DesignSize, aim: Aim, simulation: Simulation) -> tuple[Simulated, ...]:
    """
    Simulate a planned experiment of two labels.

    Parameters
    ----------
    sides : tuple of (Sample, SampleMean)
        The other and the reference, whose noise is drawn from.
    size : DesignSize
        The design, with the number that it needs.
    aim : Aim
        Margin and confidence.
    simulation : Simulation
        How many; fewer where experiments are very long.

    Returns
    -------
    tuple of Simulated
        At no difference, half the margin, the margin and twice the margin; empty where the number needed is unknown.
    """
    if size.transfers_each is None:
        return ()
    sources = [
        _Source(sample, partial(_noise, [run.seconds - run.seconds.mean() for run in sample.runs]))
        for sample, _ in sides
    ]
    return _simulated(sources, sides[1][1].mean, size, aim, simulation)


def simulated_of_spread(  # noqa: PLR0913, PLR0917 - what is given, and what is planned
    mean: float, sd: float, inflation: float, size: DesignSize, aim: Aim, simulation: Simulation
) -> tuple[Simulated, ...]:
    """
    Simulate a planned experiment of two labels of a spread that is given.

    Parameters
    ----------
    mean, sd : float
        Of transfers, in seconds; 0 where a run counts as one number.
    inflation : float
        f, the variance of the mean as a multiple of that of independent transfers: noise has an autocorrelation of
        (f − 1)/(f + 1).
    size, aim, simulation
        As for `simulated`.
    """
    source = _Source(_UNKNOWN, partial(_autoregressive, sd, (inflation - 1) / (inflation + 1)))
    return _simulated((source, source), mean, size, aim, simulation)


def _simulated(
    sources: Sequence["_Source"], mean: float, size: DesignSize, aim: Aim, simulation: Simulation
) -> tuple[Simulated, ...]:
    if size.needed is None:
        return ()
    units, each = (1, size.needed) if size.unit == "transfers" else (size.needed, size.transfers_each or 1)
    count = max(_FEWEST, min(simulation.experiments, _MOST_TRANSFERS // (2 * units * each * len(_DIFFERENCES))))
    margin = aim.margin.of(sources[0].sample.bytes)
    seconds = margin.value * mean if margin.relative else margin.value
    draw = _Draw(sources[0], sources[1], mean, size, units, each)
    return tuple(
        _at(draw, share * seconds, aim, count, np.random.default_rng([simulation.seed, place]))
        for place, share in enumerate(_DIFFERENCES)
    )


def _at(draw: "_Draw", difference: float, aim: Aim, count: int, rng: np.random.Generator) -> Simulated:
    words: Counter[Verdict] = Counter()
    shown = np.zeros(2)
    alpha = 1 - aim.confidence
    for _ in range(count):
        pair = contrast_pair(*draw.experiment(difference, rng), aim.confidence, aim.margin)
        evidence = Evidence(pair.difference.estimate, pair.decisive_p, pair.decisive_equivalence_p, alpha)
        words[verdict(evidence)] += 1
        shown += [p is not None and p < alpha for p in (pair.not_slower_p, pair.slower_by_margin_p)]
    return Simulated(
        difference,
        count,
        equivalent=words["equivalent"] / count,
        faster=words["faster"] / count,
        slower=words["slower"] / count,
        inconclusive=words["inconclusive"] / count,
        not_slower=float(shown[0]) / count,
        slower_by_margin=float(shown[1]) / count,
    )


# Of what no log shows.
_UNKNOWN = Sample(None, None, None, (), (), None, 0, 0, 0, None, ())


@dataclass(frozen=True, slots=True)
class _Source:
    """A label's sample, whose times are replaced, and the noise of these."""

    sample: Sample
    noise: Noise


@dataclass(frozen=True, slots=True)
class _Draw:
    """What experiments are drawn from; `units` runs or logs of `each` transfers of either label."""

    other: _Source
    reference: _Source
    mean: float
    size: DesignSize
    units: int
    each: int

    def experiment(self, difference: float, rng: np.random.Generator) -> tuple[Sample, Sample]:
        """Return samples of the other and of the reference, whose true means differ by so much."""
        # The variance of differences is given to both halves alike: only their difference counts.
        between = self.size.between
        variances = between if len(between) == 2 else [sum(between) / 2] * 2
        sides = zip((self.other, self.reference), (self.mean + difference, self.mean), variances, strict=True)
        one, two = (self._sample(side, source, level, sd2, rng) for side, (source, level, sd2) in enumerate(sides))
        return one, two

    def _sample(self, side: int, source: _Source, level: float, variance: float, rng: np.random.Generator) -> Sample:
        levels = level + math.sqrt(variance) * rng.normal(size=self.units)
        times = levels[:, None] + source.noise((self.units, self.each), rng)
        runs = tuple(self._run(side, unit, seconds) for unit, seconds in enumerate(times))
        return replace(source.sample, runs=runs, partial=0, failed=0, untimed=0, empty_runs=(), timeouts=())

    def _run(self, side: int, unit: int, seconds: Floats) -> Run:
        """Place a run so that it is read as of this design: in its log, in the order of lines."""
        places = np.arange(self.each)
        match self.size.design:
            case "run":
                return Run(seconds, f"{side}.log", places, None, 1)
            case "alternation":
                return Run(seconds, "all.log", 2 * places + side, None, 1)
            case "blocks":  # each label comes first in every other log
                return Run(seconds, f"{unit}.log", places + self.each * ((side + unit) % 2), float(unit), unit + 1)
            case "logs":
                return Run(seconds, f"{unit}-{side}.log", places, 2.0 * unit + side, unit + 1)
        return Run(seconds, "all.log", places + self.each * (2 * unit + (side + unit) % 2), None, unit + 1)


def _noise(runs: Sequence[Floats], shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """
    Return noise of this shape from blocks of neighbours of the runs: the moving-block bootstrap of Künsch (1989).

    Runs lose a degree of freedom each by their means, which is given back.
    """
    longest = max(run.size for run in runs)
    length = min(block_length(longest) if longest > 1 else 1, shape[1])
    long_enough = [run for run in runs if run.size >= length]
    pool = np.concatenate(long_enough)
    firsts = np.cumsum([0, *(run.size for run in long_enough)])[:-1]
    pairs = zip(firsts, long_enough, strict=True)
    starts = np.concatenate([first + np.arange(run.size - length + 1) for first, run in pairs])
    blocks = -(-shape[1] // length)
    chosen = rng.choice(starts, (shape[0], blocks))
    drawn = pool[chosen[..., None] + np.arange(length)].reshape(shape[0], -1)[:, : shape[1]]
    kept = pool.size - len(long_enough)
    return drawn * (math.sqrt(pool.size / kept) if kept else 1.0)


def _autoregressive(sd: float, rho: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return stationary normal noise of this shape, each row a series whose neighbours correlate by `rho`."""
    from scipy.signal import lfilter  # with what takes long to import, and no measured spread needs

    shocks = rng.normal(size=shape)
    shocks[:, 1:] *= math.sqrt(1 - rho * rho)
    return np.asarray(sd * lfilter([1.0], [1.0, -rho], shocks, axis=1))
