"""Histories: points in order, what is found in them, and the verdict on each change."""

import json
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

import ftpstats
from ftpstats.analysis.history import histories
from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.series import series_of
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.errors import SelectionError
from ftpstats.stats.changes import level_changes
from ftpstats.stats.contrast import difference
from ftpstats.stats.means import mean_of_runs
from ftpstats.stats.multiplicity import holm
from ftpstats.stats.shift import level_shift

DAY = 86_400.0
BEGIN = 1_756_684_800.0  # 2025-09-01 00:00 UTC


def run(mean, number, began=None, n=3):
    seconds = np.full(n, mean) + np.linspace(-1e-4, 1e-4, n)
    return Run(seconds, "a.log", np.arange(n) + 100 * number, began, number)


def sample(means, *, began=None, label="A", size=102400, numbers=None, **fields):
    numbers = numbers or range(1, len(means) + 1)
    times = [None] * len(means) if began is None else began
    runs = tuple(run(*one) for one in zip(means, numbers, times, strict=True))
    return replace(Sample(label, size, "download", ("inetutils",), runs, 1e-5, 0, 0, 0, None, ()), **fields)


def noise(n, seed=1, level=0.1, sd=0.002):
    return np.random.default_rng(seed).normal(level, sd, n)


def asked(*samples, by="run", zone=UTC, rate=0.01, margin=FIVE_PER_CENT):
    return histories(samples, by=by, zone=zone, false_alarm_rate=rate, confidence=0.95, margin=margin)


def step(n=60, at=35, size=0.02, seed=1):
    values = noise(n, seed)
    values[at:] += size
    return values


# --- points


def test_a_point_is_the_mean_of_a_run():
    points, ordered_by = series_of(sample([0.1, 0.2], numbers=[7, 3]), "run", UTC)
    assert [(one.place, one.name, one.n, pytest.approx(one.mean)) for one in points] == [
        (1, "3", 3, 0.2),
        (2, "7", 3, 0.1),
    ]
    assert ordered_by == "number"


def test_time_orders_runs_where_all_have_one():
    late, early = BEGIN + 9, BEGIN
    points, ordered_by = series_of(sample([0.1, 0.2], began=[late, early]), "run", UTC)
    assert ([one.name for one in points], ordered_by) == (["2", "1"], "time")
    points, ordered_by = series_of(sample([0.1, 0.2], began=[late, None]), "run", UTC)
    assert ([one.name for one in points], ordered_by) == (["1", "2"], "number")


def test_a_day_is_the_mean_of_its_run_means_in_its_zone():
    began = [BEGIN, BEGIN + 0.5 * DAY, BEGIN + 0.95 * DAY]
    one = sample([0.1, 0.2, 0.6], began=began)
    one = replace(one, runs=(run(0.1, 1, began[0], n=30), *one.runs[1:]))
    points, _ = series_of(one, "day", UTC)
    assert [(p.name, p.n, pytest.approx(p.mean)) for p in points] == [("2025-09-01", 36, 0.3)]
    points, _ = series_of(one, "day", ZoneInfo("Europe/Berlin"))
    assert [(p.name, p.place, pytest.approx(p.mean)) for p in points] == [
        ("2025-09-01", 1, 0.15),
        ("2025-09-02", 2, 0.6),
    ]


def test_days_need_times():
    with pytest.raises(SelectionError, match=r"^by day: A has 1 run without a time, of 2$"):
        asked(sample([0.1, 0.2], began=[BEGIN, None]), by="day")


# --- what is found


