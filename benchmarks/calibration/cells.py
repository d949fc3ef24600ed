"""What is simulated, cell by cell, and which errors are allowed: data, in the order of the published table."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from scipy.optimize import brentq
from scipy.special import nctdtr, stdtrit

from benchmarks.calibration.days import LABELS, Days
from benchmarks.calibration.duets import COMPETING, Duets
from benchmarks.calibration.papers import Papers, inflation_of
from benchmarks.calibration.series import CHANGED, Series
from benchmarks.calibration.simulation import MARGINALS, PLAIN, Times
from benchmarks.calibration.sizes import LATENCY, THROUGHPUT, Sizes

__all__ = [
    "BY_MARGIN", "COVERED", "COVERED_APART", "EQUIVALENT", "FOUND", "LOST", "NOT_SLOWER", "RATIO", "Cell", "cells",
]  # fmt: skip

# The measures that have a bound somewhere.
FOUND = "false positives"
EQUIVALENT = "equivalence errors"
COVERED, COVERED_APART = "covered, equal", "covered, apart"
RATIO = "ratio covered"
LOST = "power lost"
NOT_SLOWER, BY_MARGIN = "not-slower errors", "slower-by-margin errors"

AT_MARGIN = 1.05
_COUNTS = (30, 100, 300)
_DECIMALS = (None, 3, 2)
_RUNS = (2, 3, 5, 10)

Bounds = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One thing to simulate.

    Attributes
    ----------
    group, name : str
        Its section of the table, and its row.
    looks : {'decisions', 'power', 'mean', 'gates', 'history', 'lines', 'days', 'papers', 'duets'}
        What is counted: errors of decisions, the power of finding a difference, the interval of one mean, one-sided
        tests at the margin, the changes of a series of runs, the intervals of lines of time against size, or decisions
        on logs, on published summaries, or on pairs at the same moment.
    times : Times, Series, Sizes, Days, Papers or Duets
        How the times come about.
    ratio : float
        Of the true means where they differ.
    bounds : mapping
        By measure, the largest share allowed; of what is covered, the smallest. Empty where nothing is promised.
    """

    group: str
    name: str
    looks: Literal["decisions", "power", "mean", "gates", "history", "lines", "days", "papers", "duets"]
    times: Times | Series | Sizes | Days | Papers | Duets
    ratio: float
    bounds: Bounds


def cells() -> list[Cell]:
    """Return all cells."""
    single = _one_run(), _power(), _several_runs(), _without_a_bound(), _single_means()
    return [cell for some in (*single, _gates(), _days(), _papers(), _duets(), _lines(), _histories()) for cell in some]


def _decisions(group: str, name: str, times: Times, bounds: Bounds) -> Cell:
    return Cell(group, name, "decisions", times, AT_MARGIN, bounds)


def _all_at_most(error: float) -> Bounds:
    """Bound every way to err: an interval that holds the truth too rarely is one of them."""
    return {FOUND: error, EQUIVALENT: error, COVERED: 1 - error, COVERED_APART: 1 - error}


def _one_run() -> Iterator[Cell]:
    """Yield the grid: marginal, correlation, count and digits."""
    for group, bounds, corners in (
        ("One run each, AR(1) up to 0.5", _all_at_most(0.065), product((0.0, 0.3, 0.5), _COUNTS)),
        ("One run each, AR(1) 0.7, n ≥ 100", _all_at_most(0.09), product((0.7,), (100, 300))),
        ("One run each, AR(1) 0.7, n = 30", {}, product((0.7,), (30,))),
    ):
        for marginal, (correlation, n), decimals in product(MARGINALS, corners, _DECIMALS):
            times = replace(PLAIN, marginal=marginal, correlation=correlation, counts=(n, n), decimals=decimals)
            yield _decisions(group, f"{_series(times)}, n = {n}, {_digits(decimals)}", times, bounds)


def _power() -> Iterator[Cell]:
    bounds: dict[int, Bounds] = {30: {LOST: 0.13}, 100: {LOST: 0.06}, 300: {}}
    for n, decimals in product(_COUNTS, _DECIMALS):
        times = replace(PLAIN, counts=(n, n), decimals=decimals)
        ratio = 1 + times.spread * effect_of_power(n, 0.8)
        name = f"normal, AR(1) 0, n = {n}, {_digits(decimals)}"
        yield Cell(f"Power against Welch, n = {n}", name, "power", times, ratio, bounds[n])


