"""How each run of a sample changes as it goes on: warm-up, trend, halves, level shift. Samples in, numbers out."""

from dataclasses import dataclass

from ftpstats.analysis.sample import Sample
from ftpstats.stats.contrast import Difference
from ftpstats.stats.drift import LevelShift, Trend, halves, level_shift, trend, warm_up

__all__ = ["Order", "order_of"]


@dataclass(frozen=True, slots=True)
class Order:
    """
    What the order of one run's transfers tells. None: too few of them, or all alike.

    Attributes
    ----------
    run : int
        Its number among the label's runs, from 1.
    n : int
        Its transfers.
    trend : Trend or None
        Seconds per transfer.
    halves : Difference or None
        Second half minus first, in seconds.
    warm_up : int or None
        How many first transfers are too slow to belong to the rest.
    level_shift : LevelShift or None
        The clearest change of level.
    """

    run: int
    n: int
    trend: Trend | None
    halves: Difference | None
    warm_up: int | None
    level_shift: LevelShift | None


def order_of(sample: Sample, confidence: float = 0.95) -> tuple[Order, ...]:
    """
    Look at the order of every run.

    Parameters
    ----------
    sample : Sample
        It may be empty.
    confidence : float
        Of the interval of the halves' difference.
    """
    return tuple(
        Order(
            run=run.number,
            n=len(run.seconds),
            trend=trend(run.seconds),
            halves=halves(run.seconds, confidence),
            warm_up=warm_up(run.seconds),
            level_shift=level_shift(run.seconds),
        )
        for run in sample.runs
    )
