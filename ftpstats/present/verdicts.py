"""Comparisons to one sentence each: verdict, size of the difference, and whether it matters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.analysis.warnings import WARNINGS
from ftpstats.present.details import rare_events, rate_difference
from ftpstats.present.tables import MISSING, margin_text, p_equals, percent_text, shown_label
from ftpstats.units import (
    UNITS,
    format_count,
    format_kind,
    format_seconds,
    format_throughput,
    significant,
)

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.verdict import Margin, Margins

__all__ = [
    "Terms", "comparison_sentences", "failures", "has_failures", "marks",
    "percent_interval", "percent_of", "percent_range",
]  # fmt: skip

_TIMES_FROM = 100  # from this per cent on, "3.4 times as long" reads better


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What comparisons were asked for with.

    Attributes
    ----------
    margin : Margin or SizedMargins
    confidence : float
        1 − α.
    unit : str
        Of `units.UNITS`: what differences are given in.
    """

    margin: Margins
    confidence: float
    unit: str

    @property
    def is_time(self) -> bool:
        """Whether differences are of times, not of throughput."""
        return not UNITS[self.unit].is_throughput

    @property
    def level(self) -> str:
        """The confidence in per cent."""
        return f"{100 * self.confidence:.4g} %"


def marks(c: Comparison) -> str:
    """Return what stands behind a verdict that footnotes speak of."""
    found = dict.fromkeys(WARNINGS[warning.code].mark for warning in c.warnings)
    return "".join(f" {mark}" for mark in found if mark)


def percent_of(c: Comparison, terms: Terms) -> float | None:
    """Return the difference in per cent: of time, or of throughput."""
    return c.percent if terms.is_time else c.throughput_percent


def percent_interval(c: Comparison, *, of_time: bool = True) -> str:
    """Return the interval of the difference in per cent; either end may be unbounded."""
    if c.difference_low is None:
        return MISSING
    if of_time:
        return percent_range(c.percent_low, c.percent_high)
    return percent_range(c.throughput_percent_low, c.throughput_percent_high)


def percent_range(low: float | None, high: float | None) -> str:
    """Return an interval in per cent; either end may be unbounded."""
    match low, high:
        case None, None:
            return "any ratio"
        case None, high:
            return f"up to {percent_text(high)}"
        case low, None:
            return f"{percent_text(low)} and more"
        case low, high:
            return f"{percent_text(low).removesuffix(' %')} to {percent_text(high)}"


def comparison_sentences(comparisons: Sequence[Comparison], terms: Terms) -> list[str]:
    """
    Return one sentence per comparison: verdict, size of the difference, and whether it matters.

    Below them, the number of comparisons, and what failed.
    """
    tested = sum(c.p is not None for c in comparisons)
    return [
        *(f"{_about(c)}: {_among(c)}{_sentence(c, terms, tested)}{_holding(c)}" for c in comparisons),
        *(_failure_sentence(c) for c in comparisons if has_failures(c)),
        *([f"All p-values are adjusted for {tested} comparisons (Holm)."] if tested > 1 else []),
    ]


def _about(c: Comparison) -> str:
    return format_kind(c.bytes, c.direction)


def _among(c: Comparison) -> str:
    """Return the restriction to completed transfers where the others may matter."""
    codes = {warning.code for warning in c.warnings}
    return "among completed transfers, " if codes & {"failures-differ", "many-failures", "timed-out"} else ""


# Why the verdict is not that of the contrast alone, by the code of the warning.
_HELD_BACK = {
    "welch-decides": (
        "the contrast alone gives {alone}; a test that ignores order, which must agree below 30 transfers, does not"
    ),
    "competing": "the pairs alone give {alone}, but it is not shown that the two do not slow each other",
    "holm-decides": "{alone} on its own, but not after adjustment for {tested} comparisons",
}


def _sentence(c: Comparison, terms: Terms, tested: int) -> str:
    label, reference, bound = shown_label(c.label), shown_label(c.reference), margin_text(c.margin)
    alpha = 1 - terms.confidence
    if c.verdict in {"faster", "slower"}:
        return f"{label} is {c.verdict} than {reference}: {_difference_in_words(c, terms)}{_against(c, terms)}."
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
    alone = c.unadjusted_verdict(alpha)
    if held_back and alone != "inconclusive":
        but = held_back.format(alone=alone, tested=tested)
        return f"inconclusive: {percent_interval(c, of_time=terms.is_time)} for {label} against {reference}: {but}."
    what = "" if terms.is_time else " of throughput"
    return (
        f"inconclusive: {label} may be faster or slower than {reference}, or equivalent within {bound}; "
        f"the data are compatible with {percent_interval(c, of_time=terms.is_time)}{what}.{_needed(c, bound, tested)}"
    )


