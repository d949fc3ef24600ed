"""Published summaries compared: from a table or a CSV file. Arguments in, one call of `analysis`, results out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ftpstats.analysis.verdict import GATE_NAMES, REQUIREMENTS, Margins
from ftpstats.api.arguments import (
    Limits,
    Sizes,
    as_factor,
    as_flag,
    as_level,
    as_list,
    as_margin,
    as_margins,
    as_sizes,
    as_text,
    one_of,
)
from ftpstats.api.comparing import METHODS, too_wide
from ftpstats.api.published_rows import published
from ftpstats.errors import SelectionError, UsageError
from ftpstats.units import UNITS, format_kind, listed

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.holding import Assumed
    from ftpstats.analysis.matches import Match
    from ftpstats.analysis.published import PublishedSample
    from ftpstats.api.results import Comparisons

__all__ = ["as_assumed", "compare_summaries", "compared_summaries"]

_MOST_SPREAD = 1000.0  # means, or seconds
# What published numbers say nothing of.
_NOT_PUBLISHED = ("failures",)


def compare_summaries(  # noqa: PLR0913 - the question's options, by name
    summaries: Any,  # noqa: ANN401 - a table of any library, or a name
    *labels: str,
    size: Sizes = None,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    inflation: str | float | None = None,
    run_sd: str | float | None = None,
    unit: str = "s",
    method: str = "contrast",
    all_pairs: bool = False,
    fail_on: str | Sequence[str] = (),
    require: str | Sequence[str] = (),
) -> Comparisons:
    """
    Compare labels from published summaries: means and spreads of a paper whose log is lost.

    Parameters
    ----------
    summaries : str, Path or DataFrame
        A CSV file, or a table of pandas, Polars or anything with the Arrow PyCapsule interface, with a row per label
        and file size. It has the columns ``label``, ``size``, ``mean``, ``n``, and one of ``sd``, ``k1s`` (half the
        width of a t interval) and ``ci_low`` with ``ci_high``; and may have ``direction``, ``ci_confidence``, ``min``,
        ``q1``, ``median``, ``q3``, ``max``, ``inflation``, ``runs`` and ``run_sd``. Times are seconds, or text like
        ``31.7ms``. See docs/papers.md.
    *labels : str
        The reference, and the labels that are compared with it, in upper or lower case. Default: all, the first of the
        table as the reference.
    size, confidence, margin, unit, method, all_pairs
        As for `compare`.
    inflation : str or float, optional
        The factor by which autocorrelation is assumed to multiply the variance of a mean, for rows without one. The
        default is 1, of independent transfers; measured logs have had factors from 1 to 6.
    run_sd : str or float, optional
        The standard deviation by which runs are assumed to differ beyond what their transfers explain: a share of each
        mean, like ``3%`` or 0.03, or a time, like ``2ms``; for rows without one. Default: none.
    fail_on : str or iterable of str
        As for `compare`, without ``failures``.
    require : {"not-slower"} or iterable of it, optional
        As for `compare`.

    Returns
    -------
    Comparisons
        One `Comparison` per size, direction and label. Each says what it assumes, and up to which inflation
        and which standard deviation between runs its verdict holds. What no paper tells, like failures, is None.

    Raises
    ------
    ValueError
        If an argument is wrong, there is no such label or size, labels share no size, or a row of a table is wrong.
    InputError
        If the file cannot be read, or a row of it is wrong.

    Notes
    -----
    The contrast of `compare`, with V = F·s²/n + s_r²/runs and max(1, n/F − 1) degrees of freedom for each mean, where F
    is the inflation (Bayley and Hammersley 1946) and s_r the standard deviation between runs; published means of runs
    have V = run_sd²/runs with runs − 1. A row whose numbers cannot be of one sample is an error.

    Examples
    --------
    >>> import ftpstats
    >>> rows = "tests/data/summaries/inetutils.csv"
    >>> found = ftpstats.compare_summaries(rows, "xen", "vmware", size="10MB", inflation=3)
    >>> one = found[0]
    >>> print(one.verdict, f"{one.percent:.1f} %, up to an inflation of {one.published.largest_inflation:.1f}")
    equivalent 2.2 %, up to an inflation of 4.4
    """
    from ftpstats.api.results import Comparisons
    from ftpstats.present.gates import match_line
    from ftpstats.present.papers import published_answer
    from ftpstats.present.verdicts import Terms

    shown_in, is_thesis = one_of(unit, tuple(UNITS), "unit"), one_of(method, METHODS, "method") == "thesis"
    as_flag(all_pairs, "all-pairs")
    gates = _gates(fail_on), tuple(one_of(name, REQUIREMENTS, "require") for name in as_list(require, "require"))
    level, limit = as_level(confidence, "confidence"), as_margins(margin)
    assumed = as_assumed(inflation, run_sd)
    found, chosen, pairs, inputs, notes = compared_summaries(
        summaries, labels, size, level, limit, assumed, all_pairs=all_pairs
    )
    matched = _matches(gates, found, chosen, pairs, 1 - level) if any(gates) else []
    answer = partial(
        published_answer,
        found,
        Terms(limit, level, shown_in),
        chosen,
        reference=None if all_pairs else pairs[0][0],
        thesis=is_thesis,
        matches=matched,
    )
    return Comparisons(found, answer, inputs, notes, matches=tuple(map(match_line, matched)))


class FromSummaries(NamedTuple):
    """Comparisons of published summaries, what they are of, where that is from, and what is to be said of it."""

    comparisons: tuple[Comparison, ...]
    samples: list[PublishedSample]
    pairs: list[tuple[str, str]]
    inputs: list[str]
    notes: list[str]


def compared_summaries(  # noqa: PLR0913, PLR0917 - the question's options, by name
    summaries: Any,  # noqa: ANN401 - a table of any library, or a name
    labels: Sequence[str],
    size: Sizes,
    confidence: float,
    margin: Margins,
    assumed: Assumed,
    *,
    all_pairs: bool = False,
) -> FromSummaries:
    """Compare published summaries: see `compare_summaries`."""
    from ftpstats.analysis.compare import asked_pairs

    samples, inputs, notes = published(summaries, confidence)
    chosen = _chosen(samples, [as_text(label, "label") for label in labels], as_sizes(size))
    pairs = asked_pairs(list(dict.fromkeys(one.label for one in chosen)), all_pairs=all_pairs)
    found = _compared(chosen, pairs, confidence, margin, assumed)
    return FromSummaries(found, chosen, pairs, inputs, [*notes, *_lacking(chosen), *too_wide(found)])


def as_assumed(inflation: str | float | None, run_sd: str | float | None) -> Assumed:
    """Return what is assumed of published summaries."""
    from ftpstats.analysis.holding import Assumed
    from ftpstats.analysis.published import MOST_INFLATION

    factor, spread = as_factor(inflation, "inflation") or 1.0, None if run_sd is None else as_margin(run_sd, "run-sd")
    if factor > MOST_INFLATION:
        raise UsageError(f"inflation {inflation}: must be at most {MOST_INFLATION:.0f}")
    if spread is not None and spread.value > _MOST_SPREAD:
        raise UsageError(f"run-sd {run_sd}: must be at most {100 * _MOST_SPREAD:.0f}% or {_MOST_SPREAD:.0f}s")
    return Assumed(factor, spread)


def _gates(fail_on: str | Sequence[str]) -> tuple[str, ...]:
    names = tuple(one_of(name, GATE_NAMES, "fail-on") for name in as_list(fail_on, "fail-on"))
    for name in names:
        if name in _NOT_PUBLISHED:
            raise UsageError(f"fail-on {name}: published summaries tell nothing of it")
    return names


# --- what is compared -------------------------------------------------------------------------------------------------


def _chosen(samples: Sequence[PublishedSample], labels: Sequence[str], sizes: Sequence[int]) -> list[PublishedSample]:
    """Return the summaries of these labels, the reference first, and of these sizes."""
    from ftpstats.analysis.select import refuse_repeated
    from ftpstats.present.tables import shown_label

    there = {one.label.lower(): one.label for one in samples}
    names = listed(list(map(shown_label, there.values())))
    for label in labels:
        if label.lower() not in there:
            raise SelectionError(f"no label {label}; there are: {names}")
    missing = [size for size in sizes if size not in {one.bytes for one in samples}]
    if missing:
        kinds = dict.fromkeys(one.kind_name for one in samples)
        raise SelectionError(f"no summary of {format_kind(missing[0], None)}; there are: {listed(list(kinds))}")
    wanted = [there[label.lower()] for label in labels] or list(there.values())
    refuse_repeated(wanted, "compared with")
    if len(wanted) < 2:
        raise UsageError(f"name at least two labels, the reference first; there are: {names}")
    return [one for label in wanted for one in samples if one.label == label and (not sizes or one.bytes in sizes)]


def _compared(
    samples: Sequence[PublishedSample],
    pairs: Sequence[tuple[str, str]],
    level: float,
    margin: Margins,
    assumed: Assumed,
) -> tuple[Comparison, ...]:
    from ftpstats.analysis.from_published import compare_published
    from ftpstats.present.tables import shown_label

    kinds = {label: [one.kind for one in samples if one.label == label] for pair in pairs for label in pair}
    for reference, other in pairs:
        if not set(kinds[reference]) & set(kinds[other]):
            said = " and ".join(
                f"{shown_label(label)} has {listed([format_kind(*kind) for kind in kinds[label]]) or 'none'}"
                for label in (reference, other)
            )
            raise SelectionError(f"no size in common to compare: {said}")
    return compare_published(samples, pairs, confidence=level, margin=margin, assumed=assumed)


def _lacking(samples: Sequence[PublishedSample]) -> list[str]:
    """Say which labels have no row of a size that others have."""
    from ftpstats.present.tables import shown_label

    labels, there = dict.fromkeys(one.label for one in samples), {(one.label, *one.kind) for one in samples}
    lacking = {
        kind: [shown_label(label) for label in labels if (label, *kind) not in there]
        for kind in dict.fromkeys(one.kind for one in samples)
    }
    return [f"{format_kind(*kind)}: no row of {listed(names)}" for kind, names in lacking.items() if names]


def _matches(
    gates: tuple[tuple[str, ...], tuple[str, ...]],
    found: Sequence[Comparison],
    samples: Sequence[PublishedSample],
    pairs: Sequence[tuple[str, str]],
    alpha: float,
) -> list[Match]:
    from ftpstats.analysis.gates import matches_of_comparisons
    from ftpstats.analysis.matches import Missing
    from ftpstats.analysis.outcomes import Outcomes

    there = {(one.label, *one.kind) for one in samples}
    wanted = {(label, *one.kind): None for pair in pairs for label in pair for one in samples if one.label == pair[0]}
    missing = [
        Missing(size, way, Outcomes(label, 0, 0, 0, 0, 0, None), is_all=False)
        for label, size, way in wanted
        if (label, size, way) not in there
    ]
    names, required = gates
    return [*matches_of_comparisons(names, found, alpha, required), *missing]
