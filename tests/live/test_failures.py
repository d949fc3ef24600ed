"""What goes wrong goes wrong with every client, and is never taken for a transfer."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ftpstats.experiment.clients.legacy import legacy_downloads
from ftpstats.experiment.clients.registry import CLIENTS
from tests.live.faults import Script, nobody, scripted, silent
from tests.live.servers import proftpd, vsftpd
from tests.programs import require

SIZE = 10 * 1024**2


def check(outcome, read, words=""):
    """Return the attempt's only row, which did not succeed; `words` stand in its log."""
    row, _ = read(outcome)
    assert row["completion"] in {"failed", "partial"}, outcome.text
    assert words in outcome.text
    return row


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "server"
    path.mkdir()
    return path


@pytest.fixture(params=[False, True], ids=["download", "upload"])
def upload(request, work):
    if request.param:
        (work / "local.img").write_bytes(os.urandom(SIZE))
    return request.param


# Real servers.


def test_a_wrong_password(client, server, upload, ask, read):
    (server.root / "a.img").write_bytes(b"a")
    outcome = client.transfer(ask(server, password="wrong-word", upload=upload))
    assert check(outcome, read)["completion"] == "failed"
    assert "530" in outcome.text
    assert "wrong-word" not in outcome.text
    assert outcome.trouble is None
    assert (server.root / "a.img").read_bytes() == b"a"


def test_a_missing_file(client, server, ask, read, work):
    outcome = client.transfer(ask(server))
    assert check(outcome, read, "550")["completion"] == "failed"
    assert outcome.trouble is None
    assert not any(path.stat().st_size for path in work.iterdir())


def test_a_missing_folder(client, server, ask, read, work):
    (work / "local.img").write_bytes(b"a")
    outcome = client.transfer(ask(server, remote="nowhere/a.img", upload=True))
    assert check(outcome, read, "55")["completion"] == "failed"
    assert list(server.root.iterdir()) == []


def test_a_full_disk_here(client, server, ask, read, work):
    (server.root / "a.img").write_bytes(os.urandom(SIZE))
    (work / "local.img").symlink_to("/dev/full")
    check(client.transfer(ask(server)), read)


def test_a_full_disk_there(client, ask, read, work, folder):
    (work / "local.img").write_bytes(os.urandom(SIZE))
    with proftpd(folder) as server:
        (server.root / "a.img").symlink_to("/dev/full")
        outcome = client.transfer(ask(server, upload=True))
    assert "No space left" in outcome.text or client.name == "curl"  # which no longer reads once it cannot write
    check(outcome, read)


def test_a_server_that_is_killed(client, upload, ask, read, work, folder):
    """It would take a minute and more for the file, and is killed when the first of it has arrived."""
    size = 128 * 1024**2
    with vsftpd(folder, anon_max_rate="1000000") as server, ThreadPoolExecutor(1) as pool:
        remote, local = server.root / "a.img", work / "local.img"
        source, goal = (local, remote) if upload else (remote, local)
        with source.open("wb") as file:
            file.truncate(size)
        transfer = pool.submit(client.transfer, ask(server, upload=upload))
        while not transfer.done() and not (goal.exists() and goal.stat().st_size):
            time.sleep(0.01)
        server.kill()
        outcome = transfer.result()
    row = check(outcome, read)
    assert outcome.trouble is None
    assert row["bytes"] is None or row["bytes"] <= size


# Sockets.


def test_a_refused_connection(client, upload, ask, read):
    with nobody() as port:
        outcome = client.transfer(ask(port, upload=upload))
    assert check(outcome, read)["completion"] == "failed"
    assert "refused" in outcome.text or "connect to server" in outcome.text  # curl
    assert outcome.trouble is None


def test_a_silent_server(client, upload, ask, read):
    with silent() as port:
        outcome = client.transfer(ask(port, upload=upload, timeout=1))
    assert check(outcome, read)["completion"] == "failed"
    assert outcome.seconds < 30


