"""What the kinds of figures draw: the artists' numbers, not pixels."""

import numpy as np
import polars as pl
import pytest

from ftpstats.analysis.pictures import timelines
from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.analysis.verdict import Margin
from ftpstats.errors import UsageError
from ftpstats.present.figures import kinds
from ftpstats.present.figures.broken import BREAK
from ftpstats.present.figures.marks import MOST_DRAWN
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import KEY, Layout
from ftpstats.present.figures.thesis import thesis
from ftpstats.units import UNITS
from tests.analysis.rows import rows, table
from tests.present.figures.test_plots import LONG, boxes, caption, only, refuse_overlaps, words
from tests.present.figures.test_qq import normal, pages, sample

OUTLIER = [*normal(99, 0.142, seed=2).clip(0.141, 0.143), 0.9]


def labelled(axes, label):
    return [line for line in axes.lines if line.get_label() == label]


def only_axes(*chosen, **options):
    (figure,) = pages(*chosen, **options)
    (axes,) = figure.axes
    return axes


# --- axes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["boxplot", "density"])
def test_an_outlying_maximum_squashes_no_box(kind):
    (figure,) = pages(sample(seconds=OUTLIER), sample("KVM", normal(50, 0.142).clip(0.141, 0.143)), kind=kind)
    (axes,) = figure.axes
    box = boxes(axes)[0]
    assert box.get_window_extent().height > 0.1 * axes.bbox.height
    assert "double line: the axis is broken there" in caption(figure)
    assert len(labelled(axes, BREAK)) > 1
    low, high = axes.get_ylim()
    assert low < 141
    assert high > 900