def _holding(c: Comparison) -> str:
    """Return how far a verdict on published summaries holds, one assumption at a time."""
    if c.published is None:
        return ""
    limits, run_sd = [], c.published.largest_run_sd
    if c.published.largest_inflation is not None:
        limits.append(f"an inflation of {_floored(c.published.largest_inflation)}")
    if run_sd is not None:
        amount = f"{_floored(100 * run_sd.value)} %" if run_sd.relative else format_seconds(run_sd.value, 2)
        limits.append(f"a standard deviation between runs of {amount}")
    return f" This holds up to {', or up to '.join(limits)}." if limits else ""


def _floored(value: float) -> str:
    """Return a number with two significant digits that is not above it."""
    power = math.floor(math.log10(value)) - 1 if value > 0 else 0
    return significant(math.floor(value / 10.0**power) * 10.0**power, 2)


def _against(c: Comparison, terms: Terms) -> str:
    """Return whether a difference matters: whether the whole interval lies beyond the margin."""
    margin, percent = c.margin, percent_of(c, terms)
    nearest = _nearest(c, margin)
    if nearest is None:
        return ""
    # Less than 1/(1 + m) of the reference's is beyond a margin of m, though it may be less than m in per cent.
    looks_less = margin.relative and percent is not None and -100 * margin.value < percent < 0
    what = "time" if terms.is_time else "throughput"
    less = f", which is {100 * (1 - 1 / (1 + margin.value)):.1f} % less {what}" if looks_less else ""
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
    counts = (c.logs_needed, "log", 1000), (c.runs_needed, "run", 1000), (c.transfers_needed, "transfer", 100_000)
    number, unit, most = next((found for found in counts if found[0]), counts[-1])
    whose = "with both" if c.design == "blocks" else "of each"
    if not number:
        return ""
    if number > most:
        return f" A verdict at a margin of {bound} would require more than {format_count(most, unit)} {whose}."
    alone = " this comparison alone" if tested > 1 else ""
    return (
        f" A new experiment of about {format_count(number, unit)} {whose} would decide{alone} at a margin of {bound}."
    )


def _difference_in_words(c: Comparison, terms: Terms) -> str:
    if not terms.is_time and c.throughput_percent is not None:
        return _throughput_in_words(c, c.throughput_percent, terms.unit)
    seconds, direction = format_seconds(abs(c.difference), 3), "more" if c.difference > 0 else "less"
    if c.percent is None:
        return f"it takes {seconds} {direction}"
    if c.percent >= _TIMES_FROM:
        return f"it takes {significant(1 + c.percent / 100, 3)} times as long ({seconds} {direction})"
    return f"it takes {abs(c.percent):.1f} % {direction} time ({seconds})"


def _throughput_in_words(c: Comparison, percent: float, unit: str) -> str:
    amount = ""
    if c.throughput is not None and c.throughput_reference is not None:
        amount = f" ({format_throughput(abs(c.throughput - c.throughput_reference), unit)} {unit})"
    if percent >= _TIMES_FROM:
        return f"it has {significant(1 + percent / 100, 3)} times the throughput{amount}"
    return f"it has {abs(percent):.1f} % {'more' if percent > 0 else 'less'} throughput{amount}"


def has_failures(c: Comparison) -> bool:
    """Whether a transfer of either label did not complete."""
    return bool(c.failed or c.failed_reference or c.unsized or c.unsized_reference)


def failures(c: Comparison) -> tuple[str, str]:
    """Return the failures of reference and label, those of unknown size behind a plus."""
    sides = ((c.failed_reference, c.unsized_reference), (c.failed, c.unsized))
    reference, label = (f"{failed} + {unsized}" if unsized else str(failed) for failed, unsized in sides)
    return reference, label


def _failure_sentence(c: Comparison) -> str:
    (reference, label), attempts = failures(c), format_count(c.attempts or 0, "transfer")
    return (
        f"{_about(c)}: {label} of {attempts} of {shown_label(c.label)} failed, {reference} of "
        f"{c.attempts_reference} of {shown_label(c.reference)}{rate_difference(c)} "
        f"(Fisher's exact test: {p_equals(c.failure_p)})."
    )
