"""An experiment at a URL: the same files as in a folder, whole, and continued where it was left."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ftpstats
from ftpstats.errors import MachineError, UsageError
from ftpstats.places import place

DESIGN = {"client": "builtin", "times": 2, "size": "1KB", "order": "interleaved"}


@pytest.fixture
def state(tmp_path, monkeypatch):
    """Where experiments are made that are put to a URL."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "ftpstats" / "runs"


def left(state):
    return sorted(path.name for folder in state.glob("*") for path in folder.iterdir())


def test_its_files_are_those_of_a_folder_and_nothing_stays_here(bucket, state):
    url = f"{bucket}/first"
    made = ftpstats.run("fast", "slow", folder=url, **DESIGN)
    assert (made.counts.completed, made.left, str(made.log)) == (4, {}, f"{url}/FTP.log")
    assert sorted(path.name for path in place(url).glob("*")) == ["FTP.json", "FTP.log", "RESULT.log"]
    assert left(state) == []
    rows = ftpstats.read_logs(url)
    assert rows["completion"].tolist() == ["confirmed"] * 4
    assert rows["time"].notna().all()  # which FTP.json has


def test_an_experiment_that_is_there_is_not_overwritten(bucket, state):
    ftpstats.run("fast", folder=f"{bucket}/it", **DESIGN)
    with pytest.raises(UsageError, match=f"^{bucket}/it: already contains an experiment; --resume continues it"):
        ftpstats.run("fast", folder=f"{bucket}/it", **DESIGN)
    with pytest.raises(UsageError, match=f"^--resume: {bucket}/none contains no experiment"):
        ftpstats.run(folder=f"{bucket}/none", resume=True)
    with pytest.raises(UsageError, match=r"^keep: downloaded files are kept in a folder"):
        ftpstats.run("fast", folder=f"{bucket}/kept", keep=True, **DESIGN)


class Stopping(ftpstats.Watcher):
    """Ends the experiment behind its third transfer, as Ctrl-C does."""

    def made(self, progress):
        if progress.done == 3:
            raise KeyboardInterrupt


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_interrupted_one_is_there_and_continues_on_any_machine(bucket, state, tmp_path, monkeypatch, elsewhere):
    url = f"{bucket}/it"
    with pytest.raises(KeyboardInterrupt):
        ftpstats.run("fast", "slow", folder=url, watcher=Stopping(), **DESIGN)
    assert ftpstats.read_log(f"{url}/FTP.log").shape[0] == 3
    if elsewhere:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
    made = ftpstats.run(folder=url, resume=True)
    assert (made.counts.completed, made.left) == (1, {})
    assert sorted(path.name for path in place(url).glob("*")) == ["FTP.json", "FTP.log", "RESULT.log"]
    assert ftpstats.read_log(f"{url}/FTP.log").shape[0] == 4


def test_what_cannot_be_put_stays_here_whole_and_is_put_by_resuming(bucket, state, server, monkeypatch):
    url = f"{bucket}/it"
    with monkeypatch.context() as broken:
        broken.setattr("ftpstats.experiment.remote.put", lambda *_: (_ for _ in ()).throw(OSError(5, "no answer")))
        said = f"^{url}: the experiment cannot be written: no answer; it is whole in {re.escape(str(state))}/.*--resume"
        with pytest.raises(MachineError, match=said):
            ftpstats.run("fast", folder=url, **DESIGN)
    assert "FTP.log" in left(state)
    made = ftpstats.run(folder=url, resume=True)
    assert made.counts.completed == 0
    assert ftpstats.read_log(f"{url}/FTP.log").shape[0] == 2
    assert left(state) == []


def test_the_command_says_how_it_goes_on(bucket, state, server):
    words = ["run", "fast", "--client", "builtin", "--times", "2", "--size", "1KB", "--output", f"{bucket}/it"]
    done = subprocess.run(
        [sys.executable, "-m", "ftpstats", *words], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert f"next: ftpstats summary fast --from {bucket}/it" in done.stderr
    assert done.stdout.endswith(f"{bucket}/it/FTP.log\n")
    assert Path(state).exists()
