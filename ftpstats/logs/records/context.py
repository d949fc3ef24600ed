"""What stands around a record: the client's lines before and behind it, and the command of a shell that they are of.

A recording of a shell has each command behind ``$`` and its ``[exit status N]`` below its output; no line of one
command says anything of another's records.
"""

from typing import Literal

import polars as pl

from ftpstats.logs.records.entry import found
from ftpstats.schema import SCHEMA

__all__ = ["COMMAND", "EXIT", "copied_to", "near", "without_exit"]

COMMAND = r"^\$ (?P<command>.*)$"
EXIT = r"^\[exit status (?P<exit>-?[0-9]+)\]$"

# last ::= "'" [^']* "'" | '"' [^"]* '"' | NONBLANK+   /* the last argument of a command */
_LAST = r"""('[^']*'|"[^"]*"|\S+)\s*$"""
# remote ::= [host ":"] | scheme "://"   /* what cp-like commands take for another machine */
_REMOTE = r"""^['"]?[^\s/'"]+:"""


def near(
    rows: pl.DataFrame, lines: pl.Series, pattern: str, *, behind: bool = False, of_command: bool = False
) -> pl.DataFrame:
    """
    Add to each row the fields of the nearest line that matches.

    Parameters
    ----------
    rows : DataFrame
        With ``at``.
    lines : Series of String
        All lines.
    pattern : str
        With named groups.
    behind : bool
        Whether the line stands behind the row; else before it. It may be the row's own.
    of_command : bool
        Whether the line counts for all rows of a command; else only for the row next to it.

    Returns
    -------
    DataFrame
        Sorted by ``at``; the fields are null where no line matches before another row or command.
    """
    rows = rows.sort("at")
    facts = found(lines, pattern).rename({"at": "where"})
    names = [name for name in facts.columns if name != "where"]
    strategy: Literal["forward", "backward"] = "forward" if behind else "backward"
    edges = lines.str.contains(COMMAND).arg_true().rename("edge").to_frame()
    joined = rows.join_asof(facts, left_on="at", right_on="where", strategy=strategy, check_sortedness=False)
    joined = joined.join_asof(edges, left_on="at", right_on="edge", strategy=strategy, check_sortedness=False)
    where, edge = pl.col("where"), pl.col("edge")
    other = pl.col("at").shift(-1 if behind else 1)
    is_near = where < edge if behind else where >= edge
    is_own = where < other if behind else where > other
    fits = is_near.fill_null(value=True) & (pl.lit(of_command) | is_own.fill_null(value=True))
    return joined.with_columns(pl.when(fits).then(pl.col(name)).alias(name) for name in names).drop("where", "edge")


def without_exit(rows: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Return the rows of commands whose exit status the log does not have."""
    return near(rows, lines, EXIT, behind=True, of_command=True).filter(pl.col("exit").is_null()).drop("exit")


def copied_to() -> pl.Expr:
    """The direction that a command like cp says: an upload where its last argument is on another machine."""
    is_remote = pl.col("command").str.extract(_LAST).str.contains(_REMOTE)
    words = pl.when(is_remote).then(pl.lit("upload")).when(is_remote.not_()).then(pl.lit("download"))
    return words.cast(SCHEMA["direction"])
