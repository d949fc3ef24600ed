"""Analyse the recorded experiments: README.md, from README.template.md and the logs, and the figures beside it.

``python -m reenactment.analyse [FOLDER]``: the folder holds one of each experiment, as `record` makes them.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from math import sqrt
from pathlib import Path
from statistics import NormalDist, mean
from typing import TypeVar

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from scipy import stats

import ftpstats
from ftpstats.analysis.comparison import Comparison
from ftpstats.analysis.summary import Summary
from ftpstats.api.results import Comparisons, SampleSizes, Scalings, Summaries
from ftpstats.manifest import Manifest, manifest_beside
from ftpstats.units import MIB, format_seconds, format_size
from reenactment.boot import BOOTS, FAILURES
from reenactment.experiments import EXPERIMENTS, SMOKE
from reenactment.platforms import PLATFORMS

_Value = TypeVar("_Value")
_HERE = Path(__file__).parent
_THESIS_TIMES = 100  # transfers of each size from each platform, in one boot
# A difference so many standard errors large is found by 95 of 100 tests at 5 %.
_FOUND = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.95)


@dataclass(frozen=True)
class Recorded:
    """An experiment as it was recorded: its folder."""

    name: str
    folder: Path

    @cached_property
    def transfers(self) -> pd.DataFrame:
        """The tidy table of its log."""
        return ftpstats.read_log(str(self.log))

    @property
    def log(self) -> Path:
        """The log, compressed or not."""
        return next(self.folder.glob("FTP.log*"))

    @cached_property
    def manifest(self) -> Manifest:
        """Its FTP.json."""
        found = manifest_beside(str(self.log))
        assert found is not None
        return found

    @property
    def labels(self) -> list[str]:
        """The labels that have transfers, in the order of the experiment."""
        measured = set(self.transfers["label"])
        return [server.label for server in self.manifest.servers if server.label in measured]

    @property
    def boots(self) -> list[dict[str, object]]:
        """What was booted, and when."""
        return _lines(self.folder / BOOTS)

    @property
    def failures(self) -> list[dict[str, object]]:
        """Boots that failed, with their reasons."""
        return _lines(self.folder / FAILURES)

    @property
    def not_completed(self) -> int:
        """How many attempts did not complete."""
        return int((~self.transfers["completion"].isin(["confirmed", "reported"])).sum())

    @property
    def result(self) -> Path:
        """RESULT.log, compressed or not: all that the thesis kept."""
        return next(self.folder.glob("RESULT.log*"))

    @property
    def sizes(self) -> list[int]:
        """The sizes of its files, in bytes."""
        return sorted({_known(one.bytes) for one in self.summaries})

    @property
    def runs(self) -> range:
        """The numbers of its runs."""
        return range(1, self.manifest.settings.runs + 1)

    def compare(self, reference: str, *others: str) -> Comparisons:
        """Compare labels of it, all others unless some are named."""
        return ftpstats.compare(self.transfers, reference, *(others or self._but(reference)))

    def compare_result(self, reference: str) -> Comparisons:
        """Compare all labels by RESULT.log alone."""
        return ftpstats.compare(str(self.result), reference, *self._but(reference))

    def scaling(self, reference: str) -> Scalings:
        """Fit a line for each label."""
        return ftpstats.scaling(self.transfers, reference, *self._but(reference))

    def plan(self, *labels: str) -> SampleSizes:
        """Return what another experiment would need."""
        return ftpstats.sample_size(self.transfers, *labels)

    def _but(self, reference: str) -> list[str]:
        return [label for label in self.labels if label != reference]

    @cached_property
    def summaries(self) -> Summaries:
        """One for each label and size, over all boots."""
        return ftpstats.summarize(self.transfers, *self.labels)

    @cached_property
    def by_boot(self) -> dict[tuple[str, int, int], Summary]:
        """The same for each boot, as if it were all that there is: by label, bytes and run."""
        return {
            (_known(one.label), _known(one.bytes), run): one
            for run in self.runs
            for one in ftpstats.summarize(self.transfers, *self.labels, where=f"run = {run}")
        }


def _known(value: _Value | None) -> _Value:
    """Return what is never unknown in an experiment of ftpstats, whose labels and sizes are known."""
    assert value is not None
    return value


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


# --- the thesis's reading -------------------------------------------------------------------------------------------


_DIFFERENT, _NO_DIFFERENCE = "different", "no difference"
_WHY = {
    (_DIFFERENT, "equivalent"): "the difference is there, and too small to matter",
    (_DIFFERENT, "inconclusive"): "boots of one platform differ as much",
    (_NO_DIFFERENCE, "inconclusive"): "what one boot does not show is not thereby absent",
    (_NO_DIFFERENCE, "faster"): "overlap is no test",
    (_NO_DIFFERENCE, "slower"): "overlap is no test",
}


@dataclass(frozen=True)
class Reading:
    """What the thesis would have read off one boot of each of two labels, boot by boot, and what all boots say."""

    bytes: int
    label: str
    reference: str
    apart: tuple[bool, ...]
    ours: Comparison

    @property
    def first(self) -> str:
        """What the first boots say, which would have been the only ones."""
        return _DIFFERENT if self.apart[0] else _NO_DIFFERENCE

    @property
    def change(self) -> str:
        """Why the conclusion from them is another one than that from all; empty where it is not."""
        return _WHY.get((self.first, str(self.ours.verdict)), "")


def readings(recorded: Recorded, pairs: Sequence[tuple[str, str]]) -> Iterator[Reading]:
    """Yield one for each size and each pair of label and reference."""
    for size in recorded.sizes:
        for label, reference in pairs:
            apart = (_are_apart(recorded, size, (label, run), (reference, run)) for run in recorded.runs)
            (ours,) = (one for one in recorded.compare(reference, label) if one.bytes == size)
            yield Reading(size, label, reference, tuple(apart), ours)


def same_platform(recorded: Recorded) -> list[tuple[int, str, int, int]]:
    """Return, by size and label, how many of the pairs of its boots the thesis's rule calls different platforms."""
    found = []
    for size in recorded.sizes:
        for label in recorded.labels:
            apart = [
                _are_apart(recorded, size, (label, one), (label, two)) for one, two in combinations(recorded.runs, 2)
            ]
            found.append((size, label, sum(apart), len(apart)))
    return found


