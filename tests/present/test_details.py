"""What `--details` says: each line of a comparison, each column of a sample, and nothing where nothing is known."""

from dataclasses import replace

import numpy as np
import pytest

from ftpstats.analysis.details import Superiority
from ftpstats.analysis.order import Order
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.present.details import components_text, design_of, details_table, order_table, shape_table
from ftpstats.stats.bootstrap import QuantileDifference
from ftpstats.stats.components import VarianceComponents
from ftpstats.stats.contrast import Difference
from ftpstats.stats.drift import Trend
from ftpstats.stats.shift import LevelShift
from ftpstats.stats.two_sample import Shift
from tests.analysis.rows import compare, rows, table
from tests.present.examples import some

(DETAILED,) = compare(
    table(rows("Xen", [1.0, 1.1, 1.3]), rows("VMware", [1.0, 1.2, 1.3])), ["Xen", "VMware"], details=True
)
COMPONENTS = VarianceComponents(3, 0.05, 0.01, 0.01, 0.04, 0.01, "runs")


def told(name, margin=FIVE_PER_CENT, details=None, **fields):
    """What stands beside this name; None where the line is missing."""
    c = replace(DETAILED, details=replace(DETAILED.details, **(details or {})), margin=margin, **fields)
    return {key.strip(): text for key, text in details_table([c], 0.95).rows}.get(name)


ONE_AND_SEVERAL = "one run against several"
ON = "from this margin on, this comparison alone would be equivalent; choose a margin beforehand"
SHIFT = "(assumes independent transfers)"
SD = "sd 200 ms between runs, 100 ms within"
SHARE = "80 % of the variance of run means is between runs, p = 0.010"
NOT_SEEN = "may not have been observed"
LINES = [
    (
        "design",
        {"design": "runs", "n": 30, "runs": 3},
        f"{ONE_AND_SEVERAL}: 30 transfers in 3 runs against 3 in 1",
    ),
    ("design", {"n": 1}, "one run each: 1 transfer in 1 run against 3 in 1"),
    (
        "difference of means",
        {"difference": 0.0125, "difference_low": -0.01, "difference_high": 0.035, "standard_error": 2e-3, "df": 8.0},
        "12.5 ms, −10.0 ms to 35.0 ms; standard error 2.00 ms with 8.00 degrees of freedom",
    ),
    (
        "difference of means",
        {"difference": 0.0, "difference_low": None, "difference_high": None, "standard_error": None, "df": None},
        "0 s",
    ),
    ("ratio of means", {"percent": 10.0, "percent_low": -5.0, "percent_high": 20.0}, "1.100, 0.9500 to 1.200"),
    ("ratio of means", {"percent": 10.0, "percent_low": None, "percent_high": 20.0}, "1.100, 0 to 1.200"),
    ("ratio of means", {"percent": 10.0, "percent_low": -5.0, "percent_high": None}, "1.100, 0.9500 to ∞"),
    ("ratio of means", {"percent": 10.0, "percent_low": None, "percent_high": None}, "1.100"),
    ("ratio of means", {"percent": None}, None),
    *(
        (
            "rare events",
            {"unseen_share": share},
            f"events that affect fewer than about {text} % of transfers {NOT_SEEN}",
        )
        for share, text in ((0.0149, "1.5"), (0.0996, "10"), (0.95, "95"), (0.9999, "100"), (0.0003, "0.030"))
    ),
    (
        "other tests",
        {"welch_p": 0.051, "mann_whitney_p": 6e-5},
        "Welch p = 0.051, Mann–Whitney p < 0.0001 (assume independent transfers)",
    ),
    (
        "other tests",
        {"welch_p": None, "mann_whitney_p": None},
        "Welch p = –, Mann–Whitney p = – (assume independent transfers)",
    ),
    ("smallest margin", {"smallest_margin": None}, None),
]


@pytest.mark.parametrize(("name", "fields", "text"), LINES)
def test_lines_of_a_comparison(name, fields, text):
    assert told(name, **fields) == text


@pytest.mark.parametrize(
    ("margin", "text"),
    [
        (FIVE_PER_CENT, f"12.3 %: {ON}"),
        (
            Margin(0.1, relative=False),
            f"123 ms: {ON}",
        ),
    ],
)
def test_the_smallest_margin_is_in_the_unit_of_the_margin(margin, text):
    assert told("smallest margin", margin, smallest_margin=0.123) == text


