"""Answers for other programs: JSON, CSV and tidy rows in full precision. Which form of an answer is made where."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any, cast

import polars as pl

from ftpstats import __version__
from ftpstats.parquet import write_parquet
from ftpstats.present.documents import html, markdown
from ftpstats.present.latex import latex
from ftpstats.schema import SCHEMA

if TYPE_CHECKING:
    from ftpstats.analysis.verdict import Margins
    from ftpstats.logs.inspection import Inspection
    from ftpstats.present.answers import Answer

__all__ = [
    "GATE_FORMATS",
    "ROW_FORMATS",
    "TABLE_FORMATS",
    "answer_text",
    "document",
    "flat_rows",
    "inspection_record",
    "records",
    "to_csv",
    "to_json",
    "write_rows",
]

DOCUMENT_VERSION = 1  # of the JSON documents: see schema/

TABLE_FORMATS = ("table", "json", "csv", "markdown", "latex")
GATE_FORMATS = (*TABLE_FORMATS, "github", "junit")
ROW_FORMATS = ("table", "csv", "json", "jsonl", "parquet")

# Of a result, what a flat row has a column for each part of, where it is known.
_SPREAD = "published"
_NESTED = {
    "order",
    "components",
    "by_log",
    "competition",
    "published",
    "designs",
    "simulated",
    "looks",
    "details",
    "contents",
    "odd",
    "histogram",
    "points",
    "predictions",
}  # of a result, what a flat row cannot hold; JSON has it


def document(inputs: Sequence[str], **content: object) -> dict[str, object]:
    """
    Return a JSON document: what made it, from what, and the content.

    Parameters
    ----------
    inputs : sequence of str
        The logs that it speaks of.
    **content
        Its other keys.
    """
    return {
        "schema_version": DOCUMENT_VERSION,
        "ftpstats_version": __version__,
        "inputs": list(inputs),
        **content,
    }


def records(results: Sequence[Any] | None) -> list[dict[str, Any]] | None:
    """Return results as plain dictionaries, keys as the JSON schema has them; None for what was not asked for."""
    return None if results is None else [asdict(result) for result in results]


def margins_content(margins: Margins) -> dict[str, Any]:
    """Return margins as the JSON schemas have them: that of all sizes, and those of single sizes."""
    return {
        "margin": asdict(margins.of(None)),
        "margins": [{"bytes": size, **asdict(margin)} for size, margin in margins.sizes],
    }


def answer_text(form: str, answer: Answer, inputs: Sequence[str], *, has_notes: bool = True) -> str:
    """
    Return an answer as text: in one of the formats of commands but the terminal's, or as HTML.

    Parameters
    ----------
    form : str
        json, csv, markdown, latex, github, junit or html.
    answer : Answer
    inputs : sequence of str
        The logs that it speaks of.
    has_notes : bool
        Whether sentences and warnings stand below the tables of a document.
    """
    if form not in _WRITERS:
        raise ValueError(f"no format {form}")
    return _WRITERS[form](answer, inputs, has_notes)


_WRITERS: dict[str, Callable[[Answer, Sequence[str], bool], str]] = {
    "json": lambda answer, inputs, _: to_json(document(inputs, **answer.content)),
    "csv": lambda answer, *_: to_csv(answer.records),
    "markdown": lambda answer, _, has_notes: markdown(answer.tables, answer.notes if has_notes else ()),
    "latex": lambda answer, _, has_notes: latex(answer.tables, answer.notes, has_notes=has_notes),
    "html": lambda answer, *_: html(answer.tables, answer.notes),
    "github": lambda answer, *_: _annotations().github(answer.cases),
    "junit": lambda answer, *_: _annotations().junit(answer.cases),
}


def _annotations() -> ModuleType:
    """Import what knows of comparisons, and with them most of the analysis: rows are written without it."""
    from ftpstats.present import annotations

    return annotations


def to_json(content: object) -> str:
    """Return JSON in full precision; NaN and infinities become null."""
    return json.dumps(_finite(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _finite(value: object) -> object:
    match value:
        case float() if not math.isfinite(value):
            return None
        case Mapping():
            return {key: _finite(part) for key, part in value.items()}
        case list() | tuple():
            return [_finite(part) for part in value]
    return value


def flat_rows(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return records without what is nested in them: warnings by their codes, lists as text."""
    return [
        {
            name: _flat(name, value)
            for name, value in (row | (row.get(_SPREAD) or {})).items()
            if name not in _NESTED or isinstance(value, int)
        }
        for row in map(dict, records)
    ]


def _flat(name: str, value: object) -> object:
    if isinstance(value, Mapping):  # a margin
        return f"{100 * value['value']:.10g}%" if value["relative"] else f"{value['value']:.10g}s"
    if name == "warnings":
        return " ".join(dict.fromkeys(warning["code"] for warning in cast("Sequence[Mapping[str, str]]", value)))
    if isinstance(value, list | tuple):
        return "; ".join("" if one is None else str(one) for one in value)
    return value


def to_csv(records: Sequence[Mapping[str, Any]]) -> str:
    """Return records as CSV with a header: full precision, unknown is empty, warnings by their codes."""
    rows = flat_rows(records)
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def inspection_record(log: Inspection) -> dict[str, Any]:
    """Return what a log holds as plain values."""
    fields = {
        name: getattr(log, name)
        for name in ("source", "lines", "headers", "results", "listings", "chatter", "blank", "unparsed")
    }
    odd = [{"line": line, "what": what, "text": text} for line, what, text in log.odd]
    return {**fields, "table": log.table, "contents": log.contents.to_dicts(), "odd": odd}


def write_rows(
    frames: Iterator[pl.DataFrame], form: str, history: str, target: IO[bytes], schema: pl.Schema = SCHEMA
) -> None:
    """
    Write tidy rows, a frame at a time.

    Parameters
    ----------
    frames : iterator of DataFrame
        With the columns of `schema.SCHEMA`.
    form : str
        csv, json (a list), jsonl or parquet.
    history : str
        Where the rows come from; Parquet keeps it.
    target : binary file
        Open for writing.
    schema : Schema
        Of each frame, for Parquet.
    """
    match form:
        case "parquet":
            write_parquet(frames, schema, history, target)
        case "csv":
            target.write(pl.DataFrame(schema=SCHEMA).write_csv().encode())
            for frame in frames:
                target.write(frame.write_csv(include_header=False).encode())
        case "json":
            _write_json(frames, target)
        case "jsonl":
            for frame in frames:
                target.write(frame.write_ndjson().encode())
        case _:
            raise ValueError(f"no format {form}")


def _write_json(frames: Iterator[pl.DataFrame], target: IO[bytes]) -> None:
    """Write a list with one item to a line."""
    before = b"[\n"
    for frame in frames:
        if frame.height:
            target.write(before + frame.write_ndjson().rstrip("\n").replace("\n", ",\n").encode())
            before = b",\n"
    target.write(b"[]\n" if before == b"[\n" else b"\n]\n")
