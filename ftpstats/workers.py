"""Work spread over processes: workers of this machine, or of a Dask cluster that somebody runs.

What is sent there is a function of this package with its arguments; what comes back are numbers and names, never rows.
A task may be done twice, where a worker died: so each leaves the same, however often it is done.
"""

import logging
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ftpstats.errors import FtpstatsError, MachineError, UsageError

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["ALONE", "Crew", "Died", "Done", "progress", "workers"]

_SECONDS = 15  # in which a cluster answers, and has a worker
# Polars' own threads beside those of other workers only get in each other's way; it reads this once, when imported.
_OF_WORKERS = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_NEEDS = "more than one process needs more packages ({}); `pip install 'ftpstats[cluster]'`"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Died:
    """A task that ended each worker that tried it."""

    limit: str | None
    tries: int

    def __str__(self) -> str:
        limit = f" (memory limit {self.limit})" if self.limit else ""
        return f"the worker that read it ended, {self.tries} times in a row{limit}; give workers more memory"


@dataclass(frozen=True, slots=True)
class Done(Generic[Result]):
    """What became of a task: its number among those given, and its result, or why there is none."""

    number: int
    result: "Result | Died | FtpstatsError"


class _Progress:
    """How many tasks there are, how many are done, and on how many workers: for whoever waits for them."""

    def __init__(self) -> None:
        self.tasks = self.done = self.workers = 0

    def __str__(self) -> str:
        many = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"{self.done} of {self.tasks} parts done by {many}"


progress = _Progress()  # one for the process: a person looks at one command


class Crew:
    """
    Processes that do tasks: this one unless there is a client.

    Parameters
    ----------
    client : Client or None
        Dask's.
    is_elsewhere : bool
        Whether they have folders of their own.
    """

    def __init__(self, client: "Client | None" = None, *, is_elsewhere: bool = False) -> None:
        self._client, self.is_elsewhere = client, is_elsewhere

    @property
    def size(self) -> int:
        """How many there are."""
        return 1 if self._client is None else len(self._client.nthreads())

    def each(
        self, work: Callable[..., Result], tasks: Sequence[tuple[Any, ...]]
    ) -> Generator[Done[Result], None, None]:
        """
        Do tasks, and yield what became of each as it is done.

        Parameters
        ----------
        work : callable
            A function of this package; what it returns is small.
        tasks : sequence of tuple
            The arguments of each.

        Raises
        ------
        MachineError
            If the cluster is gone. What is wrong with one task is its result.
        """
        if self._client is None:
            yield from (Done(number, _tried(work, task)) for number, task in enumerate(tasks))
        else:
            yield from self._spread(self._client, work, tasks)

    def _spread(
        self, client: "Client", work: Callable[..., Result], tasks: Sequence[tuple[Any, ...]]
    ) -> Generator[Done[Result], None, None]:
        from distributed import as_completed

        number: dict[Future[Any], int] = {
            client.submit(_tried, work, task, pure=False): at for at, task in enumerate(tasks)
        }
        progress.tasks, progress.done, progress.workers = len(tasks), 0, self.size
        limit = _memory_limit(client)  # now, for later there may be no worker to ask
        try:
            for future in as_completed(number, loop=client.loop):
                yield Done(number[future], self._outcome(future, limit))
                progress.done += 1
                future.release()
        finally:
            progress.tasks = 0
            client.cancel([*number], force=True)

    def _outcome(self, future: "Future[Any]", limit: str | None) -> Any:  # noqa: ANN401 - whatever the work returns
        from distributed import CancelledError, KilledWorker

        try:
            return future.result()
        except KilledWorker as error:
            return Died(limit, error.allowed_failures + 1)
        except (CancelledError, OSError) as error:
            raise MachineError(f"the cluster's scheduler is gone ({error or type(error).__name__})") from error


ALONE = Crew()


def _tried(work: Callable[..., Result], task: tuple[Any, ...]) -> Result | FtpstatsError:
    """Return what work gives, or what was wrong with its input: an error that is raised is a bug."""
    try:
        return work(*task)
    except FtpstatsError as error:
        return error


@contextmanager
def workers(cluster: str | None = None, count: int | None = None) -> Iterator[Crew]:
    """
    Have workers for as long as the block takes.

    Parameters
    ----------
    cluster : str, optional
        The address of a scheduler, like ``tcp://scheduler:8786``; ``tls://…`` with Dask's own settings of certificates.
    count : int, optional
        Of workers of this machine. Default: none, this process does the work.

    Raises
    ------
    UsageError
        If Dask is not installed, or the address is none.
    MachineError
        If there is no scheduler, it has no worker, or workers have another ftpstats.
    """
    if cluster is None and count is None:
        yield ALONE
        return
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise UsageError(_NEEDS.format(error)) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is wrong is said in a line of ours
    with _own(count) if cluster is None else _others(cluster) as client:
        yield Crew(client, is_elsewhere=cluster is not None)


@contextmanager
def _own(count: int | None) -> "Iterator[Client]":
    """Start workers on this machine, each a process of one thread; only who started them can send them work."""
    import dask
    from distributed import Client, LocalCluster

    os.environ.update({name: os.environ.get(name, value) for name, value in _OF_WORKERS.items()})
    settings = {"distributed.nanny.pre-spawn-environ": _OF_WORKERS}
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            security=True,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def _others(address: str) -> "Iterator[Client]":
    """Use the workers of a cluster that somebody runs."""
    from distributed import Client

    if "://" not in address:
        raise UsageError(f"--cluster {address}: write the scheduler's address, like tcp://scheduler:8786")
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise MachineError(f"{address}: no scheduler answers there ({_first_line(error)})") from error
    with client:
        _require_workers(client, address)
        yield client


def _require_workers(client: "Client", address: str) -> None:
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=_SECONDS)
    if not client.scheduler_info()["workers"]:
        raise MachineError(f"{address}: the scheduler has no worker; `dask worker {address} --nthreads 1` starts one")
    own = _version()
    for where, version in client.run(_version, on_error="return").items():
        if version != own:
            said = version if isinstance(version, str) else f"none: {_first_line(version)}"
            raise MachineError(f"{address}: worker {where} has another ftpstats ({said}, here {own})")


def _version() -> str:
    return version_of("ftpstats")


def _memory_limit(client: "Client") -> str | None:
    limits = {one["memory_limit"] for one in client.scheduler_info()["workers"].values()}
    return f"{min(limits) / 1e6:,.0f} MB" if limits and min(limits) else None


def _first_line(error: object) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
