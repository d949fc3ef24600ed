"""A store without personal data: what it holds, what it counts, and that nobody without the key can test a guess."""

import json
import os
import re
from pathlib import Path

import polars as pl
import pytest

import ftpstats
from ftpstats.errors import UsageError
from ftpstats.store.anonymous import Anonymizer

RECORDS = Path("tests/data/records").resolve()
RECORDINGS = Path("tests/data/recordings").resolve()
KEY, OTHER = b"0123456789abcdef", "another key of many bytes"
LOG = RECORDS / "server-vsftpd.xferlog"
FORMATS = json.loads((RECORDS / "log-formats.json").read_text())
LOGS = sorted(path for path in RECORDS.iterdir() if path.with_name(f"{path.name}.rows.jsonl").exists())


@pytest.fixture
def store(tmp_path):
    return ftpstats.open_store(tmp_path / "store")


def held(store):
    """All that the files of a store hold, as text."""
    frames = [pl.read_parquet(path).drop("skeleton", strict=False) for path in store.folder.iterdir()]
    footers = [json.dumps(pl.read_parquet_metadata(path)) for path in store.folder.iterdir()]
    return "\n".join([*(frame.write_json() for frame in frames if frame.height), *footers])


@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.name)
def test_no_name_of_a_log_is_in_the_store(log, store):
    form = {"log_format": FORMATS.get(log.name)}
    plain = ftpstats.read_log(log, **form)
    store.ingest(log, anonymize=KEY, **form)
    text = held(store)
    for name in {*plain["file"].dropna(), *plain["peer"].dropna()} - {""}:
        assert json.dumps(name)[1:-1] not in text, name
    assert KEY.decode() not in text
    found = store.tidy(personal=True).to_pandas()
    for column in ("file", "peer"):
        assert found[column].isna().tolist() == plain[column].isna().tolist()
        assert found[column].dropna().str.fullmatch(f"{column}-[0-9a-f]{{16}}").all()
        assert found[column].nunique() == plain[column].nunique()
    assert found["seconds"].tolist() == pytest.approx(plain["seconds"].tolist(), nan_ok=True)


def test_no_name_of_a_table_is_in_the_store(store, tmp_path):
    times = ("2026-11-01T10:00:00Z", "2026-11-01T10:01:00Z")
    lines = [f"a,{time},1.{at},/secret/{at},192.0.2.9,550 /secret/{at}: no" for at, time in enumerate(times)]
    log = tmp_path / "t.csv"
    log.write_text("label,time,seconds,file,peer,note\n" + "\n".join(lines) + "\n")
    assert [store.ingest(log, anonymize=KEY)[0].new for _ in range(2)] == [2, 0]
    assert not re.search(r"secret|192\.0", held(store))


NAMES = ("192.0.2.9", "::ffff:10.0.0.1", "2001:DB8::1", "ann@example.org", "pc-7.office.example.org")
NO_NAMES = (
    "Xen",
    "xferlog",
    "vsftpd.log",
    "server-vsftpd.xferlog",
    "10:30",
    "1.2.3",
    "a:b",
    "kernel 6.1.0-9",
    "v1.2.3.4b",
)


def test_a_label_that_names_somebody_is_said(store, tmp_path):
    for at, label in enumerate((*NAMES, *NO_NAMES)):
        log = tmp_path / f"{at}.csv"
        log.write_text(f"label,seconds\n{label},1.{at}\n")
        [done] = store.ingest(log, anonymize=KEY)
        said = [one for one in done.assumed if "label" in one]
        assert [one.startswith(f"the label {label} looks like an address") for one in said] == [True] * (label in NAMES)
    log.write_text("label,seconds\n10.0.0.1,1\n10.0.0.2,1\na,1\n")
    [done] = store.ingest(log, anonymize=KEY)
    assert "name, as do 1 more: labels are kept" in "".join(done.assumed)
    plain = ftpstats.open_store(store.folder.with_name("plain"))
    assert plain.ingest(log)[0].assumed == ()


def test_no_text_of_a_server_is_in_the_store(store):
    for log in sorted(RECORDINGS.glob("*.log")):
        store.ingest(log, anonymize=KEY, skip_bad=True)
    notes = set(store.tidy(personal=True)["note"].drop_nulls())
    assert any(re.fullmatch("[45][0-9]{2} text left out", note) for note in notes)
    assert "the client printed no result line" in notes
    plain = ftpstats.open_store(store.folder.with_name("plain"))
    for log in sorted(RECORDINGS.glob("*.log")):
        plain.ingest(log, skip_bad=True)
    own = re.compile(
        r"no \d+ reply|the client pr|a negative byte|its header|more bytes|the printed|the clock|the log|\d+ of "
    )
    quoted = {note for note in plain.tidy(personal=True)["note"].drop_nulls() if not own.match(note)}
    assert len(quoted) > 3
    assert not quoted & notes


