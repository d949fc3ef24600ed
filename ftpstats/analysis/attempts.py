"""What attempts were meant to move: rows of the tidy table in, the same with the sizes and directions to count them by.

Rows keep what was printed; a transfer that failed may have said nothing of its size.
"""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from ftpstats.manifest import Manifest
from ftpstats.schedule import planned
from ftpstats.table import COMPLETED

__all__ = ["as_intended", "with_schedules"]

_RUN, _EACH = ["label", "run"], ["label", "run", "iteration"]
_KIND, _PLANNED = ["bytes", "direction"], ["planned_bytes", "planned_direction"]
_PLACE = ["source", "label", "place", "iteration"]


def with_schedules(transfers: pd.DataFrame, manifests: Mapping[str, Manifest]) -> pd.DataFrame:
    """
    Add what the schedules of experiments say of each attempt whose size or direction its log does not tell.

    Parameters
    ----------
    transfers : DataFrame
        Rows with the columns of `table.SCHEMA`, each transfer once.
    manifests : Mapping
        By source, the experiments that are known.

    Returns
    -------
    DataFrame
        The rows with ``planned_bytes`` and ``planned_direction``; unknown where no schedule tells.

    Notes
    -----
    Runs are numbered over all logs: within a source and label, the k-th is the schedule's k-th. A log whose label was
    given by its reader is that of its experiment's only server.
    """
    asked = transfers[_is_open(transfers) & transfers["source"].isin(list(manifests))]
    if asked.empty:
        return transfers.assign(planned_bytes=pd.array([pd.NA] * len(transfers), "Int64"), planned_direction=None)
    place = transfers.groupby(["source", "label"], dropna=False)["run"].rank("dense").astype("Int64")
    asked = asked.assign(place=place, row=asked.index)
    told = pd.DataFrame(
        [row for source in asked["source"].unique() for row in _told(source, manifests[source], asked)],
        columns=[*_PLACE, *_PLANNED],
    ).astype({"place": "Int64", "iteration": "Int64", "planned_bytes": "Int64"})
    found = asked.merge(told, on=_PLACE).set_index("row")[_PLANNED]
    return transfers.join(found)


