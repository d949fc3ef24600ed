"""Questions about a store that several processes answer: what one process says, byte for byte, and no table travels."""

import logging
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

import ftpstats
from ftpstats.api import by_workers, scaling
from ftpstats.api.shares import parts_of
from ftpstats.errors import MachineError, SelectionError, UsageError
from ftpstats.places import place
from ftpstats.present.export import answer_text
from ftpstats.present.terminal import Screen, render
from ftpstats.store import Store
from ftpstats.store.by_workers import apart
from ftpstats.workers import progress

ROOT = Path(__file__).parents[2]
# Clients and servers of all kinds, experiments whose settings differ, copies, logs that may be some, duets, tables.
FOLDERS = [
    *(f"sample_logs/{name}" for name in ("inetutils", "netkit", "tnftp", "days", "history", "duet", "vsftpd")),
    *(f"tests/data/records/{name}.log" for name in ("aria2c", "busybox", "busybox-tftp", "curl-v", "server-rsyncd")),
    *("tests/data/cases", "tests/data/records/server-vsftpd.xferlog"),
]


def at_once(label, begin, apart_by):
    """A server's log in which transfers of a second begin so many seconds apart."""
    return "".join(
        f"Mon Nov 30 10:{(begin + i * apart_by) // 60 % 60:02d}:{(begin + i * apart_by) % 60:02d} 2026 "
        f"{9 + i % 3} 10.0.0.{i % 4} 1048576 /{label}{i} b _ o r {label} ftp 0 * {'i' if i % 7 == 0 else 'c'}\n"
        for i in range(60)
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("analysis")
    for number, (label, every) in enumerate((("busy", 1), ("idle", 11), ("other", 3))):
        (folder / label).write_text(at_once(label, 100 * number, every))
    names = [str(path) for path in folder.iterdir()] + [str(ROOT / name) for name in FOLDERS]
    store = ftpstats.open_store(folder / "store")
    store.ingest(names, skip_bad=True)
    store.relabel("*netkit/RESULT.log", label="Netkit")
    return store


@pytest.fixture
def remote(filled, bucket):
    """The same store at a URL."""
    for path in Path(filled.folder).iterdir():
        (place(f"{bucket}/store") / path.name).write_bytes(path.read_bytes())
    return ftpstats.open_store(f"{bucket}/store")


def command(*words):
    return subprocess.run(
        [sys.executable, "-m", "ftpstats", *map(str, words)], capture_output=True, text=True, check=False
    )


def forms(found):
    """All that is shown of an answer."""
    wide = render(found.answer.parts, Screen(200, color=True, is_ascii=False, is_verbose=True))
    texts = [answer_text(form, found.answer, found.inputs) for form in ("csv", "markdown")]
    return found.to_json(), wide, *texts, found.notes, found.inputs, found.errors, repr(found)


def outcome(question, *asked, **options):
    """Every form of an answer, or what is wrong with the question."""
    try:
        return forms(question(*asked, **options))
    except (SelectionError, UsageError) as error:
        return type(error), str(error)


OF_SUMMARIES = [
    ((), {}),
    (("xen", "SOUTH", "busy"), {"unit": "MB/s"}),
    (("south", "north"), {"size": "10MB", "confidence": 0.9, "details": True}),
    ((), {"where": "bytes > 1000000", "as_printed": True}),
    ((), {"client": ["inetutils", "curl"]}),
    (("busy", "xen"), {"by": "client"}),
    ((), {"label_from": "direction", "all_tests": True, "size": "10MB"}),
    (("idle", "busy"), {"size": ["1MB", "3MB"]}),
]
OF_RATES = [
    ((), {}),
    ((), {"by": "hour", "time_zone": "Asia/Tokyo"}),
    (("other", "busy", "idle"), {"by": "peer", "unit": "Mbit/s"}),
    ((), {"by": "day", "time_zone": "UTC", "where": "hour(time) < 12"}),
    (("xen", "idle"), {"by": "label", "size": "1MB"}),
    (("upload",), {"label_from": "direction", "by": "client"}),
]
OF_LINES = [
    ((), {}),
    (("xen", "SOUTH", "north"), {"unit": "MB/s"}),
    (("Netkit", "xen"), {"as_printed": True, "confidence": 0.9}),
    (("busy", "idle"), {"size": ["1MB", "10MB"]}),
    ((), {"where": "bytes > 1000000", "client": ["inetutils", "curl"]}),
    (("xen", "XEN"), {}),
    (("upload",), {"label_from": "direction"}),
]
WRONG = [
    ((), {"client": "nobody"}),
    ((), {"where": "bytes = 7 and client = 'curl'"}),
    ((), {"where": "bytes = 'seven'"}),
    ((), {"size": "77MB"}),
    (("xen", "nobody"), {}),
    (("xen",), {"where": "label <> 'Xen'"}),
    (("xen", "busy"), {"size": "5KB"}),
    ((str(ROOT / "README.md"),), {}),
    ((5,), {}),
]


def test_labels_are_parted_by_what_their_logs_share(filled):
    logs = Store(filled.folder).chosen()
    parts = apart(logs, None, 100)
    assert len(parts) == 13
    assert sorted(map(str, (label for part in parts for label in part))) == sorted(
        {str(one) for log in logs for one in log.labels}
    )
    (of_xen,) = [part for part in parts if "Xen" in part]
    assert {"VMware", "Baseline"} <= {*of_xen}
    assert len(apart(logs, None, 3)) == 3
    assert apart(logs, ["Xen", "busy"], 100) == [("Xen",), ("busy",)]


@pytest.mark.parametrize(("labels", "options"), OF_SUMMARIES + WRONG)
def test_summaries_are_those_of_one_process(filled, scheduler, labels, options):
    alone = outcome(ftpstats.summarize, filled, *labels, **options)
    assert outcome(ftpstats.summarize, filled, *labels, **options, cluster=scheduler) == alone


@pytest.mark.parametrize(("labels", "options"), [*OF_RATES, WRONG[3], WRONG[4], WRONG[-1]])
def test_throughput_is_that_of_one_process(filled, scheduler, labels, options):
    alone = outcome(ftpstats.throughput, filled, *labels, **options)
    assert outcome(ftpstats.throughput, filled, *labels, **options, cluster=scheduler) == alone


def test_a_small_store_is_read_at_once(filled):
    assert len(parts_of(filled, (), 1)) == 13
    assert len(parts_of(filled, (), 1_000_000)) == 1


@pytest.mark.parametrize(("labels", "options"), OF_LINES + WRONG)
@pytest.mark.parametrize("question", [ftpstats.scaling, ftpstats.sample_size_for_scaling])
def test_lines_are_the_same_where_few_labels_are_read_at_once(filled, monkeypatch, question, labels, options):
    whole = outcome(question, filled, *labels, **options)
    monkeypatch.setattr(scaling, "_MOST_ROWS", 1)
    assert outcome(question, filled, *labels, **options) == whole


def test_labels_are_compared_over_all_parts(filled, scheduler):
    """What only several labels together show: more at once with one of them, other settings, other clients, doubts."""
    found = ftpstats.summarize(filled, cluster=scheduler)
    assert {"overlap-differs", "settings-differ", "clients-differ"} <= {one.code for one in found.warnings}
    assert [note for note in found.notes if "may be a copy of" in note]
    rates = ftpstats.throughput(filled, "busy", "idle", cluster=scheduler)
    assert "overlap-differs" in {one.code for one in rates.warnings}


def test_a_store_at_a_url_gives_the_same(filled, remote, scheduler):
    for question in (ftpstats.summarize, ftpstats.throughput):
        assert forms(question(remote, cluster=scheduler)) == forms(question(filled))


def test_workers_of_this_machine_and_commands_give_the_same(filled, scheduler):
    words = ("summary", "xen", "busy", "--store", filled.folder, "--format", "json")
    alone = ftpstats.summarize(filled, "xen", "busy")
    assert command(*words, "--workers", 1).stdout == alone.to_json()
    done = command("throughput", *words[1:], "--cluster", scheduler)
    assert (done.stdout, done.returncode) == (ftpstats.throughput(filled, "xen", "busy").to_json(), 0)


def test_no_table_travels(tmp_path, scheduler, travels):
    """What is sent are names, and what comes back are numbers: neither grows with a log."""
    sent, back = travels
    for label, times in (("A", 100), ("B", 100_000)):
        lines = (f"FTP-TEST {i} {label}\n102400 bytes received in 0.01 secs ({1 + i} kB/s)\n" for i in range(times))
        (tmp_path / f"{label}.log").write_text("".join(lines))
    store = ftpstats.open_store(tmp_path / "store")
    store.ingest([tmp_path / "A.log", tmp_path / "B.log"])
    for question in (ftpstats.summarize, ftpstats.throughput):
        question(store, cluster=scheduler)
    assert [work for work, _ in sent] == [by_workers._described] * 2 + [by_workers._measured] * 2
    assert max(size for _, size in sent) < 1000
    assert max(back) < 5000


def test_a_worker_that_is_killed_changes_nothing(filled, doomed):
    with Client(doomed, set_as_default=False) as client:
        victim = random.Random(7).choice([*client.run(os.getpid).values()])
    killed = threading.Event()

    def kill():
        while not killed.is_set():
            if progress.tasks:
                os.kill(victim, signal.SIGKILL)
                killed.set()

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    found = ftpstats.summarize(filled, cluster=doomed)
    assert killed.is_set()
    killer.join()
    assert found.to_json() == ftpstats.summarize(filled).to_json()


def test_a_task_that_ends_its_worker_is_one_line_that_names_its_labels(filled, server, monkeypatch):
    def ends(*_):
        os._exit(1)

    monkeypatch.setattr(by_workers, "_described", ends)
    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=1, threads_per_worker=1, **options) as cluster,
        pytest.raises(MachineError, match=r"^(Xen|busy): the worker that read it ended, 1 times in a row .*memory$"),
    ):
        ftpstats.summarize(filled, "xen", "busy", cluster=cluster.scheduler_address)


@pytest.mark.parametrize("question", ["summary", "throughput"])
def test_logs_are_to_be_ingested_first(question):
    done = command(question, "--from", ROOT / "sample_logs" / "days", "--workers", 2)
    said = "ftpstats: workers and cluster: several processes read a store, not logs; `ftpstats ingest` the logs first\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_the_hours_of_a_cluster_need_a_time_zone(filled):
    with pytest.raises(UsageError, match=r"^by hour: the workers of a cluster may be in another time zone; name yours"):
        ftpstats.throughput(filled, by="hour", cluster="tcp://127.0.0.1:9")