def test_each_log_counts_once_with_one_key(store, tmp_path):
    [first] = store.ingest(LOG, anonymize=KEY)
    [again] = store.ingest(LOG, anonymize=KEY.decode())
    assert (first.new, again.new) == (31, 0)
    (tmp_path / "b").mkdir()
    rotated = tmp_path / "b" / "server-vsftpd.xferlog"
    rotated.write_text("".join(LOG.read_text().splitlines(keepends=True)[:20]))
    assert [done.new for done in store.ingest(rotated, anonymize=KEY)] == [0]
    assert store.tidy().height == 31
    before = store.tidy(personal=True)
    store.compact()
    assert store.tidy(personal=True).equals(before)
    assert [done.new for done in store.ingest(LOG, anonymize=KEY)] == [0]


MIXED = {
    "another key": (KEY, OTHER, "the logs in this store are anonymised with another key; use that one"),
    "no key": (KEY, None, "the logs in this store are anonymised; add `--anonymize`, with the same key"),
    "names there": (None, KEY, "this store holds logs that are not anonymised"),
}


@pytest.mark.parametrize(("first", "second", "said"), MIXED.values(), ids=MIXED)
def test_a_store_has_one_key_or_none(first, second, said, store):
    store.ingest(LOG, anonymize=first)
    before = held(store)
    with pytest.raises(UsageError, match=re.escape(f"{store.folder}: {said}")) as caught:
        store.ingest("sample_logs/inetutils", anonymize=second)
    assert KEY.decode() not in str(caught.value)
    assert held(store) == before


def test_what_the_store_holds_depends_on_the_key_alone(tmp_path):
    """Of every number that is computed from names or from the log none can be computed without the key."""
    plain, one, other = (ftpstats.open_store(tmp_path / name) for name in ("plain", "one", "other"))
    for store, key in ((plain, None), (one, KEY), (other, OTHER)):
        store.ingest(LOG, anonymize=key)
    stored = [pl.read_parquet(next(store.folder.iterdir())) for store in (plain, one, other)]
    elements = [set(rows["element"].to_list()) for rows in stored]
    assert len(elements[0]) == len(elements[1]) == len(elements[2]) > 20
    assert not elements[0] & elements[1]
    assert not elements[1] & elements[2]
    digests = {store.logs()[0]["digest"] for store in (plain, one, other)}
    assert len(digests) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def test_an_experiment_keeps_what_differs_and_no_name(store, tmp_path):
    made = ftpstats.run("a", folder=tmp_path / "e", client="builtin", times=1, size="1KB", before="echo secret-word")
    store.ingest(made.log, anonymize=KEY)
    text = held(store)
    for name in ("secret-word", os.uname().nodename, "ftp-test-1KB"):
        assert name not in text
    assert ftpstats.summarize(store)[0].n == 1


def test_no_key_is_shown():
    assert KEY.decode() not in repr(Anonymizer(KEY))


# --- on the way out ---------------------------------------------------------------------------------------------


def test_names_leave_a_store_only_when_asked_for(store):
    store.ingest([LOG, RECORDINGS / "netkit-debian-missing-550.log"])
    shown, hidden = store.tidy(personal=True), store.tidy()
    assert shown["file"].null_count() < shown.height
    assert hidden["file"].null_count() == hidden["peer"].null_count() == hidden.height
    assert hidden.drop("file", "peer", "note").equals(shown.drop("file", "peer", "note"))
    assert hidden.schema == shown.schema
    assert hidden["note"].is_not_null().equals(shown["note"].is_not_null())


def test_a_report_masks_reasons_and_lines(tmp_path):
    log = tmp_path / "FTP.log"
    log.write_text(
        "FTP-TEST 1 a\n150 Opening\n226 Done\n1024 bytes received in 0.10 secs (10.0 kB/s)\n"
        "FTP-TEST 2 a\n550 /home/ann/secret.iso: No such file or directory\n"
        "what is 12 bytes of ann@example.org?\n"
    )
    for form in ("html", "markdown"):
        text = ftpstats.report(log, format=form)
        assert "550 …: No such file or directory" in text
        assert "secret" not in text
        assert "example.org" not in text
        shown = ftpstats.report(log, format=form, personal=True).replace("\\", "")
        assert "550 /home/ann/secret.iso: No such file or directory" in shown
        assert "ann@example.org" in shown
