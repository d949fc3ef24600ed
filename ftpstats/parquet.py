"""Tidy rows as a Parquet file, with the schema's version and where they come from. Nothing here knows where it goes."""

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any, cast

import polars as pl
from polars.io.plugins import register_io_source

from ftpstats import __version__
from ftpstats.schema import SCHEMA_VERSION

__all__ = ["VERSION_KEY", "write_parquet"]

# Keys of the file's metadata.
VERSION_KEY = "ftpstats.schema_version"
_HISTORY_KEY = "ftpstats.history"

_ROW_GROUP = 131_072


def write_parquet(
    frames: Iterator[pl.DataFrame],
    schema: pl.Schema,
    history: str,
    target: IO[bytes],
    more: Callable[[], Mapping[str, str]] = dict,
) -> None:
    """
    Write tidy rows, a frame at a time, with the schema's version and where the rows come from.

    Parameters
    ----------
    frames : iterator of DataFrame
    schema : Schema
        Of each frame.
    history : str
        Where the rows come from.
    target : binary file
        Open for writing.
    more : callable
        Returns what else the file's metadata are to hold; called when all frames were taken.

    Raises
    ------
    OSError
        If the target cannot be written.
    """
    from ftpstats.logs.source import as_utf8

    # Polars runs the source on threads of its own, and one that ends in an error may outlive the interpreter: so what
    # is wrong with a log is kept until they are done.
    wrong: list[Exception] = []

    def source(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield from frames
        except Exception as error:
            wrong.append(error)

    def metadata(_: object) -> dict[str, str]:
        made = f"ftpstats {__version__}, {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}: {as_utf8(history)}"
        return {VERSION_KEY: str(SCHEMA_VERSION), _HISTORY_KEY: made, **({} if wrong else more())}

    rows, watched = register_io_source(source, schema=schema), _Watched(target)
    try:
        rows.sink_parquet(
            cast("IO[bytes]", watched),
            compression="zstd",
            compression_level=1,
            statistics=True,
            row_group_size=_ROW_GROUP,
            metadata=metadata,
        )
    except pl.exceptions.PolarsError as error:
        raise watched.failed or OSError(str(error).splitlines()[0]) from error
    if wrong:
        raise wrong[0]


class _Watched(io.RawIOBase):
    """A file that remembers what the system said of a full disk or a closed pipe: Polars words it in many ways."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.failed: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - as the class above declares it
        try:
            return self._target.write(data)
        except OSError as error:
            self.failed = error
            raise

    def flush(self) -> None:
        """Leave it to whoever opened the file."""
