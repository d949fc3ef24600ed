"""Labels, sizes and directions out of the tidy table: rows in, samples out, and which of these go together.

Only completed transfers with a time are analysed; the others are counted with the size that they were meant to have
(see `attempts`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ftpstats.analysis.attempts import as_intended
from ftpstats.analysis.resolution import resolution_of
from ftpstats.analysis.sample import EmptyRun, Run, Sample
from ftpstats.errors import SelectionError, UsageError
from ftpstats.schema import COMPLETED
from ftpstats.units import KIB, format_count, format_size, kind_order, listed

__all__ = [
    "COLUMNS", "MOST_SAMPLES", "There", "alike", "all_labels", "asked_attempts", "attempts", "by_kind", "find_label",
    "find_labels", "first_logs", "is_timed", "kinds_of", "known_clients", "of_clients", "refuse_many",
    "refuse_repeated", "require_clients", "sample_of", "samples", "samples_of", "usable", "with_clients",
]  # fmt: skip

# What the analysis looks at.
COLUMNS = (
    "source", "line", "label", "run", "iteration", "time", "client", "direction", "file", "bytes", "seconds",
    "seconds_low", "seconds_high", "seconds_printed", "timed", "completion", "note",
)  # fmt: skip

MOST_SAMPLES = 5000
_FOREVER = 1e100  # seconds, which no transfer takes; a garbled log may print as many, and their squares overflow


def find_labels(transfers: pl.DataFrame, wanted: Iterable[str]) -> list[str]:
    """
    Return the labels in the table that the given names mean; case matters only where it must.

    Parameters
    ----------
    transfers : DataFrame
        With the column ``label``.
    wanted : iterable of str
        Labels as people write them.

    Returns
    -------
    list of str
        One for each name, as the table writes it.

    Raises
    ------
    SelectionError
        If there is no such label, or several that differ in case only.
    """
    known = all_labels(transfers)
    return [find_label(name, known) for name in wanted]


def all_labels(transfers: pl.DataFrame) -> list[str | None]:
    """Return the labels in the table, in its order; None is the lack of one."""
    return transfers["label"].unique(maintain_order=True).cast(pl.String).to_list()


def find_label(name: str, known: Iterable[str | None]) -> str:
    """Return the label, of those that there are, that a name means: see `find_labels`."""
    labels = [label for label in known if label is not None]
    meant = alike(name, labels)
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise SelectionError(f"label '{name}' is ambiguous: there are {', '.join(sorted(meant))}; write it exactly")
    if not labels:
        raise SelectionError(
            f"no label '{name}': the transfers have none; set one by `--label NAME`, or in a table's column 'label'"
        )
    raise SelectionError(f"no label '{name}'; there are: {', '.join(sorted(labels))}")


def alike(name: str, known: Iterable[str | None]) -> list[str]:
    """Return the label of this name; where there is none, those that differ from it in case only."""
    labels = [label for label in known if label is not None]
    return [name] if name in labels else [label for label in labels if label.casefold() == name.casefold()]


def of_clients(transfers: pl.DataFrame, wanted: Sequence[str]) -> pl.DataFrame:
    """
    Return the transfers of some clients.

    Parameters
    ----------
    transfers : DataFrame
        With the columns of `schema.SCHEMA`.
    wanted : sequence of str
        Clients as people write them: case does not count.

    Returns
    -------
    DataFrame
        Rows with these clients. An attempt of unknown client (one that failed) stays, unless all known clients of its
        run are others.

    Raises
    ------
    SelectionError
        If no transfer has such a client.
    """
    require_clients(known_clients(transfers), wanted)
    return with_clients(transfers, wanted)


def known_clients(transfers: pl.DataFrame) -> frozenset[str]:
    """Return the clients that there are."""
    return frozenset(transfers["client"].drop_nulls().unique().cast(pl.String))


def require_clients(known: Iterable[str], wanted: Sequence[str]) -> None:
    """Refuse a client that no transfer has: see `of_clients`."""
    there = sorted(known)
    for name in wanted:
        if name.casefold() not in {each.casefold() for each in there}:
            others = f"; there are: {', '.join(there)}" if there else ": the client of no transfer is known"
            raise SelectionError(f"no client '{name}'{others}")


def with_clients(transfers: pl.DataFrame, wanted: Sequence[str]) -> pl.DataFrame:
    """Return what `of_clients` does, where there may be none."""
    asked = {each.casefold() for each in wanted}
    client = pl.col("client").cast(pl.String)
    picked = client.is_in([name for name in known_clients(transfers) if name.casefold() in asked])
    run_has_others_only = ~picked.any().over("label", "run") & client.is_not_null().any().over("label", "run")
    return transfers.filter(picked | (client.is_null() & ~run_has_others_only))


def samples(
    transfers: pl.DataFrame,
    labels: Sequence[str] | None = None,
    sizes: Sequence[int] = (),
    *,
    as_printed: bool = False,
) -> list[Sample]:
    """
    Split the table into samples.

    Parameters
    ----------
    transfers : DataFrame
        Rows with the columns of `schema.SCHEMA`, each transfer once; and with those of `attempts.with_schedules`, where
        experiments are known.
    labels : sequence of str, optional
        Only these, in this order; all, in the table's order, unless given.
    sizes : sequence of int
        Only these file sizes, in bytes, and attempts that failed and may have been of them; all unless given.
    as_printed : bool
        Analyse the printed seconds, not the interval that the printed digits allow.

    Returns
    -------
    list of Sample
        By label, then size, then direction.

    Raises
    ------
    SelectionError
        If nothing is left, or far too many sizes are.
    """
    every = attempts(transfers, labels, sizes)
    refuse_many(kinds_of(every))
    return samples_of(every, labels, as_printed=as_printed)


def samples_of(every: pl.DataFrame, labels: Sequence[str] | None, *, as_printed: bool) -> list[Sample]:
    """Split attempts into samples: see there for the parameters."""
    empty = _empty_runs(every)
    groups = every.partition_by("label", "bytes", "direction", maintain_order=True)
    found = [sample_of(group, empty, as_printed=as_printed) for group in groups]
    order: Sequence[str | None] = list(first_logs(every)) if labels is None else labels
    return sorted(found, key=lambda sample: (order.index(sample.label), *kind_order(sample.bytes, sample.direction)))


def first_logs(every: pl.DataFrame) -> dict[str | None, int | None]:
    """Return the labels of attempts in the order of the table; of each the log it begins with, where ``log`` tells."""
    log = pl.col("log") if "log" in every.columns else pl.lit(None, pl.Int64).alias("log")
    first = every.select("place", "label", log).sort("place").unique("label", keep="first", maintain_order=True)
    return dict(first.select(pl.col("label").cast(pl.String), "log").iter_rows())


def kinds_of(every: pl.DataFrame) -> int:
    """Return how many samples attempts are of."""
    return every.select("label", "bytes", "direction").n_unique()


def refuse_many(kinds: int) -> None:
    """Refuse what nobody could read: a server's log may have a size of its own for each transfer."""
    if kinds > MOST_SAMPLES:
        raise SelectionError(
            f"{kinds:,} file sizes of all labels, each of which would be described on its own: `ftpstats throughput` "
            "describes transfers of any size; --size or --where picks some"
        )


