"""What an experiment is to do, and in which order. From labels, files and settings to steps; nothing is run here.

A step is a stretch of transfers of one file from one server: a whole sub-experiment of the thesis where a label's run
is uninterrupted, one transfer (or as many as run at once) where the labels are interleaved. In a duet two steps make a
pair: a transfer of either label at the same moment.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from ftpstats.errors import InputError
from ftpstats.manifest import MANIFEST, Attempt, FileUsed, Manifest, ServerUsed
from ftpstats.units import format_count

__all__ = [
    "DUET", "ORDERS", "SEEDED", "Step", "expected_seconds", "first_iteration", "is_solo", "moments", "planned",
    "remaining", "solo_label", "steps", "sub_experiments", "whole",
]  # fmt: skip

_Item = TypeVar("_Item")


DUET = "duet"
Part = Literal["", "first", "second", "solo"]
_PAIR: tuple[Part, Part] = ("first", "second")
_SOLO = " solo"


def solo_label(label: str) -> str:
    """Return the label that the headers of a label's solo transfers have in a duet."""
    return label + _SOLO


def is_solo(label: str) -> bool:
    """Whether a label is one of solo transfers, in upper or lower case."""
    return label.casefold().endswith(_SOLO)


@dataclass(frozen=True, slots=True)
class Step:
    """
    So many transfers of one file from one label's server, in one of its runs. Warm-ups are not analysed.

    In a duet, ``second`` starts at the same moment as the step before it, which is ``first``; ``solo`` runs alone.
    """

    number: int
    label: str
    run: int
    file: FileUsed
    count: int
    warm_up: bool
    duet: Part = ""

    @property
    def name(self) -> str:
        """The label in the headers of the log."""
        return solo_label(self.label) if self.is_solo else self.label

    @property
    def is_solo(self) -> bool:
        """Whether it runs alone in a duet."""
        return self.duet == "solo"


def steps(manifest: Manifest) -> list[Step]:
    """
    Return the experiment's steps, in order.

    A run holds every file of a label, each as often as the settings say; its warm-ups come before its first counted
    transfer. With one run each, the orders number the steps as they always did: --resume finds them by number.

    Notes
    -----
    Sequential is the thesis's order: a label's files one after the other, label after label, so that all runs of one
    label come before all of the next. Rounds is a randomised complete block design: every label has one run in each
    round, and the seed shuffles their order in each; changes from round to round affect all labels equally.
    Balanced is rounds in the orders of Williams's designs, by the seed: after every even number of rounds each of every
    two labels has come first equally often, and in each whole design, of as many rounds as labels, or twice as many for
    an odd number of labels, each label has come equally often directly after every other.
    Interleaved alternates the labels within a run, transfer by transfer. Random shuffles the same transfers, run by
    run, by the seed. Duet transfers from both labels at the same moment, then from each alone, and so on; which of them
    starts first alternates.

    References
    ----------
    E. J. Williams, "Experimental designs balanced for the estimation of residual effects of treatments", Australian
    Journal of Scientific Research A 2 (1949), 149–168.

    Raises
    ------
    InputError
        If the manifest names another order: someone has edited it.
    """
    settings = manifest.settings
    if settings.order not in ORDERS:
        raise InputError(f"{MANIFEST}: order {settings.order!a}: must be one of {', '.join(ORDERS)}")
    order = _ARRANGED[settings.order](manifest, random.Random(settings.seed))  # noqa: S311 - no secret: it is recorded
    return [replace(step, number=number) for number, step in enumerate(order)]


def _sequential(manifest: Manifest, _: random.Random) -> Iterator[Step]:
    for label in _labels(manifest):
        for run in _runs(manifest):
            yield from _in_one_go(manifest, label, run)


def _rounds(manifest: Manifest, chance: random.Random) -> Iterator[Step]:
    for run in _runs(manifest):
        for label in _shuffled(_labels(manifest), chance):
            yield from _in_one_go(manifest, label, run)


def _balanced(manifest: Manifest, chance: random.Random) -> Iterator[Step]:
    for run, labels in zip(_runs(manifest), _williams(_labels(manifest), chance), strict=False):
        for label in labels:
            yield from _in_one_go(manifest, label, run)