def effect_of_power(n: int, power: float) -> float:
    """
    Return the difference in standard deviations that the t test of two samples of n finds with this power at 5 %.

    Examples
    --------
    >>> print(f"{effect_of_power(64, 0.8):.2f}")
    0.50
    """
    df = 2 * n - 2
    critical = float(stdtrit(df, 0.975))

    def missing(effect: float) -> float:
        return float(nctdtr(df, effect * (n / 2) ** 0.5, critical)) - (1 - power)  # the wrong side is out of reach

    return float(brentq(missing, 0.01, 1.0))


def _several_runs() -> Iterator[Cell]:
    equal = [(runs, runs) for runs in _RUNS]
    unequal = [(few, many) for few, many in product(_RUNS, _RUNS) if few < many]
    for group, pairs, rounds, bounds in (
        ("Several runs, in rounds", equal, True, _all_at_most(0.065)),
        ("Several runs, one label first", equal, False, _all_at_most(0.065)),
        ("Several runs, unequal numbers of them", unequal, False, {}),
    ):
        for runs, run_effect in product(pairs, (0.0, 1.0, 2.0)):
            times = replace(PLAIN, counts=(30, 30), runs=runs, run_effect=run_effect, rounds=rounds)
            name = f"{runs[0]} and {runs[1]} runs of 30, run effect {run_effect:g} SE"
            yield _decisions(group, name, times, bounds)


def _without_a_bound() -> Iterator[Cell]:
    skewed = replace(PLAIN, marginal="log-normal")
    for counts, correlation in product([(30, 100), (100, 30), (30, 300), (300, 30)], (0.0, 0.5)):
        times = replace(skewed, counts=counts, correlation=correlation)
        yield _decisions("Unequal n, skewed", f"{_series(times)}, n = {counts[0]} and {counts[1]}", times, {})
    for group, disturbances in (
        ("Level shifts, independent", ("a level shift of 1 sd", "a level shift of 2 sd")),
        ("A slow component: white + 0.5 · AR(0.95)", ("a slow component",)),
        ("Rare stalls: 1 % of transfers take 20 sd longer", ("rare stalls",)),
    ):
        for disturbance, n in product(disturbances, _COUNTS):
            times = replace(PLAIN, counts=(n, n), disturbance=disturbance)
            yield _decisions(group, f"normal with {disturbance}, n = {n}", times, {})
    for marginal, correlation, n in product(("normal", "log-normal"), (0.0, 0.5), (3, 5, 8, 10, 15, 20)):
        times = replace(PLAIN, marginal=marginal, correlation=correlation, counts=(n, n))
        yield _decisions("Fewer than 30 transfers", f"{_series(times)}, n = {n}", times, {})
    for marginal, n in product(("normal", "log-normal"), _COUNTS):
        times = replace(PLAIN, marginal=marginal, counts=(n, n), spread=0.003, decimals=2)
        name = f"{_series(times)}, n = {n}, sd 0.003 s, {_digits(2)}"
        yield _decisions("Digits coarser than the spread", name, times, {})
    for n in (3, 10, *_COUNTS):
        times = replace(PLAIN, counts=(n, n), spread=0.0005, decimals=2)
        name = f"{_series(times)}, n = {n}, sd 0.0005 s, {_digits(2)}"
        yield _decisions("Digits that leave hardly any spread", name, times, {})


def _single_means() -> Iterator[Cell]:
    for marginal, correlation, n in product(("log-normal", "bimodal"), (0.0, 0.5), _COUNTS):
        times = replace(PLAIN, marginal=marginal, correlation=correlation, counts=(n, n))
        name = f"{_series(times)}, n = {n}"
        yield Cell("Single means of skewed data: the t interval of `summary`", name, "mean", times, AT_MARGIN, {})


def _histories() -> Iterator[Cell]:
    """Yield series of runs: steady ones, with a step or a slope, that wander, and that are looked at repeatedly."""
    group = "History: series of steady runs, at 1 %"
    for runs, correlation in product((30, 60, 100, 400), (0.0, 0.3, 0.5)):
        yield _history(group, Series(runs, correlation), {CHANGED: 0.02})
    yield _history(group, Series(100, 0.5, is_written=True), {CHANGED: 0.02})
    group = "History: a step in the middle, at 1 %"
    for runs, correlation, step in product((30, 60, 100), (0.0, 0.5), (1.0, 2.0, 3.0)):
        yield _history(group, Series(runs, correlation, step=step), {})
    yield _history(group, Series(100, 0.5, step=3.0, is_written=True), {})
    for runs, slope in product((30, 60, 100), (3.0, 5.0)):
        yield _history("History: a steady drift, at 1 %", Series(runs, 0.0, slope=slope), {})
    for correlation in (0.7, 0.93):
        yield _history("History: a machine that wanders, at 1 %", Series(100, correlation), {})
    for correlation in (0.0, 0.5):
        name = "History: looked at again and again, at 1 % each"
        yield _history(name, Series(100, correlation, is_monitored=True), {})


