"""A log read in blocks is the log read at once, and no text whatever loses a line or raises."""

import gzip

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.errors import InputError
from ftpstats.logs import source
from ftpstats.logs.reader import read_log
from ftpstats.logs.runs import NOTHING, in_order
from ftpstats.logs.transcript.block import read_block
from ftpstats.logs.transcript.classify import Glossary
from ftpstats.logs.transcript.formats import FORMATS
from ftpstats.logs.transcript.lines import Kind
from ftpstats.schema import COMPLETIONS, SCHEMA
from tests.logs.conftest import RECORDINGS

BLOCK_SIZES = [1500, 2222, 4096, 20000]  # larger than any attempt below
RESULT = "102400 bytes received in 0.01 secs (8746.3 kB/s)\n"


def read_in_blocks(monkeypatch, path, size):
    monkeypatch.setattr(source, "BLOCK_SIZE", size)
    return read_log(str(path))


def decorated(text):
    return "".join(f"> {line}\n" for line in text.splitlines())


def interleaved():
    """Three labels in alternation, each of them in two runs."""
    return "".join(
        f"FTP-TEST {i} {label}\n150 Opening (102400 bytes).\n226 ok.\n"
        f"102400 bytes received in 0.01 secs (87{i}6.3 kB/s)\n"
        for run in range(2)
        for i in range(1, 10 + run)
        for label in ("Baseline", "Xen", "VMware Server")
    )


def every_tenth(name):
    """Every tenth attempt of a recording: enough to fill some blocks."""
    attempts = (RECORDINGS / name).read_text().split("FTP-TEST ")[1:]
    return "".join(f"FTP-TEST {attempt}" for attempt in attempts[::10])


TRANSCRIPT = every_tenth("inetutils-loop100-get-100k.log")
TEXTS = {
    "transcript": TRANSCRIPT,
    "filtered": every_tenth("thesis-RESULT-netkit-debian.log"),
    "several transfers in a session": (RECORDINGS / "vm" / "FTP-tap-100mbit-n10.log").read_text(),
    "failures": "".join(path.read_text() for path in sorted(RECORDINGS.glob("*-*-[mrb]*-*.log"))) * 3,
    "quoted": decorated(TRANSCRIPT),
    "interleaved labels": interleaved(),
    "chatter before the first header": "Run test: 1 = Baseline\nChoose: \n" * 3 + TRANSCRIPT,
    "terminal": TRANSCRIPT.replace("\n", "\r\n").replace("226 ", "\rBytes transferred: 1\r226 "),
}


