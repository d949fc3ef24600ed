"""Experiments on the embedded server, with the client that is always there and with the thesis's script."""

import fcntl
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ftpstats.errors import MachineError, UsageError
from ftpstats.experiment.clients.base import Client, Endpoint, Outcome
from ftpstats.experiment.counts import Stop
from ftpstats.experiment.environment import file_sizes
from ftpstats.experiment.files import temporary_files
from ftpstats.experiment.journal import Journal
from ftpstats.experiment.runner import run
from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import ServerSettings
from ftpstats.experiment.setup import ready
from ftpstats.logs.reader import read_log
from ftpstats.manifest import FileUsed, ServerUsed, read_manifest
from ftpstats.schedule import DUET, ORDERS, expected_seconds, planned, steps
from tests.experiment.set_up import MANIFESTS, ONE_BY_ONE, carry_out, interrupting, manifest
from tests.programs import require

CLIENTS = ["builtin", "curl", "legacy"]


def rows_of(folder):
    return read_log(str(folder / "FTP.log"))[0]


def headers_of(folder):
    return [line for line in (folder / "FTP.log").read_text().splitlines() if line.startswith("FTP-TEST")]


@pytest.fixture(params=CLIENTS)
def client(request):
    require({"legacy": "inetutils-ftp", "curl": "curl"}.get(request.param, "sh"))
    return request.param


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "experiment"


@pytest.mark.parametrize("order", ONE_BY_ONE)
def test_every_transfer_of_the_plan_is_in_the_log(client, order, folder):
    counts = carry_out(manifest(("Baseline", "Xen"), (1024, 102400), client, order=order, warm_up=1), folder)
    rows = rows_of(folder)
    assert rows.height == 2 * 2 * (3 + 1)
    assert set(rows["completion"]) == {"confirmed"}
    for label in ("Baseline", "Xen"):
        mine = rows.filter(rows["label"] == label)
        assert mine["run"].unique().to_list() == [1]
        assert mine["iteration"].to_list() == list(range(-1, 7))
        assert sorted(mine.filter(mine["iteration"] > 0)["bytes"]) == [1024] * 3 + [102400] * 3
    assert {key: count.completed for key, count in counts.measured.items()} == {
        (label, file): 3 for label in ("Baseline", "Xen") for file in ("ftp-test-1KB.img", "ftp-test-100KB.img")
    }


@pytest.mark.parametrize("order", ONE_BY_ONE)
def test_each_run_numbers_its_transfers_anew(client, order, folder):
    carry_out(manifest(("Baseline", "Xen"), client=client, order=order, runs=3, times=2, warm_up=1), folder)
    rows = rows_of(folder)
    assert set(rows["completion"]) == {"confirmed"}
    for label in ("Baseline", "Xen"):
        mine = rows.filter(rows["label"] == label)
        assert mine.select("run", "iteration").rows() == [(run, i) for run in (1, 2, 3) for i in (0, 1, 2)]
    assert rows["time"].null_count() == 0
    assert rows["time"].is_sorted()  # each run's transfers at their own times


def test_whoever_watches_is_told_the_run(folder):
    told = []
    carry_out(manifest(("a", "b"), runs=2, times=1), folder, report=told.append)
    assert [(progress.label, progress.run, progress.runs) for progress in told] == [
        ("a", 1, 2), ("a", 2, 2), ("b", 1, 2), ("b", 2, 2)
    ]  # fmt: skip


