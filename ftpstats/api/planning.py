"""How many transfers or runs a new experiment needs: from the spread of transfers, or from one that is given."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.analysis.verdict import REQUIREMENTS
from ftpstats.api.arguments import (
    Limits,
    Sizes,
    as_count,
    as_factor,
    as_level,
    as_margin,
    as_margins,
    as_seconds,
    one_of,
)
from ftpstats.api.questions import Asked, about, ask
from ftpstats.api.sources import Transfers
from ftpstats.errors import UsageError
from ftpstats.units import UNITS

if TYPE_CHECKING:
    from ftpstats.analysis.designs import Aim, Goal
    from ftpstats.analysis.sample_size import SampleSize
    from ftpstats.analysis.simulation import Simulation
    from ftpstats.analysis.verdict import Margin
    from ftpstats.api.results import SampleSizes

__all__ = ["sample_size"]


def sample_size(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers | None = None,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    margin: Limits | None = None,
    difference: str | float | Margin | None = None,
    require: str | None = None,
    power: str | float | None = None,
    confidence: str | float = 0.95,
    sd: str | float | None = None,
    run_sd: str | float | None = None,
    mean: str | float | None = None,
    inflation: str | float | None = None,
    as_printed: bool = False,
    unit: str = "s",
    simulate: int | None = None,
    seed: int = 0,
) -> SampleSizes:
    """
    Estimate the required sample size of a new experiment, from the spread and never from the observed difference.

    Parameters
    ----------
    transfers, size, client, where, label_from, confidence, as_printed
        As for `compare`. Leave `transfers` out to plan from `sd` or `run_sd`.
    *labels : str
        Each is planned against the first. One alone is planned against a platform that varies like it. Default: all.
    margin : str, float or Margin, optional
        Plan to show equal platforms to be equivalent within this margin, like ``5%`` (default), 0.05 or ``20ms``.
    difference : str, float or Margin, optional
        Plan to detect a difference of this size instead, like ``5%``, 0.05 or ``2ms``.
    require : {"not-slower"}, optional
        Plan to show that an equal platform is not slower by the margin or more, as `compare` requires it, instead.
    power : float or str, optional
        The power of the test, like 0.9 or ``90%``. Default: the confidence.
    sd : float or str, optional
        Without transfers: the standard deviation of single transfers, in seconds or like ``2ms``.
    run_sd : float or str, optional
        Without transfers: the standard deviation of run means, in seconds or like ``3ms``.
    mean : float or str, optional
        Without transfers: the mean time of a transfer, in seconds or like ``100ms``; a relative margin needs it.
    inflation : float or str, optional
        With `sd`: the variance of the mean as a multiple of that of independent transfers. Default: 1.
    unit : {"s", "MB/s", "MiB/s", "Mbit/s"}
        The unit of throughput in tables; MiB/s for ``s``.
    simulate : int, optional
        Simulate so many experiments of the number needed, 100 or more, at true differences of 0, half the margin, the
        margin and twice the margin, with noise drawn from the transfers in blocks (Künsch 1989), or normal and
        autoregressive of a given spread: how often each verdict would come. Very long experiments are simulated less
        often.
    seed : int
        Of the simulation, 0 or more.

    Returns
    -------
    SampleSizes
        One `SampleSize` per size, direction and label: ``transfers_needed``, ``runs_needed`` and ``duration`` in
        seconds.

    Raises
    ------
    ValueError
        If an argument is wrong, or no transfer was completed.
    InputError
        If a log or the store cannot be read.

    See Also
    --------
    sample_size_for_scaling : for latency and throughput of several sizes.
    sample_size_for_history : for a change over time.

    Examples
    --------
    >>> import ftpstats
    >>> found = ftpstats.sample_size("sample_logs/inetutils/FTP.log", "xen", "vmware", size="100KB")
    >>> found[0].transfers_needed
    400
    >>> ftpstats.sample_size(sd="10ms", mean="100ms")[0].transfers_needed
    120
    """
    from ftpstats.api.results import SampleSizes
    from ftpstats.present.answers import sample_size_answer

    aim = _aim(margin, difference, require, power, confidence)
    shown_in = one_of(unit, tuple(UNITS), "unit")
    spread = {
        "sd": as_seconds(sd, "sd"),
        "run_sd": as_seconds(run_sd, "run-sd"),
        "mean": as_seconds(mean, "mean"),
        "inflation": as_factor(inflation, "inflation"),
    }
    chosen = None if simulate is None else as_count(simulate, "simulate", 100, 100_000), as_count(seed, "seed", 0)
    if transfers is None:
        if labels:
            raise UsageError(f"{labels[0]}: labels need transfers; a spread that is given has none")
        plans = [_plan_from_spread(aim, spread, *chosen)]
        return SampleSizes(plans, partial(sample_size_answer, plans, aim, shown_in))
    for name, value in spread.items():
        if value is not None:
            raise UsageError(f"{name.replace('_', '-')} is a spread that is given; transfers have their own")
    asked = ask(transfers, labels, size, client, as_printed=as_printed, where=where, label_from=label_from)
    plans = _plans(asked, aim, *chosen)
    return SampleSizes(plans, partial(sample_size_answer, plans, aim, shown_in), *about(asked.found))


def _aim(
    margin: Limits | None,
    difference: str | float | Margin | None,
    require: str | None,
    power: str | float | None,
    confidence: str | float,
) -> Aim:
    """Return what shall be shown."""
    from ftpstats.analysis.designs import Aim

    if margin is not None and difference is not None:
        raise UsageError("margin plans for equivalence, difference for a difference to detect; use one of them")
    level = as_level(confidence, "confidence")
    chance = level if power is None else as_level(power, "power")
    if difference is not None and require is not None:
        raise UsageError(
            "require plans to show that a platform is not slower, difference to detect one; use one of them"
        )
    if difference is not None:
        return Aim("difference", as_margin(difference, "difference"), level, chance)
    goal: Goal = "equivalence" if require is None else "not-slower"
    if require is not None:
        one_of(require, REQUIREMENTS, "require")
    return Aim(goal, as_margins("5%" if margin is None else margin), level, chance)


def _plan_from_spread(aim: Aim, spread: dict[str, float | None], experiments: int | None, seed: int) -> SampleSize:
    from ftpstats.analysis.given_spread import GivenSpread, sample_size_from_spread

    given = [name for name, value in spread.items() if value is not None]
    if not {"sd", "run_sd"} & set(given):
        first = f"{given[0]} needs" if given else "without transfers, a spread is needed:"
        raise UsageError(f"{first} sd, the standard deviation of transfers, or run-sd, that of run means")
    if spread["inflation"] is not None and spread["sd"] is None:
        raise UsageError("inflation needs sd: it applies to transfers, not to run means")
    if aim.margin.of(None).relative and spread["mean"] is None:
        raise UsageError("a relative margin (5% by default) needs a mean; or write it in seconds, like 5ms")
    return sample_size_from_spread(aim, GivenSpread(**spread), _simulation(experiments, seed))


def _plans(asked: Asked, aim: Aim, experiments: int | None, seed: int) -> list[SampleSize]:
    from ftpstats.analysis.sample_size import sample_sizes
    from ftpstats.analysis.settings import with_settings

    rows, simulation = asked.found.rows, _simulation(experiments, seed)
    found = sample_sizes(rows, asked.labels, asked.sizes, aim, as_printed=asked.as_printed, simulation=simulation)
    return with_settings(found, _labels_of, rows, asked.found.manifests)


def _simulation(experiments: int | None, seed: int) -> Simulation | None:
    from ftpstats.analysis.simulation import Simulation

    return None if experiments is None else Simulation(experiments, seed)


def _labels_of(plan: SampleSize) -> list[str | None]:
    return [plan.label] if plan.n_reference is None else [plan.label, plan.reference]