@pytest.mark.parametrize("size", BLOCK_SIZES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_block_boundaries_do_not_show(monkeypatch, tmp_path, text, size):
    path = tmp_path / "FTP.log"
    path.write_bytes(text.encode())
    rows, account = read_log(str(path))
    in_blocks, its_account = read_in_blocks(monkeypatch, path, size)
    assert in_blocks.equals(rows)
    assert its_account == account


def test_a_compressed_log_in_blocks_is_the_same_as_well(monkeypatch, tmp_path):
    plain, packed = tmp_path / "FTP.log", tmp_path / "FTP.log.gz"
    plain.write_text(TRANSCRIPT)
    packed.write_bytes(gzip.compress(TRANSCRIPT.encode()))
    expected, account = read_log(str(plain))
    rows, its_account = read_in_blocks(monkeypatch, packed, 1000)
    assert rows.drop("source").equals(expected.drop("source"))
    assert its_account.digest == account.digest


@pytest.mark.parametrize("size", BLOCK_SIZES)
def test_without_headers_blocks_do_not_matter_either(monkeypatch, tmp_path, size):
    """An attempt larger than a block is cut behind a result."""
    path = tmp_path / "FTP.log"
    path.write_text("".join(line for line in TRANSCRIPT.splitlines(keepends=True) if "FTP-TEST" not in line))
    rows, account = read_log(str(path))
    in_blocks, its_account = read_in_blocks(monkeypatch, path, size)
    assert in_blocks.equals(rows)
    assert its_account == account


FRONTS = {
    "filtered": "",
    "active": "200 PORT command successful.\n150 Opening (1127 bytes).\n226 Transfer complete.\n",
    "named": "local: a remote: a\n229 Passive.\n150 Opening.\n226-0.010 seconds, 102400 bytes sent\n226 Done.\n",
    "asked": "ftp> get a\n227 Passive.\n125 Open.\n250 Done, 5 bytes in 0 s.\n",
}


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
def test_no_transfer_of_any_client_is_cut_in_two_where_no_header_tells(monkeypatch, tmp_path, entry, front):
    path = tmp_path / "FTP.log"
    path.write_text(f"{front}{entry.samples[0]}\n" * 60)
    rows, account = read_log(str(path))
    in_blocks, its_account = read_in_blocks(monkeypatch, path, 2222)
    assert in_blocks.equals(rows)
    assert (its_account, rows.height) == (account, 60)


def test_what_a_unit_means_does_not_depend_on_which_block_was_read_when(monkeypatch, tmp_path):
    """The first block tells that k is 1024; the blocks behind it, which cannot tell, follow."""
    path = tmp_path / "FTP.log"
    tells = "10485760 bytes received in 0.5 secs (20480.00 Kbytes/sec)\n"
    silent = "FTP-TEST {} Xen\n100 bytes received in 3 secs (33.00 Kbytes/sec)\n"
    path.write_text(f"FTP-TEST 1 Xen\n{tells * 5}" + "".join(silent.format(i) for i in range(2, 40)))
    rows, _ = read_in_blocks(monkeypatch, path, 256)
    assert set(rows["rate"].tail(38)) == {33.0 * 1024}


def test_a_line_that_never_ends_is_no_log(monkeypatch, tmp_path):
    path = tmp_path / "FTP.log"
    path.write_text("x" * 100_000)
    with pytest.raises(InputError, match="line"):
        read_in_blocks(monkeypatch, path, 1024)


def test_only_the_first_thousand_unparsed_lines_are_kept(monkeypatch, tmp_path):
    path = tmp_path / "FTP.log"
    path.write_text(RESULT + "".join(f"what is {i}\n" for i in range(1200)))
    _, account = read_in_blocks(monkeypatch, path, 8192)
    assert account.counts[Kind.UNPARSED] == 1200
    assert account.unparsed == tuple((i + 2, f"what is {i}") for i in range(1000))


# Any text

NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=True, allow_infinity=True).map(lambda number: f"{number:.3g}"),
    st.floats(-1e6, 1e12).map(lambda number: f"{number:.2f}"),
    st.floats(-1e6, 1e12).map(lambda number: f"{number:.4f}".replace(".", ",")),
)
UNITS = sorted({unit for entry in FORMATS for unit in entry.rates})
HEADERS = st.builds(
    "{}FTP-TEST{}{}{}{}".format,
    st.sampled_from(["", "", "", "> ", "x", "[1] "]),
    st.sampled_from([" ", " ", "  ", "\t", ""]),
    NUMBERS | st.integers(-2, 9).map(str),
    st.sampled_from(["", " "]),
    st.sampled_from(["Xen", "VMware Server", "", "Größe", " "]) | st.text(max_size=10),
)
RESULTS = st.builds(
    "{}{} {} {} in {} {} ({} {})".format,
    st.sampled_from(["", "", "###", "> ", "226 done.", "\r", "\x1b[1m"]),
    NUMBERS | st.integers(0, 10**10).map(str),
    st.sampled_from(["bytes", "byte", "octets"]),
    st.sampled_from(["received", "sent", "transferred"]),
    NUMBERS | st.sampled_from(["00:00", "1 day  9:22:28"]),
    st.sampled_from(["secs", "seconds", "second", ""]),
    NUMBERS,
    st.sampled_from(UNITS),
)
REPLIES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "ftp> ", "\rBytes transferred: 102400"]),
    st.sampled_from([125, 150, 200, 220, 221, 226, 227, 229, 230, 250, 331, 421, 425, 426, 450, 530, 550, 552]),
    st.sampled_from([" ", "-", ""]),
    st.sampled_from(
        ["Transfer complete.", "PORT command successful.", "Opening data connection for f (102400 bytes).",
         "Here comes the directory listing.", "f (99999999999999999999 bytes).", ""]
    ),
)  # fmt: skip
CHATTER = st.sampled_from(
    ["Not connected.", "local: a remote: b", "---> PASS x", "receive aborted", "total 4", "-rw-r--r-- 1 a", "",
     "Kbytes/s)", "102400 bytes received in 0.69 seconds (3.6e+03", "\ufeff", "\x00", "102400 bytes transferred"]
)  # fmt: skip
PRINTABLE = CHATTER.filter(str.isascii).filter(lambda line: "\x00" not in line)
SAMPLES = st.sampled_from([sample for entry in FORMATS for sample in entry.samples])
LINES = st.one_of(HEADERS, SAMPLES, RESULTS, REPLIES, CHATTER, st.text(max_size=30)).map(str.encode) | st.binary(
    max_size=20
)
LOGS = st.builds(
    lambda start, lines, end, last: start + end.join(lines) + (end if last else b""),
    st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"x^"]),
    st.lists(LINES, min_size=1, max_size=40),
    st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"]),
    st.booleans(),
)


