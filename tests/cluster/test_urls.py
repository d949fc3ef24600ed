"""Logs, stores and answers at URLs: the same as on this machine, whole or not at all."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import fsspec
import pandas as pd
import polars as pl
import pytest

import ftpstats
from ftpstats.errors import InputError, MachineError, UsageError
from ftpstats.places import is_url, place, writing
from ftpstats.store import Store
from ftpstats.store.compact import compact
from ftpstats.store.ingest import ingest

from .conftest import KEY, SECRET

ROOT = Path(__file__).parents[2]
LOG = ROOT / "sample_logs" / "inetutils" / "FTP.log"
DAYS = sorted((ROOT / "sample_logs" / "days").glob("day-*/FTP.log*"))


def command(*words, **more):
    return subprocess.run(
        [sys.executable, "-m", "ftpstats", *map(str, words)], capture_output=True, text=True, check=False, **more
    )


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("s3://bucket/FTP.log", True),
        ("memory://x", True),
        ("simplecache::s3://bucket/x", True),
        ("FTP.log", False),
        ("/a//b", False),
        ("xen=s3://bucket/FTP.log", False),
        ("://x", False),
        ("-", False),
    ],
)
def test_what_a_url_is(name, is_one):
    assert is_url(name) == is_one


def test_a_log_at_a_url_is_read_as_the_file_is(objects):
    log = ROOT / "sample_logs" / "duet" / "shared" / "FTP.log.gz"
    url = objects("logs/FTP.log", gzip.decompress(log.read_bytes()))
    objects("logs/FTP.json", log.with_name("FTP.json").read_bytes())
    zipped = objects("zipped/FTP.log.gz", log.read_bytes())
    here = ftpstats.read_log(log)
    for name in (url, zipped):
        there = ftpstats.read_log(name)
        assert there["source"].unique().tolist() == [name]
        assert there.attrs["account"] | {"source": ""} == here.attrs["account"] | {"source": ""}
        same = there.drop(columns=["source", "time"]).equals(here.drop(columns=["source", "time"]))
        assert same
    assert ftpstats.read_log(url)["time"].tolist() == here["time"].tolist()  # which FTP.json beside it has


def test_folders_and_patterns_name_the_logs_in_them(bucket, objects):
    for name in ("a/x.log", "a/b/y.txt", "a/b/xferlog-20261130.gz", "a/notes.md", "z.log"):
        objects(name, "")
    found = ftpstats.Logs([f"{bucket}/a", f"{bucket}/*.log", f"two={bucket}/a/b/*.txt", f"{bucket}/none*"]).files()
    assert found == [
        (f"{bucket}/a/b/xferlog-20261130.gz", None),
        (f"{bucket}/a/b/y.txt", None),
        (f"{bucket}/a/x.log", None),
        (f"{bucket}/z.log", None),
        (f"{bucket}/a/b/y.txt", "two"),
        (f"{bucket}/none*", None),
    ]


def test_any_protocol_of_fsspec_is_read(tmp_path):
    fsspec.filesystem("memory").pipe_file("/logs/FTP.log", LOG.read_bytes())
    (tmp_path / "FTP.log").write_bytes(LOG.read_bytes())
    for url in ("memory://logs/FTP.log", f"file://{tmp_path}/FTP.log"):
        assert len(ftpstats.read_log(url)) == 900


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("{bucket}/none.log", InputError, "{bucket}/none.log: no such file"),
        ("{bucket}/none*", InputError, "{bucket}/none*: no such file; no file matches the pattern"),
        ("s3://no-such-bucket/FTP.log", InputError, "s3://no-such-bucket/FTP.log: no such file"),
        ("{bucket}/empty.log", InputError, "{bucket}/empty.log: the file is empty"),
        ("{bucket}/text.log", InputError, "{bucket}/text.log: no transfer in its 1 line"),
        ("nonsense://x/FTP.log", UsageError, "nonsense://x/FTP.log: Unsupported filesystem"),
    ],
)
def test_what_is_wrong_with_a_url_is_one_line(bucket, objects, name, error, said):
    objects("empty.log", b"")
    objects("text.log", b"hello\n")
    with pytest.raises(error) as caught:
        ftpstats.summarize(ftpstats.Logs(name.format(bucket=bucket)))
    assert str(caught.value).startswith(said.format(bucket=bucket))
    assert "\n" not in str(caught.value)


def test_a_host_that_does_not_answer_is_named_in_one_line(server):
    done = command("summary", "--from", "s3://bucket/x.log", env={**server, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"ftpstats: s3://bucket/x\.log: cannot be read: .*127\.0\.0\.1:9.*\n", done.stderr)
    assert SECRET not in done.stderr


def test_a_password_in_a_url_is_in_no_row_and_no_message(monkeypatch):
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/me:hunter2@host/FTP.log", LOG.read_bytes())
    memory.pipe_file("/me:hunter2@host/x.log", b"hello\n")
    rows = ftpstats.read_log("memory://me:hunter2@host/FTP.log")
    assert rows["source"].unique().tolist() == ["memory://me:********@host/FTP.log"]
    for name in ("x.log", "none.log"):
        with pytest.raises(InputError, match=re.escape("memory://me:********@host/")) as caught:
            ftpstats.read_log(f"memory://me:hunter2@host/{name}")
        assert "hunter2" not in str(caught.value)


# The store


@pytest.fixture
def both(tmp_path, bucket):
    """A store here, and one there."""
    return Store(tmp_path / "store"), Store(place(f"{bucket}/store"))


def answers(store, *labels):
    opened = ftpstats.open_store(str(store.folder))
    return [
        ftpstats.summarize(opened).to_json(),
        ftpstats.compare(opened, "xen", "vmware").to_json(),
        ftpstats.throughput(opened).to_json(),
    ]


def without_store(text):
    return re.sub(r'"[^"]*store"', '"store"', text)


def test_a_store_at_a_url_gives_the_same_answers_byte_for_byte(both):
    for store in both:
        ingest(store, [str(LOG), str(ROOT / "sample_logs" / "netkit")])
    assert both[1].read().rows.equals(both[0].read().rows)
    here, there = (map(without_store, answers(store)) for store in both)
    assert list(here) == list(there)


def test_what_is_done_to_a_store_is_done_at_a_url(both):
    for store in both:
        for log in (LOG, *DAYS):
            ingest(store, [str(log)])
        store.relabel(store.chosen(str(DAYS[0])), "later")
        store.forget(store.chosen(str(LOG)))
    assert [log.labels for log in both[0].logs()] == [log.labels for log in both[1].logs()]
    for store in both:
        before = store.read().rows
        done = compact(store)
        assert (done.before, done.after, len(store.segments())) == (len(DAYS) + 3, 1, 1)
        assert store.read().rows.equals(before)
    assert both[0].read().rows.equals(both[1].read().rows)


def test_the_same_log_twice_at_once_counts_once(both, monkeypatch):
    """Two ingests that began at the same moment put one object: its name is that of its contents."""
    for store in both:
        monkeypatch.setattr(Store, "now", lambda _: 1)
        first, second = (Store(place(str(store.folder))) for _ in range(2))
        ingest(first, [str(LOG)])
        monkeypatch.setattr(Store, "logs", lambda _: [], raising=True)
        ingest(second, [str(LOG)])
        monkeypatch.undo()
        assert len(store.segments()) == 1
        assert store.read().rows.height == 900


def test_only_the_columns_that_a_question_asks_for_are_fetched(both, monkeypatch):
    """And only of logs that hold its labels: the index says which these are."""
    _, store = both
    fetched = []
    ingest(store, [str(LOG)])
    ingest(store, [f"{DAYS[0]}"])
    import pyarrow.parquet as pq

    real = pq.ParquetFile.read_row_group
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_group", lambda *a, columns: fetched.append(columns) or real(*a, columns=columns)
    )
    ftpstats.compare(ftpstats.open_store(str(store.folder)), "xen", "vmware")
    wanted = {name for columns in fetched for name in columns}
    assert {"seconds", "label"} <= wanted
    assert not {"peer", "rate", "bytes_low"} & wanted
    assert len(fetched) == 2 * 1  # skeletons and rows, of one of the two segments


def test_a_store_that_may_not_be_read_is_named_in_one_line(bucket, objects):
    objects("store/x.parquet", b"nonsense")
    with pytest.raises(InputError, match=rf"^{bucket}/store/x\.parquet: not a file of this store .*move it away"):
        Store(place(f"{bucket}/store")).logs()
    with pytest.raises(InputError, match=rf"^{bucket}/none: the store is empty"):
        Store(place(f"{bucket}/none")).read()
    with pytest.raises(InputError, match=r"^s3://no-such-bucket/store: the store is empty"):
        Store(place("s3://no-such-bucket/store")).read()
    with pytest.raises(MachineError, match=r"^s3://no-such-bucket/store: the store cannot be written: .*exist"):
        ingest(Store(place("s3://no-such-bucket/store")), [str(LOG)])


# What is written


def test_an_export_at_a_url_is_read_by_others(both):
    _, store = both
    url = f"{store.folder}/../export.parquet".replace("store/../", "")
    ingest(store, [str(LOG)])
    done = command("store", "export", url, "--store", store.folder)
    assert (done.returncode, done.stderr) == (0, "")
    expected = ftpstats.open_store(str(store.folder)).transfers()["seconds"].tolist()
    with fsspec.open(url) as file:
        assert pl.read_parquet(file)["seconds"].to_list() == expected
    assert pd.read_parquet(url)["seconds"].tolist() == expected
    duckdb.register_filesystem(fsspec.filesystem("s3"))
    assert duckdb.sql(f"select seconds from '{url}'").df()["seconds"].tolist() == expected


def test_answers_and_figures_go_to_urls(bucket):
    for words, name in (
        (("compare", "xen", "vmware"), "answer.json"),
        (("plot", "boxplot"), "figure.png"),
        (("report",), "report.html"),
        (("parse",), "rows.parquet"),
    ):
        logs = [LOG] if words == ("parse",) else ["--from", LOG]
        done = command(*words, *logs, "--output", f"{bucket}/{name}")
        assert done.returncode == 0, done.stderr
    assert json.loads(place(f"{bucket}/answer.json").read_bytes())["comparisons"]
    assert place(f"{bucket}/figure.png").read_bytes().startswith(b"\x89PNG")
    assert b"</html>" in place(f"{bucket}/report.html").read_bytes()
    again = command("summary", "--from", f"{bucket}/rows.parquet", "--format", "json")
    assert json.loads(again.stdout)["groups"]


def test_what_is_not_written_to_its_end_is_not_there(bucket):
    where = place(f"{bucket}/half.csv")

    def stopped():
        with writing(where) as file:
            file.write(b"a,b")
            raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        stopped()
    assert not where.exists()


def test_an_output_that_is_an_input_is_refused(objects):
    url = objects("x.csv", LOG.read_bytes())
    done = command("parse", url, "--output", url)
    assert done.returncode == 2
    assert "is one of the input logs" in done.stderr


def test_no_credential_is_in_what_is_printed_or_stored(both):
    _, store = both
    done = command("ingest", LOG, f"{store.folder.parent}/none.log", "--store", store.folder)
    assert done.returncode == 1
    stored = b"".join(path.read_bytes() for path in store.folder.glob("*"))
    for secret in (KEY, SECRET):
        assert secret not in done.stdout + done.stderr
        assert secret.encode() not in stored
