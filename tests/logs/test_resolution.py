"""What the printed digits are worth: the interval holds the true time, whatever the client's arithmetic."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ftpstats.logs.transcript.results import read_results

KIB, MIB = 1024, 1024**2
CLEAN = 0  # index into resolution.ODDITIES


def read_line(line, meanings=None):
    return read_results(pl.Series([line]), meanings or {}).row(0, named=True)


# What each client's source computes and prints. The classic ones compute in 32-bit floats.


def single(size, seconds):
    """Elapsed time and rate as a C float holds them."""
    elapsed = np.float32(seconds)
    return float(elapsed), float(np.float32(size) / elapsed)


def netkit_old(size, seconds):
    elapsed, rate = single(size, seconds)
    return f"{size} bytes received in {elapsed:.2f} secs ({rate / KIB:.1f} kB/s)"


def netkit_late(size, seconds):
    elapsed, rate = single(size, seconds)
    shown = f"{rate / MIB:.4f} MB/s" if rate > MIB else f"{rate / KIB:.4f} kB/s"
    return f"{size} bytes received in {elapsed:.2f} secs ({shown})"


def netkit_upstream(size, seconds):
    elapsed, rate = single(size, seconds)
    return f"{size} bytes received in {elapsed:.3g} secs ({rate / KIB:.2g} Kbytes/sec)"


def netkit_redhat(size, seconds):
    elapsed, rate = single(size, seconds)
    return f"{size} bytes received in {elapsed:.3g} secs ({rate / 1000:.2f} Kbytes/sec)"


def inetutils(size, seconds):
    elapsed, rate = single(size, seconds)
    scale, unit = (MIB, "Mbytes") if rate > MIB else (KIB, "kbytes") if rate > KIB else (1, "bytes")
    return f"{size} bytes received in {elapsed:.3g} seconds ({rate / scale:.3g} {unit}/s)"


def bsd43(size, seconds):
    elapsed, rate = single(size, seconds)
    return f"{size} bytes received in {elapsed:.2g} seconds ({rate / KIB:.2g} Kbytes/s)"


def bsd42(size, seconds):
    hundredths, tenths = int(seconds * 100), int(size / seconds / KIB * 10)
    return (
        f"{size} bytes received in {hundredths // 100}.{hundredths % 100:02d} seconds"
        f" ({tenths // 10}.{tenths % 10} Kbytes/s)"
    )


def tnftp(size, seconds):
    """In whole numbers, like its progressbar.c: bytes/s, then down to the unit, then to two decimals."""
    rate, unit = int(size / seconds), 0
    while rate >= 1024000:
        rate, unit = rate // KIB, unit + 1
    whole = int(seconds)
    clock = f"{whole // 60:02d}:{whole % 60:02d}"
    return f"{size} bytes received in {clock} ({rate // KIB}.{rate % KIB * 100 // KIB:02d} {'KMGT'[unit]}iB/s)"


def windows(size, seconds):
    return f"ftp: {size} bytes received in {seconds:.2f}Seconds {size / seconds / 1000:.2f}Kbytes/sec."


PRINTERS = {
    "netkit-debian-old": netkit_old,
    "netkit-debian": netkit_late,
    "netkit-upstream": netkit_upstream,
    "netkit-redhat": netkit_redhat,
    "inetutils": inetutils,
    "bsd43": bsd43,
    "bsd42": bsd42,
    "tnftp": tnftp,
    "windows": windows,
}

# From a small file to a large one, in times that give between 1 KB/s and 10 GB/s.
TRANSFERS = st.tuples(st.integers(1000, 3_000_000_000), st.floats(3.0, 9.99).map(lambda power: 10.0**power)).filter(
    lambda drawn: 1e-4 < drawn[0] / drawn[1] < 3000
)


@pytest.mark.parametrize("client", PRINTERS)
@settings(deadline=None)
@given(drawn=TRANSFERS)
@example(drawn=(102400, 102400 / 0.011433))
@example(drawn=(2684354567, 2684354567 / 0.92))
@example(drawn=(16777217, 1302.0833 * MIB))
@example(drawn=(1055, 10.0**3.0234375))
def test_the_interval_holds_the_true_time(client, drawn):
    size, rate = drawn
    true = round(size / rate, 6)  # clocks tick in microseconds
    row = read_line(PRINTERS[client](size, true))
    # 4.2BSD's "1.42 seconds (102.7 Kbytes/s)" might as well be AIX's; 4.3BSD's "0.98 Kbytes/s", Solaris's.
    assume(client not in {"bsd42", "bsd43"} or row["client"] == client)
    assert row["client"] == client
    assert row["seconds_low"] <= true <= row["seconds_high"]
    # tnftp's 00:00 beside the rate of one second is that of a clock that stood, or of nearly one second.
    stood = client == "tnftp" and (row["seconds_printed"], row["seconds_high"]) == (0.0, 1.0)
    assert stood or row["seconds_low"] <= row["seconds"] <= row["seconds_high"]
    assert stood or row["oddity"] == CLEAN


def test_the_rate_beside_it_sharpens_a_coarse_time():
    row = read_line("102400 bytes received in 0.01 secs (8746.3 kB/s)")
    assert row["seconds"] == pytest.approx(0.011433, abs=5e-7)
    assert (row["seconds_high"] - row["seconds_low"]) / 2 < 6e-6 * row["seconds"]
    assert row["seconds_printed"] == 0.01


def test_where_the_seconds_are_the_finer_of_the_two_they_decide():
    row = read_line("10485760 bytes received in 0.00316 secs (3.2e+06 Kbytes/sec)")
    assert (row["seconds_low"], row["seconds_high"]) == pytest.approx((0.003155, 0.003165), rel=1e-6)


def test_a_line_that_contradicts_itself_keeps_its_seconds_and_is_marked(read):
    (row,), _ = read("102400 bytes received in 5.00 secs (8746.3 kB/s)\n")
    assert row["seconds"] == pytest.approx(5.0)
    assert (row["seconds_low"], row["seconds_high"]) == pytest.approx((4.995, 5.005))
    assert "contradict" in row["note"]


@pytest.mark.parametrize(
    ("line", "at_most"),
    [
        ("102400 bytes received in 0.00 secs (100.0 kB/s)", 0.005),
        ("102400 bytes received in 0 seconds (100 kbytes/s)", 0.5),
        ("102400 bytes received in 00:00 (100.00 KiB/s)", 1.0),
        ("ftp: 102400 bytes received in 0.00Seconds 102400000.00Kbytes/sec.", 0.001),
    ],
)
def test_a_clock_that_stood_still_leaves_a_time_between_zero_and_what_prints_as_zero(read, line, at_most):
    (row,), _ = read(line)
    assert row["seconds_low"] == 0
    assert 0 < row["seconds_high"] <= at_most * (1 + 1e-6)
    assert "the clock stood still: between 0 and " in row["note"]
    assert row["seconds"] is None


def test_one_second_that_was_measured_is_not_taken_for_a_clock_that_stood_still(read):
    (row,), _ = read("102400 bytes received in 1.00 secs (100.0 kB/s)\n")
    assert row["seconds"] == pytest.approx(1.0, abs=1e-3)
    assert row["note"] is None


@pytest.mark.parametrize(
    "line",
    [
        "102400 bytes received in -0.05 secs (-2000.0 kB/s)",
        "102400 bytes received in -0.00 secs (-50000.0 kB/s)",
        "102400 bytes received in -0.0512 seconds (-1.91 Mbytes/s)",
    ],
)
def test_a_clock_stepped_back_leaves_no_time(read, line):
    (row,), _ = read(line)
    assert (row["seconds"], row["seconds_low"], row["seconds_high"]) == (None, None, None)
    assert row["bytes"] == 102400
    assert "negative time" in row["note"]


def test_no_printed_time_is_said_so(read):
    (row,), _ = read("102400 bytes transferred\n")
    assert row["seconds"] is None
    assert row["note"] == "no time printed"


@pytest.mark.parametrize(
    ("client", "kilo", "line"),
    [
        # 10 MiB in 0.5 s are 20480 KiB/s or 20971.52 kB/s
        ("netkit-upstream", 1024, "10485760 bytes received in 0.5 secs (2e+04 Kbytes/sec)"),
        ("netkit-upstream", 1000, "10485760 bytes received in 0.505 secs (2.1e+04 Kbytes/sec)"),
        ("netkit-redhat", 1000, "10485760 bytes received in 0.5 secs (20971.52 Kbytes/sec)"),
        ("netkit-redhat", 1024, "10485760 bytes received in 0.5 secs (20480.00 Kbytes/sec)"),
    ],
)
def test_a_log_decides_what_its_k_means(read, client, kilo, line):
    rows, _ = read(f"{line}\n" * 3)
    assert {row["client"] for row in rows} == {client}
    printed = float(line.split("(")[1].split()[0])
    assert [row["rate"] for row in rows] == pytest.approx([printed * kilo] * 3)
    assert {row["note"] for row in rows} == {None}


def test_lines_that_fit_both_meanings_follow_those_that_tell_and_other_clients_are_let_alone(read):
    fits_both = "1 bytes received in 1 secs (0.00 Kbytes/sec)\n100 bytes received in 3 secs (33.00 Kbytes/sec)\n"
    tells = "10485760 bytes received in 0.5 secs (20480.00 Kbytes/sec)\n"
    other = "10485760 bytes received in 0.5 seconds (20480.00 Kbytes/s)\n"
    rows, _ = read(fits_both + tells + tells + other)
    assert [row["client"] for row in rows] == ["netkit-redhat"] * 4 + ["solaris"]
    assert [row["rate"] for row in rows] == pytest.approx([0, 33 * KIB, 20480 * KIB, 20480 * KIB, 20480 * KIB])


def test_the_majority_of_a_log_decides_and_the_rest_is_a_contradiction(read):
    binary = "10485760 bytes received in 0.5 secs (20480.00 Kbytes/sec)\n"
    decimal = "10485760 bytes received in 0.5 secs (20971.52 Kbytes/sec)\n"
    rows, _ = read(binary * 3 + decimal)
    assert [row["note"] is None for row in rows] == [True, True, True, False]
    assert math.isclose(rows[3]["seconds"], 0.5, rel_tol=1e-3)