def _are_apart(recorded: Recorded, size: int, one: tuple[str, int], two: tuple[str, int]) -> bool:
    """Whether the 95 % intervals of two boots do not overlap: the thesis's rule."""
    (left, right) = (recorded.by_boot[label, size, run] for label, run in (one, two))
    return _known(left.ci_low) > _known(right.ci_high) or _known(right.ci_low) > _known(left.ci_high)


# --- within and between boots ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """How transfers of a label and size vary: standard deviations, and what the thesis's design makes of them."""

    bytes: int
    label: str
    mean: float
    within: float
    between: float
    helps: str | None

    @property
    def believed(self) -> float:
        """The standard error of the thesis's mean if boots did not differ."""
        return self.within / sqrt(_THESIS_TIMES)

    @property
    def true(self) -> float:
        """… and as they do: one boot tells the level of one boot."""
        return sqrt(self.believed**2 + self.between**2)


def spreads(recorded: Recorded) -> dict[tuple[str, int], Spread]:
    """Return one for each label and size."""
    return {
        (_known(one.label), _known(one.bytes)): Spread(
            _known(one.bytes),
            _known(one.label),
            _known(one.mean),
            sqrt(one.components.within),
            sqrt(one.components.between),
            one.components.helps,
        )
        for one in recorded.summaries
        if one.components
    }


def detectable(one: Spread, two: Spread, *, believed: bool = False) -> float:
    """Return the difference, as a share of the second mean, that the thesis's design finds in 95 of 100 experiments."""
    errors = (one.believed, two.believed) if believed else (one.true, two.true)
    return _FOUND * sqrt(sum(error**2 for error in errors)) / two.mean


