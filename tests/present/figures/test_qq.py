import hashlib
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex

from ftpstats.analysis.quantiles import quantile_plot
from ftpstats.analysis.select import Run, Sample
from ftpstats.analysis.summary import summarise
from ftpstats.present.figures import kinds
from ftpstats.present.figures.broken import BREAK
from ftpstats.present.figures.files import FORMATS, render
from ftpstats.present.figures.marks import MOST_POINTS
from ftpstats.present.figures.matter import Matter
from tests.present.figures.test_plots import LONG, boxplot, caption, colours, refuse_overlaps, run, words

ROOT = str(Path(__file__).parents[3])
KB100, MB100 = 102400, 104857600


def sample(label="Xen", seconds=(), bytes=KB100, resolution=1e-9, failed=0, direction="download"):
    values = np.array(seconds, dtype=float)
    runs = (Run(values, "FTP.log", np.arange(len(values)), None, 1),) if len(values) else ()
    return Sample(
        label,
        bytes,
        direction,
        ("inetutils",),
        runs,
        resolution,
        partial=0,
        failed=failed,
        untimed=0,
        reason=None,
        empty_runs=(),
    )


def plots(*samples):
    return [quantile_plot(one, summarise(one)) for one in samples]


def pages(*samples, labels=(), kind="qq", **options):
    matter = Matter([summarise(one) for one in samples], samples, labels, **options)
    return [figure for _, figure in kinds.draw(kind, matter)]


def draw(*samples, **options):
    (figure,) = pages(*samples, **options)
    return figure


def normal(n, mean=0.03, seed=1):
    return np.random.default_rng(seed).normal(mean, 0.1 * mean, n)


def points(axes):
    return [line for line in axes.lines if line.get_label() not in {BREAK, "_line"}]


def line(axes):
    return [line for line in axes.lines if line.get_label() == "_line"]


def titles(figure):
    return [axes.get_title() for axes in figure.axes]


def below(axes):
    return axes.get_xlabel().split("\n")


# --- what is drawn ------------------------------------------------------------------------------------------------


def test_points_are_the_times_in_order_and_the_line_runs_through_the_quartiles():
    seconds = [0.017, 0.011, 0.012, 0.036, 0.009]
    (plot,) = plots(sample(seconds=seconds))
    (axes,) = draw(sample(seconds=seconds)).axes
    (drawn,), (straight,) = points(axes), line(axes)
    assert drawn.get_xdata().tolist() == plot.quantiles.scores.tolist()
    assert drawn.get_ydata() == pytest.approx([9, 11, 12, 17, 36])
    (x0, x1), (y0, y1) = straight.get_data()
    for z, quartile in ((-0.67448975, 11), (0.67448975, 17)):
        assert y0 + (y1 - y0) * (z - x0) / (x1 - x0) == pytest.approx(quartile)
    assert (axes.get_xlim(), axes.get_ylabel()) == ((x0, x1), "elapsed time (ms)")
    assert below(axes) == ["normal quantile", "n = 5"]


def test_every_point_lies_on_its_axes():
    for axes in draw(sample(seconds=normal(400)), sample("KVM", normal(9, 1.3))).axes:
        (drawn,) = points(axes)
        for values, (low, high) in ((drawn.get_xdata(), axes.get_xlim()), (drawn.get_ydata(), axes.get_ylim())):
            assert low < min(values) <= max(values) < high


def test_a_level_line_where_both_quartiles_are_one_value():
    (axes,) = draw(sample(seconds=[8.77] * 8 + [8.9], resolution=0.01)).axes
    assert line(axes)[0].get_ydata() == pytest.approx([8.77, 8.77])


def test_equal_values_are_drawn_as_a_coarse_clock():
    (axes,) = draw(sample(seconds=[8.77] * 10, resolution=0.01)).axes
    assert set(points(axes)[0].get_ydata()) == {8.77}
    assert below(axes)[1:] == ["n = 10", "coarse clock"]


