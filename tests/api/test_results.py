"""What questions give: a sequence, a table, a document, a sentence; and the same that the commands write."""

import html
import json
import re

import pandas as pd
import polars as pl
import pytest

import ftpstats
from ftpstats.errors import InputError
from tests.analysis.rows import rows, table

LOG = "sample_logs/inetutils/FTP.log"
SUMMARIES = "tests/data/summaries/inetutils.csv"


@pytest.fixture(scope="module")
def log():
    return ftpstats.read_log(LOG)


QUESTIONS = {
    "summary": ftpstats.summarize,
    "summary xen --size 10MB --all-tests": lambda log: ftpstats.summarize(log, "XEN", size="10MB", all_tests=True),
    "compare xen vmware": lambda log: ftpstats.compare(log, "xen", "vmware"),
    "compare xen vmware baseline --all-pairs --details --confidence 90% --margin 20ms": lambda log: ftpstats.compare(
        log, "xen", "vmware", "baseline", all_pairs=True, details=True, confidence=0.9, margin="20ms"
    ),
    "compare xen vmware --all-tests --size 100KB": lambda log: ftpstats.compare(
        log, "xen", "vmware", all_tests=True, size=102400
    ),
    "compare xen vmware --method thesis --as-printed": lambda log: ftpstats.compare(
        log, "xen", "vmware", method="thesis", as_printed=True
    ),
    "scaling xen vmware --unit Mbit/s": lambda log: ftpstats.scaling(log, "xen", "vmware", unit="Mbit/s"),
    "throughput xen vmware --unit Mbit/s": lambda log: ftpstats.throughput(log, "xen", "vmware", unit="Mbit/s"),
    "throughput --by label --size 10MB": lambda log: ftpstats.throughput(log, by="label", size="10MB"),
    "history xen --size 100KB --false-alarm-rate 5%": lambda log: ftpstats.history(
        log, "xen", size="100KB", false_alarm_rate="5%"
    ),
    f"compare xen vmware --summaries {SUMMARIES} --run-sd 1% --inflation 2": lambda _: ftpstats.compare_summaries(
        SUMMARIES, "xen", "vmware", run_sd=0.01, inflation="2"
    ),
    f"compare --summaries {SUMMARIES} --all-pairs --method thesis --margin 1%": lambda _: ftpstats.compare_summaries(
        SUMMARIES, all_pairs=True, method="thesis", margin="1%"
    ),
    "plan xen vmware --power 80%": lambda log: ftpstats.sample_size(log, "xen", "vmware", power="80%"),
    "plan --for scaling xen vmware --power 80% --latency-margin 2ms": lambda log: ftpstats.sample_size_for_scaling(
        log, "xen", "vmware", power="80%", latency_margin="2ms"
    ),
    "plan --for history xen --size 100KB": lambda log: ftpstats.sample_size_for_history(log, "xen", size="100KB"),
    "plan --sd 2ms --mean 100ms": lambda _: ftpstats.sample_size(sd=0.002, mean="100ms"),
}


@pytest.mark.parametrize("command", QUESTIONS)
@pytest.mark.parametrize("form", ["json", "markdown", "latex"])
def test_a_command_writes_what_the_call_gives(command, form, log, run, monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)
    of_logs = [] if "--sd" in command or "--summaries" in command else ["--from", LOG]
    done = run(*command.split(), *of_logs, "--format", form)
    assert done.status == 0
    assert done.stdout == getattr(QUESTIONS[command](log), f"to_{form}")()


@pytest.mark.parametrize("command", QUESTIONS)
def test_a_frame_has_what_csv_has(command, log, run, monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)
    of_logs = [] if "--sd" in command or "--summaries" in command else ["--from", LOG]
    written = run(*command.split(), *of_logs, "--format", "csv", "-o", "-").stdout
    frame = QUESTIONS[command](log).to_frame()
    assert frame.to_csv(index=False).splitlines()[0] == written.splitlines()[0]
    assert len(frame) == len(written.splitlines()) - 1
    assert frame.map(lambda value: not isinstance(value, list | dict)).all(axis=None)


def test_it_is_an_immutable_sequence(log):
    found = ftpstats.compare(log, "xen", "vmware")
    assert (len(found), found[-1].bytes, [one.bytes for one in found[:2]]) == (3, 100 * 1024**2, [102400, 10485760])
    assert [one.verdict for one in found] == ["faster", "equivalent", "slower"]
    with pytest.raises(TypeError):
        found[0] = None
    with pytest.raises(AttributeError):
        found[0].verdict = "slower"


