"""Answers in words and rounded numbers: tables of text and sentences, the same for terminal, Markdown and LaTeX.

Rounding and units live here and in `figures`; exports in full precision are in `export`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from ftpstats.units import format_count, format_kind, format_seconds, kind_order, label_name, seconds_unit

if TYPE_CHECKING:
    from ftpstats.analysis.compare import Comparison
    from ftpstats.analysis.summary import Summary
    from ftpstats.analysis.verdict import Margin
    from ftpstats.analysis.warnings import Warning
    from ftpstats.logs.inspection import Inspection

__all__ = [
    "ABOUT_BOX",
    "BOX",
    "MISSING",
    "Table",
    "comparison_sentences",
    "comparison_table",
    "inspection_parts",
    "rows_table",
    "shown_label",
    "shown_text",
    "summary_table",
    "thesis_table",
    "warning_lines",
    "warning_notes",
]

MISSING = "–"
BOX = "box plot"
ABOUT_BOX = f"; {BOX}: quartiles, median, whiskers to minimum and maximum"
_BOX_WIDTH = 25
_MOST_DECIMALS = 9  # an interval of equal values is as wide as the rounding of floats
_TIMES_FROM = 100  # from this per cent on, "3.4 times as long" reads better


@dataclass(frozen=True, slots=True)
class Table:
    """Text in rows; `numeric` are the columns to align on the right, `sections` the rows to rule above, by place."""

    title: str
    columns: tuple[str, ...]
    numeric: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    sections: frozenset[int]


_Item = TypeVar("_Item")
# Heading, whether it holds numbers, and what it says of an item.
_Columns = Sequence[tuple[str, bool, Callable[[_Item], str]]]


def _table(title: str, columns: _Columns[_Item], items: Iterable[_Item]) -> Table:
    """Return a table with one row per item."""
    rows = tuple(_cells(columns, item) for item in items)
    return Table(title, _headings(columns), _numeric(columns), rows, frozenset())


def _headings(columns: _Columns[_Item]) -> tuple[str, ...]:
    return tuple(heading for heading, _, _ in columns)


def _numeric(columns: _Columns[_Item]) -> frozenset[int]:
    return frozenset(place for place, (_, is_numeric, _) in enumerate(columns) if is_numeric)


def _cells(columns: _Columns[_Item], item: _Item) -> tuple[str, ...]:
    return tuple(cell(item) for _, _, cell in columns)


def shown_label(label: str | None) -> str:
    """Return a label as text that a terminal can show."""
    return shown_text(label_name(label))


def shown_text(text: str) -> str:
    """Return text from outside with the characters that a terminal would obey written as escapes."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def _number(value: float | None, scale: float = 1.0, digits: int = 4) -> str:
    return MISSING if value is None else f"{value / scale:.{digits}g}"


def _mean(value: float | None, half: float | None, scale: float) -> str:
    """Return a mean to four digits, and to the decimals of the half-width that stands beside it."""
    text = _number(value, scale)
    if value is None or not half:
        return text
    decimals = min(-_exponent(_number(half, scale, 2)), _MOST_DECIMALS)
    return text if decimals <= -_exponent(text) else f"{value / scale:.{decimals}f}"


def _exponent(text: str) -> int:
    """Return the power of ten of a number's last digit."""
    return int(Decimal(text).as_tuple().exponent)


def _p(value: float | None) -> str:
    if value is None:
        return MISSING
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"


def summary_table(summaries: Sequence[Summary], confidence: float) -> Table:
    """
    Return one row per label, size and direction, in one unit per size, with a box plot in text.

    Parameters
    ----------
    summaries : sequence of Summary
        In any order; the table sorts by size and keeps the order of labels.
    confidence : float
        Of their intervals.
    """
    columns = _summary_columns(summaries)
    rows: list[tuple[str, ...]] = []
    sections = set()
    for group in _by_kind(summaries):
        sections.add(len(rows))
        title = f"{format_kind(group[0].bytes, group[0].direction)}, {_unit(group)[1]}"
        rows.append((title, *[""] * (len(columns) - 1)))
        rows += [_cells(_summary_columns(group), summary) for summary in group]
    title = f"mean ± {100 * confidence:.4g} % interval (t){ABOUT_BOX}"
    return Table(title, _headings(columns), _numeric(columns), tuple(rows), frozenset(sections))


def _by_kind(summaries: Iterable[Summary]) -> Iterable[list[Summary]]:
    def key(summary: Summary) -> tuple[float, str]:
        return kind_order(summary.bytes, summary.direction)

    for _, group in groupby(sorted(summaries, key=key), key):
        yield list(group)


