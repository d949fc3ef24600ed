"""Whether the level of a label's runs changed over time. Arguments in, one call of `analysis`, results out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.api.arguments import Limits, Sizes, as_level, as_list, as_margins, as_seconds, as_share_between, one_of
from ftpstats.api.questions import Asked, about, ask
from ftpstats.api.rates import Zone, zone_of
from ftpstats.api.sources import Transfers
from ftpstats.errors import UsageError
from ftpstats.units import UNITS

if TYPE_CHECKING:
    from ftpstats.analysis.history import History
    from ftpstats.analysis.history_size import HistorySize, StepAim
    from ftpstats.analysis.verdict import Margins
    from ftpstats.api.results import Histories, HistorySizes

__all__ = [
    "CHANGE_GATES", "FALSE_ALARM_RATE", "HISTORY_BY", "as_false_alarm_rate", "found_histories", "history",
    "sample_size_for_history",
]  # fmt: skip

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


def sample_size_for_history(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers | None = None,
    *labels: str,
    difference: Limits | None = None,
    margin: Limits | None = None,
    power: str | float | None = None,
    false_alarm_rate: str | float = FALSE_ALARM_RATE,
    run_sd: str | float | None = None,
    mean: str | float | None = None,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    as_printed: bool = False,
) -> HistorySizes:
    """
    Estimate how many runs `history` needs to find a step, from the spread of run means about their levels.

    Parameters
    ----------
    transfers, size, client, where, label_from, false_alarm_rate, as_printed
        As for `history`. Leave `transfers` out to plan from `run_sd`.
    *labels : str
        The labels. Default: all.
    difference, margin : str, float, Margin, or several of text or in a dict, optional
        The step to find: a share of the newest level like ``5%``, which is the default, or a time like ``2ms``. It is
        the margin, what matters, or another difference.
    power : float or str, optional
        How often it is found, like 0.9 or ``90%``. Default: 95 %.
    run_sd : float or str, optional
        Without transfers: the standard deviation of run means, in seconds or like ``3ms``.
    mean : float or str, optional
        Without transfers: the mean time of a transfer, in seconds or like ``100ms``; a share needs it.

    Returns
    -------
    HistorySizes
        One `HistorySize` per label, size and direction: ``runs_needed``, half of them before the step; and ``looks``,
        the steps that some numbers of runs show.

    Raises
    ------
    ValueError
        If an argument is wrong, or there is no such label, size or client.
    InputError
        If a log or the store cannot be read.

    Notes
    -----
    From a table of simulated series, 4,000 of each number of runs, step and correlation, with the step in the middle:
    ``python -m tools.simulate_history`` makes it. A step elsewhere needs more runs. The correlation of neighbours is
    corrected for its bias (Marriott & Pope, "Bias in the estimation of autocorrelations", Biometrika 41 (1954)
    390–402); of fewer than 16 runs, the least favourable from 0 to 0.5 is assumed.

    Examples
    --------
    >>> import ftpstats
    >>> found = ftpstats.sample_size_for_history("sample_logs/history", "server", difference="10%")
    >>> found[0].runs_needed
    62
    >>> ftpstats.sample_size_for_history(run_sd="2ms", mean="100ms")[0].runs_needed
    98
    """
    from ftpstats.analysis.history_size import StepAim, history_sizes
    from ftpstats.api.results import HistorySizes
    from ftpstats.present.answers import history_size_answer

    if margin is not None and difference is not None:
        raise UsageError("margin and difference both name the step to find; use one of them")
    step = _step(margin, "margin") if difference is None else _step(difference, "difference")
    rate = as_false_alarm_rate(false_alarm_rate)
    aim = StepAim(step, as_level("95%" if power is None else power, "power"), rate)
    given = as_seconds(run_sd, "run-sd"), as_seconds(mean, "mean")
    if transfers is None:
        if labels:
            raise UsageError(f"{labels[0]}: labels need transfers; a spread that is given has none")
        found: Sequence[HistorySize] = (_from_spread(aim, *given),)
        return HistorySizes(found, partial(history_size_answer, found, aim))
    if given != (None, None):
        raise UsageError("run-sd and mean are a spread that is given; transfers have their own")
    asked = ask(transfers, labels, size, client, as_printed=as_printed, where=where, label_from=label_from)
    found = history_sizes(found_histories(asked, "run", zone_of(transfers, None), rate, 0.95, step), aim)
    return HistorySizes(found, partial(history_size_answer, found, aim), *about(asked.found))


def _step(given: Limits | None, name: str) -> Margins:
    return as_margins("5%" if given is None else given, name)


def _from_spread(aim: StepAim, run_sd: float | None, mean: float | None) -> HistorySize:
    from ftpstats.analysis.history_size import given_history_size

    if run_sd is None:
        raise UsageError("without transfers, a spread is needed: run-sd, the standard deviation of run means")
    if aim.step.of(None).relative and mean is None:
        raise UsageError("a step in per cent (5% by default) needs a mean; or write it in seconds, like 5ms")
    return given_history_size(aim, run_sd, mean)


def as_false_alarm_rate(value: str | float) -> float:
    """Return a rate of false alarms."""
    return as_share_between(value, "false-alarm-rate", _LEAST, _MOST)


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
