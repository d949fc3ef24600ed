"""Every textbook test of the samples of one size and direction: samples in, one record per test out.

pingouin makes what it has, behind the guards of `pingouin_tests`; `stats` makes the rest. All tests take the transfers
as independent; none decides.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ftpstats.analysis import pingouin_tests as by_pingouin
from ftpstats.analysis.pingouin_tests import Array, How, Numbers
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.verdict import Margins
from ftpstats.stats.describe import as_sample, check_confidence
from ftpstats.stats.normality import anderson_darling, dagostino
from ftpstats.stats.ranks import brunner_munzel, dunn

__all__ = ["TextbookTest", "textbook_tests"]


@dataclass(frozen=True, slots=True)
class TextbookTest:
    """
    One test of one sample, two, or all of them; or an effect size, or the power of a test, which have no p.

    Attributes
    ----------
    bytes, direction
        Of the transfers.
    test : str
        Its name.
    question : str
        What a small p speaks against; of an effect size and a power, of which test.
    labels : tuple of str or None
        The samples; of two, the reference first.
    statistic : float or None
        Of two samples, positive where the other takes longer; U counts the pairs in which it does. None where the test
        has none or could not be made.
    df : tuple of float
        Degrees of freedom of the statistic; empty where it has none.
    p : float or None
        Two-sided. None where the test could not be made.
    adjusted_for : int
        For how many comparisons p allows; 1 is none but its own.
    effect : str or None
        What `estimate` is: ``difference`` (other − reference, of means), ``Hedges' g``, ``P(slower)`` (that a transfer
        of the other takes longer than one of the reference, ties counting half), ``eta squared`` (the labels' share of
        the sum of squares), ``margin`` (of TOST), or ``power`` (to find a difference as large as the margin).
    unit : str or None
        ``s`` where that is in seconds; None where it is a pure number.
    estimate, low, high : float or None
        The effect, and its interval where the test has one.
    coarse : bool
        Whether the printed digits alone may make a sample look other than normal.
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
    effect: str | None
    unit: str | None
    estimate: float | None
    low: float | None
    high: float | None
    coarse: bool


def textbook_tests(
    samples: Sequence[Sample], *, confidence: float = 0.95, margin: Margins | None = None
) -> tuple[TextbookTest, ...]:
    """
    Make every test of samples that are alike in size and direction, as if all transfers were independent.

    Parameters
    ----------
    samples : sequence of Sample
        One or more, each with a time, the reference first.
    confidence : float
        Of the intervals, and 1 − α of the power; at least 0.5 and below 1.
    margin : Margin or SizedMargins, optional
        For equivalence (TOST) and power, which are left out without one. A relative margin is a share of the
        reference's mean; of two samples the first is the reference.

    Returns
    -------
    tuple of TextbookTest
        Of each sample, of each pair, then of all together. What cannot be tested (one value, no spread) has p None.

    Raises
    ------
    MachineError
        If pingouin is not installed.
    ValueError
        If a sample has no time, or the confidence is out of range.

    Notes
    -----
    By pingouin (Vallat, "Pingouin: statistics in Python", JOSS 3 (2018) 1026): Shapiro–Wilk; Welch's t with its
    interval, TOST (Schuirmann 1987), Mann–Whitney, power of Student's t (Cohen 1988); Welch's ANOVA, Kruskal–Wallis,
    Brown–Forsythe, Games–Howell, Welch's t for every pair with Holm's adjustment; the interval of Hedges' g. By
    `stats`, each for the reason that stands there: D'Agostino–Pearson, Anderson–Darling, Hedges' g, Brunner–Munzel,
    Dunn.

    Examples
    --------
    >>> import numpy as np
    >>> from ftpstats.analysis.sample import Run
    >>> def sample(label, seconds):
    ...     run = Run(np.array(seconds), "FTP.log", np.arange(len(seconds)), began=None, number=1)
    ...     return Sample(label, 102400, "download", ("netkit",), (run,), 1e-6, 0, 0, 0, None, ())
    >>> tests = textbook_tests([sample("Xen", [1.0, 1.1, 1.3, 1.2]), sample("VMware", [1.3, 1.5, 1.6, 1.4])])
    >>> found = {test.test: test for test in tests}["Welch t"]
    >>> print(f"t({found.df[0]:.1f}) = {found.statistic:.3f}, p = {found.p:.4f}")
    t(6.0) = 3.286, p = 0.0167
    >>> print(f"{found.estimate:.2f} {found.unit}, {found.low:.4f} to {found.high:.4f}")
    0.30 s, 0.0766 to 0.5234
    """
    check_confidence(confidence)
    with by_pingouin.opened() as pingouin:
        return tuple(_made(samples, How(pingouin, confidence, margin.of(samples[0].bytes) if margin else None)))


