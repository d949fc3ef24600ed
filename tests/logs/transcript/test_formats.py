"""The registry: every sample is read by its own entry and by no other."""

import re
from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.logs.transcript.formats import FORMATS, PREFILTER, UNKNOWN, UNLISTED
from ftpstats.logs.transcript.results import read_results
from tests.logs.conftest import RECORDINGS

KIB, MIB = 1024, 1024**2

SAMPLES = [pytest.param(entry, sample, id=sample) for entry in FORMATS for sample in entry.samples]

# The samples of FORMATS.md's first table: client, line, bytes, seconds printed, direction, rate in bytes/s.
TABLE = [
    ("netkit-debian-old", "102400 bytes received in 0.01 secs (8746.3 kB/s)", 102400, 0.01, "download", 8746.3 * KIB),
    ("netkit-debian", "314 bytes received in 0.00 secs (350.4464 kB/s)", 314, 0.00, "download", 350.4464 * KIB),
    ("netkit-debian", "314 bytes received in 0.00 secs (280.6214 MB/s)", 314, 0.00, "download", 280.6214 * MIB),
    ("netkit-redhat", "10240 bytes received in 8e-05 secs (125000.00 Kbytes/sec)", 10240, 8e-05, "download", 125e6),
    ("bsd44", "11 bytes received in 0.000225 seconds (48888 bytes/s)", 11, 0.000225, "download", 48888),
    ("inetutils", "102400 bytes received in 0.000402 seconds (243 Mbytes/s)", 102400, 0.000402, "download", 243 * MIB),
    ("inetutils", "102400 bytes sent in 12.1 seconds (8.26 kbytes/s)", 102400, 12.1, "upload", 8.26 * KIB),
    ("inetutils", "500 bytes received in 2 seconds (250 bytes/s)", 500, 2, "download", 250),
    (
        "inetutils-new",
        "2501210 bytes received in 3.0102 seconds (811.4376 kbytes/s)",
        2501210,
        3.0102,
        "download",
        811.4376 * KIB,
    ),
    ("tnftp", "102400 bytes received in 00:00 (488.28 MiB/s)", 102400, 0, "download", 488.28 * MIB),
    ("tnftp", "1 byte received in 00:00 (1.20 KiB/s)", 1, 0, "download", 1.20 * KIB),
    ("tnftp", "102400 bytes sent in 1:02:03 (0.02 KiB/s)", 102400, 3723, "upload", 0.02 * KIB),
    ("tnftp", "102400 bytes sent in 1 day  9:22:28 (1.50 KiB/s)", 102400, 120148, "upload", 1.5 * KIB),
    ("tnftp", "102400 bytes sent in 00:01 (99.50 KB/s)", 102400, 1, "upload", 99.5 * KIB),
    ("openbsd", "102400 bytes received in 0.01 seconds (9.77 MB/s)", 102400, 0.01, "download", 9.77 * MIB),
    ("bsd42", "102400 bytes received in 0.12 seconds (833.3 Kbytes/s)", 102400, 0.12, "download", 833.3 * KIB),
    ("bsd43", "9493 bytes received in 8.8e-05 seconds (1.1e+05 Kbytes/s)", 9493, 8.8e-05, "download", 1.1e5 * KIB),
    ("solaris", "102400 bytes received in 0.012 seconds (8333.33 Kbytes/s)", 102400, 0.012, "download", 8333.33 * KIB),
    ("aix", "299878400 bytes sent in 65.95 seconds (4441 Kbytes/s)", 299878400, 65.95, "upload", 4441 * KIB),
    ("heimdal", "1569 bytes received in 0.0104 seconds (147.2 kbyte/s)", 1569, 0.0104, "download", 147.2 * KIB),
    ("heimdal", "10485760 bytes received in 4.65 seconds (2.15 Mbyte/s)", 10485760, 4.65, "download", 2.15 * MIB),
    ("windows", "ftp: 4333168 bytes sent in 10.63Seconds 407.48Kbytes/sec.", 4333168, 10.63, "upload", 407480),
    ("windows-de", "FTP: 1489 Bytes empfangen in 0,01Sekunden 297,80KB/s", 1489, 0.01, "download", 297800),
    ("windows-fr", "ftp : 67 octets reçus en 0.00 secondes à 67.00 Ko/s.", 67, 0, "download", 67000),
    ("windows-es", "ftp: 126 bytes recibidos en 0.00segundos 42.00a KB/s.", 126, 0, "download", 42000),
    ("zos", "EZA1617I 24 bytes transferred in 0.076 seconds. Transfer rate 0.32 Kbytes/sec.", 24, 0.076, None, 320),
    ("lftp", "10485760 bytes transferred in 4 seconds (2.47 MiB/s)", 10485760, 4, None, 2.47 * MIB),
    ("lftp", "261324 bytes transferred in 4 seconds (63.8K/s)", 261324, 4, None, 63.8 * KIB),
    ("huawei", "FTP: 1127 byte(s) received in 0.156 second(s) 7.22Kbyte(s)/sec.", 1127, 0.156, "download", 7220),
    ("huawei", "FTP: 4 byte(s) received in 8.190 second(s) .48byte(s)/sec.", 4, 8.19, "download", 0.48),
    (
        "huawei-v8",
        "FTP: 12386115 byte(s) send in 2.431549000 second(s) 4975.654Kbyte(s)/sec.",
        12386115,
        2.431549,
        "upload",
        4975.654 * KIB,
    ),
    ("openvms", "3296 bytes received in 00:00:00.28 seconds (11.14 Kbytes/s)", 3296, 0.28, "download", 11.14 * KIB),
    ("windows-nt4", "287232 bytes sent in 1.10 seconds (260.88 Kbytes/sec)", 287232, 1.1, "upload", 260880),
    ("windows-it", "ftp: 51 bytes received in 0,00secondi 51000,00Kbyte/sec)", 51, 0, "download", 51000000),
    (
        "ibm-i",
        "2356992 bytes transferred in 0.721 seconds. Transfer rate 3270.406 KB/sec.",
        2356992,
        0.721,
        None,
        3270406,
    ),
    (
        "windows-ru",
        "ftp: 75820306 байт отправлено за 2.94 (сек) со скоростью 25771.69 (КБ/сек).",
        75820306,
        2.94,
        "upload",
        25771690,
    ),
    (
        "windows-ja",
        "ftp: 369098752 バイトが受信されました 178.33秒 2069.76KB/秒。",
        369098752,
        178.33,
        "download",
        2069760,
    ),
    ("windows-zh", "ftp: 收到 981 字节，用时 0.01秒 981000.00千字节/秒.", 981, 0.01, "download", 981000000),
    (
        "windows",
        "524288000 bytes sent in 49.34Seconds 10625.16Kbytes/sec. 85Mb Av",
        524288000,
        49.34,
        "upload",
        10625160,
    ),
    ("nonstop", "165527760 bytes transferred in 86 seconds ( 1.8MB/s)", 165527760, 86, None, 1.8 * MIB),
    ("tnftp", "435 bytes retrieved in 00:00 (608.60 KiB/s)", 435, 0, "download", 608.6 * KIB),
]

