"""What `ftpstats store` does: list, forget, relabel, compact, export."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import typer

from ftpstats.schema import SCHEMA
from ftpstats.store import Store
from tests.cli.conftest import stable

SESSION = [
    "store list",
    "ingest FTP.log RESULT.log missing.log",
    "ingest killed.log --label KVM",
    "store list --format table",
    "store list --format csv",
    "store list --source missing.log --format json",
    "store list --source nothing.log",
    "store list --format markdown",
    "store relabel missing.log --label Other",
    "store relabel missing.log",
    "store relabel missing.log --own --label Other",
    "store relabel nothing.log --own",
    "store list --format table",
    "store relabel missing.log killed.log --own",
    "store forget RESULT.log",
    "store forget nothing.log --yes",
    "store forget RESULT.log --yes",
    "store compact",
    "store list --format table",
    "store compact --yes",
    "store compact",
    "store list --format table",
    "ingest RESULT.log",
    "store export rows.xlsx",
    "store export rows.parquet --format csv",
    "store export - --source killed.log --format jsonl",
]


def timeless(text):
    return stable(re.sub(r"\d{4}-\d\d-\d\d([ T])\d\d:\d\d(:\d\d\+00:00)?", r"yyyy-mm-dd\1hh:mm", text))


def test_session(run, golden):
    text = ""
    for command in SESSION:
        done = run(*command.split())
        text += f"$ ftpstats {command}\n{timeless(done.stdout)}"
        text += "".join(f"2> {line}\n" for line in done.stderr.splitlines())
        text += f"[exit {done.status}]\n\n" if done.status else "\n"
    golden("storing", text)


@pytest.fixture
def filled(run):
    """Put two logs into the store."""
    run("ingest", "FTP.log", "missing.log")
    return Store(Path("ftpstats-store"))


def answers(monkeypatch, answer):
    """Let somebody answer; return what was asked."""
    asked = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda question, **_: asked.append(question) or answer)
    return asked


def test_forget_asks_and_does_nothing_on_no(run, filled, monkeypatch):
    asked = answers(monkeypatch, False)
    assert run("store", "forget", "missing.log").status == 1
    assert asked == ["Forget 1 log with 3 transfers (missing.log)?"]
    assert len(filled.logs()) == 2
    answers(monkeypatch, True)
    assert run("store", "forget", "missing.log").status == 0
    assert len(filled.logs()) == 1


def test_compact_asks_only_before_it_drops_what_was_forgotten(run, filled, monkeypatch):
    asked = answers(monkeypatch, False)
    assert run("store", "compact").status == 0
    assert not asked
    run("store", "forget", "missing.log", "--yes")
    before = sorted(filled.folder.iterdir())
    assert run("store", "compact").status == 1
    assert asked == ["Delete 1 forgotten log (missing.log) permanently?"]
    assert sorted(filled.folder.iterdir()) == before


def test_what_list_writes_for_programs_is_the_index(run, filled):
    records = json.loads(run("store", "list", "--format", "json").stdout)["logs"]
    assert [(one["log"], one["transfers"], one["labels"]) for one in records] == [
        ("FTP.log", 900, ["Baseline", "Xen", "VMware"]),
        ("missing.log", 3, ["Baseline"]),
    ]
    rows = list(csv.DictReader(io.StringIO(run("store", "list", "--format", "csv").stdout)))
    assert [row["labels"] for row in rows] == ["Baseline; Xen; VMware", "Baseline"]


def test_an_export_says_the_same_to_every_reader(run, filled, folder):
    for name in ("rows.parquet", "rows.csv", "rows.jsonl"):
        assert run("store", "export", name).status == 0
    rows = filled.read().rows.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    assert pl.read_parquet("rows.parquet").equals(rows)
    frame = pd.read_parquet("rows.parquet")
    assert frame.columns.tolist() == SCHEMA.names()
    assert not [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    assert frame["label"].value_counts().to_dict() == {"Baseline": 303, "Xen": 300, "VMware": 300}
    assert pq.read_table("rows.parquet").num_rows == 903
    query = "select label, count(*), sum(seconds) from '{}' group by label order by label"
    wanted = rows.group_by("label").agg(pl.len(), pl.col("seconds").sum()).sort("label").rows()
    for name in ("rows.parquet", "rows.csv", "rows.jsonl"):
        found = duckdb.sql(query.format(name)).fetchall()
        assert [row[:2] for row in found] == [row[:2] for row in wanted]
        assert [row[2] for row in found] == pytest.approx([row[2] for row in wanted])


def test_a_comparison_reads_only_the_logs_that_hold_its_labels(run, filled, monkeypatch):
    """And its answer is the one that reading everything gives."""
    read, real = [], Store.copies
    monkeypatch.setattr(Store, "copies", lambda self, logs, *more: read.append(len(logs)) or real(self, logs, *more))
    some = run("compare", "xen", "VMWARE", "--format", "csv").stdout
    assert read == [1]
    alone = run("compare", "xen", "vmware", "--format", "csv", "--from", "FTP.log", "--from", "missing.log").stdout
    assert some == alone
    error = run("compare", "xen", "kvm").stderr
    assert error == "ftpstats: no label 'kvm'; there are: Baseline, VMware, Xen\n"