def _williams(labels: Sequence[str], chance: random.Random) -> Iterator[Sequence[str]]:
    """Yield orders of labels without end: each is followed by its reverse, and whole designs follow each other."""
    many = len(labels)
    # 0, 1, n − 1, 2, n − 2, …: neighbours differ by each number once, so that its shifts hold each two labels adjacent.
    zigzag = [(place + 1) // 2 if place % 2 else -place // 2 for place in range(many)]
    while True:
        mixed = _shuffled(labels, chance)
        # Of an even number the shift by half of it is the reverse.
        for shift in _shuffled(range(many if many % 2 else many // 2), chance):
            order = [mixed[(place + shift) % many] for place in zigzag]
            yield from _shuffled([order, order[::-1]], chance)


def _interleaved(manifest: Manifest, _: random.Random) -> Iterator[Step]:
    for run in _runs(manifest):
        yield from _warm_ups(manifest, _labels(manifest), run)
        yield from _turns(manifest, run)


def _random(manifest: Manifest, chance: random.Random) -> Iterator[Step]:
    for run in _runs(manifest):
        yield from _warm_ups(manifest, _labels(manifest), run)
        yield from _shuffled(_turns(manifest, run), chance)


def _duet(manifest: Manifest, _: random.Random) -> Iterator[Step]:
    if len(manifest.servers) != 2:
        raise InputError(f"{MANIFEST}: order 'duet' with {format_count(len(manifest.servers), 'label')}: it is of two")
    for run in _runs(manifest):
        yield from _warm_ups(manifest, _labels(manifest), run)
        for turn in range(run, run + manifest.settings.times):
            labels = _labels(manifest)[:: -1 if turn % 2 == 0 else 1]
            for file in manifest.files:
                for label, part in zip(labels, _PAIR, strict=True):
                    yield Step(0, label, run, file, 1, warm_up=False, duet=part)
                for label in labels:
                    yield Step(0, label, run, file, 1, warm_up=False, duet="solo")


_ARRANGED: dict[str, Callable[[Manifest, random.Random], Iterator[Step]]] = {
    "sequential": _sequential,
    "rounds": _rounds,
    "balanced": _balanced,
    "interleaved": _interleaved,
    "random": _random,
    DUET: _duet,
}
ORDERS = tuple(_ARRANGED)
SEEDED = frozenset({"rounds", "balanced", "random"})  # the seed decides


def _labels(manifest: Manifest) -> list[str]:
    return [server.label for server in manifest.servers]


def _runs(manifest: Manifest) -> range:
    return range(1, manifest.settings.runs + 1)


def _shuffled(items: Iterable[_Item], chance: random.Random) -> list[_Item]:
    mixed = list(items)
    chance.shuffle(mixed)
    return mixed


def _in_one_go(manifest: Manifest, label: str, run: int) -> Iterator[Step]:
    """One label's run as the thesis's script makes it: file after file."""
    yield from _warm_ups(manifest, [label], run)
    for file in manifest.files:
        yield Step(0, label, run, file, manifest.settings.times, warm_up=False)


def _turns(manifest: Manifest, run: int) -> Iterator[Step]:
    """One run of all labels, transfer by transfer, or as many as run at once."""
    times, at_once = manifest.settings.times, manifest.settings.parallel
    for begin in range(0, times, at_once):
        for file in manifest.files:
            for label in _labels(manifest):
                yield Step(0, label, run, file, min(at_once, times - begin), warm_up=False)


def _warm_ups(manifest: Manifest, labels: Iterable[str], run: int) -> Iterator[Step]:
    count = manifest.settings.warm_up
    for label in labels:
        for file in manifest.files if count else ():
            yield Step(0, label, run, file, count, warm_up=True)


def sub_experiments(plan: Sequence[Step]) -> list[list[Step]]:
    """
    Return a plan's steps by sub-experiment: between two of them come the pause and the hooks, and nowhere else.

    Warm-ups belong to the step that they warm up for: whatever came between them would undo it. A pair is one.
    """
    found: list[list[Step]] = []
    for step in plan:
        before = found[-1][-1] if found else None
        warmed_up = before and before.warm_up and (before.label, before.run) == (step.label, step.run)
        if warmed_up or step.duet == "second":
            found[-1].append(step)
        else:
            found.append([step])
    return found


def moments(plan: Iterable[Step]) -> list[list[Step]]:
    """Return a plan's steps by when they are made: both of a pair together, and each of the others alone."""
    found: list[list[Step]] = []
    for step in plan:
        if step.duet == "second":
            found[-1].append(step)
        else:
            found.append([step])
    return found


def whole(plan: Iterable[Step], attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return attempts without the last where its partner of the same moment has not been logged."""
    halves = {step.number for step in plan if step.duet == "first"}
    return [*attempts[:-1], *(last for last in attempts[-1:] if last.step not in halves)]


def remaining(plan: Sequence[Step], attempts: Iterable[Attempt]) -> list[Step]:
    """Return what is left of a plan when some attempts have been made: of a pair both, or neither."""
    made = Counter(attempt.step for attempt in attempts)
    for together in moments(plan):
        fewest = min(made[step.number] for step in together)
        for step in together:
            made[step.number] = fewest
    left = (replace(step, count=step.count - made[step.number]) for step in plan)
    return [step for step in left if step.count > 0]


def first_iteration(manifest: Manifest, *, solo: bool = False) -> int:
    """
    Return the number of each run's first attempt: warm-ups end with 0, so that counted transfers begin with 1.

    Solo transfers of a duet have no warm-ups of their own.
    """
    return 1 if solo else 1 - manifest.settings.warm_up * len(manifest.files)


def planned(manifest: Manifest) -> dict[tuple[str, int, int], FileUsed]:
    """
    Return the file that each attempt is meant to move, by its label, run and iteration as readers of the log have them.

    Parameters
    ----------
    manifest : Manifest
        The experiment; how much of it has been done does not matter. What was interrupted, or left out for one label,
        is made up in the order of the schedule, so that an attempt's number tells its place in it.

    Raises
    ------
    InputError
        If the manifest names an order that there is not.
    """
    following: Counter[tuple[str, int]] = Counter()
    found: dict[tuple[str, int, int], FileUsed] = {}
    for step in steps(manifest):
        run = step.name, step.run
        begin = first_iteration(manifest, solo=step.is_solo) + following[run]
        found |= {(*run, iteration): step.file for iteration in range(begin, begin + step.count)}
        following[run] += step.count
    return found


def expected_seconds(manifest: Manifest, rate: Callable[[ServerUsed], float], seconds_each: float) -> float:
    """
    Return how long the experiment may take. Both of a pair are expected not to slow each other.

    Parameters
    ----------
    manifest : Manifest
        The experiment.
    rate : callable
        The expected throughput of a server, in bytes per second.
    seconds_each : float
        Seconds that each transfer takes besides, for starting the client and logging in.
    """
    pace = {server.label: rate(server) for server in manifest.servers}
    plan = steps(manifest)
    moving = sum(
        max(step.count * ((step.file.bytes or 0) / pace[step.label] + seconds_each) for step in together)
        for together in moments(plan)
    )
    return moving + manifest.settings.pause * max(len(sub_experiments(plan)) - 1, 0)
