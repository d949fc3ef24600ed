"""What an experiment runs on and against: the machine, the client's version, the server's greeting."""

import json
import platform
import re
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from ftpstats.experiment.clients.base import Client, Endpoint
from ftpstats.experiment.clients.builtin import builtin_command
from ftpstats.experiment.programs import Programs
from ftpstats.experiment.transcript import tidy
from ftpstats.manifest import ClientUsed, Host

__all__ = ["banner", "client_used", "file_sizes", "this_host"]

_SECONDS = 5.0
_LOGIN_SECONDS = 10.0  # some servers look up who calls before they greet
_SHOWN = 200  # characters of a greeting or a version


def this_host() -> Host:
    """Return the facts about this machine."""
    cpu = re.search(r"^model name\s*:\s*(.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB$", _text("/proc/meminfo"), re.MULTILINE)
    cores = re.findall(r"^processor\s*:", _text("/proc/cpuinfo"), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?(.*?)"?$', _text("/etc/os-release"), re.MULTILINE)
    return Host(
        name=platform.node(),
        system=system[1] if system else platform.system(),
        kernel=platform.release(),
        cpu=cpu[1] if cpu else platform.processor() or None,
        cores=len(cores) or None,
        memory_bytes=1024 * int(memory[1]) if memory else None,
        virtualisation=_says(["systemd-detect-virt"]) or _text("/sys/hypervisor/type").strip() or None,
    )


def client_used(client: Client) -> ClientUsed:
    """Return the client, which must be installed, and its version where it is known."""
    program, version = client.program() or "", client.version
    command = [program, *version.arguments]
    said = _content(program) if version.in_file else _output(command, version.script, _SECONDS)
    found = re.search(version.pattern, said.decode("latin-1"))
    return ClientUsed(client.name, program, tidy(found[0].encode("latin-1"), "").strip()[:_SHOWN] if found else None)


def banner(host: str, port: int) -> str | None:
    """Return the first line of a server's greeting, None where it gives none."""
    with suppress(OSError), socket.create_connection((host, port), timeout=_SECONDS) as connection:
        said = connection.recv(4096)
        return tidy(said, "").partition("\n")[0][:_SHOWN] or None
    return None


def file_sizes(endpoint: Endpoint, names: Iterable[str]) -> dict[str, int]:
    """
    Ask a server for the bytes of files; none where it does not tell, or takes too long to.

    Each is a log-in. When one is refused, no other is tried: some servers lock out clients that keep trying.
    """
    found = {}
    for name in names:
        said = _asked_for_size(endpoint, name)
        told = re.search(rb"^213 (\d{1,18})$", said, re.MULTILINE)
        if told:
            found[name] = int(told[1])
        elif re.search(rb"^530[ -]", said, re.MULTILINE):
            break
    return found


def _asked_for_size(endpoint: Endpoint, name: str) -> bytes:
    """Return what a server says."""
    asked = {
        "host": endpoint.host,
        "port": endpoint.port,
        "user": endpoint.user,
        "password": endpoint.password,
        "remote": name,
        "local": None,
        "tls": asdict(endpoint.tls) if endpoint.tls else None,
        "timeout": _LOGIN_SECONDS,
    }
    # By a program of its own: a server that never stops talking can be left.
    return _output(builtin_command(sys.executable), json.dumps(asked), _LOGIN_SECONDS)


def _text(path: str) -> str:
    return _content(path).decode(errors="replace")


def _content(path: str) -> bytes:
    with suppress(OSError):
        return Path(path).read_bytes()
    return b""


def _says(command: list[str]) -> str | None:
    """Return the first line that a program prints."""
    return tidy(_output(command, "", _SECONDS), "").partition("\n")[0][:_SHOWN] or None


def _output(command: list[str], script: str, seconds: float) -> bytes:
    with suppress(OSError):
        return Programs().run(command, script=script.encode(), folder=Path("/"), timeout=seconds).output
    return b""
