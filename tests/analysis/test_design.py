"""Which design two samples have, and that the contrast is the design's own."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ftpstats.analysis.design import design_of
from ftpstats.analysis.select import samples
from ftpstats.stats.contrast import difference
from ftpstats.stats.paired import means_in_alternation, means_of_rounds
from tests.analysis.rows import codes, compare, rows, table


def taking_turns(order, values):
    """One run of A and of B, transfer by transfer in this order; None is a transfer that failed."""
    count = dict.fromkeys("AB", 0)
    parts = []
    for label, value in zip(order, values, strict=True):
        count[label] += 1
        parts.append(rows(label, [value], first=count[label]))
    return table(*parts)


def design(transfers):
    reference, other = samples(transfers, ["A", "B"])
    return design_of(other, reference)


def drifting(n, seed=1):
    """Both labels feel the machine's drift; B takes 0.02 s longer."""
    rng = np.random.default_rng(seed)
    drift = np.linspace(1.0, 2.0, n)
    return np.column_stack((drift, drift + 0.02)).ravel() + rng.normal(0, 0.005, 2 * n)


@pytest.mark.parametrize("order", ["AB" * 50, "BA" * 50, "ABBA" * 25])
def test_transfers_that_take_turns_are_a_session(order):
    found = design(taking_turns(order, drifting(50)))
    assert (found.kind, found.scope) == ("alternation", "session")
    assert len(found.turns[0]) == len(found.turns[1]) == 50


@pytest.mark.parametrize("order", ["A" * 50 + "B" * 50, "AAB" * 20 + "B" * 20, ("A" * 10 + "B" * 10) * 5])
def test_transfers_in_blocks_are_not(order):
    found = design(taking_turns(order, np.linspace(1, 2, len(order))))
    assert (found.kind, found.scope, found.turns) == ("run", "runs", None)


def test_turns_cancel_what_both_labels_feel():
    values = drifting(50)
    (found,) = compare(taking_turns("AB" * 50, values), ["A", "B"])
    expected = difference(*means_in_alternation(values[1::2], values[::2]))
    assert (found.difference, found.p, found.df) == (expected.estimate, expected.p, expected.df)
    assert found.welch_p > 0.5  # to a test that does not know of the turns, the drift is noise
    assert found.p < 0.001
    assert (found.scope, "one-session" in codes(found), "one-run" in codes(found)) == ("session", True, False)


@pytest.mark.parametrize("order", ["AB" * 50, "A" * 50 + "B" * 50])
def test_without_a_schedule_nothing_is_a_session_or_a_run(order):
    found = design(taking_turns(order, drifting(50)).with_columns(iteration=pl.lit(None, pl.Int64)))
    assert (found.kind, found.scope, found.turns) == ("run", "observational", None)


@pytest.mark.parametrize("order", ["ABAB", "ABBA", "AABB"])
def test_days_without_a_schedule_are_neither_rounds_nor_in_mixed_order(order):
    parts = [rows(label, [1.0, 1.1, 1.2], run=order[:i].count(label) + 1) for i, label in enumerate(order)]
    observed = table(*parts).with_columns(iteration=pl.lit(None, pl.Int64))
    found = design(observed)
    assert (found.kind, found.scope) == ("runs", "observational")
    (compared,) = compare(observed, ["A", "B"])
    assert compared.scope == "observational"
    assert "observational" in codes(compared)
    assert not {"one-run", "one-session", "confounded"}.intersection(codes(compared))


def test_a_turn_whose_partner_failed_is_no_pair():
    values = [*drifting(50)]
    values[21] = values[40] = None
    found = design(taking_turns("AB" * 50, values))
    assert found.kind == "alternation"
    assert len(found.turns[0]) == 48
    assert np.allclose(found.turns[0] - found.turns[1], 0.02, atol=0.05)  # none is paired with another turn's


