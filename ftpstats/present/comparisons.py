"""Comparisons to a table: each label below its reference, file by file, with a plot of both on one axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ftpstats.present.details import design_of
from ftpstats.present.summaries import half_width
from ftpstats.present.tables import (
    MISSING,
    Columns,
    Side,
    Table,
    grouped_table,
    kind_names,
    margins_text,
    mean_text,
    number,
    p_text,
    percent_text,
    shown_label,
)
from ftpstats.present.verdicts import (
    Terms,
    failures,
    has_failures,
    marks,
    percent_interval,
    percent_of,
)
from ftpstats.units import (
    UNITS,
    format_seconds,
    format_throughput,
    listed,
    seconds_unit,
)

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.verdict import Margin
    from ftpstats.present.textplot import Plot

__all__ = ["ABOUT_OVERLAP", "Described", "comparison_table", "thesis_table"]

ABOUT_OVERLAP = (
    "Overlap does not show equality: the intervals of significantly different means may overlap, and a difference may "
    "exist without being detected."
)


class Described(Protocol):
    """A mean and the upper end of its t interval, of one label, size and direction."""

    @property
    def label(self) -> str | None:
        """The label."""

    @property
    def bytes(self) -> int | None:
        """The file size."""

    @property
    def direction(self) -> str | None:
        """The direction."""

    @property
    def mean(self) -> float | None:
        """In seconds."""

    @property
    def ci_high(self) -> float | None:
        """In seconds."""


Kind = tuple[str | None, int | None, str | None]  # label, size, direction
Five = tuple[float, ...]
Boxes = Callable[[], Mapping[Kind, Five]]


def comparison_table(comparisons: Sequence[Comparison], terms: Terms, boxes: Boxes) -> Table:
    """
    Return a row per label below its reference, by file size: means, difference with its interval, verdict.

    Parameters
    ----------
    comparisons : sequence of Comparison
    terms : Terms
    boxes : callable
        Gives the five numbers of each label, size and direction, for the plot.
    """
    groups = _groups(comparisons)
    columns = _columns(comparisons, terms)
    table = grouped_table(
        _title(comparisons, terms), [(heading, columns, _rows(alike)) for heading, alike in groups]
    ).leaving_out("n", _P, "failed", instead={_P: p_line(comparisons)})
    before = next(place for place, heading in enumerate(table.columns) if heading == "difference")
    return replace(table, make_plot=lambda: _plot([alike for _, alike in groups], terms, boxes(), before))


_P = "p (Holm)"


def _columns(comparisons: Sequence[Comparison], terms: Terms) -> Columns[Side[Comparison]]:
    rate = "MiB/s" if terms.is_time else terms.unit
    failed: Columns[Side[Comparison]] = (("failed", True, lambda row: row.pick(*failures(row.result))),)
    return (
        ("label", False, lambda row: "  " + shown_label(row.pick(row.result.reference, row.result.label))),
        ("n", True, lambda row: str(row.pick(row.result.n_reference, row.result.n))),
        *(failed if any(map(has_failures, comparisons)) else ()),
        ("mean", True, lambda row: format_seconds(row.pick(row.result.mean_reference, row.result.mean))),
        (rate, True, lambda row: _rate(row, rate)),
        ("difference", True, lambda row: row.pick("", percent_text(percent_of(row.result, terms)))),
        (
            f"{terms.level} interval",
            False,
            lambda row: row.pick("", percent_interval(row.result, of_time=terms.is_time)),
        ),
        (_P, True, lambda row: row.pick("", p_text(row.result.p_adjusted))),
        ("verdict", False, lambda row: row.pick("", _verdict(row.result))),
    )


def _groups(comparisons: Sequence[Comparison]) -> list[tuple[str, list[Comparison]]]:
    """Return the comparisons with one mean of one reference, under the name of their file."""
    found: dict[tuple[object, ...], list[Comparison]] = {}
    for c in comparisons:
        found.setdefault((c.bytes, c.direction, c.reference, c.mean_reference), []).append(c)
    name = kind_names(comparisons)
    return [(name(alike[0]), alike) for alike in found.values()]


def _rows(alike: Sequence[Comparison]) -> list[Side[Comparison]]:
    return [Side(alike[0], is_reference=True), *(Side(c, is_reference=False) for c in alike)]


def _rate(row: Side[Comparison], unit: str) -> str:
    return format_throughput(row.pick(row.result.throughput_reference, row.result.throughput), unit)


def _verdict(c: Comparison) -> str:
    return c.verdict + marks(c)


def _title(comparisons: Sequence[Comparison], terms: Terms) -> str:
    """Return what is compared, and how it was measured."""
    directions = {c.direction for c in comparisons}
    one = next(iter(directions)) if len(directions) == 1 else None
    references = {c.reference for c in comparisons}
    against = f" against {shown_label(references.pop())}" if len(references) == 1 else ""
    designs = dict.fromkeys(design_of(c)[0] for c in comparisons)
    what = "mean time" if terms.is_time else "throughput"
    title = f"{what} per {one or 'transfer'}{against}, margin {margins_text(terms.margin)}"
    return "; ".join(filter(None, [title, " / ".join(designs)]))


def p_line(comparisons: Sequence[Comparison]) -> str:
    """Return the p-values of all comparisons in one line."""
    found: dict[str, list[str]] = {}
    name = kind_names(comparisons)
    for c in comparisons:
        found.setdefault(name(c), []).append(p_text(c.p_adjusted))
    return f"{_P}: " + listed([f"{kind} {', '.join(each)}" for kind, each in found.items()], 12, "; ")


def _plot(groups: Sequence[Sequence[Comparison]], terms: Terms, boxes: Mapping[Kind, Five], before: int) -> Plot:
    """Return the boxes of each label; the interval of a difference stands where its label's mean would then be."""
    from ftpstats.present.textplot import Box, Plot, panel

    panels = []
    for alike in groups:
        size, reference = alike[0].bytes, alike[0]
        drawn = [Box(boxes[reference.reference, size, reference.direction], reference.mean_reference, None, None)]
        drawn += [Box(boxes[c.label, size, c.direction], c.mean, *_mean_interval(c)) for c in alike]
        panels.append(panel(drawn, _band(reference.mean_reference, reference.margin), size, UNITS[terms.unit]))
    names = {c.reference for alike in groups for c in alike}
    name = shown_label(names.pop()) if len(names) == 1 else "the reference"
    interval = f"{terms.level} interval of the difference"
    return Plot(tuple(panels), before, interval, f"{name} ± {margins_text(terms.margin)}")


