"""Cells and their results to the published Markdown: in short for the README, and in full. None is left out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from benchmarks.calibration.cells import (
    BY_MARGIN,
    COVERED,
    COVERED_APART,
    EQUIVALENT,
    FOUND,
    LOST,
    NOT_SLOWER,
    RATIO,
    Cell,
)
from benchmarks.calibration.days import LABELS
from benchmarks.calibration.duets import COMPETING, EQUAL, SCOPE
from benchmarks.calibration.measure import EVERY, Estimate, Result
from benchmarks.calibration.series import CHANGED, DRIFT, EVER, NEAR, PLACE, SELDOM
from benchmarks.calibration.sizes import (
    BEND,
    DIFFERENCE,
    LATENCY,
    NOT_LINEAR,
    RATIO_OF_BOTH,
    RATIO_VARIES,
    THROUGHPUT,
)

__all__ = ["fails", "full", "in_short"]

Measured = tuple[Cell, Result]

FAILS = "FAILS"
_DECIDED = {"decisions", "papers"}
_AT_LEAST = {
    COVERED, COVERED_APART, RATIO, "mean covered", NEAR, PLACE, DRIFT, LATENCY, THROUGHPUT, DIFFERENCE, RATIO_OF_BOTH,
}  # fmt: skip
_COLUMNS = (
    FOUND,
    "Welch",
    "Mann–Whitney",
    EQUIVALENT,
    COVERED,
    COVERED_APART,
    RATIO,
    "found by Welch",
    "found",
    LOST,
    NOT_SLOWER,
    BY_MARGIN,
    LABELS,
    COMPETING,
    EQUAL,
    SCOPE,
    "mean covered",
    CHANGED,
    NEAR,
    PLACE,
    DRIFT,
    EVER,
    SELDOM,
    LATENCY,
    THROUGHPUT,
    DIFFERENCE,
    RATIO_OF_BOTH,
    NOT_LINEAR,
    RATIO_VARIES,
    BEND,
)

_HEAD = """\
# How far to trust a verdict

Made by `python -m benchmarks.calibration --output benchmarks/calibration.md`: {replicates} replicates a cell, seed
{seed}, all through the public functions that `compare` and `summary` rest on. Confidence is 95 %, the margin 5 %.

All numbers are per cent. At 5 %, {replicates} replicates have a Monte Carlo standard error of {se:.2f}; a cell {fails}
where it is beyond its bound by more than two standard errors of its own. Failing cells are in the table; none is left
out.

- *False positives*: the true means are equal, and the difference is significant: the p that the verdict reads is
  below 5 %. Beside it, how often Welch's and the Mann–Whitney test find one.
- *Equivalence errors*: one true mean is exactly 5 % above the other, and the verdict is `equivalent`.
- *Covered*: the 95 % interval of the difference holds the true one, where the means are *equal* and where they are 5 %
  *apart*; *ratio covered*: the interval in per cent does, 5 % apart.
- *Power lost*: points by which the verdict finds a difference less often than Welch's test, where that finds it in
  80 % of independent normal samples.
- *At the margin*: the true mean is exactly 5 % above the reference's, and it is shown not to be slower by the margin,
  or to be slower by more.
- *Logs*: each run has a level of its own (2 %) and a day moves all of its log; *found* is a difference of 5 %;
  *scope labels*: the verdict is said to be about the labels. Through `compare` itself, in a tenth as many replicates,
  a hundredth where logs are written.
- *Duet*: *found* is a difference of 5 or 10 %; *equivalent though competing*, 10 % apart on a link that both share;
  *equivalent, equal* and *scope session*, of equal labels. Through `compare` itself, in as many replicates as *logs*.
- *History*: a change of level is found, within 5 runs of the step that is there, and the 95 % interval of its place
  holds it, of those with one change; a drift is found; of series that grow from 16 to 100 runs, a change is found at
  any of these numbers of runs, or at four of them. Through `history` itself, in a tenth as many replicates.
- *Warnings*: the share of replicates in which a user is given each, where nothing is promised.
- *Published summaries*: through `compare_summaries` itself, in a tenth as many replicates, on samples of which it is
  told n, mean and standard deviation, and that an AR(1) has the inflation (1 + ρ)/(1 − ρ). *Taken as independent* is
  what it does unless told.
- *Lines*: intervals of latency, throughput, the difference of latencies and the ratio of throughputs hold the truth; a
  line is taken for none; ratios of times that are the same at all sizes differ significantly; a bend is found, where
  sizes in the middle take 10 % longer. Through `scaling` itself, in a tenth as many replicates, the last
  two in a fourth of these.

Mann–Whitney, ratio and warnings are of every {every}th replicate.

**How times come about.** A time is level · (1 + 0.01 · noise), with a level between 1.00 and 1.01 s: a standard
deviation of 0.01 s, rounded to the digits that are named, so that 0.01 s is as coarse as the spread. The noise of a run
is a stationary normal AR(1), each value of which is turned into the one of the same rank in the marginal (a Gaussian
copula): so times are distributed exactly as named, with mean 0 and variance 1, however correlated. *Log-normal* has a
σ of 0.5 (skewness 1.75); *bimodal* a slow mode of 30 %, four of its own standard deviations away; *t3* is Student's t
with 3 degrees of freedom. AR(1) names the lag-1 correlation before that turn; after it, 0.7 is 0.67 for the
log-normal and the bimodal, and 0.63 for t3.

