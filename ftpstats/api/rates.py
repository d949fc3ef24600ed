"""The throughput of groups of transfers. Arguments in, one call of `analysis`, results out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.api.arguments import Sizes, as_optional_text, as_workers, one_of
from ftpstats.api.questions import About, Asked, Question, about, answerable, question
from ftpstats.api.sources import Found, Logs, Transfers, read, with_zone_said
from ftpstats.errors import UsageError
from ftpstats.units import UNITS

if TYPE_CHECKING:
    from datetime import tzinfo

    from ftpstats.analysis.rates import ByGroup
    from ftpstats.api.results import Throughputs

__all__ = [
    "BY", "RATE", "RATES", "Rated", "Zone", "as_rate_unit", "ask_rates", "every", "measured", "rated", "throughput",
    "zone_of",
]  # fmt: skip

# Of `analysis.grouping`, which imports NumPy and Polars.
BY = ("hour", "day", "peer", "size-class", "direction", "client", "label")
RATE = "MiB/s"
RATES = tuple(name for name, unit in UNITS.items() if unit.is_throughput)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone, and what it is called; None is this machine's."""

    name: str | None
    zone: tzinfo | None


def throughput(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    by: str = "size-class",
    unit: str = RATE,
    time_zone: str | None = None,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    as_printed: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
) -> Throughputs:
    """
    Measure the throughput of groups of transfers: their rates, all bytes over wall time, and how many ran at once.

    Parameters
    ----------
    transfers, size, client, where, label_from, as_printed
        As for `compare`. What these leave out counts among the transfers at once.
    *labels : str
        The labels. Default: all.
    by : {"hour", "day", "peer", "size-class", "direction", "client", "label"}
        What the transfers of a group have in common. Hours are those of the day, from 00 to 23; classes of sizes go
        from one power of ten to the next, in KB, MB and GB of 1024.
    unit : {"MB/s", "MiB/s", "Mbit/s"}
        The unit of rates in tables.
    time_zone : str, optional
        The time zone of hours and days, like ``Europe/Berlin`` or ``+01:00``. Default: that of `Logs`, else this
        machine's.
    workers, cluster
        As for `summarize`: several processes share the labels of a store, all of one log together. With `label_from`
        one process does all. The hours and days of a cluster need a `time_zone`.

    Returns
    -------
    Throughputs
        One `Throughput` per group of each label; ``labels`` has each label as a whole. Rates are bytes per second.

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label, size or client, or no log tells what to group by.
    InputError
        If a log or the store cannot be read.
    MachineError
        If the cluster is gone, or a worker ended.

    Notes
    -----
    A log that counts whole seconds tells between which values a rate lies. The quantiles of all transfers then have a
    lower and an upper bound (`stats.bounds`); no transfer is left out for its duration, because that would select slow
    ones. Where the upper bound is more than 4 times the lower, tables show a dash. See docs/throughput.md.

    Examples
    --------
    >>> import ftpstats
    >>> logs = ftpstats.Logs("tests/data/records/server-vsftpd-native.log", label="server", time_zone="UTC")
    >>> found = ftpstats.throughput(logs)
    >>> [(one.group, one.transfers, one.bytes) for one in found]
    [('below 1 KB', 6, 30), ('100 KB to 1 MB', 6, 1458176), ('1 MB to 10 MB', 19, 24142452)]
    >>> print(found)
    server: 31 transfers, 6 not completed; 24.4 MB in 54 s (0.452 MiB/s); 2–4 at once at most.
    """
    from ftpstats.api.results import Throughputs
    from ftpstats.present.answers import throughput_answer
    from ftpstats.present.rates import Asked as Shown

    shown_in = as_rate_unit(unit)
    zone = zone_of(transfers, time_zone)
    asking = question(size, client, as_printed=as_printed, where=where, label_from=label_from)
    grouping, crew = one_of(by, BY, "by"), as_workers(workers, cluster)
    if any(crew):
        from ftpstats.api.by_workers import rated_by

        found = rated_by(crew, transfers, labels, asking, grouping, zone)
    else:
        found = rated(transfers, labels, asking, grouping, zone)
    answer = partial(throughput_answer, found.rates, Shown(by, shown_in, zone.name))
    return Throughputs(found.rates.groups, answer, *found.about, labels=found.rates.labels)


@dataclass(frozen=True, slots=True)
class Rated:
    """Throughput, and what results say of where it comes from."""

    rates: ByGroup
    about: About


def rated(transfers: Transfers, labels: Sequence[str], asking: Question, by: str, zone: Zone) -> Rated:
    """Answer in one process: see `throughput`."""
    asked = answerable(every(transfers, asking, zone), labels, asking)
    return Rated(measured(asked, by, zone), about(asked.found))


def as_rate_unit(unit: str) -> str:
    """Return a unit of throughput."""
    if unit == "s":
        raise UsageError(f"unit s: throughput has none of time; choose from {', '.join(RATES)}")
    return one_of(unit, RATES, "unit")


def zone_of(transfers: Transfers, time_zone: str | None) -> Zone:
    """Return the time zone of hours and days."""
    from ftpstats.logs.records.stamps import as_zone

    name = as_optional_text(time_zone, "time-zone")
    if name is None and isinstance(transfers, Logs):
        name = transfers.time_zone
    return Zone(name, as_zone(name))


def ask_rates(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    labels: Sequence[str],
    size: Sizes,
    client: str | Iterable[str] | None,
    *,
    zone: Zone,
    as_printed: bool,
    where: str | None = None,
    label_from: str | None = None,
) -> Asked:
    """Return a question about transfers; what ran at once is counted before any are chosen."""
    asking = question(size, client, as_printed=as_printed, where=where, label_from=label_from)
    return answerable(every(transfers, asking, zone), labels, asking)


def every(transfers: Transfers, asking: Question, zone: Zone) -> Found:
    """Return all transfers, those counted that ran at once with each."""
    from ftpstats.analysis.rates import counted
    from ftpstats.analysis.select import COLUMNS

    selected = asking.selected
    found = read(transfers, columns=(*COLUMNS, "peer", "bytes_low", "bytes_high", *selected.columns))
    return with_zone_said(replace(found, rows=counted(found.rows)), selected, zone.name)


def measured(asked: Asked, by: str, zone: Zone) -> ByGroup:
    """Measure the throughput of groups."""
    from ftpstats.analysis.grouping import By
    from ftpstats.analysis.rates import throughputs

    grouping: By = by  # type: ignore[assignment]
    rows = asked.found.rows
    return throughputs(rows, asked.labels, asked.sizes, by=grouping, zone=zone.zone, as_printed=asked.as_printed)
