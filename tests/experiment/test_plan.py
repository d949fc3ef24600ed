"""Which transfers an experiment makes, and in which order."""

from collections import Counter

import pytest

from ftpstats import options
from ftpstats.experiment.client import CLIENTS
from ftpstats.experiment.plan import ORDERS, expected_seconds, first_iterations, remaining, steps
from ftpstats.manifest import Attempt
from tests.experiment.rig import manifest

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


@pytest.mark.parametrize("order", ["sequential", "interleaved", "random"])
def test_clients_at_once_make_no_more_transfers(order):
    plan = steps(manifest(LABELS, SIZES, times=10, order=order, parallel=4))
    assert sum(step.count for step in plan) == 40
    if order != "sequential":
        assert {step.count for step in plan} == {4, 2}


@pytest.mark.parametrize("order", ["sequential", "interleaved", "random"])
def test_warm_ups_come_before_the_counted_transfers_of_their_label(order):
    wanted = manifest(LABELS, SIZES, times=3, order=order, warm_up=2)
    plan = steps(wanted)
    for label in LABELS:
        of_label = [step.warm_up for step in plan if step.label == label]
        assert of_label == sorted(of_label, reverse=True)
        assert sum(step.count for step in plan if step.label == label and step.warm_up) == 4
    assert first_iterations(wanted) == {"Baseline": -3, "Xen": -3}  # …, -1, 0, and the first that counts is 1


def test_what_was_done_is_not_done_again():
    plan = steps(manifest(LABELS, SIZES, times=3))
    made = [Attempt(0, "Baseline", i, "", 0) for i in (1, 2, 3)] + [Attempt(2, "Xen", 1, "", 0)]
    assert order_of(remaining(plan, made)) == [("Baseline", 2048, 3), ("Xen", 1024, 2), ("Xen", 2048, 3)]
    assert remaining(plan, [Attempt(step.number, step.label, 1, "", 0) for step in plan for _ in range(3)]) == []


def test_the_duration_counts_transfers_and_pauses():
    wanted = manifest(("Xen",), SIZES, times=10, pause=60.0)
    assert expected_seconds(wanted, 1024, 0.5) == pytest.approx(10 * (1 + 0.5) + 10 * (2 + 0.5) + 60)


def test_the_options_name_what_there_is():
    assert options.ORDERS == ORDERS
    assert set(options.CLIENT_NAMES) == {"auto", "legacy", *CLIENTS}
