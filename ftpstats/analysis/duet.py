"""A duet: labels that transfer at the same moment, and each alone. Samples in; their pairs and solo samples out.

A pair shares what lies between: where that is too slow for two, a difference between the labels disappears. What the
solo transfers say of it is in `contrasts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ftpstats.analysis.design import logs_of
from ftpstats.analysis.sample import Run, Sample
from ftpstats.schedule import solo_label

__all__ = ["Competition", "Solos", "paired", "solos_of"]

Solos = tuple[Sample | None, Sample | None]


@dataclass(frozen=True, slots=True)
class Competition:
    """
    What transferring at the same moment costs a label.

    Attributes
    ----------
    label : str or None
    n : int
        Transfers at the same moment as one of the other label.
    n_solo : int
        Solo transfers that completed.
    mean, mean_solo : float or None
        Their means, in seconds.
    percent, percent_low, percent_high : float or None
        (mean / mean_solo − 1)·100 and its interval; an end is None where it is unbounded or unknown.
    not_slower_p : float or None
        One-sided, of the null hypothesis that it costs the margin or more.
    """

    label: str | None
    n: int
    n_solo: int
    mean: float | None
    mean_solo: float | None
    percent: float | None
    percent_low: float | None
    percent_high: float | None
    not_slower_p: float | None


def solos_of(other: Sample, reference: Sample, solos: Sequence[Sample]) -> Solos | None:
    """
    Return the solo samples of two samples' size and direction: None for one that completed nothing.

    Parameters
    ----------
    other, reference : Sample
        What is compared.
    solos : sequence of Sample
        Of labels that end with " solo", in upper or lower case; there may be others.

    Returns
    -------
    tuple of two, or None
        None where not both labels have solo transfers of any size.
    """
    found = [[solo for solo in solos if _is_solo_of(solo, one)] for one in (other, reference)]
    if not all(found):
        return None
    own, others = (
        next((solo for solo in alike if solo.runs and (solo.bytes, solo.direction) == (one.bytes, one.direction)), None)
        for one, alike in zip((other, reference), found, strict=True)
    )
    return own, others


def _is_solo_of(solo: Sample, one: Sample) -> bool:
    labels = solo.label, one.label
    return None not in labels and str(solo.label).casefold() == solo_label(str(one.label)).casefold()


def paired(other: Sample, reference: Sample) -> tuple[Sample, Sample] | None:
    """
    Return two samples without transfers whose partner failed; None unless the others make pairs.

    A pair has one number in both labels, and nothing of either between its two transfers.
    """
    own, others = logs_of(other), logs_of(reference)
    if not all(len(own[log]) == len(others[log]) for log in own.keys() & others.keys()):
        return None
    both = [pair for log in own if log in others for pair in zip(own[log], others[log], strict=True)]
    pairs = [_pairs(*runs) for runs in both]
    if not pairs or None in pairs:
        return None
    kept = [pair for pair in pairs if pair and len(pair[0].seconds)]
    one, two = (tuple(pair[side] for pair in kept) for side in (0, 1))
    return replace(other, runs=one), replace(reference, runs=two)


def _pairs(one: Run, two: Run) -> tuple[Run, Run] | None:
    """Return what both runs completed of their pairs; None where transfers of one number are not neighbours."""
    if one.iterations is None or two.iterations is None:
        return None
    common, places, places_of_two = np.intersect1d(one.iterations, two.iterations, return_indices=True)
    own, others = _at(one, places), _at(two, places_of_two)
    order = np.argsort(np.concatenate((own.lines, others.lines)), kind="stable")
    numbers = np.concatenate((common, common))[order]
    return (own, others) if np.array_equal(numbers[::2], numbers[1::2]) else None


def _at(run: Run, places: npt.NDArray[np.intp]) -> Run:
    iterations = None if run.iterations is None else run.iterations[places]
    return replace(run, seconds=run.seconds[places], lines=run.lines[places], iterations=iterations)
