"""A given spread, without any log, to a SampleSize. Warnings state its assumptions."""

from ftpstats.analysis.designs import Aim, DesignSize, given_designs
from ftpstats.analysis.sample_size import SampleSize, number_checks
from ftpstats.analysis.simulation import Simulated, Simulation, simulated_of_spread
from ftpstats.analysis.spread import Spread, seconds_of
from ftpstats.analysis.warnings import warn

__all__ = ["sample_size_from_spread"]


_MANY = 100  # times the spread: a mean that no verdict depends on, where none is given


def sample_size_from_spread(  # noqa: PLR0913 - what is given, by name
    aim: Aim,
    *,
    sd: float | None,
    run_sd: float | None,
    mean: float | None,
    inflation: float | None,
    simulation: Simulation | None = None,
) -> SampleSize:
    """
    Compute the sample size from a given spread, the same for both platforms.

    Parameters
    ----------
    aim : Aim
        The aim of the new experiment.
    sd, run_sd : float or None
        Standard deviations in seconds, of single transfers and of the means of runs; one at least.
    mean : float or None
        In seconds; a relative margin is a share of it.
    inflation : float or None
        Ω̂/s², the factor by which autocorrelation multiplies the variance of a mean; 1 unless given.
    simulation : Simulation, optional
        Simulate the number of runs needed, each as one number; where only `sd` is given, that of transfers.

    Raises
    ------
    ValueError
        If there is no spread, or a relative margin and no mean; or a number is out of its range.
    """
    if sd is None and run_sd is None:
        raise ValueError("a spread is needed: of transfers, or of the means of runs")
    given = aim.margin.of(None)
    if given.relative and mean is None:
        raise ValueError("a margin in per cent needs a mean")
    margin, factor = seconds_of(given, mean or 0.0), inflation or 1.0
    transfers = Spread("transfers", (factor * sd**2,) * 2, None, 0.0) if sd else None
    runs = Spread("runs", (run_sd**2,) * 2, None, 0.0) if run_sd else None
    counts = [
        spread.needed(margin, aim.goal, 1 - aim.confidence, aim.power) if spread else None
        for spread in (transfers, runs)
    ]
    warnings = [warn("assumed-inflation", factor=factor)] if transfers else []
    warnings += [] if runs else [warn("runs-unknown", what="the spread of single transfers")]
    for spread, needed in zip((transfers, runs), counts, strict=True):
        warnings += number_checks(spread, margin, needed) if spread else []
    return SampleSize(
        label=None,
        reference=None,
        bytes=None,
        direction=None,
        design="given",
        n=None,
        n_reference=None,
        runs=None,
        runs_reference=None,
        mean=mean,
        mean_reference=None,
        sd=sd,
        sd_reference=None,
        margin=margin,
        hidden=0.0,
        df=None,
        between=None,
        helps=None,
        transfers_needed=counts[0],
        runs_needed=counts[1],
        logs_needed=None,
        designs=given_designs(aim, margin, factor * sd**2 if sd else None, run_sd**2 if run_sd else None, mean),
        simulated=() if simulation is None else _simulated(aim, sd, run_sd, mean, factor, counts, simulation),
        transfers_per_run=None,
        duration=None if mean is None or counts[0] is None else 2 * counts[0] * mean,
        warnings=tuple(warnings),
    )


def _simulated(  # noqa: PLR0913, PLR0917 - what is given
    aim: Aim,
    sd: float | None,
    run_sd: float | None,
    mean: float | None,
    factor: float,
    counts: list[int | None],
    simulation: Simulation,
) -> tuple[Simulated, ...]:
    margin = aim.margin.of(None)
    level = mean or _MANY * (max(sd or 0.0, run_sd or 0.0) + margin.value)
    if run_sd:
        runs = DesignSize("runs", "labels", "runs", counts[1], 1, None, (run_sd**2,) * 2)
        return simulated_of_spread(level, 0.0, 1.0, runs, aim, simulation)
    run = DesignSize("run", "runs", "transfers", counts[0], counts[0], None, ())
    return simulated_of_spread(level, sd or 0.0, factor, run, aim, simulation)
