"""A quick version of benchmarks/calibration.md: fixed seeds, few replicates, and the bounds with their allowance."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration.cells import COVERED, EQUIVALENT, FOUND, LOST, cells
from benchmarks.calibration.duets import COMPETING
from benchmarks.calibration.measure import Estimate, Result, measure
from benchmarks.calibration.series import CHANGED, EVER, NEAR, PLACE, SELDOM
from benchmarks.calibration.simulation import MARGINALS, PLAIN, noise, simulate
from benchmarks.calibration.table import fails, in_short

CELLS = {f"{cell.group}: {cell.name}": cell for cell in cells()}
GRID = "One run each, AR(1) up to 0.5: "
PUBLISHED = Path(__file__).parents[2] / "benchmarks" / "calibration.md"


# --- the bounds


@pytest.mark.parametrize(
    "name",
    [
        GRID + "normal, AR(1) 0, n = 100, all digits",
        GRID + "log-normal, AR(1) 0.5, n = 30, 0.001 s",
        GRID + "t3, AR(1) 0.3, n = 30, 0.01 s",
        GRID + "bimodal, AR(1) 0.5, n = 300, all digits",
        "One run each, AR(1) 0.7, n ≥ 100: normal, AR(1) 0.7, n = 100, all digits",
        "Several runs, in rounds: 3 and 3 runs of 30, run effect 2 SE",
        "Several runs, one label first: 5 and 5 runs of 30, run effect 1 SE",
        "At the margin, n from 30, AR(1) up to 0.5: log-normal, AR(1) 0.5, n = 30, sd 10 %",
        "At the margin, n from 30, AR(1) up to 0.5: log-normal, AR(1) 0.3, n = 100, sd 10 %",
        "Logs as blocks: 5 logs, day sd 20 %",
        "Logs as blocks: 9 logs of 4 runs each, day sd 20 %, a third lack a label",
        "Logs, of which none holds both: 6 logs of 4 runs each, none holds both, day sd 5 %",
        "Logs as blocks, in one order: 6 logs, one label first in all, the second is 3 % slower",
        "Published summaries, with the true inflation: AR(1) 0.5, n = 100",
        "Published summaries, with the true inflation: AR(1) 0.5, n = 100, written as a log, then as a table",
        "Published summaries, with the true spread of runs: AR(1) 0.5, n = 100, run sd 3 %",
        "Power against Welch, n = 30: normal, AR(1) 0, n = 30, all digits",
        "Power against Welch, n = 100: normal, AR(1) 0, n = 100, all digits",
        "Duet, nothing shared but the host: 100 pairs",
        "Duet, 10 % apart on a shared link: 100 pairs, link 1.5 times one rate",
        "Duet, 10 % apart on a shared link: 100 pairs, link 1.5 times one rate, written as a log",
        "Duet, 10 % apart on a shared link: 100 pairs, link 2 times one rate",
        "History: series of steady runs, at 1 %: AR(1) 0.5, n = 30",
        "History: series of steady runs, at 1 %: AR(1) 0.5, n = 100",
        "History: series of steady runs, at 1 %: AR(1) 0.3, n = 400",
        "History: series of steady runs, at 1 %: AR(1) 0.5, n = 100, written as a log",
    ],
)
def test_errors_stay_within_their_bounds(name):
    found = measure(CELLS[name], 400, seed=2008)
    assert CELLS[name].bounds
    assert not fails(CELLS[name], found), found


def test_a_history_finds_large_steps_and_says_where_it_may_err():
    steps = measure(CELLS["History: a step in the middle, at 1 %: AR(1) 0.5, n = 100, step 3 sd"], 400, seed=2008)
    assert steps.estimates[NEAR].value > 0.8
    assert steps.estimates[PLACE].value > 0.8
    wandering = measure(CELLS["History: a machine that wanders, at 1 %: AR(1) 0.93, n = 100"], 400, seed=2008)
    assert wandering.estimates[CHANGED].value > 0.1  # no promise, hence the warnings
    warned = sum(wandering.warnings.values())
    assert warned > 0.5 * wandering.estimates[CHANGED].value
    name = "History: looked at again and again, at 1 % each: AR(1) 0.5, n = 100"
    looks = measure(CELLS[name], 300, seed=2008).estimates
    assert looks[SELDOM].value <= looks[EVER].value


def test_a_rate_of_false_alarms_that_is_not_kept_fails():
    name = "History: series of steady runs, at 1 %: AR(1) 0.5, n = 100"
    unpromised = measure(CELLS["History: a machine that wanders, at 1 %: AR(1) 0.93, n = 100"], 400, seed=2008)
    assert fails(CELLS[name], unpromised) == {CHANGED}


@pytest.mark.parametrize(
    "name",
    [
        "three sizes, a run each, n = 30",
        "three sizes in each of 5 runs, run sd 3 %, written as a log",
        "mixed sizes, n = 300, sd 30 %, AR(1) 0.3, written as a log",
    ],
)
def test_lines_hold_what_they_are_of(name):
    cell = CELLS[f"Lines of time against size: {name}"]
    found = measure(cell, 1000, seed=2008)
    assert cell.bounds.keys() <= found.estimates.keys()
    assert not fails(cell, found), found


def test_a_line_through_single_runs_of_a_varying_machine_holds_little_and_says_so():
    cell = CELLS["Lines of time against size, without a bound: three sizes, a run each, n = 100, AR(1) 0.5, run sd 3 %"]
    found = measure(cell, 500, seed=2008)
    assert found.warnings["size-confounded"] == 1
    assert found.estimates["latency covered"].value < 0.85


def test_pairs_alone_would_call_labels_equal_that_share_a_link(monkeypatch):
    """Hence the solo transfers: without what they cost, the bound is exceeded by far."""
    monkeypatch.setattr("ftpstats.analysis.compare.solos_of", lambda *_: None)
    cell = CELLS["Duet, 10 % apart on a shared link: 100 pairs, link 1.5 times one rate"]
    assert fails(cell, measure(cell, 200, seed=2008)) == {COMPETING}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("taken as independent: AR(1) 0.5, n = 100", "assumed-independent"),
        ("one run each taken for all: AR(1) 0.5, n = 100, run sd 3 %", "assumed-one-level"),
    ],
)
def test_published_summaries_of_which_too_little_is_assumed_err_often_and_say_so(name, code):
    found = measure(CELLS[f"Published summaries, {name}"], 2000, seed=2008)
    assert found.estimates[FOUND].value > 0.15
    assert found.warnings[code] == 1


def test_a_test_that_takes_neighbours_as_independent_fails():
    cell = CELLS[GRID + "normal, AR(1) 0.5, n = 100, all digits"]
    found = measure(cell, 300, seed=2008)
    by_welch = replace(found, estimates={**found.estimates, FOUND: found.estimates["Welch"]})
    assert fails(cell, by_welch) == {FOUND}


@pytest.mark.parametrize(
    ("measures", "failing"),
    [
        ({FOUND: 0.069}, set()),
        ({FOUND: 0.0695}, {FOUND}),
        ({EQUIVALENT: 0.08, COVERED: 0.92}, {EQUIVALENT, COVERED}),
        ({COVERED: 0.931}, set()),
        ({COVERED: 1.0}, set()),
    ],
)
def test_a_bound_fails_beyond_two_standard_errors(measures, failing):
    cell = CELLS[GRID + "normal, AR(1) 0, n = 100, all digits"]
    shares = dict.fromkeys(cell.bounds, 0.05) | {name: 0.95 for name in cell.bounds if "covered" in name} | measures
    found = Result({name: Estimate(share, 0.0022) for name, share in shares.items()}, {})
    assert fails(cell, found) == failing


# --- what is simulated


@pytest.mark.parametrize("correlation", [0.0, 0.5])
@pytest.mark.parametrize("marginal", MARGINALS)
def test_noise_has_mean_0_and_variance_1_in_any_order(marginal, correlation):
    times = replace(PLAIN, marginal=marginal, correlation=correlation)
    values, _ = noise(times, np.random.default_rng(1), 4000)
    runs = values[:, 0, :]
    assert runs.mean() == pytest.approx(0, abs=0.01)
    assert runs.var() == pytest.approx(1, abs=0.02 if marginal != "t3" else 0.1)
    neighbours = np.corrcoef(runs[:, 1:].ravel(), runs[:, :-1].ravel())[0, 1]
    assert correlation - 0.08 < neighbours < correlation + 0.01


def test_a_label_is_as_slow_as_its_reference_or_the_ratio_times():
    times = replace(PLAIN, counts=(300, 30), spread=0.001, decimals=3)
    for replicate in simulate(times, 1.05, np.random.default_rng(2), 20):
        assert replicate.reference.seconds.mean() == pytest.approx(replicate.level, rel=1e-3)
        assert replicate.equal.seconds.mean() == pytest.approx(replicate.level, rel=5e-4)
        assert replicate.apart.seconds.mean() == pytest.approx(1.05 * replicate.level, rel=5e-4)
        assert np.array_equal(replicate.apart.seconds, replicate.apart.seconds.round(3))
        assert replicate.apart.resolution == pytest.approx(0.001)


def test_a_cell_is_the_same_by_itself():
    cell = CELLS["Fewer than 30 transfers: normal, AR(1) 0, n = 8"]
    assert measure(cell, 40, seed=1) == measure(cell, 40, seed=1) != measure(cell, 40, seed=2)


# --- what is published


def test_every_cell_is_published():
    assert len(CELLS) == len(cells())
    text = PUBLISHED.read_text()
    sections = text.split("\n## ")[2:]
    rows = [line.split(" | ")[0].removeprefix("| ") for section in sections for line in section.splitlines()[4:]]
    assert rows == [cell.name for cell in cells()]


def test_a_group_without_a_bound_shows_its_warnings():
    cell = CELLS["Fewer than 30 transfers: normal, AR(1) 0.5, n = 20"]
    text = in_short([(cell, measure(cell, 20, seed=1))])
    assert "no promise" in text
    assert "one-run 100" in text


def test_power_is_lost_where_the_verdict_finds_less_than_welch():
    cell = CELLS["Power against Welch, n = 30: normal, AR(1) 0, n = 30, all digits"]
    found = measure(cell, 200, seed=3).estimates
    assert found[LOST].value == pytest.approx(found["found by Welch"].value - found["found"].value)
    assert found["found by Welch"].value == pytest.approx(0.8, abs=0.1)
