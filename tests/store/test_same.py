"""The store gives what reading the logs together gives, however it was filled."""

import random
from pathlib import Path

import pytest

from ftpstats.logs.together import read_logs
from ftpstats.store import Store
from ftpstats.store.ingest import ingest

ROOT = Path(__file__).parents[2]
LOGS = sorted(
    str(path)
    for folder in ("tests/data/recordings", "tests/data/cases", "sample_logs")
    for path in (ROOT / folder).rglob("*.log")
    if not path.name.startswith("server-")
    and path.stat().st_size < 200_000
    # Its FTP.json has the times, which `ingest` reads and `read_logs` is given.
    and not path.with_name("FTP.json").exists()
)


@pytest.mark.parametrize("seed", range(12))
def test_the_store_gives_what_reading_the_logs_together_gives(tmp_path, seed):
    randomly = random.Random(seed)
    chosen = randomly.sample(LOGS, 7)
    given = {name: randomly.choice([None, None, "Xen", "other"]) for name in chosen}
    store = Store(tmp_path / "store")
    for label in randomly.sample([None, "Xen", "other"], 3):
        names = [name for name in chosen if given[name] == label]
        calls = [names] if randomly.random() < 0.5 else [[name] for name in names]
        for call in filter(None, calls):
            ingest(store, call, label)
    together = read_logs([(name, given[name]) for name in randomly.sample(chosen, 7)])
    stored = store.read()
    assert stored.rows.equals(together.rows)
    for label in together.rows["label"].unique().to_list():
        of_label = together.rows.filter(together.rows["label"].eq_missing(label))
        assert store.read(labels=[label]).rows.equals(of_label), label
    name = randomly.choice(chosen)
    assert store.read(name).rows.equals(read_logs([(name, given[name])]).rows)
