"""The thesis's two scripts, mended, under three shells: with fake clients, and real ones on a real server."""

import os
import subprocess
from pathlib import Path

import pytest

from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import ServerSettings
from tests.programs import require

LEGACY = Path(__file__).parents[2] / "legacy"
RECORDINGS = Path(__file__).parents[1] / "data" / "recordings"

SHELLS = {"dash": ("dash",), "bash": ("bash", "--posix"), "busybox": ("busybox", "sh")}
CLIENTS = ("inetutils-ftp", "ftp-ssl -z nossl", "tnftp")
AWKS = ("mawk", "busybox")
USER, PASSWORD = "tester", "pass-word-of-the-test"

RESULT_LINES = (
    "102400 bytes received in 0.01 secs (8746.3 kB/s)",
    "314 bytes received in 0.00 secs (350.4464 kB/s)",
    "102400 bytes received in 0.00 secs (280.6214 MB/s)",
    "10485760 bytes received in 0.00316 secs (3.2e+03 Kbytes/sec)",
    "10240 bytes received in 8e-05 secs (125000.00 Kbytes/sec)",
    "102400 bytes received in -0.01 secs (-8746.3 kB/s)",
    "11 bytes received in 0.000225 seconds (48888 bytes/s)",
    "102400 bytes received in 0.000402 seconds (243 Mbytes/s)",
    "102400 bytes received in 0,000183 seconds (534 Mbytes/s)",
    "2501210 bytes sent in 3.0102 seconds (811.4376 kbytes/s)",
    "102400 bytes received in 00:00 (488.28 MiB/s)",
    "1 byte received in 00:00 (0.97 KiB/s)",
    "102400 bytes received in 1 day  9:22:28 (0.85 KB/s)",
    "102400 bytes received in 0.12 seconds (833.3 Kbytes/s)",
    "9493 bytes received in 8.8e-05 seconds (1.1e+05 Kbytes/s)",
    "299878400 bytes sent in 65.95 seconds (4441 Kbytes/s)",
    "1569 bytes received in 0.0104 seconds (147.2 kbyte/s)",
    "ftp: 4333168 bytes sent in 10.63Seconds 407.48Kbytes/sec.",
    "FTP: 1489 Bytes empfangen in 0,01Sekunden 297,80KB/s",
    "ftp : 67 octets reçus en 0.00 secondes à 67.00 Ko/s.",
    "ftp: 126 bytes recibidos en 0.00segundos 42.00a KB/s.",
    "EZA1617I 24 bytes transferred in 0.076 seconds. Transfer rate 0.32 Kbytes/sec.",
    "10485760 bytes transferred in 4 seconds (2.47 MiB/s)",
    "10485760 bytes transferred in 1 second (63.8K/s)",
    "10485760 bytes transferred",
)
# tnftp, Windows, z/OS
NOT_SECONDS = [line for line in RESULT_LINES if " 00:0" in line or " day " in line or line[0] in "fFE"]
OTHER_LINES = (
    "150 Opening BINARY mode data connection for f (102400 bytes).",
    "226 0.172 seconds (measured here), 70.10 Kbytes per second",
    "226-0.172 seconds (measured here), 70.10 Kbytes per second",
    "   0.172 seconds (measured here), 70.10 Kbytes per second",
    "226 102400 bytes received in 0.01 secs (8746.3 kB/s)",
    "1048576 bytes transferred in 0.086200 secs (12164455 bytes/sec)",
    "0 bytes sent, 0 bytes received in 0.02 seconds.",
    "5127 bytes copied in 1.284 secs (3993 bytes/sec)",
    "ftp: connect to address 127.0.0.1: Connection refused",
    "ftp: bind: Address already in use",
    "local: ftp-test1.img remote: ftp-test1.img",
    "220 FTP-TEST 1 Xen",
    "",
)


@pytest.fixture(params=SHELLS)
def shell(request):
    program, *options = SHELLS[request.param]
    return [require(program), *options]


