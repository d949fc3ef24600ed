"""A large log put in parts is that log: its rows, what the index says of it, and what may be added to it."""

import gzip
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ftpstats.errors import MachineError
from ftpstats.logs import many, source
from ftpstats.logs.records import AS_FOUND
from ftpstats.store import Store, by_workers, files, parts, put
from ftpstats.store.anonymous import Anonymizer
from ftpstats.store.compact import compact
from ftpstats.store.ingest import ingest
from ftpstats.workers import Crew, _tried
from tests.store.test_grown import LOGS, entries, plain, unit_settled, written
from tests.transcripts import transcript


class InTurn(Crew):
    """Tasks are done by this process, and may be done twice; what does not travel to another is not there."""

    size = 2

    def __init__(self, times=1):
        super().__init__()
        self.works, self._times = [], times

    def each(self, work, tasks):
        self.works += [task[0].__name__ if work is parts._do else work.__name__ for task in tasks]
        for _ in range(self._times - 1):
            for task in tasks:
                _tried(work, task)
        return super().each(work, tasks)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(source, "BLOCK_SIZE", 3000)
    monkeypatch.setattr(many, "_SMALL", 1000)
    monkeypatch.setattr(put, "_LARGE", 20)
    monkeypatch.setattr(by_workers, "_LARGE", (2000, 9000))


def both(folder, log, *, times=1, **how):
    """The store that one process fills, and that of workers; and what they did."""
    one, many_ = Store(folder / "one"), Store(folder / "many")
    crew = InTurn(times)
    told = ingest(one, [str(log)], **how)
    assert ingest(many_, [str(log)], crew=crew, **how) == told
    return one, many_, crew.works


def are_same(one, other):
    assert plain(other).equals(plain(one))
    assert entries(other) == entries(one)
    assert [log.skeleton.tolist() for log in other.copies(other.logs())[0]] == [
        log.skeleton.tolist() for log in one.copies(one.logs())[0]
    ]
    assert {path.suffix for path in other.folder.iterdir()} == {".parquet"}


HEADERS = st.tuples(
    st.sampled_from(["Xen", "VMware", "Base line", ""]),
    st.integers(1, 6),
    st.sampled_from(["result", "result", "result", "failure", "nothing", "two", "odd"]),
)
BODIES = {
    "result": "226 Transfer complete.\n102400 bytes received in 0.01 secs (8746.3 kB/s)\n",
    "failure": "550 Failed to open file.\n",
    "nothing": "",
    "two": "102400 bytes received in 0.01 secs (8746.3 kB/s)\n1024 bytes sent in 0.02 secs (50 kB/s)\n",
    "odd": "what is this\n",
}


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(HEADERS, min_size=60, max_size=120), st.sampled_from(["", "hello\n", BODIES["result"]]))
def test_any_log(tmp_path_factory, attempts, start):
    by_workers._LARGE = (0, 600)  # `small` puts it back
    folder = tmp_path_factory.mktemp("log")
    text = start + "".join(f"FTP-TEST {n} {label}\n{BODIES[body]}" for label, n, body in attempts) + BODIES["result"]
    log = folder / "FTP.log"
    log.write_text(text)
    one, other, works = both(folder, log)
    assert "_read" in works
    are_same(one, other)


@pytest.mark.parametrize("name", LOGS)
def test_a_log(tmp_path, name):
    log = tmp_path / "FTP.log"
    log.write_bytes(LOGS[name][:40_000])
    one, other, works = both(tmp_path, log)
    are_same(one, other)
    is_whole = name == "lone" or name.endswith("20480.00")
    assert ("_place" in works) != is_whole


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (gzip.compress(written(400)), {}),
        (written(400).decode().encode("utf-16"), {}),
        (written(400).replace(b"complete", "complété".encode("cp1252")), {}),
        (written(400) + "226 complété\n".encode("cp1252"), {}),
        (written(400), {"encoding": "latin-1"}),
        (unit_settled(499, "20480.00"), {}),
        (b"".join(b"102400 bytes received in 0.01 secs (%d.3 kB/s)\n" % n for n in range(900)), {}),
        (
            b"".join(
                b"Mon Nov 30 12:%02d:%02d 2026 1 ::1 102400 /a b _ o a x ftp 0 * c\n" % (n // 60, n % 60)
                + (b"FTP-TEST 1 a\n" if n > 100 else b"")
                for n in range(900)
            ),
            {"options": replace(AS_FOUND, time_zone="UTC")},
        ),
    ],
    ids=["gzip", "UTF-16", "code page", "code page at the end", "encoding", "unit", "no headers", "records"],
)
def test_what_cannot_be_put_in_parts_is_read_as_a_whole(tmp_path, text, how):
    log = tmp_path / "FTP.log"
    log.write_bytes(text)
    one, other, works = both(tmp_path, log, **how)
    are_same(one, other)
    assert "_place" not in works


