"""What the options of `compare` and `summary` ask for, read from their JSON."""

import json
import sys
from pathlib import Path

import polars as pl
import pytest

import ftpstats


@pytest.fixture
def ask(run):
    def ask(*arguments):
        done = run(*arguments, "--format", "json")
        return json.loads(done.stdout), done

    return ask


def pairs(document):
    return [(c["reference"], c["label"]) for c in document["comparisons"]]


LABELS = ["baseline", "xen", "vmware", "--from", "same.log"]


def test_against_the_first_or_every_two(ask):
    first, _ = ask("compare", *LABELS)
    assert (first["reference"], pairs(first)) == ("Baseline", [("Baseline", "Xen"), ("Baseline", "VMware")])
    every, _ = ask("compare", *LABELS, "--all-pairs")
    assert (every["reference"], pairs(every)) == (None, [*pairs(first), ("Xen", "VMware")])
    # Holm over three allows for more than over two.
    assert [c["p"] for c in every["comparisons"]][:2] == [c["p"] for c in first["comparisons"]]
    assert every["comparisons"][0]["equivalence_p_adjusted"] > first["comparisons"][0]["equivalence_p_adjusted"]


@pytest.mark.parametrize("details", [False, True])
def test_details_only_where_asked(ask, details):
    document, _ = ask("compare", *LABELS, *["--details"] * details)
    assert [c["details"] is not None for c in document["comparisons"]] == [details] * 2


def test_all_tests_of_a_summary_are_of_each_sample_alone(ask):
    document, _ = ask("summary", "--from", "same.log", "--all-tests")
    assert {len(test["labels"]) for test in document["tests"]} == {1}
    assert len(document["tests"]) == 9
    assert ask("summary", "--from", "same.log")[0]["tests"] is None


@pytest.mark.parametrize(("labels", "made"), [(["xen", "vmware"], 12), (["baseline", "xen", "vmware"], 39)])
def test_all_tests_of_a_comparison_are_of_the_labels_named(ask, labels, made):
    document, _ = ask("compare", *labels, "--from", "same.log", "--all-tests")
    assert len(document["tests"]) == made
    named = {label.lower() for test in document["tests"] for label in test["labels"]}
    assert named == set(labels)


@pytest.mark.parametrize("command", [["compare", "xen", "vmware"], ["summary"]])
def test_all_tests_need_pingouin_and_nothing_else_does(run, monkeypatch, command):
    monkeypatch.setitem(sys.modules, "pingouin", None)  # importing it raises ImportError
    missing = run(*command, "--from", "same.log", "--all-tests")
    assert (missing.status, missing.stdout, missing.stderr.count("\n")) == (1, "", 1)
    assert "pip install pingouin" in missing.stderr
    assert run(*command, "--from", "same.log").status == 0


def test_all_tests_take_the_confidence_and_the_margin_asked_for(ask):
    document, _ = ask(
        "compare", "xen", "vmware", "--from", "same.log", "--all-tests", "--margin", "30us", "--confidence", "0.9"
    )
    tests = {test["test"]: test for test in document["tests"]}
    (comparison,) = document["comparisons"]
    assert tests["TOST"]["estimate"] == 30e-6
    assert tests["Hedges' g"]["estimate"] == comparison["hedges_g"]
    assert tests["Mann–Whitney U"]["p"] == pytest.approx(comparison["mann_whitney_p"], rel=1e-9)
    assert tests["Welch t"]["p"] == pytest.approx(comparison["welch_p"], rel=1e-9)
    wider, _ = ask("compare", "xen", "vmware", "--from", "same.log", "--all-tests")
    (wide,) = (test for test in wider["tests"] if test["test"] == "Welch t")
    assert wide["low"] < tests["Welch t"]["low"] < tests["Welch t"]["high"] < wide["high"]


def test_the_gate_looks_at_every_pair(ask):
    document, done = ask("compare", "xen", "vmware", "--from", "FTP.log", "--all-pairs", "--fail-on", "slower")
    assert done.status == 3
    assert (
        done.stderr.count("--fail-on slower: ") == [c["verdict"] for c in document["comparisons"]].count("slower") == 1
    )


