"""What `ftpstats run` says of itself: what it refuses, what it plans, what it ends with."""

import inspect
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from ftpstats import plan_run
from ftpstats.api.arguments import as_paces
from ftpstats.commands.experiment import SAID_AGAIN
from ftpstats.commands.experiment import run as command
from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import ServerSettings
from ftpstats.experiment.setup import find_targets
from ftpstats.logs.reader import read_log
from ftpstats.units import MIB

REFUSED = {
    "no label": ([], "name a label"),
    "label with a line end": (["a\nFTP-TEST 1 b"], r"label 'a\nFTP-TEST 1 b': a label is 1 to 100 characters"),
    "label of a megabyte": (["a" * 10**6], "a label is 1 to 100 characters"),
    "label with ANSI codes": (["\x1b[31mred"], r"label '\x1b[31mred': a label is"),
    "label twice": (["a", "A"], "the label a is named twice"),
    "no host": (["a=ho st"], "write LABEL=HOST or LABEL=HOST:PORT"),
    "option for a host": (["a=-x"], "write LABEL=HOST or LABEL=HOST:PORT"),
    "port": (["a=host:99999"], "write LABEL=HOST or LABEL=HOST:PORT"),
    "pipe for a name": (["a=host", "--file", "|id"], "file name '|id': letters, digits"),
    "shell escape for a name": (["a=host", "--file", "!id"], "file name '!id'"),
    "option for a name": (["a=host", "--file", "-rf"], "file name '-rf'"),
    "folder above": (["a=host", "--file", "../../etc/passwd"], "file name '../../etc/passwd'"),
    "name with a line end": (["a=host", "--file", "a\nquote DELE b"], r"file name 'a\nquote DELE b'"),
    "name with a blank": (["a=host", "--file", "a b"], "file name 'a b'"),
    "name of a megabyte": (["a=host", "--file", "a" * 10**6], "up to 150 of them"),
    "file of ours by name": (["a", "--file", "x.img"], "--file names a file on your own server"),
    "one file twice": (["a", "--size", "1KB", "--size", "1024"], "two files have the same name"),
    "client": (["a", "--client", "nope"], "client nope: choose from auto, legacy, inetutils"),
    "order": (["a", "--order", "nope"], "order nope: choose from sequential, rounds, balanced, interleaved"),
    "pace of another": (["a", "--throttle", "b=1MB/s"], "--throttle b: ftpstats starts no server with this label"),
    "pace": (["a", "--throttle", "a=fast"], "--throttle a=fast: write it like LABEL=20MB/s"),
    "upload by script": (["a", "--client", "legacy", "--upload"], "the legacy script does not support uploads"),
    "TLS by netkit": (
        ["a", "--client", "netkit", "--tls"],
        "netkit does not support TLS; lftp, curl, builtin do",
    ),
    "two paces for all": (
        ["a", "--throttle", "1MB/s", "--throttle", "2MB/s"],
        "there is already a rate for every label",
    ),
    "two paces for one": (["a", "--throttle", "a=1MB/s", "--throttle", "a=2MB/s"], "there is already a rate for a"),
    "a pace for nobody": (["a=host", "--throttle", "1MB/s"], "--throttle: ftpstats starts no server here"),
    "a pace that is none": (["a", "--throttle", "3"], "--throttle 3: write it like LABEL=20MB/s or 20MB/s"),
    "a duet of one": (["a", "--order", "duet"], "--order duet transfers from two labels at the same moment, not 1"),
    "a duet of three": (["a", "b", "c", "--order", "duet"], "at the same moment, not 3"),
    "a duet of many clients": (["a", "b", "--order", "duet", "--parallel", "2"], "leave out --parallel"),
    "a duet of the script": (
        ["a", "b", "--order", "duet", "--client", "legacy"],
        "the legacy script does not support several clients at once; use --client inetutils",
    ),
    "a duet of a solo": (
        ["a", "B Solo", "--order", "duet"],
        "label 'B Solo': in --order duet such a label is that of solo transfers",
    ),
    "a duet of a label too long": (["a", "b" * 98, "--order", "duet"], "a label is 1 to 100 characters"),
    "a user without a name": (["a=localhost", "--user", ""], "the user name is empty"),
    "fewer failures than none": (["a", "--max-failures", "-1"], "--max-failures"),
    "labels to resume": (["a", "--resume"], "as planned; leave out a label"),
    "a plan to resume": (["--resume", "--dry-run"], "as planned; leave out --dry-run"),
    "settings to resume": (["--resume", "--warm-up", "3"], "as planned; leave out --warm-up"),
    "nothing to resume": (["--resume"], "--resume: ftp-experiment contains no experiment (no FTP.json)"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_one_line(arguments, said, run, folder):
    done = run("run", *arguments)
    assert done.status in {1, 2}
    assert said in done.stderr
    assert done.stderr.count("\n") == (4 if "Usage:" in done.stderr else 1)  # Typer says where to find help
    assert len(done.stderr) < 500
    assert not (folder / "ftp-experiment").exists()


def test_no_run_at_all_is_wrong_usage(run):
    done = run("run", "a", "--runs", "0")
    assert (done.status, done.stderr.startswith("ftpstats: Invalid value for '--runs': ")) == (2, True)


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
    assert "Schedule: interleaved" in done.stdout
    assert "72 transfers by" in done.stdout
    assert not (folder / "ftp-experiment").exists()


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (["a", "--throttle", "10KB/s"], "about 1 min 42 s at the rate of the throttle."),
        (["a", "xen=192.0.2.1"], "about 4 s at 300 MiB/s on the loopback interface and over a link of 100 Mbit/s."),
    ],
)
def test_a_dry_run_says_what_its_duration_assumes(targets, said, run):
    done = run("run", *targets, "--client", "builtin", "--size", "10KB", "--times", "100", "--dry-run")
    assert said in " ".join(done.stdout.split())