QUANTILES = (
    QuantileDifference(0.5, 0.01, 0.005, 0.02),
    QuantileDifference(0.9, -0.1, -0.2, 0.1),
    QuantileDifference(0.99, 1.0, None, None),
)
DETAILS = [
    ("Hodges–Lehmann shift", {"shift": Shift(0.01, -0.02, 0.03)}, f"10.0 ms, −20.0 ms to 30.0 ms {SHIFT}"),
    ("Hodges–Lehmann shift", {"shift": Shift(0.01, None, None)}, f"10.0 ms {SHIFT}"),
    ("difference of quantiles", {"quantiles": QUANTILES}, "p50 10.0 ms, 5.00 ms to 20.0 ms; p90 −100 ms, "
                                                          "−200 ms to 100 ms; too few transfers for p99"),
    ("difference of quantiles", {"quantiles": QUANTILES[:1]}, "p50 10.0 ms, 5.00 ms to 20.0 ms"),
    ("difference of quantiles", {"quantiles": QUANTILES[2:] * 2}, "too few transfers for p99, p99"),
    ("P(slower)", {"superiority": Superiority(0.625, 0.5, 0.75)},
     "62.5 %, 50.0 to 75.0 %; ties count half (assumes independent transfers); Hedges' g 0.25"),
    ("P(slower)", {"superiority": Superiority(1.0, None, None)},
     "100 %; ties count half (assumes independent transfers); Hedges' g 0.25"),
    ("runs of VMware", {"components": COMPONENTS}, components_text(COMPONENTS)),
    ("runs of Xen", {"components": COMPONENTS}, None),
    ("runs of Xen", {"components_reference": COMPONENTS}, components_text(COMPONENTS)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "details", "text"), DETAILS)
def test_lines_of_details(name, details, text):
    assert told(name, details=details, hedges_g=0.25) == text


@pytest.mark.parametrize("design", ["run", "rounds", "alternation"])
def test_what_the_error_is_read_from_follows_the_design(design):
    c = replace(DETAILED, design=design)
    assert told("standard error from", design=design) == design_of(c)[1]
    assert design_of(replace(c, runs=3)) == (
        "one run against several",
        "the long-run variance of the one run and the run means of the other label",
    )


def test_every_comparison_has_a_section_of_its_own():
    shown = details_table([DETAILED, replace(DETAILED, label="KVM")], 0.9)
    headings = [shown.rows[place][0] for place in sorted(shown.sections)]
    assert headings == ["100 KB download: VMware against Xen", "100 KB download: KVM against Xen"]
    assert shown.title == "details, with 90 % intervals"


@pytest.mark.parametrize(
    ("helps", "text"),
    [
        (
            "runs",
            f"{SD}; {SHARE}: more runs help more than longer runs",
        ),
        (
            "transfers",
            f"{SD}; {SHARE}: longer runs help about as much as more runs",
        ),
        (None, "sd 200 ms between runs, 100 ms within"),
    ],
)
def test_what_varies_between_runs_and_within(helps, text):
    assert components_text(replace(COMPONENTS, helps=helps)) == text


# --- of samples -----------------------------------------------------------------------------------------------------


def cells(shown, place=0):
    return dict(zip(shown.columns, shown.rows[place], strict=True))


def test_the_shape_of_a_sample():
    values = np.random.default_rng(1).gamma(3, 0.1, 50)
    s = replace(some("A", values, resolution=0.01), skewness=1.2345, kurtosis=-0.5, shapiro_p=1e-9, lag1=0.123)
    shown = cells(shape_table([replace(s, shapiro_w=0.9, variance_inflation=2.345)]), 1)
    assert shown == {
        "label": "  A", "skewness": "1.23", "kurtosis": "−0.500", "Shapiro W": "0.9000",
        "p": "< 0.0001", "resolution": "10.0 ms", "lag 1": "0.12", "inflation": "2.35", "runs": "–",
    }  # fmt: skip
    assert cells(shape_table([replace(s, components=COMPONENTS)]), 1)["runs"] == components_text(COMPONENTS)


@pytest.mark.parametrize("seconds", [[None, None], [1.0], [1.0] * 9])
def test_what_a_sample_does_not_tell_is_a_dash(seconds):
    shown = cells(shape_table([some("A", seconds)]), 1)
    unknown = {"skewness", "kurtosis", "Shapiro W", "p", "lag 1", "inflation", "runs"}
    assert {name for name, text in shown.items() if text == "–"} - {"resolution"} == unknown


LEVEL = Difference(-0.02, 0.01, 4, -0.05, 0.01, 0.03)
ORDERS = [
    (Order(1, 3, None, None, None, None), ("1", "3", "–", "–", "–", "–")),
    (
        Order(2, 40, Trend(1e-3, 1e-4, 4, 2e-5), LEVEL, 2, LevelShift(10, 0.1, 0.0005)),
        ("2", "40", "2", "1.00 ms, p < 0.0001", "−20.0 ms, p = 0.030", "100 ms after 10, p = 0.00050"),
    ),
    (
        Order(1, 30, Trend(0.0, 0.0, None, None), Difference(0.0, 0.0, None, None, None, None), 0, None),
        ("1", "30", "0", "0 s, p = –", "0 s, p = –", "–"),
    ),
]


@pytest.mark.parametrize(("order", "row"), ORDERS)
def test_the_order_of_a_run(order, row):
    shown = order_table([replace(some(), order=(order,))])
    assert shown.rows == (("100 KB", "A", *row),)


def test_every_run_of_every_sample_has_a_row():
    found = [
        replace(some(label), order=tuple(order for order, _ in ORDERS[:count])) for label, count in (("A", 2), ("B", 1))
    ]
    assert [(row[1], row[2]) for row in order_table(found).rows] == [("A", "1"), ("A", "2"), ("B", "1")]
    assert order_table([some("A", [None])]).rows == ()
