"""rsync as a client: a line for each run (`-v`, `--stats`) or each file (`--out-format`), or frames of its progress.

One run is counted once: by its frames, which have a clock of milliseconds, else by its own line, else by its files.
"""

import polars as pl

from ftpstats.logs.records.context import COMMAND, copied_to, near, without_exit
from ftpstats.logs.records.entry import Record, found, one_of
from ftpstats.logs.records.intervals import Columns, meet, of_printed_rate
from ftpstats.logs.records.stamps import SLASHED
from ftpstats.schema import SCHEMA

__all__ = ["RSYNC_CLIENT", "RSYNC_ERROR"]

# count ::= DIGIT{1,3} ([,.'] DIGIT{3})* | DIGIT+ [.,] DIGIT{2} [KMGT]   /* grouped by the locale; or with -h */
_COUNT = r"[0-9][0-9.,']*[KMGTP]?"
# run   ::= "sent " count " bytes  received " count " bytes  " count " bytes/sec"
_RUN = rf"^sent (?P<sent>{_COUNT}) bytes +received (?P<received>{_COUNT}) bytes +(?P<rate>{_COUNT}) bytes/sec$"
_MOVED = rf"^Total transferred file size: (?P<moved>{_COUNT})(?: bytes)?$"
_TOTAL = rf"^total size is (?P<total>{_COUNT}) "
RSYNC_ERROR = r"^rsync error: (?P<error>.*)$"
# frame ::= (ANY* CR)? " "* count " "+ DIGIT+ "% "+ rate unit "/s" " "+ h:mm:ss " (xfr#" DIGIT+ ", to-chk=" … ")"
_FRAME = (
    rf"^(?:.*\r)? *(?P<moved>{_COUNT}) +(?P<done>[0-9]+)% +(?P<rate>[0-9]+[.,][0-9]{{2}})(?P<unit>[kMGT]?B/s) +"
    r"(?P<hours>[0-9]+):(?P<minutes>[0-9]{2}):(?P<clock>[0-9]{2}) "
    r"\((?:xfr|xfer)#[1-9][0-9]*, (?:to-chk|ir-chk|to-check)=[0-9]+/[0-9]+\)$"
)
_HAS_FRAME = r"[0-9]% .*\((?P<frame>xfe?r#[1-9][0-9]*), "
# file  ::= slashed " " ("send" | "recv") " " name " " length " " wire   /* --out-format='%t %o %f %l %b' */
_FILE = rf"^(?P<time>{SLASHED}) (?P<way>send|recv) (?P<file>.+) (?P<bytes>[0-9]+) (?P<wire>[0-9]+)$"
_HAS_RUN = rf"^sent (?P<run>{_COUNT}) bytes +received "
_LISTS = r"^(?:sending|receiving) incremental file list$"
_BEGAN = rf"(?P<began>^\$ |{_LISTS})"
_TOGETHER = 4  # lines, at most, between a run's own and an error that is about it


def _runs(lines: pl.Series) -> pl.DataFrame:
    """Read each run's line with what stands around it, and the runs that ended in an error before it."""
    ended = _ended(lines)
    rows = ended.filter(pl.col("sent").is_not_null())
    for pattern, behind in ((_MOVED, False), (_TOTAL, True), (_HAS_FRAME, False)):
        rows = near(rows, lines, pattern, behind=behind)
    cut = without_exit(ended.filter(pl.col("sent").is_null()), lines)
    return pl.concat([rows.filter(pl.col("frame").is_null()), cut], how="diagonal")


def _ended(lines: pl.Series) -> pl.DataFrame:
    """Return the lines that runs end in: their own, with the error behind it, or an error alone."""
    events = pl.concat([found(lines, RSYNC_ERROR), found(lines, _RUN)], how="diagonal")
    events = near(events, lines, _BEGAN)
    is_error = pl.col("error").is_not_null()
    gap = pl.col("at").cast(pl.Int64).diff()
    alone = is_error & (pl.col("began").is_not_null() | gap.is_null() | (gap > _TOGETHER))
    events = events.with_columns(alone=alone, error_behind=pl.when(~alone.shift(-1)).then(pl.col("error").shift(-1)))
    return events.filter(~is_error | pl.col("alone")).with_columns(error=pl.coalesce("error", "error_behind"))


def _frames(lines: pl.Series) -> pl.DataFrame:
    """Read the last frame of each file, or of the run: where it is a part of that, a later one holds it too."""
    rows = near(found(lines, _FRAME), lines, COMMAND, of_command=True)
    begins = lines.str.contains(_BEGAN).arg_true()
    run = pl.Series(begins.search_sorted(rows["at"], side="right"))
    is_held = (pl.col("done") != "100") & (run == run.shift(-1)).fill_null(value=False)
    return rows.filter(~is_held)


def _files(lines: pl.Series) -> pl.DataFrame:
    """Read each file, where no line of the whole run follows."""
    return near(found(lines, _FILE), lines, _HAS_RUN, behind=True, of_command=True).filter(pl.col("run").is_null())


_POWERS = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}


def _worth(field: str) -> pl.Expr:
    letter = pl.col(field).str.extract("([KMGTP])$")
    return pl.lit(1000.0).pow(letter.replace_strict(_POWERS, default=0, return_dtype=pl.Int64))


