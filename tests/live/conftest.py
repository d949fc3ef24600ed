"""What live tests share: each client, each server, and a look afterwards for anything left behind."""

import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ftpstats.experiment.clients.base import Request
from ftpstats.experiment.clients.registry import CLIENTS
from ftpstats.logs.reader import read_log
from tests.live.servers import PASSWORD, SERVERS, processes
from tests.programs import require

_PROGRAMS = {
    "inetutils": "inetutils-ftp",
    "netkit": "ftp-ssl",
    "tnftp": "tnftp",
    "lftp": "lftp",
    "curl": "curl",
    "builtin": None,
}


@pytest.fixture(params=CLIENTS)
def client(request):
    """Each client of ours; one that is new needs its program's name above."""
    program = _PROGRAMS[request.param]
    if program:
        require(program)
    return CLIENTS[request.param]


@pytest.fixture(params=SERVERS)
def server(request, tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    with SERVERS[request.param](folder) as running:
        yield running


@pytest.fixture
def work(tmp_path):
    """The folder that clients work in."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def ask(work):
    """Make the request for a download from a server, or with other fields."""

    def make(server, **fields):
        """`server` is a Server, or the port of one that lets everyone in."""
        asked = {
            "host": getattr(server, "host", "127.0.0.1"),
            "port": getattr(server, "port", server),
            "user": getattr(server, "user", "tester"),
            "password": getattr(server, "password", PASSWORD),
            "remote": "a.img",
            "local": work / "local.img",
            "upload": False,
            "delete": False,
            "tls": None,
            "timeout": 60,  # no test waits for it, but for those that say otherwise
        }
        return Request(**asked | fields)

    return make


@pytest.fixture
def read(tmp_path):
    """Read the log that one attempt makes; return its only row, and the account of its lines."""

    def rows(outcome):
        log = tmp_path / "FTP.log"
        log.write_text(f"FTP-TEST 1 Label\n{outcome.text}")
        frame, account = read_log(str(log))
        assert frame.height == 1, outcome.text
        return frame.row(0, named=True), account

    return rows


@pytest.fixture(scope="session")
def parser_started():
    """Polars opens descriptors of its own when it is first used, and keeps them."""
    read_log(str(Path(__file__).parents[1] / "data" / "recordings" / "tnftp-get-100k.log"))


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path, monkeypatch, parser_started):
    """After each test: no thread, process, descriptor, or file beside those that the test names."""
    elsewhere = tmp_path / "elsewhere"  # where a careless client would write: its caller's folder, home, temporary
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for name in ("HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(elsewhere))
    mark = f"FTPSTATS_TEST={tmp_path}"
    monkeypatch.setenv(*mark.split("="))
    before = _held(mark)
    # Fixtures that a test asks for are torn down before this one looks.
    yield
    deadline = time.monotonic() + 30  # what was killed takes a moment to be gone
    while _held(mark) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _held(mark) - before
    assert list(elsewhere.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} <= {"elsewhere", "work", "server", "FTP.log", "kept"}


def _held(mark):
    """Return threads, open descriptors, and processes that have inherited the mark."""
    return {*threading.enumerate(), *_descriptors(), *_marked(mark.encode())}


def _descriptors():
    found = set()
    for path in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # of the listing itself
            found.add((path.name, str(path.readlink())))
    return found


def _marked(mark):
    found = []
    for process in processes():
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if mark in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes())
    return found
