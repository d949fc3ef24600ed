"""Every verdict in a table and in its sentence; the thesis's rule beside it."""

from dataclasses import replace

import pytest

from ftpstats.analysis.comparison import Published
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.analysis.warnings import warn
from ftpstats.present.comparisons import comparison_table, thesis_table
from ftpstats.present.verdicts import comparison_sentences
from tests.analysis.rows import MB10
from tests.present.examples import TERMS, comparison, some


def sentence(margin=FIVE_PER_CENT, **fields):
    (text,) = comparison_sentences([comparison(margin=margin, **fields)], TERMS)
    return text.removeprefix("100 KB download: ")


def cell(heading, **fields):
    """Return what stands under a heading for the label that is compared."""
    shown = comparison_table([comparison(**fields)], TERMS, dict)
    return dict(zip(shown.columns, shown.rows[2], strict=True))[heading]


DECIDED = {"difference": -0.0175, "percent": -55.21, "p": 1e-9, "p_adjusted": 1e-9}
OPEN = {"verdict": "inconclusive", "p": 0.5, "difference_low": -0.1, "percent_low": -3.04, "percent_high": 9.06}
SENTENCES = [
    (
        {"verdict": "faster", **DECIDED, "percent_low": -60.0, "percent_high": -50.0},
        "VMware is faster than Xen: it takes 55.2 % less time (17.5 ms), more than the margin of 5 %.",
    ),
    (
        {"verdict": "faster", **DECIDED, "percent_low": -99.9, "percent_high": -4.7},  # 1/1.05 is 4.8 % less
        "VMware is faster than Xen: it takes 55.2 % less time (17.5 ms), possibly less than the margin of 5 %.",
    ),
    (
        {"verdict": "faster", **DECIDED, "percent": -4.9, "percent_low": -4.95, "percent_high": -4.85},
        "VMware is faster than Xen: it takes 4.9 % less time (17.5 ms), more than the margin of 5 %, which is "
        "4.8 % less time.",
    ),
    (
        {"verdict": "faster", **DECIDED, "percent_low": -100.0, "percent_high": -100.0},
        "VMware is faster than Xen: it takes 55.2 % less time (17.5 ms), more than the margin of 5 %.",
    ),
    (
        {"verdict": "slower", **DECIDED, "difference": 0.0175, "percent": None, "percent_low": None},
        "VMware is slower than Xen: it takes 17.5 ms more.",
    ),
    (
        {"verdict": "slower", **DECIDED, "difference": 1.5, "percent": 150.0, "percent_low": 5.1},
        "VMware is slower than Xen: it takes 2.50 times as long (1.50 s more), more than the margin of 5 %.",
    ),
    (
        {"verdict": "equivalent", "p_adjusted": 0.5},
        "VMware and Xen are equivalent: they differ by less than 5 %. "
        "Events that affect fewer than about 63 % of transfers may not have been observed.",
    ),
    (
        {"verdict": "equivalent", "p_adjusted": 0.049},
        "VMware and Xen are equivalent: they differ by less than 5 %. "
        "The difference is significant but smaller than the margin. "
        "Events that affect fewer than about 63 % of transfers may not have been observed.",
    ),
    (
        OPEN | {"transfers_needed": None},
        "inconclusive: VMware may be faster or slower than Xen, or equivalent within 5 %; "
        "the data are compatible with −3.0 to +9.1 %.",
    ),
    (
        {"verdict": "inconclusive", "p": None, "standard_error": None},
        "inconclusive: a single transfer has no spread, so VMware cannot be compared with Xen.",
    ),
    (
        {"verdict": "inconclusive", "p": None, "standard_error": 0.0},
        "inconclusive: these transfers have no spread, so VMware cannot be compared with Xen.",
    ),
]


