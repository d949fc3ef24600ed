"""A report as one HTML page: no script, nothing that is fetched, and every text escaped by Jinja2 but our own SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftpstats.present.inspections import odd_lines
from ftpstats.present.report import words
from ftpstats.present.report.methods import METHODS
from ftpstats.present.report.pictures import IN_ORDER, OF_LINES, OF_SIZE, by_size, in_order, of_lines
from ftpstats.present.report.tables import (
    account_table,
    experiment_rows,
    failures_table,
    files_table,
    servers_table,
    shortened,
    verdict_second,
)
from ftpstats.present.tables import margins_text, shown_text

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from ftpstats.present.report.contents import Contents, Origin
    from ftpstats.present.tables import Table

__all__ = ["to_html"]

_FIGURES_MOST = 8_000_000  # characters of all figures: the page stays below 10 MB
_ROWS, _LINES, _EXPERIMENTS = 500, 300, 20
_AT_ONCE = 12  # verdicts that are not folded away
_CODE = re.compile(r"`([^`]*)`")
_LINE_LENGTH = 400  # of an odd line


def to_html(contents: Contents) -> str:
    """Return a report as a page that needs no network."""
    from markupsafe import Markup

    sizes, sizes_left_out = by_size(contents, OF_SIZE, _FIGURES_MOST)
    room = _FIGURES_MOST - sum(len(one.svg) for size in sizes for one in size.pictures)
    css = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("report.html")
        .render(
            contents=contents,
            origin=contents.origin,
            css=Markup(css),  # noqa: S704 - ours
            sizes=sizes,
            sizes_left_out=sizes_left_out,
            figures_of_lines=of_lines(contents, OF_LINES, room),
            figures_in_order=in_order(contents, IN_ORDER, room),
            methods=METHODS,
            margin=margins_text(contents.terms.margin),
            versions=words.versions(),
            **_verdict(contents),
            **_measured(contents.origin),
            **_tables(contents),
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = shown_text
    made.filters["verdict"] = words.word_in
    made.filters["sentence"] = words.sentence
    made.filters["coded"] = _coded
    made.filters["svg"] = Markup  # what `inline_svg` made, with its texts escaped
    made.globals["marks"] = words.MARKS
    return made


def _coded(text: str) -> Markup:
    """Return a text of ours, escaped, with what stands in backticks as code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def _verdict(contents: Contents) -> dict[str, Any]:
    """Return what the report opens with."""
    warnings = words.warnings(contents)[:_ROWS]
    limiting, others = ([one for one in warnings if one.limits is limits] for limits in (True, False))
    return {
        "about": words.origin_text(contents),
        "leads": words.leads(contents.comparisons),
        "lines": words.verdict_lines(contents)[:_ROWS],
        "at_once": _AT_ONCE,
        "remaining": words.remaining(contents),
        "limits": words.limits(contents),
        "limiting": limiting,
        "others": others,
        "others_counted": words.others_counted(len(others), is_more=bool(limiting)),
    }


def _tables(contents: Contents) -> dict[str, Any]:
    tables = contents.summary.tables
    compared = contents.comparison.tables if contents.comparison else []
    each = "`ftpstats summary --details` shows all"
    return {
        "compared": _cut(verdict_second(compared[0]), "`ftpstats compare` shows all") if compared else None,
        "details": [_cut(one, "`ftpstats compare --details` shows all") for one in compared[1:]],
        "summarised": [_cut(one, each) for one in tables[:-1]],
        "in_order": _cut(tables[-1], each),
        "failures": _cut(failures_table(contents.failures), "`ftpstats parse` writes each attempt"),
    }


def _cut(table: Table, all_of_it: str) -> Table:
    return shortened(table, _ROWS, all_of_it)


@dataclass(frozen=True, slots=True)
class _Experiment:
    """One FTP.json: the logs that are of it, what is known, and two tables."""

    logs: tuple[str, ...]
    rows: list[tuple[str, str]]
    tables: tuple[Table, Table]


def _measured(origin: Origin) -> dict[str, Any]:
    """Return what was measured with what, and what became of the lines."""
    odd = [shown_text(line)[:_LINE_LENGTH] for log in origin.inspections for line in odd_lines(log)]
    experiments = [
        _Experiment(logs, experiment_rows(one), (servers_table(one), files_table(one)))
        for one, logs in origin.by_experiment
    ]
    accounts = account_table(origin.accounts)
    return {
        "account": _cut(accounts, "`ftpstats check` shows all"),
        "stored": _stored(origin),
        "odd": odd[:_LINES],
        "odd_more": max(0, len(odd) - _LINES),
        "experiments": experiments[:_EXPERIMENTS],
        "experiments_more": max(0, len(experiments) - _EXPERIMENTS),
    }


def _stored(origin: Origin) -> Table | None:
    from ftpstats.present.stored import stored_table  # with the store behind it, which no other report needs

    return _cut(stored_table(origin.stored), "`ftpstats store list` shows all") if origin.stored else None
