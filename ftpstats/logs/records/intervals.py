"""What printed seconds and rates allow, as expressions over the fields of a record: one rule for each way to print.

A rule gives ``seconds_low`` and ``seconds_high``, with ``seconds_printed`` or ``rate`` where that was printed. The ends
of an interval are those of the true time; where nothing can be said they are null.
"""

import polars as pl

from ftpstats.units import KIB

__all__ = ["Columns", "between", "cut", "number", "of_rate", "rounded", "second_counter", "whole"]

Columns = dict[str, pl.Expr]


def number(field: str) -> pl.Expr:
    """A field as a number, with a point or a comma; null where it is none."""
    return pl.col(field).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)


def whole(field: str) -> pl.Expr:
    """A field as a whole number; null where it is none."""
    return pl.col(field).cast(pl.Int64, strict=False)


def between(printed: pl.Expr, below: float, above: float) -> Columns:
    """The time is between so much less and so much more than what is printed, and never negative."""
    return {
        "seconds_printed": printed,
        "seconds_low": (printed - below).clip(lower_bound=0),
        "seconds_high": printed + above,
    }


def _counted(field: str, unit: float) -> pl.Expr:
    """A field that is a multiple of a unit: without a fraction there is no comma to look for."""
    return whole(field).cast(pl.Float64) if unit >= 1 else number(field)


def cut(field: str, unit: float, *, scale: float = 1.0) -> Columns:
    """The printed number was cut to multiples of a unit; `scale` makes it seconds: n = [n, n + unit)."""
    return between(_counted(field, unit) * scale, 0, unit)


def rounded(field: str, unit: float, *, scale: float = 1.0) -> Columns:
    """The printed number was rounded to multiples of a unit: n = [n − unit/2, n + unit/2]."""
    return between(_counted(field, unit) * scale, unit / 2, unit / 2)


def second_counter(field: str) -> Columns:
    """The difference of two counters of seconds, where 0 is printed as 1: 1 = [0, 2), n = (n − 1, n + 1)."""
    return between(_counted(field, 1), 1, 1)


def of_rate(field: str, digits: float, *, unit: float = KIB) -> Columns:
    """The rate was rounded to multiples of `digits`, in so many bytes/s: the time is the bytes divided by it."""
    rate, size = number(field), whole("bytes")
    tells = (rate > 0) & (size > 0)
    least = rate - digits / 2
    return {
        "rate": rate * unit,
        "seconds_low": pl.when(tells).then(size / unit / (rate + digits / 2)),
        "seconds_high": pl.when(tells & (least > 0)).then(size / unit / least),
    }
