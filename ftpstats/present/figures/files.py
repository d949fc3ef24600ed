"""Figures to bytes of a file, or to an element of a page: the same bytes for the same figure."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from ftpstats.present.figures.page import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BINARY", "FORMATS", "inline_svg", "render"]

FORMATS = ("png", "svg", "pdf", "eps")
BINARY = ("png", "pdf")  # what no terminal shows

# What would tell one rendering from the next: when it was made, and by which version.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "eps": {"Creator": "ftpstats"},
}
_EPS_DATE = re.compile(rb"^%%CreationDate:.*\n", re.MULTILINE)
# Where DejaVu Sans is missing, Verdana has letters of about the same widths.
# What names an element, within the tags of an SVG.
_TAG, _REFERENCE = re.compile(r"<[^>]*>"), re.compile(r"""(\sid="|href="\#|url\(\#)""")
_FONT = re.compile(rb"""(style="[^"]*font[^"]*'DejaVu Sans')""")


def render(figure: Figure, format: str) -> bytes:
    """
    Return a figure as a file's bytes: the same bytes for the same figure, whenever it is rendered.

    Parameters
    ----------
    figure : Figure
        From `kinds.draw`.
    format : {"png", "svg", "pdf", "eps"}

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the format is none of `FORMATS`.
    """
    if format not in FORMATS:
        raise ValueError(f"'{format}' is no figure format; there are: {', '.join(FORMATS)}")
    buffer = io.BytesIO()
    with style():
        figure.savefig(buffer, format=format, metadata=_METADATA[format])
    found = buffer.getvalue()
    if format == "svg":
        return _FONT.sub(rb"\1, Verdana, sans-serif", found)
    return _EPS_DATE.sub(b"", found) if format == "eps" else found


def inline_svg(figure: Figure, prefix: str) -> str:
    """
    Return a figure as an ``<svg>`` element for an HTML page that has others.

    Parameters
    ----------
    figure : Figure
        From `kinds.draw`.
    prefix : str
        The element's id, and what all ids within begin with: letters, digits, ``-`` and ``_``, a letter first. It is
        another for each figure of a page.

    Returns
    -------
    str
        Without XML declaration and document type; its style sheet holds within it only.

    Raises
    ------
    ValueError
        If the prefix is no name.
    """
    if not re.fullmatch(r"[A-Za-z][\w-]*", prefix, re.ASCII):
        raise ValueError(f"'{prefix}' is no prefix of ids: write letters, digits, - and _, a letter first")
    text = render(figure, "svg").decode()
    element = text[text.index("<svg ") :].rstrip()
    element = re.sub(r"<metadata>.*?</metadata>\s*", "", element, count=1, flags=re.DOTALL)
    element = _TAG.sub(lambda tag: _REFERENCE.sub(rf"\1{prefix}-", tag[0]), element)  # a label may look like one
    element = element.replace("<svg ", f'<svg id="{prefix}" ', 1)
    return re.sub(r"(<style[^>]*>)\s*\*\s*\{", rf"\1#{prefix} *{{", element, count=1)
