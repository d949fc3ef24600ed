"""What `import ftpstats` names: it is there, documented, typed, and used; and costs nothing until it is asked for."""

import inspect
import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from types import FunctionType

import pytest

import ftpstats
from ftpstats.api.experiments import Experiment, Planned
from ftpstats.api.measuring import Design
from ftpstats.api.reading import Parsed
from ftpstats.api.results import Comparisons, Histories, Results, Scalings, SelfComparisons, Summaries, Throughputs
from ftpstats.api.serving import Served, Serving
from ftpstats.api.store import TransferStore

ROOT = Path(__file__).parents[2]
FUNCTIONS = [
    (name, value)
    for name, value in ((name, getattr(ftpstats, name)) for name in ftpstats.__all__)
    if inspect.isfunction(value)
] + [(f"plot.{name}", getattr(ftpstats.plot, name)) for name in ftpstats.plot.__all__]

# What the functions return and take: a class that gains a public method needs no entry here, a new class does.
CLASSES = [
    Comparisons, Experiment, Histories, ftpstats.Logs, Parsed, Planned, Results, Scalings, SelfComparisons, Served,
    Summaries,
    Throughputs, TransferStore, ftpstats.Watcher,
]  # fmt: skip
METHODS = {
    f"{each.__name__}.{name}": (each, value)
    for each in CLASSES
    for name, value in vars(each).items()
    if not name.startswith("_") and isinstance(value, FunctionType | property | cached_property)
}


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


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_documented(name):
    """A method that a user overrides, and a property, may have their example in the class."""
    whole, member = METHODS[name]
    text = inspect.getdoc(member)
    example = "Examples\n--------\n>>> "
    in_class = inspect.getdoc(whole).partition(example)[2]
    assert (
        example in text
        or (f".{name.split('.')[1]}" in in_class and not isinstance(member, FunctionType))
        or (f"def {name.split('.')[1]}(" in in_class)
    )
    if isinstance(member, FunctionType):
        parameters = set(inspect.signature(member).parameters) - {"self"}
        documented = re.findall(r"^\*{0,2}(\w+) : \S", text, re.MULTILINE)
        assert parameters <= set(documented)
        assert inspect.signature(member).return_annotation == "None" or "Returns\n-------\n" in text


@pytest.mark.parametrize("typed", [Design, Serving], ids=lambda typed: typed.__name__)
def test_every_keyword_is_documented_with_its_type(typed):
    text = inspect.getdoc(ftpstats.run if typed is Design else ftpstats.serve)
    documented = re.findall(r"^(\w+(?:, \w+)*) : \S", text, re.MULTILINE)
    assert set(typed.__annotations__) <= {name for names in documented for name in names.split(", ")}


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
