"""Checks of a sample or a comparison: their numbers in, warnings of the closed list out."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Protocol

from ftpstats.analysis.contrasts import Pair
from ftpstats.analysis.duet import Competition
from ftpstats.analysis.order import Order, order_of
from ftpstats.analysis.outcomes import Attempted, Kind, failure_p, kinds_of, outcomes_of
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.spread import seconds_of
from ftpstats.analysis.verdict import Evidence, Margin, Verdict, verdict
from ftpstats.analysis.warnings import Warning, warn
from ftpstats.stats.describe import Description
from ftpstats.stats.shift import SMALLEST_P
from ftpstats.units import format_count, format_kind, format_seconds, label_name, p_equals

__all__ = [
    "Change",
    "clearest_change",
    "clients_differ",
    "conditions",
    "label_checks",
    "labels_checks",
    "mixed_sizes",
    "pair_checks",
    "sample_checks",
    "summary_checks",
    "timings_differ",
]

# Ω̂/s² from which to warn. With independent transfers one sample in thirteen exceeds it at n = 30, one in a hundred at
# 300.
_INFLATION_LIMIT = 2.0
# Of the tests for drift. Each sample has several of them, and a warning that appears too often is not read.
_DRIFT_LEVEL = 0.01
_FEW_RUNS = 4  # below it, the variance of run means has two degrees of freedom or fewer
# Sizes are mixed where there are at least so many, and most transfers are of a size with fewer than so many.
_MANY_SIZES, _REPEATED = 10, 8
_MANY = 0.05  # of a label's attempts: above this share, a verdict on completed transfers is not the whole answer


# --- one sample -----------------------------------------------------------------------------------------------------


def summary_checks(sample: Sample, described: Description | None, orders: Sequence[Order]) -> tuple[Warning, ...]:
    """Return the warnings about one sample's summary, its test of normality included."""
    return (*sample_checks(sample, described, orders), *_rounding(sample, described))


def sample_checks(sample: Sample, described: Description | None, orders: Sequence[Order]) -> tuple[Warning, ...]:
    """
    Return the warnings about one sample, whatever it is used for.

    Parameters
    ----------
    sample : Sample
    described : Description or None
        None where nothing was completed.
    orders : sequence of Order
        Of its runs.
    """
    found = _outcomes(sample)
    if described is not None:
        found += [*_times(sample, described), *_order(sample, orders), *_between(sample)]
    return tuple(found)


def _outcomes(sample: Sample) -> list[Warning]:
    found = []
    if sample.unfinished:
        found.append(warn("unfinished", label=sample.name, unfinished=sample.unfinished, attempts=sample.attempts))
    if sample.untimed:
        found.append(warn("untimed", label=sample.name, untimed=format_count(sample.untimed, "completed transfer")))
    if len(sample.clients) > 1:
        found.append(warn("clients-mixed", label=sample.name, clients=" and ".join(sample.clients)))
    return found + _empty_runs(sample)


def _empty_runs(sample: Sample) -> list[Warning]:
    return [
        warn("empty-run", run=run.number, label=sample.name, attempts=format_count(run.attempts, "transfer"))
        for run in sample.empty_runs
    ]


def _times(sample: Sample, described: Description) -> list[Warning]:
    if described.n == 1:
        return [warn("single", label=sample.name)]
    if not described.sd:
        return [_without_spread(sample, described)]
    found = []
    if sample.is_coarse:
        value, share = sample.commonest
        found.append(warn("coarse", label=sample.name, share=f"{100 * share:.0f} %", value=format_seconds(value)))
    inflation = sample.inflation
    if inflation is not None and inflation > _INFLATION_LIMIT:
        found.append(warn("autocorrelated", label=sample.name, inflation=inflation))
    return found


def _without_spread(sample: Sample, described: Description) -> Warning:
    common = {"label": sample.name, "n": described.n, "value": format_seconds(described.median)}
    if not sample.resolution:
        return warn("no-resolution", **common)
    half = sample.resolution / 2
    low, high = _distinct(max(described.median - half, 0.0), described.median + half)
    return warn("no-spread", **common, low=low, high=high)


def _distinct(low: float, high: float) -> tuple[str, str]:
    """Return two ends in as many digits as make them differ, four at least."""
    shown = [(format_seconds(low, digits), format_seconds(high, digits)) for digits in range(4, 10)]
    return next((ends for ends in shown if ends[0] != ends[1]), shown[-1])


