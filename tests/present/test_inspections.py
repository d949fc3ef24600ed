"""What `check` and `parse` show of a log."""

import polars as pl

from ftpstats.logs.inspection import inspect_log
from ftpstats.present.inspections import inspection_parts, rows_table
from ftpstats.schema import SCHEMA
from tests.analysis.rows import rows


def test_check_shows_control_characters_of_the_log(tmp_path):
    log = tmp_path / "a\x1b[1m.log"
    log.write_bytes(b"FTP-TEST 1 A\n102400 bytes received in 0.01 secs (8746.3 kB/s)\nwhat \xc2\x9b1m is this\n")
    account, contents, odd = inspection_parts(inspect_log(str(log)))
    assert f"{tmp_path}/a\\x1b[1m.log: 3 lines = 1 header + 1 result + 0 replies" in account
    assert contents.rows[0][-1] == "1"
    assert "\x1b" not in account + odd
    assert "\x9b" not in odd


def test_check_shows_ten_odd_things_of_each_kind(tmp_path):
    log = tmp_path / "FTP.log"
    log.write_text("".join(f"FTP-TEST {i} A\n{i} bytes took {i} {'sm'[i % 2]}\n" for i in range(1, 31)))
    *_, odd = inspection_parts(inspect_log(str(log)))
    lines = [line.removeprefix(f"{log}:") for line in odd.splitlines()]
    assert len(lines) == 22
    assert lines[9:12] == [
        "19: the client's line was not understood: '10 bytes took 10 s'",
        "... and 20 more like this",
        "2: mentions bytes, but no known client prints such a result: '1 bytes took 1 m'",
    ]
    assert lines[21] == "... and 20 more like this"
    log.write_text("".join(f"FTP-TEST {i} A\n" for i in range(1, 1101)))
    *_, odd = inspection_parts(inspect_log(str(log)))
    assert odd.splitlines()[10] == "... and at least 990 more like this"


def test_rows_show_the_first_thousand_and_say_so():
    frame = pl.DataFrame(rows("A", [1.0, None, *[2.0] * 598]), schema=SCHEMA).with_columns(source=pl.lit("a\nb"))
    shown = rows_table([frame, frame])
    assert len(shown.rows) == 1000
    assert shown.title == "transfers of a\\nb; the first 1000 of 1200, --format csv writes all"
    assert shown.rows[0][7:9] == ("1.00000", "0.0000005")
    assert shown.rows[1][4:10] == ("–", "–", "–", "–", "–", "failed")
    assert rows_table([frame]).title == "transfers of a\\nb"
    other = frame.with_columns(source=pl.lit("other"))
    assert (rows_table([frame, other]).title, rows_table([frame, other]).columns[0]) == (
        "transfers; the first 1000 of 1200, --format csv writes all", "log",
    )  # fmt: skip


def test_of_many_sizes_the_most_frequent_are_shown_and_all_are_counted(tmp_path):
    log = tmp_path / "xferlog"
    stamp, behind = "Mon Nov 30 00:00:01 2026 5 192.0.2.1", "/a b _ o r me ftp 0 * c\n"
    sizes = [*range(1, 101), 77, 77, 50]
    log.write_text("".join(f"{stamp} {size} {behind}" for size in sizes))
    _, contents, _ = inspection_parts(inspect_log(str(log)))
    assert len(contents.rows) == 21
    assert contents.rows[-1] == ("xferlog", "–", "xferlog", "80 other sizes download", "confirmed", "80")
    assert {row[3]: row[5] for row in contents.rows if row[5] not in {"1", "80"}} == {
        "50 B download": "2", "77 B download": "3",
    }  # fmt: skip
    assert sum(int(row[-1]) for row in contents.rows) == len(sizes)