@pytest.mark.parametrize(("end", "word"), [(-0.011, "more"), (-0.009, "possibly less")])
def test_whether_a_difference_matters_is_read_from_the_interval_in_seconds_where_the_margin_is(end, word):
    text = sentence(
        Margin(0.01, relative=False), verdict="faster", **DECIDED, difference_low=-0.02, difference_high=end
    )
    assert text.endswith(f"(17.5 ms), {word} than the margin of 10 ms.")


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
    texts = comparison_sentences([c, comparison(p=None), c], TERMS)
    assert texts[0] == (
        "100 KB download: inconclusive: −3.0 to +9.1 % for VMware against Xen: "
        f"{word} on its own, but not after adjustment for 2 comparisons."
    )
    by_welch = replace(c, warnings=(warn("welch-decides", test="Welch's test"),))
    assert comparison_sentences([by_welch], TERMS)[0].endswith(
        f"the contrast alone gives {word}; a test that ignores order, which must agree below 30 transfers, does not."
    )


@pytest.mark.parametrize(
    ("margin", "text"), [(Margin(0.2, relative=False), "200 ms"), (Margin(0.1, relative=True), "10 %")]
)
def test_a_sentence_names_the_margin(margin, text):
    assert f"less than {text}." in sentence(margin, verdict="equivalent", p_adjusted=0.5)
    assert f"equivalent within {text};" in sentence(margin, **OPEN)


ENDS = [
    ((-3.04, 9.06), "−3.0 to +9.1 %"),
    ((None, 9.06), "up to +9.1 %"),
    ((-3.04, None), "−3.0 % and more"),
    ((None, None), "any ratio"),
]


@pytest.mark.parametrize(("ends", "text"), ENDS)
def test_an_unbounded_interval_is_said_in_words(ends, text):
    fields = {**OPEN, "percent_low": ends[0], "percent_high": ends[1]}
    assert sentence(**fields, transfers_needed=None).endswith(f"the data are compatible with {text}.")
    assert cell("95 % interval", **fields) == text


@pytest.mark.parametrize(
    ("needed", "text"),
    [({"transfers_needed": 1300}, "1300 transfers"), ({"transfers_needed": None, "runs_needed": 12}, "12 runs")],
)
def test_how_much_would_decide_is_said(needed, text):
    assert sentence(**OPEN, **needed).endswith(
        f" A new experiment of about {text} of each would decide at a margin of 5 %."
    )


P_VALUES = [(None, "–"), (0.0, "< 0.0001"), (9.9e-5, "< 0.0001"), (1e-4, "0.00010"), (0.0456, "0.046"), (1.0, "1.0")]


@pytest.mark.parametrize(("p", "text"), P_VALUES)
def test_p_values(p, text):
    assert cell("p (Holm)", p_adjusted=p) == text


def test_the_comparison_table_shows_the_p_value_that_decides():
    assert cell("p (Holm)", p=0.01, p_adjusted=0.04) == "0.040"
    assert "90 % interval" in comparison_table([comparison()], replace(TERMS, confidence=0.9), dict).columns


def test_the_thesis_rule_stands_beside_the_verdict():
    rows_ = [
        thesis_table([comparison(intervals_overlap=overlap)], [some("Xen"), some("VMware")], TERMS).rows
        for overlap in (True, False, None)
    ]
    assert [label[-3:] for _, _, label in rows_] == [
        ("overlap", "no difference", "inconclusive"),
        ("separate", "different", "inconclusive"),
        ("–", "–", "inconclusive"),
    ]
    assert [reference[1] for _, reference, _ in rows_] == ["1.133 ± 0.38 s"] * 3


def test_the_reference_is_named_once_for_all_that_are_compared_with_it():
    shown = comparison_table([comparison(), comparison(label="KVM"), comparison(bytes=MB10)], TERMS, dict)
    assert [row[0] for row in shown.rows] == [
        "100 KB", "  Xen", "  VMware", "  KVM", "10 MB", "  Xen", "  VMware",
    ]  # fmt: skip
    assert shown.sections == {0, 4}
    assert shown.title == "mean time per download against Xen, margin 5 %; one run each"


