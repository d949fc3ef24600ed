"""Speed of ftpstats against the tools that a user would use instead, as ratios taken in one run.

Commands take turns, A B A B …, and the median of the pairwise ratios counts: a machine that slows down slows both.
"""

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np

HERE = Path(__file__).parent
PYTHON = sys.executable
FTPSTATS = (PYTHON, "-m", "ftpstats")
ONE_CORE = ("taskset", "-c", "0")
TRANSFERS_IN_300_MB = 4_000_000
_AT_ONCE = 100_000

# What a user would write: label, iteration, bytes, direction, seconds, rate and unit of each transfer, as CSV.
AWK = """
/^FTP-TEST / { i = $2; label = $3; next }
/ bytes (received|sent) in / { print label "," i "," $1 "," $3 "," $5 "," substr($7, 2) "," substr($8, 1, 4) }
"""

PANDAS = r"""
import sys
import pandas as pd
lines = pd.Series(open(sys.argv[1]).read().splitlines())
header = lines.str.extract(r"^FTP-TEST (?P<iteration>\d+) (?P<label>.*)$").ffill()
result = lines.str.extract(
    r"^(?P<bytes>\d+) bytes (?P<direction>received|sent) in (?P<seconds>[\d.]+) secs "
    r"\((?P<rate>[\d.]+) (?P<unit>\S+)\)$"
)
rows = header.join(result).dropna(subset="bytes")
numbers = {"iteration": "int64", "bytes": "int64", "seconds": "float64", "rate": "float64"}
rows.astype(numbers).to_parquet(sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two commands, and how long the first may take, in times of the second; by the clock, or by the processor's."""

    name: str
    ours: Sequence[str]
    theirs: Sequence[str]
    bound: float
    by: Literal["seconds", "processor_seconds"] = "seconds"


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float


def write_log(path: Path, transfers: int, *, distinct: bool) -> None:
    """Write a RESULT.log of netkit's lines: a thousand different ones over and over, or nearly all different."""
    rng = np.random.default_rng(2008)
    pool = [_result_line(seconds, 1) for seconds in _elapsed(rng, 1000)]
    with path.open("w") as log:
        for begin in range(0, transfers, _AT_ONCE):
            size = min(_AT_ONCE, transfers - begin)
            results = (
                (_result_line(seconds, 4) for seconds in _elapsed(rng, size))
                if distinct
                else (pool[choice] for choice in rng.integers(0, len(pool), size))
            )
            log.writelines(_attempts(begin, transfers, results))


def _elapsed(rng: np.random.Generator, size: int) -> Iterator[float]:
    return iter(rng.gamma(50, 0.0115 / 50, size).tolist())


def _result_line(seconds: float, decimals: int) -> str:
    return f"102400 bytes received in {seconds:.2f} secs ({100 / seconds:.{decimals}f} kB/s)\n"


