"""Every textbook test of the samples of one size and direction: samples in, one record per test out.

All of them take the transfers as independent; none decides.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ftpstats.analysis.sample import Sample
from ftpstats.stats.groups import brown_forsythe, games_howell, welch_anova
from ftpstats.stats.normality import anderson_darling, dagostino, shapiro_wilk
from ftpstats.stats.ranks import brunner_munzel, dunn, kruskal_wallis
from ftpstats.stats.two_sample import mann_whitney, welch

__all__ = ["Companion", "companions"]

_Numbers = tuple[float | None, tuple[float, ...], float | None]
_UNKNOWN: _Numbers = (None, (), None)


@dataclass(frozen=True, slots=True)
class Companion:
    """
    One test of one sample, two, or all of them.

    Attributes
    ----------
    bytes, direction
        Of the transfers.
    test : str
        Its name.
    question : str
        What a small p speaks against.
    labels : tuple of str or None
        The samples; of two, the reference first.
    statistic : float or None
        None where the test has none or could not be made.
    df : tuple of float
        Degrees of freedom of the statistic; empty where it has none.
    p : float or None
        None where the test could not be made.
    adjusted_for : int
        For how many comparisons p allows; 1 is none but its own.
    """

    bytes: int | None
    direction: str | None
    test: str
    question: str
    labels: tuple[str | None, ...]
    statistic: float | None
    df: tuple[float, ...]
    p: float | None
    adjusted_for: int


def companions(samples: Sequence[Sample]) -> tuple[Companion, ...]:
    """
    Make every test of samples that are alike in size and direction.

    Parameters
    ----------
    samples : sequence of Sample
        One or more, each with a time, the reference first.

    Returns
    -------
    tuple of Companion
        Of each sample, of each pair, then of all together. What cannot be tested (one value, no spread) has p None.
    """
    pairs = list(combinations(samples, 2))
    found = [_companion(test, (sample,), test.numbers(sample)) for test in _OF_ONE for sample in samples]
    found += [_companion(test, pair, test.numbers(*pair)) for test in _OF_TWO for pair in pairs]
    if len(samples) > 2:
        found += [_companion(test, samples, test.numbers(samples)) for test in _OF_ALL]
        found += [
            _companion(test, pair, numbers, len(pairs))
            for test in _OF_PAIRS_IN_ALL
            for pair, numbers in zip(pairs, test.numbers(samples), strict=True)
        ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Test:
    name: str
    question: str
    numbers: Callable[..., _Numbers]


@dataclass(frozen=True, slots=True)
class _PairsTest:
    name: str
    question: str
    numbers: Callable[[Sequence[Sample]], Sequence[_Numbers]]


def _companion(
    test: _Test | _PairsTest, samples: Sequence[Sample], numbers: _Numbers, adjusted_for: int = 1
) -> Companion:
    kind, labels = samples[0], tuple(sample.label for sample in samples)
    question = test.question + (_COARSE if test in _OF_ONE and kind.hides_shape else "")
    return Companion(kind.bytes, kind.direction, test.name, question, labels, *numbers, adjusted_for)


# --- of one sample --------------------------------------------------------------------------------------------------


def _shapiro(sample: Sample) -> _Numbers:
    found = shapiro_wilk(sample.seconds)
    return (found.w, (), found.p) if found else _UNKNOWN


def _dagostino(sample: Sample) -> _Numbers:
    found = dagostino(sample.seconds)
    return (found.statistic, (2.0,), found.p) if found else _UNKNOWN


def _anderson(sample: Sample) -> _Numbers:
    found = anderson_darling(sample.seconds)
    return (found.statistic, (), found.p) if found else _UNKNOWN


# --- of two, the reference first --------------------------------------------------------------------------------------


def _welch(reference: Sample, other: Sample) -> _Numbers:
    found = welch(other.seconds, reference.seconds)
    return (found.t, (found.df,), found.p) if found else _UNKNOWN


def _mann_whitney(reference: Sample, other: Sample) -> _Numbers:
    found = mann_whitney(other.seconds, reference.seconds)
    return (found.u, (), found.p) if found else _UNKNOWN


def _brunner_munzel(reference: Sample, other: Sample) -> _Numbers:
    found = brunner_munzel(other.seconds, reference.seconds)
    return found.t, () if found.df is None else (found.df,), found.p


# --- of three and more ------------------------------------------------------------------------------------------------


def _welch_anova(samples: Sequence[Sample]) -> _Numbers:
    found = welch_anova([sample.seconds for sample in samples])
    return (found.f, (found.df_between, found.df_within), found.p) if found else _UNKNOWN


def _kruskal_wallis(samples: Sequence[Sample]) -> _Numbers:
    found = kruskal_wallis([sample.seconds for sample in samples])
    return (found.h, (float(found.df),), found.p) if found else _UNKNOWN


def _brown_forsythe(samples: Sequence[Sample]) -> _Numbers:
    found = brown_forsythe([sample.seconds for sample in samples])
    return (found.f, (found.df_between, found.df_within), found.p) if found else _UNKNOWN


def _games_howell(samples: Sequence[Sample]) -> list[_Numbers]:
    return [(None, (), pair.p) for pair in games_howell([sample.seconds for sample in samples])]


def _dunn(samples: Sequence[Sample]) -> list[_Numbers]:
    found = dunn([sample.seconds for sample in samples])
    return [(pair.z, (), pair.p_adjusted) for pair in found] or [_UNKNOWN] * math.comb(len(samples), 2)


_COARSE = ", but the digits are too coarse to tell"
_NORMAL, _MEANS, _RANKS = "a normal distribution", "equal means", "either taking longer equally often"
_OF_ONE = (
    _Test("Shapiro–Wilk", _NORMAL, _shapiro),
    _Test("D'Agostino–Pearson", _NORMAL, _dagostino),
    _Test("Anderson–Darling", _NORMAL, _anderson),
)
_OF_TWO = (
    _Test("Welch t", _MEANS, _welch),
    _Test("Mann–Whitney U", "one distribution", _mann_whitney),
    _Test("Brunner–Munzel", _RANKS, _brunner_munzel),
)
_OF_ALL = (
    _Test("Welch ANOVA", _MEANS, _welch_anova),
    _Test("Kruskal–Wallis", "one distribution", _kruskal_wallis),
    _Test("Brown–Forsythe", "equal spread", _brown_forsythe),
)
_OF_PAIRS_IN_ALL = (
    _PairsTest("Games–Howell", _MEANS, _games_howell),
    _PairsTest("Dunn", "one distribution", _dunn),
)
