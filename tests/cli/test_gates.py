"""Gates as a CI job meets them: exit statuses and one line for each match, on small logs that stand for their kinds."""

import json
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import ROOT

CASES = ROOT / "tests/data/cases"
REFUSED = "(ftp: connect: Connection refused)"
ABORTED = "(426 Connection closed; transfer aborted.)"


def compare(run, log, *arguments):
    return run("compare", *arguments, "--from", str(CASES / log))


def test_a_run_that_failed_as_a_whole_is_counted_said_and_no_gate_is_green(run):
    done = compare(run, "dead-run.log", "a", "b", "--fail-on", "slower", "--format", "json")
    (found,) = json.loads(done.stdout)["comparisons"]
    assert (found["failed"], found["attempts"], found["n"], found["runs"]) == (6, 18, 12, 2)
    assert {"empty-run", "failures-differ", "unfinished"} <= {warning["code"] for warning in found["warnings"]}
    assert (done.stderr, done.status) == (
        f"ftpstats: --fail-on missing: run 3 of b: none of its 6 transfers completed {REFUSED}\n",
        3,
    )


@pytest.mark.parametrize("command", ["summary", "compare a b"])
def test_a_run_that_failed_as_a_whole_is_warned_of_by_name(command, run):
    said = run(*command.split(), "--from", str(CASES / "dead-run.log"), "--format", "table").stdout
    assert "! run 3 of b: none of its 6 transfers completed" in said.replace("10 MB download: ", "")
    assert "size unknown" not in said


def test_a_size_that_never_completed_trips_with_its_number(run):
    done = compare(run, "size-missing.log", "xen", "vmware", "--fail-on", "slower")
    assert (done.stderr, done.status) == (
        f"ftpstats: --fail-on missing: 10 MB download: VMware completed 0 of 40 {ABORTED}\n",
        3,
    )
    said = compare(run, "size-missing.log", "xen", "vmware", "--format", "table")
    about = "! no comparison of 10 MB download: Xen completed 40 of 40 and VMware completed 0 of 40"
    assert about in said.stdout.replace("\n ", "")
    assert said.status == 0


def test_samples_of_one_value_each_are_told_apart(run):
    (found,) = json.loads(compare(run, "no-spread.log", "xen", "vmware", "--format", "json").stdout)["comparisons"]
    assert (found["verdict"], round(found["percent"], 1)) == ("slower", 33.3)


def test_a_failed_attempt_counts_under_the_size_of_its_run(run):
    (group,) = json.loads(run("summary", "--from", str(CASES / "planned-size.log"), "--format", "json").stdout)[
        "groups"
    ]
    assert (group["bytes"], group["direction"], group["n"], group["failed"]) == (102400, "download", 4, 1)


@pytest.mark.parametrize("gate", [["--fail-on", "slower"], ["--fail-on", "missing"], ["--max-failure-rate", "50%"]])
def test_a_label_that_completed_nothing_is_an_error_and_with_a_gate_its_trip(gate, run, folder):
    log = "".join(f"FTP-TEST {i} VMware\nftp: connect: Connection refused\n" for i in range(1, 5))
    (folder / "dead.log").write_text(log)
    arguments = [
        "compare",
        "baseline",
        "xen",
        "vmware",
        "--from",
        "Baseline=unlabelled.log",
        "--from",
        "Xen=unlabelled.log",
        "--from",
        "dead.log",
        "--format",
        "json",
    ]
    plain, gated = run(*arguments), run(*arguments, *gate)
    assert (plain.stdout, plain.status, plain.stderr.count("\n")) == ("", 1, 1)
    assert f"ftpstats: --fail-on missing: VMware completed 0 of 4 {REFUSED}\n" in gated.stderr
    assert (gated.status, [c["label"] for c in json.loads(gated.stdout)["comparisons"]]) == (3, ["Xen"])


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown", "latex", "github", "junit"])
def test_where_nothing_is_left_to_compare_a_gate_says_why(form, run, folder):
    (folder / "dead.log").write_text("FTP-TEST 1 B\nftp: connect: Connection refused\n")
    done = run(
        "compare",
        "a",
        "b",
        "--from",
        "A=unlabelled.log",
        "--from",
        "dead.log",
        "--fail-on",
        "slower",
        "--format",
        form,
        "--details",
        "--method",
        "thesis",
    )
    assert (done.stderr, done.status) == (f"ftpstats: --fail-on missing: B completed 0 of 1 {REFUSED}\n", 3)
    assert form != "table" or "nothing to compare" in done.stdout


def test_quiet_leaves_the_gate_and_the_errors(run, folder):
    loud = compare(run, "size-missing.log", "xen", "vmware", "--fail-on", "missing")
    quiet = compare(run, "size-missing.log", "xen", "vmware", "--fail-on", "missing", "-q")
    assert loud.stdout
    assert (quiet.stdout, quiet.stderr, quiet.status) == ("", loud.stderr, 3)
    to_file = compare(run, "size-missing.log", "xen", "vmware", "-q", "-o", "answer.json")
    assert (to_file.stdout, to_file.stderr, to_file.status) == ("", "", 0)
    assert json.loads((folder / "answer.json").read_text())["comparisons"]
    assert run("summary", "--from", "FTP.log", "-q").stdout == ""


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_quiet_leaves_the_table_of_a_document(form, run, folder):
    loud = run("compare", "xen", "vmware", "--from", "FTP.log", "--format", form)
    quiet = run("compare", "xen", "vmware", "--from", "FTP.log", "--format", form, "-q")
    assert loud.stdout.startswith(quiet.stdout.rstrip("\n"))
    assert "are equivalent: they differ" in loud.stdout
    assert "are equivalent: they differ" not in quiet.stdout
    assert "| **10 MB**" in quiet.stdout or "\\textbf{10 MB}" in quiet.stdout
    run("compare", "xen", "vmware", "--from", "FTP.log", "--format", form, "-q", "-o", "answer")
    assert (folder / "answer").read_text() == quiet.stdout