def _count(field: str, *, decimals: bool = False) -> pl.Expr:
    """A number with its digits grouped by whatever the locale has; two are decimals, in front of a unit always."""
    digits = pl.col(field).str.replace_all("[^0-9]", "").cast(pl.Float64, strict=False)
    with_decimals = pl.lit(decimals) | pl.col(field).str.contains("[KMGTP]$")
    return pl.when(with_decimals).then(digits / 100 * _worth(field)).otherwise(digits)


def _half(field: str) -> pl.Expr:
    return pl.when(pl.col(field).str.contains("[KMGTP]$")).then(_worth(field) / 200).otherwise(0.0)


def _run_seconds() -> Columns:
    """The rate is all bytes by half a second more than the difference of two counters of seconds; so that is undone."""
    every, half = _count("sent") + _count("received"), _half("sent") + _half("received")
    rate, off = _count("rate", decimals=True), _worth("rate") / 200
    least = ((every - half) / (rate + off) - 0.5 - 1e-6).ceil().clip(lower_bound=0)
    most = ((every + half) / (rate - off) - 0.5 + 1e-6).floor()
    fits = (rate > off) & (least <= most)
    return {
        "rate": rate,
        "seconds_low": pl.when(fits).then((least - 1).clip(lower_bound=0)),
        "seconds_high": pl.when(fits).then(most + 1),
    }


def _run_completion() -> pl.Expr:
    nothing = pl.coalesce(_count("moved"), _count("total"), pl.lit(0.0)) == 0
    word = pl.when(pl.col("error").is_null()).then(pl.lit("reported")).when(nothing).then(pl.lit("failed"))
    return word.otherwise(pl.lit("partial")).cast(SCHEMA["completion"])


def _least_moved() -> pl.Expr:
    return (_count("moved") - _half("moved")).ceil()


def _most_moved() -> pl.Expr:
    return (_count("moved") + _half("moved")).floor()


def _frame_seconds() -> Columns:
    """A difference of milliseconds, 0 counting as 1, that the clock behind it cuts to seconds."""
    unknown = _count("moved") == 0
    rated = of_printed_rate("rate", "unit", _least_moved(), _most_moved())
    clock = sum((pl.col(name).cast(pl.Float64) * by for name, by in (("hours", 3600), ("minutes", 60))), pl.lit(0.0))
    clock += pl.col("clock").cast(pl.Float64)
    cut = {"seconds_printed": clock, "seconds_low": clock, "seconds_high": clock + 1}
    rule = {
        "rate": rated["rate"],
        "seconds_low": (rated["seconds_low"] - 0.001).clip(lower_bound=0),
        "seconds_high": rated["seconds_high"] + 0.001,
    }
    met = meet(rule, cut)
    return met | {
        name: pl.when(unknown).then(cut[name]).otherwise(met[name]) for name in ("seconds_low", "seconds_high")
    }


_REPORTED = pl.lit("reported", dtype=SCHEMA["completion"])
_OTHERS = (
    r"^(?:sending|receiving|created|building|opening|total|delta-transmission) ", r"^Number of ",
    r"^Total (?:file|bytes|tr)", "^sent .* bytes +received ",
    r"^(?:Literal|Matched) data: ", r"^File list ", r"^rsync(?: error)?: ", r"^deleting ",
    r"(?:^|\r) *[0-9.,]+ +[0-9]+% ",
)  # fmt: skip

RSYNC_CLIENT = (
    Record(
        name="rsync",
        log="rsync -v, --stats",
        evidence="recorded",
        pattern=_RUN,
        read=_runs,
        columns={
            "bytes": pl.when(_half("moved") == 0).then(_count("moved")).cast(pl.Int64),
            "direction": pl.when(_count("sent") > _count("received"))
            .then(pl.lit("upload"))
            .when(_count("sent") <= _count("received"))
            .then(pl.lit("download"))
            .cast(SCHEMA["direction"]),
            "completion": _run_completion(),
            "note": pl.col("error"),
            **_run_seconds(),
        },
        timed="whole",
        begins=_LISTS,
        others=_OTHERS,
        between=(_LISTS, r"^rsync error: |^sent .* bytes +received |^Number of files: "),
        samples=(
            "sent 43 bytes  received 1,048,932 bytes  699,316.67 bytes/sec",
            "Total transferred file size: 1.048.576 bytes\n\n"
            "sent 43 bytes  received 1.048.932 bytes  699.316,67 bytes/sec\ntotal size is 1.048.576  speedup is 1,00",
        ),
    ),
    Record(
        name="rsync-progress",
        log="rsync --progress, --info=progress2",
        evidence="recorded",
        pattern=_FRAME,
        read=_frames,
        columns={
            "bytes": pl.when(_half("moved") == 0).then(_count("moved")).cast(pl.Int64),
            "bytes_low": pl.when(_half("moved") > 0).then(_least_moved()).cast(pl.Int64),
            "bytes_high": pl.when(_half("moved") > 0).then(_most_moved()).cast(pl.Int64),
            "direction": copied_to(),
            "completion": _REPORTED,
            **_frame_seconds(),
        },
        timed="data",
        samples=("      1,048,576 100%  781.10kB/s    0:00:01 (xfr#1, to-chk=0/1)",),
    ),
    Record(
        name="rsync-files",
        log="rsync --out-format='%t %o %f %l %b'",
        evidence="source",
        pattern=_FILE,
        read=_files,
        columns={
            "direction": one_of("way", "direction", {"send": "upload", "recv": "download"}),
            "completion": _REPORTED,
        },
        timed="whole",
        others=(rf"^{SLASHED} (?:send|recv|del\.) ",),
        samples=("2026/11/30 00:12:51 recv c d.img 102400 102438",),
    ),
)
