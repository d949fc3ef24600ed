"""Real FTP servers on 127.0.0.1, each in a folder of its own, started as whoever runs the tests and always stopped."""

import grp
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import ServerSettings
from tests.programs import require_server

__all__ = ["PASSWORD", "SERVERS", "Server", "processes", "proftpd", "pureftpd", "pyftpdlib", "vsftpd"]

PASSWORD = "pass-word-of-the-test"
_PASSWORD_HASH = (  # openssl passwd -6
    "$6$ftpstats$zGuFQOl8sI8SntNGKZOdDMegV6bl6xNPvNSiHg2jM.UKYq4BEJcf6bPeyg9OC2FApURVRHmYr3i4kCttAI38M."
)
_HOST = "127.0.0.1"
_MARK = "FTPSTATS_TEST_SERVER"  # in the environment of a server: its folder
_KINDNESS = 5  # seconds after which what has not ended is killed
_PATIENCE = 60  # seconds after which a server that does not start or end is given up; a limit, nothing waits for it


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: where, for whom, and the folder that it serves, to be read and written."""

    host: str
    port: int
    user: str
    password: str
    root: Path
    kill: Callable[[], None] | None


@contextmanager
def vsftpd(folder: Path, **settings: str) -> Iterator[Server]:
    """Run the thesis's server; `settings` go into its configuration as they are."""
    me = pwd.getpwuid(os.getuid()).pw_name
    root, passwords, config = _empty(folder / "root"), folder / "passwords", folder / "vsftpd.conf"
    passwords.write_text(f"{PASSWORD}\n")
    with _reserved_port() as port:
        lines: Mapping[str, object] = {
            "listen": "YES",
            "listen_address": _HOST,
            "listen_port": port,
            "background": "NO",
            # Sandboxes need rights and system calls that containers do not give.
            "run_as_launching_user": "YES",
            "seccomp_sandbox": "NO",
            "isolate": "NO",
            "isolate_network": "NO",
            # Real users need PAM. Anonymous ones may be asked for a password that is on a list.
            "anonymous_enable": "YES",
            "local_enable": "NO",
            "ftp_username": me,
            "secure_email_list_enable": "YES",
            "email_password_file": passwords,
            "delay_failed_login": 0,
            "delay_successful_login": 0,
            "anon_root": root,
            "anon_umask": "022",
            "anon_world_readable_only": "NO",
            "write_enable": "YES",
            "anon_upload_enable": "YES",
            "anon_mkdir_write_enable": "YES",
            "anon_other_write_enable": "YES",
            **settings,
        }
        config.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        with _running([*require_server("vsftpd"), str(config)], folder, port) as kill:
            yield Server(_HOST, port, "anonymous", PASSWORD, root, kill)


@contextmanager
def proftpd(folder: Path, logs: str = "TransferLog none") -> Iterator[Server]:
    """Run ProFTPD with a user of its own, who acts as the one who runs the tests; `logs` are lines for its logs."""
    me = pwd.getpwuid(os.getuid())
    root, users, groups, config = (folder / name for name in ("root", "users", "groups", "proftpd.conf"))
    _empty(root)
    users.write_text(f"tester:{_PASSWORD_HASH}:{me.pw_uid}:{me.pw_gid}::{root}:/bin/sh\n")
    groups.write_text(f"tester:x:{me.pw_gid}:\n")
    for path in (users, groups):
        path.chmod(0o600)  # it refuses what others may read
    with _reserved_port() as port:
        config.write_text(f"""\
ServerType standalone
DefaultAddress {_HOST}
SocketBindTight on
Port {port}
UseIPv6 off
UseReverseDNS off
User {me.pw_name}
Group {grp.getgrgid(me.pw_gid).gr_name}
RootLogin on
RequireValidShell off
AuthOrder mod_auth_file.c
AuthUserFile "{users}"
AuthGroupFile "{groups}"
AuthPAM off
PidFile "{folder}/pid"
ScoreboardFile "{folder}/scoreboard"
DelayEngine off
ControlsEngine off
WtmpLog off
{logs}
AllowOverwrite on
MaxLoginAttempts 1
""")
        with _running([*require_server("proftpd"), "--nodaemon", "--config", str(config)], folder, port) as kill:
            yield Server(_HOST, port, "tester", PASSWORD, root, kill)