def test_annotations_and_junit_end_with_the_status_of_a_gate(run, folder):
    asked = ["compare", "xen", "vmware", "--from", "FTP.log", "--fail-on", "slower"]
    annotated = run(*asked, "--format", "github")
    assert (annotated.status, [line.split(" ")[0] for line in annotated.stdout.splitlines()]) == (
        3, ["::notice", "::notice", "::error"],
    )  # fmt: skip
    assert run(*asked, "-o", "gate.xml").status == 3
    suite = ElementTree.parse(folder / "gate.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert run(*asked[:-2], "--format", "junit").status == 0


@pytest.mark.parametrize("command", ["summary", "compare --aa", "plan"])
def test_only_comparisons_have_gates_to_annotate(command, run):
    done = run(*command.split(), "--from", "rounds.log", "--format", "junit")
    assert (done.stderr, done.status) == (
        "ftpstats: --format junit: this command writes table, json, csv, markdown, latex\n", 2,
    )  # fmt: skip


def test_a_log_that_cannot_be_read_is_an_error_whatever_trips(run):
    done = run("compare", "xen", "vmware", "--from", "FTP.log", "--from", "no.log", "--fail-on", "slower", "-q")
    assert done.status == 1
    assert [line.split(":")[1] for line in done.stderr.splitlines()] == [" --fail-on slower", " no.log"]


@pytest.mark.parametrize(
    ("rate", "status"), [("5%", 3), ("0.05", 3), ("0", 3), ("100%", 2), ("5", 2), ("-1%", 2), ("x", 2)]
)
def test_a_failure_rate_is_a_share_or_per_cent(rate, status, run):
    done = compare(run, "dead-run.log", "a", "b", "--max-failure-rate", rate, "-q")
    assert done.status == status
    assert ("--max-failure-rate 5%: 10 MB download, b: 33.3 %" in done.stderr) == (rate in {"5%", "0.05"})


def test_no_gate_is_about_a_label_and_itself(run):
    done = run("compare", "--aa", "--from", "rounds.log", "--max-failure-rate", "5%")
    assert (done.status, done.stderr.count("\n")) == (2, 1)


# --- clients ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(folder):
    """Xen by two clients, VMware by one of them; there is no FTP.json."""
    netkit = [f"102400 bytes received in 0.01 secs ({i}.3 kB/s)" for i in range(8700, 8720)]
    seconds = [0.0114 + i / 1e4 for i in range(20)]
    inetutils = [f"102400 bytes received in {s:.4f} seconds ({100 / s:.4f} kbytes/s)" for s in seconds]
    runs = (("Xen", netkit), ("Xen", inetutils), ("VMware", inetutils))
    log = "".join(f"FTP-TEST {i} {label}\n{line}\n" for label, lines in runs for i, line in enumerate(lines, 1))
    (folder / "mixed.log").write_text(log)
    return "mixed.log"


@pytest.mark.parametrize("command", ["summary", "compare xen vmware", "plan xen vmware"])
def test_clients_are_warned_of_without_a_manifest(command, mixed, run):
    said = " ".join(run(*command.split(), "--from", mixed, "--format", "table").stdout.split())
    assert "Xen was measured with several clients: inetutils" in said
    assert "Xen was measured with inetutils-new and netkit-debian-old, VMware with inetutils-new" in said


@pytest.mark.parametrize("command", ["summary", "compare xen vmware", "plan xen vmware"])
def test_one_client_is_picked(command, mixed, run):
    done = run(*command.split(), "--from", mixed, "--client", "inetutils-new", "--format", "table")
    assert (done.status, "measured with" in done.stdout) == (0, False)
    done = run(*command.split(), "--from", mixed, "--client", "curl")
    assert (done.stderr, done.status) == (
        "ftpstats: no client 'curl'; there are: inetutils-new, netkit-debian-old\n",
        1,
    )


@pytest.mark.parametrize("labels", [("a", "b"), ("b", "a")])
def test_where_every_two_are_compared_gates_do_not_depend_on_the_order_of_labels(labels, run, tmp_path):
    log = tmp_path / "pairs.log"
    good, bad = "102400 bytes received in 0.01 secs (8746.3 kB/s)", "ftp: connect: Connection refused"
    log.write_text(
        "".join(f"FTP-TEST {i} a\n226 ok\n{good}\n" if i > 15 else f"FTP-TEST {i} a\n{bad}\n" for i in range(1, 41))
        + "".join(f"FTP-TEST {i} b\n226 ok\n{good}\n" for i in range(1, 41))
        + "FTP-TEST 41 b\n226 ok\n1048576 bytes received in 0.10 secs (10240.0 kB/s)\n"
    )
    done = run("compare", *labels, "--all-pairs", "--fail-on", "failures", "-q", "--from", str(log))
    assert done.status == 3
    assert "--fail-on failures: 100 KB download, a: 15 of 40 failed" in done.stderr
    assert "--fail-on missing: 1 MB download: a completed 0 of" in done.stderr or "has no transfer" in done.stderr
