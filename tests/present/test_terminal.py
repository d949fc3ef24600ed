"""Tables and paragraphs laid out: nothing cut, nothing interpreted, nothing wider than it must be."""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.present import terminal
from ftpstats.present.notes import Footnote, Footnotes
from ftpstats.present.summaries import summary_table
from ftpstats.present.tables import Table
from tests.analysis.rows import rows, table

PLAIN = Table("a title", ("label", "n"), frozenset({1}), (("Xen", "100"), ("VMware", "9")), frozenset())


def render(parts, *, width, color=False, **screen):
    return terminal.render(parts, terminal.Screen(width, color, **screen))


def with_cell(cell):
    return Table("", ("label", "verdict"), frozenset(), ((cell, "faster"),), frozenset())


def summary(label="A"):
    return summary_table([summarise(sample) for sample in samples(table(rows(label, [1.0, 1.1, 1.3])))], 0.95, "s")


def test_a_table_without_colour_is_plain_text():
    assert render([PLAIN, "a paragraph"], width=80, color=False).splitlines() == [
        "a title",
        "",
        "label     n",
        "───────────",
        "Xen     100",
        "VMware    9",
        "",
        "a paragraph",
    ]


def test_one_blank_line_stands_between_parts():
    written = render(["a paragraph", with_cell("A"), PLAIN, "text"], width=80, color=False)
    assert "\n\n\n" not in written
    assert written.count("\n\n") == 4  # one of them below PLAIN's title


def test_colour_is_an_option():
    assert "\x1b[" in render([with_cell("A")], width=80, color=True)
    assert "\x1b[" not in render([with_cell("A")], width=80, color=False)


@pytest.mark.parametrize("cell", ["[bold]x[/]", "[/]", "[link=x]y[/link]", ":smile:", "https://a.b/c 0x1f 'q' 12.5"])
@pytest.mark.parametrize("color", [True, False])
def test_markup_is_text(cell, color):
    written = render([with_cell(cell), f"paragraph {cell}"], width=80, color=color)
    assert written.count(cell) == 2


@pytest.mark.parametrize("width", [1, 20, 80, 500])
def test_a_wide_cell_is_not_cut(width):
    cell = "long-label-" * 30
    first = (line.partition(" ")[0] for line in render([with_cell(cell)], width=width).splitlines()[2:])
    assert "".join(first) == cell


def test_a_narrow_terminal_goes_without_the_plot_and_what_is_optional():
    wide, narrow = (render([summary()], width=width) for width in (200, 80))
    assert "◆" in wide
    assert "Shapiro p" in wide
    assert "◆" not in narrow
    assert "Shapiro–Wilk p (a small one" in narrow  # instead of its column
    assert max(map(len, narrow.splitlines())) <= 80
    assert "1.133" in narrow


def test_what_was_left_out_follows_where_all_is_wanted():
    columns = ("label", *(f"number {place}" for place in range(20)))
    whole = Table("", columns, frozenset(range(1, 21)), (("Xen", *map(str, range(20))),), frozenset())
    shown = whole.leaving_out(*columns[:10:-1])
    assert "number 19" not in render([shown], width=130)
    again = render([replace(shown, is_continued=True)], width=130)
    assert all(heading in again for heading in columns)
    assert again.count("Xen") == 2
    assert max(map(len, again.splitlines())) <= 130


def test_text_folds_before_a_line_is_wider_than_the_window():
    cell = "a-path/that/is-long/" * 6
    written = render([Table("", ("log", "n"), frozenset({1}), ((cell, "12"),), frozenset())], width=80)
    assert max(map(len, written.splitlines())) <= 80
    assert cell in "".join(line[:76].rstrip() for line in written.splitlines()[2:])


def test_a_label_that_folds_stays_below_the_heading_of_its_section():
    table = Table(
        "", ("label", "n"), frozenset({1}), (("10 MB", ""), ("  a label of several words", "12")), frozenset({0})
    )
    lines = render([table], width=20).splitlines()[2:]
    assert len(lines) > 2
    assert {line[:2] for line in lines[1:]} == {"  "}
    assert " ".join(line[:16].strip() for line in lines[1:]).startswith("a label of several words")


ASCII = "−1 ± 2 µs – ≥ † ├─[▒┃◆]─┤ 日"


def test_a_terminal_without_utf_8_is_given_ascii():
    note = Footnotes((Footnote(ASCII, limits=False),), ASCII)
    cells = Table(ASCII, (ASCII,), frozenset(), ((ASCII,),), frozenset())
    for verbose in (True, False):
        written = render([cells, summary(), ASCII, note], width=200, is_ascii=True, is_verbose=verbose)
        assert written.isascii()
        assert "-1 +/- 2 us - >= * |-[=#*]-| \\u65e5" in written


LOCALES = [
    ({}, False), ({"LANG": "C"}, True), ({"LC_ALL": "C"}, True), ({"LANG": "de_DE.UTF-8"}, False),
    ({"LANG": "de_DE.ISO-8859-1"}, True), ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, True),
    ({"LC_CTYPE": "C.utf8", "LANG": "C"}, False), ({"LANG": "en_US"}, False), ({"LANG": "de_DE.UTF-8@euro"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "is_ascii"), LOCALES)
def test_the_locale_says_which_characters_there_are(locale, is_ascii, monkeypatch):
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert terminal.is_ascii() is is_ascii


def test_footnotes_take_no_more_lines_than_the_answer_but_what_limits_it_is_said():
    notes = Footnotes(
        (Footnote("limits", limits=True), *(Footnote(f"note {place}", limits=False) for place in range(9))), "in full"
    )
    assert render(["one\ntwo\nthree\nfour", notes], width=80).splitlines()[5:] == [
        "! limits", "! note 0", "! note 1", "  7 more: --verbose",
    ]  # fmt: skip
    assert render(["one", notes], width=80).splitlines()[2:] == ["! limits", "  9 more: --verbose"]
    assert render(["one", notes], width=80, is_verbose=True) == "one\n\nin full\n"


def test_paragraphs_wrap_at_words_and_keep_their_indent():
    text = "! " + "word " * 10 + "\n  " + "advice " * 8 + "\na-very-long-word-that-does-not-fit-anywhere"
    assert render([text], width=20, color=False).splitlines() == [
        "! word word word",
        "  word word word",
        "  word word word",
        "  word",
        "  advice advice",
        "  advice advice",
        "  advice advice",
        "  advice advice",
        "a-very-long-word-tha",
        "  t-does-not-fit-any",
        "  where",
    ]


def test_a_number_keeps_its_unit_at_the_end_of_a_line():
    text = "compatible with up to 6.1 % more"
    assert render([text], width=25, color=False).splitlines() == ["compatible with up to", "  6.1 % more"]
    assert render(["it takes 17.5 ms"], width=13, color=False).splitlines() == ["it takes", "  17.5 ms"]


def test_lines_wrap_by_the_columns_that_characters_take():
    text = "测试服务器 is faster than 数据库服务器: " + "it takes less time " * 3
    lines = render([text], width=40).splitlines()
    assert max(map(cell_len, lines)) <= 40
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())


def test_a_coloured_line_ends_in_no_blanks():
    coloured = render([with_cell("A"), summary()], width=200, color=True)
    assert not re.search(r" (?:\x1b\[[0-9;]*m)*$", coloured, re.MULTILINE)


def test_no_line_ends_in_blanks():
    written = render([PLAIN, summary(), "text"], width=200, color=False)
    assert not [line for line in written.splitlines() if line != line.rstrip()]
    assert written.endswith("text\n")
