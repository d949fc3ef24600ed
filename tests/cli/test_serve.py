"""`ftpstats serve`: what it says, whom it serves, and how it ends."""

import ftplib
import re
import signal
import socket
import subprocess
from contextlib import closing

import pytest

LINE = re.compile(
    r"ftp://(?P<user>\w+):(?P<password>\S+)@(?P<host>\S+):(?P<port>\d+)/ \((?P<told>.*)\); Ctrl-C stops it\n"
)


@pytest.fixture
def serve(start, folder, monkeypatch):
    """Start a server; give its process and what its line says. Temporary files go to temporary/."""
    (folder / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(folder / "temporary"))
    monkeypatch.delenv("FTPSTATS_PASSWORD", raising=False)

    def serve(*options):
        process = start("serve", "--port", "0", *options, stdout=subprocess.PIPE)
        return process, LINE.fullmatch(process.stdout.readline().decode())

    return serve


def connect(line, password=None):
    client = ftplib.FTP(timeout=60)
    client.connect(line["host"].strip("[]"), int(line["port"]))
    client.login(line["user"], password or line["password"])
    return closing(client)


def end(process, sent):
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    return out, err, process.returncode


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_makes_files_serves_them_and_leaves_nothing(sent, status, serve, folder):
    process, line = serve("--size", "1MB", "--size", "100KB")
    assert (line["user"], line["host"]) == ("ftpstats", "127.0.0.1")
    assert line["told"] == "read-only: ftp-test-100KB.img, ftp-test-1MB.img"
    with connect(line) as client:
        client.voidcmd("TYPE I")
        assert client.size("ftp-test-100KB.img") == 102400
        with pytest.raises(ftplib.error_perm, match="550"):
            client.mkd("new")
        assert end(process, sent) == (b"", b"", status)
    assert list((folder / "temporary").iterdir()) == []


def test_it_serves_a_folder_that_may_be_written(serve, folder, monkeypatch):
    monkeypatch.setenv("FTPSTATS_PASSWORD", "chosen$")
    root = folder / "root"
    root.mkdir()
    for i in range(7):
        (root / str(i)).write_bytes(bytes(i))
    process, line = serve("--root", str(root), "--writable", "--user", "me", "--host", "::1", "--latency", "1ms")
    assert (line["user"], line["password"], line["host"]) == ("me", "$FTPSTATS_PASSWORD", "[::1]")
    assert line["told"] == "writable: 0, 1, 2, 3, 4 and 2 more"
    with connect(line, "chosen$") as client:
        client.mkd("new")
    assert end(process, signal.SIGTERM) == (b"", b"", 0)
    assert (root / "new").is_dir()


def test_names_of_files_are_shown_harmlessly(start, folder):
    root = folder / "root"
    root.mkdir()
    (root / "\x1b[31mred\nforged").touch()
    process = start("serve", "--port", "0", "--root", str(root), stdout=subprocess.PIPE)
    line = process.stdout.readline().decode()
    end(process, signal.SIGTERM)
    assert "(read-only: " in line
    assert "\x1b" not in line
    assert line.endswith("Ctrl-C stops it\n")


def test_tls_names_the_certificate_that_goes_with_it(serve, folder):
    process, line = serve("--size", "1KB", "--tls", "--throttle", "1MB/s")
    (certificate,) = (folder / "temporary").glob("*/certificate.pem")
    assert line["told"] == f"AUTH TLS, certificate {certificate}; read-only: ftp-test-1KB.img"
    assert certificate.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert end(process, signal.SIGTERM) == (b"", b"", 0)
    assert list((folder / "temporary").iterdir()) == []


def test_two_servers_have_two_passwords(serve):
    assert serve("--size", "1KB")[1]["password"] != serve("--size", "1KB")[1]["password"]


def test_a_port_in_use_is_one_line(execute):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = execute("serve", "--port", str(port), "--size", "1KB")
    assert (done.stdout, done.status) == ("", 1)
    assert done.stderr == f"ftpstats: 127.0.0.1:{port}: cannot be listened on: Address already in use\n"


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--root", "nowhere"], 1, "ftpstats: nowhere: cannot be served: No such file or directory\n"),
        (
            ["--root", ".", "--size", "1KB"],
            2,
            "--root serves existing ones; use one of them\n",
        ),
        (["--throttle", "fast"], 2, "'fast' is not a rate; write it like 20MB/s or 500KB/s\n"),
        (["--latency", "5x"], 2, "'5x' is not a duration; write it like 60, 0.2s, 5ms or 20us\n"),
        (["--port", "65536"], 2, "65535\n"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(options, status, message, run):
    done = run("serve", *options)
    assert (done.stdout, done.status) == ("", status)
    assert done.stderr.endswith(message)