LOOK_ALIKES = [
    "job finished, 204800 bytes transferred",
    "12 files, 102400 bytes transferred",
    "INFO 226 Transfer complete, 102400 bytes transferred",
    "rsync: 102400 bytes transferred",
    "0 bytes sent, 102400 bytes received in 0.02 seconds (5000.0 kB/s).",
    "iperf: 1048576 bytes transferred in 1 sec (8.39 Mbits/sec)",
    "1048576 bytes transferred in 0.086 secs (12192744 bytes/sec)",
    "Completed: 102400K bytes transferred in 10 seconds (83886K bits/sec), in 1 file",
    "64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=0.043 ms",
    "1048576 bytes transferred in 0.086200 secs (12164455 bytes/sec)",
    "1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.00123 s, 853 MB/s",
    "0 bytes sent, 0 bytes received in 0.02 seconds.",
    "102400 bytes sent, 0 bytes received in 0.02 seconds.",
    "5127 bytes copied in 1.284 secs (3993 bytes/sec)",
    "226 0.172 seconds (measured here), 70.10 Kbytes per second",
    "150 Opening BINARY mode data connection for f (102400 bytes).",
    "Bytes transferred: 102400",
    "100  100k  100  100k    0     0  8746k      0 --:--:-- --:--:-- --:--:-- 8746k",
    "curl: (18) transfer closed with 102400 bytes remaining to read",
    "2026-11-23 00:01:20 (8.54 MB/s) - 'f100k.bin' saved [102400/102400]",
    "sent 1,234 bytes  received 102,400 bytes  69,089.33 bytes/sec",
]


