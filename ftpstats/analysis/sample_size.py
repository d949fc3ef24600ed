"""Samples to Plans: the required sample size of a new experiment.

Computed from the spread and the aim, never from the observed difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from ftpstats.analysis.checks import clients_differ, label_checks, sample_checks, timings_differ
from ftpstats.analysis.contrasts import contrast_pair, roundings
from ftpstats.analysis.design import logs_of
from ftpstats.analysis.designs import Aim, DesignSize, Side, design_sizes
from ftpstats.analysis.order import order_of
from ftpstats.analysis.outcomes import Attempted
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.select import by_kind, refuse_repeated, samples, usable
from ftpstats.analysis.simulation import Simulated, Simulation, simulated
from ftpstats.analysis.spread import Spread, seconds_of, spread_of
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.errors import SelectionError
from ftpstats.schedule import is_solo
from ftpstats.stats.components import Remedy
from ftpstats.stats.describe import describe
from ftpstats.stats.means import SampleMean, mean_of_blocks, mean_of_runs
from ftpstats.stats.power import variance_at_most
from ftpstats.units import format_seconds, label_name

__all__ = ["Aim", "SampleSize", "number_checks", "rough_spread", "sample_sizes"]

# Where the variance may be this many times as large as estimated, the sample size is a rough estimate.
_ROUGH = 2.0

PlannedDesign = Literal["run", "runs", "rounds", "alternation", "duet", "blocks", "logs", "one-label", "given"]


@dataclass(frozen=True, slots=True)
class SampleSize:
    """
    The required sample size of one file size and direction, and its inputs. Seconds; None is unknown.

    Attributes
    ----------
    label, reference : str or None
        The labels whose transfers it is computed from; no reference where the other platform is assumed to vary like
        this one.
    bytes, direction
        None for a given spread.
    design : str
        ``run``, ``runs``, ``rounds``, ``alternation``, ``blocks``, ``logs``: how the two labels were measured, and are
        assumed to be measured again; ``one-label``; ``given``.
    n, n_reference, runs, runs_reference : int or None
        Transfers and runs that it is computed from.
    mean, mean_reference : float or None
        As a comparison has them.
    sd, sd_reference : float or None
        Of all transfers, with n − 1; as given.
    margin : float
        The margin or the difference, in seconds.
    hidden : float
        Seconds of the margin that the resolution of coarse samples may hide.
    df : float or None
        Degrees of freedom of the spread.
    between : float or None
        Of several runs: the share of the variance of run means that is between runs.
    helps : {'runs', 'transfers'} or None
        What makes the means more precise: more runs only, or longer runs about as much.
    transfers_needed : int or None
        Of each label, in one run or in alternation.
    runs_needed, logs_needed : int or None
        Of each label, of the same length as those analysed; logs that hold both where these are compared log by log.
    designs : tuple of DesignSize
        What each design would take that the data allow to plan, or that they do not.
    simulated : tuple of Simulated
        How often each verdict would come with the number needed, where that is asked for; else empty.
    transfers_per_run : float or None
        Mean number of transfers in one of those runs, or logs.
    duration : float or None
        Total seconds of these transfers, those of both labels, without pauses between them.
    """

    label: str | None
    reference: str | None
    bytes: int | None
    direction: str | None
    design: PlannedDesign
    n: int | None
    n_reference: int | None
    runs: int | None
    runs_reference: int | None
    mean: float | None
    mean_reference: float | None
    sd: float | None
    sd_reference: float | None
    margin: float
    hidden: float
    df: float | None
    between: float | None
    helps: Remedy | None
    transfers_needed: int | None
    runs_needed: int | None
    logs_needed: int | None
    designs: tuple[DesignSize, ...]
    simulated: tuple[Simulated, ...]
    transfers_per_run: float | None
    duration: float | None
    warnings: tuple[Warning, ...]


def sample_sizes(  # noqa: PLR0913 - the options of the question
    transfers: pl.DataFrame,
    labels: Sequence[str] | None,
    sizes: Sequence[int],
    aim: Aim,
    *,
    as_printed: bool = False,
    simulation: Simulation | None = None,
) -> tuple[SampleSize, ...]:
    """
    Compute sample sizes from measured transfers.

    Parameters
    ----------
    transfers : DataFrame
        Rows with the columns of `schema.SCHEMA`, each transfer once.
    labels : sequence of str or None
        Each is planned with the first, as `compare` would compare them; one alone, as if another platform varied like
        it. All labels where None.
    sizes : sequence of int
        Only these file sizes, in bytes; all where empty.
    aim : Aim
        The aim of the new experiment.
    as_printed : bool
        Analyse the printed seconds, not the interval that the printed digits allow.
    simulation : Simulation, optional
        Simulate the design as measured, with the number needed.

    Returns
    -------
    tuple of SampleSize
        By size and direction, then label.

    Raises
    ------
    SelectionError
        If no transfer was completed, or two labels share no size.
    UsageError
        If a label is named twice.
    """
    refuse_repeated(labels or (), "planned with")
    every = samples(transfers, labels, sizes, as_printed=as_printed)
    kinds, attempted = by_kind(usable(every)), Attempted(every)
    if not kinds:
        raise SelectionError("no completed transfers to plan from; see `ftpstats check FILE`")
    everyone = list(dict.fromkeys(sample.label for sample in every))
    platforms = [label for label in everyone if not is_solo(label or "")]  # solo transfers belong to a duet's
    reference, *others = (platforms or everyone) if labels is None else labels
    if not others:
        return tuple(
            _noted(_of_one(sample, aim, simulation), (sample,), attempted)
            for alike in kinds
            for sample in alike.values()
        )
    pairs = [
        (other, alike[reference])
        for alike in kinds
        if reference in alike
        for other in alike.values()
        if other.label in others
    ]
    alone = set(others) - {other.label for other, _ in pairs}
    if alone and (labels or not pairs):
        both = " and ".join(map(label_name, (reference, sorted(alone, key=label_name)[0])))
        raise SelectionError(f"no size that both {both} completed; `ftpstats summary` shows the sizes of each")
    return tuple(_noted(_of_pair(other, one, aim, simulation), (one, other), attempted) for other, one in pairs)


def _noted(found: SampleSize, chosen: Sequence[Sample], every: Attempted) -> SampleSize:
    """Warn also of these labels' attempts of unknown size, and of clients that differ."""
    return replace(
        found,
        warnings=(*label_checks(chosen, every), *found.warnings, *clients_differ(chosen), *timings_differ(chosen)),
    )


