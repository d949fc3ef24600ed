"""Transfers of several sizes as a simulation has them, and what `fs.scaling` says of them, counted.

A time is (latency + cost · size) · run effect · noise: log-normal noise, whose logarithm is a normal AR(1).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import polars as pl

import ftpstats
from benchmarks.calibration.simulation import Rng, autoregressive
from ftpstats.analysis.scaling import Scaling

__all__ = [
    "BEND", "DIFFERENCE", "LATENCY", "NOT_LINEAR", "RATIO_OF_BOTH", "RATIO_VARIES", "THROUGHPUT", "Sizes", "look",
]  # fmt: skip

# The measures.
LATENCY, THROUGHPUT = "latency covered", "throughput covered"
DIFFERENCE, RATIO_OF_BOTH = "difference of latencies covered", "ratio of throughputs covered"
NOT_LINEAR, RATIO_VARIES, BEND = "a line not linear", "equal ratios differ", "a bend found"

Lines = Mapping[str, tuple[float, float]]

_ALPHA = 0.05
_LINES = {"reference": (0.010, 1e-8), "other": (0.012, 1.1e-8)}  # seconds, seconds per byte
_ALIKE = {"reference": (0.010, 1e-8), "other": (0.012, 1.2e-8)}  # 1.2 times as slow at all sizes
_BENT = 1.1  # times as long as the line says take sizes in the middle
_SMALLEST, _LARGEST = 1e4, 1e8  # bytes, of mixed sizes


@dataclass(frozen=True, slots=True)
class Sizes:
    """
    How the times of two labels at several sizes come about.

    Attributes
    ----------
    sizes : tuple of int
        Bytes; none for mixed ones, of which no two are alike.
    n : int
        Transfers of each size in each run; of mixed sizes, in each run.
    runs : int
    holds : {"one", "all"}
        Whether a run holds one size or all of them in turn. Of several runs that hold all, those of both labels
        alternate.
    correlation : float
        Of neighbours in a run, of the logarithm of the noise.
    spread : float
        Standard deviation of the noise.
    run_spread : float
        Standard deviation of the logarithm of a run's effect.
    is_written : bool
        Whether the transfers are written as a log and read from it.
    """

    sizes: tuple[int, ...]
    n: int
    runs: int
    holds: Literal["one", "all"]
    correlation: float
    spread: float
    run_spread: float
    is_written: bool


def look(sizes: Sizes, rng: Rng, *, closely: bool) -> tuple[dict[str, float], set[str]]:
    """Simulate once; return by measure what was right or wrong, and the codes of the warnings that a user is given."""
    reference, other = found = _asked(sizes, rng, _LINES)
    outcome = _covered(reference, other)
    has_test = len(sizes.sizes) != 2
    if has_test:
        outcome[NOT_LINEAR] = float(np.mean([one.is_linear is False for one in found]))
    if closely:
        _, alike = _asked(sizes, rng, _ALIKE)
        outcome[RATIO_VARIES] = float((alike.ratio_p or 1.0) < _ALPHA)
    if closely and has_test:
        bent, _ = _asked(sizes, rng, _LINES, _BENT)
        outcome[BEND] = float(bent.is_linear is False)
    return outcome, {warning.code for one in found for warning in one.warnings}


def _covered(reference: Scaling, other: Scaling) -> dict[str, float]:
    """Return which intervals hold the truth; nothing of a line that is taken for none."""
    found: dict[str, float] = {}
    lines = [(one, _LINES[one.label or ""]) for one in (reference, other) if one.latency_low is not None]
    if lines:
        found[LATENCY] = float(np.mean([_holds(one.latency_low, a, one.latency_high) for one, (a, _) in lines]))
        found[THROUGHPUT] = float(
            np.mean([_holds(one.throughput_low, 1 / b, one.throughput_high) for one, (_, b) in lines])
        )
    if other.latency_difference_low is not None:
        found[DIFFERENCE] = _holds(other.latency_difference_low, 0.002, other.latency_difference_high)
        found[RATIO_OF_BOTH] = _holds(other.throughput_ratio_low, 1 / 1.1, other.throughput_ratio_high)
    return found


def _holds(low: float | None, truth: float, high: float | None) -> float:
    return float((low is None or low <= truth) and (high is None or truth <= high))


def _asked(sizes: Sizes, rng: Rng, lines: Lines, middle: float = 1.0) -> tuple[Scaling, Scaling]:
    transfers = _transfers(sizes, rng, lines, middle)
    if not sizes.is_written:
        return _both(transfers)
    with TemporaryDirectory() as folder:
        log = Path(folder, "FTP.log")
        log.write_text(_written(transfers))
        return _both(log)


def _both(transfers: pl.DataFrame | Path) -> tuple[Scaling, Scaling]:
    one, other = ftpstats.scaling(transfers, "reference", "other")
    return one, other


def _written(transfers: pl.DataFrame) -> str:
    """Return transfers as inetutils prints them, below the headers that scripts print: one for each iteration."""
    headed = (pl.struct("label", "run", "iteration") != pl.struct("label", "run", "iteration").shift()).fill_null(True)
    return "".join(map(_lines_of, transfers.with_columns(headed=headed).iter_rows(named=True)))


def _lines_of(row: dict[str, Any]) -> str:
    header = f"FTP-TEST {row['iteration']} {row['label']}\n" if row["headed"] else ""
    rate = row["bytes"] / row["seconds"] / 2**20
    return f"{header}{row['bytes']} bytes received in {row['seconds']:.6f} seconds ({rate:#.4g} Mbytes/s)\n"


def _transfers(sizes: Sizes, rng: Rng, lines: Lines, middle: float) -> pl.DataFrame:
    """Return the transfers of both labels, run by run; sizes in the middle take so many times as long."""
    parts = []
    for run in range(sizes.runs):
        for label, line in lines.items():
            held = [(size,) for size in sizes.sizes] if sizes.holds == "one" else [sizes.sizes]
            for number, kept in enumerate(held):
                seconds = _run(sizes, rng, kept, line, middle)
                parts.append(seconds.with_columns(label=pl.lit(label), run=pl.lit(1 + run * len(held) + number)))
    return pl.concat(parts).with_columns(line=pl.int_range(1, pl.len() + 1))


def _run(sizes: Sizes, rng: Rng, kept: tuple[int, ...], line: tuple[float, float], middle: float) -> pl.DataFrame:
    if kept:
        size = np.tile(np.array(kept), sizes.n)
        ends = {min(sizes.sizes), max(sizes.sizes)}
        bent = np.where(np.isin(size, list(ends)), 1.0, middle)
    else:
        size = np.rint(np.exp(rng.uniform(math.log(_SMALLEST), math.log(_LARGEST), sizes.n))).astype(int)
        bent = np.where(np.abs(np.log10(size) - 6) < 1, middle, 1.0)
    sigma = math.sqrt(math.log1p(sizes.spread**2))
    noise = np.exp(sigma * autoregressive(rng, size.shape, sizes.correlation) - sigma**2 / 2)
    level = math.exp(sizes.run_spread * rng.normal())
    iteration = 1 + np.arange(size.size) // max(1, len(kept))
    return pl.DataFrame(
        {"iteration": iteration, "bytes": size, "seconds": (line[0] + line[1] * size) * bent * level * noise}
    )
