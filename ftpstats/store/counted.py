"""Which transfers of some logs are in the store already: what `ingest` says of each log."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from ftpstats.logs.identity import Copies, Log
from ftpstats.logs.records.names import log_label
from ftpstats.logs.skeleton import Bools, Elements, Ints, is_header
from ftpstats.logs.together import wholes

__all__ = ["Counted"]


class Counted:
    """Which attempts of some logs are in the store, by the elements of those that are no copies."""

    def __init__(self, logs: Sequence[Log], found: Copies) -> None:
        self._logs, self._whole = logs, wholes(found.copies)
        self._roots = {root for root, _ in self._whole.values()}
        self._held: dict[int, Bools] = {}
        self._held_records: dict[str, pl.DataFrame] = {}
        self._added: set[int] = set()

    def add(self, number: int) -> None:
        """Count a log as stored."""
        self._added.add(number)
        if self._logs[number].is_of_records:
            both = pl.concat([self._records(number), self._of_label(number)])
            self._held_records[_label(self._logs[number])] = both.group_by("element").agg(pl.col("times").max())
        if number in self._whole or number in self._roots:
            held, places = self._place(number)
            held[places] = True

    def missing(self, number: int, rows: int) -> int:
        """Return how many transfers of a log are in none that was added."""
        if self._logs[number].is_of_records:
            return self._missing_records(number)
        if number in self._added or self._whole.get(number, (number,))[0] in self._added:
            return 0
        if number not in self._whole and number not in self._roots:
            return rows
        held, places = self._place(number)
        transfers = _ends(self._logs[number].skeleton)
        return max(0, rows - int(np.count_nonzero(transfers & held[places])))

    def _records(self, number: int) -> pl.DataFrame:
        """How often a log holds each of its records."""
        return self._logs[number].said().group_by("element").agg(times=pl.len().cast(pl.Int64))

    def _of_label(self, number: int) -> pl.DataFrame:
        """How often the logs of the same label that were added hold each record."""
        none = pl.DataFrame(schema={"element": pl.Int64(), "times": pl.Int64()})
        return self._held_records.get(_label(self._logs[number]), none)

    def _missing_records(self, number: int) -> int:
        held = self._of_label(number).rename({"times": "held"})
        both = self._records(number).join(held, on="element", how="left").with_columns(pl.col("held").fill_null(0))
        return int((both["times"] - both["held"]).clip(lower_bound=0).sum())

    def _place(self, number: int) -> tuple[Bools, Ints]:
        root, places = self._whole.get(number, (number, None))
        size = len(self._logs[root].skeleton)
        held = self._held.setdefault(root, np.zeros(size, dtype=np.bool_))
        return held, np.arange(size) if places is None else places


def _label(log: Log) -> str:
    """Return the label of a log of records."""
    return log.given or log_label(log.name)


def _ends(skeleton: Elements) -> Bools:
    """Whether each element is a transfer: a result, or a header that no result follows."""
    headers = is_header(skeleton)
    ends: Bools = ~headers | np.append(headers[1:], True)[: len(headers)]
    return ends
