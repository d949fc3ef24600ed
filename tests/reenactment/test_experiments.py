"""The thesis's re-enactment: its experiments can be run, and each run is a boot of its own."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

import ftpstats
from ftpstats import cli
from ftpstats.schedule import steps
from reenactment import boot as booting
from reenactment.experiments import EXPERIMENTS, Server
from reenactment.platforms import PLATFORMS, command
from reenactment.record import main
from tests.programs import require


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.setattr(booting, "_UP", tmp_path / "up.json")
    monkeypatch.setattr(booting, "inside", lambda _, command: command)
    return tmp_path


def boots(monkeypatch, script):
    """Let a shell be the server."""
    monkeypatch.setattr(booting, "command", lambda *_: ["sh", "-c", script])


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_can_be_planned(name, tmp_path, capfd):
    for program in ("inetutils-ftp", "ftp-ssl", "curl"):
        require(program)
    experiment = EXPERIMENTS[name]
    certificate = tmp_path / "certificate.pem"
    certificate.touch()
    options = [f"--certificate={certificate}" if "certificate" in option else option for option in experiment.options]
    labels = [server.label for server in experiment.servers]
    servers = [f"{server.label}={PLATFORMS[server.platform].address}" for server in experiment.servers]
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", *servers, *options, "--dry-run"], "ftpstats")
    assert not ended.value.code, capfd.readouterr().err
    planned = capfd.readouterr().out
    assert all(label in planned for label in labels)
    assert len(set(labels)) == len(labels)


def test_every_pair_of_platforms_has_each_first_in_three_of_six_boots():
    planned = ftpstats.plan_run(*PLATFORMS, client="builtin", times=1, runs=6, size="1KB", order="balanced", seed=2008)
    order = [[step.label for step in steps(planned.manifest) if step.run == run] for run in range(1, 7)]
    for one in PLATFORMS:
        for two in PLATFORMS:
            assert one == two or sum(labels.index(one) < labels.index(two) for labels in order) == 3


@pytest.mark.parametrize("name", [name for name, platform in PLATFORMS.items() if platform.is_guest])
def test_a_guest_has_its_own_devices_and_forgets_what_it_writes(name):
    line = command(name, 128, "tcg")
    assert PLATFORMS[name].disk in line
    assert PLATFORMS[name].card in line
    assert all("snapshot=on" in argument for before, argument in pairwise(line) if before == "-drive")
    assert name == "xen" or line[line.index("-m") + 1] == "128"


def test_a_boot_that_fails_says_what_its_console_said_last_and_leaves_nothing(work, monkeypatch):
    boots(monkeypatch, "echo starting; echo GUEST-FAIL no root /dev/sda; sleep 60; true")
    with pytest.raises(OSError, match="did not greet; the console's last line: GUEST-FAIL no root /dev/sda"):
        booting.boot(Server("full", "full"), "1", "tcg", work / "consoles", patience=30)
    assert not (work / "up.json").exists()
    assert "GUEST-FAIL" in (work / "consoles" / "full-1.console").read_text()


def test_a_server_that_ends_is_not_waited_for(work, monkeypatch):
    boots(monkeypatch, "echo no such device; exit 3")
    with pytest.raises(OSError, match="ended with status 3; the console's last line: no such device"):
        booting.boot(Server("full", "full"), "1", "tcg", work / "consoles", patience=600)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the servers outlive the hook
def test_a_run_is_one_boot_and_the_next_run_another(work, monkeypatch, capsys):
    boots(monkeypatch, "sleep 600; true")
    monkeypatch.setattr(booting, "_greets", lambda _: True)
    monkeypatch.setenv("REENACTMENT_EXPERIMENT", "platforms")
    monkeypatch.setenv("REENACTMENT_OUTPUT", str(work))
    monkeypatch.setenv("REENACTMENT_ACCEL", "tcg")
    made = []
    for label, run in [("para", "1"), ("para", "1"), ("full", "1"), ("full", "2")]:
        monkeypatch.setenv("FTPSTATS_LABEL", label)
        monkeypatch.setenv("FTPSTATS_RUN", run)
        assert booting.main() == 0
        made.append(json.loads((work / "up.json").read_text())["process"])
    booting.power_off()
    assert made[0] == made[1]
    assert len(set(made)) == 3
    assert [json.loads(line)["run"] for line in (work / "boots.jsonl").read_text().splitlines()] == [1, 1, 2]
    assert not any(booting._started(process) for process in made)


def test_a_failed_boot_is_listed_with_its_reason(work, monkeypatch, capsys):
    boots(monkeypatch, "echo no such device; exit 3")
    for name, value in {
        "REENACTMENT_EXPERIMENT": "platforms",
        "REENACTMENT_OUTPUT": str(work),
        "REENACTMENT_ACCEL": "tcg",
        "FTPSTATS_LABEL": "full",
        "FTPSTATS_RUN": "4",
    }.items():
        monkeypatch.setenv(name, value)
    assert booting.main() == 1
    (failure,) = map(json.loads, (work / "failures.jsonl").read_text().splitlines())
    assert (failure["label"], failure["run"]) == ("full", 4)
    assert failure["reason"] == "its server ended with status 3; the console's last line: no such device"
    assert capsys.readouterr().out.startswith("full, run 4: its server ended")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nope"], "no experiment 'nope'; there are platforms, memory"), (["--accel", "fast"], "invalid choice: 'fast'")],
)
def test_what_cannot_be_recorded_is_refused(arguments, said, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["record", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert said in capsys.readouterr().err


@pytest.mark.long  # it installs packages and makes images, as root
def test_a_guest_boots_and_serves_three_files():
    root = Path(__file__).parents[2]
    subprocess.run(["make", "-C", "reenactment", "smoke"], cwd=root, check=True)
    made = ftpstats.read_log(str(root / "reenactment" / "build" / "smoke" / "FTP.log"))
    assert made["completion"].tolist() == ["confirmed"] * 3
    assert made["bytes"].tolist() == [102400, 10485760, 104857600]