def _gates() -> Iterator[Cell]:
    """Yield one-sided tests at the margin: the label is in truth slower by exactly that."""
    bounds = {NOT_SLOWER: 0.065, BY_MARGIN: 0.065}
    for n, correlation in product((30, 100, 300), (0.0, 0.3, 0.5)):
        yield _gate("At the margin, n from 30, AR(1) up to 0.5", n, correlation, bounds)
    for n, correlation in ((20, 0.0), (20, 0.5), (30, 0.7), (100, 0.7), (300, 0.7)):
        yield _gate("At the margin, without a bound", n, correlation, {})


def _gate(group: str, n: int, correlation: float, bounds: Bounds) -> Cell:
    times = replace(PLAIN, marginal="log-normal", correlation=correlation, counts=(n, n), spread=0.1)
    return Cell(group, f"{_series(times)}, n = {n}, sd 10 %", "gates", times, AT_MARGIN, bounds)


_DAY = Days(5, 1, 0.2, 0.02, 0.0, "balanced", 0.0, is_written=False)


def _days() -> Iterator[Cell]:
    """Yield logs as blocks: what a day does to both labels, logs that lack one, and which comes first."""
    bounds = {FOUND: 0.065, EQUIVALENT: 0.065, RATIO: 0.935}
    mixed = {
        **{f"5 logs, day sd {share:.0%}": replace(_DAY, day_spread=share) for share in (0.0, 0.05, 0.2, 0.5)},
        "5 logs, day sd 20 %, written as logs": replace(_DAY, is_written=True),
        "10 logs, day sd 20 %": replace(_DAY, logs=10),
        "6 logs of 4 runs each, day sd 20 %": replace(_DAY, logs=6, runs=4),
        "9 logs of 4 runs each, day sd 20 %, a third lack a label": replace(_DAY, logs=9, runs=4, lacking=1 / 3),
    }
    for name, days in mixed.items():
        yield Cell("Logs as blocks", name.replace("%", " %").replace("  ", " "), "days", days, AT_MARGIN, bounds)
    for share in (0.05, 0.2):
        days = replace(_DAY, logs=6, runs=4, day_spread=share, lacking=1.0)
        name = f"6 logs of 4 runs each, none holds both, day sd {100 * share:.0f} %"
        yield Cell("Logs, of which none holds both", name, "days", days, AT_MARGIN, bounds)
    for logs in (6, 10):
        days = replace(_DAY, logs=logs, order="fixed", second=0.03)
        name = f"{logs} logs, one label first in all, the second is 3 % slower"
        yield Cell("Logs as blocks, in one order", name, "days", days, AT_MARGIN, {LABELS: 0.0})


def _duets() -> Iterator[Cell]:
    """Yield pairs at the same moment: with a link that is enough for both, and with one that is not."""
    bounds = {FOUND: 0.065, EQUIVALENT: 0.065}
    for pairs in (30, 100, 300):
        duets = Duets(pairs, math.inf, AT_MARGIN, is_written=False)
        yield Cell("Duet, nothing shared but the host", f"{pairs} pairs", "duets", duets, AT_MARGIN, bounds)
    for link, is_written in ((0.8, False), (1.2, False), (1.5, False), (1.5, True), (2.0, False)):
        duets = Duets(100, link, 1.1, is_written)
        name = f"100 pairs, link {link:g} times one rate{', written as a log' if is_written else ''}"
        yield Cell("Duet, 10 % apart on a shared link", name, "duets", duets, 1.1, {COMPETING: 0.065})