def _order(sample: Sample, orders: Sequence[Order]) -> list[Warning]:
    """
    Warn of a warm-up, and of the clearest of trend, halves and level shift: one cause affects all three.

    A warm-up is one that more than half of the runs show. The others are tested in every run, so their level is
    divided by the number of runs (Bonferroni), down to the smallest simulated p.
    """
    found = []
    warm = [order.warm_up for order in orders if order.warm_up]
    if 2 * len(warm) > len(orders):
        transfers = "transfer is" if max(warm) == 1 else f"{max(warm)} transfers are"
        run = f"in {len(warm)} of {len(orders)} runs, " if len(orders) > 1 else ""
        found.append(warn("warm-up", label=sample.name, run=run, transfers=transfers))
    change = clearest_change(orders)
    if change and change.p <= max(_DRIFT_LEVEL / len(orders), SMALLEST_P):
        found.append(_changed(sample, change, is_one_of_several=len(orders) > 1))
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which a run's level changes: p, the warning's code, by how many seconds, and the run."""

    p: float
    code: str
    moved: float
    order: Order


def clearest_change(orders: Sequence[Order]) -> Change | None:
    """Return the change with the smallest p of all runs, whether it is worth a warning or not."""
    return min((change for order in orders for change in _changes(order)), key=attrgetter("p"), default=None)


def _changes(order: Order) -> Iterator[Change]:
    trend, shift, halves = order.trend, order.level_shift, order.halves
    if trend is not None and trend.p is not None:
        yield Change(trend.p, "trend", trend.slope, order)
    if shift is not None:
        yield Change(shift.p, "level-shift", shift.size, order)
    if halves is not None and halves.p is not None:
        yield Change(halves.p, "halves-differ", halves.estimate, order)


def _changed(sample: Sample, change: Change, *, is_one_of_several: bool) -> Warning:
    """Warn of one change. Only of the clearest: a large sample has thousands, and text costs more than numbers."""
    more, less = ("slower", "faster") if change.code == "halves-differ" else ("rise", "fall")
    shift = change.order.level_shift
    return warn(
        change.code,
        label=sample.name,
        run=f"in run {change.order.run}, " if is_one_of_several else "",
        direction=more if change.moved > 0 else less,
        size=format_seconds(abs(change.moved), 3),
        after=shift.after if shift else None,
        p=p_equals(change.p),
    )


def _between(sample: Sample) -> list[Warning]:
    """Warn of runs whose levels differ."""
    components = sample.components
    if components is None or components.p is None or components.p >= _DRIFT_LEVEL:
        return []
    between = format_seconds(math.sqrt(components.between), 3)
    return [warn("runs-differ", label=sample.name, between=between, p=p_equals(components.p))]


def _rounding(sample: Sample, described: Description | None) -> list[Warning]:
    """Warn of a resolution that affects a test of normality."""
    if described is None or not sample.hides_shape:
        return []
    resolution, sd = format_seconds(sample.resolution or 0.0), format_seconds(described.sd or 0.0)
    return [warn("resolution-limited", label=sample.name, resolution=resolution, sd=sd)]


# --- two samples ----------------------------------------------------------------------------------------------------


def pair_checks(
    pair: Pair,
    described: tuple[Description, Description],
    evidence: Evidence,
    tested: int,
    every: Attempted,
) -> tuple[Warning, ...]:
    """
    Return the warnings about a comparison; those about its labels, whatever the size, are `labels_checks`.

    Parameters
    ----------
    pair : Pair
        What is compared.
    described : tuple of Description
        The other's and the reference's.
    evidence : Evidence
        What the verdict reads.
    tested : int
        The number of comparisons that Holm's adjustment is for.
    every : Attempted
        All of both labels, and of others.
    """
    both = zip((pair.reference, pair.other), described[::-1], strict=True)
    of_samples = [found for one, of_one in both for found in sample_checks(one, of_one, order_of(one))]
    return (
        *label_checks((pair.reference, pair.other), every),
        *_failures(pair, every, evidence.alpha),
        # Where logs, like days, are compared, runs differ by what their day does.
        *(found for found in of_samples if found.code != "runs-differ" or pair.several == "runs"),
        *_timed_out(pair, verdict(evidence)),
        *conditions(pair),
        *_held_back(pair, evidence, tested),
    )


def label_checks(chosen: Sequence[Sample], every: Attempted) -> tuple[Warning, ...]:
    """Warn of attempts of the chosen samples' labels whose size is unknown and may be theirs."""
    found: list[Warning] = []
    for one in chosen:
        for other in every.of(one.label, one.bytes, one.direction):
            if (other.bytes, other.direction) != (one.bytes, one.direction):
                count = format_count(other.unfinished, "transfer")
                found += [warn("unsized", label=one.name, count=count)] if other.unfinished else []
                found += _empty_runs(other)
    return tuple(found)


