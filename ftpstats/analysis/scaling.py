"""Lines of time against size to answers: latency and throughput of each label, and what sets it apart from another.

What a line is fitted to is in `size_lines`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ftpstats.analysis.checks import conditions, sample_checks
from ftpstats.analysis.contrasts import Pair, contrast_pair
from ftpstats.analysis.order import order_of
from ftpstats.analysis.size_lines import Fitted, Floats, Measured, Unit
from ftpstats.analysis.verdict import FIVE_PER_CENT, Scope
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.contrast import Difference, difference
from ftpstats.stats.describe import describe
from ftpstats.stats.fit import equal_ratios_p
from ftpstats.stats.means import SampleMean
from ftpstats.stats.paired import means_of_rounds
from ftpstats.stats.ratio import RatioInterval, ratio_interval
from ftpstats.stats.serial import SMALLEST
from ftpstats.stats.size_line import Interval, SizeLine, interval_of, relative_span
from ftpstats.units import format_seconds, format_size, label_name, listed, p_equals

__all__ = ["Scaling", "SizePicture", "TimeAt", "alone", "pictures_of", "points_of", "scalings", "time_at"]

_MOST_POINTS = 50  # sizes that are described one by one
_CURVE = 60  # sizes that a line is drawn through: on logarithmic axes it is a curve
# About lines alone: what else a report says of labels and samples is said of other results too.
_ALONE = {
    "one-size", "not-linear", "two-sizes", "size-confounded", "sizes-observed", "line-without-spread", "below-zero",
    "throughput-falls", "throughput-unbounded", "sizes-left-out",
}  # fmt: skip
# Of samples: what may move the line. Autocorrelation and runs are in its intervals.
_OF_LINES = {
    "unfinished", "untimed", "clients-mixed", "single", "no-resolution", "no-spread", "coarse", "warm-up",
    "level-shift", "trend", "halves-differ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeAt:
    """The mean time of files of one size in bytes, in seconds, with its confidence interval; None is unknown."""

    bytes: int
    n: int | None
    seconds: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Scaling:
    """
    How the time of one label's transfers in one direction grows with size. Seconds and bytes per second; None: unknown.

    Attributes
    ----------
    label, reference, direction : str or None
        `reference` is the label that it is compared with; None of that label itself.
    fitted : {"sizes", "runs", "logs", "transfers"}
        What the line is fitted to: means of sizes, each run or log that holds all of them, or single transfers.
    sizes, n, runs : int
        Different sizes, completed transfers, and runs.
    smallest, largest : int
        Bytes: the line holds between them.
    latency, latency_low, latency_high : float or None
        Of time = latency + size / throughput, with its confidence interval; None where time is not linear in size.
    throughput, throughput_low, throughput_high : float or None
        What ever larger files approach; likewise. An end is None where it is unbounded.
    linear_p : float or None
        Of the null hypothesis that time is linear in size; None of two sizes.
    is_linear : bool or None
        False where that is rejected.
    latency_difference, latency_difference_low, latency_difference_high, latency_p : float or None
        Latency minus the reference's.
    throughput_ratio, throughput_ratio_low, throughput_ratio_high, throughput_p : float or None
        Throughput over the reference's; an end is None where it is unbounded.
    ratio_p : float or None
        Of the null hypothesis that times over the reference's times are the same at all sizes.
    scope : str or None
        What the comparison generalises to, as of `Comparison`.
    points : tuple of TimeAt
        The measured mean of each size; none of more than 50 sizes.
    predictions : tuple of TimeAt
        The line's, at the sizes that were asked for.
    """

    label: str | None
    reference: str | None
    direction: str | None
    fitted: Fitted
    sizes: int
    n: int
    runs: int
    smallest: int
    largest: int
    latency: float | None
    latency_low: float | None
    latency_high: float | None
    throughput: float | None
    throughput_low: float | None
    throughput_high: float | None
    linear_p: float | None
    is_linear: bool | None
    latency_difference: float | None
    latency_difference_low: float | None
    latency_difference_high: float | None
    latency_p: float | None
    throughput_ratio: float | None
    throughput_ratio_low: float | None
    throughput_ratio_high: float | None
    throughput_p: float | None
    ratio_p: float | None
    scope: Scope | None
    points: tuple[TimeAt, ...]
    predictions: tuple[TimeAt, ...]
    warnings: tuple[Warning, ...]

    @property
    def bytes(self) -> None:
        """The size that it is about, as other results have one: none."""
        return

    @property
    def is_of_sizes(self) -> bool:
        """Whether it is about files of several sizes."""
        return True


def scalings(found: Sequence[Measured], confidence: float, at: Sequence[int] = ()) -> tuple[Scaling, ...]:
    """
    Answer how time grows with size.

    Parameters
    ----------
    found : sequence of Measured
        Of each direction, the reference first.
    confidence : float
        1 − α of every interval, and of the test of linearity.
    at : sequence of int
        Sizes in bytes to predict the mean time of.

    Returns
    -------
    tuple of Scaling
        One for each of `found`. Nothing is adjusted for the number of labels.
    """
    first = {one.direction: one for one in reversed(found)}
    lines = {id(one): _line(one, confidence, at) for one in found}
    return tuple(
        lines[id(one)]
        if first[one.direction] is one
        else _against(one, first[one.direction], lines[id(one)], lines[id(first[one.direction])], confidence)
        for one in found
    )


def alone(one: Scaling) -> Scaling:
    """Return a result with the warnings that no other result has."""
    return replace(one, warnings=tuple(each for each in one.warnings if each.code in _ALONE))


def time_at(one: Measured, size: int, confidence: float) -> TimeAt:
    """Return the time of a size by the line; unknown where that does not reach."""
    if one.line is None or not one.sizes[0] <= size <= one.sizes[-1]:
        return TimeAt(size, None, None, None, None)
    found = interval_of(one.line.at(size), confidence)
    return TimeAt(size, None, found.estimate, found.low, found.high)


def points_of(one: Measured, confidence: float) -> tuple[TimeAt, ...]:
    """Return the measured mean of each size that was repeated, unless they are very many."""
    if len(one.samples) > _MOST_POINTS:
        return ()
    described = zip(sorted(one.samples), one.means, strict=True)
    found = [(size, mean.n, interval_of(mean, confidence)) for size, mean in described]
    return tuple(TimeAt(size, n, each.estimate, each.low, each.high) for size, n, each in found)


@dataclass(frozen=True, slots=True)
class SizePicture:
    """
    What a figure shows of one label in one direction.

    Attributes
    ----------
    n : int
        Completed transfers.
    is_linear : bool or None
        As of `Scaling`.
    points, curve : tuple of TimeAt
        The mean time of each size, and the line at many sizes between them; none where there is none.
    sizes, seconds : array of shape (n,)
        Bytes and seconds of each transfer.
    """

    label: str | None
    direction: str | None
    n: int
    is_linear: bool | None
    points: tuple[TimeAt, ...]
    curve: tuple[TimeAt, ...]
    sizes: Floats
    seconds: Floats


def pictures_of(found: Sequence[Measured], results: Sequence[Scaling], confidence: float) -> list[SizePicture]:
    """Return what a figure shows of each line that was answered for."""
    return [_picture(one, result, confidence) for one, result in zip(found, results, strict=True)]


def _picture(one: Measured, result: Scaling, confidence: float) -> SizePicture:
    least = min((size for size in one.sizes if size > 0), default=0)
    has_line = result.latency is not None and 0 < least < one.sizes[-1]
    places = np.geomspace(least, one.sizes[-1], _CURVE) if has_line else np.empty(0)
    curve = tuple(time_at(one, size, confidence) for size in dict.fromkeys(np.rint(places).astype(int).tolist()))
    of_one = (one.label, one.direction, result.n, result.is_linear)
    return SizePicture(*of_one, result.points, curve, one.bytes, one.seconds)


# --- one label --------------------------------------------------------------------------------------------------------


def _line(one: Measured, confidence: float, at: Sequence[int]) -> Scaling:
    p = one.linear_p
    is_linear = None if p is None else p >= 1 - confidence
    line = one.line if is_linear is not False else None
    latency = None if line is None else interval_of(line.latency, confidence)
    cost = None if line is None else interval_of(line.cost, confidence)
    return Scaling(
        label=one.label,
        reference=None,
        direction=one.direction,
        fitted=one.fitted,
        sizes=len(one.sizes),
        n=len(one.seconds),
        runs=len(one.whole.runs),
        smallest=one.sizes[0],
        largest=one.sizes[-1],
        **_named("latency", latency),
        **_named("throughput", _inverse(cost)),
        linear_p=p,
        is_linear=is_linear,
        **_named("latency_difference", None),
        latency_p=None,
        **_named("throughput_ratio", None),
        throughput_p=None,
        ratio_p=None,
        scope=None,
        points=points_of(one, confidence),
        predictions=tuple(
            time_at(one, size, confidence) if line else TimeAt(size, None, None, None, None) for size in at
        ),
        warnings=tuple(_about(one, p, latency, cost, is_linear=is_linear)),
    )


def _named(name: str, found: Interval | Difference | RatioInterval | None) -> dict[str, Any]:
    """Return an estimate and its ends by the names that a result has for them."""
    return {
        f"{name}{end}": getattr(found, of, None) for end, of in (("", "estimate"), ("_low", "low"), ("_high", "high"))
    }


def _inverse(cost: Interval | None) -> RatioInterval | None:
    """Return the throughput of a cost per byte: without an upper end where the cost may be 0."""
    if cost is None:
        return None
    estimate, low, high = (
        None if value is None or value <= 0 else 1 / value for value in (cost.estimate, cost.high, cost.low)
    )
    return RatioInterval(estimate, low, high)


def _about(
    one: Measured, p: float | None, latency: Interval | None, cost: Interval | None, *, is_linear: bool | None
) -> Iterator[Warning]:
    """Yield the warnings about a label's line."""
    name = label_name(one.label)
    ends = {"low": format_size(one.sizes[0]), "high": format_size(one.sizes[-1])}
    if len(one.sizes) == 1:
        yield warn("one-size", label=name, size=ends["low"])
    if is_linear is False:
        yield warn("not-linear", label=name, p=p_equals(p), **ends)
    if len(one.sizes) == 2:
        yield warn("two-sizes", label=name, **ends)
    if one.fitted == "sizes" and any(len(sample.runs) == 1 for sample in one.samples.values()):
        yield warn("size-confounded", label=name)
    if not all(run.scheduled for run in one.whole.runs):
        yield warn("sizes-observed", label=name)
    if latency is not None and cost is not None:
        yield from _of_estimates(one, name, latency, cost)
    if one.left_out:
        yield warn("sizes-left-out", label=name, sizes=listed([format_size(size) for size in one.left_out]))
    yield from _of_samples(one)


