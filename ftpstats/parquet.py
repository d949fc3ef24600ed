"""Tidy rows as a Parquet file, with the schema's version and where they come from. Nothing here knows where it goes."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO

import polars as pl
from polars.io.plugins import register_io_source

from ftpstats import __version__
from ftpstats.manifest import Manifest
from ftpstats.table import SCHEMA, SCHEMA_VERSION

__all__ = ["MANIFEST_KEY", "VERSION_KEY", "write_parquet"]

# Keys of the file's metadata.
VERSION_KEY = "ftpstats.schema_version"
MANIFEST_KEY = "ftpstats.manifest"
_HISTORY_KEY = "ftpstats.history"

_SYSTEM_ERROR = re.compile(r"os error (\d+)")
_ROW_GROUP = 65_536  # ids are all different; a dictionary of more of them no longer fits the processor's cache


def write_parquet(
    frames: Iterator[pl.DataFrame], history: str, target: IO[bytes], manifest: Manifest | None = None
) -> None:
    """
    Write tidy rows, a frame at a time, with the schema's version and where the rows come from.

    Parameters
    ----------
    frames : iterator of DataFrame
        With the columns of `table.SCHEMA`.
    history : str
        Where the rows come from.
    target : binary file
        Open for writing.
    manifest : Manifest, optional
        The experiment that the rows are of; kept without its attempts.

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

    rows = register_io_source(source, schema=SCHEMA)
    made = f"ftpstats {__version__}, {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}: {as_utf8(history)}"
    metadata = {VERSION_KEY: str(SCHEMA_VERSION), _HISTORY_KEY: made}
    if manifest is not None:
        metadata[MANIFEST_KEY] = replace(manifest, attempts=()).to_json()
    try:
        # LZ4 takes half the time of zstd, and less room than Snappy here.
        rows.sink_parquet(target, compression="lz4", statistics=False, row_group_size=_ROW_GROUP, metadata=metadata)
    except pl.exceptions.PolarsError as error:  # as Polars words what the system said of a full disk or a closed pipe
        said = str(error).splitlines()[0]
        code = _SYSTEM_ERROR.search(said)
        raise (OSError(int(code[1]), os.strerror(int(code[1]))) if code else OSError(said)) from error
    if wrong:
        raise wrong[0]
