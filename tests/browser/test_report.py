"""Reports in a real browser, without network: nothing runs, nothing is fetched, everyone can read and print them."""

import re
import subprocess
from importlib.resources import files

import pytest
from playwright.sync_api import sync_playwright

import ftpstats
from tests.programs import require
from tests.reports import ATTACKS, hostile_log

LOG = "sample_logs/inetutils/FTP.log"
SCHEMES, WIDTHS = ("light", "dark"), (400, 1280)


@pytest.fixture(scope="module")
def browser():
    path = require("chromium")
    with sync_playwright() as started:
        # Tests may run as root, whom Chromium lets in without its sandbox only.
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    hostile = ftpstats.Logs([hostile_log(folder)])
    return {
        "sample": ftpstats.report(LOG, folder / "sample.html", "xen", "vmware", "baseline"),
        "hostile": ftpstats.report(hostile, folder / "hostile.html", title=ATTACKS[0], personal=True),
    }


@pytest.fixture
def opened(browser, reports):
    """Open a report without network; return the page, and what it said and asked for."""
    contexts = []

    def load(name, **options):
        contexts.append(browser.new_context(offline=True, **options))
        page = contexts[-1].new_page()
        heard = []
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(reports[name].as_uri())
        return page, heard

    yield load
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_it_asks_for_nothing_says_nothing_and_runs_nothing(opened, reports, name):
    page, heard = opened(name)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert [text for text in heard if not text.startswith("data:")] == [reports[name].as_uri()]
    assert page.evaluate("document.scripts.length + document.images.length") == 0
    assert page.title() == (ATTACKS[0] if name == "hostile" else "VMware and Baseline compared with Xen")
    names = page.evaluate("[...document.querySelectorAll('*')].map(one => one.localName)")
    assert not {"script", "img", "iframe", "object", "embed", "form", "foreignObject"} & set(names)
    attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames())")
    assert not [one for one in attributes if one.startswith("on")]


def test_the_policy_refuses_what_would_slip_through(opened):
    page, heard = opened("sample")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')")
    page.wait_for_function("document.images[0].complete")
    assert page.title() != "1"
    assert any("Content Security Policy" in text for text in heard)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_part_is_wider_than_the_screen(opened, scheme, width):
    page, _ = opened("sample", viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", back)[:3])) < 200) == (scheme == "dark")


@pytest.mark.parametrize("name", ["sample", "hostile"])
@pytest.mark.parametrize("width", WIDTHS)
def test_verdicts_are_on_the_screen_beside_their_labels(opened, name, width):
    page, _ = opened(name, viewport={"width": width, "height": 900})
    boxes = page.evaluate(
        """[...document.querySelectorAll('.compared td .badge')].map(one => {
            const box = one.getBoundingClientRect(), row = one.closest('tr').cells[0].getBoundingClientRect();
            return [box.left, box.right, row.left, row.right]})"""
    )
    assert len(boxes) >= 6
    assert all(0 <= first < last <= left < right <= width for left, right, first, last in boxes)


@pytest.mark.parametrize("name", ["sample", "hostile"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_serious(browser, reports, name, scheme, width):
    # The policy forbids scripts, so axe-core is put in past it; what the page says by itself is tested above.
    context = browser.new_context(
        offline=True, bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto(reports[name].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.add_script_tag(content=(files("axe_playwright_python") / "axe.min.js").read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    context.close()
    said = [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    assert [one for one in said if one[1] in {"serious", "critical"}] == []


def test_the_keyboard_reaches_the_verdict_first_and_everything_that_scrolls(opened):
    page, _ = opened("sample", viewport={"width": 400, "height": 900})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the verdict"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#verdict"
    stuck = """[...document.querySelectorAll('*')].filter(one => one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).overflowX == 'auto' && one.tabIndex != 0).length"""
    assert page.evaluate(stuck) == 0


def test_figures_have_a_name_for_those_who_do_not_see_them(opened):
    page, _ = opened("sample")
    shown = page.get_by_role("img")
    assert shown.count() == 3 * 3 + 2
    named = [
        page.get_by_role("img", name=re.compile(name)).count() for name in ("Differences", "Means", "order", "size")
    ]
    assert named[:3] == [3, 3, 1]
    assert named[3]


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", WIDTHS)
def test_letters_of_all_figures_are_of_one_size(opened, width, media):
    page, _ = opened("sample", viewport={"width": width if media == "screen" else 680, "height": 900})
    page.emulate_media(media=media)
    zooms = page.evaluate(
        """[...document.querySelectorAll('figure svg')].map(one =>
            one.getBoundingClientRect().width / one.viewBox.baseVal.width)"""
    )
    assert max(zooms) - min(zooms) < 0.01


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_no_figure_is_cut_in_print(browser, opened, name):
    page, _ = opened(name, viewport={"width": 680, "height": 1000})  # 180 mm of an A4 page at 96 dots per inch
    page.emulate_media(media="print")
    boxes = page.evaluate(
        """[...document.querySelectorAll('figure svg')].map(one => {
            const box = one.getBoundingClientRect(), style = getComputedStyle(one.closest('.picture'));
            return [box.width, box.height, style.breakInside]})"""
    )
    assert len(boxes) >= 4
    assert all(width <= 680 and height < 265 / 25.4 * 96 and inside == "avoid" for width, height, inside in boxes)


def test_each_figure_is_whole_on_one_page_of_the_pdf(browser, opened, tmp_path):
    """The words at the top and at the foot of each figure are on the same page."""
    page, _ = opened("sample")
    pdf = tmp_path / "report.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True)
    done = subprocess.run([require("pdftotext"), "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    sheets = done.stdout.split("\f")
    ends = {
        "Distributions": ("Distributions", "Box: quartiles", 3),
        "Every transfer in its order": ("Every transfer in its order", "Every transfer in the order of measurement", 1),
    }
    for top, foot, times in ends.values():
        assert [top in sheet for sheet in sheets if foot in sheet] == [True] * times
    assert "What each comparison is based on" in done.stdout
    assert "smallest margin" in done.stdout  # of what is folded on the screen


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_no_page_of_the_pdf_ends_with_a_heading(opened, tmp_path, name):
    page, _ = opened(name)
    headings = page.evaluate(
        """[...document.querySelectorAll('h1, h2, h3, h4, summary, caption, tr.group')].map(one => one.textContent)"""
    )
    pdf = tmp_path / "report.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True)
    done = subprocess.run([require("pdftotext"), "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    last = [sheet.split("\n")[-1] for sheet in map(str.strip, done.stdout.split("\f")) if sheet]
    assert len(last) > 3
    assert set(last) & set(map(str.strip, headings)) == set()
