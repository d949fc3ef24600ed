"""Comparisons as a forest."""

from dataclasses import replace

import pytest

from ftpstats.analysis.verdict import Margin
from ftpstats.errors import UsageError
from ftpstats.present.figures import kinds
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Layout
from ftpstats.units import UNITS
from tests.analysis.rows import compare, rows, table
from tests.present.examples import comparison
from tests.present.figures.test_plots import LONG, caption, only, refuse_overlaps, ticks, words

FIVE = Margin(0.05, relative=True)
SLOWER = comparison(percent=17.2, percent_low=16.8, percent_high=17.6, verdict="slower")


def forest(*comparisons, margin=FIVE, unit="s", **layout):
    matter = Matter(comparisons=comparisons, margin=margin, unit=UNITS[unit])
    return only(kinds.draw("difference", matter, Layout(**layout)))


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
    margin = Margin(0.02, relative=False)
    (axes,) = forest(comparison(mean_reference=0.2, margin=margin), margin=margin).axes
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


HUGE = comparison(percent=-99.6, percent_low=-99.9, percent_high=None, verdict="inconclusive")


@pytest.mark.parametrize(
    ("one", "markers"),
    [
        (HUGE, ["|", ">"]),
        (comparison(percent=-99.99, percent_low=-150.0, percent_high=-50.0), ["<", "|"]),
        (comparison(percent=5e6, percent_low=4e6, percent_high=6e6), ["|", "|"]),
        (comparison(percent=20.0, percent_low=-30.0, percent_high=9e5), ["|", ">"]),
        (comparison(percent=-100.0, percent_low=-100.0, percent_high=-100.0), ["|", "|"]),
    ],
)
def test_a_mean_is_always_on_the_axis_and_an_end_where_it_is(one, markers):
    figure = forest(one, SLOWER)
    (axes,) = figure.axes
    low, high = axes.get_xlim()
    assert all(low <= point.get_xdata()[0] <= high for point in drawn(axes, "_difference"))
    assert [end.get_marker() for end in drawn(axes, "_end")][:2] == markers
    assert ("an arrow" in caption(figure)) == bool({"<", ">"} & set(markers))


def test_a_caption_explains_nothing_that_is_not_drawn():
    assert caption(forest(SLOWER)).endswith("band: the margin, 5 %; filled: conclusive")
    assert caption(forest(HUGE, HUGE, margin=None)).endswith(
        "verdicts are adjusted for the number of comparisons, intervals are not; hollow: inconclusive; "
        "an arrow: the interval goes on"
    )
    nothing = forest(comparison(difference_low=None, percent_low=None, percent_high=None))
    assert caption(nothing).startswith("mean; no interval: too few transfers; ")


@pytest.mark.parametrize("unit", ["s", "MB/s"])
@pytest.mark.parametrize("one", [SLOWER, HUGE, comparison(percent=10185.0, percent_low=9155.0, percent_high=11472.0)])
def test_on_a_narrow_page_the_numbers_stand_below_the_marks(one, unit):
    labels = [replace(one, label=label, throughput_percent=-50.0) for label in ("Xen", "VMware", "KVM")]
    figure = forest(*labels, unit=unit, width=89 / 25.4)
    figure.set_dpi(200)
    refuse_overlaps(figure)
    (axes,) = figure.axes
    assert axes.bbox.width > 0.5 * figure.bbox.width
    assert len(words(axes)) == 3


def test_in_throughput_the_same_verdict_has_the_other_sign():
    (found,) = compare(table(rows("Xen", [1.0, 1.1, 1.3]), rows("VMware", [2.0, 2.2, 2.3])), ["Xen", "VMware"])
    figure = forest(found, unit="MB/s")
    (axes,) = figure.axes
    (point,), (margin,) = drawn(axes, "_difference"), drawn(axes, "_margin")
    assert point.get_xdata() == pytest.approx([1 + found.throughput_percent / 100])
    assert point.get_xdata() == pytest.approx([found.mean_reference / found.mean])
    assert [margin.get_x(), margin.get_x() + margin.get_width()] == pytest.approx([1 / 1.05, 1 / 0.95])
    assert axes.get_xlabel() == "difference of mean throughput, more is better"
    assert words(axes)[0].startswith("−47.")
    assert point.get_marker() == {"slower": "v", "inconclusive": "D"}[found.verdict]


def test_a_size_that_is_unknown_has_no_throughput():
    with pytest.raises(UsageError, match="unit MB/s: transfers of unknown size have no throughput"):
        forest(comparison(bytes=None, throughput=None), unit="MB/s")


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