# --- the page -------------------------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """Return a share as the page shows it."""
    return f"{100 * share:.2g} %" if abs(share) < 0.1 else f"{100 * share:.0f} %"


def interval(one: Comparison) -> str:
    """Return a difference with its confidence interval, in percent of the reference."""
    low, high = ("?" if end is None else f"{end:+.0f}" for end in (one.percent_low, one.percent_high))
    return f"{one.percent:+.0f} % ({low} to {high} %)".replace("-", "−")


def line_words(recorded: Recorded) -> str:
    """Return what file size does, in words: the lines of a straight fit, and the rates where none fits."""
    lines, curves = [], []
    for one in recorded.scaling("baseline"):
        label = _known(one.label)
        if one.latency is None or one.throughput is None:
            curves.append(f"`{label}` {', '.join(rate(recorded, label, size) for size in recorded.sizes)}")
            continue
        latency = [seconds(end) for end in (one.latency, one.latency_low, one.latency_high)]
        rates = ["∞" if end is None else f"{end / MIB:.0f}" for end in (one.throughput_low, one.throughput_high)]
        lines.append(
            f"`{label}` {latency[0]} ({latency[1]} to {latency[2]}) and {one.throughput / MIB:.0f} MiB/s "
            f"({rates[0]} to {rates[1]})"
        )
    sizes = ", ".join(format_size(size) for size in recorded.sizes)
    said = [f"Time is a latency and the size over a throughput: {'; '.join(lines)}."] if lines else []
    said += [f"Not linear in size, in MiB/s at {sizes}: {'; '.join(curves)}."] if curves else []
    return " ".join(said)


def rate(recorded: Recorded, label: str, size: int) -> str:
    """Return the throughput at a size, with the interval that the mean times of boots give (Student's t)."""
    means = [_known(recorded.by_boot[label, size, run].mean) for run in recorded.runs]
    low, high = stats.t.interval(0.95, len(means) - 1, mean(means), stats.sem(means))
    return f"{size / mean(means) / MIB:.0f} ({size / high / MIB:.0f} to {size / low / MIB:.0f})"


def seconds(value: float | None) -> str:
    """Return a time as the page shows it."""
    return "∞" if value is None else format_seconds(value)


def page(folder: Path) -> str:
    """Return README.md for the experiments in a folder."""

    @cache
    def recorded(name: str) -> Recorded | None:
        found = Recorded(name, folder / name)
        return found if any(log.stat().st_size for log in found.folder.glob("FTP.log*")) else None

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    words: dict[str, Callable[..., object]] = {
        "recorded": recorded,
        "failures": lambda name: Recorded(name, folder / name).failures,
        "readings": readings,
        "same_platform": same_platform,
        "spreads": spreads,
        "detectable": detectable,
        "percent": percent,
        "interval": interval,
        "seconds": seconds,
        "size": format_size,
        "line_words": line_words,
    }
    environment.globals.update(words)
    environment.filters["size"] = format_size
    experiments = {name: one for name, one in EXPERIMENTS.items() if name != SMOKE}
    return environment.get_template("README.template.md").render(experiments=experiments, platforms=PLATFORMS)


# --- figures --------------------------------------------------------------------------------------------------------


def figures(folder: Path) -> None:
    """Draw the figures of the page beside it."""
    for kind, labels in {
        "boxplot": [],
        "thesis": ["full", "para"],
        "difference": ["baseline", "full", "para"],
        "scaling": ["baseline", "full", "para"],
    }.items():
        command = [sys.executable, "-m", "ftpstats", "plot", kind, *labels, "--from", str(folder / "platforms")]
        subprocess.run([*command, "--output", str(_HERE / f"{kind}.png"), "--quiet"], check=True)


def main() -> int:
    """Write the page and its figures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("sample_logs/reenactment-2026")
    if not (folder / "platforms").exists():
        print(f"{folder}: no experiment 'platforms' is recorded here; make -C reenactment run", file=sys.stderr)
        return 1
    (_HERE / "README.md").write_text(page(folder), encoding="utf-8")
    figures(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
