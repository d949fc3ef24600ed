"""How two samples were measured: the design of the contrast, derived from the data.

Samples in, two means with their joint variance out. The verdict is made in `compare`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.verdict import Scope
from ftpstats.stats.means import SampleMean, independent_mean, mean_of_blocks, mean_of_runs
from ftpstats.stats.paired import means_in_alternation, means_of_blocks, means_of_rounds

__all__ = ["Design", "came_first", "design_of", "logs_of", "means", "means_of_few"]

Kind = Literal["run", "runs", "rounds", "alternation", "duet", "blocks", "logs"]

Floats = npt.NDArray[np.float64]

# Below this many transfers in a single run, a test that assumes independence must agree.
_FEW = 30
# From so many logs that hold both labels on they are compared in pairs, log by log.
_ENOUGH_LOGS = 3
# Either label has to come first in so many logs before their order is mixed.
_OFTEN_FIRST = 2
# Transfers are interleaved where at least this share of each label's is adjacent to one of the other's.
_TURNS = 0.9


@dataclass(frozen=True, slots=True)
class Design:
    """
    How two samples were measured.

    Attributes
    ----------
    kind : str
        ``run``: one run each; ``alternation``: one run of interleaved transfers; ``duet``: one run of pairs at the
        same moment; ``rounds``: each label has one run in every round; ``runs``: several runs of each, and no rounds;
        ``blocks``: several logs, like days, that hold runs of both labels; ``logs``: several logs of each label, of
        which too few hold both.
    scope : str
        What a verdict generalises to.
    turns : tuple of two arrays, or None
        In alternation or a duet, the seconds of each label that make pairs, in order.
    has_few : bool
        One run of so few transfers that a simple test must agree.
    logs : tuple of str
        The logs that hold both labels, where these are compared log by log.
    first : int
        In how many of them the reference came first.
    """

    kind: Kind
    scope: Scope
    turns: tuple[Floats, Floats] | None
    has_few: bool
    logs: tuple[str, ...] = ()
    first: int = 0


def design_of(other: Sample, reference: Sample) -> Design:
    """
    Determine from two samples how they were measured.

    Parameters
    ----------
    other, reference : Sample
        With one run or more each.
    """
    if not all(run.scheduled for sample in (other, reference) for run in sample.runs):
        return _observed(other, reference)
    if all(len(logs_of(sample)) > 1 for sample in (other, reference)):
        return _in_logs(other, reference)
    if len(other.runs) == len(reference.runs) == 1:
        turns = _turns(other.runs[0], reference.runs[0])
        few = min(len(other.seconds), len(reference.seconds)) < _FEW
        return Design("alternation", "session", turns, few) if turns else Design("run", "runs", None, few)
    few = any(len(sample.runs) == 1 and len(sample.seconds) < _FEW for sample in (other, reference))
    if len(other.runs) == 1 or len(reference.runs) == 1:
        return Design("runs", "runs", None, few)
    order = _order(other.runs, reference.runs)
    if order is None:
        return Design("runs", _scope_of(order), None, few)
    # Where all of one run failed, its partner must not be paired with the run after it.
    rounds = [run.number for run in other.runs] == [run.number for run in reference.runs] and all(
        one != two for one, two in zip(order[::2], order[1::2], strict=True)
    )
    return Design("rounds" if rounds else "runs", _scope_of(order), None, few)


def _scope_of(order: Sequence[bool] | None) -> Scope:
    """Return what a verdict on runs in this order generalises to: platforms only where neither label precedes all."""
    is_mixed = order is not None and order not in (sorted(order), sorted(order, reverse=True))
    return "labels" if is_mixed else "labels-confounded"


def logs_of(sample: Sample) -> dict[str, list[Run]]:
    """Return a sample's runs by the log that they are in."""
    found: dict[str, list[Run]] = {}
    for run in sample.runs:
        found.setdefault(run.source, []).append(run)
    return found


def _in_logs(other: Sample, reference: Sample) -> Design:
    """
    Return the design of several logs of each label: the log is the unit, for its runs share the conditions of a day.

    The choice reads which logs there are, never their times.
    """
    own, others = logs_of(reference), logs_of(other)
    both = tuple(log for log in own if log in others)
    if len(both) < _ENOUGH_LOGS:
        return Design("logs", _scope_of(_order(other.runs, reference.runs)), None, has_few=False)
    first = sum(came_first(own[log], others[log]) for log in both)
    is_mixed = _OFTEN_FIRST <= first <= len(both) - _OFTEN_FIRST
    return Design("blocks", "labels" if is_mixed else "labels-confounded", None, has_few=False, logs=both, first=first)


