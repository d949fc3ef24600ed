"""--where, --label-from and --by on the command line: of logs and of the store, in every command that asks."""

import json

import pytest

from tests.cli.conftest import ROOT

LOG = "server-vsftpd.xferlog"
WHICH = ("--where", "bytes = 1048576 AND peer LIKE '::f%'", "--label-from", "direction")
HELD = {
    "summary": (),
    "plan": ("download",),
    "plot boxplot": ("--format", "png", "--output", "f.png"),
    "report": ("--format", "markdown", "--output", "r.md"),
}


@pytest.fixture
def log(folder):
    (folder / LOG).symlink_to(ROOT / "tests/data/records" / LOG)
    return LOG


def labels(done):
    return [(group["label"], group["n"]) for group in json.loads(done.stdout)["groups"]]


@pytest.mark.parametrize("command", HELD)
def test_every_command_takes_them(command, log, run):
    done = run(*command.split(), "--from", log, *WHICH, *HELD[command])
    assert done.status == 0, done.stderr
    done = run(*command.split(), "--from", log, "--where", "bytes = 7", "--label-from", "direction", *HELD[command])
    assert (done.stderr, done.status) == ("ftpstats: where bytes = 7: no transfer of 31 meets it\n", 1)


def test_a_log_and_a_store_give_the_same(log, run):
    done = run("summary", "--from", log, *WHICH, "--format", "json")
    assert labels(done) == [("download", 9), ("upload", 5)]
    run("ingest", log)
    assert run("summary", *WHICH, "--format", "json").stdout == done.stdout
    assert labels(run("summary", "upload", *WHICH, "--by", "peer", "--format", "json")) == [("::ffff:127.0.0.1", 5)]


WRONG = {
    "no column": (("--where", "size > 1"), "where size > 1: no column 'size'; there are: source, line, ", 2),
    "a file": (("--where", "bytes IN (SELECT 1 FROM read_csv('x'))"), "no column 'SELECT'", 2),
    "no condition": (("--where", "bytes"), "where bytes: is neither true nor false", 2),
    "two lines": (("--where", "bytes >\n"), "where bytes >: cannot be read; write a condition like direction =", 2),
    "no label column": (("--label-from", "host"), "label-from: no column 'host'; there are: source,", 2),
    "no group": (("--by", "host"), "by: no column 'host'; there are: source,", 2),
}


@pytest.mark.parametrize(("options", "said", "status"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused_in_a_line(options, said, status, log, run):
    done = run("summary", "--from", log, *options)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert (done.stdout, done.status) == ("", status)


def test_plan_from_a_spread_has_no_transfers_to_choose(run):
    done = run("plan", "--sd", "2ms", "--mean", "10ms", "--where", "bytes = 1")
    assert done.stderr == "ftpstats: --sd plans without logs, --where from logs; use one of them\n"


def test_mixed_sizes_are_said_once_and_name_the_command_for_them(folder, run):
    sizes = [(label, i, 1000 * i + skew) for label, skew in (("a", 0), ("b", 1)) for i in range(1, 30)]
    lines = [
        f"FTP-TEST {i} {label}\n{size} bytes received in 0.10 secs ({size / 102.4:.1f} kB/s)\n"
        for label, i, size in sizes
    ]
    (folder / "mixed.log").write_text("".join(lines) + "".join(lines[:3]).replace(" a\n", " b\n"))
    done = run("compare", "a", "b", "--from", "mixed.log", "--format", "table")
    assert done.stdout.count("! mixed sizes: 61 of 61 completed transfers are of sizes that a or b completed") == 1
    assert "no comparison of" not in done.stdout
    assert "`ftpstats scaling` shows how time grows with size, `ftpstats throughput` describes" in " ".join(
        run("compare", "a", "b", "--from", "mixed.log", "--format", "table", "--verbose").stdout.split()
    )
    done = run("summary", "--from", "mixed.log", "--format", "table")
    assert done.stdout.count("! mixed sizes: 61 of 61") == 1
    assert max(map(len, done.stdout.splitlines())) <= 80
