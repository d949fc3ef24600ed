"""Comparisons to a table, and to one sentence each: verdict, size of the difference, and whether it matters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftpstats.present.details import design_of, rare_events
from ftpstats.present.summaries import half_width
from ftpstats.present.tables import (
    DAGGER,
    MISSING,
    Columns,
    Table,
    columns_table,
    mean_text,
    number,
    p_equals,
    p_text,
    percent_text,
    shown_label,
    shown_text,
)
from ftpstats.units import format_count, format_kind, format_seconds, seconds_unit, significant

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.summary import Summary
    from ftpstats.analysis.verdict import Margin
    from ftpstats.analysis.warnings import Warning

__all__ = [
    "ABOUT_OVERLAP", "DISAGREEMENT", "comparison_sentences", "comparison_table", "margin_text", "percent_interval",
    "thesis_table",
]  # fmt: skip

ABOUT_OVERLAP = (
    "Overlap does not show equality: the intervals of significantly different means may overlap, and a difference may "
    "exist without being detected."
)

DISAGREEMENT = "tests-disagree"  # shown below the sentences, as a footnote of the table
_TIMES_FROM = 100  # from this per cent on, "3.4 times as long" reads better


def comparison_table(comparisons: Sequence[Comparison], confidence: float) -> Table:
    """Return one row per comparison: both means, the difference in per cent with its interval, the verdict."""
    failures: Columns[Comparison] = (("failed (Fisher)", False, _failures),)
    columns: Columns[Comparison] = (
        ("file", False, lambda c: format_kind(c.bytes, c.direction)),
        ("reference", False, lambda c: shown_label(c.reference)),
        ("mean", True, lambda c: format_seconds(c.mean_reference)),
        ("label", False, lambda c: shown_label(c.label)),
        ("mean", True, lambda c: format_seconds(c.mean)),
        ("difference", True, lambda c: percent_text(c.percent)),
        (f"{100 * confidence:.4g} % interval", False, percent_interval),
        ("p (Holm)", True, lambda c: p_text(c.p_adjusted)),
        *(failures if any(map(_has_failures, comparisons)) else ()),
        ("verdict", False, lambda c: c.verdict + (DAGGER if _disagreement(c) else "")),
    )
    designs = dict.fromkeys(design_of(c)[0] for c in comparisons)
    title = "; ".join(filter(None, ["difference of mean times, less is better", " / ".join(designs)]))
    return columns_table(title, columns, comparisons)


def _has_failures(c: Comparison) -> bool:
    return bool(c.failed or c.failed_reference or c.unsized or c.unsized_reference)


def _failures(c: Comparison) -> str:
    """Return the failures of both, those of unknown size behind a plus."""
    sides = ((c.failed_reference, c.unsized_reference), (c.failed, c.unsized))
    counts = " / ".join(f"{failed} + {unsized}" if unsized else str(failed) for failed, unsized in sides)
    return f"{counts}, {p_equals(c.failure_p)}"


def _disagreement(c: Comparison) -> Warning | None:
    return next((warning for warning in c.warnings if warning.code == DISAGREEMENT), None)


def percent_interval(c: Comparison) -> str:
    """Return the interval of the difference in per cent; either end may be unbounded."""
    if c.difference_low is None:
        return MISSING
    match c.percent_low, c.percent_high:
        case None, None:
            return "any ratio"
        case None, high:
            return f"up to {percent_text(high)}"
        case low, None:
            return f"{percent_text(low)} and more"
        case low, high:
            return f"{percent_text(low)} to {percent_text(high)}"


def comparison_sentences(comparisons: Sequence[Comparison], margin: Margin, confidence: float) -> list[str]:
    """
    Return one sentence per comparison: verdict, size of the difference, and whether it matters.

    Below them, the number of comparisons, and where a test disagrees.
    """
    tested = sum(c.p is not None for c in comparisons)
    return [
        *(f"{_about(c)}: {_among(c)}{_sentence(c, margin, 1 - confidence, tested)}" for c in comparisons),
        *([f"All p-values are adjusted for {tested} comparisons (Holm)."] if tested > 1 else []),
        *(f"{DAGGER.strip()} {_of(c)}: {shown_text(said.message)}." for c in comparisons if (said := _disagreement(c))),
    ]


def _of(c: Comparison) -> str:
    return f"{_about(c)}, {shown_label(c.label)} against {shown_label(c.reference)}"


def _about(c: Comparison) -> str:
    return format_kind(c.bytes, c.direction)


def _among(c: Comparison) -> str:
    """Return the restriction to completed transfers where many failed."""
    codes = {warning.code for warning in c.warnings}
    return "among completed transfers, " if codes & {"failures-differ", "many-failures"} else ""


def margin_text(margin: Margin) -> str:
    """Return a margin as people write it."""
    if margin.relative:
        return f"{100 * margin.value:.4g} %"
    scale, unit = seconds_unit(margin.value)
    return f"{margin.value / scale:.4g} {unit}"


# Why the verdict is not that of the contrast alone, by the code of the warning.
_HELD_BACK = {
    "welch-decides": (
        "the contrast alone gives {alone}; a test that ignores order, which must agree below 30 transfers, does not"
    ),
    "holm-decides": "{alone} on its own, but not after adjustment for {tested} comparisons",
}


def _sentence(c: Comparison, margin: Margin, alpha: float, tested: int) -> str:
    label, reference, bound = shown_label(c.label), shown_label(c.reference), margin_text(margin)
    if c.verdict in {"faster", "slower"}:
        return f"{label} is {c.verdict} than {reference}: it takes {_difference_in_words(c)}{_against(c, margin)}."
    if c.verdict == "equivalent":
        significant = " The difference is significant but smaller than the margin." if c.is_significant(alpha) else ""
        return (
            f"{label} and {reference} are equivalent: they differ by less than {bound}.{significant} "
            f"{rare_events(c).capitalize()}."
        )
    if c.standard_error is None:
        return f"inconclusive: a single transfer has no spread, so {label} cannot be compared with {reference}."
    if c.p is None:
        return f"inconclusive: these transfers have no spread, so {label} cannot be compared with {reference}."
    held_back = next((_HELD_BACK[warning.code] for warning in c.warnings if warning.code in _HELD_BACK), None)
    if held_back:
        but = held_back.format(alone=c.unadjusted_verdict(alpha), tested=tested)
        return f"inconclusive: {percent_interval(c)} for {label} against {reference}: {but}."
    return (
        f"inconclusive: {label} may be faster or slower than {reference}, or equivalent within {bound}; "
        f"the data are compatible with {percent_interval(c)}.{_needed(c, bound, tested)}"
    )


def _against(c: Comparison, margin: Margin) -> str:
    """Return whether a difference matters: whether the whole interval lies beyond the margin."""
    nearest = _nearest(c, margin)
    if nearest is None:
        return ""
    # Less time than 1/(1 + m) of the reference's is beyond a margin of m, though it may be less than m in per cent.
    looks_less = margin.relative and c.percent is not None and -100 * margin.value < c.percent < 0
    less = f", which is {100 * (1 - 1 / (1 + margin.value)):.1f} % less time" if looks_less else ""
    return f", {'more' if nearest > margin.value else 'possibly less'} than the margin of {margin_text(margin)}{less}"


def _nearest(c: Comparison, margin: Margin) -> float | None:
    """Return the end of the interval that is nearer to no difference, as a margin is written: without a sign."""
    is_slower = c.difference > 0
    if not margin.relative:
        end = c.difference_low if is_slower else c.difference_high
        return None if end is None else abs(end)
    percent = c.percent_low if is_slower else c.percent_high
    if percent is None:
        return None
    ratio = 1 + percent / 100
    return max(ratio, 1 / ratio if ratio else math.inf) - 1


def _needed(c: Comparison, bound: str, tested: int) -> str:
    """Return the estimated sample size of a new experiment; adding to this one would be optional stopping."""
    number, unit, most = (c.runs_needed, "run", 1000) if c.runs_needed else (c.transfers_needed, "transfer", 100_000)
    if not number:
        return ""
    if number > most:
        return f" A verdict at a margin of {bound} would require more than {format_count(most, unit)} of each."
    alone = " this comparison alone" if tested > 1 else ""
    return (
        f" A new experiment of about {format_count(number, unit)} of each would decide{alone} at a margin of {bound}."
    )


def _difference_in_words(c: Comparison) -> str:
    seconds, direction = format_seconds(abs(c.difference), 3), "more" if c.difference > 0 else "less"
    if c.percent is None:
        return f"{seconds} {direction}"
    if c.percent >= _TIMES_FROM:
        return f"{significant(1 + c.percent / 100, 3)} times as long ({seconds} {direction})"
    return f"{abs(c.percent):.1f} % {direction} time ({seconds})"


def thesis_table(comparisons: Sequence[Comparison], summaries: Sequence[Summary], confidence: float) -> Table:
    """Return the thesis's result and ours: mean ± k1·s, whether the intervals overlap, and both conclusions."""
    described = {(s.label, s.bytes, s.direction): s for s in summaries}
    columns: Columns[Comparison] = (
        ("file", False, lambda c: format_kind(c.bytes, c.direction)),
        ("reference", False, lambda c: shown_label(c.reference)),
        ("mean ± k1·s", False, lambda c: _interval(described[c.reference, c.bytes, c.direction])),
        ("label", False, lambda c: shown_label(c.label)),
        ("mean ± k1·s", False, lambda c: _interval(described[c.label, c.bytes, c.direction])),
        ("intervals", False, lambda c: {None: MISSING, True: "overlap", False: "separate"}[c.intervals_overlap]),
        ("thesis", False, lambda c: {None: MISSING, True: "no difference", False: "different"}[c.intervals_overlap]),
        ("verdict", False, lambda c: c.verdict),
    )
    return columns_table(
        f"the thesis's rule (overlap of the {100 * confidence:.4g} % intervals) and the verdict",
        columns,
        comparisons,
    )


def _interval(summary: Summary) -> str:
    if summary.mean is None:
        return MISSING
    scale, unit = seconds_unit(summary.mean)
    if summary.ci_high is None:
        return f"{number(summary.mean, scale)} {unit}"
    half = half_width(summary)
    return f"{mean_text(summary.mean, half, scale)} ± {number(half, scale, 2)} {unit}"
