"""The store stays whole: killed at random moments, on a disk that is really full, filled by eight at once."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys

import polars as pl
import pytest

from ftpstats.errors import InputError
from ftpstats.store import Store
from ftpstats.store.ingest import ingest
from tests.transcripts import transcript

SMALL, LARGE = 60, 12_000  # logs of 20 transfers, and transfers of the log that has a segment of its own

# In a process of its own: small segments, so that one call commits many.
INGEST = """
import sys
from pathlib import Path
from ftpstats.logs import many
from ftpstats.store import Store, ingest as module, put
put.ENOUGH, put._LARGE, many._TOGETHER = 200, 5000, 4000
module.ingest(Store(Path(sys.argv[1])), sys.argv[2:])
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Logs that have nothing in common, by name how many transfers each has."""
    folder = tmp_path_factory.mktemp("logs")
    made = {}
    for number in range(SMALL + 1):
        times = LARGE if number == SMALL // 2 else 20
        path = folder / f"{number:03d}.log"
        path.write_text(transcript(f"label{number % 7}", times, 1000 * number))
        made[str(path)] = times
    return made


def held(store):
    """How many transfers of each log the store gives."""
    try:
        rows = store.read().rows
    except InputError as error:
        assert "the store is empty" in str(error)  # noqa: PT017 - killed before the first commit
        return {}
    assert rows.select("source", "line").is_duplicated().sum() == 0
    return dict(rows.group_by(pl.col("source").cast(pl.String)).len().iter_rows())


def size(folder):
    total = 0
    for path in folder.glob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def killed_and_whole(folder, logs, seed):
    """Kill an ingest when the store has grown to a random size: no clock is asked, and whenever it is, all holds."""
    store = Store(folder)
    randomly = random.Random(seed)
    moment = randomly.randrange(150_000) if seed % 2 else randomly.randrange(5_000)
    process = subprocess.Popen([sys.executable, "-c", INGEST, folder, *logs])
    while process.poll() is None and size(folder) <= moment:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = held(store)
    assert all(logs[name] == transfers for name, transfers in found.items())  # each wholly or not at all
    done = ingest(store, list(logs))
    assert {one.source: one.transfers for one in done} == logs
    assert sum(one.new for one in done) == sum(logs.values()) - sum(found.values())
    assert held(store) == logs
    assert all(path.suffix == ".parquet" for path in folder.iterdir())
    return len(found)


@pytest.mark.parametrize("seed", range(20))
def test_an_ingest_killed_at_any_moment_leaves_each_log_wholly_or_not_at_all(tmp_path, logs, seed):
    killed_and_whole(tmp_path / "store", logs, seed)


@pytest.mark.long
def test_two_hundred_kills(tmp_path, logs):
    left = [killed_and_whole(tmp_path / str(seed), logs, seed) for seed in range(20, 220)]
    assert {0, len(logs)} != set(left)  # some were killed between two commits


FULL = """
import json, resource, subprocess, sys
from pathlib import Path
from ftpstats.errors import MachineError
from ftpstats.logs import many
from ftpstats.store import Store, ingest as module, put
put.ENOUGH, put._LARGE, many._TOGETHER = 200, 5000, 4000
disk, known, *logs = sys.argv[1:]
mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], capture_output=True).returncode == 0
filler = Path(disk) / "filler"

def leave(room):
    if mounted:
        filler.write_bytes(bytes(max(0, 960_000 - room)))
    else:  # no disk of its own: files that may not grow are the nearest
        resource.setrlimit(resource.RLIMIT_FSIZE, (room // 2, resource.RLIM_INFINITY))

def free():
    filler.unlink(missing_ok=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

outcomes = []
for level in range(50):
    store = Store(Path(disk) / f"store{level}")
    module.ingest(store, [known])
    leave(11_000 * level)
    try:
        module.ingest(store, logs)
        said = None
    except MachineError as error:
        said = str(error).removeprefix(str(store.folder))
    free()
    held = dict(store.read().rows.group_by("source").len().iter_rows())
    partial = [path.name for path in store.folder.iterdir() if path.suffix != ".parquet"]
    module.ingest(store, logs)
    after = dict(store.read().rows.group_by("source").len().iter_rows())
    outcomes.append([said, held, partial, after])
    for path in store.folder.iterdir():
        path.unlink()
print(json.dumps([mounted, outcomes]))
"""
_FULL = {
    None,
    ": the store cannot be written: No space left on device",
    ": the store cannot be written: File too large",
}


def test_a_disk_that_is_full_at_any_level_is_named_and_leaves_the_store_whole(tmp_path, logs):
    disk, known = tmp_path / "disk", tmp_path / "known.log"
    disk.mkdir()
    known.write_text(transcript("known", 3, 0))
    chosen = {name: logs[name] for name in list(logs)[::2]}
    # A small disk in a mount namespace, which the system takes away with the process, whoever we are.
    private = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    may = (
        shutil.which("unshare") and not subprocess.run([*private, "true"], capture_output=True, check=False).returncode
    )
    command = [*(private if may else ()), sys.executable, "-c", FULL, disk, known, *chosen]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    mounted, outcomes = json.loads(done.stdout)
    assert len(outcomes) == 50
    everything = {str(known): 3, **chosen}
    full = 0
    for said, found, partial, after in outcomes:
        assert said in _FULL
        full += said is not None
        assert found.items() <= everything.items()
        assert found == everything or said is not None
        assert found[str(known)] == 3
        assert (partial, after) == ([], everything)
    assert 5 < full < 50
    if mounted:  # full in the middle of it, too
        assert len({len(found) for _, found, _, _ in outcomes}) > 3


def test_eight_ingests_at_once_of_the_same_logs_lose_and_double_nothing(tmp_path, logs):
    folder = tmp_path / "store"
    names = list(logs)
    parts = [names[start : start + 40] for start in range(0, 24, 3)]
    running = [subprocess.Popen([sys.executable, "-c", INGEST, folder, *part]) for part in parts]
    assert [process.wait() for process in running] == [0] * 8
    expected = {name: logs[name] for part in parts for name in part}
    assert held(Store(folder)) == expected
    assert sum(one.new for one in ingest(Store(folder), list(expected))) == 0
