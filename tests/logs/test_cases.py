"""Small inputs in the shape of published logs (tests/data/cases): each gives the rows that stand beside it."""

import json
from pathlib import Path

import pytest

from ftpstats.logs.reader import read_log

CASES = Path(__file__).parents[1] / "data" / "cases"
PARSED = {
    case["id"]: case
    for case in map(json.loads, (CASES / "cases.jsonl").read_text().splitlines())
    if case["command"] == "parse"
}


@pytest.mark.parametrize("case", PARSED.values(), ids=PARSED)
def test_a_case_gives_its_rows(case):
    rows, account = read_log(str(CASES / case["file"]))
    rows = rows.to_dicts()
    said = [{key: row[key] for key in expected if key != "seconds"} for row, expected in zip(rows, case["expect"])]  # noqa: B905
    assert said == [{key: value for key, value in row.items() if key != "seconds"} for row in case["expect"]]
    assert len(rows) == len(case["expect"])
    for row, expected in zip(rows, case["expect"], strict=True):
        if expected.get("seconds") is None:
            assert row["seconds"] is None
        else:
            assert row["seconds_low"] * 0.999 <= expected["seconds"] <= row["seconds_high"] * 1.001
    assert account.lines == len((CASES / case["file"]).read_text().splitlines())