def test_the_folder_holds_the_thesis_s_two_logs_and_a_manifest(client, folder):
    carry_out(manifest(client=client), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["FTP.json", "FTP.log", "RESULT.log"]
    result = (folder / "RESULT.log").read_text().splitlines()
    assert result[0::2] == ["FTP-TEST 1 Xen", "FTP-TEST 2 Xen", "FTP-TEST 3 Xen"]
    assert all(line.startswith("1024 bytes received in ") for line in result[1::2])
    kept = read_manifest(folder / "FTP.json")
    assert kept.end is not None
    assert [attempt.iteration for attempt in kept.attempts] == [1, 2, 3]
    assert kept.attempts[-1].end == (folder / "FTP.log").stat().st_size


def test_the_log_knows_from_the_manifest_when_each_transfer_began(client, folder):
    carry_out(manifest(client=client), folder)
    times = rows_of(folder)["time"].to_list()
    assert times == sorted(times)
    kept = read_manifest(folder / "FTP.json")
    start, end = (datetime.fromisoformat(text) for text in (kept.start, kept.end))
    assert start < times[0] <= times[-1] <= end  # the script's are seen a tenth of a second late, several at once
    (folder / "FTP.json").rename(folder / "other.json")
    assert rows_of(folder)["time"].to_list() == [None] * 3


@pytest.mark.parametrize("parallel", [2, 8])
def test_clients_at_once_are_logged_whole(parallel, folder):
    carry_out(manifest(sizes=(102400,), times=20, parallel=parallel), folder)
    rows = rows_of(folder)
    assert rows["iteration"].to_list() == list(range(1, 21))
    assert set(rows["completion"]) == {"confirmed"}


def test_uploads_are_checked_where_they_arrive(folder):
    carry_out(manifest(sizes=(102400,), upload=True), folder)
    rows = rows_of(folder)
    assert set(rows["direction"]) == {"upload"}
    assert set(rows["completion"]) == {"confirmed"}


WRONG = [
    (b"x" * 102400, "the bytes that arrived are not those of the file (SHA-256)"),
    (b"x" * 1000, "1000 of 102400 bytes arrived"),
]


def assert_nothing_counts(folder, counts, why):
    rows = rows_of(folder)
    assert set(rows["completion"]) == {"partial"}
    assert set(rows["note"]) == {f"ftpstats: {why}"}
    assert (counts.completed, counts.failed) == (0, 3)


@pytest.mark.parametrize(("content", "why"), WRONG, ids=["other", "fewer"])
def test_a_download_of_other_bytes_does_not_count(client, content, why, folder, tmp_path):
    (tmp_path / "ftp-test-100KB.img").write_bytes(content)
    with running(ServerSettings(tmp_path, "anonymous", "ftp-test@")) as address:
        counts = carry_out(manifest(client=client, sizes=(102400,), servers=elsewhere(address.port)), folder)
    assert_nothing_counts(folder, counts, why)


@pytest.mark.parametrize(
    ("sizes", "known"), [((300, 300), 300), ((300, 200), None), ((300, None), 300), ((None, None), None)]
)
def test_a_file_on_servers_elsewhere_has_the_size_that_those_who_tell_agree_on(sizes, known, folder, tmp_path):
    with ExitStack() as stack:
        servers = []
        for number, size in enumerate(sizes):
            root = tmp_path / str(number)
            root.mkdir()
            if size is not None:
                (root / "a.img").write_bytes(bytes(size))
            address = stack.enter_context(running(ServerSettings(root, "anonymous", "ftp-test@")))
            servers += elsewhere(address.port, f"label-{number}")
        wanted = replace(manifest(servers=tuple(servers)), files=(FileUsed("a.img", None, None, is_ours=False),))
        carry_out(wanted, folder)
    assert [file.bytes for file in read_manifest(folder / "FTP.json").files] == [known]
    assert rows_of(folder)["bytes"].drop_nulls().unique().to_list() == sorted({size for size in sizes if size})


def test_a_file_that_differs_from_server_to_server_is_checked_for_the_size_that_each_has_told(folder, tmp_path):
    with ExitStack() as stack:
        servers = []
        for label, size in (("a", 300), ("b", 200)):
            (tmp_path / label).mkdir()
            (tmp_path / label / "a.img").write_bytes(bytes(size))
            address = stack.enter_context(running(ServerSettings(tmp_path / label, "anonymous", "ftp-test@")))
            servers += elsewhere(address.port, label)
        shorten = f"truncate -s 100 {tmp_path / 'b' / 'a.img'}"
        wanted = manifest(servers=tuple(servers), before=shorten)
        carry_out(replace(wanted, files=(FileUsed("a.img", None, None, is_ours=False),)), folder)
    assert rows_of(folder).select("label", "completion", "note").unique(maintain_order=True).rows() == [
        ("a", "confirmed", None), ("b", "partial", "ftpstats: 100 of 200 bytes arrived")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "why"), [*WRONG, (b"", "0 of 102400 bytes arrived")], ids=["other", "fewer", "none"]
)
def test_other_bytes_through_a_pipe_do_not_count(content, why, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("ftpstats.experiment.runner.PIPED_ABOVE", 1000)
    test_a_download_of_other_bytes_does_not_count("builtin", content, why, folder, tmp_path)


@pytest.mark.parametrize(("content", "why"), WRONG, ids=["other", "fewer"])
def test_an_upload_of_other_bytes_does_not_count(content, why, folder, tmp_path):
    (tmp_path / "other.img").write_bytes(content)
    with ready(manifest(sizes=(102400,), upload=True), None) as rig, Journal.began(folder, rig.manifest) as journal:
        sent = dict.fromkeys(rig.sources, tmp_path / "other.img")
        counts = run(journal, rig.endpoints, sent, max_failures=None, report=lambda _: None)
    assert_nothing_counts(folder, counts, why)


def test_downloads_can_be_kept(client, folder):
    carry_out(manifest(client=client, keep=True), folder)
    kept = sorted((folder / "downloads" / "1").iterdir())
    assert [(path.name, path.stat().st_size) for path in kept] == [(f"ftp-test-1KB-{i}.img", 1024) for i in (1, 2, 3)]


def test_downloads_that_are_kept_are_not_overwritten_by_later_ones(folder):
    stopping = "test $FTPSTATS_LABEL = a"
    with pytest.raises(MachineError, match="the hook"):
        carry_out(manifest(("a", "b"), keep=True, before=stopping), folder)
    (folder / "FTP.json").write_text((folder / "FTP.json").read_text().replace(stopping, "true"))
    carry_out(manifest(("a", "b"), keep=True), folder, resume=True)
    assert [len(list((folder / "downloads" / label).iterdir())) for label in "12"] == [3, 3]


@pytest.mark.parametrize("settings", [{}, {"parallel": 2}])
def test_downloads_that_would_go_through_a_pipe_are_kept_all_the_same(settings, folder, monkeypatch):
    monkeypatch.setattr("ftpstats.experiment.runner.PIPED_ABOVE", 1000)
    carry_out(manifest(keep=True, **settings), folder)
    assert set(rows_of(folder)["completion"]) == {"confirmed"}
    assert len(list((folder / "downloads" / "1").iterdir())) == 3


def run_on_a_small_disk(*arguments):
    """Run `ftpstats run`, and whatever it starts, where no file may grow beyond a megabyte."""

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024**2, 1024**2))

    command = [sys.executable, "-m", "ftpstats", "run", *arguments, "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, preexec_fn=small)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def large(tmp_path):
    """A file above 4 GiB, all of it a hole, on a server."""
    path = tmp_path / "large.img"
    with path.open("wb") as file:
        file.truncate(4 * 1024**3 + 1)
    with running(ServerSettings(tmp_path, "anonymous", "ftp-test@")) as address:
        yield path, address.port


def test_a_file_above_4_gib_is_neither_on_the_disk_nor_in_memory(large, folder, tmp_path):
    path, port = large
    name = ["--file", path.name, "--client", "builtin"]
    run_on_a_small_disk(f"Xen=127.0.0.1:{port}", *name, "--times", "1", "--output", str(folder))
    up = ["--upload", "--file", str(path), "--client", require("curl").rpartition("/")[2]]
    run_on_a_small_disk("Xen", *up, "--times", "1", "--output", str(tmp_path / "up"))
    for where, direction in ((folder, "download"), (tmp_path / "up", "upload")):
        assert rows_of(where).select("completion", "direction", "bytes").rows() == [
            ("confirmed", direction, 4 * 1024**3 + 1)
        ]
        assert [file.bytes for file in read_manifest(where / "FTP.json").files] == [4 * 1024**3 + 1]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1024**2  # KiB; of all programs so far


def test_the_script_is_refused_files_above_4_gib_when_the_server_has_told_their_size(large, folder):
    path, port = large
    wanted = replace(
        manifest(client="legacy", servers=elsewhere(port)), files=(FileUsed(path.name, None, None, is_ours=False),)
    )
    with pytest.raises(UsageError, match=r"the legacy script does not support files above 4 GiB; use --client"):
        carry_out(wanted, folder)
    assert not folder.exists()
    with ready(wanted, None, any_client=True) as rig:
        assert rig.manifest.client.name == "inetutils"


@pytest.mark.parametrize("client", ["inetutils", "netkit", "tnftp", "lftp", "curl", "builtin"])
def test_what_arrives_at_once_is_never_on_the_disk(client, folder, tmp_path):
    (tmp_path / "a.img").write_bytes(os.urandom(3 * 1024**2))
    with running(ServerSettings(tmp_path, "anonymous", "ftp-test@")) as address:
        arguments = ["--file", "a.img", "--client", client, "--parallel", "2", "--times", "4", "--output", str(folder)]
        run_on_a_small_disk(f"Xen=127.0.0.1:{address.port}", *arguments)
    assert rows_of(folder).select("completion", "bytes").rows() == [("confirmed", 3 * 1024**2)] * 4


def test_hooks_know_label_run_and_file_and_a_failing_one_stops_the_experiment(folder, tmp_path):
    noted = tmp_path / "noted"
    hook = f'echo "$FTPSTATS_LABEL $FTPSTATS_RUN $FTPSTATS_FILE" >>{noted}'
    carry_out(manifest(("a", "b"), runs=2, before=hook, after=hook), folder)
    assert noted.read_text().splitlines() == [
        f"{run} ftp-test-1KB.img" for run in ("a 1", "a 1", "a 2", "a 2", "b 1", "b 1", "b 2", "b 2")
    ]
    with pytest.raises(MachineError, match=r"the hook 'echo no; exit 3' failed with status 3: no; fix it"):
        carry_out(manifest(before="echo no; exit 3"), tmp_path / "other")


def test_nothing_comes_between_warming_up_and_what_it_is_for(folder, tmp_path):
    noted = tmp_path / "noted"
    wanted = manifest(
        sizes=(1, 2), warm_up=1, before=f'echo "before $FTPSTATS_FILE" >>{noted}', after=f"echo after >>{noted}"
    )
    carry_out(wanted, folder)
    assert noted.read_text().splitlines() == ["before ftp-test-1B.img", "after", "before ftp-test-2B.img", "after"]


def test_a_folder_of_the_user_s_is_not_taken_for_ours(folder):
    (folder / ".work").mkdir(parents=True)
    with pytest.raises(UsageError, match="already contains an experiment"):
        carry_out(manifest(), folder)
    assert (folder / ".work").is_dir()


def test_a_second_experiment_does_not_overwrite_the_first(folder):
    carry_out(manifest(), folder)
    with pytest.raises(UsageError, match=r"already contains an experiment \(FTP.json, FTP.log, RESULT.log\); --resume"):
        carry_out(manifest(), folder)


def test_two_at_once_in_one_folder_are_refused(folder):
    with Journal.began(folder, manifest()) as journal:
        client = subprocess.Popen(["sleep", "60"], pass_fds=[journal.lock])  # as one whose ftpstats has been killed
    said = rf"an experiment or its client is still running here \(process {client.pid}\); wait, or end it"
    try:
        with pytest.raises(MachineError, match=said):
            carry_out(manifest(), folder, resume=True)
    finally:
        client.kill()
        client.wait()


# --- failures ---------------------------------------------------------------------------------------------------


def nobody():
    """Return a port on which nobody listens, held so that nobody will."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held


def elsewhere(port, label="Xen"):
    return (ServerUsed(label, "127.0.0.1", port, None, None, None),)


def test_a_refused_connection_is_logged_and_the_next_transfer_made(client, folder):
    with closing(nobody()) as held:
        counts = carry_out(manifest(client=client, servers=elsewhere(held.getsockname()[1])), folder)
    assert rows_of(folder)["completion"].to_list() == ["failed"] * 3
    assert counts.failed == 3
    reasons = " ".join(reason for count in counts.measured.values() for reason in count.failures)
    assert re.search("refused|connect", reasons, re.IGNORECASE)


def test_a_silent_server_is_given_up(client, folder):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        servers = elsewhere(silent.getsockname()[1])
        carry_out(manifest(client=client, servers=servers, times=2, timeout=0.5), folder)
    rows = rows_of(folder)
    assert rows["completion"].to_list() == ["failed"] * 2
    assert "timed out after 0.5 s" in " ".join(rows["note"])


def test_a_download_that_takes_too_long_is_given_up_and_the_next_one_made(client, folder):
    slow = (ServerUsed("Xen", None, None, None, 500_000.0, None),)
    counts = carry_out(manifest(client=client, sizes=(2**20,), servers=slow, times=2, timeout=0.8), folder)
    assert counts.failed == 2
    assert not rows_of(folder)["completion"].is_in(["confirmed", "reported"]).any()
    assert (folder / "FTP.log").read_text().count("timed out after 0.8 s") == 2


def test_it_stops_after_so_many_failures_and_can_go_on(folder):
    with closing(nobody()) as held:
        wanted = manifest(servers=elsewhere(held.getsockname()[1]), times=9)
        assert carry_out(wanted, folder, max_failures=2).failed == 2
        assert len(headers_of(folder)) == 2
        assert read_manifest(folder / "FTP.json").end is None
        carry_out(wanted, folder, resume=True)
    assert headers_of(folder) == [f"FTP-TEST {i} Xen" for i in range(1, 10)]


# --- labels that are given up -----------------------------------------------------------------------------------


@pytest.fixture
def guarded():
    """A server that lets in nobody but its own user."""
    with temporary_files([1024]) as root, running(ServerSettings(root, "tester", "pass-word")) as address:
        yield address.port


@pytest.mark.parametrize("name", ["legacy", "inetutils", "netkit", "tnftp", "lftp", "curl", "builtin"])
@pytest.mark.parametrize("order", ["sequential", "interleaved"])
def test_a_label_whose_log_in_is_refused_is_given_up_after_three_and_the_others_go_on(name, order, guarded, folder):
    servers = (*elsewhere(guarded, "a"), ServerUsed("b", None, None, None, None, None))
    told = []
    wanted = manifest(client=name, servers=servers, times=30, order=order, max_failures=0)
    counts = carry_out(wanted, folder, report=told.append)
    rows = rows_of(folder)
    assert rows["label"].value_counts().sort("label").rows() == [("a", 3), ("b", 30)]
    assert set(rows.filter(rows["label"] == "a")["completion"]) == {"failed"}
    assert counts.stops == {"a": Stop("a", 3, refused=True, reason="530 Anonymous access not allowed.")}
    assert counts.fruitless == ["a"]
    assert (told[-1].done, told[-1].total) == (33, 33)
    assert told[-1].stops == tuple(counts.stops.values())
    kept = read_manifest(folder / "FTP.json")
    assert (kept.end, len(kept.attempts)) == (None, 33)


def test_a_refused_log_in_ends_the_asking_for_sizes(tmp_path):
    """Each would be one more refused log-in, before the first transfer."""
    counted = socket.create_server(("127.0.0.1", 0))

    def refuse():
        with suppress(OSError):
            while True:
                connection, _ = counted.accept()
                with connection, connection.makefile("rw") as lines:
                    connections.append(connection)
                    for reply in ("220 Ready.", "530 Not you."):
                        print(reply, file=lines, flush=True)
                    lines.readline()

    connections = []
    thread = threading.Thread(target=refuse)
    thread.start()
    try:
        endpoint = Endpoint("127.0.0.1", counted.getsockname()[1], "tester", "wrong", None, None)
        assert file_sizes(endpoint, ["a.img", "b.img", "c.img"]) == {}
    finally:
        counted.shutdown(socket.SHUT_RDWR)
        counted.close()
        thread.join()
    assert len(connections) == 1


def test_clients_at_once_are_finished_when_their_label_is_given_up(guarded, folder):
    carry_out(manifest(client="builtin", servers=elsewhere(guarded), times=50, parallel=4), folder)
    assert 3 <= len(headers_of(folder)) <= 3 + 3  # those that run when the third is looked at


def test_what_is_left_of_a_label_that_was_given_up_is_made_by_resuming(guarded, folder, monkeypatch):
    monkeypatch.setenv("FTPSTATS_PASSWORD", "wrong")
    user = replace(elsewhere(guarded, "a")[0], user="tester")
    servers = (user, ServerUsed("b", None, None, None, None, None))
    wanted = manifest(servers=servers, times=5, runs=2, warm_up=1, order="interleaved")
    carry_out(wanted, folder)
    monkeypatch.setenv("FTPSTATS_PASSWORD", "pass-word")
    carry_out(wanted, folder, resume=True)
    rows = rows_of(folder)
    for label, failed in (("a", 3), ("b", 0)):
        mine = rows.filter(rows["label"] == label)
        assert mine.select("run", "iteration").rows() == [(run, i) for run in (1, 2) for i in range(6)]
        assert mine["completion"].to_list() == ["failed"] * failed + ["confirmed"] * (12 - failed)
    assert read_manifest(folder / "FTP.json").end is not None


def test_the_script_is_ended_where_a_server_begins_to_refuse_in_the_middle_of_its_loop(folder, tmp_path):
    """The log-ins that it has made meanwhile are in the log: a tenth of a second's, not all the hundreds."""
    require("inetutils-ftp")
    (tmp_path / "a.img").write_bytes(b"x" * 1024)
    with running(ServerSettings(tmp_path, "anonymous", "ftp-test@")) as address:
        wanted = manifest(client="legacy", servers=elsewhere(address.port), times=3000, max_failures=5)
        wanted = replace(wanted, files=(FileUsed("a.img", 1024, None, is_ours=False),))

        def watch(progress):
            if progress.count.completed:
                (tmp_path / "a.img").unlink(missing_ok=True)

        counts = carry_out(wanted, folder, report=watch)
    rows = rows_of(folder)
    assert counts.stops["Xen"].attempts == 5
    assert rows["completion"][0] == "confirmed"
    assert 5 <= (rows["completion"] == "failed").sum() < 1000
    assert len(headers_of(folder)) == rows.height == len(read_manifest(folder / "FTP.json").attempts)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MANIFESTS)
