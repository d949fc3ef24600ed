"""A log that has grown is read on from its last block: what the store answers is as if it had been read as a whole."""

import gzip
import json
import random
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest

import ftpstats
from ftpstats.logs import many, source
from ftpstats.logs.reader import LogReader
from ftpstats.store import Store, changes, compact, files, put
from ftpstats.store import ingest as ingesting
from ftpstats.store.anonymous import Anonymizer
from ftpstats.store.grown import linked
from ftpstats.store.ingest import ingest

SAMPLES = Path(__file__).parents[2] / "sample_logs"
# Where a whole copy says which log it is of, where it was put, and what only tells how it was read.
HOW = {"kept", "continues", "resume"}
RECORDINGS = {name: (SAMPLES / name / "FTP.log").read_bytes()[-100_000:] for name in ("inetutils", "netkit", "tnftp")}


def written(times, labels=3, client="secs"):
    """Runs of 40 transfers, some of which failed; labels take turns."""
    attempts = []
    for number in range(times):
        label, iteration = f"label{number // 40 % labels}", number % 40 + 1
        result = f"102400 bytes received in 0.0{number % 9 + 1} {client} ({number}.3 kB/s)\n"
        body = "550 No such file.\n" if number % 17 == 0 else f"226 Transfer complete.\n{result}"
        attempts.append(f"FTP-TEST {iteration} {label}\n150 Opening (102400 bytes).\n{body}")
    return "".join(attempts).encode()


def two_sizes(times):
    """Runs in which nothing failed, so that of one size less is read."""
    line = "{} bytes received in 0.0{} secs ({}.3 kB/s)\n"
    return "".join(
        f"FTP-TEST {n % 40 + 1} label{n // 40 % 3}\n"
        + "".join(line.format(size, n % 9 + 1, n) for size in (102_400, 1_024_000))
        for n in range(times)
    ).encode()


def lone_results(times):
    """Lines without headers."""
    return "".join(f"102400 bytes received in 0.01 secs ({n}.3 kB/s)\n" for n in range(times)).encode()


def unit_settled(at, rate):
    """A client's unit has two meanings, and one of many transfers tells which."""
    fits_both = "100 bytes received in 3 secs (33.00 Kbytes/sec)"
    tells = f"10485760 bytes received in 0.5 secs ({rate} Kbytes/sec)"
    return "".join(f"FTP-TEST {n} a\n{tells if n == at else fits_both}\n" for n in range(1, 501)).encode()


LOGS = {
    **RECORDINGS,
    "written": written(400),
    "sizes": two_sizes(400),
    "lone": lone_results(900),
    **{f"unit {at} {rate}": unit_settled(at, rate) for at in (2, 499) for rate in ("20480.00", "20971.52")},
}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(source, "BLOCK_SIZE", 6000)
    monkeypatch.setattr(many, "_SMALL", 1000)
    monkeypatch.setattr(put, "_LARGE", 20)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def log(tmp_path):
    return tmp_path / "FTP.log"


@pytest.fixture
def begins(monkeypatch):
    """The bytes at which logs were begun to be read."""
    found = []
    real = LogReader.__init__

    def noted(self, *names, **options):
        real(self, *names, **options)
        found.append(self._point.offset)

    monkeypatch.setattr(LogReader, "__init__", noted)
    return found


def plain(store):
    return store.read().rows.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def entries(store):
    return [
        {name: value for name, value in asdict(one.entry).items() if name not in HOW} | {"given": one.given}
        for one in store.logs()
    ]


def answers(store):
    opened = ftpstats.open_store(store.folder)
    found = [ftpstats.summarize(opened).to_json()]
    labels = [label for label in store.labels() if label is not None]
    if len(labels) > 1:
        found += [ftpstats.compare(opened, *labels, size=size).to_json() for size in (None, "100KB")]
    return [json.loads(text.replace(str(store.folder), "STORE")) for text in found]


