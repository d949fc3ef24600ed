"""A store and several processes: logs put into it that are read side by side, and labels that are read apart.

The result is that of one process.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from ftpstats.errors import FtpstatsError, InputError, UsageError
from ftpstats.logs.identity import natural
from ftpstats.logs.records.names import log_label
from ftpstats.logs.source import STDIN, as_utf8, shown_name
from ftpstats.places import is_url
from ftpstats.store import Stored
from ftpstats.store.parts import put_in_parts
from ftpstats.store.put import Call, Kept, Put, put
from ftpstats.workers import ALONE, Crew, Died

__all__ = ["apart", "put_by"]

_MOST = 64  # small logs of a part: what it costs to begin one is then little of it
_LARGE = 10**9, 2**28  # bytes of a log that several workers read, and of what each of them reads
_PARTS = 8  # for each worker, so that all end at about the same time


def put_by(crew: Crew, call: Call, names: Sequence[str]) -> Put:
    """
    Put logs into the store.

    Parameters
    ----------
    crew : Crew
    call : Call
    names : sequence of str

    Raises
    ------
    UsageError
        If workers cannot open what is named.
    MachineError
        If the store cannot be written, or the cluster is gone.
    """
    if crew is ALONE:
        return put(call, names)
    for name in names:
        if name == STDIN:
            raise UsageError("- is the standard input of this process, which no worker can read; write it to a file")
        if crew.is_elsewhere and not (is_url(name) or Path(name).is_absolute()):
            raise UsageError(f"{name}: workers of a cluster run in folders of their own; write a URL, or a path from /")
    order = sorted(range(len(names)), key=lambda place: natural(names[place]))
    size = max(1, min(_MOST, len(order) // (_PARTS * crew.size)))
    tasks = [order[at : at + size] for at in range(0, len(order), size)]
    done = [*_put(crew, replace(call, parts=_LARGE), names, tasks)]
    keys = {at: put_in_parts(crew, call, names[at], ends) for part in done for at, ends in part.large}
    done.append(Put(tuple(Kept(at, key, is_known=False) for at, key in keys.items() if key is not None), ()))
    done += _put(crew, call, names, [[at] for at, key in keys.items() if key is None])
    return Put(
        tuple(kept for part in done for kept in part.kept),
        tuple(sorted((bad for part in done for bad in part.bad), key=lambda one: one[0])),
    )


def _put(crew: Crew, call: Call, names: Sequence[str], parts: Sequence[Sequence[int]]) -> Iterator[Put]:
    """Yield what became of each part; of one that ended its workers, each log is tried by itself."""
    tasks = [(_of(call, [names[place] for place in part]), [names[place] for place in part]) for part in parts]
    again: list[list[int]] = []
    for done in crew.each(put, tasks):
        part, result = parts[done.number], done.result
        if isinstance(result, Put):
            yield Put(
                tuple(replace(kept, place=part[kept.place]) for kept in result.kept),
                tuple((part[place], error) for place, error in result.bad),
                tuple((part[place], ends) for place, ends in result.large),
            )
        elif isinstance(result, Died) and len(part) == 1:
            yield Put((), ((part[0], InputError(f"{shown_name(names[part[0]])}: {result}")),))
        elif isinstance(result, Died):
            again += [[place] for place in part]
        elif isinstance(result, FtpstatsError):
            raise result
    if again:
        yield from _put(crew, call, names, again)


def _of(call: Call, names: Sequence[str]) -> Call:
    """Return a call that knows of the store what concerns these logs: it is sent to a worker."""
    own = {as_utf8(name) for name in names}
    return replace(
        call,
        known={key: told for key, told in call.known.items() if key[0] in own},
        older={name: logs for name, logs in call.older.items() if name in own},
    )


Label: TypeAlias = str | None


def apart(logs: Sequence[Stored], wanted: Collection[Label] | None, count: int) -> list[tuple[Label, ...]]:
    """
    Divide labels among parts of about as many transfers, so that no log is in two of them.

    Copies of a log, and tables that name it, have a label or a name in common with it: they are in its part. Only logs
    that say no label may be copies of each other under several, each its file's name; stamped records are no copies.

    Parameters
    ----------
    logs : sequence of Stored
    wanted : collection of str or None, optional
        Only these labels; all unless given.
    count : int
        Of parts, at most.
    """
    size: dict[Label, int] = {}
    groups: dict[tuple[str, Label], set[tuple[str, Label]]] = {}
    for log in logs:
        labels = [label for label in log.labels if wanted is None or label in wanted]
        size |= {label: size.get(label, 0) + log.entry.rows for label in labels}
        if labels:
            _join(groups, {*(("label", one) for one in labels), *(("log", one) for one in _names(log))})
    joined = {id(group): [name for kind, name in group if kind == "label"] for group in groups.values()}
    parts: list[list[Label]] = [[] for _ in range(min(count, len(joined)))]
    weights = [0] * len(parts)
    for labels in sorted(joined.values(), key=lambda those: -sum(size[label] for label in those)):
        lightest = weights.index(min(weights))
        parts[lightest] += labels
        weights[lightest] += sum(size[label] for label in labels)
    return [tuple(label for label in size if label in {*part}) for part in parts]


def _names(log: Stored) -> list[Label]:
    """Return what a log has in common with logs of the same transfers, beside its labels."""
    entry = log.entry
    says_none = (
        log.given is None and not entry.stamped and not {as_utf8(log_label(entry.name)), None}.isdisjoint(entry.labels)
    )
    return [entry.name, entry.of or entry.name, *([None] if says_none else [])]


def _join(groups: dict[tuple[str, Label], set[tuple[str, Label]]], keys: set[tuple[str, Label]]) -> None:
    """Put keys, and all that are in a group with any of them, into one group."""
    found = sorted({id(groups[key]): groups[key] for key in keys if key in groups}.values(), key=len)
    largest = found.pop() if found else set()
    for group in (*found, keys):
        largest |= group
        groups |= dict.fromkeys(group, largest)