@pytest.mark.parametrize(
    "reply",
    [b"421 Too many users.\r\n", b"", b"\r\n", b"hello\r\n", b"220", b"999 \r\n", b"220-\r\n"],
    ids=["421", "nothing", "blank", "no code", "no end", "no such code", "unfinished"],
)
def test_a_server_that_hangs_up(client, reply, ask, read):
    with scripted(Script(replies={"220": reply}, hangs_up=True)) as port:
        outcome = client.transfer(ask(port, timeout=3))
    assert check(outcome, read)["completion"] == "failed"


@pytest.mark.parametrize("after", [0, 1, 65536, SIZE - 1, SIZE])
def test_a_server_that_dies_in_mid_transfer(client, upload, after, ask, read):
    with scripted(Script(content=os.urandom(SIZE), gives_up_after=after)) as port:
        outcome = client.transfer(ask(port, upload=upload, timeout=3))
    row = check(outcome, read)
    assert row["bytes"] is None or row["bytes"] <= SIZE


def test_a_second_try_is_no_transfer(client, upload, ask, read):
    """lftp connects again, waits in between, and fetches what is missing."""
    with scripted(Script(content=os.urandom(SIZE), gives_up_after=65536, mends=True)) as port:
        outcome = client.transfer(ask(port, upload=upload, timeout=5))
    check(outcome, read)


@pytest.mark.parametrize(
    "reply",
    [b"426 Failure writing network stream.\r\n", b"451 Local error.\r\n", b"552 Full.\r\n"],
    ids=lambda reply: reply[:3].decode(),
)
def test_a_transfer_that_the_server_gives_up(client, upload, reply, ask, read):
    with scripted(Script(content=os.urandom(SIZE), replies={"226": reply})) as port:
        outcome = client.transfer(ask(port, upload=upload))
    check(outcome, read, reply[:3].decode())


def test_a_server_that_never_says_that_it_is_done(client, upload, ask, read):
    with scripted(Script(content=os.urandom(SIZE), replies={"226": b""})) as port:
        outcome = client.transfer(ask(port, upload=upload, timeout=3))
    check(outcome, read)


# Clients.


def fake(work, body):
    """Return a client of ours that is another program."""
    path = work / "fake-client"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return replace(CLIENTS["inetutils"], programs=(str(path),), is_kind="")


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("exec sleep 600", "timed out after 1 s; the client was killed"),
        ("sleep 600", "timed out after 1 s; the client was killed"),
        ("while :; do echo 226 Done.; done", "timed out after 1 s; the client was killed"),
        ("trap '' TERM INT HUP; while :; do :; done", "timed out after 1 s; the client was killed"),
        ("kill -SEGV $$", "the client was ended by signal 11"),
        ("cat; kill -KILL $$", "the client was ended by signal 9"),
        ("sleep 600 & exit 0", None),
        ("exit 77", None),
        ("", None),
    ],
)
def test_a_client_that_hangs_or_crashes(body, trouble, ask, read, work):
    outcome = fake(work, body).transfer(ask(1, timeout=1))
    assert check(outcome, read)["completion"] == "failed"
    assert outcome.trouble == trouble
    assert outcome.seconds < 30


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
@pytest.mark.parametrize(("name", "said"), [("SEGV", "Segmentation fault"), ("KILL", "Killed"), ("ABRT", "Aborted")])
def test_a_client_of_the_script_that_crashes(shell, name, said, ask, read, work, monkeypatch):
    (work / "bin").mkdir()
    (work / "bin" / "sh").symlink_to(require(shell))
    monkeypatch.setenv("PATH", f"{work / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setitem(CLIENTS, "inetutils", fake(work, f"kill -{name} $$"))
    for outcome, _ in legacy_downloads(ask(1), 2, None, ()):
        row = check(outcome, read, said)
        assert row["completion"] == "failed"
        assert said in row["note"]


def test_a_client_that_cannot_be_started(ask, read, work):
    client = fake(work, "")
    (work / "fake-client").write_text("#!/nowhere\n")
    outcome = client.transfer(ask(1))
    assert check(outcome, read)["completion"] == "failed"
    assert outcome.trouble.endswith("cannot be started: No such file or directory")
