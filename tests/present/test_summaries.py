"""Summaries in one unit per size, and box plots in text."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ftpstats.present.summaries import summary_table, text_boxplot
from ftpstats.present.tables import shown_label
from tests.analysis.rows import MB10
from tests.present.examples import some


def test_a_summary_has_one_unit_per_size():
    found = [some("A", [0.5]), some("B", [2.0, 2.2]), some("A", [20.0], size=MB10), some("B", [None, None])]
    shown = summary_table(found, 0.95)
    assert [(row[0], row[2], row[3], row[4]) for row in shown.rows] == [
        ("100 KB download, s", "", "", ""),
        ("  A", "1", "", "0.5000"),
        ("  B", "2", "", "2.100"),
        ("10 MB download, s", "", "", ""),
        ("  A", "1", "", "20.00"),
        ("size unknown, s", "", "", ""),
        ("  B", "0", "2", "–"),
    ]
    assert shown.sections == {0, 3, 5}
    assert {len(row) for row in shown.rows} == {len(shown.columns)}


PRECISION = [
    (0.14197, 0.00023, ("141.97", "0.23")),
    (0.14197, 0.0022, ("142.0", "2.2")),
    (0.14197, 0.022, ("142.0", "22")),
    (0.14, 3e-17, ("140.000000000", "2.8e−14")),
    (0.14, 0.0, ("140.0", "0")),
    (0.14, None, ("140.0", "–")),
]


@pytest.mark.parametrize(("mean", "half", "shown"), PRECISION)
def test_a_mean_has_the_decimals_of_its_half_width(mean, half, shown):
    summary = replace(some(), mean=mean, ci_high=None if half is None else mean + half)
    assert summary_table([summary], 0.95).rows[1][4:6] == shown


def test_a_label_that_is_lacking_has_words():
    assert shown_label(None) == "(no label)"


EXAMPLE = some()
FIVE = st.lists(st.floats(0, 1e6), min_size=5, max_size=5).map(sorted)


@settings(deadline=None)
@given(numbers=FIVE, below=st.floats(0, 1e6), above=st.floats(0, 1e6), width=st.integers(5, 80))
def test_box_plot_marks_stand_in_order_at_their_places(numbers, below, above, width):
    low, high = numbers[0] - below, numbers[4] + above
    assume(high > low)
    summary = replace(EXAMPLE, **dict(zip(("min", "q1", "median", "q3", "max"), numbers, strict=True)))
    line = text_boxplot(summary, low, high, width)
    assert len(line) <= width
    assert set(line) <= set(" ├┤[]│─═")
    place = [round((value - low) / (high - low) * (width - 1)) for value in numbers]
    assert len(line) - 1 == place[4]
    assert len(line) - len(line.lstrip()) == place[0]
    assert line[place[2]] == "│"
    assert line.count("│") == 1
    for at, mark in ((place[0], "├"), (place[4], "┤"), (place[1], "["), (place[3], "]")):
        assert line[at] == mark or place.count(at) > 1


def test_box_plots_of_one_size_share_a_scale():
    shown = summary_table([some("A", [0.0, 1.0, 2.0, 3.0, 4.0]), some("B", [4.0, 5.0, 6.0, 7.0, 8.0])], 0.95)
    boxes = [row[-1] for row in shown.rows[1:]]
    assert boxes == ["├──[══│══]──┤", "            ├──[══│══]──┤"]


def test_equal_values_and_no_values_have_no_box_plot():
    assert text_boxplot(some("A", [1.0, 1.0]), 1.0, 1.0) == ""
    assert text_boxplot(some("A", [None]), 0.0, 1.0) == ""
    assert summary_table([some("A", [1.0, 1.0])], 0.95).rows[1][-1] == ""