def matched_by(line):
    return read_results(pl.Series([line]), {})["client"][0]


def test_names_are_distinct():
    names = [entry.name for entry in FORMATS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("entry", "sample"), SAMPLES)
def test_each_sample_matches_its_own_entry_and_no_other(entry, sample):
    line = pl.Series([sample])
    assert [other.name for other in FORMATS if line.str.contains(other.pattern)[0]] == [entry.name]


@pytest.mark.parametrize(("entry", "sample"), SAMPLES)
def test_the_prefilter_lets_every_sample_through(entry, sample):
    assert re.search(PREFILTER, sample)


@pytest.mark.parametrize(("entry", "sample"), SAMPLES)
def test_no_sample_contradicts_itself_but_a_stepped_clock_has_no_time(entry, sample):
    row = read_results(pl.Series([sample]), {}).row(0, named=True)
    assert row["client"] == entry.name
    assert row["bytes"] > 0
    stood = entry.stopped is not None and sample == entry.stopped.line
    assert (row["seconds"] is None) == (" -" in sample or entry.name == "lftp-short" or stood)


STOPPED = [pytest.param(entry, id=entry.stopped.line) for entry in (*FORMATS, *UNLISTED) if entry.stopped]


@pytest.mark.parametrize("entry", STOPPED)
def test_a_clock_that_stood_still_leaves_what_its_ticks_or_its_digits_hide(entry):
    row = read_results(pl.Series([entry.stopped.line]), {}).row(0, named=True)
    assert (row["client"], row["seconds"], row["seconds_low"]) == (entry.name, None, 0)
    assert row["rate"] == pytest.approx(row["bytes"] / entry.stopped.divisor, rel=0.01)  # what it divides by
    assert row["seconds_high"] == entry.stopped.tick or 0 < row["seconds_high"] <= 1


@pytest.mark.parametrize("entry", [case for case in STOPPED if case.values[0].stopped.tick])
def test_one_tick_of_a_coarse_clock_is_a_time(entry):
    """0 ms prints 1000 times what 1 ms prints."""
    rate = read_results(pl.Series([entry.stopped.line]), {})["rate_usual"][0] / 1000
    texts = [f"{value:.2f}".replace(".", point) for point in ".," for value in (rate, rate / 1000)]
    line = entry.stopped.line.replace(texts[0], texts[1]).replace(texts[2], texts[3])
    row = read_results(pl.Series([line]), {}).row(0, named=True)
    assert row["client"] == entry.name
    assert row["seconds"] == pytest.approx(entry.stopped.tick, rel=1e-3)


SHOWN = [pytest.param(sample, id=sample) for entry in UNLISTED for sample in entry.samples]


@pytest.mark.parametrize("sample", SHOWN)
def test_a_line_that_nobody_listed_is_read_by_its_digits_as_shown(sample):
    row = read_results(pl.Series([sample]), {}).row(0, named=True)
    assert row["client"] == UNKNOWN
    assert row["seconds_low"] <= row["seconds"] <= row["seconds_high"]
    assert row["bytes"] / row["rate"] == pytest.approx(row["seconds"], rel=0.03)


@pytest.mark.parametrize("entry", [*FORMATS, *UNLISTED], ids=lambda entry: entry.name)
def test_what_nobody_listed_takes_no_line_of_a_listed_client(entry):
    for sample in entry.samples:
        assert matched_by(sample) == entry.name


WORDS = [
    ("received", "download"), ("sent", "upload"), ("retrieved", "download"), ("transferred", None),
    ("uploaded", "upload"), ("downloaded", "download"), ("empfangen", "download"), ("gesendet", "upload"),
    ("recibidos", "download"), ("enviados", "upload"), ("reçus", "download"), ("envoyés", "upload"),
    ("ricevuti", "download"), ("inviati", "upload"), ("получено", "download"), ("отправлено", "upload"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "direction"), WORDS)
@pytest.mark.parametrize(
    ("time", "rate", "seconds"),
    [
        ("0.104400 seconds", "9808.4291 kbytes/s", 0.1044),
        ("0.1044 s", "10.04 MB/s", 0.1044),
        ("0,1044 secs", "10043,8 KB/sec", 0.1044),
        ("1.04e-01 seconds", "9.61 MiB/s", 0.104),
        ("0.1044 seconds", "80.35 Mbit/s", 0.1044),
        (".1044 seconds", "9808.43 kbytes/s", 0.1044),
        ("1:02", "16.5 KiB/s", 62.1),
        ("0:01:02.5 seconds", "16.4 KiB/s", 62.5),
    ],
)
def test_a_classic_order_with_other_digits_is_a_result(verb, direction, time, rate, seconds):
    row = read_results(pl.Series([f"1048576 bytes {verb} in {time} ({rate})"]), {}).row(0, named=True)
    assert (row["client"], row["direction"], row["bytes"]) == (UNKNOWN, direction, 1048576)
    assert row["seconds"] == pytest.approx(seconds, rel=5e-3)


