"""Who may import whom, as DESIGN.md has it: read from the source, so that no import can hide in a function."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ftpstats"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))
}

BASE = {
    "ftpstats",
    "ftpstats.errors",
    "ftpstats.units",
    "ftpstats.schema",
    "ftpstats.manifest",
    "ftpstats.schedule",
    "ftpstats.places",
    "ftpstats.workers",
}
# Part of the package: what of ours it may import besides itself.
ALLOWED = {
    "ftpstats.errors": set(),
    "ftpstats.units": set(),
    "ftpstats.places": {"ftpstats.errors"},
    "ftpstats.workers": {"ftpstats.errors"},
    "ftpstats.schema": {"ftpstats.errors", "ftpstats.units"},
    "ftpstats.stats": {"ftpstats.errors"},
    "ftpstats.logs": BASE,
    "ftpstats.parquet": BASE | {"ftpstats.logs"},
    "ftpstats.store": BASE | {"ftpstats.logs", "ftpstats.parquet"},
    "ftpstats.experiment": BASE | {"ftpstats.logs"},
    "ftpstats.analysis": BASE | {"ftpstats.stats"},
    "ftpstats.api": BASE
    | {
        "ftpstats.analysis",
        "ftpstats.experiment",
        "ftpstats.logs",
        "ftpstats.present",
        "ftpstats.store",
    },
    # A command parses options, makes one call of the library, renders and exits: it reads and computes nothing.
    "ftpstats.commands": BASE | {"ftpstats.api", "ftpstats.experiment", "ftpstats.present"},
    "ftpstats.present": BASE
    | {
        "ftpstats.analysis",
        "ftpstats.experiment",
        "ftpstats.logs",
        "ftpstats.parquet",
        "ftpstats.store",
    },
}
# Polars inside logs and store, pandas outside; heavy ones only where they are used.
FOREIGN = {
    "ftpstats.stats": {"pandas", "polars"},
    "ftpstats.logs": {"pandas"},
    "ftpstats.analysis": {"pandas"},
    "ftpstats.experiment": {"pandas"},
}
HEAVY = {
    "OpenSSL", "cryptography", "matplotlib", "numpy", "pandas", "pingouin", "polars", "pyarrow", "pyftpdlib", "scipy",
}  # fmt: skip


def _imports(name):
    """Absolute names of all modules that a module imports, in functions and for type checkers too."""
    for node in ast.walk(ast.parse(MODULES[name].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            yield from inside or [node.module]


def _belongs(module, part):
    return module == part or module.startswith(part + ".")


def _imports_of(part):
    return {(name, to) for name in MODULES if _belongs(name, part) for to in _imports(name)}


@pytest.mark.parametrize(("part", "allowed"), ALLOWED.items())
def test_a_part_imports_only_what_it_may(part, allowed):
    ours = {(name, to) for name, to in _imports_of(part) if _belongs(to, "ftpstats")}
    assert ours or part not in {"ftpstats.analysis", "ftpstats.present", "ftpstats.logs"}  # else nothing was read
    refused = {
        (name, to)
        for name, to in ours
        if not _belongs(to, part)
        and not any(to == known or (known not in BASE and _belongs(to, known)) for known in allowed)
    }
    assert not refused


# pingouin takes and gives frames of pandas; behind it, nothing of ours does.
ADAPTER = "ftpstats.analysis.pingouin_tests"


@pytest.mark.parametrize(("part", "refused"), FOREIGN.items())
def test_a_part_keeps_to_its_kind_of_table(part, refused):
    found = {(name, to) for name, to in _imports_of(part) if to.split(".")[0] in refused}
    assert found == ({(ADAPTER, "pandas")} if _belongs(ADAPTER, part) else set())


def test_pingouin_stands_behind_one_adapter():
    assert {name for name, to in _imports_of("ftpstats") if _belongs(to, "pingouin")} == {ADAPTER}


def test_nothing_but_the_package_entry_imports_the_command_line():
    entries = {name for name in MODULES for to in _imports(name) if _belongs(to, "ftpstats.cli")}
    assert entries == {"ftpstats.__main__"}


# Run as programs of their own, in processes of their own.
PROGRAMS = {
    "ftpstats.cli",
    "ftpstats.commands.remarks",
    "ftpstats.experiment.clients.builtin",
    "ftpstats.experiment.server.process",
}


@pytest.mark.parametrize("name", sorted(MODULES.keys() - PROGRAMS))
def test_only_the_command_line_prints_and_exits(name):
    # A doctest's print is a string here, and so no call.
    calls = {
        ast.unparse(node.func) for node in ast.walk(ast.parse(MODULES[name].read_text())) if isinstance(node, ast.Call)
    }
    assert not calls & {"print", "sys.exit", "exit", "quit", "os._exit", "sys.stdout.write", "sys.stderr.write"}


@pytest.mark.parametrize("arguments", [["--help"], ["compare", "--help"], ["serve", "--help"], ["--version"]])
def test_help_and_version_import_nothing_heavy(arguments):
    imported = _imported_by(arguments)
    assert "typer" in imported
    assert not {module.split(".")[0] for module in imported} & HEAVY


def test_compare_imports_no_more_than_it_needs():
    log = PACKAGE.parent / "sample_logs" / "inetutils" / "FTP.log"
    imported = _imported_by(["compare", "xen", "vmware", "--from", str(log)])
    assert "scipy.special" in imported
    assert not imported & {
        "scipy.stats",
        "scipy.optimize",
        "matplotlib",
        "pandas",
        "pingouin",
    }  # each half a second or more
    others = {name for part in _OF_OTHER_QUESTIONS for name in imported if _belongs(name, f"ftpstats.{part}")}
    assert not others


def test_parse_imports_nothing_of_comparisons(tmp_path):
    log = PACKAGE.parent / "sample_logs" / "inetutils" / "FTP.log"
    imported = _imported_by(["parse", str(log), "--output", str(tmp_path / "rows.parquet")])
    assert "ftpstats.logs.reader" in imported
    assert not {name for name in imported if _belongs(name, "scipy")}
    assert "ftpstats.analysis.comparison" not in imported


# Of other commands than compare, and of logs of other kinds: they took a sixth of its time.
_OF_OTHER_QUESTIONS = (
    "analysis.history", "analysis.rates", "analysis.scaling", "analysis.simulation", "commands.drawing",
    "commands.experiment", "commands.planning", "commands.reading", "commands.reporting", "commands.storing",
    "experiment", "logs.records.registry", "present.figures", "present.histories", "present.inspections",
    "present.plans", "present.progress", "present.rates", "present.report", "present.sample_sizes", "present.scaling",
    "present.textbook", "store",
)  # fmt: skip


def _imported_by(arguments):
    command = [sys.executable, "-X", "importtime", "-m", "ftpstats", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
