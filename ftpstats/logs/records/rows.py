"""Fields of records to the columns of the tidy table: times, completion and notes as every entry has them."""

from collections.abc import Collection

import polars as pl

from ftpstats.logs.privacy import mask_secrets, mask_urls
from ftpstats.logs.records.entry import Record
from ftpstats.logs.records.stamps import Clock, in_utc
from ftpstats.schema import SCHEMA

__all__ = ["NAMES", "NOTHING", "OWN_NOTES", "TOLD", "stamps_of", "tidy"]

# The columns that a line gives, and where it stands.
_OWN = {name: dtype for name, dtype in SCHEMA.items() if name not in {"source", "label", "run", "iteration"}}
TOLD = _OWN | {"day": pl.Int32(), "last": pl.UInt32()}
_NOT_COMPLETED = "the log says that it was not completed"
_FAILED = "the log says that it failed"
# As those of `transcript.rows`.
OWN_NOTES = (_NOT_COMPLETED, _FAILED, "curl: exit code [0-9]+", "resumed: the bytes are those of this run")
# What nothing but the key of a record is computed from.
NAMES = ("file", "peer")
NOTHING = pl.DataFrame(schema=TOLD | {"form": pl.Int64()})


def tidy(entry: Record, fields: pl.DataFrame, clock: Clock, names: Collection[str] = NAMES) -> pl.DataFrame:
    """
    Return the columns that the fields of one entry's lines give.

    Parameters
    ----------
    entry : Record
    fields : DataFrame
        As `entry.found` returns them.
    clock : Clock
        The log's.
    names : collection of str
        Of NAMES, those that are wanted: the others are null.

    Returns
    -------
    DataFrame
        TOLD: the tidy columns of a line; ``day``, and ``last``, the index of the last line that it is of.
    """
    plain = {"bytes": pl.col("bytes").cast(pl.Int64, strict=False)} if "bytes" in fields.columns else {}
    raw = [name for name in ("seconds", "rate") if name not in entry.columns]  # as text
    unwanted = {name for name in NAMES if name not in names}
    columns = {name: column for name, column in entry.columns.items() if name not in unwanted}
    given = fields.with_columns(**plain | columns).drop(*raw, *unwanted, strict=False)
    stamps = given["time"] if "time" in given.columns else pl.repeat(None, given.height, dtype=pl.String, eager=True)
    given = given.drop("time", strict=False).hstack(in_utc(stamps, clock, is_utc=entry.is_utc, form=entry.stamp))
    if entry.since:
        given = _between_stamps(given, in_utc(given[entry.since], clock, is_utc=entry.is_utc)["time"])
    missing = [name for name in (*_OWN, "last") if name not in given.columns]
    given = given.with_columns(**dict.fromkeys(missing, pl.lit(None)))
    is_timed = pl.col("seconds_low").is_not_null() & pl.col("seconds_high").is_not_null()
    given = given.with_columns(
        line=pl.col("at").cast(pl.Int64) + 1,
        client=pl.lit(entry.name, dtype=SCHEMA["client"]),
        seconds=pl.coalesce("seconds", (pl.col("seconds_low") + pl.col("seconds_high")) / 2),
        timed=pl.when(is_timed).then(pl.lit(entry.timed, dtype=SCHEMA["timed"])),
        note=pl.coalesce(_masked_note(given["note"]), _unfinished()),
        last=pl.coalesce("last", "at"),
        file=mask_urls(given["file"]),
        peer=mask_urls(given["peer"]),
    )
    return given.with_columns(_begun(ends=entry.ends)).select(pl.col(name).cast(dtype) for name, dtype in TOLD.items())


def stamps_of(entry: Record, fields: pl.DataFrame) -> pl.Series | None:
    """Return the stamps of one entry's lines as `stamps` reads them; None where they have none."""
    if "time" not in fields.columns:
        return None
    return fields.select(entry.columns.get("time", pl.col("time"))).to_series()


def _between_stamps(rows: pl.DataFrame, begins: pl.Series) -> pl.DataFrame:
    """Return rows with the time between two stamps of whole seconds."""
    took = (rows["time"] - begins).dt.total_seconds(fractional=True)
    return rows.with_columns(seconds_low=(took - 1).clip(lower_bound=0), seconds_high=took + 1)


def _masked_note(notes: pl.Series) -> pl.Series:
    return mask_secrets(notes) if notes.dtype == pl.String else notes


def _unfinished() -> pl.Expr:
    """What is said of a transfer that did not complete, where its record says no more."""
    word = pl.col("completion")
    return pl.when(word == "partial").then(pl.lit(_NOT_COMPLETED)).when(word == "failed").then(pl.lit(_FAILED))


def _begun(*, ends: bool) -> pl.Expr:
    """When a transfer began: the printed seconds before a stamp of its end, whatever they are worth."""
    if not ends:
        return pl.col("time")
    took = pl.coalesce("seconds_printed", "seconds").fill_null(0).cast(pl.Float64)
    return (pl.col("time") - pl.duration(microseconds=(took.clip(0, 1e9) * 1e6).cast(pl.Int64))).alias("time")
