"""Every number that version 0.1.0 printed is still printed, at 80 columns, and docs/numbers.md says where."""

import re

import pytest

from tests.cli.conftest import ROOT

SCREENS = ROOT / "tests" / "data" / "version-0.1.0"
PAGE = ROOT / "docs" / "numbers.md"
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e[-−]?\d+)?")

# What the same commands say in other numbers now, and why.
CHANGED = {"640": "642 to two digits"}


def sessions():
    for path in sorted(SCREENS.glob("*.txt")):
        for block in re.split(r"(?m)^(?=\$ ftpstats )", path.read_text()):
            if block:
                command, _, shown = block.partition("\n")
                yield pytest.param(command.removeprefix("$ ftpstats "), shown, id=command.removeprefix("$ ftpstats "))


def numbers(text):
    """Return numbers as they are written, and the half of a unit of their last digit."""
    found = []
    for token in _NUMBER.findall(text.replace("−", "-")):
        mantissa, _, power = token.partition("e")
        half = 0.5 * 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
        found.append((token, float(token), half))
    return found


@pytest.mark.parametrize(("command", "shown"), list(sessions()))
def test_every_number_is_still_there(command, shown, run):
    words = command.replace("'", "").split()
    more = ["--details", "--verbose"] if words[0] in {"summary", "compare"} and "--aa" not in words else ["--verbose"]
    now = numbers(run(*words, *(option for option in more if option not in words)).stdout)
    missing = [
        token for token, value, half in numbers(shown)
        if not any(abs(value - other) <= max(half, other_half) * (1 + 1e-9) for _, other, other_half in now)
    ]  # fmt: skip
    assert [token for token in missing if token not in CHANGED] == []


def rows():
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and "`ftpstats" in line:
            yield cells[2].strip("`").removeprefix("ftpstats "), cells[3].strip("` |")


@pytest.mark.parametrize(("command", "words"), list(rows()))
def test_a_number_is_where_the_page_says(command, words, run):
    source = [] if "--from" in command else ["--from", "FTP.log"]
    shown = run(*command.split(), *source, "--format", "table").stdout
    assert words in " ".join(shown.split())


def test_the_page_has_a_row_for_every_command_that_prints_numbers():
    assert {command.split()[0] for command, _ in rows()} == {"summary", "compare", "plan"}
    assert len(list(rows())) > 25
