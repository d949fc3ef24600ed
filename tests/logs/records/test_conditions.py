"""Records under conditions that no recording has: zones, years, fronts of syslog, names, LogFormats, mixed logs."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.errors import InputError, UsageError
from ftpstats.logs.kinds import KindOfLog
from ftpstats.logs.reader import read_log
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.records.names import log_label
from ftpstats.logs.records.registry import entries
from ftpstats.logs.records.stamps import Clock, as_zone, in_utc
from ftpstats.logs.transcript.lines import Kind

XFERLOG = "Mon Nov 30 00:30:00 2026 {n} 192.0.2.1 5 /a b _ o r me ftp 0 * c\n"
MESSAGE = 'vsftpd[7]: [me] OK DOWNLOAD: Client "192.0.2.1", "{name}", 1048576 bytes, 1024.00Kbyte/sec\n'
LIST = '127.0.0.1 UNKNOWN me [30/Nov/2026:00:01:42 +0000] "LIST" 226 500\n'


CLOCK = Clock(UTC, datetime(2027, 1, 1, tzinfo=UTC))


def only(rows):
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("UTC", 0), ("Europe/Berlin", 23), ("+05:30", 19), ("America/New_York", 5), ("-0800", 8)],
)
def test_local_times_are_of_the_zone_that_is_given(read, zone, hour):
    row = only(read(XFERLOG.format(n=0), time_zone=zone)[0])
    assert row["time"].hour == hour
    assert row["run"] == 1


def test_without_a_zone_the_machines_is_taken_and_said(read, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    import time

    time.tzset()
    try:
        rows, account = read(XFERLOG.format(n=0), time_zone=None)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert only(rows)["time"].hour == 15
    assert any("JST" in said for _, said in account.assumed)


def test_an_unknown_zone_is_refused():
    with pytest.raises(UsageError, match="time zone Mars"):
        KindOfLog("x", None, Options("Mars", None, None))


def test_every_day_of_a_leap_year_is_read_and_no_other():
    days = [datetime(2024, 1, 1, 23, 59, 58) + timedelta(days=day) for day in range(366)]
    stamps = [f"{day:%a %b} {str(day.day).rjust(2, pad)} {day:%H:%M:%S %Y}" for day in days for pad in (" ", "0")]
    found = in_utc(pl.Series([*stamps, "Thu Feb 30 00:00:00 2024", "Thu Feb 29 24:00:00 2024", None]), CLOCK)
    assert found["time"].dt.replace_time_zone(None).to_list() == [day for day in days for _ in range(2)] + [None] * 3
    assert found["day"].to_list()[:732:2] == [(day - datetime(1970, 1, 1, 23, 59, 58)).days for day in days]


@given(st.lists(st.datetimes(datetime(1996, 1, 1), datetime(2037, 12, 31)), min_size=1, max_size=40))
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "UTC"])
def test_stamps_in_any_order_are_those_of_the_calendar(zone, whens):
    whens = [when.replace(microsecond=0) for when in (*whens, *whens[:3])]
    stamps = [f"{when:%a %b} {when.day:2} {when:%H:%M:%S %Y}" for when in whens]
    found = in_utc(pl.Series(stamps), Clock(as_zone(zone), datetime.now(UTC)))
    assert found["time"].to_list() == [when.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for when in whens]
    assert found["day"].to_list() == [(when.date() - date(1970, 1, 1)).days for when in whens]


SET_BACK = {
    "Europe/Berlin": datetime(2026, 10, 25, 1, tzinfo=UTC),
    "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, 15, tzinfo=UTC),  # by half an hour
}


@pytest.mark.parametrize("zone", SET_BACK)
def test_the_hour_that_is_there_twice_is_told_by_the_order_of_lines(zone):
    first = [SET_BACK[zone] + timedelta(minutes=7 * place) for place in range(-20, 25)]
    whens = [*first, *(when + timedelta(days=364) for when in first)]
    local = [when.astimezone(ZoneInfo(zone)) for when in whens]
    stamps = [f"{when:%a %b} {when.day:2} {when:%H:%M:%S %Y}" for when in local]
    assert in_utc(pl.Series(stamps), Clock(as_zone(zone), datetime.now(UTC)))["time"].to_list() == whens


LINE = "{} 2026 1 192.0.2.1 5 /a b _ o r me ftp 0 * c\n"
ODD_HOURS = {
    "nothing of the first or the second hour": ("01:59:00 02:10:00 02:20:00 03:20:00", 25, 2, "2 times .* the first"),
    "begins in either": ("02:10:00", 25, 1, "1 time .* the first"),
    "told by a jump back": ("02:10:00 02:50:00 02:20:00", 25, None, ""),
    "before and behind it": ("01:59:59 03:00:00", 25, None, ""),
}


@pytest.mark.parametrize("name", ODD_HOURS)
def test_what_hour_was_taken_for_the_first_is_said(read, name):
    times, day, line, said = ODD_HOURS[name]
    text = "".join(LINE.format(f"Sun Oct {day} {time}") for time in times.split())
    _, account = read(text, time_zone="Europe/Berlin")
    told = [(at, text) for at, text in account.assumed if "2026-10-25" in text]
    assert [at for at, _ in told] == ([] if line is None else [line])
    assert re.search(said, told[0][1] if told else "")


def test_a_time_that_no_clock_showed_is_said(read):
    text = "".join(LINE.format(f"Sun Mar 29 {time}") for time in ("01:30:00", "02:30:00", "03:30:00"))
    rows, account = read(text, time_zone="Europe/Berlin")
    assert [(row["time"].hour, row["time"].minute) for row in rows] == [(0, 29), (1, 29), (1, 29)]
    [(line, said)] = [(line, said) for line, said in account.assumed if "2026-03-29" in said]
    assert line == 2
    assert "1 time in the hour that the clock leaves out" in said


def test_an_offset_beside_a_time_leaves_no_doubt(read):
    line = 'h - me [25/Oct/2026:02:30:00 +0100] "RETR a" 226 5\n'
    for zone in ("Europe/Berlin", None):
        for log_format in (None, '%h %l %u %t "%r" %s %b', "t=%t %m %b"):
            text = line if log_format != "t=%t %m %b" else "t=[25/Oct/2026:02:30:00 +0100] RETR 5\n"
            rows, account = read(text, time_zone=zone, log_format=log_format)
            assert only(rows)["time"] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
            assert account.assumed == ()


def test_the_time_is_that_of_the_beginning(read):
    row = only(read(XFERLOG.format(n=600))[0])
    assert (row["time"].hour, row["time"].minute) == (0, 20)


@pytest.mark.parametrize(
    ("front", "year"),
    [
        ("Dec 31 23:59:59 srv ", 2026),
        ("Jan  1 00:00:01 srv ", 2027),
        ("Feb 29 00:00:01 srv ", 2024),
        ("<30>Dec 31 23:59:59 srv ", 2026),
        ("Dec 31 23:59:59.123456 srv ", 2026),
        ("2025-12-31T23:59:59.123456+00:00 srv ", 2025),
        ("2025-12-31T23:59:59+0000 srv ", 2025),
        ("<30>1 2025-12-31T23:59:59Z srv ", 2025),
    ],
)
def test_syslog_has_many_fronts_and_no_year(tmp_path, front, year):
    log = tmp_path / "messages"
    log.write_text(front + MESSAGE.format(name="/a"))
    written = datetime(2027, 1, 3, tzinfo=UTC).timestamp()
    os.utime(log, (written, written))
    rows, account = read_log(str(log), options=Options("UTC", None, None))
    row = only(rows.to_dicts())
    assert row["time"].year == year
    assert row["client"] == "vsftpd-syslog"
    assert account.unparsed == ()


@pytest.mark.parametrize("name", ["/a b.img", '/q"1.img', '/x", 5 bytes, y', "/ü.img", "/a, b", "/[x] {y}"])
def test_a_name_may_hold_what_ends_one(read, name):
    row = only(read("Mon Nov 30 00:30:00 2026 [pid 1] " + MESSAGE.format(name=name).partition(": ")[2])[0])
    assert (row["file"], row["bytes"], row["completion"]) == (name, 1048576, "confirmed")
    assert row["seconds_low"] <= 1.0 <= row["seconds_high"]


def test_a_patched_xferlog_keeps_blanks_in_names(read):
    row = only(read("Mon Nov 30 00:30:00 2026 3 192.0.2.1 5 /a b _ c.img b _ o r me ftp 0 * c\n")[0])
    assert (row["file"], row["bytes"], row["seconds_low"], row["seconds_high"]) == ("/a b _ c.img", 5, 2, 4)


def test_one_zero_tells_that_an_xferlog_is_proftpds(read):
    rows, account = read(XFERLOG.format(n=3) + XFERLOG.format(n=0) + XFERLOG.format(n=1))
    assert [(row["seconds_low"], row["seconds_high"]) for row in rows] == [(3, 4), (0, 1), (1, 2)]
    assert {row["client"] for row in rows} == {"proftpd-xferlog"}
    assert not any("xferlog" in said for _, said in account.assumed)


def test_where_nothing_tells_the_widest_interval_is_taken_and_said(read):
    rows, account = read(XFERLOG.format(n=3) + XFERLOG.format(n=1))
    assert [(row["seconds_low"], row["seconds_high"]) for row in rows] == [(2, 4), (0, 2)]
    assert any("which server wrote it" in said for _, said in account.assumed)


def test_a_log_of_both_servers_keeps_the_widest(read):
    vsftpd = XFERLOG.format(n=1).replace("192.0.2.1", "::ffff:192.0.2.1")
    rows, _ = read(XFERLOG.format(n=0) + vsftpd + XFERLOG.format(n=3))
    assert [(row["seconds_low"], row["seconds_high"]) for row in rows] == [(0, 1), (0, 2), (2, 4)]


def test_a_format_can_be_insisted_on(read):
    rows, _ = read(XFERLOG.format(n=3) + LIST, format_of="proftpd-xferlog")
    assert (only(rows)["seconds_low"], only(rows)["seconds_high"]) == (3, 4)
    with pytest.raises(InputError, match="no transfer"):
        read(XFERLOG.format(n=3), format_of="curl-json")
    with pytest.raises(InputError, match="no transfer"):
        read(XFERLOG.format(n=3), format_of="transcript")
    with pytest.raises(UsageError, match="format-of nonsense: unknown"):
        entries(Options(None, "nonsense", None))


@pytest.mark.parametrize(
    ("log_format", "line", "expected"),
    [
        ("%t %h %u %r %s %b %T", "[30/Nov/2026:00:01:41 +0100] h me RETR a b.img 226 15 0.500", (15, 0.5, "a b.img")),
        ("%{iso8601}|%a|%m|%f|%b|%{transfer-millisecs}", "2026-11-30 00:01:41,615|::1|STOR|/x|7|1500", (7, 1.5, "/x")),
        ('%{%d/%m/%y %H:%M}t %m \\"%F\\" %b %T', '30/11/26 00:01 RETR "/q"1" 9 2.000', (9, 2.0, '/q"1')),
        ("%{epoch} %m %J %b %T %{transfer-status}", "1795996901 APPE a.img 9 2.000 success", (9, 2.0, "a.img")),
    ],
)
def test_a_log_format_is_read_as_the_server_has_it(read, log_format, line, expected):
    row = only(read(line + "\n", log_format=log_format)[0])
    assert (row["bytes"], row["seconds_printed"], row["file"]) == expected
    assert row["time"].replace(tzinfo=None) < datetime(2026, 11, 30, 0, 2)
    assert (row["seconds_low"], row["seconds_high"]) == pytest.approx((expected[1] - 0.001, expected[1] + 0.001))


PASTED = {
    "a line of the configuration": r'LogFormat transfers "%h %l %u %t \"%r\" %s %b"',
    "with blanks": r'  LogFormat   "transfers"  "%h %l %u %t \"%r\" %s %b"  ',
    "in lower case": r'logformat transfers "%h %l %u %t \"%r\" %s %b"',
    "as Apache has it": r'LogFormat "%h %l %u %t \"%r\" %s %b" common',
    "in quotes": r'"%h %l %u %t \"%r\" %s %b"',
    "bare": '%h %l %u %t "%r" %s %b',
}


@pytest.mark.parametrize("log_format", PASTED.values(), ids=PASTED)
def test_a_log_format_may_be_the_whole_line_of_the_configuration(read, log_format):
    row = only(read('h - me [30/Nov/2026:00:01:42 +0000] "RETR a" 226 500\n', log_format=log_format)[0])
    assert (row["file"], row["bytes"], row["peer"]) == ("a", 500, "h")


def test_quotes_at_both_ends_may_be_of_the_line(read):
    row = only(read('"a.img" RETR 5 "::1"\n', log_format='"%f" %m %b "%a"')[0])
    assert (row["file"], row["bytes"], row["peer"]) == ("a.img", 5, "::1")


@pytest.mark.parametrize(
    ("log_format", "said"),
    [
        (
            "log_format main '$remote_addr - [$time_local] $body_bytes_sent';",
            "this is nginx's, whose logs are of a web",
        ),
        ("$remote_addr $body_bytes_sent", "this is nginx's"),
        ("ExtendedLog /var/log/x.log ALL transfers", "no transfer in it; ProFTPD's LogFormat is needed, with %m or %r"),
        ("", "no transfer in it"),
    ],
)
def test_what_is_no_log_format_is_refused_in_a_line(read, log_format, said):
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        read("x\n", log_format=log_format)
    assert "\n" not in str(caught.value)


def test_a_log_format_that_fits_no_line_is_said(read):
    with pytest.raises(InputError, match="no transfer in its 1 line; none is as --log-format says; `ftpstats check`"):
        read('h - me [30/Nov/2026:00:01:42 +0000] "RETR a" 226 500\n', log_format="%h|%m|%b")


def test_microseconds_beside_a_stamp_are_its_fraction(read):
    line = "time=2026-11-30T00:01:41+0100 us=4983 cmd=RETR secs=0.000 n=5\n"
    row = only(read(line, log_format="time=%{%Y-%m-%dT%H:%M:%S%z}t us=%{microsecs} cmd=%m secs=%T n=%b")[0])
    assert row["time"].isoformat() == "2026-11-29T23:01:41.004983+00:00"


def test_a_log_format_without_a_transfer_is_refused():
    with pytest.raises(UsageError, match="no transfer in it"):
        entries(Options(None, None, "%h %u"))


def test_a_listing_is_other_output(read):
    rows, account = read('127.0.0.1 UNKNOWN me [30/Nov/2026:00:01:41 +0000] "RETR a" 226 5\n' + LIST + "\nnoise\n")
    assert only(rows)["line"] == 1
    assert [account.counts[kind] for kind in (Kind.RESULT, Kind.CHATTER, Kind.BLANK, Kind.UNPARSED)] == [1, 1, 1, 1]


def test_a_log_that_mixes_kinds_is_read_by_each_lines_own(read):
    kinds = {entry.name: entry.samples[0] for entry in entries(AS_FOUND) if "\n" not in entry.samples[0]}
    rows, account = read("".join(sample + "\n" for sample in kinds.values()))
    assert [row["line"] for row in rows] == list(range(1, len(kinds) + 1))
    same = {"xferlog": "proftpd-xferlog"}
    assert {same.get(row["client"], row["client"]) for row in rows} == {same.get(name, name) for name in kinds}
    assert account.unparsed == ()


def test_fields_of_iis_are_those_that_its_header_names(read):
    text = (
        "#Software: Microsoft Internet Information Services 6.0\n#Date: 2026-11-30 00:00:00\n"
        "#Fields: time c-ip cs-method cs-uri-stem sc-status\n00:01:41 192.0.2.1 [1]sent /a+b.img 226\n"
        "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status sc-win32-status sc-bytes cs-bytes "
        "time-taken\n"
        "2026-11-30 00:02:00 192.0.2.1 me STOR c.img 226 0 40 1024 1500\n"
        "2026-11-30 00:02:01 192.0.2.1 me RETR d.img 550 2 0 0 0\n"
        "2026-11-30 00:02:02 192.0.2.1 me PASS *** 230 0 0 0 0\n"
    )
    rows, account = read(text)
    said = [(row["direction"], row["bytes"], row["completion"], row["file"], row["reply_code"]) for row in rows]
    assert said == [
        ("download", None, "confirmed", "/a+b.img", 226),
        ("upload", 1024, "confirmed", "c.img", 226),
        ("download", 0, "failed", "d.img", 550),
    ]
    assert rows[1]["seconds"] == pytest.approx(1.5)
    assert rows[0]["time"].isoformat() == "2026-11-30T00:01:41+00:00"
    assert account.unparsed == ()


def test_a_header_is_in_force_in_later_blocks(read, monkeypatch):
    monkeypatch.setattr("ftpstats.logs.source.BLOCK_SIZE", 4096)
    line = "2026-11-30 00:02:00 192.0.2.1 STOR c.img 226 1024 1500\n"
    rows, account = read("#Fields: date time c-ip cs-method cs-uri-stem sc-status cs-bytes time-taken\n" + line * 500)
    assert len(rows) == 500
    assert account.counts[Kind.RESULT] == 500
    assert {row["bytes"] for row in rows} == {1024}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("vsftpd.log", "vsftpd.log"), ("vsftpd.log.1", "vsftpd.log"), ("vsftpd.log.12.gz", "vsftpd.log"),
        ("xferlog-20261130.xz", "xferlog"), ("vsftpd.log-20261130", "vsftpd.log"), ("xferlog.2026-11-30", "xferlog"),
        ("vsftpd-2026-11-30.log.bz2", "vsftpd.log"), ("/var/log/pure-ftpd/transfer.log", "transfer.log"),
        ("u_ex261130.log", "u_ex.log"), ("day2.log", "day2.log"), ("xferlog-20261130-1700.gz", "xferlog"),
        ("vsftpd.log-20261130-1764460800.gz", "vsftpd.log"), ("xferlog-2026-W48", "xferlog"),
        ("xferlog-202611", "xferlog"), ("vsftpd.log.bak", "vsftpd.log"), ("vsftpd.log~", "vsftpd.log"),
        ("vm-100200", "vm-100200"),
        ("xferlog.old", "xferlog"), ("20261130.log", "20261130.log"), ("a.log.zst", "a.log"), ("-", "standard input"),
    ],
)  # fmt: skip
def test_the_label_is_the_logs_own_name_without_rotation(name, label):
    assert log_label(name) == label


LOOK_ALIKES = (
    '192.0.2.1 - - [30/Nov/2026:00:01:41 +0000] "GET /a.img HTTP/1.1" 200 1048576 "-" "curl/7.88.1"',
    '192.0.2.1 - me [30/Nov/2026:00:01:41 +0000] "GET /a.img HTTP/1.0" 200 1048576',
    '192.0.2.1 - - [30/Nov/2026:00:01:41 +0000] "GET /a.img" 200 1048576',
    "Nov 30 00:01:41 srv postfix/qmgr[7]: 4AB: from=<a@example.org>, size=1048576, nrcpt=1 (queue active)",
    "Nov 30 00:01:41 srv postfix/smtp[7]: 4AB: to=<b@example.org>, delay=1.2, delays=0.1/0/0/0.7, status=sent (250 OK)",
    "1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.5 s, 2.1 MB/s",
    "2026-11-30 00:01:41 192.0.2.1 GET /a.img - 80 - 198.51.100.1 curl 200 0 0 93",
    '{"time": "2026-11-30T00:01:41", "level": "info", "msg": "request", "time_total_ms": 12}',
    "Nov 30 00:01:41 srv sshd[7]: Accepted publickey for me from 192.0.2.1 port 39804 ssh2",
    "1795996901.123    500 192.0.2.1 TCP_MISS/200 1048576 GET http://example.org/a.img - DIRECT/192.0.2.2 -",
    "2026/11/30 00:01:41 [4895] connect from localhost (127.0.0.1)",
)


@pytest.mark.parametrize("line", LOOK_ALIKES)
def test_what_looks_alike_gives_no_transfer(read, line):
    with pytest.raises(InputError, match="no transfer"):
        read((line + "\n") * 3)
