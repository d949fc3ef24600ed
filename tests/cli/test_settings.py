"""Labels that were measured in experiments which differ."""

import re
from dataclasses import replace

import pytest

from ftpstats.manifest import ClientUsed, read_manifest
from ftpstats.store import Store
from ftpstats.store.ingest import ingest
from tests.experiment.set_up import manifest

ROWS = "".join(f"FTP-TEST {i} {{label}}\n102400 bytes received in 0.01 secs (8{i}46.3 kB/s)\n" for i in range(1, 10))
CURL = ClientUsed("curl", "/usr/bin/curl", "curl 8.0")


@pytest.fixture
def logs(tmp_path):
    """Two labels, each with its own experiment; what the second differs in is given."""

    def write(**differing):
        for label, experiment in (("Xen", manifest()), ("VMware", replace(manifest(), **differing))):
            folder = tmp_path / label
            folder.mkdir()
            (folder / "FTP.log").write_text(ROWS.format(label=label))
            (folder / "FTP.json").write_text(experiment.to_json())
        return [str(tmp_path / label / "FTP.log") for label in ("Xen", "VMware")]

    return write


@pytest.mark.parametrize("command", [["compare", "xen", "vmware"], ["plan", "xen", "vmware"], ["summary"]])
@pytest.mark.parametrize("stored", [True, False])
def test_a_difference_in_client_is_said(logs, command, stored, run, tmp_path):
    paths = logs(client=CURL)
    where = [word for path in paths for word in ("--from", path)]
    if stored:
        where = ["--store", str(tmp_path / "store")]
        for path in paths:
            ingest(Store(tmp_path / "store"), [path])
    said = run(*command, "--format", "table", "--verbose", *where).stdout
    found = re.search(r"experiments that differ: client: (.*?) / (.*?) these differences", " ".join(said.split()))
    assert set(found.groups()) == {"builtin", "curl curl 8.0"}


def test_experiments_alike_are_passed_over(logs, run):
    paths = logs(start="2026-11-25T12:00:00.000+00:00")
    said = run("compare", "xen", "vmware", "--format", "table", "--from", paths[0], "--from", paths[1]).stdout
    assert "experiments that differ" not in said


def test_one_label_s_plan_is_not_about_the_other_s_experiment(logs, run):
    paths = logs(client=CURL)
    said = run("plan", "xen", "--format", "table", "--from", paths[0], "--from", paths[1]).stdout
    assert "experiments that differ" not in said


def test_the_store_keeps_the_experiment_without_its_attempts(logs, tmp_path):
    path = logs()[0]
    ingest(Store(tmp_path / "store"), [path])
    kept = Store(tmp_path / "store").manifests()
    assert kept == {path: read_manifest(tmp_path / "Xen" / "FTP.json")}
