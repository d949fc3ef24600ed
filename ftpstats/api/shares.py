"""Some labels of a store by themselves: how they are read, what is found of them, and how that adds up.

The whole is what is found where all labels are read at once, see `store.by_workers.apart`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ftpstats.api.questions import About, Question
from ftpstats.api.sources import Found, Told, with_zone_said
from ftpstats.api.store import TransferStore, meant

if TYPE_CHECKING:
    from ftpstats.analysis.select import There
    from ftpstats.store import Store, Stored

__all__ = [
    "Labels", "Share", "StoredPart", "about_all", "asked_of", "kept_in", "labels_in_order", "labels_of", "parts_of",
    "share_of", "there_of", "told_of",
]  # fmt: skip

Labels: TypeAlias = tuple[str | None, ...]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class StoredPart(TransferStore):
    """The transfers of a store that count under some labels, written as they are there; None for all."""

    labels: Labels | None = None

    def find(self, labels: Sequence[str] = (), columns: Sequence[str] = (), sizes: Sequence[int] = ()) -> Found:  # noqa: ARG002 - it has its own
        """Return their rows, each with the number of its log."""
        return self._read(self.labels, (*columns, "log"), sizes)


@dataclass(frozen=True, slots=True)
class Share(Generic[Answer]):
    """
    What is found of some labels.

    Attributes
    ----------
    told, there : Told, There
        What there is of what is asked for.
    begins : Mapping
        By label, the log of its first attempt.
    sources : Mapping
        By source, the log of its first transfer.
    doubts : tuple of (str, str)
        Pairs of logs that may be copies.
    samples : int
        How many there are, even where they are too many to be described.
    answer : of the question
    """

    told: Told
    there: There
    begins: Mapping[str | None, str]
    sources: Mapping[str, str]
    doubts: tuple[tuple[str, str], ...]
    samples: int
    answer: Answer


def kept_in(store: TransferStore) -> Store:
    """Return the store itself."""
    from ftpstats.store import Store

    return Store(store.folder)


def labels_of(logs: Sequence[Stored], labels: Sequence[str]) -> list[str | None] | None:
    """Return the labels of logs that are meant; None for all."""
    return meant(list(dict.fromkeys(label for log in logs for label in log.labels)), labels)


def parts_of(store: TransferStore, labels: Sequence[str], most: int) -> list[StoredPart]:
    """Return the transfers of labels in parts of so many rows, as far as logs let labels be read apart."""
    from ftpstats.store.by_workers import apart

    logs = kept_in(store).chosen(store.source)
    own = labels_of(logs, labels)
    rows = sum(log.entry.rows for log in logs if own is None or not set(own).isdisjoint(log.labels))
    parts = apart(logs, own, -(-rows // most))
    return [StoredPart(store.folder, store.source, store.same, part) for part in parts]


def asked_of(told: Told, labels: Sequence[str]) -> list[str] | None:
    """Return which of the labels that are asked for are among these; None where all are."""
    from ftpstats.analysis.select import alike

    return [label for name in labels for label in alike(name, told.labels)] if labels else None


def share_of(  # noqa: PLR0913, PLR0917 - as `Share`
    found: Found, told: Told, there: There, begins: Mapping[str | None, int | None], samples: int, answer: Answer
) -> Share[Answer]:
    """Return what is found of some labels, of which these are the transfers: see `Share`."""
    import polars as pl

    first = found.rows.select(pl.col("source").cast(pl.String), "log").unique(
        "source", keep="first", maintain_order=True
    )
    return Share(
        told,
        there,
        {label: found.logs[number] for label, number in begins.items() if number is not None},
        {source: found.logs[number] for source, number in first.iter_rows()},
        found.doubts,
        samples,
        answer,
    )


def told_of(shares: Sequence[Share[Any]]) -> Told:
    """Return what there is of what a question names."""
    return reduce(add, (share.told for share in shares))


def labels_in_order(shares: Sequence[Share[Any]]) -> Labels:
    """Return all labels in the order of the table that one process reads: no log is in two shares."""
    from ftpstats.logs.identity import natural

    begins = [one for share in shares for one in share.begins.items()]
    return tuple(label for label, _ in sorted(begins, key=lambda one: natural(one[1])))


def there_of(shares: Sequence[Share[Any]]) -> There:
    """Return what there is of the labels and sizes that are asked for."""
    return reduce(add, (share.there for share in shares))


def about_all(shares: Sequence[Share[Any]], asking: Question, time_zone: str | None) -> About:
    """Return what a result says of where it comes from."""
    import polars as pl

    from ftpstats.present.copies import doubts_said

    doubts = doubts_said([pair for share in shares for pair in share.doubts])
    said = with_zone_said(Found(pl.DataFrame(), {}, tuple(doubts)), asking.selected, time_zone)
    return tuple(sorted({source for share in shares for source in share.sources})), said.notes, ()
