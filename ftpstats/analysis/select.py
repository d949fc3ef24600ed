"""Labels, sizes and directions out of the tidy table: rows in, samples out.

Only completed transfers with a time are analysed; the others are counted with the size that they were meant to have
(see `attempts`).
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ftpstats.analysis.attempts import as_intended
from ftpstats.analysis.sample import EmptyRun, Run, Sample
from ftpstats.errors import SelectionError
from ftpstats.table import COMPLETED
from ftpstats.units import KIB, format_count, format_size, kind_order

__all__ = ["all_labels", "find_labels", "of_clients", "samples"]

_MOST_PLACES, _ROUNDING = 9, 1e-12  # decimals of a printed time, and the share that scaling may have changed of it
_FOREVER = 1e100  # seconds, which no transfer takes; a garbled log may print as many, and their squares overflow


def find_labels(transfers: pd.DataFrame, wanted: Iterable[str]) -> list[str]:
    """
    Return the labels in the table that the given names mean; case counts only where it has to.

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
    known = [str(label) for label in transfers["label"].dropna().unique()]
    return [_find_label(name, known) for name in wanted]


def all_labels(transfers: pd.DataFrame) -> list[str | None]:
    """Return the labels in the table, in its order; None is the lack of one."""
    return [_text(label) for label in transfers["label"].unique()]


