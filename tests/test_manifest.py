"""FTP.json: what older ones say today, what is refused, and which run an attempt is of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.errors import InputError
from ftpstats.logs.reader import read_text
from ftpstats.manifest import MANIFEST_VERSION, Attempt, parse_manifest, runs_of
from tests.experiment.rig import manifest


def test_what_is_written_is_read():
    assert parse_manifest(manifest(runs=3).to_json(), "FTP.json") == manifest(runs=3)


def test_a_number_needs_no_point():
    assert parse_manifest(manifest(pause=60, timeout=5).to_json(), "FTP.json").settings.pause == 60.0


def test_version_1_had_one_run():
    document = json.loads(manifest(runs=1, times=7).to_json())
    del document["settings"]["runs"]
    assert parse_manifest(json.dumps(document | {"version": 1}), "FTP.json") == manifest(runs=1, times=7)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": MANIFEST_VERSION + 1}, "written by a newer ftpstats; upgrade ftpstats"),
        ({"version": 0}, "no manifest of an experiment"),
        ({"version": "1"}, "no manifest of an experiment"),
        ({"version": 1, "settings": []}, "no manifest of an experiment"),
        ({"version": 1, "settings": {"times": 3}}, "no manifest of an experiment"),
        ({"settings": {"runs": 1}}, "no manifest of an experiment"),
        ({"start": 5}, "no manifest of an experiment .start is 5."),
        (
            {"attempts": [{"step": 0, "label": "a", "iteration": "x", "time": "", "end": 1}]},
            "no manifest .*iteration is 'x'",
        ),
        ({"attempts": [{"step": 0, "label": ["a"], "iteration": 1, "time": "", "end": 1}]}, "no manifest .*label is"),
        ({"client": {"name": "curl", "program": "curl", "version": 8}}, "no manifest .*version is 8"),
    ],
)
def test_what_is_none_is_refused(change, said):
    with pytest.raises(InputError, match=f"^FTP.json: {said}"):
        parse_manifest(json.dumps(json.loads(manifest().to_json()) | change), "FTP.json")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-2, 3)), min_size=1))
def test_attempts_are_of_the_runs_that_the_log_shows(headers):
    log = "".join(f"FTP-TEST {iteration} {label}\n" for label, iteration in headers)
    attempts = [Attempt(0, label, iteration, "", 0) for label, iteration in headers]
    assert runs_of(attempts) == read_text(log.encode())["run"].to_list()
