"""Questions about a store that several processes answer: each of some labels, put together as one process does.

What a task returns is small: no table leaves the process that read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ftpstats.api.questions import Facts, Question, Summarized, facts_of, summarized
from ftpstats.api.rates import Rated, Zone, every, rated
from ftpstats.api.shares import (
    Labels,
    Share,
    StoredPart,
    about_all,
    asked_of,
    kept_in,
    labels_in_order,
    labels_of,
    share_of,
    there_of,
    told_of,
)  # fmt: skip
from ftpstats.api.sources import Transfers, look, refuse_odd
from ftpstats.api.store import TransferStore
from ftpstats.errors import FtpstatsError, MachineError, UsageError
from ftpstats.places import is_url, place
from ftpstats.units import label_name, listed

if TYPE_CHECKING:
    from ftpstats.analysis.rates import Measured
    from ftpstats.workers import Crew

__all__ = ["rated_by", "summarized_by"]

_SHARES = 2  # for each worker, so that all end at about the same time

Where: TypeAlias = tuple[str, str | None, bool | None]  # a store's folder, and what is asked of it
Which: TypeAlias = tuple[str | None, int | None]  # a cluster, or a number of workers
Answer = TypeVar("Answer")
Whole = TypeVar("Whole")


def summarized_by(  # noqa: PLR0913 - as `summarized`, and who answers
    which: Which, transfers: Transfers, labels: Sequence[str], asking: Question, confidence: float, *, all_tests: bool
) -> Summarized:
    """Answer by several processes what `summarized` answers by one."""
    from ftpstats.analysis.select import refuse_many

    store = _as_store(transfers, labels)
    arguments = (labels, asking, confidence, all_tests)
    # A column's values are labels in any log, and all tests are of all samples together.
    each = None if all_tests or asking.by or asking.label_from else _described
    found = _answers(which, store, () if asking.label_from else labels, arguments, _summarized, each)
    if isinstance(found, Summarized):
        return found
    names = told_of(found).require(labels, asking.clients, asking.selected)
    there_of(found).require(names or None, asking.sizes)
    refuse_many(sum(share.samples for share in found))
    facts = _facts(found, names or labels_in_order(found))
    return Summarized(tuple(facts.summaries(kept_in(store).manifests())), None, about_all(found, asking, None))


def rated_by(  # noqa: PLR0913, PLR0917 - as `rated`, and who answers
    which: Which, transfers: Transfers, labels: Sequence[str], asking: Question, by: str, zone: Zone
) -> Rated:
    """Answer by several processes what `rated` answers by one."""
    from ftpstats.analysis.grouping import CALENDAR, By
    from ftpstats.analysis.rates import together

    store = _as_store(transfers, labels)
    if which[0] is not None and by in CALENDAR and zone.name is None:
        raise UsageError(f"by {by}: the workers of a cluster may be in another time zone; name yours by time-zone")
    arguments = (labels, asking, by, zone)
    found = _answers(which, store, (), arguments, _rated, None if asking.label_from else _measured)
    if isinstance(found, Rated):
        return found
    names = told_of(found).require(labels, asking.clients, asking.selected)
    grouping: By = by  # type: ignore[assignment]
    rates = together(_of_labels(found, names or labels_in_order(found)), names or None, asking.sizes, grouping)
    return Rated(rates, about_all(found, asking, zone.name))


def _as_store(transfers: Transfers, labels: Sequence[str]) -> TransferStore:
    refuse_odd(labels)
    if not isinstance(transfers, TransferStore):
        raise UsageError(
            "workers and cluster: several processes read a store, not logs; `ftpstats ingest` the logs first"
        )
    return transfers


# --- what is sent to workers ----------------------------------------------------------------------------------------


def _answers(  # noqa: PLR0913, PLR0917 - what is asked, and who answers
    which: Which,
    store: TransferStore,
    labels: Sequence[str],
    arguments: tuple[Any, ...],
    whole: Callable[..., Whole],
    each: Callable[..., Share[Answer]] | None,
) -> Whole | list[Share[Answer]]:
    """Let one process answer where labels cannot be parted; else return the share of each."""
    from ftpstats.store.by_workers import apart
    from ftpstats.workers import workers

    logs = kept_in(store).chosen(store.source)
    own = labels_of(logs, labels)
    folder = store.folder if is_url(store.folder) else Path(str(store.folder)).absolute()  # workers stand elsewhere
    where = (str(folder), store.source, store.same)
    with workers(*which) as crew:
        parts = apart(logs, own, _SHARES * crew.size) if each else []
        if each is None or len(parts) < 2:
            (found,) = _done(crew, whole, [(where, None if own is None else tuple(own), *arguments)])
            return found
        return _done(crew, each, [(where, part, *arguments) for part in parts])


def _done(crew: Crew, work: Callable[..., Answer], tasks: Sequence[tuple[Any, ...]]) -> list[Answer]:
    """Return what each task gives; the first that gives nothing is the error of all."""
    from ftpstats.workers import Died

    found: dict[int, Answer] = {}
    with closing(crew.each(work, tasks)) as outcomes:
        for done in outcomes:
            if isinstance(done.result, Died):
                own = tasks[done.number][1]
                names = "all labels" if own is None else listed([label_name(label) for label in own])
                raise MachineError(f"{names}: {done.result}")
            if isinstance(done.result, FtpstatsError):
                raise done.result
            found[done.number] = done.result
    return [found[number] for number in range(len(tasks))]


def _part(where: Where, own: Labels | None) -> StoredPart:
    folder, source, same = where
    return StoredPart(place(folder), source, same, own)


def _summarized(  # noqa: PLR0913, PLR0917 - as `summarized`
    where: Where, own: Labels | None, labels: Sequence[str], asking: Question, confidence: float, all_tests: bool
) -> Summarized:
    return summarized(_part(where, own), labels, asking, confidence, all_tests=all_tests)


def _rated(  # noqa: PLR0913, PLR0917 - as `rated`
    where: Where, own: Labels | None, labels: Sequence[str], asking: Question, by: str, zone: Zone
) -> Rated:
    return rated(_part(where, own), labels, asking, by, zone)


def _described(
    where: Where, own: Labels, labels: Sequence[str], asking: Question, confidence: float, _: bool
) -> Share[Facts]:
    from ftpstats.analysis.select import MOST_SAMPLES, asked_attempts, first_logs, kinds_of, samples_of

    found, told = look(_part(where, own), labels, asking.clients, asking.selected, asking.sizes)
    names = asked_of(told, labels)
    rows, there = asked_attempts(found.rows, names, asking.sizes)
    number = kinds_of(rows)
    described = samples_of(rows, names, as_printed=asking.as_printed) if 0 < number <= MOST_SAMPLES else []
    facts = facts_of(described, found, confidence, is_all=False)
    return share_of(found, told, there, first_logs(rows), number, facts)


def _measured(  # noqa: PLR0913, PLR0917 - as `_rated`
    where: Where, own: Labels, labels: Sequence[str], asking: Question, by: str, zone: Zone
) -> Share[Measured]:
    from ftpstats.analysis.grouping import By
    from ftpstats.analysis.rates import measured_of

    grouping: By = by  # type: ignore[assignment]
    counted = every(_part(where, own), asking, zone)
    found, told = look(counted, labels, asking.clients, asking.selected)
    names, printed = asked_of(told, labels), asking.as_printed
    measured = measured_of(found.rows, names, asking.sizes, by=grouping, zone=zone.zone, as_printed=printed)
    return share_of(found, told, measured.there, measured.logs, 0, measured)


# --- what is put together -------------------------------------------------------------------------------------------


def _facts(shares: Sequence[Share[Facts]], labels: Sequence[str | None]) -> Facts:
    """Return the facts of some labels, in their order."""
    from ftpstats.logs.identity import natural

    places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    described = [one for share in shares for one in share.answer.described if one.summary.label in places]
    sources = [(natural(share.sources[pair[1]]), pair) for share in shares for pair in share.answer.sources]
    return Facts(
        tuple(sorted(described, key=lambda one: places[one.summary.label])),
        {label: mean for share in shares for label, mean in share.answer.means.items()},
        tuple(pair for _, pair in sorted(sources, key=lambda one: one[0])),
    )


def _of_labels(shares: Sequence[Share[Measured]], labels: Sequence[str | None]) -> Measured:
    """Return what was measured of some labels, in their order."""
    from ftpstats.analysis.rates import Measured

    found = {one.whole.label: one for share in shares for one in share.answer.found}
    return Measured(
        there_of(shares),
        any(share.answer.is_known for share in shares),
        tuple(found[label] for label in dict.fromkeys(labels) if label in found),
        {label: mean for share in shares for label, mean in share.answer.means.items()},
        {},
    )
