"""Two means to the required number of transfers or runs, for `compare` and `plan`.

Computed from the spread, never from the observed difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ftpstats.analysis.verdict import Margin
from ftpstats.stats.contrast import contrast
from ftpstats.stats.means import PairedMean, SampleMean
from ftpstats.stats.power import Goal, runs_needed, transfers_needed

__all__ = ["Spread", "Unit", "needed_of", "seconds_of", "spread_of"]

Unit = Literal["transfers", "runs", "logs"]

_FEWEST_LOGS = 4  # in which each of two labels can come first twice: fewer make no verdict about the platforms


@dataclass(frozen=True, slots=True)
class Spread:
    """
    The spread that the sample size is computed from.

    Attributes
    ----------
    of : str
        What varies, and so what is counted: ``transfers`` of one run, ``runs``, or ``logs``.
    variances : tuple of float
        In squared seconds: one of each label, or one of the differences of pairs or rounds.
    df : float or None
        How well they are known: the degrees of freedom of the contrast; None where they are given.
    hidden : float
        Seconds by which the printed digits may have moved the difference, however many are measured.
    """

    of: Unit
    variances: tuple[float, ...]
    df: float | None
    hidden: float

    def needed(self, delta: float, goal: Goal, alpha: float, power: float | None) -> int | None:
        """Return the required number of each label at `delta` seconds; None where none suffices, or beyond 10¹²."""
        return needed_of(self.of, self.variances, delta - self.hidden, goal=goal, alpha=alpha, power=power)


def needed_of(  # noqa: PLR0913 - as of `runs_needed`
    of: Unit, variances: Sequence[float], delta: float, *, goal: Goal, alpha: float, power: float | None
) -> int | None:
    """Return how many transfers, runs or logs of these variances show `delta`; None where none, or too many, would."""
    if delta <= 0:
        return None
    count = transfers_needed if of == "transfers" else runs_needed
    found = count(variances, delta, goal=goal, alpha=alpha, power=power)
    return max(found, _FEWEST_LOGS) if found is not None and of == "logs" else found


def spread_of(mean: SampleMean, reference: SampleMean, several: Unit = "runs") -> Spread | None:
    """
    Return the spread of two means.

    Parameters
    ----------
    mean, reference : SampleMean
        Independent of each other, or the two partners of a paired design.
    several : {'runs', 'logs'}
        What they are means of, where they are means of several.

    Returns
    -------
    Spread or None
        None where one of them is a single transfer, where nothing varies, and where one label has one run and the
        other several.
    """
    found = contrast(mean, reference, 1.0)
    fewest, most = sorted((mean.runs, reference.runs))
    if found.df is None or fewest == 1 < most:
        return None
    in_runs = fewest > 1
    counts = [each.runs if in_runs else each.n for each in (mean, reference)]
    spreads = [mean.difference_variance] if isinstance(mean, PairedMean) else [mean.variance, reference.variance]
    variances = tuple((spread or 0.0) * count for spread, count in zip(spreads, counts, strict=False))
    return Spread(several if in_runs else "transfers", variances, found.df, mean.rounding + reference.rounding)


def seconds_of(margin: Margin, mean: float) -> float:
    """Return a margin in seconds, where it is a share of this mean."""
    return margin.value * mean if margin.relative else margin.value
