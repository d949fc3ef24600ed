"""What `ftpstats run` says of itself: what it refuses, what it plans, what it ends with."""

import json
import os
import re
import socket
import subprocess
import sys

import pytest

from ftpstats.experiment.server import ServerSettings, running
from ftpstats.logs.reader import read_log

REFUSED = {
    "no label": ([], "name a label"),
    "label with a line end": (["a\nFTP-TEST 1 b"], r"label 'a\nFTP-TEST 1 b': a label is 1 to 100 characters"),
    "label of a megabyte": (["a" * 10**6], "a label is 1 to 100 characters"),
    "label with ANSI codes": (["\x1b[31mred"], r"label '\x1b[31mred': a label is"),
    "label twice": (["a", "A"], "the label a comes twice"),
    "no host": (["a=ho st"], "after = comes a host"),
    "option for a host": (["a=-x"], "after = comes a host"),
    "port": (["a=host:99999"], "after = comes a host"),
    "pipe for a name": (["a=host", "--file", "|id"], "file name '|id': letters, digits"),
    "shell escape for a name": (["a=host", "--file", "!id"], "file name '!id'"),
    "option for a name": (["a=host", "--file", "-rf"], "file name '-rf'"),
    "folder above": (["a=host", "--file", "../../etc/passwd"], "file name '../../etc/passwd'"),
    "name with a line end": (["a=host", "--file", "a\nquote DELE b"], r"file name 'a\nquote DELE b'"),
    "name with a blank": (["a=host", "--file", "a b"], "file name 'a b'"),
    "name of a megabyte": (["a=host", "--file", "a" * 10**6], "up to 150 of them"),
    "file of ours by name": (["a", "--file", "x.img"], "--file names a file on a server of yours"),
    "one file twice": (["a", "--size", "1KB", "--size", "1024"], "two of the files have the same name"),
    "client": (["a", "--client", "nope"], "--client nope: there are auto, legacy, inetutils"),
    "order": (["a", "--order", "nope"], "--order nope: there are sequential, rounds, interleaved, random"),
    "pace of another": (["a", "--throttle", "b=1MB/s"], "--throttle b: no server of ours has this label"),
    "pace": (["a", "--throttle", "a=fast"], "--throttle a=fast: write it like LABEL=20MB/s"),
    "upload by script": (["a", "--client", "legacy", "--upload"], "the legacy script knows nothing of uploads"),
    "TLS by netkit": (["a", "--client", "netkit", "--tls"], "the client netkit speaks no TLS; lftp, curl, builtin do"),
    "labels to resume": (["a", "--resume"], "as it was planned; leave out a label"),
    "a plan to resume": (["--resume", "--dry-run"], "as it was planned; leave out --dry-run"),
    "settings to resume": (["--resume", "--warm-up", "3"], "as it was planned; leave out --warm-up"),
    "nothing to resume": (["--resume"], "--resume: ftp-experiment holds no experiment (no FTP.json)"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_one_line(arguments, said, run, folder):
    done = run("run", *arguments)
    assert done.status in {1, 2}
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 500
    assert not (folder / "ftp-experiment").exists()


def test_no_run_at_all_is_wrong_usage(run):
    done = run("run", "a", "--runs", "0")
    assert (done.status, "'--runs': Input should be greater than or equal to 1" in done.stderr) == (2, True)


def test_a_missing_client_names_its_package(run, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "the client curl is not installed: apt-get install curl" in run("run", "a", "--client", "curl").stderr
    assert "apt-get install inetutils-ftp" in run("run", "a", "--client", "legacy").stderr


def test_without_any_client_the_one_of_ours_is_used(execute, folder):
    # sh and awk are there; no FTP client is.
    tools = folder / "tools"
    tools.mkdir()
    for name in ("sh", "awk", "cat", "env"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    done = execute("run", "a", "--size", "1KB", "--times", "2", env=os.environ | {"PATH": str(tools)})
    assert "client: builtin" in done.stderr
    assert done.status == 0
    assert read_log(str(folder / "ftp-experiment" / "FTP.log"))[0]["completion"].to_list() == ["confirmed"] * 2


def test_a_dry_run_makes_nothing(run, folder):
    done = run("run", "a", "b", "--order", "interleaved", "--times", "10", "--warm-up", "2", "--dry-run")
    assert "Plan: interleaved" in done.stdout
    assert "72 transfers by" in done.stdout
    assert not (folder / "ftp-experiment").exists()


def test_a_dry_run_shows_the_order_of_runs(run):
    done = run("run", "a", "b", "--size", "1KB", "--times", "10", "--runs", "3", "--seed", "5", "--dry-run")
    assert "Plan: rounds, seed 5" in done.stdout
    (runs,) = re.findall(r"^Order of runs: (.*)\.$", done.stdout, re.MULTILINE)
    rounds = [sorted(runs.split(", ")[at : at + 2]) for at in (0, 2, 4)]
    assert rounds == [["a 1", "b 1"], ["a 2", "b 2"], ["a 3", "b 3"]]
    assert "60 transfers in 3 runs of each label by" in done.stdout


# What several runs are in each order: how `compare` sees them.
@pytest.mark.parametrize(
    ("order", "scope"),
    [
        ([], "labels"),  # rounds
        (["--order", "interleaved"], "labels"),
        (["--order", "random"], "labels"),
        (["--order", "sequential"], "labels-confounded"),
    ],
)
def test_several_runs_are_seen_by_summary_and_compare(order, scope, run):
    given = ("run", "a", "b", "--size", "1KB", "--size", "2KB", "--times", "3", "--runs", "3", "--warm-up", "1")
    done = run(*given, "--client", "builtin", *order)
    assert re.search(r"^48 of 48: [ab], run 3 of 3, ftp-test-\dKB.img: last", done.stderr, re.MULTILINE)
    described = json.loads(run("summary", "--from", "ftp-experiment", "--format", "json").stdout)["groups"]
    assert sorted(group["label"] for group in described) == ["a", "a", "b", "b"]
    assert {(group["runs"], group["n"]) for group in described} == {(3, 9)}
    found = json.loads(run("compare", "a", "b", "--from", "ftp-experiment", "--format", "json").stdout)
    seen = [(one["runs"], one["runs_reference"], one["scope"]) for one in found["comparisons"]]
    assert seen == [(3, 3, scope)] * 2


@pytest.fixture
def server(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.img").write_bytes(os.urandom(1024))
    with running(ServerSettings(root, "tester", "pass-word")) as address:
        yield address


def test_the_password_comes_from_the_environment_or_netrc(server, execute, folder):
    target = f"a={server.host}:{server.port}"
    given = ("run", target, "--file", "a.img", "--times", "1", "--client", "builtin", "--user", "tester")
    home = os.environ | {"HOME": str(folder)}
    home.pop("FTPSTATS_PASSWORD", None)
    refused = execute(*given, "-o", "none", env=home)
    assert refused.status == 2
    assert "no password of tester on 127.0.0.1: set FTPSTATS_PASSWORD, or add the host to ~/.netrc" in refused.stderr
    assert execute(*given, "-o", "by-variable", env=home | {"FTPSTATS_PASSWORD": "pass-word"}).status == 0
    (folder / ".netrc").write_text(f"machine {server.host} login tester password pass-word\n")
    (folder / ".netrc").chmod(0o600)
    assert execute(*given[:-2], "-o", "by-netrc", env=home).status == 0
    for written in folder.rglob("FTP.*"):
        assert "pass-word" not in written.read_text()


def test_failures_are_counted_and_said(server, execute, folder):
    target = f"a={server.host}:{server.port}"
    given = ("run", target, "--file", "missing.img", "--times", "3", "--client", "builtin", "--user", "tester")
    done = execute(*given, env=os.environ | {"FTPSTATS_PASSWORD": "pass-word"})
    assert done.status == 1
    assert "! a missing.img: 3 failed: 550 No such file or directory." in done.stdout
    assert "no transfer was completed; ftp-experiment/FTP.log says why" in done.stderr


def test_a_warm_up_that_fails_is_a_failure_that_is_told(execute):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        given = (
            "run",
            f"a=127.0.0.1:{held.getsockname()[1]}",
            "--size",
            "1KB",
            "--client",
            "builtin",
            "--warm-up",
            "2",
        )
        done = execute(*given, "--times", "1", "-o", "all")
        assert re.search(r"a +ftp-test-1KB.img +0 +1 .*\n a +ftp-test-1KB.img, warm-up +0 +2 ", done.stdout)
        assert "! a ftp-test-1KB.img, warm-up: 2 failed: ftpstats: [Errno 111] Connection refused" in done.stdout
        done = execute(*given, "--max-failures", "2")
        assert "2 transfers failed (--max-failures); `--resume --output ftp-experiment` goes on" in done.stderr


def test_too_many_failures_stop_it(execute):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        target = f"a=127.0.0.1:{held.getsockname()[1]}"
        done = execute("run", target, "--size", "1KB", "--client", "builtin", "--max-failures", "2")
    assert done.status == 1
    assert "2 transfers failed (--max-failures); `--resume --output ftp-experiment` goes on" in done.stderr


def test_quiet_is_quiet(execute):
    done = execute("run", "a", "--size", "1KB", "--times", "1", "--client", "builtin", "--quiet")
    assert (done.stdout, done.stderr, done.status) == ("", "", 0)


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", "<&- >&- 2>&-", "2>&1 >/dev/null | true"])
def test_the_experiment_goes_on_where_nobody_reads_what_is_said(streams, folder):
    # More than one line is said: where the first is not read, the next one cannot be written.
    run = f"{sys.executable} -m ftpstats run a --size 1KB --times 3 --client builtin"
    script = f"({run}; echo $? >status) {streams}"
    subprocess.run(["sh", "-c", script], cwd=folder, check=False, capture_output=True, timeout=60)
    assert (folder / "status").read_text() == "0\n"
    rows, _ = read_log(str(folder / "ftp-experiment" / "FTP.log"))
    assert rows["completion"].to_list() == ["confirmed"] * 3


def test_the_experiment_goes_on_when_its_terminal_is_gone(folder):
    ours, theirs = os.openpty()
    script = f"trap '' HUP; exec {sys.executable} -m ftpstats run a --size 1KB --times 20 --client builtin >out"
    process = subprocess.Popen(["sh", "-c", script], cwd=folder, stdin=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    os.read(ours, 10)  # the bar
    os.close(ours)
    assert process.wait(timeout=60) == 0
    rows, _ = read_log(str(folder / "ftp-experiment" / "FTP.log"))
    assert rows["completion"].to_list() == ["confirmed"] * 20


def test_what_a_hook_says_is_harmless(execute):
    done = execute("run", "a", "--size", "1KB", "--before", r"printf '\033[31mred'; exit 3")
    assert done.status == 1
    assert done.stderr.endswith(r"failed with status 3: \x1b[31mred; mend it and --resume" + "\n")


def test_to_resume_what_is_finished_is_no_error(execute, folder):
    given = ("run", "a", "--size", "1KB", "--times", "2", "--client", "builtin")
    assert execute(*given).status == 0
    before = (folder / "ftp-experiment" / "FTP.log").read_bytes()
    done = execute("run", "--resume")
    assert (done.status, "no transfer was completed" in done.stderr) == (0, False)
    assert (folder / "ftp-experiment" / "FTP.log").read_bytes() == before
