"""What to be careful about in a sample or a comparison: their numbers in, warnings of the closed list out."""

from collections.abc import Sequence

from ftpstats.analysis.contrasts import Pair
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.verdict import Evidence, verdict
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.describe import Description
from ftpstats.stats.failures import fisher_exact
from ftpstats.units import format_seconds

__all__ = ["failure_p", "pair_caveats", "sample_caveats", "summary_caveats"]

# Resolution over standard deviation from which a normality test sees the rounding.
_RESOLUTION_LIMIT = 0.2
# Ω̂/s² from which to warn. With independent transfers one sample in twenty exceeds it at n = 30, fewer at more.
_INFLATION_LIMIT = 2.0
_MANY = 0.05  # of a label's attempts: above this share, a verdict on those completed is not the whole answer


# --- one sample -----------------------------------------------------------------------------------------------------


def summary_caveats(sample: Sample, described: Description | None) -> tuple[Warning, ...]:
    """Return what to be careful about in one sample's summary: also what its test of normality sees."""
    return sample_caveats(sample, described) + tuple(_rounding(sample, described))


def sample_caveats(sample: Sample, described: Description | None) -> tuple[Warning, ...]:
    """Return what to be careful about in one sample, whatever is made of it."""
    return tuple(_outcomes(sample)) + (() if described is None else tuple(_times(sample, described)))


def _outcomes(sample: Sample) -> list[Warning]:
    found = []
    if sample.unfinished:
        found.append(warn("unfinished", label=sample.name, unfinished=sample.unfinished, attempts=sample.attempts))
    if sample.untimed:
        found.append(warn("untimed", label=sample.name, untimed=sample.untimed))
    return found


def _times(sample: Sample, described: Description) -> list[Warning]:
    if described.n == 1:
        return [warn("single", label=sample.name)]
    value, share = sample.commonest
    shown, half = format_seconds(value), (sample.resolution or 0.0) / 2
    if not described.sd:
        low, high = format_seconds(max(value - half, 0.0)), format_seconds(value + half)
        return [warn("no-spread", label=sample.name, n=described.n, value=shown, low=low, high=high)]
    found = []
    if sample.is_coarse:
        found.append(warn("coarse", label=sample.name, share=share, value=shown))
    inflation = sample.inflation
    if inflation is not None and inflation > _INFLATION_LIMIT:
        found.append(warn("autocorrelated", label=sample.name, inflation=inflation))
    return found


def _rounding(sample: Sample, described: Description | None) -> list[Warning]:
    """Warn of digits that a test of normality sees."""
    if described is None or not described.sd or (sample.resolution or 0.0) <= _RESOLUTION_LIMIT * described.sd:
        return []
    resolution, sd = format_seconds(sample.resolution or 0.0), format_seconds(described.sd)
    return [warn("resolution-limited", label=sample.name, resolution=resolution, sd=sd)]


# --- two samples ----------------------------------------------------------------------------------------------------


def pair_caveats(
    pair: Pair,
    described: tuple[Description, Description],
    evidence: Evidence,
    tested: int,
    found: Sequence[Sample],
) -> tuple[Warning, ...]:
    """
    Return what to be careful about in a comparison.

    Parameters
    ----------
    pair : Pair
        What is compared.
    described : tuple of Description
        The other's and the reference's.
    evidence : Evidence
        What the verdict reads.
    tested : int
        How many comparisons Holm's adjustment allows for.
    found : sequence of Sample
        All that completed anything.
    """
    return (
        *_unshared(pair, found),
        *_failures(pair, evidence.alpha),
        *sample_caveats(pair.reference, described[1]),
        *sample_caveats(pair.other, described[0]),
        *_conditions(pair),
        *_held_back(pair, evidence, tested),
    )


def failure_p(other: Sample, reference: Sample) -> float | None:
    """Return Fisher's exact test of the shares of attempts that did not complete."""
    return fisher_exact(other.unfinished, other.attempts, reference.unfinished, reference.attempts)


def _unshared(pair: Pair, found: Sequence[Sample]) -> tuple[Warning, ...]:
    """Warn of what only one of two labels completed: it is in no comparison, and no verdict speaks of it."""
    labels = pair.reference.label, pair.other.label
    kinds = [sample.kind for sample in found if sample.label in labels]
    alone = ", ".join(kind for kind in kinds if kinds.count(kind) == 1)
    return (warn("not-compared", labels=" and ".join(map(str, labels)), kinds=alone),) if alone else ()


def _failures(pair: Pair, alpha: float) -> tuple[Warning, ...]:
    """Warn where what did not complete is an outcome of its own: many attempts, or not as many of either label."""
    both = (pair.reference, pair.other)
    p = failure_p(pair.other, pair.reference)
    said = " and ".join(f"{sample.unfinished} of {sample.attempts} of {sample.name}" for sample in both)
    if p is not None and p < alpha:
        return (warn("failures-differ", counts=said, p=f"{p:.2g}"),)
    if any(sample.unfinished > _MANY * sample.attempts for sample in both):
        return (warn("many-failures", counts=said),)
    return ()


def _conditions(pair: Pair) -> list[Warning]:
    """Warn of how the two were measured."""
    other, reference = pair.other, pair.reference
    found = []
    if other.clients != reference.clients:
        found.append(
            warn(
                "clients-differ",
                reference=reference.name,
                reference_client=" and ".join(reference.clients),
                label=other.name,
                label_client=" and ".join(other.clients),
            )
        )
    single = [sample.name for sample in (reference, other) if len(sample.runs) == 1]
    code = {"runs": "one-run", "session": "one-session", "labels-confounded": "confounded"}.get(pair.design.scope)
    if code:
        found.append(warn(code, labels=" and ".join(single)))
    return found


def _held_back(pair: Pair, evidence: Evidence, tested: int) -> tuple[Warning, ...]:
    """Warn where the contrast alone would decide: of Welch's test where that does not agree, else of Holm."""
    alone = verdict(Evidence(pair.difference.estimate, pair.difference.p, pair.equivalence_p, evidence.alpha))
    if alone == "inconclusive" or verdict(evidence) != "inconclusive":
        return ()
    decisive = pair.decisive_equivalence_p if alone == "equivalent" else pair.decisive_p
    if decisive is None or decisive >= evidence.alpha:
        test = "the paired t test" if pair.design.turns else "Welch's test"
        return (warn("welch-decides", test=test),)
    return (warn("holm-decides", tested=tested),)
