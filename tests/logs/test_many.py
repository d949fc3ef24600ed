"""Small logs read together are what each of them is when it is read by itself."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.errors import InputError
from ftpstats.logs.many import Alone, Bad, Batch, Known, read_many
from ftpstats.logs.reader import LogReader
from tests.fuzz import LINES
from tests.logs.conftest import RECORDINGS

RESULT = "102400 bytes received in 0.01 secs (8746.3 kB/s)"
PLAIN = f"FTP-TEST 1 Xen\n{RESULT}\nFTP-TEST 2 Xen\n{RESULT}\n"
WRAPPED = "FTP-TEST 1 Xen\n102400 bytes received in 0.69 seconds (3.6e+03\nKbytes/s)\n"
# Each of them would say something else if its neighbours in a block decided about it.
ODD = {
    "no header": f"{RESULT}\n{PLAIN}",
    "what looks like a header": f"FTP-TEST first\n{RESULT}\nFTP-TEST 2 VMware\n{RESULT}\n",
    "a header with something in front": f"FTP-TEST 1 Xen\n{RESULT}\n> FTP-TEST 2 Xen\n{RESULT}\n",
    "a wrapped result": WRAPPED,
    "a header behind a result": f"FTP-TEST 1 Xen\n{RESULT} FTP-TEST 2 VMware\n",
    "two headers in a line": f"FTP-TEST 1 Xen FTP-TEST 2 VMware\n{RESULT}\n",
    "a label that ends in an odd blank": f"FTP-TEST 1 Xen\u00a0\n{RESULT}\n",
    "a number that is no number": f"FTP-TEST 1 Xen\n{RESULT}\nFTP-TEST +5 Xen\n{RESULT}\n",
    "no label": f"FTP-TEST 1\n{RESULT}\nFTP-TEST 2 Xen\n{RESULT}\n",
    "a refused transfer": "FTP-TEST 1 Xen\n421 Timeout.\n",
    "a listing": "FTP-TEST 1 Xen\n150 Opening data connection for directory list.\n226 Done.\n" + RESULT + "\n",
    "names behind results": f"FTP-TEST 1 Xen\n226 ok\n{RESULT}\nlocal: a remote: b\n",
    "k of 1000": "FTP-TEST 1 Xen\n10240000 bytes received in 1 secs (10240.00 Kbytes/sec)\n",
    "k of 1024": "FTP-TEST 1 Xen\n10485760 bytes received in 0.5 secs (20480.00 Kbytes/sec)\n",
    "something unread": "FTP-TEST 1 Xen\nwhatever that is\n" + RESULT + "\n",
    "no line end": PLAIN.rstrip("\n"),
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "a blank line": f"FTP-TEST 1 Xen\n\n  {RESULT}\n\n",
}


def of_its_own(path):
    reader = LogReader(str(path), digest=True)
    pieces = list(reader.pieces_with_transfers())
    return pl.concat([piece.rows for piece in pieces]), np.concatenate([piece.skeleton for piece in pieces]), reader


def differences(paths):
    """Logs that came in a batch, and the names of those of them that are not as they are by themselves."""
    names = [str(path) for path in paths]
    together, differing = [], []
    for batch in read_many(names, None, lambda *_: False, lambda _: False):
        for number, log in enumerate(batch.logs if isinstance(batch, Batch) else ()):
            rows, skeleton, reader = of_its_own(log.name)
            mine = batch.rows.filter(pl.col("log") == number).drop("log")
            elements = batch.skeleton[batch.bounds[number] : batch.bounds[number + 1]]
            account = reader.account
            said = (account.digest, account.size, account.lines, account.unparsed_lines, reader.manifest)
            same = (log.digest, log.size, log.lines, log.unparsed, log.manifest) == said
            together.append(log.name)
            if not (same and mine.equals(rows) and mine.schema == rows.schema and np.array_equal(elements, skeleton)):
                differing.append(log.name)
    return together, differing


def written(folder, texts):
    paths = [folder / f"{number}.log" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def test_recordings_read_together_are_what_each_of_them_is():
    data = RECORDINGS.parent
    logs = sorted({*data.rglob("*.log"), *(data.parents[1] / "sample_logs").rglob("*.log")})
    together, differing = differences(logs)
    assert len(together) > 20
    assert not differing


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("others", [PLAIN, *(ODD[name] for name in ("a wrapped result", "a number that is no number"))])
def test_no_log_changes_what_another_says(tmp_path, odd, others):
    _, differing = differences(written(tmp_path, [others, odd, PLAIN, odd, others]))
    assert not differing


@given(
    st.lists(st.lists(st.sampled_from(range(len(LINES))), min_size=1, max_size=3), min_size=2, max_size=6), st.data()
)
@settings(max_examples=30, deadline=None)
def test_stretches_of_recordings_read_together_are_what_each_of_them_is(tmp_path_factory, chosen, data):
    texts = []
    for numbers in chosen:
        lines = [b"FTP-TEST 1 Xen"]
        for number in numbers:
            begin = data.draw(st.integers(0, len(LINES[number])))
            lines += LINES[number][begin : begin + data.draw(st.integers(1, 30))]
        texts.append(b"\n".join(lines) + b"\n")
    _, differing = differences(written(tmp_path_factory.mktemp("many"), texts))
    assert not differing


def test_a_log_without_rows_of_its_own_is_named(tmp_path):
    empty, log = written(tmp_path, ["", PLAIN])
    bad, batch = list(read_many([str(empty), str(log)], None, lambda *_: False, lambda _: False))
    assert isinstance(bad, Bad)
    assert bad.place == 0
    with pytest.raises(InputError, match="the file is empty"):
        list(LogReader(str(empty)).pieces())
    assert [one.place for one in batch.logs] == [1]


def test_what_is_known_is_not_read_again(tmp_path):
    first, second = written(tmp_path, [PLAIN, PLAIN * 2])
    known, batch = list(read_many([str(first), str(second)], None, lambda name, _: name == str(first), lambda _: True))
    assert known == Known(0, of_its_own(first)[2].account.digest)
    assert [one.place for one in batch.logs] == [1]


def test_an_encoding_that_is_named_is_a_matter_of_each_log(tmp_path):
    (log,) = written(tmp_path, [PLAIN])
    (alone,) = read_many([str(log)], "cp850", lambda *_: False, lambda _: False)
    assert isinstance(alone, Alone)
