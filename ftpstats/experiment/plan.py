"""What an experiment is to do, and in which order. From labels, files and settings to steps; nothing is run here.

A step is a stretch of transfers of one file from one server: a whole sub-experiment of the thesis in sequential order,
one transfer (or as many as run at once) where servers take turns.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ftpstats.manifest import Attempt, FileUsed, Manifest

__all__ = ["ORDERS", "Step", "expected_seconds", "first_iterations", "remaining", "steps"]

ORDERS = ("sequential", "interleaved", "random")


@dataclass(frozen=True, slots=True)
class Step:
    """So many transfers of one file from one label's server. Warm-ups are logged, and not analysed."""

    number: int
    label: str
    file: FileUsed
    count: int
    warm_up: bool


def steps(manifest: Manifest) -> list[Step]:
    """
    Return the experiment's steps, in order.

    Sequential is the thesis's order: a label's files one after the other, label after label. Interleaved lets the
    labels take turns, transfer by transfer, so that whatever changes with time (a busy hour, a warming disk) meets all
    of them alike. Random shuffles the same transfers by the seed.

    Each label's warm-ups come before its first counted transfer.
    """
    labels = [server.label for server in manifest.servers]
    settings = manifest.settings
    kinds = [(label, file) for label in labels for file in manifest.files]
    warm_ups = {kind: _step(kind, settings.warm_up, warm_up=True) for kind in kinds if settings.warm_up}
    if settings.order == "sequential":
        order = chain.from_iterable(
            [*(warm_ups[kind] for kind in kinds if kind[0] == label and warm_ups),
             *(_step(kind, settings.times) for kind in kinds if kind[0] == label)]
            for label in labels
        )  # fmt: skip
        return _numbered(order)
    batches = [min(settings.parallel, settings.times - begin) for begin in range(0, settings.times, settings.parallel)]
    turns = [_step((label, file), count) for count in batches for file in manifest.files for label in labels]
    if settings.order == "random":
        random.Random(settings.seed).shuffle(turns)  # noqa: S311 - no secret: it is recorded
    return _numbered([*warm_ups.values(), *turns])


def _step(kind: tuple[str, FileUsed], count: int, *, warm_up: bool = False) -> Step:
    return Step(0, *kind, count, warm_up)


def _numbered(order: Iterable[Step]) -> list[Step]:
    return [replace(step, number=number) for number, step in enumerate(order)]


def remaining(plan: Sequence[Step], attempts: Iterable[Attempt]) -> list[Step]:
    """Return what is left of a plan when some attempts have been made."""
    made = Counter(attempt.step for attempt in attempts)
    left = (replace(step, count=step.count - made[step.number]) for step in plan)
    return [step for step in left if step.count > 0]


def first_iterations(manifest: Manifest) -> dict[str, int]:
    """Return the number of each label's first attempt: warm-ups end with 0, so that counted transfers begin with 1."""
    return {server.label: 1 - manifest.settings.warm_up * len(manifest.files) for server in manifest.servers}


def expected_seconds(manifest: Manifest, bytes_per_second: float, seconds_each: float) -> float:
    """
    Return how long the experiment may take.

    Parameters
    ----------
    manifest : Manifest
        The experiment.
    bytes_per_second : float
        The rate of one transfer, where the server has no pace of its own.
    seconds_each : float
        What a transfer takes besides: starting the client, logging in.
    """
    pace = {server.label: server.bytes_per_second or bytes_per_second for server in manifest.servers}
    plan = steps(manifest)
    moving = sum(step.count * ((step.file.bytes or 0) / pace[step.label] + seconds_each) for step in plan)
    return moving + manifest.settings.pause * max(len(plan) - 1, 0)
