"""The README's console blocks, run as they are written in a copy of the project; and its table of formats."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from ftpstats.logs.transcript.formats import FORMATS
from ftpstats.store import Store
from ftpstats.store.ingest import ingest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
STEPS = [step for block in BLOCKS for step in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    for name in ("sample_logs", "legacy", "tests"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def run_in_terminal(command, folder):
    """Run a shell command whose standard output is a terminal of 150 columns, as a reader's is."""
    bin_folder = Path(sys.executable).parent
    environment = {
        **os.environ, "COLUMNS": "150", "NO_COLOR": "1", "PATH": f"{bin_folder}:{os.environ['PATH']}", "TERM": "xterm",
    }  # fmt: skip
    controller, terminal = pty.openpty()
    with os.fdopen(controller, "rb") as screen:
        process = subprocess.Popen(command, shell=True, cwd=folder, stdout=terminal, stderr=terminal, env=environment)
        os.close(terminal)
        written = b""
        try:
            while part := os.read(screen.fileno(), 65536):
                written += part
        except OSError:  # what Linux says when the last program has let go of the terminal
            pass
        process.wait()
    return written.decode().replace("\r\n", "\n")


def test_console_blocks_print_what_the_readme_shows(project):
    assert len(STEPS) > 5
    for command, shown in STEPS:
        assert (command, run_in_terminal(command, project)) == (command, shown)


def test_the_recipes_give_the_rows_that_the_store_gives(tmp_path, monkeypatch):
    recipes = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    store = Store(tmp_path / "ftpstats-store")
    ingest(store, [str(ROOT / f"sample_logs/inetutils/{name}.log") for name in ("FTP", "RESULT")])
    monkeypatch.chdir(tmp_path)
    (command,) = re.findall(r"`ftpstats (store export .*?)`", README)
    subprocess.run([sys.executable, "-m", "ftpstats", *command.split()], check=True)
    expected = store.read().rows
    assert expected.height == 900
    assert len(recipes) == 3
    for recipe in recipes:
        found = {"pd": pd, "pl": pl, "duckdb": duckdb}
        exec(recipe, found)
        rows = found["rows"]
        rows = rows.pl() if hasattr(rows, "pl") else pl.DataFrame(rows)
        assert rows.columns == expected.columns
        for name, dtype in (("line", pl.Int64), ("label", pl.String), ("run", pl.Int64), ("seconds", pl.Float64)):
            assert rows[name].cast(dtype).to_list() == expected[name].cast(dtype).to_list(), (recipe, name)


def test_the_table_of_formats_is_the_registry():
    rows = re.findall(r"^\| (\S+) \| (recorded|source) \| `(.*)` \|$", README, re.MULTILINE)
    assert f"[{len(FORMATS)} formats](#what-it-reads)" in README
    assert rows == [(entry.name, entry.evidence, entry.samples[0]) for entry in FORMATS]
