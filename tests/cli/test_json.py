"""JSON answers against their schemas, which are their documentation."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ftpstats.analysis.comparison import Comparison
from ftpstats.analysis.history import History
from ftpstats.analysis.history_size import HistorySize, Shown
from ftpstats.analysis.levels import Level
from ftpstats.analysis.rates import Throughput
from ftpstats.analysis.sample_size import SampleSize
from ftpstats.analysis.scaling import Scaling, TimeAt
from ftpstats.analysis.scaling_size import ScalingSize
from ftpstats.analysis.summary import Summary
from ftpstats.logs.inspection import Inspection
from ftpstats.schema import SCHEMA
from tests.cli.conftest import ROOT

SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text())
    for path in (ROOT / "ftpstats/present/schema").glob("*.schema.json")
}
DOCUMENTS = [
    ["summary", "--from", "FTP.log"],
    ["summary", "--from", "[fmkt]*.log", "--from", "unlabelled.log"],
    ["summary", "--from", "killed.log"],
    ["summary", "--from", "unlabelled.log", "--as-printed"],
    ["summary", "--from", "missing.log", "--confidence", "0.9"],
    ["summary", "--from", "missing.log", "--from", "[fmkt]*.log", "--all-tests"],
    ["compare", "baseline", "xen", "vmware", "--from", "same.log"],
    ["compare", "baseline", "xen", "vmware", "--from", "same.log", "--all-pairs", "--details", "--all-tests"],
    ["compare", "xen", "vmware", "--from", "rounds.log", "--details"],
    ["compare", "--aa", "--from", "rounds.log"],
    ["compare", "--summaries", "summaries.csv", "--all-pairs", "--inflation", "2", "--run-sd", "1ms"],
    ["compare", "--summaries", "inflation.csv", "--method", "thesis"],
    ["compare", "xen", "vmware", "--from", "FTP.log", "--margin", "20ms"],
    ["compare", "baseline-tap100", "full-tap100", "para-tap100", "xenpv-tap100", "--from", "vm.log"],
    ["compare", "a", "b", "--from", "two.txt"],
    ["compare", "a", "c", "--from", "two.txt"],
    ["compare", "north", "south", "--from", "duet/shared"],
    ["plan", "--from", "FTP.log"],
    ["plan", "xen", "--from", "FTP.log", "--margin", "1ms", "--power", "0.8"],
    ["plan", "a", "b", "--from", "two.txt"],
    ["plan", "c", "--from", "two.txt", "--difference", "10%"],
    ["plan", "--from", "unlabelled.log"],
    ["plan", "--from", "vm.log"],
    ["plan", "--sd", "2ms", "--run-sd", "3ms", "--mean", "100ms"],
    ["plan", "--sd", "1s", "--margin", "0.0001ms"],
    ["plan", "--sd", "2ms", "--mean", "100ms", "--simulate"],
    ["plan", "--for", "scaling", "--from", "FTP.log"],
    ["plan", "--for", "scaling", "xen", "--from", "FTP.log", "--latency-margin", "2ms", "--margin", "1%"],
    ["plan", "--for", "history", "--from", "nightly", "--difference", "10%"],
    ["plan", "--for", "history", "--from", "FTP.log", "--margin", "100KB=2ms", "--margin", "5%"],
    ["plan", "--for", "history", "--run-sd", "3ms", "--mean", "100ms"],
    ["check", "FTP.log", "missing.log", "killed.log", "unlabelled.log", "odd.log", "empty.log"],
    ["scaling", "xen", "vmware", "--from", "FTP.log", "--at", "1MB"],
    ["scaling", "--from", "server/vsftpd.log", "--from", "server/xferlog", "--label-from", "peer"],
    ["throughput", "--from", "FTP.log", "--from", "missing.log"],
    ["throughput", "--from", "server/vsftpd.log", "--from", "server/xferlog", "--by", "peer"],
    [
        "throughput",
        "xferlog",
        "--from",
        "server/vsftpd.log",
        "--from",
        "server/xferlog",
        "--by",
        "hour",
        "--time-zone",
        "UTC",
    ],
    ["history", "--from", "nightly"],
    ["history", "--from", "nightly", "--by", "day", "--time-zone", "UTC"],
    ["history", "--from", "FTP.log"],
    ["history", "--from", "two.txt"],
    ["store", "list"],
]


@pytest.fixture
def two(folder):
    """One transfer each; and a label whose transfers all read one value."""
    line = "102400 bytes received in 0.01 secs (9.8e+03 Kbytes/sec)\n"
    log = [f"FTP-TEST 1 {label}\n{line}" for label in "AB"] + [f"FTP-TEST {i} C\n{line}" for i in range(1, 9)]
    (folder / "two.txt").write_text("".join(log))


def schema_of(arguments):
    """The name of a document's schema: of `plan --for` with what it is for."""
    return f"plan_{arguments[2]}" if arguments[1] == "--for" else arguments[0]


