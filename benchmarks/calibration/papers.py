"""Published summaries: a description comes in, what `compare_summaries` says of simulated samples' summaries goes out.

One label is in truth as fast as the reference, another slower by the margin; only means and standard deviations of
their transfers are known.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

import ftpstats
from benchmarks.calibration.simulation import Rng, autoregressive
from ftpstats.analysis.comparison import Comparison

__all__ = ["Papers", "inflation_of", "look"]

Floats = npt.NDArray[np.float64]

_MARGIN = 1.05
_LEVEL, _SPREAD = 0.1, 0.1  # seconds, and the relative standard deviation of transfers


@dataclass(frozen=True, slots=True)
class Papers:
    """
    How published samples come about, and what is assumed of them.

    Attributes
    ----------
    n : int
        Transfers of each label, in one run.
    correlation : float
        Of consecutive transfers, AR(1).
    run_spread : float
        Relative standard deviation of the runs' levels.
    inflation, run_sd : float
        What is assumed; 0 for no difference between runs.
    is_written : bool
        Whether the summaries are those of a written log, rounded in a CSV file as a paper prints them.
    """

    n: int
    correlation: float
    run_spread: float
    inflation: float
    run_sd: float
    is_written: bool


def look(papers: Papers, rng: Rng) -> tuple[dict[str, float], set[str]]:
    """Simulate three samples once, and ask about the summaries of each of two and the reference."""
    levels = _LEVEL * (1 + papers.run_spread * rng.normal(size=3)) * (1, 1, _MARGIN)
    noise = _SPREAD * autoregressive(rng, (3, papers.n), papers.correlation)
    reference, *others = levels[:, None] * np.maximum(1 + noise, 0.01)
    equal, apart = (_compared(papers, reference, other) for other in others)
    outcome = {
        "false positives": _below(equal.p_adjusted),
        "Welch": _below(equal.welch_p),
        "equivalence errors": _below(apart.equivalence_p_adjusted),
        "covered, equal": _holds(equal.difference_low, 0.0, equal.difference_high),
        "covered, apart": _holds(apart.difference_low, (_MARGIN - 1) * _LEVEL, apart.difference_high),
        "ratio covered": _holds(apart.percent_low, 100 * (_MARGIN - 1), apart.percent_high),
    }
    return outcome, {warning.code for warning in equal.warnings}


def _below(p: float | None) -> float:
    return float(p is not None and p < 0.05)


def _holds(low: float | None, truth: float, high: float | None) -> float:
    return float((low is None or low <= truth) and (high is None or truth <= high))


def _compared(papers: Papers, reference: Floats, other: Floats) -> Comparison:
    options: dict[str, Any] = {"inflation": papers.inflation, "run_sd": papers.run_sd or None}
    samples = {"reference": reference, "label": other}
    if not papers.is_written:
        rows = [
            {"label": label, "size": 102400, "n": papers.n, "mean": float(times.mean()), "sd": float(times.std(ddof=1))}
            for label, times in samples.items()
        ]
        return ftpstats.compare_summaries(pl.DataFrame(rows), **options)[0]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "paper.csv"
        file.write_text(_published(samples, Path(folder)))
        return ftpstats.compare_summaries(file, **options)[0]


def _published(samples: dict[str, Floats], folder: Path) -> str:
    """Write a log, summarise it, and return the table that a paper would print: four digits, and k1·s to two."""
    lines = [
        f"FTP-TEST {number} {label}\n102400 bytes received in {value:.6g} seconds ({rate:.6g} Mbytes/s)\n"
        for label, times in samples.items()
        for number, (value, rate) in enumerate(zip(times, 102400 / times / 1e6, strict=True), start=1)
    ]
    (folder / "FTP.log").write_text("".join(lines))
    rows = [
        f"{one.label},100KB,{one.n},{_ms(one.mean, 4)},{_ms((one.k1 or 0) * (one.sd or 0), 2)},{_ms(one.min, 4)},"
        f"{_ms(one.max, 4)}"
        for one in ftpstats.summarize(str(folder / "FTP.log"))
    ]
    return "\n".join(["label,size,n,mean,k1s,min,max", *rows])


def _ms(seconds: float | None, digits: int) -> str:
    return "" if seconds is None else f"{1000 * seconds:.{digits}g}ms"


def inflation_of(correlation: float) -> float:
    """Return the factor by which an AR(1) multiplies the variance of the mean of many transfers."""
    return (1 + correlation) / (1 - correlation)
