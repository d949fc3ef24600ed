"""Names and replies that are meant to do harm: no command runs, nothing is written elsewhere, and nothing is forged."""

import os
import socket
import threading
from contextlib import closing, suppress

import pytest

from ftpstats.errors import UsageError
from ftpstats.experiment.clients.base import Endpoint
from ftpstats.experiment.clients.legacy import legacy_downloads
from ftpstats.experiment.clients.registry import CLIENTS
from ftpstats.experiment.environment import file_sizes
from ftpstats.experiment.names import check_name
from tests.live.faults import Script, scripted
from tests.live.servers import vsftpd
from tests.programs import require

CONTENT = os.urandom(10_000)
FORGED = b"102400 bytes received in 0.01 secs (8746.3 kB/s)"

# Names.


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "a\nquit",
        "a\n!touch canary",
        "a\r\nDELE b",
        "a\n",
        "|touch canary",
        "!touch canary",
        "-",
        "-o/etc/passwd",
        "..",
        "../a",
        "a/../../b",
        "/..",
        "a/..",
        ".netrc",
        "a/.netrc",
        "/",
        "a/",
        "a//b",
        "~root/a",
        "$HOME",
        "`touch canary`",
        "$(touch canary)",
        "a;b",
        "a&b",
        "a>b",
        "a'b",
        'a"b',
        "a\\b",
        "a*",
        "a?",
        "[a]",
        "{a,b}",
        "a#b",
        "a\0b",
        "a\x1b[2Jb",
        "a\x7f",
        "a\x85b",
        "a\u2028b",
        "ä",
        "\ud800",
        "a" * 151,
        "a" * 1024**2,
    ],
    ids=lambda name: ascii(name[:20]),
)
def test_a_name_that_a_client_could_take_for_something_else_is_refused_in_one_short_line(name):
    with pytest.raises(UsageError) as refusal:
        check_name(name)
    message = str(refusal.value)
    assert message.isprintable()
    assert message.isascii()
    assert len(message) < 300


@pytest.mark.parametrize(
    ("name", "program"), [("inetutils", "inetutils-ftp"), ("netkit", "ftp-ssl"), ("tnftp", "tnftp")]
)
def test_the_refusal_is_needed(name, program, ask, work):
    require(program)
    with scripted(Script(content=CONTENT)) as port:
        CLIENTS[name].transfer(ask(port, remote="a.img\n!touch canary"))
    assert (work / "canary").exists()


def test_nothing_is_imported_from_the_folder_that_files_are_sent_from(ask, read, work):
    (work / "ftplib.py").write_text("open('canary', 'w')\n")
    (work / "local.img").write_bytes(CONTENT)
    with scripted(Script()) as port:
        outcome = CLIENTS["builtin"].transfer(ask(port, upload=True))
    assert read(outcome)[0]["completion"] == "confirmed"
    assert not (work / "canary").exists()


NAMES = (
    "_",
    "0",
    "a..b",
    "a.",
    "a~",
    "a=b,c@d+e-f",
    "100%",
    "a%41b",
    "a%2e%2e%2fb",
    "a%s%n%0",
    "sub/folder/a.img",
    "quit",
    "help",
    "a" * 150,
)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:20])
@pytest.mark.parametrize("upload", [False, True], ids=["download", "upload"])
def test_each_name_that_is_let_through_is_that_file(client, name, upload, ask, read, work, tmp_path):
    check_name(name)
    folder = tmp_path / "server"
    folder.mkdir()
    with vsftpd(folder) as server:
        here, there = work / name.rpartition("/")[2], server.root / name
        there.parent.mkdir(parents=True, exist_ok=True)
        source, goal = (here, there) if upload else (there, here)
        source.write_bytes(CONTENT)
        outcome = client.transfer(ask(server, remote=name, local=here, upload=upload, delete=False))
        assert read(outcome)[0]["completion"] == "confirmed"
        assert goal.read_bytes() == CONTENT
        assert [path.name for path in work.iterdir()] == [here.name]
        assert [path for path in server.root.rglob("*") if path.is_file()] == [there]


# Replies. {code} is the reply's own.

