"""A large log in parts that several workers read side by side; in the store it is a log that grew, part by part.

Each part begins at a header. It is read as if it were the whole log, and its rows wait in a file; when all were read it
is known how many lines, runs and so on come before each, and its rows are moved to their place. The first part is
committed last: until then nothing of the log is there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import polars as pl

from ftpstats.errors import MachineError
from ftpstats.logs.many import digests_of
from ftpstats.logs.reader import LogReader, Piece
from ftpstats.logs.resume import BEGIN, Point, point_of
from ftpstats.logs.stretches import Shift, following, shift_behind
from ftpstats.parquet import read_parquet, write_parquet
from ftpstats.places import place
from ftpstats.store import Store
from ftpstats.store.facts import Facts, followed
from ftpstats.store.files import WAITING, commit, name_of, remove, sweep_waiting
from ftpstats.store.grown import resume_of
from ftpstats.store.put import Call, Key
from ftpstats.store.segments import COLUMNS, Continued, Draft, write_segment
from ftpstats.workers import Crew

__all__ = ["put_in_parts"]


@dataclass(frozen=True, slots=True)
class _Part:
    """
    A part as it was read by itself.

    Attributes
    ----------
    waiting : str
        The name of the file that its rows wait in.
    end : mapping
        Where it ends, as JSON, see `resume`.
    first : mapping
        By label, the iteration of its first attempt.
    facts : mapping
        See `facts.joined`.
    resume : mapping or None
        From where it can be read on, see `grown.resume_of`.
    unparsed : int
        Lines that nothing recognised.
    """

    waiting: str
    end: Mapping[str, Any]
    first: Mapping[str | None, int | None]
    facts: Facts
    resume: Mapping[str, Any] | None
    unparsed: int

    @property
    def is_plain(self) -> bool:
        """Whether units have their usual meanings, which every part takes for granted."""
        return not any(self.end["meanings"].values())


def put_in_parts(crew: Crew, call: Call, name: str, ends: Sequence[int]) -> Key | None:
    """
    Put a large log into the store, and return its key; None where it has to be read as a whole.

    That is a log of records, one that has to be recoded, or one in which a client's unit has its second meaning.

    Parameters
    ----------
    crew : Crew
    call : Call
    name : str
        A file.
    ends : sequence of int
        Where its parts end, see `source.cuts_of`.

    Raises
    ------
    MachineError
        If the store cannot be written, or the cluster is gone.
    """
    call = replace(call, known={}, older={})  # it is sent to workers
    folder = place(call.folder)
    sweep_waiting(folder)
    parts = pairwise([0, *ends])
    digests, *read = _done(crew, [(digests_of, name, ends), *((_read, call, name, *part) for part in parts)])
    try:
        if not isinstance(digests, list) or not all(isinstance(part, _Part) and part.is_plain for part in read):
            return None
        first, *others = _moves(call, name, read, digests)
        if None in _done(crew, others):
            return None
        (committed,) = _done(crew, [first])
        # Whoever put the store together before the first part was there may have dropped the others.
        key = call.key(name, digests[-1])
        if committed and Store(folder).holds((*key, call.now + len(others)), apart_from=folder):
            return key
        if committed:
            remove(place(committed))
        return None
    finally:
        for part in read:
            if isinstance(part, _Part):
                remove(folder / part.waiting)


def _done(crew: Crew, tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Return what tasks give, in order; None of one that has no result."""
    results: list[Any] = [None] * len(tasks)
    for done in crew.each(_do, tasks):
        if isinstance(done.result, MachineError):
            raise done.result
        results[done.number] = done.result if isinstance(done.result, (list, _Part, str)) else None
    return results


def _do(work: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - whatever the work returns
    return work(*arguments)


def _read(call: Call, name: str, begin: int, end: int) -> _Part | None:
    """Read a part, and let its rows wait; None where they cannot stand by themselves."""
    folder, waiting = place(call.folder), f"{name} {begin} {call.now}"
    point = replace(BEGIN, offset=begin, is_records=False) if begin else BEGIN
    reader = LogReader(name, options=call.options, point=point, until=end)
    draft = Draft()
    first: dict[str | None, int | None] = {}

    def pieces() -> Iterator[Piece]:
        for piece in reader.pieces():
            # Each header has a row.
            begins = piece.rows.group_by("label", maintain_order=True).agg(pl.col("iteration").first())
            for label, iteration in begins.iter_rows():
                first.setdefault(label, iteration)
            yield piece

    with commit(folder, WAITING, lambda: waiting) as file:
        write_parquet(call.framed(draft, pieces(), 0), COLUMNS, "ingest", file)
    if reader.end is None or not draft.is_settled:
        remove(folder / name_of(waiting, WAITING))
        return None
    facts, resume = draft.facts(), resume_of(draft)
    return _Part(name_of(waiting, WAITING), reader.end.to_json(), first, facts, resume, reader.account.unparsed_lines)


def _moves(call: Call, name: str, parts: Sequence[_Part], digests: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the task for each part that moves it to its place; each continues the one before."""
    tasks: list[tuple[Any, ...]] = []
    before: Point = BEGIN
    facts: Facts | None = None
    unparsed = 0
    for number, (part, digest) in enumerate(zip(parts, digests, strict=True)):
        shift = shift_behind(before, part.first)
        end = following(before, point_of(part.end), shift)
        unparsed += part.unparsed
        told: dict[str, object] = {"size": end.offset, "lines": end.before.lines, "unparsed": unparsed}
        if number:
            older = call.key(name, digests[number - 1])[1]
            told["continues"] = Continued(older, call.now + number - 1, before.before.lines)
        if part is parts[-1]:
            told["resume"] = _resume(part, before, shift, facts)
        own = replace(call, now=call.now + number)  # later than the part before, which makes it a version of its own
        tasks.append((_place, own, name, part.waiting, shift, facts, digest, told))
        before, facts = end, followed(facts, part.facts, shift.runs)
    return tasks


def _resume(part: _Part, before: Point, shift: Shift, facts: Facts | None) -> Mapping[str, Any] | None:
    """Return from where a log can be read on whose last part is this."""
    if part.resume is None:
        return None
    return {
        **part.resume,
        "point": following(before, point_of(part.resume["point"]), shift).to_json(),
        "facts": followed(facts, part.resume["facts"], shift.runs),
        "elements": part.resume["elements"] + before.before.elements,
    }


def _place(  # noqa: PLR0913, PLR0917 - what is known of the log up to there
    call: Call, name: str, waiting: str, shift: Shift, before: Facts | None, digest: str, told: Mapping[str, Any]
) -> str:
    """Commit the rows that wait in a file, moved to their place."""
    folder, draft = place(call.folder), Draft(before)
    call.noted(draft, name, digest, **told)
    frames = (draft.taken(shift.rows(rows)) for rows in read_parquet(folder / waiting, COLUMNS))
    return str(write_segment(folder, frames, draft))
