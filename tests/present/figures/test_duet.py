"""The figure of a duet: what the same moment costs each label, its interval, the margin, and whether it is shown."""

import pytest

from ftpstats.analysis.duet import Competition
from ftpstats.analysis.verdict import Margin
from ftpstats.errors import UsageError
from ftpstats.present.figures import kinds
from ftpstats.present.figures.matter import Matter
from tests.present.examples import comparison
from tests.present.figures.test_plots import caption, only, refuse_overlaps

FIVE = Margin(0.05, relative=True)
FREE = Competition("Xen", 40, 39, 1.01, 1.0, 1.0, -1.0, 3.0, 0.001)
SLOWED = Competition("VMware", 40, 38, 1.3, 1.0, 30.0, 20.0, 40.0, 0.99)
ALONE = Competition("VMware", 40, 0, None, None, None, None, None, None)


def drawn(*costs, margin=FIVE, confidence=0.95):
    found = comparison(competition=costs, margin=margin)
    return only(
        kinds.draw("duet", Matter(comparisons=[found], labels=["Xen", "VMware"], margin=margin, confidence=confidence))
    )


def points(axes):
    return [line for line in axes.lines if len(line.get_xdata()) == 1]


def limits(axes):
    return [line.get_segments()[0][0][1] for line in axes.collections if line.get_label() == "_margin"]


def test_each_label_has_its_cost_interval_and_margin():
    figure = drawn(FREE, SLOWED)
    (axes,) = figure.axes
    assert [line.get_ydata()[0] for line in points(axes)] == [1.0, 30.0]
    bars = [line.get_segments()[0][:, 1].tolist() for line in axes.collections if line.get_label() == "_interval"]
    assert bars == [[-1.0, 3.0], [20.0, 40.0]]
    assert limits(axes) == pytest.approx([5.0, 5.0])
    assert axes.get_title() == "100 KB download\nVMware against Xen: inconclusive"
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "Xen\nn = 40\nsolo n = 39",
        "VMware\nn = 40\nsolo n = 38",
    ]
    assert "dashed: the margin, 5 %" in caption(figure)
    refuse_overlaps(figure)


@pytest.mark.parametrize(("confidence", "filled"), [(0.95, [True, False]), (0.9999, [False, False])])
def test_a_mark_is_filled_where_its_cost_is_shown_to_lie_below_the_margin(confidence, filled):
    (axes,) = drawn(FREE, SLOWED, confidence=confidence).axes
    assert [line.get_markerfacecolor() != "white" for line in points(axes)] == filled


def test_a_margin_of_seconds_is_a_share_of_each_solo_mean():
    (axes,) = drawn(FREE, SLOWED, margin=Margin(0.02, relative=False)).axes
    assert limits(axes) == pytest.approx([2.0, 2.0])


def test_a_label_without_solo_transfers_has_no_mark():
    (axes,) = drawn(FREE, ALONE).axes
    assert [line.get_xdata()[0] for line in points(axes)] == [1]
    refuse_overlaps(axes.figure)


def test_what_is_no_duet_has_no_figure():
    with pytest.raises(UsageError, match="no labels transferred at the same moment: see `ftpstats run --order duet`"):
        drawn()
