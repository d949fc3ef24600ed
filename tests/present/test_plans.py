"""Plans for lines and for histories to cells and sentences."""

import pytest

from ftpstats.analysis.history_size import HistorySize, Shown, StepAim
from ftpstats.analysis.scaling_size import LinePrecision, ScalingSize
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.present.plans import (
    history_size_sentences,
    history_size_table,
    looks_table,
    scaling_size_sentences,
    scaling_size_table,
)

LINES = LinePrecision(0.05, Margin(0.002, relative=False), 0.95, 0.9)
LINE = {
    "label": "Xen", "direction": "download", "unit": "transfers", "sizes": 3, "n": 300, "units": 100.0,
    "latency": 0.03, "latency_margin": 0.002, "latency_needed": 40, "latency_unknown": None, "throughput": 9e7,
    "throughput_margin": 4.5e6, "throughput_needed": 60, "throughput_unknown": None, "needed": 60, "duration": 90.0,
    "warnings": (),
}  # fmt: skip
UNKNOWN = {
    "needed": None, "duration": None, "latency": None, "throughput": None, "latency_margin": None,
    "throughput_margin": None, "latency_needed": None, "throughput_needed": None,
}  # fmt: skip
STEP = StepAim(FIVE_PER_CENT, 0.9, 0.01)
HISTORY = {
    "label": "server", "bytes": 1048576, "direction": "download", "n": 320, "runs": 64, "mean": 0.06, "run_sd": 0.002,
    "lag1": 0.1, "step": 0.003, "runs_needed": 150, "looks": (Shown(16, None), Shown(64, 0.006)),
    "transfers_per_run": 5.0, "duration": 45.0, "warnings": (),
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Xen: 60 transfers of each size give latency within ±2 ms and throughput within ±5 %, with a chance of "
             "90 %."),
        ({"unit": "runs", "needed": 12}, "Xen: 12 runs of all sizes give latency"),
        ({"unit": "logs", "needed": 12}, "Xen: 12 logs with all sizes give latency"),
        ({"unit": "mixed"}, "Xen: 60 transfers of such sizes give latency"),
        ({"latency_needed": None, "latency_unknown": "not-from-zero"}, "give throughput within ±5 %, with a chance of "
         "90 %. Its latency is not planned: it may be 0, and a share of 0 is no margin; name a time"),
        (UNKNOWN | dict.fromkeys(("latency_unknown", "throughput_unknown"), "not-linear"),
         "Xen: nothing to plan: time is not linear in size."),
        (UNKNOWN | {"latency_unknown": "out-of-reach", "throughput_unknown": "below-resolution"},
         "Its throughput is not planned: the printed resolution hides more than the margin."),
        (UNKNOWN | {"latency_unknown": "not-from-zero", "throughput_unknown": "not-growing"},
         "Xen: its latency is not planned: it may be 0"),
        (UNKNOWN | {"latency_unknown": "not-from-zero", "throughput_unknown": "not-growing"},
         "Its throughput is not planned: time does not grow with size."),
        ({"label": "\x1b[2J"}, "\\x1b[2J: 60 transfers"),
    ],
)  # fmt: skip
def test_sentences_of_lines(fields, text):
    (said,) = scaling_size_sentences([ScalingSize(**(LINE | fields))], LINES)
    assert text in said


def test_lines_are_shown_by_what_is_counted():
    found = [ScalingSize(**LINE), ScalingSize(**(LINE | {"label": "VMware", "unit": "runs"}))]
    table = scaling_size_table(found, LINES, "MB/s")
    assert [row[0].strip() for row in table.rows] == ["transfers of each size", "Xen", "runs of all sizes", "VMware"]
    assert [cell.strip() for cell in table.rows[1]] == [
        "Xen", "100", "30.00 ms", "2.00 ms", "40", "90.00", "4.500", "60", "1 min 30 s"
    ]  # fmt: skip


def test_a_direction_is_named_where_there_are_two():
    found = [ScalingSize(**LINE), ScalingSize(**(LINE | {"direction": "upload"}))]
    assert [said.split(":")[0] for said in scaling_size_sentences(found, LINES)] == ["Xen (download)", "Xen (upload)"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "1 MB download, server: 150 runs of about 5 transfers, 75 before and 75 after it, show a step of 5 % "
             "(3.00 ms, 1.5 standard deviations of runs), with a power of 90 % at 1 % false alarms."),
        ({"lag1": None}, "The correlation of runs is assumed: the least favourable up to 0.5."),
        ({"runs_needed": None, "duration": None}, "400 runs do not show a step of 5 % (3.00 ms, 1.5 standard"),
        ({"run_sd": None, "runs_needed": None, "runs": 2}, "unknown: a spread of run means takes 3 runs or more, "
         "not 2."),
        ({"run_sd": 0.0, "runs_needed": 16}, "8 before and 8 after it, show a step of 5 % (3.00 ms, these runs do not "
         "vary)"),
    ],
)  # fmt: skip
def test_sentences_of_histories(fields, text):
    (said,) = history_size_sentences([HistorySize(**(HISTORY | fields))], STEP)
    assert text in said


def test_what_so_many_runs_show():
    table = looks_table([HistorySize(**HISTORY)])
    assert [[cell.strip() for cell in row] for row in table.rows[1:]] == [
        ["16", "none", "–"],
        ["64", "6.00 ms", "+10.0 %"],
    ]
    assert looks_table([HistorySize(**(HISTORY | {"looks": ()}))]) is None


def test_of_more_than_the_table_has_the_number_is_said():
    table = history_size_table([HistorySize(**(HISTORY | {"runs_needed": None, "duration": None}))])
    assert "> 400" in table.rows[1]
