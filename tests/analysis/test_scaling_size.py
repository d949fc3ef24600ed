"""What makes lines precise: by simulation of planned experiments, by what is counted, and what can not be planned."""

import numpy as np
import pytest

from ftpstats.analysis.scaling import scalings
from ftpstats.analysis.scaling_size import LinePrecision, scaling_sizes
from ftpstats.analysis.size_lines import measured
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.stats.power import interval_needed
from tests.analysis.rows import KB100, MB10, assert_known, codes, rows, table
from tests.analysis.test_scaling import SIZES, all_in_turn, one_run_of_each, seconds

AIM = LinePrecision(0.05, Margin(0.002, relative=False), 0.95, 0.9)
SHARE = LinePrecision(0.05, FIVE_PER_CENT, 0.95, 0.9)


def planned(parts, aim=AIM, **options):
    lines = measured(table(*parts), None, (), as_printed=False)
    (found,) = scaling_sizes(lines, scalings(lines, aim.confidence), aim, **options)
    assert_known(found)
    return found


def is_precise(parts, aim=AIM, latency=0.01, throughput=1e8):
    """Whether a new experiment's intervals are as narrow as planned, of what is true of it."""
    lines = measured(table(*parts), None, (), as_printed=False)
    (one,) = scalings(lines, aim.confidence)
    if one.latency is None:
        return None  # one of twenty is called bent
    narrow = one.throughput_high <= (1 + aim.throughput) * one.throughput
    return bool(narrow and (one.latency_high - one.latency_low) / 2 <= aim.latency.value)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_as_many_make_the_intervals_narrow_with_the_planned_chance(rng):
    found = planned(one_run_of_each(rng, n=300, spread=0.3))
    assert (found.unit, found.units) == ("transfers", 300)
    assert found.needed == max(found.latency_needed, found.throughput_needed)
    again = [is_precise(one_run_of_each(rng, n=found.needed, spread=0.3)) for _ in range(120)]
    narrow = np.mean([one for one in again if one is not None])
    # Both have to be narrow: at least 1 − 0.1 − 0.1, if the spread were known; it is from 300.
    assert narrow > 0.75
    fewer = [is_precise(one_run_of_each(rng, n=max(8, found.needed // 3), spread=0.3)) for _ in range(60)]
    assert np.mean([one for one in fewer if one is not None]) < 0.2


def test_of_equal_sizes_it_is_the_variance_of_least_squares(rng):
    """Of two sizes the cost is (x̄₂ − x̄₁)/(s₂ − s₁): its variance is (Ω₁ + Ω₂)/n of that, squared."""
    one, two = (rng.normal(mean, 0.01, 400).tolist() for mean in (0.1, 1.0))
    found = planned([rows("A", one), rows("A", two, run=2, size=MB10)], SHARE)
    lines = measured(table(rows("A", one), rows("A", two, run=2, size=MB10)), None, (), as_printed=False)
    variances = [mean.variance * mean.n for mean in lines[0].means]
    cost = (np.mean(two) - np.mean(one)) / (MB10 - KB100)
    by_hand = interval_needed(
        sum(variances) / (MB10 - KB100) ** 2,
        cost * 0.05 / 1.05,
        of="transfers",
        share=sum(variances) ** 2 / sum(v**2 for v in variances),
        chance=0.9,
    )
    assert found.throughput_needed == by_hand
    assert "two-sizes" in codes(found)


def test_runs_that_hold_every_size_are_counted(rng):
    level = np.random.default_rng(2).lognormal(0, 0.3, 12)
    parts = [part for run in range(12) for part in all_in_turn(rng, run=run + 1, factor=level[run], spread=0.02)]
    found = planned(parts, LinePrecision(0.1, FIVE_PER_CENT, 0.95, 0.9))
    assert (found.unit, found.units) == ("runs", 12)
    lines = measured(table(*parts), None, (), as_printed=False)
    costs = lines[0].line.rounds[:, 1]
    half = costs.mean() - costs.mean() / 1.1  # the throughput's interval is 1/(b ± half), its farther end 1.1/b
    assert found.throughput_needed == interval_needed(costs.var(ddof=1), half, of="runs", chance=0.9)
    assert found.duration == pytest.approx(found.needed * lines[0].seconds.sum() / 12)


def test_one_run_of_all_sizes_is_counted_by_size(rng):
    parts = all_in_turn(rng, n=100, spread=0.2)
    found = planned(parts, SHARE)
    assert (found.unit, found.units, found.sizes) == ("transfers", 100, 3)
    cost = measured(table(*parts), None, (), as_printed=False)[0].line.cost
    in_all = interval_needed(300 * cost.variance, cost.mean * 0.05 / 1.05, of="transfers", chance=0.9)
    assert found.throughput_needed == -(-in_all // 3)


def test_mixed_sizes_are_counted_in_all(rng):
    sizes = rng.lognormal(14, 1, 400).astype(int)
    times = [seconds(rng, size, 1)[0] for size in sizes]
    found = planned(
        [rows("A", [t], size=int(s), first=i) for i, (s, t) in enumerate(zip(sizes, times, strict=True), 1)]
    )
    assert (found.unit, found.units, found.n) == ("mixed", 400, 400)
    assert found.needed >= 30


def test_half_the_margin_takes_about_four_times_as_many(rng):
    parts = one_run_of_each(rng, n=200, spread=0.5)
    wide, narrow = (planned(parts, LinePrecision(share, AIM.latency, 0.95, 0.9)) for share in (0.02, 0.01))
    assert narrow.throughput_needed / wide.throughput_needed == pytest.approx(4, rel=0.15)


def test_what_is_not_linear_is_not_planned(rng):
    bent = [rows("A", (times * rng.lognormal(0, 0.01, 60)).tolist(), run=run, size=size)
            for run, (size, times) in enumerate(zip(SIZES, (0.01, 0.9, 1.1), strict=True), 1)]  # fmt: skip
    found = planned(bent)
    assert (found.needed, found.latency_unknown, found.throughput_unknown) == (None, "not-linear", "not-linear")
    assert "not-linear" in codes(found)


def test_of_a_latency_that_may_be_0_no_share_is_planned(rng):
    parts = one_run_of_each(rng, latency=0.0, spread=0.2)
    found = planned(parts, SHARE)
    assert (found.latency_needed, found.latency_unknown) == (None, "not-from-zero")
    assert found.needed == found.throughput_needed is not None
    assert planned(parts, AIM).latency_needed is not None


def test_of_a_time_that_does_not_grow_no_throughput_is_planned():
    times = ((KB100, 0.9), (MB10, 0.8))
    falling = [rows("A", [one, one + 0.01] * 15, run=run, size=size) for run, (size, one) in enumerate(times, 1)]
    found = planned(falling, SHARE)
    assert (found.throughput_needed, found.throughput_unknown) == (None, "not-growing")
    assert found.latency_needed is not None


def test_without_spread_or_below_the_digits_nothing_is_planned():
    single = [rows("A", [1.0], size=KB100), rows("A", [2.0], run=2, size=MB10)]
    assert planned(single).throughput_unknown == "no-spread"
    coarse = [
        rows("A", [tick] * 30 + [tick + 0.1] * 20, run=run, size=size, resolution=0.1)
        for run, (size, tick) in enumerate(zip(SIZES, (0.1, 0.2, 1.0), strict=True), 1)
    ]
    assert planned(coarse).latency_unknown in {"below-resolution", "not-linear"}


def test_a_rough_spread_is_said(rng):
    assert "rough-spread" in codes(planned(one_run_of_each(rng, n=20)))
