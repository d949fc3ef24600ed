"""Every command at every width: no line is wider than the window, and what a wide one shows is there."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest
from rich.cells import cell_len

from tests.cli.conftest import stable

COMMANDS = [
    "summary --from FTP.log --details --all-tests",
    "compare xen vmware --from FTP.log",
    "compare baseline xen vmware --from FTP.log --all-pairs --details --all-tests --verbose",
    "compare baseline xen vmware --from FTP.log --method thesis --unit Mbit/s",
    "compare --aa --from rounds.log",
    "compare --summaries summaries.csv --verbose",
    "compare --summaries inflation.csv --method thesis --run-sd 3%",
    "compare xen vmware --from size-missing.log",
    "throughput --from server/vsftpd.log --from server/xferlog --time-zone UTC",
    "throughput --from server/vsftpd.log --by peer --unit Mbit/s",
    "compare north south --from duet/shared --verbose --details",
    "history --from nightly --time-zone UTC",
    "history --from FTP.log --verbose",
    "scaling --from FTP.log --at 1MB --verbose",
    "scaling --from server/vsftpd.log --from server/xferlog --label-from peer",
    "plan xen vmware --from FTP.log --unit MB/s",
    "plan --sd 2ms --mean 100ms --run-sd 3ms --simulate",
    "plan --for scaling --from FTP.log --unit Mbit/s --verbose",
    "plan --for history --from nightly --verbose",
    "plan --for history --from FTP.log",
    "check FTP.log strange",
    "parse FTP.log",
]


@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_the_window(command, width, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    done = run(*command.split(), "--format", "table")
    wide = [line for line in done.stdout.splitlines() if len(line) > width]
    assert (wide, done.status) == ([], 0)


@pytest.mark.parametrize("question", ["throughput", "throughput --by label", "summary"])
def test_a_name_that_is_wider_than_the_window_is_broken(question, run, folder):
    line = "Sun Nov 29 1{at}:00:00 2026 20 192.0.2.1 1048576 /{folder}/{at}.img b _ o r me ftp 0 * c\n"
    for name in ("very/long/folder/" * 15, "日本語" * 40):
        (folder / "xferlog").write_text("".join(line.format(at=at, folder=name) for at in range(3)))
        done = run(*question.split(), "--from", "xferlog", "--label-from", "file", "--format", "table")
        assert [line for line in done.stdout.splitlines() if cell_len(line) > 80] == []
        assert f"/{name}/2.img" in "".join(line.strip() for line in done.stdout.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_without_utf_8_all_is_ascii(command, run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("COLUMNS", "140")
    assert run(*command.split(), "--format", "table").stdout.isascii()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_screens_word_for_word(width, run, monkeypatch, golden):
    monkeypatch.setenv("COLUMNS", str(width))
    shown = [
        f"$ ftpstats {command}\n{stable(run(*command.split(), '--format', 'table').stdout)}"
        for command in ("compare xen vmware --from FTP.log", "summary --from FTP.log", "plan xen vmware --from FTP.log")
    ]
    golden(f"width-{width}", "\n".join(shown))


def test_a_pager_on_a_terminal_gets_its_width(folder, tmp_path):
    """Standard output is a pipe, standard error the terminal."""
    command = "import sys; from ftpstats.commands.shared import _columns; print(_columns())"
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 137, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = subprocess.run(
        [sys.executable, "-c", command],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env=environment,
        timeout=60,
        check=True,
    )
    os.close(terminal)
    os.close(controller)
    assert done.stdout == b"137\n"


@pytest.mark.parametrize("form", ["json", "csv", "junit", "github", "markdown", "latex"])
def test_a_form_that_is_named_is_written_however_quiet(form, run):
    shown = run("compare", "xen", "vmware", "--from", "FTP.log", "--format", form, "--quiet")
    assert (len(shown.stdout) > 50, shown.stderr) == (True, "")
    assert run("compare", "xen", "vmware", "--from", "FTP.log", "--format", "table", "--quiet").stdout == ""