def test_a_dry_run_shows_the_order_of_runs(run):
    done = run("run", "a", "b", "--size", "1KB", "--times", "10", "--runs", "3", "--seed", "5", "--dry-run")
    assert "Schedule: rounds, seed 5" in done.stdout
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
    assert re.search(r"^48 of 48: 0 s left; [ab] ftp-test-\dKB.img, run 3 of 3: last", done.stderr, re.MULTILINE)
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
    assert "no password for tester on 127.0.0.1: set FTPSTATS_PASSWORD, or add the host to ~/.netrc" in refused.stderr
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
    assert "a: no transfer completed; ftp-experiment/FTP.log shows why\n" in done.stderr


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
        assert re.search(r"a +ftp-test-1KB.img +0 +1 .*\na +ftp-test-1KB.img, warm-up +0 +2 ", done.stdout)
        why = "! a ftp-test-1KB.img, warm-up: 2 failed: ftpstats: [Errno 111] Connection refused"
        assert why in " ".join(done.stdout.split())
        done = execute(*given, "--max-failures", "2")
        assert "a: stopped after 2 consecutive failures (--max-failures), mostly: ftpstats: [Errno 111]" in done.stderr


@pytest.mark.parametrize(("given", "made"), [([], 20), (["--max-failures", "2"], 2), (["--max-failures", "0"], 23)])
def test_a_label_that_always_fails_is_given_up_and_the_others_go_on(given, made, execute, folder):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        target = f"a=127.0.0.1:{held.getsockname()[1]}"
        done = execute("run", target, "b", "--size", "1KB", "--client", "curl", "--times", "23", *given)
    said = [line for line in done.stderr.splitlines() if line.startswith("ftpstats: a: ")]
    stopped = (
        f"ftpstats: a: stopped after {made} consecutive failures (--max-failures), mostly: ftpstats: curl: (7) Failed "
        f"to connect to 127.0.0.1 port {held_port(target)} after "
    )
    assert done.status == 1
    assert said[-1] == "ftpstats: a: no transfer completed; ftp-experiment/FTP.log shows why"
    if made < 23:
        assert said[0].startswith(stopped)
        assert said[0].endswith("; `ftpstats run --resume --output ftp-experiment` continues")
    assert len(said) == 1 + (made < 23)
    rows, _ = read_log(str(folder / "ftp-experiment" / "FTP.log"))
    assert rows["label"].value_counts().sort("label").rows() == [("a", made), ("b", 23)]


