"""What the printed digits of a result are worth: an interval of seconds.

The seconds on a result line are coarse, but the rate beside them was computed from the unrounded time. Each of the
two numbers allows an interval of seconds; the transfer took a time in both. Columns in, columns out; no text but the
names of the odd cases.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["CONTRADICTION", "ODDITIES", "ZERO", "Elapsed", "elapsed"]

Floats = npt.NDArray[np.float64]

# What `note` says of a time; the number stands for it in bulk columns.
ODDITIES = (
    "",
    "the printed seconds and rate contradict each other; the seconds are used",
    "the clock stood still",
    "negative time: the clock was stepped back, so the time is unknown",
    "no time printed",
)
FINE, CONTRADICTION, ZERO, STEPPED, UNTIMED = range(len(ODDITIES))

# A 32-bit float is off by up to 2⁻²⁴ of itself; the time, the size and their quotient are each rounded to one.
SINGLE_PRECISION = 3 * 2.0**-24


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Best estimate and interval of each elapsed time in seconds, NaN where unknown, and its oddity."""

    seconds: Floats
    low: Floats
    high: Floats
    oddity: npt.NDArray[np.uint8]


def elapsed(  # noqa: PLR0913 - what a line says, and what its client does
    sizes: Floats,
    printed: tuple[Floats, Floats],
    rate: tuple[Floats, Floats],
    *,
    stopped: tuple[float, float] | None,
    single_precision: bool,
    rate_cut: float = 0.0,
) -> Elapsed:
    """
    Intersect what the printed seconds allow with what the printed rate allows.

    Parameters
    ----------
    sizes : array of shape (n,)
        Bytes transferred.
    printed : pair of arrays of shape (n,)
        Smallest and largest seconds that print like the line; NaN where it has none.
    rate : pair of arrays of shape (n,)
        Smallest and largest rate in bytes/s that print like the line; NaN where it has none.
    stopped : pair of float, or None
        Seconds by which the client divides when its clock did not advance, and what that clock counts in (infinite
        where it is finer than the digits): the transfer then took less. None where nobody knows.
    single_precision : bool
        The client computes in 32-bit floats: the intervals are wider by SINGLE_PRECISION of themselves.
    rate_cut : float
        The rate is of a time cut to multiples of so many seconds.

    Returns
    -------
    Elapsed
        The middle of the intersection and the intersection. Where it is empty, the printed seconds alone. Where a clock
        stood, the seconds are unknown, for the middle of what prints as zero is far from what is nearly zero.
    """
    slack = SINGLE_PRECISION if single_precision else 0.0
    low, high = np.maximum(printed[0], 0.0) * (1 - slack), printed[1] * (1 + slack)
    rate_low, rate_high = _seconds_at(sizes, rate, slack)
    both_low, both_high = np.fmax(low, rate_low), np.fmin(high, rate_high + rate_cut)
    oddity = np.where(both_low > both_high, CONTRADICTION, FINE)
    if stopped is not None:
        divisor, tick = stopped
        stood = (low <= 0.0) & (rate_low <= divisor) & (divisor <= rate_high)
        both_low, both_high = np.where(stood, 0.0, both_low), np.where(stood, np.minimum(high, tick), both_high)
        oddity = np.where(stood, ZERO, oddity)
    alone = oddity == CONTRADICTION
    low, high = np.where(alone, low, both_low), np.where(alone, high, both_high)
    stepped = (printed[1] < 0) | (rate[1] < 0)
    untimed = ~np.isfinite(low + high)
    oddity = np.where(stepped, STEPPED, np.where(untimed, UNTIMED, oddity))
    low, high = np.where(stepped | untimed, np.nan, low), np.where(stepped | untimed, np.nan, high)
    return Elapsed(np.where(oddity == ZERO, np.nan, (low + high) / 2), low, high, oddity.astype(np.uint8))


def _seconds_at(sizes: Floats, rate: tuple[Floats, Floats], slack: float) -> tuple[Floats, Floats]:
    """Seconds that a transfer takes at the largest and the smallest rate; no rate or no bytes say nothing."""
    silent = ~(sizes > 0) | ~(rate[1] > 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low = np.where(silent, np.nan, sizes / rate[1] * (1 - slack))
        high = np.where(silent, np.nan, np.where(rate[0] > 0, sizes / rate[0] * (1 + slack), np.inf))
    return low, high
