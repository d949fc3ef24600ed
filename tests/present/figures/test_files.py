"""Bytes of files, and figures within a page."""

import hashlib
import re
import xml.etree.ElementTree as ET

import pytest

from ftpstats.present.figures import kinds
from ftpstats.present.figures.files import FORMATS, inline_svg, render
from ftpstats.present.figures.matter import Matter
from tests.analysis.rows import rows
from tests.present.examples import comparison
from tests.present.figures.test_kinds import in_order, shifted
from tests.present.figures.test_plots import XEN, boxplot, only, run
from tests.present.figures.test_qq import normal, pages, sample


def figures():
    chosen = sample("Xen", normal(40)), sample("KVM", [0.01, 0.02], failed=1), sample("VMware", failed=2)
    for kind in ("boxplot", "means", "ecdf", "density", "autocorrelation", "qq"):
        (figure,) = pages(*chosen, kind=kind)
        yield kind, figure
    yield "order", in_order(rows("A", [*shifted(), None]))
    yield "difference", only(kinds.draw("difference", Matter(comparisons=[comparison()])))


def hashes():
    return {
        f"{kind} {form}": hashlib.sha256(render(figure, form)).hexdigest()
        for kind, figure in figures()
        for form in FORMATS
    }


def test_the_same_figures_have_the_same_bytes_in_another_process():
    here = hashes()
    code = "from tests.present.figures.test_files import hashes\nfor item in hashes().items(): print(*item, sep='=')"
    printed = run(code, PYTHONHASHSEED="7", SOURCE_DATE_EPOCH="86400")
    assert dict(line.split("=") for line in printed.splitlines()) == here


def test_an_eps_tells_neither_when_nor_by_what_it_was_made():
    data = render(boxplot([XEN]), "eps")
    assert b"CreationDate" not in data
    of_the_file, _, _ = data.partition(b"%%EndComments")  # matplotlib 3.9 names what converted a font, further down
    assert re.findall(rb"%%Creator: (.*)", of_the_file) == [b"ftpstats"]


def test_nothing_is_transparent_which_eps_cannot_show(caplog):
    for _, figure in figures():
        render(figure, "eps")
    assert caplog.records == []


def test_an_inline_figure_is_an_element_whose_ids_are_its_own():
    found = [inline_svg(boxplot([XEN]), prefix) for prefix in ("a", "b")]
    ids = [re.findall(r' id="([^"]*)"', text) for text in found]
    assert found[0].startswith('<svg id="a"')
    assert ET.fromstring(found[0]).tag == "{http://www.w3.org/2000/svg}svg"
    assert len(ids[0]) == len(set(ids[0])) > 10
    assert not set(ids[0]) & set(ids[1])
    assert all(one == "a" or one.startswith("a-") for one in ids[0])


def test_an_inline_figure_refers_to_its_own_ids_only():
    text = inline_svg(boxplot([XEN, XEN.__class__(**_changed(XEN, label="VMware"))]), "fig-1")
    ids = set(re.findall(r' id="([^"]*)"', text))
    used = set(re.findall(r'href="#([^"]*)"', text)) | set(re.findall(r"url\(#([^)]*)\)", text))
    assert len(used) > 2
    assert used <= ids


def _changed(summary, **fields):
    return {name: getattr(summary, name) for name in summary.__dataclass_fields__} | fields


def test_the_style_of_an_inline_figure_holds_within_it():
    text = inline_svg(boxplot([XEN]), "a")
    (style,) = re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL)
    assert style.startswith("#a *{")
    assert "<metadata" not in text


def test_a_label_that_looks_like_markup_is_text():
    label = '<g id="x"> url(#y) href="#z"'
    text = inline_svg(boxplot([XEN.__class__(**_changed(XEN, label=label))]), "a")
    words = "".join(ET.fromstring(text).itertext())
    assert "".join(label.split()) in "".join(words.split())


@pytest.mark.parametrize("prefix", ["", "1a", "a b", 'a"', "ä"])
def test_a_prefix_that_is_no_name_is_refused(prefix):
    with pytest.raises(ValueError, match="is no prefix of ids"):
        inline_svg(boxplot([XEN]), prefix)
