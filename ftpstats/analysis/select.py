"""Labels, sizes and directions out of the tidy table: rows in, samples out.

Only completed transfers with a time are analysed; the others are counted with the size that they were meant to have.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ftpstats.analysis.sample import Run, Sample
from ftpstats.errors import SelectionError
from ftpstats.table import COMPLETED
from ftpstats.units import KIB, format_count, format_size, kind_order

__all__ = ["all_labels", "find_labels", "samples"]

_RUN, _EACH = ["label", "run"], ["label", "run", "iteration"]
_KIND = ["bytes", "direction"]
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
        Rows with the columns of `table.SCHEMA`, each transfer once.
    labels : sequence of str, optional
        Only these, in this order; all, in the table's order, unless given.
    sizes : sequence of int
        Only these file sizes, in bytes; all unless given.
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
    attempts = _with_planned_sizes(rows)
    if sizes:
        attempts = attempts[attempts["bytes"].isin(sizes)]
    if attempts.empty:
        there = ", ".join(format_size(int(size)) for size in sorted(rows["bytes"].dropna().unique()))
        asked = " or ".join(_size(size) for size in sizes) or "any size"
        raise SelectionError(f"no transfer of {asked}; there are: {there or 'none'}")
    groups = attempts.groupby(["label", *_KIND], dropna=False)
    found = [_sample(key, group, as_printed=as_printed) for key, group in groups]
    order: Sequence[str | None] = all_labels(rows) if labels is None else labels
    return sorted(found, key=lambda sample: (order.index(sample.label), *kind_order(sample.bytes, sample.direction)))


def _size(size: int) -> str:
    """Return a size as a question repeats it: 10 is bytes, where 10 MB was meant."""
    return format_count(size, "byte") if size < KIB else format_size(size)


def _text(value: object) -> str | None:
    """Return a cell's text, or None for pandas's several kinds of nothing."""
    return value if isinstance(value, str) else None


def _with_planned_sizes(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Give unfinished attempts the size and direction that they were meant to have.

    An attempt meant something that its run completes elsewhere and its own iteration does not, in the direction that
    its row says. Where iterations hold several transfers, it counts for each such size; else only where there is but
    one, by the size that the server announced if it did. Where nothing tells, the attempt keeps what its own row says.
    """
    is_completed = rows["completion"].isin(COMPLETED)
    completed, unfinished = rows[is_completed], rows[~is_completed]
    if unfinished.empty:
        return completed
    plan = completed.loc[completed["bytes"].notna(), _RUN + _KIND].drop_duplicates()
    plan["several"] = plan.duplicated(_RUN, keep=False)
    plan = plan.merge(_sessions(rows, is_completed).assign(session=True), how="left", on=_RUN)
    said = unfinished.rename(columns={"bytes": "said_bytes", "direction": "said_direction"}).reset_index(names="row")
    meant = said.merge(plan, on=_RUN)
    meant = meant[meant["said_direction"].isna() | (meant["said_direction"] == meant["direction"])]
    headed = completed.loc[completed["iteration"].notna(), _EACH + _KIND]
    meant = meant.merge(headed, how="left_anti", on=_EACH + _KIND)
    in_session = meant["several"] & meant["session"].notna() & meant["iteration"].notna()
    # An iteration counts once for each size that it lacks, as the worse of its outcomes: "failed" sorts first.
    lacking = meant[in_session].sort_values("completion").drop_duplicates(_EACH + _KIND)
    # A failed attempt's bytes were announced; a partial one's are those that arrived.
    elsewhere = (meant["completion"] == "failed") & (meant["said_bytes"] != meant["bytes"]).fillna(value=False)
    of_one = meant[~in_session & ~elsewhere].drop_duplicates("row", keep=False)
    own = unfinished.drop(index=[*of_one["row"], *meant.loc[in_session, "row"].unique()])
    return pd.concat([completed, of_one[rows.columns], lacking[rows.columns], own], ignore_index=True)


def _sessions(rows: pd.DataFrame, is_completed: pd.Series) -> pd.DataFrame:
    """
    Return the runs of which at least half of the iterations that completed anything hold several transfers.

    The others log one transfer to an iteration, whatever its size.
    """
    headed = rows.assign(completed=is_completed)[rows["iteration"].notna()]
    each = headed.groupby(_EACH, dropna=False)["completed"].agg(["size", "any"]).reset_index()
    share = (each["size"] > 1)[each["any"]].groupby([each["label"], each["run"]], dropna=False).mean()
    return share[share >= 0.5].reset_index()[_RUN]


def _sample(key: Sequence[object], rows: pd.DataFrame, *, as_printed: bool) -> Sample:
    """Reduce the rows of one label, size and direction to a sample."""
    completed = rows["completion"].isin(COMPLETED)
    # A rate may tell a time that is not printed; a clock that was stepped prints one that nothing tells, and only the
    # thesis's mean takes the 0 of one that stood.
    column = "seconds_printed" if as_printed else "seconds"
    is_known = (rows["seconds"] < _FOREVER) | (as_printed & (rows["seconds_printed"] == 0))
    timed = rows[completed & is_known & (rows[column] < _FOREVER)]
    label, size, direction = key
    return Sample(
        label=_text(label),
        bytes=int(size) if isinstance(size, int | np.integer) else None,
        direction=_text(direction),
        clients=tuple(sorted(timed["client"].dropna().unique())),
        runs=_runs(timed, column),
        resolution=_resolution(timed, as_printed=as_printed),
        partial=int((rows["completion"] == "partial").sum()),
        failed=int((rows["completion"] == "failed").sum()),
        untimed=int(completed.sum()) - len(timed),
    )


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
