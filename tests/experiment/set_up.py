"""Manifests for tests, and experiments run with them."""

from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from ftpstats import __version__
from ftpstats.experiment.files import file_name
from ftpstats.experiment.journal import Journal
from ftpstats.experiment.runner import run
from ftpstats.experiment.setup import ready
from ftpstats.manifest import MANIFEST_VERSION, MAX_FAILURES, ClientUsed, FileUsed, Host, Manifest, ServerUsed, Settings
from ftpstats.schedule import DUET, ORDERS

SETTINGS = Settings(
    times=3,
    runs=1,
    warm_up=0,
    order="sequential",
    seed=1,
    upload=False,
    parallel=1,
    tls=False,
    certificate=None,
    checked=True,
    timeout=30.0,
    pause=0.0,
    before=None,
    after=None,
    keep=False,
    max_failures=MAX_FAILURES,
)
ONE_BY_ONE = tuple(order for order in ORDERS if order != DUET)
HOST = Host("here", "Debian", "6.1", None, None, None, None)


def manifest(labels=("Xen",), sizes=(1024,), client="builtin", servers=None, **settings):
    """Return the manifest of an experiment on servers of ours, unless others are given."""
    return Manifest(
        version=MANIFEST_VERSION,
        ftpstats_version=__version__,
        start="2026-11-24T12:00:00.000+00:00",
        end=None,
        host=HOST,
        client=ClientUsed(client, client, None),
        servers=servers or tuple(ServerUsed(label, None, None, None, None, None) for label in labels),
        files=tuple(FileUsed(file_name(size), size, None, is_ours=True) for size in sizes),
        settings=replace(SETTINGS, **settings),
        attempts=(),
    )


# Of every order, with and without runs, warm-ups, pauses and clients at once.
MANIFESTS = st.builds(
    manifest,
    st.lists(st.sampled_from(["Baseline", "Xen", "KVM 2"]), min_size=1, unique=True),
    st.lists(st.sampled_from([1024, 2048, 4096]), min_size=1, unique=True),
    order=st.sampled_from(ORDERS),
    seed=st.integers(0, 9),
    times=st.integers(1, 4),
    runs=st.integers(1, 3),
    warm_up=st.integers(0, 2),
    parallel=st.integers(1, 3),
    pause=st.just(60.0),
).filter(lambda wanted: wanted.settings.order != DUET or len(wanted.servers) == 2)


def interrupting(after: int):
    """Return what watches an experiment and interrupts it after so many transfers."""

    def watch(progress):
        if progress.done >= after:
            raise KeyboardInterrupt

    return watch


def carry_out(wanted, folder: Path, *, resume=False, max_failures=None, report=lambda _: None):
    """Run an experiment in a folder; return its counts."""
    with (
        ready(wanted, None) as rig,
        Journal.resumed(folder) if resume else Journal.began(folder, rig.manifest) as journal,
    ):
        return run(journal, rig.endpoints, rig.sources, max_failures=max_failures, report=report)
