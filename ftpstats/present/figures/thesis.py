"""The figures 5 to 10 of the thesis: for each file size a box plot and the means with their intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ftpstats.present.figures.boxes import boxplot, means
from ftpstats.present.figures.page import Contents
from ftpstats.units import format_kind, kind_order

if TYPE_CHECKING:
    from ftpstats.present.figures.matter import Matter

__all__ = ["thesis"]

_FIRST = 5
_WORDS = {
    boxplot: "Box plots of the elapsed times, {kind}",
    means: "Means of the elapsed times, {kind}",
}


def thesis(matter: Matter) -> Iterator[tuple[str, Contents]]:
    """
    Yield the number of each figure, and what it shows.

    The thesis has three sizes, and so figures 5 to 10; of other data the numbers go on, or end sooner. What has no size
    is counted below each.
    """
    completed = [one for one in matter.summaries if one.n] or matter.summaries
    kinds = sorted({(one.bytes, one.direction) for one in completed}, key=lambda kind: kind_order(*kind))
    number = _FIRST
    for kind in kinds:
        alike = [one for one in matter.summaries if (one.bytes, one.direction) == kind or one.bytes is None]
        of_kind = replace(matter, summaries=alike)
        for draw, words in _WORDS.items():
            contents = draw(replace(of_kind, margin=None))  # the thesis knew no margin
            said = f"Figure {number}: {words.format(kind=format_kind(*kind))}. "
            yield str(number), replace(contents, caption=said + contents.caption[:1].upper() + contents.caption[1:])
            number += 1
