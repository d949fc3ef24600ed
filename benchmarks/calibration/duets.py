"""Duets: how hosts and a link behave comes in, what `compare` says of simulated pairs and solo transfers goes out.

A transfer runs at its platform's own rate, which the host moves for both at once, or at what the link leaves it: two
that start together share it max–min fair until one ends.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from numpy.typing import NDArray

import ftpstats
from ftpstats.analysis.comparison import Comparison

__all__ = ["COMPETING", "EQUAL", "SCOPE", "Duets", "look"]

Floats = NDArray[np.float64]
Rng = np.random.Generator

COMPETING = "equivalent though competing"
EQUAL = "equivalent, equal"
SCOPE = "scope session"
_HOST, _HOST_CORRELATION = 0.1, 0.9  # of what both feel: relative standard deviation, and of neighbours in time
_OWN, _OWN_CORRELATION = 0.05, 0.5  # of each platform's own
_JITTER = 0.01
_MARGIN = 1.05


@dataclass(frozen=True, slots=True)
class Duets:
    """
    How transfers come about.

    Attributes
    ----------
    pairs : int
        Pairs, and solo transfers of each label.
    link : float
        Rate of the link, in those of the reference; infinite where there is none to share.
    ratio : float
        Of the labels' true mean times alone, for which `COMPETING` counts the errors.
    is_written : bool
        Whether a log is written, and read as anyone's is.
    """

    pairs: int
    link: float
    ratio: float
    is_written: bool


def look(duets: Duets, rng: Rng) -> tuple[dict[str, float], set[str]]:
    """Simulate duets once, of a label as fast as the reference and of one that is slower, and ask."""
    state = rng.bit_generator.state
    equal = _compared(duets, 1.0, rng)
    rng.bit_generator.state = state
    apart = _compared(duets, duets.ratio, rng)
    outcome = {
        "false positives": float(equal.p_adjusted is not None and equal.p_adjusted < 0.05),
        "found": float(apart.p_adjusted is not None and apart.p_adjusted < 0.05),
        ("equivalence errors" if duets.ratio == _MARGIN else COMPETING): float(apart.verdict == "equivalent"),
        EQUAL: float(equal.verdict == "equivalent"),
        SCOPE: float(equal.scope == "session"),
    }
    return outcome, {warning.code for warning in equal.warnings}


def _compared(duets: Duets, ratio: float, rng: Rng) -> Comparison:
    made = list(_transfers(duets, ratio, rng))
    if not duets.is_written:
        return ftpstats.compare(_table(made), "reference", "label")[0]
    with TemporaryDirectory() as folder:
        log = Path(folder) / "RESULT.log"
        log.write_text("".join(_lines(made)))
        return ftpstats.compare(log, "reference", "label")[0]


_Transfer = tuple[str, int, float]  # its label, iteration and seconds


def _transfers(duets: Duets, ratio: float, rng: Rng) -> list[_Transfer]:
    """Return transfers in the order of a log: a pair, each alone, and so on; who comes first alternates."""
    host = _HOST * _autoregressive(rng, 3 * duets.pairs, _HOST_CORRELATION)
    rates = [
        [
            np.exp(-host[place::3] - _OWN * _autoregressive(rng, duets.pairs, _OWN_CORRELATION)) / times
            for place in where
        ]
        for times, where in ((1.0, (0, 1)), (ratio, (0, 2)))
    ]
    together = _shared(rates[0][0], rates[1][0], duets.link)
    alone = [1 / np.minimum(own, duets.link) for _, own in rates]
    seconds = [times * np.exp(_JITTER * rng.normal(size=duets.pairs)) for times in (*together, *alone)]
    labels = ("reference", "label", "reference solo", "label solo")
    found = []
    for number in range(duets.pairs):
        turn = [0, 1, 2, 3] if number % 2 == 0 else [1, 0, 3, 2]
        found += [(labels[place], number + 1, float(seconds[place][number])) for place in turn]
    return found


def _shared(one: Floats, other: Floats, link: float) -> tuple[Floats, Floats]:
    """Return the times of two transfers of one unit that start together on a link; the rates are their own."""
    half = link / 2
    first = np.where(other < half, np.minimum(one, link - other), np.minimum(one, half))
    second = np.where(one < half, np.minimum(other, link - one), np.minimum(other, half))
    until = np.minimum(1 / first, 1 / second)
    times = [
        np.where(rate * until >= 1 - 1e-12, until, until + (1 - rate * until) / np.minimum(own, link))
        for rate, own in ((first, one), (second, other))
    ]
    return times[0], times[1]


def _autoregressive(rng: Rng, count: int, correlation: float) -> Floats:
    values = rng.normal(size=count)
    for at in range(1, count):
        values[at] = correlation * values[at - 1] + math.sqrt(1 - correlation**2) * values[at]
    return values


def _table(made: list[_Transfer]) -> pl.DataFrame:
    rows = [
        {"source": "FTP.log", "label": label, "run": 1, "iteration": number, "seconds": seconds}
        for label, number, seconds in made
    ]
    return pl.DataFrame(rows).with_row_index("line", offset=1).with_columns(bytes=pl.lit(102400))


def _lines(made: list[_Transfer]) -> list[str]:
    """Return a log's lines, in the words of inetutils' client."""
    return [
        f"FTP-TEST {number} {label}\n"
        f"102400 bytes received in {seconds:.6g} seconds ({102400 / seconds / 1e6:.6g} Mbytes/s)\n"
        for label, number, seconds in made
    ]