def came_first(runs: Sequence[Run], others: Sequence[Run]) -> bool:
    """Whether the first of a log's runs is of these and not of the others: by time where that of all is known."""
    if all(run.began is not None for run in (*runs, *others)):
        return min(run.began or 0.0 for run in runs) < min(run.began or 0.0 for run in others)
    return min(int(run.lines[0]) for run in runs) < min(int(run.lines[0]) for run in others)


def _observed(other: Sample, reference: Sample) -> Design:
    """
    Return the design where nobody says that there was a schedule.

    Users take neither turns nor rounds: what looks like it is chance.
    """
    single = len(other.runs) == len(reference.runs) == 1
    few = any(len(sample.runs) == 1 and len(sample.seconds) < _FEW for sample in (other, reference))
    return Design("run" if single else "runs", "observational", None, few)


def _turns(one: Run, two: Run) -> tuple[Floats, Floats] | None:
    """
    Pair the adjacent transfers of two runs of one log; None unless nearly all are adjacent.

    A transfer whose partner failed makes no pair.
    """
    if one.source != two.source:
        return None
    lines = np.concatenate((one.lines, two.lines))
    order = np.argsort(lines, kind="stable")
    is_two = order >= len(one.lines)
    pairs, at = [], 0
    while at + 1 < len(order):
        if is_two[at] != is_two[at + 1]:
            pairs.append(sorted(order[at : at + 2].tolist()))
            at += 2
        else:
            at += 1
    if len(pairs) < 2 or len(pairs) < _TURNS * max(len(one.lines), len(two.lines)):
        return None
    first, second = np.array(pairs).T
    return one.seconds[first], two.seconds[second - len(one.lines)]


def _order(others: Sequence[Run], references: Sequence[Run]) -> list[bool] | None:
    """Return which runs are the reference's, in the order of measurement; None where the order is unknown."""
    runs = [(run, False) for run in others] + [(run, True) for run in references]
    if len({run.source for run, _ in runs}) == 1:
        return [is_reference for _, is_reference in sorted(runs, key=lambda item: int(item[0].lines[0]))]
    if all(run.began is not None for run, _ in runs):
        return [is_reference for _, is_reference in sorted(runs, key=lambda item: item[0].began or 0.0)]
    return None


def means(
    other: Sample, reference: Sample, design: Design, roundings: tuple[float, float]
) -> tuple[SampleMean, SampleMean]:
    """
    Return both means with the variance that the design implies.

    Parameters
    ----------
    other, reference : Sample
        With one run or more each.
    design : Design
        Theirs.
    roundings : tuple of float
        Half a sample's resolution in seconds where that is coarse, else 0.
    """
    if design.turns is not None:
        return means_in_alternation(*design.turns, *roundings)
    if design.kind in {"blocks", "logs"}:
        return _means_in_logs(other, reference, design, roundings)
    runs, runs_reference = ([run.seconds for run in sample.runs] for sample in (other, reference))
    if design.kind == "rounds":
        return means_of_rounds(runs, runs_reference, *roundings)
    return mean_of_runs(runs, roundings[0]), mean_of_runs(runs_reference, roundings[1])


def _means_in_logs(
    other: Sample, reference: Sample, design: Design, roundings: tuple[float, float]
) -> tuple[SampleMean, SampleMean]:
    own, others = (
        {log: [run.seconds for run in runs] for log, runs in logs_of(sample).items()} for sample in (other, reference)
    )
    if design.kind == "blocks":
        return means_of_blocks([own[log] for log in design.logs], [others[log] for log in design.logs], *roundings)
    return mean_of_blocks([*own.values()], roundings[0]), mean_of_blocks([*others.values()], roundings[1])


def means_of_few(
    other: Sample, reference: Sample, design: Design, roundings: tuple[float, float]
) -> tuple[SampleMean, SampleMean]:
    """Return both means under the assumption of independent transfers, or pairs of them. As for `means`."""
    if design.turns is not None:
        own, partners = ([[value] for value in side] for side in design.turns)
        return means_of_rounds(own, partners, *roundings)
    return independent_mean(other.seconds, roundings[0]), independent_mean(reference.seconds, roundings[1])
