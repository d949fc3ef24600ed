"""What each design would take, and how often each verdict would come in experiments of that size."""

from dataclasses import replace

import numpy as np
import pytest

from ftpstats.analysis.designs import Aim
from ftpstats.analysis.given_spread import GivenSpread, sample_size_from_spread
from ftpstats.analysis.sample_size import sample_sizes
from ftpstats.analysis.simulation import Simulation, _autoregressive
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.stats.equivalence import not_slower_p
from ftpstats.stats.means import mean_of_runs
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
        ("run", "runs", False), ("alternation", "session", False), ("duet", "session", False),
        ("rounds", "labels", True),
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
    assert [one.needed for one in found.designs] == [None] * 4


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


def test_one_label_is_simulated_against_another_like_it():
    (found,) = sample_sizes(transfers("A"), ["A"], (), EQUAL, simulation=Simulation(300, 7))
    assert found.design == "one-label"
    assert found.simulated[0].equivalent == pytest.approx(0.9, abs=0.08)
    assert found.simulated[2].equivalent < 0.11


# --- a duet


def shares_of_gate(n, needed_of):
    """How often both labels of n pairs show that a pair costs less than the margin, of independent normal times."""
    random, passed = np.random.default_rng(3), 0
    for _ in range(400):
        costs = [
            not_slower_p(*(mean_of_runs([random.normal(1, sd, n)]) for _ in range(2)), ratio_margin=0.05)
            for sd in needed_of
        ]
        passed += max(costs) < 0.05
    return passed / 400


def test_a_duet_takes_enough_pairs_for_what_they_cost():
    found = planned(transfers("AB", n=400, sd=0.25))
    alternation, duet = (next(one for one in found.designs if one.design == name) for name in ("alternation", "duet"))
    assert duet.needed >= alternation.needed
    seconds = found.mean + found.mean_reference
    slower = max(found.mean, found.mean_reference)
    assert duet.duration == pytest.approx(duet.needed * (slower + seconds))
    # Here the pairs of the difference are more than the gate of either label takes.
    assert shares_of_gate(duet.needed, (found.sd, found.sd_reference)) >= 0.86


def test_the_gate_of_the_label_that_varies_more_for_its_mean_decides():
    random = np.random.default_rng(2)
    both = table(rows("A", random.normal(1, 0.02, 60)), rows("B", random.normal(0.2, 0.05, 60)))
    found = planned(both)
    alternation, duet = (next(one for one in found.designs if one.design == name) for name in ("alternation", "duet"))
    # By hand: (z₀.₉₅ + z₀.₉₅)²·2·0.05²/0.01² = 541, about: 5 % of 0.2 s, of a chance of 95 % each.
    assert duet.needed == pytest.approx(541 * (found.sd / 0.05 / (found.mean / 0.2)) ** 2, rel=0.8)
    assert duet.needed > 2 * alternation.needed


# --- of a given spread


def given(aim=EQUAL, simulation=None, **fields):
    spread = GivenSpread(**{"sd": None, "run_sd": None, "mean": None, "inflation": None, **fields})
    return sample_size_from_spread(aim, spread, simulation)


def test_a_given_spread_has_the_designs_that_it_says_something_of():
    assert [one.design for one in given(sd=0.1, mean=1.0).designs] == ["run", "alternation", "duet", "rounds"]
    assert [one.needed for one in given(sd=0.1, mean=1.0).designs][-1] is None
    found = given(sd=0.1, run_sd=0.03, mean=1.0, inflation=2.0)
    by_length = {one.transfers_each: one.needed for one in found.designs if one.design == "runs"}
    # A run mean varies by 0.03² between runs, and by 2·0.1²/n within them.
    assert by_length == {n: runs_needed([0.03**2 + 0.02 / n] * 2, 0.05, power=0.9) for n in (10, 30, 100, 300)}
    assert found.designs[0].needed == transfers_needed([0.02] * 2, 0.05, power=0.9) == found.transfers_needed
    (only,) = given(run_sd=0.03, mean=1.0).designs
    assert (only.design, only.needed, only.transfers_each, only.duration) == ("runs", found.runs_needed, None, None)


def test_a_given_spread_without_a_mean_has_no_durations():
    absolute = replace(EQUAL, margin=Margin(0.01, relative=False))
    assert {one.duration for one in given(absolute, sd=0.01, run_sd=0.02).designs} == {None}


@pytest.mark.parametrize(
    "fields", [{"sd": 0.1, "mean": 1.0}, {"sd": 0.1, "mean": 1.0, "inflation": 3.0}, {"run_sd": 0.03, "mean": 1.0}]
)
def test_a_given_spread_is_simulated_with_the_planned_power(fields):
    found = given(simulation=Simulation(400, 5), **fields)
    assert found.simulated[0].equivalent == pytest.approx(0.9, abs=0.07)
    assert found.simulated[2].equivalent < 0.09  # at the margin: 5 % and what 400 experiments vary
    assert found.simulated[3].slower > 0.95


def test_given_noise_has_the_spread_and_the_inflation_that_are_given():
    noise = _autoregressive(0.2, 0.5, (2000, 200), np.random.default_rng(1))
    assert noise.std() == pytest.approx(0.2, rel=0.01)
    assert np.mean(noise[:, 1:] * noise[:, :-1]) / 0.04 == pytest.approx(0.5, abs=0.01)
    # ρ = (3 − 1)/(3 + 1): the mean of many varies 3 times as much as that of independent ones.
    assert noise.mean(axis=1).var() * 200 / 0.04 == pytest.approx(3, rel=0.12)
