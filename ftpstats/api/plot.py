"""Figures of transfers, by kind: distributions, means, differences, order. See `boxplot` for what all of them take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from ftpstats.api.arguments import Limits
from ftpstats.api.drawing import draw
from ftpstats.api.figure_options import InUnit, Levels, Measured, OfSummaries, Options, Rates
from ftpstats.api.sources import Transfers

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    Shown: TypeAlias = Axes | np.ndarray[Any, np.dtype[Any]]

__all__ = [
    "autocorrelation",
    "boxplot",
    "density",
    "difference",
    "duet",
    "ecdf",
    "history",
    "logs",
    "means",
    "order",
    "qq",
    "scaling",
    "thesis",
    "throughput",
]


def boxplot(transfers: Transfers, *labels: str, ax: Axes | None = None, **options: Unpack[Measured]) -> Shown:
    """
    Draw Hunt-style box plots: box from q1 to q3, line at the median, whiskers to minimum and maximum; no outliers.

    Parameters
    ----------
    transfers
        As for `compare`.
    *labels : str
        All labels unless given.
    ax : Axes, optional
        Of matplotlib, to draw one file size in; unless given, a figure with a panel per file size, or several figures
        where there are more than twelve.
    **options
        ``size``, ``client``, ``where``, ``label_from`` and ``as_printed`` as for `compare`. ``unit``: ``s``, or
        throughput in ``MB/s``, ``MiB/s`` or ``Mbit/s``. ``log``: a logarithmic axis; ``from_zero``: one that starts at
        zero and is not broken. Without ax also ``width`` and ``height`` of the page, in inches or like ``89mm``;
        ``font_size`` in points; ``title``; ``caption``, in place of the one that says what is drawn, or ``none``.

    Returns
    -------
    Axes or ndarray of Axes
        One panel, or an array of several; elapsed times in seconds, milliseconds or microseconds, as the axis says.

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label, size or client, or `ax` is given for several panels.
    InputError
        If a log or the store cannot be read.

    Notes
    -----
    Quartiles by linear interpolation, type 7 of Hyndman & Fan (1996). Whiskers end at the extremes, as in
    Hunt & Tyrrell, "Understanding box plots": nothing is marked as an outlier and nothing is dropped. Where a few
    slow transfers would squash all boxes, the axis is broken, and the caption says so. Throughput is that of single
    transfers, bytes over seconds.

    Examples
    --------
    >>> import ftpstats
    >>> axes = ftpstats.plot.boxplot("sample_logs/inetutils/FTP.log")
    >>> [one.get_title() for one in axes]
    ['100 KB download', '10 MB download', '100 MB download']
    """
    return draw("boxplot", transfers, *labels, ax=ax, **options).shown


def means(
    transfers: Transfers,
    *labels: str,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    ax: Axes | None = None,
    **options: Unpack[Measured],
) -> Shown:
    """
    Draw each mean with its interval, Student's t, which takes the transfers as independent.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises.
    confidence, margin
        As for `compare`; the margin is a band around the mean of the first label.

    Notes
    -----
    The band is why two intervals may lie apart and `compare` say "equivalent": apart is not far apart. The mean
    throughput is the bytes over the mean time.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.means("sample_logs/inetutils/FTP.log", "xen", "vmware", size="10MB")
    >>> ax.get_ylabel()
    'elapsed time (ms)'
    """
    return draw("means", transfers, *labels, confidence=confidence, margin=margin, ax=ax, **options).shown


def difference(
    transfers: Transfers | None,
    *labels: str,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    ax: Axes | None = None,
    **options: Unpack[OfSummaries],
) -> Shown:
    """
    Draw the differences that `compare` finds, in per cent, with interval, margin and verdict: a forest plot.

    Parameters
    ----------
    transfers, ax, **options
        As for `boxplot`, as is what it returns and raises. ``unit``: ``s`` for per cent of the mean elapsed time, one
        of throughput for per cent of the mean throughput, in which more is better. It has no ``log`` or
        ``from_zero``. With ``summaries``, as for `compare_summaries`, transfers are None; ``inflation`` and ``run_sd``
        are assumed of these.
    *labels : str
        The reference first; all labels unless given.
    confidence, margin
        As for `compare`.

    Returns
    -------
    Axes or ndarray of Axes
        As of `boxplot`; one panel.

    Notes
    -----
    The comparisons are those of `compare`. Where a mean or an end of an interval is more than three times as large as
    the reference, or less than a third of it, the axis is logarithmic. On axes that are given, the numbers stand below
    each mark.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.difference("sample_logs/inetutils/FTP.log", "xen", "vmware")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['100 KB download', '10 MB download', '100 MB download']
    """
    return draw("difference", transfers, *labels, confidence=confidence, margin=margin, ax=ax, **options).shown


def logs(
    transfers: Transfers,
    *labels: str,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    ax: Axes | None = None,
    **options: Unpack[InUnit],
) -> Shown:
    """
    Draw the difference within each log in per cent, where `compare` takes logs, like days, as blocks.

    Parameters
    ----------
    transfers, ax, **options
        As for `difference`.
    *labels : str
        The reference first; all labels unless given.
    confidence, margin
        As for `compare`.

    Returns
    -------
    Axes or ndarray of Axes
        As of `boxplot`; a panel for each comparison that is made log by log.

    Raises
    ------
    ValueError
        As for `compare`; and if no two labels are in three logs or more together.

    Notes
    -----
    The line is the mean difference of `compare`, whose interval is Fieller's: not the mean of the points.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.logs("sample_logs/days", "north", "south")
    >>> ax.get_title().splitlines()
    ['1 MB download', 'south against north']
    """
    return draw("logs", transfers, *labels, confidence=confidence, margin=margin, ax=ax, **options).shown


def duet(
    transfers: Transfers,
    *labels: str,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    ax: Axes | None = None,
    **options: Unpack[Options],
) -> Shown:
    """
    Draw how much longer each label's transfers take at the same moment as the other's than alone, in per cent.

    Parameters
    ----------
    transfers, ax, **options
        As for `boxplot`; it has no ``unit``, ``log`` or ``from_zero``.
    *labels : str
        The two labels of ``run --order duet``, the reference first; all unless given.
    confidence, margin
        As for `compare`.

    Returns
    -------
    Axes or ndarray of Axes
        As of `boxplot`; a panel for each comparison of labels that transferred at the same moment.

    Raises
    ------
    ValueError
        As for `compare`; and if no labels transferred at the same moment.

    Notes
    -----
    The ratios and their intervals are those of `compare` for a label's transfers against its solo transfers. Where it
    is not shown of both labels that the ratio is below 1 plus the margin, the labels are not called equivalent.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.duet("sample_logs/duet/limited", "north", "south")
    >>> [label.get_text().split() for label in ax.get_xticklabels()]
    [['north', 'n', '=', '40', 'solo', 'n', '=', '40'], ['south', 'n', '=', '40', 'solo', 'n', '=', '40']]
    """
    return draw("duet", transfers, *labels, confidence=confidence, margin=margin, ax=ax, **options).shown


def order(transfers: Transfers, *labels: str, ax: Axes | None = None, **options: Unpack[Measured]) -> Shown:
    """
    Draw every transfer in the order of measurement, a panel per label and file size; failures and warnings too.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises; `ax` takes one label at one size.

    Notes
    -----
    By time where the times of all transfers are known and the runs fill a tenth of the whole; else by number. Of more
    than 5000 transfers, the fastest and the slowest of 2500 stretches are drawn.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.order("sample_logs/inetutils/FTP.log", "xen", size="100KB")
    >>> [text.get_text() for text in ax.texts]
    ['first slower']
    """
    return draw("order", transfers, *labels, ax=ax, **options).shown


def ecdf(transfers: Transfers, *labels: str, ax: Axes | None = None, **options: Unpack[Measured]) -> Shown:
    """
    Draw the share of transfers that took no longer than a time, a line per label.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.ecdf("sample_logs/inetutils/FTP.log", size="10MB")
    >>> ax.get_ylabel()
    'share of transfers'
    """
    return draw("ecdf", transfers, *labels, ax=ax, **options).shown


def density(transfers: Transfers, *labels: str, ax: Axes | None = None, **options: Unpack[Measured]) -> Shown:
    """
    Draw densities with box plots and every transfer: raincloud plots.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises.

    Notes
    -----
    A normal kernel with Silverman's bandwidth, 0.9 · min(s, IQR / 1.34) · n^(−1/5); each density is as wide as its
    greatest height. Fewer than three transfers and equal times have none.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.density("sample_logs/inetutils/FTP.log", "xen", "vmware", size="10MB")
    >>> ax.get_title()
    '10 MB download'
    """
    return draw("density", transfers, *labels, ax=ax, **options).shown


def autocorrelation(transfers: Transfers, *labels: str, ax: Axes | None = None, **options: Unpack[Options]) -> Shown:
    """
    Draw autocorrelation by lag, a panel per label and file size, with the band of independent transfers.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises; `ax` takes one label at one size.

    Notes
    -----
    r_k as R's `acf`, up to lag 10·log₁₀ n; the band is ±1.96/√n. Of several runs, the mean of their
    autocorrelations.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.autocorrelation("sample_logs/inetutils/FTP.log", "vmware", size="100KB")
    >>> ax.get_ylabel()
    'autocorrelation'
    """
    return draw("autocorrelation", transfers, *labels, ax=ax, **options).shown


def qq(transfers: Transfers, *labels: str, ax: Axes | None = None, **options: Unpack[Measured]) -> Shown:
    """
    Draw times in order against normal quantiles, a panel per label and file size, with a line through the quartiles.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises; `ax` takes one label at one size.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.qq("sample_logs/inetutils/FTP.log", "xen", size="10MB")
    >>> print(ax.get_title())
    10 MB download
    Xen
    """
    return draw("qq", transfers, *labels, ax=ax, **options).shown


def scaling(
    transfers: Transfers,
    *labels: str,
    confidence: str | float = 0.95,
    ax: Axes | None = None,
    **options: Unpack[Options],
) -> Shown:
    """
    Draw time against file size on logarithmic axes, with the line of each label and its confidence band.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises; a panel per direction. It has no ``unit``, ``log`` or
        ``from_zero``.
    confidence
        As for `compare`.

    Notes
    -----
    What is drawn is what `ftpstats.scaling` gives: latency + size / throughput, between the sizes measured, and no line
    where time is not linear in size. Points are mean times; where sizes are mixed, single transfers.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.scaling("sample_logs/inetutils/FTP.log", "xen", "vmware")
    >>> ax.get_title(), ax.get_xlabel().splitlines()[0]
    ('time by file size, download', 'file size (logarithmic)')
    """
    return draw("scaling", transfers, *labels, confidence=confidence, ax=ax, **options).shown


def thesis(transfers: Transfers, *labels: str, confidence: str | float = 0.95, **options: Unpack[Measured]) -> Shown:
    """
    Draw the figures 5 to 10 of the thesis for these transfers: for each file size box plots, then means.

    Parameters
    ----------
    transfers, *labels, **options
        As for `boxplot`, as is what it returns and raises.
    confidence
        As for `compare`.

    Returns
    -------
    Axes or ndarray of Axes
        As of `boxplot`; a figure each.

    Notes
    -----
    The thesis measured three sizes; of other data there are fewer figures, or more. The captions are its content in
    English, not its words.

    Examples
    --------
    >>> import ftpstats
    >>> axes = ftpstats.plot.thesis("sample_logs/inetutils/FTP.log", size=["100KB", "10MB"])
    >>> [one.get_title() for one in axes]
    ['100 KB download', '100 KB download', '10 MB download', '10 MB download']
    """
    return draw("thesis", transfers, *labels, confidence=confidence, **options).shown


def throughput(transfers: Transfers, *labels: str, ax: Axes | None = None, **options: Unpack[Rates]) -> Shown:
    """
    Draw the rates of single transfers and the aggregate throughput, by size and by hour of the day.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As of `boxplot`, as is what it returns and raises; a panel per label, by size, and one by hour where times are
        known. ``unit``: ``MB/s``, ``MiB/s`` (default) or ``Mbit/s``. ``time_zone`` of hours, as of `throughput`. It has
        no ``log`` or ``from_zero``: the axis is logarithmic.

    Notes
    -----
    What is drawn is what `ftpstats.throughput` gives. Where the clock leaves an interval, boxes reach over it; where
    it hides the median, nothing is drawn but hatching.

    Examples
    --------
    >>> import ftpstats
    >>> logs = ftpstats.Logs("tests/data/records/server-vsftpd-native.log", label="server", time_zone="UTC")
    >>> axes = ftpstats.plot.throughput(logs)
    >>> [one.get_title().splitlines() for one in axes]
    [['by size', 'server'], ['by hour of the day', 'server']]
    """
    return draw("throughput", transfers, *labels, ax=ax, **options).shown


def history(
    transfers: Transfers,
    *labels: str,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    ax: Axes | None = None,
    **options: Unpack[Levels],
) -> Shown:
    """
    Draw run means in the order of time with their levels, where these change, and the verdict on each change.

    Parameters
    ----------
    transfers, *labels, ax, **options
        As for `boxplot`, as is what it returns and raises; a panel per label and file size. ``by``,
        ``false_alarm_rate`` and ``time_zone`` as for `history`.
    confidence, margin
        As for `history`.

    Notes
    -----
    What is drawn is what `ftpstats.history` gives. Where times drift, a line takes the place of levels.

    Examples
    --------
    >>> import ftpstats
    >>> ax = ftpstats.plot.history("sample_logs/history", size="1MB")
    >>> print(ax.get_title())
    1 MB download
    server
    """
    return draw("history", transfers, *labels, confidence=confidence, margin=margin, ax=ax, **options).shown
