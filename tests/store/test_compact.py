"""Forgetting, relabelling, and putting a store together: nothing is lost on the way, wherever it ends."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from ftpstats.errors import InputError
from ftpstats.store import Store, compact, files
from ftpstats.store.changes import read_changes
from ftpstats.store.compact import forgotten
from ftpstats.store.ingest import ingest

DATA = Path(__file__).parents[1] / "data" / "store-0.1.0"


def text(label, first, times=20):
    return "".join(
        f"FTP-TEST {i} {label}\n102400 bytes received in 0.01 secs ({first + i}.3 kB/s)\n" for i in range(1, times + 1)
    )


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Five segments: four logs, one of them put in under two labels."""
    monkeypatch.chdir(tmp_path)
    store = Store(Path("store"))
    for number, name in enumerate(("a.log", "b.log", "c.log", "d.log")):
        Path(name).write_text(text("Xen", 1000 * number))
        ingest(store, [name])
    ingest(store, ["d.log"], "KVM")
    return store


def labels(store):
    """By log, the labels that its transfers count under, and how many there are."""
    rows = store.read().rows.group_by(pl.col("source", "label").cast(pl.String)).len()
    return {source: (label, count) for source, label, count in rows.iter_rows()}


def plain(store):
    return store.read().rows.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def suffixes(store):
    return sorted("".join(path.suffixes) for path in store.folder.iterdir())


def test_a_forgotten_log_is_out_and_back_when_it_is_ingested_again(store):
    store.forget(store.chosen("a.log"))
    assert sorted(labels(store)) == ["b.log", "c.log", "d.log"]
    assert forgotten(store) == ["a.log"]
    (done,) = ingest(store, ["a.log"])
    assert (done.transfers, done.new, done.replaced) == (20, 20, 0)
    assert labels(store)["a.log"] == ("Xen", 20)
    assert forgotten(store) == []


def test_a_log_has_the_label_that_it_was_given_last_and_its_own_again(store):
    for label, expected in (("one", "one"), ("two", "two"), (None, "Xen"), ("three", "three")):
        store.relabel(store.chosen("b.log"), label)
        assert labels(store)["b.log"] == (expected, 20)
    store.relabel(store.chosen("d.log"), None)
    assert labels(store)["d.log"] == ("Xen", 20)


def test_ingesting_a_relabelled_log_again_gives_it_what_ingest_says(store):
    store.relabel(store.chosen("b.log"), "KVM")
    (done,) = ingest(store, ["b.log"])
    assert (done.new, done.replaced) == (20, 20)
    assert labels(store)["b.log"] == ("Xen", 20)


def test_decisions_hold_whatever_the_clock_says(store, monkeypatch):
    monkeypatch.setattr("time.time_ns", lambda: 1)
    store.relabel(store.chosen("b.log"), "one")
    store.relabel(store.chosen("b.log"), "two")
    assert labels(store)["b.log"] == ("two", 20)
    store.forget(store.chosen("b.log"))
    ingest(store, ["b.log"])
    assert labels(store)["b.log"] == ("Xen", 20)


def decided(store):
    store.forget(store.chosen("a.log"))
    for label in ("one", "two", "three"):
        store.relabel(store.chosen("b.log"), label)


def test_compacting_leaves_one_segment_with_the_same_rows(store):
    decided(store)
    before = plain(store)
    done = compact.compact(store)
    assert (done.before, done.after) == (9, 1)
    assert suffixes(store) == [".parquet"]
    assert plain(store).equals(before)
    assert [log.given for log in store.logs()] == ["three", None, "KVM"]
    assert forgotten(store) == []
    again = [path.stat().st_mtime_ns for path in store.folder.iterdir()]
    assert compact.compact(store) == compact.Compacted(1, 1)
    assert [path.stat().st_mtime_ns for path in store.folder.iterdir()] == again


def test_compacting_keeps_which_log_a_table_is_of(store):
    rows = "".join(f"a.log,{line},Xen,0.0{line}\n" for line in range(1, 6))
    Path("table.csv").write_text(f"source,line,label,seconds\n{rows}")
    ingest(store, ["table.csv"])
    before = [log.entry.of for log in store.logs()]
    assert "a.log" in before
    compact.compact(store)
    assert [log.entry.of for log in store.logs()] == before


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


