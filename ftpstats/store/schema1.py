"""What ftpstats 0.1.0 stored: one file for each log, named by its digest, with an id for each transfer and no index."""

import re
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import polars as pl

from ftpstats.logs.skeleton import header_elements, result_elements
from ftpstats.places import Place, reading
from ftpstats.schema import SCHEMA
from ftpstats.store.segments import Draft, Segment, foreign, segment_of

__all__ = ["read_segment"]

_MANIFEST_KEY = "ftpstats.manifest"
_HISTORY_KEY = "ftpstats.history"
_NO_FACTS = {"encoding": None, "size": 0, "lines": 0, "unparsed": 0}  # as nobody wrote them down


def read_segment(path: Place, metadata: Mapping[str, str]) -> Segment:
    """Return the log of such a file as a segment of today's: its label counts as its own."""
    with reading(path) as file:
        rows = pl.read_parquet(file)
    if rows.is_empty():
        raise foreign(path, "it holds no transfer")
    draft = Draft()
    manifest = metadata.get(_MANIFEST_KEY)
    kept = _written(metadata.get(_HISTORY_KEY, ""))
    draft.add_log(manifest, name=rows["source"][0], digest=path.stem, given=None, kept=kept, **_NO_FACTS)
    placed, skeleton = _placed(rows)
    framed = draft.framed(placed, [skeleton], [0])
    return segment_of(path, 1, draft.metadata(), framed.lazy)


def _written(history: str) -> int:
    """Return when the file says that it was made: its own time changes when a store is copied. 0 where it does not."""
    found = re.search(r", (\d{4}-\S+Z): ", history)
    return int(datetime.fromisoformat(found[1]).timestamp()) * 10**9 if found else 0


def _placed(rows: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray]:
    """
    Return the rows in today's columns, and the log's skeleton as they tell it.

    A header stood where label or iteration change, and in front of what has no result. The results of listings are not
    known, and headers in a row that say the same are one.
    """
    known = rows.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name not in rows.columns
    ).with_columns(pl.col("label").cast(pl.Categorical), log=pl.lit(0, pl.UInt32))
    known = known.with_columns(timed=pl.when(pl.col("seconds").is_not_null()).then(pl.lit("data")))
    changes = pl.any_horizontal(pl.col("label", "iteration").ne_missing(pl.col("label", "iteration").shift()))
    headed = known.select(
        pl.col("iteration").is_not_null() & (changes | pl.col("client").is_null() | (pl.int_range(pl.len()) == 0))
    ).to_series()
    results = known["client"].is_not_null()
    count = headed.cast(pl.Int64) + results.cast(pl.Int64)
    element = count.cum_sum() - 1
    skeleton = np.empty(int(count.sum()), dtype=np.uint32)
    at = element.to_numpy()
    with_result, with_header = results.to_numpy(), headed.to_numpy()
    skeleton[at[with_result]] = result_elements(known.filter(results).select("bytes", "seconds_printed", "rate"))
    headers = known.filter(headed)
    skeleton[at[with_header] - with_result[with_header]] = header_elements(headers["label"], headers["iteration"])
    return known.with_columns(element=element, attempt=headed.cast(pl.Int64).cum_sum()), skeleton
