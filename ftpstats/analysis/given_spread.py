"""A given spread, without any log, to a SampleSize. Warnings state its assumptions."""

from ftpstats.analysis.designs import Aim
from ftpstats.analysis.sample_size import SampleSize, number_checks
from ftpstats.analysis.spread import Spread, seconds_of
from ftpstats.analysis.warnings import warn

__all__ = ["sample_size_from_spread"]


def sample_size_from_spread(
    aim: Aim, *, sd: float | None, run_sd: float | None, mean: float | None, inflation: float | None
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
        designs=(),
        simulated=(),
        transfers_per_run=None,
        duration=None if mean is None or counts[0] is None else 2 * counts[0] * mean,
        warnings=tuple(warnings),
    )
