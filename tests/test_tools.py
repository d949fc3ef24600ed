"""The tools of the project run."""

import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
TRACER = ROOT / "tools" / "trace_line.py"


def test_the_oldest_releases_are_the_lower_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bounds = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["cluster"]])
    pinned, _ = (ROOT / "tools" / "oldest.txt").read_text().split("\n\n")
    assert [line for line in pinned.splitlines() if not line.startswith("#")] == [
        f"{bound.name}{str(bound.specifier).replace('>=', '==')}" for bound in bounds
    ]


def test_the_tracer_says_how_far_a_log_line_goes_and_shows_the_way():
    command = [sys.executable, TRACER, "line", "--show"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    files, changes, once = map(int, re.findall(r"\d+", said[0]))
    way = [step.split(":")[0].strip() for step in said[1:]]
    assert len(set(way)) == files
    assert sum(one != other for one, other in pairwise(way)) == changes >= once
    assert "logs/transcript/rows.py" in way
