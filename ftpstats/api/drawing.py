"""A kind of figure by its name: arguments in, one call of `present.figures`, figures and their warnings out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

from ftpstats.api.arguments import Limits, as_level, as_margins, one_of, refuse_unknown
from ftpstats.api.figure_options import (
    InUnit,
    Levels,
    Measured,
    OfSummaries,
    Options,
    Rates,
    layout_of,
    scale_of,
    unit_of,
)
from ftpstats.api.history import FALSE_ALARM_RATE, HISTORY_BY, as_false_alarm_rate, found_histories
from ftpstats.api.papers import as_assumed, compared_summaries
from ftpstats.api.questions import Asked, ask
from ftpstats.api.rates import RATE, Zone, as_rate_unit, ask_rates, measured, zone_of
from ftpstats.api.scaling import answered, sized
from ftpstats.api.sources import Found, Transfers
from ftpstats.errors import UsageError
from ftpstats.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.scaling import Scaling
    from ftpstats.analysis.verdict import Margins
    from ftpstats.present.figures.kinds import Kind
    from ftpstats.present.figures.matter import Matter
    from ftpstats.present.notes import Warned
    from ftpstats.units import Unit

__all__ = ["Drawing", "draw", "in_unit"]


class Drawn(Levels, OfSummaries, total=False):
    """What any figure may be given."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    Figures, and what they show.

    Attributes
    ----------
    figures : list of (str, Figure)
        What tells each from the others, and is empty of an only one: the number of the figure, or of its page.
    axes : list of Axes
        Of all figures.
    results : list of Summary, of Comparison, of Scaling, or of Labelled
        What is drawn, with its warnings.
    found : Found
        The transfers.
    lacking : str
        Letters that no font of this machine has.
    """

    figures: list[tuple[str, Figure]]
    axes: list[Axes]
    results: Sequence[Warned]
    found: Found
    lacking: str

    @property
    def shown(self) -> Axes | np.ndarray[Any, np.dtype[Any]]:
        """The only panel, or an array of several."""
        import numpy as np

        return self.axes[0] if len(self.axes) == 1 else np.array(self.axes, dtype=object)


def draw(  # noqa: PLR0913 - the question's options, by name
    kind: str,
    transfers: Transfers | None,
    *labels: str,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    ax: Axes | None = None,
    is_shown: bool = True,
    **options: Unpack[Drawn],
) -> Drawing:
    """
    Draw a figure by the name of its kind.

    Parameters
    ----------
    kind : str
        The name of a function of `plot`.
    transfers, *labels, ax, **options
        As for `plot.boxplot`; a kind takes what its function does.
    confidence, margin
        As for `compare`.
    is_shown : bool
        Whether figures are pyplot's, which a notebook shows; else they do not depend on the user's style.

    Returns
    -------
    Drawing
    """
    from ftpstats.present.figures import kinds
    from ftpstats.present.figures.fonts import lacking
    from ftpstats.present.figures.page import KEY
    from ftpstats.present.rates import labelled

    results: Sequence[Warned]
    found: Found | None = None
    wanted = kinds.KINDS[one_of(kind, tuple(kinds.KINDS), "plot")]
    _refuse_others(wanted, options)
    if ax is not None and not hasattr(ax, "set_title"):
        raise UsageError(f"ax: a {type(ax).__name__} is not the Axes of one panel")
    layout = layout_of(options, is_on_axes=ax is not None)
    level, limit = as_level(confidence, "confidence"), as_margins(margin)
    chosen = options.get("size"), options.get("client")
    which: dict[str, Any] = {
        "as_printed": options.get("as_printed", False),
        "where": options.get("where"),
        "label_from": options.get("label_from"),
    }
    if wanted.of == "rates":
        zone = zone_of(transfers, options.get("time_zone"))
        asked = ask_rates(transfers, labels, *chosen, zone=zone, **which)
        matter = _rates(asked, zone, as_rate_unit(options.get("unit", RATE)))
        results = labelled(matter.rates[0].labels)
    elif wanted.of == "lines":
        asked = ask(transfers, labels, *chosen, **which)
        matter, results = _lines(asked, level)
    elif options.get("summaries") is not None:
        _refuse_transfers(transfers, options)
        matter, found = _of_summaries(labels, level, limit, options)
        results = matter.comparisons
    else:
        asked = ask(transfers, labels, *chosen, **which)
        matter = _matter(wanted, asked, level, limit, options)
        if wanted.of == "histories":
            matter = _histories(matter, asked, zone_of(transfers, options.get("time_zone")), options)
        results = matter.histories or matter.comparisons or matter.summaries
    figures = kinds.draw(kind, matter, layout, ax if ax is not None else _new_figure if is_shown else None)
    drawn = [one for _, figure in figures for one in figure.axes if one.get_label() != KEY] if ax is None else [ax]
    boxes = lacking([*matter.labels, layout.title, layout.caption])
    return Drawing(figures, drawn, results, found or asked.found, boxes)


_OF_TRANSFERS = ("client", "where", "label_from", "as_printed")


def _refuse_transfers(transfers: Transfers | None, options: Mapping[str, Any]) -> None:
    """Refuse what chooses transfers where there are none."""
    if transfers is not None:
        raise UsageError("summaries take the place of transfers: give one of them, and None for transfers")
    for name in _OF_TRANSFERS:
        if options.get(name):
            raise UsageError(f"{name.replace('_', '-')} does not go with summaries, which have no transfers")


def _of_summaries(
    labels: Sequence[str], level: float, margin: Margins, options: Mapping[str, Any]
) -> tuple[Matter, Found]:
    """Return what `compare_summaries` answers of these labels, each against the first."""
    import polars as pl

    from ftpstats.present.figures.matter import Matter

    assumed = as_assumed(options.get("inflation"), options.get("run_sd"))
    found = compared_summaries(options["summaries"], labels, options.get("size"), level, margin, assumed)
    names = list(dict.fromkeys(one.label for one in found.samples))
    matter = Matter(labels=names, confidence=level, margin=margin, comparisons=found.comparisons, unit=unit_of(options))
    return matter, Found(pl.DataFrame(), {}, tuple(found.notes))


def _rates(asked: Asked, zone: Zone, unit: str) -> Matter:
    """Return the throughput by size and, where times are known, by hour."""
    from ftpstats.analysis.select import all_labels
    from ftpstats.present.figures.matter import Matter

    rows = asked.found.rows
    found = [measured(asked, by, zone) for by in ("size-class", "hour") if by != "hour" or rows["time"].count()]
    return Matter(labels=all_labels(rows), rates=found, time_zone=zone.name, unit=UNITS[unit])


def _lines(asked: Asked, level: float) -> tuple[Matter, Sequence[Scaling]]:
    """Return time against size, and what `scaling` answers of it, with its warnings."""
    from ftpstats.analysis.scaling import pictures_of
    from ftpstats.analysis.select import all_labels
    from ftpstats.present.figures.matter import Matter

    found = sized(asked)
    results = answered(found, level)
    drawn = pictures_of(found, results, level)
    return Matter(labels=all_labels(asked.found.rows), confidence=level, lines=drawn), results


def _histories(matter: Matter, asked: Asked, zone: Zone, options: Mapping[str, Any]) -> Matter:
    """Return the levels of each label's runs over time, in seconds."""
    by = one_of(options.get("by", "run"), HISTORY_BY, "by")
    rate = as_false_alarm_rate(options.get("false_alarm_rate", FALSE_ALARM_RATE))
    found = found_histories(asked, by, zone, rate, matter.confidence, matter.margin or as_margins("5%"))
    return replace(matter, histories=found, zone=zone.zone)


