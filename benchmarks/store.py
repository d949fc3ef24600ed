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
LARGE = 4_000_000  # transfers of the log that grows: 300 MB
ADDED = 13_000  # 1 MB


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
        (folder / f"{number:05d}.log").write_text(run_of(TRANSFERS, number, rng))


def run_of(transfers: int, number: int, rng: np.random.Generator) -> str:
    """Return the text of one run."""
    label = f"label{number % LABELS:02d}"
    elapsed = rng.gamma(50, 0.0115 / 50, transfers).tolist()
    return "".join(
        f"FTP-TEST {i} {label}\n102400 bytes received in {seconds:.2f} secs ({100 / seconds:.4f} kB/s)\n"
        for i, seconds in enumerate(elapsed, 1)
    )


def growing(folder: Path) -> Pair:
    """Return the pair of a large log to which a little was added, and the same log in a store that is new."""
    log, stored, grown, new = (folder / name for name in ("large.log", "store-before", "store-grown", "store-new"))
    rng = np.random.default_rng(2008)
    with log.open("w") as file:
        file.writelines(run_of(TRANSFERS, number, rng) for number in range(LARGE // TRANSFERS))
    first = run(ingest(log, stored))
    with log.open("a") as file:
        file.writelines(run_of(TRANSFERS, number, rng) for number in range(ADDED // TRANSFERS))
    needed = run([*FTPSTATS, "--help"]).seconds + run(["sha256sum", str(log)]).seconds

    def restore() -> None:
        for store in (grown, new):
            shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(stored, grown)

    return Pair(
        "ingest of a log that has grown / the first time", ingest(log, grown), ingest(log, new), restore,
        needed / first.seconds + 1 / 10,
    )  # fmt: skip


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
    yield growing(folder)


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
    options = parser.parse_args()
    compileall.compile_dir(HERE.parent / "ftpstats", quiet=1)
    print("| first / second | first, s | second, s | median ratio (range) | bound | | peak MB |")
    print("| --- | ---: | ---: | --- | ---: | --- | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for pair in pairs(Path(folder), options.logs):
            if options.only in pair.name:
                print(measure(pair, options.times), flush=True)


if __name__ == "__main__":
    main()
