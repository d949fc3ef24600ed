"""Several logs, like days, as blocks: a description comes in, what `compare` says of simulated logs goes out.

A day multiplies all its times, each run has a level of its own, and transfers vary about it. One label is in truth as
fast as the reference, another slower by the margin.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
import polars as pl

import ftpstats
from ftpstats.analysis.comparison import Comparison

__all__ = ["LABELS", "Days", "look"]

Rng = np.random.Generator
Order = Literal["balanced", "fixed"]

LABELS = "scope labels"
_MARGIN = 1.05
_TRANSFERS = 3  # of each run: runs are what is judged
_NOISE = 0.03  # relative standard deviation of a run's mean from its transfers


@dataclass(frozen=True, slots=True)
class Days:
    """
    How logs come about.

    Attributes
    ----------
    logs, runs : int
        Logs, and runs of each label in each.
    day_spread, run_spread : float
        Relative standard deviations of days, and of the runs' own levels.
    lacking : float
        Share of logs, behind the third, that hold one label only, in turn; 1: no log holds both.
    order : {'balanced', 'fixed'}
        Whether each label comes first in every other log, or one always.
    second : float
        By which share the label that comes second in a log is slower.
    is_written : bool
        Whether logs are written, and read as anyone's are.
    """

    logs: int
    runs: int
    day_spread: float
    run_spread: float
    lacking: float
    order: Order
    second: float
    is_written: bool


def look(days: Days, rng: Rng) -> tuple[dict[str, float], set[str]]:
    """Simulate logs once, of a label as fast as the reference and of one that is slower by the margin, and ask."""
    state = rng.bit_generator.state
    equal = _compared(days, 1.0, rng)
    rng.bit_generator.state = state
    apart = _compared(days, _MARGIN, rng)
    outcome = {
        "false positives": float(equal.p_adjusted is not None and equal.p_adjusted < 0.05),
        "found": float(apart.p_adjusted is not None and apart.p_adjusted < 0.05),
        "equivalence errors": float(apart.verdict == "equivalent"),
        "ratio covered": float(_holds(apart.percent_low, 100 * (_MARGIN - 1), apart.percent_high)),
        LABELS: float(equal.scope == "labels"),
    }
    return outcome, {warning.code for warning in equal.warnings}


def _holds(low: float | None, truth: float, high: float | None) -> bool:
    return (low is None or low <= truth) and (high is None or truth <= high)


def _compared(days: Days, ratio: float, rng: Rng) -> Comparison:
    made = [run for day in range(days.logs) for run in _day(days, day, ratio, rng)]
    if not days.is_written:
        return ftpstats.compare(_table(made), "reference", "label")[0]
    with TemporaryDirectory() as folder:
        _write(made, Path(folder))
        return ftpstats.compare(folder, "reference", "label")[0]


_Run = tuple[int, str, int, list[float]]  # its log, label, number within that, and seconds


def _day(days: Days, day: int, ratio: float, rng: Rng) -> list[_Run]:
    """Return the runs of one log, in order."""
    level = 0.1 * math.exp(days.day_spread * rng.normal())
    holds = ["reference", "label"]
    if days.lacking == 1 or (day >= 3 and day % 3 < 3 * days.lacking):
        holds = [holds[day % 2]]
    elif days.order == "balanced" and day % 2:
        holds = holds[::-1]
    return [
        (day, label, run, _seconds(days, level * (ratio if label == "label" else 1) * (1 + days.second * place), rng))
        for run in range(1, days.runs + 1)
        for place, label in enumerate(holds)
    ]


def _seconds(days: Days, level: float, rng: Rng) -> list[float]:
    own = level * math.exp(days.run_spread * rng.normal())
    noise = _NOISE * math.sqrt(_TRANSFERS) * rng.normal(size=_TRANSFERS)
    return [float(one) for one in np.maximum(own * (1 + noise), 1e-4)]


def _table(made: list[_Run]) -> pl.DataFrame:
    rows = [
        {"source": f"day-{day}.log", "label": label, "run": day * 100 + run, "iteration": iteration, "seconds": value}
        for day, label, run, seconds in made
        for iteration, value in enumerate(seconds, start=1)
    ]
    return pl.DataFrame(rows).with_row_index("line", offset=1).with_columns(bytes=pl.lit(102400))


def _write(made: list[_Run], folder: Path) -> None:
    """Write a log for each day, in the words of inetutils' client."""
    texts: dict[int, list[str]] = {}
    for day, label, _, seconds in made:
        for iteration, value in enumerate(seconds, start=1):
            rate = 102400 / value / 1e6
            said = f"102400 bytes received in {value:.6g} seconds ({rate:.6g} Mbytes/s)"
            texts.setdefault(day, []).extend([f"FTP-TEST {iteration} {label}", said])
    for day, lines in texts.items():
        (folder / f"day-{day}.log").write_text("\n".join(lines) + "\n")
