"""Answers in words: every verdict's sentence, box plots in text, warnings, and text that would break a terminal."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ftpstats.analysis.compare import compare
from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.logs.inspection import inspect_log
from ftpstats.present.tables import (
    comparison_sentences,
    comparison_table,
    inspection_parts,
    rows_table,
    shown_label,
    summary_table,
    text_boxplot,
    thesis_table,
    warning_lines,
    warning_notes,
)
from ftpstats.table import SCHEMA
from tests.analysis.rows import KB100, MB10, rows, table


def some(label="A", seconds=(1.0, 1.1, 1.3), **columns):
    (sample,) = samples(table(rows(label, list(seconds), **columns)))
    return summarise(sample)


def comparison(**fields):
    (found,) = compare(table(rows("Xen", [1.0, 1.1, 1.3]), rows("VMware", [1.0, 1.2, 1.3])), ["Xen", "VMware"])
    return replace(found, warnings=(), **fields)


def sentence(margin=FIVE_PER_CENT, **fields):
    (text,) = comparison_sentences([comparison(**fields)], margin, 0.95)
    return text.removeprefix("100 KB download: ")


DECIDED = {"difference": -0.0175, "percent": -55.21, "p": 1e-9, "p_adjusted": 1e-9}
OPEN = {"verdict": "inconclusive", "p": 0.5, "difference_low": -0.1, "percent_low": -3.04, "percent_high": 9.06}
SENTENCES = [
    ({"verdict": "faster", **DECIDED}, "VMware is faster than Xen: it takes 55.2 % less time (17.5 ms)."),
    (
        {"verdict": "slower", **DECIDED, "difference": 0.0175, "percent": None},
        "VMware is slower than Xen: it takes 17.5 ms more.",
    ),
    (
        {"verdict": "slower", **DECIDED, "difference": 1.5, "percent": 150.0},
        "VMware is slower than Xen: it takes 2.5 times as long (1.5 s more).",
    ),
    (
        {"verdict": "equivalent", "p_adjusted": 0.5},
        "VMware and Xen are equivalent: they differ by less than 5 %.",
    ),
    (
        {"verdict": "equivalent", "p_adjusted": 0.049},
        "VMware and Xen are equivalent: they differ by less than 5 %. "
        "The difference is not zero, but inside the margin that matters.",
    ),
    (
        OPEN | {"transfers_needed": None},
        "inconclusive: VMware may be faster or slower than Xen, or as good as equal within 5 %; "
        "the data are compatible with -3.0 % to +9.1 %.",
    ),
    (
        {"verdict": "inconclusive", "p": None, "standard_error": None},
        "inconclusive: one transfer has no spread to judge VMware against Xen by.",
    ),
    (
        {"verdict": "inconclusive", "p": None, "standard_error": 0.0},
        "inconclusive: these transfers have no spread to judge VMware against Xen by.",
    ),
]


@pytest.mark.parametrize(("fields", "text"), SENTENCES)
def test_every_verdict_has_its_sentence(fields, text):
    assert sentence(**fields) == text


ALONE = {"p": 0.5, "equivalence_p": 0.5, "p_adjusted": 0.6, "equivalence_p_adjusted": 0.6, "difference": 0.1}


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"equivalence_p": 0.03}, "equivalent"),
        ({"p": 0.03}, "slower"),
        ({"p": 0.03, "difference": -0.1}, "faster"),
        ({"p": 0.03, "equivalence_p": 0.03}, "equivalent"),
    ],
)
def test_what_only_the_number_of_comparisons_leaves_open_is_said(fields, word):
    c = replace(comparison(**OPEN | ALONE | fields), warnings=(warn("holm-decides", tested=2),))
    texts = comparison_sentences([c, comparison(p=None), c], FIVE_PER_CENT, 0.95)
    assert texts[0] == (
        "100 KB download: inconclusive: -3.0 % to +9.1 % for VMware against Xen: "
        f"taken alone it would be {word}; not after allowing for 2 comparisons."
    )
    by_welch = replace(c, warnings=(warn("welch-decides", test="Welch's test"),))
    assert comparison_sentences([by_welch], FIVE_PER_CENT, 0.95)[0].endswith(
        f"the contrast would call it {word}; a test without an eye to their order, which has to agree below 30 "
        "transfers, does not."
    )


@pytest.mark.parametrize(
    ("margin", "text"), [(Margin(0.2, relative=False), "200 ms"), (Margin(0.1, relative=True), "10 %")]
)
def test_a_sentence_names_the_margin(margin, text):
    assert f"less than {text}." in sentence(margin, verdict="equivalent", p_adjusted=0.5)
    assert f"equal within {text};" in sentence(margin, **OPEN)


ENDS = [
    ((-3.04, 9.06), "-3.0 % to +9.1 %"),
    ((None, 9.06), "up to +9.1 %"),
    ((-3.04, None), "-3.0 % and more"),
    ((None, None), "any ratio"),
]


@pytest.mark.parametrize(("ends", "text"), ENDS)
def test_an_unbounded_interval_is_said_in_words(ends, text):
    fields = {**OPEN, "percent_low": ends[0], "percent_high": ends[1]}
    assert sentence(**fields, transfers_needed=None).endswith(f"the data are compatible with {text}.")
    assert comparison_table([comparison(**fields)], 0.95).rows[0][6] == text


@pytest.mark.parametrize(
    ("needed", "text"),
    [({"transfers_needed": 1300}, "1300 transfers"), ({"transfers_needed": None, "runs_needed": 12}, "12 runs")],
)
def test_how_much_would_decide_is_said(needed, text):
    assert sentence(**OPEN, **needed).endswith(
        f" A new experiment of about {text} of each would decide at a margin of 5 %."
    )


P_VALUES = [(None, "–"), (0.0, "< 0.0001"), (9.9e-5, "< 0.0001"), (1e-4, "0.0001"), (0.0456, "0.046"), (1.0, "1")]


@pytest.mark.parametrize(("p", "text"), P_VALUES)
def test_p_values(p, text):
    assert comparison_table([comparison(p_adjusted=p)], 0.95).rows[0][7] == text


def test_the_comparison_table_shows_the_p_value_that_decides():
    assert comparison_table([comparison(p=0.01, p_adjusted=0.04)], 0.9).rows[0][7] == "0.04"
    assert "90 % interval" in comparison_table([comparison()], 0.9).columns


def test_the_thesis_rule_stands_beside_the_verdict():
    rows_ = [
        thesis_table([comparison(intervals_overlap=overlap)], [some("Xen"), some("VMware")], 0.95).rows[0]
        for overlap in (True, False, None)
    ]
    assert [row[-3:] for row in rows_] == [
        ("overlap", "no difference", "inconclusive"),
        ("apart", "different", "inconclusive"),
        ("–", "–", "inconclusive"),
    ]
    assert rows_[0][2] == "1.133 ± 0.38 s"


# --- summaries --------------------------------------------------------------------------------------------------


def test_a_summary_has_one_unit_per_size():
    found = [some("A", [0.5]), some("B", [2.0, 2.2]), some("A", [20.0], size=MB10), some("B", [None, None])]
    shown = summary_table(found, 0.95)
    assert [(row[0], row[2], row[3], row[4]) for row in shown.rows] == [
        ("100 KB download, s", "", "", ""),
        ("  A", "1", "", "0.5"),
        ("  B", "2", "", "2.1"),
        ("10 MB download, s", "", "", ""),
        ("  A", "1", "", "20"),
        ("size unknown, s", "", "", ""),
        ("  B", "0", "2", "–"),
    ]
    assert shown.sections == {0, 3, 5}
    assert {len(row) for row in shown.rows} == {len(shown.columns)}


PRECISION = [
    (0.14197, 0.00023, ("141.97", "0.23")),
    (0.14197, 0.0022, ("142.0", "2.2")),
    (0.14197, 0.022, ("142", "22")),
    (0.14, 3e-17, ("140.000000000", "2.8e-14")),
    (0.14, 0.0, ("140", "0")),
    (0.14, None, ("140", "–")),
]


@pytest.mark.parametrize(("mean", "half", "shown"), PRECISION)
def test_a_mean_has_the_decimals_of_its_half_width(mean, half, shown):
    summary = replace(some(), mean=mean, ci_high=None if half is None else mean + half)
    assert summary_table([summary], 0.95).rows[1][4:6] == shown


def test_a_label_that_is_lacking_has_words():
    assert shown_label(None) == "(no label)"


EXAMPLE = some()
FIVE = st.lists(st.floats(0, 1e6), min_size=5, max_size=5).map(sorted)


@settings(deadline=None)
@given(numbers=FIVE, below=st.floats(0, 1e6), above=st.floats(0, 1e6), width=st.integers(5, 80))
def test_box_plot_marks_stand_in_order_at_their_places(numbers, below, above, width):
    low, high = numbers[0] - below, numbers[4] + above
    assume(high > low)
    summary = replace(EXAMPLE, **dict(zip(("min", "q1", "median", "q3", "max"), numbers, strict=True)))
    line = text_boxplot(summary, low, high, width)
    assert len(line) <= width
    assert set(line) <= set(" ├┤[]│─═")
    place = [round((value - low) / (high - low) * (width - 1)) for value in numbers]
    assert len(line) - 1 == place[4]
    assert len(line) - len(line.lstrip()) == place[0]
    assert line[place[2]] == "│"
    assert line.count("│") == 1
    for at, mark in ((place[0], "├"), (place[4], "┤"), (place[1], "["), (place[3], "]")):
        assert line[at] == mark or place.count(at) > 1


def test_box_plots_of_one_size_share_a_scale():
    shown = summary_table([some("A", [0.0, 1.0, 2.0, 3.0, 4.0]), some("B", [4.0, 5.0, 6.0, 7.0, 8.0])], 0.95)
    boxes = [row[-1] for row in shown.rows[1:]]
    assert boxes == ["├──[══│══]──┤", "            ├──[══│══]──┤"]


def test_equal_values_and_no_values_have_no_box_plot():
    assert text_boxplot(some("A", [1.0, 1.0]), 1.0, 1.0) == ""
    assert text_boxplot(some("A", [None]), 0.0, 1.0) == ""
    assert summary_table([some("A", [1.0, 1.0])], 0.95).rows[1][-1] == ""


# --- warnings ---------------------------------------------------------------------------------------------------


def warned(size, *warnings):
    return comparison(bytes=size) if not warnings else replace(comparison(bytes=size), warnings=warnings)


def test_warnings_are_listed_once_with_their_sizes():
    coarse, also, runs = (Warning(code, f"{code} found", f"mend {code[:4]}") for code in ("coarse", "coarser", "runs"))
    (text,) = warning_lines([warned(KB100, coarse, runs), warned(MB10, runs), warned(MB10, also, also)])
    assert text.splitlines() == [
        "! 100 KB download: coarse found",
        "  mend coar",
        "! runs found",
        "  mend runs",
        "! 10 MB download: coarser found",
    ]
    assert warning_lines([warned(KB100)]) == []
    assert warning_notes([warned(KB100, coarse), warned(MB10, coarse, runs)]) == [
        "coarse found; mend coar.",
        "10 MB download: runs found; mend runs.",
    ]
    assert warning_lines([warned(KB100, coarse, also), warned(MB10, coarse)], without=["coarser"]) == [
        "! coarse found\n  mend coar"
    ]


# --- text from outside ------------------------------------------------------------------------------------------

CONTROL = ["\n", "\r", "\x1b[31m", "\x07", "\x08", "\x9b1m", "\u202e", "\u2028"]


@pytest.mark.parametrize("control", CONTROL)
def test_control_characters_become_visible(control):
    label = f"A{control}B"
    transfers = table(rows(label, [1.0]), rows("C", [1.0, 2.0]))
    found = compare(transfers, ["C", label])
    summaries = [summarise(sample) for sample in samples(transfers)]
    shown = [
        *comparison_table(found, 0.95).rows[0],
        *thesis_table(found, summaries, 0.95).rows[0],
        *summary_table(summaries, 0.95).rows[1],
        *comparison_sentences(found, FIVE_PER_CENT, 0.95),
        *"".join(warning_lines(found)).split("\n"),
    ]
    assert not any(control in text for text in shown)
    assert sum("A\\" in text for text in shown) >= 5


def test_a_byte_that_is_no_text_becomes_visible():
    assert shown_label("caf\udce9") == "caf\\udce9"  # as the file system's encoding gives it


def test_text_that_can_be_shown_stays_as_it_is():
    for label in ("Xen 3.2", "Größe µ", "[bold]x[/]", "日本", "a\\nb"):
        assert shown_label(label) == label


def test_check_shows_control_characters_of_the_log(tmp_path):
    log = tmp_path / "a\x1b[1m.log"
    log.write_bytes(b"FTP-TEST 1 A\n102400 bytes received in 0.01 secs (8746.3 kB/s)\nwhat \xc2\x9b1m is this\n")
    account, contents, odd = inspection_parts(inspect_log(str(log)))
    assert f"{tmp_path}/a\\x1b[1m.log: 3 lines = 1 header + 1 result + 0 replies" in account
    assert contents.rows[0][-1] == "1"
    assert "\x1b" not in account + odd
    assert "\x9b" not in odd


def test_check_shows_ten_odd_things_of_each_kind(tmp_path):
    log = tmp_path / "FTP.log"
    log.write_text("".join(f"FTP-TEST {i} A\n{i} bytes took {i} s\n" for i in range(1, 31)))
    *_, odd = inspection_parts(inspect_log(str(log)))
    lines = [line.removeprefix(f"{log}:") for line in odd.splitlines()]
    assert len(lines) == 22
    assert lines[9:12] == [
        "19: no result line that any known client prints",
        "... and 20 more like this",
        "2: speaks of bytes, but no known client prints a result so: '1 bytes took 1 s'",
    ]
    assert lines[21] == "... and 20 more like this"
    log.write_text("".join(f"FTP-TEST {i} A\n" for i in range(1, 1101)))
    *_, odd = inspection_parts(inspect_log(str(log)))
    assert odd.splitlines()[10] == "... and at least 990 more like this"


def test_rows_show_the_first_thousand_and_say_so():
    frame = pl.DataFrame(rows("A", [1.0, None, *[2.0] * 598]), schema=SCHEMA).with_columns(source=pl.lit("a\nb"))
    shown = rows_table([frame, frame])
    assert len(shown.rows) == 1000
    assert shown.title == "transfers; the first 1000 of 1200, --format csv writes all"
    assert shown.rows[0][0].startswith("a\\nb:")
    assert shown.rows[0][7:9] == ("1", "5e-07")
    assert shown.rows[1][4:10] == ("–", "–", "–", "–", "–", "failed")
    assert rows_table([frame]).title == "transfers"
