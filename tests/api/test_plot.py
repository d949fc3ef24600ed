"""Figures in a notebook: on axes of the user's, or on a page of our own."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text

import ftpstats
from ftpstats.api.drawing import draw
from ftpstats.commands.drawing import COMMANDS
from ftpstats.present.figures.kinds import KINDS

LOG = "sample_logs/inetutils/FTP.log"
SUMMARIES = "tests/data/summaries/inetutils.csv"


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_each_kind_has_a_function_a_command_and_a_row_in_the_documentation():
    text = Path("docs/figures.md").read_text()
    assert set(KINDS) == set(ftpstats.plot.__all__) == {command.__name__ for command in COMMANDS}
    assert set(re.findall(r"^\| `plot (\w+)` \|", text, re.MULTILINE)) == set(KINDS)
    assert set(re.findall(r"fs\.plot\.(\w+)\((?:\"|fs\.Logs)", text)) == set(KINDS)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in {"thesis", "difference", "scaling", "logs", "duet"}]
)
def test_it_draws_on_axes_that_are_given_and_returns_them(kind):
    figure, (left, right) = plt.subplots(1, 2)
    given = getattr(ftpstats.plot, kind)(LOG, "xen", size="10MB", ax=right)
    assert given is right
    assert not left.has_data()
    assert right.has_data()
    assert right.get_title().startswith("by size" if kind == "throughput" else "10 MB download")
    assert figure.axes == [left, right]
    assert figure._supxlabel is None  # the caption is for pages of our own


def test_differences_within_logs_are_drawn_on_axes_that_are_given():
    _, ax = plt.subplots()
    assert ftpstats.plot.logs("sample_logs/days", "north", "south", ax=ax) is ax
    assert (ax.get_title(), ax.get_xlabel()) == (
        "1 MB download\nsouth against north",
        "log, in order of time\n6 logs, slower",
    )


def test_a_duet_is_drawn_on_axes_that_are_given():
    _, ax = plt.subplots()
    assert ftpstats.plot.duet("sample_logs/duet/shared", "north", "south", ax=ax) is ax
    assert ax.get_title().startswith("20 MB download")


def test_time_by_size_is_one_panel_on_axes_that_are_given():
    _, ax = plt.subplots()
    assert ftpstats.plot.scaling(LOG, "xen", "vmware", ax=ax) is ax
    assert (ax.get_xscale(), ax.get_yscale(), ax.get_title()) == ("log", "log", "time by file size, download")


@pytest.mark.parametrize(("kind", "panels"), [("boxplot", 3), ("means", 3), ("qq", 9), ("ecdf", 3), ("order", 9)])
def test_without_axes_it_makes_a_page_that_pyplot_shows(kind, panels):
    axes = getattr(ftpstats.plot, kind)(LOG)
    assert isinstance(axes, np.ndarray)
    assert len(axes) == panels
    assert plt.get_fignums() == [axes[0].figure.number]


def test_several_sizes_do_not_fit_one_pair_of_axes():
    with pytest.raises(ValueError, match="3 panels do not fit into one Axes: choose one file size"):
        ftpstats.plot.boxplot(LOG, ax=plt.figure().add_subplot())


def test_a_page_is_the_same_with_pyplot_and_without():
    from ftpstats.present.figures.files import render

    pages = [draw("boxplot", LOG, is_shown=shown).figures[0][1] for shown in (False, True)]
    assert render(pages[0], "svg") == render(pages[1], "svg")


def test_the_user_s_style_is_kept_on_the_user_s_axes():
    with plt.rc_context({"axes.titlesize": 21}):
        ax = ftpstats.plot.boxplot(LOG, size="10MB", ax=plt.figure().add_subplot())
    assert ax.title.get_fontsize() == 21


def test_the_differences_are_those_of_compare():
    ax = ftpstats.plot.difference(LOG, "xen", "vmware", ax=plt.figure().add_subplot())
    drawn = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "_difference"]
    assert drawn == [1 + one.percent / 100 for one in ftpstats.compare(LOG, "xen", "vmware")]
    assert ax.get_title() == "VMware against Xen"


def test_differences_of_published_summaries_are_those_of_compare_and_say_what_is_assumed():
    (_, figure), *others = draw("difference", None, "xen", "vmware", summaries=SUMMARIES, run_sd="3%").figures
    found = ftpstats.compare_summaries(SUMMARIES, "xen", "vmware", run_sd="3%")
    texts = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert not others
    assert all(one.verdict in texts and f"{abs(one.percent):.1f} %" in texts for one in found)
    caption = " ".join(" ".join(text.get_text() for text in figure.findobj(Text)).split())
    assert "transfers are assumed independent; the variation between runs is assumed; band" in caption
    assert "accounts for autocorrelation" not in caption


@pytest.mark.parametrize(
    ("transfers", "options", "said"),
    [
        (LOG, {"summaries": SUMMARIES}, "summaries take the place of transfers"),
        (None, {"summaries": SUMMARIES, "client": "x"}, "client does not go with summaries"),
        (LOG, {"inflation": 2}, "inflation is assumed of published numbers; it needs summaries"),
        (None, {"summaries": SUMMARIES, "inflation": 0}, "inflation 0: must be above 0"),
    ],
)
def test_summaries_and_transfers_do_not_go_together(transfers, options, said):
    with pytest.raises(ValueError, match=said):
        ftpstats.plot.difference(transfers, **options)


def test_without_labels_the_first_is_the_reference():
    (ax,) = draw("difference", LOG, size="10MB", is_shown=False).axes
    assert ax.get_title() == "each label against Baseline"


def test_each_figure_of_the_thesis_is_one_of_its_own():
    axes = ftpstats.plot.thesis(LOG, size=["100KB", "10MB"])
    assert len({one.figure for one in axes}) == len(plt.get_fignums()) == 4


def test_a_figure_is_as_asked():
    ax = ftpstats.plot.ecdf(
        LOG, "xen", size="10MB", unit="Mbit/s", log=True, width="89mm", height=3, font_size=8, title="A", caption="B"
    )
    assert ax.figure.get_size_inches() == pytest.approx([89 / 25.4, 3])
    assert (ax.figure.get_suptitle(), ax.figure.get_supxlabel()) == ("A", "B")
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "throughput (Mbit/s, logarithmic)\nn = 100")
    assert ax.get_xticklabels()[0].get_fontsize() == 8


WRONG = {
    "unit MB: choose from s, MB/s, MiB/s, Mbit/s": {"unit": "MB"},
    "width 0: write it like 3.5in, 9cm or 89mm, from 1in to 60in": {"width": 0},
    "width 89: write it like": {"width": "89"},
    "height 9 feet: write it like": {"height": "9 feet"},
    "font-size large: write it in points": {"font_size": "large"},
    "log: a logarithmic axis has no zero": {"log": True, "from_zero": True},
}


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_option_is_refused_in_one_line(message):
    with pytest.raises(ValueError, match=f"^{message}[^\n]*$"):
        ftpstats.plot.boxplot(LOG, **WRONG[message])


def test_an_option_that_a_kind_lacks_is_refused_as_python_does():
    with pytest.raises(TypeError, match=r"autocorrelation\(\) got an unexpected keyword argument 'unit'"):
        ftpstats.plot.autocorrelation(LOG, unit="MB/s")


def test_the_page_of_axes_that_are_given_is_the_users():
    with pytest.raises(ValueError, match="title: with ax the figure is yours"):
        ftpstats.plot.boxplot(LOG, size="10MB", title="A", ax=plt.figure().add_subplot())


def test_transfers_of_unknown_size_have_no_throughput():
    table = pl.DataFrame({"label": ["A"] * 3, "seconds": [1.0, 2.0, 3.0]})
    assert ftpstats.plot.order(table).get_title() == "size unknown\nA"
    with pytest.raises(ValueError, match="unit MB/s: transfers of unknown size have no throughput"):
        ftpstats.plot.order(table, unit="MB/s")


def test_a_failure_of_unknown_size_and_a_transfer_of_no_time_have_no_part_in_throughput():
    table = pl.DataFrame(
        {
            "label": ["A"] * 6,
            "bytes": [1000, 1000, 1000, 2000, 2000, None],
            "seconds": [1.0, 2.0, None, 0.0, 0.0, None],
            "seconds_printed": [1.0, 2.0, 0.0, 0.0, 0.0, None],
            "completion": ["confirmed"] * 5 + ["failed"],
        }
    )
    for kind in ("boxplot", "means", "order", "ecdf", "density"):
        drawn = draw(kind, table, unit="MB/s", as_printed=True, is_shown=False)
        assert [ax.get_title().split("\n")[0] for ax in drawn.axes] == ["1000 B"]
        assert drawn.axes[0].get_ylim()[1] < 2 or kind == "ecdf"
        assert "size is unknown: A (n = 0, 1 failed)" in drawn.figures[0][1].get_supxlabel().replace("\n", " ")
