"""Which transfers of some logs are in the store already: what `ingest` says of each log."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from ftpstats.logs.identity import Copies, Log
from ftpstats.logs.records.keys import is_record
from ftpstats.logs.skeleton import Bools, Elements, Ints, is_header
from ftpstats.logs.together import wholes

__all__ = ["Counted"]


_NO_RECORDS = pl.DataFrame(schema={"element": pl.Int64(), "times": pl.Int64()})


class Counted:
    """Which attempts of some logs are in the store, by the elements of those that are no copies; and their labels."""

    def __init__(self, logs: Sequence[Log], found: Copies, labels: Sequence[tuple[str | None, ...]]) -> None:
        self._logs, self._whole, self._labels = logs, wholes(found.copies), labels
        self._roots = {root for root, _ in self._whole.values()}
        self._held: dict[int, Bools] = {}
        self._held_records: dict[str | None, pl.DataFrame] = {}
        self._added: set[int] = set()
        self._begun: set[int] = set()

    def add(self, number: int) -> None:
        """Count a log as stored."""
        self._added.add(number)
        if self._logs[number].is_of_records:
            for label in self._labels[number]:
                both = pl.concat([self._records(number), self._held_records.get(label, _NO_RECORDS)])
                self._held_records[label] = both.group_by("element").agg(pl.col("times").max())
        if number in self._whole or number in self._roots:
            held, places = self._place(number)
            held[places] = True

    def add_beginning(self, number: int, elements: int) -> None:
        """Count as stored what a log held before it grew: so many of its elements."""
        held, places = self._place(number)
        held[slice(elements) if isinstance(places, slice) else places[:elements]] = True
        self._begun.add(number)

    def missing(self, number: int, rows: int) -> int:
        """Return how many transfers of a log are in none that was added."""
        if self._logs[number].is_of_records:
            return self._missing_records(number)
        if number in self._added or self._whole.get(number, (number,))[0] in self._added:
            return 0
        if number not in self._whole and number not in self._roots and number not in self._begun:
            return rows
        held, places = self._place(number)
        transfers = _ends(self._logs[number].skeleton)
        return max(0, rows - int(np.count_nonzero(transfers & held[places])))

    def _records(self, number: int) -> pl.DataFrame:
        """How often a log holds each of its records."""
        said = self._logs[number].said().filter(is_record())
        return said.group_by("element").agg(times=pl.len().cast(pl.Int64))

    def _of_labels(self, number: int) -> pl.DataFrame:
        """How often the logs of the same labels that were added hold each record."""
        held = [self._held_records.get(label, _NO_RECORDS) for label in self._labels[number]]
        return pl.concat([_NO_RECORDS, *held]).group_by("element").agg(pl.col("times").max())

    def _missing_records(self, number: int) -> int:
        """
        Return how many of its records none of the logs holds that share some with it.

        A failure without a stamp looks alike in any logs: it is another where nothing else is shared.
        """
        said = self._logs[number].said().select("element", "time")
        held = self._of_labels(number).rename({"times": "held"})
        own = said.filter(is_record()).group_by("element").agg(pl.col("time").first(), pl.len().cast(pl.Int64))
        both = own.join(held, on="element", how="left").with_columns(pl.col("held").fill_null(0))
        is_shared = (both["held"] > 0) & both["time"].is_not_null()
        both = both if is_shared.any() else both.with_columns(held=0)
        return said.height - int(both.select(pl.min_horizontal("len", "held").sum()).item())

    def _place(self, number: int) -> tuple[Bools, Ints | slice]:
        root, places = self._whole.get(number, (number, None))
        size = len(self._logs[root].skeleton)
        held = self._held.setdefault(root, np.zeros(size, dtype=np.bool_))
        return held, slice(None) if places is None else places


def _ends(skeleton: Elements) -> Bools:
    """Whether each element is a transfer: a result, or a header that no result follows."""
    headers = is_header(skeleton)
    ends: Bools = ~headers | np.append(headers[1:], True)[: len(headers)]
    return ends
