"""Tables and paragraphs laid out: nothing cut, nothing interpreted, nothing wider than it must be."""

import pytest

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.present.summaries import summary_table
from ftpstats.present.tables import BOX, Table
from ftpstats.present.terminal import render
from tests.analysis.rows import rows, table

PLAIN = Table("a title", ("label", "n"), frozenset({1}), (("Xen", "100"), ("VMware", "9")), frozenset())


def with_cell(cell):
    return Table("", ("label", "verdict"), frozenset(), ((cell, "faster"),), frozenset())


def summary(label="A"):
    return summary_table([summarise(sample) for sample in samples(table(rows(label, [1.0, 1.1, 1.3])))], 0.95)


def test_a_table_without_colour_is_plain_text():
    assert render([PLAIN, "a paragraph"], width=80, color=False).splitlines() == [
        "a title",
        "",
        " label      n",
        " ────────────",
        " Xen      100",
        " VMware     9",
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
    assert cell in render([with_cell(cell)], width=width, color=False)


def test_a_narrow_terminal_goes_without_box_plots():
    wide, narrow = (render([summary()], width=width, color=False) for width in (200, 120))
    assert BOX in wide
    assert BOX not in narrow
    assert max(map(len, narrow.splitlines())) <= 120
    assert "1.133" in narrow


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
        "a-very-long-word-that-does-not-fit-anywhere",
    ]


def test_a_number_keeps_its_unit_at_the_end_of_a_line():
    text = "compatible with up to 6.1 % more"
    assert render([text], width=25, color=False).splitlines() == ["compatible with up to", "6.1 % more"]
    assert render(["it takes 17.5 ms"], width=13, color=False).splitlines() == ["it takes", "17.5 ms"]


def test_no_line_ends_in_blanks():
    written = render([PLAIN, summary(), "text"], width=200, color=False)
    assert not [line for line in written.splitlines() if line != line.rstrip()]
    assert written.endswith("text\n")