@contextmanager
def pureftpd(folder: Path, layout: str, log: Path) -> Iterator[Server]:
    """Run Pure-FTPd with a log in one of its layouts. It has to be root, and acts as somebody else, in /var/tmp."""
    if os.getuid() != 0:
        pytest.skip("needs root: Pure-FTPd changes its user")
    nobody, users = pwd.getpwnam("nobody"), folder / "users"
    with TemporaryDirectory(dir="/var/tmp") as home, _reserved_port() as port:
        root = _empty(Path(home) / "root")
        Path(home).chmod(0o755)
        root.chmod(0o777)
        # With a hash of ours: for one of its own, each login takes seconds.
        users.write_text(f"tester:{_PASSWORD_HASH}:{nobody.pw_uid}:{nobody.pw_gid}::{root}/./::::::::::::\n")
        made = [*require_server("pure-pw"), "mkdb", f"{users}.pdb", "-f", str(users)]
        subprocess.run(made, capture_output=True, check=True)
        options = ["-S", f"{_HOST},{port}", f"-lpuredb:{users}.pdb", "-O", f"{layout}:{log}", "-u", "1", "-H"]
        command = [*require_server("pure-ftpd"), *options, "-g", str(folder / "pid")]
        with _running(command, folder, port) as kill:
            yield Server(_HOST, port, "tester", PASSWORD, root, kill)


@contextmanager
def pyftpdlib(folder: Path) -> Iterator[Server]:
    """Run the server that ftpstats brings along."""
    root = _empty(folder / "root")
    with running(ServerSettings(root, "tester", PASSWORD, writable=True)) as address:
        yield Server(address.host, address.port, "tester", PASSWORD, root, None)


SERVERS: Mapping[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "vsftpd": vsftpd,
    "proftpd": proftpd,
    "pyftpdlib": pyftpdlib,
}


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


@contextmanager
def _reserved_port() -> Iterator[int]:
    """
    Give a free port that nobody else is given before the server listens on it.

    Linux lets a server share it, because both set SO_REUSEADDR and this socket does not listen.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((_HOST, 0))
        yield holder.getsockname()[1]


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int) -> Iterator[Callable[[], None]]:
    """Run a server while it is needed, and give what kills it; what it says is shown if it does not start."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {_MARK: str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        if not _greets(process, port):
            raise RuntimeError(f"{command} does not start: {log.read_text(errors='replace')}")
        yield partial(_end, process, folder, signal.SIGKILL)
    finally:
        _end(process, folder, signal.SIGTERM)


def _greets(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Connect until the server says 220, has ended, or a minute has passed."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((_HOST, port), timeout=_PATIENCE) as client:
            if client.recv(4).startswith(b"220"):
                return True
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            return False
    return False


def _end(process: "subprocess.Popen[bytes]", folder: Path, number: signal.Signals) -> None:
    """End the processes that serve clients while their parent is there to wait for them; then the server itself."""
    begin = time.monotonic()
    while family := _family(process.pid, folder):
        seconds = time.monotonic() - begin
        if seconds > _PATIENCE:
            raise RuntimeError(f"{process.args!r} does not end: {family}")
        for pid in family - {process.pid} or family:
            with suppress(ProcessLookupError):
                os.kill(pid, number if seconds < _KINDNESS else signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
    process.wait()


def _family(server: int, folder: Path) -> set[int]:
    """Return the server and what it has started, also where it has ended itself; without those that have ended."""
    mark = f"{_MARK}={folder}\0".encode()  # vsftpd's are sessions of their own; ProFTPD's have no environment
    found = set()
    for process in processes():
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            state, parent, _, session = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[:4]
            is_ours = server in {int(process.name), int(parent), int(session)}
            if state not in "ZX" and (is_ours or mark in (process / "environ").read_bytes()):
                found.add(int(process.name))
    return found


def processes() -> list[Path]:
    """Return the folders of all processes in /proc; each may be gone by now, which glob() does not forgive."""
    return [path for path in Path("/proc").iterdir() if path.name.isdigit()]
