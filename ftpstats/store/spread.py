"""Logs put into the store by several processes: in parts that are read side by side, with the result of one process."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ftpstats.errors import FtpstatsError, InputError, UsageError
from ftpstats.logs.identity import natural
from ftpstats.logs.source import STDIN, as_utf8, shown_name
from ftpstats.places import is_url
from ftpstats.store.put import Call, Put, put
from ftpstats.workers import ALONE, Crew, Died

__all__ = ["put_by"]

_MOST = 64  # small logs of a part: what it costs to begin one is then little of it
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
    done = [*_put(crew, call, names, [order[at : at + size] for at in range(0, len(order), size)])]
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
    return replace(call, known={key: told for key, told in call.known.items() if key[0] in own})