def _unit(group: Sequence[Summary]) -> tuple[float, str]:
    return seconds_unit(max((summary.mean for summary in group if summary.mean is not None), default=1.0))


def _summary_columns(group: Sequence[Summary]) -> _Columns[Summary]:
    """Return the columns for summaries of one size and direction: their times in one unit, their boxes on one scale."""
    scale, _ = _unit(group)
    low = min((summary.min for summary in group if summary.min is not None), default=0.0)
    high = max((summary.max for summary in group if summary.max is not None), default=0.0)
    return (
        ("label", False, lambda s: "  " + shown_label(s.label)),
        ("runs", True, lambda s: str(s.runs)),
        ("n", True, lambda s: str(s.n)),
        ("failed", True, lambda s: str(s.failed + s.partial or "")),
        ("mean", True, lambda s: _mean(s.mean, _half(s), scale)),
        ("±", True, lambda s: _number(_half(s), scale, 2)),
        ("sd", True, lambda s: _number(s.sd, scale, 3)),
        ("Shapiro p", True, lambda s: _p(s.shapiro_p)),
        ("min", True, lambda s: _number(s.min, scale)),
        ("q1", True, lambda s: _number(s.q1, scale)),
        ("median", True, lambda s: _number(s.median, scale)),
        ("q3", True, lambda s: _number(s.q3, scale)),
        ("max", True, lambda s: _number(s.max, scale)),
        (BOX, False, lambda s: text_boxplot(s, low, high)),
    )


def _half(summary: Summary) -> float | None:
    """Return half the width of the interval of the mean."""
    return None if summary.ci_high is None or summary.mean is None else summary.ci_high - summary.mean


def _five(summary: Summary) -> tuple[float | None, ...]:
    return summary.min, summary.q1, summary.median, summary.q3, summary.max


def text_boxplot(summary: Summary, low: float, high: float, width: int = _BOX_WIDTH) -> str:
    """
    Return Hunt's box plot in one line of text, on the scale from `low` to `high`.

    Whiskers reach to minimum and maximum; no value is marked as an outlier.
    """
    known = [value for value in _five(summary) if value is not None]
    if not known or high <= low:
        return ""
    at = [round((value - low) / (high - low) * (width - 1)) for value in known]
    line = [" "] * width
    for begin, end, mark in ((at[0], at[4], "─"), (at[1], at[3], "═")):
        line[begin : end + 1] = mark * (end - begin + 1)
    for place, mark in zip((at[0], at[4], at[1], at[3], at[2]), "├┤[]│", strict=True):
        line[place] = mark
    return "".join(line).rstrip()


def comparison_table(comparisons: Sequence[Comparison], confidence: float) -> Table:
    """Return one row per comparison: both means, the difference in per cent with its interval, the verdict."""
    columns: _Columns[Comparison] = (
        ("file", False, lambda c: format_kind(c.bytes, c.direction)),
        ("reference", False, lambda c: shown_label(c.reference)),
        ("mean", True, lambda c: format_seconds(c.mean_reference)),
        ("label", False, lambda c: shown_label(c.label)),
        ("mean", True, lambda c: format_seconds(c.mean)),
        ("difference", True, lambda c: MISSING if c.percent is None else f"{c.percent:+.1f} %"),
        (f"{100 * confidence:.4g} % interval", False, _percent_interval),
        ("p (Holm)", True, lambda c: _p(c.p_adjusted)),
        ("verdict", False, lambda c: c.verdict),
    )
    return _table("difference in mean time; less is better", columns, comparisons)


def _percent_interval(c: Comparison) -> str:
    if c.difference_low is None:
        return MISSING
    match c.percent_low, c.percent_high:
        case None, None:
            return "any ratio"
        case None, high:
            return f"up to {high:+.1f} %"
        case low, None:
            return f"{low:+.1f} % and more"
        case low, high:
            return f"{low:+.1f} % to {high:+.1f} %"


def comparison_sentences(comparisons: Sequence[Comparison], margin: Margin, confidence: float) -> list[str]:
    """Return one sentence per comparison, which says the verdict, by how much, and whether it matters."""
    tested = sum(c.p is not None for c in comparisons)
    return [
        f"{format_kind(c.bytes, c.direction)}: {_among(c)}{_sentence(c, margin, 1 - confidence, tested)}"
        for c in comparisons
    ]


def _among(c: Comparison) -> str:
    """Return what a verdict does not speak of, where that is much."""
    codes = {warning.code for warning in c.warnings}
    return "among completed transfers, " if codes & {"failures-differ", "many-failures"} else ""