def test_there_is_a_schema_for_each_command():
    assert set(SCHEMAS) == {schema_of(arguments) for arguments in DOCUMENTS} | {"parse"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name):
    Draft202012Validator.check_schema(SCHEMAS[name])


def nodes(schema):
    yield schema
    for part in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(part, dict | list):
            yield from nodes(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_allow_nothing_else_and_describe_everything(name):
    objects = [node for node in nodes(SCHEMAS[name]) if isinstance(node, dict) and "properties" in node]
    assert objects
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
        undescribed = {key for key, value in node["properties"].items() if "description" not in value}
        assert undescribed <= {"completion", "relative"}


@pytest.mark.parametrize(
    ("name", "part", "result"),
    [
        ("summary", "group", Summary),
        ("compare", "comparison", Comparison),
        ("plan", "plan", SampleSize),
        ("plan_scaling", "plan", ScalingSize),
        ("plan_history", "plan", HistorySize),
        ("plan_history", "look", Shown),
        ("scaling", "line", Scaling),
        ("scaling", "time", TimeAt),
        ("throughput", "throughput", Throughput),
        ("history", "level", Level),
    ],
)
def test_a_schemas_keys_are_the_results_fields(name, part, result):
    assert SCHEMAS[name]["$defs"][part]["required"] == [field.name for field in fields(result)]


def test_a_history_in_json_has_its_levels_beside_it():
    assert SCHEMAS["history"]["$defs"]["history"]["required"] == [
        field.name for field in fields(History) if field.name != "levels"
    ]


def test_the_account_of_check_has_the_fields_of_an_inspection():
    assert SCHEMAS["check"]["$defs"]["log"]["required"] == [field.name for field in fields(Inspection)]


@pytest.mark.parametrize("arguments", DOCUMENTS, ids=" ".join)
def test_documents_follow_their_schema(arguments, run, two):
    if arguments[0] == "store":
        run("ingest", "FTP.log", "RESULT.log", "unlabelled.log", "missing.log")
    done = run(*arguments, "--format", "json")
    document = json.loads(done.stdout, parse_constant=pytest.fail)
    Draft202012Validator(SCHEMAS[schema_of(arguments)]).validate(document)
    assert any(document.get(key) for key in ("groups", "comparisons", "logs", "aa", "plans", "levels", "lines"))


@pytest.mark.parametrize("log", ["FTP.log", "killed.log", "unlabelled.log", "missing.log", "empty.log"])
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_rows_follow_their_schema(log, form, run):
    text = run("parse", log, "--format", form).stdout
    rows = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
    Draft202012Validator(SCHEMAS["parse"]).validate(rows)
    assert all(list(row) == SCHEMA.names() for row in rows)
    assert bool(rows) == (log != "empty.log")


def test_exported_rows_follow_the_same_schema(run):
    run("ingest", "FTP.log", "killed.log", "missing.log", "-q")
    rows = json.loads(run("store", "export", "-", "--format", "json").stdout)
    assert rows
    Draft202012Validator(SCHEMAS["parse"]).validate(rows)


def test_the_columns_of_rows_are_in_their_schema():
    assert list(SCHEMAS["parse"]["$defs"]["transfer"]["properties"]) == SCHEMA.names()


def test_the_page_names_every_schema():
    text = (ROOT / "docs" / "json.md").read_text()
    named = re.findall(r"\]\(\.\./ftpstats/present/schema/(\w+)\.schema\.json\)", text)
    assert set(named) == set(SCHEMAS)


def test_the_settings_of_a_comparison_are_in_it(run):
    done = run(
        "compare", "XEN", "vmware", "--from", "FTP.log", "--format", "json", "--margin", "20ms", "--confidence", "0.9"
    )
    document = json.loads(done.stdout)
    assert (document["reference"], document["confidence"], document["inputs"]) == ("Xen", 0.9, ["FTP.log"])
    assert document["margin"] == {"value": 0.02, "relative": False}


def test_check_accounts_for_every_line(run):
    (log,) = json.loads(run("check", "killed.log", "--format", "json").stdout)["logs"]
    assert log["lines"] == sum(log[name] for name in ("headers", "results", "listings", "chatter", "blank", "unparsed"))
    assert log["lines"] == len(Path("killed.log").read_text().splitlines())
