"""Recordings of real servers and clients give the rows that were checked against the time measured outside of them."""

import json
import math
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ftpstats.logs.reader import LogReader, read_log
from ftpstats.logs.records import AS_FOUND, Options
from ftpstats.logs.records.registry import entries
from ftpstats.logs.source import open_log
from ftpstats.schema import SCHEMA

RECORDS = Path(__file__).parents[2] / "data" / "records"
ROWS = {path.name.removesuffix(".rows.jsonl"): path for path in sorted(RECORDS.glob("*.rows.jsonl"))}
LOG_FORMATS = json.loads((RECORDS / "log-formats.json").read_text())
# `name` and `client_ip` are what the columns `file` and `peer` have; `time`, a stamp as printed, has a test of its own.
COLUMNS = {"name": "file", "client_ip": "peer"}
NUMBERS = {"seconds_printed", "seconds_low", "seconds_high", "rate"}
UNCOMPARED = {"time"}


def told(name):
    return [json.loads(line) for line in ROWS[name].read_text().splitlines()]


def read(name):
    rows, account = read_log(str(RECORDS / name), options=Options("UTC", None, LOG_FORMATS.get(name)))
    return rows.to_dicts(), account


def is_alike(key, value, expected):
    if expected is None or value is None:
        return value is expected
    if key in NUMBERS:
        return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)
    return value == expected


@pytest.mark.parametrize("name", ROWS)
def test_a_recording_gives_its_rows(name):
    rows, account = read(name)
    expected = told(name)
    assert [row["line"] for row in rows] == [row["line"] for row in expected]
    for row, right in zip(rows, expected, strict=True):
        compared = {key: value for key, value in right.items() if key not in UNCOMPARED}
        found = {key: row[COLUMNS.get(key, key)] for key in compared}
        wrong = {key: (found[key], compared[key]) for key in compared if not is_alike(key, found[key], compared[key])}
        assert wrong == {}, row["line"]
    with open_log(str(RECORDS / name)) as file:
        assert account.lines == len(file.read().removesuffix(b"\n").split(b"\n"))


@pytest.mark.parametrize("name", ROWS)
def test_names_that_nobody_asks_for_are_not_read_and_nothing_else_changes(name):
    options = Options("UTC", None, LOG_FORMATS.get(name))
    wanted = [column for column in SCHEMA if column not in {"file", "peer"}]
    reader = LogReader(str(RECORDS / name), options=options, keys=False, columns=wanted)
    rows = pl.concat(reader.transfers())
    assert rows["file"].is_null().all()
    assert rows["peer"].is_null().all()
    assert_frame_equal(rows.select(wanted), read_log(str(RECORDS / name), options=options)[0].select(wanted))


@pytest.mark.parametrize("name", ROWS)
def test_a_time_lies_in_its_interval(name):
    for row in read(name)[0]:
        if row["seconds"] is not None:
            assert row["seconds_low"] <= row["seconds"] <= row["seconds_high"]
            assert row["timed"] in {"data", "whole", "server"}


ENDS = {entry.name: entry.ends for entry in entries(AS_FOUND)}


@pytest.mark.parametrize("name", [name for name in ROWS if any(row.get("time") for row in told(name))])
def test_a_time_is_that_of_the_printed_stamp(name):
    for row, right in zip(read(name)[0], told(name), strict=True):
        if right.get("time") is None:
            continue
        printed = row["seconds_printed"]
        took = (row["seconds"] or 0) if printed is None else printed
        stamp = row["time"] + timedelta(seconds=took if ENDS[row["client"]] else 0)
        shown = str(right["time"])
        assert f"{stamp:%H:%M:%S}" in shown or str(int(stamp.timestamp())) in shown, row["line"]
