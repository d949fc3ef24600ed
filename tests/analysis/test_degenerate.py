"""Whatever a table holds: every analysis answers with nothing that is NaN and no verdict from nothing, or says why."""

import math
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftpstats.analysis.aa import compare_with_self
from ftpstats.analysis.designs import Aim
from ftpstats.analysis.history import histories
from ftpstats.analysis.history_size import StepAim, history_sizes
from ftpstats.analysis.sample_size import sample_sizes
from ftpstats.analysis.scaling import scalings
from ftpstats.analysis.scaling_size import LinePrecision, scaling_sizes
from ftpstats.analysis.select import by_kind, samples
from ftpstats.analysis.size_lines import measured
from ftpstats.analysis.summary import summarise
from ftpstats.analysis.textbook import textbook_tests
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.errors import SelectionError
from ftpstats.stats import bootstrap as resample
from tests.analysis.rows import KB100, MB10, MB100, assert_known, compare, rows, table

MARGINS = (FIVE_PER_CENT, Margin(0.001, relative=False))
# Ticks, what hardly differs, what is tiny or huge, what no clock says, and attempts that failed (None).
TICKS = st.sampled_from([0.0, 0.01, 0.02])
EXTREMES = st.sampled_from([5e-324, 1e-300, 1e-9, 0.3, math.nextafter(0.3, 1), 1.0, 1e9, 9e99])
USELESS = st.sampled_from([None, 1.0, math.inf, math.nan, 1e200])
VALUES = st.sampled_from([TICKS, EXTREMES, st.floats(1e-3, 10), USELESS]).flatmap(
    lambda values: st.lists(values, min_size=1, max_size=24)
)
RUNS = st.lists(st.tuples(st.sampled_from("AB") | st.just("C"), VALUES), min_size=2, max_size=6)


def in_turns(one, other):
    return [row for pair in zip(one, other, strict=False) for row in pair]


@st.composite
def tables(draw):
    """Runs in any order; or two labels in turns."""
    resolution = draw(st.sampled_from([0.0, 1e-6, 0.01]))
    if draw(st.integers(0, 3)) == 0:
        return table(in_turns(*(rows(label, draw(VALUES), resolution=resolution) for label in "AB")))
    return logged(draw(RUNS), resolution)


def logged(order, resolution=1e-6):
    numbers = {label: count(1) for label, _ in order}
    return table(*(rows(label, part, run=next(numbers[label]), resolution=resolution) for label, part in order))


def answered(function, *arguments, **options):
    """What it answers; nothing where it says that there is nothing to answer about."""
    try:
        found = function(*arguments, **options)
    except SelectionError:
        return ()
    assert_known(found)
    return found


@pytest.fixture(scope="module", autouse=True)
def few_replicates():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resample, "_REPLICATES", 50)
        yield


EQUAL_RUNS = logged([("A", [0.3] * 20), ("B", [0.3] * 20)])


@settings(max_examples=30)
@given(transfers=tables(), margin=st.sampled_from(MARGINS), printed=st.booleans())
@example(transfers=EQUAL_RUNS, margin=FIVE_PER_CENT, printed=False)
def test_compare(transfers, margin, printed):
    labels = list(transfers["label"].unique())
    found = answered(compare, transfers, labels, margin=margin, as_printed=printed, all_pairs=True, details=True)
    for c in found:
        if c.n == 1 or c.n_reference == 1 or c.standard_error in (None, 0):
            assert (c.verdict, c.p, c.p_adjusted, c.equivalence_p) == ("inconclusive", None, None, None)
        assert c.n + c.n_reference >= 2
        assert c.details.superiority.probability <= 1


@settings(max_examples=15)
@given(transfers=tables(), printed=st.booleans(), margin=st.sampled_from(MARGINS))
@example(transfers=EQUAL_RUNS, printed=False, margin=FIVE_PER_CENT)
def test_textbook_tests_and_summaries(transfers, printed, margin):
    every = samples(transfers, as_printed=printed)
    for sample in every:
        assert_known(summarise(sample))
    for alike in by_kind([sample for sample in every if sample.runs]):
        for test in textbook_tests(list(alike.values()), margin=margin):
            assert_known(test)
            assert test.p is None or 0 <= test.p <= 1
            assert test.p is not None or test.statistic is None


@settings(max_examples=15)
@given(transfers=tables(), printed=st.booleans())
@example(transfers=EQUAL_RUNS, printed=False)
def test_a_label_against_itself(transfers, printed):
    for one in answered(compare_with_self, transfers, as_printed=printed):
        assert 0 <= one.different <= one.pairs <= math.comb(one.runs, 2)
        assert (one.share is None) == (one.pairs == 0)


@settings(max_examples=15)
@given(transfers=tables(), margin=st.sampled_from(MARGINS), goal=st.sampled_from(["equivalence", "difference"]))
@example(transfers=EQUAL_RUNS, margin=FIVE_PER_CENT, goal="equivalence")
def test_plan(transfers, margin, goal):
    for found in answered(sample_sizes, transfers, None, (), Aim(goal, margin, 0.95, 0.9)):
        assert found.transfers_needed is None or found.transfers_needed >= 8
        assert found.runs_needed is None or found.runs_needed >= 2


def of_sizes(runs, *, is_mixed):
    """Runs of one label: each of a size, or each of all in turn."""
    sizes = (KB100, MB10, MB100)
    parts = []
    for number, (_, seconds) in enumerate(runs):
        places = [number] if not is_mixed else range(len(seconds))
        parts += [
            rows("A", [value] if is_mixed else seconds, run=number + 1, size=sizes[place % 3], first=place + 1)
            for place, value in zip(places, seconds, strict=False)
        ]
    return table(*parts)


def planned_lines(transfers, aim):
    lines = measured(transfers, None, (), as_printed=False)
    return scaling_sizes(lines, scalings(lines, aim.confidence), aim)


@settings(max_examples=25)
@given(runs=RUNS, is_mixed=st.booleans(), margin=st.sampled_from(MARGINS))
@example(runs=[("A", [0.3] * 20), ("A", [0.3] * 20)], is_mixed=False, margin=FIVE_PER_CENT)
def test_plan_for_scaling(runs, is_mixed, margin):
    found = answered(planned_lines, of_sizes(runs, is_mixed=is_mixed), LinePrecision(0.05, margin, 0.95, 0.9))
    for one in found:
        for needed, unknown in (
            (one.latency_needed, one.latency_unknown),
            (one.throughput_needed, one.throughput_unknown),
        ):
            assert (needed is None) == (unknown is not None)


def planned_histories(transfers, aim):
    found = histories(samples(transfers), by="run", zone=None, false_alarm_rate=0.01, confidence=0.95, margin=aim.step)
    return history_sizes(found, aim)


@settings(max_examples=15)
@given(transfers=tables(), margin=st.sampled_from(MARGINS))
@example(transfers=EQUAL_RUNS, margin=FIVE_PER_CENT)
def test_plan_for_history(transfers, margin):
    for one in answered(planned_histories, transfers, StepAim(margin, 0.9, 0.01)):
        assert one.runs_needed is None or 16 <= one.runs_needed <= 400
