"""Shell completion, as bash, zsh and fish ask for it; and what `ftpstats` alone says."""

import os
import subprocess
import sys

import pytest

from ftpstats.store import Store
from ftpstats.store.ingest import ingest

SHELLS = {
    "bash": lambda words: {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)},
    "zsh": lambda words: {"_TYPER_COMPLETE_ARGS": " ".join(words)},
    "fish": lambda words: {"_TYPER_COMPLETE_ARGS": " ".join(words), "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}


@pytest.fixture
def complete(folder):
    ingest(Store(folder / "ftpstats-store"), ["FTP.log"])

    def complete(line, shell="bash"):
        environment = {**os.environ, "_FTPSTATS_COMPLETE": f"complete_{shell}", **SHELLS[shell](line.split(" "))}
        program = "from ftpstats.cli import main; main(name='ftpstats')"
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stderr == ""
        return done.stdout

    return complete


CASES = [
    ("ftpstats compare ", ["Baseline", "Xen", "VMware"]),
    ("ftpstats compare xen ", ["Baseline", "VMware"]),
    ("ftpstats compare xen vm", ["vmware"]),
    ("ftpstats summary Ba", ["Baseline"]),
    ("ftpstats plot boxplot X", ["Xen"]),
    ("ftpstats summary --size ", ["100KB", "10MB", "100MB"]),
    ("ftpstats compare xen vmware --unit M", ["MB/s", "MiB/s", "Mbit/s"]),
    ("ftpstats compare xen vmware --fail-on s", ["slower", "slower-by-margin"]),
    ("ftpstats compare --store nowhere ", []),
]


@pytest.mark.parametrize(("line", "found"), CASES)
def test_labels_sizes_and_words_are_completed(line, found, complete):
    assert complete(line).split() == found


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_is_answered(shell, complete):
    assert "VMware" in complete("ftpstats compare xen ", shell)


def test_bash_completes_by_the_script_that_is_shown(folder, complete):
    assert complete("ftpstats compare V").split() == ["VMware"]
    script = subprocess.run(
        [sys.executable, "-c", "from ftpstats.cli import main; main(name='ftpstats')"],
        env={**os.environ, "_FTPSTATS_COMPLETE": "source_bash"}, capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    assert "complete -o default -F" in script


def test_a_store_that_cannot_be_read_completes_nothing(folder, complete):
    (folder / "broken").write_text("no folder")
    assert complete("ftpstats compare --store broken ").split() == []


def test_without_a_store_the_first_steps_are_named_in_five_lines(run, folder):
    done = run()
    assert (len(done.stdout.splitlines()), done.status) == (5, 0)
    assert max(map(len, done.stdout.splitlines())) <= 80
    (folder / "ftpstats-store").mkdir()
    assert run().stdout.startswith("Usage: ftpstats")
