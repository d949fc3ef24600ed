import hashlib
import itertools
import os
import subprocess
import sys
from dataclasses import fields, replace

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from ftpstats.analysis.summary import Summary
from ftpstats.errors import UsageError
from ftpstats.present.figures import kinds
from ftpstats.present.figures.broken import BREAK
from ftpstats.present.figures.files import FORMATS, render
from ftpstats.present.figures.matter import Matter
from ftpstats.present.figures.page import Layout

UNKNOWN = {field.name: None for field in fields(Summary)}
COUNTS = {"runs": 1, "n": 0, "partial": 0, "failed": 0, "warnings": ()}
NOTHING = Summary(**UNKNOWN | COUNTS | {"label": "Xen", "bytes": 102400, "direction": "download"})
XEN = replace(
    NOTHING, n=100, mean=0.013, ci_low=0.012, ci_high=0.014, min=0.004, q1=0.009, median=0.011, q3=0.017, max=0.036
)
VMWARE = replace(
    XEN, label="VMware", mean=0.016, ci_low=0.015, ci_high=0.017, min=0.006, q1=0.01, median=0.012, q3=0.02, max=0.041
)
ONCE = replace(NOTHING, n=1, **dict.fromkeys(["mean", "min", "q1", "median", "q3", "max"], 0.013))
LARGE = replace(XEN, bytes=104857600, mean=1.30, ci_low=1.29, ci_high=1.31, min=1.2, q1=1.25, median=1.3, q3=1.4, max=2)
LONG = [
    "debian-12-full-virtualisation-virtio-net",
    "Xen 3.2 paravirtual, 512 MB, kernel 2.6.18",
    "W" * 40,
    "a_very_long_name_with_underscores",
    "/usr/share/label/with/slashes.log",
    "KVM",
    "x",
    "a$b$c",
    "VMware Server 1.0.5 on Windows Server 2008",
    "bare",
]
SAMPLES = [XEN, VMWARE, LARGE, replace(LARGE, label="VMware"), replace(NOTHING, label="KVM", failed=2)]


def only(pages):
    """The figure of an only page."""
    ((name, figure),) = pages
    assert not name
    return figure


def boxplot(summaries, labels=(), **options):
    return only(kinds.draw("boxplot", Matter(summaries, labels=labels, **options)))


def means(summaries, confidence, labels=(), **options):
    return only(kinds.draw("means", Matter(summaries, labels=labels, confidence=confidence, **options)))


CHARTS = {"boxplot": boxplot, "means": lambda summaries: means(summaries, 0.95)}
BOTH = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)


def scaled(*seconds, unit=1e-3):
    return pytest.approx([value / unit for value in seconds], rel=1e-12)


def ticks(axes):
    return [label.get_text() for label in axes.get_xticklabels()]


def words(axes):
    return [text.get_text() for text in axes.texts]


def boxes(axes):
    return [
        patch
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_fill() and patch.get_label() != BREAK
    ]


def strokes(axes):
    """Both ends of every straight line that shows data, lower end first."""
    return [sorted(ends[:, 1]) for collection in axes.collections for ends in collection.get_segments()]


def points(axes):
    return [line for line in axes.lines if line.get_label() != BREAK]


def caption(figure):
    return figure.get_supxlabel().replace("\n", " ")


