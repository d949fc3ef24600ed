"""Text from outside that would break a terminal."""

import pytest

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.present.comparisons import comparison_table, thesis_table
from ftpstats.present.notes import warning_lines
from ftpstats.present.summaries import summary_table
from ftpstats.present.tables import shown_label
from ftpstats.present.verdicts import comparison_sentences
from tests.analysis.rows import compare, rows, table
from tests.present.examples import TERMS

CONTROL = ["\n", "\r", "\x1b[31m", "\x07", "\x08", "\x9b1m", "\u202e", "\u2028"]


@pytest.mark.parametrize("control", CONTROL)
def test_control_characters_become_visible(control):
    label = f"A{control}B"
    transfers = table(rows(label, [1.0]), rows("C", [1.0, 2.0]))
    found = compare(transfers, ["C", label])
    summaries = [summarise(sample) for sample in samples(transfers)]
    shown = [
        *comparison_table(found, TERMS, dict).rows[2],
        *thesis_table(found, summaries, TERMS).rows[2],
        *summary_table(summaries, 0.95, "s").rows[1],
        *comparison_sentences(found, TERMS),
        *"".join(warning_lines(found)).split("\n"),
    ]
    assert not any(control in text for text in shown)
    assert sum("A\\" in text for text in shown) >= 5


def test_a_byte_that_is_no_text_becomes_visible():
    assert shown_label("caf\udce9") == "caf\\udce9"  # as the file system's encoding gives it


def test_text_that_can_be_shown_stays_as_it_is():
    for label in ("Xen 3.2", "Größe µ", "[bold]x[/]", "日本", "a\\nb"):
        assert shown_label(label) == label
