"""Result lines: which client printed each, and the numbers in it. Text column in, number columns out.

Whole columns at a time: the registry's entries are tried in turn on the lines that none before has claimed.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.digits import Digits
from ftpstats.logs.resolution import CONTRADICTION, Elapsed, elapsed
from ftpstats.logs.transcript.formats import DIRECTION_WORDS, FORMATS, LOOK_ALIKES, PREFILTER, UNLISTED, Format
from ftpstats.schema import SCHEMA

__all__ = ["RESULT_SCHEMA", "lay_out", "read_results", "rows_at"]

Floats = npt.NDArray[np.float64]

# One row per line; `client` is null where the line is no result.
RESULT_SCHEMA = pl.Schema(
    {
        "client": SCHEMA["client"],
        "direction": SCHEMA["direction"],
        "bytes": pl.Int64(),
        "seconds": pl.Float64(),
        "seconds_low": pl.Float64(),
        "seconds_high": pl.Float64(),
        "seconds_printed": pl.Float64(),
        "rate": pl.Float64(),
        "rate_usual": pl.Float64(),  # as if the unit had its first meaning: the same in each part of a log
        "oddity": pl.UInt8(),  # index into resolution.ODDITIES
        "vote": pl.Int8(),  # of a unit with two meanings: +1, only the second makes the intervals meet; -1, the first
        "plain": pl.Boolean(),  # nothing stands in front of it
    }
)

_PROBE = 64
_NAMED_GROUP = re.compile(r"\(\?P<[a-z]+>")
_CLOCK = r"(?:(?P<days>\d+) days?,? +)?(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d\d(?:[.,]\d+)?)"
_DECIMALS = r"[.,](\d+)"
_EXPONENT = r"e([+-]?\d+)"


def read_results(lines: pl.Series, meanings: Mapping[str, int]) -> pl.DataFrame:
    """
    Match each line with the registry.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Cleaned lines.
    meanings : Mapping[str, int]
        For a client whose unit has two meanings, which of them this log uses; the first unless named.

    Returns
    -------
    DataFrame, shape (n, len(RESULT_SCHEMA))
        Nulls where a line is no result.
    """
    waiting = pl.DataFrame({"at": pl.int_range(len(lines), eager=True, dtype=pl.UInt32), "text": lines})
    waiting = waiting.filter(pl.col("text").str.contains(PREFILTER))
    found = [pl.DataFrame(schema={"at": pl.UInt32(), **RESULT_SCHEMA})]
    passed: list[Format] = []
    for entry in FORMATS:
        if waiting.is_empty():
            break
        # Most logs are of one client. Those whose turn is before it are looked for all at once.
        if not waiting["text"].head(_PROBE).str.contains(entry.pattern).any():
            passed.append(entry)
            continue
        waiting = _claim_any(waiting, passed, meanings, found)
        # Most lines are plain: anchored, one pass finds and captures.
        waiting = _claim(waiting, entry, "^" + entry.pattern, meanings, found)
        passed = [entry]
    waiting = _claim_any(waiting, passed, meanings, found)
    _claim_unlisted(waiting, meanings, found)
    rows = pl.concat(found)
    return lay_out(rows.drop("at"), rows["at"], len(lines))


def _claim_any(
    waiting: pl.DataFrame, entries: Sequence[Format], meanings: Mapping[str, int], found: list[pl.DataFrame]
) -> pl.DataFrame:
    """Let each entry claim its lines, wherever in them it stands, and return those that still wait."""
    either = _either(tuple(entry.pattern for entry in entries))
    if waiting.is_empty() or not entries or not waiting["text"].str.contains(either).any():
        return waiting
    for entry in entries:
        if waiting["text"].str.contains(entry.pattern).any():
            waiting = _claim(waiting, entry, entry.pattern, meanings, found)
    return waiting


@cache
def _either(patterns: tuple[str, ...]) -> str:
    """Return a pattern that matches what any of them does, and captures nothing."""
    return "|".join(f"(?:{_NAMED_GROUP.sub('(?:', pattern)})" for pattern in patterns)


def _claim(
    waiting: pl.DataFrame, entry: Format, pattern: str, meanings: Mapping[str, int], found: list[pl.DataFrame]
) -> pl.DataFrame:
    """Add the lines that match to what is found, and return those that still wait."""
    fields = waiting["text"].str.extract_groups(pattern).struct.unnest()
    matches = fields["bytes"].is_not_null()
    numbers = _numbers(fields.filter(matches), entry, meanings.get(entry.name, 0), plain=pattern.startswith("^"))
    found.append(numbers.insert_column(0, waiting["at"].filter(matches)))
    return waiting.filter(~matches)


def _claim_unlisted(waiting: pl.DataFrame, meanings: Mapping[str, int], found: list[pl.DataFrame]) -> None:
    """Add the lines in the classic orders of words whose numbers agree with one meaning of k, whoever wrote them."""
    waiting = waiting.filter(pl.col("text").str.contains("/", literal=True))  # as every rate has it
    for entry in UNLISTED if not waiting.is_empty() else ():
        fields = waiting["text"].str.extract_groups(entry.pattern).struct.unnest()
        matches = fields["bytes"].is_not_null() & ~waiting["text"].str.contains(LOOK_ALIKES)
        if not matches.any():
            continue
        fields, claimed = fields.filter(matches), waiting.filter(matches)
        numbers = _believed(fields, entry, meanings.get(entry.name, 0)).with_columns(
            direction=_in_words(claimed["text"])
        )
        agrees = (numbers["oddity"] != CONTRADICTION) & numbers["seconds_printed"].is_not_null()
        found.append(numbers.insert_column(0, claimed["at"]).filter(agrees))
        waiting = waiting.filter(~waiting["at"].is_in(claimed["at"].filter(agrees).implode()))


def _believed(fields: pl.DataFrame, entry: Format, meaning: int) -> pl.DataFrame:
    """Read k as the log has it, and the other way where only that makes a line's numbers agree."""
    usual, other = (_numbers(fields, entry, k, plain=False) for k in (meaning, 1 - meaning))
    contradicts = (usual["oddity"] == CONTRADICTION) & (other["oddity"] != CONTRADICTION)
    choose = [pl.when(contradicts).then(other[name]).otherwise(usual[name]).alias(name) for name in RESULT_SCHEMA]
    return pl.select(choose)