def _of_estimates(one: Measured, name: str, latency: Interval, cost: Interval) -> Iterator[Warning]:
    """Yield the warnings about latency and cost per byte."""
    if one.fitted == "transfers" and latency.low is None:
        yield warn("line-without-spread", label=name, why=_why_without_spread(one))
    if latency.estimate < 0:
        yield warn("below-zero", label=name, latency=format_seconds(latency.estimate, 3))
    if cost.high is not None and cost.high < 0:
        yield warn("throughput-falls", label=name)
    elif (cost.low if cost.low is not None else cost.estimate) <= 0:
        yield warn("throughput-unbounded", label=name)


def _why_without_spread(one: Measured) -> str:
    is_short = len(one.lengths) == 1 and len(one.seconds) < SMALLEST
    return f"fewer than {SMALLEST} transfers in one run" if is_short else "all times lie on the line"


def _of_samples(one: Measured) -> Iterator[Warning]:
    """Yield the warnings about the samples of its sizes, with the size behind the label; where mixed, about all."""
    yield from (each for each in sample_checks(one.whole, None, ()) if each.code in _OF_LINES)
    for size, sample in sorted(one.samples.items() if one.fitted != "transfers" else ()):
        named = replace(sample, label=f"{label_name(one.label)} {format_size(size)}")
        found = sample_checks(named, describe(sample.seconds), order_of(named))
        yield from (each for each in found if each.code in _OF_LINES)


