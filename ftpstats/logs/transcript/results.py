"""Result lines: which client printed each, and the numbers in it. Text column in, number columns out.

Whole columns at a time: the registry's entries are tried in turn on the lines that none before has claimed.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.resolution import CONTRADICTION, Elapsed, Printed, elapsed, vote
from ftpstats.logs.transcript.columns import Ints, lay_out
from ftpstats.logs.transcript.formats import DIRECTION_WORDS, FORMATS, LOOK_ALIKES, PREFILTER, UNLISTED, Format
from ftpstats.schema import SCHEMA

__all__ = ["RESULT_SCHEMA", "read_results"]

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
# named ::= "(?P<" [a-z]+ ">"   /* a field's beginning; in one alternation no name may come twice */
_NAMED_GROUP = re.compile(r"\(\?P<[a-z]+>")


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
    if not lines.head(_PROBE).str.contains(PREFILTER).all():  # else nearly all would be left
        waiting = _hinted(waiting)
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
    if not waiting.is_empty():
        _claim_unlisted(_hinted(waiting), meanings, found)
    rows = pl.concat(found)
    return lay_out(rows.drop("at"), rows["at"], len(lines))


def _hinted(waiting: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that may be results."""
    return waiting.filter(pl.col("text").str.contains(PREFILTER))


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
    for entry in UNLISTED:
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


def _numbers(fields: pl.DataFrame, entry: Format, meaning: int, *, plain: bool) -> pl.DataFrame:
    """Columns of RESULT_SCHEMA from what one entry's pattern captured."""
    size = fields["bytes"].cast(pl.Int64, strict=False)
    size = size.set(size < 0, None)  # a 32-bit counter that overflowed: the payload is unknown
    sizes = size.cast(pl.Float64).fill_null(np.nan).to_numpy()
    direction = _direction(fields, entry)
    seconds, rates, times = _timed(fields, entry, sizes)
    chosen = -1 if meaning else 0
    return pl.DataFrame(
        {
            "client": pl.repeat(entry.name, fields.height, dtype=RESULT_SCHEMA["client"], eager=True),
            "direction": direction,
            "bytes": size,
            "seconds": times[chosen].seconds,
            "seconds_low": times[chosen].low,
            "seconds_high": times[chosen].high,
            "seconds_printed": seconds.value,
            "rate": rates[chosen].value,
            "rate_usual": rates[0].value,
            "oddity": times[chosen].oddity,
            "vote": vote(times),
            "plain": pl.repeat(plain, fields.height, eager=True),
        },
        schema=RESULT_SCHEMA,
        nan_to_null=True,
    )


def _direction(fields: pl.DataFrame, entry: Format) -> pl.Series:
    """`download` or `upload`; null for a client that says neither."""
    if not entry.directions:
        return pl.repeat(None, fields.height, dtype=RESULT_SCHEMA["direction"], eager=True)
    ways = [pl.when(pl.col(way).is_not_null()).then(_way(way)) for way in entry.directions]
    return fields.select(pl.coalesce(ways).alias("direction")).to_series()


def _timed(fields: pl.DataFrame, entry: Format, sizes: Floats) -> tuple[Printed, list[Printed], list[Elapsed]]:
    """Seconds as printed; rates in bytes/s, and the times that all this allows, for each meaning of the rate's unit."""
    unit, scales = _scales(fields, entry)
    rate = _rate(fields, entry, unit)
    seconds = entry.seconds.read(fields["seconds"]) if entry.seconds else Printed.nothing(fields.height)
    rates = [rate.times(scale) for scale in scales]
    clock = entry.stopped
    times = [
        elapsed(
            sizes,
            seconds,
            rate,
            stopped=None if clock is None else (clock.divisor, clock.tick or np.inf),
            single_precision=entry.single_precision,
            rate_cut=entry.rate_cut,
        )
        for rate in rates
    ]
    return seconds, rates, times


def _scales(fields: pl.DataFrame, entry: Format) -> tuple[Ints, list[Floats]]:
    """Return the number of each line's rate unit, and what one of it is in bytes/s, for each meaning that it has."""
    if not entry.rates:
        return np.zeros(fields.height, dtype=np.int64), [np.full(fields.height, np.nan)]
    unit = fields["unit"].cast(pl.Enum(list(entry.rates))).to_physical().to_numpy()
    meanings = max(len(rate.scales) for rate in entry.rates.values())
    worth = [
        [float(rate.scales[min(k, len(rate.scales) - 1)]) for rate in entry.rates.values()] for k in range(meanings)
    ]
    return unit, [np.array(scales).take(unit) for scales in worth]


def _rate(fields: pl.DataFrame, entry: Format, unit: Ints) -> Printed:
    """Return the rates in the printed unit, which tells how they are printed."""
    printed = Printed.nothing(fields.height)
    for digits in dict.fromkeys(rate.digits for rate in entry.rates.values()):
        like_these = np.array([rate.digits == digits for rate in entry.rates.values()])
        if like_these.all():
            return digits.read(fields["rate"])
        here = like_these[unit]
        some = digits.read(fields["rate"].filter(here))
        printed.value[here], printed.low[here], printed.high[here] = some.value, some.low, some.high
    return printed
