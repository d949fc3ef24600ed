"""What `import ftpstats` names: it is there, documented, typed, and used; and costs nothing until it is asked for."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ftpstats

ROOT = Path(__file__).parents[2]
FUNCTIONS = [
    (name, value)
    for name, value in ((name, getattr(ftpstats, name)) for name in ftpstats.__all__)
    if inspect.isfunction(value)
] + [(f"plot.{name}", getattr(ftpstats.plot, name)) for name in ftpstats.plot.__all__]


def test_every_name_is_there_and_no_other():
    assert set(ftpstats.__all__) <= set(dir(ftpstats))
    assert all(getattr(ftpstats, name) is not None for name in ftpstats.__all__)
    with pytest.raises(AttributeError, match="no attribute 'compair'"):
        _ = ftpstats.compair


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_every_function_is_documented(name, function):
    text = inspect.getdoc(function)
    assert "Parameters\n----------" in text
    assert "Examples\n--------\n>>> " in text
    documented = set(re.findall(r"^\*{0,2}([a-z_]+(?:, \*{0,2}[a-z_]+)*)(?: :|$)", text, re.MULTILINE))
    documented = {each.strip(" *") for group in documented for each in group.split(",")}
    parameters = set(inspect.signature(function).parameters)
    assert parameters - documented <= {"design", "serving"}, parameters - documented


def test_every_public_name_is_used_outside_the_library():
    texts = [
        path.read_text()
        for path in [*(ROOT / "ftpstats" / "commands").glob("*.py"), ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    ]
    used = "\n".join([*texts, (ROOT / "sample_logs" / "notebook.ipynb").read_text()])
    for name in set(ftpstats.__all__) - {"__version__"}:
        assert re.search(rf"\b(?:ftpstats|fs)\.{name}\b|`{name}\(", used), name


def test_importing_it_imports_nothing_heavy():
    code = "import sys, ftpstats; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {"numpy", "pandas", "polars", "scipy", "matplotlib", "typer"} & set(done.stdout.split())
