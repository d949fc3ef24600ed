"""Of some sizes alone less is read of a store, and the answers are those of the whole."""

import random

import pytest

import ftpstats
import ftpstats.store
from ftpstats.errors import FtpstatsError

SIZES = {"100KB": 102_400, "1000KB": 1_024_000, "10MB": 10_485_760}
LABELS = ("Baseline", "Xen", "VMware")
ASK = {
    "summary": ftpstats.summarize,
    "compare": ftpstats.compare,
    "plan": ftpstats.sample_size,
    "scaling": ftpstats.scaling,
    "history": ftpstats.history,
    "aa": ftpstats.aa_test,
    "textbook": ftpstats.textbook,
}


def result(size, seconds):
    return f"{size} bytes received in {seconds:.4g} secs ({size / 1024 / seconds:.6g} kB/s)\n"


def log_of(randomly, labels):
    """Some runs of labels, one after the other or in turn, whose iterations hold some sizes each."""
    steps = [(i, label) for label in labels for _ in range(randomly.randint(1, 3)) for i in range(1, 13)]
    if randomly.random() < 0.5:
        steps.sort(key=lambda step: step[0])
    return "".join(
        f"FTP-TEST {i} {label}\n"
        + "".join(
            result(size, size / 1e7 * randomly.gauss(1, 0.05))
            for size in sorted(randomly.sample([*SIZES.values()], randomly.randint(1, 3)))
        )
        for i, label in steps
    )


@pytest.fixture
def stored(tmp_path):
    """Put logs into a store, and return it."""

    def put(*texts, **options):
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.log").write_text(text)
        store = ftpstats.open_store(tmp_path / "store")
        store.ingest(sorted(tmp_path.glob("*.log")), **options)
        return store

    return put


def answer(question, store, labels, sizes):
    try:
        found = ASK[question](store, *labels, size=sizes)
    except (FtpstatsError, ValueError) as error:
        return str(error)
    return [*map(repr, found)], str(found), found.inputs, found.notes


@pytest.mark.parametrize("seed", range(4))
def test_answers_about_sizes_are_those_of_the_whole_store(stored, monkeypatch, seed):
    randomly = random.Random(seed)
    store = stored(*(log_of(randomly, randomly.sample(LABELS, randomly.randint(1, 3))) for _ in range(5)))
    asked = [
        (question, list(LABELS[:count]), size) for question in ASK for count in (0, 2) for size in ("100KB", "10MB")
    ]
    asked += [("compare", ["Xen", "VMware"], ["100KB", "1000KB"]), ("compare", ["Xen", "VMware"], "5MB")]
    found = [answer(question, store, labels, size) for question, labels, size in asked]
    assert len(store.find(LABELS[:2], sizes=[102_400]).rows) < len(store.find(LABELS[:2]).rows)
    monkeypatch.setattr(ftpstats.store, "are_enough", lambda *_: False)
    assert len(store.find(LABELS[:2], sizes=[102_400]).rows) == len(store.find(LABELS[:2]).rows)
    assert found == [answer(question, store, labels, size) for question, labels, size in asked]


def lines(label, *others):
    """A log of one label that has two sizes, and other lines at its end."""
    both = (result(size, 0.1 + i / 1000) for i in range(1, 13) for size in (102_400, 1_024_000))
    heads = (f"FTP-TEST {i} {label}\n" if at == 0 else "" for i in range(1, 13) for at in (0, 1))
    return "".join(head + line for head, line in zip(heads, both, strict=True)) + "".join(others)


@pytest.mark.parametrize(
    ("text", "options", "rows"),
    [
        (lines("Xen"), {}, 13),  # the first transfer is of 100 KB, and stands for its run
        (lines("Xen"), {"label": "Xen 4"}, 24),
        (lines("Xen", "FTP-TEST 13 Xen\n", "425 Failed to establish connection.\n"), {}, 25),
        (lines("Xen solo"), {}, 24),
    ],
)
def test_other_sizes_are_left_out_only_where_they_tell_nothing(stored, text, options, rows):
    assert stored(text, **options).find(sizes=[1_024_000]).rows.height == rows


def test_other_sizes_are_read_where_a_copy_tells_more(stored):
    assert stored(lines("Xen"), lines("Xen") + lines("VMware")).find(sizes=[1_024_000]).rows.height == 48


def test_transfers_with_times_are_read_whatever_their_size(stored):
    record = "Sat Nov 14 10:{:02}:00 2026 1 192.0.2.1 {} /f{} b _ o r user ftp 0 * c\n"
    log = "".join(record.format(i, (102_400, 1_024_000)[i % 2], i % 2) for i in range(20))
    assert stored(log).find(sizes=[1_024_000]).rows.height == 20