def _find_label(name: str, known: Sequence[str]) -> str:
    if name in known:
        return name
    alike = [label for label in known if label.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise SelectionError(f"label '{name}' is ambiguous: there are {', '.join(sorted(alike))}; write it exactly")
    there = ", ".join(sorted(known)) or "none; `--label NAME` sets one when a log has no FTP-TEST headers"
    raise SelectionError(f"no label '{name}'; there are: {there}")


def of_clients(transfers: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """
    Return the transfers of some clients.

    Parameters
    ----------
    transfers : DataFrame
        With the columns of `table.SCHEMA`.
    wanted : sequence of str
        Clients as people write them: case does not count.

    Returns
    -------
    DataFrame
        Rows with these clients. An attempt that names none (one that failed) stays, unless all that its run names are
        others.

    Raises
    ------
    SelectionError
        If no transfer has such a client.
    """
    client = transfers["client"]
    known = sorted(str(name) for name in client.dropna().unique())
    for name in wanted:
        if name.casefold() not in {each.casefold() for each in known}:
            raise SelectionError(f"no client '{name}'; there are: {', '.join(known) or 'none'}")
    chosen = client.str.casefold().isin([name.casefold() for name in wanted])
    run = [transfers["label"], transfers["run"]]
    named, picked = (each.groupby(run, dropna=False).transform("any") for each in (client.notna(), chosen))
    return transfers[chosen | (client.isna() & (picked | ~named))]


def samples(
    transfers: pd.DataFrame,
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
        Rows with the columns of `table.SCHEMA`, each transfer once; and with those of `attempts.with_schedules`, where
        experiments are known.
    labels : sequence of str, optional
        Only these, in this order; all, in the table's order, unless given.
    sizes : sequence of int
        Only these file sizes, in bytes, and attempts that failed and may have been of them; all unless given.
    as_printed : bool
        Analyse what the client printed, not what its digits allow.

    Returns
    -------
    list of Sample
        By label, then size, then direction.

    Raises
    ------
    SelectionError
        If nothing is left.
    """
    rows = transfers[~(transfers["iteration"] <= 0).fillna(value=False)]  # 0 and below are warm-up
    if labels is not None:
        rows, transfers = rows[rows["label"].isin(labels)], transfers[transfers["label"].isin(labels)]
    if rows.empty and not transfers.empty:
        of = f" of {', '.join(labels)}" if labels else ""
        raise SelectionError(f"no transfers{of} but warm-ups (iteration 0 and below)")
    attempts = _of_sizes(as_intended(rows), sizes)
    empty = _empty_runs(attempts)
    groups = attempts.groupby(["label", "bytes", "direction"], dropna=False)
    found = [_sample(key, group, empty, as_printed=as_printed) for key, group in groups]
    order: Sequence[str | None] = all_labels(rows) if labels is None else labels
    return sorted(found, key=lambda sample: (order.index(sample.label), *kind_order(sample.bytes, sample.direction)))


def _of_sizes(attempts: pd.DataFrame, sizes: Sequence[int]) -> pd.DataFrame:
    """Return attempts of these sizes; and those that failed before they told theirs, where there are any of them."""
    is_asked = attempts["bytes"].isin(sizes) if sizes else pd.Series(True, index=attempts.index)
    if not is_asked.any():
        there = ", ".join(format_size(int(size)) for size in sorted(attempts["bytes"].dropna().unique()))
        asked = " or ".join(_size(size) for size in sizes) or "any size"
        raise SelectionError(f"no transfer of {asked}; there are: {there or 'none'}")
    return attempts[is_asked | (attempts["bytes"].isna() & ~attempts["completion"].isin(COMPLETED))]


def _empty_runs(attempts: pd.DataFrame) -> frozenset[tuple[str | None, int]]:
    """Return label and number of the runs in which nothing completed."""
    is_completed = attempts["completion"].isin(COMPLETED)
    completes = is_completed.groupby([attempts["label"], attempts["run"]], dropna=False).any()
    return frozenset((_text(label), int(run)) for label, run in completes[~completes].index)


def _size(size: int) -> str:
    """Return a size as a question repeats it: 10 is bytes, where 10 MB was meant."""
    return format_count(size, "byte") if size < KIB else format_size(size)


def _text(value: object) -> str | None:
    """Return a cell's text, or None for pandas's several kinds of nothing."""
    return value if isinstance(value, str) else None


def _sample(
    key: Sequence[object], rows: pd.DataFrame, empty: frozenset[tuple[str | None, int]], *, as_printed: bool
) -> Sample:
    """Reduce the rows of one label, size and direction to a sample."""
    completed = rows["completion"].isin(COMPLETED)
    # A rate may tell a time that is not printed; a clock that was stepped prints one that nothing tells, and only the
    # thesis's mean takes the 0 of one that stood.
    column = "seconds_printed" if as_printed else "seconds"
    is_known = (rows["seconds"] < _FOREVER) | (as_printed & (rows["seconds_printed"] == 0))
    timed = rows[completed & is_known & (rows[column] < _FOREVER)]
    label, size, direction = _text(key[0]), *key[1:]
    unfinished = rows[~completed]
    return Sample(
        label=label,
        bytes=int(size) if isinstance(size, int | np.integer) else None,
        direction=_text(direction),
        clients=tuple(sorted(timed["client"].dropna().unique())),
        runs=_runs(timed, column),
        resolution=_resolution(timed, as_printed=as_printed),
        partial=int((rows["completion"] == "partial").sum()),
        failed=int((rows["completion"] == "failed").sum()),
        untimed=int(completed.sum()) - len(timed),
        reason=_commonest(unfinished["note"]),
        empty_runs=tuple(
            EmptyRun(number, attempts)
            for number, attempts in sorted(Counter(unfinished["run"].to_list()).items())
            if (label, number) in empty
        ),
    )


def _commonest(notes: pd.Series) -> str | None:
    """Return the note that most have, the first of those that as many have; None where there is none."""
    told = Counter(notes.dropna().to_list()).most_common(1)
    return str(told[0][0]) if told else None


def _runs(timed: pd.DataFrame, column: str) -> tuple[Run, ...]:
    """Split the seconds by run. By arrays, which is much faster here than a group by."""
    if timed.empty:
        return ()
    number, seconds = timed["run"].to_numpy(dtype=np.int64), timed[column].to_numpy(dtype=np.float64)
    source, line = timed["source"].to_numpy(), timed["line"].to_numpy(dtype=np.int64)
    order = np.argsort(number, kind="stable")
    places = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    began = [time.timestamp() if pd.notna(time) else None for time in timed["time"].iloc[[p[0] for p in places]]]
    return tuple(
        Run(seconds[place], str(source[place[0]]), line[place], when, int(number[place[0]]))
        for place, when in zip(places, began, strict=True)
    )


def _resolution(timed: pd.DataFrame, *, as_printed: bool) -> float | None:
    """
    Median width of the intervals that the digits allow.

    As printed, it is one unit of the last decimal place that any of the values shows; more where rates show that the
    client cuts digits off.
    """
    if timed.empty:
        return None
    if as_printed:
        hidden = (timed["seconds"] - timed["seconds_printed"]).abs().max()
        return float(np.fmax(_last_place(timed["seconds_printed"].to_numpy(dtype=np.float64)), 2 * hidden))
    width = float((timed["seconds_high"] - timed["seconds_low"]).median())
    return width if math.isfinite(width) else None


def _last_place(values: npt.NDArray[np.float64]) -> float:
    for places in range(_MOST_PLACES):
        scaled = values * 10.0**places
        if np.allclose(scaled, np.round(scaled), rtol=_ROUNDING, atol=0.0):
            return 10.0**-places
    return 10.0**-_MOST_PLACES
