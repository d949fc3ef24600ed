"""The planned size and direction of attempts: rows of the tidy table in, rows with the sizes to count them by out.

Rows keep what was printed; a failed transfer may have no size.
"""

from collections.abc import Iterator, Mapping
from itertools import product

import polars as pl

from ftpstats.manifest import Manifest
from ftpstats.schedule import planned
from ftpstats.schema import COMPLETED, SCHEMA

__all__ = ["as_intended", "with_schedules"]

_RUN, _EACH = ["label", "run"], ["label", "run", "iteration"]
_KIND, _PLANNED = ["bytes", "direction"], ["planned_bytes", "planned_direction"]
_PLACE = ["source", "label", "place", "iteration"]
_TOLD = pl.Schema(
    {name: SCHEMA[name] for name in ("source", "label")}
    | {"place": pl.Int64(), "iteration": pl.Int64()}
    | dict(zip(_PLANNED, (SCHEMA[name] for name in _KIND), strict=True))
)

_IS_COMPLETED = pl.col("completion").cast(pl.String).is_in(COMPLETED)


def with_schedules(transfers: pl.DataFrame, manifests: Mapping[str, Manifest]) -> pl.DataFrame:
    """
    Add the size and direction in the schedule to each attempt whose log does not contain them.

    Parameters
    ----------
    transfers : DataFrame
        Rows with the columns of `schema.SCHEMA`, each transfer once.
    manifests : Mapping
        By source, the experiments that are known.

    Returns
    -------
    DataFrame
        The rows, with ``planned_bytes`` and ``planned_direction`` if there is a schedule; null where unknown.

    Notes
    -----
    Runs are numbered over all logs: within a source and label, the k-th is the schedule's k-th. A log whose label was
    given by its reader is that of its experiment's only server.
    """
    if not manifests:
        return transfers
    rows = transfers.with_row_index("row")
    of_experiments = rows.filter(pl.col("source").cast(pl.String).is_in(list(manifests)))
    asked = of_experiments.with_columns(
        place=pl.col("run").rank("dense").over("source", "label").cast(pl.Int64)
    ).filter(_is_open())
    if asked.is_empty():
        return transfers
    told = [row for source in asked["source"].unique() for row in _told(source, manifests[source], asked)]
    plans = pl.DataFrame(told, schema=_TOLD, orient="row")
    found = asked.join(plans, on=_PLACE, nulls_equal=True).select("row", *_PLANNED)
    return rows.join(found, on="row", how="left", maintain_order="left").drop("row")


