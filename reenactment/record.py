"""Record experiments: make the network, let ``ftpstats run`` measure, boot by boot, and take everything down.

Run from the repository's root, as root: ``python -m reenactment.record [NAME...] [--output FOLDER] [--accel kvm]``.
What is recorded already is left alone, what was interrupted goes on.
"""

import argparse
import fcntl
import gzip
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ftpstats.manifest import LOG, MANIFEST, RESULT, read_manifest
from reenactment.boot import FAILURES, power_off
from reenactment.experiments import EXPERIMENTS, SMOKE, Experiment
from reenactment.network import CLIENT, inside, network
from reenactment.platforms import PLATFORMS, WORK

_HOOK = "reenactment/boot"
_TRIES = 3  # of an experiment: a boot may fail
_COMPRESSED_ABOVE = 1_000_000  # bytes
_KVM_PATIENCE = 60.0  # seconds; where it does not work, Linux hangs
_INTERRUPTED = 130


def main() -> int:
    """Record what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m reenactment.record", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EXPERIMENTS)}; default: all")
    parser.add_argument("--output", type=Path, default=Path("reenactment/results"), help="a folder for each goes here")
    parser.add_argument("--accel", choices=["tcg", "kvm"], default="tcg", help="emulate the processor, or use KVM")
    asked = parser.parse_args()
    for name in asked.names:
        if name not in EXPERIMENTS:
            parser.error(f"no experiment {name!r}; there are {', '.join(EXPERIMENTS)}")
    if not (WORK / "dom0.done").exists():
        parser.error("no images; make them: make -C reenactment setup")
    try:
        with _alone():
            accel = _accelerator(asked.accel)
            return _record_all(asked.names or [name for name in EXPERIMENTS if name != SMOKE], asked.output, accel)
    except subprocess.CalledProcessError as error:
        print(f"this machine cannot make the network: {error.stderr.strip()} ({' '.join(error.cmd)})", file=sys.stderr)
        return 1


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the images, and power off what an earlier run has left, which was killed."""
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("another recording is running; wait for its end")
        power_off()
        yield


def _accelerator(wanted: str) -> str:
    """Return the accelerator that works: KVM if it is wanted and a guest boots with it."""
    if wanted == "tcg":
        return wanted
    with network("unshaped"), tempfile.TemporaryDirectory() as folder:
        hook = {**os.environ, **_settings(SMOKE, Path(folder), wanted), "FTPSTATS_LABEL": "para", "FTPSTATS_RUN": "1"}
        try:
            subprocess.run(
                inside(CLIENT, [_HOOK]), env=hook, check=True, capture_output=True, text=True, timeout=_KVM_PATIENCE
            )
        except subprocess.CalledProcessError as error:
            said = error.stdout.strip()
        except subprocess.TimeoutExpired:
            said = f"a guest did not greet within {_KVM_PATIENCE:g} s"
        else:
            return wanted
        finally:
            power_off()
    print(f"KVM does not work here, so the processor is emulated: {said}")
    return "tcg"


def _record_all(names: Sequence[str], output: Path, accel: str) -> int:
    """Record experiments; one that fails leaves the others. Return 0 if all are complete."""
    failed = []
    for name in names:
        status = _record(name, output / name, accel)
        if status == _INTERRUPTED:
            return status
        failed += [name] * bool(status)
    if failed:
        print(f"not complete: {', '.join(failed)}; {FAILURES} in its folder in {output} says why", file=sys.stderr)
    return int(bool(failed))


def _record(name: str, folder: Path, accel: str) -> int:
    """Record an experiment, or what is left of it; return the exit status of its last try."""
    if name == SMOKE:
        shutil.rmtree(folder, ignore_errors=True)
    experiment = EXPERIMENTS[name]
    folder.parent.mkdir(parents=True, exist_ok=True)
    status = 0
    for _ in range(_TRIES):
        if _is_complete(folder):
            break
        print(f"{name}: {experiment.what}", flush=True)
        with network(experiment.link):
            try:
                _read_images()
                status = _measured(name, experiment, folder, accel)
            finally:
                power_off()
        if status in {0, _INTERRUPTED}:
            break
    if not status:
        _compress(folder)
    return status


def _is_complete(folder: Path) -> bool:
    return (folder / MANIFEST).exists() and read_manifest(folder / MANIFEST).end is not None


def _read_images() -> None:
    """Read what guests boot into the host's page cache, so that the first boot is like the others."""
    for path in (*WORK.glob("*.img"), *(WORK / "files").iterdir()):
        with path.open("rb") as file:
            while file.read(2**24):
                pass


def _measured(name: str, experiment: Experiment, folder: Path, accel: str) -> int:
    """Let ftpstats measure; return its exit status. It and its hook are ended before the network is."""
    command = inside(CLIENT, _command(experiment, folder))
    process = subprocess.Popen(command, env={**os.environ, **_settings(name, folder, accel)})
    # Ctrl-C reaches it too, and it ends its transfer in order; a plain kill is passed on.
    before = [
        (number, signal.signal(number, handler))
        for number, handler in (
            (signal.SIGINT, lambda *_: None),
            (signal.SIGTERM, lambda *_: process.terminate()),
        )
    ]
    try:
        return process.wait()
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _settings(name: str, folder: Path, accel: str) -> dict[str, str]:
    """Return what the hook reads from its environment."""
    return {
        "REENACTMENT_EXPERIMENT": name,
        "REENACTMENT_OUTPUT": str(folder.resolve()),
        "REENACTMENT_ACCEL": accel,
        "REENACTMENT_PYTHON": sys.executable,
    }


def _command(experiment: Experiment, folder: Path) -> list[str]:
    run = [sys.executable, "-m", "ftpstats", "run", f"--output={folder}"]
    if (folder / MANIFEST).exists():
        return [*run, "--resume"]
    servers = [f"{server.label}={PLATFORMS[server.platform].address}" for server in experiment.servers]
    return [*run, *servers, *experiment.options, "--user=anonymous", f"--before={_HOOK}"]


def _compress(folder: Path) -> None:
    for name in (LOG, RESULT):
        path = folder / name
        with suppress(FileNotFoundError):
            if path.stat().st_size > _COMPRESSED_ABOVE:
                path.with_name(f"{name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
                path.unlink()


if __name__ == "__main__":
    sys.exit(main())