@dataclass(frozen=True, slots=True)
class There:
    """
    What there is of the labels and sizes that are asked for; of parts of the transfers it adds up.

    Attributes
    ----------
    transfers, attempts : int
        With these labels, and those of them that are no warm-ups.
    is_any : bool
        Whether any is of such a size.
    sizes : frozenset of int
        Those that there are, where none is.
    """

    transfers: int
    attempts: int
    is_any: bool
    sizes: frozenset[int]

    def __add__(self, other: "There") -> "There":
        return There(
            self.transfers + other.transfers,
            self.attempts + other.attempts,
            self.is_any or other.is_any,
            self.sizes | other.sizes,
        )

    def require(self, labels: Sequence[str] | None, sizes: Sequence[int]) -> None:
        """
        Refuse a question about none.

        Raises
        ------
        SelectionError
            Saying what there is.
        """
        if self.transfers and not self.attempts:
            of = f" of {', '.join(labels)}" if labels else ""
            raise SelectionError(f"no transfers{of} but warm-ups (iteration 0 and below)")
        if not self.is_any:
            there = listed([format_size(size) for size in sorted(self.sizes)], most=20)
            asked = " or ".join(_size(size) for size in sizes) or "any size"
            no_size = ": the size of no transfer is known; leave out the size, or add a column 'bytes' to a table"
            raise SelectionError(f"no transfer of {asked}" + (f"; there are: {there}" if there else no_size))


