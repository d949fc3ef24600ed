"""Verdicts from published numbers: those of the log where its inflation is known, and how far they hold."""

from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from scipy import stats

import ftpstats

ROOT = Path(__file__).parents[2]
SUMMARIES = str(ROOT / "tests/data/summaries/inetutils.csv")
WITH_INFLATION = str(ROOT / "tests/data/summaries/inetutils-inflation.csv")
LOG = str(ROOT / "sample_logs/inetutils/FTP.log")
ROWS = {"label": ["A", "B"], "size": ["1MB", "1MB"], "n": [100, 100], "mean": [1.0, 1.02], "sd": [0.05, 0.05]}
LABELS = ("Xen", "VMware", "Baseline")


def compared(*, options=None, **cells):
    return ftpstats.compare_summaries(pd.DataFrame(ROWS | cells), **(options or {}))[0]


def test_with_the_inflation_of_the_log_the_verdicts_are_those_of_the_log():
    of_log = ftpstats.compare(LOG, *LABELS, all_pairs=True)
    of_paper = ftpstats.compare_summaries(WITH_INFLATION, *LABELS, all_pairs=True)
    assert [c.verdict for c in of_paper] == [c.verdict for c in of_log]
    for one, other in zip(of_paper, of_log, strict=True):
        assert (one.label, one.bytes) == (other.label, other.bytes)
        assert one.difference == pytest.approx(other.difference, rel=0.01)
        assert one.standard_error == pytest.approx(other.standard_error, rel=0.02)


def test_with_an_inflation_of_1_they_claim_more_than_the_log():
    """100 KB: the transfers of VMware are autocorrelated, with an inflation of 2.15."""
    [of_log] = ftpstats.compare(LOG, "xen", "vmware", size="100KB")
    [of_paper] = ftpstats.compare_summaries(SUMMARIES, "xen", "vmware", size="100KB")
    assert of_paper.standard_error < 0.75 * of_log.standard_error
    assert {warning.code for warning in of_paper.warnings} >= {"assumed-independent", "assumed-one-level", "one-run"}


def test_independent_transfers_are_compared_by_welchs_test():
    expected = stats.ttest_ind_from_stats(1.02, 0.05, 100, 1.0, 0.05, 100, equal_var=False).pvalue
    one = compared()
    assert one.p == pytest.approx(expected, rel=1e-9)
    assert one.welch_p == pytest.approx(expected, rel=1e-9)
    assert compared(options={"inflation": 4}).welch_p == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({}, "equivalent"),
        ({"margin": "1%"}, "slower"),
        ({"margin": "1%", "inflation": 4}, "inconclusive"),
        ({"margin": "1%", "run_sd": "3%"}, "inconclusive"),
        ({"margin": "1%", "run_sd": "30ms"}, "inconclusive"),
        ({"run_sd": "0.5%"}, "equivalent"),
        ({"margin": {"1MB": 0.01}}, "slower"),
        ({"margin": "1%", "confidence": 0.9999}, "inconclusive"),
    ],
)
def test_the_verdict_follows_from_the_assumptions(options, word):
    assert compared(options=options).verdict == word


@pytest.mark.parametrize("options", [{"margin": "1%"}, {}, {"run_sd": "0.1%", "margin": "1%"}, {"run_sd": "1ms"}])
def test_a_verdict_holds_up_to_what_is_said_and_no_further(options):
    one = compared(options=options)
    most, spread = one.published.largest_inflation, one.published.largest_run_sd
    assert spread.relative == (options.get("run_sd") != "1ms")

    def word(**more):
        return compared(options=options | more).verdict

    def run_sd(factor):
        return f"{100 * factor * spread.value}%" if spread.relative else f"{1000 * factor * spread.value}ms"

    assert [word(inflation=most), word(run_sd=run_sd(1))] == [one.verdict] * 2
    assert one.verdict not in {word(inflation=1.02 * most), word(run_sd=run_sd(1.02))}


def test_what_depends_on_no_assumption_holds_whatever_is_assumed():
    one = compared(runs=[5, 5], run_sd=[0.002, 0.002], options={"margin": "1%"})
    assert one.published.largest_inflation is one.published.largest_run_sd is None
    assert (one.verdict, one.scope, one.design, one.df) == ("slower", "labels-confounded", "summaries", 8)
    assert "assumed-one-level" not in {warning.code for warning in one.warnings}
    assert compared(options={"inflation": 50}).published.largest_inflation is None, "it is inconclusive"


def test_where_the_spread_of_runs_is_assumed_the_verdict_is_not_about_these_runs_only():
    for run_sd, scope, code in ((None, "runs", "one-run"), ("1%", "labels-confounded", "confounded")):
        one = compared(options={"run_sd": run_sd})
        assert (one.scope, {"one-run", "confounded"} & {w.code for w in one.warnings}) == (scope, {code})


def test_the_inflation_of_a_row_counts_before_the_assumed_one():
    one = compared(inflation=[2.0, None], options={"inflation": 3})
    assert (one.published.inflation_reference, one.published.inflation) == (2.0, 3.0)


def test_what_no_paper_tells_is_unknown():
    one = compared()
    fields = ("attempts", "failed", "unsized", "logs", "failure_p", "mann_whitney_p", "hedges_g", "details")
    assert {getattr(one, name) for name in fields} == {None}
    assert one.intervals_overlap is False