def test_the_verdict_is_of_one_comparison(log):
    assert ftpstats.compare(log, "xen", "vmware", size="10MB").verdict == "equivalent"
    with pytest.raises(ValueError, match=r"there are 3 results, .* size="):
        _ = ftpstats.compare(log, "xen", "vmware").verdict


def test_whole_numbers_stay_whole_and_unknown_is_na(log):
    frame = ftpstats.summarize(log, "xen").to_frame()
    assert frame["n"].dtype == "Int64"
    assert frame["mean"].dtype == "float64"
    alone = ftpstats.summarize(table(rows("A", [1.0]))).to_frame()
    assert pd.isna(alone["sd"][0])
    assert ftpstats.compare(table(rows("A", [1.0]), rows("B", [2.0])), "A", "B").to_frame()["p"].isna().all()


def test_html_has_table_sentence_and_warnings_and_no_markup_of_the_data(log):
    found = ftpstats.compare(log, "xen", "vmware")
    written = found._repr_html_()
    assert written.count("<table>") == 1
    text = html.unescape(re.sub(r"<[^>]*>", " ", written))
    for sentence in str(found).splitlines():
        assert sentence in text
    for warning in found.warnings:
        assert warning.message in text
    evil = "<img src=x onerror=alert(1)>"
    harmless = ftpstats.compare(table(rows(evil, [1.0, 1.1, 1.2]), rows("b", [2.0, 2.1, 2.3])), evil, "b")
    assert "<img" not in harmless._repr_html_()
    assert html.escape(evil) in harmless._repr_html_()


def test_gates_are_sentences(log):
    found = ftpstats.compare(log, "xen", "vmware", fail_on="slower")
    assert len(found.matches) == 1
    assert "100 MB download, VMware against Xen: +17.2" in found.matches[0].replace("−", "-")
    assert ftpstats.compare(log, "xen", "vmware", fail_on=["missing"]).matches == ()


WRONG = {
    "margin": ({"margin": "5"}, "margin 5: write it like 5%"),
    "margin of nothing": ({"margin": 0}, "margin 0: write it like"),
    "margin above all": ({"margin": 5}, "margin 5: write it like"),
    "confidence": ({"confidence": 95}, "confidence 95: write it like 0.95 or 95%"),
    "size": ({"size": "5XB"}, "'5XB' is not a file size"),
    "no such size": ({"size": "5KB"}, "no transfer of 5 KB; there are: 100 KB, 10 MB, 100 MB"),
    "method": ({"method": "guess"}, "method guess: choose from contrast, thesis"),
    "gate": ({"fail_on": "slow"}, "fail-on slow: choose from"),
    "rate": ({"max_failure_rate": 5}, "max-failure-rate 5: write it like 5%"),
    "client": ({"client": "ncftp"}, "no client 'ncftp'"),
    "where": ({"where": "size > 1"}, "where size > 1: no column 'size'; there are: source, line, label"),
    "nothing left": ({"where": "bytes = 1"}, "where bytes = 1: no transfer of 900 meets it"),
    "label-from": ({"label_from": "host"}, "label-from: no column 'host'; there are: source, line, label"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_argument_is_a_value_error_with_the_sentence_of_the_command_line(arguments, said, log, run, folder):
    with pytest.raises(ValueError, match=f"^(size: )?{re.escape(said)}") as caught:
        ftpstats.compare(log, "xen", "vmware", **arguments)
    [(name, value)] = arguments.items()
    done = run("compare", "xen", "vmware", "--from", "FTP.log", f"--{name.replace('_', '-')}", str(value))
    assert done.stderr == f"ftpstats: {caught.value}\n"


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["xen"], "^name at least two .*`ftpstats compare Xen Baseline`; there are: Baseline, Xen, VMware$"),
        ([], "^name at least two .*`ftpstats compare Baseline Xen`; there are: Baseline, Xen, VMware$"),
        (["xen", "kvm"], "no label 'kvm'"),
    ],
)
def test_wrong_labels_are_value_errors(labels, said, log):
    with pytest.raises(ValueError, match=said):
        ftpstats.compare(log, *labels)


