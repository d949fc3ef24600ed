"""Where text comes from: the same rows from every compression, encoding and line end, and one line for the rest."""

import bz2
import codecs
import fcntl
import gzip
import lzma
import subprocess
import sys
import termios

import pytest

from ftpstats.errors import InputError
from ftpstats.logs.reader import read_log
from ftpstats.logs.source import find_logs, zstd
from ftpstats.logs.transcript.formats import FORMATS
from ftpstats.logs.transcript.lines import Kind

LOG = (
    "FTP-TEST 1 Größe\n"
    "150 Opening BINARY mode data connection for f (102400 bytes).\n"
    "226 Transfer complete.\n"
    "102400 bytes received in 0.01 secs (8746.3 kB/s)\n"
    "FTP-TEST 2 Größe\n"
    "550 Übertragung unmöglich.\n"
    "FTP-TEST 3 Größe\n"
    "\n"
    "etwas anderes\n"
    "102400 bytes received in 0.02 secs (5000.0 kB/s)\n"
)
ENCODED = {
    "UTF-8": LOG.encode(),
    "UTF-8 with BOM": codecs.BOM_UTF8 + LOG.encode(),
    "Latin-1": LOG.encode("latin-1"),
    "Windows's code page": LOG.encode("cp1252"),
    "a console's code page": LOG.encode("cp850"),
    "the first console's code page": LOG.encode("cp437"),
    "joined of two machines": b"".join(
        line.encode("utf-8" if number % 2 else "cp850") for number, line in enumerate(LOG.splitlines(keepends=True))
    ),
    "UTF-16 LE with BOM": codecs.BOM_UTF16_LE + LOG.encode("utf-16-le"),
    "UTF-16 BE with BOM": codecs.BOM_UTF16_BE + LOG.encode("utf-16-be"),
    "UTF-16 LE": LOG.encode("utf-16-le"),
    "UTF-16 BE": LOG.encode("utf-16-be"),
    "UTF-16 LE, CRLF": LOG.replace("\n", "\r\n").encode("utf-16-le"),
    "UTF-16 LE, CR": LOG.replace("\n", "\r").encode("utf-16-le"),
    "LF, and CR in front of a header": LOG.replace("\nFTP-TEST", "\rFTP-TEST").encode(),
    "CRLF": LOG.replace("\n", "\r\n").encode(),
    "CR": LOG.replace("\n", "\r").encode(),
    "LF and CRLF": LOG.replace("\n", "\r\n", 4).encode(),
    "no last line end": LOG.removesuffix("\n").encode(),
    "CRLF, no last line end": LOG.removesuffix("\n").replace("\n", "\r\n").encode(),
    "CR, no last line end": LOG.removesuffix("\n").replace("\n", "\r").encode(),
    "NUL bytes": LOG.replace("226", "\x00226").replace("FTP-TEST 3", "\0\0FTP-TEST 3").encode(),
    "one NUL, no last line end": LOG.removesuffix("\n").replace("FTP-TEST 3", "\0FTP-TEST 3").encode(),
    "one escape, no last line end": LOG.removesuffix("\n").replace("etwas", "\x1b[1metwas").encode(),
    "one tab, no last line end": LOG.removesuffix("\n").replace("Größe\n\n", "Größe\n\t\n").encode(),
}
COMPRESSED = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
    "bz2": bz2.compress,
    "gz in two members": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
    "zst in two frames": lambda data: zstd.compress(data[:100]) + zstd.compress(data[100:]),
}


def read_bytes(folder, data, name="FTP.log"):
    path = folder / name
    path.write_bytes(data)
    rows, account = read_log(str(path))
    return rows.drop("source").to_dicts(), account


def of(account):
    return account.counts, account.unparsed


def test_the_plain_log_is_as_these_tests_expect(tmp_path):
    rows, account = read_bytes(tmp_path, LOG.encode())
    assert [(row["label"], row["completion"]) for row in rows] == [
        ("Größe", "confirmed"), ("Größe", "failed"), ("Größe", "reported"),
    ]  # fmt: skip
    assert account.counts == {
        Kind.BLANK: 1,
        Kind.HEADER: 3,
        Kind.RESULT: 2,
        Kind.CHATTER: 3,
        Kind.UNPARSED: 1,
        Kind.LISTING: 0,
    }


CONSOLES = {
    "windows-ru": ("cp866", "cp1251", "koi8-r", "utf-8", "utf-16"),
    "windows-ja": ("cp932", "utf-8", "utf-16"),
    "windows-zh": ("cp936", "gb18030", "utf-8", "utf-16"),
    "windows-fr": ("cp850", "cp437", "cp1252", "latin-1", "utf-8", "utf-16"),
}