class _Measured(Protocol):
    """What was measured with some clients: a sample, or what is left of one."""

    @property
    def name(self) -> str: ...
    @property
    def clients(self) -> tuple[str, ...]: ...


def clients_differ(samples: Sequence[_Measured]) -> tuple[Warning, ...]:
    """Warn where samples that are compared were measured with different clients."""
    known = [sample for sample in samples if sample.clients]
    if len({sample.clients for sample in known}) < 2:
        return ()
    used = [(sample.name, " and ".join(sample.clients)) for sample in known]
    others = "".join(f", {name} with {clients}" for name, clients in used[1:])
    return (warn("clients-differ", clients=f"{used[0][0]} was measured with {used[0][1]}{others}"),)


_COVERED = {
    "data": "over the data connection",
    "whole": "with connecting and log-in",
    "server": "by the server's own clock",
}


def timings_differ(samples: Sequence[Sample]) -> tuple[Warning, ...]:
    """Warn where the seconds of samples that are compared cover different things."""
    known = [sample for sample in samples if sample.timed]
    if len({covered for sample in known for covered in sample.timed}) < 2:
        return ()
    said = [f"{sample.name} was timed {' and '.join(_COVERED[one] for one in sample.timed)}" for sample in known]
    return (warn("timed-differ", said=", ".join(said)),)


def labels_checks(reference: str | None, other: str | None, every: Attempted) -> tuple[Warning, ...]:
    """Warn of sizes that not both of two labels completed, which no verdict covers; where sizes are mixed, of that."""
    labels = reference, other
    kinds = kinds_of(every.samples, labels)
    timed = [[outcomes_of(every, label, *kind).timed for label in labels] for kind in kinds]
    whom = f"{label_name(reference)} or {label_name(other)}"
    return mixed_sizes(timed, sum(map(any, timed)), whom) or tuple(_unshared(labels, kinds, every))


def _unshared(labels: Sequence[str | None], kinds: Sequence[Kind], every: Attempted) -> Iterator[Warning]:
    for kind in kinds:
        both = [outcomes_of(every, label, *kind) for label in labels]
        if not all(one.timed for one in both):
            counts = " and ".join(
                f"{one.name} completed {one.timed} of {one.attempts}" if one.attempts else f"{one.name} has none"
                for one in both
            )
            yield warn("not-compared", kind=format_kind(*kind), counts=counts)


def mixed_sizes(timed: Iterable[Sequence[int]], sizes: int, whom: str) -> tuple[Warning, ...]:
    """
    Warn where most completed transfers are of sizes that were hardly repeated: results by size say little of them.

    Parameters
    ----------
    timed : iterable of sequence of int
        How many transfers there are of one size: of each label that the result compares.
    sizes : int
        The number of different sizes.
    whom : str
        Who completed them, as the message says it.
    """
    together = [(sum(each), min(each)) for each in timed]
    completed, few = sum(n for n, _ in together), sum(n for n, least in together if least < _REPEATED)
    if sizes < _MANY_SIZES or 2 * few <= completed:
        return ()
    return (warn("mixed-sizes", few=f"{few:,}", completed=f"{completed:,}", whom=whom, least=_REPEATED),)


def _failures(pair: Pair, every: Attempted, alpha: float) -> tuple[Warning, ...]:
    """Warn where failures are an outcome of their own: many attempts failed, or more with one label than the other."""
    reference, other = (outcomes_of(every, one.label, one.bytes, one.direction) for one in (pair.reference, pair.other))
    p = failure_p(other, reference)
    counts = " and ".join(f"{one.failed} of {one.attempts} with {one.name}" for one in (reference, other))
    if p is not None and p < alpha:
        return (warn("failures-differ", counts=counts, p=p_equals(p)),)
    if any(one.failed > _MANY * one.attempts for one in (reference, other)):
        return (warn("many-failures", counts=counts),)
    return ()


def _timed_out(pair: Pair, word: Verdict) -> Iterator[Warning]:
    """
    Warn of transfers that were stopped because they took too long, where they may turn the verdict.

    They are censored: each took at least so long, and nobody knows how long. What is said is how long they would have
    to take, on average, for the means themselves to say otherwise, where they are not known to have taken that long.
    """
    reference, other = (pair.reference, pair.mean_reference), (pair.other, pair.mean)
    margin = seconds_of(pair.margin, pair.mean_reference.mean)
    one, two = pair.mean_reference.mean, pair.mean.mean
    limits = {
        "faster": [(other, one)],
        "slower": [(reference, two)],
        "equivalent": [(reference, two + margin), (other, one + margin)],
        "inconclusive": [],
    }[word]
    for (sample, mean), limit in limits:
        if sample.timeouts:
            even = limit + (limit - mean.mean) * mean.n / len(sample.timeouts)
            yield warn("timed-out", label=sample.name, stopped=_stopped(sample, even))


