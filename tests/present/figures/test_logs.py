"""Differences within logs: the points, the mean with its interval, the margin, and what is filled."""

import numpy as np
import pytest

from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.errors import UsageError
from ftpstats.present.figures import kinds
from ftpstats.present.figures.matter import Matter
from ftpstats.units import UNITS
from tests.analysis.rows import compare, rows, table
from tests.analysis.test_design import days
from tests.present.figures.test_kinds import only

(BY_LOG,) = compare(days(*["AB", "BA"] * 4, ratio=1.1), ["A", "B"])


def drawn(comparison=BY_LOG, **matter):
    figure = only(kinds.draw("logs", Matter(**{"labels": ["A", "B"], "comparisons": [comparison]} | matter)))
    return figure, figure.axes[0]


def points(axes):
    return [line for line in axes.lines if line.get_marker() not in {"None", None, ""}]


def test_a_point_is_the_difference_within_a_log_and_filled_where_the_reference_came_first():
    _, axes = drawn()
    found = points(axes)
    assert [line.get_xdata()[0] for line in found] == list(range(1, 9))
    assert [line.get_ydata()[0] for line in found] == pytest.approx([log.percent for log in BY_LOG.by_log])
    assert [line.get_markerfacecolor() != "white" for line in found] == [True, False] * 4


def test_line_band_and_margin_are_those_of_compare():
    figure, axes = drawn(margin=FIVE_PER_CENT)
    lines = {line.get_label(): line.get_ydata()[0] for line in axes.lines if line.get_label() == "_difference"}
    assert lines["_difference"] == pytest.approx(BY_LOG.percent)
    (band,) = [patch for patch in axes.patches if patch.get_label() == "_interval"]
    assert [band.get_y(), band.get_y() + band.get_height()] == pytest.approx([BY_LOG.percent_low, BY_LOG.percent_high])
    margins = sorted(line.get_ydata()[0] for line in axes.lines if line.get_label() == "_margin")
    assert margins == pytest.approx([-5, 5])
    assert "dashed: the margin, 5 %" in " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


def test_an_interval_without_an_end_fills_the_panel_and_the_caption_says_so():
    (found,) = compare(table(*(part for day in (1, 2, 3) for part in exact(day))), ["A", "B"])
    assert (found.percent_low, found.percent_high) == (None, None)
    figure, axes = drawn(found)
    (band,) = [patch for patch in axes.patches if patch.get_label() == "_interval"]
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx(axes.get_ylim())
    caption = "a band up to the edge has no end"
    assert [said(one, caption) for one in (figure, drawn()[0])] == [True, False]


def exact(day):
    """A day on which both labels take `day` times as long, B a third more than A."""
    return [rows(label, [day * mean] * 5, run=day, source=f"{day}.log") for label, mean in (("A", 3.0), ("B", 4.0))]


def said(figure, text):
    return any(text in one.get_text().replace("\n", " ") for one in figure.texts)


def test_of_throughput_a_slower_label_is_below():
    _, axes = drawn(unit=UNITS["MiB/s"], margin=Margin(0.05, relative=True))
    values = [line.get_ydata()[0] for line in points(axes)]
    assert values == pytest.approx([100 / (1 + log.percent / 100) - 100 for log in BY_LOG.by_log])
    assert np.max(values) < 0


def test_without_logs_that_hold_both_there_is_nothing_to_draw():
    (found,) = compare(days("AB", "BA"), ["A", "B"])
    with pytest.raises(UsageError, match="three logs or more have to hold both"):
        kinds.draw("logs", Matter(comparisons=[found]))