@pytest.fixture(params=AWKS)
def awk_path(request, tmp_path):
    """A search path on which awk is the one wanted."""
    folder = tmp_path / "awk"
    folder.mkdir()
    (folder / "awk").symlink_to(require(request.param))
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture
def server(tmp_path):
    """The address of a server that holds one file of 100 KB."""
    root = tmp_path / "served"
    root.mkdir()
    (root / "ftp-test1.img").write_bytes(bytes(102400))
    with running(ServerSettings(root, USER, PASSWORD)) as address:
        yield address.host, address.port


@pytest.fixture
def folder(tmp_path):
    """An empty folder to download into; the logs lie beside it."""
    path = tmp_path / "downloads"
    path.mkdir()
    return path


def run(shell, script, folder, *arguments, answer="", **settings):
    defaults = {"LOG": folder.parent / "FTP.log", "RESULT": folder.parent / "RESULT.log", "FTP": "true"}
    return subprocess.run(
        [*shell, LEGACY / script, *arguments],
        input=answer,
        env={"PATH": os.environ["PATH"], **{k: str(v) for k, v in (defaults | settings).items()}},
        cwd=folder,
        capture_output=True,
        text=True,
        errors="surrogateescape",  # a log may be in Latin-1
        timeout=60,
        check=False,
    )


def fake_client(folder, body):
    """Write a client of our own beside the folder and return its path."""
    path = folder.parent / "client"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def filtered(shell, folder, log, **settings):
    """Return what the script writes to RESULT for a log that is already there."""
    done = run(shell, "ftp-test.sh", folder, LOG=log, TIMES=0, LABEL="x", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    result = (folder.parent / "RESULT.log").read_bytes()
    assert done.stdout.encode(errors="surrogateescape") == result
    return result.splitlines(keepends=True)


# The loop, with real clients.


@pytest.mark.parametrize("client", CLIENTS)
def test_a_real_client_downloads_and_logs(shell, client, server, folder):
    require(client.split()[0])
    host, port = server
    settings = {"FTP": client, "SERVER": host, "PORT": port, "FTP_USER": USER, "FTP_PASS": PASSWORD}
    done = run(shell, "ftp-test.sh", folder, answer="2\n", TIMES=2, **settings)
    assert (done.returncode, done.stderr) == (0, "")
    log = (folder.parent / "FTP.log").read_text()
    assert log.count("\n226 ") == 2
    assert PASSWORD not in log
    lines = (folder.parent / "RESULT.log").read_text().splitlines()
    assert lines[0::2] == ["FTP-TEST 1 Xen", "FTP-TEST 2 Xen"]
    assert all(line.startswith("102400 bytes received in 0") for line in lines[1::2])
    assert sorted(path.name for path in folder.iterdir()) == ["ftp-test1-1.img", "ftp-test1-2.img"]
    assert {path.stat().st_size for path in folder.iterdir()} == {102400}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "fault", [{"FILE": "missing.img"}, {"FTP_PASS": "wrong"}, {"PORT": 1}], ids=["550", "530", "refused"]
)
def test_a_failed_download_leaves_a_header_and_the_loop_goes_on(shell, client, fault, server, folder):
    require(client.split()[0])
    host, port = server
    settings = {"FTP": client, "SERVER": host, "PORT": port, "FTP_USER": USER, "FTP_PASS": PASSWORD} | fault
    done = run(shell, "ftp-test.sh", folder, TIMES=2, LABEL="Xen", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["FTP-TEST 1 Xen", "FTP-TEST 2 Xen"]
    assert list(folder.iterdir()) == []


# The loop, with a fake client.


def test_the_client_gets_the_thesis_s_command_line_and_commands(shell, folder):
    client = fake_client(folder, 'echo "arguments: $*"; cat')
    run(shell, "ftp-test.sh", folder, FTP=f"{client} -x", TIMES=1, LABEL="Xen", SERVER="host")
    assert (folder.parent / "FTP.log").read_text().splitlines() == [
        "FTP-TEST 1 Xen",
        "arguments: -x -n -i -v host",
        "quote USER anonymous",
        "quote PASS ftp-test@",
        "binary",
        "get ftp-test1.img",
        "quit",
    ]


def test_no_argument_list_shows_the_password(shell, folder):
    client = fake_client(folder, "cat >/dev/null; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'")
    run(shell, "ftp-test.sh", folder, FTP=client, TIMES=1, LABEL="Xen", FTP_PASS=PASSWORD)
    log = (folder.parent / "FTP.log").read_text(errors="replace")
    assert str(client) in log
    assert PASSWORD not in log


@pytest.mark.parametrize(
    ("file", "numbered"),
    [
        ("ftp-test1.img", "ftp-test1-1.img"),
        ("data", "data-1"),
        ("a.tar.gz", "a.tar-1.gz"),
        ("a b.img", "a b-1.img"),
    ],
)
def test_a_downloaded_file_gets_its_number(shell, folder, file, numbered):
    client = fake_client(folder, f"cat >/dev/null; echo x >'{file}'")
    run(shell, "ftp-test.sh", folder, FTP=client, TIMES=1, LABEL="Xen", FILE=file)
    assert [path.name for path in folder.iterdir()] == [numbered]


def test_first_numbers_warm_up_downloads_and_the_log_is_appended_to(shell, folder):
    run(shell, "ftp-test.sh", folder, TIMES=3, FIRST=-1, LABEL="Xen 3.2")
    done = run(shell, "ftp-test.sh", folder, TIMES=1, FIRST=8, LABEL="VMware")
    headers = ["FTP-TEST -1 Xen 3.2", "FTP-TEST 0 Xen 3.2", "FTP-TEST 1 Xen 3.2", "FTP-TEST 8 VMware"]
    assert done.stdout.splitlines() == headers
    assert (folder.parent / "FTP.log").read_text().splitlines() == headers


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("1\n", "Baseline"),
        ("2\n", "Xen"),
        ("3\n", "VMware"),
        ("3", "VMware"),  # no newline at the end
        ("4\n\nxen\n1\n", "Baseline"),  # asked until answered
    ],
)
def test_the_question_is_answered_with_a_number(shell, folder, answer, label):
    done = run(shell, "ftp-test.sh", folder, answer=answer, TIMES=1)
    question = "Run test: 1 = Baseline, 2 = Xen, 3 = VMware\nChoose: "
    times_asked = max(answer.count("\n"), 1)
    assert done.stdout == question * times_asked + f"FTP-TEST 1 {label}\n"
    assert done.stderr.count("is not 1, 2 or 3") == times_asked - 1


