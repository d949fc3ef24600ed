"""Lines of time against size to a table, a row per label, with sentences: what sets labels apart, how far it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftpstats.present.tables import (
    MISSING,
    Columns,
    Table,
    columns_table,
    grouped_table,
    mean_text,
    p_equals,
    p_text,
    shown_label,
)
from ftpstats.units import UNITS, format_size, seconds_unit, size_text

if TYPE_CHECKING:
    from ftpstats.analysis.scaling import Scaling, TimeAt

__all__ = ["Lines", "interval_text", "scaling_sentences", "scaling_table", "short_size", "time_texts", "times_table"]

_LONGEST_NAME = 6  # of a size: 100 MB
_MODEL = "time = latency + size / throughput"


@dataclass(frozen=True, slots=True)
class Lines:
    """How lines are shown: the confidence of their intervals, and the unit of throughput."""

    confidence: float
    unit: str

    @property
    def level(self) -> str:
        """The confidence in per cent."""
        return f"{self.confidence * 100:g} %"

    @property
    def scale(self) -> float:
        """Bytes per second in one unit."""
        return UNITS[self.unit].bytes_per_second or 1.0


def scaling_table(found: Sequence[Scaling], lines: Lines) -> Table:
    """Return latency and throughput of each label with intervals, by direction where there are several."""
    columns: Columns[Scaling] = (
        ("label", False, lambda one: shown_label(one.label)),
        ("sizes", True, lambda one: str(one.sizes)),
        ("n", True, lambda one: str(one.n)),
        ("latency", True, lambda one: time_texts(one.latency, one.latency_low, one.latency_high)[0]),
        ("interval", False, lambda one: time_texts(one.latency, one.latency_low, one.latency_high)[1]),
        (lines.unit, True, lambda one: _rate(one, lines.scale)),
        ("interval ", False, lambda one: _rates(one, lines.scale)),
        ("linear", True, lambda one: p_text(one.linear_p)),
    )
    about = f"{lines.level} confidence intervals; linear: p-value of the hypothesis that time is linear in size"
    return _by_direction(f"{_MODEL}{_ways(found)}; {about}", columns, found).leaving_out("sizes", "n")


def times_table(found: Sequence[Scaling], lines: Lines) -> Table | None:
    """Return the predicted mean times of each label; None where none were asked for."""
    rows = [(one, each) for one in found for each in one.predictions]
    if not rows:
        return None
    columns: Columns[tuple[Scaling, TimeAt]] = (
        ("label", False, lambda row: shown_label(row[0].label) + _ways([row[0]] if _has_ways(found) else ())),
        ("size", True, lambda row: format_size(row[1].bytes)),
        ("mean time", True, lambda row: time_texts(row[1].seconds, row[1].low, row[1].high)[0]),
        ("interval", False, lambda row: time_texts(row[1].seconds, row[1].low, row[1].high)[1]),
    )
    return columns_table(f"mean times by these lines, {lines.level} intervals", columns, rows)


def _by_direction(title: str, columns: Columns[Scaling], found: Sequence[Scaling]) -> Table:
    if not _has_ways(found):
        return columns_table(title, columns, found)
    ways = dict.fromkeys(one.direction for one in found)
    return grouped_table(
        title, [(way or "direction unknown", columns, [one for one in found if one.direction == way]) for way in ways]
    )


def _has_ways(found: Sequence[Scaling]) -> bool:
    return len({one.direction for one in found}) > 1


def _ways(found: Sequence[Scaling]) -> str:
    """Return the direction that all are of, if it is one."""
    ways = {one.direction for one in found}
    return f", {next(iter(ways))}" if len(ways) == 1 and None not in ways else ""


def time_texts(seconds: float | None, low: float | None, high: float | None) -> tuple[str, str]:
    """Return a time and its interval in one unit, in as many digits as the interval is worth."""
    if seconds is None:
        return MISSING, ""
    half = None if low is None or high is None else (high - low) / 2
    scale, symbol = seconds_unit(max(abs(seconds), half or 0.0))
    texts = [mean_text(value, half, scale) for value in (seconds, low, high)]
    return f"{texts[0]} {symbol}", interval_text(*texts[1:])


def interval_text(low: str, high: str) -> str:
    """Return an interval, either end of which may be unbounded."""
    match low == MISSING, high == MISSING:
        case True, True:
            return ""
        case True, False:
            return f"up to {high}"
        case False, True:
            return f"{low} and more"
    return f"{low} to {high}"


def _rate(one: Scaling, scale: float) -> str:
    return mean_text(one.throughput, _half(one.throughput_low, one.throughput_high), scale)


def _rates(one: Scaling, scale: float) -> str:
    half = _half(one.throughput_low, one.throughput_high)
    return interval_text(*(mean_text(end, half, scale) for end in (one.throughput_low, one.throughput_high)))


def _half(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else (high - low) / 2


# --- sentences --------------------------------------------------------------------------------------------------------


def scaling_sentences(found: Sequence[Scaling], lines: Lines) -> list[str]:
    """Return a sentence per label, one per label that is compared, and one that says between which sizes they hold."""
    has_ways = _has_ways(found)
    return [
        *(_of_label(one, lines) + _where(one, has_ways) for one in found),
        *(_against(one, 1 - lines.confidence) + _where(one, has_ways) for one in found if one.scope is not None),
        *_ends(found),
    ]


def _where(one: Scaling, has_ways: bool) -> str:
    return f" ({one.direction or 'direction unknown'})" if has_ways else ""


def _of_label(one: Scaling, lines: Lines) -> str:
    name = shown_label(one.label)
    if one.latency is None:
        why = f"time is not linear in size ({p_equals(one.linear_p)})" if one.is_linear is False else "no line"
        return f"{name}: {why}."
    latency, throughput = time_texts(one.latency, one.latency_low, one.latency_high)[0], _rate(one, lines.scale)
    return f"{name}: latency {latency}, throughput {throughput} {lines.unit}."


def _against(one: Scaling, alpha: float) -> str:
    """Return how a label differs from its reference, and whether that depends on size."""
    parts = [_latency(one), _ratio(one)]
    said = "; ".join(filter(None, parts)) or "no line to compare"
    return f"{shown_label(one.label)} against {shown_label(one.reference)}: {said}.{_depends(one, alpha)}"


def _latency(one: Scaling) -> str:
    if one.latency_difference is None:
        return ""
    ends = one.latency_difference_low, one.latency_difference_high
    text, interval = time_texts(one.latency_difference, *ends)
    sign = "+" if one.latency_difference > 0 else ""
    return f"latency {sign}{text}" + (f" ({interval})" if interval else "")


def _ratio(one: Scaling) -> str:
    if one.throughput_ratio is None:
        return ""
    ends = one.throughput_ratio_low, one.throughput_ratio_high
    half = _half(*ends)
    interval = interval_text(*(mean_text(end, half, 1.0) for end in ends))
    return f"{mean_text(one.throughput_ratio, half, 1.0)} times the throughput" + (f" ({interval})" if interval else "")


def _depends(one: Scaling, alpha: float) -> str:
    if one.ratio_p is None:
        return ""
    found = "depends" if one.ratio_p < alpha else "is not shown to depend"
    return f" The ratio of their times {found} on size ({p_equals(one.ratio_p)})."


def _ends(found: Sequence[Scaling]) -> list[str]:
    """Return between which sizes the lines hold."""
    ends = dict.fromkeys((one.smallest, one.largest) for one in found if one.latency is not None)
    if not ends:
        return []
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    each = "" if len(ends) == 1 else ", each between its own"
    between = f"between the sizes measured, {short_size(low)} to {short_size(high)}{each}"
    return [f"Lines hold only {between}."]


def short_size(size: int) -> str:
    """Return a size as it was named, or rounded where that is long."""
    exact = format_size(size)
    return exact if len(exact) <= _LONGEST_NAME else size_text(size)
