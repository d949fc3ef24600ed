"""Each label against itself: which pairs of runs are judged, by what, and which are told apart."""

from itertools import combinations

import numpy as np
import pytest

from ftpstats.analysis.aa import SelfComparison, compare_with_self
from ftpstats.analysis.verdict import Margin
from ftpstats.errors import SelectionError
from tests.analysis.rows import KB100, MB10, assert_known, compare, rows, table


def runs(label, *levels, n=40, **columns):
    """One run for each level."""
    rng = np.random.default_rng(len(levels))
    return [
        row for i, level in enumerate(levels, 1) for row in rows(label, rng.normal(level, 0.05, n), run=i, **columns)
    ]


def against_itself(*parts, **options):
    found = compare_with_self(table(*parts), **options)
    for one in found:
        assert_known(one)
    return found


LEVELS = [
    ((1, 1), 1, 0),
    ((1, 2), 1, 1),
    ((1, 1, 1, 1), 6, 0),
    ((1, 1, 2), 3, 2),
    ((1, 2, 3), 3, 3),
    ((1, 1, 2, 2), 6, 4),
]


@pytest.mark.parametrize(("levels", "pairs", "different"), LEVELS)
def test_runs_of_other_levels_are_told_apart(levels, pairs, different):
    (found,) = against_itself(runs("A", *levels), confidence=0.999)
    assert found == SelfComparison("A", KB100, "download", len(levels), pairs, different, different / pairs)


def test_each_pair_is_judged_as_two_labels_of_one_run_each_would_be():
    parts = [np.random.default_rng(seed).normal(1 + seed / 50, 0.05, 20).tolist() for seed in range(6)]
    p_values = [
        compare(table(rows("A", one), rows("B", other)), ["A", "B"])[0].p_adjusted
        for one, other in combinations(parts, 2)
    ]
    level = sum(sorted(p_values)[3:5]) / 2  # four of the 15 fall below
    (found,) = against_itself(*(rows("A", part, run=i) for i, part in enumerate(parts)), confidence=1 - level)
    assert (found.pairs, found.different) == (15, 4)


@pytest.mark.parametrize("n", [20, 30])
def test_below_30_transfers_welch_has_to_agree(n):
    parts = [[mean + (0.3 if i % 2 else -0.3) + 0.001 * (i % 3) for i in range(n)] for mean in (1.0, 1.1)]
    (found,) = against_itself(*(rows("A", part, run=i) for i, part in enumerate(parts, 1)))
    assert found.different == (n >= 30)


def test_chance_tells_one_pair_in_twenty_apart():
    rng = np.random.default_rng(4)
    (found,) = against_itself(*(rows("A", rng.normal(1, 0.1, 60), run=i) for i in range(1, 31)))
    assert found.pairs == 435
    assert found.share == pytest.approx(0.05, abs=0.04)  # pairs that share a run are not independent


def test_every_label_size_and_direction_stands_for_itself():
    found = against_itself(
        runs("B", 1, 2), runs("B", 1, 1, size=MB10), runs("A", 1, 1, direction="upload"), runs("C", 1), runs("D", 5)
    )
    assert [(one.label, one.bytes, one.direction, one.different) for one in found] == [
        ("B", KB100, "download", 1),
        ("B", MB10, "download", 0),
        ("A", KB100, "upload", 0),
    ]


def test_labels_and_sizes_select():
    parts = runs("A", 1, 1), runs("B", 1, 2), runs("B", 1, 1, size=MB10)
    assert [one.label for one in against_itself(*parts, labels=["B", "A"], sizes=[KB100])] == ["B", "A"]
    assert [one.bytes for one in against_itself(*parts, labels=["B"])] == [KB100, MB10]


def test_the_margin_does_not_matter():
    parts = runs("A", 1, 1.02, 2)
    assert against_itself(parts) == against_itself(parts, margin=Margin(9.0, relative=False))


def test_as_printed_judges_what_was_printed():
    fine = [np.random.default_rng(i).normal(0.0123 + 0.001 * i, 0.0001, 40) for i in range(2)]
    parts = [rows("A", part, run=i) for i, part in enumerate(fine)]
    for row in (row for part in parts for row in part):
        row["seconds_printed"] = 0.01
    (told,), (printed,) = against_itself(*parts), against_itself(*parts, as_printed=True)
    assert (told.pairs, told.different) == (1, 1)
    assert (printed.pairs, printed.different) == (1, 0)


@pytest.mark.parametrize(("run", "resolution"), [([1.0], 1e-6), ([1.0] * 20, 0.0)])
def test_runs_of_one_transfer_or_of_one_value_of_unknown_resolution_are_not_judged(run, resolution):
    (found,) = against_itself(*(rows("A", run, run=i, resolution=resolution) for i in range(3)))
    assert (found.runs, found.pairs, found.different, found.share) == (3, 0, 0, None)


def test_runs_that_print_one_value_each_are_judged():
    (found,) = against_itself(*(rows("A", [level] * 20, run=i) for i, level in enumerate([1.0, 1.0, 2.0])))
    assert (found.pairs, found.different) == (3, 2)


@pytest.mark.parametrize("parts", [[runs("A", 1), runs("B", 1)], [runs("A", 1), rows("A", [None], run=2)]])
def test_one_run_each_compares_nothing(parts):
    with pytest.raises(SelectionError, match="no label has two of one size"):
        against_itself(*parts)