# --- two labels -------------------------------------------------------------------------------------------------------


def _against(
    one: Measured, reference: Measured, alone: Scaling, alone_reference: Scaling, confidence: float
) -> Scaling:
    """Return a label's result with what sets it apart from the reference."""
    pairs = _pairs(one, reference, confidence)
    latencies, throughputs, p = None, None, None
    if None not in {alone.throughput, alone_reference.throughput} and one.line and reference.line:
        (latency, cost), (latency_reference, cost_reference) = _coefficients(
            one, reference, one.line, reference.line, pairs
        )
        latencies = difference(latency, latency_reference, confidence)
        throughputs = ratio_interval(cost_reference, cost, confidence)
        p = difference(cost, cost_reference, confidence).p
    return replace(
        alone,
        reference=reference.label,
        **_named("latency_difference", latencies),
        latency_p=latencies.p if latencies else None,
        **_named("throughput_ratio", throughputs),
        throughput_p=p,
        ratio_p=_ratio_p(one, reference, pairs, confidence),
        scope=max((pair.design.scope for pair in pairs), key=_SCOPES.index, default=None),
        warnings=tuple(dict.fromkeys([*alone.warnings, *(each for pair in pairs for each in conditions(pair))])),
    )


# From what reaches furthest to what does least: of several sizes, the last holds.
_SCOPES: tuple[Scope, ...] = ("labels", "session", "labels-confounded", "runs", "observational")


