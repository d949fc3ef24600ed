"""Figures in a notebook: on axes of the user's, or on a page of our own."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import ftpstats
from ftpstats.api.drawing import draw

LOG = "sample_logs/inetutils/FTP.log"


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("kind", ["boxplot", "means", "qq"])
def test_it_draws_on_axes_that_are_given_and_returns_them(kind):
    figure, (left, right) = plt.subplots(1, 2)
    given = getattr(ftpstats.plot, kind)(LOG, "xen", size="10MB", ax=right)
    assert given is right
    assert not left.has_data()
    assert right.has_data()
    assert right.get_title().startswith("10 MB download")
    assert figure.axes == [left, right]
    assert figure._supxlabel is None  # the caption is for pages of our own


@pytest.mark.parametrize(("kind", "panels"), [("boxplot", 3), ("means", 3), ("qq", 9)])
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

    pages = [draw("boxplot", LOG, make=make).figures[0][1] for make in (Figure, plt.figure)]
    assert render(pages[0], "svg") == render(pages[1], "svg")


def test_the_user_s_style_is_kept_on_the_user_s_axes():
    with plt.rc_context({"axes.titlesize": 21}):
        ax = ftpstats.plot.boxplot(LOG, size="10MB", ax=plt.figure().add_subplot())
    assert ax.title.get_fontsize() == 21
