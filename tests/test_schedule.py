"""Which transfers an experiment makes, and in which order."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise, product
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.commands import run_options as options
from ftpstats.errors import InputError
from ftpstats.experiment.clients.registry import CLIENTS
from ftpstats.experiment.journal import Journal
from ftpstats.logs.reader import read_log
from ftpstats.manifest import Attempt
from ftpstats.schedule import (
    DUET,
    ORDERS,
    expected_seconds,
    first_iteration,
    moments,
    planned,
    remaining,
    steps,
    sub_experiments,
    whole,
)
from tests.experiment.set_up import MANIFESTS, ONE_BY_ONE, manifest

LABELS = ("Baseline", "Xen")
SIZES = (1024, 2048)


def order_of(plan):
    return [(step.label, step.file.bytes, step.count) for step in plan]


def test_sequential_is_the_thesis_s_order():
    plan = steps(manifest(LABELS, SIZES, times=100))
    assert order_of(plan) == [(label, size, 100) for label in LABELS for size in SIZES]


def test_interleaved_servers_take_turns():
    plan = steps(manifest(LABELS, SIZES, times=2, order="interleaved"))
    turn = [("Baseline", 1024, 1), ("Xen", 1024, 1), ("Baseline", 2048, 1), ("Xen", 2048, 1)]
    assert order_of(plan) == turn * 2


def test_random_shuffles_the_same_transfers_by_the_seed():
    orders = [order_of(steps(manifest(LABELS, SIZES, times=10, order="random", seed=seed))) for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert Counter(orders[0]) == Counter(order_of(steps(manifest(LABELS, SIZES, times=10, order="interleaved"))))


def test_runs_in_sequence_keep_label_after_label():
    plan = steps(manifest(LABELS, SIZES, times=100, runs=3))
    assert [(step.run, *key) for step, key in zip(plan, order_of(plan), strict=True)] == [
        (run, label, size, 100) for label in LABELS for run in (1, 2, 3) for size in SIZES
    ]


def test_a_round_holds_every_label_once_shuffled_by_the_seed():
    plans = [steps(manifest("abc", SIZES, times=100, runs=20, order="rounds", seed=seed)) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]
    seen = set()
    for run in range(1, 21):
        mine = [step for step in plans[0] if step.run == run]
        assert [step.number for step in mine] == list(range(6 * run - 6, 6 * run))  # round after round
        assert [(step.file.bytes, step.count) for step in mine] == [(size, 100) for size in SIZES] * 3
        labels = tuple(step.label for step in mine[::2])
        assert sorted(labels) == ["a", "b", "c"]
        seen.add(labels)
    assert len(seen) > 3  # of 6


@given(many=st.integers(2, 9), rounds=st.integers(1, 12), seed=st.integers(0, 99))
def test_in_balanced_rounds_each_of_every_two_labels_comes_first_equally_often(many, rounds, seed):
    labels = "abcdefghi"[:many]
    plan = steps(manifest(labels, (1024,), times=3, runs=rounds, order="balanced", seed=seed))
    made = [[step.label for step in plan if step.run == number] for number in range(1, rounds + 1)]
    assert all(sorted(order) == list(labels) for order in made)
    for one, two in combinations(labels, 2):
        firsts = sum(order.index(one) < order.index(two) for order in made)
        assert abs(firsts - (rounds - firsts)) == rounds % 2


@given(many=st.integers(2, 9), designs=st.integers(1, 3), seed=st.integers(0, 99))
def test_in_a_whole_balanced_design_each_label_directly_follows_every_other_equally_often(many, designs, seed):
    rounds = designs * many * (1 + many % 2)
    plan = steps(manifest("abcdefghi"[:many], (1024,), times=3, runs=rounds, order="balanced", seed=seed))
    follows = Counter((one.label, two.label) for one, two in pairwise(plan) if one.run == two.run)
    assert set(follows.values()) == {rounds // many}
    assert len(follows) == many * (many - 1)


def test_balanced_rounds_are_mixed_by_the_seed():
    orders = {
        tuple(order_of(steps(manifest("abc", SIZES, runs=6, order="balanced", seed=seed)))) for seed in range(500)
    }
    assert len(orders) == 48  # three pairs in any order, either of each first


@pytest.mark.parametrize("order", ["interleaved", "random"])
def test_servers_take_turns_within_each_run(order):
    plan = steps(manifest(LABELS, SIZES, times=2, runs=3, order=order))
    turn = [("Baseline", 1024, 1), ("Xen", 1024, 1), ("Baseline", 2048, 1), ("Xen", 2048, 1)]
    assert [step.run for step in plan] == [1] * 8 + [2] * 8 + [3] * 8
    runs = [order_of(step for step in plan if step.run == run) for run in (1, 2, 3)]
    if order == "interleaved":
        assert runs == [turn * 2] * 3
    else:
        assert [Counter(run) for run in runs] == [Counter(turn * 2)] * 3
        assert runs[0] != runs[1] != runs[2]


def test_a_random_order_is_that_of_the_versions_before():
    """An experiment of theirs is resumed by the numbers of its steps."""
    plan = steps(manifest(("a", "b"), (1024,), times=6, order="random", seed=1))
    assert "".join(step.label for step in plan) == "bbaababaabba"


def test_an_order_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match=r"FTP.json: order 'nope': must be one of sequential, rounds"):
        steps(manifest(order="nope"))


@pytest.mark.parametrize("order", ONE_BY_ONE)
def test_clients_at_once_make_no_more_transfers(order):
    plan = steps(manifest(LABELS, SIZES, times=10, order=order, parallel=4))
    assert sum(step.count for step in plan) == 40
    if order in {"interleaved", "random"}:
        assert {step.count for step in plan} == {4, 2}


@pytest.mark.parametrize("order", ORDERS)
def test_warm_ups_come_before_the_counted_transfers_of_each_run(order):
    wanted = manifest(LABELS, SIZES, times=3, runs=2, order=order, warm_up=2)
    plan = steps(wanted)
    for label, run in product(LABELS, (1, 2)):
        mine = [step for step in plan if (step.label, step.run) == (label, run)]
        of_run = [step.warm_up for step in mine]
        assert of_run == sorted(of_run, reverse=True)
        assert sum(step.count for step in mine if step.warm_up) == 4
    assert first_iteration(wanted) == -3  # …, -1, 0, and the first that counts is 1


def test_what_was_done_is_not_done_again():
    plan = steps(manifest(LABELS, SIZES, times=3))
    made = [Attempt(0, "Baseline", i, "", 0) for i in (1, 2, 3)] + [Attempt(2, "Xen", 1, "", 0)]
    assert order_of(remaining(plan, made)) == [("Baseline", 2048, 3), ("Xen", 1024, 2), ("Xen", 2048, 3)]
    assert remaining(plan, [Attempt(step.number, step.label, 1, "", 0) for step in plan for _ in range(3)]) == []


@given(MANIFESTS, st.integers(0, 50))
def test_what_each_attempt_was_meant_to_move_is_known_by_its_number(tmp_path_factory, wanted, stopped_after):
    """As the journal numbers them and the log's readers count runs, also where one label was stopped and made up."""
    folder = tmp_path_factory.mktemp("journal")
    plan = [replace(step, count=1) for step in steps(wanted) for _ in range(step.count)]
    made_up = [step.label == "Xen" and at >= stopped_after for at, step in enumerate(plan)]
    with Journal.began(folder, wanted) as journal:
        for _, step in sorted(zip(made_up, plan, strict=True), key=itemgetter(0)):
            journal.add((step, "2026-11-24T12:00:00.000+00:00", f"150 Opening {step.file.name}\n"))
    numbered = read_log(str(folder / "FTP.log"))[0].select("label", "run", "iteration").rows()
    meant = planned(wanted)
    assert sorted(numbered) == sorted(meant)
    said = [line.split()[-1] for line in (folder / "FTP.log").read_text().splitlines() if line.startswith("150")]
    assert [meant[key].name for key in numbered] == said
    assert planned(replace(wanted, attempts=journal.manifest.attempts)) == meant


