"""How clients print a number: its grammar, and what its last digit is worth.

One `Digits` per printf conversion. `formats` names them, `resolution` turns a printed number into the interval
of numbers that print like it. Nothing here knows a client.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["DURATION", "Digits", "as_shown", "clock", "fixed", "significant", "truncated", "whole"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Digits:
    """
    A printed number.

    Attributes
    ----------
    pattern : str
        Regular expression of the text. Decimal commas count as points: inetutils follows the locale.
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

    def step(self, value: Floats, shown_decimals: Floats) -> Floats:
        """One unit in the last place of each value; `shown_decimals` are the places that its text shows."""
        if self.figures is not None:
            magnitude = np.abs(np.where(value == 0, 1.0, value))
            return np.asarray(10.0 ** (np.floor(np.log10(magnitude)) - self.figures + 1))
        places = shown_decimals if self.decimals is None else np.full_like(value, self.decimals)
        return np.asarray(10.0**-places)

    def interval(self, value: Floats, shown_decimals: Floats) -> tuple[Floats, Floats]:
        """Return the smallest and the largest number that print like each value."""
        step = self.step(value, shown_decimals)
        if self.truncates:
            return value, value + step + self.cut_before
        return value - step / 2, value + step / 2


def fixed(decimals: int) -> Digits:
    """``%.2f``: so many places after the point, rounded."""
    return Digits(rf"-?[0-9]+[.,][0-9]{{{decimals}}}", decimals, None, truncates=False)


def truncated(decimals: int, cut_before: float = 0.0) -> Digits:
    """So many places after the point, the rest cut off."""
    return Digits(rf"-?[0-9]+[.,][0-9]{{{decimals}}}", decimals, None, truncates=True, cut_before=cut_before)


def whole(least: int = 1) -> Digits:
    """``%.0f``: no fraction; at least so many digits, where fewer would be another client's."""
    return Digits(rf"-?[0-9]{{{least},}}", 0, None, truncates=False)


def as_shown(least: int = 0, most: int | None = None, *, cut: bool = False) -> Digits:
    """
    Return digits that vary from line to line, trailing zeros kept: the last one printed counts.

    `least` and `most` leave numbers with fewer or more places after the point to another client's entry. Where places
    are demanded there need be no digit before the point; elsewhere there may be an exponent.
    """
    if least:
        upper = "" if most is None else most
        return Digits(rf"-?[0-9]*[.,][0-9]{{{least},{upper}}}", None, None, truncates=cut)
    return Digits("-?(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)(?:e[+-]?[0-9]{1,2})?", None, None, truncates=cut)


def significant(figures: int, least: int = 1) -> Digits:
    """
    ``%.3g``: so many significant digits, trailing zeros dropped, an exponent where the number is very large or small.

    `least` leaves numbers with fewer digits to another client's entry.
    """
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
    fraction = "(?:[.,][0-9]+)?" if decimals is None else rf"[.,][0-9]{{{decimals}}}" if decimals else ""
    time = r"(?:[0-9]+ days?,? +)?(?:[0-9]+:)?[0-9]+:[0-9][0-9]" + fraction
    return Digits(time, decimals, None, truncates=True, is_clock=True)


DURATION = clock(0)