def _refuse_others(kind: Kind, options: Mapping[str, object]) -> None:
    taken = {"published": OfSummaries, "rates": Rates, "levels": Levels, "scale": Measured, "unit": InUnit}
    known = next((taken[name] for name in taken if name in kind.takes), Options).__annotations__
    refuse_unknown(options, known, kind.name)
    for name in ("inflation", "run_sd"):
        if options.get(name) is not None and options.get("summaries") is None:
            raise UsageError(f"{name.replace('_', '-')} is assumed of published numbers; it needs summaries")


def _new_figure() -> Figure:
    from matplotlib import pyplot as plt

    return plt.figure()


def _matter(kind: Kind, asked: Asked, level: float, margin: Margins, options: Mapping[str, Any]) -> Matter:
    """Return what a kind of figure is made of."""
    from ftpstats.analysis.select import all_labels
    from ftpstats.present.figures.matter import Matter

    matter = Matter(labels=all_labels(asked.found.rows), confidence=level, margin=margin)
    if kind.of == "comparisons":
        return replace(matter, comparisons=_comparisons(asked, level, margin), unit=unit_of(options))
    if kind.of == "histories":
        return replace(matter, scale=scale_of(options), unit=unit_of(options))
    matter = replace(matter, samples=asked.samples, summaries=asked.summaries(level))
    if kind.of == "attempts":
        from ftpstats.analysis.pictures import timelines

        found = timelines(asked.found.rows, asked.labels, asked.sizes, as_printed=asked.as_printed)
        matter = replace(matter, timelines=found)
    return in_unit(replace(matter, scale=scale_of(options)), unit_of(options))


def in_unit(matter: Matter, unit: Unit) -> Matter:
    """Return what is drawn with its times in a unit: summaries and samples; timelines stay in seconds."""
    if not unit.is_throughput:
        return matter
    from ftpstats.analysis.throughput import sample_in, summary_in

    pairs = zip(matter.summaries, matter.samples, strict=True)
    return replace(
        matter,
        unit=unit,
        summaries=[summary_in(unit, *pair) for pair in pairs],
        samples=[sample_in(unit, sample) for sample in matter.samples],
    )


def _comparisons(asked: Asked, level: float, margin: Margins) -> Sequence[Comparison]:
    """Return what `compare` answers of these labels, each against the first; of all, unless some are named."""
    from ftpstats.analysis.compare import asked_pairs
    from ftpstats.api.comparing import compared

    pairs = asked_pairs(asked.at_least_two("plot difference", asked.to_compare), all_pairs=False)
    return compared(asked, pairs, level, margin, details=False, may_lack=False)