def test_there_are_as_many_pauses_as_the_dry_run_counts(tmp_path_factory, monkeypatch, wanted):
    slept = []
    monkeypatch.setattr("ftpstats.experiment.runner.time.sleep", slept.append)
    monkeypatch.setattr("ftpstats.experiment.runner.write_result", lambda _: None)
    monkeypatch.setattr(Client, "transfer", lambda *_: Outcome("226 Done.\n", 0.0, None))
    endpoint = Endpoint("127.0.0.1", 1, "anonymous", "", None, None)
    files = tuple(replace(file, bytes=None, is_ours=False) for file in wanted.files)
    wanted = replace(wanted, files=files, settings=replace(wanted.settings, max_failures=0))
    with Journal.began(tmp_path_factory.mktemp("pauses") / "experiment", wanted) as journal:
        endpoints = dict.fromkeys((server.label for server in wanted.servers), endpoint)
        run(journal, endpoints, {}, max_failures=None, report=lambda _: None)
    assert len(journal.attempts) == len(planned(wanted))
    assert sum(slept) == expected_seconds(wanted, lambda _: 1.0, 0.0)


# --- a duet -----------------------------------------------------------------------------------------------------


def duet(port, **settings):
    return manifest(servers=(*elsewhere(port, "a"), *elsewhere(port, "b")), order=DUET, **settings)


