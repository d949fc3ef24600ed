"""Clients under conditions that the recordings do not have: other languages, names, resumed files, several at once."""

import math

import pytest

import ftpstats
from ftpstats.errors import InputError
from ftpstats.logs.reader import read_log


def only(rows):
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("line", "name", "size"),
    [
        ("2026-11-29 23:56:39 (255 KB/s) - »c d.img« gespeichert [102400/102400]", "c d.img", 102400),
        ("2026-11-29 23:56:39 (255 KB/s) - « it's.img » sauvegardé [102400]", "it's.img", 102400),
        ("2026-11-29 23:56:39 (255 KB/s) - 已保存 “a [5].img” [102400/102400]", "a [5].img", 102400),
        ("2026-11-29 23:56:39 (255 KB/s) - ‘’quoted’’ guardado [102400]", "’quoted’", 102400),
        ("2026-11-29 23:56:39 (2,04 Mb/s) - 'x\" y.img' saved [102400]", 'x" y.img', 102400),
        ("2026-11-29 23:56:39 (255 KB/s) - written to stdout [102400]", None, 102400),
        ("2026-11-29 23:56:39 (255 KB/s)\xa0– „a b.img“ uložen [102400]", "a b.img", 102400),
        ("2026-11-29 23:56:39 (255 KB/s) — «\xa0a b.img\xa0» sauvegardé [102400/102400]", "a b.img", 102400),
        ("2026-11-29 23:56:39 (255 KB/s) -- „a b.img” mentve [102400]", "a b.img", 102400),
        ("2026-11-29 23:56:39 (255 KB/s) - zapisano „a b.img” [102400]", "a b.img", 102400),
        ("2026-11-29 23:56:39 (255 KB/s) - 已保存 “a b.img” [102400/102400])", "a b.img", 102400),
    ],
)
def test_wget_in_any_language(read, line, name, size):
    row = only(read(line + "\n")[0])
    assert (row["client"], row["file"], row["bytes"], row["completion"]) == ("wget", name, size, "reported")
    assert row["seconds_printed"] is None
    assert row["seconds_low"] < 0.4016
    assert row["seconds_high"] > 0.39


def test_wget_resumed_counts_what_this_run_moved(read):
    rows, _ = read(
        "--2026-11-29 23:56:38--  ftp://h/a.img\n"
        "Length: 4194304 (4.0M), 1048576 (1.0M) remaining (unauthoritative)\n\n"
        "        [ skipping 3050K ]\n"
        "  4000K .......... 100%  1.25M=0.8s\n\n"
        "2026-11-29 23:56:39 (1.25 MB/s) - ‘a.img’ saved [4194304]\n"
    )
    row = only(rows)
    assert row["bytes"] == 1048576
    assert row["seconds_low"] < 0.8 < row["seconds_high"]
    assert "resumed" in row["note"]


@pytest.mark.parametrize(
    ("took", "seconds", "low", "high"),
    [
        ("1m 30s", 90, 89.5, 90.5),
        ("2h 5m", 7500, 7499.5, 7560.5),
        ("12s", 12, 11.5, 12.5),
        ("0,05s", 0.05, 0.045, 0.055),
    ],
)
def test_the_time_that_wgets_bar_ends_in(read, took, seconds, low, high):
    size = int(seconds * 1024**2)
    rows, _ = read(
        f"a.img   100%[=========>]   1,00M  1,00MB/s    in {took}\n\n"
        f"2026-11-29 23:56:39 (1,00 MB/s) - ‘a’ saved [{size}]\n"
    )
    row = only(rows)
    assert row["seconds_printed"] == seconds
    assert low <= row["seconds_low"] <= seconds <= row["seconds_high"] <= high


def test_the_listing_that_wget_fetches_is_no_transfer(read):
    rows, account = read(
        "2026-11-29 23:56:38 (1.00 MB/s) - ‘127.0.0.1/.listing’ saved [636]\n"
        '2026-11-29 23:56:50 URL: ftp://127.0.0.1/ [636] -> ".listing" [1]\n'
        '2026-11-29 23:56:50 URL:ftp://127.0.0.1/a [15] -> "a" [1]\n'
    )
    assert [row["line"] for row in rows] == [3]
    assert account.unparsed == ()


def test_curls_short_form(read):
    row = only(read("1048576\t1.401492\t0.012345\t226\n")[0])
    assert (row["bytes"], row["seconds_printed"], row["completion"], row["timed"]) == (
        1048576,
        1.401492,
        "confirmed",
        "whole",
    )
    assert [row["completion"] for row in read("5\t1.401492\t0.012345\t150\n0\t1.000000\t0.000000\t550\n")[0]] == [
        "partial",
        "failed",
    ]