def margin_text(margin: Margin) -> str:
    """Return a margin as people write it."""
    return f"{100 * margin.value:.4g} %" if margin.relative else format_seconds(margin.value)


# What kept the contrast alone from deciding, by the warning that says so.
_HELD_BACK = {
    "welch-decides": (
        "the contrast would call it {alone}; a test without an eye to their order, which has to agree below 30 "
        "transfers, does not"
    ),
    "holm-decides": "taken alone it would be {alone}; not after allowing for {tested} comparisons",
}


def _sentence(c: Comparison, margin: Margin, alpha: float, tested: int) -> str:
    label, reference, bound = shown_label(c.label), shown_label(c.reference), margin_text(margin)
    if c.verdict in {"faster", "slower"}:
        return f"{label} is {c.verdict} than {reference}: it takes {_difference_in_words(c)}."
    if c.verdict == "equivalent":
        nonzero = (
            " The difference is not zero, but inside the margin that matters." if c.is_told_from_zero(alpha) else ""
        )
        return f"{label} and {reference} are equivalent: they differ by less than {bound}.{nonzero}"
    if c.standard_error is None:
        return f"inconclusive: one transfer has no spread to judge {label} against {reference} by."
    if c.p is None:
        return f"inconclusive: these transfers have no spread to judge {label} against {reference} by."
    held_back = next((_HELD_BACK[warning.code] for warning in c.warnings if warning.code in _HELD_BACK), None)
    if held_back:
        but = held_back.format(alone=c.taken_alone(alpha), tested=tested)
        return f"inconclusive: {_percent_interval(c)} for {label} against {reference}: {but}."
    return (
        f"inconclusive: {label} may be faster or slower than {reference}, or as good as equal within {bound}; "
        f"the data are compatible with {_percent_interval(c)}.{_needed(c, bound)}"
    )


def _needed(c: Comparison, bound: str) -> str:
    """Return how many transfers or runs would decide; in a new experiment, for adding to this one would be no test."""
    many = format_count(c.runs_needed, "run") if c.runs_needed else format_count(c.transfers_needed or 0, "transfer")
    if not (c.runs_needed or c.transfers_needed):
        return ""
    return f" A new experiment of about {many} of each would decide at a margin of {bound}."


def _difference_in_words(c: Comparison) -> str:
    seconds, direction = format_seconds(abs(c.difference), 3), "more" if c.difference > 0 else "less"
    if c.percent is None:
        return f"{seconds} {direction}"
    if c.percent >= _TIMES_FROM:
        return f"{1 + c.percent / 100:.3g} times as long ({seconds} {direction})"
    return f"{abs(c.percent):.1f} % {direction} time ({seconds})"


def thesis_table(comparisons: Sequence[Comparison], summaries: Sequence[Summary], confidence: float) -> Table:
    """Return the thesis's reading beside ours: mean ± k1·s, whether the intervals overlap, and what each concludes."""
    described = {(s.label, s.bytes, s.direction): s for s in summaries}
    columns: _Columns[Comparison] = (
        ("file", False, lambda c: format_kind(c.bytes, c.direction)),
        ("reference", False, lambda c: shown_label(c.reference)),
        ("mean ± k1·s", False, lambda c: _interval(described[c.reference, c.bytes, c.direction])),
        ("label", False, lambda c: shown_label(c.label)),
        ("mean ± k1·s", False, lambda c: _interval(described[c.label, c.bytes, c.direction])),
        ("intervals", False, lambda c: {None: MISSING, True: "overlap", False: "apart"}[c.intervals_overlap]),
        ("thesis", False, lambda c: {None: MISSING, True: "no difference", False: "different"}[c.intervals_overlap]),
        ("verdict", False, lambda c: c.verdict),
    )
    return _table(
        f"the thesis's rule, overlap of the {100 * confidence:.4g} % intervals, beside the verdict",
        columns,
        comparisons,
    )


def _interval(summary: Summary) -> str:
    if summary.mean is None:
        return MISSING
    scale, unit = seconds_unit(summary.mean)
    if summary.ci_high is None:
        return f"{_number(summary.mean, scale)} {unit}"
    half = _half(summary)
    return f"{_mean(summary.mean, half, scale)} ± {_number(half, scale, 2)} {unit}"


def warning_lines(results: Iterable[Summary | Comparison], without: Collection[str] = ()) -> list[str]:
    """
    Return each warning for a terminal: with the files it is about in front, and its advice below.

    Parameters
    ----------
    results : iterable of Summary or Comparison
        Whatever carries warnings.
    without : collection of str
        Codes of warnings about what is not shown.
    """
    lines = [f"! {message}" + (f"\n  {advice}" if advice else "") for message, advice in _warnings(results, without)]
    return ["\n".join(lines)] if lines else []


