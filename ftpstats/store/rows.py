"""What is read of the store's logs: rows in their tidy columns, and what tells which logs are copies of others."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from functools import cache, partial

import numpy as np
import polars as pl

from ftpstats.logs.identity import Log
from ftpstats.logs.runs import PLACE, relabelled
from ftpstats.logs.skeleton import Elements
from ftpstats.places import Place
from ftpstats.schedule import is_solo
from ftpstats.schema import COMPLETED, SCHEMA
from ftpstats.store.grown import Stored
from ftpstats.store.segments import Segment, skeletons

__all__ = ["are_enough", "as_logs", "rows_of", "scans"]


def scans(chosen: Sequence[Stored]) -> Iterator[tuple[Segment, pl.LazyFrame, pl.Series, list[tuple[int, Stored]]]]:
    """
    Yield each segment, the rows of its logs among those chosen, the number of each there, and these.

    Of a log that continues others, theirs come first.
    """
    groups: dict[tuple[Place, int], list[tuple[int, Stored]]] = defaultdict(list)
    times = Counter[tuple[Place, int]]()  # two logs may continue one
    for place, log in enumerate(chosen):
        for part in log.parts:
            where = part.segment.path
            groups[where, times[where, part.number]].append((place, part))
            times[where, part.number] += 1
    for group in groups.values():
        segment = group[0][1].segment
        places = np.full(len(segment.entries), -1)
        places[[log.number for _, log in group]] = [place for place, _ in group]
        scan = segment.scan()
        if (places < 0).any():
            scan = scan.filter(_among([log for _, log in group]))
        for _, log in group:
            if log.upto is not None:
                scan = scan.filter((pl.col("log") != log.number) | (pl.col("line") <= log.upto))
        yield segment, scan, pl.Series(places), group


def _among(logs: Sequence[Stored]) -> pl.Expr:
    return pl.col("log").is_in(pl.Series([log.number for log in logs], dtype=pl.UInt32).implode())


def are_enough(chosen: Sequence[Stored], labels: Sequence[str | None] | None, sizes: Sequence[int]) -> bool:
    """
    Whether transfers of these sizes can be judged without those of others.

    They cannot where others may have run at the same time, tell runs under a label that was given, or tell what an
    attempt that failed was meant to move; where solo transfers count, of whatever size; nor where there are none of
    these, as the message names the sizes that there are.

    Parameters
    ----------
    chosen : sequence of Stored
        None a copy of another.
    labels : sequence of str or None, optional
        Only transfers that count under these.
    sizes : sequence of int
        One at least.
    """
    if any(log.given is not None or log.entry.stamped or _is_open(log) for log in chosen):
        return False
    is_whole, is_there = pl.col("completion").cast(pl.String).is_in(COMPLETED).all(), pl.col("bytes").is_in(sizes).any()
    told = [
        segment.collect(_under(labels, scan, group).select(is_whole, is_there)).row(0)
        for segment, scan, _, group in scans(chosen)
    ]
    return all(whole for whole, _ in told) and any(there for _, there in told)


def _is_open(log: Stored) -> bool:
    """Whether a transfer lacks size or direction, or is a solo one."""
    return any(None in kind for kind in log.entry.kinds) or any(is_solo(label or "") for label in log.labels)


def rows_of(
    chosen: Sequence[Stored], labels: Sequence[str | None] | None, sizes: Sequence[int], columns: Set[str]
) -> pl.DataFrame:
    """
    Read rows of logs, under the labels that they were given.

    Parameters
    ----------
    chosen : sequence of Stored
    labels : sequence of str or None, optional
        Only rows that count under these.
    sizes : sequence of int
        Only rows of these, and the first of each run, by which runs are numbered; all rows where none is named.
    columns : set of str
        Of `schema.SCHEMA`, those that are wanted.
    """
    schema = pl.Schema({name: SCHEMA[name] for name in SCHEMA if name in columns} | PLACE | {"log": pl.Int64()})
    frames = [pl.DataFrame(schema={"log": pl.Int64()})]
    for segment, scan, places, group in scans(chosen):
        asked = _under(labels, scan, group)
        if sizes:
            asked = asked.filter(pl.col("bytes").is_in(sizes) | pl.struct("log", "label", "run").is_first_distinct())
        found = segment.collect(asked.select(schema.names()))
        frames.append(_known(found.with_columns(log=places.gather(found["log"])).cast(schema)))
    given = pl.Series([log.given for log in chosen], dtype=pl.String)
    rows = _joined(frames, schema)
    return rows if given.null_count() == len(given) else relabelled(rows, given)


def _known(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that say anything: the lack of the times, names and notes of millions takes much memory."""
    return rows.select("log", *(one.name for one in rows if one.name != "log" and one.null_count() < rows.height))


def _joined(frames: Sequence[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    """Put frames together; a column that none has is one null, which takes no memory."""
    rows = pl.concat(frames, how="diagonal")
    lacking = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in rows.columns}
    return rows.with_columns(**lacking).select(schema.names())


def _under(
    labels: Sequence[str | None] | None, scan: pl.LazyFrame, group: Sequence[tuple[int, Stored]]
) -> pl.LazyFrame:
    """Return the rows of a segment's logs that count under labels."""
    if labels is None:
        return scan
    wanted = pl.col("label").cast(pl.String).is_in([*labels], nulls_equal=True)
    return scan.filter(wanted | _among([log for _, log in group if log.given is not None]))


def as_logs(chosen: Sequence[Stored]) -> list[Log]:
    """Return what has to be known of logs to find copies; their replies and times are read when they are asked for."""
    elements: list[list[Elements]] = [[] for _ in chosen]
    for segment, scan, places, _ in scans(chosen):
        pieces = segment.collect(scan.filter(pl.col("skeleton").is_not_null()).select("log", "skeleton"))
        for number, skeleton in skeletons(pieces.iter_rows()):
            elements[places[number]].append(skeleton)
    whole = [np.concatenate(parts) if parts else np.empty(0, dtype=np.uint32) for parts in elements]

    @cache
    def said() -> tuple[pl.DataFrame, list[int]]:
        frames = []
        for segment, scan, places, _ in scans(chosen):
            told = segment.collect(scan.select("log", "element", "reply_code", "time"))
            frames.append(told.with_columns(log=places.gather(told["log"])))
        together = pl.concat(frames).sort("log", maintain_order=True)
        return together, np.searchsorted(together["log"].to_numpy(), range(len(chosen) + 1)).tolist()

    def of(place: int) -> pl.DataFrame:
        rows, bounds = said()
        return rows.slice(bounds[place], bounds[place + 1] - bounds[place])

    return [
        Log(e.name, e.size, e.digest, log.given, whole[place], e.replies, e.stamped, partial(of, place), e.of)
        for place, (log, e) in enumerate((log, log.entry) for log in chosen)
    ]
