"""ARCHITECTURE.md: what it names exists, no room is missing, and its table of imports is the one that is enforced."""

import re
from pathlib import Path

import pytest

from tests.test_imports import ALLOWED, BASE

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ftpstats"
PAGE = (ROOT / "ARCHITECTURE.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w./-]+(?:\.\w+|/))`", PAGE)))


def test_the_page_names_files():
    assert len(NAMED) > 40


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_exists(name):
    found = [path for path in (PACKAGE / name, ROOT / name) if path.exists()]
    assert found
    assert name.endswith("/") == found[0].is_dir()


def test_every_folder_of_the_package_is_in_the_picture():
    folders = {path.name for path in PACKAGE.rglob("*") if path.is_dir() and path.name != "__pycache__"}
    picture = PAGE.split("## Who may import whom")[0]
    assert folders == set(re.findall(r"(?:^ +|── )(\w+)/", picture, re.MULTILINE))


def test_the_table_of_imports_is_the_one_that_is_enforced():
    table = PAGE.split("## Who may import whom")[1].split("## ")[0]
    rows = dict(re.findall(r"^\| (\w+) \| ([\w, ]+) \|$", table, re.MULTILINE)) | {"part": ""}
    del rows["part"]
    said = {f"ftpstats.{part}": _parts(words) for part, words in rows.items()}
    assert said == ALLOWED


def _parts(words):
    """Return the modules that a cell of the table names."""
    found = set()
    for word in words.split(", ") if words != "nothing" else ():
        found |= BASE if word == "base" else {f"ftpstats.{word}"}
    return found


def test_base_is_what_the_page_says():
    (said,) = re.findall(r"^Every part .* \*base\* is (.*)\.$", PAGE, re.MULTILINE)
    assert {f"ftpstats.{name}" for name in re.findall(r"`(\w+)\.py`", said)} == BASE - {"ftpstats"}


def test_it_is_one_page():
    assert PAGE.count("\n") < 115
