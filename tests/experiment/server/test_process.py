"""The server as clients see it, and what is left when it has gone: nothing."""

import ftplib
import io
import json
import os
import select
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ftpstats.errors import MachineError
from ftpstats.experiment.files import make_files
from ftpstats.experiment.server.process import running, until_terminated
from ftpstats.experiment.server.settings import ServerSettings
from ftpstats.units import KIB, MIB
from tests.programs import require

USER, PASSWORD = "tester", "pass word: ä"
SIZES = (0, 1, 100 * KIB, 3 * MIB)
LONG = 60  # seconds, where without a limit a fault would stop the tests


@pytest.fixture
def files(tmp_path):
    """The served files by size; the folder lies in another, which has a secret."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "served").mkdir()
    return make_files(tmp_path / "served", SIZES)


@pytest.fixture
def settings(tmp_path, files):
    return ServerSettings(tmp_path / "served", USER, PASSWORD)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where the server, too, puts its temporary files."""
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setenv("TMPDIR", str(path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return path


@contextmanager
def connected(address, password=PASSWORD):
    client = ftplib.FTP(timeout=LONG, encoding="utf-8")
    if address.certificate:
        context = ssl.create_default_context(cafile=address.certificate)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        client = ftplib.FTP_TLS(timeout=LONG, encoding="utf-8", context=context)
    with closing(client):  # whatever it is doing
        client.connect(address.host, address.port)
        client.login(USER, password)
        if address.certificate:
            client.prot_p()
        yield client


def refused(reply):
    return pytest.raises(ftplib.error_perm, match=f"^{reply}")


def download(client, name):
    parts = []
    client.retrbinary(f"RETR {name}", parts.append)
    return b"".join(parts)


def held():
    """What a server may leave behind in this process."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
    descriptors = sorted((fd.name, str(fd.readlink())) for fd in Path("/proc/self/fd").iterdir() if fd.exists())
    return threading.enumerate(), descriptors, children, signal.getsignal(signal.SIGTERM)


def running_children():
    return {int(pid) for pid in held()[2].split()}


SHAPES = {
    "fast": {},
    "paced": {"bytes_per_second": 20.0 * MIB},
    "late": {"latency_seconds": 0.002},
    "paced and late": {"bytes_per_second": 50.0 * MIB, "latency_seconds": 0.002},
    "tls": {"tls": True},
    "tls, paced and late": {"tls": True, "bytes_per_second": 50.0 * MIB, "latency_seconds": 0.002},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_files_come_and_go_as_they_are_whatever_the_shape(shape, settings, files):
    with running(replace(settings, writable=True, **shape)) as address, connected(address) as client:
        for size, file in files.items():
            content = (settings.root / file.name).read_bytes()
            assert download(client, file.name) == content
            client.storbinary("STOR up.img", io.BytesIO(content))
            assert (settings.root / "up.img").read_bytes() == content
            assert client.size("up.img") == size
        assert sorted(client.nlst()) == sorted([*(file.name for file in files.values()), "up.img"])
        assert client.quit().startswith("221 ")


def test_active_mode_and_ascii_lines(settings):
    (settings.root / "lines").write_bytes(b"one\ntwo\n")
    with running(replace(settings, bytes_per_second=1.0 * MIB)) as address, connected(address) as client:
        client.set_pasv(False)
        lines = []
        client.retrlines("RETR lines", lines.append)
        assert lines == ["one", "two"]


# --- who may do what --------------------------------------------------------------------------------------------

CHANGES = ("DELE ftp-test-1B.img", "MKD new", "RNFR ftp-test-1B.img", "RMD folder", "SITE CHMOD 777 ftp-test-1B.img")
UPLOADS = ("STOR ftp-test-1B.img", "STOR new", "APPE ftp-test-1B.img", "STOU new")


def contents(root):
    return sorted((path.name, path.stat().st_mode, path.is_file() and path.read_bytes()) for path in root.iterdir())


def test_it_is_read_only_unless_told_otherwise(settings):
    (settings.root / "folder").mkdir()
    before = contents(settings.root)
    with running(settings) as address, connected(address) as client:
        for command in CHANGES:
            with refused("550"):
                client.sendcmd(command)
        for command in UPLOADS:
            with refused("550"):
                client.storbinary(command, io.BytesIO(b"changed"))
    assert contents(settings.root) == before


def test_writable_is_writable(settings):
    with running(replace(settings, writable=True)) as address, connected(address) as client:
        client.mkd("new")
        client.storbinary("STOR new/a", io.BytesIO(b"content"))
        client.rename("new/a", "b")
        client.rmd("new")
        client.delete("ftp-test-1B.img")
    assert (settings.root / "b").read_bytes() == b"content"
    assert not (settings.root / "new").exists()
    assert not (settings.root / "ftp-test-1B.img").exists()


@pytest.mark.parametrize("path", ["../secret", "/../secret", "folder/../../secret", "link", "outside/secret"])
def test_nobody_leaves_the_root(path, settings, tmp_path):
    (settings.root / "link").symlink_to(tmp_path / "secret")
    (settings.root / "outside").symlink_to(tmp_path)
    with running(replace(settings, writable=True)) as address, connected(address) as client:
        with refused("550"):
            download(client, path)
        client.cwd("/..")
        assert client.pwd() == "/"
        with refused("550"):
            client.cwd("outside")
        if "link" in path or "outside" in path:  # the others name a file below the root
            with refused("550"):
                client.storbinary(f"STOR {path}", io.BytesIO(b"changed"))
        else:
            client.storbinary("STOR ../secret", io.BytesIO(b"inside"))
            assert (settings.root / "secret").read_bytes() == b"inside"
        # It sends to nobody but who asks.
        with refused("501"):
            client.sendcmd("PORT 192,0,2,1,200,200")
    assert (tmp_path / "secret").read_text() == "secret"


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_refused(password, settings):
    with running(settings) as address, refused("530"), connected(address, password):
        pass


def test_noise_ends_no_server(settings, files):
    with running(replace(settings, latency_seconds=0.001)) as address:
        for noise in (b"\0\xff\r\n" * 1000, b"x" * 100_000, b"QUIT\r\nQUIT\r\n", b"USER a\r\nPASS b\r\n" * 9, b"USER"):
            with socket.create_connection((address.host, address.port), timeout=LONG) as client:
                client.sendall(noise)
        with connected(address) as client:
            assert len(download(client, files[100 * KIB].name)) == 100 * KIB


@pytest.mark.parametrize("latency", [0.0, 0.001])
def test_a_command_in_two_pieces_is_one(latency, settings):
    with ExitStack() as stack:
        address = stack.enter_context(running(replace(settings, latency_seconds=latency)))
        client = stack.enter_context(socket.create_connection((address.host, address.port), timeout=LONG))
        lines = stack.enter_context(client.makefile())
        assert lines.readline().startswith("220 ")
        client.sendall(b"NOOP\r\nNO")
        assert lines.readline().startswith("200 ")
        client.sendall(b"OP\r\n")
        assert lines.readline().startswith("200 ")


def test_the_password_is_in_no_list_of_arguments_environment_or_repr(settings):
    others = running_children()  # what other tests keep for the rest of the process, as multiprocessing its tracker
    with running(settings):
        (child,) = running_children() - others
        seen = [Path(f"/proc/{child}/{name}").read_bytes() for name in ("cmdline", "environ")]
    assert b"ftpstats.experiment.server.process" in seen[0]
    assert not any(PASSWORD.encode() in text or json.dumps(PASSWORD).encode() in text for text in seen)
    assert PASSWORD not in repr(settings)


# --- TLS --------------------------------------------------------------------------------------------------------


def test_tls_is_demanded(settings):
    with running(replace(settings, tls=True)) as address:
        with refused("550 SSL/TLS required on the control"), connected(replace(address, certificate=None)):
            pass
        with connected(address) as client:
            client.prot_c()
            with refused("550 SSL/TLS required on the data"):
                client.makepasv()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1"])
def test_who_does_not_trust_the_certificate_gets_nothing(host, settings, files, tmp_path, temporary):
    curl = [require("curl"), "--silent", "--ssl-reqd", "--user", f"{USER}:{PASSWORD}", "--output", tmp_path / "got"]
    with running(replace(settings, tls=True, host=host)) as address:
        name = {"0.0.0.0": "127.0.0.1", "::1": "[::1]"}.get(host, host)
        url = f"ftp://{name}:{address.port}/{files[100 * KIB].name}"
        assert subprocess.run([*curl, url], check=False, timeout=LONG).returncode == 60  # the certificate's fault
        assert not (tmp_path / "got").exists()
        subprocess.run([*curl, "--cacert", address.certificate, url], check=True, timeout=LONG)
        assert (tmp_path / "got").read_bytes() == (settings.root / files[100 * KIB].name).read_bytes()
        assert b"PRIVATE" not in address.certificate.read_bytes()
        assert stat.S_IMODE(address.certificate.parent.stat().st_mode) == 0o700
    assert list(temporary.iterdir()) == []


# --- slowness ---------------------------------------------------------------------------------------------------


def test_nothing_comes_before_it_is_due(settings, files):
    # Only the least time is asserted, which no slow machine can undercut.
    name = files[100 * KIB].name
    slow = replace(settings, bytes_per_second=1.0 * MIB, latency_seconds=0.01, writable=True)
    with running(slow) as address, connected(address) as client:
        for transfer in (
            lambda: client.retrbinary(f"RETR {name}", len),
            lambda: client.storbinary("STOR up", io.BytesIO(bytes(100 * KIB))),
        ):
            begin = time.monotonic()
            transfer()
            assert time.monotonic() - begin >= 5 * 0.01 + 100 / 1024  # TYPE, PASV, the command, its data, 226


def test_a_slow_transfer_keeps_nobody_waiting(settings, files):
    with running(replace(settings, bytes_per_second=10.0 * KIB)) as address, connected(address) as slow:
        slow.voidcmd("TYPE I")
        with slow.transfercmd(f"RETR {files[3 * MIB].name}") as data:  # five minutes
            assert data.recv(1)
            with connected(address) as client:
                assert len(download(client, files[1].name)) == 1
            assert data.recv(1)


@pytest.mark.parametrize("shape", ["fast", "paced"])
def test_eight_clients_at_once(shape, settings, files):
    everyone = threading.Barrier(8, timeout=LONG)
    got = []

    def fetch(address):
        with connected(address) as client:
            client.voidcmd("TYPE I")
            with client.transfercmd(f"RETR {files[3 * MIB].name}") as data:
                parts = [data.recv(1)]
                everyone.wait()  # until each has begun
                while part := data.recv(MIB):
                    parts.append(part)
            client.voidresp()
            got.append(b"".join(parts))

    with running(replace(settings, **SHAPES[shape])) as address:
        clients = [threading.Thread(target=fetch, args=[address]) for _ in range(8)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert got == [(settings.root / files[3 * MIB].name).read_bytes()] * 8


# --- its life ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", [False, True])
def test_nothing_is_left(tls, settings, files, temporary):
    with running(settings):  # what the first one imports stays
        pass
    before = held()
    with running(replace(settings, tls=tls, bytes_per_second=1.0 * KIB)) as address, ExitStack() as later:
        client = later.enter_context(connected(address))
        later.enter_context(client.transfercmd(f"RETR {files[3 * MIB].name}"))
        assert held() != before
        clients = later.pop_all()  # they are still there when the server goes
    clients.close()
    assert held() == before
    assert list(temporary.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.host, address.port))


PARENT = """
import sys
from pathlib import Path
from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import ServerSettings
with running(ServerSettings(Path(sys.argv[1]), "tester", "secret", tls=True)) as address:
    print(address.port, flush=True)
    sys.stdin.read()
"""


def test_a_killed_parent_leaves_nothing(settings, temporary):
    command = [sys.executable, "-c", PARENT, settings.root]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        port = int(parent.stdout.readline())
        (child,) = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        ending = os.pidfd_open(int(child))
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=LONG) as client:
                assert client.recv(4) == b"220 "
                parent.kill()
                assert select.select([ending], [], [], LONG)[0]
        finally:
            os.close(ending)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_killed_does_not_hold_up_its_parent(sent, settings, temporary):
    before, others = held(), running_children()
    with running(settings) as address, socket.create_connection((address.host, address.port), timeout=LONG) as client:
        assert client.recv(4) == b"220 "
        (child,) = running_children() - others
        os.kill(child, sent)
        while client.recv(100):
            pass
        assert held() != before
    assert held() == before
    assert list(temporary.iterdir()) == []


def test_what_keeps_it_from_starting_is_one_line(settings, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        faults = [
            ({"port": port}, f"127.0.0.1:{port}: cannot be listened on: Address already in use"),
            ({"port": 65536}, "127.0.0.1:65536: cannot be listened on: "),
            ({"host": ""}, ":0: cannot be listened on: Name or service not known"),
            ({"host": "x" * 64}, f"{'x' * 64}:0: cannot be listened on: "),
            ({"host": "192.0.2.1"}, "192.0.2.1:0: cannot be listened on: Cannot assign requested address"),
            ({"root": tmp_path / "none"}, f"{tmp_path}/none: cannot be served: No such file or directory"),
            ({"root": tmp_path / "secret"}, f"{tmp_path}/secret: cannot be served: Not a directory"),
        ]
        before = held()
        for changes, message in faults:
            with pytest.raises(MachineError) as error, running(replace(settings, **changes)):
                pass
            assert str(error.value).startswith(message)
            assert "\n" not in str(error.value)
        assert held() == before


@pytest.mark.parametrize("reads", ["", "read line; "])
def test_a_server_that_dies_at_start_is_one_line(reads, settings, tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{reads}echo first >&2; echo 'last words' >&2; exit 3\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    before = held()
    with pytest.raises(MachineError, match=r"^the server ended with status 3: last words$"), running(settings):
        pass
    assert held() == before


def test_sigterm_ends_a_block_that_cleans_up_and_what_follows_goes_on():
    before = signal.getsignal(signal.SIGTERM)
    done = []
    with until_terminated():
        try:
            signal.raise_signal(signal.SIGTERM)
            done.append("not ended")
        finally:
            done.append("cleaned up")
    assert done == ["cleaned up"]
    assert signal.getsignal(signal.SIGTERM) == before