METER = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
    "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
    "\r100 1024k  100 1024k    0     0   730k      0  0:00:01  0:00:01 --:--:--  730k\n"
)


def test_a_transfer_that_curl_shows_three_times_is_counted_once(read):
    verbose = "> RETR a.img\n< 150 Opening\n< 226 Transfer complete.\n"
    assert [row["client"] for row in read(verbose + METER)[0]] == ["curl-meter"]
    tab = "ftp://h/a.img\t1048576\t0\t1.401492\t226\t0\n"
    assert [row["client"] for row in read(verbose + METER + tab)[0]] == ["curl-tab"]
    assert [row["client"] for row in read(METER + METER)[0]] == ["curl-meter"] * 2


def test_curls_listing_is_no_transfer(read):
    rows, _ = read(
        "> LIST\n< 150 Here\n< 226 Listing sent.\n> RETR a\n< 150 Here\n< 226 Done.\n> RETR b\n< 550 No such\n"
    )
    assert [(row["line"], row["completion"]) for row in rows] == [(6, "confirmed"), (8, "failed")]


def test_lftps_log_with_names_of_every_kind(read):
    rows, _ = read(
        "2026-11-30 00:12:09 ftp://u:pw@h/c%20d.img -> /srv/a -> b/c d 5-9.img 0-102400 246.6 KiB/s\n"
        "2026-11-30 00:12:14 /srv/it's ftp://x -> y -> ftp://u@h/up/v.img 100-200 \n"
        "2026-11-30 00:12:14 ftp://u@h/a -> ftp://u@g/b 0-100 100 B/s\n"
    )
    assert [row["direction"] for row in rows] == ["download", "upload", None]
    assert [row["bytes"] for row in rows] == [102400, 100, 100]
    assert "pw" not in rows[0]["file"]


@pytest.mark.parametrize(
    "line",
    [
        "sent 43 bytes  received 1,048,932 bytes  699,316.67 bytes/sec",
        "sent 43 bytes  received 1.048.932 bytes  699.316,67 bytes/sec",
        "sent 43 bytes  received 1048932 bytes  699316.67 bytes/sec",
        "sent 43 bytes  received 1.05M bytes  699.32K bytes/sec",
    ],
)
def test_rsyncs_half_second_is_undone_however_numbers_are_grouped(read, line):
    row = only(
        read(f"Total transferred file size: 1,048,576 bytes\n\n{line}\ntotal size is 1,048,576  speedup is 1.00\n")[0]
    )
    assert (row["bytes"], row["seconds_low"], row["seconds_high"], row["timed"]) == (1048576, 0, 2, "whole")


def test_a_run_of_rsync_is_counted_once(read):
    run = "sent 43 bytes  received 1,048,932 bytes  699,316.67 bytes/sec\ntotal size is 1,048,576  speedup is 1.00\n"
    frame = "a.img\n      1,048,576 100%  781.10kB/s    0:00:01 (xfr#1, to-chk=0/1)\n\n"
    file = "2026/11/30 00:12:51 recv c d.img 102400 102438\n"
    assert [row["client"] for row in read(frame + run)[0]] == ["rsync-progress"]
    assert [row["client"] for row in read(file + file + "\n" + run)[0]] == ["rsync"]
    assert [row["client"] for row in read(file + file)[0]] == ["rsync-files"] * 2


def test_rsync_without_a_shell_around_it_says_which_run_failed(read):
    begin, run = (
        "receiving incremental file list\nb.img\n",
        "\nsent 43 bytes  received 1,048,932 bytes  699,316.67 bytes/sec\n",
    )
    total, error = "total size is 1,048,576  speedup is 1.00\n", "rsync error: some files (code 23) at main.c(1956)\n"
    rows, _ = read(begin + run + total + begin + error + error + begin + run + total + error)
    assert [row["completion"] for row in rows] == ["reported", "failed", "partial"]


def test_iperf3_as_one_row_for_each_direction(read):
    def document(end, error=""):
        return (
            '{\n"start": {\n"version": "iperf 3.16",\n"test_start": {"reverse": 0}\n},\n"end": {\n'
            + end
            + "\n}"
            + error
            + "\n}\n"
        )

    both = (
        '"sum_sent": {"seconds": 1.0, "bytes": 10}, "sum_received": {"seconds": 1.1, "bytes": 9},'
        '"sum_sent_bidir_reverse": {"seconds": 1.0, "bytes": 8},'
        '"sum_received_bidir_reverse": {"seconds": 1.2, "bytes": 7}'
    )
    assert [(row["direction"], row["bytes"]) for row in read(document(both))[0]] == [("upload", 9), ("download", 7)]
    cut = '"sum_sent": {"seconds": 1.0, "bytes": 10}, "sum_received": {"seconds": 0, "bytes": 0}'
    row = only(read(document(cut, ',\n"error": "interrupt - the client has terminated"'))[0])
    assert (row["bytes"], row["completion"]) == (10, "partial")


