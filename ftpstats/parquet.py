"""Tidy rows as a Parquet file, with the schema's version and where they come from. Nothing here knows where it goes."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any, cast

import polars as pl
from polars.io.plugins import register_io_source

from ftpstats import __version__
from ftpstats.places import Place, is_url, reading
from ftpstats.schema import SCHEMA_VERSION

__all__ = ["VERSION_KEY", "parquet_metadata", "read_parquet", "scan_parquet", "write_parquet"]

# Keys of the file's metadata.
VERSION_KEY = "ftpstats.schema_version"
_HISTORY_KEY = "ftpstats.history"

_ROW_GROUP = 131_072
_ARROW_KEY = b"ARROW:schema"


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


def parquet_metadata(where: Place) -> dict[str, str]:
    """
    Return the metadata of a Parquet file; of one at a URL only its end is fetched.

    Raises
    ------
    OSError, PolarsError, ValueError
        If it cannot be read, or is no Parquet file.
    """
    if not is_url(where):
        return pl.read_parquet_metadata(str(where))
    from pyarrow import parquet

    with reading(where) as file:
        found = parquet.read_metadata(file).metadata or {}
    return {key.decode(): value.decode() for key, value in found.items() if key != _ARROW_KEY}


def scan_parquet(where: Place, schema: pl.Schema) -> pl.LazyFrame:
    """
    Return a query of a Parquet file, which reads the columns that it is asked for.

    Polars reads local files. Those of a URL come through fsspec, which has the credentials that were used to list them.

    Parameters
    ----------
    where : Path or UPath
    schema : Schema
        Of a file at a URL: its columns.
    """
    if not is_url(where):
        return pl.scan_parquet(str(where), glob=False)

    def source(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        for group in read_parquet(where, schema, columns):
            frame = group if predicate is None else group.filter(predicate)
            yield frame if rows is None else frame.head(rows)
            rows = None if rows is None else rows - min(rows, frame.height)

    return register_io_source(source, schema=schema)


def read_parquet(where: Place, schema: pl.Schema, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """
    Yield the rows of a Parquet file, a group of them at a time.

    Parameters
    ----------
    where : Path or UPath
    schema : Schema
        Its columns.
    columns : sequence of str, optional
        Those that are wanted; all unless given.
    """
    from pyarrow import parquet

    with reading(where) as file:
        opened = parquet.ParquetFile(file, pre_buffer=True)
        for group in range(opened.num_row_groups):
            frame = cast("pl.DataFrame", pl.from_arrow(opened.read_row_group(group, columns=columns)))
            yield frame.cast({name: schema[name] for name in frame.columns})


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