@pytest.mark.parametrize(
    ("settings", "status", "message"),
    [
        ({}, 2, "no answer; answer 1, 2 or 3, or set LABEL"),
        ({"TIMES": "ten"}, 2, "TIMES is a whole number, not 'ten'"),
        ({"FIRST": "1.5"}, 2, "FIRST is a whole number, not '1.5'"),
        ({"TIMES": "08"}, 2, "TIMES is a whole number, not '08'"),
        ({"LOG": "one.log", "RESULT": "one.log"}, 2, "LOG and RESULT are one file, one.log"),
        ({"LOG": "nowhere/FTP.log"}, 1, "cannot write nowhere/FTP.log"),
        ({"RESULT": "."}, 1, "cannot write ."),
        ({"FTP": "no-such-client -x"}, 1, "there is no program 'no-such-client'; FTP names the client"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(shell, folder, settings, status, message):
    done = run(shell, "ftp-test.sh", folder, **settings)
    assert (done.returncode, done.stderr) == (status, f"ftp-test.sh: {message}\n")


def test_a_file_that_is_here_already_is_not_overwritten(shell, folder):
    (folder / "ftp-test1.img").write_text("mine")
    done = run(shell, "ftp-test.sh", folder, LABEL="Xen")
    assert done.returncode == 1
    assert "ftp-test1.img is here already" in done.stderr
    assert (folder / "ftp-test1.img").read_text() == "mine"


# The filter.


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_filter_keeps_any_client_s_result_lines_and_nothing_else(shell, awk_path, folder, encoding):
    log = folder.parent / "all.log"
    header = "FTP-TEST 1 Xen"
    log.write_bytes("\n".join((header, *OTHER_LINES, *RESULT_LINES, "")).encode(encoding))
    kept = filtered(shell, folder, log, PATH=awk_path)
    assert [line.decode(encoding).rstrip("\n") for line in kept] == [header, *RESULT_LINES]


@pytest.mark.parametrize("log", sorted(RECORDINGS.rglob("*.log")), ids=lambda log: log.stem)
def test_the_filter_finds_every_result_in_the_recordings(log, folder):
    expected = [
        line
        for line in log.read_bytes().splitlines(keepends=True)
        if line.startswith(b"FTP-TEST ") or b" bytes received in " in line or b" bytes sent in " in line
    ]
    assert filtered([require("dash")], folder, log) == expected


def test_the_filter_of_2008_finds_no_result_of_inetutils_or_tnftp():
    for log in ("inetutils-loop100-get-100k.log", "tnftp-get-100k.log"):
        text = (RECORDINGS / log).read_text()
        assert ("226 " in text, " secs" in text) == (True, False)


# The mean.


@pytest.mark.parametrize(
    ("lines", "output"),
    [
        (RESULT_LINES[:1], "Sum:  0.01 Average:  0.01\n"),
        (("FTP-TEST 1 a b c d", *RESULT_LINES[3:5], ""), "Sum:  0.00324 Average:  0.00162\n"),
        (RESULT_LINES[5:9], "Sum:  -0.00919 Average:  -0.0022975\n"),
        (RESULT_LINES[22:], "Sum:  5 Average:  2.5\n"),  # lftp; its line without a time is blank in column 5
        (OTHER_LINES + RESULT_LINES[15:16], "Sum:  65.95 Average:  65.95\n"),  # a whole FTP.log
        (("1048576 bytes received in 1234.5678 secs (0.8 kB/s)\r",), "Sum:  1234.57 Average:  1234.57\n"),
    ],
)
def test_the_mean_is_that_of_column_5(shell, awk_path, folder, lines, output):
    (folder.parent / "RESULT.log").write_text("\n".join((*lines, "")))
    done = run(shell, "mean.sh", folder, PATH=awk_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, output, "")


def test_the_mean_of_the_files_named(shell, folder):
    logs = [RECORDINGS / f"inetutils-get-{size}.log" for size in ("10M", "100M")]
    lines = "".join(log.read_text() for log in logs).splitlines()
    seconds = [float(line.split()[4]) for line in lines if " bytes received in " in line]
    done = run(shell, "mean.sh", folder, *logs)
    assert done.stdout == f"Sum:  {sum(seconds):.6g} Average:  {sum(seconds) / len(seconds):.6g}\n"


def test_the_mean_says_how_many_downloads_have_no_result(shell, folder):
    done = run(shell, "mean.sh", folder, RECORDINGS / "inetutils-missing-550.log")
    assert (done.returncode, done.stdout) == (0, "Sum:  0.000509 Average:  0.0002545\n")
    assert done.stderr == "mean.sh: 1 of 3 downloads have no result line\n"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        *(((line,), f"column 5 is not in seconds: {line}") for line in NOT_SECONDS),
        (("FTP-TEST 1 Xen",), "no result line"),
        ((), "no result line"),
    ],
)
def test_what_has_no_mean_says_why_in_one_line(shell, awk_path, folder, lines, message):
    (folder.parent / "RESULT.log").write_text("\n".join((*lines, "")))
    done = run(shell, "mean.sh", folder, PATH=awk_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"mean.sh: {message}\n")


def test_a_missing_file_has_no_mean(shell, folder):
    done = run(shell, "mean.sh", folder, "nowhere.log")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "mean.sh: cannot read nowhere.log\n")
