"""CSV: one tidy table per command, whose columns docs/csv.md describes in the words of the JSON Schemas.

`pytest tests/cli --update-golden` rewrites the tables of the page; read the diff.
"""

import csv
import io
import json
import re

import pytest

from tests.cli.conftest import ROOT

PAGE = ROOT / "docs" / "csv.md"

# By the heading of docs/csv.md: a command, and where its columns are described.
COMMANDS = {
    "summary": ("summary --from rounds.log", "summary", "group"),
    "compare": ("compare xen vmware --from rounds.log", "compare", "comparison"),
    "compare --summaries": ("compare --summaries summaries.csv", "compare", "comparison published"),
    "compare --aa": ("compare --aa --from rounds.log", "compare", "self"),
    "scaling": ("scaling xen vmware --from FTP.log", "scaling", "line"),
    "throughput": ("throughput --from server/xferlog", "throughput", "throughput"),
    "history": ("history --from nightly", "history", "level"),
    "plan": ("plan xen vmware --from rounds.log", "plan", "plan"),
    "plan --for scaling": ("plan --for scaling xen vmware --from FTP.log", "plan_scaling", "plan"),
    "plan --for history": ("plan --for history --from nightly", "plan_history", "plan"),
    "parse and store export": ("parse rounds.log", "parse", "transfer"),
    "store list": ("store list", "store", "log"),
}


@pytest.fixture
def written(run):
    """The CSV of a command."""

    def written(command):
        run("ingest", "rounds.log", "-q")
        return run(*command.split(), "--format", "csv").stdout

    return written


def described(columns, schema, part):
    """A table of columns, with the descriptions of a schema."""
    text = (ROOT / "ftpstats" / "present" / "schema" / f"{schema}.schema.json").read_text()
    parts = [json.loads(text)["$defs"][each]["properties"] for each in part.split()]
    properties = {name: one for each in parts for name, one in each.items()}
    said = {
        **{name: one.get("description") for name, one in properties.items()},
        "warnings": "Codes, separated by blanks.",
    }
    rows = "".join(f"| `{name}` | {re.sub(r'null(?! hypothesis)', 'empty', said[name])} |\n" for name in columns)
    return f"| column | meaning |\n| --- | --- |\n{rows}"


@pytest.mark.parametrize("heading", COMMANDS)
def test_the_page_describes_every_column_that_is_written(heading, written, request):
    command, schema, part = COMMANDS[heading]
    columns = next(csv.reader(io.StringIO(written(command))))
    table = described(columns, schema, part)
    begin, title, section = PAGE.read_text().partition(f"\n### `{heading}`\n".replace(" and ", "` and `"))
    if request.config.getoption("--update-golden", default=False):
        section = re.sub(r"(?:^\|.*\n)+", lambda _: table, section, count=1, flags=re.MULTILINE)
        PAGE.write_text(begin + title + section)
    assert table in section.partition("\n### ")[0]


@pytest.mark.parametrize("heading", COMMANDS)
def test_every_line_has_a_value_or_nothing_for_every_column(heading, written):
    first, *rows = csv.reader(io.StringIO(written(COMMANDS[heading][0])))
    assert rows
    assert len(set(first)) == len(first)
    assert {len(row) for row in rows} == {len(first)}
    assert not {"None", "nan", "null", "–"} & {value for row in rows for value in row}


def test_export_writes_the_columns_of_parse(run):
    run("ingest", "rounds.log", "-q")
    exported, parsed = (run(*command.split()).stdout for command in ("store export - --format csv", "parse rounds.log"))
    assert exported == parsed


def test_every_command_that_writes_csv_is_on_the_page():
    text = PAGE.read_text()
    assert re.findall(r"^### (.*)$", text, re.MULTILINE) == [
        f"`{heading}`".replace(" and ", "` and `") for heading in COMMANDS
    ]
