"""Rows of overlapping logs put together: each transfer once, each run once."""

import polars as pl
import pytest

from ftpstats.logs import source
from ftpstats.logs.reader import read_log
from ftpstats.table import SCHEMA, distinct_transfers

LABELS = ("Baseline", "Xen", "VMware")


def transcript(label, runs=1, times=5, start=0):
    """FTP.log of so many runs; every time printed is another."""
    return "".join(
        f"FTP-TEST {i} {label}\n200 PORT command successful.\n150 Opening (102400 bytes).\n226 Transfer complete.\n"
        f"102400 bytes received in 0.01 secs ({8000 + start + 100 * run + i}.{len(label)} kB/s)\n"
        for run in range(runs)
        for i in range(1, times + 1)
    )


def filtered(text):
    """RESULT.log: what the thesis's script keeps."""
    return "".join(line for line in text.splitlines(keepends=True) if "FTP-TEST" in line or "secs" in line)


@pytest.fixture
def together(tmp_path):
    """The distinct transfers of several texts, each a log of its own."""

    def put(*texts):
        frames = []
        for number, text in enumerate(texts):
            path = tmp_path / f"{number}.log"
            path.write_text(text)
            frames.append(read_log(str(path))[0])
        return distinct_transfers(frames)

    return put


def runs_of(rows):
    return rows.group_by("label", "run", maintain_order=True).len().rows()


def test_no_logs_give_an_empty_table():
    rows = distinct_transfers([])
    assert rows.schema == SCHEMA
    assert rows.is_empty()


def test_one_log_is_unchanged(together, tmp_path):
    rows = together(transcript("Xen", runs=2))
    assert rows.equals(read_log(str(tmp_path / "0.log"))[0])


@pytest.mark.parametrize("reverse", [False, True])
def test_a_log_that_grows_by_a_platform_each_time_holds_each_transfer_once(together, reverse):
    texts = [transcript(label) for label in LABELS]
    grown = ["".join(texts[: n + 1]) for n in range(3)]
    rows = together(*(grown[::-1] if reverse else grown))
    assert rows["id"].n_unique() == rows.height == 15
    assert runs_of(rows) == [(label, 1, 5) for label in LABELS]


@pytest.mark.parametrize("reverse", [False, True])
def test_the_copy_with_replies_wins(together, reverse):
    full = transcript("Xen", runs=2)
    texts = [filtered(full), full]
    rows = together(*(texts[::-1] if reverse else texts))
    assert rows.height == 10
    assert set(rows["completion"]) == {"confirmed"}
    assert runs_of(rows) == [("Xen", 1, 5), ("Xen", 2, 5)]


def test_a_filtered_copy_that_has_grown_further_lends_only_what_is_new(together):
    full = transcript("Xen", times=8)
    early = "".join(full.splitlines(keepends=True)[: 5 * 5])
    rows = together(early, filtered(full))
    assert rows["completion"].to_list() == ["confirmed"] * 5 + ["reported"] * 3
    assert runs_of(rows) == [("Xen", 1, 8)]


@pytest.mark.parametrize("cut", range(5 * 3, 5 * 4))
@pytest.mark.parametrize("reverse", [False, True])
def test_a_log_read_in_the_middle_of_a_transfer_leaves_no_failure_and_no_other_run(together, cut, reverse):
    full = transcript("Xen")
    early = "".join(full.splitlines(keepends=True)[:cut])
    rows = together(*((full, early) if reverse else (early, full)))
    assert runs_of(rows) == [("Xen", 1, 5)]
    assert set(rows["completion"]) == {"confirmed"}


def test_a_failure_that_the_longer_copy_shows_too_is_kept(together):
    failed = "FTP-TEST 6 Xen\n200 PORT ok\n550 Failed to open file.\n"
    early = transcript("Xen") + failed
    rows = together(early, early + "FTP-TEST 7 Xen\n102400 bytes received in 0.01 secs (8107.3 kB/s)\n")
    assert rows["completion"].to_list() == ["confirmed"] * 5 + ["failed", "reported"]
    assert runs_of(rows) == [("Xen", 1, 7)]


def test_runs_in_several_logs_are_numbered_over_all_of_them(together):
    rows = together(transcript("Xen"), transcript("Xen", start=1000), transcript("VMware"))
    assert runs_of(rows) == [("Xen", 1, 5), ("Xen", 2, 5), ("VMware", 1, 5)]


def test_labels_that_are_unknown_are_one_group(together):
    rows = together(
        "102400 bytes received in 0.01 secs (8746.3 kB/s)\n", "102400 bytes received in 0.01 secs (8746.4 kB/s)\n"
    )
    assert rows["label"].null_count() == rows.height == 2
    assert rows["run"].to_list() == [1, 2]


def test_the_schema_has_a_type_for_every_column_of_the_design():
    assert SCHEMA.names() == [
        "id", "source", "line", "label", "run", "iteration", "time", "client", "direction", "bytes", "seconds",
        "seconds_low", "seconds_high", "seconds_printed", "rate", "completion", "reply_code", "note",
    ]  # fmt: skip
    assert SCHEMA["time"] == pl.Datetime("us", "UTC")


def test_runs_that_print_the_same_are_runs_all_the_same(tmp_path):
    result = "104857600 bytes received in 8.77 seconds (11.4 Mbytes/s)\n"
    log = tmp_path / "capped.log"
    log.write_text("".join(f"FTP-TEST {i} Xen\n{result}" for _ in range(3) for i in range(1, 11)))
    rows = distinct_transfers([read_log(str(log))[0]])
    assert rows.group_by("run").len().sort("run").rows() == [(1, 10), (2, 10), (3, 10)]


def test_attempts_that_fail_the_same_way_are_counted_each(tmp_path):
    log = tmp_path / "refused.log"
    log.write_text("FTP-TEST 1 Xen\nftp: connect: Connection refused\n" * 3)
    assert distinct_transfers([read_log(str(log))[0]]).height == 3


@pytest.mark.parametrize("label", [None, "Xen"])
def test_runs_without_labels_of_their_own_are_told_apart_too(tmp_path, label):
    log = tmp_path / "unlabelled.log"
    log.write_text("FTP-TEST 1\nftp: connect: Connection refused\n" * 3)
    rows = distinct_transfers([read_log(str(log), label)[0]])
    assert (rows.height, rows["run"].max()) == (3, 3)


def test_what_stands_before_a_log_in_another_block_does_not_matter(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "BLOCK_SIZE", 64)
    log = tmp_path / "late.log"
    log.write_text("chatter\n" * 40 + "FTP-TEST 1\nftp: connect: Connection refused\n" * 3)
    assert distinct_transfers([read_log(str(log))[0]]).height == 3