def test_a_change_is_compared_by_the_rules_of_compare():
    values = step()
    [found] = asked(sample(values))
    assert (found.outcome, found.drift, len(found.points)) == ("changes", None, 60)
    (change,) = level_changes(values)
    old, new = found.levels
    assert ((old.first, old.last), (new.first, new.last)) == ((1, change.after), (change.after + 1, 60))
    assert (new.change_low, new.change_high, new.change_p) == (change.low, change.high, change.p)
    parts = np.split(np.array([point.mean for point in found.points]), [change.after])
    wanted = difference(mean_of_runs([parts[1]]), mean_of_runs([parts[0]]))
    assert (new.difference, new.difference_low) == pytest.approx((wanted.estimate, wanted.low))
    assert new.shift_p == level_shift(values).p
    assert (new.verdict, old.verdict, old.change_p, old.percent) == ("slower", None, None, None)
    assert (new.mean, new.sd) == pytest.approx((parts[1].mean(), parts[1].std(ddof=1)))
    assert new.mean_low < new.mean < new.mean_high
    assert new.throughput == pytest.approx(102400 / new.mean)


@pytest.mark.parametrize(
    ("size", "margin", "verdict"),
    [
        (0.02, FIVE_PER_CENT, "slower"),
        (-0.02, FIVE_PER_CENT, "faster"),
        (0.02, Margin(0.5, relative=True), "equivalent"),
        (0.02, Margin(0.05, relative=False), "equivalent"),
    ],
)
def test_each_change_has_a_verdict(size, margin, verdict):
    [found] = asked(sample(step(size=size)), margin=margin)
    assert found.newest.verdict == verdict


def test_holm_is_over_the_changes_of_all():
    several = asked(sample(step()), sample(step(size=0.006, seed=2), label="B"))
    new = [one.newest for one in several]
    assert all(level.p is not None for level in new)
    alone = [asked(sample(step()))[0].newest.p_adjusted, asked(sample(step(size=0.006, seed=2)))[0].newest.p_adjusted]
    assert [level.p_adjusted for level in new] == holm(alone)


def test_few_points_need_welch_s_agreement_as_few_transfers_do():
    [found] = asked(sample(step(40, 20, 0.02)))
    assert found.newest.p_adjusted >= found.newest.p


def test_too_few_points_are_not_looked_at():
    [found] = asked(sample([0.1] * 7 + [0.2] * 8))
    assert (found.outcome, len(found.levels), found.levels[0].points, found.lag1) == ("too-few", 1, 15, None)
    [found] = asked(sample([0.1] * 8 + [0.2] * 8))
    assert found.outcome == "changes"


def test_a_drift_takes_the_place_of_levels():
    [found] = asked(sample(noise(80) + np.linspace(0, 0.02, 80)))
    assert (found.outcome, len(found.levels)) == ("drift", 1)
    assert found.drift.slope == pytest.approx(0.02 / 79, rel=0.15)


def test_noise_has_no_change_and_no_drift():
    [found] = asked(sample(noise(80)))
    assert (found.outcome, found.drift, len(found.levels)) == ("none", None, 1)


def test_nothing_completed_is_said():
    with pytest.raises(SelectionError, match="no completed transfer with a valid time"):
        asked(replace(sample([0.1]), runs=()))


def test_what_did_not_complete_is_warned_of():
    [found] = asked(replace(sample(noise(20)), failed=3))
    assert [warning.code for warning in found.warnings] == ["unfinished", "few-points"]


def test_no_change_among_few_points_says_how_little_they_show():
    [found] = asked(sample(step(16, 8, 10.0)))
    assert found.outcome == "none"  # which is what is to be explained
    (message,) = [one.message for one in found.warnings if one.code == "few-points"]
    assert message.startswith("A: 16 runs are few: a step in their middle is found with a chance of at most about 36 %")
    random = np.random.default_rng(3)
    steps = np.where(np.arange(16) < 8, 0.0, 100.0)
    assert np.mean([bool(level_changes(random.normal(size=16) + steps)) for _ in range(300)]) == pytest.approx(
        0.36, abs=0.08
    )
    [found] = asked(sample(noise(60)))
    assert found.warnings == ()


def test_levels_that_do_not_vary_are_said_to_have_no_interval():
    [found] = asked(sample([0.1] * 20 + [0.2] * 20, resolution=None))
    assert (found.newest.verdict, found.newest.difference_low) == ("inconclusive", None)
    assert [one.code for one in found.warnings] == ["level-without-spread"]