def held_port(target):
    return target.rpartition(":")[2]


def test_a_label_that_is_given_up_in_the_middle_is_no_success(server, execute, folder):
    """Something of it was completed, but the plan is not."""
    target = f"a={server.host}:{server.port}"
    hook = "test $FTPSTATS_RUN = 1 || rm -f root/a.img"
    given = ("--file", "a.img", "--times", "3", "--runs", "3", "--client", "builtin", "--user", "tester")
    environment = os.environ | {"FTPSTATS_PASSWORD": "pass-word"}
    done = execute("run", target, *given, "--max-failures", "2", "--before", hook, env=environment)
    assert done.status == 1
    assert "a: stopped after 2 consecutive failures (--max-failures), mostly: 550 No such file" in done.stderr
    assert done.stderr.endswith(
        "ftpstats: a: 4 transfers are left; `ftpstats run --resume --output ftp-experiment` continues, "
        "with FTPSTATS_PASSWORD set again\n"
    )
    (folder / "root" / "a.img").write_bytes(bytes(1024))
    done = execute("run", "--resume", "--max-failures", "1", env=environment)
    assert "`ftpstats run --resume --output ftp-experiment --max-failures 1` continues" in done.stderr


@pytest.mark.parametrize("client", ["legacy", "inetutils", "curl", "builtin"])
def test_a_wrong_password_is_told_with_what_to_do(client, server, execute):
    given = ("run", f"a={server.host}:{server.port}", "b", "--size", "1KB", "--times", "9", "--user", "tester")
    done = execute(*given, "--client", client, env=os.environ | {"FTPSTATS_PASSWORD": "wrong"})
    assert done.status == 1
    assert (
        "ftpstats: a: stopped: the log-in was refused 3 times in a row: 530 Authentication failed.; correct user or "
        "password (--user, FTPSTATS_PASSWORD, ~/.netrc); `ftpstats run --resume --output ftp-experiment` continues, "
        "with FTPSTATS_PASSWORD set again\n"
    ) in done.stderr
    assert "ftpstats: a: no transfer completed; ftp-experiment/FTP.log shows why\n" in done.stderr
    assert re.search(r"^b +ftp-test-1KB.img +9 +0 ", done.stdout, re.MULTILINE)


def test_where_nothing_is_left_of_a_label_resuming_is_not_advised(server, execute):
    given = ("run", f"a={server.host}:{server.port}", "--file", "a.img", "--times", "3", "--user", "tester")
    done = execute(*given, "--client", "builtin", env=os.environ | {"FTPSTATS_PASSWORD": "wrong"})
    assert "~/.netrc); none of its transfers are left: start another experiment with another --output\n" in done.stderr
    assert "--resume" not in done.stderr


# --- what goes on goes on as it began ---------------------------------------------------------------------------------