Runs have 30 transfers each, and a level of their own: a *run effect* of 1 SE moves it by a standard deviation of one
standard error of a run's mean; in rounds, as much again moves both labels of a round. *Level shifts* come once, up or
down, anywhere between a fifth and four fifths of a run. The *slow component* has the variance 0.25: neighbours
correlate by 0.19, and a mean varies 8 times as much as if they did not.
"""


def fails(cell: Cell, result: Result) -> set[str]:
    """Return the measures that exceed their bound by more than two Monte Carlo standard errors."""
    return {measure for measure, bound in cell.bounds.items() if _exceeds(measure, result.estimates[measure], bound)}


def _exceeds(measure: str, estimate: Estimate, bound: float) -> bool:
    beyond = bound - estimate.value if measure in _AT_LEAST else estimate.value - bound
    return beyond > 2 * estimate.se


def full(measured: Sequence[Measured], replicates: int, seed: int) -> str:
    """Return the whole document."""
    se = 100 * (0.05 * 0.95 / replicates) ** 0.5
    head = _HEAD.format(replicates=f"{replicates:,}", seed=seed, se=se, fails=FAILS, every=EVERY)
    parts = [head, f"## In short\n\n{in_short(measured)}"]
    parts += [f"## {group}\n\n{_section(rows)}" for group, rows in _groups(measured)]
    return "\n".join(parts)


def in_short(measured: Sequence[Measured]) -> str:
    """Return a row per group: the worst of its cells, by each measure."""
    decided = [(group, rows) for group, rows in _groups(measured) if rows[0][0].looks in _DECIDED]
    others = [(group, rows) for group, rows in _groups(measured) if rows[0][0].looks not in _DECIDED]
    heads = ("worst cell of", "cells", "errors allowed", FOUND, "of Welch", EQUIVALENT, "covered", "cells that fail")
    decisions = _table((*heads, "warnings there"), [_short_row(group, rows) for group, rows in decided])
    remaining = _table(("worst cell of", "cells", "allowed", "measured", "cells that fail"), list(map(_other, others)))
    return f"{decisions}\n{remaining}"


def _short_row(group: str, rows: Sequence[Measured]) -> list[str]:
    worst = max(rows, key=lambda row: row[1].estimates[FOUND].value)
    covered = min(_worst(rows, measure) for measure in (COVERED, COVERED_APART))
    numbers = [_percent(_worst(rows, measure)) for measure in (FOUND, "Welch", EQUIVALENT)]
    bound = rows[0][0].bounds.get(FOUND)
    return [
        group,
        str(len(rows)),
        "no promise" if bound is None else _percent(bound),
        *numbers,
        _percent(covered),
        _failing(rows),
        _warnings(worst) if bound is None else "",
    ]


# The measure of a group in short, the first that it has.
_IN_SHORT = (LABELS, NOT_SLOWER, LOST, "mean covered", LATENCY, EVER, PLACE)


def _other(group_rows: tuple[str, Sequence[Measured]]) -> list[str]:
    group, rows = group_rows
    bounds, found = rows[0][0].bounds, rows[0][1].estimates
    of_series = DRIFT if "drift" in group else CHANGED
    measure = next(iter(bounds), None) or next((name for name in _IN_SHORT if name in found), of_series)
    bound = rows[0][0].bounds.get(measure)
    allowed = "no promise" if bound is None else _percent(bound)
    return [f"{group}: {measure}", str(len(rows)), allowed, _percent(_worst(rows, measure)), _failing(rows)]


def _failing(rows: Sequence[Measured]) -> str:
    return str(sum(bool(fails(*row)) for row in rows)) if rows[0][0].bounds else ""


def _worst(rows: Iterable[Measured], measure: str) -> float:
    values = [result.estimates[measure].value for _, result in rows if measure in result.estimates]
    return min(values) if measure in _AT_LEAST else max(values)


def _section(rows: Sequence[Measured]) -> str:
    columns = [name for name in _COLUMNS if any(name in result.estimates for _, result in rows)]
    bounds = rows[0][0].bounds
    warned = not bounds and any(result.warnings for _, result in rows)
    heads = ["", *(f"{name}{_allowed(name, bounds.get(name))}" for name in columns), *(["warnings"] if warned else [])]
    lines = [
        [row[0].name, *(_number(row, name) for name in columns), *([_warnings(row)] if warned else [])] for row in rows
    ]
    return _table(heads, lines)


def _allowed(measure: str, bound: float | None) -> str:
    return "" if bound is None else f" ({'≥' if measure in _AT_LEAST else '≤'} {_percent(bound)})"


def _number(row: Measured, measure: str) -> str:
    cell, result = row
    if measure not in result.estimates:
        return "–"
    shown = _percent(result.estimates[measure].value)
    return f"**{shown} {FAILS}**" if measure in fails(cell, result) else shown


def _warnings(row: Measured) -> str:
    return ", ".join(f"{code} {100 * share:.0f}" for code, share in row[1].warnings.items() if share >= 0.005)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _groups(measured: Sequence[Measured]) -> Iterator[tuple[str, list[Measured]]]:
    return ((group, list(rows)) for group, rows in groupby(measured, key=lambda row: row[0].group))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    rule = ["---", *("---:" for _ in heads[1:])]
    return "".join(f"| {' | '.join(row)} |\n" for row in (heads, rule, *rows))
