"""Lines of time against size to what makes them precise: the number that gives an interval of the wanted width."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ftpstats.analysis.sample_size import rough_spread
from ftpstats.analysis.scaling import Scaling, alone
from ftpstats.analysis.size_lines import Measured
from ftpstats.analysis.verdict import Margin
from ftpstats.analysis.warnings import Warning
from ftpstats.stats.means import SampleMean
from ftpstats.stats.power import interval_needed
from ftpstats.stats.size_line import line_rows, relative_weights

__all__ = ["LinePrecision", "ScalingSize", "Unknown", "scaling_sizes"]

# What is counted: transfers of each size in one run; transfers of sizes as mixed as those analysed; runs, or logs.
LineUnit: TypeAlias = Literal["transfers", "mixed", "runs", "logs"]
# Why a number is unknown.
Unknown: TypeAlias = Literal[
    "no-line", "not-linear", "no-spread", "not-from-zero", "not-growing", "below-resolution", "out-of-reach"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinePrecision:
    """
    How precise lines are to be.

    Attributes
    ----------
    throughput : float
        Each end of its interval lies within this share of it.
    latency : Margin
        The largest half-width of its interval.
    confidence, chance : float
        Of the intervals; and that they are no wider.
    """

    throughput: float
    latency: Margin
    confidence: float
    chance: float


@dataclass(frozen=True, slots=True)
class ScalingSize:
    """
    What makes a label's line precise. Seconds and bytes per second; None is unknown.

    Attributes
    ----------
    label, direction : str or None
    unit : {"transfers", "mixed", "runs", "logs"}
        What is counted: transfers of each size in one run; transfers of sizes as mixed as those analysed; runs, or
        logs, as long as those analysed.
    sizes, n : int
        Different sizes, and transfers, that it is computed from.
    units : float
        The same in that unit.
    latency, throughput : float or None
        As `Scaling` has them.
    latency_margin, throughput_margin : float or None
        The half-width that is wanted.
    latency_needed, throughput_needed : int or None
    latency_unknown, throughput_unknown : str or None
        Why such a number is unknown: no line, or time is ``not-linear``; ``no-spread``; ``not-from-zero``, of a share
        of a latency that may be 0; ``not-growing``, of the throughput where time does not grow with size;
        ``below-resolution``: the printed digits hide more; ``out-of-reach``: beyond 10¹².
    needed : int or None
        For both, or for the one that is known.
    duration : float or None
        Total seconds of the transfers needed.
    """

    label: str | None
    direction: str | None
    unit: LineUnit
    sizes: int
    n: int
    units: float
    latency: float | None
    latency_margin: float | None
    latency_needed: int | None
    latency_unknown: Unknown | None
    throughput: float | None
    throughput_margin: float | None
    throughput_needed: int | None
    throughput_unknown: Unknown | None
    needed: int | None
    duration: float | None
    warnings: tuple[Warning, ...]

    @property
    def bytes(self) -> None:
        """The size that it is about, as other results have one: none."""
        return

    @property
    def is_of_sizes(self) -> bool:
        """Whether it is about files of several sizes."""
        return True


@dataclass(frozen=True, slots=True)
class _Coefficient:
    """
    An estimate, and its variance from one unit of each size.

    `share` multiplies the degrees of freedom of as many units; `rounding` is what digits may have moved.
    """

    mean: float
    variance: float
    share: float
    rounding: float


@dataclass(frozen=True, slots=True)
class _Number:
    """What is needed for the half-width `margin`, or why it is unknown."""

    needed: int | None
    margin: float | None
    unknown: Unknown | None


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a line is fitted to: its unit, how many of each size there are, and how many of them make one to count."""

    unit: LineUnit
    now: float
    each: int

    def needed(self, one: _Coefficient, half: float, aim: LinePrecision) -> int | None:
        of: Literal["transfers", "runs"] = "transfers" if self.unit in {"transfers", "mixed"} else "runs"
        found = interval_needed(
            one.variance,
            half,
            of=of,
            share=one.share,
            confidence=aim.confidence,
            chance=aim.chance,
        )
        return None if found is None else -(-found // self.each)


def scaling_sizes(found: Sequence[Measured], lines: Sequence[Scaling], aim: LinePrecision) -> tuple[ScalingSize, ...]:
    """
    Compute what makes lines precise.

    Parameters
    ----------
    found : sequence of Measured
        Of each direction and label.
    lines : sequence of Scaling
        What `scaling.scalings` answers of them.
    aim : LinePrecision

    Returns
    -------
    tuple of ScalingSize
        One for each of `found`.
    """
    return tuple(_size(one, line, aim) for one, line in zip(found, lines, strict=True))


def _size(one: Measured, line: Scaling, aim: LinePrecision) -> ScalingSize:
    counted, coefficients = _counted(one), _coefficients(one)
    why = _no_line(line, coefficients)
    latency = throughput = _Number(None, None, why)
    if coefficients and not why:
        half, cost = _latency_half(line, aim.latency), coefficients[1].mean
        latency = _number(counted, coefficients[0], half, half, aim, "not-from-zero")
        # 1/(b − h) is the farther end of the throughput's interval.
        wanted = cost * aim.throughput / (1 + aim.throughput) if line.throughput else None
        margin = aim.throughput * (line.throughput or 0.0)
        throughput = _number(counted, coefficients[1], wanted, margin, aim, "not-growing")
    needed = max((one.needed for one in (latency, throughput) if one.needed is not None), default=None)
    return ScalingSize(
        label=one.label,
        direction=one.direction,
        unit=counted.unit,
        sizes=len(one.sizes),
        n=len(one.seconds),
        units=counted.now,
        latency=line.latency,
        latency_margin=latency.margin,
        latency_needed=latency.needed,
        latency_unknown=latency.unknown,
        throughput=line.throughput,
        throughput_margin=throughput.margin,
        throughput_needed=throughput.needed,
        throughput_unknown=throughput.unknown,
        needed=needed,
        duration=None if needed is None else needed * float(one.seconds.sum()) / counted.now,
        warnings=(*alone(line).warnings, *_roughness(one, needed)),
    )


def _no_line(line: Scaling, coefficients: tuple[_Coefficient, _Coefficient] | None) -> Unknown | None:
    if line.is_linear is False:
        return "not-linear"
    if line.latency is None:
        return "no-line"
    return None if coefficients else "no-spread"


def _latency_half(line: Scaling, margin: Margin) -> float | None:
    """Return the half-width wanted; None for a share of what may be 0."""
    if not margin.relative:
        return margin.value
    is_above_zero = line.latency is not None and line.latency_low is not None and line.latency_low > 0
    return margin.value * (line.latency or 0.0) if is_above_zero else None


def _number(  # noqa: PLR0913, PLR0917 - what is counted, of what, and how narrow it is to be
    counted: _Counted, one: _Coefficient, half: float | None, margin: float | None, aim: LinePrecision, why: Unknown
) -> _Number:
    """Return the number that makes a coefficient's interval so narrow, which is `margin` of what is shown."""
    if half is None:
        return _Number(None, None, why)
    if half <= one.rounding:
        return _Number(None, margin, "below-resolution")
    needed = counted.needed(one, half - one.rounding, aim)
    return _Number(needed, margin, "out-of-reach" if needed is None else None)


def _counted(one: Measured) -> _Counted:
    """Return what is counted of a line: as many units of each size."""
    if one.fitted == "sizes":
        several = any(mean.runs > 1 for mean in one.means)
        each = [mean.runs if several else mean.n for mean in one.means]
        return _Counted(("logs" if one.has_logs else "runs") if several else "transfers", float(np.mean(each)), 1)
    if one.fitted != "transfers":
        return _Counted(one.fitted, len(one.rounds), 1)
    if len(one.lengths) > 1:
        return _Counted("logs" if one.has_logs else "runs", len(one.lengths), 1)
    if not one.samples:
        return _Counted("mixed", len(one.seconds), 1)
    return _Counted("transfers", len(one.seconds) / len(one.sizes), len(one.sizes))


def _coefficients(one: Measured) -> tuple[_Coefficient, _Coefficient] | None:
    """Return latency and cost; None where their variance is unknown or none, or of runs that are not alike."""
    if one.fitted == "sizes" and one.line is not None:
        return _of_means(one)
    if one.line is None:
        return None
    latency, cost = one.line.latency, one.line.cost
    if not latency.variance or not cost.variance:
        return None
    units = len(one.lengths) if one.fitted == "transfers" else len(one.rounds)
    return _of_line(latency, units), _of_line(cost, units)


def _of_line(mean: SampleMean, units: int) -> _Coefficient:
    """Return a coefficient of the line of one run, counted in transfers, or of several, counted in these."""
    share = 1.0 if units == 1 else mean.df / (units - 1)
    return _Coefficient(mean.mean, (mean.variance or 0.0) * (mean.n if units == 1 else units), share, mean.rounding)


def _of_means(one: Measured) -> tuple[_Coefficient, _Coefficient] | None:
    """Return both of the line of equally many units of each size: its weights are others than of those measured."""
    means = one.means
    runs = {mean.runs > 1 for mean in means}
    if len(runs) > 1 or any(mean.variance is None for mean in means) or not any(mean.variance for mean in means):
        return None
    each = np.array([mean.runs if True in runs else mean.n for mean in means])
    variances = np.array([mean.variance or 0.0 for mean in means]) * each
    times = np.array([mean.mean for mean in means])
    rows = line_rows(np.array(one.sizes, dtype=np.float64), relative_weights(times))
    widths = np.array([mean.rounding for mean in means])
    latency, cost = (
        _Coefficient(float(row @ times), float(parts.sum()), _share(parts), float(np.abs(row) @ widths))
        for row, parts in zip(rows, rows**2 * variances, strict=True)
    )
    return latency, cost


def _share(parts: np.ndarray) -> float:
    """Return by what the degrees of freedom of each part are multiplied for their sum's (Satterthwaite)."""
    largest = float(parts.max())
    if not largest:
        return 1.0
    shares = parts / largest  # squares of parts may be beyond what a number holds
    return float(shares.sum()) ** 2 / float(shares @ shares)


def _roughness(one: Measured, needed: int | None) -> tuple[Warning, ...]:
    """Warn where the spread is known roughly."""
    if needed is None or one.line is None:
        return ()
    return tuple(rough_spread(min(one.line.latency.df, one.line.cost.df)))
