"""FTP.json: what older ones say today, what is refused, and which run an attempt is of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.errors import InputError
from ftpstats.logs.reader import read_text
from ftpstats.manifest import MANIFEST_VERSION, MAX_FAILURES, Attempt, parse_manifest, runs_of
from tests.experiment.set_up import manifest


def test_what_is_written_is_read():
    assert parse_manifest(manifest(runs=3).to_json(), "FTP.json") == manifest(runs=3)


def test_a_number_needs_no_point():
    assert parse_manifest(manifest(pause=60, timeout=5).to_json(), "FTP.json").settings.pause == 60.0


def as_of_version(version, wanted):
    """Return an FTP.json as that version wrote it."""
    document = json.loads(wanted.to_json())
    for server in document["servers"]:
        del server["user"]
    del document["settings"]["max_failures"]
    if version == 1:
        del document["settings"]["runs"]
    return document | {"version": version}


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_one_had_one_run_no_user_and_no_limit(version):
    wanted = manifest(runs=1 if version == 1 else 3, times=7)
    read = parse_manifest(json.dumps(as_of_version(version, wanted)), "FTP.json")
    assert read == wanted
    assert (read.settings.max_failures, {server.user for server in read.servers}) == (MAX_FAILURES, {None})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": MANIFEST_VERSION + 1}, "written by a newer ftpstats; upgrade ftpstats"),
        ({"version": 0}, "not a manifest of an experiment"),
        ({"version": "1"}, "not a manifest of an experiment"),
        ({"version": 1, "settings": []}, "not a manifest of an experiment"),
        ({"version": 1, "settings": {"times": 3}}, "not a manifest of an experiment"),
        ({"version": 2, "servers": {"a": 1}}, "not a manifest of an experiment"),
        ({"version": 2, "servers": None}, "not a manifest of an experiment"),
        ({"settings": {"runs": 1}}, "not a manifest of an experiment"),
        ({"start": 5}, "not a manifest of an experiment .start is 5."),
        (
            {"attempts": [{"step": 0, "label": "a", "iteration": "x", "time": "", "end": 1}]},
            "not a manifest .*iteration is 'x'",
        ),
        (
            {"attempts": [{"step": 0, "label": ["a"], "iteration": 1, "time": "", "end": 1}]},
            "not a manifest .*label is",
        ),
        ({"client": {"name": "curl", "program": "curl", "version": 8}}, "not a manifest .*version is 8"),
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
