"""Local times that do not say when they were: in the hour that a clock shows twice, or in one that it leaves out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

import polars as pl

from ftpstats.logs.records.stamps import Clock, in_utc, is_local, offset_of

__all__ = ["odd_hours"]

_TWICE = "in the hour that the clock shows twice are read as the first: no line tells which"
_NEVER = "in the hour that the clock leaves out are read as the hour after it: {zone} has no such time"


def odd_hours(text: pl.Series, days: pl.Series, clock: Clock, *, form: str = "") -> Iterator[tuple[int, str]]:
    """
    Yield what has to be said of the stamps of a log: the place of the first such, and a sentence.

    Parameters
    ----------
    text : Series of String, shape (n,)
        As `stamps.in_utc` takes it.
    days : Series of Int32, shape (n,)
        The day that each prints, as `stamps.in_utc` returns it.
    clock : Clock
        The log's.
    form : str
        As strftime has it, of what is of none of the grammars.
    """
    for day in days.drop_nulls().unique().sort():
        midnight = datetime(1970, 1, 1) + timedelta(days=day)
        if offset_of(midnight, clock.zone) == offset_of(midnight + timedelta(days=1), clock.zone):
            continue
        places = ((days == day) & is_local(text)).arg_true()
        stamps = text.gather(places)
        printed = in_utc(stamps, replace(clock, zone=UTC), form=form)["time"].dt.replace_time_zone(None)
        read = in_utc(stamps, clock, form=form)["time"].dt.replace_time_zone(None)
        for sentence, which in _odd(printed, read, clock.zone):
            count = f"{len(which)} time{'s' if len(which) > 1 else ''}"
            yield int(places[which[0]]), f"{midnight:%Y-%m-%d}: {count} {sentence}"


def _odd(printed: pl.Series, read: pl.Series, zone: tzinfo | None) -> Iterator[tuple[str, list[int]]]:
    """Yield a sentence for each kind of odd times of a day, and which they are."""
    shift = (printed - read).to_list()
    twice, never, is_told = [], [], False
    for place, when in enumerate(printed):
        first, second = (offset_of(when.replace(fold=fold), zone) for fold in (0, 1))
        if second > first:
            never.append(place)
        elif second < first:
            twice.append(place)
            is_told |= shift[place] == second
    if twice and not is_told:
        yield _TWICE, twice
    if never:
        yield _NEVER.format(zone=zone or "this machine's zone"), never