def _papers() -> Iterator[Cell]:
    """Yield published summaries: with what is true of them given, and with less assumed."""
    plain = Papers(100, 0.0, run_spread=0.0, inflation=1.0, run_sd=0.0, is_written=False)
    bounds = _all_at_most(0.065)
    for correlation, n in product((0.0, 0.3, 0.5), _COUNTS):
        papers = replace(plain, n=n, correlation=correlation, inflation=inflation_of(correlation))
        yield _paper("Published summaries, with the true inflation", papers, bounds)
    written = replace(plain, correlation=0.5, inflation=3.0, is_written=True)
    yield _paper("Published summaries, with the true inflation", written, bounds)
    varying = replace(plain, correlation=0.5, inflation=3.0, run_spread=0.03)
    yield _paper("Published summaries, with the true spread of runs", replace(varying, run_sd=0.03), bounds)
    for correlation, n in product((0.3, 0.5), _COUNTS):
        yield _paper("Published summaries, taken as independent", replace(plain, n=n, correlation=correlation), {})
    yield _paper("Published summaries, one run each taken for all", varying, {})


def _paper(group: str, papers: Papers, bounds: Bounds) -> Cell:
    what = [f"AR(1) {papers.correlation:g}", f"n = {papers.n}"]
    what += [f"run sd {100 * papers.run_spread:g} %"] if papers.run_spread else []
    what += ["written as a log, then as a table"] if papers.is_written else []
    return Cell(group, ", ".join(what), "papers", papers, AT_MARGIN, bounds)


def _history(group: str, series: Series, bounds: Bounds) -> Cell:
    what = [f"AR(1) {series.correlation:g}", f"n = {series.runs}"]
    what += [f"step {series.step:g} sd"] if series.step else []
    what += [f"drift {series.slope:g} sd"] if series.slope else []
    what += ["written as a log"] if series.is_written else []
    return Cell(group, ", ".join(what), "history", series, AT_MARGIN, bounds)


_THREE = (102400, 10 * 2**20, 100 * 2**20)
_FIVE = (102400, 2**20, 10 * 2**20, 50 * 2**20, 100 * 2**20)
_LINE = Sizes(_THREE, 100, 1, "one", 0.0, spread=0.1, run_spread=0.0, is_written=False)


def _lines() -> Iterator[Cell]:
    """Yield lines of time against size, by how sizes and runs go together."""
    covered = {LATENCY: 0.93, THROUGHPUT: 0.93}
    rounds = replace(_LINE, n=30, holds="all", run_spread=0.03)
    together = replace(_LINE, holds="all")
    mixed = replace(_LINE, sizes=(), holds="all")
    bounded = {
        "three sizes, a run each, n = 30": replace(_LINE, n=30),
        "three sizes, a run each, n = 100": _LINE,
        "three sizes, a run each, n = 100, AR(1) 0.5": replace(_LINE, correlation=0.5),
        "three sizes, a run each, n = 100, AR(1) 0.5, written as a log": replace(
            _LINE, correlation=0.5, is_written=True
        ),
        "five sizes, a run each, n = 30, sd 20 %": replace(_LINE, sizes=_FIVE, n=30, spread=0.2),
        "three sizes in one run, n = 100 of each, AR(1) 0.5": replace(together, correlation=0.5),
        "three sizes in each of 5 runs, run sd 3 %, written as a log": replace(
            rounds, runs=5, correlation=0.5, is_written=True
        ),
        "three sizes, 5 runs of each, run sd 3 %": replace(rounds, runs=5, holds="one", correlation=0.5),
        "mixed sizes, n = 300, sd 30 %, AR(1) 0.3, written as a log": replace(
            mixed, n=300, spread=0.3, correlation=0.3, is_written=True
        ),
        "mixed sizes, 10 runs of 50, run sd 10 %": replace(mixed, n=50, runs=10, run_spread=0.1),
    }
    for name, sizes in bounded.items():
        yield Cell("Lines of time against size", name, "lines", sizes, AT_MARGIN, covered)
    unbounded = {
        "three sizes, a run each, n = 30, AR(1) 0.7": replace(_LINE, n=30, correlation=0.7),
        "three sizes, a run each, n = 100, AR(1) 0.5, run sd 3 %": replace(_LINE, correlation=0.5, run_spread=0.03),
        "mixed sizes, n = 30, AR(1) 0.5": replace(mixed, n=30, correlation=0.5),
        "two sizes, a run each, n = 100": replace(_LINE, sizes=_THREE[::2]),
    }
    for name, sizes in unbounded.items():
        yield Cell("Lines of time against size, without a bound", name, "lines", sizes, AT_MARGIN, {})


def _series(times: Times) -> str:
    return f"{times.marginal}, AR(1) {times.correlation:g}"


def _digits(decimals: int | None) -> str:
    return "all digits" if decimals is None else f"{10.0**-decimals:g} s"