def test_zero_seconds_are_drawn():
    (axes,) = draw(sample(seconds=[0.0, 0.0, 0.0], resolution=0.01)).axes
    assert points(axes)[0].get_ydata().tolist() == [0, 0, 0]


def test_one_transfer_is_a_point_without_a_line():
    figure = draw(sample(seconds=[0.013]))
    (axes,) = figure.axes
    assert ([list(p.get_ydata()) for p in points(axes)], line(axes)) == ([[pytest.approx(13)]], [])
    assert "single point: the only completed transfer" in caption(figure)


def test_no_completed_transfer_is_said():
    figure = draw(sample(failed=3))
    assert words(figure.axes[0]) == ["no completed transfer"]
    assert (below(figure.axes[0])[1:], len(figure.axes[0].get_xticks())) == (["n = 0", "3 failed"], 0)
    figure = draw(sample(seconds=normal(5)), sample("KVM", failed=2))
    assert [words(axes) for axes in figure.axes] == [[], ["no completed transfer"]]
    figure = draw(sample(seconds=normal(5)), sample("KVM", failed=2, bytes=MB100))
    assert titles(figure) == ["100 KB download\nXen"]
    assert caption(figure).endswith("not shown because no transfer completed: 100 MB download KVM (n = 0, 2 failed)")


@pytest.mark.parametrize(("resolution", "is_flagged"), [(0.19, False), (0.21, True)])
def test_a_sample_is_flagged_where_the_digits_resolve_no_fifth_of_its_sd(resolution, is_flagged):
    seconds = normal(30)
    (axes,) = draw(sample(seconds=seconds, resolution=resolution * np.std(seconds, ddof=1))).axes
    assert ("coarse clock" in below(axes)) == is_flagged


def test_of_thousands_of_points_a_few_hundred_are_drawn_the_tails_all():
    seconds = normal(20_000)
    figure = draw(sample(seconds=seconds))
    (drawn,) = points(figure.axes[0])
    assert 150 < len(drawn.get_xdata()) <= MOST_POINTS
    shown, ordered = set(drawn.get_ydata()), np.sort(seconds) / 1e-3
    assert {*ordered[:8], *ordered[-8:]} <= shown <= set(ordered)
    assert max(np.diff(drawn.get_xdata())) < 0.5
    assert f"of more than {MOST_POINTS} points, overlapping ones are omitted" in caption(figure)
    assert len(render(figure, "svg")) < 150_000


def test_as_many_points_as_are_drawn_are_all_drawn():
    figure = draw(sample(seconds=normal(MOST_POINTS)))
    assert len(points(figure.axes[0])[0].get_xdata()) == MOST_POINTS
    assert "left out" not in caption(figure)


def test_the_caption_says_what_the_picture_shows_and_what_not():
    assert caption(draw(sample(seconds=[0.01, 0.02, 0.03]))) == (
        "elapsed times in ascending order against quantiles of a standard normal distribution; line: through the "
        "quartiles; points on the line: normal, steps: a coarse clock; the order of measurement is not shown; each "
        "panel has its own axes"
    )


def test_no_plots_are_the_callers_mistake():
    with pytest.raises(ValueError, match="no summaries"):
        pages()


# --- panels -------------------------------------------------------------------------------------------------------


def test_a_row_per_size_and_direction_and_a_panel_per_label():
    kinds = [(MB100, "download"), (KB100, "upload"), (KB100, "download")]
    figure = draw(*(sample(label, normal(9), size, direction=way) for label in ("B", "A") for size, way in kinds))
    shown = ["100 KB download", "100 KB upload", "100 MB download"]
    assert titles(figure) == [f"{kind}\n{label}" for kind in shown for label in ("B", "A")]
    assert {axes.get_subplotspec().get_gridspec().get_geometry() for axes in figure.axes} == {(3, 2)}


