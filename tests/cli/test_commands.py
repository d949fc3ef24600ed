"""What golden text does not show: files, pipes, signals, full disks, help, and agreement with the thesis's script."""

import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import polars as pl
import pytest
from typer.main import get_command

from ftpstats import __version__
from ftpstats.cli import app
from ftpstats.commands.deferred import Deferred
from ftpstats.schema import SCHEMA
from tests.cli.conftest import LOGS, ROOT, closed_pipe

COMMANDS = {
    "parse": ["parse", "FTP.log"],
    "parquet": ["parse", "FTP.log", "--format", "parquet"],
    "compare": ["compare", "xen", "vmware", "--from", "FTP.log", "--format", "json"],
    "ingest": ["ingest", "FTP.log"],
    "figure": ["plot", "means", "--from", "FTP.log", "--format", "svg", "--output", "-"],
}


# --- files ------------------------------------------------------------------------------------------------------

MAGIC = {"png": b"\x89PNG\r\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.mark.parametrize(("kind", "form"), [("boxplot", "png"), ("means", "svg"), ("qq", "pdf")])
def test_a_figures_suffix_decides(kind, form, run, folder):
    done = run("plot", kind, "xen", "--from", "same.log", "-o", f"figure.{form}")
    assert (done.stdout, done.stderr, done.status) == (f"figure.{form}\n", "", 0)
    assert (folder / f"figure.{form}").read_bytes().startswith(MAGIC[form])


@pytest.mark.parametrize("kind", ["boxplot", "means", "qq"])
def test_a_figure_without_a_name_is_named_after_what_it_is(kind, run, folder):
    before = set(folder.iterdir())
    assert run("plot", kind, "--from", "same.log", "--format", "svg").stdout == f"{kind}.svg\n"
    (made,) = set(folder.iterdir()) - before
    assert (made.name, made.read_bytes()[:5]) == (f"{kind}.svg", MAGIC["svg"])


@pytest.mark.parametrize("kind", ["boxplot", "means", "qq"])
def test_a_labels_colour_does_not_depend_on_what_is_drawn_beside_it(kind, run):
    arguments = ["--from", "FTP.log", "--size", "10MB", "--format", "svg", "--output", "-"]
    drawn = [run("plot", kind, *labels, *arguments).stdout for labels in ([], ["vmware"], ["xen"])]
    assert ["#009e73" in svg for svg in drawn] == [True, True, False]


@pytest.mark.parametrize(
    ("suffix", "begins"), [("json", "{"), ("csv", "label,"), ("md", "| label"), ("tex", "% \\usepackage{booktabs}")]
)
def test_an_answers_suffix_decides(suffix, begins, run, folder):
    done = run("compare", "xen", "vmware", "--from", "FTP.log", "-o", f"answer.{suffix}")
    assert (done.stdout, done.stderr, done.status) == ("", "", 0)
    assert (folder / f"answer.{suffix}").read_text().startswith(begins)


@pytest.mark.parametrize("name", ["answer", "answer.xyz"])
def test_where_no_suffix_tells_the_format_decides(name, run, folder):
    assert run("summary", "--from", "same.log", "--format", "csv", "-o", name).status == 0
    assert (folder / name).read_text().startswith("label,")


@pytest.mark.parametrize("command", ["parse", "check", "summary --from", "compare xen vmware --from"])
def test_every_command_writes_to_standard_output_where_asked(command, run, folder):
    before = set(folder.iterdir())
    plain, asked = run(*command.split(), "FTP.log"), run(*command.split(), "FTP.log", "--output", "-")
    assert asked == plain
    assert set(folder.iterdir()) == before


def test_parse_writes_the_same_rows_in_every_format(run, folder):
    for suffix in ("csv", "json", "jsonl", "parquet"):
        assert run("parse", "vm.log", "missing.log", "-o", f"rows.{suffix}").status == 0
    rows = pl.read_parquet(folder / "rows.parquet")
    assert rows.schema == SCHEMA
    read = {
        "csv": pl.read_csv("rows.csv", schema=SCHEMA),
        "json": pl.DataFrame(json.loads(Path("rows.json").read_text()), schema=SCHEMA),
        "jsonl": pl.DataFrame(
            [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()], schema=SCHEMA
        ),
    }
    for form, others in read.items():
        assert others.rows() == rows.rows(), form


@pytest.mark.parametrize("command", ["parse", "check", "summary --from", "compare xen vmware --from"])
@pytest.mark.parametrize("log", ["log.csv", "./log.csv", "*.csv", "."])
def test_a_log_is_never_written_over(command, log, run, folder):
    content = (ROOT / LOGS["missing.log"]).read_bytes()
    (folder / "log.csv").write_bytes(content)
    (folder / "its.log").hardlink_to(folder / "log.csv")
    form = "json" if command == "check" else "csv"
    done = run(*command.split(), log, "--format", form, "-o", "log.csv" if form == "csv" else "its.log")
    assert (done.stdout, done.status) == ("", 2)
    assert done.stderr.endswith(": is one of the input logs; name another file\n")
    assert (folder / "log.csv").read_bytes() == content


def test_a_log_on_standard_input_is_not_written_over_either(start, folder):
    content = (ROOT / LOGS["missing.log"]).read_bytes()
    (folder / "rows.log").write_bytes(content)
    with (folder / "rows.log").open("rb") as log:
        process = start("parse", "-", "--format", "csv", "-o", "rows.log", stdin=log, stdout=subprocess.PIPE)
        assert b"--output rows.log: is one of the input logs" in process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert (folder / "rows.log").read_bytes() == content


def test_a_verdict_that_trips_the_gate_is_still_written(run, folder):
    done = run("compare", "xen", "vmware", "--from", "FTP.log", "-o", "answer.json", "--fail-on", "slower")
    assert (done.stdout, done.status) == ("", 3)
    assert done.stderr == (
        "ftpstats: --fail-on slower: 100 MB download, VMware against Xen: +17.2 % (+16.8 to +17.7 %), p < 0.0001\n"
    )
    assert len(json.loads((folder / "answer.json").read_text())["comparisons"]) == 3


def test_the_store_may_be_named_by_the_environment(run, folder, monkeypatch):
    monkeypatch.setenv("FTPSTATS_STORE", "elsewhere")
    assert run("ingest", "same.log").status == 0
    assert not (folder / "ftpstats-store").exists()
    assert run("summary").status == 0
    assert run("summary", "--from", "same.log").status == 0
    assert "nowhere: the store is empty" in run("summary", "--store", "nowhere").stderr


def test_a_file_name_that_is_no_text(execute, folder):
    name = os.fsdecode(b"caf\xe9.log")
    (folder / name).symlink_to("missing.log")
    assert execute("check", name).stdout.startswith("caf\\udce9.log: 37 lines")
    assert json.loads(execute("check", name, "--format", "json").stdout)["inputs"] == [name]


@pytest.mark.parametrize("command", ["summary", "compare xen vmware", "plot means", "plan"])
def test_output_may_go_nowhere(command, run, folder):
    done = run(*command.split(), "--from", "FTP.log", "--size", "10MB", "-o", "/dev/null")
    assert (done.stdout.strip(), done.status) == ("/dev/null" if "plot" in command else "", 0)
    assert not done.stderr or "plot" in command


def test_a_log_whose_name_has_the_characters_of_a_pattern_is_taken_literally(run, folder):
    for name, log in (("logs[1]", "same.log"), ("logs1", "FTP.log")):
        (folder / name).mkdir()
        (folder / name / "FTP.log").write_bytes((ROOT / LOGS[log]).read_bytes())
        assert run("ingest", f"{name}/FTP.log").status == 0
    read = {
        source: json.loads(run("summary", "--source", source, "--format", "json").stdout)["inputs"]
        for source in ("logs[1]/FTP.log", "logs[12]/FTP.log", "logs?/*", "FTP.log", "logs*")
    }
    one, other = "logs[1]/FTP.log", "logs1/FTP.log"
    assert read == {
        "logs[1]/FTP.log": [one],
        "logs[12]/FTP.log": [other],
        "logs?/*": [other],
        "FTP.log": [other, one],
        "logs*": [other, one],
    }


FROM = {
    "Other=same.log": {"Other"},
    "=same.log": None,
    "Other=": None,
    "a=b.log": {"Baseline", "Xen", "VMware"},
    "Other=a=b.log": {"Other"},
    "a=*.log": {"Baseline", "Xen", "VMware"},
    "Other=a=*.log": {"Other"},
    "Other=nowhere.log": None,
}


@pytest.mark.parametrize("where", FROM)
def test_from_may_set_the_label(where, run, folder):
    (folder / "a=b.log").symlink_to("same.log")
    done = run("summary", "--from", where, "--format", "json")
    if FROM[where] is None:
        assert (done.stdout, done.stderr.count("\n"), done.status > 0) == ("", 1, True)
    else:
        groups = json.loads(done.stdout)["groups"]
        assert ({group["label"] for group in groups}, sum(group["n"] for group in groups)) == (FROM[where], 300)


def test_logs_under_labels_of_their_own_are_compared(run):
    done = run("compare", "old", "new", "--from", "old=same.log", "--from", "new=same.log", "--format", "json")
    assert [c["verdict"] for c in json.loads(done.stdout)["comparisons"]] == ["inconclusive"]
    assert run("compare", "old", "new", "--from", "old=same.log", "--label", "new", "--from", "same.log").status == 0


RUSSIAN = "FTP-TEST 1 Łódź\nftp: 102400 байт получено за 0.02 (сек) со скоростью 6400.00 (КБ/сек).\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251", "koi8-r"])
@pytest.mark.parametrize(
    "command",
    ["parse russian.log --format json", "check russian.log --format json", "summary --from russian.log --format json"],
)
def test_an_encoding_that_is_named_is_taken_by_every_command(command, encoding, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = RUSSIAN if encoding.startswith("utf") else RUSSIAN.replace("Łódź", "Город")
    Path("russian.log").write_bytes(text.encode(encoding))
    named = run(*command.split(), "--encoding", encoding)
    Path("russian.log").write_text(text)
    assert (named.status, named.stdout) == (0, run(*command.split()).stdout)
    assert run("ingest", "russian.log", "--encoding", "utf-8").status == 0
    assert text.split()[2] in run("summary", "--format", "csv").stdout


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "idna", "punycode", "unicode_escape", "utf-7"])
def test_an_encoding_that_does_not_fit_is_no_traceback(encoding, run):
    done = run("parse", "same.log", "--encoding", encoding, "--format", "csv")
    assert done.status in {0, 1, 2}
    assert done.stderr.count("\n") == (done.status > 0)
    assert "Traceback" not in done.stderr


