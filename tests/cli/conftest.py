"""The command line run as a user runs it: in a folder of its own, without colour, 120 columns wide."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ftpstats import __version__

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
LOGS = {
    "FTP.log": "sample_logs/inetutils/FTP.log",
    "RESULT.log": "sample_logs/inetutils/RESULT.log",
    "netkit.log": "sample_logs/netkit/FTP.log",
    "same.log": "tests/data/recordings/netkit-debian-loop100-get-100k.log",
    "missing.log": "tests/data/recordings/netkit-debian-missing-550.log",
    "killed.log": "tests/data/recordings/inetutils-get-server-killed.log",
    "unlabelled.log": "tests/data/recordings/tnftp-get-100k.log",
    "vm.log": "tests/data/recordings/vm/FTP-tap-100mbit-n10.log",
    "dead-run.log": "tests/data/cases/dead-run.log",
    "size-missing.log": "tests/data/cases/size-missing.log",
    "summaries.csv": "tests/data/summaries/inetutils.csv",
    "inflation.csv": "tests/data/summaries/inetutils-inflation.csv",
    "thesis.log": "tests/data/recordings/thesis-RESULT-netkit-debian.log",
}
RESULT = "bytes received in 0.01 secs (8746.3 kB/s)\n"
STRANGE = f"FTP-TEST x Xen\n102400 {RESULT}FTP-TEST 2\n102400 {RESULT}FTP-TEST 3 Xen\n-1024 {RESULT}"


def rounds(log):
    """Return a recorded log of one server cut into six runs, as if two labels had taken turns."""
    results = [line for line in log.splitlines() if "bytes received" in line]
    size, order = len(results) // 6, ("Xen", "VMware", "VMware", "Xen", "Xen", "VMware")
    return "".join(
        f"FTP-TEST {i} {label}\n{results[run * size + i - 1]}\n"
        for run, label in enumerate(order)
        for i in range(1, size + 1)
    )


@dataclass(frozen=True)
class Done:
    """What a command wrote, and its exit status."""

    stdout: str
    stderr: str
    status: int


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder: LOGS and a file that is no log."""
    for name, path in LOGS.items():
        (tmp_path / name).symlink_to(ROOT / path)
    # What reads all logs of the folder follows no link to another.
    (tmp_path / "server").symlink_to(ROOT / "sample_logs" / "vsftpd")
    (tmp_path / "nightly").symlink_to(ROOT / "sample_logs" / "history")
    (tmp_path / "duet").symlink_to(ROOT / "sample_logs" / "duet")
    (tmp_path / "empty.log").touch()
    (tmp_path / "odd.log").write_text("FTP-TEST 1 A\n226 Transfer complete.\nwhat is 12 bytes of this?\n\n")
    (tmp_path / "rounds.log").write_text(rounds((tmp_path / "thesis.log").read_text()))
    (tmp_path / "letter").write_text("Dear Ian,\n")
    (tmp_path / "strange").write_text(STRANGE)
    monkeypatch.chdir(tmp_path)
    for name in ("FTPSTATS_STORE", "FORCE_COLOR", "TTY_COMPATIBLE", "PY_COLORS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


@pytest.fixture
def run(folder, capfd):
    """Run a command in this process."""
    from ftpstats.cli import main

    def run(*arguments):
        with pytest.raises(SystemExit) as exits:
            main(arguments, "ftpstats")
        written = capfd.readouterr()
        assert "Traceback" not in written.err
        return Done(written.out, written.err, exits.value.code or 0)

    return run


@pytest.fixture
def start(folder):
    """Start a command in a process of its own; whatever is left of it at the end is killed."""
    started = []

    def start(*arguments, **options):
        # Where the tests run in the background, Ctrl-C is ignored, and a child inherits that.
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "ftpstats", *arguments],
                stdin=options.pop("stdin", subprocess.DEVNULL),
                stderr=subprocess.PIPE,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
                **options,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def execute(start):
    """Run a command in a process of its own."""

    def execute(*arguments, stdin=None, **options):
        source = subprocess.DEVNULL if stdin is None else subprocess.PIPE
        process = start(*arguments, stdin=source, stdout=options.pop("stdout", subprocess.PIPE), **options)
        out, err = process.communicate(stdin, timeout=60)
        assert b"Traceback" not in err
        return Done((out or b"").decode(), err.decode(), process.returncode)

    return execute


@pytest.fixture
def golden(request):
    """Compare text with a file in golden/; `pytest tests/cli --update-golden` writes it."""

    def check(name, text):
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--update-golden", default=False):
            path.write_text(text)
        assert text == path.read_text()

    return check


def stable(text):
    """Text without what differs between two versions or machines: ours, and the last digits of a float."""
    text = text.replace(f'"ftpstats_version": "{__version__}"', '"ftpstats_version": "…"')
    text = text.replace(f"ftpstats {__version__}", "ftpstats …")
    return re.sub(r"\d+\.\d{7,}(?:e[-+]?\d+)?", lambda number: f"{float(number[0]):.7g}", text)


def closed_pipe():
    """The writing end of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "wb")