def test_a_duet_alternates_pairs_and_solo_transfers(folder):
    counts = carry_out(manifest(("a", "b"), order=DUET, times=2), folder)
    assert headers_of(folder) == [
        "FTP-TEST 1 a", "FTP-TEST 1 b", "FTP-TEST 1 a solo", "FTP-TEST 1 b solo",
        "FTP-TEST 2 b", "FTP-TEST 2 a", "FTP-TEST 2 b solo", "FTP-TEST 2 a solo",
    ]  # fmt: skip
    assert set(rows_of(folder)["completion"]) == {"confirmed"}
    assert {label: count.completed for (label, _), count in counts.measured.items()} == {
        "a": 2, "b": 2, "a solo": 2, "b solo": 2
    }  # fmt: skip
    assert [attempt.label for attempt in read_manifest(folder / "FTP.json").attempts][:3] == ["a", "b", "a solo"]


def test_both_of_a_pair_run_at_the_same_moment(folder, monkeypatch):
    """Each waits for the other: one after the other they would never meet."""
    meeting, met = threading.Barrier(2), threading.Event()

    def transfer(*_):
        if not met.is_set():
            meeting.wait(timeout=60)
            met.set()
        return Outcome("226 Done.\n", 0.0, None)

    monkeypatch.setattr(Client, "transfer", transfer)
    with Journal.began(folder, duet(1, times=1)) as journal:
        endpoints = dict.fromkeys("ab", Endpoint("127.0.0.1", 1, "anonymous", "", None, None))
        run(journal, endpoints, {}, max_failures=0, report=lambda _: None)
    assert met.is_set()
    assert len(journal.attempts) == 4