def test_few_turns_need_the_paired_t_test():
    rng = np.random.default_rng(8)
    values = np.column_stack((np.ones(12), np.ones(12) + np.tile([0.03, -0.01], 6))).ravel() + rng.normal(0, 1e-4, 24)
    (found,) = compare(taking_turns("AB" * 12, values), ["A", "B"])
    simple = difference(*means_of_rounds([[v] for v in values[1::2]], [[v] for v in values[::2]]))
    assert found.p_adjusted == max(found.p, simple.p)


def runs(order, offsets):
    parts, count = [], dict.fromkeys("AB", 0)
    for place, label in enumerate(order):
        count[label] += 1
        seconds = np.random.default_rng(place).normal(offsets[place], 0.001, 10)
        parts.append(rows(label, seconds, run=count[label]))
    return parts


@pytest.mark.parametrize(
    ("order", "kind", "scope"),
    [
        ("ABABAB", "rounds", "labels"),
        ("ABBAAB", "rounds", "labels"),
        ("AABABB", "runs", "labels"),
        ("ABABA", "runs", "labels"),
        ("AAABBB", "runs", "labels-confounded"),
    ],
)
def test_rounds_hold_every_label_once(order, kind, scope):
    found = design(table(*runs(order, [1.0] * len(order))))
    assert (found.kind, found.scope) == (kind, scope)


def test_rounds_cancel_what_moves_a_whole_round():
    hours = np.repeat([1.0, 1.5, 1.2, 1.9], 2) + np.tile([0.0, 0.02], 4)
    (found,) = compare(table(*runs("AB" * 4, hours)), ["A", "B"])
    assert found.df == 3
    assert found.p < 0.01
    assert found.welch_p > 0.5


def test_the_order_of_runs_in_several_logs_is_told_by_their_times():
    parts = runs("ABAB", [1.0] * 4)
    for hour, part in enumerate(parts):
        for row in part:
            row.update(source=f"log-{9 - hour}", time=datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hour))
    found = design(table(*parts))
    assert (found.kind, found.scope) == ("logs", "labels")
    for part in parts:
        for row in part:
            row.update(time=None)
    assert design(table(*parts)).scope == "labels-confounded"


# --- several logs ---


def days(*orders, day_sd=0.2, ratio=1.02, seed=1, time=True):
    """A log for each order, like ABBA, with a run of ten transfers for each letter; a day multiplies all its times."""
    random, parts = np.random.default_rng(seed), []
    for day, order in enumerate(orders):
        level, began = np.exp(day_sd * random.normal()), datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day)
        for place, label in enumerate(order):
            seconds = level * {"A": 1.0, "B": ratio}[label] * random.normal(1, 0.001, 10)
            run = sum(earlier.count(label) for earlier in orders[:day]) + order[: place + 1].count(label)
            when = began + timedelta(hours=place) if time else None
            parts.append(rows(label, seconds, run=run, source=f"day{day}.log", time=when))
    return table(*parts)


@pytest.mark.parametrize("time", [True, False])
@pytest.mark.parametrize(
    ("orders", "kind", "scope", "first"),
    [
        (["AB", "BA", "AB", "BA"], "blocks", "labels", 2),
        (["AB", "BA", "AB"], "blocks", "labels-confounded", 2),
        (["AB", "AB", "AB", "AB", "AB", "AB"], "blocks", "labels-confounded", 6),
        (["BA", "BA", "BA", "BA"], "blocks", "labels-confounded", 0),
        (["ABAB", "BABA", "BAAB", "ABBA"], "blocks", "labels", 2),
        (["AB", "BA", "AB", "BA", "A", "BB"], "blocks", "labels", 2),
        (["AB", "BA", "A", "B"], "logs", "labels", 0),
    ],
)
def test_several_logs_that_hold_both_labels_are_blocks(orders, kind, scope, first, time):
    found = design(days(*orders, time=time))
    if kind == "logs" and not time:
        scope = "labels-confounded"  # in what order they were measured, nobody knows
    assert (found.kind, found.scope, found.first) == (kind, scope, first)
    assert len(found.logs) == sum({"A", "B"} <= set(order) for order in orders) * (kind == "blocks")


