"""Record the logs beside this file: real FTP clients, three servers shaped differently, the thesis's loop.

Run it from the repository's root: ``python -m sample_logs.record`` (all clients) or ``... record tnftp``.
It takes some minutes, and memory rather than a disk under ``TMPDIR`` keeps the disk out of the times.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import ServerSettings

_HERE = Path(__file__).parent
_SCRIPT = _HERE.parent / "legacy" / "ftp-test.sh"
_MIB = 2**20
_USER, _PASSWORD = "tester", "secret"


@dataclass(frozen=True)
class Platform:
    """How slowly a server answers and sends."""

    latency_seconds: float
    bytes_per_second: float | None


# One is quick to start and the other quick once it runs, so that the verdict depends on the file's size.
PLATFORMS = {
    "Baseline": Platform(latency_seconds=0.0, bytes_per_second=None),
    "Xen": Platform(latency_seconds=0.030, bytes_per_second=90 * _MIB),
    "VMware": Platform(latency_seconds=0.008, bytes_per_second=75 * _MIB),
}
FILES = {"ftp-test1.img": 100 * 1024, "ftp-test2.img": 10 * _MIB, "ftp-test3.img": 100 * _MIB}


@dataclass(frozen=True)
class Client:
    """A client program with its options, and how often it downloads each file from each platform."""

    command: str
    times: int


CLIENTS = {
    "inetutils": Client("inetutils-ftp", 100),
    "netkit": Client("ftp-ssl -z nossl", 30),
    "tnftp": Client("tnftp", 30),
}


def main(names: Iterable[str]) -> None:
    """Record the named clients, or all of them, in the thesis's order: one platform after the other."""
    with tempfile.TemporaryDirectory() as served:
        for name, size in FILES.items():
            Path(served, name).write_bytes(os.urandom(size))
        for name in names or CLIENTS:
            _record(CLIENTS[name], Path(served), _empty_folder(_HERE / name))


def _empty_folder(folder: Path) -> Path:
    """Return the folder without its old logs, to which the script would append."""
    folder.mkdir(exist_ok=True)
    for log in folder.glob("*.log"):
        log.unlink()
    return folder


def _record(client: Client, served: Path, logs: Path) -> None:
    for label, platform in PLATFORMS.items():
        with running(ServerSettings(served, _USER, _PASSWORD, **asdict(platform))) as address:
            for file in FILES:
                print(f"{client.command}: {file} from {label}, {client.times} times", flush=True)
                settings = {
                    "FTP": client.command,
                    "SERVER": address.host,
                    "PORT": str(address.port),
                    "LABEL": label,
                    "FILE": file,
                }
                for i in range(1, client.times + 1):
                    _download(logs, settings | {"FIRST": str(i)})


def _download(logs: Path, settings: dict[str, str]) -> None:
    """
    Run the script for one download, in a folder that goes away with it.

    Where the files pile up, as in the thesis, the times of 100 MB double once the machine runs out of memory
    that it had used before. That is the measuring machine's trouble, not a platform's.
    """
    common = {"TIMES": "1", "FTP_USER": _USER, "FTP_PASS": _PASSWORD}
    outputs = {"LOG": str(logs / "FTP.log"), "RESULT": str(logs / "RESULT.log")}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["sh", str(_SCRIPT)],
            env=os.environ | common | outputs | settings,
            cwd=folder,
            stdout=subprocess.DEVNULL,  # it shows RESULT, which stands in its file
            check=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
