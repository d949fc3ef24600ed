"""How far a reader has to walk: the files of ours that one log line passes on its way to a row, and a comparison.

Follows the calls of functions in ftpstats/, in the order in which they are made, pool threads included, and counts how
often the next one stands in another file than the one before. Each job is traced in a process of its own, so that
nothing is imported or remembered yet. `--show` prints the way itself.
"""

import argparse
import inspect
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from types import CodeType, FrameType

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ftpstats"
LOG = """\
FTP-TEST 1 xen
226 Transfer complete.
102400 bytes received in 0.000402 seconds (243 Mbytes/s)
"""
SAMPLE = ROOT / "sample_logs" / "inetutils" / "FTP.log"


def read_line() -> None:
    """Read a log of one transfer to tidy rows."""
    from ftpstats.logs.reader import LogReader

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "FTP.log"
        log.write_text(LOG)
        list(LogReader(str(log)).transfers())


def compare() -> None:
    """Compare two labels of a sample log, as the command does."""
    from ftpstats.cli import app

    try:
        app(["compare", "xen", "vmware", "--from", str(SAMPLE), "--output", os.devnull])
    except SystemExit as end:
        if end.code:
            raise


JOBS: dict[str, tuple[str, Callable[[], None]]] = {
    "line": ("one log line, from text to tidy rows", read_line),
    "compare": ("a comparison of two labels", compare),
}


def calls(job: Callable[[], None]) -> list[CodeType]:
    """Return the functions of ours that a job calls, in order; those of a thread behind those of its starter."""
    by_thread: dict[int, list[CodeType]] = {}
    generators: dict[FrameType, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        # A comprehension is no function to go to, and a generator that goes on was met before.
        if event != "call" or not code.co_filename.startswith(f"{PACKAGE}/") or code.co_name.startswith("<"):
            return
        if frame in generators or _is_importing(frame):
            return
        if code.co_flags & inspect.CO_GENERATOR:
            generators[frame] = None
        by_thread.setdefault(threading.get_ident(), []).append(code)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        job()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return list(chain.from_iterable(by_thread.values()))


def _is_importing(frame: FrameType | None) -> bool:
    """Whether a call is one that a module of ours makes once, when it is imported."""
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_code.co_filename.startswith(f"{PACKAGE}/"):
            return True
        frame = frame.f_back
    return False


def changes(steps: Sequence[CodeType]) -> int:
    """Return how often the file changes from one step to the next."""
    return sum(before.co_filename != after.co_filename for before, after in pairwise(steps))


def report(words: str, steps: Sequence[CodeType], *, show: bool) -> Iterator[str]:
    """Yield the lines that say what one job passed."""
    files = {step.co_filename for step in steps}
    once = list(dict.fromkeys(steps))
    yield f"{words}: {len(files)} files, {changes(steps)} changes of file; {changes(once)} if each function is met once"
    for step in steps if show else ():
        yield f"    {Path(step.co_filename).relative_to(PACKAGE)}:{step.co_qualname}"


def main() -> None:
    """Trace every job, or the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", nargs="?", choices=JOBS)
    parser.add_argument("--show", action="store_true", help="print the way: file and function of each step")
    asked = parser.parse_args()
    if asked.job is None:
        show = ["--show"] if asked.show else []
        for job in JOBS:
            subprocess.run([sys.executable, __file__, job, *show], check=True)  # noqa: S603 - this file
        return
    sys.path.insert(0, str(ROOT))
    words, work = JOBS[asked.job]
    print(*report(words, calls(work), show=asked.show), sep="\n")


if __name__ == "__main__":
    main()