# Each option of `run`: what is given, and where FTP.json has it, with what value.
IN_THE_MANIFEST = {
    "targets": (["b"], ("servers", 1, "label"), "b"),
    "client": (["--client", "curl"], ("client", "name"), "curl"),
    "times": (["--times", "2"], ("settings", "times"), 2),
    "runs": (["--runs", "2"], ("settings", "runs"), 2),
    "size": (["--size", "2KB"], ("files", 1, "bytes"), 2048),
    "file": (["--upload", "--file", "mine.img"], ("files", 1, "name"), "mine.img"),
    "upload": (["--upload"], ("settings", "upload"), True),
    "warm_up": (["--warm-up", "1"], ("settings", "warm_up"), 1),
    "pause": (["--pause", "0.01"], ("settings", "pause"), 0.01),
    "before": (["--before", "true"], ("settings", "before"), "true"),
    "after": (["--after", "true"], ("settings", "after"), "true"),
    "order": (["--order", "random"], ("settings", "order"), "random"),
    "seed": (["--seed", "7"], ("settings", "seed"), 7),
    "timeout": (["--timeout", "50"], ("settings", "timeout"), 50.0),
    "parallel": (["--parallel", "2"], ("settings", "parallel"), 2),
    "tls": (["--tls"], ("settings", "tls"), True),
    "certificate": (["--tls", "--certificate", "mine.img"], ("settings", "certificate"), "{folder}/mine.img"),
    "insecure": (["--tls", "--insecure"], ("settings", "checked"), False),
    "throttle": (["--throttle", "30MB/s"], ("servers", 0, "bytes_per_second"), 30 * MIB),
    "keep": (["--keep"], ("settings", "keep"), True),
    "max_failures": (["--max-failures", "5"], ("settings", "max_failures"), 5),
}
# Of the others: nothing of an experiment that has begun depends on them.
BEFORE_IT_BEGINS = {"ctx", "dry_run"}


def test_every_option_is_in_the_manifest_or_may_be_said_again_for_a_reason():
    options = set(inspect.signature(command).parameters)
    assert options == IN_THE_MANIFEST.keys() | SAID_AGAIN.keys() | BEFORE_IT_BEGINS
    assert set(SAID_AGAIN) == {"user", "max_failures", "resume", "folder", "quiet"}
    assert all(SAID_AGAIN.values())


@pytest.mark.parametrize(("given", "place", "value"), IN_THE_MANIFEST.values(), ids=IN_THE_MANIFEST)
def test_what_is_given_is_in_the_manifest(given, place, value, run, folder):
    (folder / "mine.img").write_bytes(b"mine")
    run("run", "a", "--size", "1KB", "--times", "1", "--client", "builtin", *given)
    found = json.loads((folder / "ftp-experiment" / "FTP.json").read_text())
    for step in place:
        found = found[step]
    assert found == (value.format(folder=folder) if isinstance(value, str) else value)


@pytest.mark.parametrize("option", sorted(IN_THE_MANIFEST.keys() - SAID_AGAIN.keys()))
def test_what_is_in_the_manifest_cannot_be_said_otherwise(option, run, folder):
    (folder / "mine.img").write_bytes(b"mine")
    given, _, _ = IN_THE_MANIFEST[option]
    done = run("run", "--resume", *given)
    assert done.status == 2
    assert "--resume continues the experiment in --output as planned; leave out " in done.stderr


def users_in(folder):
    return [server["user"] for server in json.loads((folder / "FTP.json").read_text())["servers"]]


def interrupted(start, folder, *arguments, **options):
    """Begin an experiment of 200 transfers and interrupt it; return what is said."""
    process = start("run", *arguments, "--times", "200", "--client", "curl", "-o", str(folder), **options)
    log = folder / "FTP.log"
    while process.poll() is None and (not log.exists() or log.read_text().count("FTP-TEST") < 3):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode in {130, -signal.SIGINT}
    return said.decode()