@pytest.mark.parametrize(
    ("labels", "sizes", "shape"),
    [(1, 1, (1, 1)), (1, 3, (1, 3)), (1, 5, (2, 3)), (2, 1, (1, 2)), (4, 3, (3, 4)), (5, 2, (4, 3))],
)
def test_panels_wrap_to_rows_and_a_size_begins_one(labels, sizes, shape):
    figure = draw(*(sample(f"label {i}", normal(5), 1024 * (1 + j)) for i in range(labels) for j in range(sizes)))
    assert {axes.get_subplotspec().get_gridspec().get_geometry() for axes in figure.axes} == {shape}
    assert len(figure.axes) == labels * sizes
    if labels > 1:
        rows = [(axes.get_subplotspec().rowspan.start, axes.get_title().split("\n")[0]) for axes in figure.axes]
        assert len({row for row, _ in rows}) == len(set(rows))


def test_a_label_has_the_colour_and_marker_of_the_other_figures():
    every = ["Baseline", "Xen", None]
    chosen = [sample("Xen", normal(9)), sample(None, normal(9))]
    boxes = boxplot([summarise(one) for one in chosen], every)
    drawn = [points(axes)[0] for axes in draw(*chosen, labels=every).axes]
    assert [to_hex(one.get_color()) for one in drawn] == colours(boxes.axes[0])
    assert [one.get_marker() for one in drawn] == ["s", "^"]


@pytest.mark.parametrize("sizes", [(KB100,), (1024, KB100, MB100)])
@pytest.mark.parametrize("labels", [LONG, LONG[1:4], ["W" * 40]], ids=len)
def test_no_text_overlaps_another_or_leaves_the_page(labels, sizes):
    seconds = [normal(100), normal(12, 1.3), (), [0.013], [8.77] * 5]
    samples = [
        sample(label, seconds[(i + j) % 5], size, resolution=0.01, failed=1234 * (i % 2))
        for i, label in enumerate(labels)
        for j, size in enumerate(sizes)
    ]
    for figure in pages(*samples):
        figure.set_dpi(200)  # as it is written; at half of that, letters are rounded to whole pixels
        refuse_overlaps(figure)
        for axes in figure.axes:
            assert axes.bbox.height > 0.9 * figure.dpi


def test_a_label_is_broken_but_never_shortened():
    figure = draw(*(sample(label, normal(5)) for label in LONG))
    assert ["".join(title.split()) for title in titles(figure)] == ["".join(f"100KBdownload{x}".split()) for x in LONG]


# --- bytes --------------------------------------------------------------------------------------------------------

SAMPLES = [sample("Xen", normal(40)), sample("KVM", [0.01, 0.02], failed=1), sample("VMware", failed=2)]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_samples_give_the_same_bytes_in_this_process_and_in_another(form):
    figure = draw(*SAMPLES)
    first = render(figure, form)
    assert render(draw(*SAMPLES), form) == render(figure, form) == first
    code = (
        f"import hashlib, sys; sys.path.insert(0, {ROOT!r})\n"
        "from tests.present.figures import test_qq as t\n"
        f"print(hashlib.sha256(t.render(t.draw(*t.SAMPLES), {form!r})).hexdigest(), 'matplotlib.pyplot' in sys.modules)"
    )
    assert run(code, PYTHONHASHSEED="7").split() == [hashlib.sha256(first).hexdigest(), "False"]


def test_an_svg_shows_each_point_once():
    tree = ET.fromstring(render(draw(sample(seconds=normal(40))), "svg"))
    groups = [g for g in tree.iter("{http://www.w3.org/2000/svg}g") if (g.get("id") or "").startswith("line2d")]
    assert 40 in {len(list(g.iter("{http://www.w3.org/2000/svg}use"))) for g in groups}


def test_a_plot_holds_its_summary_and_its_points():
    (full, empty) = plots(sample(seconds=[0.02, 0.01]), sample(failed=1))
    assert (full.summary.n, full.quantiles.values.tolist()) == (2, [0.01, 0.02])
    assert (empty.summary.failed, empty.quantiles) == (1, None)