def test_check_reads_a_log_under_another_label(run):
    (log,) = json.loads(run("check", "same.log", "--label", "KVM", "--format", "json").stdout)["logs"]
    assert {row["label"] for row in log["contents"]} == {"KVM"}


@pytest.mark.parametrize("command", ["summary", "plan", "plot qq", "compare xen vmware"])
def test_label_names_what_from_reads(command, run):
    run("ingest", "same.log")
    done = run(*command.split(), "--label", "Xen")
    assert (done.status, done.stderr.count("\n"), "`ingest --label`" in done.stderr) == (2, 1, True)
    (group,) = json.loads(run("summary", "--label", "KVM", "--from", "same.log", "--format", "json").stdout)["groups"]
    assert group["label"] == "KVM"


# --- processes --------------------------------------------------------------------------------------------------


def test_a_log_may_come_by_standard_input(execute, run):
    log = (ROOT / LOGS["FTP.log"]).read_bytes()
    piped = execute("compare", "xen", "vmware", "--from", "-", "--format", "markdown", stdin=log)
    assert (piped.stdout, piped.stderr, piped.status) == (
        run("compare", "xen", "vmware", "--from", "FTP.log", "--format", "markdown").stdout,
        "",
        0,
    )
    assert execute("parse", "-", stdin=b"").stderr == (
        "ftpstats: standard input: the file is empty; a log has a line or more for each transfer\n"
    )


