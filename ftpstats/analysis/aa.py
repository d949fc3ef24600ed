"""The A/A test of a set-up: a label's runs compared with each other, although nothing should differ between them.

The share of pairs that differ significantly is the false positive rate of the set-up. Halves of one run are no
substitute: they share the conditions of that run, so their agreement shows nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import polars as pl

from ftpstats.analysis.contrasts import contrast_pair
from ftpstats.analysis.sample import Sample
from ftpstats.analysis.select import samples, usable
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margins
from ftpstats.errors import SelectionError

__all__ = ["SelfComparison", "compare_with_self"]


@dataclass(frozen=True, slots=True)
class SelfComparison:
    """
    One label's runs of one size and direction, each with each.

    Attributes
    ----------
    runs, pairs : int
        Runs, and pairs of them that could be compared.
    different : int
        Pairs whose means differ significantly at α, without adjustment for several pairs.
    share : float or None
        different / pairs; None where no pair could be compared.
    """

    label: str | None
    bytes: int | None
    direction: str | None
    runs: int
    pairs: int
    different: int
    share: float | None


def compare_with_self(  # noqa: PLR0913 - the options of the command, each with a default
    transfers: pl.DataFrame,
    labels: Sequence[str] | None = None,
    sizes: Sequence[int] = (),
    *,
    confidence: float = 0.95,
    margin: Margins = FIVE_PER_CENT,
    as_printed: bool = False,
) -> tuple[SelfComparison, ...]:
    """
    Compare the runs of each label with each other, as if each were a platform of its own measured in one run.

    Parameters
    ----------
    transfers, labels, sizes, confidence, margin, as_printed
        As for `compare.compare`; all labels unless given.

    Returns
    -------
    tuple of SelfComparison
        By label, size and direction: those with two runs or more.

    Raises
    ------
    SelectionError
        If no label has two runs of one size.
    """
    every = samples(transfers, labels, sizes, as_printed=as_printed)
    repeated = [sample for sample in usable(every) if len(sample.runs) > 1]
    if not repeated:
        raise SelectionError("--aa compares the runs of one label with each other; no label has two of one size")
    return tuple(_self_comparison(sample, confidence, margin) for sample in repeated)


def _self_comparison(sample: Sample, confidence: float, margin: Margins) -> SelfComparison:
    alone = [replace(sample, runs=(run,)) for run in sample.runs]
    p_values = [contrast_pair(other, one, confidence, margin).decisive_p for one, other in combinations(alone, 2)]
    known = [p for p in p_values if p is not None]
    different = sum(p < 1 - confidence for p in known)
    return SelfComparison(
        label=sample.label,
        bytes=sample.bytes,
        direction=sample.direction,
        runs=len(sample.runs),
        pairs=len(known),
        different=different,
        share=different / len(known) if known else None,
    )
