"""Speed of the experiment: what the runner adds to the thesis's script, and how fast its own client and server are.

Commands take turns, A B A B …, and the median of the pairwise ratios counts. vsftpd is unpacked for the tests.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ftpstats.experiment.clients.base import Request
from ftpstats.experiment.clients.legacy import legacy_script
from ftpstats.experiment.clients.registry import CLIENTS
from ftpstats.experiment.files import file_name, make_files
from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import Address, ServerSettings
from ftpstats.logs.reader import read_log, read_text
from ftpstats.manifest import LOG, MANIFEST, read_manifest
from ftpstats.units import KIB, MIB
from tests.live.servers import vsftpd

USER, PASSWORD = "bench", "bench-password"
SMALL, MEDIUM, LARGE = 100 * KIB, 10 * MIB, 1024 * MIB
AT_ONCE = 8
PACE = 12.5 * MIB  # bytes per second of each transfer: eight of them fill a link of about 1 Gbit/s


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two measurements of one quantity; ours over theirs is to be at most, or at least, the bound."""

    name: str
    ours: Callable[[Path], float]
    theirs: Callable[[Path], float]
    bound: float
    is_least: bool


@contextmanager
def our_server(*sizes: int, pace: float | None = None) -> Iterator[Address]:
    """Serve files of these sizes, at full speed or as over a network of so many bytes per second."""
    with tempfile.TemporaryDirectory() as root:
        make_files(Path(root), sizes)
        with running(ServerSettings(Path(root), USER, PASSWORD, bytes_per_second=pace)) as address:
            yield address


def experiment(folder: Path, address: Address, *arguments: str) -> Path:
    """Run `ftpstats run`, and return where it logged."""
    command = [
        sys.executable,
        "-m",
        "ftpstats",
        "run",
        f"ours={address.host}:{address.port}",
        "--user",
        USER,
        "--quiet",
    ]
    environment = os.environ | {"FTPSTATS_PASSWORD": PASSWORD}
    subprocess.run([*command, "--output", str(folder), *arguments], env=environment, check=True)
    return folder


def bare_script(folder: Path, address: Address, times: int) -> list[str]:
    """Return the command that runs the thesis's script by itself."""
    folder.mkdir()
    settings = {
        "TIMES": str(times),
        "SERVER": address.host,
        "PORT": str(address.port),
        "FTP": CLIENTS["inetutils"].program() or "",
        "FTP_USER": USER,
        "FTP_PASS": PASSWORD,
        "FILE": file_name(SMALL),
        "LABEL": "bare",
        "LOG": LOG,
        "RESULT": "RESULT.log",
    }
    variables = [f"{name}={value}" for name, value in settings.items()]
    return ["env", "-C", str(folder), *variables, "sh", str(legacy_script())]


def span_of_experiment(folder: Path) -> float:
    """Seconds from the first transfer's beginning to the end: what starting ftpstats takes is no part of it."""
    manifest = read_manifest(folder / MANIFEST)
    begin, end = (datetime.fromisoformat(text) for text in (manifest.attempts[0].time, manifest.end or ""))
    return (end - begin).total_seconds()


def mean_seconds(folder: Path) -> float:
    """Mean of the seconds in a log."""
    rows, _ = read_log(str(folder / LOG))
    mean = rows["seconds"].mean()
    assert isinstance(mean, float)
    return mean


def overhead(address: Address, times: int) -> Iterator[Comparison]:
    """Yield what the runner adds to the wall time of the bare script, and to the seconds in its log."""

    def ours(folder: Path) -> Path:
        return experiment(folder, address, "--client", "legacy", "--size", "100KB", "--times", str(times))

    def theirs(folder: Path) -> float:
        command = bare_script(folder, address, times)
        begin = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begin

    def logged(folder: Path) -> float:
        theirs(folder)
        return mean_seconds(folder)

    yield Comparison(
        f"run / bare script, wall time of {times} × 100 KB", lambda f: span_of_experiment(ours(f)), theirs, 1.05, False
    )
    yield Comparison("the same, mean seconds in the log", lambda f: mean_seconds(ours(f)), logged, 1.05, False)


