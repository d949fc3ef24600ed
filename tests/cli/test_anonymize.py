"""--anonymize and --personal on the command line: where the key comes from, and that no message repeats it."""

import csv
import io

import pytest

from tests.cli.conftest import ROOT

LOG = "server-vsftpd.xferlog"
KEY = "0123456789abcdef-secret"


@pytest.fixture
def log(folder, monkeypatch):
    monkeypatch.delenv("FTPSTATS_KEY", raising=False)
    (folder / LOG).symlink_to(ROOT / "tests/data/records" / LOG)
    return LOG


def exported(run, *options):
    return list(csv.DictReader(io.StringIO(run("store", "export", "-", "--format", "csv", *options).stdout)))


def test_a_key_in_a_file_and_in_the_environment_is_one(log, run, folder, monkeypatch):
    (folder / "key").write_text(f"{KEY}\n")
    assert run("ingest", "--anonymize", "--key-file", "key", log).stdout == f"{log}: 31 transfers, 31 of them new\n"
    monkeypatch.setenv("FTPSTATS_KEY", KEY)
    assert run("ingest", "--anonymize", log).stdout == f"{log}: 31 transfers, 0 of them new\n"
    peers = {row["peer"] for row in exported(run, "--personal")}
    assert len(peers) == 2
    assert all(peer.startswith("peer-") for peer in peers)
    assert {row["peer"] for row in exported(run)} == {""}


def test_names_are_exported_and_reported_only_when_asked_for(log, run):
    run("ingest", log)
    assert {row["peer"] for row in exported(run, "--personal")} == {"::1", "::ffff:127.0.0.1"}
    assert {row["peer"] + row["file"] for row in exported(run)} == {""}
    told = run("report", "--from", "killed.log", "--format", "markdown", "--personal")
    assert told.status == 0
    assert "::1" in run("summary", "--by", "peer", "--format", "csv").stdout


WRONG = {
    "no key": (
        (),
        None,
        "--anonymize needs a key: FTPSTATS_KEY is not set; `head -c 32 /dev/urandom > FILE` makes one",
    ),
    "an empty file": (("--key-file", "empty"), None, "--anonymize needs a key: --key-file empty is empty; `head"),
    "no file": (("--key-file", "gone"), None, "--key-file gone: cannot be read: No such file or directory"),
    "a folder": (("--key-file", "."), None, "--key-file .: cannot be read: Is a directory"),
    "a short key": ((), "tooshort", "anonymize: the key has 8 bytes; it needs 16 or more, like a random one"),
}


@pytest.mark.parametrize(("options", "key", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_key_is_refused_in_a_line_that_does_not_repeat_it(options, key, said, log, run, folder, monkeypatch):
    (folder / "empty").write_text("\n")
    if key:
        monkeypatch.setenv("FTPSTATS_KEY", key)
    done = run("ingest", "--anonymize", *options, log)
    assert done.stderr.startswith(f"ftpstats: {said}")
    assert (done.stderr.count("\n"), done.stdout) == (1, "")
    assert key is None or key not in done.stderr
    assert not (folder / "ftpstats-store").exists()


def test_a_key_file_needs_the_option(log, run, folder):
    (folder / "key").write_text(KEY)
    done = run("ingest", "--key-file", "key", log)
    assert done.stderr == "ftpstats: --key-file is the key of --anonymize; add that\n"
    assert done.status == 2


def test_another_key_is_refused(log, run, monkeypatch):
    monkeypatch.setenv("FTPSTATS_KEY", KEY)
    run("ingest", "--anonymize", log)
    assert run("ingest", log).stderr == (
        "ftpstats: ftpstats-store: the logs in this store are anonymised; add `--anonymize`, with the same key\n"
    )
    monkeypatch.setenv("FTPSTATS_KEY", KEY[::-1])
    assert "anonymised with another key; use that one" in run("ingest", "--anonymize", log).stderr