def lines_in(data):
    """How many lines an editor would show, counted without the parser's help; None for UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    ends = b"\r" if b"\r" in data and b"\n" not in data else b"\n"
    return data.count(ends) + (data.count(b"\rFTP-TEST ") if ends == b"\n" else 0) + (not data.endswith(ends))


@settings(deadline=None, max_examples=60)
@given(data=LOGS, size=st.sampled_from([64, 200, 1000, 2**24]))
def test_no_text_raises_or_loses_a_line(tmp_path_factory, data, size):
    path = tmp_path_factory.getbasetemp() / "any.log"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "BLOCK_SIZE", size)
        try:
            rows, account = read_log(str(path))
        except InputError as error:
            assert str(error).startswith(f"{path}: ")  # noqa: PT017 - either outcome is right
            return
    assert lines_in(data) in {None, account.lines} or size < len(data)  # the first block tells the line end
    assert rows.schema == SCHEMA
    assert rows["completion"].is_in(COMPLETIONS).all()
    assert rows["line"].is_between(1, account.lines).all()
    known = rows.drop_nulls("seconds")
    assert (known["seconds_low"] <= known["seconds"]).all()
    assert (known["seconds"] <= known["seconds_high"]).all()
    assert rows.filter(pl.col("client").is_not_null()).height == account.counts[Kind.RESULT]
    assert len(account.unparsed) == account.counts[Kind.UNPARSED]
    assert all(1 <= line <= account.lines and text.strip() for line, text in account.unparsed)


@settings(deadline=None, max_examples=30)
@given(lines=st.lists(SAMPLES | REPLIES | PRINTABLE, min_size=1, max_size=40), size=st.integers(256, 1024))
def test_attempts_under_plain_headers_are_the_same_in_any_blocks(tmp_path_factory, lines, size):
    """Each attempt starts with a plain header and is smaller than a block."""
    path = tmp_path_factory.getbasetemp() / "blocks.log"
    path.write_text("".join(f"FTP-TEST {i} Xen\n{line}\n" for i, line in enumerate(lines)))
    rows, account = read_log(str(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "BLOCK_SIZE", size)
        in_blocks, its_account = read_log(str(path))
    assert in_blocks.drop("rate", "seconds", "seconds_low", "seconds_high", "note").equals(
        rows.drop("rate", "seconds", "seconds_low", "seconds_high", "note")
    )
    assert its_account == account


def test_what_is_wrong_with_a_log_is_said_before_what_is_wrong_beside_it(tmp_path):
    (tmp_path / "FTP.json").write_text("nothing")
    with pytest.raises(InputError, match="no such file"):
        read_log(str(tmp_path / "FTP.log"))
    (tmp_path / "FTP.log").write_text("FTP-TEST 1 xen\n" + RESULT)
    with pytest.raises(InputError, match=r"FTP\.json: not a manifest"):
        read_log(str(tmp_path / "FTP.log"))


def test_a_block_goes_on_where_the_one_before_ended():
    head, result = "FTP-TEST {} xen\n", RESULT
    whole = (head.format(1) + result + head.format(2) + result, result + head.format(1) + result)
    blocks = [read_block(text.encode(), None, {}, Glossary()) for text in whole]
    first, before = in_order(blocks[0], NOTHING, None, "log")
    second, before = in_order(blocks[1], before, None, "log")
    columns = ["line", "run", "iteration", "attempt", "element"]
    assert first.select(columns).rows() == [(2, 1, 1, 1, 1), (4, 1, 2, 2, 3)]
    assert second.select(columns).rows() == [(5, 1, 2, 2, 4), (7, 2, 1, 3, 6)]
    assert (before.lines, before.attempts, before.elements) == (7, 3, 7)
    assert (before.latest.rows(), before.runs.rows()) == ([("xen", 1, 2)], [(None, None, 1), ("xen", 1, 2)])