def _in_words(lines: pl.Series) -> pl.Series:
    """Return the direction that a line names in any language; null where it names none, or both."""
    down, up = (lines.str.contains(words) for words in DIRECTION_WORDS.values())
    return pl.select(pl.when(down & ~up).then(_way("download")).when(up & ~down).then(_way("upload"))).to_series()


def _way(direction: str) -> pl.Expr:
    return pl.lit(direction, dtype=RESULT_SCHEMA["direction"])


def rows_at(frame: pl.DataFrame, index: npt.NDArray[np.int64]) -> pl.DataFrame:
    """
    Return rows by number.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
    index : array of int64, shape (m,)
        From 0 to n - 1; -1 gives a row of nulls.

    Returns
    -------
    DataFrame, shape (m, ...)
        With the frame's columns and types.
    """
    if not (index < 0).any():
        return frame.select(pl.all().gather(pl.Series(index.astype(np.uint32))))
    if (index < 0).all():
        return frame.clear(len(index))
    places = pl.Series(index, dtype=pl.Int64)
    return frame.select(pl.all().gather(places.set(places < 0, None)))


def lay_out(rows: pl.DataFrame, at: pl.Series, height: int) -> pl.DataFrame:
    """
    Put each row at its place in a longer frame; the other places are null.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
    at : Series of integers, shape (n,)
        The place of each row, from 0 to height - 1, none twice.
    height : int
        n or more.

    Returns
    -------
    DataFrame, shape (height, ...)
        With the rows' columns and types.
    """
    if rows.height == height and at.is_sorted():
        return rows
    place = np.full(height, -1)
    place[at.to_numpy()] = np.arange(rows.height)
    return rows_at(rows, place)


def _numbers(fields: pl.DataFrame, entry: Format, meaning: int, *, plain: bool) -> pl.DataFrame:
    """Columns of RESULT_SCHEMA from what one entry's pattern captured."""
    size = fields["bytes"].cast(pl.Int64, strict=False)
    size = size.set(size < 0, None)  # a 32-bit counter that overflowed: the payload is unknown
    sizes = size.cast(pl.Float64).fill_null(np.nan).to_numpy()
    seconds, printed = _seconds(fields, entry)
    rate = np.full(fields.height, np.nan)
    if entry.rates:
        rate, fields = _decimal(fields["rate"]), fields.with_columns(unit=_unit_numbers(fields["unit"], entry))
    time = _elapsed(entry, sizes, printed, fields, rate, meaning)
    return pl.DataFrame(
        {
            "client": pl.repeat(entry.name, fields.height, dtype=RESULT_SCHEMA["client"], eager=True),
            "direction": _direction(fields, entry),
            "bytes": size,
            "seconds": time.seconds,
            "seconds_low": time.low,
            "seconds_high": time.high,
            "seconds_printed": seconds,
            "rate": rate * _scale(fields, entry, meaning),
            "rate_usual": rate * _scale(fields, entry, 0),
            "oddity": time.oddity,
            "vote": _vote(entry, sizes, printed, fields, rate),
            "plain": pl.repeat(plain, fields.height, eager=True),
        },
        schema=RESULT_SCHEMA,
        nan_to_null=True,
    )


