"""Tables on the command line: what `parse` writes is as good as the log, and `--columns` names columns everywhere."""

import json
import re

import pytest

import ftpstats
from tests.cli.conftest import ROOT

FORMATS = ("csv", "json", "jsonl", "parquet")
ASKED = (
    ["summary", "--details"],
    ["compare", "xen", "vmware", "--details"],
    ["plan", "xen", "vmware"],
)
OTHER = '{"time_total": 0.%d, "size_download": 1024, "host": "%s"}\n'
COLUMNS = "seconds=time_total,bytes=size_download,label=host"


def answer(run, *arguments):
    """Return the JSON of a command, without the names of its logs."""
    done = run(*arguments, "--format", "json")
    assert done.status == 0, done.stderr
    content = json.loads(done.stdout)
    del content["inputs"]
    return content


@pytest.fixture
def other(folder):
    """A log of another tool, in JSON lines."""
    path = folder / "other.jsonl"
    path.write_text("".join(OTHER % (100 + i * 7 % 13, ("a", "b")[i % 2]) for i in range(40)))
    return path.name


@pytest.mark.parametrize("form", FORMATS)
def test_a_question_has_the_answer_of_the_log(form, run):
    assert run("parse", "FTP.log", "-o", f"t.{form}").status == 0
    for asked in ASKED:
        assert answer(run, *asked, "--from", f"t.{form}") == answer(run, *asked, "--from", "FTP.log"), asked
    first, again = (run("parse", name, "--format", "csv").stdout for name in ("FTP.log", f"t.{form}"))
    assert first == again
    checked = [answer(run, "check", name)["logs"][0] for name in ("FTP.log", f"t.{form}")]
    assert checked[0]["contents"] == checked[1]["contents"]
    assert (checked[1]["unparsed"], checked[1]["table"]) == (0, {"csv": "CSV", "parquet": "Parquet"}.get(form, "JSON"))


def test_pictures_and_reports_are_made_of_tables(run, folder):
    run("parse", "FTP.log", "-o", "t.csv")
    assert run("plot", "boxplot", "--from", "t.csv", "-o", "b.svg").status == 0
    assert run("report", "--from", "t.csv", "-o", "r.html").status == 0
    assert "t.csv" in (folder / "r.html").read_text()


def test_a_table_in_the_store_is_its_log(run):
    run("parse", "FTP.log", "RESULT.log", "-o", "both.csv")
    expected = answer(run, "summary", "--from", "FTP.log")
    assert "900 of them new" in run("ingest", "both.csv").stdout
    assert answer(run, "summary") == expected
    for _ in range(2):
        done = run("ingest", "both.csv", "FTP.log", "RESULT.log").stdout
        assert re.findall("(?:, |replace )([0-9]+)", done) == ["0"] * 4
        assert answer(run, "summary") == expected
    run("store", "export", "kept.parquet")
    assert answer(run, "summary", "--from", "kept.parquet") == expected
    assert len(list(ftpstats.open_store("ftpstats-store").folder.glob("*.parquet"))) == 2


def test_days_of_a_table_of_records_are_known(run):
    log = str(ROOT / "tests/data/records/server-vsftpd.xferlog")
    run("parse", log, "-o", "t.csv", "--time-zone", "UTC")
    run("ingest", "t.csv", "--time-zone", "UTC")
    assert ", 0 of them new" in run("ingest", log, "--time-zone", "UTC").stdout
    assert answer(run, "summary") == answer(run, "summary", "--from", log, "--time-zone", "UTC")


def test_an_experiment_is_known_in_its_table(run, folder):
    made = ftpstats.run("a", "b", folder=folder / "e", client="builtin", times=4, runs=2, size="1KB", seed=1)
    run("parse", str(made.log), "-o", "t.csv")
    expected = answer(run, "compare", "a", "b", "--from", str(made.log))
    assert answer(run, "compare", "a", "b", "--from", "t.csv") == expected
    run("ingest", "t.csv")
    assert answer(run, "compare", "a", "b") == expected


def test_columns_are_named_for_every_command(run, other):
    given = ["--columns", "seconds=time_total,bytes=size_download", "--columns", "label=host"]
    expected = answer(run, "summary", "--from", other, *given)
    assert [one["label"] for one in expected["groups"]] == ["a", "b"]
    run("parse", other, *given, "-o", "t.csv")
    assert answer(run, "summary", "--from", "t.csv") == expected
    assert answer(run, "check", other, *given)["logs"][0]["results"] == 40
    run("ingest", other, *given)
    assert answer(run, "summary") == expected
    assert ", 0 of them new" in run("ingest", other, *given).stdout


def test_nobody_planned_what_has_no_iterations(run, other):
    found = answer(run, "compare", "a", "b", "--from", other, "--columns", COLUMNS)
    assert found["comparisons"][0]["scope"] == "observational"


def test_columns_are_about_logs_and_tables(run):
    done = run("summary", "--columns", "seconds=t")
    assert (done.status, done.stderr.count("\n")) == (2, 1)
    assert "--columns is about logs that --from reads" in done.stderr
    done = run("check", "FTP.log", "--columns", "seconds=t", "--format-of", "transcript")
    assert (done.status, "--format-of" in done.stderr) == (2, True)


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_comes_from_standard_input(form, run, execute, folder):
    run("parse", "RESULT.log", "-o", f"t.{form}")
    done = execute("summary", "--from", "-", "--format", "csv", stdin=(folder / f"t.{form}").read_bytes())
    assert done.stdout == run("summary", "--from", "RESULT.log", "--format", "csv").stdout


def test_a_row_that_cannot_be_ends_the_command(run, folder):
    (folder / "t.csv").write_text("label,seconds\na,0.1\na,-1\n")
    done = run("summary", "--from", "t.csv")
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr == "ftpstats: t.csv:3: column 'seconds' holds -1.0: must be finite, 0 or more\n"


@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS.split(","), dict(p.split("=") for p in COLUMNS.split(","))])
def test_the_library_takes_columns_as_text_list_or_mapping(columns, folder, other):
    for rows in (
        ftpstats.read_log(other, columns=columns),
        ftpstats.read_logs([other], columns=columns),
        next(iter(ftpstats.parse(other, columns=columns))),
    ):
        assert len(rows) == 40
        assert set(rows["label"]) == {"a", "b"}
    assert ftpstats.check(other, columns=columns)[0].table == "JSON"
    assert len(ftpstats.summarize(ftpstats.Logs(other, columns=columns))) == 2
    assert ftpstats.open_store("s").ingest(other, columns=columns)[0].new == 40
