"""A duet through the library: measured, and read from any of what it leaves, without FTP.json too."""

from pathlib import Path

import pytest

import ftpstats

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "sample_logs" / "duet" / "shared"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("duet") / "experiment"
    return ftpstats.run(
        "Xen", "VMware", folder=folder, order="duet", client="builtin", times=4, size="100KB", throttle="5MB/s"
    )


def read(transfers, *labels):
    (found,) = ftpstats.compare(transfers, *labels)
    return found


def test_real_transfers_are_compared_in_pairs_with_their_solo_transfers(made):
    assert (made.counts.completed, made.left) == (16, {})
    found = read(made.log, "xen", "vmware")
    assert (found.design, found.n, found.n_reference) == ("duet", 4, 4)
    assert [(cost.label, cost.n, cost.n_solo) for cost in found.competition] == [("Xen", 4, 4), ("VMware", 4, 4)]


def test_whatever_holds_the_transfers_gives_the_same(made, tmp_path):
    expected = read(made.log, "Xen", "VMware")
    alone = tmp_path / "RESULT.log"
    alone.write_bytes((made.folder / "RESULT.log").read_bytes())
    store = ftpstats.open_store(tmp_path / "store")
    store.ingest(made.log)
    for transfers in (made.transfers(), alone, store):
        found = read(transfers, "XEN", "vmware")
        assert (found.design, found.scope, found.p) == (expected.design, expected.scope, expected.p)
        assert found.competition == expected.competition


def test_without_the_solo_transfers_of_one_label_pairs_are_interleaved_transfers():
    log = ftpstats.read_log(SHARED / "FTP.log.gz")
    found = read(log[log["label"] != "south solo"], "north", "south")
    assert (found.design, found.scope, found.verdict, found.competition) == ("alternation", "session", "equivalent", ())


def test_the_same_pairs_with_all_solo_transfers_are_not_equivalent_and_a_gate_says_so():
    found = ftpstats.compare(SHARED, "north", "south", require="not-slower")
    assert (found.verdict, found[0].scope) == ("inconclusive", "session-competing")
    assert len(found.matches) == 1
    assert "the pairs alone give equivalent, but it is not shown that the two do not slow each other" in str(found)


def test_figures_and_reports_of_all_labels_compare_the_two_platforms_only(tmp_path):
    assert len(ftpstats.plot.duet(SHARED).get_xticklabels()) == 2
    assert len(ftpstats.plot.difference(SHARED).get_yticklabels()) == 1
