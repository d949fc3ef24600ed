"""Boot a fresh server before a run: the hook that ``ftpstats run --before`` calls before each sub-experiment.

A label's run is one boot: the server of any other run loses its power, as the thesis's did.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from reenactment.experiments import EXPERIMENTS, Server
from reenactment.network import SERVERS, inside
from reenactment.platforms import PLATFORMS, WORK, command

__all__ = ["BOOTS", "FAILURES", "boot", "power_off"]

BOOTS, FAILURES, CONSOLES = "boots.jsonl", "failures.jsonl", "consoles"
_UP = WORK / "up.json"
_ENDED = {None: "did not greet", 0: "ended: the guest reset itself, or shut down"}
_PATIENCE = 300.0  # Xen's domU takes a minute or two


@dataclass(frozen=True)
class _Up:
    """The server that is up: of which run, its process, and when that began, which tells it from a later one."""

    label: str
    run: str
    process: int
    started: str | None


def main() -> int:
    """Boot the server of the run that the environment names, unless it is up."""
    label, run = os.environ["FTPSTATS_LABEL"], os.environ["FTPSTATS_RUN"]
    up = _is_up()
    if up and (up.label, up.run) == (label, run):
        return 0
    power_off()
    experiment = EXPERIMENTS[os.environ["REENACTMENT_EXPERIMENT"]]
    server = next(server for server in experiment.servers if server.label == label)
    output = Path(os.environ["REENACTMENT_OUTPUT"])
    began = datetime.now(UTC).isoformat(timespec="milliseconds")
    facts = {**asdict(server), "run": int(run), "began": began, "accel": os.environ["REENACTMENT_ACCEL"]}
    try:
        seconds = boot(server, run, facts["accel"], output / CONSOLES, _PATIENCE)
    except OSError as error:
        _append(output / FAILURES, facts | {"reason": str(error)})
        print(f"{label}, run {run}: {error}")
        return 1
    _append(output / BOOTS, facts | {"seconds": round(seconds, 1)})
    return 0


def boot(server: Server, run: str, accel: str, consoles: Path, patience: float) -> float:
    """
    Start a server, and return the seconds until it greeted.

    Raises
    ------
    OSError
        If it ends, or does not greet within `patience` seconds; what its console said last is in the message.
    """
    consoles.mkdir(parents=True, exist_ok=True)
    console = consoles / f"{server.label}-{run}.console"
    begin = time.monotonic()
    with console.open("ab") as output:
        process = subprocess.Popen(
            inside(SERVERS, command(server.platform, server.memory, accel)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # it outlives the hook
        )
    _UP.write_text(json.dumps(asdict(_Up(server.label, run, process.pid, _started(process.pid)))))
    while process.poll() is None and time.monotonic() < begin + patience and not _has_failed(console):
        if _greets(PLATFORMS[server.platform].address):
            return time.monotonic() - begin
        time.sleep(0.1)
    reason = _ENDED.get(process.poll(), f"ended with status {process.returncode}")
    said = console.read_text(errors="replace").strip().rpartition("\n")[2]
    power_off()
    process.wait()
    raise OSError(f"its server {reason}; the console's last line: {said or 'none'}")


def _has_failed(console: Path) -> bool:
    return b"GUEST-FAIL" in console.read_bytes()


def _greets(address: str) -> bool:
    with suppress(OSError), socket.create_connection((address, 21), timeout=2.0) as connection:
        connection.settimeout(10.0)
        said = connection.recv(256)
        connection.sendall(b"QUIT\r\n")
        return said.startswith(b"220")
    return False


def power_off() -> None:
    """Cut the power of the server that is up: kill its process and all that it has started."""
    up = _is_up()
    if up:
        with suppress(ProcessLookupError):
            os.killpg(up.process, signal.SIGKILL)
        while _started(up.process) == up.started:
            time.sleep(0.01)
    _UP.unlink(missing_ok=True)


def _is_up() -> _Up | None:
    try:
        up = _Up(**json.loads(_UP.read_text()))
    except OSError:
        return None
    return up if up.started is not None and _started(up.process) == up.started else None


def _started(process: int) -> str | None:
    """Return when a process began, in the kernel's ticks since it booted; None if it has ended."""
    with suppress(OSError):
        state, *fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
        return None if state == "Z" else fields[18]
    return None


def _append(path: Path, facts: dict[str, object]) -> None:
    with path.open("a") as file:
        file.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    sys.exit(main())