def attempts(transfers: pl.DataFrame, labels: Sequence[str] | None, sizes: Sequence[int]) -> pl.DataFrame:
    """
    Return the rows that samples are made of: with the size that each attempt was meant to have, and without warm-ups.

    Their order is not that of the table: ``place`` tells it; ``completed`` is whether they did. See `samples`.
    """
    found, there = asked_attempts(transfers, labels, sizes)
    there.require(labels, sizes)
    return found


def asked_attempts(
    transfers: pl.DataFrame, labels: Sequence[str] | None, sizes: Sequence[int]
) -> tuple[pl.DataFrame, There]:
    """Return what `attempts` does, where there may be none; and what there is."""
    rows = transfers.filter((pl.col("iteration") > 0) | pl.col("iteration").is_null())  # 0 and below are warm-up
    if labels is not None:
        is_asked = pl.col("label").cast(pl.String).is_in(labels, nulls_equal=True)
        rows, transfers = rows.filter(is_asked), transfers.filter(is_asked)
    meant = as_intended(rows.with_columns(completed=_IS_COMPLETED).with_row_index("place"))
    is_of_size = meant["bytes"].is_in(list(sizes)) if sizes else pl.repeat(True, meant.height, eager=True)
    is_any = bool(is_of_size.any())
    known = frozenset(() if is_any else meant["bytes"].drop_nulls().unique())
    # Those that failed before their size was known may have been of it.
    found = meant.filter(is_of_size.fill_null(value=False) | (pl.col("bytes").is_null() & ~pl.col("completed")))
    return found, There(transfers.height, rows.height, is_any, known)


_IS_COMPLETED = pl.col("completion").cast(pl.String).is_in(COMPLETED)


def _empty_runs(attempts: pl.DataFrame) -> frozenset[tuple[str | None, int]]:
    """Return label and number of the runs in which nothing completed."""
    completes = attempts.group_by("label", "run").agg(pl.col("completed").any())
    return frozenset(completes.filter(~pl.col("completed")).select(pl.col("label").cast(pl.String), "run").iter_rows())


def _size(size: int) -> str:
    """Return a size as a question repeats it: 10 is bytes, where 10 MB was meant."""
    return format_count(size, "byte") if size < KIB else format_size(size)


def sample_of(
    rows: pl.DataFrame, empty: frozenset[tuple[str | None, int]] = frozenset(), *, as_printed: bool
) -> Sample:
    """
    Reduce the rows of one label, size and direction to a sample.

    Parameters
    ----------
    rows : DataFrame
        Of `attempts`, one at least.
    empty : frozenset of (str or None, int)
        Label and number of the runs in which nothing completed.
    as_printed : bool
        As for `samples`.
    """
    column = "seconds_printed" if as_printed else "seconds"
    timed = rows.filter(is_timed(as_printed=as_printed))
    unfinished = rows.filter(~pl.col("completed"))
    label, direction = (rows[name].head(1).cast(pl.String).item() for name in ("label", "direction"))
    partial = int((unfinished["completion"].cast(pl.String) == "partial").sum())
    return Sample(
        label=label,
        bytes=rows["bytes"].item(0),
        direction=direction,
        clients=tuple(timed["client"].drop_nulls().unique().cast(pl.String).sort()),
        runs=_runs(timed, column),
        resolution=resolution_of(timed, as_printed=as_printed),
        partial=partial,
        failed=unfinished.height - partial,
        untimed=rows.height - unfinished.height - timed.height,
        reason=_commonest(unfinished["note"]),
        empty_runs=tuple(
            EmptyRun(number, attempts)
            for number, attempts in sorted(Counter(unfinished["run"].to_list()).items())
            if (label, number) in empty
        ),
        timed=tuple(timed["timed"].drop_nulls().unique().cast(pl.String).sort()),
        timeouts=_timeouts(unfinished["note"]),
    )