def test_a_label_with_a_single_log_is_compared_by_runs():
    parts = [rows("A", [1.0, 1.1] * 5, run=run, source="a.log") for run in (1, 2, 3)]
    parts += [rows("B", [1.0, 1.1] * 5, run=run, source=f"b{run}.log") for run in (1, 2, 3)]
    found = design(table(*parts))
    assert (found.kind, found.scope, found.logs) == ("runs", "labels-confounded", ())


def test_days_cancel_where_a_log_holds_both_labels():
    by_logs = days(*["AB", "BA"] * 5, ratio=1.02)
    (found,) = compare(by_logs, ["A", "B"])
    assert (found.design, found.scope, found.df, found.logs, found.verdict) == ("blocks", "labels", 9, 10, "equivalent")
    assert found.percent == pytest.approx(2, abs=0.2)
    assert found.p < 1e-6
    assert found.welch_p > 0.05
    assert [one.source for one in found.by_log] == [f"day{day}.log" for day in range(10)]
    assert [one.first for one in found.by_log] == ["A", "B"] * 5
    assert np.mean([one.mean - one.mean_reference for one in found.by_log]) == pytest.approx(found.difference)
    assert [one.percent for one in found.by_log] == pytest.approx([2] * 10, abs=0.3)
    assert not {"one-first", "logs-left-out", "few-logs", "confounded"} & set(codes(found))


def test_the_log_is_the_unit_and_not_its_runs():
    transfers = days("ABABAB", "BABABA", "ABABAB", "BABABA")
    (found,) = compare(transfers, ["A", "B"])
    assert (found.df, found.runs, found.logs) == (3, 12, 4)
    assert found.logs_needed >= 3
    assert (found.runs_needed, found.transfers_needed) == (None, None)


def test_runs_that_differ_by_day_are_no_news_where_logs_are_compared():
    several = compare(days(*["ABAB", "BABA"] * 2, day_sd=0.3), ["A", "B"], details=True)[0]
    assert (several.design, "runs-differ" in codes(several), several.details.components) == ("blocks", False, None)
    one_log = days(*["ABAB", "BABA"] * 2, day_sd=0.3).with_columns(source=pl.lit("FTP.log"))
    together = compare(one_log, ["A", "B"], details=True)[0]
    assert ("runs-differ" in codes(together), together.details.components is None) == (True, False)


def test_what_the_logs_lack_is_said():
    (found,) = compare(days("AB", "AB", "AB", "B", "BB", "A"), ["A", "B"])
    said = {warning.code: warning.message for warning in found.warnings}
    assert said["one-first"] == "A came first in all 3 logs"
    assert said["logs-left-out"] == "not used: 3 of 6 logs, with only one of A and B"
    assert said["few-logs"].startswith("3 logs of A and B")
    assert (found.n, found.n_reference, found.runs, found.logs) == (30, 30, 3, 3)
    assert "confounded" not in said


def test_one_label_may_come_first_in_nearly_all_logs():
    (found,) = compare(days(*["BA"] * 5, "AB"), ["A", "B"])
    assert "B came first in 5 of 6 logs" in [warning.message for warning in found.warnings]


def test_the_names_of_logs_and_labels_change_nothing():
    transfers = days("AB", "BA", "AB", "BA", "A")
    (found,) = compare(transfers, ["A", "B"])
    renamed = transfers.with_columns(source=pl.col("source").cast(pl.String).str.reverse())
    (again,) = compare(renamed, ["A", "B"])
    assert (again.p, again.percent, again.scope) == (found.p, found.percent, found.scope)


# --- rounds that lack a run ---


def test_a_round_of_which_one_run_failed_pairs_no_other_runs():
    values = np.linspace(1, 2, 10).tolist()
    order = [("A", [None] * 10), ("B", values), ("B", [None] * 10), ("A", values), ("B", values), ("A", values)]
    numbers = {"A": 0, "B": 0}
    parts = []
    for label, seconds in order:
        numbers[label] += 1
        parts.append(rows(label, seconds, run=numbers[label], bytes=102400, direction="download"))
    found = design(table(*parts))
    assert (found.kind, found.scope) == ("runs", "labels")