def test_what_is_printed_when_it_is_interrupted_goes_on_as_it_is_typed(server, start, folder):
    """As the same user, from a folder whose name a shell would take apart."""
    home = os.environ | {"HOME": str(folder), "FTPSTATS_PASSWORD": "pass-word"}
    where = folder / "it's $HERE"
    given = (f"a={server.host}:{server.port}", "--file", "a.img", "--user", "tester", "--max-failures", "7")
    said = interrupted(start, where, *given, env=home)
    (hint,) = re.findall(r"interrupted; `(.*)` continues, with FTPSTATS_PASSWORD set again\n$", said)
    program = f'ftpstats() {{ {sys.executable} -m ftpstats "$@"; }}; {hint} --quiet'
    done = subprocess.run(["sh", "-c", program], env=home, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    rows, _ = read_log(str(where / "FTP.log"))
    assert rows["completion"].to_list() == ["confirmed"] * 200
    assert users_in(where) == ["tester"]
    assert "pass-word" not in (where / "FTP.json").read_text()


def test_whom_netrc_named_is_not_forgotten_with_it(server, start, execute, folder):
    home = {name: value for name, value in os.environ.items() if name != "FTPSTATS_PASSWORD"} | {"HOME": str(folder)}
    (folder / ".netrc").write_text(f"machine {server.host} login tester password pass-word\n")
    (folder / ".netrc").chmod(0o600)
    said = interrupted(start, folder / "e", f"a={server.host}:{server.port}", "--file", "a.img", env=home)
    assert said.endswith(f"interrupted; `ftpstats run --resume --output {folder / 'e'}` continues\n")
    (folder / ".netrc").unlink()
    before = (folder / "e" / "FTP.log").read_bytes()
    done = execute("run", "--resume", "-o", "e", env=home)
    assert done.status == 2
    assert "no password for tester on 127.0.0.1: set FTPSTATS_PASSWORD, or add the host to ~/.netrc" in done.stderr
    assert (folder / "e" / "FTP.log").read_bytes() == before
    assert execute("run", "--resume", "-o", "e", "-q", env=home | {"FTPSTATS_PASSWORD": "pass-word"}).status == 0


def test_another_user_is_refused_where_the_first_one_has_measured(server, start, execute, folder):
    known = os.environ | {"FTPSTATS_PASSWORD": "pass-word"}
    interrupted(start, folder / "e", f"a={server.host}:{server.port}", "--file", "a.img", "--user", "tester", env=known)
    done = execute("run", "--resume", "-o", "e", "--user", "other", env=known)
    assert (done.status, done.stderr) == (
        2,
        "ftpstats: --user other: a has been measured as tester; leave --user out, or begin another experiment by "
        "--output\n",
    )
    assert execute("run", "--resume", "-o", "e", "--user", "tester", "-q", env=known).status == 0


def test_a_mistyped_user_is_corrected_by_resuming(server, execute, folder):
    known = os.environ | {"FTPSTATS_PASSWORD": "pass-word"}
    given = (
        "run",
        f"a={server.host}:{server.port}",
        "--file",
        "a.img",
        "--times",
        "9",
        "--client",
        "builtin",
        "-o",
        "e",
    )
    assert execute(*given, "--user", "tset", "-q", env=known).status == 1
    assert users_in(folder / "e") == ["tset"]
    assert execute("run", "--resume", "-o", "e", "--user", "tester", "-q", env=known).status == 0
    assert users_in(folder / "e") == ["tester"]
    rows, _ = read_log(str(folder / "e" / "FTP.log"))
    assert rows["completion"].to_list() == ["failed"] * 3 + ["confirmed"] * 6


def test_an_experiment_whose_user_is_unknown_goes_on_as_whom_is_said(server, start, execute, folder):
    """Of a version that did not record it: and what is printed then names the user again."""
    known = os.environ | {"FTPSTATS_PASSWORD": "pass-word"}
    interrupted(start, folder / "e", f"a={server.host}:{server.port}", "--file", "a.img", "--user", "tester", env=known)
    document = json.loads((folder / "e" / "FTP.json").read_text())
    del document["servers"][0]["user"], document["settings"]["max_failures"]
    (folder / "e" / "FTP.json").write_text(json.dumps(document | {"version": 2}))
    done = execute("run", "--resume", "-o", "e", "--user", "tset", env=known)
    assert "`ftpstats run --resume --output e --user tset` continues" in done.stderr
    assert execute("run", "--resume", "-o", "e", "--user", "tester", "-q", env=known).status == 0


@pytest.mark.parametrize(
    ("given", "paces"),
    [
        (["2MB/s"], [2 * MIB, 2 * MIB, None]),
        (["2MB/s", "slow=1MB/s"], [2 * MIB, MIB, None]),
        (["slow=1MB/s", "2MB/s"], [2 * MIB, MIB, None]),
        (["slow=1MB/s"], [None, MIB, None]),
    ],
)
def test_a_pace_without_a_label_is_for_each_server_of_ours_that_has_none(given, paces):
    servers = find_targets(["fast", "slow", "theirs=host"], as_paces(given))
    assert [server.bytes_per_second for server in servers] == paces


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


def shown_on(terminal, folder, *arguments):
    """Run a command with a pseudo-terminal for its standard output and error; return its status and what is shown."""
    ours, theirs = os.openpty()
    unwanted = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted} | {"TERM": terminal}
    call = [sys.executable, "-m", "ftpstats", *arguments]
    process = subprocess.Popen(call, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the other end has gone
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    return process.wait(timeout=60), shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("terminal", ["dumb", "unknown"])
def test_a_terminal_that_moves_no_cursor_gets_plain_lines(terminal, server, folder):
    (folder / "root" / "a-file-with-a-name-that-makes-the-table-wider-than-eighty-columns.img").write_bytes(b"1")
    given = ["--file", "a-file-with-a-name-that-makes-the-table-wider-than-eighty-columns.img", "--client", "builtin"]
    target = f"a={server.host}:{server.port}"
    status, shown = shown_on(terminal, folder, "run", target, *given, "--times", "4")  # as anonymous: it is refused
    assert status == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f…]", shown)
    assert "Traceback" not in shown
    assert re.search(r"^3 of 3: 0 s left, 3 failed; a a-file-with-a-name\S+ last –, mean –$", shown, re.MULTILINE)
    assert re.search(r"^ftpstats: a: stopped: the log-in was refused 3 times in a row: 530 ", shown, re.MULTILINE)
    table = [line for line in shown.split("Transfers", 1)[1].splitlines() if not line.startswith("ftpstats")]
    assert max(map(len, table)) <= 80
    assert "a-file-with-a-name" in table[4]  # folded, not cut
    assert re.search(r" 0 +3 +–$", table[4])


