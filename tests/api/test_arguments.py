"""Every argument of the library with values of the wrong type: a ValueError with one sentence, and nothing is done."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ftpstats
from ftpstats.api.arguments import as_count, as_files, as_paces, as_rate, as_sizes, as_wait
from ftpstats.api.measuring import Design
from ftpstats.api.serving import Serving
from ftpstats.errors import FtpstatsError
from tests.analysis.rows import rows, table

TIMES = table(rows("A", [1.0, 1.1, 1.2]), rows("B", [2.0, 2.1, 2.2]))
SIZES = table(*(rows("A", [size * t for t in (1.0, 1.1, 1.2)], size=size) for size in (1, 1024)))
ODD = (True, 1.5, -1, b"x", object(), [None], {"a": 1}, float("nan"))
TEXT = (*ODD, ["x"])
FLAG = (None, 0, 1, "yes", *ODD[1:])
PATH = (*ODD, None, ["x"], "\0")
PATHS = (*ODD, "\0", ["\0"], None)
LIST = ODD
SUMMARIES = pd.DataFrame({"label": ["A", "B"], "size": 1, "n": 9, "mean": [1.0, 2.0], "sd": 0.1})
NUMBER = (*ODD, "x", "", ["1"], ("1s",))
TIME = [odd for odd in NUMBER if odd != 1.5]  # or another quantity that may be any number above 0
WHOLE = ("x", *ODD)
LABELS = {"label": TEXT, "encoding": (*TEXT, "\0", "x")}
WHICH = {"where": (*TEXT, "x", ""), "label_from": (*TEXT, "x")}
QUESTION = {"size": (*ODD, "x"), "client": LIST, "confidence": NUMBER, "as_printed": FLAG} | WHICH
CREW = {"workers": ("x", 0, *ODD), "cluster": TEXT}
MARGINS = (
    *(odd for odd in NUMBER if odd != ("1s",)),
    ["x=5%"],
    ["5%", "10%"],
    {"100KB": "x"},
    {"x": 0.2},
    ["100KB=", "5%"],
)
MARGIN = {"margin": MARGINS}
DESIGN = {
    "client": TEXT, "times": WHOLE, "runs": WHOLE, "size": (*ODD, "x"), "file": (*ODD, "\0"), "upload": FLAG,
    "warm_up": WHOLE, "pause": TIME, "before": TEXT, "after": TEXT, "order": [odd for odd in TEXT if odd],
    "seed": WHOLE, "timeout": TIME, "parallel": WHOLE, "tls": FLAG, "certificate": (*ODD, "\0"), "insecure": FLAG,
    "throttle": (True, -1, b"x", object(), [None], {"a": None}, float("nan"), "x"), "keep": FLAG,
    "max_failures": WHOLE,
}  # fmt: skip
SERVING = {
    "size": (*ODD, "x"), "root": (*ODD, "\0"), "user": TEXT, "password": TEXT, "host": TEXT, "port": ("ftp", *ODD),
    "writable": FLAG, "tls": FLAG, "throttle": TIME, "latency": TIME,
}  # fmt: skip


def asked(function, *labels):
    return lambda **options: function(TIMES, *labels, **options)


def served(**serving):
    with ftpstats.serve(**serving):
        pytest.fail("it served")


CALLS = {
    "read_log": (lambda log="x", **options: ftpstats.read_log(log, **options), {"log": PATH} | LABELS),
    "read_logs": (
        lambda logs="x", **options: ftpstats.read_logs(logs, **options),
        {"logs": (*PATHS, []), "same": FLAG[1:]} | LABELS,
    ),
    "check": (
        lambda logs="x", **options: ftpstats.check(logs, **options),
        {"logs": (*PATHS, []), "skip_bad": FLAG} | LABELS,
    ),
    "parse": (lambda logs="x", **options: ftpstats.parse(logs, **options), {"logs": (*PATHS, [])} | LABELS),
    "Logs": (
        lambda names="x", **options: ftpstats.Logs(names, **options),
        {"names": PATHS, "same": FLAG[1:], "skip_bad": FLAG} | LABELS,
    ),
    "open_store": (
        lambda folder="x", **options: ftpstats.open_store(folder, **options),
        {"folder": PATH, "source": TEXT, "same": FLAG[1:]},
    ),
    "ingest": (
        lambda files="x", **options: ftpstats.open_store("x").ingest(files, **options),
        {"files": PATHS, "skip_bad": FLAG, "anonymize": (*ODD, "x", "", b"0" * 15, ["x"])} | LABELS,
    ),
    "transfers": (ftpstats.open_store("x").transfers, {"label": LIST, "size": (*ODD, "x")} | WHICH),
    "tidy": (ftpstats.open_store("x").tidy, {"personal": FLAG}),
    "report": (asked(ftpstats.report, None, "A"), {"personal": FLAG, "where": (*TEXT, "x"), "title": TEXT}),
    "named": (lambda name: ftpstats.open_store("x").named(name), {"name": TEXT}),
    "relabel": (ftpstats.open_store("x").relabel, {"label": TEXT}),
    "compare": (
        asked(ftpstats.compare, "A", "B"),
        QUESTION | MARGIN
        | {"method": TEXT, "all_pairs": FLAG, "details": FLAG, "all_tests": FLAG, "fail_on": LIST, "require": LIST,
           "max_failure_rate": NUMBER},
    ),
    "compare a table": (lambda transfers: ftpstats.compare(transfers, "A", "B"), {"transfers": (None, *ODD, ["x"])}),
    "compare labels": (lambda label: ftpstats.compare(TIMES, "A", label), {"label": TEXT}),
    "summarize": (
        asked(ftpstats.summarize),
        QUESTION | CREW | {"by": (*TEXT, "x"), "details": FLAG, "all_tests": FLAG},
    ),
    "scaling": (
        lambda **options: ftpstats.scaling(SIZES, **options),
        QUESTION | {"at": (*ODD, "x", "1TB"), "unit": (None, *TEXT, "s")},
    ),
    "throughput": (
        asked(ftpstats.throughput),
        {name: QUESTION[name] for name in ("size", "client", "where", "label_from", "as_printed")}
        | CREW | {"by": (None, *TEXT, "week"), "unit": (None, *TEXT, "s"), "time_zone": (*TEXT, "Berlin")},
    ),
    "compare_summaries": (
        lambda **options: ftpstats.compare_summaries(SUMMARIES, **options),
        MARGIN
        | {"size": (*ODD, "x"), "confidence": NUMBER, "inflation": TIME, "run_sd": NUMBER, "unit": (None, *TEXT),
           "method": TEXT, "all_pairs": FLAG, "fail_on": LIST, "require": LIST},
    ),
    "compare_summaries of a table": (
        ftpstats.compare_summaries, {"summaries": (None, *ODD, ["x"])},
    ),
    "compare_summaries labels": (lambda label: ftpstats.compare_summaries(SUMMARIES, "A", label), {"label": TEXT}),
    "history": (
        asked(ftpstats.history),
        QUESTION | MARGIN
        | {"by": (None, *TEXT, "week"), "false_alarm_rate": NUMBER, "time_zone": (*TEXT, "Berlin"), "fail_on": LIST},
    ),
    "aa_test": (asked(ftpstats.aa_test), QUESTION | MARGIN),
    "textbook": (asked(ftpstats.textbook), QUESTION | MARGIN),
    "sample_size": (
        asked(ftpstats.sample_size),
        QUESTION
        | MARGIN
        | {"difference": NUMBER, "power": NUMBER, "require": TEXT, "simulate": WHOLE, "seed": WHOLE},
    ),
    "sample_size without transfers": (
        lambda **given: ftpstats.sample_size(**({"sd": 1, "mean": 1} | given)),
        dict.fromkeys(("sd", "mean", "run_sd", "inflation"), TIME),
    ),
    "sample_size_for_scaling": (
        lambda **options: ftpstats.sample_size_for_scaling(SIZES, **options),
        QUESTION
        | {"margin": (*ODD, "x", "2ms", "100KB=5%"), "latency_margin": NUMBER, "power": NUMBER}
        | {"unit": (None, *TEXT, "s")},
    ),
    "sample_size_for_history": (
        asked(ftpstats.sample_size_for_history),
        {name: QUESTION[name] for name in ("size", "client", "where", "label_from", "as_printed")}
        | {"margin": MARGIN["margin"], "difference": MARGIN["margin"], "power": NUMBER, "false_alarm_rate": NUMBER},
    ),
    "sample_size_for_history without transfers": (
        lambda **given: ftpstats.sample_size_for_history(**({"run_sd": 1, "mean": 1} | given)),
        dict.fromkeys(("mean", "run_sd"), TIME),
    ),
    "plan_run": (lambda **design: ftpstats.plan_run("a", **({"client": "builtin"} | design)), DESIGN),
    "plan_run targets": (lambda target: ftpstats.plan_run(target, client="builtin"), {"target": (*TEXT, None)}),
    "run": (
        lambda **options: ftpstats.run("a", **({"folder": "x"} | options)),
        {"folder": PATH, "user": TEXT, "resume": FLAG, "watcher": (*ODD, "x")},
    ),
    "serve": (served, SERVING),
}  # fmt: skip
CASES = [(call, name) for call, (_, arguments) in CALLS.items() for name in arguments]


def test_every_keyword_of_run_and_serve_is_tried():
    assert set(DESIGN) == set(Design.__annotations__)
    assert set(SERVING) == set(Serving.__annotations__)


def said_of(function, name, value):
    """What is said of a value; None where it is taken, or where it is an error of another kind."""
    try:
        function(**{name: value})
    except FtpstatsError as error:
        return str(error) if isinstance(error, ValueError) else None
    return None


@pytest.mark.parametrize(("call", "name"), CASES)
def test_a_value_of_the_wrong_type_is_refused_in_a_sentence(call, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function, arguments = CALLS[call]
    for odd in arguments[name]:
        said = said_of(function, name, odd)
        assert said, f"{odd!r} is taken"
        assert re.fullmatch(r"[^\n]{10,}", said)
        assert not re.search(r"object has no|expected str|NoneType' object", said)
    assert list(tmp_path.iterdir()) == []


def test_numbers_of_numpy_and_paths_are_taken():
    assert as_count(np.int64(3), "times", 1) == 3
    assert as_sizes(np.int64(1024)) == as_sizes([np.int32(1024)]) == (1024,)
    assert as_rate(np.float32(2.0), "throttle") == as_wait(np.int8(2), "pause") == 2.0
    assert as_files(Path("a"), "log") == as_files(["a"], "log") == ["a"]


def test_rates_may_be_numbers():
    assert as_paces(2048) == as_paces("2KB/s") == {None: 2048.0}
    assert as_paces({"a": 2048}) == as_paces(["a=2KB/s"]) == as_paces({"a": "2KB/s"}) == {"a": 2048.0}