def wandering(seed, n=100):
    shocks, value, values = np.random.default_rng(seed).normal(size=n), 0.0, []
    for shock in shocks:
        value = 0.93 * value + shock * 0.37
        values.append(value)
    return 0.1 + 0.003 * np.array(values)


def test_a_machine_that_wanders_is_warned_of():
    found = [asked(sample(wandering(seed)))[0] for seed in range(60)]
    changed = [one for one in found if one.outcome == "changes"]
    assert changed
    codes = [{warning.code for warning in one.warnings} for one in changed]
    assert sum(bool(each) for each in codes) > 0.6 * len(changed)
    assert {"wandering", "not-corroborated"} == set.union(*codes)
    [steady] = asked(sample(step()))
    assert steady.warnings == ()


def test_a_change_that_level_shift_does_not_find_is_named():
    values = noise(100)
    values[40:52] += 0.01
    [found] = asked(sample(values))
    told = {level.first - 1: level.shift_p for level in found.levels[1:]}
    said = [one.message for one in found.warnings if one.code == "not-corroborated"]
    assert [f"after run {place} " in "".join(said) for place in told] == [p >= 0.05 for p in told.values()]


# --- the call


def table(means, **columns):
    rows = {"label": "A", "run": np.repeat(np.arange(len(means)) + 1, 2), "seconds": np.repeat(means, 2), "bytes": 100}
    return pl.DataFrame(rows | columns)


def test_the_order_of_time_and_that_of_numbers():
    means = step(30, 15, 0.05)
    shuffled = np.random.default_rng(4).permutation(30)
    times = pl.from_epoch(pl.Series(BEGIN + DAY * np.repeat(shuffled, 2)).cast(pl.Int64)).dt.replace_time_zone("UTC")
    by_time = ftpstats.history(table(means[shuffled], time=times))
    assert [level.first for level in by_time[0].levels] == [1, 16]
    by_number = ftpstats.history(table(means[shuffled]))
    assert (by_number[0].ordered_by, by_time[0].ordered_by) == ("number", "time")
    assert by_number[0].outcome == "none"
    assert "in the order of their numbers, as times are unknown" in str(by_number)


def test_a_gate_matches_where_the_newest_level_is_slower():
    slower = ftpstats.history(table(step()), fail_on="change")
    assert [line.split(":")[0] for line in slower.matches] == ["--fail-on change"]
    assert "after run 35" in slower.matches[0]
    assert ftpstats.history(table(step())).matches == ()
    for means in (step(size=-0.02), noise(60), noise(60) + np.linspace(0, 0.03, 60), noise(12)):
        assert ftpstats.history(table(means), fail_on="change").matches == ()
    back = step(90, 30)
    back[60:] -= 0.02
    assert ftpstats.history(table(back), fail_on="change").matches == ()
    assert ftpstats.history(table(step()), fail_on="change", margin="50%").matches == ()


def test_json_has_each_level_once():
    found = json.loads(ftpstats.history(table(step())).to_json())
    assert [level["verdict"] for level in found["levels"]] == [None, "slower"]
    assert len(found["histories"][0]["points"]) == 60


def test_the_recorded_sample_changes_where_its_server_did():
    [found] = ftpstats.history("sample_logs/history")
    assert (found.outcome, found.ordered_by, len(found.points)) == ("changes", "time", 64)
    assert [level.first for level in found.levels] == [1, 33]
    assert found.newest.percent == pytest.approx(100 * (20 / 17 - 1), abs=3)
    by_day = ftpstats.history("sample_logs/history", by="day", time_zone="UTC")
    assert [(point.name, point.n) for point in by_day[0].points] == [("2026-11-30", 320)]


@pytest.mark.parametrize("rate", [5, "0.01%", 0.3])
def test_a_rate_out_of_range_names_the_range(rate):
    with pytest.raises(ValueError, match=r"false-alarm-rate .*: write it like 1% or 0\.01, from 0\.05% to 25%$"):
        ftpstats.history(table([0.1, 0.2]), false_alarm_rate=rate)
