"""Plans to rows and sentences."""

import pytest

from ftpstats.analysis.designs import Aim
from ftpstats.analysis.sample_size import SampleSize
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.analysis.warnings import warn
from ftpstats.present.sample_sizes import sample_size_sentences, sample_size_table

EQUAL = Aim("equivalence", FIVE_PER_CENT, 0.95, 0.9)
FOUND = Aim("difference", Margin(0.002, relative=False), 0.99, 0.8)
PAIR = {
    "label": "VMware", "reference": "Xen", "bytes": 102400, "direction": "download", "design": "run", "n": 90,
    "n_reference": 100, "runs": 1, "runs_reference": 1, "mean": 0.14, "mean_reference": 0.12, "sd": 0.02,
    "sd_reference": 0.01, "margin": 0.006, "hidden": 0.0, "df": 12.0, "between": None, "helps": None,
    "transfers_needed": 260, "runs_needed": None, "logs_needed": None, "designs": (), "simulated": (),
    "transfers_per_run": None, "duration": 67.6, "warnings": (),
}  # fmt: skip
ONE = {"reference": None, "n_reference": None, "runs_reference": None, "mean_reference": None, "sd_reference": None}
RUNS = {
    "design": "runs",
    "runs": 3,
    "runs_reference": 4,
    "transfers_needed": None,
    "runs_needed": 12,
    "transfers_per_run": 22.5,
}
UNKNOWN = {"transfers_needed": None, "duration": None}


def planned(**fields):
    return SampleSize(**{**PAIR, **fields})


def cell(column, **fields):
    table = sample_size_table([planned(**fields)], EQUAL, "s")
    return table.rows[-1][table.columns.index(column)].strip() if column in table.columns else None


@pytest.mark.parametrize(
    ("fields", "aim", "text"),
    [
        ({}, EQUAL, "260 transfers each of Xen and VMware in one run show that two equal platforms differ by less than "
                    "5 % (6.00 ms), with a power of 90 % at 95 % confidence."),
        ({"margin": 0.002}, FOUND, "260 transfers each of Xen and VMware in one run find a difference of 2 ms, with a "
                                   "power of 80 % at 99 % confidence."),
        ({"design": "alternation"}, EQUAL, "260 transfers each of Xen and VMware, interleaved, show"),
        (RUNS, EQUAL, "12 runs each of Xen and VMware, of about 22 transfers, show"),
        (RUNS | {"design": "rounds"}, EQUAL, "12 runs each of Xen and VMware, of about 22 transfers, in rounds show"),
        (ONE | {"design": "one-label"}, EQUAL, "260 transfers of each in one run show"),
        (ONE | {"design": "one-label"}, EQUAL, "confidence, if the other platform varies like VMware."),
        (RUNS | {"between": 0.8, "helps": "runs"}, EQUAL, "More runs help, longer runs hardly: 80 % of the variance"),
        (RUNS | {"between": 0.1, "helps": "transfers"}, EQUAL, "Longer runs help about as much as more runs: 10 %"),
        (UNKNOWN, EQUAL, "unknown: these transfers have no spread."),
        (UNKNOWN | {"runs": 3}, EQUAL, "unknown: one label has one run and the other several"),
        (UNKNOWN | {"warnings": (warn("below-resolution", hidden="9 ms", margin="6 ms"),)}, EQUAL, "resolution hides"),
        (UNKNOWN | {"warnings": (warn("runs-out-of-reach", margin="6 ms"),)}, EQUAL, "more than 10¹² would be"),
    ],
)  # fmt: skip
def test_sentences(fields, aim, text):
    (said,) = sample_size_sentences([planned(**fields)], aim)
    assert said.startswith("100 KB download: ")
    assert text in said


def test_a_given_spread_has_no_file_and_both_numbers():
    fields = ONE | dict.fromkeys(("label", "bytes", "direction", "n", "runs", "mean"))
    (said,) = sample_size_sentences([planned(**fields, design="given", runs_needed=7)], EQUAL)
    assert said.startswith("7 runs of each show")
    assert "260 transfers of each in one run would show it for these runs only." in said
    assert sample_size_table([planned(**fields, design="given", duration=None)], EQUAL, "s").columns == (
        "label",
        "sd",
        "margin",
        "transfers",
    )


@pytest.mark.parametrize(
    ("column", "fields", "text"),
    [
        ("based on", {}, "90"),
        ("based on", ONE, "90"),
        ("based on", RUNS, "90 in 3 runs"),
        ("based on", ONE | {"runs": 3}, "90 in 3 runs"),
        ("margin", {}, "6.00 ms"),
        ("transfers", {}, "260"),
        ("transfers", RUNS, None),
        ("runs", RUNS, "12"),
        ("transfers", UNKNOWN | {"warnings": (warn("transfers-out-of-reach", margin="6 ms"),)}, "> 10¹²"),
        ("duration", {}, "1 min 8 s"),
        ("duration", {"duration": 6 * 3600.0}, "6 h 0 min"),
        ("duration", {"duration": 10 * 86400.0}, "10 days"),
        ("duration", {"duration": 4e9}, "127 years"),
        ("duration", UNKNOWN, None),
    ],
)
def test_cells(column, fields, text):
    assert cell(column, **fields) == text


def test_what_a_terminal_would_obey_is_escaped():
    assert cell("label", label="\x1b[2J") == "\\x1b[2J"
    assert "\x1b" not in sample_size_sentences([planned(label="\x1b[2J")], EQUAL)[0]


def test_the_reference_stands_above_the_label():
    table = sample_size_table([planned(), planned(label="KVM"), planned(**RUNS)], EQUAL, "s")
    assert [row[0] for row in table.rows] == ["100 KB", "  Xen", "  VMware", "  KVM", "  VMware"]
    assert [row[1] for row in table.rows] == ["", "100", "90", "90", "90 in 3 runs"]
    assert "  Xen" not in {row[0] for row in sample_size_table([planned(**ONE)], EQUAL, "s").rows}