@pytest.mark.parametrize(("labels", "named"), [([], ["Xen", "VMware"]), (["vmware"], ["VMware"])])
def test_a_label_against_itself_needs_no_other(ask, labels, named):
    document, done = ask("compare", *labels, "--aa", "--from", "rounds.log", "--confidence", "0.9")
    assert done.status == 0
    assert ([one["label"] for one in document["aa"]], document["comparisons"]) == (named, [])
    assert document["confidence"] == 0.9


def test_a_number_that_no_transfer_takes_is_told(run, folder):
    results = [f"FTP-TEST {i} {label}\n102400 bytes received in {seconds} secs (8746.3 kB/s)\n"
               for label in "AB" for i, seconds in enumerate(["0.01", "9" * 200 + ".00", "0.02"], 1)]  # fmt: skip
    (folder / "garbled.log").write_text("".join(results))
    for command in (["summary"], ["compare", "a", "b"], ["plan", "a", "b"]):
        done = run(*command, "--from", "garbled.log", "--format", "table", "--verbose")
        assert done.status == 0
        assert "A: 1 completed transfer without a valid time" in done.stdout


def hours(document):
    return [(one["label"], one["group"], one["transfers"]) for one in document["groups"]]


def test_the_hours_of_a_store_are_those_of_a_zone(ask, run):
    """Its rows are UTC: the zone in which a log was read is no matter of the question."""
    run("ingest", "server/vsftpd.log", "server/xferlog", "--time-zone", "UTC")
    found, _ = ask("throughput", "--by", "hour", "--time-zone", "+05:00")
    assert (found["time_zone"], hours(found)) == ("+05:00", [("vsftpd.log", "19", 298), ("xferlog", "19", 298)])
    of_logs, _ = ask("throughput", "--by", "hour", "--from", "server", "--time-zone", "+05:00")
    assert hours(of_logs) == [("vsftpd.log", "14", 298), ("xferlog", "14", 298)]
    assert "--time-zone is about logs that --from reads" in run("summary", "--time-zone", "UTC").stderr
    drawn = run("plot", "throughput", "xferlog", "--time-zone", "+05:00", "--output", "a.svg")
    assert (drawn.status, drawn.stdout) == (0, "a.svg\n")
    assert "hours are those of +05:00" in " ".join((Path("a.svg")).read_text().split())


def test_labels_of_a_store_are_counted_among_all_of_their_log(ask, run):
    """One log with two labels; only the label asked about is shown, and what ran beside it counts."""
    rows = [f"{label},1000000,{second},2026-11-30T12:00:{second:02d}.5Z" for label, second in (("a", 8), ("b", 9))]
    Path("two.csv").write_text("label,bytes,seconds,time\n" + "\n".join(rows) + "\n")
    table = pl.read_csv("two.csv", try_parse_dates=True).with_columns(source=pl.lit("two"), line=pl.int_range(1, 3))
    one, other = (ftpstats.throughput(table, *labels, by="label") for labels in (["b"], ["a", "b"]))
    assert [(each.label, each.peak_low) for each in (*one, *other)] == [("b", 2), ("a", 2), ("b", 2)]


def test_what_a_condition_leaves_out_ran_all_the_same(ask):
    selected, _ = ask("throughput", "--from", "server/vsftpd.log", "--where", "peer = '127.0.0.2'", "--by", "direction")
    assert [(one["group"], one["transfers"]) for one in selected["groups"]] == [("download", 120), ("upload", 12)]
    (label,) = selected["labels"]
    assert label["peak_low"] == 6  # it never ran more than one itself
    by_peer, _ = ask("throughput", "127.0.0.2", "--from", "server/vsftpd.log", "--label-from", "peer", "--by", "label")
    assert [(one["group"], one["transfers"]) for one in by_peer["groups"]] == [("127.0.0.2", 132)]
    assert [by_peer["labels"][0][name] for name in ("bytes", "aggregate", "peak_low")] == [
        label[name] for name in ("bytes", "aggregate", "peak_low")
    ]
