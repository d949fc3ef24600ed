"""Time stamps of records: their grammar, and what they are in UTC and as a day of the log. Columns in, columns out.

A stamp without an offset is local time of the log: in the zone that is given, else in this machine's. One without a
year is of the last year in which it does not lie in the future of the log.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl

from ftpstats.errors import UsageError

__all__ = [
    "CLF", "CTIME", "EPOCH", "ISO", "ISO_LOG", "SLASHED", "SYSLOG", "SYSLOG_LINE", "Clock", "as_zone", "in_utc",
    "is_local", "is_utc", "local_days", "needs_zone", "offset_of", "zone_assumed",
]  # fmt: skip

# ctime   ::= "Mon Nov 30 00:01:41 2026"      /* a day below 10 is padded with a blank or a zero */
# iso     ::= "2026-11-30" [T ] "00:01:41" ([.,] DIGIT+)? offset?
# slashed ::= "2026/11/30 00:01:41" ("." DIGIT+)?
# clf     ::= "30/Nov/2026:00:01:41 +0000"
# syslog  ::= "Nov 30 00:01:41" ("." DIGIT+)? | iso
# offset  ::= "Z" | [+-] DIGIT{2} ":"? DIGIT{2}
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = "[0-9]{2}:[0-9]{2}:[0-9]{2}"
_TIME_OF_DAY = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"  # what a line may print, and what is a time
CTIME = f"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {_MONTH} [ 0-9][0-9] {_TIME} [0-9]{{4}}"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
ISO_LOG = f"{_DATE} {_TIME}(?:[.,][0-9]+)?"
ISO = f"{_DATE}[T ]{_TIME}(?:[.,][0-9]+)?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?"
SLASHED = f"[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}} {_TIME}(?:\\.[0-9]+)?"
CLF = f"[0-9]{{2}}/{_MONTH}/[0-9]{{4}}:{_TIME} [+-][0-9]{{4}}"
_YEARLESS = f"{_MONTH} [ 0-9][0-9] {_TIME}(?:\\.[0-9]+)?"
SYSLOG = f"(?:{_YEARLESS}|{ISO})"
EPOCH = "[0-9]{9,10}(?:\\.[0-9]+)?"

# front ::= ("<" DIGIT+ ">" "1 "?)? syslog " " host " "
SYSLOG_LINE = rf"^(?:<[0-9]+>(?:1 )?)?(?P<time>{SYSLOG}) \S+ "

_OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})$"
_QUARTER = "15m"  # offsets change at its multiples, everywhere


@dataclass(frozen=True, slots=True)
class Clock:
    """
    What has to be known of a log to read its stamps.

    Attributes
    ----------
    zone : tzinfo or None
        The zone of its local times; None for this machine's.
    written : datetime
        When the log was last written, in UTC: no stamp is later than a day after it.
    """

    zone: tzinfo | None
    written: datetime


def as_zone(text: str | None) -> tzinfo | None:
    """
    Return the time zone of this name.

    Parameters
    ----------
    text : str or None
        Like ``Europe/Berlin``, ``UTC`` or ``+01:00``; None stays None.

    Raises
    ------
    UsageError
        If there is no such zone.
    """
    if text is None:
        return None
    offset = re.fullmatch(r"([+-])([0-9]{2}):?([0-9]{2})", text)
    if offset:
        sign, hours, minutes = offset.groups()
        return timezone((1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes)))
    try:
        return UTC if text.upper() in {"UTC", "Z"} else ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"time zone {text}: unknown; write it like Europe/Berlin, UTC or +01:00") from None


def is_utc(zone: tzinfo | None) -> bool:
    """Whether a zone, or for None this machine's, has no time but UTC."""
    if zone is None:
        return time.timezone == 0 and not time.daylight
    return zone is UTC or str(zone) in {"UTC", "Etc/UTC"}


