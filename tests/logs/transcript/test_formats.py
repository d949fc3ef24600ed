"""The registry: every sample is read by its own entry and by no other."""

import re

import polars as pl
import pytest

from ftpstats.logs.transcript.formats import FORMATS, PREFILTER
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
]

LOOK_ALIKES = [
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
    stood = "0.00 secs (100.0 kB/s)" in sample
    assert (row["seconds"] is None) == (" -" in sample or entry.name == "lftp-short" or stood)


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
