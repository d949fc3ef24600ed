"""Published summaries to Comparisons, under what is assumed of autocorrelation and runs; how far each verdict holds.

The contrast, the margins, Holm's adjustment and the words are those of `compare`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from ftpstats.analysis.comparison import Comparison, Published
from ftpstats.analysis.contrasts import Contrasted, contrast_means
from ftpstats.analysis.decided import OneSided, decided, evidence_of, one_sided_of
from ftpstats.analysis.published import PublishedSample
from ftpstats.analysis.spread import Spread, seconds_of
from ftpstats.analysis.verdict import Evidence, Margin, Margins, Verdict, verdict
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.contrast import difference
from ftpstats.stats.means import SampleMean
from ftpstats.stats.published import published_mean, published_mean_of_runs
from ftpstats.units import format_seconds, kind_order

__all__ = ["Assumed", "compare_published", "means_of"]

_FEW, _FEW_RUNS = 30, 4  # as in `design` and `checks`
_MOST = 1000.0  # times what is assumed: beyond it a verdict holds whatever is assumed
_LEAST_SHARE, _LEAST_SECONDS = 1e-4, 1e-9  # of a standard deviation between runs, where the search begins
_HALVINGS = 8


@dataclass(frozen=True, slots=True)
class Assumed:
    """
    What published numbers do not tell.

    Attributes
    ----------
    inflation : float
        The factor by which autocorrelation multiplies the variance of a mean.
    run_sd : Margin or None
        The standard deviation between runs beyond what transfers explain: a share of each mean, or seconds.
    """

    inflation: float
    run_sd: Margin | None


class _Limits(NamedTuple):
    """Up to what a verdict holds, one assumption at a time; see `Published`."""

    inflation: float | None
    run_sd: Margin | None


_Pair = tuple[PublishedSample, PublishedSample]  # the other and the reference


def compare_published(
    samples: Sequence[PublishedSample],
    asked: Sequence[tuple[str, str]],
    *,
    confidence: float,
    margin: Margins,
    assumed: Assumed,
) -> tuple[Comparison, ...]:
    """
    Compare published summaries in pairs, per size and direction.

    Parameters
    ----------
    samples : sequence of PublishedSample
        One for each label, size and direction.
    asked : sequence of (str, str)
        The reference and the other of each pair.
    confidence : float
        1 − α.
    margin : Margin or SizedMargins
        The difference that is of no practical importance.
    assumed : Assumed

    Returns
    -------
    tuple of Comparison
        By size and direction, then pair. Holm's adjustment is over all of them.
    """
    pairs = _pairs(samples, asked)

    def contrasts(under: Assumed) -> list[Contrasted]:
        return [
            contrast_means([(means_of(one, under), means_of(two, under))], confidence, margin.of(one.bytes))
            for one, two in pairs
        ]

    @cache
    def words(under: Assumed) -> tuple[Verdict, ...]:
        return tuple(map(verdict, evidence_of(contrasts(under), 1 - confidence)))

    found = contrasts(assumed)
    evidence, one_sided = evidence_of(found, 1 - confidence), one_sided_of(found)
    limits = [
        _Limits(_largest_inflation(place, pair, words, assumed), _largest_run_sd(place, pair, words, assumed))
        for place, pair in enumerate(pairs)
    ]
    each = zip(pairs, found, evidence, one_sided, limits, strict=True)
    return tuple(_comparison(*one, assumed, len(pairs)) for one in each)


def means_of(sample: PublishedSample, assumed: Assumed) -> SampleMean:
    """Return a mean with its variance under what is assumed, where the row does not say it."""
    if sample.run_sd is not None:
        return published_mean_of_runs(sample.mean, sample.run_sd, sample.runs, sample.n)
    return published_mean(
        sample.mean,
        sample.sd or 0.0,
        sample.n,
        inflation=_inflation(sample, assumed) or 1.0,
        run_sd=_run_sd(sample, assumed) or 0.0,
        runs=sample.runs,
    )


def _inflation(sample: PublishedSample, assumed: Assumed) -> float | None:
    if sample.run_sd is not None:
        return None
    return assumed.inflation if sample.inflation is None else sample.inflation


def _run_sd(sample: PublishedSample, assumed: Assumed) -> float | None:
    if sample.run_sd is not None:
        return sample.run_sd
    return None if assumed.run_sd is None else seconds_of(assumed.run_sd, sample.mean)


def _pairs(samples: Sequence[PublishedSample], asked: Sequence[tuple[str, str]]) -> list[_Pair]:
    by_place = {(one.label, *one.kind): one for one in samples}
    kinds = sorted({one.kind for one in samples}, key=lambda kind: kind_order(*kind))
    return [
        (by_place[other, *kind], by_place[reference, *kind])
        for kind in kinds
        for reference, other in asked
        if (other, *kind) in by_place and (reference, *kind) in by_place
    ]


def _comparison(  # noqa: PLR0913, PLR0917 - a pair, and what is known of all
    pair: _Pair,
    found: Contrasted,
    evidence: Evidence,
    one_sided: OneSided,
    limits: _Limits,
    assumed: Assumed,
    tested: int,
) -> Comparison:
    other, reference = pair
    spread = _spread(pair, found, assumed)
    needed = (
        spread.needed(seconds_of(found.margin, reference.mean), "equivalence", evidence.alpha, None) if spread else None
    )
    unknown: dict[str, Any] = dict.fromkeys(
        f"{name}{side}" for name in ("logs", "attempts", "failed", "unsized") for side in ("", "_reference")
    )  # fmt: skip
    return Comparison(
        label=other.label,
        reference=reference.label,
        bytes=other.bytes,
        direction=other.direction,
        n=other.n,
        n_reference=reference.n,
        runs=other.runs,
        runs_reference=reference.runs,
        **unknown,
        failure_difference=None,
        failure_difference_low=None,
        failure_difference_high=None,
        failure_p=None,
        **decided(found, other.bytes, evidence, one_sided),
        welch_p=_welch_p(pair),
        mann_whitney_p=None,
        hedges_g=None,
        intervals_overlap=_overlap(pair, found.confidence),
        scope="labels-confounded" if all(_run_sd(one, assumed) is not None for one in pair) else "runs",
        design="summaries",
        transfers_needed=needed if spread and spread.of == "transfers" else None,
        runs_needed=needed if spread and spread.of == "runs" else None,
        logs_needed=None,
        by_log=(),
        published=Published(
            inflation=_inflation(other, assumed),
            inflation_reference=_inflation(reference, assumed),
            run_sd=_run_sd(other, assumed),
            run_sd_reference=_run_sd(reference, assumed),
            largest_inflation=limits.inflation,
            largest_run_sd=limits.run_sd,
        ),
        details=None,
        warnings=tuple(_warnings(pair, found, evidence, assumed, tested)),
    )


def _spread(pair: _Pair, found: Contrasted, assumed: Assumed) -> Spread | None:
    """Return what a new experiment has to overcome: of runs of as many transfers where their spread is known."""
    both = list(zip(pair, (found.mean, found.mean_reference), strict=True))
    if found.difference.df is None:
        return None
    if all(_run_sd(sample, assumed) is not None for sample in pair):
        return Spread("runs", tuple((mean.variance or 0.0) * one.runs for one, mean in both), found.difference.df, 0.0)
    if any(sample.run_sd is not None for sample in pair):
        return None
    return Spread("transfers", tuple((mean.variance or 0.0) * one.n for one, mean in both), found.difference.df, 0.0)


def _welch_p(pair: _Pair) -> float | None:
    """Return the p-value of Welch's test, which needs no more than means and standard deviations."""
    one, two = pair
    if one.sd is None or two.sd is None:
        return None
    return difference(published_mean(one.mean, one.sd, one.n), published_mean(two.mean, two.sd, two.n)).p