def _stopped(sample: Sample, even: float) -> str:
    """Say how many timed out, and with which mean time of theirs the verdict would not hold."""
    known = [after for after in sample.timeouts if after is not None]
    count = format_count(len(sample.timeouts), "transfer")
    after = f", after {format_seconds(min(known), 3)} or more" if known else ""
    if len(known) == len(sample.timeouts) and math.fsum(known) >= even * len(known):
        return f"{count} timed out{after}: counted with that time"
    return f"{count} timed out{after}: at {format_seconds(even, 3)} or more on average"


_OF_SCOPE = {
    "runs": "one-run", "session": "one-session", "labels-confounded": "confounded", "observational": "observational",
}  # fmt: skip


def conditions(pair: Pair) -> list[Warning]:
    """Warn of how two samples were measured that are compared."""
    other, reference = pair.other, pair.reference
    found = [*clients_differ((reference, other)), *timings_differ((reference, other))]
    single = [sample.name for sample in (reference, other) if len(sample.runs) == 1]
    code = _OF_SCOPE.get(pair.design.scope)
    if pair.may_compete:
        found.append(_competing(pair))
    if pair.design.kind == "blocks":
        found += _blocks(pair)
    elif pair.design.kind == "duet" and code:
        found.append(warn("one-duet", labels=" and ".join(single)))
    elif code:
        found.append(warn(code, labels=" and ".join(single)))
    if pair.design.has_few:
        found.append(warn("few-transfers"))
    units = {sample.name: mean.runs for sample, mean in ((reference, pair.mean_reference), (other, pair.mean))}
    fewest = min(units.values())
    if 1 < fewest < _FEW_RUNS:
        few = [name for name, count in units.items() if count == fewest]
        found.append(warn(f"few-{pair.several}", count=fewest, labels=" and ".join(few)))
    return found


def _competing(pair: Pair) -> Warning:
    """Warn that two labels may slow each other, with what the same moment costs each."""
    names = pair.reference.name, pair.other.name
    said = " and ".join(_cost(name, one) for name, one in zip(names, pair.competition, strict=True))
    return warn("competing", said=said, margin=_bound(pair.margin))


def _bound(margin: Margin) -> str:
    return f"{100 * margin.value:.4g} %" if margin.relative else format_seconds(margin.value)


def _cost(name: str, found: Competition) -> str:
    if found.percent is None:
        return f"{name} completed no solo transfer"
    low, high = (None if end is None else f"{end:+.1f}" for end in (found.percent_low, found.percent_high))
    interval = {
        (False, True): f"up to {high} %",
        (True, False): f"{low} % and more",
        (True, True): f"{low} to {high} %",
    }
    known = interval.get((low is not None, high is not None), "any ratio")
    return f"{name} {found.percent:+.1f} % ({known})".replace("-", "−")


def _blocks(pair: Pair) -> Iterator[Warning]:
    """Warn of logs that hold one of the labels only, and of one label that comes first in nearly all."""
    logs, first = pair.design.logs, pair.design.first
    alone = {run.source for sample in (pair.reference, pair.other) for run in sample.runs} - set(logs)
    if alone:
        names = " and ".join((pair.reference.name, pair.other.name))
        yield warn("logs-left-out", alone=len(alone), logs=len(logs) + len(alone), labels=names)
    if pair.design.scope == "labels-confounded":
        label, often = max((pair.reference.name, first), (pair.other.name, len(logs) - first), key=itemgetter(1))
        where = f"all {len(logs)} logs" if often == len(logs) else f"{often} of {len(logs)} logs"
        yield warn("one-first", label=label, where=where)


def _held_back(pair: Pair, evidence: Evidence, tested: int) -> tuple[Warning, ...]:
    """Warn where the contrast alone is conclusive: of Welch's test where that does not agree, else of Holm."""
    alone = verdict(Evidence(pair.difference.estimate, pair.difference.p, pair.equivalence_p, evidence.alpha))
    if alone == "inconclusive" or verdict(evidence) != "inconclusive" or evidence.is_hidden:
        return ()
    decisive = pair.decisive_equivalence_p if alone == "equivalent" else pair.decisive_p
    if decisive is None or decisive >= evidence.alpha:
        test = "the paired t test" if pair.design.turns else "Welch's test"
        return (warn("welch-decides", test=test),)
    return (warn("holm-decides", tested=tested),)
