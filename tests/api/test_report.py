"""Reports: what they say, in which form, and that nothing from outside becomes a part of a page."""

import random
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import ftpstats
from ftpstats.errors import MachineError
from ftpstats.present.figures import kinds
from ftpstats.present.report import page as pages
from ftpstats.present.report import pictures as figures
from ftpstats.present.report import words
from ftpstats.present.tables import shown_text
from tests.reports import ATTACKS, hostile_log

LOG = "sample_logs/inetutils/FTP.log"
PARTS = {
    "Verdict", "Figures by file size", "Influence of the file size", "Warnings", "Summary", "Order of transfers",
    "What was measured with what", "What each log line is", "Failures", "Methods", "How this was made",
}  # fmt: skip
# What a page may be made of. Whatever runs or fetches is missing.
ELEMENTS = {
    "html", "head", "meta", "title", "link", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "p", "time", "nav",
    "ul", "li", "main", "section", "span", "strong", "div", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "details", "summary", "figure", "code", "pre", "dl", "dt", "dd", "svg", "defs", "g", "path", "use", "text", "tspan",
    "clippath", "rect", "pattern",
}  # fmt: skip
LINK = re.compile(r"#[\w-]+|https://doi\.org/10\.[\w./()-]+|data:,")


class Page(HTMLParser):
    """An HTML page: its elements, attributes, ids, and its text without style sheets."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.headings = [], [], "", []
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._open = tag

    def handle_data(self, data):
        if self._open != "style":
            self.text += data
        if self._open in {"h1", "h2", "h3", "h4"} and data.strip():
            self.headings.append((int(self._open[1]), data.strip()))
        self._open = "" if self._open != "style" else self._open

    def handle_endtag(self, tag):
        self._open = ""

    def all(self, name):
        return [value for key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def sample():
    return ftpstats.report(LOG, None, "xen", "vmware")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    log = hostile_log(tmp_path_factory.mktemp("hostile"))
    return ftpstats.report(ftpstats.Logs([log]), None, title=ATTACKS[0], personal=True)  # else replies are masked


def test_it_has_every_part_and_opens_with_the_verdict(sample):
    headings = Page(sample).headings
    assert headings[0] == (1, "VMware compared with Xen")
    assert {text for level, text in headings if level == 2} == PARTS
    assert headings[1] == (2, "Verdict")
    assert "VMware compared with Xen: faster at 100 KB; equivalent at 10 MB; slower at 100 MB." in sample


def test_its_sentences_and_warnings_are_those_of_compare(sample):
    text = " ".join(Page(sample).text.split())
    found = ftpstats.compare(LOG, "xen", "vmware")
    for sentence in found.answer.sentences:
        assert sentence in text
    for warning in found.warnings:
        assert shown_text(warning.message).lower() in text.lower()  # as a sentence
    assert "FTP.log11700900900099000" in text


def test_headings_are_in_order_and_ids_differ(sample):
    read = Page(sample)
    levels = [level for level, _ in read.headings]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = read.all("id")
    assert len(ids) == len(set(ids)) > 100
    referred = [name for value in read.all("aria-labelledby") for name in value.split()]
    inside = [value[1:] for key, value in read.attributes if key.endswith("href") and value.startswith("#")]
    drawn = re.findall(r"url\(#([^)]*)\)", sample)
    assert {*referred, *inside, *drawn} <= set(ids)


@pytest.mark.parametrize("which", ["sample", "hostile"])
def test_a_page_has_no_script_and_fetches_nothing(which, request):
    read = Page(request.getfixturevalue(which))
    assert set(read.tags) <= ELEMENTS
    assert not [name for name, _ in read.attributes if name.startswith("on") or name in {"src", "srcset", "action"}]
    links = [value for key, value in read.attributes if key in {"href", "xlink:href"}]
    assert [link for link in links if not LINK.fullmatch(link)] == []
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert policy in read.all("content")


def test_every_attack_is_shown_as_the_text_that_it_is(hostile):
    text = Page(hostile).text
    for attack in ATTACKS:
        assert shown_text(attack) in text
    assert "\u202e" not in text
    assert shown_text(f"550 {ATTACKS[0]}") in text


def test_style_sheets_of_figures_hold_within_them_only(sample):
    sheets = re.findall(r"<style[^>]*>(.*?)</style>", sample, re.DOTALL)
    assert len(sheets) == 1 + 3 * 3 + 1 + 1
    assert all(re.match(r"#(difference|means|boxplot|scaling|order)-\d \*\{", sheet.strip()) for sheet in sheets[1:])


def test_how_time_grows_with_size_is_told_where_there_are_sizes(sample):
    text = Page(sample).text
    assert "VMware against Xen: latency −17.72 ms" in text
    assert "one run of each size: size and time of measurement are confounded" in text
    one = ftpstats.report(LOG, None, "xen", "vmware", size="10MB")
    assert ('id="scaling"' in sample, 'id="scaling"' in one) == (True, False)


def test_one_label_is_described_and_not_compared():
    read = Page(ftpstats.report(LOG, None, "xen", size="10MB"))
    assert read.headings[:2] == [(1, "File transfers of Xen"), (2, "Result")]
    assert "10 MB download, Xen: mean 141.97 ± 0.23 ms (95 % t interval, n = 100)." in read.text
    assert [text for level, text in read.headings if level == 4] == ["Means", "Distributions"]


def test_labels_that_share_no_size_are_said_not_to_be_compared():
    table = pl.DataFrame(
        {"label": ["a"] * 4 + ["b"] * 4, "seconds": [1.0, 1.1, 1.2, 1.3] * 2, "bytes": [1] * 4 + [2] * 4}
    )
    text = Page(ftpstats.report(table)).text
    assert "Nothing to compare: the labels" in text
    assert "The transfers are from a table, which has no lines." in text


def test_throughput_is_drawn_and_written_where_it_is_asked_for():
    page = ftpstats.report(LOG, None, "xen", "vmware", size="10MB", unit="MB/s")
    assert "throughput (MB/s)" in page
    assert "MB/s</th>" in page
    shown = Page(page).text.partition("Data of the figures: 10 MB download")[2].partition("Warnings")[0]
    assert "difference of throughput from Xen" in shown
    assert "throughput in MB/s: mean with 95 % interval (t), and quartiles" in shown
    assert re.search(r"VMware\W*equivalent\W*−2\.1 %−3\.9 to −0\.3 %", shown)
    assert re.search(r"Xen10073\.86", shown)
    assert " ms" not in shown


def test_each_kind_of_figure_is_given_the_unit_that_it_takes(monkeypatch):
    seen = []

    def noted(matter, kind=kinds.KINDS["means"]):
        seen.append(matter.unit.name)
        return kind.contents(matter)

    of = kinds.KINDS["difference"]
    for takes in ((), ("unit",)):
        monkeypatch.setitem(kinds.KINDS, "difference", replace(of, takes=takes, contents=noted))
        ftpstats.report(LOG, None, "xen", "vmware", size="10MB", unit="MB/s")
    assert seen == ["s", "MB/s"]


def test_figures_are_in_the_order_of_sizes(sample):
    shown = Page(sample).headings
    start = shown.index((2, "Figures by file size")) + 1
    of_size = [(4, "Differences"), (4, "Means"), (4, "Distributions")]
    for heading in ("100 KB download", "10 MB download", "100 MB download"):
        assert shown[start : start + 4] == [(3, heading), *of_size]
        start += 4


def test_of_many_sizes_some_are_drawn_and_the_page_says_so(monkeypatch):
    monkeypatch.setattr(figures, "_PANELS", 4)
    page = Page(ftpstats.report(LOG, None, "xen", "vmware"))
    assert "Drawn are the 2 commonest of 3 file sizes; ftpstats plot draws all." in page.text
    assert (3, "100 MB download") not in page.headings


def test_a_store_lists_its_logs(tmp_path):
    store = ftpstats.open_store(tmp_path / "store")
    store.ingest(LOG)
    text = Page(ftpstats.report(store, None, "xen")).text
    assert "A store keeps transfers, not lines" in text
    assert LOG in text


def test_a_table_of_read_logs_keeps_the_account_of_its_logs():
    text = Page(ftpstats.report(ftpstats.read_logs("sample_logs/inetutils"), None, "xen", size="10MB")).text
    assert "FTP.log11700900900099000" in text
    assert "RESULT.log1800900900000" in text
    assert "contains the same results" in text


def test_failures_are_counted_by_reason():
    text = " ".join(Page(ftpstats.report("tests/data/recordings/inetutils-missing-550.log")).text.split())
    assert "attempts that did not complete, by reason" in text
    assert "550" in text.partition("attempts that did not complete")[2]


def test_it_says_what_made_it(tmp_path):
    page = ftpstats.report(Path(LOG), tmp_path / "r.html", "xen", size="10MB").read_text()
    expected = f"ftpstats.report('{LOG}', '{tmp_path / 'r.html'}', 'xen', size='10MB')"
    assert expected in Page(page).text
    assert "numpy" in page


@pytest.mark.parametrize(("name", "begin"), [("r.html", "<!DOCTYPE html>"), ("r.md", "# File transfers of Xen")])
def test_the_suffix_decides_on_the_format(tmp_path, name, begin):
    path = ftpstats.report(LOG, tmp_path / name, "xen", size="10MB")
    assert path == tmp_path / name
    assert path.read_text().startswith(begin)


def test_a_file_that_cannot_be_written_is_an_error_of_ours(tmp_path):
    with pytest.raises(MachineError, match="cannot be written"):
        ftpstats.report(LOG, tmp_path / "missing" / "r.html", "xen", size="10MB")


def test_markdown_escapes_what_is_from_outside(tmp_path):
    text = ftpstats.report(ftpstats.Logs([hostile_log(tmp_path)]), format="markdown")
    assert not re.search(r"(?<!\\)<(?!/?details>|/?summary>)", text.replace("    ftpstats.report(", ""))
    assert "\u202e" not in text
    assert len(text) < 65_536


def test_the_sample_is_small(sample):
    assert len(sample.encode()) < 1_000_000


def many(n):
    """Return a table of two labels with so many transfers each."""
    seconds = pl.Series([1 + (i * 7919 % 1000) / 5000 for i in range(n)])
    return pl.concat([pl.DataFrame({"label": [name] * n, "seconds": seconds, "bytes": [1024] * n}) for name in "ab"])


def test_of_many_transfers_some_are_drawn_and_the_figure_says_so():
    page = ftpstats.report(many(30_000))
    assert "5,000 of 30,000 transfers drawn in a panel, the fastest and the slowest among them" in page
    assert len(page.encode()) < 2_500_000


def test_a_figure_that_has_no_room_is_named_and_left_out(monkeypatch):
    monkeypatch.setattr(pages, "_FIGURES_MOST", 60_000)
    page = ftpstats.report(LOG, None, "xen", "vmware", size="10MB")
    assert "<code>ftpstats plot order</code> draws it" in page or "<code>ftpstats plot boxplot</code> draws it" in page
    assert len(page) < 150_000


def test_long_tables_are_cut_and_say_so(monkeypatch):
    monkeypatch.setattr(pages, "_ROWS", 4)
    page = ftpstats.report(LOG, None, "xen", "vmware")
    assert "the first 4 of 9 rows; <code>ftpstats compare</code> shows all" in page


def test_a_kind_that_there_is_not_is_left_out(monkeypatch):
    wanted = (figures.Pictured("no-such-kind", "Nothing"), *figures.OF_SIZE[1:2])
    monkeypatch.setattr(pages, "OF_SIZE", wanted)
    page = ftpstats.report(LOG, None, "xen", "vmware", size="10MB")
    assert "Nothing" not in page
    assert 'id="means-1"' in page


def test_many_labels_fit_into_an_issue():
    seconds = [1.0, 1.1, 1.3, 1.2]
    table = pl.DataFrame({"label": [f"label {i}" for i in range(200) for _ in seconds], "seconds": seconds * 200})
    text = ftpstats.report(table, format="markdown")
    assert "And 141 more rows" in text
    assert len(text) < 65_536


def test_of_many_labels_some_are_drawn_and_the_figure_says_so():
    seconds = [1.0, 1.1, 1.3, 1.2]
    table = pl.DataFrame({"label": [f"L{i}" for i in range(20) for _ in seconds], "seconds": seconds * 20})
    page = ftpstats.report(table)
    assert "the first 16 of 20 labels; <code>ftpstats plot means</code> draws all" in page
    assert not re.search(r"<text[^>]*>L16<", page)
    assert '<p class="lead">Inconclusive against L0: L1 to L19.</p>' in page.replace(" at size unknown", "")
    assert "<summary>7 more verdicts in sentences</summary>" in page
    assert "L19" in Page(page).text


def noisy(labels, sizes, n=20):
    """Return transfers of so many labels and sizes, each label a little slower than the one before it."""
    draw = random.Random(7)
    return pl.concat(
        [
            pl.DataFrame({"label": name, "seconds": seconds, "bytes": size})
            for size in sizes
            for place, name in enumerate(labels)
            for seconds in [[draw.gauss(0.05 + 0.001 * place, 0.005) for _ in range(n)]]
        ]
    )


def test_many_labels_are_led_by_verdict_and_few_by_label():
    page = ftpstats.report(noisy([f"label{i:02d}" for i in range(20)], [102400]))
    leads = re.findall(r'<p class="lead">(.*?)</p>', page)
    assert leads == ["Slower than label00 at 100 KB: label04 to label19; inconclusive: label01, label02, label03."]
    assert ftpstats.report(noisy("abcd", [1024])).count('class="lead"') == 3


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["a1", "a2", "a3"], "a1, a2, a3"),
        (["x", "a08", "a09", "a10", "a11", "y"], "x, a08 to a11, y"),
        (["a1", "a2", "a4", "a5", "b6"], "a1, a2, a4, a5, b6"),
        (["a9", "a010", "a11"], "a9, a010, a11"),
        ([f"x{7 * i}" for i in range(14)], ", ".join(f"x{7 * i}" for i in range(12)) + ", and 2 more"),
    ],
)
def test_labels_that_are_numbered_on_are_listed_as_a_row(labels, said):
    assert words._listed(labels) == said


def test_a_phone_shows_the_verdict_behind_the_label(sample):
    table = sample.partition('id="compared-caption"')[2].partition("</table>")[0]
    headings = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)
    assert headings[:3] == ["label", "verdict", "n"]
    assert re.search(r'VMware</th><td><span class="badge faster">.*?</td><td class="number">100</td>', table)


def test_where_nothing_completed_there_are_words_and_no_figures():
    table = pl.DataFrame({"label": ["a", "a", "b"], "seconds": [None] * 3, "bytes": [1024] * 3, "completion": "failed"})
    table = table.with_columns(pl.col("seconds").cast(pl.Float64))
    page = ftpstats.report(table)
    read = Page(page)
    assert "No transfer completed: 3 attempts failed, so there is nothing to compare or to describe." in read.text
    assert "What limits" not in read.text
    assert "svg" not in read.tags
    assert "#figures" not in read.all("href")
    assert "- No transfer completed: 3 attempts failed" in ftpstats.report(table, format="markdown").replace("\\", "")


def test_a_size_of_which_nothing_completed_has_words_in_place_of_figures():
    table = noisy("ab", [1024, 2048]).with_columns(
        seconds=pl.when(pl.col("bytes") == 1024).then("seconds"),
        completion=pl.when(pl.col("bytes") == 1024).then(pl.lit("confirmed")).otherwise(pl.lit("failed")),
    )
    read = Page(ftpstats.report(table))
    assert "No transfer completed: 20 attempts of a failed, 20 attempts of b failed." in read.text
    assert len([tag for tag in read.tags if tag == "figure"]) == 4


def test_what_other_tests_find_is_counted_and_folded_away():
    table = noisy("abcd", [1024 * 2**k for k in range(5)])
    result = ftpstats.compare(table, *"abcd")
    sentences = [warning.message for c in result for warning in c.warnings if warning.code == "tests-disagree"]
    assert len(set(sentences)) == len(sentences) > 1
    counted = f"† In {len(sentences)} of 15 comparisons, other tests disagree; the warnings say which, and why."
    page = Page(ftpstats.report(table)).text
    for text in (page, ftpstats.report(table, format="markdown").replace("\\", "")):
        assert counted in text
        before, _, after = text.partition("Warnings\n")
        for sentence in sentences:
            assert sentence not in before
            assert text.count(sentence) == after.count(sentence) == 1


def test_warnings_that_limit_nothing_are_counted_in_words():
    assert words.others_counted(1, is_more=True) == "1 more warning that does not limit the result"
    assert words.others_counted(1, is_more=False) == "1 warning that does not limit the result"
    assert words.others_counted(3, is_more=True) == "3 more warnings that do not limit the result"


def test_what_is_known_of_an_experiment_is_said_once(tmp_path):
    log = hostile_log(tmp_path)
    copy = log.with_name("RESULT.log")
    copy.write_text(log.read_text())
    read = Page(ftpstats.report(ftpstats.Logs([log, copy], same=False)))
    assert len([text for level, text in read.headings if level == 3 and text.startswith("Experiment of")]) == 1
    assert re.search(r"begun\s*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", read.text)


@pytest.mark.parametrize(("log", "clients"), [("duet/shared", "1 client of each label"), ("days/day-1", "1 client")])
def test_how_many_clients_ran_at_once_is_said(log, clients):
    text = Page(ftpstats.report(f"sample_logs/{log}", None, "north", "south")).text
    assert re.search(rf"at once\s*{clients}\s*TLS", text)


@pytest.mark.long
def test_a_million_transfers_stay_below_ten_megabytes():
    page = ftpstats.report(many(500_000))
    assert "5,000 of 500,000 transfers drawn in a panel" in page
    assert "Further statistics of each comparison are left out" in page
    assert len(page.encode()) < 10_000_000
