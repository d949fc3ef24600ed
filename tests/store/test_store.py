"""The store stays whole: ingested twice, eight at once, killed, or on a full disk."""

import errno
import gzip
import json
import os
import re
import resource
import signal
import subprocess
import sys
import traceback
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ftpstats import __version__
from ftpstats.errors import InputError, MachineError
from ftpstats.logs.records import Options
from ftpstats.logs.together import read_logs
from ftpstats.parquet import write_parquet
from ftpstats.schema import SCHEMA, SCHEMA_VERSION
from ftpstats.store import Store
from ftpstats.store.ingest import ingest
from ftpstats.store.segments import COLUMNS

LABELS = ("Baseline", "Xen", "VMware")
PLATFORMS = [
    "".join(
        f"FTP-TEST {i} {label}\n200 PORT ok.\n150 Opening (102400 bytes).\n226 Transfer complete.\n"
        f"102400 bytes received in 0.01 secs (8{i:03d}.{len(label)} kB/s)\n"
        for i in range(1, 101)
    )
    for label in LABELS
]
RESULT = "FTP-TEST 1 Xen\n102400 bytes received in 0.01 secs (8746.3 kB/s)\n"

INGEST = """
import sys
from pathlib import Path
from ftpstats.store import Store
from ftpstats.store.ingest import ingest
ingest(Store(Path(sys.argv[1])), sys.argv[2:])
"""


@pytest.fixture
def store(tmp_path):
    """A store that is not there yet."""
    return Store(tmp_path / "store")