def test_words_in_capitals_are_the_same():
    assert matched_by("1048576 BYTES RECEIVED IN 0.104400 SECONDS (9808.4291 KBYTES/S)") == UNKNOWN


CONTRADICTORY = [
    "1048576 bytes received in 1e999 seconds (9808.4291 kbytes/s)",
    "1048576 bytes received in 1e99 seconds (9808.4291 kbytes/s)",
    "1048576 bytes received in 5.000 s (9808.4291 kbytes/s)",
    "1048576 bytes received in 0.104400 seconds (9808.4291 Mbytes/s)",
    "1048576 bytes sent in 0.1044 s (10.04 Mbit/s)",
    "ftp: 1048576 bytes recebidos em 0,50Segundos 9808,42Kbytes/s.",
]


@pytest.mark.parametrize("line", CONTRADICTORY)
def test_a_line_that_nobody_listed_is_none_where_no_k_makes_its_numbers_agree(line):
    assert matched_by(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "FTP: 8884664 byte(s) received in 10.356 second(s) 651.171Kbyte(s)/sec.",
        "107973953 byte(s) received in 151.05 second(s) 560.79Kbyte(s)/sec.",
    ],
)
def test_a_listed_client_that_contradicts_itself_keeps_its_row_and_its_printed_seconds(line):
    row = read_results(pl.Series([line]), {}).row(0, named=True)
    assert row["client"] == "huawei"
    assert row["seconds"] == pytest.approx(row["seconds_printed"])


@pytest.mark.parametrize(("client", "line", "size", "seconds", "direction", "rate"), TABLE)
def test_the_documented_line_of_each_client_is_read(client, line, size, seconds, direction, rate):
    row = read_results(pl.Series([line]), {}).row(0, named=True)
    assert (row["client"], row["bytes"], row["direction"]) == (client, size, direction)
    assert row["seconds_printed"] == pytest.approx(seconds, rel=1e-12)
    assert row["rate"] == pytest.approx(rate, rel=1e-12)


def test_netkit_upstreams_invented_sample_is_claimed_by_it():
    assert matched_by("10485760 bytes received in 0.00316 secs (3.2e+03 Kbytes/sec)") == "netkit-upstream"


@pytest.mark.parametrize("line", LOOK_ALIKES)
def test_what_only_looks_like_a_result_is_none(line):
    assert matched_by(line) is None


@pytest.mark.parametrize("path", sorted(RECORDINGS.rglob("*.log")), ids=lambda path: path.stem)
def test_every_recorded_result_is_claimed_by_the_client_that_wrote_it(path):
    lines = pl.Series(path.read_text().splitlines())
    results = lines.filter(lines.str.contains(r"^\d+ bytes? (?:received|sent) "))
    written_by = (
        next(name for name in ("netkit-debian", "netkit-upstream", "tnftp", "inetutils") if name in path.stem)
        if path.parent == RECORDINGS and not path.stem.startswith("server")
        else "inetutils"
    )
    assert set(read_results(results, {})["client"]) <= {written_by}
    assert results.is_empty() == path.stem.startswith("server")


FRONTS = ["", "> ", "\r  0%\r", "226 Transfer complete."]
COMPANY = [front + sample for entry in (*FORMATS, *UNLISTED) for sample in entry.samples for front in FRONTS]


@given(st.lists(st.sampled_from(COMPANY), min_size=1, max_size=12), st.booleans())
@settings(deadline=None, max_examples=50)
def test_results_in_the_company_of_any_others_say_what_they_say_alone(lines, is_first):
    """Which entries are tried on all lines at once depends on the first lines."""
    others = ["no bytes"] * 100
    lines = [*lines, *others] if is_first else [*others, *lines]
    assert read_results(pl.Series(lines), {}).drop("plain").equals(pl.concat(map(alone, lines)))


@cache
def alone(line):
    return read_results(pl.Series([line]), {}).drop("plain")
