"""Simulate how clearly a segment stands out of a series without a change, and write the table that history reads.

    python -m tools.simulate_segments > ftpstats/stats/segments_null.py

takes some ten minutes. The numbers depend on nothing but the statistic and the seed of each row.
"""

import math
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ftpstats.stats.segments import rank_scores, scan

SIMULATED = 100_000  # series of each correlation
_AT_ONCE = 500
_CORRELATIONS = (0.0, 0.25, 0.5)
_LEVELS = (0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001, 0.0005, 0.00025, 0.0001)
_SMALLEST, _LONGEST, _SIZES = 16, 400, 24

_HEAD = '''\
"""How large T of `segments` is in series without a change: quantiles by number of units. Data, made by a program.

Made by `python -m tools.simulate_segments > ftpstats/stats/segments_null.py`: {simulated:,} normal AR(1) series each of
ρ = 0, 0.25 and 0.5. Each number is the largest of the three quantiles.
"""

__all__ = ["LEVELS", "QUANTILES"]

# Shares of series without a change whose T is at least the number below.
LEVELS = {levels}
QUANTILES = {{
'''


def main() -> None:
    """Write the module."""
    print(_HEAD.format(simulated=SIMULATED, levels=_LEVELS), end="")
    for n in sizes():
        print(f"    {n}: ({', '.join(f'{value:.3f}' for value in quantiles(n))}),", flush=True)
        print(f"{n} of {_LONGEST}", file=sys.stderr)
    print("}")


def sizes() -> list[int]:
    """Return the numbers of units that are simulated: each 15 % larger than the one before."""
    return [int(size) for size in np.geomspace(_SMALLEST, _LONGEST, _SIZES).round()]


def quantiles(n: int, simulated: int = SIMULATED, levels: Sequence[float] = _LEVELS) -> NDArray[np.float64]:
    """Return the quantiles of T for n units: at each level the largest of the three correlations'."""
    rng = np.random.default_rng([2004, n])
    shares = 1 - np.array(levels)
    return np.max([np.quantile(_statistics(rng, rho, n, simulated), shares) for rho in _CORRELATIONS], axis=0)


def _statistics(rng: np.random.Generator, rho: float, n: int, simulated: int) -> NDArray[np.float64]:
    parts = [min(_AT_ONCE, simulated - done) for done in range(0, simulated, _AT_ONCE)]
    return np.concatenate([scan(rank_scores(series(rng, rho, (part, n)))).statistics for part in parts])


def series(rng: np.random.Generator, rho: float, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return stationary normal AR(1) series of variance 1."""
    shocks = rng.normal(size=shape)
    shocks[:, 1:] *= math.sqrt(1 - rho * rho)
    return np.asarray(lfilter([1.0], [1.0, -rho], shocks, axis=1))


if __name__ == "__main__":
    main()
