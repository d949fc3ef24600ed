"""What more processes are worth: two workers against one, as ratios taken in one run on a quiet machine.

Commands take turns, A B A B …, and the median of the pairwise ratios counts: a machine that slows down slows both.
"""

import argparse
import compileall
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed import FTPSTATS, HERE, write_log
from benchmarks.store import Pair, measure

LOGS = 8
TRANSFERS = 2_000_000  # about 150 MB


def pairs(folder: Path, transfers: int) -> Iterator[Pair]:
    """Yield what is compared, and make the logs for it."""
    logs = folder / "logs"
    logs.mkdir()
    first = folder / "first.log"
    write_log(first, transfers, distinct=False)
    for number in range(LOGS):  # each under labels of its own, so that none is a copy
        text = re.sub("^(FTP-TEST [0-9]+ .*)", rf"\\1 {number}", first.read_text(), flags=re.MULTILINE)
        (logs / f"{number}.log").write_text(text)

    def clear() -> None:
        for store in folder.glob("store-*"):
            shutil.rmtree(store)

    def ingest(workers: int) -> list[str]:
        store = str(folder / f"store-{workers}")
        return [*FTPSTATS, "ingest", "--quiet", str(logs), "--workers", str(workers), "--store", store]

    yield Pair(f"ingest of {LOGS} logs by 2 workers / by 1", ingest(2), ingest(1), clear, 1 / 1.7)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--times", type=int, default=3, help="counted pairs of runs (3)")
    parser.add_argument("--transfers", type=int, default=TRANSFERS, help=f"of each log ({TRANSFERS})")
    options = parser.parse_args()
    compileall.compile_dir(HERE.parent / "ftpstats", quiet=1)
    print("| first / second | first, s | second, s | median ratio (range) | bound | | peak MB |")
    print("| --- | ---: | ---: | --- | ---: | --- | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for pair in pairs(Path(folder), options.transfers):
            print(measure(pair, options.times), flush=True)


if __name__ == "__main__":
    main()