def _mean_interval(c: Comparison) -> tuple[float | None, float | None]:
    """Return where a label's mean would be at the ends of the interval that the table has; both may be infinite."""
    if c.difference_low is None or c.difference_high is None:
        return None, None
    if c.percent is None:
        return c.mean_reference + c.difference_low, c.mean_reference + c.difference_high
    low, high = (None if end is None else c.mean_reference * (1 + end / 100) for end in (c.percent_low, c.percent_high))
    return -math.inf if low is None else low, math.inf if high is None else high


def _band(mean: float, margin: Margin) -> tuple[float, float]:
    """Return which means differ from one by no more than the margin."""
    if margin.relative:
        return mean / (1 + margin.value), mean * (1 + margin.value)
    return mean - margin.value, mean + margin.value


def thesis_table(comparisons: Sequence[Comparison], summaries: Sequence[Described], terms: Terms) -> Table:
    """Return the thesis's result and ours: mean ± k1·s, whether the intervals overlap, and both conclusions."""
    described = {(s.label, s.bytes, s.direction): s for s in summaries}

    def interval(row: Side[Comparison]) -> str:
        c = row.result
        return _interval(described[row.pick(c.reference, c.label), c.bytes, c.direction])

    columns: Columns[Side[Comparison]] = (
        ("label", False, lambda row: "  " + shown_label(row.pick(row.result.reference, row.result.label))),
        ("mean ± k1·s", False, interval),
        ("intervals", False, lambda row: row.pick("", _OVERLAP[row.result.intervals_overlap])),
        ("thesis", False, lambda row: row.pick("", _CONCLUSION[row.result.intervals_overlap])),
        ("verdict", False, lambda row: row.pick("", row.result.verdict)),
    )
    return grouped_table(
        f"the thesis's rule (overlap of the {terms.level} intervals) and the verdict",
        [(heading, columns, _rows(alike)) for heading, alike in _groups(comparisons)],
    )


_OVERLAP = {None: MISSING, True: "overlap", False: "separate"}
_CONCLUSION = {None: MISSING, True: "no difference", False: "different"}


def _interval(summary: Described) -> str:
    if summary.mean is None:
        return MISSING
    scale, unit = seconds_unit(summary.mean)
    if summary.ci_high is None:
        return f"{number(summary.mean, scale)} {unit}"
    half = half_width(summary)
    return f"{mean_text(summary.mean, half, scale)} ± {number(half, scale, 2)} {unit}"
