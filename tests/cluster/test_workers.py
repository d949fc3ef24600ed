"""Logs read by several processes: the same rows and answers as by one, whatever becomes of a process."""

import logging
import os
import pickle
import random
import re
import signal
import threading
from dataclasses import replace
from pathlib import Path

import dask
import polars as pl
import pytest
from distributed import Client, LocalCluster, Security

import ftpstats
from ftpstats.errors import InputError, MachineError, UsageError
from ftpstats.places import place
from ftpstats.store import Store, by_workers, parts, put
from ftpstats.store.put import Call
from ftpstats.workers import progress
from tests.transcripts import transcript

from .conftest import KEY, SECRET

ROOT = Path(__file__).parents[2]
SAMPLES = [str(ROOT / "sample_logs" / name) for name in ("inetutils", "netkit", "tnftp", "days", "vsftpd")]


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Logs that have nothing in common, by name how many transfers each has."""
    folder = tmp_path_factory.mktemp("logs")
    made = {}
    for number in range(32):
        times = 12_000 if number == 16 else 20
        path = folder / f"{number:03d}.log"
        path.write_text(transcript(f"label{number % 7}", times, 1000 * number))
        made[str(path)] = times
    return made


def said(store):
    """The answers of the store as JSON, without where it is."""
    opened = ftpstats.open_store(str(store.folder))
    found = [ftpstats.summarize(opened), ftpstats.throughput(opened), ftpstats.compare(opened, "xen", "vmware")]
    return [re.sub(r'"[^"]*store"', '"store"', one.to_json()) for one in found]


def ingested(folder, names, **how):
    store = ftpstats.open_store(str(folder))
    return Store(place(str(folder))), store.ingest(names, skip_bad=True, **how)


def outcome(done):
    return [str(one) if isinstance(one, InputError) else one for one in done]


def test_rows_and_answers_are_those_of_one_process(tmp_path, bucket, scheduler, logs):
    """On this machine and at a URL, of all kinds of logs, and of bad ones."""
    bad = tmp_path / "bad.log"
    bad.write_text("hello\n")
    names = [*SAMPLES, str(bad), str(tmp_path / "none.log"), *logs]
    one, told = ingested(tmp_path / "one" / "store", names)
    for folder, how in (
        (tmp_path / "two" / "store", {"cluster": scheduler}),
        (f"{bucket}/store", {"cluster": scheduler}),
        (tmp_path / "three" / "store", {"workers": 2}),
    ):
        many, told_too = ingested(folder, names, **how)
        assert outcome(told_too) == outcome(told)
        assert many.read().rows.equals(one.read().rows)
        assert said(many) == said(one)
        _, again = ingested(folder, names, **how)
        assert sum(done.new for done in again if not isinstance(done, InputError)) == 0
        assert many.read().rows.height == one.read().rows.height


def test_so_are_those_of_a_log_of_a_million_transfers(tmp_path, bucket, scheduler):
    large = tmp_path / "large.log"
    large.write_text(transcript("Xen", 500_000, 0) + transcript("VMware", 500_000, 3))
    one, _ = ingested(tmp_path / "store", [str(large)])
    many, _ = ingested(f"{bucket}/store", [str(large)], cluster=scheduler)
    assert many.read().rows.equals(one.read().rows)
    assert said(many) == said(one)


def test_a_log_in_parts_is_that_of_one_process(tmp_path, bucket, scheduler, monkeypatch, travels):
    """Each worker reads a part of it, on this machine and at a URL; neither what is sent nor what comes back grows."""
    monkeypatch.setattr(by_workers, "_LARGE", (2_000_000, 1_000_000))
    text = (transcript("Xen", 60_000, 0) + transcript("VMware", 60_000, 3)).encode()
    log = tmp_path / "large.log"
    log.write_bytes(text)
    url = place(f"{bucket}/logs/large.log")
    url.write_bytes(text)
    sent, back = travels
    one, told = ingested(tmp_path / "one" / "store", [str(log)])
    for name, folder in ((str(log), tmp_path / "two" / "store"), (str(url), f"{bucket}/store")):
        many, told_too = ingested(folder, [name], cluster=scheduler)
        assert [replace(done, source="") for done in told_too] == [replace(done, source="") for done in told]
        assert many.read().rows.drop("source").equals(one.read().rows.drop("source"))
        assert {path.suffix for path in many.folder.iterdir()} == {".parquet"}
        assert len(many.segments()) == len(text) // 1_000_000  # the rest is the last part's
    assert {work for work, _ in sent} == {put.put, parts._do}
    assert max(size for _, size in sent) < 3000 > max(back)


def test_a_log_that_fails_leaves_the_others_and_is_named(tmp_path, scheduler, logs):
    bad = tmp_path / "000-bad.log"
    bad.write_text("hello\n")
    store, done = ingested(tmp_path / "store", [str(bad), *logs], cluster=scheduler)
    assert str(done[0]).startswith(f"{bad}: no transfer in its 1 line")
    assert store.read().rows.height == sum(logs.values())


def test_the_same_logs_by_two_clients_at_once_count_once(tmp_path, scheduler, logs):
    threads = [
        threading.Thread(target=ingested, args=(tmp_path / "store", list(logs)), kwargs={"cluster": scheduler})
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Store(tmp_path / "store").read().rows.height == sum(logs.values())


def pids(scheduler):
    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2)
        return [*client.run(os.getpid).values()]


@pytest.mark.parametrize("seed", range(20))
def test_a_worker_killed_at_any_moment_loses_and_doubles_nothing(tmp_path, bucket, doomed, logs, seed):
    """When as many objects are in the store, or as many parts done, as chance says: no clock is asked."""
    randomly = random.Random(seed)
    folder = f"{bucket}/store" if seed % 4 == 0 else str(tmp_path / "store")
    moment, worker = randomly.randrange(16), randomly.choice(pids(doomed))
    ended, killed = threading.Event(), []

    def kill():
        while not ended.is_set():
            reached = progress.done if seed % 2 else len([*place(folder).glob("*")])
            if progress.tasks and reached >= moment:
                os.kill(worker, signal.SIGKILL)
                killed.append(worker)
                return

    killer = threading.Thread(target=kill)
    killer.start()
    store, done = ingested(folder, list(logs), cluster=doomed)
    ended.set()
    killer.join()
    assert {one.source: one.transfers for one in done} == logs
    rows = store.read().rows
    assert dict(rows.group_by(pl.col("source").cast(pl.String)).len().iter_rows()) == logs
    assert len(store.logs()) == len(logs)
    assert {path.suffix for path in store.folder.iterdir()} == {".parquet"}


def test_a_worker_above_its_memory_limit_is_one_line_that_names_the_log(tmp_path, server, capfd):
    (tmp_path / "good.log").write_text(transcript("Xen", 20, 0))
    table = tmp_path / "wide.csv"
    rows = range(3_000_000)
    pl.DataFrame({"seconds": [i + 0.5 for i in rows], "label": [f"label {i % 7}" for i in rows]}).write_csv(table)
    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    settings = {"distributed.scheduler.allowed-failures": 1, "distributed.worker.memory.monitor-interval": "20ms"}
    with (
        dask.config.set(settings),
        LocalCluster(n_workers=1, threads_per_worker=1, memory_limit="450MB", **options) as cluster,
    ):
        names = [str(tmp_path / "good.log"), str(table)]
        store, done = ingested(tmp_path / "store", names, cluster=cluster.scheduler_address)
    assert done[0].new == 20
    assert re.fullmatch(
        rf"{re.escape(str(table))}: the worker that read it ended, 2 times in a row \(memory limit 450 MB\); .*",
        str(done[1]),
    )
    assert store.read().rows.height == 20


def test_workers_run_the_code_of_the_single_process_and_no_table_travels(tmp_path, scheduler, logs, travels):
    """What is sent are names, and what comes back are numbers: neither grows with a log."""
    sent, back = travels
    large = tmp_path / "large.log"
    large.write_text(transcript("Xen", 100_000, 0))
    ingested(tmp_path / "store", [str(large), *logs], cluster=scheduler)
    assert {work for work, _ in sent} == {put.put}
    assert max(size for _, size in sent) < 2000 > max(back)


def test_no_credential_travels_or_is_stored(tmp_path, bucket, scheduler, logs, capfd):
    names = [*logs, f"{bucket}/none.log"]
    store, done = ingested(f"{bucket}/store", names, cluster=scheduler)
    printed = capfd.readouterr()
    call = Call(str(store.folder), 0)
    texts = [*map(str, done), printed.out, printed.err, repr(call), repr(pickle.dumps(call))]
    stored = [repr(path.read_bytes()) for path in store.folder.glob("*")]
    assert not [secret for secret in (KEY, SECRET) for found in texts + stored if secret in found]


def test_certificates_are_those_of_dasks_settings(tmp_path, logs, monkeypatch):
    security = Security.temporary()
    files = {}
    for name, content in (
        ("ca", security.tls_ca_file),
        ("cert", security.tls_worker_cert),
        ("key", security.tls_worker_key),
    ):
        files[name] = tmp_path / f"{name}.pem"
        files[name].write_text(content)
    tls = {"ca-file": str(files["ca"])} | {
        f"{role}.{name}": str(files[name]) for role in ("client", "worker", "scheduler") for name in ("cert", "key")
    }
    settings = {f"distributed.comm.tls.{name}": value for name, value in tls.items()}
    options = {"dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    options |= {"protocol": "tls://", "host": "tls://127.0.0.1"}
    with (
        dask.config.set(settings | {"distributed.comm.require-encryption": True}),
        LocalCluster(n_workers=1, threads_per_worker=1, security=Security(), **options) as cluster,
    ):
        address = cluster.scheduler_address
        assert address.startswith("tls://")
        _, done = ingested(tmp_path / "store", list(logs)[:3], cluster=address)
        assert [one.new for one in done] == [20, 20, 20]
        monkeypatch.setattr("ftpstats.workers._SECONDS", 2)
        without = dask.config.set(dict.fromkeys(settings))
        with without, pytest.raises(MachineError, match="no scheduler answers"):
            ingested(tmp_path / "store", list(logs)[:3], cluster=address)


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ({"cluster": "tcp://127.0.0.1:9"}, MachineError, "tcp://127.0.0.1:9: no scheduler answers there"),
        ({"cluster": "scheduler"}, UsageError, "--cluster scheduler: write the scheduler's address"),
        ({"cluster": "nonsense://x"}, MachineError, "nonsense://x: no scheduler answers there"),
        ({"cluster": "tcp://x:1", "workers": 2}, UsageError, "workers and cluster: name one of them"),
        ({"workers": 0}, UsageError, "workers 0: must be 1 or more"),
        ({"workers": "two"}, UsageError, "workers two: must be a whole number"),
    ],
)
def test_what_is_wrong_with_a_cluster_is_one_line(tmp_path, logs, how, error, said, monkeypatch):
    monkeypatch.setattr("ftpstats.workers._SECONDS", 1)
    with pytest.raises(error) as caught:
        ingested(tmp_path / "store", list(logs), **how)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "said"), [("-", "no worker can read"), ("FTP.log", "workers of a cluster run in")])
def test_what_no_worker_can_open_is_refused(tmp_path, scheduler, name, said, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("FTP.log").write_text(transcript("Xen", 3, 0))
    with pytest.raises(UsageError, match=said):
        ingested(tmp_path / "store", [name], cluster=scheduler)


def test_a_scheduler_without_workers_is_named(tmp_path, logs, monkeypatch):
    monkeypatch.setattr("ftpstats.workers._SECONDS", 1)
    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    with (
        LocalCluster(n_workers=0, **options) as cluster,
        pytest.raises(MachineError, match=r"the scheduler has no worker; `dask worker .* starts one"),
    ):
        ingested(tmp_path / "store", list(logs), cluster=cluster.scheduler_address)