def rate(client: str, address: tuple[str, int], user: tuple[str, str], folder: Path) -> float:
    """Bytes per second of one transfer of the large file."""
    folder.mkdir()
    request = Request(
        *address, *user, remote=file_name(LARGE), local=folder / "arrived", upload=False, delete=False, tls=None,
        timeout=600.0,
    )  # fmt: skip
    text = CLIENTS[client].transfer(request).text
    (folder / "arrived").unlink()
    row = read_text(f"FTP-TEST 1 rate\n{text}".encode()).row(0, named=True)
    return float(LARGE / row["seconds"])


def at_once(folder: Path, address: Address, check: str) -> float:
    """Seconds that so many bare clients take, started by hand, each in a folder of its own, and a check if there is."""
    script = f"user {USER} {PASSWORD}\nbinary\nget {file_name(MEDIUM)} arrived\n"
    transfer = f'"$0" -p -n -i -v {address.host} {address.port} <script >log'
    loop = f"for i in $(seq 25); do {transfer}; {check} rm arrived; done"
    folders = [folder / str(number) for number in range(AT_ONCE)]
    for work in folders:
        work.mkdir(parents=True)
        (work / "script").write_text(script)
    command = ["sh", "-c", loop, CLIENTS["inetutils"].program() or ""]
    begin = time.perf_counter()
    for client in [subprocess.Popen(command, cwd=work) for work in folders]:
        client.wait()
    seconds = time.perf_counter() - begin
    assert all(b"\n226 " in (work / "log").read_bytes() for work in folders)
    return seconds


def comparisons(times: int) -> Iterator[Comparison]:
    """Yield what is compared, with the servers for it running."""
    with our_server(SMALL, MEDIUM, LARGE) as ours, tempfile.TemporaryDirectory() as root:
        yield from overhead(ours, times)
        with vsftpd(Path(root)) as theirs:
            make_files(theirs.root, [LARGE])
            yield Comparison(
                "rate of 1 GiB: builtin from our server / curl from vsftpd",
                lambda f: rate("builtin", (ours.host, ours.port), (USER, PASSWORD), f),
                lambda f: rate("curl", (theirs.host, theirs.port), (theirs.user, theirs.password), f),
                0.8,
                True,
            )
        yield together("from a server at full speed, SHA-256 checked by both", ours, "openssl sha256 arrived >sum;")
        yield together("from a server at full speed, checked by us alone", ours)
    with our_server(MEDIUM, pace=PACE) as paced:
        yield together("from a server with a pace, checked by us alone", paced)


def together(how: str, address: Address, check: str = "") -> Comparison:
    """Compare clients that run at once, ours with those started by hand."""
    arguments = ("--client", "inetutils", "--size", "10MB", "--times", "200", "--parallel", str(AT_ONCE))
    return Comparison(
        f"run --parallel {AT_ONCE} / {AT_ONCE} clients by hand, seconds of 200 × 10 MB {how}",
        lambda f: span_of_experiment(experiment(f, address, *arguments)),
        lambda f: at_once(f, address, check),
        1.1,
        False,
    )


def measure(comparison: Comparison, pairs: int) -> str:
    """Measure both in turn, and report the median of the ratios as a row of Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        ratios = [
            comparison.ours(Path(folder) / f"ours-{pair}") / comparison.theirs(Path(folder) / f"theirs-{pair}")
            for pair in range(pairs)
        ]
    ratio = statistics.median(ratios)
    holds = ratio >= comparison.bound if comparison.is_least else ratio <= comparison.bound
    sign = "≥" if comparison.is_least else "≤"
    return (
        f"| {comparison.name} | {ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f}) | {sign} {comparison.bound:g} | "
        f"{'holds' if holds else 'EXCEEDED'} |"
    )


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of measurements (5)")
    parser.add_argument("--times", type=int, default=200, help="small transfers (200)")
    parser.add_argument("--only", default="", help="only comparisons whose name holds this text")
    options = parser.parse_args()
    print("| ours / theirs | median ratio (range) | bound | |")
    print("| --- | --- | --- | --- |")
    for comparison in comparisons(options.times):
        if options.only in comparison.name:
            print(measure(comparison, options.pairs), flush=True)


if __name__ == "__main__":
    main()
