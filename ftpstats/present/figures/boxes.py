"""Labels side by side: Hunt-style box plots and means, as in the thesis, and densities with every transfer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.present.figures.axis import Extent, set_axis
from ftpstats.present.figures.marks import (
    draw_box,
    draw_cloud,
    draw_mean,
    draw_rain,
    say_none,
)
from ftpstats.present.figures.matter import Group, Matter, caption_of, groups_of, panel_of
from ftpstats.present.figures.page import Contents
from ftpstats.units import label_name

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ftpstats.analysis.summary import Summary
    from ftpstats.analysis.verdict import Margin, Margins

__all__ = ["boxplot", "density", "extent_of_boxes", "means", "thinned"]

_BAND = "0.93"  # as pale as legible: the marks on it carry the answer
_Ends = Callable[
    ["Summary"], "Sequence[float] | NDArray[np.float64]"
]  # between which values a summary is drawn; none where there are none
_Draw = Callable[["Axes", float, "Summary", float], None]


def boxplot(matter: Matter) -> Contents:
    """Draw Hunt-style box plots: box from q1 to q3, line at the median, whiskers to minimum and maximum."""

    def draw(axes: Axes, place: float, summary: Summary, scale: float) -> None:
        draw_box(axes, place, summary, scale, matter.looks[summary.label])

    shown = "box: quartiles, line: median, whiskers: minimum and maximum; no outliers are removed"
    groups = groups_of(matter, partial(extent_of_boxes, _extremes))
    panels = [panel_of(group, partial(_draw_group, group, _extremes, draw)) for kind in groups for group in kind]
    return Contents([panels], caption_of(shown, groups, matter.summaries, has_points=True))


def means(matter: Matter) -> Contents:
    """Draw each mean with its t-based interval, on a band that is the margin on either side of the first label's."""
    bands = {} if matter.margin is None else {group[0]: group[1] for group in _bands(matter, matter.margin)}

    def extent(kind: Sequence[Summary]) -> Extent | None:
        found = _extent_of_intervals(kind)
        band = bands.get((kind[0].bytes, kind[0].direction))
        return found and Extent((*found.values, *(band.ends if band else ())), medians=found.medians)

    def draw(axes: Axes, place: float, summary: Summary, scale: float) -> None:
        draw_mean(axes, place, summary, scale, matter.looks[summary.label])

    groups = groups_of(matter, extent)
    flat = [group for kind in groups for group in kind]
    panels = []
    for group in flat:
        band = bands.get((group.summaries[0].bytes, group.summaries[0].direction))
        panels.append(panel_of(group, partial(_draw_group, group, _interval, draw, band=band)))
    shown = f"mean with {matter.confidence * 100:g} % confidence interval (t)"
    if bands:
        shown += f"; {_about_bands(matter, list(bands.values()))}"
    return Contents([panels], caption_of(shown, groups, matter.summaries, has_points=True))


def density(matter: Matter) -> Contents:
    """Draw each sample's density, its box, and every transfer."""
    from ftpstats.analysis.pictures import density_of

    def draw(axes: Axes, place: float, summary: Summary, scale: float) -> None:
        look, sample = matter.looks[summary.label], matter.sample_of(summary)
        found = density_of(sample)
        if found is not None:
            draw_cloud(axes, place, found, scale, look)
        draw_rain(axes, place, sample.seconds, scale, look, most=matter.most)
        draw_box(axes, place, summary, scale, look, half=0.07)

    def values(summary: Summary) -> NDArray[np.float64]:
        return matter.sample_of(summary).seconds

    shown = (
        "right: density (normal kernel, each as wide as its greatest height), middle: quartiles, median, minimum and "
        "maximum, left: every transfer, set apart sideways"
    )
    groups = groups_of(matter, partial(extent_of_boxes, values))
    panels = [panel_of(group, partial(_draw_group, group, values, draw)) for kind in groups for group in kind]
    return Contents(
        [panels], caption_of("; ".join([shown, *thinned(matter)]), groups, matter.summaries, has_points=True)
    )