def _of_pair(other: Sample, reference: Sample, aim: Aim, simulation: Simulation | None) -> SampleSize:
    pair = contrast_pair(other, reference, aim.confidence, aim.margin)
    sides = (other, pair.mean), (reference, pair.mean_reference)
    spread = spread_of(pair.mean, pair.mean_reference, pair.several)
    found = _simulated(_sample_size(sides, pair.design.kind, spread, aim), sides, aim, simulation)
    return replace(
        found,
        reference=reference.label,
        n_reference=pair.mean_reference.n,
        runs_reference=len(reference.runs),
        mean_reference=pair.mean_reference.mean,
        sd_reference=describe(reference.seconds, aim.confidence).sd,
    )


def _of_one(sample: Sample, aim: Aim, simulation: Simulation | None) -> SampleSize:
    """Compute it as if another platform varied like this one."""
    (rounding,) = roundings(sample)
    logs = logs_of(sample)
    if len(logs) > 1:
        mean = mean_of_blocks([[run.seconds for run in runs] for runs in logs.values()], rounding)
    else:
        mean = mean_of_runs([run.seconds for run in sample.runs], rounding)
    spread = spread_of(mean, mean, "logs" if len(logs) > 1 else "runs")
    # Twice the same estimate is known no better than once.
    sides = ((sample, mean),) * 2
    found = _sample_size(sides, "one-label", spread and replace(spread, df=mean.df), aim)
    return _simulated(found, sides, aim, simulation)