REPLIES = {
    "header": b"{code} FTP-TEST 9 Other\r\n",
    "header in the middle": b"{code}-\r\nFTP-TEST 9 Other\r\n{code} .\r\n",
    "result": b"{code}-\r\n" + FORGED + b"\r\n{code} .\r\n",
    "result alone": b"{code} " + FORGED + b"\r\n",
    "result and 226": b"{code}-\r\n226 Done.\r\n" + FORGED + b"\r\n226 Done.\r\n{code} .\r\n",
    "header and result": b"{code}-\r\nFTP-TEST 9 Other\r\n226 Done.\r\n" + FORGED + b"\r\n{code} .\r\n",
    "carriage returns": b"{code} .\rFTP-TEST 9 Other\r" + FORGED + b"\r226 Done.\r\n",
    "a second reply": b"{code} .\r" + FORGED + b"\r\n",
    "a line too many": b"{code} .\r\n" + FORGED + b"\r\n226 Done.\r\n",
    "a line too early": FORGED + b"\r\n{code} .\r\n",
    "line separators": b"{code} ." + "".join(f"{end}FTP-TEST 9 Other{end}{FORGED.decode()}" for end in
                                             "\v\f\x1c\x1d\x1e\x85\u2028\u2029").encode() + b"\r\n",
    "line feeds": b"{code}-\nFTP-TEST 9 Other\n" + FORGED + b"\n{code} .\n",
    "marks": b"{code} .\r<--- " + FORGED + b"\r< " + FORGED + b"\r\n",
    "marks in lines": b"{code}-\r\n<--- " + FORGED + b"\r\n< " + FORGED + b"\r\n{code} .\r\n",
    "our words": b"{code}-\r\nftpstats: \r\nftpstats-times 102400 0 0.0 0.01\r\n{code} .\r\n",
    "ANSI codes": b"{code} \x1b[2J\x1b]0;title\x07\x1b[31m\x9b2J\x08\x08\r\n",
    "quotes": b"{code} '\"; touch canary; `touch canary` $(touch canary) \\\r\n",
    "shell": b"{code}-\r\n!touch canary\r\n|touch canary\r\n{code} .\r\n",
    "format": b"{code} %s%s%s%n%n%x\r\n",
    "NUL": b"{code} a\0b\0\r\n",
    "not text": b"{code} \xff\xfe\xf0\x9f\xff\xf4\xff\xfb\x01\r\n",
    "1 MB": b"{code} " + b"a" * 1024**2 + b"\r\n",
    "1 MB of lines": b"{code}-\r\n" + b"a\r\n" * (1024**2 // 3) + b"{code} .\r\n",
}  # fmt: skip


@pytest.mark.parametrize("code", ["220", "331", "150", "226"])
@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_a_hostile_reply_forges_nothing(client, code, reply, ask, read, work):
    command = {"331": "USER"}.get(code, code)
    replies = {command: reply.replace(b"{code}", code.encode())}
    with scripted(Script(content=CONTENT, replies=replies)) as port:
        outcome = client.transfer(ask(port, timeout=1.5))
    row, _ = read(outcome)
    assert (row["iteration"], row["label"]) == (1, "Label"), outcome.text
    assert row["bytes"] in {None, len(CONTENT)} or (row["bytes"], row["seconds"]) == (0, None), outcome.text
    assert "\x1b" not in outcome.text
    assert [path.name for path in work.iterdir()] in ([], ["local.img"])


@pytest.mark.parametrize("size", [b"", b"x", b"-1", b"1", b"9" * 30, b"%s%n"], ids=ascii)
def test_a_wrong_size_forges_nothing(client, size, ask, read, work):
    with scripted(Script(content=CONTENT, replies={"SIZE": b"213 " + size + b"\r\n"})) as port:
        outcome = client.transfer(ask(port, timeout=3))
    row, _ = read(outcome)
    if row["completion"] == "confirmed":
        assert row["bytes"] == len(CONTENT)
        assert (work / "local.img").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "where",
    [b"", b"()", b"(x)", b"(127,0,0,1,0,0)", b"(127,0,0,1)", b"(999,999,999,999,999,999)", b"(" + b"1," * 9999,
     b"(%s%n)", b"(|||0|)", b"(|||99999|)", b"(|||-1|)", b"(|||" + b"9" * 9999 + b"|)", b"(||||||||)"],
    ids=lambda where: ascii(where[:20]),
)  # fmt: skip
def test_a_data_connection_to_nowhere_is_no_transfer(client, where, ask, read, work):
    replies = {"PASV": b"227 " + where + b"\r\n", "EPSV": b"229 " + where + b"\r\n"}
    with scripted(Script(content=CONTENT, replies=replies)) as port:
        outcome = client.transfer(ask(port, timeout=3))
    assert read(outcome)[0]["completion"] == "failed"
    assert not any(path.stat().st_size for path in work.iterdir())


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_a_hostile_refusal_is_no_transfer(client, reply, ask, read, work):
    with scripted(Script(replies={"RETR": reply.replace(b"{code}", b"550")})) as port:
        outcome = client.transfer(ask(port, timeout=3))
    row, _ = read(outcome)
    assert (row["completion"], row["label"]) == ("failed", "Label"), outcome.text


# Servers that never stop.


@pytest.fixture
def endless():
    """A server whose greeting never ends; its port."""
    over = threading.Event()

    def greet(listener):
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with closing(client), suppress(OSError):
                    while not over.is_set():
                        client.sendall(b"220-more and more\r\n" * 1000)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet, args=[listener])
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_greeting_without_end_is_left(client, endless, ask, read):
    outcome = client.transfer(ask(endless, timeout=2))
    assert outcome.seconds < 30
    assert len(outcome.text) < 100_000
    assert read(outcome)[0]["completion"] == "failed"


def test_a_greeting_without_end_is_left_by_the_script(endless, ask, read, work):
    ((outcome, _),) = legacy_downloads(ask(endless, timeout=60), 1, None, ())
    assert outcome.trouble == "the client did not stop printing; it was killed"
    assert (work / "script.log").stat().st_size < 100 * 1024**2
    assert read(outcome)[0]["completion"] == "failed"


def test_a_greeting_without_end_has_no_size(endless, monkeypatch):
    monkeypatch.setattr("ftpstats.experiment.environment._LOGIN_SECONDS", 1.0)
    assert file_sizes(Endpoint("127.0.0.1", endless, "tester", "secret", None, None), ["a.img"]) == {}