def shown_ticks(axis):
    """An axis's labels; those beyond its ends exist, and are not drawn."""
    low, high = axis.get_view_interval()
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def boxes_of_text(figure):
    """Where every text stands on the page, in pixels."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    texts = [text for text in figure.texts if text.get_text()]
    for axes in figure.axes:
        texts += [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
        texts += [*shown_ticks(axes.xaxis), *shown_ticks(axes.yaxis)]
    return {text: text.get_window_extent(renderer) for text in texts if text.get_text()}


def refuse_overlaps(figure):
    """No text leaves the page or lies on another."""
    placed = boxes_of_text(figure)
    # Extents are of whole pixels: a text whose ink ends at the edge may be given one more.
    inside = {text: box.padded(-1) for text, box in placed.items()}
    assert [text.get_text() for text, box in inside.items() if figure.bbox.count_contains(box.corners()) != 4] == []
    meet = [(a.get_text(), b.get_text()) for a, b in itertools.combinations(placed, 2) if placed[a].overlaps(placed[b])]
    assert meet == []


# --- what is drawn ------------------------------------------------------------------------------------------------


def test_a_box_is_the_five_numbers():
    (axes,) = boxplot([XEN]).axes
    (box,) = boxes(axes)
    assert [box.get_y(), box.get_y() + box.get_height()] == scaled(XEN.q1, XEN.q3)
    ends = [(XEN.min, XEN.q1), (XEN.q3, XEN.max), (XEN.min, XEN.min), (XEN.max, XEN.max), (XEN.median, XEN.median)]
    assert strokes(axes) == [scaled(*pair) for pair in ends]


def test_no_point_is_marked_as_an_outlier():
    assert not any(points(axes) for axes in boxplot([XEN, VMWARE, LARGE]).axes)


def test_a_mean_stands_in_its_interval():
    (axes,) = means([XEN], 0.95).axes
    (point,) = points(axes)
    assert list(point.get_ydata()) == scaled(XEN.mean)
    ends = [(XEN.ci_low, XEN.ci_high), (XEN.ci_low, XEN.ci_low), (XEN.ci_high, XEN.ci_high)]
    assert strokes(axes) == [scaled(*pair) for pair in ends]


def test_an_interval_may_reach_below_zero():
    (axes,) = means([replace(XEN, n=2, ci_low=-0.05, ci_high=0.07)], 0.95).axes
    assert axes.get_ylim()[0] < -50


@BOTH
def test_one_transfer_is_a_point(draw):
    (axes,) = draw([ONCE]).axes
    assert [list(point.get_ydata()) for point in points(axes)] == [scaled(0.013)]
    assert not boxes(axes)
    assert not axes.collections
    assert "single point: the only completed transfer" in caption(draw([ONCE]))


@BOTH
def test_no_completed_transfer_is_said(draw):
    failed = replace(NOTHING, failed=2, partial=1)
    (axes,) = draw([failed]).axes
    assert words(axes) == ["no completed transfer"]
    assert ticks(axes) == ["Xen\nn = 0\n3 failed"]
    assert not axes.get_yticks().size
    (axes,) = draw([VMWARE, failed]).axes
    assert words(axes) == ["no completed transfer"]
    assert axes.texts[0].get_position()[0] == 2


@BOTH
def test_equal_values_are_drawn(draw):
    alike = dict.fromkeys(["mean", "ci_low", "ci_high", "min", "q1", "median", "q3", "max"], 8.77)
    (axes,) = draw([replace(XEN, **alike)]).axes
    low, high = axes.get_ylim()
    assert low == 0
    assert high > 8.77


@BOTH
def test_zero_seconds_are_drawn(draw):
    zero = dict.fromkeys(["mean", "ci_low", "ci_high", "min", "q1", "median", "q3", "max"], 0.0)
    (axes,) = draw([replace(XEN, **zero)]).axes
    assert axes.get_ylabel() == "elapsed time (s)"


# --- panels -------------------------------------------------------------------------------------------------------


@BOTH
def test_a_panel_per_size_and_direction_small_files_first(draw):
    upload = replace(XEN, direction="upload")
    unsaid = replace(XEN, direction=None)
    figure = draw([LARGE, upload, unsaid, XEN])
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["100 KB download", "100 KB upload", "100 KB", "100 MB download"]


@BOTH
def test_labels_stand_in_the_order_given_with_their_n(draw):
    unlabelled = replace(XEN, label=None, partial=2, failed=1, n=97)
    (axes,) = draw([VMWARE, unlabelled, XEN]).axes
    assert ticks(axes) == ["VMware\nn = 100", "(no label)\nn = 97\n3 failed", "Xen\nn = 100"]


@BOTH
def test_an_unknown_size_gets_no_panel_and_is_not_silently_dropped(draw):
    lost = replace(NOTHING, label="KVM", bytes=None, direction=None, failed=4)
    figure = draw([XEN, lost])
    assert [axes.get_title() for axes in figure.axes] == ["100 KB download"]
    assert caption(figure).endswith("not shown because the size is unknown: KVM (n = 0, 4 failed)")
    assert [axes.get_title() for axes in draw([lost]).axes] == ["size unknown"]


@BOTH
def test_a_panel_has_the_unit_that_suits_it(draw):
    tiny = {
        name: getattr(XEN, name) / 100 for name in ("mean", "ci_low", "ci_high", "min", "q1", "median", "q3", "max")
    }
    figure = draw([replace(XEN, bytes=1024, **tiny), XEN, LARGE])
    assert [axes.get_ylabel() for axes in figure.axes] == [f"elapsed time ({unit})" for unit in ("µs", "ms", "s")]


def test_a_label_looks_the_same_in_every_panel():
    figure = boxplot([XEN, VMWARE, replace(LARGE, label="VMware"), replace(LARGE, label="KVM")])
    looks = [[(to_hex(box.get_facecolor()), box.get_hatch()) for box in boxes(axes)] for axes in figure.axes]
    assert looks[0][1] == looks[1][0]
    assert len({*looks[0], *looks[1]}) == 3


def colours(axes):
    return [to_hex(box.get_facecolor()) for box in boxes(axes)]


def test_a_label_looks_the_same_whatever_else_is_drawn():
    every = ["Baseline", "Xen", "VMware", None]
    (both,) = boxplot([XEN, VMWARE], every).axes
    (alone,) = boxplot([VMWARE], every).axes
    (first,) = boxplot([VMWARE]).axes
    assert colours(both)[1:] == colours(alone) != colours(first)
    points_of = [points(*means([VMWARE], 0.95, labels).axes)[0].get_marker() for labels in (every, ())]
    assert points_of[0] != points_of[1]


@BOTH
def test_a_size_of_which_nothing_completed_gets_no_panel_and_is_counted(draw):
    failed = [replace(NOTHING, bytes=10485760, label=label, failed=2) for label in ("Xen", "KVM")]
    figure = draw([XEN, *failed])
    assert [axes.get_title() for axes in figure.axes] == ["100 KB download"]
    assert caption(figure).endswith(
        "not shown because no transfer completed: 10 MB download Xen (n = 0, 2 failed), "
        "10 MB download KVM (n = 0, 2 failed)"
    )


@BOTH
@pytest.mark.parametrize(("panels", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (9, (3, 3))])
def test_panels_wrap_to_rows(draw, panels, shape):
    figure = draw([replace(XEN, bytes=1024 * (1 + i)) for i in range(panels)])
    places = [axes.get_subplotspec().get_gridspec().get_geometry() for axes in figure.axes]
    assert places == [shape] * panels


def test_no_summaries_are_the_callers_mistake():
    with pytest.raises(ValueError, match="no summaries"):
        boxplot([])


# --- axes and captions --------------------------------------------------------------------------------------------


def test_an_axis_that_starts_above_zero_says_so():
    cut, whole = means([LARGE], 0.95), means([replace(LARGE, ci_low=0.3)], 0.95)
    assert cut.axes[0].get_ylim()[0] > 0
    assert [line.get_label() for line in cut.axes[0].lines].count(BREAK) == 1
    assert caption(cut) == "mean with 95 % confidence interval (t); an axis with a break starts above zero"
    assert whole.axes[0].get_ylim()[0] == 0
    assert caption(whole) == "mean with 95 % confidence interval (t)"


@pytest.mark.parametrize("summaries", [SAMPLES, [XEN, replace(LARGE, bytes=XEN.bytes)]], ids=["linear", "log"])
def test_everything_drawn_lies_on_the_axis(summaries):
    for draw in CHARTS.values():
        for axes in draw(summaries).axes:
            low, high = axes.get_ylim()
            assert all(low <= end <= high for ends in strokes(axes) for end in ends)


@BOTH
def test_medians_worlds_apart_get_a_logarithmic_axis(draw):
    numbers = ("mean", "ci_low", "ci_high", "min", "q1", "median", "q3", "max")
    quick = replace(XEN, **{name: getattr(XEN, name) / 60 for name in numbers})
    slow = replace(VMWARE, **{name: getattr(LARGE, name) / 260 for name in numbers})
    (axes,) = draw([quick, slow]).axes
    assert axes.get_yscale() == "log"
    assert axes.get_ylabel() == "elapsed time (ms, logarithmic)"
    assert {"0.2", "0.5", "1", "2", "5"} <= {label.get_text() for label in shown_ticks(axes.yaxis)}
    assert not any(label.get_text() for label in axes.get_yticklabels(minor=True))


def test_captions():
    assert caption(boxplot([XEN])) == (
        "box: quartiles, line: median, whiskers: minimum and maximum; no outliers are removed"
    )
    assert caption(means([replace(XEN, ci_low=0.001)], 0.999)) == "mean with 99.9 % confidence interval (t)"


@BOTH
@pytest.mark.parametrize("sizes", [(102400,), (1024, 10485760, 104857600)])
@pytest.mark.parametrize("labels", [LONG, LONG[1:4], ["W" * 40]], ids=len)
def test_no_text_overlaps_another_or_leaves_the_page(draw, labels, sizes):
    kinds = [XEN, VMWARE, replace(NOTHING, failed=1234), replace(ONCE, partial=3), replace(LARGE, n=1000000)]
    summaries = [replace(kinds[i % 5], label=label, bytes=size) for i, label in enumerate(labels) for size in sizes]
    figure = draw(summaries)
    assert caption(figure) in {text.get_text().replace("\n", " ") for text in boxes_of_text(figure)}
    refuse_overlaps(figure)


@BOTH
def test_a_label_is_broken_but_never_shortened(draw):
    (axes,) = draw([replace(XEN, label=label) for label in LONG]).axes
    for text, label in zip(ticks(axes), LONG, strict=True):
        assert "".join(text.split()) == "".join(f"{label}n=100".split())


# --- bytes --------------------------------------------------------------------------------------------------------


@BOTH
def test_letters_that_the_font_lacks_are_no_news_on_the_terminal(draw, recwarn):
    render(draw([replace(XEN, label="\u65e5\u672c")]), "png")
    assert [str(warning.message) for warning in recwarn] == []


@BOTH
def test_each_format_is_what_it_says(draw):
    starts = {form: render(draw([XEN]), form)[:200] for form in FORMATS}
    assert starts["png"].startswith(b"\x89PNG")
    assert b"<svg" in starts["svg"] or b"<!DOCTYPE svg" in starts["svg"]
    assert starts["pdf"].startswith(b"%PDF")
    assert starts["eps"].startswith(b"%!PS-Adobe-3.0 EPSF-3.0")


@BOTH
@pytest.mark.parametrize("form", FORMATS)
def test_rendering_neither_changes_a_figure_nor_depends_on_what_was_rendered_before(draw, form):
    figure = draw(SAMPLES)
    first = render(figure, form)
    for other in FORMATS:
        render(figure, other)
    assert render(figure, form) == first
    assert render(draw(SAMPLES), form) == first


def run(code, **environment):
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return ended.stdout


def test_two_processes_give_the_same_bytes_whatever_the_users_settings(tmp_path):
    (tmp_path / "matplotlibrc").write_text(
        "font.size: 20\nfont.family: serif\naxes.grid: False\nbackend: svg\nsavefig.dpi: 50\nsavefig.bbox: tight\n"
        "svg.hashsalt: other\nfigure.facecolor: red\nboxplot.showfliers: True\nlines.linewidth: 9\n"
    )
    here = {
        f"{name} {form}": hashlib.sha256(render(draw(SAMPLES), form)).hexdigest()
        for name, draw in CHARTS.items()
        for form in FORMATS
    }
    code = (
        f"import hashlib, runpy; found = runpy.run_path({__file__!r})\n"
        "for name, draw in found['CHARTS'].items():\n"
        "    for form in found['FORMATS']:\n"
        "        print(name, form, hashlib.sha256(found['render'](draw(found['SAMPLES']), form)).hexdigest())\n"
    )
    for seed in ("1", "2"):
        printed = run(code, PYTHONHASHSEED=seed, MATPLOTLIBRC=str(tmp_path), SOURCE_DATE_EPOCH="86400" * int(seed))
        there = dict(line.rsplit(" ", 1) for line in printed.splitlines())
        assert there == here


def test_the_callers_settings_stay_untouched():
    with mpl.rc_context({"font.size": 20, "svg.fonttype": "none"}):
        render(boxplot([XEN]), "svg")
        assert (mpl.rcParams["font.size"], mpl.rcParams["svg.fonttype"]) == (20, "none")


def test_no_file_tells_when_or_by_which_version_it_was_made():
    for form in FORMATS:
        data = render(boxplot([XEN]), form)
        for word in (b"CreationDate", b"dc:date", b"Software", mpl.__version__.encode()):
            assert word not in data, form


def test_text_stays_text():
    assert b"/Type3" not in render(boxplot([XEN]), "pdf")
    assert b"/FontType 42" in render(boxplot([XEN]), "eps")
    svg = render(boxplot([XEN]), "svg").decode()
    assert ">100 KB download</text>" in svg
    assert "'DejaVu Sans', Verdana, sans-serif" in svg


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="'gif' is no figure format; there are: png, svg, pdf, eps"):
        render(boxplot([XEN]), "gif")


def test_importing_the_module_does_not_import_matplotlib_and_drawing_never_imports_pyplot():
    code = "import sys, ftpstats.present.figures.kinds; print(*sys.modules)"
    assert not {name for name in run(code).split() if name.startswith("matplotlib")}
    code = f"import sys, runpy; f = runpy.run_path({__file__!r}); f['render'](f['boxplot']([f['XEN']]), 'png')\n"
    assert "matplotlib.pyplot" not in run(code + "print(*sys.modules)").split()


@BOTH
@pytest.mark.parametrize("layout", [{"width": 1.0}, {"height": 1.0}, {"width": 2.5, "font_size": 20}])
def test_a_page_that_is_too_small_is_refused_in_one_line(draw, layout):
    name = next(name for name, one in CHARTS.items() if one is draw)
    with pytest.raises(UsageError, match=r"^[^\n]*too (small|narrow|low) for[^\n]*$"):
        kinds.draw(name, Matter([XEN, VMWARE]), Layout(**layout))


@BOTH
@pytest.mark.parametrize("size", [4, 12, 20, 40])
def test_larger_letters_have_a_larger_page(draw, size):
    name = next(name for name, one in CHARTS.items() if one is draw)
    figure = only(kinds.draw(name, Matter([XEN, VMWARE]), Layout(font_size=size)))
    figure.set_dpi(200)
    refuse_overlaps(figure)
