"""What printed seconds and rates allow, as expressions over the fields of a record: one rule for each way to print.

A rule gives ``seconds_low`` and ``seconds_high``, with ``seconds_printed`` or ``rate`` where that was printed. The ends
of an interval are those of the true time; where nothing can be said they are null.
"""

import polars as pl

from ftpstats.units import KIB

__all__ = [
    "Columns", "between", "cut", "factor", "meet", "number", "of_printed_rate", "of_rate", "rounded", "second_counter",
    "step", "whole",
]  # fmt: skip

Columns = dict[str, pl.Expr]
_POWERS = {"K": 1, "M": 2, "G": 3, "T": 4}


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


def step(field: str) -> pl.Expr:
    """One unit of the last digit that is printed: 0.1 of "1.4", 1 of "12"."""
    return pl.lit(10.0).pow(-pl.col(field).str.extract(r"[.,]([0-9]+)$").str.len_chars().fill_null(0).cast(pl.Int64))


def factor(field: str, *, thousand: int = KIB) -> pl.Expr:
    """What a printed unit is worth in bytes: by its first letter, with `thousand` for k; bits count in thousands."""
    power = pl.col(field).str.slice(0, 1).str.to_uppercase().replace_strict(_POWERS, default=0, return_dtype=pl.Int64)
    is_bits = pl.col(field).str.contains(r"^[KMGTkmgt]?b(?:its?)?/s")
    return pl.when(is_bits).then(pl.lit(1000.0).pow(power) / 8).otherwise(pl.lit(float(thousand)).pow(power))


def of_printed_rate(rate: str, unit: str, least: pl.Expr, most: pl.Expr) -> Columns:
    """The rate was rounded to the digits that are printed: the time is the bytes, from `least` to `most`, by it."""
    half, worth = step(rate) / 2, factor(unit)
    tells = (number(rate) > 0) & (most > 0)
    slowest = (number(rate) - half) * worth
    return {
        "rate": number(rate) * worth,
        "seconds_low": pl.when(tells).then(least / ((number(rate) + half) * worth)),
        "seconds_high": pl.when(tells & (slowest > 0)).then(most / slowest),
    }


def meet(one: Columns, other: Columns) -> Columns:
    """Both rules hold, so the time lies where they meet; where they do not, or one is unknown, the first rule holds."""
    low = pl.max_horizontal(one["seconds_low"], other["seconds_low"])
    high = pl.min_horizontal(one["seconds_high"], other["seconds_high"])
    known = [rule[end].is_not_null() for rule in (one, other) for end in ("seconds_low", "seconds_high")]
    is_met = pl.all_horizontal(*known, low <= high).fill_null(value=False)
    return {
        **other,
        **one,
        "seconds_low": pl.when(is_met).then(low).otherwise(one["seconds_low"]),
        "seconds_high": pl.when(is_met).then(high).otherwise(one["seconds_high"]),
    }
