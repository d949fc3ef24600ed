"""What printed digits are worth: how clients print a number, and the interval of seconds that a result line allows.

One `Digits` per printf conversion; a number stands for all that print like it. The seconds on a result line are coarse,
but the rate beside them was computed from the unrounded time: the transfer took a time that both allow. Columns in,
columns out; nothing here knows a client.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = [
    "CONTRADICTION", "DURATION", "ODDITIES", "ZERO", "Digits", "Elapsed", "Printed", "as_shown", "clock", "elapsed",
    "fixed", "significant", "truncated", "vote", "whole",
]  # fmt: skip

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Printed:
    """Numbers as printed, and the smallest and the largest number that print like each; NaN where there is none."""

    value: Floats
    low: Floats
    high: Floats

    @classmethod
    def nothing(cls, count: int) -> "Printed":
        """Return as many unknown numbers."""
        return cls(*(np.full(count, np.nan) for _ in range(3)))

    def times(self, scale: Floats) -> "Printed":
        """Return the numbers in another unit."""
        return Printed(self.value * scale, self.low * scale, self.high * scale)


# The grammars here are EBNF, with POINT for "." or ",": inetutils follows the locale. Every number may have a minus,
# for a clock may be stepped back. There is no one pattern of all numbers, because the count of digits alone tells many
# clients apart.


@dataclass(frozen=True, slots=True)
class Digits:
    """
    A way to print a number.

    Attributes
    ----------
    pattern : str
        Regular expression of the text.
    decimals : int or None
        Places after the point, where they are fixed.
    figures : int or None
        Significant digits, where they are fixed (``%.3g``): trailing zeros are dropped, so the text does not show
        them. Neither fixed: the last digit printed is the last digit meant.
    truncates : bool
        True where the client cuts instead of rounding.
    cut_before : float
        What whole-number arithmetic may have cut off before, in the printed unit.
    is_clock : bool
        The text is days, hours, minutes and seconds: no plain number.
    """

    pattern: str
    decimals: int | None
    figures: int | None
    truncates: bool
    cut_before: float = 0.0
    is_clock: bool = False

    def read(self, text: pl.Series) -> Printed:
        """Return the numbers that texts of this pattern stand for."""
        value = _clock_seconds(text) if self.is_clock else _decimal(text)
        step = self._step(value, text)
        if self.truncates:
            return Printed(value, value, value + step + self.cut_before)
        return Printed(value, value - step / 2, value + step / 2)

    def _step(self, value: Floats, text: pl.Series) -> Floats:
        """One unit in the last place of each value."""
        if self.figures is not None:
            magnitude = np.abs(np.where(value == 0, 1.0, value))
            return np.asarray(10.0 ** (np.floor(np.log10(magnitude)) - self.figures + 1))
        places = _decimals_shown(text) if self.decimals is None else np.full_like(value, self.decimals)
        return np.asarray(10.0**-places)


def fixed(decimals: int) -> Digits:
    """``%.2f``: so many places after the point, rounded."""
    return Digits(_places(decimals), decimals, None, truncates=False)


def truncated(decimals: int, cut_before: float = 0.0) -> Digits:
    """So many places after the point, the rest cut off."""
    return Digits(_places(decimals), decimals, None, truncates=True, cut_before=cut_before)


def _places(decimals: int) -> str:
    # fixed ::= "-"? DIGIT+ POINT DIGIT{decimals}
    return rf"-?[0-9]+[.,][0-9]{{{decimals}}}"


def whole(least: int = 1) -> Digits:
    """``%.0f``: no fraction; at least so many digits, where fewer would be another client's."""
    # whole ::= "-"? DIGIT{least,}
    return Digits(rf"-?[0-9]{{{least},}}", 0, None, truncates=False)


def as_shown(least: int = 0, most: int | None = None, *, cut: bool = False) -> Digits:
    """
    Return digits that vary from line to line, trailing zeros kept: the last one printed counts.

    `least` and `most` leave numbers with fewer or more places after the point to another client's entry. Where places
    are demanded there need be no digit before the point; elsewhere there may be an exponent.
    """
    if least:
        # shown ::= "-"? DIGIT* POINT DIGIT{least,most}    /* Huawei's VRP prints ".48byte(s)/sec" */
        upper = "" if most is None else most
        return Digits(rf"-?[0-9]*[.,][0-9]{{{least},{upper}}}", None, None, truncates=cut)
    # shown ::= "-"? (DIGIT+ (POINT DIGIT+)? | POINT DIGIT+) ("e" [+-]? DIGIT{1,2})?
    return Digits("-?(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)(?:e[+-]?[0-9]{1,2})?", None, None, truncates=cut)


