"""How often each verdict would come: a plan and the transfers it is made from in, simulated experiments judged.

Noise is drawn from the transfers themselves, in blocks of neighbours, so that its shape and autocorrelation stay; what
varies between runs or logs is drawn from a normal distribution of the estimated variance.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ftpstats.analysis.contrasts import contrast_pair
from ftpstats.analysis.designs import Aim, DesignSize, Side
from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.verdict import Evidence, Verdict, verdict
from ftpstats.stats.bootstrap import block_length

__all__ = ["Simulated", "Simulation", "simulated"]

Floats = npt.NDArray[np.float64]

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
    if size.needed is None or size.transfers_each is None:
        return ()
    units, each = (1, size.needed) if size.unit == "transfers" else (size.needed, size.transfers_each)
    count = max(_FEWEST, min(simulation.experiments, _MOST_TRANSFERS // (2 * units * each * len(_DIFFERENCES))))
    (other, _), (reference, mean) = sides
    margin = aim.margin.of(other.bytes)
    seconds = margin.value * mean.mean if margin.relative else margin.value
    draw = _Draw(other, reference, mean.mean, size, units, each)
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


@dataclass(frozen=True, slots=True)
class _Draw:
    """What experiments are drawn from; `units` runs or logs of `each` transfers of either label."""

    other: Sample
    reference: Sample
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
        one, two = (self._sample(side, sample, level, sd2, rng) for side, (sample, level, sd2) in enumerate(sides))
        return one, two

    def _sample(self, side: int, sample: Sample, level: float, variance: float, rng: np.random.Generator) -> Sample:
        levels = level + math.sqrt(variance) * rng.normal(size=self.units)
        noise = _noise([run.seconds - run.seconds.mean() for run in sample.runs], (self.units, self.each), rng)
        times = np.maximum(levels[:, None] + noise, 1e-9)
        runs = tuple(self._run(side, unit, seconds) for unit, seconds in enumerate(times))
        return replace(sample, runs=runs, partial=0, failed=0, untimed=0, empty_runs=(), timeouts=())

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
