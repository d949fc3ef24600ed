"""The one importer of pingouin: arrays of seconds in, the numbers of one test out, each call guarded.

pingouin (0.6.1 to 0.7) rounds; calls equal values normal; takes a sample of one value for the mean of a population; and
answers, warns or raises where a group has no spread. So sizes and spread are looked at first, its own yes and no are
never read, and samples go in by their places, because it sorts by name. What is not finite in its answer is unknown.
"""

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ftpstats.analysis.spread import seconds_of
from ftpstats.analysis.verdict import Margin
from ftpstats.errors import MachineError
from ftpstats.stats.describe import mean, variance
from ftpstats.stats.stack import ROUNDING_NOISE
from ftpstats.stats.two_sample import hedges_g, is_exact, mann_whitney

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Array", "How", "Numbers", "brown_forsythe", "games_howell", "hedges", "kruskal_wallis", "mann_whitney_u", "opened",
    "power", "shapiro_wilk", "tost", "welch", "welch_anova", "welch_holm",
]  # fmt: skip

Array = npt.NDArray[np.float64]

_SMALLEST_SHAPIRO, _LARGEST_SHAPIRO = 3, 5000  # where Royston's approximation holds
_MOST_PAIRS = 10**7  # pingouin's U test holds every difference of two values at once
_ALL_DECIMALS = 17  # it rounds intervals of effect sizes to 2, whatever its options say


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a test found; None and () stand for what it does not have, and for all where it cannot be made."""

    statistic: float | None = None
    df: tuple[float, ...] = ()
    p: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class How:
    """The opened pingouin, the confidence of intervals, and the margin of equivalence, which may be None."""

    pingouin: ModuleType
    confidence: float
    margin: Margin | None


@contextmanager
def opened() -> Iterator[ModuleType]:
    """
    Give pingouin with all its digits and without its warnings; afterwards its options are what they were.

    Raises
    ------
    MachineError
        If it cannot be imported.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pingouin = _imported()
        kept = dict(pingouin.options)
        pingouin.options.clear()  # of 95 % intervals it shows 2 decimals: near 10 ms, 0 to 0
        pingouin.options["round"] = None
        try:
            yield pingouin
        finally:
            pingouin.options.clear()
            pingouin.options.update(kept)


def _imported() -> ModuleType:
    try:
        import pingouin
    except ImportError as error:
        reason = f"textbook tests need the Python package pingouin ({error})"
        raise MachineError(f"{reason}; install it: pip install pingouin") from error
    module: ModuleType = pingouin
    return module


# --- of one sample ----------------------------------------------------------------------------------------------------


def shapiro_wilk(values: Sequence[Array], how: How) -> Numbers:
    """Shapiro–Wilk of one sample: W and p, as `stats.normality.shapiro_wilk` has them."""
    import pandas as pd

    (x,) = values
    if not _SMALLEST_SHAPIRO <= x.size <= _LARGEST_SHAPIRO or not _varies(x):
        return Numbers()
    # A table, because a list of three values is refused; in units of its spread, because W is 1 of spreads below 1e−19.
    scaled = (x - x.min()) / np.ptp(x)
    row = _row(how.pingouin.normality(pd.DataFrame({"seconds": scaled}), method="shapiro"))
    return _known(row["W"], (), row["pval"])


# --- of two, the reference first: positive where the other takes longer -----------------------------------------------


def welch(values: Sequence[Array], how: How) -> Numbers:
    """Welch's t with its df and p, and the difference of the means in seconds with its interval."""
    reference, other = values
    if not _comparable(reference, other):
        return Numbers()
    row = _row(how.pingouin.ttest(other, reference, correction=True, confidence=how.confidence))
    low, high = next(value for name, value in row.items() if name.startswith("CI"))  # its name holds the confidence
    return _known(row["T"], (row["dof"],), row["p_val"], mean(other) - mean(reference), low, high)


def hedges(values: Sequence[Array], how: How) -> Numbers:
    """Hedges' g, exact as `compare` shows it, for pingouin's correction is approximate; with pingouin's interval."""
    reference, other = values
    g = hedges_g(other, reference) if _comparable(reference, other) else None
    if g is None:
        return Numbers()
    low, high = how.pingouin.compute_esci(
        g, other.size, reference.size, eftype="hedges", confidence=how.confidence, decimals=_ALL_DECIMALS
    )
    return _known(None, (), None, g, low, high)


def tost(values: Sequence[Array], how: How) -> Numbers:
    """Two one-sided Welch tests of a difference beyond the margin: df and the larger p, and the margin in seconds."""
    reference, other = values
    if how.margin is None or not _comparable(reference, other):
        return Numbers()
    bound = seconds_of(how.margin, mean(reference))
    row = _row(how.pingouin.tost(other, reference, bound=bound, correction=True))
    return _known(None, (row["dof"],), row["pval"], bound)


def power(values: Sequence[Array], how: How) -> Numbers:
    """Chance that Student's t test of as many transfers, two-sided at α, finds a difference as large as the margin."""
    reference, other = values
    if how.margin is None or not _comparable(reference, other):
        return Numbers()
    squares = sum((variance(x) or 0.0) * (x.size - 1) for x in values)
    d = seconds_of(how.margin, mean(reference)) / math.sqrt(squares / (other.size + reference.size - 2))
    found = how.pingouin.power_ttest2n(other.size, reference.size, d=d, alpha=1 - how.confidence)
    return _known(None, (), None, found)


