"""Throughput as a table, as sentences and as histograms in text."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.analysis.rates import RateBin, Throughput
from ftpstats.present.rates import Asked, group_name, range_text, throughput_sentences, throughput_table
from ftpstats.present.terminal import Screen, render
from ftpstats.present.texthistogram import Histograms, draw_bins
from ftpstats.present.textplot import Axis
from ftpstats.units import size_text

MIB = float(2**20)
ASKED = Asked("size-class", "MiB/s", "UTC")
BIN = RateBin(MIB, 1.2589 * MIB, 7)


def group(**fields):
    names = ("p10", "p25", "median", "p75", "p90")
    rates = {f"{name}_{end}": MIB for name in names for end in ("low", "high")}
    whole = Throughput(
        label="A", by="size-class", group="1 MB to 10 MB", transfers=10, partial=1, failed=2, incomplete=0.3,
        bytes=5 * 2**20, rated=7, hidden=0, **rates, aggregate=2 * MIB, wall=2.5, at_once_low=1.0, at_once_high=None,
        peak_low=2, peak_high=6, histogram=(BIN,), warnings=(),
    )  # fmt: skip
    return replace(whole, **fields)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (8.788, 8.788, "8.79"),
        (8.5, 9.2, "8.8"),
        (3.1, 8.2, "3.1–8.2"),
        (2.0, 8.0, "2.0–8.0"),
        (2.0, 8.1, "–"),
        (2.0, None, "–"),
        (None, None, "–"),
        (1e-5, 1e-5, "< 0.001"),
        (1e-5, 2e-5, "< 0.001"),
    ],
)
def test_an_interval_is_one_number_a_range_or_a_dash(low, high, text):
    assert range_text(low, high, 1.0) == text


@pytest.mark.parametrize(
    ("by", "name", "text"),
    [
        ("size-class", "1 MB to 10 MB", "1–10 MB"),
        ("size-class", "100 KB to 1 MB", "100 KB–1 MB"),
        ("size-class", "below 1 KB", "below 1 KB"),
        ("peer", "a\x1b[2J", "a\\x1b[2J"),
        ("peer", "a to b", "a to b"),
        ("hour", None, "unknown"),
    ],
)
def test_names_of_groups_are_text_that_a_terminal_shows(by, name, text):
    assert group_name(group(by=by, group=name)) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.00 KB"),
        (1047527, "1023 KB"),
        (1048500, "1.00 MB"),
        (5 * 10**15, "4.44 PB"),
    ],
)
def test_bytes_have_a_unit_and_three_digits(size, text):
    assert size_text(size) == text


def cells(table, heading):
    place = table.columns.index(heading)
    return [row[place] for row in table.rows]


def test_of_many_peers_the_last_are_summed_in_the_table_only():
    peers = [group(by="peer", group=f"10.0.0.{i:02d}") for i in range(25)]
    table = throughput_table(peers, Asked("peer", "MiB/s", None))
    assert len(table.rows) == 1 + 20 + 1
    assert cells(table, "peer")[-1] == "  others (5)"
    assert [cells(table, name)[-1] for name in ("n", "failed", "bytes", "p10", "aggregate", "at once")] == [
        "50", "30.0 %", "25.0 MB", "", "10.0", "",
    ]  # fmt: skip
    assert len(throughput_table(peers[:21], Asked("peer", "MiB/s", None)).rows) == 22


def test_hours_say_whose_they_are():
    hours = [group(by="hour", group="12")]
    assert "(UTC)" in throughput_table(hours, Asked("hour", "MiB/s", "UTC")).title
    assert "(this machine's time zone)" in throughput_table(hours, Asked("hour", "MiB/s", None)).title


def test_a_sentence_says_what_was_moved_in_which_time():
    assert throughput_sentences([group(), group(wall=None, aggregate=None, peak_low=None)], "Mbit/s") == [
        "A: 10 transfers, 3 not completed; 5.00 MB in 2.5 s (16.8 Mbit/s); 2–6 at once at most.",
        "A: 10 transfers, 3 not completed; 5.00 MB.",
    ]


def test_columns_go_before_the_histogram_comes():
    table = throughput_table([group()], ASKED)
    wide, narrow = (render([table], Screen(width)) for width in (120, 80))
    assert ("█" in wide, "bytes" in wide) == (True, True)
    assert ("█" in narrow, "bytes" in narrow) == (False, True)
    assert "5.00 MB" not in render([table], Screen(60))


def test_a_group_whose_rates_are_mostly_hidden_has_no_histogram():
    shown = throughput_table([group(hidden=1), group(group="below 1 KB")], ASKED).make_plot()
    assert [row and len(row) for row in shown.rows] == [None, (), 1] or [len(row or ()) for row in shown.rows] == [
        0,
        0,
        1,
    ]


# --- histograms -----------------------------------------------------------------------------------------------------

BINS = st.dictionaries(st.integers(0, 60), st.integers(1, 1000), min_size=1, max_size=30).map(
    lambda found: tuple(RateBin(10 ** (place / 10), 10 ** ((place + 1) / 10), n) for place, n in sorted(found.items()))
)


@given(st.lists(BINS, min_size=1, max_size=4), st.integers(24, 60))
def test_histograms_share_an_axis_and_each_has_a_full_bar(rows, width):
    shown = Histograms((None, *rows), 0, 1.0, "B/s")
    heading, *lines = shown.lines(width)
    assert "B/s" in heading
    assert all(len(line) <= width for line in (heading, *lines))
    assert all("█" in line for line in lines)


@given(BINS, st.integers(24, 60))
def test_no_bin_is_too_small_to_be_seen(bins, width):
    axis = Axis(bins[0].low, bins[-1].high, width, is_log=True)
    line = draw_bins(bins, axis)
    for one in bins:
        middle = math.log(math.sqrt(one.low * one.high) / axis.low) / math.log(axis.high / axis.low)
        assert line[int(width * middle)] != " "


def test_what_a_bin_counts_is_spread_over_its_columns():
    axis = Axis(1.0, 100.0, 20, is_log=True)
    assert draw_bins([RateBin(1.0, 10.0, 10), RateBin(10.0, 10 * 10**0.1, 1)], axis) == "█" * 10 + "█"
    assert draw_bins([RateBin(1.0, 10.0, 10), RateBin(10.0, 100.0, 5)], axis) == "█" * 10 + "▄" * 10
    assert draw_bins([], axis) == ""


def test_without_headings_the_legend_has_the_axis():
    shown = Histograms(((BIN,), (BIN,)), 0, MIB, "MiB/s")
    assert "from 1.0 to 1.3 MiB/s" in shown.legend(shown.lines(24))
    assert "from" not in Histograms((None, (BIN,)), 0, MIB, "MiB/s").legend(shown.lines(24))
    nothing = Histograms((None, ()), 0, MIB, "MiB/s")
    assert nothing.lines(24) == ["", ""]
    assert nothing.legend(nothing.lines(24)) == ""
