"""What influence size has on time. Arguments in, one call of `analysis`, results out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ftpstats.api.arguments import Limits, Sizes, as_level, as_margin, as_margins, as_sizes
from ftpstats.api.questions import About, Asked, Question, about, answerable, question
from ftpstats.api.rates import RATE, as_rate_unit
from ftpstats.api.shares import (
    Share,
    StoredPart,
    about_all,
    asked_of,
    labels_in_order,
    parts_of,
    share_of,
    there_of,
    told_of,
)  # fmt: skip
from ftpstats.api.sources import Transfers, look, refuse_odd
from ftpstats.api.store import TransferStore
from ftpstats.errors import UsageError
from ftpstats.units import format_size

if TYPE_CHECKING:
    from ftpstats.analysis.scaling import Scaling
    from ftpstats.analysis.size_lines import Measured
    from ftpstats.analysis.verdict import Margin
    from ftpstats.api.results import Scalings, ScalingSizes

__all__ = ["answered", "sample_size_for_scaling", "scaling", "sized"]

_MOST_ROWS = 1_000_000  # of a store at once, unless a label or labels of one log have more


def scaling(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    at: Sizes = None,
    unit: str = RATE,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    confidence: str | float = 0.95,
    as_printed: bool = False,
) -> Scalings:
    """
    Show what influence the file size has: latency, and the throughput that ever larger files approach.

    Parameters
    ----------
    transfers, size, client, where, label_from, confidence, as_printed
        As for `compare`.
    *labels : str
        The reference, and labels that are compared with it. Default: all, the first of the data as the reference.
    at : str, int or iterable of them, optional
        Sizes to predict the mean time of, like ``1MB``, between the smallest and the largest that were measured.
    unit : {"MB/s", "MiB/s", "Mbit/s"}
        The unit of throughput in tables.

    Returns
    -------
    Scalings
        One `Scaling` per direction and label: seconds, bytes, bytes per second.

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label, size or client, no label has two sizes, or no label was
        measured at sizes around `at`.
    InputError
        If a log or the store cannot be read.

    See Also
    --------
    compare : the verdict at each size.

    Notes
    -----
    time = latency + size / throughput (Hockney, "The communication challenge for MPP", Parallel Computing 20 (1994)
    389–398), fitted by weighted least squares with weights that no error is estimated for. Intervals account for
    autocorrelation and for runs as those of `compare` do. Where three sizes or more show that time is not linear in
    size (Johansen, Biometrika 67 (1980) 85–92), there is no latency and no throughput. See docs/scaling.md.

    Examples
    --------
    >>> import ftpstats
    >>> found = ftpstats.scaling("sample_logs/inetutils/FTP.log", "xen", "vmware", at="1MB")
    >>> print(str(found).splitlines()[0])
    Xen: latency 30.64 ms, throughput 89.74 MiB/s.
    >>> [f"{one.label}: {1000 * one.predictions[0].seconds:.0f} ms" for one in found]
    ['Xen: 42 ms', 'VMware: 26 ms']
    """
    from ftpstats.api.results import Scalings
    from ftpstats.present.answers import scaling_answer

    level, shown_in, wanted = as_level(confidence, "confidence"), as_rate_unit(unit), as_sizes(at, "at")
    asking = question(size, client, as_printed=as_printed, where=where, label_from=label_from)
    lines, said = _looked_up(transfers, labels, asking)
    found = answered(lines, level, wanted)
    return Scalings(found, partial(scaling_answer, found, level, shown_in), *said)


def sample_size_for_scaling(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    margin: Limits | None = None,
    latency_margin: str | float | Margin | None = None,
    power: str | float | None = None,
    unit: str = RATE,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    confidence: str | float = 0.95,
    as_printed: bool = False,
) -> ScalingSizes:
    """
    Estimate how many transfers, runs or logs make the latency and the throughput of `scaling` precise.

    Parameters
    ----------
    transfers, size, client, where, label_from, confidence, as_printed
        As for `scaling`.
    *labels : str
        The labels, each planned alone. Default: all.
    margin : str, float or Margin, optional
        Each end of the interval of the throughput is to lie within this share of it, like ``5%``, which is the default.
    latency_margin : str, float or Margin, optional
        The half-width wanted of the interval of the latency, a share like ``10%`` or a time like ``2ms``. Default:
        `margin`. Of a latency that may be 0, a share has no meaning.
    power : float or str, optional
        The chance that the intervals are no wider, like 0.9 or ``90%``. Default: the confidence.
    unit : {"MB/s", "MiB/s", "Mbit/s"}
        The unit of throughput in tables.

    Returns
    -------
    ScalingSizes
        One `ScalingSize` per direction and label: ``needed``, ``unit``, and ``duration`` in seconds.

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label, size or client, or no label has two sizes.
    InputError
        If a log or the store cannot be read.

    Notes
    -----
    From the variances that the line is fitted with, and Student's t with as many degrees of freedom as the new data
    have; their spread may be larger than expected (Kupper & Hafner, "How appropriate are popular sample size
    formulas?", The American Statistician 43 (1989) 101–105). The new experiment is one of the same kind: what is
    counted is what the line is fitted to.

    Examples
    --------
    >>> import ftpstats
    >>> found = ftpstats.sample_size_for_scaling("sample_logs/inetutils/FTP.log", "xen", latency_margin="1ms")
    >>> found[0].needed, found[0].unit
    (30, 'transfers')
    """
    from ftpstats.analysis.scaling_size import LinePrecision, scaling_sizes
    from ftpstats.api.results import ScalingSizes
    from ftpstats.present.answers import scaling_size_answer

    level, shown_in, share = (
        as_level(confidence, "confidence"),
        as_rate_unit(unit),
        as_margins("5%" if margin is None else margin),
    )
    if share.sizes or not share.of(None).relative:
        raise UsageError("margin: that of a throughput is a share of all sizes, like 5%; latency-margin may be a time")
    of_latency = share.of(None) if latency_margin is None else as_margin(latency_margin, "latency-margin")
    chance = level if power is None else as_level(power, "power")
    aim = LinePrecision(share.of(None).value, of_latency, level, chance)
    asking = question(size, client, as_printed=as_printed, where=where, label_from=label_from)
    lines, said = _looked_up(transfers, labels, asking)
    found = scaling_sizes(lines, answered(lines, level), aim)
    return ScalingSizes(found, partial(scaling_size_answer, found, aim, shown_in), *said)


def sized(asked: Asked) -> list[Measured]:
    """Return the transfers of each label and direction with their sizes."""
    from ftpstats.analysis.select import refuse_repeated
    from ftpstats.analysis.size_lines import measured, require_two_sizes

    refuse_repeated(asked.labels or [], "compared with")
    found = measured(asked.found.rows, asked.labels, asked.sizes, as_printed=asked.as_printed)
    require_two_sizes(found)
    return found


def _looked_up(transfers: Transfers, labels: Sequence[str], asking: Question) -> tuple[list[Measured], About]:
    """Return what `sized` does: of a large store some labels after the others; and what results say of it."""
    if isinstance(transfers, TransferStore) and not asking.label_from:  # a column's values are labels in any log
        refuse_odd(labels)
        parts = parts_of(transfers, labels, _MOST_ROWS)
        if len(parts) > 1:
            return _of_parts([_of_part(part, labels, asking) for part in parts], labels, asking)
    asked = answerable(transfers, labels, asking)
    return sized(asked), about(asked.found)


def _of_part(part: StoredPart, labels: Sequence[str], asking: Question) -> Share[list[Measured]]:
    from ftpstats.analysis.select import asked_attempts, first_logs
    from ftpstats.analysis.size_lines import lines_of

    found, told = look(part, labels, asking.clients, asking.selected, asking.sizes)
    rows, there = asked_attempts(found.rows, asked_of(told, labels), asking.sizes)
    share: Share[list[Measured]] = share_of(found, told, there, first_logs(rows), 0, [])
    del found  # as large as what is computed of it
    return replace(share, answer=lines_of(rows, as_printed=asking.as_printed))


def _of_parts(
    shares: Sequence[Share[list[Measured]]], labels: Sequence[str], asking: Question
) -> tuple[list[Measured], About]:
    from ftpstats.analysis.select import refuse_repeated
    from ftpstats.analysis.size_lines import in_order, require_two_sizes

    names = told_of(shares).require(labels, asking.clients, asking.selected)
    refuse_repeated(names, "compared with")
    there_of(shares).require(names or None, asking.sizes)
    found = in_order((one for share in shares for one in share.answer), names or labels_in_order(shares))
    require_two_sizes(found)
    return found, about_all(shares, asking, None)


def answered(found: Sequence[Measured], confidence: float, at: Sequence[int] = ()) -> tuple[Scaling, ...]:
    """Fit lines, and refuse a size that is beyond all of them."""
    from ftpstats.analysis.scaling import scalings

    for one in at:
        if not any(each.sizes[0] <= one <= each.sizes[-1] for each in found):
            low, high = min(each.sizes[0] for each in found), max(each.sizes[-1] for each in found)
            ends = f"from {format_size(low)} to {format_size(high)}"
            raise UsageError(f"at {format_size(one)}: a line holds only between the sizes measured, {ends}")
    return scalings(found, confidence, at)
