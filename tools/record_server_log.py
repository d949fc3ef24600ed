"""Record `sample_logs/vsftpd/`: both logs of one vsftpd, while three clients download and upload for some minutes.

Run it from the repository's root: ``python -m tools.record_server_log``. It needs vsftpd, as the tests do, and curl;
memory rather than a disk under ``TMPDIR`` keeps the disk out of the times. The clients are programs on this machine
with addresses of their own, slowed by curl: the log is real, the network is not.
"""

import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from tests.live.servers import Server, vsftpd
from tests.programs import require

TARGET = Path(__file__).parents[1] / "sample_logs" / "vsftpd"
LOGS = {"xferlog_file": "xferlog", "vsftpd_log_file": "vsftpd.log"}
SIZES = {"10KB": 10 * 1024, "100KB": 100 * 1024, "1MB": 2**20, "10MB": 10 * 2**20, "100MB": 100 * 2**20}


@dataclass(frozen=True)
class Client:
    """Where a client connects from, how many it runs at once, how fast each is, and what it transfers how often."""

    address: str
    at_once: int
    limit: str
    downloads: dict[str, int]
    uploads: dict[str, int]


CLIENTS = (
    Client("127.0.0.2", 1, "12M", {"10KB": 40, "100KB": 30, "1MB": 30, "10MB": 12, "100MB": 6}, {"1MB": 12}),
    Client("127.0.0.3", 1, "1M", {"10KB": 20, "100KB": 20, "1MB": 16, "10MB": 8}, {"100KB": 8, "1MB": 8, "10MB": 4}),
    Client("127.0.0.4", 4, "4M", {"1MB": 24, "10MB": 40, "100MB": 14}, {}),
)


def main() -> None:
    """Run the server and its clients, and keep its logs."""
    with tempfile.TemporaryDirectory() as folder:
        logs = {setting: str(Path(folder, name)) for setting, name in LOGS.items()}
        settings = {
            "xferlog_enable": "YES",
            "xferlog_std_format": "YES",
            "dual_log_enable": "YES",
            "secure_email_list_enable": "NO",  # any password will do: it is in the log
            "anon_max_rate": "12000000",
            **logs,
        }
        with vsftpd(Path(folder), **settings) as server:
            for name, size in SIZES.items():
                Path(server.root, name).write_bytes(os.urandom(size))
            with ThreadPoolExecutor() as pool:
                list(pool.map(_work, CLIENTS, repeat(server), repeat(folder)))
        TARGET.mkdir(exist_ok=True)
        for name in LOGS.values():
            text = Path(folder, name).read_text()
            (TARGET / name).write_text(text.replace(f"{folder}/root/", "/"))  # as a server in a chroot writes names


def _work(client: Client, server: Server, folder: str) -> None:
    """Let one client make its transfers, mixed, and abort two of them."""
    jobs = [*_arguments(client, server, folder)]
    random.Random(client.address).shuffle(jobs)  # noqa: S311 - the same order each time, no secret
    cut = ["--max-time", "2", *_download(server, "100MB")]
    with ThreadPoolExecutor(client.at_once) as pool:
        list(pool.map(_curl, repeat(client), [*jobs[:5], cut, *jobs[5:], cut]))


def _arguments(client: Client, server: Server, folder: str) -> Iterator[list[str]]:
    for name, times in client.downloads.items():
        yield from repeat(_download(server, name), times)
    for name, times in client.uploads.items():
        source = Path(folder, "root", name)
        yield from repeat(["--upload-file", str(source), f"{_url(server)}/{client.address}-{name}"], times)


def _download(server: Server, name: str) -> list[str]:
    return ["--output", os.devnull, f"{_url(server)}/{name}"]


def _url(server: Server) -> str:
    return f"ftp://{server.host}:{server.port}"


def _curl(client: Client, arguments: list[str]) -> None:
    user = ["--user", "anonymous:guest@example.org", "--interface", client.address, "--limit-rate", client.limit]
    command = [require("curl"), "--silent", *user, *arguments]
    subprocess.run(command, check=False, timeout=600)  # noqa: S603 - curl with arguments of ours


if __name__ == "__main__":
    main()