def _pairs(one: Measured, reference: Measured, confidence: float) -> list[Pair]:
    """Contrast the sizes that both repeated; where sizes are mixed, all transfers, for how they were measured."""
    common = sorted(one.samples.keys() & reference.samples.keys())
    samples = [(one.samples[size], reference.samples[size]) for size in common]
    return [contrast_pair(*both, confidence, FIVE_PER_CENT) for both in samples or [(one.whole, reference.whole)]]


Coefficients = tuple[SampleMean, SampleMean]


def _coefficients(
    one: Measured, reference: Measured, line: SizeLine, line_reference: SizeLine, pairs: Sequence[Pair]
) -> tuple[Coefficients, Coefficients]:
    """Return latency and cost of both: partners where rounds of runs, or logs that are blocks, held every size."""
    common = [unit for unit in one.rounds if unit in reference.rounds]
    if not _are_partners(one, reference, pairs, common) or line.rounds is None or line_reference.rounds is None:
        return (line.latency, line.cost), (line_reference.latency, line_reference.cost)
    own, others = (
        each.rounds[[measured.rounds.index(unit) for unit in common]]
        for measured, each in ((one, line), (reference, line_reference))
        if each.rounds is not None
    )
    latencies, costs = (
        means_of_rounds([*own[:, [place]]], [*others[:, [place]]], mean.rounding, mean_reference.rounding)
        for place, mean, mean_reference in (
            (0, line.latency, line_reference.latency),
            (1, line.cost, line_reference.cost),
        )
    )
    return (latencies[0], costs[0]), (latencies[1], costs[1])


def _are_partners(one: Measured, reference: Measured, pairs: Sequence[Pair], common: Sequence[Unit]) -> bool:
    """Whether units that hold every size of both were measured side by side, at every size."""
    kinds = {pair.design.kind for pair in pairs}
    in_rounds = kinds == {"rounds"} and one.rounds == reference.rounds
    return one.sizes == reference.sizes and (in_rounds or (kinds == {"blocks"} and len(common) > 1))


def _ratio_p(one: Measured, reference: Measured, pairs: Sequence[Pair], confidence: float) -> float | None:
    """Return the p-value that one label takes the same multiple of the other's time at all sizes."""
    if one.samples and reference.samples:
        return equal_ratios_p([(pair.mean, pair.mean_reference) for pair in pairs])
    low, high = max(one.sizes[0], reference.sizes[0]), min(one.sizes[-1], reference.sizes[-1])
    if one.line is None or reference.line is None or low >= high:
        return None
    spans = [relative_span(line, low, high) for line in (one.line, reference.line)]
    return None if spans[0] is None or spans[1] is None else difference(spans[0], spans[1], confidence).p
