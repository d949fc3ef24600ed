"""Which transfers a question is about, and whose they are: of a table, logs and a store alike, in every call."""

from pathlib import Path

import pytest

import ftpstats
from ftpstats.errors import SelectionError

RECORDS = Path("tests/data/records").resolve()
LOG = str(RECORDS / "server-vsftpd.xferlog")
SMALL = {"where": "direction = 'download' AND bytes <= 102400"}


@pytest.fixture(scope="module")
def log():
    return ftpstats.read_log("sample_logs/inetutils/FTP.log")


@pytest.fixture
def store(tmp_path):
    store = ftpstats.open_store(tmp_path / "store")
    store.ingest(LOG)
    return store


@pytest.fixture(params=["table", "log", "store"])
def transfers(request, store):
    return {"table": ftpstats.read_log(LOG), "log": LOG, "store": store}[request.param]


def test_a_condition_and_labels_from_a_column(transfers):
    of_log = ftpstats.summarize(transfers, where="peer = '::1'")
    assert {one.label for one in of_log} == {"server-vsftpd.xferlog"}
    found = ftpstats.summarize(transfers, label_from="peer")
    assert {one.label for one in found} == {"::1", "::ffff:127.0.0.1"}
    assert [one.n for one in found if one.label == "::1"] == [one.n for one in of_log]
    assert {(one.bytes, one.direction) for one in ftpstats.summarize(transfers, **SMALL)} == {
        (0, "download"), (15, "download"), (102400, "download"),
    }  # fmt: skip


def test_labels_are_looked_up_among_the_new_ones(transfers):
    found = ftpstats.summarize(transfers, "UPLOAD", label_from="direction", where="peer IS NOT NULL")
    assert {one.label for one in found} == {"upload"}
    with pytest.raises(SelectionError, match=r"no label 'server-vsftpd\.xferlog'; there are: download, upload"):
        ftpstats.summarize(transfers, "server-vsftpd.xferlog", label_from="direction")


def test_groups_of_a_column(transfers):
    found = ftpstats.summarize(transfers, by="peer", size="100KB")
    assert {one.label for one in found} == {"::1", "::ffff:127.0.0.1"}
    both = ftpstats.summarize(transfers, label_from="direction", by="peer", size="100KB")
    assert [one.label for one in both] == ["download, ::ffff:127.0.0.1", "upload, ::1", "upload, ::ffff:127.0.0.1"]


def test_a_store_gives_its_transfers_likewise(store):
    assert set(store.transfers("::1", label_from="peer")["peer"]) == {"::1"}
    assert set(store.transfers(where="direction = 'upload'")["direction"]) == {"upload"}
    assert list(store.transfers(where="direction = 'upload'").columns) == list(store.transfers().columns)


def test_every_question_takes_both(log):
    which = {"where": "iteration <= 50", "label_from": "label", "size": "10MB"}
    assert {one.n for one in ftpstats.summarize(log, **which)} == {50}
    [one] = ftpstats.compare(log, "xen", "vmware", **which)
    assert (one.n, one.n_reference, one.scope) == (50, 50, "runs")
    assert ftpstats.sample_size(log, "xen", "vmware", **which)[0].n == 50
    assert ftpstats.textbook(log, "xen", "vmware", **which)
    assert "100 completed transfers of 2 labels" in ftpstats.report(
        log, None, "xen", "vmware", format="markdown", **which
    )
    with pytest.raises(SelectionError, match="no label has two of one size"):
        ftpstats.aa_test(log, **which)
    assert ftpstats.plot.boxplot(log, **which).get_title() == "10 MB download"


def test_a_condition_does_not_move_the_schedule(tmp_path):
    """Which run of a schedule a failed transfer is of, and so its size, is known before any is left out."""
    made = ftpstats.run("a", folder=tmp_path / "e", client="builtin", times=1, runs=2, size=["1KB", "2KB"])
    before, header, rest = made.log.read_text().rpartition("FTP-TEST 1 a\n")
    made.log.write_text(before + header + rest[rest.index("FTP-TEST 2 a") :])
    of_run_2 = ftpstats.summarize(made.log, where="run = 2")
    assert [(one.bytes, one.n, one.failed) for one in of_run_2] == [(1024, 0, 1), (2048, 1, 0)]


@pytest.mark.parametrize("question", [ftpstats.summarize, ftpstats.throughput])
def test_hours_of_a_condition_are_said_to_be_of_utc(question):
    for zone, said in (("UTC", []), ("Asia/Tokyo", ["Asia/Tokyo"])):
        logs = ftpstats.Logs(LOG, time_zone=zone)
        where = "hour(time) IS NOT NULL"
        told = [note for note in question(logs, where=where).notes if note.startswith("where ")]
        assert [note.rsplit(" ", 1)[1] for note in told] == said
        assert not any(note.startswith("where ") for note in question(logs, where="time IS NOT NULL").notes)


def test_throughput_says_in_which_zone_hours_are(store):
    found = ftpstats.throughput(store, by="hour", time_zone="Asia/Tokyo", where="day(time) IS NOT NULL")
    assert found.notes == ("where day(time) IS NOT NULL: hours and days of a condition are in UTC, not in Asia/Tokyo",)