def mann_whitney_u(values: Sequence[Array], how: How) -> Numbers:
    """Mann–Whitney U and p, exact where `compare`'s is, and P(slower): that the other takes longer."""
    reference, other = values
    pairs = reference.size * other.size
    if not _differ(values):
        return Numbers()
    if pairs > _MOST_PAIRS:
        found = mann_whitney(other, reference)
        return _known(found.u, (), found.p, found.u / pairs) if found else Numbers()
    method = "exact" if is_exact(other, reference) else "asymptotic"
    row = _row(how.pingouin.mwu(other, reference, method=method))
    return _known(row["U_val"], (), row["p_val"], row["CLES"])


# --- of three and more ------------------------------------------------------------------------------------------------


def welch_anova(values: Sequence[Array], how: How) -> Numbers:
    """Welch's F with its df and p, and eta squared. One group without spread, and there is no F."""
    if not all(_varies(x) and x.var(ddof=1) > 0 for x in values):  # the smallest numbers have squares that are 0
        return Numbers()
    row = _row(how.pingouin.welch_anova(_table(values), dv="seconds", between="place"))
    return _known(row["F"], (row["ddof1"], row["ddof2"]), row["p_unc"], row["np2"])


def kruskal_wallis(values: Sequence[Array], how: How) -> Numbers:
    """H of Kruskal and Wallis, corrected for ties, with its df and p."""
    if not _differ(values):
        return Numbers()
    row = _row(how.pingouin.kruskal(_table(values), dv="seconds", between="place"))
    return _known(row["H"], (row["ddof1"],), row["p_unc"])


def brown_forsythe(values: Sequence[Array], how: How) -> Numbers:
    """Levene's test with the distances from the medians: W with its df and p."""
    df = len(values) - 1.0, float(sum(x.size for x in values) - len(values))
    distances = [np.abs(x - np.median(x)) for x in values]
    if not any(_varies(far, float(np.abs(x).max())) for far, x in zip(distances, values, strict=True)):
        return Numbers()
    row = _row(how.pingouin.homoscedasticity(list(values), method="levene", center="median"))
    return _known(row["W"], df, row["pval"])


def games_howell(values: Sequence[Array], how: How) -> list[Numbers]:
    """Games–Howell of every pair in the order of places: t, df, p for all pairs together, difference in seconds."""
    table = how.pingouin.pairwise_gameshowell(_table(values), dv="seconds", between="place")
    rows = {(row["A"], row["B"]): row for row in table.to_dict("records")}
    pairs = combinations(range(len(values)), 2)
    found = [(rows[i, j], _comparable(values[i], values[j])) for i, j in pairs]
    # pingouin subtracts the other from the reference.
    return [_known(-row["T"], (row["df"],), row["pval"], -row["diff"]) if able else Numbers() for row, able in found]


def welch_holm(values: Sequence[Array], how: How) -> list[Numbers]:
    """
    Welch's t of every pair, p by Holm over all of them.

    Not by `pairwise_tests`: it takes a label of one transfer for a population's mean, and two without spread for
    certainly different.
    """
    pairs = [welch(pair, how) for pair in combinations(values, 2)]
    raw = [1.0 if pair.p is None else pair.p for pair in pairs]
    adjusted = how.pingouin.multicomp(raw, method="holm")[1]
    return [
        Numbers() if pair.p is None else _known(pair.statistic, pair.df, p, pair.estimate)
        for pair, p in zip(pairs, adjusted, strict=True)
    ]


# --- guards -----------------------------------------------------------------------------------------------------------


def _varies(x: Array, size: float | None = None) -> bool:
    """Whether values differ by more than the rounding of numbers of that size, their own unless given."""
    return float(np.ptp(x)) > ROUNDING_NOISE * float(np.abs(x).max() if size is None else size)


def _comparable(one: Array, other: Array) -> bool:
    """Whether the error of the difference of two means is known: two values each, and some spread."""
    return min(one.size, other.size) > 1 and (_varies(one) or _varies(other))


def _differ(values: Sequence[Array]) -> bool:
    return float(np.ptp(np.concatenate(values))) > 0


def _known(  # noqa: PLR0913, PLR0917 - a test's numbers
    statistic: float | None,
    df: Sequence[float],
    p: float | None,
    estimate: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Numbers:
    """Return Python's numbers; nothing where one is not finite."""
    known = [None if value is None else float(value) for value in (statistic, p, estimate, low, high)]
    degrees = tuple(float(each) for each in df)
    if not all(value is None or math.isfinite(value) for value in (*known, *degrees)):
        return Numbers()
    return Numbers(known[0], degrees, *known[1:])


def _row(table: "pd.DataFrame") -> dict[str, Any]:
    """Return the one row of a data frame."""
    return dict(table.iloc[0])


def _table(values: Sequence[Array]) -> "pd.DataFrame":
    """Return seconds with the place of their sample: a label may be None, and pingouin sorts by it."""
    import pandas as pd

    places = np.repeat(np.arange(len(values)), [x.size for x in values])
    return pd.DataFrame({"place": places, "seconds": np.concatenate(values)})