def test_downloads_of_a_pair_are_each_checked_and_kept(folder):
    carry_out(manifest(("a", "b"), (300000,), order=DUET, times=2, keep=True), folder)
    assert set(rows_of(folder)["completion"]) == {"confirmed"}
    assert [len(list((folder / "downloads" / label).iterdir())) for label in "12"] == [4, 4]


def test_both_of_a_pair_upload_a_file_of_their_own(folder):
    carry_out(manifest(("a", "b"), order=DUET, times=2, upload=True), folder)
    assert rows_of(folder).select("direction", "completion").unique().rows() == [("upload", "confirmed")]


def test_hooks_run_for_either_label_of_a_pair(folder, tmp_path):
    noted = tmp_path / "noted"
    carry_out(manifest(("a", "b"), order=DUET, times=1, before=f'echo "$FTPSTATS_LABEL" >>{noted}'), folder)
    assert noted.read_text().split() == ["a", "b", "a", "b"]


@pytest.mark.parametrize("made", range(1, 8))
def test_a_duet_goes_on_with_whole_pairs_wherever_it_is_interrupted(made, folder):
    with closing(nobody()) as held:
        wanted = duet(held.getsockname()[1], times=1, runs=2)
        with pytest.raises(KeyboardInterrupt):
            carry_out(wanted, folder, report=interrupting(made), max_failures=0)
        before = headers_of(folder)
        carry_out(wanted, folder, resume=True, max_failures=0)
    plan = steps(wanted)
    assert headers_of(folder)[: len(before)] == before
    assert [line.split(maxsplit=2)[2] for line in headers_of(folder)] == [step.name for step in plan]
    assert [attempt.step for attempt in read_manifest(folder / "FTP.json").attempts] == [step.number for step in plan]


