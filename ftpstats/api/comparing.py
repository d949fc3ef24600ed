"""Labels compared: with a reference, or each with itself. Arguments in, one call of `analysis`, results out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, get_args

from ftpstats.analysis.verdict import GATE_NAMES, REQUIREMENTS, Verdict
from ftpstats.api.arguments import Limits, Sizes, as_flag, as_level, as_list, as_margins, as_share, one_of
from ftpstats.api.questions import Asked, about, ask
from ftpstats.api.sources import Transfers
from ftpstats.units import UNITS, format_seconds, format_size

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.verdict import Margins
    from ftpstats.api.results import Comparisons, SelfComparisons

__all__ = ["GATES", "METHODS", "REQUIRED", "VERDICTS", "aa_test", "compare", "compared", "too_wide"]

METHODS = ("contrast", "thesis")
VERDICTS: tuple[str, ...] = get_args(Verdict)
GATES: tuple[str, ...] = tuple(GATE_NAMES)
REQUIRED: tuple[str, ...] = tuple(REQUIREMENTS)


def compare(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    unit: str = "s",
    method: str = "contrast",
    as_printed: bool = False,
    all_pairs: bool = False,
    details: bool = False,
    all_tests: bool = False,
    fail_on: str | Iterable[str] = (),
    max_failure_rate: str | float | None = None,
    require: str | Iterable[str] = (),
) -> Comparisons:
    """
    Compare labels with a reference, per file size: which is faster, by how much, and whether it matters.

    Parameters
    ----------
    transfers : DataFrame, TransferStore, Logs, str or Path
        From `read_log`, `read_logs` or `open_store`; a table of pandas, Polars or anything with the Arrow PyCapsule
        interface that has at least the columns ``label`` and ``seconds``; or the name of a log.
    *labels : str
        The reference, and one or more labels that are compared with it, in upper or lower case.
    size : str, int or iterable of them, optional
        Only these file sizes, like ``100KB`` (1 KB is 1024 bytes) or in bytes. Default: all.
    client : str or iterable of str, optional
        Only transfers of these clients, and failures of unknown client. Default: all.
    where : str, optional
        Only transfers that meet this condition, in SQL over the columns of the tidy table, like
        ``direction = 'upload'`` or ``time >= '2026-11-01'`` (UTC); unknown values do not. Default: all.
    label_from : str, optional
        The column of the tidy table whose values become the labels, like ``peer``. Default: the labels of the logs.
    confidence : float or str
        1 − α of every interval and test, like 0.95 (default) or ``95%``.
    margin : str, float, or list or mapping of them
        The margin, the largest difference that does not matter: a share of the mean of the reference, like ``5%``
        (default) or 0.05, or a time, like ``20ms``. With a size in front it is that of this size only, like
        ``["100KB=20%", "5%"]`` or ``{"100KB": 0.2}``.
    unit : {"s", "MB/s", "MiB/s", "Mbit/s"}
        What differences are shown in: time, or throughput in this unit. The verdicts are the same.
    method : {"contrast", "thesis"}
        ``thesis`` adds the rule of the thesis, whether the t intervals overlap, to the verdict.
    as_printed : bool
        Whether to analyse the seconds as printed, without the precision of the printed rate.
    all_pairs : bool
        Whether to compare every pair of labels, not each with the first.
    details : bool
        Whether to compute `Comparison.details`.
    all_tests : bool
        Whether to compute every textbook test: `Comparisons.tests`.
    fail_on : str or iterable of str
        Verdicts, ``slower-by-margin`` (shown to be slower by more than the margin), ``failures`` or ``missing``.
        `Comparisons.matches` names what matches them.
    max_failure_rate : float or str, optional
        A share of failed transfers, like ``5%`` or 0.05. `Comparisons.matches` names labels above it.
    require : {"not-slower"} or iterable of it, optional
        What has to be shown of every comparison: that the label is not slower by the margin or more (non-inferiority).
        `Comparisons.matches` names comparisons of which it is not shown.

    Returns
    -------
    Comparisons
        One `Comparison` per size, direction and label, small files first. Differences are other − reference, in
        seconds. P-values are adjusted for the number of comparisons (Holm 1979).

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label, size or client, or labels share no size.
    InputError
        If a log or the store cannot be read.

    Notes
    -----
    One contrast of means decides, with a standard error that accounts for autocorrelation between consecutive
    transfers (Lazarus, Lewis, Stock & Watson 2018) and for differences between runs (Kalibera & Jones 2013);
    equivalence is two one-sided tests at α (Schuirmann 1987), the interval in per cent is Fieller's. See
    docs/statistics.md.

    Labels that transferred at the same moment (``run`` with ``order="duet"``) are compared in pairs, and with their
    solo transfers, whose labels end with `` solo``: where it is not shown that neither slows the other by the margin,
    they are not equivalent. See docs/duet.md.

    Examples
    --------
    >>> import ftpstats
    >>> log = ftpstats.read_log("sample_logs/inetutils/FTP.log")
    >>> result = ftpstats.compare(log, "xen", "vmware", size="100MB")
    >>> print(result.verdict, f"{result[0].percent:.1f} %")
    slower 17.2 %
    """
    from ftpstats.analysis.compare import asked_pairs
    from ftpstats.analysis.gates import Compared, Gates, matches
    from ftpstats.api.results import Comparisons
    from ftpstats.present.answers import comparison_answer
    from ftpstats.present.gates import match_line
    from ftpstats.present.verdicts import Terms

    level, limit = as_level(confidence, "confidence"), as_margins(margin)
    shown_in = one_of(unit, tuple(UNITS), "unit")
    is_thesis = one_of(method, METHODS, "method") == "thesis"
    names = tuple(one_of(name, GATE_NAMES, "fail-on") for name in as_list(fail_on, "fail-on"))
    required = tuple(one_of(name, REQUIREMENTS, "require") for name in as_list(require, "require"))
    rate = None if max_failure_rate is None else as_share(max_failure_rate, "max-failure-rate")
    for name, flag in {"all-pairs": all_pairs, "details": details, "all-tests": all_tests}.items():
        as_flag(flag, name)
    gates = Gates(names, rate, required)
    asked = ask(transfers, labels, size, client, as_printed=as_printed, where=where, label_from=label_from)
    pairs = asked_pairs(asked.at_least_two("compare", asked.labels or []), all_pairs=all_pairs)
    found = compared(asked, pairs, level, limit, details=details, may_lack=gates.asked)
    tests = asked.tests(level, limit, together=True) if all_tests else None
    # Where every two are compared, each is the other's reference.
    both_ways = [*pairs, *((other, one) for one, other in pairs)] if all_pairs else pairs
    looked_at = Compared(found, asked.samples, both_ways, asked.sizes, 1 - level)
    matched = matches(gates, looked_at) if gates.asked else []
    answer = partial(
        comparison_answer,
        found,
        tests,
        Terms(limit, level, shown_in),
        asked.boxes,
        reference=None if all_pairs else pairs[0][0],
        thesis=asked.summaries(level) if is_thesis else None,
        matches=matched,
    )
    said = tuple(map(match_line, matched))
    inputs, notes, errors = about(asked.found)
    notes = (*notes, *_unused(limit, found, asked.sizes), *too_wide(found))
    return Comparisons(found, answer, inputs, notes, errors, tests=tests, matches=said)


def _unused(margins: Margins, found: Sequence[Comparison], sizes: Sequence[int]) -> list[str]:
    """Say which sizes have a margin and no comparison, unless other sizes were asked for."""
    compared = {c.bytes for c in found}
    unused = [size for size, _ in margins.sizes if size not in compared and (not sizes or size in sizes)]
    return [f"margin for {format_size(size)}: no transfers of this size were compared" for size in unused]


def too_wide(found: Sequence[Comparison]) -> list[str]:
    """Say which margins are no smaller than the mean itself, a unit too large: nearly everything is within them."""
    from ftpstats.analysis.spread import seconds_of
    from ftpstats.present.tables import margin_text, shown_label

    wide = {c.margin: c for c in reversed(found) if seconds_of(c.margin, c.mean_reference) >= c.mean_reference}
    return [
        f"margin {margin_text(margin)}: no smaller than the mean of {shown_label(c.reference)}, "
        f"{format_seconds(c.mean_reference)}, so nearly every label is equivalent"
        for margin, c in wide.items()
    ]


def compared(  # noqa: PLR0913 - as `compare_samples`
    asked: Asked,
    pairs: Sequence[tuple[str, str]],
    confidence: float,
    margin: Margins,
    *,
    details: bool,
    may_lack: bool,
) -> list[Comparison]:
    """Compare pairs of labels, and warn where the experiments that they are of differ."""
    from ftpstats.analysis.compare import compare_samples
    from ftpstats.analysis.concurrency import with_overlap
    from ftpstats.analysis.settings import with_settings

    found = compare_samples(
        asked.samples,
        pairs,
        confidence=confidence,
        margin=margin,
        details=details,
        may_lack=may_lack,
        solos=asked.solos,
    )
    rows = asked.found.rows
    overlapped = with_overlap(found, lambda c: (c.reference, c.label), rows)
    return with_settings(overlapped, lambda c: (c.label, c.reference), rows, asked.found.manifests)


def aa_test(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    as_printed: bool = False,
) -> SelfComparisons:
    """
    Compare the runs of each label with each other (A/A test): the false positives of the set-up.

    Parameters
    ----------
    transfers, size, client, where, label_from, confidence, margin, as_printed
        As for `compare`.
    *labels : str
        The labels. Default: all.

    Returns
    -------
    SelfComparisons
        One `SelfComparison` per label, size and direction with several runs.

    Raises
    ------
    ValueError
        If an argument is wrong, or no label has two runs of one size.
    InputError
        If a log or the store cannot be read.

    Examples
    --------
    >>> import ftpstats
    >>> log = ftpstats.read_log("sample_logs/inetutils/FTP.log", label="Xen")  # its three series as if of one label
    >>> [one] = ftpstats.aa_test(log, size="100KB")
    >>> one.pairs, one.different
    (3, 3)
    """
    from ftpstats.analysis.aa import compare_with_self
    from ftpstats.api.results import SelfComparisons
    from ftpstats.present.answers import self_answer

    level, limit = as_level(confidence, "confidence"), as_margins(margin)
    asked = ask(transfers, labels, size, client, as_printed=as_printed, where=where, label_from=label_from)
    rows = asked.found.rows
    found = compare_with_self(rows, asked.labels, asked.sizes, confidence=level, margin=limit, as_printed=as_printed)
    return SelfComparisons(found, partial(self_answer, found, limit, level), *about(asked.found))