START = '{"event":"start","data":{"version":"iperf 3.17.1","connecting_to":{"host":"h","port":5201},' \
    '"timestamp":{"timesecs":1795997190},"test_start":{"reverse":1}}}\n'  # fmt: skip
INTERVAL = '{"event":"interval","data":{"streams":[],"sum":{"seconds":1.0,"bytes":5}}}\n'


def test_iperf3_as_a_stream_is_one_row_for_each_test(read):
    end = '{"event":"end","data":{"sum_sent":{"seconds":1.0,"bytes":10},"sum_received":{"seconds":1.1,"bytes":9}}}\n'
    cut = end.replace('"seconds":1.1,"bytes":9', '"seconds":0,"bytes":0')
    interrupted = '{"event":"error","data":"interrupt - the client has terminated"}\n'
    refused = '{"event":"error","data":"unable to connect to server"}\n{"event":"end","data":{}}\n'
    rows, account = read(START + 2 * INTERVAL + end + START + INTERVAL + interrupted + cut + refused + START + INTERVAL)
    assert [(row["line"], row["bytes"], row["direction"], row["completion"], row["note"]) for row in rows] == [
        (4, 9, "download", "reported", None),
        (8, 10, "download", "partial", "interrupt - the client has terminated"),
        (10, None, None, "failed", "unable to connect to server"),
    ]
    assert (rows[0]["peer"], rows[0]["seconds_low"], rows[0]["time"].year) == ("h", pytest.approx(1.1, abs=1e-6), 2026)
    assert account.unparsed == ()


def test_busybox_tftp_is_known_by_its_exit_status():
    rows, account = read_log("tests/data/records/busybox-tftp.log")
    assert [(row["line"], row["completion"], row["bytes"]) for row in rows.to_dicts()] == [
        (5, "reported", None), (7, "reported", None), (14, "reported", None), (17, "failed", None),
    ]  # fmt: skip
    assert account.unparsed == ()


PARALLEL = (
    "DL% UL%  Dled  Uled  Xfers  Live Total     Current  Left    Speed\n"
    "\r100 --  2930k     0     2     2  --:--:-- --:--:-- --:--:--  260M      "
    "\r100 --  2930k     0     2     0  --:--:-- --:--:-- --:--:--  260M     \n"
    "\r 45 --  2930k     0     2     0   0:00:02  0:00:01  0:00:01  260M     \n"
)
WRITTEN = '{"exitcode":0,"response_code":226,"size_download":15,"size_upload":0,"time_total":0.047928}\n'


def test_curls_parallel_meter_is_no_transfer(read):
    rows, account = read(PARALLEL + WRITTEN + WRITTEN)
    assert [row["client"] for row in rows] == ["curl-json"] * 2
    assert account.unparsed == ()


SAID = {
    "curl -Z": (PARALLEL, r"curl -Z shows all transfers in one meter, and -w '%\{json\}\\n' each of them"),
    "busybox": (
        "note.txt             100% |*****|    15  0:00:00 ETA\n",
        "busybox shows no result: record its commands",
    ),
}


@pytest.mark.parametrize(("text", "said"), SAID.values(), ids=SAID)
def test_what_shows_no_transfer_says_what_would(read, tmp_path, text, said):
    with pytest.raises(InputError, match=f"no transfer in its [0-9]+ lines?; {said}"):
        read(text)
    with pytest.raises(InputError, match=said):
        ftpstats.check(tmp_path / "server.log")


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [
        ("Received 734 bytes in 0.1 seconds [58720 bits/sec]", 0, 0.2),
        ("Received 734 bytes in 1.5 seconds", 1.4, 1.6),
        ("Received 1.05 MB (1.00 MiB) in 1.400 s [5.99 Mbit/s]", 1.3995, 1.4005),
        ("Received 102400 bytes in -5.0 seconds [-163993 bit/s]", 0.4, 4.001),
    ],
)
def test_tftp_of_three_families(read, line, low, high):
    row = only(read(f"tftp> {line}\n")[0])
    assert row["direction"] == "download"
    assert math.isclose(row["seconds_low"], low, abs_tol=1e-3)
    assert math.isclose(row["seconds_high"], high, abs_tol=1e-3)