@pytest.mark.parametrize(
    ("entry", "encoding"),
    [(entry, encoding) for entry in FORMATS for encoding in CONSOLES.get(entry.name, ())],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_clients_own_words_tell_the_code_page_of_its_console(tmp_path, entry, encoding):
    text = "".join(f"ftp> get Datei{i}\n{sample}\n" for i, sample in enumerate(entry.samples))
    rows, account = read_bytes(tmp_path, text.encode(encoding))
    assert [row["client"] for row in rows] == [entry.name] * len(entry.samples)
    assert account.unparsed == ()
    assert rows == read_bytes(tmp_path, text.encode())[0]


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("cp850", "ftp: 102400 bytes recebidos em 0,02Segundos 6400,00Kbytes/s."),
        ("cp1252", "102400 bytes received in 0.01 secs (8746.3 kB/s)"),
    ],
)
def test_a_console_wrote_what_windows_client_printed(tmp_path, page, line):
    rows, _ = read_bytes(tmp_path, f"FTP-TEST 1 Não\n{line}\n".encode(page))
    assert [row["label"] for row in rows] == ["Não"]


def test_a_code_page_is_told_by_lines_that_come_late(tmp_path):
    english = b"ftp: 102400 bytes received in 0.02Seconds 6400.00Kbytes/sec.\n" * 20_000
    russian = "ftp: 102400 байт получено за 0.02 (сек) со скоростью 6400.00 (КБ/сек).\n".encode("cp866")
    rows, _ = read_bytes(tmp_path, english + russian)
    assert (rows[-1]["client"], rows[-1]["direction"]) == ("windows-ru", "download")


def test_an_encoding_that_is_named_is_taken(tmp_path):
    path = tmp_path / "FTP.log"
    path.write_bytes("FTP-TEST 1 Łódź\n102400 bytes received in 0.01 secs (8746.3 kB/s)\n".encode("cp852"))
    assert read_log(str(path), encoding="cp852")[0]["label"].to_list() == ["Łódź"]
    assert read_log(str(path))[0]["label"].to_list() != ["Łódź"]


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_every_encoding_and_line_end_gives_the_same_rows(tmp_path, data):
    plain = read_bytes(tmp_path, LOG.encode())
    rows, account = read_bytes(tmp_path, data)
    assert rows == plain[0]
    assert of(account) == of(plain[1])


@pytest.mark.parametrize("compress", COMPRESSED.values(), ids=COMPRESSED)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16 LE with BOM", "Latin-1"])
def test_every_compression_gives_the_same_rows_and_digest_whatever_the_name(tmp_path, compress, encoding):
    plain = read_bytes(tmp_path, ENCODED[encoding])
    packed = read_bytes(tmp_path, compress(ENCODED[encoding]), "no suffix")
    assert packed == plain


@pytest.mark.parametrize("start", ["x^", "x\x01", "x\x9c", "xÚ", "PK", "BZ", "\x1f"])
def test_text_is_not_taken_for_a_compressed_file(tmp_path, start):
    rows, account = read_bytes(tmp_path, f"{start} some words\n{LOG}".encode())
    assert len(rows) == 3
    assert account.lines == 11