def _attempts(begin: int, transfers: int, results: Iterator[str]) -> Iterator[str]:
    per_label = -(-transfers // 3)
    for number, result in enumerate(results, begin):
        label = ("Baseline", "Xen", "VMware")[number // per_label]
        yield f"FTP-TEST {number % per_label + 1} {label}\n{result}"


def write_xferlog(path: Path, size: int) -> None:
    """Write an xferlog as vsftpd does, of about so many bytes: a few hundred peers, names that hardly repeat."""
    rng = np.random.default_rng(2008)
    stamp = datetime(2026, 11, 1, tzinfo=UTC)
    with path.open("w") as log:
        while log.tell() < size:
            lines = []
            for wait, took, peer, name in rng.integers((0, 1, 0, 0), (4, 5, 250, 10**6), (_AT_ONCE, 4)).tolist():
                stamp += timedelta(seconds=wait)
                lines.append(
                    f"{stamp:%a %b} {stamp.day:2} {stamp:%H:%M:%S %Y} {took} ::ffff:192.0.2.{peer} {name * 977} "
                    f"/srv/files/folder-{name % 97}/image-{name}.iso b _ o r user ftp 0 * c\n"
                )
            log.writelines(lines)


def run(command: Sequence[str]) -> Run:
    """Run a command to its end, output thrown away; what it took of time, of the processor and of memory."""
    # Packages are installed with their bytecode; ours has to be allowed its own.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{' '.join(command)}: {process.stderr.read().decode() if process.stderr else status}")
    return Run(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(pair: Pair, times: int) -> str:
    """Run both commands in turn, and report the median of the ratios."""
    run(pair.ours)
    run(pair.theirs)
    runs = [(run(pair.ours), run(pair.theirs)) for _ in range(times)]
    took = [(getattr(ours, pair.by), getattr(theirs, pair.by)) for ours, theirs in runs]
    ratios = [ours / theirs for ours, theirs in took]
    ratio = statistics.median(ratios)
    peak = max(ours.peak_megabytes for ours, _ in runs)
    word = "holds" if ratio <= pair.bound else "EXCEEDED"
    seconds = [statistics.median(column) for column in zip(*took, strict=True)]
    return (
        f"| {pair.name} | {seconds[0]:.2f} | {seconds[1]:.2f} | {ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f}) | "
        f"{pair.bound:g} | {word} | {peak:.0f} |"
    )


def parse(log: Path, folder: Path) -> list[str]:
    """Return the command that turns a log into Parquet."""
    return [*FTPSTATS, "parse", str(log), "--output", str(folder / "rows.parquet")]


def pairs(folder: Path, transfers: int) -> Iterator[Pair]:
    """Yield what is compared, and make the logs for it."""
    repetitive, distinct, tenth = (folder / f"{name}.log" for name in ("repetitive", "distinct", "tenth"))
    write_log(repetitive, transfers, distinct=False)
    write_log(distinct, transfers, distinct=True)
    write_log(tenth, transfers // 10, distinct=False)
    mawk, pandas = folder / "csv.awk", folder / "extract.py"
    mawk.write_text(AWK)
    pandas.write_text(PANDAS)
    csv = ["sh", "-c", 'exec mawk -f "$0" "$1" >"$2"', str(mawk)]
    store = str(folder / "store")
    logs = HERE.parent / "sample_logs" / "inetutils" / "FTP.log"
    run([*FTPSTATS, "ingest", str(logs), "--store", store])
    yield Pair("--help / import typer", [*FTPSTATS, "--help"], [PYTHON, "-c", "import typer"], 1.3)
    for source in (["--from", str(logs)], ["--store", store]):
        compare = [*FTPSTATS, "compare", "xen", "vmware", *source]
        yield Pair(f"compare {source[0]} / import pandas", compare, [PYTHON, "-c", "import pandas"], 1.8)
    for name, log, both, one in (("parse", repetitive, 0.85, 1.25), ("parse, all distinct", distinct, 1.75, 2)):
        theirs = [*csv, str(log), str(folder / "csv")]
        yield Pair(f"{name} / mawk to CSV", parse(log, folder), theirs, both)
        ours, theirs = ([*ONE_CORE, *command] for command in (parse(log, folder), theirs))
        yield Pair(f"{name} / mawk, on one core", ours, theirs, one, "processor_seconds")
    write_xferlog(folder / "xferlog", distinct.stat().st_size)
    yield Pair(
        "parse, xferlog / RESULT.log, all distinct", parse(folder / "xferlog", folder), parse(distinct, folder), 1
    )
    yield Pair("parse / parse of a tenth", parse(repetitive, folder), parse(tenth, folder), 10)
    extract = [PYTHON, str(pandas), str(repetitive), str(folder / "pandas.parquet")]
    yield Pair("parse / pandas str.extract", parse(repetitive, folder), extract, 0.2)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--times", type=int, default=5, help="counted pairs of runs (5)")
    parser.add_argument("--transfers", type=int, default=TRANSFERS_IN_300_MB, help="transfers per log (4 million)")
    parser.add_argument("--only", default="", help="only comparisons whose name holds this text")
    options = parser.parse_args()
    compileall.compile_dir(HERE.parent / "ftpstats", quiet=1)  # as whoever installs it; what they import is, too
    print("| ours / theirs | ours, s | theirs, s | median ratio (range) | bound | | peak MB |")
    print("| --- | ---: | ---: | --- | ---: | --- | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for pair in pairs(Path(folder), options.transfers):
            if options.only in pair.name:
                print(measure(pair, options.times), flush=True)


if __name__ == "__main__":
    main()
