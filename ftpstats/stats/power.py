"""How many transfers or runs would decide: variances in squared seconds in, a whole number out.

From the spread and the margin that matters, never from the difference that was found. Adding data until the answer
pleases is optional stopping, whatever the number here.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from scipy.special import gammaincinv, stdtrit

from ftpstats.stats.serial import cosines

__all__ = ["Goal", "interval_needed", "runs_needed", "transfers_needed", "variance_at_most"]

Goal = Literal["equivalence", "difference", "not-slower"]

# Below 30 transfers the verdict needs a simple test too; of two runs the variance is practically unknown.
_FEWEST_TRANSFERS, _FEWEST_RUNS = 30, 3
_MOST = 10**12


def transfers_needed(
    long_run_variances: Sequence[float],
    delta: float,
    *,
    goal: Goal = "equivalence",
    alpha: float = 0.05,
    power: float | None = None,
) -> int | None:
    """
    How many transfers of each label decide, in one run of each.

    Parameters
    ----------
    long_run_variances : sequence of float, length 2 or 1
        Ω̂ of each label, or of the pairs' differences of two labels in alternation; 0 or above.
    delta : float
        In seconds, above 0: the margin that the means are to be shown to lie within, or the difference to be found.
    goal : {'equivalence', 'difference', 'not-slower'}
        To show equal means to be equivalent, means that differ by `delta` to differ, or one of two equal means not to
        exceed the other by `delta` (non-inferiority).
    alpha : float
        Level of the test, above 0 and at most 0.5.
    power : float, optional
        Chance to show it where it is so, at least 0.5 and below 1; 1 − `alpha` unless given.

    Returns
    -------
    int or None
        Rounded up to two digits, at least 30, below which the verdict asks more; None beyond 10¹².

    Raises
    ------
    ValueError
        If there are not one or two variances, or a number is out of its range.

    Notes
    -----
    The smallest n with (t_one + t_other)²·ΣΩ̂/δ² ≤ n: Student's quantiles at 1 − α and (1 + power)/2 for the two
    one-sided tests of equal means, at 1 − α/2 and power for a difference, at 1 − α and power for non-inferiority, with
    ν(n) degrees of freedom for each variance, iterated because ν moves with n (see `long_run_variance`). With a power
    of 1 − α the first two need the same number: t₁₋α⸝₂ + t₁₋α. Adding quantiles of t for the noncentral distribution is
    a transfer or two short (Julious, "Sample sizes for clinical trials", 2010); with four degrees of freedom the chance
    of 95 % is one of 94 %.

    Examples
    --------
    >>> transfers_needed([0.04, 0.05], 0.1)
    140
    >>> transfers_needed([0.04, 0.05], 0.1, goal="difference", power=0.8)
    82
    """
    degrees = partial(_transfers_df, len(long_run_variances))
    return _smallest(long_run_variances, delta, _quantiles(goal, alpha, power), degrees, _FEWEST_TRANSFERS)


def runs_needed(
    run_mean_variances: Sequence[float],
    delta: float,
    *,
    goal: Goal = "equivalence",
    alpha: float = 0.05,
    power: float | None = None,
) -> int | None:
    """
    How many runs of each label decide.

    Parameters
    ----------
    run_mean_variances : sequence of float, length 2 or 1
        s² of each label's run means, or of the rounds' differences of two labels; 0 or above.
    delta, goal, alpha, power
        As for `transfers_needed`.

    Returns
    -------
    int or None
        Rounded up to two digits, at least 3; None beyond 10¹².

    Raises
    ------
    ValueError
        If there are not one or two variances, or a number is out of its range.

    Notes
    -----
    As `transfers_needed`, with n − 1 degrees of freedom for each variance.

    Examples
    --------
    >>> runs_needed([0.02, 0.03], 0.2)
    18
    """
    degrees = partial(_runs_df, len(run_mean_variances))
    return _smallest(run_mean_variances, delta, _quantiles(goal, alpha, power), degrees, _FEWEST_RUNS)


def interval_needed(  # noqa: PLR0913 - all by name but two
    variance: float,
    half: float,
    *,
    of: Literal["transfers", "runs"],
    share: float = 1.0,
    confidence: float = 0.95,
    chance: float | None = None,
) -> int | None:
    """
    How many units make the confidence interval of an estimate so narrow.

    Parameters
    ----------
    variance : float
        Of the estimate from one unit; that from n units is 1/n of it. 0 or above.
    half : float
        The half-width that is wanted, above 0, in the estimate's unit.
    of : {'transfers', 'runs'}
        What a unit is: it sets the degrees of freedom, those of `long_run_variance` or n − 1.
    share : float
        By which these are multiplied, above 0: a contrast of K means has up to K times as many (Satterthwaite).
    confidence : float
        Of the interval, at least 0.5 and below 1.
    chance : float, optional
        That the interval is no wider, at least 0.5 and below 1; `confidence` unless given.

    Returns
    -------
    int or None
        Rounded up to two digits, at least 30 transfers or 3 runs; None beyond 10¹².

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    The smallest n with t·√(V/n · χ²/f) ≤ half, χ² the quantile of `chance` with f degrees of freedom: the spread of the
    new data may be larger than expected. Kupper & Hafner, "How appropriate are popular sample size formulas?", The
    American Statistician 43 (1989) 101–105.

    Examples
    --------
    >>> interval_needed(1.0, 0.2, of="runs"), interval_needed(1.0, 0.2, of="runs", chance=0.5)
    (120, 98)
    """
    wanted = confidence if chance is None else chance
    if not (0.5 <= confidence < 1 and 0.5 <= wanted < 1):
        raise ValueError(f"a confidence of {confidence}, or a chance of {wanted}, is not between 0.5 and 1")
    if not (0 <= variance < math.inf and 0 < half < math.inf and share > 0):
        raise ValueError(f"a variance of {variance}, a half-width of {half} or a share of {share} is out of range")

    def enough(n: int) -> bool:
        df = share * (cosines(n) if of == "transfers" else n - 1)
        widened = 2 * float(gammaincinv(df / 2, wanted)) / df
        return float(stdtrit(df, (1 + confidence) / 2)) * math.sqrt(variance * widened) <= half * math.sqrt(n)

    return _first(enough, _FEWEST_TRANSFERS if of == "transfers" else _FEWEST_RUNS)


def variance_at_most(df: float, chance: float = 0.9) -> float:
    """
    How many times as large as estimated a variance may be, and with it the number needed.

    Parameters
    ----------
    df : float
        Degrees of freedom of the estimate, above 0.
    chance : float
        That it is no larger, above 0 and below 1.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    df/χ²₁₋chance: the upper confidence limit of a variance over its estimate. Browne, "On the use of a pilot sample for
    sample size determination", Statistics in Medicine 14 (1995) 1933–1940.

    Examples
    --------
    >>> print(f"{variance_at_most(2):.1f}, {variance_at_most(16):.1f}, {variance_at_most(200):.1f}")
    9.5, 1.7, 1.1
    """
    if not (0 < df < math.inf and 0 < chance < 1):
        raise ValueError(f"{df} degrees of freedom, or a chance of {chance}, are out of range")
    return df / (2 * float(gammaincinv(df / 2, 1 - chance)))


def _transfers_df(variances: int, n: int) -> int:
    return variances * cosines(n)


def _runs_df(variances: int, n: int) -> int:
    return variances * (n - 1)


def _quantiles(goal: Goal, alpha: float, power: float | None) -> tuple[float, float]:
    """Return the two probabilities above ½ whose quantiles of t are added."""
    if not 0 < alpha <= 0.5:
        raise ValueError(f"a level of {alpha} is not above 0 and at most 0.5")
    wanted = 1 - alpha if power is None else power
    if not 0.5 <= wanted < 1:
        raise ValueError(f"a power of {wanted} is not between 0.5 and 1")
    if goal == "equivalence":
        return 1 - alpha, (1 + wanted) / 2
    if goal == "difference":
        return 1 - alpha / 2, wanted
    if goal == "not-slower":
        return 1 - alpha, wanted
    raise ValueError(f"the goal is 'equivalence', 'difference' or 'not-slower', not {goal!r}")


def _smallest(
    variances: Sequence[float],
    delta: float,
    quantiles: tuple[float, float],
    degrees: Callable[[int], int],
    fewest: int,
) -> int | None:
    if len(variances) not in (1, 2) or not all(0 <= variance < math.inf for variance in variances):
        raise ValueError(f"one or two variances of 0 and above are needed, not {list(variances)}")
    if not 0 < delta < math.inf:
        raise ValueError(f"a margin or difference of {delta} seconds is not above 0")
    share = math.sqrt(math.fsum(variances)) / delta

    def enough(n: int) -> bool:
        reach = sum(float(stdtrit(degrees(n), quantile)) for quantile in quantiles)
        return reach * share <= math.sqrt(n)

    return _first(enough, fewest)


def _first(enough: Callable[[int], bool], fewest: int) -> int | None:
    n = bisect_left(range(_MOST + 1), True, lo=fewest, key=enough)
    return None if n > _MOST else _two_digits(n)


def _two_digits(n: int) -> int:
    """Round up to two digits: 101 is 110."""
    unit = int(10 ** max(0, len(str(n)) - 2))
    return -(-n // unit) * unit
