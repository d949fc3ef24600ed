"""Changes within each run of a sample: warm-up, trend, halves, level shift. Samples in, numbers out."""

from dataclasses import dataclass
from functools import partial

from ftpstats.analysis.sample import Sample
from ftpstats.stats.contrast import Difference
from ftpstats.stats.drift import Trend, halves_by_run, trend_by_run, warm_up_by_run
from ftpstats.stats.shift import LevelShift, level_shift_by_run

__all__ = ["Order", "order_of"]


@dataclass(frozen=True, slots=True)
class Order:
    """
    Tests of the order of one run's transfers. None: too few transfers, or all equal.

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
        Number of initial transfers that are slower than the rest.
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
    Test the order of every run.

    Parameters
    ----------
    sample : Sample
        It may be empty.
    confidence : float
        Of the interval of the halves' difference.
    """
    looks = trend_by_run, partial(halves_by_run, confidence=confidence), warm_up_by_run, level_shift_by_run
    return tuple(
        Order(run.number, len(run.seconds), *found)
        for run, *found in zip(sample.runs, *(sample.by_run(look) for look in looks), strict=True)
    )