@pytest.mark.parametrize(
    "how", [{"anonymizer": Anonymizer(b"k" * 32)}, {"label": "given"}, {"times": 2}], ids=["hashed", "label", "twice"]
)
def test_names_may_be_hashed_a_label_given_and_each_task_done_twice(tmp_path, how):
    log = tmp_path / "FTP.log"
    log.write_bytes(written(400))
    one, other, works = both(tmp_path, log, **how)
    are_same(one, other)
    assert "_place" in works


def test_a_log_that_was_put_in_parts_may_grow_and_be_put_together(tmp_path):
    log = tmp_path / "FTP.log"
    text = written(800)
    log.write_bytes(text[: text.rfind(b"FTP-TEST", 0, 40_000)])
    one, other, _ = both(tmp_path, log)
    log.write_bytes(text)
    for store, crew in ((one, {}), (other, {"crew": InTurn()})):
        (done,) = ingest(store, [str(log)], **crew)
        assert 0 < done.new < done.transfers
    are_same(one, other)
    assert [entry for log in other.logs() for entry in [log.entry.continues]] != [None]
    compact(other)
    are_same(one, other)
    (again,) = ingest(other, [str(log)], crew=InTurn())
    assert again.new == 0


@pytest.mark.parametrize("work", ["_read", "_place", "digests_of"])
def test_where_a_part_is_lost_the_log_is_read_as_a_whole(tmp_path, work, monkeypatch):
    log = tmp_path / "FTP.log"
    log.write_bytes(written(400))
    real, tries = getattr(parts, work), []

    def lost(*arguments):
        tries.append(1)
        return None if len(tries) == 2 or work == "digests_of" else real(*arguments)

    lost.__name__ = work
    monkeypatch.setattr(parts, work, lost)
    one, other = Store(tmp_path / "one"), Store(tmp_path / "many")
    ingest(one, [str(log)])
    crew = InTurn()
    ingest(other, [str(log)], crew=crew)
    assert crew.works[-1] == "put"
    assert plain(other).equals(plain(one))
    assert [entry["digest"] for entry in entries(other)] == [entry["digest"] for entry in entries(one)]


@pytest.mark.parametrize("seen", range(5))
def test_nothing_of_a_log_is_there_until_all_is(tmp_path, seen, monkeypatch):
    """Whoever is killed between two parts leaves a store in which the log is not."""
    log = tmp_path / "FTP.log"
    log.write_bytes(written(400))
    real, tries = parts.write_segment, []

    def killed(*arguments):
        tries.append(1)
        if len(tries) > seen:
            raise MachineError("killed")
        return real(*arguments)

    monkeypatch.setattr(parts, "write_segment", killed)
    store = Store(tmp_path / "store")
    try:
        ingest(store, [str(log)], crew=InTurn())
    except MachineError:
        assert store.logs() == []
        monkeypatch.setattr(parts, "write_segment", real)
        (done,) = ingest(store, [str(log)], crew=InTurn())
        assert done.new == done.transfers == 400
    (stored,) = store.logs()
    assert (stored.entry.rows, store.read().rows.height) == (400, 400)


def test_whoever_compacts_meanwhile_loses_nothing(tmp_path, monkeypatch):
    log = tmp_path / "FTP.log"
    log.write_bytes(written(400))
    other = tmp_path / "other.log"
    other.write_text(transcript("other", 30, 5))
    store = Store(tmp_path / "store")
    ingest(store, [str(other)])
    real, tries = parts.write_segment, []

    def after_compacting(*arguments):
        tries.append(1)
        if len(tries) == 3:
            compact(store)
        return real(*arguments)

    monkeypatch.setattr(parts, "write_segment", after_compacting)
    (done,) = ingest(store, [str(log)], crew=InTurn())
    assert done.new == 400
    assert store.read().rows.height == 430


def test_what_waits_for_a_day_is_removed(tmp_path, monkeypatch):
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    (store.folder / f"old{files.WAITING}").touch()
    log = tmp_path / "FTP.log"
    log.write_bytes(written(400))
    ingest(store, [str(log)], crew=InTurn())
    assert (store.folder / f"old{files.WAITING}").exists()
    monkeypatch.setattr(files, "_DAY", -1)
    log.rename(tmp_path / "again.log")
    ingest(store, [str(tmp_path / "again.log")], crew=InTurn())
    assert not (store.folder / f"old{files.WAITING}").exists()


def test_a_log_that_became_shorter_is_said(tmp_path):
    log = tmp_path / "FTP.log"
    log.write_bytes(written(10))
    with pytest.raises(many.InputError, match="became shorter while it was read"):
        many.digests_of(str(log), [10, 10_000])


def test_cuts_are_at_headers(tmp_path):
    log = tmp_path / "FTP.log"
    text = written(400)
    log.write_bytes(text)
    *cuts, end = source.cuts_of(str(log), 0, 5000)
    assert end == len(text)
    assert len(cuts) == len(text) // 5000 or len(cuts) == len(text) // 5000 - 1
    assert all(text[cut:].startswith(b"FTP-TEST") for cut in cuts)
    assert source.cuts_of(str(log), len(text) + 1, 5000) == []
    assert pl.Series(cuts).is_sorted()
