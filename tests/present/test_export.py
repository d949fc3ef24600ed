"""Answers for other programs: nothing rounded, nothing invented, nothing that breaks the format."""

import csv
import io
import json
import math
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.present.answers import Answer
from ftpstats.present.export import ROW_FORMATS, answer_text, records, to_json, write_rows
from ftpstats.schema import SCHEMA
from tests.analysis.rows import rows, table

AWKWARD = 'a|b_c&d\\e|f "g", [h]'


def answer(form, content, rows):
    """What a form makes of an answer with this content."""
    whole = Answer(parts=(), sentences=(), notes=(), make_content=lambda: content, rows=rows)
    return answer_text(form, whole, ["FTP.log"])


def summaries(*parts):
    return [summarise(sample) for sample in samples(table(*parts))]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_json_has_null_for_what_is_no_number(value):
    document = {"a": value, "b": [value, 1.5], "c": ({"d": value},), "e": "NaN"}
    assert json.loads(to_json(document)) == {"a": None, "b": [None, 1.5], "c": [{"d": None}], "e": "NaN"}


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_json_keeps_every_digit(value):
    assert json.loads(to_json([value])) == [value]


def test_json_keeps_labels_as_they_are():
    assert json.loads(to_json(records(summaries(rows("Ünï\x1b[1m\n", [1.0])))))[0]["label"] == "Ünï\x1b[1m\n"


def test_csv_keeps_every_digit():
    found = summaries(rows(AWKWARD, [0.1, 0.2, 0.3, 1e-9, 1 / 3]), rows("B", [None]))
    content = {"groups": records(found)}
    read = list(csv.DictReader(io.StringIO(answer("csv", content, "groups"))))
    assert [row["label"] for row in read] == [AWKWARD, "B"]
    assert list(read[0]) == [name for name in content["groups"][0] if name not in {"order", "components"}]
    for row, exact in zip(read, content["groups"], strict=True):
        for name in ("mean", "sd", "k1", "ci_low", "min", "q1", "median", "q3", "max", "shapiro_p", "lag1"):
            assert row[name] == ("" if exact[name] is None else repr(exact[name]))
            assert (float(row[name]) if row[name] else None) == exact[name]
    assert [row["warnings"] for row in read] == ["", "unfinished empty-run"]


def test_csv_of_nothing_is_empty():
    assert answer("csv", {"groups": []}, "groups") == ""


def test_an_unknown_format_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no format odt"):
        answer("odt", {}, "")
    with pytest.raises(ValueError, match="no format odt"):
        write_rows(iter(()), "odt", "", io.BytesIO())


# --- tidy rows --------------------------------------------------------------------------------------------------

ROWS = pl.DataFrame(
    [
        {"source": 'a "b", c.log', "line": 1, "label": AWKWARD, "run": 1, "iteration": -1, "bytes": 2**40},
        {"source": "ü.log", "line": 2, "label": "line\nbreak", "seconds": 0.1 + 0.2, "rate": 1e-300},
        {"source": "x", "line": 3, "time": datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=UTC)},
        {"source": "x", "line": 4, "seconds": 1e22, "seconds_low": 5e-324, "note": "…", "reply_code": 226},
    ],
    schema=SCHEMA,
)  # fmt: skip


def written(form, frames):
    target = io.BytesIO()
    write_rows(iter(frames), form, "a test", target)
    return target.getvalue()


READERS = {
    "csv": lambda data: pl.read_csv(data, schema=SCHEMA | {"time": pl.String()}),
    "json": lambda data: pl.DataFrame(json.loads(data), schema=SCHEMA | {"time": pl.String()}),
    "jsonl": lambda data: pl.DataFrame(
        [json.loads(line) for line in data.splitlines()], schema=SCHEMA | {"time": pl.String()}
    ),
    "parquet": lambda data: pl.read_parquet(io.BytesIO(data)),
}


def test_every_row_format_is_tested():
    assert READERS.keys() | {"table"} == set(ROW_FORMATS)


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("frames", [[ROWS], [ROWS[:1], ROWS[:0], ROWS[1:]], [ROWS[:0]], []])
def test_every_format_gives_the_same_rows(form, frames):
    read = READERS[form](written(form, frames))
    if read.schema["time"] == pl.String:
        read = read.with_columns(pl.col("time").str.to_datetime(time_unit="us", time_zone="UTC"))
    expected = pl.concat([ROWS[:0], *frames])
    assert read.columns == SCHEMA.names()
    assert read.rows() == expected.rows()


def test_parquet_has_the_types_of_the_schema():
    assert pl.read_parquet(io.BytesIO(written("parquet", [ROWS]))).schema == SCHEMA


def test_json_is_a_list_and_jsonl_has_a_row_to_a_line():
    assert len(json.loads(written("json", [ROWS]))) == len(written("jsonl", [ROWS]).splitlines()) == ROWS.height
    assert json.loads(written("json", [])) == []
    assert written("jsonl", []) == b""
