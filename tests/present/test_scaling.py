"""Lines of time against size as a table, as predicted times, and as sentences."""

from dataclasses import replace

import pytest

from ftpstats.analysis.scaling import Scaling, TimeAt
from ftpstats.present.scaling import Lines, interval_text, scaling_sentences, scaling_table, time_texts, times_table

MIB = 2**20
LINES = Lines(0.95, "MiB/s")
XEN = Scaling(
    label="Xen", reference=None, direction="download", fitted="sizes", sizes=3, n=300, runs=3, smallest=102400,
    largest=104857600, latency=0.0306, latency_low=0.0304, latency_high=0.0308, throughput=90.0 * MIB,
    throughput_low=89.5 * MIB, throughput_high=90.5 * MIB, linear_p=0.28, is_linear=True, latency_difference=None,
    latency_difference_low=None, latency_difference_high=None, latency_p=None, throughput_ratio=None,
    throughput_ratio_low=None, throughput_ratio_high=None, throughput_p=None, ratio_p=None, scope=None, points=(),
    predictions=(), warnings=(),
)  # fmt: skip
VMWARE = replace(
    XEN, label="VMware", reference="Xen", latency=0.0081, latency_difference=-0.0225, latency_difference_low=-0.023,
    latency_difference_high=-0.022, throughput_ratio=0.83, throughput_ratio_low=0.82, throughput_ratio_high=0.84,
    ratio_p=1e-9, scope="runs",
)  # fmt: skip
BENT = replace(
    XEN, latency=None, latency_low=None, latency_high=None, throughput=None, throughput_low=None, throughput_high=None,
    linear_p=0.003, is_linear=False,
)  # fmt: skip


def test_a_row_has_latency_and_throughput_with_their_intervals():
    table = scaling_table([XEN, BENT], LINES)
    assert table.title.startswith("time = latency + size / throughput, download; 95 % confidence intervals")
    assert table.rows == (
        ("Xen", "3", "300", "30.60 ms", "30.40 to 30.80", "90.00", "89.50 to 90.50", "0.28"),
        ("Xen", "3", "300", "–", "", "–", "", "0.0030"),
    )


def test_directions_have_headings_where_there_are_several():
    table = scaling_table([XEN, replace(XEN, direction="upload")], LINES)
    assert [table.rows[place][0] for place in sorted(table.sections)] == ["download", "upload"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ((0.0306, 0.0304, 0.0308), ("30.60 ms", "30.40 to 30.80")),
        ((-0.0002, -0.003, 0.0026), ("−0.2000 ms", "−3.000 to 2.600")),
        ((1.5, None, None), ("1.500 s", "")),
        ((None, None, None), ("–", "")),
    ],
)
def test_a_time_and_its_interval_have_one_unit(given, shown):
    assert time_texts(*given) == shown


@pytest.mark.parametrize(
    ("ends", "shown"),
    [(("1", "2"), "1 to 2"), (("–", "2"), "up to 2"), (("1", "–"), "1 and more"), (("–", "–"), "")],
)
def test_an_end_may_be_unbounded(ends, shown):
    assert interval_text(*ends) == shown


def test_sentences_say_what_sets_labels_apart_and_how_far_lines_hold():
    assert scaling_sentences([XEN, VMWARE], LINES) == [
        "Xen: latency 30.60 ms, throughput 90.00 MiB/s.",
        "VMware: latency 8.100 ms, throughput 90.00 MiB/s.",
        "VMware against Xen: latency −22.50 ms (−23.00 to −22.00); 0.8300 times the throughput (0.8200 to 0.8400). "
        "The ratio of their times depends on size (p < 0.0001).",
        "Lines hold only between the sizes measured, 100 KB to 100 MB.",
    ]


def test_what_there_is_not_is_not_said():
    alone = replace(VMWARE, latency_difference=None, throughput_ratio=None, ratio_p=0.4)
    assert scaling_sentences([BENT, alone], LINES)[:3] == [
        "Xen: time is not linear in size (p = 0.0030).",
        "VMware: latency 8.100 ms, throughput 90.00 MiB/s.",
        "VMware against Xen: no line to compare. The ratio of their times is not shown to depend on size (p = 0.40).",
    ]
    assert scaling_sentences([BENT], LINES) == ["Xen: time is not linear in size (p = 0.0030)."]
    assert scaling_sentences([replace(BENT, is_linear=None)], LINES) == ["Xen: no line."]
    odd = [XEN, replace(XEN, smallest=1000, largest=1234567)]
    assert scaling_sentences(odd, LINES)[-1] == (
        "Lines hold only between the sizes measured, 1000 B to 100 MB, each between its own."
    )
    assert "1.18 MB." in scaling_sentences(odd[1:], LINES)[-1]


def test_predicted_times_are_a_table_where_they_are_asked_for():
    assert times_table([XEN], LINES) is None
    asked = replace(XEN, predictions=(TimeAt(MIB, None, 0.042, 0.041, 0.043), TimeAt(1, None, None, None, None)))
    assert times_table([asked], LINES).rows == (
        ("Xen", "1 MB", "42.00 ms", "41.00 to 43.00"),
        ("Xen", "1 B", "–", ""),
    )
