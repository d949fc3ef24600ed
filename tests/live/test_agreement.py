"""A server's log and its client's, of one session: the same transfers in the same order, and times that can be true."""

import subprocess
import time
from functools import partial
from urllib.parse import quote

import pytest

from ftpstats.logs.reader import read_log
from ftpstats.logs.records import Options
from tests.live.servers import PASSWORD, proftpd, pureftpd, vsftpd
from tests.programs import require

_PATIENCE = 60  # seconds after which a line that is not written is given up; a limit, nothing waits for it
_NAMES = {"a b.img": 15, "grün.img": 102_400, "large.img": 3_000_000}
_HUGE = 256 * 2**20  # more than all buffers between server and client hold

_FULL = '%{iso8601} %a %u %m \\"%f\\" %b %T %{transfer-millisecs} %{transfer-status} \\"%{transfer-failure}\\" %s'
_OTHER = '%t %a %u \\"%r\\" %s %b %T'


_FOLDER = "{folder}"


def _vsftpd(folder, **logs):
    kept = {name: value.replace(_FOLDER, str(folder)) for name, value in logs.items()}
    return vsftpd(folder, xferlog_enable="YES", log_ftp_protocol="NO", **kept)


def _proftpd(folder, logs):
    return proftpd(folder, logs.replace(_FOLDER, str(folder)))


def _pureftpd(folder, layout):
    return pureftpd(folder, layout, folder / layout)


def _extended(layout):
    return f'TransferLog none\nLogFormat asked "{layout}"\nExtendedLog {{folder}}/extended READ,WRITE asked'


_OF_PUREFTPD = ("xferlog", "clf", "stats", "w3c")
_XFERLOG = {"xferlog_file": "{folder}/xferlog"}
_NATIVE = {"vsftpd_log_file": "{folder}/native", "xferlog_std_format": "NO"}
_DUAL = _XFERLOG | {"vsftpd_log_file": "{folder}/native", "dual_log_enable": "YES"}
# The server with its logs, which of them is read, and the LogFormat that has to be named.
LOGS = {
    "vsftpd, xferlog": (partial(_vsftpd, xferlog_std_format="YES", **_XFERLOG), "xferlog", None),
    "vsftpd, native": (partial(_vsftpd, **_NATIVE), "native", None),
    "vsftpd, dual, xferlog": (partial(_vsftpd, **_DUAL), "xferlog", None),
    "vsftpd, dual, native": (partial(_vsftpd, **_DUAL), "native", None),
    "ProFTPD, xferlog": (partial(_proftpd, logs="TransferLog {folder}/xferlog"), "xferlog", None),
    "ProFTPD, ExtendedLog": (partial(_proftpd, logs=_extended(_FULL)), "extended", None),
    "ProFTPD, another LogFormat": (partial(_proftpd, logs=_extended(_OTHER)), "extended", _OTHER.replace("\\", "")),
    **{f"Pure-FTPd, {layout}": (partial(_pureftpd, layout=layout), layout, None) for layout in _OF_PUREFTPD},
}


class Session:
    """One session after another with a server, each by curl, which says what it did; `log` is the client's."""

    def __init__(self, server, log, work):
        self._server, self._log, self._work = server, log, work
        self.lines = []

    def _curl(self, name, *options):
        url = f"ftp://{self._server.host}:{self._server.port}/{quote(name)}"
        user = f"{self._server.user}:{PASSWORD}"
        return [require("curl"), "-sS", "--user", user, "-w", "%{stderr}%{json}\n", *options, url]

    def _lines(self):
        return self._log.read_text(errors="replace").count("\n") if self._log.exists() else 0

    def _logged(self, before):
        deadline = time.monotonic() + _PATIENCE
        while self._lines() == before and time.monotonic() < deadline:
            time.sleep(0.01)

    def transfer(self, name, *options, is_logged=True):
        before = self._lines()
        done = subprocess.run(
            self._curl(name, *options), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        self.lines += [line for line in done.stderr.decode().splitlines() if line.startswith("{")]
        if is_logged:
            self._logged(before)

    def abort(self, name):
        """Kill the client when it has begun and nobody takes what it got."""
        before = self._lines()
        client = subprocess.Popen(self._curl(name), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        client.stdout.read(1)
        client.kill()
        client.communicate()
        self._logged(before)


def _session(server, log, work):
    """Transfer each file, abort one, ask for one that is not there; return what was done, and the client's log."""
    session = Session(server, log, work)
    done = []
    for name, size in _NAMES.items():
        (server.root / name).write_bytes(b"x" * size)
        (work / name).write_bytes(b"y" * size)
        session.transfer(name, "-o", str(work / "got"))
        done.append(("download", size))
        session.transfer(f"up {name}", "-T", str(work / name))
        done.append(("upload", size))
    with (server.root / "huge.img").open("wb") as huge:
        huge.truncate(_HUGE)
    session.abort("huge.img")
    session.transfer("missing.img", is_logged=False)
    session.transfer("a b.img", "-o", str(work / "got"))
    done.append(("download", _NAMES["a b.img"]))
    return done, session.lines


@pytest.mark.parametrize(("start", "name", "layout"), LOGS.values(), ids=LOGS)
def test_a_servers_log_agrees_with_its_clients(start, name, layout, tmp_path, work):
    folder = tmp_path / "server"
    folder.mkdir()
    with start(folder) as server:
        done, lines = _session(server, folder / name, work)
    (work / "curl.json").write_text("\n".join(lines) + "\n")
    of_client = read_log(str(work / "curl.json"))[0].to_dicts()
    rows, account = read_log(str(folder / name), options=Options(None, None, layout))
    of_server = rows.to_dicts()
    assert account.unparsed_lines == 0

    knows = start.func is not _pureftpd  # which prints an aborted transfer like a whole one
    aborted = of_server[len(done) - 1]  # in front of the last transfer, unless the log has the file that was not there
    completed = [row for row in of_server if row is not aborted and row["completion"] in {"confirmed", "reported"}]
    assert [(row["direction"], row["bytes"]) for row in completed] == done
    assert aborted["completion"] == ("partial" if knows else "reported")
    assert aborted["direction"] == "download"
    assert 0 < aborted["bytes"] < _HUGE
    for row in of_server:
        assert row["completion"] != "failed" or row["file"].endswith("missing.img")

    theirs = [row for row in of_client if row["completion"] == "confirmed"]
    assert [(row["direction"], row["bytes"]) for row in theirs] == done
    for server_row, client_row in zip(completed, theirs, strict=True):
        # The client's whole run holds the time of the server's clock: looking up, logging in, the data, the 226.
        if server_row["seconds_low"] is not None:
            assert server_row["seconds_low"] <= client_row["seconds_high"]
            assert server_row["seconds_high"] >= 0
