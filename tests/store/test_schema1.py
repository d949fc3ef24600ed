"""A store of 0.1.0 is read as it is, and what is put into it is today's."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from ftpstats.logs.together import read_logs
from ftpstats.store import Store
from ftpstats.store.ingest import ingest

DATA = Path(__file__).parents[1] / "data" / "store-0.1.0"
LOGS = ("FTP.log", "RESULT.log", "missing.log", "killed.log")


def plain(rows):
    return rows.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The store, where its logs are."""
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Store(Path("store"))


def test_its_rows_are_those_that_0_1_0_read(store):
    then = pl.read_csv("rows.csv", infer_schema_length=None)
    now = plain(store.read().rows)
    assert now.height == then.height == 20
    shared = [name for name in then.columns if name != "run"]
    by = ["source", "line"]
    for name in shared:
        assert now.sort(by)[name].cast(then[name].dtype).equals(then.sort(by)[name]), name
    assert now.select("label", "run").n_unique() == then.select("source", "label", "run").n_unique()


def test_they_are_those_that_reading_its_logs_gives(store):
    alone = read_logs([*((name, None) for name in LOGS), ("unlabelled.log", "Loopback")])
    found = store.read()
    assert plain(found.rows).equals(plain(alone.rows))
    why = [(found.names[copy.log], found.names[copy.of], copy.why) for copy in found.copies.copies]
    assert why == [("RESULT.log", "FTP.log", "filtered")]


def test_a_log_in_it_may_be_a_copy_of_one_that_is_ingested_today(store):
    Path("longer.log").write_text(Path("FTP.log").read_text() + Path("FTP.log").read_text().replace("537 M", "538 M"))
    (done,) = ingest(store, ["longer.log"])
    assert (done.transfers, done.new, done.doubt) == (12, 12, None)  # six results are too few to tell


def test_ingesting_its_logs_again_replaces_what_0_1_0_stored(store):
    done = ingest(store, list(LOGS))
    assert [(one.transfers, one.new, one.replaced) for one in done] == [(6, 0, 0), (6, 0, 0), (3, 0, 0), (1, 0, 0)]
    assert [log.entry.size > 0 for log in store.logs()] == [True, True, True, True, False]
    assert store.labels("unlabelled.log") == ["Loopback"]
    assert ingest(store, ["unlabelled.log"])[0].replaced == 10
    assert store.labels() == ["Baseline"]


def test_a_log_of_it_has_the_time_that_its_file_tells_whatever_the_copy_s_is(store):
    (log,) = [log for log in store.logs() if log.entry.name == "missing.log"]
    store.forget([log])
    log.segment.path.touch()
    assert "missing.log" not in [log.entry.name for log in store.logs()]
