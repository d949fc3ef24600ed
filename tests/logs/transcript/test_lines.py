"""Results are found wherever they stand in a line, and nothing that should be hidden is shown."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.logs.transcript.lines import Kind, headers, read_lines, rejoined

RESULT = "102400 bytes received in 0.01 secs (8746.3 kB/s)"

WRAPPINGS = {
    "bare": RESULT,
    "trailing blanks": RESULT + "  \t ",
    "hash marks": "##########" + RESULT,
    "comment": "# " + RESULT,
    "shell prompt": "% " + RESULT,
    "quote": "> " + RESULT,
    "quote in a quote": "> > " + RESULT,
    "prompt": "ftp> " + RESULT,
    "clock": "12:45:33 " + RESULT,
    "clock in brackets": "[12:45:33] " + RESULT,
    "date and time": "2026-11-23T00:01:20.123Z " + RESULT,
    "syslog": "Nov 23 00:01:20 host ftp[123]: " + RESULT,
    "reply in front": "226 Transfer complete." + RESULT,
    "progress frames": "\r  0%\r 50%\r100%\r" + RESULT,
    "tick frames": "\rBytes transferred: 1024\rBytes transferred: 102400\r" + RESULT,
    "colours": "\x1b[1;32m" + RESULT + "\x1b[0m",
    "cursor and erase codes": "\x1b[?25l\x1b[2K\r" + RESULT + "\x1b[K",
    "a NUL in front": "\x00" + RESULT,
    "a bell behind": RESULT + "\x07",
    "backspaces": "\x08\x08\x08" + RESULT,
}

NUMBERS = {
    "102400 bytes received in 0,01 secs (8746,3 kB/s)": ("netkit-debian-old", 102400, 0.01),
    "102400 bytes received in 0,000183 seconds (534 Mbytes/s)": ("inetutils", 102400, 0.000183),
    "1024 bytes received in 2 seconds (512 bytes/s)": ("inetutils", 1024, 2.0),
    "102400 bytes received in 8.5e-05 seconds (1.12e+03 Mbytes/s)": ("inetutils", 102400, 8.5e-05),
    "2684354560 bytes received in 0.92 secs (2796.0020 MB/s)": ("netkit-debian", 2684354560, 0.92),
    "8589934592 bytes sent in 120 seconds (68.3 Mbytes/s)": ("inetutils", 8589934592, 120.0),
    "1 bytes received in 0.00 secs (14.5756 kB/s)": ("netkit-debian", 1, 0.0),
}


@pytest.mark.parametrize("line", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("last", ["\n", ""], ids=["line end", "no line end"])
def test_a_result_is_found_wherever_it_stands(read, line, last):
    rows, account = read(f"FTP-TEST 1 Xen\n{line}{last}")
    assert [(row["client"], row["bytes"], row["rate"]) for row in rows] == [
        ("netkit-debian-old", 102400, 8746.3 * 1024)
    ]
    assert (account.counts[Kind.RESULT], account.lines) == (1, 2)


@pytest.mark.parametrize(("line", "expected"), NUMBERS.items(), ids=NUMBERS)
def test_numbers_are_read_as_printed(read, line, expected):
    (row,), _ = read(line)
    assert (row["client"], row["bytes"], row["seconds_printed"]) == expected


def test_a_32_bit_counter_that_overflowed_leaves_the_size_unknown(read):
    (row,), _ = read("-1610612736 bytes received in 0.92 secs (-1709.1 kB/s)")
    assert row["bytes"] is None
    assert row["seconds"] is None


def test_a_size_beyond_64_bits_is_unknown_and_no_error(read):
    (row,), _ = read("99999999999999999999 bytes received in 0.01 secs (8746.3 kB/s)")
    assert row["bytes"] is None


def test_numbers_beyond_any_clock_overflow_quietly(read):
    rows, _ = read("9223372036854775807 bytes received in 1e-10 secs (1e-320 Kbytes/sec)\n" + RESULT)
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("first", "second", "client"),
    [
        ("2573621 bytes received in 0.69 seconds (3.6e+03", "Kbytes/s)", "bsd43"),
        ("> 2573621 bytes received in 0.69 seconds (3.6e+03", "> Kbytes/s)", "bsd43"),
        ("102400 bytes received in 0.01 secs (8746.3 ", "kB/s)", "netkit-debian-old"),
        ("102400 bytes received in 0.000402 seconds (243", "Mbytes/s)", "inetutils"),
        ("102400 bytes received in 00:00 (488.28", "MiB/s)", "tnftp"),
    ],
)
def test_a_result_that_mail_wrapped_at_the_rate_is_put_together(read, first, second, client):
    rows, account = read(f"FTP-TEST 1 Xen\n{first}\n{second}\nFTP-TEST 2 Xen\n{RESULT}\n")
    assert [(row["client"], row["line"], row["iteration"]) for row in rows] == [
        (client, 2, 1),
        ("netkit-debian-old", 5, 2),
    ]
    assert (account.counts[Kind.CHATTER], account.unparsed) == (1, ())


def test_half_a_result_without_its_rate_is_not_put_together_with_anything_else(read):
    rows, account = read(f"FTP-TEST 1 Xen\n102400 bytes received in 0.01 secs (8746.3\n221 Goodbye.\n{RESULT}\n")
    assert [row["line"] for row in rows] == [4]
    assert account.unparsed == ((2, "102400 bytes received in 0.01 secs (8746.3"),)


@pytest.mark.parametrize(
    "header",
    [
        "FTP-TEST 7 Xen 3.2 para",
        "FTP-TEST 7 Xen 3.2 para  \t",
        "  FTP-TEST 7 Xen 3.2 para",
        "FTP-TEST  7   Xen 3.2 para",
        "FTP-TEST\t7\tXen 3.2 para",
        "> FTP-TEST 7 Xen 3.2 para",
        "[12:45:33] FTP-TEST 7 Xen 3.2 para",
        "\x1b[1mFTP-TEST 7 Xen 3.2 para\x1b[0m",
        "\ufeffFTP-TEST 7 Xen 3.2 para",
        "221 Goodbye.\rFTP-TEST 7 Xen 3.2 para",
    ],
)
def test_a_header_is_found_wherever_it_stands(read, header):
    (row,), account = read(f"{header}\n{RESULT}\n")
    assert (row["label"], row["iteration"]) == ("Xen 3.2 para", 7)
    assert account.counts[Kind.HEADER] == 1


HEADERS = [
    "FTP-TEST 1 Xen", "FTP-TEST 2 Xen", "FTP-TEST 3 big Xen", "FTP-TEST -4 Xen", "FTP-TEST +5 Xen", "FTP-TEST 6  Xen",
    "FTP-TEST  7 Xen", "FTP-TEST 8\tXen", "FTP-TEST 9 ", "FTP-TEST 10", "FTP-TEST 11 Xen ", "FTP-TEST 12 Xen\u00a0",
    "FTP-TEST Xen", "FTP-TEST 1234567890123456789 Xen", "FTP-TEST 12 FTP-TEST 13 Xen", "> FTP-TEST 14 Xen",
    "FTP-TEST 1 2", "FTP-TEST 3 2 FTP-TEST 1 2", "FTP-TEST",
]  # fmt: skip


@given(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=4))
def test_headers_in_the_company_of_any_others_say_what_they_say_alone(lines):
    together = headers(pl.Series(lines))
    assert together.rows() == [headers(pl.Series([line])).row(0) for line in lines]


@pytest.mark.parametrize("line", ["FTP-TEST", "FTP-TEST Xen", "FTP-TESTS 1 Xen", "FTP-TEST 1.5 Xen", "ftp-test 1 Xen"])
def test_what_only_looks_like_a_header_is_none(read, line):
    (row,), account = read(f"{line}\n{RESULT}\n")
    assert row["label"] is None
    assert account.counts[Kind.HEADER] == 0
    assert account.unparsed == ((1, line),)


def test_a_header_without_a_label_has_none(read):
    (row,), _ = read(f"FTP-TEST 3\n{RESULT}\n")
    assert (row["label"], row["iteration"]) == (None, 3)


SECRET = "hunter2"
WITH_SECRETS = [
    f"---> PASS {SECRET}",
    f"ftp> quote PASS {SECRET}",
    f"xx PASS {SECRET}",
    f"530 PASS {SECRET} refused",
    f"the password: {SECRET} of the day",
    f"Password={SECRET}",
    f"---> ACCT {SECRET}",
    f"Not connected. PASS {SECRET}",
]


@pytest.mark.parametrize("line", WITH_SECRETS)
def test_passwords_are_never_repeated(read, line):
    rows, account = read(f"FTP-TEST 1 Xen\n{line}\nFTP-TEST 2 Xen\n{RESULT}\n")
    assert SECRET not in repr(rows)
    assert SECRET not in repr(account)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("", Kind.BLANK),
        (" \t ", Kind.BLANK),
        ("\r", Kind.BLANK),
        ("Connected to 127.0.0.1.", Kind.CHATTER),
        ("local: got.bin remote: f100k.bin", Kind.CHATTER),
        ("331 Please specify the password.", Kind.CHATTER),
        ("150", Kind.CHATTER),
        ("########", Kind.CHATTER),
        ("ftp> get ftp-test1.img", Kind.CHATTER),
        ("-rw-r--r--    1 0        0          102400 Nov 23 00:01 f100k.bin", Kind.CHATTER),
        ("drwxr-xr-x    2 0        0            4096 Nov 23 00:01 up", Kind.CHATTER),
        ("Bytes transferred: 102400226 Transfer complete.", Kind.CHATTER),
        ("a line of something else", Kind.UNPARSED),
        ("600 is no reply", Kind.UNPARSED),
        ("2260 neither", Kind.UNPARSED),
    ],
)
def test_every_line_is_of_one_kind(read, line, kind):
    _, account = read(f"{line}\n{RESULT}\n")
    assert account.counts[kind] == 1
    assert account.lines == 2


def test_unparsed_lines_are_kept_with_their_numbers(read):
    _, account = read(f"FTP-TEST 1 Xen\nwhat is this\n{RESULT}\n\nand this\n")
    assert account.unparsed == ((2, "what is this"), (5, "and this"))


def test_lines_come_with_their_headers_behind_what_precedes_any():
    lines = read_lines(b"226 ok\r\nFTP-TEST 1 xen\r\nFTP-TEST none\r\n\x1b[1mFTP-TEST 2 kvm\r\n")
    assert lines.text.to_list() == ["226 ok", "FTP-TEST 1 xen", "FTP-TEST none", "FTP-TEST 2 kvm"]
    assert lines.is_header.tolist() == [False, True, False, True]
    assert lines.headers.rows() == [(None, None), (1, "xen"), (2, "kvm")]


def test_no_line_is_a_header_where_there_are_none():
    lines = read_lines(b"FTP-TEST 1 xen\n", has_headers=False)
    assert (lines.is_header.tolist(), lines.headers.rows()) == ([False], [(None, None)])


def test_only_unsure_lines_are_rejoined_or_become_headers():
    text = b"100 bytes received in 0.1 secs (1\n> Kbytes/s)\n% FTP-TEST 1 xen\n% FTP-TEST 2 xen\n"
    lines = rejoined(read_lines(text), np.array([True, False, True, False]))
    assert lines.text[0] == "100 bytes received in 0.1 secs (1 Kbytes/s)"
    assert len(lines.text) == 4
    assert lines.is_header.tolist() == [False, False, True, False]
    assert lines.headers.rows() == [(None, None), (1, "xen")]
