"""How the store grows: ratios of the same work on more logs, and seconds for ten thousand, all taken in one run.

Commands take turns, A B A B …, and the median of the pairwise ratios counts: a machine that slows down slows both.
"""

import argparse
import compileall
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.speed import FTPSTATS, HERE, Run, run

LABELS = 60
TRANSFERS = 200

# Of the large store: logs of ten thousand transfers in four sizes, under twenty labels; a thousand are 10 million.
MANY_LABELS = 20
KIBIBYTES = (100, 1000, 10_000, 100_000)
MANY_TRANSFERS = 10_000
LOGS_IN_TEN_MILLION = 1000
MOST_SECONDS = 3  # per 10 million stored
MOST_MEGABYTES = 2000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two commands, what has to be done before each, how long the first may take in times of the second."""

    name: str
    first: Sequence[str]
    second: Sequence[str]
    before: Callable[[], None]
    bound: float


def write_logs(folder: Path, count: int) -> None:
    """Write logs of one label each, in turn, that have nothing in common."""
    folder.mkdir()
    rng = np.random.default_rng(2008)
    for number in range(count):
        label = f"label{number % LABELS:02d}"
        elapsed = rng.gamma(50, 0.0115 / 50, TRANSFERS).tolist()
        lines = (
            f"FTP-TEST {i} {label}\n102400 bytes received in {seconds:.2f} secs ({100 / seconds:.4f} kB/s)\n"
            for i, seconds in enumerate(elapsed, 1)
        )
        (folder / f"{number:05d}.log").write_text("".join(lines))


def write_large_logs(folder: Path, seed: int) -> None:
    """Write 10 million transfers: logs whose iterations have a transfer of each size."""
    folder.mkdir()
    rng = np.random.default_rng(seed)
    for number in range(LOGS_IN_TEN_MILLION):
        rates = [(size, rng.gamma(50, 9000 / 50, MANY_TRANSFERS // len(KIBIBYTES)).tolist()) for size in KIBIBYTES]
        results = [
            [f"{size * 1024} bytes received in {size / rate:.2f} secs ({rate:.4f} kB/s)\n" for rate in column]
            for size, column in rates
        ]
        head = f"label{number % MANY_LABELS:02d}\n"
        lines = (f"FTP-TEST {i} {head}{''.join(four)}" for i, four in enumerate(zip(*results, strict=True), 1))
        (folder / f"{number:05d}.log").write_text("".join(lines))


def write_large_store(folder: Path, tens_of_millions: int) -> Path:
    """Make a store of so many times 10 million transfers, of which no two logs have any in common."""
    store = folder / "large"
    for part in range(tens_of_millions):
        logs = folder / f"part{part}"
        write_large_logs(logs, part)
        run(ingest(logs, store))
        shutil.rmtree(logs)
    return store


def ask_large(store: Path, tens_of_millions: int, times: int) -> Iterator[str]:
    """Yield a row for each question about two labels of one size; a line over sizes needs them all."""
    size = ["--size", "1000KB"]
    asked = {"summary": size, "compare": size, "plan": size, "history": size, "scaling": []}
    for command, more in asked.items():
        words = [*FTPSTATS, command, "label00", "label01", *more, "--format", "json", "--store", str(store)]
        runs = [run(words) for _ in range(times)]
        wall, processor = (
            statistics.median(getattr(one, name) for one in runs) for name in ("seconds", "processor_seconds")
        )
        peak = max(one.peak_megabytes for one in runs)
        holds = processor <= MOST_SECONDS * tens_of_millions and peak <= MOST_MEGABYTES
        yield (
            f"| {command} | {tens_of_millions}0 million | {wall:.2f} | {processor:.2f} | "
            f"{MOST_SECONDS * tens_of_millions} | {peak:.0f} | {'holds' if holds else 'EXCEEDED'} |"
        )


def ingest(logs: Path, store: Path) -> list[str]:
    """Return the command that puts all logs of a folder into a store."""
    return [*FTPSTATS, "ingest", "--quiet", str(logs), "--store", str(store)]


def pairs(folder: Path, count: int) -> Iterator[Pair]:
    """Yield what is compared, and make the logs and stores for it."""
    logs, quarter, two = (folder / name for name in ("logs", "quarter", "two"))
    write_logs(logs, count)
    for part, wanted in ((quarter, lambda n: n < count // 4), (two, lambda n: n % LABELS < 2)):
        part.mkdir()
        for number in filter(wanted, range(count)):
            (part / f"{number:05d}.log").hardlink_to(logs / f"{number:05d}.log")
    full, only, new, small = (folder / f"store-{name}" for name in ("full", "two", "new", "small"))
    run(ingest(logs, full))
    run(ingest(two, only))

    def clear() -> None:
        for store in (new, small):
            shutil.rmtree(store, ignore_errors=True)

    def nothing() -> None:
        return

    compare = [*FTPSTATS, "compare", "label00", "label01", "--format", "json", "--store"]
    summary = [*FTPSTATS, "summary", "--format", "csv", "--store"]
    yield Pair("ingest of N logs / of a quarter", ingest(logs, new), ingest(quarter, small), clear, 4.4)
    yield Pair("ingest again / the first time", ingest(logs, full), ingest(logs, new), clear, 1 / 3)
    yield Pair(
        "compare of 2 labels: N logs stored / only theirs", [*compare, str(full)], [*compare, str(only)], nothing, 3
    )
    yield Pair(
        "summary of all / compare of 2 labels", [*summary, str(full)], [*compare, str(full)], nothing, LABELS / 2
    )


def measure(pair: Pair, times: int) -> str:
    """Run both commands in turn, and report the median of the ratios."""
    runs: list[tuple[Run, Run]] = []
    for _ in range(times):
        pair.before()
        runs.append((run(pair.first), run(pair.second)))
    ratios = [first.seconds / second.seconds for first, second in runs]
    ratio = statistics.median(ratios)
    seconds = [statistics.median(one.seconds for one in column) for column in zip(*runs, strict=True)]
    peaks = [max(one.peak_megabytes for one in column) for column in zip(*runs, strict=True)]
    return (
        f"| {pair.name} | {seconds[0]:.2f} | {seconds[1]:.2f} | {ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f}) | "
        f"{pair.bound:.3g} | {'holds' if ratio <= pair.bound else 'EXCEEDED'} | {peaks[0]:.0f} / {peaks[1]:.0f} |"
    )


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--times", type=int, default=3, help="counted pairs of runs (3)")
    parser.add_argument("--logs", type=int, default=10_000, help=f"logs of {TRANSFERS} transfers (10,000)")
    parser.add_argument("--only", default="", help="only comparisons whose name holds this text")
    parser.add_argument("--large", type=int, metavar="N", help="ask a store of N times 10 million transfers instead")
    options = parser.parse_args()
    compileall.compile_dir(HERE.parent / "ftpstats", quiet=1)
    if options.large:
        _print_large(options.large, options.times)
        return
    print("| first / second | first, s | second, s | median ratio (range) | bound | | peak MB |")
    print("| --- | ---: | ---: | --- | ---: | --- | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for pair in pairs(Path(folder), options.logs):
            if options.only in pair.name:
                print(measure(pair, options.times), flush=True)


def _print_large(tens_of_millions: int, times: int) -> None:
    print("| 2 labels, 1 size | of transfers | s | processor, s | bound | peak MB | |")
    print("| --- | --- | ---: | ---: | ---: | ---: | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for row in ask_large(write_large_store(Path(folder), tens_of_millions), tens_of_millions, times):
            print(row, flush=True)


if __name__ == "__main__":
    main()