@dataclass(frozen=True, slots=True)
class _Test:
    """A test; `numbers` takes one array of seconds per sample. Those of pairs among three and more answer for each."""

    name: str
    question: str
    effect: str | None
    unit: str | None
    numbers: Callable[[Sequence[Array], How], Any]


def _made(samples: Sequence[Sample], how: How) -> Iterator[TextbookTest]:
    values = [as_sample(sample.seconds) for sample in samples]
    places, pairs = tuple(range(len(samples))), list(combinations(range(len(samples)), 2))
    several = len(samples) > 2
    of_two = _OF_TWO if how.margin else tuple(test for test in _OF_TWO if test.effect not in _AT_A_MARGIN)
    for tests, sets in ((_OF_ONE, [(i,) for i in places]), (of_two, pairs), (_OF_ALL, [places] if several else [])):
        for test in tests:
            for chosen in sets:
                yield _record(test, [samples[i] for i in chosen], test.numbers([values[i] for i in chosen], how), 1)
    for test in _OF_PAIRS_IN_ALL if several else ():
        for (i, j), numbers in zip(pairs, test.numbers(values, how), strict=True):
            yield _record(test, [samples[i], samples[j]], numbers, len(pairs))


def _record(test: _Test, samples: Sequence[Sample], found: Numbers, adjusted_for: int) -> TextbookTest:
    kind, labels = samples[0], tuple(sample.label for sample in samples)
    return TextbookTest(
        bytes=kind.bytes,
        direction=kind.direction,
        test=test.name,
        question=test.question,
        labels=labels,
        statistic=found.statistic,
        df=found.df,
        p=found.p,
        adjusted_for=adjusted_for,
        effect=test.effect,
        unit=test.unit,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        coarse=test in _OF_ONE and kind.hides_shape,
    )


# --- what pingouin has not, or not right: see the reasons in `stats`


def _dagostino(values: Sequence[Array], _: How) -> Numbers:
    found = dagostino(values[0])
    return Numbers(found.statistic, (2.0,), found.p) if found else Numbers()


def _anderson(values: Sequence[Array], _: How) -> Numbers:
    found = anderson_darling(values[0])
    return Numbers(found.statistic, (), found.p) if found else Numbers()


def _brunner_munzel(values: Sequence[Array], how: How) -> Numbers:
    found = brunner_munzel(values[1], values[0], how.confidence)
    df = () if found.df is None else (found.df,)
    return Numbers(found.t, df, found.p, found.probability, found.low, found.high)


def _dunn(values: Sequence[Array], _: How) -> list[Numbers]:
    found = dunn(values)
    return [Numbers(pair.z, (), pair.p_adjusted) for pair in found] or [Numbers()] * math.comb(len(values), 2)


_NORMAL, _MEANS, _RANKS, _SAME = "a normal distribution", "equal means", "P(slower) = 1/2", "one distribution"
_AT_A_MARGIN = {"margin", "power"}
_OF_ONE = (
    _Test("Shapiro–Wilk", _NORMAL, None, None, by_pingouin.shapiro_wilk),
    _Test("D'Agostino–Pearson", _NORMAL, None, None, _dagostino),
    _Test("Anderson–Darling", _NORMAL, None, None, _anderson),
)
# The reference first.
_OF_TWO = (
    _Test("Welch t", _MEANS, "difference", "s", by_pingouin.welch),
    _Test("Hedges' g", _MEANS, "Hedges' g", None, by_pingouin.hedges),
    _Test("Power at the margin", _MEANS, "power", None, by_pingouin.power),
    _Test("TOST", "means beyond the margin", "margin", "s", by_pingouin.tost),
    _Test("Mann–Whitney U", _SAME, "P(slower)", None, by_pingouin.mann_whitney_u),
    _Test("Brunner–Munzel", _RANKS, "P(slower)", None, _brunner_munzel),
)
_OF_ALL = (
    _Test("Welch ANOVA", _MEANS, "eta squared", None, by_pingouin.welch_anova),
    _Test("Kruskal–Wallis", _SAME, None, None, by_pingouin.kruskal_wallis),
    _Test("Brown–Forsythe", "equal spread", None, None, by_pingouin.brown_forsythe),
)
_OF_PAIRS_IN_ALL = (
    _Test("Games–Howell", _MEANS, "difference", "s", by_pingouin.games_howell),
    _Test("Welch t, Holm", _MEANS, "difference", "s", by_pingouin.welch_holm),
    _Test("Dunn", _SAME, None, None, _dunn),
)