@pytest.mark.parametrize("halves", ["logged", "in the journal"])
def test_half_a_pair_is_made_again_and_its_partner_with_it(halves, folder):
    """As `kill -9`, or a reboot, may leave it: the second of a pair is missing, in the log or in the journal too."""
    with closing(nobody()) as held:
        wanted = duet(held.getsockname()[1], times=3)
        with pytest.raises(KeyboardInterrupt):
            carry_out(wanted, folder, report=interrupting(5), max_failures=0)
        log, journal = folder / "FTP.log", folder / "FTP.journal"
        assert headers_of(folder)[-2:] == ["FTP-TEST 2 b", "FTP-TEST 2 a"]
        log.write_bytes(log.read_bytes()[:-3])
        if halves == "in the journal":
            journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
        carry_out(wanted, folder, resume=True, max_failures=0)
    assert [line.split(maxsplit=2)[2] for line in headers_of(folder)] == [step.name for step in steps(wanted)]
    assert [line.split()[1] for line in headers_of(folder)] == [n for n in "123" for _ in range(4)]


def test_where_one_label_of_a_duet_is_stopped_so_is_the_other(folder, tmp_path):
    (tmp_path / "ftp-test-1KB.img").write_bytes(bytes(1024))
    with closing(nobody()) as held, running(ServerSettings(tmp_path, "anonymous", "ftp-test@")) as address:
        servers = (*elsewhere(address.port, "a"), *elsewhere(held.getsockname()[1], "b"))
        wanted = replace(
            manifest(servers=servers, order=DUET, times=20, max_failures=4),
            files=(FileUsed("ftp-test-1KB.img", 1024, None, is_ours=False),),
        )
        told = []
        counts = carry_out(wanted, folder, report=told.append)
        assert list(counts.stops) == ["b"]
        assert told[-1].done == told[-1].total
        before = headers_of(folder)
        assert [line.split(maxsplit=2)[2] for line in before] == ["a", "b", "a solo", "b solo", "b", "a", "b solo"]
        carry_out(wanted, folder, resume=True, max_failures=0)
    assert Counter(line.split(maxsplit=2)[2] for line in headers_of(folder)) == dict.fromkeys(
        ("a", "b", "a solo", "b solo"), 20
    )