def same_as_whole(store, log, tmp_path, label=None):
    """Whether a store holds what a fresh one does into which the log is put as it is."""
    fresh = Store(tmp_path / "fresh")
    ingest(fresh, [str(log)], label)
    assert plain(store).equals(plain(fresh))
    assert entries(store) == entries(fresh)
    assert [one.skeleton.tolist() for one in store.copies(store.logs())[0]] == [
        one.skeleton.tolist() for one in fresh.copies(fresh.logs())[0]
    ]
    assert answers(store) == answers(fresh)
    shutil.rmtree(fresh.folder)


def grow(store, log, text, sizes, label=None, pack=bytes):
    done = []
    for size in sizes:
        log.write_bytes(pack(text[:size]))
        done += ingest(store, [str(log)], label)
    return done


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", LOGS)
def test_a_log_cut_at_any_byte_and_then_whole_is_that_log(store, log, tmp_path, name, seed, begins, monkeypatch):
    text = LOGS[name]
    randomly = random.Random(f"{name}{seed}")
    sizes = [*sorted(randomly.randrange(12_000, len(text)) for _ in range(2 * seed + 1)), len(text)]
    done = grow(store, log, text, sizes)
    assert max(begins) > 0
    same_as_whole(store, log, tmp_path)
    monkeypatch.setattr(ingesting, "older_of", lambda _: None)
    assert grow(Store(tmp_path / "wholly"), log, text, sizes) == done


def test_each_byte_behind_a_block_may_be_the_last(log, tmp_path, begins):
    text = written(150)
    base = grow(Store(tmp_path / "base"), log, text, [11_000])[0].transfers
    for size in range(11_001, 11_160, 3):
        store = Store(tmp_path / "store")
        shutil.copytree(tmp_path / "base", store.folder)
        (done,) = grow(store, log, text, [size])
        assert begins[-1] > 0
        assert plain(store).height == done.transfers >= base
        whole = pl.concat(LogReader(str(log)).frames()).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
        assert plain(store).equals(whole)
        shutil.rmtree(store.folder)


@pytest.mark.parametrize(
    ("change", "reads_on"),
    [
        (lambda text: text.replace(b"\n", b"\r\n"), True),
        (lambda text: text.replace(b"Opening", "Öffne".encode()), True),
        (lambda text: text.replace(b"Opening", "Öffne".encode("cp1252")), False),
        (lambda text: text.replace(b"\n", b"\r"), False),
        (lambda text: text.decode().encode("utf-16"), False),
    ],
    ids=["CRLF", "UTF-8", "cp1252", "CR", "UTF-16"],
)
def test_line_ends_and_encodings(store, log, tmp_path, change, reads_on, begins):
    text = change(written(400))
    grow(store, log, text, [30_000, 40_000, len(text)])
    assert (max(begins) > 0) == reads_on
    if reads_on:
        same_as_whole(store, log, tmp_path)
    assert plain(store).height == 400


def test_a_compressed_log(store, log, tmp_path, begins):
    text = written(400)
    grow(store, log.with_name("FTP.log.gz"), text, [20_000, len(text)], pack=gzip.compress)
    assert max(begins) > 0
    same_as_whole(store, log.with_name("FTP.log.gz"), tmp_path)


def test_a_label_that_is_given_again_and_another_one(store, log, tmp_path, begins):
    text = written(400)
    grow(store, log, text, [20_000, len(text) - 100], "Xen")
    assert max(begins) > 0
    same_as_whole(store, log, tmp_path, "Xen")
    begins.clear()
    grow(store, log, text, [len(text)], "KVM")
    assert max(begins) == 0


def test_a_log_that_did_not_grow_is_known_and_one_that_changed_is_read(store, log, begins):
    text = written(400)
    grow(store, log, text, [20_000, len(text)])
    segments = files.listed(store.folder, ".parquet")
    assert grow(store, log, text, [len(text)])[0].new == 0
    assert files.listed(store.folder, ".parquet") == segments
    begins.clear()
    log.write_bytes(text[100:] + text[:300])
    ingest(store, [str(log)])
    assert max(begins) == 0
    assert len(store.logs()) == 2


def test_what_another_ftpstats_read_and_an_experiment_are_read_wholly(store, log, begins, monkeypatch):
    text = written(400)
    grow(store, log, text, [20_000])
    monkeypatch.setattr("ftpstats.store.grown.__version__", "0.0")
    grow(store, log, text, [30_000])
    assert max(begins) == 0
    shutil.copy(SAMPLES / "days" / "day-1" / "FTP.json", log.with_name("FTP.json"))
    grow(store, log, text, [40_000])
    assert max(begins) == 0


