"""How often a step is found: the table against simulations of its own, and the way between its numbers."""

import numpy as np
import pytest
from scipy.signal import lfilter

from ftpstats.stats.changes import level_changes
from ftpstats.stats.segments import SMALLEST
from ftpstats.stats.segments_power import CORRELATIONS, FOUND, RATES, RUNS, STEPS
from ftpstats.stats.steps import MOST_RUNS, found_share, runs_for_step, step_found
from tools.simulate_history import p_values


def simulated(n, step, rho, rate, count=400):
    """How often `level_changes` finds anything, of series made here."""
    random = np.random.default_rng(11)
    shocks = random.normal(size=(count, n + 100)) * np.sqrt(1 - rho**2)
    series = lfilter([1.0], [1.0, -rho], shocks, axis=1)[:, 100:] + np.where(np.arange(n) < n // 2, 0.0, step)
    return np.mean([bool(level_changes(one, rate)) for one in series])


@pytest.mark.parametrize(
    ("n", "step", "rho", "rate"),
    [
        (60, 2.0, 0.0, 0.01),
        (60, 2.0, 0.5, 0.01),
        (100, 1.2, 0.25, 0.05),  # between steps
        (70, 1.75, 0.4, 0.01),  # between correlations too
        (120, 1.5, 0.5, 0.02),  # and rates
        (30, 3.0, 0.0, 0.05),
    ],
)
def test_is_what_a_simulation_finds(n, step, rho, rate):
    # 400 series have a standard error of 2.5 %; interpolation adds a little.
    assert found_share(step, n, rate, rho) == pytest.approx(simulated(n, step, rho, rate), abs=0.08)


def test_the_table_is_what_its_tool_makes():
    shares = [np.mean(p_values(64, 2.0, rho) <= 0.01) for rho in CORRELATIONS]
    expected = [FOUND[0.01, rho][RUNS.index(64)][STEPS.index(2.0)] for rho in CORRELATIONS]
    assert [100 * share for share in shares] == pytest.approx(expected, abs=0.06)


def test_the_table_is_whole():
    assert set(FOUND) == {(rate, rho) for rate in RATES for rho in CORRELATIONS}
    assert {(len(rows), *{len(row) for row in rows}) for rows in FOUND.values()} == {(len(RUNS), len(STEPS))}
    assert (RUNS[0], RUNS[-1]) == (SMALLEST, MOST_RUNS)


@pytest.mark.parametrize("rho", [None, *CORRELATIONS])
def test_a_number_of_runs_has_the_power_and_the_step_of_it_is_the_step(rho):
    for step in (1.0, 1.5, 2.5):
        runs = runs_for_step(step, 0.9, 0.01, rho)
        assert found_share(step, runs, 0.01, rho) >= 0.88  # rounded up, but a table is no smooth curve
        assert runs <= 16 or found_share(step, runs // 2, 0.01, rho) < 0.9
        assert step_found(runs, 0.88, 0.01, rho) <= step * 1.01


def test_the_least_favourable_correlation_is_the_worst_of_the_table():
    for step, runs in ((2.0, 60), (0.5, 16)):
        known = [found_share(step, runs, 0.01, rho) for rho in CORRELATIONS]
        assert found_share(step, runs) == pytest.approx(min(known), abs=1e-9)


def test_beyond_the_table_it_is_its_edge():
    assert found_share(2.0, 60, correlation=0.9) == found_share(2.0, 60, correlation=0.5)
    assert found_share(2.0, 60, correlation=-0.3) == found_share(2.0, 60, correlation=0.0)
    assert found_share(100.0, 1000) == found_share(6.0, 400)
    assert runs_for_step(0.01, 0.9) is None
    assert step_found(16, 0.9) is None


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: found_share(0.0, 60), "a step of 0.0"),
        (lambda: found_share(1.0, 15), "15 runs"),
        (lambda: found_share(1.0, 60, 0.5), "a rate of 0.5"),
        (lambda: runs_for_step(1.0, 1.0), "a power of 1.0"),
        (lambda: step_found(60, 0.0), "a power of 0.0"),
    ],
)
def test_what_is_out_of_range_is_refused(call, match):
    with pytest.raises(ValueError, match=match):
        call()