def _told(source: str, manifest: Manifest, asked: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Yield what a log's schedule says, with the labels that its rows have."""
    direction = "upload" if manifest.settings.upload else "download"
    given = list(asked.loc[asked["source"] == source, "label"].unique()) if len(manifest.servers) == 1 else []
    for (label, run, iteration), file in planned(manifest).items():
        for name in given or [label]:
            yield source, name, run, iteration, file.bytes, direction


def as_intended(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Give each attempt the size and direction that it was meant to have, where its row does not tell them.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `table.SCHEMA`, and those that `with_schedules` adds, if any.

    Returns
    -------
    DataFrame
        Rows in another order; an attempt that was to move several files counts once for each.

    Notes
    -----
    The schedule decides; without one, the sizes that the other transfers of its run have, else those of its label. An
    attempt meant something that is completed there and not in its own iteration, in the direction that its row says.
    Where iterations hold several transfers, it counts for each such size; else only where there is but one, by the size
    that the server announced if it did. Where nothing tells, the attempt keeps what its own row says.
    """
    rows, is_open = _as_scheduled(rows.reset_index(drop=True))
    if not is_open.any():
        return rows
    settled, left = rows[~is_open], rows[is_open]
    is_known = settled["completion"].isin(COMPLETED) & settled["bytes"].notna()
    completed = settled.loc[is_known, _EACH + _KIND]
    left = _as_announced(left, left["completion"].eq("failed") & ~_are_in(left, completed, _RUN))
    found = [settled]
    for among in (_RUN, ["label"]):
        has_kinds = _are_in(left, completed, among)
        if not has_kinds.any():
            continue
        found.append(_meant(left[has_kinds], completed, _sessions(rows, among), among))
        left = left[~has_kinds]
    return _directed(pd.concat([*found, left], ignore_index=True))


def _is_open(rows: pd.DataFrame) -> pd.Series:
    """Whether a row may not tell what its attempt was meant to move: it did not complete, or its log does not say."""
    return ~rows["completion"].isin(COMPLETED) | rows[_KIND].isna().any(axis=1)


def _as_scheduled(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Take what the schedule tells, and say which attempts are left: never one that has a time of its own."""
    is_open, is_completed = _is_open(rows), rows["completion"].isin(COMPLETED)
    if "planned_bytes" in rows:
        rows = rows.copy()
        is_planned = is_open & rows["planned_bytes"].notna()
        for column, planned_column in zip(_KIND, _PLANNED, strict=True):
            take = is_open & rows[planned_column].notna() & (rows[column].isna() | (is_planned & ~is_completed))
            rows[column] = rows[column].mask(take, rows[planned_column])
        is_open &= ~is_planned
    return rows, is_open & ~(is_completed & rows["seconds"].notna())


def _as_announced(left: pd.DataFrame, is_failed: pd.Series) -> pd.DataFrame:
    """In runs that completed nothing, take failures that say no size to be of the only one that a server announced."""
    announced = left["bytes"].where(is_failed).groupby([left["label"], left["run"]], dropna=False)
    is_silent = is_failed & left["bytes"].isna() & (announced.transform("nunique") == 1)
    return left.assign(bytes=left["bytes"].mask(is_silent, announced.transform("max")))


def _are_in(rows: pd.DataFrame, others: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """Return whether other rows have these keys too; a label that is none is one like any other."""
    found = rows[[*keys]].merge(others[[*keys]].drop_duplicates(), how="left", on=[*keys], indicator=True)
    return pd.Series((found["_merge"] == "both").to_numpy(), index=rows.index)


def _meant(left: pd.DataFrame, completed: pd.DataFrame, sessions: pd.DataFrame, among: list[str]) -> pd.DataFrame:
    """Count attempts among what was completed in their run, or by their label: see `as_intended`."""
    plan = completed[[*among, *_KIND]].drop_duplicates()
    plan["several"] = plan.duplicated(among, keep=False)
    plan = plan.merge(sessions.assign(session=True), how="left", on=among)
    said = left.rename(columns={"bytes": "said_bytes", "direction": "said_direction"}).reset_index(names="row")
    meant = said.merge(plan, on=among)
    meant = meant[meant["said_direction"].isna() | (meant["said_direction"] == meant["direction"])]
    headed = completed.loc[completed["iteration"].notna(), _EACH + _KIND]
    meant = meant.merge(headed, how="left_anti", on=_EACH + _KIND)
    in_session = meant["several"] & meant["session"].notna() & meant["iteration"].notna()
    in_session &= ~meant["completion"].isin(COMPLETED)  # what one attempt completed, it did not complete twice
    # An iteration counts once for each size that it lacks, as the worse of its outcomes: "failed" sorts first.
    lacking = meant[in_session].sort_values("completion").drop_duplicates(_EACH + _KIND)
    # A partial attempt's bytes are those that arrived; any other's were announced.
    elsewhere = (meant["completion"] != "partial") & (meant["said_bytes"] != meant["bytes"]).fillna(value=False)
    of_one = meant[~in_session & ~elsewhere].drop_duplicates("row", keep=False)
    own = left.drop(index=[*of_one["row"], *meant.loc[in_session, "row"].unique()])
    return pd.concat([of_one[left.columns], lacking[left.columns], own], ignore_index=True)


def _sessions(rows: pd.DataFrame, among: list[str]) -> pd.DataFrame:
    """
    Return the runs, or labels, of which at least half of the iterations that completed anything hold several transfers.

    The others log one transfer to an iteration, whatever its size.
    """
    headed = rows.assign(completed=rows["completion"].isin(COMPLETED))[rows["iteration"].notna()]
    each = headed.groupby(_EACH, dropna=False)["completed"].agg(["size", "any"]).reset_index()
    share = (each["size"] > 1)[each["any"]].groupby([each[key] for key in among], dropna=False).mean()
    return share[share >= 0.5].reset_index()[among]


def _directed(rows: pd.DataFrame) -> pd.DataFrame:
    """Give an attempt of known size the only direction in which its run, else its label, completed anything."""
    is_completed = rows["completion"].isin(COMPLETED)
    for among in (_RUN, ["label"]):
        asked = rows[rows["direction"].isna() & rows["bytes"].notna() & ~is_completed]
        if asked.empty:
            break
        ways = rows.loc[is_completed, [*among, "direction"]].drop_duplicates().dropna(subset="direction")
        only = ways[~ways.duplicated(among, keep=False)].rename(columns={"direction": "way"})
        way = asked[among].merge(only, how="left", on=among)["way"]
        rows.loc[asked.index, "direction"] = way.to_numpy()
    return rows
