"""Comparisons as a forest."""

import pytest

from ftpstats.analysis.verdict import Margin
from ftpstats.present.figures import kinds
from ftpstats.present.figures.matter import Matter
from tests.present.examples import comparison
from tests.present.figures.test_plots import LONG, caption, only, refuse_overlaps, ticks, words

FIVE = Margin(0.05, relative=True)
SLOWER = comparison(percent=17.2, percent_low=16.8, percent_high=17.6, verdict="slower")


def forest(*comparisons, margin=FIVE):
    return only(kinds.draw("difference", Matter(comparisons=comparisons, margin=margin)))


def drawn(axes, label):
    found = [*axes.lines, *axes.patches, *axes.collections]
    return [one for one in found if one.get_label() == label]


def names(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_a_row_has_difference_interval_margin_and_verdict():
    (axes,) = forest(SLOWER).axes
    (point,), (interval,), (margin,) = (drawn(axes, name) for name in ("_difference", "_interval", "_margin"))
    assert point.get_xdata() == pytest.approx([1.172])
    assert [x for x, _ in interval.get_segments()[0]] == pytest.approx([1.168, 1.176])
    assert [margin.get_x(), margin.get_x() + margin.get_width()] == pytest.approx([0.95, 1.05])
    assert words(axes) == ["+17.2 % (+16.8 to +17.6 %)  slower"]
    assert axes.get_xticklabels()[0].get_text().endswith(" %")


def test_a_margin_of_seconds_is_a_share_of_each_reference():
    (axes,) = forest(comparison(mean_reference=0.2), margin=Margin(0.02, relative=False)).axes
    (margin,) = drawn(axes, "_margin")
    assert [margin.get_x(), margin.get_width()] == pytest.approx([0.9, 0.2])


def test_several_labels_stand_below_their_size():
    both = comparison(label="A", bytes=102400), comparison(label="B", bytes=102400)
    (axes,) = forest(*both, comparison(label="A", bytes=1024)).axes
    assert names(axes) == ["100 KB download", "A", "B", "1 KB download", "A"]


def test_one_label_has_a_row_for_each_size():
    (axes,) = forest(comparison(bytes=102400), comparison(bytes=1024)).axes
    assert names(axes) == ["100 KB download", "1 KB download"]


def test_an_unbounded_interval_ends_in_an_arrow():
    (axes,) = forest(comparison(percent=20.0, percent_low=1.0, percent_high=None, verdict="inconclusive")).axes
    assert [end.get_marker() for end in drawn(axes, "_end")] == ["|", ">"]
    assert drawn(axes, "_difference")[0].get_markerfacecolor() == "w"


def test_large_ratios_are_drawn_on_a_logarithmic_axis():
    (axes,) = forest(comparison(percent=900.0, percent_low=800.0, percent_high=1000.0)).axes
    assert axes.get_xscale() == "log"
    assert all(text.endswith(" %") for text in (label.get_text() for label in axes.get_xticklabels()))


def test_long_labels_overlap_nothing_and_many_flow_onto_pages():
    several = [comparison(label=label, bytes=size) for size in (1024, 102400) for label in LONG]
    figure = forest(*several)
    figure.set_dpi(200)
    refuse_overlaps(figure)
    assert "band: the margin, 5 %" in caption(figure)
    many = [comparison(bytes=1024 * (1 + i)) for i in range(40)]
    assert len(kinds.draw("difference", Matter(comparisons=many, margin=FIVE))) == 2


def test_no_comparisons_are_the_callers_mistake():
    with pytest.raises(ValueError, match="no comparisons"):
        kinds.draw("difference", Matter())
    assert ticks