def test_wherever_compacting_ends_each_log_counts_once(store, monkeypatch):
    """Before each file that it deletes; and the files of one moment go in any order."""
    decided(store)
    before = plain(store)
    real, ended = files.remove, 0
    for allowed in range(20):
        left = allowed

        def remove(path):
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            real(path)

        folder = store.folder.with_name(f"copy{allowed}")
        shutil.copytree(store.folder, folder)
        copy = Store(folder)
        monkeypatch.setattr(compact, "remove", remove)
        try:
            compact.compact(copy)
        except Killed:
            ended += 1
            assert plain(copy).equals(before)
            monkeypatch.setattr(compact, "remove", real)
            compact.compact(copy)
        assert plain(copy).equals(before)
        assert suffixes(copy) == [".parquet"]
    assert ended == 9


def test_a_decision_made_while_the_store_is_put_together_holds(store, monkeypatch):
    real = compact.write_segment

    def write(*arguments):
        store.relabel(store.chosen("c.log"), "later")
        real(*arguments)

    monkeypatch.setattr(compact, "write_segment", write)
    compact.compact(store)
    assert labels(store)["c.log"] == ("later", 20)
    monkeypatch.setattr(compact, "write_segment", real)
    compact.compact(store)
    assert labels(store)["c.log"] == ("later", 20)
    assert read_changes(store.folder) == []


def test_a_log_put_in_meanwhile_is_neither_lost_nor_counted_twice(store, monkeypatch):
    Path("e.log").write_text(text("Xen", 5000))
    real = compact.write_segment

    def write(*arguments):
        ingest(store, ["e.log"])
        real(*arguments)

    monkeypatch.setattr(compact, "write_segment", write)
    compact.compact(store)
    assert labels(store)["e.log"] == ("Xen", 20)
    assert len(labels(store)) == 5


def test_a_large_segment_without_anything_dead_stays(store, monkeypatch):
    monkeypatch.setattr(compact, "ENOUGH", 80)
    Path("large.log").write_text(text("Xen", 5000, 40))
    ingest(store, ["large.log"])
    (large,) = [log.segment.path for log in store.logs() if log.entry.name == "large.log"]
    for label in ("one", "two"):
        store.relabel(store.chosen("large.log"), label)
        store.relabel(store.chosen("a.log"), label)
    before = plain(store)
    compact.compact(store)
    assert large.exists()
    assert len(store.segments()) == 2
    assert plain(store).equals(before)
    store.forget(store.chosen("large.log"))
    compact.compact(store)
    assert not large.exists()
    assert read_changes(store.folder) == []


def test_a_file_that_goes_while_the_store_is_read_is_looked_for_anew(store, monkeypatch):
    before = plain(store)
    real, done = Store.copies, []

    def copies(self, *arguments):
        if not done:
            done.append(compact.compact(store))
        return real(self, *arguments)

    monkeypatch.setattr(Store, "copies", copies)
    assert plain(store).equals(before)
    assert done


def test_what_0_1_0_stored_is_written_anew(tmp_path):
    shutil.copytree(DATA / "store", tmp_path / "store")
    store = Store(tmp_path / "store")
    (tmp_path / "one").mkdir()
    shutil.copy(next((DATA / "store").iterdir()), tmp_path / "one")
    for each in (store, Store(tmp_path / "one")):
        before = plain(each)
        compact.compact(each)
        assert plain(each).equals(before)
        assert [segment.version for segment in each.segments()] == [2]
        assert compact.compact(each) == compact.Compacted(1, 1)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version": 2, "logs": [1]}'])
def test_a_damaged_decision_is_named(store, text):
    path = store.folder / "x.change.json"
    path.write_text(text)
    with pytest.raises(InputError, match=f"^{path}: not a file of this store .*; move it away$"):
        store.read()


def test_a_newer_decision_is_refused_by_name(store):
    path = store.folder / "x.change.json"
    path.write_text('{"schema_version": 3, "anything": 1}')
    with pytest.raises(InputError, match=f"^{path}: written by a newer ftpstats"):
        store.read()