@pytest.mark.parametrize(("times", "runs"), [(1, 1), (1, 2), (4, 1), (5, 3), (100, 1)])
def test_either_label_of_a_duet_starts_equally_often(times, runs):
    plan = steps(manifest(LABELS, SIZES, times=times, runs=runs, order=DUET))
    pairs = [tuple(step.name for step in pair) for pair in moments(plan) if len(pair) == 2]
    assert Counter(map(sorted_pair, pairs)) == {("Baseline", "Xen"): times * runs * len(SIZES)}
    first = Counter(first for first, _ in pairs)
    assert abs(first["Baseline"] - first["Xen"]) <= len(SIZES) * (times * runs % 2)
    solos = [pair[0].name for pair in moments(plan) if len(pair) == 1]
    assert Counter(solos) == dict.fromkeys(("Baseline solo", "Xen solo"), times * runs * len(SIZES))
    assert [f"{name} solo" for pair in pairs for name in pair] == solos


def sorted_pair(pair):
    return tuple(sorted(pair))


def test_a_duet_of_other_than_two_labels_is_refused():
    with pytest.raises(InputError, match=r"FTP.json: order 'duet' with 3 labels: it is of two"):
        steps(manifest("abc", order=DUET))


def test_a_pair_is_one_sub_experiment_and_lasts_as_long_as_its_slower_half():
    wanted = manifest(LABELS, SIZES[:1], times=2, order=DUET, pause=60.0)
    assert [len(part) for part in sub_experiments(steps(wanted))] == [2, 1, 1] * 2
    rates = {"Baseline": 1024, "Xen": 512}
    one = (2 + 0.5) + (1 + 0.5) + (2 + 0.5)
    assert expected_seconds(wanted, lambda server: rates[server.label], 0.5) == pytest.approx(2 * one + 5 * 60)