def test_an_error_of_tftp_cuts_the_result_below_it_or_is_a_failure(read):
    rows, _ = read(
        "Received 15 bytes in 0.0 seconds [5307 bit/s]\nError code 0: aborted\n"
        "Received 5 bytes in 0.2 seconds [200 bit/s]\n"
        "Error code 1: File not found\n"
    )
    assert [row["completion"] for row in rows] == ["reported", "partial", "failed"]


def test_the_meter_of_scp_goes_up_where_the_command_says_so(read):
    frame = "\rc d 100%.img          100% 1024KB 733.8KB/s   00:01    \n[exit status 0]\n"
    rows, _ = read("$ scp 'c d 100%.img' 'srv:up/c 2.img'\n" + frame + "$ scp srv:x y\n" + frame)
    assert [(row["direction"], row["file"]) for row in rows] == [
        ("upload", "c d 100%.img"),
        ("download", "c d 100%.img"),
    ]
    assert only(read(frame)[0])["direction"] is None


def test_several_clients_in_one_log(read):
    rows, account = read(
        "$ curl -sS -o x ftp://h/a\n[exit status 0]\n"
        "$ wget -nv ftp://h/a\n" + '2026-11-29 23:56:50 URL: ftp://h/a [15] -> "a" [1]\n[exit status 0]\n'
        "$ wget -q ftp://h/b\n[exit status 8]\n"
        "$ ls -l missing\nls: missing: No such file\n[exit status 2]\n"
        "$ rclone copy -v srv:a got\n2026/11/30 00:12:27 INFO  : a: Copied (new)\n[exit status 0]\n"
        "$ lftp -e 'get a; bye' h\n102400 bytes transferred\n[exit status 0]\n"
    )
    assert [(row["client"], row["completion"]) for row in rows] == [
        ("command", "reported"),
        ("wget-nv", "reported"),
        ("command", "failed"),
        ("rclone", "reported"),
        ("lftp-terminal", "reported"),
    ]
    assert [text for _, text in account.unparsed] == ["ls: missing: No such file"]


def test_clients_that_say_nothing_of_a_transfer_give_none(read):
    for text in (
        "$ ls\n[exit status 1]\n",
        "$ rclone copy -v srv:a got\n2026/11/30 00:12:35 INFO  : \n[exit status 0]\n",
    ):
        with pytest.raises(InputError):
            read(text)


def frame(moved, done, number):
    return f"\r         {moved}  {done}%  124.61MB/s    0:00:00 (xfr#{number}, to-chk={3 - number}/3)\n"


def test_frames_of_a_whole_run_count_once_and_those_of_files_each(read):
    start = "sending incremental file list\na.img\n"
    whole = start + frame("10,485,760", 99, 1) + "b.img\n" + frame("10,588,160", 100, 2)
    files = start + frame("10,485,760", 100, 1) + "b.img\n" + frame("102,400", 100, 2)
    partly = start + frame("10,485,760", 40, 1) + "b.img\n" + frame("10,588,160", 41, 2)
    assert [row["bytes"] for row in read(whole)[0]] == [10588160]
    assert [row["bytes"] for row in read(files)[0]] == [10485760, 102400]
    assert [row["bytes"] for row in read(partly + files)[0]] == [10588160, 10485760, 102400]


def test_a_size_in_large_units_is_an_interval(read):
    row = only(read("sending incremental file list\n" + frame("10,49M", 100, 1))[0])
    assert (row["bytes"], row["bytes_low"], row["bytes_high"]) == (None, 10485000, 10495000)


def test_curl_without_an_exit_code_is_told_by_the_reply(read):
    line = '{{"response_code":{code},"size_download":{size},"size_upload":0,"time_total":0.047928}}\n'
    told = {(226, 15): "confirmed", (200, 15): "reported", (426, 15): "partial", (550, 0): "failed"}
    rows, _ = read("".join(line.format(code=code, size=size) for code, size in told))
    assert [row["completion"] for row in rows] == list(told.values())


def test_names_within_a_run_of_rsync_are_its_own(read):
    begin, end = "sending incremental file list\n", "\nsent 1,049,036 bytes  received 35 bytes  699,380.67 bytes/sec\n"
    total = "total size is 1,048,576  speedup is 1.00\n"
    _, account = read(begin + "a.img\ndir/b c.img\n./\n" + end + total)
    assert account.unparsed_lines == 0
    _, account = read("a.img\n" + begin + "b.img\n" + begin + "c.img\n" + end + total + "d.img\n")
    assert [text for _, text in account.unparsed] == ["a.img", "b.img", "d.img"]
