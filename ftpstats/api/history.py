"""Whether the level of a label's runs changed over time. Arguments in, one call of `analysis`, results out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.api.arguments import Limits, Sizes, as_level, as_list, as_margins, as_share, one_of
from ftpstats.api.questions import Asked, about, ask
from ftpstats.api.rates import Zone, zone_of
from ftpstats.api.sources import Transfers
from ftpstats.errors import UsageError
from ftpstats.units import UNITS

if TYPE_CHECKING:
    from ftpstats.analysis.history import History
    from ftpstats.analysis.verdict import Margins
    from ftpstats.api.results import Histories

__all__ = ["CHANGE_GATES", "FALSE_ALARM_RATE", "HISTORY_BY", "as_false_alarm_rate", "found_histories", "history"]

HISTORY_BY = ("run", "day")  # of `analysis.series`, which imports NumPy
FALSE_ALARM_RATE = 0.01
CHANGE_GATES = ("change",)
_LEAST, _MOST = 0.0005, 0.25  # what the simulated distribution tells with some digits, and what is a rate of errors


def history(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    by: str = "run",
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    false_alarm_rate: str | float = FALSE_ALARM_RATE,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    time_zone: str | None = None,
    unit: str = "s",
    as_printed: bool = False,
    fail_on: str | Iterable[str] = (),
) -> Histories:
    """
    Look for changes over time: the levels of run means, where they change, and the verdict on each change; or a drift.

    Parameters
    ----------
    transfers, size, client, where, label_from, confidence, margin, as_printed
        As for `compare`: confidence and margin of the comparison of each level with the one before.
    *labels : str
        The labels. Default: all.
    by : {"run", "day"}
        Whether each run is a point of the history, or each day: the mean of its run means.
    false_alarm_rate : float or str
        The share of histories without a change in which one is found at most, like 0.01 or ``1%``.
    time_zone : str, optional
        The time zone of days, like ``Europe/Berlin`` or ``+01:00``. Default: that of `Logs`, else this machine's.
    unit : {"s", "MB/s", "MiB/s", "Mbit/s"}
        The unit of throughput in tables; MiB/s for ``s``.
    fail_on : str or sequence of str, optional
        ``change``: matches where the newest level is slower than the one before.

    Returns
    -------
    Histories
        One `History` per label, size and direction: ``points``, ``outcome``, ``levels`` and ``drift``.

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label, size or client, or days are asked for and times are unknown.
    InputError
        If a log or the store cannot be read.

    Notes
    -----
    Circular binary segmentation (Olshen, Venkatraman, Lucito & Wigler 2004) of the ranks of run means, with a scale
    that allows for autocorrelation and a simulated p-value; the interval of a change's place is that of Bai (1997). At
    least 16 runs are needed. See docs/history.md.

    Examples
    --------
    >>> import ftpstats
    >>> found = ftpstats.history("sample_logs/history", "server")
    >>> found[0].outcome, [(level.first, level.last, level.verdict) for level in found[0].levels]
    ('changes', [(1, 32, None), (33, 64, 'slower')])
    """
    from ftpstats.analysis.history import is_slower
    from ftpstats.api.results import Histories
    from ftpstats.present.answers import history_answer
    from ftpstats.present.histories import Asked as Shown
    from ftpstats.present.histories import change_line
    from ftpstats.present.verdicts import Terms

    terms = Terms(as_margins(margin), as_level(confidence, "confidence"), one_of(unit, tuple(UNITS), "unit"))
    rate, zone = as_false_alarm_rate(false_alarm_rate), zone_of(transfers, time_zone)
    gates = [one_of(name, CHANGE_GATES, "fail-on") for name in as_list(fail_on, "fail-on")]
    asked = ask(transfers, labels, size, client, as_printed=as_printed, where=where, label_from=label_from)
    found = found_histories(asked, one_of(by, HISTORY_BY, "by"), zone, rate, terms.confidence, terms.margin)
    shown = Shown(terms, rate, zone.name, zone.zone)
    matches = tuple(change_line(one) for one in found if gates and is_slower(one.newest))
    return Histories(found, partial(history_answer, found, shown), *about(asked.found), matches=matches)


def as_false_alarm_rate(value: str | float) -> float:
    """Return a rate of false alarms."""
    rate = as_share(value, "false-alarm-rate")
    if not _LEAST <= rate <= _MOST:
        raise UsageError(f"false-alarm-rate {value}: write it like 1% or 0.01, from 0.05% to 25%")
    return rate


def found_histories(  # noqa: PLR0913, PLR0917 - as `histories`
    asked: Asked, by: str, zone: Zone, false_alarm_rate: float, confidence: float, margin: Margins
) -> Sequence[History]:
    """Look for changes, and warn where the experiments that a history is of differ."""
    from ftpstats.analysis.history import histories
    from ftpstats.analysis.series import By
    from ftpstats.analysis.settings import with_settings

    points: By = by  # type: ignore[assignment]
    found = histories(
        asked.samples,
        by=points,
        zone=zone.zone,
        false_alarm_rate=false_alarm_rate,
        confidence=confidence,
        margin=margin,
    )
    return with_settings(found, lambda one: [one.label], asked.found.rows, asked.found.manifests)