def test_forgotten_relabelled_and_compacted_in_between(store, log, tmp_path, begins):
    text = written(600)
    grow(store, log, text, [20_000, 30_000])
    store.forget(store.logs())
    assert store.logs() == []
    assert compact.forgotten(store) == [str(log), str(log)]
    grow(store, log, text, [40_000])
    assert begins[-1] == 0
    grow(store, log, text, [50_000])
    assert compact.compact(store).after == 1
    grow(store, log, text, [55_000])
    assert begins[-1] > 40_000
    same_as_whole(store, log, tmp_path)
    store.relabel(store.logs(), "Xen")
    assert set(plain(store)["label"]) == {"Xen"}
    grow(store, log, text, [len(text)], "Xen")
    assert begins[-1] > 50_000
    same_as_whole(store, log, tmp_path, "Xen")
    assert compact.forgotten(store) == []
    compact.compact(store)
    assert len(files.listed(store.folder, ".parquet")) == 1
    assert changes.read_changes(store.folder) == []
    same_as_whole(store, log, tmp_path, "Xen")


def test_the_label_that_a_log_is_given_later_is_that_of_all_of_it(store, log):
    text = written(400)
    grow(store, log, text, [20_000, len(text)])
    (done,) = grow(store, log, text, [len(text)], "Xen")
    assert (done.transfers, done.new, done.replaced) == (400, 400, 400)
    assert plain(store)["label"].to_list() == ["Xen"] * 400
    compact.compact(store)
    assert plain(store)["label"].to_list() == ["Xen"] * 400


def test_what_was_added_without_what_it_continues_is_no_log_and_ingest_mends_it(store, log, tmp_path):
    text = written(400)
    grow(store, log, text, [20_000])
    (older,) = files.listed(store.folder, ".parquet")
    grow(store, log, text, [len(text)])
    older.unlink()
    assert store.logs() == []
    assert grow(store, log, text, [len(text)])[0].new == 400
    same_as_whole(store, log, tmp_path)
    compact.compact(store)
    same_as_whole(store, log, tmp_path)


@pytest.mark.parametrize("moment", ["forgotten before", "dropped before", "forgotten after"])
def test_what_becomes_of_a_log_while_it_is_read_on_does_not_hurt_it(store, log, tmp_path, monkeypatch, moment):
    text, real = written(400), put.write_segment
    grow(store, log, text, [20_000])

    def decide():
        store.forget(store.logs())
        if moment == "dropped before":
            compact.compact(store)

    def in_between(*arguments):
        monkeypatch.setattr(put, "write_segment", real)
        if moment.endswith("before"):
            decide()
        where = real(*arguments)
        if moment.endswith("after"):
            decide()
        return where

    monkeypatch.setattr(put, "write_segment", in_between)
    done = grow(store, log, text, [len(text)])
    if moment == "forgotten after":  # which is about all of it
        assert (done, store.logs()) == ([], [])
        return
    assert [(one.transfers, one.new) for one in done] == [(400, 400)]
    assert [one.older for one in store.logs()] == [None]
    same_as_whole(store, log, tmp_path)
    compact.compact(store)
    same_as_whole(store, log, tmp_path)


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@pytest.mark.parametrize("place", ["commit", "holds"])
def test_an_ingest_killed_before_or_after_it_commits(store, log, tmp_path, monkeypatch, place):
    text = written(400)
    grow(store, log, text, [20_000])

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(*((files, "_create") if place == "commit" else (Store, "holds")), killed)
        with pytest.raises(Killed):
            grow(store, log, text, [len(text)])
    assert plain(store).height == (400 if place == "holds" else 176)
    grow(store, log, text, [len(text)])
    same_as_whole(store, log, tmp_path)


