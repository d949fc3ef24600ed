"""Box plots in text: marks at their places, on one axis, which says what it leaves out."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ftpstats.present.textplot import Box, Panel, Plot, draw, legend, panel
from ftpstats.units import UNITS

FIVE = st.lists(st.floats(1e-3, 1e3), min_size=5, max_size=5).map(sorted).map(tuple)


def drawn(*boxes, width=40, band=None):
    return draw(Panel(tuple(boxes), 1.0, "s", band), width)


@settings(deadline=None)
@given(fives=st.lists(FIVE, min_size=1, max_size=4), width=st.integers(24, 80))
def test_marks_stand_in_order_and_nothing_is_wider(fives, width):
    assume(max(five[4] for five in fives) > min(five[0] for five in fives) * (1 + 1e-6))
    axis, *lines = drawn(*(Box(five, None, None, None) for five in fives), width=width)
    assert max(map(len, (axis, *lines))) <= width
    for line in lines:
        assert set(line) <= set(" ├┤[]─▒┃◂▸")
        assert line.count("┃") <= 1
        places = [line.find(mark) for mark in "├[┃]┤" if mark in line]
        assert places == sorted(places)


def test_boxes_share_an_axis_with_its_unit():
    lines = drawn(
        Box((0.0, 1.0, 2.0, 3.0, 4.0), None, None, None), Box((4.0, 5.0, 6.0, 7.0, 8.0), None, None, None), width=25
    )
    assert lines == ["0 s            5", "├──[▒▒┃▒▒]──┤", "            ├──[▒▒┃▒▒]──┤"]


def test_mean_interval_and_margin_are_drawn():
    (_, line) = drawn(Box((0.0, 2.0, 4.0, 6.0, 10.0), 5.0, 4.5, 5.5), band=(7.0, 9.0), width=21)
    assert line == "├───[▒▒▒┃(◆)]───────┤"
    (_, line) = drawn(Box((0.0, 0.0, 0.0, 0.0, 0.0), 0.0, None, None), band=(7.0, 9.0), width=10)
    assert line == "◆      ░░░"


def test_an_interval_without_an_end_goes_on_beyond_the_axis():
    (_, line) = drawn(Box((1.0, 2.0, 3.0, 4.0, 5.0), 3.0, -math.inf, 4.5), width=21)
    assert (line[0], ")" in line, "(" in line) == ("◂", True, False)
    (_, line) = drawn(Box((1.0, 2.0, 3.0, 4.0, 5.0), 3.0, 2.5, math.inf), width=21)
    assert (line[-1], "(" in line, ")" in line) == ("▸", True, False)


def test_throughput_is_drawn_from_the_longest_time_to_the_shortest():
    box = Box((1.0, 2.0, 4.0, 5.0, 10.0), 4.0, 2.0, math.inf)
    shown = panel([box], (3.8, 4.2), 8_000_000, UNITS["MB/s"])
    assert shown.boxes[0] == Box((0.8e6, 1.6e6, 2e6, 4e6, 8e6), 2e6, 0.0, 4e6)
    assert (shown.scale, shown.unit) == (1e6, "MB/s")
    assert shown.band == pytest.approx((8e6 / 4.2, 8e6 / 3.8))
    assert panel([box], None, None, UNITS["MB/s"]).unit == "s"  # of unknown size there is none


def test_an_outlying_maximum_leaves_the_axis_and_this_is_said():
    five = (1.0, 1.1, 1.2, 1.3, 9.0)
    lines = drawn(Box(five, 1.2, None, None), width=40)
    assert lines[1].endswith("▸")
    assert lines[1].index("]") - lines[1].index("[") > 10
    plot = Plot((), 0, "interval", "band")
    assert "▸\N{NO-BREAK SPACE}beyond" in legend(plot, lines)
    assert "beyond" not in legend(plot, drawn(Box((1.0, 1.1, 1.2, 1.3, 1.4), 1.2, None, None)))


def test_boxes_that_differ_tenfold_stand_on_a_logarithmic_axis():
    boxes = (
        Box((1.0, 1.1, 1.2, 1.3, 1.4), None, None, None),
        Box((100.0, 110.0, 120.0, 130.0, 140.0), None, None, None),
    )
    axis, low, high = drawn(*boxes, width=60)
    assert axis.split() == ["1", "s", "2", "5", "10", "20", "50", "100"]
    assert low.index("]") - low.index("[") == high.index("]") - high.index("[")
    assert "logarithmic" in legend(Plot((Panel(boxes, 1.0, "s", None),), 0, "", ""), [low])


@pytest.mark.parametrize("boxes", [(), (None,), (Box((), None, None, None),), (Box((1.0,) * 5, 1.0, 1.0, 1.0),)])
def test_without_a_width_there_is_no_plot(boxes):
    assert drawn(*boxes) == [""] * (len(boxes) + 1)
