"""README.md and docs/*.md: console blocks run as written, links resolve, and every command is documented.

`pytest tests --update-golden` rewrites the output in the blocks; read the diff.
"""

import os
import pty
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import duckdb
import matplotlib
import pandas as pd
import polars as pl
import pytest
import typer.main
from matplotlib import pyplot as plt

from ftpstats.analysis.comparison import Comparison
from ftpstats.analysis.sample_size import SampleSize
from ftpstats.analysis.summary import Summary
from ftpstats.cli import app
from ftpstats.commands.deferred import Deferred
from ftpstats.logs.records.registry import RECORDS
from ftpstats.logs.transcript.formats import FORMATS
from ftpstats.store import Store
from ftpstats.store.ingest import ingest
from tests.programs import require

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKED = [*PAGES, *(ROOT / name / "README.md" for name in ("legacy", "sample_logs", "benchmarks", "reenactment"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
STEP = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
COLUMNS = 80


def name_of(page):
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def project(tmp_path):
    for name in ("sample_logs", "legacy", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def run_in_terminal(command, folder):
    """Run a shell command whose standard output is a terminal."""
    bin_folder = Path(sys.executable).parent
    environment = {
        **os.environ, "COLUMNS": str(COLUMNS), "NO_COLOR": "1", "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT), "TERM": "dumb", "TZ": "UTC",
    }  # fmt: skip
    controller, terminal = pty.openpty()
    with os.fdopen(controller, "rb") as screen:
        process = subprocess.Popen(command, shell=True, cwd=folder, stdout=terminal, stderr=terminal, env=environment)
        os.close(terminal)
        written = b""
        try:
            while part := os.read(screen.fileno(), 65536):
                written += part
        except OSError:  # what Linux reports when the last program has closed the terminal
            pass
        process.wait()
    return written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("page", [page for page in PAGES if CONSOLE.search(page.read_text())], ids=name_of)
def test_console_blocks_print_what_the_page_shows(page, project, request):
    def executed(block):
        steps = STEP.findall(block[1])
        assert "".join(f"$ {command}\n{shown}" for command, shown in steps) == block[1]
        printed = (f"$ {command}\n{run_in_terminal(command, project)}" for command, _ in steps)
        return f"```console\n{''.join(printed)}```"

    text = page.read_text()
    if "jq " in text:
        require("jq")
    found = CONSOLE.sub(executed, text)
    if request.config.getoption("--update-golden", default=False):
        page.write_text(found)
    else:
        assert found == text


def test_the_python_blocks_of_the_store_give_its_rows(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "store.md").read_text()
    recipes = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    store = Store(tmp_path / "ftpstats-store")
    ingest(store, [str(ROOT / f"sample_logs/inetutils/{name}.log") for name in ("FTP", "RESULT")])
    monkeypatch.chdir(tmp_path)
    (command,) = re.findall(r"`ftpstats (store export .*?)`", text)
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


PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OF_THE_STORE = "docs/store.md"  # has a test of its own, which compares what its blocks give


@pytest.mark.parametrize(
    "page", [page for page in PAGES if PYTHON.search(page.read_text()) and name_of(page) != OF_THE_STORE], ids=name_of
)
def test_python_blocks_run_as_written(page, project, monkeypatch):
    matplotlib.use("agg")
    monkeypatch.chdir(project)
    for block in PYTHON.findall(page.read_text()):
        exec(block, {})
    plt.close("all")


def test_the_table_of_formats_is_the_registry():
    text = (ROOT / "docs" / "formats.md").read_text()
    rows = re.findall(r"^\| (\S+) \| (recorded|source) \| `(.*)` \|$", text, re.MULTILINE)
    assert f"There are {len(FORMATS)} formats" in text
    assert f"[{len(FORMATS)} formats](docs/formats.md)" in PAGES[0].read_text()
    assert rows == [(entry.name, entry.evidence, entry.samples[0]) for entry in FORMATS]


RECORD_TABLE = re.compile(r"(<!-- the table of records .*? -->\n).*?(<!-- its end -->)", re.DOTALL)


def record_table():
    rows = [
        f"| {entry.name} | {entry.log} | {entry.timed} | {entry.evidence} | `{line_of(entry)}` |" for entry in RECORDS
    ]
    return "\n".join(
        ["| format | log | timed | evidence | a line of it |", "| --- | --- | --- | --- | --- |", *rows, ""]
    )


def line_of(entry):
    """Return the last line of the first sample, as a table can show it."""
    return entry.samples[0].splitlines()[-1].replace("|", "\\|").replace("\t", " ⇥ ")


def test_the_table_of_records_is_the_registry(request):
    page = ROOT / "docs" / "formats.md"
    right = RECORD_TABLE.sub(lambda found: found[1] + record_table() + found[2], page.read_text())
    if request.config.getoption("--update-golden", default=False):
        page.write_text(right)
    assert page.read_text() == right


def commands(group, words=()):
    for name, listed in group.commands.items():
        command = listed.made() if isinstance(listed, Deferred) else listed
        yield from commands(command, (*words, name)) if hasattr(command, "commands") else [" ".join((*words, name))]


COMMANDS = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    texts = "\n".join(page.read_text() for page in PAGES)
    assert re.search(rf"`(?:ftpstats )?{command}[ `]", texts)


def test_no_documented_command_is_missing():
    """Words behind `ftpstats` in code are commands of the command line."""
    texts = "\n".join(page.read_text() for page in PAGES)
    first = {command.split()[0] for command in COMMANDS}
    found = set(re.findall(r"(?:^\$ |`|^    )ftpstats ([a-z]+)", texts, re.MULTILINE))
    assert len(found) > 8
    assert found <= first


def anchors(text):
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", LINKED, ids=name_of)
def test_every_relative_link_resolves(page):
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text())
    for path, anchor in links:
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target.read_text()), (path, anchor)


def test_the_readme_is_short():
    assert len(PAGES[0].read_text().splitlines()) < 250


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "README.md"], ids=name_of)
def test_every_page_is_linked_from_the_readme_and_says_what_it_is_for(page):
    assert f"]({name_of(page)}" in PAGES[0].read_text()
    title, blank, first, *_ = page.read_text().splitlines()
    assert title.startswith("# ")
    assert not blank
    assert first.endswith(".") or len(first) > 60
    assert first.startswith("This page ")


@pytest.mark.parametrize("result", [Comparison, Summary, SampleSize], ids=lambda result: result.__name__)
def test_the_tables_of_fields_are_those_of_the_results(result):
    text = (ROOT / "docs" / "library.md").read_text()
    section = text.partition(f"### {result.__name__}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (`.*?) \|(.*)\| (\S.*) \|$", section, re.MULTILINE)
    documented = [name for names, _, _ in rows for name in re.findall(r"`(\w+)`", names)]
    assert documented == [field.name for field in fields(result)]