def test_a_reference_with_two_means_has_a_row_for_each():
    shown = comparison_table([comparison(), comparison(label="KVM", mean_reference=2.0)], TERMS, dict)
    assert [row[0] for row in shown.rows] == ["100 KB", "  Xen", "  VMware", "100 KB", "  Xen", "  KVM"]


def test_the_direction_is_named_where_there_are_two():
    shown = comparison_table([comparison(), comparison(direction="upload")], TERMS, dict)
    assert [row[0] for row in shown.rows if row[1] == ""] == ["100 KB download", "100 KB upload"]
    assert "per transfer" in shown.title


RATES = [
    ({**DECIDED, "verdict": "faster", "percent_low": -60.0, "percent_high": -50.0, "throughput_percent": 123.3},
     "VMware is faster than Xen: it has 2.23 times the throughput (0.00391 MB/s), more than the margin of 5 %."),
    ({**DECIDED, "verdict": "slower", "difference": 0.1, "percent_low": 10.0, "throughput_percent": -14.7},
     "VMware is slower than Xen: it has 14.7 % less throughput (0.00391 MB/s), more than the margin of 5 %."),
    ({**DECIDED, "verdict": "slower", "difference": 0.1, "percent_low": 5.05, "throughput_percent": -4.9},
     "VMware is slower than Xen: it has 4.9 % less throughput (0.00391 MB/s), more than the margin of 5 %, which is "
     "4.8 % less throughput."),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "text"), RATES)
def test_a_verdict_in_units_of_throughput(fields, text):
    c = comparison(**fields, throughput=90000.0, throughput_reference=93910.0)
    (said,) = comparison_sentences([c], replace(TERMS, unit="MB/s"))
    assert said == f"100 KB download: {text}"


def test_the_interval_in_throughput_is_that_of_time_turned_round():
    ends = {"throughput_percent": -5.0, "throughput_percent_low": -8.0, "throughput_percent_high": None}
    shown = comparison_table([comparison(**ends, difference_low=0.0)], replace(TERMS, unit="Mbit/s"), dict)
    row = dict(zip(shown.columns, shown.rows[2], strict=True))
    assert (row["difference"], row["95 % interval"]) == ("−5.0 %", "−8.0 % and more")
    assert "Mbit/s" in row


def test_failures_are_counted_in_the_table_and_in_a_sentence():
    failed = {"failed": 5, "unsized": 2, "attempts": 100, "attempts_reference": 90, "failure_p": 0.02} | {
        "failure_difference": 0.07, "failure_difference_low": 0.018, "failure_difference_high": 0.13
    }  # fmt: skip
    assert cell("failed", **failed) == "5 + 2"
    (_, said) = comparison_sentences([comparison(**failed)], TERMS)
    assert said == (
        "100 KB download: 5 + 2 of 100 transfers of VMware failed, 0 of 90 of Xen: +7.0 percentage points, "
        "+1.8 to +13.0 (Fisher's exact test: p = 0.020)."
    )
    assert "failed" not in comparison_table([comparison()], TERMS, dict).columns


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (
            (31.99, Margin(0.0728, relative=True)),
            "an inflation of 31, or up to a standard deviation between runs of 7.2 %.",
        ),
        ((None, Margin(0.0015, relative=False)), "a standard deviation between runs of 1.5 ms."),
        ((4.39, None), "an inflation of 4.3."),
        ((None, None), ""),
    ],
)
def test_how_far_a_verdict_on_published_summaries_holds_is_never_rounded_up(limits, said):
    published = Published(1.0, 1.0, None, None, *limits)
    (sentence,) = comparison_sentences([comparison(published=published)], TERMS)
    assert sentence.endswith(f" This holds up to {said}" if said else "of each would decide at a margin of 5 %.")