def _told(source: str, manifest: Manifest, asked: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    """Yield what a log's schedule says, with the labels that its rows have."""
    direction = "upload" if manifest.settings.upload else "download"
    labels = asked.filter(pl.col("source") == source)["label"].unique().to_list()
    given = labels if len(manifest.servers) == 1 else []
    for (label, run, iteration), file in planned(manifest).items():
        for name in given or [label]:
            yield source, name, run, iteration, file.bytes, direction


def as_intended(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Give each attempt its planned size and direction, where its row does not contain them.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA`, and those that `with_schedules` adds, if any.

    Returns
    -------
    DataFrame
        Rows in another order; an attempt that was to move several files counts once for each.

    Notes
    -----
    The schedule decides; without one, the only size that a file of its name has where it is completed, as servers and
    modern clients tell names; else the sizes that the other transfers of its run have, else those of its label. An
    attempt meant something that is completed there and not in its own iteration, in the direction that its row says.
    Where iterations hold several transfers, it counts for each such size; else only where there is but one, by the size
    that the server announced if it did. Otherwise the attempt keeps the values of its own row; but the bytes that an
    aborted one moved are no size, where nothing of as many was completed by its label or in its log: it is unknown.
    """
    marked = _as_scheduled(rows)
    if not marked["open"].any():
        return marked.drop("open")
    marked = marked.with_row_index("row")
    settled, left = marked.filter(~pl.col("open")), marked.filter("open")
    completed = settled.filter(_IS_COMPLETED & pl.col("bytes").is_not_null())
    named, left = _as_named(left, completed)
    completed = completed.select(_EACH + _KIND)
    left = _as_announced(left, completed)
    found = [settled, named]
    for among in (_RUN, ["label"]):
        has_kinds = left.join(completed, on=among, how="semi", nulls_equal=True, maintain_order="left")
        if has_kinds.is_empty():
            continue
        found.append(_meant(has_kinds, completed, _sessions(marked, among), among))
        left = left.join(completed, on=among, how="anti", nulls_equal=True, maintain_order="left")
    return _directed(_without_moved(pl.concat([*found, left]), settled)).drop("open", "row")


def _without_moved(rows: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """
    Return rows without the bytes that aborted attempts moved, in the place of a size.

    One is a size that their label or their log completed; what other logs hold, another process may have read.
    """
    placed = rows.with_row_index("at")
    cut = placed.filter(pl.col("open") & _is_partial())
    for among in ("label", "source"):
        sizes = settled.filter(_IS_COMPLETED).select(among, "bytes")
        cut = cut.join(sizes, on=[among, "bytes"], how="anti", nulls_equal=True)
    if cut.is_empty():
        return rows
    is_moved = pl.col("at").is_in(cut["at"].implode())
    return placed.with_columns(bytes=pl.when(is_moved).then(None).otherwise("bytes")).drop("at")


def _is_partial() -> pl.Expr:
    return pl.col("completion").cast(pl.String) == "partial"


def _is_open() -> pl.Expr:
    """Whether a row may not tell what its attempt was meant to move: it did not complete, or its log does not say."""
    return ~_IS_COMPLETED | pl.any_horizontal(pl.col(_KIND).is_null())


def _as_scheduled(rows: pl.DataFrame) -> pl.DataFrame:
    """Take what the schedule tells; ``open`` are the attempts that are left: never one that has a time of its own."""
    marked = rows.with_columns(open=_is_open())
    if "planned_bytes" in rows.columns:
        is_planned = pl.col("open") & pl.col("planned_bytes").is_not_null()
        taken = [
            pl.when(
                pl.col("open") & pl.col(plan).is_not_null() & (pl.col(column).is_null() | (is_planned & ~_IS_COMPLETED))
            )
            .then(plan)
            .otherwise(column)
            .alias(column)
            for column, plan in zip(_KIND, _PLANNED, strict=True)
        ]
        marked = marked.with_columns(*taken, open=pl.col("open") & ~is_planned)
    return marked.with_columns(pl.col("open") & ~(_IS_COMPLETED & pl.col("seconds").is_not_null()))


def _as_named(left: pl.DataFrame, completed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return attempts at files that their label, or their log, completed in one size only, with it; and the others."""
    named = pl.col("file").is_not_null() & pl.col("direction").is_not_null() & ~_IS_COMPLETED
    asked, found = left.filter(named), [left.clear()]
    for among in ("label", "source"):
        by = [among, "direction", "file"]
        alike = completed.join(asked, on=by, how="semi", nulls_equal=True)
        only = alike.select(*by, size="bytes").unique().unique(by, keep="none")
        told = asked.join(only, on=by, how="left", nulls_equal=True, maintain_order="left")
        asked = told.filter(pl.col("size").is_null()).drop("size")
        found.append(told.filter(pl.col("size").is_not_null()).with_columns(bytes="size").drop("size"))
    return pl.concat(found), pl.concat([left.filter(~named), asked])


def _as_announced(left: pl.DataFrame, completed: pl.DataFrame) -> pl.DataFrame:
    """In runs that completed nothing, take failures that say no size to be of the only one that a server announced."""
    silent = left.join(completed, on=_RUN, how="anti", nulls_equal=True).filter(
        pl.col("completion").cast(pl.String) == "failed"
    )
    sizes = silent.drop_nulls("bytes").group_by(_RUN).agg(pl.col("bytes").unique().alias("announced"))
    only = sizes.filter(pl.col("announced").list.len() == 1).with_columns(pl.col("announced").list.first())
    found = silent.filter(pl.col("bytes").is_null()).join(only, on=_RUN, nulls_equal=True).select("row", "announced")
    told = left.join(found, on="row", how="left", maintain_order="left")
    return told.with_columns(pl.coalesce("bytes", "announced").alias("bytes")).drop("announced")


def _meant(left: pl.DataFrame, completed: pl.DataFrame, sessions: pl.DataFrame, among: list[str]) -> pl.DataFrame:
    """Count attempts among what was completed in their run, or by their label: see `as_intended`."""
    has_iteration = pl.col("iteration").is_not_null()
    of_records = _of_records(left.filter(~has_iteration), completed.select(among + _KIND).unique(), among)
    if not left.select(has_iteration.any()).item():
        return pl.concat([of_records, left.filter(~pl.col("row").is_in(of_records["row"].implode()))])
    plan = completed.select(among + _KIND).unique(maintain_order=True).with_columns(several=pl.len().over(among) > 1)
    plan = plan.join(sessions.with_columns(session=True), on=among, how="left", nulls_equal=True, maintain_order="left")
    said = left.filter(has_iteration).rename({name: f"said_{name}" for name in _KIND})
    meant = said.join(plan, on=among, nulls_equal=True, maintain_order="left_right")
    meant = meant.filter(pl.col("said_direction").is_null() | (pl.col("said_direction") == pl.col("direction")))
    headed = completed.filter(pl.col("iteration").is_not_null())
    meant = meant.join(headed, on=_EACH + _KIND, how="anti", nulls_equal=True, maintain_order="left")
    # What one attempt completed, it did not complete twice.
    in_session = pl.col("several") & pl.col("session").is_not_null() & ~_IS_COMPLETED
    of_session = meant.filter(in_session)
    # An iteration counts once for each size that it lacks, as the worse of its outcomes.
    worst_first = of_session.sort(pl.col("completion").cast(pl.String) != "failed", maintain_order=True)
    lacking = worst_first.unique(_EACH + _KIND, keep="first", maintain_order=True)
    elsewhere = _is_announced("said_bytes") & (pl.col("said_bytes") != pl.col("bytes"))
    of_one = meant.filter(~in_session & ~elsewhere).unique("row", keep="none", maintain_order=True)
    counted = pl.concat([of_one["row"], of_session["row"], of_records["row"]])
    own = left.filter(~pl.col("row").is_in(counted.implode()))
    return pl.concat([of_one.select(left.columns), lacking.select(left.columns), of_records, own])


def _is_announced(size: str) -> pl.Expr:
    """Whether a size is what the server announced: a partial attempt's bytes are those that arrived."""
    return ~_is_partial() & pl.col(size).is_not_null()


def _of_records(left: pl.DataFrame, kinds: pl.DataFrame, among: list[str]) -> pl.DataFrame:
    """
    Count attempts without an iteration where only one of the kinds fits their direction and the announced size.

    An aborted one fits what is no smaller than what it moved. A server log has thousands of sizes and of such attempts:
    no table of all their pairs is made.
    """
    is_cut = _is_partial() & pl.col("bytes").is_not_null()
    found = [_of_cut(left.filter(is_cut), kinds, among)]
    left = left.filter(~is_cut)
    for is_announced, is_directed in product((False, True), repeat=2):
        known = ["bytes"] * is_announced + ["direction"] * is_directed
        alike = left.filter(
            (_is_announced("bytes") == is_announced) & (pl.col("direction").is_not_null() == is_directed)
        )
        if alike.is_empty():
            continue
        only = kinds.unique(among + known, keep="none")
        meant = alike.drop([name for name in _KIND if name not in known]).join(
            only, on=among + known, nulls_equal=True, maintain_order="left"
        )
        found.append(meant.select(left.columns))
    return pl.concat([left.clear(), *found])


def _of_cut(left: pl.DataFrame, kinds: pl.DataFrame, among: list[str]) -> pl.DataFrame:
    """Count aborted attempts where the largest of the kinds alone is no smaller than what they moved."""
    found = [left.clear()]
    for known in ([], ["direction"]):
        alike = left.filter(pl.col("direction").is_not_null() if known else pl.col("direction").is_null())
        largest = kinds.sort("bytes", descending=True).group_by(among + known, maintain_order=True)
        tops = largest.agg(pl.col("direction").first().alias("way"), largest=pl.col("bytes").head(2))
        both = alike.join(tops, on=among + known, nulls_equal=True, maintain_order="left")
        first, second = pl.col("largest").list.first(), pl.col("largest").list.get(1, null_on_oob=True).fill_null(-1)
        only = both.filter((pl.col("bytes") <= first) & (pl.col("bytes") > second))
        found.append(only.with_columns(bytes=first, direction="way").select(left.columns))
    return pl.concat(found)


def _sessions(rows: pl.DataFrame, among: list[str]) -> pl.DataFrame:
    """
    Return the runs, or labels, of which at least half of the iterations that completed anything hold several transfers.

    The others log one transfer to an iteration, whatever its size.
    """
    headed = rows.filter(pl.col("iteration").is_not_null())
    each = headed.group_by(_EACH).agg(several=pl.len() > 1, any=_IS_COMPLETED.any())
    share = each.filter("any").group_by(among).agg(pl.col("several").mean())
    return share.filter(pl.col("several") >= 0.5).select(among)


def _directed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give an attempt of known size the only direction in which its run, else its label, completed anything."""
    asked = pl.col("direction").is_null() & pl.col("bytes").is_not_null() & ~_IS_COMPLETED
    if not rows.select(asked.any()).item():
        return rows
    for among in (_RUN, ["label"]):
        ways = rows.filter(_IS_COMPLETED & pl.col("direction").is_not_null()).select(*among, way="direction").unique()
        only = ways.unique(among, keep="none")
        known = rows.join(only, on=among, how="left", nulls_equal=True, maintain_order="left")
        rows = known.with_columns(direction=pl.when(asked).then("way").otherwise("direction")).drop("way")
    return rows
