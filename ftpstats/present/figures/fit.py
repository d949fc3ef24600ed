"""The layout of a page, settled: every text is on the page and on no other, or the page is refused."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.text import Text

__all__ = ["settle"]

_SLACK = 2.0  # pixels at 100 to the inch that extents are rounded by


def settle(figure: Figure, *, is_free: bool) -> None:
    """
    Settle the layout of a page once: it would move a little at every drawing, and with the resolution.

    Parameters
    ----------
    figure : Figure
    is_free : bool
        Whether nobody asked for a width, a height or a size of letters: such a page has room for its texts.

    Raises
    ------
    UsageError
        If the page is too small for its texts.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "constrained_layout not applied")
        try:
            figure.draw_without_rendering()
        except UserWarning:
            raise _too_small() from None
    figure.set_layout_engine("none")
    if not is_free and _is_crowded(figure):
        raise _too_small()


def _too_small() -> UsageError:
    return UsageError(
        "the page is too small for its texts: give it a larger width or height, a smaller font-size or a shorter title "
        "or caption"
    )


def _is_crowded(figure: Figure) -> bool:
    """Whether a text leaves the page, or lies on another."""
    import numpy as np

    extents = [text.get_window_extent().padded(-_SLACK) for text in _texts(figure)]
    x0, y0, x1, y1 = np.array([box.extents for box in extents]).T
    page = figure.bbox
    if (x0 < page.x0 - _SLACK).any() or (y0 < page.y0 - _SLACK).any() or (x1 > page.x1).any() or (y1 > page.y1).any():
        return True
    meet = (x0[:, None] < x1) & (x0 < x1[:, None]) & (y0[:, None] < y1) & (y0 < y1[:, None])
    return int(meet.sum()) > len(extents)  # each meets itself


def _texts(figure: Figure) -> Iterator[Text]:
    """Yield what stands around the panels, and above them; words within are where their data are."""
    found = list(figure.texts)
    for axes in figure.axes:
        if axes.axison:
            found += [axes.title, axes.xaxis.label, axes.yaxis.label, *_shown(axes.xaxis), *_shown(axes.yaxis)]
    yield from (text for text in found if text.get_text().strip() and text.get_visible())


def _shown(axis: Axis) -> list[Text]:
    """Return an axis's numbers; those beyond its ends exist, and are not drawn."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
