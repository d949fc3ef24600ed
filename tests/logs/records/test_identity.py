"""Stamped records: each counts as often as in the log of its label that holds it most often, and each day is a run."""

import gzip
import json
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftpstats
from ftpstats.analysis.select import COLUMNS
from ftpstats.errors import InputError
from ftpstats.logs.identity import find_copies
from ftpstats.logs.reader import LogReader, read_log
from ftpstats.logs.records import Options
from ftpstats.logs.records.keys import _ODD, _sums
from ftpstats.logs.together import as_log, each_once, read_logs

RECORDS = Path(__file__).parents[2] / "data" / "records"
LOG_FORMATS = json.loads((RECORDS / "log-formats.json").read_text())
NAMES = sorted(
    path.name.removesuffix(".rows.jsonl")
    for path in RECORDS.glob("server-*.rows.jsonl")
    if path.name.removesuffix(".rows.jsonl") not in LOG_FORMATS
)
UTC = Options("UTC", None, None)
LINE = "Mon Nov {day} 00:01:{second:02} 2026 1 192.0.2.7 15 /{name} b _ o r me ftp 0 * c\n"


def whole(name, label):
    reader = LogReader(str(RECORDS / name), label, digest=True, options=UTC)
    pieces = list(reader.pieces())
    rows = pl.concat([piece.rows for piece in pieces])
    skeleton = np.concatenate([piece.skeleton for piece in pieces])
    return as_log(name, label, reader.account, skeleton, rows), rows


@given(st.lists(st.text(max_size=60), max_size=30), st.integers(0, 9000))
def test_the_number_of_a_text_depends_on_nothing_but_the_text(texts, length):
    texts = [*texts, "x" * length, "é" * length]
    found = _sums(pl.Series(texts)).tolist()
    assert found == [_sums(pl.Series([text])).item() for text in texts]
    for text, number in zip(texts, found, strict=True):
        letters = enumerate(text.encode())
        assert number == sum((letter + 1) * pow(_ODD, place, 1 << 64) for place, letter in letters) % (1 << 64)


def together(*logs, label=None):
    return read_logs([(str(log), label) for log in logs], options=UTC)


def line(second, name="a", day=30):
    return LINE.format(day=day, second=second, name=name)


def put(folder, name, *lines):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_log_cut_anywhere_beside_the_whole_changes_nothing(name, tmp_path):
    whole = (RECORDS / name).read_bytes()
    wanted = together(RECORDS / name).rows.drop("source")
    log = tmp_path / name
    for size in range(200, len(whole), max(1, len(whole) // 11)):
        log.write_bytes(whole[:size])
        try:
            read_log(str(log), options=UTC)
        except InputError:
            continue  # no record in it yet
        found = together(log, RECORDS / name)
        assert found.rows.height == wanted.height, size
        assert found.copies.doubts == ()


def test_rotated_logs_are_one(tmp_path):
    lines = [line(second, day=day) for day in (28, 29, 30) for second in range(10)]
    put(tmp_path, "xferlog", *lines[15:])
    (tmp_path / "xferlog.1.gz").write_bytes(gzip.compress("".join(lines[5:17]).encode()))
    put(tmp_path, "xferlog.2", *lines[:6])
    rows = together(*tmp_path.iterdir()).rows
    assert rows.height == 30
    assert sorted(rows["run"].to_list()) == [1] * 10 + [2] * 10 + [3] * 10
    assert rows["label"].unique().to_list() == ["xferlog"]


def test_a_record_counts_as_often_as_where_it_stands_most_often(tmp_path):
    one = put(tmp_path / "1", "xferlog", line(1), line(1), line(2))
    other = put(tmp_path / "2", "xferlog", line(1), line(2), line(2), line(2))
    for logs in permutations((one, other)):
        assert together(*logs).rows.height == 5


def test_names_of_one_length_in_one_second_are_different_records(tmp_path):
    one = put(tmp_path / "1", "xferlog", line(1, "abc"), line(1, "acb"))
    other = put(tmp_path / "2", "xferlog", line(1, "bac"), line(1, "acb"))
    assert together(one, other).rows.height == 3


def test_other_labels_are_other_records(tmp_path):
    logs = [put(tmp_path, name, line(1), line(2)) for name in ("xen.log", "vmware.log")]
    assert together(*logs).rows.height == 4


def test_logs_that_were_recorded_independently_lose_no_transfer_under_one_label():
    logs = {name: whole(name, "server") for name in NAMES}
    for one, other in combinations(NAMES, 2):
        rows = [logs[name][1].with_columns(log=pl.lit(place)) for place, name in enumerate((one, other))]
        pair = [logs[one][0], logs[other][0]]
        found = each_once(pl.concat(rows), pair, find_copies(pair))
        assert found.height == sum(part.height for part in rows), (one, other)


def test_what_is_ingested_counts_once(tmp_path):
    whole = put(tmp_path / "1", "xferlog", *(line(second) for second in range(10)))
    rotated = put(tmp_path / "2", "xferlog.1", *(line(second) for second in range(7)))
    store = ftpstats.open_store(tmp_path / "store")
    done = [store.ingest(log, time_zone="UTC")[0] for log in (rotated, whole, whole)]
    assert [(one.transfers, one.new) for one in done] == [(7, 7), (10, 3), (10, 0)]
    assert len(store.transfers()) == 10
    store.ingest(put(tmp_path / "3", "other", *(line(second, day=29) for second in range(3))), label="xferlog")
    assert store.transfers().groupby("run").size().to_list() == [3, 10]


def test_a_label_that_is_given_keeps_the_days(tmp_path):
    log = put(tmp_path, "xferlog", line(1, day=28), line(1, day=29))
    store = ftpstats.open_store(tmp_path / "store")
    store.ingest(log, label="xen")
    assert store.transfers()["run"].to_list() == [1, 2]


def test_logs_of_different_clients_lose_nothing_to_each_other():
    """Many hold a failure that no line times: it is in all of them, and makes none a copy."""
    read = {}
    for path in sorted(RECORDS.glob("*.rows.jsonl")):
        name = path.name.removesuffix(".rows.jsonl")
        if name not in LOG_FORMATS:
            read[name] = whole(name, None)
    assert len(read) > 30
    for one, other in combinations(read, 2):
        logs, rows = zip(read[one], read[other], strict=True)
        found = find_copies(logs)
        numbered = [part.with_columns(log=pl.lit(number, pl.Int64)) for number, part in enumerate(rows)]
        assert each_once(pl.concat(numbered), logs, found).height == sum(part.height for part in rows), (one, other)
        assert not found.doubts or not any(log.stamped for log in logs), (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_of_a_log_alone_is_what_is_read_of_it_beside_its_copy(name, tmp_path):
    """Keys of records are made only where several logs are read, and columns kept only where they are asked for."""
    copy = tmp_path / "copy.log"
    copy.write_bytes((RECORDS / name).read_bytes())
    every = together(RECORDS / name, label="one")
    alone = read_logs([(str(RECORDS / name), "one")], options=UTC, columns=COLUMNS)
    both = read_logs([(str(RECORDS / name), "one"), (str(copy), "one")], options=UTC, columns=COLUMNS)
    assert alone.rows.columns == [*COLUMNS]
    assert alone.rows.equals(every.rows.select(COLUMNS))
    assert both.rows.drop("source").equals(alone.rows.drop("source"))
