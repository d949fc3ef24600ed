"""The page of the re-enactment is what its logs give, and what is not recorded is said."""

from pathlib import Path

import pytest

from reenactment.analyse import Reading, Recorded, Spread, detectable, main, page, readings, same_platform, spreads
from reenactment.experiments import EXPERIMENTS, SMOKE

ROOT = Path(__file__).parents[2]
LOGS = Path("sample_logs/reenactment-2026")


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_page_is_made_of_the_recorded_logs():
    assert page(LOGS) == Path("reenactment/README.md").read_text(encoding="utf-8")


def test_what_is_not_recorded_is_said(tmp_path):
    (tmp_path / "platforms").symlink_to(ROOT / LOGS / "platforms")
    text = page(tmp_path)
    for name in EXPERIMENTS:
        command = f"Not recorded yet: `make -C reenactment run NAMES={name}`."
        assert (command in text) == (name not in {"platforms", "memory-64", SMOKE}), name


def test_without_the_platforms_there_is_no_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["analyse", str(tmp_path)])
    assert main() == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path}: no experiment 'platforms' is recorded here")


def test_every_recorded_run_is_a_boot_of_its_own():
    for folder in (log.parent for log in LOGS.glob("*/FTP.log*")):
        recorded = Recorded(folder.name, folder)
        runs = {(one["label"], one["run"]) for one in recorded.boots}
        found = recorded.transfers.groupby(["label", "run"], observed=True).size()
        assert set(found.index) <= runs
        assert recorded.manifest.end is not None


def test_the_thesiss_rule_is_tried_on_each_boot():
    main_ = Recorded("platforms", LOGS / "platforms")
    assert [len(one.apart) for one in readings(main_, [("para", "full")])] == [6, 6, 6]
    assert {of for *_, of in same_platform(main_)} == {15}


@pytest.mark.parametrize(
    ("apart", "verdict", "first", "change"),
    [
        (True, "faster", "different", ""),
        (True, "equivalent", "different", "the difference is there, and too small to matter"),
        (True, "inconclusive", "different", "boots of one platform differ as much"),
        (False, "faster", "no difference", "overlap is no test"),
        (False, "inconclusive", "no difference", "what one boot does not show is not thereby absent"),
        (False, "equivalent", "no difference", ""),
    ],
)
def test_a_changed_conclusion_has_a_reason(apart, verdict, first, change):
    class Ours:
        pass

    Ours.verdict = verdict
    one = Reading(1, "para", "full", (apart, not apart), Ours)
    assert (one.first, one.change) == (first, change)


def test_one_boot_detects_less_than_it_seems():
    """Two means of 100 transfers, sd 10 % each: 3.6 standard errors; with boots that vary by 5 %, five times that."""
    one = Spread(1, "a", 1.0, 0.1, 0.05, "runs")
    assert detectable(one, one, believed=True) == pytest.approx(3.605 * 0.1 * 2**0.5 / 10, rel=1e-3)
    assert detectable(one, one) == pytest.approx(3.605 * (0.05**2 + 0.01**2) ** 0.5 * 2**0.5, rel=1e-3)
    assert all(found.true >= found.believed for found in spreads(Recorded("platforms", LOGS / "platforms")).values())
