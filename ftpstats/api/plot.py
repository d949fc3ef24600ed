"""Figures of transfers: box plots, means with intervals, times against normal quantiles. See `boxplot`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftpstats.api.arguments import Sizes, as_level, one_of
from ftpstats.api.questions import ask
from ftpstats.api.sources import Found, Transfers
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ftpstats.analysis.summary import Summary

__all__ = ["Drawing", "boxplot", "draw", "means", "qq"]

KINDS = ("boxplot", "means", "qq")


def boxplot(
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    as_printed: bool = False,
    ax: Axes | None = None,
) -> Axes | np.ndarray[Any, np.dtype[Any]]:
    """
    Draw Hunt-style box plots: box from q1 to q3, line at the median, whiskers to minimum and maximum; no outliers.

    Parameters
    ----------
    transfers, size, client, as_printed
        As for `compare`.
    *labels : str
        All labels unless given.
    ax : Axes, optional
        Of matplotlib, to draw one file size in; a figure with a panel per file size unless given.

    Returns
    -------
    Axes or ndarray of Axes
        One panel, or an array of several; elapsed times in seconds, milliseconds or microseconds, as the axis says.

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label, size or client, or `ax` is given for several file sizes.
    InputError
        If a log or the store cannot be read.

    Notes
    -----
    Quartiles by linear interpolation, type 7 of Hyndman & Fan (1996). Whiskers end at the extremes, as in
    Hunt & Tyrrell, "Understanding box plots": nothing is marked as an outlier and nothing is dropped.

    Examples
    --------
    >>> import ftpstats
    >>> axes = ftpstats.plot.boxplot("sample_logs/inetutils/FTP.log")
    >>> [one.get_title() for one in axes]
    ['100 KB download', '10 MB download', '100 MB download']
    """
    return draw("boxplot", transfers, *labels, size=size, client=client, as_printed=as_printed, ax=ax).shown


def means(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    confidence: str | float = 0.95,
    as_printed: bool = False,
    ax: Axes | None = None,
) -> Axes | np.ndarray[Any, np.dtype[Any]]:
    """
    Draw each mean with its interval, Student's t, which takes the transfers as independent.

    Parameters
    ----------
    transfers, size, client, confidence, as_printed
        As for `compare`.
    *labels, ax
        As for `boxplot`.

    Returns
    -------
    Axes or ndarray of Axes
        As of `boxplot`.

    Raises
    ------
    ValueError, InputError
        As of `boxplot`.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.means("sample_logs/inetutils/FTP.log", "xen", "vmware", size="10MB")
    >>> ax.get_ylabel()
    'elapsed time (ms)'
    """
    options = {"size": size, "client": client, "confidence": confidence, "as_printed": as_printed}
    return draw("means", transfers, *labels, ax=ax, **options).shown  # type: ignore[arg-type]


def qq(
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    as_printed: bool = False,
    ax: Axes | None = None,
) -> Axes | np.ndarray[Any, np.dtype[Any]]:
    """
    Draw times in order against normal quantiles, a panel per label and file size, with a line through the quartiles.

    Parameters
    ----------
    transfers, size, client, as_printed
        As for `compare`.
    *labels, ax
        As for `boxplot`; `ax` takes one label at one size.

    Returns
    -------
    Axes or ndarray of Axes
        As of `boxplot`.

    Raises
    ------
    ValueError, InputError
        As of `boxplot`.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.qq("sample_logs/inetutils/FTP.log", "xen", size="10MB")
    >>> print(ax.get_title())
    10 MB download
    Xen
    """
    return draw("qq", transfers, *labels, size=size, client=client, as_printed=as_printed, ax=ax).shown


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    A figure, and what it shows.

    Attributes
    ----------
    figure : Figure
    axes : list of Axes
    summaries : list of Summary
        Of the samples that are drawn, with their warnings.
    found : Found
        The transfers.
    """

    figure: Figure
    axes: list[Axes]
    summaries: list[Summary]
    found: Found

    @property
    def shown(self) -> Axes | np.ndarray[Any, np.dtype[Any]]:
        """The only panel, or an array of several."""
        import numpy as np

        return self.axes[0] if len(self.axes) == 1 else np.array(self.axes, dtype=object)


def draw(  # noqa: PLR0913 - the question's options, by name
    kind: str,
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    confidence: str | float = 0.95,
    as_printed: bool = False,
    ax: Axes | None = None,
    figure: Figure | None = None,
) -> Drawing:
    """
    Draw a figure by the name of its kind.

    Parameters
    ----------
    kind : {"boxplot", "means", "qq"}
    transfers, size, client, confidence, as_printed
        As for `compare`.
    *labels, ax
        As for `boxplot`.
    figure : Figure, optional
        An empty one, to be filled; a new one of pyplot's unless given, which a notebook shows.

    Returns
    -------
    Drawing
    """
    from ftpstats.analysis.quantiles import quantile_plot
    from ftpstats.analysis.select import all_labels
    from ftpstats.present.figures import plots

    one_of(kind, KINDS, "plot")
    level = as_level(confidence, "confidence")
    asked = ask(transfers, labels, size, client, as_printed=as_printed)
    summaries, known = asked.summaries(level), all_labels(asked.found.rows)
    if ax is not None and not hasattr(ax, "set_title"):
        raise UsageError(f"ax: a {type(ax).__name__} is not the Axes of one panel")
    onto = figure if ax is None else ax
    if onto is None:
        from matplotlib import pyplot as plt

        onto = plt.figure()
    match kind:
        case "boxplot":
            drawn = plots.boxplot(summaries, known, onto)
        case "means":
            drawn = plots.means(summaries, level, known, onto)
        case _:
            pairs = zip(asked.samples, summaries, strict=True)
            drawn = plots.qq([quantile_plot(*pair) for pair in pairs], known, onto)
    return Drawing(drawn, drawn.axes if ax is None else [ax], summaries, asked.found)
