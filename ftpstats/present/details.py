"""The tables of `--details`: what a comparison is based on, and the order of transfers within runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ftpstats.present.tables import (
    MISSING,
    Columns,
    Table,
    by_kind,
    columns_table,
    grouped_table,
    kind_names,
    margin_text,
    number,
    p_equals,
    p_text,
    percent_text,
    shown_label,
)
from ftpstats.units import fixed, format_count, format_kind, format_seconds, significant

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.order import Order
    from ftpstats.analysis.sample import VarianceComponents
    from ftpstats.analysis.summary import Summary

__all__ = ["design_of", "details_table", "order_table", "rare_events", "rate_difference", "shape_table"]

_RUNS_FOR_QUANTILES = 5  # see stats.bootstrap
_FOR_LONG_RUN = 8  # transfers, see stats.serial

# How two labels were measured, and what the standard error of their difference is computed from.
_DESIGNS = {
    "run": ("one run each", "the long-run variance of both runs"),
    "runs": ("several runs", "the run means"),
    "rounds": ("rounds with one run of every label", "the differences within rounds"),
    "blocks": ("logs that hold both labels", "the differences within logs"),
    "logs": ("several logs of each label", "the means of logs"),
    "duet": ("pairs at the same moment", "the long-run variance of paired differences"),
    "summaries": ("published summaries", "the published spread, and what is assumed"),
    "alternation": ("interleaved transfers", "the long-run variance of paired differences"),
}


# --- of a comparison ------------------------------------------------------------------------------------------------


def details_table(comparisons: Sequence[Comparison], confidence: float) -> Table:
    """
    Return what each comparison is based on, and further statistics of its samples.

    Parameters
    ----------
    comparisons : sequence of Comparison
        One at least, with details.
    confidence : float
        Of their intervals.
    """
    columns: Columns[tuple[str, str]] = (
        ("statistic", False, lambda row: f"  {row[0]}"),
        ("value", False, lambda row: row[1]),
    )
    groups = [(_heading(c), columns, list(_statistics(c))) for c in comparisons]
    return grouped_table(f"details, with {100 * confidence:.4g} % intervals", groups)


def _heading(c: Comparison) -> str:
    return f"{format_kind(c.bytes, c.direction)}: {shown_label(c.label)} against {shown_label(c.reference)}"


def _statistics(c: Comparison) -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, text_of in _DETAILS if (text := text_of(c)))
    if c.details is not None:
        both = ((c.reference, c.details.components_reference), (c.label, c.details.components))
        yield from ((f"runs of {shown_label(label)}", components_text(found)) for label, found in both if found)
    if c.smallest_margin is not None:
        smallest = c.smallest_margin
        amount = f"{significant(100 * smallest, 3)} %" if c.margin.relative else format_seconds(smallest, 3)
        yield (
            "smallest margin",
            f"{amount}: from this margin on, this comparison alone would be equivalent; choose a margin beforehand",
        )


def design_of(c: Comparison) -> tuple[str, str]:
    """Return in words how two labels were measured, and what the standard error of the difference is computed from."""
    fewest, most = sorted((c.runs, c.runs_reference))
    if c.design == "summaries":
        return _DESIGNS[c.design]
    if fewest == 1 < most:
        return "one run against several", "the long-run variance of the one run and the run means of the other label"
    if c.design == "run" and min(c.n, c.n_reference) < _FOR_LONG_RUN:
        return "one run each", "the variance of both runs, which are too short for a long-run variance"
    return _DESIGNS[c.design]


def _design(c: Comparison) -> str:
    counts = f"{format_count(c.n, 'transfer')} in {format_count(c.runs, 'run')} against"
    logs = f"; {format_count(c.logs or 0, 'log')} against {c.logs_reference}" if c.design in {"blocks", "logs"} else ""
    return f"{design_of(c)[0]}: {counts} {c.n_reference} in {c.runs_reference}{logs}"


def _difference(c: Comparison) -> str:
    error = "" if c.standard_error is None else f"; standard error {format_seconds(c.standard_error, 3)}"
    df = "" if c.df is None else f" with {significant(c.df, 3)} degrees of freedom"
    return f"{format_seconds(c.difference, 3)}{_ends(c.difference_low, c.difference_high)}{error}{df}"


def _ratio(c: Comparison) -> str:
    if c.percent is None:
        return ""
    low, high = (None if end is None else significant(1 + end / 100) for end in (c.percent_low, c.percent_high))
    return significant(1 + c.percent / 100) + (f", {low or 0} to {high or '∞'}" if low or high else "")


def _shift_of(c: Comparison) -> str:
    if c.details is None:
        return ""
    shift = c.details.shift
    return f"{format_seconds(shift.estimate, 3)}{_ends(shift.low, shift.high)} (assumes independent transfers)"


def _quantiles(c: Comparison) -> str:
    found = c.details.quantiles if c.details else ()
    shown = [q for q in found if q.low is not None]
    each = [f"p{100 * q.quantile:g} {format_seconds(q.estimate, 3)}{_ends(q.low, q.high)}" for q in shown]
    fewer = ", ".join(f"p{100 * q.quantile:g}" for q in found if q.low is None)
    few = min(c.runs, c.runs_reference)
    remarks = [f"too few transfers for {fewer}"] if fewer else []
    remarks += [f"with {few} runs these intervals are too narrow"] if 1 < few < _RUNS_FOR_QUANTILES else []
    return "; ".join([*each, *remarks])


def _slower(c: Comparison) -> str:
    if c.details is None:
        return ""
    found = c.details.superiority
    percent, low, high = (
        None if share is None else significant(100 * share, 3) for share in (found.probability, found.low, found.high)
    )
    ends = "" if low is None or high is None else f", {low} to {high} %"
    text = f"{percent} %{ends}; ties count half (assumes independent transfers)"
    return text if c.hedges_g is None else f"{text}; Hedges' g {fixed(c.hedges_g, 2)}"


def rare_events(c: Comparison) -> str:
    """Return which events may have been too rare to appear in the smaller sample."""
    percent = 100 * c.unseen_share
    share = f"{percent:.0f}" if percent >= 10 else significant(percent, 2)
    return f"events that affect fewer than about {share} % of transfers may not have been observed"


def _tests(c: Comparison) -> str:
    return f"Welch {p_equals(c.welch_p)}, Mann–Whitney {p_equals(c.mann_whitney_p)} (assume independent transfers)"


def rate_difference(c: Comparison) -> str:
    """Return the difference of the failure rates with its interval, in percentage points."""
    if c.failure_difference is None or c.failure_difference_low is None or c.failure_difference_high is None:
        return ""
    ends = (c.failure_difference, c.failure_difference_low, c.failure_difference_high)
    found, low, high = (percent_text(100 * end).removesuffix(" %") for end in ends)
    return f": {found} percentage points, {low} to {high}"


def _failures(c: Comparison) -> str:
    own, others = (c.failed or 0, c.unsized or 0), (c.failed_reference or 0, c.unsized_reference or 0)
    failed, failed_reference = sum(own), sum(others)
    if not failed and not failed_reference:
        return "none"
    counts = f"{failed} of {c.attempts} against {failed_reference} of {c.attempts_reference}"
    unsized = own[1] + others[1]
    of_them = f", {unsized} of them of unknown size" if unsized else ""
    return f"{counts}{of_them}{rate_difference(c)}; Fisher's exact test {p_equals(c.failure_p)}"


def _at_margin(c: Comparison) -> str:
    """Return the two one-sided tests that gates use, each by the claim that a small p shows."""
    if c.not_slower_p is None:
        return MISSING
    not_slower, slower = p_equals(c.not_slower_p), p_equals(c.slower_by_margin_p)
    margin = margin_text(c.margin)
    return (
        f"less than {margin} slower, or faster: {not_slower}; more than {margin} slower: {slower} (a small p shows it)"
    )


_DETAILS: tuple[tuple[str, Callable[[Comparison], str]], ...] = (
    ("design", _design),
    ("difference of means", _difference),
    ("standard error from", lambda c: design_of(c)[1]),
    ("ratio of means", _ratio),
    ("Hodges–Lehmann shift", _shift_of),
    ("difference of quantiles", _quantiles),
    ("P(slower)", _slower),
    ("failures", _failures),
    ("rare events", rare_events),
    ("at the margin", _at_margin),
    ("other tests", _tests),
)


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f", {format_seconds(low, 3)} to {format_seconds(high, 3)}"


def components_text(found: VarianceComponents) -> str:
    """Return the variation between and within runs, and what would make the mean more precise."""
    between, within = (format_seconds(math.sqrt(part), 3) for part in (found.between, found.within))
    spread = f"sd {between} between runs, {within} within"
    if found.helps is None:
        return spread
    advice = {
        "runs": "more runs help more than longer runs",
        "transfers": "longer runs help about as much as more runs",
    }[found.helps]
    share = 100 * found.between / found.run_mean
    return f"{spread}; {share:.0f} % of the variance of run means is between runs, {p_equals(found.p)}: {advice}"


# --- of samples -------------------------------------------------------------------------------------------------------


def shape_table(summaries: Sequence[Summary]) -> Table:
    """Return one row per sample: shape of the distribution, autocorrelation, variation between runs."""
    columns: Columns[Summary] = (
        ("label", False, lambda s: "  " + shown_label(s.label)),
        ("skewness", True, lambda s: number(s.skewness, digits=3)),
        ("kurtosis", True, lambda s: number(s.kurtosis, digits=3)),
        ("Shapiro W", True, lambda s: number(s.shapiro_w)),
        ("p", True, lambda s: p_text(s.shapiro_p)),
        ("resolution", True, lambda s: MISSING if s.resolution is None else format_seconds(s.resolution, 3)),
        ("lag 1", True, lambda s: number(s.lag1, digits=2)),
        ("inflation", True, lambda s: number(s.variance_inflation, digits=3)),
        ("runs", False, lambda s: components_text(s.components) if s.components else MISSING),
    )
    title = (
        "shape and autocorrelation; Shapiro–Wilk can show non-normality, never normality; inflation: variance of the "
        "mean, divided by that of independent transfers"
    )
    name = kind_names(summaries)
    groups = [(name(group[0]), columns, group) for group in by_kind(summaries)]
    return replace(grouped_table(title, groups).leaving_out("runs", ("lag 1", "inflation")), is_continued=True)


def order_table(summaries: Sequence[Summary]) -> Table:
    """Return one row per run: warm-up, trend, halves and level shift."""
    name = kind_names(summaries)
    columns: Columns[tuple[Summary, Order]] = (
        ("file", False, lambda row: name(row[0])),
        ("label", False, lambda row: shown_label(row[0].label)),
        ("run", True, lambda row: str(row[1].run)),
        ("n", True, lambda row: str(row[1].n)),
        ("warm-up", True, lambda row: MISSING if row[1].warm_up is None else str(row[1].warm_up)),
        ("trend per transfer", False, lambda row: _trend(row[1])),
        ("second half − first", False, lambda row: _halves(row[1])),
        ("level shift", False, lambda row: _shift(row[1])),
    )
    title = "order; p-values allow for autocorrelation; a trend may also appear as a level shift"
    return columns_table(title, columns, [(summary, order) for summary in summaries for order in summary.order])


def _trend(order: Order) -> str:
    found = order.trend
    return MISSING if found is None else f"{format_seconds(found.slope, 3)}, {p_equals(found.p)}"


def _halves(order: Order) -> str:
    found = order.halves
    return MISSING if found is None else f"{format_seconds(found.estimate, 3)}, {p_equals(found.p)}"


def _shift(order: Order) -> str:
    found = order.level_shift
    if found is None:
        return MISSING
    return f"{format_seconds(found.size, 3)} after {found.after}, {p_equals(found.p)}"