@pytest.fixture
def log(tmp_path):
    """Write a log and return its name."""

    def write(text, name="FTP.log"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def put(store, name, label=None, encoding=None):
    """Ingest one log; what is wrong with it is raised."""
    (done,) = ingest(store, [name], label, encoding)
    if isinstance(done, InputError):
        raise done
    return done


def filtered(text):
    return "".join(line for line in text.splitlines(keepends=True) if "FTP-TEST" in line or "secs" in line)


def files(store):
    return sorted(path.name for path in store.folder.glob("*"))


# The same transfers again


def test_the_thesiss_way_of_logging_gives_each_transfer_once_and_three_runs(store, log):
    full = "".join(PLATFORMS)
    news = [put(store, log("".join(PLATFORMS[: n + 1]))).new for n in range(3)]
    news.append(put(store, log(filtered(full), "RESULT.log")).new)
    news.append(put(store, log(gzip.compress(full.encode()), "FTP.log.gz")).new)
    assert news == [100, 100, 100, 0, 0]
    rows = store.read().rows
    assert rows.select("label", "iteration").is_unique().all()
    assert rows.height == 300
    assert rows.group_by("label", "run", maintain_order=True).len().rows() == [(label, 1, 100) for label in LABELS]
    assert set(rows["completion"]) == {"confirmed"}


def test_ingesting_twice_changes_nothing(store, log):
    name = log(PLATFORMS[0])
    first = put(store, name)
    before = (files(store), store.read().rows)
    second = put(store, name)
    assert (first.transfers, first.new, second.transfers, second.new) == (100, 100, 100, 0)
    assert files(store) == before[0]
    assert store.read().rows.equals(before[1])


def test_a_label_given_later_replaces_the_one_before(store, log):
    name = log(RESULT)
    done = [put(store, name, label) for label in (None, None, "Xen 3.2", "Xen 3.2", None)]
    assert [(each.transfers, each.new, each.replaced) for each in done] == [
        (1, 1, 0), (1, 0, 0), (1, 1, 1), (1, 0, 0), (1, 1, 1),
    ]  # fmt: skip
    put(store, name, label="Xen 3.2")
    assert store.read().rows["label"].to_list() == ["Xen 3.2"]


def test_another_encoding_reads_a_log_anew(store, log):
    name = log("FTP-TEST 1 Сервер\n102400 bytes received in 0.01 secs (8746.3 kB/s)\n".encode("cp866"))
    done = [put(store, name, None, encoding) for encoding in ("latin-1", "cp866", "cp866")]
    assert [(each.new, each.replaced) for each in done] == [(1, 0), (1, 1), (0, 0)]
    assert store.read().rows["label"].to_list() == ["Сервер"]
    assert len(files(store)) == 2


def test_one_log_in_two_time_zones_is_said(store, log):
    line = "Sun Nov  1 12:00:0{} 2026 1 192.0.2.1 5 /a b _ o r me ftp 0 * c\n"
    text = "".join(line.format(second) for second in range(5))
    first, again = log(text, "a.log"), log(text, "b.log")
    told = []
    for name, zone in ((first, "UTC"), (first, "UTC"), (first, "Asia/Tokyo"), (again, "UTC"), (again, "Asia/Tokyo")):
        [done] = ingest(store, [name], "server", None, Options(zone, None, None))
        told.append([said for said in done.assumed if "zone" in said or " read in " in said])
    assert told == [
        [],
        [],
        ["its local times were read in UTC before; now in Asia/Tokyo"],
        [f"{first} has the same bytes and was read in Asia/Tokyo: its records count too"],
        ["its local times were read in UTC before; now in Asia/Tokyo"],
    ]


UNSTAMPED = {
    "of known size": (",failed,100", 3), "of unknown size": (",failed,", 3), "with a time": ("2.5,confirmed,100", 3),
}  # fmt: skip


@pytest.mark.parametrize(("last", "new"), UNSTAMPED.values(), ids=UNSTAMPED)
def test_a_transfer_without_a_stamp_is_new_in_each_table(store, log, last, new):
    front, rows = (
        "label,time,seconds,completion,bytes\n",
        [f"a,2026-11-01T10:0{at}:00Z,{at},confirmed,100" for at in range(4)],
    )
    tables = [
        log(front + "\n".join([*part, f"a,,{last}"]) + "\n", f"{at}.csv")
        for at, part in enumerate((rows[:2], rows[2:]))
    ]
    assert [ingest(store, [name])[0].new for name in tables] == [3, new]
    assert store.read(None, None, "say").rows.height == 3 + new


@pytest.mark.parametrize("size", ["", "100"])
def test_a_failure_without_a_stamp_is_known_where_its_log_is(store, log, size):
    front = "label,time,seconds,completion,bytes\n"
    rows = [f"a,2026-11-01T10:0{at}:00Z,{at},confirmed,100" for at in range(4)]
    for at, (part, new) in enumerate(((rows[:2], 3), (rows[:3], 1), (rows, 1))):
        [done] = ingest(store, [log(front + "\n".join([*part, f"a,,,failed,{size}"]) + "\n", f"{at}.csv")])
        assert done.new == new
    assert store.read(None, None, "say").rows.height == 5


def test_new_transfers_are_those_that_no_log_before_held(store, log):
    """Also where what was there lies in two parts, and those overlap."""
    lines = filtered("".join(PLATFORMS)).splitlines(keepends=True)
    parts = {"a": lines[:200], "b": lines[100:300], "all": lines[:400], "more": lines[:500]}
    names = [log("".join(part), f"{name}.log") for name, part in parts.items()]
    done = ingest(store, names[:2])
    assert [each.new for each in done] == [100, 100]  # neither is a part of the other
    assert [each.new for each in ingest(store, names)] == [0, 0, 50, 50]
    assert store.read().rows.height == 250


def test_what_the_store_gives_is_what_reading_the_logs_gives(store, log):
    """Labels that were given, runs under them, copies, and only some of the labels."""
    full = "".join(PLATFORMS)
    names = [log(full), log(filtered(full), "RESULT.log"), log(filtered(full).replace("8", "7"), "day2.log")]
    ingest(store, names)
    ingest(store, [given := log(full, "given.log")], "VMware")
    alone = read_logs([*((name, None) for name in names), (given, "VMware")]).rows
    assert store.read().rows.equals(alone)
    assert store.labels() == ["Baseline", "Xen", "VMware"]
    for labels in (["Xen"], ["VMware", "Baseline"], [None]):
        wanted = alone.filter(pl.col("label").cast(pl.String).is_in(labels, nulls_equal=True))
        assert store.read(labels=labels).rows.equals(wanted)


def test_a_source_pattern_selects_logs(store, log):
    put(store, log(PLATFORMS[0], "a.log"))
    put(store, log(PLATFORMS[1], "b.log"))
    for pattern in ("*/b.log", "b*"):
        assert set(store.read(pattern).rows["label"]) == {"Xen"}
    with pytest.raises(InputError, match=r"no log matches --source 'c\*'.*a\.log.*b\.log"):
        store.read("c*")


# Faults


def test_a_store_that_is_not_there_or_empty_says_how_to_fill_it(store):
    for _ in range(2):
        with pytest.raises(InputError, match=f"^{store.folder}: the store is empty"):
            store.read()
        store.folder.mkdir(exist_ok=True)


BAD = {
    "empty": b"",
    "binary": bytes(100),
    "no transfer": b"no transfer here\n",
    "cut short": gzip.compress(RESULT.encode())[:-9],
    "wrong bits": gzip.compress(RESULT.encode())[:20] + b"\xff" * 99,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_log_is_the_inputs_fault_and_leaves_nothing_behind(store, log, text):
    name = log(text)
    with pytest.raises(InputError, match=f"^{name}: "):
        put(store, name)
    assert files(store) == []


def test_a_store_that_cannot_be_written_is_the_machines_fault(tmp_path, log):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MachineError, match=f"^{tmp_path / 'file'}: is a file; a store is a folder"):
        put(Store(tmp_path / "file"), log(RESULT))
    with pytest.raises(MachineError, match=f"^{tmp_path / 'file' / 'in'}: the store cannot be written"):
        put(Store(tmp_path / "file" / "in"), log(RESULT))


def foreign(path):
    pl.DataFrame({"a": [1]}).write_parquet(path)


def damaged(path):
    path.write_bytes(b"PAR1 and no more")


def alike(path):
    """With the right columns, but made by some other program."""
    rows = pl.concat([pl.read_parquet(other) for other in path.parent.glob("*.parquet")])
    rows.write_parquet(path)


def empty(path):
    pl.DataFrame(schema=SCHEMA).write_parquet(path)


def empty_of_ours(path):
    pl.DataFrame(schema=SCHEMA).write_parquet(path, metadata={"ftpstats.schema_version": str(SCHEMA_VERSION)})


@pytest.mark.parametrize("spoil", [foreign, damaged, alike, empty, empty_of_ours])
def test_a_file_that_is_none_of_the_stores_is_named(store, log, spoil):
    put(store, log(RESULT))
    spoil(store.folder / "other.parquet")
    for use in (store.read, lambda: put(store, log(RESULT))):
        with pytest.raises(InputError, match=f"^{store.folder / 'other.parquet'}: not a file of this store .*move it"):
            use()


def refused(path):
    raise PermissionError(errno.EACCES, f"Permission denied (os error 13): {path}")


@pytest.mark.parametrize(("what", "name"), [(pl, "read_parquet_metadata"), (pl.LazyFrame, "collect")])
def test_a_file_that_may_not_be_read_is_the_machines_fault(store, log, monkeypatch, what, name):
    put(store, log(RESULT))
    (path,) = store.folder.iterdir()
    monkeypatch.setattr(what, name, lambda *_, **__: refused(path))  # root may read everything
    with pytest.raises(MachineError, match=f"^{path}: cannot be read: Permission denied$"):
        store.read()


def test_a_store_that_may_not_be_read_is_the_machines_fault(store, log, monkeypatch):
    put(store, log(RESULT))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(MachineError, match=f"^{store.folder}: the store cannot be read: Permission denied$"):
        store.read()


def test_a_newer_schema_is_refused_by_name(store, log):
    put(store, log(RESULT))
    (path,) = store.folder.iterdir()
    pl.read_parquet(path).write_parquet(path, metadata={"ftpstats.schema_version": str(SCHEMA_VERSION + 1)})
    for use in (store.read, lambda: put(store, log(RESULT))):
        with pytest.raises(InputError, match=f"^{path}: written by a newer ftpstats .schema {SCHEMA_VERSION + 1}"):
            use()


# Other readers


def test_any_parquet_reader_sees_the_documented_columns_and_types(store, log):
    put(store, log(PLATFORMS[0]))
    table = pq.read_table(store.folder)
    text, integer, number = {pa.string(), pa.large_string()}, {pa.int64()}, {pa.float64()}
    # pyarrow 16 reads every dictionary with indices of 32 bits.
    words = {
        *(pa.dictionary(index, pa.string()) for index in (pa.uint32(), pa.int32())),
        pa.dictionary(pa.uint8(), pa.string(), ordered=True),
    }
    kinds = {
        pl.String: text, pl.Int64: integer, pl.Float64: number, pl.Datetime: {pa.timestamp("us", tz="UTC")},
        pl.Categorical: words, pl.Enum: words, pl.UInt32: {pa.uint32()}, pl.Binary: {pa.large_binary()},
    }  # fmt: skip
    for field in table.schema:
        assert field.type in kinds[COLUMNS[field.name].base_type()], field
    assert table.schema.names == COLUMNS.names()
    frame = table.to_pandas()
    assert len(frame) == 100
    assert frame["seconds"].between(0.01, 0.02).all()


def test_a_file_says_its_version_and_where_it_comes_from(store, log):
    name = log(RESULT)
    put(store, name)
    (path,) = store.folder.iterdir()
    said = pq.read_metadata(path).metadata
    assert said[b"ftpstats.schema_version"] == str(SCHEMA_VERSION).encode()
    assert re.fullmatch(
        rf"ftpstats {re.escape(__version__)}, \d{{4}}-\d\d-\S+Z: ingest", said[b"ftpstats.history"].decode()
    )
    (stored,) = json.loads(said[b"ftpstats.logs"])["logs"]
    assert (stored["name"], stored["rows"]) == (name, 1)


# At once, killed, and on a full disk


def test_eight_ingests_at_once_lose_nothing(store, log):
    full = "".join(PLATFORMS)
    names = [log(text, f"{i}.log") for i, text in enumerate([*PLATFORMS, full, filtered(full), *PLATFORMS])]
    running = [subprocess.Popen([sys.executable, "-c", INGEST, store.folder, name]) for name in names]
    assert [process.wait() for process in running] == [0] * 8
    assert len(files(store)) == 8
    assert all(name.endswith(".parquet") for name in files(store))
    rows = store.read().rows
    assert rows.group_by("label", maintain_order=True).len().rows() == [(label, 100) for label in LABELS]
    assert set(rows["completion"]) == {"confirmed"}


def test_a_sweep_between_making_a_file_and_locking_it_does_no_harm(store, log, monkeypatch):
    """What another ingest may do at the worst moment."""
    locks = []
    real = os.fstat

    def swept_once(descriptor):
        if not locks:
            locks.append(descriptor)
            for path in store.folder.glob("*.partial"):
                path.unlink()
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", swept_once)
    put(store, log(RESULT))
    assert locks
    monkeypatch.undo()
    assert store.read().rows.height == 1


LOOP = """
import sys
from pathlib import Path
from ftpstats.store import Store
from ftpstats.store.ingest import ingest
store = Store(Path(sys.argv[1]))
while True:
    for name in sys.argv[2:]:
        ingest(store, [name])
        print(flush=True)
"""


def kill_when(process, seen):
    """Kill a process once it has been seen doing something: no clock is asked."""
    while not seen():
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()


def writing(store, least):
    """Whether a partial file of at least so many bytes is there."""

    def seen():
        sizes = []
        for path in store.folder.glob("*.partial"):
            try:
                sizes.append(path.stat().st_size)
            except FileNotFoundError:
                continue
        return max(sizes, default=-1) >= least

    return seen


@pytest.mark.parametrize("least", [0, 1, 4, 10_000, 100_000])
def test_a_killed_ingest_leaves_the_store_whole_and_the_next_one_sweeps(store, log, least):
    known = log(RESULT, "known.log")
    put(store, known)
    large = log(
        "".join(f"FTP-TEST {i} Xen\n102400 bytes received in 0.01 secs ({i % 9973}.3 kB/s)\n" for i in range(200_000))
    )
    again = log(Path(large).read_text() + RESULT, "again.log")
    process = subprocess.Popen([sys.executable, "-c", LOOP, store.folder, large, again], stdout=subprocess.DEVNULL)
    kill_when(process, writing(store, least))
    assert store.read().rows.height in {1, 200_001, 200_002}
    put(store, known)
    assert all(name.endswith(".parquet") for name in files(store))
    for path in store.folder.iterdir():
        pq.read_table(path)


FULL_DISK = """
import sys
from pathlib import Path
from ftpstats import __version__
from ftpstats.errors import MachineError
from ftpstats.store import Store
from ftpstats.store.ingest import ingest
try:
    ingest(Store(Path(sys.argv[1])), [sys.argv[2]])
except MachineError as error:
    print(error)
"""


@pytest.mark.parametrize("room", [0, 100, 3000])
def test_a_full_disk_is_named_and_leaves_the_store_whole(store, log, room):
    put(store, log(RESULT, "known.log"))
    before = files(store)
    large = log("".join(PLATFORMS))
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, store.folder, large],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{store.folder}: the store cannot be written: ")
    assert (files(store), done.stderr) == (before, "")
    assert store.read().rows.height == 1
    put(store, large)
    assert store.read().rows.height == 301


def test_what_is_wrong_with_a_log_never_ends_a_thread_of_polars(tmp_path):
    # Such a thread may outlive the interpreter, which then ends in SIGBUS, once in twenty times.
    def frames():
        yield pl.DataFrame(schema=SCHEMA)
        raise InputError("cut short")

    with (tmp_path / "rows.parquet").open("wb") as file, pytest.raises(InputError, match="cut short") as caught:
        write_parquet(frames(), SCHEMA, "read it", file)
    assert not [frame for frame in traceback.extract_tb(caught.tb) if "polars" in frame.filename]