def test_tests_of_a_comparison_are_those_of_the_textbook(log):
    found = ftpstats.compare(log, "xen", "vmware", size="10MB", all_tests=True)
    assert found.tests == tuple(ftpstats.textbook(log, "xen", "vmware", size="10MB"))
    assert ftpstats.compare(log, "xen", "vmware", size="10MB").tests is None


def test_a_log_that_cannot_be_read_is_raised_or_kept(tmp_path):
    (tmp_path / "bad.log").write_bytes(bytes(range(256)) * 100)
    names = [LOG, str(tmp_path / "bad.log")]
    with pytest.raises(InputError, match=r"bad\.log"):
        ftpstats.read_logs(names)
    found = ftpstats.summarize(ftpstats.Logs(names, skip_bad=True))
    assert [str(tmp_path / "bad.log") in str(error) for error in found.errors] == [True]
    assert json.loads(found.to_json())["inputs"] == [LOG]


def test_logs_read_together_count_once_and_say_so():
    log = ftpstats.read_logs(["sample_logs/inetutils/FTP.log", "sample_logs/inetutils/RESULT.log"])
    assert len(log) == 900
    assert len(log.attrs["copies"]) == 1
    assert {name: account["results"] for name, account in log.attrs["accounts"].items()} == {
        "sample_logs/inetutils/FTP.log": 900,
        "sample_logs/inetutils/RESULT.log": 900,
    }
    assert pd.concat([log, log]).attrs == log.attrs  # plain values, so that pandas can compare them


def test_the_two_logs_of_an_experiment_need_no_note(tmp_path):
    ftpstats.run("a", folder=tmp_path / "e", client="builtin", times=12, size="1KB")
    log = ftpstats.read_logs(tmp_path / "e")
    assert len(log) == 12
    assert log.attrs["copies"] == ()
    (tmp_path / "e" / "FTP.json").unlink()
    assert "RESULT.log is a copy of" in ftpstats.read_logs(tmp_path / "e").attrs["copies"][0]


def test_a_store_answers_like_its_logs(tmp_path):
    store = ftpstats.open_store(tmp_path / "store")
    store.ingest("sample_logs/inetutils")
    assert ftpstats.compare(store, "xen", "vmware").to_json() == ftpstats.compare(LOG, "xen", "vmware").to_json()
    assert store.transfers("XEN", "10MB")["label"].unique().tolist() == ["Xen"]
    assert len(store.transfers()) == 900
    assert store.logs().to_frame()["transfers"].tolist() == [900, 900]
    assert store.relabel("FTP.log", label="One") == 1
    assert store.forget("RESULT.log") == 1
    assert set(store.transfers()["label"]) == {"One"}
    assert pl.DataFrame(store.tidy())["label"].unique().to_list() == ["One"]


def test_cells_without_a_unit_beside_cells_with_one_are_noted():
    rows = pd.DataFrame({"label": ["A", "B"], "size": "1MB", "n": 30, "mean": ["30", "31ms"], "sd": ["1", "1ms"]})
    note = "mean: some cells have a unit; the others are taken as seconds"
    assert note in ftpstats.compare_summaries(rows).notes
    for means in ([0.030, 0.031], ["30ms", "31 ms"]):
        assert note not in ftpstats.compare_summaries(rows.assign(mean=means, sd=0.001)).notes


def test_what_is_no_table_of_summaries_is_refused_in_its_words(tmp_path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match=r"empty\.csv: the file is empty; it has to have a header, and a row for each"):
        ftpstats.compare_summaries(tmp_path / "empty.csv")
    with pytest.raises(InputError, match="a folder; name a CSV file"):
        ftpstats.compare_summaries(tmp_path)


def test_a_margin_that_is_no_smaller_than_the_mean_is_noted(log):
    for compared in (
        lambda margin: ftpstats.compare(log, "xen", "vmware", size="10MB", margin=margin),
        lambda margin: ftpstats.compare_summaries(SUMMARIES, "xen", "vmware", size="10MB", margin=margin),
    ):
        assert [note for note in compared("20ms").notes if "no smaller" in note] == []
        for margin, shown in (("20s", "20 s"), ("100%", "100 %")):
            (note,) = (note for note in compared(margin).notes if "no smaller" in note)
            assert note.startswith(f"margin {shown}: no smaller than the mean of Xen, 14")
