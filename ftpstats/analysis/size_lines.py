"""The transfers of a label to a line of time against size: rows in, one `Measured` for each label and direction out.

How its sizes and runs go together decides what the line is fitted to. What is answered of it is in `scaling`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.analysis.checks import mixed_sizes
from ftpstats.analysis.sample import Run, Sample
from ftpstats.analysis.select import attempts, first_logs, is_timed, sample_of
from ftpstats.errors import SelectionError
from ftpstats.stats.fit import lack_of_fit_p
from ftpstats.stats.means import SampleMean, mean_of_blocks, mean_of_runs
from ftpstats.stats.size_line import SizeLine, line_of_means, line_of_runs
from ftpstats.stats.transfers_line import bend_p, line_of_transfers
from ftpstats.units import format_size, listed

__all__ = ["Fitted", "Floats", "Measured", "Unit", "in_order", "lines_of", "measured", "require_two_sizes"]

# What a line is fitted to. sizes: their means, where no run holds two sizes. runs, logs: a line for each run, or for
# each of several logs, where most of them hold every size. transfers: one line for all, in their order.
Fitted = Literal["sizes", "runs", "logs", "transfers"]

Unit = int | str  # the number of a run, or the name of a log
Floats = npt.NDArray[np.float64]


_FEW = 16
_NO_TIME = 1e-100  # seconds: of shorter ones squares are no numbers


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Measured:
    """
    The completed transfers of one label in one direction.

    Attributes
    ----------
    label, direction : str or None
    whole : Sample
        All of its transfers as if of one size: their runs, clients, and how attempts ended.
    samples : mapping of int to Sample
        By size in bytes, those that were transferred twice or more; none where sizes are mixed.
    bytes, seconds, widths : array of shape (n,)
        Of each transfer in the order of measurement, run by run; widths are what the printed digits leave open.
    lengths : tuple of int
        Transfers in each unit: see `unit_of`.
    """

    label: str | None
    direction: str | None
    whole: Sample
    samples: Mapping[int, Sample]
    bytes: Floats
    seconds: Floats
    widths: Floats
    lengths: tuple[int, ...]

    @cached_property
    def sizes(self) -> list[int]:
        """The file sizes that the line is of, small ones first."""
        known = self.samples if self.fitted != "transfers" else np.unique(self.bytes).tolist()
        return sorted(map(int, known))

    @property
    def left_out(self) -> list[int]:
        """The sizes that were transferred once only, where others were repeated: a line has no use for them."""
        return sorted(set(map(int, np.unique(self.bytes))) - set(self.sizes))

    @property
    def has_logs(self) -> bool:
        """Whether logs are the units, as in `compare`: several that were scheduled, like days."""
        return _has_logs(self.whole)

    def unit_of(self, run: Run) -> Unit:
        """Return the unit that a run is of: its log where there are several, else itself."""
        return run.source if self.has_logs else run.number

    @cached_property
    def fitted(self) -> Fitted:
        """What the line is fitted to."""
        held = Counter(unit for of_size in self._units.values() for unit in of_size)
        if len(self.samples) < 2 or len(held) == 1:
            return "transfers"
        if max(held.values()) == 1:
            return "sizes"
        if len(self.rounds) < 2 or 2 * len(self.rounds) < len(held):
            return "transfers"
        return "logs" if self.has_logs else "runs"

    @cached_property
    def rounds(self) -> list[Unit]:
        """The units that hold every size, in the order of measurement."""
        each = list(self._units.values())
        return [unit for unit in each[0] if all(unit in of_size for of_size in each)] if each else []

    @cached_property
    def _units(self) -> dict[int, dict[Unit, list[Floats]]]:
        """The seconds of each run, by size and unit."""
        found: dict[int, dict[Unit, list[Floats]]] = {size: {} for size in sorted(self.samples)}
        for size, of_size in found.items():
            for run in self.samples[size].runs:
                of_size.setdefault(self.unit_of(run), []).append(run.seconds)
        return found

    @cached_property
    def means(self) -> list[SampleMean]:
        """The mean of each size that was repeated."""
        return [
            mean_of_blocks(list(units.values()), _rounding(self.samples[size]))
            if self.has_logs and len(units) > 1
            else mean_of_runs(
                [seconds for of_unit in units.values() for seconds in of_unit], _rounding(self.samples[size])
            )
            for size, units in self._units.items()
        ]

    @cached_property
    def line(self) -> SizeLine | None:
        """Time against size; None where there are no two sizes, or all times are 0 or as good as 0."""
        if len(self.sizes) < 2 or not self.seconds.max() > _NO_TIME:
            return None
        if self.fitted == "sizes":
            return line_of_means(self.sizes, self.means)
        if self.fitted != "transfers":
            widths = [_rounding(self.samples[size]) for size in self.sizes]
            return line_of_runs(self.sizes, self._means_by_round(), widths)
        return line_of_transfers(self.bytes, self.seconds, self.lengths, self.widths)

    @cached_property
    def linear_p(self) -> float | None:
        """
        The p-value that time is linear in size; None where that cannot be tested.

        Of single transfers, that of a bend in the middle; where sizes were repeated, their means are tested too, and
        the smaller of both p-values is doubled (Bonferroni).
        """
        if self.line is None:
            return None
        of_means = lack_of_fit_p(sorted(self.samples), self.means)
        if self.fitted != "transfers":
            return of_means
        of_transfers = bend_p(self.bytes, self.seconds, self.lengths, self.widths)
        known = [p for p in (of_means, of_transfers) if p is not None]
        return min(1.0, len(known) * min(known)) if known else None

    def _means_by_round(self) -> list[list[float]]:
        return [
            [float(np.mean([np.mean(run) for run in units[unit]])) for units in self._units.values()]
            for unit in self.rounds
        ]


def measured(
    transfers: pl.DataFrame, labels: Sequence[str] | None, sizes: Sequence[int], *, as_printed: bool
) -> list[Measured]:
    """
    Split transfers by label and direction.

    Parameters
    ----------
    transfers, labels, sizes, as_printed
        As for `select.samples`.

    Returns
    -------
    list of Measured
        By label, then direction; of those that completed a transfer of known size.

    Raises
    ------
    SelectionError
        If nothing is left.
    """
    every = attempts(transfers, labels, sizes)
    order: Sequence[str | None] = list(first_logs(every)) if labels is None else labels
    return in_order(lines_of(every, as_printed=as_printed), order)


def in_order(found: Iterable[Measured], labels: Sequence[str | None]) -> list[Measured]:
    """Return what `measured` does: by direction, then label."""
    return sorted(found, key=lambda one: (one.direction or "~", labels.index(one.label)))


def lines_of(every: pl.DataFrame, *, as_printed: bool) -> list[Measured]:
    """Split attempts by label and direction: see `measured`."""
    timed = is_timed(as_printed=as_printed) & pl.col("bytes").is_not_null()
    rows = every if every["place"].is_sorted() else every.sort("place")
    parts = ((part, part.filter(timed)) for part in _parts(rows, "label", "direction"))
    return [_measured(part, own, as_printed=as_printed) for part, own in parts if own.height]


def _parts(rows: pl.DataFrame, *names: str) -> Iterator[pl.DataFrame]:
    """Yield the rows of each kind: of few kinds, whose rows may be millions, no more than one is copied at once."""
    kinds = rows.select(names).unique(maintain_order=True)
    if kinds.height > _FEW:
        yield from rows.partition_by(names, maintain_order=True)
        return
    for kind in kinds.iter_rows(named=True):
        yield rows.filter(*(pl.col(name).eq_missing(pl.lit(value)) for name, value in kind.items()))


def _measured(rows: pl.DataFrame, timed: pl.DataFrame, *, as_printed: bool) -> Measured:
    if not timed["run"].is_sorted():
        timed = timed.sort("run", maintain_order=True)
    whole = sample_of(rows, as_printed=as_printed)
    unit = "source" if _has_logs(whole) else "run"
    if unit == "source" and not _is_grouped(timed["source"]):
        timed = pl.concat(timed.partition_by("source", maintain_order=True))
    column = "seconds_printed" if as_printed else "seconds"
    width = (pl.col("seconds_high") - pl.col("seconds_low")).fill_null(0.0).clip(lower_bound=0.0)
    widths = timed.select(width).to_series().to_numpy()
    return Measured(
        label=whole.label,
        direction=whole.direction,
        whole=whole,
        samples=_repeated(timed, as_printed=as_printed),
        bytes=timed["bytes"].cast(pl.Float64).to_numpy(),
        seconds=timed[column].to_numpy(),
        widths=np.full(widths.size, whole.resolution or 0.0) if as_printed else widths,
        lengths=tuple(timed[unit].rle().struct.field("len").to_list()),
    )


def _is_grouped(values: pl.Series) -> bool:
    """Whether equal values stand together."""
    return int(values.rle_id().n_unique()) == values.n_unique()


def _has_logs(whole: Sample) -> bool:
    return len({run.source for run in whole.runs}) > 1 and all(run.scheduled for run in whole.runs)


def _repeated(timed: pl.DataFrame, *, as_printed: bool) -> dict[int, Sample]:
    """Return the samples of sizes that were repeated; none where most transfers are of sizes that hardly were."""
    counts = dict(timed["bytes"].value_counts().iter_rows())
    if mixed_sizes([[n] for n in counts.values()], len(counts), "") or sum(n > 1 for n in counts.values()) < 2:
        return {}
    return {
        int(part["bytes"][0]): sample_of(part, as_printed=as_printed)
        for part in _parts(timed, "bytes")
        if part.height > 1
    }


def _rounding(sample: Sample) -> float:
    """Return by how much the digits of a coarse sample may have moved its mean."""
    return (sample.resolution or 0.0) / 2 if sample.is_coarse else 0.0


def require_two_sizes(found: Sequence[Measured]) -> None:
    """
    Refuse transfers that no line can be fitted to.

    Raises
    ------
    SelectionError
        If no label has two sizes in one direction, naming the sizes that there are.
    """
    if any(one.line is not None for one in found):
        return
    sizes = sorted({size for one in found for size in map(int, np.unique(one.bytes))})
    there = f"; there are transfers of {listed([format_size(size) for size in sizes], most=20)}" if sizes else ""
    raise SelectionError(f"no label has completed transfers of two sizes in one direction{there}")
