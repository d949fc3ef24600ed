"""busybox's wget: that a file was saved; its meter has neither bytes nor a time of the transfer."""

import polars as pl

from ftpstats.logs.records.entry import Record
from ftpstats.schema import SCHEMA

__all__ = ["BUSYBOX"]

BUSYBOX = (
    Record(
        name="busybox-wget",
        log="busybox wget",
        evidence="recorded",
        pattern=r"^'(?P<file>.+)' saved$",
        columns={
            "direction": pl.lit("download", dtype=SCHEMA["direction"]),
            "completion": pl.lit("reported", dtype=SCHEMA["completion"]),
        },
        timed="data",
        others=(
            r"^Connecting to ",
            r"^(?:saving|writing) to ",
            r"[0-9]+% \|[* ]*\|",
            r"^(?:wget|ftpget|ftpput|tftp): ",
        ),
        samples=("'c d.img' saved",),
    ),
)