def texts(figure, side):
    figure.draw_without_rendering()
    (axes,) = figure.axes
    axis, (low, high) = (axes.xaxis, axes.get_xlim()) if side == "x" else (axes.yaxis, axes.get_ylim())
    return [tick.label1.get_text() for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def test_numbers_beyond_a_break_have_the_unit_that_reads_best():
    (far,) = pages(sample(seconds=[*normal(50, 0.05), 900.0]), kind="boxplot")
    assert [text for text in texts(far, "y") if text.endswith(" s")] == ["875 s", "925 s"]
    assert far.axes[0].get_ylabel() == "elapsed time (ms)"
    (near,) = pages(sample(seconds=OUTLIER), kind="boxplot")
    assert not [text for text in texts(near, "y") if text.endswith("s")]


def test_beside_each_other_only_one_number_stands_beyond_a_break():
    (figure,) = pages(sample(seconds=[*normal(50, 0.05), 900.0]), kind="ecdf")
    assert len([text for text in texts(figure, "x") if text.endswith(" s")]) == 1


def test_no_number_stands_on_a_mark_of_a_break():
    (figure,) = pages(sample(seconds=OUTLIER), kind="boxplot")
    (axes,) = figure.axes
    shown = axes.get_yticks()
    assert len(shown) > 4
    places = axes.transAxes.inverted().transform(axes.transData.transform([(1, tick) for tick in shown]))[:, 1]
    assert not [place for place in places if place < 0.05 or 0.765 < place < 0.855]


@pytest.mark.parametrize("scale", ["zero", "log"])
def test_an_axis_that_is_asked_for_is_not_broken(scale):
    axes = only_axes(sample(seconds=OUTLIER), kind="boxplot", scale=scale)
    assert labelled(axes, BREAK) == []
    assert (axes.get_yscale(), axes.get_ylim()[0] == 0) == (("log", False) if scale == "log" else ("linear", True))


def test_a_logarithmic_axis_of_zero_is_refused():
    with pytest.raises(UsageError, match="log: a logarithmic axis cannot show 0"):
        pages(sample(seconds=[0.0, 1.0]), kind="boxplot", scale="log")


def test_one_rule_scales_all_panels_of_a_figure():
    apart = [sample("A", normal(20, 0.001)), sample("B", normal(20, 0.1))]
    near = [sample("A", normal(20, 1.0), bytes=1024), sample("B", normal(20, 1.1), bytes=1024)]
    (figure,) = pages(*near, *apart, kind="boxplot")
    assert [axes.get_yscale() for axes in figure.axes] == ["log", "log"]
    wide, narrow = sample("A", np.linspace(0.1, 1, 20)), sample("A", normal(20, 5).clip(4.5, 5.5), bytes=1024)
    (figure,) = pages(wide, narrow, kind="boxplot")
    assert [len(labelled(axes, BREAK)) for axes in figure.axes] == [1, 1]


def test_throughput_is_that_of_single_transfers():
    one = sample(seconds=[0.1, 0.2, 0.4], bytes=1_000_000)
    axes = only_axes_in("MB/s", one, "boxplot")
    assert axes.get_ylabel() == "throughput (MB/s)"
    (box,) = boxes(axes)
    assert [box.get_y(), box.get_y() + box.get_height()] == pytest.approx([3.75, 7.5])
    (point,) = only_axes_in("Mbit/s", one, "means").lines
    assert point.get_ydata() == pytest.approx([8 / (0.7 / 3)])


def only_axes_in(unit, one, kind):
    from ftpstats.analysis.throughput import sample_in, summary_in

    summary = summary_in(UNITS[unit], summarise(one), one)
    matter = Matter([summary], [sample_in(UNITS[unit], one)], unit=UNITS[unit], scale="zero")
    (axes,) = only(kinds.draw(kind, matter)).axes
    return axes


# --- pages --------------------------------------------------------------------------------------------------------


def test_more_than_twelve_panels_flow_onto_pages():
    found = [summarise(sample("A", normal(5), bytes=1024 * (1 + i))) for i in range(14)]
    named = kinds.draw("boxplot", Matter(found))
    assert [name for name, _ in named] == ["1", "2"]
    assert [len(figure.axes) for _, figure in named] == [9, 5]
    assert max(figure.get_size_inches()[1] for _, figure in named) < 11
    assert caption(named[1][1]).startswith("page 2 of 2; box: quartiles")
    high = kinds.draw("boxplot", Matter(found), Layout(height=40.0))
    assert [len(figure.axes) for _, figure in high] == [9, 5]


def test_a_page_is_as_large_as_asked_and_its_letters_too():
    layout = Layout(width=5.0, height=4.0, font_size=9.0, title="Servers", caption="")
    matter = Matter([summarise(sample("A", normal(9), size)) for size in (1024, 4096)])
    figure = only(kinds.draw("boxplot", matter, layout))
    assert figure.get_size_inches().tolist() == [5.0, 4.0]
    assert (figure.get_suptitle(), figure.get_supxlabel()) == ("Servers", "")
    assert figure.axes[0].get_yticklabels()[0].get_fontsize() == 9.0
    refuse_overlaps(figure)


@pytest.mark.parametrize(("layout", "message"), [(Layout(width=1.0), "width"), (Layout(height=1.0), "height")])
def test_a_page_that_is_too_small_is_refused(layout, message):
    with pytest.raises(UsageError, match=f"^{message}: 1 in are too"):
        kinds.draw("boxplot", Matter([summarise(sample("A", normal(9)))]), layout)


@pytest.mark.parametrize("kind", ["ecdf", "density", "autocorrelation"])
def test_no_text_overlaps(kind):
    seconds = [normal(100), normal(12, 1.3), (), [0.013], [8.77] * 5]
    chosen = [sample(label, seconds[i % 5], failed=1234 * (i % 2)) for i, label in enumerate(LONG)]
    for figure in pages(*chosen, kind=kind):
        figure.set_dpi(200)
        refuse_overlaps(figure)


# --- means --------------------------------------------------------------------------------------------------------


def test_means_show_the_margin_around_the_first_label():
    chosen = [summarise(sample("A", [0.1, 0.1, 0.1])), summarise(sample("B", [0.11, 0.11, 0.12]))]
    figure = only(kinds.draw("means", Matter(chosen, margin=Margin(0.05, relative=True))))
    (band,) = [patch for patch in figure.axes[0].patches if patch.get_label() == "_band"]
    # Equivalent is what is less than 5 % longer, either way: see analysis.verdict.
    assert [band.get_y(), band.get_y() + band.get_height()] == pytest.approx([100 / 1.05, 105])
    assert "band: A's mean ± 5 %, the margin" in caption(figure)
    assert "band" not in caption(only(kinds.draw("means", Matter(chosen[:1], margin=Margin(0.05, relative=True)))))


# --- ecdf, density, autocorrelation -------------------------------------------------------------------------------


def test_an_ecdf_steps_at_each_transfer():
    axes = only_axes(sample(seconds=[0.3, 0.1, 0.2, 0.2]), kind="ecdf")
    (steps,) = labelled(axes, "_steps")
    assert steps.get_xdata()[1:-1] == pytest.approx([100, 200, 200, 300])
    assert steps.get_ydata().tolist() == [0, 0.25, 0.5, 0.75, 1, 1]


def test_lines_of_several_labels_have_a_key():
    (figure,) = pages(sample("A", normal(9)), sample("_b", normal(9)), kind="ecdf")
    panel, key = figure.axes
    assert (panel.get_label(), key.get_label()) == ("", KEY)
    assert [text.get_text().strip() for text in key.get_legend().get_texts()] == ["A", "_b"]
    styles = {(line.get_color(), line.get_linestyle()) for line in labelled(panel, "_steps")}
    assert len(styles) == 2


def test_a_raincloud_has_every_transfer_a_box_and_a_density():
    seconds = normal(60)
    axes = only_axes(sample(seconds=seconds), kind="density")
    (rain,) = labelled(axes, "_points")
    assert rain.get_ydata() == pytest.approx(np.sort(seconds) / 1e-3)
    assert max(rain.get_xdata()) < 1 < boxes(axes)[0].get_x() + boxes(axes)[0].get_width() < 1.12
    (cloud,) = [patch for patch in axes.patches if patch.get_label() == "_cloud"]
    assert cloud.get_xy()[:, 0].max() == pytest.approx(1.12 + 0.36)


def test_a_density_is_drawn_only_where_there_are_data():
    axes = only_axes(sample(seconds=[*normal(60, 0.05), 900.0]), kind="density", scale="zero")
    clouds = [patch.get_xy()[:, 1] for patch in axes.patches if patch.get_label() == "_cloud"]
    assert len(clouds) == 2
    assert max(clouds[0]) < 1
    assert min(clouds[1]) > 899


@pytest.mark.parametrize("seconds", [[8.77] * 10, [0.013], [1.0, 2.0]])
def test_too_little_has_no_density_and_is_drawn(seconds):
    axes = only_axes(sample(seconds=seconds), kind="density")
    assert not [patch for patch in axes.patches if patch.get_label() == "_cloud"]
    assert len(labelled(axes, "_points")[0].get_ydata()) == len(seconds)


def test_a_correlogram_has_each_lag_and_the_band():
    seconds = normal(100)
    axes = only_axes(sample(seconds=seconds), kind="autocorrelation")
    (lags,) = labelled(axes, "_lags")
    assert lags.get_xdata().tolist() == list(range(1, 21))
    deviations = seconds - seconds.mean()
    first = (deviations[:-1] * deviations[1:]).sum() / (deviations**2).sum()
    assert lags.get_ydata()[0] == pytest.approx(first)
    (band,) = [patch for patch in axes.patches if patch.get_label() == "_band"]
    assert band.get_height() == pytest.approx(2 * 0.196)


@pytest.mark.parametrize("seconds", [[8.77] * 10, [1.0, 2.0]])
def test_no_correlogram_is_said(seconds):
    axes = only_axes(sample(seconds=seconds), kind="autocorrelation")
    assert words(axes) == ["fewer than 8 transfers,\nor equal times"]


@pytest.mark.parametrize("kind", ["ecdf", "density"])
def test_of_many_transfers_some_are_drawn_the_extremes_too(kind):
    seconds = normal(20_000)
    (figure,) = pages(sample(seconds=seconds), kind=kind)
    (axes,) = figure.axes
    (line,) = labelled(axes, "_points" if kind == "density" else "_steps")
    drawn = line.get_ydata() if kind == "density" else line.get_xdata()[1:-1]
    assert len(drawn) == MOST_DRAWN
    assert [drawn[0], drawn[-1]] == pytest.approx([min(seconds) / 1e-3, max(seconds) / 1e-3])
    assert "5,000 of 20,000 transfers drawn" in caption(figure)


# --- order --------------------------------------------------------------------------------------------------------


def in_order(*parts, times=None, **options):
    transfers = table(*parts)
    if times:
        began = pl.Series([None if time is None else int(1e6 * time) for time in times]).cast(pl.Datetime("us", "UTC"))
        transfers = transfers.with_columns(time=began)
    chosen = samples(transfers)
    found = timelines(transfers, None, (), as_printed=False)
    matter = Matter([summarise(one) for one in chosen], chosen, timelines=found, **options)
    return only(kinds.draw("order", matter))


def shifted():
    rng = np.random.default_rng(5)
    return [0.2, *rng.normal(0.10, 0.001, 59), *rng.normal(0.12, 0.001, 40)]


def test_order_shows_every_transfer_runs_and_failures():
    (axes,) = in_order(rows("A", [0.1, None, 0.2]), rows("A", [0.3, 0.1], run=2)).axes
    (points,), (failed,), (run,) = labelled(axes, "_points"), labelled(axes, "_failed"), labelled(axes, "_run")
    assert points.get_xdata().tolist() == [1, 3, 4, 5]
    assert points.get_ydata() == pytest.approx([100, 200, 300, 100])
    assert failed.get_xdata().tolist() == [2]
    assert run.get_xdata() == [3.5, 3.5]
    assert axes.get_xlabel().split("\n") == ["transfer", "n = 4", "1 failed"]


def test_order_draws_warnings_where_they_are():
    (axes,) = in_order(rows("A", shifted())).axes
    assert words(axes) == ["first slower", "level shift"]
    assert labelled(axes, "_event")[-1].get_xdata() == pytest.approx([60.5, 60.5])
    _, after, _ = labelled(axes, "_event")
    assert after.get_ydata()[0] == pytest.approx(120, rel=0.01)
    (plain,) = in_order(rows("A", normal(60))).axes
    assert words(plain) == []


def test_order_goes_by_time_where_all_times_are_known():
    (axes,) = in_order(rows("A", [0.1, 0.2, 0.3]), times=[0, 60, 600]).axes
    assert axes.get_xlabel().startswith("time since the first transfer (min)")
    assert labelled(axes, "_points")[0].get_xdata().tolist() == [0, 1, 10]
    (axes,) = in_order(rows("A", [0.1, 0.2, 0.3]), times=[0, None, 600]).axes
    assert axes.get_xlabel().startswith("transfer\n")


# --- thesis -------------------------------------------------------------------------------------------------------


def test_the_thesis_has_two_figures_of_each_size():
    found = [summarise(sample("A", normal(9), size)) for size in (102400, 10485760, 104857600)]
    named = list(thesis(Matter(found)))
    assert [name for name, _ in named] == ["5", "6", "7", "8", "9", "10"]
    assert named[0][1].caption.startswith("Figure 5: Box plots of the elapsed times, 100 KB download. Box: quartiles")
    assert named[5][1].caption.startswith("Figure 10: Means of the elapsed times, 100 MB download. Mean with 95 %")
    assert [figure.axes[0].get_title() for _, figure in kinds.draw("thesis", Matter(found))][::2] == [
        "100 KB download",
        "10 MB download",
        "100 MB download",
    ]


def test_the_thesis_drops_nothing_silently():
    lost = sample("B", failed=2, bytes=None, direction=None)
    (_, contents), _ = thesis(Matter([summarise(one) for one in (sample("A", normal(9)), lost)]))
    assert contents.caption.endswith("not shown because the size is unknown: B (n = 0, 2 failed)")
    assert [name for name, _ in thesis(Matter([summarise(lost)]))] == ["5", "6"]


def test_every_kind_has_words_for_help():
    for name, kind in kinds.KINDS.items():
        assert kind.name == name
        assert kind.title.endswith(".")
        assert kind.more.endswith(".")
        assert set(kind.takes) <= {"confidence", "margin", "unit", "scale", "rates", "levels", "published"}