_TIMEOUT = r"(?i)\btime(?:d |-)?out\b(?: after (\d+(?:\.\d+)?) ?(ms|milliseconds|s|sec|seconds)\b)?"


def _timeouts(notes: pl.Series) -> tuple[float | None, ...]:
    """Return after how many seconds attempts were stopped, as their notes say; None where these say no number."""
    stopped = notes.drop_nulls().filter(notes.drop_nulls().str.contains(_TIMEOUT))
    found = pl.DataFrame({"number": stopped.str.extract(_TIMEOUT, 1), "unit": stopped.str.extract(_TIMEOUT, 2)})
    scale = pl.when(pl.col("unit").str.to_lowercase().str.starts_with("m")).then(1e-3).otherwise(1.0)
    return tuple(found.select(pl.col("number").cast(pl.Float64) * scale).to_series())


def is_timed(*, as_printed: bool) -> pl.Expr:
    """Whether an attempt completed with a time to be analysed."""
    # A rate may give a time that is not printed; a clock that was stepped prints one that is invalid, and only the
    # thesis's mean takes the 0 of one that stood.
    column = "seconds_printed" if as_printed else "seconds"
    is_known = (pl.col("seconds") < _FOREVER) | (pl.lit(as_printed) & (pl.col("seconds_printed") == 0))
    return pl.col("completed") & is_known & (pl.col(column) < _FOREVER)


def _commonest(notes: pl.Series) -> str | None:
    """Return the note that most have, the first of those that as many have; None where there is none."""
    told = Counter(notes.drop_nulls().to_list()).most_common(1)
    return str(told[0][0]) if told else None


def _runs(timed: pl.DataFrame, column: str) -> tuple[Run, ...]:
    """Split the seconds by run."""
    number = timed["run"].to_numpy()
    order = np.argsort(number, kind="stable")
    starts = np.flatnonzero(np.diff(number[order], prepend=-1))
    first = timed[order[starts]].select(pl.col("source").cast(pl.String), pl.col("time").dt.epoch("us") / 1e6, "run")
    scheduled = set(timed.filter(_is_scheduled(timed))["run"])
    seconds, lines, iterations = (
        np.split(timed[name].to_numpy()[order], starts[1:]) for name in (column, "line", "iteration")
    )
    unnumbered = set(timed.filter(pl.col("iteration").is_null())["run"])
    return tuple(
        Run(its_seconds, source, its_lines, when, run, run in scheduled, None if run in unnumbered else its_numbers)
        for its_seconds, its_lines, its_numbers, (source, when, run) in zip(
            seconds, lines, iterations, first.iter_rows(), strict=False
        )
    )


def _is_scheduled(timed: pl.DataFrame) -> pl.Expr:
    """Whether a script or an experiment numbers a transfer, and its label with it: see `groups.Selection`."""
    has_number = pl.col("iteration").is_not_null()
    return has_number & ~pl.col("by_chance") if "by_chance" in timed.columns else has_number


def usable(every: Iterable[Sample]) -> list[Sample]:
    """
    Return the samples that can be judged: those with a time and a size.

    Where no sample has a size, as in a table of a user's that has none, they are taken to be of one.
    """
    timed = [sample for sample in every if sample.runs]
    return [sample for sample in timed if sample.bytes is not None] or timed


def by_kind(found: Iterable[Sample]) -> list[dict[str | None, Sample]]:
    """Return the samples of each size and direction by their labels, small files first."""
    of_kind: dict[tuple[int | None, str | None], dict[str | None, Sample]] = {}
    for sample in sorted(found, key=lambda sample: kind_order(sample.bytes, sample.direction)):
        of_kind.setdefault((sample.bytes, sample.direction), {})[sample.label] = sample
    return list(of_kind.values())


def refuse_repeated(labels: Sequence[str], done: str) -> None:
    """
    Refuse a label that is named twice.

    Parameters
    ----------
    labels : sequence of str
        As the table writes them.
    done : str
        What is done with a label and others, as the message says it.

    Raises
    ------
    UsageError
        Naming the first of them.
    """
    for label, times in Counter(labels).items():
        if times > 1:
            raise UsageError(f"'{label}' is named twice; a label is {done} others")