def test_a_pair_is_left_until_both_halves_are_made():
    plan = steps(manifest(LABELS, SIZES[:1], times=2, order=DUET))
    made = [Attempt(step.number, step.name, 1, "", 0) for step in plan]
    for count in range(len(plan) + 1):
        kept = whole(plan, made[:count])
        assert len(kept) == count - (count in {1, 5})
        assert [step.number for step in remaining(plan, kept)] == list(range(len(kept), 8))
    assert [step.number for step in remaining(plan, [made[0], *made[2:]])] == [0, 1]  # an edited log


def test_the_duration_counts_transfers_and_pauses():
    wanted = manifest(("Xen",), SIZES, times=10, pause=60.0)
    once = 10 * (1 + 0.5) + 10 * (2 + 0.5)
    assert expected_seconds(wanted, lambda _: 1024, 0.5) == pytest.approx(once + 60)
    several = replace(wanted, settings=replace(wanted.settings, runs=3))
    assert expected_seconds(several, lambda _: 1024, 0.5) == pytest.approx(3 * once + 5 * 60)


def test_a_warm_up_has_no_pause_of_its_own():
    wanted = manifest(("Xen",), SIZES, times=10, pause=60.0, warm_up=1)
    assert [[step.warm_up for step in part] for part in sub_experiments(steps(wanted))] == [
        [True, True, False],
        [False],
    ]
    assert expected_seconds(wanted, lambda _: 1024, 0.5) == pytest.approx(11 * (1 + 0.5) + 11 * (2 + 0.5) + 60)


def test_the_options_name_what_there_is():
    assert options.ORDERS == ORDERS
    assert set(options.CLIENT_NAMES) == {"auto", "legacy", *CLIENTS}
