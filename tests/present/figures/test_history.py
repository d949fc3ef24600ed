"""The figure of histories: points, levels with intervals, changes with their places and verdicts, drifts."""

from datetime import UTC

import numpy as np
import pytest

from ftpstats.api.drawing import draw
from ftpstats.errors import UsageError
from ftpstats.present.figures import kinds
from ftpstats.present.figures.matter import Matter
from ftpstats.units import UNITS
from tests.analysis.test_history import BEGIN, DAY, asked, noise, sample, step, table
from tests.present.figures.test_plots import caption, only, refuse_overlaps, words


def drawn(*found, unit="s"):
    labels = [one.label for one in found]
    return only(kinds.draw("history", Matter(histories=found, labels=labels, unit=UNITS[unit], zone=UTC)))


def lines(axes, label):
    return [line for line in axes.lines if line.get_label() == label]


def bands(axes, label):
    return [patch for patch in [*axes.patches, *axes.collections] if patch.get_label() == label]


def test_a_change_has_levels_their_intervals_and_a_verdict():
    [found] = asked(sample(step(), began=[BEGIN + place * DAY for place in range(60)]))
    figure = drawn(found)
    (axes,) = figure.axes
    (points,) = lines(axes, "_points")
    assert points.get_xdata().tolist() == list(range(1, 61))
    assert points.get_ydata() == pytest.approx([1000 * point.mean for point in found.points])
    levels = lines(axes, "_level")
    assert [line.get_xdata().tolist() for line in levels] == [[0.5, 35.5], [35.5, 60.5]]
    assert [line.get_ydata()[0] for line in levels] == pytest.approx([1000 * level.mean for level in found.levels])
    assert len(bands(axes, "_interval")) == 2
    (change,) = lines(axes, "_change")
    assert change.get_xdata()[0] == 35.5
    (place,) = bands(axes, "_place")
    low, high = found.newest.change_low, found.newest.change_high
    assert (place.get_x(), place.get_x() + place.get_width()) == (low + 0.5, high + 0.5)
    assert words(axes) == [f"+{found.newest.percent:.1f} %, slower"]
    assert "2025-09-01 to 10-30" in axes.get_xlabel()
    assert "dashed: a change" in caption(figure)
    refuse_overlaps(figure)


def test_what_is_said_of_a_change_stands_over_it():
    values = noise(80)
    for at, size in ((20, 0.03), (40, -0.03), (60, -0.02)):
        values[at:] += size
    [found] = asked(sample(values))
    assert [level.first for level in found.levels] == [1, 21, 41, 61]
    figure = drawn(found)
    refuse_overlaps(figure)
    (axes,) = figure.axes
    assert [(text.get_position()[0], text.get_ha()) for text in axes.texts if "er" in text.get_text()] == [
        (20.5, "center"), (40.5, "center"), (60.5, "center"),
    ]  # fmt: skip


def test_neighbouring_changes_are_told_apart():
    values = noise(100)
    values[40:52] += 0.03
    [found] = asked(sample(values))
    assert len(found.levels) == 3
    figure = drawn(found)
    refuse_overlaps(figure)


def test_a_drift_is_a_line_and_too_few_have_none():
    rising, short = asked(sample(noise(80) + np.linspace(0, 0.02, 80)), sample(noise(9), label="B"))
    figure = drawn(rising, short)
    one, other = figure.axes
    (line,) = lines(one, "_drift")
    assert np.diff(line.get_ydata()) == pytest.approx(1000 * rising.drift.slope)
    assert line.get_ydata().mean() == pytest.approx(1000 * rising.levels[0].mean)
    assert [len(lines(axes, "_level")) for axes in (one, other)] == [0, 0]
    assert len(lines(other, "_points")[0].get_xdata()) == 9
    assert "sloped line: times drift" in caption(figure)
    assert "too few to look for levels" in caption(figure)
    assert "dashed" not in caption(figure)


def test_in_throughput_more_time_is_less():
    [found] = asked(sample(step()))
    (axes,) = drawn(found, unit="MB/s").axes
    levels = [line.get_ydata()[0] for line in lines(axes, "_level")]
    assert levels == pytest.approx([102400 / level.mean / 1e6 for level in found.levels])
    assert axes.get_ylabel() == "throughput (MB/s)"


def test_it_takes_what_history_does():
    figures = draw("history", table(step(), time=None), by="run", false_alarm_rate="5%", margin="50%").figures
    assert words(figures[0][1].axes[0])[0].endswith("equivalent")
    with pytest.raises(UsageError, match="by week: choose from run, day"):
        draw("history", table(step()), by="week")
    with pytest.raises(TypeError, match=r"boxplot\(\) got an unexpected keyword argument 'by'"):
        draw("boxplot", table(step()), by="run")
