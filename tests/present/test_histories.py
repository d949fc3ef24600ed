"""Histories as a table, as bars and as sentences."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ftpstats.analysis.series import Point
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin, SizedMargins
from ftpstats.present.answers import history_answer
from ftpstats.present.histories import LOOKING, Asked, change_line, history_blocks, history_sentences, history_table
from ftpstats.present.terminal import Screen, render
from ftpstats.present.textbars import bars
from ftpstats.present.verdicts import Terms
from tests.analysis.test_history import BEGIN, DAY, asked, noise, sample, step

ASKED = Asked(Terms(FIVE_PER_CENT, 0.95, "s"), 0.01, "UTC", UTC)


def days(n, each=DAY):
    return [BEGIN + each * place for place in range(n)]


@pytest.mark.parametrize(
    ("values", "places", "most", "text"),
    [
        ([1, 8], (), 64, "▁█"),
        ([3, 3], (), 64, "▁▁"),
        ([1, 1, 8, 8], [2], 64, "▁▁│██"),
        ([1, 1, 8, 8, 8, 4], [2], 3, "▁│█▆"),
        ([5], (), 64, "▁"),
    ],
)
def test_bars(values, places, most, text):
    assert bars(values, places, most) == text


def test_many_values_share_bars():
    assert len(bars(range(1000))) <= 64


def test_a_level_is_a_row_with_what_changed():
    [found] = asked(sample(step(), began=days(60)))
    table = history_table([found], ASKED)
    first, second = (dict(zip(table.columns, row, strict=True)) for row in table.rows[1:])
    assert (first["runs"], first["when"], first["n"]) == ("  1–35", "2025-09-01 to 10-05", "105")
    assert (first["difference"], first["95 % interval"], first["verdict"]) == ("", "", "")
    assert second["verdict"] == "slower"
    assert second["difference"].startswith("+")
    assert table.rows[0][0] == "100 KB, A"


@pytest.mark.parametrize(
    ("each", "when", "row"),
    [
        (DAY, "2025-09-01 to 09-20", "2025-09-01 to 09-20"),
        (30 * DAY, "2025-09-01 to 2027-03-25", "2025-09-01 to 2027-03-25"),
        (3600, "2025-09-01 00:00 to 19:00", "00:00 to 19:00"),
        (5 * 3600, "2025-09-01 00:00 to 09-04 23:00", "2025-09-01 00:00 to 09-04 23:00"),
        (2, "2025-09-01 00:00", "00:00:00 to 00:00:38"),
    ],
)
def test_times_are_as_fine_as_runs_are_apart(each, when, row):
    [found] = asked(sample(noise(20), began=days(20, each)))
    assert history_sentences([found], ASKED)[0] == f"100 KB download, A: 20 runs, {when}."
    table = history_table([found], ASKED)
    assert table.rows[1][table.columns.index("when")] == row


def test_times_are_those_of_the_zone():
    [found] = asked(sample(noise(20), began=days(20)))
    berlin = replace(ASKED, zone=ZoneInfo("America/New_York"))
    assert "2025-08-31 to 09-19" in history_sentences([found], berlin)[0]


def test_no_times_have_no_column():
    [found] = asked(sample(noise(20)))
    assert "when" not in history_table([found], ASKED).columns


def test_an_only_short_history_shows_each_run():
    short = asked(sample([0.1, 0.2, 0.3]))
    assert [row[0] for row in history_table(short, ASKED).rows[1:]] == ["  1", "  2", "  3"]
    assert "Levels are not looked for: that takes 16 runs" in history_blocks(short, ASKED)[0]
    assert LOOKING not in history_sentences(short, ASKED)
    several = asked(sample([0.1, 0.2, 0.3]), sample([0.1] * 2, label="B"), sample(noise(20), label="C"))
    assert [row[0] for row in history_table(several, ASKED).rows] == [
        "100 KB, A", "  1–3", "100 KB, B", "  1–2", "100 KB, C", "  1–20",
    ]  # fmt: skip
    assert "There are fewer of 100 KB download, A (3); 100 KB download, B (2)." in history_blocks(several, ASKED)[-1]


def test_sentences_of_several_name_theirs():
    found = asked(sample(step()), sample(noise(60), label="B"))
    sentences = history_sentences(found, ASKED)
    assert sentences[-1] == LOOKING
    assert sum(one.startswith("100 KB download, A: After run 35") for one in sentences) == 1
    assert "100 KB download, B: No change of level was found, at a rate of false alarms of 1 %." in sentences


def test_a_change_says_where_and_how_large_it_is():
    [found] = asked(sample(step(), began=days(60)))
    (line,) = [one for one in history_sentences([found], ASKED) if "After" in one]
    new = found.newest
    low, high = new.change_low, new.change_high
    assert line.startswith(f"After run 35 (95 %: {low} to {high}; 2025-10-{low - 30:02d} to 10-{high - 30:02d}): ")
    assert " ms more, +" in line
    assert line.endswith(": slower.")
    assert change_line(found).startswith("--fail-on change: 100 KB download, A: after run 35 +")


def test_the_margin_of_a_size_is_its_own():
    margins = SizedMargins(FIVE_PER_CENT, ((102400, Margin(0.5, relative=True)),))
    found = asked(sample(step()), margin=margins)
    lines = history_sentences(found, replace(ASKED, terms=Terms(margins, 0.95, "s")))
    assert any(line.endswith(": equivalent within 50 %.") for line in lines)


def test_a_drift_says_how_steep_it_is():
    found = asked(sample(noise(80) + np.linspace(0, 0.02, 80)))
    assert any(line.startswith("Drift: times rise steadily, by ") for line in history_sentences(found, ASKED))
    found = asked(sample(noise(80) + np.linspace(0.02, 0, 80)))
    assert any(line.startswith("Drift: times fall steadily, by ") for line in history_sentences(found, ASKED))


def test_days_are_named_by_their_dates_and_their_zone():
    found = asked(sample(step(), began=days(60)), by="day")
    text = "\n".join(history_sentences(found, ASKED))
    assert "60 days, 2025-09-01 to 10-30, in UTC." in text
    assert "After 2025-10-05 (95 %: 2025-10-0" in text
    assert history_table(found, ASKED).rows[1][0] == "  2025-09-01 to 10-05"


def test_a_name_from_outside_is_escaped():
    [found] = asked(sample(noise(20), label="a\x1b[2J"))
    found = replace(found, points=tuple(replace(point, name=point.name) for point in found.points))
    text = render(history_answer([found], ASKED).parts, Screen(80))
    assert "\x1b" not in text
    assert isinstance(found.points[0], Point)


def test_a_change_without_an_interval_has_none_in_its_sentence():
    [found] = asked(sample([0.1] * 20 + [0.2] * 20, resolution=None))
    assert any(line.endswith("100 ms more, +100.0 %: inconclusive at a margin of 5 %.")
               for line in history_sentences([found], ASKED))  # fmt: skip
