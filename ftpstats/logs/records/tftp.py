"""tftp, of three families, which print alike and mean different seconds."""

from collections.abc import Callable

import polars as pl

from ftpstats.logs.records.context import near, without_exit
from ftpstats.logs.records.entry import Record, found, one_of
from ftpstats.logs.records.intervals import Columns, between, factor, number, rounded, step, whole
from ftpstats.schema import SCHEMA

__all__ = ["TFTP"]

# hpa ::= ("Received" | "Sent") " " bytes " bytes in " seconds " seconds [" rate " bit/s]"
# bsd ::= ("Received" | "Sent") " " bytes " bytes in " seconds " seconds" (" [" rate " bits/sec]")?
# new ::= ("Received" | "Sent") " " size " " unit (" (" … ")")? " in " seconds " s [" … "]"
_BEGIN = r"^(?:tftp> ?)?(?P<way>Received|Sent) (?P<bytes>[0-9]+) bytes in (?P<seconds>-?[0-9]+[.,][0-9]) seconds"
_HPA = rf"{_BEGIN} \[(?P<rate>-?[0-9]+) bit/s\]$"
_BSD = rf"{_BEGIN}(?: \[(?P<rate>-?[0-9]+) bits/sec\])?$"
_NEW = (
    r"^(?:tftp> ?)?(?P<way>Received|Sent) (?P<size>[0-9.,]+) (?P<unit>[kMGT]?B|bytes)(?: \([^)]*\))? in "
    r"(?P<seconds>[0-9]+[.,][0-9]{3}) s \[.*\]$"
)
_ERROR = r"^(?:tftp> ?)?(?P<error>Error code [0-9]+: .*)$"


def _results(pattern: str) -> Callable[[pl.Series], pl.DataFrame]:
    """Return what reads the results of a pattern with the error before each."""
    return lambda lines: near(found(lines, pattern), lines, _ERROR)


def _with_failures(lines: pl.Series) -> pl.DataFrame:
    """Read tftp-hpa's results, and the errors with no result below them, where no exit status tells of these."""
    rows = _results(_HPA)(lines)
    errors = near(found(lines, _ERROR).rename({"error": "alone"}), lines, "^(?P<result>Received|Sent) ", behind=True)
    errors = errors.filter(pl.col("result").is_null())
    return pl.concat([rows, without_exit(errors, lines).drop("result")], how="diagonal")


def _hpa_seconds() -> Columns:
    """Undo that it multiplies the fraction of a second by ten: 0.9 n + 0.1 p, n the seconds between two stamps.

    p is the printed time, which the rate tells to more digits; n may be any whole number that makes the time positive
    and both fractions those of a second.
    """
    bits = 8 * whole("bytes").cast(pl.Float64)
    one, other = bits / (number("rate") - 0.5), bits / (number("rate") + 0.5)
    low, high = pl.min_horizontal(one, other), pl.max_horizontal(one, other)
    middle = bits / number("rate")
    least = pl.max_horizontal((middle - 10).ceil(), (-middle / 9).ceil())
    most = (middle + 10).floor()
    tells = (number("rate") != 0) & (bits > 0)
    return {
        "seconds_printed": number("seconds"),
        "seconds_low": pl.when(tells).then((0.9 * least + 0.1 * low).clip(lower_bound=0)),
        "seconds_high": pl.when(tells).then(0.9 * most + 0.1 * high),
    }


def _columns(failure: str = "error") -> Columns:
    is_alone = pl.col(failure).is_not_null() & pl.col("way").is_null()
    word = pl.when(is_alone).then(pl.lit("failed")).when(pl.col("error").is_null()).then(pl.lit("reported"))
    return {
        "direction": one_of("way", "direction", {"Received": "download", "Sent": "upload"}),
        "completion": word.otherwise(pl.lit("partial")).cast(SCHEMA["completion"]),
        "note": pl.coalesce("error", failure),
    }


_SIZE = number("size") * factor("unit", thousand=1000)
_HALF = pl.when(pl.col("unit") == "bytes").then(0.0).otherwise(step("size") / 2 * factor("unit", thousand=1000))
_OTHERS = (
    r"^(?:tftp> ?)?mode set to ", r"^Connected to \S+ \(", r"^(?:getting|putting) .* \[(?:octet|netascii)\]$", _ERROR,
    r"^tftp>", r"^Transfer timed out\.",
)  # fmt: skip

TFTP = (
    Record(
        name="tftp-hpa",
        log="tftp-hpa 5.2 and before, -v",
        evidence="recorded",
        pattern=_HPA,
        read=_with_failures,
        columns=_columns("alone") | _hpa_seconds(),
        timed="data",
        others=_OTHERS,
        assumes="tftp-hpa multiplies the fraction of a second by ten: the intervals hold every time that it may mean",
        samples=("Received 102400 bytes in -5.0 seconds [-163993 bit/s]",),
    ),
    Record(
        name="tftp-bsd",
        log="tftp of BSD and netkit",
        evidence="source",
        pattern=_BSD,
        read=_results(_BSD),
        columns=_columns() | between(number("seconds"), 0.1, 0.1),
        timed="data",
        others=_OTHERS,
        samples=("Received 734 bytes in 0.1 seconds [58720 bits/sec]",),
    ),
    Record(
        name="tftp-hpa-new",
        log="tftp-hpa of 2025 and later",
        evidence="source",
        pattern=_NEW,
        read=_results(_NEW),
        columns=_columns()
        | rounded("seconds", 0.001)
        | {
            "bytes": pl.when(pl.col("unit") == "bytes").then(_SIZE).cast(pl.Int64),
            "bytes_low": (_SIZE - _HALF).ceil().cast(pl.Int64),
            "bytes_high": (_SIZE + _HALF).floor().cast(pl.Int64),
        },
        timed="data",
        others=_OTHERS,
        samples=("Received 1.05 MB (1.00 MiB) in 1.400 s [5.99 Mbit/s]", "Sent 734 bytes in 0.123 s [47.7 kbit/s]"),
    ),
)
