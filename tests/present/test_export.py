"""Answers for other programs: nothing rounded, nothing invented, nothing that breaks the format."""

import csv
import html
import io
import json
import math
import re
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.present.answers import Answer
from ftpstats.present.export import ROW_FORMATS, answer_text, records, to_json, write_rows
from ftpstats.present.summaries import summary_table
from ftpstats.present.tables import Table
from ftpstats.schema import SCHEMA
from tests.analysis.rows import rows, table

AWKWARD = 'a|b_c&d\\e|f "g", [h]'


def two_columns(*cells):
    return Table("", ("label", "n"), frozenset({1}), tuple((cell, "1") for cell in cells), frozenset())


def answer(form, content, rows, tables, notes=()):
    """What a form makes of an answer with these tables and notes."""
    whole = Answer(parts=tuple(tables), sentences=(), notes=tuple(notes), make_content=lambda: content, rows=rows)
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
    read = list(csv.DictReader(io.StringIO(answer("csv", content, "groups", [two_columns()]))))
    assert [row["label"] for row in read] == [AWKWARD, "B"]
    assert list(read[0]) == [name for name in content["groups"][0] if name not in {"order", "components"}]
    for row, exact in zip(read, content["groups"], strict=True):
        for name in ("mean", "sd", "k1", "ci_low", "min", "q1", "median", "q3", "max", "shapiro_p", "lag1"):
            assert row[name] == ("" if exact[name] is None else repr(exact[name]))
            assert (float(row[name]) if row[name] else None) == exact[name]
    assert [row["warnings"] for row in read] == ["", "unfinished empty-run"]


def test_csv_of_nothing_is_empty():
    assert answer("csv", {"groups": []}, "groups", [two_columns()]) == ""


MARKDOWN = [
    (AWKWARD, r'a\|b\_c&d\\e\|f "g", \[h]'),
    ("\\|", r"\\\|"),  # the backslash first, or the bar would end the cell
    ("*x*", r"\*x\*"),
    ("`x`", r"\`x\`"),
    ("<b>", r"\<b>"),
    ("  indented", "indented"),
]


@pytest.mark.parametrize(("cell", "written"), MARKDOWN)
def test_markdown_escapes(cell, written):
    head, rule, line = answer("markdown", {}, "", [two_columns(cell)]).splitlines()
    assert re.fullmatch(r"\| label +\| +n \|", head)
    assert re.fullmatch(r"\|:-+\|-+:\|", rule)
    assert re.fullmatch(rf"\| {re.escape(written)} +\| +1 \|", line)


def test_a_table_without_rows_is_its_heading():
    empty = Table("", ("label", "n"), frozenset({1}), (), frozenset())
    assert [line.split("|")[1].strip(" :-") for line in answer("markdown", {}, "", [empty]).splitlines()] == [
        "label",
        "",
    ]


LATEX = [
    ("a_b&c%d$e#f{g}", r"a\_b\&c\%d\$e\#f\{g\}"),
    ("\\~^", r"\textbackslash{}\textasciitilde{}\textasciicircum{}"),
    ("1 ± 2 µs – < >|", r"1 $\pm$ 2 $\mu$s -- $<$ $>$\textbar{}"),
    ("[bold]x[/]", "{[}bold]x{[}/]"),  # behind \\, a bracket would be its argument
    ("*x", "{*}x"),
]


@pytest.mark.parametrize(("cell", "written"), LATEX)
def test_latex_escapes(cell, written):
    lines = answer("latex", {}, "", [two_columns(cell)]).splitlines()
    assert lines[0] == r"\begin{tabular}{lr}"
    assert lines[4] == rf"{written} & 1 \\"
    assert lines[-1] == r"\end{tabular}"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", 'a "quoted" & <b>label</b>', "it's"])
def test_html_escapes_every_text(text):
    table = Table(text, (text, "n"), frozenset({1}), ((text, "1"),), frozenset())
    written = answer("html", {}, "", [table], [text])
    assert html.unescape(written).count(text) == 4
    assert "<script>" not in written


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_documents_have_every_column_and_no_plot(form):
    written = summary_table(summaries(rows("A", [1.0, 1.1, 1.2])), 0.95, "s")
    text = answer(form, {}, "", [written])
    assert all(heading in text for heading in ("Shapiro p", "median", "q3", "MiB/s"))
    assert "◆" not in text
    mark = "|" if form == "markdown" else "&"
    assert len({line.count(mark) for line in text.splitlines() if "A" in line or "label" in line}) == 1


@pytest.mark.parametrize("control", ["\n", "\r", "\x1b[1m"])
def test_a_control_character_breaks_no_table(control):
    found = summary_table(summaries(rows(f"A{control}B", [1.0, 1.1])), 0.95, "s")
    plain = summary_table(summaries(rows("AB", [1.0, 1.1])), 0.95, "s")
    for form in ("markdown", "latex"):
        written = answer(form, {}, "", [found])
        assert control not in written.replace("\n", "") or control == "\n"
        assert len(written.splitlines()) == len(answer(form, {}, "", [plain]).splitlines())


def test_notes_stand_below_the_table():
    notes = ["one run of A_1", "50% are 1 ms"]
    assert answer("markdown", {}, "", [two_columns("x")], notes).endswith(
        " 1 |\n\n- one run of A\\_1\n- 50% are 1 ms\n"
    )
    assert answer("latex", {}, "", [two_columns("x")], notes).endswith(
        "\\end{tabular}\n\none run of A\\_1\n50\\% are 1 ms\n"
    )


def test_an_unknown_format_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no format odt"):
        answer("odt", {}, "", [two_columns()])
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
