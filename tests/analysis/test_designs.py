"""What each design would take, and how often each verdict would come in experiments of that size."""

from dataclasses import replace

import numpy as np
import pytest

from ftpstats.analysis.designs import Aim
from ftpstats.analysis.sample_size import sample_sizes
from ftpstats.analysis.simulation import Simulation
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.stats.power import runs_needed, transfers_needed
from tests.analysis.rows import rows, table

EQUAL = Aim("equivalence", FIVE_PER_CENT, 0.95, 0.9)


def transfers(order, *, n=40, level_sd=0.0, sd=0.05, seed=1, logs=False):
    """Runs of these labels in this order, each with a level of its own; one log, or one for each two runs."""
    random, count = np.random.default_rng(seed), {"A": 0, "B": 0}
    parts = []
    for place, label in enumerate(order):
        count[label] += 1
        seconds = random.normal(1, level_sd) + random.normal(0, sd, n)
        parts.append(rows(label, seconds, run=count[label], source=f"{place // 2}.log" if logs else "FTP.log"))
    return table(*parts)


def planned(table, aim=EQUAL, simulation=None):
    (found,) = sample_sizes(table, ["A", "B"], (), aim, simulation=simulation)
    return found


def test_of_one_run_each_what_varies_between_runs_is_left_open():
    found = planned(transfers("AB"))
    assert [(one.design, one.scope, one.needed is None) for one in found.designs] == [
        ("run", "runs", False), ("alternation", "session", False), ("rounds", "labels", True)
    ]  # fmt: skip
    assert found.designs[0].needed == found.transfers_needed


def test_runs_of_other_lengths_keep_what_is_between_them():
    found = planned(transfers("ABBA" * 5, level_sd=0.03, n=20))
    by_length = {one.transfers_each: one for one in found.designs if one.design == "rounds"}
    assert list(by_length) == [10, 20, 30, 100, 300]
    assert by_length[20].needed == found.runs_needed
    assert [one.needed for one in by_length.values()] == sorted(
        (one.needed for one in by_length.values()), reverse=True
    )
    # However long, runs vary between each other: twice 0.03².
    assert by_length[300].needed >= 0.5 * runs_needed([2 * 0.03**2], 0.05, power=0.9)
    assert {one.scope for one in by_length.values()} == {"labels"}


def test_where_runs_do_not_differ_longer_ones_are_as_good_as_more():
    found = planned(transfers("AABABB" * 4, sd=0.05, n=30))
    ten, hundred = (next(one for one in found.designs if one.transfers_each == length) for length in (10, 100))
    assert ten.design == "runs"
    assert ten.duration < 3 * hundred.duration


def test_several_logs_are_planned_by_logs():
    found = planned(transfers("ABBA" * 3, level_sd=0.02, logs=True))
    assert [(one.design, one.unit, one.transfers_each) for one in found.designs] == [("blocks", "logs", 40)]
    assert found.designs[0].needed == found.logs_needed
    assert found.runs_needed is None
    # In fewer than four, not each of two labels can come first twice.
    steady = planned(transfers("ABBA" * 3, level_sd=1e-4, sd=1e-4, logs=True))
    assert steady.logs_needed == steady.designs[0].needed == 4


def test_not_slower_takes_fewer_than_equivalent():
    both = transfers("AB", sd=0.2)
    needed = [planned(both, replace(EQUAL, goal=goal)).transfers_needed for goal in ("not-slower", "equivalence")]
    assert needed[0] < needed[1]
    # z₁₋α + z_power against z₁₋α + z₍₁₊power₎⸝₂, squared: (1.645 + 1.282)² / (1.645 + 1.645)² of many.
    many = [transfers_needed([1.0, 1.0], 0.01, goal=goal, power=0.9) for goal in ("not-slower", "equivalence")]
    assert many[0] / many[1] == pytest.approx(0.791, abs=0.05)  # of numbers with two digits


def test_a_margin_below_what_digits_hide_is_out_of_reach_of_every_design():
    coarse = table(*(rows(label, [0.4] * 30 + [0.41] * 20, resolution=0.01) for label in "AB"))
    found = planned(coarse, replace(EQUAL, margin=Margin(0.005, relative=False)))
    assert [one.needed for one in found.designs] == [None] * 3


# --- simulated


def shares(found):
    return [(one.equivalent, one.faster, one.slower, one.inconclusive) for one in found.simulated]


@pytest.mark.parametrize(
    ("order", "options"),
    [("AB", {}), ("ABBA" * 4, {"level_sd": 0.02, "n": 10}), ("ABBA" * 4, {"level_sd": 0.02, "logs": True})],
)
def test_the_planned_size_has_the_planned_power(order, options):
    found = planned(transfers(order, **options), simulation=Simulation(300, 7))
    assert [one.experiments for one in found.simulated] == [300] * 4
    assert all(sum(each) == pytest.approx(1) for each in shares(found))
    none, half, margin, twice = found.simulated
    assert none.equivalent > 0.84  # planned: 0.9, and numbers are rounded up
    assert none.not_slower >= none.equivalent
    assert margin.equivalent < 0.1
    assert margin.not_slower < 0.1
    assert half.equivalent < none.equivalent
    assert twice.slower > 0.9
    assert twice.slower_by_margin > 0.5
    assert twice.difference == pytest.approx(2 * found.margin)


def test_one_seed_gives_one_answer():
    both = [planned(transfers("AB", n=30), simulation=Simulation(100, seed)) for seed in (1, 1, 2)]
    assert both[0].simulated == both[1].simulated != both[2].simulated


def test_the_noise_keeps_its_autocorrelation():
    walk = np.random.default_rng(3).normal(0, 0.05, 400)
    for place in range(1, 400):
        walk[place] += 0.8 * walk[place - 1]
    (found,) = sample_sizes(
        table(rows("A", 1 + walk[:200]), rows("B", 1 + walk[200:])),
        ["A", "B"],
        (),
        EQUAL,
        simulation=Simulation(200, 1),
    )
    # With independent noise of this spread it would be equivalent always.
    assert found.simulated[0].equivalent < 0.999
    assert found.simulated[0].equivalent > 0.75
