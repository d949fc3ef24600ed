"""What each line of a stretch of log is: headers and all others described, as arrays over lines.

Most lines of a log are the same few over and over, so each distinct one is described once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.lines import Kind, describe, headers

__all__ = ["Facts", "read_facts"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Describing distinct lines only pays where no more than this share of the first lines is distinct.
_REPETITIVE = 0.5
_PROBE = 20_000


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What each line is.

    `headers` holds iteration and label of each header; `described` one row per distinct other line, and `row` its
    number for each line (-1 for a header). The arrays are over lines; code and announced are -1 where there is none.
    """

    headers: pl.DataFrame
    described: pl.DataFrame
    row: Ints
    is_header: Bools
    kind: npt.NDArray[np.uint8]
    role: npt.NDArray[np.uint8]
    code: Ints
    announced: Ints
    listing: Bools


def read_facts(lines: pl.Series, named: pl.Series, meanings: Mapping[str, int]) -> Facts:
    """
    Describe every line of a stretch: each distinct one once, where they repeat.

    Parameters
    ----------
    lines : Series of String, shape (n,)
        Cleaned lines.
    named : Series of Boolean, shape (n,)
        Lines that may be headers.
    meanings : Mapping[str, int]
        See `results.read_results`.
    """
    is_header = named.to_numpy().copy()
    found = headers(lines.filter(named))
    valid = found["iteration"].is_not_null()
    is_header[is_header] = valid.to_numpy()
    described, row = _describe_distinct(lines.filter(~is_header), meanings)
    where = np.full(len(lines), -1)
    where[~is_header] = row
    column = {
        name: np.append(described[name].fill_null(missing).to_numpy(), missing)[where]
        for name, missing in (
            ("kind", Kind.HEADER),
            ("role", 0),
            ("code", -1),
            ("announced", -1),
            ("listing", False),
        )
    }
    return Facts(found.filter(valid), described, where, is_header, **column)


def _describe_distinct(body: pl.Series, meanings: Mapping[str, int]) -> tuple[pl.DataFrame, Ints]:
    """Describe lines, and the number of the description that fits each."""
    probe = body.head(_PROBE)
    if probe.n_unique() > _REPETITIVE * len(probe):
        return describe(body, meanings), np.arange(len(body))
    distinct = body.unique()
    numbered = pl.DataFrame({"text": distinct, "row": pl.int_range(len(distinct), eager=True)})
    row = pl.DataFrame({"text": body}).join(numbered, on="text", how="left", maintain_order="left")["row"]
    return describe(distinct, meanings), row.to_numpy()