def test_a_terminal_that_moves_its_cursor_shows_whole_what_is_said_beside_the_bar(server, folder):
    target = f"a={server.host}:{server.port}"
    status, shown = shown_on(
        "xterm", folder, "run", target, "b", "--size", "1KB", "--client", "builtin", "--times", "4"
    )
    assert status == 1
    assert "\x1b[" in shown  # the bar
    plain = " ".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).split())
    assert "a: stopped: the log-in was refused 3 times in a row: 530 " in plain
    assert "`ftpstats run --resume --output ftp-experiment` continues" in plain


def test_what_a_hook_says_is_harmless(execute):
    done = execute("run", "a", "--size", "1KB", "--before", r"printf '\033[31mred'; exit 3")
    assert done.status == 1
    assert done.stderr.endswith(r"failed with status 3: \x1b[31mred; fix it and --resume" + "\n")


def test_to_resume_what_is_finished_is_no_error(execute, folder):
    given = ("run", "a", "--size", "1KB", "--times", "2", "--client", "builtin")
    assert execute(*given).status == 0
    before = (folder / "ftp-experiment" / "FTP.log").read_bytes()
    done = execute("run", "--resume")
    assert (done.status, "no transfer completed" in done.stderr) == (0, False)
    assert (folder / "ftp-experiment" / "FTP.log").read_bytes() == before


@pytest.mark.parametrize(("text", "seconds"), [("60", 60.0), ("60s", 60.0), ("250ms", 0.25)])
@pytest.mark.parametrize("option", ["pause", "timeout"])
def test_a_duration_has_one_syntax(option, text, seconds):
    design = {"client": "builtin", option: text}
    assert getattr(plan_run("a", **design).manifest.settings, option) == seconds


@pytest.mark.parametrize(("option", "text"), [("timeout", "0.05s"), ("timeout", "604801"), ("pause", "-1")])
def test_a_duration_out_of_bounds_is_refused(option, text, execute):
    done = execute("run", "a", f"--{option}", text)
    assert (done.status, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"ftpstats: {option}")
    assert text in done.stderr
