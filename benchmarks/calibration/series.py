"""Series of runs as a simulation has them, and what `fs.history` says of them, counted.

The mean of a run is level · (1 + spread · noise), where the noise of runs is a normal AR(1).
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

import ftpstats
from benchmarks.calibration.simulation import Floats, Rng, autoregressive
from ftpstats.analysis.history import History
from ftpstats.stats.changes import level_changes

__all__ = ["CHANGED", "DRIFT", "EVER", "NEAR", "PLACE", "SELDOM", "Series", "look"]

# The measures.
CHANGED, DRIFT = "a change found", "a drift found"
NEAR, PLACE = "found within 5 runs", "place covered"
EVER, SELDOM = "ever, at 16 to 100 runs", "ever, at 16, 32, 64, 100"

_LEVEL, _SPREAD = 0.1, 0.02  # seconds, and the standard deviation of runs as a share
_NEAR = 5  # runs
_FIRST, _LOOKS = 16, (16, 32, 64, 100)


@dataclass(frozen=True, slots=True)
class Series:
    """
    How the means of a label's runs come about.

    Attributes
    ----------
    runs : int
    correlation : float
        Of neighbouring runs.
    step : float
        By how many standard deviations the second half is slower; 0 for none.
    slope : float
        By how many the last run is slower than the first.
    is_monitored : bool
        Whether the series is looked at again and again while it grows: after every run by `level_changes` alone.
    is_written : bool
        Whether the transfers are written as a log and read from it.
    """

    runs: int
    correlation: float
    step: float = 0.0
    slope: float = 0.0
    is_monitored: bool = False
    is_written: bool = False


def look(series: Series, rng: Rng) -> tuple[dict[str, float], set[str]]:
    """Simulate once; return by measure what was found, and the codes of the warnings that a user is given."""
    means = _means(series, rng)
    if series.is_monitored:
        every = any(level_changes(means[:runs]) for runs in range(_FIRST, series.runs + 1))
        seldom = any(_changes(_history(means[:runs])) for runs in _LOOKS)
        return {EVER: float(every), SELDOM: float(seldom)}, set()
    found = _of_log(means) if series.is_written else _history(means)
    outcome = {CHANGED: float(found.outcome == "changes"), DRIFT: float(found.outcome == "drift")}
    if series.step:
        outcome |= _of_step(found, series.runs // 2)
    return outcome, {warning.code for warning in found.warnings}


def _of_step(found: History, place: int) -> dict[str, float]:
    """Return whether a change was found near the step; and of an only change, whether its interval holds it."""
    places = _changes(found)
    outcome = {NEAR: float(any(abs(one - place) <= _NEAR for one in places))}
    if len(places) == 1:
        low, high = found.newest.change_low, found.newest.change_high
        outcome[PLACE] = float(low is not None and high is not None and low <= place <= high)
    return outcome


def _changes(found: History) -> list[int]:
    return [level.first - 1 for level in found.levels[1:]]


def _means(series: Series, rng: Rng) -> Floats:
    noise = autoregressive(rng, (series.runs,), series.correlation)
    places = np.arange(series.runs)
    moved = series.step * (places >= series.runs // 2) + series.slope * places / (series.runs - 1)
    return np.asarray(_LEVEL * (1 + _SPREAD * (noise + moved)))


def _history(means: Floats) -> History:
    """Ask about a table of one transfer in each run."""
    table = pl.DataFrame({"run": np.arange(1, len(means) + 1), "seconds": means}).with_columns(
        label=pl.lit("label"), bytes=pl.lit(102400)
    )
    return ftpstats.history(table)[0]


def _of_log(means: Floats) -> History:
    """Ask about a log of two transfers in each run, as inetutils prints them."""
    lines = (
        f"FTP-TEST {iteration} label\n102400 bytes received in {mean:.6f} seconds ({0.09765625 / mean:#.4g} Mbytes/s)\n"
        for mean in means.tolist()
        for iteration in (1, 2)
    )
    with TemporaryDirectory() as folder:
        log = Path(folder, "FTP.log")
        log.write_text("".join(lines))
        return ftpstats.history(log)[0]