def test_holm_counts_all_comparisons():
    rows = pd.DataFrame(ROWS | {"mean": [1.0, 1.016]})
    alone = ftpstats.compare_summaries(rows, margin="1%")[0]
    sizes = pd.concat([rows, rows.assign(size="2MB", mean=[1.0, 1.0]), rows.assign(size="3MB", mean=[1.0, 1.0])])
    among = ftpstats.compare_summaries(sizes, margin="1%")[0]
    assert (alone.verdict, among.verdict) == ("slower", "inconclusive")
    assert among.p_adjusted == pytest.approx(3 * alone.p)
    assert "holm-decides" in {warning.code for warning in among.warnings}


@pytest.mark.parametrize("table", [pd.DataFrame(ROWS), pl.DataFrame(ROWS), pl.DataFrame(ROWS).to_arrow()])
def test_every_kind_of_table_is_read(table):
    assert ftpstats.compare_summaries(table, margin="1%").verdict == "slower"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("label,size,n,mean\n", "no row"),
        (
            "label,size,mean,sd\nA,1,1,1\n",
            "papers.csv:1: no column n; the header needs label, size, n, mean and a spread",
        ),
        ("label,size,n,n,mean,sd\n", "papers.csv:1: two columns n"),
        ("label,size,n,mean,sd\nA\n", "papers.csv:2: 1 field, and the header has 5"),
        ("label,size,n,mean,sd\nA,1,10,1\x1b[0m,1\n", r"papers.csv:2: mean 1\\x1b\[0m: is no time"),
        ("label,size,n,mean,sd\nA,1,10,1\n", "papers.csv:2: 4 fields, and the header has 5"),
        ("label,size,n,mean,sd\nA,1,10,1,.1\n\nA,1,10,x,.1\n", "papers.csv:4: mean x: is no time"),
        ("label,size,n,mean,sd\nA,1,10,1,.1\nA,1,10,1,.1\n", "papers.csv:3: A has 1 B in papers.csv:2 already"),
    ],
)
def test_a_bad_row_is_named(text, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("papers.csv").write_text(text)
    with pytest.raises(ftpstats.errors.InputError, match=said):
        ftpstats.compare_summaries("papers.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_encodings_are_detected(separator, encoding, tmp_path):
    file = tmp_path / "papers.csv"
    text = "Label,File,Bytes,N,Mean,SD\nA,x,1MB,100,1s,50ms\nB,x,1MB,100,1.02s,50ms\n"
    file.write_text(text.replace(",", separator), encoding=encoding)
    found = ftpstats.compare_summaries(file, margin="1%")
    assert (found.verdict, found.inputs, found.notes) == ("slower", (str(file),), ("a column is ignored: file",))


@pytest.mark.parametrize(
    ("cells", "labels", "options", "said"),
    [
        ({}, ("A", "C"), {}, "no label C; there are: A, B"),
        ({}, ("a",), {}, "name at least two labels, the reference first; there are: A, B"),
        ({}, ("a", "a"), {}, "A cannot be compared with itself|twice"),
        ({}, (), {"size": "2MB"}, "no summary of 2 MB; there are: 1 MB"),
        ({"size": ["1MB", "2MB"]}, (), {}, "no size in common to compare: A has 1 MB and B has 2 MB"),
        ({"direction": ["upload", "download"]}, (), {}, "A has 1 MB upload and B has 1 MB download"),
        ({"sd": [0.05, None]}, (), {}, "row 2 of the table: no spread"),
        ({}, (), {"inflation": "1e300"}, "inflation 1e300: must be at most 1000"),
        ({}, (), {"run_sd": "1e300%"}, "run-sd 1e300%: must be at most 100000% or 1000s"),
        ({}, (), {"fail_on": "failures"}, "fail-on failures: published summaries tell nothing of it"),
    ],
)
def test_what_cannot_be_compared_is_said(cells, labels, options, said):
    with pytest.raises(ValueError, match=said):
        ftpstats.compare_summaries(pd.DataFrame(ROWS | cells), *labels, **options)


def test_gates_look_at_verdicts_at_the_margin_and_at_what_is_missing():
    rows = pd.DataFrame(ROWS)
    more = pd.concat([rows, rows.iloc[:1].assign(size="2MB")])
    found = ftpstats.compare_summaries(
        more, margin="0.1%", fail_on=["slower", "slower-by-margin", "missing"], require="not-slower"
    )
    assert [match.split(":")[0] for match in found.matches] == [
        "--fail-on slower", "--fail-on slower-by-margin", "--require not-slower", "--fail-on missing",
    ]  # fmt: skip
    assert found.notes == ("2 MB: no row of B",)
    assert ftpstats.compare_summaries(rows, fail_on="slower", require="not-slower").matches == ()


def test_a_sample_without_spread_has_no_verdict():
    one = compared(sd=[0.0, 0.0])
    assert (one.verdict, one.p, one.published.largest_run_sd) == ("inconclusive", None, None)
    assert "no spread" in str(ftpstats.compare_summaries(pd.DataFrame(ROWS | {"sd": [0.0, 0.0]})))


def test_every_form_names_the_assumptions_first():
    found = ftpstats.compare_summaries(pd.DataFrame(ROWS), inflation=2, run_sd="3%")
    first, second, *_ = str(found).splitlines()
    assert first.startswith("Assumed: autocorrelation multiplies the variance of a mean by 2;")
    assert second.startswith("Assumed: the means of runs vary with a standard deviation of 3 % of the mean")
    assert found.to_frame()["inflation"].tolist() == [2.0]
    assert "Assumed: autocorrelation multiplies the variance of a mean by 2" in found.to_markdown()