def test_wherever_compacting_ends_the_log_is_whole_and_counts_once(store, log, tmp_path, monkeypatch):
    text = written(500)
    grow(store, log, text, [20_000, 30_000, 40_000])
    other = log.with_name("other.log")
    other.write_text("FTP-TEST 1 other\n102400 bytes received in 0.01 secs (8746.3 kB/s)\n")
    ingest(store, [str(other)])
    ingest(store, [str(log)], "Xen")
    before, real = plain(store), files.remove
    for allowed in range(8):
        left = allowed

        def remove(path):
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            real(path)

        copy = Store(tmp_path / f"copy{allowed}")
        shutil.copytree(store.folder, copy.folder)
        monkeypatch.setattr(compact, "remove", remove)
        if allowed < 5:
            with pytest.raises(Killed):
                compact.compact(copy)
        assert plain(copy).equals(before)
        monkeypatch.setattr(compact, "remove", real)
        compact.compact(copy)
        assert plain(copy).equals(before)
        assert len(files.listed(copy.folder, ".parquet")) == 1


def test_a_large_log_and_what_was_added_are_put_together(store, log, tmp_path, monkeypatch):
    text = written(400)
    grow(store, log, text, [20_000, len(text)])
    monkeypatch.setattr(compact, "ENOUGH", 100)
    assert compact.compact(store).after == 1
    same_as_whole(store, log, tmp_path)


def test_two_logs_may_continue_one(store, log, tmp_path):
    """Two processes read it at once, and it grew between."""
    text = written(500)
    grow(store, log, text, [20_000])
    two = Store(tmp_path / "two")
    shutil.copytree(store.folder, two.folder)
    grow(store, log, text, [30_000])
    grow(two, log, text, [len(text)])
    for path in files.listed(two.folder, ".parquet"):
        shutil.copy(path, store.folder)
    assert [one.entry.rows for one in linked(store.segments()) if one.older] == [263, 500]
    assert plain(store).equals(plain(two))
    compact.compact(store)
    assert plain(store).equals(plain(two))
    assert sorted(one.entry.rows for one in store.logs()) == [263, 500]


# In a process of its own.
INGEST = """
import sys
from pathlib import Path
from ftpstats.logs import many, source
from ftpstats.store import Store, ingest, put
source.BLOCK_SIZE, many._SMALL, put._LARGE = 6000, 1000, 20
ingest.ingest(Store(Path(sys.argv[1])), sys.argv[2:])
"""


def test_three_ingests_at_once_of_a_log_that_has_grown(store, log, tmp_path):
    text = written(400)
    grow(store, log, text, [20_000])
    log.write_bytes(text)
    running = [subprocess.Popen([sys.executable, "-c", INGEST, store.folder, str(log)]) for _ in range(3)]
    assert [process.wait() for process in running] == [0] * 3
    same_as_whole(store, log, tmp_path)
    compact.compact(store)
    same_as_whole(store, log, tmp_path)
    assert grow(store, log, text, [len(text)])[0].new == 0


def test_an_ingest_killed_at_any_moment_leaves_the_log_as_it_was_or_as_it_is(store, log, tmp_path):
    text = written(4000)
    grow(store, log, text, [len(text) // 2])
    before = plain(store).height
    log.write_bytes(text)
    held = set()
    for seed in range(4):
        copy = tmp_path / f"copy{seed}"
        shutil.copytree(store.folder, copy)
        process = subprocess.Popen([sys.executable, "-c", INGEST, copy, str(log)])
        wanted = [0, 1, 20_000, 2**40][seed]  # bytes more, whatever the clock says
        size = folder_size(copy)
        while process.poll() is None and folder_size(copy) < size + wanted:
            pass
        process.kill()
        process.wait()
        held.add(plain(Store(copy)).height)
        ingest(Store(copy), [str(log)])
        same_as_whole(Store(copy), log, tmp_path)
    assert held == {before, 4000}


def folder_size(folder):
    total = 0
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def test_anonymised_logs(store, log, tmp_path, begins):
    text = written(400)
    key = Anonymizer(b"0123456789abcdef")
    for size in (20_000, len(text)):
        log.write_bytes(text[:size])
        ingest(store, [str(log)], anonymizer=key)
    assert max(begins) > 0
    fresh = Store(tmp_path / "fresh")
    ingest(fresh, [str(log)], anonymizer=key)
    assert plain(store).equals(plain(fresh))
    assert entries(store) == entries(fresh)
