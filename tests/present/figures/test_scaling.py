"""The figure of time against size: what is drawn, what is left out, and what its caption says of it."""

import numpy as np
import pytest

from ftpstats.api.drawing import draw
from tests.analysis.rows import rows, table
from tests.analysis.test_scaling import KB100, MB10, MB100, one_run_of_each, seconds


def drawn(*parts, **options):
    ((_, figure),) = draw("scaling", table(*parts), is_shown=False, **options).figures
    return figure


def named(axes, name):
    return [one for one in (*axes.lines, *axes.collections) if one.get_label() == name]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_each_label_has_points_a_line_and_a_band(rng):
    figure = drawn(*one_run_of_each(rng), *one_run_of_each(rng, "B"))
    axes, key = figure.axes
    assert (axes.get_xscale(), axes.get_yscale(), axes.get_title()) == ("log", "log", "time by file size, download")
    assert axes.get_ylabel() == "elapsed time (s, logarithmic)"
    assert axes.get_xlabel() == "file size (logarithmic)\nA: n = 90\nB: n = 90"
    for line in named(axes, "_line"):
        x, y = line.get_data()
        assert (x[0], x[-1]) == (KB100, MB100)
        assert y[0] == pytest.approx(0.011, rel=0.1)
    assert [len(named(axes, name)) for name in ("_line", "_band", "_interval")] == [2, 2, 6]
    assert [text.get_text() for text in key.get_legend().get_texts()] == ["A", "B"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["100 KB", "10 MB", "100 MB"]
    assert "band: 95 % confidence at each size" in figure._supxlabel.get_text().replace("\n", " ")


def test_mixed_sizes_are_drawn_as_transfers_with_powers_of_ten(rng):
    size = np.rint(10 ** rng.uniform(4, 8, 40)).astype(int).tolist()
    figure = drawn(*[rows("A", seconds(rng, one, 1), size=one, iteration=None) for one in size], confidence=0.9)
    (axes,) = figure.axes
    (dots,) = named(axes, "_points")
    assert sorted(dots.get_xdata()) == sorted(size)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["10 KB", "100 KB", "1 MB", "10 MB", "100 MB"]
    caption = figure._supxlabel.get_text().replace("\n", " ")
    assert caption.startswith("dots: single transfers; line:")
    assert "90 % confidence" in caption


@pytest.mark.parametrize(
    ("sizes", "names"),
    [((300_000, 600_001), ["293 KB", "586 KB"]), ((10**15, 10**16 + 1), ["909 TB", "8.88 PB"])],
)
def test_without_two_powers_of_ten_both_ends_are_named(rng, sizes, names):
    (axes,) = drawn(*one_run_of_each(rng, sizes=sizes)).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == names


def test_where_time_is_not_linear_there_is_no_line(rng):
    parts = one_run_of_each(rng)
    parts[1] = rows("A", [2 * row["seconds"] for row in parts[1]], run=2, size=MB10)
    figure = drawn(*parts)
    assert named(figure.axes[0], "_line") == []
    assert "no line: time is not linear in size" in figure._supxlabel.get_text().replace("\n", " ")


def test_files_of_no_bytes_and_bands_below_zero_fit_a_logarithmic_axis():
    times = [[0.001, 0.002, 0.009], [0.002, 0.004, 0.012], [0.1, 0.3, 0.9]]
    parts = [
        rows("A", time, run=run, size=size)
        for run, (time, size) in enumerate(zip(times, (0, KB100, MB10), strict=True), 1)
    ]
    figure = drawn(*parts)
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["100 KB", "10 MB"]
    assert "files of 0 bytes are not shown" in figure._supxlabel.get_text().replace("\n", " ")


def test_each_direction_has_a_panel(rng):
    up = [[{**row, "direction": "upload", "run": row["run"] + 3} for row in part] for part in one_run_of_each(rng)]
    figure = drawn(*one_run_of_each(rng), *up)
    assert [axes.get_title() for axes in figure.axes] == ["time by file size, download", "time by file size, upload"]
