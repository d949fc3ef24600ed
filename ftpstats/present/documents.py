"""Tables and notes as Markdown and as HTML, all text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ftpstats.present.tables import Table

__all__ = ["as_markdown", "html", "markdown"]

_MARKDOWN = str.maketrans({mark: "\\" + mark for mark in r"\|`*_[<&~"})


def as_markdown(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return text.translate(_MARKDOWN)


def markdown(tables: Sequence[Table], notes: Sequence[str]) -> str:
    """Return tables as GitHub reads them, and a list of notes below."""
    listed = "".join(f"- {as_markdown(note)}\n" for note in notes)
    return "\n".join([*map(_markdown, tables), *([listed] if listed else [])])


def _markdown(table: Table) -> str:
    from tabulate import tabulate

    rows = [_markdown_cells(row, is_heading=number in table.sections) for number, row in enumerate(table.rows)]
    alignment = ["right" if place in table.numeric else "left" for place in range(len(table.columns))]
    aligned = alignment if rows else None  # tabulate 0.9 aligns no columns without rows
    columns = _markdown_cells(table.columns, is_heading=False)
    return f"{tabulate(rows, columns, tablefmt='pipe', disable_numparse=True, colalign=aligned)}\n"


def _markdown_cells(cells: Sequence[str], *, is_heading: bool) -> list[str]:
    shown = [as_markdown(cell.strip()) for cell in cells]
    return [f"**{cell}**" if is_heading and cell else cell for cell in shown]


def html(tables: Sequence[Table], notes: Sequence[str]) -> str:
    """Return tables for a notebook, and a paragraph per note below."""
    return "\n".join(map(_html, tables)) + "".join(f"<p>{escape(note)}</p>\n" for note in notes)


def _html(table: Table) -> str:
    styles = ["right" if place in table.numeric else "left" for place in range(len(table.columns))]

    def line(cells: Sequence[str], tag: str) -> str:
        inside = zip(styles, cells, strict=True)
        styled = (f'<{tag} style="text-align: {style}">{escape(cell.strip())}</{tag}>' for style, cell in inside)
        return f"<tr>{''.join(styled)}</tr>\n"

    def heading(text: str) -> str:
        return f'<tr><th colspan="{len(styles)}" style="text-align: left">{escape(text.strip())}</th></tr>\n'

    body = "".join(
        heading(row[0]) if number in table.sections else line(row, "td") for number, row in enumerate(table.rows)
    )
    caption = f"<caption>{escape(table.title)}</caption>\n" if table.title else ""
    return f"<table>\n{caption}<thead>{line(table.columns, 'th')}</thead>\n<tbody>\n{body}</tbody>\n</table>\n"