def significant(figures: int, least: int = 1) -> Digits:
    """
    ``%.3g``: so many significant digits, trailing zeros dropped, an exponent where the number is very large or small.

    `least` leaves numbers with fewer digits to another client's entry.
    """
    # With three figures, as C prints %.3g. Written out: "1234.5" is none of them, so that another client printed it.
    # general  ::= "-"? (exponent | small | decimal | integer)
    # exponent ::= DIGIT (POINT DIGIT{1,2})? "e" [+-] DIGIT{2,3}     /* from 1000 on, and below 0.0001: 8.75e+03 */
    # small    ::= "0" POINT "0"{0,3} [1-9] DIGIT{0,2}               /* 0.000402 */
    # decimal  ::= [1-9] POINT DIGIT{1,2} | [1-9] DIGIT POINT DIGIT  /* 4.65, 65.9 */
    # integer  ::= DIGIT{1,3}                                        /* 356, and 0 */
    more = figures - 1
    exponent = rf"[0-9](?:[.,][0-9]{{{max(least - 1, 1)},{more}}})" + ("" if least > 1 else "?") + r"e[+-][0-9]{2,3}"
    small = rf"0[.,]0{{0,3}}[1-9][0-9]{{{least - 1},{more}}}"
    decimal = "|".join(
        rf"[1-9][0-9]{{{before - 1}}}[.,][0-9]{{{max(least - before, 1)},{figures - before}}}"
        for before in range(1, figures)
    )
    integer = rf"[0-9]{{{least},{figures}}}"
    return Digits(rf"-?(?:{exponent}|{small}|{decimal}|{integer})", None, figures, truncates=False)


def clock(decimals: int | None) -> Digits:
    """``1 day  9:22:28``, ``1:02:03``, ``00:00``, cut off; `decimals` of a second, None as shown."""
    # clock ::= (DIGIT+ " day" "s"? ","? " "+)? (DIGIT+ ":")? DIGIT+ ":" DIGIT{2} (POINT DIGIT{decimals})?
    # tnftp prints "1 day  9:22:28", with two blanks before a short hour; OpenVMS a fraction, "00:00:00.28".
    fraction = "(?:[.,][0-9]+)?" if decimals is None else rf"[.,][0-9]{{{decimals}}}" if decimals else ""
    time = r"(?:[0-9]+ days?,? +)?(?:[0-9]+:)?[0-9]+:[0-9][0-9]" + fraction
    return Digits(time, decimals, None, truncates=True, is_clock=True)


DURATION = clock(0)

# What `clock` matches, with names. It only ever sees what that has matched, and so need not be as strict.
_CLOCK = r"(?:(?P<days>\d+) days?,? +)?(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d\d(?:[.,]\d+)?)"
# The fraction and the exponent of `as_shown`: how many places the text shows.
_DECIMALS = r"[.,](\d+)"
_EXPONENT = r"e([+-]?\d+)"


def _decimal(text: pl.Series) -> Floats:
    """Numbers with a decimal point or comma; NaN for what is no finite number."""
    if text.str.contains(",", literal=True).any():
        text = text.str.replace(",", ".", literal=True)
    number = text.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    return np.where(np.isfinite(number), number, np.nan)


def _decimals_shown(text: pl.Series) -> Floats:
    """Places after the point in each text."""
    fraction = text.str.extract(_DECIMALS).str.len_bytes().fill_null(0).cast(pl.Float64)
    exponent = text.str.extract(_EXPONENT).cast(pl.Float64, strict=False).fill_null(0.0)
    return (fraction - exponent).to_numpy()


def _clock_seconds(text: pl.Series) -> Floats:
    """Return the seconds in ``1 day  9:22:28``, ``1:02:03.25`` or ``00:00``."""
    parts = text.str.replace(",", ".", literal=True).str.extract_groups(_CLOCK).struct.unnest()
    parts = parts.cast(pl.Float64).fill_null(0.0)
    total = parts["days"] * 86400 + parts["hours"] * 3600 + parts["minutes"] * 60 + parts["seconds"]
    return total.to_numpy()


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
    printed: Printed,
    rate: Printed,
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
    printed : Printed
        The seconds; NaN where a line has none.
    rate : Printed
        The rate in bytes/s; NaN where a line has none.
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
    low, high = np.maximum(printed.low, 0.0) * (1 - slack), printed.high * (1 + slack)
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
    stepped = (printed.high < 0) | (rate.high < 0)
    untimed = ~np.isfinite(low + high)
    oddity = np.where(stepped, STEPPED, np.where(untimed, UNTIMED, oddity))
    low, high = np.where(stepped | untimed, np.nan, low), np.where(stepped | untimed, np.nan, high)
    return Elapsed(np.where(oddity == ZERO, np.nan, (low + high) / 2), low, high, oddity.astype(np.uint8))


def _seconds_at(sizes: Floats, rate: Printed, slack: float) -> tuple[Floats, Floats]:
    """Seconds that a transfer takes at the largest and the smallest rate; no rate or no bytes say nothing."""
    silent = ~(sizes > 0) | ~(rate.high > 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low = np.where(silent, np.nan, sizes / rate.high * (1 - slack))
        high = np.where(silent, np.nan, np.where(rate.low > 0, sizes / rate.low * (1 + slack), np.inf))
    return low, high


def vote(readings: Sequence[Elapsed]) -> npt.NDArray[np.int8] | pl.Series:
    """Which of two readings of a unit makes seconds and rate agree, where only one does; null where there is one."""
    if len(readings) == 1:
        return pl.repeat(None, len(readings[0].seconds), dtype=pl.Int8, eager=True)
    usual, other = ((reading.oddity == CONTRADICTION).astype(np.int8) for reading in readings)
    return np.asarray(usual - other)
