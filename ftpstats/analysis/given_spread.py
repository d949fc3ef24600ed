"""A given spread, without any log, to a SampleSize. Warnings state its assumptions."""

from dataclasses import dataclass

from ftpstats.analysis.designs import Aim, DesignSize, given_designs
from ftpstats.analysis.sample_size import SampleSize, number_checks
from ftpstats.analysis.simulation import Simulated, Simulation, simulated_of_spread
from ftpstats.analysis.spread import Spread, seconds_of
from ftpstats.analysis.warnings import warn

__all__ = ["GivenSpread", "sample_size_from_spread"]

_MANY = 100  # times the spread: a mean that no verdict depends on, where none is given


@dataclass(frozen=True, slots=True)
class GivenSpread:
    """
    A spread, the same for both platforms. Seconds.

    Attributes
    ----------
    sd, run_sd : float or None
        Standard deviations, of single transfers and of the means of long runs; one at least.
    mean : float or None
        A relative margin is a share of it.
    inflation : float or None
        Ω̂/s², the factor by which autocorrelation multiplies the variance of a mean; 1 unless given.
    """

    sd: float | None
    run_sd: float | None
    mean: float | None
    inflation: float | None

    @property
    def factor(self) -> float:
        """The inflation, 1 unless given."""
        return self.inflation or 1.0

    @property
    def of_transfers(self) -> float | None:
        """Long-run variance of transfers."""
        return self.factor * self.sd**2 if self.sd else None

    @property
    def of_runs(self) -> float | None:
        """Variance of the means of runs."""
        return self.run_sd**2 if self.run_sd else None


def sample_size_from_spread(aim: Aim, given: GivenSpread, simulation: Simulation | None = None) -> SampleSize:
    """
    Compute the sample size from a given spread.

    Parameters
    ----------
    aim : Aim
        The aim of the new experiment.
    given : GivenSpread
    simulation : Simulation, optional
        Simulate the number of runs needed, each as one number; where only `sd` is given, that of transfers.

    Raises
    ------
    ValueError
        If there is no spread, or a relative margin and no mean; or a number is out of its range.
    """
    of_transfers, of_runs = given.of_transfers, given.of_runs
    if of_transfers is None and of_runs is None:
        raise ValueError("a spread is needed: of transfers, or of the means of runs")
    if aim.margin.of(None).relative and given.mean is None:
        raise ValueError("a margin in per cent needs a mean")
    margin = seconds_of(aim.margin.of(None), given.mean or 0.0)
    transfers = Spread("transfers", (of_transfers,) * 2, None, 0.0) if of_transfers else None
    runs = Spread("runs", (of_runs,) * 2, None, 0.0) if of_runs else None
    counts = [
        spread.needed(margin, aim.goal, 1 - aim.confidence, aim.power) if spread else None
        for spread in (transfers, runs)
    ]
    warnings = [warn("assumed-inflation", factor=given.factor)] if transfers else []
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
        mean=given.mean,
        mean_reference=None,
        sd=given.sd,
        sd_reference=None,
        margin=margin,
        hidden=0.0,
        df=None,
        between=None,
        helps=None,
        transfers_needed=counts[0],
        runs_needed=counts[1],
        logs_needed=None,
        designs=given_designs(aim, margin, of_transfers, of_runs, given.mean),
        simulated=() if simulation is None else _simulated(aim, given, counts, simulation),
        transfers_per_run=None,
        duration=None if given.mean is None or counts[0] is None else 2 * counts[0] * given.mean,
        warnings=tuple(warnings),
    )


def _simulated(aim: Aim, given: GivenSpread, counts: list[int | None], simulation: Simulation) -> tuple[Simulated, ...]:
    """Simulate runs, each as one number, where what they vary is given; else one run of transfers of each label."""
    mean = given.mean or _MANY * (max(given.sd or 0.0, given.run_sd or 0.0) + aim.margin.of(None).value)
    if given.of_runs:
        runs = DesignSize("runs", "labels", "runs", counts[1], 1, None, (given.of_runs,) * 2)
        return simulated_of_spread(mean, 0.0, 1.0, runs, aim, simulation)
    run = DesignSize("run", "runs", "transfers", counts[0], counts[0], None, ())
    return simulated_of_spread(mean, given.sd or 0.0, given.factor, run, aim, simulation)
