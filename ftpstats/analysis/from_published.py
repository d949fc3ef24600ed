"""Published summaries to Comparisons, under what is assumed of autocorrelation and runs.

The contrast, the margins, Holm's adjustment and the words are those of `compare`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from ftpstats.analysis.comparison import Comparison, Published
from ftpstats.analysis.contrasts import Contrasted, contrast_means
from ftpstats.analysis.decided import OneSided, decided, evidence_of, one_sided_of
from ftpstats.analysis.holding import Assumed, Limits, PublishedPair, limits_of
from ftpstats.analysis.published import PublishedSample
from ftpstats.analysis.spread import Spread, seconds_of
from ftpstats.analysis.verdict import Evidence, Margin, Margins, Verdict, verdict
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.contrast import difference
from ftpstats.stats.means import SampleMean
from ftpstats.stats.published import published_mean, published_mean_of_runs
from ftpstats.units import format_seconds, kind_order

__all__ = ["compare_published", "means_of"]

_FEW, _FEW_RUNS = 30, 4  # as in `design` and `checks`


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
    limits = [limits_of(place, pair, words, assumed) for place, pair in enumerate(pairs)]
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


def _pairs(samples: Sequence[PublishedSample], asked: Sequence[tuple[str, str]]) -> list[PublishedPair]:
    by_place = {(one.label, *one.kind): one for one in samples}
    kinds = sorted({one.kind for one in samples}, key=lambda kind: kind_order(*kind))
    return [
        (by_place[other, *kind], by_place[reference, *kind])
        for kind in kinds
        for reference, other in asked
        if (other, *kind) in by_place and (reference, *kind) in by_place
    ]


def _comparison(  # noqa: PLR0913, PLR0917 - a pair, and what is known of all
    pair: PublishedPair,
    found: Contrasted,
    evidence: Evidence,
    one_sided: OneSided,
    limits: Limits,
    assumed: Assumed,
    tested: int,
) -> Comparison:
    other, reference = pair
    spread = _spread(pair, found, assumed)
    alone = verdict(Evidence(found.difference.estimate, found.decisive_p, found.decisive_equivalence_p, evidence.alpha))
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
        competition=(),
        published=Published(
            inflation=_inflation(other, assumed),
            inflation_reference=_inflation(reference, assumed),
            run_sd=_run_sd(other, assumed),
            run_sd_reference=_run_sd(reference, assumed),
            largest_inflation=limits.inflation,
            largest_run_sd=limits.run_sd,
        ),
        details=None,
        warnings=tuple(_warnings(pair, alone, evidence, assumed, tested)),
    )


def _spread(pair: PublishedPair, found: Contrasted, assumed: Assumed) -> Spread | None:
    """Return what a new experiment has to overcome: of runs of as many transfers where their spread is known."""
    both = list(zip(pair, (found.mean, found.mean_reference), strict=True))
    if found.difference.df is None:
        return None
    if all(_run_sd(sample, assumed) is not None for sample in pair):
        return Spread("runs", tuple((mean.variance or 0.0) * one.runs for one, mean in both), found.difference.df, 0.0)
    if any(sample.run_sd is not None for sample in pair):
        return None
    return Spread("transfers", tuple((mean.variance or 0.0) * one.n for one, mean in both), found.difference.df, 0.0)


def _welch_p(pair: PublishedPair) -> float | None:
    """Return the p-value of Welch's test, which needs no more than means and standard deviations."""
    one, two = pair
    if one.sd is None or two.sd is None:
        return None
    return difference(published_mean(one.mean, one.sd, one.n), published_mean(two.mean, two.sd, two.n)).p


def _overlap(pair: PublishedPair, confidence: float) -> bool | None:
    halves = [one.half_width(confidence) for one in pair]
    if None in halves:
        return None
    return abs(pair[0].mean - pair[1].mean) <= sum(half for half in halves if half is not None)


# --- what is assumed --------------------------------------------------------------------------------------------------


def _warnings(pair: PublishedPair, alone: Verdict, evidence: Evidence, assumed: Assumed, tested: int) -> list[Warning]:
    held_back = alone != "inconclusive" and verdict(evidence) == "inconclusive"
    holm = [warn("holm-decides", tested=tested)] if held_back else []
    return [*_assumptions(pair, assumed), *_doubts(pair), *_conditions(pair, assumed), *holm]


def _assumptions(pair: PublishedPair, assumed: Assumed) -> Iterator[Warning]:
    """Warn of what is assumed of rows that do not say it."""
    untold = [one for one in pair if one.run_sd is None]
    if any(one.inflation is None for one in untold):
        is_one = assumed.inflation == 1
        yield warn("assumed-independent") if is_one else warn("assumed-inflation", factor=assumed.inflation)
    if untold and assumed.run_sd is None:
        yield warn("assumed-one-level")
    elif untold and assumed.run_sd is not None:
        yield warn("assumed-run-sd", spread=_amount(assumed.run_sd))


def _doubts(pair: PublishedPair) -> Iterator[Warning]:
    return (warn("doubtful-summary", label=one.label, doubt=doubt) for one in reversed(pair) for doubt in one.doubts)


def _conditions(pair: PublishedPair, assumed: Assumed) -> Iterator[Warning]:
    """Warn of how the two were measured."""
    single = [one.label for one in reversed(pair) if one.runs == 1 and _run_sd(one, assumed) is None]
    yield warn("one-run", labels=" and ".join(single)) if single else warn("confounded")
    if any(one.n < _FEW for one in pair if one.run_sd is None):
        yield warn("few-transfers")
    few = [one for one in reversed(pair) if one.run_sd is not None and one.runs < _FEW_RUNS]
    if few:
        names = " and ".join(one.label for one in few)
        yield warn("few-runs", count=min(one.runs for one in few), labels=names)


def _amount(spread: Margin) -> str:
    return f"{100 * spread.value:.4g} % of the mean" if spread.relative else format_seconds(spread.value, 3)
