"""The figure of throughput: what is drawn of each group, and what its caption says of what is not."""

import pytest

from ftpstats.analysis.rates import counted, throughputs
from ftpstats.api.drawing import draw
from ftpstats.errors import UsageError
from ftpstats.present.figures import kinds
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Layout
from ftpstats.units import UNITS
from tests.analysis.rows import MB10, table
from tests.analysis.test_throughput import UTC, row, xferlog
from tests.present.figures.test_plots import caption, only, refuse_overlaps

MIB = 2**20
EXACT = [row("A", 0.5 + 4000 * i, 1.0 + i % 3, size=size) for i in range(12) for size in (20_000, MIB, 3 * MB10)]
COARSE = [xferlog("B", 0.5 + 100 * i, seconds, size=MB10) for i, seconds in enumerate([0.5, 0.5, 0.5, 4.2, 30.0])]


def drawn(*parts, layout=None, unit="MiB/s"):
    rows = table(parts)
    by = ("size-class", "hour") if rows["time"].count() else ("size-class",)
    found = [throughputs(counted(rows), None, (), by=each, zone=UTC, as_printed=False) for each in by]
    labels = [one.label for one in found[0].labels]
    return only(kinds.draw("throughput", Matter(rates=found, labels=labels, time_zone="UTC", unit=UNITS[unit]), layout))


def shapes(axes, label):
    return [patch for patch in axes.patches if patch.get_label() == label]


def marks(axes, name="_aggregate"):
    return [line.get_ydata()[0] for line in axes.lines if line.get_label() == name]


def test_boxes_hold_80_per_cent_of_the_rates_around_the_median():
    by_size, by_hour = drawn(*EXACT).axes
    boxes = {round(box.get_x() + box.get_width() / 2): box for box in shapes(by_size, "_range")}
    assert sorted(boxes) == [2, 4, 5]  # 10–100 KB, 1–10 MB, 10–100 MB
    assert boxes[4].get_y() == pytest.approx(1 / 3)
    assert boxes[4].get_y() + boxes[4].get_height() == pytest.approx(1.0)
    medians = [shape.get_y() for shape in shapes(by_size, "_median")]
    assert medians == pytest.approx([20_000 / MIB / 2, 0.5, 15.0])
    assert len(shapes(by_hour, "_range")) == 12
    assert (by_hour.get_xlim(), by_hour.get_yscale()) == ((0, 24), "log")
    assert by_size.get_ylim() == by_hour.get_ylim()
    assert by_size.get_ylabel() == "throughput (MiB/s, logarithmic)"


def test_the_unit_is_that_asked_for():
    (axes, _) = drawn(*EXACT, unit="Mbit/s").axes
    assert shapes(axes, "_median")[1].get_y() == pytest.approx(MIB / 2 * 8 / 1e6)


def test_what_the_clock_hides_is_hatched_and_said():
    figure = drawn(*COARSE[:3], *EXACT)
    hidden = next(axes for axes in figure.axes if axes.get_title().endswith("size\nB"))
    assert [len(shapes(hidden, name)) for name in ("_hidden", "_range", "_median")] == [1, 0, 0]
    assert "hatched: the clock hides the median" in caption(figure)
    assert "hatched" not in caption(drawn(*EXACT))


def test_the_interval_of_a_median_is_drawn_and_said():
    several = [xferlog("B", 0.5 + 100 * i, 4.0, size=MB10) for i in range(3)]
    figure = drawn(*several)
    (grey,) = shapes(figure.axes[0], "_median")
    assert [grey.get_y(), grey.get_y() + grey.get_height()] == pytest.approx([2.0, 10 / 3])
    assert "grey: the interval that the clock leaves of a median" in caption(figure)
    assert "no box" not in caption(figure)
    assert "no box: the clock hides its ends" in caption(drawn(*several, xferlog("B", 400.5, 0.5, size=MB10)))


def test_aggregates_below_the_axis_are_triangles_at_its_foot_and_said():
    dense = drawn(*(row("A", 0.5 + 2 * i, 1.0, size=MIB) for i in range(20)))
    assert marks(dense.axes[0]) == [pytest.approx(20 / 39)]
    assert "below the axis" not in caption(dense)
    sparse = drawn(row("A", 0.5, 1.0, size=MIB), row("A", 90_000.5, 1.0, size=MIB))
    assert (marks(sparse.axes[0]), marks(sparse.axes[0], "_below")) == ([], [0])
    assert "diamond: aggregate, all bytes per second of wall time; triangle: an aggregate below" in caption(sparse)


def test_a_clock_that_hides_all_rates_says_so():
    figure = drawn(*COARSE[:3])
    assert {text.get_text() for axes in figure.axes for text in axes.texts} == {"the clock hides all rates"}


def test_without_stamps_there_is_no_panel_by_hour():
    figure = drawn(row("A", None, 1.0))
    assert len(figure.axes) == 1
    assert "not by hour: no transfer has a time stamp" in caption(figure)


@pytest.mark.parametrize("width", [89, 183])
@pytest.mark.parametrize("parts", [EXACT, COARSE, [*EXACT, *COARSE], EXACT[:1]], ids=["exact", "coarse", "two", "one"])
def test_no_text_overlaps_at_a_journals_width(parts, width):
    figure = drawn(*parts, layout=Layout(width=width / 25.4))
    figure.set_dpi(200)
    refuse_overlaps(figure)


def test_it_takes_units_of_throughput_only():
    with pytest.raises(UsageError, match="unit s: throughput has none of time"):
        draw("throughput", table(EXACT), unit="s")
    with pytest.raises(TypeError, match="unexpected keyword argument 'log'"):
        draw("throughput", table(EXACT), log=True)