def in_utc(text: pl.Series, clock: Clock, *, is_utc: bool = False, form: str = "") -> pl.DataFrame:
    """
    Read stamps of any of the grammars above.

    Parameters
    ----------
    text : Series of String, shape (n,)
    clock : Clock
    is_utc : bool
        Whether stamps without an offset are UTC, whatever the clock says.
    form : str
        As strftime has it, of what is of none of the grammars.

    Returns
    -------
    DataFrame, shape (n, 2)
        ``time`` (UTC) and ``day`` (since 1970, in the log's own zone: as printed); null where there is no stamp.
    """
    zone = UTC if is_utc else clock.zone
    parts = [pl.DataFrame(schema={"at": pl.UInt32, "time": pl.Datetime("us", "UTC"), "day": pl.Int32})]
    waiting = pl.DataFrame({"at": pl.int_range(len(text), dtype=pl.UInt32, eager=True), "text": text}).drop_nulls()
    for pattern, read in _FORMS:
        if waiting.is_empty():
            break
        fits = waiting["text"].str.contains(f"^(?:{pattern})$")
        if fits.any():
            here = waiting.filter(fits)
            parts.append(read(here["text"], clock, zone).insert_column(0, here["at"]))
            waiting = waiting.filter(~fits)
    if form and not waiting.is_empty():
        naive = _strptime(waiting["text"].str.replace(_OFFSET, ""), form.removesuffix("%z"))
        offset = waiting["text"].str.extract(_OFFSET) if form.endswith("%z") else None
        parts.append(_printed(naive, zone, offset).insert_column(0, waiting["at"]))
    found = pl.concat(parts)
    places = pl.DataFrame({"at": pl.int_range(len(text), dtype=pl.UInt32, eager=True)})
    if found.height == len(text) and found["at"].is_sorted():
        return found.drop("at")
    return places.join(found, on="at", how="left", maintain_order="left").drop("at")


def needs_zone(text: pl.Series) -> bool:
    """Whether any stamp is a local time that says no offset."""
    return bool(is_local(text).any())


def is_local(text: pl.Series) -> pl.Series:
    """Whether each stamp is a local time that says no offset; null where there is none."""
    return ~text.str.contains(rf"{_OFFSET}|^{EPOCH}$")


def zone_assumed() -> str:
    """Return what is said where local times are read without a zone."""
    name = datetime.now().astimezone().tzname()
    return f"local times are read in this machine's time zone, {name}; --time-zone sets another"


def _printed(naive: pl.Series, zone: tzinfo | None, offset: pl.Series | None = None) -> pl.DataFrame:
    """Return local times in UTC, and the day that they print; an offset beside one decides."""
    utc = _shifted(naive, zone)
    if offset is not None:
        digits = offset.replace("Z", "+0000").str.replace(":", "", literal=True)
        sign = digits.str.starts_with("-").cast(pl.Int64) * -2 + 1
        minutes = digits.str.slice(1, 2).cast(pl.Int64) * 60 + digits.str.slice(3, 2).cast(pl.Int64)
        shift = (sign * minutes * 60_000_000).cast(pl.Duration("us"))
        moved = naive - shift
        utc = pl.select(pl.when(offset.is_not_null()).then(moved).otherwise(utc)).to_series()
    return pl.DataFrame({"time": utc.dt.replace_time_zone("UTC"), "day": naive.dt.epoch("d").cast(pl.Int32)})


def _shifted(naive: pl.Series, zone: tzinfo | None) -> pl.Series:
    """Return times of a zone as UTC, without a zone; the offset is asked for once for each quarter of an hour."""
    if zone is UTC:
        return naive
    quarter = naive.dt.truncate(_QUARTER)
    stretch = quarter.rle_id()  # equal ones in a row are looked up once
    begins = quarter.filter(stretch != stretch.shift(1, fill_value=len(stretch)))
    known = {when: None if when is None else offset_of(when, zone) for when in begins.unique()}
    shift = pl.Series([known[when] for when in begins], dtype=pl.Duration("us")).gather(stretch)
    again = {when: offset_of(when.replace(fold=1), zone) for when in known if when is not None}
    twice = [when for when, later in again.items() if later < (known[when] or later)]  # the clock was set back
    return naive - (_set_back(naive, quarter, shift, {when: again[when] for when in twice}) if twice else shift)


def _set_back(naive: pl.Series, quarter: pl.Series, shift: pl.Series, later: Mapping[datetime, timedelta]) -> pl.Series:
    """
    Return offsets where some quarters of an hour were there twice: from where the stamps jump back, the later one.

    A log is written in order; where nothing jumps back, the hour is taken for the first.
    """
    places = quarter.is_in([*later]).arg_true().to_list()
    offsets: list[timedelta] = []
    latest, is_later = None, False
    for place, when, part in zip(places, naive.gather(places), quarter.gather(places), strict=True):
        jump = when - (latest or when)
        is_later = -_NEXT < jump < -_JUMP or (is_later and -_JUMP <= jump < _NEXT)
        latest = when
        offsets.append(later[part] if is_later else shift[place])
    return shift.scatter(places, pl.Series(offsets, dtype=pl.Duration("us")))