def thinned(matter: Matter) -> list[str]:
    """Return what a caption says where not all transfers are drawn: how many are of the largest sample."""
    most = max((summary.n for summary in matter.summaries), default=0)
    if most <= matter.most:
        return []
    return [f"{matter.most:,} of {most:,} transfers drawn in a panel, the fastest and the slowest among them"]


def extent_of_boxes(values: _Ends, kind: Sequence[Summary], *, may_rescale: bool = True) -> Extent | None:
    """Return what a panel of boxes has to show."""
    import numpy as np

    drawn = np.concatenate([np.asarray(values(summary), dtype=np.float64) for summary in kind])
    boxes = tuple((s.q1, s.q3) for s in kind if s.q1 is not None and s.q3 is not None)
    return Extent(drawn, boxes, _medians(kind), may_rescale) if len(drawn) else None


def _extent_of_intervals(kind: Sequence[Summary]) -> Extent | None:
    drawn = tuple(value for summary in kind for value in _interval(summary))
    return Extent(drawn, medians=_medians(kind)) if drawn else None


def _medians(kind: Sequence[Summary]) -> tuple[float, ...]:
    return tuple(summary.median for summary in kind if summary.median is not None)


def _draw_group(group: Group, ends: _Ends, draw: _Draw, axes: Axes, *, band: _Band | None = None) -> None:
    if group.axis is None:
        say_none(axes)
        return
    scale = set_axis(axes, group.axis)
    if band is not None:
        low, high = (end / scale for end in band.ends)
        axes.axhspan(low, high, facecolor=_BAND, edgecolor="none", zorder=0, label="_band")
        axes.axhline(band.mean / scale, color="0.6", linewidth=0.6, linestyle=(0, (4, 2)), zorder=0.5, label="_band")
    for place, summary in enumerate(group.summaries, start=1):
        if len(ends(summary)):
            draw(axes, place, summary, scale)
        else:
            say_none(axes, place)


@dataclass(frozen=True, slots=True)
class _Band:
    """The margin on either side of the reference's mean."""

    reference: str | None
    mean: float
    ends: tuple[float, float]


def _bands(matter: Matter, margins: Margins) -> list[tuple[tuple[int | None, str | None], _Band]]:
    """Return the margin around the mean of the first label of each kind that has several."""
    found: dict[tuple[int | None, str | None], list[Summary]] = {}
    for summary in matter.summaries:
        if summary.mean is not None:
            found.setdefault((summary.bytes, summary.direction), []).append(summary)
    return [
        (kind, _band(several[0], matter, margins.of(kind[0]))) for kind, several in found.items() if len(several) > 1
    ]


def _band(summary: Summary, matter: Matter, margin: Margin) -> _Band:
    mean = summary.mean or 0.0
    if margin.relative:  # the same share either way, of time as of throughput: see analysis.verdict
        return _Band(summary.label, mean, (mean / (1 + margin.value), mean * (1 + margin.value)))
    if not matter.unit.is_throughput:
        return _Band(summary.label, mean, (mean - margin.value, mean + margin.value))
    # The margin is one of time: throughput is lower by less than it is higher.
    seconds = (summary.bytes or 0) / (matter.unit.bytes_per_second or 1.0) / mean
    width = min(margin.value, 0.99 * seconds)
    return _Band(summary.label, mean, (mean * seconds / (seconds + width), mean * seconds / (seconds - width)))


def _about_bands(matter: Matter, bands: Sequence[_Band]) -> str:
    from ftpstats.present.tables import margins_text

    margin = matter.margin and margins_text(matter.margin)
    whose = {label_name(band.reference) for band in bands}
    return (
        f"band: {' or '.join(sorted(whose))}'s mean ± {margin}, the margin: means within it may be equivalent although "
        "their intervals lie apart"
    )


def _extremes(summary: Summary) -> tuple[float, ...]:
    return () if summary.min is None or summary.max is None else (summary.min, summary.max)


def _interval(summary: Summary) -> tuple[float, ...]:
    if summary.ci_low is not None and summary.ci_high is not None:
        return summary.ci_low, summary.ci_high
    return () if summary.mean is None else (summary.mean, summary.mean)