def test_the_script_is_refused_a_duet(folder):
    with pytest.raises(UsageError, match="the legacy script does not support several clients at once"):
        carry_out(manifest(("a", "b"), client="legacy", order=DUET), folder)


# --- a machine that fails ---------------------------------------------------------------------------------------


def test_a_full_disk_ends_with_one_line_and_a_whole_log(folder):
    def full():  # no file may grow beyond 8 KB: the log is the first that would
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    command = [sys.executable, "-m", "ftpstats", "run", "Xen", "--size", "1KB", "--output", str(folder), "--quiet"]
    command += ["--client", "builtin", "--times", "40"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=full)
    assert done.returncode == 1
    assert done.stderr == (
        f"ftpstats: {folder}: the experiment cannot be written: File too large; free space and --resume\n"
    )
    logged = len(headers_of(folder))
    assert 0 < logged < 40
    assert set(rows_of(folder)["completion"]) == {"confirmed"}
    carry_out(read_manifest(folder / "FTP.json"), folder, resume=True)
    assert headers_of(folder) == [f"FTP-TEST {i} Xen" for i in range(1, 41)]
    assert set(rows_of(folder)["completion"]) == {"confirmed"}


# --- interruptions ----------------------------------------------------------------------------------------------


def started(folder, *arguments):
    command = [sys.executable, "-m", "ftpstats", "run", "--size", "1KB", "--output", str(folder), *arguments]
    # What is killed leaves the files of its server behind.
    environment = os.environ | {"TMPDIR": str(folder.parent)}
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def wait_for(folder, transfers):
    """Wait until so many are in the log; the experiment is far longer."""
    log = folder / "FTP.log"
    while not log.exists() or log.read_text().count("FTP-TEST") < transfers:
        time.sleep(0.01)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, 137)])
@pytest.mark.parametrize(
    ("client", "order"),
    [("builtin", "interleaved"), ("curl", "sequential"), ("legacy", "interleaved"), ("legacy", "sequential")],
    indirect=["client"],
)
def test_whenever_it_is_ended_nothing_is_lost_and_nothing_done_twice(client, folder, number, status, order):
    times = 60 if client == "legacy" else 30  # enough that it is not over before it is ended
    process = started(folder, "Xen", "--client", client, "--times", str(times), "--order", order)
    wait_for(folder, 4)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    # As a shell sees it: CPython ends itself by SIGINT, after all is done, where Ctrl-C met an exec() of its own.
    assert (process.returncode if process.returncode >= 0 else 128 - process.returncode) == status
    if number != signal.SIGKILL:
        assert f"interrupted; `ftpstats run --resume --output {folder}` continues" in said
    before = headers_of(folder)
    assert set(rows_of(folder)["completion"]) == {"confirmed"}
    finish = [sys.executable, "-m", "ftpstats", "run", "--resume", "--output", str(folder)]
    subprocess.run(finish, check=True, capture_output=True, timeout=120)
    after = headers_of(folder)
    assert after == [f"FTP-TEST {i} Xen" for i in range(1, times + 1)]
    assert after[: len(before)] == before
    assert set(rows_of(folder)["completion"]) == {"confirmed"}
    assert sorted(path.name for path in folder.iterdir()) == ["FTP.json", "FTP.log", "RESULT.log"]