def test_the_module_is_the_command(execute, run):
    assert execute("--version").stdout == f"ftpstats {__version__}\n"
    assert run("--version").stdout == f"ftpstats {__version__}\n"
    assert "Usage: python -m ftpstats" in execute("--help").stdout
    assert "Usage: ftpstats" in run("--help").stdout


def test_whoever_reads_one_line_is_not_told_of_the_others(start):
    process = start("parse", "FTP.log", stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith(b"source,line,label")
    process.stdout.close()
    process.stdout = None
    assert (process.communicate(timeout=60)[1], process.returncode) == (b"", 0)


# Polars writes Parquet by itself, and words an error its own way.
@pytest.mark.parametrize("name", COMMANDS)
def test_a_closed_pipe_is_quiet(name, execute):
    with closed_pipe() as pipe:
        done = execute(*COMMANDS[name], stdout=pipe)
    assert (done.stderr, done.status) == ("", 0)


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_one_line(name, execute):
    with Path("/dev/full").open("wb") as full:
        done = execute(*COMMANDS[name], stdout=full)
    assert done.stderr == "ftpstats: standard output: cannot be written: No space left on device\n"
    assert done.status == 1


def wait_until_read(process):
    """Wait until a process has read all that was written to it, and sleeps in the reading of more."""
    deadline, waiting = time.monotonic() + 60, bytearray(4)
    while time.monotonic() < deadline:
        fcntl.ioctl(process.stdin, termios.FIONREAD, waiting)
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2][0]
        if not any(waiting) and state == "S":
            return
    pytest.fail("the command did not read")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_ctrl_c_ends_quietly(start):
    process = start("summary", "--from", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write((ROOT / LOGS["FTP.log"]).read_bytes())
    process.stdin.flush()
    wait_until_read(process)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    assert (process.stdout.read(), process.stderr.read(), process.returncode) == (b"", b"", 130)


# --- help -------------------------------------------------------------------------------------------------------


def walked(command, name="ftpstats"):
    yield name, command
    for child, inner in getattr(command, "commands", {}).items():
        yield from walked(inner.made() if isinstance(inner, Deferred) else inner, f"{name} {child}")


ALL = dict(walked(get_command(app)))


def test_the_walk_finds_the_commands():
    assert {"ftpstats", "ftpstats compare", "ftpstats plot", "ftpstats plot means"} <= ALL.keys()


def test_the_list_of_commands_has_the_first_line_of_each():
    listed = get_command(app).commands
    assert {name: one.help for name, one in listed.items()} == {
        name: one.made().help.partition("\n\n")[0].replace("\n", " ") for name, one in listed.items()
    }


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_says_what_it_does(name):
    assert ALL[name].help
    for parameter in ALL[name].params:
        assert parameter.help, parameter.name


@pytest.mark.parametrize("name", ALL)
def test_help_shows_every_option(name, run):
    done = run(*name.split()[1:], "--help")
    assert done.status == 0
    assert not [
        p for p in ALL[name].params if p.param_type_name == "option" and max(p.opts, key=len) not in done.stdout
    ]


USES = {
    "ingest": "{FILE}...",
    "check": "{FILE}...",
    "summary": "[LABEL]...",
    "compare": "[REFERENCE] [OTHER]...",
    "plan": "[LABEL]...",
    "plot means": "[LABEL]...",
    "plot qq": "[LABEL]...",
}


@pytest.mark.parametrize("name", USES)
def test_help_names_what_to_write(name, run):
    first, *_ = run(*name.split(), "--help").stdout.splitlines()
    uses = {USES[name], USES[name].removesuffix("...")}  # Typer before 0.29 adds no dots
    assert first in {f"Usage: ftpstats {name} [OPTIONS] {one}" for one in uses}


def test_a_group_without_a_command_shows_its_help(run):
    done = run("plot")
    assert "Commands" in done.stdout + done.stderr
    assert done.status == 2


USAGE = {
    "parse": "Missing argument 'FILE'. See `ftpstats parse --help`.",
    "graph": "No such command 'graph'. See `ftpstats --help`.",
    "compere xen vmware": "No such command 'compere'. Did you mean 'compare'? See `ftpstats --help`.",
    "plot pie": "No such command 'pie'. See `ftpstats plot --help`.",
    "compare xen vmware --form FTP.log": (
        "No such option: --form (Possible options: --format, --format-of, --from). See `ftpstats compare --help`."
    ),
    "summary --from": "Option '--from' requires an argument.",
    "parse --encoding undefined FTP.log": (
        "encoding undefined: unknown encoding; write it like utf-8, cp866, cp932 or utf-16"
    ),
    "parse --encoding nonsense FTP.log": (
        "encoding nonsense: unknown encoding; write it like utf-8, cp866, cp932 or utf-16"
    ),
}


@pytest.mark.parametrize("arguments", USAGE)
def test_wrong_usage_is_one_line(arguments, run):
    done = run(*arguments.split())
    assert (done.stdout, done.stderr, done.status) == ("", f"ftpstats: {USAGE[arguments]}\n", 2)


def test_a_number_out_of_bounds_is_one_line(run):
    done = run("serve", "--port", "65536")  # the rest of the line is Typer's
    assert (done.stdout, done.stderr.count("\n"), done.status) == ("", 1, 2)
    assert done.stderr.startswith("ftpstats: Invalid value for '--port': ")
    assert done.stderr.endswith("65535\n")


@pytest.mark.parametrize("name", ALL)
def test_h_is_help(name, run):
    short, long = (run(*name.split()[1:], option) for option in ("-h", "--help"))
    assert (short, short.status) == (long, 0)


def test_a_dumb_terminal_is_given_a_whole_table_without_colour(monkeypatch):
    from ftpstats.commands import shared
    from ftpstats.present.tables import Table

    table = Table("", ("first", "last"), frozenset(), (("x" * 100, "seen"),), frozenset())
    monkeypatch.setattr(shared.sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    for term, colour in (("xterm", True), ("dumb", False), ("unknown", False)):
        monkeypatch.setenv("TERM", term)
        text = shared.screen([table], None)
        assert ("seen" in text, "\x1b" in text) == (True, colour)


COLORS = [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)]


@pytest.mark.parametrize(("environment", "color"), COLORS)
def test_a_pipe_has_colours_where_they_are_forced(environment, color, run, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    shown = run("compare", "xen", "vmware", "--from", "FTP.log", "--format", "table").stdout
    assert ("\x1b[" in shown) is color


@pytest.mark.parametrize(("text", "level"), [("0.9", 0.9), ("95%", 0.95), ("99.9%", 0.999)])
def test_confidence_may_be_written_in_per_cent(text, level, run):
    done = run("summary", "--from", "same.log", "--format", "json", "--confidence", text)
    assert json.loads(done.stdout)["confidence"] == level


# --- the thesis's script ----------------------------------------------------------------------------------------


def of(log, label, size):
    """The headers and result lines of one label and size out of a filtered log."""
    lines, wanted = [], None
    for line in (ROOT / LOGS[log]).read_text().splitlines(keepends=True):
        if line.startswith("FTP-TEST"):
            wanted = line if line.endswith(f" {label}\n") else None
        elif wanted and line.startswith(f"{size} bytes"):
            lines += [wanted, line]
    return "".join(lines)


@pytest.mark.parametrize(
    ("log", "size"), [("thesis.log", 102400)] + [("RESULT.log", size) for size in (102400, 10485760, 104857600)]
)
@pytest.mark.parametrize("label", ["Baseline", "Xen", "VMware"])
def test_as_printed_gives_the_thesis_mean(log, size, label, run, folder):
    (folder / "one.log").write_text(of(log, label, size))
    script = ["sh", str(ROOT / "legacy/mean.sh"), "one.log"]
    printed = subprocess.run(script, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    (group,) = json.loads(run("summary", "--from", "one.log", "--as-printed", "--format", "json").stdout)["groups"]
    assert group["n"] == 100
    assert f"{group['mean']:.6g}" == printed[-1]
    assert f"{group['mean'] * group['n']:.6g}" == printed[1]


def test_parquet_goes_down_a_pipe(execute, start):
    process = start("parse", "missing.log", "--format", "parquet", stdout=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    assert (pl.read_parquet(io.BytesIO(out)).height, err, process.returncode) == (3, b"", 0)


XFERLOG = "".join(f"Mon Nov 30 00:3{n}:00 2026 {n + 1} 192.0.2.1 1024 /a b _ o r me ftp 0 * c\n" for n in range(9))


@pytest.mark.parametrize(
    "command", [("ingest",), ("summary", "--from"), ("plan", "--from"), ("plot", "means", "--from")]
)
def test_what_is_assumed_of_records_is_said_once(run, folder, command):
    for name in ("a.log", "b.log"):
        (folder / name).write_text(XFERLOG if name == "a.log" else XFERLOG.replace("/a", "/b"))
    option = command[-1:] if command[-1] == "--from" else ()
    said = run(*command, "a.log", *option, "b.log").stderr
    assert said.count("a.log, one of 2 logs: local times are read in this machine's time zone") == 1
    assert said.count("a.log, one of 2 logs: nothing in this xferlog shows which server wrote it") == 1
    told = run(*command, "a.log", *option, "b.log", "--time-zone", "UTC", "--format-of", "xferlog").stderr
    assert "local times are read" not in told
    assert ("read in this machine's time zone before; now in UTC" in told) == (command == ("ingest",))
    assert "which server" not in told
    assert not run(*command, "a.log", *option, "b.log", "--quiet").stderr