_JUMP, _NEXT = timedelta(minutes=20), timedelta(hours=2)  # back by more than lines are late; on, to another year's


def offset_of(when: datetime, zone: tzinfo | None) -> timedelta:
    """Return the offset of a local time from UTC; of one that is there twice, and of one that is not, by its fold."""
    local = when.astimezone() if zone is None else when.replace(tzinfo=zone)
    return local.utcoffset() or timedelta(0)


def _ctime(text: pl.Series, _: Clock, zone: tzinfo | None) -> pl.DataFrame:
    """Read by the fixed places of its digits; a day, once for all stamps in a row that have it."""
    digits = np.frombuffer((text.str.join("").item() or "").encode(), dtype=np.uint8).reshape(len(text), -1)
    hour, minute, second = (
        (digits[:, place] & 15) * np.int64(10) + (digits[:, place + 1] & 15) for place in (11, 14, 17)
    )
    days = digits[:, _CTIME_DAY]
    begins = np.flatnonzero(np.concatenate(([True], (days[1:] != days[:-1]).any(axis=1))))
    first = text.gather(begins)
    dates = _strptime(first.str.slice(4, 7) + first.str.slice(20, 4), "%b %e %Y")
    stretch = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(text)))
    time = pl.Series((hour * 3600 + minute * 60 + second) * 1_000_000, dtype=pl.Duration("us"))
    return _printed(dates.gather(stretch) + time, zone)


_CTIME_DAY = [*range(4, 10), *range(20, 24)]  # where it has month, day and year


def _strptime(text: pl.Series, form: str) -> pl.Series:
    return text.str.strptime(pl.Datetime("us"), form, strict=False)


def _iso(text: pl.Series, _: Clock, zone: tzinfo | None) -> pl.DataFrame:
    plain = text.str.replace(_OFFSET, "").str.replace("T", " ", literal=True).str.replace(",", ".", literal=True)
    offset = text.str.extract(_OFFSET) if text.str.contains(_OFFSET).any() else None
    return _printed(_strptime(plain, "%Y-%m-%d %H:%M:%S%.f"), zone, offset)


def _slashed(text: pl.Series, _: Clock, zone: tzinfo | None) -> pl.DataFrame:
    return _printed(_strptime(text, "%Y/%m/%d %H:%M:%S%.f"), zone)


def _clf(text: pl.Series, _: Clock, zone: tzinfo | None) -> pl.DataFrame:
    return _printed(_strptime(text.str.slice(0, 20), "%d/%b/%Y:%H:%M:%S"), zone, text.str.slice(21))


def _epoch(text: pl.Series, _: Clock, zone: tzinfo | None) -> pl.DataFrame:
    utc = (text.cast(pl.Float64) * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us"))
    return pl.DataFrame({"time": utc.dt.replace_time_zone("UTC"), "day": _local_days(utc, zone)})


def local_days(utc: pl.Series, zone: tzinfo | None) -> pl.Series:
    """Return the days since 1970 of times in UTC, in a zone; None for this machine's."""
    return _local_days(utc.dt.replace_time_zone(None), zone)


def _local_days(utc: pl.Series, zone: tzinfo | None) -> pl.Series:
    # The offset of the day is asked for at the time in UTC, which is wrong for an hour in a year at most.
    return (utc + (utc - _shifted(utc, zone))).dt.epoch("d").cast(pl.Int32)


def _yearless(text: pl.Series, clock: Clock, zone: tzinfo | None) -> pl.DataFrame:
    latest = clock.written.replace(tzinfo=None) + timedelta(days=1)
    naive = pl.repeat(None, len(text), dtype=pl.Datetime("us"), eager=True)
    for year in range(latest.year, latest.year - 5, -1):  # the 29th of February may need four
        this = _strptime(f"{year} " + text, "%Y %b %e %H:%M:%S%.f")
        this = pl.select(pl.when(this <= latest).then(this)).to_series()
        naive = pl.select(pl.coalesce(naive, this)).to_series()
        if not naive.has_nulls():
            break
    return _printed(naive, zone)


_FORMS: tuple[tuple[str, Callable[[pl.Series, Clock, tzinfo | None], pl.DataFrame]], ...] = (
    (CTIME.replace(_TIME, _TIME_OF_DAY), _ctime),
    (ISO, _iso),
    (SLASHED, _slashed),
    (CLF, _clf),
    (_YEARLESS, _yearless),
    (EPOCH, _epoch),
)