@pytest.mark.parametrize(("heeded", "status"), [(signal.SIG_DFL, 129), (signal.SIG_IGN, 0)], ids=["alone", "nohup"])
def test_a_terminal_that_is_gone_ends_it_unless_nohup_says_otherwise(heeded, status, folder):
    inherited = signal.signal(signal.SIGHUP, heeded)
    try:
        process = started(folder, "Xen", "--client", "builtin", "--times", "30")
    finally:
        signal.signal(signal.SIGHUP, inherited)
    wait_for(folder, 4)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == status
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("made", [2, 3, 4, 7])  # in the middle of a run; at its end; in the second run
def test_a_run_goes_on_with_its_own_numbers(order, made, folder):
    with closing(nobody()) as held:
        port = held.getsockname()[1]
        servers = (*elsewhere(port, "a"), *elsewhere(port, "b"))
        wanted = manifest(servers=servers, order=order, runs=2, times=3, warm_up=1)
        with pytest.raises(KeyboardInterrupt):
            carry_out(wanted, folder, report=interrupting(made))
        before = headers_of(folder)
        carry_out(wanted, folder, resume=True)
    assert headers_of(folder)[: len(before)] == before
    rows = rows_of(folder)
    assert rows["label"].to_list() == [step.name for step in steps(wanted) for _ in range(step.count)]
    for label in ("a", "b"):
        mine = rows.filter(rows["label"] == label)
        assert mine.select("run", "iteration").rows() == [(run, i) for run in (1, 2) for i in (0, 1, 2, 3)]


def test_an_experiment_killed_in_its_second_run_is_finished(client, folder):
    process = started(folder, "Xen", "VMware", "--client", client, "--times", "10", "--runs", "3")
    wait_for(folder, 25)
    process.kill()
    process.communicate(timeout=60)
    before = headers_of(folder)
    assert 20 < len(before) < 60
    with Journal.resumed(folder) as journal:
        whole = steps(journal.manifest)
    finish = [sys.executable, "-m", "ftpstats", "run", "--resume", "--output", str(folder)]
    subprocess.run(finish, check=True, capture_output=True, timeout=120)
    after = headers_of(folder)
    assert after == [f"FTP-TEST {i} {step.label}" for step in whole for i in range(1, 11)]
    assert after[: len(before)] == before
    assert set(rows_of(folder)["completion"]) == {"confirmed"}


def test_an_experiment_of_version_1_is_finished(folder):
    """It had one run of each label; its journal may hold what its manifest does not."""
    with closing(nobody()) as held:
        wanted = manifest(servers=elsewhere(held.getsockname()[1]), sizes=(1024, 2048), times=3)
        carry_out(wanted, folder, max_failures=4)
        document = json.loads((folder / "FTP.json").read_text())
        del document["settings"]["runs"], document["settings"]["max_failures"]
        for server in document["servers"]:
            del server["user"]
        attempts = document.pop("attempts")
        (folder / "FTP.json").write_text(json.dumps(document | {"version": 1, "attempts": attempts[:1]}))
        (folder / "FTP.journal").write_text("".join(json.dumps(attempt) + "\n" for attempt in attempts[1:]))
        carry_out(wanted, folder, resume=True)
    assert headers_of(folder) == [f"FTP-TEST {i} Xen" for i in range(1, 7)]
    kept = read_manifest(folder / "FTP.json")
    assert (kept.version, kept.settings.runs, len(kept.attempts)) == (3, 1, 6)


def test_the_client_of_an_experiment_that_was_killed_does_not_hold_up_the_rest(folder):
    carry_out(manifest(), folder)
    work = folder / ".work" / "0"
    work.mkdir(parents=True)
    with (folder / "FTP.journal").open("ab") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        client = subprocess.Popen(["sleep", "600"], cwd=work, pass_fds=[journal.fileno()])
    carry_out(manifest(), folder, resume=True)
    assert client.wait(timeout=60) == -signal.SIGKILL


def test_half_a_block_at_the_end_of_a_log_is_done_again(folder):
    with closing(nobody()) as held:
        wanted = manifest(servers=elsewhere(held.getsockname()[1]), times=5)
        carry_out(wanted, folder, max_failures=3)
        log = folder / "FTP.log"
        log.write_bytes(log.read_bytes()[:-5])  # as a reboot may leave it
        carry_out(wanted, folder, resume=True)
    assert headers_of(folder) == [f"FTP-TEST {i} Xen" for i in range(1, 6)]


def test_a_damaged_manifest_is_one_clear_line(folder):
    carry_out(manifest(), folder)
    document = json.loads((folder / "FTP.json").read_text())
    del document["settings"]["times"]
    (folder / "FTP.json").write_text(json.dumps(document))
    command = [sys.executable, "-m", "ftpstats", "run", "--resume", "--output", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"ftpstats: {folder / 'FTP.json'}: not a manifest of an experiment")
    assert done.stderr.count("\n") == 1


def test_nothing_is_left_running(folder, tmp_path):
    before = {path.name for path in Path("/proc/self/fd").iterdir()}
    carry_out(manifest(times=2), folder)
    assert {path.name for path in Path("/proc/self/fd").iterdir()} == before
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert children == []
