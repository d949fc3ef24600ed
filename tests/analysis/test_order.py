"""How each run of a sample changes as it goes on: run by run, with the numbers of stats."""

import numpy as np
import pytest

from ftpstats.analysis.order import Order, order_of
from ftpstats.analysis.select import samples
from ftpstats.stats.drift import halves, trend, warm_up
from ftpstats.stats.shift import level_shift
from tests.analysis.rows import assert_known, rows, table


def order(*parts, confidence=0.95):
    (sample,) = samples(table(*(rows("A", part, run=i) for i, part in enumerate(parts, 1))))
    found = order_of(sample, confidence)
    assert_known(found)
    return found


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_each_run_has_its_own(confidence):
    parts = [np.random.default_rng(seed).gamma(3, 1, n) for seed, n in enumerate((40, 25, 10))]
    assert order(*parts, confidence=confidence) == tuple(
        Order(place, len(run), trend(run), halves(run, confidence), warm_up(run), level_shift(run))
        for place, run in enumerate(parts, 1)
    )


@pytest.mark.parametrize(
    ("n", "known"),
    [
        (1, set()),
        (7, set()),
        (8, {"trend"}),
        (16, {"trend", "halves", "level_shift"}),
        (20, {"trend", "halves", "level_shift", "warm_up"}),
    ],
)
def test_too_few_transfers_tell_nothing(n, known):
    (found,) = order(np.arange(n) % 3 + 1.0)
    assert {name for name in ("trend", "halves", "warm_up", "level_shift") if getattr(found, name) is not None} == known


def test_nothing_measured_has_no_runs():
    assert order([None, None]) == ()
