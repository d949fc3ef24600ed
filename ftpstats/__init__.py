"""ftpstats: run file-transfer experiments, read the logs of clients and servers, and compare platforms.

The public API; `ftpstats.api` has what is named here, imported when it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftpstats.api import plot
    from ftpstats.api.comparing import aa_test, compare
    from ftpstats.api.experiments import Watcher
    from ftpstats.api.history import history, sample_size_for_history
    from ftpstats.api.measuring import plan_run, run
    from ftpstats.api.papers import compare_summaries
    from ftpstats.api.planning import sample_size
    from ftpstats.api.questions import summarize, textbook
    from ftpstats.api.rates import throughput
    from ftpstats.api.reading import check, parse, read_log, read_logs
    from ftpstats.api.reporting import report
    from ftpstats.api.scaling import sample_size_for_scaling, scaling
    from ftpstats.api.serving import serve
    from ftpstats.api.sources import Logs
    from ftpstats.api.store import open_store

__version__ = "0.1.0"

_HOMES = {
    "Logs": "sources",
    "Watcher": "experiments",
    "aa_test": "comparing",
    "check": "reading",
    "compare": "comparing",
    "compare_summaries": "papers",
    "history": "history",
    "open_store": "store",
    "parse": "reading",
    "plan_run": "measuring",
    "read_log": "reading",
    "read_logs": "reading",
    "report": "reporting",
    "run": "measuring",
    "sample_size": "planning",
    "sample_size_for_history": "history",
    "sample_size_for_scaling": "scaling",
    "scaling": "scaling",
    "serve": "serving",
    "summarize": "questions",
    "textbook": "questions",
    "throughput": "rates",
}

__all__ = [
    "Logs", "Watcher", "__version__", "aa_test", "check", "compare", "compare_summaries", "history", "open_store",
    "parse", "plan_run", "plot", "read_log", "read_logs", "report", "run", "sample_size", "sample_size_for_history",
    "sample_size_for_scaling", "scaling", "serve", "summarize", "textbook", "throughput",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name == "plot":
        return import_module("ftpstats.api.plot")
    if name in _HOMES:
        return getattr(import_module(f"ftpstats.api.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'ftpstats' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