def _simulated(found: SampleSize, sides: tuple[Side, Side], aim: Aim, simulation: Simulation | None) -> SampleSize:
    """Simulate the design as measured, if that is asked for."""
    needed = found.transfers_needed or found.runs_needed or found.logs_needed
    each = None if found.transfers_per_run is None else max(1, round(found.transfers_per_run))
    own = [size for size in found.designs if size.needed == needed and each in {None, size.transfers_each}]
    if simulation is None or not own:
        return found
    return replace(found, simulated=simulated(sides, own[0], aim, simulation))


def _sample_size(sides: tuple[Side, Side], design: PlannedDesign, spread: Spread | None, aim: Aim) -> SampleSize:
    (sample, mean), (_, mean_reference) = sides
    margin = seconds_of(aim.margin.of(sample.bytes), mean_reference.mean)
    needed = spread.needed(margin, aim.goal, 1 - aim.confidence, aim.power) if spread else None
    in_runs = spread is not None and spread.of != "transfers"
    between = _between(sides, spread) if spread and spread.of == "runs" else None
    return SampleSize(
        label=sample.label,
        reference=None,
        bytes=sample.bytes,
        direction=sample.direction,
        design=design,
        n=mean.n,
        n_reference=None,
        runs=len(sample.runs),
        runs_reference=None,
        mean=mean.mean,
        mean_reference=None,
        sd=describe(sample.seconds, aim.confidence).sd,
        sd_reference=None,
        margin=margin,
        hidden=spread.hidden if spread else 0.0,
        df=spread.df if spread else None,
        between=between,
        helps=None if between is None else "runs" if between >= 0.5 else "transfers",
        transfers_needed=None if in_runs else needed,
        runs_needed=needed if spread and spread.of == "runs" else None,
        logs_needed=needed if spread and spread.of == "logs" else None,
        designs=design_sizes(sides, design, spread, aim, margin) if spread else (),
        simulated=(),
        transfers_per_run=sum(_length(side) for _, side in sides) / 2 if in_runs else None,
        duration=_duration([side for _, side in sides], needed, in_runs=in_runs),
        warnings=(*_of_samples(sides), *_of_spread(sides, spread, margin, needed)),
    )


def _between(sides: tuple[Side, Side], spread: Spread) -> float | None:
    """Return the share of the variance of run means that is between runs."""
    components = [sample.components for sample, _ in sides]
    explained = [found.explained for found in components if found is not None]
    total = sum(spread.variances)
    return max(0.0, 1 - sum(explained) / total) if len(explained) == len(sides) else None


def _length(mean: SampleMean) -> float:
    return mean.n / mean.runs


def _duration(means: Sequence[SampleMean], needed: int | None, *, in_runs: bool) -> float | None:
    if needed is None:
        return None
    return needed * sum(mean.mean * (_length(mean) if in_runs else 1) for mean in means)


def _of_samples(sides: tuple[Side, Side]) -> tuple[Warning, ...]:
    """Return the warnings about the transfers, the reference's first."""
    found: list[Warning] = []
    for sample in reversed([sample for sample, _ in sides]):
        found += sample_checks(sample, describe(sample.seconds), order_of(sample))
    return tuple(dict.fromkeys(found))


def _of_spread(sides: tuple[Side, Side], spread: Spread | None, margin: float, needed: int | None) -> list[Warning]:
    single = dict.fromkeys(sample.name for sample, mean in reversed(sides) if mean.runs == 1)
    found = [warn("runs-unknown", what=f"one run of {' and '.join(single)}")] if single else []
    if spread is None:
        return found
    found += rough_spread(spread.df) if needed is not None else []
    return found + number_checks(spread, margin, needed)


def rough_spread(df: float | None) -> list[Warning]:
    """Warn where a spread is known so roughly that the number needed may be another; None of one that is given."""
    times = variance_at_most(df) if df else 1.0
    return [warn("rough-spread", df=df, times=times)] if times >= _ROUGH else []


def number_checks(spread: Spread, margin: float, needed: int | None) -> list[Warning]:
    """Warn where no sample size suffices, or where it is beyond 10¹²."""
    shown = format_seconds(margin, 3)
    if margin <= spread.hidden:
        return [warn("below-resolution", margin=shown, hidden=format_seconds(spread.hidden, 3))]
    if needed is None:
        return [warn(f"{spread.of}-out-of-reach", margin=shown)]
    return []