def _overlap(pair: _Pair, confidence: float) -> bool | None:
    halves = [one.half_width(confidence) for one in pair]
    if None in halves:
        return None
    return abs(pair[0].mean - pair[1].mean) <= sum(half for half in halves if half is not None)


# --- what is assumed --------------------------------------------------------------------------------------------------


def _warnings(pair: _Pair, found: Contrasted, evidence: Evidence, assumed: Assumed, tested: int) -> Iterator[Warning]:
    other, reference = pair
    without_runs = [one for one in pair if one.run_sd is None]
    if any(one.inflation is None for one in without_runs):
        is_one = assumed.inflation == 1
        yield warn("assumed-independent") if is_one else warn("assumed-inflation", factor=assumed.inflation)
    if without_runs and assumed.run_sd is None:
        yield warn("assumed-one-level")
    elif without_runs and assumed.run_sd is not None:
        yield warn("assumed-run-sd", spread=_amount(assumed.run_sd))
    for one in (reference, other):
        for doubt in one.doubts:
            yield warn("doubtful-summary", label=one.label, doubt=doubt)
    single = [one.label for one in (reference, other) if one.runs == 1]
    if single:
        yield warn("one-run", labels=" and ".join(single))
    else:
        yield warn("confounded")
    if any(one.n < _FEW for one in without_runs):
        yield warn("few-transfers")
    few = [one for one in (reference, other) if one.run_sd is not None and one.runs < _FEW_RUNS]
    if few:
        names = " and ".join(one.label for one in few)
        yield warn("few-runs", count=min(one.runs for one in few), labels=names)
    alone = verdict(Evidence(found.difference.estimate, found.decisive_p, found.decisive_equivalence_p, evidence.alpha))
    if alone != "inconclusive" and verdict(evidence) == "inconclusive":
        yield warn("holm-decides", tested=tested)


def _amount(spread: Margin) -> str:
    return f"{100 * spread.value:.4g} % of the mean" if spread.relative else format_seconds(spread.value, 3)


# --- how far a verdict holds ------------------------------------------------------------------------------------------

_Words = Callable[[Assumed], tuple[Verdict, ...]]


def _largest_inflation(place: int, pair: _Pair, words: _Words, assumed: Assumed) -> float | None:
    """Return up to which assumed inflation the verdict holds."""
    if all(one.run_sd is not None or one.inflation is not None for one in pair):
        return None
    word = words(assumed)[place]
    return _largest(
        lambda factor: words(replace(assumed, inflation=factor))[place] == word, word, assumed.inflation, 1.0
    )


def _largest_run_sd(place: int, pair: _Pair, words: _Words, assumed: Assumed) -> Margin | None:
    """Return up to which assumed standard deviation between runs the verdict holds."""
    if all(one.run_sd is not None for one in pair):
        return None
    word, relative = words(assumed)[place], assumed.run_sd is None or assumed.run_sd.relative
    found = _largest(
        lambda value: words(replace(assumed, run_sd=Margin(value, relative=relative)))[place] == word,
        word,
        assumed.run_sd.value if assumed.run_sd else 0.0,
        _LEAST_SHARE if relative else _LEAST_SECONDS,
    )
    return None if found is None else Margin(found, relative=relative)


def _largest(holds: Callable[[float], bool], word: Verdict, assumed: float, least: float) -> float | None:
    """
    Return the largest value at which a verdict holds that holds at what is assumed.

    More uncertainty never brings a verdict back, because every p-value grows with it.
    """
    if word == "inconclusive":
        return None
    inside, outside = assumed, max(2 * assumed, least)
    while holds(outside):
        inside, outside = outside, 2 * outside
        if outside > _MOST * max(assumed, 1.0):
            return None
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside
