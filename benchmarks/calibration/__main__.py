"""Measure every cell, and write the table. What is measured can be kept, so that an hour's work can be interrupted."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.calibration.cells import Cell, cells
from benchmarks.calibration.measure import Estimate, Result, measure
from benchmarks.calibration.table import full


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--replicates", type=int, default=10_000, help="of each cell (10000)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at once (one per core)")
    parser.add_argument("--only", default="", help="only cells whose group or name holds this text")
    parser.add_argument("--seed", type=int, default=2008, help="of all random numbers (2008)")
    parser.add_argument("--results", type=Path, help="JSON lines to keep what is measured in, and to go on from")
    parser.add_argument("--output", type=Path, help="the Markdown's file (standard output)")
    options = parser.parse_args()
    wanted = [cell for cell in cells() if options.only in f"{cell.group}: {cell.name}"]
    known = dict(_kept(options.results, options.replicates, options.seed))
    missing = [cell for cell in wanted if (cell.group, cell.name) not in known]
    work = partial(measure, replicates=options.replicates, seed=options.seed)
    with ProcessPoolExecutor(options.processes) as pool:
        for number, (cell, result) in enumerate(zip(missing, pool.map(work, missing), strict=True), start=1):
            known[cell.group, cell.name] = result
            _keep(options.results, cell, result, options.replicates, options.seed)
            print(f"{number} of {len(missing)}: {cell.group}: {cell.name}", file=sys.stderr, flush=True)
    text = full([(cell, known[cell.group, cell.name]) for cell in wanted], options.replicates, options.seed)
    if options.output:
        options.output.write_text(text)
    else:
        print(text)


def _kept(path: Path | None, replicates: int, seed: int) -> Iterator[tuple[tuple[str, str], Result]]:
    """Yield what was measured with as many replicates and this seed."""
    if path is None or not path.exists():
        return
    for line in path.read_text().splitlines():
        kept = json.loads(line)
        if (kept["replicates"], kept["seed"]) == (replicates, seed):
            estimates = {name: Estimate(**values) for name, values in kept["estimates"].items()}
            yield (kept["group"], kept["name"]), Result(estimates, kept["warnings"])


def _keep(path: Path | None, cell: Cell, result: Result, replicates: int, seed: int) -> None:
    if path is not None:
        kept = {"group": cell.group, "name": cell.name, "replicates": replicates, "seed": seed, **asdict(result)}
        with path.open("a") as lines:
            lines.write(json.dumps(kept, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
