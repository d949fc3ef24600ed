"""Tables, or a given spread, to plans: the numbers of `compare`, and what no data may do to them."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ftpstats.analysis.designs import Aim
from ftpstats.analysis.given_spread import GivenSpread, sample_size_from_spread
from ftpstats.analysis.sample_size import sample_sizes
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.errors import SelectionError, UsageError
from ftpstats.logs.reader import read_log
from ftpstats.stats.components import variance_components
from ftpstats.stats.means import mean_of_runs
from ftpstats.stats.power import runs_needed, transfers_needed
from tests.analysis.rows import KB100, MB10, assert_known, codes, compare, rows, table

ROOT = Path(__file__).parents[2]
EQUAL = Aim("equivalence", FIVE_PER_CENT, 0.95, 0.95)


def seconds(value):
    return Margin(value, relative=False)


def normal(n, mean=1.0, sd=0.05, seed=1):
    return np.random.default_rng(seed).normal(mean, sd, n).tolist()


def runs(order, n=20, level_sd=0.0, sd=0.05):
    """One log with runs of these labels in this order; each run has a level of its own."""
    levels = np.random.default_rng(7).normal(1.0, level_sd, len(order))
    parts, numbers = [], {}
    for place, (label, level) in enumerate(zip(order, levels, strict=True)):
        numbers[label] = numbers.get(label, 0) + 1
        parts.append(rows(label, normal(n, level, sd, seed=place), run=numbers[label]))
    return table(*parts)


def one(transfers, labels=None, aim=EQUAL, **options):
    (found,) = sample_sizes(transfers, labels, (), aim, **options)
    assert_known(found)
    return found


def alternating(n, b=1.0):
    both = zip(rows("A", normal(n, seed=1)), rows("B", normal(n, b, seed=2)), strict=True)
    return table([row for pair in both for row in pair])


# --- as compare -----------------------------------------------------------------------------------------------------

LOGS = ["sample_logs/inetutils/FTP.log", "tests/data/recordings/netkit-debian-loop100-get-100k.log"]
DESIGNS = {
    **{name: lambda name=name: read_log(str(ROOT / name))[0] for name in LOGS},
    "runs": lambda: runs("AABABB"),
    "rounds": lambda: runs("ABBAAB", level_sd=0.2),
    "one and two": lambda: runs("ABA"),
    "alternation": lambda: alternating(40),
    "few": lambda: runs("AB", n=5),
    "one transfer": lambda: runs("AB", n=1),
    "no spread": lambda: runs("AB", sd=0.0),
    "no spread, no resolution": lambda: runs("AB", sd=0.0).with_columns(seconds_low=None, seconds_high=None),
}


@pytest.mark.parametrize("margin", [FIVE_PER_CENT, seconds(0.002)])
@pytest.mark.parametrize("design", DESIGNS)
def test_plan_and_compare_give_the_same_numbers(design, margin):
    transfers = DESIGNS[design]()
    labels = list(transfers["label"].unique())
    planned = sample_sizes(transfers, labels, (), replace(EQUAL, margin=margin))
    compared = compare(transfers, labels, margin=margin)
    assert len(planned) == len(compared) > 0
    shared = ("label", "reference", "bytes", "direction", "n", "n_reference", "runs", "runs_reference", "mean",
              "mean_reference", "transfers_needed", "runs_needed")  # fmt: skip
    for p, c in zip(planned, compared, strict=True):
        assert_known(p)
        assert [getattr(p, name) for name in shared] == [getattr(c, name) for name in shared]


@pytest.mark.parametrize("aim", [EQUAL, Aim("difference", seconds(0.02), 0.9, 0.8)])
def test_one_run_each_by_the_long_run_variances(aim):
    a, b = normal(100, seed=1), normal(100, 1.2, seed=2)
    found = one(table(rows("A", a), rows("B", b)), ["A", "B"], aim)
    margin = 0.05 * np.mean(a).item() if aim is EQUAL else 0.02
    variances = [mean_of_runs([part]).variance * 100 for part in (b, a)]
    expected = transfers_needed(variances, margin, goal=aim.goal, alpha=1 - aim.confidence, power=aim.power)
    assert (found.margin, found.transfers_needed) == (pytest.approx(margin), expected)
    assert found.duration == pytest.approx(expected * (np.mean(a) + np.mean(b)))
    assert (found.design, found.runs_needed, found.between) == ("run", None, None)
    assert (found.sd, found.sd_reference) == (pytest.approx(np.std(b, ddof=1)), pytest.approx(np.std(a, ddof=1)))


def test_the_difference_that_was_found_is_no_matter():
    a, b = normal(50, seed=1), normal(50, seed=2)
    near, far = (one(table(rows("A", a), rows("B", np.add(b, more)))) for more in (0, 3))
    assert near.transfers_needed == far.transfers_needed


def test_turns_need_fewer():
    hours = np.repeat(np.random.default_rng(3).normal(0, 0.2, 20), 5)
    a, b = np.add(normal(100, seed=1), hours), np.add(normal(100, seed=2), hours)
    both = [row for pair in zip(rows("A", a), rows("B", b), strict=True) for row in pair]
    turns, apart = one(table(both)), one(table(rows("A", a), rows("B", b)))
    assert (turns.design, apart.design) == ("alternation", "run")
    assert turns.transfers_needed < apart.transfers_needed / 4


# --- one label ------------------------------------------------------------------------------------------------------


def test_one_label_is_planned_as_if_the_other_varied_like_it():
    a = normal(100)
    found = one(table(rows("A", a), rows("B", normal(10))), ["A"])
    variance = mean_of_runs([a]).variance * 100
    assert found.transfers_needed == transfers_needed([variance] * 2, 0.05 * np.mean(a).item())
    assert found.duration == pytest.approx(2 * found.transfers_needed * np.mean(a))
    assert (found.label, found.reference, found.design, found.df) == ("A", None, "one-label", 8)
    assert found == one(table(rows("A", a)))


def test_a_log_without_labels_is_one_label():
    assert one(table(rows(None, normal(40)))).label is None


def test_several_runs_by_their_means():
    transfers = runs("AAAA", level_sd=0.2)
    found = one(transfers)
    parts = [transfers.filter(pl.col("run") == run)["seconds"].to_numpy() for run in range(1, 5)]
    means = [part.mean() for part in parts]
    expected = runs_needed([np.var(means, ddof=1).item()] * 2, 0.05 * np.mean(means).item())
    assert (found.runs_needed, found.transfers_needed, found.transfers_per_run) == (expected, None, 20)
    assert found.duration == pytest.approx(2 * expected * 20 * np.mean(means))
    explained = variance_components(
        [transfers.filter(pl.col("run") == run)["seconds"].to_numpy() for run in range(1, 5)]
    ).explained
    assert found.between == pytest.approx(1 - explained / np.var(means, ddof=1))
    assert "runs-unknown" not in codes(found)


@pytest.mark.parametrize(("level_sd", "helps"), [(0.3, "runs"), (0.0, "transfers")])
@pytest.mark.parametrize("order", ["AAAAAA", "AABABB"])
def test_what_helps_more(order, level_sd, helps):
    assert one(runs(order, n=40, level_sd=level_sd, sd=0.1)).helps == helps


# --- what can't be known ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "expected"),
    [
        ("one transfer", {"single", "runs-unknown"}),
        ("no spread, no resolution", {"no-resolution", "runs-unknown"}),
        ("one and two", {"runs-unknown"}),
    ],
)
def test_nothing_to_compute_from(design, expected):
    found = one(DESIGNS[design]())
    assert (found.transfers_needed, found.runs_needed, found.duration, found.df) == (None,) * 4
    assert set(codes(found)) == expected


def coarse():
    values = np.random.default_rng(5).permutation([0.4] * 30 + normal(20, 0.4, 0.004))
    return values.tolist(), table(rows("A", values, resolution=0.01))


def test_a_coarse_clock_takes_its_resolution_off_the_margin():
    values, transfers = coarse()
    found = one(transfers, aim=replace(EQUAL, margin=seconds(0.0105)))
    assert found.hidden == pytest.approx(0.01)
    variance = mean_of_runs([values], 0.005).variance * 50
    expected = transfers_needed([variance] * 2, 0.0105 - found.hidden)
    assert found.transfers_needed == expected > transfers_needed([variance] * 2, 0.0105)


def test_a_margin_below_the_resolution_is_never_reached():
    found = one(coarse()[1], aim=replace(EQUAL, margin=seconds(0.009)))
    assert found.transfers_needed is None
    assert "below-resolution" in codes(found)


def test_beyond_all_bounds():
    found = one(table(rows("A", normal(40))), aim=replace(EQUAL, margin=seconds(1e-9)))
    assert (found.transfers_needed, found.duration) == (None, None)
    assert {"transfers-out-of-reach", "runs-out-of-reach"} & set(codes(found))


@pytest.mark.parametrize(("n", "is_rough"), [(40, True), (2000, False)])
def test_a_spread_that_is_hardly_known_is_said_to_be(n, is_rough):
    assert ("rough-spread" in codes(one(table(rows("A", normal(n)))))) is is_rough


@pytest.mark.parametrize(("margin", "is_said"), [(1.0, True), (0.001, False)])
def test_thirty_are_advised(margin, is_said):
    found = one(table(rows("A", normal(40))), aim=replace(EQUAL, margin=seconds(margin)))
    assert (found.transfers_needed == 30) is is_said


# --- selection ------------------------------------------------------------------------------------------------------


def test_sizes_that_only_one_has_are_passed_over():
    transfers = table(rows("A", normal(9)), rows("A", normal(9), size=MB10), rows("B", normal(9), size=MB10))
    assert [p.bytes for p in sample_sizes(transfers, None, (), EQUAL)] == [MB10]
    assert [p.bytes for p in sample_sizes(transfers, ["A"], (), EQUAL)] == [KB100, MB10]
    assert [p.bytes for p in sample_sizes(transfers, ["A"], [KB100], EQUAL)] == [KB100]


@pytest.mark.parametrize(
    ("transfers", "labels", "error", "message"),
    [
        (table(rows("A", [None] * 3)), None, SelectionError, "no completed transfers to plan from"),
        (table(rows("A", [1.0]), rows("B", [1.0], size=MB10)), None, SelectionError, "no size that both A and B"),
        (table(rows("A", [1.0]), rows("B", [None])), ["A", "B"], SelectionError, "no size that both A and B"),
        (table(rows("A", [1.0])), ["A", "A"], UsageError, "named twice"),
    ],
)
def test_what_can_not_be_planned(transfers, labels, error, message):
    with pytest.raises(error, match=message):
        sample_sizes(transfers, labels, (), EQUAL)


# --- from a spread --------------------------------------------------------------------------------------------------


def given_spread(aim=EQUAL, **fields):
    given = GivenSpread(**{"sd": None, "run_sd": None, "mean": None, "inflation": None, **fields})
    found = sample_size_from_spread(aim, given)
    assert_known(found)
    return found


def test_a_given_spread_by_hand():
    # As tests/stats/test_power.py works out: variances of 0.09 and a margin of 0.1 need 251, rounded up.
    found = given_spread(sd=0.3, mean=2.0)
    assert (found.margin, found.transfers_needed, found.duration) == (0.1, 260, 2 * 260 * 2.0)
    assert codes(found) == ["assumed-inflation", "runs-unknown"]


def test_inflation_multiplies_the_variance():
    assert given_spread(sd=0.15, mean=2.0, inflation=4).transfers_needed == 260


def test_run_means_need_no_transfers():
    found = given_spread(replace(EQUAL, margin=seconds(0.2)), run_sd=0.1)
    assert (found.runs_needed, found.transfers_needed, found.duration) == (runs_needed([0.01] * 2, 0.2), None, None)
    assert codes(found) == []


@pytest.mark.parametrize(("fields", "message"), [({"mean": 1.0}, "a spread is needed"), ({"sd": 1.0}, "needs a mean")])
def test_what_is_not_given(fields, message):
    with pytest.raises(ValueError, match=message):
        given_spread(**fields)


# --- properties -----------------------------------------------------------------------------------------------------

SEVERAL = st.lists(st.floats(1e-4, 1), min_size=2, max_size=5).map(sorted)


def number(found, of):
    count = getattr(found, of)
    return 10**13 if count is None else count


@settings(deadline=None)
@given(values=SEVERAL, fixed=st.floats(1e-3, 1), goal=st.sampled_from(["equivalence", "difference"]))
@pytest.mark.parametrize(("field", "of"), [("sd", "transfers_needed"), ("run_sd", "runs_needed")])
def test_more_spread_never_needs_fewer_nor_a_wider_margin_more(field, of, values, fixed, goal):
    aim = Aim(goal, seconds(fixed), 0.95, 0.9)
    spreads = [number(given_spread(aim, **{field: value}), of) for value in values]
    margins = [number(given_spread(replace(aim, margin=seconds(value)), **{field: fixed}), of) for value in values]
    assert all(one <= other for one, other in pairwise(spreads))
    assert all(one >= other for one, other in pairwise(margins))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=20), st.lists(st.floats(0.001, 100), max_size=20))
def test_never_raises_and_holds_no_nan(a, b):
    for found in sample_sizes(table(rows("A", a), rows("B", b)), None, (), EQUAL):
        assert_known(found)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0.5, 2), min_size=10, max_size=30), st.floats(1.1, 5))
def test_data_that_spread_more_never_need_fewer(values, factor):
    assume(max(values) - min(values) > 1e-6)  # without a spread the number is unknown
    center = float(np.mean(values))
    wider = [center + factor * (value - center) for value in values]
    few, many = (one(table(rows("A", part)), aim=replace(EQUAL, margin=seconds(0.1))) for part in (values, wider))
    assert number(few, "transfers_needed") <= number(many, "transfers_needed")