def warning_notes(results: Iterable[Summary | Comparison]) -> list[str]:
    """Return each warning as one line, to stand below a table in a document."""
    return ["; ".join(filter(None, told)) + "." for told in _warnings(results)]


def _warnings(results: Iterable[Summary | Comparison], without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return message and advice of each warning, once; the advice is empty where it was given before."""
    files: dict[Warning, dict[str, None]] = {}
    everything = set()
    for result in results:
        named = format_kind(result.bytes, result.direction)
        everything.add(named)
        for warning in (warning for warning in result.warnings if warning.code not in without):
            files.setdefault(warning, {})[named] = None
    found, advised = [], set()
    for warning, about in files.items():
        where = "" if len(about) == len(everything) else f"{', '.join(about)}: "
        found.append((where + shown_text(warning.message), "" if warning.advice in advised else warning.advice))
        advised.add(warning.advice)
    return found


_CONTENTS: _Columns[Mapping[str, Any]] = (
    ("label", False, lambda row: shown_label(row["label"])),
    ("runs", True, lambda row: str(row["runs"])),
    ("client", False, lambda row: row["client"] or MISSING),
    ("file", False, lambda row: format_kind(row["bytes"], row["direction"])),
    ("completion", False, lambda row: row["completion"]),
    ("transfers", True, lambda row: str(row["transfers"])),
)


def inspection_parts(log: Inspection) -> list[Table | str]:
    """Return what a log holds: the account of its lines, its transfers, and what is odd."""
    account = (
        f"{shown_text(log.source)}: {format_count(log.lines, 'line')} = {format_count(log.headers, 'header')} + "
        f"{format_count(log.results, 'result')} + "
        f"{format_count(log.chatter, 'reply or chatter', 'replies and chatter')} + "
        f"{log.blank} blank + {log.unparsed} not understood"
    )
    contents = _table("", _CONTENTS, log.contents.iter_rows(named=True))
    odd = _odd_lines(log)
    return [account, *([contents] if contents.rows else []), *(["\n".join(odd)] if odd else [])]


_ODD_SHOWN = 10  # of each kind


def _odd_lines(log: Inspection) -> list[str]:
    """Return what is odd, kind by kind: where it stands, and how many more there are. Numbers make no new kind."""
    from ftpstats.logs.inspection import ODD_KEPT

    kinds: dict[str, list[str]] = {}
    for line, what, text in log.odd:
        quoted = "" if text is None else f": '{text}'"
        kinds.setdefault(re.sub(r"\d+", "0", what), []).append(shown_text(f"{log.source}:{line}: {what}{quoted}"))
    least = "at least " if len(log.odd) >= ODD_KEPT else ""
    lines = []
    for alike in kinds.values():
        more = len(alike) - _ODD_SHOWN
        lines += [*alike[:_ODD_SHOWN], *([f"... and {least}{more} more like this"] if more > 0 else [])]
    return lines


_ROWS_SHOWN = 1000


# The columns that a reader wants; exports have them all.
_TIDY: _Columns[Mapping[str, Any]] = (
    ("line", False, lambda row: shown_text(f"{row['source']}:{row['line']}")),
    ("label", False, lambda row: shown_label(row["label"])),
    ("run", True, lambda row: _known(row["run"])),
    ("i", True, lambda row: _known(row["iteration"])),
    ("client", False, lambda row: _known(row["client"])),
    ("direction", False, lambda row: _known(row["direction"])),
    ("bytes", True, lambda row: _known(row["bytes"])),
    ("seconds", True, lambda row: MISSING if row["seconds"] is None else f"{row['seconds']:.6g}"),
    ("±", True, lambda row: _half_width(row["seconds_low"], row["seconds_high"])),
    ("completion", False, lambda row: row["completion"]),
    ("note", False, lambda row: shown_text(row["note"] or "")),
)


def _known(value: object) -> str:
    return MISSING if value is None else str(value)


def _half_width(low: float | None, high: float | None) -> str:
    return MISSING if low is None or high is None else f"{(high - low) / 2:.1g}"


def rows_table(frames: Iterable[pl.DataFrame]) -> Table:
    """Return the first thousand tidy rows."""
    rows: list[Mapping[str, Any]] = []
    total = 0
    for frame in frames:
        rows += frame.head(_ROWS_SHOWN - len(rows)).iter_rows(named=True)
        total += frame.height
    more = f"; the first {len(rows)} of {total}, --format csv writes all" if total > len(rows) else ""
    return _table(f"transfers{more}", _TIDY, rows)