def _decimal(text: pl.Series) -> Floats:
    """Numbers with a decimal point or comma; NaN for what is no finite number."""
    if text.str.contains(",", literal=True).any():
        text = text.str.replace(",", ".", literal=True)
    number = text.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    return np.where(np.isfinite(number), number, np.nan)


def _decimals_shown(text: pl.Series, digits: Digits) -> Floats:
    """Places after the point in each text, counted only where the conversion does not fix them."""
    if digits.decimals is not None or digits.figures is not None:
        return np.zeros(len(text))
    fraction = text.str.extract(_DECIMALS).str.len_bytes().fill_null(0).cast(pl.Float64)
    exponent = text.str.extract(_EXPONENT).cast(pl.Float64, strict=False).fill_null(0.0)
    return (fraction - exponent).to_numpy()


def _seconds(fields: pl.DataFrame, entry: Format) -> tuple[Floats, tuple[Floats, Floats]]:
    """Seconds as printed, and the interval of seconds that print like them."""
    if entry.seconds is None:
        unknown = np.full(fields.height, np.nan)
        return unknown, (unknown, unknown)
    text = fields["seconds"]
    value = _clock_seconds(text) if entry.seconds.is_clock else _decimal(text)
    return value, entry.seconds.interval(value, _decimals_shown(text, entry.seconds))


def _clock_seconds(text: pl.Series) -> Floats:
    """Return the seconds in ``1 day  9:22:28``, ``1:02:03.25`` or ``00:00``."""
    parts = text.str.replace(",", ".", literal=True).str.extract_groups(_CLOCK).struct.unnest()
    parts = parts.cast(pl.Float64).fill_null(0.0)
    total = parts["days"] * 86400 + parts["hours"] * 3600 + parts["minutes"] * 60 + parts["seconds"]
    return total.to_numpy()


def _unit_numbers(text: pl.Series, entry: Format) -> pl.Series:
    """Return the number of each line's rate unit among those of the entry."""
    return text.cast(pl.Enum(list(entry.rates))).to_physical()


def _scale(fields: pl.DataFrame, entry: Format, meaning: int) -> Floats:
    """Bytes per second in one of each line's rate unit."""
    if not entry.rates:
        return np.full(fields.height, np.nan)
    scales = [float(rate.scales[min(meaning, len(rate.scales) - 1)]) for rate in entry.rates.values()]
    return np.array(scales, dtype=np.float64).take(fields["unit"].to_numpy())


def _rate_interval(fields: pl.DataFrame, entry: Format, rate: Floats) -> tuple[Floats, Floats]:
    """Return the interval of rates, in the printed unit, that print like each line's."""
    low, high = np.full_like(rate, np.nan), np.full_like(rate, np.nan)
    for digits in dict.fromkeys(rate.digits for rate in entry.rates.values()):
        like_these = np.array([rate.digits == digits for rate in entry.rates.values()])
        here = like_these[fields["unit"].to_numpy()]
        shown = _decimals_shown(fields["rate"].filter(here), digits)
        low[here], high[here] = digits.interval(rate[here], shown)
    return low, high


def _elapsed(  # noqa: PLR0913, PLR0917 - the six things that a line says
    entry: Format,
    sizes: Floats,
    printed: tuple[Floats, Floats],
    fields: pl.DataFrame,
    rate: Floats,
    meaning: int,
) -> Elapsed:
    low, high = _rate_interval(fields, entry, rate)
    scale = _scale(fields, entry, meaning)
    clock = entry.stopped
    return elapsed(
        sizes,
        printed,
        (low * scale, high * scale),
        stopped=None if clock is None else (clock.divisor, clock.tick or np.inf),
        single_precision=entry.single_precision,
        rate_cut=entry.rate_cut,
    )


def _vote(
    entry: Format, sizes: Floats, printed: tuple[Floats, Floats], fields: pl.DataFrame, rate: Floats
) -> npt.NDArray[np.int8] | pl.Series:
    """Which meaning of a unit with two makes seconds and rate agree, where only one does; null for other units."""
    if all(len(known.scales) == 1 for known in entry.rates.values()):
        return pl.repeat(None, fields.height, dtype=pl.Int8, eager=True)
    contradicts = [_elapsed(entry, sizes, printed, fields, rate, meaning).oddity == CONTRADICTION for meaning in (0, 1)]
    return np.asarray(contradicts[0].astype(np.int8) - contradicts[1].astype(np.int8))


def _direction(fields: pl.DataFrame, entry: Format) -> pl.Series:
    """`download` or `upload`; null for a client that says neither."""
    if not entry.directions:
        return pl.repeat(None, fields.height, dtype=RESULT_SCHEMA["direction"], eager=True)
    ways = [pl.when(pl.col(way).is_not_null()).then(_way(way)) for way in entry.directions]
    return fields.select(pl.coalesce(ways).alias("direction")).to_series()
