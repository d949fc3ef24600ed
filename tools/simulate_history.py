"""Simulate how often a step is found in a history, and write the table that `plan --for history` reads.

    python -m tools.simulate_history > ftpstats/stats/segments_power.py

takes a few minutes. The numbers depend on nothing but the statistic, its null distribution and the seed of each row.
"""

import sys

import numpy as np

from ftpstats.stats.segments import p_of, rank_scores, scan
from tools.simulate_segments import series

SIMULATED = 4000  # series of each number
_AT_ONCE = 500
_RATES = (0.25, 0.05, 0.01, 0.002, 0.0005)
_CORRELATIONS = (0.0, 0.25, 0.5)
_RUNS = (16, 20, 25, 32, 40, 50, 64, 80, 100, 130, 160, 200, 260, 320, 400)
_STEPS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)

_HEAD = '''\
"""How often history finds a step in the middle of a series: shares in per cent. Data, made by a program.

Made by `python -m tools.simulate_history > ftpstats/stats/segments_power.py`: {simulated:,} normal AR(1) series each.
"""

__all__ = ["CORRELATIONS", "FOUND", "RATES", "RUNS", "STEPS"]

RATES = {rates}  # of false alarms
CORRELATIONS = {correlations}  # of neighbours about their levels
RUNS = {runs}
STEPS = {steps}  # in standard deviations of runs about their levels
# By rate and correlation a row for each number of runs, with a share for each step.
FOUND = {{
'''


def main() -> None:
    """Write the module."""
    settings = {"rates": _RATES, "correlations": _CORRELATIONS, "runs": _RUNS, "steps": _STEPS}
    print(_HEAD.format(simulated=SIMULATED, **settings), end="")
    for rho in _CORRELATIONS:
        rows = [[p_values(n, step, rho) for step in _STEPS] for n in _RUNS]
        for rate in _RATES:
            print(f"    ({rate}, {rho}): (")
            for row in rows:
                print(f"        ({', '.join(f'{100 * np.mean(p <= rate):.1f}' for p in row)}),")
            print("    ),", flush=True)
        print(f"correlation {rho}", file=sys.stderr)
    print("}")


def p_values(n: int, step: float, rho: float, simulated: int = SIMULATED) -> np.ndarray:
    """Return the p-value of no change of series with a step in the middle."""
    rng = np.random.default_rng([2004, n, round(100 * step), round(100 * rho)])
    moved = np.where(np.arange(n) < n // 2, 0.0, step)
    parts = [min(_AT_ONCE, simulated - done) for done in range(0, simulated, _AT_ONCE)]
    found = [scan(rank_scores(series(rng, rho, (part, n)) + moved)).statistics for part in parts]
    return np.array([p_of(float(statistic), n) for statistic in np.concatenate(found)])


if __name__ == "__main__":
    main()