REFUSED = {
    "empty": (b"", "empty"),
    "zeros": (bytes(1000), "binary"),
    "an ELF program": (b"\x7fELF\x02\x01\x01" + bytes(200) + b"some text " * 10, "binary"),
    "random bytes": (bytes(range(256)) * 50, "binary"),
    "compressed nothing": (gzip.compress(b""), "no transfer"),
    "one line end": (b"\n", "no transfer"),
    "no transfer": (b"hello\n", "no transfer in its 1 line"),
    "gz cut short": (gzip.compress(LOG.encode())[:-9], "damaged or cut short"),
    "gz with wrong bits": (gzip.compress(LOG.encode())[:20] + b"\xff" * 400, "damaged or cut short"),
    "gz with garbage behind": (gzip.compress(LOG.encode()) + b"garbage", "damaged or cut short"),
    "xz cut short": (lzma.compress(LOG.encode())[:-9], "damaged or cut short"),
    "zst cut short": (zstd.compress(LOG.encode())[:-9], "damaged or cut short"),
    "bz2 cut short": (bz2.compress(LOG.encode())[:-9], "damaged or cut short"),
    "bz2 with wrong bits": (b"BZh9" + b"\xff" * 100, "damaged or cut short"),
    "bz2 with wrong bits behind": (bz2.compress(LOG.encode())[:30] + b"\xff" * 400, "fetch it again"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_log_gets_one_clear_line(tmp_path, data, reason):
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path, data)
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{tmp_path / 'FTP.log'}: ")
    assert reason in line


def test_a_file_that_does_not_exist_and_a_folder_are_named(tmp_path):
    for name in (tmp_path / "missing.log", tmp_path):
        with pytest.raises(InputError, match="^" + str(name)):
            read_log(str(name))


# Finding logs


@pytest.fixture
def folder(tmp_path):
    """Logs in a folder and its subfolder, beside what is none."""
    (tmp_path / "sub").mkdir()
    for name in ("b.log", "a.LOG.gz", "notes.txt", "image.png", "log", "sub/c.log.zst", "sub/d.csv", "run[1].log"):
        (tmp_path / name).write_text("x")
    return tmp_path


def found(folder, *names):
    return [path.removeprefix(f"{folder}/") for path in find_logs(str(folder / name) for name in names)]


def test_a_folder_gives_its_logs_and_its_subfolders_in_order(folder):
    assert found(folder, "") == ["a.LOG.gz", "b.log", "notes.txt", "run[1].log", "sub/c.log.zst"]


def test_rotated_logs_in_a_folder_are_found(tmp_path):
    logs = ("vsftpd.log.1", "vsftpd.log.2.gz", "xferlog", "xferlog-20261130.xz", "a.log-2026-11-30", "b.xferlog")
    for name in (*logs, "xferlogger", "vsftpd.log.conf", "my.xferlogs"):
        (tmp_path / name).write_text("x")
    assert set(found(tmp_path, "")) == set(logs)


def test_a_glob_gives_the_files_that_match(folder):
    assert found(folder, "*.log") == ["b.log", "run[1].log"]
    assert found(folder, "**/*.zst") == ["sub/c.log.zst"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(folder):
    assert found(folder, "run[1].log") == ["run[1].log"]


def test_a_log_whose_name_looks_like_a_glob_can_be_read(tmp_path):
    assert len(read_bytes(tmp_path, LOG.encode(), "run[1]*?.log")[0]) == 3


def test_each_log_comes_once_in_the_order_named(folder):
    assert found(folder, "notes.txt", "b.log", "*.log", "b.log") == ["notes.txt", "b.log", "run[1].log"]
    assert find_logs(["-", "-"]) == ["-"]


@pytest.mark.parametrize("name", ["empty", "*.nothing", "missing.log"])
def test_a_name_that_stands_for_no_log_stays_and_opening_it_says_what_is_wrong(folder, name):
    (folder / "empty").mkdir()
    assert found(folder, name, "b.log") == [name, "b.log"]
    with pytest.raises(InputError) as caught:
        read_log(str(folder / name))
    assert str(caught.value).startswith(f"{folder / name}: ")


# Standard input

FROM_STDIN = """
from ftpstats.errors import InputError
from ftpstats.logs.reader import read_log
try:
    print(read_log("-")[0].height)
except InputError as error:
    print(error)
"""


def from_stdin(**stdin):
    done = subprocess.run([sys.executable, "-c", FROM_STDIN], capture_output=True, text=False, check=True, **stdin)
    assert done.stderr == b""
    return done.stdout.decode().strip()


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gz"])
def test_standard_input_may_be_a_pipe_or_a_file(tmp_path, compress):
    data = compress(LOG.encode())
    assert from_stdin(input=data) == "3"
    (tmp_path / "FTP.log").write_bytes(data)
    with (tmp_path / "FTP.log").open("rb") as file:
        assert from_stdin(stdin=file) == "3"


@pytest.mark.parametrize("data", [b"", bytes(1000), b"hello\n", gzip.compress(LOG.encode())[:-9]])
def test_a_bad_standard_input_is_named(data):
    assert from_stdin(input=data).startswith("standard input: ")


@pytest.mark.parametrize("compress", [bytes, *COMPRESSED.values()], ids=["plain", *COMPRESSED])
def test_a_pipe_may_deliver_the_first_bytes_one_by_one(compress):
    data = compress(LOG.encode())
    command = [sys.executable, "-c", FROM_STDIN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        for place in range(7):
            process.stdin.write(data[place : place + 1])
            wait_until_read(process)
        assert process.communicate(data[7:])[0].strip() == b"3"


def wait_until_read(process):
    """Wait until nothing is left in the pipe to a process."""
    while int.from_bytes(fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)), sys.byteorder):
        assert process.poll() is None


def test_a_stray_last_byte_of_utf_16_is_a_line_that_nothing_recognises(tmp_path):
    for log in (LOG, LOG.removesuffix("\n")):
        for encoding in ("utf-16-le", "utf-16-be"):
            plain = read_bytes(tmp_path, LOG.encode())
            rows, account = read_bytes(tmp_path, log.encode(encoding) + b"\n")
            assert rows == plain[0]
            assert account.unparsed == (*plain[1].unparsed, (11, "\ufffd"))
